"""Hooks as real processes, started exactly as the installer writes them down."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from kits.builders import SESSION, Record, Session, everything, files, leftovers, talk
from kits.hooks import BOUND, EVERY, Project
from kits.needs import is_root, mounted
from kits.paths import ROOT

from rlm_core.archive.maps import MapRow
from rlm_core.archive.proof.verify import Verifier, damaged
from rlm_core.archive.take import take
from rlm_core.forget.naming import Named
from rlm_core.forget.run import forget
from rlm_core.hooks import pointers
from rlm_core.install import Environment, plan_install, plan_uninstall
from rlm_core.install.handlers import BOOT, EVENTS, direct, handler
from rlm_core.lock import Lock
from rlm_core.transcript.source import Source
from rlm_core.version import VERSION


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def whole(project: Project, *found: Source) -> None:
    assert damaged(project.archive) == []
    assert leftovers(project.root) == []
    for source in found:
        assert Verifier(project.archive).verify(source).missing == []


def users_settings(text: str) -> None:
    """The user's own settings, which may loosen what a project's may not."""
    (Path(os.environ["CLAUDE_CONFIG_DIR"]) / "rlm.yaml").write_text(text)


# What each event does.


@pytest.mark.parametrize(
    ("event", "fields"),
    [
        ("Stop", {}),
        ("StopFailure", {"error": "rate_limit", "last_assistant_message": "API Error"}),
        ("SubagentStop", {"agent_type": "Explore", "agent_id": "a1"}),
        ("PreCompact", {"trigger": "auto", "custom_instructions": None}),
        ("PostCompact", {"trigger": "auto", "compact_summary": "<summary>so far</summary>"}),
        ("SessionEnd", {"reason": "other"}),
        ("SessionStart", {"source": "resume"}),
        ("SessionStart", {"source": "compact"}),
        ("SessionStart", {"source": "fork"}),
    ],
)
def test_the_event_archives_what_is_new(project: Project, event: str, fields: Record) -> None:
    source = project.write(talk(project.session(), 4))
    project.hook(event, **fields)
    whole(project, source)
    assert f"{event} {SESSION[:8]}" in project.log()
    project.wait_for_quiet()


def test_a_whole_life_of_a_session_is_archived_as_it_grows(project: Project) -> None:
    session = project.session()
    project.hook("SessionStart", source="startup")
    for turn in range(3):
        project.hook("UserPromptSubmit", prompt="…")
        source = project.write(talk(session, 2))
        project.hook("Stop", last_assistant_message=f"Part{turn}")
    project.hook("PreCompact", trigger="manual")
    project.hook("SubagentStop", agent_type="")
    project.hook("SessionStart", source="compact")
    project.hook("PostCompact", trigger="manual", compact_summary="<summary>We talked.</summary>")
    session.compaction("We talked.")
    project.write(session)
    project.hook("SessionEnd", reason="prompt_input_exit")
    whole(project, source)
    assert [u for m in project.archive.metas() for u in m["uuids"]] == session.uuids()
    assert " ERROR " not in project.log()
    assert " FAILED " not in project.log()


def test_the_first_start_says_nothing_and_makes_nothing(project: Project) -> None:
    assert project.hook("SessionStart", source="startup").text == ""
    assert not project.root.exists()


def test_a_later_start_points_at_the_archive(project: Project) -> None:
    project.write(talk(project.session(), 4))
    project.hook("Stop")
    said = project.hook("SessionStart", "22222222-new", source="startup").context
    assert str(project.root) in said
    assert "1 session" in said
    assert "/recall" in said


@pytest.mark.parametrize("how", ["compact", "resume"])
def test_after_a_compaction_or_a_resume_the_map_names_the_chunks(project: Project, how: str) -> None:
    project.write(talk(project.session(), 40))
    said = project.hook("SessionStart", source=how).context
    newest = list(project.archive.metas())[-1]
    assert os.path.basename(newest["path"]) in said
    assert newest["title"][:30] in said
    assert str(Path(newest["path"]).parent) in said


def test_after_clear_the_map_is_of_the_session_that_was_cleared(project: Project) -> None:
    project.write(talk(project.session(), 20))
    project.hook("SessionEnd", reason="clear")
    said = project.hook("SessionStart", "22222222-new", source="clear").context
    cleared = [m for m in project.archive.metas() if m["session"] == SESSION]
    assert os.path.basename(cleared[-1]["path"]) in said


def test_clear_does_not_show_a_session_cleared_long_ago(project: Project) -> None:
    project.write(talk(project.session(), 20))
    project.hook("SessionEnd", reason="clear")
    for note in (project.root / "state").glob("cleared-*"):
        kept = json.loads(note.read_text())
        note.write_text(json.dumps({**kept, "time": kept["time"] - 3600}))
    said = project.hook("SessionStart", "22222222-new", source="clear").context
    assert "1 session" in said
    assert "Newest chunks" not in said


# Where the session before left off.

TASK = "Please add a retry limit of five to the nightly importer and test it"
TOKEN = "gh" + "p_" + "a1B2" * 9


def worked(project: Project, session: str = SESSION) -> Session:
    """A session with a task, todos and files, archived to its end."""
    made = talk(project.session(session), 20)
    made.prompt(TASK)
    made.tool("TodoWrite", "ok", todos=[{"content": "write the test", "status": "pending", "activeForm": "x"}])
    made.tool("Edit", "ok", file_path=f"{project.path}/src/importer.py", old_string="a", new_string="b")
    made.says(f"The limit is in, with the key {TOKEN}; the test comes next.")
    project.write(made)
    project.hook("Stop", session)
    return made


def told(said: str) -> bool:
    return all(words in said for words in (TASK, "write the test", "src/importer.py", "the test comes next"))


def test_after_clear_the_context_holds_where_the_session_left_off(project: Project) -> None:
    worked(project)
    project.hook("SessionEnd", reason="clear")
    said = project.hook("SessionStart", "22222222-new", source="clear").context
    assert told(said)
    assert "Where the session just cleared left off" in said
    assert f"claude --resume {SESSION}" in said
    assert "Newest chunks, file and id:" in said
    assert TOKEN not in said
    assert len(said) <= pointers.MAP_CHARS


def test_after_clear_of_an_unknown_session_the_last_one_is_told(project: Project) -> None:
    worked(project)
    said = project.hook("SessionStart", "22222222-new", source="clear").context
    assert told(said)
    assert "Where the last session here left off" in said


def test_a_new_session_is_told_where_the_last_one_left_off(project: Project) -> None:
    worked(project)
    project.hook("SessionEnd", reason="prompt_input_exit")
    said = project.hook("SessionStart", "22222222-new", source="startup").context
    assert told(said)
    assert "Where the last session here left off" in said
    assert "/recall" in said
    assert TOKEN not in said
    assert len(said) <= pointers.POINTER_CHARS == 900


@pytest.mark.parametrize("how", ["compact", "resume", "fork"])
def test_a_session_that_goes_on_is_not_told_where_it_was(project: Project, how: str) -> None:
    worked(project)
    assert "left off" not in project.hook("SessionStart", source=how).context


def test_a_session_killed_in_its_first_turn_is_told_of(project: Project) -> None:
    project.write(talk(project.session(), 2))
    project.hook("Stop")
    killed = project.session("99999999-killed")
    killed.prompt(TASK)
    project.write(killed)
    assert TASK in project.hook("SessionStart", "22222222-new", source="startup").context
    project.wait_for_quiet()


def test_without_an_archive_nothing_is_told(project: Project) -> None:
    made = project.session("99999999-before")
    made.prompt(TASK)
    project.write(made)
    assert project.hook("SessionStart", "22222222-new", source="startup").text == ""
    project.wait_for_quiet()


def test_settings_of_the_redaction_count_for_what_is_told(project: Project) -> None:
    (project.path / ".claude").mkdir()
    (project.path / ".claude" / "rlm.yaml").write_text("redact: {extra: {ticket: 'ACME-\\d+'}}\n")
    made = project.session()
    made.prompt(f"{TASK}, see ACME-1234")
    project.write(made)
    project.hook("Stop")
    said = project.hook("SessionStart", "22222222-new", source="startup").context
    assert "[redacted:ticket]" in said
    assert "ACME-1234" not in said


def test_a_session_start_with_a_handoff_loads_nothing_slow(project: Project) -> None:
    """The part of the handoff that reads archives stays away while there are transcripts."""
    worked(project)
    code = "import sys, rlm_core.hooks.events, rlm_core.handoff.gather, rlm_core.hooks.pointers; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stdout.split())
    assert "rlm_core.handoff.gather" in loaded
    assert not loaded & {
        "rlm_core.chunks.chunker",
        "rlm_core.archive.store",
        "rlm_core.redaction.redactor",
        "dataclasses",
        "typing",
        "pathlib",
    }


def test_pre_compact_prints_one_line_that_cites_chunks(project: Project) -> None:
    project.write(talk(project.session(), 30))
    said = project.hook("PreCompact", trigger="auto").text
    newest = list(project.archive.metas())[-1]
    assert newest["chunk"] in said
    assert len(said) <= pointers.LINE_CHARS
    assert "/recall" in said


def test_pre_compact_of_nothing_prints_nothing(project: Project) -> None:
    assert project.hook("PreCompact", trigger="auto").text == ""


def test_the_summary_is_filed_and_names_the_chunks_it_stands_for(project: Project) -> None:
    project.write(talk(project.session(), 30))
    project.hook("PreCompact", trigger="auto")
    token = "gh" + "p_" + "a1B2" * 9
    for _ in range(2):  # filed twice, it is one file
        project.hook("PostCompact", trigger="auto", compact_summary=f"<summary>Key {token}, été</summary>")
    (summary,) = project.root.glob("sessions/*/summaries/*.md")
    text = summary.read_text()
    last = list(project.archive.metas())[-1]["number"]
    assert f"summarises: [1, {last}]" in text
    assert "<summary>Key [redacted:github], été</summary>" in text
    assert token.encode() not in everything(project.root)


def test_the_summarisers_own_stop_is_ignored(project: Project) -> None:
    project.write(talk(project.session(), 2))
    project.hook("SubagentStop", agent_type="", agent_transcript_path=str(project.transcripts / "none.jsonl"))
    assert not (project.root / "sessions").exists()


def test_sub_agents_are_archived_below_their_session(project: Project) -> None:
    source = project.write(talk(project.session(), 3))
    agent = talk(project.session(agent="a1b2", seed="a"), 3)
    found = agent.write(project.transcripts / SESSION / "subagents" / "agent-a1b2.jsonl")
    project.hook("SubagentStop", agent_type="Explore", agent_id="a1b2", agent_transcript_path=found.path)
    whole(project, source, found)
    assert list(project.root.glob("sessions/*/agents/a1b2/0001-*.md"))


def nested(project: Project, place: str, word: str) -> Path:
    """A sub-agent of a workflow that says a word."""
    agent = project.session(agent=Path(place).stem[6:], seed=place)
    agent.prompt("Look at it")
    agent.says(word)
    path = project.transcripts / SESSION / "subagents" / place
    agent.write(path)
    return path


def test_a_stop_takes_a_workflows_agents_when_something_new_has_appeared(project: Project) -> None:
    source = project.write(talk(project.session(), 3))
    nested(project, "workflows/wf_1/agent-b1.jsonl", "NESTED-ONE")
    project.hook("Stop")
    assert b"NESTED-ONE" in everything(project.root / "sessions")
    before = files(project.root / "sessions")
    project.hook("Stop")
    assert files(project.root / "sessions") == before
    told = [line for line in (project.root / "log" / "rlm.log").read_text().splitlines() if " Stop " in line]
    assert "nothing new" in told[-1]  # detached processes write there, too
    nested(project, "workflows/wf_2/agent-b2.jsonl", "NESTED-TWO")
    run = project.transcripts / SESSION / "workflows" / "wf_2.json"
    run.parent.mkdir()
    run.write_text('{"result": "RUN-RESULT"}')
    project.hook("Stop")
    assert b"NESTED-TWO" in everything(project.root / "sessions")
    assert b"result: RUN-RESULT" in everything(project.root / "sessions")
    whole(project, *source.transcripts())


def test_a_sessions_end_takes_what_has_grown_in_its_folder(project: Project) -> None:
    project.write(talk(project.session(), 3))
    path = nested(project, "workflows/wf_1/agent-b1.jsonl", "NESTED-ONE")
    project.hook("Stop")
    agent = project.session(agent="b1", seed="later")
    agent.says("GROWN-SINCE")
    with path.open("ab") as f:
        f.write(agent.data())
    outputs = project.transcripts / SESSION / "tool-results"
    outputs.mkdir()
    (outputs / "o1.txt").write_text("ORPHAN-OUTPUT")
    project.hook("Stop")
    assert b"GROWN-SINCE" not in everything(project.root / "sessions")  # no directory has changed
    project.hook("SessionEnd", reason="other")
    assert b"GROWN-SINCE" in everything(project.root / "sessions")
    assert b"ORPHAN-OUTPUT" in everything(project.root / "sessions")


def test_a_message_the_client_has_not_written_yet_is_waited_for(project: Project) -> None:
    session = talk(project.session(), 2)
    project.write(session)
    session.says('The LAST "answer"\nof the turn')
    late = session.lines()[-1]
    code = "import sys,time;time.sleep(0.12);open(sys.argv[1],'ab').write(sys.stdin.buffer.read())"
    writer = subprocess.Popen([sys.executable, "-c", code, str(project.file())], stdin=subprocess.PIPE)
    assert writer.stdin
    writer.stdin.write(late)
    writer.stdin.close()
    project.hook("Stop", last_assistant_message='The LAST "answer"\nof the turn')
    assert writer.wait(BOUND) == 0
    if b"The LAST" not in everything(project.root / "sessions"):  # the writer was slower than anyone waits
        project.hook("SessionEnd", reason="other")
    whole(project, Source(str(project.file())))


# Fullness.


def full(project: Project, tokens: int, **kwargs: Any) -> None:
    session = project.session()
    session.prompt("hello")
    session.says("hi", tokens=tokens, **kwargs)
    project.write(session)


def test_a_french_user_is_told_in_french_and_claude_and_the_log_in_english(project: Project) -> None:
    project.env["LC_ALL"] = "fr_FR.UTF-8"
    full(project, 130_000)
    project.hook("Stop")
    assert "is archived verbatim" in project.hook("SessionStart", source="resume").context
    said = project.hook("UserPromptSubmit", prompt="x").message
    assert said.startswith("rlm: le contexte est plein à 65 % (130k sur 200k jetons). L'historique est archivé\u00a0: ")
    (project.root / "sessions").rename(project.root / "away")
    (project.root / "sessions").write_text("no directory", encoding="utf-8")
    full(project, 40_000)
    told = project.hook("Stop").message
    assert "rlm: cette session n'est pas archivée\u00a0: " in told
    assert " n'est pas un dossier\u00a0; déplacez-le. " in told
    assert "is not a directory; move it away" in (project.root / "log" / "rlm.log").read_text("utf-8")


def test_the_user_is_told_once_when_the_threshold_is_crossed_and_again_after_a_fall(project: Project) -> None:
    full(project, 50_000)
    project.hook("Stop")
    assert project.hook("UserPromptSubmit", prompt="x").text == ""
    full(project, 130_000)
    said = project.hook("UserPromptSubmit", prompt="x").message
    assert "65 % full" in said
    assert "\n" not in said
    assert project.hook("UserPromptSubmit", prompt="x").text == ""
    full(project, 150_000)
    assert project.hook("UserPromptSubmit", prompt="x").text == ""
    full(project, 40_000)
    assert project.hook("UserPromptSubmit", prompt="x").text == ""
    full(project, 121_000)
    assert "60 % full" in project.hook("UserPromptSubmit", prompt="x").message


def test_a_compaction_empties_the_context(project: Project) -> None:
    session = project.session()
    session.prompt("hello")
    session.says("hi", tokens=190_000)
    project.write(session)
    project.hook("Stop")
    assert project.hook("UserPromptSubmit", prompt="x").message
    session.compaction()
    project.write(session)
    assert project.hook("UserPromptSubmit", prompt="x").text == ""
    session.says("hi again", tokens=150_000)
    project.write(session)
    assert project.hook("UserPromptSubmit", prompt="x").message


def test_the_threshold_and_the_window_come_from_the_configuration(project: Project) -> None:
    (project.path / ".claude").mkdir()
    (project.path / ".claude" / "rlm.yaml").write_text("threshold: 0.25\nwindow: 40000\n")
    full(project, 12_000)
    project.hook("Stop")
    assert "30 % full (12k of 40k tokens)" in project.hook("UserPromptSubmit", prompt="x").message


# Orders and sub-agents after a compaction.


def test_after_a_compaction_the_users_orders_are_told_until_they_are_forgotten_or_switched_off(
    project: Project,
) -> None:
    session = talk(project.session(), 2)
    session.prompt("Never push to main, whatever happens.")
    session.says("Understood.")
    project.write(session)
    project.recap_in(0.001)  # a machine too slow for it: the map alone
    assert pointers.MAP_CHARS > len(project.hook("SessionStart", source="compact").context) > 100
    project.recap_in(BOUND / 2)
    order = '"Never push to main, whatever happens."'
    said = project.hook("SessionStart", source="compact").context
    assert order in said
    assert "before this point is archived verbatim: " in said  # by which it is known as ours, and not archived
    assert len(said) <= pointers.MAP_CHARS
    assert order not in project.hook("SessionStart", source="resume").context
    users_settings("moment: {orders: false}\n")
    assert order not in project.hook("SessionStart", source="compact").context
    users_settings("")
    project.wait_for_quiet()
    forget(project.archive, Named(match="Never push to main"))
    assert "Never push" not in project.hook("SessionStart", source="compact").context


# What a resumed session costs.

COSTS = {"context_tokens": 152_300, "estimated_cache_write_usd": 0.571, "prompt_cache_likely_expired": True}
UNTOLD: dict[str, Record] = {
    "the cache is warm": {"prompt_cache_likely_expired": False},
    "it is little": {"estimated_cache_write_usd": 0.01},
    "no figure": {"estimated_cache_write_usd": "0.57"},
    "no number": {"estimated_cache_write_usd": 1e400},
    "an old client": {"context_tokens": None},
    "another start": {"source": "compact"},
}


def test_on_resume_the_user_is_told_what_going_on_costs(project: Project) -> None:
    project.write(talk(project.session(), 2))
    project.hook("Stop")
    said = project.hook("SessionStart", **{"source": "resume", **COSTS}).message
    assert "152k tokens, about $0.57" in said
    assert "/clear" in said
    for why, fields in UNTOLD.items():
        assert project.hook("SessionStart", **{"source": "resume", **COSTS, **fields}).message == "", why
    users_settings("moment: {resume: false}\n")
    assert project.hook("SessionStart", **{"source": "resume", **COSTS}).message == ""


# Hints.

ASKED = "where does the flamingo sleep in the lagoon"


@pytest.fixture
def hinted(project: Project) -> Project:
    """Hints are on, and another session knows the answer."""
    (project.path / ".claude").mkdir()
    users_settings("hints: true\n")
    made = project.session("33333333-old")
    made.prompt('the flamingo does sleep in the lagoon, "standing"\x1b[2J\u2028 on one leg')
    project.write(made)
    project.hook("Stop", "33333333-old")
    project.write(talk(project.session(), 1))
    project.hook("Stop")
    project.wait_for_quiet()
    project.hint_in(BOUND / 2)
    return project


def test_a_prompt_that_the_archive_answers_gets_a_hint_once(hinted: Project) -> None:
    said = hinted.hook("UserPromptSubmit", prompt=ASKED)
    assert "r2-" in said.context
    assert "flamingo" in said.context
    assert len(said.context) <= 300
    assert said.message == ""
    assert hinted.hook("UserPromptSubmit", prompt=ASKED).text == ""
    assert "hint" in hinted.log()


def test_a_hint_and_a_full_context_are_told_in_one_answer(hinted: Project) -> None:
    session = hinted.session()
    session.prompt("hello")
    session.assistant({"type": "text", "text": "hi"}, tokens=150_000)
    hinted.write(session)
    said = hinted.hook("UserPromptSubmit", prompt=ASKED)
    assert "flamingo" in said.context
    assert "% full" in said.message


@pytest.mark.parametrize("text", ["", "hints: false\n"], ids=["by default", "false"])
def test_without_the_setting_there_are_no_hints(hinted: Project, text: str) -> None:
    users_settings(text)
    hinted.hook("SessionStart", source="resume")
    assert hinted.hook("UserPromptSubmit", prompt=ASKED).text == ""
    assert not (hinted.root / "state" / "hinted.json").exists()


@pytest.mark.parametrize(
    "prompt", ["", "/recall " + ASKED, "yes, go on", ASKED + "x" * 3000, 5, None, ["x"], "\ud800\0 a b c"]
)
def test_no_hint_for_commands_pasted_text_or_what_is_no_text(hinted: Project, prompt: Any) -> None:
    assert hinted.hook("UserPromptSubmit", prompt=prompt).context == ""


HARM: dict[str, Callable[[Path], object]] = {
    "no index": lambda root: (root / "search.db").unlink(),
    "no database": lambda root: (root / "search.db").write_bytes(b"garbage" * 999),
    "a directory": lambda root: ((root / "search.db").unlink(), (root / "search.db").mkdir()),
    "told is no json": lambda root: (root / "state" / "hinted.json").write_bytes(b"{"),
    "told is a list": lambda root: (root / "state" / "hinted.json").write_bytes(b"[1]"),
    "told is of numbers": lambda root: (root / "state" / "hinted.json").write_bytes(
        json.dumps({SESSION: 5, "x": 1}).encode()
    ),
    "no chunks": lambda root: shutil.rmtree(root / "sessions"),
    "no archive": lambda root: shutil.rmtree(root),
}


@pytest.mark.parametrize("harm", HARM.values(), ids=HARM)
def test_a_prompt_is_never_held_up(hinted: Project, harm: Callable[[Path], object]) -> None:
    harm(hinted.root)
    hinted.hook("UserPromptSubmit", prompt=ASKED)
    hinted.hook("UserPromptSubmit", prompt=ASKED)  # and once more over what the first left
    assert " ERROR " not in hinted.log()
    hinted.wait_for_quiet()


def test_a_hint_that_takes_too_long_is_left_out(hinted: Project) -> None:
    hinted.hint_in(0.01)
    assert hinted.hook("UserPromptSubmit", prompt=ASKED).text == ""
    hinted.wait_for_quiet()


def test_an_index_that_another_holds_keeps_no_prompt_waiting(hinted: Project) -> None:
    os.remove(hinted.root / "search.db")
    with Lock(os.path.join(hinted.root, "state", "locks", "index.lock"), 0.0):
        assert hinted.hook("UserPromptSubmit", prompt=ASKED).text == ""
    hinted.wait_for_quiet()


def test_what_is_archived_is_found_without_waiting_for_a_search(project: Project) -> None:
    """Hooks have the index brought up to date behind the user's back."""
    project.write(talk(project.session(), 4))
    project.hook("Stop")
    project.wait_for_quiet()
    assert (project.root / "search.db").exists()
    assert "passages+" in project.log()
    project.hook("Stop")
    project.wait_for_quiet()
    assert project.log().count("passages+") == 1


