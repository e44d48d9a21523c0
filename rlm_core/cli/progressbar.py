"""Progress bars on stderr, where there is a terminal and rich."""

from __future__ import annotations

import sys
from contextlib import contextmanager

from rlm_core.archive.store import Archive

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from rich.progress import Progress


@contextmanager
def progress(total: int, label: str, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """A progress bar over `total` bytes on stderr. Yields a function that takes the number of bytes done since."""
    columns = ("{task.description}", "BarColumn", "DownloadColumn", "TimeRemainingColumn")
    with bars(*columns, quiet=quiet) as shown:
        if shown is None:
            yield lambda _: None
        else:
            task = shown.add_task(label, total=total)
            yield lambda done: shown.advance(task, done)


class _Watched(Archive):
    """An archive that tells of each walk over its directories of chunks. tell: is given how many are passed, of all."""

    def __init__(self, archive: Archive, tell: Callable[[int, int], object]) -> None:
        super().__init__(archive.root, archive.config)
        self._tell = tell

    def folders(self) -> Iterator[str]:
        found = list(super().folders())
        for passed, folder in enumerate(found):
            self._tell(passed, len(found))
            yield folder
        self._tell(len(found), len(found))


@contextmanager
def walked(archive: Archive, label: str, *, quiet: bool) -> Iterator[Archive]:
    """The archive, with a bar on stderr: the share of its sessions and sub-agents that work on it has passed.

    Work that goes over them several times begins the bar anew. It vanishes at the end.
    """
    columns = ("{task.description}", "BarColumn", "MofNCompleteColumn", "TimeElapsedColumn")
    with bars(*columns, quiet=quiet, transient=True) as shown:
        if shown is None:
            yield archive
        else:
            task = shown.add_task(label, total=None)
            watched = _Watched(archive, lambda passed, of: shown.update(task, completed=passed, total=of))
            yield watched
            archive.unread |= watched.unread


@contextmanager
def bars(*columns: str, quiet: bool = False, transient: bool = False) -> Iterator[Progress | None]:
    """Rich's display of progress on stderr; None where nobody looks, or rich is missing.

    columns: names of rich's columns, or texts with fields of the task. transient: it vanishes at the end.
    """
    kinds = None if quiet or not sys.stderr.isatty() else _rich_progress()
    if kinds is None:
        yield None
        return
    from rich.console import Console

    instances = [getattr(kinds, c)() if c.endswith("Column") else kinds.TextColumn(c) for c in columns]
    with kinds.Progress(*instances, console=Console(stderr=True), transient=transient) as shown:
        yield shown


def _rich_progress() -> Any:
    """The module; None in the plugin, before its environment is built."""
    try:
        from rich import progress
    except ImportError:
        return None
    return progress
