"""Small JSON files of the machine's own, each with a seal: a hash of its text, so that a flipped bit is seen.

    {"check": "0123456789abcdef", "version": 1, ...}

A file whose seal does not fit is none: it is made anew, never obeyed. Files of versions before 0.6 bear no seal, and
are read by their types alone.
"""

from __future__ import annotations

from rlm_core import quickjson as json
from rlm_core.digest import hexdigest
from rlm_core.disk import read
from rlm_core.redaction.clean import hex_digits, literal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rlm_core.redaction.clean import CleanText

_HEAD, _NEXT = b'{"check": "', b'", '
_DIGITS = slice(len(_HEAD), len(_HEAD) + 16)
_REST = _DIGITS.stop + len(_NEXT)
MAX_BYTES = 64 * 1024 * 1024  # a file of ours that is larger is not ours


def sealed(text: CleanText) -> CleanText:
    """A JSON object's text with its seal: its first member, `check`. An empty object needs none."""
    if text == "{}":
        return text
    return literal('{{"check": "{}", {}').format(_seal(text.encode()), text[1:])


def parsed(path: str, most: int = MAX_BYTES) -> tuple[dict[str, Any] | None, bool]:
    """(the JSON object in a file, None when there is none; whether its seal fits or it never had one).

    most: bytes that the file may have.
    """
    try:
        return opened(read(path, most) or b"")
    except OSError:
        return None, False


def opened(data: bytes) -> tuple[dict[str, Any] | None, bool]:
    """As `parsed`, of what stands in a file."""
    if not data:
        return None, False
    try:
        values = json.loads(data)
    except (ValueError, RecursionError):
        return None, False
    if not isinstance(values, dict):
        return None, False
    digits = values.pop("check", None)
    # A flipped bit may have hit the seal's own name.
    bears = digits is not None or (data[_DIGITS.stop : _REST] == _NEXT and not data[_DIGITS].strip(b"0123456789abcdef"))
    fits = data.startswith(_HEAD) and data[_DIGITS].decode("latin-1") == _seal(b"{" + data[_REST:])
    return values, fits or not bears


def read_sealed(path: str, most: int = MAX_BYTES) -> dict[str, Any] | None:
    """The JSON object in a file of the machine's own; None when it is missing, harmed or unreadable."""
    values, whole = parsed(path, most)
    return values if whole else None


def _seal(data: bytes) -> CleanText:
    return hex_digits(hexdigest(data, 8))