# Payloads.

BROKEN = {
    "empty": b"",
    "blank": b"\n\n",
    "no json": b"hello",
    "half": b'{"session_id": "x", "transc',
    "list": b"[1, 2]",
    "number": b"17",
    "null": b"null",
    "no fields": b"{}",
    "wrong types": json.dumps(
        {"session_id": 5, "transcript_path": ["x"], "cwd": {}, "source": 1, "reason": [], "trigger": {}}
    ).encode(),
    "nulls": json.dumps({"session_id": None, "transcript_path": None, "cwd": None, "compact_summary": None}).encode(),
    "bad utf-8": b'{"session_id": "\xff\xfe", "transcript_path": "\xc3\x28.jsonl"}',
    "deep": b'{"a":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "nul": b'{"session_id": "a\\u0000b", "transcript_path": "/tmp/\\u0000.jsonl", "cwd": "\\u0000"}',
    "surrogates": b'{"session_id": "\\ud800", "transcript_path": "/tmp/\\ud800.jsonl", "cwd": "/\\ud800"}',
}


@pytest.mark.parametrize("event", EVERY)
@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_a_broken_payload_does_no_harm_and_says_nothing(project: Project, event: str, data: bytes) -> None:
    before = sorted(map(str, project.path.parent.rglob("*")))
    assert project.run(event, data).text == ""
    assert sorted(map(str, project.path.parent.rglob("*"))) == before


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_a_broken_payload_is_logged_where_there_is_an_archive(project: Project, data: bytes) -> None:
    project.write(talk(project.session(), 1))
    project.hook("Stop")
    project.wait_for_quiet()
    before, lines = files(project.root), len(project.log().split("\n"))
    project.run("Stop", data)
    assert files(project.root) == before
    assert len(project.log().split("\n")) == lines + 1


