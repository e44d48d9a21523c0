"""The retrieval benchmark measures what its definitions say, on conversations that are what they claim to be."""

import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from kits.paths import ROOT

from benchmarks import scores
from benchmarks.retrieval import __main__ as benchmark
from benchmarks.retrieval import ablation, asking, chat, embedding, facts, floors, table, technical
from benchmarks.retrieval.asking import Measured
from benchmarks.retrieval.conversation import Conversation, Entry, Question
from benchmarks.retrieval.metrics import Answer, Found, figures, summary
from benchmarks.retrieval.published import beam, locomo, longmemeval, reading, realtalk
from benchmarks.retrieval.published.reading import LabelledSet, SetError
from benchmarks.retrieval.transcripts import archived, record_uuid
from rlm_core.archive.store import chunk_names
from rlm_core.chunks.chunkfile import load
from rlm_core.search import rank

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
    return written(folder / "locomo.json", {"note": "", "conversations": [SAMPLE]})


def written(path: Path, data: Any) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return str(path)


def read_locomo(folder: Path, *, names: bool = True) -> list[Conversation]:
    return list(locomo.read(sample_file(folder), Counter(), names=names))


# The report.


def test_a_quick_run_reports_every_set_against_every_floor_and_says_that_locomo_is_missing() -> None:
    done = run("--quick", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["benchmark"], report["quick"]) == ("retrieval", True)
    assert "--locomo" in report["sizes"]["LoCoMo"]
    names = [*floors.FLOORS, "rlm", "rlm ahead of the best floor"]
    assert list(report["figures"]) == [f"{kind}: {name}" for kind in ("chatting", "technical") for name in names]
    rows = {name: row for name, row in report["figures"].items() if not name.endswith("ahead of the best floor")}
    assert all(row["questions"] > 10 and 0 < row["recall@10"] <= 1 for row in rows.values())
    assert all(ends[0] <= row["recall@10"] <= ends[1] for row in rows.values() if (ends := row["recall@10 95 %"]))
    assert all(set(t) == {"value", "relation", "target", "met"} for t in report["targets"].values())
    assert set(report["worst kinds"]["chatting"]) == {"found worst", "least ahead"}


def test_locomo_is_measured_against_the_published_lines_besides_the_floors(tmp_path: Path) -> None:
    of = LabelledSet("LoCoMo", lambda: iter(read_locomo(tmp_path)))
    found = asking.answered(of, floors.FLOORS).answers
    rows = {f"LoCoMo: {name}": summary(asking.values(answers)) for name, answers in found.items()}
    assert list(found) == [*floors.FLOORS, "rlm"]
    assert all(row["questions"] == 2 and row["hit@5"] == 1.0 for row in rows.values())
    targets = benchmark.targets_of("LoCoMo", rows)
    assert targets["LoCoMo: session hit@1"]["target"] == 0.696
    assert targets["LoCoMo: recall@10"]["target"] == rows["LoCoMo: FTS5 porter"]["recall@10"] + 0.02 > 0.73


@pytest.mark.parametrize("text", ["no JSON", "[1, 2]", '{"conversations": [{"qa": []}]}', "[", ""])
@pytest.mark.parametrize("name", ["locomo", "realtalk", "beam", "longmemeval"])
def test_a_file_that_is_not_the_set_it_is_given_as_is_refused_by_name(tmp_path: Path, name: str, text: str) -> None:
    given = argparse.Namespace(locomo=None, realtalk=None, beam=None, longmemeval=None, quick=True, published_only=True)
    setattr(given, name, written(tmp_path / "other.json", text))
    with pytest.raises(SetError, match=r"other\.json|no conversation"):
        benchmark.sets(given)


def test_what_is_wrong_with_a_file_is_told_before_anything_is_measured(tmp_path: Path) -> None:
    done = run("--quick", "--longmemeval", written(tmp_path / "other.json", [{"question_id": "q1", "question": "?"}]))
    assert done.returncode == 1
    assert "other.json is not LongMemEval" in done.stderr
    assert "question q1 has no 'haystack_sessions'; it has question_id, question" in done.stderr
    assert "Traceback" not in done.stderr


