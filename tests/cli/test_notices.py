"""Notices in French: none is left over, none that is asked for is missing, and their values are the same."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from string import Formatter

import pytest
from kits.builders import SESSION, Session, archive
from kits.paths import ROOT

from rlm_core.archive.take import take
from rlm_core.cli import main
from rlm_core.cli.manners.sessiontable import say_table
from rlm_core.language.notices import FRENCH, NOUNS, several

SOURCES = [p for p in sorted((ROOT / "rlm_core").rglob("*.py")) if p.name not in ("notices.py", "pagewords.py")]


def texts(node: ast.AST) -> set[str]:
    return {n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def test_every_notice_has_its_french_and_none_is_left_over() -> None:
    asked, there = set(), set()
    for path in SOURCES:
        tree = ast.parse(path.read_text("utf-8"))
        there |= texts(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "notice":
                first = node.args[0]
                asked |= texts(first) if isinstance(first, ast.Constant | ast.IfExp) else set()
    assert asked
    assert asked - set(FRENCH) == set()
    assert set(FRENCH) - there == set()


@pytest.mark.parametrize("english", FRENCH)
def test_both_languages_fill_in_the_same_values(english: str) -> None:
    names = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (english, FRENCH[english])]
    assert names[0] == names[1]


def test_numbers_of_things(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [several(n, what) for n, what in ((0, "page"), (1, "entry"), (1200, "entry"))] == [
        "0 pages",
        "1 entry",
        "1,200 entries",
    ]
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    assert [several(n, what) for n, what in ((0, "page"), (1, "entry"), (1200, "entry"))] == [
        "0 page",
        "1 entrée",
        "1\u202f200 entrées",
    ]
    assert set(NOUNS) == {"chunk", "entry", "file", "media file", "page", "question", "session", "sub-agent"}


def test_ways_back_and_pages_are_told_in_french(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    session = Session(cwd=str(tmp_path))
    session.prompt("ash asked")
    session.says("ash said")
    take(archive(tmp_path), session.write(tmp_path / f"{SESSION}.jsonl"))
    project = ["--project", str(tmp_path)]
    assert main(["revive", SESSION, "--dry-run", *project]) == 0
    told = capsys.readouterr().out
    assert told.startswith("écrirait  ")
    assert f"2 entrées de la session {SESSION}, environ " in told
    assert main(["status", *project]) == 0
    told = capsys.readouterr().out
    assert re.search(r"^         1 session, 1 morceau, \d+ jetons, ", told, re.MULTILINE)
    assert re.search(r"^copie    |^config   valeurs par défaut$", told, re.MULTILINE)
    assert "caviardage activé" in told
    assert main(["status", "--json", *project]) == 0
    assert json.loads(capsys.readouterr().out)["tokens_accuracy"].split()[0] in ("by", "estimated")
    assert main(["export", SESSION, "--md", *project]) == 0
    assert re.findall(r"^## (\w+)", capsys.readouterr().out, re.MULTILINE) == ["Vous", "Claude"]
    say_table(
        [{"session": SESSION, "ended": "2026-11-22T10:00:00", "chunks": 1200, "agents": 0, "tokens": 3, "title": "x"}],
        [""],
    )
    assert re.search(r"session +utilisée +morceaux +jetons +titre\n.* 1\u202f200 ", capsys.readouterr().out)
    assert main(["view", "--no-open", *project]) == 0
    assert "de 1 session, " in capsys.readouterr().out
    assert main(["revive", "no/such", *project]) == 1
    assert "il n'y a pas de session no/such" in capsys.readouterr().err
