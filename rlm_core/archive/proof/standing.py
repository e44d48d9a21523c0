"""Whether a text stands in the archive: in one place, in order, whatever the archive has put around its lines.

A place is an entry of a chunk file with the blobs to which it points. A text stands there word for word, or redacted as
it was archived, or line by line where its form adds a sign to each: a diff, an indented list, JSON.
"""

from __future__ import annotations

import json
import os
import re
from functools import cached_property
from itertools import chain, product
from typing import TYPE_CHECKING

from rlm_core.archive.proof.inventory import Said
from rlm_core.chunks.chunkfile import load
from rlm_core.disk import read
from rlm_core.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from rlm_core.archive.store import Archive
    from rlm_core.redaction.redactor import Redactor

MARK = "[redacted:"
_PARTED = 2_000  # lines of a text of which this is asked: each is looked for in all entries
_SPEAKERS = 20  # entries of one record, among which the lines of one of its texts are looked for
# Escape sequences of terminals, as they are or made visible; then all that is not to be seen, and its pictures.
_SEQUENCE = re.compile(
    r"(?:\x1b|\u241b|\\x1b|\\u001b|\^\[)"
    r"(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\u2407\u241b\n]*(?:\x07|\u2407|\x1b\\|\u241b\\)?|[()][A-Z0-9])"
)
_UNSEEN = re.compile(
    "[\0-\x08\x0b-\x1f\x7f-\x9f\u2400-\u2421\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffd\ufffe]"
)
_BEFORE = re.compile(r"[\s+\-$>|*#`\"'\[({]*|[\s+\-]*[\w.\- /]{1,200}:[\s\"'\[]*")
_BEHIND = re.compile(r"[\s\"'`,;)\]}\\]*")
_TAG = re.compile(r"</?[a-zA-Z][\w-]*(?:\s[^<>]*)?/?>")
_BLOB = re.compile(r"blobs/([0-9a-f]{16}\.\w+)")
_PREVIEW = re.compile(r"<persisted-output>.*?Preview[^\n]*\n(.*?)(?:\n\.\.\.)?\s*(?:</persisted-output>\s*)?\Z", re.S)


class Body:
    """One stretch of archived text, and its other forms, which are made when they are asked for."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def plain(self) -> str:
        return plain(self.text)

    @cached_property
    def lines(self) -> list[str]:
        return [line for raw in self.plain.split("\n") if (line := raw.strip())]


class Spot:
    """An entry of the archive. folder: of its chunk file, beside which its blobs stand."""

    def __init__(self, text: str, folder: str) -> None:
        self.folder = folder
        self.first = Body(text)

    @cached_property
    def blobs(self) -> list[str]:
        return list(dict.fromkeys(_BLOB.findall(self.first.text)))

    @cached_property
    def bodies(self) -> list[Body]:
        """The entry's own text, then those of its blobs that are texts."""
        names = [n for n in self.blobs if n.endswith(".txt")]
        found = [read(os.path.join(self.folder, "blobs", n)) for n in names]
        return [self.first, *(Body(data.decode("utf-8", "replace")) for data in found if data is not None)]

    def leaves_out(self, data: bytes) -> bool:
        """Whether the entry says that a picture of this size was not kept."""
        return f", {len(data)} bytes, left out: `redact.media: drop`" in self.first.text

    def has_bytes(self, data: bytes) -> bool:
        """Whether a blob of the entry is this."""
        return any(read(os.path.join(self.folder, "blobs", n)) == data for n in self.blobs if not n.endswith(".txt"))


