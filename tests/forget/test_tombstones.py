"""What was forgotten stays out, whichever way it comes back; what is said later is kept, unless it was for good."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from kits.builders import SESSION, Session, archive, config, everything, talk

from rlm_core.adoption.move import adopt
from rlm_core.archive.anew.renew import renew
from rlm_core.archive.copies.keeping import keep_up
from rlm_core.archive.copies.place import copies_at
from rlm_core.archive.copies.restoring import restore
from rlm_core.archive.mending.closing import close_chunk
from rlm_core.archive.proof.verify import damaged
from rlm_core.archive.repair.repair import repair
from rlm_core.archive.store import Archive, chunk_names
from rlm_core.archive.summaries import file_summary
from rlm_core.archive.take import take, take_all
from rlm_core.archive.tombstones.burying import Grave, bury
from rlm_core.archive.tombstones.gate import Gate
from rlm_core.archive.tombstones.hashing import Hashing, parts_of, words_of
from rlm_core.archive.tombstones.stones import Tombstones, paths_of, tombstones_of
from rlm_core.chunks.chunkfile import load
from rlm_core.chunks.entries import ArchivedEntry, entries_of
from rlm_core.clock import epoch
from rlm_core.disk import machine, read
from rlm_core.documents.update import add as add_documents
from rlm_core.documents.update import refresh
from rlm_core.reach import Reach
from rlm_core.redaction.clean import literal
from rlm_core.transcript.source import Source

OTHER = "99999999-1111-4222-8333-944445555666"
WORDS = b"heron"
FORGOTTEN_ON = int(epoch("2026-11-23T00:00:00Z") or 0)
ASKED = "Please look where the heron has built its nest this year, and tell me"
SAID = "The heron nests in the third alder behind the mill, above the weir."


@pytest.fixture
def kept(tmp_path: Path) -> Archive:
    (tmp_path / "project").mkdir()
    return archive(tmp_path / "project", config())


def session(tmp_path: Path, session: str = SESSION) -> Session:
    made = talk(Session(session, cwd=str(tmp_path / "project")), 3)
    made.prompt(ASKED)
    made.tool("Bash", "heron 1\nheron 2\n", command="ls heron")
    made.says(SAID)
    return made


def written(made: Session, tmp_path: Path) -> Source:
    return made.write(tmp_path / "t" / f"{made.session}.jsonl")


def entries(kept: Archive) -> list[ArchivedEntry]:
    found = []
    for folder in kept.folders():
        for name in chunk_names(folder):
            found += entries_of(load(read(os.path.join(folder, name)) or b""))
    return found


def texts(kept: Archive) -> bytes:
    return everything(kept.path("sessions")) + (read(kept.path("INDEX.md")) or b"")


def grave_of(kept: Archive) -> Grave:
    """Tombstones of all that tells of the heron."""
    grave = Grave()
    grave.now = FORGOTTEN_ON
    for entry in entries(kept):
        if "heron" in entry.whole:
            grave.entry(entry.uuid, entry.text, entry.iso_time, entry.role)
    return grave


def buried(kept: Archive, *, never: str = "") -> None:
    grave = grave_of(kept)
    if never:
        grave.words(never)
    bury(kept, grave.stones)


def emptied(kept: Archive) -> None:
    """The chunks as they stand after `rlm forget`."""
    for folder in kept.folders():
        for name in chunk_names(folder):
            close_chunk(kept, os.path.relpath(folder, kept.root), name)
    assert Gate(kept.tombstones()).sweep(kept.path("sessions"))
    assert WORDS not in everything(kept.path("sessions"))


def without_sessions(kept: Archive) -> None:
    shutil.rmtree(kept.path("sessions"))
    shutil.rmtree(kept.path("state", "sources"))


def test_a_transcript_that_is_read_anew_brings_nothing_back(kept: Archive, tmp_path: Path) -> None:
    source = written(session(tmp_path), tmp_path)
    take(kept, source)
    assert WORDS in texts(kept)
    buried(kept)
    without_sessions(kept)
    before = len(entries(kept))
    report = take(Archive(kept.root, kept.config), source)
    assert (before, report.entries_new) == (0, 12)
    assert WORDS not in texts(kept)


@pytest.mark.parametrize("gone", ["state", "ledger", "own", "all"])
def test_tombstones_survive_what_is_deleted(kept: Archive, tmp_path: Path, gone: str) -> None:
    source = written(session(tmp_path), tmp_path)
    take(kept, source)
    buried(kept)
    if gone == "all":
        shutil.rmtree(kept.root)
    else:
        without_sessions(kept)
    if gone == "state":
        (Path(kept.root) / "state" / "id").rename(tmp_path / "id")
        shutil.rmtree(kept.path("state"))
        os.makedirs(kept.path("state"))
        (tmp_path / "id").rename(Path(kept.root) / "state" / "id")
    elif gone == "ledger":
        os.unlink(kept.path("state", "uuids"))
    elif gone == "own":
        os.unlink(paths_of(kept.root)[1])
        os.unlink(kept.path("state", "uuids"))
    take(kept, source)
    assert len(entries(kept)) == 12
    assert WORDS not in texts(kept)
    if gone != "own":
        assert all(os.path.exists(path) for path in paths_of(kept.root))


def test_tombstones_hold_no_word_and_nothing_that_can_be_guessed(kept: Archive, tmp_path: Path) -> None:
    take(kept, written(session(tmp_path), tmp_path))
    buried(kept, never="heron's nest")
    data = [Path(path).read_bytes() for path in paths_of(kept.root)]
    assert len(set(data)) == 1
    assert b"heron" not in data[0]
    assert b"nest" not in data[0]
    here = tombstones_of(kept.root)
    (Path(os.environ["CLAUDE_CONFIG_DIR"]) / "rlm" / "key").unlink()
    assert Hashing().of_text(SAID) not in here.texts  # another key


def test_a_copy_under_another_uuid_is_refused_and_what_is_said_later_is_kept(kept: Archive, tmp_path: Path) -> None:
    take(kept, written(session(tmp_path), tmp_path))
    buried(kept)
    fork = session(tmp_path, OTHER)  # the same texts and times, other uuids
    source = written(fork, tmp_path)
    take(kept, source)
    said = [e.text for e in entries(kept) if e.turn > 3 and "heron" in e.whole]
    assert len(said) == 4  # of the first session, whose chunks were not touched
    fork.second = 5 * 86400  # past the day of forgetting
    fork.prompt(ASKED)
    written(fork, tmp_path)
    take(kept, source)
    assert len([e for e in entries(kept) if "heron" in e.whole]) == 5


def test_the_open_session_goes_on_behind_what_was_forgotten(kept: Archive, tmp_path: Path) -> None:
    made = session(tmp_path)
    made.title("Where the heron nests", "ai-title")
    source = written(made, tmp_path)
    take(kept, source)
    grave = grave_of(kept)
    grave.title("Where the heron nests")
    bury(kept, grave.stones)
    emptied(kept)
    numbers = [(e.uuid, e.line) for e in entries(kept)]
    state = kept.state_path(source)
    os.unlink(state)  # as after `forget`, which leaves no title in it
    made.prompt("And now the timetable of the ferry, please")
    written(made, tmp_path)
    assert take(kept, source).entries_new == 1
    assert [(e.uuid, e.line) for e in entries(kept)][: len(numbers)] == numbers
    assert [e.turn for e in entries(kept) if "ferry" in e.text] == [5]
    assert WORDS not in everything(kept.path("sessions"))
    assert "heron" not in str(machine(state))
    assert damaged(kept) == []


def test_never_again_refuses_words_sessions_and_summaries(kept: Archive, tmp_path: Path) -> None:
    made = session(tmp_path)
    source = written(made, tmp_path)
    take(kept, source)
    grave = Grave()
    grave.words("Heron  nests")
    bury(kept, grave.stones)
    count = len(entries(kept))
    made.prompt("the HÉRON,\nnests! again")
    made.prompt("the heron has nests")
    made.says('{"a": "heron\\nnests"}')
    written(made, tmp_path)
    assert take(kept, source).entries_new == 1
    assert len(entries(kept)) == count + 1
    state = machine(kept.state_path(source))
    assert file_summary(kept.root, state, literal("We saw heron nests."), literal("auto")) == ""
    assert file_summary(kept.root, state, literal("We saw a ferry."), literal("auto"))
    grave = Grave()
    grave.session(SESSION)
    bury(kept, grave.stones)
    made.prompt("the ferry")
    made.title("All of the ferry")
    written(made, tmp_path)
    assert take(kept, source).entries_new == 0
    assert machine(kept.state_path(source))["title"][1] != "All of the ferry"
    assert file_summary(kept.root, state, literal("We saw two ferries."), literal("auto")) == ""


def test_an_old_copy_brings_nothing_back(kept: Archive, tmp_path: Path) -> None:
    take(kept, written(session(tmp_path), tmp_path))
    only = Session(OTHER, cwd=str(tmp_path / "project"))
    only.prompt(ASKED)
    only.says(SAID)
    take(kept, written(only, tmp_path))
    keep_up(kept, lambda _: None, print)
    buried(kept)
    for name in os.listdir(kept.path("sessions")):
        shutil.rmtree(kept.path("sessions", name))
    done = restore(kept)
    assert [one.session for one in done.sessions] == [SESSION]
    assert [e.text for e in entries(kept)].count("[forgotten]") == 4
    assert WORDS not in texts(kept)
    assert WORDS in everything(copies_at(kept.root)[0])  # `forget` clears it; this one was brought from elsewhere
    assert damaged(kept) == []


def test_a_repair_takes_the_copy_without_what_was_forgotten(kept: Archive, tmp_path: Path) -> None:
    source = written(session(tmp_path), tmp_path)
    take(kept, source)
    keep_up(kept, lambda _: None, print)
    buried(kept)
    emptied(kept)
    folder = next(iter(kept.folders()))
    harmed = Path(folder) / chunk_names(folder)[-1]
    harmed.write_bytes(harmed.read_bytes()[:-20])
    done = repair(kept, [], print)
    assert done.changed
    assert not [line for line in damaged(kept) if "damaged/" not in line]
    assert WORDS not in b"".join((read(os.path.join(folder, n)) or b"") for n in chunk_names(folder))


def test_an_archive_that_is_moved_in_brings_nothing_back(kept: Archive, tmp_path: Path) -> None:
    take(kept, written(session(tmp_path), tmp_path))
    buried(kept)
    emptied(kept)
    below = tmp_path / "project" / "part"
    below.mkdir()
    stray = archive(below, config())
    other = session(tmp_path, OTHER)
    other.cwd = str(below)
    other.items = [{**i, "cwd": str(below)} if isinstance(i, dict) else i for i in other.items]
    source = written(other, tmp_path)
    take(stray, source)
    grave = Grave()
    for entry in entries(stray):
        if "heron" in entry.whole:
            grave.entry(entry.uuid, entry.text, entry.iso_time, entry.role)
    bury(stray, grave.stones)  # forgotten there, and not emptied: its run was killed
    report = adopt(kept, str(below), Reach(str(tmp_path / "project")), asked=True)
    assert report.sessions == 1
    assert WORDS not in texts(kept)
    assert kept.tombstones().uuids >= stray.tombstones().uuids


def test_anew_leaves_the_forgotten_out(kept: Archive, tmp_path: Path) -> None:
    source = written(session(tmp_path), tmp_path)
    take(kept, source)
    buried(kept)
    emptied(kept)
    assert renew(kept, source) is None  # nothing of a former form
    take_all(kept, source, restore=True)
    assert WORDS not in everything(kept.path("sessions"))


def test_a_section_and_a_document_stay_out(kept: Archive, tmp_path: Path) -> None:
    notes = tmp_path / "project" / "notes"
    notes.mkdir()
    path = notes / "birds.md"
    path.write_text("# Mill\n\nThe mill stands.\n\n# Heron\n\nThe heron nests there.\n")
    add_documents(kept, [str(notes)])
    folder = next(p for p in Path(kept.path("documents")).iterdir() if p.is_dir())
    found = [e for n in chunk_names(str(folder)) for e in entries_of(load((folder / n).read_bytes()))]
    grave = Grave()
    grave.entry(*next((e.uuid, e.text, e.iso_time, e.role) for e in found if "heron" in e.text))
    bury(kept, grave.stones)
    path.write_text("# Mill\n\nThe mill stands still.\n\n# Heron\n\nThe heron nests there.\n")
    refresh(kept)
    data = everything(folder)
    assert b"stands still" in data
    assert WORDS not in data.lower()
    assert b"[forgotten]" in data
    grave = Grave()
    grave.document(folder.name, never=False)
    bury(kept, grave.stones)
    shutil.rmtree(folder)
    (Path(kept.path("documents")) / "sources.json").unlink()
    assert [o.reason for o in add_documents(kept, [str(notes)]).outcomes if "birds" in o.path] == [
        "forgotten; name the file itself to add it again"
    ]
    assert add_documents(kept, [str(path)]).changed
    grave = Grave()
    grave.document(folder.name, never=True)
    bury(kept, grave.stones)
    assert [o.reason for o in add_documents(kept, [str(path)]).outcomes] == ["forgotten for good"]


def test_damaged_tombstones_count_as_none_and_the_others_still_hold(kept: Archive, tmp_path: Path) -> None:
    take(kept, written(session(tmp_path), tmp_path))
    buried(kept)
    whole = tombstones_of(kept.root)
    for data in (b"", b"[]", b'{"version": 1}', b'{"version": 1, "uuids": ["x"]}', b"\xff"):
        Path(paths_of(kept.root)[0]).write_bytes(data)
        assert tombstones_of(kept.root).dump() == whole.dump()
    kept.ledger_anew()
    assert Path(paths_of(kept.root)[0]).read_bytes() == Path(paths_of(kept.root)[1]).read_bytes()


def test_nothing_forgotten_costs_nothing(kept: Archive, tmp_path: Path) -> None:
    take(kept, written(session(tmp_path), tmp_path))
    assert not Tombstones()
    assert list(Tombstones().rows()) == []
    assert Gate(kept.tombstones()).open


def test_words_and_parts() -> None:
    assert words_of("L'Été, a_b") == ["l", "ete", "a", "b"]
    body = "**Bash #1234**\n\n```console\n$ ls\n```\n\ntext"
    assert "$ ls" in parts_of(body)
    assert body in parts_of(body)
