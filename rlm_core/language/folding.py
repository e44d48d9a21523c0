"""Letters without case and accents, so that `Décidé`, `decide` and `DÉCIDÉ` compare equal."""

from __future__ import annotations

import unicodedata

# One character for one character, which Unicode's own decomposition does not promise.
_ACCENTED = "àáâãäåçèéêëìíîïñòóôõöùúûüýÿ’‘ʼ\u00a0\u202f"
_PLAIN = "aaaaaaceeeeiiiinooooouuuuyy'''  "
_PAIRS = tuple(zip(_ACCENTED, _PLAIN, strict=True))
# Latin-1's letters in lower case without accents, its digits, and blanks for what parts words.
LATIN_WORDS = (
    "".join([c if c.isalnum() else " " for c in map(chr, range(256))])
    .lower()
    .translate(str.maketrans(f"{_ACCENTED}ªº", f"{_PLAIN}ao"))
    .encode("latin-1")
)
MOST_KEPT = 0x3000  # up to this character what becomes of one is kept


class _Unaccented(dict[int, str]):
    """A character -> its compatibility decomposition (NFKD) without combining marks; made when first asked for."""

    def __missing__(self, character: int) -> str:
        parts = unicodedata.normalize("NFKD", chr(character))
        made = "".join(c for c in parts if not unicodedata.combining(c))
        if character < MOST_KEPT:
            self[character] = made
        return made


_UNACCENTED = _Unaccented()


def composed(text: str) -> str:
    """The text in Unicode's composed form (NFC), in which an accented letter is one character."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def unaccented(text: str) -> str:
    """The text without accents; ligatures and full-width letters become plain ones (NFKD). Case stays."""
    return text if text.isascii() else text.translate(_UNACCENTED)


def fold(text: str) -> str:
    """The text in lower case without accents. It may be longer or shorter than before.

    >>> fold("Été"), fold("ﬁle")
    ('ete', 'file')
    """
    return text.lower() if text.isascii() else unaccented(text).lower()


def fold_in_place(text: str) -> str:
    """The same for Latin letters, with straight apostrophes and plain spaces, and exactly as long as the text.

    An offset in the result is the same offset in the text.
    """
    lowered = text.lower()
    if len(lowered) != len(text):  # İ, for one, would become two characters
        lowered = "".join(low if len(low := c.lower()) == 1 else c for c in text)
    if not lowered.isascii():
        for accented, letter in _PAIRS:
            lowered = lowered.replace(accented, letter)
    return lowered
