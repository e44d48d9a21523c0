"""A disk that fails at any step."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from rlm_core.archive import intake

DISK = ("replace", "fsync", "write", "open", "unlink", "mkdir", "rmdir", "ftruncate", "link")


class Killed(BaseException):
    """Not an Exception: nothing in the product may catch it, as nothing catches a kill."""


class Breaker:
    """Makes the k-th call of a function of `os` fail. After a kill nothing reaches the disk any more,
    whatever the thread.
    """

    def __init__(self, step: str, at: int, error: BaseException | None = None, *, before: bool = True) -> None:
        self.step, self.at, self.before = step, at, before
        self.error = error or Killed()
        self.count = 0
        self.dead = False
        self.patch = pytest.MonkeyPatch()

    def __enter__(self) -> Breaker:
        self.patch.setattr(intake, "COMMIT_CHUNKS", 4)
        self.patch.setattr(os, "getpid", lambda: 4_000_000)  # the next run is another process
        self.patch.setattr(threading, "excepthook", lambda _: None)
        for name in DISK:
            self.patch.setattr(os, name, self._watched(name, getattr(os, name)))
        return self

    def __exit__(self, *_: object) -> None:
        self.patch.undo()

    def _watched(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def watching(*args: Any, **kwargs: Any) -> Any:
            if self.dead:
                raise self.error
            self.count += name == self.step
            if name != self.step or self.count != self.at:
                return call(*args, **kwargs)
            self.dead = isinstance(self.error, Killed)
            try:
                return None if self.before else call(*args, **kwargs)
            finally:
                raise self.error

        return watching


def every(count: int) -> Iterator[int]:
    """Every call when there are few; else all of the first and last and a spread of the others."""
    return iter(
        sorted(
            {*range(1, 13), *range(13, count, count // 20 + 1), *range(count - 7, count + 1)} & {*range(1, count + 1)}
        )
    )
