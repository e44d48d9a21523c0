"""The words around the tables of the generated pages, in both languages."""

MADE = {
    "en": "<!-- Made by `make reference` from the code: do not edit. -->",
    "fr": "<!-- Fait par `make reference` d'après le code : ne pas modifier. -->",
}

PROSE: dict[str, dict[str, str]] = {
    "commands": {
        "en": f"""# Commands

{MADE["en"]}

Results go to stdout, talk to stderr. Before or after every command: `--project DIR` (default: the project around this
directory), `--json` for programs, `--no-pager`, `--help`. Exit status: 0 done, 1 refused or nothing found, 2 a wrong command
line, 3 a fault of ours. Dates may be said: `2026-11-01`, `yesterday`, `monday`, `last week`, `3 days ago`, `20/01/2026`, and the same in French.
By the locale (`LC_ALL`, `LC_MESSAGES`, `LANG`) what people read on a terminal is French; JSON, files and what skills read are not.""",
        "fr": f"""# Commandes

{MADE["fr"]}

Les résultats vont sur stdout, les messages sur stderr. Avant ou après chaque commande : `--project DIR` (par défaut : le projet
de ce dossier), `--json` pour les programmes, `--no-pager`, `--help`. Code de sortie : 0 fait, 1 refusé ou rien trouvé, 2 ligne de
commande fausse, 3 une faute de notre part. Les dates se disent : `2026-11-01`, `hier`, `lundi`, `la semaine dernière`, `il y a 3
jours`, `20/01/2026`, et de même en anglais. Selon la locale (`LC_ALL`, `LC_MESSAGES`, `LANG`), ce qu'on lit dans un terminal est en français ; le
JSON, les fichiers et ce que lisent les skills ne le sont pas.""",
    },
    "configuration": {
        "en": f"""# Configuration

{MADE["en"]}

`~/.claude/rlm.yaml` over these defaults, and `.claude/rlm.yaml` in the project, which may only tighten yours. What it loosens is
ignored and named at the session's start, unless you accept the file with `rlm trust`, until it changes. A name that does not
exist is an error, and you are told.""",
        "fr": f"""# Configuration

{MADE["fr"]}

`~/.claude/rlm.yaml` par-dessus ces valeurs par défaut, et `.claude/rlm.yaml` dans le projet, qui ne peut que durcir vos réglages. Ce
qu'il assouplit est ignoré et nommé au début de la session, sauf si vous acceptez le fichier par `rlm trust`, jusqu'à sa prochaine
modification. Un nom inconnu est une erreur, et on vous le dit.""",
    },
    "settings": {
        "en": "## Every setting\n\n*The project may*: what the project's own file can do with it without `rlm trust`.",
        "fr": "## Chaque réglage\n\n*Le projet peut* : ce que le fichier du projet peut en faire sans `rlm trust`.",
    },
    "settings head": {
        "en": "| setting | default | the project may | |",
        "fr": "| réglage | par défaut | le projet peut | |",
    },
    "events": {
        "en": f"""# What happens when

{MADE["en"]}

Claude Code calls a hook at each of these events; `rlm install` writes them. A hook always exits 0 and ends within 2.5 seconds,
whatever happens; the time limit is the one Claude Code is given.""",
        "fr": f"""# Ce qui se passe, et quand

{MADE["fr"]}

Claude Code appelle un hook à chacun de ces événements ; `rlm install` les écrit. Un hook rend toujours 0 et se termine en 2,5
secondes, quoi qu'il arrive ; la limite est celle qui est donnée à Claude Code.""",
    },
    "events head": {
        "en": "| event | when | what `rlm` does | what you or Claude see | limit |",
        "fr": "| événement | quand | ce que fait `rlm` | ce que vous ou Claude voyez | limite |",
    },
    "events end": {
        "en": """## What lies on the disk then

```
.claude/rlm/
    INDEX.md                            all sessions, newest first
    sessions/2026-11-22_1f758c24/
        index.md                        one line a chunk: time, turns, tokens, title, files
        0007-3fa2b9d0.md                a chunk: front matter, then the text, verbatim
        blobs/9c1e….txt  blobs/77ab….png   outputs too long for a chunk; images, decoded
        agents/<id>/…                   sub-agents, in the same shape
        agents/files/…                  what else lies in the session's folder: workflow scripts and records, outputs
        summaries/…                     what compaction made of it, linked to the chunks
    documents/<name>-<hash>/…           what `rlm add` took in, in the same shape
    search.db                           the index: made from the files, and made again when missing
```

Every file is described in [format.md](format.md).""",
        "fr": """## Ce qui se trouve alors sur le disque

```
.claude/rlm/
    INDEX.md                            toutes les sessions, les plus récentes d'abord
    sessions/2026-11-22_1f758c24/
        index.md                        une ligne par morceau : heure, tours, jetons, titre, fichiers
        0007-3fa2b9d0.md                un morceau : en-tête, puis le texte, mot pour mot
        blobs/9c1e….txt  blobs/77ab….png   sorties trop longues pour un morceau ; images, décodées
        agents/<id>/…                   les sous-agents, sous la même forme
        agents/files/…                  le reste du dossier de la session : scripts et comptes rendus de workflows, sorties
        summaries/…                     ce que la compaction en a fait, relié aux morceaux
    documents/<name>-<hash>/…           ce que `rlm add` a pris, sous la même forme
    search.db                           l'index : tiré des fichiers, et refait quand il manque
```

Chaque fichier est décrit dans [format.md](../format.md), en anglais.""",
    },
    "troubleshooting": {
        "en": f"""# When something does not work

{MADE["en"]}

Run `rlm doctor` first: it tries what must work and says what to do; `rlm doctor --fix` does what is safe.

| you see | do |
|---|---|
| `rlm: command not found` | the environment it was installed into is not on PATH: activate it, or install with `pipx` or `uv tool` |
| nothing in `.claude/rlm` after a session | hooks take effect in the next session: end this one, start `claude` anew, then `rlm doctor` |
| `/recall` is not known | the same; skills are read at a session's start |
| Claude asks for permission at each `/recall` | allow `Skill(recall)`, with the plugin `Skill(rlm:recall)` too, in `permissions.allow` |
| older sessions are missing | `rlm archive --all`; what Claude Code has deleted before rlm came is gone |
| a search finds nothing | other words, or the other language; `rlm search --regex`; `rlm list` shows what there is |
| "this archive came with a clone" | `rlm adopt` shows what it holds; take over only what you trust |
| the line "this session is not being archived" | it names the reason; Claude Code's own transcript still has everything |""",
        "fr": f"""# Quand quelque chose ne marche pas

{MADE["fr"]}

Lancez d'abord `rlm doctor` : il essaie ce qui doit marcher et dit que faire ; `rlm doctor --fix` fait ce qui est sûr.

| vous voyez | faites |
|---|---|
| `rlm: command not found` | l'environnement où il est installé n'est pas dans PATH : activez-le, ou installez par `pipx` ou `uv tool` |
| rien dans `.claude/rlm` après une session | les hooks prennent effet à la session suivante : finissez celle-ci, relancez `claude`, puis `rlm doctor` |
| `/recall` est inconnu | de même ; les skills sont lus au début d'une session |
| Claude demande la permission à chaque `/recall` | autorisez `Skill(recall)`, avec le plugin `Skill(rlm:recall)` aussi, dans `permissions.allow` |
| d'anciennes sessions manquent | `rlm archive --all` ; ce que Claude Code a effacé avant l'arrivée de rlm est perdu |
| une recherche ne trouve rien | d'autres mots, ou l'autre langue ; `rlm search --regex` ; `rlm list` montre ce qu'il y a |
| une archive arrivée avec un clone n'est pas lue | `rlm adopt` montre ce qu'elle contient ; ne reprenez que ce en quoi vous avez confiance |
| « this session is not being archived » | la ligne en donne la raison ; la transcription de Claude Code a encore tout |""",
    },
    "checks head": {
        "en": "## What `rlm doctor` looks at\n\n| check | looks at | when it fails, or tells something |",
        "fr": "## Ce que regarde `rlm doctor`\n\n| contrôle | regarde | s'il échoue, ou signale quelque chose |",
    },
}
