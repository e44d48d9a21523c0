"""Notebooks and tables of text, without a process of their own: nothing but Python's own parsers reads them."""

from __future__ import annotations

import csv
import json
from itertools import islice
from typing import TYPE_CHECKING

from rlm_core.chunks.render import fence_for
from rlm_core.documents.encoding import UnreadableError, without_signals
from rlm_core.documents.sayings import NO_NOTEBOOK
from rlm_core.errors import worded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

OUTPUT_CHARS = 20_000  # of one output of a cell
WHOLE_LINES, WHOLE_CHARS = 200, 50_000  # a table up to this is taken as it stands
SAMPLE = 20  # rows
TYPED_ROWS = 10_000
LINE_CHARS = 2_000
LONG_LINE = 100_000  # below what `csv` takes for one cell


def notebook(text: str) -> str:
    """A Jupyter notebook as Markdown: its cells and what they printed. Raises UnreadableError."""
    try:
        book = json.loads(text)
        cells = book["cells"] if "cells" in book else [c for sheet in book["worksheets"] for c in sheet["cells"]]
        info = book.get("metadata") or {}
        language = _name(
            (info.get("kernelspec") or {}).get("language") or (info.get("language_info") or {}).get("name")
        )
        return "\n".join(line for n, cell in enumerate(cells, 1) for line in _cell(cell, n, language))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as e:
        raise UnreadableError(worded(NO_NOTEBOOK, name=type(e).__name__, why=str(e)[:100])) from e


def _name(value: object) -> str:
    return value if isinstance(value, str) and value.isidentifier() else "python"


def _cell(cell: dict[str, Any], number: int, language: str) -> Iterator[str]:
    source = _joined(cell.get("source", cell.get("input", "")))
    kind = cell.get("cell_type")
    if kind in ("markdown", "heading"):
        yield from (source, "")
        return
    fence = fence_for(source)
    if source.strip():
        yield from (f"Cell {number}:", "", f"{fence}{language if kind == 'code' else ''}", source, fence, "")
    for output in cell.get("outputs") or ():
        text, left = _output(output)
        if text.strip():
            fence = fence_for(text)
            yield from ("Output:", "", fence, text.rstrip("\n"), fence, "")
        if left:
            yield from (f"[{', '.join(left)} left out]", "")


def _joined(value: object) -> str:
    return "".join(map(str, value)) if isinstance(value, list) else str(value)


def _output(output: dict[str, Any]) -> tuple[str, list[str]]:
    """What a cell printed, and the kinds of what cannot be read: pictures for instance."""
    data = output.get("data") or {}
    if output.get("output_type") in ("error", "pyerr"):
        text = _joined(["\n".join(map(str, output.get("traceback") or ())) or output.get("evalue", "")])
    else:
        text = _joined(output.get("text", data.get("text/plain", "")))
    text = without_signals(text)
    if len(text) > OUTPUT_CHARS:
        text = f"{text[:OUTPUT_CHARS]}\n[{len(text) - OUTPUT_CHARS:,} more characters left out]"
    return text, sorted(k for k in data if k.startswith(("image/", "application/", "video/", "audio/")))


def table(text: str) -> str:
    """A large table as its columns and a sample of its rows; "" for one that is better taken whole."""
    if len(text) <= WHOLE_CHARS and text.count("\n") <= WHOLE_LINES:
        return ""
    try:
        delimiter = csv.Sniffer().sniff(text[:8192].rpartition("\n")[0], ",;\t|").delimiter
    except csv.Error:
        delimiter = ","
    lines = text.split("\n")
    rows, is_all = _read(lines, delimiter)
    if not rows or len(rows[0]) < 2:
        return ""
    head, body = rows[0], rows[1:]
    about = f"A table of {len(lines) - (not lines[-1]):,} lines and {len(head):,} columns, separated by {delimiter!r}."
    told = "Here are its columns and a sample; `rlm add --whole` takes all of it, `rlm sql` asks over it."
    of = f"among the first {len(body):,} rows" if not is_all else ""
    columns = ["| column | holds | empty | for example |", "| --- | --- | --- | --- |"]
    columns += [_column(name, [row[n] if n < len(row) else "" for row in body]) for n, name in enumerate(head)]
    sample = [line[:LINE_CHARS] for line in lines[: SAMPLE + 1]]
    fence = fence_for("\n".join(sample))
    return "\n".join(
        [about, told, "", f"## Columns {of}".rstrip(), "", *columns, "", "## Sample", "", fence + "csv", *sample, fence]
    )


def _read(lines: list[str], delimiter: str) -> tuple[list[list[str]], bool]:
    """The first rows, up to a cell that is too large for a table, and whether these are all; [] for what is none."""
    rows: list[list[str]] = []
    try:
        for row in islice(csv.reader(map(_shortened, lines), delimiter=delimiter), TYPED_ROWS):
            rows += [row] if row else []
    except csv.Error as e:
        return (rows if "field larger" in str(e) else []), False
    return rows, len(lines) <= TYPED_ROWS


def _shortened(line: str) -> str:
    """A line without the middle of what is too long for any example; its quotes stay pairs."""
    if len(line) <= LONG_LINE:
        return line
    half = LONG_LINE // 2
    cut = line[half : len(line) - half]
    quote = '"' if cut.count('"') % 2 else ""
    return line[:half] + quote + line[len(line) - half :]


def _column(name: str, values: Sequence[str]) -> str:
    there = [v for v in values if v.strip()]
    kinds = "whole numbers" if all(map(_whole, there)) else "numbers" if all(map(_number, there)) else "text"
    examples = list(dict.fromkeys(v[:40] for v in there[:50]))[:3]
    cells = (name[:100], kinds if there else "nothing", str(len(values) - len(there)), ", ".join(examples))
    return f"| {' | '.join(' '.join(c.split()).replace('|', chr(92) + '|') for c in cells)} |"


def _whole(value: str) -> bool:
    return value.strip().removeprefix("-").isdecimal()


def _number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True
