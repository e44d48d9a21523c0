"""Where a session left off reaches the next one: after /clear, at a start, and by /offload."""

from __future__ import annotations

import re

import pytest
from kits.claude.mock_api import MockApi, Request
from kits.claude.process import wait_until
from kits.claude.product import Product
from kits.claude.replies import Reply, calls, say, tool

TASK = "Please build the parser, then write its tests and update the docs"
TODO_TOOLS = {"CLAUDE_CODE_ENABLE_TASKS": "1", "CLAUDE_CODE_ENABLE_TODO_TOOLS": "1"}
# Of a model that has tools for todos in every client.
OPTIONS = ("--model", "claude-haiku-4-5", "--allowedTools", "Read,Write,Edit,TaskCreate,TaskUpdate")


def work(product: Product, mock: MockApi) -> None:
    """Script a turn with todos, an edit that works and one that does not."""
    product.project.extra_env.update(TODO_TOOLS)
    mine = product.project.path / "src" / "parser.py"
    mine.parent.mkdir()
    mine.write_text("x = 1\n")
    mock.script(
        calls(tool("TaskCreate", subject="Write the tests", description="of the parser")),
        calls(tool("TaskCreate", subject="Update the docs", description="of the parser")),
        calls(tool("TaskUpdate", taskId="1", status="completed")),
        calls(tool("Read", file_path=str(mine))),
        calls(tool("Edit", file_path=str(mine), old_string="x = 1", new_string="x = 2")),
        calls(tool("Edit", file_path=str(mine.with_name("none.py")), old_string="a", new_string="b")),
        say("The parser is built; the docs come next."),
    )


def tells_all(request: Request) -> bool:
    """Whether a request's context says where the session of `work` left off."""
    wanted = (
        TASK,
        "The parser is built; the docs come next.",
        '"Update the docs"',
        "files changed last: src/parser.py",
    )
    return all(words in request.text for words in wanted)


@pytest.mark.usefixtures("tmux")
def test_in_the_terminal_clear_and_a_new_start_are_told_where_it_was(product: Product, mock: MockApi) -> None:
    project = product.project
    work(product, mock)
    with project.terminal(*OPTIONS) as terminal:
        project.say(terminal, TASK)
        first = project.hooks("Stop")[0]["session_id"]
        terminal.submit("/clear")
        wait_until(lambda: project.hooks("SessionStart", source="clear"), "the clearing")
        project.say(terminal, "an-oak-prompt")
        cleared = mock.main[-1]
        terminal.submit("/exit")
        terminal.ended()
    assert tells_all(cleared), cleared.text[-3000:]
    assert "Where the session just cleared left off" in cleared.text
    assert f"claude --resume {first}" in cleared.text
    assert "Write the tests" not in cleared.text  # it is done
    with project.terminal(*OPTIONS) as terminal:
        project.say(terminal, "an-elm-prompt")
        started = mock.main[-1]
        terminal.submit("/exit")
        terminal.ended()
    assert "Where the last session here left off" in started.text
    assert "an-oak-prompt" in started.text
    assert product.trouble() == []


def test_a_headless_start_is_told_where_the_last_session_was(product: Product, mock: MockApi) -> None:
    work(product, mock)
    product.project.ask(TASK, *OPTIONS)
    product.project.ask("an-oak-prompt")
    assert tells_all(mock.main[-1]), mock.main[-1].text[-3000:]
    assert "Where the last session here left off" in mock.main[-1].text
    assert product.trouble() == []


def follow(request: Request) -> Reply:
    """What a model does that follows the skill: run its one command as it stands."""
    found = re.search(r"^`(.* archive .* && .*)`$", request.last, re.MULTILINE)
    assert found, f"no command in the skill: {request.last[-3000:]}"
    return calls(tool("Bash", command=found[1]))


def test_offload_archives_proves_and_shows_what_clear_then_carries_over(product: Product, mock: MockApi) -> None:
    project = product.project
    work(product, mock)
    mock.when(lambda r: "is about to empty the context" in r.last, follow)
    shown: list[Request] = []

    def report(request: Request) -> Reply:
        shown.append(request)
        return say("Everything is archived; /clear is safe.")

    mock.when(lambda r: "entries" in r.last and "Where the session" in r.last, report)
    with project.stream(*OPTIONS) as stream:
        stream.turn(TASK)
        session = stream.session
        result = stream.turn("/offload the changelog is still to be written")
        stream.turn("/clear")
        stream.turn("an-oak-prompt")
    assert result["permission_denials"] == []
    (printed,) = shown
    assert re.search(rf"whole +{session}: (\d+) of \1 entries", printed.last), printed.last
    assert tells_all(printed)
    cleared = mock.main[-1]
    assert tells_all(cleared), cleared.text[-3000:]
    for request in (printed, cleared):
        assert 'note for what comes next: "the changelog is still to be written"' in request.text
    assert "/clear is safe" not in cleared.text
    product.assert_whole()
    assert product.trouble() == []


def test_offload_is_the_users_to_call(product: Product, mock: MockApi) -> None:
    product.project.ask("a-cedar-prompt")
    assert "- recall: " in mock.main[-1].text
    assert "- offload: " not in mock.main[-1].text
