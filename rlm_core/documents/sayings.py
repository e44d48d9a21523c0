"""What a converter or the list of documents says of a file, as a text that can be told in another language.

A converter is another process and the list a file: from both comes English, with its values in it. What was said is
known again by the forms below, so that a list that an earlier version has written is told, too.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from rlm_core.errors import Joined, Worded, worded

if TYPE_CHECKING:
    from collections.abc import Sequence

READ_AS = "read as {encoding}"
LOST = "read as {encoding}, {n:,} characters unreadable"
SOME_LOST = "read as {encoding}, some characters unreadable"
NO_TEXT_ON = "no text on page {page}"
NO_TEXT_ON_SOME = "no text on {n} {n:|page|pages} ({pages})"
UNREAD_PAGE = "cannot read page {page}"
UNREAD_PAGES = "cannot read {n} {n:|page|pages} ({pages})"
NO_PDF = "no PDF that {reader} can read ({why})"
NO_PAGE = "of {n} {n:|page|pages} none"
SCANNED = "scanned: no text on its {n} {n:|page|pages}; run it through OCR first"
NO_WORKBOOK = "no workbook that {reader} can read ({why})"
NO_WRITING = "no document that {reader} can read ({why})"
UNREAD_SHEET = "cannot read sheet {title} ({why})"
FIRST_CELLS = "only the first {n:,} {n:|cell|cells}"
NO_CHAPTERS = "{n} {n:|chapter is|chapters are} missing"
DEEP = "tags within more than {n} {n:|other|others} are left out, their text is kept"
WITHOUT_LXML = "omitted end tags are guessed; with the Python package lxml they are read right"
SAMPLED = "columns and a sample; --whole takes all of it"
OURS = "rlm's reader of {format}"
BROKEN_ZIP = "its zip file is broken ({why})"
LACKING = "it has no {name}"
BROKEN_PART = "its {name} is broken ({why})"
LARGE = "larger than {n} MB"
LARGE_UNNAMED = "larger than {n} MB; name it to add it"
LARGE_WITHIN = "unpacked larger than {n} MB, or of too many parts"
NO_NOTEBOOK = "no notebook ({name}: {why})"
OF_FORMER = "of a format before 2007: save a copy as .{former} and add that{how}"
OF_RICH = "of Rich Text Format: save a copy as .{former} and add that{how}"
BY_OFFICE = "; `{office} --headless --convert-to {former} FILE` does it"
NEEDED = "{kind} needs the Python package {package}; `{line}` brings it"
CONVERSION = "its conversion {why}"
SLOW = "took more than {n} {n:|second|seconds}"
FAILED = "failed: {why}"
SLOW_CONVERSION = "its conversion took more than {n} {n:|second|seconds}"
NO_START = "its converter does not start: {why}"

FORMS = (
    SOME_LOST, LOST, READ_AS, NO_TEXT_ON, NO_TEXT_ON_SOME, UNREAD_PAGE, UNREAD_PAGES, NO_PDF, NO_PAGE, SCANNED,
    NO_WORKBOOK, NO_WRITING, UNREAD_SHEET, FIRST_CELLS, NO_CHAPTERS, DEEP, WITHOUT_LXML, SAMPLED, OURS, BROKEN_ZIP,
    LACKING, BROKEN_PART, LARGE_UNNAMED, LARGE, LARGE_WITHIN, NO_NOTEBOOK, OF_FORMER, OF_RICH, BY_OFFICE, NEEDED,
    SLOW_CONVERSION, CONVERSION, SLOW, FAILED, NO_START,
)  # fmt: skip
"""What there is to say; of two that fit one text the first is meant."""
MOST_PARTS = 12
_VALUE = re.compile(r"\{(\w+)(?::([^}]*))?\}")


def told(text: str) -> str:
    """The same text, by its forms where they are known; any other as it is.

    >>> [part.form for part in told("read as big5; only the first 5,000 cells").parts]
    ['read as {encoding}', 'only the first {n:,} {n:|cell|cells}']
    """
    if isinstance(text, Worded):
        return text
    parts = text.split("; ")
    several = _several(parts) if 1 < len(parts) <= MOST_PARTS else None
    return Joined("; ", several) if several and len(several) > 1 else _known(text) or text


def _several(parts: Sequence[str]) -> list[Worded] | None:
    """The texts of which the parts are made, each of one part or more; None where one is unknown."""
    if not parts:
        return []
    for n in range(1, len(parts) + 1):
        first = _known("; ".join(parts[:n]))
        rest = _several(parts[n:]) if first else None
        if first and rest is not None:
            return [first, *rest]
    return None


def _known(text: str) -> Worded | None:
    for form in FORMS:
        found = _pattern(form).fullmatch(text)
        if found:
            return worded(form, **{name: _value(name, value) for name, value in found.groupdict().items()})
    return None


def _value(name: str, value: str) -> object:
    """A number, another text of ours, or what it is."""
    if name == "n":
        return int(value.replace(",", ""))
    return told(value) if name in ("why", "how", "reader") else value


@cache
def _pattern(form: str) -> re.Pattern[str]:
    """What a form looks like with any values."""
    pieces, at = [], 0
    for place in _VALUE.finditer(form):
        pieces.append(re.escape(form[at : place.start()]))
        spec = place[2] or ""
        pieces.append(
            f"(?:{spec[1:]})" if spec.startswith("|") else f"(?P<{place[1]}>{'[0-9,]+' if place[1] == 'n' else '.*'})"
        )
        at = place.end()
    return re.compile("".join([*pieces, re.escape(form[at:])]), re.DOTALL)
