"""Makes the calls of a cell: the engine of `rlm ask`, one budget for the whole session of cells, answers remembered.

It is loaded when a cell makes its first call. What comes from the cell is text and ids; nothing of it is trusted: texts
are redacted before they are sent or written, ids name texts of the session alone.
"""

from __future__ import annotations

import asyncio
import copy
import os
import threading
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from rlm_core.archive.store import Archive
from rlm_core.asking.accounts import Accounts, funded
from rlm_core.asking.leaves import make_leaf
from rlm_core.asking.ledger.grants import user_ledger
from rlm_core.asking.memory.journal import Remembered, run_id
from rlm_core.asking.settings import AskSettings
from rlm_core.config import redactor
from rlm_core.engine.calls.budget import BudgetError, Caps
from rlm_core.engine.operations import Engine
from rlm_core.errors import RlmError, worded
from rlm_core.home import config_dir
from rlm_core.llm.base import LeafError, Usage
from rlm_core.redaction.clean import fields
from rlm_core.repl.steps import NOTHING, Steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rlm_core.engine.forecast import Amount
    from rlm_core.llm.base import Leaf
    from rlm_core.redaction.clean import CleanJson
    from rlm_core.repl.cellplan import CellPlan
    from rlm_core.repl.cellstore import CellSession

T = TypeVar("T")


class SessionAccounts(Accounts):
    """Accounts that note in the session what counts as spent, before a call is made and after it."""

    session: CellSession
    before: dict[str, float]

    def reserve(self, key: str, tokens: int, usd: float) -> None:
        super().reserve(key, tokens, usd)
        self._note()

    def settle(self, key: str, usage: Usage, unsettled: bool) -> None:
        super().settle(key, usage, unsettled)
        self._note()

    def _note(self) -> None:
        b, before = self.budget, self.before
        tokens = b.spent.tokens + b.unsettled.tokens + sum(r.tokens for r in b._out)
        self.session.spend(int(before["calls"]) + b.calls, int(before["tokens"]) + tokens, before["usd"] + b.worst_usd)


