"""The engine's benchmark measures what it says: its tasks have the truth they claim, its oracle bills what it tells."""

import http.client
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from kits.paths import ROOT

from benchmarks.engine import amplification, compared, exactness, forms, plants, reader, tasks
from benchmarks.engine.asked import Asked, from_completions, from_messages, tokens
from benchmarks.engine.control import Remote, billed, ideal, oracle
from benchmarks.engine.drivers import OURS, Engine, Job, Outcome, engines, started
from benchmarks.engine.forms import Fact
from benchmarks.engine.scenario import Scenario
from benchmarks.engine.tasks import Task
from rlm_core.engine import prompts
from rlm_core.engine.checks import canary
from rlm_core.engine.texts import Partition, partition

SIZE = 30_000


def all_tasks(seed: int) -> list[Task]:
    return [
        *tasks.counting(SIZE, seed),
        tasks.pairs(SIZE, seed),
        tasks.needle(SIZE, seed),
        *tasks.history(SIZE, seed),
        tasks.records(5, 1_000, seed),
    ]


TASKS = {task.name: task for task in all_tasks(1)}


def leaf(question: str, part: Partition, max_output: int = 100_000) -> Asked:
    user = prompts.sources(part) + prompts.question_block(question)
    return Asked(prompts.LEAF_SYSTEM, user, 0, "m", "report", max_output)


def found_in(task: Task, scenario: Scenario | None = None) -> list[dict[str, str]]:
    """What the reader finds in all parts of a task."""
    replies = [reader.read(leaf(task.question, p), scenario or Scenario()) for p in partition(task.documents, 2_000)]
    return [f for reply in replies for f in json.loads(reply.text)["findings"]]


def as_fact(finding: dict[str, str]) -> Fact:
    return Fact(*(finding[name] for name in ("location", "quote", "subject", "value")))


# The tasks.


def test_tasks_are_the_same_for_the_same_seed_and_others_for_another() -> None:
    assert all_tasks(1) == list(TASKS.values())
    assert all(a.documents != b.documents for a, b in zip(all_tasks(2), TASKS.values(), strict=True))


@pytest.mark.parametrize("name", [name for name in TASKS if name != "records"])
def test_a_task_has_about_the_tokens_it_is_asked_for(name: str) -> None:
    assert 0.9 * SIZE < TASKS[name].tokens < 1.1 * SIZE


@pytest.mark.parametrize("name", TASKS)
def test_every_fact_of_the_truth_stands_word_for_word_in_the_document_it_names(name: str) -> None:
    texts = {d.id: d.text for d in TASKS[name].documents}
    assert TASKS[name].truth
    assert all(fact.quote in texts[fact.location] for fact in TASKS[name].truth)


@pytest.mark.parametrize("name", [name for name in TASKS if name != "value now"])
def test_a_faultless_reader_finds_the_truth_and_nothing_else(name: str) -> None:
    found = found_in(TASKS[name])
    assert {as_fact(f) for f in found} == TASKS[name].truth
    assert len(found) == len(TASKS[name].truth)


def test_the_value_now_is_the_one_that_was_set_last_among_several() -> None:
    now, changes = TASKS["value now"], TASKS["changes"]
    (last,) = now.truth
    assert len(changes.truth) > 1
    assert last == max(changes.truth, key=lambda f: f.location)
    dates = [d.date for d in now.documents]
    assert dates == sorted(set(dates))


def test_pairs_need_both_kinds_of_entries_in_each_user() -> None:
    entries = [("3", "a"), ("3", "b"), ("1", "b"), ("1", "a"), ("2", "a"), ("4", "b"), ("4", "a")]
    assert tasks.pairs_of(entries) == {("1", "3"), ("1", "4"), ("3", "4")}
    assert tasks.pairs_of(f for f in entries if f[1] == "a") == set()


def test_labels_follow_from_the_text_alone() -> None:
    assert forms.label_of("Where is the old mill of Dunmore?") == "a place"
    assert forms.label_of("How many steps lead to the old mill of Dunmore?") == "a number"


# The reader.


def test_a_reader_whose_findings_exceed_its_answer_asks_for_a_split() -> None:
    (part,) = partition(tasks.records(1, 1_000, 1).documents, 5_000)
    reply = reader.read(leaf(forms.CODES, part, max_output=100), Scenario())
    assert json.loads(reply.text) == {"findings": [], "split": True}


