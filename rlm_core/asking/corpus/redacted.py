"""Leaves secrets out of a text whose lines keep their numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rlm_core.chunks.sanitize import visible
from rlm_core.engine.texts import Document
from rlm_core.redaction.redactor import Redactor
from rlm_core.redaction.spans import Redacted


def without_secrets(document: Document, redact: Redactor) -> list[Document]:
    """A document as a model may read it: redacted as a whole, and fit to be written, as the archive's texts are.

    The title too. A secret of several lines becomes a marker on one: the text behind it is a document of the same id,
    which begins on its own line. [] when nothing but white space is left.
    """
    if document.title:
        document = replace(document, title=visible(redact(document.title)))
    redacted = redact.redact(visible(document.text))
    if redacted.text is document.text:
        found = [document]
    else:
        found = [
            replace(document, text=redacted.text[start:end], first_line=document.first_line + line)
            for start, end, line in _stretches(redacted)
        ]
    return [d for d in found if d.text and not d.text.isspace()]


def _stretches(redacted: Redacted) -> Iterator[tuple[int, int, int]]:
    """(start, end, lines of the original before it) of the clean text's stretches without a lost line between."""
    text, numbers = redacted.text, redacted.lines()
    start = at = first = 0
    for line in range(1, len(numbers)):
        at = text.find("\n", at) + 1
        if numbers[line] != numbers[line - 1] + 1:
            yield start, at, numbers[first] - 1
            start, first = at, line
    yield start, len(text), numbers[first] - 1
