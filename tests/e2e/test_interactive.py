"""The main job in the terminal, where a user types."""

from __future__ import annotations

import json
import re

import pytest
from kits.claude.mock_api import MockApi
from kits.claude.process import wait_until
from kits.claude.product import CITATION, Product, recall
from kits.claude.replies import calls, say, tool
from kits.claude.terminal import Terminal

pytestmark = pytest.mark.usefixtures("tmux")


def leave(terminal: Terminal) -> None:
    """/exit, and wait for the end."""
    terminal.submit("/exit")
    terminal.ended()


def assert_whole_after_next_start(product: Product) -> None:
    """Every entry is archived, at the latest by the next session: /exit's own lines race with SessionEnd."""
    product.project.ask("the next session")
    product.wait_until_whole()


def compacted(product: Product) -> None:
    """Wait for the end of a compaction."""
    wait_until(lambda: product.project.hooks("PostCompact"), "the compaction")


def test_a_day_in_the_terminal_is_archived_whole(product: Product, mock: MockApi) -> None:
    mock.script(say("one"), calls(tool("Bash", command="echo maple-output-$((40+2))")), say("two"))
    project = product.project
    with project.terminal("--allowedTools", "Bash") as terminal:
        project.say(terminal, "a-cedar-prompt")
        project.say(terminal, "a-birch-prompt")
        terminal.submit("/compact keep the trees")
        compacted(product)
        project.say(terminal, "an-elm-prompt")
        (shown,) = product.maps(project.hooks("Stop")[0]["session_id"])
        assert shown in mock.main[-1].text
        terminal.submit("/clear")
        wait_until(lambda: project.hooks("SessionStart", source="clear"), "the clearing")
        project.say(terminal, "an-oak-prompt")
        (shown,) = product.maps(project.hooks("Stop")[-1]["session_id"])  # of the session just cleared
        assert shown in mock.main[-1].text
        leave(terminal)
    assert product.cited(mock.summaries[0].last)
    assert len(product.sessions()) == 2
    assert "maple-output-42" in product.text()
    assert_whole_after_next_start(product)
    assert product.trouble() == []


def test_an_automatic_compaction_in_the_terminal_offloads(product: Product, mock: MockApi) -> None:
    mock.script(say("one"), calls(tool("Bash", command="echo big"), tokens=90_000), say("two"), say("three"))
    project = product.project
    options = {"CLAUDE_CODE_AUTO_COMPACT_WINDOW": "100000"}
    with project.terminal("--allowedTools", "Bash", **options) as terminal:
        for prompt in ("a-cedar-prompt", "a-birch-prompt", "an-elm-prompt"):
            project.say(terminal, prompt)
        leave(terminal)
    assert product.cited(mock.summaries[0].last)
    assert len(product.maps(project.hooks("Stop")[0]["session_id"])) == 1
    assert_whole_after_next_start(product)
    assert product.trouble() == []


def test_recall_answers_in_the_terminal(product: Product, mock: MockApi) -> None:
    mock.script(calls(tool("Bash", command="echo maple-output-$((40+2))")), say("two"), say("three"))
    mock.when(lambda r: "maple output" in r.last, *recall("maple output", "maple-output-42")[:1])
    mock.when(lambda r: "maple output" in r.text, *recall("maple output", "maple-output-42")[1:])
    project = product.project
    with project.terminal("--allowedTools", "Bash(echo *)") as terminal:
        project.say(terminal, "a-cedar-prompt")
        project.say(terminal, "a-birch-prompt")
        terminal.submit("/recall what was the maple output?")  # a forked skill ends without a Stop hook on 2.1.197
        shown = terminal.wait_for("It is in r2-")
        leave(terminal)
    assert CITATION.search(shown), shown
    assert "maple-output-42" in shown
    assert product.trouble() == []


def test_the_status_line_stands_behind_the_users_own_and_tells_hooks_the_window(product: Product) -> None:
    project = product.project
    users = project.config / "settings.json"
    kept = json.loads(users.read_text()) if users.exists() else {}
    users.write_text(json.dumps({**kept, "statusLine": {"type": "command", "command": "echo a-willow-line"}}))
    product.install("--statusline")
    with project.terminal() as terminal:
        project.say(terminal, "a-cedar-prompt")
        shown = terminal.wait_for(" · 1 session")
        leave(terminal)
    assert re.search(r"a-willow-line · (\d+ % · )?archived \d\d:\d\d · 1 session", shown), shown
    (noted,) = product.root.glob("state/window-*.json")
    assert json.loads(noted.read_text())["tokens"] >= 100_000
    assert product.trouble() == []


def test_nothing_is_archived_before_the_folder_is_trusted(product: Product, mock: MockApi) -> None:
    project = product.project
    project.seed(trusted=False)
    with project.terminal() as terminal:
        terminal.wait_for("trust")
        assert not (product.root / "log").exists()
        terminal.trust()
        project.say(terminal, "a-cedar-prompt")
        leave(terminal)
    assert "a-cedar-prompt" in product.text()


def test_a_killed_terminal_is_swept_up_by_the_next(product: Product, mock: MockApi) -> None:
    mock.script(say("one"), calls(tool("Bash", command="tail -f /dev/null")))
    project = product.project
    with project.terminal("--allowedTools", "Bash") as terminal:
        project.say(terminal, "a-cedar-prompt")
        terminal.submit("a-birch-prompt")
        wait_until(lambda: "tail -f" in str(project.processes()), "the tool")
        wait_until(lambda: "a-birch-prompt" in str(project.records()), "its line")
        terminal.kill()
    project.destroy()
    with project.terminal() as terminal:
        project.say(terminal, "an-elm-prompt")
        leave(terminal)
    assert_whole_after_next_start(product)
    assert "a-birch-prompt" in product.text()
    assert product.trouble() == []


def test_an_interrupted_answer_and_a_queued_prompt_are_kept(product: Product, mock: MockApi) -> None:
    gate = mock.gate()
    mock.script(say("the-first-half " * 40 + "the-second-half", gate=gate))
    mock.script(calls(tool("Bash", command="sleep 2 && echo slept")), say("Both answered."))
    project = product.project
    with project.terminal("--allowedTools", "Bash") as terminal:
        terminal.submit("a-cedar-prompt")
        terminal.wait_for("the-first-half")
        terminal.key("Escape")
        terminal.wait_for("Interrupted")
        gate.set()
        terminal.submit("a-birch-prompt")
        mock.wait_for(lambda r: "a-birch-prompt" in r.last)
        terminal.type("an-elm-prompt")
        terminal.key("Enter")
        wait_until(lambda: project.hooks("Stop"), "the end of the turn")
        leave(terminal)
    kept = product.text()
    for words in ("a-cedar-prompt", "the-first-half", "a-birch-prompt", "an-elm-prompt"):
        assert words in kept
    assert_whole_after_next_start(product)
    assert product.trouble() == []


def test_a_full_context_shows_one_line_on_the_screen(product: Product, mock: MockApi) -> None:
    mock.script(say("one", tokens=130_000), say("two", tokens=140_000), say("three", tokens=150_000))
    project = product.project
    with project.terminal("--model", "claude-haiku-4-5") as terminal:
        for prompt in ("a-cedar-prompt", "a-birch-prompt", "an-elm-prompt"):
            project.say(terminal, prompt)
        shown = terminal.screen()
        leave(terminal)
    assert shown.count("65%") + shown.count("65 %") == 1, shown
