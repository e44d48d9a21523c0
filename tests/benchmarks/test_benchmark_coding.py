"""Recall in coding sessions: the labels are what the rules say, checked by hand on a session of a few records."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from kits.builders import Session as Builder
from kits.paths import ROOT

from benchmarks.coding import __main__ as benchmark
from benchmarks.coding import generated, rankings
from benchmarks.coding.queries import KINDS, MAKERS, queries
from benchmarks.coding.reading import CALL, OTHER, OUTPUT, PROMPT, TEXT, THINKING, Session, read
from benchmarks.coding.work import Query, Work, identifiers
from benchmarks.retrieval import table
from benchmarks.retrieval.asking import OURS
from benchmarks.retrieval.floors import FLOORS
from benchmarks.retrieval.metrics import Answer, Found

MEMORY = "/home/jo/app/src/memory.py"
UPLOAD = "/home/jo/app/src/upload.py"


class Coding:
    """A session in the making, and its records by names of ours."""

    def __init__(self) -> None:
        self.builder = Builder()
        self.ids: dict[str, str] = {}

    def prompt(self, name: str, text: str) -> None:
        self.ids[name] = self.builder.prompt(text)

    def says(self, name: str, text: str) -> None:
        self.ids[name] = self.builder.says(text)

    def thinks(self, name: str, text: str) -> None:
        self.ids[name] = self.builder.thinks(text)

    def tool(self, name: str, tool: str, output: str, *, failed: bool = False, **given: str) -> None:
        call = f"toolu_{name}"
        block = {"type": "tool_use", "id": call, "name": tool, "input": given}
        self.ids[name] = self.builder.assistant(block)
        self.ids[f"{name} output"] = self.builder.result(call, output, failed=failed)

    def edit(self, name: str, path: str, old: str, new: str, *, failed: bool = False) -> None:
        output = "The user does not want that." if failed else f"The file {path} has been updated."
        self.tool(name, "Edit", output, failed=failed, file_path=path, old_string=old, new_string=new)

    def commit(self, name: str, message: str, added: str, output: str) -> None:
        self.tool(name, "Bash", output, command=f"git add {added} && git commit -m '{message}'")

    def read(self, folder: Path, name: str = "one") -> Session:
        path = folder / f"{name}.jsonl"
        self.builder.write(path)
        return read(str(path))

    def made(self, session: Session, kind: str) -> dict[str, Query]:
        return {q.text: q for q in MAKERS[kind](Work(session), Random(1))}

    def named(self, records: "tuple[str, ...] | frozenset[str]") -> set[str]:
        """The names of some records."""
        names = {record: name for name, record in self.ids.items()}
        return {names[r] for r in records}


@pytest.fixture
def coding() -> Coding:
    return Coding()


# What is read.


def test_blocks_have_their_speaker_their_turn_and_the_call_that_they_answer(coding: Coding, tmp_path: Path) -> None:
    coding.prompt("first", "Please retry the upload.")
    coding.thinks("thought", "It has no limit.")
    coding.says("said", "I look at it.")
    coding.tool("shell", "Bash", "3 passed", command="pytest")
    coding.builder.user("<command-name>/exit</command-name>")
    coding.builder.user("Carry on from here.", isMeta=True)
    coding.prompt("second", "Now the other one.")
    session = coding.read(tmp_path)
    assert [(b.kind, b.turn) for b in session.blocks] == [
        *((kind, 1) for kind in (PROMPT, THINKING, TEXT, CALL, OUTPUT, OTHER, OTHER)),
        (PROMPT, 2),
    ]
    output = session.blocks[4]
    assert (output.text, output.tool, output.given) == ("3 passed", "Bash", {"command": "pytest"})
    assert session.blocks[3].text == "Bash\ncommand: pytest"
    assert session.output_of(3) == output


def test_an_edit_is_one_that_was_made_with_the_lines_that_it_changed(coding: Coding, tmp_path: Path) -> None:
    coding.edit("refused", UPLOAD, "a\nb", "a\nc", failed=True)
    coding.edit("made", UPLOAD, "a\nb", "a\nc")
    coding.builder.calls("Edit", "toolu_open", file_path=UPLOAD, old_string="c", new_string="d")
    session = coding.read(tmp_path)
    (edit,) = session.edits
    assert (edit.record, edit.base, edit.lines) == (coding.ids["made"], "upload.py", ("c", "b"))
    stands = {name: coding.named((session.things[record],)) for name, record in coding.ids.items()}
    assert stands == {name: {"made"} for name in ("refused", "refused output", "made", "made output")}


def test_all_kinds_of_edits_give_their_lines(coding: Coding, tmp_path: Path) -> None:
    coding.tool("write", "Write", "created", file_path=UPLOAD, content="one\n\ntwo")
    hunks = [{"old_string": "one", "new_string": "three"}, {"old_string": "", "new_string": "four"}]
    coding.builder.tool("MultiEdit", "done", "toolu_many", file_path=UPLOAD, edits=hunks)
    coding.tool("cell", "NotebookEdit", "done", notebook_path="/home/jo/app/a.ipynb", new_source="five")
    edits = coding.read(tmp_path).edits
    assert [e.lines for e in edits] == [("one", "two"), ("three", "one", "four"), ("five",)]
    assert edits[2].base == "a.ipynb"


def test_what_a_sub_agent_says_is_read_under_the_record_that_carries_it(coding: Coding, tmp_path: Path) -> None:
    inner = {"type": "user", "uuid": "inner", "message": {"role": "user", "content": "Look for the limit."}}
    uuid = coding.builder.record("progress", data={"type": "agent_progress", "message": inner})
    coding.builder.record("progress", data={"type": "hook_progress", "command": "echo"})
    coding.builder.add(b"no record\n")
    (block,) = coding.read(tmp_path).blocks
    assert (block.record, block.kind, block.text) == (uuid, OTHER, "Look for the limit.")


# What is asked.


def test_a_commit_is_answered_by_the_edits_of_its_files_and_what_led_to_them(coding: Coding, tmp_path: Path) -> None:
    coding.prompt("early", "Fix the memory of the parser first.")
    coding.edit("other", MEMORY, "a", "b")
    coding.commit(
        "before", "Bound the memory of parsing", "src/memory.py", "[main 1234567] Bound the memory of parsing"
    )
    coding.prompt("wish", "Uploads never stop, give them an end.")
    coding.says("announced", "I start with the retries.")
    coding.edit("edit", UPLOAD, "x", "limit = 3")
    coding.edit("unrelated", MEMORY, "b", "c")
    coding.tool("look", "Bash", "ok", command="git status")
    coding.commit("failed", "Stop the uploads after three", "src/upload.py", "nothing to commit")
    message = "Stop uploads after three tries\n\n- upload.py counts how often it has tried\n- and more"
    coding.commit("commit", message, "./src/upload.py", "[main 7654321] Stop uploads after three tries")
    coding.says("repeated", "Committed: stop uploads\nafter three tries.")
    asked = coding.made(coding.read(tmp_path), "commit")
    assert set(asked) == {
        "Bound the memory of parsing",
        "Stop uploads after three tries",
        "upload.py counts how often it has tried",
    }
    subject = asked["Stop uploads after three tries"]
    assert coding.named(subject.evidence) == {"wish", "announced", "edit"}
    assert coding.named(subject.source) == {"commit", "commit output", "repeated"}
    assert coding.named(asked["Bound the memory of parsing"].evidence) == {"early", "other"}
    assert coding.named(asked["upload.py counts how often it has tried"].evidence) == {"announced", "edit"}


def test_everything_that_was_added_counts_for_a_commit(coding: Coding, tmp_path: Path) -> None:
    coding.edit("one", MEMORY, "a", "b")
    coding.edit("two", UPLOAD, "a", "b")
    coding.commit("commit", "Bound what is kept", "-A", "[main 1234567] Bound what is kept")
    asked = coding.made(coding.read(tmp_path), "commit")
    assert coding.named(asked["Bound what is kept"].evidence) == {"one", "two"}


def test_a_point_of_a_summary_is_answered_by_the_edits_of_its_file(coding: Coding, tmp_path: Path) -> None:
    coding.prompt("wish", "Give both an end.")
    coding.edit("memory", MEMORY, "a", "b")
    coding.edit("upload", UPLOAD, "a", "b")
    coding.says(
        "said", "Done:\n- **`upload.py`** now stops by itself after a while\n- upload.py and memory.py are clean"
    )
    coding.prompt("later", "Sum it up once more.")
    coding.says("again", "Very well:\n- memory.py forgets what nobody needs\n- nothing.py is left as it was, I think")
    asked = coding.made(coding.read(tmp_path), "summary")
    assert {text: coding.named(q.evidence) for text, q in asked.items()} == {
        "upload.py now stops by itself after a while": {"upload"},
        "memory.py forgets what nobody needs": {"memory"},
    }
    assert coding.named(asked["memory.py forgets what nobody needs"].source) == {"again"}


def filler(coding: Coding, *texts: str) -> None:
    """Enough blocks that a word of two of them tells something, with some texts in between."""
    for number in range(40):
        coding.tool(f"filler {number}", "Bash", f"nothing {number}", command=f"true {number}")
    for number, text in enumerate(texts):
        coding.tool(f"text {number}", "Bash", text, command="true")


def test_a_step_is_answered_by_what_was_said_and_the_edits_up_to_the_next_word(coding: Coding, tmp_path: Path) -> None:
    filler(coding, "backoff", "jitter", "deadline")
    coding.says("long ago", "Nothing of that.")
    coding.tool("look", "Bash", "ok", command="true")
    coding.thinks("thought", "Backoff and jitter up to a deadline.")
    coding.says("said", "Let me bring in a backoff, jitter and a deadline.")
    coding.edit("first", UPLOAD, "a", "b")
    coding.edit("second", MEMORY, "a", "b")
    coding.thinks("next", "Then the rest of it all.")
    coding.edit("third", UPLOAD, "b", "c")
    (query,) = coding.made(coding.read(tmp_path), "step").values()
    assert query.text == "backoff jitter deadline"
    assert coding.named(query.evidence) == {"said", "first", "second"}
    assert query.same == {coding.ids["thought"]: coding.ids["said"]}


def test_a_file_and_the_rarest_words_of_changed_lines_ask_for_such_edits(coding: Coding, tmp_path: Path) -> None:
    filler(coding, "backoff", "jitter", "deadline")
    coding.edit("both", UPLOAD, "old", "retryBackoff = jitter")
    coding.edit("one", UPLOAD, "old", "jitter = 2")
    coding.edit("again", UPLOAD, "jitter = 2", "backoff(jitter)")
    coding.edit("elsewhere", MEMORY, "old", "backoff(jitter, deadline)")
    asked = coding.made(coding.read(tmp_path), "file, lines")
    assert {text: coding.named(q.evidence) for text, q in asked.items()} == {
        "upload.py backoff jitter": {"both", "again"},
        "memory.py backoff jitter deadline": {"elsewhere"},
    }


def test_a_prompt_is_answered_by_the_edits_of_its_turn_not_by_itself(coding: Coding, tmp_path: Path) -> None:
    filler(coding, "uploads again", "endless uploads", "endless")
    coding.prompt("idle", "What do you think of the uploads?")
    coding.prompt(
        "wish", "Yes. The uploads are endless, stop them!\nAnd keep the rest as it is. But not this one here."
    )
    coding.thinks("echo", "The user says: the uploads are endless, stop them!")
    coding.edit("upload", UPLOAD, "a", "b")
    coding.edit("memory", MEMORY, "a", "b")
    session = coding.read(tmp_path)
    asked = coding.made(session, "prompt")
    assert {text: coding.named(q.evidence) for text, q in asked.items()} == {
        "The uploads are endless, stop them!": {"upload", "memory"},
        "And keep the rest as it is.": {"upload", "memory"},
    }
    assert coding.named(asked["The uploads are endless, stop them!"].source) == {"wish", "echo"}
    by_file = coding.made(session, "file, prompt")
    assert {text: coding.named(q.evidence) for text, q in by_file.items()} == {
        "upload.py endless stop them": {"upload"},
        "memory.py endless stop them": {"memory"},
    }


def test_an_identifier_in_few_records_is_answered_by_all_of_them(coding: Coding, tmp_path: Path) -> None:
    coding.prompt("asked", "Where is retryLimit read?")
    coding.tool("shown", "Read", "    7→retryLimit = 3\n    8→x = 1", file_path=UPLOAD)
    coding.tool("shown again", "Read", "    9→retryLimit = 3", file_path=UPLOAD)
    coding.tool("only printed", "Read", "hiddenName = 1", file_path=MEMORY)
    coding.tool("printed twice", "Read", "hiddenName", file_path=MEMORY)
    coding.says("once", "I like singleName.")
    coding.says("large", "LoadAll calls loadAll.")
    coding.says("large again", "LoadAll calls loadAll, which calls TaskUpdate.")
    coding.tool("a tool's name", "TaskUpdate", "done", taskNumber="1")
    session = coding.read(tmp_path)
    (query,) = coding.made(session, "identifier").values()
    assert "retryLimit" in query.text
    assert coding.named(query.evidence) == {"asked", "shown output"}
    assert query.same == {coding.ids["shown again output"]: coding.ids["shown output"]}
    assert set(query.statements.values()) == {"retryLimit"}
    (described,) = coding.made(session, "described").values()
    assert described.text == "retry limit"
    assert described.evidence == query.evidence


def test_an_identifier_in_more_records_is_answered_by_its_edits_and_its_definition(
    coding: Coding, tmp_path: Path
) -> None:
    coding.prompt("asked", "Where is retryLimit read?")
    coding.says("talk", "I think retryLimit is read twice.")
    coding.tool("used", "Read", "    7→call(retryLimit)", file_path=MEMORY)
    coding.tool("defined", "Read", "    3→def retryLimit(x):", file_path=UPLOAD)
    coding.tool("defined again", "Read", "   30→def retryLimit(y):", file_path=UPLOAD)
    coding.edit("edit", UPLOAD, "retryLimit = 3", "retryLimit = 4")
    coding.edit("untouched", UPLOAD, "retryLimit()\na", "retryLimit()\nb")
    (query,) = coding.made(coding.read(tmp_path), "identifier").values()
    assert coding.named(query.evidence) == {"defined output", "edit"}
    assert query.same == {coding.ids["defined again output"]: coding.ids["defined output"]}


def test_an_identifier_of_another_session_is_not_asked_for(coding: Coding, tmp_path: Path) -> None:
    other = Coding()
    other.builder = Builder("22222222-9a0b-4c1d-8e2f-3a4b5c6d7e8f")
    for session in (coding, other):
        session.says("first", "retryLimit is low.")
        session.says("second", "Now retryLimit is high.")
    coding.says("own", "ownLimit is low.")
    coding.says("own again", "ownLimit is high.")
    found = queries([coding.read(tmp_path), other.read(tmp_path, "two")])
    assert {name for q in found for name in identifiers(q.text)} == {"ownLimit"}


def test_an_error_is_answered_by_its_output_and_the_next_edit(coding: Coding, tmp_path: Path) -> None:
    coding.prompt("wish", "Run the checks please.")
    failing = "ok\nsrc/upload.py:3:1: error: name limit is not defined here at all today\nmore"
    coding.tool("run", "Bash", failing, failed=True, command="make lint")
    coding.tool("again", "Bash", failing, failed=True, command="make lint")
    coding.tool("search", "Bash", "src/x.py: an error that is only read about", command="grep -rn error src")
    coding.edit("repair", UPLOAD, "a", "b")
    coding.edit("later", UPLOAD, "b", "c")
    coding.tool("last", "Bash", "error: nobody has repaired this one yet", failed=True, command="make")
    asked = coding.made(coding.read(tmp_path), "error")
    assert {text: coding.named(q.evidence) for text, q in asked.items()} == {
        "error name limit is not defined here": {"run output", "repair"}
    }


def test_the_questions_are_the_same_in_every_run_and_each_has_evidence(tmp_path: Path) -> None:
    sessions = [read(path) for path in generated.write(str(tmp_path / "made"), quick=True)]
    again = [read(path) for path in generated.write(str(tmp_path / "again"), quick=True)]
    asked = queries(sessions)
    assert asked == queries(again)
    assert {q.kind for q in asked} == set(KINDS) - {"summary"}
    assert all(q.evidence and not q.source.intersection(q.evidence) for q in asked)
    assert len({q.text for q in asked}) == len(asked)


# What is measured.


def ranking(*hits: tuple[str, ...]) -> Callable[[str, int], list[Found]]:
    return lambda question, k: [Found(entries, 10, "text") for entries in hits][:k]


def test_what_a_question_was_copied_from_is_no_hit_and_a_result_counts_as_its_call(
    coding: Coding, tmp_path: Path
) -> None:
    coding.prompt("wish", "Stop the endless uploads at once.")
    coding.edit("edit", UPLOAD, "a", "b")
    coding.says("said", "It stops now.")
    session = coding.read(tmp_path)
    (query,) = coding.made(session, "prompt").values()
    ids = coding.ids
    hits = ranking((ids["wish"],), (ids["said"],), ("not in the transcript",), (ids["edit output"],))
    (answer,) = rankings.ask([query], hits, [session])
    assert [h.entries for h in answer.hits] == [(ids["said"],), (), (ids["edit"],)]
    assert answer.rank() == 3


def test_ours_finds_the_records_of_the_transcript_in_the_archive(coding: Coding, tmp_path: Path) -> None:
    coding.prompt("wish", "Stop the endless uploads at once.")
    coding.edit("edit", UPLOAD, "a", "the quota of uploads")
    session = coding.read(tmp_path)
    ours = rankings.ours(rankings.archived([session], str(tmp_path)))
    assert {e for hit in ours("quota", 5) for e in hit.entries} == {coding.ids["edit"]}
    floor = FLOORS["FTS5 porter"](rankings.conversation([session]))
    assert {e for hit in floor("quota", 5) for e in hit.entries} == {coding.ids["edit"]}


def answer(kind: str, *hits: str) -> Answer:
    found = tuple(Found((h,), 10, h) for h in hits)
    return Answer(Query("?", ("right",), kind), found, {"right": "s", "wrong": "s"})


def test_ahead_is_by_each_figure_against_the_floor_that_is_best_at_it() -> None:
    floors = {name: [answer("step"), answer("error", "wrong", "right")] for name in FLOORS}
    floors["FTS5 porter"] = [answer("step", "right"), answer("error")]
    found = {**floors, OURS: [answer("step", "wrong"), answer("error", "right")]}
    report = benchmark.report(found, by_kind=False)
    ahead = report["figures"][f"step: {table.AHEAD}"]
    assert (ahead["questions"], ahead["recall@10"], ahead["mrr"]) == (1, -1.0, -1.0)
    assert report["figures"][f"error: {table.AHEAD}"]["mrr"] == 0.5
    assert report["figures"][f"all: {table.AHEAD}"]["mrr"] == 0.0
    target = report["targets"]["step: mrr, FTS5 porter"]
    assert (target["value"], target["target"], target["met"]) == (0.0, 1.0, False)
    target = report["targets"]["error: mrr, grep counting words"]
    assert (target["value"], target["target"], target["met"]) == (1.0, 0.52, True)
    assert report["worst kinds"]["coding"]["least ahead"]["kind"] == "step"


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "benchmarks.coding", *arguments]
    env = {k: v for k, v in os.environ.items() if k != benchmark.VARIABLE}
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, env=env)


def test_a_quick_run_without_transcripts_reports_every_kind_against_every_floor() -> None:
    done = run("--quick", "--json", "--by-kind", "--show", "2")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["benchmark"], report["quick"]) == ("coding", True)
    kinds = [k for k in KINDS if k != "summary"]
    rows = [f"{kind}: {who}" for kind in ("all", *kinds) for who in (*FLOORS, "rlm", table.AHEAD)]
    assert list(report["figures"]) == rows
    assert report["figures"]["all: rlm"]["questions"] > 50
    assert 0 < report["figures"]["all: rlm"]["recall@10"] <= 1
    assert len(report["targets"]) == 2 * (1 + len(kinds))
    assert done.stderr.count("records answer") == 2


def test_a_transcript_that_is_not_there_or_says_nothing_is_told_by_name(tmp_path: Path) -> None:
    done = run(str(tmp_path / "none.jsonl"))
    assert done.returncode == 1
    assert "none.jsonl" in done.stderr
    assert "Traceback" not in done.stderr
    (tmp_path / "empty.jsonl").write_text("")
    done = run(str(tmp_path / "empty.jsonl"))
    assert done.returncode == 1
    assert "nothing to ask" in done.stderr
