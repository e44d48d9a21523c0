"""What each hook event does and what is seen of it, in English and French; a test demands a row for each event."""

EVENTS: dict[str, tuple[tuple[str, str, str], tuple[str, str, str]]] = {
    "SessionStart": (
        (
            "a session starts; after a compaction, `/clear` or a resume",
            "takes in what crashed sessions left behind, in the background; after a compaction, `/clear` or a resume the "
            "session's own rest",
            "where the archive is; after a compaction, `/clear` or a resume a map of what was put away, of at most 2,000 "
            "characters; in a new session where the last one left off, at most 1,000",
        ),
        (
            "une session commence ; après une compaction, `/clear` ou une reprise",
            "rattrape en arrière-plan ce que des sessions tuées ont laissé ; après une compaction, `/clear` ou une reprise, "
            "le reste de la session",
            "où est l'archive ; après une compaction, `/clear` ou une reprise, la carte de ce qui a été rangé, 2 000 caractères "
            "au plus ; dans une nouvelle session, où la précédente s'est arrêtée, 1 000 au plus",
        ),
    ),
    "UserPromptSubmit": (
        (
            "you send a prompt",
            "looks how full the context is; with `hints: true` searches for the prompt",
            "one line, once, when the context passes `threshold`; with `hints: true` at most 300 characters: which archived "
            "passages match",
        ),
        (
            "vous envoyez une demande",
            "regarde si le contexte se remplit ; avec `hints: true`, cherche la demande",
            "une ligne, une fois, quand le contexte passe `threshold` ; avec `hints: true`, 300 caractères au plus : quels "
            "passages archivés y répondent",
        ),
    ),
    "Stop": (
        ("a turn ends", "archives the new entries; brings the index up to date in the background", "nothing"),
        ("un tour finit", "archive les nouvelles entrées ; met l'index à jour en arrière-plan", "rien"),
    ),
    "StopFailure": (
        ("a turn ends in an API error", "the same", "nothing"),
        ("un tour finit sur une erreur de l'API", "de même", "rien"),
    ),
    "SubagentStop": (
        ("a sub-agent ends", "archives what it did", "nothing"),
        ("un sous-agent finit", "archive ce qu'il a fait", "rien"),
    ),
    "PreCompact": (
        (
            "before a compaction",
            "archives everything up to this byte",
            "the summary is asked to cite the chunks that hold the details",
        ),
        (
            "avant une compaction",
            "archive tout jusqu'à cet octet",
            "le résumé est prié de citer les morceaux qui portent les détails",
        ),
    ),
    "PostCompact": (
        ("after a compaction", "files the summary, linked to the chunks it stands for", "nothing"),
        ("après une compaction", "classe le résumé, relié aux morceaux qu'il remplace", "rien"),
    ),
    "SessionEnd": (
        ("a session ends", "archives the rest", "nothing"),
        ("une session finit", "archive le reste", "rien"),
    ),
}
"""Event -> for each language (when, what `rlm` does, what you or Claude see)."""
