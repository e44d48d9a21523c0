"""The main job in headless sessions: installed into a project, the whole history is kept and found again."""

from __future__ import annotations

import base64
import json
import os
import re
import shlex
import sys
from pathlib import Path

import pytest
from kits.claude.client import Project
from kits.claude.mock_api import MockApi, Request
from kits.claude.process import wait_until
from kits.claude.product import CITATION, MAP_HEAD, Product, recall
from kits.claude.replies import Reply, calls, fails, prompt_too_long, say, text, thought, tool
from kits.programs import script

TOOLS = ("--allowedTools", "Bash,Read,Write,Edit,Agent,Skill")
EARLY = {"CLAUDE_CODE_AUTO_COMPACT_WINDOW": "100000"}  # compacts from 67,000 tokens on
HISTORY = (
    "a-cedar-prompt",
    "a-maple-thought",
    "maple-output-42",
    "a-willow-answer",
    "a-birch-prompt",
    "a-spruce-answer",
)


def work(mock: MockApi) -> None:
    """Script two turns with a tool whose every word is in HISTORY."""
    mock.script(
        calls(thought("a-maple-thought"), tool("Bash", command="echo maple-output-$((40+2))")),
        say("a-willow-answer"),
        say("a-spruce-answer"),
    )


def in_order(words: tuple[str, ...], whole: str) -> bool:
    """Whether the words occur one after the other."""
    return re.search(".*".join(map(re.escape, words)), whole, re.DOTALL) is not None


def instructions(request: Request) -> str:
    """What follows the summariser's standing instructions: the user's words and the hooks'."""
    return request.last.partition("Additional Instructions:\n")[2].partition("\n\nREMINDER:")[0]


def test_a_session_is_archived_whole_with_nobody_asking(product: Product, mock: MockApi) -> None:
    work(mock)
    with product.project.stream(*TOOLS) as stream:
        stream.turn("a-cedar-prompt")
        stream.turn("a-birch-prompt")
    assert product.assert_whole()["entries"] == 7
    assert in_order(HISTORY, product.text())
    assert list(product.sessions()) == [stream.session]
    assert product.trouble() == []


def test_the_archive_is_there_after_every_turn_not_only_at_the_end(product: Product, mock: MockApi) -> None:
    with product.project.stream() as stream:
        stream.turn("a-cedar-prompt")
        stream.turn("a-birch-prompt")
        wait_until(lambda: "a-cedar-prompt" in product.text(), "the first turn in the archive")


def test_parallel_calls_stand_with_their_results(product: Product, mock: MockApi) -> None:
    both = [tool("Bash", command=f"sleep 0.{n}; echo result-{n}-$((n+{n}))") for n in (3, 1)]
    mock.script(calls(text("Two at once."), *both), say("Both ran."))
    product.project.ask("Run two", *TOOLS)
    product.assert_whole()
    assert {"result-3-3", "result-1-1"} <= set(product.text().split())


def test_the_automatic_summary_request_cites_chunks_that_exist(product: Product, mock: MockApi) -> None:
    mock.script(say("one"), calls(tool("Bash", command="echo big"), tokens=90_000), say("two"), say("three"))
    with product.project.stream(*TOOLS, **EARLY) as stream:
        for prompt in ("a-cedar-prompt", "a-birch-prompt", "an-elm-prompt"):
            stream.turn(prompt)
    (asked,) = mock.summaries
    said = instructions(asked)
    cited = product.cited(said)
    assert any("a-cedar-prompt" in shown for shown in cited.values())
    assert "\n" not in said
    assert "/recall" in said
    product.assert_whole()
    assert product.trouble() == []


def test_a_manual_compact_adds_our_line_to_the_users_words(product: Product, mock: MockApi) -> None:
    with product.project.stream() as stream:
        for prompt in ("a-cedar-prompt", "a-birch-prompt", "/compact keep the trees", "an-elm-prompt"):
            stream.turn(prompt)
    users, ours = instructions(mock.summaries[0]).split("\n\n")
    assert users == "keep the trees"
    assert product.cited(ours)
    product.assert_whole()
    assert product.trouble() == []


def test_the_summary_is_filed_and_tagged_as_such(product: Product, mock: MockApi) -> None:
    mock.summarise = lambda request: "<analysis>hm</analysis>\n<summary>\nAll about trees.\n</summary>"
    with product.project.stream() as stream:
        for prompt in ("a-cedar-prompt", "a-birch-prompt", "/compact", "an-elm-prompt"):
            stream.turn(prompt)
    (filed,) = product.root.glob("sessions/*/summaries/*.md")
    assert "All about trees." in filed.read_text("utf-8")
    assert "chunks 0001-0001" in filed.read_text("utf-8")
    (hit,) = [h for h in product.report("search", "All about trees")["hits"] if h["role"] == "summary"][:1]
    assert "trees" in hit["snippet"]


