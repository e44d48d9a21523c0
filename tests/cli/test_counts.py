"""One of something is told as one: `1 chunk`, in English and in French."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from kits.builders import SESSION, Session, archive

from rlm_core.archive.take import take
from rlm_core.cli import main
from rlm_core.errors import worded
from rlm_core.hooks.pointers import pointer
from rlm_core.language.notices import forms, here

NUMBERED = re.compile(r"\{(\w+)(?::,)?\} (?:(?:other|more|earlier|long|hook|sub-) ?)?([a-z]+s)\b")
VERBS = re.compile(
    "is|was|has|holds|needs|takes|stands|fits|begins|says|leaves|brings|reads|does|shows|ships|as|its|uses|belongs|"
    "leads|points|nests|wins|stays|matches|looks|names|goes"
)
NEVER_ONE = frozenset(
    (
        *("{limit} tokens", "{most:,} bytes", "{most_cell_bytes:,} bytes", "{most_files:,} files", "{size:,} bytes"),
        *("{most_name_chars} letters", "{most_choices} choices", "{point:,} tokens", "{most_input_bytes:,} bytes"),
        *("{most_output_bytes:,} bytes", "{most_sql:,} characters", "{most_columns} columns", "{n:,} bytes"),
        *("{seconds} seconds", "{converter_seconds} seconds", "{times} times", "{n} times", "{n} fields"),
        *("{width:,} columns", "{n:,} characters", "{calls} calls", "{times} fois", "{n} fois"),
        *("{files} files", "{size} bytes", "{count} texts"),
    )
)
"""Bounds and sizes, what is told of several alone, and a range of calls."""
ONE_OF_MANY = re.compile(r"(?<![\d,.:-])1 (?!(?:less|minus|is|was|has|its|as|pas|mois)\b)[^\W\d_-]{3,}s\b")


def test_a_number_in_a_form_chooses_its_word() -> None:
    form = "{n:,} {n:|chunk is|chunks are} kept"
    assert [worded(form, n=n) for n in (0, 1, 2, 1200)] == [
        "0 chunks are kept",
        "1 chunk is kept",
        "2 chunks are kept",
        "1,200 chunks are kept",
    ]
    assert worded(form, n=1).values == {"n": 1}


def test_every_form_with_a_number_before_a_noun_has_the_noun_of_one() -> None:
    found = {m[0] for form in forms() for m in NUMBERED.finditer(form) if not VERBS.fullmatch(m[2])}
    assert found - NEVER_ONE == set()


@pytest.mark.parametrize("language", ["en", "fr_FR.UTF-8"])
def test_every_form_of_which_the_words_are_chosen_can_be_told_of_one(
    monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("LC_ALL", language)
    chosen = {form: french for form, french in forms().items() if ":|" in form}
    assert len(chosen) > 40
    for form, french in chosen.items():
        names = set(re.findall(r"\{(\w+)", form))
        numbers = set(re.findall(r"\{(\w+):[,|]", form + french))
        values = {n: 1.0 if f"{{{n}:." in form else 1 if n in numbers or f"{{{n}:0" in form else "x" for n in names}
        for told in (worded(form, **values), here(worded(form, **values))):
            assert not ONE_OF_MANY.search(told), told


@pytest.mark.parametrize("language", ["en", "fr_FR.UTF-8"])
def test_what_is_told_of_an_archive_with_one_of_everything_says_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("LC_ALL", language)
    session = Session(cwd=str(tmp_path))
    session.prompt("gateway")
    path = session.write(tmp_path / f"{SESSION}.jsonl")
    told: list[str] = []
    project = ["--project", str(tmp_path)]
    (tmp_path / "note.md").write_text("One.\n")
    take(archive(tmp_path), path)
    for words in (
        ["archive", str(path.path)],
        ["reindex"],
        ["list"],
        ["list", "--everywhere"],
        ["status"],
        ["search", "gateway"],
        ["search", "gateway", "--explain"],
        ["search", "nothing", "--everywhere"],
        ["show", SESSION[:8]],
        ["verify"],
        ["doctor"],
        ["redact", "--dry-run"],
        ["secrets"],
        ["add", "note.md"],
        ["add", "--list"],
        ["peek"],
        ["export", SESSION[:8], "--md", "-o", str(tmp_path / "out.md")],
        ["view", "--no-open"],
        ["forget", "--session", SESSION[:8], "--dry-run"],
    ):
        main([*words, *project])
        said = capsys.readouterr()
        told += [f"{words[0]}: {line}" for line in f"{said.out}\n{said.err}".split("\n")]
    told += pointer(str(tmp_path / ".claude" / "rlm")).split(". ")
    pages = [p.read_text() for p in (tmp_path / ".claude" / "rlm" / "view").rglob("*.html")]
    told += [line for page in pages for line in re.sub(r"<[^>]*>", " ", page).split("\n")]
    assert len([line for line in told if re.search(r"\b1 [^\W\d_]{3,}\b", line)]) > 5
    assert [line for line in told if ONE_OF_MANY.search(line)] == []
