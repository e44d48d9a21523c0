"""How people and Claude decide, correct, refuse and leave open, in French. Accents are folded before."""

from __future__ import annotations

from rlm_core.marks.rules import CORRECTED, DECIDED, OPEN, REFUSED, claude, rule, user

FILLER = (
    "ok(?:ay)?|oui|ouais|bon|bien|parfait|super|d'accord|donc|alors|et|mais|puis|sinon|du coup|allez|stp|svp|"
    "s'il te plait|s'il vous plait|merci|surtout|juste|tres bien|ca marche|c'est bon|pour l'instant|dans ce cas|"
    "voila|ca me va|je suis convaincu|convaincu|compris|ah|oh|entendu|ici|la|nickel|impec|ca me va|ca roule|ah|euh|"
    "bah|enfin|vraiment|absolument|d'abord|maintenant"
)
START = rf"^(?:(?:{FILLER})\b(?: ?[,.!:])? ?(?:[-–—] ?)?)*"
CLAUSE = rf"(?:{START}|[,;:(–—] ?(?:(?:{FILLER})\b,? ?)*|\b(?:et|mais|donc|puis|alors|surtout) )"
ADV = (
    r"(?: (?:bien|donc|finalement|enfin|tous|toutes|aussi|deja|ensemble|alors|plutot|simplement|juste|seulement|"
    r"quand meme|toujours|uniquement|definitivement|tout))*"
)
WHO = r"(?:on|l'equipe|le client|la cliente|la direction|elle|il|tout le monde|marie|le metier)"
HAS = rf"\b(?:{WHO} (?:a|avait)|nous (?:avons|avions)|j'(?:ai|avais)|ils ont|vous avez|tu as){ADV}"
DONE = r"(?:decide|choisi|retenu|opte|tranche|convenu|acte|arrete (?:que|le|la|notre)|adopte|statue|valide)"

# Before a decision these words make it a question, a condition or a proposal.
HYPOTHETICAL = (
    "si|pourrait|pourrais|pourrions|pourraient|peut-etre|serait|devrait|devrions|est-ce|faut-il|pourquoi|comment|"
    "quand|lorsque|recommande|suggere|propose|conseille|peut|pouvez|ce qu|qu'est|une fois|tu preferes|vous preferez|"
    "rappelles?|sais|voulez|veux-tu|dis-moi|ou bien|je pense"
)
UNWANTED = HYPOTHETICAL + "|refuse|veux pas|faut pas|hors de question|evite|pas question|comme|puisque"
SUPPOSED = "si|pourquoi|comment|quand|lorsque|parce|car|puisque|comme|afin|pour qu"

DECISIONS = (
    rule(
        DECIDED,
        "decide* choisi* retenu* opte tranche* convenu acte* arrete adopte* statue valide*",
        rf"{HAS} {DONE}\b(?! (?:de (?:ne pas|ne plus|rien|renoncer)|d'(?:abandonner|ecarter|arreter)|quoi))",
        rf"\b(?:a|ont) ete {DONE}e?s?\b(?! (?:de ne (?:pas|plus)|par)\b)",
        r"\bc'est (?:decide|valide|acte|tranche|tout decide)\b",
        r"\b(?:le|la|les) \w+ (?:retenue?s?|choisie?s?) (?:est|sont|c'est|:)",
        unless=HYPOTHETICAL + "|rien",
    ),
    rule(
        DECIDED,
        "entendu convenu regle fait",
        r"\bc'est (?:entendu|convenu)\b|\ble choix est fait\b",
        unless=HYPOTHETICAL,
    ),
    rule(
        DECIDED,
        "convenu decide decision* regle reponse conclusion choix mot",
        r"\bcomme (?:convenu|decide)\b",
        r"^(?:(?:la|notre|ma) )?decisions?(?: (?:prises?|finales?|retenues?|(?:de|du|d') ?[\w' ]{1,30}))? ?[:–—-] ?\w",
        r"\bc'est mon dernier mot\b",
        r"\b(?:la|notre|ma) decision (?:c'est|est (?:donc )?(?:prise|de|que|finale|:))|^decide ?[:–—]",
        rf"{START}(?:(?:la |une )?regle|choix (?:final|retenu)|reponse finale|mon choix|conclusion) ?[:–—] ?\w",
        unless=HYPOTHETICAL,
    ),
    rule(
        DECIDED,
        "accord accordes accorde entendus",
        rf"\b(?:on (?:s'est|est)|nous (?:nous )?sommes){ADV} (?:mis d'accord|tombes? d'accord|d'accord|accorde[es]*|"
        rf"entendus?) "
        r"(?:sur|pour|que)\b(?! ne (?:pas|plus))",
        unless=HYPOTHETICAL,
    ),
    rule(
        DECIDED,
        "desormais dorenavant maintenant",
        r"^(?:et )?(?:desormais|dorenavant|a partir de maintenant)\b,? ?\w",
        r"\b(?:a partir de maintenant|dorenavant)\b",
        unless=HYPOTHETICAL,
    ),
    rule(
        DECIDED,
        "opte choisis pars retiens optons retenons choisissons partons restons adoptons allons-y part partis parti "
        "reste mise retient choisit adopte s'en tranche",
        r"\b(?:j'opte pour|je choisis|je pars sur|je retiens|nous optons pour|nous retenons|nous choisissons|"
        r"nous partons sur)\b",
        r"\bon (?:est|etait) partis? sur\b",
        rf"\bon{ADV} (?:part|reste|mise|se base|s'appuie) (?:sur|la-dessus)\b(?! (?:sa|notre) faim)",
        rf"\bon{ADV} (?:retient|choisit|adopte|opte pour|s'en tient a|tranche(?: pour| sur| en|,| :|$))",
        rf"{START}(?:partons (?:sur|du principe|la-dessus)|restons sur|retenons|optons pour|adoptons|"
        rf"allons-y (?:avec|pour|sur))",
        unless=HYPOTHETICAL,
    ),
)

