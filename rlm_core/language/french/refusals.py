"""Why something is not done: settings, installation, questions, tables, cells."""

from __future__ import annotations

FRENCH: dict[str, str] = {
    "run": "exécution",
    "cell {cell}, line {line}": "cellule {cell}, ligne {line}",
    "cell {cell}, line {line}, in {name}": "cellule {cell}, ligne {line}, dans {name}",
    "line {line}: {name} is not defined": "ligne {line} : {name} n'est pas défini",
    "line {line}: {name} is not defined; did you mean {near}?": (
        "ligne {line} : {name} n'est pas défini ; vouliez-vous dire {near} ?"
    ),
    "Nothing was run.": "Rien n'a été exécuté.",
    "the cell's time is over: it was stopped, and the names it had made are kept": (
        "le temps de la cellule est écoulé : elle a été arrêtée, et les noms qu'elle avait faits sont gardés"
    ),
    "the cell's time of {seconds} s is over, and it did not stop: it was killed, and the names are those before it": (
        "le temps de la cellule, {seconds} s, est écoulé, et elle ne s'est pas arrêtée : elle a été tuée, et les noms "
        "sont ceux d'avant"
    ),
    "the cell had more than {files} files in its scratch: it was killed, and the names are those before it": (
        "la cellule avait plus de {files} fichiers dans son répertoire : elle a été tuée, et les noms sont ceux d'avant"
    ),
    "the cell had more than {size} MB of files in its scratch: it was killed, and the names are those before it": (
        "la cellule avait plus de {size} Mo de fichiers dans son répertoire : elle a été tuée, et les noms sont ceux "
        "d'avant"
    ),
    "the cell's process ended {how}; the names are those before it": (
        "le processus de la cellule a pris fin ({how}) ; les noms sont ceux d'avant"
    ),
    "the cell's process ended {how}; a cell that needs more memory than it may have ends so; the names are those "
    "before it": (
        "le processus de la cellule a pris fin ({how}) ; ainsi finit une cellule à qui il faut plus de mémoire qu'elle "
        "n'en a ; les noms sont ceux d'avant"
    ),
    "the cell's process closed its connection, and was killed; the names are those before it": (
        "le processus de la cellule a fermé sa liaison, et a été tué ; les noms sont ceux d'avant"
    ),
    "the names of this session cannot be loaded: {why}; nothing was run. `rlm repl drop` removes them": (
        "les noms de cette session ne peuvent être chargés : {why} ; rien n'a été exécuté. `rlm repl drop` les supprime"
    ),
    "the names of this cell could not be saved: {why}": "les noms de cette cellule n'ont pu être gardés : {why}",
    "a cell starts no process, has no network and signals nobody": (
        "une cellule ne lance aucun processus, n'a pas de réseau et n'envoie de signal à personne"
    ),
    "a cell reads no file but the texts that --over names, which are ctx.docs, and writes to its own directory alone, "
    "which goes with it": (
        "une cellule ne lit d'autres fichiers que les textes nommés par --over, qui sont ctx.docs, et n'écrit que dans "
        "son propre répertoire, qui disparaît avec elle"
    ),
    "the texts are not in the directory of a cell: {how}": (
        "les textes ne sont pas dans le répertoire d'une cellule : {how}"
    ),
    "a cell has {size} MB of memory": "une cellule a {size} Mo de mémoire",
    "{name} is not installed here; table(ID) gives the rows of CSV, JSON lines and logs": (
        "{name} n'est pas installé ici ; table(ID) donne les lignes de CSV, de lignes JSON et de journaux"
    ),
    "it has {names}": "on y trouve {names}",
    "it was made at run time, and no source tells how": "fait à l'exécution, et aucun source ne dit comment",
    "a class of a cell that it is made of is gone": "une classe de cellule dont il est fait a disparu",
    "all names together are larger than {size} bytes, and it is the largest that is new or changed": (
        "tous les noms ensemble dépassent {size} octets, et c'est le plus grand des nouveaux et des changés"
    ),
    "the answer cites {cited}, and the rows end at {count}": (
        "la réponse cite {cited}, et les lignes s'arrêtent à {count}"
    ),
    "a row is what extract, ask, table and grep give, an entry, a hit or a part, not {kind}": (
        "une ligne est ce que donnent extract, ask, table et grep, une entrée, un résultat ou une partie, pas {kind}"
    ),
    "rows are of docs, parts and lines, not of {kind}": (
        "les lignes d'une table viennent de textes, de parties et de lignes, pas de {kind}"
    ),
    "rows are of docs, or of lines and parts, and not of both in one list": (
        "les lignes d'une table viennent de textes, ou bien de lignes et de parties, mais pas des deux dans une liste"
    ),
    "{name} holds no table: {why}": "{name} ne contient pas de table : {why}",
    "the pattern has no named group, such as (?P<status>[0-9]+)": (
        "le motif n'a pas de groupe nommé, comme (?P<status>[0-9]+)"
    ),
    "no line of {name} holds JSON": "aucune ligne de {name} ne contient de JSON",
    "{name} is no table; a pattern with named groups, as (?P<status>[0-9]+), gives rows of its lines": (
        "{name} n'est pas une table ; un motif à groupes nommés, comme (?P<status>[0-9]+), fait des lignes "
        "de table des siennes"
    ),
    "{name} holds no table of Markdown; a pattern with named groups gives rows of its lines": (
        "{name} ne contient pas de table en Markdown ; un motif à groupes nommés fait des lignes de table des siennes"
    ),
    "{name} is not among the texts any more": "{name} n'est plus parmi les textes",
    "ctx is made anew for each cell": "ctx est refait pour chaque cellule",
    "{count} texts are called {name}: {names}": "{count} textes s'appellent {name} : {names}",
    "no text is called {name}": "aucun texte ne s'appelle {name}",
    "no text is called {name}; near it: {near}": "aucun texte ne s'appelle {name} ; proches : {near}",
    "a slice of ctx has no step": "une tranche de ctx n'a pas de pas",
    "whether ctx contains a text can be asked, not {kind}": "on peut demander si ctx contient un texte, pas {kind}",
    "chunks by {kinds}, not by {kind}": "chunks par {kinds}, pas par {kind}",
    "the row has no column {name}; it has {names}": "la ligne n'a pas de colonne {name} ; elle a {names}",
    "an index of ctx.{name} is a number or a slice, not {kind}": (
        "un indice de ctx.{name} est un nombre ou une tranche, pas {kind}"
    ),
    "ctx.{name} goes to {count}, and none is at {place}": "ctx.{name} va jusqu'à {count}, et aucun n'est à {place}",
    "ctx.{name} goes to {count}, and none is at {place}; only texts of the archive have entries": (
        "ctx.{name} va jusqu'à {count}, et aucun n'est à {place} ; seuls les textes de l'archive ont des entrées"
    ),
    "{item} is not in ctx.{name}": "{item} n'est pas dans ctx.{name}",
    "the process that makes the calls has gone": "le processus qui fait les appels a disparu",
    "an answer that cannot be read: {why}": "une réponse illisible : {why}",
    "depth={depth}: 0 to {most}": "depth={depth} : de 0 à {most}",
    "root": "racine",
    "draft": "ébauche",
    "cell": "cellule",
    "call": "appel",
    "end": "fin",
    "cells": "cellules",
    "failed": "échec",
    "printed other things": "a affiché autre chose",
    "only the first": "la première seule",
    "only the second": "la seconde seule",
    "{seconds:.1f} s {tokens:,} {tokens:|token|tokens}": "{seconds:.1f} s {tokens:,} {tokens:|jeton|jetons}",
    "the limit ends: {time}": "la limite prend fin : {time}",
    "nobody says when the limit ends": "rien ne dit quand la limite prend fin",
    "what was read is remembered, so that the same command then reads the rest": (
        "ce qui a été lu est mémorisé, et la même commande lira alors le reste"
    ),
    "{why}; {model} has answered no call of this run, so that no other one is made: take another model with --model, "
    "another --leaf, or a newer rlm": (
        "{why} ; {model} n'a répondu à aucun appel de cette exécution, donc aucun autre n'est fait : prenez un autre "
        "modèle avec --model, une autre --leaf, ou un rlm plus récent"
    ),
    "the API's usage limit is reached: {said}": "la limite d'utilisation de l'API est atteinte : {said}",
    "the API refuses the key or the account: {said}; check ANTHROPIC_API_KEY and its plan": (
        "l'API refuse la clé ou le compte : {said} ; vérifiez ANTHROPIC_API_KEY et son abonnement"
    ),
    "the API has no such {what}: {said}; it may be retired: name one that it has, with --model or in `ask.models`, "
    "and check ANTHROPIC_BASE_URL": (
        "l'API ne connaît pas {what} : {said} ; peut-être est-il retiré : nommez-en un qu'elle a, avec --model ou dans "
        "`ask.models`, et vérifiez ANTHROPIC_BASE_URL"
    ),
    "model {name}": "le modèle {name}",
    "address": "l'adresse",
    "${usd:.4f} left": "reste ${usd:.4f}",
    "the books in {folder} were damaged ({why}) and are set aside as {place}: new ones have begun, which know "
    "no former answer and no dollar spent today; `sqlite3 FILE .recover` gives back what can be read": (
        "les livres de {folder} étaient abîmés ({why}) et sont mis de côté sous le nom {place} : de nouveaux "
        "sont commencés, qui ne connaissent ni réponse passée ni dollar dépensé aujourd'hui ; `sqlite3 FILE "
        ".recover` rend ce qui peut être lu"
    ),
    "a later version of rlm has made them; upgrade": ("une version plus récente de rlm les a faits ; mettez à jour"),
    "another process reads them": "un autre processus les lit",
    "this Python has no SQLite ({why}), in which `rlm ask` keeps its books: install rlm with a Python that "
    "has it, as those of python.org, of systems and of uv have": (
        "ce Python n'a pas SQLite ({why}), où `rlm ask` tient ses livres : installez rlm avec un Python qui "
        "l'a, comme ceux de python.org, des systèmes et d'uv"
    ),
    "the file system has no locks: move them to a local disk": (
        "le système de fichiers n'a pas de verrous : mettez-les sur un disque local"
    ),
    "{one} is no regular file: remove it": "{one} n'est pas un fichier ordinaire : supprimez-le",
    "the books in {folder} cannot be used ({why}): {remedy}": (
        "les livres de {folder} ne peuvent servir ({why}) : {remedy}"
    ),
    "damaged, {why}; they are set aside once the runs in progress have ended": (
        "abîmés, {why} ; ils seront mis de côté dès que les exécutions en cours seront finies"
    ),
    "the books in {folder} cannot be used: {why}": "les livres de {folder} ne peuvent servir : {why}",
    "its entries do not stand where it says; `rlm verify` tells what is missing": (
        "ses entrées ne sont pas là où il le dit ; `rlm verify` dit ce qui manque"
    ),
    "in blobs, about {tokens:,} {tokens:|token|tokens}; --blobs reads them too": (
        "dans des sorties à part, environ {tokens:,} {tokens:|jeton|jetons} ; --blobs les lit aussi"
    ),
    "and {n:,} more": "et {n:,} {n:|autre|autres}",
    "no text to read in {paths}": "pas de texte à lire dans {paths}",
    "no regular file; what a pipe or a device gives can be read from stdin, as -": (
        "pas un fichier ordinaire ; ce que donne un tube ou un périphérique peut être lu de l'entrée standard, par -"
    ),
    "{pattern}: no file has a name like this; `**` stands for any directories, `*` for any name": (
        "{pattern} : aucun fichier n'a un nom de cette forme ; `**` tient lieu de tous les dossiers, `*` de tout nom"
    ),
    "{path}: {what}; name files, directories, patterns in quotes, or - for stdin": (
        "{path} : {what} ; nommez des fichiers, des dossiers, des motifs entre guillemets, ou - pour l'entrée standard"
    ),
    "{path}: {why}; it cannot be read": "{path} : {why} ; il ne peut être lu",
    "{pattern} names more than {most_files:,} files; name the parts that matter": (
        "{pattern} nomme plus de {most_files:,} fichiers ; nommez les parties qui comptent"
    ),
    "{unread} {unread:|line|lines} of the former ledger could not be read: {unread:|it is|they are} in {kept}": (
        "{unread} {unread:|ligne|lignes} de l'ancien livre des dépenses n'ont pu être lues : elles sont dans {kept}"
    ),
    "there is no leaf {name}; claude, anthropic and batch are": (
        "il n'y a pas de feuille {name} ; il y a claude, anthropic et batch"
    ),
    "spending is paused; `rlm ask --resume` ends the pause": (
        "les dépenses sont en pause ; `rlm ask --resume` y met fin"
    ),
    "nothing is left of the ${daily:.2f} for today: ${spent:.2f} are spent, ${granted:.2f} granted to runs in "
    "progress; wait until tomorrow or for these runs, or raise `ask.daily_usd` in rlm.yaml": (
        "il ne reste rien des ${daily:.2f} d'aujourd'hui : ${spent:.2f} sont dépensés, ${granted:.2f} "
        "accordés à des exécutions en cours ; attendez demain ou la fin de celles-ci, ou relevez "
        "`ask.daily_usd` dans rlm.yaml"
    ),
    "no question can be paid for, since no cap holds without a ledger: {why}": (
        "aucune question ne peut être payée, car aucun plafond ne tient sans livre des dépenses : {why}"
    ),
    "cannot pause: {paused} cannot be written ({why})": ("pause impossible : {paused} ne peut être écrit ({why})"),
    "cannot end the pause: {paused} cannot be removed ({why}); remove it by hand": (
        "la pause ne peut être levée : {paused} ne peut être supprimé ({why}) ; supprimez-le à la main"
    ),
    "{folder} cannot be written: answers are not remembered, and a repetition is paid for again": (
        "{folder} ne peut être écrit : les réponses ne sont pas mémorisées, et une répétition est payée de nouveau"
    ),
    "the journal could not be opened, or is closed": "le journal n'a pu être ouvert, ou est fermé",
    "--fields: one of them holds a comma, which parts fields": (
        "--fields : l'un d'eux contient une virgule, qui sépare les champs"
    ),
    "no chunk in {root} fits; `rlm list` shows the sessions, `rlm archive --all` archives those that Claude "
    "Code still has, --over asks over files": (
        "aucun morceau de {root} ne convient ; `rlm list` montre les sessions, `rlm archive --all` archive "
        "celles que Claude Code a encore, --over interroge des fichiers"
    ),
    'there is no question; ask one: rlm ask "which retry limits were set, and why?"': (
        'il n\'y a pas de question ; posez-en une : rlm ask "quelles limites ont été fixées, et pourquoi ?"'
    ),
    '--labels: a column of a table has its own: --fields "severity: low|medium|high"': (
        '--labels : une colonne d\'un tableau a les siennes : --fields "severity: low|medium|high"'
    ),
    "the question has {n:,} characters, more than {most:,}; hand over long texts with --over": (
        "la question a {n:,} caractères, plus de {most:,} ; passez les longs textes avec --over"
    ),
    "--kind {kind}: a table is no {kind}; leave out --kind or --fields": (
        "--kind {kind} : un tableau n'est pas {kind} ; laissez --kind ou --fields"
    ),
    "--depth {depth}: 0 to {most_depth}": "--depth {depth} : de 0 à {most_depth}",
    "--{name} {value}: one of {what}": "--{name} {value} : l'un de {what}",
    "--rows {path}: the name ends in .csv, .jsonl or .sqlite, which tells the form; - is stdout": (
        "--rows {path} : le nom finit par .csv, .jsonl ou .sqlite, ce qui dit la forme ; - est la sortie standard"
    ),
    "--rows {path}: there is no directory {folder}; make it first": (
        "--rows {path} : il n'y a pas de dossier {folder} ; créez-le d'abord"
    ),
    "--rows {path}: {folder} cannot be written; see to its permissions": (
        "--rows {path} : impossible d'écrire dans {folder} ; voyez ses droits"
    ),
    "--rows {path}: a file stands there that is no table of `rlm ask`, and stays: name another": (
        "--rows {path} : il y a là un fichier qui n'est pas un tableau de `rlm ask`, et il reste : nommez-en un autre"
    ),
    "--rows {path}: some program has it open; close it first, or name another": (
        "--rows {path} : un programme l'a ouvert ; fermez-le d'abord, ou nommez-en un autre"
    ),
    "--rows {path}: it could not be written: {why}; what was read is remembered, so that the same command makes it for "
    "nothing": (
        "--rows {path} : il n'a pu être écrit : {why} ; ce qui a été lu est retenu, et la même commande le refait pour "
        "rien"
    ),
    "there is no {path}: nothing is to be trusted": ("il n'y a pas de {path} : il n'y a rien à quoi faire confiance"),
    "cannot read the configuration: {why}": "la configuration ne peut être lue : {why}",
    "{file_name}: `redact`: {why}": "{file_name} : `redact` : {why}",
    "the demo could not install into a temporary project: {why}": (
        "la démonstration n'a pu s'installer dans un projet temporaire : {why}"
    ),
    "the answer is a list of the findings, since the written one cited none of them": (
        "la réponse est une liste des trouvailles, car celle qui était rédigée n'en citait aucune"
    ),
    'the reader answered in words, which no finding shows: "{said}"': (
        "le lecteur a répondu en phrases, qu'aucune trouvaille ne montre : « {said} »"
    ),
    "the answer is a list of the findings, since it could not be written: {why}": (
        "la réponse est la liste des trouvailles, car elle n'a pu être rédigée : {why}"
    ),
    "numbers in the answer that no finding holds: {numbers}": (
        "nombres de la réponse qu'aucune trouvaille ne contient : {numbers}"
    ),
    "verified, and doubtful all the same: {n:,}; --verify vote has them read again": (
        "{n:|vérifiée, et douteuse|vérifiées, et douteuses} malgré tout : {n:,} ; --verify vote les fait relire"
    ),
    "labels that may mean the same are counted apart, since nobody could be asked: {why}": (
        "des étiquettes qui veulent peut-être dire la même chose sont comptées à part, sans avoir pu demander : {why}"
    ),
    "no value": "sans valeur",
    "none of the labels agreed on: {labels}{more}": "hors des étiquettes convenues : {labels}{more}",
    "counted as {label}: {others}": "compté comme {label} : {others}",
    "{model} did not say within {n} s": "{model} ne l'a pas dit en {n} s",
    "{model} did not say": "{model} ne l'a pas dit",
    "{model} takes it to ask for {what}; --kind settles that": (
        "{model} comprend qu'elle demande {what} ; --kind le fixe"
    ),
    "it cannot be read ({why})": "il ne peut être lu ({why})",
    "the answer names only what a newer finding has replaced; the findings show which": (
        "la réponse ne nomme que ce qu'une trouvaille plus récente a remplacé ; les trouvailles montrent laquelle"
    ),
    "the model failed control questions; --verify vote, or another --model, is more reliable": (
        "le modèle a échoué à des questions de contrôle ; --verify vote, ou un autre --model, est plus sûr"
    ),
    "spending is paused: `rlm ask --resume` ends the pause": (
        "les dépenses sont en pause : `rlm ask --resume` y met fin"
    ),
    "the time of {seconds:g} s is over": "le temps de {seconds:g} s est écoulé",
    "the cap of {cap} leaves no room for another call": (
        "le plafond de {cap} ne laisse pas de place pour un autre appel"
    ),
    "{pattern!r} is no regular expression: {why}": ("{pattern!r} n'est pas une expression rationnelle : {why}"),
    '--fields: a field has no name; write them as "vendor, amount: float, date: date"': (
        '--fields : un champ n\'a pas de nom ; écrivez-les comme "vendor, amount: float, date: date"'
    ),
    "--fields names {n} fields, more than {most_fields}: ask twice": (
        "--fields nomme {n} champs, plus de {most_fields} : demandez en deux fois"
    ),
    "--fields: {name!r} is no name: at most {most_name_chars} letters, figures, spaces and simple marks, with "
    "a letter or a figure first": (
        "--fields : {name!r} n'est pas un nom : au plus {most_name_chars} lettres, chiffres, espaces et "
        "signes simples, une lettre ou un chiffre d'abord"
    ),
    "--fields: {name}: there is no type {kind!r}; {types}, or choices: `severity: low|medium|high`": (
        "--fields : {name} : il n'y a pas de type {kind!r} ; {types}, ou des choix : `severity: low|medium|high`"
    ),
    "--fields: {name}: {kind}: two to {most_choices} choices with |, each once and none empty": (
        "--fields : {name} : {kind} : de deux à {most_choices} choix séparés par |, chacun une fois et aucun vide"
    ),
    "--fields: {name} and {same} are the same name: give each column one of its own": (
        "--fields : {name} et {same} sont le même nom : donnez à chaque colonne le sien"
    ),
    "there is no question; ask which entries make a row": (
        "il n'y a pas de question ; demandez quelles entrées font une ligne"
    ),
    "there is nothing to read: the texts are empty": "il n'y a rien à lire : les textes sont vides",
    "there is no question; ask one": "il n'y a pas de question ; posez-en une",
    "--kind {kind}: one of {kinds}": "--kind {kind} : l'un de {kinds}",
    "another rlm install holds {lock}; wait for it and try again": (
        "un autre rlm install tient {lock} ; attendez-le et réessayez"
    ),
    "{lock} cannot be locked ({why}); repair it and try again": (
        "{lock} ne peut être verrouillé ({why}) ; réparez-le et réessayez"
    ),
    "{path} was changed by someone else just now; run the same command again": (
        "{path} vient d'être changé par quelqu'un d'autre ; relancez la même commande"
    ),
    "{why}; mend that and run the same command again to finish": (
        "{why} ; réparez cela et relancez la même commande pour finir"
    ),
    "{manifest} {why}: nothing is deleted or restored because it says so, {stays}": (
        "{manifest} {why} : rien n'est effacé ni rétabli parce qu'il le dit, {stays}"
    ),
    "{manifest} is damaged ({why}): going by what the settings hold instead": (
        "{manifest} est abîmé ({why}) : les réglages eux-mêmes font foi"
    ),
    "{path} is read-only; nothing was changed: allow writing (chmod u+w) and try again": (
        "{path} est en lecture seule ; rien n'a été changé : permettez l'écriture (chmod u+w) et réessayez"
    ),
    "{home} is not a directory; nothing was changed: move it away and try again": (
        "{home} n'est pas un dossier ; rien n'a été changé : déplacez-le et réessayez"
    ),
    "{home} is read-only; nothing was changed: allow writing (chmod u+w) and try again": (
        "{home} est en lecture seule ; rien n'a été changé : permettez l'écriture (chmod u+w) et réessayez"
    ),
    "{path} cannot be read ({why}); repair it and try again": (
        "{path} est illisible ({why}) ; réparez-le et réessayez"
    ),
    "git is not told to leave our files alone: {why}": (
        "git ne reçoit pas l'ordre de laisser nos fichiers tranquilles : {why}"
    ),
    "to commit, for your team to have it: {add}": "à valider dans git, pour que votre équipe l'ait : {add}",
    "for your team: {paths}": "pour votre équipe : {paths}",
    "neither {own!a} nor {executable!a} may be other than UTF-8; use another path": (
        "ni {own!a} ni {executable!a} ne peut être autre chose que de l'UTF-8 ; utilisez un autre chemin"
    ),
    "{path} leads to {target}, whose directory is missing; mend the link": (
        "{path} mène à {target}, dont le dossier manque ; réparez le lien"
    ),
    "rlm is installed as {order}: {first} wins (local > shared > user > plugin)": (
        "rlm est installé comme {order} : {first} l'emporte (local > shared > user > plugin)"
    ),
    "the plugin {plugin} is enabled too: it notices these hooks and stands aside": (
        "le plugin {plugin} est activé aussi : il remarque ces hooks et s'efface"
    ),
    "{path} is a link; nothing was changed: remove it and try again": (
        "{path} est un lien ; rien n'a été changé : supprimez-le et réessayez"
    ),
    "the hooks will NOT run: {why}": "les hooks ne seront PAS lancés : {why}",
    "this Python does not know its own path; run rlm with an ordinary interpreter": (
        "ce Python ne connaît pas son propre chemin ; lancez rlm avec un interpréteur ordinaire"
    ),
    "Claude Code compacts when the context reaches {point:,} tokens": (
        "Claude Code compacte quand le contexte atteint {point:,} jetons"
    ),
    "{told}: {wanted:,} as asked is out of its reach ({lowest:,} to {highest:,})": (
        "{told} : les {wanted:,} demandés sont hors de sa portée (de {lowest:,} à {highest:,})"
    ),
    "{told}; a model with a window of {model_window:,} does so at {ceiling:,} already": (
        "{told} ; un modèle dont la fenêtre est de {model_window:,} le fait déjà à {ceiling:,}"
    ),
    "--offload-at {spec}: not a size; write a share (60%) or tokens (150k, 150000)": (
        "--offload-at {spec} : pas une taille ; écrivez une part (60%) ou des jetons (150k, 150000)"
    ),
    "--offload-at {spec}: that is {tokens} {tokens:|token|tokens}; did you mean {match}% or {match}k?": (
        "--offload-at {spec} : cela fait {tokens:,} {tokens:|jeton|jetons} ; vouliez-vous dire {match}% ou {match}k ?"
    ),
    "--offload-at {spec}: a share lies above 0% and up to 100%; try 60%": (
        "--offload-at {spec} : une part est supérieure à 0% et va jusqu'à 100% ; essayez 60%"
    ),
    "unknown scope {name!r}; choose one of {scopes}": "portée inconnue {name!r} ; choisissez parmi {scopes}",
    "{project}: no such directory; name the project with --project DIR": (
        "{project} : ce dossier n'existe pas ; nommez le projet avec --project DIR"
    ),
    "{project}: no such directory any more; `{command}` brings back what the second copy has of it": (
        "{project} : ce dossier n'existe plus ; `{command}` ramène ce qu'en a la seconde copie"
    ),
    "{claude} is your own Claude Code directory, not a project's; use --user instead": (
        "{claude} est votre propre dossier de Claude Code, et non celui d'un projet ; utilisez plutôt --user"
    ),
    "does not hold a JSON object": "ne contient pas d'objet JSON",
    "{path} {why}; nothing was changed: repair or move that file, then try again": (
        "{path} {why} ; rien n'a été changé : réparez ou déplacez ce fichier, puis réessayez"
    ),
    "has a `hooks` that is not an object": "a un `hooks` qui n'est pas un objet",
    "is not UTF-8 (byte {start})": "n'est pas de l'UTF-8 (octet {start})",
    "is not JSON that rlm can edit safely: {why}": ("n'est pas un JSON que rlm peut modifier sans risque : {why}"),
    "has a `hooks.{event}` that is not a list": "a un `hooks.{event}` qui n'est pas une liste",
    "{foreign} is not ours: the {what} is left out; rename yours and run rlm install again to get it": (
        "{foreign} n'est pas à nous : {what} est laissé de côté ; renommez le vôtre et relancez rlm install "
        "pour l'avoir"
    ),
    "{unit} for Claude": "{unit} pour Claude",
    "{path} was changed since we wrote it and stays; delete it to get the new one": (
        "{path} a été changé depuis que nous l'avons écrit et reste ; effacez-le pour avoir le nouveau"
    ),
    "{path} is the team's copy and stays": "{path} est la copie de l'équipe et reste",
    "{path} was changed since we wrote it and stays": ("{path} a été changé depuis que nous l'avons écrit et reste"),
    "{settings} has comments: Claude Code ignores such a file": (
        "{settings} a des commentaires : Claude Code ignore un tel fichier"
    ),
    "the status line is yours, not the team's: use --statusline without --shared": (
        "la ligne d'état est à vous, pas à l'équipe : utilisez --statusline sans --shared"
    ),
    "the status line needs a launcher, which this system cannot run": (
        "la ligne d'état a besoin d'un lanceur, que ce système ne peut exécuter"
    ),
    "{window_key} stays in {settings}: there is no record of who set it": (
        "{window_key} reste dans {settings} : rien ne dit qui l'a mis"
    ),
    "{path} was edited since the install; its comments cannot come back: the original is at {saved}": (
        "{path} a été modifié depuis l'installation ; ses commentaires ne peuvent revenir : l'original est dans {saved}"
    ),
    "{linked} is a link; rlm deletes nothing through it: delete what it leads to yourself": (
        "{linked} est un lien ; rlm n'efface rien à travers lui : effacez vous-même ce à quoi il mène"
    ),
    "{rlm} is not a directory; nothing was changed: look at it and remove it yourself": (
        "{rlm} n'est pas un dossier ; rien n'a été changé : regardez-le et supprimez-le vous-même"
    ),
    "{path} had comments, which were dropped; with them it is at {saved}": (
        "{path} avait des commentaires, qui ont été perdus ; avec eux, il est dans {saved}"
    ),
    "{path} was edited since the install; only rlm's parts went: the original is at {saved}": (
        "{path} a été modifié depuis l'installation ; seules les parties de rlm sont parties : l'original "
        "est dans {saved}"
    ),
    'the archive stays in {rlm}; "rlm uninstall --purge" deletes it': (
        "l'archive reste dans {rlm} ; « rlm uninstall --purge » l'efface"
    ),
    'rlm stays in {path}; "rlm uninstall{flag}" takes it out': (
        "rlm reste dans {path} ; « rlm uninstall{flag} » l'enlève"
    ),
    "closed before the call was submitted": "fermé avant que l'appel ne soit soumis",
    "the journal of batches {path} cannot be used ({why}); without it calls might be paid twice": (
        "le journal des lots {path} ne peut servir ({why}) ; sans lui, des appels pourraient être payés deux fois"
    ),
    "the API did not tell the id of the batch": "l'API n'a pas dit l'identifiant du lot",
    "the answer broke off before its end": "la réponse s'est interrompue avant sa fin",
    "there is no {keys} in the environment: set it, or use your login with `--leaf claude`": (
        "il n'y a pas de {keys} dans l'environnement : mettez-la, ou utilisez votre connexion avec `--leaf claude`"
    ),
    "{base} is no address of the form https://host: set it again, or unset it": (
        "{base} n'est pas une adresse de la forme https://host : corrigez-la, ou enlevez-la"
    ),
    "{name} holds blanks, line breaks or letters that no key has: set it again": (
        "{name} contient des blancs, des retours à la ligne ou des lettres qu'aucune clé n'a : remettez-la"
    ),
    "the package anthropic cannot be loaded ({why}): install rlm again, or use `--leaf claude`": (
        "le paquet anthropic ne peut être chargé ({why}) : réinstallez rlm, ou utilisez `--leaf claude`"
    ),
    "closed before the batch had ended": "fermé avant que le lot ne soit fini",
    "the model declines to answer": "le modèle refuse de répondre",
    "claude ended with {code} and without a result: {said}": ("claude a fini avec {code} et sans résultat : {said}"),
    "the connection broke in the middle of the answer": "la connexion s'est rompue au milieu de la réponse",
    "this Claude Code is too old for rlm ({said}); run `claude update`": (
        "ce Claude Code est trop ancien pour rlm ({said}) ; lancez `claude update`"
    ),
    "the model declines to answer{said}": "le modèle refuse de répondre{said}",
    "{said}: the usage limit is reached": "{said} : la limite d'utilisation est atteinte",
    "the run is over": "l'exécution est finie",
    "{depth} is {depth2}: this run lies too deep within other runs; at most {most_depth} may lie within each other": (
        "{depth} vaut {depth2} : cette exécution est trop profonde dans d'autres ; au plus {most_depth} "
        "peuvent être l'une dans l'autre"
    ),
    "the message has {n:,} bytes; claude reads {most_input_bytes:,}": (
        "le message a {n:,} octets ; claude en lit {most_input_bytes:,}"
    ),
    'no program `{command}`: install Claude Code, or take another leaf ("--leaf anthropic")': (
        "pas de programme `{command}` : installez Claude Code, ou prenez une autre feuille (« --leaf anthropic »)"
    ),
    "claude wrote more than {most_output_bytes:,} bytes": ("claude a écrit plus de {most_output_bytes:,} octets"),
    "claude gave no answer within {seconds:.1f} s": "claude n'a pas répondu en {seconds:.1f} s",
    "{program} cannot be started: {why}": "{program} ne démarre pas : {why}",
    "the query took more than {seconds:g} seconds; {narrow}, or give it --max-seconds": (
        "la requête a pris plus de {seconds:g} secondes ; {narrow}, ou donnez-lui --max-seconds"
    ),
    "the query held more than {most:,} MB; {narrow}": "la requête a tenu plus de {most:,} Mo ; {narrow}",
    "it has {width:,} columns; {most_columns} are the most": (
        "il a {width:,} colonnes ; {most_columns} sont le maximum"
    ),
    "line {line_num:,} is no CSV: {why}": "la ligne {line_num:,} n'est pas du CSV : {why}",
    "NATURAL JOIN would compare file, line and citation, too: name the columns, as in USING (a, b)": (
        "NATURAL JOIN comparerait aussi file, line et citation : nommez les colonnes, comme dans USING (a, b)"
    ),
    "the query has no columns; it begins with SELECT or WITH": (
        "la requête n'a pas de colonnes ; elle commence par SELECT ou WITH"
    ),
    "the query has more than {most_sql:,} characters": "la requête a plus de {most_sql:,} caractères",
    "the query held too much ({said}); narrow it with WHERE, --session or --since": (
        "la requête a tenu trop de choses ({said}) ; restreignez-la avec WHERE, --session ou --since"
    ),
    "{name} holds no rows of a form that is known: --log REGEX gives a log's lines their columns; its lines "
    "as they are stand in the table lines": (
        "{name} ne contient pas de lignes d'une forme connue : --log REGEX donne leurs colonnes aux lignes "
        "d'un journal ; ses lignes telles quelles sont dans la table lines"
    ),
    "\"{bad}\" is no column of these tables; a text stands in single quotes: '{bad}'": (
        "\"{bad}\" n'est pas une colonne de ces tables ; un texte se met entre apostrophes : '{bad}'"
    ),
    "the result has more than {most_result} MB of text; select less of it": (
        "le résultat a plus de {most_result} Mo de texte ; sélectionnez-en moins"
    ),
    "{path}: no table that `rlm ask --rows` has made; export the rows that you mean as CSV": (
        "{path} : pas un tableau qu'a fait `rlm ask --rows` ; exportez en CSV les lignes voulues"
    ),
    "{path}: it cannot be read: {why}": "{path} : illisible : {why}",
    "--log {text}: name the columns, as in '(?P<level>[A-Z]+) (?P<ms>[0-9]+)ms'": (
        "--log {text} : nommez les colonnes, comme dans '(?P<level>[A-Z]+) (?P<ms>[0-9]+)ms'"
    ),
    "its rows have more than {most_columns} columns in all": ("ses lignes ont plus de {most_columns} colonnes en tout"),
    "it is no JSON: {why}": "ce n'est pas du JSON : {why}",
    "--log {text}: {why}": "--log {text} : {why}",
    "{path}: it has more than {most} MB; take a part of it": ("{path} : il a plus de {most} Mo ; prenez-en une partie"),
    "--table {table}={path}: that is {n:,} {n:|file|files}; name one": (
        "--table {table}={path} : cela fait {n:,} {n:|fichier|fichiers} ; nommez-en un"
    ),
    "stdin holds more than {most_file_bytes} MB; take a part of it": (
        "l'entrée standard contient plus de {most_file_bytes} Mo ; prenez-en une partie"
    ),
    " and {n:,} more": " et {n:,} {n:|autre|autres}",
    "no archive in {root}, and no text was named: `--over PATH` names some": (
        "pas d'archive dans {root}, et aucun texte n'a été nommé : `--over PATH` en nomme"
    ),
    "the session {name} has spent its {name2}: {spent:g} of {cap:g}; `--max-{name2} {cap2:g}` grants more": (
        "la session {name} a dépensé ses {name2} : {spent:g} sur {cap:g} ; `--max-{name2} {cap2:g}` en "
        "accorde davantage"
    ),
    "{calls}, likely {tokens:,.0f} tokens and ${usd:.4f}, at most ${most:.4f}": (
        "{calls}, probablement {tokens:,.0f} jetons et ${usd:.4f}, au plus ${most:.4f}"
    ),
    "line {n} looks at an answer: what follows is not in it": (
        "la ligne {n} regarde une réponse : ce qui suit n'y est pas compté"
    ),
    "cells are run on Linux and macOS, and this is {platform}": (
        "les cellules s'exécutent sous Linux et macOS, et ceci est {platform}"
    ),
    "the cell's process has ended before its cell (status {status})": (
        "le processus de la cellule a fini avant sa cellule (statut {status})"
    ),
    "{name!r} is no name of a session: letters, digits, - _ . up to 64": (
        "{name!r} n'est pas un nom de session : lettres, chiffres, - _ . jusqu'à 64"
    ),
    "the session {name} was written by another version of rlm; `rlm repl drop -s {name}` removes it": (
        "la session {name} a été écrite par une autre version de rlm ; `rlm repl drop -s {name}` la supprime"
    ),
    "there is no session {name}": "il n'y a pas de session {name}",
    "there is a session {name} already; `rlm repl drop -s {name}` removes it": (
        "il y a déjà une session {name} ; `rlm repl drop -s {name}` la supprime"
    ),
    "{gone} could not be removed whole": "{gone} n'a pu être supprimé en entier",
    "{votes} of {n} {n:|draft|drafts} agree on the sample": (
        "{votes} {votes:|ébauche est d'accord|ébauches sont d'accord} sur l'échantillon, de {n}"
    ),
    "none of {n} {n:|draft|drafts} answered on the sample": (
        "aucune de {n} {n:|ébauche|ébauches} n'a répondu sur l'échantillon"
    ),
    "cells are not run in a Claude Code session here, since nothing would confine them ({why}); run `rlm repl "
    "exec` in a terminal of your own": (
        "les cellules ne s'exécutent pas ici dans une session Claude Code, car rien ne les confinerait "
        "({why}) ; lancez `rlm repl exec` dans un terminal à vous"
    ),
    "a cell of the session {name} is running; `-s NAME` begins another one": (
        "une cellule de la session {name} est en cours ; `-s NAME` en commence une autre"
    ),
    "this answer is not remembered, and a replay makes no call": (
        "cette réponse n'est pas mémorisée, et une reprise ne fait pas d'appel"
    ),
    "cell {number} of {name} is not kept any more": "la cellule {number} de {name} n'est plus gardée",
    "the text {name} is not among those that are seen": "le texte {name} n'est pas parmi ceux qui sont vus",
    "no text in {paths} ({reasons})": "pas de texte dans {paths} ({reasons})",
    "no text in {paths}": "pas de texte dans {paths}",
    "--over -: nothing came from stdin": "--over - : rien n'est venu de l'entrée standard",
    "the session {name} holds no run; `rlm run` makes one": (
        "la session {name} ne contient pas d'exécution ; `rlm run` en fait une"
    ),
    "`enabled` must be true or false": "`enabled` doit être true ou false",
    "`chunk.target` must be 100 to 100000 tokens": "`chunk.target` doit être de 100 à 100000 jetons",
    "`chunk.limit` must be a number of tokens, at least chunk.target": (
        "`chunk.limit` doit être un nombre de jetons, au moins chunk.target"
    ),
    "`threshold` must be above 0 and at most 1 (0.6 tells you at 60 %)": (
        "`threshold` doit être au-dessus de 0 et au plus 1 (0.6 vous prévient à 60 %)"
    ),
    "`window` must be a number of tokens, 0 for automatic": (
        "`window` doit être un nombre de jetons, 0 pour automatique"
    ),
    "`hints` must be true or false": "`hints` doit être true ou false",
    "`copies` must be true or false": "`copies` doit être true ou false",
    "`redact.enabled` must be true or false": "`redact.enabled` doit être true ou false",
    "`redact.skip` must be a list of kinds": "`redact.skip` doit être une liste de sortes",
    "`redact.extra` must map a kind to a regular expression": (
        "`redact.extra` doit donner une expression rationnelle à chaque sorte"
    ),
    "`redact.media` must be `keep` or `drop`": "`redact.media` doit être `keep` ou `drop`",
    "`ask.models` must name a model for each role": "`ask.models` doit nommer un modèle pour chaque rôle",
    "`ask.part` must be 500 to 100000 tokens": "`ask.part` doit être de 500 à 100000 jetons",
    "`ask.prices` must map a model to [input, output], dollars a million tokens": (
        "`ask.prices` doit donner à chaque modèle [input, output], en dollars par million de jetons"
    ),
    "`ask.leaf` must be one of {leaves}": "`ask.leaf` doit être l'un de {leaves}",
    "`moment.{name}` must be true or false": "`moment.{name}` doit être true ou false",
    "`retention.{name}` must be a whole number, 0 for none": (
        "`retention.{name}` doit être un nombre entier, 0 pour aucun"
    ),
    "`ask.{name}` must be a number, 0 for none": "`ask.{name}` doit être un nombre, 0 pour aucun",
    "`ask.{name}` must be an amount of dollars, 0 for none": (
        "`ask.{name}` doit être un montant en dollars, 0 pour aucun"
    ),
    "{path}: unknown setting `{name}`; known here: {into}": ("{path} : réglage inconnu `{name}` ; connus ici : {into}"),
    "{path}: `{name}` must hold `name: value` lines": ("{path} : `{name}` doit contenir des lignes `name: value`"),
    "the pattern of {kind!r} does not compile: {why}": "le motif de {kind!r} ne se compile pas : {why}",
    "{path} is a link that leads out of the project; put a file there": (
        "{path} est un lien qui mène hors du projet ; mettez-y un fichier"
    ),
    "{path} is larger than {most} KB, which no settings are; shorten it": (
        "{path} est plus grand que {most} Ko, ce qu'aucun réglage n'est ; raccourcissez-le"
    ),
    "{path}: expected `name: value` lines; see docs/configuration.md": (
        "{path} : des lignes `name: value` sont attendues ; voyez docs/configuration.md"
    ),
    "{path} is no regular file; remove it": "{path} n'est pas un fichier ordinaire ; supprimez-le",
    "{path} is not YAML: {said}; correct it or remove it": (
        "{path} n'est pas du YAML : {said} ; corrigez-le ou supprimez-le"
    ),
    "{path} uses aliases (`*name`), which settings do not need; write the value out": (
        "{path} utilise des alias (`*name`), dont des réglages n'ont pas besoin ; écrivez la valeur"
    ),
    "{path} nests values {most_deep} deep, which no settings are; correct it or remove it": (
        "{path} imbrique des valeurs sur {most_deep} niveaux, ce qu'aucun réglage ne fait ; corrigez-le ou supprimez-le"
    ),
    "reading rlm.yaml needs PyYAML, which this Python does not have yet; defaults are used": (
        "lire rlm.yaml demande PyYAML, que ce Python n'a pas encore ; les valeurs par défaut sont utilisées"
    ),
}
