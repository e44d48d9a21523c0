"""What campaigns draw: others each day, and something of each kind."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import pytest
from kits import draw
from kits.crash import Breaker
from kits.power import Recorder

from rlm_core.disk import write_atomic
from rlm_core.redaction.clean import literal
from rlm_core.registry import archive_id


def test_each_day_draws_others_and_leaves_out_no_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = "".join(Random(1).choices("abc", (90, 9, 1), k=1000)) + "z"
    monkeypatch.setattr(draw, "TORTURE", 1)
    days = set()
    for day in range(10):
        monkeypatch.setattr(draw, "seed", lambda today=f"2026-12-{day}": today)
        chosen = draw.moments(kinds)
        assert chosen == draw.moments(kinds)
        assert {1, len(kinds)} <= set(chosen)
        assert {kinds[at - 1] for at in chosen} == set(kinds)
        assert len(chosen) <= 5
        days.add(tuple(chosen))
    assert len(days) > 1
    monkeypatch.setattr(draw, "TORTURE", 5)
    found = Counter(kinds[at - 1] for at in draw.moments(kinds))
    assert all(found[kind] >= min(5, kinds.count(kind)) for kind in set(kinds))


def test_calls_to_which_the_same_lines_led_are_of_one_kind(tmp_path: Path) -> None:
    with Breaker("replace", 0) as breaker:
        for n in range(3):
            write_atomic(str(tmp_path / f"{n}"), literal("text").encode())
        archive_id(str(tmp_path), create=True)
    assert breaker.count > 3
    assert len(set(breaker.kinds[:3])) == 1
    assert len(set(breaker.kinds)) > 1


def test_an_operation_is_known_by_what_it_does_and_by_its_file(tmp_path: Path) -> None:
    with Recorder(str(tmp_path)) as disk:
        for name in ("0001-51de7d5e.md", "0002-981f995b.md", "index.md"):
            write_atomic(str(tmp_path / name), literal("text").encode())
    found = disk.kinds()
    third = len(found) // 3
    assert found[:third] == found[third : 2 * third]
    assert ("move", ".tmp-#-#-#.md") in found
    assert ("move", ".tmp-#-index.md") in found
    assert ("sync-names", ".") in found
