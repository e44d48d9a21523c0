"""Adds, refreshes and removes documents.

Order of writing, so that a kill at any moment leaves chunk files that are absent or complete, and work that the next
run completes: new chunk files, removal of those they replace, the list. Whoever dies on the way leaves a mark in the
lock; the next run then compares every directory with the list.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from rlm_core.archive.copies.keeping import forget
from rlm_core.archive.documents import FOLDER, document_folders
from rlm_core.archive.store import chunk_names
from rlm_core.clock import utc
from rlm_core.disk import TMP_PREFIX, drop_temporary, make_dir, read, write_atomic
from rlm_core.disk import remove as delete
from rlm_core.documents.discover import Listing, find
from rlm_core.documents.ingest import Taker
from rlm_core.documents.registry import Directory, Registry, below
from rlm_core.documents.report import ABSENT, CHANGED, REMOVED, SKIPPED, UNCHANGED, VANISHED, DocumentsReport, Outcome
from rlm_core.errors import Counted, RlmError, worded
from rlm_core.language.quoting import escaped
from rlm_core.lock import Lock
from rlm_core.redaction.clean import EMPTY, literal, moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager

    from rlm_core.archive.store import Archive
    from rlm_core.documents.registry import AddedDocument

    # Given the bytes of all files to look at, it yields what is told the bytes of each.
    Watch = Callable[[int], AbstractContextManager[Callable[[int], None]]]

INDEX_LINES = 1000
DIRECTORY = "directory"
UNKNOWN = "not among the documents; `rlm add --list` shows them"
LOST = "the list of what was added was lost; it is made again from the chunks, but directories must be added again"
HEAD = literal("""\
# Reference documents

