"""What the index holds of a text is what the plain definition gives, however quickly it is made."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from hashlib import blake2b
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kits.builders import SESSION, Session, archive, config, rich
from kits.paths import ROOT

from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.chunks.chunkfile import load
from rlm_core.chunks.entries import ArchivedEntry, entries_of
from rlm_core.index import beside, database, rows
from rlm_core.index.passages import cut, unnumbered
from rlm_core.index.update import update
from rlm_core.language import detect, terms
from rlm_core.language.detect import TELLING_WORDS, language_of
from rlm_core.language.folding import composed, fold
from rlm_core.language.quoting import for_terms
from rlm_core.language.stopwords import ENGLISH, FRENCH
from rlm_core.language.terms import MAX_WORD_CHARS, of_text, stemmer, stream, wholes, words_of
from rlm_core.transcript.source import Source

LANGUAGES = (ENGLISH, FRENCH)
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
DATA = Path(os.environ.get("RLM_TRANSCRIPTS") or ROOT.parent / "shared" / "data" / "transcripts")
TRANSCRIPTS = sorted(DATA.glob("*.jsonl"))
PIECES = st.sampled_from(
    [*"aZ9_.-/:\\@ \n\t'’\"(,→é東Σς\u0301\u202e\x1b\x00İǅ", "retryLimit", "HTTPServer", "41ms", "_20k_", "src/pay.py",
     "d'accord", "été", "ΑΣ", "バグ", "ＡＰＩ", "the", "les", "\x1b[31m", "a__b", "--max-calls", "E_LEDGER_4417", "ﬁ"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=30).map("".join))


def plain_stream(text: str, language: str) -> list[str]:
    """By the definition: the words of the whole text, each stemmed."""
    return [term for word in words_of(text) if (term := stemmer(language)(word))]


def plain_wholes(text: str) -> list[str]:
    """By the definition: the tokens of the whole text, one after the other."""
    found = []
    for token in re.findall(r"[^\W_]+(?:[_.\-/:\\@][^\W_]+)*", composed(for_terms(composed(text)))):
        if token.isalnum() and (token[1:].islower() or token.isupper() or token.isdigit() or not HUMP.search(token)):
            continue
        if len(token) <= MAX_WORD_CHARS:
            parts = re.split(r"[/\\]", token)
            names = parts[-1:] if len(parts) > 1 and re.search(r"[._-]", parts[-1]) else []
            found += [whole for one in (token, *names) if (whole := fold(re.sub(r"[\W_]+", "", one)))]
    return found


def plain_language(text: str) -> str:
    words = [fold(w) for w in re.findall(r"[^\W_]+", text[:1000])]
    leaning = sum((w in TELLING_WORDS[FRENCH]) - (w in TELLING_WORDS[ENGLISH]) for w in words)
    return FRENCH if leaning > 0 else ENGLISH


def assert_same(text: str) -> None:
    for language in LANGUAGES:
        assert of_text(text, language).stream == stream(text, language) == plain_stream(text, language), ascii(text)
        assert of_text(text, language).wholes == plain_wholes(text), ascii(text)
    assert wholes(text) == plain_wholes(text)
    assert language_of(text) == plain_language(text), ascii(text)


@given(TEXTS)
def test_terms_of_any_text_are_those_of_the_definition(text: str) -> None:
    assert_same(text)


@given(st.lists(TEXTS, min_size=2, max_size=6))
def test_what_was_kept_and_what_was_forgotten_make_no_difference(texts: list[str]) -> None:
    kept, known = terms.MAX_KEPT_CHARS, detect.MOST_KNOWN
    terms.MAX_KEPT_CHARS, detect.MOST_KNOWN = 20, 3
    try:
        for text in texts * 2:
            assert_same(text)
    finally:
        terms.MAX_KEPT_CHARS, detect.MOST_KNOWN = kept, known


def made(tmp_path: Path, name: str) -> Archive:
    """An archive of a real transcript, or of one that holds everything."""
    kept = archive(tmp_path, config(20_000, 40_000))
    real = next((t for t in TRANSCRIPTS if t.name == name), None)
    take(kept, Source(str(real)) if real else rich().write(tmp_path / f"{SESSION}.jsonl"))
    return kept


def entries(kept: Archive) -> Iterator[ArchivedEntry]:
    for meta in kept.metas():
        yield from entries_of(load(Path(meta["path"]).read_bytes()))


@pytest.mark.parametrize("name", ["everything", *(t.name for t in TRANSCRIPTS)])
def test_rows_of_a_session_are_those_of_the_definition(tmp_path: Path, name: str) -> None:
    kept = made(tmp_path, name)
    count = 0
    for one in entries(kept):
        given_back = list(rows.rows(kept.root, [one]))
        passages = cut(one.text, printed=one.printed)
        for row, passage in zip([r for r in given_back if not r.blob], passages if given_back else [], strict=True):
            text = unnumbered(passage.text) if one.printed else passage.text
            language = ENGLISH if one.printed else plain_language(text)
            own = " ".join(plain_stream(text, language))
            assert row.columns == (own, " ".join(plain_wholes(text)), "")
            assert (row.at, row.size) == (
                one.start + len(one.text[: passage.at].encode()),
                len(passage.text.encode()),
            )
            is_long = one.printed and len(passage.text) >= rows.SHORTEST_REPEAT
            digest = blake2b(f"{one.kind} {own}".encode("utf-8", "replace"), digest_size=8).digest()
            assert row.digest == (digest if is_long else b"")
            count += 1
    assert count > 20


def test_words_around_come_back_whole(tmp_path: Path) -> None:
    kept, session = archive(tmp_path, config()), Session()
    for n in range(8):
        session.prompt(f"What about the flamingo number {n}?")
        session.says(f"The heron {n} stands, l'été dernier.")
    take(kept, session.write(tmp_path / "t.jsonl"))
    update(kept)
    with closing(database.open_to_read(kept.root)) as db:
        passages = [row for (row,) in db.execute("SELECT passage FROM places ORDER BY passage")]
        around = beside.words_around(db, passages)
    assert set(around) == set(passages)
    said = [
        f"{who}{n}{rest}"
        for n in range(8)
        for who, rest in (("What about the flamingo number ", "?"), ("The heron ", " stands, l'été dernier."))
    ]
    beside_it = [said[1], said[2], said[4], said[5]]
    assert around[passages[3]].split() == sorted(t for s in beside_it for t in plain_stream(s, plain_language(s)))


@given(st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=9), max_size=80))
def test_packed_words_are_the_same_words(words: list[str]) -> None:
    assert beside.unpacked(beside.packed(" ".join(words))).split() == sorted(words)


@pytest.mark.parametrize(
    "data", [b"", b"garbage", beside.packed("a b")[:-3], beside.packed("a" * 70_000), "text", 7, None]
)
def test_what_is_no_packed_words_is_a_damaged_index(data: bytes) -> None:
    with pytest.raises(sqlite3.DatabaseError):
        beside.unpacked(data)
