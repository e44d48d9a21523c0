"""Sentences in which a user lays down how work is to be done, in English and French, beside those that `marks` knows.

    "Ask before you delete anything."    "Les logs vont sur stderr."    "I told you already, the port is 8081."

`marks` looks for what was decided, corrected and refused in anybody's words, for the search; here a sentence is known
to be the user's, to Claude, and only that. A task ("Fix the test") is none, nor is what is told of a program.
"""

from __future__ import annotations

import re
from functools import cache

from rlm_core.language.folding import fold_in_place
from rlm_core.marks.find import CLOSES, is_asked
from rlm_core.marks.rules import CORRECTED, DECIDED, REFUSED

MOST_WORDS = 40

_START = "^"  # behind words that only lead to it, see `_beginnings`
_LEADS = re.compile(
    r"(?:ok(?:ay)?|yes|no|nope|non|oui|and|but|also|please|pls|so|then|hey|hm+|now|just|again|remember|"
    r"important|note|"
    r"actually|et|mais|aussi|alors|donc|merci|stp|s'il te plait|s'il vous plait|svp|en fait|attention|surtout|rappel|"
    r"maintenant|claude|(?:one|another|a (?:last|small|quick)|last|small|une|un|petite?|derniere?|autre) "
    r"(?:more |small |petite? |derniere? |autre )?(?:thing|point|rule|request|chose|regle|precision|consigne)(?= ?[:,])"
    r")\b[ ,.!:–—-]*"
)
MOST_LEADS = 6
_VERB = (
    r"(?:add|answer|apply|ask|break|bump|call|change|commit|create|delete|deploy|do|drop|edit|fix|format|guess|"
    r"import|"
    r"include|install|invent|log|look|make|merge|mention|modify|move|mock|open|overwrite|print|push|put|read|rebase|"
    r"refactor|reformat|remove|rename|repeat|reply|return|rewrite|run|send|show|skip|start|store|summari[sz]e|"
    r"swallow|"
    r"test|touch|try|update|upgrade|use|write)"
)
_INFINITIVE = (
    r"(?!(?:encore|entre|notre|votre|autre|contre|cher|clair|hier|pire)\b)"
    r"(?:l'|les? |la |en |y )?[a-z]+(?:er|ir|re|oir)\b"
)
_EVERY = r"\b(?:every|each|all|always|never|any|no|nothing|not|n't|only|before|after|each time|stays?|remains?)\b"
_EACH = r"\b(?:chaque|tous|toutes?|toujours|jamais|aucune?|rien|pas|seulement|uniquement|avant|apres|reste|restent)\b"
_SINGULAR_OK = r"(?:all|every|each|any|no|new|nothing|none of|only)"

# How long an order is to last, or where it holds: whoever says so lays something down, in whatever words.
_LASTS = (
    r"(?:from (?:now|here|this point|today) on(?:wards?)?|going forward|henceforth|until further notice|throughout"
    r"|as (?:you|we) go(?: along)?|at all times|(?:each|every) (?:single )?time|systematically|au fur et a mesure"
    r"|en permanence|en toutes circonstances|(?:a )?chaque fois|systematiquement"
    r"|for the (?:rest|remainder|whole|duration) of (?:this|the|our) (?:session|project|task|work|conversation|"
    r"day|week)"
    r"|desormais|dorenavant|a partir d(?:e |')(?:maintenant|aujourd'hui|la|ici)|a l'avenir|jusqu'a nouvel ordre"
    r"|(?:pour|pendant|jusqu'a) (?:tout(?:e)? (?:le |la )?|le reste de (?:la |le )?|la fin (?:de la |du )?)"
    r"(?:reste|session|projet|duree|journee|semaine|tache|travail))"
)
_TELL_ME = r"(?:tell|warn|ask|ping|notify|alert|let|show|check with|consult)"
_DIS_MOI = (
    r"(?:dis|dites|previens|prevenez|avertis|avertissez|signale|signalez|demande|demandez|montre|montrez)"
    r"-(?:moi|nous)"
)
_OUR_PLACE = (
    r"(?:chez nous|dans (?:ce|notre|cette|tout le) (?:projet|depot|repo|code|equipe|base de code)|par ici"
    r"|(?:around|over) here|in (?:this|our) (?:repo|repository|project|codebase|team|code base|monorepo)|on "
    r"(?:this|our) "
    r"(?:team|project))"
)

