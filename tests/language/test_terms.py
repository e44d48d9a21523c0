"""Search terms: the same for a text and for a query that names a word of it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kits.builders import TEXTS
from kits.linear import assert_linear_in

from rlm_core.digest import hexdigest
from rlm_core.language import irregular, synonyms
from rlm_core.language.detect import REQUEST_WORDS, TELLING_WORDS, language_of, language_of_request
from rlm_core.language.folding import LATIN_WORDS, fold
from rlm_core.language.kinds import KINDS
from rlm_core.language.stopwords import (
    ENGLISH,
    FRENCH,
    FUNCTION_WORDS,
    QUERY_STOP_WORDS,
    TITLE_STOP_WORDS,
)
from rlm_core.language.synonyms import synonyms as synonyms_of
from rlm_core.language.terms import MAX_WORD_CHARS, forms_of, of_text, stemmer, stream, wholes, words_of

LANGUAGES = (ENGLISH, FRENCH)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("retryLimit", ["retry", "limit"]),
        ("RETRY_LIMIT", ["retry", "limit"]),
        ("parseHTTPRequest", ["parse", "http", "request"]),
        ("snake_case_name", ["snake", "case", "name"]),
        ("src/rlm/search.py:12", ["src", "rlm", "search", "py", "12"]),
        ("C:\\Users\\jo", ["c", "users", "jo"]),
        ("--max-calls=5", ["max", "calls", "5"]),
        ("E_LEDGER_4417", ["e", "ledger", "4417"]),
        ("v2.1.197", ["v2", "1", "197"]),
        ("41ms 20k", ["41", "ms", "20", "k"]),
        ("l'arrêt d’Alice", ["l", "arrêt", "d", "alice"]),
        ("don't", ["don", "t"]),
        ("東京駅 tokyo 駅", ["東京", "京駅", "tokyo", "駅"]),
        ("서울특별시", ["서울", "울특", "특별", "별시"]),
        ("バグとbug", ["バグ", "グと", "bug"]),
        ("東京のＡＰＩ", ["東京", "京の", "ａｐｉ"]),
        ("", []),
        ("... -- !! \x00\x1b[2J", []),
        ("\x1b[31mretry\x1b[0m\x1b]0;title\x07Limit", ["retry", "limit"]),
        ("a\u2028b\u00a0c", ["a", "b", "c"]),
    ],
)
def test_words_of_a_text(text: str, expected: list[str]) -> None:
    assert words_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("retryLimit", ["retrylimit"]),
        ("RETRY_LIMIT", ["retrylimit"]),
        ("src/pay.py", ["srcpaypy", "paypy"]),
        ("use --max-calls now", ["maxcalls"]),
        ("E_LEDGER_4417", ["eledger4417"]),
        ("Plain words, API and 4417", []),
        ("café-crème", ["cafecreme"]),
        ("a" * MAX_WORD_CHARS + "_b", []),
    ],
)
def test_identifiers_are_also_one_piece(text: str, expected: list[str]) -> None:
    assert wholes(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("retries", "retry"),
        ("deployed", "deploy"),
        ("decisions", "decision"),
        ("bought", "buy"),
        ("wrote", "write"),
        ("décisions", "decision"),
        ("décidé", "décider"),
        ("CAFÉ", "cafe"),
        ("cafe\u0301", "café"),
        ("re\u0301seau", "réseau"),
        ("Ｆｕｌｌ", "full"),
        ("ﬁle", "file"),
    ],
)
def test_forms_of_a_word_meet(one: str, other: str) -> None:
    """Some term of the text's word, in one of the languages, is a term of the query's."""
    in_text = {term for language in LANGUAGES for term in stream(one, language)}
    asked = {term for word in words_of(other) for term in forms_of(word)}
    assert in_text & asked


@pytest.mark.parametrize(
    ("one", "other"), [("university", "universe"), ("cafe", "caffeine"), ("4417", "4418"), ("port", "report")]
)
def test_other_words_stay_apart(one: str, other: str) -> None:
    assert not set(forms_of(one)) & set(forms_of(other))


WORDS = st.one_of(
    TEXTS,
    st.text(st.characters(categories=["L", "N", "M", "P", "Z"]), max_size=80),
    st.text("aéE_.-/1 \u0301東京ｶﾞ𠮷", max_size=40),
)


@given(WORDS, st.sampled_from(LANGUAGES))
def test_every_word_of_a_text_finds_it(text: str, language: str) -> None:
    """A query with a single word of the text has a term of the text: its own or its whole."""
    held = {*stream(text, language), *wholes(text)}
    for word in text.split():
        asked = words_of(word)
        assert all(held.intersection(forms_of(w)) for w in asked if forms_of(w)), word


@given(WORDS)
def test_terms_are_what_the_index_takes_for_one(text: str) -> None:
    """Nothing in a term parts it again: neither white space nor ASCII signs, which FTS5's tokenizer cuts at."""
    for language in LANGUAGES:
        made = of_text(text, language)
        for term in [*made.stream, *made.wholes]:
            assert term
            assert term == term.lower()
            assert not any(c.isspace() or (c.isascii() and not c.isalnum()) for c in term), ascii(term)


