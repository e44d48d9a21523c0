"""What values that come cost the program around them: each is looked at where it lies, and no more is gone through."""

from __future__ import annotations

import bisect
import heapq
import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from kits.cells import Cells
from kits.linear import assert_linear

from rlm_core.repl.cell import lazy
from rlm_core.repl.cell.lazy import Failed, Lazy, anything_made, look_deep
from rlm_core.repl.cell.transform import called


class Come(Failed):
    """A call that has brought a text."""

    def value(self) -> Any:
        return self.reason


def pushed(size: int) -> Callable[[], object]:
    return lambda heap=[]: heap.clear() or [called(heapq.heappush, heap, (n, ("a", n))) for n in range(size)]  # type: ignore[func-returns-value]


def inserted(size: int) -> Callable[[], object]:
    return lambda rows=[]: rows.clear() or [called(bisect.insort, rows, (n, "a")) for n in range(size)]  # type: ignore[func-returns-value]


def chosen(size: int) -> Callable[[], object]:
    rows = [[n] for n in range(size)]
    return lambda: [called(random.choice, rows) for _ in rows]


@pytest.mark.parametrize("work", [pushed, inserted, chosen])
def test_a_function_that_looks_at_few_places_of_a_list_costs_no_walk_through_it(work: Any) -> None:
    kept = [Lazy(Come("yes"))]  # in a list that could be any
    assert_linear(work, 4000)
    assert kept


@pytest.mark.parametrize("names", [{}, {"x": 1}, {"x": 1, "y": 3}])
def test_nothing_is_gone_through_where_all_that_comes_lies_elsewhere(
    names: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    program = ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", program)
    for name, count in names.items():
        setattr(program, name, [Lazy(Come(str(n))) for n in range(count)] if count > 1 else Lazy(Come("0")))
    rows = [[n] for n in range(20_000)]
    gone_through: list[Any] = []
    held = lazy._held
    monkeypatch.setattr(lazy, "_held", lambda holder: gone_through.append(1) or held(holder))  # type: ignore[func-returns-value]
    called(json.dumps, rows)
    assert len(gone_through) < 200
    rows[7000][0] = program.x if names else 7  # of a name and in the list as well
    assert json.loads(called(json.dumps, rows))[7000] == ["0" if names else 7]


def test_what_moves_from_one_list_to_another_is_looked_at_there() -> None:
    answers = [Lazy(Come(str(n))) for n in range(9)]
    rows: list[dict[str, Any]] = [{"said": ""} for _ in answers]
    called(json.dumps, rows)
    for row in rows:
        row["said"] = answers.pop(0)
    assert json.loads(called(json.dumps, rows)) == [{"said": str(n)} for n in range(9)]


def test_a_value_that_nobody_has_any_more_is_none() -> None:
    before = len(lazy._ALIVE)
    made = [Lazy(Come("yes"))]
    assert anything_made()
    made.clear()
    assert len(lazy._ALIVE) == before


def test_however_deep_a_value_lies_it_is_looked_at() -> None:
    node: Any = (Lazy(Come("yes")),)
    for n in range(20_000):
        node = (n, node)
    node = look_deep([node])[0]
    while len(node) > 1:
        node = node[1]
    assert type(node[0]) is str
    ring: list[Any] = [1, (Lazy(Come("yes")), {Lazy(Come("key")): {(1, Lazy(Come("set")))}})]
    ring.append(ring)
    assert look_deep(ring)[1] == ("yes", {"key": {(1, "set")}})
    assert ring[2] is ring


def test_a_program_of_nested_values_runs_after_a_call(tmp_path: Path) -> None:
    cells = Cells(tmp_path)
    source = "import heapq\nx = llm('q')\nnode = ()\nfor i in range(3000):\n    node = (i, node)\n"
    assert cells.ok(f"{source}heapq.heappush([], (1, node))\nprint(x)", cells.file("a.txt", "a\n")) == "yes"
