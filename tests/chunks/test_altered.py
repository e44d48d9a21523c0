"""Altered chunks: names and lines stay, what is forgotten goes, and only the user's key proves the rest."""

from __future__ import annotations

import re
import tarfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kits.builders import SESSION, Session, archive, sessions
from kits.chunking import cut, entries_of
from kits.paths import ROOT

from rlm_core.chunks.altered import FORGOTTEN, alter, forgotten, holds_its_text, is_altered, is_forgotten
from rlm_core.chunks.chunkfile import as_closed, dump, is_unharmed, load
from rlm_core.documents.update import add

KEY = b"k" * 32
SMALL = (120, 240)


def files(session: Session, sizes: tuple[int, int] = SMALL, *, closed: bool = True) -> list[bytes]:
    return [dump(c, n, SESSION, closed=closed) for n, c in enumerate(cut(entries_of(session), sizes), 1)]


def proves(data: bytes, key: bytes) -> bool:
    """Whether a chunk file says that it was altered on purpose, and the key shows that it is as it was left."""
    chunk = load(data)
    return is_altered(chunk.meta) and holds_its_text(chunk, lambda: key)


def talk() -> Session:
    session = Session()
    session.prompt("Raise the saffron limit to five, please")
    session.tool("Edit", "done", file_path="/work/src/marigold.py", old_string="a", new_string="b")
    session.says("The saffron limit is five.")
    session.prompt("Now write tests for the parser")
    session.tool("Write", "done", file_path="/work/src/parser_test.py", content="assert parse")
    session.says("The parser has tests.")
    return session


@settings(max_examples=60)
@given(sessions(), st.data(), st.booleans())
def test_ids_names_and_lines_stay(session: Session, draw: st.DataObject, closed: bool) -> None:
    for data in files(session, closed=closed):
        before = load(data)
        chosen = draw.draw(st.sets(st.sampled_from(before.meta["uuids"])))
        after = load(new := alter(data, dict.fromkeys(chosen, forgotten), KEY))
        for name in ("chunk", "session", "number", "previous", "next", "provisional", "uuids", "lines", "turns"):
            assert after.meta[name] == before.meta[name]
        assert len(after.lines) == len(before.lines)
        assert is_unharmed(new)
        assert holds_its_text(after, lambda: KEY)
        for (uuid, line, old), (_, _, text) in zip(before.entries(), after.entries(), strict=True):
            assert text.count("\n") == old.count("\n")
            assert after.lines[line - 1] == before.lines[line - 1]
            if uuid not in chosen:
                assert text == old
            elif old.count("\n") > 2:
                assert text.split("\n")[1:3] == ["", FORGOTTEN]
                assert not "".join(text.split("\n")[3:])


def test_altering_twice_is_altering_once() -> None:
    (data,) = files(talk(), (2000, 4000))
    uuids = load(data).meta["uuids"]
    once = alter(data, {uuids[0]: forgotten}, KEY)
    assert alter(once, {uuids[0]: forgotten}, KEY) == once
    assert alter(once, {}, KEY) == once
    both = alter(data, {uuids[0]: forgotten, uuids[3]: forgotten}, KEY)
    assert alter(once, {uuids[3]: forgotten}, KEY) == both


def test_nothing_that_was_forgotten_is_told_by_title_keywords_files_and_tools() -> None:
    (data,) = files(talk(), (2000, 4000))
    before = load(data).meta
    assert "saffron" in before["title"]
    assert "saffron" in before["keywords"]
    assert "Edit" in before["tools"]
    assert any("marigold" in f for f in before["files"])
    first = before["uuids"][:4]
    new = alter(data, dict.fromkeys(first, forgotten), KEY)
    assert b"saffron" not in new.lower()
    assert b"marigold" not in new
    meta = load(new).meta
    assert meta["title"].startswith("Now write tests for the parser")
    assert any("parser_test.py" in f for f in meta["files"])
    assert meta["sizes"][:4] == [0, 0, 0, 0]
    assert meta["sizes"][4:] == before["sizes"][4:]
    assert 0 < meta["tokens"] < before["tokens"]


def test_a_chunk_of_which_nothing_is_left_has_no_words_but_that() -> None:
    (data,) = files(talk(), (2000, 4000))
    meta = load(alter(data, dict.fromkeys(load(data).meta["uuids"], forgotten), KEY)).meta
    assert meta["title"] == FORGOTTEN
    assert meta["keywords"] == meta["files"] == []
    assert not any(meta["sizes"])


