"""A text as a row of words: folded, without signs, so that the same words are found however they are written.

`Été, l'avion` and `ETE l avion` give the same row. A character of Chinese, Japanese or Korean is a word by itself.
What stands escaped (JSON, percent signs, HTML) is undone first, so that no form of a word has to be looked for.
"""

from __future__ import annotations

import re
import unicodedata
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUNDS = 3  # of escapes within escapes that are undone: JSON in JSON in JSON
_WORD = re.compile(r"[^\W_]+")
_CJK = re.compile("([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff])")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.S)
_SIGNALS = re.compile("[\x1b\u241b]\\[[0-9;?]{0,32}[A-Za-z]")
_PERCENT = re.compile(r"%[0-9a-fA-F]{2}")
_MARKS = re.compile("[\u0300-\u036f]+")
_BLANKS = "nrtbf0"
_ASCII = "".join(chr(i) if chr(i).isalnum() else " " for i in range(128)).lower()
_JOINING = dict.fromkeys(map(ord, "_.-/:\\@"))


def folded(text: str) -> str:
    """The text in lower case without accents; ligatures and full-width letters are plain ones."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFKD", text))).lower()


def units(text: str) -> list[str]:
    """The words of a text in order, folded; those of `retry_limit` are two, that of `retryLimit` is one."""
    if text.isascii():
        return text.translate(_ASCII).split()
    return _WORD.findall(_CJK.sub(r" \1 ", folded(text)))


def parts(text: str) -> set[str]:
    """The words of the identifiers in camel case: `retry` and `limit` of `retryLimit`."""
    humped = {word for word in set(_WORD.findall(text)) if not (word.islower() or word[1:].islower())}
    return {folded(part) for word in humped for part in _HUMP.sub(" ", word).split()}


def joined(text: str) -> set[str]:
    """The words that are left when what holds identifiers and paths together is taken out: `srcpaypy`."""
    return set(units(text.translate(_JOINING)))


def readings(text: str) -> Iterator[str]:
    """The text, then those of its lines that hold escapes, with these undone, round by round."""
    yield text
    for _ in range(ROUNDS):
        lines = [line for line in text.split("\n") if any(sign in line for sign in "\\%&\x1b\u241b")]
        before = "\n".join(lines)
        text = _undone(before)
        if text == before:
            return
        yield text


def _undone(text: str) -> str:
    if "\x1b" in text or "\u241b" in text:
        text = _SIGNALS.sub(" ", text)
    if "\\" in text:
        text = _ESCAPED.sub(_character, text)
    if "%" in text and _PERCENT.search(text):
        text = unquote(text, errors="replace")
    return unescape(text) if "&" in text else text


def _character(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    if code:
        return chr(int(code, 16))
    return " " if found[3] in _BLANKS else found[3]
