"""Marks: what is found in sentences labelled by hand, where it is not looked for, and what hostile text costs."""

from __future__ import annotations

import re
from collections import Counter
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kits.linear import Work, assert_linear, assert_linear_in
from kits.marks_cases import (
    DEV_EN,
    DEV_FR,
    HELD_EN,
    HELD_FR,
    REPLACED,
    SECOND_EN,
    SECOND_FR,
    THIRD_EN,
    THIRD_FR,
    UNRELATED,
)

from reference.needed import OUT, needed, parser, table
from rlm_core.language.folding import fold_in_place
from rlm_core.marks.cues import first_pass
from rlm_core.marks.find import find
from rlm_core.marks.rules import KINDS
from rlm_core.marks.sentences import clean, prose
from rlm_core.marks.supersede import Statement, superseded

SETS = {
    "first English": DEV_EN,
    "first French": DEV_FR,
    "second English": SECOND_EN,
    "second French": SECOND_FR,
    "third English": THIRD_EN,
    "third French": THIRD_FR,
    "held English": HELD_EN,
    "held French": HELD_FR,
}
ENGLISH = [*DEV_EN, *SECOND_EN, *THIRD_EN, *HELD_EN]
FRENCH = [*DEV_FR, *SECOND_FR, *THIRD_FR, *HELD_FR]


def kinds(text: str, role: str = "user") -> list[str]:
    return [m.kind for m in find(text, role)]


def quotes(text: str, role: str = "user") -> list[str]:
    return [text[m.start : m.end] for m in find(text, role)]


def counted(cases: list[tuple[frozenset[str], str, str]]) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """(right, too many, missed) by kind."""
    right, many, missed = Counter[str](), Counter[str](), Counter[str]()
    for wanted, role, text in cases:
        got = set(kinds(text, role))
        right.update(got & wanted)
        many.update(got - wanted)
        missed.update(wanted - got)
    return right, many, missed


# The labelled sentences.


@pytest.mark.parametrize("cases", SETS.values(), ids=SETS)
def test_labelled_sentences_get_their_marks_and_others_none(cases: list[tuple[frozenset[str], str, str]]) -> None:
    right, many, missed = (sum(c.values()) for c in counted(cases))
    assert right / (right + many) >= 0.95
    assert right / (right + missed) >= 0.93


@pytest.mark.parametrize("cases", [ENGLISH, FRENCH], ids=["English", "French"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_found_in_both_languages(cases: list[tuple[frozenset[str], str, str]], kind: str) -> None:
    right, many, missed = counted(cases)
    assert right[kind] / (right[kind] + many[kind]) > 0.9
    assert right[kind] / (right[kind] + missed[kind]) > 0.9


@pytest.mark.parametrize("cases", [ENGLISH, FRENCH], ids=["English", "French"])
def test_the_labelled_set_is_large_and_has_many_near_misses(
    cases: list[tuple[frozenset[str], str, str]],
) -> None:
    assert len({text for _, _, text in cases}) >= 150
    assert sum(not wanted for wanted, _, _ in cases) > len(cases) / 4


# Where marks are looked for.


@pytest.mark.parametrize("role", ["tool", "system", "", "nobody"])
def test_what_tools_and_the_system_print_is_not_marked(role: str) -> None:
    assert find("We decided to keep the retry limit at 5.", role) == []


@pytest.mark.parametrize("role", ["user", "assistant", "summary", "task"])
def test_prose_of_every_speaker_is_marked(role: str) -> None:
    assert kinds("We decided to keep the retry limit at 5.", role) == ["decided"]


@pytest.mark.parametrize(
    "text",
    [
        "```\nlet's go with SQLite\n```",
        "```python\n# TODO: let's go with SQLite\nx = 1\n```\nthanks",
        "~~~\nlet's go with SQLite\n~~~",
        "  ```\n  let's go with SQLite",  # never closed
        "````\n```\nlet's go with SQLite\n```\n````",
        "the message says `let's go with SQLite` there",
        'the label reads "let\'s go with SQLite" now',
        "le libellé dit « on part sur SQLite » ici",
        "the label reads “let's go with SQLite” there",
        "> let's go with SQLite",
        "| let's go with SQLite | no |",
        "    // let's go with SQLite",
        "$ echo let's go with SQLite",
        "return decided(we);  // let's go with SQLite;",
    ],
)
def test_code_and_quotations_are_not_marked(text: str) -> None:
    assert find(text, "user") == []


@pytest.mark.parametrize(
    "text",
    [
        "```\ncode\n```\nlet's go with SQLite",
        "let's go with SQLite\n```\ncode\n```",
        "run ```make``` first, and let's go with SQLite",
        "- let's go with SQLite",
        "* **let's go with SQLite**",
        "1. Let's go with `SQLite`.",
        "## Storage\n\nLet’s go with SQLite.",
    ],
)
def test_prose_around_code_is_marked(text: str) -> None:
    (quote,) = quotes(text)
    assert "go with" in quote
    assert "code" not in quote


def test_orders_in_the_middle_of_a_pasted_text_are_not_the_users() -> None:
    pasted = "The report of the day goes on here, line after line.\n" * 100
    assert kinds("don't use moment.js\n" + pasted) == ["refused"]
    assert kinds(pasted + "don't use moment.js") == ["refused"]
    assert kinds(pasted + "don't use moment.js\n" + pasted) == []
    assert kinds(pasted + "We decided against moment.js.\n" + pasted) == ["refused"]


# What a mark covers.


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("It was slow. Let's go with SQLite, it is enough. Thanks!", "Let's go with SQLite, it is enough."),
        ("- first\n- let's go with SQLite\n- last", "let's go with SQLite"),
        ("Compare e.g. the others; let's go with SQLite; done", "let's go with SQLite"),
        ("We decided on version 2.4 (see docs). More.", "We decided on version 2.4 (see docs)."),
        ("Scratch that. Use port 8443.", "Scratch that. Use port 8443."),
        (
            "This line was wrapped by hand where it had reached its width, we decided\nto keep the limit at 5. Next.",
            "This line was wrapped by hand where it had reached its width, we decided\nto keep the limit at 5.",
        ),
        ("a short line\nwe decided to keep 5\nanother", "we decided to keep 5"),
        ("Été : on a décidé de garder 5. Merci", "Été : on a décidé de garder 5."),
    ],
)
def test_a_mark_covers_its_sentence(text: str, quote: str) -> None:
    assert quotes(text)[0] == quote


