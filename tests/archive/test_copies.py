"""The second copy: made beside the archive, kept through damage and deletion, and the way back from it."""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kits.builders import SESSION, Session, archive, config, files, leftovers, rich, small, talk
from kits.crash import Breaker, Killed, every, sides

from rlm_core.archive.copies import linking
from rlm_core.archive.copies.keeping import forget, keep_up
from rlm_core.archive.copies.linking import Linker
from rlm_core.archive.copies.place import copies_at, copies_dir, is_behind, only_copied, vanished
from rlm_core.archive.copies.restoring import restore
from rlm_core.archive.maps import read_catalog
from rlm_core.archive.proof.verify import Verifier, damaged
from rlm_core.archive.store import Archive
from rlm_core.archive.take import take, take_all
from rlm_core.config import DEFAULTS, Config
from rlm_core.home import own_dir
from rlm_core.registry import NAME, archive_id, note
from rlm_core.transcript.source import Source

OTHER = "99999999-1111-4222-8333-944445555666"
KEPT = ("sessions/", "documents/")


def copy(kept: Archive) -> list[str]:
    """Bring the copy up to date; what the log is told. Nothing may go wrong."""
    words: list[str] = []
    wrong: list[str] = []
    keep_up(kept, words.append, wrong.append)
    assert wrong == []
    return words


def truth(root: Path | str) -> dict[str, bytes]:
    """What cannot be made again: the files of sessions and documents."""
    return {name: data for name, data in files(root).items() if name.startswith(KEPT)}


def top_of(kept: Archive) -> Path:
    (top,) = copies_at(kept.root)
    return Path(top)


@pytest.fixture
def kept(tmp_path: Path) -> Archive:
    """An archive with two sessions, in a project of its own."""
    made = archive(tmp_path / "project", small())
    take_all(made, rich().write(tmp_path / "t" / f"{SESSION}.jsonl"))
    take(made, talk(Session(OTHER), 4).write(tmp_path / "t" / f"{OTHER}.jsonl"))
    return made


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return Source(str(tmp_path / "t" / f"{SESSION}.jsonl"))


def test_the_copy_holds_every_chunk_and_blob_and_takes_no_space(kept: Archive) -> None:
    assert copy(kept) == [f"copy linked={len(truth(kept.root))} copied=0 removed=0"]
    top = top_of(kept)
    assert truth(top) == truth(kept.root)
    assert any("/blobs/" in name for name in truth(top))
    assert all(os.path.samefile(top / name, kept.path(name)) for name in truth(top))
    assert top.name == archive_id(kept.root)


def test_the_copy_is_private(kept: Archive) -> None:
    copy(kept)
    found = [Path(copies_dir()), top_of(kept), *top_of(kept).rglob("*")]
    assert {stat.S_IMODE(p.stat().st_mode) for p in found if p.is_dir()} == {0o700}
    assert {stat.S_IMODE(p.stat().st_mode) for p in found if p.is_file()} == {0o600}


