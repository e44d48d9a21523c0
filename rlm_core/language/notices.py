"""Notices in the user's language: what a person reads on a terminal about what happened and what to do next.

The English text is the key. What a program reads (JSON, what Claude is told) is not looked up here.
"""

from __future__ import annotations

import os

FRENCH: dict[str, str] = {
    # What is wrong with a command line.
    "{what} needs a value": "{what} attend une valeur",
    "{what} is missing": "il manque {what}",
    "{what} takes no value": "{what} n'attend pas de valeur",
    "there is no option {what}": "il n'y a pas d'option {what}",
    "there is no command {what}": "il n'y a pas de commande {what}",
    "{what} is one word too many": "{what} est un mot de trop",
    "{what} may mean {several}": "{what} peut vouloir dire {several}",
    "{what}: {value} is none of {several}": "{what} : {value} n'est pas parmi {several}",
    "{what}: {why}": "{what} : {why}",
    "did you mean {what}?": "vouliez-vous dire {what} ?",
    "`{command} --help` shows what there is": "`{command} --help` montre ce qu'il y a",
    "`rlm` shows what there is": "`rlm` montre ce qu'il y a",
    "{text} is no whole number of at least {least}": "{text} n'est pas un nombre entier d'au moins {least}",
    "{text} is no whole number of {least} to {most}": "{text} n'est pas un nombre entier de {least} à {most}",
    "{text} is no number above 0": "{text} n'est pas un nombre supérieur à 0",
    "{text} is no date; write 2026-11-01, 2026-11-01T10:30, yesterday, monday, last week or 3 days ago": (
        "{text} n'est pas une date ; écrivez 2026-11-01, 2026-11-01T10:30, hier, lundi, la semaine dernière "
        "ou il y a 3 jours"
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
    "{n} days ago": "il y a {n} jours",
    "{n} months ago": "il y a {n} mois",
    "1 year ago": "il y a 1 an",
    "{n} years ago": "il y a {n} ans",
    # Names that nothing has.
    "no session here has an id that begins with {name}": (
        "aucune session ici n'a un identifiant qui commence par {name}"
    ),
    "no tool is called {name} in what is archived": "aucun outil ne s'appelle {name} dans ce qui est archivé",
    "no chunk here touched a file with {name} in its path": (
        "aucun morceau ici n'a touché un fichier dont le chemin contient {name}"
    ),
    "nothing here was said on a branch {name}": "rien ici n'a été dit sur une branche {name}",
    "nearest: {several}": "le plus proche : {several}",
    "`rlm list` shows the sessions": "`rlm list` montre les sessions",
    # A session.
    "{count} sessions fit {words}: {several}": "{count} sessions correspondent à {words} : {several}",
    "`rlm show CHUNK` prints one of them, `rlm show {session} --whole` all of it": (
        "`rlm show CHUNK` en affiche un, `rlm show {session} --whole` affiche tout"
    ),
    # A search.
    "nothing found; try other words, or their translation, or `rlm list`": (
        "rien trouvé ; essayez d'autres mots, ou leur traduction, ou `rlm list`"
    ),
    "no passage holds all of this in one place; what is asked for may not be in the archive": (
        "aucun passage ne contient tout cela au même endroit ; ce qui est cherché n'est peut-être pas dans l'archive"
    ),
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


def in_french() -> bool:
    """Whether the user's locale is a French one: LC_ALL, else LC_MESSAGES, else LANG."""
    named = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return next(filter(None, named), "").lower().startswith("fr")


def notice(english: str, **values: object) -> str:
    """A notice in the user's language. english: the text, with values in braces by their names.

    >>> notice("{what} needs a value", what="--session")
    '--session needs a value'
    """
    text = FRENCH.get(english, english) if in_french() else english
    return text.format_map(values) if values else text