Added by `rlm add`; what stands here is a copy, the source is named. `rlm search` and `/recall` search it too.
""")


def silent(_: int) -> AbstractContextManager[Callable[[int], None]]:
    """The `watch` of a run whose progress nobody wants to see."""
    return nullcontext(lambda _: None)


def add(
    archive: Archive, paths: Iterable[str], *, wait: float = 30.0, watch: Watch = silent, whole: bool = False
) -> DocumentsReport:
    """Take files and directories into the archive, or bring them up to date.

    wait: seconds for another process that is at it; after that LockTimeoutError. A path that is refused is an
    outcome with `named` and SKIPPED; where all are missing no archive is made for them. whole: take all of the tables,
    from now on, not a sample. Raises ArchiveError or OSError when the archive cannot be written; what was written
    before stays valid.
    """
    paths = list(paths)
    if not archive.exists() and not any(map(os.path.lexists, paths)):
        key = Registry(archive).key
        return DocumentsReport([Outcome(escaped(key(path)), reason=ABSENT, named=True) for path in paths])
    with _run(archive, wait) as run:
        run.add(paths, watch, whole=whole)
        return run.report


def refresh(archive: Archive, *, wait: float = 30.0, watch: Watch = silent) -> DocumentsReport:
    """Look at every document and directory that was added, and read again what has changed. Raises as `add`.

    Settings that cannot be read stop it: with the defaults in their place, what they redact would be written.
    """
    if archive.config.problem or not os.path.isdir(archive.path(FOLDER)):
        return DocumentsReport(notes=[archive.config.problem] if archive.config.problem else [])
    with _run(archive, wait) as run:
        run.refresh(watch)
        return run.report


def remove(archive: Archive, paths: Iterable[str], *, wait: float = 30.0) -> DocumentsReport:
    """Take out of the archive whatever is at or below the paths, whether it still exists or not. Raises as `add`."""
    if not os.path.isdir(archive.path(FOLDER)):
        registry = Registry(archive)
        return DocumentsReport([Outcome(escaped(registry.key(p)), reason=UNKNOWN, named=True) for p in paths])
    with _run(archive, wait) as run:
        for path in paths:
            run.remove(path)
        return run.report


def listing(archive: Archive) -> DocumentsReport:
    """Every document as it stands, compared with its source by a stat; nothing is written."""
    registry = Registry(archive)
    taker = Taker(archive, registry)
    report = DocumentsReport(notes=[LOST] if registry.lost else [])
    for key, document in sorted(registry.documents.items()):
        try:
            st = os.stat(registry.locate(key))
            same = (st.st_size, st.st_mtime_ns) == (document.size, document.mtime_ns) and taker.made == document.made
            status = SKIPPED if document.problem and not document.files else UNCHANGED if same else CHANGED
        except (OSError, ValueError):
            status = VANISHED
        report.outcomes.append(taker.outcome(document, status, document.problem or document.note))
    return report


@contextmanager
def _run(archive: Archive, wait: float) -> Iterator[_DocumentsUpdate]:
    """A run under the lock; what it took is in its place when it ends well."""
    archive.prepare()
    make_dir(archive.path(FOLDER))
    with Lock(archive.path("state", "documents.lock"), wait) as lock:
        run = _DocumentsUpdate(archive, dirty=lock.dirty)
        lock.mark()
        try:
            run.begin()
            yield run
            run.end()
        finally:
            run.taker.batch.drop()


class _DocumentsUpdate:
    """One run. dirty: the former one died on the way."""

    def __init__(self, archive: Archive, *, dirty: bool) -> None:
        self.archive = archive
        self.registry = Registry(archive)
        self.taker = Taker(archive, self.registry)
        self.report = DocumentsReport()
        self.dirty = dirty

    def begin(self) -> None:
        """Complete what a killed run has left undone."""
        registry = self.registry
        self._drop_gone()
        if self.dirty:
            drop_temporary(self.archive.path(FOLDER))
            for folder in document_folders(self.archive.root):
                drop_temporary(folder)
        if self.dirty or registry.lost:
            if registry.adopt() and registry.lost:
                self.report.notes.append(LOST)
            for key, document in registry.documents.items():
                if chunk_names(registry.folder(document.slug)) not in ([], list(document.files)):
                    registry.documents[key] = replace(document, digest=EMPTY, mtime_ns=0)  # to be read again

    def end(self) -> None:
        self.taker.commit()
        self._drop_gone()
        self.registry.save()
        self._write_index()

    def add(self, paths: Iterable[str], watch: Watch, *, whole: bool) -> None:
        todo: dict[str, bool] = {}  # key -> whether it was named
        paths = list(paths)
        self.taker.outside.allow(paths)
        for path in paths:
            key = self._key(path)
            if below(key, self.registry.key(self.archive.root)):
                self._say(key, "part of the archive itself")
            elif os.path.isdir(path):
                self._add_directory(key, todo)
            else:
                todo[key] = True
                self._forgive(key)
        self.registry.save()  # so that a kill from here on loses none of the directories
        self._take(todo, watch, restore=True, whole=whole)
        for key, named in todo.items():
            document = self.registry.documents.get(key)
            if named and document is not None and not document.files:
                del self.registry.documents[key]  # refused: there is nothing to refresh

    def _key(self, path: str) -> str:
        """A directory is called by its real place; a link to a file keeps its own name."""
        return self.registry.key(os.path.realpath(path) if os.path.isdir(path) else path)

    def _add_directory(self, key: str, todo: dict[str, bool]) -> None:
        known = self.registry.directories.get(key)
        self.registry.directories[key] = known or Directory(key, moment(utc(time.time())))
        self._forgive(key)
        found = self._find(key)
        inside = self._members(key, found)
        if found is not None and not inside:
            self._say(key, "no documents in it", DIRECTORY)
        if known is None and not inside:
            del self.registry.directories[key]
        inside += [k for k in self.registry.documents if below(k, key)]
        for member in inside:
            todo.setdefault(member, False)

    def _forgive(self, key: str) -> None:
        """What is added again is no longer left out."""
        for path, directory in self.registry.directories.items():
            if key in directory.without:
                kept = tuple(w for w in directory.without if w != key)
                self.registry.directories[path] = replace(directory, without=kept)

    def _find(self, key: str) -> Listing | None:
        """What a directory holds; None, and a word about it, when that cannot be told."""
        folder = self.registry.locate(key)
        try:
            found = find(folder, self.archive.root)
        except (RlmError, OSError) as e:
            self._say(key, str(e), DIRECTORY)
            return None
        if found.note:
            self.report.notes.append(found.note)
        return found

    def _members(self, key: str, found: Listing | None) -> list[str]:
        """The keys of a directory's documents; what is skipped is reported."""
        without = self.registry.directories[key].without
        for path, reason in found.skipped if found else ():
            member = self.registry.key(path)
            if member not in self.registry.documents:
                self.report.outcomes.append(Outcome(escaped(member), reason=reason))
        keys = (self.registry.key(path) for path in (found.files if found else ()))
        return [k for k in keys if not any(below(k, w) for w in without)]

    def refresh(self, watch: Watch) -> None:
        todo = dict.fromkeys(self.registry.documents, False)
        for key in sorted(self.registry.directories):
            refused = self.taker.outside.refuses(self.registry.locate(key))
            if refused:
                self.report.outcomes.append(Outcome(escaped(key), DIRECTORY, status=SKIPPED, reason=refused))
            elif os.path.isdir(self.registry.locate(key)):
                todo.update(dict.fromkeys(self._members(key, self._find(key)), False))
            else:
                reason = "no such directory; what it held stays until it is removed"
                self.report.outcomes.append(Outcome(escaped(key), DIRECTORY, status=VANISHED, reason=reason))
        self._take(todo, watch, restore=False)

    def _take(self, todo: dict[str, bool], watch: Watch, *, restore: bool, whole: bool = False) -> None:
        sizes = {key: _size(self.registry.locate(key)) for key in todo}
        with watch(sum(sizes.values())) as advance:
            for key, named in todo.items():
                outcome = self.taker.take(key, named=named, restore=restore, whole=whole)
                self.report.outcomes.append(replace(outcome, named=named))
                advance(sizes[key])

    def remove(self, path: str) -> None:
        """Take out a document, or all at or below a directory; a directory above leaves it out from now on."""
        registry, key = self.registry, self._key(path)
        self.taker.outside.forget(path)
        gone = [d for k, d in registry.documents.items() if below(k, key)]
        directories = [k for k in registry.directories if below(k, key)]
        if not gone and not directories:
            self._say(key, UNKNOWN)
            return
        for name in directories:
            del registry.directories[name]
        for name, directory in registry.directories.items():
            if below(key, name) and key not in directory.without:
                registry.directories[name] = replace(directory, without=(*directory.without, key))
        for document in gone:
            self.report.outcomes.append(self.taker.outcome(document, REMOVED))
            del registry.documents[document.path]
            registry.gone.append(document.slug)

    def _drop_gone(self) -> None:
        """Delete the chunks of removed documents, which the list on the disk names until they are deleted."""
        for slug in self.registry.gone:
            folder = self.registry.folder(slug)
            forget(self.registry.root, f"{FOLDER}/{slug}")
            if not os.path.isdir(folder) or os.path.islink(folder):
                continue
            for name in os.listdir(folder):
                if name in chunk_names(folder) or name.startswith(TMP_PREFIX):
                    delete(os.path.join(folder, name))
            if not os.listdir(folder):  # something of the user's own stays
                os.rmdir(folder)
        self.registry.gone = []

    def _say(self, key: str, reason: str, kind: str = "") -> None:
        """Report a path that was asked for and refused."""
        self.report.outcomes.append(Outcome(escaped(key), kind, reason=reason, named=True))

    def _write_index(self) -> None:
        documents = sorted(self.registry.documents.values(), key=lambda d: d.path)
        lines = [self.taker.redact(_line(d)) for d in documents if d.files]
        more = [literal("- and {:,} more").format(len(lines) - INDEX_LINES)] if len(lines) > INDEX_LINES else []
        text = literal("\n").join([HEAD, *lines[:INDEX_LINES], *more, EMPTY])
        data = text.encode("utf-8", "backslashreplace")
        path = self.archive.path(FOLDER, "INDEX.md")
        if read(path) != data:
            write_atomic(path, data, durable=False)


def _line(document: AddedDocument) -> str:
    """A document in INDEX.md."""
    return " · ".join(
        field
        for field in (
            f"- [{escaped(document.path)}]({document.slug}/{document.files[0]})",
            worded("{kind}, as {reader} reads it", kind=document.kind, reader=document.reader)
            if document.reader
            else document.kind,
            Counted(len(document.files), "chunk"),
            Counted(document.tokens, "token"),
            utc(document.mtime_ns // 10**9)[:16].replace("T", " "),
            document.note,
            document.problem,
        )
        if field
    )


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except (OSError, ValueError):
        return 0
