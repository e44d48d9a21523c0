"""Leaving out rows that cannot be among the best changes nothing of what the index answers."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from kits.builders import SESSION, Session, archive

from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.index import database, ranges
from rlm_core.index.update import update
from rlm_core.search import candidates
from rlm_core.search.candidates import Index
from rlm_core.search.hits import Filters
from rlm_core.search.query import Query

WORDS = ("gateway", "filter", "ledger", "price", "cursor", "batch", "zebra")
QUERIES = ("gateway filter ledger", "gateway price cursor batch", "zebra gateway", "filter batch price_cursor", "price")
MOST = 12


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Some hundred passages in which the words stand ever more rarely."""
    folder = tmp_path_factory.mktemp("kept")
    pick, session = random.Random(4), Session()
    for n in range(240):
        chosen = [w for at, w in enumerate(WORDS) if pick.random() < 0.5 / (at + 1)]
        said = " ".join([*chosen * pick.randrange(1, 4), f"number{n}", *["filler"] * pick.randrange(40)])
        session.says(said) if n % 3 else session.prompt(said)
    made = archive(folder)
    take(made, session.write(folder / f"{SESSION}.jsonl"))
    update(made)
    return made


def _found(kept: Archive, text: str, filters: Filters) -> list[int]:
    db = database.open_to_read(kept.root)
    try:
        return Index(kept.root, db, Query(text), filters).found(MOST)
    finally:
        db.close()


@pytest.mark.parametrize("filters", [Filters(), Filters(role="user")], ids=["all", "a role"])
@pytest.mark.parametrize("few", [0, 60, 1000], ids=["no set is few", "some are", "all are"])
@pytest.mark.parametrize("postings", [10_000, 150], ids=["none is common", "some are"])
@pytest.mark.parametrize("far_more", [0, 1, 1000], ids=["all are scored again", "some are", "none is"])
@pytest.mark.parametrize("text", QUERIES)
def test_the_rows_and_their_order_are_those_of_scoring_all(
    kept: Archive,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    far_more: int,
    few: int,
    postings: int,
    filters: Filters,
) -> None:
    monkeypatch.setattr(candidates, "POSTINGS", postings)
    every = _found(kept, text, filters)
    monkeypatch.setattr(candidates, "MANY", 0)
    monkeypatch.setattr(candidates, "FEW", few)
    monkeypatch.setattr(candidates, "FAR_MORE", far_more)
    assert _found(kept, text, filters) == every
    assert len(every) == MOST or text.startswith("zebra")


@pytest.mark.parametrize(
    "filters", [Filters(), Filters(role="user"), Filters(since="2020")], ids=["all", "a role", "a day"]
)
@pytest.mark.parametrize("count", [2, 3, 4])
@pytest.mark.parametrize("text", QUERIES)
def test_rows_that_several_threads_look_at_are_those_of_one(
    kept: Archive, monkeypatch: pytest.MonkeyPatch, text: str, count: int, filters: Filters
) -> None:
    every = _found(kept, text, filters)
    monkeypatch.setattr(candidates, "MANY_AT_ONCE", 0)
    monkeypatch.setattr(ranges, "ROWS", 1)
    monkeypatch.setattr(ranges, "processors", lambda: count)
    asked: list[int] = []
    ask = ranges.ask
    monkeypatch.setattr(ranges, "ask", lambda *args: asked.append(len(args[-1])) or ask(*args))
    assert _found(kept, text, filters) == every
    assert count in asked


