"""Whether the user has asked, in so many words, that all projects be searched: told by his last prompt.

In a Claude Code session a command line counts as written by a stranger. Other projects' archives are opened there only
when the user's own last prompt names them ("in any project", « dans tous mes projets »). It is read in the transcript
that Claude Code keeps of the session; what tools print does not count.
"""

from __future__ import annotations

import os
import re
from glob import escape, glob
from typing import TYPE_CHECKING

from rlm_core.handoff.backwards import PROMPTS, of_transcript
from rlm_core.home import config_dir
from rlm_core.language.folding import fold
from rlm_core.transcript.entry import TEXT
from rlm_core.transcript.locate import SESSION_ID

if TYPE_CHECKING:
    from collections.abc import Iterator

FAR = 4_000_000  # bytes from the transcript's end within which the last prompt is looked for
MOST_CHARS = 20_000  # of a prompt that are read
ASKED = re.compile(
    r"--everywhere\b"
    r"|\b(?:any|all|every|each|(?:an)?other|across)\s(?:of\s)?(?:(?:my|our|the|your)\s)?(?:other\s)?projects?\b"
    r"|\b(?:my|our)\s(?:other\s)?projects\b"
    r"|\b(?:tous?|chacun de|l'ensemble de|dans|un de)\s(?:les|mes|nos|vos)\s(?:autres\s)?projets\b"
    r"|\b(?:autres?|chaque|n'importe\squel|quel\sque\ssoit\sle)\sprojets?\b"
)


def has_asked_everywhere() -> bool:
    """Whether the last prompt of the session that runs us asks for all projects, or another one."""
    session = os.environ.get("CLAUDE_CODE_SESSION_ID", "")
    if not SESSION_ID.fullmatch(session):
        return False
    paths = glob(os.path.join(escape(config_dir()), "projects", "*", f"{session}.jsonl"))
    return len(paths) == 1 and any(ASKED.search(_plain(text)) for text in _last_prompt(paths[0]))


def _last_prompt(path: str) -> Iterator[str]:
    try:
        for entry in of_transcript(path, lambda behind: PROMPTS if behind < FAR else 0):
            if entry.prompt and entry.role == "user":
                yield " ".join(p.text for p in entry.parts if p.kind == TEXT)
                return
    except OSError:
        return


def _plain(text: str) -> str:
    return " ".join(fold(text[:MOST_CHARS]).replace("\u2019", "'").split())
