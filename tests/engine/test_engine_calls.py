"""The one way to a model: attempts, repairs, hedges, memory, and that all of it is booked."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any

import pytest
from kits.engine import CLOCK, failing, wait

from rlm_core.engine.calls.budget import Budget, BudgetError, Caps
from rlm_core.engine.calls.caller import Caller
from rlm_core.engine.calls.pace import MIN_FINISHED, Pace
from rlm_core.engine.calls.sender import MAX_REFUSALS
from rlm_core.engine.findings import reported
from rlm_core.llm.base import (
    Call,
    LeafError,
    MalformedError,
    Meter,
    RateLimitedError,
    RefusedError,
    Reply,
    SetupError,
    StalledError,
    TransientError,
    Usage,
)
from rlm_core.llm.scripted import Answer, ScriptedLeaf

FINE: Answer = {"findings": []}


def call(body: str = "text", **more: Any) -> Call:
    fields = {
        "role": "leaf",
        "system": "s",
        "prefix": "q",
        "body": body,
        "schema": {},
        "model": "haiku",
        "max_output": 10,
    }
    return Call(**{**fields, **more})


def caller(leaf: ScriptedLeaf, **more: Any) -> Caller:
    caps = more.pop("caps", Caps())
    pace = Pace(more.pop("workers", leaf.workers), CLOCK)
    return Caller(leaf, Budget(caps, CLOCK), pace, more.pop("seconds", 5.0), **more)


def known(data: dict[str, Any]) -> dict[str, Any]:
    if "findings" not in data:
        raise MalformedError("no findings")
    return data


class Kept:
    """A memory that can be looked into."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}

    def get(self, key: str) -> dict[str, Any] | None:
        return self.kept.get(key)

    def put(self, key: str, data: dict[str, Any]) -> None:
        self.kept[key] = data


def test_an_answer_is_asked_for_once_and_remembered() -> None:
    leaf, memory = ScriptedLeaf(default=lambda c: FINE), Kept()
    made = caller(leaf, memory=memory)
    assert wait(made.ask(call(), known)) == wait(made.ask(call(), known)) == FINE
    assert (len(leaf.calls), made.counts.remembered) == (1, 1)


@pytest.mark.parametrize(
    "other",
    [{"model": "opus"}, {"system": "t"}, {"prefix": "r"}, {"body": "u"}, {"schema": {"a": 1}}, {"max_output": 11}],
)
def test_whatever_decides_the_answer_is_part_of_what_is_remembered(other: dict[str, Any]) -> None:
    made = caller(ScriptedLeaf())
    assert made.key(call()) == made.key(call(label="another", role="leaf"))
    assert made.key(call()) != made.key(call(**other))


def test_the_same_call_made_twice_at_once_is_made_once() -> None:
    leaf = ScriptedLeaf(default=lambda c: FINE, seconds=0.05)
    made = caller(leaf)

    async def both() -> list[Any]:
        return await asyncio.gather(made.ask(call(), known), made.ask(call(), known))

    assert wait(both()) == [FINE, FINE]
    assert len(leaf.calls) == 1


def test_a_remembered_answer_that_cannot_be_read_is_asked_for_again() -> None:
    leaf, memory = ScriptedLeaf(default=lambda c: FINE), Kept()
    made = caller(leaf, memory=memory)
    memory.kept[made.key(call())] = {"something": "else"}
    assert wait(made.ask(call(), known)) == FINE
    assert len(leaf.calls) == 1


def test_an_answer_that_cannot_be_read_is_asked_for_twice_more_with_the_reason() -> None:
    leaf = ScriptedLeaf([{"prose": 1}, FINE])
    assert wait(caller(leaf).ask(call(), known)) == FINE
    assert "no findings" in leaf.calls[1].body
    leaf = ScriptedLeaf(default=lambda c: MalformedError("prose"))
    with pytest.raises(MalformedError):
        wait(caller(leaf).ask(call(), known))
    assert len(leaf.calls) == 3


def test_a_model_is_shown_what_was_wrong_with_its_answer_and_the_form() -> None:
    form = {"type": "object", "properties": {"findings": {"type": "array", "items": {"type": "string"}}}}
    form["required"] = ["findings"]
    leaf = ScriptedLeaf([{"prose": "It   rained,\nI think. " * 40}, FINE])
    assert wait(caller(leaf).ask(call(schema=form, max_output=900), lambda d: reported(d) and d)) == FINE
    said = leaf.calls[1].body.removeprefix(leaf.calls[0].body)
    assert leaf.calls[1].prefix == leaf.calls[0].prefix
    assert said.count("\n") == 1
    assert "no list `findings`" in said
    assert ' It began: {"prose": "It rained,' in said
    assert '{"findings": ["..."]}' in said
    assert len(said) < 600


