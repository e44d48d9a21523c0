"""Damaged books that are too large to be looked through go unread: the user is told so, before and afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest
from kits.builders import Session, talk
from kits.place import Place

from rlm_core.forget.places.questions import MOST_ASIDE


class Aside(Place):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        session = talk(Session(), 1)
        session.prompt("The heron nests in the reeds.")
        self.session(session)
        self.rlm("archive", "--all")
        self.books = Path(self.archive.path("state", "ask", "books-damaged-1.db"))
        self.books.parent.mkdir(exist_ok=True)

    def put(self, size: int) -> None:
        with self.books.open("wb") as f:
            f.truncate(size)


@pytest.fixture
def aside(tmp_path: Path) -> Aside:
    return Aside(tmp_path)


HERON = ("forget", "--match", "heron")
FRENCH = {"LC_ALL": "fr_FR.UTF-8", "LANG": "fr_FR.UTF-8"}


def test_before_they_go_and_when_they_have_gone_it_is_told_in_one_line(aside: Aside) -> None:
    aside.put(MOST_ASIDE + 1)
    would = f"would be removed unread: {aside.books} (16"
    assert [line.startswith(would) for line in aside.rlm(*HERON, "--dry-run").split("\n")].count(True) == 1
    assert f"serait retiré sans être lu\u00a0: {aside.books}" in aside.rlm(*HERON, "--dry-run", **FRENCH)
    row = {"path": str(aside.books), "bytes": MOST_ASIDE + 1}
    assert aside.json(*HERON, "--dry-run")["unread"] == [row]
    assert aside.books.exists()
    told = aside.rlm(*HERON, "--yes").split("\n")
    assert [line.startswith(f"removed unread: {aside.books} (16") for line in told].count(True) == 1
    assert not aside.books.exists()


def test_of_those_that_are_read_nothing_is_said(aside: Aside) -> None:
    aside.put(MOST_ASIDE)
    assert aside.json(*HERON, "--dry-run")["unread"] == []
    assert "unread" not in aside.rlm(*HERON, "--yes")
    assert aside.books.exists()
