"""What is told of cells to a person at a terminal: in their language, and what is left out of the texts."""

from __future__ import annotations

from pathlib import Path

import pytest
from kits.cells import Cells

from rlm_core.cli.cells.celltold import FORMS, line_here
from rlm_core.language.notices import forms
from rlm_core.repl.execute import Limits

FRENCH = {
    "x = 1\nundefinedname": "n'est pas défini",
    "while True: pass": "le temps de la cellule est écoulé",
    "1/0": "cellule",
    "open('/etc/hostname')": "une cellule ne lit d'autres fichiers",
    "import socket\nsocket.socket()": "une cellule ne lance aucun processus",
    "'a' * 10**11": "Mo de mémoire",
    "import nosuchmodule": "n'est pas installé ici",
    "ctx.grep('a')[0].number": "on y trouve",
    "import os\nos._exit(1)": "le processus de la cellule a pris fin",
}


@pytest.mark.parametrize("source", FRENCH)
def test_an_error_of_a_cell_is_told_in_french(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    cells = Cells(tmp_path)
    cells.limits = Limits(seconds=0.5, memory=1024**3)
    error = cells.run(source, cells.file("a.txt", "a\n")).error
    assert FRENCH[source] not in error  # what a program reads is in English
    told = "\n".join(map(line_here, error.split("\n")))
    assert FRENCH[source] in told
    assert [line for line in told.split("\n") if line.startswith(("the cell", "a cell", "names:", "Nothing"))] == []


def test_every_form_has_its_french_and_a_program_is_left_alone() -> None:
    known = forms()
    assert {form for form in FORMS if form not in known} == set()
    assert line_here('    1 | print("names: a")') == '    1 | print("names: a")'
    assert line_here("ValueError: it is wrong") == "ValueError: it is wrong"


def test_a_memory_error_says_how_much_a_cell_has(tmp_path: Path) -> None:
    cells = Cells(tmp_path)
    error = cells.run("'a' * 10**11", cells.file("a.txt", "a\n")).error
    assert "\nMemoryError\na cell has 2,048 MB of memory" in error