def test_a_reader_is_right_about_the_engines_own_canaries() -> None:
    task = tasks.history(60_000, 1, session=900, each=6)[2]
    asked = canary.canaries(partition(task.documents, 2_000), 8)
    assert len(asked) > 2
    for one in asked:
        reply = json.loads(reader.read(leaf(one.question, one.part), Scenario()).text)
        assert len(reply["findings"]) == bool(one.line)


def test_an_erring_reader_plants_each_type_of_error_and_says_what_it_planted() -> None:
    task = tasks.history(200_000, 1, session=900, each=6)[2]
    texts = {d.id: d.text for d in task.documents}
    replies = [reader.read(leaf(task.question, p), Scenario(error=1.0)) for p in partition(task.documents, 2_000)]
    planted = [p for reply in replies for p in reply.planted]
    reported = [f for reply in replies for f in json.loads(reply.text)["findings"]]
    assert {p["type"] for p in planted} == {*reader.TYPES}
    for error in planted:
        plain = {k: v for k, v in error.items() if k != "type"}
        assert (plain in reported) == (error["type"] != "omitted")
        true = error["type"] == "omitted"
        assert (as_fact(error) in task.truth and error["claim"] == as_fact(error).claim) == true
        genuine = error["quote"] in texts[error["location"]]
        assert genuine == (error["type"] not in ("fabricated", "other source"))


def test_an_erring_reader_errs_in_the_share_of_leaves_it_is_told() -> None:
    task = tasks.history(300_000, 1, session=900, each=6)[2]
    parts = partition(task.documents, 1_000)
    erring = sum(bool(reader.read(leaf(task.question, p), Scenario(error=0.2)).planted) for p in parts)
    assert 0.12 < erring / len(parts) < 0.28


def test_verdicts_are_right_without_error_and_turned_round_with_it() -> None:
    (part,) = partition(tasks.history(1_000, 1)[2].documents, 5_000)
    facts = [
        f for p in part.pieces for line in p.text.split("\n") for f in forms.facts(forms.EVERY, p.document.id, line)
    ]
    false = replace(facts[0], value="777777")
    user = prompts.listed([facts[0].claim, false.claim], "claims") + "\n" + prompts.sources(part)
    asked = Asked(prompts.VERIFY_SYSTEM, user, 0, "m", "report")
    for error, verdicts in ((0.0, [True, False]), (1.0, [False, True])):
        reply = json.loads(reader.read(asked, Scenario(error=error)).text)
        assert [v["supported"] for v in reply["verdicts"]] == verdicts
        assert [bool(v["quote"]) for v in reply["verdicts"]] == verdicts
        assert all(v["quote"] in user for v in reply["verdicts"])


# The oracle.


@pytest.fixture(scope="module")
def remote() -> Iterator[Remote]:
    with oracle() as running:
        yield running


def message(text: str = "Record R00001 has the code ABCDEFGH.", **more: Any) -> dict[str, Any]:
    user = prompts.question_block(forms.CODES) + f'<source-1 id="p1">\n{text}\n</source-1>\n'
    tool = {"name": "report", "description": "", "input_schema": prompts.LEAF_SCHEMA}
    body = {"model": "m", "max_tokens": 1000, "system": prompts.LEAF_SYSTEM, "tools": [tool]}
    return {**body, "messages": [{"role": "user", "content": user}], **more}


def post(remote: Remote, path: str, body: object) -> Any:
    with urlopen(Request(remote.url + path, json.dumps(body).encode()), timeout=600) as reply:
        return json.load(reply)


def events(remote: Remote, body: object) -> list[dict[str, Any]]:
    with urlopen(Request(remote.url + "/v1/messages", json.dumps(body).encode()), timeout=600) as reply:
        return [json.loads(line[6:]) for line in reply if line.startswith(b"data: ")]


def test_a_token_is_four_bytes_begun_ones_counted() -> None:
    assert [tokens(""), tokens("a"), tokens("abcd"), tokens("abcde"), tokens("é" * 3), tokens("a", "b")] == [
        0,
        1,
        1,
        2,
        2,
        2,
    ]


