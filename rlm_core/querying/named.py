"""What `--over` and `--table` name: the archive, its sessions, files that are read without their secrets."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rlm_core.archive.store import Archive
from rlm_core.asking.corpus.build import STDIN, Corpus, from_paths
from rlm_core.asking.corpus.patterns import is_pattern
from rlm_core.config import redactor
from rlm_core.errors import RlmError, phrase, worded
from rlm_core.querying.shapes import ARCHIVE, LINES

ARCHIVE_NAME = "archive"
MOST_FILE_BYTES = 64 * 1024 * 1024
MOST_STREAMED_BYTES = 256 * 1024 * 1024  # of a file whose rows are not held
DELIMITED = (".csv", ".tsv")
_HELD = (".json", ".md", ".markdown")  # whose rows may be one value, or are gathered
_SESSION = re.compile(r"[0-9a-f]{4,36}|[0-9a-f]{8}-[0-9a-f-]{1,27}")
_SQLITE_ENDS = (".sqlite", ".sqlite3", ".db")
_TAKEN = frozenset((*(shape.name for shape in ARCHIVE), LINES.name, "rows"))


@dataclass
class NamedText:
    """A file's text without secrets. name: as it is cited. numbers: of its lines in the file, which a secret of several
    lines shortens. table: what its rows are called. path: "" for stdin.
    """

    name: str
    text: str
    numbers: Sequence[int]
    path: str = ""
    table: str = ""


@dataclass
class NamedSources:
    """What a query is over.

    sessions: beginnings of ids; all when there are none. databases: (path, table) of SQLite files. notes: what was
    not read.
    """

    archive: bool = False
    sessions: list[str] = field(default_factory=list)
    texts: list[NamedText] = field(default_factory=list)
    databases: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def named_sources(
    archive: Archive,
    project: str,
    over: Sequence[str],
    tables: Mapping[str, str],
    *,
    allow: Callable[[Corpus], None] = lambda corpus: None,
    stdin: Callable[[], bytes] = lambda: sys.stdin.buffer.read(MOST_FILE_BYTES + 1),
) -> NamedSources:
    """Read what is named. tables: name -> path. allow: raises for a file that must not be read.

    Raises RlmError for what names nothing, and for a file that is too large.
    """
    made = NamedSources(archive=not over and not tables)
    reader = _SourceReader(archive, project, made, allow, stdin)
    for item in over:
        if item == ARCHIVE_NAME:
            made.archive = True
        elif item != STDIN and not is_pattern(item) and not os.path.lexists(item) and _SESSION.fullmatch(item):
            made.archive = True
            made.sessions.append(item)
        else:
            reader.take(item, "")
    for name, path in tables.items():
        reader.take(path, name)
    _name_tables(made, set(map(str.lower, tables)))
    return made


class _SourceReader:
    def __init__(
        self,
        archive: Archive,
        project: str,
        made: NamedSources,
        allow: Callable[[Corpus], None],
        stdin: Callable[[], bytes],
    ) -> None:
        self.archive, self.project, self.made = archive, project, made
        self.allow, self.stdin = allow, stdin
        self._redact = redactor(archive.config)

    def take(self, path: str, table: str) -> None:
        """Read what a path names. table: the name for its rows, "" to make one of its own name."""
        if path.lower().endswith(_SQLITE_ENDS) and os.path.isfile(path):
            self.made.databases.append((path, table))
            return
        most = MOST_FILE_BYTES if path.lower().endswith(_HELD) else MOST_STREAMED_BYTES
        if os.path.isfile(path) and os.stat(path).st_size > most:
            raise RlmError(worded("{path}: it has more than {most} MB; take a part of it", path=path, most=most >> 20))
        corpus = from_paths(
            [path], base=self.project, keep_out=self.archive.root, redact=self._redact, stdin=self._stdin
        )
        self.allow(corpus)
        self.made.notes += [
            worded("{what}: {why}", what=name, why=phrase(why)) for name, why in corpus.skipped
        ] + corpus.notes
        texts = list(_texts(corpus))
        if table and len(texts) > 1:
            raise RlmError(
                worded(
                    "--table {table}={path}: that is {n:,} {n:|file|files}; name one",
                    table=table,
                    path=path,
                    n=len(texts),
                )
            )
        for text in texts:
            text.table = table
        self.made.texts += texts

    def _stdin(self) -> bytes:
        data = self.stdin()
        if len(data) > MOST_FILE_BYTES:
            raise RlmError(
                worded(
                    "stdin holds more than {most_file_bytes} MB; take a part of it",
                    most_file_bytes=MOST_FILE_BYTES >> 20,
                )
            )
        return data


def _texts(corpus: Corpus) -> Iterator[NamedText]:
    """The files of a corpus, each whole again: one from which something was cut out is several documents of one id."""
    held: NamedText | None = None
    for document in corpus.documents:
        lines = document.text.count("\n") + (not document.text.endswith("\n"))
        numbers = range(document.first_line, document.first_line + lines)
        if held is not None and (held.name, held.path) == (document.id, document.path):
            between = "" if held.text.endswith("\n") else "\n"
            held = NamedText(held.name, held.text + between + document.text, [*held.numbers, *numbers], held.path)
            continue
        if held is not None:
            yield held
        held = NamedText(document.id, document.text, numbers, document.path)
    if held is not None:
        yield held


def _name_tables(made: NamedSources, taken: set[str]) -> None:
    """Give each file's rows a name: the file's own, as SQL writes names; a number where that is taken."""
    used = set(taken) | (set(_TAKEN) if made.archive else {LINES.name, "rows"})

    def named(path: str) -> str:
        stem = re.sub(r"\W+", "_", os.path.splitext(os.path.basename(path))[0]).strip("_") or "file"
        wanted = name = stem if not stem[0].isdigit() else f"t_{stem}"
        number = 1
        while name.lower() in used:
            number += 1
            name = f"{wanted}_{number}"
        used.add(name.lower())
        return name

    for text in made.texts:
        text.table = text.table or named(text.path or text.name)
    made.databases = [(path, table or named(path)) for path, table in made.databases]
