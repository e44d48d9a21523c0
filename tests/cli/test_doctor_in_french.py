"""`rlm doctor` in French: every sentence of the table is one that doctor says, and what it says is in the table."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest
from kits.builders import rich
from kits.paths import ROOT
from kits.place import Place

from rlm_core.doctor.infrench import NAMES, SENTENCES, told

SOURCES = [p for p in sorted((ROOT / "rlm_core" / "doctor").glob("*.py")) if p.name != "infrench.py"]
FRENCH = {"LC_ALL": "fr_FR.UTF-8"}


def constants() -> list[str]:
    trees = [ast.parse(path.read_text("utf-8")) for path in SOURCES]
    nodes = [n for tree in trees for n in ast.walk(tree)]
    return [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]


@pytest.mark.parametrize("english", SENTENCES)
def test_each_sentence_is_one_that_doctor_says_with_the_same_values(english: str) -> None:
    """Each piece between two values stands in a text of the source."""
    there = constants()
    pieces = [text.strip(" :(") for text, *_ in Formatter().parse(english.replace("cleanupPeriodDays", "{x}"))]
    assert [p for p in pieces if len(p) > 3 and not any(p in text for text in there)] == []
    names = [sorted(name for _, name, _, _ in Formatter().parse(t) if name) for t in (english, SENTENCES[english])]
    assert names[0] == names[1]


def test_each_check_has_its_name() -> None:
    named = {text.partition(" (")[0] for text in re.findall(r'(?:Check\(|name = f?)"([^"]+)"', _source())}
    assert named
    assert named - set(NAMES) == set()


def _source() -> str:
    return "\n".join(path.read_text("utf-8") for path in SOURCES)


def test_what_it_tells_of_a_sound_archive_is_french_through_and_through(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.session(rich())
    place.rlm("archive", "--all")
    place.rlm("install")
    english = place.rlm("doctor").splitlines()
    french = place.rlm("doctor", **FRENCH).splitlines()
    assert len(english) == len(french) > 12
    for line in french:
        assert not re.search(
            r"\b(?:the|are|is|of|by|as they|none|bytes|and)\b", re.sub(r"[`(/][^`)]*|/\S+", "", line)
        ), line
    assert any(re.fullmatch(r"ok     transcriptions : 1 transcriptions sur disque, 1 archivées .*", x) for x in french)


def test_what_is_not_in_the_table_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert told("hooks (local)", "a wonder; none") == "hooks (local) : a wonder ; aucun"
    monkeypatch.setenv("LC_ALL", "C")
    assert told("locks", "none; x") == "locks: none; x"
