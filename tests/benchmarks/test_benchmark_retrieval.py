"""The retrieval benchmark measures what its definitions say, on conversations that are what they claim to be."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from kits.paths import ROOT

from benchmarks.retrieval import __main__ as benchmark
from benchmarks.retrieval import chat, facts, floors, locomo, technical
from benchmarks.retrieval.conversation import Conversation, Entry, Question
from benchmarks.retrieval.metrics import Answer, Found, figures
from benchmarks.retrieval.transcripts import archived, record_uuid
from rlm_core.archive.store import chunk_names
from rlm_core.chunks.chunkfile import load

GENERATED = [
    pytest.param(chat.converse, "chat_en.yaml", id="chat in English"),
    pytest.param(chat.converse, "chat_fr.yaml", id="chat in French"),
    pytest.param(technical.converse, "technical_en.yaml", id="technical in English"),
    pytest.param(technical.converse, "technical_fr.yaml", id="technical in French"),
]
Converse = Callable[[str, int, str, int], Conversation]
# In LoCoMo's shape; the words are ours.
SAMPLE = {
    "conversation": {
        "speaker_a": "Ann",
        "speaker_b": "Bo",
        "session_1_date_time": "1:56 pm on 8 May, 2023",
        "session_1": [
            {"speaker": "Ann", "dia_id": "D1:1", "text": "The ferry was late."},
            {"speaker": "Bo", "dia_id": "D1:2", "text": "Look at this.", "blip_caption": "a photo of a harbour"},
        ],
        "session_2_date_time": "9:05 am on 12 June, 2023",
        "session_2": [{"speaker": "Bo", "dia_id": "D2:01", "text": "I sold the boat."}],
        "session_3_date_time": "9:05 am on 13 June, 2023",
    },
    "qa": [
        {"question": "What was late?", "answer": "the ferry", "evidence": ["D1:1"], "category": 4},
        {"question": "What became of the boat?", "answer": "sold", "evidence": ["D1:2; D2:1", "D9:9"], "category": 1},
        {"question": "Who knows?", "answer": "nobody", "evidence": [], "category": 3},
        {"question": "Why did Bo swim?", "adversarial_answer": "", "evidence": ["D1:1"], "category": 5},
    ],
}


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "benchmarks.retrieval", *arguments]
    env = {k: v for k, v in os.environ.items() if k != "RLM_LOCOMO"}
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, env=env)


def sample_file(folder: Path) -> str:
    path = folder / "locomo.json"
    path.write_text(json.dumps({"note": "", "conversations": [SAMPLE]}))
    return str(path)


# The report.


def test_a_quick_run_reports_every_set_against_every_floor_and_says_that_locomo_is_missing() -> None:
    done = run("--quick", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["benchmark"], report["quick"]) == ("retrieval", True)
    assert "--locomo" in report["sizes"]["LoCoMo"]
    names = [*floors.FLOORS, "rlm"]
    assert list(report["figures"]) == [f"{kind}: {name}" for kind in ("chatting", "technical") for name in names]
    assert all(row["questions"] > 10 and 0 < row["recall@10"] <= 1 for row in report["figures"].values())
    assert all(set(t) == {"value", "relation", "target", "met"} for t in report["targets"].values())


def test_locomo_is_measured_against_the_published_lines_besides_the_floors(tmp_path: Path) -> None:
    found = benchmark.answered(locomo.load(sample_file(tmp_path)))
    rows = {f"LoCoMo: {name}": figures(answers) for name, answers in found.items()}
    assert list(found) == [*floors.FLOORS, "rlm"]
    assert all(row["questions"] == 2 and row["hit@5"] == 1.0 for row in rows.values())
    targets = benchmark.targets_of("LoCoMo", rows)
    assert targets["LoCoMo: session hit@1"]["target"] == 0.696
    assert targets["LoCoMo: recall@10"]["target"] == rows["LoCoMo: FTS5 porter"]["recall@10"] > 0.73


@pytest.mark.parametrize("text", ["no JSON", "[1, 2]", '{"conversations": [{"qa": []}]}'])
def test_a_file_that_is_not_locomo_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(text)
    done = run("--quick", "--locomo", str(path))
    assert done.returncode == 1
    assert "other.json" in done.stderr
    assert "Traceback" not in done.stderr


# LoCoMo.


def test_turns_keep_their_ids_times_speakers_and_captions(tmp_path: Path) -> None:
    (conversation,) = locomo.load(sample_file(tmp_path))
    assert [(e.id, e.session, e.time, e.role) for e in conversation.entries] == [
        ("locomo-0/D1:1", "locomo-0/1", "2023-05-08T13:56:00Z", "user"),
        ("locomo-0/D1:2", "locomo-0/1", "2023-05-08T13:57:00Z", "assistant"),
        ("locomo-0/D2:1", "locomo-0/2", "2023-06-12T09:05:00Z", "assistant"),
    ]
    assert conversation.entries[1].text == "Bo: Look at this. [image: a photo of a harbour]"
    (plain,) = locomo.load(sample_file(tmp_path), names=False)
    assert plain.entries[0].text == "The ferry was late."


def test_questions_without_evidence_or_answer_are_left_out(tmp_path: Path) -> None:
    (conversation,) = locomo.load(sample_file(tmp_path))
    found = [(q.text, q.evidence, q.kind) for q in conversation.questions]
    assert found == [
        ("What was late?", ("locomo-0/D1:1",), "one turn"),
        ("What became of the boat?", ("locomo-0/D1:2", "locomo-0/D2:1"), "several turns"),
    ]


# Metrics.


def answer(*hits: Found, statements: dict[str, str] | None = None) -> Answer:
    return Answer(Question("?", ("a", "b"), "", statements or {}), hits, {"a": "1", "b": "2", "x": "3", "y": "1"})


def test_recall_counts_each_piece_of_evidence_once() -> None:
    row = figures([answer(Found(("a",), 10, ""), Found(("a", "x"), 10, ""), Found(("b",), 10, ""))])
    assert (row["recall@1"], row["recall@5"], row["mrr"], row["hit@1"]) == (0.5, 1.0, 1.0, 1.0)


def test_the_reciprocal_rank_is_that_of_the_first_evidence_and_zero_without() -> None:
    late = answer(*[Found(("x",), 1, "")] * 3, Found(("b",), 1, ""))
    assert figures([late])["mrr"] == 0.25
    assert figures([late, answer()])["mrr"] == 0.125


def test_a_hit_counts_within_a_budget_only_if_its_own_size_still_fits() -> None:
    row = figures([answer(Found(("a",), 600, ""), Found(("b",), 401, ""), Found(("x",), 1, ""))])
    assert (row["within 1,000"], row["within 2,000"]) == (0.5, 1.0)


def test_reading_stops_at_the_first_hit_that_does_not_fit() -> None:
    row = figures([answer(Found(("x",), 1001, ""), Found(("a", "b"), 1, ""))])
    assert (row["within 1,000"], row["within 2,000"]) == (0.0, 1.0)


def test_a_session_counts_once_however_many_of_its_passages_are_found() -> None:
    row = figures([answer(*[Found(("x",), 1, "")] * 9, Found(("y",), 1, ""))])
    assert (row["session hit@1"], row["session hit@5"], row["recall@10"]) == (0.0, 1.0, 0.0)


def test_a_statement_is_found_in_the_passage_of_its_entry_only() -> None:
    hits = (Found(("a",), 1, "It is\n  Blue."), Found(("b",), 1, "Nothing here"), Found(("x",), 1, "or green"))
    assert figures([answer(*hits, statements={"a": "it is blue", "b": "green"})])["statement@10"] == 0.5
    assert figures([answer(*hits)])["statement@10"] is None


# Floors.


def conversation(*texts: str) -> Conversation:
    entries = (Entry(str(n), "s", "2026-01-01T00:00:00Z", "user", text) for n, text in enumerate(texts))
    return Conversation("c", tuple(entries), ())


TALK = conversation("The ferries were late", "a boat, a boat, a boat", "a late boat", "Nothing. " * 200)


def test_counting_words_takes_most_different_words_and_the_oldest_of_equals() -> None:
    found = floors.counting_words(TALK)("Was the boat late?", 9)
    assert [f.entries for f in found] == [("2",), ("0",), ("1",)]


def test_full_text_stems_and_neighbours_lend_their_words() -> None:
    assert [f.entries for f in floors.full_text(TALK)("ferry", 9)] == [("0",)]
    assert [f.entries for f in floors.full_text_with_neighbours(TALK)("ferry", 9)][:3] == [("0",), ("1",), ("2",)]


@pytest.mark.parametrize("name", floors.FLOORS)
def test_a_floor_survives_questions_without_words(name: str) -> None:
    assert floors.FLOORS[name](TALK)('"?! (', 9) == []


def test_long_entries_are_cut_and_nothing_is_lost() -> None:
    text = "A sentence of some words. " * 90 + "x" * 1500
    cut = floors.pieces(text)
    assert max(map(len, cut)) <= floors.MAX_CHARS
    assert "".join("".join(cut).split()) == "".join(text.split())


# Transcripts.


def test_every_entry_can_be_found_in_the_archive_by_its_uuid(tmp_path: Path) -> None:
    made = technical.converse("t", 1, "technical_en.yaml", 8000)
    archive = archived(made, str(tmp_path))
    texts = {}
    for folder in archive.folders():
        for name in chunk_names(folder):
            path = Path(folder) / name
            texts |= {uuid: text for uuid, _, text in load(path.read_bytes(), str(path)).entries()}
    for entry in made.entries:
        last = entry.text.strip().rpartition("\n")[2]
        assert last in texts[record_uuid(entry.id)]


# Generated conversations.


@pytest.mark.parametrize(("converse", "words"), GENERATED)
def test_the_same_seed_gives_the_same_conversation_and_another_another(converse: Converse, words: str) -> None:
    first, again, other = (converse("x", seed, words, 8000) for seed in (1, 1, 2))
    assert first == again
    assert first.entries != other.entries


@pytest.mark.parametrize(("converse", "words"), GENERATED)
def test_questions_are_answered_by_entries_that_say_so(converse: Converse, words: str) -> None:
    made = converse("x", 1, words, 30_000)
    texts = {e.id: " ".join(e.text.lower().split()) for e in made.entries}
    assert len(made.questions) > 10
    for question in made.questions:
        assert set(question.evidence) <= texts.keys()
        assert all(said.lower() in texts[entry] for entry, said in question.statements.items())
        assert "{" not in question.text


@pytest.mark.parametrize(("converse", "words"), GENERATED)
def test_replies_are_long_and_the_user_says_little(converse: Converse, words: str) -> None:
    made = converse("x", 1, words, 30_000)
    chars = {r: sum(len(e.text) for e in made.entries if e.role == r) for r in ("user", "assistant")}
    replies = [len(e.text) for e in made.entries if e.role == "assistant"]
    assert chars["user"] < 0.2 * chars["assistant"]
    assert 1000 < sum(replies) / len(replies) < 6000
    assert not any("{" + slot + "}" in e.text for e in made.entries for slot in "vwabcfrxyzstq")


@pytest.mark.parametrize("words", ["chat_en.yaml", "chat_fr.yaml", "technical_en.yaml", "technical_fr.yaml"])
def test_values_of_a_fact_differ_and_its_questions_do_not_tell_them(words: str) -> None:
    _, known = facts.load(words)
    for fact in known:
        assert len(set(fact.values)) == len(fact.values) > 1
        assert len(fact.about) > 1
        for question in fact.questions:
            assert not ("{v}" in question and "{w}" in question)


def test_what_was_said_again_is_answered_by_the_newest_statement() -> None:
    fact = facts.Fact(
        "limit",
        values=(("5", "mail"), ("7", "mail")),
        said=("{v} for {w}",),
        asked=("How many for {w}?",),
        otherwise=("Limit of {w}?",),
        later=("now {v} for {w}",),
        asked_later=("How many for {w} now?",),
    )
    (told,) = facts.Teller(Random(1), 0.0).tell(fact)
    (first, before), (second, after) = told.statements
    assert first < second
    assert before != after.removeprefix("now ")
    assert {(a.kind, a.by) for a in told.asked} == {("newest", (1,)), ("both", (0, 1))}
