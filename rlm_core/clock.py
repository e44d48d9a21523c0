"""Times as they stand in transcripts. By hand: importing datetime costs a hook milliseconds."""

from __future__ import annotations

import time

END_OF_TIME = 253402300800  # seconds since 1970 at which the year 10000 begins, which no ISO time can name


def epoch(iso_time: str) -> float | None:
    """Seconds since 1970 of an ISO-8601 UTC time such as 2026-11-22T10:00:03.123Z; None if it is none."""
    try:
        y, m, d = int(iso_time[:4]), int(iso_time[5:7]), int(iso_time[8:10])
        clock = int(iso_time[11:13]) * 3600 + int(iso_time[14:16]) * 60 + int(iso_time[17:19])
    except ValueError:
        return None
    # Days from the civil calendar: years start in March, so that the leap day is the last one.
    y -= m <= 2
    era_day = 365 * y + y // 4 - y // 100 + y // 400
    year_day = (153 * (m + (-3 if m > 2 else 9)) + 2) // 5 + d - 1
    return float((era_day + year_day - 719468) * 86400 + clock)


def utc(seconds: float) -> str:
    """Seconds since 1970 -> 2026-11-22T10:00:03Z; "" for a time that no calendar has."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds)) if 0 <= seconds < END_OF_TIME else ""


def as_number(iso_time: object) -> int:
    """ISO time -> YYYYMMDDhhmmss, 0 when unknown."""
    digits = "".join(c for c in str(iso_time)[:19] if c.isdigit())
    return int(digits.ljust(14, "0")) if len(digits) >= 8 else 0


def iso(number: int) -> str:
    """20261122100003 -> 2026-11-22T10:00:03Z; "" for 0."""
    t = str(number)
    return f"{t[:4]}-{t[4:6]}-{t[6:8]}T{t[8:10]}:{t[10:12]}:{t[12:14]}Z" if number else ""


def utc_of(value: object) -> str:
    """A record's time as ISO-8601 UTC: `…Z` as it is, an offset converted, an epoch number read; "" for anything else.

    Numbers are seconds, milliseconds or microseconds since 1970, told apart by their size; those before 2001 are no
    time of a session.

    >>> utc_of("2026-11-22T10:00:03.123Z"), utc_of("2026-11-22T12:00:03+02:00"), utc_of(1795341603123)
    ('2026-11-22T10:00:03.123Z', '2026-11-22T10:00:03Z', '2026-11-22T10:00:03Z')
    """
    if isinstance(value, str):
        if len(value) > 40 or epoch(value) is None:
            return _number_of(value)
        return value if value.endswith("Z") else _shifted(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        seconds = float(value) if value < 1e30 else 0.0
        while seconds > 1e11:  # the year 5138
            seconds /= 1000
        return utc(seconds) if seconds >= 1e9 else ""
    return ""


def _number_of(text: str) -> str:
    """The time that is written as a number; "" for other texts."""
    return utc_of(float(text)) if len(text) <= 20 and text.replace(".", "", 1).isdecimal() else ""


def _shifted(text: str) -> str:
    """An ISO time with an offset, or without any, in UTC; as it is when it names no offset."""
    clock = text[19:]
    at = max(clock.rfind("+"), clock.rfind("-"))
    digits = clock[at + 1 :].replace(":", "") if at >= 0 else ""
    then = epoch(text)
    if then is None or len(digits) not in (2, 4) or not digits.isdecimal():
        return text
    offset = int(digits[:2]) * 3600 + int(digits[2:] or 0) * 60
    return utc(then - (offset if clock[at] == "+" else -offset))
