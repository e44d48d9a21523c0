"""The benchmarks of recall run and count rightly, and the sessions they generate are what they are said to be."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from kits.builders import Session, archive
from kits.paths import ROOT

from benchmarks import bulk, compaction_loss, needles, scores, world
from benchmarks.compaction_loss import PRINTED, SUMMARY, WRITTEN, Examined, Part, cuts, identifiers, lost, parts
from benchmarks.facts import Question
from benchmarks.needles import Answered
from benchmarks.sessions import FULL, QUICK, History, Written
from rlm_core.archive.take import take
from rlm_core.search.ranked import Hit, search

ROWS = {
    "needles": {"all", "stated", "reversed", "form: synonym", "asked in fr", "absent: pair", "plain FTS5"},
    "compaction_loss": {"generated", "generated: path"},
    "latency": {"bare start", "index, 0.2M", "in process, 0.2M", "plain FTS5 OR, 0.2M"},
    "flat_cost": {"SessionStart, startup", "SessionStart, compact", "PreCompact", "rlm search -k 8, median"},
}
needs_wait4 = pytest.mark.skipif(not hasattr(os, "wait4"), reason="processes are measured by wait4")


@pytest.mark.parametrize(
    "name", ["needles", "compaction_loss", *(pytest.param(n, marks=needs_wait4) for n in ("latency", "flat_cost"))]
)
def test_a_quick_run_prints_one_json_object_with_its_figures(name: str) -> None:
    command = [sys.executable, "-m", f"benchmarks.{name}", "--quick", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert list(report) == ["benchmark", "quick", "date", "machine", "sizes", "figures", "targets"]
    assert (report["benchmark"], report["quick"]) == (name, True)
    assert set(report["figures"]) >= ROWS[name]
    assert report["targets"]
    assert all(set(t) == {"value", "relation", "target", "met"} for t in report["targets"].values())


def test_a_missed_target_is_said_to_be_missed(capsys: pytest.CaptureFixture[str]) -> None:
    targets = {"recall": scores.at_least(0.5, 0.9), "false": scores.at_most(0, 0)}
    scores.main("x", "Doc.", lambda _: {"sizes": {}, "figures": {"a": {"n": 1}}, "targets": targets}, arguments=[])
    recall, false = capsys.readouterr().out.strip().split("\n")[-2:]
    assert recall.split() == ["recall", "0.5", "target", ">=", "0.9", "MISSED"]
    assert false.split()[-1] == "met"


# The generated sessions.


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return History(5, "/srv/shop", FULL).write(str(tmp_path_factory.mktemp("full")))


def texts(written: Written) -> dict[str, str]:
    """uuid -> what the record's message says, JSON as it stands."""
    records = (json.loads(line) for path in written.paths for line in Path(path).read_text("utf-8").splitlines())
    return {r["uuid"]: json.dumps(r.get("message"), ensure_ascii=False) for r in records}


def test_sessions_are_the_same_for_the_same_seed(tmp_path: Path) -> None:
    made = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        made.append(History(5, "/srv/shop", QUICK).write(str(tmp_path / name)))
    assert [Path(p).read_bytes() for p in made[0].paths] == [Path(p).read_bytes() for p in made[1].paths]
    assert made[0].questions == made[1].questions


def test_sessions_have_the_proportions_of_real_ones(full: Written) -> None:
    assert 0.70 < full.tool_share < 0.80
    assert 0.02 < full.user_share < 0.05
    assert 0.40 < full.repeated < 0.55
    assert full.compactions > FULL.sessions


def test_every_question_has_entries_that_state_each_version_of_its_answer(full: Written) -> None:
    order = {uuid: n for n, uuid in enumerate(texts(full))}
    present = [q for q in full.questions if q.kind != "absent"]
    assert {q.kind for q in present} == {"stated", "reversed"}
    for question in present:
        assert all(question.answers), question
        assert {u for uuids in question.answers for u in uuids} <= set(order)
        first = [min(order[u] for u in uuids) for uuids in question.answers]
        assert first == sorted(first), question


def test_reversed_facts_have_an_older_answer_and_near_misses_are_no_answers(full: Written) -> None:
    assert all((len(q.answers) > 1) == (q.kind == "reversed") for q in full.questions)
    stated = {q.subject: {u for uuids in q.answers for u in uuids} for q in full.questions if q.answers}
    missed = [q for q in full.questions if q.misses]
    assert missed
    for question in missed:
        key = question.subject.partition(".")[2]
        others = {u for subject, uuids in stated.items() if subject.partition(".")[2] == key for u in uuids}
        assert set(question.misses) <= others


