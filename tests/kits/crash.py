"""A disk that fails at any step."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest

from rlm_core.archive import intake

from .draw import dice, moments
from .mutation import TORTURE
from .paths import ROOT

DEEP = 4
PROGRAM = str(ROOT / "rlm_core") + os.sep
DISK = ("replace", "fsync", "write", "open", "unlink", "mkdir", "rmdir", "ftruncate", "link")


class Killed(BaseException):
    """Not an Exception: nothing in the product may catch it, as nothing catches a kill."""


class Breaker:
    """Makes the k-th call of a function of `os` fail. After a kill nothing reaches the disk any more,
    whatever the thread. kinds: of each call so far what led to it, see `_way`.
    """

    def __init__(self, step: str, at: int, error: BaseException | None = None, *, before: bool = True) -> None:
        self.step, self.at, self.before = step, at, before
        self.error = error or Killed()
        self.kinds: list[tuple[str, ...]] = []
        self.dead = False
        self.patch = pytest.MonkeyPatch()

    @property
    def count(self) -> int:
        """How often the function was called."""
        return len(self.kinds)

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
            if name != self.step:
                return call(*args, **kwargs)
            self.kinds.append(_way(name, args))
            if self.count != self.at:
                return call(*args, **kwargs)
            self.dead = isinstance(self.error, Killed)
            try:
                return None if self.before else call(*args, **kwargs)
            finally:
                raise self.error

        return watching


def _way(step: str, args: tuple[Any, ...]) -> tuple[str, ...]:
    """The lines of the program that led to a call, the innermost first: four, or one where a file is opened to read."""
    deep = 1 if step == "open" and not args[1] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) else DEEP
    lines: list[str] = []
    frame = sys._getframe(2)
    while frame and len(lines) < deep:
        path = frame.f_code.co_filename
        if path.startswith(PROGRAM):
            lines.append(f"{path[len(PROGRAM) :]}:{frame.f_lineno}")
        frame = frame.f_back
    return tuple(lines)


def every(dry: Breaker) -> list[int]:
    """Which calls of an undisturbed run are to fail, so that each kind of moment is tried: the first, the last, and of
    those to which the same lines led one, each day another. Under RLM_TORTURE so many.
    """
    return moments(dry.kinds)


def sides(at: int) -> tuple[bool, ...]:
    """Whether the kill comes before a call, or behind it, which is before the next one. Under RLM_TORTURE both."""
    return (True, False) if TORTURE > 1 else (dice(at).random() < 0.5,)


def thirds(moments: list[int], what: str) -> list[int]:
    """A third of the moments, each day another; under RLM_TORTURE all. For a case whose like is tried at each kind."""
    return moments if TORTURE > 1 else moments[dice(what).randrange(3) :: 3]
