r"""Secrets behind one layer of escapes: `\u0022`, `%22`, `&quot;`, `=C3=A9`; and text of 16 bits a character.

A stretch is decoded once, looked through as any text, and what is found is told by where it stands in the original.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import chain
from operator import methodcaller

from rlm_core.redaction.assignments import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator, Sequence

    from rlm_core.redaction.finding.image import Image

    Span = tuple[int, int, str]
    Find = Callable[[bytes], Sequence[Span]]

# By the sign that each begins with: one that a text lacks is not looked for, and the search for one literal is fast.
_ESCAPES: tuple[tuple[bytes, bytes], ...] = (
    (b"\\u00", rb"\\u00(?:[2-7][0-9A-Fa-f]|[aAeE][0-9A-Fa-f])"),
    (b"%", rb"%(?:25)?(?:[2-7][0-9A-Fa-f]|0[AaDd9]|[Cc][23]%(?:25)?[89AaBb][0-9A-Fa-f])"),
    (b"=C3=", rb"=(?:20|2[27]|3[AD]|C[23]=[89AB][0-9A-F])"),  # quoted-printable
    (b"&", rb"&(?:amp;)?(?:quot|amp|lt|gt|apos|#x?[0-9A-Fa-f]{2,3});"),
)
_ENTITIES = {b"&quot;": b'"', b"&amp;": b"&", b"&lt;": b"<", b"&gt;": b">", b"&apos;": b"'"}
_START = methodcaller("start")
_AROUND = 300  # characters on either side of an escape that are looked through with it


def spans(image: Image, find: Find) -> Iterator[Span]:
    """The secrets of the image that only show once it is decoded."""
    found = [regex(pattern).finditer(image.data) for sign, pattern in _ESCAPES if sign in image.data]
    if found:
        yield from _escaped(image, sorted(chain.from_iterable(found), key=_START), find)


def _escaped(image: Image, every: Sequence[re.Match[bytes]], find: Find) -> Iterator[Span]:
    """By regions around escapes: most of a text has none, and need not be looked through again.

    No region goes over the end of a text: what an escape means for what stands around it is its own text's.
    """
    begin = end = last = 0
    escapes: list[re.Match[bytes]] = []
    for escape in every:
        start = escape.start()
        if escapes and (start > end + _AROUND or start >= last):
            yield from _region(image.data, begin, min(end + _AROUND, last), escapes, find)
            escapes = []
        if start >= last:
            end, last = image.bounds(start)
        if not escapes:
            begin = max(end, start - _AROUND)
        escapes.append(escape)
        end = escape.end()
    if escapes:
        yield from _region(image.data, begin, min(end + _AROUND, last), escapes, find)


def _region(image: bytes, begin: int, stop: int, escapes: Sequence[re.Match[bytes]], find: Find) -> Iterator[Span]:
    pieces: list[bytes] = []
    there, here = [0], [begin]  # where in the decoded text what follows an escape begins, and where in the original
    done, length = begin, 0
    for escape in escapes:
        made = _meant(escape[0])
        if made:
            between = image[done : escape.start()]
            pieces += [
                between.replace(b"+", b" ") if escape[0][:1] == b"%" else between,
                made,
            ]  # forms have + for blanks
            length += escape.start() - done + 1
            done = escape.end()
            there += [length - 1, length]
            here += [escape.start(), done]
    if pieces:
        blank = (
            escapes[-1][0].upper() in _SEPARATORS and image[done : done + 1] == b"+"
        )  # as in `token+budget%3A+20000`
        pieces.append(b" " + image[done + 1 : stop] if blank else image[done:stop])
        for start, end, kind in find(b"".join(pieces)):
            yield _back(start, there, here), _back(end, there, here), kind


_SEPARATORS = (b"%3A", b"%3D", b"%2C", b"%26")  # behind which a blank may stand; elsewhere a plus may be one


def _meant(escape: bytes) -> bytes:
    if escape[:5] == b"&amp;" and len(escape) > 5:
        escape = b"&" + escape[5:]  # XML in XML
    if escape[:1] != b"&":
        code = int(escape[-2:], 16)
        return bytes((code,)) if code < 128 else b"?"  # as the image has a letter with an accent
    if escape[1:2] != b"#":
        return _ENTITIES[escape]
    number = int(escape[3:-1], 16) if escape[2:3] in b"xX" else int(escape[2:-1]) if escape[2:-1].isdigit() else 0
    return bytes((number,)) if 32 <= number < 127 else b""


def _back(offset: int, there: Sequence[int], here: Sequence[int]) -> int:
    at = bisect_right(there, offset) - 1
    return here[at] + offset - there[at]


# UTF-16 and UTF-32 that a program read as UTF-8: a NUL, or three, beside each character.
_WIDE = "(?:[^\0]\0{3}){4,}|(?:[^\0]\0){4,}"


def narrowed(text: str) -> str:
    """The text as it was meant, where at least four characters in a row have their NULs; the rest as it is.

    A character beyond Latin-1 was lost when it was read.

    >>> narrowed("plain " + "P\\0W\\0D\\0=\\0" + " a\\0b")
    'plain PWD= a\\x00b'
    """
    import re

    return re.sub(_WIDE, lambda found: found[0].replace("\0", ""), text)
