"""Rows out of texts that hold one a line: JSON lines, logs by a regular expression, tables of Markdown.

Those of JSON lines and logs are taken apart as often as they are asked for, and never held all at once.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rlm_core.errors import RlmError, UsageError, worded
from rlm_core.querying.celltypes import BLOCK, ColumnKinds, typed_cells
from rlm_core.querying.csvrows import MOST_COLUMNS, STRETCH, Block

Cell = str | int | float | None
_LARGEST = 2**63
_RULE = re.compile(r"\|?(?:[ \t]*:?-{1,200}:?[ \t]*\|){0,500}[ \t]*:?-{1,200}:?[ \t]*\|?")
_LIST = re.compile(r"\s*\[\s*(?:\{|\])")
_OBJECT = re.compile(r"\s*\{[^\n]*\n\s*\S")  # what may be one over several lines


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


def lines_of(text: str) -> Iterator[str]:
    """The lines of a text, of which a stretch at a time is parted from the rest; none behind the last line break."""
    at = 0
    while at < len(text):
        end = text.find("\n", at + STRETCH) + 1 or len(text)
        rows = text[at:end].split("\n")
        if not rows[-1]:
            rows.pop()
        yield from rows
        at = end


class JsonText:
    """Objects, one a line, or all in one list, or a single one. What is nested stays JSON; truths become 1 and 0.

    names: of the columns, in the order in which they are first met. height: how many rows there are. left: how many
    lines hold none.
    """

    def __init__(self, text: str) -> None:
        """Raises RlmError for a list that is no JSON, and when there are too many columns to be meant."""
        self._text = text
        whole = _whole(text) if _LIST.match(text) else _single(text) if _OBJECT.match(text) else None
        self._held = None if whole is None else [_cells(value) for value in whole]
        self.left = 0
        self._kinds = _kinds(values for _, values in self._rows())
        self.names, self.height = self._kinds.names, self._kinds.rows

    def _rows(self) -> Iterator[tuple[int, dict[str, Cell]]]:
        """(line, counted from 1, cells) of each row."""
        if self._held is not None:
            yield from ((1, values) for values in self._held)
            return
        self.left = 0
        for number, line in enumerate(lines_of(self._text), 1):
            if not line or line.isspace():
                continue
            try:
                value = json.loads(line)
            except (ValueError, RecursionError):
                self.left += 1
                continue
            yield number, _cells(value)

    def blocks(self, places: Sequence[int]) -> Iterator[Block]:
        """(lines on which they stand, cells of each of these columns) of some rows, and of the next ones, and so on."""
        names, found = [self.names[at] for at in places], self._rows()
        while block := list(itertools.islice(found, BLOCK)):
            yield [line for line, _ in block], [[values.get(name) for _, values in block] for name in names]

    def kinds(self, places: Sequence[int]) -> list[str]:
        """The types of these columns."""
        return [self._kinds.of(self.names[at]) for at in places]

    def typed(self, place: int, cells: Sequence[Cell], kind: str) -> Sequence[Cell]:
        """Cells of a column as values of its type; as they are, where not all are texts."""
        return _typed(cells, kind) if self._kinds.holds_texts(self.names[place]) else cells


def _kinds(rows: Iterable[dict[str, Cell]], names: Iterable[str] = ()) -> ColumnKinds:
    """The types of the columns that rows have. Raises RlmError for more of them than can be meant."""
    found = ColumnKinds(names)
    for row in rows:
        found.add(row)
        if len(row) > MOST_COLUMNS or (not found.rows % BLOCK and len(found.names) > MOST_COLUMNS):
            break
    if len(found.names) > MOST_COLUMNS:
        raise RlmError(worded("its rows have more than {most_columns} columns in all", most_columns=MOST_COLUMNS))
    return found


def _typed(cells: Sequence[Cell], kind: str) -> Sequence[Cell]:
    """Texts as values of their column's type."""
    return typed_cells([cell if isinstance(cell, str) else "" for cell in cells], kind)


def _whole(text: str) -> list[Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as e:
        raise RlmError(worded("it is no JSON: {why}", why=e)) from e
    return found if isinstance(found, list) else [found]


def _single(text: str) -> list[Any] | None:
    """The one object that a text is; None for another text, of which a line may be one."""
    try:
        return [json.loads(text)]
    except (ValueError, RecursionError):
        return None


def _cells(value: Any) -> dict[str, Cell]:
    if not isinstance(value, dict):
        return {"value": _cell(value)}
    for name, cell in value.items():
        kind = type(cell)
        if kind is not str and cell is not None and not (kind is int and -_LARGEST <= cell < _LARGEST):
            value[name] = _cell(cell)
    return value


def _cell(value: Any) -> Cell:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value if -_LARGEST <= value < _LARGEST else str(value)
    if value is None or isinstance(value, (str, float)):
        return value if value == value else None
    return json.dumps(value, ensure_ascii=False)


class LogText:
    """The named groups of a regular expression in each line that holds it, where it is found first.

    names: of the columns. height: how many rows there are. left: how many lines hold none.
    """

    def __init__(self, text: str, pattern: re.Pattern[str]) -> None:
        self._text, self._pattern, self.left = text, pattern, 0
        self.names = sorted(pattern.groupindex, key=pattern.groupindex.__getitem__)
        self._kinds = _kinds((match.groupdict() for _, match in self._rows()), self.names)
        self.height = self._kinds.rows

    def _rows(self) -> Iterator[tuple[int, re.Match[str]]]:
        """(line, counted from 1, what was found) of each row."""
        search, self.left = self._pattern.search, 0
        for number, line in enumerate(lines_of(self._text), 1):
            found = search(line)
            if found:
                yield number, found
            elif line and not line.isspace():
                self.left += 1

    def blocks(self, places: Sequence[int]) -> Iterator[Block]:
        """(lines on which they stand, cells of each of these columns) of some rows, and of the next ones, and so on."""
        names, found = [self.names[at] for at in places], self._rows()
        while block := list(itertools.islice(found, BLOCK)):
            yield [line for line, _ in block], [[match[name] for _, match in block] for name in names]

    def kinds(self, places: Sequence[int]) -> list[str]:
        """The types of these columns."""
        return [self._kinds.of(self.names[at]) for at in places]

    def typed(self, place: int, cells: Sequence[Cell], kind: str) -> Sequence[Cell]:
        """Cells of a column as values of its type."""
        return _typed(cells, kind)


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
