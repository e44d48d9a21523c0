"""The workflow that has Claude Code's own agents read the parts, with the real client."""

from __future__ import annotations

import json
import re

import pytest
from kits.claude.mock_api import MockApi, Request
from kits.claude.obeying import skills_command
from kits.claude.product import Product
from kits.claude.replies import Reply, calls, say, tool

from rlm_core.install.machine import Environment
from rlm_core.install.skills import rlm_command

AGENT = "You read one part of a larger text for a question."  # in the system prompt of archive-explorer
QUESTION = "How many limits are there?"
FACT = re.compile(r"the (\w+) limit is (\d+)")
TREES = ("ash", "elm", "oak", "yew")


@pytest.fixture(params=["product", "plugin"])
def product(request: pytest.FixtureRequest) -> Product:
    """rlm in both forms, in a project of four texts."""
    made: Product = request.getfixturevalue(request.param)
    for n, tree in enumerate(TREES):
        filler = [f"{n}-{line}: the build went on as it had before" for line in range(60)]
        (made.project.path / f"part{n}.txt").write_text("\n".join([*filler, f"the {tree} limit is {n}1"]) + "\n")
    return made


def asks(product: Product, mock: MockApi, more: str = "") -> Reply:
    over = f"--over '{product.project.path}/part*.txt'"
    return calls(tool("Bash", command=f'{skills_command(mock)} ask "{QUESTION}" {over} --part 900 --leaf native{more}'))


def starts(request: Request) -> Reply:
    """The model calls the workflow with the name that the skill gives and the args that `rlm ask` printed."""
    name = re.search(r"with the name `([\w:-]+)`", request.text)
    given = re.search(r"the workflow rlm-read-parts with the args (\{.*\})", request.last)
    assert name
    assert given, request.last
    return calls(tool("Workflow", name=name[1], args=json.loads(given[1])))


def reads(request: Request) -> Reply:
    """A sub-agent: the order's file, the lines of its own part, the report. One of four reports only when it is asked
    a second time, by another agent; and one adds what stands nowhere."""
    order = re.search(r"(order-\w+/(\d+)): read (\S+), and do what it says", request.text)
    assert order, request.text
    section = request.text.partition(f"## {order[1]}, ")[2].partition("## ")[0]
    part = re.search(r"  (\S+) lines \d+-\d+, location (\S+)", section)
    if not part:
        return calls(tool("Read", file_path=order[3]))
    fact = FACT.search(request.text)
    if not fact:
        return calls(tool("Read", file_path=part[1]))
    found = [{"quote": fact[0], "location": part[2], "subject": fact[1], "value": fact[2]}]
    made_up = {"quote": "the willow limit is 99", "location": part[2], "subject": "willow", "value": "99"}
    return calls(tool("StructuredOutput", findings=[*found, *([made_up] if order[2] == "3" else [])]))


def test_the_clients_own_agents_read_the_parts_and_code_checks_them(product: Product, mock: MockApi) -> None:
    project = product.project
    project.allow("Workflow(rlm-read-parts)", "Workflow(rlm:rlm-read-parts)")
    # What a skill allows ends with the turn, and a workflow ends in a later one.
    project.allow("Bash(rlm ask *)", f"Bash({rlm_command('local', Environment.current())} ask *)")
    silent: list[str] = []

    def agent(request: Request) -> Reply:
        if re.search(r"order-\w+/2: read", request.text) and len(silent) < 2:  # once, and once more when it is nudged
            silent.append(request.last)
            return say("I have nothing to say.")
        return reads(request)

    def hands_over(request: Request) -> Reply:
        assert re.search(r'"read": ?4', request.last), request.last
        order = re.search(r"--findings (order-\w+)", request.text)
        assert order
        return asks(product, mock, f" --findings {order[1]}")

    def answers(request: Request) -> Reply:
        counted = re.search(r"(\d+) found\.", request.last)
        checked = re.search(r"(\d+) verified, (\d+) unverified", request.last)
        assert counted, request.last
        assert checked
        return say(f"{counted[1]} limits, {checked[2]} made up")

    project.ask("hello")  # the archive is begun
    mock.when(lambda r: AGENT in r.system, agent, forever=True)
    mock.script(lambda r: asks(product, mock), starts, say("they read"), hands_over, answers)  # type: ignore[arg-type]
    result = project.ask(f"/rlm {QUESTION}", timeout=120)
    assert result["result"] == "4 limits, 1 made up", result
    assert result["permission_denials"] == []
    readers = [r for r in mock.requests if AGENT in r.system]
    assert {tuple(sorted(r.tools)) for r in readers} == {("Glob", "Grep", "Read", "StructuredOutput")}
    assert len(silent) == 2
    shown = "\n".join(r.text for r in mock.main)
    assert "the willow limit is 99" not in shown  # what was reported comes to the conversation from code alone


def test_many_agents_are_started_only_when_the_user_agrees(product: Product, mock: MockApi) -> None:
    product.project.ask("hello")
    mock.when(lambda r: AGENT in r.system, reads, forever=True)
    mock.script(lambda r: asks(product, mock), starts, say("refused"))  # type: ignore[arg-type]
    result = product.project.ask(f"/rlm {QUESTION}", timeout=120)
    assert [d["tool_name"] for d in result["permission_denials"]] == ["Workflow"]
    assert not [r for r in mock.requests if AGENT in r.system]
