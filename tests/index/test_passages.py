"""Passages: how an entry is cut, and that places point to exactly what was cut."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kits.builders import TEXTS, Session, archive, config, rich, sessions, small
from kits.linear import assert_linear_in

from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.chunks.chunkfile import load
from rlm_core.chunks.entries import entries_of
from rlm_core.config import Config
from rlm_core.index import database
from rlm_core.index.passages import MAX_CHARS, MIN_CHARS, cut, unnumbered
from rlm_core.index.rows import rows
from rlm_core.index.update import update
from rlm_core.search.places import Chunks, Place, texts_at

TEXT = st.one_of(
    TEXTS,
    st.lists(TEXTS, max_size=12).map("\n".join),
    st.lists(
        st.sampled_from(["One sentence. ", "word ", "東京は大きい。", "\n", "\n\n", "x" * 700, "a,b;", "\u2028"]),
        max_size=200,
    ).map("".join),
)


def flat(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("printed", [True, False])
@given(text=TEXT)
def test_passages_cover_a_text_in_order_and_lie_where_they_say(text: str, *, printed: bool) -> None:
    found = cut(text, printed=printed)
    end = 0
    for p in found:
        assert p.at >= end
        assert text[end : p.at].strip() == ""
        end = p.at + len(p.text)
        assert text[p.at : end] == p.text
        assert p.text == p.text.strip() != ""
        assert len(p.text) <= MAX_CHARS
    assert text[end:].strip() == ""


@pytest.mark.parametrize("printed", [True, False])
def test_an_entry_that_fits_is_one_passage(*, printed: bool) -> None:
    text = "a short paragraph.\n\nand another one. " * 15
    (only,) = cut(text, printed=printed)
    assert only.text == text.strip()
    assert cut(" \n\t", printed=printed) == []
    assert cut("", printed=printed) == []


PROSE = {
    "sentences": "The scheduler waits for the lock, then it starts. " * 100,
    "paragraphs": "\n\n".join("The scheduler waits for the lock, then it starts. " * 4 for _ in range(30)),
    "lines": "the scheduler waits for the lock\n" * 150,
    "words": "scheduler " * 600,
    "chinese": "我们决定使用新的格式。" * 300,
}


@pytest.mark.parametrize("text", PROSE.values(), ids=PROSE)
@pytest.mark.parametrize("printed", [True, False])
def test_a_long_text_gives_passages_of_four_to_six_hundred_characters(text: str, *, printed: bool) -> None:
    sizes = [len(p.text) for p in cut(text, printed=printed)]
    assert max(sizes) <= MAX_CHARS
    assert sum(s >= MIN_CHARS - 10 for s in sizes[:-1]) >= 0.9 * len(sizes[:-1])


@pytest.mark.parametrize("printed", [True, False])
@pytest.mark.parametrize("sign", [" ", ",", ";", "/", '":"', "|"])
def test_no_word_is_cut_in_two_where_another_place_is_near(sign: str, *, printed: bool) -> None:
    names = [f"name{n}" for n in range(400)]
    held = [w for p in cut(sign.join(names), printed=printed) for w in re.findall(r"\w+", p.text)]
    assert held == names


def test_prose_is_cut_at_sentences() -> None:
    for p in cut("The scheduler waits for the lock. " * 100, printed=False):
        assert p.text.startswith("The")
        assert p.text.endswith(".")


def test_printed_text_is_cut_between_lines() -> None:
    lines = [f"row {n} of the table" for n in range(300)]
    held = [line for p in cut("\n".join(lines), printed=True) for line in p.text.split("\n")]
    assert held == lines


def _source(count: int) -> list[str]:
    return [f"    value_{n} = compute({n * 7919 % 1000}, mode='{n % 13}')" for n in range(count)]


@pytest.mark.parametrize("added", [1, 5, 23, 100])
def test_the_same_file_with_lines_before_gives_mostly_the_same_passages(added: int) -> None:
    lines = _source(400)
    first = {p.text for p in cut("\n".join(lines), printed=True)}
    again = {p.text for p in cut("\n".join([f"# inserted {n}" for n in range(added)] + lines), printed=True)}
    assert len(first & again) >= 0.55 * len(first)  # cuts meet again after some passages


@pytest.mark.parametrize("numbered", ["{:>6}→{}", "{}\t{}"])
def test_line_numbers_make_no_difference(numbered: str) -> None:
    """The Read tool numbers lines; read from another line on, the text is the same."""

    def read_from(number: int) -> set[str]:
        text = "\n".join(numbered.format(n, line) for n, line in enumerate(_source(400), number))
        return {unnumbered(p.text) for p in cut(text, printed=True)}

    first, again = read_from(1), read_from(501)
    assert len(first & again) >= 0.6 * len(first)  # wider numbers move a cut here and there


HOSTILE = [
    "a",
    " ",
    "\n",
    "\t",
    ".",
    ". ",
    '."',
    "?)",
    "\n\n",
    "1\t",
    "1→",
    "1",
    " 1",
    "。",
    "😀",
    "\u2028",
    "\x00",
    "a ",
    "(",
    "x\n",
]


@pytest.mark.parametrize("printed", [True, False])
@pytest.mark.parametrize("piece", HOSTILE, ids=ascii)
def test_hostile_text_is_cut_in_linear_time(piece: str, *, printed: bool) -> None:
    assert_linear_in(piece, lambda text: (cut(text, printed=printed), unnumbered(text)), 400_000)


# Reach


def places(kept: Archive) -> list[Place]:
    """Every place that the index names."""
    with closing(sqlite3.connect(database.path_of(kept.root))) as db:
        return [
            Place(1, kept.path(*folder.split("/"), name), blob or "", *rest)
            for folder, name, blob, *rest in db.execute(
                "SELECT d.path, c.name, b.name, p.entry, p.at, p.size, p.time, p.marks, p.said FROM places p "
                "JOIN chunks c ON c.id = p.chunk JOIN folders d ON d.id = c.folder LEFT JOIN names b ON b.id = p.blob"
            )
        ]


def assert_exact(kept: Archive) -> None:
    """Every place's bytes are a passage of its entry, or of its blob, from the first byte to the last."""
    for place in places(kept):
        data = Path(place.path).read_bytes()
        one = entries_of(load(data))[place.entry]
        printed = one.printed
        whole = one.text
        if place.blob:
            assert place.blob in one.text
            whole, printed = Path(place.file).read_bytes().decode(), True
        assert texts_at([place])[0] in [p.text for p in cut(whole, printed=printed)]
        line = Chunks().line(place)
        begins = Path(place.file).read_bytes().split(b"\n")[line - 1].decode("utf-8", "replace")
        assert texts_at([place])[0].split("\n")[0] in begins


