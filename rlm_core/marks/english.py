"""How people and Claude decide, correct, refuse and leave open, in English.

Patterns are searched in folded sentences (see `sentences`), each at most a few hundred characters long.
"""

from __future__ import annotations

from rlm_core.marks.rules import CORRECTED, DECIDED, OPEN, REFUSED, claude, rule, user

FILLER = (
    "ok(?:ay)?|yes|yeah|yep|yup|fine|sure|good|great|perfect|right|alright|cool|nice|so|then|and|but|also|please|pls|"
    "just|well|hm+|ah|oh|thanks|thank you|got it|agreed|for now|in that case|first|finally|sounds good|looks good|"
    "makes sense|lgtm|works for me|deal|exactly|absolutely|definitely|again|one more thing|fair enough|instead|now|"
    "fine by me|so be it|understood|i'm convinced|convinced|i think|ah"
)
# At the beginning, or after words that say nothing.
START = rf"^(?:(?:{FILLER})\b[,.!:]? ?(?:[-–—] ?)?)*"
# Where an order may begin.
CLAUSE = rf"(?:{START}|[,;:(–—] ?(?:(?:{FILLER})\b,? ?)*|\b(?:and|but|so|please|just|then) )"
WHO = (
    r"\b(?:we(?: all| both)?|i|they|you|everyone|everybody|(?:the )?(?:team|board|client|customer|management|product))"
)
HAVE = r"(?:'ve|'d| have| had| has)?"
ADV = (
    r"(?: (?:just|all|finally|already|also|therefore|now|then|both|only|simply|definitely|probably|eventually|rather|"
    r"instead|always|please|really|first|deliberately|explicitly))*"
)
LET = r"\blet(?:'s|s| us)"
SETTLED = r"(?:final|settled|decided|agreed|approved|locked in|a done deal)"

# Before a decision these words make it a question, a condition or a proposal.
HYPOTHETICAL = (
    "if|could|might|would|may|maybe|perhaps|should|shall|whether|what|why|how|recommend|suggest|propose|can|unless|"
    "once|suppose|assuming|when|until|i think|do you|did|remember|option is to|tell me|know|happy to|not sure"
)
SUPPOSED = "if|whether|why|how|when|unless|suppose|assuming|because|since|ensures?|sure|so that|says?|said"

DECISIONS = (
    rule(
        DECIDED,
        "decid*",
        rf"{WHO}{HAVE}{ADV} decided\b(?! (?:yet|not|against|later|nothing))",
        r"\b(?:was|been|is|were|it's) (?:\w+ )?decided (?:that|to|on|in favou?r)\b(?! not\b)",
        r"^decided\b(?! (?:by|not|at)\b)",
        unless=HYPOTHETICAL,
    ),
    rule(
        DECIDED,
        "decision* decided verdict answer call pick vote rule policy winner deal",
        r"^(?:(?:the|our|my) )?(?:final )?(?:design )?decisions?(?: (?:made|taken|here|(?:of|"
        r"from) [\w ]{1,30}))? ?[:–—-] ?\w",
        rf"{START}(?:my (?:call|pick|vote)|(?:the |my )?final answer|(?:the )?verdict|(?:the |our )?(?:rule|"
        rf"policy)) ?[:–—-] ?\w",
        rf"{START}(?:the )?(?:winner|deal|rule|policy) is\b",
    ),
    rule(
        DECIDED,
        "decision choice verdict",
        r"\b(?:the|our|my) (?:final )?(?:decision|choice|verdict) (?:is|was|stands|fell on)\b(?! (?:still|not|yet|"
        r"to be|up to|yours|hard|open|between|mine|whether|made by))",
        rf"{WHO}{HAVE}{ADV} (?:made|taken|took) (?:the|a|our|my|this) (?:\w+ )?(?:decision|choice)\b",
        r"\b(?:per|following|as per) your (?:choice|decision|preference)\b",
        unless=HYPOTHETICAL,
    ),
    rule(
        DECIDED,
        "settled settling agreed chose chosen opted opting picked standardi* committed landed signed went selected",
        rf"{WHO}{HAVE}{ADV} (?:settled|agreed(?! not)|chosen|chose|opted|picked|standardi[sz]ed|committed to|landed on|"
        r"signed off on|went with|selected)\b(?! (?:to disagree|the wrong|up\b))",
        r"\bwe(?:'re| are) (?:settling|opting|standardi[sz]ing) (?:on|for)\b",
        unless=HYPOTHETICAL,
    ),
    rule(
        DECIDED,
        "agreed decided chosen selected",
        r"\bas (?:we |you )?(?:agreed|decided)\b",
        r"^agreed ?[:–—-]",
        r"^agreed, (?:we|so|the|let)\b",
        r"\bthe (?:agreed|chosen|selected) [\w -]{1,30} (?:is|are)\b",
    ),
    user(
        DECIDED,
        "word favor favour",
        r"\b(?:that's|this is) (?:my |the )?(?:final word|last word)\b",
        r"\bwe(?:'re| are) (?:all )?in favou?r of\b",
        unless=HYPOTHETICAL.replace("should|", ""),
    ),
    rule(
        DECIDED,
        "now forward henceforth here",
        r"\b(?:from now on|going forward|henceforth|from here on(?: out)?)\b,? ?\w",
    ),
    rule(
        DECIDED,
        "final settled decided agreed approved locked done",
        rf"\b(?:is|are|it's|that's) (?:now |all )?{SETTLED}(?:$|[ ,.;:!]+(?!(?:by|in|on|version|at|yet|not|class|"
        rf"as)\b))",
        unless=HYPOTHETICAL + "|nothing|no|nor|not",
    ),
    rule(
        DECIDED,
        "let's lets let we'll we're we going go",
        rf"{LET}{ADV} (?:go(?: ahead)? with|stick (?:with|to)|settle (?:on|for))\b",
        rf"\bwe(?:'ll| will| shall|'re| are){ADV} (?:go with|going with|stick with|sticking with|stick to|"
        r"sticking to|settle on|standardi[sz]e on)\b",
        r"\bi(?:'m| am) (?:going|sticking) with\b",
        r"\bi(?:'ll| will) go (?:with|for)\b",
        unless=HYPOTHETICAL,
    ),
)