PRESENT = (
    r"(?:garde(?! (?:un (?:oeil|œil)|ca en tete|en tete))|conserve|prend (?!(?:du|le temps|une pause|un cafe)\b)|"
    r"utilise (?!\d)|passe (?:par|en|a (?!la suite|autre|cote))|met (?!(?:du|longtemps|combien)\b)|fait (?:ca|cela|"
    r"comme|simple|le|la|les|un|une|avec|du)\b|fixe|fige|limite|se limite|valide|continue (?:avec|sur)|livre|"
    r"supporte|vise|laisse (?!tomber)|deploie|bascule|stocke|migre|publie|gere|interroge|renvoie|retourne|impose|"
    r"standardise|centralise|separe|regroupe|decoupe|appelle (?:ca|le|la|les)|rend|aura|nomme|heberge|signe|chiffre|"
    r"versionne|documente|bloque|plafonne|se contente|se cale|s'aligne|s'arrete a|ecrit (?:en|les|le|la|tout)|"
    r"parle (?:de|en)|code (?:en|ca)|construit|installe|active|desactive|expose)"
)
FUTURE = (
    r"(?:utiliser|partir|garder|prendre|faire (?!un tour|le point)|rester|passer (?:par|en|a (?!la suite|autre))|"
    r"mettre|limiter|fixer|centraliser|conserver|livrer|migrer|basculer|stocker|adopter|supporter|choisir|"
    r"se contenter|s'en tenir|deployer|appeler|heberger|publier|figer|imposer|separer|regrouper|decouper)"
)
ORDER = (
    r"(?:mets(?:-(?:le|la|les))?|mettez|utilisez?|gardez?|conservez?|fixez?|passe[zr]?(?:-(?:le|la|les))? (?:a|en|"
    r"sur|par)|prends|prenez|restez? sur|pars sur|partez sur|limitez?|respectez?|nommez?(?:-(?:le|la|les))?|"
    r"appelle(?:-(?:le|la|les)| (?:ca|le|la))|choisis|choisissez|prefere|imposez?|coupe (?:ca|le|la)|separe (?:ca|le|"
    r"la)|fais (?:comme ca|simple|ca)|faites (?:comme ca|simple|ca))\b ?(?!(?:pas|plus|a jour|grep|la commande|"
    r"le (?:fichier|lien|log)|d'abord)\b)"
)
ON = rf"(?:{START}|[,;:] ?|\b(?:et|donc|alors|mais|que|qu') ?)(?:on|nous){ADV}"
CHOICES = (
    user(
        DECIDED,
        "garde conserve prend utilise passe met fait fixe fige limite valide continue livre supporte vise laisse "
        "deploie bascule stocke migre publie gere interroge renvoie retourne impose standardise centralise separe "
        "regroupe decoupe appelle nomme heberge signe chiffre versionne documente bloque plafonne contente cale "
        "s'aligne aligne s'arrete arrete ecrit parle code construit installe active desactive expose va rend aura "
        "fais faites",
        rf"{CLAUSE}(?:fais|faites) comme ca\b",
        rf"{ON} {PRESENT}\b",
        rf"{ON} va{ADV} {FUTURE}\b",
        unless=UNWANTED,
    ),
    user(
        DECIDED,
        "gardons prenons utilisons passons faisons mettons fixons limitons conservons laissons disons",
        rf"{START}(?:gardons|prenons|utilisons|passons (?:par|en|a (?!la suite|autre|present))|faisons (?:ca|cela|"
        rf"comme|simple|le|"
        r"la|les|un|une)|mettons|fixons|limitons|conservons|laissons (?!tomber)|disons (?=\d|qu'on|que (?:ce|c'est|"
        r"le|la)|un|une))",
    ),
    user(
        DECIDED,
        "va ok accord",
        rf"{START}va pour\b",
        r"^(?:(?:oui|bon|alors|donc),? )*(?:ok|d'accord) (?:pour|sur) (?!(?:moi|le moment|l'instant)\b)\w",
    ),
    user(
        DECIDED,
        "mets mettez utilise* garde* conserve* fixe* passe* prends prenez reste* pars partez limite* respecte* "
        "nomme* appelle* choisis choisissez impose* fais faites coupe separe",
        rf"{START}{ORDER}",
    ),
    user(
        DECIDED,
        "prends garde choisis reste vais prefere prefererais valide veux aimerais",
        rf"{START}je (?:prends|garde|reste sur|valide|vais (?:prendre|garder|utiliser|partir sur|rester sur))\b",
        r"\bje (?:prefere|prefererais)(?: (?:qu'on|que|rester|garder|utiliser|partir|avoir|largement))",
        r"\bj'aimerais que (?!tu)\w",
        r"\bje veux (?:que (?!tu (?:regardes|verifies|cherches|lises|m'expliques))\w|(?:tous|toutes|chaque) )",
        unless="si|comment|pourquoi",
    ),
    user(
        DECIDED,
        "toujours sera s'appellera appellera doit doivent",
        r"\bs'appellera\b",
        r"^(?!(?:il|elle|ca|cela|ce|on|tu|vous|je)\b)(?:les?|la|l'|chaque|tous|toutes|nos|"
        r"notre)\b ?[\w' -]{2,50} (?:doit|doivent) (?:toujours |rester |aussi )?(?:etre|rester|avoir|renvoyer|"
        r"utiliser|passer|echouer|fixes?)\b",
        rf"{START}(?:(?:utilise|mets|lance|garde|ecris|passe|fais|ajoute)z? )?toujours (?:utiliser|passer|mettre|"
        rf"lancer|en|pnpm|le|la|"
        r"les|un|une|\w+er)\b",
        rf"{START}(?:utilise|mets|lance|garde|ecris|fais|ajoute)z? toujours\b",
        r"\bce sera (?!(?:tout|bien|bon|plus|trop|pas|long|complique|difficile|mieux|fait|fini|peut|possible|"
        r"utile)\b)\w",
        unless=HYPOTHETICAL,
    ),
)

