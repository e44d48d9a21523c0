"""Whether a quote stands where a row says: in the file itself, white space aside."""

from __future__ import annotations

import os

from rlm_core.chunks.pointing import blob_of
from rlm_core.disk import opened, read
from rlm_core.errors import FileRefusedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from rlm_core.redaction.redactor import Redactor

AFTER_LINES = 40  # that a quote may be folded over, beyond its own
BEGIN_LINES = 4  # within which it begins: the heading of an entry, or a fence, may stand before it
MAX_LINE_DIGITS = 12


class StandingQuotes:
    """Looks for quotes in the texts of a view. rows: id -> row of each. A file is read once for all that cite it."""

    def __init__(self, rows: Sequence[dict[str, Any]], redact: Redactor) -> None:
        self._rows = {row["id"]: row for row in rows}
        self._redact = redact
        self._window: tuple[tuple[str, int, int], str] = (("", 0, 0), "")

    def of(self, given: Sequence[object]) -> list[bool]:
        """Of each {place, quote} whether it stands there; False for what is none. It comes from a cell."""
        wanted: dict[str, list[tuple[int, int, str]]] = {}
        for n, row in enumerate(given):
            if isinstance(row, dict):
                name, _, digits = str(row.get("place")).rpartition(":")
                if digits.isdecimal() and len(digits) <= MAX_LINE_DIGITS:
                    wanted.setdefault(name, []).append((n, int(digits), str(row.get("quote"))))
        found = [False] * len(given)
        for name, quotes in wanted.items():
            lines = self._lines(name)
            for at, line, quote in quotes:
                found[at] = self._holds(name, lines, line, quote)
        return found

    def _lines(self, name: str) -> list[str]:
        row = self._rows.get(name)
        try:
            if row is None:
                return []
            with opened(row["path"], follow=True) as f:
                data = f.read()
        except (OSError, FileRefusedError):
            return []
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            from rlm_core.documents.encoding import text_of

            text = text_of(data)
        return text.split("\n")

    def _holds(self, name: str, lines: list[str], line: int, quote: str) -> bool:
        """A quote of a line that holds a secret has the mark in its place, since it comes from the text without it."""
        words = quote.split()
        if not words or not 1 <= line <= len(lines):
            return False
        key = (name, line, quote.count("\n"))
        if self._window[0] != key:
            rows = lines[line - 1 : line + key[2] + AFTER_LINES]
            text = "\n".join(rows)
            self._window = (key, text)
        wanted = " ".join(words)
        if _begins_in(self._window[1], wanted) or self._in_output(name, self._window[1], wanted):
            return True
        return "[redacted:" in quote and _begins_in(self._redact(self._window[1]), wanted)

    def _in_output(self, name: str, text: str, wanted: str) -> bool:
        """Whether words stand in what a place points to: the rest of a long output, beside its chunk."""
        row = self._rows[name]
        blob = blob_of(text.partition("\n")[0]) if row["kind"] == "chunk" else ""
        if not blob:
            return False
        data = read(os.path.join(os.path.dirname(row["path"]), "blobs", blob)) or b""
        return wanted in " ".join(data.decode("utf-8", "replace").split())


def _begins_in(text: str, wanted: str) -> bool:
    """Whether words begin in the first lines of a text, white space aside."""
    at = " ".join(text.split()).find(wanted)
    return 0 <= at <= len(" ".join(" ".join(text.split("\n")[:BEGIN_LINES]).split()))
