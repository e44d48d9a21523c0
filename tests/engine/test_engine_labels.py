"""Labels that are agreed on before a tally, and those that are made one afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kits.engine import ask, found, history, leaf_calls, reader, rows
from kits.linear import Work, assert_linear

from rlm_core.engine import prompts
from rlm_core.engine.answer.merging import MERGE_SYSTEM, may_be_same
from rlm_core.engine.kinds import ANSWER, COUNT, LIST, TALLY
from rlm_core.engine.labels import agreed, fitted, labels_in
from rlm_core.engine.options import RunOptions
from rlm_core.engine.texts import Document
from rlm_core.llm.base import Call, RefusedError
from rlm_core.llm.scripted import Answer

SMALL: dict[str, Any] = {"part": 300, "single": 100}
ASKED = "How often does each mood occur, by mood: glad, sad or calm?"
# An entry a line, and what three readers call the same three things.
DIARY = Document("diary", "".join(f"ann set day{n} to {('glad', 'sad', 'calm')[n % 3]}.\n" for n in range(90)))
SPELT = {"glad": ("glad", "gladness", "Glad mood"), "sad": ("sad",), "calm": ("calm",)}


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("How many parcels by size: small, medium, large?", ("small", "medium", "large")),
        ("How many parcels (small, medium or large) per day?", ("small", "medium", "large")),
        ("Tally the moods: happy/sad/neutral. One entry a line.", ("happy", "sad", "neutral")),
        ("Classify the letters as private or official and count them.", ("private", "official")),
        ("How many parcels by country: France, Italy; ignore all others", ("France", "Italy")),
        ("Combien de colis par pays : France, Italie, trié par nombre, décroissant", ("France", "Italie")),
        ("How many parcels per town: show the top 5, descending", ()),
        ("Count the trees sorted into oaks, beeches and firs", ("oaks", "beeches", "firs")),
        ("Which is the most frequent of an oak, a beech and a fir?", ("an oak", "a beech", "a fir")),
        ("Combien de colis par taille : petit, moyen ou grand ?", ("petit", "moyen", "grand")),
        ("Classe les lettres en privées et officielles, et compte-les.", ("privées", "officielles")),
        ("Quel est le plus fréquent de chêne, hêtre et sapin ?", ("chêne", "hêtre", "sapin")),
        ("How many parcels by class: A1, B2?", ("A1", "B2")),
        ("How many parcels arrived?", ()),
        ("How many parcels arrived at 10:30, 11:00?", ()),
        ("How many letters mention the ferry (for example its delay, its price)?", ()),
        ("How many letters are about the ferry, the bridge and the mill?", ()),
        ("Count the files (see docs/a.md, docs/b.md)", ()),
        ("Tell me this: how the ferry came to be late, who said so and what was done about it.", ()),
        ("Which word is the most frequent?", ()),
    ],
)
def test_a_question_that_lists_labels_is_known(question: str, labels: tuple[str, ...]) -> None:
    assert labels_in(question) == labels


def test_a_label_for_the_rest_is_added_in_the_questions_language() -> None:
    assert agreed("How many by size: small, large?", TALLY) == ("small", "large", "other")
    assert agreed("Combien par taille : petit, grand ?", COUNT) == ("petit", "grand", "autre")
    assert agreed("How many by size: small, large, unknown?", TALLY) == ("small", "large", "unknown")
    assert agreed("How many by size: small, large?", ANSWER) == ()
    assert agreed("List them", LIST, ("a", " B ", "b")) == ("a", "B", "other")


@pytest.mark.parametrize(
    ("value", "label"),
    [
        ("glad", "glad"), ("GLAD", "glad"), ("glad mood", "glad"), ("very-sad", "sad"), ("gladly", "gladly"),
        ("glad, sad", "glad, sad"), ("", ""), ("cross", "cross"),
        ("gla.", "glad"), ("gl", "gl"), ("not glad", "not glad"), ("pas glad", "pas glad"), ("non-glad", "non-glad"),
        ("GLÀD", "glad"),
    ],
)  # fmt: skip
def test_a_value_gets_the_spelling_that_was_agreed_on(value: str, label: str) -> None:
    assert fitted(value, ("glad", "sad")) == label


@given(st.text(max_size=20), st.lists(st.text(max_size=9), max_size=4))
def test_a_value_is_itself_or_a_label(value: str, labels: list[str]) -> None:
    assert fitted(value, labels) in (value, *labels)


def test_values_that_are_none_of_the_labels_are_told() -> None:
    def some(call: Call) -> Answer:
        values = ("glad", "gla.", "sad", "cross", "")
        return {"findings": [found(n, m, value=values[k % 5]) for k, (n, m) in enumerate(rows(call))]}

    got = ask("How often does each mood occur, by mood: glad, sad?", DIARY, default=some, kind=TALLY, **SMALL)
    assert got.result.tally is not None
    (note,) = [n for n in got.result.notes if n.startswith("none of the labels")]
    assert f"cross {got.result.tally['values']['cross']}" in note
    assert "no value" in note
    assert "gla." not in note


def spelling(call: Call) -> Answer:
    """A reader that calls the same thing by another name in each part, and knows well which names mean the same."""
    if call.system == MERGE_SYSTEM:
        shown = [line for line in call.body.split("\n") if line.startswith("[")]
        return {"groups": [[n for n, line in enumerate(shown, 1) if "glad" in line.casefold()]]}
    if call.role != "leaf":
        return reader(call)
    names = {m[3]: SPELT[m[3]] for _, m in rows(call)}
    pick = int(next(m[2] for _, m in rows(call)).removeprefix("day")) // 30
    return {"findings": [found(n, m, value=names[m[3]][pick % len(names[m[3]])]) for n, m in rows(call)]}


def test_readers_choose_from_the_labels_in_the_question() -> None:
    got = ask(ASKED, DIARY, default=spelling, kind=TALLY, **SMALL)
    for call in leaf_calls(got.leaf):
        value = call.schema["properties"]["findings"]["items"]["properties"]["value"]
        assert value["enum"] == ["glad", "sad", "calm", "other"]
        assert '["glad", "sad", "calm", "other"]' in call.body
    assert got.result.tally is not None
    assert got.result.tally["values"]["glad"] >= 1
    assert "Glad mood" not in got.result.tally["values"]
    assert not [c for c in got.leaf.calls if c.system == MERGE_SYSTEM]


def test_labels_may_be_given() -> None:
    got = ask("How often does each mood occur?", DIARY, kind=TALLY, labels=("glad", "sad"), **SMALL)
    (*_, call) = leaf_calls(got.leaf)
    assert call.schema["properties"]["findings"]["items"]["properties"]["value"]["enum"] == ["glad", "sad", "other"]


def test_a_control_question_has_no_labels() -> None:
    got = ask(ASKED, history(2000), kind=TALLY, **SMALL)
    others = [c for c in got.leaf.calls if c.role == "leaf" and c not in leaf_calls(got.leaf)]
    assert others
    assert all(c.schema == prompts.LEAF_SCHEMA for c in others)


def test_labels_that_mean_the_same_are_counted_as_one_and_shown() -> None:
    got = ask("How often does each mood occur?", DIARY, default=spelling, kind=TALLY, **SMALL)
    merging = [c for c in got.leaf.calls if c.system == MERGE_SYSTEM]
    apart = ask("How often does each mood occur?", DIARY, default=spelling, kind=COUNT, **SMALL).result.tally
    assert len(merging) == 1
    assert apart is not None
    assert got.result.tally is not None
    assert len(apart["values"]) > 3
    assert sorted(got.result.tally["values"].values()) == [30, 30, 30]
    (note,) = [n for n in got.result.notes if n.startswith("counted as ")]
    assert all(name in note for name in apart["values"] if "glad" in name.casefold())
    assert got.result.plan.calls.most > got.result.calls


def test_a_label_that_stands_in_the_text_is_the_one_that_is_counted() -> None:
    def other(call: Call) -> Answer:
        """Readers who mostly call it gladness."""
        if call.role != "leaf":
            return spelling(call)
        late = any(int(m[2].removeprefix("day")) > 60 for _, m in rows(call))
        return {"findings": [found(n, m, value=m[3] if late or m[3] != "glad" else "gladness") for n, m in rows(call)]}

    got = ask("How often does each mood occur?", DIARY, default=other, kind=TALLY, **SMALL)
    assert got.result.tally is not None
    assert got.result.tally["values"] == {"calm": 30, "glad": 30, "sad": 30}
    assert "counted as glad: gladness" in got.result.notes


def test_labels_are_counted_apart_when_nobody_can_be_asked() -> None:
    def refusing(call: Call) -> Answer:
        return RefusedError("no") if call.system == MERGE_SYSTEM else spelling(call)

    got = ask("How often does each mood occur?", DIARY, default=refusing, kind=TALLY, **SMALL)
    assert got.result.tally is not None
    assert sum(got.result.tally["values"].values()) == 90
    assert any("counted apart" in note for note in got.result.notes)


@pytest.mark.parametrize("groups", [[[1, 99], [0, 2]], [[1]], [[1, 1]], [["a", None]], []])
def test_groups_of_labels_that_there_are_not_change_nothing(groups: list[Any]) -> None:
    def odd(call: Call) -> Answer:
        return {"groups": groups} if call.system == MERGE_SYSTEM else spelling(call)

    got = ask("How often does each mood occur?", DIARY, default=odd, kind=TALLY, **SMALL)
    assert not [n for n in got.result.notes if n.startswith("counted as ")]


@pytest.mark.parametrize(
    ("labels", "may"),
    [
        ({"billing": {1, 2}, "billing issue": {1, 2}, "login": {1, 2}}, True),
        ({"complaint": {1, 2}, "complaints": {1, 3}, "praise": {1, 2}}, True),
        ({"plainte": {1, 2}, "plaintes": {1, 3}, "éloge": {1, 2}}, True),
        ({"oak": {1, 2}, "beech": {1, 2}, "fir": {1, 2}}, False),
        ({"praise": {1}, "thanks": {2}, "anger": {1, 2}}, True),
        ({"billing": {1}, "billing issue": {2}}, False),
        ({"1": {1}, "2": {1}, "3": {2}, "2026-01-02": {2}}, False),
    ],
)
def test_who_is_asked_about_labels_depends_on_how_they_look(labels: dict[str, set[int]], may: bool) -> None:
    assert may_be_same(labels) is may


@pytest.mark.parametrize("unit", ["most of ", "classify as a, ", ": a, ", "(a, ", "a: b, c. ", "or and "])
def test_labels_are_looked_for_in_time_linear_in_the_question(unit: str) -> None:
    def looking(size: int) -> Work:
        text = unit * (size // len(unit))
        return lambda: labels_in(text)

    assert_linear(looking, 40_000)


def test_options_name_no_labels_by_themselves() -> None:
    assert RunOptions().labels == ()


@pytest.mark.parametrize("labels", [(), ("merry", "gloomy")])
def test_a_given_label_need_not_stand_in_the_text(labels: tuple[str, ...]) -> None:
    def sorting(call: Call) -> Answer:
        return {"findings": [found(n, m, claim="", value="merry") for n, m in rows(call)], "answer": "So it is [1]."}

    got = ask("List every mood", Document("d", "ann set day1 to glad.\n"), default=sorting, kind=LIST, labels=labels)
    (one,) = got.result.verified
    assert bool(one.doubts) is not bool(labels)
