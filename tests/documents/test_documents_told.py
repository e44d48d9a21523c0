"""What is said of a document, in the user's language: by the converter now, and by a list that stands on disk."""

from __future__ import annotations

import doctest
import json
import re
from pathlib import Path

import pytest
from kits.builders import archive

from rlm_core.cli import main
from rlm_core.documents import sayings as module
from rlm_core.documents.sayings import FORMS, told
from rlm_core.errors import worded
from rlm_core.language.notices import forms, here

ENGLISH = re.compile(r"\b(read as|of its|its|broken|reader|the|no|cannot|binary|text|table|only|first|left)\b")
FILES = {
    "gros.txt": "資料庫連線逾時,請將重試次數設為五次。這是網路分割所造成的問題。".encode("big5") * 20,
    "seize.txt": "Décision : on garde le CSV".encode("utf-16"),
    "troue.txt": "été été été é".encode() + b"\xff",
    "casse.docx": b"PK\x03\x04nonsense",
    "image.dat": b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
    "vieux.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "ventes.csv": b"mois;montant\n" + b"2026-01;1,5\n" * 5000,
}


@pytest.fixture
def french_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".claude").mkdir()
    archive(tmp_path)
    (tmp_path / "doc").mkdir()
    for name, data in FILES.items():
        (tmp_path / "doc" / name).write_bytes(data)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    return tmp_path


def test_what_is_lost_in_reading_is_told_in_french(french_project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["add", "doc"])
    said = capsys.readouterr()
    main(["add", "--list"])  # by what the list of documents has kept
    listed = capsys.readouterr()
    for line in f"{said.out}{said.err}{listed.out}{listed.err}".splitlines():
        assert not ENGLISH.search(re.sub(r"File is not a zip file|doc/\S+", "", line)), line
    assert "lu comme big5" in listed.out
    assert "lu comme UTF-8, 1 caractère illisible" in listed.out
    assert "binaire" in said.err


def test_what_a_program_reads_stays_english(french_project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["add", "--json", "doc/gros.txt"])
    (document,) = json.loads(capsys.readouterr().out)["documents"]
    assert (document["kind"], document["reason"]) == ("text", "read as big5")
    assert "read as big5" in (french_project / ".claude/rlm/documents/INDEX.md").read_text()


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_known_again(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    names = re.findall(r"{(\w+)", form)
    text = worded(form, **{name: 12345 if name == "n" else f"{name}; b" for name in names})
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert form in forms()
    assert here(told(str(text))) == here(text)


def test_several_are_told_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    several = "cannot read sheet A (x); cannot read sheet B (y); only the first 5,000 cells"
    assert here(told(several)).count("illisible") == 2
    assert told("what somebody wrote; himself") == "what somebody wrote; himself"
    assert not doctest.testmod(module).failed
