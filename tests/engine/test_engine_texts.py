"""Texts in parts: nothing lost, lines right, sizes kept, and borders that stay where they were."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kits.linear import assert_linear_in

from rlm_core.engine.texts import Document, Partition, Piece, packed, partition, pieces, split
from rlm_core.tokens import estimate

# Blanks of all kinds, CR LF, U+2028, NUL, CJK, an emoji, a lone surrogate.
TEXTS = st.text("ab1 \n\r\t\0é漢😀\ud83d\u2028\x85_(", max_size=400)
MOST = st.integers(min_value=1, max_value=60)

WORDS = ["".join(random.Random(n).choices("abcdefghijklmno", k=2 + n % 8)) for n in range(3000)]


def prose(seed: int, lines: int, *, blank: float = 0.15) -> str:
    draw = random.Random(seed)
    rows = (" ".join(draw.choices(WORDS, k=draw.randint(3, 20))) for _ in range(lines))
    return "".join(row + ("\n\n" if draw.random() < blank else "\n") for row in rows)


def held(parts: list[Partition]) -> list[str]:
    return [p.text for part in parts for p in part.pieces]


def fits(tokens: int, text: str, most: int) -> bool:
    return tokens <= most or len(text) == 1


@given(TEXTS, MOST)
def test_pieces_joined_give_the_text_but_for_blank_ones(text: str, most: int) -> None:
    at = 0
    for piece in pieces(Document("d", text), most):
        start = text.find(piece.text, at)
        assert text[at:start].strip() == ""
        at = start + len(piece.text)
    assert text[at:].strip() == ""


@given(TEXTS, MOST, st.integers(min_value=1, max_value=1000))
def test_a_pieces_line_is_where_it_begins(text: str, most: int, first: int) -> None:
    at = 0
    for piece in pieces(Document("d", text, first_line=first), most):
        at = text.find(piece.text, at)
        assert piece.line == first + text[:at].count("\n")
        at += len(piece.text)


@given(TEXTS, MOST)
def test_no_piece_exceeds_its_tokens_unless_it_is_one_character(text: str, most: int) -> None:
    for piece in pieces(Document("d", text), most):
        assert piece.tokens == estimate(piece.text)
        assert fits(piece.tokens, piece.text, most)


@given(st.lists(TEXTS, max_size=8), MOST)
def test_parts_hold_all_pieces_in_order_and_keep_their_size(texts: list[str], most: int) -> None:
    documents = [Document(f"d{n}", t) for n, t in enumerate(texts)]
    parts = partition(documents, most)
    assert held(parts) == [p.text for d in documents for p in pieces(d, most)]
    assert [p.number for p in parts] == list(range(len(parts)))
    assert all(p.tokens <= most or len(p.pieces) == 1 for p in parts)


def test_the_smallest_parts_end() -> None:
    assert [p.text for part in partition([Document("d", "ab é")], 1) for p in part.pieces]
    assert pieces(Document("d", "ab é"), 0)


@given(TEXTS.filter(str.strip), MOST)
def test_a_split_gives_smaller_parts_or_none(text: str, most: int) -> None:
    part = Partition((Piece(Document("d", text, first_line=5), text, 5, estimate(text)),), number=7, depth=1)
    smaller = split(part, most)
    assert len(smaller) != 1
    assert all((p.number, p.depth) == (7, 2) for p in smaller)
    assert all(p.tokens < part.tokens or len(p.pieces[0].text) == 1 for p in smaller)
    assert "".join("".join(held(smaller)).split()) == ("".join(text.split()) if smaller else "")


def test_a_split_keeps_place_date_and_times() -> None:
    document = Document("d", "x\n" * 50, "p.txt", 10, "2026-01-01", ((10, "2026-01-02"), (40, "2026-01-03")), "t")
    (part,) = partition([document], 1000)
    smaller = split(part, 20)
    last = smaller[-1].pieces[-1]
    assert (last.document.id, last.document.path, last.document.title) == ("d", "p.txt", "t")
    assert last.line > 40
    assert (last.document.time_at(last.line), last.document.time_at(12)) == ("2026-01-03", "2026-01-02")


@pytest.mark.parametrize("text", ["漢", "x", "\ud83d"])
def test_one_character_cannot_be_split(text: str) -> None:
    assert split(Partition((Piece(Document("d", text), text, 1, estimate(text)),)), 1) == []


@pytest.mark.parametrize("text", ["", " \n\n\t", "\u2028\r\n"])
def test_a_blank_text_has_no_pieces(text: str) -> None:
    assert pieces(Document("d", text), 10) == []
    assert partition([Document("d", text)], 10) == []


def test_pieces_end_at_blank_lines_else_at_lines_else_at_spaces() -> None:
    for text, ends in ((prose(1, 300, blank=0.5), "\n\n"), (prose(1, 300, blank=0), "\n"), ("word " * 3000, " ")):
        found = pieces(Document("d", text), 300)
        assert len(found) > 5
        assert all(p.text.endswith(ends) for p in found[:-1])


def test_crlf_and_foreign_line_ends_count_no_lines_of_their_own() -> None:
    text = "".join(f"line {n}\u2028still\x0cline\r\n" for n in range(1, 200))
    for piece in pieces(Document("d", text), 50):
        assert piece.text.startswith(f"line {piece.line}\u2028")
        assert piece.text.endswith("\r\n")


@pytest.mark.parametrize(
    "text",
    ["x" * 1_000_000, "漢字" * 200_000, "\0" * 500_000 + "x", "a" + " " * 1_000_000 + "b", "\ud83d" * 100_000],
    ids=["endless line", "cjk", "nul", "spaces", "surrogates"],
)
def test_an_endless_line_is_cut_by_size(text: str) -> None:
    found = pieces(Document("d", text), 1000)
    assert all(p.tokens <= 1000 and p.line == 1 for p in found)
    assert "".join("".join(p.text for p in found).split()) == "".join(text.split())


@pytest.mark.parametrize("unit", ["some words in a line of a text\n", "x\n", "x y ", "x", " \n"], ids=repr)
def test_a_large_text_is_cut_in_linear_time(unit: str) -> None:
    assert_linear_in(unit, lambda text: partition([Document("d", text)], 8000), 800_000)


def changed(before: list[Partition], after: list[Partition]) -> int:
    """Parts that hold something new, as a cache of answers sees it."""
    known = {p.digest for p in before}
    return sum(p.digest not in known for p in after)


def texts_of(part: Partition) -> tuple[str, ...]:
    return tuple(p.text for p in part.pieces)


@pytest.mark.parametrize("lines", [2, 10, 40, 150], ids=lambda n: f"{n} lines each")
def test_a_document_put_in_between_changes_few_parts(lines: int) -> None:
    documents = [Document(f"d{n}", prose(n, lines)) for n in range(6000 // lines)]
    before = partition(documents, 2000)
    assert len(before) > 20
    new = [Document(f"new{n}", prose(900 + n, lines)) for n in range(5)]
    at = [len(documents) * n // 5 for n in range(5)]
    figures = [
        changed(before, partition([*documents[:a], d, *documents[a:]], 2000)) for a, d in zip(at, new, strict=True)
    ]
    assert sum(figures) / len(figures) <= len(before) / 5


def test_an_appended_document_changes_the_last_part_alone() -> None:
    documents = [Document(f"d{n}", prose(n, 30)) for n in range(200)]
    before = partition(documents, 2000)
    after = partition([*documents, Document("new", prose(999, 30))], 2000)
    assert [p.digest for p in after[: len(before) - 1]] == [p.digest for p in before[:-1]]


def test_lines_added_within_a_document_change_few_parts() -> None:
    text = prose(3, 6000)
    before = {texts_of(p) for p in partition([Document("d", text)], 2000)}
    for share in (0, 0.3, 0.6, 1):
        at = text.find("\n", int(len(text) * share)) + 1 or len(text)
        after = partition([Document("d", text[:at] + prose(999, 5) + text[at:])], 2000)
        assert sum(texts_of(p) not in before for p in after) <= len(before) / 5


def test_parts_are_mostly_full() -> None:
    for lines in (2, 10, 40, 6000):
        documents = [Document(f"d{n}", prose(n, lines)) for n in range(6000 // lines)]
        parts = partition(documents, 2000)
        assert sum(p.tokens for p in parts) > 0.75 * 2000 * (len(parts) - 1)


def test_the_digest_stands_for_ids_lines_and_texts() -> None:
    def of(*found: tuple[str, int, str]) -> str:
        return Partition(tuple(Piece(Document(i, t), t, n, 1) for i, n, t in found)).digest

    assert of(("a", 1, "x")) == of(("a", 1, "x"))
    others = [of(("b", 1, "x")), of(("a", 2, "x")), of(("a", 1, "y")), of(("a", 1, "x"), ("a", 2, "y"))]
    assert len({of(("a", 1, "x")), *others}) == 5
    assert of(("a", 1, "x\0a\0001\0y")) != of(("a", 1, "x"), ("a", 1, "y"))
    assert of(("a", 1, "x\0a\x011\x01y")) != of(("a", 1, "x"), ("a", 1, "y"))


def test_a_time_holds_from_its_line_on() -> None:
    document = Document("d", "", date="day", moments=((3, "three"), (7, "seven")))
    assert [document.time_at(n) for n in (1, 3, 6, 7, 99)] == ["day", "three", "three", "seven", "seven"]


def test_chosen_pieces_are_packed_best_first_and_stand_in_document_order() -> None:
    def piece(name: str, line: int, date: str = "") -> Piece:
        return Piece(Document(name, "x", date=date), "x", line, 40)

    best = [piece("b", 9, "2026-02"), piece("a", 5, "2026-01"), piece("b", 1, "2026-02"), piece("c", 1, "2026-03")]
    parts = packed(best, 120)
    assert [[(p.document.id, p.line) for p in part.pieces] for part in parts] == [
        [("a", 5), ("b", 1), ("b", 9)],
        [("c", 1)],
    ]
    assert packed([], 100) == []


def test_a_part_is_named_by_its_ends() -> None:
    a, b = (Piece(Document(i, "x"), "x", n, 1) for i, n in (("a", 3), ("b", 7)))
    assert (Partition((a,)).name, Partition((a, b)).name) == ("a:3", "a:3 to b:7")
