"""Reference documents in the archive: files and directories that the user adds, kept beside the sessions.

    documents/sources.json             what was added, and how each file stood when it was read
    documents/INDEX.md                 the same for a reader
    documents/<slug>/0001-<hash8>.md   a document's chunks, in the format of the sessions'

In: files and directories that the user names. Out: their chunks, redacted, and the list of what was added.
Never: a change to an original, a file with secrets that nobody named, a library that nobody's file needs.

What this module loads is light, for whoever only looks at the chunks; `update` adds, refreshes and removes.
"""

from __future__ import annotations

from rlm_core.archive.documents import document_folders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.archive.store import Archive
    from rlm_core.documents.report import DocumentsReport

__all__ = ["document_folders", "refresh"]


def refresh(archive: Archive, *, wait: float = 30.0) -> DocumentsReport:
    """See `update.refresh`."""
    from rlm_core.documents.update import refresh as run

    return run(archive, wait=wait)
