"""Words that make a kind likely without settling it. Where one stands and no certain cue, the kind is a guess."""

from __future__ import annotations

from rlm_core.engine.question.speech import (
    ADJECTIVE,
    ASK,
    COUNTED,
    GATHER,
    GROUPS,
    PLURAL,
    PLURALS,
    any_of,
)

WH = r"(?:which|what|whose)"
_SHARE = r"(?:proportion|percentage|percent|per cent|share|fraction|ratio|rate|majority|minority|half)"
_PART = r"(?:part|proportion|pourcentage|fraction|taux|majorite|minorite|moitie|combien de pour ?cent)"
HABIT = (
    r"(?:usual(?:ly)?|typical(?:ly)?|mostly|mainly|generally|predominantly|predominant|dominate[sd]?|dominant|"
    r"prevail\w{0,5}|"
    r"tend(?:s|ed)? to|frequent(?:ly)?|commonest|commonly|prevalent|recurring|recurrent|number one|nr\.? 1|no\.? 1|"
    r"habituel(?:le)?s?|typiques?|ordinaires?|plutot|surtout|d'habitude|d'ordinaire|en general|generalement|"
    r"majoritairement|principalement|frequemment|recurrente?s?|numero un|le plus clair)"
)
GREATEST = (
    r"(?:most|least|fewest|busiest|highest|lowest|biggest|largest|smallest|longest|shortest|worst|best|strongest|"
    r"weakest|cheapest|fastest|slowest|oldest|youngest|dearest)"
)
# Who did it may be one or many; these are things that many do.
_JOINED = (
    r"(?:all|else|worked|works|work|was (?:not |also )?(?:at|against|for|in|there|present|absent|invited|involved|"
    r"affected|missing|on)|wasn't|were|are|attended|voted|signed|complained|asked|objected|participated|took part|"
    r"contributed|testified|agreed|disagreed|refused|has|hasn't|have|haven't|didn't|doesn't|did not|mentioned|"
    r"reported|"
    r"requested|joined|left|supported|opposed|warned|contacted|helped|knew|knows|responded|replied|volunteered|"
    r"tested|reviewed|commented|spoke|talked|got|received)"
)
_SE_JOINT = (
    r"(?:a (?:travaille|participe|vote|signe|assiste|temoigne|demande|refuse|accepte|mentionne|signale|parle|repondu|"
    r"contribue|pris part|aide|recu|dit|collabore)|n'a pas|n'ont pas|sont|ont|etaient|etait (?:contre|pour|present|"
    r"absent|invite|la)|s'est (?:plaint|oppose|inscrit)|d'autre|sont-ce|travaille|participe)"
)
_HEAP = (  # of what lies in many places, though the word is in the singular
    r"(?:evidence|feedback|criticism|praise|proof|testimony|input|advice|news|progress|"
    r"things?|stuff|kinds? of|sorts? of|types? of|genre de|type de|sorte de)"
)
_HEADS = (
    r"(?:names|dates|places|times|occasions|moments|examples|quotes|quotations|passages|mentions|references|instances|"
    r"statements|remarks|scenes|noms|dates|endroits|lieux|fois|moments|exemples|citations|passages|mentions|"
    r"references|cas|propos|scenes|trucs|choses)"
)

