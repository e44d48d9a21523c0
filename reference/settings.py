"""What each setting means, in English and French; a test demands a row for each of `rlm_core.config.DEFAULTS`."""

SETTINGS: dict[str, tuple[str, str]] = {
    "enabled": ("`false`: hooks do nothing", "`false` : les hooks ne font rien"),
    "chunk.target": (
        "tokens, 100 to 100,000; a new turn starts a new chunk from half of it on",
        "jetons, 100 à 100 000 ; un nouveau tour ouvre un morceau à partir de la moitié",
    ),
    "chunk.limit": (
        "tokens, at least `chunk.target`; a turn is split only above it, and what exceeds it alone goes to a blob",
        "jetons, au moins `chunk.target` ; un tour n'est coupé qu'au-delà, et ce qui dépasse à lui seul devient un blob",
    ),
    "threshold": (
        "share of the context, above 0 and at most 1, at which you are told once that it fills up",
        "part du contexte, plus de 0 et 1 au plus, à laquelle on vous dit une fois qu'il se remplit",
    ),
    "window": (
        "the model's context in tokens; 0: from the model's name",
        "contexte du modèle en jetons ; 0 : d'après le nom du modèle",
    ),
    "hints": (
        "`true`: a prompt that strongly matches archived words no longer in context brings pointers to them",
        "`true` : une demande qui rejoint nettement des mots archivés, sortis du contexte, y renvoie",
    ),
    "copies": (
        "`false`: no second copy in Claude Code's own directory ([what can happen](durability.md))",
        "`false` : pas de seconde copie dans le dossier de Claude Code ([ce qui peut arriver](durability.md))",
    ),
    "redact.enabled": (
        "`false`: secrets are archived as they stand",
        "`false` : les secrets sont archivés tels quels",
    ),
    "redact.skip": ("kinds not to redact, such as `[jwt]`", "sortes à ne pas caviarder, comme `[jwt]`"),
    "redact.extra": (
        "kinds of your own, `kind: regular expression`, such as `ticket: 'TICKET-[0-9]{6}'`",
        "vos propres sortes, `sorte: expression rationnelle`, comme `ticket: 'TICKET-[0-9]{6}'`",
    ),
    "redact.media": (
        "`keep`, or `drop`: no images and PDFs, in which no secret can be found",
        "`keep`, ou `drop` : ni images ni PDF, où aucun secret ne peut être trouvé",
    ),
    "retention.days": (
        "days after its last entry on which a session is forgotten; 0: never",
        "jours après sa dernière entrée, au bout desquels une session est oubliée ; 0 : jamais",
    ),
    "retention.megabytes": (
        "size of all sessions together, in MB; above it the oldest are forgotten; 0: never",
        "taille de toutes les sessions ensemble, en Mo ; au-delà les plus anciennes sont oubliées ; 0 : jamais",
    ),
    "ask.leaf": (
        "who reads: `claude` (`claude -p`), `anthropic` (the API), `batch` (its batches), `native` (Claude Code's sub-agents)",
        "qui lit : `claude` (`claude -p`), `anthropic` (l'API), `batch` (ses lots), `native` (les sous-agents de Claude Code)",
    ),
    "ask.models.leaf": ("the model that reads", "le modèle qui lit"),
    "ask.models.reduce": ("the model that writes the answer", "le modèle qui écrit la réponse"),
    "ask.models.verify": ("the model that reads again", "le modèle qui relit"),
    "ask.part": ("tokens that one call reads", "jetons lus par un appel"),
    "ask.workers": (
        "calls at once; 0: as many as the machine, or the API, bears",
        "appels à la fois ; 0 : autant que la machine, ou l'API, en supporte",
    ),
    "ask.max_calls": ("calls of one question; 0: no cap", "appels d'une question ; 0 : sans plafond"),
    "ask.max_usd": ("dollars of one question; 0: no cap", "dollars d'une question ; 0 : sans plafond"),
    "ask.daily_usd": (
        "dollars of a day, over all projects; 0: no cap",
        "dollars d'une journée, tous projets confondus ; 0 : sans plafond",
    ),
    "ask.confirm_usd": (
        "above it you are asked first; 0: no cap",
        "au-delà, on vous demande d'abord ; 0 : sans plafond",
    ),
    "ask.prices": (
        "`model: [input, output]`, dollars a million tokens, before the built-in table",
        "`modèle: [entrée, sortie]`, dollars par million de jetons, avant la table fournie",
    ),
    "moment.orders": (
        "`false`: after a compaction Claude is not told again what you prescribed, corrected or forbade",
        "`false` : après un compactage, Claude ne réapprend pas ce que vous avez prescrit, corrigé ou interdit",
    ),
    "moment.agents": (
        "`false`: after a compaction the sub-agents, their tasks and their ends are not named",
        "`false` : après un compactage, les sous-agents, leurs tâches et leurs fins ne sont pas nommés",
    ),
    "moment.resume": (
        "`false`: on resume you are not told what sending the context anew costs",
        "`false` : à la reprise, on ne vous dit pas ce que coûte le renvoi du contexte",
    ),
}