_FORBIDS = (
    rf"{_START}(?:do not|don'?t|never|no longer|you (?:must|may|should|can) ?not|you (?:mustn't|shouldn't|can't)) "
    rf"(?:ever |even |just )?{_VERB}\b",
    rf"{_START}(?:you're|you are|we're|we are) not (?:supposed|allowed|meant) to\b",
    r"[,;.] (?:stop|quit) (?:that|it|doing that)(?: and|,|\.|!|$)|[,;.] (?:arrete|arretez) (?:ca|cela)?(?: et|,|"
    r"\.|!|$)",
    rf"{_START}(?:under|in) no (?:condition|circumstance|case)s?\b|{_START}(?:il n'est|il est hors de) (?:pas "
    rf")?question\b",
    rf"{_START}(?:je (?:t'|vous )(?:interdis|defends)|i forbid|i won't (?:accept|have|tolerate)|i don't want "
    rf"(?:any|to see "
    rf"any|you)|je ne veux (?:plus|pas|aucune?) (?:de |d'|voir )?(?!savoir)[a-z]+|on ne veut (?:plus|pas|aucune?))\b",
    rf"{_START}(?:aucune?|no|zero|nul|nulle|pas plus de|no more than|not more than|never more than|jamais plus de) "
    rf"(?!(?:idea|problem|worries|one|thanks|need|reponse|idee|probleme|souci|erreur|error|output|result|"
    rf"resultat|luck|errors|erreurs|warnings|matches|results|hits|"
    rf"difference|change|way|doubt|doute|rush|hurry)\b)[\w'/-]+ (?:[\w'/-]+ ){{0,4}}?(?:in|inside|on|outside|"
    rf"from|per|by|"
    rf"dans|sur|hors|par|en|pour|without|sans)\b",
    rf"{_START}(?:stop|quit) (?!it\b|that\b|the (?:server|process|build|container|run)|at \d)[a-z]+ing\b",
    rf"{_START}(?:i'd rather|i would rather|i'd prefer|i prefer|i want|i wish) (?:that )?you (?:didn't|don't|"
    rf"did not|not)\b",
    r"\b(?:is|are) (?:off[- ]limits|forbidden|not allowed|taboo|a no-?go)\b",
    rf"{_START}hands off\b",
    rf"{_START}(?:no one|nobody|nothing|no [\w-]+) (?:\w+ ){{1,5}}without\b",
    r"\bwithout (?:asking|telling|my (?:ok|okay|approval|permission|consent|go))\b",
    rf"{_START}(?:interdiction|interdit|defense) (?:de|d'|formelle)\b",
    rf"{_START}(?:(?:tu|vous|on) )?(?:ne |n'|n )?(?:(?:dois|devez|doit) |faut )?(?:surtout )?"
    rf"(?:pas|jamais) (?:plus )?(?:de )?(?:me |te |vous |se )?{_INFINITIVE}",
    rf"{_START}tu ne dois (?:pas|jamais|plus)\b|{_START}vous ne devez (?:pas|jamais|plus)\b",
    rf"{_START}(?:tu n'es|vous n'etes) pas (?:cense|autorise)|{_START}(?:tu n'as|vous n'avez) pas le droit\b",
    rf"{_START}(?:ne |n')[a-z]+(?:e|es|ez|s|is|ds|ts)(?:-[a-z]+)? (?:surtout )?(?:pas|jamais|plus|rien|aucune?)\b",
    rf"{_START}(?:arrete|arretez|cesse|cessez) (?:de |d')(?!tourner)",
    rf"{_START}(?:lance|touche|modifie|change|ajoute|utilise|mets|fais|supprime|pousse|renomme|commite?|oublie|"
    rf"efface|"
    r"reecris|deploie|casse)z? (?:surtout )?(?:pas|jamais|plus)\b",
    rf"{_START}(?:je prefere|je prefererais|j'aimerais|je veux|je voudrais) que (?:tu|vous) (?:ne|n')",
    rf"{_START}(?:rien|personne|aucune? [\w-]+) (?:ne |n')?[\w' -]{{2,60}} sans\b",
    r"\bsans (?:mon|ma|notre) (?:accord|feu vert|ok|validation|autorisation|avis)\b|\bsans me (?:le )?(?:demander|"
    r"prevenir|consulter)\b",
    rf"{_START}(?:chez nous|ici|dans ce (?:projet|depot|repo|code)),? on n",
    r"(?:^|, ?|\b(?:mais|donc|et|alors|que) )on (?:ne |n')(?:y |en |l'|les? |la |se |s')?(?!sait|sache|voit|peut|"
    r"comprend|"
    r"trouve|dirait|perd|verra|pourra|connait|a\b|est\b|avait|etait|aura|arrive|recoit|obtient|capte|passe|"
    r"entend)[a-z]+ "
    r"(?:pas|jamais|plus|rien|aucune?)\b",
    rf"{_START}we (?:don't|do not|never) (?!have|know|need|see|want|get|understand|seem|think|even|really|actually|"
    r"support \w+ yet)[a-z]+ (?:[\w'-]+ ){0,6}(?:here|in this (?:repo|project|codebase|code)|anymore)\b",
    rf"{_START}(?:be careful|take care|careful) not to\b|{_START}attention a ne (?:pas|rien)\b|"
    rf"{_START}faites? attention a ne (?:pas|rien)\b|{_START}fais attention a ne (?:pas|rien)\b",
)
_PRESCRIBES = (
    rf"{_START}(?:always|only|toujours|uniquement|seulement) (?!(?:the|a|an|two|three|one|\d|un|une|deux|trois|"
    rf"le|la|les|"
    r"des|when|if|quand|si|in|on|for|at|to|pour|en|dans|been|been|works?|happens?|fails?)\b)[a-z]",
    rf"{_START}only {_VERB}\b",
    rf"{_START}(?:ne |n')[a-z]+(?:e|es|ez|s|is)(?:-[a-z]+)? que?\b",
    rf"{_START}you (?:must|have to|need to|should|shall|are to) (?:always |first )?(?!see|know|be able|have)[a-z]+\b",
    rf"{_START}(?:tu dois|vous devez|il te faut|il vous faut) (?:toujours )?{_INFINITIVE}",
    rf"{_START}(?:{_TELL_ME}) (?:me|us) (?:know )?(?:\w+ ){{0,3}}(?:as soon as|whenever|every time|each time|any time|"
    rf"if you)\b",
    rf"{_START}(?:{_DIS_MOI}) (?:[\w' ]+ )?(?:des que|des qu'|a chaque|chaque fois|quand tu|si tu|lorsque tu)",
    rf"{_START}(?:il faut|faut|il faudra|je veux|j'exige|on veut|it is (?:essential|important|required) that|i want|"
    rf"we want|we need|i need) (?:que )?(?:chaque|tous|toute?s?|aucune?|every|each|all|no) (?!(?:the|of|ca|cela|"
    rf"le|la) )"
    rf"[\w'/.-]+",
    rf"{_START}il faut (?:toujours|absolument|imperativement|systematiquement|a chaque fois) {_INFINITIVE}",
    rf"{_START}(?:please )?(?:ask|check with|confirm with|tell|warn|consult) (?:me|us) (?:\w+ )?(?:before|when|"
    rf"if|first)\b",
    rf"{_START}ask (?:before|first)\b|{_START}wait (?:for (?:my|me|our)\b|until (?:i|we)\b)",
    rf"{_START}(?:demande|demandez|previens|prevenez|consulte|consultez|avertis|dis|dites)-moi (?:[\w' ]+ )?avant\b",
    rf"{_START}(?:attends|attendez) (?:mon|ma|que je|mes|d'avoir mon)\b",
    rf"{_START}(?:remember|don'?t forget|do not forget|never forget|be sure|take care) to\b",
    rf"{_START}(?:pense|pensez|songe|n'oublie|n'oubliez)z? (?:bien |pas |jamais |toujours )?(?:a|de|"
    rf"d') ?{_INFINITIVE}",
    rf"{_START}(?:n'oublie|n'oubliez) (?:pas|jamais) (?:de|d')",
    rf"{_START}(?:make sure|ensure|see to it)\b.*{_EVERY}",
    rf"{_START}(?:veille|veillez|assure-toi|assurez-vous|fais en sorte|faites en sorte|garantis)\b.*{_EACH}",
    rf"{_START}(?:veille|veillez) a\b",
    rf"{_START}keep (?!going|trying|reading|looking|in mind|me\b|up\b|at it|working|an eye)(?:[\w'-]+ )+\w",
    rf"{_START}(?:garde|gardez|conserve|conservez) (?!(?:a|en) (?:l'esprit|tete)|moi\b)",
    rf"{_START}(?:laisse|laissez|leave) (?!tomber|-moi|moi|me\b|it\b)(?:[\w'-]+ )+(?:tranquilles?|alone|"
    rf"intacte?s?|as (?:is|it is|they "
    r"are)|telle?s? quelle?s?|comme (?:ca|elles?|ils?))",
    rf"{_START}(?:reste|restez) (?!a\b|que\b|encore\b|du\b|des\b|un\b|une\b|le\b|la\b|les\b)[a-z]",
    rf"{_START}{_SINGULAR_OK} (?:[\w'/.-]+ ){{1,6}}?(?:must(?:n't)?|should(?:n't)?|needs?|has to|have to|"
    rf"may not|can't|cannot|"
    r"go|goes|gets?|stays?|passes|pass through|come|comes|use|uses|live|lives)\b(?! have \w+ed| been)",
    rf"{_START}(?:any(?:thing|one|body)|every(?:thing|one|body)|whatever|whoever|tout ce qui|tout ce que|quiconque|"
    rf"ce qui|ceux qui) (?:[\w'/.-]+ ){{1,8}}?(?:must|should|has to|have to|needs? to|goes|go|stays?|is to|doit|"
    rf"doivent|"
    rf"passe par|va dans|reste)\b",
    rf"{_START}(?:[\w'/.-]+ ){{1,3}}?(?:are|sont) (?:always|only|exclusively|toujours|uniquement|exclusivement) "
    rf"(?!(?:a|the|there|here|la|le|the same|empty|missing|slow|late|wrong|vides?|lents?|faux)\b)[a-z]+(?:ed|t|n|"
    rf"es?|is|us)"
    rf"\b",
    rf"{_START}(?:please )?{_VERB} .*\b(?:after|before|with|for|on|in) (?:each|every|any) [\w-]+\b(?! of\b)",
    rf"{_START}(?:before|after|avant|apres|pour|a|with|for|on|in|with) (?:each|every|any|chaque|tout|toute) [\w' "
    rf"-]{{2,40}}"
    rf"[, ]+(?:please )?(?:{_VERB}|lance|lancez|verifie|verifiez|ajoute|ajoutez|mets|mettez|ecris|ecrivez|fais|faites|"
    rf"relis|relisez|demande|demandez|{_DIS_MOI})\b",
    rf"{_START}(?:the )?(?:[\w'/.-]+ ){{0,3}}?[\w-]+s (?:must(?:n't| not)?|shouldn't|should (?:not|always|never|"
    rf"be in|use|have "
    r"(?:a|an|no)\b|stay|go)|have to|are to|may not)\b(?! have \w+ed| be (?:something|wrong|missing|broken|due|"
    r"because))",
    rf"{_START}(?:the )?(?:[\w'/.-]+ ){{0,2}}?[a-z-]+s (?:go|belong|live|stay|are written|are kept) (?:to|in|"
    rf"into|next|under|on|inside)\b",
    rf"{_START}(?:toute?s?|tous|chaque|aucune?|nos|les|tous les|toutes les) (?:[\w'/.-]+ ){{1,5}}?(?:doit|"
    rf"doivent|devra|devront|"
    r"passe(?:nt)? par|vont|se mettent|se met|s'ecri(?:t|vent)|restent?|ont besoin|a besoin)\b",
    rf"{_START}(?:the |le |la |l'|our |notre )(?!(?:problem|bug|error|issue|question|probleme|erreur|test|page|"
    rf"process)\b)"
    r"(?:[\w'/.-]+ ){1,4}?(?:stays|remains|reste) (?!the\b|to\b|a\b|un\b|une\b|du\b|open\b|stuck\b|bloque|vide|"
    r"empty|blank)\w",
    rf"{_START}(?:on|we) (?!(?:garde un oeil|garde un œil|garde ca en)\b)(?:garde|conserve|reste sur|part sur|"
    rf"keep|stick (?:to|with)|stay (?:on|with))\b",
    rf"{_START}(?:[\w'/.-]+ ){{1,6}}?in (?:plain |simple |proper )?(?:english|french|german|upper ?case|"
    rf"lower ?case|snake_case|"
    r"camelcase|capitals)(?: (?:only|please))?[.!]?$",
    rf"{_START}(?:les |des |nos )?(?:[\w'/.-]+ ){{1,5}}?en (?:anglais|francais|majuscules?|minuscules?|"
    rf"snake_case|camelcase)"
    r"(?: (?:seulement|stp|svp|uniquement))?[.!]?$",
    rf"{_START}(?:keep it|stay) (?:simple|short|small|minimal)\b",
    r"\b(?:d'abord|avant) (?:de |d')toucher\b",
)
_ALSO_PRESCRIBES = (
    rf"{_START}(?:whatever happens|whatever you do|no matter what|when in doubt|if in doubt|in doubt|"
    rf"quoi qu'il arrive|"
    r"dans le doute|en cas de doute|dans tous les cas|in any case|under no circumstances|en aucun cas)\b",
    r"\b(?:whatever you do|no matter what|under no circumstances|en aucun cas|quoi qu'il arrive)\b",
    rf"{_START}i (?:need|want|would like|expect) you to (?!(?:look|check|see|tell|explain|show|find|help|"
    rf"try)\b)[a-z]",
    rf"{_START}(?:je veux|je voudrais|j'aimerais|j'attends|il faut) que (?:tu|vous) (?!(?:regarde|verifie|"
    rf"m'explique|me dise|"
    r"me montre|m'aide|trouve)s?\b)[a-z]",
    rf"{_START}{_LASTS}\b[ ,:]*(?!is\b|was\b|it\b|est\b)[a-z]",
    rf"{_START}(?:please )?{_VERB} .*\b{_LASTS}[.! ]*$",
    rf"{_START}(?:explique|expliquez|montre|montrez|note|notez|dis|dites|commente|documente|lance|lancez|verifie|"
    rf"verifiez|"
    rf"ajoute|ajoutez|assume|presume|speak|stay|stick|work|behave|be|parle|parlez|travaille|travaillez|ecris|"
    rf"ecrivez|reponds|"
    rf"repondez|sois|soyez|utilise|utilisez|fais|faites|mets|mettez|prends|prenez|ne [a-z]+|n'[a-z]+)(?:-moi|"
    rf"-nous)? .*\b{_LASTS}[.! ]*$",
    rf"{_START}(?:assume|presume|always assume|take it as given) (?!(?:we|it|i|they|you) (?:had|did|used|were|"
    rf"was|would))"
    rf"(?:that )?[\w'`-]+",
    rf"{_START}(?:considere|considerez|pars|partez) (?:que|qu'|du principe que|du principe qu')",
    rf"{_START}(?:when|whenever|every time|each time|any time|if|before|after) (?:you|we) [\w' /`.-]{{3,60}}, "
    rf"(?:please |"
    rf"also |always |then |first |never |do not |don't )*{_VERB}\b",
    rf"{_START}(?:quand|lorsque|chaque fois que|des que|si|avant que|apres que) (?:tu|vous|on) [\w' /`.-]{{3,60}}, "
    rf"(?:pense|pensez|ajoute|ajoutez|mets|mettez|lance|lancez|ecris|ecrivez|fais|faites|verifie|verifiez|utilise|"
    rf"utilisez|previens|prevenez|demande|demandez|garde|gardez|laisse|laissez|relis|relisez|commence|commencez)\b",
    rf"{_START}(?:quand|lorsque|chaque fois que|des que|si) (?:tu|vous) [\w' /`.-]{{3,60}}, (?!(?:elles?|ils|une|"
    rf"des|les|"
    rf"cette|toute|toutes|chaque|rien|tes|mes|ses|plus|sans|entre|comme|personne|apres)\b)[a-z]{{3,}}(?:e|ez|"
    rf"s)(?:-[a-z]+)? "
    rf"(?:les?|la|l'|une?|des?|d'|mes|mon|ma|aux?|a|en|y|toujours|d'abord|aussi|tout)\b",
    r"\b(?:is|are|est|sont|reste|restent) (?:mandatory|compulsory|non[- ]negotiable|obligatoires?|imperati(?:f|"
    r"ve|fs|ves)|"
    r"indispensables?|non[- ]negociables?)\b",
    rf"{_START}(?:the |our |le |la |l'|notre )(?:[\w'/.-]+ ){{1,4}}?(?:must|shall|doit) (?:keep|stay|remain|"
    rf"continue|always|never|"
    rf"not|rester|continuer|toujours)\b",
    rf"{_START}(?:mieux vaut|better|rather) [\w' ,-]{{3,80}} (?:que|qu'|than)\b",
    rf"{_START}(?:nobody|no one|personne) (?:but|except|other than|else|d'autre|sauf|a part|hormis)\b",
    rf"{_START}(?:c'est (?:moi|nous|a (?:moi|nous))(?: seuls?)? (?:qui|de) (?!(?:ai|avons|me|nous)\b)"
    rf"|i(?:'ll| will) (?:do|handle|take care of|make|run) [\w' -]{{2,60}} (?:myself|on my own))",
    rf"{_START}(?:as long as|until|unless|while|tant que|jusqu'a ce que|a moins que) [\w' /`.-]{{3,60}}, (?:we|"
    rf"you|nobody|"
    rf"no one|nothing|no|do not|don't|on|tu|vous|personne|rien|aucune?|pas de|ne) (?:do not |don't |ne |n'|must |may |"
    rf"can )?[a-z]+",
    rf"{_START}{_OUR_PLACE},? (?!(?:there|il y a|nous avions|we had|we have (?:a|an|no|two|three)|on a (?:un|une|"
    rf"des|eu)|"
    rf"j'ai|i (?:have|see|found)|it|ca|cela|what|which|quel|how|comment|where|ou)\b)[\w'`-]+ [\w'`-]+",
    rf"{_START}(?:we|on|nous) (?!(?:have|had|need|saw|got|see|think|tried|were|are|are not|a|avons|avions|voit|pense|"
    rf"essaie)\b)[a-z]+s? (?:[\w'/`.-]+ ){{1,8}}{_OUR_PLACE}[.!]*$",
    rf"{_START}(?:les|nos|the|our|all|tous les|toutes les) (?:[\w'/`-]+ ){{1,3}}?(?:are|is|go|goes|run|runs|live|"
    rf"lives|get|"
    rf"gets|come|comes|se [a-z]+|s'[a-z]+|vont|sont|est|va|viennent|vient) (?!failing|broken|casse|en echec|en panne)"
    rf"[\w' /`.-]{{2,60}}, (?:and )?(?:not|never|et non|et pas|pas|jamais|rather than|plutot que|instead of) "
    rf"(?!(?:because|why|sure|parce|pourquoi|sur que)\b)\w",
    rf"{_START}(?:treat|traite|traitez|consider|considere|considerez) (?:[\w'/.-]+ ){{1,6}}(?:as|comme) ",
    rf"{_START}(?:if|when|whenever|si|quand|des que|chaque fois que) [\w' /.-]{{3,60}}?,? (?:tell|ask|stop|warn|"
    rf"report|"
    r"previens|demande|arrete|avertis|dis|signale)\b",
    rf"{_START}(?:at most |au plus |maximum )?\d+ [\w-]+(?: \w+)? (?:max|maximum|at most|au plus|au maximum)\b",
    rf"{_START}(?:one|un|une|1) [\w-]+ (?:per|par) [\w-]+\b(?! (?:is|was|est|fails|echoue))",
    rf"{_START}(?:[\w'/.-]+ ){{1,3}}?(?:only|uniquement|seulement|exclusivement)(?:$|[.,!])",
    rf"{_START}(?:for|pour) [\w' -]{{2,40}}?,? (?:we|on|it's|c'est|use|utilise) [\w' -]{{2,60}}(?:everywhere|"
    rf"always|only|partout|"
    r"toujours|uniquement)\b",
    rf"{_START}(?:the )?(?:less|fewer|moins) [\w' /.-]{{3,60}} (?:better|mieux)\b",
    rf"{_START}[\w' ,/-]{{5,120}}[,.] (?:please )?(?:stop|stop it|stop that|arrete|arretez)(?: it| that| ca|"
    rf" please| stp)?[.!]*$",
    r"\b(?:is|are|est|sont) (?:frozen|geles?|gelee?s?|fige?e?s?|untouchable|intouchables?|"
    r"read[- ]only by decision)\b",
    rf"{_START}(?:no|pas de|pas d'|aucune?) [\w' -]{{3,60}} (?:ever|please|anywhere|stp|svp|nulle part)[.!]*$",
    rf"{_START}(?:our|notre|my|ma|mon) (?:convention|rule|regle|standard|policy|style)\b[\w ]{{0,30}} (?:is|"
    rf"c'est|est)\b",
    rf"{_START}(?:it |this |that |ca |cela )?(?:must|has to|doit) (?:also |always |still |aussi |"
    rf"toujours )?(?!be\b|have\b|etre\b|"
    r"avoir\b)[a-z]+\b(?! (?:because|parce))",
    rf"{_START}[\w' /.-]{{2,40}} (?:first|d'abord),? (?:and |et )?(?:then|only then|ensuite|puis)\b",
    rf"{_START}[\w' /.-]{{2,40}} d'abord, [\w' ]{{2,40}} (?:ensuite|apres)[.!]*$",
    r"[,;] (?:but |mais )(?:never|jamais|only|seulement|uniquement|not without|pas sans) (?!(?:once|une fois)\b)[a-z]",
    rf"{_START}(?:tutoie|vouvoie|tutoyez|vouvoyez)-(?:moi|nous)\b",
    rf"{_START}(?:talk|speak|write|explain|answer|reply|parle|parlez|reponds|repondez|ecris|ecrivez|explique|expliquez)"
    rf"(?:(?: to | it to |-| )(?:me|us|moi|nous|les choses))? (?:like|as if|as though|as to|comme a|comme si)\b",
    r"[,;] (?:never|jamais|not ever) (?:a |an |des? |the |les? )?[a-z]+",
    r"[,;]? (?:so|donc|alors),? (?:no|pas de|pas d'|never|jamais|only|always) (?!(?:idea|problem|need|one)\b)[a-z]",
)
_CORRECTS = (
    rf"{_START}(?:again|once more|one more time|i repeat|je repete|encore une fois|je le redis) ?[:,]",
    rf"{_START}(?:as )?i(?:'ve| have)?(?: already| just)? (?:told you|said|asked (?:you )?(?:for|to)|"
    rf"meant)\b(?! (?:it|that) was)",
    rf"{_START}that(?:'s| is|'s really) not what i\b|{_START}i didn't (?:ask|tell|want) (?:you|for|that|this)\b",
    rf"{_START}(?:comme )?(?:je (?:t'|vous )ai (?:deja )?(?:dit|demande)|j'ai (?:deja )?(?:dit|demande|bien dit))\b",
    rf"{_START}(?:c'est|ce n'est|c'etait|ce n'etait) pas (?:ca |du tout )?(?:ce )?que (?:je|j')",
    rf"{_START}je (?:parlais|voulais dire|voulais parler)\b",
)
# What somebody or something else says, what one only supposes, and what seems to be so.
_OTHERS = re.compile(
    r"^(?:(?:the|le|la|les|l'|a|my|mon|ma|our) ?)?(?:[\w-]+ )?(?:docs?|documentation|readme|manual|spec|linter|"
    r"compiler|"
    r"log|message|error|article|tutorial|he|she|they|il|elle|ils|boss|chef|colleague|collegue|client|customer|"
    r"someone|"
    r"quelqu'un)(?: [\w'.-]+){0,3} (?:says?|said|told|tells?|claims?|states?|wants?|dit|disent|indique|precise|demande|"
    r"a dit|m'a dit|"
    r"veut|explique|decided|agreed|recommends?|prefers?|insists?|precisent|recommande|recommandent|prefere|preferent|"
    r"decide|a decide|ont decide|insiste)\b"
    r"|^(?:maybe|perhaps|possibly|peut-etre|not sure|pas sur|i guess|i suppose|i think|i wonder|je pense|"
    r"je crois|je me "
    r"demande|on dirait|it seems|apparently|apparemment|sounds like|looks like)\b"
    r"|\bpeut-etre\b"
    r"|^(?:don't|do not|doesn't|isn't|aren't|didn't|can't|won't|haven't|shouldn't) (?:we|you|they|i|it|this|"
    r"that|the)\b"
    r"|\b(?:must|doit|doivent) (?:be|etre) (?:an? |the |une? |le |la )?(?:flaky|broken|wrong|missing|down|stale|"
    r"cached|old|"
    r"bug|problem|mistake|typo|some\w*|because|due|instable|casse|faux|fausse|obsolete|vieux|probleme|erreur|quelque|"
    r"a cause|en panne)\b"
    r"|\bmust(?:'ve| have) (?:[a-z]+ed|been|gone|come|become|lost|broken|got(?:ten)?|failed)\b"
    r"|\b(?:a|ont|avait) (?:bien )?du [a-z]+(?:er|ir|re)\b"
)
# What is shown from elsewhere, behind its name; and what is to be done at once, and once.
_SHOWN = (
    r"\b(?:logs?|traces?|traceback|stack ?trace|outputs?|errors?|messages?|warnings?|erreurs?|sorties?|journal|"
    r"says?|said|"
    r"dit|affiche|prints?) ?: ?\S|^(?:please )?(?:undo|revert|annule|annulez|defais|remets|retire) (?:that|the|"
    r"your|this|"
    r"la|le|ton|ta|ce|cette) (?:last|latest|previous|most recent|derniere?|precedente?)\b"
    r"|^(?:undo|revert|annule|annulez) (?:that|the|la|le|ton|ta|ce|cette) (?:[a-z]+ )?(?:edit|change|commit|"
    r"modification|"
    r"changement)\b"
    r"|^(?:undo|revert|annule|annulez) (?:le |la )?derni"
    r"|\b(?:and|et|then|puis) (?:try (?:it )?again|re-?run|retry|run it (?:again|once more)|restart|relances?|relancez|"
    r"reessaye?s?|reessaie|recommence|redemarre)\b[^,]*$"
)
_TASK = re.compile(
    rf"{_SHOWN}|"
    r"\b(?:but|mais) (?:\w+ ){0,3}(?:gets?|got|sees?|shows?|returns?|a une?|affiche|recoit|voit|j'ai|i get|i see)\b"
)

