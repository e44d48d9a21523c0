"""Dates as people say them, as a period of time: `yesterday`, `hier`, `last week`, `il y a 3 jours`, `lundi`, `12 May`.

They are meant by the clock on the wall: a day begins at midnight where the user is. An ISO date is left to `--since`
and its like, which compare it with the archive's own times, in UTC.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime, timedelta, timezone

from rlm_core.language.dates import dates_in_query
from rlm_core.language.folding import fold
from rlm_core.language.notices import in_french

MOST_CHARS = 60
NUMBERS = {"a": 1, "an": 1, "one": 1, "un": 1, "une": 1, "two": 2, "deux": 2, "three": 3, "trois": 3, "few": 3}
UNITS = {
    "minute": "minute", "min": "minute", "hour": "hour", "heure": "hour", "h": "hour", "day": "day", "jour": "day",
    "d": "day", "j": "day", "week": "week", "semaine": "week", "w": "week", "month": "month", "mois": "month",
    "year": "year", "an": "year", "annee": "year", "y": "year",
}  # fmt: skip
DAYS = (
    ("monday", "mon", "lundi"), ("tuesday", "tue", "mardi"), ("wednesday", "wed", "mercredi"),
    ("thursday", "thu", "jeudi"), ("friday", "fri", "vendredi"), ("saturday", "sat", "samedi"),
    ("sunday", "sun", "dimanche"),
)  # fmt: skip
WEEKDAY = {name: n for n, names in enumerate(DAYS) for name in names}
AGO = {
    **dict.fromkeys(("today", "aujourd'hui", "aujourdhui", "this morning", "ce matin", "tonight", "ce soir"), 0),
    **dict.fromkeys(("yesterday", "hier", "last night", "hier soir", "hier matin"), 1),
    **dict.fromkeys(("the day before yesterday", "day before yesterday", "avant-hier", "avant hier", "avanthier"), 2),
}  # fmt: skip
"""Days by their names -> how long ago."""
SHORT = ("hour", "minute", "")
"""Units of which no whole one is meant, and none."""

_UNIT = r"(?P<unit>[a-z]+)"
_LONG_AGO = re.compile(rf"(?:il y a )?(?P<n>\d{{1,6}}|[a-z]+) ?{_UNIT}(?: ago)?")
_THIS = re.compile(rf"(?:this|ce|cet|cette) {_UNIT}")
_LAST = re.compile(rf"(?:the )?(?:last|past|previous) (?P<unit>[a-z]+)|(?:la |le |l')?{_UNIT.replace('unit', 'u2')} "
                   r"(?:dernier|derniere|passe|passee)")  # fmt: skip
_LAST_FEW = re.compile(rf"(?:the |les )?(?:last |past )?(?P<n>\d{{1,6}}) (?:dernier(?:e)?s )?{_UNIT}")
_CLOCK = re.compile(r"(?P<day>.*?)[ ,]+(?:at |a )?(?P<h>\d{1,2})(?::|h)(?P<m>\d\d)?")
_FIGURES = re.compile(r"(?P<a>\d{1,2})(?P<by>[/.])(?P<b>\d{1,2})(?P=by)(?P<y>\d{4})")


class Period:
    """first, last: the first and the last second of it, in UTC, such as 2026-11-22T23:00:00."""

    __slots__ = ("first", "last")

    def __init__(self, begin: datetime, end: datetime) -> None:
        self.first = _utc(begin)
        self.last = _utc(end)


def period(text: str, now: datetime) -> Period | None:
    """What a text means at a moment; None for one that is no date in words, or one that has not come yet.

    now: by the clock on the wall, without a time zone. What is said to be some minutes or hours ago is that very
    second; all else is a whole day, week, month or year, Monday being the first day of a week.
    """
    spoken = _spoken(text[: MOST_CHARS + 1])
    plain = _undotted(spoken)
    if not plain or len(plain) > MOST_CHARS or len(text) > MOST_CHARS:
        return None
    try:
        found = _named(plain, now) or _at_a_time(spoken, now) or _in_figures(text, now) or _written(text, now)
        return Period(*found) if found and found[0] <= now else None
    except (ValueError, OverflowError):  # a time that no calendar has
        return None


def either_day(text: str) -> tuple[str, str] | None:
    """The two days, as 2026-04-03, that `03/04/2026` may mean where it is none; None for any other text."""
    spoken = _spoken(text[: MOST_CHARS + 1])
    timed = _CLOCK.fullmatch(spoken)
    found = _FIGURES.fullmatch(timed["day"] if timed else spoken)
    if found is None or not _is_either(found):
        return None
    first, second, year = int(found["a"]), int(found["b"]), found["y"]
    return f"{year}-{second:02}-{first:02}", f"{year}-{first:02}-{second:02}"


def _is_either(found: re.Match[str]) -> bool:
    """Whether figures may be a day and its month, or a month and its day. found: what `_FIGURES` has matched."""
    months = {int(found["a"]), int(found["b"])}
    return found["by"] == "/" and not in_french() and len(months) == 2 and months <= set(range(1, 13))


def _spoken(text: str) -> str:
    """A text as it is compared: without accents, capitals, blanks that say nothing and the dot at its end."""
    return " ".join(fold(text).replace("’", "'").split()).strip(" .")


def _undotted(spoken: str) -> str:
    return " ".join(spoken.replace(".", " ").split())


def _utc(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")


Span = tuple[datetime, datetime]
_SECOND = timedelta(seconds=1)


def _named(plain: str, now: datetime) -> Span | None:
    """A day, a week or such by its name, or by how long ago it was."""
    day = _midnight(now)
    if plain in ("now", "maintenant"):
        return now, now
    if plain in AGO:
        return _whole("day", _back(day, "day", AGO[plain]))
    words = [w for w in plain.split() if w not in ("on", "le", "last", "dernier", "since", "depuis")]
    if len(words) == 1 and words[0] in WEEKDAY:
        back = (day.weekday() - WEEKDAY[words[0]]) % 7
        return _whole("day", _back(day, "day", back or (7 if {"last", "dernier"} & set(plain.split()) else 0)))
    if (found := _THIS.fullmatch(plain)) and (unit := _unit(found["unit"])) not in SHORT:
        return _whole(unit, day)
    if (found := _LAST.fullmatch(plain)) and (unit := _unit(found["unit"] or found["u2"])) not in SHORT:
        return _whole(unit, _back(day, unit, 1))
    return _long_ago(plain, now) or _last_few(plain, now)


def _long_ago(plain: str, now: datetime) -> Span | None:
    found = _LONG_AGO.fullmatch(plain)
    unit = _unit(found["unit"]) if found else ""
    number = int(found["n"]) if found and found["n"].isdecimal() else NUMBERS.get(found["n"] if found else "", -1)
    if not unit or number < 0:
        return None
    if unit in SHORT:
        then = now.astimezone(timezone.utc) - timedelta(**{f"{unit}s": number})
        then = then.astimezone().replace(tzinfo=None)
        return then, then
    return _whole("day", _back(_midnight(now), unit, number))


def _last_few(plain: str, now: datetime) -> Span | None:
    """`the last 3 days`, `les 2 dernières semaines`: from then until now."""
    found = _LAST_FEW.fullmatch(plain)
    span = _long_ago(f"{found['n']} {found['unit']}", now) if found else None
    return (span[0], now) if span else None


def _at_a_time(spoken: str, now: datetime) -> Span | None:
    """A day with a time of it: a minute, or an hour where no minute is said."""
    found = _CLOCK.fullmatch(spoken)
    day = found["day"] if found else ""
    span = (_named(_undotted(day), now) or _in_figures(day, now) or _written(day, now)) if day else None
    if not found or not span or span[1] - span[0] > timedelta(days=1, hours=2) or span[0] == span[1]:
        return None
    begin = span[0].replace(hour=int(found["h"]), minute=int(found["m"] or 0))
    return begin, begin + timedelta(minutes=1 if found["m"] else 60) - _SECOND


def _in_figures(text: str, now: datetime) -> Span | None:
    """`20/01/2026`, `20.1.2026`; None for one that could be either of two days.

    With dots the day stands first; with slashes so too in French, while in English one does not know whose `3/4` it is.
    """
    found = _FIGURES.fullmatch(text.strip())
    if found is None:
        return None
    first, second, year = int(found["a"]), int(found["b"]), int(found["y"])
    if _is_either(found):
        return None
    if found["by"] == "/" and not in_french() and second > 12:
        first, second = second, first
    return _whole("day", _midnight(now).replace(year=year, month=second, day=first))


def _written(text: str, now: datetime) -> Span | None:
    """A day or a month by its name, of the year that was the last to have it where none is said."""
    found = dates_in_query(text) or dates_in_query(f"in {text}")  # "May" by itself is a month here
    text = text if found and found[0].end <= len(text) else f"in {text}"
    if len(found) != 1 or text.strip(" .,")[found[0].end :].strip() or re.search(r"\d[/.]\d", text):
        return None
    date = found[0]
    before = fold(text[: date.start]).split()
    if not all(w in ("on", "in", "since", "le", "en", "de", "depuis", "du", "of") for w in before):
        return None
    year = date.year or now.year
    for y in (year,) if date.year else range(year, year - 9, -1):  # a 29 February was eight years ago at the most
        with suppress(ValueError):
            begin = _midnight(now).replace(year=y, month=date.month, day=date.day or 1)
            if begin <= now:
                return _whole("day" if date.day else "month", begin)
    return None


def _unit(name: str) -> str:
    return UNITS.get(name) or UNITS.get(name.rstrip("s"), "")


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _back(day: datetime, unit: str, number: int) -> datetime:
    """The same day some units ago; of a month that is shorter, its last day."""
    if unit in ("day", "week"):
        return day - timedelta(days=number * (7 if unit == "week" else 1))
    months = day.year * 12 + day.month - 1 - number * (12 if unit == "year" else 1)
    for last in range(day.day, day.day - 4, -1):
        try:
            return day.replace(year=months // 12, month=months % 12 + 1, day=last)
        except ValueError:
            if last <= 28:
                raise
    return day


def _whole(unit: str, day: datetime) -> Span:
    """The day, week, month or year that a day lies in."""
    if unit == "week":
        begin = day - timedelta(days=day.weekday())
        return begin, begin + timedelta(days=7) - _SECOND
    if unit == "month":
        begin = day.replace(day=1)
        return begin, (begin + timedelta(days=31)).replace(day=1) - _SECOND
    if unit == "year":
        begin = day.replace(month=1, day=1)
        return begin, begin.replace(year=begin.year + 1) - _SECOND
    return day, day + timedelta(days=1) - _SECOND
