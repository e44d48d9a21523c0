"""The parser's help in French: English help text -> French. A line of a command stands in `verbtable`; what is the
parser's own (verbs of verbs, options, arguments) stands here. A help that is changed asks for its French anew.
"""

from __future__ import annotations

OPTIONS: dict[str, str] = {
    "show this help message and exit": "affiche l'aide et s'arrête",
    "show program's version number and exit": "affiche la version et s'arrête",
    "the project (default: the one around this directory)": "le projet (par défaut : celui de ce dossier)",
    "print the result as JSON": "donne le résultat en JSON",
    "on a terminal, print a long result without a pager": "dans un terminal, affiche un long résultat sans pagination",
    "for all your projects, in Claude Code's own directory": "pour tous vos projets, dans le dossier de Claude Code",
    "for your team: settings.json, `rlm` from PATH": "pour votre équipe : settings.json, `rlm` du PATH",
    "show what would change and change nothing": "montre ce qui changerait et ne change rien",
    "also have Claude Code compact at this context size, e.g. 60% or 150k tokens": (
        "fait aussi compacter Claude Code à cette taille de contexte, p. ex. 60% ou 150k jetons"
    ),
    "archive the existing transcripts right away": "archive aussitôt les transcriptions existantes",
    "the installation for all your projects": "l'installation pour tous vos projets",
    "the team's installation in settings.json": "l'installation de l'équipe, dans settings.json",
    "delete the archive and its second copy too; asks first": (
        "efface aussi l'archive et sa seconde copie ; demande d'abord"
    ),
    "delete them without asking": "les efface sans demander",
    "transcript files (*.jsonl), or the beginning of a session's id": (
        "fichiers de transcription (*.jsonl), ou le début de l'identifiant d'une session"
    ),
    "every transcript Claude Code still has of the project": (
        "toutes les transcriptions du projet que Claude Code a encore"
    ),
    "bring chunks of a former form to today's, where the transcript still says all that they say": (
        "met les morceaux d'une ancienne forme à celle d'aujourd'hui, là où la transcription dit encore tout "
        "ce qu'ils disent"
    ),
    "the same; default: all of the project": "de même ; par défaut : toutes celles du projet",
    "every transcript Claude Code still has: the default, said aloud": (
        "toutes les transcriptions que Claude Code a encore : la valeur par défaut, dite tout haut"
    ),
    "bring back what is damaged or missing, then prove it again": (
        "ramène ce qui est abîmé ou manque, puis le prouve de nouveau"
    ),
    "only this session (beginning of its id)": "cette session seulement (début de son identifiant)",
    "show what would come back and change nothing": "montre ce qui reviendrait et ne change rien",
    "you made it yourself, in another home: it goes on as it was, unmarked": (
        "vous l'avez faite vous-même, dans un autre dossier personnel : elle continue telle quelle, sans marque"
    ),
    "take it over without asking": "la reprend sans demander",
    "show what it holds and change nothing": "montre ce qu'elle contient et ne change rien",
    "a session and its sub-agents (beginning of its id)": "une session et ses sous-agents (début de son identifiant)",
    "a chunk, or its entries on lines such as 40-44": "un morceau, ou ses entrées aux lignes 40-44, par exemple",
    "what was said since then: 2026-11-01, yesterday, 3 days ago": (
        "ce qui a été dit depuis : 2026-11-01, hier, il y a 3 jours"
    ),
    "what was said on or before": "ce qui a été dit jusqu'à cette date, comprise",
    "entries in which these words stand in this order": "les entrées où ces mots se suivent dans cet ordre",
    "entries in which this regular expression is found": "les entrées où cette expression rationnelle se trouve",
    "a document that was added": "un document qui a été ajouté",
    "the sessions beyond what `retention` in rlm.yaml keeps": (
        "les sessions au-delà de ce que garde `retention` dans rlm.yaml"
    ),
    "show what would go, and from where; change nothing": "montre ce qui partirait, et d'où ; ne change rien",
    "forget it without asking": "l'oublie sans demander",
    "refuse what the session says later, the words, the document": (
        "refuse ce que la session dira plus tard, ces mots, ce document"
    ),
    "blank it in Claude Code's closed transcripts, too": "le vide aussi dans les transcriptions closes de Claude Code",
    "Markdown, text, source code, HTML, PDF; directories": "Markdown, texte, code source, HTML, PDF ; des dossiers",
    "list the documents": "liste les documents",
    "take what is named out of the archive again": "retire de l'archive ce qui est nommé",
    'words; "quoted phrases" must occur, a -word must not (after --)': (
        'des mots ; une "expression entre guillemets" doit figurer, un -mot ne doit pas (après --)'
    ),
    "how many (default 10)": "combien (10 par défaut)",
    "only what was said since then: 2026-11-01, yesterday, 3 days ago": (
        "seulement ce qui a été dit depuis : 2026-11-01, hier, il y a 3 jours"
    ),
    "only what was said on or before": "seulement ce qui a été dit jusqu'à cette date, comprise",
    "only user, assistant, tool, system, summary, task, document": (
        "seulement user, assistant, tool, system, summary, task ou document"
    ),
    "only calls and results of a tool, e.g. Bash": "seulement les appels et résultats d'un outil, p. ex. Bash",
    "only chunks that touched a file (part of its path)": (
        "seulement les morceaux qui ont touché un fichier (partie de son chemin)"
    ),
    "only what was said on a git branch": "seulement ce qui a été dit sur une branche git",
    "QUERY is a regular expression; lines, newest first": (
        "QUERY est une expression rationnelle ; des lignes, les plus récentes d'abord"
    ),
    "tell of each hit what it scored for": "dit de chaque résultat ce qui lui a valu son rang",
    "CHUNK[:LINE], or a session: its id, or words of its title": (
        "CHUNK[:LINE], ou une session : son identifiant, ou des mots de son titre"
    ),
    "of a session all it holds, not the list of its chunks": (
        "d'une session tout ce qu'elle contient, et non la liste de ses morceaux"
    ),
    "lines around LINE (default 20)": "lignes autour de LINE (20 par défaut)",
    "only then: 2026-11-22, yesterday, last week": "seulement alors : 2026-11-22, hier, la semaine dernière",
    "only from this date on": "seulement à partir de cette date",
    "only up to this date": "seulement jusqu'à cette date",
    "only what touched a file (part of its path)": "seulement ce qui a touché un fichier (partie de son chemin)",
    "how many sessions (default 5)": "combien de sessions (5 par défaut)",
    "only decisions and the like": "seulement les décisions et ce qui y ressemble",
    "oldest first": "les plus anciennes d'abord",
    "as after /clear of this session (beginning of its id)": (
        "comme après le /clear de cette session (début de son identifiant)"
    ),
    "words, or - to take it from stdin": "des mots, ou - pour la lire sur l'entrée standard",
    "files, directories, patterns, - (default: the archive)": "fichiers, dossiers, motifs, - (par défaut : l'archive)",
    "show the route, the calls and the price; ask nothing": "montre la voie, les appels et le prix ; ne demande rien",
    "ask whatever it costs, within the caps": "demande quoi qu'il en coûte, dans les plafonds",
    'make a table, a row an entry: "vendor!, amount: float, due: date, severity: low|high"': (
        'fait un tableau, une ligne par entrée : "vendor!, amount: float, due: date, severity: low|high"'
    ),
    "write that table: .csv, .jsonl, .sqlite; - for CSV": "écrit ce tableau : .csv, .jsonl, .sqlite ; - pour du CSV",
    "claude, anthropic, batch, native": "claude, anthropic, batch, native",
    "for all calls: haiku, sonnet, opus or a model's id": (
        "pour tous les appels : haiku, sonnet, opus ou l'identifiant d'un modèle"
    ),
    "answer, count, tally, list, pairs": "answer, count, tally, list, pairs",
    "default: by size and question": "par défaut : selon la taille et la question",
    "vote: doubtful findings are read again": "vote : les constats douteux sont relus",
    "what entries are sorted by": "les étiquettes parmi lesquelles chaque entrée est rangée",
    "calls at once (default: by the leaf and the machine)": (
        "appels à la fois (par défaut : selon le lecteur et la machine)"
    ),
    "how often a part may be split, 0 to 3 (default 1)": (
        "combien de fois une partie peut être divisée, 0 à 3 (1 par défaut)"
    ),
    "what one call reads (default 8000)": "ce que lit un appel (8000 par défaut)",
    "caps: never passed, partial answer when reached": (
        "plafonds : jamais dépassés, réponse partielle quand ils sont atteints"
    ),
    "the same for tokens": "de même pour les jetons",
    "the same for dollars": "de même pour les dollars",
    "the same for seconds": "de même pour les secondes",
    "of the archive only this session": "de l'archive, cette session seulement",
    "oversize outputs too": "aussi les sorties trop longues pour un morceau",
    "use no remembered answer": "n'utilise aucune réponse mémorisée",
    "check what was reported: order-..., a file, -": "vérifie ce qui a été rapporté : order-…, un fichier, -",
    "let nothing be spent, in all projects, until --resume": (
        "empêche toute dépense, dans tous les projets, jusqu'à --resume"
    ),
    "end the pause": "met fin à la pause",
    "SELECT ...; without it: tables and functions": "SELECT … ; sans elle : les tables et les fonctions",
    "files, directories, patterns, -, a session's id, archive (default: archive)": (
        "fichiers, dossiers, motifs, -, l'identifiant d'une session, archive (par défaut : archive)"
    ),
    "a file's rows as NAME": "les lignes d'un fichier sous le nom NAME",
    "rows of logs: (?P<name>...) is a column": "lignes de journaux : (?P<name>…) est une colonne",
    "how many rows at most (default 1000)": "combien de lignes au plus (1000 par défaut)",
    "print the result as CSV": "donne le résultat en CSV",
    "how long at most (default 60)": "combien de temps au plus (60 par défaut)",
    "show how many secrets there are and change nothing": "montre combien il y a de secrets et ne change rien",
    "only secrets of a kind, e.g. github": "seulement les secrets d'une sorte, p. ex. github",
    "trust it no more": "lui retire la confiance",
    "show what it would change and change nothing": "montre ce qu'il changerait et ne change rien",
    "mend what is safe to mend: old skills, hooks that have died": (
        "répare ce qui est sans danger : vieux skills, hooks morts"
    ),
    "default: Claude Code's session": "par défaut : la session de Claude Code",
    "of one cell, calls aside (default 60)": "d'une cellule, appels non compris (60 par défaut)",
    "files, directories, patterns; default: the archive": "fichiers, dossiers, motifs ; par défaut : l'archive",
    "claude, anthropic, batch": "claude, anthropic, batch",
    "caps of the whole session, never passed": "plafonds de toute la session, jamais dépassés",
    "the cell": "la cellule",
    "the cell itself; without it and FILE, stdin": "la cellule même ; sans elle ni FILE, l'entrée standard",
    "run one cell: a file, -c CODE, or stdin": "exécute une cellule : un fichier, -c CODE, ou l'entrée standard",
    "the sessions, the one used last first": "les sessions, la dernière utilisée d'abord",
    "the names of a session": "les noms d'une session",
    "begin a session with the names of another": "commence une session avec les noms d'une autre",
    "remove a session": "supprime une session",
    "the session's name": "le nom de la session",
    "the question, in words": "la question, en mots",
    "the model that writes the cells: sonnet, opus, an id": (
        "le modèle qui écrit les cellules : sonnet, opus, un identifiant"
    ),
    "draft K, run the one most agree with": "en ébauche K, exécute celle qui a le plus d'accords",
    "cells at most (default 20)": "cellules au plus (20 par défaut)",
    "go on with the names of a session": "reprend les noms d'une session",
    "of the whole run": "de toute l'exécution",
    "its session (default: the last one)": "sa session (par défaut : la dernière)",
    "as the run was made with": "le même que lors de l'exécution",
    "the same": "de même",
    "keep the temporary project": "garde le projet temporaire",
    "bash, zsh, fish": "bash, zsh, fish",
    "also show the archive in the status line, behind yours": (
        "montre aussi l'archive dans la ligne d'état, après la vôtre"
    ),
    "Markdown, text, source code, HTML, PDF, office files, notebooks, CSV; directories": (
        "Markdown, texte, code source, HTML, PDF, fichiers bureautiques, notebooks, CSV ; dossiers"
    ),
    "all rows of a large CSV file, not its columns and a sample": (
        "toutes les lignes d'un grand fichier CSV, et non ses colonnes avec un échantillon"
    ),
    "in the archives of all your projects": "dans les archives de tous vos projets",
    "those of all your projects": "celles de tous vos projets",
    "a citation, the beginning of a session's id, or words of what was said": (
        "une citation, le début de l'identifiant d'une session, ou des mots de ce qui a été dit"
    ),
    "print the command instead": "affiche plutôt la commande",
    "the beginning of its id, or a citation of it": "le début de son identifiant, ou une citation qui en vient",
    "only what was said up to there": "seulement ce qui a été dit jusque-là",
    "write it without asking": "l'écrit sans demander",
    "show what would come back and write nothing": "montre ce qui reviendrait et n'écrit rien",
    "show what is left and change nothing": "montre ce qui reste et ne change rien",
    "open this session (beginning of its id)": "ouvre cette session (début de son identifiant)",
    "write the pages and open no browser": "écrit les pages et n'ouvre pas de navigateur",
    "a session's id or its beginning, CHUNK[:LINE], or what `rlm ask --json` printed (a file, -)": (
        "l'identifiant d'une session ou son début, CHUNK[:LINE], ou ce que `rlm ask --json` a donné (un fichier, -)"
    ),
    "a page by itself": "une page qui se suffit",
    "Markdown": "Markdown",
    "a line of JSON an entry": "une ligne de JSON par entrée",
    "where to (default: stdout)": "vers où (par défaut : la sortie standard)",
    "only what you asked for, e.g. for a pull request": "seulement vos demandes, p. ex. pour une pull request",
    "a file of the project, and a line of it": "un fichier du projet, et une de ses lignes",
    "tell what its calls will cost, and make none": "dit ce que ses appels coûteront, et n'en fait aucun",
    "print it as one HTML page, with programs and outputs": "la donne en une page HTML, avec programmes et sorties",
    "beside another run: what is the same, what each cost": (
        "à côté d'une autre exécution : ce qui est pareil, ce que chacune a coûté"
    ),
}
HEADINGS = {"positional arguments": "arguments", "options": "options", "commands": "commandes"}
"""Argparse's own words."""