def test_what_a_reply_says_it_cost_is_what_the_log_holds(remote: Remote) -> None:
    remote.set(Scenario())
    reply = post(remote, "/v1/messages", message())
    (bill,) = remote.log()
    assert reply["content"][0]["input"]["findings"][0]["value"] == "ABCDEFGH"
    assert reply["usage"]["input_tokens"] == bill["input"] == from_messages(message()).input > 300
    assert reply["usage"]["output_tokens"] == bill["output"] == tokens(json.dumps(reply["content"][0]["input"]))
    assert (bill["kind"], bill["done"], bill["found"]) == ("leaf", True, 1)


def test_a_stream_tells_the_input_first_and_the_output_last(remote: Remote) -> None:
    remote.set(Scenario())
    told = events(remote, message(stream=True))
    (bill,) = remote.log()
    assert [told[0]["type"], told[-1]["type"]] == ["message_start", "message_stop"]
    assert told[0]["message"]["usage"]["input_tokens"] == bill["input"]
    assert told[-2]["usage"]["output_tokens"] == bill["output"]
    pieces = [e["delta"]["partial_json"] for e in told if e["type"] == "content_block_delta"]
    assert json.loads("".join(pieces))["findings"][0]["value"] == "ABCDEFGH"


def test_a_peers_leaf_and_root_are_answered_in_text_and_billed(remote: Remote) -> None:
    remote.set(Scenario())
    post(remote, "/control/root", {"replies": ["first", "second"]})
    user = message()["messages"]
    told = [post(remote, "/v1/chat/completions", {"model": "x", "messages": m}) for m in (user, *[[ROOT_TURN]] * 3)]
    texts = [reply["choices"][0]["message"]["content"] for reply in told]
    assert texts == ["ABCDEFGH", "first", "second", "second"]
    assert sum(reply["usage"]["total_tokens"] for reply in told) == billed(remote.log())
    assert told[0]["usage"]["prompt_tokens"] == from_completions({"messages": user}).input


ROOT_TURN = {"role": "user", "content": "Write a program."}


def test_counting_tokens_is_free(remote: Remote) -> None:
    remote.set(Scenario())
    counted = post(remote, "/v1/messages/count_tokens", message())
    assert counted == {"input_tokens": from_messages(message()).input}
    assert remote.log() == []


@pytest.mark.parametrize(("fault", "status"), [("429", 429), ("500", 500)])
def test_a_refusal_is_not_billed(remote: Remote, fault: str, status: int) -> None:
    remote.set(Scenario(rates={fault: 1.0}, retry_after=3))
    with pytest.raises(HTTPError) as refused:
        post(remote, "/v1/messages", message())
    (bill,) = remote.log()
    assert (refused.value.code, refused.value.headers["retry-after"]) == (status, "3" if status == 429 else None)
    assert (bill["input"], bill["output"], bill["fault"]) == (0, 0, fault)


@pytest.mark.parametrize(("fault", "stop"), [("garbage", "end_turn"), ("truncated", "max_tokens")])
def test_an_answer_that_is_no_json_is_billed_like_any_other(remote: Remote, fault: str, stop: str) -> None:
    remote.set(Scenario(rates={fault: 1.0}))
    reply = post(remote, "/v1/messages", message())
    (bill,) = remote.log()
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        json.loads(reply["content"][0]["text"])
    assert reply["stop_reason"] == stop
    assert bill["output"] == reply["usage"]["output_tokens"] == tokens(reply["content"][0]["text"]) > 0


def test_a_stream_that_is_given_up_stays_billed_as_far_as_it_came(remote: Remote) -> None:
    remote.set(Scenario(hang_on="R00001"))
    connection = http.client.HTTPConnection(remote.url.removeprefix("http://"), timeout=600)
    connection.request("POST", "/v1/messages", json.dumps(message(stream=True)))
    reply = connection.getresponse()
    assert b"message_start" in reply.readline()
    connection.close()
    (bill,) = remote.log()
    assert (bill["input"], bill["output"]) == (from_messages(message()).input, 1)
    assert (bill["fault"], bill["done"]) == ("hang", False)


def test_each_attempt_at_a_prompt_draws_its_own_fault_and_the_seed_decides() -> None:
    scenario = Scenario(rates={"429": 0.2, "garbage": 0.2})
    drawn = [scenario.fault("leaf", "", str(n), attempt) for n in range(500) for attempt in (0, 1)]
    assert drawn == [scenario.fault("leaf", "", str(n), attempt) for n in range(500) for attempt in (0, 1)]
    assert drawn[::2] != drawn[1::2]
    assert all(150 < drawn.count(fault) < 250 for fault in ("429", "garbage"))
    assert scenario.fault("reduce", "", "1", 0) == ""


