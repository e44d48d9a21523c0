"""What one run of archiving did."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rlm_core.redaction.clean import CleanText


class Report:
    """What one run did. Fields as `rlm archive --json` shows them.

    chunks_new, entries_new, bytes_read, skipped_lines, lost_outputs: of this run.
    chunks_total, entries, redactions: of the transcript, all runs together.
    """

    FIELDS = (
        "session",
        "chunks_new",
        "chunks_total",
        "entries",
        "entries_new",
        "bytes_read",
        "skipped_lines",
        "redactions",
        "lost_outputs",
        "archive_dir",
    )
    __slots__ = (
        "archive_dir",
        "bytes_read",
        "chunks_new",
        "chunks_total",
        "entries",
        "entries_new",
        "lost_outputs",
        "redacted",
        "session",
        "skipped_lines",
    )

    def __init__(self, session: str) -> None:
        self.session = session
        self.chunks_new = 0
        self.chunks_total = 0
        self.entries = 0
        self.entries_new = 0
        self.bytes_read = 0
        self.skipped_lines = 0
        self.lost_outputs = 0
        self.redacted: dict[CleanText, int] = {}  # kind -> secrets left out of the session, as `entries` in all
        self.archive_dir = ""

    @property
    def redactions(self) -> int:
        return sum(self.redacted.values())

    def as_json(self) -> dict[str, Any]:
        return {f: getattr(self, f) for f in self.FIELDS} | {"redacted": self.redacted}
