"""The texts as a cell sees them: files that are opened when somebody looks, and never loaded before.

Chunk files of the archive are clean as they stand. Any other text is redacted when it is looked at first; whether it
holds a secret is remembered with the session, and where it does, the text without it.
"""

from __future__ import annotations

import os

from rlm_core.repl.cell.rawreads import OwnRead
from rlm_core.repl.cell.seen import SeenEntry, TextLine, TextPart, line_of, part_of
from rlm_core.repl.cell.sequences import LateList

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

CHUNK, TEXT, GONE = "chunk", "text", "gone"
MAX_FOUND = 10_000
IGNORE_CASE = 2  # re.I; most cells need no `re`


class SeenText:
    """One text. id: as it is cited. path, title, session, agent, date: "" where there is none. size: bytes on disk."""

    def __init__(self, row: dict[str, Any], shelf: TextShelf) -> None:
        self.id: str = row["id"]
        self.path: str = row["path"]
        self.size: int = row["size"]
        self.kind: str = row["kind"]
        self.title: str = row.get("title", "")
        self.session: str = row.get("session", "")
        self.agent: str = row.get("agent", "")
        self.date: str = row.get("date", "")
        self._key: str = row["key"]
        self._shelf = shelf

    def __repr__(self) -> str:
        return f"<doc {self.id}, {self.size:,} bytes{f', {self.title}' if self.title else ''}>"

    def __len__(self) -> int:
        return self.size

    @property
    def text(self) -> str:
        """All of it."""
        return self._shelf.text(self)[1]

    @property
    def first_line(self) -> int:
        """The line of the file on which `text` begins."""
        return self._shelf.text(self)[0]

    @property
    def lines(self) -> list[TextLine]:
        """Its lines, each with its place."""
        first, text = self._shelf.text(self)
        return [line_of(row, f"{self.id}:{n}") for n, row in enumerate(rows_of(text), first)]

    @property
    def key(self) -> str:
        """A name for the file as it is now."""
        return self._key

    @property
    def entries(self) -> list[SeenEntry]:
        """Its entries; none of what is no chunk of the archive."""
        if self.kind != CHUNK:
            return []
        from rlm_core.chunks.chunkfile import load
        from rlm_core.chunks.entries import entries_of

        with open(self.path, "rb") as f:
            chunk = load(f.read(), self.path)
        return [
            SeenEntry(
                role=e.role, kind=e.kind, tool=e.tool, time=e.iso_time, turn=e.turn, session=self.session,
                agent=self.agent, text=e.text, uuid=e.uuid, place=f"{self.id}:{e.line}",
                file=e.named_path(str(chunk.meta.get("cwd") or "")), failed=e.failed,
            )
            for e in entries_of(chunk)
        ]  # fmt: skip

    def part(self) -> TextPart:
        """All of it as one stretch."""
        first, text = self._shelf.text(self)
        return part_of(text, [(self.id, first, len(text))])


class TextShelf:
    """Opens texts. known: where it stands of a text whether it is clean; made: where what is found out now is written.

    redact: takes the secrets out of a text.
    """

    def __init__(self, known: str, made: str, redact: Callable[[], Callable[[str], str]]) -> None:
        self._known, self._made, self._make = known, made, redact
        self._redact: Callable[[str], str] | None = None
        self._last: tuple[str, int, str] = ("", 1, "")

    def text(self, doc: SeenText) -> tuple[int, str]:
        """(line of the file on which it begins, the text without secrets). The last one is kept.

        Raises LookupError for a text that a name of a former cell means, and that is not seen any more.
        """
        if doc.kind == GONE:
            raise LookupError(f"{doc.id} is not among the texts any more")
        if self._last[0] != doc.key:
            first, text = self._chunk(doc) if doc.kind == CHUNK else (1, self._clean(doc))
            self._last = (doc.key, first, text)
        return self._last[1], self._last[2]

    def _chunk(self, doc: SeenText) -> tuple[int, str]:
        """A chunk file from its first entry to its last, without what stands around them."""
        data = _bytes(doc.path)
        start = data.find(b"\n## ", max(data.find(b"\n---\n", 4), 0)) + 1
        end = data.rfind(b"\n<!-- rlm: ")
        first = data.count(b"\n", 0, start) + 1
        return first, data[start : end if end > start else len(data)].decode("utf-8", "replace")

    def _clean(self, doc: SeenText) -> str:
        for folder in (self._known, self._made):
            path = os.path.join(folder, doc.key)
            if os.path.exists(path):
                kept = _bytes(path)
                return _decoded(kept or _bytes(doc.path))
        text = _decoded(_bytes(doc.path))
        self._redact = self._redact or self._make()
        clean = self._redact(text)
        with open(os.path.join(self._made, doc.key), "wb") as f:
            f.write(b"" if clean == text else clean.encode("utf-8", "surrogatepass"))
        return clean


