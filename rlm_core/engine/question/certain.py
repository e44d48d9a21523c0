"""Words that tell beyond doubt what a question asks for. All but one kind make a run read everything, and the one that
does not may miss what it does not read: a cue that admits of two readings belongs to `likely`.

A quantity that is written down somewhere is not a count: one line answers "how many retries does the importer make",
only all of them "how many tickets mention it".
"""

from __future__ import annotations

import re

from rlm_core.engine.question.speech import (
    ADJECTIVE,
    ASK,
    COUNTED,
    ENTRY,
    EVENTS,
    GATHER,
    GROUPS,
    PLURAL,
    PLURALS,
    THING,
    TIME,
    any_of,
)

PAIRS = any_of(
    rf"\b(?:which|what|all|every|list|find|how many|the) (?:the )?{ADJECTIVE}?pairs?\b",
    r"\bpairs of \w",
    r"\b(?:quelles?|toutes les|combien de|les|liste[rz]?) paires?\b",
    r"\bpaires d",
)
NO_PAIRS = re.compile(r"\b(?:key|trading|currency|aws|ssh) ?-?pairs?\b|\bpair of (?:shoes|eyes|hands)\b")

_RARE = r"(?:common|frequent|frequently|often|popular|mentioned|discussed|cited|requested|reported|asked)"
_FREQUENT = r"(?:frequent|souvent|courant|repandu|utilise|cite|mentionne|demande|discute)"
_SHARE = r"(?:proportion|percentage|percent|per cent|share|fraction|ratio)"
_PART = r"(?:part|proportion|pourcentage|fraction|taux)"
_NO_ROOM = (
    r"(?!.{0,200}\b(?:may|can|could|should|must|fits?|allow(?:s|ed)?|at most|maximum|minimum|support(?:s|ed)?|peut|"
    r"peuvent|doit|doivent|au plus)\b)"
)
TALLY = any_of(
    rf"\b(?:most|least) {_RARE}\b",
    r"\b(?:has|have|had|got|made|filed|wrote|sent|opened|asked|reported|gets|makes) the (?:most|fewest) ",
    r"^(?:who|which (?:[\w-]{1,30} ){1,4}?)(?!did\b|does\b|"
    r"do\b)[\w-]{2,30}(?: \w{2,12})? the most(?: in\b.{0,80})?\?*$",
    r"\bhow (?:often|many)\b.{1,80}\b(?:each(?! other)|(?:for|does|by|in|from|of) every)\b",
    r"\b(?:for (?:each|every)|pour chaque) [\w-]{1,30},? ?(?:how (?:often|many)|(?:the |le )?(?:number|count|"
    r"nombre) (?:of|d))",
    rf"\bhow (?:often|many)\b{_NO_ROOM}.{{1,80}}\b(?:per|by) {GROUPS}\b",
    r"\b(?:breakdown|distribution|histogram|frequency|frequencies|tally) (?:of|by|per)\b",
    r"\btally\b.{0,20}\b(?:all|the)\b",
    rf"\b(?:number|count) of .{{1,60}}\b(?:(?:per|by) {GROUPS}|(?:for|in) each)\b",
    r"^(?:count|group|rank|sort|order|break down|bucket|classify) (?!of\b).{1,80}\bby\b",
    rf"^(?:the )?top (?:{COUNTED}) \w",
    rf"\b(?:what|which) {_SHARE} of (?:the |all |our |these |those )?{ADJECTIVE}{{0,2}}?{PLURAL}",
    rf"\b(?:quel|quelle) {_PART} d(?:es|e nos|e ces) {PLURALS}",
    rf"\b(?:le|la|les) (?:plus|moins) {_FREQUENT}",
    r"\ble (?:plus|moins) (?:de |d')",
    r"^who [\w ]{1,30}\bhow (?:many|often)\b|^qui [\w' ]{1,30}\bcombien\b",
    r"^qui (?:s'|se |a |est )?(?:[\w'-]{1,30} ){1,3}le plus(?: souvent)?\b",
    rf"\bcombien\b{_NO_ROOM}.{{1,80}}\b(?:chaque|chacune?|par {GROUPS})\b",
    r"\bpour chaque [\w-]{1,30},? combien\b",
    rf"\bnombre d.{{1,60}}\b(?:chaque|par {GROUPS})\b",
    r"^(?:compte|classe|trie|range|regroupe|ordonne|ventile)[rz]? (?:les |nos |ces |l'|tou).{1,80}\bpar\b",
    r"\b(?:repartition|ventilation|frequence) (?:de|des|du|par)\b",
)

