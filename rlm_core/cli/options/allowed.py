"""What the value of an option may be: numbers, dates, names. Each raises argparse.ArgumentTypeError for another."""

from __future__ import annotations

import argparse
import re

from rlm_core.cli.quick import as_date
from rlm_core.language.notices import here, notice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.language.periods import Period


def count(text: str) -> int:
    """A number of at least 1."""
    return whole(text, 1)


def whole(text: str, least: int, most: int = 10**9) -> int:
    """A whole number within bounds."""
    if text.isascii() and text.isdecimal() and len(text) <= 10 and least <= int(text) <= most:
        return int(text)
    if most < 10**9:
        raise argparse.ArgumentTypeError(
            notice("{text} is no whole number of {least} to {most}", text=shown(text), least=least, most=most)
        )
    raise argparse.ArgumentTypeError(
        notice("{text} is no whole number of at least {least}", text=shown(text), least=least)
    )


def shown(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"


def from_0(text: str) -> int:
    return whole(text, 0)


def depth(text: str) -> int:
    return whole(text, 0, 3)


class Spoken(str):
    """A date that is said in words; which end of its period is meant depends on the option."""

    __slots__ = ("period",)
    period: Period


def date(text: str) -> str:
    """An ISO date, or the beginning of one, or a date in words; "" for none."""
    date = as_date(text) if text else ""
    if date is not None:
        return date
    from datetime import datetime

    from rlm_core.language.periods import period

    found = period(text, datetime.now())
    if found is None:
        raise argparse.ArgumentTypeError(_no_date(text))
    spoken = Spoken(text)
    spoken.period = found
    return spoken


def _no_date(text: str) -> str:
    from rlm_core.language.periods import either_day

    days = either_day(text)
    if days:
        form = "{text} may be either of two days; write {day} or {other}"
        return notice(form, text=shown(text), day=days[0], other=days[1])
    return notice(
        "{text} is no date; write 2026-11-01, 2026-11-01T10:30, 20/11/2026, yesterday, monday, last week or 3 days ago",
        text=shown(text),
    )


def named_table(text: str) -> tuple[str, str]:
    """A name and a path."""
    name, found, path = text.partition("=")
    if not found or not path or not re.fullmatch(r"[^\W\d]\w{0,99}", name):
        raise argparse.ArgumentTypeError(notice("{text}: write NAME=PATH, as in orders=data/orders.csv", text=text))
    return name, path


def several_names(text: str) -> tuple[str, ...]:
    """Names with commas between them."""
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if len(names) < 2:
        raise argparse.ArgumentTypeError(notice("{text}: two names or more, with commas between them", text=text))
    return names


def context_size(text: str) -> str:
    """A context size: a share of the window, or tokens."""
    from rlm_core.errors import InstallError
    from rlm_core.install.offload import wanted_tokens

    try:
        wanted_tokens(text)
    except InstallError as e:
        raise argparse.ArgumentTypeError(here(e).removeprefix("--offload-at ")) from e
    return text


def positive(text: str) -> float:
    """A number above 0."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(notice("{text} is no number above 0", text=shown(text)))
    return value
