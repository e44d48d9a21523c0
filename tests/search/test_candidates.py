"""Leaving out rows that cannot be among the best changes nothing of what the index answers."""

from __future__ import annotations

import random

import pytest
from kits.builders import SESSION, Session, archive

from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.index import database
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
@pytest.mark.parametrize("rare", [0, 20, 1000], ids=["none is rare", "some are", "all are"])
@pytest.mark.parametrize("text", QUERIES)
def test_the_rows_and_their_order_are_those_of_scoring_all(
    kept: Archive, monkeypatch: pytest.MonkeyPatch, text: str, rare: int, filters: Filters
) -> None:
    every = _found(kept, text, filters)
    monkeypatch.setattr(candidates, "MANY", 0)
    monkeypatch.setattr(candidates, "RARE", rare)
    assert _found(kept, text, filters) == every
    assert len(every) == MOST or text.startswith("zebra")


def test_rows_with_one_common_word_are_not_scored_where_those_with_two_score_more(kept: Archive) -> None:
    low = {'"gateway"': (1000, 0.0), '"filter"': (1000, 0.0)}
    high = {'"gateway"': (1000, 9.0), '"filter"': (1000, 0.0)}
    db = database.open_to_read(kept.root)
    try:
        index = Index(kept.root, db, Query("gateway filter"), Filters())
        both = {row for _, row in index._best('"gateway" AND "filter"', 500)}
        one = {row for _, row in index._best('"gateway"', 500)}
        few = {row for _, row in index._pruned('"gateway" OR "filter"', low, len(both))}
        most = {row for _, row in index._pruned('"gateway" OR "filter"', high, len(both))}
    finally:
        db.close()
    assert few == both
    assert most <= one | both
    assert one - both
