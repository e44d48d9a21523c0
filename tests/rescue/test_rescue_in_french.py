"""What `rlm rescue` says is lost, in the user's language."""

from __future__ import annotations

import re

import pytest

from rlm_core.language.notices import here
from rlm_core.rescue.salvage import Rescued

ENGLISH = re.compile(r"\b(of|which|were|was|may|belongs?|answers|sessions? and|files that)\b")
ROW = {"prompts": 1, "unreadable": 2, "day": "2026-11-22"}


@pytest.mark.parametrize("n", [1, 3])
def test_what_is_lost_is_told_in_french_and_one_as_one(monkeypatch: pytest.MonkeyPatch, n: int) -> None:
    found = Rescued(sessions=[dict(ROW)] * n, other_plans=n, kept_out=n)
    assert len(found.lost) == 5
    one = ["1 plans", "1 sessions", "1 days"]
    assert not any(said in line for said in one for line in found.lost)
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    for line in found.lost:
        assert not ENGLISH.search(here(line)), here(line)
