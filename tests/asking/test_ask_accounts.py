"""The accounts of a run: what it may spend, and that calls under way count, in this run and for all others."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from kits.engine import wait

from rlm_core.asking.accounts import Accounts, funded, receipt
from rlm_core.asking.books import Books
from rlm_core.asking.ledger.grants import Spending
from rlm_core.asking.memory.journal import Journal, Remembered
from rlm_core.engine.calls.budget import Budget, BudgetError, Caps
from rlm_core.errors import RlmError
from rlm_core.llm.base import Meter, Usage
from rlm_core.redaction.redactor import Redactor


def journal(path: Path) -> Journal:
    return Journal(Books(path), "0a")


def fund(path: Path, caps: Caps, daily: float = 0.0, was: Journal | None = None) -> Budget:
    """The budget of a run whose grant is never given back."""
    spending = Spending(path / "ledger")
    return funded(spending, was or journal(path), caps, daily=daily, project="/p", question="Which?")[1]


def test_what_a_call_may_cost_counts_in_the_ledger_from_before_it_is_made(tmp_path: Path) -> None:
    spending, written = Spending(tmp_path / "ledger"), journal(tmp_path)
    grant, budget = funded(spending, written, Caps(usd=2.0), daily=5.0, project="/p", question="Which?")
    accounts = Accounts(written, grant, budget)

    async def run() -> None:
        first, second = await budget.reserve(100, 0.4), await budget.reserve(100, 0.5)
        accounts.reserve("first", 100, 0.4)
        accounts.reserve("second", 100, 0.5)
        assert spending.today() == pytest.approx(0.9)
        budget.settle(first, Meter(Usage(input=10, usd=0.1)))
        accounts.settle("first", Usage(input=10, usd=0.1), False)
        assert spending.today() == pytest.approx(0.6)
        budget.settle(second, Meter(Usage(input=10, usd=0.2), open=True))
        accounts.settle("second", Usage(input=10, usd=0.2), True)
        assert spending.today() == pytest.approx(0.1 + 0.5)

    wait(run())
    written.close(finished=False)
    again = journal(tmp_path)
    assert again.spent == Usage(input=20, usd=pytest.approx(0.3))
    assert again.unsettled == [(90, pytest.approx(0.3))]


@pytest.mark.parametrize("fresh", [False, True])
def test_an_interrupted_run_has_its_answers_back_unless_it_was_to_begin_anew(tmp_path: Path, fresh: bool) -> None:
    key = "0" * 40
    first = Remembered(tmp_path, Redactor().values, fresh=fresh)
    with first.journal("0d") as written:
        written.reserve(key, 100, 0.1)
        written.settle(key, Usage(input=10, usd=0.05), False)
        first.put(key, {"n": 1})
    later = Remembered(tmp_path, Redactor().values, fresh=fresh)
    with later.journal("0d") as again:
        assert later.get(key) == (None if fresh else {"n": 1})
        assert again.spent.usd == (0.0 if fresh else 0.05)
    assert later.warnings(again) == []


DIES_IN_A_CALL = """\
import asyncio, sys, time
from pathlib import Path
from rlm_core.asking.accounts import Accounts, funded
from rlm_core.asking.books import Books
from rlm_core.asking.ledger.grants import Spending
from rlm_core.asking.memory.journal import Journal
from rlm_core.engine.calls.budget import Caps
folder = Path(sys.argv[1])
journal = Journal(Books(folder), "0a")
grant, budget = funded(Spending(folder / "ledger"), journal, Caps(usd=2.0), daily=5.0, project="/p", question="Which?")
accounts = Accounts(journal, grant, budget)
for key in ("first", "second"):
    asyncio.run(budget.reserve(100, 0.75))
    accounts.reserve(key, 100, 0.75)
print("sent", flush=True)
time.sleep(60)
"""


def test_calls_that_were_under_way_when_their_process_died_count_with_their_worst_case(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", DIES_IN_A_CALL, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "sent\n"
        # While it lives, all that it was granted counts for the others.
        assert fund(tmp_path / "other", Caps(), daily=5.0).caps.usd == 5.0, "another ledger"
        ledger = Spending(tmp_path / "ledger")
        assert ledger.grant(9.0, 5.0, project="/p", question="?").usd == pytest.approx(3.0)
        process.send_signal(signal.SIGKILL)
        process.wait(20)
    assert ledger.grant(9.0, 9.0, project="/p", question="?").usd == pytest.approx(9.0 - 3.0 - 1.5)
    assert [r["usd"] for r in ledger.records()] == [1.5]
    again = journal(tmp_path)
    assert again.unsettled == [(100, 0.75), (100, 0.75)]
    budget = fund(tmp_path, Caps(usd=2.0, tokens=1000), was=again)
    assert (budget.caps.usd, budget.before.usd, budget.before.tokens) == (2.0, 1.5, 200)
    assert budget.fits(800, 0.5)
    assert not budget.fits(801, 0.5)
    assert not budget.fits(800, 0.51)


def test_a_run_without_a_cap_of_its_own_has_what_is_left_of_the_day(tmp_path: Path) -> None:
    assert fund(tmp_path, Caps(), daily=5.0).caps.usd == 5.0
    with pytest.raises(RlmError, match="nothing is left"):
        fund(tmp_path, Caps(), daily=5.0)


def test_without_any_cap_of_dollars_there_is_none(tmp_path: Path) -> None:
    assert fund(tmp_path, Caps(calls=7)).caps == Caps(calls=7, usd=0.0)


def test_what_an_interrupted_run_has_spent_is_not_granted_again(tmp_path: Path) -> None:
    was = journal(tmp_path)
    was.spent = Usage(input=10, usd=0.5)
    budget = fund(tmp_path, Caps(usd=2.0), daily=3.0, was=was)
    assert (budget.caps.usd, budget.before) == (2.0, was.spent)
    ledger = Spending(tmp_path / "ledger")
    assert ledger.grant(9.0, 3.0, project="/p", question="?").usd == pytest.approx(1.5), "1.5 of 3 were granted"


def test_a_pause_of_all_spending_reaches_a_run_that_goes_on(tmp_path: Path) -> None:
    budget = fund(tmp_path, Caps(usd=2.0), daily=3.0)

    async def run() -> None:
        await budget.reserve(1, 0.1)
        Spending(tmp_path / "ledger").pause()
        assert not budget.fits(1, 0.1)
        with pytest.raises(BudgetError, match="paused"):
            await budget.reserve(1, 0.1)

    wait(run())


def test_a_receipt_counts_what_nobody_told_of_as_spent() -> None:
    budget = Budget(Caps())

    async def run() -> None:
        budget.settle(await budget.reserve(80, 0.8), Meter(Usage(input=30, usd=0.25), open=True))

    wait(run())
    line = receipt(None, budget, "scripted", Redactor())
    assert (line["calls"], line["tokens"], line["usd"]) == (1, 80, 0.8)
    assert (line["leaf"], line["complete"]) == ("scripted", False)