def test_a_sentence_may_have_marks_of_several_kinds_but_one_of_each() -> None:
    assert kinds("Let's go with Redis, but the TTL is still to be decided.") == ["decided", "open"]
    assert kinds("The import took 14 minutes, let's use batches of 500.") == ["decided", "measured"]
    assert kinds("We decided and agreed that we'll go with Redis.") == ["decided"]


def test_accents_and_typographic_signs_do_not_matter() -> None:
    assert kinds("On a décidé de garder 5") == kinds("on a decide de garder 5") == ["decided"]
    assert kinds("don’t use moment.js") == kinds("don't use moment.js") == ["refused"]


@pytest.mark.parametrize("text", ["Straße ÀÉÎ", "İstanbul ŸÇŒ", "东京 😀 \u2028", "ﬁn’s\u202f41\u00a0ms", ""])
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(fold_in_place(text)) == len(prose(text)) == len(text)


@given(
    st.lists(
        st.sampled_from(
            ["let's go with ", "X", ". ", "\n", "```", "`", '"', "no ", "41 ms ", "- ", "> ", "É", "İ", "TODO: ", "? "]
        ),
        max_size=40,
    ).map("".join),
    st.sampled_from(["user", "assistant"]),
)
def test_marks_are_in_order_inside_the_text_and_not_blank(text: str, role: str) -> None:
    found = find(text, role)
    assert [m.start for m in found] == sorted(m.start for m in found)
    for m in found:
        assert 0 <= m.start < m.end <= len(text)
        quote = text[m.start : m.end]
        assert quote == quote.strip() != ""
        assert m.kind in KINDS


# What it costs.

HOSTILE = [
    "a", "let's ", "no ", "ok ", "ok, ", "decided ", "'", "\n", "`", "```\n", '"', "«", "“", "1 ms ", "1,1", "- ",
    "not x, but ", ". ", "? ", "Scratch that. ", "pas de ", "we have all just ", "yes - ", "d'accord, ",
    "x" * 61 + "\n", "100 ms, ", "recall a b c ", "the spec ", " \t", "set the a ", "~~~\n", "instead of a ",
    "depuis hier ", "\u2028",
]  # fmt: skip


@pytest.mark.parametrize("seed", HOSTILE, ids=repr)
def test_time_is_linear_in_hostile_text(seed: str) -> None:
    assert_linear_in(seed, lambda text: find(text, "user"), 200_000)


