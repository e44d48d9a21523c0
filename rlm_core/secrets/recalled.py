"""Fingerprints of what was left out before there were any, from the transcripts that Claude Code still has.

A transcript is read as for the archive and redacted in memory; nothing of it is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rlm_core.chunks.sanitize import Names, sanitize
from rlm_core.config import redactor
from rlm_core.disk import opened
from rlm_core.redaction.ids import clean_id
from rlm_core.transcript.locate import transcripts
from rlm_core.transcript.reader import Reader

if TYPE_CHECKING:
    from rlm_core.archive.store import Archive
    from rlm_core.transcript.source import Source

    Marks = list[tuple[str, str]]  # kind, fingerprint


class OldMarks:
    """What transcripts tell of secrets in them; each is read once, when it is first asked for."""

    def __init__(self, archive: Archive, project: str) -> None:
        self._config = archive.config
        self._project = project
        self._sources: dict[str, list[Source]] | None = None
        self._known: dict[str, dict[str, Marks] | None] = {}

    def marks_of(self, session: str, uuid: str) -> Marks | None:
        """Kind and fingerprint of each secret of a record, in order; None when no transcript has the record."""
        if session not in self._known:
            self._known[session] = self._read(session)
        known = self._known[session]
        return known.get(uuid) if known is not None else None

    def _read(self, session: str) -> dict[str, Marks] | None:
        if self._sources is None:
            self._sources = {}
            for source in transcripts(self._project):
                self._sources.setdefault(clean_id(source.session), []).extend(source.transcripts())
        sources = self._sources.get(session)
        if not sources:
            return None
        found: dict[str, Marks] = {}
        for source in sources:
            try:
                self._take(source, found)
            except OSError:
                continue  # the client has removed it just now
        return found

    def _take(self, source: Source, found: dict[str, Marks]) -> None:
        redact = redactor(self._config, marks=True)
        names = Names(redact)
        with opened(source.path) as stream:
            agents = {agent.agent for agent in source.agents()}
            reader = Reader(
                stream, folder=source.folder, agent=bool(source.agent), session=source.session, agents=lambda: agents
            )
            for _, _, entry in reader:
                if entry is None:
                    continue
                redact.marks = []
                sanitize(entry, redact, names)
                found.setdefault(entry.uuid, list(redact.marks))
