"""The first call to a model goes ahead of the others: how long, and what they make of its end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from kits.engine import CLOCK, wait

from rlm_core.engine.calls.ahead import HeadStart
from rlm_core.engine.calls.budget import Budget, Caps
from rlm_core.engine.calls.caller import Caller
from rlm_core.engine.calls.pace import Pace
from rlm_core.llm.base import (
    Call,
    LeafError,
    MalformedError,
    RateLimitedError,
    RefusedError,
    SetupError,
    TooLargeError,
    TransientError,
    UsageLimitError,
)
from rlm_core.llm.scripted import Answer, ScriptedLeaf

LONG = 7200.0


def call(n: int, model: str = "haiku") -> Call:
    return Call("leaf", "", "", f"part {n}", {}, model, 100)


def sent(answer: Callable[[Call], Answer], calls: list[Call], seconds: float = 0.0) -> tuple[list[object], int]:
    """What calls made at once come to, errors by their type; and how many were sent."""
    leaf = ScriptedLeaf(default=answer, seconds=seconds)
    leaf.head_start = 1.0
    sender = Caller(leaf, Budget(Caps(), CLOCK), Pace(64, CLOCK), 600.0).sender

    async def run() -> list[object]:
        got = await asyncio.gather(*(sender.send(f"{c.body}", c) for c in calls), return_exceptions=True)
        return [type(g) if isinstance(g, LeafError) else "answer" for g in got]

    return wait(run()), len(leaf.calls)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (SetupError("log in"), SetupError),
        (RefusedError("unknown field", of_form=True), SetupError),
        (RateLimitedError("429", LONG), UsageLimitError),
        (RateLimitedError("used up", None, "3pm"), UsageLimitError),
        (RateLimitedError("used up", 5.0, "unknown"), UsageLimitError),
    ],
)
def test_what_no_call_can_pass_is_met_once(error: LeafError, kind: type[LeafError]) -> None:
    got, calls = sent(lambda c: error, [call(n) for n in range(9)])
    assert got[0] is kind
    assert all(isinstance(g, type) and issubclass(g, SetupError) for g in got)
    assert calls == 1


@pytest.mark.parametrize("error", [RefusedError("declined"), TooLargeError("too long"), MalformedError("prose")])
def test_what_is_wrong_with_the_first_part_is_not_wrong_with_the_others(error: LeafError) -> None:
    got, _ = sent(lambda c: error if c.body == "part 0" else {}, [call(n) for n in range(9)])
    assert got == [type(error), *["answer"] * 8]


@pytest.mark.parametrize("error", [TransientError("500", 0.0), RateLimitedError("429", 0.0)])
def test_after_a_fault_that_passes_the_next_goes_ahead(error: LeafError) -> None:
    faults = [error, error]
    got, calls = sent(lambda c: faults.pop() if faults else {}, [call(n) for n in range(9)])
    assert (got, calls) == (["answer"] * 9, 11)


def test_an_odd_refusal_after_an_answer_is_that_calls() -> None:
    odd = RefusedError("odd", of_form=True)
    got, calls = sent(lambda c: odd if c.body == "part 5" else {}, [call(n) for n in range(9)])
    assert (got[5], got.count("answer"), calls) == (RefusedError, 8, 9)


def test_each_model_has_its_own_first_call_and_what_ends_one_ends_the_run() -> None:
    def answer(asked: Call) -> Answer:
        return SetupError("no such model") if asked.model == "opus" else {}

    got, calls = sent(answer, [call(n, model) for n in range(4) for model in ("haiku", "opus")])
    assert got == ["answer", *[SetupError] * 7]
    assert calls == 2


@pytest.mark.parametrize(("seconds", "begun"), [(1.0, [0.0, 1.0, 1.0]), (0.0, [0.0, 0.0, 0.0])])
def test_others_wait_for_a_first_that_hangs_no_longer_than_the_head_start(seconds: float, begun: list[float]) -> None:
    times: list[float] = []

    async def one(head: HeadStart) -> None:
        async with head.turn("haiku"):
            times.append(CLOCK())
            await asyncio.sleep(60)

    async def run() -> None:
        head = HeadStart(seconds)
        await asyncio.gather(*(one(head) for _ in begun))

    started = CLOCK()
    wait(run())
    assert [t - started for t in times] == pytest.approx(begun, abs=0.01)
