"""Second readings: which findings are read again, and when their votes take one out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from kits.engine import wait

from rlm_core.engine.checks.voting import AGAINST, Voter
from rlm_core.engine.findings import Finding
from rlm_core.engine.operations import Engine, by_id
from rlm_core.engine.options import RunOptions
from rlm_core.engine.texts import Document
from rlm_core.llm.base import Call, MalformedError
from rlm_core.llm.scripted import Answer, ScriptedLeaf

QUESTION = "What are the limits?"
TEXT = "The retry limit is 5.\nThe timeout is 30 seconds.\n"
SOUND = Finding("The limit is 5.", "The retry limit is 5.", "d", path="d.md", line=1, verified=True)
DOUBTED = Finding("It is 30.", "The timeout is 30 seconds.", "d", line=2, verified=True, doubts=("odd",))
REFUTED = Finding("The limit is 7.", "The retry limit is 5.", "d", line=1, doubts=("wrong number",))


def says(*supported: bool) -> ScriptedLeaf:
    """A reader that says so in its readings, one after the other, then always the last."""
    ahead = list(supported)

    def answer(call: Call) -> Answer:
        verdict = ahead.pop(0) if len(ahead) > 1 else ahead[0]
        rows = [{"number": n, "supported": verdict, "quote": f.quote} for n, f in enumerate((SOUND, DOUBTED), 1)]
        return {"verdicts": rows}

    return ScriptedLeaf(default=answer)


def judged(leaf: ScriptedLeaf, found: Sequence[Finding], *, everything: bool, lead: int = 3) -> list[Finding]:
    engine = Engine(leaf, RunOptions())
    voter = Voter(engine.caller, engine.options, by_id([Document("d", TEXT)]), lead)
    return wait(voter.judge(found, everything=everything))


def test_only_doubtful_findings_are_read_again_unless_all_are_to_be() -> None:
    leaf = says(True)
    assert judged(leaf, [SOUND], everything=False) == [SOUND]
    assert leaf.calls == []
    (again,) = judged(leaf, [SOUND], everything=True)
    assert (again.verified, again.votes) == (True, (3, 0))


def test_what_code_has_refuted_is_not_read_again_and_no_vote_brings_it_back() -> None:
    leaf = says(True)
    assert judged(leaf, [REFUTED], everything=True) == [REFUTED]
    assert leaf.calls == []


@pytest.mark.parametrize("lead", [3, 4])
def test_a_lead_of_votes_against_takes_a_sound_finding_out_as_well(lead: int) -> None:
    (out,) = judged(says(False), [SOUND], everything=True, lead=lead)
    assert (out.verified, out.votes, out.doubts) == (False, (0, lead), (AGAINST,))


def test_votes_without_a_lead_leave_a_sound_finding_and_take_a_doubtful_one_out() -> None:
    divided = says(*[True, False] * 20)
    sound, doubted = judged(divided, [SOUND, DOUBTED], everything=True)
    assert (sound.verified, sound.doubts) == (True, ())
    assert (doubted.verified, doubted.doubts) == (False, ("odd", AGAINST))
    assert sound.votes == doubted.votes != (0, 0)
    assert abs(sound.votes[0] - sound.votes[1]) <= 1


def reread(leaf: ScriptedLeaf, found: Sequence[Finding]) -> list[Finding]:
    engine = Engine(leaf, RunOptions())
    voter = Voter(engine.caller, engine.options, by_id([Document("d", TEXT)]), question=QUESTION)
    return wait(voter.reread(found, [n for n, f in enumerate(found) if f.is_doubtful]))


@pytest.mark.parametrize(
    ("readings", "verified", "doubtful", "votes"),
    [
        ([True], True, False, (2, 0)),
        ([False], False, False, (0, 2)),
        ([True, False, True], True, True, (2, 1)),
        ([False, True, False], True, True, (1, 2)),
    ],
)
def test_a_few_readings_settle_a_doubt_or_leave_it(
    readings: list[bool], verified: bool, doubtful: bool, votes: tuple[int, int]
) -> None:
    leaf = says(*readings)
    (sound, found) = reread(leaf, [SOUND, DOUBTED])
    assert sound == SOUND
    assert (found.verified, found.is_doubtful, found.votes) == (verified, doubtful, votes)
    assert len(leaf.calls) == sum(votes)


def test_readings_that_fail_leave_a_doubtful_finding_as_it_is() -> None:
    leaf = ScriptedLeaf(default=lambda call: MalformedError("no", ""))
    assert reread(leaf, [DOUBTED]) == [DOUBTED]


def test_a_second_reading_sees_the_question_and_who_spoke() -> None:
    leaf = says(True)
    reread(leaf, [replace(DOUBTED, speaker="Bob")])
    body = leaf.calls[0].body
    assert f"<question>\n{QUESTION}\n</question>" in body
    assert "It is 30. (said by: Bob)" in body
