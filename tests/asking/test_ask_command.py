"""`rlm ask` as a process, with a program that plays `claude`: question, answer, ledger, resumption."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from kits.asking import Asking, wait_for
from kits.builders import Session, talk
from kits.paths import ROOT

from rlm_core import Archive, ask
from rlm_core.asking.ledger.grants import user_ledger
from rlm_core.cli.options import forasking
from rlm_core.engine.kinds import KINDS
from rlm_core.engine.options import CHECKS, ROUTES
from rlm_core.errors import RlmError
from rlm_core.llm.base import Call, SetupError
from rlm_core.llm.scripted import ScriptedLeaf


# Reports each line `X set Y to Z.` of the message on stdin; what it was asked goes to a file beside it.
@pytest.fixture
def asking(tmp_path: Path) -> Asking:
    return Asking(tmp_path)


def test_an_answer_has_the_fields_that_programs_rely_on(asking: Asking) -> None:
    asking.write("log.txt", 3)
    got = asking.ask("What is option2?", "--over", "log.txt")
    assert {"answer", "findings", "coverage", "cost", "calls", "seconds"} <= got.keys()
    assert {"claim", "quote", "chunk", "path", "line", "verified"} <= got["findings"][2].keys()
    hit = got["findings"][2]
    assert (hit["chunk"], hit["path"], hit["line"], hit["verified"]) == (
        "log.txt",
        str(asking.project / "log.txt"),
        3,
        True,
    )
    assert got["answer"] == "It is so [log.txt:1]."
    assert (got["calls"], got["coverage"]["verified"]) == (1, 3)
    assert got["cost"]["usd"] == pytest.approx(0.001)


def test_for_people_it_prints_answer_evidence_coverage_and_cost(asking: Asking) -> None:
    asking.write("log.txt", 3)
    out = asking.rlm("ask", "What is option2?", "--over", "log.txt", **asking.env)
    assert out.startswith("It is so [log.txt:1].")
    assert '- "ann set option2 to 2." (log.txt:3)' in out
    assert "read 1 of 1 part" in out
    assert "3 verified, 0 unverified" in out
    assert "1 call, " in out


def test_the_archive_is_asked_by_default_and_citations_lead_into_it(asking: Asking) -> None:
    session = talk(Session(), 3)
    session.prompt("bob set retries to 5. Keep that in mind.")
    session.says("Noted.")
    asking.session(session)
    asking.rlm("archive", "--all")
    got = asking.ask("List every setting that was set")
    (hit,) = got["findings"]
    assert hit["verified"]
    shown = asking.rlm("show", f"{hit['chunk']}:{hit['line']}", "-C", "0")
    assert "bob set retries to 5." in shown


def test_a_count_over_directories_patterns_and_stdin_is_exact(asking: Asking) -> None:
    asking.write("a/one.txt", 120)
    asking.write("b/two.md", 130)
    got = asking.ask("How many entries set an option?", "--over", "a", "--over", "b/*.md", "--part", "500")
    assert got["answer"].startswith("250 found.")
    assert got["coverage"]["documents"] == 2
    done = subprocess.run(
        [sys.executable, "-m", "rlm_core", "ask", "How many entries set an option?", "--over", "-", "--json"],
        input=b"ann set a to 1.\nann set b to 2.\n", capture_output=True, cwd=asking.project,
        env={**os.environ, "PYTHONPATH": str(ROOT), **asking.env}, timeout=120,
    )  # fmt: skip
    assert json.loads(done.stdout)["answer"].startswith("2 found.")


def test_a_plan_shows_route_calls_and_price_and_asks_nothing(asking: Asking) -> None:
    asking.write("log.txt", 2000)
    got = asking.ask("How many entries?", "--over", "log.txt", "--plan")
    assert got["route"] == "map"
    assert 1 < got["calls"]["least"] <= got["calls"]["likely"] <= got["calls"]["most"]
    assert 0 < got["usd"]["least"] <= got["usd"]["likely"] <= got["usd"]["most"]
    assert asking.asked() == []
    assert not list(asking.project.glob(".claude/rlm/*"))
    assert "calls" in asking.rlm("ask", "How many entries?", "--over", "log.txt", "--plan", **asking.env)


def test_above_the_threshold_it_asks_first_and_where_nobody_answers_it_does_nothing(asking: Asking) -> None:
    asking.write("log.txt", 3)
    (asking.project / ".claude").mkdir()
    (asking.project / ".claude" / "rlm.yaml").write_text("ask: {confirm_usd: 0.000001}\n")
    assert asking.rlm("ask", "What is option2?", "--over", "log.txt", status=1, **asking.env) == ""
    assert "--yes" in asking.said
    assert asking.asked() == []
    assert asking.ask("What is option2?", "--over", "log.txt", "--yes")["calls"] == 1


def test_children_have_no_tools_no_hooks_and_their_depth(asking: Asking) -> None:
    asking.write("log.txt", 3)
    asking.ask("What is option2?", "--over", "log.txt")
    (one,) = asking.asked()
    argv = one["argv"]
    assert argv[argv.index("--tools") + 1] == ""
    assert one["depth"] == "1"
    assert "--no-session-persistence" in argv


def test_a_repeated_question_costs_nothing_and_a_grown_text_only_what_is_new(asking: Asking) -> None:
    asking.write("log.txt", 900)
    question = ("How many entries set an option?", "--over", "log.txt", "--part", "500")
    first = asking.ask(*question)
    calls = len(asking.asked())
    again = asking.ask(*question)
    assert again["answer"] == first["answer"]
    assert (len(asking.asked()), again["calls"]) == (calls, 0)
    asking.write("log.txt", 930)
    grown = asking.ask(*question)
    assert grown["answer"].startswith("930 found.")
    assert 0 < len(asking.asked()) - calls <= 4
    fresh = asking.ask(*question, "--fresh")
    assert fresh["calls"] >= calls


def test_an_interrupted_run_gives_what_it_has_leaves_no_child_and_goes_on(asking: Asking) -> None:
    asking.write("a.txt", 300)
    asking.write("b.txt", 30, "hang here: ann set thing{n} to {v}.")
    (asking.bin / "hangs").touch()
    command = [sys.executable, "-m", "rlm_core", "ask", "How many entries set something?", "--json", "--part", "500"]
    command += ["--over", "a.txt", "--over", "b.txt"]
    env = {**os.environ, "PYTHONPATH": str(ROOT), **asking.env}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=asking.project, env=env)
    wait_for_the_hung(asking)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    partial = json.loads(out)
    assert partial["stopped"] == "interrupted"
    assert partial["coverage"]["skipped"] >= 1
    assert not children(asking.bin)
    (asking.bin / "hangs").unlink()
    before = len(asking.asked())
    whole = asking.ask(*command[4:])
    assert whole["answer"].startswith("330 found.")
    assert whole["cost"]["before_usd"] > 0
    assert len(asking.asked()) - before <= 4  # what was read is not read again


def test_a_killed_run_leaves_no_child_counts_in_the_ledger_and_goes_on(asking: Asking) -> None:
    asking.write("a.txt", 300)
    asking.write("b.txt", 30, "hang here: ann set thing{n} to {v}.")
    (asking.bin / "hangs").touch()
    options = ["How many entries set something?", "--part", "500", "--over", "a.txt", "--over", "b.txt"]
    command = [sys.executable, "-m", "rlm_core", "ask", *options]
    env = {**os.environ, "PYTHONPATH": str(ROOT), **asking.env}
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=asking.project, env=env
    )
    wait_for_the_hung(asking)
    process.kill()
    process.wait()
    wait_for(lambda: not children(asking.bin))
    assert user_ledger().today() > 0
    (asking.bin / "hangs").unlink()
    before = len(asking.asked())
    assert asking.ask(*options)["answer"].startswith("330 found.")
    assert len(asking.asked()) - before <= 4


def wait_for_the_hung(asking: Asking) -> None:
    """Until the fakes that hang are all that is left to answer, and what the others said has been heard."""

    def only_they() -> bool:
        asked = asking.asked()
        hung = sum("hang here" in a["prompt"] for a in asked)
        return len(asked) > 5 and 0 < hung == len(children(asking.bin))

    for _ in range(10):
        wait_for(only_they)
        time.sleep(0.05)


def children(folder: Path) -> list[str]:
    """Live processes of the fake."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().decode("utf-8", "replace")
        except OSError:
            continue
        if str(folder / "claude") in command:
            found.append(command)
    return found