@given(WORDS)
def test_how_accents_are_encoded_makes_no_difference(text: str) -> None:
    composed, parted = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    assert stream(composed, FRENCH) == stream(parted, FRENCH)
    assert wholes(composed) == wholes(parted)


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(word: str) -> None:
    assert fold(fold(word)) == fold(word)


HOSTILE = {
    "one character": "a",
    "capitals": "A",
    "digits": "1",
    "digit and letter": "1a",
    "underscores": "_",
    "humps": "aB",
    "hyphens": "a-",
    "dots": ".a",
    "slashes": "/a",
    "base64": "QUJDabc0/+",
    "control": "\x00\x1b\x07",
    "kanji": "東",
    "kanji and ascii": "東a",
    "accents": "e\u0301",
    "accents alone": "\u0301",
    "emoji": "😀",
    "hangul": "가",
    "numbered": "1 ",
    "newlines": "\n",
    "rtl": "\u202eא",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_takes_linear_time(piece: str) -> None:
    assert_linear_in(piece, lambda text: (of_text(text, ENGLISH), language_of(text)), 200_000)


def test_a_long_word_counts_by_its_beginning() -> None:
    (term,) = stream("x" * 1_000_000, ENGLISH)
    assert len(term) <= MAX_WORD_CHARS
    assert [term] == stream("x" * 5000, ENGLISH)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("why did we raise the retry limit", ENGLISH),
        ("pourquoi avons-nous augmenté la limite", FRENCH),
        ("Quel format de fichier a-t-on gardé pour les imports ?", FRENCH),
        ("What does the word pourquoi mean in this text", ENGLISH),
        ("RETRY_LIMIT = 7", ENGLISH),
        ("", ENGLISH),
        ("東京", ENGLISH),
        ("int c, d, l, m;", ENGLISH),
    ],
)
def test_the_language_is_told_by_function_words(text: str, expected: str) -> None:
    assert language_of(text) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_word_lists_are_written_as_they_are_compared(language: str) -> None:
    assert all(fold(w) == w for w in QUERY_STOP_WORDS[language])
    forms = irregular.FORMS[language]
    assert all(form == form.lower() and word == word.lower() for form, word in forms.items())
    stem = stemmer(language)
    assert all(stem(form) == stem(word) for form, word in forms.items() if word not in forms)


# Of 0.3.0: queries, titles, keywords and the borders of chunks depend on each of them.
@pytest.mark.parametrize(
    ("words", "number", "hashed"),
    [
        (QUERY_STOP_WORDS[ENGLISH], 71, "ff2efd645f265d8d"),
        (QUERY_STOP_WORDS[FRENCH], 87, "2954ee883f0dcd46"),
        (FUNCTION_WORDS, 167, "0b152b88a2e54020"),
        (frozenset(w for w in TITLE_STOP_WORDS if len(w) > 3), 190, "8c87d3c2c6ee746e"),
    ],
    ids=["english", "french", "function", "title"],
)
def test_the_lists_of_stop_words_are_what_they_were(words: frozenset[str], number: int, hashed: str) -> None:
    assert (len(words), hexdigest(" ".join(sorted(words)).encode(), 8)) == (number, hashed)


