"""The way back from a redacted text to the original: characters, lines, and what cannot be told apart any more."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kits.secrets import FRAGMENTS, KEYS, pem

from rlm_core.redaction.redactor import Redactor

KEY = KEYS[5][1]
PEM = pem(lines=3)  # six lines


def extra() -> Redactor:
    return Redactor(extra=[("memo", r"(?s)BEGIN MEMO.*?END MEMO")])


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", [1]),
        ("a\nb\n", [1, 2, 3]),
        (f"a {KEY} b\nc", [1, 2]),
        (f"a\n{PEM}\nb\n{PEM}\n", [1, 2, 8, 9, 15]),
        (f"{PEM} {PEM}\nb", [1, 12]),
        ("a\n<private>\nx\n</private> b\nc", [1, 2, 5]),
        (f"a\n<private>\n{PEM}\n</private>\nc", [1, 2, 10]),
        ("a\n<private>\nnever closed\n", [1, 2]),
        ("[redacted:private]\n<private>\n</private>\nc", [1, 2, 4]),
        ("a\nBEGIN MEMO\nx\nEND MEMO\nb", [1, 2, 5]),
        # Found by the second pass, over several lines of what the first has left.
        (f"a\nBEGIN MEMO\n{PEM}\n{KEY}\nEND MEMO\nb", [1, 2, 11]),
        ("mysql -phunter22 -phunter33\nb", [1, 2]),
    ],
)
def test_lines_are_those_of_the_original(text: str, numbers: list[int]) -> None:
    assert extra().redact(text).lines() == numbers


PIECES = [*FRAGMENTS, PEM, KEY, "\n", "\n\n", "é🙂", "BEGIN MEMO", "END MEMO", "mysql -pabcd -pefgh", "[redacted:env]"]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_what_is_no_marker_stands_in_both_texts(text: str) -> None:
    redacted = extra().redact(text)
    assert redacted.text == extra()(text)
    done = clean_done = 0
    for start, end, clean_start, clean_end in redacted.spans:
        assert start < end
        assert text[done:start] == redacted.text[clean_done:clean_start]
        assert redacted.text[clean_start:clean_end].startswith("[redacted:")
        done, clean_done = end, clean_end
    assert text[done:] == redacted.text[clean_done:]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_characters_find_their_way_there_and_back(text: str) -> None:
    redacted = extra().redact(text)
    gone = {i for start, end, _, _ in redacted.spans for i in range(start, end)}
    for i, char in enumerate(text):
        if i not in gone:
            assert redacted.text[redacted.to_clean(i)] == char
            assert redacted.to_original(redacted.to_clean(i)) == i
    for start, end, clean_start, _ in redacted.spans:
        assert {redacted.to_clean(i) for i in range(start, end)} == {clean_start}
        assert redacted.to_original(clean_start) == start


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_a_line_begins_where_it_began(text: str) -> None:
    redacted = extra().redact(text)
    at, expected = 0, []
    for line in redacted.text.split("\n"):
        expected.append(text.count("\n", 0, redacted.to_original(at)) + 1)
        at += len(line) + 1
    assert redacted.lines() == expected


def test_nothing_found_is_the_same_text_without_spans() -> None:
    text = "nothing here\n日本語"
    redacted = Redactor().redact(text)
    assert redacted.text is text
    assert redacted.spans == []


def test_switched_off_the_text_stays() -> None:
    assert Redactor(enabled=False).redact(KEY).text == KEY


def test_counts_are_the_same_with_and_without_spans() -> None:
    one, other = extra(), extra()
    text = f"a\nBEGIN MEMO\n{PEM}\nEND MEMO {KEY} mysql -phunter22 -phunter33"
    one(text)
    other.redact(text)
    assert one.counts == other.counts
