"""Rows out of a CSV file: what parts its cells is found out, and whether its first row names the columns."""

from __future__ import annotations

import csv
import io
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence

from rlm_core.errors import RlmError, worded
from rlm_core.querying.celltypes import BLOCK, TEXT, Typed, kind_of_cells, kinds_in_blocks, typed_cells

Block = tuple[list[int], list[list[Typed]]]

DELIMITERS = (",", ";", "\t", "|")
SAMPLE, BEGINNING = 50, 200_000  # rows, and characters that hold them, by which a delimiter is chosen
MOST_COLUMNS = 500
STRETCH = 1 << 20  # characters


class CsvText:
    """A CSV file's text, whose rows are taken apart as often as they are asked for, and never held all at once.

    names: of the columns. height: how many rows there are. delimiter: what parts the cells. What a row has beyond the
    header is in columns without a name of their own, `column_7`; what it lacks is empty. Lines without anything are
    passed over.
    """

    def __init__(self, text: str) -> None:
        """Raises RlmError for a file that is none."""
        self._text = text
        self.delimiter = _delimiter(text)
        first: list[str] = []
        self.height = width = 0
        for _, cells in _read(text, self.delimiter):
            first = first or cells
            self.height += 1
            width = max(width, len(cells))
        if width > MOST_COLUMNS:
            raise RlmError(
                worded("it has {width:,} columns; {most_columns} are the most", width=width, most_columns=MOST_COLUMNS)
            )
        self._headed = bool(first) and is_header(first)
        self.height -= self._headed
        self.names = [cell.strip() for cell in first] if self._headed else []
        self.names += [f"column_{n + 1}" for n in range(len(self.names), width)]

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(line on which it begins, counted from 1, cells) of each row."""
        width, found = len(self.names), _read(self._text, self.delimiter)
        if self._headed:
            next(found)
        for line, cells in found:
            yield line, cells if len(cells) == width else cells + [""] * (width - len(cells))

    def blocks(self, places: Sequence[int]) -> Iterator[Block]:
        """(lines on which they begin, cells of each of these columns) of some rows, and of the next ones, and so on."""
        found = self.rows()
        while block := list(itertools.islice(found, BLOCK)):
            yield [line for line, _ in block], [[cells[at] for _, cells in block] for at in places]

    def kinds(self, places: Sequence[int]) -> list[str]:
        """The types of these columns."""
        return kinds_in_blocks((cells for _, cells in self.blocks(places)), len(places), comma=self.delimiter != ",")

    def typed(self, place: int, cells: Sequence[Typed], kind: str) -> Sequence[Typed]:
        """Cells of a column as values of its type."""
        return typed_cells(cells, kind)  # type: ignore[arg-type] # each is a text


def is_header(cells: Sequence[str]) -> bool:
    """Whether cells name columns: none is empty, a number or a date, no two are the same."""
    names = [cell.strip() for cell in cells]
    return (
        all(names) and len({n.lower() for n in names}) == len(names) and all(kind_of_cells([n]) == TEXT for n in names)
    )


def _delimiter(text: str) -> str:
    """The one by which most of the first rows have as many cells as the most have, and more than one."""

    def score(delimiter: str) -> tuple[float, int]:
        widths = []
        for _, cells in _read(text[:BEGINNING], delimiter):
            widths.append(len(cells))
            if len(widths) == SAMPLE:
                break
        ((width, times),) = Counter(widths).most_common(1) or [(1, 0)]
        return (times / len(widths) if width > 1 else 0.0, width)

    return max(DELIMITERS, key=score)


def _read(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(line on which it begins, cells) of each row that holds anything."""
    reader = csv.reader(_lines(text), delimiter=delimiter, skipinitialspace=True)
    before = 0
    try:
        for cells in reader:
            if any(cells):
                yield before + 1, cells
            before = reader.line_num
    except csv.Error as e:
        raise RlmError(worded("line {line_num:,} is no CSV: {why}", line_num=reader.line_num, why=e)) from e


def _lines(text: str) -> Iterator[str]:
    """The lines, of which a stretch at a time is parted from the rest."""
    at, end = int(text.startswith("\ufeff")), 0
    while end < len(text):
        end = text.find("\n", at + STRETCH) + 1 or len(text)
        stretch = text[at:end].replace("\r\n", "\n")
        yield from io.StringIO(stretch if stretch.endswith("\n") else stretch.removesuffix("\r") + "\n")
        at = end
