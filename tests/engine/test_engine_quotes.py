"""Quotes against their sources: what stands there is found and cited, what does not never verifies."""

from __future__ import annotations

import random
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from kits.linear import Work, assert_linear, assert_linear_in

from rlm_core.engine.checks.matching import unwrapped
from rlm_core.engine.checks.quotes import ELSEWHERE, NOT_THERE, TOO_SHORT, lines_around, locate, stands_in
from rlm_core.engine.findings import Finding
from rlm_core.engine.texts import Document, Partition, Piece

TEXT = """We talked about the importer.
The retry limit goes from 3 to 5,
and the  timeout stays\tat 30 seconds.
Anna: "it's fine", she said [twice].
The retry limit goes from 3 to 5,
DB_PASSWORD=[redacted:env] stands in the file (really?).
"""


def part(*texts: str, first: int = 1) -> Partition:
    documents = [Document(f"s{n}", t, f"notes/{n}.md", first) for n, t in enumerate(texts, 1)]
    return Partition(tuple(Piece(d, d.text, d.first_line, 1) for d in documents))


def placed(quote: str, text: str = TEXT, location: str = "s1") -> Finding:
    (found,) = locate((Finding("claim", quote, location),), part(text))
    return found


@pytest.mark.parametrize(
    ("quote", "line"),
    [
        ("We talked about the importer.", 1),
        ("the timeout stays at 30 seconds", 3),
        ("goes from 3 to 5, and the timeout", 2),
        ("goes from 3 to 5,\n\n   and the\ttimeout", 2),
        ('"the timeout stays at 30 seconds"', 3),
        ("“the timeout stays at 30 seconds”", 3),
        ("« the timeout stays at 30 seconds »", 3),
        ("'the timeout stays at 30 seconds'", 3),
        ("`the timeout stays at 30 seconds`", 3),
        ("```\nthe timeout stays at 30 seconds\n```", 3),
        ("„the timeout stays at 30 seconds“", 3),
        ("…the timeout stays at 30 seconds...", 3),
        ("[...] the timeout stays at 30 seconds […]", 3),
        ('Anna: "it\'s fine", she said [twice].', 4),
        ('"it\'s fine", she said', 4),
        ('"Anna: "it\'s fine", she said [twice]."', 4),
        ("DB_PASSWORD=[redacted:env] stands in the file (really?).", 6),
        ("DB_PASSWORD=[redacted] stands in the file", 6),
        ("DB_PASSWORD=[redacted:aws-key] stands in", 6),
    ],
)
def test_a_quote_is_found_on_its_line(quote: str, line: int) -> None:
    found = placed(quote)
    assert (found.verified, found.line, found.doubts) == (True, line, ())
    assert (found.location, found.path) == ("s1", "notes/1.md")
    assert found.quote in TEXT, "the quote that is shown is the source's own"


@pytest.mark.parametrize(
    "quote",
    [
        "The retry limit goes from 3 to 6,",
        "The retry limits go from 3 to 5,",
        "the retry limit … from 3 to 6",
        "e timeout stays at 30 seconds",
        "the timeout stays at 3",
        "the timeout stays at 30 second",
        "the time out stays at 30 seconds",
        "thetimeout stays at 30 seconds",
        "DB_PASSWORD=hunter2 stands in the file",
        "DB_PASSWORD= stands in the file",
        "DB_PASSWORD stands in the file",
        "We talked about the importer. The timeout",
    ],
)
def test_a_changed_quote_does_not_verify(quote: str) -> None:
    found = placed(quote)
    assert (found.verified, found.line, found.doubts) == (False, 0, (NOT_THERE,))


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("limit is 5", "the limit is 50"),
        ("limit is 5", "the limit is 5.5"),
        ("limit is 5", "the limit is 5,000"),
        ("limit is 5", "la limit is 5\u202f000"),
        ("5 retries", "make it 15 retries"),
        ("5 retries", "make it 2.5 retries"),
        ("able to cut costs", "unable to cut costs"),
        ("retry_limit = 5", "max_retry_limit = 5"),
        ("the limit is 5.", "the limit is 5.5"),
    ],
)
def test_words_and_numbers_stand_whole(quote: str, text: str) -> None:
    assert not placed(quote, text).verified
    assert not stands_in(quote, text)
    assert stands_in(quote, f"{text} and {quote} too")


WORDS = st.lists(
    st.sampled_from(["the", "limit", "goes", "3", "15", "a.b", "(x)", "[y]", "$5", "*z*", "é漢"]),
    min_size=4,
    max_size=30,
)


@given(WORDS, st.data())
def test_a_stretch_of_whole_words_stands_whatever_its_white_space(words: list[str], data: st.DataObject) -> None:
    blanks = st.text(" \n\t\r\u2028\u2003", min_size=1, max_size=3)  # U+00A0 between figures makes one number of them
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))
    text = "".join(w + data.draw(blanks) for w in words)
    quote = "".join(w + data.draw(blanks) for w in words[start:end])
    assert stands_in(quote, text) == any(c.isalnum() for c in quote)