def test_a_neighbour_loses_the_title_of_a_turn_that_is_forgotten_and_stays_what_its_id_says() -> None:
    session = Session()
    session.prompt("Raise the saffron limit")
    for n in range(12):
        session.says(f"Step {n} of the work: " + "some words about parsing " * 12)
    data = files(session)[1]
    assert "saffron" in load(data).meta["prompt"]
    new = alter(data, {}, KEY, drops=lambda label: "saffron" in label)
    meta = load(new).meta
    assert b"saffron" not in new
    assert meta["prompt"] == FORGOTTEN
    assert meta["title"].startswith(f"{FORGOTTEN} → Step")
    assert not is_altered(meta)
    assert is_unharmed(new)
    assert holds_its_text(load(new), lambda: b"")


def test_the_key_proves_and_nothing_else_does() -> None:
    (data,) = files(talk(), (2000, 4000))
    uuids = load(data).meta["uuids"]
    new = alter(data, {uuids[0]: forgotten}, KEY)
    assert proves(new, KEY)
    assert not proves(new, b"x" * 32)
    assert not proves(new, b"")
    assert not proves(data, KEY)
    assert not proves(new.replace(b"parser has tests", b"parser has texts"), KEY)
    assert not proves(new.replace(b"number: 1\n", b"number: 2\n"), KEY)
    assert not holds_its_text(load(new.replace(b'"altered":', b'"former":')), lambda: KEY)


def test_an_open_chunk_that_was_altered_can_be_closed() -> None:
    (data,) = files(talk(), (2000, 4000), closed=False)
    new = alter(data, {load(data).meta["uuids"][0]: forgotten}, KEY)
    shut = as_closed(new)
    assert shut == alter(as_closed(data), {load(data).meta["uuids"][0]: forgotten}, KEY)
    assert is_unharmed(shut)
    assert proves(shut, KEY)


def test_secrets_that_went_with_an_entry_are_not_counted_any_more() -> None:
    (data,) = files(talk(), (2000, 4000))
    uuids = load(data).meta["uuids"]
    marked = alter(data, {uuids[0]: lambda old: old.replace("saffron limit", "[redacted:env]")}, KEY)
    assert load(marked).meta["redactions"] == {"env": 1}
    assert load(alter(marked, {uuids[0]: forgotten}, KEY)).meta["redactions"] == {}


def test_an_entry_may_not_become_longer() -> None:
    (data,) = files(talk(), (2000, 4000))
    with pytest.raises(ValueError, match="longer"):
        alter(data, {load(data).meta["uuids"][0]: lambda old: old + "\nmore"}, KEY)


def test_a_section_of_a_document_loses_its_title() -> None:
    for title in ("", " · Deployment › Roll back"):
        heading = f"## document · docs/A.md:1-4{title} · 2026-11-22 10:00:03 · turn 3 · 0001"
        gone = forgotten(f"{heading}\n\nText\nand more\n")
        assert gone == f"## document · docs/A.md:1-4 · 2026-11-22 10:00:03 · turn 3 · 0001\n\n{FORGOTTEN}\n"
        assert is_forgotten(gone)


def test_a_document_keeps_its_path_and_is_called_by_a_section_that_stays(tmp_path: Path) -> None:
    made = archive(tmp_path / "project")
    made.prepare()
    (tmp_path / "project" / "notes.md").write_text("# Notes\n\nOf saffron.\n\n# Others\n\nOf other things.\n")
    add(made, [str(tmp_path / "project" / "notes.md")])
    (path,) = Path(made.root, "documents").glob("notes*/0001*.md")
    data = path.read_bytes()
    assert load(data).meta["title"] == "notes.md · Notes"
    meta = load(alter(data, {load(data).meta["uuids"][0]: forgotten}, KEY)).meta
    assert meta["files"] == ["notes.md"]
    assert meta["title"] == "notes.md · Others"
    meta = load(alter(data, dict.fromkeys(load(data).meta["uuids"], forgotten), KEY)).meta
    assert meta["files"] == ["notes.md"]
    assert meta["title"] == "notes.md"


def test_a_file_of_form_1_keeps_its_lines_too() -> None:
    with tarfile.open(ROOT / "tests" / "fixtures" / "v0_3_0" / "begun-fine.tar.xz") as tar:
        names = sorted(n for n in tar.getnames() if re.search(r"sessions/[^/]+/\d{4}-[0-9a-f]{8}\.md$", n))
        files = [stream.read() for n in names[:20] if (stream := tar.extractfile(n))]
    assert files
    for data in files:
        before = load(data)
        assert before.meta["form"] == 1
        assert holds_its_text(before, lambda: b"")
        uuid = before.meta["uuids"][0]
        after = load(new := alter(data, {uuid: forgotten}, KEY))
        assert len(after.lines) == len(before.lines)
        assert [entry[:2] for entry in after.entries()] == [entry[:2] for entry in before.entries()]
        assert is_forgotten(after.entries()[0][2])
        assert after.entries()[1:] == before.entries()[1:]
        assert proves(new, KEY)
        assert not proves(new, b"x" * 32)
        assert "keywords" not in after.meta
        assert alter(new, {uuid: forgotten}, KEY) == new
