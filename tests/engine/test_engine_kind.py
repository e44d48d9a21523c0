"""A question whose words leave open what it asks for: one small call tells, before anything is read."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from kits.engine import CLOCK, Asked, ask, history, reader, wait

from rlm_core.engine.calls.budget import Budget, Caps
from rlm_core.engine.checks import canary
from rlm_core.engine.kinds import ANSWER, COUNT, KINDS, LIST, TALLY
from rlm_core.engine.operations import Engine
from rlm_core.engine.options import MAP, SEARCH, SINGLE, RunOptions
from rlm_core.engine.question import settle
from rlm_core.engine.ranking import best_passages
from rlm_core.engine.route import RunPlan
from rlm_core.engine.run import Run
from rlm_core.errors import RlmError
from rlm_core.llm.base import Call, MalformedError, RefusedError, SetupError, TooLargeError
from rlm_core.llm.scripted import Answer, ScriptedLeaf

OPEN = "Who mentioned option3?"  # one or many: guessed to be a list
SEARCHED = "How often does option3 change?"  # once a day, or so many entries: guessed to be an answer
SURE = "How many entries set an option?"
TEXT = history(400)
SMALL: dict[str, Any] = {"part": 800, "single": 300}


def rank(question: str, most: int) -> Any:
    return best_passages([TEXT], question, most)


def saying(answer: Answer) -> Any:
    """A reader that says this when it is asked for the kind."""

    def answered(call: Call) -> Answer:
        return answer if call.label == "kind" else reader(call)

    return answered


def asked(question: str, answer: Answer, **more: Any) -> Asked:
    return ask(question, TEXT, default=saying(answer), rank=rank, **{**SMALL, **more})


def kind_calls(got: Asked) -> list[Call]:
    return [c for c in got.leaf.calls if c.label == "kind"]


def run_of(question: str, leaf: ScriptedLeaf | None = None, **more: Any) -> Run:
    options = {**SMALL, **more}
    own = {name: options.pop(name) for name in ("kind", "named") if name in options}
    memory = options.pop("memory", None)
    made = RunOptions(**options)
    leaf = leaf or ScriptedLeaf(default=reader)
    return Run(question, [TEXT], Engine(leaf, made, memory=memory, budget=Budget(made.caps, CLOCK)), rank=rank, **own)


def plan_of(question: str, **more: Any) -> RunPlan:
    return run_of(question, **more).plan()


@pytest.mark.parametrize(
    ("said", "kind", "route"),
    [
        ({"kind": "answer"}, ANSWER, SEARCH),
        ({"kind": "overview"}, ANSWER, MAP),
        ({"kind": "count"}, COUNT, MAP),
        ({"kind": "tally"}, TALLY, MAP),
        ({"kind": "list"}, LIST, MAP),
        ({"kind": " Count."}, COUNT, MAP),
        ({"kind": ["count"]}, COUNT, MAP),
        (MalformedError("no JSON", "count"), COUNT, MAP),
    ],
)
@pytest.mark.parametrize("question", [OPEN, SEARCHED])
def test_what_the_call_says_is_done(question: str, said: Answer, kind: str, route: str) -> None:
    got = asked(question, said)
    assert (got.result.plan.kind, got.result.plan.route) == (kind, route)
    assert got.leaf.calls[0] == kind_calls(got)[0]
    assert len(kind_calls(got)) == 1
    assert any("--kind" in note and "haiku takes it" in note for note in got.result.notes)
    assert not got.result.plan.asks_kind


@pytest.mark.parametrize(
    "failed",
    [
        {"kind": ""},
        {"kind": "count or list"},
        {"kind": None},
        {"findings": []},
        {"answer": "count"},
        MalformedError("no JSON", "I would count the entries, or list them; the answer depends on what is meant."),
        RefusedError("no"),
        TooLargeError("too long"),
    ],
)
@pytest.mark.parametrize(("question", "kind"), [(OPEN, LIST), (SEARCHED, ANSWER)])
def test_where_the_call_fails_the_guess_holds_and_a_note_says_so(question: str, kind: str, failed: Answer) -> None:
    got = asked(question, failed)
    assert got.result.plan.kind == kind
    assert got.result.complete is (kind != ANSWER)  # a search is never complete
    assert len(kind_calls(got)) == 1
    assert [n for n in got.result.notes if n.startswith("by a guess it asks for a")] != []


@pytest.mark.parametrize(
    ("question", "more"),
    [(SURE, {}), (OPEN, {"kind": COUNT}), (SEARCHED, {"kind": ANSWER}), (OPEN, {"part": 100_000, "single": 200_000})],
)
def test_no_call_is_made_where_the_kind_is_told_or_makes_no_difference(question: str, more: dict[str, Any]) -> None:
    got = asked(question, {"kind": "tally"}, **more)
    assert kind_calls(got) == []
    assert got.result.plan.kind != TALLY


def test_the_cheapest_of_the_runs_models_is_asked_in_few_words() -> None:
    got = asked(OPEN, {"kind": "list"}, models={"leaf": "opus", "reduce": "haiku", "verify": "sonnet"})
    (call,) = kind_calls(got)
    assert (call.model, call.max_output) == ("haiku", settle.MAX_OUTPUT)
    assert OPEN in call.prompt
    assert "set option" not in call.prompt  # the texts stay where they are
    assert call.schema["properties"]["kind"]["enum"] == [*KINDS, "overview"]


@pytest.mark.parametrize("question", [OPEN, SEARCHED])
def test_a_plan_holds_the_price_of_the_call_and_of_the_dearest_kind(question: str) -> None:
    plan = plan_of(question)
    assert plan.asks_kind
    assert plan.as_json()["asks_kind"]
    assert "one call of haiku" in plan.reason
    for kind in KINDS:
        told = plan_of(question, kind=kind)
        assert plan.calls.likely >= told.calls.likely + 1
        assert plan.calls.most >= told.calls.most + 1
        assert plan.usd.likely > told.usd.likely
        assert plan.usd.most > told.usd.most
        assert plan.cost_tokens.most > told.cost_tokens.most


@pytest.mark.parametrize("question", [OPEN, SEARCHED])
@pytest.mark.parametrize("said", [*KINDS, "overview", ""])
def test_what_happens_is_within_the_plan(question: str, said: str) -> None:
    plan, got = plan_of(question), asked(question, {"kind": said}).result
    assert plan.calls.least <= got.calls <= plan.calls.most
    assert plan.cost_tokens.least <= got.cost["tokens"] <= plan.cost_tokens.most
    assert got.cost["usd"] <= plan.usd.most


@pytest.mark.parametrize(
    "caps", [Caps(calls=1), Caps(calls=3), Caps(tokens=200), Caps(tokens=6000), Caps(usd=0.0001), Caps(usd=0.02)]
)
@pytest.mark.parametrize("question", [OPEN, SEARCHED])
def test_the_caps_hold_with_the_call(question: str, caps: Caps) -> None:
    got = asked(question, {"kind": "count"}, caps=caps).result
    assert not caps.calls or got.calls <= caps.calls
    assert not caps.tokens or got.cost["tokens"] <= caps.tokens
    assert not caps.usd or got.cost["usd"] <= caps.usd


def test_a_cap_that_leaves_no_room_for_the_call_leaves_the_guess() -> None:
    got = asked(OPEN, {"kind": "count"}, caps=Caps(tokens=200))
    assert kind_calls(got) == []
    assert got.result.plan.kind == LIST
    assert any("leaves no room" in note for note in got.result.notes)


class Answers:
    """Answers in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}

    def get(self, key: str) -> dict[str, Any] | None:
        return self.kept.get(key)

    def put(self, key: str, data: dict[str, Any]) -> None:
        self.kept[key] = data