def test_sets_of_rows_that_cannot_score_as_much_as_the_best_are_not_scored(
    kept: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = database.open_to_read(kept.root)
    try:
        index = Index(kept.root, db, Query("gateway filter"), Filters())
        monkeypatch.setattr(candidates, "FEW", 0)
        both = index._best('"gateway" AND "filter"', MOST, 0)
        least = -both[-1][0] / 100

        def scored(*bounds: float) -> list[str]:
            """The matches that are scored where the two words have these bounds."""
            matches: list[str] = []

            def best(match: str, most: int, rows: int, only: str = "") -> list[tuple[float, int]]:
                matches.append(f"{match}{f' above {only.split()[-1]}' if only else ''}")
                return both if match == '("filter") AND ("gateway")' else []

            with monkeypatch.context() as m:
                m.setattr(index, "_best", best)
                words = ('"filter"', '"gateway"')
                parts = [candidates.MatchPart(word, 1000, bound) for word, bound in zip(words, bounds, strict=True)]
                assert index._pruned(parts, MOST) == both
            return matches

        two = '("filter") AND ("gateway")'
        assert scored(least * 0.9, least * 0.5) == [two]
        assert scored(least * 1.1, least * 0.5) == [two, '(("filter")) NOT ("gateway") above 85']
        assert scored(least * 1.9, least * 1.1) == [
            two,
            '(("filter")) NOT ("gateway") above 50',
            '(("gateway")) NOT ("filter") above 85',
        ]
        assert scored(least * 12, least * 2.1)[1:] == [
            '(("filter")) NOT ("gateway")',
            '(("gateway")) NOT ("filter") above 40',
        ]
    finally:
        db.close()


@pytest.mark.parametrize("filters", [Filters(), Filters(role="user")], ids=["all", "a role"])
@pytest.mark.parametrize("many", [0, 10_000], ids=["sets are told apart", "they are not"])
@pytest.mark.parametrize("postings", [10_000, 150], ids=["none is common", "some are"])
@pytest.mark.parametrize("phrases", [0, 16], ids=["any of the parts", "parts that make up for another"])
@pytest.mark.parametrize("at", [0, 3, MOST - 1])
@pytest.mark.parametrize("text", QUERIES)
def test_rows_as_good_as_a_given_score_are_those_of_scoring_all(
    kept: Archive,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    at: int,
    phrases: int,
    postings: int,
    many: int,
    filters: Filters,
) -> None:
    monkeypatch.setattr(candidates, "POSTINGS", postings)
    monkeypatch.setattr(candidates, "MOST_NEEDED", phrases)
    monkeypatch.setattr(candidates, "MOST_REACHING", 9)
    db = database.open_to_read(kept.root)
    try:
        every = Index(kept.root, db, Query(text), filters).scored(MOST)
        monkeypatch.setattr(candidates, "MANY", many)
        monkeypatch.setattr(candidates, "FEW", many)
        worst = every[min(at, len(every) - 1)][0] * (1 - 1e-9)
        found = Index(kept.root, db, Query(text), filters).scored(MOST, worst)
        none = Index(kept.root, db, Query(text), filters).scored(MOST, -1e9)
    finally:
        db.close()
    assert [row for score, row in found if score <= worst] == [row for score, row in every if score <= worst]
    assert postings < 10_000 or none == []


def test_rows_that_cannot_score_as_much_as_is_asked_for_are_not_scored(kept: Archive) -> None:
    """What SQLite runs tells how many rows are scored: those of the match within, or none."""
    db = database.open_to_read(kept.root)
    asked: list[str] = []
    try:
        index = Index(kept.root, db, Query("zebra gateway"), Filters())
        best = index.scored(MOST)
        db.set_trace_callback(asked.append)
        index.scored(MOST, best[0][0])
        scoring = [sql for sql in asked if "bm25" in sql]
        assert len(scoring) == 1
        needed = scoring[0].partition("+rowid IN (")[2].partition(")")[0]
        assert "zebra" in needed
        assert 'OR "gateway"' not in needed
        asked.clear()
        assert index.scored(MOST, 10 * best[0][0]) == []
        assert not [sql for sql in asked if "bm25" in sql]
    finally:
        db.close()


@pytest.mark.parametrize("phrases", [0, 16], ids=["any of the parts", "parts that make up for another"])
@pytest.mark.parametrize("least", [1, 9, 17, 30, 45, 62])
def test_what_is_looked_for_is_held_by_each_row_that_may_score_enough(
    monkeypatch: pytest.MonkeyPatch, phrases: int, least: int
) -> None:
    monkeypatch.setattr(candidates, "MOST_NEEDED", phrases)
    bounds = {"a": 30, "b": 16, "c": 9, "d": 5, "e": 1}
    match, _ = candidates._needed([candidates.MatchPart(name, 1, bound) for name, bound in bounds.items()], least)
    told = set()
    for held in range(1, 1 << len(bounds)):
        row = {name: bool(held >> n & 1) for n, name in enumerate(bounds)}
        found = bool(match) and eval(match.replace("AND", "and").replace("OR", "or"), {}, row)
        may = sum(bounds[name] for name in bounds if row[name]) >= least
        assert found or not may
        told.add(found == may)
    assert True in told
    assert bool(match) == (least <= sum(bounds.values()))


def test_an_identifier_that_is_a_common_word_too_is_bounded_by_what_it_scores_in_one_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`setup` stands everywhere, `set-up` in one passage, which is among the best by that alone."""
    session = Session()
    for n in range(120):
        session.prompt(f"setup {'gateway ' * (n % 3)}ledger number{n}")
    session.prompt("set-up" + " filler" * 20)
    made = archive(tmp_path)
    take(made, session.write(tmp_path / f"{SESSION}.jsonl"))
    update(made)
    every = _found(made, "gateway ledger set-up", Filters())
    monkeypatch.setattr(candidates, "MANY", 0)
    monkeypatch.setattr(candidates, "FEW", 0)
    assert _found(made, "gateway ledger set-up", Filters()) == every
    db = database.open_to_read(made.root)
    try:
        index = Index(made.root, db, Query("gateway ledger set-up"), Filters())
        parts = {p.text: p for p in index._parts(["gateway", "ledger"], [])}
        (row,) = db.execute("SELECT rowid FROM passages WHERE passages MATCH 'wholes : \"setup\"'").fetchone()
        (score,) = db.execute(
            "SELECT -bm25(passages, 1.0, 1.0, 0.3) FROM passages WHERE passages MATCH 'wholes : \"setup\"'"
        ).fetchone()
    finally:
        db.close()
    assert index._count("setup") > 100
    assert row
    assert score <= parts['wholes : "setup"'].bound
