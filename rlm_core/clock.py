"""Times as they stand in transcripts. By hand: importing datetime costs a hook milliseconds."""

from __future__ import annotations


def epoch(time: str) -> float | None:
    """Seconds since 1970 of an ISO-8601 UTC time such as 2026-11-22T10:00:03.123Z; None if it is none."""
    try:
        y, m, d = int(time[:4]), int(time[5:7]), int(time[8:10])
        clock = int(time[11:13]) * 3600 + int(time[14:16]) * 60 + int(time[17:19])
    except ValueError:
        return None
    # Days from the civil calendar: years start in March, so that the leap day is the last one.
    y -= m <= 2
    era_day = 365 * y + y // 4 - y // 100 + y // 400
    year_day = (153 * (m + (-3 if m > 2 else 9)) + 2) // 5 + d - 1
    return float((era_day + year_day - 719468) * 86400 + clock)


def stamp(time: object) -> int:
    """ISO time -> YYYYMMDDhhmmss, 0 when unknown."""
    digits = "".join(c for c in str(time)[:19] if c.isdigit())
    return int(digits.ljust(14, "0")) if len(digits) >= 8 else 0


def iso(time: int) -> str:
    """20261122100003 -> 2026-11-22T10:00:03Z; "" for 0."""
    t = str(time)
    return f"{t[:4]}-{t[4:6]}-{t[6:8]}T{t[8:10]}:{t[10:12]}:{t[12:14]}Z" if time else ""