# What is settled after "let's" and "we'll"; "look", "see" and "need to" are steps and guesses.
CHOICE = (
    r"(?:go for (?!it\b|a )|go to \d|use (?!the (?:debugger|tool|skill)|grep\b|your\b)|keep (?!(?:\w+ing|each|"
    r"everyone|in|up|at it|an eye|it up|going|safe|calm)\b)|make (?:it|that|them|this|the [\w ]{1,30}?) (?!(?:happen|"
    r"work|pass|compile|up|better|count|through)\b)\w|set\b|say (?:\d|it's|for)|pick (?!(?:this|it|up) up)|choose|"
    r"adopt|only|always|never|support (?!each|one|our)|drop(?! (?:by|in))|(?:move|switch|migrate|change|upgrade|"
    r"downgrade) (?:\w+ ){0,3}?to (?!the (?:next|other)|another|next)|call (?:it|them|this|that|the)|name|ship|"
    r"target|limit|cap|leave (?!(?:it|this|that) (?:here|there|for))|store|put (?!(?:this|it|that) (?:off|aside|"
    r"on hold))|require|enforce|default|standardi[sz]e|treat|return (?!to)|expose|restrict|start (?:with|at) \d|"
    r"split|merge|separate|version|pin\b|cache|log|poll|freeze|lock|host|deploy|publish|release|run (?:it|them|that|"
    r"this|the \w+) (?:on|in|at|as|every|nightly)|have (?!(?:fun|a (?:great|good|nice|chat|look|call|meeting|drink|"
    r"talk|blast)|to)\b)|do (?:it|that|both|this|option|[a-f\d]\b|weekly|daily|nightly|\d|the \w+ (?:in|by|with|as))|"
    r"take (?:the|option) (?!(?:time|day|kids|dog|bus|train|opportunity))|replace|remove|rename|encrypt|build (?:on|"
    r"it|them|the) |write (?:it|them) in|turn (?:it|that|this|\w+) (?:on|off)|disable|enable|allow|skip (?:over )?to|"
    r"rely on|base (?:it|this|that)|bump|raise|lower|reduce|increase|extend|shorten)"
)
ORDERS = (
    r"(?:make (?:it|that|them|this|the \w+)(?! (?:work|sure|pass|compile|so|faster|more|better|less|look|pretty|nice|"
    r"\w+ work))|split (?:it|that|this|the)\b|put (?:it|that|them|this|the [\w ]+?) (?:in|into|under|behind|on|at|"
    r"next)\b|name (?:it|them|this|the \w+)|call (?:it|them|this|the \w+) \S|limit\b|cap\b|restrict\b|default to|"
    r"treat\b|round\b|respect (?:the|our|all)|follow (?:the|our) |adhere to|stick (?:with|to)\b|pick\b|choose\b|"
    r"prefer\b|take (?:the )?(?:first|second|third|last|simple|simpler|short|long|other|option)\b|require\b|"
    r"standardi[sz]e on|(?:only|always) (?:use|support|store|log|run|keep|write|call|put|return|commit|add|ask|show|"
    r"import|pass|sort|round|check)\b|(?:go|going|i'd go|we go) (?:ahead )?(?:with|for)\b (?!(?:it|me|now|a)\b)|"
    r"keep (?:it|that(?! \w+ going)|them|this|the|using|both|all|our|my|only|to|\w+ at)\b(?! (?:going|up|in mind))|"
    r"leave (?:it|that|them|this|the [\w ]+) (?:as|at|on|off|in|alone)\b|use (?!of\b|cases?\b|"
    r"the (?:\w+ )?(?:attached|following|above|same|screenshot|tool|command|debugger|link|logs?)\b|your\b|this (?:to|"
    r"as)\b|grep\b|it\b)\w|set (?:the |it|that|this|max|min|\w+_)[^?]{0,60}\bto \S)"
)
CHOICES = (
    user(DECIDED, "let's lets let", rf"{LET}{ADV} {CHOICE}", unless=HYPOTHETICAL),
    user(
        DECIDED,
        "we",
        rf"(?:{START}|[,;:] ?|\b(?:that|then|so|and|but|v1|mvp|release|now|launch) )we(?: only| just| always| never|"
        rf" all| simply)? (?:use|keep|support|ship|store|do|call|stick|"
        r"treat|target|adopt|drop|skip|host|deploy|publish|poll|return|raise|sign|encrypt|release|"
        r"migrate)\b(?! (?:not|it like|to have)\b)",
        unless=HYPOTHETICAL + "|since|because|as|currently|already|right now|at the moment|today|why|where",
    ),
    user(
        DECIDED,
        "should must",
        rf"^(?!(?:it|this|that|you|i|there|what|which|who|everything|all)\b)(?:{FILLER})?,? ?(?:the|every|each|all|"
        rf"any|our|new|old|failed|\w+s) [\w\s'`-]{{2,50}} (?:should|must) "
        r"(?:always |only |still |also )?(?:be|stay|remain|fail|return|use|have|default|run|live|accept|support|show|"
        r"log|start|contain|raise|go|keep|come)\b(?! (?:fixed|possible|able|easy|enough|fine|ok|there|working|"
        r"something|the same as|similar|because|due))",
        unless="if|why|what|how|think|guess|maybe|perhaps|probably|but",
    ),
    user(
        DECIDED,
        "we'll we're we",
        rf"\bwe(?:'ll| will| shall|'re going to| are going to){ADV} {CHOICE}",
        r"\bwe(?:'re| are) (?:only |now )?(?:doing|shipping|keeping|moving to|switching to|dropping|targeting|"
        r"building|migrating to|adopting|standardizing|launching with)\b",
        unless=HYPOTHETICAL,
    ),
    user(
        DECIDED,
        "make name call limit cap restrict default treat round respect follow adhere stick pick choose prefer take "
        "target require standardi* only always go going keep leave use set split put yes",
        rf"{START}{ORDERS}",
        rf"{CLAUSE}(?:do it|do that|go),? and set\b",
        r", always[.!]*$|^yes to (?:the |both|option|your )",
    ),
    user(
        DECIDED, "do_it do_that ship merge", rf"{START}(?:do (?:it|that)[,.!]* (?:and|but|as|with)|(?:ship|merge) it)\b"
    ),
    user(
        DECIDED,
        "it_is then",
        rf"^(?:(?:{FILLER})\b,? )*(?!(?:here|there|how|what|that|as|where|whatever|like)\b)[\w.+#'-]+(?: (?!(?:how|"
        rf"what|like|as|is|think|love|know|whatever)\b)[\w.+#'-]+){{0,4}} it is(?: then| for now)?[.!]*$",
        r"^(?:alright|ok(?:ay)?|fine|right|good|well),? (?!go|let's|i|we|do|what|so|and|just|now|see|"
        r"back)[\w.+#'-]+(?: [\w.+#'-]+){0,4} then[.!]*$",
    ),
    user(
        DECIDED,
        "i'd like rather prefer want",
        r"\bi(?:'d| would)? (?:rather|sooner|prefer(?: to)?|much prefer|strongly prefer) (?!not\b|no\b|"
        r"that you don)\w+ \w",
        r"\bi(?:'d| would) like (?:(?:every|all|each|the) [\w-]+(?: [\w-]+)?|it|them|this|that) (?:to (?:be|have|use|"
        r"stay|return|run)|\w+ed|in|on|as)\b",
        r"\bi want (?:(?:every|all|each|the) [\w-]+(?: [\w-]+)?|it|them|this|that) (?:to (?:be|have|use|stay|return|"
        r"run|look)|\w+ed|in|on|as|under|without)\b",
        unless=HYPOTHETICAL,
    ),
    user(
        DECIDED,
        "option approach plan version variant",
        rf"{START}(?:the )?(?:option|approach|plan|version|variant) [a-f\d]\b(?: please| then| it is|,|$)",
    ),
    user(
        DECIDED,
        "stays remains",
        r"\b(?:stays|remains) (?:in|on|at|as|with|the same|the way|\w+ous|where|how)\b",
        unless=HYPOTHETICAL + "|still|it|he|she|who|bug|error|problem|issue",
    ),
)

