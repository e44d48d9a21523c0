"""What somebody searches for, taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kits.builders import TEXTS
from kits.linear import assert_linear_in

from rlm_core.language.terms import forms_of
from rlm_core.search.query import MAX_WORDS, Query, ways


def texts(query: Query) -> list[str]:
    return [w.text for w in query.words]


@pytest.mark.parametrize(
    ("typed", "words", "phrases", "excluded"),
    [
        ("retry limit", ["retry", "limit"], [], []),
        ("what is the retry limit?", ["retry", "limit"], [], []),
        ("quelle est la limite", ["limite"], [], []),
        ("what is the", ["what", "is", "the"], [], []),
        ('"retry limit" gateway', ["retry", "limit", "gateway"], ["retry limit"], []),
        ("“retry limit”", ["retry", "limit"], ["retry limit"], []),
        ("«\u00a0la limite\u00a0»", ["limite"], ["la limite"], []),
        ("gateway -staging", ["gateway"], [], ["staging"]),
        ('gateway -"on staging"', ["gateway"], [], ["on staging"]),
        ("gateway -ab --staging - -", ["gateway", "ab", "staging"], [], []),
        ("x-ray", ["x", "ray"], [], []),
        ("-staging", [], [], ["staging"]),
        ('"', [], [], []),
        ('""', [], [], []),
        ('"..." gateway', ["gateway"], [], []),
        ('gateway "never closed', ["gateway", "never", "closed"], [], []),
        ('don"t', ["don", "t"], [], []),
        ("", [], [], []),
    ],
)
def test_a_query_is_taken_apart(typed: str, words: list[str], phrases: list[str], excluded: list[str]) -> None:
    query = Query(typed)
    assert (texts(query), query.phrases, query.excluded) == (words, phrases, excluded)
    assert bool(query) == bool(words)


@pytest.mark.parametrize(
    ("text", "identifiers", "typed"),
    [
        ("retryLimit now", {"retrylimit": "retryLimit"}, ["retryLimit"]),
        ("what is `retry_limit`?", {"retrylimit": "retry_limit"}, ["`retry_limit`?"]),
        ("src/pay.py", {"srcpaypy": "src/pay.py", "paypy": "src/pay.py"}, ["src/pay.py"]),
        ("retryLimit retry_limit", {"retrylimit": "retry_limit"}, ["retryLimit", "retry_limit"]),
        ("plain words", {}, []),
        ("gateway -retryLimit", {}, []),
        ('"the retryLimit of it"', {"retrylimit": "the retryLimit of it"}, []),
    ],
)
def test_identifiers_are_known_in_one_piece_and_as_typed(
    text: str, identifiers: dict[str, str], typed: list[str]
) -> None:
    query = Query(text)
    assert query.identifiers == identifiers
    assert query.typed == typed


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("retryLimit gateway", ["retry", "limit"]),
        ("retryLimit limit", ["retry"]),
        ("the limit of retry_limit", ["retry"]),
        ("retry limit", []),
        ('gateway "retry limit"', []),
    ],
)
def test_a_word_that_stands_only_in_an_identifier_is_known_as_a_part(text: str, parts: list[str]) -> None:
    assert [w.text for w in Query(text).words if w.is_part] == parts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("where is my bicycle", True),
        ("où est mon vélo", True),
        ("where is the bicycle", False),
        ("where did we set retry_limit", False),
        ("my notes on src/pay.py", False),
        ("my notes on -retry_limit", True),
    ],
)
def test_who_names_something_of_the_code_does_not_ask_about_himself(text: str, expected: bool) -> None:
    assert Query(text).first_person is expected


def test_a_word_counts_once_whatever_its_form() -> None:
    assert texts(Query("limit Limit LIMIT, limit")) == ["limit"]


@pytest.mark.parametrize("typed", ["limit limits", "deploy deploys", "décision decisions", "LIMIT limit"])
def test_two_forms_of_a_word_count_once(typed: str) -> None:
    assert len(Query(typed).words) == 1


def test_words_for_the_same_thing_stand_apart_from_the_words_own_terms() -> None:
    (bug,) = Query("bug").words
    assert set(bug.terms) == set(forms_of("bug"))
    assert set(forms_of("bogue")) & set(bug.related)
    assert not set(bug.related) & set(bug.terms)


def test_a_phrase_is_looked_for_in_both_languages() -> None:
    assert ways("10 20") == [["10", "20"]]
    assert len(ways("les décisions finales")) == 2


def test_a_pasted_page_is_cut() -> None:
    assert len(Query(" ".join(f"word{n}x" for n in range(1000))).words) <= MAX_WORDS


@given(st.one_of(TEXTS, st.text('ab"“”«» -\n', max_size=60)))
def test_any_text_is_a_query(text: str) -> None:
    query = Query(text)
    assert len(query.words) <= MAX_WORDS
    assert all(w.text and w.terms for w in query.words)


@pytest.mark.parametrize(
    "piece", ['"', '" ', "«a ", "“ ", '" a', " ", "- ", "-ab ", '-"', "a", "\u3000", "»", '"\n'], ids=ascii
)
@pytest.mark.parametrize("opened", ["", '"', " «"])
def test_hostile_queries_take_linear_time(piece: str, opened: str) -> None:
    assert_linear_in(piece, lambda text: Query(opened + text), 30_000)