def test_sets_of_others_are_printed_in_one_table_with_what_was_left_out(tmp_path: Path) -> None:
    lme = written(tmp_path / "lme.json", [HISTORY, {**HISTORY, "question_id": "q2_abs"}])
    done = run("--published-only", "--table", "--locomo", sample_file(tmp_path), "--longmemeval", lme)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "| | questions | R@10 | MRR | within 2,000 | session hit@1 | session hit@5 |"
    assert [line.split("|")[1].strip() for line in lines if line.startswith("| LongMemEval")] == [
        f"LongMemEval: {name}" for name in (*floors.FLOORS, "rlm", "rlm ahead of the best floor")
    ]
    assert "LongMemEval: found worst: 'multi-session'" in done.stdout


# LoCoMo.


def test_turns_keep_their_ids_times_speakers_and_captions(tmp_path: Path) -> None:
    (conversation,) = read_locomo(tmp_path)
    assert [(e.id, e.session, e.time, e.role) for e in conversation.entries] == [
        ("locomo-0/D1:1", "locomo-0/1", "2023-05-08T13:56:00Z", "user"),
        ("locomo-0/D1:2", "locomo-0/1", "2023-05-08T13:57:00Z", "assistant"),
        ("locomo-0/D2:1", "locomo-0/2", "2023-06-12T09:05:00Z", "assistant"),
    ]
    assert conversation.entries[1].text == "Bo: Look at this. [image: a photo of a harbour]"
    (plain,) = read_locomo(tmp_path, names=False)
    assert plain.entries[0].text == "The ferry was late."


def test_questions_without_evidence_or_answer_are_left_out(tmp_path: Path) -> None:
    left_out: Counter[str] = Counter()
    (conversation,) = locomo.read(sample_file(tmp_path), left_out)
    assert left_out == {"without evidence": 1, "adversarial, without an answer": 1}
    found = [(q.text, q.evidence, q.kind) for q in conversation.questions]
    assert found == [
        ("What was late?", ("locomo-0/D1:1",), "one turn"),
        ("What became of the boat?", ("locomo-0/D1:2", "locomo-0/D2:1"), "several turns"),
    ]


# REALTALK.

CHAT: dict[str, Any] = {  # in REALTALK's shape; the words are ours
    "name": {"speaker_1": "Bo", "speaker_2": "Ann"},
    "session_2": [{"clean_text": "I sold it.", "speaker": "Bo", "date_time": "02.01.2024, 09:00:05", "dia_id": "D2:1"}],
    "session_1": [
        {"clean_text": "The ferry was late.", "speaker": "Ann", "date_time": "29.12.2023, 00:51:12", "dia_id": "D1:1"},
        {"text": "", "blip_caption": "a harbour", "speaker": "Bo", "dia_id": "D1:2"},
    ],
    "session_1_date_time": "29.12.2023, 00:51:12",
    "events_session_1": {"agent_a": []},
    "qa": [
        {"question": "What was late?", "answer": "the ferry", "evidence": ["D1:1"], "category": 1},
        {"question": "When was it sold?", "answer": "in January", "evidence": "D2:1", "category": "2"},
        {"question": "Why?", "answer": "?", "evidence": [], "category": 3},
    ],
}


@pytest.mark.parametrize("directory", [False, True])
def test_chats_of_real_people_are_read_from_a_file_or_a_directory(tmp_path: Path, *, directory: bool) -> None:
    path = written(tmp_path / "Chat_1_Ann_Bo.json", CHAT)
    written(tmp_path / "persona.json", {"Ann": []})
    left_out: Counter[str] = Counter()
    (chat_of_two,) = realtalk.read(str(tmp_path) if directory else path, left_out)
    assert [(e.id, e.session[-1], e.time, e.role, e.text) for e in chat_of_two.entries] == [
        ("realtalk-Chat_1_Ann_Bo/D1:1", "1", "2023-12-29T00:51:12Z", "assistant", "Ann: The ferry was late."),
        ("realtalk-Chat_1_Ann_Bo/D1:2", "1", "2023-12-29T00:52:12Z", "user", "Bo: [image: a harbour]"),
        ("realtalk-Chat_1_Ann_Bo/D2:1", "2", "2024-01-02T09:00:05Z", "user", "Bo: I sold it."),
    ]
    assert [(q.kind, [e[-4:] for e in q.evidence]) for q in chat_of_two.questions] == [
        ("several turns", ["D1:1"]),
        ("time", ["D2:1"]),
    ]
    assert left_out == {"without evidence": 1}


