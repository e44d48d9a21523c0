"""The fixed words of the pages, in English and French: what templates, their script and the makers of pages say.

The English text is the key, with values in braces by their names. Which of the two is told goes by the user's locale,
as for notices. Archived texts stay in the language in which they were written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from rlm_core.language.notices import in_french, numbered, typeset

if TYPE_CHECKING:
    from collections.abc import Callable

FRENCH: dict[str, str] = {
    # On every page.
    "Skip to the content": "Aller au contenu",
    "Pages": "Pages",
    "Page": "Page",
    "Sessions": "Sessions",
    "Decisions": "Décisions",
    "Files": "Fichiers",
    "Questions": "Questions",
    "Coverage": "Couverture",
    "Search": "Rechercher",
    "Light, dark, or as the system has it": "Clair, sombre, ou comme le système",
    "Auto": "Auto",
    "Search all sessions": "Rechercher dans toutes les sessions",
    "Search everything that was said, read and done": "Rechercher dans tout ce qui a été dit, lu et fait",
    "Places found": "Passages trouvés",
    "Keys": "Touches",
    "search": "rechercher",
    "next and previous prompt": "demande suivante et précédente",
    "open or close all that is folded": "déplier ou replier tout",
    "light, dark, as the system has it": "clair, sombre, comme le système",
    "this list": "cette liste",
    "Close": "Fermer",
    "{first} to {last}": "{first} à {last}",
    "{n} of {all}": "{n} sur {all}",
    # Sessions.
    "Everything that was archived of this project, the newest session first. The curve is how full the context was, "
    "estimated from the text; a dashed line is a compaction.": (
        "Tout ce qui a été archivé de ce projet, la session la plus récente d'abord. La courbe montre à quel point le "
        "contexte était plein, estimé d'après le texte ; un trait pointillé est une compaction."
    ),
    "sessions": "sessions",
    "chunks": "morceaux",
    "tokens, about": "jetons, environ",
    "compactions": "compactions",
    "decisions found": "décisions trouvées",
    "undated": "sans date",
    "{n} prompt": "{n} demande",
    "{n} prompts": "{n} demandes",
    "{n} edit": "{n} modification",
    "{n} edits": "{n} modifications",
    "{n} read": "{n} lecture",
    "{n} reads": "{n} lectures",
    "{n} agent": "{n} agent",
    "{n} agents": "{n} agents",
    "{n} chunk": "{n} morceau",
    "{n} chunks": "{n} morceaux",
    "{n} sub-agent": "{n} sous-agent",
    "{n} sub-agents": "{n} sous-agents",
    "{n} compaction": "{n} compaction",
    "{n} compactions": "{n} compactions",
    "foreign": "étrangère",
    "Context at most {n} % full, estimated": "Contexte plein à {n} % au plus, estimé",
    "at most {n} %": "{n} % au plus",
    "Documents that were added": "Documents ajoutés",
    # A session.
    "Contents": "Sommaire",
    "Prompts": "Demandes",
    "Prompt {n}": "Demande {n}",
    "Before the first prompt": "Avant la première demande",
    "continued": "suite",
    "Parts": "Parties",
    "Part {n}": "Partie {n}",
    "part {n} of {all}": "partie {n} sur {all}",
    "Earlier: part {n}": "Avant : partie {n}",
    "Later: part {n}": "Après : partie {n}",
    "about {n} tokens": "environ {n} jetons",
    "the session it worked for": "la session pour laquelle il a travaillé",
    "{n} file of it could not be read": "{n} de ses fichiers n'a pas pu être lu",
    "{n} files of it could not be read": "{n} de ses fichiers n'ont pas pu être lus",
    "came with an archive that was adopted": "venue avec une archive qui a été adoptée",
    "How full the context was, estimated; falls are compactions": (
        "À quel point le contexte était plein, estimé ; les chutes sont des compactions"
    ),
    "Sub-agents whose place is not known": "Sous-agents dont la place n'est pas connue",
    "You": "Vous",
    "Task": "Tâche",
    "Context compacted": "Contexte compacté",
    "What the summary kept": "Ce que le résumé a gardé",
    "failed": "échoué",
    "Failed with": "A échoué avec",
    "Result": "Résultat",
    "Thinking": "Réflexion",
    "System": "Système",
    "Sub-agent": "Sous-agent",
    "What it came back with": "Ce qu'il a rapporté",
    "Its whole conversation": "Toute sa conversation",
    "{n} notes from the client": "{n} notes du client",
    "(nothing was written)": "(rien n'a été écrit)",
    "[forgotten]": "[oublié]",
    "Files of the session's folder": "Fichiers du dossier de la session",
    "An answer": "Une réponse",
    # What lies beside the chunks.
    "… {n} characters are left out here …": "… {n} caractères sont laissés de côté ici …",
    "… {n} characters left out here: {where} …": "… {n} caractères laissés de côté ici : {where} …",
    "the whole text": "le texte entier",
    "the file with them is gone": "le fichier qui les contenait n'est plus là",
    "{name} is not part of this file": "{name} ne fait pas partie de ce fichier",
    "{name}: the file is gone": "{name} : le fichier n'est plus là",
    # Decisions.
    "decided": "décidé",
    "corrected": "corrigé",
    "refused": "refusé",
    "measured": "mesuré",
    "left open": "laissé ouvert",
    "you": "vous",
    "about:": "au sujet de :",
    "replaced by": "remplacé par",
    "replaces": "remplace",
    "Decided, corrected, refused, left open": "Décidé, corrigé, refusé, laissé ouvert",
    "Sentences that say so, found by rules without a model: some are missed, and some are none. What a later one "
    "replaces is struck out.": (
        "Des phrases qui le disent, trouvées par des règles, sans modèle : certaines manquent, certaines n'en sont pas."
        " Ce qu'une phrase plus récente remplace est barré."
    ),
    "The newest {n} are shown; {older} older ones are not.": (
        "Les {n} plus récentes sont montrées ; {older} plus anciennes ne le sont pas."
    ),
    "Only these kinds": "Seulement ces sortes",
    "None was found.": "Aucune n'a été trouvée.",
    # Files.
    "Files touched": "Fichiers touchés",
    "Paths that tool calls named; those that an edit changed come first, and of these the ones that most sessions "
    "changed.": (
        "Des chemins que des appels d'outils ont nommés ; d'abord ceux qu'une modification a changés, et parmi eux "
        "ceux que le plus de sessions ont changés."
    ),
    "changed in {n} session": "modifié dans {n} session",
    "changed in {n} sessions": "modifié dans {n} sessions",
    "read or named in {n} session": "lu ou nommé dans {n} session",
    "read or named in {n} sessions": "lu ou nommé dans {n} sessions",
    "{n} more is not shown.": "{n} autre n'est pas montré.",
    "{n} more are not shown.": "{n} autres ne sont pas montrés.",
    "No tool call named a file.": "Aucun appel d'outil n'a nommé de fichier.",
    # Questions.
    "What questions cost": "Ce que coûtent les questions",
    "The receipts of {ask} and {run} in this project: archiving and searching cost nothing.": (
        "Les reçus de {ask} et de {run} dans ce projet : archiver et chercher ne coûtent rien."
    ),
    "questions": "questions",
    "in all": "en tout",
    "calls": "appels",
    "When": "Quand",
    "Question": "Question",
    "Route": "Voie",
    "Calls": "Appels",
    "Tokens": "Jetons",
    "Checked": "Vérifié",
    "partial": "partielle",
    "Nothing was asked yet.": "Rien n'a encore été demandé.",
    "Questions are missing here: {why}": "Il manque ici des questions : {why}",
    "{n} line of the receipts could not be read.": "{n} ligne des reçus n'a pas pu être lue.",
    "{n} lines of the receipts could not be read.": "{n} lignes des reçus n'ont pas pu être lues.",
    # Coverage.
    "What the archive covers": "Ce que l'archive couvre",
    "From {first} to {last}.": "Du {first} au {last}.",
    "{entries} in {chunks} of {sessions} and {agents}.": "{entries} dans {chunks} de {sessions} et {agents}.",
    "{n} entry": "{n} entrée",
    "{n} entries": "{n} entrées",
    "{n} session": "{n} session",
    "{n} sessions": "{n} sessions",
    "Chunks a day": "Morceaux par jour",
    "Chunks a day from {first} to {last}; at most {most}": "Morceaux par jour du {first} au {last} ; {most} au plus",
    "Left out of it": "Ce qui est laissé de côté",
    "Secrets, by their kinds:": "Secrets, par sorte :",
    "No secret was found in what was archived.": "Aucun secret n'a été trouvé dans ce qui a été archivé.",
    "Proof": "Preuve",
    "Nobody has looked at all files yet.": "Personne n'a encore regardé tous les fichiers.",
    "All files were last looked at on {day}; not as they had been written: {damaged}.": (
        "Tous les fichiers ont été regardés le {day} pour la dernière fois ; pas tels qu'ils avaient été "
        "écrits : {damaged}."
    ),
    "All files were last looked at on {day}, and were as they had been written.": (
        "Tous les fichiers ont été regardés le {day} pour la dernière fois, et étaient tels qu'ils avaient été écrits."
    ),
    "{verify} proves transcripts whole.": "{verify} prouve que les transcriptions sont entières.",
    "Files that could not be read": "Fichiers qui n'ont pas pu être lus",
    "Started": "Début",
    "Session": "Session",
    "Entries": "Entrées",
    "Chunks": "Morceaux",
    "Secrets left out": "Secrets laissés de côté",
}
SCRIPT: dict[str, str] = {
    "{place} is no place in this archive": "{place} n'est pas un endroit de cette archive",
    "{place} is not on this page": "{place} n'est pas sur cette page",
    "you": "vous",
    "tool call": "appel d'outil",
    "tool output": "sortie d'outil",
    "thinking": "réflexion",
    "summary": "résumé",
    "task": "tâche",
    "system": "système",
    "document": "document",
    "{n} place": "{n} passage",
    "{n} places": "{n} passages",
    "the best {n} shown": "les {n} meilleurs sont montrés",
    "Words of two letters or more, in any order; the beginning of a word will do.": (
        "Des mots de deux lettres ou plus, dans n'importe quel ordre ; le début d'un mot suffit."
    ),
    "Nothing has all of these words.": "Rien ne contient tous ces mots.",
    "Auto": "Auto",
    "Light": "Clair",
    "Dark": "Sombre",
    "Theme: {name}": "Thème : {name}",
}
"""What `app.js` says."""


def language() -> str:
    """`fr` or `en`."""
    return "fr" if in_french() else "en"


def said(english: str, **values: object) -> str:
    """A text in the user's language."""
    text = typeset(FRENCH[english]) if in_french() else english
    return text.format_map(values) if values else text


def many(n: int, one: str, several: str) -> str:
    """A text with a number in it; of the two the one that fits it. In French none is one."""
    return said(one if n == 1 or (n == 0 and in_french()) else several, n=number(n))


def number(value: int) -> str:
    """12,345, or as one writes it in French."""
    return numbered(value)


def for_templates(lang: str) -> dict[str, Callable[..., Markup]]:
    """`said` and `many` for templates of one language: their values are escaped, the texts have nothing to escape."""
    texts = {english: Markup(typeset(FRENCH[english]) if lang == "fr" else english) for english in FRENCH}  # noqa: S704 - ours

    def say(english: str, **values: object) -> Markup:
        text = texts[english]
        return text.format(**values) if values else text

    def count(n: int, one: str, several: str) -> Markup:
        return say(one if n == 1 or (n == 0 and lang == "fr") else several, n=number(n))

    return {"said": say, "many": count}