def test_a_fresh_question_keeps_no_answer_on_the_disk(asking: Asking) -> None:
    asking.write("log.txt", 3, "ann set option{n} to maple{v}.")
    asking.ask("What is option2?", "--over", "log.txt", "--fresh")
    written = [*asking.project.glob(".claude/**/*"), *Path(os.environ["CLAUDE_CONFIG_DIR"]).glob("**/*")]
    assert [p for p in written if p.name == "books.db"]
    assert not [p for p in written if p.is_file() and b"maple" in p.read_bytes()]


def test_where_answers_cannot_be_kept_the_answer_comes_all_the_same_and_says_so(asking: Asking) -> None:
    asking.write("log.txt", 3)
    asking.rlm("add", "log.txt")
    (asking.project / ".claude" / "rlm" / "state" / "ask").write_text("a file in the way")
    got = asking.ask("What is option2?", "--over", "log.txt")
    assert got["coverage"]["verified"] == 3
    assert "not remembered" in got["notes"][-1]


def test_without_checks_findings_are_an_answer_too(asking: Asking) -> None:
    asking.write("log.txt", 3)
    out = asking.rlm("ask", "What is option2?", "--over", "log.txt", "--verify", "none", **asking.env)
    assert '- "ann set option2 to 2."' in out


def test_caps_give_a_partial_answer_that_says_so(asking: Asking) -> None:
    asking.write("log.txt", 900)
    got = asking.ask("How many entries set an option?", "--over", "log.txt", "--part", "500", "--max-calls", "3")
    assert (got["calls"], len(asking.asked()), got["stopped"]) == (3, 3, "calls")
    assert "Not everything was read" in got["answer"]


