"""The product's whole life with one real client: installed, used, compacted, cleared, resumed, asked, told to forget,
taken out again. Each event that is promised reaches our hook, and settings files end as they began.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from kits.claude.client import EVENTS, label
from kits.claude.mock_api import MockApi
from kits.claude.plugin import NAME
from kits.claude.product import CITATION, Product, recall
from kits.claude.replies import calls, say, text, tool

TOOLS = ("--allowedTools", "Bash,Read,Agent,Skill")
EARLY = {"CLAUDE_CODE_AUTO_COMPACT_WINDOW": "100000"}  # compacts from 67,000 tokens on
OWN = b'{\r\n\t"env": {"LANGUE": "fran\xc3\xa7ais"},\r\n\t"permissions": {"allow": ["Bash(true)"]}\r\n}'
FACT = "maple-limit-42"
SECRET_MATTER = "projet-kestrel"


@pytest.fixture(params=["installed", "plugin"])
def product(request: pytest.FixtureRequest) -> Product:
    """rlm in both forms, beside settings of the user's own."""
    made = Product(request.getfixturevalue("project"))
    own = made.project.path / ".claude" / "settings.local.json"
    own.parent.mkdir(exist_ok=True)
    own.write_bytes(OWN)
    if request.param == "plugin":
        return request.getfixturevalue("plugin")
    made.install()
    assert own.read_bytes() != OWN
    return made


EDIT = "edit it: these are your own settings"


def logged(product: Product) -> set[str]:
    """The events of which our hook has left a line."""
    log = (product.root / "log" / "rlm.log").read_text("utf-8")
    return {word for line in log.splitlines() for word in line.split()[2:3]}


def tell(mock: MockApi) -> None:
    """What the model says in it, in order."""
    agent = tool("Agent", description="look", prompt="an-alder-task", subagent_type="general-purpose")
    mock.agent_says = lambda request: say("an-agents-report")
    mock.script(
        calls(text("I look."), tool("Bash", command=f"echo limit is {FACT}")),
        calls(agent),
        say("It reported."),
        calls(tool("Bash", command="echo big"), tokens=90_000),  # and now an automatic compaction
        say(f"It is about {SECRET_MATTER}."),
        say("a-spruce-answer"),
        say("after /compact"),
        say("after /clear"),
        say("resumed"),
    )


def test_one_life_from_installing_to_taking_out(
    product: Product, mock: MockApi, request: pytest.FixtureRequest
) -> None:
    project, plugin = product.project, "plugin" in request.node.name
    own = project.path / ".claude" / "settings.local.json"
    tell(mock)
    with project.stream(*TOOLS, **EARLY) as stream:
        for prompt in (
            "a-cedar-prompt",
            "a-birch-prompt",
            "an-elm-prompt",
            "/compact",
            "an-oak-prompt",
            "a-yew-prompt",
        ):
            stream.turn(prompt)
        first = stream.session
        stream.turn("/clear")
        stream.turn("a-rowan-prompt")
    project.ask("an-ash-prompt", "--resume", first, *TOOLS)
    product.wait_until_whole()
    assert {label(payload) for payload in project.hooks()} >= {
        *("SessionStart:startup", "SessionStart:compact", "SessionStart:clear", "SessionStart:resume"),
        *("PreCompact:auto", "PreCompact:manual", "PostCompact:auto", "PostCompact:manual"),
        *("SessionEnd:clear", "UserPromptSubmit", "Stop", "SubagentStop"),
    }
    assert logged(product) >= set(EVENTS) - {"StopFailure"}  # which test_archive.py has
    assert {FACT, SECRET_MATTER, "an-alder-task", "an-agents-report"} <= set(re.findall(r"[\w-]+", product.text()))

    mock.when(lambda r: "what was the limit" in r.text, *recall("limit maple", FACT))
    answered = project.ask("/recall what was the limit?", *TOOLS)
    assert re.search(rf"It is in {CITATION.pattern}: .*{FACT}", answered["result"]), answered

    forgot = product.report("forget", "--match", SECRET_MATTER, "--yes", "--transcript")
    assert forgot["left"] == []
    assert [row["command"] for row in forgot["not_ours"] if row["path"].endswith("/settings.json")] in ([], [EDIT])
    project.ask("a-hazel-prompt", "--resume", first, *TOOLS)
    assert SECRET_MATTER.encode() not in product.every_byte()
    assert product.report("verify")["ok"]
    assert product.trouble() == []
    assert mock.strangers == []

    chunks = product.chunks()
    if plugin:
        assert project.run("plugin", "uninstall", NAME).code == 0
    else:
        assert product.rlm("uninstall").code == 0
    assert own.read_bytes() == OWN
    project.ask("said-without-us", *TOOLS)
    assert product.chunks() == chunks, "what is archived stays, and nothing comes to it"
    assert product.rlm("uninstall", "--purge", "--yes").code == 0
    assert not product.root.exists()
    assert own.read_bytes() == OWN
    assert left_below(project.path / ".claude") == ["settings.local.json"]
    assert [path for path in ours_in(project.config) if "copies" in path] == []


def left_below(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*"))


def ours_in(config: Path) -> list[str]:
    """Files that we keep in the user's own directory."""
    return [os.path.join(base, name) for base, _, names in os.walk(config / "rlm") for name in names]
