"""Takes single files into the archive, and leaves alone what has not changed."""

from __future__ import annotations

import os
import stat
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from rlm_core.archive.store import chunk_names
from rlm_core.archive.tombstones.burying import revive_document
from rlm_core.archive.tombstones.unwanted import Sections
from rlm_core.chunks.chunkfile import dump, file_name, load
from rlm_core.chunks.entries import entries_of
from rlm_core.clock import utc
from rlm_core.config import redactor, rules_of
from rlm_core.digest import hexdigest
from rlm_core.disk import NOFOLLOW, Batch, make_dir, read
from rlm_core.documents.chunking import CleanDocument, chunks, most_tokens
from rlm_core.documents.discover import MAX_BYTES
from rlm_core.documents.encoding import UnreadableError
from rlm_core.documents.formats import kind_of, read_document
from rlm_core.documents.outside import Outside
from rlm_core.documents.registry import AddedDocument, fingerprint, slug_of
from rlm_core.documents.report import ABSENT, CHANGED, NEW, SKIPPED, UNCHANGED, VANISHED, Outcome
from rlm_core.documents.sayings import LARGE_UNNAMED
from rlm_core.errors import ArchiveError, worded
from rlm_core.language.quoting import escaped
from rlm_core.redaction.clean import EMPTY, hex_digits, literal, moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rlm_core.archive.store import Archive
    from rlm_core.chunks.chunker import Chunk
    from rlm_core.documents.formats import Reading
    from rlm_core.documents.registry import Registry
    from rlm_core.redaction.clean import CleanText

RACY_NS = 2_000_000_000  # a file that changes again this soon after it was read may show the same time
COMMIT_CHUNKS = 256
MAP = literal("../INDEX.md")
REPLACED = 200  # former chunks of a document by which it is still found