@pytest.mark.parametrize("how", ["threshold", "rejection", "command"])
def test_after_a_compaction_the_next_request_carries_the_map(product: Product, mock: MockApi, how: str) -> None:
    mock.script(say("one"))
    if how == "threshold":
        mock.script(calls(tool("Bash", command="echo big"), tokens=90_000), say("two"))
    if how == "rejection":
        mock.script(say("two", tokens=150_000), prompt_too_long())
    prompts = ["a-cedar-prompt", "a-birch-prompt", "/compact" if how == "command" else "", "an-elm-prompt"]
    with product.project.stream(*TOOLS, **(EARLY if how == "threshold" else {})) as stream:
        for prompt in filter(None, prompts):
            stream.turn(prompt)
    (shown,) = product.maps(stream.session)
    assert len(shown) <= 2000
    assert product.cited(shown)
    assert shown in mock.main[-1].text
    assert product.trouble() == []


def test_the_users_orders_stand_in_the_request_after_a_compaction(product: Product, mock: MockApi) -> None:
    mock.script(say("one"), say("Understood: never use mocks."), say("Understood."), say("Understood."))
    mock.summarise = lambda request: "<summary>They talked about trees.</summary>"
    prompts = (
        "a-cedar-prompt",
        "Never push to main.",
        "Ne touche jamais au fichier oak.yaml.",
        "You can push to main now.",
    )
    with product.project.stream(*TOOLS) as stream:
        for prompt in (*prompts, "/compact", "an-elm-prompt"):
            stream.turn(prompt)
    (shown,) = product.maps(stream.session)
    assert '"Ne touche jamais au fichier oak.yaml."' in shown
    assert "push to main" not in shown  # it was taken back
    assert "mocks" not in shown  # Claude said so
    assert shown in mock.main[-1].text
    assert product.trouble() == []


def test_the_map_of_a_long_session_is_no_longer(product: Product, mock: MockApi) -> None:
    leaves = [f"leaf {n} " + " ".join(f"w{n}x{i}" for i in range(1500)) for n in range(30)]
    mock.script(*(calls(text(words), tool("Bash", command=f"echo {n}")) for n, words in enumerate(leaves)))
    mock.script(say("done"), say("after"))
    with product.project.stream(*TOOLS, CLAUDE_CODE_AUTO_COMPACT_WINDOW="1000000") as stream:
        for prompt in ("a-cedar-prompt", "/compact", "an-elm-prompt"):
            stream.turn(prompt, timeout=120)
    (shown,) = product.maps(stream.session)
    assert len(shown) <= 2000
    assert len(product.chunks()) > 14
    assert "earlier ones" in shown
    assert len(instructions(mock.summaries[0])) <= 2000
    product.assert_whole()


def test_clear_hands_the_map_of_the_cleared_session_on(product: Product, mock: MockApi) -> None:
    with product.project.stream() as stream:
        for prompt in ("a-cedar-prompt", "/clear", "a-birch-prompt"):
            stream.turn(prompt)
    (shown,) = product.maps(stream.session)
    assert "a-cedar-prompt" in shown
    assert shown in mock.main[-1].text
    assert len(product.sessions()) == 2
    product.assert_whole()
    assert product.trouble() == []


def test_a_resumed_session_is_one_session(product: Product, mock: MockApi) -> None:
    work(mock)
    session = product.project.ask("a-cedar-prompt", *TOOLS)["session_id"]
    product.project.ask("a-birch-prompt", "--resume", session, *TOOLS)
    assert MAP_HEAD in mock.main[-1].text
    assert list(product.sessions()) == [session]
    assert in_order(HISTORY, product.text())
    assert product.text().count("\na-cedar-prompt\n") == 1
    product.assert_whole()
    assert product.trouble() == []


def test_a_fork_archives_only_what_is_its_own(product: Product, mock: MockApi) -> None:
    work(mock)
    original = product.project.ask("a-cedar-prompt", *TOOLS)["session_id"]
    fork = product.project.ask("a-birch-prompt", "--resume", original, "--fork-session")["session_id"]
    product.project.ask("an-elm-prompt", "--resume", original)
    rows = product.sessions()
    assert set(rows) == {original, fork}
    assert rows[fork]["entries"] == 2
    product.assert_whole()
    assert product.trouble() == []


