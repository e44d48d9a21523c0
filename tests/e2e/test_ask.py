"""`rlm ask` with the real client as its leaf: over an archive, from the skill, stopped, and without a login."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from typing import Any

import pytest
from kits.claude.client import Project
from kits.claude.mock_api import MockApi, Request
from kits.claude.process import Finished, finish, spawn
from kits.claude.product import Product
from kits.claude.replies import Reply, calls, say, tool

from rlm_core.engine import prompts
from rlm_core.tokens import estimate

SOURCE = re.compile(r'<source-(\w+) id="([^"]*)"[^>]*>\n(.*?)\n</source-\1>', re.DOTALL)
FACT = re.compile(r"the (\w+) limit is (\d+)")
OVERHEAD = 1500  # tokens beside the question, the part and our system prompt


def is_leaf(request: Request) -> bool:
    """A request of one of our children: the system prompt is ours."""
    return any(s.split("\n")[0] in request.system for s in (prompts.LEAF_SYSTEM, prompts.ALONE_SYSTEM))


def reads(request: Request) -> Reply:
    """A perfect reader of `the X limit is N`."""
    found = [
        {"claim": f"the {m[1]} limit is {m[2]}", "quote": m[0], "location": source[2], "subject": m[1], "value": m[2]}
        for source in SOURCE.finditer(request.text)
        for m in FACT.finditer(source[3])
    ]
    return say(json.dumps({"findings": found, "answer": "They are as found [1]."}))


def env(project: Project, **more: str) -> dict[str, str]:
    """The project's environment with the client under test on PATH."""
    return project.env(PATH=f"{project.claude.parent}{os.pathsep}{os.environ['PATH']}", **more)


def command(project: Project, *args: str) -> list[str]:
    return [sys.executable, "-m", "rlm_core", "ask", *args, "--project", str(project.path)]


def rlm_ask(project: Project, *args: str, timeout: float = 120, **more: str) -> Finished:
    return finish(command(project, *args), project.path, env(project, **more), "", timeout)


def report(done: Finished) -> Any:
    assert done.stdout, done
    return json.loads(done.stdout)


def texts(project: Project, count: int) -> None:
    """Files, each a part of its own."""
    for n in range(count):
        filler = "".join(f"nothing about limits in line {k} of {n}\n" for k in range(60))
        (project.path / f"part{n:02d}.txt").write_text(f"the tree{n} limit is {n + 10}\n{filler}")


def test_the_archive_of_a_real_session_is_asked_and_every_quote_is_cited_where_it_stands(
    product: Product, mock: MockApi
) -> None:
    project = product.project
    mock.when(is_leaf, reads, forever=True)
    mock.script(say("Noted: the maple limit is 42."), say("And the cedar limit is 7."))
    session = project.ask("remember that the maple limit is 42")["session_id"]
    project.ask("and the cedar", "--resume", session)
    product.wait_until_whole()
    hooks, transcripts = len(project.hooks()), project.transcripts()

    got = report(rlm_ask(project, "List every limit that was set", "--json"))
    cited = {(f["subject"], f["value"]) for f in got["findings"] if f["verified"]}
    assert cited == {("maple", "42"), ("cedar", "7")}
    for finding in got["findings"]:
        shown = product.rlm("show", f"{finding['chunk']}:{finding['line']}", "-C", "0").stdout
        assert finding["quote"] in shown

    assert (len(project.hooks()), project.transcripts()) == (hooks, transcripts)  # no hook fired, no session file
    leaves = [r for r in mock.requests if is_leaf(r)]
    assert len(leaves) == got["calls"]
    for request in leaves:
        assert request.tools == []
        beside = estimate(json.dumps(request.body)) - estimate(request.text)
        assert beside < OVERHEAD
    project.assert_no_process_left()


def test_many_leaves_share_the_machine_and_none_is_lost(project: Project, mock: MockApi) -> None:
    mock.when(is_leaf, reads, forever=True)
    texts(project, 12)
    got = report(rlm_ask(project, "How many limits are there?", "--over", ".", "--part", "600", "--json"))
    assert got["answer"].startswith("12 found.")
    assert got["coverage"]["read"] == got["coverage"]["parts"] == got["calls"] == 12
    sent = [r.text for r in mock.requests if is_leaf(r)]
    assert len(set(sent)) == len(sent) == 12
    project.assert_no_process_left()


def test_a_deadline_gives_the_partial_answer_and_leaves_nothing_running(project: Project, mock: MockApi) -> None:
    from threading import Event

    gate = Event()
    stuck = say("never", gate=gate)
    mock.when(lambda r: is_leaf(r) and "tree1 limit" in r.text, stuck, forever=True)
    mock.when(is_leaf, reads, forever=True)
    texts(project, 3)
    options = ("--over", ".", "--part", "600", "--max-seconds", "20", "--json")
    got = report(rlm_ask(project, "How many limits are there?", *options))
    project.assert_no_process_left(timeout=120)
    gate.set()
    assert got["stopped"] == "seconds"
    assert got["answer"].startswith("2 found in the 2 of 3 parts read.")
    assert got["coverage"]["skipped"] == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_stopped_or_killed_it_leaves_no_child(project: Project, mock: MockApi, number: int) -> None:
    from threading import Event

    gate = Event()
    mock.when(is_leaf, say("never", gate=gate), forever=True)
    texts(project, 3)
    process = spawn(command(project, "How many limits?", "--over", ".", "--part", "600"), project.path, env(project))
    mock.wait_for(is_leaf)
    process.send_signal(number)
    process.wait(120)
    project.assert_no_process_left(timeout=120)
    gate.set()
    process.communicate()