@given(WORDS, st.data())
def test_a_quote_with_one_changed_word_never_stands(words: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(words) - 1))
    changed = [*words[:at], data.draw(st.sampled_from(["not", "16", "froms", "(q)", "$50", "漢字"])), *words[at + 1 :]]
    assume("".join(changed) != "".join(words))
    assert not stands_in(" ".join(changed), " ".join(words))


def test_the_same_quote_several_times_means_its_places_in_order() -> None:
    finding = Finding("c", "The retry limit goes from 3 to 5,", "s1")
    assert [f.line for f in locate((finding,) * 3, part(TEXT))] == [2, 5, 5]


@pytest.mark.parametrize("spelling", ["[s1]", "`s1`", "s1:", "notes/1.md", "s1 "])
def test_other_spellings_of_a_source_and_a_quote_count_on(spelling: str) -> None:
    first = Finding("c", "The retry limit goes from 3 to 5,", "s1")
    second = Finding("c", "The retry limit  goes from 3 to 5,", spelling)
    assert [f.line for f in locate((first, second), part(TEXT))] == [2, 5]


@pytest.mark.parametrize("quote", ["one more entry of label alpha", "one more  entry of label alpha"])
def test_a_thousand_times_the_same_quote_takes_linear_time(quote: str) -> None:
    def locating(size: int) -> Work:
        found, whole = (Finding("c", quote, "s1"),) * size, part("one more entry of label alpha\n" * size)
        assert [f.line for f in locate(found, whole)] == list(range(1, size + 1))
        return lambda: locate(found, whole)

    assert_linear(locating, 1000)


@pytest.mark.parametrize(
    "location",
    [
        "s2", "s2:2", "s2:2-3", "[s2]", "<s2>", "`s2`", '"s2"', "s2#L2", "s2, line 2", "s2 (line 2)", "notes/2.md",
        "notes/2.md:2", 'id="s2"', "source s2", "[s2:2]", "s2 ligne 2",
    ],
)  # fmt: skip
def test_a_location_names_a_source_in_many_ways(location: str) -> None:
    (found,) = locate((Finding("c", "the same words", location),), part("the same words\n", "x\nthe same words\n"))
    assert (found.location, found.line, found.doubts) == ("s2", 2, ())


def test_a_location_with_a_line_means_the_place_on_it() -> None:
    row, text = "the same words", "the same words\n" * 9
    found = locate(tuple(Finding("c", row, f"s1:{n}") for n in (7, 2, 7)), part(text, first=1))
    assert [f.line for f in found] == [7, 2, 1]
    (beyond,) = locate((Finding("c", row, "s1:99"),), part(text))
    assert beyond.line == 1


def test_an_id_that_looks_like_one_with_a_line_is_an_id() -> None:
    documents = [Document("text", "x\nthe same words"), Document("text:1", "the same words")]
    both = Partition(tuple(Piece(d, d.text, 1, 1) for d in documents))
    assert [f.location for f in locate((Finding("c", "the same words", "text:1"),), both)] == ["text:1"]


def test_a_quote_of_another_source_is_cited_there_and_doubted_softly() -> None:
    (found,) = locate((Finding("c", "only in the second", "s1"),), part("one\n", "two\nonly in the second\n"))
    assert (found.verified, found.location, found.path, found.line) == (True, "s2", "notes/2.md", 2)
    assert found.doubts == (ELSEWHERE,)


@pytest.mark.parametrize("location", ["s9", "nonsense", "s1000"])
def test_a_source_that_is_not_there_is_another_one(location: str) -> None:
    (found,) = locate((Finding("c", "only in the second", location),), part("one\n", "only in the second\n"))
    assert (found.location, found.doubts) == ("s2", (ELSEWHERE,))


def test_without_a_location_the_quote_tells() -> None:
    (found,) = locate((Finding("c", "only in the second", ""),), part("one\n", "only in the second\n"))
    assert (found.location, found.doubts) == ("s2", ())


@pytest.mark.parametrize("quote", ["5", "3 to 5", "   ", "...", "–", "“”", "()[]{}!?", "\n\n"])
def test_a_quote_that_says_next_to_nothing_proves_nothing(quote: str) -> None:
    assert placed(quote, f"{TEXT}{quote}").doubts == (TOO_SHORT,)


@pytest.mark.parametrize(("quote", "enough"), [("four by 4", False), ("four by 44", True), ("vîngt 4", False)])
def test_eight_bytes_beside_white_space_are_the_least_that_proves_something(quote: str, enough: bool) -> None:
    found = placed(quote, f"a line with {quote} in it\n")
    assert (found.verified, found.doubts) == (enough, () if enough else (TOO_SHORT,))


def test_a_short_line_proves_what_it_says() -> None:
    found = placed("max = 5", "a\n  max = 5\r\nb\n")
    assert (found.verified, found.line) == (True, 2)


