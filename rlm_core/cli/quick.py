"""Reads the command line of a plain `rlm search`, whose time matters, without argparse.

Whatever is not plain, wrong or a wish for help is left to `parser`: the two must agree on all that this one takes.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

TEXTS = ("--project", "--session", "--tool", "--file", "--branch")
ROLES = ("user", "assistant", "tool", "system", "summary", "task", "document")
TIMES = [hour + minutes + zone for hour in ("T00", " 00") for minutes in ("", ":00", ":00:00") for zone in ("", "Z")]
DATES = ("0000", "0000-00", "0000-00-00", *(f"0000-00-00{time}" for time in TIMES))  # a 0 for each digit


def as_date(text: str) -> str | None:
    """An ISO date, or the beginning of one, as it is compared; None for anything else."""
    shape = "".join(["0" if c.isdecimal() else c for c in text])
    if shape not in DATES or not 1 <= int(text[5:7] or "1") <= 12 or not 1 <= int(text[8:10] or "1") <= 31:
        return None
    return text.replace(" ", "T")


def is_exclusion(word: str) -> bool:
    """Whether a word of the command line is none that a hit may hold: a minus before three letters. `-k8` is none."""
    if word.startswith("-k") and word[2:3].isdecimal():
        return False
    begins = word[1:4].replace("_", "a")
    return word[:1] == "-" and len(begins) == 3 and begins.isalnum() and not any(map(str.isspace, word))


class SearchOptions:
    """What argparse's Namespace holds for a search."""

    def __init__(self) -> None:
        self.command_path = "search:search"
        self.project: str | None = None
        self.json = self.regex = self.explain = self.everywhere = False
        self.query: list[str] = []
        self.k = 10
        self.session = self.since = self.until = self.role = self.tool = self.file = self.branch = ""


def search_options(argv: Sequence[str]) -> Namespace | None:
    """The options of a plain search; None for any other command line."""
    if not argv or argv[0] != "search":
        return None
    options, excluded = SearchOptions(), []
    words = iter(argv[1:])
    for word in words:
        if word == "--":
            options.query += words
        elif word in ("--json", "--regex", "--explain", "--everywhere"):
            setattr(options, word[2:], True)
        elif not word.startswith("-"):
            options.query.append(word)
        elif "--" not in argv and is_exclusion(word):
            excluded.append(word)
        elif not _take(options, word, next(words, "-")):
            return None
    if not options.query:
        return None
    options.query += excluded
    return options  # type: ignore[return-value]


def _take(options: SearchOptions, name: str, value: str) -> bool:
    """Set an option that has a value; whether there is such a one and the value can be."""
    if value.startswith("-"):
        return False
    if name in TEXTS:
        setattr(options, name[2:], value)
    elif name in ("--since", "--until") and (date := as_date(value)):
        setattr(options, name[2:], date)
    elif name == "--role" and value in ROLES:
        options.role = value
    elif name == "-k" and value.isdecimal() and int(value) >= 1:
        options.k = int(value)
    else:
        return False
    return True