def test_configuration_that_a_tool_shows_has_the_newest_value(full: Written) -> None:
    said = texts(full)
    shown = [q for q in full.questions if q.shown]
    assert {q.subject.partition(".")[2] for q in shown} <= {s.key for s in world.SETTINGS}
    for question in shown:
        component, _, key = question.subject.partition(".")
        assert all(component in said[uuid] and key in said[uuid] for uuid in question.shown)
        assert not set(question.shown) & {u for uuids in question.answers for u in uuids}


def test_nobody_says_what_the_questions_for_absent_facts_ask(full: Written) -> None:
    absent = [q for q in full.questions if q.kind == "absent"]
    stated = {q.subject for q in full.questions if q.kind != "absent"}
    assert {q.form for q in absent} == {"pair", "component", "topic"}
    assert all(q.answers == () for q in absent)
    assert stated.isdisjoint(q.subject for q in absent)
    said = "\n".join(texts(full).values()).lower()
    for component in world.UNKNOWN:
        assert component.stem not in said
        assert component.name.en not in said
        assert component.name.fr not in said
    for word in ("kubernetes", "graphql", "mascot", "lisbon", "webassembly", "terraform", "kafka"):
        assert word not in said


def test_both_languages_ask_about_both(full: Written) -> None:
    crossed = {(q.form == "cross", q.language) for q in full.questions if q.kind != "absent"}
    assert crossed == {(False, "en"), (False, "fr"), (True, "en"), (True, "fr")}


def test_bulk_text_grows_its_vocabulary(tmp_path: Path) -> None:
    def words(path: str) -> set[str]:
        return set(Path(path).read_text("utf-8").replace('"', " ").split())

    paths = list(bulk.write(str(tmp_path), 1_200_000))
    assert len(paths) >= 6
    sizes = [sum(os.path.getsize(p) for p in paths[:3]), sum(os.path.getsize(p) for p in paths[3:])]
    assert min(sizes) > 500_000
    fresh = words(paths[-1]) - set.union(*map(words, paths[:-1]))
    assert len(fresh) > 0.1 * len(words(paths[-1]))


# What is counted.


def hit(uuid: str, *, strong: bool = False, line: int = 1, later: tuple[str, ...] = ()) -> Hit:
    return Hit(
        "c", "s", "p", line, 1.0, "t", "x", "2026-11-22T10:00:00Z", [1, 1], 9, [uuid], "user", strong, later=list(later)
    )


def answered(question: Question, *hits: Hit) -> Answered:
    return Answered(question, hits, 1.0)


OLD_AND_NEW = Question("q", "reversed", "words", "en", "a.b", answers=(("old",), ("new", "newer")))
STATED = Question("q", "stated", "words", "en", "a.b", answers=(("right",),), misses=("miss",))
ABSENT = Question("q", "absent", "pair", "en", "")


def test_of_a_reversed_fact_only_the_newest_version_counts_as_found() -> None:
    assert not answered(OLD_AND_NEW, hit("old")).found
    assert answered(OLD_AND_NEW, hit("old"), hit("newer")).found
    assert not answered(OLD_AND_NEW, *[hit("x")] * 5, hit("new")).found


def test_a_tool_that_shows_the_value_is_not_a_statement_of_it() -> None:
    question = Question("q", "stated", "words", "en", "a.b", answers=(("said",),), shown=("read",))
    assert not answered(question, hit("read")).found
    assert answered(question, hit("read")).has_value
    assert not answered(question, hit("x")).has_value


def test_a_hit_counts_before_near_misses_only_when_it_stands_before_them() -> None:
    assert answered(STATED, hit("right"), hit("miss")).before_misses
    assert not answered(STATED, hit("miss"), hit("right")).before_misses
    assert not answered(STATED, hit("x")).before_misses


def test_versions_are_listed_as_they_are_shown_and_an_older_one_may_name_the_newer() -> None:
    shown = answered(OLD_AND_NEW, hit("new", line=7), hit("old", later=("c:7",)))
    assert shown.versions() == [1, 0]
    assert shown.names_newer()
    assert not answered(OLD_AND_NEW, hit("new", line=7), hit("old")).names_newer()


