"""Names of functions that are given to something else, and functions that have another name by then."""

from __future__ import annotations

from pathlib import Path

import pytest
from kits.cells import Cells


@pytest.fixture
def cells(tmp_path: Path) -> Cells:
    made = Cells(tmp_path)
    made.file("a.log", "x\n")
    return made


def test_a_function_under_another_name_lives_on_when_its_own_is_given_away(cells: Cells) -> None:
    cells.ok("def f(n): return n + 1\ng = f\nf = 5", cells.project / "a.log")
    assert cells.ok("print(f, g(2))") == "5 3"
    assert cells.ok("print(g(3), f)") == "4 5"


def test_what_a_wrapper_has_made_is_not_taken_for_the_function_that_it_wraps(cells: Cells) -> None:
    """No source tells how it was made: it is said, and the bare function does not come instead."""
    result = cells.run(
        "def twice(f):\n    def both(n): return f(f(n))\n    return both\ndef add(n): return n + 1\nadd = twice(add)",
        cells.project / "a.log",
    )
    assert [row["name"] for row in result.unsaved] == ["add"]
    assert "add is not defined" in cells.run("add(1)").error


def test_lambdas_and_decorated_functions_are_kept(cells: Cells) -> None:
    cells.ok(
        "import functools\nhalf = lambda n: n / 2\n@functools.lru_cache\ndef f(n): return n\nclass A:\n    x = 3",
        cells.project / "a.log",
    )
    assert cells.ok("print(half(3), f(4), A.x)") == "1.5 4 3"
