"""Times as a person at a terminal reads them: by the clock on the wall, with how long ago. Elsewhere in UTC."""

from __future__ import annotations

import sys
import time

from rlm_core.clock import epoch
from rlm_core.language.notices import notice

DAY = 86400


def when(iso: str, *, aged: bool = True) -> str:
    """A time to the minute. On a terminal local and with its age; else in UTC, as files and JSON have it.

    iso: in UTC, such as 2026-11-22T10:00:03Z; "" for an unknown one, which is told as "".
    aged: with its age.
    """
    seconds = epoch(iso) if sys.stdout.isatty() else None
    if seconds is None:
        return iso[:16].replace("T", " ")
    local = time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
    return f"{local} ({age(seconds, time.time())})" if aged else local


def ago(iso: str) -> str:
    """How long ago a time is; "" for an unknown one."""
    seconds = epoch(iso)
    return "" if seconds is None else age(seconds, time.time())


def age(then: float, now: float) -> str:
    """How long ago a time is, in the largest unit of which there is one.

    >>> age(0, 3 * 3600 + 1)
    '3 h ago'
    """
    past = int(now - then)
    if past < 60:
        return notice("just now")  # a clock that is a little ahead, too
    if past < 3600:
        return notice("{n} min ago", n=past // 60)
    if past < DAY:
        return notice("{n} h ago", n=past // 3600)
    for days, one, more in ((365, "1 year ago", "{n} {n:|year|years} ago"), (61, "", "{n} {n:|month|months} ago")):
        if past >= days * DAY:
            n = past // (days * DAY) if one else past // (30 * DAY)
            return notice(one) if n == 1 else notice(more, n=n)
    days = past // DAY
    return notice("1 day ago") if days == 1 else notice("{n} {n:|day|days} ago", n=days)