# What is told or asked in words that orders share. Each is anchored: it is tried wherever a sentence may begin.
_PLACED = rf"^{_OUR_PLACE},? (?:so |alors |,)?"
_ASKS_THERE = (
    rf"{_PLACED}(?:(?:can|could|should|shall|would|will|may|might|does|did|is|are|was|were|has|had|isn't|aren't|"
    r"doesn't|didn't|hasn't|wasn't)\b|(?:do|don't|can't|shouldn't|have|haven't|must) (?:we|you|they|i|people)\b|"
    r"do (?:any|our|(?:the )?[\w-]+s) (?!in|with|by|on|via|from|without|before|after|through|using|"
    r"first|at|only)[a-z]+\b|(?:who|whose|why)\b|"
    r"(?:when|how|where) (?:do|does|did|is|are|was|were|will|should|can|could|many|much|long|often)\b|"
    r"est-ce|qu'est|(?:qui|quoi|pourquoi|combien|lequel|laquelle)\b|"
    r"quand (?:est-ce|[a-z]+-(?:t-)?(?:il|elle|on))|(?:y )?[a-z]+-(?:t-)?(?:il|elle|on|ils|elles|tu|je)\b|"
    r"(?:avez|etes|pouvez|devez|utilisez|faites|voulez)-vous\b|(?:avons|devons|pouvons|sommes|utilisons)-nous\b|"
    r"(?:on|tu|vous|c'est|les? [\w-]+|la [\w-]+) (?:[a-z]+ )?(?:quoi|quels?|quelles?|combien)\b"
    r"|(?:on|tu|vous|les? [\w-]+) [^,;]{3,80} (?:comment|ou|qui|quand|pourquoi)$)",
)
_WRONG = (
    r"(?:fail(?:s|ed|ing)?|crash(?:es|ed|ing)?|hangs?|hanging|break(?:s|ing)?|broken|freez(?:es|ing)|times? out|"
    r"rejected|refused|ignored|lost|truncated|duplicated|skipped|dropped|delayed|corrupted|blocked|cancell?ed|killed|"
    r"denied|aborted|plante(?:nt)?|echoue(?:nt)?|casse(?:es?|s|nt)?|bloque(?:es?|s|nt)?|rejete(?:es?|s)?|"
    r"refuse(?:es?|s)|ignore(?:es?|s)|perdue?s?|tronque(?:es?|s)?|rame(?:nt)?)"
)
_SELF = r"(?:it|this|that|i|he|she|they|ca|cela|je |j'|il|elle|ils|elles)"
_WANTS = (
    r"(?:want|need|expect|prefer|would|like|ask|insist|must|may|can|should|shall|have to|has to|needs|'d|veux|voudrais|"
    r"prefere|exige|attends|demande|souhaite|faut|doit|doivent|peut|peuvent|allow|accept|tolerate|autorise|accepte|"
    r"goes|go|"
    r"stays?|va|vont|restent?|(?:is|'s|am|'m) (?:fine|ok|okay|allowed|good|best)|est permis)(?!'t)"
)
_MODAL = r"(?:must|should|shall|has to|have to|needs? to|may only|doit|doivent|il faut|you|tu|vous)"
_BIDS = (
    rf"(?:(?:please|also|always|then|first|never|do not|don't|just|only)\b|{_MODAL}\b|{_VERB}\b|make sure|{_TELL_ME}\b|"
    rf"we\b(?! (?:lose|get|see|have|had|wait)\b)|keep\b|stop\b|{_DIS_MOI}|"
    r"on\b(?! (?:perd|a|voit|recoit|obtient|attend)\b)|ne\b|n'|(?:pense|ajoute|mets|lance|ecris|fais|verifie|"
    r"utilise|previens|demande|garde|laisse|relis|commence|mettez|lancez|ajoutez|ecrivez|faites|verifiez|regenere|"
    r"relance|arrete)\b)"
)
_I_AM = (
    r"(?:i (?:can't|cannot|could|couldn't|don't (?:know|see|find|understand|get)|get|got|see|saw|tried|keep getting|am|"
    r"was|had|noticed|wonder)|i'm|i've|i'll be|j'ai|j'avais|je (?:suis|serai|vois|n'arrive|n'ai|n'y|ne (?:sais|vois|"
    r"trouve|comprends)))"
)
_HAPPENS = (
    rf"{_PLACED}{_I_AM}\b",
    rf"{_PLACED}(?:(?:the |le |la |les |l'|our |nos |some |all |most )[\w-]+ (?:[\w-]+ )?|[\w-]+s )"
    rf"(?:(?:is|are|was|were|keeps?|est|sont|ne) )?(?:always |toujours |still )?{_WRONG}\b",
    rf"^(?:(?:each|every) (?:single )?time|(?:a )?chaque fois)\b(?! (?:you|que tu|que vous)\b)"
    rf"(?![^,;]{{3,160}}[,;] ?{_BIDS})(?!.{{0,160}}\b{_MODAL}\b)"
    rf"(?!.{{3,120}}(?<!\bi )(?<!\bwe )(?<!\bto )(?<!\band )(?<!\bthey )(?<!\busers )"
    rf"{_VERB} (?:the|a|an|it|me|all)\b)",
    rf"^{_LASTS},? {_I_AM}\b",
    rf"^(?:[\w'/.-]+ ){{1,3}}?(?:are|is|sont|est|get|gets) (?:always|only|toujours|uniquement) {_WRONG}\b",
    rf"^(?:always|toujours|only|uniquement) (?:{_WRONG}|pareil|rien|pas|autant|ko|le meme|la meme|the same)\b",
    rf"^{_SELF}\b(?! ?{_WANTS}\b)[^,;]{{1,120}}[,;] (?:but|mais) (?:never|jamais|only|seulement|uniquement|not|pas)\b",
    rf"^(?!you\b|tu\b|vous\b|we\b)(?:[\w'/.-]+ ){{1,4}}?(?:works?|worked|loads?|passes|pass|passed|starts|"
    rf"opens|marche(?:nt)?|fonctionne(?:nt)?|tourne(?:nt)?|passe(?:nt)?|{_WRONG})\b(?! (?:through|by|via|par)\b)"
    r"[^,;]{0,80}[,;] (?:but|mais) (?:never|jamais|only|seulement|uniquement)\b",
    r"^(?:as long as|until|unless|while|tant que|jusqu'a ce que) [^,]{0,80}\b(?:was|were|had|did|etais|etait|etaient|"
    r"avais|avait|avaient)\b[^,]{0,60}, (?!.{0,80}\b(?:must|may|can|do not|don't|never)\b)",
    r"^(?:as long as|until|unless|while|tant que|jusqu'a ce que|a moins que) [^,]{3,100}, (?:(?:nobody|no one|nothing|"
    r"we|you) (?:[a-z]{3,}ed|was|were|had|did|could|went|got|saw|see|get|lose|happens?|shows?|works?|appears?|loads?|"
    r"changes)\b|(?:personne|rien|aucune? \w+) (?:ne |n')(?:s'|se )?(?:a|avait|marche|affiche|passe|fonctionne|charge|"
    r"bouge|change|apparait)\b|(?:on|tu|vous) (?:perd|perds|voit|vois|recoit|recois)\b)",
)
_SEEN = (
    r"(?:stack ?traces?|tracebacks?|traces?|logs?|outputs?|tests?|files?|folders?|rows?|lines?|failures?|failed \w+|"
    r"crash(?:es)?|exceptions?|data|records?|entry|entries|items?|columns?|messages?|answers?|responses?|requests?|"
    r"pages?|process(?:es)?|events?|updates?|fichiers?|dossiers?|lignes?|journa(?:l|ux)|echecs?|plantages?|"
    r"donnees?|colonnes?|reponses?|requetes?|processus|evenements?|sorties?|avertissements?)"
)
_IS = (
    rf"^(?!.* from prod)(?:no|zero|aucune?|nulle?) (?:(?:matching|such|failing|failed|visible|relevant|recent|error|"
    rf"other|"
    rf"autre) )?{_SEEN} (?:\w+ ){{0,2}}?(?:in|inside|on|from|for|by|since|at|dans|sur|en|"
    rf"par|pour|depuis)\b(?! (?:plain )?(?:english|french|german|anglais|francais|allemand|prod|production|customers|"
    r"users|clients?)\b)(?!.*\b(?:fixtures?|commits?|code|comments?|git)\b)"
    r"(?!.*\b(?:please|pls|stp|svp|ever|anymore|allowed|unless|without|sans|sauf|nulle part)\b)",
    r"^(?:(?!tant que\b|jusqu'a|a moins|si\b|pendant)[^,]{0,80}, ?)?on (?:ne |n')(?:y |en |nous |l')?(?:gagne|lit|"
    r"affiche|charge|recupere|apprend|perd|remarque|detecte|risque|produit|telecharge|imprime|capture|economise) "
    r"(?:plus |vraiment |presque )?(?:rien|grand)\b(?!.*\bsans\b)",
    r"^(?:i (?:really )?(?:don't|do not|didn't) want|i(?:'d| would) rather not have) you to (?:worry|feel|stress|panic|"
    r"be (?:sorry|worried|afraid|stressed)|get me wrong|lose (?:sleep|hope)|think (?:i|that i|badly))",
    r"^i (?:don't|do not) want any (?:trouble|misunderstanding|drama|fuss|pressure)\b",
    r"^je ne (?:veux|voudrais) pas (?:que (?:tu|vous) )?(?:t'|te |vous |m'|me )?(?:inquiet|sent|stress|en fass|embet|"
    r"derang|press|mepren|prenn?e?z? la tete)",
)
_SWEEPS = (
    r"^(?:please )?(?:fix|rename|remove|delete|replace|move|refactor|reformat|rewrite|upgrade|update|drop|change|edit|"
    r"correct|repair|corrige|corrigez|renomme|supprime|remplace|deplace)\b (?!nothing\b|rien\b).*\b(?:in|for|on|"
    r"dans|sur|pour) (?:each|every|chaque) (?!new\b|(?:\w+ )?(?:commit|change|edit|session|time|run|release|push|pr|"
    r"merge|"
    r"deploy\w*|answer|reply|message|turn|task|step|version|day|week|tache|modification|livraison)\b)[\w-]+\b"
    r"(?! (?:you|we|that you|tu|que tu)\b)",
)
_PROVERBS = (
    r"^better (?:late|safe|now|sooner|than|a bird)\b.*\b(?:never|sorry|later|nothing|bush)\b",
    r"^(?:better|rather) [^,]{1,60} than (?:before|yesterday|expected|ever|never|nothing|last|it was|i (?:thought|"
    r"expected|feared))\b",
    r"^mieux vaut (?:tard que jamais|prevenir que guerir|ca que rien|.{2,40} que (?:jamais|rien)\b)",
    r"^(?:never say never|less is more|no pain,? no gain|no news is good news|no smoke without|pas de fumee sans|"
    r"no good deed|no rest for|jamais deux sans trois|rien ne sert de courir|only time will tell|nobody is perfect|"
    r"personne n'est parfait|on ne fait pas d'omelette|on ne change pas une equipe|on n'a rien sans rien|"
    r"on n'est jamais mieux servi|il ne faut pas vendre la peau)\b",
)


