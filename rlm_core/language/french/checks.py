"""What `rlm doctor` tells."""

from __future__ import annotations

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
    "what was forgotten": "ce qui a été oublié",
    "media": "médias",
    "redaction": "caviardage",
    "ignore file": "fichier d'exclusion",
    "locks": "verrous",
    "left-overs": "restes",
    "cells": "cellules",
    "ledger": "livre des dépenses",
    "answers": "réponses",
}
"""Of the checks."""

FRENCH: dict[str, str] = {
    "a cell has no network, starts no process and reads its texts alone": (
        "une cellule n'a pas de réseau, ne lance aucun processus et ne lit que ses textes"
    ),
    "the kernel has no Landlock, or an old one: Linux 6.2 has what is needed": (
        "le noyau n'a pas Landlock, ou un ancien : Linux 6.2 a ce qu'il faut"
    ),
    "archive directory": "dossier de l'archive",
    "{n:,} {n:|transcript|transcripts} on disk, {there:,} archived as they stand": (
        "{n:,} {n:|transcription|transcriptions} sur disque, {there:,} {there:|archivée telle "
        "quelle|archivées telles qu'elles sont}"
    ),
    "transcript lines": "lignes des transcriptions",
    "{n:,} of sessions' folders not taken: {files}": (
        "{n:,} {n:|fichier|fichiers} des dossiers de sessions {n:|non pris|non pris} : {files}"
    ),
    "session files": "fichiers des sessions",
    "search index": "index de recherche",
    "not moved in: {why}": "pas pris : {why}",
    "{n} {n:|hook archives what it is|hooks archive what they are} given, {ms:.0f} ms each": (
        "{n} {n:|hook archive|hooks archivent} ce qu'ils reçoivent, {ms:.0f} ms chacun"
    ),
    "{n} in {path}": "{n} dans {path}",
    "{n:,} taken": "{n:,} {n:|pris|pris}",
    "update the plugin {name}": "mettez le plugin {name} à jour",
    "{path} ({size:,} bytes: {why})": "{path} ({size:,} {size:|octet|octets} : {why})",
    "up to date ({n:,} bytes)": "à jour ({n:,} {n:|octet|octets})",
    "{path} cannot be read ({why})": "{path} est illisible ({why})",
    "{chunks:,} {chunks:|chunk|chunks} and {blobs:,} {blobs:|output|outputs} are as they were written": (
        "{chunks:,} {chunks:|morceau|morceaux} et {blobs:,} {blobs:|sortie|sorties} sont tels qu'ils ont été écrits"
    ),
    "chunk files": "fichiers des morceaux",
    "{n:,} {n:|image or PDF is|images and PDFs are} kept, in which no secret is found": (
        "{n:,} {n:|image ou PDF est gardé, dans lequel|images et PDF sont gardés, dans lesquels} aucun "
        "secret n'est trouvé"
    ),
    "{n:,} of {all:,} {all:|chunk|chunks} {n:|was|were} made by older rules, which knew fewer secrets": (
        "{n:,} {n:|morceau|morceaux} sur {all:,} {n:|suit|suivent} des règles plus anciennes, qui "
        "connaissaient moins de secrets"
    ),
    "ignore file": "fichier d'exclusion",
    "{why}: locks of this machine stand in for them, so no other machine may write to this archive. Move the "
    "project to a file system with locks.": (
        "{why} : des verrous de cette machine en tiennent lieu, donc aucune autre machine ne doit écrire "
        "dans cette archive. Mettez le projet sur un système de fichiers qui a des verrous."
    ),
    "{n:,} {n:|file|files} that a killed process was writing: `rlm archive --all` sweeps": (
        "{n:,} {n:|fichier qu'un processus tué écrivait : `rlm archive --all` le balaie|fichiers qu'un "
        "processus tué écrivait : `rlm archive --all` les balaie}"
    ),
    "{entries} forgotten on purpose": "{entries} {entries:|oubliée|oubliées} exprès",
    "{n:,} {n:|chunk is|chunks are} by the rules of this version": (
        "{n:,} {n:|morceau suit|morceaux suivent} les règles de cette version"
    ),
    "cannot be opened ({why})": "ne peut être ouvert ({why})",
    "cannot be locked ({why}): the file system has no locks": (
        "ne peut être verrouillé ({why}) : le système de fichiers n'a pas de verrous"
    ),
    "is held by {sentence} for {seconds:,.0f} s ({remedy})": (
        "est tenu par {sentence} depuis {seconds:,.0f} s ({remedy})"
    ),
    "{locks}: what waits for them is postponed": "{locks} : ce qui les attend est remis à plus tard",
    "it ends well and archives nothing: {said}": "il finit bien et n'archive rien : {said}",
    "it ends well and archives nothing": "il finit bien et n'archive rien",
    "{command} cannot be started ({why})": "{command} ne démarre pas ({why})",
    "it does not end within {timeout:.0f} s": "il ne finit pas en {timeout:.0f} s",
    "Claude Code deletes transcripts after {n} {n:|day|days} (the default of cleanupPeriodDays)": (
        "Claude Code efface les transcriptions après {n:,} {n:|jour|jours} (la valeur par défaut de cleanupPeriodDays)"
    ),
    "{names} and {n} more": "{names} et {n} {n:|autre|autres}",
    "Claude Code deletes transcripts after {n} {n:|day|days} (cleanupPeriodDays in {where})": (
        "Claude Code efface les transcriptions après {n:,} {n:|jour|jours} (cleanupPeriodDays dans {where})"
    ),
    "{cleanup} is {long_days} in {settings}": "{cleanup} vaut {long_days} dans {settings}",
    "the interpreter {python} is gone": "l'interpréteur {python} a disparu",
    "the package is gone from {package}": "le paquet a disparu de {package}",
    "for {n:,} {n:|day|days} (cleanupPeriodDays in {where})": (
        "pendant {n:,} {n:|jour|jours} (cleanupPeriodDays dans {where})"
    ),
    "{settings} has comments, which would be lost; set {cleanup} there yourself": (
        "{settings} a des commentaires, qui seraient perdus ; mettez-y {cleanup} vous-même"
    ),
    "installed anew ({scope}): {steps}": "installé à nouveau ({scope}) : {steps}",
    "rlm {version} on Python {python} ({path})": "rlm {version} sur Python {python} ({path})",
    "not on PATH here": "absent du PATH ici",
    "the archive works without it": "l'archive s'en passe",
    "sessions begun in a subdirectory or a worktree run no hook of a project's installation": (
        "les sessions commencées dans un sous-répertoire ou un worktree ne lancent aucun hook "
        "d'une installation de projet"
    ),
    "update Claude Code, or run `rlm install --user`": "mettez Claude Code à jour, ou lancez `rlm install --user`",
    "{path} does not answer: {why}": "{path} ne répond pas : {why}",
    "{why}. Until then the defaults hold.": "{why}. D'ici là, les valeurs par défaut valent.",
    "archiving is switched off (enabled: false)": "l'archivage est désactivé (enabled: false)",
    "redaction is switched off": "le caviardage est désactivé",
    "ignored, until `rlm trust`: {names}": "ignorés, jusqu'à `rlm trust` : {names}",
    "{n} {n:|worktree|worktrees}, archived here too": (
        "{n} {n:|arbre de travail, archivé|arbres de travail, archivés} ici aussi"
    ),
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
    "{path} is made when there is something to archive": ("{path} est créé dès qu'il y a quelque chose à archiver"),
    "{why}. Nothing is archived until this is mended.": ("{why}. Rien n'est archivé tant que ce n'est pas réparé."),
    "{n} {n:|failure|failures}, the last: {line}": "{n} {n:|échec|échecs}, le dernier : {line}",
    "see {path}": "voir {path}",
    "{n} {n:|line|lines}, no failure": "{n} {n:|ligne|lignes}, aucun échec",
    "empty so far": "vide jusqu'ici",
    "the newest, of {day}, is not: its session's hooks did not run, or failed": (
        "la plus récente, du {day}, ne l'est pas : les hooks de sa session n'ont pas tourné, ou ont échoué"
    ),
    "`rlm archive --all` takes it, and see the lines above": (
        "`rlm archive --all` la prend, et voyez les lignes ci-dessus"
    ),
    "the next hook or `rlm archive --all` takes the others": (
        "le prochain hook ou `rlm archive --all` prend les autres"
    ),
    "unreadable lines (what can be read of them is kept): {lines}": (
        "lignes illisibles (ce qui s'en lit est gardé) : {lines}"
    ),
    "rewritten or shortened since (what was archived is kept): {names}": (
        "réécrites ou raccourcies depuis (ce qui était archivé est gardé) : {names}"
    ),
    "{n} {n:|kind|kinds} of records that rlm does not know, kept as they stand: {kinds}": (
        "{n} {n:|sorte|sortes} d'enregistrements que rlm ne connaît pas, "
        "{n:|gardée telle quelle|gardées telles quelles} : {kinds}"
    ),
    "all readable": "toutes lisibles",
    "until then searches read the files, more slowly": ("d'ici là, les recherches lisent les fichiers, plus lentement"),
    "{n} {n:|directory has|directories have} changed since": "{n} {n:|dossier a|dossiers ont} changé depuis",
    "the next search takes them in": "la prochaine recherche les prend en compte",
    "and {n} more": "et {n} autres",
    "`rlm verify --repair` brings back what can be": "`rlm verify --repair` ramène ce qui peut l'être",
    "all were last verified on {day}: `rlm verify` looks at all": (
        "tous vérifiés le {day} pour la dernière fois : `rlm verify` les regarde tous"
    ),
    "never verified as a whole: `rlm verify` looks at all": (
        "jamais vérifiés en entier : `rlm verify` les regarde tous"
    ),
    "no files of ours: {names}": "des fichiers qui ne sont pas de nous : {names}",
    "nothing was forgotten": "rien n'a été oublié",
    "none of it stands in chunks": "rien n'en figure dans des morceaux",
    "none of it stands in the chunks that were looked at: `rlm verify` looks at all": (
        "rien n'en figure dans les morceaux regardés : `rlm verify` les regarde tous"
    ),
    "no images or PDFs are kept": "ni image ni PDF n'est gardé",
    "with `redact.media: drop` no more are": "avec `redact.media: drop`, il n'y en aura plus d'autres",
    "switched off (redact.enabled: false): secrets are archived as they stand": (
        "désactivé (redact.enabled: false) : les secrets sont archivés tels quels"
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
    "`rlm doctor --fix` offers to raise that to {n}": "`rlm doctor --fix` propose de porter cela à {n}",
    "no books of `rlm ask` are damaged": "aucun livre de `rlm ask` n'est abîmé",
    "{path} is no regular file: remove it": "{path} n'est pas un fichier ordinaire : supprimez-le",
    "the books in {folder} are damaged": "les livres de {folder} sont abîmés",
    "the next question sets them aside, and begins new ones": (
        "la prochaine question les met de côté et en commence d'autres"
    ),
    "{path} was set aside, since it could not be read": ("{path} a été mis de côté, car il ne pouvait être lu"),
    "`sqlite3 FILE .recover` gives back what can be read of a database": (
        "`sqlite3 FILE .recover` rend ce qui peut être lu d'une base"
    ),
    "delete what you do not want": "supprimez ce que vous ne voulez pas",
}