def test_a_fork_after_a_compaction_is_whole_too(product: Product, mock: MockApi) -> None:
    with product.project.stream() as stream:
        for prompt in ("a-cedar-prompt", "a-birch-prompt", "/compact", "an-elm-prompt"):
            stream.turn(prompt)
    fork = product.project.ask("an-oak-prompt", "--resume", stream.session, "--fork-session")["session_id"]
    assert product.sessions()[fork]["entries"] == 2
    product.assert_whole()
    assert product.trouble() == []


def agent_works(request: Request) -> Reply:
    """A sub-agent that fills its context in four steps, and reports after its compaction."""
    if "continued from a previous conversation" in request.text:
        return say("an-agents-report")
    steps = request.text.count("step-from-the-agent\n")
    command = tool("Bash", command="echo step-from-the-agent")
    return calls(text(f"agent-step-{steps}"), command, tokens=90_000 if steps > 3 else 20_000)


def test_a_sub_agent_is_archived_with_its_own_compaction(product: Product, mock: MockApi) -> None:
    mock.agent_says = agent_works
    agent = tool("Agent", description="look", prompt="an-alder-task", subagent_type="general-purpose")
    mock.script(calls(agent), say("It reported."))
    result = product.project.ask("a-cedar-prompt", *TOOLS, **EARLY)
    assert result["result"] == "It reported."
    assert len(mock.summaries) == 1
    (path,) = product.project.agent_transcripts(result["session_id"])
    assert "compact_boundary" in path.read_text("utf-8")
    report = product.assert_whole()
    assert [bool(t["agent"]) for t in report["transcripts"]] == [False, True]
    assert in_order(("an-alder-task", "agent-step-0", "an-agents-report"), product.text())
    assert product.trouble() == []


def test_agents_in_the_background_are_archived(product: Product, mock: MockApi) -> None:
    mock.agent_says = lambda request: say("an-agents-report")
    agent = tool("Agent", description="look", prompt="an-alder-task", subagent_type="general-purpose")
    agent["input"]["run_in_background"] = True
    mock.script(calls(agent), say("Launched."))
    with product.project.stream(*TOOLS, CLAUDE_CODE_DISABLE_BACKGROUND_TASKS="") as stream:
        stream.turn("a-cedar-prompt")
        wait_until(lambda: product.project.hooks("SubagentStop", agent_type="general-purpose"), "the agent's end")
        stream.turn("a-birch-prompt")
    assert "an-alder-task" in product.text()
    product.assert_whole()
    assert product.trouble() == []


def test_a_turn_that_ends_in_an_api_error_is_archived_at_once(product: Product, mock: MockApi) -> None:
    """StopFailure comes in the place of Stop."""
    mock.script(say("one"))
    mock.when(lambda r: "a-birch-prompt" in r.text, fails("a-poplar-error"), forever=True)
    with product.project.stream(*TOOLS) as stream:
        stream.turn("a-cedar-prompt")
        stream.turn("a-birch-prompt")
        wait_until(lambda: "a-birch-prompt" in product.text(), "the archive while the session lives")
    assert "StopFailure" in " ".join(product.project.hook_order())
    assert "a-poplar-error" in product.text()
    product.assert_whole()
    assert product.trouble() == []


WORKFLOW = """\
export const meta = { name: 'look', description: 'look twice', phases: [{ title: 'Look' }] }
phase('Look')
const first = await agent('an-alder-task', { label: 'alder' })
const second = await agent('a-hazel-task: ' + first, { label: 'hazel' })
return { first, second, note: 'what-the-workflow-returned' }
"""


def test_a_workflow_is_archived_with_its_agents_its_script_and_its_record(product: Product, mock: MockApi) -> None:
    """Its agents fire no SubagentStop that we could wait for: what is on disk when the session ends is taken."""
    mock.agent_says = lambda r: say("a-hazel-report" if "a-hazel-task" in r.text else "an-alder-report")
    mock.script(calls(tool("Workflow", script=WORKFLOW)), say("It runs."))
    allowed = ("--allowedTools", "Workflow,Agent,Bash")
    with product.project.stream(*allowed, CLAUDE_CODE_DISABLE_BACKGROUND_TASKS="") as stream:
        stream.turn("use a workflow to look twice")
        folder = next((product.project.config / "projects").glob(f"*/{stream.session}"))
        wait_until(lambda: len(list(folder.rglob("subagents/**/agent-*.jsonl"))) == 2, "both agents")
        mock.wait_for(lambda r: r.kind == "main" and "<task-notification>" in r.last)
        stream.turn("a-birch-prompt")
    found = product.text()
    for words in ("an-alder-task", "an-alder-report", "a-hazel-task", "a-hazel-report", "export const meta"):
        assert words in found
    assert "what-the-workflow-returned" in found
    report = product.assert_whole()
    assert len(report["transcripts"]) == 3
    assert report.get("files", []) == []
    (row,) = product.sessions().values()
    assert row["agents"] == 2
    assert product.trouble() == []


