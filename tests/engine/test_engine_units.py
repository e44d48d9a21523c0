"""A number with another unit, and a value that is another number than its claim's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from kits.engine import ask

from rlm_core.engine.checks.claims import WRONG_UNIT
from rlm_core.engine.checks.units import strange_unit, wrong_unit
from rlm_core.engine.checks.values import ANOTHER_NUMBER
from rlm_core.engine.kinds import LIST
from rlm_core.engine.texts import Document
from rlm_core.llm.base import Call
from rlm_core.llm.scripted import Answer


@pytest.mark.parametrize(
    ("claim", "source", "wrong"),
    [
        ("it waits 30 minutes", "timeout: 30 s", True),
        ("it waits 30 seconds", "timeout: 30s", False),
        ("elle attend 30 minutes", "délai : 30 secondes", True),
        ("elle attend 30 s", "délai : 30 secondes", False),
        ("the fee is $30", "the fee: 30 €", True),
        ("the fee is 30 euros", "the fee: 30 €", False),
        ("12 MB are read", "lit 12 Mo", False),
        ("12 GB are read", "reads 12 MB", True),
        ("it takes 5 hours", "5 retries, 5 hours", False),
        ("it takes 5 hours", "retries=5", False),  # a bare number has any unit
        ("it takes 1,5 h", "takes 1.5 min", True),
        ("30 m of cable", "30 s", False),  # metres, minutes, millions?
        ("no number", "30 s", False),
    ],
)
def test_a_number_keeps_its_unit(claim: str, source: str, wrong: bool) -> None:
    assert wrong_unit(claim, source) is wrong


@pytest.mark.parametrize(
    ("claim", "source", "strange"),
    [
        ("the limit is 8 GB", "limit = 8", True),
        ("the limit is 8 ms", "limit_ms = 8", False),
        ("la limite est de 8 jours", "limite : 8", True),
        ("la limite est de 8 jours", "limite (en jours) : 8", False),
        ("the limit is 8 GB", "limit = 9", False),  # another check's
        ("the limit is 8", "limit = 8", False),
    ],
)
def test_a_bare_number_with_a_unit_of_the_readers_is_doubtful(claim: str, source: str, strange: bool) -> None:
    assert strange_unit(claim, source) is strange


def answering(claim: str, value: str) -> Callable[[Call], Answer]:
    row = {"claim": claim, "quote": TEXT.strip(), "location": "d", "subject": "timeout", "value": value}
    return lambda call: {"findings": [row], "answer": ""}


TEXT = "2026-03-05 Ann set timeout to 30 s.\n"


def test_a_claim_with_another_unit_is_rejected() -> None:
    got = ask("List every setting", Document("d", TEXT), default=answering("timeout is 30 minutes", "30"), kind=LIST)
    (one,) = got.result.rejected
    assert WRONG_UNIT in one.doubts


def test_a_value_that_is_another_number_than_the_claims_is_left_out_and_the_claim_stays() -> None:
    got = ask("List every setting", Document("d", TEXT), default=answering("timeout is 30 s", "2026-03-05"), kind=LIST)
    (one,) = got.result.verified
    assert (one.value, ANOTHER_NUMBER in one.doubts) == ("", True)
    same = ask("List every setting", Document("d", TEXT), default=answering("timeout is 30 s", "30"), kind=LIST)
    assert (same.result.verified[0].value, same.result.verified[0].doubts) == ("30", ())