def _bytes(path: str) -> bytes:
    import mmap

    with OwnRead(), open(path, "rb") as f:
        try:
            with mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return data[:]
        except ValueError:  # an empty file
            return b""


def _decoded(data: bytes) -> str:
    """The text of a file, as `rlm ask` and `rlm sql` read it."""
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        from rlm_core.documents.encoding import text_of

        return text_of(data)


class Context:
    """All texts of a cell, in order: `ctx`. Nothing of them is read before it is looked at.

    `len(ctx)` and slices count bytes of the files as they lie on disk, which is known without reading them. Where a
    text has more or fewer bytes than its file (what stands around the entries of a chunk is left out, a secret is, or
    the file is not UTF-8), a slice is cut as far in as it is in the file. It is cut at whole characters.
    """

    def __init__(self, rows: Sequence[dict[str, Any]], shelf: TextShelf, search: Callable[..., Any]) -> None:
        self._rows, self._shelf, self._search = rows, shelf, search
        self._docs: list[SeenText] | None = None
        self._by_id: dict[str, SeenText] | None = None
        self._lists: dict[str, LateList] = {}
        self._encoded: tuple[str, bytes] = ("", b"")  # the last text that was cut

    def __reduce__(self) -> Any:
        raise TypeError("ctx is made anew for each cell")

    @property
    def docs(self) -> list[SeenText]:
        """The texts: chunks of the archive, files."""
        if self._docs is None:
            self._docs = [SeenText(row, self._shelf) for row in self._rows]
        return self._docs

    def doc(self, name: str) -> SeenText:
        """The text with this id, the first where several have it; else the one whose id ends with this path.

        Raises KeyError with the nearest ids.
        """
        found = self.called(name)
        if len(found) == 1 or (found and found[0].id == name):
            return found[0]
        import difflib

        if found:
            raise KeyError(f"{len(found)} texts are called {name}: {', '.join(d.id for d in found[:5])}")
        near = difflib.get_close_matches(name, [d.id for d in self.docs], 3)
        raise KeyError(f"no text is called {name}" + (f"; near it: {', '.join(near)}" if near else ""))

    def called(self, name: str) -> list[SeenText]:
        """The text with this id; else those that lie there, or whose ids end with this path."""
        same = [doc for doc in self.docs if doc.id == name]
        path, ending = os.path.realpath(name), "/" + name.removeprefix("./")
        return same or [doc for doc in self.docs if doc.path == path or doc.id.endswith(ending)]

    def seen(self, name: str) -> SeenText | None:
        """The text with this id, None where it is not among the texts."""
        doc = self.doc_or_gone(name)
        return None if doc.kind == GONE else doc

    def doc_or_gone(self, name: str) -> SeenText:
        """The text with this id; where it is not seen any more, one that says so when it is looked at."""
        if self._by_id is None:
            self._by_id = {doc.id: doc for doc in self.docs}
        gone = {"id": name, "path": "", "size": 0, "kind": GONE, "key": ""}
        return self._by_id.get(name) or SeenText(gone, self._shelf)

    def __len__(self) -> int:
        return sum(row["size"] for row in self._rows)

    def __repr__(self) -> str:
        sessions = len({row.get("session") for row in self._rows} - {None, ""})
        of = f" of {_counted(sessions, 'session')}" if sessions else ""
        return f"<ctx, {_counted(len(self._rows), 'text')}{of}, {len(self):,} bytes>"

    def __iter__(self) -> Iterator[SeenText]:
        return iter(self.docs)

    def __getitem__(self, key: int | str | slice) -> Any:
        if isinstance(key, int):
            return self.docs[key]
        if isinstance(key, str):
            return self.doc(key)
        start, stop, step = key.indices(len(self))
        if step != 1:
            raise ValueError("a slice of ctx has no step")
        pieces, at = [], 0
        for doc in self.docs:
            if at < stop and at + doc.size > start:
                pieces.append(self._cut(doc, max(0, start - at), min(doc.size, stop - at)))
            at += doc.size
        return "\n".join(filter(None, pieces))

    def _cut(self, doc: SeenText, start: int, stop: int) -> str:
        """What stands between two bytes of a file: of a text that has another number of bytes than its file, as far in.

        A character belongs to the slice in which it begins, so that slices side by side are the whole text.
        """
        text = doc.text
        if start == 0 and stop >= doc.size:
            return text
        if text.isascii():
            return text[start * len(text) // doc.size : stop * len(text) // doc.size]
        if self._encoded[0] != doc.key:
            self._encoded = (doc.key, text.encode("utf-8", "replace"))
        data = self._encoded[1]
        edges = []
        for edge in (start, stop):
            at = edge * len(data) // doc.size
            while at < len(data) and data[at] & 0xC0 == 0x80:
                at += 1
            edges.append(at)
        return data[edges[0] : edges[1]].decode("utf-8")

    @property
    def entries(self) -> LateList:
        """The entries of all archived texts, in order."""
        return self._late("entries", lambda doc: doc.entries, lambda doc: len(doc.entries))

    @property
    def lines(self) -> LateList:
        """The lines of all texts, in order."""
        return self._late("lines", lambda doc: doc.lines, lambda doc: len(rows_of(doc.text)))

    def _late(self, what: str, items: Callable[[SeenText], list[Any]], count: Callable[[SeenText], int]) -> LateList:
        """The same list whenever it is asked for: it knows how many items each text has."""
        if what not in self._lists:
            self._lists[what] = LateList(what, lambda: self.docs, items, count)
        return self._lists[what]

    @property
    def text(self) -> str:
        """All texts as one; what is large is better looked at text by text."""
        return "\n".join(doc.text for doc in self.docs)

    def __contains__(self, words: object) -> bool:
        if isinstance(words, SeenText):
            return any(doc.id == words.id for doc in self.docs)
        if not isinstance(words, str):
            raise TypeError(f"whether ctx contains a text can be asked, not {type(words).__name__}")
        return any(words in doc.text for doc in self.docs)

    def grep(self, pattern: str, *, flags: int = IGNORE_CASE, around: int = 0, most: int = MAX_FOUND) -> list[TextLine]:
        """Lines that match a regular expression, case aside, each with its place and `around` lines on either side."""
        import re

        matcher = re.compile(pattern, flags | re.M)
        found: list[TextLine] = []
        for doc in self.docs:
            first, text = self._shelf.text(doc)
            if not matcher.search(text):
                continue
            rows = text.split("\n")
            for n in _matching(matcher, text, rows):
                start = max(0, n - around)
                shown = "\n".join(rows[start : n + around + 1])
                found.append(line_of(shown, f"{doc.id}:{first + n}", n - start))
                if len(found) >= most:
                    return found
        return found

    def search(self, words: str, k: int = 10) -> Any:
        """The best passages of the archive for some words: ranked, as `rlm search` does."""
        return self._search(words, k)

    def chunks(self, by: str = "tokens", size: int = 8000) -> list[TextPart]:
        """All texts in parts. by: tokens (at most `size` each), turn, heading, session, or lines (`size` each)."""
        makers: dict[str, Callable[[], list[TextPart]]] = {
            "tokens": lambda: [p for doc in self.docs for p in _by_tokens(doc, size)],
            "lines": lambda: [p for doc in self.docs for p in _by_lines(doc, size)],
            "heading": lambda: [p for doc in self.docs for p in _by_heading(doc)],
            "session": lambda: self._grouped(lambda doc: doc.session or doc.id),
            "turn": self._by_turn,
        }
        if by not in makers:
            raise ValueError(f"chunks by {', '.join(makers)}, not by {by}")
        return makers[by]()

    def _grouped(self, key: Callable[[SeenText], str]) -> list[TextPart]:
        groups: dict[str, list[TextPart]] = {}
        for doc in self.docs:
            groups.setdefault(key(doc), []).append(doc.part())
        return [_joined(parts) for parts in groups.values()]

    def _by_turn(self) -> list[TextPart]:
        groups: dict[tuple[str, str, int], list[TextPart]] = {}
        for entry in self.entries:
            name, _, line = entry.place.rpartition(":")
            text = entry.text + "\n"
            piece = part_of(text, [(name, int(line), len(text))])
            groups.setdefault((entry.session, entry.agent, entry.turn), []).append(piece)
        return [_joined(parts) for parts in groups.values()]

    def sample(self, n: int = 5, seed: int = 0) -> list[TextLine]:
        """Lines taken at random, the same for the same seed."""
        import random  # here and below: most cells need it not

        chance, kept = random.Random(seed), list[TextLine]()  # noqa: S311
        for number, line in enumerate(line for line in self.lines if line.strip()):
            if len(kept) < n:
                kept.append(line)
            elif (at := chance.randrange(number + 1)) < n:
                kept[at] = line
        return kept


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def rows_of(text: str) -> list[str]:
    """The lines of a text; what stands behind its last line break is one only where there is anything."""
    rows = text.split("\n")
    return rows if rows[-1] else rows[:-1]


def _matching(matcher: re.Pattern[str], text: str, rows: list[str]) -> list[int]:
    """The lines, from 0, on which a match begins."""
    numbers, line, end = list[int](), 0, len(rows[0]) + 1
    for match in matcher.finditer(text):
        while match.start() >= end and line + 1 < len(rows):
            line += 1
            end += len(rows[line]) + 1
        if not numbers or numbers[-1] != line:
            numbers.append(line)
    return numbers


def _joined(parts: Sequence[TextPart]) -> TextPart:
    return part_of("".join(parts), [span for part in parts for span in part.spans])


def _by_tokens(doc: SeenText, size: int) -> list[TextPart]:
    from rlm_core.engine.texts import Document, pieces

    whole = Document(doc.id, doc.text, doc.path, doc.first_line)
    return [part_of(p.text, [(doc.id, p.line, len(p.text))]) for p in pieces(whole, size)]


def _by_lines(doc: SeenText, size: int) -> list[TextPart]:
    first, rows = doc.first_line, doc.text.split("\n")
    texts = ["\n".join(rows[n : n + size]) for n in range(0, len(rows), size)]
    return [part_of(t, [(doc.id, first + n * size, len(t))]) for n, t in enumerate(texts) if t.strip()]


def _by_heading(doc: SeenText) -> list[TextPart]:
    import re

    first, text = doc.first_line, doc.text
    starts = sorted({0, *(match.start() for match in re.finditer(r"(?m)^#{1,6} \S", text))})
    parts = []
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        if text[start:end].strip():
            parts.append(part_of(text[start:end], [(doc.id, first + text.count("\n", 0, start), end - start)]))
    return parts
