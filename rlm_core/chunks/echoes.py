"""Which archived entries only repeat the archive: what recall searched, read and answered.

They stay in the chunk files. In a ranking they would stand before what they repeat: they hold the question's
own words beside the passage, once more with every search.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rlm_core.chunks.entries import ArchivedEntry

OURS = "recall|peek|offload|rlm"  # skills that read the archive
_SKILL_BODY = re.compile(rf"Base directory for this skill: \S.*[/\\]skills[/\\](?:{OURS})\s")
_TYPED = re.compile(rf"/(?:rlm:)?(?:{OURS})(?![\w:/-])")
_SKILL_CALL = re.compile(rf"^skill: ['\"]?/?(?:rlm:)?(?:{OURS})['\"]?$", re.MULTILINE)
_COMMAND = re.compile(r"(?:(?<![\w.-])rlm['\"]?|-m rlm_core)\s+(?:search|show|list|peek|ask)\b")
_ARCHIVE = re.compile(r"\.claude[/\\]rlm(?:[/\\\s'\"]|$)")
_REPORT = re.compile(rf"<summary>Agent \W{{0,2}}/(?:rlm:)?(?:{OURS})\b")


def of_recall(first: ArchivedEntry) -> bool:
    """Whether a sub-agent's transcript that begins with this entry is a forked skill of ours: all of it is an echo."""
    return bool(_SKILL_BODY.match(first.text))


def echoes(entries: Sequence[ArchivedEntry]) -> set[int]:
    """Positions of the entries that only repeat the archive: calls of our commands and skills with their results,
    reads below `.claude/rlm`, a typed `/recall ...` and what it printed.
    """
    found: set[int] = set()
    open_calls: set[str] = set()
    after_typed = False
    for at, one in enumerate(entries):
        if one.kind == "call" and _reads_archive(one):
            found.add(at)
            open_calls.add(one.call_id)
        elif one.kind == "tool" and one.call_id in open_calls:
            found.add(at)
        elif one.kind == "user":
            after_typed = bool(_TYPED.match(one.text))
            if after_typed:
                found.add(at)
        elif one.kind == "system" and (
            (after_typed and "<local-command-stdout>" in one.text[:80])
            or _REPORT.search(one.text)
            or _SKILL_BODY.match(one.text)
        ):
            found.add(at)
    return found


def _reads_archive(call: ArchivedEntry) -> bool:
    if call.tool == "Skill":
        return bool(_SKILL_CALL.search(call.text))
    if call.tool == "Bash":
        return bool(_COMMAND.search(call.text) or _ARCHIVE.search(call.text))
    return call.tool in ("Read", "Grep", "Glob") and bool(_ARCHIVE.search(call.text))
