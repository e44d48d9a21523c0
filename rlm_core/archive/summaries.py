"""Files a compaction's summary as soon as the client hands it over, linked to the chunks it stands for.

The transcript gets its version of the summary only later and without the summariser's analysis.
"""

from __future__ import annotations

import os

from rlm_core.chunks.render import blob_name
from rlm_core.chunks.sanitize import visible
from rlm_core.disk import make_dir, write_atomic
from rlm_core.redaction.clean import EMPTY, dumps, fields, literal, own_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rlm_core.redaction.clean import CleanBytes, CleanText


def file_summary(root: str, state: dict[str, Any], summary: CleanText, trigger: CleanText) -> str:
    """Write `summaries/<last chunk>-<hash>.md`; its path, or "" for a session without chunks.

    The same summary filed twice is one file. None is filed of a session of which nothing is kept any more, or with
    words that are never kept.
    """
    folder = state.get("folder")
    last = int(state.get("closed", 0)) + bool(state.get("open_file"))
    if not folder or not last:
        return ""
    from rlm_core.archive.tombstones.stones import exist, tombstones_of  # here: a compaction is rare

    if exist(root):
        from rlm_core.archive.tombstones.unwanted import Sections

        kept_out = Sections(tombstones_of(root))
        if kept_out.refuses_session(str(state["session"])) or kept_out.refuses("", summary):
            return ""
    meta = fields(session=state["session"], summarises=[1, last], trigger=trigger, until=state.get("ended", EMPTY))
    head = literal("\n").join([literal("{}: {}").format(k, dumps(v)) for k, v in meta.items()])
    form = literal("---\n{}\n---\n\n## summary · chunks 0001-{:04d}\n\n{}\n")
    encoded = form.format(head, last, visible(summary)).encode()
    where = os.path.join(root, folder, "summaries")
    make_dir(where)
    path = os.path.join(where, _name(last, encoded))
    write_atomic(path, encoded)
    return path


def renumbered(data: bytes, last: int) -> tuple[CleanText, CleanBytes]:
    """(name, bytes) of a summary's file whose last chunk has another number now; its text stays as it is."""
    head, ruler, body = data.partition(b"\n---\n\n## summary ")
    before, word, rest = head.partition(b"summarises: [1, ")
    behind = rest.partition(b"]")[2]
    text = body.partition(b"\n")[2]
    span = b"%s%s%d]%s%s" % (before, word, last, behind, ruler)
    made = own_bytes(span + f"· chunks 0001-{last:04d}\n".encode() + text)
    return _name(last, made), made


def _name(last: int, data: CleanBytes) -> CleanText:
    return literal("{:04d}-{}.md").format(last, blob_name(data)[:8])
