"""What a search is asked for besides words, and what it answers with."""

from __future__ import annotations

from rlm_core.ownership import brought, is_brought
from rlm_core.record import Record, each

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Filters(Record, few=True):
    """What a hit must be; an empty string does not filter.

    session: beginning of an id. since, until: ISO date or time; a date means the whole day. role, tool: exact.
    file: part of a path that the chunk touched. branch: of git, exact.
    """

    session: str = ""
    since: str = ""
    role: str = ""
    tool: str = ""
    file: str = ""
    until: str = ""
    branch: str = ""

    def admit_chunk(self, meta: dict[str, Any]) -> bool:
        """Whether a chunk with this front matter can hold hits."""
        return (
            meta["session"].startswith(self.session)
            and (not self.since or meta["ended"] >= self.since)
            and (not self.until or meta["started"][: len(self.until)] <= self.until)
            and (not self.tool or self.tool in meta["tools"])
            and (not self.file or any(self.file in f for f in meta["files"]))
            and (not self.branch or meta.get("branch") == self.branch)
        )

    def admit_time(self, started: str) -> bool:
        """Whether an entry of this time can be a hit."""
        return not (self.since and started < self.since) and not (
            self.until and started[: len(self.until)] > self.until
        )


class Hit(Record, few=True):
    """A passage that matches.

    chunk, session, title, turns ([first, last]): of the chunk. path, line: the chunk file and the line that matches
    best, counted from 1. snippet: the passage; one that holds no word of the query is shown with a sentence beside
    it that does, on a line of its own behind `[role]`. started: time of its entry. tokens: of the snippet. uuids:
    of the entry it belongs to, of the one that its snippet shows beside it, and of up to three others with the same
    text. strong: it holds all that was asked for. marks: what was decided, corrected, refused, measured or
    left open in it. repeats: how often the same text stands elsewhere. stands_in: `path:line` of the blob when it
    stands whole only there. later: `chunk:line` of the hits that supersede it. kind: the role, or `call` or
    `thinking` for what an assistant did rather than said, `asked` for a question that was put to the archive and
    `recalled` for what was found there. foreign: it came with an archive that was adopted. why: the steps by which
    it scored, see `explained`; only of a search that was asked for them.
    """

    chunk: str
    session: str
    path: str
    line: int
    score: float
    title: str
    snippet: str
    started: str
    turns: list[int]
    tokens: int
    uuids: list[str]
    role: str
    strong: bool = False
    marks: list[str] = each(list)
    repeats: int = 0
    stands_in: str = ""
    later: list[str] = each(list)
    kind: str = ""
    foreign: bool = False
    why: list[dict[str, Any]] = each(list)

    def as_json(self) -> dict[str, Any]:
        """The fields; `foreign` and `why` are there only when there is something to tell."""
        values = {name: getattr(self, name) for name in self.FIELDS}
        return {k: v for k, v in values.items() if v or k not in ("foreign", "why")}


def marked(root: str, hits: list[Hit]) -> list[Hit]:
    """The hits, those marked that came with an archive which this user has adopted. root: of the archive."""
    known = brought(root)
    for hit in hits if known else ():
        hit.foreign = is_brought(root, hit.path, known)
    return hits