@pytest.mark.parametrize(
    ("without", "told"), [("qa", "no 'qa'"), ("session_1", "no 'session_1'"), ("dia_id", "no 'dia_id'")]
)
def test_a_chat_that_lacks_something_is_refused_by_what_it_lacks(tmp_path: Path, without: str, told: str) -> None:
    lacking = json.loads(json.dumps(CHAT).replace(f'"{without}":', '"else":'))
    with pytest.raises(SetError, match=told):
        list(realtalk.read(written(tmp_path / "chat.json", lacking), Counter()))


# LongMemEval.

HISTORY: dict[str, Any] = {  # in LongMemEval's shape; the words are ours
    "question_id": "q1",
    "question_type": "multi-session",
    "question": "How many boats did I sell?",
    "question_date": "2023/06/01 (Thu) 10:00",
    "answer": "2",
    "haystack_session_ids": ["s_late", "s_early", "s_other"],
    "haystack_dates": ["2023/05/20 (Sat) 02:21", "2023/05/01 (Mon) 23:59", "2023/05/10 (Wed) 08:00"],
    "haystack_sessions": [
        [
            {"role": "user", "content": "I sold a second boat.", "has_answer": True},
            {"role": "assistant", "content": ""},
        ],
        [
            {"role": "user", "content": "I sold a boat.", "has_answer": True},
            {"role": "assistant", "content": "Well done.", "has_answer": False},
        ],
        [{"role": "user", "content": "A recipe for soup, please."}],
    ],
    "answer_session_ids": ["s_early", "s_late"],
}


def test_each_question_has_its_own_history_in_the_order_of_time(tmp_path: Path) -> None:
    left_out: Counter[str] = Counter()
    path = written(
        tmp_path / "s.json", [HISTORY, {**HISTORY, "question_id": "q2_abs"}, {**HISTORY, "question_id": "q3"}]
    )
    first, second = longmemeval.read(path, left_out)
    assert left_out == {"abstention, without evidence": 1}
    assert [(e.id, e.time, e.role) for e in first.entries] == [
        ("q1/1/0", "2023-05-01T23:59:00Z", "user"),
        ("q1/1/1", "2023-05-02T00:00:00Z", "assistant"),
        ("q1/2/0", "2023-05-10T08:00:00Z", "user"),
        ("q1/0/0", "2023-05-20T02:21:00Z", "user"),
    ]
    (question,) = first.questions
    assert (question.evidence, question.sessions) == (("q1/1/0", "q1/0/0"), ("q1/1", "q1/0"))
    assert (question.kind, second.id) == ("multi-session", "q3")


def test_a_question_whose_turns_are_not_marked_has_figures_of_sessions_alone(tmp_path: Path) -> None:
    sessions = [[{"role": t["role"], "content": t["content"]} for t in s] for s in HISTORY["haystack_sessions"]]
    path = written(tmp_path / "s.json", [{**HISTORY, "haystack_sessions": sessions}])
    (history,) = longmemeval.read(path, Counter())
    hits = (Found(("q1/2/0",), 1, ""), Found(("q1/1/1",), 1, ""))
    row = figures([Answer(history.questions[0], hits, {e.id: e.session for e in history.entries})])
    assert (row["recall@10"], row["mrr"], row["within 2,000"]) == (None, None, None)
    assert "recall@10 95 %" not in row
    assert (row["session hit@1"], row["session hit@5"], row["session recall@5"]) == (0.0, 1.0, 0.5)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"haystack_dates": ["2023/05/20"]}, "3 sessions, 3 of their ids and 1 of their dates"),
        ({"haystack_sessions": {}}, "is dict, not list"),
        ({"haystack_sessions": ["text"] * 3}, "is str, not a list of turns"),
        ({"haystack_sessions": [[{"role": "user"}]] * 3}, "turn 0 of session q1/. has no 'content'; it has role"),
    ],
)
def test_a_history_of_another_shape_is_refused_by_what_is_wrong(tmp_path: Path, change: Any, told: str) -> None:
    with pytest.raises(SetError, match=told):
        list(longmemeval.read(written(tmp_path / "s.json", [{**HISTORY, **change}]), Counter()))


