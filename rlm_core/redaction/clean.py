"""Text that may be written to disk: a type of its own for mypy, plain `str` at run time, where it costs nothing.

Only this room makes it: the redactor out of any text, the functions below out of what cannot hold a secret. From
there on it stays clean where it is cut, joined or put into a form, as long as every piece is clean:

    literal("{} · turn {}").format(redact(title), 12)

An f-string, a plain `str` and JSON of unknown origin are none, and mypy refuses them where a file is written.
"""

from __future__ import annotations

from rlm_core import quickjson

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any, Protocol, SupportsIndex, TypeAlias, TypeVar, overload

    from typing_extensions import Buffer

    class CleanText(str):
        """Text without secrets. What a method makes of it and of other clean text is clean as well."""

        @overload
        def __add__(self, other: CleanText, /) -> CleanText: ...
        @overload
        def __add__(self, other: str, /) -> str: ...
        def __add__(self, other: Any, /) -> Any: ...
        def __getitem__(self, key: SupportsIndex | slice, /) -> CleanText: ...
        @overload
        def join(self, parts: Iterable[CleanText], /) -> CleanText: ...
        @overload
        def join(self, parts: Iterable[str], /) -> str: ...
        def join(self, parts: Any, /) -> Any: ...
        @overload
        def replace(self, old: str, new: CleanText, count: SupportsIndex = -1, /) -> CleanText: ...
        @overload
        def replace(self, old: str, new: str, count: SupportsIndex = -1, /) -> str: ...
        def replace(self, old: str, new: Any, count: SupportsIndex = -1, /) -> Any: ...
        @overload
        def format(self, *pieces: CleanText | float) -> CleanText: ...
        @overload
        def format(self, *pieces: object, **named: object) -> str: ...
        def format(self, *pieces: Any, **named: Any) -> Any: ...
        def split(self, sep: str | None = None, maxsplit: SupportsIndex = -1) -> list[CleanText]: ...  # type: ignore[override]
        def partition(self, sep: str, /) -> tuple[CleanText, CleanText, CleanText]: ...
        def rpartition(self, sep: str, /) -> tuple[CleanText, CleanText, CleanText]: ...
        def strip(self, chars: str | None = None, /) -> CleanText: ...
        def lstrip(self, chars: str | None = None, /) -> CleanText: ...
        def rstrip(self, chars: str | None = None, /) -> CleanText: ...
        def removeprefix(self, prefix: str, /) -> CleanText: ...
        def removesuffix(self, suffix: str, /) -> CleanText: ...
        def lower(self) -> CleanText: ...
        def encode(self, encoding: str = "utf-8", errors: str = "strict") -> CleanBytes: ...

    class CleanBytes(bytes):
        """Clean text encoded, or bytes that are nobody's text."""

        @overload
        def __add__(self, other: CleanBytes, /) -> CleanBytes: ...
        @overload
        def __add__(self, other: Buffer, /) -> bytes: ...
        def __add__(self, other: Any, /) -> Any: ...
        @overload
        def join(self, parts: Iterable[CleanBytes], /) -> CleanBytes: ...
        @overload
        def join(self, parts: Iterable[Buffer], /) -> bytes: ...
        def join(self, parts: Any, /) -> Any: ...
        def decode(self, encoding: str = "utf-8", errors: str = "strict") -> CleanText: ...

    class CleanItems(Protocol):
        """A list or a tuple of clean values. The methods tell it from `str` and from a map, which iterate too."""

        def __iter__(self) -> Iterator[CleanJson]: ...
        def __contains__(self, item: object, /) -> bool: ...
        def __getitem__(self, key: SupportsIndex, /) -> CleanJson: ...

    AnyText = TypeVar("AnyText", CleanText, str)  # of what makes clean text of clean text, and other of other
    CleanJson: TypeAlias = "CleanText | float | CleanItems | Mapping[CleanText, CleanJson] | None"
else:
    CleanText, CleanBytes = str, bytes


def literal(text: str) -> CleanText:
    """A word of the source code. tests/test_clean_text.py sees to it that nothing else is handed over."""
    return CleanText(text)


def fields(**values: CleanJson) -> dict[CleanText, CleanJson]:
    """A JSON object whose names are words of the source code."""
    return values  # type: ignore[return-value]


def dumps(value: CleanJson, encode: Callable[[object], str] | None = None) -> CleanText:
    """Clean values as JSON. encode: in place of `json.dumps`, for another form of it."""
    return CleanText((encode or quickjson.dumps)(value))


def own_bytes(data: bytes) -> CleanBytes:
    """Bytes that are no text of a session's: a hash table, a picture, the user's own settings, a file of ours changed.

    The test mentioned above lists who calls it, and why.
    """
    return CleanBytes(data)


def hex_digits(text: str) -> CleanText:
    """Hexadecimal digits, such as a hash. Raises ValueError on anything else."""
    if text.strip("0123456789abcdef"):
        raise ValueError("not hexadecimal")
    return CleanText(text)


EMPTY = CleanText("")
RULES = 7
"""Number of the rules by which secrets are found: raise it when a text may come out otherwise than before.

A chunk says by which it was made; `tests/redaction/test_rules_version.py` holds the sources of the rules to it.
"""


def kinds_in(text: CleanText) -> list[CleanText]:
    """The kinds in the markers of a text, in order: `[redacted:env]` is one of `env`."""
    import re

    return [CleanText(kind) for kind in re.findall(r"\[redacted:([a-z0-9-]{1,40})\]", text)]


def moment(text: str) -> CleanText:
    """A time such as 2026-11-22T10:00:03.123Z; "" for what has anything but digits and the marks between them."""
    return CleanText(text) if not text.strip("0123456789-:.+TZtz ") else EMPTY


def written_before(text: str) -> CleanText:
    """What was read in a file of the archive: it was clean when it was written. The test lists who calls it."""
    return CleanText(text)


_HEX = "0123456789abcdef-"
_PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
_SHORT = 20  # characters of the shortest key that a rule knows by its form alone
_CALLS = ("toolu", "srvtoolu", "msg")


def plain_id(text: str) -> CleanText | None:
    """The text if it is an id in whose form no secret can stand, else None.

    That is: hexadecimal digits and hyphens, as in a uuid; fewer than 20 letters, digits, `_` and `-`; or an id that
    the API made for a call.

    >>> plain_id("3f2b8a90-1111-4222-8333-944445555666")
    '3f2b8a90-1111-4222-8333-944445555666'
    >>> plain_id("password=x")
    """
    if not text.strip(_HEX) or (len(text) < _SHORT and not text.strip(_PLAIN)):
        return CleanText(text)
    kind, _, rest = text.partition("_")
    # Keys of letters and digits alone have 20 characters or more than 32.
    of_a_call = kind in _CALLS and _SHORT < len(rest) <= 32 and rest.isascii() and rest.isalnum()
    return CleanText(text) if of_a_call else None