@pytest.mark.parametrize("event", EVERY)
@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "/", "relative.jsonl", "", "{dir}/folder.jsonl", "{dir}/pipe.jsonl", "/dev/zero", "{dir}/dev.jsonl",
     "{dir}/../../../../etc/passwd", "{dir}/secret.txt", "~/x.jsonl", "/proc/self/mem", "x" * 5000 + ".jsonl"],
)  # fmt: skip
def test_what_is_no_transcript_is_not_read(project: Project, event: str, path: str) -> None:
    folder = project.transcripts
    (folder / "folder.jsonl").mkdir()
    os.mkfifo(folder / "pipe.jsonl")
    (folder / "dev.jsonl").symlink_to("/dev/zero")
    (folder / "secret.txt").write_bytes(talk(project.session(), 2).data())
    fields: Record = {"agent_type": "x", "source": "resume", "compact_summary": "s", "reason": "clear"}
    assert project.hook(event, **fields, transcript_path=path.format(dir=folder)).text == ""
    assert not list(project.root.glob("sessions/*"))
    project.wait_for_quiet()


@pytest.mark.parametrize("event", EVERY)
@pytest.mark.parametrize("name", ["../../x", "/etc/cron.d/x", "x" * 300, "\0é\n"])
def test_hostile_ids_write_nothing_outside_the_archive(project: Project, event: str, name: str) -> None:
    project.write(talk(project.session(), 2))
    outside = {str(p) for p in project.path.parent.rglob("*") if not p.is_relative_to(project.path)}
    fields: Record = {"agent_type": "x", "source": "compact", "compact_summary": "s", "reason": "clear"}
    project.hook(event, session_id=name, agent_id=name, agent_transcript_path=name, **fields)
    project.wait_for_quiet()
    assert {str(p) for p in project.path.parent.rglob("*") if not p.is_relative_to(project.path)} == outside
    assert {p.name for p in (project.path / ".claude").glob("*")} <= {"rlm"}
    assert {p.name for p in project.path.iterdir()} <= {".claude"}