class Taker:
    """Takes files one by one; `commit` puts what was taken in its place. The caller holds the lock."""

    def __init__(self, archive: Archive, registry: Registry) -> None:
        self.archive = archive
        self.registry = registry
        self.outside = Outside(registry)
        self.batch = Batch()
        self.made = fingerprint(archive.config)
        self.redact = redactor(archive.config, marks=True)
        stones = archive.tombstones()
        self.kept_out = Sections(stones) if stones else None
        self._waiting = 0

    def commit(self) -> None:
        self.batch.flush()
        self.registry.save()
        self._waiting = 0

    def take(self, key: str, *, named: bool = False, restore: bool = False, whole: bool = False) -> Outcome:
        """Bring a file's chunks up to date.

        named: the user named it, now or before. restore: bring back chunk files that were deleted; a refresh
        does not, since whoever deleted them meant it. whole: take all of a table.
        """
        known = self._known(key)
        document = known or AddedDocument(
            key, slug_of(key, self.redact(key)), added=moment(utc(time.time())), named=named
        )
        document = replace(document, named=document.named or named)
        if whole and not document.whole:
            document = replace(document, whole=True, mtime_ns=0, digest=EMPTY)  # to be read again
            known = document if known else None
        path = self.registry.locate(key)
        refused = self.outside.refuses(path) or self._forgotten(document)
        if refused:
            return self.outcome(document, SKIPPED, refused)
        try:
            st = os.stat(path) if document.named else os.lstat(path)
            if known and self._stands(document, st, restore):
                return self._as_it_stands(document)
            data = self._data(path, st, document)
        except (FileNotFoundError, NotADirectoryError):
            return self._vanished(document)
        except UnreadableError as e:
            return self._refuse(document, st, e)
        except (OSError, ValueError) as e:
            return self.outcome(document, SKIPPED, getattr(e, "strerror", None) or str(e))
        # From here on an OSError is the archive's, and ends the run.
        outcome = self._read(replace(document, kind=kind_of(path, data)), data, st)
        if self._waiting >= COMMIT_CHUNKS:
            self.commit()
        return outcome

    def _forgotten(self, document: AddedDocument) -> str:
        """Why a document is kept out, "" for one that is not. Whoever adds it by name has it back, unless for good."""
        if self.kept_out is None or not self.kept_out.refuses_document(document.slug):
            return ""
        if document.named and revive_document(self.archive, document.slug):
            return ""
        return "forgotten for good" if document.named else "forgotten; name the file itself to add it again"

    def _known(self, key: str) -> AddedDocument | None:
        """The document as it was taken before, if only under a name without its secrets."""
        documents = self.registry.documents
        clean = self.redact.name(key)
        if clean != key and clean in documents and documents[clean].slug == slug_of(key, clean):
            documents[key] = replace(documents.pop(clean), path=key)
        return documents.get(key)

    def _vanished(self, document: AddedDocument) -> Outcome:
        if document.files:
            return self.outcome(document, VANISHED, "its text stays until it is removed")
        self.registry.documents.pop(document.path, None)
        return self.outcome(document, SKIPPED, ABSENT)

    def outcome(self, document: AddedDocument, status: str, reason: str = "") -> Outcome:
        held = bool(document.files)
        return Outcome(
            escaped(document.path),
            document.kind or kind_of(document.path),
            len(document.files),
            document.tokens,
            document.redactions,
            status,
            reason,
            self.registry.folder(document.slug) if held else "",
            document.reader,
        )

    def _stands(self, document: AddedDocument, st: os.stat_result, restore: bool) -> bool:
        """Whether the file need not be read; its time alone tells, unless it was young when it was read."""
        if not restore and self._deleted(document):
            return True
        same = (document.size, document.mtime_ns) == (st.st_size, st.st_mtime_ns) and document.made == self.made
        racy = document.mtime_ns + RACY_NS > document.read_ns
        return same and not racy and (not restore or self._complete(document))

    def _deleted(self, document: AddedDocument) -> bool:
        """Whether somebody deleted the document's directory from the archive."""
        return bool(document.files) and not os.path.isdir(self.registry.folder(document.slug))

    def _complete(self, document: AddedDocument) -> bool:
        return chunk_names(self.registry.folder(document.slug)) == list(document.files)

    def _as_it_stands(self, document: AddedDocument) -> Outcome:
        if self._deleted(document):
            return self.outcome(document, SKIPPED, "deleted from the archive; add it to bring it back")
        self.registry.documents[document.path] = document
        return self.outcome(document, SKIPPED if document.problem else UNCHANGED, document.problem or document.note)

    def _data(self, path: str, st: os.stat_result, document: AddedDocument) -> bytes:
        """The file's bytes. Raises UnreadableError for what must not or cannot be read, OSError."""
        if stat.S_ISLNK(st.st_mode) or not (document.named or os.path.realpath(path) == path):
            raise UnreadableError("reached through a link")
        if not stat.S_ISREG(st.st_mode):
            raise UnreadableError("no regular file")
        if st.st_size > MAX_BYTES and not document.named:
            raise UnreadableError(worded(LARGE_UNNAMED, n=MAX_BYTES // 1024**2))
        flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
        with open(os.open(path, flags if document.named else flags | NOFOLLOW), "rb") as f:
            return f.read()

    def _read(self, document: AddedDocument, data: bytes, st: os.stat_result) -> Outcome:
        digest = hex_digits(hexdigest(data, 16))
        seen = replace(document, size=st.st_size, mtime_ns=st.st_mtime_ns, read_ns=time.time_ns(), problem="")
        if (document.digest, document.made) == (digest, self.made) and self._complete(document):
            # Chunks stand for this very text: it was in between that the file could not be read.
            self.registry.documents[document.path] = replace(seen, problem="" if document.files else document.problem)
            return self._as_it_stands(self.registry.documents[document.path])
        try:
            reading = read_document(document.path, data, whole=document.whole)
        except UnreadableError as e:
            return self._refuse(document, st, e)
        return self._write(replace(seen, digest=digest, made=self.made), reading)

    def _refuse(self, document: AddedDocument, st: os.stat_result, error: UnreadableError) -> Outcome:
        """Note why a file cannot be read, so that it is tried again only when it has changed."""
        self.registry.documents[document.path] = replace(
            document,
            size=st.st_size,
            mtime_ns=st.st_mtime_ns,
            read_ns=time.time_ns(),
            digest=document.digest if document.made == self.made else EMPTY,  # its chunks are of other settings
            made=EMPTY if error.passing else self.made,
            problem=str(error),
        )
        form = "{why}; what it held before stays in the archive" if document.files else "{why}"
        return self.outcome(document, SKIPPED, worded(form, why=error))

    def _write(self, document: AddedDocument, reading: Reading) -> Outcome:
        config = self.archive.config
        clean = CleanDocument(reading, document.path, self.redact, most_tokens(config))
        since = self._since(document)
        kept_out = self.kept_out.refuses if self.kept_out is not None else None
        made = chunks(clean, config, document.slug, moment(utc(document.mtime_ns // 10**9)), since, kept_out)
        names = self._put(document, made)
        after = replace(
            document,
            kind=reading.kind,
            files=tuple(names),
            tokens=sum(c.tokens for c in made),
            redactions=sum(clean.secrets.values()),
            reader=reading.reader,
            note=reading.note,
            problem="" if made else "it holds no text",
            replaced=_replaced(document, names),
        )
        self.registry.documents[document.path] = after
        if after.problem:
            return self.outcome(after, SKIPPED, after.problem)
        status = NEW if not document.files else UNCHANGED if document.files == after.files else CHANGED
        return self.outcome(after, status, after.note)

    def _put(self, document: AddedDocument, made: Sequence[Chunk]) -> list[CleanText]:
        """Write chunk files to stand at the next commit, and doom those they replace; the names."""
        folder = self.registry.folder(document.slug)
        names = [file_name(n, chunk.id) for n, chunk in enumerate(made, 1)]
        if names:
            make_dir(folder)
        for number, (name, chunk) in enumerate(zip(names, made, strict=True), 1):
            # The last chunk counts as provisional: a document may grow at its end, as a session does.
            closed = number < len(made)
            after = names[number] if closed else EMPTY
            rules = rules_of(self.archive.config)
            data = dump(chunk, number, document.session, closed=closed, index=MAP, following=after, rules=rules)
            path = os.path.join(folder, name)
            if read(path) != data:
                self.batch.put(path, data)
                self._waiting += 1
        for stale in chunk_names(folder):
            if stale not in names:
                self.batch.remove(os.path.join(folder, stale))
                self._waiting += 1
        return names

    def _since(self, document: AddedDocument) -> dict[str, CleanText]:
        """uuid -> time of the sections that stand in the archive."""
        found: dict[str, CleanText] = {}
        folder = self.registry.folder(document.slug)
        for name in chunk_names(folder):
            try:
                entries = entries_of(load(read(os.path.join(folder, name)) or b"", name))
            except (ArchiveError, OSError):
                continue
            found |= {one.uuid: moment(one.iso_time) for one in entries if one.time}
        return found


def _replaced(document: AddedDocument, names: Sequence[CleanText]) -> dict[CleanText, int]:
    """Former chunks, by the digits in their names, the newest last."""
    now = {name[-11:-3] for name in names}
    gone = {name[-11:-3]: int(name.partition("-")[0]) for name in document.files}
    kept = {d: n for d, n in {**document.replaced, **gone}.items() if d not in now}
    return dict(list(kept.items())[-REPLACED:])
