"""Printing: results to stdout, talk to stderr, sizes as people write them."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any


def say(text: str = "") -> None:
    """A line of the result."""
    sys.stdout.write(f"{text}\n")


def talk(text: str) -> None:
    """A line about what is going on."""
    sys.stderr.write(f"{text}\n")


def say_json(value: Any) -> None:
    """The result for a program; characters that the terminal cannot show are escaped."""
    sys.stdout.write(json.dumps(value, ensure_ascii=not _utf8(), indent=2) + "\n")


def _utf8() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"


def size(count: float) -> str:
    """Bytes for people.

    >>> size(1234567)
    '1.2 MB'
    """
    for unit in ("bytes", "KB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def count_of(number: int, what: str) -> str:
    """`1 session`, `2 sessions`."""
    return f"{number:,} {what}" + ("" if number == 1 else "es" if what.endswith("s") else "s")


@contextmanager
def progress(total: int, label: str, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """A progress bar over `total` bytes on stderr; yields the function that moves it on."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    try:
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
    except ImportError:  # the plugin, before its environment is built
        yield lambda _: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(label, total=total)
        yield lambda done: bar.advance(task, done)
