"""An answer that rests on one or two doubtful findings: they are read again, at a price that the plan knows."""

from __future__ import annotations

import pytest
from kits.engine import ask, found, reader, rows
from kits.engine import history as log

from rlm_core.engine import prompts
from rlm_core.engine.calls.budget import Caps
from rlm_core.engine.forecast import MAX_REREADINGS
from rlm_core.engine.kinds import ANSWER
from rlm_core.engine.ranking import best_passages
from rlm_core.engine.texts import Document
from rlm_core.llm.base import Call
from rlm_core.llm.scripted import Answer

QUESTION = "What is option1 set to?"
TEXT = "We could say that Ann set option1 to 3.\nNothing else.\n"


def second_readings(calls: list[Call]) -> list[Call]:
    return [c for c in calls if c.system == prompts.VERIFY_SYSTEM]


def refusing(call: Call) -> Answer:
    """Reads as `reader` does, and supports no claim."""
    if call.system == prompts.VERIFY_SYSTEM:
        return {"verdicts": [{"number": 1, "supported": False}]}
    return reader(call)


@pytest.mark.parametrize("route", ["single", "map", "search"])
def test_a_doubtful_finding_on_which_the_answer_rests_is_read_again(route: str) -> None:
    part = Document("d", TEXT)
    got = ask(
        QUESTION, part, route=route, rank=lambda question, most: best_passages([part], question, most), kind=ANSWER
    )
    (finding,) = got.result.findings
    assert (finding.verified, finding.votes, finding.is_doubtful) == (True, (2, 0), False)
    assert finding.doubts, "the reason stays"
    assert len(second_readings(got.leaf.calls)) == 2


@pytest.mark.parametrize("route", ["single", "map"])
def test_one_that_no_second_reading_supports_is_no_ground_of_the_answer(route: str) -> None:
    got = ask(QUESTION, Document("d", TEXT), default=refusing, route=route, kind=ANSWER)
    (finding,) = got.result.findings
    assert (finding.verified, finding.votes) == (False, (0, 2))
    assert "[d:1]" not in got.result.answer


def test_sound_findings_lists_and_runs_without_checks_cost_no_second_reading() -> None:
    sound = Document("d", "Ann set option1 to 3.\n")
    doubtful = Document("d", TEXT)
    for question, text, options in (
        (QUESTION, sound, {}),
        ("List every option", doubtful, {}),
        (QUESTION, doubtful, {"verify": "none"}),
    ):
        got = ask(question, text, route="single", **options)
        assert got.result.findings
        assert second_readings(got.leaf.calls) == []


def test_doubts_among_many_findings_are_left_to_votes() -> None:
    def negating(call: Call) -> Answer:
        answer = reader(call)
        if call.role == "leaf" and isinstance(answer, dict):
            answer["findings"] = [found(n, m, claim=f"{m[2]} is not {m[3]}") for n, m in rows(call)]
        return answer

    got = ask("What is set?", log(10), default=negating, route="single", kind="answer")
    assert sum(f.is_doubtful for f in got.result.findings) == 10
    assert second_readings(got.leaf.calls) == []


def test_the_plans_most_holds_the_second_readings() -> None:
    plans = {
        verify: ask(QUESTION, Document("d", TEXT), route="map", verify=verify, kind=ANSWER).run.plan()
        for verify in ("none", "quote")
    }
    assert plans["quote"].calls.most - plans["none"].calls.most == MAX_REREADINGS
    assert plans["quote"].calls.likely == plans["none"].calls.likely


def test_a_cap_on_calls_holds_for_second_readings() -> None:
    got = ask(QUESTION, Document("d", TEXT), route="single", caps=Caps(calls=1), kind=ANSWER)
    assert got.result.calls == 1
    assert [(f.verified, f.is_doubtful) for f in got.result.findings] == [(True, True)]