def test_an_unknown_event_does_nothing(project: Project) -> None:
    project.write(talk(project.session(), 1))
    made = direct("Stop", "local", Environment.current())
    args = ["no-such-event" if a == "stop" else a for a in made["args"]]  # type: ignore[attr-defined]
    done = subprocess.run(
        [str(made["command"]), *args],
        input=b"{}",
        capture_output=True,
        env={**os.environ, **project.env},
        timeout=BOUND,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_missing_package_stays_silent(project: Project, tmp_path: Path) -> None:
    made = direct("Stop", "local", Environment.current())
    args = [str(tmp_path / "gone") if a == str(Environment.current().package_dir) else a for a in made["args"]]  # type: ignore[attr-defined]
    done = subprocess.run([str(made["command"]), *args], input=b"{}", capture_output=True, timeout=BOUND)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_closed_pipes_are_no_fault(project: Project) -> None:
    project.write(talk(project.session(), 4))
    project.hook("Stop")
    made = direct("SessionStart", "local", Environment.current())
    process = subprocess.Popen(
        [str(made["command"]), *made["args"]],  # type: ignore[misc]
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, **project.env},
    )  # fmt: skip
    assert process.stdin
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    process.stdin.write(json.dumps(project.payload("SessionStart", source="resume")).encode())
    process.stdin.close()
    assert process.wait(BOUND) == 0
    assert process.stderr.read() == b""
    process.stderr.close()


