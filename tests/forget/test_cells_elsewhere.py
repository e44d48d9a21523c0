"""Cells of projects that have no archive stand in the user's directory: what is forgotten goes there, too."""

from __future__ import annotations

from pathlib import Path

from kits.builders import SESSION, Session
from kits.cells import Cells
from kits.place import Place

SAID = "The quillfeather of Projet Kestrel is painted in vermeil before dawn."


def test_a_session_of_cells_of_another_project_that_tells_goes(tmp_path: Path) -> None:
    place, session = Place(tmp_path), Session(SESSION)
    session.prompt(SAID)
    session.says("It is so.")
    place.session(session)
    place.rlm("archive", "--all")
    (tmp_path / "elsewhere").mkdir()
    cells = Cells(tmp_path / "elsewhere")
    cells.ok(f"x = {SAID!r}\nprint(x)", cells.file("a.txt", "one\n"), name="tells")
    cells.ok("y = 1", cells.project / "a.txt", name="stays")
    place.rlm("forget", "--match", "quillfeather", "--yes")
    assert not cells.begun(cells.project / "a.txt", name="tells").session.exists
    assert cells.begun(name="stays").session.exists
