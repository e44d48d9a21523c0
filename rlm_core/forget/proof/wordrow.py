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
    from collections.abc import Iterable, Iterator

MOST_JOINED = 64  # characters of what is put together
ROUNDS = 3  # of escapes within escapes that are undone: JSON in JSON in JSON
_WORD = re.compile(r"[^\W_]+")
_NO_WORD = re.compile(r"[^\w\n]+|_+")
_CJK = re.compile("([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff])")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.S)
_SIGNALS = re.compile("[\x1b\u241b]\\[[0-9;?]{0,32}[A-Za-z]")
_PERCENT = re.compile(r"%[0-9a-fA-F]{2}")
_MARKS = re.compile("[\u0300-\u036f]+")
_BLANKS = "nrtbf0"
_NUMBERED = re.compile(r"^[ \t]{0,99}\d+(?:→|\t)", re.M)
_SIGN = re.compile("[\\\\%&\x1b\u241b]")
_CASED = bytes(i if i >= 128 or chr(i).isalnum() else 32 for i in range(256))
_LOWER = _CASED.lower()
_LINES = bytes(10 if i == 10 else lower for i, lower in enumerate(_LOWER))
_BETWEEN = b"_.-/:\\@"
_KEPT = bytes(i if i in _BETWEEN else lower for i, lower in enumerate(_LOWER))
_HUMPED = re.compile(rb"\b[A-Za-z0-9]*(?:[a-z0-9][A-Z]|[A-Z][A-Z][a-z])[A-Za-z0-9]*")
_NUMBER = re.compile(r"([0-9]+)([a-z]{1,3})")
_MEASURE = re.compile(rb"\b([0-9]+)([A-Za-z]{1,3})\b")
# From U+2000 to U+27FF, signs of Latin-1, and pictures.
_SIGNS = re.compile(rb"\xe2[\x80-\x9f][\x80-\xbf]|\xc2[\x80-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf]|\xf0\x9f[\x80-\xbf]{2}")


def accented(text: str) -> set[str]:
    """The words of a text that have other letters than ASCII's, in lower case, with their accents."""
    if text.isascii():
        return set()
    other = " ".join(word for word in text.split() if not word.isascii())
    composed = unicodedata.normalize("NFC", _HUMP.sub(" ", other))
    return {word.lower() for word in _WORD.findall(composed) if not word.isascii()}


def folded(text: str) -> str:
    """The text in lower case without accents; ligatures and full-width letters are plain ones."""
    return text.lower() if text.isascii() else _bare(text).lower()


def _bare(text: str) -> str:
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFKD", text)))


def units(text: str) -> list[str]:
    """The words of a text in order, folded; those of `retry_limit` are two, that of `retryLimit` is one."""
    return _row(_plain(text))


def lines_of(texts: Iterable[str]) -> str:
    """The words of texts without line breaks, as `units` gives them, with blanks between them: a line each text."""
    plain = _plain("\n".join(texts)).translate(_LINES).decode("utf-8", "replace")
    return plain if plain.isascii() else _NO_WORD.sub(" ", _CJK.sub(r" \1 ", plain.lower()))


def units_and_parts(text: str) -> tuple[list[str], set[str]]:
    """The same, and the words of its identifiers in camel case: `retry` and `limit` of `retryLimit`."""
    plain = _plain(text)
    humped = {word.decode() for word in _HUMPED.findall(plain)}
    return _row(plain), {part for word in humped for part in _HUMP.sub(" ", word).lower().split()}


def parted(text: str) -> list[str]:
    """The words of a text in order, as `units`; those of `retryLimit` are two, and so are those of `20ms`."""
    plain = _HUMPED.sub(lambda found: _HUMP.sub(" ", found[0].decode()).encode(), _plain(text))
    return _row(_MEASURE.sub(rb"\1 \2", plain))


def measured(words: Iterable[str]) -> set[str]:
    """What `parted` makes of words that are a number with its unit: `20` and `ms`."""
    return {
        part for word in words if word[:1].isdigit() and (found := _NUMBER.fullmatch(word)) for part in found.groups()
    }


def without_numbers(text: str) -> str:
    """A text without the numbers that the client puts before the lines of a file, which an index leaves out."""
    return _NUMBERED.sub("", text)


def joins(text: str) -> set[str]:
    """What the words of identifiers and paths give when neighbours of them are put together, as an index may do.

    Of `src/pay.py`: `srcpay`, `paypy` and `srcpaypy`. Where an index begins and ends is its own matter.
    """
    runs = set(_plain(text).translate(_KEPT).decode("utf-8", "replace").split())
    return set().union(*(_joined(run) if len(run) <= MOST_JOINED else _joins_of(run) for run in runs))


@lru_cache(maxsize=50_000)
def _joined(run: str) -> tuple[str, ...]:
    return tuple(_joins_of(run))


def _joins_of(run: str) -> Iterator[str]:
    words = _WORD.findall(run)
    for start in range(len(words) - 1):
        whole = words[start]
        for word in words[start + 1 :]:
            whole += word
            if len(whole) > MOST_JOINED:
                break
            yield whole


def _plain(text: str) -> bytes:
    """A text without accents, and with blanks for the signs that are not ASCII: of most texts that is ASCII."""
    if text.isascii():
        return text.encode()
    data = _SIGNS.sub(b" ", text.encode("utf-8", "replace"))
    return data if data.isascii() else _bare(data.decode()).encode()


def _row(plain: bytes) -> list[str]:
    row = plain.translate(_LOWER).decode("utf-8", "replace").split()
    if plain.isascii():
        return row
    return [one for word in row for one in ((word,) if word.isascii() else _other_words(word))]


@lru_cache(maxsize=50_000)
def _other_words(word: str) -> tuple[str, ...]:
    """The words of what holds other letters than ASCII has."""
    return tuple(_WORD.findall(_CJK.sub(r" \1 ", word.lower())))


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
