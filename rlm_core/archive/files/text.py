"""A file's text as a person reads it."""

from __future__ import annotations

import json

from rlm_core.transcript.records.blocks import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.transcript.folder import FolderFile


def shown(relative: str) -> str:
    """A file's path on one line: line ends and control characters in it stand as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in relative)


def readable(found: FolderFile, text: str) -> str:
    """A file's text as a person reads it: JSON as `key: value` lines, a text of several lines below its key."""
    try:
        if found.name.endswith(".json"):
            return plain(json.loads(text))
        if found.name.endswith(".jsonl"):
            records = [plain(json.loads(line)) for line in text.split("\n") if line.strip()]
            return "\n\n".join(["(no transcript; its records:)", *records])
    except (ValueError, RecursionError):
        pass  # not what its name says: as it stands
    return text
