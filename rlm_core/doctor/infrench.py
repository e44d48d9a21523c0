"""What `rlm doctor` tells, in French: by a table of its sentences, whose values stand in braces.

A check's detail is made in English, as programs get it; here it is taken apart at its semicolons, and each part that
the table has is put into French. A part that it has not stays as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rlm_core.language.notices import in_french

NAMES: dict[str, str] = {
    "version": "version",
    "claude": "claude",
    "configuration": "configuration",
    "project": "projet",
    "hooks": "hooks",
    "skills": "skills",
    "transcripts kept": "transcriptions gardées",
    "archive directory": "dossier de l'archive",
    "log": "journal",
    "archive": "archive",
    "transcripts": "transcriptions",
    "transcript lines": "lignes des transcriptions",
    "session files": "fichiers des sessions",
    "search index": "index de recherche",
    "chunk files": "fichiers des morceaux",
    "media": "médias",
    "redaction": "caviardage",
    "ignore file": "fichier d'exclusion",
    "locks": "verrous",
    "left-overs": "restes",
    "ledger": "livre des dépenses",
    "answers": "réponses",
}
SENTENCES: dict[str, str] = {
    "rlm {version} on Python {python} ({path})": "rlm {version} sur Python {python} ({path})",
    "not on PATH here": "absent du PATH ici",
    "the archive works without it": "l'archive s'en passe",
    "{path} does not answer: {why}": "{path} ne répond pas : {why}",
    "{why}. Until then the defaults hold.": "{why}. D'ici là, les valeurs par défaut valent.",
    "archiving is switched off (enabled: false)": "l'archivage est désactivé (enabled: false)",
    "redaction is switched off": "le caviardage est désactivé",
    "ignored, until `rlm trust`: {names}": "ignorés, jusqu'à `rlm trust` : {names}",
    "defaults": "valeurs par défaut",
    "{n} worktrees, archived here too": "{n} arbres de travail, archivés ici aussi",
    "formerly {names}": "auparavant {names}",
    "other archives of it: {names}": "d'autres archives de lui : {names}",
    "`rlm archive --all` moves them in": "`rlm archive --all` les fait entrer",
    "not installed here": "pas installés ici",
    "run `rlm install{scope}`": "lancez `rlm install{scope}`",
    "put rlm on PATH, or run `rlm install`": "mettez rlm dans le PATH, ou lancez `rlm install`",
    "run `rlm install{scope}` again": "relancez `rlm install{scope}`",
    "the plugin {name} is enabled": "le plugin {name} est activé",
    "not tried, since the client does not say where it is": "pas essayé, car le client ne dit pas où il est",
    "Claude Code does not run them: {why}": "Claude Code ne les lance pas : {why}",
    "no hook for {events}": "pas de hook pour {events}",
    "{n} hooks archive what they are given, {ms} ms each": "{n} hooks archivent ce qu'ils reçoivent, {ms} ms chacun",
    "{path} is made when there is something to archive": "{path} est créé dès qu'il y a quelque chose à archiver",
    "{why}. Nothing is archived until this is mended.": "{why}. Rien n'est archivé tant que ce n'est pas réparé.",
    "none yet": "pas encore",
    "{n} failures, the last: {line}": "{n} échecs, le dernier : {line}",
    "see {path}": "voir {path}",
    "{n} lines, no failure": "{n} lignes, aucun échec",
    "empty so far": "vide jusqu'ici",
    "{n} transcripts on disk, {there} archived as they stand": (
        "{n} transcriptions sur disque, {there} archivées telles qu'elles sont"
    ),
    "the newest, of {day}, is not: its session's hooks did not run, or failed": (
        "la plus récente, du {day}, ne l'est pas : les hooks de sa session n'ont pas tourné, ou ont échoué"
    ),
    "`rlm archive --all` takes it, and see the lines above": (
        "`rlm archive --all` la prend, et voyez les lignes ci-dessus"
    ),
    "the next hook or `rlm archive --all` takes the others": "le prochain hook ou `rlm archive --all` prend les autres",
    "unreadable lines (what can be read of them is kept): {lines}": (
        "lignes illisibles (ce qui s'en lit est gardé) : {lines}"
    ),
    "rewritten or shortened since (what was archived is kept): {names}": (
        "réécrites ou raccourcies depuis (ce qui était archivé est gardé) : {names}"
    ),
    "{n} kinds of records that rlm does not know, kept as they stand: {kinds}": (
        "{n} sortes d'enregistrements que rlm ne connaît pas, gardées telles quelles : {kinds}"
    ),
    "all readable": "toutes lisibles",
    "{n} taken": "{n} pris",
    "{n} of sessions' folders not taken: {files}": "{n} des dossiers de sessions pas pris : {files}",
    "until then searches read the files, more slowly": "d'ici là, les recherches lisent les fichiers, plus lentement",
    "{n} directories have changed since": "{n} dossiers ont changé depuis",
    "the next search takes them in": "la prochaine recherche les prend en compte",
    "up to date ({n} bytes)": "à jour ({n} octets)",
    "{chunks} chunks and {blobs} outputs are as they were written": (
        "{chunks} morceaux et {blobs} sorties sont tels qu'ils ont été écrits"
    ),
    "and {n} more": "et {n} autres",
    "`rlm verify --repair` brings back what can be": "`rlm verify --repair` ramène ce qui peut l'être",
    "all were last verified on {day}: `rlm verify` looks at all": (
        "tous vérifiés le {day} pour la dernière fois : `rlm verify` les regarde tous"
    ),
    "never verified as a whole: `rlm verify` looks at all": (
        "jamais vérifiés en entier : `rlm verify` les regarde tous"
    ),
    "{n} entries forgotten on purpose": "{n} entrées oubliées exprès",
    "1 entry forgotten on purpose": "1 entrée oubliée exprès",
    "no files of ours: {names}": "des fichiers qui ne sont pas de nous : {names}",
    "no images or PDFs are kept": "ni image ni PDF n'est gardé",
    "{n} images and PDFs are kept, in which no secret is found": (
        "{n} images et PDF sont gardés, dans lesquels aucun secret n'est trouvé"
    ),
    "with `redact.media: drop` no more are": "avec `redact.media: drop`, il n'y en aura plus d'autres",
    "switched off (redact.enabled: false): secrets are archived as they stand": (
        "désactivé (redact.enabled: false) : les secrets sont archivés tels quels"
    ),
    "{n} chunks are by the rules of this version": "{n} morceaux suivent les règles de cette version",
    "{n} of {all} chunks were made by older rules, which knew fewer secrets": (
        "{n} morceaux sur {all} suivent des règles plus anciennes, qui connaissaient moins de secrets"
    ),
    "`rlm redact` applies today's": "`rlm redact` applique celles d'aujourd'hui",
    "git leaves the archive alone": "git laisse l'archive tranquille",
    "{path} does not keep git out": "{path} n'écarte pas git",
    "the next hook or `rlm archive --all` writes it": "le prochain hook ou `rlm archive --all` l'écrit",
    "none is held for long": "aucun n'est tenu longtemps",
    "end that process": "arrêtez ce processus",
    "what a run of `rlm forget` began is not done, or not proven: `rlm forget` by itself completes it": (
        "ce qu'un `rlm forget` a commencé n'est pas fini, ou pas prouvé : `rlm forget` seul le termine"
    ),
    "none": "aucun",
    "{n} files that a killed process was writing: `rlm archive --all` sweeps": (
        "{n} fichiers qu'un processus tué écrivait : `rlm archive --all` les balaie"
    ),
    "installed by rlm {version}, which is newer than this one ({own})": (
        "installés par rlm {version}, plus récent que celui-ci ({own})"
    ),
    "missing: {names}": "manquants : {names}",
    "old: {names}": "anciens : {names}",
    "the hooks are in an older form": "les hooks ont une forme ancienne",
    "run `rlm doctor --fix` or `rlm install{scope}`": "lancez `rlm doctor --fix` ou `rlm install{scope}`",
    "changed by you and left so: {names}": "changés par vous et laissés ainsi : {names}",
    "as rlm {version} ships them": "tels que rlm {version} les livre",
    "{where} has cleanupPeriodDays 0: Claude Code keeps nothing to archive": (
        "{where} a cleanupPeriodDays 0 : Claude Code ne garde rien à archiver"
    ),
    "remove it there": "ôtez-le de là",
    "for {n} days (cleanupPeriodDays in {where})": "pendant {n} jours (cleanupPeriodDays dans {where})",
    "Claude Code deletes transcripts after {n} days ({why})": (
        "Claude Code efface les transcriptions après {n} jours ({why})"
    ),
    "`rlm doctor --fix` offers to raise that to {n}": "`rlm doctor --fix` propose de porter cela à {n}",
    "no books of `rlm ask` are damaged": "aucun livre de `rlm ask` n'est abîmé",
    "{path} is no regular file: remove it": "{path} n'est pas un fichier ordinaire : supprimez-le",
    "the books in {folder} are damaged": "les livres de {folder} sont abîmés",
    "the next question sets them aside, and begins new ones": (
        "la prochaine question les met de côté et en commence d'autres"
    ),
    "{path} was set aside, since it could not be read": "{path} a été mis de côté, car il ne pouvait être lu",
    "`sqlite3 FILE .recover` gives back what can be read of a database": (
        "`sqlite3 FILE .recover` rend ce qui peut être lu d'une base"
    ),
    "delete what you do not want": "supprimez ce que vous ne voulez pas",
}
LONGEST = 2000  # characters of a part that is looked up


def told(name: str, detail: str) -> str:
    """`name: detail` of a check, in the user's language."""
    if not in_french():
        return f"{name}: {detail}"
    base, paren, scope = name.partition(" (")
    return f"{NAMES.get(base, base)}{paren}{scope} : {' ; '.join(map(_sentence, detail.split('; ')))}"


def _sentence(text: str) -> str:
    for pattern, french in _patterns() if len(text) <= LONGEST else ():
        found = pattern.fullmatch(text)
        if found:
            return french.format_map(found.groupdict())
    return text


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """The sentences, those with the fewest values first."""
    ordered = sorted(SENTENCES.items(), key=lambda item: item[0].count("{"))
    return [(_pattern(english), french) for english, french in ordered]


def _pattern(english: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", english)
    made = [re.escape(part) if n % 2 == 0 else f"(?P<{part}>.*?)" for n, part in enumerate(parts)]
    return re.compile("".join(made), re.DOTALL)
