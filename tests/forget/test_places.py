"""Every place of ours is cleared of what is forgotten, in the archive, its copy and the user's directory."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from kits.builders import SESSION, Session, archive, small, talk
from kits.checker import altered, lost
from kits.crash import Breaker, Killed
from kits.paths import ROOT

from rlm_core.archive.copies.keeping import keep_up
from rlm_core.archive.copies.place import copies_at
from rlm_core.archive.proof.verify import Verifier, damaged
from rlm_core.archive.repair.repair import repair
from rlm_core.archive.store import Archive
from rlm_core.archive.summaries import file_summary
from rlm_core.archive.take import take_all
from rlm_core.archive.tombstones.burying import Grave
from rlm_core.archive.tombstones.burying import bury as stones_into
from rlm_core.asking.books import Books
from rlm_core.asking.ledger.grants import Grant, own_folder, user_ledger
from rlm_core.asking.memory.answers import Answers
from rlm_core.chunks.altered import FORGOTTEN, is_altered
from rlm_core.chunks.chunkfile import load
from rlm_core.chunks.entries import entries_of
from rlm_core.disk import MOST_BYTES, read
from rlm_core.documents.update import add
from rlm_core.forget.places import PLACES, counts, scrub
from rlm_core.forget.places.job import chunk_paths, folders
from rlm_core.forget.places.questions import MOST_ASIDE
from rlm_core.forget.places.taking import pointers
from rlm_core.forget.target import Doomed, Target
from rlm_core.home import key_path, own_dir, user_key
from rlm_core.index.update import update
from rlm_core.transcript.source import Source

OTHER = "99999999-1111-4222-8333-944445555666"
WORD = "saffron"
GOING: list[Grant] = []
"""Runs under way."""


def session() -> Session:
    made = talk(Session(SESSION), 4)
    made.prompt("Raise the Saffron limit of the nightly import to five")
    for n in range(6):
        made.says(f"Step {n}: " + "the import has another limit now and we go on with it " * 6)
    made.tool("Bash", "row of the SAFFRON table\n" * 900, command="cat saffron.txt")
    made.tool("Edit", "done", file_path="/work/saffron_limit.py", old_string="a", new_string="b")
    made.prompt("Now write tests for the parser")
    made.says("The parser has tests.")
    return made


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return session().write(tmp_path / "t" / f"{SESSION}.jsonl")


@pytest.fixture
def kept(tmp_path: Path, source: Source) -> Archive:
    """An archive with two sessions, a document, a second copy and an index; the word stands wherever it may."""
    made = archive(tmp_path / "project", small())
    take_all(made, source)
    other = talk(Session(OTHER, seed="two"), 5)
    take_all(made, other.write(tmp_path / "t" / f"{OTHER}.jsonl"))
    (tmp_path / "project" / "notes.md").write_text("# Notes\n\nOf saffron, a word.\n\n# Others\n\nOf other things.\n")
    add(made, [str(tmp_path / "project" / "notes.md")])
    plant(made)
    keep_up(made, lambda _: None, lambda _: None)
    update(made)
    return made


def plant(made: Archive) -> None:
    """Put the word where questions, hints, errors and killed runs would have put it."""
    from rlm_core.redaction.clean import literal

    state = json.loads((Path(made.root) / "state" / "sources" / f"{SESSION}.json").read_text())
    file_summary(made.root, state, literal("We raised the saffron limit."), literal("auto"))
    chunk = os.path.basename(next(p for p in paths(made.root) if WORD in Path(p).read_text("utf-8", "replace").lower()))
    cited = f"r2-{chunk[5:13]}"
    for top in (Path(made.root) / "state" / "ask", own_folder()):
        for digits, data in (("0a", {"quote": "Saffron"}), ("0b", {"where": cited}), ("0c", {"quote": "nothing"})):
            Answers(Books(top)).put(digits * 20, data)
        put(top / "books-damaged-1.db", "a page of saffron")
    put(Path(made.root) / "state" / "ask" / "orders" / "order-0a0a0a0a.md", "What of saffron?\n")
    for name, told in (("told", "saffron"), ("other", "quince")):
        cells = Path(made.root) / "state" / "repl" / name
        put(cells / "session.json", {"version": 1, "cells": 1, "over": None, "caps": {}, "names": [], "last": ""})
        put(cells / "texts" / ("0f" * 16), told)
    for question in ("What of saffron?", "What of quince?"):
        for ends in (True, False):
            grant = user_ledger().grant(1.0, 0, project="/p", question=question)
            grant.finish({"usd": 1.0}) if ends else GOING.append(grant)
    doomed = next(e for _, _, e in said(made.root, {WORD}))
    shown = [f"{doomed.uuid}:Raise the Saffron li", "other:What was said of it"]
    put(Path(made.root) / "state" / "hinted.json", {SESSION: shown})
    lines = "2026-11-22T10:00:07Z 4715 ERROR ValueError | no saffron\n2026-11-22T10:00:08Z 1 sweep entries+1\n"
    put(Path(made.root) / "log" / "rlm.log", lines)
    folder = next(f for f in folders(made.root) if f.startswith("sessions"))
    put(Path(made.root) / folder / "damaged" / chunk, "## user\n\nsaffron\n")
    put(Path(made.root) / "state" / ".tmp-999999999-x.json", "saffron")


def put(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value) + "\n")


def paths(root: str) -> Iterator[str]:
    for folder in folders(root):
        yield from chunk_paths(root, folder)


def said(root: str, words: set[str]) -> Iterator[tuple[str, str, Doomed]]:
    """(path, Markdown, what it would be to forget it) of the entries that hold one of these words, blobs included."""
    for folder in folders(root):
        for path in chunk_paths(root, folder):
            for entry in entries_of(load(read(path) or b"", path)):
                blobs = pointers(entry.whole)
                beside = [Path(root, folder, "blobs", b) for b in entry.blobs]
                files = [b.read_text("utf-8", "replace") for b in beside if b.exists()]
                text = "\n".join([entry.text, *files])
                if any(word in text.lower() for word in words):
                    where = os.path.relpath(os.path.dirname(path), root)
                    name = os.path.basename(path)
                    doomed = Doomed(where, name, entry.uuid, entry.line, text, blobs, entry.iso_time, entry.role)
                    yield path, entry.whole, doomed


def target_of(made: Archive, *words: str) -> Target:
    return Target(made, [doomed for _, _, doomed in said(made.root, set(words))])


def bury(target: Target) -> None:
    """Have nothing come back: what `rlm forget` does first."""
    grave = Grave()
    for entry in target.entries:
        grave.entry(entry.uuid, entry.text, entry.time, entry.role)
    for session in target.sessions:
        grave.session(session)
    stones_into(target.archive, grave.stones)


def holding(word: str, *tops: str | Path) -> list[str]:
    """Files below these directories that hold a word, whatever its case."""
    found = [p for top in tops for p in Path(top).rglob("*") if p.is_file() and not p.is_symlink()]
    return [str(p) for p in found if word.encode() in p.read_bytes().lower()]


def of_ours(made: Archive) -> list[str | Path]:
    return [made.root, own_dir(), own_folder()]


def test_the_word_stands_in_every_place_and_then_in_none(kept: Archive, source: Source) -> None:
    before = holding(WORD, *of_ours(kept))
    parts = "ask/books.db rlm-ask/books.db"
    parts += " books-damaged orders hinted.json rlm.log summaries damaged .tmp- index.md search.db"
    for part in [*parts.split(), "copies", "sources", "documents", "blobs"]:
        assert any(part in path for path in before), part
    target = target_of(kept, WORD)
    bury(target)
    scrub(target)
    assert holding(WORD, *of_ours(kept)) == []
    assert [p.name for p in Path(kept.path("state", "repl")).iterdir()] == ["other"]


def test_damaged_books_of_any_size_go_when_they_tell(kept: Archive) -> None:
    path = Path(kept.root) / "state" / "ask" / "books-damaged-2.db"
    path.write_bytes(bytes(MOST_BYTES) + b"Saffron")
    target = target_of(kept, WORD)
    bury(target)
    scrub(target)
    assert not path.exists()


def test_large_damaged_books_go_unread_and_small_ones_that_do_not_tell_stay(kept: Archive) -> None:
    large, small = (Path(kept.root) / "state" / "ask" / f"books-damaged-{n}.db" for n in (3, 4))
    large.write_bytes(b"\0" * (MOST_ASIDE + 1))
    small.write_bytes(b"\0" * MOST_ASIDE)
    target = target_of(kept, WORD)
    counts(target)
    assert large.exists()
    bury(target)
    scrub(target)
    assert (large.exists(), small.exists()) == (False, True)


def test_what_stays_is_whole_and_has_its_place(kept: Archive, source: Source) -> None:
    target = target_of(kept, WORD)
    gone = {entry.uuid for entry in target.entries}
    before = {path: load(read(path) or b"") for path in paths(kept.root)}
    bury(target)
    scrub(target)
    after = {path: load(read(path) or b"") for path in paths(kept.root)}
    assert after.keys() == before.keys()
    assert any(is_altered(chunk.meta) for chunk in after.values())
    for path, chunk in after.items():
        for (uuid, line, old), (new_uuid, new_line, new) in zip(before[path].entries(), chunk.entries(), strict=True):
            assert (new_uuid, new_line) == (uuid, line)
            assert new == old if uuid not in gone else FORGOTTEN in new
    assert damaged(kept) == []
    sessions = Path(kept.root, "sessions")
    of_sessions = [e for e in target.entries if e.folder.startswith("sessions")]
    assert altered(sessions, user_key()) == (len(of_sessions), [])
    assert altered(sessions, b"x" * 32)[1] != []
    assert lost(Path(source.path), Path(kept.root), forgotten=lambda text: WORD in text.lower()) == []
    (top,) = copies_at(kept.root)
    assert [p for p in paths(top) if Path(p).read_bytes() != Path(p.replace(top, kept.root, 1)).read_bytes()] == []


def test_nothing_comes_back_with_the_next_run(kept: Archive, source: Source, tmp_path: Path) -> None:
    target = target_of(kept, WORD)
    bury(target)
    scrub(target)
    grown = session()
    grown.prompt("Another matter")
    grown.says("Said later.")
    take_all(kept, grown.write(source.path))
    keep_up(kept, lambda _: None, lambda _: None)
    assert holding(WORD, kept.root, own_dir()) == []
    assert any("Said later." in text for _, text, _ in said(kept.root, {"said later"}))
    assert damaged(kept) == []


def test_a_whole_session_goes_with_its_notes(kept: Archive) -> None:
    folder = next(f for f in folders(kept.root) if f.endswith(SESSION[:8]))
    entries = [d for _, _, d in said(kept.root, {""}) if d.folder == folder]
    target = Target(kept, entries, [folder], [SESSION])
    bury(target)
    scrub(target)
    assert not os.path.exists(kept.path(*folder.split("/")))
    assert [f for top in copies_at(kept.root) for f in folders(top) if f == folder] == []
    assert SESSION[:8] not in Path(kept.root, "INDEX.md").read_text()
    assert not os.path.exists(kept.path("state", "sources", f"{SESSION}.json"))
    assert damaged(kept) == []


def test_what_somebody_else_said_stays(kept: Archive) -> None:
    target = target_of(kept, WORD)
    bury(target)
    scrub(target)
    for top in (Path(kept.root) / "state" / "ask", own_folder()):
        with Books(top).reading() as db:
            assert db.execute("SELECT key FROM answers").fetchall() == [("0c" * 20,)]
    with Books(own_folder()).reading() as db:
        for table in ("receipts", "grants"):
            rows = [json.loads(data) for (data,) in db.execute(f"SELECT data FROM {table}")]
            assert sorted(row["question"] for row in rows) == ["What of quince?", FORGOTTEN], table
    assert user_ledger().today() == 2.0, "money was spent all the same"
    assert json.loads(Path(kept.path("state", "hinted.json")).read_text()) == {SESSION: ["other:What was said of it"]}
    assert "sweep entries+1" in Path(kept.path("log", "rlm.log")).read_text()


def test_a_dry_run_writes_nothing_and_counts_the_places(kept: Archive) -> None:
    def files() -> dict[str, bytes]:
        """But for what tells only who is reading: locks, and what SQLite has beside a database that a run has open."""
        found = [p for top in of_ours(kept) for p in Path(top).rglob("*") if p.is_file()]
        return {str(p): p.read_bytes() for p in found if not p.name.endswith((".lock", "-shm"))}

    before = files()
    target = target_of(kept, WORD)
    found = dict(counts(target))
    assert files() == before
    assert found["entries"] == 2 * len(target.entries)  # in the archive and in its copy
    assert {"answers", "receipts", "grants", "hints", "log", "summaries", "states", "indexes"} <= found.keys()


def test_a_run_again_finds_nothing_to_do(kept: Archive) -> None:
    target = target_of(kept, WORD)
    bury(target)
    scrub(target)
    again = dict(scrub(Target(kept, [_without_text(e) for e in target.entries])))
    assert not again.keys() & {"answers", "receipts", "entries", "names of chunks", "summaries", "log"}
    assert damaged(kept) == []


def _without_text(entry: Doomed) -> Doomed:
    return Doomed(entry.folder, entry.file, entry.uuid, entry.line, "")


def test_a_blob_that_another_entry_points_to_stays(tmp_path: Path) -> None:
    made = archive(tmp_path / "project", small())
    told = Session(SESSION)
    long = "one row of a long table\n" * 900
    told.prompt("Print the saffron table")
    told.tool("Bash", long, command="cat one")
    told.tool("Bash", long, command="cat two")
    take_all(made, told.write(tmp_path / "t" / f"{SESSION}.jsonl"))
    both = [d for _, _, d in said(made.root, {"row of a long"}) if d.blobs]
    assert len(both) == 2
    assert both[0].blobs == both[1].blobs
    blob = Path(made.root, both[0].folder, "blobs", both[0].blobs[0])
    for n, doomed in enumerate(both):
        target = Target(made, [doomed])
        bury(target)
        scrub(target)
        assert blob.exists() is (n == 0)
    assert damaged(made) == []


# The key.


def test_the_key_is_made_once_and_is_nobody_elses(tmp_path: Path) -> None:
    assert user_key() == b""
    key = user_key(create=True)
    assert len(key) == 32
    assert user_key() == user_key(create=True) == key
    assert os.stat(key_path()).st_mode & 0o777 == 0o600
    Path(key_path()).write_bytes(b"short")
    with pytest.raises(Exception, match="is not the key"):
        user_key(create=True)


# What verifies.


def test_verify_tells_what_was_forgotten_and_misses_nothing(kept: Archive, source: Source) -> None:
    whole = Verifier(kept).verify(source)
    assert whole.ok
    assert whole.forgotten == 0
    target = target_of(kept, WORD)
    records = {entry.uuid for entry in target.entries if not entry.folder.startswith("documents")}
    bury(target)
    scrub(target)
    verdict = Verifier(kept).verify(source)
    assert verdict.ok, verdict.missing
    assert verdict.forgotten == len(records)
    assert verdict.entries == verdict.archived == whole.entries - len(records)


def test_a_flipped_bit_in_an_altered_chunk_is_found_and_the_copy_brings_it_back(kept: Archive) -> None:
    target = target_of(kept, WORD)
    bury(target)
    scrub(target)
    path = next(p for p in paths(kept.root) if is_altered(load(read(p) or b"").meta))
    was = Path(path).read_bytes()
    Path(path).unlink()  # the copy has the same file
    Path(path).write_bytes(was.replace(FORGOTTEN.encode(), b"[Forgotten]", 1))
    assert [os.path.basename(path) in line for line in damaged(kept)] == [True]
    repair(kept, [], lambda _: None)
    assert damaged(kept) == []
    assert Path(path).read_bytes() == was


# Killed on the way.


@pytest.mark.parametrize("step", ["replace", "unlink"])
def test_killed_at_any_moment_the_next_run_completes_it(kept: Archive, step: str, tmp_path: Path) -> None:
    bury(target_of(kept, WORD))
    tops = [Path(kept.root).parents[1], Path(own_dir()).parent]
    before = {top: tmp_path / f"before-{n}" for n, top in enumerate(tops)}
    for top, there in before.items():
        shutil.copytree(top, there, symlinks=True)

    def once(at: int) -> int:
        for top, there in before.items():
            shutil.rmtree(top)
            shutil.copytree(there, top, symlinks=True)
        target = target_of(kept, WORD)
        with Breaker(step, at) as breaker, suppress(Killed):
            scrub(target)
        scrub(Target(kept, list(as_they_stand(kept, target))))
        assert holding(WORD, *of_ours(kept)) == [], at
        assert damaged(kept) == [], at
        return breaker.count

    count = once(10**9)
    assert count > 10
    for at in range(1, count + 1, count // 9):
        once(at)


def as_they_stand(made: Archive, target: Target) -> Iterator[Doomed]:
    """The entries of a target read anew, as a run that completes another one reads them."""
    uuids = {entry.uuid for entry in target.entries}
    yield from (doomed for _, _, doomed in said(made.root, {""}) if doomed.uuid in uuids)


# Forms of chunks.


def test_an_entry_of_the_open_chunk_goes_and_the_transcript_is_gone_on_with(tmp_path: Path) -> None:
    made = archive(tmp_path / "project")
    told = Session(SESSION)
    told.prompt("Tell me of saffron")
    told.says("Of other things.")
    path = tmp_path / "t" / f"{SESSION}.jsonl"
    take_all(made, told.write(path))
    (chunk,) = paths(made.root)
    assert load(read(chunk) or b"").meta["provisional"]
    target = target_of(made, WORD)
    bury(target)
    scrub(target)
    assert not load(read(chunk) or b"").meta["provisional"]
    told.says("And of more.")
    source = told.write(path)
    take_all(made, source)
    assert holding(WORD, made.root, own_dir()) == []
    assert [t.partition("\n\n")[2].strip() for _, t, _ in said(made.root, {""})] == [
        FORGOTTEN,
        "Of other things.",
        "And of more.",
    ]
    assert damaged(made) == []
    assert Verifier(made).verify(source).ok


def test_a_prompt_of_common_words_does_not_live_on_in_titles(tmp_path: Path) -> None:
    """Each of its words stands elsewhere, too: it is known by being the prompt."""
    made = archive(tmp_path / "project", small())
    told = Session(SESSION)
    told.prompt("Fix the nightly tests")
    for n in range(9):
        told.says(f"Step {n}: the tests of the nightly import, to fix them. " * 9)
    take_all(made, told.write(tmp_path / "t" / f"{SESSION}.jsonl"))
    first = next(d for _, text, d in said(made.root, {"fix the nightly tests"}) if text.startswith("## user"))
    assert holding("fix the nightly tests", made.root)
    target = Target(made, [first])
    bury(target)
    scrub(target)
    assert holding("fix the nightly tests", made.root) == []
    assert any(load(read(p) or b"").meta["prompt"] == FORGOTTEN for p in paths(made.root))


def test_a_document_goes_with_its_list(kept: Archive, tmp_path: Path) -> None:
    (document,) = [f for f in folders(kept.root) if f.startswith("documents")]
    entries = [d for _, _, d in said(kept.root, {""}) if d.folder == document]
    target = Target(kept, entries, [document], [], ["notes.md"])
    scrub(target)
    assert [f for root in (kept.root, *copies_at(kept.root)) for f in folders(root) if f == document] == []
    assert "notes.md" not in Path(kept.path("documents", "sources.json")).read_text()
    assert "notes.md" not in Path(kept.path("documents", "INDEX.md")).read_text()


# The table of what goes from where.


def test_every_kind_of_file_has_a_row_that_says_what_becomes_of_it() -> None:
    text = (ROOT / "docs" / "format.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```paths name=[a-z]+\n(.*?)^```$", text, re.M | re.S)
    kinds = {line.split()[0] for block in blocks for line in block.splitlines()}
    (table,) = re.findall(r"<!-- forgotten -->\n\n\|.*\n\|.*\n((?:\|.*\n)+)", text)
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    named = {kind for row in rows for kind in row[0].split(", ")}
    places = {place for row in rows for place in re.findall("`([^`]+)`", row[2])}
    assert len(kinds) > 50
    assert named == kinds
    assert places == {name for name, _ in PLACES}
