"""Brings the second copy of an archive up to date, in a process that nobody waits for."""

from __future__ import annotations

from functools import partial

from rlm_core import log
from rlm_core.archive.background import give_way, open_cached
from rlm_core.archive.copies.keeping import keep_up

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.archive.store import Archive

MAX_SECONDS = 900  # the kernel ends us then; the copy stands that, and the next run goes on


def main(argv: list[str]) -> None:
    """argv: the project."""
    give_way(MAX_SECONDS)
    copy(open_cached(argv[0]))


def copy(archive: Archive) -> None:
    """Bring the copy up to date and note it in the log, also when that cannot be done."""
    keep_up(archive, partial(log.write, archive.root), lambda why: log.tell(archive.root, f"copy FAILED {why}"))
