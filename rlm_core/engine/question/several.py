"""Words of number, which one place may not be enough for, even where a question begins as if it were of one."""

from __future__ import annotations

from rlm_core.engine.question.likely import GREATEST, HABIT, MORE, SPREAD, WH
from rlm_core.engine.question.speech import ADJECTIVE, ENTRY, PLURAL, any_of

# Of many, though it begins as what one place answers: "are there more complaints or more praises?"
TALLY_OF_PLACE = any_of(
    SPREAD,
    MORE,
    r"\b(?:more|less|plus|moins) (?:often|souvent|frequently|frequemment)\b",
    rf"^(?:are|is|do|does|did|were|was|have|has|est-ce)\b.{{1,120}}\b{HABIT}\b",
    rf"\b-(?:t-)?(?:ils|elles|on|il|elle)\b.{{0,80}}\b{HABIT}\b",
)

COUNT_OF_PLACE = any_of(r"\bmore than (?:once|twice|\w{1,12} times)\b|\bplus d(?:e |')\w{1,12} fois\b")

LIST_OF_PLACE = any_of(
    r"^(?:where|when|quand)\b.{1,120}\b(?:down|absente?|ill|late|away|out of|malade|en retard|en panne)\b",
    rf"^why (?:do|did|are|were|have) (?:our |the |most |many |some |these )?{ADJECTIVE}?{PLURAL}",
    r"^pourquoi (?:les|nos|des|certains) ",
    r"^(?:where|when)\b.{1,120}\b(?:mention|discuss|talk|refer|cite|appear|occur|disagree|argue|called|used|been)",
    r"^where (?:did|do|have) (?:we|they) (?!put|leave|left|store|save|keep|agree|stop|set|sign|meet)\w",
    r"^where (?:did|has|have) (?:[\w'-]{1,30} ){1,3}?(?:go|gone|travel|live|lived|work|worked|visit|been|"
    r"stay|eat|shop|explore|hike|camp|look|search)",
    r"^(?:ou|quand)\b.{1,120}\b(?:parl|mentionn|discut|cit|appara)",
    r"^ou (?:a-t-|est-|sont-|ont-|avons-|avez-)",
    # "when did we release?": what has no object happens again.
    rf"^when (?:did|do|does|has|have) \S{{1,30}} \S{{1,30}} ?\?*$|^(?:when|where) (?:are|were|have) (?:the |"
    rf"our )?{PLURAL}",
    r"^quand [\w'-]{1,20}-t-\w{2,5} \w{1,20} ?\?*$",
    r"^(?:is|are|was|were|have|has) (?:there )?(?:been )?(?:any|other|anyone|anybody|anything|someone)\b",
    rf"^(?:are|were) there (?:more |some |many |still )?{ADJECTIVE}{{0,2}}?{PLURAL}",
    r"^(?:did|does|do|have|has|had)\b.{1,80}\b(?:any|anything|anyone|anybody|something|someone)\b",
    r"^(?:did|does|do) (?:any|anyone|anybody|someone)\b",
    r"^what happened.{1,80}\b(?:each|every|day by day|step by step)\b",
    r"^(?:que|qu'est-ce qu'il) reste",
    r"^(?:est-ce qu'il )?y a(?:-t-il)? (?:eu )?d(?:es|'autres)\b",
    r"^(?:quelqu'un|est-ce que quelqu'un)\b",
)