# When to keep out of it.


@pytest.mark.parametrize("event", EVERY)
def test_in_a_child_of_ours_nothing_happens(project: Project, event: str) -> None:
    project.write(talk(project.session(), 3))
    assert project.hook(event, env={"RLM_DEPTH": "1"}, source="resume", agent_type="x").text == ""
    assert not project.root.exists()


def test_switched_off_nothing_happens(project: Project) -> None:
    project.write(talk(project.session(), 3))
    (project.path / ".claude").mkdir()
    (project.path / ".claude" / "rlm.yaml").write_text("enabled: false\n")
    for event in EVERY:
        assert project.hook(event, source="resume", agent_type="x").text == ""
    assert not (project.root / "sessions").exists()


@pytest.mark.parametrize(
    ("installed", "form", "aside"),
    [
        ("local", "shared", True),
        ("local", "user", True),
        ("local", "plugin", True),
        ("user", "plugin", True),
        ("user", "local", False),
        ("user", "user", False),
        ("", "plugin", False),
    ],
)
def test_the_strongest_form_installed_answers(project: Project, installed: str, form: str, aside: bool) -> None:
    place = project.path / ".claude" if installed == "local" else Path(os.environ["CLAUDE_CONFIG_DIR"])
    if installed:
        place.mkdir(exist_ok=True)
        made = {e: [{"hooks": [direct(e, installed, Environment.current())]}] for e in EVENTS}  # type: ignore[arg-type]
        name = "settings.local.json" if installed == "local" else "settings.json"
        (place / name).write_text(json.dumps({"hooks": made}))
    project.write(talk(project.session(), 3))
    project.hook("Stop", form=form)
    assert bool(list(project.root.glob("sessions/*"))) is not aside


@pytest.mark.parametrize(
    "gone",
    [
        {"command": "/gone/python"},
        {"args": ["-c", BOOT, "/gone/site-packages", "stop", "local"]},
        {"args": ["-c", BOOT]},
        {"command": "/gone/rlm/launch", "args": ["stop", "local", "3fa2b9d0"]},
    ],
)
def test_a_stronger_form_that_no_longer_works_is_passed_over(project: Project, gone: Record) -> None:
    (project.path / ".claude").mkdir()
    made = {e: [{"hooks": [{**direct(e, "local", Environment.current()), **gone}]}] for e in EVENTS}
    (project.path / ".claude" / "settings.local.json").write_text(json.dumps({"hooks": made}))
    source = project.write(talk(project.session(), 3))
    project.hook("Stop", form="plugin")
    whole(project, source)