def test_ideal_counts_a_prompt_once_however_often_it_was_asked(remote: Remote) -> None:
    remote.set(Scenario())
    for text in ("Record R00001 has the code ABCDEFGH.", "Record R00001 has the code ABCDEFGH.", "Nothing."):
        post(remote, "/v1/messages", message(text))
    log = remote.log()
    assert ideal(log) == billed(log) - log[0]["input"] - log[0]["output"]


def test_a_batch_ends_with_a_result_for_each_request(remote: Remote) -> None:
    remote.set(Scenario(seconds=0.05))
    requests = [{"custom_id": f"c{n}", "params": message(f"Record R0000{n} has the code A.")} for n in range(3)]
    made = post(remote, "/v1/messages/batches", {"requests": requests})
    path = f"{remote.url}/v1/messages/batches/{made['id']}"
    assert made["processing_status"] == "in_progress"
    for _ in range(1200):
        with urlopen(path, timeout=600) as reply:
            status = json.load(reply)
        if status["processing_status"] == "ended":
            break
        time.sleep(0.05)
    with urlopen(f"{path}/results", timeout=600) as reply:
        rows = [json.loads(line) for line in reply]
    with urlopen(f"{remote.url}/v1/messages/batches", timeout=600) as reply:
        assert json.load(reply)["data"] == [status]
    assert status["request_counts"] == {"processing": 0, "succeeded": 3, "errored": 0, "canceled": 0, "expired": 0}
    assert [r["custom_id"] for r in rows] == ["c0", "c1", "c2"]
    usages = [r["result"]["message"]["usage"] for r in rows]
    assert sum(u["input_tokens"] + u["output_tokens"] for u in usages) == billed(remote.log())


def test_a_fault_that_there_is_not_is_refused(remote: Remote) -> None:
    with pytest.raises(HTTPError) as refused:
        post(remote, "/control/scenario", {"rates": {"fire": 1.0}})
    assert refused.value.code == 400


# The figures.


def test_exactness_counts_missing_and_false_facts_against_an_answer() -> None:
    task = TASKS["changes"]
    right = [[f.location, f.quote, f.subject, f.value, f.claim, False] for f in task.truth]
    assert exactness.exact(task, Outcome((0.0,), more={"findings": right})) == 1.0
    assert exactness.exact(task, Outcome((0.0,), more={"findings": right[1:]})) == 1 - 1 / len(right)
    false = [*right, ["s1", "quote", "subject", "value", "claim", False]]
    assert exactness.exact(task, Outcome((0.0,), more={"findings": false})) == len(right) / (len(right) + 1)


def test_a_wrong_count_over_right_facts_is_not_exact() -> None:
    task = TASKS["count"]
    right = [[f.location, f.quote, f.subject, f.value, f.claim, False] for f in task.truth]
    for total, exact in ((len(right), 1.0), (len(right) + 1, 0.0)):
        assert exactness.exact(task, Outcome((0.0,), more={"findings": right, "tally": {"total": total}})) == exact


def test_an_error_reaches_the_answer_only_as_a_finding_that_is_still_false() -> None:
    task = TASKS["every change"]
    fact, other = sorted(task.truth, key=lambda f: f.quote)[:2]
    wrong = {"type": "other source", "location": "s99999", "quote": fact.quote, "claim": fact.claim}
    omitted = {"type": "omitted", "location": other.location, "quote": other.quote, "claim": other.claim}
    put_right = [[fact.location, fact.quote, "", "", fact.claim, False]]
    left_wrong = [["s99999", fact.quote, "", "", fact.claim, False]]
    assert amplification.amplified([wrong, omitted], put_right, task) == {"omitted": 1}
    assert amplification.amplified([wrong, omitted], left_wrong, task) == {"omitted": 1, "other source": 1}
    assert amplification.amplified([omitted], [[other.location, other.quote, "", "", other.claim, False]], task) == {}


def test_what_looks_like_a_fact_and_is_none_is_found_again_by_its_kind() -> None:
    task = plants.planted(TASKS["every change"], 1, each=20)
    lines = [(d.id, line) for d in task.documents for line in d.text.split("\n")]
    made = [plant for name, line in lines for plant in plants.plants_in(name, line, Random(1))]
    assert {kind for kind, _ in made} == set(plants.WORDINGS)
    assert len(made) == 20 * len(task.documents)
    assert all(any(fact.quote in line for _, line in lines) for _, fact in made)
    assert {f.subject for _, f in made} <= {f.subject for f in task.truth}
    assert found_in(task) == found_in(TASKS["every change"])


