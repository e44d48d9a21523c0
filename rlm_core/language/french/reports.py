"""What commands report, and what they say of a command line."""

from __future__ import annotations

FRENCH: dict[str, str] = {
    # What is wrong with a command line.
    "{what} needs a value": "{what} attend une valeur",
    "{what} is missing": "il manque {what}",
    "{what} takes no value": "{what} n'attend pas de valeur",
    "there is no option {what}": "il n'y a pas d'option {what}",
    "there is no command {what}": "il n'y a pas de commande {what}",
    "{name} fits {n:,} {n:|session|sessions}; give the command of the one that is meant": (
        "{name} convient à {n} {n:|session|sessions} ; donnez la commande de celle qui est voulue"
    ),
    "the period is named twice: {what}": "la période est nommée deux fois : {what}",
    "{what} is one word too many": "{what} est un mot de trop",
    "{what} may mean {several}": "{what} peut vouloir dire {several}",
    "{what}: {value} is none of {several}": "{what} : {value} n'est pas parmi {several}",
    "{what}: {why}": "{what} : {why}",
    "`{command} --help` shows what there is": "`{command} --help` montre ce qu'il y a",
    "`rlm` shows what there is": "`rlm` montre ce qu'il y a",
    "{text} is no whole number of at least {least}": "{text} n'est pas un nombre entier d'au moins {least}",
    "{text} is no whole number of {least} to {most}": "{text} n'est pas un nombre entier de {least} à {most}",
    "{text} is no number above 0": "{text} n'est pas un nombre supérieur à 0",
    "{text} is no date; write 2026-11-01, 2026-11-01T10:30, 20/11/2026, yesterday, monday, last week or 3 days ago": (
        "{text} n'est pas une date ; écrivez 2026-11-01, 2026-11-01T10:30, 20/11/2026, hier, lundi, la semaine "
        "dernière ou il y a 3 jours"
    ),
    "{text} may be either of two days; write {day} or {other}": (
        "{text} peut être l'un de deux jours ; écrivez {day} ou {other}"
    ),
    # What there is.
    "Keeps the whole history of your Claude Code sessions as files, and finds it again.": (
        "Garde tout l'historique de vos sessions Claude Code dans des fichiers, et le retrouve."
    ),
    "Find and read": "Chercher et lire",
    "Ask": "Interroger",
    "Take in": "Archiver",
    "Check and mend": "Vérifier et réparer",
    "Keep private": "Garder privé",
    "Set up": "Installer",
    "More": "Autres",
    "Before or after each command: --project DIR, --json, --no-pager.": (
        "Avant ou après chaque commande : --project DIR, --json, --no-pager."
    ),
    "`rlm COMMAND --help` shows its options and an example. Begin with: rlm install": (
        "`rlm COMMANDE --help` montre ses options et un exemple. Pour commencer : rlm install"
    ),
    "Examples": "Exemples",
    # Times.
    "just now": "à l'instant",
    "{n} min ago": "il y a {n} min",
    "{n} h ago": "il y a {n} h",
    "1 day ago": "il y a 1 jour",
    "{n} {n:|day|days} ago": "il y a {n:,} {n:|jour|jours}",
    "{n} {n:|month|months} ago": "il y a {n} mois",
    "1 year ago": "il y a 1 an",
    "{n} {n:|year|years} ago": "il y a {n} ans",
    # Names that nothing has.
    "no session here has an id that begins with {name}": (
        "aucune session ici n'a un identifiant qui commence par {name}"
    ),
    "no tool is called {name} in what is archived": "aucun outil ne s'appelle {name} dans ce qui est archivé",
    "no chunk here touched a file with {name} in its path": (
        "aucun morceau ici n'a touché un fichier dont le chemin contient {name}"
    ),
    "nothing here was said on a branch {name}": "rien ici n'a été dit sur une branche {name}",
    # A session.
    "{count} {count:|session|sessions} fit {words}: {several}": (
        "{count} {count:|session|sessions} correspondent à {words} : {several}"
    ),
    "`rlm show CHUNK` prints one of them, `rlm show {session} --whole` all of it": (
        "`rlm show CHUNK` en affiche un, `rlm show {session} --whole` affiche tout"
    ),
    # The list of sessions on a terminal.
    "session": "session",
    "last used": "utilisée",
    "chunks": "morceaux",
    "tokens": "jetons",
    "project": "projet",
    "title": "titre",
    # A search.
    "nothing found; try other words, or their translation, or `rlm list`": (
        "rien trouvé ; essayez d'autres mots, ou leur traduction, ou `rlm list`"
    ),
    "no passage holds all of this in one place; what is asked for may not be in the archive": (
        "aucun passage ne contient tout cela au même endroit ; ce qui est cherché n'est peut-être pas dans l'archive"
    ),
    # What is archived, where, and with which settings.
    "rlm {version}, project {project}": "rlm {version}, projet {project}",
    "none yet": "pas encore",
    "{sessions}, {chunks}, {tokens:,} {tokens:|token|tokens}, {size} on disk": (
        "{sessions}, {chunks}, {tokens:,} {tokens:|jeton|jetons}, {size} sur disque"
    ),
    "tokens {accuracy}": "jetons : {accuracy}",
    "estimated within about ±4 %, newer models count up to 35 % more": (
        "estimés à ±4 % environ, les modèles récents comptent jusqu'à 35 % de plus"
    ),
    "by tiktoken's o200k_base, some 15 % fewer than Claude counts": (
        "par o200k_base de tiktoken, environ 15 % de moins que Claude n'en compte"
    ),
    ", on a sample of ": ", sur un échantillon de ",
    "{files} kept as they are: no secret is found in images and PDFs (see `redact.media`)": (
        "{files} gardés tels quels : aucun secret n'est cherché dans les images et les PDF (voir `redact.media`)"
    ),
    "copy": "copie",
    "none: `copies: false`": "aucune : `copies: false`",
    ", from before `copies: false`": ", d'avant `copies: false`",
    "{size} of its own": "{size} à elle",
    "no space of its own: links": "pas de place à elle : des liens",
    "{sessions} only there: `rlm restore` brings back what is missing": (
        "{sessions} seulement là : `rlm restore` ramène ce qui manque"
    ),
    "keeps": "garde",
    "{n} {n:|day|days}": "{n:,} {n:|jour|jours}",
    "{n} MB": "{n} Mo",
    " and ": " et ",
    "{kept} of sessions; {sessions} forgotten so far": "{kept} de sessions ; {sessions} oubliées jusqu'ici",
    "what is beyond that is told at a session's start, and goes a day later at the soonest": (
        "ce qui dépasse est dit au début d'une session, et part un jour plus tard au plus tôt"
    ),
    "{sessions} beyond that, to be forgotten {when};": "{sessions} au-delà, à oublier {when} ;",
    "not before {time}": "pas avant le {time}",
    "a day after you are told": "un jour après que cela vous est dit",
    "`rlm forget --retention --dry-run` shows what goes": "`rlm forget --retention --dry-run` montre ce qui part",
    "asked": "demandé",
    " of ${cap}": " sur ${cap}",
    "what questions have cost cannot be told{paused}": "ce que les questions ont coûté ne peut être dit{paused}",
    ", paused (`rlm ask --resume` ends the pause)": ", en pause (`rlm ask --resume` y met fin)",
    "{today} today in all projects{paused}; here in 30 days {spent}": (
        "{today} aujourd'hui dans tous les projets{paused} ; ici en 30 jours {spent}"
    ),
    "{time}  ${usd}  {calls:,} {calls:|call|calls}  {verified} verified": (
        "{time}  ${usd}  {calls:,} {calls:|appel|appels}  {verified} vérifiés"
    ),
    "searched": "cherchée",
    "partial": "partielle",
    "config": "config",
    "defaults": "valeurs par défaut",
    "chunks of {target}-{limit} tokens, notice at {threshold} of the context, redaction {on}": (
        "morceaux de {target}-{limit} jetons, avis à {threshold} du contexte, caviardage {on}"
    ),
    "on": "activé",
    "OFF": "DÉSACTIVÉ",
    "ignored, because the project's file would loosen yours: {names}; `rlm trust` accepts them": (
        "ignorés, car le fichier du projet relâcherait le vôtre : {names} ; `rlm trust` les accepte"
    ),
    "FAIL": "ÉCHEC",
    "fixed {what}": "réparé : {what}",
    # Pages.
    "{pages} of {sessions}, {size}; {made}": "{pages} de {sessions}, {size} ; {made}",
    "{sessions} made anew": "à nouveau : {sessions}",
    "nothing had changed": "rien n'avait changé",
    "no single session begins with {name}; `rlm list` shows them": (
        "pas une seule session ne commence par {name} ; `rlm list` les montre"
    ),
    "no browser could be opened; open the file above in one": (
        "aucun navigateur n'a pu être ouvert ; ouvrez-y le fichier ci-dessus"
    ),
    "{n} of {sessions}": "{n} sur {sessions}",
    # Back to a session.
    "Claude Code has no transcript of session {session} any more; `{command}` makes a new one from the archive": (
        "Claude Code n'a plus de transcription de la session {session} ; `{command}` en refait une de l'archive"
    ),
    "no session of yours is archived yet; `rlm archive --all` archives those Claude Code still has": (
        "aucune de vos sessions n'est archivée ; `rlm archive --all` archive celles que Claude Code a encore"
    ),
    "{n:,} {n:|session|sessions} fit; name one of them by its id": (
        "{n} {n:|session|sessions} conviennent ; nommez-en une par son identifiant"
    ),
    "there is no session {name}; `rlm list --everywhere` shows them all": (
        "il n'y a pas de session {name} ; `rlm list --everywhere` les montre toutes"
    ),
    "this writes a file into Claude Code's own directory: say --yes to have it, or --dry-run to see it; "
    "nothing was written": (
        "ceci écrit un fichier dans le dossier de Claude Code : dites --yes pour l'avoir, ou --dry-run pour le voir ; "
        "rien n'a été écrit"
    ),
    "Claude Code still has its transcript: `{command}` resumes that one": (
        "Claude Code a encore sa transcription : `{command}` reprend celle-là"
    ),
    "Write it into Claude Code's directory? [y/N]": "L'écrire dans le dossier de Claude Code ? [o/N]",
    "would write  {path}": "écrirait  {path}",
    "wrote  {path}": "écrit  {path}",
    "{entries} of session {session}, about {tokens:,} {tokens:|token|tokens} for the client to send": (
        "{entries} de la session {session}, environ {tokens:,} {tokens:|jeton|jetons} que le client enverra"
    ),
    "left out: {n} {what}": "laissé de côté : {n} {what}",
    "{agents} with it": "{agents} avec elle",
    "redacted secrets stay redacted, long outputs are shortened": (
        "les secrets caviardés le restent, les longues sorties sont raccourcies"
    ),
    "that is much: the client may compact it before it answers; `--until CITATION` brings back less": (
        "c'est beaucoup : le client le compactera peut-être avant de répondre ; `--until CITATION` ramène moins"
    ),
    "thoughts, whose signatures are not archived": "réflexions, dont les signatures ne sont pas archivées",
    "entries of sub-agents": "entrées de sous-agents",
    "notes of the client": "notes du client",
    "compactions without a summary": "compactions sans résumé",
    # After an installation.
    "installed": "installé",
    "archive": "archive",
    "next": "ensuite",
    "then": "puis",
    "undo": "retour",
    "hooks in {settings}": "des hooks dans {settings}",
    "hooks in {settings}; skills {skills}": "des hooks dans {settings} ; les skills {skills}",
    "{root}, kept out of git; nothing is sent anywhere": "{root}, hors de git ; rien n'est envoyé nulle part",
    "below .claude/rlm of each project, kept out of git; nothing is sent anywhere": (
        "sous .claude/rlm de chaque projet, hors de git ; rien n'est envoyé nulle part"
    ),
    "start Claude Code anew: hooks take effect in the next session": (
        "relancez Claude Code : les hooks agissent dès la prochaine session"
    ),
    "ask `/recall WORDS` in a session, or `rlm search WORDS` here; `rlm doctor` checks that all works": (
        "demandez `/recall MOTS` dans une session, ou `rlm search MOTS` ici ; `rlm doctor` vérifie que tout marche"
    ),
    "`{command}`, settings as they were to the byte; the archive stays": (
        "`{command}`, les réglages tels qu'ils étaient, à l'octet près ; l'archive reste"
    ),
}
