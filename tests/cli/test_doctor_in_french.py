"""`rlm doctor` in French: each check has its name, and what it says of a sound archive is French through."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from kits.builders import rich
from kits.paths import ROOT
from kits.place import Place

from rlm_core.language.french.checks import NAMES

SOURCES = sorted((ROOT / "rlm_core" / "doctor").glob("*.py"))
FRENCH = {"LC_ALL": "fr_FR.UTF-8"}


def test_each_check_has_its_name() -> None:
    source = "\n".join(path.read_text("utf-8") for path in SOURCES)
    named = {text.partition(" (")[0] for text in re.findall(r'(?:Check\(\s*|name = f?)"([^"]+)"', source)}
    assert named
    assert named - set(NAMES) == set()
    assert set(NAMES) - named <= {"ledger", "answers"}


def test_no_detail_is_put_together_from_english_words() -> None:
    """Each is `worded`, joined of such, or has no words of its own."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Check" and len(node.args) > 2:
                detail = node.args[2]
                own = [v.value for v in getattr(detail, "values", []) if isinstance(v, ast.Constant)]
                assert not re.search(r"[A-Za-z]{2}", "".join(own)), f"{path.name}:{node.lineno}"


def test_what_it_tells_of_a_sound_archive_is_french_through_and_through(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.session(rich())
    place.rlm("archive", "--all")
    place.rlm("install")
    english = place.rlm("doctor").splitlines()
    french = place.rlm("doctor", **FRENCH).splitlines()
    assert len(english) == len(french) > 12
    for line in french:
        own = re.sub(r"[`(/][^`)]*|/\S+", "", line)
        assert not re.search(r"\b(?:the|are|is|of|by|as they|none|bytes|and)\b", own), line
    assert "ok     transcriptions\u00a0: 1 transcription sur disque, 1 archivée telle quelle" in french
    assert any(
        line.endswith(
            "(la valeur par défaut de cleanupPeriodDays)\u00a0; `rlm doctor --fix` propose de porter cela à 3650"
        )
        for line in french
    )
