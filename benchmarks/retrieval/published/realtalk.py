"""Reads REALTALK (Lee et al. 2025), chats of real people over three weeks, from files of the user's.

`Chat_N_A_B.json` as its authors publish them, one or a directory of them: `session_K` with turns (`clean_text`, `speaker`,
`date_time`, `dia_id`), and `qa` with `evidence`. Questions without evidence are left out.
"""

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

from benchmarks.retrieval.conversation import Conversation
from benchmarks.retrieval.published import talks
from benchmarks.retrieval.published.reading import SetError, elements, files, need

KINDS = {"1": "several turns", "2": "time", "3": "common sense"}


def read(path: str, left_out: Counter[str], *, names: bool = True) -> Iterator[Conversation]:
    """The chats of a file or of a directory's files. names: as of `locomo.read`. Raises OSError and SetError."""
    for file in files(path):
        try:
            chats = [c for c in elements(file) if not os.path.isdir(path) or _is_chat(c)]
            for n, chat in enumerate(chats):
                name = os.path.basename(file).removesuffix(".json") + (f"-{n}" if len(chats) > 1 else "")
                yield _conversation(chat, f"realtalk-{name}", left_out, names)
        except SetError as e:
            raise SetError(f"{os.path.basename(file)}: {e}" if file != path else str(e)) from e


def _is_chat(chat: Any) -> bool:
    """Whether a file of a directory is one of the chats at all; others lie beside them."""
    return isinstance(chat, dict) and "qa" in chat


def _conversation(chat: Any, name: str, left_out: Counter[str], names: bool) -> Conversation:
    rows = need(chat, "qa", name, list)
    need(chat, "session_1", name, list)
    entries = tuple(e for e in talks.entries(chat, name, _first(chat), names) if e.text.strip())
    known = {e.id for e in entries}
    questions = []
    for row in rows:
        category = str(need(row, "category", f"a question of {name}"))
        asked = talks.question(row, name, known, KINDS.get(category, f"category {category}"))
        if asked:
            questions.append(asked)
        else:
            left_out["without evidence"] += 1
    return Conversation(name, entries, tuple(questions))


def _first(chat: dict[str, Any]) -> str:
    """The speaker who takes the user's part: the first that is named, else whoever speaks first."""
    named = chat.get("name")
    speakers = (str(turn.get("speaker")) for turn in chat["session_1"] if isinstance(turn, dict))
    return str(named.get("speaker_1")) if isinstance(named, dict) and named.get("speaker_1") else next(speakers, "")
