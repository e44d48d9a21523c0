"""Which title a session has: the best of those that its transcript's records give it."""

from __future__ import annotations

from rlm_core.transcript.records.blocks import text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

TITLES = {"custom-title": ("customTitle", 3), "ai-title": ("aiTitle", 2), "summary": ("summary", 1)}
"""Type of a record that gives a title -> (its key, the title's rank: a person's own comes before any other)."""


class TitleRecords:
    """best: (rank, title), of those of one rank the latest; (0, "") before there is any.

    leaves: titles that count if a record with this uuid comes, or came.
    """

    __slots__ = ("_session", "best", "leaves")

    def __init__(self, session: str = "") -> None:
        """session: its id, "" when unknown; a title that names another session is none."""
        self._session = session
        self.best: tuple[int, str] = (0, "")
        self.leaves: dict[str, str] = {}

    def take(self, kind: str, record: Json) -> None:
        """Note the title that a record of one of the kinds in TITLES gives."""
        key, rank = TITLES[kind]
        title = text_of(record.get(key) or record.get("title")).strip()
        owner = text_of(record.get("sessionId"))
        if kind == "summary":
            leaf = text_of(record.get("leafUuid"))
            if title and leaf:
                self.leaves.pop(leaf, None)
                self.leaves[leaf] = title
        elif not (owner and self._session and owner != self._session):
            self._consider(rank, title)

    def met(self, uuid: str) -> None:
        """A record with this uuid came: a title that waited for it counts."""
        if self.leaves and uuid in self.leaves:
            self._consider(1, self.leaves.pop(uuid))

    def _consider(self, rank: int, title: str) -> None:
        if title and rank >= self.best[0]:
            self.best = (rank, title)