def test_what_was_told_once_is_remembered_and_planned_with() -> None:
    memory, leaf = Answers(), ScriptedLeaf(default=saying({"kind": "count"}))
    wait(run_of(OPEN, leaf, memory=memory, canaries=0).go())
    again = run_of(OPEN, leaf, memory=memory, canaries=0)
    assert (again.plan().kind, again.plan().asks_kind) == (COUNT, False)
    result = wait(again.go())
    assert (result.calls, result.plan.kind) == (0, COUNT)


def test_what_does_not_tell_is_not_remembered() -> None:
    memory = Answers()
    wait(run_of(OPEN, ScriptedLeaf(default=saying({"kind": "perhaps"})), memory=memory).go())
    assert run_of(OPEN, memory=memory).plan().asks_kind


def test_a_leaf_that_answers_in_its_own_time_is_not_asked() -> None:
    leaf = ScriptedLeaf(default=reader)
    leaf.patient = True
    run = run_of(OPEN, leaf)
    assert not run.plan().asks_kind
    result = wait(run.go())
    assert [c for c in leaf.calls if c.label == "kind"] == []
    assert any("batch" in note and "a list" in note for note in result.notes)


def test_no_login_ends_the_run_after_that_call() -> None:
    leaf = ScriptedLeaf(default=saying(SetupError("no login")))
    with pytest.raises(SetupError, match="no login"):
        wait(run_of(OPEN, leaf).go())
    assert len(leaf.calls) == 1


