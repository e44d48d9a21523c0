"""What is told after a compaction beside the map of chunks: the user's own orders, and the session's sub-agents.

The hook starts this in a process of its own and waits for it: it loads what hooks do without. Nothing is kept, so that
what is forgotten is gone from it, too.
"""

from __future__ import annotations

import os
import sys

from rlm_core.archive.background import open_cached
from rlm_core.archive.store import chunk_names
from rlm_core.disk import inside
from rlm_core.timeline.delegated import delegated
from rlm_core.timeline.prescribed import prescribed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.archive.store import Archive

MOST_CHUNKS = 400  # that are looked at, the newest: a session of 1.5 million tokens


def main(argv: list[str]) -> None:
    """argv: the project, the session's directory in the archive. Prints what there is to tell, "" for nothing."""
    project, name = argv
    sys.stdout.buffer.write(recap(open_cached(project), name).encode("utf-8", "backslashreplace"))


def recap(archive: Archive, name: str) -> str:
    """Orders and sub-agents of a session, as far as the settings want them; each on lines of its own."""
    folder = inside(archive.root, name)
    moment, said = archive.config.moment, []
    if moment["orders"]:
        said.append(prescribed(os.path.join(folder, n) for n in chunk_names(folder)[-MOST_CHUNKS:]))
    if moment["agents"]:
        said.append(delegated(folder))
    return "\n".join(filter(None, said))
