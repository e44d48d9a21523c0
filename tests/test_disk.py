"""Files that are absent or complete, alone and in batches."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rlm_core import disk
from rlm_core.disk import Batch, drop_temporary, write_atomic
from rlm_core.errors import FileRefusedError, LockTimeoutError
from rlm_core.lock import Lock


@pytest.mark.parametrize("count", [1, Batch.FEW, Batch.FEW + 1, Batch.MANY + 1])
def test_a_batch_stands_after_its_flush_and_not_before(tmp_path: Path, count: int) -> None:
    batch = Batch()
    (tmp_path / "old").write_bytes(b"old")
    for i in range(count):
        batch.put(str(tmp_path / f"f{i}"), b"%d" % i)
    batch.remove(str(tmp_path / "old"))
    assert [p.name for p in tmp_path.iterdir() if not p.name.startswith(disk.TMP_PREFIX)] == ["old"]
    batch.flush()
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {f"f{i}": b"%d" % i for i in range(count)}


@pytest.mark.parametrize("count", [2, Batch.FEW + 1, Batch.MANY + 1])
def test_a_disk_that_fails_puts_nothing_in_place(tmp_path: Path, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> bool:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    monkeypatch.setattr(disk, "_sync_file_systems", fail)
    batch = Batch()
    for i in range(count):
        batch.put(str(tmp_path / f"f{i}"), b"x")
    with pytest.raises(OSError, match="Input/output"):
        batch.flush()
    batch.drop()
    assert list(tmp_path.iterdir()) == []


def test_where_the_file_system_cannot_be_flushed_each_file_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(disk, "_sync_file_systems", lambda _: False)
    monkeypatch.setattr(os, "fsync", synced.append)
    batch = Batch()
    for i in range(Batch.MANY):
        batch.put(str(tmp_path / f"f{i}"), b"x")
    batch.flush()
    assert len(synced) == Batch.MANY + 1  # and their directory


def test_a_file_replaced_and_removed_in_one_batch_stays(tmp_path: Path) -> None:
    batch = Batch()
    batch.put(str(tmp_path / "a"), b"new")
    batch.remove(str(tmp_path / "a"))
    batch.flush()
    assert (tmp_path / "a").read_bytes() == b"new"


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        write_atomic(str(path), b"new")
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"a": b"old"}


def stop_in_the_middle(path: str) -> None:
    with Lock(path, 0) as lock:
        lock.mark()
        raise KeyboardInterrupt


def test_a_lock_makes_its_directory_and_none_above_it(tmp_path: Path) -> None:
    """An archive may come back from a backup without its locks; one that is gone stays away."""
    with Lock(str(tmp_path / "locks" / "a.lock"), 0):
        assert (tmp_path / "locks").stat().st_mode & 0o777 == 0o700
    with pytest.raises(FileNotFoundError), Lock(str(tmp_path / "gone" / "locks" / "a.lock"), 0):
        pass
    assert not (tmp_path / "gone").exists()


def test_a_lock_tells_whether_its_former_holder_came_to_an_end(tmp_path: Path) -> None:
    path = str(tmp_path / "lock")
    with Lock(path, 0) as lock:
        assert not lock.dirty
        lock.mark()
        with pytest.raises(LockTimeoutError), Lock(path, 0):
            pass
    with pytest.raises(KeyboardInterrupt):
        stop_in_the_middle(path)
    with Lock(path, 0) as lock:
        assert lock.dirty
    with Lock(path, 0) as lock:
        assert not lock.dirty


def test_only_what_was_meant_is_dropped(tmp_path: Path) -> None:
    for name in (".tmp-1-a.json", ".tmp-2-b.json", "a.json"):
        (tmp_path / name).touch()
    drop_temporary(str(tmp_path), "a.json")
    assert {p.name for p in tmp_path.iterdir()} == {".tmp-2-b.json", "a.json"}


def test_one_of_many_files_is_opened_through_no_link(tmp_path: Path) -> None:
    folder = tmp_path / ".claude" / "rlm" / "sessions"
    folder.mkdir(parents=True)
    (folder / "a").write_bytes(b"a")
    (folder / "link").symlink_to(folder / "a")
    (folder / "folder").mkdir()
    ways: set[str] = set()
    for _ in range(2):  # the second time the way is known
        fd = disk.open_another(str(folder / "a"), ways)
        assert os.read(fd, 9) == b"a"
        os.close(fd)
        for name in ("link", "folder"):
            with pytest.raises(FileRefusedError):
                disk.open_another(str(folder / name), ways)
    assert ways == {str(folder)}
    (folder.parent / "documents").symlink_to(folder)
    with pytest.raises(FileRefusedError):
        disk.open_another(str(folder.parent / "documents" / "a"), ways)
