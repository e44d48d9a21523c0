"""Strong: what is likely the answer holds what tells, close together, and no other name's number."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlm_core.language.detect import language_of
from rlm_core.language.terms import stream
from rlm_core.search import strength
from rlm_core.search.query import Query, Word
from rlm_core.search.rank import asking
from rlm_core.search.strength import Strength, names_another, telling


def strong(query: str, text: str, words: list[Word] | None = None) -> bool:
    asked, language = Query(query), language_of(text)
    used = words or asked.words
    return Strength(used, asked).strong(text, language, set(stream(text, language)))


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("What did we decide about the retry limit of the mail queue?", "The retry limit of the mail queue is 5."),
        ("retry limit mail queue", "`mail_queue.retry_limit` is 5 now: the server answers 503."),
        ("retry limit mail queue", "[mail_queue]\nretry_limit = 5"),
        ("mail_queue.retry_limit", "I set mail_queue.retry_limit to 5."),
        ("retryLimit", "The retry limit is 5."),
        ("Quelle est la limite de tentatives de la file ?", "La limite de tentatives de la file vaut 5."),
        ("PostgreSQL 17", "We run PostgreSQL 17.2 there."),
    ],
)
def test_an_answer_is_strong(query: str, text: str) -> None:
    assert strong(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("retry limit mail queue", "The retry limit of the job queue is 5."),
        ("retry limit mail queue", "The retry limit of the job queue is 5. The mail queue was slow."),
        ("retry limit mail queue", "- mail queue: retry the reader\n- mail queue: check the limit"),
        ("mail queue timeout", "See src/mail_queue/limit_stream.py, where `accept_timeout` decides what is hidden."),
        ("pause import invoices", "The pause of the export of invoices is 5."),
        ("retry limit mail queue", "Is the retry limit of the mail queue 5 or 7?"),
        ("start time job queue", "See what happens when the job queue starts a second time."),
        ("parse_chunk", "parse_chunk_header reads the first line"),
        ("parse_chunk", "safe_parse_chunk reads the first line"),
        ("parseChunk", "it can parse each chunk"),
        ("PostgreSQL 17", "PostgreSQL 16 uses 17 workers."),
        ("what did we decide", "nothing of the kind"),
    ],
)
def test_what_says_something_else_is_not(query: str, text: str) -> None:
    assert not strong(query, text)


def test_a_misspelt_word_replaced_makes_nothing_strong() -> None:
    text = "The flamingo stands in the lagoon."
    assert strong("flamingo lagoon", text)
    replaced = [Word("flamimgo", ("flamingo",)), *Query("lagoon").words]
    assert not strong("flamimgo lagoon", text, replaced)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("What did we decide about the retry limit?", ["retry", "limit"]),
        ("Quelle valeur pour la limite ?", ["limite"]),
        ("why", ["why"]),
        ("what did we decide", ["decide"]),
    ],
)
def test_words_of_asking_tell_nothing_unless_there_are_no_others(query: str, words: list[str]) -> None:
    assert [w.text for w in telling(Query(query).words)] == words


@pytest.mark.parametrize(
    ("query", "text", "another"),
    [
        ("PostgreSQL 17", "we run PostgreSQL 16", True),
        ("PostgreSQL 17", "we run postgresql-16.3", True),
        ("PostgreSQL 17", "from PostgreSQL 16 to PostgreSQL 17", False),
        ("PostgreSQL 17", "we run PostgreSQL 17.2", False),
        ("PostgreSQL 17", "we run PostgreSQL", False),
        ("Python 3.1", "we run Python 3.11", True),
        ("Python 3", "we run Python 3.11", False),
        ("port 8080", "it listens on port 9090", True),
        ("the upgrade on 3 November", "the upgrade on 4 November", False),
        ("November 3", "November 4", False),
        ("line 40", "line 41", False),
    ],
)
def test_a_number_belongs_to_the_name_before_it(query: str, text: str, another: bool) -> None:
    assert names_another(text, Query(query).numbered) is another


PATH = r"[\w.-]*(?:/[\w.-]+)*/[\w-]+\.\w{1,6}(?::\d+)*"
PIECES = st.lists(
    st.sampled_from([*"ab1//.-_:?! \n²é#[]{(\u2028", "b.py", "src", ":12", "//", ".tar.gz", "abcdefgh"]), max_size=16
)


@given(PIECES.map("".join))
def test_what_is_parted_by_hand_is_parted_as_the_patterns_would(text: str) -> None:
    assert strength.without_paths(text) == re.sub(PATH, " ", text)
    assert strength.parted(text) == re.split(r"(?<=[.!?])\s+|\n", text)
    assert asking(text) == sum(map(len, re.findall(r"[^.!?\n]*\?", text))) / max(len(text), 1)
    for line in text.split("\n"):
        assert strength.is_head(line) == bool(re.match(r"\s*(?:#|\[[^\]]*\]$)|.*[:{(\[]$", line))


@given(st.sampled_from([["a", "b"], ["a"], ["a", "1", "py"], ["é", "a"]]), st.text("ab1é ._-/py", max_size=16))
def test_an_identifier_stands_where_the_pattern_of_its_parts_matches(parts: list[str], text: str) -> None:
    pattern = r"(?<![^\W_])(?<![^\W_]_)" + r"[\W_]{0,2}".join(parts) + r"(?!_?[^\W_])"
    assert strength.names(parts, text) == bool(re.search(pattern, text))


NAME = r"[^\W_]+(?:_[^\W_]+)+|[a-z]+(?:[A-Z][a-z]+)+"


@given(st.text("abBC9é_. ", max_size=24))
def test_names_of_several_words_are_those_that_a_pattern_finds(text: str) -> None:
    assert strength.names_in(text) == [found.span() for found in re.finditer(NAME, text)]