VERBS = (
    r"(?:utilise|veut|veux|fait|garde|prend|passe|part|supporte|stocke|met|appelle|depend|livre|deploie|vise|se sert|"
    r"envoie|cache|genere|lance|ecrit|fait tourner|compte|signe|heberge|publie|chiffre)"
)
FALSE = r"(?:faux|fausses?|incorrecte?s?|inexacte?s?|erronee?s?)"
CORRECTIONS = (
    user(
        CORRECTED,
        "revenus finalement change donne dit appelle mal non ancien ancienne depuis pas annule",
        r"\bon est revenus? (?:a|sur|en|au)\b",
        r"[^,]{3,}\bfinalement[.!]*$",
        r"\b(?:spec|exigence|regle|plan|format|perimetre|limite|budget|schema)s? (?:a|ont) change\b",
        r"^(?:(?:ah|oh|euh|non|attends|oups),? )*je t'ai donne (?:le |la |les )?mauvais",
        r"\bj'ai dit [^,;]{1,40} mais (?:c'est|c'etait|je)\b",
        r"^depuis (?:hier|lundi|la semaine|ce matin)[^,;]* s'appelle\b|\bs'appelle (?:maintenant|desormais)\b",
        r"\bje me souvenais mal\b",
        r"^(?:(?:ah|oh|euh) )?non[, ]+(?:annule|remets|reviens)\b",
        r"^pas (?:le |la |l'|les )?[\w.-]+, (?!(?:mais|encore|je|on|il)\b)(?:le |la |l'|les )?[\w.-]+[.!]*$",
        unless="si|pourquoi|comment",
    ),
    rule(
        CORRECTED,
        "desole rectifier corriger tort regardant",
        r"^desole,? (?:le|la|les|l'|j'|je|mon|ma|pour)\b ?(?!(?:mauvaise|retard)\b)",
        r"\bje (?:dois|tiens a|vais) (?:rectifier|corriger) (?:ce que|mon|ma)\b",
        r"\bj'ai (?:suppose|cru|pense|affirme|dit|conclu) a tort\b|\bj'avais tort\b",
    ),
    rule(
        CORRECTED,
        "finalement",
        r"^(?:(?:ok|bon|oui|et|mais|euh|ah|bah),? )*finalement,? (?:non|on|je (?:prefere|veux|pense|garde|prends|"
        r"vais)|c'est|ce sera|pas|nous|reste|garde|laisse|plutot|utilise|mets|le|la|les|va pour|tu peux|a)\b",
        r"\b(?:on|nous|je|j'ai)\b (?:\w+ )?finalement\b",
    ),
    rule(
        CORRECTED,
        "fait",
        r"^(?:(?:ok|bon|oui|ah|euh|oups),? )*en fait,? (?:non|laisse|on (?:garde|part|reste|prend|va|fait|utilise|"
        r"passe|met|laisse|n'a pas besoin|ne)|garde|mets|utilise|fais|remets|oublie|pas|plutot|je (?:prefere|"
        r"voudrais|veux|voulais))\b",
        r"\bnon,? en fait\b",
    ),
    user(
        CORRECTED,
        "fait non attends attendez pardon oups zut desole",
        r"^(?:(?:ok|bon|oui|ah|euh|oups),? )*en fait,? c'est (?:le|la|l'|un|une|pas|plutot|en|\d)",
        r"^(?:euh |ah |oh )?(?:non|attends|attendez|pardon|oups|zut|desole)\b[ ,.!…–—-]*(?:(?:non|attends|attendez|"
        r"pardon|en fait|plutot)\b[ ,.!…–—-]*)+(?:\w|$)",
        r"^(?:non|pardon|oups|zut|attends|desole),? (?:garde|mets|utilise|remets|laisse|plutot|je (?:parlais|voulais|"
        r"pensais)|pas (?:le|la|les|l')|c'est (?:le|la|l'|un|une|en|a|\d)|c'etait)",
    ),
    rule(
        CORRECTED,
        "trompe trompes trompee trompais temps retire vu",
        r"\b(?:je me suis|je m'etais|on s'est|nous nous sommes) (?:bien |completement )?trompe(?:e|s|es)?\b|"
        r"\bje me trompais\b",
        r"\bau(?:tant| temps) pour moi\b",
        r"\bje retire ce que\b",
        r"^bien vu\b",
    ),
    claude(
        CORRECTED,
        "raison",
        r"\b(?:tu as|t'as|vous avez) (?:tout a fait |parfaitement |entierement |completement |absolument |bien |"
        r"totalement )?raison\b",
    ),
    rule(
        CORRECTED,
        "correction rectification corrige rectifie erratum",
        r"^(?:petite )?(?:correction|rectification|erratum) ?[:,–—-]",
        r"^je (?:me )?(?:corrige|rectifie) ?(?:[:,–—]|ce que)",
    ),
    rule(
        CORRECTED,
        "erreur faute excuses",
        r"\b(?:erreur de ma part|c'est ma faute|c'etait ma faute|mon erreur|j'ai (?:fait|"
        r"commis) une (?:\w+ )?erreur)\b",
        r"^(?:toutes )?mes excuses\b",
    ),
    rule(
        CORRECTED,
        "avis idee plan programme",
        r"\b(?:j'ai|on a|nous avons) change d'(?:avis|idee)\b",
        r"\bchangement de (?:plan|programme)\b|\bnouveau plan\b",
    ),
    rule(
        CORRECTED,
        "oublie oubliez oublions compte ignore ignorez",
        rf"{CLAUSE}(?:oublie|oubliez|oublions|ignorez?) (?:ce que|tout ce que|mon (?:dernier|message)|ma (?:derniere|"
        rf"remarque)|mes|le "
        r"message|la (?:derniere|precedente))\b",
        r"\bne (?:tiens|tenez) (?:pas|plus) compte de (?:ma|mon|mes|ce)\b",
    ),
    rule(
        CORRECTED,
        "plus",
        rf"\b(?:on|nous|je) (?:n'|ne |n' )?(?:se )?{VERBS}(?:ons|s)? plus\b(?! (?:de \d|que|tard|vite|loin|simple|"
        rf"grand|petit|souvent))",
        r"\b(?:on|nous) n'(?:a|avons|aura) plus besoin d",
        r"\bn'est plus (?:de |a |en |le |la |l')?[^,;?]{1,30}, (?:c'est|mais|on)\b",
    ),
    user(
        CORRECTED,
        "voulais parlais pensais",
        r"\bje voulais (?:dire|parler|plutot)\b",
        r"\bje (?:parlais|pensais) (?:de|du|des|a|au|aux)\b",
        unless="que|quand|si",
    ),
    user(
        CORRECTED,
        "plutot",
        r"\bplutot [^,;?]{1,40} que (?!de (?:rester|perdre))\S|\bmais plutot\b|^(?:ou )?plutot (?:le|la|les|un|une|"
        r"en|sur|avec|\d)",
        unless=HYPOTHETICAL,
    ),
    rule(
        CORRECTED,
        "pas non",
        r"\b(?:ce n'est|c'est|c'etait|ce n'etait|il ne s'agit) (?:donc )?pas [^,;?]{1,40},? (?:mais|c'est)\b (?!pas)",
        r"\bnon pas [^,;?]{1,40}(?: mais|,)",
        r"\bce n'est pas ce que j'ai (?:dit|demande|voulu)\b",
        unless="si|seulement",
    ),
    user(
        CORRECTED,
        "pas",
        r"\bc'est (?!pas\b)[^,;?]{1,30}, pas (?!(?:mal|grave|de|d'|encore|si|trop|plus|besoin|sur)\b)\S+(?: \S+){0,3}$",
    ),
    user(
        CORRECTED,
        "pas non",
        r",? et (?:non|pas) (?:pas )?(?!seulement|encore|toujours|besoin|mal|de souci|de |d')[^,;?]{1,40}$",
    ),
    user(
        CORRECTED,
        "passe passes monte descend remonte redescend quitte remplace migre bascule abandonne renonce renonce* avant",
        r"\bon (?:passe|est passee?s?|a passe|monte|descend|remonte|redescend) de [^,;?]{1,40} a \S",
        r"\bon a (?:quitte|remplace \S+ par|migre de|bascule (?:de|sur|vers))\b",
        r"\b(?:on|nous) [^,;]{1,50}\bavant\b.*\bmaintenant\b|^avant,? on\b.*\b(?:maintenant|desormais|mais)\b",
    ),
    rule(
        CORRECTED,
        "revient revenons reviens revenez revenir remet* rebascule",
        r"\bon (?:va )?(?:revient|revenir|rebascule) (?:a|sur|en|au|aux|vers)\b(?! (?:ca|cela|nos moutons|ce sujet|"
        r"cette question))",
        rf"{START}(?:revenons|reviens|revenez) (?:a|sur|en|au|aux)\b(?! (?:nos moutons|la question|ce sujet))",
        rf"{CLAUSE}(?:et )?remets? (?:comme avant|l'ancien\w*|a \d)",
    ),
    rule(
        CORRECTED,
        "reflexion reflechi reflechissant compte pese",
        r"\ba la reflexion\b|\b(?:apres |toute )?reflexion faite\b|\ben y reflechissant\b|\btout (?:compte fait|"
        r"bien reflechi|bien pese)\b",
    ),
    rule(CORRECTED, "contrairement", r"\bcontrairement a ce qu"),
    rule(
        CORRECTED,
        "mal confondu tort",
        r"\bj(?:'ai|'avais|e l'ai) (?:mal (?:lu|compris|interprete|vu|calcule|formule|explique)|confondu|tort|"
        r"eu tort)\b",
    ),
    rule(
        CORRECTED,
        "faux fausse* incorrect* inexact* errone*",
        rf"\b(?:ma|mon|mes|ce que j'ai dit|l'analyse|l'hypothese)\b[^,;]{{0,40}}\b(?:etait|etaient|est|"
        rf"sont) (?:\w+ )?{FALSE}\b",
        r"\bmon (?:diagnostic|analyse|hypothese|calcul|estimation) etait\b",
        r"^(?:non,? )?(?:c'est|c'etait) (?:faux|inexact|incorrect|errone)\b",
    ),
    rule(
        CORRECTED,
        "lieu place",
        r"^(?:au lieu|a la place) (?:de|d'|du|des) ?[^,;]{1,60}?,? (?:on|mets|utilise|fais|prends|je|nous)\b",
    ),
    user(
        CORRECTED,
        "annule annulons annulez",
        rf"{START}(?:annule|annulons|annulez) (?:ca|cela|le (?:dernier|changement)|la (?:derniere|modif\w*)|tout|"
        rf"ce que)\b",
    ),
)