# Of many things, and no more can be said: asked of one place all the same, perhaps.
MANY = any_of(
    r"\b(?:all|every|each|any(?:one|body|thing|where)?|ever|never|always|none|nobody|no one|nothing|only|whole|entire|"
    r"total|altogether|everyone|everybody|everything|"
    r"tous|toute?s?|tout|chaque|aucune?|jamais|personne (?:n|ne)|rien|seule?s?|chacune?)\b",
    rf"\b{GREATEST}\b(?! recent)",
    r"\b(?:share|fraction|proportion|percentage|ratio|rate|frequency|frequence|majority|minority|taux|pourcentage|"
    r"favou?rite|preferred|preferee?s?|favori(?:te)?)\b",
    r"^what (?:is|are|was|were|did|do|does|has|have)\b.{1,80}\b(?:of|about|for|with|from|on|at|to|against) ?\?*$",
    r"^where (?:did|do|have) (?:we|they) (?!put|leave|left|store|save|keep|agree|stop|set|sign|meet)\w",
    r"^what (?:must|may|can|should|could)\b|^que (?:doit|doivent|peut|peuvent)\b",
    r"\b(?:more than (?:once|twice|\w{1,12} times)|plus d(?:e |')\w{1,12} fois|pires?|meilleure?s?)\b",
    r"\b(?:kinds?|sorts?|types?|genres?|sortes?) (?:of|de|d')",
    r"\b(?:these|those|ces) \w",
    r"\b(?:day by day|step by step|one by one|jour par jour|un par un|une par une)\b",
    r"\b(?:and|et) (?:to |for |by |with |from |a |de |par )?(?:whom|who|which|where|when|why|how|qui|quand|ou|"
    r"pourquoi|combien)\b",
    r"\b(?:average|mean|median|sum|combined|in total|au total|moyenne|mediane|somme)\b",
    r"\b(?:quelqu'un|someone|somebody|certains|certaines)\b",
    r"^where (?:did|has|have) (?:[\w'-]{1,30} ){1,3}?(?:go|gone|travel|live|lived|work|worked|visit|been|"
    r"stay|eat|shop|explore|hike|camp|look|search|go to)",
    r"^ou (?:a-t-|est-|sont-|ont-|avons-|avez-)",
    r"^what (?:makes|leads|causes|triggers|drives|keeps|helps)\b",
    rf"^(?:explain|describe|what about|tell (?:me|us) about|remind me of|explique|parle)\b.{{0,60}}\b(?:{PLURAL}|"
    rf"les|des)\b",
    r"^(?:which|quel|quelle) [\w'-]{2,30} (?:mention|complain|contradict|concern|ask|discuss|refer|parle|mentionn|"
    r"demand|a demand|s'est plaint|contredi)",
    r"\b(?:over|during|throughout|across) (?:the|this|these|those|all|last|past|our)\b",
    r"\b(?:so far|to date|until now|up to now|jusqu'ici|jusqu'a present|au fil|pendant|durant|ces dernier(?:e)?s)\b",
    r"^when (?:did|do|does|has|have) \S{1,30} \S{1,30} ?\?*$",
    # What is done again and again, and why many do it.
    r"^(?:where|when|on what|at what)\b.{1,120}\b(?:mention|discuss|talk|refer|use|appear|occur|cite|call|change|"
    r"complain|fail|crash|go down|went down|break|happen|meet|met|argue|disagree|down|absent|ill|late|away|out of)",
    r"^(?:ou|quand)\b.{1,120}\b(?:parl|mentionn|discut|utilis|appara|cit|chang|tomb|plant|rat|echou|rencontr)",
    rf"^how come {ADJECTIVE}?{PLURAL}",
    rf"^why (?:do|did|are|were|have) (?:our |the |most |many |some |these )?{ADJECTIVE}?{PLURAL}|^pourquoi (?:les|"
    rf"nos|des|certains)\b",
    r"\b(?:often|again and again|repeatedly|more than once|at least (?:once|twice)|souvent|a plusieurs reprises|"
    r"plus d'une)\b",
    r"\b(?:else|other|others|another|d'autres?|autres?)\b",
    rf"\b{WH} {ADJECTIVE}{{0,2}}?{PLURAL}",
    r"\bquel(?:s|les)\b",
    r"\bwhat (?:are|were)\b|\bwhich (?:are|were)\b",
    r"\bhow (?:many|often|frequently)\b|\bcombien (?:d[e']|sont)|\b(?:number|count|amount|nombre|quantite) (?:of|d)",
    r"\bwho (?:\w{2,20}ed|are|were|have)\b",
)

# Words of number: how many, which of several.
OF_NUMBER = any_of(
    r"\bhow (?:many|often|frequently)\b",
    r"\bcombien (?:de|d'|sont|ont|y a|d)",
    r"\b(?:number|count|nombre) (?:of|d)",
    rf"\b{WH} {ADJECTIVE}{{0,3}}?{PLURAL}",
    rf"\b{WH} (?:ones|of)\b",
    r"\b(?:what|which) (?:are|were)\b",
    r"\bquel(?:s|les)\b|\blesquel(?:s|les)\b",
    rf"\bhow many {ENTRY}\b",
)
