"""Which finding replaced or contradicts which: of one thing, the newest value stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from rlm_core.engine.checks.sameness import things
from rlm_core.engine.findings import Finding

MAX_RIVALS = 5  # findings that one is said to contradict
FILE_TIME = "the file's time"  # what tells that a value is older, where a text does not
DAY, MONTH = 10, 7  # characters of a date that tell its day, its month


def in_time(findings: Sequence[Finding]) -> list[Finding]:
    """Say of each finding which one superseded it or contradicts it: one that gives the same thing another value.

    The newest value stands. A text that says no date is as old as its file; where that decides, the finding is
    `dated_by` it. Two values contradict each other when no date ranks them: one is missing, both are the same, or one
    lies within the other, as an hour within a day. Only verified findings with a subject and a value count, and only
    those that are about one thing (see `sameness`): three bugs are no three values of a bug. What was said of a finding
    before is forgotten.
    """
    changed = [replace(f, superseded_by="", contradicts=(), dated_by="") if _is_judged(f) else f for f in findings]
    for places, values in things(findings):
        history = _History([findings[at] for at in places], values)
        for at, value in zip(places, values, strict=True):
            changed[at] = history.judged(changed[at], value)
    return changed


def _is_judged(f: Finding) -> bool:
    return bool(f.superseded_by or f.contradicts)


def _date(f: Finding) -> str:
    return f.date or f.file_date


class _History:
    """The values that a subject had, by time."""

    def __init__(self, group: Sequence[Finding], values: Sequence[str]) -> None:
        self._places: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))  # date -> value -> where
        for f, value in zip(group, values, strict=True):
            date = _date(f)
            self._add("", f, value)
            self._add(date or "none", f, value)
            for length in (DAY, MONTH):
                if len(date) > length:
                    self._add(f"{date[:length]} at", f, value)
        dated = sorted(
            (p for p in zip(group, values, strict=True) if _date(p[0])), key=lambda p: _date(p[0]), reverse=True
        )
        self._newest = dated[0] if dated else None
        last = dated[0][1] if dated else ""
        self._newest_other = next((p for p in dated if p[1] != last), None)

    def _add(self, date: str, f: Finding, value: str) -> None:
        places = self._places[date][value]
        if len(places) < MAX_RIVALS and f.place not in places:
            places.append(f.place)

    def judged(self, f: Finding, value: str) -> Finding:
        """A finding with the newest one of another value, if that is newer, else with those that contradict it."""
        newest = self._newest_other if self._newest and self._newest[1] == value else self._newest
        date = _date(f)
        if newest and date and _date(newest[0]) > date and not _date(newest[0]).startswith(date):
            by_file = not (f.date and newest[0].date)
            return replace(f, superseded_by=newest[0].place, dated_by=FILE_TIME if by_file else "")
        others = dict.fromkeys(islice(self._rivals(date, value), 2 * MAX_RIVALS))
        return replace(f, contradicts=tuple(islice(others, MAX_RIVALS)))

    def _rivals(self, date: str, value: str) -> Iterator[str]:
        """Where other values stand that no date decides against: of the same time, or of none."""
        same_time = (date, "none", f"{date} at", date[:DAY], date[:MONTH]) if date else ("",)
        for when in dict.fromkeys(same_time):
            for other, places in self._places.get(when, {}).items():
                if other != value:
                    yield from places


def conflicts(findings: Iterable[Finding]) -> tuple[int, int]:
    """(superseded, contradicting) findings."""
    kept = list(findings)
    return sum(bool(f.superseded_by) for f in kept), sum(bool(f.contradicts) for f in kept)
