"""What is wrong with files, archives, sessions and documents."""

from __future__ import annotations

FRENCH: dict[str, str] = {
    "it names passages that are not there": "il nomme des passages qui n'y sont pas",
    "it names entries that are not there": "il nomme des entrées qui n'y sont pas",
    "it names something outside of the archive": "il nomme quelque chose hors de l'archive",
    "it names something that is no passage of the archive": "il nomme autre chose qu'un passage de l'archive",
    "it has too many words around a passage": "il a trop de mots autour d'un passage",
    "waiting for the search index, which is being made: {megabytes:,} MB to go": (
        "attente de l'index de recherche, qui est en cours de fabrication : encore {megabytes:,} Mo"
    ),
    "is no chunk file ({why})": "n'est pas un fichier de morceau ({why})",
    "it has no front matter": "il n'a pas d'en-tête",
    "it lacks times": "il y manque des heures",
    "its redactions are no map": "ses caviardages ne sont pas une table",
    "its redactions are no map of numbers": "ses caviardages ne sont pas une table de nombres",
    "it has a number that cannot be": "il a un nombre impossible",
    "it has something else for a text": "il a autre chose à la place d'un texte",
    "its last line is missing": "sa dernière ligne manque",
    "its last line is of another version": "sa dernière ligne est d'une autre version",
    "{target} is not what {path} was; nothing was deleted: compare them": (
        "{target} n'est pas ce qu'était {path} ; rien n'a été effacé : comparez-les"
    ),
    "sessions/{name} is being archived": "sessions/{name} est en cours d'archivage",
    "began in {named}": "a commencé dans {named}",
    "began in {named}, which is gone; `rlm archive --all` moves it in": (
        "a commencé dans {named}, qui n'existe plus ; `rlm archive --all` la fait entrer"
    ),
    "{path} is a link": "{path} est un lien",
    "{path} belongs to somebody else": "{path} appartient à quelqu'un d'autre",
    "{path} is not private, so rlm has not made it": "{path} n'est pas privé, donc rlm ne l'a pas fait",
    "`git rm -r -q {at}` deletes what a pull has brought, `git rm -r -q --cached {at}` keeps what you added": (
        "`git rm -r -q {at}` efface ce qu'un pull a apporté, `git rm -r -q --cached {at}` garde ce que vous avez ajouté"
    ),
    "{aside} is left from another archive; look at it and delete it, then run this again": (
        "{aside} est resté d'une autre archive ; regardez-le et effacez-le, puis relancez ceci"
    ),
    "{tracked}: take them out of git first ({todo}) and commit that": (
        "{tracked} : sortez-les d'abord de git ({todo}), puis faites un commit"
    ),
    "is no longer in the transcript": "n'est plus dans la transcription",
    "would be poorer ({shown})": "serait plus pauvre ({shown})",
    "the new chunks are not whole: {harmed}": "les nouveaux morceaux ne sont pas entiers : {harmed}",
    "{name} would stand in the place of another chunk": "{name} prendrait la place d'un autre morceau",
    "they stand elsewhere": "ils se trouvent ailleurs",
    "{sessions}{since}, {n:,} of them nowhere else": "{sessions}{since}, dont {n:,} nulle part ailleurs",
    "{sessions}{since}, none of them nowhere else": "{sessions}{since}, dont aucune nulle part ailleurs",
    " since {day}": " depuis le {day}",
    "others archive what stands in {path}; run `rlm archive` again later": (
        "d'autres archivent ce qui est dans {path} ; relancez `rlm archive` plus tard"
    ),
    "{path} was written by a newer rlm; upgrade this one": (
        "{path} a été écrit par un rlm plus récent ; mettez celui-ci à jour"
    ),
    "it counts {counted:,} {counted:|chunk|chunks}, and the last file is {chunks:04d}": (
        "il compte {counted:,} {counted:|morceau|morceaux}, et le dernier fichier est le {chunks:04d}"
    ),
    "the open chunk {opened} is not there": "le morceau ouvert {opened} n'est pas là",
    "{path}: it lists other sessions than there are": ("{path} : il liste d'autres sessions que celles qui sont là"),
    "{path}: cannot be read; the next run makes it anew from the chunk files": (
        "{path} : illisible ; la prochaine exécution le refait à partir des fichiers de morceaux"
    ),
    "{what}: it lists other chunks than there are": ("{what} : il liste d'autres morceaux que ceux qui sont là"),
    "{path}: it is missing or damaged; the next run makes it anew from the chunk files": (
        "{path} : il manque ou est abîmé ; la prochaine exécution le refait à partir des fichiers de morceaux"
    ),
    "{path}: cannot be read ({why})": "{path} : illisible ({why})",
    "{path}: it is missing or damaged; `rlm add` makes it anew from the chunks": (
        "{path} : il manque ou est abîmé ; `rlm add` le refait à partir des morceaux"
    ),
    "{path}: its values are of other types than they must be": (
        "{path} : ses valeurs ne sont pas des types qu'il faut"
    ),
    "{path}: cannot be read ({why}); the next run makes it anew": (
        "{path} : illisible ({why}) ; la prochaine exécution le refait"
    ),
    "{folder}: the list of documents does not name it": "{folder} : la liste des documents ne le nomme pas",
    "entries": "entrées",
    "entry": "entrée",
    "chunk {at:04d} before it is missing or another one: another file has its number, {numbers}": (
        "le morceau {at:04d} avant lui manque ou en est un autre : un autre fichier a son numéro, {numbers}"
    ),
    "cannot be read ({why})": "illisible ({why})",
    "chunk {number:04d} before it is missing or another one": (
        "le morceau {number:04d} avant lui manque ou en est un autre"
    ),
    "the output is missing to which {chunk} points": "il manque la sortie que nomme {chunk}",
    "the new chunks are not whole: {why}": "les nouveaux morceaux ne sont pas entiers : {why}",
    "{filename} is a directory; move it away": "{filename} est un dossier ; déplacez-le",
    "{folder}: entries stand twice, and stay so: {why}": (
        "{folder} : des entrées s'y trouvent deux fois et y restent : {why}"
    ),
    "{root} was written by a newer rlm; upgrade this one, or delete {path} if none was": (
        "{root} a été écrit par un rlm plus récent ; mettez celui-ci à jour, ou effacez {path} s'il n'y en a pas eu"
    ),
    "nothing archived yet in {root}: it begins with your next prompt in Claude Code; `rlm archive --all` "
    "archives the sessions it still has": (
        "rien n'est encore archivé dans {root} : cela commence à votre prochaine demande dans Claude Code ; "
        "`rlm archive --all` archive les sessions qu'il a encore"
    ),
    "no archive in {root}; run `rlm install` to have one kept, or `rlm archive --all` to archive the sessions "
    "Claude Code still has": (
        "pas d'archive dans {root} ; lancez `rlm install` pour qu'il y en ait une, ou `rlm archive --all` "
        "pour archiver les sessions que Claude Code a encore"
    ),
    "{where} is no chunk file ({why}); `rlm verify` tells what is missing": (
        "{where} n'est pas un fichier de morceau ({why}) ; `rlm verify` dit ce qui manque"
    ),
    "{path} is a symbolic link; rlm writes into real directories only: remove it": (
        "{path} est un lien symbolique ; rlm n'écrit que dans de vrais dossiers : supprimez-le"
    ),
    "{path} is not a directory; move it away": "{path} n'est pas un dossier ; déplacez-le",
    "{path} belongs to user {owner}, not to you ({me}); run as its owner or chown it back": (
        "{path} appartient à l'utilisateur {owner}, pas à vous ({me}) ; lancez ceci sous son propriétaire, "
        "ou rendez-le par chown"
    ),
    "{parts!r} is no name of something in {root}: it is not used": (
        "{parts!r} n'est pas un nom de quelque chose dans {root} : il n'est pas utilisé"
    ),
    "{path} has more than the {most:,} bytes that such a file may have: move it away": (
        "{path} a plus que les {most:,} octets qu'un tel fichier peut avoir : déplacez-le"
    ),
    "cannot be opened: {why}; see to its permissions": "ne peut être ouvert : {why} ; voyez ses droits",
    "{path} is a symbolic link, which rlm does not follow: remove it": (
        "{path} est un lien symbolique, que rlm ne suit pas : supprimez-le"
    ),
    "encrypted with a password, or of a format before 2007; save a plain copy": (
        "chiffré par un mot de passe, ou d'un format d'avant 2007 ; enregistrez une copie simple"
    ),
    "encrypted with a password; save a copy without one": (
        "chiffré par un mot de passe ; enregistrez une copie qui n'en a pas"
    ),
    "unpacked larger than {n} MB, or of too many parts": (
        "plus grand que {n} Mo une fois décompressé, ou de trop de parties"
    ),
    "its XML declares entities, which no office program writes": (
        "son XML déclare des entités, ce qu'aucun programme bureautique n'écrit"
    ),
    "its zip file is broken ({why})": "son fichier zip est abîmé ({why})",
    "it has no {name}": "il n'a pas de {name}",
    "its {name} is broken ({why})": "son {name} est abîmé ({why})",
    "no notebook ({name}: {why})": "pas un notebook ({name} : {why})",
    "its elements nest too deeply": "ses éléments sont trop imbriqués",
    "larger than {n} MB": "plus grand que {n} Mo",
    "larger than {n} MB; name it to add it": "plus grand que {n} Mo ; nommez-le pour l'ajouter",
    "{folder} holds more than {most_files:,} files; add the parts of it that matter": (
        "{folder} contient plus de {most_files:,} fichiers ; ajoutez-en les parties qui comptent"
    ),
    "git could not list {folder}, so .gitignore did not count": (
        "git n'a pu lister {folder}, donc .gitignore n'a pas compté"
    ),
    "binary: neither text nor a kind of document that rlm reads": (
        "binaire : ni texte ni une sorte de document que rlm lit"
    ),
    "of a format before 2007: save a copy as .{former} and add that{how}": (
        "d'un format d'avant 2007 : enregistrez une copie .{former} et ajoutez celle-ci{how}"
    ),
    "of Rich Text Format: save a copy as .{former} and add that{how}": (
        "au format Rich Text : enregistrez une copie .{former} et ajoutez celle-ci{how}"
    ),
    "; `{office} --headless --convert-to {former} FILE` does it": (
        " ; `{office} --headless --convert-to {former} FILE` le fait"
    ),
    "{kind} needs the Python package {package}; `{line}` brings it": (
        "{kind} a besoin du paquet Python {package} ; `{line}` l'apporte"
    ),
    "took more than {n} {n:|second|seconds}": "a pris plus de {n} {n:|seconde|secondes}",
    "its conversion {why}": "sa conversion {why}",
    "its converter does not start: {why}": "son convertisseur ne démarre pas : {why}",
    "its conversion took more than {n} {n:|second|seconds}": "sa conversion a pris plus de {n} {n:|seconde|secondes}",
    "failed: {why}": "a échoué : {why}",
    "read as {encoding}": "lu comme {encoding}",
    "read as {encoding}, {n:,} characters unreadable": (
        "lu comme {encoding}, {n:,} {n:|caractère illisible|caractères illisibles}"
    ),
    "read as {encoding}, some characters unreadable": "lu comme {encoding}, quelques caractères illisibles",
    "no text on page {page}": "pas de texte à la page {page}",
    "no text on {n} {n:|page|pages} ({pages})": "pas de texte sur {n} {n:|page|pages} ({pages})",
    "cannot read page {page}": "la page {page} est illisible",
    "cannot read {n} {n:|page|pages} ({pages})": "{n} {n:|page est illisible|pages sont illisibles} ({pages})",
    "no PDF that {reader} can read ({why})": "pas un PDF que {reader} sache lire ({why})",
    "of {n} {n:|page|pages} none": "de {n} {n:|page|pages} aucune",
    "scanned: no text on its {n} {n:|page|pages}; run it through OCR first": (
        "numérisé : pas de texte sur {n} {n:|page|pages} ; passez-le d'abord par un OCR"
    ),
    "no workbook that {reader} can read ({why})": "pas un classeur que {reader} sache lire ({why})",
    "no document that {reader} can read ({why})": "pas un document que {reader} sache lire ({why})",
    "cannot read sheet {title} ({why})": "la feuille {title} est illisible ({why})",
    "only the first {n:,} {n:|cell|cells}": "seulement {n:,} {n:|cellule|cellules}, les premières",
    "{n} {n:|chapter is|chapters are} missing": "il manque {n} {n:|chapitre|chapitres}",
    "tags within more than {n} {n:|other|others} are left out, their text is kept": (
        "les balises imbriquées dans plus de {n} {n:|autre|autres} sont retirées, leur texte est gardé"
    ),
    "rlm's reader of {format}": "le lecteur de {format} de rlm",
    "binary": "binaire",
    "table": "tableau",
    "text": "texte",
    "reached through a link": "atteint par un lien",
    "no regular file": "pas un fichier ordinaire",
    "{words}; its source is gone": "{words} ; sa source a disparu",
    "{kind}, as {reader} reads it": "{kind}, tel que {reader} le lit",
    "there is no archive of yours yet; `rlm install` has one kept": (
        "il n'y a pas encore d'archive à vous ; `rlm install` en fait tenir une"
    ),
    "no session fits {words}; `rlm list --everywhere` shows them all": (
        "aucune session ne correspond à {words} ; `rlm list --everywhere` les montre toutes"
    ),
    "{cited} is of a document, and no session; `rlm show {cited}` shows it": (
        "{cited} vient d'un document, et non d'une session ; `rlm show {cited}` le montre"
    ),
    "the session {session} of {cited} has nothing of its own in {root}, but sub-agents": (
        "la session {session} de {cited} n'a rien à elle dans {root}, hormis des sous-agents"
    ),
    "{match!r} holds no word; name at least one": "{match!r} ne contient pas de mot ; nommez-en au moins un",
    "{beginning} begins {n} {n:|session|sessions}' ids: {first}; say more of the id": (
        "{beginning} commence l'identifiant de {n} {n:|session|sessions} : {first} ; donnez-en davantage"
    ),
    "{nothing}: no session's id begins with {wanted}; `rlm list` shows the sessions": (
        "{nothing} : aucun identifiant de session ne commence par {wanted} ; `rlm list` montre les sessions"
    ),
    "{cited}: lines go from 1 on, the smaller one first": (
        "{cited} : les lignes vont à partir de 1, la plus petite d'abord"
    ),
    "{cited}: the chunk has {height} {height:|line|lines}": "{cited} : le morceau a {height} {height:|ligne|lignes}",
    "{nothing}: {path} is not among the documents; `rlm add --list` shows them": (
        "{nothing} : {path} n'est pas parmi les documents ; `rlm add --list` les montre"
    ),
    "{root} was written by another version of rlm; run that one once more": (
        "{root} a été écrit par une autre version de rlm ; relancez celle-là"
    ),
    "{n} {n:|file still tells|files still tell} of what was forgotten; `rlm forget --retention` tells which": (
        "{n} {n:|fichier parle|fichiers parlent} encore de ce qui a été oublié ; `rlm forget --retention` dit lesquels"
    ),
    "the session goes on faster than its last chunk can be closed; run this again when it is quiet": (
        "la session avance plus vite que son dernier morceau ne peut être clos ; relancez ceci quand elle est au calme"
    ),
    "nothing in {root} is named so: nothing was forgotten": (
        "rien dans {root} n'est nommé ainsi : rien n'a été oublié"
    ),
    "there is no index yet": "il n'y a pas encore d'index",
    "the search index needs the package PyStemmer: {why}": (
        "l'index de recherche a besoin du paquet PyStemmer : {why}"
    ),
    "{path} cannot be used: {why}": "{path} ne peut servir : {why}",
    "{path} cannot be made: {why}": "{path} ne peut être fait : {why}",
    "nothing that was said in session {session} is archived": (
        "rien de ce qui a été dit dans la session {session} n'est archivé"
    ),
    "no session {session} in {root}; `rlm list` shows them": (
        "pas de session {session} dans {root} ; `rlm list` les montre"
    ),
    "{until} is not in this session": "{until} n'est pas dans cette session",
    "no chunk {cited} in {root}; `rlm list` shows the sessions, `rlm search` finds chunks": (
        "pas de morceau {cited} dans {root} ; `rlm list` montre les sessions, `rlm search` trouve des morceaux"
    ),
    "no output {cited}: {path} is missing": "pas de sortie {cited} : {path} manque",
    "{cited} fits {n} {n:|chunk|chunks}, among them {path} and {path2}": (
        "{cited} correspond à {n:,} {n:|morceau|morceaux}, dont {path} et {path2}"
    ),
    "there is no usable search index ({why}); the files were searched, more slowly": (
        "il n'y a pas d'index de recherche utilisable ({why}) ; les fichiers ont été parcourus, plus lentement"
    ),
    "the search index was damaged and has been made anew ({why})": (
        "l'index de recherche était abîmé et a été refait ({why})"
    ),
    "the search index is behind ({why}); what it lacks was looked for in the files": (
        "l'index de recherche est en retard ({why}) ; ce qui lui manque a été cherché dans les fichiers"
    ),
    "{what}; `rlm reindex --project {project}` makes it anew": ("{what} ; `rlm reindex --project {project}` le refait"),
    "it could not be searched ({why}); `rlm doctor --project {project}` says what is wrong with it": (
        "la recherche y a échoué ({why}) ; `rlm doctor --project {project}` dit ce qui ne va pas"
    ),
    "{path} cannot be written: {why}": "{path} ne peut être écrit : {why}",
    "another process has been bringing it up to date: {why}": (
        "un autre processus est en train de le mettre à jour : {why}"
    ),
    "--regex {pattern}: {why}": "--regex {pattern} : {why}",
    "redaction is switched off in the settings (`redact.enabled: false`)": (
        "le caviardage est désactivé dans les réglages (`redact.enabled: false`)"
    ),
    "revoke it at {kind} and make another": "révoquez-le sur {kind} et faites-en un autre",
    "renew the token or the webhook's address at {kind}": ("renouvelez le jeton ou l'adresse du webhook sur {kind}"),
    "{path} is no transcript but a file of session {home}; name that session instead": (
        "{path} n'est pas une transcription mais un fichier de la session {home} ; nommez plutôt cette session"
    ),
    "name a session, a citation or an answer: `rlm list` shows the sessions": (
        "nommez une session, une citation ou une réponse : `rlm list` montre les sessions"
    ),
    "nothing is left to export: no prompt, or no readable chunk, is among what was named": (
        "il ne reste rien à exporter : ni demande ni morceau lisible n'est parmi ce qui a été nommé"
    ),
    "that is no answer: give what `rlm ask --json` printed": (
        "ce n'est pas une réponse : donnez ce que `rlm ask --json` a affiché"
    ),
    "{what} fits {n} {n:|session|sessions}; give more of the id (`rlm list`)": (
        "{what} correspond à {n} {n:|session|sessions} ; donnez plus de l'identifiant (`rlm list`)"
    ),
    "{what}: the chunk has {height} {height:|line|lines}": "{what} : le morceau a {height} {height:|ligne|lignes}",
    "{path}: it lacks {entries} of the chunk files": ("{path} : il y manque {entries} des fichiers de morceaux"),
    "{second}: {entries} of it stands in {first}, too ({uuid})": (
        "{second} : {entries} se trouve aussi dans {first} ({uuid})"
    ),
    "{second}: {entries} of it stand in {first}, too ({uuid})": (
        "{second} : {entries} se trouvent aussi dans {first} ({uuid})"
    ),
    "{why}; what it held before stays in the archive": ("{why} ; ce qu'il contenait avant reste dans l'archive"),
    "{name}: {left:,} of {all:,} {all:|line|lines} {left:|holds|hold} no row": (
        "{name} : {left:,} {left:|ligne|lignes} sur {all:,} {left:|ne contient|ne contiennent} pas d'enregistrement"
    ),
    "there is no column {named}{meant}": "il n'y a pas de colonne {named}{meant}",
    "; did you mean {name}?": " ; vouliez-vous dire {name} ?",
    "there is no table {name}{meant}; there are {tables}": ("il n'y a pas de table {name}{meant} ; il y a {tables}"),
    "there is no function {function}{meant}": "il n'y a pas de fonction {function}{meant}",
    "{who}, in a long entry, which counts {weight:g}": ("{who}, dans une longue entrée, ce qui compte {weight:g}"),
    "{who}, which counts {weight:g}": "{who}, ce qui compte {weight:g}",
    "{word} stands beside it": "{word} se trouve à côté",
    "{word} stands in it {times}": "{word} s'y trouve {times}",
    "{word} stands in it {times}, and beside it": "{word} s'y trouve {times}, et à côté",
    '"{here}" stands in it, for "{word}"': "« {here} » s'y trouve, pour « {word} »",
    "it holds {share} of the words, by their weight": "il contient {share} des mots, selon leur poids",
    "words of the query stand near each other in it": ("des mots de la requête s'y trouvent proches l'un de l'autre"),
    "an identifier stands in it as it was typed": "un identifiant s'y trouve tel qu'il a été tapé",
    "it asks rather than says": "il demande plutôt qu'il ne dit",
    "it gives a name of the query another number": "il donne un autre nombre à un nom de la requête",
    "it is of the day or month that the query names, or near it": (
        "il est du jour ou du mois que nomme la requête, ou proche"
    ),
    "it is a part of a long entry, and the query asks for what somebody said himself": (
        "il fait partie d'une longue entrée, et la requête demande ce que quelqu'un a dit lui-même"
    ),
    "other passages of its session, or of its chunk, match, too": (
        "d'autres passages de sa session, ou de son morceau, conviennent aussi"
    ),
    "a passage of the same entry stands above it": "un passage de la même entrée est au-dessus",
    "of versions of one statement, and of equal passages, the newest comes first": (
        "des versions d'une même affirmation, et des passages égaux, le plus récent vient d'abord"
    ),
    "the user said it": "l'utilisateur l'a dit",
    "it is the task of a sub-agent": "c'est la tâche d'un sous-agent",
    "it stands in a document": "il se trouve dans un document",
    "Claude said it": "Claude l'a dit",
    "a compaction's summary says it": "un résumé de compaction le dit",
    "a tool printed it": "un outil l'a affiché",
    "it is a call of a tool": "c'est un appel d'outil",
    "Claude thought it": "Claude l'a pensé",
    "the client put it in": "le client l'a mis",
    "it is a question that was put to the archive": "c'est une question posée à l'archive",
    "it tells what was found in the archive": "il dit ce qui a été trouvé dans l'archive",
    "came with an archive that was adopted": "venu avec une archive reprise",
    "not ours": "pas à nous",
    "a second name of another file": "un second nom d'un autre fichier",
    "a pipe or a device": "un tube ou un périphérique",
    "a name that rlm gives to nothing": "un nom que rlm ne donne à rien",
    "no chunk in it": "pas de morceau dedans",
    "no chunk": "pas un morceau",
    "Claude Code no longer has its transcript": "Claude Code n'a plus sa transcription",
    "it was moved in beside what the archive had of its session": (
        "elle a été ajoutée à côté de ce que l'archive avait de sa session"
    ),
    "the copy of this chunk is damaged, too": "la copie de ce morceau est abîmée aussi",
    "another chunk has its number in the archive": "un autre morceau a son numéro dans l'archive",
    "gone or replaced while it was read": "disparu ou remplacé pendant la lecture",
    "no text": "pas de texte",
    "its values are of other types than they must be": "ses valeurs ne sont pas des types qu'il faut",
    "it names another last chunk than there is": "il nomme un autre dernier morceau que celui qui est là",
    "holds other chunks than the list names": "contient d'autres morceaux que ceux que nomme la liste",
    "the text was changed after it was archived": "le texte a été changé après l'archivage",
    "{path}: {entries} of it was forgotten and stands there again: `{command}` takes it out": (
        "{path} : {entries} que vous aviez oubliée y figure de nouveau : `{command}` la retire"
    ),
    "{path}: {entries} of it were forgotten and stand there again: `{command}` takes them out": (
        "{path} : {entries} que vous aviez oubliées y figurent de nouveau : `{command}` les retire"
    ),
    "entries of it were forgotten on purpose, and what is left is not what your key was put to": (
        "des entrées en ont été oubliées exprès, et ce qui reste n'est pas ce que votre clé a signé"
    ),
    "what it says of itself was changed after it was archived": (
        "ce qu'il dit de lui-même a été changé après l'archivage"
    ),
    "it is not what its name says": "il n'est pas ce que dit son nom",
    "larger than 64 MB": "plus grand que 64 Mo",
    "not archived": "pas archivé",
    "second copy": "la seconde copie",
    "the archive's own files": "les fichiers de l'archive",
    "neither the second copy nor the transcript has it": "ni la seconde copie ni la transcription ne l'a",
    "free disk space, mend the permissions, or end the process that holds them": (
        "libérez de la place, corrigez les droits, ou arrêtez le processus qui les tient"
    ),
    "they are damaged; the next question to be paid for sets them aside, and begins new ones": (
        "ils sont abîmés ; la prochaine question à payer les met de côté et en commence d'autres"
    ),
    "it holds no text": "il ne contient pas de texte",
    "a link to nothing": "un lien vers rien",
    "no such file or directory": "ni fichier ni dossier de ce nom",
    "it holds no document": "il ne contient pas de document",
    "as the API counts them": "tels que l'API les compte",
    "is a symbolic link, which rlm does not follow: remove it": (
        "est un lien symbolique, que rlm ne suit pas : supprimez-le"
    ),
    "is a directory, where a file belongs: move it away": ("est un dossier, là où il faut un fichier : déplacez-le"),
    "is no regular file: remove it": "n'est pas un fichier ordinaire : supprimez-le",
    "it changed meanwhile": "il a changé entre-temps",
    "see to whose it is and to its rights, then run this again": (
        "voyez à qui il est et ses droits, puis relancez ceci"
    ),
    "the launcher does not know this installation any more": "le lanceur ne connaît plus cette installation",
    "keeps transcripts": "garde les transcriptions",
    "encrypted; reading it needs the Python package cryptography, or a copy without encryption": (
        "chiffré ; le lire demande le paquet Python cryptography, ou une copie non chiffrée"
    ),
    "omitted end tags are guessed; with the Python package lxml they are read right": (
        "les balises de fin omises sont devinées ; avec le paquet Python lxml elles sont lues correctement"
    ),
    "its content.xml has no body": "son content.xml n'a pas de corps",
    "a worktree of git's: the same files once more": (
        "un arbre de travail de git : les mêmes fichiers encore une fois"
    ),
    "may hold secrets; name it to add it": "peut contenir des secrets ; nommez-le pour l'ajouter",
    "may hold secrets; name it to read it": "peut contenir des secrets ; nommez-le pour le lire",
    "generated; name it to add it": "généré ; nommez-le pour l'ajouter",
    "generated; name it to read it": "généré ; nommez-le pour le lire",
    "larger than {n} MB; name it to read it": "plus grand que {n} Mo ; nommez-le pour le lire",
    "columns and a sample; --whole takes all of it": "les colonnes et un échantillon ; --whole prend tout",
    "forgotten for good": "oublié pour de bon",
    "forgotten; name the file itself to add it again": ("oublié ; nommez le fichier même pour l'ajouter de nouveau"),
    "its text stays until it is removed": "son texte reste jusqu'à ce qu'il soit retiré",
    "no such file": "pas de fichier de ce nom",
    "deleted from the archive; add it to bring it back": "effacé de l'archive ; ajoutez-le pour le ramener",
    "the document itself": "le document même",
    "outside of the project and not in your own list; `rlm add` it again, by name, to have it kept up to date": (
        "hors du projet et absent de votre propre liste ; refaites `rlm add`, par son nom, pour qu'il soit tenu à jour"
    ),
    "reached through a link that leads out of the project; `rlm add` it again, by name, to have it all the same": (
        "atteint par un lien qui mène hors du projet ; refaites `rlm add`, par son nom, pour l'avoir quand même"
    ),
    "not among the documents; `rlm add --list` shows them": ("pas parmi les documents ; `rlm add --list` les montre"),
    "the list of what was added was lost; it is made again from the chunks, but directories must be added again": (
        "la liste de ce qui a été ajouté était perdue ; elle est refaite à partir des morceaux, mais les "
        "dossiers sont à ajouter de nouveau"
    ),
    "part of the archive itself": "partie de l'archive même",
    "no documents in it": "pas de documents dedans",
    "no such directory; what it held stays until it is removed": (
        "pas de dossier de ce nom ; ce qu'il contenait reste jusqu'à ce qu'il soit retiré"
    ),
    "nothing in the archive is named so": "rien dans l'archive n'est nommé ainsi",
    "unfinished work": "travail inachevé",
    "sessions of cells": "sessions de cellules",
    "notes of sessions": "notes de sessions",
    "notes of folders": "notes de dossiers",
    "files left behind": "fichiers laissés",
    "damaged files": "fichiers abîmés",
    "names of chunks": "noms de morceaux",
    "open chunks": "morceaux ouverts",
    "maps in the copy": "cartes dans la copie",
    "the same command once more with --transcript, when the session is closed": (
        "la même commande encore une fois avec --transcript, quand la session est close"
    ),
    "nothing here reaches them: ask them to delete it, as their privacy terms say": (
        "rien ici ne les atteint : demandez-leur de l'effacer, comme le disent leurs règles de confidentialité"
    ),
    "whoever ran the model": "qui a fait tourner le modèle",
    "take it out of your settings (rlm.yaml, settings.json), of which this is a copy": (
        "ôtez-le de vos réglages (rlm.yaml, settings.json), dont ceci est une copie"
    ),
    "edit it: these are your own settings": "modifiez-le : ce sont vos propres réglages",
    "edit it while no session runs: Claude Code keeps its state, or your login, in it": (
        "modifiez-le quand aucune session ne tourne : Claude Code y garde son état, ou votre connexion"
    ),
    "edit it: this is a document of your own": "modifiez-le : c'est un document à vous",
    "look into it, and edit or remove it: rlm does not know whose it is": (
        "regardez-le, puis modifiez-le ou effacez-le : rlm ne sait pas à qui il est"
    ),
    "its tables are not those that rlm makes": "ses tables ne sont pas celles que fait rlm",
    "and it stays where it is": "et il reste où il est",
    "the settings as they were, to the byte": "les réglages tels qu'ils étaient, à l'octet près",
    "new directory": "nouveau dossier",
    "came with rlm": "venu avec rlm",
    "has git leave what rlm wrote alone": "fait laisser à git ce que rlm a écrit",
    "our lines taken out": "nos lignes enlevées",
    "each teammate needs `rlm` on PATH (`pip install rlm-recall`); who has none is told so at a session's "
    "start, and works on undisturbed": (
        "chaque membre de l'équipe a besoin de `rlm` dans son PATH (`pip install rlm-recall`) ; qui ne l'a "
        "pas l'apprend au début d'une session, et continue sans être dérangé"
    ),
    "each teammate's archive stays on their machine: .claude/rlm is not to be committed, and git ignores it": (
        "l'archive de chacun reste sur sa machine : .claude/rlm n'est pas à valider dans git, et git l'ignore"
    ),
    "runs the hooks, whatever becomes of this Python": "lance les hooks, quoi qu'il advienne de ce Python",
    "keeps the archive out of git": "garde l'archive hors de git",
    "what uninstall needs": "ce dont la désinstallation a besoin",
    "hooks that archive every session": "des hooks qui archivent chaque session",
    "comments were dropped from settings (Claude Code ignores a file with comments); the original is kept and "
    "comes back at uninstall. What else the file says takes effect from now on": (
        "des commentaires ont été ôtés des réglages (Claude Code ignore un fichier qui en a) ; l'original "
        "est gardé et revient à la désinstallation. Le reste du fichier prend effet dès maintenant"
    ),
    "the byte order mark was dropped from settings; it comes back at uninstall": (
        "la marque d'ordre des octets a été ôtée des réglages ; elle revient à la désinstallation"
    ),
    "CLAUDE_CODE_AUTO_COMPACT_WINDOW in the settings' env overrides this": (
        "CLAUDE_CODE_AUTO_COMPACT_WINDOW dans l'env des réglages l'emporte sur ceci"
    ),
    "autoCompactEnabled is false: Claude Code does not compact by itself until that is removed": (
        "autoCompactEnabled est false : Claude Code ne compacte pas de lui-même tant que cela n'est pas ôté"
    ),
    "was not written by an install of yours": "n'a pas été écrit par une installation à vous",
    "our copy, unchanged": "notre copie, inchangée",
    "left by a killed run": "laissé par une exécution tuée",
    "as they were before rlm, to the byte": "tels qu'avant rlm, à l'octet près",
    "hooks taken out, all else kept": "hooks enlevés, tout le reste gardé",
    "no longer runs these hooks": "ne lance plus ces hooks",
    "the archive and everything in it": "l'archive et tout ce qu'elle contient",
    "the archive": "l'archive",
    "its second copy": "sa seconde copie",
    "what questions have cost, and answers outside of archives": (
        "ce que les questions ont coûté, et les réponses hors des archives"
    ),
    "backup, no longer needed": "sauvegarde, devenue inutile",
    "install record": "notes d'installation",
    "nothing left to ignore": "plus rien à ignorer",
    "empty, and came with rlm": "vide, et venu avec rlm",
    "nothing is left in it": "il n'y reste rien",
    "narrow it with WHERE session = ..., time >= ..., or --session and --since": (
        "restreignez-la avec WHERE session = ..., time >= ..., ou --session et --since"
    ),
    "`rlm sql` reads and does nothing else: one statement, which begins with SELECT or WITH": (
        "`rlm sql` lit et ne fait rien d'autre : une instruction, qui commence par SELECT ou WITH"
    ),
    "aggregate: the middle of the numbers, or the mean of the two in the middle": (
        "agrégat : le milieu des nombres, ou la moyenne des deux du milieu"
    ),
    "aggregate: p from 0 to 100, between two numbers in proportion": (
        "agrégat : p de 0 à 100, entre deux nombres en proportion"
    ),
    "aggregate: standard deviation of a sample; NULL below two numbers": (
        "agrégat : écart type d'un échantillon ; NULL en dessous de deux nombres"
    ),
    "1 when the pattern is found in it: text REGEXP pattern; Python's syntax": (
        "1 quand le motif s'y trouve : text REGEXP pattern ; syntaxe de Python"
    ),
    "what the group matched first, by number or name; NULL for none": (
        "ce que le groupe a trouvé d'abord, par numéro ou nom ; NULL pour rien"
    ),
    "since 1970, of an ISO time or date, of 22/Nov/2026:10:00:03 +0100, of a number; else NULL": (
        "depuis 1970, d'une heure ou date ISO, de 22/Nov/2026:10:00:03 +0100, d'un nombre ; sinon NULL"
    ),
    "the same as 2026-11-22T10:00:03Z, so that SQLite's date() reads it": (
        "de même sous la forme 2026-11-22T10:00:03Z, que lit date() de SQLite"
    ),
    "the first number in it: 350 for '350ms'; NULL for none": (
        "le premier nombre qui s'y trouve : 350 pour '350ms' ; NULL pour aucun"
    ),
    '1 when all words are in it, "phrases" too, and no -word; case and accents aside': (
        '1 quand tous les mots y sont, les "expressions" aussi, et aucun -mot ; sans égard à la casse ni aux accents'
    ),
    "its name is not UTF-8, as a cell's texts are named": (
        "son nom n'est pas de l'UTF-8, comme le sont ceux des textes d'une cellule"
    ),
    "it is no regular file": "ce n'est pas un fichier ordinaire",
    "`rlm add` makes text of it; then the archive has it": ("`rlm add` en fait du texte ; l'archive l'a ensuite"),
    "it is no text": "ce n'est pas du texte",
    "it gave no answer": "elle n'a pas donné de réponse",
    "the answer cites no row: it rests on what the program computed": (
        "la réponse ne cite aucune ligne : elle repose sur ce que le programme a calculé"
    ),
    "the best so far: the run was stopped before a final answer": (
        "la meilleure jusqu'ici : l'exécution a été arrêtée avant une réponse finale"
    ),
    "a file that is gone": "un fichier disparu",
    "made anew": "refait",
    "a run of `rlm ask` is writing to it": "une exécution de `rlm ask` y écrit",
    "it still holds a secret": "il contient encore un secret",
    "it is damaged: `rlm verify --repair` first": "il est abîmé : `rlm verify --repair` d'abord",
    "deactivate the access key in IAM and make another": ("désactivez la clé d'accès dans IAM et faites-en une autre"),
    "sign out that session, or revoke the token where it was issued": (
        "fermez cette session, ou révoquez le jeton là où il a été émis"
    ),
    "sign out that session": "fermez cette session",
    "change it where it is set and wherever it is used": ("changez-le là où il est défini et partout où il sert"),
    "revoke it where it was issued, or wait for its end if that is near": (
        "révoquez-le là où il a été émis, ou attendez sa fin si elle est proche"
    ),
    "change the password": "changez le mot de passe",
    "change the password that it is a hash of": "changez le mot de passe dont il est l'empreinte",
    "what you marked as private: nothing to rotate unless it held a secret": (
        "ce que vous avez marqué comme privé : rien à renouveler, sauf s'il contenait un secret"
    ),
    "make a new key pair and withdraw the old public key everywhere": (
        "faites une nouvelle paire de clés et retirez partout l'ancienne clé publique"
    ),
    "let the signed address expire, or renew the key that signs": (
        "laissez expirer l'adresse signée, ou renouvelez la clé qui signe"
    ),
    "change the password in that address": "changez le mot de passe dans cette adresse",
    "revoke the token": "révoquez le jeton",
    "move what it guards to a new wallet": "déplacez ce qu'elle protège vers un nouveau portefeuille",
    "no passage holds the question's words; --route map reads everything": (
        "aucun passage ne contient les mots de la question ; --route map lit tout"
    ),
    "the cells were checked by code; --verify vote has no row read again": (
        "les cellules ont été vérifiées par le code ; --verify vote ne fait relire aucune ligne"
    ),
    "there were too many findings for one answer; the newest were taken": (
        "il y avait trop de trouvailles pour une réponse ; les plus récentes ont été prises"
    ),
    "an answer": "une réponse",
    "a list": "une liste",
    "a count": "un compte",
    "a tally": "un décompte",
    "a pairs": "des paires",
    "interrupted; what was done stays valid": "interrompu ; ce qui a été fait reste valable",
    "this command needs the Python package {name}. The plugin installs it in the background after its first "
    "session start: try again in a minute. Elsewhere: pip install rlm-recall": (
        "cette commande a besoin du paquet Python {name}. Le plugin l'installe en arrière-plan après son "
        "premier début de session : réessayez dans une minute. Ailleurs : pip install rlm-recall"
    ),
    "this is a fault of ours, please report it": "c'est une faute de notre part, merci de la signaler",
    "noted in {path}": "noté dans {path}",
    "run it in a terminal of your own, since in a Claude Code session any text may have given the order": (
        "lancez-la dans un terminal à vous, car dans une session Claude Code, n'importe quel texte peut en "
        "avoir donné l'ordre"
    ),
    'opens other projects only when the user\'s prompt says so ("in any project", « dans tous mes projets »)': (
        "n'ouvre d'autres projets que si la demande de l'utilisateur le dit (\"in any project\", « dans tous "
        "mes projets »)"
    ),
    "Is a directory": "c'est un dossier",
    "Not a directory": "ce n'est pas un dossier",
    "File exists": "le fichier existe déjà",
    "Too many open files": "trop de fichiers ouverts",
    "File name too long": "nom de fichier trop long",
    "Too many levels of symbolic links": "trop de liens symboliques à la suite",
    "Input/output error": "erreur d'entrée-sortie",
    "Operation not permitted": "opération non permise",
    "Disk quota exceeded": "quota de disque dépassé",
    "Resource temporarily unavailable": "ressource temporairement indisponible",
    "Directory not empty": "le dossier n'est pas vide",
    "Text file busy": "le fichier est en cours d'exécution",
    "Device or resource busy": "périphérique ou ressource occupé",
    "Function not implemented": "fonction absente",
    "No locks available": "pas de verrous disponibles",
    "all {n:,} {n:|token|tokens} fit in one call": "les {n:,} {n:|jeton|jetons} tiennent en un appel",
    "it asks for {what} over everything": "elle demande {what} sur l'ensemble",
    "a guess at its words, and one call of {model} will tell (--kind settles it)": (
        "une supposition d'après ses mots, et un appel de {model} tranchera (--kind le fixe)"
    ),
    "as asked for": "comme demandé",
    "its answer needs all of the texts": "sa réponse demande tous les textes",
    "it asks how many, or which of several, of the texts that were named": (
        "elle demande combien, ou lequel de plusieurs, parmi les textes nommés"
    ),
    "it asks for something that a search can find": ("elle demande quelque chose qu'une recherche peut trouver"),
    "there is no search over these texts": "il n'y a pas de recherche sur ces textes",
    "by a guess it asks for {what}: {why}; --kind settles that": (
        "à ce qu'il semble, elle demande {what} : {why} ; --kind le fixe"
    ),
    "a batch answers too late to be asked for it": "un lot répond trop tard pour qu'on le lui demande",
    "names {name}, which is none of its files": "nomme {name}, qui n'est pas un de ses fichiers",
    "no pairs, since their condition could not be read: {why}": (
        "pas de paires, car leur condition n'a pu être lue : {why}"
    ),
    "findings could not be condensed: {why}": "les trouvailles n'ont pu être condensées : {why}",
    # What the page of a run says.
    "what": "quoi",
    "dollars": "dollars",
    "hash": "empreinte",
    "{cells:,} {cells:|cell|cells}, {calls:,} {calls:|call|calls} of cells, {tokens:,} "
    "{tokens:|token|tokens}, ${usd:.4f}, {seconds:.1f} s; the session {name}": (
        "{cells:,} {cells:|cellule|cellules}, {calls:,} {calls:|appel de cellules|appels de cellules}, "
        "{tokens:,} {tokens:|jeton|jetons}, {usd:.4f} $, {seconds:.1f} s ; la "
        "session {name}"
    ),
    "program": "programme",
    "printed": "affiché",
    "not kept any more": "n'est plus gardé",
    "The run has not ended.": "L'exécution n'est pas finie.",
    "No answer.": "Pas de réponse.",
    "{answer} (stopped by {what})": "{answer} (arrêtée par {what})",
    "… {n:,} {n:|character|characters} more": "… encore {n:,} {n:|caractère|caractères}",
}