SPEAKS = r"(?:mention|contain|contradict|concern|say|fail|talk|ask|refer|discuss|complain)"
_DE = r"d(?:e |'|es )"
# What is allowed, fits or is set is a quantity that stands somewhere.
_LIMIT = (
    r"(?:may|can|could|should|shall|must|might|will|would|fit|fits|allow(?:s|ed)?|per|at most|at least|maximum|"
    r"minimum|"
    r"include[sd]?|support(?:s|ed)?|hold|holds|keep|kept|does|do (?!not\b)|agree|decide|need(?:s|ed)?|required|"
    r"planned|peut|peuvent|doit|doivent|faut|maximum|minimum|au plus|au moins|inclut|prevoit|accepte|contient|garde)"
)
# Done by one of them, so that each is an entry; not what one says of a crowd, "40 people attended".
_DID = (
    r"(?!attended|invited|needed|required|planned|included|allowed|expected|employed|agreed|limited|hired|supposed)"
    r"[a-z]{3,20}ed\b"
)
_NO_LIMIT = rf"(?!.{{0,200}}\b{_LIMIT}\b)"
_HERE = (  # in what is read, and in no room
    r"(?:in|over|across|dans|parmi|sur) (?:all |tou(?:te)?s )?"
    r"(?:(?:the|these|this|those|our|all|les|ces|ce|cette|nos|l'|le|la) ?)?"
    r"(?:text|file|document|log|archive|session|transcript|chunk|note|corpus|folder|directory|data|texte|fichier|"
    r"journal|journaux|dossier|donnee)s?"
)
COUNT = any_of(
    rf"\bhow many (?:\S{{1,30}} ){{0,3}}?{ENTRY}\b{_NO_LIMIT}",
    rf"\bhow many (?:\S{{1,30}} ){{0,3}}?{THING} (?:\S{{1,30}} )?(?:{SPEAKS}|{_DID})",
    r"\b(?:how (?:many times|often|frequently)|on how many occasions) (?:did|was|were|has|have|had)\b",
    r"\bhow many times (?:is|are|do we|do i)\b",
    r"\bhow many of (?:the|these|those|our|them)\b",
    r"\bhow many\b.{1,60}\b(?:were there|have there been)\b",
    rf"^how many (?:{ADJECTIVE}{{0,3}}?[\w-]{{1,40}} (?:are|were) there|{PLURAL})(?: {_HERE})? ?\?*$",
    rf"^combien {_DE}(?:(?:[\w'-]{{1,30}} ){{1,4}}?y a-t-il|[\w-]{{1,30}})(?: {_HERE})? ?\?*$",
    rf"\bhow many \S{{1,30}}(?: \S{{1,30}}){{0,2}} {SPEAKS}",
    rf"\b(?:number|count) of (?:\S{{1,30}} ){{0,2}}?{ENTRY}\b(?! (?:allowed|per)\b)",
    rf"\b(?:number|count) of (?:\S{{1,30}} ){{0,2}}?{THING} (?:who|that|which|with|without|about) ",
    r"^count (?!as\b|on\b)|[.,;] ?(?:and |then )?count (?:the|all|every|how)\b",
    rf"\bcombien (?:d'entre|ont|(?:y a-t-il|il y a) (?:eu )?{_DE}{ENTRY})\b",
    r"\bcombien de fois (?:avons|a-t-on|ai|ont|est|a ete|avez|(?:[\w'-]{1,30} ){0,4}?(?:a|ont|est|sont)-t?-?(?:il|"
    r"elle|on)s?)\b",
    r"\ba combien de reprises\b",
    rf"\bcombien {_DE}(?:\S{{1,30}} ){{0,2}}?{ENTRY}\b{_NO_LIMIT}",
    rf"\bcombien {_DE}(?:\S{{1,30}} ){{0,2}}?{THING} (?:differente?s )?(?:(?:n'|ne |se |s'|l'|en )?(?:ont|sont) |"
    rf"touchent\b|citent\b)",
    r"\bcombien d.{1,50}\b(?:mentionnent|parlent|contredisent)\b",
    rf"\bnombre (?:total )?{_DE}(?:\S{{1,30}} ){{0,2}}?{ENTRY}\b(?! (?:autorise|maxim|par\b))",
    r"^(?:compte[rz]?|denombre[rz]?) (?!rendu|sur\b)|[.,;] ?(?:et |puis )?compte[rz]? (?:les|tou)",
)
# A count that wants to see what it counts is a list: whoever has it can count.
AND_WHICH = any_of(
    r"\bhow (?:many|often)\b.{1,120}(?:,|\band|\?) ?(?:and )?(?:which|what (?:are|were)|who|when|list|name|where)\b",
    r"\b(?:which|list)\b.{1,120}\b(?:and|,) how many\b",
    r"\bcombien\b.{1,120}(?:,|\bet|\?) ?(?:et )?(?:lesquel|quel|qui|quand|ou|liste|a quelles dates)",
    r"\bquel(?:s|les)\b.{1,120}\bet combien\b",
)
LIST = any_of(
    # list, enumerate, a list of
    r"^(?:list(?!en|\w|s\b)|enumerate|liste[rz]?\b|enumere[rz]?)|[.,;:?] ?(?:and |then |et )?(?:list|liste[rz]?) ",
    r"\b(?:and|then|et|puis) (?:list|liste[rz]?) (?:what|all|the|every|each|which|who|les|tou(?:te)?s|ce|chaque)\b",
    rf"\b(?:give|make|show|write|build|draw up|compile|get|want|need)(?: me| us)? (?:a|the) {ADJECTIVE}?list\b",
    r"\b(?:donne|fais|dresse|etabli[st])\w{0,4}(?:[- ]moi|[- ]nous)? (?:la|une) liste\b",
    # find every, show all, of each, all the; whatever was said
    rf"\b{ASK}(?:[- ](?:me|us|moi|nous))?(?: \S{{1,30}})?(?: of| de| the)? ?(?:every|each|all|tou(?:s|tes)|chaque)\b"
    rf"(?! (?:{TIME}|{GROUPS} )\b)",
    rf"^{ASK}(?:[- ](?:me|us|moi|nous))? (?:every|each|all|tou(?:te)?s|chaque) (?!{TIME}\b)",
    rf"\b(?:of|for|in|by|from|about|pour|de|dans) (?:each|every|chaque) (?!{TIME}\b)",
    r"\b(?:what|which)(?: (?:are|were|is)|'s)? all\b(?! (?:right|about|this|that)\b)",
    rf"^(?:all|every|each|tou(?:te)?s les|toutes les|chaque) (?!{TIME}\b)",
    r"^(?:every|each) time (?!zone|slot|stamp)[\w']|^all the times? \w|^chaque fois (?:que|qu'|ou)|^toutes les fois",
    rf"^(?:{ASK}|{GATHER}|dis|dites|raconte)(?:[- ](?:me|us|moi|nous))? (?:everything|everyone|everybody|all that|"
    rf"all of|"
    r"tout ce|tous ceux|toutes celles|tout)\b",
    r"^(?:everything|everyone|everybody|anything and everything|tout ce (?:qu|dont)|tous ceux|toutes celles)",
    rf"^{GATHER}(?:[- ](?:me|us|moi|nous))? (?:all |the |les |nos |des |"
    rf"tou(?:te)?s (?:les )?){{0,2}}{ADJECTIVE}{{0,2}}?(?:{PLURAL}|{PLURALS})",
    # which of these, which decisions, which limits were, what options did we
    r"\bwhich (?:ones|of (?:the|these|those|our|my|them)\b)",
    rf"^{ASK}(?:[- ](?:me|us|moi|nous|les|des))?(?: the| our| any)? {ADJECTIVE}?{EVENTS}\b",
    rf"\b(?:what|which)(?: (?:are|were|have been))?(?: the| our| my)? ?{ADJECTIVE}{{0,2}}?\b{EVENTS}\b",
    rf"\bwhich {ADJECTIVE}{{0,3}}?{PLURAL} "
    r"(?:(?:are (?:still|not|about)|were)(?! (?:needed|required|used|supported|allowed|available|mandatory|"
    r"necessary|there)\b)|(?:have|had|did|don't|aren't|weren't|depend|break|change)\b|"
    rf"do (?:not|use|{SPEAKS})|{SPEAKS}|\w{{3,20}}ed\b)",
    r"\bwhat (?:are|were) (?:the |our )?(?:different|various|main|open|remaining|known|unresolved|outstanding) "
    rf"{ADJECTIVE}{{0,3}}?{PLURAL}",
    rf"\bwhat {ADJECTIVE}{{0,2}}?{PLURAL} (?:were|have been|did we|have we) ",
    # lesquels, quels changements ont
    r"\blesquel(?:s|les)\b",
    r"\bquel(?:s|les) (?:[\w-]{1,30} ){0,3}?[\w'-]{1,30}[sx] (?:n'|ne |n'en |y )?"
    r"(?:ont|sont|etaient|avons|avez|avaient|a-t-on|ai-je|(?:mentionn|contredis|parl|concern|cit|demand|discut|"
    r"touch|manqu|dis|depend)[a-z]{0,3}ent)\b",
    rf"\bquel(?:s|les)(?: sont| etaient| furent| ont ete)?(?: les| nos| tou(?:te)?s les)? {ADJECTIVE}?{EVENTS}\b",
    r"\bquel(?:s|les) sont (?:tous|toutes|les differente?s)\b",
)

