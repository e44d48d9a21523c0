"""Proves that a transcript is whole in the archive, entry by entry, and that the chunk files are unharmed."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rlm_core.archive.store import Archive, chunk_names
from rlm_core.chunks.chunker import chunk_id
from rlm_core.chunks.chunkfile import ChunkFile, load, load_meta
from rlm_core.chunks.entries import ArchivedEntry
from rlm_core.chunks.render import TEXT_SUFFIX, blob_name
from rlm_core.chunks.sanitize import CleanEntry, CleanPart, entry_parts, sanitize, visible
from rlm_core.config import redactor
from rlm_core.disk import read
from rlm_core.errors import ArchiveError
from rlm_core.redaction.clean import written_before
from rlm_core.redaction.redactor import Redactor
from rlm_core.transcript.entry import CALL, MEDIA, Entry
from rlm_core.transcript.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rlm_core.config import Config
    from rlm_core.transcript.source import Source


@dataclass
class Verdict:
    """What `rlm verify` found in one transcript.

    entries: distinct uuids that the transcript holds. archived: how many of them stand in the archive
    with their whole text. missing: the uuids of the others. redactions: secrets left out of those
    found. skipped_lines: lines of the transcript that cannot be read.
    """

    session: str
    agent: str = ""
    entries: int = 0
    missing: list[str] = field(default_factory=list)
    redactions: int = 0
    skipped_lines: int = 0

    @property
    def archived(self) -> int:
        return self.entries - len(self.missing)

    @property
    def ok(self) -> bool:
        return not self.missing


class Verifier:
    """Looks up entries in an archive. Chunk files are read as needed and only the last few kept."""

    KEPT = 8

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.where: dict[str, list[tuple[str, int]]] = {}  # uuid -> (chunk file, position in it)
        self._files: dict[str, ChunkFile] = {}
        for meta in archive.metas():
            for i, uuid in enumerate(meta["uuids"]):
                self.where.setdefault(uuid, []).append((meta["path"], i))

    def verify(self, source: Source) -> Verdict:
        """Compare a transcript with the archive. Raises OSError when the transcript cannot be read."""
        verdict = Verdict(source.session, source.agent)
        found: dict[str, int] = {}  # uuid -> size of the richest copy that stands in the archive
        lost: dict[str, int] = {}
        with open(source.path, "rb") as stream:
            reader = Reader(stream, folder=source.folder, agent=bool(source.agent))
            for _, _, entry in reader:
                if entry is None:
                    continue
                secrets = self._holds(entry)
                tally = lost if secrets is None else found
                if secrets is not None and entry.uuid not in found:
                    verdict.redactions += secrets
                tally[entry.uuid] = max(entry.size, tally.get(entry.uuid, -1))
            verdict.skipped_lines = reader.unreadable
        verdict.entries = len(found.keys() | lost.keys())
        # A poorer copy of an entry, such as a blanked result, need not stand beside the whole one.
        verdict.missing = [u for u, size in lost.items() if found.get(u, -1) < size]
        return verdict

    def _holds(self, entry: Entry) -> int | None:
        """How many secrets the archived form leaves out; None when the archive does not hold the entry."""
        places = self.where.get(entry.uuid, ())
        if not places:
            return None
        for redact in _redactors(self.archive.config):
            clean = sanitize(entry, redact)
            if any(self._stands_in(clean, path, i) for path, i in places):
                return sum(redact.counts.values())
        return None

    def _stands_in(self, entry: CleanEntry, path: str, position: int) -> bool:
        try:
            text = self._file(path).entries()[position][2]
        except ArchiveError:
            return False
        blobs = os.path.join(os.path.dirname(path), "blobs")
        stands = _part_stands_in if self._file(path).meta["form"] > 1 else _part_stands_in_form_1
        return all(stands(p, text, blobs) for p in entry_parts(entry))

    def _file(self, path: str) -> ChunkFile:
        if path not in self._files:
            if len(self._files) >= self.KEPT:
                self._files.pop(next(iter(self._files)))
            self._files[path] = load(read(path) or b"", path)
        return self._files[path]


def _redactors(config: Config) -> Iterator[Redactor]:
    """Today's redaction, then those the entry may have been archived under before the settings changed."""
    yield redactor(config)
    yield Redactor()
    yield Redactor(enabled=False)


def _part_stands_in(part: CleanPart, text: str, blobs: str) -> bool:
    """Whether a part stands whole in the entry's text, or in a blob to which the text points."""
    if part.kind != MEDIA and part.text in text:
        return True
    data = (part.data or b"") if part.kind == MEDIA else part.text.encode()
    name = blob_name(data, part.suffix if part.kind == MEDIA else TEXT_SUFFIX)
    return f"blobs/{name}" in text and read(os.path.join(blobs, name)) == data


def _part_stands_in_form_1(part: CleanPart, text: str, blobs: str) -> bool:
    """The same of a chunk of form 1, where calls had another form and control characters stood as they are."""
    if part.kind == MEDIA or _part_stands_in(part, text, blobs):
        return _part_stands_in(part, text, blobs)
    whole = visible(text) + "".join(
        visible(written_before((read(os.path.join(blobs, name)) or b"").decode("utf-8", "replace")))
        for name in ArchivedEntry(text).blobs
    )
    signs = "+- $" if part.kind == CALL else ""
    return all(
        line in whole or (line[:1] in signs and line[1:].removeprefix(" ") in whole) for line in part.text.split("\n")
    )


def damaged(archive: Archive) -> list[str]:
    """What is wrong with the chunk files themselves: unreadable, altered, or missing in their sequence."""
    found: list[str] = []
    for folder in archive.folders():
        previous, number = "", 0
        for name in chunk_names(folder):
            path = os.path.join(folder, name)
            try:
                meta = load_meta(read(path) or b"", path)
                entries = load(read(path) or b"", path).entries()
            except ArchiveError as e:
                found.append(str(e))
                continue
            algorithm = written_before(meta["chunk"]).partition("-")[0]
            if chunk_id(meta["previous"], ((u, text) for u, _, text in entries), algorithm) != meta["chunk"]:
                found.append(f"{path}: the text was changed after it was archived")
            if meta["number"] != number + 1 or meta["previous"] != previous:
                found.append(f"{path}: chunk {number + 1:04d} before it is missing or another one")
            previous, number = meta["chunk"], meta["number"]
    return found
