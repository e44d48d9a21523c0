"""What a cell's process says of an error, in the user's language: the program and Python speak for themselves."""

from __future__ import annotations

import re
from functools import cache
from string import Formatter

from rlm_core.errors import worded
from rlm_core.language.notices import here, in_french

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
RAISED = (
    "depth={depth}: 0 to {most}",
    "the answer cites {cited}, and the rows end at {count}",
    "a row is what extract, ask, table and grep give, an entry, a hit or a part, not {kind}",
    "rows are of docs, parts and lines, not of {kind}",
    "rows are of docs, or of lines and parts, and not of both in one list",
    "{name} holds no table: {why}",
    "the pattern has no named group, such as (?P<status>[0-9]+)",
    "no line of {name} holds JSON",
    "{name} is no table; a pattern with named groups, as (?P<status>[0-9]+), gives rows of its lines",
    "{name} holds no table of Markdown; a pattern with named groups gives rows of its lines",
    "{name} is not among the texts any more",
    "ctx is made anew for each cell",
    "{count} texts are called {name}: {names}",
    "no text is called {name}",
    "no text is called {name}; near it: {near}",
    "a slice of ctx has no step",
    "whether ctx contains a text can be asked, not {kind}",
    "chunks by {kinds}, not by {kind}",
    "the row has no column {name}; it has {names}",
    "an index of ctx.{name} is a number or a slice, not {kind}",
    "ctx.{name} goes to {count}, and none is at {place}",
    "ctx.{name} goes to {count}, and none is at {place}; only texts of the archive have entries",
    "{item} is not in ctx.{name}",
    "the process that makes the calls has gone",
    "an answer that cannot be read: {why}",
)
"""What the functions of a cell raise, behind the name of the error."""
_QUOTED = re.compile(r"(['\"])(.+)\1")
_FIGURE = re.compile(r"-?\d{1,3}(?:,\d{3})+")
_ERROR = re.compile(r"((?:[A-Z]\w*Error): )(.+)")


def line_here(line: str) -> str:
    """A line of an error in the user's language, as it is where it is none of ours."""
    raised = _ERROR.fullmatch(line)
    if raised is None:
        return _told(line, FORMS)
    name, why = raised.groups()
    quoted = _QUOTED.fullmatch(why) if name == "KeyError: " else None  # Python tells the `repr` of a key
    return f"{name}{quoted[1]}{_told(quoted[2], RAISED)}{quoted[1]}" if quoted else f"{name}{_told(why, RAISED)}"


def _told(line: str, forms: tuple[str, ...]) -> str:
    for form, pattern in _patterns(forms):
        found = pattern.fullmatch(line)
        if found:
            return here(worded(form, **{name: _figure(value) for name, value in found.groupdict().items()}))
    return line


def _figure(value: str) -> str:
    """A number of more than three digits as it is written in French; what is none stays."""
    return value.replace(",", "\u202f") if in_french() and _FIGURE.fullmatch(value) else value


@cache
def _patterns(forms: tuple[str, ...]) -> list[tuple[str, re.Pattern[str]]]:
    return [(form, re.compile(_pattern(form))) for form in sorted(forms, key=len, reverse=True)]


def _pattern(form: str) -> str:
    return "".join(
        re.escape(text) + (f"(?P<{name}>{'[0-9]+' if name in ('cell', 'line') else '.+?'})" if name else "")
        for text, name, _, _ in Formatter().parse(form)
    )
