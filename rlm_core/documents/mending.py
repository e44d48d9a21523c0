"""Brings back the chunks of documents that are damaged or missing: from the second copy, else from their sources."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rlm_core.archive.documents import document_folders
from rlm_core.archive.proof.derived import check_documents
from rlm_core.archive.proof.shelf import examine
from rlm_core.archive.repair.aside import put_aside
from rlm_core.archive.repair.outcome import Gone
from rlm_core.archive.repair.recopy import Folder
from rlm_core.documents.registry import Registry
from rlm_core.documents.update import add, refresh
from rlm_core.errors import RlmError, worded
from rlm_core.lock import Lock

if TYPE_CHECKING:
    from collections.abc import Callable

    from rlm_core.archive.repair.outcome import Repaired
    from rlm_core.archive.store import Archive

SOURCE = "the document itself"
WAIT = 30.0


def mend_documents(archive: Archive, done: Repaired, complain: Callable[[str], None]) -> None:
    """Mend every document's directory; what stands in the way of one is told, and the next one is looked at."""
    try:
        shelves = [examine(folder, chained=False) for folder in document_folders(archive.root)]
        harmed = [shelf.folder for shelf in shelves if shelf.harms]
        if not harmed and not check_documents(archive, shelves):
            return
        with Lock(archive.path("state", "documents.lock"), WAIT):
            for folder in harmed:
                Folder(archive.root, folder, done, chained=False).from_copies(older=False)
        refresh(archive)  # makes the list anew where it was lost
        lists = Registry(archive)
        for key, document in sorted(lists.documents.items()):
            folder = lists.folder(document.slug)
            if os.path.isdir(folder) and (examine(folder, chained=False).harms or _lacks(folder, document.files)):
                _from_source(archive, lists.locate(key), folder, done)
    except (RlmError, OSError) as e:
        complain(f"documents: {e}")


def _lacks(folder: str, files: tuple[str, ...]) -> bool:
    return any(not os.path.isfile(os.path.join(folder, name)) for name in files)


def _from_source(archive: Archive, source: str, folder: str, done: Repaired) -> None:
    """Read a document once more; where it is gone, its damaged chunks stay and are told."""
    harms = examine(folder, chained=False).harms
    if os.path.isfile(source):
        for harm in harms:
            if os.path.isfile(harm.path) and os.path.dirname(harm.path) == folder:
                done.aside.append(put_aside(harm.path))
        add(archive, [source])
        done.mended.append((folder, SOURCE))
        return
    name = os.path.basename(folder)
    done.lost += [
        Gone(f"document {name}", "", h.number, -1, h.path, worded("{words}; its source is gone", words=h.words))
        for h in harms
    ]
