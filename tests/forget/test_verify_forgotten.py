"""`rlm verify` knows what was forgotten on purpose, and takes nothing else for it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from kits.builders import Session, archive, talk
from kits.place import Place

from rlm_core.archive.proof.verify import Verdict, Verifier
from rlm_core.archive.proof.whole import whole
from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.archive.tombstones.burying import Grave, bury
from rlm_core.chunks.altered import alter, forgotten
from rlm_core.chunks.chunkfile import load
from rlm_core.doctor.soundness import soundness
from rlm_core.home import user_key
from rlm_core.transcript.source import Source

MATTER = "The heron of the marsh stands on one leg, and nobody knows why it does."
SECRET = "ghp_" + "Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4zAb7c"


@pytest.fixture
def kept(tmp_path: Path) -> Archive:
    return archive(tmp_path / "project")


@pytest.fixture
def source(tmp_path: Path, kept: Archive) -> Source:
    session = talk(Session(), 2)
    session.prompt(MATTER)
    session.tool("Bash", "a marsh\n" * 2000, command="cat heron.txt")
    session.add({"type": "queue-operation", "operation": "enqueue", "content": MATTER, "timestamp": session.time()})
    talk(session, 2)
    (tmp_path / "project").mkdir()
    made = session.write(tmp_path / "t" / f"{session.session}.jsonl")
    take(kept, made)
    return made


def doomed(kept: Archive, word: str) -> list[tuple[Path, str, str]]:
    """(chunk file, uuid, Markdown) of the entries that hold a word."""
    found = []
    for folder in kept.folders():
        for name in sorted(n for n in os.listdir(folder) if n[:4].isdecimal()):
            path = Path(folder) / name
            found += [(path, u, text) for u, _, text in load(path.read_bytes(), name).entries() if word in text]
    return found


def forget(kept: Archive, word: str, *, buried: bool = True) -> int:
    """Take the entries that hold a word out of their chunks, as `rlm forget` does; how many they were."""
    entries = doomed(kept, word)
    grave = Grave()
    for path, uuid, text in entries:
        time = next((p for p in text.split("\n")[0].split(" · ") if p[:4] == "2026"), "")
        grave.entry(uuid, text.partition("\n")[2].strip(), time)
        path.write_bytes(alter(path.read_bytes(), {uuid: forgotten}, user_key(create=True)))
    if buried:
        bury(kept, grave.stones)
    return len(entries)


def verify(kept: Archive, source: Source) -> Verdict:
    return Verifier(kept).verify(source)


def test_what_was_forgotten_is_counted_and_not_missing(kept: Archive, source: Source) -> None:
    before = verify(kept, source)
    assert (before.ok, before.forgotten) == (True, 0)
    assert forget(kept, "heron") == 3
    after = verify(kept, source)
    assert (after.missing, after.forgotten) == ([], 3)
    assert after.entries == before.entries - 3
    assert whole(kept).harms == []
    assert whole(kept).forgotten == 3


def test_without_tombstones_it_is_missing(kept: Archive, source: Source) -> None:
    forget(kept, "heron", buried=False)
    assert len(verify(kept, source).missing) >= 2
    assert not verify(kept, source).ok


def test_what_else_is_gone_is_missing_all_the_same(kept: Archive, source: Source) -> None:
    forget(kept, "heron")
    path, uuid, _ = doomed(kept, "Question 1")[0]
    path.write_bytes(path.read_bytes().replace(b"Question 1", b"Question 9"))
    found = Verifier(kept, set()).verify(source)
    assert uuid in found.missing
    assert found.forgotten == 3
    assert [h.path for h in whole(kept).harms] == [str(path)]


def test_a_forged_gap_is_damage(kept: Archive, source: Source) -> None:
    """Who has not the user's key can take nothing out of a chunk unseen."""
    path, uuid, _ = doomed(kept, "Question 1")[0]
    path.write_bytes(alter(path.read_bytes(), {uuid: forgotten}, b"x" * 32))
    assert [h.path for h in whole(kept).harms] == [str(path)]


def test_the_same_words_under_another_uuid_are_explained(tmp_path: Path, kept: Archive, source: Source) -> None:
    forget(kept, "heron")
    other = Session("2f758c24-9a0b-4c1d-8e2f-3a4b5c6d7e8f")
    other.prompt(f"{MATTER}")
    other.prompt("The heron of another marsh.")
    found = verify(kept, other.write(tmp_path / "t" / f"{other.session}.jsonl"))
    assert found.forgotten == 1
    assert found.missing == [other.uuids()[1]]


def test_words_that_are_never_kept_explain_what_holds_them(tmp_path: Path, kept: Archive, source: Source) -> None:
    grave = Grave()
    grave.words("Purple Heron")
    bury(kept, grave.stones)
    other = Session("2f758c24-9a0b-4c1d-8e2f-3a4b5c6d7e8f")
    other.prompt(f"a purple\nHERON, and {SECRET}")
    other.prompt("a heron, purple")
    found = verify(kept, other.write(tmp_path / "t" / f"{other.session}.jsonl"))
    assert (found.forgotten, found.missing) == (1, [other.uuids()[1]])


def test_a_session_that_is_never_kept_misses_nothing(kept: Archive, source: Source) -> None:
    grave = Grave()
    grave.session(source.session)
    bury(kept, grave.stones)
    for path in {path for path, _, _ in doomed(kept, "")}:
        path.unlink()
    found = verify(kept, source)
    assert (found.missing, found.entries) == ([], 0)
    assert found.forgotten > 10


def test_a_file_of_the_sessions_folder_that_was_forgotten_is_not_missing(tmp_path: Path) -> None:
    place = Place(tmp_path)
    path = place.session(talk(Session(), 1))
    output = path.with_suffix("") / "tool-results" / "orphan.txt"
    output.parent.mkdir(parents=True)
    output.write_text(f"{MATTER}\n" * 3)
    place.rlm("archive", "--all")
    kept = place.archive
    assert forget(kept, "heron") == 1
    found = place.json("verify")
    assert (found["ok"], found["forgotten"], found["files"]) == (True, 1, [])
    (output.parent / "other.txt").write_text("another heron")
    found = place.json("verify", status=1)
    assert [os.path.basename(f["file"]) for f in found["files"]] == ["other.txt"]


def test_people_are_told_in_words(tmp_path: Path) -> None:
    place = Place(tmp_path)
    session = talk(Session(), 2)
    session.prompt(MATTER)
    session.says("A heron.")
    place.session(session)
    place.rlm("archive", "--all")
    assert forget(place.archive, "heron") == 2
    assert "2 forgotten on purpose" in place.rlm("verify")
    assert "whole, but for 2 entries forgotten on purpose" in place.said
    assert json.loads(place.rlm("verify", "--json"))["forgotten"] == 2
    assert any("2 entries forgotten on purpose" in check.detail for check in soundness(place.archive))
