"""What `rlm demo` shows of its invented session, and what it says of its checks."""

from __future__ import annotations

FRENCH: dict[str, str] = {
    "rlm demo: three days of work, through two compactions and a /clear.": (
        "rlm demo : trois jours de travail, à travers deux compactions et un /clear."
    ),
    "The session is invented and scripted: no model runs, nothing leaves this machine. The installer, the "
    "hook processes, the archive and the search are the real ones.": (
        "La session est inventée et écrite d'avance : aucun modèle ne tourne, rien ne quitte cette machine. "
        "L'installateur, les processus des hooks, l'archive et la recherche sont les vrais."
    ),
    # What it did.
    "Install": "Installer",
    "`rlm install` in an empty project wrote": "`rlm install` dans un projet vide a écrit",
    "Work": "Travailler",
    "{days} {days:|day|days}, {turns} {turns:|turn|turns}, {calls} {calls:|hook call|hook calls}, "
    "each a process of its own": (
        "{days} {days:|jour|jours}, {turns} {turns:|tour|tours}, {calls} {calls:|appel de "
        "hooks|appels de hooks}, chacun un processus à lui"
    ),
    "hook": "hook",
    "median": "médiane",
    "answer": "réponse",
    "looks": "regarde",
    "tells Claude what is archived": "dit à Claude ce qui est archivé",
    "tells the user that the context fills": "dit à l'utilisateur que le contexte se remplit",
    "archives the turn": "archive le tour",
    "archives the sub-agent": "archive le sous-agent",
    "archives": "archive",
    "archives, and asks for citations in the summary": "archive, et demande des citations dans le résumé",
    "files the summary": "classe le résumé",
    "archives the rest": "archive le reste",
    "speaks": "parle",
    "{speaks} ({n} of {all} {all:|time|times})": "{speaks} ({n} fois sur {all})",
    "{does}, silently": "{does}, sans rien dire",
    "the user is told, once:": "l'utilisateur l'apprend, une fois :",
    "/compact, {before}k tokens of context become {after}k: the same again": (
        "/compact, {before}k jetons de contexte deviennent {after}k : la même chose encore"
    ),
    "automatic compaction in mid-turn: {before}k tokens of context become {after}k": (
        "compaction automatique au milieu d'un tour : {before}k jetons de contexte deviennent {after}k"
    ),
    "PreCompact asks the summariser": "PreCompact demande à qui résume",
    "The summary, scripted too, cites {chunks}": "Le résumé, écrit d'avance lui aussi, cite {chunks}",
    "SessionStart tells Claude, in {n:,} characters": "SessionStart dit à Claude, en {n:,} caractères",
    "… {n} {n:|line|lines} more": "… encore {n} {n:|ligne|lignes}",
    "/clear: a new session begins, and Claude gets the map of the old one": (
        "/clear : une nouvelle session commence, et Claude reçoit la carte de l'ancienne"
    ),
    "/clear: a new session begins, and Claude is told nothing": (
        "/clear : une nouvelle session commence, et rien n'est dit à Claude"
    ),
    "at the start": "au début",
    # What there is then.
    "Archive": "Archiver",
    "{chunks} {chunks:|chunk|chunks} of Markdown, {outputs} {outputs:|long output|long outputs} whole beside them": (
        "{chunks} {chunks:|morceau|morceaux} en Markdown, {outputs} {outputs:|longue sortie "
        "entière|longues sorties entières} à côté"
    ),
    "a line for each chunk": "une ligne par morceau",
    "{name}, from line {n}:": "{name}, à partir de la ligne {n} :",
    "Proof": "Prouver",
    "each transcript against the archive, entry by entry": (
        "chaque transcription face à l'archive, entrée par entrée"
    ),
    "sub-agent {id}": "sous-agent {id}",
    "session {id}": "session {id}",
    "{archived:,} of {all:,} {all:|entry|entries}": "{archived:,} {archived:|entrée|entrées} sur {all:,}",
    "secrets left out: {kinds}; what they were stands in {n} of the archive's {all} {all:|file|files}": (
        "secrets laissés de côté : {kinds} ; ce qu'ils étaient est dans {n} des {all} "
        "{all:|fichier|fichiers} de l'archive"
    ),
    "secrets left out: {kinds}; what they were stands in none of the archive's {all} {all:|file|files}": (
        "secrets laissés de côté : {kinds} ; ce qu'ils étaient n'est dans aucun des {all} "
        "{all:|fichier|fichiers} de l'archive"
    ),
    "nothing found": "rien trouvé",
    "FAILED": "ÉCHEC",
    "Recall": "Retrouver",
    "three questions, the best hit, and whether its line holds the fact": (
        "trois questions, le meilleur résultat, et si sa ligne contient le fait"
    ),
    "Context": "Contexte",
    "what Claude carries, what it can reach": "ce que Claude porte, ce qu'il peut atteindre",
    "in the context window now": "dans le contexte à présent",
    "in the archive, about": "dans l'archive, environ",
    "tokens, kept without a model call, sent nowhere": "jetons, gardés sans appel à un modèle, envoyés nulle part",
    # How it ended.
    "{n} of {all} {all:|check|checks} passed in {seconds} s.": (
        "{n} {n:|contrôle réussi|contrôles réussis} sur {all} en {seconds} s."
    ),
    "Kept: {path}": "Gardé : {path}",
    "its archive belongs to that directory, not to yours": "son archive est celle de ce dossier-là, pas du vôtre",
    "`rlm doctor` in your project says what is wrong.": "`rlm doctor` dans votre projet dit ce qui ne va pas.",
    "cd your-project && rlm install": "cd votre-projet && rlm install",
    "then work, and try: /recall what did we decide about …": (
        "puis travaillez, et essayez : /recall qu'avait-on décidé pour …"
    ),
    "Now for real:": "Maintenant pour de vrai :",
    "Now for real, with Claude Code (https://code.claude.com), which is not on PATH here:": (
        "Maintenant pour de vrai, avec Claude Code (https://code.claude.com), qui n'est pas dans le PATH ici :"
    ),
    "then start claude, work, and try: /recall what did we decide about …": (
        "puis lancez claude, travaillez, et essayez : /recall qu'avait-on décidé pour …"
    ),
    # Its checks.
    "{name}: {found}": "{name} : {found}",
    "installed": "installé",
    "hooks": "hooks",
    "{n} of {all} {all:|hook|hooks} in the settings": "dans les réglages : {n} {n:|hook|hooks} sur {all}",
    "{n:,} {n:|call|calls}, no complaint": "{n:,} {n:|appel|appels}, aucune plainte",
    "quiet": "silence",
    "nothing said where nothing is to be said": "rien de dit là où rien n'est à dire",
    "notice": "avertissement",
    "the user was not told how full the context is": "l'utilisateur n'a pas su combien le contexte est plein",
    "summary line": "demande au résumé",
    "PreCompact answered {n} of {all} {all:|time|times}": "PreCompact a répondu {n} fois sur {all}",
    "Claude was given the map {n} of {all} {all:|time|times}": "Claude a reçu la carte {n} fois sur {all}",
    "no process left": "aucun processus laissé",
    "a sweep still runs": "un balayage tourne encore",
    "detached sweeps started and ended: {n}": "balayages détachés lancés et finis : {n}",
    "lossless": "sans perte",
    "{archived:,} of {all:,} {all:|entry|entries} of {n} {n:|transcript|transcripts}": (
        "{archived:,} {archived:|entrée|entrées} sur {all:,} de {n} {n:|transcription|transcriptions}"
    ),
    "chunks unharmed": "morceaux intacts",
    "every chunk has the hash in its name": "chaque morceau porte son empreinte dans son nom",
    "secrets": "secrets",
    "in none of {n} {n:|file|files}": "dans aucun de {n} {n:|fichier|fichiers}",
    "{n} left out; {found}": "{n} {n:|laissé|laissés} de côté ; {found}",
    "summaries cite": "les résumés citent",
    "{n} {n:|chunk|chunks}, all found": "{n} {n:|morceau, retrouvé|morceaux, tous retrouvés}",
    "found again": "retrouvé",
    "{n} of {all} {all:|fact|facts} stand in the line cited": "dans la ligne citée : {n} {n:|fait|faits} sur {all}",
}  # fmt: skip