def test_the_days_cap_and_the_pause_hold_across_commands(asking: Asking) -> None:
    asking.write("log.txt", 3)
    question = ("What is option2?", "--over", "log.txt", "--fresh")
    asking.ask(*question)
    status = asking.json("status")["ask"]
    assert (status["questions"], status["today_usd"]) == (1, pytest.approx(0.001))
    assert status["last"][0]["question"] == "What is option2?"
    assert "What is option2?" in asking.rlm("status")
    asking.rlm("ask", "--pause")
    asking.rlm("ask", *question, status=1, **asking.env)
    assert "rlm ask --resume" in asking.said
    asking.rlm("ask", "--resume")
    (asking.project / ".claude").mkdir(exist_ok=True)
    (asking.project / ".claude" / "rlm.yaml").write_text("ask: {daily_usd: 0.001}\n")
    asking.rlm("ask", *question, status=1, **asking.env)
    assert "ask.daily_usd" in asking.said
    assert len(asking.asked()) == 1


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ((), "there is no question"),
        (("  ",), "there is no question"),
        (("what?", "--over", "missing.txt"), "missing.txt"),
        (("what?", "--over", "*.none"), "*.none"),
        (("what?", "--over", "binary.bin"), "binary"),
        (("what?", "--over", "empty.txt"), "no text"),
        (("what?",), "rlm install"),
        (("what?" * 22_000, "--over", "log.txt"), "--over"),
        (("what?", "--over", "log.txt", "--depth", "9"), "--depth"),
        (("what?", "--over", "log.txt", "--leaf", "anthropic"), "ANTHROPIC_API_KEY"),
    ],
)
def test_what_cannot_be_asked_is_told_before_anything_is_spent(
    asking: Asking, args: tuple[str, ...], told: str
) -> None:
    asking.write("log.txt", 3)
    (asking.project / "binary.bin").write_bytes(bytes(range(256)) * 40)
    (asking.project / "empty.txt").write_text("\n")
    wrong = told in ("there is no question", "--depth")
    assert asking.rlm("ask", *args, status=2 if wrong else 1, **asking.env) == ""
    assert told in asking.said
    assert asking.asked() == []


def test_a_question_of_50_kb_is_asked(asking: Asking) -> None:
    asking.write("log.txt", 3)
    got = asking.ask("What is option2? " + "It matters. " * 4000, "--over", "log.txt")
    assert got["coverage"]["verified"] == 3


