"""What a repair has done, for the command line and for whoever asks later."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rlm_core.errors import Counted, phrase, worded

if TYPE_CHECKING:
    from typing import Any

COPY, TRANSCRIPT, FILES = "second copy", "transcript", "the archive's own files"


@dataclass(frozen=True)
class Gone:
    """A chunk that nothing could bring back. entries: how many it held, -1 when that is not known."""

    session: str
    agent: str
    chunk: int
    entries: int
    path: str
    why: str

    def as_json(self) -> dict[str, Any]:
        entries = self.entries if self.entries >= 0 else None
        return {"session": self.session, "agent": self.agent, "chunk": self.chunk, "entries": entries,
                "path": self.path, "why": self.why}  # fmt: skip

    def __str__(self) -> str:
        form = "{session} sub-agent {agent}" if self.agent else "{session}"
        held = worded(", {entries}", entries=Counted(self.entries, "entry")) if self.entries >= 0 else ""
        return worded(
            "{who}: chunk {n:04d}{held}: {why} ({path})",
            who=worded(form, session=self.session, agent=self.agent),
            n=self.chunk,
            held=held,
            why=phrase(self.why),
            path=self.path,
        )


@dataclass
class Repaired:
    """mended: (path, where it came from). aside: damaged files that were kept in `damaged/`. lost: what is gone."""

    mended: list[tuple[str, str]] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    lost: list[Gone] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return bool(self.mended or self.aside)

    def as_json(self) -> dict[str, Any]:
        return {
            "mended": [{"path": path, "from": origin} for path, origin in self.mended],
            "aside": self.aside,
            "lost": [gone.as_json() for gone in self.lost],
        }
