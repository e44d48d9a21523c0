"""`rlm run`: a model writes the cells by itself until one of them answers.

The loop of Recursive Language Models (Zhang, Kraska, Khattab 2025, arXiv:2512.24601), over cells that outlive a crash.
What the root model is sent is bounded: outputs are trimmed, turns before the last ones folded to a line each.
"""

from __future__ import annotations

import time
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from rlm_core.engine.calls.budget import BudgetError
from rlm_core.errors import Counted, RlmError
from rlm_core.llm.base import Call, LeafError, MalformedError, SetupError, TooLargeError
from rlm_core.repl.cell.program import calls_models, unfenced
from rlm_core.repl.drafts import chosen, tried, written
from rlm_core.repl.execute import CellResult
from rlm_core.repl.runresult import CellTurn, ProgramResult

if TYPE_CHECKING:
    from rlm_core.repl.broker import Broker
    from rlm_core.repl.execute import CellRun
    from rlm_core.repl.trace import Trace

MAX_TURNS = 20
SHOWN_TURNS = 3  # whole; those before are folded
ROOT_OUTPUT = 4096
MAX_FAILURES = 2  # in a row, after which the fixed routes answer
_SCHEMA = {
    "type": "object",
    "properties": {"cell": {"type": "string"}},
    "required": ["cell"],
    "additionalProperties": False,
}
_FORM = "Answer with the next cell, as one Python program."
_NOW = "If what has been printed answers the question, call answer(...) in it."
_DRAFT = "Answer with one whole Python program that ends with answer(...). It is tried on a sample first."