def test_without_claude_it_says_what_to_do(asking: Asking) -> None:
    asking.write("log.txt", 3)
    (asking.bin / "claude").unlink()
    plain = {"PATH": str(asking.bin)}
    asking.rlm("ask", "What is option2?", "--over", "log.txt", status=1, **plain)
    assert "install Claude Code" in asking.said


def test_nothing_found_exits_with_1_and_the_report_all_the_same(asking: Asking) -> None:
    asking.write("log.txt", 3, "nothing at all {n}{v}")
    got = asking.ask("What is option2?", "--over", "log.txt", status=1)
    assert (got["answer"], got["findings"]) == ("Nothing was found in the one part read.", [])


def test_secrets_of_files_reach_no_child_and_no_cache(asking: Asking) -> None:
    secret = "sk-ant-api03-" + "x1Y2" * 12
    (asking.project / "log.txt").write_text(f"key: {secret}\nann set option1 to 1.\n")
    got = asking.ask("What is option1?", "--over", "log.txt")
    assert got["findings"][0]["line"] == 2
    assert "[redacted:" in asking.asked()[0]["prompt"]
    everything = [*asking.project.glob(".claude/**/*"), *Path(os.environ["CLAUDE_CONFIG_DIR"]).glob("**/*")]
    assert not [p for p in everything if p.is_file() and secret.encode() in p.read_bytes()]


def test_in_a_claude_code_session_nothing_is_read_that_claude_might_not_read(asking: Asking, tmp_path: Path) -> None:
    """The skill lets Claude run the command unasked: a text that gives orders must not reach the user's other files."""
    asking.write("log.txt", 3)
    (asking.project / ".env").write_text("ann set option1 to 1.\n")
    outside = tmp_path / "outside.txt"
    outside.write_text("ann set option1 to 1.\n")
    (asking.project / "link.txt").symlink_to(outside)
    session = {**asking.env, "CLAUDECODE": "1"}
    for path in (str(outside), ".env", "link.txt", str(tmp_path)):
        for more in ((), ("--plan",), ("--leaf", "native"), ("--project", str(tmp_path))):
            asking.rlm("ask", "What is option1?", "--over", path, *more, status=1, **session)
            assert "in a Claude Code session" in asking.said
    assert asking.asked() == []
    assert asking.rlm("ask", "What is option1?", "--over", "log.txt", **session)
    assert asking.rlm("ask", "What is option1?", "--over", str(outside), **asking.env)


def test_native_sub_agents_get_an_order_of_work_and_their_findings_are_checked(asking: Asking) -> None:
    asking.write("log.txt", 2000)
    order = asking.ask("How many entries set an option?", "--over", "log.txt", "--leaf", "native", "--part", "4000")
    ranges = [r for part in order["parts"] for r in part["read"]]
    assert (ranges[0]["from"], ranges[-1]["to"]) == (1, 2000)
    assert all(a["to"] + 1 == b["from"] for a, b in pairwise(ranges))
    right = {"claim": "", "quote": "ann set option7 to 0.", "location": "log.txt", "value": "0"}
    wrong = {"claim": "", "quote": "ann set option7 to 9.", "location": "log.txt", "value": "9"}
    told = f"One says:\n{json.dumps({'findings': [right]})}\nthe other:\n{json.dumps({'findings': [wrong]})}\n"
    (asking.project / "told.txt").write_text(told)
    got = asking.ask("How many entries set an option?", "--over", "log.txt", "--findings", "told.txt")
    assert got["answer"].startswith("1 found.")
    assert [(f["line"], f["verified"]) for f in got["findings"]] == [(8, True), (0, False)]
    assert asking.asked() == []


