"""Entries and chunks for the tests of chunks."""

from __future__ import annotations

import io
from collections.abc import Iterable

from kits.builders import Session
from rlm_core.chunks.chunker import Chunk, Chunker
from rlm_core.chunks.sanitize import sanitize
from rlm_core.redaction.redactor import Redactor
from rlm_core.transcript.entry import Entry
from rlm_core.transcript.reader import Reader


def entries_of(session: Session) -> list[Entry]:
    redact = Redactor(enabled=False)
    return [sanitize(e, redact) for _, _, e in Reader(io.BytesIO(session.data())) if e is not None]


def cut(entries: Iterable[Entry], sizes: tuple[int, int]) -> list[Chunk]:
    """The chunks of a session, the last one still open."""
    chunker = Chunker(*sizes)
    closed = [c for e in entries if (c := chunker.add(e))]
    return [*closed, chunker.open] if chunker.open.entries else closed