def test_a_call_that_takes_too_long_is_not_waited_for() -> None:
    got = asked(OPEN, {"kind": "count"}, seconds=lambda call: 170.0 if call.label == "kind" else 0.0)
    assert got.result.plan.kind == LIST
    assert any("did not say within" in note for note in got.result.notes)
    assert got.result.complete


def test_a_run_can_be_stopped_during_the_call() -> None:
    leaf = ScriptedLeaf(default=saying({"kind": "count"}), seconds=20.0)
    run = run_of(OPEN, leaf)

    async def stopped() -> Any:
        going = asyncio.ensure_future(run.go())
        await asyncio.sleep(1)
        run.stop("interrupted")
        return await going

    result = wait(stopped(), 15)
    assert (result.stopped, len(leaf.calls)) == ("interrupted", 1)
    assert not result.complete


def test_the_deadline_of_the_run_ends_the_call_too() -> None:
    got = asked(OPEN, {"kind": "count"}, seconds=20.0, caps=Caps(seconds=5)).result
    assert (got.stopped, got.complete, got.findings) == ("seconds", False, [])


@pytest.mark.parametrize("kind", ["lists", "overview", "COUNT"])
def test_a_kind_that_there_is_not_is_refused(kind: str) -> None:
    with pytest.raises(RlmError, match="--kind"):
        run_of(OPEN, kind=kind)


# texts that were named


@pytest.mark.parametrize(
    ("question", "named", "more", "route"),
    [
        ("How many retries does the importer make?", True, {"kind": ANSWER}, MAP),
        ("How many retries does the importer make?", False, {"kind": ANSWER}, SEARCH),
        ("Which ports does the gateway use?", True, {"kind": ANSWER}, MAP),
        ("Quels clients ont un contrat ?", True, {}, MAP),
        ("What is option3?", True, {}, SEARCH),
        ("Why was option3 set?", True, {}, SEARCH),
        ("How many retries does the importer make?", True, {"kind": ANSWER, "route": SEARCH}, SEARCH),
        ("How many retries does it make?", True, {"kind": ANSWER, "part": 50_000, "single": 100_000}, SINGLE),
    ],
)
def test_over_named_texts_how_many_and_which_of_several_read_everything(
    question: str, named: bool, more: dict[str, Any], route: str
) -> None:
    assert plan_of(question, named=named, **more).route == route


def test_leaves_are_told_the_kind_and_control_questions_are_not() -> None:
    got = asked(SURE, {}, canaries=2)
    told = {(c.label == canary.LABEL, "Code counts" in c.prompt) for c in got.leaf.calls}
    assert told == {(False, True), (True, False)}
