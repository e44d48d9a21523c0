"""The harness itself, on the real client with a hook that only remembers."""

from __future__ import annotations

import subprocess
import sys

import pytest
from kits.claude.absent import absent
from kits.claude.client import API_KEY, EVENTS, Project
from kits.claude.mock_api import MockApi, Request
from kits.claude.process import wait_until
from kits.claude.replies import calls, fails, prompt_too_long, say, text, thought, tool
from kits.claude.stream import Stream
from kits.paths import ROOT

TOOLS = ("--allowedTools", "Bash,Read,Write,Edit,Agent,Skill")
EARLY = {"CLAUDE_CODE_AUTO_COMPACT_WINDOW": "100000"}  # compacts from 67,000 tokens on
COMPACTION = ["SubagentStop", "SessionStart:compact"]  # between PreCompact and PostCompact


def blocks(records: list[dict], kind: str) -> list[dict]:
    """Content blocks of one type in a transcript, in file order."""
    contents = [r["message"]["content"] for r in records if r["type"] in ("user", "assistant")]
    return [b for content in contents if isinstance(content, list) for b in content if b["type"] == kind]


def test_a_turn_with_tools_runs_them_and_is_recorded(project: Project, mock: MockApi) -> None:
    notes = project.path / "notes.txt"
    mock.script(
        calls(thought("I write first."), tool("Write", file_path=str(notes), content="alpha\n")),
        calls(tool("Read", file_path=str(notes))),
        calls(tool("Bash", command="cat notes.txt && echo seen")),
        say("All done."),
        say("You are welcome."),
    )
    with project.stream(*TOOLS) as stream:
        assert stream.turn("Write notes")["result"] == "All done."
        assert stream.turn("Thanks")["result"] == "You are welcome."
    assert notes.read_text() == "alpha\n"
    assert "alpha\nseen" in mock.main[3].last
    assert project.hook_order() == [
        "SessionStart:startup",
        "UserPromptSubmit",
        "Stop",
        "UserPromptSubmit",
        "Stop",
        "SessionEnd:other",
    ]
    record = project.transcript(stream.session)
    assert [b["name"] for b in blocks(record, "tool_use")] == ["Write", "Read", "Bash"]
    assert [b["thinking"] for b in blocks(record, "thinking")] == ["I write first."]
    assert mock.unspoken == 0


def test_parallel_tool_calls_come_back_in_one_request(project: Project, mock: MockApi) -> None:
    both = [tool("Bash", command="echo one"), tool("Bash", command="echo two")]
    mock.script(calls(text("Two at once."), *both), say("Both ran."))
    assert project.ask("Run two", *TOOLS)["result"] == "Both ran."
    assert {"one", "two"} <= set(mock.main[1].last.split())


def test_an_automatic_compaction_asks_for_a_summary_in_the_middle_of_a_turn(project: Project, mock: MockApi) -> None:
    project.hook_says("PreCompact", "Cite chunk ids.")
    mock.summarise = lambda request: f"<summary>\nSummary of {len(request.messages)} messages.\n</summary>"
    mock.script(say("one"), calls(tool("Bash", command="echo big"), tokens=90_000), say("two"), say("three"))
    with project.stream(*TOOLS, **EARLY) as stream:
        for prompt in ("prompt-one", "prompt-two", "prompt-three"):
            stream.turn(prompt)
    (asked,) = mock.summaries
    assert "Additional Instructions:\nCite chunk ids." in asked.last
    assert "Summary of" in mock.main[2].text
    assert "prompt-one" not in mock.main[2].text
    order = project.hook_order()
    at = order.index("PreCompact:auto")
    assert order[at:][:4] == ["PreCompact:auto", *COMPACTION, "PostCompact:auto"]
    assert stream.of("system", "compact_boundary")[0]["compact_metadata"]["trigger"] == "auto"


def test_a_rejected_prompt_is_compacted_and_sent_again(project: Project, mock: MockApi) -> None:
    mock.script(say("one"), say("two", tokens=150_000), prompt_too_long(), say("three"))
    with project.stream() as stream:
        results = [stream.turn(prompt)["result"] for prompt in ("first", "second", "third")]
    assert results == ["one", "two", "three"]
    assert len(mock.summaries) == 1
    assert "PostCompact:auto" in project.hook_order()


def test_a_manual_compact_carries_the_users_words_and_the_hooks(project: Project, mock: MockApi) -> None:
    project.hook_says("PreCompact", "Cite chunk ids.")
    with project.stream() as stream:
        for prompt in ("first", "second", "/compact keep the names", "third"):
            stream.turn(prompt)
    assert "Additional Instructions:\nkeep the names\n\nCite chunk ids." in mock.summaries[0].last
    (payload,) = project.hooks("PreCompact")
    assert (payload["trigger"], payload["custom_instructions"]) == ("manual", "keep the names")
    summaries = [r for r in project.transcript(stream.session) if r.get("isCompactSummary")]
    assert len(summaries) == 1


