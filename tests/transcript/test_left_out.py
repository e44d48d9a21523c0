"""What is left out of the archive on purpose: one list, and nobody's words in it."""

from __future__ import annotations

from typing import Any

import pytest

from rlm_core.hooks import notes, pointers
from rlm_core.search import hints
from rlm_core.transcript.records import left_out
from rlm_core.transcript.records.left_out import FIELDS, KEPT, KEPT_FIELDS, kind_of, reason_for

TABLES = {
    "": left_out.RECORDS,
    "system/": left_out.SYSTEM,
    "attachment/": left_out.ATTACHMENTS,
    "progress/": left_out.PROGRESS,
}


def record(kind: str) -> dict[str, Any]:
    """The least record of a kind, as `kind_of` names it."""
    head, _, name = kind.partition("/")
    inner: dict[str, dict[str, Any]] = {
        "system": {"subtype": name},
        "attachment": {"attachment": {"type": name}},
        "progress": {"data": {"type": name}},
    }
    return {"type": head, **(inner.get(head, {}) if name else {})}


NAMED = sorted(prefix + name for prefix, table in TABLES.items() for name in table)


@pytest.mark.parametrize("kind", NAMED)
def test_what_the_list_names_is_left_out_with_a_reason(kind: str) -> None:
    assert kind_of(record(kind)) == kind
    assert reason_for(record(kind))


@pytest.mark.parametrize("kind", sorted(KEPT - {"attachment/hook_success"}))
def test_what_is_known_and_kept_has_no_reason_to_be_left_out(kind: str) -> None:
    assert reason_for(record(kind)) == ""
    assert kind not in NAMED


@pytest.mark.parametrize(
    "odd",
    [{}, {"type": None}, {"type": ["user"]}, {"type": "new"}, {"type": "system"}, {"type": "system", "subtype": {}},
     {"type": "attachment", "attachment": "text"}, {"type": "attachment", "attachment": {"type": 3}},
     {"type": "progress"}, {"type": "progress", "data": []}, {"type": "progress", "data": {"type": "new"}}],
    ids=str,
)  # fmt: skip
def test_what_is_not_known_is_kept(odd: dict[str, Any]) -> None:
    assert reason_for(odd) == ""
    assert kind_of(odd)


def test_a_sub_agents_progress_is_left_out_only_where_its_transcript_exists() -> None:
    one = {"type": "progress", "data": {"type": "agent_progress", "agentId": "a1", "message": {}}}
    assert reason_for(one) == ""
    assert "own transcript" in reason_for(one, {"a1"})
    assert reason_for(one, {"a2"}) == ""


def hook(kind: str, event: str, content: object) -> dict[str, Any]:
    return {"type": "attachment", "attachment": {"type": kind, "hookEvent": event, "content": content}}


def test_what_a_hook_tells_claude_is_kept_and_that_it_ran_is_not() -> None:
    assert reason_for(hook("hook_success", "PostToolUse", "formatted")) != ""
    assert reason_for(hook("hook_success", "SessionStart", "")) != ""
    assert reason_for(hook("hook_success", "SessionStart", "You are on branch main")) == ""
    assert reason_for(hook("hook_additional_context", "PostToolUse", ["Reformatted."])) == ""


def test_what_our_own_hooks_tell_is_left_out_and_what_stands_beside_it_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pointers, "totals", lambda root: (3, 20))
    ours = [pointers.pointer("/x/.claude/rlm"), notes.line(160_000, 200_000)]
    for text in ours:
        assert reason_for(hook("hook_additional_context", "SessionStart", [text])) != ""
    assert reason_for(hook("hook_additional_context", "SessionStart", [*ours, "Today the build is broken."])) == ""


def test_our_words_are_those_that_our_hooks_say() -> None:
    said = "".join(
        str(f.__code__.co_consts) for f in (pointers.pointer, pointers.session_map, notes.line, hints._worded)
    )
    assert [w for w in left_out.OUR_WORDS if w not in said] == []


def test_exceptions_lie_below_what_is_left_out() -> None:
    assert all(path.split(".")[0] in FIELDS for path in KEPT_FIELDS)


def test_every_reason_is_said() -> None:
    reasons = [r for table in (*TABLES.values(), FIELDS, KEPT_FIELDS) for r in table.values()]
    assert all(len(r) > 8 for r in reasons)