class Standing:
    """Looks up places by the uuid of a record. Chunk files are read as needed and only the last few kept."""

    KEPT = 8

    def __init__(self, archive: Archive, harmed: Collection[str] = ()) -> None:
        """harmed: chunk files whose figures are not believed."""
        self.sizes: dict[str, int] = {}  # a record's uuid -> characters of its entries, where their files are whole
        self.where: dict[str, list[tuple[str, int]]] = {}  # a record's uuid -> (chunk file, position in it)
        self.owners: dict[tuple[str, str], list[str]] = {}  # (session, agent) -> chunk files
        self._uuids: dict[str, list[str]] = {}  # chunk file -> the records whose entries it holds
        self._files: dict[str, list[str]] = {}
        for meta in archive.metas():
            path = meta["path"]
            self.owners.setdefault((meta["session"], meta.get("agent", "")), []).append(path)
            sizes: dict[str, int] = {}
            bases = self._uuids[path] = [base_of(u) for u in meta["uuids"]]
            for i, (base, uuid) in enumerate(zip(bases, meta["uuids"], strict=True)):
                self.where.setdefault(base, []).append((path, i))
                if path not in harmed:
                    sizes[base] = sizes.get(base, 0) + meta["sizes"][i]
                if uuid != base:
                    self.where.setdefault(uuid, []).append((path, i))
            for base, size in sizes.items():
                self.sizes[base] = max(self.sizes.get(base, 0), size)

    def richest(self, uuid: str) -> int:
        """How many characters a record had when it was archived, at most; -1 for one that is in no whole chunk."""
        return self.sizes.get(uuid, -1)

    def places(self, uuid: str) -> list[Spot]:
        """Where entries of a record stand, in any session: forks share them. Empty when it is in no chunk."""
        found = (self._place(path, i) for path, i in self.where.get(uuid, ()))
        return [place for place in found if place is not None]

    def others(self, session: str, agent: str, uuids: set[str]) -> Iterator[Spot]:
        """The places of a transcript that belong to none of these records, such as those of records without uuid."""
        for path in self.owners.get((session, agent), ()):
            for i, base in enumerate(self._uuids[path]):
                if base not in uuids and (place := self._place(path, i)) is not None:
                    yield place

    def of_session(self, session: str, agent: str | None = None) -> Iterator[Spot]:
        """All places of a session and its sub-agents, or of one of them."""
        owned = [paths for (owner, name), paths in self.owners.items() if owner == session and agent in (None, name)]
        for path in chain.from_iterable(owned):
            places = (self._place(path, i) for i in range(len(self._uuids[path])))
            yield from (place for place in places if place is not None)

    def agents(self, session: str) -> list[str]:
        return [agent for owner, agent in self.owners if owner == session]

    def _place(self, path: str, position: int) -> Spot | None:
        try:
            texts = self._texts(path)
        except (ArchiveError, OSError):
            return None
        return Spot(texts[position], os.path.dirname(path)) if position < len(texts) else None

    def _texts(self, path: str) -> list[str]:
        if path not in self._files:
            if len(self._files) >= self.KEPT:
                self._files.pop(next(iter(self._files)))
            self._files[path] = [text for _, _, text in load(read(path) or b"", path).entries()]
        return self._files[path]


def base_of(uuid: str) -> str:
    """The record's uuid, of which an entry's may be `UUID.2` for its second speaker or `UUID~hash8` for its twin."""
    base = uuid.partition("~")[0]
    head, dot, number = base.rpartition(".")
    return head if dot and number.isdecimal() else base


def stands(
    said: Said,
    places: Sequence[Spot],
    redactors: Sequence[Redactor],
    around: Sequence[tuple[str, int]] = (),
    *,
    together: bool = False,
) -> int | None:
    """How many secrets the archive leaves out of a text that stands in one of the places; None when it stands in none.

    around: all that the record says, in forms in which a secret may be one that is none in the text alone; and where
    in each it begins, behind what the user had said before.
    together: the places are those of the text's own record, whose speakers may have been given its lines.
    """
    if said.data is not None:
        if any(p.has_bytes(said.data) or p.leaves_out(said.data) for p in places):
            return 0
        read = _as_text(said.data)
        found = stands(Said(said.path, read), places, redactors, around, together=together) if read else None
        if found is not None:
            return found
    wanted = said.text.strip()
    if any(wanted in p.first.text for p in places):
        return 0
    bodies = [b for p in places for b in p.bodies]
    if any(_holds(b, wanted) for b in bodies):
        return 0
    count = _redacted(said, bodies, redactors, around)
    if count is not None:
        return count
    pieces = [piece.strip() for piece in _TAG.split(wanted)] if "<" in wanted else []
    if len(pieces) > 1 and any(pieces) and all(any(_holds(b, piece) for b in bodies) for piece in pieces if piece):
        return 0  # the client's tags around a text are not kept in every form
    lines = [line for raw in plain(wanted).split("\n") if (line := raw.strip())]
    if together and 1 < len(places) <= _SPEAKERS and 1 < len(lines) <= _PARTED and _parted(lines, bodies):
        return 0
    preview = _PREVIEW.search(wanted)
    if preview and any(_holds(b, preview[1].strip()) for b in bodies):
        return 0  # what the notice stands for is there
    return None