@pytest.mark.parametrize(
    "error", [TransientError("500", retry_after=0.0), RateLimitedError("429", retry_after=0.0), StalledError("late")]
)
def test_a_fault_that_passes_is_met_with_another_attempt(error: LeafError) -> None:
    leaf = ScriptedLeaf(default=failing(error, 1, lambda c: FINE))
    made = caller(leaf)
    assert wait(made.ask(call(), known)) == FINE
    assert made.budget.calls == len(leaf.calls) == 2


@pytest.mark.parametrize("error", [RefusedError("no"), SetupError("log in")])
def test_a_fault_that_stays_is_told_at_once(error: LeafError) -> None:
    leaf = ScriptedLeaf(default=lambda c: error)
    with pytest.raises(type(error)):
        wait(caller(leaf).ask(call(), known))
    assert len(leaf.calls) == 1


def test_attempts_are_bounded() -> None:
    for error, most in (
        (TransientError("500", 0.0), 5),
        (RateLimitedError("429", 0.0), MAX_REFUSALS + 1),
        (StalledError("x"), 2),
    ):
        leaf = ScriptedLeaf(default=lambda c, e=error: e)
        with pytest.raises(type(error)):
            wait(caller(leaf).ask(call(), known))
        assert len(leaf.calls) == most


def test_a_refusal_slows_all_calls_down() -> None:
    leaf = ScriptedLeaf([RateLimitedError("429", retry_after=0.0)], default=lambda c: FINE)
    made = caller(leaf, workers=16)
    wait(made.ask(call(), known))
    assert 8 <= made.sender.pace.limit < 10
    assert made.counts.rate_limited == 1


class Straggling(ScriptedLeaf):
    """The first call of a body that says so never ends by itself."""

    def __init__(self) -> None:
        super().__init__(default=lambda c: FINE, seconds=lambda c: 0.01)
        self.cancelled = 0

    async def call(self, call: Call, seconds: float, meter: Meter) -> Reply:
        if call.body == "slow" and sum(c.body == "slow" for c in self.calls) == 0:
            self.calls.append(call)
            meter.open = True
            meter.usage = Usage(input=7)
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                self.cancelled += 1
                raise
        return await super().call(call, seconds, meter)


def test_a_straggler_is_met_with_one_second_attempt_and_both_are_booked() -> None:
    leaf = Straggling()
    made = caller(leaf, seconds=50.0)

    async def run() -> None:
        await asyncio.gather(*(made.ask(call(f"b{n}"), known) for n in range(MIN_FINISHED + 1)))
        before = made.budget.spent.tokens
        assert await asyncio.wait_for(made.ask(call("slow"), known), 20) == FINE
        assert (made.counts.hedged, leaf.cancelled) == (1, 1)
        assert made.budget.spent.tokens - before > 7
        assert made.budget.unsettled.tokens > 0  # of the one that was cancelled
        assert not made.budget._out

    wait(run())


@pytest.mark.parametrize("calls", [1, 2])
def test_a_straggler_gets_no_second_attempt_that_might_pass_a_cap(calls: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pace, "straggles", lambda pace, seconds: True)
    leaf = ScriptedLeaf(default=lambda c: FINE, seconds=0.5)
    worst = call().most_input + call().max_output
    made = caller(leaf, caps=Caps(tokens=calls * worst))
    assert wait(made.ask(call(), known)) == FINE
    assert (made.counts.hedged, len(leaf.calls)) == (calls - 1, calls)


def test_a_server_that_asks_to_wait_for_longer_than_the_run_has_is_a_fault_at_once() -> None:
    for error in (TransientError("529", 60.0), RateLimitedError("429", 60.0)):
        leaf = ScriptedLeaf(default=lambda c, e=error: e)
        with pytest.raises(type(error)):
            wait(caller(leaf, caps=Caps(seconds=50.0)).ask(call(), known), 10)
        assert len(leaf.calls) == 1