def test_an_order_of_many_files_is_a_file_that_sub_agents_are_pointed_to(asking: Asking) -> None:
    for n in range(20):
        asking.write(f"logs/log{n}.txt", 60)
    command = ("How many entries set an option?", "--over", "logs", "--leaf", "native", "--part", "2000")
    bare = asking.rlm("ask", *command, **asking.env)  # no archive yet: a file elsewhere is none that agents may read
    assert (bare.count(" lines 1-60, location "), "workflow" in bare) == (20, False)
    asking.session(talk(Session(), 1))
    asking.rlm("archive", "--all")
    order = asking.ask(*command)
    said = asking.rlm("ask", *command, **asking.env)
    assert f"{order['order']}/1: read {order['file']}" in said
    assert "the workflow rlm-read-parts" in said
    assert len(said.splitlines()) == 4
    text = Path(order["file"]).read_text()
    assert "How many entries set an option?" in text
    for part in order["parts"]:
        section = text.partition(f"## {order['order']}/{part['part']}, ")[2].partition("## ")[0]
        shown = re.findall(r"^  (\S+) lines (\d+)-(\d+), location (\S+)$", section, re.MULTILINE)
        assert shown == [(r["path"], str(r["from"]), str(r["to"]), r["location"]) for r in part["read"]]


@pytest.mark.parametrize("parts", [1, 20])
def test_an_order_tells_the_kind_and_the_labels_and_what_is_reported_is_fitted_to_them(
    asking: Asking, parts: int
) -> None:
    for n in range(parts):
        asking.write(f"logs/log{n}.txt", 60)
    question = "How many options by size: High, low or none?"
    command = (question, "--over", "logs", "--leaf", "native", "--part", "2000", "--kind", "tally")
    order = asking.ask(*command)
    shown = asking.rlm("ask", *command, **asking.env) if parts == 1 else Path(order["file"]).read_text()
    assert '["High", "low", "none"]' in shown
    assert "counts by group" in shown
    found = [
        {"claim": "", "quote": f"ann set option{n} to {n % 7}.", "location": "logs/log0.txt", "value": value}
        for n, value in enumerate(["high size", "HIGH", "low"], 7)
    ]
    (asking.project / "told.txt").write_text(json.dumps({"findings": found}))
    got = asking.ask(*command, "--findings", "told.txt")
    assert "By value: High 2, low 1." in got["answer"]


@pytest.mark.parametrize(("name", "said"), [("none.json", "cannot be read"), ("log.txt", "holds no JSON object")])
def test_a_report_that_cannot_be_read_is_an_error(asking: Asking, name: str, said: str) -> None:
    asking.write("log.txt", 10)
    asking.rlm("ask", "How many?", "--over", "log.txt", "--findings", name, status=1, **asking.env)
    assert said in asking.said
    assert "Errno" not in asking.said


def test_the_file_of_an_order_holds_no_secret(asking: Asking) -> None:
    key = "AKIA" + "Q7Z2M4K9X1B8V5N3"
    for n in range(20):
        asking.write(f"logs/{key}/log{n}.txt", 60)
    order = asking.ask("How many entries?", "--over", "logs", "--leaf", "native", "--part", "2000")
    assert order["file"] == ""
    assert not list(asking.project.parent.rglob("order-*.md"))
    said = asking.rlm("ask", "How many entries?", "--over", "logs", "--leaf", "native", "--part", "2000", **asking.env)
    assert said.count(" lines 1-60, location ") == 20


