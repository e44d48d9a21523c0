"""Cells of projects that have no archive stand in the user's directory: what is forgotten goes there, too."""

from __future__ import annotations

import json
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


def test_a_run_whose_trace_alone_tells_goes(tmp_path: Path) -> None:
    place, session = Place(tmp_path), Session(SESSION)
    session.prompt(SAID)
    place.session(session)
    place.rlm("archive", "--all")
    (tmp_path / "elsewhere").mkdir()
    cells = Cells(tmp_path / "elsewhere")
    row = {"id": 1, "parent": 0, "kind": "draft", "label": "a", "hash": "a", "tokens": 0, "usd": 0.0, "seconds": 0.0}
    for name, told in (("said", "the quillfeather"), ("program", "answer('quillfeather')"), ("stays", "")):
        cells.ok("1", cells.file("a.txt", "one\n"), name=name)
        trace = Path(cells.begun(name=name).session.path("trace.jsonl"))
        trace.write_text(json.dumps(row | {name: told}) + "\n")
    place.rlm("forget", "--match", "quillfeather", "--yes")
    assert [cells.begun(cells.project / "a.txt", name=n).session.exists for n in ("said", "program", "stays")] == [
        False, False, True,
    ]  # fmt: skip
