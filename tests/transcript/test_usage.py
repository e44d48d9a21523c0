"""How full the context is, from the transcript's own usage."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from kits.builders import Session

from rlm_core.hooks.notes import crossed, line
from rlm_core.transcript.usage import LARGE_WINDOW, TAIL, context_used, window_of


def used(session: Session, tmp_path: Path) -> int:
    return context_used(session.write(tmp_path / "t.jsonl").path)[0]


def test_the_newest_answer_counts_with_all_its_tokens(tmp_path: Path) -> None:
    session = Session()
    session.says("old", tokens=5_000)
    session.says("new", tokens=70_000, model="claude-sonnet-4-5")
    record: Any = session.items[-1]
    record["message"]["usage"] |= {"cache_creation_input_tokens": 300, "output_tokens": 20}
    session.prompt("not answered yet")
    assert context_used(session.write(tmp_path / "t.jsonl").path) == (70_320, "claude-sonnet-4-5")


def test_an_empty_or_missing_transcript_holds_nothing(tmp_path: Path) -> None:
    assert context_used(str(tmp_path / "none")) == (0, "")
    assert context_used(str(tmp_path)) == (0, "")
    assert used(Session(), tmp_path) == 0


def test_a_compaction_discounts_what_was_before(tmp_path: Path) -> None:
    session = Session()
    session.says("before", tokens=190_000)
    session.compaction()
    assert used(session, tmp_path) == 0
    session.says("after", tokens=30_000)
    assert used(session, tmp_path) == 30_000


def test_talk_about_a_compaction_is_none(tmp_path: Path) -> None:
    session = Session()
    session.says("before", tokens=90_000)
    session.prompt('what is "compact_boundary"?')
    session.tool("Bash", '{"type":"system","subtype":"compact_boundary"}')
    session.says("it is a record", tokens=91_000)
    session.tool("Bash", '{"type":"system","subtype":"compact_boundary"}')
    assert used(session, tmp_path) == 20_000  # the call's own line


@pytest.mark.parametrize(
    "fields",
    [
        {"isSidechain": True},
        {"type": "user"},
        {"message": None},
        {"message": {"usage": None}},
        {"message": {"usage": 5}},
    ],
    ids=str,
)
def test_what_is_no_answer_of_the_main_thread_does_not_count(tmp_path: Path, fields: dict[str, Any]) -> None:
    session = Session()
    session.says("real", tokens=50_000)
    session.says("other", tokens=99_000)
    session.items[-1] = {**session.items[-1], **fields}  # type: ignore[dict-item]
    assert used(session, tmp_path) == 50_000


def test_the_zeroed_copies_of_a_fork_and_synthetic_answers_do_not_count(tmp_path: Path) -> None:
    session = Session()
    session.says("real", tokens=50_000)
    session.says("copied", tokens=10)
    record: Any = session.items[-1]
    record["message"]["usage"] = dict.fromkeys(record["message"]["usage"], 0)
    assert used(session, tmp_path) == 50_000


@pytest.mark.parametrize(
    "junk", [b"{broken\n", b"\0\0\n", b'{"type":"assistant","message":{"usage"', b"[]\n", b"\xff\n"]
)
def test_junk_behind_the_newest_answer_is_passed_over(tmp_path: Path, junk: bytes) -> None:
    session = Session()
    session.says("real", tokens=50_000)
    session.add(junk)
    assert used(session, tmp_path) == 50_000


@pytest.mark.parametrize("value", [None, "5", [], 1.5, -5, True])
def test_usage_of_another_type_does_not_stop_the_count(tmp_path: Path, value: Any) -> None:
    session = Session()
    session.says("real", tokens=50_000)
    record: Any = session.items[-1]
    record["message"]["usage"]["output_tokens"] = value
    assert 49_990 <= used(session, tmp_path) <= 50_001


def test_only_the_end_of_a_large_transcript_is_read(tmp_path: Path) -> None:
    session = Session()
    session.says("far", tokens=50_000)
    session.prompt("x" * (TAIL + 1000))
    assert used(session, tmp_path) == 0
    session.says("near", tokens=60_000)
    assert used(session, tmp_path) == 60_000


@pytest.mark.parametrize(
    ("model", "tokens", "configured", "env", "window"),
    [
        ("claude-opus-4-5", 0, 0, {}, 200_000),
        ("", 0, 0, {}, 200_000),
        ("claude-opus-4-5", 0, 123_000, {}, 123_000),
        ("claude-opus-4-5[1m]", 0, 0, {}, LARGE_WINDOW),
        ("claude-opus-4-5", 200_001, 0, {}, LARGE_WINDOW),
        ("claude-opus-4-8", 0, 0, {}, LARGE_WINDOW),
        ("claude-opus-4-8", 0, 0, {"ANTHROPIC_BASE_URL": "https://api.anthropic.com"}, LARGE_WINDOW),
        ("claude-opus-4-8", 0, 0, {"ANTHROPIC_BASE_URL": "http://localhost:1"}, 200_000),
        ("claude-opus-4-8", 0, 0, {"CLAUDE_CODE_DISABLE_1M_CONTEXT": "1"}, 200_000),
        ("us.anthropic.claude-opus-4-8", 0, 0, {}, 200_000),
    ],
)
def test_the_window_comes_from_the_model_or_the_configuration(
    monkeypatch: pytest.MonkeyPatch, model: str, tokens: int, configured: int, env: dict[str, str], window: int
) -> None:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert window_of(model, tokens, configured) == window


def test_crossing_is_told_once_and_again_after_a_fall(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    shares = [0.1, 0.59, 0.6, 0.61, 0.9, 0.3, 0.2, 0.7, 0.7]
    told = [crossed(str(tmp_path), "s", share, 0.6) for share in shares]
    assert told == [False, False, True, False, False, False, False, True, False]
    assert crossed(str(tmp_path), "another", 0.8, 0.6)


def test_the_line_says_how_full_and_what_to_do() -> None:
    said = line(130_400, 200_000)
    assert "65 % full (130k of 200k tokens)" in said
    assert "/recall" in said
    assert "\n" not in said
    json.dumps(said)