def test_reports_of_sub_agents_are_read_from_their_transcripts_and_missing_ones_named(asking: Asking) -> None:
    asking.write("log.txt", 2000)
    command = ("How many entries set an option?", "--over", "log.txt", "--leaf", "native", "--part", "9000")
    order = asking.ask(*command)
    name = order["order"]
    assert f"{name}/2, " in asking.rlm("ask", *command, **asking.env)
    folder = asking.transcripts / "11111111-session" / "subagents"
    folder.mkdir(parents=True)
    (asking.transcripts / "11111111-session.jsonl").write_text("")
    told = json.dumps({"findings": [{"claim": "", "quote": "ann set option7 to 0.", "location": "log.txt"}]})

    def agent(number: int, prompt: str, said: str) -> None:
        rows = [{"type": "user", "message": {"content": prompt}}, {"type": "assistant", "message": {"content": "..."}}]
        rows.append({"type": "assistant", "message": {"content": [{"type": "text", "text": said}]}})
        (folder / f"agent-{number}.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows) + "{broken")

    agent(1, f"{name}/1: read", "{}")
    agent(2, f"{name}/2: read", "I could not do that.")
    agent(3, "another matter", told)
    got = asking.ask(*command, "--findings", name, status=1)
    assert got["coverage"]["missing"] == [f"{name}/{n}" for n in range(1, len(order["parts"]) + 1)]
    assert got["answer"] == "Nothing was read: none of the 3 parts."
    agent(1, f"{name}/1: read", told.replace('"claim": ""', '"claim": "", "value": "0"'))
    got = asking.ask(*command, "--findings", name)
    assert got["answer"].startswith("1 found in the 1 of 3 parts read.")
    assert f"{name}/1" not in got["coverage"]["missing"]
    folder = folder / "workflows" / "wf_0a1b"  # an agent of a workflow hands its report to a tool, and may say more
    folder.mkdir(parents=True)
    agent(4, f"[Workflow harness]\n  {name}/2: read", "That was all.")
    found = told.replace("7 to 0", "8 to 1").replace('"claim": ""', '"value": "1"')
    report = {"type": "tool_use", "name": "StructuredOutput", "input": json.loads(found)}
    with (folder / "agent-4.jsonl").open("a") as f:
        f.write("\n" + json.dumps({"type": "assistant", "message": {"content": [report]}}) + "\n")
    got = asking.ask(*command, "--findings", name)
    assert (got["coverage"]["reported"], got["coverage"]["missing"]) == (2, [f"{name}/3"])
    asking.rlm("ask", *command, "--findings", "order-00000000", status=1, **asking.env)
    assert "order again" in asking.said


def test_the_command_line_offers_what_the_engine_knows() -> None:
    assert (forasking.ROUTES, forasking.CHECKS, forasking.KINDS) == (ROUTES, CHECKS, KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_that_is_named_is_asked_for_and_planned(asking: Asking, kind: str) -> None:
    asking.write("log.txt", 6000)
    got = asking.ask("Tell me something about option2", "--over", "log.txt", "--kind", kind, "--plan")
    assert (got["kind"], got["asks_kind"]) == (kind, False)
    assert got["route"] == ("search" if kind == "answer" else "map")


def test_without_a_kind_the_plan_says_that_the_words_leave_it_open(asking: Asking) -> None:
    asking.write("log.txt", 6000)
    question = ("Who mentioned option2?", "--over", "log.txt", "--plan")
    assert asking.ask(*question)["asks_kind"]
    assert "one call of haiku" in asking.rlm("ask", *question, **asking.env)
    assert asking.asked() == []


# --- the library ---


def scripted(call: Call) -> dict[str, Any]:
    quote = call.prompt.split("\n")[1]
    return {"findings": [{"claim": quote, "quote": quote, "location": "text-1"}], "answer": f"{quote} [1]"}


def test_the_library_asks_over_given_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    leaf = ScriptedLeaf(default=scripted)
    got = ask("What is it?", texts=["the limit is five"], leaf=leaf)
    assert not leaf.closed  # it is its owner's
    assert got.answer == "the limit is five [text-1:1]"
    assert got.findings[0].verified
    assert not (tmp_path / ".claude").exists()  # what is remembered goes to the user's folder where there is no archive


@pytest.mark.parametrize(("kind", "counted"), [("count", True), ("answer", False)])
def test_the_library_takes_a_kind(tmp_path: Path, kind: str, counted: bool) -> None:
    leaf = ScriptedLeaf(default=scripted)
    got = ask("Tell me about it", texts=["ann set a to 1.\n"], leaf=leaf, kind=kind, project=str(tmp_path))
    assert (got.plan.kind, got.tally is not None) == (kind, counted)


def test_the_library_refuses_a_kind_that_there_is_not(tmp_path: Path) -> None:
    with pytest.raises(RlmError, match="--kind"):
        ask("What is it?", texts=["a\n"], leaf=ScriptedLeaf(default=scripted), kind="poem", project=str(tmp_path))


def test_the_library_tells_what_is_missing(tmp_path: Path) -> None:
    class Locked(ScriptedLeaf):
        def check(self) -> None:
            raise SetupError("log in")

    with pytest.raises(SetupError):
        ask("What?", texts=["x"], leaf=Locked(), project=str(tmp_path))
    with pytest.raises(RlmError, match="no archive"):
        ask("What?", project=str(tmp_path))
    assert user_ledger().records() == []
    assert Archive.__name__ == "Archive"