@pytest.mark.parametrize("interpreter", ["", "/gone/venv/bin/python"])
def test_a_teams_form_answers_only_where_rlm_can_be_started(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, interpreter: str
) -> None:
    (project.path / ".claude").mkdir()
    made = {e: [{"hooks": [handler(e, "shared", Environment.current())]}] for e in EVENTS}
    (project.path / ".claude" / "settings.json").write_text(json.dumps({"hooks": made}))
    program = tmp_path / "bin" / "rlm"
    program.parent.mkdir()
    program.write_text(f"#!{interpreter or '/bin/sh'}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    project.write(talk(project.session(), 3))
    project.hook("Stop", form="user")
    assert bool(list(project.root.glob("sessions/*"))) is bool(interpreter)


# When nothing can be written.


def _file(project: Project) -> None:
    project.root.parent.mkdir()
    project.root.write_text("not a directory")


def _sessions_file(project: Project) -> None:
    project.root.mkdir(parents=True)
    (project.root / "sessions").write_text("not a directory")


def _link(project: Project) -> None:
    (project.path.parent / "elsewhere").mkdir()
    project.root.parent.mkdir()
    project.root.symlink_to(project.path.parent / "elsewhere")


def _claude_file(project: Project) -> None:
    (project.path / ".claude").write_text("not a directory")


def _dangling(project: Project) -> None:
    project.root.parent.mkdir()
    project.root.symlink_to(project.path.parent / "nowhere")


def _foreign(project: Project) -> None:
    if not is_root():
        pytest.skip("only root can give a directory away")
    project.root.mkdir(parents=True)
    os.chown(project.root, 12345, 12345)


OBSTACLES = {
    "foreign-owned": _foreign,
    "file": _file,
    "sessions is a file": _sessions_file,
    "link": _link,
    "dangling": _dangling,
    ".claude": _claude_file,
}


@pytest.mark.parametrize("event", EVERY)
@pytest.mark.parametrize("obstacle", OBSTACLES.values(), ids=OBSTACLES)
def test_an_archive_that_cannot_be_written_never_breaks_claude(
    project: Project, event: str, obstacle: Callable[[Project], None]
) -> None:
    obstacle(project)
    project.write(talk(project.session(), 3))
    answer = project.hook(event, source="resume", agent_type="x", reason="clear", compact_summary="s")
    assert answer.context == ""
    if event in ("Stop", "SessionStart"):
        assert "this session is not being archived" in answer.message
        assert str(project.path / ".claude") in answer.message
    assert not list((project.path.parent / "elsewhere").rglob("*"))
    assert not (project.path.parent / "nowhere").exists()
    project.wait_for_quiet()


def test_the_complaint_is_made_once_a_session_but_at_every_start(project: Project) -> None:
    _file(project)
    project.write(talk(project.session(), 3))
    assert [bool(project.hook("Stop").message) for _ in range(3)] == [True, False, False]
    assert [bool(project.hook("SessionStart", source="resume").message) for _ in range(2)] == [True, True]


def test_a_read_only_file_system_is_reported(project: Project) -> None:
    project.root.mkdir(parents=True, mode=0o700)
    with mounted(project.root, "ro,size=64k"):
        project.write(talk(project.session(), 3))
        assert "Read-only file system" in project.hook("Stop").message
        assert "not being archived" in project.hook("SessionStart", source="startup").message
        assert project.hook("PreCompact").text == ""


def test_a_project_that_is_gone_is_left_alone(project: Project) -> None:
    project.write(talk(project.session(), 1))
    shutil.rmtree(project.path)
    for event in EVERY:
        assert project.hook(event, source="resume", agent_type="x").text == ""
    assert not project.path.exists()


def test_a_lock_held_by_another_postpones_the_work(project: Project) -> None:
    session = talk(project.session(), 2)
    source = project.write(session)
    project.hook("Stop")
    project.write(talk(session, 2))
    with Lock(str(project.root / "state" / "locks" / f"{source.name}.lock"), 1):
        assert project.hook("SessionEnd", reason="other").text == ""
        assert "postponed" in project.log()
    project.hook("SessionEnd", reason="other")
    whole(project, source)


def test_a_fault_of_ours_is_logged_and_silent(project: Project) -> None:
    project.write(talk(project.session(), 2))
    project.hook("Stop")
    (project.root / "state" / "sources" / f"{SESSION}.json").unlink()
    (project.root / "state" / "sources" / f"{SESSION}.json").mkdir()
    project.write(talk(project.session(), 3))
    answer = project.hook("Stop")
    assert "not being archived" in answer.message or answer.text == ""
    assert re.search(r" (FAILED|ERROR) ", project.log())


def test_a_configuration_that_makes_no_sense_is_told_and_archiving_goes_on(project: Project) -> None:
    (project.path / ".claude").mkdir()
    (project.path / ".claude" / "rlm.yaml").write_text("chunkk: 5\n")
    source = project.write(talk(project.session(), 3))
    project.hook("Stop")
    whole(project, source)
    assert "unknown setting `chunkk`" in project.hook("SessionStart", source="startup").message


# The map's size.


def fabricate(project: Project, chunks: int, title: str) -> None:
    """An archive as a session of so many chunks leaves it: its index's newest page and its state."""
    name = f"2026-11-22_{SESSION[:8]}"
    folder = project.root / "sessions" / name
    folder.mkdir(parents=True)
    first = (chunks - 1) // 400 * 400 + 1
    rows = [
        f"- [{n:04d}-{n:08x}]({n:04d}-{n:08x}.md) · r1-{n:012x} · 2026-11-22 10:00 "
        f"· turns {n}-{n + 1} · 2,000 tokens · {title}"
        for n in range(first, chunks + 1)
    ]
    (folder / "index.md").write_text("\n".join(["# Session", "", *rows, ""]))
    source = project.write(project.session())
    kept = project.archive
    take(kept, source)
    state = json.loads(Path(kept.state_path(source)).read_text())
    state |= {"folder": f"sessions/{name}", "closed": chunks, "started": "2026-11-22T10:00:00Z"}
    Path(kept.state_path(source)).write_text(json.dumps(state))
    row = {"session": SESSION, "title": title, "started": "", "ended": "", "chunks": chunks, "tokens": 1}
    (project.root / "state" / "catalog.json").write_text(json.dumps({"sessions": {name: row}, "months": {}}))


TITLES = {"short": "Fix it", "long": "word " * 40, "wide": "東京" * 40, "none": ""}


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
@pytest.mark.parametrize("chunks", [1, 400, 401, 10_000])
def test_what_is_injected_is_bounded_for_any_number_of_chunks(project: Project, chunks: int, title: str) -> None:
    fabricate(project, chunks, title)
    for how in ("compact", "resume"):
        said = project.hook("SessionStart", source=how).context
        assert 0 < len(said) <= pointers.MAP_CHARS == 2000
        assert f"{chunks:04d}-{chunks:08x}" in said
    assert len(project.hook("SessionStart", source="startup").context) <= 600
    line = project.hook("PreCompact").text
    assert 0 < len(line) <= pointers.LINE_CHARS
    assert f"r1-{chunks:012x}" in line


def test_the_map_does_not_grow_with_the_archive(tmp_path: Path) -> None:
    sizes = []
    for n, chunks in enumerate((500, 5_000, 10_000)):
        (tmp_path / str(n)).mkdir()
        project = Project(tmp_path / str(n))
        fabricate(project, chunks, "Fix the scheduler's lock")
        sizes.append(len(project.hook("SessionStart", source="compact").context))
    assert max(sizes) - min(sizes) < 100


def test_what_is_injected_with_a_handoff_does_not_grow_with_the_archive(tmp_path: Path) -> None:
    sizes: dict[str, list[int]] = {"startup": [], "clear": []}
    for chunks in (10, 1_000, 100_000):
        (tmp_path / str(chunks)).mkdir()
        project = Project(tmp_path / str(chunks))
        fabricate(project, chunks, "Fix the scheduler's lock " * 3)
        made = project.session("99999999-second")
        made.prompt("A task that is told at every start. " * 40)
        made.says("All of it is done but for the rest. " * 40)
        made.tool("TodoWrite", "ok", todos=[{"content": f"todo {n} " * 9, "status": "pending"} for n in range(30)])
        for n in range(20):
            made.tool("Edit", "ok", file_path=f"{project.path}/src/package/module_{n}.py")
        project.write(made)
        project.hook("SessionEnd", "99999999-second", reason="clear")
        for how, found in sizes.items():
            said = project.hook("SessionStart", "22222222-new", source=how).context
            assert "A task that is told at every start." in said
            found.append(len(said))
    assert max(sizes["startup"]) <= pointers.POINTER_CHARS
    assert max(sizes["clear"]) <= pointers.MAP_CHARS
    assert all(max(found) - min(found) < 100 for found in sizes.values())


@pytest.mark.parametrize("length", [300, 1500, 3000])
def test_a_long_path_does_not_make_the_map_longer(length: int) -> None:
    root = "/" + "/".join(["d" * 200] * (length // 200))
    state = {"folder": "sessions/x"}
    rows = {n: MapRow(f"{n:04d}-00000000.md", "r1-0", "(turn 1) t") for n in range(1, 30)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pointers, "chunk_rows", lambda _: rows)
        assert len(pointers.session_map(root, state)) <= max(pointers.MAP_CHARS, 2 * length)
        assert len(pointers.summary_line(root, state)) <= max(pointers.LINE_CHARS, 2 * length)


# What others left behind.


def test_a_start_sweeps_up_a_crashed_session_and_leaves_no_process(project: Project) -> None:
    crashed = project.write(talk(project.session("99999999-crashed"), 5))
    project.hook("SessionStart", source="startup")
    project.wait(lambda: "sweep entries+20" in project.log(), "the crashed session was not swept up")
    project.wait_for_quiet()
    whole(project, crashed)
    before = project.log().count("sweep entries")
    project.hook("SessionStart", source="startup")  # nothing was left since
    project.wait_for_quiet()
    assert project.log().count("sweep entries") == before


def test_a_sweep_leaves_other_projects_transcripts_alone(project: Project, tmp_path: Path) -> None:
    other = Session("88888888-other", cwd=str(tmp_path / "project-2"))
    talk(other, 3).write(project.file("88888888-other"))
    mine = project.write(talk(project.session("99999999-mine"), 3))
    project.hook("SessionStart", source="startup")
    project.wait(lambda: "sweep entries" in project.log(), "no sweep")
    project.wait_for_quiet()
    whole(project, mine)
    assert {m["session"] for m in project.archive.metas()} == {"99999999-mine"}


def test_much_to_archive_is_left_to_a_process_of_its_own(project: Project) -> None:
    session = project.session()
    for n in range(12):
        session.prompt(f"{n} " + "word " * 100_000)
    source = project.write(session)
    assert project.file().stat().st_size > 5_000_000
    project.hook("SessionEnd", reason="other")
    project.wait(lambda: "sweep entries+12" in project.log(), "not archived")
    project.wait_for_quiet()
    whole(project, source)


def test_a_sweep_that_is_killed_is_made_good_by_the_next(project: Project) -> None:
    session = project.session("99999999-crashed")
    for n in range(60):
        session.prompt(f"{n} " + "word " * 4_000)
    crashed = project.write(session)
    project.hook("SessionStart", source="startup")
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if str(project.path).encode() in (entry / "cmdline").read_bytes():
                os.kill(int(entry.name), signal.SIGKILL)
        except (OSError, ValueError):
            continue
    project.wait_for_quiet()
    talk(session, 1)
    project.write(session)
    project.hook("SessionStart", source="startup")
    project.wait(lambda: "sweep entries" in project.log(), "not swept")
    project.wait_for_quiet()
    whole(project, crashed)


def test_two_clients_at_once_leave_one_whole_archive(project: Project) -> None:
    made = [talk(project.session(f"{c * 8}-client"), 6) for c in "ab"]
    found = [project.write(s) for s in made]
    command = direct("Stop", "local", Environment.current())
    running = []
    for _ in range(4):
        for s in made:
            p = subprocess.Popen(
                [str(command["command"]), *command["args"]],  # type: ignore[misc]
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env={**os.environ, **project.env},
            )
            assert p.stdin
            p.stdin.write(json.dumps(project.payload("Stop", s.session)).encode())
            p.stdin.close()
            running.append(p)
    for p in running:
        assert p.wait(BOUND) == 0
        assert p.stdout
        said = p.stdout.read()
        p.stdout.close()
        assert not said or b"times in a row" in said  # a slow machine: who waits too long says so, and leaves the work
    project.wait_for_quiet()  # to a process of its own
    whole(project, *found)
    assert sorted(u for m in project.archive.metas() for u in m["uuids"]) == sorted(u for s in made for u in s.uuids())


def test_a_large_backlog_is_archived_detached_even_of_a_session_that_began_elsewhere(project: Project) -> None:
    made = talk(Session(cwd=str(project.path.parent / "a-worktree-elsewhere")), 3)
    record = next(i for i in made.items if isinstance(i, dict) and i["type"] == "user")
    record["message"]["content"] = "much to say\n" * 500_000
    source = project.write(made)
    answer = project.hook("Stop")
    assert answer.text == ""
    project.wait(lambda: "sweep entries+" in project.log(), "nothing was swept")
    project.wait_for_quiet()
    whole(project, source)


def test_an_indexer_that_cannot_be_started_is_no_failure_to_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rlm_core.hooks import detached, events

    def refuse(project: str) -> None:
        raise OSError("no process left")

    monkeypatch.setattr(detached, "index_detached", refuse)
    monkeypatch.delenv("CLAUDE_PROJECT_DIR", raising=False)
    project = tmp_path / "project"
    project.mkdir()
    path = talk(Session(cwd=str(project)), 3).write(tmp_path / "t" / f"{SESSION}.jsonl")
    payload = {"session_id": SESSION, "transcript_path": str(path.path), "cwd": str(project)}
    assert events.respond("stop", "local", json.dumps(payload).encode(), time.perf_counter()) == ""
    assert "index not started: no process left" in (project / ".claude" / "rlm" / "log" / "rlm.log").read_text()


# What the user is told at a session's start, and what is renewed there.


def installed(project: Project, version: str = VERSION, **env: Any) -> Environment:
    """rlm, installed into the project by the version of that name."""
    machine = replace(Environment.current(), version=version, **env)
    plan_install(project.path, scope="local", offload_at=None, env=machine).apply()
    return machine


def test_on_the_happy_path_the_user_is_told_nothing(project: Project) -> None:
    installed(project)
    project.write(talk(project.session(), 2))
    project.hook("Stop")
    assert project.hook("SessionStart", source="resume").message == ""
    assert "renewing" not in project.log()


@pytest.mark.parametrize(("what", "mend"), [("python", "with another one"), ("package", "-m pip install rlm-recall")])
def test_that_a_spare_copy_stands_in_is_told_at_the_start_alone(project: Project, what: str, mend: str) -> None:
    project.write(talk(project.session(), 2))
    stand_in = {"RLM_STANDIN": f"{what}:/gone/bin/python"}
    told = project.hook("SessionStart", source="startup", env=stand_in).message
    assert "/gone/bin/python" in told
    assert mend in told
    assert "`rlm install`" in told
    assert project.hook("Stop", env=stand_in).message == ""
    assert project.hook("SessionStart", source="compact", env=stand_in).message == ""


def test_a_session_that_had_begun_before_is_told_by_its_next_hook(project: Project) -> None:
    project.write(talk(project.session(), 2))
    stand_in = {"RLM_STANDIN": "python:/gone/bin/python"}
    said = [project.hook(event, env=stand_in).message for event in ("SubagentStop", "Stop", "UserPromptSubmit", "Stop")]
    assert ["/gone/bin/python" in words for words in said] == [False, True, False, False]


def test_skills_that_have_gone_are_told(project: Project) -> None:
    installed(project)
    shutil.rmtree(project.path / ".claude" / "skills")
    told = project.hook("SessionStart", source="startup").message
    assert str(project.path / ".claude" / "skills") in told
    assert "run `rlm install`" in told
    installed(project)
    assert project.hook("SessionStart", source="startup").message == ""


def test_a_full_disk_is_told_at_the_start(project: Project) -> None:
    project.root.mkdir(parents=True, mode=0o700)
    with mounted(project.root, "size=64k"):
        assert "is full" in project.hook("SessionStart", source="startup").message


def test_a_fault_of_ours_is_told_once(project: Project) -> None:
    project.before = (
        "import sys\nsys.path.insert(0, sys.argv[1])\nfrom rlm_core.hooks import events\n"
        "def fail(*given):\n raise ImportError('a part is missing')\nevents.respond = fail\n"
    )
    env = {"CLAUDE_CODE_SESSION_ID": str(project.path)}
    said = [project.hook(event, env=env).message for event in ("SubagentStop", "Stop", "UserPromptSubmit", "Stop")]
    assert [bool(words) for words in said] == [False, True, False, False]
    assert "a part is missing" in said[1]


def renewed(project: Project, **fields: Any) -> None:
    project.hook("SessionStart", source="startup", **fields)
    project.wait(lambda: "renewed files=" in project.log(), "not renewed")
    project.wait_for_quiet()


def test_an_upgrade_renews_the_skills_that_nobody_changed(project: Project, tmp_path: Path) -> None:
    share = tmp_path / "share"
    shutil.copytree(ROOT / "skills", share / "skills")
    shutil.copytree(ROOT / "agents", share / "agents")
    shutil.copytree(ROOT / "workflows", share / "workflows")
    skills = project.path / ".claude" / "skills"
    names = sorted(p.name for p in (share / "skills").iterdir() if p.is_dir())
    for name in names[:3]:
        (share / "skills" / name / "SKILL.md").write_text(f"---\nname: {name}\n---\nAs the old version had it.\n")
    (share / "skills" / "dropped").mkdir()
    (share / "skills" / "dropped" / "SKILL.md").write_text("---\nname: dropped\n---\n")
    shutil.rmtree(share / "skills" / names[-1])
    installed(project, "0.4.0-before", share_dir=share)
    settings = (project.path / ".claude" / "settings.local.json").read_bytes()
    (skills / names[1] / "SKILL.md").write_text("mine now\n")
    (skills / names[2] / "SKILL.md").unlink()
    project.root.joinpath("log").mkdir(exist_ok=True)
    renewed(project)
    assert "As the old version" not in (skills / names[0] / "SKILL.md").read_text()
    assert (skills / names[1] / "SKILL.md").read_text() == "mine now\n"
    assert not (skills / names[2] / "SKILL.md").exists()
    assert not (skills / "dropped").joinpath("SKILL.md").exists()
    assert (skills / names[-1] / "SKILL.md").exists()
    assert (project.path / ".claude" / "settings.local.json").read_bytes() == settings
    before = project.log()
    project.hook("SessionStart", source="startup")
    assert "renewing" not in project.log()[len(before) :]


def test_what_was_renewed_can_be_taken_out_again(project: Project) -> None:
    installed(project, "0.4.0-before")
    renewed(project)
    plan_uninstall(project.path, env=Environment.current()).apply()
    assert not (project.path / ".claude" / "skills").exists()
    assert not (project.path / ".claude" / "settings.local.json").exists()