def test_words_that_tell_a_language_stand_in_one_only() -> None:
    assert not TELLING_WORDS[ENGLISH] & TELLING_WORDS[FRENCH]
    assert not REQUEST_WORDS[ENGLISH] & REQUEST_WORDS[FRENCH]


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ("List les tickets", FRENCH),
        ("Qu'a-t-on décidé ?", FRENCH),
        ("on a décidé de quoi ?", FRENCH),
        ("status on billing", ENGLISH),
        ("retry limit", ENGLISH),
    ],
)
def test_a_request_reads_as_the_same_language_for_search_and_for_ask(request_: str, expected: str) -> None:
    assert language_of(request_) == language_of_request(request_) == expected


def test_the_verb_of_a_request_tells_where_function_words_do_not() -> None:
    assert (language_of("liste chaque ticket"), language_of_request("liste chaque ticket")) == (ENGLISH, FRENCH)
    assert language_of_request("nombre d'erreurs") == FRENCH
    assert language_of_request("list every ticket") == ENGLISH


def test_a_line_of_synonyms_has_each_word_once_and_holds_several() -> None:
    lines = [[fold(w) for w in line.split()] for line in synonyms._LINES.strip().split("\n")]
    assert [line for line in lines if len(set(line)) < max(len(line), 2)] == []
    assert len({frozenset(line) for line in lines}) == len(lines)


def test_synonyms_are_words_as_the_index_holds_them() -> None:
    listed = [*synonyms._LINES.split(), *KINDS.replace(":", " ").split()]
    assert [w for w in listed if words_of(w) != [w]] == []


def test_a_word_with_several_meanings_finds_the_words_for_each() -> None:
    assert {"airport", "theft"} <= set(synonyms_of("vol"))


@pytest.mark.parametrize(
    ("kind", "thing"),
    [("instruments", "cello"), ("database", "sqlite"), ("pays", "Japon"), ("language", "rust"), ("language", "korean")],
)
def test_a_kind_finds_its_things_and_a_thing_not_its_kind(kind: str, thing: str) -> None:
    assert fold(thing) in {fold(w) for w in synonyms_of(kind)}
    assert fold(kind) not in {fold(w) for w in synonyms_of(thing)}


def test_a_kind_has_each_thing_once_and_is_not_among_them() -> None:
    for kind in KINDS.strip().replace("\n    ", " ").split("\n"):
        names, things = (fold(words).split() for words in kind.split(": "))
        assert len(set(things)) == len(things) > 1, kind
        assert set(names).isdisjoint(things), kind


@pytest.mark.parametrize(
    ("word", "other"), [("bug", "bogue"), ("bogue", "bug"), ("job", "travail"), ("purchase", "acheter")]
)
def test_a_word_finds_others_for_the_same_thing(word: str, other: str) -> None:
    assert fold(other) in {fold(w) for w in synonyms_of(word)}


def test_a_word_of_no_line_has_no_synonyms() -> None:
    assert list(synonyms_of("zyzzyvas")) == []


@pytest.mark.parametrize("letter", [chr(n) for n in range(256) if chr(n).isalpha()])
def test_a_letter_of_latin_1_becomes_what_folding_makes_of_it(letter: str) -> None:
    folded = fold(letter)
    assert chr(LATIN_WORDS[ord(letter)]) == (folded if folded.isascii() else letter.lower())


def test_what_is_no_letter_and_no_digit_parts_words_of_latin_1() -> None:
    assert [chr(n).isalnum() for n in range(256)] == [chr(n) != " " for n in LATIN_WORDS]


@given(st.lists(st.sampled_from(synonyms._LINES.split()[::7]), min_size=1, max_size=1))
def test_a_word_finds_all_the_lines_on_which_it_stands(words: list[str]) -> None:
    word = fold(words[0])
    lines = [line for line in synonyms._LINES.strip().split("\n") if word in map(fold, line.split())]
    assert set(" ".join(lines).split()) <= set(synonyms_of(words[0]))
