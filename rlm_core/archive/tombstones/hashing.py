"""Hashes of what was forgotten, with the user's key: whoever has no key can guess no word by them.

Texts are compared without case, accents and white space, so that a copy of an entry is known wherever it stands.
"""

from __future__ import annotations

import re

from rlm_core.digest import blake2b
from rlm_core.home import user_key
from rlm_core.language.folding import fold
from rlm_core.language.identifiers import has_humps, split_humps
from rlm_core.redaction.clean import hex_digits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rlm_core.redaction.clean import CleanText

DIGEST = 12  # bytes, as a uuid's in the ledger
LONG = 40  # characters from which on a text is known by itself; a shorter one only together with its time
WAITED = 8  # the same of a prompt that waited: the record that follows has another time
_WORD = re.compile(r"[^\W_]+")
_ESCAPE = re.compile(r"\\[nrtbf]")
_FENCE = re.compile(r"`{3,}[a-z]*\n(.*?)\n`{3,}", re.S)
_LABEL = re.compile(r"^\*\*[^*\n]{1,200}\*\*$", re.M)


class Hashing:
    """Makes hashes of several kinds with the user's key, which is made when there is none."""

    __slots__ = ("_key",)

    def __init__(self) -> None:
        self._key = user_key(create=True)

    def of(self, kind: str, text: str) -> CleanText:
        """24 hexadecimal digits. kind: what the text is, so that equal texts of two kinds have nothing in common."""
        data = f"{kind}\0{text}".encode("utf-8", "backslashreplace")
        return hex_digits(blake2b(data, digest_size=DIGEST, key=self._key).hexdigest())

    def of_text(self, text: str) -> CleanText:
        return self.of("text", plain(text))

    def of_title(self, title: str, session: str = "") -> CleanText:
        """Of a title, whatever session it is of, or of one session's alone."""
        return self.of("title of", f"{session}\0{plain(title)}") if session else self.of("title", plain(title))

    def of_moment(self, text: str, time: str) -> CleanText:
        """Of a text of any length, said at a time: YYYY-MM-DDThh:mm:ss, what follows does not count."""
        return self.of("moment", f"{time[:19].replace(' ', 'T')}\0{plain(text)}")

    def of_words(self, words: Sequence[str]) -> tuple[int, CleanText, CleanText]:
        """(how many words, hash of the first, hash of all in their order)."""
        return len(words), self.of("word", words[0]), self.of("words", " ".join(words))


def plain(text: str) -> str:
    """A text as it is compared: folded, each run of white space one blank, control characters as they were written."""
    return " ".join(fold(text).split())


def words_of(text: str) -> list[str]:
    """The words of a text, folded; what stands between them does not count, and œ is oe.

    >>> words_of("Projet-Été, in a_b")
    ['projet', 'ete', 'in', 'a', 'b']
    """
    return _WORD.findall(fold(text).replace("œ", "oe").replace("æ", "ae"))


def readings(text: str) -> list[list[str]]:
    """The words of a text, and once more where it can be read in another way.

    A `\\n` in it may stand for the end of a line; `retryLimit` is one word, and then two.
    """
    found = [words_of(text)]
    if _ESCAPE.search(text):
        text = _ESCAPE.sub(" ", text)
        found.append(words_of(text))
    return [*found, words_of(split_humps(text))] if has_humps(text) else found


def parts_of(body: str) -> list[str]:
    """The texts that an entry of a chunk file may have been made of: all of it, and what stands in its fences and
    between its labels. More than there were does no harm."""
    found = [body, *_FENCE.findall(body)]
    pieces = _LABEL.split(body)
    if len(pieces) > 1:
        found += [piece.strip() for piece in pieces]
    return list(dict.fromkeys(found))