NOT_SEEN = (
    r"(?!(?:t'(?!embete)|vous (?!embetez)|te |s')|(?:marche|fonctionne|sais|sait|vois|voit|trouve|comprends|comprend|"
    r"passe|compile|change rien|suis|serait|sera|est|etait|a|ai|peut|peux|faut|repond|demarre|arrive|tourne|"
    r"correspond|semble|devrait|doit|sert|existe|charge|hesite|oublie|oubliez|tiens|tenez|inquiete|inquietez)\b)"
)
NO_THING = (
    r"(?!(?:souci|soucis|probleme|problemes|panique|reponse|erreurs?|nouvelles?|bol|chance|idee|quoi|raison|"
    r"difference|changements?|resultats?|doute|inquietude|stress|message|logs?|trace|sortie|retour|tests?|fichiers?|"
    r"donnees|avis|regret|preference|acces|blague|besoin|nom|decision|effet|succes|rapport|lien|idee|"
    r"cache possible)\b)"
)
NOT_CARE = r"(?! (?:oublier|hesiter|s'inquieter|confondre|voir|perdre de vue))"
VERB_NOT = (
    r"(?:va|fera|veut|supporte|supportera|fait|garde|prend|utilise|met|mettra|stocke|touche|part|doit|gardera|"
    r"prendra|passera|livre|gere|cache|donne|souhaite|retient|depend|merge|deploie|pousse|s'en servira|se sert)"
)
TOO_MUCH = r"(?:complique|lourd|risque|cher|long|tot|gros|fragile|complexe|verbeux)e?s?"
REFUSALS = (
    user(
        REFUSED,
        "pas jamais plus rien aucun aucune",
        rf"{CLAUSE}(?:ne |n')(?:(?:me|le|la|les|l'|y|en|nous|lui|t'|vous)\s?)?{NOT_SEEN}\w+ (?:surtout )?(?:pas|"
        rf"jamais|plus|rien|aucune?)\b",
        rf"{START}(?:utilise|touche|change|modifie|ajoute|supprime|fais|mets|pousse|commite?|cree|renomme|ecris|"
        rf"lance|installe|reecris|"
        r"deploie|merge|mocke|stocke)z? (?:surtout )?(?:pas|jamais|plus)\b(?! encore)",
        rf"{CLAUSE}(?:(?:merci|priere|veiller|penser) (?:de|a) )?ne (?:surtout )?(?:pas|jamais|plus)(?! (?:oublier|"
        rf"hesiter|s'inquieter))"
        r" \w+",
        unless=SUPPOSED,
    ),
    user(
        REFUSED,
        "pas aucun aucune zero jamais",
        rf"{START}(?:pas (?:de |d'|du )|aucune? |zero |jamais (?:de |d'|du )){NO_THING}\w",
        rf"[,;] ?(?:et |donc |mais )?(?:surtout )?pas (?:de |d'|du ){NO_THING}[\w.+#-]+(?: [\w.+#-]+)?(?: stp| svp|"
        rf" s'il te plait)?$",
        unless="il n'y a|y a",
    ),
    rule(
        REFUSED,
        "pas jamais",
        rf"\bon ne {VERB_NOT} (?:surtout )?(?:pas|jamais)\b",
        r"\bon (?:ne |n')(?:y )?\w{2,}ra (?:surtout )?(?:pas|plus jamais|jamais)\b",
        r"\bon n'(?:utilise|ajoute|accepte|envoie|ecrit|implemente|expose|installe|active|integre|autorise|"
        r"en veut) (?:surtout )?(?:pas|jamais)\b",
        r"\bon va (?:surtout )?pas\b",
        r"\bnous n(?:e |')(?:\w+rons|utilisons|voulons|souhaitons|gardons|ferons|prenons|stockons) (?:pas|jamais)\b",
        r"\b(?:on|nous) (?:veut|fait|utilise|garde|met|touche|prend) (?:surtout )?pas\b",
        rf"{HAS} (?:decide|choisi|convenu) de ne (?:pas|plus)\b",
        r"\bd'accord pour ne (?:pas|plus)\b",
        unless=SUPPOSED + "|pourra|saura",
    ),
    user(
        REFUSED,
        "veux refuse prefere aimerais prefererais aime envie pas",
        r"\bje ne? ?veux (?:pas|plus|surtout|aucune?)\b(?! dire)|\bje veux pas\b|\bje refuse\b|\bje n'en veux pas\b",
        r"\bje (?:prefere|prefererais|aimerais) (?:eviter|ne pas|pas)\b",
        r"\bje n'aime pas (?!quand)\w",
        r"\bje n'ai (?:vraiment |absolument )?pas envie (?:de |d')",
        r"\bje n'\w+rai (?:pas|jamais|aucune?)\b(?! (?:le temps|besoin))|\bje ne \w+rai (?:pas|jamais)\b(?! (?:la|"
        r"le temps))",
        unless="si",
    ),
    rule(
        REFUSED,
        "question exclu exclue exclus exclues",
        r"\bhors de question\b|\bpas question (?:de|d'|que|qu')|^pas question\b",
        r"\b(?:c'est|totalement|il est|(?:cette|l')? ?(?:option|approche|piste|solution|idee) est) exclue?\b",
    ),
    rule(
        REFUSED,
        "ecarte* rejete* refuse* exclu* abandonne* elimine* renonce hors",
        rf"{HAS} (?:ecarte|rejete|refuse|exclu|abandonne|elimine|renonce)s?\b",
        r"\b(?:a|ont) ete (?:ecarte|abandonne|exclu|rejete par)e?s?\b",
        r"^(?:rejete|ecarte|abandonne|exclu|hors perimetre)e?s? ?[:–—]",
        rf"{HAS} decide (?:de renoncer|d'abandonner|d'ecarter)",
        unless=HYPOTHETICAL,
    ),
    rule(
        REFUSED,
        "ecarte rejette refuse abandonne renonce elimine evite oublie laisse laissons laissez abandonnons oublions",
        r"\bon (?:ecarte|rejette|refuse|abandonne|renonce a|elimine|evite|oublie (?:l'idee|cette|ca)|laisse tomber)\b",
        r"\b(?:laisse|laissons|laissez) tomber\b|\b(?:abandonnons|oublions l'idee)",
        unless=HYPOTHETICAL,
    ),
    rule(
        REFUSED,
        "peine inutile vaut trop gaz coup",
        rf"{START}(?:c'est )?(?:pas la peine|inutile (?:de|d'))(?! (?:s'inquieter|t'inquieter|de s'|de t'))",
        r"\b(?:ca |cela )?n?'?(?:en )?vaut pas (?:le coup|la peine)\b",
        r"\btrop (?:complique|lourd) pour (?:ce que|rien|si peu|notre)|\busine a gaz\b",
        rf"^(?:(?:non|nan|bof)[,. ]+)?(?:c'est )?(?:beaucoup |bien )?trop {TOO_MUCH}\b",
    ),
    user(
        REFUSED,
        "besoin evite* evitons arrete* cesse* saute* oublie oubliez vire",
        rf"{START}(?:pas besoin (?:de |d'|du )|(?:on|nous) n'(?:a|avons|aura) pas besoin (?:de |d'|du ))(?!t'|s')",
        rf"{CLAUSE}(?:evite|evitez|evitons|eviter|a eviter)\b(?! que l'erreur)",
        rf"{START}(?:arrete|arretez|cesse|cessez) (?:de |d')",
        rf"{START}(?:saute|sautez|laisse de cote|zappe|vire|virez|degage|supprime l'idee) (?:le|la|les|cette|ce|ces|"
        rf"l')",
        rf"{START}oublie[zr]? (?!(?:pas|ce que|tout)\b)\w",
    ),
    user(
        REFUSED,
        "faut doit doivent dois devrais suffit suffira idee passe passera pas non interdit* interdis proscri* fan "
        "contre",
        rf"\b(?:il )?(?:ne )?faut (?:surtout )?(?:pas|jamais)\b{NOT_CARE}",
        r"\b(?:ne )?(?:doit|doivent) (?:surtout |absolument )?(?:pas|jamais) (?:etre|contenir|sortir|quitter|"
        r"apparaitre|dependre|ecrire|appeler)\b",
        r"^non,? on (?:ne|n'|va pas|fait pas)",
        r"^(?:non|nan),? .*\b(?:suffit|suffira|suffisent)\b",
        r"\b(?:mauvaise|tres mauvaise|pas une bonne|drole d') ?idee\b",
        r"\btu ne (?:dois|devrais) (?:surtout )?(?:pas|jamais)\b",
        r"\bon se passe(?:ra)? d(?:e|u|es|')",
        r"^ne \w+ons (?:surtout )?(?:pas|rien)\b",
        r"\binterdi(?:t|te|ts|tes|ction|s) (?:de|d')\b|\bc'est interdit\b|\ba proscrire\b",
        r"\bpas (?:tres |trop |vraiment )?fan d(?:e|u|es|')\b|\bje suis (?:plutot |totalement )?contre\b",
        unless=SUPPOSED,
    ),
)

