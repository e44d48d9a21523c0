"""What a cell's view holds: a row a text, made of names and sizes alone; no text is read."""

from __future__ import annotations

import os
import sys

from rlm_core.archive.documents import document_folders
from rlm_core.archive.store import chunk_names
from rlm_core.disk import head_of, is_file, lies_within, write_atomic
from rlm_core.errors import Joined, RlmError, phrase, worded
from rlm_core.repl.cellstore import text_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from rlm_core.archive.store import Archive
    from rlm_core.redaction.redactor import Redactor
    from rlm_core.repl.cellstore import CellSession

STDIN, STDIN_FILE = "-", "stdin.txt"
HEAD_BYTES = 4096
UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # how files in it begin


class TextList:
    """rows: of the texts, as `cell/view.SeenText` takes them. readable: what the cell's process may open for them.

    skipped: (name, why) of what was meant and is not among them.
    """

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.readable: list[str] = []
        self.skipped: list[tuple[str, str]] = []


def of_archive(archive: Archive) -> TextList:
    """The chunks of an archive: sessions, oldest first, each followed by its sub-agents, then documents."""
    made = TextList()
    for folder in [*archive.folders(), *sorted(document_folders(archive.root))]:
        for name in chunk_names(folder):
            path = os.path.join(folder, name)
            row = _chunk_row(path)
            if row is not None:
                made.rows.append(row)
    made.readable = [archive.path("sessions"), archive.path("documents")]
    return made


def _chunk_row(path: str) -> dict[str, Any] | None:
    """A chunk file by its front matter; None for a file that is none."""
    from rlm_core import quickjson

    try:
        head = (head_of(path, HEAD_BYTES) or b"").decode("utf-8", "replace")
        size = os.stat(path).st_size
    except OSError:
        return None
    meta: dict[str, Any] = {}
    for line in head.split("\n")[1:]:
        key, _, value = line.partition(": ")
        if line == "---":
            break
        if key in ("chunk", "session", "agent", "title", "times", "started"):
            try:
                meta[key] = quickjson.loads(value.encode())
            except ValueError:
                continue
    if "chunk" not in meta:
        return None
    return {
        "id": meta["chunk"], "path": path, "size": size, "kind": "chunk", "key": path, "title": meta.get("title", ""),
        "session": meta.get("session", ""), "agent": meta.get("agent", ""),
        "date": (meta.get("times") or [meta.get("started", "")])[0],
    }  # fmt: skip


def of_paths(
    over: Sequence[str], *, base: str, archive: Archive, session: CellSession, redact: Redactor, rules: str, stdin: bool
) -> TextList:
    """Files, directories, patterns and `-`, each file once. Raises RlmError when a name names nothing.

    stdin: whether `-` was named now, and stdin is to be read; else it means what a former cell was given.
    """
    made = TextList()
    seen: set[str] = set()
    for path in over:
        if path == STDIN:
            file = _stdin(session, redact, read=stdin)
            made.rows.append(_file_row("stdin", file, rules))
            made.readable.append(file)
            continue
        for file in _files(path, made, os.path.realpath(archive.root)):
            real = os.path.realpath(file)
            if real in seen:
                continue
            seen.add(real)
            why = _not_text(real) or ("" if _is_utf8(real) else "its name is not UTF-8, as a cell's texts are named")
            if why:
                made.skipped.append((_name(real, base), why))
                continue
            own = lies_within(real, os.path.realpath(archive.root))
            row = (_chunk_row(real) if own else None) or _file_row(_name(real, base), real, rules)
            made.rows.append(row)
            made.readable.append(real)
    if not made.rows:
        reasons = [worded("{what}: {why}", what=name, why=phrase(why)) for name, why in made.skipped[:3]]
        form = "no text in {paths} ({reasons})" if reasons else "no text in {paths}"
        raise RlmError(worded(form, paths=", ".join(over), reasons=Joined("; ", reasons)))
    return made


def _files(path: str, made: TextList, archive: str) -> list[str]:
    """The files that a name means; the archive's own chunks, and what is left out, are entered in `made`."""
    if os.path.isfile(path):
        return [os.path.abspath(path)]
    from rlm_core.asking.corpus.paths import look  # it loads more than a cell over one file does

    listing = look(path, archive)
    made.skipped += listing.skipped
    for folder in listing.folders:
        made.rows += [row for name in chunk_names(folder) if (row := _chunk_row(os.path.join(folder, name)))]
        made.readable.append(folder)
    return listing.files


def _is_utf8(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _not_text(path: str) -> str:
    """Why a file is not taken as text, "" when it may be."""
    if not is_file(path):
        return "it is no regular file"
    if path.lower().endswith((".pdf", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".epub")):
        return "`rlm add` makes text of it; then the archive has it"
    try:
        head = head_of(path, HEAD_BYTES) or b""
    except OSError as e:
        return str(e.strerror or e)
    return "it is no text" if b"\0" in head and not head.startswith(UTF_16) else ""


def _file_row(name: str, path: str, rules: str) -> dict[str, Any]:
    found = os.stat(path)
    return {"id": name, "path": path, "size": found.st_size, "kind": "text", "key": text_key(path, found, rules)}


def _name(path: str, base: str) -> str:
    root = os.path.realpath(base)
    return os.path.relpath(path, root).replace(os.sep, "/") if lies_within(path, root) and path != root else path


def _stdin(session: CellSession, redact: Redactor, *, read: bool) -> str:
    """Stdin as a file of the session, which later cells see as well; redacted before it is written."""
    path = session.path(STDIN_FILE)
    data = b"" if not read or sys.stdin is None or sys.stdin.isatty() else sys.stdin.buffer.read()
    if data:
        write_atomic(path, redact(data.decode("utf-8", "replace")).encode("utf-8", "replace"))
    if not is_file(path):
        raise RlmError("--over -: nothing came from stdin")
    return path
