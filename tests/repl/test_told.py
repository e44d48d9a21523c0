"""What is told of cells to a person at a terminal: in their language, and what is left out of the texts."""

from __future__ import annotations

from pathlib import Path

import pytest
from kits.cells import Cells

from rlm_core.cli.cells.celltold import FORMS, RAISED, line_here
from rlm_core.language.notices import forms, here
from rlm_core.repl.cellplan import CellPlan
from rlm_core.repl.execute import Limits

FRENCH = {
    "x = 1\nundefinedname": "n'est pas défini",
    "while True: pass": "le temps de la cellule est écoulé",
    "1/0": "cellule",
    "open('/etc/hostname')": "une cellule ne lit d'autres fichiers",
    "import socket\nsocket.socket()": "une cellule ne lance aucun processus",
    "'a' * 10**11": "1\u202f024 Mo de mémoire",
    "import nosuchmodule": "n'est pas installé ici",
    "ctx.grep('a')[0].number": "on y trouve",
    "answer('it is so [3]')": "la réponse cite [3], et les lignes s'arrêtent à 0",
    "ask('Which?', depth=7)": "depth=7\u00a0: de 0 à 3",
    "ctx[::2]": "une tranche de ctx n'a pas de pas",
    "ctx.doc('nope')": "aucun texte ne s'appelle nope",
    "table('a.txt')": "a.txt n'est pas une table\u00a0; un motif",
    "table([1])": "pas de int",
    "verify([1])": "une ligne est ce que donnent",
    "ctx.lines[1234]": "ctx.lines va jusqu'à 1, et aucun n'est à 1\u202f234",
    "ctx.chunks('day')": "pas par day",
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
    assert {form for form in FORMS + RAISED if form not in known} == set()
    assert line_here('    1 | print("names: a")') == '    1 | print("names: a")'
    assert line_here("ValueError: it is wrong") == "ValueError: it is wrong"


def test_figures_of_a_plan_are_written_as_others_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    plan = CellPlan()
    plan.tokens.likely = 1823.0
    assert "1\u202f823" in here(plan.told())
    assert "," not in here(plan.told()).split("jetons")[0].split("probable")[-1]


def test_a_memory_error_says_how_much_a_cell_has(tmp_path: Path) -> None:
    cells = Cells(tmp_path)
    error = cells.run("'a' * 10**11", cells.file("a.txt", "a\n")).error
    assert "\nMemoryError\na cell has 2,048 MB of memory" in error
