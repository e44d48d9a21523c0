"""The forms that models give to one and the same answer: each is read without asking again, or known as no answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kits.linear import Work, assert_linear

from rlm_core.engine.findings import reported
from rlm_core.engine.prompts import ALONE_SCHEMA, LEAF_SCHEMA, VERIFY_SCHEMA
from rlm_core.llm.api import wire
from rlm_core.llm.base import MalformedError, TooLargeError
from rlm_core.llm.parse import CUT, cut_short, json_object
from rlm_core.llm.shape import shaped

RAIN = {"quote": "it rained on the fair", "claim": "It rained.", "location": "diary"}
SNOW = {"quote": "snow by the evening", "claim": "It snowed.", "location": "diary"}
TWO = {"findings": [RAIN, SNOW]}
WHOLE = json.dumps(TWO)


def python(value: object) -> str:
    return repr(value)


def said(text: str) -> tuple[list[tuple[str, str]], bool]:
    """((quote, claim) of each finding in an answer, whether it was cut off)."""
    got = reported(shaped(json_object(text), LEAF_SCHEMA))
    return [(f.quote, f.claim) for f in got.findings], got.cut


BOTH = [(RAIN["quote"], RAIN["claim"]), (SNOW["quote"], SNOW["claim"])]
FORMS = {
    "as asked for": WHOLE,
    "a bare list": json.dumps([RAIN, SNOW]),
    "objects, a line each": f"{json.dumps(RAIN)}\n{json.dumps(SNOW)}",
    "objects with commas between": f"{json.dumps(RAIN)},\n{json.dumps(SNOW)}",
    "arguments": json.dumps({"arguments": TWO}),
    "a function to call": json.dumps({"name": "report", "arguments": TWO}),
    "arguments as text": json.dumps({"name": "report", "arguments": WHOLE}),
    "a list of calls": json.dumps({"tool_calls": [{"id": "1", "function": {"name": "report", "arguments": WHOLE}}]}),
    "input": json.dumps({"type": "tool_use", "input": TWO}),
    "result": json.dumps({"result": TWO}),
    "result is the list": json.dumps({"result": [RAIN, SNOW]}),
    "a wrapper nobody knows": json.dumps({"weather_report": TWO}),
    "the schema's own words": json.dumps({"type": "object", "properties": TWO}),
    "a string of JSON": json.dumps(WHOLE),
    "a string of a list": json.dumps({"findings": json.dumps([RAIN, SNOW])}),
    "results": json.dumps({"results": [RAIN, SNOW]}),
    "items": json.dumps({"items": [RAIN, SNOW]}),
    "answers": json.dumps({"answers": [RAIN, SNOW]}),
    "a name nobody knows": json.dumps({"observations": [RAIN, SNOW]}),
    "another case": json.dumps({"Findings": [{k.upper(): v for k, v in f.items()} for f in (RAIN, SNOW)]}),
    "by number": json.dumps({"findings": {"1": RAIN, "2": SNOW}}),
    "other names of members": json.dumps(
        {"findings": [{"evidence": f["quote"], "statement": f["claim"], "source": "diary"} for f in (RAIN, SNOW)]}
    ),
    "objects for texts": json.dumps({"findings": [{**f, "quote": {"text": f["quote"]}} for f in (RAIN, SNOW)]}),
    "a list for each source": json.dumps(
        {"sources": [{"source": "diary", "findings": [RAIN]}, {"source": "diary", "findings": [SNOW]}]}
    ),
    "split beside findings": json.dumps({**TWO, "split": True}),
    "a fence": f"Here it is:\n```json\n{WHOLE}\n```\nAnything else?",
    "a fence without an end": f"```json\n{WHOLE}",
    "words around": f"I looked at {{both}} sources [1]. {WHOLE} That is all.",
    "single quotes": python(TWO),
    "single quotes and None": python({"findings": [{**RAIN, "value": None}, {**SNOW, "value": True}]}),
    "commas too many": WHOLE.replace("}, {", "},, {").replace("]}", ",],}"),
    "bare names": WHOLE.replace('"findings"', "findings").replace('"quote"', "quote").replace('"claim"', "claim"),
    "no bracket at the end": WHOLE[:-1],
    "no bracket of the list": f"{WHOLE[:-2]}}}",
}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_of_an_answer_is_read(form: str) -> None:
    assert said(FORMS[form]) == (BOTH, False)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ('{"findings": [{"claim": "It rained.", "quote": "it rained\non the fair"}]}', "it rained\non the fair"),
        ('{"findings": [{"claim": "It rained.", "quote": "the "fair", that is"}]}', 'the "fair", that is'),
        ('{"findings": [{"claim": "It rained.", "quote": "in C:\\data"}]}', "in C:\\data"),
        ("{'findings': [{'claim': 'It rained.', 'quote': 'the farmer's fair'}]}", "the farmer's fair"),
        ('{"findings": [{"claim": "It rained.", "quote": "\\ud83d\\ude00 ok",}]}', "\U0001f600 ok"),
        ('{"findings": [{"claim": "It rained.", "quote": "a {b} [c"}]}', "a {b} [c"),
    ],
    ids=["a line break", "quotation marks", "a backslash", "an apostrophe", "two escapes", "brackets"],
)
def test_what_stands_in_a_string_stays_what_it_is(text: str, quote: str) -> None:
    assert said(text) == ([(quote, "It rained.")], False)


@pytest.mark.parametrize("at", range(len(WHOLE) - 2))
def test_of_an_answer_that_breaks_off_the_whole_entries_remain(at: int) -> None:
    text, entries = WHOLE[:at], sum(at >= WHOLE.index(json.dumps(f)) + len(json.dumps(f)) for f in (RAIN, SNOW))
    if not entries:
        with pytest.raises(TooLargeError, match="too long"):
            cut_short(text, "too long")
        return
    got = reported(shaped(cut_short(text, "too long"), LEAF_SCHEMA))
    assert ([(f.quote, f.claim) for f in got.findings], got.cut) == (BOTH[:entries], True)


@pytest.mark.parametrize("wrap", ["{}", '{{"arguments": {}', "Well:\n```json\n{}", "[{}"])
def test_a_wrapped_answer_that_breaks_off_is_known_as_cut_off(wrap: str) -> None:
    text = wrap.format(WHOLE[:-25]) if wrap != "[{}" else json.dumps([RAIN, SNOW])[:-25]
    assert said(text) == (BOTH[:1], True)


def test_an_object_that_the_server_has_closed_may_have_had_more() -> None:
    assert cut_short(TWO, "too long")[CUT] is True
    with pytest.raises(TooLargeError):
        cut_short({"findings": []}, "too long")


@pytest.mark.parametrize("rows", [[], [RAIN]])
def test_a_loop_is_cut_to_its_distinct_items(rows: list[Any]) -> None:
    text = json.dumps({"findings": [*rows, *[SNOW] * 40]})[:-30]
    assert said(text) == ([*BOTH[: len(rows)], BOTH[1]], True)
    text = json.dumps({"findings": [*rows, *[RAIN, SNOW] * 20]})[:-30]
    assert said(text) == (BOTH, True)


def test_entries_that_are_alike_in_a_whole_answer_are_not_counted_as_one() -> None:
    assert len(said(json.dumps({"findings": [SNOW] * 40}))[0]) == 40


@pytest.mark.parametrize(
    "data",
    [
        {"findings": [1, "two", None]},
        {"findings": [{}]},
        {"findings": [{"name": "Ann", "age": 3}]},
        {"findings": [{"claim": "It rained."}]},
        {"findings": ["it rained on the fair"]},
        {"findings": [{"quote": "", "claim": "", "location": ""}]},
        {"findings": None},
        {"findings": "none"},
        {"items": [{"name": "Ann"}]},
        {"split": False},
        {"answer": "It rained."},
        {"error": "no"},
        {},
    ],
)
def test_a_list_in_which_nothing_is_a_finding_is_no_answer(data: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        reported(shaped(data, LEAF_SCHEMA))


@pytest.mark.parametrize("text", ["[]", '{"findings": []}', '{"results": []}', '{"arguments": {"findings": []}}'])
def test_an_empty_list_says_that_there_is_nothing(text: str) -> None:
    assert said(text) == ([], False)


def test_a_value_may_stand_in_a_list_or_be_called_an_answer() -> None:
    rows = [{**RAIN, "value": ["rain"]}, {**SNOW, "answer": "snow"}, {**SNOW, "value": ["rain", "snow"]}]
    assert [f.value for f in reported({"findings": rows}).findings] == ["rain", "snow", ""]


def test_an_answer_says_whether_it_came_into_a_loop() -> None:
    assert reported({"findings": [RAIN, *[SNOW] * 9], CUT: True}).looped
    assert not reported({"findings": [RAIN, SNOW], CUT: True}).looped
    assert not reported({"findings": [SNOW] * 9}).looped


def test_a_split_without_findings_is_a_split() -> None:
    assert reported({"split": True}).split
    assert reported({"findings": [], "split": True}).split
    assert not reported({"findings": [RAIN], "split": True}).split


def test_what_a_reader_writes_beside_its_findings_is_kept() -> None:
    got = shaped({"arguments": {"findings": [RAIN], "answer": "It did [1]."}}, ALONE_SCHEMA)
    assert got == {"findings": [RAIN], "answer": "It did [1]."}
    assert shaped({"results": [RAIN], "answer": "It did [1]."}, ALONE_SCHEMA)["answer"] == "It did [1]."


def test_other_calls_are_read_alike() -> None:
    verdict = {"number": 1, "supported": True}
    assert shaped({"input": [verdict]}, VERIFY_SCHEMA)["verdicts"] == [verdict]
    assert shaped(json_object(json.dumps([verdict])), VERIFY_SCHEMA)["verdicts"] == [verdict]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=9), JSON, max_size=4))
def test_what_is_json_is_taken_to_the_letter(data: dict[str, Any]) -> None:
    assert json_object(json.dumps(data)) == data


@given(st.dictionaries(st.sampled_from(["findings", "arguments", "items", "a", "split"]), JSON, max_size=4))
def test_shaping_is_done_once(data: dict[str, Any]) -> None:
    once = shaped(data, LEAF_SCHEMA)
    assert shaped(once, LEAF_SCHEMA) == once


@given(st.text(alphabet="{}[]\"':,\\ \nab1`j", max_size=60))
def test_whatever_is_written_is_read_or_is_no_answer(text: str) -> None:
    try:
        got = reported(shaped(json_object(text), LEAF_SCHEMA))
    except MalformedError:
        return
    for f in got.findings:
        assert f.quote.strip()
        assert all(part in text.replace("\\", "") for part in f.quote.replace("\\", "").split())


HOSTILE = ["[", '{"a": "x" ', '{"a": "' + '"', '["', "\\", "```json\n{", "{'a': '", '{"a": [', "{[", '"', "{}"]


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_text_is_read_in_time_linear_in_its_length(unit: str) -> None:
    def reading(count: int) -> Work:
        text = unit * (count // len(unit))

        def read() -> None:
            try:
                json_object(text)
            except MalformedError:
                pass

        return read

    assert_linear(reading, 100_000)


# A call whose answer is one text. The first three were written by Qwen2.5-Coder-0.5B as the root of `rlm run`.


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (
            '```python\nrows = table("app.log", r"(?P<ms>\\d+)ms")\nprint([r["ms"] for r in rows])\n```',
            '```python\nrows = table("app.log", r"(?P<ms>\\d+)ms")\nprint([r["ms"] for r in rows])\n```',
        ),
        (
            '{"cell": "answer(f\'The median is {statistics.median(r["ms"] for r in pay)} ms.", pay[:1])"}',
            'answer(f\'The median is {statistics.median(r["ms"] for r in pay)} ms.", pay[:1])',
        ),
        ('{"cell": "total"}', "total"),
        ('```json\n{"cell": "print(1)\\nprint(2)"}\n```', "print(1)\nprint(2)"),
        ('{"cell": "print("a")\\nprint(1)"', 'print("a")\nprint(1)'),
        ('print({"cell": 1})', 'print({"cell": 1})'),
        ("print(ctx)", "print(ctx)"),
    ],
)
def test_an_answer_that_is_one_text_is_taken_as_it_was_written(said: str, meant: str) -> None:
    assert json_object(said, "cell") == {"cell": meant}
    message = {"content": [{"type": "text", "text": said}], "stop_reason": "end_turn"}
    assert wire.answer(message, "cell") == {"cell": meant}


def test_half_of_a_text_is_none() -> None:
    message = {"content": [{"type": "text", "text": "```python\nx = [1, 2,"}], "stop_reason": "max_tokens"}
    with pytest.raises(TooLargeError):
        wire.answer(message, "cell")
    with pytest.raises(MalformedError, match="empty"):
        json_object(" \n", "cell")
