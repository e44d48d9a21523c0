"""A budget is kept by reservation: no cap is ever passed, and nothing waits for ever."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kits.engine import wait

from rlm_core.engine.calls.budget import Budget, BudgetError, Caps
from rlm_core.llm.base import Meter, Usage
from rlm_core.llm.prices import PriceList


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def meter(tokens: int, usd: float = 0.0, *, unsettled: bool = False) -> Meter:
    return Meter(Usage(input=tokens, usd=usd), unsettled)


def test_a_call_that_fits_is_booked_at_what_it_cost() -> None:
    async def run() -> None:
        budget = Budget(Caps(tokens=100, usd=1.0))
        reservation = await budget.reserve(80, 0.5)
        budget.settle(reservation, meter(30, 0.1))
        assert (budget.spent.tokens, budget.spent.usd, budget.calls) == (30, 0.1, 1)
        await budget.reserve(70, 0.9)

    wait(run())


@pytest.mark.parametrize(
    ("caps", "cap"), [(Caps(tokens=50), "tokens"), (Caps(usd=0.4), "usd"), (Caps(calls=1), "calls")]
)
def test_a_call_that_might_pass_a_cap_is_not_made(caps: Caps, cap: str) -> None:
    async def run() -> None:
        budget = Budget(caps)
        if cap == "calls":
            budget.settle(await budget.reserve(1, 0.0), meter(1))
        with pytest.raises(BudgetError) as caught:
            await budget.reserve(60, 0.5)
        assert caught.value.cap == budget.hit == cap

    wait(run())


def test_a_call_waits_for_others_whose_end_may_make_room() -> None:
    async def run() -> None:
        budget = Budget(Caps(tokens=100))
        first = await budget.reserve(80, 0.0)
        second = asyncio.ensure_future(budget.reserve(80, 0.0))
        await asyncio.sleep(0.01)
        assert not second.done()
        budget.settle(first, meter(20))
        await asyncio.wait_for(second, 5)

    wait(run())


@pytest.mark.parametrize(("caps", "worst"), [(Caps(tokens=100), (60, 0.0)), (Caps(usd=1.0), (0, 0.6))])
def test_what_calls_under_way_may_cost_counts_towards_the_cap(caps: Caps, worst: tuple[int, float]) -> None:
    async def run() -> None:
        budget = Budget(caps)
        first = await budget.reserve(*worst)
        assert not budget.fits(*worst)
        second = asyncio.ensure_future(budget.reserve(*worst))
        await asyncio.sleep(0.01)
        assert not second.done()
        budget.settle(first, meter(worst[0] // 2, worst[1] / 2))
        await asyncio.wait_for(second, 5)
        assert not budget.fits(worst[0] // 3, worst[1] / 3)

    wait(run())


def test_all_that_may_have_been_spent_is_what_was_spent_and_what_is_under_way() -> None:
    async def run() -> None:
        budget = Budget(Caps())
        first, second = await budget.reserve(9, 0.5), await budget.reserve(9, 0.25)
        assert budget.worst_usd == 0.75
        budget.settle(first, meter(9, 0.125))
        assert budget.worst_usd == 0.375
        budget.settle(second, meter(9, 0.125, unsettled=True))
        assert budget.worst_usd == 0.375
        assert budget.unsettled.usd == 0.125

    wait(run())


def test_a_call_that_waited_in_vain_is_refused() -> None:
    async def run() -> None:
        budget = Budget(Caps(tokens=100))
        first = await budget.reserve(80, 0.0)
        second = asyncio.ensure_future(budget.reserve(80, 0.0))
        await asyncio.sleep(0.01)
        budget.settle(first, meter(60))
        with pytest.raises(BudgetError):
            await asyncio.wait_for(second, 5)

    wait(run())


def test_what_nobody_told_counts_with_its_worst_case() -> None:
    async def run() -> None:
        budget = Budget(Caps(tokens=100))
        budget.settle(await budget.reserve(80, 0.8), meter(30, 0.1, unsettled=True))
        assert (budget.spent.tokens, budget.unsettled.tokens) == (30, 50)
        assert budget.unsettled.usd == pytest.approx(0.7)
        with pytest.raises(BudgetError):
            await budget.reserve(21, 0.0)

    wait(run())


def test_what_an_interrupted_run_spent_counts_too() -> None:
    async def run() -> None:
        budget = Budget(Caps(tokens=100), before=Usage(input=90))
        with pytest.raises(BudgetError):
            await budget.reserve(11, 0.0)
        assert budget.spent.tokens == 0

    wait(run())


def test_after_the_deadline_and_in_a_pause_no_call_is_made() -> None:
    async def run() -> None:
        clock, allowed = Clock(), [True]
        budget = Budget(Caps(seconds=5), clock, allowed=lambda: allowed[0])
        await budget.reserve(1, 0.0)
        allowed[0] = False
        with pytest.raises(BudgetError, match="paused"):
            await budget.reserve(1, 0.0)
        allowed[0] = True
        clock.now += 6
        with pytest.raises(BudgetError, match="time"):
            await budget.reserve(1, 0.0)

    wait(run())


@given(*[st.integers(0, 100_000)] * 4, st.sampled_from(["haiku", "claude-opus-4", "nobody-knows-it"]))
def test_no_split_of_the_tokens_costs_more_than_the_worst_case(
    plain: int, read: int, written: int, output: int, model: str
) -> None:
    price = PriceList(factor=0.5).of(model)
    cost = price.cost(Usage(plain, output, read, written))
    assert cost <= price.most(plain + read + written, output) + 1e-12
    assert cost == pytest.approx(PriceList().of(model).cost(Usage(plain, output, read, written)) / 2)


@given(
    st.integers(1, 500),
    st.integers(1, 12),
    st.lists(st.tuples(st.integers(1, 120), st.integers(0, 100), st.booleans()), max_size=40),
    st.integers(1, 4),
)
def test_whatever_calls_cost_within_their_worst_case_no_cap_is_passed(
    tokens: int, calls: int, work: list[tuple[int, int, bool]], cents: int
) -> None:
    async def one(budget: Budget, worst: int, share: int, unsettled: bool, billed: list[int]) -> None:
        try:
            reservation = await budget.reserve(worst, worst * cents / 100)
        except BudgetError:
            return
        await asyncio.sleep(0)
        cost = worst * share // 100
        billed.append(worst if unsettled else cost)
        budget.settle(reservation, meter(cost, cost * cents / 100, unsettled=unsettled))

    async def run() -> None:
        budget, billed = Budget(Caps(tokens=tokens, calls=calls, usd=tokens / 50)), []
        jobs: list[Any] = [one(budget, *w, billed) for w in work]
        await asyncio.gather(*jobs)
        assert sum(billed) <= tokens
        assert sum(billed) * cents / 100 <= tokens / 50 + 1e-6
        assert len(billed) == budget.calls <= calls

    wait(run())