def test_what_a_killed_client_left_is_swept_up_at_the_next_start(product: Product, mock: MockApi) -> None:
    mock.script(say("one"), calls(text("a-cut-off-text"), tool("Bash", command="tail -f /dev/null")))
    with product.project.stream(*TOOLS) as stream:
        stream.turn("a-cedar-prompt")
        stream.send("a-birch-prompt")
        mock.wait_for(lambda r: "a-birch-prompt" in r.last)
        wait_until(lambda: "a-cut-off-text" in str(product.project.transcript(stream.session)), "the lines")
        stream.kill()
    product.project.destroy()
    assert "a-cut-off-text" not in product.text()
    product.project.ask("an-elm-prompt")
    product.wait_until_whole()
    assert "a-cut-off-text" in product.text()
    assert len(product.sessions()) == 2
    product.project.assert_no_process_left()
    assert product.trouble() == []


def test_sessions_from_before_the_installation_are_archived_too(project: Project, mock: MockApi) -> None:
    project.ask("a-cedar-prompt")
    product = Product(project)
    product.install()
    assert [row["entries"] for row in product.report("archive", "--all")["sessions"]]
    product.assert_whole()


def test_prompts_typed_meanwhile_and_halves_of_answers_are_kept(product: Product, mock: MockApi) -> None:
    gate = mock.gate()
    mock.script(calls(tool("Bash", command="sleep 1 && echo slept")), say("Both answered."))
    mock.script(say("the-first-half " * 40 + "the-second-half", gate=gate), say("Well again."))
    with product.project.stream(*TOOLS) as stream:
        stream.send("a-cedar-prompt")
        mock.wait_for(lambda r: "a-cedar-prompt" in r.last)
        stream.send("a-birch-prompt")
        stream.result()
        stream.send("an-elm-prompt")
        mock.wait_for(lambda r: "an-elm-prompt" in r.last)
        stream.interrupt()
        stream.result()
        gate.set()
        stream.turn("an-oak-prompt")
    assert in_order(("a-cedar-prompt", "a-birch-prompt", "an-elm-prompt", "an-oak-prompt"), product.text())
    product.assert_whole()
    assert product.trouble() == []


def test_a_mentioned_file_is_kept_as_it_was(product: Product, mock: MockApi) -> None:
    notes = product.project.path / "notes.txt"
    notes.write_text("a-mentioned-line\n")
    product.project.ask("Look at @notes.txt")
    notes.write_text("changed since\n")
    assert "a-mentioned-line" in mock.main[0].text
    assert "a-mentioned-line" in product.text()
    product.assert_whole()


def test_a_large_output_stands_whole_in_a_blob(product: Product, mock: MockApi) -> None:
    mock.script(calls(tool("Bash", command="seq 1 20000; echo separator-\u2028-kept")), say("Much."))
    product.project.ask("Print much", *TOOLS)
    blobs = "".join(p.read_text("utf-8") for p in product.root.glob("sessions/*/blobs/*.txt"))
    assert "\n".join(map(str, range(1, 20001))) in blobs
    assert "separator-\u2028-kept" in blobs
    product.assert_whole()
    assert product.trouble() == []


PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def test_an_image_is_kept_as_an_image(product: Product, mock: MockApi) -> None:
    picture = product.project.path / "pixel.png"
    picture.write_bytes(PIXEL)
    mock.script(calls(tool("Read", file_path=str(picture))), say("A pixel."))
    product.project.ask("Look", *TOOLS)
    (blob,) = product.root.glob("sessions/*/blobs/*.png")
    assert blob.read_bytes().startswith(b"\x89PNG")
    assert PIXEL_BASE64 not in product.every_byte()
    product.assert_whole()


PIXEL_BASE64 = base64.b64encode(PIXEL)