def test_a_date_and_a_time_come_from_the_line() -> None:
    document = Document("d", "a\nb\nthe words here\n", first_line=10, date="day", moments=((12, "noon"),))
    one = Partition((Piece(document, document.text, 10, 1),))
    (found,) = locate((Finding("c", "the words here", "d"),), one)
    assert (found.line, found.date) == (12, "noon")


def test_crlf_text_is_quoted_with_lf() -> None:
    found = placed("first line\nsecond line", "zero\r\nfirst line\r\nsecond line\r\n")
    assert (found.verified, found.line, found.quote) == (True, 2, "first line\r\nsecond line")


def test_composed_and_decomposed_characters_are_one_text() -> None:
    text = "Zoë a décidé\u00a0: l’été, pas l'hiver"
    for source in ("NFC", "NFD"):
        for form in ("NFC", "NFD"):
            quote = unicodedata.normalize(form, "a décidé : l’été")
            found = placed(quote, unicodedata.normalize(source, text))
            assert found.verified
            assert unicodedata.normalize("NFC", found.quote) == "a décidé\u00a0: l’été"
    assert not placed("a decide : l’ete", text).verified


def test_folded_chinese_is_found_and_another_character_is_not() -> None:
    text = "会议记录。\n我们决定使用 PostgreSQL\n数据库，明天开始。\n"
    assert placed("我们决定使用PostgreSQL数据库", text).line == 2
    assert placed("决定使用 PostgreSQL 数据", text).line == 2
    assert not placed("我们决定使用MySQL数据库", text).verified
    assert not placed("我们决定不使用PostgreSQL数据库", text).verified


def test_a_huge_quote_is_checked_to_its_end() -> None:
    words = [str(n % 10) for n in range(1999)]
    text = "start\n" + "\n".join(words) + "\nend\n"
    assert placed(" ".join(words), text).line == 2
    assert not placed(" ".join([*words[:-1], "4"]), text).verified


def test_a_quote_that_was_cut_off_inside_a_word_stands() -> None:
    text = "a wonderful thing, over and over again\n" * 300
    assert not placed(text[:4000].strip(), text).repaired
    assert placed(text[:400].strip(), text).repaired, "a shorter quote was not cut off by us"


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("a " * 1999 + "b", "a " * 100_000),
        ("a" * 3999 + "b", "a" * 200_000),
        ("a" * 3800, "a" * 200_000),
        ("5" * 3000, "5" * 200_000),
        (" " * 3998 + "x", (" " * 3000 + "y") * 70),
        ("a" + " " * 3998 + "b", ("a" + " " * 3000) * 70),
        ("[redacted" * 400 + "x", "[redacted" * 20_000),
        ("[redacted:a] " * 300 + "x", "[redacted:b] " * 15_000),
        ("x." * 2000, "x.x" * 70_000),
        ("... " * 999 + "a", "... " * 50_000),
        ("e\u0301 " * 1300 + "x", "é " * 100_000),
        ("漢 " * 1999 + "x", "漢" * 200_000),
    ],
)
def test_hostile_quotes_take_linear_time(quote: str, text: str) -> None:
    found = placed(quote, text)
    assert not found.verified or (found.repaired and found.doubts)
    assert_linear_in(text, lambda some: placed(quote, some), len(text))


@pytest.mark.parametrize("piece", [" ", "…", "...", "… ", " ...", "[...] ", "[", "... a "])
def test_what_is_around_a_quote_is_taken_away_in_linear_time(piece: str) -> None:
    assert_linear_in(piece, lambda some: unwrapped(f"a{some}b"), 40_000)


@pytest.mark.parametrize("quote", ["a.*b (c) [d] {2} ^$ \\d+ | ?", "\\", "(?i)x(", "[redacted:"])
def test_signs_of_regular_expressions_are_text(quote: str) -> None:
    assert stands_in(f"so {quote} it is", f"and so  {quote}\nit is")
    assert not stands_in("so a.*b it is", "and so axxb it is")


@given(st.text(max_size=80), st.text(max_size=300), st.text(max_size=20))
def test_whatever_is_quoted_what_is_shown_stands_there(quote: str, text: str, location: str) -> None:
    (found,) = locate((Finding("c", quote, location),), part(text, quote))
    if found.verified:
        piece = next(p for p in part(text, quote).pieces if p.document.id == found.location)
        assert found.quote in piece.text
        assert 1 <= found.line <= piece.text.count("\n") + 1
        assert found.quote.split("\n")[0] in piece.text.split("\n")[found.line - 1]


def test_lines_around_are_those_of_the_quote_alone() -> None:
    draw = random.Random(1)
    rows = [f"row {n} has {draw.randint(100, 999)}" for n in range(50)]
    piece = Piece(Document("d", ""), "\n".join(rows), 11, 1)
    assert lines_around(piece, 11, "row 0 has") == rows[0]
    assert lines_around(piece, 60, "row 49 has") == rows[49]
    assert lines_around(piece, 20, f"has {rows[9][-3:]}\nrow 10") == f"{rows[9]}\n{rows[10]}"
    assert (lines_around(piece, 10, "row"), lines_around(piece, 61, "row")) == ("", "")
