"""Makes an entry fit to be written: secrets redacted, characters that a text file cannot hold made visible."""

from __future__ import annotations

from rlm_core.transcript.entry import Entry, Part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Redact = Callable[[str], str]


def sanitize(entry: Entry, redact: Redact) -> Entry:
    """The entry as the archive may hold it. Media bytes stay as they are."""
    parts = [p.map(lambda text: _visible(redact(text)), _visible) for p in entry.parts]
    same = all(new is old for new, old in zip(parts, entry.parts, strict=True))
    return entry if same else entry.with_parts(parts)


def _visible(text: str) -> str:
    """NUL, which makes grep take a file for binary, becomes U+2400; a lone surrogate its escape."""
    if "\0" in text:
        text = text.replace("\0", "\u2400")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-8", "backslashreplace").decode()
    return text


def entry_parts(entry: Entry) -> list[Part]:
    """The parts that hold something; an empty thinking block holds nothing."""
    return [p for p in entry.parts if p.text or p.data is not None]