def test_half_a_pair_of_surrogates_is_replaced(tmp_path: Path) -> None:
    turn = {"role": "user", "content": "a boat \ud83d", "has_answer": True}
    history = {**HISTORY, "haystack_sessions": [[turn]] * 3, "question": "boat \ud83d"}
    (found,) = longmemeval.read(written(tmp_path / "s.json", [history]), Counter())
    assert found.entries[0].text == "a boat ?"
    assert floors.full_text(found)(found.questions[0].text, 1)


def test_histories_without_dates_or_ids_keep_their_order(tmp_path: Path) -> None:
    bare = {k: v for k, v in HISTORY.items() if k not in ("haystack_dates", "haystack_session_ids")}
    (history,) = longmemeval.read(written(tmp_path / "s.json", [bare]), Counter())
    assert [e.id for e in history.entries] == ["q1/0/0", "q1/1/0", "q1/1/1", "q1/2/0"]


# BEAM.


def message(number: int, role: str, content: str, **more: str) -> dict[str, Any]:
    return {"id": number, "role": role, "content": content, **more}


BATCHES: list[dict[str, Any]] = [  # in BEAM's shape; the words are ours
    {"batch_number": 1, "time_anchor": None, "turns": [[
        message(0, "user", "A budget for the boat, please. ->-> 1,1", time_anchor="March-15-2024"),
        message(1, "assistant", "It costs 40 a month."),
    ]]},
    {"batch_number": 2, "turns": [[message(2, "user", "I have sold it. ->-> 2,3", time_anchor="April-01-2024")]]},
]  # fmt: skip
PROBES: dict[str, Any] = {
    "abstention": [{"question": "Who built it?", "ideal_response": "unknown"}],
    "knowledge_update": [
        {"question": "Do I have a boat?", "source_chat_ids": {"original_info": [0], "updated_info": [2]}}
    ],
    "temporal_reasoning": [{"question": "When was it sold?", "source_chat_ids": [2, 99]}],
}


def beam_directory(folder: Path) -> str:
    for size, name in (("100K", "10"), ("100K", "2"), ("1M", "2")):
        written(folder / "chats" / size / name / "chat.json", BATCHES)
        written(folder / "chats" / size / name / "probing_questions" / "probing_questions.json", PROBES)
    return str(folder)


def test_long_chats_are_sets_by_their_size(tmp_path: Path) -> None:
    sets = beam.sets(beam_directory(tmp_path))
    assert [(s.name, [c.id for c in s.read()]) for s in sets] == [
        ("BEAM 1M", ["beam-2"]),
        ("BEAM 100K", ["beam-2", "beam-10"]),
    ]
    assert sets[1].left_out == {"without evidence": 2}
    (first, _) = sets[1].read()
    assert [(e.session, e.time, e.role, e.text) for e in first.entries] == [
        ("beam-2/0", "2024-03-15T00:00:00Z", "user", "A budget for the boat, please."),
        ("beam-2/0", "2024-03-15T00:01:00Z", "assistant", "It costs 40 a month."),
        ("beam-2/1", "2024-04-01T00:00:00Z", "user", "I have sold it."),
    ]
    assert [(q.kind, q.evidence) for q in first.questions] == [
        ("knowledge update", ("beam-2/0", "beam-2/2")),
        ("temporal reasoning", ("beam-2/2",)),
    ]


@pytest.mark.parametrize(
    "chat_of",
    [
        pytest.param([[m for turn in b["turns"] for m in turn] for b in BATCHES], id="lists of messages"),
        pytest.param([{"plan-1": BATCHES[:1], "plan-2": None}, {"plan-1": None, "plan-2": BATCHES[1:]}], id="plans"),
        pytest.param(json.dumps(BATCHES), id="text"),
    ],
)
def test_rows_of_the_published_tables_are_the_same_chats(tmp_path: Path, chat_of: Any) -> None:
    row = {"conversation_id": "7", "chat": chat_of, "probing_questions": repr(PROBES)}
    path = written(tmp_path / "beam_500K.json", {"rows": [{"row_idx": 0, "row": row}]})
    (of,) = beam.sets(path)
    (found,) = of.read()
    assert of.name == "BEAM 500K"
    assert [e.text for e in found.entries] == [
        "A budget for the boat, please.",
        "It costs 40 a month.",
        "I have sold it.",
    ]
    assert [e.session for e in found.entries] == ["beam-7/0", "beam-7/0", "beam-7/1"]
    assert [len(q.evidence) for q in found.questions] == [2, 1]