def _as_text(data: bytes) -> str:
    """The text that a document's bytes are; "" for what is none."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "" if b"\0" in data else data.decode("latin-1")


def _redacted(
    said: Said, bodies: Sequence[Body], redactors: Sequence[Redactor], around: Sequence[tuple[str, int]]
) -> int | None:
    if not any(MARK in b.text for b in bodies):
        return None
    wanted, key = said.text.strip(), said.key
    for redact in redactors:
        forms = [said.text, f"{key}: {wanted}", f"{key}:\n{wanted}", json.dumps({key: wanted}, ensure_ascii=False)]
        for form in [*forms, plain(said.text)] if "\0" in wanted else forms:
            before = sum(redact.counts.values())
            clean = redact(form).strip()
            count = sum(redact.counts.values()) - before
            if count and any(_holds(b, clean) for b in bodies):
                return count
    for redact, (whole, start) in product(redactors, around):
        before = sum(redact.counts.values())
        made = redact.redact(whole)
        left = Body(made.text[made.to_clean(start) :])
        count = sum(redact.counts.values()) - before
        if count and any(_holds_rest(b, left, wanted) for b in bodies):
            return count
    return None


def _holds_rest(body: Body, clean: Body, wanted: str) -> bool:
    """Whether all lines of a text that redaction has left, of all that its record says, stand in order."""
    left = [line for raw in plain(wanted).split("\n") if (line := raw.strip()) and line in clean.plain]
    return MARK in body.text and (not left or _in_order(left, body.lines))


def _holds(body: Body, wanted: str) -> bool:
    if wanted in body.text:
        return True
    simple = plain(wanted).strip()
    if simple in body.plain:
        return True
    if any(e != wanted and e in body.text for e in (json.dumps(wanted, ensure_ascii=a)[1:-1] for a in (False, True))):
        return True
    lines = [line for raw in simple.split("\n") if (line := raw.strip())]
    return len(lines) > 1 and _in_order(lines, body.lines)


def _in_order(wanted: Iterable[str], lines: Sequence[str]) -> bool:
    """Whether the lines stand behind one another, each with nothing but signs or a name around it."""
    at = 0
    for line in wanted:
        while at < len(lines) and not _is_dressed(line, lines[at]):
            at += 1
        if at >= len(lines):
            return False
        at += 1
    return True


def _parted(wanted: Iterable[str], bodies: Sequence[Body]) -> bool:
    """Whether the lines stand in order but for being parted among the bodies, in order in each."""
    ahead = [0] * len(bodies)
    for line in wanted:
        found = []
        for n, body in enumerate(bodies):
            at = next((i for i in range(ahead[n], len(body.lines)) if _is_dressed(line, body.lines[i])), -1)
            if at >= 0:
                found.append((at - ahead[n], n, at))
        if not found:
            return False
        _, n, at = min(found)
        ahead[n] = at + 1
    return True


def _is_dressed(line: str, archived: str) -> bool:
    if line == archived:
        return True
    at = archived.find(line) if len(line) < len(archived) else -1
    if at < 0:
        return False
    return bool(_BEFORE.fullmatch(archived[:at]) and _BEHIND.fullmatch(archived[at + len(line) :]))


def plain(text: str) -> str:
    """The text without what is not to be seen: escape sequences, control characters, halves of characters."""
    if text.isascii() and text.isprintable() and "\\" not in text and "^[" not in text:
        return text
    text = text.encode("utf-8", "backslashreplace").decode()
    return _UNSEEN.sub("", _SEQUENCE.sub("", text))
