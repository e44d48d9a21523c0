"""One directory of chunks by today's rules: its chunk files, outputs, summaries, and what was put aside there.

A chunk keeps its name, its id and its lines (`chunks.altered`). An output and a summary are named by what they hold, so
that they get another name, and the chunks point to that. Written is, in this order: new outputs, chunks, summaries;
then the former outputs go. A run that was killed on the way is completed by the next one.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rlm_core.archive.anew.former import OLD
from rlm_core.archive.store import chunk_names
from rlm_core.chunks.altered import alter, holds_its_text
from rlm_core.chunks.chunker import MOST_MARKS
from rlm_core.chunks.chunkfile import load
from rlm_core.chunks.pointing import blob_of
from rlm_core.chunks.render import blob_name
from rlm_core.disk import TMP_PREFIX, is_file, names
from rlm_core.errors import ArchiveError
from rlm_core.redaction.clean import RULES, fields, literal, written_before
from rlm_core.secrets.inplace import MARK, Labels, Reworded, clipped, reword

if TYPE_CHECKING:
    from typing import Any

    from rlm_core.chunks.chunkfile import ChunkFile
    from rlm_core.redaction.clean import CleanBytes, CleanJson, CleanText
    from rlm_core.redaction.spans import Redacted
    from rlm_core.secrets.inplace import Mark
    from rlm_core.secrets.tour import Tour

TEXT = ".txt"
BLOBS, SUMMARIES, DAMAGED = "blobs", "summaries", "damaged"


@dataclass
class Output:
    """A blob that holds a secret. name: its new one. text: as it was. found: its secrets. made: their marks."""

    name: CleanText
    text: str
    found: Redacted
    made: list[Mark]

    @property
    def kinds(self) -> list[str]:
        """The kind of each of its secrets."""
        return [self.found.text[a + len("[redacted:") : b - 1] for _, _, a, b in self.found.spans]


class Sheet:
    """A directory of chunks, one pass over it. `run` does all of it."""

    def __init__(self, tour: Tour, folder: str) -> None:
        self.tour = tour
        self.folder = folder
        self.blobs = os.path.join(folder, BLOBS)
        self.changed: dict[str, Output] = {}
        self.kept: set[str] = set()  # outputs to which a chunk that stays as it is may point

    def run(self) -> None:
        """Chunks and all that stands beside them."""
        self._read_blobs()
        for name in chunk_names(self.folder):
            self.chunk(os.path.join(self.folder, name))
        old = os.path.join(self.folder, OLD)
        for name in chunk_names(old):
            self.chunk(os.path.join(old, name))
        self._summaries()
        for name in names(os.path.join(self.folder, DAMAGED)):
            self.tour.text(os.path.join(self.folder, DAMAGED, name))
        for name in self.changed.keys() - self.kept:
            self.tour.remove(os.path.join(self.blobs, name))

    def _read_blobs(self) -> None:
        for name in names(self.blobs):
            if not name.endswith(TEXT) or name.startswith(TMP_PREFIX):
                continue
            path = os.path.join(self.blobs, name)
            data = self.tour.read(path)
            if data is None:
                continue
            text = data.decode("utf-8", "surrogateescape")
            found = self.tour.redact.redact(text)
            if not found.spans:
                continue
            new = reword(self.tour.redact, text)
            clean = new.text.encode("utf-8", "surrogateescape")
            self.changed[name] = Output(blob_name(clean), text, found, new.made)
            self.tour.secrets += new.secrets
            self.tour.write(os.path.join(self.blobs, self.changed[name].name), clean)

    def chunk(self, path: str) -> None:
        """One chunk file. What is damaged stays as it is, and is told: to sign it would make it whole."""
        data = self.tour.read(path)
        if data is None:
            return
        try:
            chunk = load(data, path)
            sound = holds_its_text(chunk, lambda: self.tour.key)
        except ArchiveError:
            sound = False
        if not sound:
            self._damaged(path, data)
            return
        made = self._altered(chunk, data)
        if made is not None and made != data:
            self.tour.write(path, made)

    def _damaged(self, path: str, data: bytes) -> None:
        text = data.decode("utf-8", "surrogateescape")
        self.kept |= {name for line in text.split("\n") if (name := blob_of(line))}
        if self.tour.redact.redact(text).spans:
            self.tour.left.append((path, "it is damaged: `rlm verify --repair` first"))

    def _altered(self, chunk: ChunkFile, data: bytes) -> CleanBytes | None:
        """The chunk file's bytes by today's rules; None when nothing is to be done."""
        meta = chunk.meta
        told = marks_told(meta)
        changes: dict[str, CleanText] = {}
        marks: list[tuple[int, CleanText, CleanText]] = []
        made: list[Mark] = []
        secrets: list[str] = []
        if _rules(meta) >= RULES and self._is_clean(chunk):
            return None
        for at, (uuid, _, text) in enumerate(chunk.entries()):
            known = _unknown(text) if told is None else [(kind, found) for of, kind, found in told if of == at]
            new = self._entry(text, known)
            if new.text != text:
                changes[uuid] = new.text
            made += new.made
            secrets += new.secrets
            marks += [(at, kind, found) for kind, found in new.marks]
        values = self._labels(meta, secrets)
        if not changes and not values and _rules(meta) >= RULES:
            return None
        if changes or values:
            self.tour.chunks.add(self.folder)
        if changes:
            counts = Counter(meta["redactions"]) + Counter(kind for kind, _ in made)
            left_out = {written_before(kind): n for kind, n in counts.items()}
            values |= fields(redactions=left_out, marks=marks[:MOST_MARKS])
            self.tour.altered += 1
            self.tour.count(made)
            self.tour.secrets += secrets
        values |= fields(rules=max(RULES, _rules(meta)))
        prompt = values.get(written_before("prompt"), written_before(str(meta.get("prompt") or "")))
        return alter(data, changes, self.tour.key, prompt=prompt, told=values)  # type: ignore[arg-type]

    def _is_clean(self, chunk: ChunkFile) -> bool:
        """Whether one look at all of a chunk finds no secret: then its entries need not be taken one by one."""
        if any(name in self.changed for name in self._pointed(chunk)) or self._labels(chunk.meta, []):
            return False
        pieces = [piece for _, _, text in chunk.entries() for piece in text.partition("\n")[::2]]
        return self.tour.redact.finds_nothing(pieces)

    def _pointed(self, chunk: ChunkFile) -> list[str]:
        return [blob_of(line) for line in chunk.lines if "blobs/" in line] if self.changed else []

    def _labels(self, meta: dict[str, Any], secrets: list[str]) -> dict[CleanText, CleanJson]:
        """What the chunk says of itself in words, as far as that holds a secret, without it.

        secrets: those of its entries, of which a title may hold one that reads as a word.
        """
        own = Labels(self.tour.redact, secrets, words=True)
        made: dict[CleanText, CleanJson] = {}
        for name in ("title", "prompt", "cwd", "branch"):
            was = str(meta.get(name) or "")
            clean = own(self.tour.label(was))
            if clean != was:
                made[written_before(name)] = clean
        for name in ("keywords", "files", "tools"):
            words = [str(word) for word in meta.get(name) or ()]
            left = [own(self.tour.label(word)) for word in words]
            if name == "keywords":  # one may be a piece of a secret
                pieces = "\n".join(secrets).casefold()
                left = [clean for word, clean in zip(words, left, strict=True) if clean == word and word not in pieces]
            if left != words:
                made[written_before(name)] = left
        return made

    def _entry(self, text: str, marks: list[Mark]) -> Reworded:
        """An entry, heading included."""
        heading, line_end, body = text.partition("\n")
        pieces = self._with_outputs(body)
        done = reword(self.tour.redact, pieces or body, marks)
        head = reword(self.tour.redact, heading)
        done.text = head.text + (literal("\n") if line_end else written_before("")) + done.text
        done.made = [*head.made, *done.made]
        done.secrets += head.secrets
        for name in self._outputs_of(body):
            done.made += self.changed[name].made
            done.marks += self.changed[name].made
        return done

    def _outputs_of(self, body: str) -> list[str]:
        """Names of the outputs with secrets to which an entry points, each once."""
        if not self.changed or "blobs/" not in body:
            return []
        found = (blob_of(line) for line in body.split("\n"))
        return [name for name in dict.fromkeys(found) if name in self.changed]

    def _with_outputs(self, body: str) -> str:
        """An entry's body that points to the new names, with head and tail of each output as it is now.

        A secret that ends behind the head is none by its own looks: what the output has there is left out.
        """
        if not self._outputs_of(body):
            return ""
        lines = body.split("\n")
        for at in range(len(lines) - 1, -1, -1):
            output = self.changed.get(blob_of(lines[at]))
            if output is None:
                continue
            lines[at] = lines[at].replace(f"blobs/{blob_of(lines[at])}", f"blobs/{output.name}")
            first, last = _head(output.text, lines, at), _tail(output.text, lines, at)
            size = len(output.text)
            head, tail = "\n".join(lines[first:at]), "\n".join(lines[at + 1 : last])
            spans, kinds = output.found.spans, output.kinds
            if last > at + 1:
                lines[at + 1 : last] = clipped(output.text, spans, kinds, size - len(tail), size).split("\n")
            if first < at:
                lines[first:at] = clipped(output.text, spans, kinds, 0, len(head)).split("\n")
        return "\n".join(lines)

    def _summaries(self) -> None:
        folder = os.path.join(self.folder, SUMMARIES)
        for name in names(folder):
            path = os.path.join(folder, name)
            data = self.tour.read(path) if name.endswith(".md") and is_file(path) else None
            if data is None:
                continue
            new = reword(self.tour.redact, data.decode("utf-8", "surrogateescape"))
            if not new.made:
                continue
            clean = new.text.encode("utf-8", "surrogateescape")
            number = written_before(name.partition("-")[0])
            self.tour.count(new.made)
            self.tour.secrets += new.secrets
            self.tour.write(os.path.join(folder, literal("{}-{}.md").format(number, blob_name(clean)[:8])), clean)
            self.tour.remove(path)


def _head(text: str, lines: list[str], at: int) -> int:
    """The line with which the head begins that stands before a pointer; `at` when there is none."""
    for first in range(at):
        if text.startswith(lines[first]) and text.startswith("\n".join(lines[first:at])):
            return first
    return at


def _tail(text: str, lines: list[str], at: int) -> int:
    """The line behind the tail that stands behind a pointer; that behind the pointer when there is none."""
    for last in range(len(lines), at + 1, -1):
        if text.endswith(lines[last - 1]) and text.endswith("\n".join(lines[at + 1 : last])):
            return last
    return at + 1


def marks_told(meta: dict[str, Any]) -> list[tuple[int, CleanText, CleanText]] | None:
    """The marks that a chunk tells of, without what can be none; None for one that does not tell."""
    told = meta.get("marks")
    if not isinstance(told, list):
        return None
    entries = len(meta["uuids"])
    good = (mark for mark in told if is_mark(mark, entries))
    return [(at, written_before(kind), written_before(found)) for at, kind, found in good]


def is_mark(value: Any, entries: int) -> bool:
    """Whether a value of a last line is an entry's place, a kind and a fingerprint. entries: how many there are."""
    if not (isinstance(value, list) and len(value) == 3 and type(value[0]) is int and 0 <= value[0] < entries):
        return False
    _, kind, found = value
    if not (isinstance(kind, str) and isinstance(found, str)):
        return False
    digits = found.strip("0123456789abcdef") == "" and len(found) in (0, 8)
    return digits and MARK.fullmatch(f"[redacted:{kind}]") is not None


def _unknown(text: str) -> list[tuple[CleanText, CleanText]]:
    """The marks of an entry of which no fingerprint is known."""
    return [(written_before(m[1]), written_before("")) for m in MARK.finditer(text.partition("\n")[2])]


def _rules(meta: dict[str, Any]) -> int:
    rules = meta.get("rules", 1)
    return rules if type(rules) is int and 0 <= rules <= 1 << 31 else 1
