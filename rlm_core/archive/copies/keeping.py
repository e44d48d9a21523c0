"""Keeps the second copy of an archive up to date; runs in the processes that hooks leave behind.

What is there already is left alone: only directories that changed since the last run are looked into. A file of the
copy is replaced when the archive's is whole and the copy's is a chunk that was still open, or is damaged, or is a map.
A file that is gone from the archive stays in the copy, unless another one has taken its place.
"""

from __future__ import annotations

import json
import os
import time

from rlm_core.archive.anew.former import OLD
from rlm_core.archive.cited import copy_cited
from rlm_core.archive.copies.linking import Linker, chunk_meta, chunk_number, directories, files, is_intact, is_same
from rlm_core.archive.copies.place import COPIED, PLACE, copies_at, copies_dir, copy_of
from rlm_core.archive.documents import FOLDER, document_folders
from rlm_core.disk import MOST_BYTES, drop_temporary, machine, make_dir, read, remove, write_atomic
from rlm_core.errors import ArchiveError, LockTimeoutError
from rlm_core.home import own_dir
from rlm_core.lock import Lock
from rlm_core.redaction.clean import literal, own_bytes
from rlm_core.registry import archive_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from rlm_core.archive.store import Archive
    from rlm_core.redaction.clean import CleanText

SETTLED_NS = 50_000_000  # a directory changed less than this ago may change again within the clock's tick
LIST = "sources.json"


def keep_up(archive: Archive, note: Callable[[CleanText], None], complain: Callable[[str], None]) -> None:
    """Bring the archive's second copy up to date. note: is told what was done; complain: why it could not be.

    Nothing is done when the settings say so, when there is no archive, or while another process is at it.
    """
    if not archive.config.copies or not archive.exists():
        return
    try:
        top = _place(archive)
        with Lock(os.path.join(top, "lock"), 0.0):
            _note_place(archive.root, top)
            keeper = Keeper(archive.root, top)
            keeper.run()
    except LockTimeoutError:
        return
    except (OSError, ArchiveError) as e:
        complain(str(e))
        return
    done = keeper.linker
    if done.linked or done.copied or keeper.removed:
        note(literal("copy linked={} copied={} removed={}").format(done.linked, done.copied, keeper.removed))


def _place(archive: Archive) -> str:
    """The copy's directory, made when it is not there. One that was made of an archive here before is gone on with:
    the archive was deleted, and has begun anew.
    """
    top = copy_of(archive_id(archive.root, create=True))
    for folder in (own_dir(), copies_dir()):
        make_dir(folder)
    if not os.path.isdir(top):
        former = copies_at(archive.root)
        if former:
            os.rename(former[0], top)
    make_dir(top)
    return top


def _note_place(root: str, top: str) -> None:
    """Note of which archive this is the copy. Under the copy's lock: another run sweeps what is being written there."""
    here = os.fsencode(os.path.realpath(root))
    if read(os.path.join(top, PLACE)) != here:
        write_atomic(os.path.join(top, PLACE), own_bytes(here))


class Keeper:
    """One run, under the copy's lock. removed: files of the copy that others have replaced."""

    def __init__(self, root: str, top: str) -> None:
        self.root = root
        self.top = top
        self.linker = Linker()
        self.removed = 0

    def run(self) -> None:
        began = time.time_ns() - SETTLED_NS
        for part in ("", "state"):
            drop_temporary(os.path.join(self.top, part))
        noted = self._noted()
        times: dict[str, int] = {}
        for name in directories(self.root):
            changed = os.stat(os.path.join(self.root, name)).st_mtime_ns
            if noted.get(name) != changed or not os.path.isdir(os.path.join(self.top, name)):
                self._directory(name)
            if changed < began:
                times[name] = changed
        copy_cited(self.root, self.top)  # what summaries cite of chunks that grew
        path = os.path.join(self.top, COPIED)
        write_atomic(path, own_bytes(json.dumps(times).encode()), durable=False)
        os.utime(path, ns=(began, began))  # what is archived from here on is not in the copy

    def _noted(self) -> dict[str, int]:
        return machine(os.path.join(self.top, COPIED), MOST_BYTES)

    def _directory(self, name: str) -> None:
        source, target = os.path.join(self.root, name), os.path.join(self.top, name)
        make_dir(target)
        drop_temporary(target)
        try:
            there, kept = files(source), set(files(target))
        except FileNotFoundError:
            return  # deleted just now
        for one in there:
            self._file(os.path.join(source, one), os.path.join(target, one), present=one in kept)
        for one in kept.difference(there):
            if self._is_replaced(one, there, source, target):
                remove(os.path.join(target, one))
                self.removed += 1

    def _file(self, source: str, target: str, *, present: bool) -> None:
        try:
            if not present or (not is_same(source, target) and self._may_replace(source, target)):
                self.linker.put(source, target)
        except FileNotFoundError:
            pass  # replaced just now: the next run takes its successor

    def _may_replace(self, source: str, target: str) -> bool:
        name = os.path.basename(target)
        if name == LIST:
            return self._names_all(source)
        if not is_intact(source):
            return False
        if self._is_document(target) or name.startswith(("index", "INDEX")):
            return True
        if not chunk_number(name):
            return not is_intact(target)
        was, now = chunk_meta(target), chunk_meta(source)
        return was is None or bool(was.get("provisional") and now and not now.get("provisional"))

    def _is_document(self, path: str) -> bool:
        """Whether a file of the copy is a document's chunk: such a file is as the document is today."""
        return os.path.relpath(path, self.top).split(os.sep)[0] == FOLDER

    def _names_all(self, path: str) -> bool:
        """Whether a list of documents names each that is in the copy: one that was begun anew does not."""
        try:
            listed = machine(path, MOST_BYTES)
            slugs = {row["slug"] for row in listed["documents"]} | set(listed["gone"])
        except (ValueError, KeyError, TypeError):
            return False
        return slugs.issuperset(os.path.basename(folder) for folder in document_folders(self.top))

    def _is_replaced(self, name: str, there: list[str], source: str, target: str) -> bool:
        """Whether a file of the copy, which the archive has no more, gave way to another one there."""
        number = chunk_number(name)
        if not number:
            return False
        if os.path.exists(os.path.join(source, OLD, name)):
            return True  # archived anew: the copy has it in the same place
        numbers = {chunk_number(one): one for one in there}
        if self._is_document(os.path.join(target, name)):
            return 1 in numbers and (number in numbers or number > max(numbers))
        heir = numbers.get(number, "")
        if not heir or chunk_meta(os.path.join(source, heir)) is None:
            return False
        was = chunk_meta(os.path.join(target, name))
        return was is None or bool(was.get("provisional"))


def forget(root: str, name: str) -> None:
    """Delete a file or a directory, given as its path below the archive, from every copy of the archive.

    For commands that delete: what they take out of the archive is not to come back.
    """
    import shutil

    for top in copies_at(root):
        path = os.path.join(top, name)
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            remove(path)
