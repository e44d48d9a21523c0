"""What hooks tell, and what stands in it: loaded by a hook for a French user alone."""

from __future__ import annotations

FRENCH: dict[str, str] = {
    "rlm: this session is NOT being archived: neither the Python that rlm was installed with nor another one (3.10 or "
    "newer) can run its hooks. Install Python and rlm anew, then run `rlm install`; `rlm doctor` tells more.": (
        "rlm: cette session n'est PAS archivée : ni le Python avec lequel rlm a été installé ni un autre (3.10 ou plus "
        "récent) ne peut lancer ses hooks. Réinstallez Python et rlm, puis lancez `rlm install` ; `rlm doctor` en dit "
        "plus."
    ),
    "the archive {root} is gone; {sessions} is in its second copy: `rlm restore` brings back what was archived": (
        "l'archive {root} a disparu ; {sessions} se trouve dans sa seconde copie : `rlm restore` ramène ce "
        "qui était archivé"
    ),
    "the archive {root} is gone; {sessions} are in its second copy: `rlm restore` brings back what was archived": (
        "l'archive {root} a disparu ; {sessions} se trouvent dans sa seconde copie : `rlm restore` ramène ce "
        "qui était archivé"
    ),
    "rlm: {files} of the archive is damaged: `rlm verify --repair` brings back what can be": (
        "rlm: {files} de l'archive est abîmé : `rlm verify --repair` ramène ce qui peut l'être"
    ),
    "rlm: {files} of the archive are damaged: `rlm verify --repair` brings back what can be": (
        "rlm: {files} de l'archive sont abîmés : `rlm verify --repair` ramène ce qui peut l'être"
    ),
    "rlm: your settings keep {limits} of sessions (`retention`); {sessions} are beyond that and will be "
    "forgotten for good, not before {when}. `rlm forget --retention --dry-run` shows what goes; `retention: "
    "{{days: 0, megabytes: 0}}` in your rlm.yaml stops it": (
        "rlm: vos réglages gardent {limits} de sessions (`retention`) ; {sessions} les dépassent et seront "
        "oubliées pour de bon, pas avant le {when}. `rlm forget --retention --dry-run` montre ce qui part ; "
        "`retention: {{days: 0, megabytes: 0}}` dans votre rlm.yaml l'empêche"
    ),
    "rlm: your settings keep {limits} of sessions (`retention`); {sessions} is beyond that and will be "
    "forgotten for good, not before {when}. `rlm forget --retention --dry-run` shows what goes; `retention: "
    "{{days: 0, megabytes: 0}}` in your rlm.yaml stops it": (
        "rlm: vos réglages gardent {limits} de sessions (`retention`) ; {sessions} les dépasse et sera "
        "oubliée pour de bon, pas avant le {when}. `rlm forget --retention --dry-run` montre ce qui part ; "
        "`retention: {{days: 0, megabytes: 0}}` dans votre rlm.yaml l'empêche"
    ),
    "{n:,} {n:|day|days}": "{n:,} {n:|jour|jours}",
    "{n:,} MB": "{n:,} Mo",
    "{path} is held by {sentence}": "{path} est tenu par {sentence}",
    "`kill -CONT {pid}` lets it go on, `kill -9 {pid}` ends it": (
        "`kill -CONT {pid}` le laisse continuer, `kill -9 {pid}` l'arrête"
    ),
    "`kill {pid}` ends it": "`kill {pid}` l'arrête",
    "{path} is not the key that rlm made: bring it back from a backup, or remove it": (
        "{path} n'est pas la clé que rlm a faite : ramenez-la d'une sauvegarde, ou supprimez-la"
    ),
    "rlm: this session is not being archived: {why}. Claude Code's own transcript still has everything; `rlm "
    "doctor` tells more.": (
        "rlm: cette session n'est pas archivée : {why}. La transcription de Claude Code a encore tout ; `rlm "
        "doctor` en dit plus."
    ),
    "rlm: the context is {share} % full ({used}k of {window}k tokens). The history is archived: /compact or "
    "/clear lose nothing that /recall cannot find.": (
        "rlm: le contexte est plein à {share} % ({used}k sur {window}k jetons). L'historique est archivé : "
        "/compact ou /clear ne perdent rien que /recall ne retrouve."
    ),
    "rlm: {why}. Those of this machine stand in for them, so keep other machines from writing to this "
    "archive, or move the project to a file system with locks.": (
        "rlm: {why}. Ceux de cette machine en tiennent lieu : empêchez donc d'autres machines d'écrire dans "
        "cette archive, ou mettez le projet sur un système de fichiers qui a des verrous."
    ),
    "{path} has {problem}: Claude Code (such as 2.1.197) ignores the whole file for that; mend or remove the entry": (
        "{path} a {problem} : Claude Code (comme 2.1.197) ignore tout le fichier pour cela ; corrigez ou "
        "supprimez l'entrée"
    ),
    "{path} holds no JSON object: Claude Code ignores it; mend it": (
        "{path} ne contient pas d'objet JSON : Claude Code l'ignore ; corrigez-le"
    ),
    "{path} has {disabled}: Claude Code runs no hook; ask whoever manages this machine": (
        "{path} a {disabled} : Claude Code ne lance aucun hook ; demandez à qui gère cette machine"
    ),
    "{path} has {managed_only}: Claude Code runs none of yours; ask whoever manages this machine": (
        "{path} a {managed_only} : Claude Code ne lance aucun des vôtres ; demandez à qui gère cette machine"
    ),
    "{path} has {plugins_only}: hooks of settings files do not run; install rlm's plugin instead": (
        "{path} a {plugins_only} : les hooks des fichiers de réglages ne sont pas lancés ; installez plutôt "
        "le plugin de rlm"
    ),
    "{path} cannot be read ({why}); Claude Code ignores it": ("{path} est illisible ({why}) ; Claude Code l'ignore"),
    "{path} is no JSON ({why}): Claude Code ignores all of it; mend it": (
        "{path} n'est pas du JSON ({why}) : Claude Code l'ignore en entier ; corrigez-le"
    ),
    "a `hooks.{event}` that is no list": "un `hooks.{event}` qui n'est pas une liste",
    "{path} has {disabled}: Claude Code runs no hook, ours neither; remove it there": (
        "{path} a {disabled} : Claude Code ne lance aucun hook, les nôtres non plus ; ôtez-le de là"
    ),
    "a group without `hooks` (number {n} of {event})": "un groupe sans `hooks` (numéro {n} de {event})",
    "{problem} (group {n} of {event})": "{problem} (groupe {n} de {event})",
    "rlm: going on sends the whole context anew, {tokens}k tokens, about ${usd:.2f} (the prompt cache has "
    "likely expired). /clear starts without it, and /recall QUESTION finds what was said here.": (
        "rlm: continuer renvoie tout le contexte, {tokens}k jetons, environ ${usd:.2f} (le cache a "
        "probablement expiré). /clear commence sans lui, et /recall QUESTION retrouve ce qui a été dit ici."
    ),
    "the disk of {path} is full; free some space": "le disque de {path} est plein ; libérez de la place",
    "{root} cannot be written": "impossible d'écrire dans {root}",
    "{path} cannot be written": "impossible d'écrire dans {path}",
    "rlm: ignored in {file}, since a repository's file may only tighten your own settings: {ignored}. If you "
    "trust this file, run `rlm trust` in a terminal.": (
        "rlm: ignorés dans {file}, car le fichier d'un dépôt ne peut que resserrer vos réglages : {ignored}. "
        "Si vous faites confiance à ce fichier, lancez `rlm trust` dans un terminal."
    ),
    "rlm: nothing of this session is archived: {file} says `enabled: false`. `rlm trust` accepts it silently.": (
        "rlm: rien de cette session n'est archivé : {file} dit `enabled: false`. `rlm trust` l'accepte en silence."
    ),
    "rlm: {gone}. A spare copy goes on archiving this session, but /recall and the other commands do not "
    "work. To mend that: {mend}.": (
        "rlm: {gone}. Une copie de secours continue d'archiver cette session, mais /recall et les autres "
        "commandes ne marchent pas. Pour y remédier : {mend}."
    ),
    "rlm: this session is archived, but /recall is missing from {skills}, where it was installed: run `rlm "
    "install{flags}` to have the skills back.": (
        "rlm: cette session est archivée, mais /recall manque dans {skills}, où il était installé : lancez "
        "`rlm install{flags}` pour retrouver les skills."
    ),
    "the package is gone from {python}": "le paquet a disparu de {python}",
    "`{python} -m pip install {package}`, then `{install}`": ("`{python} -m pip install {package}`, puis `{install}`"),
    "the Python it was installed with is gone ({python})": (
        "le Python avec lequel il était installé a disparu ({python})"
    ),
    "`pip install {package}` (or pipx, or uv) with another one, then `{install}`": (
        "`pip install {package}` (ou pipx, ou uv) avec un autre, puis `{install}`"
    ),
    "the file system of {folder} has no locks ({why})": (
        "le système de fichiers de {folder} n'a pas de verrous ({why})"
    ),
    "{said}, nor could {folder} be used: move the project to a local disk": (
        "{said}, et {folder} n'a pu servir non plus : mettez le projet sur un disque local"
    ),
    "{said}, nor has that of {folder}: move the project to a local disk": (
        "{said}, et celui de {folder} non plus : mettez le projet sur un disque local"
    ),
    "the archive {root} is not yours ({why}): nothing of it is read, and nothing is archived here. `rlm "
    "adopt` shows what it holds and takes it over (`--mine`: you made it yourself)": (
        "l'archive {root} n'est pas à vous ({why}) : rien n'en est lu, et rien n'est archivé ici. `rlm "
        "adopt` montre ce qu'elle contient et la reprend (`--mine` : vous l'avez faite vous-même)"
    ),
    "the archive cannot be entered as yours in {where} ({why})": (
        "l'archive ne peut être inscrite comme vôtre dans {where} ({why})"
    ),
    "process {pid}{since}, which is stopped": "le processus {pid}{since}, qui est suspendu",
    "process {pid}{since}": "le processus {pid}{since}",
    " ({what}) since {time}": " ({what}) depuis {time}",
    "another process": "un autre processus",
    "see which process has it open": "voyez quel processus l'a ouvert",
    "rlm: this session may not be archived: a hook failed ({what}). `rlm doctor` tells more.": (
        "rlm: cette session n'est peut-être pas archivée : un hook a échoué ({what}). `rlm doctor` en dit plus."
    ),
    "rlm: {why}": "rlm: {why}",
    "rlm: {times} times in a row nothing of this session could be archived: {path} is held by {sentence} "
    "({remedy}); what was left is archived then.": (
        "rlm: {times} fois de suite, rien de cette session n'a pu être archivé : {path} est tenu par "
        "{sentence} ({remedy}) ; ce qui restait est alors archivé."
    ),
    "archived {time}": "archivé à {time}",
    "not archived yet": "pas encore archivé",
    "it has no id, and Claude Code has no transcript of a session in it": (
        "elle n'a pas d'identifiant, et Claude Code n'a de transcription d'aucune de ses sessions"
    ),
    "a `hooks` that is no object": "un `hooks` qui n'est pas un objet",
    "a hook without a `type`": "un hook sans `type`",
    "a hook without a `command`": "un hook sans `command`",
    "a hook whose `timeout` is no number": "un hook dont le `timeout` n'est pas un nombre",
    "your own list of archives does not have it: it was made by somebody else, or in another home of yours": (
        "votre propre liste d'archives ne l'a pas : elle a été faite par quelqu'un d'autre, ou dans un autre "
        "dossier personnel à vous"
    ),
    "git tracks files of it, so whoever commits may have written them": (
        "git en suit des fichiers, donc quiconque fait un commit peut les avoir écrits"
    ),
    "cannot be read, and it says which archives are yours: see to its permissions": (
        "est illisible, et il dit quelles archives sont à vous : voyez ses droits"
    ),
    "is a symbolic link; rlm writes into real directories only: remove it": (
        "est un lien symbolique ; rlm n'écrit que dans de vrais dossiers : supprimez-le"
    ),
    "Permission denied": "droit refusé",
    "No such file or directory": "ni fichier ni dossier de ce nom",
    "No space left on device": "plus de place sur le disque",
    "Read-only file system": "système de fichiers en lecture seule",
    "nobody knows which": "on ne sait lequel",
    "{path} {why}": "{path} {why}",
}
