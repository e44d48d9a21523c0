"""What was added to the archive, and how each file stood when it was last read: `documents/sources.json`."""

from __future__ import annotations

import glob
import json
import os
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from rlm_core.archive.documents import FOLDER, document_folders
from rlm_core.archive.sealed import opened, sealed
from rlm_core.archive.store import chunk_names
from rlm_core.chunks.chunkfile import load_meta
from rlm_core.config import redactor, rules_of
from rlm_core.digest import hexdigest
from rlm_core.disk import read, write_atomic
from rlm_core.errors import ArchiveError, FileRefusedError
from rlm_core.language.folding import unaccented
from rlm_core.ownership import brought
from rlm_core.redaction.clean import EMPTY, dumps, hex_digits, literal, written_before
from rlm_core.redaction.clean import fields as as_fields
from rlm_core.redaction.ids import clean_id

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from rlm_core.archive.store import Archive
    from rlm_core.config import Config
    from rlm_core.redaction.clean import CleanText
    from rlm_core.redaction.redactor import Redactor

VERSION = 1
MADE = 3  # change it when the same file would give other chunks
NAME = "sources.json"
T = TypeVar("T")
_MARKER = re.compile(r"\[redacted:[a-z0-9-]{1,40}\]")

SESSION_PREFIX = literal("doc-")
NAME_CHARS = 40


@dataclass(frozen=True)
class Directory:
    """A directory that was added: new files in it are found at each refresh.

    path: see `Registry.key`. without: what was removed again, as keys.
    """

    path: str = ""
    added: CleanText = EMPTY
    without: tuple[str, ...] = ()

    def row(self, redact: Redactor) -> CleanText:
        """Its line in the list."""
        name = redact.name
        without = [name(path) for path in self.without]
        return dumps(as_fields(path=name(self.path), added=self.added, without=without))


@dataclass(frozen=True)
class AddedDocument:
    """A file in the archive, or one that was tried and could not be read.

    path: see `Registry.key`. named: the user named the file itself, not only a directory above it. whole: and all of a
    table, not columns and a sample. size, mtime_ns,
    digest: of the file as it was read at read_ns. made: the settings its chunks were made with, "" to try again.
    files: names of its chunk files. tokens, redactions: in all of them. reader: the library that converted it.
    note: what got lost in reading. problem: why the file as it is now is not in the archive; the chunks are
    those of an earlier reading then. replaced: first digits of a former chunk's id -> its number.
    """

    path: str = ""
    slug: CleanText = EMPTY
    kind: str = ""
    named: bool = False
    whole: bool = False
    size: int = 0
    mtime_ns: int = 0
    read_ns: int = 0
    digest: CleanText = EMPTY
    made: CleanText = EMPTY
    added: CleanText = EMPTY
    files: tuple[CleanText, ...] = ()
    tokens: int = 0
    redactions: int = 0
    reader: str = ""
    note: str = ""
    problem: str = ""
    replaced: dict[CleanText, int] = field(default_factory=dict)

    @property
    def session(self) -> CleanText:
        """What stands in the place of a session's id in its chunks."""
        return SESSION_PREFIX + self.slug

    def row(self, redact: Redactor) -> CleanText:
        """Its line in the list."""
        name = redact.name
        return dumps(
            as_fields(
                path=name(self.path),
                slug=self.slug,
                kind=name(self.kind),
                named=self.named,
                whole=self.whole,
                size=self.size,
                mtime_ns=self.mtime_ns,
                read_ns=self.read_ns,
                digest=self.digest,
                made=self.made,
                added=self.added,
                files=self.files,
                tokens=self.tokens,
                redactions=self.redactions,
                reader=name(self.reader),
                note=name(self.note),
                problem=name(self.problem),
                replaced=self.replaced,
            )
        )