LEFT = (
    r"(?:voir|faire|decider|trancher|discuter|verifier|choisir|definir|confirmer|preciser|clarifier|determiner|"
    r"revoir|etudier|ecrire|regler|valider|tester|comprendre|savoir|fixer|creuser|traiter|planifier|migrer|mesurer|"
    r"documenter|corriger|implementer|reprendre|renommer|negocier|chiffrer|arbitrer|investiguer|nettoyer|ajouter|"
    r"trouver|traduire)"
)
THINK = (
    r"(?:decider|trancher|discuter|choisir|definir|clarifier|determiner|demander|reparler|reflechir|creuser|revoir|"
    r"preciser|confirmer|regler|en parler|y reflechir|arbitrer|se mettre d'accord|trouver une solution)"
)
OPENS = (
    rule(
        OPEN,
        "encore toujours rien aucune",
        r"\bpas encore (?:ete |tout a fait |vraiment |totalement |bien )?(?:\w+(?:e|i|u|is|it|ert)e?s?|clair|sur|"
        r"certain|pris|eu le temps)\b(?<!disponible)(?<!visible)(?<!possible)",
        r"\btoujours pas (?:\w+ )?(?:clair|sur|compris|resolu|decide|regle|trouve|tranche|corrige|fixe|defini|choisi|"
        r"certain|identifie)(?:e|s|es)?\b",
        r"\brien n'(?:est|a ete) (?:encore )?(?:decide|tranche|fixe|arrete|acte)\b|\baucune decision\b",
        r"\bdoi(?:t|vent) encore etre\b",
    ),
    rule(
        OPEN,
        "reste restent restera demeure subsiste",
        rf"\b(?:reste|restent|restera)(?: encore| donc| juste| surtout)? (?:a|plus qu'a) {LEFT}\b",
        r"\bil reste (?:encore )?(?:a \w+(?:er|ir|re|oir)|la question|le probleme|un (?:point|doute|probleme))\b",
        r"\breste (?:la question|le probleme|le cas)\b",
        r"\b(?:questions?|points?|doutes?|problemes?) (?:demeure|subsiste|reste)(?:nt)?\b",
        r"^ce qu'il reste(?: a faire)? ?[:–—]",
    ),
    rule(
        OPEN,
        "faudrait faudra faut falloir doit devons dois",
        rf"\b(?:il )?(?:faudrait|faudra)(?: encore| quand meme| aussi| bien| d'abord| qu'on| un jour)* (?:{THINK}|"
        rf"decide|tranche|voir|"
        r"verifier|regarder)\b",
        rf"\bil faut (?:encore|toujours|d'abord) (?:{THINK}|voir|verifier)\b|\bil faut que (?:je|j'|on|"
        rf"nous) ?(?:y )?(?:reflechi|decid|demand|tranch|en parl|voi)",
        rf"\b(?:on doit|nous devons|je dois) (?:encore|toujours|d'abord) (?:{THINK}|voir|verifier)\b",
        rf"\b(?:il )?va falloir (?:{THINK}|voir)\b",
        unless="si",
    ),
    user(
        OPEN,
        "reflechir idee depend dirai",
        r"\blaisse-moi (?:y |le temps d'y |le temps de |un peu )?(?:reflechir|voir)\b|\bje (?:vais y|"
        r"dois y) reflechir\b",
        r"\baucune idee (?:de |pour|encore|comment|si)",
        r"^(?:ca|cela) depend (?:de |du |des |d')|\bje te dirai\b",
    ),
    rule(
        OPEN,
        "trancher confirmer definir decider preciser clarifier determiner arbitrer rediscuter reconfirmer affiner "
        "creuser voir discuter revoir etudier faire",
        r"(?:^|[a-z]{3,} |\bou |[,:(–—-] ?)a (?:trancher|confirmer|definir|decider|preciser|clarifier|determiner|"
        r"arbitrer|rediscuter|reconfirmer|affiner|creuser)\b(?! (?:le|la|les|l'|ce)\b)",
        r"(?:^|[,:(–—-] ?|\b(?:est|sont|reste|encore) )a (?:voir|discuter|revoir|etudier|faire)(?: plus tard|"
        r" ensuite| demain| avec| par| en| ?[:,(.!…]|$)",
        unless="rien|aide|sert|servent|utilise|permet",
    ),
    rule(
        OPEN,
        "verra reparle reparlera reviendra revient decidera tranchera avisera reverra",
        r"\bon (?:verra|en reparle(?:ra)?|y reviendra|y revient|reviendra (?:dessus|la-dessus|sur)|revient (?:dessus|"
        r"la-dessus)|decidera|tranchera|avisera|reverra)\b",
        unless="comme",
    ),
    rule(
        OPEN,
        "tard prochain prochaine demain temps fois",
        r"\b(?:decider|trancher|voir|regarder|regarde|faire|fera|traiter|traitera|reprendre|reprendra|discuter|"
        r"discute) (?:ca|cela|le|la|les|[\w ]{1,20})? ?(?:plus tard|demain|la semaine prochaine|au prochain sprint|"
        r"dans un second temps|une autre fois)\b",
        r"\b(?:laisse|laissons|garde|gardons) (?:ca|cela|le|la|les)(?: [\w' ]{1,30})? pour (?:plus tard|la suite|"
        r"la v\d|apres)",
        r"^(?:pour |a |voir )?(?:plus tard|dans un second temps) ?[:,–—]",
        unless="si",
    ),
    rule(
        OPEN,
        "inconnu* ouvert ouverte ouvertes floue flou suspens incertain* indecis* mystere",
        r"\b(?:reste|restent|est|sont|demeure|toujours|encore) (?:\w+ )?(?:inconnue?s?|floue?s?|en suspens|"
        r"incertaine?s?|indecise?s?|un mystere)\b",
        r"\b(?:question|point|sujet|debat|choix)s? (?:\w+ )?(?:reste |restent |est |encore |toujours )*(?:ouverte?s?|"
        r"en suspens)\b",
    ),
    rule(
        OPEN,
        "sais sait savons ignore sur sure certain certaine",
        r"\b(?:je ne sais|on ne sait|nous ne savons|je sais|on sait) (?:pas encore|toujours pas|pas trop encore)\b",
        r"\bj'ignore encore\b|\bon ignore (?:encore|toujours|pourquoi)\b",
        r"\bpas (?:encore |tout a fait |vraiment |totalement )?(?:sure?|certaine?)s? (?:encore )?(?:si |s'il|"
        r"de savoir|que |qu'|pour |de la |du )",
    ),
    rule(
        OPEN,
        "pas",
        r"\b(?:je n'ai|on n'a|nous n'avons) pas (?:encore )?(?:pu (?:determiner|reproduire|expliquer|trouver|"
        r"verifier|identifier)|trouve (?:pourquoi|la cause|d'ou|comment)|reussi a (?:reproduire|expliquer|determiner|"
        r"trouver|identifier)|(?:encore )?compris pourquoi|decide|tranche|choisi)\b",
    ),
    rule(
        OPEN,
        "attente attend attends rappelle-moi",
        r"^(?:toujours |encore )?en attente\b",
        r"\b(?:est|sont|reste|restent|toujours|mis|mise|encore) en attente\b(?! (?:de (?:la |une )?(?:reponse|"
        r"requete|connexion))\b)",
        r"\b(?:on|j'|nous) ?attend(?:s|ons)? (?:toujours|encore) ",
        r"\b(?:on|j'|nous) ?attend(?:s|ons)? (?:le feu vert|la validation|l'accord|le retour|la reponse) (?:de|du|d')",
        rf"{START}rappelle-moi (?:de|d') ?(?!ce\b)",
    ),
    rule(OPEN, "todo to-do tbd tbc", r"^(?:to-?do)(?: \w+)? ?[:–—(-]|\b(?:tbd|tbc)\b|^todo [a-z]"),
    rule(
        OPEN,
        "cote reporte reportons reporter reportee* repousse repoussons ajourne* hesite hesitons",
        r"\b(?:met|mets|mettons|mis|mise|laisse|laissons) (?:ca |cela |\w+ \w+ )?de cote\b(?! pour toi)",
        r"\b(?:on|je|nous) (?:reporte|reportons|repousse|repoussons|ajourne)\b|\b(?:est|sont) reportee?s?\b",
        r"\b(?:j'hesite|on hesite|nous hesitons)\b",
    ),
    rule(
        OPEN,
        "prochaines prochaine points point questions question reste restant travail bloque blocages",
        r"^(?:prochaines? etapes?|points? (?:ouverts?|en suspens|restants?)|questions? (?:ouvertes?|en suspens)|"
        r"reste|restant|travail restant|bloque|blocages?) ?[:–—]",
    ),
)

RULES = (*DECISIONS, *CHOICES, *CORRECTIONS, *REFUSALS, *OPENS)
# A sentence that begins so asks, with or without a question mark.
ASKS = (
    rf"{START}(?:est-ce|qu'est-ce|qu'est|que penses|quel|quelle|quels|quelles|pourquoi|comment|combien|ou en|qui |"
    rf"faut-il|"
    r"faudrait-il|peux-tu|pouvez-vous|peut-on|pourrait-on|pourrais-tu|doit-on|dois-je|veux-tu|voulez-vous|"
    r"tu te (?:souviens|rappelles)|vous (?:souvenez|rappelez)|rappelle-(?:moi|toi) (?!de |d')|rappelez|dis-moi|"
    r"dites-moi|explique)\b"
)
OPEN_QUESTION = (
    r"\b(?:questions? (?:\w+ )?(?:ouvertes?|demeure|subsiste)|points? ouverts?|en suspens|pas encore|a (?:trancher|"
    r"confirmer|definir)|reste a)\b"
)
TAG = r", (?:ok|d'accord|ca te va|ca vous va|non|on est d'accord) ?\?+$"