class RootRun:
    """One question, answered by cells that a model writes. model: of the root, "" for that of the settings."""

    def __init__(
        self, question: str, cell: CellRun, *, model: str = "", turns: int = MAX_TURNS, seconds: float = 0.0,
        programs: int = 1, trace: Trace | None = None,
    ) -> None:  # fmt: skip
        """seconds: of the whole run, 0 for no end. programs: how many are drafted for the first cell, see `drafts`.

        Raises RlmError on an empty question.
        """
        from rlm_core.asking.settings import checked_question

        self.question = cell.redact(checked_question(question))
        self.cell, self.model, self.turns, self.seconds, self.trace = cell, model, turns, seconds, trace
        self.programs = programs
        self.history: list[CellTurn] = []
        self._notes: list[str] = []
        self._best: dict[str, Any] | None = None

    def go(self) -> ProgramResult:
        """Answer. Raises RlmError when no call could be made."""
        began = time.monotonic()
        broker = self.cell.broker()
        try:
            result = self._loop(broker, began)
            result.cost = broker.cost
            result.notes = [*self._notes, *result.notes]
        finally:
            self.cell.close()
        result.seconds = time.monotonic() - began
        result.turns, result.session = len(self.history), self.cell.session.name
        result.texts = len(self.cell.manifest.rows)
        result.size = sum(row["size"] for row in self.cell.manifest.rows)
        if self.trace:
            result.trace = self.trace.path
            self.trace.end(result)
        return result

    def _loop(self, broker: Broker, began: float) -> ProgramResult:
        failures = 0
        for _ in range(self.turns):
            if self.seconds and time.monotonic() - began > self.seconds:
                return self._so_far("seconds")
            try:
                source = self._drafted(broker) if self.programs > 1 and not self.history else self._written(broker)
            except BudgetError as e:
                return self._so_far(e.cap)
            except (MalformedError, TooLargeError) as e:
                self.history.append(CellTurn("", CellResult(error=f"Nothing was run: {e}.")))
                source = ""
            except SetupError as e:
                if not self.history:
                    raise
                return self._so_far(str(e))
            except LeafError as e:
                return self._so_far(str(e))
            failed = True
            if source:
                turn = self._turn(source)
                failed = turn.failed
                answer = turn.result.answer
                if answer and not turn.failed:
                    self._best = answer
                    if answer["final"]:
                        return self._answered(answer)
            failures = failures + 1 if failed else 0
            if failures >= MAX_FAILURES:
                return self._by_fixed_routes(broker)
        return self._so_far("turns")

    def _turn(self, source: str) -> CellTurn:
        started = time.monotonic()
        refused = self._again(source) or self._too_dear(source)
        turn = CellTurn(source, CellResult(error=refused) if refused else self.cell.run(source))
        self.history.append(turn)
        if self.trace:
            self.trace.cell(turn, time.monotonic() - started)
        return turn

    def _again(self, source: str) -> str:
        """Why a cell is not run that is the one before it, word for word; "" for nothing."""
        if not self.history or self.history[-1].source.split() != source.split():
            return ""
        return f"Nothing was run: this is the cell before it, word for word. Write another one. {_NOW}"

    def _too_dear(self, source: str) -> str:
        """Why a cell is not run: its calls would pass a cap before the first of them is looked at; "" for nothing."""
        if not calls_models(source):
            return ""
        plan = self.cell.plan(source)
        if not plan.stopped_by:
            return ""
        return f"Nothing was run: the cell would take {plan.told()}. That passes the cap of {plan.stopped_by}."

    def _drafted(self, broker: Broker) -> str:
        """The first cell, chosen of several whole programs. Raises LeafError, BudgetError."""
        calls = [self._call(broker, f"{_DRAFT} Draft {n} of {self.programs}.") for n in range(1, self.programs + 1)]
        started = time.monotonic()
        sources = written(broker, calls, _checked)
        trace = self.trace
        if trace:
            asked = trace.root(calls[0], time.monotonic() - started, f"{self.programs} drafts")
            drafts = tried(sources, self.cell, self.question, lambda draft, took: trace.draft(asked, draft, took))
        else:
            drafts = tried(sources, self.cell, self.question)
        best, told = chosen(drafts)
        self._notes.append(told)
        return best.source if best else self._written(broker)

    def _call(self, broker: Broker, task: str) -> Call:
        model = self.model or broker.engine.options.models["reduce"]
        body = f"{self._told()}\n\n{task}\n"
        return Call("reduce", _system(), self._prefix(), body, _SCHEMA, model, ROOT_OUTPUT, "root", "cell")

    def _written(self, broker: Broker) -> str:
        """The next cell. Raises LeafError, BudgetError."""
        call = self._call(broker, _FORM)
        started = time.monotonic()
        source = broker.wait(broker.engine.caller.ask(call, _checked))
        if self.trace:
            self.trace.root(call, time.monotonic() - started)
        return source

    def _prefix(self) -> str:
        rows = self.cell.manifest.rows
        size = sum(row["size"] for row in rows)
        sessions = len({row.get("session") for row in rows} - {None, ""})
        of = f" of {Counted(sessions, 'session')}" if sessions else ""
        names = ", ".join(f"{row['id']} ({row['size']:,} bytes)" for row in rows[:10])
        more = f", and {len(rows) - 10:,} more" if len(rows) > 10 else ""
        return f"The texts: {len(rows):,}{of}, {size:,} bytes: {names}{more}.\n\nThe question: {self.question}\n\n"

    def _told(self) -> str:
        """What has happened so far."""
        if not self.history:
            return "No cell has run yet."
        last = max(0, len(self.history) - SHOWN_TURNS)
        folded = [turn.folded(n) for n, turn in enumerate(self.history[:last], 1)]
        whole = [turn.whole(n) for n, turn in enumerate(self.history[last:], last + 1)]
        left = self.turns - len(self.history)
        hurry = f"{left} cells are left: answer now with what there is." if left <= 2 else _NOW
        return "\n".join([*folded, *whole, hurry])

    def _answered(self, answer: dict[str, Any]) -> ProgramResult:
        rows = answer["rows"]
        wrong = sum(not row["verified"] for row in rows)
        notes = [f"{wrong} of {len(rows)} quotes do not stand at their places"] if wrong else []
        if not rows:
            notes.append("the answer cites no row: it rests on what the program computed")
        return ProgramResult(self.question, answer["text"], rows, not wrong, notes=notes)

    def _so_far(self, stopped: str) -> ProgramResult:
        """The best answer so far, marked as such."""
        best = self._best
        if best is None:
            return ProgramResult(self.question, stopped=stopped, notes=["no cell has answered"])
        result = self._answered(best)
        result.complete, result.stopped = False, stopped
        result.notes.insert(0, "the best so far: the run was stopped before a final answer")
        return result

    def _by_fixed_routes(self, broker: Broker) -> ProgramResult:
        """What `rlm ask` would answer over the same texts."""
        args = {"question": self.question, "sources": [], "all": True, "kind": ""}
        try:
            told = broker.wait(broker.steps.step("ask")(args))
        except (BudgetError, LeafError, RlmError) as e:
            return self._so_far(str(e))
        result = ProgramResult(self.question, told["answer"], [], told["complete"], "fixed")
        result.fixed = told
        result.notes.append(f"{MAX_FAILURES} cells in a row failed, so the fixed routes have answered")
        return result


def _checked(data: dict[str, Any]) -> str:
    texts = [value for value in data.values() if isinstance(value, str)]
    source = data.get("cell", texts[0] if len(texts) == 1 else None)
    if not isinstance(source, str) or not unfenced(source).strip():
        raise MalformedError("there is no program `cell` in it", str(data)[:200])
    return source


def _system() -> str:
    return files("rlm_core.repl").joinpath("root.md").read_text(encoding="utf-8")
