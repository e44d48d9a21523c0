"""Which secrets were left out of which session: each mark of the archive, with the fingerprint of what stood there.

Chunks of versions that kept no fingerprints have marks alone: theirs are made of the transcripts that are still
there, in memory (`recalled`). A fingerprint that cannot be told is "".
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from rlm_core.archive.documents import document_folders
from rlm_core.chunks.chunker import MOST_MARKS
from rlm_core.chunks.entries import entries_of
from rlm_core.disk import try_read
from rlm_core.secrets.inplace import MARK
from rlm_core.secrets.recalled import OldMarks
from rlm_core.secrets.sheets import is_mark, marks_told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from rlm_core.archive.store import Archive
    from rlm_core.chunks.chunkfile import ChunkFile
    from rlm_core.chunks.entries import ArchivedEntry

    Found = tuple[str, str]  # kind, fingerprint


@dataclass(frozen=True)
class LeftOut:
    """A secret where it was left out.

    fingerprint: 8 hexadecimal digits, "" when unknown. session: its id, of a document `doc-` and its folder's name.
    date: day of the entry, by UTC, "" when unknown. citation: chunk and line. times: how many this stands for.
    """

    kind: str
    fingerprint: str
    session: str
    date: str
    citation: str
    times: int = 1


def left_out(archive: Archive, project: str) -> Iterator[LeftOut]:
    """Every secret that was left out of the archive's chunks. Files that cannot be read are noted in `unread`."""
    recalled = OldMarks(archive, project)
    for folder in chain(archive.folders(), document_folders(archive.root)):
        for chunk in archive.chunks(folder):
            if chunk.meta["redactions"] or chunk.meta.get("marks"):
                yield from _of_chunk(chunk, folder, recalled)


def told(found: Iterable[LeftOut], since: str = "") -> list[LeftOut]:
    """A row for each secret and session, its first place cited; the secret that was seen first comes first.

    since: a day; what was left out before it has no row. times: how often the secret stands in all of `found`; of one
    without a fingerprint, how many of its kind are in that entry.
    """
    found = list(found)
    total: Counter[str] = Counter()
    first: dict[str, str] = {}
    rows: dict[tuple[str, ...], LeftOut] = {}
    for one in found:
        total[one.fingerprint] += one.times
        first[one.fingerprint] = min(first.get(one.fingerprint, "9"), one.date or "9")
        if one.date < since:
            continue
        which = (one.session, one.fingerprint) if one.fingerprint else (one.session, one.citation, one.kind)
        was = rows.get(which)
        if was is None or (one.fingerprint and (one.date or "9") < (was.date or "9")):
            rows[which] = one
        elif not one.fingerprint:
            rows[which] = _with(was, was.times + one.times)
    counted = [_with(one, total[one.fingerprint]) if one.fingerprint else one for one in rows.values()]

    def age(one: LeftOut) -> tuple[str, ...]:
        begun = first[one.fingerprint] if one.fingerprint else one.date or "9"
        return begun, one.fingerprint, one.date or "9", one.session

    return sorted(counted, key=age)


def _with(one: LeftOut, times: int) -> LeftOut:
    return LeftOut(one.kind, one.fingerprint, one.session, one.date, one.citation, times)


def _of_chunk(chunk: ChunkFile, folder: str, recalled: OldMarks) -> Iterator[LeftOut]:
    meta = chunk.meta
    marks = marks_told(meta)
    if marks is None:
        yield from _older(meta, entries_of(chunk), folder, recalled)
        return
    for at, entry in enumerate(entries_of(chunk)):
        found: list[Found] = [(kind, known) for of, kind, known in marks if of == at]
        yield from _rows(meta, entry, _completed(meta, entry, found, recalled))
    if len(marks) >= MOST_MARKS:
        beyond = Counter(meta["redactions"]) - Counter(str(kind) for _, kind, _ in marks)
        day = str(meta["ended"])[:10]
        for kind, n in beyond.items():
            if is_mark([0, kind, ""], 1):
                yield LeftOut(kind, "", str(meta["session"]), day, str(meta["chunk"]), n)


def _completed(meta: dict[str, Any], entry: ArchivedEntry, found: list[Found], recalled: OldMarks) -> list[Found]:
    """An entry's marks with the fingerprints that are not known, from the transcript where it has as many of the kind.

    `rlm redact` gives a chunk that had none the fingerprints of what it finds itself.
    """
    if all(known for _, known in found):
        return found
    known_ones = recalled.marks_of(str(meta["session"]), entry.uuid) or []
    rest = {kind: [mark for of, mark in known_ones if of == kind] for kind, _ in found}
    counts = Counter(kind for kind, _ in found)
    at: Counter[str] = Counter()
    made: list[Found] = []
    for kind, known in found:
        if not known and len(rest[kind]) == counts[kind]:
            known = rest[kind][at[kind]]
        at[kind] += 1
        made.append((kind, known))
    return made


def _older(meta: dict[str, Any], entries: list[ArchivedEntry], folder: str, recalled: OldMarks) -> Iterator[LeftOut]:
    """What was left out of a chunk without fingerprints: its marks, and whose they are where the transcript tells."""
    budget = Counter({kind: n for kind, n in meta["redactions"].items() if n > 0})
    for entry in entries:
        kinds = _kinds_in(entry, folder)
        if not kinds:
            continue
        known = recalled.marks_of(str(meta["session"]), entry.uuid)
        found: list[Found] = []
        for kind, n in kinds.items():
            known_ones = [mark for mark in known or () if mark[0] == kind]
            # A text may quote a mark: where the transcript is there, it holds no secret; else the chunk's count tells.
            ones = known_ones[:n] if known is not None else [(kind, "")] * min(n, budget[kind])
            budget[kind] -= len(ones)
            found += ones
        yield from _rows(meta, entry, found)


def _kinds_in(entry: ArchivedEntry, folder: str) -> Counter[str]:
    """Kind -> marks of an entry. What is head or tail of a blob stands in both, and counts once."""
    kinds = Counter(MARK.findall(entry.text))
    for blob in entry.blobs:
        text = (try_read(os.path.join(folder, "blobs", blob)) or b"").decode("utf-8", "replace")
        kinds |= Counter(MARK.findall(text))
    return kinds


def _rows(meta: dict[str, Any], entry: ArchivedEntry, found: list[Found]) -> Iterator[LeftOut]:
    seen: Counter[str] = Counter()
    places = _places(entry) if found else {}
    counts = Counter(kind for kind, _ in found)
    for kind, fingerprint in found:
        lines = places.get(kind, [])
        # As many marks as secrets: the first is of the first. Else one of them is quoted, or stands in a blob.
        line = lines[seen[kind]] if len(lines) == counts[kind] else (lines or [entry.line])[0]
        seen[kind] += 1
        citation = f"{meta['chunk']}:{line}"
        yield LeftOut(kind, fingerprint, str(meta["session"]), entry.iso_time[:10], citation)


def _places(entry: ArchivedEntry) -> dict[str, list[int]]:
    """Kind -> lines of the chunk file on which marks of the entry stand."""
    found: dict[str, list[int]] = {}
    for number, line in enumerate(entry.whole.split("\n"), entry.line):
        if number > entry.line:
            for kind in MARK.findall(line):
                found.setdefault(kind, []).append(number)
    return found