CLAIM = (
    r"(?:statement|claim|answer|analysis|assumption|reading|conclusion|message|summary|explanation|diagnosis|guess|"
    r"estimate|number|figure|suggestion|understanding|comment|theory|interpretation|report|calculation|description)s?"
)
WRONG = r"(?:wrong|incorrect|mistaken|inaccurate|false|misleading|off|backwards|not (?:right|correct|accurate|true))"
CORRECTIONS = (
    rule(
        CORRECTED,
        "scratch strike back thought thoughts reflection mind corrected",
        r"^(?:\w+,? ){0,3}(?:scratch|strike) (?:that|the last|my last)\b",
        r"\bi(?:'ll)? take (?:that|it|this) back\b",
        r"\bon (?:second thoughts?|(?:further )?reflection)\b",
        r"^thinking about it (?:again|more)\b",
        r"\bchang(?:ed|ing) (?:my|our|his|her|their) minds?\b",
        r"\bi stand corrected\b",
    ),
    user(
        CORRECTED,
        "all back scrap changed now called scratch since old idea said",
        r"\bafter all\b(?=[.!,]*$|,)",
        r"\bwe(?:'re| are) back (?:to|on)\b(?! (?:track|work))",
        rf"{CLAUSE}(?:actually )?scrap (?:the|that|it|this|all)\b",
        r"\b(?:spec|requirement|plan|deadline|scope|design|format|api|schema|rule|policy|limit|budget)s? (?:has |"
        r"have |just )?changed\b",
        r"\b(?:is|are) now (?:called|named|\d|at \d|on \w|in \w)",
        r"\bforget (?:about )?the [\w ]{1,40} idea\b",
        r"\bi said [^,;]{1,40}\b(?:but|meant)\b",
        r"^since (?:yesterday|today|last \w+|monday|this \w+),? [^,;]+ (?:is|are) (?:called|now|in|at|on)\b",
        unless="if|whether|what|why|how",
    ),
    rule(
        CORRECTED,
        "sorry correct incorrectly wrongly mistakenly falsely assumed looking should",
        r"^sorry (?:about that|for (?:the|that|my))\b",
        r"\b(?:i (?:need|have|must|should) to correct|let me correct (?:myself|that|what|my))\b",
        r"\bi(?:'d| had| have|'ve)? (?:incorrectly|wrongly|mistakenly|falsely) \w+",
    ),
    rule(
        CORRECTED,
        "actually",
        r"^(?:(?:hmm+|oh|ah|well|ok|wait),? )*actually,? (?:no\b|wait\b|scratch|nope)",
        r"^(?:no|wait),? actually\b",
    ),
    user(
        CORRECTED,
        "actually",
        r"^(?:(?:hmm+|oh|ah|well|ok|and|but|so|no|wait),? )*actually,? (?:let's|lets|keep|use|make|don't|do not|go|"
        r"i meant|i want|i'd|leave|we (?:should|need|want|don't|can)|it should|it's (?:the|a|on|in|\d)|it is the|set|"
        r"put|drop|forget|remove|revert|skip|never|change|take)\b",
        r"\b(?:let's|lets) actually\b",
    ),
    user(
        CORRECTED,
        "no not wait nope sorry oops whoops hold",
        r"^not (?:the )?[\w.-]+, (?!(?:but|sure|yet|just|only|i|we|it)\b)(?:the )?[\w.-]+(?: please| instead)?[.!]*$",
        r"^(?:(?:oh|ah|hm+) )?(?:no|nope|wait|sorry|oops|whoops|hold on)\b[,.!…–—-]* ?(?:(?:no|wait|sorry|"
        r"actually)\b[,.!…–—-]* ?)*(?:keep|use|make|revert|undo|i mean[t]?|i (?:gave|got|was|forgot|confused)|"
        r"it should|let's (?!not)|leave|not the|wrong (?!window)|(?:that's|that is|this is|it's|it is|"
        r"the [\w ]{1,30} (?:is|are)) (?!(?:fine|ok|okay|good|great|all|it|enough|overkill|too|not (?:needed|"
        r"necessary|worth|a problem|possible)|working|correct|right|expected|because|still|just|what i)\b)\w)",
        r"^(?:wait|no),? no\b,? \w",
    ),
    rule(
        CORRECTED,
        "wrong mistaken backwards reversed flipped",
        r"\b(?:i|we) (?:was|were|am|are|got (?:it|that|this)|had (?:it|that|this|them|the [\w ]{1,30}?))"
        rf"(?: (?:completely|totally|both|clearly|partly|all))? (?:{WRONG}|reversed|flipped|mixed up|the wrong way)\b",
        unless="if|unless|think|in case|correct me|hope|see where",
    ),
    rule(
        CORRECTED,
        "mistake bad error apologies apologize apologise fault catch",
        r"\bmy (?:own )?(?:mistake|bad|fault|error)\b",
        r"\b(?:i|we)(?:'ve| have)? made (?:a|an|the) (?:\w+ )?(?:mistake|error)\b",
        r"^(?:(?:my|sincere) )?apologies\b",
        r"\bi apologi[sz]e\b",
        r"^(?:good|nice|great) catch\b",
    ),
    rule(
        CORRECTED,
        "misread misunderstood misspoke mistyped misremembered mixed confused overlooked misdiagnosed misinterpreted "
        "misjudged",
        r"\b(?:i|we)(?:'d| had| have|'ve)? (?:misread|misunderstood|misspoke|mistyped|misremembered|mixed up|"
        r"confused|overlooked|misdiagnosed|misinterpreted|misjudged)\b",
    ),
    claude(
        CORRECTED,
        "right",
        r"\byou(?:'re| are) (?:absolutely |totally |completely |quite |of course )?right\b(?! (?:here|now|there|"
        r"to ask|to question)\b)",
        unless="if|whether",
    ),
    rule(
        CORRECTED,
        "correction correcting contrary",
        r"^(?:(?:small|quick|one|important|a) )?correction ?(?:[:,–—-]|to (?:my|what))",
        r"^correcting (?:myself|my)\b",
        r"\bcontrary to what (?:i|we)\b",
    ),
    rule(
        CORRECTED,
        "forget disregard ignore",
        rf"{CLAUSE}(?:forget|disregard|ignore) (?:what i|everything i|my (?:last|previous|earlier)|that last|the last)",
    ),
    user(
        CORRECTED,
        "never nevermind meant",
        r"^(?:ok |oh |ah |sorry,? )?never ?mind\b",
        r"\bi (?:actually )?meant\b",
        unless="what|if|is that|know",
    ),
    rule(
        CORRECTED,
        "wrong incorrect mistaken inaccurate false misleading off right correct accurate backwards",
        rf"\b(?:my|our|what i (?:said|wrote|told)|(?:the|that) (?:earlier|previous|first|initial|original|"
        rf"last))\b(?: \w+){{0,2}}?(?: {CLAIM})\b[^,;]{{0,40}}\b(?:was|were|is|are) (?:\w+ )?{WRONG}\b",
        rf"\bwhat i (?:said|wrote|told)\b[^,;]{{0,40}}\b(?:was|were|is|are) (?:\w+ )?{WRONG}\b",
        unless="if|whether",
    ),
    user(
        CORRECTED,
        "wrong right correct true incorrect asked meant said wanted",
        r"\b(?:that's|that is|this is|it's) (?:wrong|incorrect|not (?:right|correct|true|what i (?:said|meant|asked|"
        r"wanted)))\b",
    ),
    user(
        CORRECTED,
        "not",
        r"\b(?:should|must|needs to|has to) be [^,;]{1,40},? (?:and )?not (?!be\b)\S",
        r"\b(?:it's|it is|is|are|was|returns?|uses?) (?!not\b)[^,;?]{1,40}, not (?!sure|yet|only|just|bad|that|"
        r"a problem|too)\S+(?: \S+){0,4}$",
    ),
    user(
        CORRECTED,
        "not",
        r"\bnot [^,;?]{1,30},? but (?:rather )?(?!it|i|we|that|still|the\b.* (?:is|are|does))\S+(?: \S+){0,4}$",
        unless="is|does|do|did|was|can|will|could|has|have",
    ),
    rule(
        CORRECTED,
        "longer anymore more",
        r"\b(?:we|i)(?:'re| are|'ll| will| do)? no longer (?!have\b|see|get|know|remember)\w+",
        r"\b(?:we|i)(?:'re| are)? (?:don't|do not|won't|aren't|not) (?!see|get|have|know)[^,;]{1,40}\bany ?more\b",
        unless="if|so that|when",
    ),
    user(
        CORRECTED,
        "anymore more",
        r"\b(?:isn't|is not|aren't|are not) [^,;]{1,30}\bany ?more\b(?=, (?:it|but|now|we)| but|; it)",
    ),
    user(
        CORRECTED,
        "revert undo roll rollback",
        rf"{START}(?:revert|undo|roll back|rollback) (?:to|that|this|it|the|your|my)\b",
        unless=HYPOTHETICAL,
    ),
    rule(
        CORRECTED,
        "revert back roll undo return",
        rf"{LET}{ADV} (?:revert|go back|roll back|switch back|undo|move back|return to)\b",
        unless=HYPOTHETICAL,
    ),
    user(
        CORRECTED,
        "back",
        rf"{CLAUSE}(?:go|switch|move|change|put|roll) (?:it |that |everything )?back to (?!work|sleep|"
        rf"the (?:question|topic|ticket))",
    ),
    rule(
        CORRECTED,
        "switched moved migrated changed went reverted rolled replaced used",
        r"\bwe(?:'ve| have)? (?:just |now |since )?(?:switched|moved|migrated|changed|"
        r"reverted) (?:\w+ ){0,3}?(?:from|back|away|off)\b",
        r"\bwe(?:'ve| have)? (?:just |now |since )?(?:went back to|rolled back|replaced \S+ (?:with|by))",
        r"\bwe used to\b.*\b(?:now|but|since)\b",
    ),
    rule(
        CORRECTED,
        "instead rather",
        r"^(?:instead of|rather than) [^,;]{1,60}?,? (?:we|let's|i|use|do|make|please|just)\b(?! (?:would|could|"
        r"might|should|can))",
    ),
    rule(CORRECTED, "plan plans", r"\b(?:new plan|change of plans?)\b"),
)