def test_a_copy_that_is_up_to_date_is_left_alone(kept: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    copy(kept)
    for folder in Path(kept.root).rglob("*/"):
        os.utime(folder, (1, 1))  # long settled
    assert copy(kept) == []

    def refuse(folder: str) -> list[str]:
        raise AssertionError(f"{folder} was looked into")

    monkeypatch.setattr("rlm_core.archive.copies.keeping.files", refuse)
    assert copy(kept) == []


@pytest.mark.parametrize("error", [errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP])
def test_where_links_cannot_be_the_files_are_copied(kept: Archive, monkeypatch: pytest.MonkeyPatch, error: int) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(os, "link", refuse)
    assert copy(kept) == [f"copy linked=0 copied={len(truth(kept.root))} removed=0"]
    assert truth(top_of(kept)) == truth(kept.root)
    assert not any(os.path.samefile(top_of(kept) / name, kept.path(name)) for name in truth(kept.root))
    shutil.rmtree(kept.path("sessions"))
    restore(kept)
    assert truth(kept.root) == truth(top_of(kept))


@pytest.mark.parametrize("target", [120, 600])
def test_an_open_chunk_is_replaced_by_the_one_it_became(tmp_path: Path, target: int) -> None:
    path = tmp_path / "t" / f"{OTHER}.jsonl"
    made = archive(tmp_path / "project", config(target, 2 * target))
    seen: set[str] = set()
    for turns in range(1, 14):
        take(made, talk(Session(OTHER), turns).write(path))
        copy(made)
        seen |= truth(top_of(made)).keys()
        assert truth(top_of(made)) == truth(made.root)
    assert damaged(Archive(str(top_of(made)), made.config)) == []
    assert target == 120 or not seen <= truth(made.root).keys()


def test_a_damaged_file_does_not_reach_a_good_copy(kept: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "link")
    copy(kept)
    good = truth(top_of(kept))
    for name in truth(kept.root):
        if "index" not in name:
            Path(kept.path(name)).write_bytes(b"---\nspoilt\n")
    copy(kept)
    assert {n: d for n, d in truth(top_of(kept)).items() if "index" not in n} == {
        n: d for n, d in good.items() if "index" not in n
    }


def test_a_damaged_copy_is_replaced_by_a_good_file(kept: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "link")
    copy(kept)
    for name in truth(kept.root):
        (top_of(kept) / name).write_bytes(b"---\nspoilt\n")
    shutil.move(top_of(kept) / "copied.json", top_of(kept) / "gone")
    copy(kept)
    assert truth(top_of(kept)) == truth(kept.root)


def test_what_is_deleted_by_hand_stays_in_the_copy_until_it_is_asked_for(kept: Archive) -> None:
    copy(kept)
    whole = truth(kept.root)
    folder = next(p for p in Path(kept.path("sessions")).iterdir() if p.name.endswith(OTHER[:8]))
    shutil.rmtree(folder)
    copy(kept)
    assert truth(top_of(kept)) == whole
    assert only_copied(kept.root) == 1
    assert not folder.exists()
    assert [one.session for one in restore(kept, SESSION[:8]).sessions] == []
    assert [one.session for one in restore(kept).sessions] == [OTHER]
    assert truth(kept.root) == whole


def test_a_vanished_archive_is_told_of_and_comes_back_whole(kept: Archive, source: Source) -> None:
    copy(kept)
    whole, name, rows = truth(kept.root), archive_id(kept.root), read_catalog(kept.root)
    shutil.rmtree(os.path.dirname(kept.root))
    assert "2 sessions are in its second copy: `rlm restore`" in vanished(kept.root)
    done = restore(kept)
    assert sorted(one.session for one in done.sessions) == sorted([SESSION, OTHER])
    assert sum(one.files for one in done.sessions) == len(whole)
    assert truth(kept.root) == whole
    assert archive_id(kept.root) == name
    assert damaged(kept) == []
    assert read_catalog(kept.root) == rows
    assert vanished(kept.root) == ""
    assert Verifier(kept).verify(source).ok


def test_nothing_is_said_where_nothing_has_vanished(kept: Archive, tmp_path: Path) -> None:
    assert vanished(kept.root) == ""
    copy(kept)
    assert vanished(kept.root) == ""
    assert vanished(str(tmp_path / "elsewhere" / ".claude" / "rlm")) == ""


def test_after_a_restore_a_session_goes_on_as_if_nothing_had_been(
    kept: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "t" / f"{OTHER}.jsonl"
    copy(kept)
    shutil.rmtree(kept.root)
    restore(kept)
    take(kept, talk(Session(OTHER), 9).write(path))
    undisturbed = archive(tmp_path / "undisturbed", small())
    take(undisturbed, Source(str(path)))
    mine = {n: d for n, d in truth(kept.root).items() if OTHER[:8] in n}
    assert mine == truth(undisturbed.root)


@pytest.mark.parametrize("known", [True, False])
def test_an_archive_that_began_anew_keeps_the_former_copy_and_gets_the_rest_back(
    kept: Archive, source: Source, known: bool
) -> None:
    """As after `git clean -fdx`: the next hooks archive what transcripts are left, maybe under another id."""
    copy(kept)
    whole, former = truth(kept.root), archive_id(kept.root)
    note(kept.root)
    shutil.rmtree(kept.root)
    if not known:
        os.unlink(os.path.join(own_dir(), NAME))
    take_all(kept, source)
    copy(kept)
    assert (archive_id(kept.root) == former) is known
    assert top_of(kept).name == archive_id(kept.root)
    assert truth(top_of(kept)) == whole
    assert only_copied(kept.root) == 1
    assert [one.session for one in restore(kept).sessions] == [OTHER]
    assert truth(kept.root) == whole
    assert len(read_catalog(kept.root)[0]) == 2
    assert damaged(kept) == []


def test_a_single_file_comes_back_and_what_stands_is_not_overwritten(kept: Archive) -> None:
    copy(kept)
    whole = truth(kept.root)
    for gone in [n for n in whole if "/0002-" in n or "/blobs/" in n]:
        os.unlink(kept.path(gone))
    mine = next(n for n in whole if "/0003-" in n)
    os.unlink(kept.path(mine))
    Path(kept.path(mine)).write_bytes(b"my own")
    restore(kept)
    assert truth(kept.root) == {**whole, mine: b"my own"}


def test_restoring_twice_is_restoring_once(kept: Archive) -> None:
    copy(kept)
    shutil.rmtree(kept.root)
    restore(kept)
    once = truth(kept.root)
    again = restore(kept)
    assert (again.sessions, again.documents, again.left) == ([], [], [])
    assert truth(kept.root) == once


def test_a_dry_run_tells_the_same_and_writes_nothing(kept: Archive) -> None:
    copy(kept)
    shutil.rmtree(kept.root)
    told = restore(kept, dry=True)
    assert not os.path.exists(kept.root)
    done = restore(kept)
    assert [one.as_json() for one in told.sessions] == [one.as_json() for one in done.sessions]


def test_a_copy_that_is_damaged_itself_is_left_and_named(kept: Archive) -> None:
    copy(kept)
    whole = truth(kept.root)
    shutil.rmtree(kept.root)
    spoilt = next(n for n in whole if "/0002-" in n)
    data = whole[spoilt].replace(b"turn", b"TURN")
    (top_of(kept) / spoilt).write_bytes(data)
    done = restore(kept)
    assert [left["path"] for left in done.left] == [str(top_of(kept) / spoilt)]
    assert set(truth(kept.root)) == set(whole) - {spoilt}


def test_a_moved_archive_keeps_its_copy(kept: Archive, tmp_path: Path) -> None:
    copy(kept)
    top = top_of(kept)
    shutil.move(tmp_path / "project", tmp_path / "renamed")
    moved = archive(tmp_path / "renamed", small())
    copy(moved)
    assert copies_at(moved.root) == [str(top)]
    assert copies_at(kept.root) == []
    assert vanished(kept.root) == ""


def test_a_project_that_takes_the_place_of_a_moved_one_does_not_get_its_copy(kept: Archive, tmp_path: Path) -> None:
    copy(kept)
    shutil.move(tmp_path / "project", tmp_path / "renamed")
    moved = archive(tmp_path / "renamed", small())
    note(moved.root)  # as the next session does, before anything is copied again
    assert vanished(kept.root) == ""
    take(kept, talk(Session("another"), 2).write(tmp_path / "t" / "another.jsonl"))
    copy(kept)
    assert copies_at(kept.root) == [os.path.join(copies_dir(), archive_id(kept.root))]
    assert truth(copies_at(moved.root)[0]) == truth(moved.root)


def test_what_a_command_forgets_is_forgotten_in_the_copy(kept: Archive) -> None:
    copy(kept)
    folder = next(p.name for p in Path(kept.path("sessions")).iterdir())
    shutil.rmtree(kept.path("sessions", folder))
    forget(kept.root, f"sessions/{folder}")
    restore(kept)
    assert not os.path.exists(kept.path("sessions", folder))
    forget(kept.root, "sessions/never-was")


def test_copies_false_makes_none(tmp_path: Path) -> None:
    made = archive(tmp_path / "project", Config({**DEFAULTS, "copies": False}))
    take(made, talk(Session(OTHER), 2).write(tmp_path / "t" / f"{OTHER}.jsonl"))
    assert copy(made) == []
    assert not os.path.exists(copies_dir())


def test_links_in_the_archive_are_not_followed(kept: Archive, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "0001-12345678.md").write_text("private")
    os.symlink(secret, kept.path("sessions", "2026-01-01_aaaaaaaa"))
    folder = next(p for p in Path(kept.path("sessions")).iterdir() if not p.is_symlink())
    os.symlink(secret / "0001-12345678.md", folder / "0099-12345678.md")
    copy(kept)
    assert b"private" not in b"".join(truth(top_of(kept)).values())
    assert not list(top_of(kept).rglob("0099*"))


def test_a_copy_is_not_written_through_a_link(kept: Archive, tmp_path: Path) -> None:
    os.makedirs(os.path.dirname(copies_dir()), exist_ok=True)
    os.symlink(tmp_path, copies_dir())
    wrong: list[str] = []
    keep_up(kept, wrong.append, wrong.append)
    assert len(wrong) == 1
    assert "is a symbolic link" in wrong[0]


def test_whether_the_copy_is_behind_costs_no_look_into_it(kept: Archive, source: Source, tmp_path: Path) -> None:
    assert is_behind(kept.root, source)
    copy(kept)
    for state in Path(kept.path("state", "sources")).iterdir():
        os.utime(state, (1, 1))
    assert not is_behind(kept.root, source)
    take(kept, talk(rich(), 3).write(source.path))
    assert is_behind(kept.root, source)


def test_ids_cited_before_are_kept(kept: Archive) -> None:
    cited = Path(kept.path("state", "cited.json"))
    cited.write_text(json.dumps({"aaaaaaaa": ["sessions/x", 1]}))
    copy(kept)
    cited.write_text(json.dumps({"bbbbbbbb": ["sessions/y", 2]}))
    copy(kept)
    shutil.rmtree(kept.root)
    restore(kept)
    assert set(json.loads(cited.read_text())) - {"check"} == {"aaaaaaaa", "bbbbbbbb"}


@pytest.mark.parametrize("step", ["link", "replace", "unlink", "mkdir", "open"])
def test_a_copying_that_is_killed_leaves_whole_files_and_the_next_completes_it(kept: Archive, step: str) -> None:
    def once(at: int, before: bool = True) -> Breaker:
        shutil.rmtree(os.path.dirname(copies_dir()), ignore_errors=True)
        with Breaker(step, at, before=before) as breaker, suppress(Killed):
            keep_up(kept, lambda _: None, lambda _: None)
        for top in copies_at(kept.root):
            whole = truth(kept.root)
            assert all(whole[n] == data for n, data in truth(top).items() if ".tmp-" not in n)
        copy(kept)
        assert truth(top_of(kept)) == truth(kept.root)
        assert leftovers(top_of(kept)) == []
        return breaker

    for at in every(once(0)):
        for before in sides(at):
            once(at, before)


@pytest.mark.parametrize("step", ["link", "replace", "unlink", "mkdir", "open", "write"])
def test_a_restore_that_is_killed_leaves_an_archive_and_the_next_completes_it(kept: Archive, step: str) -> None:
    copy(kept)
    whole = truth(kept.root)

    def once(at: int, before: bool = True) -> Breaker:
        shutil.rmtree(kept.root)
        with Breaker(step, at, before=before) as breaker, suppress(Killed):
            restore(kept)
        assert all(whole[n] == data for n, data in truth(kept.root).items() if ".tmp-" not in n)
        restore(kept)
        assert truth(kept.root) == whole
        assert leftovers(kept.root) == []
        assert damaged(kept) == []
        return breaker

    for at in every(once(0)):
        for before in sides(at):
            once(at, before)


@given(data=st.data())
def test_whatever_is_deleted_comes_back(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    base = tmp_path_factory.mktemp("any")
    made = archive(base / "project", small())
    take_all(made, talk(rich(), data.draw(st.integers(1, 4))).write(base / "t" / f"{SESSION}.jsonl"))
    copy(made)
    whole = truth(made.root)
    names = sorted(n for n in whole if not n.endswith("INDEX.md"))
    for name in data.draw(st.sets(st.sampled_from(names))):
        os.unlink(made.path(name))
    if data.draw(st.booleans()):
        copy(made)
    restore(made)
    assert truth(made.root) == whole
    assert damaged(made) == []


def test_numbers_in_names() -> None:
    known: dict[str, Any] = {"0007-3fa2b9d0.md": 7, "12345-3fa2b9d0.md": 12345, "index-0401.md": 0, "index.md": 0}
    assert {name: linking.chunk_number(name) for name in known} == known


def test_no_space_is_told_and_leaves_what_was_there(kept: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    copy(kept)
    whole = truth(top_of(kept))

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(linking, "write_atomic", refuse)
    monkeypatch.delattr(os, "link")
    shutil.rmtree(top_of(kept) / "sessions")
    wrong: list[str] = []
    keep_up(kept, wrong.append, wrong.append)
    assert len(wrong) == 1
    assert "No space left" in wrong[0]
    assert truth(kept.root) == whole


def test_settings_of_another_archive_do_not_matter(tmp_path: Path) -> None:
    made = archive(tmp_path / "project", config())
    take(made, talk(Session(OTHER), 2).write(tmp_path / "t" / f"{OTHER}.jsonl"))
    copy(made)
    assert copies_at(archive(tmp_path / "other", config()).root) == []


def test_a_file_that_is_linked_already_leaves_no_second_name(tmp_path: Path) -> None:
    """Of two names of one file a rename takes away neither."""
    one, two = tmp_path / "a.md", tmp_path / "copy" / "a.md"
    two.parent.mkdir()
    one.write_text("text")
    linker = Linker()
    linker.put(str(one), str(two))
    linker.put(str(one), str(two))
    assert os.listdir(two.parent) == ["a.md"]
