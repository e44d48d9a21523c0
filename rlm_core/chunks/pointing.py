"""What stands in an entry for the rest of a long output, which lies in a file beside the chunk. `render` writes it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_BEFORE, _ENDING, _BEHIND = "characters left out here; the whole text: blobs/", ".txt", " …]"
_DIGITS = 16  # hex, of the name


def blobs_in(text: str) -> Iterator[str]:
    """The names of the files that a text points to, in order."""
    for part in text.split(_BEFORE)[1:]:
        name = part[: _DIGITS + len(_ENDING)]
        digits = name.removesuffix(_ENDING)
        if len(digits) == _DIGITS and not digits.strip("0123456789abcdef") and part.startswith(_BEHIND, len(name)):
            yield name


def blob_of(line: str) -> str:
    """The name of the file that a line points to first; "" for any other line."""
    return next(blobs_in(line), "") if _BEFORE in line else ""
