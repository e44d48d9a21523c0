"""The verbs in groups, as `rlm` alone shows them: for each its line in French, and examples for its `--help`.

The line in English is the one that `parser` gives with the verb. A verb that is missing here stands under "More".
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    Verb = tuple[str, tuple[str, ...]]

GROUPS: dict[str, dict[str, Verb]] = {
    "Find and read": {
        "search": (
            "trouve des passages dans l'archive, les meilleurs d'abord",
            ("rlm search retry limit -staging", 'rlm search \'"connection reset"\' --since "last week" --tool Bash'),
        ),
        "show": (
            "affiche un morceau, les lignes autour d'une citation, ou une session",
            ("rlm show r2-3fa2b9d0c1e4:42", "rlm show 1f758c24", "rlm show retry limit"),
        ),
        "list": ("liste les sessions archivées, les plus récentes d'abord", ("rlm list", "rlm list --everywhere")),
        "peek": (
            "ce qui s'est passé et quand : sessions, demandes, fichiers, décisions",
            ("rlm peek last week", "rlm peek --decisions --since monday"),
        ),
        "handoff": ("ce qu'une nouvelle session apprend de la précédente", ("rlm handoff",)),
        "why": (
            "la session, la décision et les mots derrière une ligne d'un fichier",
            ("rlm why src/api.py:42", "rlm why src/api.py"),
        ),
        "resume": (
            "rouvre dans Claude Code la session d'une citation, de mots ou d'un identifiant",
            ("rlm resume retry limit", "rlm resume r2-3fa2b9d0c1e4:42 --print"),
        ),
        "view": (
            "montre l'archive en pages, dans votre navigateur",
            ("rlm view", "rlm view --session 1f758c24 --no-open"),
        ),
        "export": (
            "une session, un passage cité ou une réponse en un seul fichier, à envoyer",
            ("rlm export 1f758c24 --html -o session.html", "rlm export r2-3fa2b9d0c1e4:42 --md"),
        ),
    },
    "Ask": {
        "ask": (
            "des sous-agents lisent tout pour une question ; vérifié, sous un budget",
            (
                'rlm ask "list every change to the retry limit, and why"',
                'rlm ask "which tickets contradict the spec?" --over tickets/ --over spec.pdf --plan',
            ),
        ),
        "sql": (
            "interroge en SQL l'archive, ou les lignes de CSV, de JSON et de journaux",
            ('rlm sql "SELECT role, count(*) FROM entries GROUP BY role"', "rlm sql"),
        ),
        "repl": (
            "exécute des cellules de Python sur l'archive ou des fichiers ; leurs noms restent",
            ('rlm repl exec -c "print(len(ctx))"', "rlm repl list"),
        ),
        "run": (
            "un modèle écrit des cellules jusqu'à ce que l'une réponde",
            ('rlm run "which endpoint fails most, and since when?" --over access.log',),
        ),
        "trace": ("montre ce qu'une exécution a fait : cellules, appels, coûts", ("rlm trace",)),
        "replay": ("rejoue les cellules d'une exécution, sans modèle", ("rlm replay",)),
    },
    "Take in": {
        "archive": (
            "archive des transcriptions maintenant",
            ("rlm archive --all", "rlm archive 1f758c24"),
        ),
        "add": (
            "met des documents de référence dans l'archive ; seul : les relit",
            ("rlm add docs/ spec.pdf", "rlm add --list"),
        ),
        "rescue": (
            "archive ce qui reste des sessions que Claude Code a supprimées avant rlm",
            ("rlm rescue --dry-run",),
        ),
    },
    "Check and mend": {
        "status": ("ce qui est archivé, où, et avec quels réglages", ("rlm status",)),
        "doctor": ("vérifie que tout marche, et dit que faire sinon", ("rlm doctor", "rlm doctor --fix")),
        "verify": (
            "prouve que les transcriptions sont entières dans l'archive",
            ("rlm verify", "rlm verify --repair"),
        ),
        "restore": ("ramène de la seconde copie ce qui manque à l'archive", ("rlm restore --dry-run",)),
        "revive": (
            "refait d'une session archivée une transcription que Claude Code reprend",
            ("rlm revive 1f758c24 --dry-run", "rlm revive 1f758c24 --until r2-3fa2b9d0c1e4:42"),
        ),
        "reindex": ("refait l'index de recherche à partir des morceaux", ("rlm reindex",)),
    },
    "Keep private": {
        "forget": (
            "oublie ce qui a été archivé, l'écarte, et prouve que c'est parti",
            ('rlm forget --match "Project X" --dry-run', "rlm forget --session 1f758c24"),
        ),
        "secrets": (
            "quels secrets ont été écartés de quelle session, jamais leur valeur",
            ("rlm secrets --since 2026-11-01",),
        ),
        "redact": ("applique les règles d'aujourd'hui à ce qui est déjà archivé", ("rlm redact --dry-run",)),
    },
    "Set up": {
        "install": (
            "met des hooks et des skills dans .claude/",
            ("rlm install --dry-run", "rlm install --offload-at 60%"),
        ),
        "uninstall": ("retire les hooks et les skills", ("rlm uninstall",)),
        "statusline": (
            "la ligne d'état de Claude Code, derrière la vôtre : contexte, archive, sessions",
            ("rlm statusline",),
        ),
        "completion": (
            "complète les commandes et leurs options dans bash, zsh ou fish",
            ('eval "$(rlm completion bash)"', "rlm completion fish > ~/.config/fish/completions/rlm.fish"),
        ),
        "trust": (
            "laisse le rlm.yaml du projet assouplir vos propres réglages",
            ("rlm trust --dry-run", "rlm trust --remove"),
        ),
        "adopt": ("regarde une archive qui n'est pas la vôtre, et la reprend", ("rlm adopt --dry-run",)),
        "demo": ("montre le tout à l'œuvre dans un projet temporaire", ("rlm demo",)),
    },
}


def french_line(verb: str) -> str:
    """What a verb is for, in French; "" for one that is missing here."""
    return next((verbs[verb][0] for verbs in GROUPS.values() if verb in verbs), "")


def examples(verb: str) -> tuple[str, ...]:
    """Command lines that show a verb; none for one that is missing here."""
    return next((verbs[verb][1] for verbs in GROUPS.values() if verb in verbs), ())


MEANT = {
    "find": "search", "grep": "search", "recall": "search", "ls": "list", "sessions": "list", "cat": "show",
    "print": "show", "open": "show", "history": "peek", "timeline": "peek", "query": "sql", "import": "archive",
    "save": "archive", "index": "reindex", "check": "doctor", "prove": "verify", "repair": "verify", "delete": "forget",
    "remove": "forget", "rm": "forget", "purge": "uninstall", "setup": "install", "init": "install", "info": "status",
    "stats": "status", "complete": "completion", "completions": "completion", "python": "repl", "exec": "repl",
}  # fmt: skip
"""Words of other programs -> the verb of ours that does the same."""
