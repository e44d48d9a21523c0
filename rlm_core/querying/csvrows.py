"""Rows out of a CSV file: what parts its cells is found out, and whether its first row names the columns."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence

from rlm_core.errors import RlmError
from rlm_core.querying.celltypes import TEXT, kind_of_cells

DELIMITERS = (",", ";", "\t", "|")
SAMPLE = 50  # rows by which a delimiter is chosen
MOST_COLUMNS = 500


def csv_rows(text: str) -> tuple[list[str], list[list[str]], list[int], str]:
    """(names of columns, rows, the line on which each begins, counted from 1, what parts the cells).

    What a row has beyond the header is in columns without a name of their own, `column_7`; what it lacks is empty.
    Lines without anything are passed over. Raises RlmError for a file that is none.
    """
    delimiter = _delimiter(text)
    found = list(_read(text, delimiter))
    if not found:
        return [], [], [], delimiter
    width = max(len(cells) for _, cells in found)
    if width > MOST_COLUMNS:
        raise RlmError(f"it has {width:,} columns; {MOST_COLUMNS} are the most")
    names: list[str] = []
    if is_header(found[0][1]):
        names = [cell.strip() for cell in found.pop(0)[1]]
    names += [f"column_{n + 1}" for n in range(len(names), width)]
    rows = [cells if len(cells) == width else cells + [""] * (width - len(cells)) for _, cells in found]
    return names, rows, [line for line, _ in found], delimiter


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
        for _, cells in _read(text[:200_000], delimiter):
            widths.append(len(cells))
            if len(widths) == SAMPLE:
                break
        ((width, times),) = Counter(widths).most_common(1) or [(1, 0)]
        return (times / len(widths) if width > 1 else 0.0, width)

    return max(DELIMITERS, key=score)


def _read(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(line on which it begins, cells) of each row that holds anything."""
    lines = (line.removesuffix("\r") + "\n" for line in text.removeprefix("\ufeff").split("\n"))
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    before = 0
    try:
        for cells in reader:
            if any(cells):
                yield before + 1, cells
            before = reader.line_num
    except csv.Error as e:
        raise RlmError(f"line {reader.line_num:,} is no CSV: {e}") from e
