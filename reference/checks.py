"""What `rlm doctor` looks at and what to do then, in English and French; a test demands a row for each check."""

from __future__ import annotations

import ast
from pathlib import Path

import rlm_core.doctor

CHECKS: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "version": (
        ("which rlm answers, on which Python", "nothing; it says what to name in a report"),
        ("quel rlm répond, sur quel Python", "rien ; cela dit quoi nommer dans un rapport"),
    ),
    "claude": (
        (
            "whether `claude` answers, and reads a project's settings in its subdirectories and worktrees, too",
            "start `claude --version` yourself; the archive works without it, `rlm ask` does not. Before 2.1.212 `rlm install "
            "--user` has hooks run in all sessions",
        ),
        (
            "si `claude` répond, et lit les réglages d'un projet aussi dans ses sous-répertoires et ses worktrees",
            "lancez vous-même `claude --version` ; l'archive s'en passe, `rlm ask` non. Avant 2.1.212, `rlm install --user` "
            "fait tourner les hooks dans toutes les sessions",
        ),
    ),
    "configuration": (
        (
            "the settings files, and what of the project's was ignored",
            "mend the line that is named; until then the defaults hold. `rlm trust` accepts what was ignored",
        ),
        (
            "les fichiers de réglages, et ce qui fut ignoré de celui du projet",
            "corrigez la ligne nommée ; d'ici là les valeurs par défaut valent. `rlm trust` accepte ce qui fut ignoré",
        ),
    ),
    "project": (
        ("which directory is archived, and other archives of the same repository", "`rlm archive --all` moves them in"),
        ("quel dossier est archivé, et d'autres archives du même dépôt", "`rlm archive --all` les y fait entrer"),
    ),
    "hooks": (
        (
            "each installed hook, run once in a scratch project; it has to leave its trace",
            "`rlm install`, with the flag of the installation, writes them anew; with `disableAllHooks` or an administrator's "
            "settings, the file that is named decides; for the plugin, update it",
        ),
        (
            "chaque hook installé, lancé une fois dans un projet d'essai ; il doit y laisser sa trace",
            "`rlm install`, avec l'option de l'installation, les réécrit ; avec `disableAllHooks` ou des réglages "
            "d'administrateur, c'est le fichier nommé qui décide ; pour le plugin, mettez-le à jour",
        ),
    ),
    "skills": (
        (
            "whether skills and agents are this version's",
            "`rlm doctor --fix` or `rlm install` renews them; what you changed is left so and named",
        ),
        (
            "si skills et agents sont de cette version",
            "`rlm doctor --fix` ou `rlm install` les renouvelle ; ce que vous avez modifié reste tel quel et est nommé",
        ),
    ),
    "transcripts kept": (
        (
            "how long Claude Code keeps its transcripts (`cleanupPeriodDays`)",
            "remove a 0 there: nothing would be left to archive; `rlm doctor --fix` offers to raise it",
        ),
        (
            "combien de temps Claude Code garde ses transcriptions (`cleanupPeriodDays`)",
            "retirez-y un 0 : il ne resterait rien à archiver ; `rlm doctor --fix` propose de l'allonger",
        ),
    ),
    "archive directory": (
        ("whether it can be written and is a plain directory of yours", "mend its rights, or a link in its place"),
        ("s'il est accessible en écriture et un simple dossier à vous", "corrigez ses droits, ou un lien à sa place"),
    ),
    "log": (
        ("what hooks have complained of", "read the last lines of the file that is named"),
        ("de quoi les hooks se sont plaints", "lisez les dernières lignes du fichier nommé"),
    ),
    "archive": (
        (
            "whether it is yours",
            "`rlm adopt` shows what it holds and takes it over; `--mine` if you made it in another home",
        ),
        (
            "si elle est à vous",
            "`rlm adopt` montre ce qu'elle contient et la reprend ; `--mine` si vous l'avez faite ailleurs",
        ),
    ),
    "transcripts": (
        ("transcripts beside what is archived of them", "`rlm archive --all` takes them in; then see the hooks"),
        (
            "les transcriptions, à côté de ce qui en est archivé",
            "`rlm archive --all` les prend ; voyez ensuite les hooks",
        ),
    ),
    "transcript lines": (
        (
            "unreadable lines, unknown kinds of records, transcripts that were rewritten",
            "nothing; what could be read is kept",
        ),
        ("lignes illisibles, genres inconnus, transcriptions réécrites", "rien ; ce qui pouvait se lire est gardé"),
    ),
    "session files": (
        ("files of sessions that were left out, by name", "nothing; the reason stands beside each"),
        ("les fichiers de sessions laissés de côté, par nom", "rien ; la raison figure à côté de chacun"),
    ),
    "chunk files": (
        (
            "whether files are as they were written",
            "`rlm verify --repair` brings back what can be; `rlm verify` looks at all",
        ),
        (
            "si les fichiers sont tels qu'écrits",
            "`rlm verify --repair` ramène ce qui peut l'être ; `rlm verify` les regarde tous",
        ),
    ),
    "what was forgotten": (
        (
            "whether entries that were forgotten stand in chunks again, as after a backup was put back by hand",
            "`rlm forget --chunk ID:LINES`, as it is told there",
        ),
        (
            "si des entrées oubliées figurent de nouveau dans des morceaux, comme après une sauvegarde remise en place",
            "`rlm forget --chunk ID:LINES`, tel qu'il y est dit",
        ),
    ),
    "media": (
        ("images and PDFs, in which no secret is found", "`redact.media: drop` keeps none from then on"),
        ("images et PDF, où aucun secret n'est trouvé", "`redact.media: drop` n'en garde plus dès lors"),
    ),
    "redaction": (
        ("chunks that were made by older rules", "`rlm redact` applies today's"),
        ("les morceaux faits selon d'anciennes règles", "`rlm redact` applique celles d'aujourd'hui"),
    ),
    "ignore file": (
        ("whether git leaves the archive alone", "the next hook or `rlm archive --all` writes the file again"),
        ("si git laisse l'archive tranquille", "le prochain hook ou `rlm archive --all` réécrit le fichier"),
    ),
    "locks": (
        (
            "who holds a lock for long, and whether the file system has locks",
            "end the process that is named; move the project off a file system without locks",
        ),
        (
            "qui tient longtemps un verrou, et si le système de fichiers en a",
            "mettez fin au processus nommé ; déplacez le projet hors d'un système de fichiers sans verrous",
        ),
    ),
    "left-overs": (
        (
            "files of killed processes, and a `rlm forget` that did not end",
            "`rlm archive --all` sweeps; `rlm forget` by itself completes it, and names the files in its way",
        ),
        (
            "les restes de processus tués, et un `rlm forget` inachevé",
            "`rlm archive --all` balaie ; `rlm forget` seul le termine, et nomme les fichiers qui le gênent",
        ),
    ),
    "cells": (
        (
            "whether a cell of `rlm repl` can be confined here",
            "where it cannot, none is run for Claude: `rlm repl exec` in your own terminal runs it as you",
        ),
        (
            "si une cellule de `rlm repl` peut être isolée ici",
            "sinon aucune n'est exécutée pour Claude : `rlm repl exec` dans votre terminal l'exécute en votre nom",
        ),
    ),
    "ledger": (
        (
            "whether the books of what questions have cost can be read, and those that were set aside",
            "nothing: the next question sets damaged ones aside; `sqlite3 FILE .recover` gives back what can be read",
        ),
        (
            "si les livres de ce que les questions ont coûté se lisent, et ceux qui ont été mis de côté",
            "rien : la prochaine question met de côté ceux qui sont abîmés ; `sqlite3 FILE .recover` rend ce qui se lit",
        ),
    ),
    "answers": (
        ("the same of the archive's answers of `rlm ask`", "as above; answers that are lost are paid for again"),
        (
            "de même pour les réponses de `rlm ask` de l'archive",
            "comme ci-dessus ; une réponse perdue est payée à nouveau",
        ),
    ),
    "search index": (
        ("whether the index is up to date", "`rlm reindex` makes it anew; until then searches read the files"),
        ("si l'index est à jour", "`rlm reindex` le refait ; d'ici là les recherches lisent les fichiers"),
    ),
}

MAKERS = ("Check", "books")
"""What makes a check, and is given its name first."""


def in_code() -> set[str]:
    """The names of all checks that the doctor's modules make; of `hooks (local)` the word before the parenthesis."""
    folder = Path(rlm_core.doctor.__file__ or "").parent
    return {name for path in sorted(folder.glob("*.py")) for name in _named(path.read_text(encoding="utf-8"))}


def _named(source: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS:
            found.add(_words(node.args[0]))
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "name":
            found.add(_words(node.value))
    return found - {""}


def _words(node: ast.expr) -> str:
    """The constant beginning of a text; "" for what is none."""
    if isinstance(node, ast.JoinedStr):
        node = node.values[0]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.partition(" (")[0]
    return ""