def test_a_patient_leaf_is_never_asked_twice() -> None:
    leaf = Straggling()
    leaf.patient = True
    made = caller(leaf, seconds=0.5)
    for _ in range(50):
        made.sender.pace.answered(0.001)

    async def run() -> None:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(made.ask(call("slow"), known), 2.0)

    wait(run())
    assert made.counts.hedged == 0


def test_every_attempt_is_reserved_before_and_settled_after() -> None:
    noted: list[tuple[str, Any]] = []

    class Record:
        def reserve(self, key: str, tokens: int, usd: float) -> None:
            noted.append(("reserve", tokens))

        def settle(self, key: str, usage: Usage, unsettled: bool) -> None:
            noted.append(("settle", usage.tokens))

    leaf = ScriptedLeaf([TransientError("500", 0.0)], default=lambda c: FINE)
    wait(caller(leaf, log=Record()).ask(call(), known))
    assert [name for name, _ in noted] == ["reserve", "settle", "reserve", "settle"]
    assert all(worst >= spent for (_, worst), (_, spent) in zip(noted[::2], noted[1::2], strict=True))


def test_the_exact_count_is_asked_for_only_where_the_bytes_do_not_fit() -> None:
    class Counting(ScriptedLeaf):
        counted = 0

        async def count(self, call: Call) -> int | None:
            self.counted += 1
            return 40

    async def run(caps: Caps) -> tuple[int, int]:
        leaf = Counting(default=lambda c: FINE)
        with_caps = caller(leaf, caps=caps)
        try:
            await with_caps.ask(call("x" * 400), known)
        except BudgetError:
            return leaf.counted, 0
        return leaf.counted - 1, with_caps.budget.calls  # the scripted leaf counts once to tell what it used

    assert wait(run(Caps())) == (0, 1)
    assert wait(run(Caps(tokens=1000))) == (0, 1)
    assert wait(run(Caps(tokens=200))) == (1, 1)
    assert wait(run(Caps(tokens=60))) == (1, 0)


def test_no_cap_of_tokens_is_passed_however_many_ask_at_once() -> None:
    async def run(cap: int) -> int:
        leaf = ScriptedLeaf(default=lambda c: FINE, seconds=0.001)
        made = caller(leaf, caps=Caps(tokens=cap))
        answers = await asyncio.gather(
            *(made.ask(call(f"{n} " * 50), known) for n in range(60)), return_exceptions=True
        )
        assert any(isinstance(a, BudgetError) for a in answers)
        assert made.budget.hit == "tokens"
        return made.budget.spent.tokens

    for cap in (500, 2000):
        assert cap * 0.5 < wait(run(cap)) <= cap


def test_a_fresh_call_neither_uses_nor_leaves_a_memory() -> None:
    memory = Kept()
    leaf = ScriptedLeaf(default=lambda c: FINE)
    made = caller(leaf, memory=memory)
    wait(made.ask(call(), known, fresh=True))
    wait(made.ask(call(), known, fresh=True))
    assert (len(leaf.calls), memory.kept) == (2, {})


def test_waiting_for_a_turn_is_no_straggling() -> None:
    """Of many calls over few workers the last ones have waited long when they start: none of them is asked twice."""
    leaf = ScriptedLeaf(default=lambda c: FINE, seconds=0.45, workers=4)
    made = caller(leaf)

    async def run() -> None:
        await asyncio.gather(*(made.ask(call(f"b{n}"), known) for n in range(34)))

    wait(run())
    assert (made.counts.hedged, len(leaf.calls)) == (0, 34)


@pytest.mark.parametrize("error", [RateLimitedError("429", 0.3), TransientError("529", 0.3)])
def test_no_attempt_comes_before_the_time_that_the_server_asked_for(error: LeafError) -> None:
    times: list[float] = []

    def answer(asked: Call) -> Answer:
        times.append(CLOCK())
        return FINE if len(times) > 3 else error

    wait(caller(ScriptedLeaf(default=answer)).ask(call(), known))
    assert min(b - a for a, b in pairwise(times)) >= error.retry_after - 1e-6


@pytest.mark.parametrize("error", [RateLimitedError("429", 7200.0), TransientError("529", 7200.0)])
def test_a_server_that_asks_to_wait_for_hours_is_a_fault_at_once(error: LeafError) -> None:
    leaf = ScriptedLeaf(default=lambda c: error)
    with pytest.raises(type(error)):
        wait(caller(leaf).ask(call(), known), 5)
    assert len(leaf.calls) == 1
