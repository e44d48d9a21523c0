"""What a model would write of the texts' entries and lines: an index, a slice, a length, a loop."""

from __future__ import annotations

import operator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kits.cells import Cells

from rlm_core.repl.cell.sequences import LateList


class Texts:
    """Lists of items, and which of them were looked at."""

    def __init__(self, texts: list[list[Any]]) -> None:
        self.texts, self.looked = texts, list[int]()
        self.list = LateList("entries", lambda: range(len(texts)), self._items, lambda n: len(self._items(n)))

    def _items(self, number: int) -> list[Any]:
        self.looked.append(number)
        return list(self.texts[number])


@given(st.lists(st.lists(st.integers(), max_size=4), max_size=5), st.data())
def test_it_is_what_the_list_would_be(texts: list[list[int]], data: st.DataObject) -> None:
    late, whole = Texts(texts).list, [n for text in texts for n in text]
    edge = st.one_of(st.none(), st.integers(-25, 25))
    for _ in range(5):
        key = slice(data.draw(edge), data.draw(edge), data.draw(st.sampled_from([None, 1, 2, -1, -3])))
        assert late[key] == whole[key]
        at = data.draw(st.integers(-25, 25))
        if -len(whole) <= at < len(whole):
            assert late[at] == whole[at]
        else:
            with pytest.raises(IndexError):
                late[at]
    assert (len(late), bool(late), list(late)) == (len(whole), bool(whole), whole)
    assert list(reversed(late)) == whole[::-1]
    assert sorted(late) == sorted(whole)
    assert operator.add(late, [1]) == [*whole, 1]
    assert operator.add([0], late) == [0, *whole]
    for item in [*whole[:2], 77]:
        assert (item in late) == (item in whole)
        assert late.count(item) == whole.count(item)


def test_the_ends_need_the_texts_there_alone() -> None:
    texts = Texts([[1, 2], [3], [4, 5, 6]])
    assert texts.list[-1] == 6
    assert set(texts.looked) == {2}
    texts = Texts([[1, 2], [3], [4, 5, 6]])
    assert (texts.list[0], texts.list[:2], texts.list[-2:]) == (1, [1, 2], [5, 6])
    assert set(texts.looked) == {0, 2}


@pytest.fixture
def cells(tmp_path: Path) -> Cells:
    return Cells(tmp_path)


def test_lines_as_a_model_would_write_them(cells: Cells) -> None:
    files = [cells.file("a.txt", "one\ntwo\n"), cells.file("b.txt", "three\n\nfive")]
    assert cells.ok("print(len(ctx.lines), ctx.lines[-1], ctx.lines[1].place, ctx.lines[:1])", *files) == (
        "5 five a.txt:2 ['one']"
    )
    assert (
        cells.ok("print(len(ctx.doc('a.txt').lines), [l.line for l in ctx.lines if l.doc == 'b.txt'])") == "2 [1, 2, 3]"
    )
    assert cells.ok("print(sorted(ctx.lines, key=len)[0].place, 'three' in ctx.lines, 'two' in ctx, 'six' in ctx)") == (
        "b.txt:2 True True False"
    )
    assert cells.ok("lines = ctx.lines\nprint(ctx['a.txt'].text == ctx.docs[0].text, ctx.text.count('e'))") == "True 4"
    assert cells.ok("print(lines[0].text, len(lines))") == "one 5"


def test_entries_of_files_are_none_and_the_error_says_where_entries_are(cells: Cells) -> None:
    told = cells.run("print(len(ctx.entries), list(ctx.entries))\nctx.entries[-1]", cells.file("a.txt", "one\n"))
    assert told.output == "0 []\n"
    assert "only texts of the archive have entries" in told.error


def test_columns_are_attributes_of_a_row_and_a_missing_one_names_those_there_are(cells: Cells) -> None:
    file = cells.file("r.csv", "ms,id\n5,x\n")
    told = cells.run("rows = table('r.csv')\nprint(rows[0].ms, rows[0].line)\nrows[0].path", file)
    assert told.output == "5 2\n"
    assert "the row has no column path; it has ms, id" in told.error
    assert cells.ok("print(rows[0], rows[0].id, rows[0].place)") == "{'ms': 5, 'id': 'x'} x r.csv:2"


def test_what_cannot_be_opened_or_imported_says_what_can_be(cells: Cells) -> None:
    file = cells.file("r.csv", "ms,id\n5,x\n")
    assert 'ctx.doc("r.csv").text, table("r.csv")' in cells.run("open('r.csv')", file).error
    assert "the texts that --over names, which are ctx.docs" in cells.run("open('/etc/shadow')").error
    assert "table(ID) gives the rows" in cells.run("import no_such_module").error
