"""How many calls run at once, and how that number follows what the server says."""

from __future__ import annotations

import asyncio

import pytest
from kits.engine import CLOCK, wait

from rlm_core.engine.calls.pace import MIN_FINISHED, Pace


async def hold(pace: Pace, seen: list[int], seconds: float = 0.01) -> None:
    async with pace.slot():
        seen.append(pace.running)
        await asyncio.sleep(seconds)


def test_no_more_calls_than_workers_run_at_once_and_all_have_their_turn() -> None:
    async def run() -> None:
        pace, seen = Pace(3), []
        await asyncio.gather(*(hold(pace, seen) for _ in range(20)))
        assert (len(seen), max(seen), pace.running) == (20, 3, 0)

    wait(run())


def test_calls_start_in_the_order_in_which_they_asked() -> None:
    async def run() -> None:
        pace, order = Pace(2), []

        async def one(n: int) -> None:
            async with pace.slot():
                order.append(n)
                await asyncio.sleep(0.001)

        await asyncio.gather(*(one(n) for n in range(10)))
        assert order == sorted(order)

    wait(run())


def test_a_refusal_halves_the_number_once_for_a_burst_and_answers_bring_it_back() -> None:
    pace = Pace(64)
    for _ in range(10):
        pace.refused(0.0)
    assert int(pace.limit) == 32
    for _ in range(32):
        pace.answered(0.1)
    assert 32.9 < pace.limit < 33.1, "one more for a round of answers"
    for _ in range(40 * 64):
        pace.answered(0.1)
    assert int(pace.limit) == 64


def test_no_call_starts_before_the_time_that_the_server_asked_for() -> None:
    async def run() -> None:
        pace, started = Pace(4, CLOCK), CLOCK()
        pace.refused(0.2)
        await asyncio.gather(*(hold(pace, [], 0.0) for _ in range(4)))
        assert CLOCK() - started == pytest.approx(0.2)

    wait(run())


def test_the_number_never_falls_below_one() -> None:
    clock = [0.0]
    pace = Pace(2, lambda: clock[0])
    for _ in range(20):
        clock[0] += 10
        pace.refused(None)
    assert int(pace.limit) == 1


def test_a_cancelled_call_gives_its_turn_to_the_next() -> None:
    async def run() -> None:
        pace, seen = Pace(1), []
        first = asyncio.ensure_future(hold(pace, seen, 0.05))
        await asyncio.sleep(0.01)
        second = asyncio.ensure_future(hold(pace, seen))
        third = asyncio.ensure_future(hold(pace, seen))
        await asyncio.sleep(0.01)
        second.cancel()
        first.cancel()
        await asyncio.wait_for(third, 5)
        assert pace.running == 0

    wait(run())


def test_a_call_straggles_when_most_are_done_and_it_takes_much_longer() -> None:
    pace = Pace(8)
    assert not pace.straggles(1000)
    for _ in range(MIN_FINISHED):
        pace.answered(0.5)
    assert pace.straggles(3.0)
    assert not pace.straggles(1.9)
    pace.running = MIN_FINISHED + 1
    assert not pace.straggles(3.0)
