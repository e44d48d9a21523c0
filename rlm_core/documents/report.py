"""What a run over the documents did, file by file."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

NEW, CHANGED, UNCHANGED, VANISHED, SKIPPED, REMOVED = "new", "changed", "unchanged", "vanished", "skipped", "removed"
ABSENT = "no such file"


@dataclass(frozen=True)
class Outcome:
    """What a run did with one file. path: relative to the project when inside it, else absolute; fit to be printed.

    status: one of the constants above. reason: why it was skipped, or what was lost in reading it.
    archive_dir: where its chunks stand, "" for none. reader: the converter with its version. named: it was asked for by
    name in this run.
    """

    path: str
    kind: str = ""
    chunks: int = 0
    tokens: int = 0
    redactions: int = 0
    status: str = SKIPPED
    reason: str = ""
    archive_dir: str = ""
    reader: str = ""
    named: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class DocumentsReport:
    """What one run did. notes: what there is to say that concerns no single file."""

    outcomes: list[Outcome] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def of(self, *status: str) -> list[Outcome]:
        return [o for o in self.outcomes if o.status in status]

    @property
    def changed(self) -> bool:
        """Whether chunk files came or went."""
        return bool(self.of(NEW, CHANGED, REMOVED))