class Registry:
    """The list, read from an archive.

    A path in which a secret stands is written without it; the file is found again by the hash in its slug, a directory
    by its being the only one that has this name without secrets.

    lost: it is missing or damaged, though documents stand in the archive. gone: directories of chunks that
    are being removed.
    """

    def __init__(self, archive: Archive) -> None:
        self.root = root = archive.root
        self.redact = redactor(archive.config)
        self.project = os.path.realpath(os.path.dirname(os.path.dirname(root)))
        self.path = os.path.join(root, FOLDER, NAME)
        self.directories: dict[str, Directory] = {}
        self.documents: dict[str, AddedDocument] = {}
        self.gone: list[CleanText] = []
        self._real: dict[str, str] = {}  # directory -> where it really is
        self.data = self._stored()
        self.lost = not self._parse() and any(chunk_names(f) for f in document_folders(root))

    def _stored(self) -> bytes:
        """What stands in the list; b"" for what cannot be one, and is then made anew from the chunk files."""
        try:
            return read(self.path) or b""
        except FileRefusedError as e:
            if e.errno is not None:
                raise  # the disk's fault: the list may be there tomorrow
            return b""

    def _parse(self) -> bool:
        try:
            saved, whole = opened(self.data)
            if saved is None or not whole or saved["version"] != VERSION:
                return False
            directories = [_made(Directory(), _known(values)) for values in saved["directories"]]
            documents = [_made(AddedDocument(), values) for values in saved["documents"]]
            gone = [written_before(str(slug)) for slug in saved["gone"]]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return False
        if not all(map(_plain, [*gone, *(d.slug for d in documents)])):
            return False  # nothing is written to, or deleted from, a place that a damaged list names
        directories = [replace(d, path=self._known_as(d.path)) for d in directories]
        documents = [replace(d, path=self._known_as(d.path, d.slug)) for d in documents]
        self.directories = {d.path: d for d in directories}
        self.documents = {d.path: d for d in documents}
        self.gone = gone
        return True

    def _known_as(self, key: str, slug: str = "") -> str:
        """The key whose secrets were left out of this one; itself when there are none, or no file fits any more."""
        pieces = _MARKER.split(key)
        if len(pieces) == 1:
            return key
        pattern = "*".join(glob.escape(piece) for piece in _MARKER.split(self.locate(key)))
        found = [self.key(path) for path in glob.glob(pattern)]
        if slug:
            fitting = [k for k in found if slug_of(k, key) == slug]
        else:
            fitting = [k for k in found if self.redact.name(k) == key]
        return fitting[0] if len(fitting) == 1 else key

    def save(self) -> None:
        """Write the list if it has changed."""
        line_end = literal(",\n")
        form = literal('{{"version": {}, "gone": {}, "directories": [\n{}\n], "documents": [\n{}\n]}}\n')
        text = form.format(
            VERSION,
            dumps(self.gone),
            line_end.join([d.row(self.redact) for _, d in sorted(self.directories.items())]),
            line_end.join([d.row(self.redact) for _, d in sorted(self.documents.items())]),
        )
        data = sealed(text).encode()
        if data != self.data:
            write_atomic(self.path, data)
            self.data = data

    def key(self, path: str) -> str:
        """How a path is called: relative to the project with `/` when inside it, so that a project can move.

        Links above the file are resolved, one in its place is not.
        """
        folder, name = os.path.split(os.path.abspath(path))
        if folder not in self._real:
            self._real[folder] = os.path.realpath(folder)
        real = os.path.join(self._real[folder], name) if name else self._real[folder]
        if real == self.project:
            return "."
        inside = self.project.rstrip(os.sep) + os.sep
        return real[len(inside) :].replace(os.sep, "/") if real.startswith(inside) else real

    def locate(self, key: str) -> str:
        """The absolute path of a key."""
        return self.project if key == "." else os.path.join(self.project, *key.split("/")) if _inside(key) else key

    def folder(self, slug: str) -> str:
        """The directory of a document's chunks."""
        return os.path.join(self.root, FOLDER, slug)

    def adopt(self) -> int:
        """Enter the documents that have chunks in the archive and are not in the list. Returns how many they were."""
        known = {d.slug for d in self.documents.values()} | set(self.gone)
        adopted, came = 0, brought(self.root)
        for folder in document_folders(self.root):
            slug = written_before(os.path.basename(folder))
            if f"{FOLDER}/{slug}" in came:
                continue  # where it says that it was read is somebody else's word
            document = _from_chunks(folder, slug) if slug not in known else None
            if document is not None:
                self.documents[document.path] = document
                adopted += 1
        return adopted


def below(key: str, above: str) -> bool:
    """Whether a key is another or lies below it."""
    if key == above or (above == "." and _inside(key)):
        return True
    separator = "/" if _inside(above) else os.sep
    return key.startswith(above.rstrip(separator) + separator)


def fingerprint(config: Config) -> CleanText:
    """A hash of all settings that a document's chunks depend on, in hexadecimal digits."""
    redact = [config.redact_enabled, sorted(config.redact_skip), sorted(config.redact_extra.items())]
    return hex_digits(hexdigest(json.dumps([MADE, config.target, redact, rules_of(config)]).encode(), 8))


def replacements(archive: Archive, digits: str) -> list[str]:
    """Paths of the chunk files that have replaced a document's former chunk.

    digits: the first eight of the hash in the former chunk's id.
    """
    registry = Registry(archive)
    found = []
    for document in registry.documents.values():
        number = next((n for former, n in document.replaced.items() if former == digits), 0)
        if number and document.files:
            at = min(number, len(document.files)) - 1
            found.append(os.path.join(registry.folder(document.slug), document.files[at]))
    return found


def _inside(key: str) -> bool:
    return not os.path.isabs(key)


def _plain(slug: str) -> bool:
    """Whether it names a directory that lies directly in ours."""
    return bool(slug) and not slug.startswith(".") and "/" not in slug and "\\" not in slug


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    """A directory's fields without the times that lists of version 0.3 hold beside them."""
    return {name: value for name, value in values.items() if name != "stamps"}


def _made(blank: T, values: Mapping[str, Any]) -> T:
    """An instance with these values, each of the type that it has in `blank`. Raises ValueError, TypeError."""
    given = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
    if any(type(getattr(blank, name, None)) is not type(v) for name, v in given.items()):
        raise ValueError("a value of another type than it must have")
    return type(blank)(**given)


def _from_chunks(folder: str, slug: CleanText) -> AddedDocument | None:
    """A document as its chunk files tell it; its source is read again at the next refresh."""
    path, tokens, redactions, names = "", 0, 0, [*map(written_before, chunk_names(folder))]
    for name in names:
        try:
            meta = load_meta(read(os.path.join(folder, name)) or b"", name)
        except (ArchiveError, OSError):
            continue
        path = path or next(iter(meta["files"]), "")
        tokens += meta["tokens"]
        redactions += sum(meta["redactions"].values())
    if not path:
        return None
    return AddedDocument(path, slug, named=True, files=tuple(names), tokens=tokens, redactions=redactions)


def slug_of(path: str, shown: str = "") -> CleanText:
    """The name of a document's directory: the file's, for people, and a hash of its whole path.

    shown: the path without secrets, when it holds any.

    >>> slug_of("docs/PROJECT X.md")
    'PROJECT_X.md-54cf88d14891'
    """
    name = unaccented((shown or path).rpartition("/")[2])
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in name).lstrip("-.")
    return clean_id(f"{safe[:NAME_CHARS] or 'document'}-{hexdigest(path.encode('utf-8', 'backslashreplace'), 6)}")
