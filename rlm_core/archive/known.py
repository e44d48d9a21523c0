"""Which entries of a transcript the archive holds already."""

from __future__ import annotations

import os

from rlm_core.archive.ledger import FORGOTTEN_OWNER
from rlm_core.digest import hexdigest
from rlm_core.redaction.clean import EMPTY, hex_digits, literal, written_before
from rlm_core.transcript.entry import MEDIA, Entry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.archive.work import Work
    from rlm_core.chunks.sanitize import CleanEntry, CleanPart
    from rlm_core.redaction.clean import CleanText


class Known:
    """Tells what is new, what is known, and what is another text under a known uuid.

    end: byte after the last line that a former run has read. shared: owner tag (hex) -> entries that another
    session holds, counted on the way. forgotten: the last entry that `holds` found was forgotten on purpose.
    """

    __slots__ = (
        "_anew",
        "_archived",
        "_ledger",
        "_open",
        "_proven",
        "_seen",
        "_sizes",
        "_tag",
        "_twins",
        "_work",
        "end",
        "forgotten",
        "shared",
    )

    def __init__(self, work: Work) -> None:
        self._work = work
        self._ledger = work.ledger
        self._tag = work.tag
        held = work.held
        self._open: set[tuple[object, ...]] = set(map(tuple, held))
        self._sizes: dict[str, int] = dict(held)
        self._twins = {uuid: False for uuid in self._sizes if "~" in uuid}  # its text stands in this run's chunks
        self._seen: dict[str, tuple[int, int]] = {}  # uuid -> size and hash of what this run has put into chunks
        self._archived: dict[str, list[tuple[str, str]]] | None = None  # uuid -> (text, folder), read when asked for
        self._proven = False
        self._anew = work.state.position.end == 0 and work.state.chunks > 0  # what is archived comes once more
        self.end = work.state.position.end
        self.shared = work.state.shared
        self.forgotten = False

    def holds(self, entry: Entry, start: int) -> bool:
        """Whether the archive holds the entry, and no poorer than it stands here. start: its byte."""
        self.forgotten = False
        seen = self._seen.get(entry.uuid)
        if seen is not None:
            return entry.size <= seen[0]
        row = self._ledger.find(entry.uuid)
        if row is None:
            return self._stands_in_one(entry)
        tag, size = row
        self.forgotten = tag == FORGOTTEN_OWNER
        held = (entry.uuid, entry.size) in self._open or (entry.lost_output and entry.uuid in self._sizes)
        if tag == self._tag and held:
            return False  # it stands in the open chunk, which is being cut anew
        if entry.size > size:
            return False
        self._prove()
        if tag != self._tag and start >= self.end and not self.forgotten:
            owner = hex_digits(tag.hex())
            self.shared[owner] = self.shared.get(owner, 0) + 1
        return True

    def _prove(self) -> None:
        """Before the ledger's word has an entry passed over: is the table as it was written? Once a run.

        A flipped bit in an owner or a size would have an entry taken for archived that is not. Raises OvertakenError
        when the table had to be made anew: what was decided by it is decided again.
        """
        if self._proven or self._ledger.held:
            return
        from rlm_core.archive.mending.mend import prove_ledger  # here: most runs meet nothing that they know already
        from rlm_core.archive.work import OvertakenError

        self._proven = True
        if not prove_ledger(self._work):
            raise OvertakenError

    def is_closed(self, entry: Entry) -> bool:
        """Whether the entry stands in one of this transcript's own closed chunks: in another's it does not count."""
        row = self._ledger.find(entry.uuid)
        mine = row is not None and row[0] in (self._tag, FORGOTTEN_OWNER)
        found = mine and (entry.uuid, entry.size) not in self._open
        if found:
            self._prove()
        return found

    def _stands_in_one(self, entry: Entry) -> bool:
        """Whether an earlier version has archived all of the record as one entry, which is now one of several."""
        if not entry.record_size:
            return False
        base, dot, number = entry.uuid.rpartition(".")
        row = self._ledger.find(base) if dot and number.isdecimal() else None
        found = row is not None and row[1] >= entry.record_size
        if found:
            self._prove()
            self.forgotten = row is not None and row[0] == FORGOTTEN_OWNER
        return found

    def has(self, uuid: str) -> bool:
        """Whether a record of this transcript is archived under the uuid."""
        row = self._ledger.find(uuid)
        return uuid in self._seen or (row is not None and row[0] == self._tag)

    def add(self, entry: Entry) -> None:
        """The entry goes into a chunk."""
        self._seen[entry.uuid] = (entry.size, hash(_said(entry)))
        if self._twins and (twin := f"{entry.uuid}~{digest(entry)}") in self._twins:
            self._twins[twin] = True  # it has its record's own name now

    def keeps(self, uuid: str, size: int) -> bool:
        """Whether an entry that stood in the provisional chunk stands in this run's chunks, or in another session's."""
        seen = self._seen.get(uuid)
        if (seen is not None and seen[0] >= size) or self._twins.get(uuid):
            return True
        row = self._ledger.find(uuid)
        if row is None or row[0] == self._tag:
            return False
        self._prove()
        return True

    def archived_text(self, entry: Entry) -> CleanText:
        """The Markdown of an entry of the open chunk that was richer when that was written; "" for all others.

        The file to which the client had moved an output may be gone since.
        """
        size = self._sizes.get(entry.uuid, -1)
        if not entry.lost_output or entry.size >= size:
            return EMPTY
        entry.size = size
        return written_before(next((text for text, _ in reversed(self._texts().get(entry.uuid, []))), EMPTY))

    def name_of(self, entry: Entry, clean: CleanEntry, start: int) -> CleanText:
        """Under which uuid an entry that `holds` calls known is one of its own; its own uuid where it is known indeed.

        Two records under one uuid are two: the second is kept as `UUID~` and a hash. A copy is none, nor is one that
        says nothing. A shortened copy counts as another record: what tells them apart may be what was left of it.
        """
        if not entry.size and not any(p.data for p in entry.parts):
            return entry.uuid
        seen = self._seen.get(entry.uuid)
        other = literal("{}~{}").format(entry.uuid, hex_digits(digest(entry)))
        if seen is not None:
            return entry.uuid if seen[1] == hash(_said(entry)) or self._has_twin(other, entry) else other
        if (other, entry.size) in self._open:
            return other  # it stands in the open chunk, which is being cut anew
        row = self._ledger.find(entry.uuid)
        if row is None or row[0] != self._tag or start < self.end:
            return entry.uuid  # another session's, as forks copy them; or read before
        if self._anew and row[1] == entry.size:
            return entry.uuid
        if (twin := self._ledger.find(other)) is not None and twin[0] == FORGOTTEN_OWNER:
            self.forgotten = True
            return entry.uuid
        same = self._has_twin(other, entry) or (
            (row[1] == entry.size or self._anew) and self._stands(clean, entry.uuid)
        )
        return entry.uuid if same else other

    def _has_twin(self, name: CleanText, entry: Entry) -> bool:
        """Whether the entry is archived under this name, and not in the open chunk, which is being cut anew."""
        return self.has(name) and (name in self._seen or (name, entry.size) not in self._open)

    def _stands(self, clean: CleanEntry, uuid: str) -> bool:
        """Whether all that the entry says stands in this transcript's chunks under the uuid."""
        places = self._texts().get(uuid, ())
        return any(all(_stands_in(part, text, folder) for part in clean.parts) for text, folder in places)

    def _texts(self) -> dict[str, list[tuple[str, str]]]:
        if self._archived is None:
            from rlm_core.archive.store import chunk_names  # here: two records of one uuid are an accident
            from rlm_core.chunks.chunkfile import load
            from rlm_core.disk import read
            from rlm_core.errors import ArchiveError

            self._archived = {}
            own, archive = self._work.state.folder, self._work.archive
            for folder in [*archive.copies_of(own), archive.path(own)] if own else ():
                for name in chunk_names(folder):
                    try:
                        entries = load(read(os.path.join(folder, name)) or b"", name).entries()
                    except (ArchiveError, OSError):
                        continue
                    for uuid, _, text in entries:
                        self._archived.setdefault(uuid, []).append((text, folder))
        return self._archived


def digest(entry: Entry) -> str:
    """Eight hexadecimal digits of what an entry says, before redaction."""
    return hexdigest("\0".join(_said(entry)).encode("utf-8", "backslashreplace"), 4)


def _said(entry: Entry) -> tuple[str, ...]:
    return tuple([p.text for p in entry.parts])


def _stands_in(part: CleanPart, text: str, folder: str) -> bool:
    """Whether a part stands whole in an entry's text, or in a blob to which that points."""
    if part.kind != MEDIA and part.text in text:
        return True
    from rlm_core.chunks.render import TEXT_SUFFIX, blob_name
    from rlm_core.disk import read

    data = (part.data or b"") if part.kind == MEDIA else part.text.encode()
    name = blob_name(data, part.suffix if part.kind == MEDIA else TEXT_SUFFIX)
    return f"blobs/{name}" in text and read(os.path.join(folder, "blobs", name)) == data