def test_what_a_hook_injects_after_a_compaction_is_in_the_next_request(project: Project, mock: MockApi) -> None:
    project.hook_says("SessionStart", "The map.")
    with project.stream() as stream:
        for prompt in ("first", "second", "/compact", "third"):
            stream.turn(prompt)
    assert mock.main[-1].text.count("The map.") == 1


def test_clear_ends_one_session_and_starts_another(project: Project, mock: MockApi) -> None:
    with project.stream() as stream:
        stream.turn("prompt-before")
        stream.turn("/clear")
        stream.turn("prompt-after")
    first, second = project.hooks("SessionStart")
    assert first["session_id"] != second["session_id"] == stream.session
    assert project.hooks("SessionEnd", reason="clear")[0]["session_id"] == first["session_id"]
    assert "prompt-before" not in mock.main[-1].text
    assert len(project.transcripts()) == 2


def test_a_resumed_session_goes_on_in_the_same_file(project: Project, mock: MockApi) -> None:
    session = project.ask("first")["session_id"]
    assert project.ask("second", "--resume", session)["session_id"] == session
    assert "first" in mock.main[-1].text
    assert [p["source"] for p in project.hooks("SessionStart")] == ["startup", "resume"]
    assert len(project.transcripts()) == 1


def test_a_fork_repeats_the_history_under_the_same_uuids(project: Project, mock: MockApi) -> None:
    original = project.ask("first")["session_id"]
    fork = project.ask("second", "--resume", original, "--fork-session")["session_id"]
    uuids = [{r["uuid"] for r in project.transcript(s) if r["type"] == "user"} for s in (original, fork)]
    assert uuids[0] < uuids[1]


def test_a_sub_agent_has_its_own_voice_and_its_own_transcript(project: Project, mock: MockApi) -> None:
    def agent(request: Request) -> object:
        seen = "from the agent" in request.text
        return say("The report.") if seen else calls(tool("Bash", command="echo from the agent"))

    mock.agent_says = agent
    task = tool("Agent", description="look", prompt="Look around", subagent_type="general-purpose")
    mock.script(calls(task), say("It reported."))
    result = project.ask("Send an agent", *TOOLS)
    assert result["result"] == "It reported."
    assert "The report." in mock.main[1].last
    (stop,) = project.hooks("SubagentStop")
    (path,) = project.agent_transcripts(result["session_id"])
    assert stop["agent_transcript_path"] == str(path)
    assert "Look around" in path.read_text("utf-8")


def test_a_prompt_typed_meanwhile_joins_the_turn(project: Project, mock: MockApi) -> None:
    mock.script(calls(tool("Bash", command="sleep 1 && echo slept")), say("Both answered."))
    with project.stream(*TOOLS) as stream:
        stream.send("Sleep")
        mock.wait_for(lambda r: "Sleep" in r.last)
        stream.send("And greet")
        stream.result()
    assert "And greet" in mock.main[1].last
    queued = [str(a["prompt"]) for a in project.attachments() if a["type"] == "queued_command"]
    assert "And greet" in queued[0]


def test_an_interrupted_answer_is_kept_half(project: Project, mock: MockApi) -> None:
    gate = mock.gate()
    mock.script(say("First half. Second half.", gate=gate), say("Well again."))
    with project.stream() as stream:
        stream.send("Talk")
        mock.wait_for(lambda r: "Talk" in r.last)
        wait_for_session(stream)
        stream.interrupt()
        stream.result()
        gate.set()
        assert stream.turn("Are you well?")["result"] == "Well again."
    assert any("interrupted by user" in b["text"] for b in blocks(project.transcript(stream.session), "text"))


def wait_for_session(stream: Stream) -> None:
    """Wait until the client has said which session this is: from then on it can be interrupted."""
    wait_until(lambda: stream.of("system", "init"), "the session's id")


def test_an_api_error_ends_the_turn_but_not_the_session(project: Project, mock: MockApi) -> None:
    failing = fails("something is wrong")
    mock.when(lambda r: "that-fails" in r.last and "third" not in r.last, failing, forever=True)
    with project.stream() as stream:
        results = [stream.turn(prompt) for prompt in ("first", "prompt-that-fails", "third")]
    assert [r["is_error"] for r in results] == [False, True, False]
    assert "something is wrong" in results[1]["result"]


def test_a_killed_client_says_goodbye_to_nobody(project: Project, mock: MockApi) -> None:
    mock.script(say("one"), calls(tool("Bash", command="tail -f /dev/null")), say("Back again."))
    with project.stream(*TOOLS) as stream:
        stream.turn("first")
        stream.send("second")
        mock.wait_for(lambda r: "second" in r.last)
        wait_until(lambda: any("tail" in command for _, command in project.processes()), "the tool")
        stream.kill()
    project.destroy()  # the tool it had started
    assert project.hooks("SessionEnd") == []
    assert project.ask("third", "-c")["result"] == "Back again."


