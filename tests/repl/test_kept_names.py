"""Names between two cells: written when they change, read when they are mentioned, shared where they were shared."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest
from kits.cells import Cells

from rlm_core.repl.begin import begun
from rlm_core.repl.cell.program import mentioned, parsed
from rlm_core.repl.execute import Limits

BIG = "rows = [dict(n=n, name=f'name {n}') for n in range(20_000)]"


@pytest.fixture
def cells(tmp_path: Path) -> Cells:
    made = Cells(tmp_path)
    made.ok("0", made.file("a.log", "one\ntwo\n"))
    return made


def folder(cells: Cells) -> Path:
    return Path(begun(str(cells.project), {}, name="s").session.folder)


def written(cells: Cells) -> dict[str, int]:
    """The files of names, each with its inode: a file that is written anew has another one."""
    return {p.name: p.stat().st_ino for p in (folder(cells) / "texts").iterdir() if p.stat().st_size > 10_000}


def test_a_cell_that_changes_nothing_writes_no_names_again(cells: Cells) -> None:
    cells.ok(BIG)
    before = written(cells)
    assert len(before) == 1
    for program in ("print(1)", "x = 5", "print(len(rows), rows[-1])", "1 / 0", "not defined"):
        cells.run(program)
        assert written(cells) == before
    assert (folder(cells) / "snapshot").stat().st_size < 1000
    cells.ok("rows[0]['n'] = 'changed'")
    assert written(cells).keys() != before.keys()
    assert cells.ok("print(rows[0]['n'], x, len(rows))") == "changed 5 20000"


def test_a_cell_reads_no_names_that_it_does_not_mention(cells: Cells) -> None:
    """Nor does it lose them: also where they could not be read."""
    cells.ok(BIG)
    (name,) = written(cells)
    path = folder(cells) / "texts" / name
    whole = path.read_bytes()
    path.write_bytes(b"no pickle")
    assert cells.ok("y = 2\nprint(y)") == "2"
    result = cells.run("len(rows)")
    assert "rows" in result.error
    assert "cannot be loaded" in result.error
    assert "nothing was run" in result.error
    path.write_bytes(whole)
    assert cells.ok("print(len(rows), y)") == "20000 2"


@pytest.mark.parametrize(
    "program",
    [
        "print(len(globals()['rows']))",
        "print(eval('len(rows)'))",
        "import __main__\nprint(len(__main__.rows))",
        "import sys\nprint(len(sys.modules['__main__'].rows))",
        "from __main__ import rows as r\nprint(len(r))",
        "print(len(vars()['rows']))",
        "exec('print(len(rows))')",
        "print(size())",
        "print(alias())",
        "print(thing.size())",
        "print([f() for f in held][0])",
        "print(outer())",
    ],
)
def test_names_are_there_however_a_program_reaches_them(cells: Cells, program: str) -> None:
    cells.ok(
        f"{BIG}\ndef size(): return len(rows)\ndef outer(): return size()\nalias = size\n"
        "class Thing:\n    def size(self): return len(rows)\nthing, held = Thing(), [size]"
    )
    assert cells.ok(program) == "20000"


def test_names_that_share_an_object_go_on_sharing_it(cells: Cells) -> None:
    cells.ok(f"{BIG}\nsome = [r for r in rows if r['n'] < 3]\nalone = [1]\nboth = dict(a=alone, b=some)")
    cells.ok("some[0]['name'] = 'mine'\nalone.append(2)")
    assert cells.ok("print(rows[0]['name'], both)") == (
        "mine {'a': [1, 2], 'b': [{'n': 0, 'name': 'mine'}, {'n': 1, 'name': 'name 1'}, {'n': 2, 'name': 'name 2'}]}"
    )
    assert cells.ok("both['a'] is alone and both['b'] is some and some[1] is rows[1]") == "True"


def test_what_is_deleted_or_replaced_is_gone_and_its_file_too(cells: Cells) -> None:
    cells.ok(f"{BIG}\nother = list(range(30_000))")
    assert len(written(cells)) == 2
    cells.ok("del rows")
    assert len(written(cells)) == 1
    assert "rows is not defined" in cells.run("rows").error
    cells.ok("other = 1")
    assert written(cells) == {}


def test_the_listing_knows_the_names_that_were_not_read(cells: Cells) -> None:
    cells.ok(f"{BIG}\nx = 1\ndef f(): pass")
    cells.ok("y = 2")
    names = {row["name"]: row["size"] for row in begun(str(cells.project), {}, name="s").session.data["names"]}
    assert names == {"rows": "20,000 items", "x": "1", "y": "2", "f": ""}
    assert "rows" in cells.run("1 / 0").error.rpartition("names: ")[2]


def test_a_class_that_goes_takes_with_it_what_is_made_of_it_and_says_so(cells: Cells) -> None:
    cells.ok("class C: pass\nc = C()\nx = 1")
    result = cells.run("del C")
    assert result.unsaved == [{"name": "c", "reason": "a class of a cell that it is made of is gone"}]
    assert cells.ok("x") == "1"


def test_a_function_whose_default_needs_data_comes_back(cells: Cells) -> None:
    cells.ok("limits = dict(a=1)\ndef f(x=limits['a']): return x")
    cells.ok("y = 1")
    assert cells.ok("f()") == "1"


def test_a_name_that_was_a_functions_and_its_alias_are_both_kept(cells: Cells) -> None:
    cells.ok("def f(): return 'function'\ng = f")
    cells.ok("f = 5")
    cells.ok("z = 0")
    assert cells.ok("print(f, g())") == "5 function"


def test_the_largest_name_that_is_new_is_left_out_and_older_ones_stay(cells: Cells) -> None:
    cells.limits = Limits(snapshot=300_000)
    cells.ok("old = list(range(60_000))")
    result = cells.run("new = list(range(70_000))\nsmall = 1")
    assert [row["name"] for row in result.unsaved] == ["new"]
    result = cells.run("new = list(range(70_000))\nlen(old)")
    assert [row["name"] for row in result.unsaved] == ["new"]
    assert cells.ok("print(len(old), small)") == "60000 1"


def test_a_session_of_an_earlier_version_goes_on(cells: Cells) -> None:
    head = {
        "version": 1, "modules": [("math", "math")], "sources": [("f", "def f(): return x + 1", 1, 1)],
        "aliases": [], "hidden": [], "data": pickle.dumps({"x": 41, "held": [1, 2]}, 4),
    }  # fmt: skip
    (folder(cells) / "snapshot").write_bytes(pickle.dumps(head, 4))
    cells.ok("y = 1")
    assert cells.ok("print(f(), held, math.pi > y)") == "42 [1, 2] True"


def test_a_snapshot_of_a_later_version_is_refused_and_stays(cells: Cells) -> None:
    path = folder(cells) / "snapshot"
    path.write_bytes(pickle.dumps({"version": 9}, 4))
    assert "it has version 9, and this rlm reads 2" in cells.run("print(1)").error
    assert pickle.loads(path.read_bytes()) == {"version": 9}


def test_a_fork_is_a_copy_that_needs_nothing_of_the_first(cells: Cells) -> None:
    cells.ok(BIG)
    begun(str(cells.project), {}, name="s").session.forked("t")
    begun(str(cells.project), {}, name="s").session.drop()
    assert cells.ok("len(rows)", name="t") == "20000"


@pytest.mark.parametrize(
    ("program", "names"),
    [
        ("a = b + c.d", {"a", "b", "c"}),
        ("for x in [y for y in z]: print(f'{w}')", {"x", "y", "z", "w", "print"}),
        ("import re\nre.compile('a')", {"re"}),
        ("lambda q, r=s: q", {"q", "r", "s"}),
        ("getattr(a, 'b')", {"getattr", "a"}),
        ("from x import *", None),
        ("f.__globals__", None),
        ("import sys; sys._getframe()", None),
        ("frame.query('n > @limit')", None),
    ],
)
def test_the_names_that_a_program_mentions(program: str, names: set[str] | None) -> None:
    assert mentioned(parsed(program, "p")[1]) == names


def test_a_text_of_names_is_removed_when_no_name_needs_it(cells: Cells) -> None:
    cells.ok("t = 'word ' * 10_000\nu = [t]")
    assert len(written(cells)) == 1
    cells.ok("del t")
    assert len(written(cells)) == 1
    cells.ok("del u")
    assert written(cells) == {}
    assert os.path.exists(folder(cells) / "snapshot")