def test_no_rule_runs_wild_on_its_own_words() -> None:
    """Every cue, repeated with words that stand around it, in sentences as long as they get."""
    _, tries = first_pass()
    pieces = [cue + around for cue in tries for around in (" ", " ok ", ", the ", " not we ", " on ne ", " 3 ms ")]

    def finding(size: int) -> Work:
        texts = [piece * max(1, size // len(piece)) for piece in pieces]
        return lambda: [find(text, "user") for text in texts]

    assert_linear(finding, 800)


# Supersession.


def replaces(pair: tuple[str, str, str, str, str, str], *, swapped: bool = False) -> list[tuple[int, int]]:
    kind, text, about, newer_kind, newer, topic = pair
    days = ("2026-11-03T10:00:00Z", "2026-11-12T10:00:00Z")
    made = [Statement(text, days[swapped], kind, about), Statement(newer, days[not swapped], newer_kind, topic)]
    return superseded(made)


def test_replaced_decisions_are_paired_and_unrelated_ones_are_not() -> None:
    missed = [p for p in REPLACED if replaces(p) != [(0, 1)]]
    wrong = [p for p in UNRELATED if replaces(p)]
    assert len(missed) <= len(REPLACED) * 0.1, missed
    assert wrong == []


def test_the_dates_tell_which_is_newer_not_the_order_given() -> None:
    pair = next(p for p in REPLACED if "moment.js" in p[1])
    assert replaces(pair) == [(0, 1)]
    statements = [
        Statement("let's use port 9090", "2026-11-12T00:00:00Z", "decided", "port of the metrics server"),
        Statement("let's use port 8080", "2026-11-03T00:00:00Z", "decided", "port of the metrics server"),
    ]
    assert superseded(statements) == [(1, 0)]


def test_a_value_that_changed_twice_gives_a_chain() -> None:
    said = ["the retry limit is 3", "the retry limit is now 5", "make the retry limit 7"]
    statements = [Statement(t, f"2026-11-0{n + 1}T00:00:00Z", "decided") for n, t in enumerate(said)]
    assert superseded(statements) == [(0, 1), (1, 2)]


def test_measurements_open_points_and_undated_statements_are_passed_over() -> None:
    pair = ("the retry limit is 3", "the retry limit is 5")
    for kind, day in (("measured", "2026-11-01"), ("open", "2026-11-01"), ("decided", "")):
        assert superseded([Statement(t, day, kind) for t in pair]) == []


def test_nothing_comes_of_nothing() -> None:
    assert superseded([]) == []
    assert superseded([Statement("", "2026-11-01", "decided"), Statement("?!", "2026-11-02", "corrected")]) == []


def test_many_statements_take_linear_time() -> None:
    said = [Statement(f"the limit of queue{n % 50} is {n}", f"2026-11-01T{n:08}", "decided") for n in range(5000)]
    assert len(superseded(said)) == 4950
    assert_linear(lambda size: lambda: superseded(said[:size]), 2_000)


def test_the_words_that_patterns_need_are_those_of_the_patterns() -> None:
    assert OUT.read_text(encoding="utf-8") == table(), "run `make reference`"


@pytest.mark.parametrize("language", ["english", "french"])
def test_a_rule_finds_what_its_patterns_joined_would_find(language: str) -> None:
    """Sentences of all cases, against the plain definition, which compiles everything."""
    said = [clean(fold_in_place(text)) for _, _, text in (*ENGLISH, *FRENCH)]
    for rule in import_module(f"rlm_core.marks.{language}").RULES:
        joined = re.compile("|".join(rule.patterns))
        for sentence in said:
            found = joined.search(sentence)
            if found and rule.unless and rule.unless.search(sentence, 0, found.start()):
                found = None
            assert rule.span(sentence) == (found.span() if found else None)


def test_what_a_pattern_always_holds_is_read_off_it() -> None:
    def sets(pattern: str) -> list[set[str]]:
        return [set(words) for words in needed(parser.parse(pattern))]

    assert sets(r"\bwe (?:use|keep)s? it") == [{"we "}, {"use", "keep"}, {" it"}]
    assert sets("a(?:b|c?)d(?:ef)*g+") == [{"a"}, {"d"}, {"g"}]
    assert sets("(?:we|wed)(?i:x)") == [{"we"}]
    assert sets("(?:[ab]|c)x?") == []
