"""No cap is passed, whatever a program asks: in loops, tables and questions, of a model that fails or says too much."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from kits.cells import Cells
from kits.mutation import examples

from rlm_core.llm.base import Call, TransientError
from rlm_core.tokens import estimate

STEPS = st.sampled_from(
    [
        "a = [llm(f'question {n}') for n in range(12)]",
        "b = llm_map('what is it?', ctx.chunks('lines', 100))",
        "c = extract('each request', ctx, 'path!, ms: int')",
        "d = label([l.text for l in ctx.lines[:90]], ['quick', 'slow'])",
        "e = ask('Which request was slow?', ctx)",
        "for n in range(4): print(ok(llm('again', ctx.lines[n])))",
        "llm('long ' * 3000)",
        "while ok(llm(f'on {len(str(globals()))}')) and len(str(a := a if 'a' in globals() else [])) < 9: a = [*a, 1]",
        "1 / 0",
    ]
)
CAPS = st.fixed_dictionaries({"calls": st.integers(1, 30), "tokens": st.integers(200, 20_000)})


def reads(call: Call) -> Any:
    """Now an answer, now a fault, now far more than was asked for, now what is no answer; by what it is asked."""
    kind = len(call.prompt) % 5
    return (TransientError("busy"), {"answer": "yes"}, {"answer": "long " * 20_000}, {"rows": []}, {"answer": "no"})[
        kind
    ]


@examples(4)
@given(st.lists(st.lists(STEPS, min_size=1, max_size=3), min_size=1, max_size=2), CAPS)
def test_no_program_passes_a_cap(programs: list[list[str]], caps: dict[str, int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        cells = Cells(Path(folder), reads, usd=0.000_001)
        path = cells.file("a.log", "GET /api/pay 200 37ms\n" * 300)
        for lines in programs:
            result = cells.run("\n".join(lines), path, **caps)
            assert "too large" not in result.error
        asked = cells.leaf.calls
        assert len(asked) <= caps["calls"]
        assert sum(estimate(call.system) + estimate(call.prompt) for call in asked) <= caps["tokens"]
        spent = cells.begun(path).session.spent()
        assert spent["calls"] <= caps["calls"]
        assert spent["tokens"] <= caps["tokens"]