def test_without_a_login_it_says_what_to_do_and_answers_nothing(project: Project) -> None:
    texts(project, 1)
    world = env(project)
    del world["ANTHROPIC_API_KEY"]
    done = finish(command(project, "What is the tree0 limit?", "--over", ".", "--json"), project.path, world, "", 60)
    assert (done.code, done.stdout) == (1, "")
    assert "log in" in done.stderr
    assert "Not logged in" in done.stderr


@pytest.mark.parametrize("form", ["product", "plugin"])
def test_the_skill_counts_with_sub_agents_inside_a_session(
    request: pytest.FixtureRequest, form: str, mock: MockApi
) -> None:
    """`/rlm ...` typed by the user: the model runs the command that the skill shows, and its leaves are no sessions."""
    product: Product = request.getfixturevalue(form)
    project = product.project
    texts(project, 4)
    mock.when(is_leaf, reads, forever=True)

    def runs(request: Request) -> Reply:
        found = re.search(r"`([^`\n]*) ask ", request.text)
        assert found, request.text[-1500:]
        order = f'{found[1]} ask "How many limits are there?" --over "{project.path}" --part 600 --max-usd 1'
        return calls(tool("Bash", command=order))

    def answers(request: Request) -> Reply:
        counted = re.search(r"(\d+) found\.", request.last)
        assert counted, request.last[-1500:]
        return say(f"There are {counted[1]} limits.")

    mock.script(runs, answers)
    path = {"PATH": f"{project.claude.parent}{os.pathsep}{os.environ['PATH']}"}
    result = project.ask("/rlm How many limits are there?", timeout=120, **path)
    assert result["result"] == "There are 4 limits.", result
    product.wait_until_whole()
    assert list(product.sessions()) == [result["session_id"]]
    assert len(project.transcripts()) == 1
    prompts_seen = project.hooks("UserPromptSubmit")
    assert [p["session_id"] for p in prompts_seen] == [result["session_id"]]
    assert product.trouble() == []
    assert [r.tools for r in mock.requests if is_leaf(r)] == [[]] * 4


AGENT = "You read one part of a larger text for a question."  # in the system prompt of archive-explorer


def test_claude_codes_own_sub_agents_do_the_same_work_and_code_checks_it(product: Product, mock: MockApi) -> None:
    """With `ask.leaf: native` the skill's command prints who reads what; what they report comes back to be checked."""
    project = product.project
    texts(project, 2)
    (project.path / ".claude" / "rlm.yaml").write_text("ask: {leaf: native}\n")
    part = re.compile(r"^(order-\w+/\d+), .*\n  (\S+) lines (\d+)-(\d+), location (\S+)$", re.MULTILINE)
    question = "How many limits are there?"

    def orders(request: Request) -> Reply:
        found = re.search(r"`([^`\n]*) ask ", request.text)
        assert found, request.text[-1500:]
        over = f"--over '{project.path}/part*.txt'"
        return calls(tool("Bash", command=f'{found[1]} ask "{question}" {over} --part 600'))

    def starts(request: Request) -> Reply:
        parts = part.findall(request.last)
        assert len(parts) == 2, request.last
        prompts_of = [f"{o}: {question} Read {p} from line {a} to {b}, location {name}." for o, p, a, b, name in parts]
        named = {"subagent_type": "archive-explorer", "description": "reads a part"}
        return calls(*(tool("Agent", prompt=p, **named) for p in prompts_of))

    def reads_file(request: Request) -> Reply:
        path = re.search(r"Read (\S+) from", request.text)
        assert path
        return calls(tool("Read", file_path=path[1]))

    def reports(request: Request) -> Reply:
        name = re.search(r"location (\S+)\.", request.text)
        fact = FACT.search(request.last)
        assert name, request.text
        assert fact, request.last
        found = {"claim": "", "quote": fact[0], "location": name[1], "subject": fact[1], "value": fact[2]}
        made_up = {
            "claim": "",
            "quote": "the willow limit is 99",
            "location": name[1],
            "subject": "willow",
            "value": "99",
        }
        return say(json.dumps({"findings": [found, made_up]}))

    def hands_over(request: Request) -> Reply:
        found = re.search(r"`([^`\n]*) ask ", request.text)
        order = re.search(r"--findings (order-\w+)", request.text)
        assert found
        assert order
        over = f"--over '{project.path}/part*.txt'"
        return calls(tool("Bash", command=f'{found[1]} ask "{question}" {over} --part 600 --findings {order[1]}'))

    def answers(request: Request) -> Reply:
        counted = re.search(r"(\d+) found\.", request.last)
        assert counted, request.last
        checked = re.search(r"(\d+) verified, (\d+) unverified", request.last)
        assert checked, request.last
        return say(f"{counted[1]} limits, {checked[2]} made up")

    mock.when(lambda r: AGENT in r.system and "tree" not in r.last, reads_file, forever=True)
    mock.when(lambda r: AGENT in r.system, reports, forever=True)
    mock.script(orders, starts, hands_over, answers)
    result = project.ask(f"/rlm {question}", timeout=120)
    assert result["result"] == "2 limits, 2 made up", result
    assert result["permission_denials"] == []
    agents = [r for r in mock.requests if AGENT in r.system]
    assert {tuple(sorted(r.tools)) for r in agents} == {("Glob", "Grep", "Read")}
