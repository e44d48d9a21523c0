"""What a value comes to by its column's type, and the error when it comes to nothing."""

from __future__ import annotations

from dataclasses import dataclass

Typed = str | int | float | bool


@dataclass(frozen=True)
class Hints:
    """What a source tells of its dates. years: those that it names. day_first: how its 3/4/2026 are meant, None when
    it does not tell.
    """

    years: frozenset[int] = frozenset()
    day_first: bool | None = None


class RefusedValueError(ValueError):
    """The value does not follow from the words; the message says why."""


@dataclass(frozen=True)
class Shown:
    """A value with its type, and where in the words it stands: from, to; the whole of them where no part can be told.

    A date is ISO-8601: `2026-11-12`, or `2026-11` where no day is said. doubts: what speaks for looking at it again.
    """

    value: Typed
    start: int
    end: int
    doubts: tuple[str, ...] = ()
