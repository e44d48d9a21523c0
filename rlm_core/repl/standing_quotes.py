"""Whether a quote stands where a row says: in the file itself, white space aside."""

from __future__ import annotations

from typing import Any

from rlm_core.disk import opened
from rlm_core.errors import FileRefusedError

AFTER_LINES = 40  # that a quote may be folded over, beyond its own


def stands(rows: dict[str, dict[str, Any]], place: str, quote: str) -> bool:
    """Whether a quote stands at its place, white space aside: in the file, from that line on. False for no quote."""
    name, _, line = place.rpartition(":")
    row, words = rows.get(name), quote.split()
    if row is None or not words or not line.isdecimal():
        return False
    try:
        with opened(row["path"], follow=True) as f:
            lines = f.read().decode("utf-8", "replace").split("\n")
    except (OSError, FileRefusedError):
        return False
    text = " ".join("\n".join(lines[int(line) - 1 : int(line) + quote.count("\n") + AFTER_LINES]).split())
    return " ".join(words) in text