def test_targets_fall_with_a_needle_that_is_missed_and_with_a_false_strong_hit() -> None:
    fine = [answered(STATED, hit("right", strong=True)), answered(OLD_AND_NEW, hit("new")), answered(ABSENT, hit("x"))]
    assert all(t["met"] for t in needles.figures(fine)["targets"].values())
    worse = [answered(STATED, hit("x")), answered(OLD_AND_NEW, hit("old")), answered(ABSENT, hit("x", strong=True))]
    assert not any(t["met"] for t in needles.figures(worse)["targets"].values())
    assert needles.figures(fine)["figures"]["stated"]["strong"] == 1.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see src/pay/retry_limit.py:12", {"src/pay/retry_limit.py": "path"}),
        ("in /srv/shop/a.toml.", {"/srv/shop/a.toml": "path"}),
        ("call parseHTTPRequest or HttpClient", {"parseHTTPRequest": "name", "HttpClient": "name"}),
        ("`retry_limit` again", {"retry_limit": "name"}),
        ("E4127 and TX-901", {"E4127": "code", "TX-901": "code"}),
        ("commit 4f2a9c1 fixes", {"4f2a9c1": "hash"}),
        ("deadbeef 1234567", {}),
        ("took 1,240 ms, 12% of 3.5 GB", {"1,240 ms": "number", "12%": "number", "3.5 GB": "number"}),
        ("--dry-run but not --help", {"--dry-run": "flag"}),
        ("plain words, Capitalised ones, v2 and 17 things", {}),
    ],
)
def test_identifiers_of_a_text(text: str, expected: dict[str, str]) -> None:
    assert identifiers(text) == expected


def cut_of(before: list[Part], after: list[Part], summary: str = "") -> compaction_loss.Cut:
    return compaction_loss.Cut(0, tuple(before), summary, tuple(after))


def test_an_identifier_counts_when_it_was_rare_before_and_is_written_first_after() -> None:
    before = [Part(0, PRINTED, "E1001 E1002 E1003"), *[Part(n, PRINTED, "E9999") for n in range(6)]]
    after = [
        Part(9, PRINTED, "E1002 came up"),
        Part(10, WRITTEN, "So E1001 is back. And E1002, E9999, and the new E5555."),
    ]
    (one,) = lost(cut_of(before, after, "We saw E1003."))
    assert (one.text, one.sentence, one.in_summary) == ("E1001", "So E1001 is back.", False)
    (kept,) = lost(cut_of(before, after, "We saw E1001."))
    assert kept.in_summary


def test_compactions_are_found_with_their_summaries_and_a_transcript_without_is_cut_in_four() -> None:
    s = Session()
    s.prompt("The code is E1001")
    s.tool("Bash", "E1002", command="make check_all")
    s.compaction("We saw a code.")
    s.prompt("E1001 again?")
    found = list(parts(s.lines()))
    assert [p.kind for p in found if p.kind in (SUMMARY, PRINTED)] == [PRINTED, SUMMARY]
    (cut,) = cuts(found)
    assert "We saw a code." in cut.summary
    assert [p.text for p in cut.after] == ["E1001 again?"]
    assert s.lines()[cut.line].endswith(s.lines()[-1])
    quarters = list(cuts([Part(n, WRITTEN, "") for n in range(9)]))
    assert [(c.summary, len(c.before), len(c.after)) for c in quarters] == [("", 2, 2), ("", 4, 2), ("", 6, 3)]


def test_what_stands_only_in_a_summary_or_nowhere_is_not_given_back(tmp_path: Path) -> None:
    s = Session()
    s.prompt("The failing one is E1001, see the log")
    s.compaction("We spoke of E2002.")
    kept = archive(tmp_path)
    take(kept, s.write(tmp_path / "t.jsonl"))
    assert search(kept, "E2002")
    assert compaction_loss.given_back(kept, "E1001", "E1001")
    assert not compaction_loss.given_back(kept, "E2002", "E2002")
    assert not compaction_loss.given_back(kept, "E3003", "E3003")


def test_a_transcript_is_searched_as_it_was_at_its_compaction(tmp_path: Path) -> None:
    s = Session()
    s.prompt("The failing one is E1001, see the log")
    s.compaction("We went on.")
    s.prompt("Is E1001 the same as E7007?")
    source = s.write(tmp_path / "given" / "t.jsonl")
    (tmp_path / "work").mkdir()
    examined = Examined(str(tmp_path / "work"), seed=1)
    examined.add(source.path, "real")
    assert examined.compactions == {"real": 1}
    (one,) = examined.found["real"]
    assert (one.text, one.by_itself, one.in_summary) == ("E1001", True, False)