NOT_ORDER = (
    r"(?!(?:worry|know|think|see|mind|understand|forget|remember|hesitate|get|have|want|need|believe|care|recall|"
    r"agree|like|feel|panic|bother (?!with|to|\w+ing)|be|give up|miss|stop|let|hold your|even|really|seem|look|work|"
    r"show|exist|apply|match|appear|always|been|seen|heard|had|done|got|in|again|a|the|my|mine)\b)"
)
NO_THING = (
    r"(?!(?:problem|problems|idea|ideas|worries|rush|clue|wait|thanks|thank|one|ones|longer|more|matter|such|"
    r"changes?|errors?|luck|doubt|results?|output|response|difference|issues?|reason|sense|it|it's|i|i'm|we|that|"
    r"that's|this|the|there|you|actually|need|way|logs?|warnings?|sign|trace|data|hits?|match|matches|tests?|files?|"
    r"hurry|kidding|further|comments?|offen[cs]e|pressure|questions?|surprises?|news|what|let's|keep|use|not|please|"
    r"and|but|of|never|hooks?|access|choice|fix|evidence|information|info|pain|big|decision|preference|opinion|"
    r"effect|success|joy|progress|too|still|sorry|only|just|because|where|why|how|which|he|she|they)\b)"
)
TOO_MUCH = (
    r"(?:complicated|complex|heavy|expensive|risky|much(?: work| effort| code)?|verbose|clever|fragile|invasive|"
    r"early|big)"
)
REFUSALS = (
    user(
        REFUSED,
        "don't dont not never",
        rf"{CLAUSE}(?:don't|dont|do not)(?: ever| just| simply)? {NOT_ORDER}[a-z]\w*",
        rf"{CLAUSE}never (?!(?:again|a|in|seen|heard|had|got|used|tried|mind)\b|\w+(?:ed|wn|en|"
        rf"[^s]s)\b){NOT_ORDER}[a-z]\w*",
        unless=SUPPOSED,
    ),
    rule(
        REFUSED,
        "won't not shouldn't mustn't aren't never want",
        r"\bwe(?: (?:won't|will not|shouldn't|should not|must not|mustn't|are not going to|aren't going to|"
        r"will never|must never|should never)|'ll (?:not|never)|'re not going to)\b(?! (?:be able|know|see|get|"
        r"have to|need))",
        r"\bwe(?:'re| are)(?: not (?:doing|using|adding|supporting|shipping|building|migrating|keeping|touching|"
        r"rewriting|adopting|taking|going with)| never \w+ing)\b",
        r"\bwe (?:don't|do not|never) want\b",
        unless=SUPPOSED,
    ),
    user(
        REFUSED,
        "want won't going like rather refuse prefer need",
        r"\bi (?:don't|do not|really don't|never|definitely don't) (?:want|like)\b(?! (?:to (?:be|bother|know|let|"
        r"miss|go|lose|sound)|future|you to feel))",
        r"\bi(?:'m| am) not going to\b|\bi won't (?:accept|allow|merge|approve|use|have)\b|\bi refuse\b",
        r"\bi(?:'d| would)? (?:rather|prefer(?: to)?) (?:not|no|avoid)\b",
        r"\bwe (?:really )?(?:don't|do not|won't) need (?!to (?:know|worry|check|see))",
        rf"{START}(?:there(?:'s| is) )?no need (?:for|to) (?!worry|apologi|be sorry|rush|thank)",
        unless=SUPPOSED,
    ),
    user(
        REFUSED,
        "fan against circumstances forbidden prohibited banned must mustn't never shouldn't not",
        r"\b(?:not|no) (?:a )?(?:big )?fan of\b",
        r"\bi(?:'m| am) (?:strongly |totally )?against\b",
        r"\bunder no circumstances\b",
        r"\bis (?:strictly )?(?:forbidden|prohibited|banned)\b",
        r"\byou (?:shouldn't|should not|must not|mustn't|may not|should never) (?!have (?:to|been)\b|need)\w",
        r"\b(?:must not|mustn't|must never|should never|may never) (?!have\b)\w",
    ),
    rule(
        REFUSED,
        "not skip avoid",
        rf"{LET}(?: please| rather| just)? not\b(?! (?:forget|worry|get ahead))",
        rf"{LET} (?:just |rather )?(?:skip|avoid)\b",
        unless="if",
    ),
    user(
        REFUSED,
        "no",
        rf"^(?:(?:{FILLER}|strictly)\b,? )*no {NO_THING}[a-z][\w.+#-]*(?: [\w.+#-]+)?(?: please| at all| here|"
        rf" anywhere| ever| for now)?"
        r"(?: (?:in|for|on|with|from|to|without|until|before|inside|between|outside|when) .*)?[.!]*$",
        rf"(?:, (?:and |but )?|\band )no {NO_THING}[a-z][\w.+#-]*(?: [\w.+#-]+)?(?: please| at all)?[.!]*$",
    ),
    rule(
        REFUSED,
        "reject* ruled decided agreed chose discard* dismissed turned vetoed abandoned gave dropped declined",
        rf"{WHO}{HAVE}{ADV} (?:rejected|ruled (?:it |that |this )?out|(?:decided|agreed|chose) (?:against|not to|"
        rf"on not|to not)|discarded|dismissed|"
        r"turned (?:it |that |this )?down|vetoed|abandoned|gave up on|dropped|declined)\b",
        r"^(?:rejected|ruled out|discarded|dropped)(?: \w+)? ?[:–—]",
        r"\b(?:was|were) (?:\w+ )?(?:rejected|discarded|dropped|dismissed|abandoned) (?:because|as|for|since|due|"
        r"in favou?r)\b",
        r"\b(?:is|are|was|were|been) (?:\w+ )?ruled out\b",
        unless="if|whether|what|how|when",
    ),
    rule(
        REFUSED,
        "scope doing question table option overkill no-go veto hard non-starter unacceptable limits goals non-goal "
        "non-goals idea way pass enough",
        r"\b(?:is|are|stays?|remains?) out of scope\b",
        r"^(?:not doing|out of scope|non-goals?)(?: \w+)? ?[:–—]",
        r"\b(?:out of the question|off the table|not an option|a no-go|a non-starter|hard no\b|i veto|off limits)",
        r"\b(?:a |an? (?:really )?)?(?:bad|terrible|horrible|awful) idea\b|\b(?:there's |there is )?no way (?:we|i|"
        r"this)\b|\b(?:hard pass|i'll pass on)\b",
        r"^(?:no|nope|nah)[,.!]? .*\b(?:is|are) (?:more than )?enough\b|^(?:no|nope|nah)[,.!]? .*\bwill do\b",
        r"(?:\b(?:is|be)|'s|^no,?) (?:total |way |just |a bit )?(?:overkill|unacceptable)\b",
        unless="if|unless|whether",
    ),
    rule(
        REFUSED,
        "worth",
        r"\b(?:not|isn't|wasn't|n't) (?:really |even )?worth (?:it|the|doing|adding|keeping|pursuing|having)\b",
        unless=SUPPOSED,
    ),
    user(
        REFUSED,
        "avoid stop quit skip drop leave keep forget omit too refrain",
        rf"{CLAUSE}(?:avoid (?!ing\b)\w|refrain from|omit (?:the|any|all))",
        rf"{START}(?:stop|quit) (?!the|it|here|there)\w+ing\b",
        rf"{CLAUSE}(?:skip|drop) (?:it|that|this|the(?! \w+ one)|all|any|those)\b",
        rf"{CLAUSE}(?:leave|keep) (?:out (?:the|any|all)|(?:it|that|the \w+|them|\w+) out(?: of (?:this|it|the|"
        rf"our))?)\b",
        rf"{CLAUSE}forget (?:about (?!it$)|the idea|it[,.!]|that idea)",
        rf"^(?:nah|no|nope|non|hm+|meh)[,.!]* (?:(?:that's|it's|this is) )?(?:way |far |a bit )?too {TOO_MUCH}\b",
        rf"\b(?:that's|it's|this is) (?:way |far |just )too {TOO_MUCH}\b",
    ),
)

