"""The plugin form: added as a marketplace, installed by the client, used without any Python package."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from kits.claude.client import Project
from kits.claude.mock_api import MockApi
from kits.claude.plugin import NAME, plugin_data
from kits.claude.process import wait_until
from kits.claude.product import CITATION, Product, recall
from kits.claude.replies import calls, say, text, thought, tool

TOOLS = ("--allowedTools", "Bash,Read,Write,Edit,Agent,Skill")
KNOWS_ICONS = (2, 1, 332)  # 2.1.197 does not know a plugin's `icon` and `network`; between, nobody has tried
EARLY = {"CLAUDE_CODE_AUTO_COMPACT_WINDOW": "100000"}  # compacts from 67,000 tokens on


def test_the_client_finds_nothing_wrong_with_the_plugin(project: Project, checkout: Path) -> None:
    """An older one warns of fields that it does not know, and of nothing else."""
    strict = ["--strict"] if project.version >= KNOWS_ICONS else []
    done = project.run("plugin", "validate", str(checkout), *strict)
    assert done.code == 0, done
    if not strict:
        warned = [line for line in done.stdout.split("\n") if "❯" in line]
        assert [line for line in warned if not re.search(r"Unknown field '(?:icon|network)'", line)] == []


def test_a_plugin_keeps_the_whole_of_a_day(plugin: Product, mock: MockApi) -> None:
    mock.agent_says = lambda request: say("an-agents-report")
    agent = tool("Agent", description="look", prompt="an-alder-task", subagent_type="general-purpose")
    mock.script(
        calls(thought("a-maple-thought"), tool("Bash", command="echo maple-output-$((40+2))")),
        calls(agent),
        say("It reported."),
        calls(tool("Bash", command="echo big"), tokens=90_000),  # and now an automatic compaction
        say("a-willow-answer"),
        say("a-spruce-answer"),
        say("after /compact"),
        say("after /clear"),
        say("resumed"),
        say("forked"),
    )
    project = plugin.project
    with project.stream(*TOOLS, **EARLY) as stream:
        for prompt in ("a-cedar-prompt", "a-birch-prompt", "an-elm-prompt", "/compact", "an-oak-prompt"):
            stream.turn(prompt)
        first = stream.session
        stream.turn("/clear")
        stream.turn("a-rowan-prompt")
    project.ask("an-ash-prompt", "--resume", first, *TOOLS)
    fork = project.ask("a-yew-prompt", "--resume", first, "--fork-session", *TOOLS)["session_id"]
    plugin.wait_until_whole()
    assert set(plugin.sessions()) == {first, stream.session, fork}
    kept = plugin.text()
    for words in ("a-maple-thought", "maple-output-42", "an-alder-task", "an-agents-report", "a-yew-prompt"):
        assert words in kept
    for asked in mock.summaries:
        assert plugin.cited(asked.last)
    maps = plugin.maps(first)
    assert len(maps) == 3  # after two compactions and a resumption
    assert all(len(shown) <= 2000 for shown in maps)
    assert plugin.trouble() == []
    assert mock.strangers == []


def test_a_plugin_sweeps_up_after_a_killed_client(plugin: Product, mock: MockApi) -> None:
    mock.script(calls(text("a-cut-off-text"), tool("Bash", command="tail -f /dev/null")))
    project = plugin.project
    with project.stream(*TOOLS) as stream:
        stream.send("a-cedar-prompt")
        mock.wait_for(lambda r: "a-cedar-prompt" in r.last)
        wait_until(lambda: "a-cut-off-text" in str(project.records()), "the lines")
        stream.kill()
    project.destroy()
    project.ask("a-birch-prompt")
    plugin.wait_until_whole()
    assert "a-cut-off-text" in plugin.text()
    assert plugin.trouble() == []


@pytest.mark.parametrize("command", ["/recall", "/rlm:recall"])
def test_recall_answers_from_a_plugin(plugin: Product, mock: MockApi, command: str) -> None:
    mock.script(calls(tool("Bash", command="echo maple-output-$((40+2))")), say("Ran it."))
    plugin.project.ask("a-cedar-prompt", *TOOLS)
    mock.when(lambda r: "maple output" in r.text, *recall("maple output", "maple-output-42"))
    result = plugin.project.ask(f"{command} what was the maple output?")
    assert CITATION.search(result["result"]), result
    assert "maple-output-42" in result["result"]
    assert result["permission_denials"] == []


def test_the_plugin_archives_while_its_environment_is_being_built(fresh: Product, mock: MockApi) -> None:
    fresh.project.ask("a-cedar-prompt")
    assert "a-cedar-prompt" in fresh.text()
    fresh.assert_whole()
    assert fresh.trouble() == []
    fresh.project.assert_no_process_left(timeout=120)
    assert (plugin_data(fresh) / "environment.log").read_text()
    assert not (plugin_data(fresh) / "environment").exists()


def test_plugin_and_project_install_speak_with_one_voice(plugin: Product, mock: MockApi) -> None:
    plugin.install()
    with plugin.project.stream() as stream:
        for prompt in ("a-cedar-prompt", "a-birch-prompt", "/compact", "an-elm-prompt"):
            stream.turn(prompt)
    assert mock.summaries[0].last.count("This conversation is archived verbatim") == 1
    assert len(plugin.maps(stream.session)) == 1
    assert plugin.text().count("\na-cedar-prompt\n") == 1
    plugin.assert_whole()
    assert plugin.trouble() == []


def test_the_plugin_takes_over_when_the_project_install_goes(plugin: Product, mock: MockApi) -> None:
    plugin.install()
    assert plugin.rlm("uninstall").code == 0
    plugin.project.ask("a-cedar-prompt")
    assert "a-cedar-prompt" in plugin.text()


@pytest.fixture
def bare_path(tmp_path: Path) -> str:
    """A PATH with a shell's usual tools and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sh", "bash", "cat", "dirname", "env", "git", "mkdir", "mv", "ps", "rm", "sed", "uname", "which"):
        if found := shutil.which(name):
            (folder / name).symlink_to(found)
    return str(folder)


def test_without_python_the_user_is_told_and_claude_works_on(plugin: Product, mock: MockApi, bare_path: str) -> None:
    mock.script(say("one"), say("two"), say("three"))
    with plugin.project.stream(PATH=bare_path) as stream:
        results = [stream.turn(p)["result"] for p in ("a-cedar-prompt", "a-birch-prompt", "/compact")]
        assert stream.turn("an-elm-prompt")["result"] == "three"
    assert results[:2] == ["one", "two"]
    told = {a["content"] for a in plugin.project.attachments() if a["type"] == "hook_system_message"}
    assert len(told) == 1
    assert "Python 3.10" in told.pop()
    assert not plugin.root.exists()
    assert plugin.project.hook_trouble() == []


def test_uninstalling_the_plugin_leaves_the_archive(plugin: Product, mock: MockApi) -> None:
    plugin.project.ask("a-cedar-prompt")
    done = plugin.project.run("plugin", "uninstall", NAME)
    assert done.code == 0, done
    plugin.project.ask("a-birch-prompt")
    assert "a-cedar-prompt" in plugin.text()
    assert "a-birch-prompt" not in plugin.text()


def test_the_plugin_stands_in_the_clients_list(plugin: Product) -> None:
    listed = json.loads(plugin.project.run("plugin", "list", "--json").stdout)
    added = [p for p in listed if not p["id"].endswith("@builtin")]  # others come with the client
    assert [(p["id"], p["enabled"]) for p in added] == [(NAME, True)]
