"""The table of uuids: a dict on disk that forgets nothing, under growth, damage and two processes."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlm_core.archive.ledger import FIRST_SLOTS, HEADER, SLOT, Ledger, key, owner_tag
from rlm_core.lock import Lock

A, B = owner_tag("a"), owner_tag("b")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = Ledger(str(tmp_path / "uuids"))
    made.create()
    yield made
    made.close()


def test_an_unknown_uuid_is_not_found(ledger: Ledger) -> None:
    assert ledger.find("nobody") is None


def test_what_was_added_is_found_with_its_owner_and_size(ledger: Ledger) -> None:
    ledger.add([("u1", A, 10), ("u2", B, 0)])
    assert ledger.find("u1") == (A, 10)
    assert ledger.find("u2") == (B, 0)


def test_a_known_uuid_keeps_its_owner_and_the_larger_size(ledger: Ledger) -> None:
    ledger.add([("u", A, 10)])
    ledger.add([("u", B, 20), ("u", B, 5)])
    assert ledger.find("u") == (A, 20)


@pytest.mark.parametrize("size", [2**32 - 1, 2**32, 2**60])
def test_sizes_beyond_the_field_are_held_at_its_end(ledger: Ledger, size: int) -> None:
    ledger.add([("u", A, size)])
    assert ledger.find("u") == (A, 2**32 - 1)


def test_what_was_added_is_there_after_opening_again(ledger: Ledger) -> None:
    ledger.add([(f"u{n}", A, n) for n in range(100)])
    other = Ledger(ledger.path)
    assert other.open()
    assert all(other.find(f"u{n}") == (A, n) for n in range(100))
    other.close()


def test_the_table_grows_and_forgets_nothing(ledger: Ledger) -> None:
    many = FIRST_SLOTS * 4
    ledger.add((f"u{n}", A, n) for n in range(many))
    assert all(ledger.find(f"u{n}") == (A, n) for n in range(many))
    assert ledger.find("u") is None
    assert os.path.getsize(ledger.path) >= HEADER + many * 2 * SLOT


def test_a_table_made_from_rows_is_as_one_made_by_adding(ledger: Ledger) -> None:
    rows = [(key(f"u{n}"), A, n.to_bytes(4, "little")) for n in range(FIRST_SLOTS)]
    ledger.create(rows)
    assert all(ledger.find(f"u{n}") == (A, n) for n in range(FIRST_SLOTS))


def test_odd_ids_are_ids(ledger: Ledger) -> None:
    odd = ["", "\0", "\ud800", "é", "x" * 5000, "../../etc"]
    ledger.add([(u, A, n) for n, u in enumerate(odd)])
    assert [ledger.find(u) for u in odd] == [(A, n) for n in range(len(odd))]


@settings(max_examples=40)
@given(st.lists(st.lists(st.tuples(st.integers(0, 40), st.sampled_from([A, B]), st.integers(0, 99)), max_size=30)))
def test_it_behaves_as_a_dict(batches: list[list[tuple[int, bytes, int]]]) -> None:
    model: dict[str, tuple[bytes, int]] = {}
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(os.path.join(folder, "uuids"))
        ledger.create(slots=4)  # so small that it grows all the time
        for batch in batches:
            ledger.add((f"u{n}", tag, size) for n, tag, size in batch)
            for n, tag, size in batch:
                was = model.get(f"u{n}", (tag, -1))
                model[f"u{n}"] = (was[0], max(was[1], size))
            assert {f"u{n}": ledger.find(f"u{n}") for n in range(41) if ledger.find(f"u{n}")} == model
        ledger.close()


@pytest.mark.parametrize(
    "data",
    [b"", b"x", b"garbage" * 100, b"rlm-uuids-1\n" + bytes(20), b"rlm-uuids-1\n" + bytes(4) + b"\xff" * 16],
    ids=["empty", "a byte", "garbage", "no slots", "absurd counts"],
)
def test_a_damaged_table_is_not_opened(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "uuids"
    path.write_bytes(data)
    assert not Ledger(str(path)).open()


def test_a_shortened_table_is_not_opened(ledger: Ledger) -> None:
    with open(ledger.path, "r+b") as f:
        f.truncate(HEADER + 5 * SLOT)
    assert not Ledger(ledger.path).open()


def test_a_missing_table_and_a_link_are_not_opened(tmp_path: Path, ledger: Ledger) -> None:
    assert not Ledger(str(tmp_path / "none")).open()
    (tmp_path / "link").symlink_to(ledger.path)
    assert not Ledger(str(tmp_path / "link")).open()


def test_a_full_table_ends_a_search(tmp_path: Path) -> None:
    """A wrong count of used slots must not make a lookup run for ever."""
    made = Ledger(str(tmp_path / "uuids"))
    made.create(slots=4)
    with open(made.path, "r+b") as f:
        f.seek(HEADER)
        f.write(b"".join(key(f"x{n}") + A + bytes(4) for n in range(4)))
    assert made.find("nobody") is None
    made.close()


def test_a_lookup_reads_a_few_bytes_however_large_the_table(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger.add((f"u{n}", A, n) for n in range(20_000))
    read, total = os.read, 0

    def counting(fd: int, n: int) -> bytes:
        nonlocal total
        data = read(fd, n)
        total += len(data)
        return data

    monkeypatch.setattr(os, "read", counting)
    for n in range(100):
        ledger.find(f"u{n}")
        ledger.find(f"unknown{n}")
    assert total / 200 < 1000


def _enter(path: str, lock: str, name: str, count: int) -> None:
    for n in range(count):
        with Lock(lock, 30):
            ledger = Ledger(path)
            assert ledger.open()
            ledger.add([(f"{name}{n}", owner_tag(name), n)])
            ledger.close()


def test_processes_that_take_turns_lose_nothing(tmp_path: Path) -> None:
    path, lock = str(tmp_path / "uuids"), str(tmp_path / "lock")
    made = Ledger(path)
    made.create(slots=8)
    made.close()
    fork = multiprocessing.get_context("fork")
    running = [fork.Process(target=_enter, args=(path, lock, name, 150)) for name in "abc"]
    for p in running:
        p.start()
    for p in running:
        p.join(120)
        assert p.exitcode == 0
    assert made.open()
    assert all(made.find(f"{name}{n}") == (owner_tag(name), n) for name in "abc" for n in range(150))
    made.close()
