"""`rlm trust`, and what `rlm status` and `rlm doctor` say of settings that are not trusted."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from kits.place import Place

LOOSENS = "hints: true\nask: {models: {leaf: opus}}\nredact: {skip: [jwt]}\n"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path)
    (made.project / ".claude").mkdir()
    return made


def shipped(place: Place, text: str) -> Path:
    path = place.project / ".claude" / "rlm.yaml"
    path.write_text(text)
    return path


def test_it_shows_what_the_file_changes_and_trusts_that(place: Place) -> None:
    shipped(place, LOOSENS)
    assert place.json("status")["config_ignored"] == ["hints", "redact.skip", "ask.models"]
    dry = place.rlm("trust", "--dry-run")
    assert "hints: false -> true" in dry
    assert 'ask.models.leaf: "haiku" -> "opus"' in dry
    assert 'redact.skip: [] -> ["jwt"]' in dry
    assert place.json("status")["config_ignored"] == ["hints", "redact.skip", "ask.models"]
    assert "is trusted now" in place.rlm("trust")
    status = place.json("status")
    assert status["config_ignored"] == []
    assert status["config"]["ask"]["models"]["leaf"] == "opus"
    assert "trusted already" in place.rlm("trust")


def test_its_json_names_each_setting_with_both_values(place: Place) -> None:
    path = shipped(place, "hints: true\n")
    got = place.json("trust")
    assert got == {
        "project": str(place.project),
        "file": str(path),
        "trusted": True,
        "loosens": [{"name": "hints", "now": False, "wanted": True}],
        "dry_run": False,
    }


def test_trust_is_taken_back(place: Place) -> None:
    shipped(place, LOOSENS)
    place.rlm("trust")
    assert not place.json("trust", "--remove", "--dry-run")["removed"]
    assert place.json("trust", "--remove")["removed"]
    assert place.json("status")["config_ignored"]
    assert not place.json("trust", "--remove")["removed"]


def test_what_loosens_nothing_needs_no_trust(place: Place) -> None:
    shipped(place, "chunk: {target: 400, limit: 800}\nthreshold: 0.01\n")
    assert "nothing in" in place.rlm("trust")
    assert not (Path(os.environ["CLAUDE_CONFIG_DIR"]) / "rlm" / "trusted.json").exists()


@pytest.mark.parametrize("text", [None, "a: [", "nonsense: 1"])
def test_without_a_file_or_with_one_that_makes_no_sense_it_is_refused(place: Place, text: str | None) -> None:
    if text is not None:
        shipped(place, text)
    place.rlm("trust", status=1)
    assert "rlm.yaml" in place.said


def test_the_list_is_the_users_own_and_names_files_by_their_hash(place: Place) -> None:
    shipped(place, LOOSENS)
    place.rlm("trust")
    listed = Path(os.environ["CLAUDE_CONFIG_DIR"]) / "rlm" / "trusted.json"
    assert listed.stat().st_mode & 0o077 == 0
    assert "opus" not in listed.read_text()
    assert not [p for p in place.project.rglob("*") if "trust" in p.name]


def test_status_and_doctor_say_what_is_ignored(place: Place) -> None:
    shipped(place, LOOSENS)
    assert "ignored" in (said := place.rlm("status"))
    assert "hints, redact.skip, ask.models" in said
    checks = place.json("doctor", status=1)["checks"]
    (configuration,) = [c["detail"] for c in checks if c["name"] == "configuration"]
    assert "hints, redact.skip, ask.models" in configuration


def test_a_value_meant_for_the_terminal_is_shown_and_not_obeyed(place: Place) -> None:
    shipped(place, 'ask: {models: {leaf: "\\e[2Jopus"}}\n')
    assert "\x1b" not in place.rlm("trust", "--dry-run")