class Broker:
    """Answers the calls of one cell. rows: the texts of its view. leaf: in place of the one that the settings name."""

    def __init__(
        self,
        archive: Archive,
        session: CellSession,
        given: dict[str, Any],
        rows: Sequence[dict[str, Any]],
        *,
        project: str,
        named: bool,
        leaf: Leaf | None = None,
    ) -> None:
        """Raises RlmError when nothing can be asked: no login, a pause, the day's cap, the session's."""
        settings = AskSettings(**given)
        self.session = session
        self.model = settings.model  # "" for those of the settings, each for its role
        self._redact = redactor(archive.config)
        self._stack = ExitStack()
        self._own_leaf = leaf is None
        options = settings.options(archive.config)
        options = replace(options, caps=self._caps(options.caps))
        archived = os.path.exists(archive.path("state", "id"))
        folder = Path(archive.path("state", "ask") if archived else os.path.join(config_dir(), "rlm-ask", "ask"))
        memory = Remembered(folder, self._clean, fresh=False)
        self.leaf, factor = (
            (leaf, 1.0) if leaf else make_leaf(settings.leaf_name(archive.config), options.prices, folder)
        )
        self.leaf.check()
        self.engine = Engine(self.leaf, options, memory=memory, price_factor=factor)
        name = fields(session=self._redact.name(session.name), cell=session.cells)
        run = run_id(f"cell {session.cells}", name, project)
        question = self._redact(f"rlm repl {session.name}, cell {session.cells}")
        journal = self._stack.enter_context(memory.journal(run))
        grant, budget = funded(
            user_ledger(), journal, options.caps, daily=archive.config.ask["daily_usd"],
            project=self._redact.name(project), question=question,
        )  # fmt: skip
        self._journal, self._grant = journal, grant
        accounts = SessionAccounts(journal, grant, budget)
        accounts.session, accounts.before = session, session.spent()
        self.engine.caller.fund(budget, accounts, lambda data: cast("dict[str, Any]", self._clean(data)))
        self.steps = Steps(archive, self.engine, self._redact, rows, named=named)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def over(self, rows: Sequence[dict[str, Any]]) -> Broker:
        """The same calls and budget, for whoever sees some of the texts alone. The first one is closed."""
        other = copy.copy(self)
        other.steps = self.steps.over(rows)
        return other

    def _caps(self, caps: Caps) -> Caps:
        """What is left of the session's caps. Raises RlmError where nothing is."""
        given, spent = self.session.data["caps"], self.session.spent()
        left = {}
        for name in ("calls", "tokens", "usd"):
            cap = given.get(name) or 0
            if cap and spent[name] >= cap:
                raise RlmError(
                    worded(
                        "the session {name} has spent its {name2}: {spent:g} of {cap:g}; `--max-{name2} {cap2:g}` "
                        "grants more",
                        name=self.session.name,
                        name2=name,
                        spent=spent[name],
                        cap=cap,
                        cap2=cap * 2,
                    )
                )
            left[name] = cap - spent[name] if cap else 0
        return replace(caps, calls=int(left["calls"]), tokens=int(left["tokens"]), usd=float(left["usd"]))

    def _clean(self, data: dict[str, Any]) -> CleanJson:
        return self._redact.values(data)

    def submit(self, op: str, args: dict[str, Any], reply: Callable[[dict[str, Any]], None]) -> None:
        """Begin a call. reply: gets `{"value": ...}` or `{"error": {kind, message}}`, from another thread."""

        async def work() -> None:
            try:
                answered = {"value": await self.steps.step(op)(args)}
            except BudgetError as e:
                answered = {"error": {"kind": f"budget: {e.cap}", "message": str(e)}}
            except (LeafError, RlmError, OSError) as e:
                answered = {"error": {"kind": type(e).__name__, "message": str(e)}}
            except (KeyError, TypeError, ValueError) as e:  # a cell may send anything
                answered = {"error": {"kind": "arguments", "message": f"{type(e).__name__}: {e}"}}
            except Exception as e:  # the cell waits for an answer, whatever happens here
                told = f"a fault of ours, please report it: {type(e).__name__}: {e}"
                answered = {"error": {"kind": "fault", "message": told}}
            reply(answered)

        asyncio.run_coroutine_threadsafe(work(), self._loop)

    def priced(self, op: str, args: dict[str, Any], seen: set[str]) -> tuple[Amount, Amount, Amount]:
        """calls, tokens, usd of a call that is not made. What cannot be read costs nothing: to run it tells why.

        Raises ValueError for what cannot be asked so.
        """

        async def work() -> tuple[Amount, Amount, Amount]:
            try:
                return self.steps.price(op, args, seen)
            except (RlmError, OSError, KeyError, TypeError, UnicodeError):
                return NOTHING

        return self.wait(work())

    def lacking(self, planned: CellPlan) -> str:
        """The cap of the session that a plan's likely amounts pass, "" for none."""
        caps, spent = self.engine.options.caps, self.cost
        amounts = (("calls", planned.calls, caps.calls), ("tokens", planned.tokens, caps.tokens))
        over = [n for n, a, cap in (*amounts, ("usd", planned.usd, caps.usd)) if cap and spent[n] + a.likely > cap]
        return over[0] if over else ""

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something with the engine, and wait for it. Raises whatever it raises."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    @property
    def cost(self) -> dict[str, Any]:
        """What the cell's calls have cost."""
        b = self.engine.budget
        return {
            "calls": b.calls,
            "tokens": b.spent.tokens + b.unsettled.tokens,
            "usd": round(b.spent.usd + b.unsettled.usd, 6),
        }

    def close(self) -> None:
        """End what is still going on, and enter what was spent."""

        async def end() -> None:
            tasks = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if self._own_leaf:
                await self.leaf.close()

        asyncio.run_coroutine_threadsafe(end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        cost = self.cost
        self._grant.finish(
            fields(
                route=self._redact.name("cell"),
                leaf=self._redact.name(self.leaf.name),
                calls=cost["calls"],
                tokens=cost["tokens"],
                usd=cost["usd"],
                seconds=round(self.engine.budget.elapsed, 1),
                findings=0,
                verified=0,
                complete=True,
            )
        )
        self._journal.close(finished=True)
        self._stack.close()