@pytest.mark.parametrize("kind", reader.MISREADINGS)
def test_a_misreading_has_a_genuine_quote(kind: str) -> None:
    task = plants.planted(tasks.history(60_000, 1, session=900, each=6)[2], 1)
    (part, *_) = partition(task.documents, 6_000)
    text = "\n".join(p.text for p in part.pieces)
    made = reader.read(leaf(task.question, part), Scenario(error=1.0, errors=(kind,))).planted
    assert [set(e) >= {"claim", "quote", "type"} and e["quote"] in text for e in made] == [True]
    assert not {(e["quote"], e["claim"]) for e in made} & {(f.quote, f.claim) for f in task.truth}


def test_what_counts_and_looks_doubtful_is_told_apart() -> None:
    one = Counter(negated=1)
    figures = amplification.row(Counter(negated=2, fabricated=2), Counter(negated=2), Counter(all=4, true=4), one)
    assert (figures["reached"], figures["marked"], figures["unmarked"]) == (0.5, 0.25, 0.25)


def test_peers_without_an_environment_are_left_out(tmp_path: Path) -> None:
    python = tmp_path / "minrlm" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    assert list(engines(str(tmp_path))) == [OURS, "minrlm"]
    assert list(engines("")) == [OURS]


def stub(folder: Path, text: str) -> Engine:
    script = folder / "driver.py"
    script.write_text(text)
    return Engine("stub", sys.executable, str(script))


def test_an_engine_that_does_not_stop_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    text = """
import os, subprocess, sys
print("ready", flush=True)
sys.stdin.readline()
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open("new", "w").write(str(child.pid))
os.rename("new", "child")
child.wait()
"""
    for patience in (1.0, 10.0, 60.0):  # on a slow machine the first is over before the driver has its child
        with started(stub(tmp_path, text), "", str(tmp_path)) as process:
            outcome = process.do(Job.of(TASKS["records"]), patience=patience)
        assert (outcome.stopped, outcome.error, outcome.reported) == (False, "killed", 0)
        if (tmp_path / "child").exists():
            break
    assert not is_alive(int((tmp_path / "child").read_text()))


def is_alive(pid: int) -> bool:
    """Whether a process is still running; one that waits for a parent to ask how it ended is not."""
    for _ in range(1200):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        status = Path(f"/proc/{pid}/stat")
        if status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z":
            return False
        time.sleep(0.05)
    return True


def test_a_driver_that_fails_is_told_with_what_it_complained(tmp_path: Path) -> None:
    text = "import sys\nprint('ready', flush=True)\nsys.exit('no such engine')\n"
    with (
        started(stub(tmp_path, text), "", str(tmp_path)) as process,
        pytest.raises(RuntimeError, match="stub's driver ended: no such engine"),
    ):
        process.do(Job.of(TASKS["records"]))


def test_a_quick_run_prints_every_figure_and_says_that_no_model_is_measured() -> None:
    command = [sys.executable, "-m", "benchmarks.engine", "--quick", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, env={**os.environ})
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert list(report) == ["benchmark", "quick", "date", "machine", "sizes", "figures", "targets"]
    assert "never a model's quality" in report["sizes"]["model"]
    assert "rlms, dspy.RLM, minrlm" in report["sizes"]["absent"]
    cases = [f"{case.name}: {OURS}" for case in compared.cases(quick=True)]
    names = ["needle", "value now", "changes", "every change", "count", "most", "each user", "pairs"]
    faults = "under faults: 4% 429 and 3% 500 and 3% garbage"
    kinds = ("leaf error 20%", "misreadings 20%")
    errors = [f"{kind}, {check}" for kind in kinds for check in amplification.CHECKS.values()]
    assert list(report["figures"]) == [*cases, *(f"{name}, 40K" for name in names), faults, *errors]
    assert all(report["figures"][name]["planted"] > 0 for name in errors)
    assert all(set(t) == {"value", "relation", "target", "met"} for t in report["targets"].values())
    exact = [t["value"] for name, t in report["targets"].items() if name.endswith("40K, exact")]
    assert exact == [1.0] * len(names)