# Asked of the place where it stands: yes or no, why, how, when, where.
PLACE = re.compile(
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|should|shall|must|may|will|would|am|isn't|aren't|don't|"
    r"doesn't|didn't|wasn't|weren't|hasn't|haven't|why|when|where|what happen(?:s|ed)|how (?!many|often|frequently|"
    r"much of)|est-ce|"
    r"pourquoi|quand|ou (?:est|sont|se|a|avons|en)\b|comment|jusqu'a quand|depuis quand|since when|until when|"
    r"(?:\w{1,30} )?\w{1,30}-t-(?:il|elle|on)s?\b|faut-il|doit-on|peut-on|avons-nous|sommes-nous)\b"
)
# One place and one thing, where nothing else speaks of many.
_SAID = (
    r"(?:say|said|tell|told|decide|decided|agree|mean|recommend|answer|reply|conclude|call|name|use|do|think|"
    r"look like|happen|cost|return|require|suggest|propose|expect|contain)"
)
_ONCE = (
    r"(?:approved|decided|set|wrote|created|founded|introduced|invented|designed|built|started|won|killed|suggested|"
    r"proposed|owned|owns|hired|runs|leads|named|chose|let|came up with)"
)
_AUXILIARY = r"(?:is|was|does|did|has|had|should|must|can|could|do|are|were|will|would|i|we|you|he|she|it|they)\b"
ONE = any_of(
    r"^(?:what|whose|what's|which|in which|in what|on which|on what|at what|at which|under which|under what|"
    r"for which|from which|to which|with what) ?(?:is|was|'s)\b",
    r"^(?:what's|what is|what was|that's|c'est quoi|c'etait quoi|quel (?:est|etait)|quelle (?:est|etait))\b",
    rf"^what (?:did|does|do|would|should|must|will) .{{1,60}}\b{_SAID}\b",
    r"^what (?:happens|happened|came|made|caused|led|triggered)\b",
    r"^(?:(?:in|on|at|under|by|for|from|to|with|until|since|of) )?(?:what|whose) "
    rf"(?!{_AUXILIARY})[\w-]{{2,30}}(?: (?!{_AUXILIARY})[\w-]{{1,30}})? {_AUXILIARY}",
    rf"^(?:(?:in|on|at|under|by|for|from|to|with|until|since|of) )?which (?!{_AUXILIARY})[\w-]{{2,30}} \w",
    r"^(?:explain|describe|tell (?:me|us) (?:about|how|why|when|where|who)|remind me|look up|need the|give (?:me|"
    r"us) the|show (?:me|us) the|find the|quote the|what about)\b",
    r"^(?:qu'|que |qu'est-ce (?:que|qu') ?).{0,40}\b(?:dit|fait|signifie|veut dire|conclu|repondu|decide)\b",
    r"^(?:que (?:se passe|faire|fait|dit|faut)|qu'est-ce (?:que c'est|qui se passe))",
    r"^(?:(?:a|dans|de|sur|sous|pour|avec|par|en) )?(?:quel|quelle) [\w'-]{2,30}",
    r"^(?:combien) (?:ca |cela )?(?:coute|vaut|mesure|pese|dure|faut)",
    r"^(?:explique|decris|parle|rappelle|redonne|redonner|me redonner|me rappeler|donne-moi (?:le|la|l')|"
    r"montre-moi (?:le|la|l')|trouve (?:le|la|l'))",
    r"^how much (?!of\b)",
)
# What somebody said or a thing means, though "what did they" alone may be many things.
ONE_WORD = any_of(
    r"^what (?:does|do|did) (?:[\w'-]{1,30} ){1,3}?(?:mean|stand for|say|reply|answer|cost|decide|conclude|return|"
    r"think)(?: about (?:the|our|this|that|it|his|her) [\w '-]{1,60}| to (?:the|that|it|this) [\w '-]{1,60}|"
    r" when .{1,80})? ?\?*$",
)
# One person, though "who" alone may be many.
ONE_PERSON = any_of(
    rf"^who {_ONCE} (?:up )?(?:the|our|this|that|his|her|your|my)\b(?! (?:\w+ )?{PLURAL})",
    rf"^who {_ONCE} (?!{PLURAL})[\w./'-]{{1,40}} ?\?*$",
    r"^who(?:'s| is| was) (?:the|our|his|her|your|my|responsible|liable|in charge)\b",
    r"^qui (?:(?:est|etait) (?:le|la|l'|responsable|charge|chargee)|s'occupe|se charge|gere|dirige)\b",
    r"^qui a (?:ecrit|decide|approuve|propose|cree|introduit|invente|fonde|choisi|gagne|fixe) (?:le|la|l'|notre|ce|"
    r"cette)\b",
)
