"""From bytes to text: which encoding, and what cannot be read."""

from __future__ import annotations

from rlm_core.errors import RlmError

SNIFFED = 8192
_TEXTUAL = bytes((*b"\t\n\f\r\b\x1b", *range(32, 256)))  # what is left of a text without these is little


class UnreadableError(RlmError):
    """A file cannot be read as a document. passing: the same file may be readable at another time."""

    def __init__(self, reason: str, *, passing: bool = False) -> None:
        super().__init__(reason)
        self.passing = passing


def decode(data: bytes) -> tuple[str, str]:
    """(text, what is odd about its encoding, "" for nothing). Raises UnreadableError for binary data.

    What is not UTF-8 is taken for UTF-8 with damaged bytes when most of its characters beyond ASCII are right,
    else for Windows-1252, the common one in the West.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
        return text, _lost("read as UTF-16", text.count("\ufffd"))
    if b"\0" in data[:SNIFFED] or len(data[:SNIFFED].translate(None, _TEXTUAL)) * 10 > len(data[:SNIFFED]):
        raise UnreadableError("binary: neither text nor PDF nor HTML")
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        text = data.decode("utf-8-sig", "replace")
    bad = text.count("\ufffd")
    if sum(c > "\x7f" for c in text) - bad > bad:
        return text, _lost("read as UTF-8", bad)
    western = data.decode("cp1252", "replace")
    return western, _lost("read as Windows-1252", western.count("\ufffd"))


def _lost(how: str, count: int) -> str:
    return f"{how}, {count:,} characters unreadable" if count else how
