"""One pass over files of ours: what it found, what it wrote. A pass that only looks writes nothing."""

from __future__ import annotations

import json
import os
from collections import Counter
from typing import TYPE_CHECKING

from rlm_core.archive.sealed import opened, sealed
from rlm_core.asking.books import TEXTS, BooksError
from rlm_core.config import redactor
from rlm_core.disk import drop_temporary, make_dir, read, remove, write_atomic
from rlm_core.errors import of_system, worded
from rlm_core.redaction.clean import dumps, literal, written_before
from rlm_core.secrets.inplace import Labels, reword

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rlm_core.archive.store import Archive
    from rlm_core.asking.books import Books
    from rlm_core.redaction.clean import CleanBytes, CleanText
    from rlm_core.secrets.inplace import Mark

SEALED = b'{"check": "'


class Tour:
    """A pass by today's rules.

    writes: whether it writes, or only looks. known: secrets that were found before, for titles. altered: chunks that
    held a secret. kinds: kind -> secrets, of chunks, outputs, summaries and other files. secrets: what they were, in
    memory alone. chunks: directories of chunks in which any changed. papers: other files that held a secret. left:
    (path, why) of what it could not do.
    """

    def __init__(self, archive: Archive, key: bytes, known: Iterable[str] = (), *, writes: bool) -> None:
        self.archive = archive
        self.key = key
        self.writes = writes
        self.redact = redactor(archive.config)
        self.redact.key = lambda: key
        self.label = Labels(redactor(archive.config), known)
        self.altered = 0
        self.kinds: Counter[str] = Counter()
        self.secrets: list[str] = []
        self.chunks: set[str] = set()
        self.papers: list[str] = []
        self.left: list[tuple[str, str]] = []
        self.copy = ""  # the second copy that is gone through just now
        self.touched = 0  # files that were written or removed, or would be

    def count(self, made: Iterable[Mark]) -> None:
        """Secrets that were found in one file."""
        self.kinds.update(str(kind) for kind, _ in made)

    def read(self, path: str) -> bytes | None:
        """A file's bytes; None, told in `left`, for one that cannot be read, and for none.

        None, too, for a file of the second copy that is the archive's own, by a hard link: it has been looked at.
        """
        try:
            return None if self.copy and self._is_ours(path) else read(path)
        except OSError as e:
            self.left.append((path, worded("it cannot be read ({why})", why=of_system(e))))
            return None

    def _is_ours(self, path: str) -> bool:
        try:
            return os.path.samefile(path, self.archive.path(os.path.relpath(path, self.copy)))
        except OSError:
            return False

    def write(self, path: str, data: CleanBytes) -> None:
        """Put a file in its place."""
        self.touched += 1
        if self.writes:
            make_dir(os.path.dirname(path))
            write_atomic(path, data)

    def remove(self, path: str) -> None:
        """Remove a file that another one stands for now."""
        if os.path.lexists(path):
            self.touched += 1
            if self.writes:
                remove(path)

    def tidy(self, folder: str) -> None:
        """Remove what a killed run was writing in a directory, which may hold a secret."""
        if self.writes and os.path.isdir(folder):
            drop_temporary(folder)

    # Files that are no chunks.

    def text(self, path: str) -> None:
        """A file of lines, such as a map or the log."""
        data = self.read(path)
        if data is None:
            return
        new = reword(self.redact, data.decode("utf-8", "surrogateescape"))
        clean = self.label(new.text)
        if new.made or clean != new.text:
            self.papers.append(path)
            self.write(path, clean.encode("utf-8", "surrogateescape"))

    def json(self, path: str) -> None:
        """A file with one JSON object, sealed or not. What is none is made anew by whoever needs it: it goes."""
        data = self.read(path)
        if data is None:
            return
        values, whole = opened(data)
        if values is None or not whole:
            if self.redact.redact(data.decode("utf-8", "surrogateescape")).spans:
                self.papers.append(path)
                self.remove(path)
            return
        clean = self.label.values(values)
        if clean == values:
            return
        text = dumps(clean)
        self.papers.append(path)
        self.write(path, (sealed(text) if data.startswith(SEALED) else text).encode())

    def jsonl(self, path: str) -> None:
        """A file with a JSON value a line."""
        data = self.read(path)
        if data is None:
            return
        lines = data.decode("utf-8", "surrogateescape").split("\n")
        clean = [self._row(line) for line in lines]
        if clean != lines:
            self.papers.append(path)
            self.write(path, literal("\n").join(clean).encode("utf-8", "surrogateescape"))

    def books(self, books: Books) -> None:
        """The texts in the books of `rlm ask`, each a JSON value."""
        try:
            count = sum(books.change(table, self._row, dry=not self.writes) for table in TEXTS)
        except BooksError as e:
            self.left.append((books.path, str(e)))
            return
        if count:
            self.papers.append(books.path)
            self.touched += 1

    def _row(self, line: str) -> CleanText:
        """A line without secrets; one that is no JSON is taken as a text."""
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            return self.label(line)
        clean = self.label.values(value)
        return written_before(line) if clean == value else dumps(clean)