def test_a_question_that_names_an_id_of_several_messages_is_left_out(tmp_path: Path) -> None:
    twice = [*BATCHES, {"turns": [[message(2, "user", "Another plan.")]]}]
    row = {"chat": twice, "probing_questions": PROBES}
    (of,) = beam.sets(written(tmp_path / "rows.json", [row]))
    assert [c.questions for c in of.read()] == [()]
    assert of.left_out["whose evidence is an id of several messages"] == 2


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"chat": BATCHES}, "no 'probing_questions'"),
        ({"chat": {}, "probing_questions": PROBES}, "the chat of beam-1 is dict, not a list"),
        ({"chat": [[{"role": "user"}]], "probing_questions": PROBES}, "no 'content'"),
        ({"chat": BATCHES, "probing_questions": "{"}, "neither JSON nor a Python literal"),
        ({"chat": BATCHES, "probing_questions": []}, "list, not lists by ability"),
    ],
)
def test_a_long_chat_of_another_shape_is_refused_by_what_is_wrong(tmp_path: Path, row: Any, told: str) -> None:
    (of,) = beam.sets(written(tmp_path / "rows.json", [row]))
    with pytest.raises(SetError, match=told):
        list(of.read())


def test_a_chat_without_its_questions_is_refused(tmp_path: Path) -> None:
    written(tmp_path / "100K" / "1" / "chat.json", BATCHES)
    (of,) = beam.sets(str(tmp_path))
    with pytest.raises(SetError, match=r"chat\.json there is no probing_questions"):
        list(of.read())


# Reading.


