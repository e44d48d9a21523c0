"""What a cell's process says of an error, in the user's language: the program and Python speak for themselves."""

from __future__ import annotations

import re
from functools import cache
from string import Formatter

from rlm_core.errors import worded
from rlm_core.language.notices import here

FORMS = (
    "cell {cell}, line {line}",
    "cell {cell}, line {line}, in {name}",
    "line {line}: {name} is not defined",
    "line {line}: {name} is not defined; did you mean {near}?",
    "Nothing was run.",
    "names: {names}",
    "the cell's time is over: it was stopped, and the names it had made are kept",
    "the cell's time of {seconds} s is over, and it did not stop: it was killed, and the names are those before it",
    "the cell had more than {files} files in its scratch: it was killed, and the names are those before it",
    "the cell had more than {size} MB of files in its scratch: it was killed, and the names are those before it",
    "the cell's process ended {how}; the names are those before it",
    "the cell's process ended {how}; a cell that needs more memory than it may have ends so; the names are those "
    "before it",
    "the cell's process closed its connection, and was killed; the names are those before it",
    "the names of this session cannot be loaded: {why}; nothing was run. `rlm repl drop` removes them",
    "the names of this cell could not be saved: {why}",
    "a cell starts no process, has no network and signals nobody",
    "a cell reads no file but the texts that --over names, which are ctx.docs, and writes to its own directory alone, "
    "which goes with it",
    "the texts are not in the directory of a cell: {how}",
    "a cell has {size} MB of memory",
    "{name} is not installed here; table(ID) gives the rows of CSV, JSON lines and logs",
    "it has {names}",
    "it was made at run time, and no source tells how",
    "a class of a cell that it is made of is gone",
    "all names together are larger than {size} bytes, and it is the largest that is new or changed",
)
"""Lines that `repl/cell` and `repl/execute` make; of two that fit, the longer one is meant."""


def line_here(line: str) -> str:
    """A line of an error in the user's language, as it is where it is none of ours."""
    for form, pattern in _patterns():
        found = pattern.fullmatch(line)
        if found:
            return here(worded(form, **found.groupdict()))
    return line


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    return [(form, re.compile(_pattern(form))) for form in sorted(FORMS, key=len, reverse=True)]


def _pattern(form: str) -> str:
    return "".join(
        re.escape(text) + (f"(?P<{name}>{'[0-9]+' if name in ('cell', 'line') else '.+?'})" if name else "")
        for text, name, _, _ in Formatter().parse(form)
    )