SECRETS = {
    "anthropic": "sk-ant-api03-" + "Zq8" * 30,
    "github": "ghp_" + "A1b2C3d4E5f6" * 3,
    "aws": "AKIA" + "IOSFODNN7EXAMPL2",
    "private": "<private>the password is swordfish</private>",
}


def test_a_secret_reaches_no_file_of_the_archive(product: Product, mock: MockApi) -> None:
    """Each kind in a prompt, a command, its output, an answer and the summary."""
    for secret in SECRETS.values():
        mock.script(calls(tool("Bash", command=f"echo 'KEY={secret}'")), say(f"It is {secret} then."))
    mock.summarise = lambda request: "<summary>{}</summary>".format(
        "\n".join(f"The key is {s}." for s in SECRETS.values())
    )
    with product.project.stream(*TOOLS) as stream:
        for prompt in (*(f"My key is {s}" for s in SECRETS.values()), "a-birch-prompt", "/compact", "an-elm-prompt"):
            stream.turn(prompt)
    kept, told = product.every_byte(), "".join(product.maps(stream.session)) + instructions(mock.summaries[0])
    for number, secret in enumerate(SECRETS.values()):
        bare = secret.removeprefix("<private>").removesuffix("</private>")
        assert bare in str(mock.main[2 * number + 1].messages)
        assert bare in str(mock.main[-1].messages)  # of the summary
        assert bare.encode() not in kept
        assert bare not in told
    assert product.assert_whole(secrets=True)["redactions"] >= 5 * len(SECRETS)


def test_a_full_context_is_told_to_the_user_once(product: Product, mock: MockApi) -> None:
    for percent in (20, 65, 70, 75):
        mock.script(say(f"at {percent}", tokens=percent * 2_000))
    with product.project.stream("--model", "claude-haiku-4-5") as stream:
        for n in range(4):
            stream.turn(f"prompt {n}")
    told = [a["content"] for a in product.project.attachments() if a["type"] == "hook_system_message"]
    assert len(told) == 1
    assert "%" in told[0]
    assert "\n" not in told[0].strip()
    assert told[0] not in mock.main[-1].text


def test_a_compaction_that_fails_costs_nothing(product: Product, mock: MockApi) -> None:
    failing = fails("no summary today")
    mock.when(lambda r: r.kind == "summary" and "an-elm-prompt" not in r.text, failing, forever=True)
    with product.project.stream() as stream:
        for prompt in ("a-cedar-prompt", "a-birch-prompt", "/compact", "an-elm-prompt", "/compact", "an-oak-prompt"):
            stream.turn(prompt)
    assert len(product.project.hooks("PreCompact")) == 2
    assert len(product.project.hooks("PostCompact")) == 1
    assert len(product.maps(stream.session)) == 1
    assert product.text().count("\na-cedar-prompt\n") == 1
    product.assert_whole()
    assert product.trouble() == []


@pytest.mark.parametrize("form", ["--user", "--shared"])
def test_the_other_forms_of_installation_archive_too(
    project: Project, mock: MockApi, tmp_path: Path, form: str
) -> None:
    command = tmp_path / "bin" / "rlm"
    command.parent.mkdir()
    script(command, f'exec {shlex.quote(sys.executable)} -m rlm_core "$@"\n')
    project.extra_env["PATH"] = f"{command.parent}:{os.environ['PATH']}"
    product = Product(project)
    product.install(form)
    with project.stream() as stream:
        for prompt in ("a-cedar-prompt", "a-birch-prompt", "/compact", "an-elm-prompt"):
            stream.turn(prompt)
    assert product.cited(instructions(mock.summaries[0]))
    assert len(product.maps(stream.session)) == 1
    product.assert_whole()
    assert product.trouble() == []
    mock.when(lambda r: "elm prompt" in r.text, *recall("elm prompt", "an-elm-prompt"))
    assert CITATION.search(project.ask("/recall the elm prompt")["result"])


@pytest.mark.parametrize(("tokens", "compactions"), [(60_000, 0), (76_000, 1)])
def test_offload_at_makes_the_client_compact_there(
    project: Project, mock: MockApi, tokens: int, compactions: int
) -> None:
    product = Product(project)
    product.install("--offload-at", "70k")
    mock.script(say("one"), calls(tool("Bash", command="echo big"), tokens=tokens), say("two"))
    with project.stream(*TOOLS) as stream:
        for prompt in ("a-cedar-prompt", "a-birch-prompt"):
            stream.turn(prompt)
    assert len(mock.summaries) == compactions
    assert len(product.maps(stream.session)) == compactions
    product.assert_whole()


