"""Every kind of secret of the labelled set is found where it stands alone, and no look-alike is touched."""

from __future__ import annotations

import random

import pytest

from benchmarks.secrets.__main__ import is_gone
from benchmarks.secrets.kinds import Kind, kinds
from benchmarks.secrets.lookalikes import lookalikes
from rlm_core.redaction.redactor import Redactor

# What no rule finds without taking for a secret what is none, or without a search that costs more than it finds.
MISSED = {
    *("oracle", "jdbc oracle", "net use", "xfreerdp", "powershell securestring", "rabbitmqctl", "slapd"),
    *("htdigest", "chap-secrets", "env salt", "pin", "fr mon mot de passe", "express session"),
}
REDACT = Redactor()


@pytest.mark.parametrize("kind", [k for k in kinds() if k.name not in MISSED], ids=lambda k: k.name)
def test_a_secret_is_found_where_it_stands_alone(kind: Kind) -> None:
    pick = random.Random(7)
    for _ in range(3):
        text, secret = kind.sample(pick)
        assert is_gone(secret, REDACT(f"before\n{text}\nafter")), text


def test_what_is_missed_is_known() -> None:
    assert {k.name for k in kinds()} >= MISSED


@pytest.mark.parametrize("text", lookalikes(random.Random(7)))
def test_what_only_looks_like_a_secret_stays(text: str) -> None:
    assert REDACT(f"before\n{text}\nafter") == f"before\n{text}\nafter"


def test_redacting_twice_equals_redacting_once() -> None:
    pick = random.Random(9)
    for kind in kinds():
        once = REDACT(kind.sample(pick)[0])
        assert REDACT(once) == once