SPREAD = (
    r"\b(?:distributed|distribution (?:of|by|over|across|among)|spread (?:over|across|among)|split|divided|"
    r"broken down|breakdown|histogram|repartis?|reparties?|ventiles?)\b"
)
MORE = (
    r"\bmore (?:[\w-]{1,30} ){1,6}?(?:or|than)\b|\bplus de? (?:[\w'-]{1,30} ){1,6}?que\b|\bplus d'\w.{0,60}\bque?\b|"
    r"\b(?:positive|negative|positif|negatif|positifs|negatifs|positives|negatives) (?:or|ou)\b"
)
# A quantity that is written down: what is allowed, fits, was agreed on, or is so each time.
QUANTITY = any_of(
    r"\bhow (?:many|often|frequently)\b.{0,200}\b(?:may|can|could|should|must|will|would|fits?|allow(?:s|ed)?|per|"
    r"at most|"
    r"at least|maximum|minimum|include[sd]?|support(?:s|ed)?|holds?|keep|kept|does|do|agree|decide|need(?:s|ed)?|"
    r"required|planned|(?:are|is) (?:there )?in (?:the|a|one|our))\b",
    r"\bcombien d[e'].{0,200}\b(?:peut|peuvent|doit|doivent|faut|maximum|minimum|au plus|au moins|inclu\w{0,4}|"
    r"prevoit|accepte|contient|garde|fait|fallait)\b",
    r"^(?:what|which)(?: is|'s| was) the number of (?:[\w-]{1,30} ){0,2}[\w-]{1,30} ?\?*$",
    r"\bcombien de fois\b.{0,60}\b\w{2,20}(?<!\ba)-t-(?:il|elle|on)s?\b",
)
TALLY = any_of(
    rf"\b{_SHARE} of\b",
    r"\bhow much of (?:the|our|all|this|these)\b",
    rf"\b{_PART} d(?:e|es|u|'|e l|e la)\b",
    rf"\b{HABIT}\b",
    r"(?<!at )(?<!most )\bmost\b(?!.{0,3}recent|.{0,3}importan)",
    r"\b(?:le|la|les) plus\b(?! (?:recent|importan|tard|tot|vite)\w{0,6}\b)",
    r"\bqui reviennent?\b|\bdominent?\b",
    rf"\b(?:top|first|best|last|bottom|biggest|largest|highest|{COUNTED}) (?:{COUNTED} )?{ADJECTIVE}{{0,2}}?(?:most|"
    rf"least|best|worst)? ?{ADJECTIVE}?{PLURAL} by\b",
    rf"^(?:the |les )?(?:top |{COUNTED} )",
    rf"^(?:the )?{GREATEST} [\w-]{{1,30}}(?: .{{0,40}})? by\b",
    rf"{SPREAD}",
    rf"^{ADJECTIVE}{{0,2}}?(?:{PLURAL}|{PLURALS})(?: [\w-]{{1,30}})? (?:per|by|par) ",
    rf"\b(?:per|par) {GROUPS}\b",
    rf"^{ADJECTIVE}?{PLURAL} (?:an?|each|every) {GROUPS}\b",
    r"\b(?:number|nombre) (?:of|d)\b.{1,80}\b(?:per|par|by)\b",
    r"^how many\b.{1,80}\bper (?!second|minute|hour|request|call)|^combien\b.{1,80}\bpar (?!seconde|minute|heure|"
    r"appel)",
    r"^(?:the )?(?:average|mean|median|note moyenne|moyenne)\b.{1,60}\b(?:by|per|par)\b",
    r"\bcounts ?\?*$|\b(?:frequency|sentiments?|opinions?|attitudes?) (?:of|d)",
    rf"\b(?:favou?rites?|preferred|preferee?s?|favori(?:te)?s?)\b.{{0,40}}\b(?:of|des|de nos) (?:the |our )?{PLURALS}",
    rf"\btop[ -]{COUNTED}\b|^break\b.{{1,60}}\bdown (?:by|into)\b",
    r"\b(?:le|la|les) (?:pire|meilleure?)s?\b|^(?:which|what)\b.{1,60}\b(?:worst|best|busiest|highest|lowest)\b",
    r"^(?:what|which) (?:share|fraction|proportion|percentage|part)\b",
    r"\b(?:how many|combien)\b.{1,80}\b(?:vs|versus|compared (?:to|with)|as against|contre|par rapport a)\b",
    r"\b(?:rank|sort|order|group|classify|cluster|bucket|categori[sz]e|break down|trie|classe|regroupe|"
    r"range)[rz]?\b.{1,80}\b(?:by|into|par|selon)\b",
    r"\b(?:average|mean|median|typical) (?:number|count)\b|\bnombre moyen\b|\ben moyenne\b|\bon average\b",
    rf"{MORE}",
    r"\bwh(?:o|ich)\b.{0,60}\b(?:most|least|more often|less often|oftenest)\b",
)
_LISTED_PLURAL = rf"(?:{PLURAL}|{_HEADS}\b)"
LIST = any_of(
    rf"^(?:(?:in|on|at|to|from|for|by|with|about|under) )?{WH} {ADJECTIVE}{{0,3}}?{PLURAL}"
    r"(?! [\w-]{1,30} (?:is|does|was|do|did)\b)",
    rf"\b{WH} (?:other )?{_HEAP}\b",
    r"^(?:(?:a|dans|de|sur|pour|avec|par|en) )?quel(?:s|les)\b(?! (?:sont|etaient) (?:les|ses) (?:etapes|"
    r"identifiants|horaires))",
    rf"^who (?:\w{{1,12}}ly )?{_JOINED}\b|^who's (?:been|on|in|against|for|coming|going|working|involved)\b",
    r"^whom (?:did|has|have)\b",
    r"^who (?!is\b|was\b|would\b|should\b|can\b|could\b|will\b|must\b|may\b)[\w' ]",
    r"^qui (?!est\b|etait\b|peut\b|doit\b|a (?:ecrit|decide|approuve|propose|cree|introduit|invente|fonde|choisi|"
    r"gagne|fixe)\b)",
    rf"^qui (?:est-ce qu[i'] ?(?:\w{{1,10}} )?)?{_SE_JOINT}\b|^qui est-ce qu",
    r"^what(?:'s)? (?:else|has|have|still|changed|went|broke|remains|remained|is left to|needs|needed|needs to)\b",
    r"^what (?:did|do|does) (?:[\w'-]{1,30} ){1,3}?(?:promise|try|tried|ask|complain|buy|break|miss|reject|want|"
    r"visit|read|like|learn|change|fix|offer|receive|object|mention|criticise|criticize|forget|remember)\b",
    r"^what (?:did|do|does|has|have|is|was) .{1,60}\babout ?\?*$",
    rf"^what (?:the|our) {ADJECTIVE}{{0,2}}?{PLURAL}",
    r"^(?:to|by|with|for|from|of|against|about) whom\b|^(?:a|de|avec|chez|pour|contre|par) qui\b",
    r"^qui (?:est|etait) (?!le |la |l'|responsable|charge|ce )",
    rf"^what (?:did|do|does) (?:the |our |these |those |most |some )?{ADJECTIVE}{{0,2}}?{PLURAL}",
    r"^what(?:'s| is| was| has been|'s been|'s being) (?:also |still )?(?:missing|open|wrong|left|unclear|pending|"
    r"unresolved|known|said|discussed|"
    r"decided|agreed|promised|mentioned|reported|planned|due|outstanding|unpaid|late|new|broken|going on|done|tried|"
    r"offered|proposed|suggested|sold|bought)\b",
    r"^que (?:\w{2,20}ent|disent|font|veulent|savent|sait-on|savons-nous)\b",
    r"^qu(?:'|oi ).{0,16}\ba ete (?:dit|decide|promis|discute|convenu|fait|prevu|change)\b|^qu'(?:ont|a-t-on)\b",
    r"^who(?:'s| is| was| are| were)(?! (?:the|our|his|her|your|my|responsible|liable|in charge))\b",
    r"^qu(?:'|e |oi |'est-ce qu(?:e|i|') ?).{0,12}\b(?:reste|manque|change|casse|essaye?|promis|demande|rate)\b",
    r"^qu'(?:avons|avez|ont|a-t-on|ont-ils|avaient)\b(?!.{0,6}-nous (?:decide|conclu))",
    r"^what (?!(?:is|was|does|has)\b)[a-z]{2,20}s (?:on|if|when|our|this|in|from|it|by)\b|^what (?:uses|calls|needs|"
    r"reads|writes|imports|breaks|blocks|depends)\b",
    r"^qu'est-ce qu(?:i|e|').{0,24}\b(?:a|ont|avons|avez|avait)\b(?! (?:dit|decide|repondu|conclu)\b)|^quoi d'autre\b",
    r"^(?!what|which|who|where|quel)(?:[\w-]{1,30} ){0,3}?(?:list|liste|glossary|glossaire|inventory|inventaire|index|"
    r"catalog(?:ue)?|recap\w{0,10}) (?:of|d)",
    rf"^(?:what are|what were) (?:the |our |his |her |their |people's )?{ADJECTIVE}{{0,2}}?{PLURAL}",
    rf"^(?:{ASK}|{GATHER}|pull)(?:[- ](?:me|us|moi|nous))? (?:anything|something|whatever|ce qu)",
    r"^(?:whenever|wherever|any ?time|anything|(?:a )?chaque fois|tout (?:sur|ce)|ce qu[ie'])\b",
    r"^what (?:do|did|does) .{1,80}\band (?:to |for |by |with |from )?(?:whom|who|which|where|when)\b",
    r"^(?:is there )?any\b(?! (?:idea|chance|luck|reason why)\b)",
    r"\b(?:anyone|anybody|anything|anywhere|someone|quelqu'un|quelque chose|ailleurs) (?:else|d'autre)\b",
    r"\b(?:everything|everyone|everybody|tout ce (?:qu|dont)|tous ceux|toutes celles|quiconque)\b",
    r"\b(?:every|each|all the) (?:time|occasion|instance|mention|place|case|passage)s?\b(?! zone)",
    r"\b(?:chaque|toutes les) (?:fois|occasions?|mentions?)\b",
    rf"^(?:{ASK}|{GATHER}|pull|sors|ressors|liste-moi)(?:[- ](?:me|us|moi|nous))? (?:out |up )?(?:all |some |any )?"
    rf"(?:the |our |les |des |nos )?{ADJECTIVE}{{0,2}}?{_LISTED_PLURAL}",
    rf"^(?:the |our |some |other |open |les |des |nos |quelques )?{ADJECTIVE}{{0,2}}?{_LISTED_PLURAL}"
    r"(?:$|\?| (?:i|we|he|she|they|you|that|which|who|where|when|with|without|of|from|in|about|to|still|whose|"
    r"for|on|and|against|since|between|[a-z]{2,20}(?:s|ed|ing)|"
    r"qu[ei']?|qui|ou|dont|du|de|des|d'|sur|avec|sans|encore|a)\b)",
    r"^(?:les|des|nos|tous|toutes) \w.{0,60}\b(?:qu[ei']|ou|dont|a faire|du|de)\b",
    r"\band (?:which|who|when|where)\b|\bet (?:qui|quand|lesquel)",
    r"\b(?:both|several|various|divers|diverses|plusieurs|differents|differentes)\b",
    r"^when did\b.{0,80}\b(?:each|all|and again)\b",
    rf"\b{_HEADS} (?:that|where|when|which|who|of|for|he|she|we|they|i|qui|que|ou|de|dont)\b",
    # "what must the tenant do?", "what does the contract forbid?": all of it.
    r"^what (?:must|may|can|should|does|do|did|are|have) (?:[\w'-]{1,30} ){1,4}[\w-]{1,30} ?\?*$",
    r"^(?:que|qu'est-ce que) (?:doit|doivent|peut|peuvent)\b.{1,60}\bfaire\b",
    r"^qu'(?!est\b|a\b|ont\b|as\b)[a-z]{3,20} (?:le |la |les |l'|ce |cette |ces |son |sa )",
    r"^what (?:do|did) (?:we|you|they|i) (?:know|have)\b|^what [a-z]{3,20}s (?:the|him|her|them|us|me|people)\b",
    r"^(?:show|mark|flag)(?: me| us)? (?:where|when|who|which|what)\b|^point out\b",
    r"^what (?:is|are|was|were|did|do|does|has|have)\b.{1,80}\b(?:of|about|for|with|from|on|at|to|against) ?\?*$",
    r"\b(?:tout le monde|each|every|chaque)\b",
    r"^de quoi\b|^a quoi\b(?! sert)",
    r"\bto-?dos?\b|\baction items?\b",
)
COUNT = any_of(
    r"\bhow (?:many|often|frequently)\b",
    r"\b(?:a quelle|with what|at what) freq",
    r"\bcombien (?:de|d'|y a|il y a|sont|ont|en)\b",
    rf"\b(?:number|count|total) of (?:\S{{1,30}} ){{0,3}}?{PLURAL}|\bnombre (?:\w{{1,12}} )?d",
    r"^(?:count|compte|compter|denombre)[rz]?\b|\b(?:count|compter) (?:how|combien|the|les)\b",
    r"\btotal (?:number|count|nombre)\b",
)
PAIRS = any_of(
    r"^(?:which|quel(?:s|les)|find|list|are there|do any|any|all)\b.{0,120}"
    r"\b(?:each other|one another|l'une? l'autre|les une?s les autres|entre e(?:ux|lles)|mutuellement)\b",
    r"\b(?:which|what) (?:two|both) |\bquel(?:s|les) deux\b",
    r"^(?:which|quel(?:s|les)|lesquel(?:s|les))\b.{1,80}\b(?:together|the same|ensemble|la meme|le meme|les memes|"
    r"se contredisent|se ressemblent|cannot both|can't both|both be)\b",
    r"^who .{1,40}\bwhom\b|^qui .{1,40}\b(?:a|de|avec|contre) qui\b",
    r"^who (?!else)\w{3,20} (?:to |with |at )?whom\b|^qui (?:a |ont )?\w{2,20} (?:a |avec )?qui\b",
    r"^(?:match|pair|join|associe|apparie|relie)[rz]? (?:each|every|the|all|chaque|les)\b",
    r"\bduplicates?\b|\b(?:doublons?|en double)\b|\bcouples? de\b|\bbinomes?\b",
)
# Only all of the texts can say.
OVERVIEW = any_of(
    r"\b(?:tl;? ?dr|gist|bottom line|takeaways?|briefing|catch me up|up to speed|key points|points? cles?|topo|"
    r"in a nutshell|big picture|themes?|mood|atmosphere|tone|"
    r"ambiance|ton general|l'essentiel|en bref|en resume|bilan)\b",
    r"\bwhat (?:is|are|was|were|'s) (?:this|these|that|the) .{1,60}\babout\b|\bde quoi (?:parle|traite|s'agit|est-il)",
    r"^what(?: is|'s) (?:this|that) [\w-]{1,30} ?\?*$|^what(?: is|'s) going on\b|^what does (?:this|the|"
    r"our) [\w-]{1,30} do\b",
    r"^where (?:do|are|did) (?:we|things|they) (?:stand|at\b)|^ou en (?:est|sont|sommes)|^how(?:'s| is|"
    r" are) .{1,60}\bgoing\b|^comment (?:va|vont|avance|se passe)",
    r"^how (?:good|bad|strong|weak|reliable|serious|convincing|credible|happy|satisfied|well)\b",
    r"^what (?:is|are|was|were) .{1,80}\blike ?\?*$",
    r"\b(?:kind|sort|genre|type) (?:of|de|d') ?(?:person|man|woman|character|relation|personnage|homme|femme)",
    r"^(?:does|did|do|has|have) .{1,60}\b(?:changed?|evolved?|improved?|get (?:better|worse))\b ?\?*$",
    r"\b(?:change|evolue|progresse)-t-|\ba-t-(?:il|elle|on) (?:change|evolue|progresse)\b",
    r"^what (?:came|comes) (?:out )?of\b|^what(?:'s| is| are) (?:so )?(?:different|new|special)\b",
    r"^(?:what|quel(?:le)?s?) (?:is|are|was|were|est|sont)\b.{1,80}\b(?:in|of|from|across|between|among|de|dans|"
    r"entre|parmi) (?:these|those|ces|all these|all those|toutes? ces|tous ces) \w",
    r"^what happened (?:last|this|on|in|during|yesterday|today|while|since|at|with|before|after|to|next|so)\b|"
    r"^(?:que s'est-il|qu'est-ce qu[ie'] ?s'est) passe\b|^que se passe-t-il\b",
    r"\bhow (?:did|do|does|has|have|had) .{1,80}\b(?:chang|evolv|develop|shift|grow|progress|differ|compare|vary|"
    r"become|turn)",
    r"\bcomment .{1,80}\b(?:evolu|chang|developp|progress)",
    r"\b(?:over time|over the (?:last|past|years|months|weeks)|throughout|in the course of|from start to (?:end|"
    r"finish)|from beginning to end|at every stage|au fil d|au cours d|depuis le debut|du debut a la fin)\b",
    r"\b(?:history|evolution|story|timeline|chronology|trajectory|arc|histoire|chronologie|parcours) (?:of|d)",
    r"\b(?:retrace|raconte|walk me through|tell (?:me|us) the story|piece together|reconstruct|reconstitue)",
    r"\b(?:diff(?:er|erent|erence|erences)|diverge)\b.{0,40}\b(?:between|drafts|versions|entre)\b",
    rf"^how (?:do|did|are|were) (?:the |our |most |these )?{ADJECTIVE}?{PLURAL} (?:feel|felt|react|respond|think|"
    rf"see|view|"
    r"use|behave|perceive|describe|talk|experience)",
    r"^comment (?:les|nos|ces|des) \w",
    r"^how (?:is|are|was|were) .{1,80}\b(?:used|portrayed|described|depicted|treated|seen|perceived|presented|"
    r"viewed)\b",
    r"\bwhat role\b|\bquel role\b",
    rf"^(?:describe|characteri[sz]e|decris) (?:the |our |all )?{ADJECTIVE}{{0,2}}?(?:{PLURAL}|{PLURALS})",
    r"\bin what ways\b|\ben quoi\b.{1,60}\b(?:different|differe|change)|\b(?:drafts|versions)\b.{0,40}\bdiff",
    r"\b(?:lessons?|lecons?|learn(?:ed|t)? from|conclusions?|patterns?|trends?|tendances?|enseignements)\b",
    r"\bwhat do .{1,60}\bthink (?:about|of)\b|\bque pensent\b|\bqu'en pensent\b",
    r"\b(?:everywhere|anywhere|nowhere|nulle part|partout)\b",
    r"^(?:compare|contrast|outline|characteri[sz]e|assess|evaluate|analy[sz]e|review|synthesi[sz]e|"
    r"analyse|compare|evalue|caracterise)[rz]?\b",
)
