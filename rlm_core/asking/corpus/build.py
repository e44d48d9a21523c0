"""The texts that a question is asked over: the archive's, those of files, or given ones."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone

from rlm_core.archive.documents import document_folders
from rlm_core.archive.store import Archive
from rlm_core.asking.corpus.archived import ChunkReader
from rlm_core.asking.corpus.dated import dated
from rlm_core.asking.corpus.paths import look, read_regular
from rlm_core.asking.corpus.redacted import without_secrets
from rlm_core.disk import lies_within
from rlm_core.documents.encoding import UnreadableError
from rlm_core.documents.formats import Reading, read_document
from rlm_core.engine.texts import Document
from rlm_core.errors import ArchiveError, Joined, RlmError, Worded, phrase, worded
from rlm_core.language.quoting import escaped
from rlm_core.ownership import brought, is_brought
from rlm_core.redaction.redactor import Redactor
from rlm_core.search.hits import Filters

STDIN = "-"
SHOWN = 3  # reasons in an error
_CHUNK = "---\nchunk: "  # how a chunk file begins


@dataclass
class Corpus:
    """Texts and what is not among them.

    documents: a text from which something was cut out is several of the same id. skipped: (name, why) of what was
    meant and could not be read. notes: what was lost in reading the others.
    """

    documents: list[Document] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def from_archive(archive: Archive, filters: Filters | None = None, *, blobs: bool = False) -> Corpus:
    """The chunk files of an archive: sessions, oldest first, each followed by its sub-agents, then added documents.

    filters: which chunks; role and tool are not used. blobs: oversize outputs too, each behind the chunk that points
    to it. An archive that holds nothing gives no documents.
    """
    chunks = ChunkReader(filters or Filters(), blobs=blobs)
    # By name, not by age: parts stay the same when a document was only read again.
    folders = [*archive.folders(), *sorted(document_folders(archive.root))]
    came = brought(archive.root)
    documents = [_marked(d, archive.root, came) for folder in folders for d in chunks.of_folder(folder)]
    return Corpus(documents, chunks.left_out())


def _marked(document: Document, root: str, came: frozenset[str]) -> Document:
    """A document whose title says so when it came with an archive that was adopted."""
    return replace(document, title=f"(foreign) {document.title}") if is_brought(root, document.path, came) else document


def from_texts(texts: Sequence[str | tuple[str, str] | Document] | Mapping[str, str], redact: Redactor) -> Corpus:
    """Given texts: strings are called `text-1`, `text-2`, ... by their place; pairs, and what a mapping holds, are
    (id, text).
    """
    corpus = Corpus()
    given = [texts] if isinstance(texts, str) else list(texts.items()) if isinstance(texts, Mapping) else texts
    for number, text in enumerate(given, 1):
        if isinstance(text, str):
            text = (f"text-{number}", text)
        document = text if isinstance(text, Document) else Document(*text)
        _add(corpus, document, redact)
    return corpus


def from_paths(
    paths: Sequence[str],
    *,
    base: str,
    keep_out: str,
    redact: Redactor,
    blobs: bool = False,
    stdin: Callable[[], bytes] = lambda: sys.stdin.buffer.read(),
) -> Corpus:
    """The texts of files, directories, patterns (`docs/**/*.md`) and `-`, stdin; each file once.

    base: a directory; ids are relative to it where they can be. keep_out: the archive's root: its chunk files are taken
    as in `from_archive`, everything else goes through `redact`. Raises RlmError when a path or a pattern names nothing,
    and when there is no text in any.
    """
    reader = _Files(base, keep_out, redact, blobs=blobs)
    for path in paths:
        if path != STDIN:
            reader.take(path)
        elif reader.is_new(STDIN):
            reader.take_data("stdin", stdin())
    return reader.result(paths)


class _Files:
    """Reads files, each once."""

    def __init__(self, base: str, archive: str, redact: Redactor, *, blobs: bool) -> None:
        self.base = os.path.realpath(base)
        self.archive = os.path.realpath(archive)
        self.redact = redact
        self.chunks = ChunkReader(Filters(), blobs=blobs)
        self.corpus = Corpus()
        self._seen: set[str] = set()

    def result(self, paths: Sequence[str]) -> Corpus:
        corpus = self.corpus
        corpus.skipped += self.chunks.left_out()
        if not corpus.documents:
            raise RlmError(
                Joined("; ", [worded("no text to read in {paths}", paths=", ".join(paths)), *_reasons(corpus.skipped)])
            )
        return corpus

    def is_new(self, path: str) -> bool:
        if path in self._seen:
            return False
        self._seen.add(path)
        return True

    def take(self, path: str) -> None:
        """Read what a path names."""
        named_files = look(path, self.archive)
        self.corpus.skipped += [(self._name(p), _to_read(why)) for p, why in named_files.skipped]
        self.corpus.notes += named_files.notes
        for folder in named_files.folders:
            self.corpus.documents += self.chunks.of_folder(folder)
        for file in named_files.files:
            if self.is_new(os.path.realpath(file)):
                self._take_file(file, named=named_files.named)

    def take_data(self, name: str, data: bytes) -> None:
        """Read what came from elsewhere."""
        try:
            self._add(name, "", read_document(name, data))
        except UnreadableError as e:
            self.corpus.skipped.append((name, str(e)))

    def _take_file(self, path: str, *, named: bool) -> None:
        name = self._name(path)
        try:
            reading = read_document(path, read_regular(path, follow=named))  # nothing else holds the bytes
            written = datetime.fromtimestamp(os.stat(path).st_mtime, timezone.utc).date().isoformat()
        except (UnreadableError, OSError) as e:
            self.corpus.skipped.append((name, getattr(e, "strerror", None) or str(e)))
            return
        if not (reading.text.startswith(_CHUNK) and self._take_chunk(path)):
            self._add(name, path, reading, written)

    def _take_chunk(self, path: str) -> bool:
        """Take a file as a chunk file if it is one. One that another archive holds is redacted as we would."""
        real = os.path.realpath(path)
        try:
            documents = self.chunks.of_file(real)
        except (ArchiveError, OSError):
            return False
        if not lies_within(real, self.archive):
            documents = [d for document in documents for d in without_secrets(document, self.redact)]
        self.corpus.documents += documents
        return True

    def _add(self, name: str, path: str, reading: Reading, written: str = "") -> None:
        self.corpus.notes += [worded("{what}: {why}", what=name, why=phrase(reading.note))] if reading.note else []
        _add(self.corpus, Document(name, reading.text, path, file_date=written), self.redact)

    def _name(self, path: str) -> str:
        """How a file is cited: relative to the base where it is below it, fit to be printed, without secrets."""
        folder, file = os.path.split(os.path.abspath(path))
        real = os.path.join(os.path.realpath(folder), file)
        below = lies_within(real, self.base) and real != self.base
        name = os.path.relpath(real, self.base).replace(os.sep, "/") if below else real
        return self.redact(escaped(name))


def _reasons(skipped: Sequence[tuple[str, str]]) -> list[str]:
    more = [worded("and {n:,} more", n=len(skipped) - SHOWN)] if len(skipped) > SHOWN else []
    return [*(worded("{what}: {why}", what=name, why=phrase(why)) for name, why in skipped[:SHOWN]), *more]


def _add(corpus: Corpus, document: Document, redact: Redactor) -> None:
    documents = without_secrets(dated(document), redact)
    corpus.documents += documents
    if not documents:
        corpus.skipped.append((document.id, "it holds no text"))


def _to_read(why: str) -> str:
    """Why `rlm add` leaves a file out, as it is told where files are read and none is added."""
    form = why.form if isinstance(why, Worded) else why
    changed = form.replace("to add it", "to read it")
    return Worded(changed, why.values) if isinstance(why, Worded) else changed