def test_the_doctor_finds_nothing_after_a_day_of_work(product: Product, mock: MockApi) -> None:
    work(mock)
    with product.project.stream(*TOOLS) as stream:
        for prompt in ("a-cedar-prompt", "a-birch-prompt", "/compact", "/clear", "an-elm-prompt"):
            stream.turn(prompt)
    report = product.report("doctor")
    assert [check for check in report["checks"] if not check["ok"]] == []


def test_a_client_of_our_own_is_not_archived(product: Product, mock: MockApi) -> None:
    product.project.ask("a-cedar-prompt", RLM_DEPTH="1")
    assert product.project.hooks("Stop")
    assert product.chunks() == {}


def test_two_clients_in_one_project_are_both_archived(product: Product, mock: MockApi) -> None:
    with product.project.stream() as one, product.project.stream() as two:
        for n in range(3):
            one.send(f"a-cedar-prompt-{n}")
            two.send(f"a-birch-prompt-{n}")
            one.result()
            two.result()
    assert set(product.sessions()) == {one.session, two.session}
    product.assert_whole()
    assert product.trouble() == []


def test_an_archive_that_cannot_be_written_never_disturbs_the_session(project: Project, mock: MockApi) -> None:
    product = Product(project)
    product.install()
    (product.root / "sessions").write_text("in the way")
    mock.script(say("one"), say("two"))
    with project.stream() as stream:
        assert [stream.turn(p)["result"] for p in ("a-cedar-prompt", "a-birch-prompt")] == ["one", "two"]
        stream.turn("/compact")
        assert not stream.turn("an-elm-prompt")["is_error"]
    told = [a["content"] for a in project.attachments() if a["type"] == "hook_system_message"]
    assert any("not being archived" in words for words in told)
    assert project.hook_trouble() == []


def test_uninstall_ends_it_and_keeps_the_archive(product: Product, mock: MockApi) -> None:
    product.project.ask("a-cedar-prompt")
    assert product.rlm("uninstall").code == 0
    product.project.ask("a-birch-prompt")
    assert "a-cedar-prompt" in product.text()
    assert "a-birch-prompt" not in product.text()


def test_recall_searches_shows_and_cites(product: Product, mock: MockApi) -> None:
    work(mock)
    with product.project.stream(*TOOLS) as stream:
        stream.turn("a-cedar-prompt")
        stream.turn("a-birch-prompt")
    mock.when(lambda r: "maple output" in r.text, *recall("maple output", "maple-output-42"))
    result = product.project.ask("/recall what was the maple output?")
    assert CITATION.search(result["result"]), result
    assert "maple-output-42" in result["result"]
    assert result["permission_denials"] == []
    assert product.trouble() == []


def test_recall_goes_on_after_a_compaction_in_the_same_session(product: Product, mock: MockApi) -> None:
    work(mock)
    mock.when(lambda r: "maple output" in r.text and "/recall" in r.text, *recall("maple output", "maple-output-42"))
    with product.project.stream("--allowedTools", "Bash(echo *)") as stream:
        for prompt in ("a-cedar-prompt", "a-birch-prompt", "/compact"):
            stream.turn(prompt)
        assert "a-maple-thought" not in json.dumps(mock.main[-1].messages[-1])
        result = stream.turn("/recall what was the maple output?")
    assert "maple-output-42" in result["result"], result


def test_the_skill_is_offered_to_the_model(product: Product, mock: MockApi) -> None:
    product.project.ask("Hello")
    assert "- recall: " in mock.main[0].text


def test_files_are_private(product: Product, mock: MockApi) -> None:
    product.project.ask("a-cedar-prompt")
    mode = {p: p.stat().st_mode & 0o777 for p in [product.root, *product.root.rglob("*")]}
    assert {m for p, m in mode.items() if p.is_dir()} == {0o700}
    assert {m for p, m in mode.items() if p.is_file()} == {0o600}


def test_nothing_is_written_outside_the_archive(product: Product, mock: MockApi) -> None:
    def others() -> set[Path]:
        found = product.project.path.rglob("*")
        return {p for p in found if product.root not in p.parents and p != product.root}

    before = others()
    with product.project.stream() as stream:
        for prompt in ("a-cedar-prompt", "a-birch-prompt", "/compact", "an-elm-prompt"):
            stream.turn(prompt)
    assert others() == before
    assert not [p for p in product.project.home.rglob("*") if "rlm" in p.name]
    assert mock.strangers == []
