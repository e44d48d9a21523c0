"""Rows out of texts that hold one a line: JSON lines, logs by a regular expression, tables of Markdown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from rlm_core.errors import RlmError, UsageError, worded
from rlm_core.querying.csvrows import MOST_COLUMNS

Cell = str | int | float | None
_LARGEST = 2**63
_RULE = re.compile(r"\|?(?:[ \t]*:?-{1,200}:?[ \t]*\|){0,500}[ \t]*:?-{1,200}:?[ \t]*\|?")
_LIST = re.compile(r"\s*\[\s*(?:\{|\])")


class RowsOfLines:
    """Rows as they are gathered. names: of the columns, in the order in which they are first met.

    lines: on which each row begins, counted from 1. left: how many lines hold none.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names = list(names)
        self.rows: list[Sequence[Cell]] = []
        self.lines: list[int] = []
        self.left = 0
        self._places = {name: at for at, name in enumerate(self.names)}

    def add(self, line: int, values: dict[str, Cell]) -> None:
        """A row. Raises RlmError when there are too many columns to be meant."""
        for name in values:
            if name not in self._places:
                self._places[name] = len(self.names)
                self.names.append(name)
        if len(self.names) > MOST_COLUMNS:
            raise RlmError(worded("its rows have more than {most_columns} columns in all", most_columns=MOST_COLUMNS))
        row: list[Cell] = [None] * len(self.names)
        for name, value in values.items():
            row[self._places[name]] = value
        self.rows.append(row)
        self.lines.append(line)


def json_rows(text: str) -> RowsOfLines:
    """Objects, one a line, or all in one list. Lists and objects within them stay JSON; truths become 1 and 0."""
    made = RowsOfLines()
    if _LIST.match(text):
        for value in _whole(text):
            made.add(1, _cells(value))
        return made
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            made.add(number, _cells(json.loads(line)))
        except (ValueError, RecursionError):
            made.left += 1
    return made


def _whole(text: str) -> list[Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as e:
        raise RlmError(worded("it is no JSON: {why}", why=e)) from e
    return found if isinstance(found, list) else [found]


def _cells(value: Any) -> dict[str, Cell]:
    if not isinstance(value, dict):
        return {"value": _cell(value)}
    return {str(name): _cell(v) for name, v in value.items()}


def _cell(value: Any) -> Cell:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value if -_LARGEST <= value < _LARGEST else str(value)
    if value is None or isinstance(value, (str, float)):
        return value if value == value else None
    return json.dumps(value, ensure_ascii=False)


def log_rows(text: str, pattern: re.Pattern[str]) -> RowsOfLines:
    """The named groups of a regular expression in each line that holds it, where it is found first."""
    made = RowsOfLines(sorted(pattern.groupindex, key=pattern.groupindex.__getitem__))
    for number, line in enumerate(text.split("\n"), 1):
        found = pattern.search(line)
        if found:
            made.add(number, dict(found.groupdict()))
        elif line.strip():
            made.left += 1
    return made


def log_pattern(text: str) -> re.Pattern[str]:
    """A regular expression for logs. Raises RlmError when it is none, or names no column."""
    try:
        pattern = re.compile(text)
    except (re.error, RecursionError, OverflowError) as e:
        raise UsageError(worded("--log {text}: {why}", text=text, why=e)) from e
    if not pattern.groupindex:
        raise UsageError(
            worded("--log {text}: name the columns, as in '(?P<level>[A-Z]+) (?P<ms>[0-9]+)ms'", text=text)
        )
    return pattern


def markdown_tables(text: str) -> list[RowsOfLines]:
    """The tables of a Markdown text, in order: a row of names, a rule of dashes, then rows."""
    lines, found, at = text.split("\n"), [], 0
    while at + 1 < len(lines):
        if not _begins_table(lines[at], lines[at + 1]):
            at += 1
            continue
        names = _unique(_cells_of(lines[at]))
        table = RowsOfLines(names)
        at += 2
        while at < len(lines) and "|" in lines[at]:
            cells = _cells_of(lines[at])[: len(names)]
            table.add(at + 1, dict(zip(names, cells, strict=False)))
            at += 1
        found.append(table)
    return found


def _begins_table(line: str, rule: str) -> bool:
    rule = rule.strip()
    if "|" not in line or "-" not in rule or not _RULE.fullmatch(rule):
        return False
    return len(_cells_of(line)) == len(_cells_of(rule))


def _cells_of(line: str) -> list[str]:
    """The cells of a row; a bar behind a backslash parts none."""
    parts = line.strip().replace("\\|", "\0").removeprefix("|").removesuffix("|").split("|")
    return [part.strip().replace("\0", "|") for part in parts]


def _unique(names: Sequence[str]) -> list[str]:
    """Names that differ, also in small letters; a column without one gets its number."""
    made: list[str] = []
    for number, name in enumerate(names, 1):
        wanted, again = name or f"column_{number}", 2
        while wanted.lower() in {m.lower() for m in made}:
            wanted, again = f"{name}_{again}", again + 1
        made.append(wanted)
    return made