def test_the_terminal_shows_a_conversation(project: Project, mock: MockApi, tmux: str) -> None:
    mock.script(say("Good morning."), calls(tool("Bash", command="echo from the terminal")), say("Ran it."))
    with project.terminal("--allowedTools", "Bash") as terminal:
        project.say(terminal, "Hello")
        project.say(terminal, "Run it")
        shown = terminal.screen()
        terminal.submit("/exit")
        terminal.ended()
    assert "Good morning." in shown
    assert "Ran it." in shown
    assert "from the terminal" in mock.main[2].last
    assert project.hook_order()[-1] == "SessionEnd:prompt_input_exit"


def test_the_terminal_compacts_and_clears(project: Project, mock: MockApi, tmux: str) -> None:
    project.hook_says("PreCompact", "Cite chunk ids.")
    with project.terminal() as terminal:
        project.say(terminal, "one")
        project.say(terminal, "two")
        terminal.submit("/compact keep the names")
        wait_until(lambda: project.hooks("PostCompact", trigger="manual"), "the compaction")
        project.say(terminal, "prompt-three")
        terminal.submit("/clear")
        wait_until(lambda: project.hooks("SessionStart", source="clear"), "the clearing")
        project.say(terminal, "four")
        terminal.submit("/exit")
        terminal.ended()
    assert "keep the names\n\nCite chunk ids." in mock.summaries[0].last
    assert "prompt-three" not in mock.main[-1].text
    assert len(project.transcripts()) == 2


def test_an_untrusted_folder_runs_no_project_hook_before_trust(project: Project, mock: MockApi, tmux: str) -> None:
    project.seed(trusted=False)
    with project.terminal() as terminal:
        terminal.wait_for("trust")
        assert project.hooks() == []
        terminal.trust()
        project.say(terminal, "Hello")
        terminal.submit("/exit")
        terminal.ended()
    assert project.hook_order()[0] == "SessionStart:startup"


def test_a_killed_terminal_leaves_nothing_behind(project: Project, mock: MockApi, tmux: str) -> None:
    with project.terminal() as terminal:
        project.say(terminal, "Hello")
        terminal.kill()
    project.assert_no_process_left()
    assert project.hooks("SessionEnd") == []


def test_a_process_left_behind_is_noticed(project: Project) -> None:
    stray = subprocess.Popen([sys.executable, "-c", "input()"], env=project.env(), stdin=subprocess.PIPE)
    with pytest.raises(AssertionError, match="processes left"):
        project.assert_no_process_left(timeout=0.5)
    stray.kill()
    stray.wait()
    project.assert_no_process_left()


def test_the_client_talks_to_the_mock_alone(project: Project, mock: MockApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_MODEL", "the-machines-own")
    monkeypatch.setenv("CLAUDE_CODE_OAUTH_TOKEN", "the-machines-own")
    project.ask("Hello")
    assert mock.strangers == []
    (request,) = mock.main
    assert request.headers["x-api-key"] == API_KEY
    assert "the-machines-own" not in str(request)


def test_every_hook_is_a_child_of_the_client(project: Project, mock: MockApi) -> None:
    with project.stream() as stream:
        stream.turn("Hello")
        pid = stream.process.pid
    assert {record["ppid"] for record in project.hook_calls()} == {pid}


def test_a_failing_hook_is_seen(project: Project, mock: MockApi) -> None:
    events = [e for e in EVENTS if e != "StopFailure"]  # of which the client shows nothing
    agent = tool("Agent", description="look", prompt="Look around", subagent_type="general-purpose")
    mock.script(calls(agent), say("It reported."))
    for event in events:
        project.add_hook(event, "sh", "-c", f"echo trouble at {event} >&2; exit 1")
    with project.stream(*TOOLS) as stream:
        for prompt in ("first", "second", "/compact"):
            stream.turn(prompt)
    trouble = project.hook_trouble()
    assert [e for e in events if not any(f"trouble at {e}" in told for told in trouble)] == []


def test_hooks_that_work_are_no_trouble(project: Project, mock: MockApi) -> None:
    with project.stream() as stream:
        for prompt in ("first", "second", "/compact"):
            stream.turn(prompt)
    assert project.hook_trouble() == []


@pytest.mark.parametrize("required", [True, False])
def test_without_a_client_tests_are_skipped_unless_required(monkeypatch: pytest.MonkeyPatch, required: bool) -> None:
    monkeypatch.setenv("RLM_E2E", "required" if required else "")
    outcome = pytest.fail.Exception if required else pytest.skip.Exception
    with pytest.raises(outcome, match="no client"):
        absent("no client")


def test_files_of_the_harness_name_no_machine(project: Project) -> None:
    here = ROOT / "tests"
    assert not [
        p.name
        for folder in ("e2e", "kits")
        for p in (here / folder).rglob("*.py")
        if "/wo" + "rk/" in p.read_text("utf-8")
    ]
