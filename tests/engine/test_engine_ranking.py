"""Passages that a question's words lead to: languages, identifiers, signs that mean something to FTS5, sizes."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kits.linear import Work, assert_linear

from rlm_core.engine.ranking import MAX_TERMS, PASSAGE_TOKENS, Ranking, best_passages, terms, with_newest
from rlm_core.engine.texts import Document

TEXTS = {
    "lunch": "We had lunch and spoke of the weather.",
    "limit": "Anna set retryLimit to 5 because of the timeouts.",
    "snake": "def retry_limit(): return MAX_RETRIES",
    "french": "Nous avons décidé d'allonger le délai de l’importeur.",
    "chinese": "会议记录：我们决定使用PostgreSQL数据库。",
    "japanese": "アクセスキーの有効期限が切れていた。",
    "korean": "데이터베이스를 바꾸기로 결정했다.",
    "decomposed": "Le cafe\u0301 est ouvert.",
    "odd": "lone \ud83d surrogate \0 and nul zebra",
}
DOCUMENTS = [Document(name, text) for name, text in TEXTS.items()]


def found(question: str, most: int = 5) -> list[str]:
    return [p.document.id for p in best_passages(DOCUMENTS, question, most)]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("What is the retry limit?", {"limit", "snake"}),
        ("retryLimit", {"limit", "snake"}),
        ("RETRY_LIMIT", {"limit", "snake"}),
        ("why a timeout?", {"limit"}),
        ("quelles décisions sur le delai ?", {"french"}),
        ("QUELS DÉLAIS", {"french"}),
        ("l'importeur", {"french"}),
        ("使用什么数据库？", {"chinese"}),
        ("数据", {"chinese"}),
        ("キーの期限", {"japanese"}),
        ("데이터베이스는?", {"korean"}),
        ("café", {"decomposed"}),
        ("cafe\u0301", {"decomposed"}),
        ("zebra \ud83d", {"odd"}),
        ("weathers", {"lunch"}),
        ('"lunch" NEAR(weather) AND NOT * -x ^ (', {"lunch"}),
        ("lunch* OR text:lunch", {"lunch"}),
    ],
)
def test_a_question_leads_to_its_passage(question: str, first: set[str]) -> None:
    assert found(question)[0] in first


@pytest.mark.parametrize("question", ["", "  ", "?!", '"', "\0", "\ud83d", "()*^:-", "NEAR", "nothingofthekind"])
def test_a_question_without_words_that_occur_leads_nowhere(question: str) -> None:
    assert found(question) == []


@given(st.text(max_size=80))
def test_no_question_breaks_the_search(question: str) -> None:
    assert len(found(question, 3)) <= 3


def test_the_best_come_first_and_no_more_than_asked_for() -> None:
    documents = [Document(f"d{n}", "redis " * n + "other words " * (10 - n)) for n in range(1, 10)]
    best = best_passages(documents, "redis", 4)
    assert best[0].document.id == "d9"
    assert len(best) == 4
    assert best_passages(documents, "redis", 0) == []
    assert best_passages([], "redis", 4) == []


def test_a_passage_is_a_small_piece_with_its_line() -> None:
    rows = [f"row {n} of the log says nothing" for n in range(2000)]
    rows[1234] = "row 1234 tells of the zebra"
    (best,) = best_passages([Document("d", "\n".join(rows), first_line=11)], "zebra", 1)
    assert best.tokens <= PASSAGE_TOKENS
    assert best.text.split("\n")[1234 + 11 - best.line] == rows[1234]


def test_ids_and_titles_are_searched_too() -> None:
    documents = [Document("docs/pricing.md", "nothing"), Document("b", "nothing", title="The zebra")]
    assert [p.document.id for p in best_passages(documents, "pricing", 5)] == ["docs/pricing.md"]
    assert [p.document.id for p in best_passages(documents, "zebra", 5)] == ["b"]


def test_terms_are_the_words_that_tell() -> None:
    assert terms("What is the retryLimit of Zürich, and why?") == ["retry", "limit", "zürich"]
    assert terms("who are we") == ["who", "are", "we"]
    assert terms("用什么") == ["用什", "什么"]
    assert len(terms(" ".join(f"word{n}" for n in range(9999)))) == MAX_TERMS


def test_large_texts_are_ranked_in_linear_time() -> None:
    draw = random.Random(1)
    words = ["".join(draw.choices("abcdefghijklmnop", k=2 + n % 8)) for n in range(5000)]
    text = "\n".join(" ".join(draw.choices(words, k=12)) for _ in range(8_000))

    def ranked(size: int) -> Work:
        documents = [Document("big", text[:size]), Document("cjk", "会议记录数据库。\n" * (size // 8))]
        return lambda: rank(documents)

    def rank(documents: list[Document]) -> None:
        ranking = Ranking(documents)
        assert ranking.best(" ".join(words[:8]), 12)
        assert ranking.best("数据库", 12)
        ranking.close()

    assert_linear(ranked, len(text))


def test_among_many_mentions_the_newest_is_among_the_passages() -> None:
    """What holds now was said last, in words like all the times before."""
    dated = [
        Document(
            f"s{n:03}",
            f"The retry limit is {n} from today on.\n" + "Other matters. " * 30,
            date=f"2026-{1 + n // 28:02}-{1 + n % 28:02}",
        )
        for n in range(200)
    ]
    got = [
        p.document.id for p in best_passages(random.Random(3).sample(dated, 200), "What is the retry limit now?", 12)
    ]
    assert len(got) == len(set(got)) == 12
    assert {"s199", "s198"} <= set(got)


@pytest.mark.parametrize("count", [0, 1, 5, 6, 40])
def test_with_newest_gives_each_once_and_as_many_as_there_are(count: int) -> None:
    found = [(n, 10 - n / 10) for n in range(count)]
    got = with_newest(found, 6, lambda n: f"2026-01-{1 + n % 28:02}" if n % 2 else "")
    assert len(got) == len(set(got)) == min(count, 6)
    assert got[:4] == list(range(min(count, 4)))


def test_what_matches_much_less_is_not_taken_for_its_time() -> None:
    found = [("best", 10.0), ("second", 9.0), ("old", 8.0), ("new", 1.0)]
    times = {"best": "2026-01-01", "second": "2026-01-02", "old": "2026-01-03", "new": "2026-09-01"}
    assert with_newest(found, 3, times.__getitem__) == ["best", "second", "old"]