def _any(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in patterns))


_TELLS = (*_ASKS_THERE, *_HAPPENS, *_IS, *_SWEEPS, *_PROVERBS)
_KINDS = ((CORRECTED, _any(_CORRECTS)), (REFUSED, _any(_FORBIDS)), (DECIDED, _any((*_PRESCRIBES, *_ALSO_PRESCRIBES))))


def kind_of(said: str) -> str:
    """The kind of a sentence, as `marks` names them, "" for one that lays nothing down. said: clean and folded."""
    if is_asked(said) or len(said.split()) > MOST_WORDS:
        return ""
    beginnings = _beginnings(said)
    kind = next((kind for kind, pattern in _KINDS if any(pattern.search(said[at:]) for at in beginnings)), "")
    return kind if kind and is_own(said) else ""


def _beginnings(said: str) -> list[int]:
    """Where a sentence may begin: at its first word, and behind each of the words that only lead to it."""
    found = [0]
    while len(found) <= MOST_LEADS and (lead := _LEADS.match(said, found[-1])) and lead.end() > found[-1]:
        found.append(lead.end())
    return found


def is_own(sentence: str) -> bool:
    """Whether a sentence says what the user wants, rather than what others say, what is or happens, or may be so."""
    said = fold_in_place(sentence)
    if _OTHERS.search(said) or _TASK.search(said):
        return False
    return not any(_tells().search(said[at:].rstrip(CLOSES)) for at in _beginnings(said))


@cache
def _tells() -> re.Pattern[str]:
    """What only tells or asks; compiled for the first sentence that would be told else."""
    return _any(_TELLS)
