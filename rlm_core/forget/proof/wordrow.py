"""A text as a row of words: folded, without signs, so that the same words are found however they are written.

`Été, l'avion` and `ETE l avion` give the same row. A character of Chinese, Japanese or Korean is a word by itself.
What stands escaped (JSON, percent signs, HTML) is undone first, so that no form of a word has to be looked for.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
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
_SIGN = re.compile("[\\\\%&\x1b\u241b]")
_CASED = bytes(i if i >= 128 or chr(i).isalnum() else 32 for i in range(256))
_LOWER = _CASED.lower()


def folded(text: str) -> str:
    """The text in lower case without accents; ligatures and full-width letters are plain ones."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFKD", text))).lower()


def units(text: str) -> list[str]:
    """The words of a text in order, folded; those of `retry_limit` are two, that of `retryLimit` is one."""
    return _folded_row(_split(text, _LOWER))


def parts(text: str) -> set[str]:
    """The words of the identifiers in camel case: `retry` and `limit` of `retryLimit`."""
    cased = _cased_row(_split(text, _CASED))
    humped = {word for word in cased if not (word.islower() or word.isupper() or word[1:].islower())}
    return {folded(part) for word in humped for part in _HUMP.sub(" ", word).split()}


def joined(text: str) -> list[str]:
    """The words that are left when what holds identifiers and paths together is taken out: `srcpaypy`."""
    return _folded_row(_split(text, _LOWER, b"_.-/:\\@"))


def _split(text: str, table: bytes, without: bytes = b"") -> list[str]:
    """A text at its ASCII signs; words with other signs in them are in one piece as yet."""
    return text.encode("utf-8", "replace").translate(table, without).decode("utf-8", "replace").split()


def _folded_row(row: list[str]) -> list[str]:
    if all(map(str.isascii, row)):
        return row
    return [one for word in row for one in ((word,) if word.isascii() else _folded_words(word))]


def _cased_row(row: list[str]) -> set[str]:
    found = set(row)
    others = [word for word in found if not word.isascii()]
    return found.difference(others).union(*map(_WORD.findall, others))


@lru_cache(maxsize=50_000)
def _folded_words(word: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(_CJK.sub(r" \1 ", folded(word))))


def readings(text: str) -> Iterator[str]:
    """The text, then those of its lines that hold escapes, with these undone, round by round."""
    yield text
    for _ in range(ROUNDS):
        if not _SIGN.search(text):
            return
        before = "\n".join(filter(_SIGN.search, text.split("\n")))
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
