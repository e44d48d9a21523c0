"""From bytes to text: which encoding, and what cannot be read."""

from __future__ import annotations

import importlib.util
import re

from rlm_core.documents.sayings import LOST, READ_AS
from rlm_core.errors import RlmError, worded

SNIFFED = 8192
OLD = b"\xd0\xcf\x11\xe0"  # how files of office programs before 2007 begin, and encrypted ones of today
_TEXTUAL = bytes((*b"\t\n\f\r\b\x1b", *range(32, 256)))  # what is left of a text without these is little

# What charset-normalizer may say and be believed: where it is wrong about a text in Latin letters, nothing in it tells.
_BELIEVED = re.compile(r"big5|gb|cp93[26]|cp949|cp950|shift_jis|euc_|iso2022_jp|iso2022_kr|johab|hz|cp1251|koi8_")
_JAPANESE = (b"\x1b$B", b"\x1b$@")  # of seven bits: it would pass for UTF-8 with escape sequences
FEW = 4  # letters, of which no encoding is told
# What a terminal obeys and does not show: ECMA-48 8.3 and 5.4, titles and links of xterm, character sets.
_SIGNALS = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)|[P^_X][^\x1b\n]*\x1b\\|[ -/]+[0-~]|[78=>cDEHMNOZ\\])"
)


class UnreadableError(RlmError):
    """A file cannot be read as a document. passing: the same file may be readable at another time."""

    def __init__(self, reason: str, *, passing: bool = False) -> None:
        super().__init__(reason)
        self.passing = passing


def decode(data: bytes) -> tuple[str, str]:
    """(text, what is odd about its encoding, "" for nothing). Raises UnreadableError for binary data.

    What is not UTF-8 is taken for UTF-8 with damaged bytes when most of its characters beyond ASCII are right, else
    for an encoding of Chinese, Japanese, Korean or Cyrillic where it reads as such, else for Windows-1252, the common
    one in the West.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
        return text, _lost("UTF-16", text.count("\ufffd"))
    if b"\0" in data[:SNIFFED] or len(data[:SNIFFED].translate(None, _TEXTUAL)) * 10 > len(data[:SNIFFED]):
        raise UnreadableError("binary: neither text nor a kind of document that rlm reads")
    if any(mark in data for mark in _JAPANESE):
        try:
            return data.decode("iso2022_jp"), _lost("iso2022_jp", 0)
        except UnicodeDecodeError:
            pass
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        text = data.decode("utf-8-sig", "replace")
    bad = text.count("\ufffd")
    if sum(c > "\x7f" for c in text) - bad > bad:
        return text, _lost("UTF-8", bad)
    foreign = _foreign(data)
    if foreign[1]:
        return foreign
    western = data.decode("cp1252", "replace")
    return western, _lost("Windows-1252", western.count("\ufffd"))


def text_of(data: bytes) -> str:
    """The text of some bytes, as `decode` reads them; of what is no text, whatever of it is UTF-8."""
    try:
        return decode(data)[0]
    except UnreadableError:
        return data.decode("utf-8", "replace")


def _foreign(data: bytes) -> tuple[str, str]:
    """A text in one of the encodings that are believed; ("", "") for another."""
    if importlib.util.find_spec("charset_normalizer") is None:
        return "", ""  # it comes with the extra, and with other packages
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    if best is None or not _BELIEVED.match(best.encoding):
        return "", ""
    try:
        text = data.decode(best.encoding)
    except UnicodeDecodeError:
        return "", ""
    letters = [c for c in text if c.isalpha()]
    foreign = sum(c > "\u036f" for c in letters)
    beyond = sum(c > "\x7f" for c in letters)
    if foreign < FEW or foreign * 10 < beyond * 9 or foreign * 10 < len(letters):
        return "", ""
    return text, _lost(best.encoding, 0)


def without_signals(text: str) -> str:
    """A log without the escape sequences that colour it; its lines stay."""
    return _SIGNALS.sub("", text) if "\x1b" in text else text


def _lost(encoding: str, count: int) -> str:
    return worded(LOST, encoding=encoding, n=count) if count else worded(READ_AS, encoding=encoding)