UNDONE = (
    "decided|settled|agreed|resolved|figured out|clear|known|sure|certain|determined|fixed|tested|verified|confirmed|"
    "implemented|done|finished|finali[sz]ed|solved|decide|answered|understood|addressed|scheduled|identified|found|"
    "chosen|written|documented|investigated|reproduced|explained|handled|complete|ready|approved|merged|deployed|"
    "measured|reviewed|translated|migrated|discussed"
)
WONDER = (
    "unclear|unknown|undecided|unresolved|unsure|untested|unanswered|unsolved|unfixed|pending|todo|tbd|a mystery|"
    "missing"
)
THING = (
    r"(?:it|that|this|them|the [\w -]{1,30}?|who [\w ]{1,30}?|how [\w ]{1,30}?|what [\w ]{1,30}?|(?:to|on) (?:it|"
    r"this|that|the [\w -]{1,30}?))"
)
LATER = (
    r"(?:later|another time|next (?:week|sprint|time|month|quarter|year)|after (?:the|we)|tomorrow|on monday|"
    r"in a follow-?up|once we|when we|in v\d|at some point|some other time)"
)
DECIDE = (
    r"(?:decide|figure out|discuss|agree|clarify|determine|settle|confirm|choose|make up|sort out|find out|"
    r"think about|think through|work out|investigate|nail down|align on)"
)
OPENS = (
    rule(
        OPEN,
        "haven't hasn't not isn't wasn't aren't nothing no",
        rf"\b(?:haven't|have not|hasn't|has not|isn't|is not|aren't|are not|wasn't|not)(?: (?:yet|been|really|quite|"
        rf"fully|completely|entirely|all))* (?:{UNDONE})\b[^.]{{0,60}}?\byet\b",
        rf"\b(?:haven't|have not|hasn't|has not|isn't|is not|not) yet (?:been )?(?:{UNDONE}|looked)\b",
        r"\b(?:i|we)(?: haven't| have not|'ve not)(?: really| quite| actually)? (?:decided|settled|figured|agreed|"
        r"chosen|tested|verified|implemented|looked into|found out|made up my mind|had time)\b",
        r"\bnothing (?:is |has been |was )?(?:decided|settled|final)\b|\bno (?:final )?decision (?:on|about|yet|"
        r"so far|has)\b|^not decided\b",
    ),
    rule(
        OPEN,
        "still",
        rf"\bstill (?:\w+ )?(?:{WONDER}|debating|thinking about|wondering|being discussed|under discussion|"
        rf"up in the air|in flux|"
        r"not (?:clear|sure|decided|known|certain|fixed|convinced|solved|working out|implemented)|don't know|"
        r"do not know|to be \w+|to do|to decide|waiting (?:for|on)|on the fence|to figure|torn)\b",
        r"\bstill (?:need|needs|have|has) (?:to|a decision|an? owner)\b",
        r"\bstill an open\b",
    ),
    rule(
        OPEN,
        "open",
        r"\b(?:question|issue|point|ticket|matter|topic|decision|naming|it|this|that|discussion|format|choice|"
        r"schema) (?:is|are|remains?|stays?) (?:still )?open\b(?! (?:in|to|for|on|source|and the))",
        r"\ban open (?:question|point|issue|matter)\b",
        r"\bthe (?!(?:file|socket|connection|port|door|window|tab|handle|pr|pull request)\b)[\w ]{1,30} (?:is|"
        r"are) still open[.!]*$",
        r"\bopen (?:question|point|issue|item|topic|matter|decision)s?(?: (?:is|are|remains?|here|left)\b| ?[:–—-]|$)",
        r"\bleft open\b",
        unless="no|aside",
    ),
    rule(
        OPEN,
        "tbd tbc undecided todo to-do todos fixme torn fence air debate jury mystery",
        r"\b(?:tbd|tbc|undecided)\b",
        r"^(?:the )?(?:to-?dos?|fixme)(?: \w+)? ?[:–—(-]|\b(?:todo|fixme) ?:|^todo [a-z]",
        r"\b(?:is|are|as|stays?) (?:a )?(?:todo|to-do)\b(?! (?:app|list|item|comment))",
        r"\btorn between\b|\bon the fence\b|\bup in the air\b|\bup for (?:debate|discussion)\b|\bjury(?:'s|"
        r" is) (?:still )?out\b",
    ),
    rule(
        OPEN,
        "decided determined defined confirmed discussed clarified agreed seen settled sorted figured specified "
        "investigated",
        r"\b(?:to be|yet to be|needs? to be|remains? to be|has to be|must be) (?:decided|determined|defined|"
        r"confirmed|discussed|clarified|agreed|seen|settled|sorted out|figured out|specified|investigated)\b",
    ),
    rule(
        OPEN,
        "remain* left",
        r"\bremains? (?:unanswered|unsettled|to do|undefined)\b",
        r"\bremains? (?:open|unclear|unknown|unresolved|unsolved|undecided|uncertain|to be|a mystery|an open|"
        r"unexplained|untested)\b",
        r"\bquestions? (?:still )?remains?\b",
        r"^(?:what(?:'s| is) (?:still )?left|left to do|still (?:left|missing|to do)) ?[:–—]",
    ),
    rule(
        OPEN,
        "later another next after tomorrow monday follow-up once when v2 v3 some",
        rf"(?:{LET}|\bwe(?:'ll| will| can| should)?|{START})(?: (?:just|then|can|to))* ?(?:decide|discuss|revisit|"
        rf"come back|handle|deal with|figure|fix|look into|look at|settle|tackle|see|address|do|sort|leave|cover|add|"
        rf"think)\b(?: out)?(?: (?:about|on|with|back))? ?(?:{THING} ?)?(?:out )?(?:for |until )?\b{LATER}\b",
        r"^(?:for|do|maybe) later ?[:–—]",
        rf"\b{DECIDE} [\w ]{{1,40}} (?:later|at some point|eventually)\b",
    ),
    rule(
        OPEN,
        "need needs have has should",
        rf"\b(?:we|someone|you and i|the team|they) (?:still |really |first |also )?(?:need|needs|have|has|must|"
        rf"should)(?: still)? (?:to )?{DECIDE}\b",
        r"\b(?:still )?(?:has|have|needs?) (?:still )?to be (?:checked|tested|verified|decided|done|fixed|written|"
        r"clarified)\b",
        r"\bneeds? (?:more|further|some) (?:thought|investigation|discussion|research|digging|thinking)\b",
    ),
    user(
        OPEN,
        "need have",
        rf"\bi (?:still |really |first |also )?(?:need|have) to (?:{DECIDE}|check with|ask|talk to)\b",
    ),
    user(
        OPEN,
        "idea think sleep say depends pending to_do",
        r"\bno idea (?:yet |how|what|whether|if|which|who|where)",
        r"\blet me (?:think (?:about|it)|sleep on)\b|\bi(?:'ll| will) (?:think about|sleep on) it\b",
        r"\b(?:can't|cannot|hard to) (?:say|tell) yet\b|^(?:it |that )?depends on (?:the|what|whether|how)\b",
        r"^pending [a-z]+ ?(?:[a-z]+)?$",
        r"^to do ?[:–—-]",
        unless="why",
    ),
    user(OPEN, "remind", rf"{START}remind me\b(?! (?:what|how|why|which|where|who|of))"),
    rule(
        OPEN,
        "find figure determine reproduce explain pin establish identify",
        r"\b(?:i|we) (?:(?:still )?(?:did not|didn't|could not|couldn't|cannot|can't|was not able to|wasn't able to|"
        r"have not been able to|haven't been able to)) (?:find out|figure out|determine|reproduce|explain|pin down|"
        r"establish|identify)\b",
        unless="if|so that",
    ),
    rule(
        OPEN,
        "sure certain unclear",
        r"\b(?:not|n't) (?:yet |entirely |quite |really |100 ?% )?(?:sure|certain)(?: yet)? (?:whether|if|about|"
        r"which|how|what|why|where|yet)\b",
        r"\b(?:it's|it is|is|remains|seems) (?:still |currently )?unclear\b|^unclear\b",
    ),
    rule(
        OPEN,
        "pending outstanding remaining next blocked blocker* follow-ups follow-up known unresolved waiting",
        r"^(?:still )?(?:pending|outstanding|remaining|next steps?|blocked|blockers?|follow-?ups?|known (?:issues?|"
        r"limitations?)|unresolved|to do)(?: (?:tasks?|items?|work|issues?|questions?|points?))? ?[:–—]",
        r"\bis (?:still )?(?:pending|blocked (?:on|by)|on hold)\b",
        r"\bwaiting (?:for|on) (?:\w+ ){1,4}?(?:to (?:approve|confirm|decide|answer|sign|reply|get back)|approval|"
        r"confirmation|sign-?off|feedback)\b",
    ),
    rule(
        OPEN,
        "parking park parked hold postpone* defer deferred backlog later",
        r"\b(?:parking|park) (?:this|that|it|the)\b|\bparked (?:for|until)\b",
        r"\b(?:put|is|are|stays?|keep) (?:\w+ )?on hold\b",
        r"\b(?:postponed?|deferr?e?d?) (?:this|that|it|the|to|until|for|\w+ (?:to|until))\b",
        r"\b(?:add|put|move|goes) (?:\w+ ){0,4}(?:to|on|in|into) the backlog\b",
        r"\b(?:leave|keep|save) (?:it|that|this|them|the [\w ]{1,30}) for (?:later|another|the next|v\d|phase)",
        unless="if",
    ),
)

RULES = (*DECISIONS, *CHOICES, *CORRECTIONS, *REFUSALS, *OPENS)
# A sentence that begins so asks, with or without a question mark.
ASKS = (
    rf"{START}(?:what|which|why|how|who|where|when|did|do|does|should|shall|can|could|would|will|is|are|was|were|"
    rf"have|has|any|"
    r"remember|tell me|let me know|wdyt)\b(?! (?:i (?:meant|want)|not\b|we (?:decided|want|need) is|i said|is left|"
    r"it\b|that\b))"
)
# A question that is left for later all the same.
OPEN_QUESTION = (
    r"\b(?:open (?:question|point)s?|tbd|todo|still (?:unclear|undecided|open)|to be (?:decided|confirmed|discussed)|"
    r"questions? remains?|what's left)\b"
)
TAG = r", (?:ok(?:ay)?|right|agreed|yes|deal|alright|yeah) ?\?+$"
