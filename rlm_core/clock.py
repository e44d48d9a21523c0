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
