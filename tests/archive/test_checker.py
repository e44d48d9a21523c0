"""The independent checker agrees with the archive, and finds what is missing from it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from kits import checker
from kits.builders import SESSION, Session, archive, config, rich, talk
from kits.paths import ROOT

from rlm_core.archive.proof.verify import Verifier
from rlm_core.archive.take import take_all
from rlm_core.transcript.source import Source

DATA = Path(os.environ.get("RLM_TRANSCRIPTS") or ROOT.parent / "shared" / "data" / "transcripts")


def test_it_imports_nothing_of_ours() -> None:
    assert "rlm_core" not in Path(checker.__file__).read_text(encoding="utf-8")


def test_of_a_session_with_one_of_everything_nothing_is_lost(tmp_path: Path) -> None:
    source = talk(rich(), 6).write(tmp_path / f"{SESSION}.jsonl")
    talk(Session(agent="a1", seed="a"), 2).write(tmp_path / SESSION / "subagents" / "agent-a1.jsonl")
    kept = archive(tmp_path)
    take_all(kept, source)
    assert checker.lost(Path(source.path), Path(kept.root)) == []


@pytest.mark.parametrize("victim", ["alpha output", "I should look", "ORCHID", "typed meanwhile", "We looked at a"])
def test_it_finds_a_text_that_was_taken_out(tmp_path: Path, victim: str) -> None:
    source = talk(rich(), 2).write(tmp_path / f"{SESSION}.jsonl")
    kept = archive(tmp_path)
    take_all(kept, source)
    for path in Path(kept.root).rglob("*.md"):
        path.write_text(path.read_text(encoding="utf-8").replace(victim, "nothing"), encoding="utf-8")
    assert [victim in one for one in checker.lost(Path(source.path), Path(kept.root))] == [True]


@pytest.mark.parametrize("suffix", [".txt", ".png"])
def test_it_finds_a_blob_that_is_gone(tmp_path: Path, suffix: str) -> None:
    source = rich().write(tmp_path / f"{SESSION}.jsonl")
    kept = archive(tmp_path)
    take_all(kept, source)
    next(p for p in Path(kept.root).glob("sessions/*/blobs/*") if p.suffix == suffix).unlink()
    assert len(checker.lost(Path(source.path), Path(kept.root))) == (1 if suffix == ".png" else 0)


@pytest.mark.parametrize("name", sorted(p.name for p in DATA.glob("*.jsonl")) if DATA.is_dir() else [])
def test_nothing_of_a_real_transcript_is_lost(tmp_path: Path, name: str) -> None:
    source = Source(str(DATA / name))
    kept = archive(tmp_path, config())
    take_all(kept, source)
    verdict = Verifier(kept).verify(source)
    assert (verdict.missing, verdict.unknown, verdict.ok) == ([], [], True)
    assert checker.lost(DATA / name, Path(kept.root), secrets=verdict.redactions > 0) == []


def test_an_archive_of_another_session_holds_nothing_of_this_one(tmp_path: Path) -> None:
    kept = archive(tmp_path)
    take_all(kept, talk(Session(), 2).write(tmp_path / f"{SESSION}.jsonl"))
    other = tmp_path / "other.jsonl"
    record = {"type": "user", "uuid": "u", "message": {"role": "user", "content": "quite another question"}}
    other.write_text(json.dumps(record) + "\n", encoding="utf-8")
    assert len(checker.lost(other, Path(kept.root))) == 1