@pytest.mark.parametrize("settings_", [small(), config(), config(20_000, 40_000)], ids=["small", "usual", "large"])
def test_a_place_is_exactly_its_passage(tmp_path: Path, settings_: Config) -> None:
    session = rich()
    session.prompt("\u3000\u3000字下げ。そして needle")
    session.says("\u2028 one\u2028two\x0b\x0c three \x85 four\r\nfive\r six")
    session.tool("Bash", "größe 東京 😀\n" * 3000, command="cat größe")
    session.prompt("```\n## user · turn 9\n```\n---\nuuids: []\n---")
    kept = archive(tmp_path, settings_)
    take(kept, session.write(tmp_path / "t.jsonl"))
    update(kept)
    assert len(places(kept)) > 20
    assert any(p.blob for p in places(kept)) == (settings_.limit < 40_000)
    assert_exact(kept)


@settings(max_examples=25)
@given(session=sessions(most=15))
def test_a_place_is_exactly_its_passage_in_any_session(
    tmp_path_factory: pytest.TempPathFactory, session: Session
) -> None:
    folder = tmp_path_factory.mktemp("kept")
    kept = archive(folder)
    take(kept, session.write(folder / "t.jsonl"))
    update(kept)
    assert_exact(kept)


def test_a_chunk_that_was_closed_where_it_stood_has_its_places_anew(tmp_path: Path) -> None:
    """A transcript that shrinks closes the open chunk: the front matter grows, the name stays."""
    kept, path = archive(tmp_path, config()), tmp_path / "t.jsonl"
    source = rich().write(path)
    take(kept, source)
    update(kept)
    path.write_bytes(b"")
    take(kept, source)
    update(kept)
    assert_exact(kept)


def test_every_row_lies_within_one_entry(tmp_path: Path) -> None:
    kept = archive(tmp_path)
    take(kept, rich().write(tmp_path / "t.jsonl"))
    for meta in kept.metas():
        chunk = load(Path(meta["path"]).read_bytes())
        entries = entries_of(chunk)
        assert [e.heading for e in entries] == [text.split("\n")[0] for _, _, text in chunk.entries()]
        for row in rows(str(Path(meta["path"]).parent), entries):
            one = entries[row.entry]
            if not row.blob:
                assert one.start <= row.at
                assert row.at + row.size <= one.start + len(one.text.encode())


@given(
    st.lists(st.sampled_from(["12", "٣", "²", "→", "\t", " ", "\n", "\r", "\u2028", "a", "-3"]), max_size=30).map(
        "".join
    )
)
def test_numbers_of_lines_go_as_by_the_pattern_of_them(text: str) -> None:
    assert unnumbered(text) == re.sub(r"^[ \t]*\d+(?:→|\t)", "", text, flags=re.MULTILINE)