def test_of_a_long_list_one_element_is_read_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PIECE", 16)
    rows = [{"n": n, "text": "x" * n, "list": [n, "]", {"a": "}"}]} for n in range(40)]
    path = written(tmp_path / "list.json", json.dumps(rows, indent=1))
    assert list(reading.elements(path)) == rows
    whole = Path(path).read_text(encoding="utf-8")
    at = iter(reading.elements(written(tmp_path / "cut.json", whole[: len(whole) // 2])))
    assert next(at) == rows[0]
    with pytest.raises(SetError, match="cut off"):
        list(at)


@pytest.mark.parametrize(
    "text", ['{"a": 1}\n{"a": 2}\n', '{"data": [{"a": 1}, {"a": 2}]}', '\ufeff[{"a": 1},\n{"a": 2}]']
)
def test_rows_stand_in_lines_in_an_object_or_in_a_list(tmp_path: Path, text: str) -> None:
    assert list(reading.elements(written(tmp_path / "rows.json", text))) == [{"a": 1}, {"a": 2}]


def test_a_file_that_is_no_text_is_told_to_be_of_another_form(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    path.write_bytes(b"PAR1\xff\xfe")
    with pytest.raises(SetError, match="exported as JSON"):
        list(reading.elements(str(path)))


# Samples.


def test_a_sample_is_drawn_from_all_questions_and_is_the_same_each_time() -> None:
    made = [chat.converse(str(n), n, "chat_en.yaml", 8000) for n in range(3)]
    of = LabelledSet("x", lambda: iter(made), Counter(), True)
    drawn, every = asking.sample(of, 7)
    assert every == sum(len(c.questions) for c in made)
    first, again = ([q.text for c in drawn.read() for q in c.questions] for _ in range(2))
    assert len(first) == 7
    assert first == again
    assert sum(len(c.questions) for c in asking.sample(of, 10_000)[0].read()) == every


# Intervals.


def test_an_interval_holds_the_mean_and_narrows_with_more_questions() -> None:
    random = Random(1)
    values = [float(random.random() < 0.7) for _ in range(900)]
    mean, low, high = scores.interval(values)
    assert low < mean < high
    normal = 2 * 1.96 * (0.7 * 0.3 / 900) ** 0.5
    assert abs(high - low - normal) < 0.006
    assert scores.interval(values) == (mean, low, high)
    _, low_of_few, high_of_few = scores.interval(values[:60])
    assert high_of_few - low_of_few > 2 * (high - low)


def test_one_value_and_equal_ones_have_an_interval_of_no_width() -> None:
    assert scores.interval([0.5]) == (0.5, 0.5, 0.5)
    assert scores.interval([1.0] * 30) == (1.0, 1.0, 1.0)


def test_the_difference_is_taken_question_by_question() -> None:
    one: list[dict[str, float | None]] = [{"a": n / 50, "b": None} for n in range(40)]
    other: list[dict[str, float | None]] = [{"a": n / 50 - 0.1, "b": 1.0} for n in range(40)]
    row = scores.means(scores.differences(one, other))
    assert row == {"a": 0.1, "a 95 %": [0.1, 0.1], "b": None}
    assert scores.means(one)["a 95 %"][1] - scores.means(one)["a 95 %"][0] > 0.1


def test_an_interval_is_printed_behind_its_figure() -> None:
    row = {"a": 0.74, "a 95 %": [0.711, 0.768], "b": -0.01, "b 95 %": [-0.03, 0.012], "c": 1.0, "c 95 %": [1.0, 1.0]}
    assert [scores.cell(row, c) for c in "abcd"] == [
        ".740 (.711-.768)",
        "-.010 (-.030 to .012)",
        "1.000 (1.000-1.000)",
        "",
    ]
    assert scores.columns({"x": row, "y": {"d": 1}}) == ["a", "b", "c", "d"]


# What is compared.


def of_kinds(**found: list[tuple[str, float]]) -> dict[str, list[Measured]]:
    figures_of = ("recall@10", "mrr")
    return {who: [Measured(kind, dict.fromkeys(figures_of, v)) for kind, v in rows] for who, rows in found.items()}


def test_ahead_is_told_of_the_best_floor_of_each_figure_question_by_question() -> None:
    found = of_kinds(low=[("k", 0.1), ("k", 0.2)], high=[("k", 0.5), ("k", 0.3)], rlm=[("k", 0.6), ("k", 0.6)])
    rows = {f"x: {who}": summary(asking.values(answers)) for who, answers in found.items()}
    best = benchmark.best_floors("x", rows)
    assert best == {"recall@10": "high", "mrr": "high"}
    row = benchmark.ahead(found, best)
    assert (row["recall@10"], row["recall@10 95 %"]) == (0.2, [0.1, 0.3])
    targets = benchmark.targets_of("x", rows)
    assert targets["x: recall@10"] == {"value": 0.6, "relation": ">=", "target": 0.42, "met": True}


def test_a_target_is_missed_by_who_is_ahead_by_less_than_the_margin() -> None:
    rows = {f"x: {who}": {"recall@10": v, "mrr": v} for who, v in (("floor", 0.5), ("rlm", 0.515))}
    assert [t["met"] for t in benchmark.targets_of("x", rows).values()] == [False, False]


def test_the_worst_kind_is_named_and_small_kinds_are_not() -> None:
    many, few = [("bad", 0.2)] * 12 + [("good", 0.9)] * 12, [("rare", 0.0)] * 2
    low = [("bad", 0.1)] * 12 + [("good", 0.1)] * 12 + few
    found = of_kinds(
        rlm=many + few, best=low[:12] + [("good", 0.8)] * 12 + few, good=low[:12] + [("good", 0.95)] * 12 + few
    )
    kinds = table.worst(found)
    assert (kinds["found worst"]["kind"], kinds["found worst"]["recall@10"]) == ("bad", 0.2)
    assert (kinds["least ahead"]["kind"], kinds["least ahead"]["recall@10"]) == ("good", -0.05)
    assert table.told("x", kinds)[1] == "x: least ahead of good: 'good', by -.050 (-.050 to -.050) of 12 questions"


# Ablation.


def boats() -> LabelledSet:
    entries = (
        Entry("0", "s", "2026-01-01T00:00:00Z", "user", "We bought the car in Brest, and it was red."),
        Entry("1", "s", "2026-01-01T00:01:00Z", "assistant", "A fine colour for a boat."),
        Entry("2", "s", "2026-01-02T00:01:00Z", "user", "The automobile was sold in May."),
    )
    return LabelledSet(
        "boats", lambda: iter([Conversation("b", entries, (Question("When was our car sold?", ("2",), ""),))])
    )


def test_every_part_of_the_ranking_can_be_switched_off_and_comes_back() -> None:
    ablation.check()
    near, speaker = rank.NEAR, rank.SPEAKER
    with ablation.without("words near each other", ablation.PARTS["words near each other"]):
        assert rank.NEAR == 0.0
    assert rank.NEAR == near > 0
    assert rank.SPEAKER is speaker


def test_a_row_tells_what_a_part_is_worth() -> None:
    nothing = ablation.Setting("search.ranked", "search", lambda now: now)
    useless = ablation.Setting("search.rank", "rerank", lambda _: lambda *_: [])
    rows = ablation.ablated(boats(), {"nothing": (nothing,), "everything": (useless,)})
    assert list(rows) == ["boats: all parts", "boats: without nothing", "boats: without everything"]
    assert rows["boats: all parts"]["recall@10"] == 1.0
    assert rows["boats: without nothing"]["worth in recall@10"] == 0.0
    assert rows["boats: without everything"]["worth in recall@10"] == 1.0
    assert rows["boats: without everything"]["worth in recall@10 95 %"] == [1.0, 1.0]


@pytest.mark.parametrize(
    "setting",
    [
        ablation.Setting("search.gone", "NEAR", ablation.to(0.0)),
        ablation.Setting("search.rank", "GONE", ablation.to(0.0)),
        ablation.Setting("search.rank", "NEAR", lambda now: {**now}),
    ],
    ids=["module", "attribute", "another type"],
)
def test_a_part_that_is_gone_is_told_by_name(setting: ablation.Setting) -> None:
    with pytest.raises(ablation.AblationError, match=rf"{setting.attribute} is not what it was, so 'a part'.*PARTS"):
        ablation.ablated(boats(), {"a part": (setting,)})


# The embedding.


def test_without_what_it_needs_the_embedding_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    monkeypatch.setattr("importlib.import_module", missing)
    with pytest.raises(embedding.EmbeddingError, match="--embedding needs numpy"):
        embedding.MiniLM()


class Near(embedding.MiniLM):
    """The model without its weights: a ranking of its own, by the letters that a text shares with the question."""

    def __init__(self) -> None:
        pass

    def alone(self, conversation: Conversation) -> Callable[[str, int], list[Found]]:
        units = [unit.found for unit in floors.units_of(conversation)]
        return lambda question, k: sorted(units, key=lambda f: -len(set(f.text) & set(question)))[:k]


def test_fused_is_what_both_rank_well() -> None:
    talk = conversation("qqq ferry", "a ferry, a ferry, a ferry", "ferry zzzzz")
    lexical = [f.entries[0] for f in floors.full_text(talk)("ferry", 9)]
    fused = Near().fused(floors.full_text)(talk)("ferry", 9)
    assert lexical[0] == "1"
    assert {f.entries[0] for f in fused} == {"0", "1", "2"}
    assert fused[0].entries == ("1",)
    assert len(Near().fused(floors.full_text)(talk)("ferry", 2)) == 2


def test_the_model_gives_the_published_similarities() -> None:
    """Those of its authors' documentation, to four digits."""
    pytest.importorskip("numpy")
    pytest.importorskip("tokenizers")
    pytest.importorskip(embedding.PACKAGE)
    texts = ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]
    rows = embedding.MiniLM().vectors(texts)
    near = [round(float(rows[a] @ rows[b]), 4) for a, b in ((0, 1), (0, 2), (1, 2), (0, 0))]
    assert near == [0.6660, 0.1046, 0.1411, 1.0]


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


def test_plain_full_text_is_not_told_of_what_stands_beside() -> None:
    """A column that is not asked would still lengthen the rows, which BM25 divides by."""
    alone = conversation("a boat", "the ferries were late, and so was the boat")
    beside = conversation("a boat", "the ferries were late, and so was the boat", "zzz " * 100)
    assert [f.entries for f in floors.full_text(alone)("boat", 2)] == [("0",), ("1",)]
    assert [f.entries for f in floors.full_text(beside)("boat", 2)] == [("0",), ("1",)]


def test_with_roles_what_the_user_said_comes_first() -> None:
    entries = (
        Entry("0", "s", "2026-01-01T00:00:00Z", "assistant", "boat boat boat"),
        Entry("1", "s", "2026-01-01T00:00:00Z", "user", "Something about the weather and a boat."),
        Entry("2", "s", "2026-01-01T00:00:00Z", "tool", "a boat"),
    )
    talk = Conversation("c", entries, ())
    assert floors.full_text(talk)("boat", 9)[0].entries == ("0",)
    assert [f.entries for f in floors.full_text_with_roles(talk)("boat", 9)] == [("1",), ("0",), ("2",)]


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
    texts: dict[str, str] = {}
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
