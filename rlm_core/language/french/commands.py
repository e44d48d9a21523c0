"""What commands print and say."""

from __future__ import annotations

FRENCH: dict[str, str] = {
    "the pages lack questions: {why}": "il manque des questions dans les pages : {why}",
    "; `rlm install --statusline` shows the archive in the status line, behind your own": (
        " ; `rlm install --statusline` montre l'archive dans la ligne d'état, après la vôtre"
    ),
    "remove-settings": "sans réglages",
    "one of {several} is missing": "il manque l'un de {several}",
    "{what} does not go with {other}": "{what} ne va pas avec {other}",
    "{text}: write NAME=PATH, as in orders=data/orders.csv": "{text} : écrivez NAME=PATH, comme orders=data/orders.csv",
    "{text}: two names or more, with commas between them": "{text} : deux noms ou plus, séparés par des virgules",
    "no space left on the disk{where}; what stood there before still stands: make room, then run it again": (
        "plus de place sur le disque{where} ; ce qui s'y trouvait y est toujours : faites de la place, puis relancez"
    ),
    "no permission for {path}; see to whose it is and to its rights": (
        "pas de droit sur {path} ; voyez à qui il est et ses droits"
    ),
    " for {path}": " pour {path}",
    "--list shows all documents; leave the paths and --remove out": (
        "--list montre tous les documents ; laissez les chemins et --remove"
    ),
    "name what to remove; `rlm add --list` shows the documents": (
        "nommez ce qui est à retirer ; `rlm add --list` montre les documents"
    ),
    "--whole takes all of the tables that are added; name them": (
        "--whole prend en entier les tableaux qui sont ajoutés ; nommez-les"
    ),
    "no documents; `rlm add FILE|DIR...` adds some": "pas de documents ; `rlm add FILE|DIR...` en ajoute",
    "{numbers}; {chunks}, {tokens:,} {tokens:|token|tokens} in {folder}": (
        "{numbers} ; {chunks}, {tokens:,} {tokens:|jeton|jetons} dans {folder}"
    ),
    "skipped {files} ({why}): {shown}": "{files} {files:|écarté|écartés} ({why}) : {shown}",
    "reading documents": "lecture des documents",
    "{path} is an address; rlm fetches nothing: save it as a file and add that": (
        "{path} est une adresse ; rlm ne télécharge rien : enregistrez-la dans un fichier et ajoutez celui-ci"
    ),
    "{kind} by {reader}": "{kind} par {reader}",
    "{tokens:,} {tokens:|token|tokens}": "{tokens:,} {tokens:|jeton|jetons}",
    "{status:10}and {n:,} more": "{status:10}et {n:,} {n:|autre|autres}",
    "{secrets} left out": "{secrets} {secrets:|omis|omis}",
    "archived; the search index follows in the background, and a search waits for it": (
        "archivé ; l'index de recherche suit en arrière-plan, et une recherche l'attend"
    ),
    "        {session} sub-agent {agent}: {why}": "        {session} sous-agent {agent} : {why}",
    "name transcripts to archive, or give --all for all that Claude Code still has": (
        "nommez des transcriptions à archiver, ou donnez --all pour toutes celles que Claude Code a encore"
    ),
    "the second copy is not up to date ({why}); the archive itself is": (
        "la seconde copie n'est pas à jour ({why}) ; l'archive même l'est"
    ),
    "Claude Code has no transcripts of this project": "Claude Code n'a pas de transcription de ce projet",
    "brought to today's form: {sessions}": "mis à la forme d'aujourd'hui : {sessions}",
    "no transcript {path}, nor a session whose id begins so; Claude Code keeps them in ~/.claude/projects/*/*.jsonl": (
        "ni transcription {path}, ni session dont l'identifiant commence ainsi ; Claude Code les garde dans "
        "~/.claude/projects/*/*.jsonl"
    ),
    "mended: {files}, from {origin}": "{files} {files:|réparé|réparés}, à partir de : {origin}",
    "kept as it was found, damaged: {path}": "gardé tel qu'il a été trouvé, abîmé : {path}",
    "LOST {gone}": "PERDU {gone}",
    " and {documents}": " et {documents}",
    "moved in from {directory}: {sessions}{documents}": "venu de {directory} : {sessions}{documents}",
    "left in {directory}: {left}": "laissé dans {directory} : {left}",
    "the search index is not up to date ({why}); searching will do without it, more slowly": (
        "l'index de recherche n'est pas à jour ({why}) ; la recherche s'en passera, plus lentement"
    ),
    "{chunks}, {passages} and {repeats:,} {repeats:|repetition|repetitions}; {text} of text, {index} of index": (
        "{chunks}, {passages} et {repeats:,} {repeats:|répétition|répétitions} ; {text} de texte, {index} d'index"
    ),
    "archiving": "archivage",
    "{n:,} fewer than before (forgotten, or no longer in the transcript)": (
        "{n:,} de moins qu'avant (oubliées, ou qui ne sont plus dans la transcription)"
    ),
    "{chunks} in all": "{chunks} en tout",
    "{outputs} no longer on disk": "{outputs} {outputs:|qui n'est plus|qui ne sont plus} sur le disque",
    "{files} kept as they are": "{files} {files:|gardé tel quel|gardés tels quels}",
    "archive: {root}": "archive : {root}",
    "left as they are: {sessions}": "laissé tel quel : {sessions}",
    "indexing": "indexation",
    "no question is asked until `rlm ask --resume`; runs in progress end": (
        "aucune question n'est posée jusqu'à `rlm ask --resume` ; les exécutions en cours s'arrêtent"
    ),
    "ready to ask": "prêt à interroger",
    "`rlm ask -` takes the question from stdin, which cannot hold texts as well: name a file instead of the "
    "other -, or write the question as words": (
        "`rlm ask -` prend la question de l'entrée standard, qui ne peut contenir aussi des textes : nommez "
        "un fichier au lieu de l'autre -, ou écrivez la question en mots"
    ),
    "write the question, then Ctrl-D on a line of its own": ("écrivez la question, puis Ctrl-D sur une ligne à part"),
    "stdin holds more than the {most:,} bytes of a question; hand over texts with --over": (
        "l'entrée standard contient plus que les {most:,} octets d'une question ; passez les longs textes avec --over"
    ),
    "{kind} by {route}: {reading}; findings: {checked}\n{paid}": (
        "{kind} par {route} : {reading} ; trouvailles : {checked}\n{paid}"
    ),
    "{n:,} verified, {others:,} unverified": (
        "{n:,} {n:|vérifiée|vérifiées}, {others:,} {others:|non vérifiée|non vérifiées}"
    ),
    "{tokens:,} {tokens:|token|tokens} as reported": "{tokens:,} {tokens:|jeton|jetons} d'après le modèle",
    "read {n:,} of {parts}": "{n:,} {n:|lue|lues} sur {parts}",
    "{n:,} of {all:,} {all:|token|tokens} ({accuracy})": "{n:,} {n:|jeton|jetons} sur {all:,} ({accuracy})",
    "not read: {part}: {why}": "non lu : {part} : {why}",
    "not read: {n} more; --json shows all": "non lu : {n} {n:|autre|autres} ; --json montre tout",
    "{waiting} still at work and paid for; the same command collects the answers": (
        "{waiting} encore au travail et payés ; la même commande recueille les réponses"
    ),
    "{n:,} of the verified doubtful": "{n:,} {n:|douteuse|douteuses} parmi les vérifiées",
    "{n:,} not in the form of a finding": ("{n:,} {n:|qui n'a pas la forme|qui n'ont pas la forme} d'une trouvaille"),
    "{n} of {all} control {all:|question|questions} wrong": (
        "{n} {n:|question de contrôle fausse|questions de contrôle fausses} sur {all}"
    ),
    "{n:,} remembered": "{n:,} {n:|mémorisé|mémorisés}",
    "up to ${usd:.4f} more for calls that were cut off": ("jusqu'à ${usd:.4f} de plus pour des appels interrompus"),
    "{n:,} failed": "{n:,} {n:|échec|échecs}",
    "{parts:,} skipped": "{parts:,} {parts:|sautée|sautées}",
    "{n:,} skipped": "{n:,} {n:|écarté|écartés}",
    "{n:,} {n:|text|texts} not taken": "{n:,} {n:|texte non pris|textes non pris}",
    "interrupted; the same command goes on from here": "interrompu ; la même commande reprend d'ici",
    "stopped by the cap of {stopped}; what was read is remembered": (
        "arrêté par le plafond de {stopped} ; ce qui a été lu est mémorisé"
    ),
    "spending was paused; `rlm ask --resume`, then the same command goes on from here": (
        "les dépenses ont été mises en pause ; `rlm ask --resume`, puis la même commande reprend d'ici"
    ),
    "up to {n} {n:|passage|passages}": "jusqu'à {n} {n:|passage|passages}",
    "searches for {kind}{guessed}: {some} of {parts}{known}, {usd} (everything: ~{whole}, --route map)": (
        "cherche pour {kind}{guessed} : {some} de {parts}{known}, {usd} (tout : ~{whole}, --route map)"
    ),
    "reads everything in one call for {kind}{guessed}: {tokens:,} {tokens:|token|tokens}{known}, {usd}": (
        "lit tout en un appel pour {kind}{guessed} : {tokens:,} {tokens:|jeton|jetons}{known}, {usd}"
    ),
    "reads everything for {kind}{guessed}: {parts}{known}, {usd}": (
        "lit tout pour {kind}{guessed} : {parts}{known}, {usd}"
    ),
    "{parts}, {tokens:,} {tokens:|token|tokens} of text ({accuracy})": (
        "{parts}, {tokens:,} {tokens:|jeton|jetons} de texte ({accuracy})"
    ),
    "{likely:,} ({least:,} to {most:,})": "{likely:,} (de {least:,} à {most:,})",
    "{likely} likely, {least} at least, {most} at most (price assumed for {models})": (
        "{likely} probablement, {least} au moins, {most} au plus (prix supposé pour {models})"
    ),
    "{likely} likely, {least} at least, {most} at most": ("{likely} probablement, {least} au moins, {most} au plus"),
    "{route}, {calls} calls, {price}": "{route}, {calls} appels, {price}",
    "that is more than ask.confirm_usd, ${threshold:.2f}": ("c'est plus que ask.confirm_usd, ${threshold:.2f}"),
    "~{usd}, price assumed": "~{usd}, prix supposé",
    "a table": "un tableau",
    " (a guess, which one small call settles)": " (une supposition, qu'un petit appel tranchera)",
    "kind     {kind}{guessed}": "sorte     {kind}{guessed}",
    "route    {route}: {why}": "voie      {route} : {why}",
    "; {answers} remembered": " ; {answers} {answers:|mémorisée|mémorisées}",
    "reads    {what}{known}": "lit       {what}{known}",
    "calls    {calls}, leaf {leaf_name}, {names}": "appels    {calls}, feuille {leaf_name}, {names}",
    "tokens   {tokens} of all calls, estimated": "jetons    {tokens} pour tous les appels, estimés",
    "price    {price}": "prix      {price}",
    "{some} of {parts}, {tokens:,} {tokens:|token|tokens} of text ({accuracy})": (
        "{some} de {parts}, {tokens:,} {tokens:|jeton|jetons} de texte ({accuracy})"
    ),
    "nothing was asked: inside a Claude Code session nobody agrees to a price; run it with --yes in a "
    "terminal of your own, and the answer is remembered here": (
        "rien n'a été demandé : dans une session Claude Code, personne n'accepte un prix ; lancez-le avec "
        "--yes dans un terminal à vous, et la réponse est mémorisée ici"
    ),
    "nothing was asked; run it again with --yes, or with a cap: --max-usd": (
        "rien n'a été demandé ; relancez avec --yes, ou avec un plafond : --max-usd"
    ),
    "Ask? [y/N] ": "Poser la question ? [o/N] ",
    ", {answers} remembered": ", {answers} {answers:|mémorisée|mémorisées}",
    "today    no more than {left}, which is left of ask.daily_usd, {daily}": (
        "jour      pas plus de {left}, qui restent de ask.daily_usd, {daily}"
    ),
    "all      reading everything: about {usd}, --route map": ("tout      tout lire : environ {usd}, --route map"),
    "not read {name}: {why}": "non lu    {name} : {why}",
    "not read {more:,} more; --json names them": ("non lu    {more:,} {more:|autre|autres} ; --json les nomme"),
    "{rows} written to {path}": "{rows} {rows:|écrite|écrites} dans {path}",
    '--rows writes a table; --fields says which columns it has: --fields "vendor, amount: float"': (
        '--rows écrit un tableau ; --fields dit quelles colonnes il a : --fields "vendor, amount: float"'
    ),
    "--fields: a table is not made by native sub-agents; leave out --leaf native and --findings": (
        "--fields : un tableau n'est pas fait par des sous-agents natifs ; laissez --leaf native et --findings"
    ),
    "--json and --rows - both write to stdout: name a file, or leave one of them out": (
        "--json et --rows - écrivent tous deux sur la sortie standard : nommez un fichier, ou laissez l'un des deux"
    ),
    "{path} was not written, since no row was read": ("{path} n'a pas été écrit, car aucune ligne n'a été lue"),
    "nothing found in {archives}; try other words, or their translation": (
        "rien trouvé dans {archives} ; essayez d'autres mots, ou leur traduction"
    ),
    "{archives} left out as not yours: {foreign}; `rlm adopt` there shows what it holds": (
        "{archives} {archives:|écartée, qui n'est pas à vous|écartées, qui ne sont pas à vous} : {foreign} ; "
        "`rlm adopt` sur place montre ce qu'il y a"
    ),
    "{archives} of your list not there: {missing}": (
        "{archives} de votre liste {archives:|absente|absentes} : {missing}"
    ),
    "left out {project}: {why}": "écarté {project} : {why}",
    "  (no transcript: rlm revive)": "  (pas de transcription : rlm revive)",
    "{first} to {last}": "{first} à {last}",
    "in {project}": "dans {project}",
    "{sessions} would be archived": "{sessions} {sessions:|serait archivée|seraient archivées}",
    "{sessions} archived": "{sessions} {sessions:|archivée|archivées}",
    "nothing to rescue": "rien à sauver",
    "  (a day whose prompts name no session)": "  (un jour dont les demandes ne nomment aucune session)",
    "{session}  {started}  {kept} of files{day}": "{session}  {started}  {kept} de fichiers{day}",
    "{session}  sub-agents' transcripts and files of the session": (
        "{session}  transcriptions de sous-agents et fichiers de la session"
    ),
    "plan  {name}": "plan  {name}",
    "lost: {lost}": "perdu : {lost}",
    "of {sessions}: {what}": "de {sessions} : {what}",
    "Claude's answers, thoughts, calls of tools and their outputs": (
        "les réponses de Claude, ses réflexions, les appels d'outils et leurs sorties"
    ),
    "{versions} of files that are no text, or too many": "{versions} de fichiers qui ne sont pas du texte, ou de trop",
    "which prompts of {n:,} {n:|day|days} belong to one session": (
        "quelles demandes de {n:,} {n:|jour|jours} font une même session"
    ),
    "which project {n:,} {n:|plan belongs|plans belong} to: {n:|it was|they were} left": (
        "à quel projet {n:|appartient un plan, laissé|appartiennent des plans, laissés} là : {n:,}"
    ),
    "{n:,} {n:|session or plan|sessions and plans} from before your last `rlm forget`: {n:|it|they} may be what "
    "it took": (
        "{n:,} {n:|session ou plan|sessions et plans} d'avant votre dernier `rlm forget` : peut-être ce qu'il a pris"
    ),
    "{session}  {first} to {last}": "{session}  {first} à {last}",
    "`claude` is not on your PATH; where it is, run: cd {place} && {command}": (
        "`claude` n'est pas dans votre PATH ; là où il est, lancez : cd {place} && {command}"
    ),
    "not told: no archived edit is certain to have brought this line": (
        "non dit : aucune modification archivée n'a apporté cette ligne à coup sûr"
    ),
    "not told: no archived edit is certain to have brought a line of it": (
        "non dit : aucune modification archivée n'en a apporté une ligne à coup sûr"
    ),
    "{time}  {citation}  session {session}  line {lines}": ("{time}  {citation}  session {session}  ligne {lines}"),
    "{path} has {lines}, and no line {line}": "{path} a {lines}, et pas de ligne {line}",
    "there is no file {path}": "il n'y a pas de fichier {path}",
    "    came from {moved_from}": "    venu de {moved_from}",
    '    asked    "{quote}"': "    demandé  « {quote} »",
    '    decided  "{decision}"': "    décidé   « {decision} »",
    "{named}: lines are counted from 1": "{named} : les lignes se comptent à partir de 1",
    "{path} cannot be read: {why}": "{path} est illisible : {why}",
    "{name} begins with the names of {other}": "{name} commence avec les noms de {other}",
    "{name} is gone": "{name} n'existe plus",
    "session {name}, {n:,} {n:|text|texts} as `ctx`; Ctrl-D ends": (
        "session {name}, {n:,} {n:|texte|textes} sous le nom `ctx` ; Ctrl-D termine"
    ),
    "not among the texts: {name}: {why}": "absent des textes : {name} : {why}",
    "nor {n:,} more": "ni {n:,} {n:|autre|autres}",
    "the cell was mended: {mended}": "la cellule a été corrigée : {mended}",
    "the whole output: {path}": "la sortie entière : {path}",
    "names: {names}": "noms : {names}",
    "not saved: {name}: {why}": "non sauvegardé : {name} : {why}",
    "{calls}, {tokens:,} {tokens:|token|tokens}, {usd}{left}": (
        "{calls}, {tokens:,} {tokens:|jeton|jetons}, {usd}{left}"
    ),
    "no session of cells; `rlm repl exec -c CODE` begins one": (
        "pas de session de cellules ; `rlm repl exec -c CODE` en commence une"
    ),
    "`rlm repl` alone is a prompt for people; `rlm repl exec` takes a cell from a file, -c, or stdin": (
        "`rlm repl` seul est une invite pour les personnes ; `rlm repl exec` prend une cellule d'un fichier, "
        "de -c ou de l'entrée standard"
    ),
    "there is no cell: name a file, give it with -c, or hand it over on stdin": (
        "il n'y a pas de cellule : nommez un fichier, donnez-la avec -c, ou par l'entrée standard"
    ),
    "a cell of more than {most_cell_bytes:,} bytes: texts are handed over with --over": (
        "une cellule de plus de {most_cell_bytes:,} octets : les textes se passent avec --over"
    ),
    ", {usd} left": ", reste {usd}",
    "  (not found there)": "  (pas trouvé là)",
    "there is no session {name}; `rlm repl list` shows them": (
        "il n'y a pas de session {name} ; `rlm repl list` les montre"
    ),
    "stdin cannot hold the cell and its texts as well: name a file, or use -c": (
        "l'entrée standard ne peut contenir la cellule et aussi ses textes : nommez un fichier, ou utilisez -c"
    ),
    "more than is left of the session's {stopped_by}; `--max-{stopped_by}` grants more": (
        "plus que ce qui reste à la session ({stopped_by}) ; `--max-{stopped_by}` accorde davantage"
    ),
    "{cells}, {calls}, {tokens:,} {tokens:|token|tokens}, {usd}, {seconds:.0f} s; `rlm trace {session}` shows how": (
        "{cells}, {calls}, {tokens:,} {tokens:|jeton|jetons}, {usd}, {seconds:.0f} s ; `rlm trace {session}` "
        "montre comment"
    ),
    "cell {n}: it failed: {error}": "cellule {n} : elle a échoué : {error}",
    "cell {n}: it printed other things": "cellule {n} : elle a affiché autre chose",
    "no cell has answered": "aucune cellule n'a répondu",
    "stopped by {stopped}": "arrêté par {stopped}",
    "there is no run yet; `rlm run QUESTION` makes one": (
        "il n'y a pas encore d'exécution ; `rlm run QUESTION` en fait une"
    ),
    "cell {n}: the same": "cellule {n} : la même chose",
    "NOT ALL OF IT IS GONE: see to the files above, then `rlm forget` by itself looks once more": (
        "TOUT N'EST PAS PARTI : voyez les fichiers ci-dessus, puis `rlm forget` seul regarde encore une fois"
    ),
    "--never-again cannot go with --regex: the pattern would have to be kept, in clear. Put it into "
    "`redact.extra` of your rlm.yaml: what it matches is left out of all that is archived": (
        "--never-again ne va pas avec --regex : le motif devrait être gardé, en clair. Mettez-le dans "
        "`redact.extra` de votre rlm.yaml : ce qu'il trouve est omis de tout ce qui est archivé"
    ),
    "a run has not come to its end; `rlm forget` by itself completes it, and --dry-run cannot": (
        "une exécution n'est pas allée à son terme ; `rlm forget` seul la termine, et --dry-run ne le peut pas"
    ),
    "a run that had not come to its end was completed first; left: {n:,}": (
        "une exécution qui n'était pas allée à son terme a d'abord été terminée ; reste : {n:,}"
    ),
    "say --yes to forget it, or --dry-run to see what goes; nothing was changed": (
        "dites --yes pour l'oublier, ou --dry-run pour voir ce qui part ; rien n'a été changé"
    ),
    "Forget it? It cannot be brought back. [y/N] ": "L'oublier ? Cela ne peut être ramené. [o/N] ",
    "would forget  {entries} in {chunks}": "oublierait  {entries} dans {chunks}",
    "forgot  {entries} in {chunks}": "oublié  {entries} dans {chunks}",
    "forgetting, and looking whether anything is left": "oubli, et recherche de ce qui pourrait rester",
    "name one of --session, --chunk, --since and --until, --match, --regex, --document, --retention": (
        "nommez l'un de --session, --chunk, --since et --until, --match, --regex, --document, --retention"
    ),
    "--never-again goes with --session, --match and --document: only these can be said again": (
        "--never-again va avec --session, --match et --document : seuls ceux-ci peuvent être redits"
    ),
    "--since {since} is after --until {until}": "--since {since} est après --until {until}",
    "--regex {regex} matches the empty text, and so every entry": (
        "--regex {regex} trouve le texte vide, donc chaque entrée"
    ),
    "no session is older than your settings keep (`retention`, off by default)": (
        "aucune session n'est plus ancienne que ce que gardent vos réglages (`retention`, inactif par défaut)"
    ),
    "looking for it": "recherche",
    "kept out  {waiting:,} more that Claude Code has and the archive has not": (
        "tenu à l'écart  {waiting:,} de plus que Claude Code a et que l'archive n'a pas"
    ),
    "{left}      {path}: unreadable": "{left}       {path} : illisible",
    "blanked   {records} of {path}": "vidé       {records} de {path}",
    "not ours to change, and it tells of it too:": "pas à nous de le changer, et cela en parle aussi :",
    "--regex {regex}: {why}": "--regex {regex} : {why}",
    "nothing of it is left in what is ours": "il n'en reste rien dans ce qui est à nous",
    "LEFT": "RESTE",
    "inside a Claude Code session `{command}` {why}; {advice}": (
        "dans une session Claude Code, `{command}` {why} ; {advice}"
    ),
    "is for the user alone": "est pour l'utilisateur seul",
    "is for the user alone, and the answer is remembered here": (
        "est pour l'utilisateur seul, et la réponse est mémorisée ici"
    ),
    "is not the model of the settings": "n'est pas le modèle des réglages",
    "sees no session of cells that you began yourself, as {name}": (
        "ne voit pas de session de cellules que vous avez commencée vous-même, comme {name}"
    ),
    "stays in the session's project, {root}; {named} is another one": (
        "reste dans le projet de la session, {root} ; {named} en est un autre"
    ),
    "reads files of the project alone, and {shown} is outside of {root}": (
        "ne lit que les fichiers du projet, et {shown} est en dehors de {root}"
    ),
    "writes below the session's project alone, {root}": "n'écrit que sous le projet de la session, {root}",
    "is more than ask.confirm_usd, {confirm_usd}": "est plus que ask.confirm_usd, {confirm_usd}",
    "is more than the settings allow, {workers}": "est plus que ce que permettent les réglages, {workers}",
    "is not the leaf of the settings, {leaf}": "n'est pas la feuille des réglages, {leaf}",
    "takes transcripts of the session's project alone, and {name} is none": (
        "ne prend que les transcriptions du projet de la session, et {name} n'en est pas une"
    ),
    "reads no file that may hold secrets, such as {shown}": (
        "ne lit aucun fichier qui peut contenir des secrets, comme {shown}"
    ),
    "is more than the settings allow, {most}": "est plus que ce que permettent les réglages, {most}",
    "{path} is trusted already, as long as it stays as it is": (
        "{path} a déjà votre confiance, tant qu'il reste tel qu'il est"
    ),
    "nothing in {path} has to be trusted: it loosens none of your own settings": (
        "rien dans {path} n'a besoin de confiance : il ne relâche aucun de vos réglages"
    ),
    "{path} is trusted no more": "{path} n'a plus votre confiance",
    "nothing was changed: {path}": "rien n'a été changé : {path}",
    "{path} would be trusted, as long as it stays as it is": (
        "{path} aurait votre confiance, tant qu'il reste tel qu'il est"
    ),
    "{path} is trusted now, as long as it stays as it is; `rlm trust --remove` takes that back": (
        "{path} a maintenant votre confiance, tant qu'il reste tel qu'il est ; `rlm trust --remove` la reprend"
    ),
    "nothing to hand over: no prompt of the user in the session's last 4 MB, or in 30 days": (
        "rien à transmettre : aucune demande de l'utilisateur dans les derniers 4 Mo de la session, ou depuis 30 jours"
    ),
    "This deletes the archive {root} and its second copy: {what}.": (
        "Ceci efface l'archive {root} et sa seconde copie : {what}."
    ),
    "archived {sessions}, {n:,} failed": ("{sessions} {sessions:|archivée|archivées}, {n:,} {n:|échec|échecs}"),
    "archived {sessions}": "{sessions} {sessions:|archivée|archivées}",
    "Claude Code still has {sessions} ({size}) of this project.": (
        "Claude Code a encore {sessions} ({size}) de ce projet."
    ),
    "--user and --shared exclude each other: one is for you, the other for the project's team": (
        "--user et --shared s'excluent : l'un est pour vous, l'autre pour l'équipe du projet"
    ),
    "nothing was deleted or taken out": "rien n'a été effacé ni retiré",
    "nothing to change": "rien à changer",
    "{told} Say --yes if that is what you want; nothing was deleted": (
        "{told} Dites --yes si c'est ce que vous voulez ; rien n'a été effacé"
    ),
    "{offer} `rlm archive --all` archives them.": "{offer} `rlm archive --all` les archive.",
    "nothing would change": "rien ne changerait",
    "{told}\nDelete all of it? [y/N] ": "{told}\nTout effacer ? [o/N] ",
    "{offer} Archive them now? [Y/n] ": "{offer} Les archiver maintenant ? [O/n] ",
    "turn {first}": "tour {first}",
    "turns {first}-{last}": "tours {first}-{last}",
    ", branch {name}": ", branche {name}",
    "{session}  {span}  {chunks}, {tokens:,} {tokens:|token|tokens}{agents}{branch}": (
        "{session}  {span}  {chunks}, {tokens:,} {tokens:|jeton|jetons}{agents}{branch}"
    ),
    "; nearest: {several}": " ; le plus proche : {several}",
    "; `rlm list` shows the sessions": " ; `rlm list` montre les sessions",
    "; did you mean {what}?": " ; vouliez-vous dire {what} ?",
    "when all have reported, the same command once more with:  --findings {order}": (
        "quand toutes ont rendu compte, la même commande encore une fois avec :  --findings {order}"
    ),
    "no report for {missing}: start these again": "pas de compte rendu pour {missing} : relancez-les",
    "sub-agents of Claude Code read files, and {homeless} is none; use --leaf claude": (
        "les sous-agents de Claude Code lisent des fichiers, et {homeless} n'en est pas un ; utilisez --leaf claude"
    ),
    "{start}, {order}/1 to {last}: hand over this line, with the number of the part:": (
        "{start}, {order}/1 à {last} : transmettez cette ligne, avec le numéro de la partie :"
    ),
    "{order}/1: read {written}, and do what it says of {order}/1": (
        "{order}/1 : lisez {written}, et faites ce qu'il dit de {order}/1"
    ),
    "{start}: hand over the question and the lines below it": (
        "{start} : transmettez la question et les lignes en dessous"
    ),
    "all at once: the workflow {workflow} with the args {given}": (
        "tout d'un coup : le workflow {workflow} avec les arguments {given}"
    ),
    "{verified} verified, {unverified} unverified": "{verified} vérifiées, {unverified} non vérifiées",
    "{name} was for another question or other texts; order again, this one is {order}": (
        "{name} était pour une autre question ou d'autres textes ; commandez de nouveau, celle-ci est {order}"
    ),
    '{what} holds no JSON object {{"findings": [...]}}': ('{what} ne contient pas d\'objet JSON {{"findings": [...]}}'),
    "not verified: {claim} ({doubts})": "non vérifié : {claim} ({doubts})",
    "--findings {name}: it cannot be read: {why}": "--findings {name} : illisible : {why}",
    "stdin": "l'entrée standard",
    "{files} of the archive could not be read: {path} ({why}){others}; `rlm verify --repair` brings back what can be": (
        "{files} de l'archive {files:|n'a pu être lu|n'ont pu être lus} : {path} ({why}){others} ; `rlm "
        "verify --repair` ramène ce qui peut l'être"
    ),
    "  in: {title}": "  dans : {title}",
    "score {score:.3f}, by a count of words in the files, for want of an index": (
        "score {score:.3f}, d'après les mots comptés dans les fichiers, faute d'index"
    ),
    "      score {score:.3f}:": "      score {score:.3f} :",
    "later: {chunks}": "plus tard : {chunks}",
    "the same in {n} other {n:|place|places}": "de même à {n} {n:|autre endroit|autres endroits}",
    "whole in {path}": "en entier dans {path}",
    ", and {n:,} more": ", et {n:,} {n:|autre|autres}",
    "newest first, not by a score": "les plus récents d'abord, et non d'après un score",
    "no session fits; `rlm list` shows them all": ("aucune session ne convient ; `rlm list` les montre toutes"),
    "{others} not looked at; -n {shown} shows more, --until DATE earlier ones": (
        "{others} non {others:|regardée|regardées} ; -n {shown} en montre davantage, --until DATE de plus anciennes"
    ),
    "-n {n}: at least one session must be shown": "-n {n} : au moins une session doit être montrée",
    "  prompts": "  demandes",
    "  files  {files}": "  fichiers  {files}",
    "  decided, corrected, refused, measured, open": "  décidé, corrigé, refusé, mesuré, ouvert",
    "  compaction  {time}  {at}": "  compaction  {time}  {at}",
    "  … {decisions:,} more such sentences; `rlm peek --decisions --session {session}`": (
        "  … {decisions:,} {decisions:|autre phrase|autres phrases} de ce genre ; `rlm peek --decisions "
        "--session {session}`"
    ),
    "  … {chunks:,} earlier {chunks:|chunk was|chunks were} not read; narrow it with --since and --until": (
        "  … {chunks:,} {chunks:|morceau antérieur n'a pas été lu|morceaux antérieurs n'ont pas été lus} ; "
        "restreignez avec --since et --until"
    ),
    "changed {files}": "changé {files}",
    "touched {files}": "touché {files}",
    "        replaced by {replaced_by}": "        remplacé par {replaced_by}",
    "        replaces {replaces}": "        remplace {replaces}",
    "--{name} {date} is no date; write it like 2026-11-22 or 2026-11-22T10:00": (
        "--{name} {date} n'est pas une date ; écrivez-la comme 2026-11-22 ou 2026-11-22T10:00"
    ),
    "    … {left_out:,} {left_out:|other|others}": "    … {left_out:,} {left_out:|autre|autres}",
    "{session} sub-agent {agent}": "{session} sous-agent {agent}",
    "checked {what}, {bytes} read": "{what} vérifiés, {bytes} lus",
    "removed unread: {paths} ({size}), damaged books of `rlm ask` too large to be searched for it": (
        "retiré sans être lu : {paths} ({size}), livres abîmés de `rlm ask`, trop grands pour qu'on l'y cherche"
    ),
    "would be removed unread: {paths} ({size}), damaged books of `rlm ask` too large to be searched for it; move them "
    "away first if you want them": (
        "serait retiré sans être lu : {paths} ({size}), livres abîmés de `rlm ask`, trop grands pour qu'on l'y cherche "
        "; mettez-les d'abord ailleurs si vous les voulez"
    ),
    "not whole: {entries} that you had forgotten {n:|stands|stand} in chunks again, as after a backup was put "
    "back; `rlm forget`, as named above, takes {n:|it|them} out, of the index and of the copy, too": (
        "pas entier : {entries} que vous aviez {n:|oubliée|oubliées} {n:|figure|figurent} de nouveau dans des "
        "morceaux, comme après une sauvegarde remise en place ; la commande `rlm forget` nommée ci-dessus "
        "{n:|la|les} retire, de l'index et de la copie aussi"
    ),
    "whole, but for {entries} forgotten on purpose": ("entier, sauf {entries} {entries:|oubliée|oubliées} exprès"),
    "        missing {file}: {why}": "        manque {file} : {why}",
    "        not taken {file}: {why}": "        non pris {file} : {why}",
    "nothing was checked: there is neither a transcript of this project nor a chunk in the archive": (
        "rien n'a été vérifié : il n'y a ni transcription de ce projet ni morceau dans l'archive"
    ),
    "Claude Code has no transcripts of this project to compare with: only the archive's own files were "
    "checked, which are as they were written": (
        "Claude Code n'a pas de transcription de ce projet à comparer : seuls les fichiers de l'archive ont "
        "été vérifiés, qui sont tels qu'ils ont été écrits"
    ),
    "Claude Code has no transcripts of this project to compare with: only the archive's own files were checked": (
        "Claude Code n'a pas de transcription de ce projet à comparer : seuls les fichiers de l'archive ont "
        "été vérifiés"
    ),
    "what is still named above could not be brought back, neither from the second copy nor a transcript": (
        "ce qui est encore nommé ci-dessus n'a pu être ramené, ni de la seconde copie ni d'une transcription"
    ),
    "Claude Code no longer has the transcript of {name}; its chunk files are checked": (
        "Claude Code n'a plus la transcription de {name} ; ses fichiers de morceaux sont vérifiés"
    ),
    "proving": "preuve",
    "{n:,} of {entries}": "{n:,} sur {entries}",
    "whole": "entier",
    "MISSING": "MANQUE",
    "left out on purpose: {records} ({shown}{more})": "laissé de côté exprès : {records} ({shown}{more})",
    "{kinds} of records I do not know: {shown}; their words count all the same": (
        "{kinds} d'enregistrements que je ne connais pas : {shown} ; leurs mots comptent quand même"
    ),
    "`rlm archive --all` brings in what is missing": "`rlm archive --all` fait entrer ce qui manque",
    "`rlm archive --all` brings in what is missing; `rlm verify --repair` does, and proves it again": (
        "`rlm archive --all` fait entrer ce qui manque ; `rlm verify --repair` le fait, et le prouve de nouveau"
    ),
    "{word} and {n:,} more; --json names them all": ("{word} et {n:,} {n:|autre|autres} ; --json les nomme tous"),
    "{n:,} forgotten on purpose": "{n:,} {n:|oubliée|oubliées} exprès",
    "        missing {uuid}": "        manque {uuid}",
    "{sessions} and {documents} would come back; archive: {root}": (
        "{sessions} et {documents} reviendraient ; archive : {root}"
    ),
    "nothing is missing in {root}": "rien ne manque dans {root}",
    "{sessions} and {documents} came back; archive: {root}": (
        "{sessions} et {documents} sont revenus ; archive : {root}"
    ),
    "every chunk file is as it was written; `rlm install` brings back hooks and skills if they are gone": (
        "chaque fichier de morceau est tel qu'il a été écrit ; `rlm install` ramène hooks et skills s'ils ont disparu"
    ),
    "{root} is not yours: {why}": "{root} n'est pas à vous : {why}",
    ", {first} to {last}": ", du {first} au {last}",
    "it holds {counts}{span}": "elle contient {counts}{span}",
    "of these {sessions} you have had yourself, by Claude Code's transcripts": (
        "de celles-ci, vous avez eu vous-même {sessions}, d'après les transcriptions de Claude Code"
    ),
    "taken over: the chunks, to be searched and marked as foreign; dropped: state, index, log, install records": (
        "repris : les morceaux, qui seront cherchés et marqués comme étrangers ; abandonnés : état, index, "
        "journal, notes d'installation"
    ),
    "if you made it yourself, in another home or on another machine: `rlm adopt --mine` keeps all of it, unmarked": (
        "si vous l'avez faite vous-même, dans un autre dossier personnel ou sur une autre machine : `rlm "
        "adopt --mine` garde tout, sans marque"
    ),
    "say --yes to take the archive over, or --dry-run to see what it holds; nothing was changed": (
        "dites --yes pour reprendre l'archive, ou --dry-run pour voir ce qu'elle contient ; rien n'a été changé"
    ),
    "{copies_dir} holds no copy of {root}; `rlm archive --all` archives the sessions Claude Code has": (
        "{copies_dir} n'a pas de copie de {root} ; `rlm archive --all` archive les sessions que Claude Code a"
    ),
    "{session}: {chunks}, {files} in all": "{session} : {chunks}, {files} en tout",
    "left in the copy: {path}: {why}": "laissé dans la copie : {path} : {why}",
    "DAMAGED {problem}": "ABÎMÉ {problem}",
    "{why}; till then nothing can be taken over": "{why} ; d'ici là, rien ne peut être repris",
    "odd      {path}: {what}": "étrange  {path} : {what}",
    "odd      and {n:,} more": "étrange  et {n:,} {n:|autre|autres}",
    "kept: all of it, unmarked, as if it had been made here; documents outside of the project are added again": (
        "gardé : tout, sans marque, comme si elle avait été faite ici ; les documents hors du projet seront "
        "à ajouter de nouveau"
    ),
    "kept     {root}: it is yours and goes on as it was; `rlm install` renews hooks and skills": (
        "gardé    {root} : elle est à vous et continue telle quelle ; `rlm install` renouvelle hooks et skills"
    ),
    "{root} is yours already": "{root} est déjà à vous",
    "no archive in {root}": "pas d'archive dans {root}",
    "adopted  {root}: it is yours now; what came with it is marked as foreign wherever it is shown": (
        "repris   {root} : elle est à vous maintenant ; ce qui est venu avec elle est marqué comme étranger "
        "partout où il est montré"
    ),
    "left     {left}: what is no chunk, unread; delete it when you have looked at it": (
        "laissé   {left} : ce qui n'est pas un morceau, non lu ; effacez-le quand vous l'aurez regardé"
    ),
    "chunk {n:04d} was changed since it was cited so": ("le morceau {n:04d} a changé depuis qu'il a été cité ainsi"),
    "chunk {n:04d} has grown since it was cited so": ("le morceau {n:04d} a grandi depuis qu'il a été cité ainsi"),
    "found in {place}": "trouvé dans {place}",
    "chunk {n:04d} as it was before its session was archived anew": (
        "le morceau {n:04d} tel qu'il était avant que sa session soit archivée de nouveau"
    ),
    "  in {place}": "  dans {place}",
    "Have Claude Code keep its transcripts for {n} {n:|day|days}, in your own settings? [y/N] ": (
        "Faire garder à Claude Code ses transcriptions pendant {n:,} {n:|jour|jours}, "
        "dans vos propres réglages ? [o/N] "
    ),
    "Claude Code gives it its state on stdin; `rlm install --statusline` sets it up": (
        "Claude Code lui donne son état par l'entrée standard ; `rlm install --statusline` la met en place"
    ),
    "--csv and --json: choose one of them": "--csv et --json : choisissez l'un des deux",
    "--table: two files have the same name; give each its own": (
        "--table : deux fichiers ont le même nom ; donnez à chacun le sien"
    ),
    "the first {rows}; there are more: -n N shows N of them": (
        "{rows:|la première ligne|les premières lignes} ({rows}) ; il y en a d'autres : -n N en montre N"
    ),
    "and {n:,} more {n:|note|notes}; --json has them all": (
        "et {n:,} {n:|autre note|autres notes} ; --json les a toutes"
    ),
    "no row": "aucune ligne",
    "--json tells of a file: name it with -o FILE": "--json parle d'un fichier : nommez-le avec -o FILE",
    "{pictures} inside, in which no secret can be found: look at them first": (
        "{pictures} {pictures:|incluse, où aucun secret ne peut être trouvé : regardez-la|incluses, où aucun "
        "secret ne peut être trouvé : regardez-les} d'abord"
    ),
    "-o: the file has no name; leave -o out to print": ("-o : le fichier n'a pas de nom ; laissez -o pour afficher"),
    "{path}, {size}, entries: {entries:,}": "{path}, {size}, entrées : {entries:,}",
    "{path} is there already; name another file, or remove it": (
        "{path} existe déjà ; nommez un autre fichier, ou supprimez-le"
    ),
    "there is no directory {folder}; make it, or name another file": (
        "il n'y a pas de dossier {folder} ; créez-le, ou nommez un autre fichier"
    ),
    "--prompts: an answer has none": "--prompts : une réponse n'en a pas",
    "there is no file {what}": "il n'y a pas de fichier {what}",
    "{command} needs {missing}; `{line}` brings it": "{command} a besoin de {missing} ; `{line}` l'apporte",
    "seen {times}": "vu {times}",
    "no secret was left out of what is archived": "aucun secret n'a été omis de ce qui est archivé",
    "none such was left out": "aucun de ce genre n'a été omis",
    "`?` stands where it cannot be told whether two are the same: archived before there were fingerprints": (
        "`?` est là où l'on ne peut dire si deux sont le même : archivé avant qu'il y ait des empreintes"
    ),
    "Claude Code's own transcripts still hold them; `rlm secrets` tells what to rotate": (
        "les transcriptions de Claude Code les contiennent encore ; `rlm secrets` dit ce qu'il faut renouveler"
    ),
    "looking for what was left out": "recherche de ce qui a été omis",
    "applying today's rules": "application des règles d'aujourd'hui",
    "{secrets} would be taken out of {chunks}: {kinds}": (
        "{secrets} {secrets:|serait retiré|seraient retirés} de {chunks} : {kinds}"
    ),
    "{secrets} taken out of {chunks}: {kinds}": "{secrets} {secrets:|retiré|retirés} de {chunks} : {kinds}",
    "no chunk holds a secret that today's rules know": (
        "aucun morceau ne contient de secret que connaissent les règles d'aujourd'hui"
    ),
    "and out of {files}: {names}": "et de {files} : {names}",
    "LEFT {path}: {why}": "RESTE {path} : {why}",
    "{parts} for the agent {agent}, one each": "{parts} pour l'agent {agent}, une chacun",
    "{who}: chunk {n:04d}{held}: {why} ({path})": "{who} : morceau {n:04d}{held} : {why} ({path})",
    "{table} has {columns}": "{table} a {columns}",
    "{n:,} of {all:,} {all:|passage|passages} {n:|holds it or stands beside it|hold it or stand beside it}": (
        "{n:,} {n:|passage|passages} sur {all:,} le {n:|contient ou est à côté|contiennent ou sont à côté}"
    ),
    "{n} times": "{n} fois",
    "once": "une fois",
    "twice": "deux fois",
    "transcript": "la transcription",
    "answers": "réponses",
    "orders": "commandes",
    "receipts": "reçus",
    "grants": "accords de dépense",
    "hints": "indices",
    "log": "journal",
    "summaries": "résumés",
    "states": "états",
    "folders": "dossiers",
    "cited": "citations",
    "figures": "chiffres",
    "documents": "documents",
    "indexes": "index",
    "map": "carte",
    "pages": "pages",
    "transcripts": "transcriptions",
    "aggregate: percentile(x, 95)": "agrégat : percentile(x, 95)",
    "new": "nouveau",
    "changed": "changé",
    "removed": "retiré",
    "unchanged": "inchangé",
    "vanished": "disparu",
    "skipped": "écarté",
    "{n:,} new": "{n:,} {n:|nouveau|nouveaux}",
    "{n:,} changed": "{n:,} {n:|changé|changés}",
    "{n:,} removed": "{n:,} {n:|retiré|retirés}",
    "{n:,} unchanged": "{n:,} {n:|inchangé|inchangés}",
    "{n:,} vanished": "{n:,} {n:|disparu|disparus}",
    "note": "note",
    "refuse": "refus",
    "remove": "supprimer",
    "purge": "effacer",
    "mkdir": "dossier",
    "rmdir": "sans dossier",
    "backup": "sauvegarde",
    "write-file": "fichier",
    "write-settings": "réglages",
    "write-launcher": "lanceur",
    "drop-launcher": "sans lanceur",
    "write-manifest": "notes",
    "copy-skill": "skill",
    "answer": "réponse",
    "list": "liste",
    "count": "compte",
    "tally": "décompte",
    "pairs": "paires",
    "calls": "appels",
    "usd": "dollars",
    "seconds": "secondes",
    "DAMAGED": "ABÎMÉ",
    "UNREADABLE": "ILLISIBLE",
    "FORGOTTEN": "OUBLIÉ",
    "TWICE": "DOUBLE",
    "DOCUMENTS": "DOCUMENTS",
    "STATE": "ÉTAT",
    "left": "reste",
    "foreign": "étranger",
    "decided": "décidé",
    "corrected": "corrigé",
    "refused": "refusé",
    "measured": "mesuré",
    "open": "ouvert",
    "superseded": "remplacé",
    "recalled": "rappelé",
    " (foreign)": " (étranger)",
    "; ": " ; ",
    ";": " ;",
    "{path} ({sessions})": "{path} ({sessions})",
}
