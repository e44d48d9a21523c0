"""The one way to a model: answers that are remembered, else a call that is sent until its answer can be read."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol, TypeVar, cast

from rlm_core.digest import hexdigest
from rlm_core.engine.calls.budget import Budget
from rlm_core.engine.calls.pace import Pace
from rlm_core.engine.calls.sender import CallLog, Counts, Sender
from rlm_core.llm.base import Call, Leaf, MalformedError, Usage
from rlm_core.llm.prices import PriceList
from rlm_core.llm.shape import shaped

VERSION = "1"  # of what an answer means: another one, and remembered answers do not count
REPAIRS = 2  # further attempts at an answer that cannot be read
SHOWN_CHARS = 160  # characters of such an answer, as the model is shown them

T = TypeVar("T")


class AnswerCache(Protocol):
    """Answers of former calls, by a key: 40 hexadecimal digits that stand for all that decides an answer."""

    def get(self, key: str) -> dict[str, Any] | None:
        """The leaf's JSON, as it was put; None when it is not remembered any more."""

    def put(self, key: str, data: dict[str, Any]) -> None:
        """Remember an answer that was read and found sound."""


class Nothing:
    """Remembers and records nothing."""

    def get(self, key: str) -> dict[str, Any] | None:
        return None

    def put(self, key: str, data: dict[str, Any]) -> None:
        pass

    def reserve(self, key: str, tokens: int, usd: float) -> None:
        pass

    def settle(self, key: str, usage: Usage, unsettled: bool) -> None:
        pass


class Caller:
    """Makes the calls of a run. counts: what happened to them. sender: sends those whose answer is not remembered."""

    def __init__(
        self,
        leaf: Leaf,
        budget: Budget,
        pace: Pace,
        seconds: float,
        memory: AnswerCache | None = None,
        log: CallLog | None = None,
        prices: PriceList | None = None,
    ) -> None:
        """seconds: deadline of one attempt. memory, log: none remember and record nothing."""
        self.memory = memory or Nothing()
        self.counts = Counts()
        self.sender = Sender(leaf, budget, pace, seconds, log or Nothing(), prices or PriceList(), self.counts)
        self._clean: Callable[[dict[str, Any]], dict[str, Any]] = lambda data: data
        self._underway: dict[str, asyncio.Task[tuple[dict[str, Any], Any]]] = {}

    @property
    def budget(self) -> Budget:
        """What the run may spend and has spent."""
        return self.sender.budget

    def fund(
        self, budget: Budget, log: CallLog, clean: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    ) -> None:
        """Spend from this budget, and write it down there. Before the first call.

        clean: takes out of an answer what may be said and written nowhere: one answer may be part of another prompt.
        """
        self.sender.budget, self.sender.log = budget, log
        self._clean = clean or self._clean

    async def ask(self, call: Call, check: Callable[[dict[str, Any]], T], *, fresh: bool = False) -> T:
        """The checked answer to a call; from memory where it was given before.

        check: makes a value of the JSON, or raises MalformedError. fresh: ask, whatever is remembered, and remember
        nothing. Raises BudgetError, or the LeafError of the last attempt.
        """
        key = self.key(call)
        if fresh:
            return (await self._until_readable(key, call, check))[1]
        remembered = self.memory.get(key)
        if remembered is not None:
            with contextlib.suppress(MalformedError):
                value = check(remembered)
                self.counts.remembered += 1
                return value
        if key in self._underway:  # the same call, made twice at once, is made once
            return check((await asyncio.shield(self._underway[key]))[0])
        asking = self._underway[key] = asyncio.ensure_future(self._until_readable(key, call, check))
        try:
            data, value = await asking
        finally:
            del self._underway[key]
        self.remember(call, data)
        return cast(T, value)

    def remember(self, call: Call, data: dict[str, Any]) -> None:
        """Keep an answer for the next time that the call is made."""
        self.memory.put(self.key(call), data)

    def key(self, call: Call) -> str:
        """A hash of everything that the answer depends on."""
        fields = (VERSION, self.sender.leaf.name, call.model, call.system, call.prompt, call.max_output)
        text = json.dumps([*fields, call.schema], sort_keys=True, ensure_ascii=False)
        return hexdigest(text.encode("utf-8", "surrogatepass"), 20)

    def knows(self, call: Call) -> bool:
        """Whether the answer is remembered, so that the call would cost nothing."""
        return self.memory.get(self.key(call)) is not None

    async def _until_readable(
        self, key: str, call: Call, check: Callable[[dict[str, Any]], T]
    ) -> tuple[dict[str, Any], T]:
        """(JSON, value) of the answer. One that cannot be read is asked for again, with a word on what was wrong."""
        asked = call
        for repair in range(REPAIRS + 1):
            try:
                reply = await self.sender.send(key, asked)
                data = self._clean(shaped(reply.data, call.schema) if "properties" in call.schema else reply.data)
                value = check(data)
            except MalformedError as e:
                if repair == REPAIRS:
                    raise
                self.counts.retried += 1
                began = str(self._clean({"began": e.text})["began"])
                asked = replace(call, body=f"{call.body}\n{_reminder(str(e), began, call.schema)}")
                continue
            self.counts.models.add(reply.model)
            return data, value
        raise AssertionError("the loop returns or raises")


def _reminder(error: str, text: str, schema: Mapping[str, Any]) -> str:
    """What was wrong with an answer, with how it began, and the form of one that can be read."""
    began = " ".join(text.split())[:SHOWN_CHARS]
    shown = f" It began: {began} ..." if began else ""
    return (
        f"Your former answer could not be used: {error}.{shown} Answer with one JSON object of this form, and nothing "
        f"else: {json.dumps(_form(schema), ensure_ascii=False)}"
    )


def _form(schema: Mapping[str, Any]) -> Any:
    """An example of what a JSON Schema describes, with the members that are required."""
    kind = schema.get("type")
    if kind == "object":
        members = schema.get("properties", {})
        return {name: _form(members[name]) for name in members if name in schema.get("required", ())}
    if kind == "array":
        return [_form(schema.get("items", {}))]
    return {"integer": 1, "number": 1, "boolean": True}.get(str(kind), "...")
