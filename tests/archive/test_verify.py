"""The proof that nothing is missing, and that it notices when something is."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from kits.builders import SESSION, Record, Session, archive, config, png, rich, talk

from rlm_core.archive.proof.shelf import GONE
from rlm_core.archive.proof.verify import Verdict, Verifier, damaged
from rlm_core.archive.proof.whole import whole
from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.chunks.chunkfile import load
from rlm_core.config import Config
from rlm_core.documents.update import add
from rlm_core.transcript.source import Source


def verify(kept: Archive, source: Source) -> Verdict:
    return Verifier(kept).verify(source)


@pytest.fixture
def kept(tmp_path: Path) -> Archive:
    return archive(tmp_path)


@pytest.fixture
def source(tmp_path: Path, kept: Archive) -> Source:
    """One of everything, archived."""
    made = talk(rich(), 6).write(tmp_path / "t" / f"{SESSION}.jsonl")
    take(kept, made)
    return made


def chunk_of(kept: Archive, text: str) -> Path:
    """The first chunk file that holds a text."""
    return next(Path(m["path"]) for m in kept.metas() if text in Path(m["path"]).read_text(encoding="utf-8"))


def uuid_of(kept: Archive, text: str) -> str:
    return next(u for u, _, t in load(chunk_of(kept, text).read_bytes()).entries() if text in t)


def replace(path: Path, old: str, new: str) -> None:
    data = path.read_text(encoding="utf-8")
    assert old in data
    path.write_text(data.replace(old, new, 1), encoding="utf-8")


def test_a_whole_archive_is_proven_whole(kept: Archive, source: Source) -> None:
    verdict = verify(kept, source)
    assert (verdict.ok, verdict.missing, verdict.skipped_lines) == (True, [], 0)
    assert verdict.entries == verdict.archived == sum(len(m["uuids"]) for m in kept.metas())
    assert damaged(kept) == []


@pytest.mark.parametrize("which", [0, 3, -1])
def test_the_entries_of_a_deleted_chunk_are_named(kept: Archive, source: Source, which: int) -> None:
    meta = list(kept.metas())[which]
    os.unlink(meta["path"])
    verdict = verify(kept, source)
    assert sorted(verdict.missing) == sorted(meta["uuids"])
    assert not verdict.ok
    assert verdict.archived == verdict.entries - len(meta["uuids"])
    found = damaged(kept)
    assert bool(found) is (which != -1)  # behind the last chunk nothing tells that there was one


def test_a_deleted_session_is_missing_whole(kept: Archive, source: Source) -> None:
    for meta in list(kept.metas()):
        os.unlink(meta["path"])
    verdict = verify(kept, source)
    assert len(verdict.missing) == verdict.entries > 0
    assert damaged(kept) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("alpha output", "alpha 0utput"),
        ("alpha output", ""),
        ("I should look", "I should not look"),
        ("ORCHID", "TULIP"),
    ],
)
def test_an_entry_whose_text_was_changed_is_named(kept: Archive, source: Source, old: str, new: str) -> None:
    path, uuid = chunk_of(kept, old), uuid_of(kept, old)
    replace(path, old, new)
    assert verify(kept, source).missing == [uuid]
    assert damaged(kept) == [f"{path}: the text was changed after it was archived"]


def test_text_added_to_an_entry_is_noticed_too(kept: Archive, source: Source) -> None:
    path = chunk_of(kept, "alpha output")
    replace(path, "alpha output", "alpha output and a forged line")
    assert any("was changed" in d for d in damaged(kept))


@pytest.mark.parametrize("suffix", [".txt", ".png"])
@pytest.mark.parametrize("harm", [os.unlink, lambda p: Path(p).write_bytes(b"other")], ids=["gone", "changed"])
def test_a_blob_that_is_gone_or_changed_makes_its_entry_missing(
    kept: Archive, source: Source, suffix: str, harm: Callable[[str], object]
) -> None:
    blob = next(p for p in Path(kept.root).glob("sessions/*/blobs/*") if p.suffix == suffix)
    uuid = uuid_of(kept, f"blobs/{blob.name}")
    harm(str(blob))
    assert verify(kept, source).missing == [uuid]


def test_what_was_not_archived_yet_is_named(tmp_path: Path, kept: Archive) -> None:
    session = talk(Session(), 3)
    source = session.write(tmp_path / "t.jsonl")
    source.session = SESSION
    take(kept, source)
    late = session.prompt("not archived yet")
    session.write(source.path)
    assert verify(kept, source).missing == [late]


@pytest.mark.parametrize(
    "harm",
    [
        lambda p: p.write_bytes(b""),
        lambda p: p.write_bytes(b"garbage"),
        lambda p: p.write_bytes(p.read_bytes()[: len(p.read_bytes()) // 2]),
        lambda p: p.write_bytes(re.sub(rb'"lines":\[.*?\]', b'"lines":["x"]', p.read_bytes())),
        lambda p: p.write_bytes(re.sub(rb'"lines":\[\d+', b'"lines":[99999', p.read_bytes())),
        lambda p: p.write_bytes(re.sub(rb'"uuids":\[.*?\]', b'"uuids":5', p.read_bytes())),
        lambda p: p.write_bytes(re.sub(rb"\n(number|previous): .*", b"", p.read_bytes())),
        lambda p: p.write_bytes(re.sub(rb"\nnumber: .*", b'\nnumber: "x"', p.read_bytes())),
    ],
    ids=[
        "empty",
        "garbage",
        "half",
        "lines no numbers",
        "lines too far",
        "uuids no list",
        "fields gone",
        "number no number",
    ],
)
def test_a_damaged_chunk_file_is_told_and_does_not_stop_the_proof(
    kept: Archive, source: Source, harm: Callable[[Path], object]
) -> None:
    meta = next(iter(kept.metas()))
    harm(Path(meta["path"]))
    assert any(meta["path"] in d for d in damaged(kept))
    assert set(verify(kept, source).missing) <= set(meta["uuids"])


def test_a_chunk_out_of_its_sequence_is_told(kept: Archive, source: Source) -> None:
    metas = list(kept.metas())
    os.unlink(metas[2]["path"])
    (told,) = damaged(kept)
    assert told == f"{metas[3]['path']}: chunk 0003 before it is missing or another one"


def test_secrets_left_out_are_counted_and_no_fault(tmp_path: Path, kept: Archive) -> None:
    session = Session()
    session.prompt("key gh" + "p_" + "a1B2" * 9 + " and AK" + "IA" + "QWERTYUIOPASDFGH")
    source = session.write(tmp_path / "t.jsonl")
    take(kept, source)
    verdict = verify(kept, source)
    assert (verdict.ok, verdict.redactions) == (True, 2)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {"enabled": False}),
        ({"enabled": False}, {}),
        ({}, {"extra": {"word": "waits"}}),
        ({}, {"skip": ["github"]}),
    ],
    ids=str,
)
def test_settings_changed_since_are_no_loss(tmp_path: Path, before: Record, after: Record) -> None:
    session = talk(Session(), 2)
    session.prompt("key gh" + "p_" + "a1B2" * 9)
    source = session.write(tmp_path / "t.jsonl")
    take(archive(tmp_path, config(**before)), source)
    assert verify(archive(tmp_path, config(**after)), source).missing == []


def test_other_chunk_sizes_since_are_no_loss(tmp_path: Path) -> None:
    source = talk(rich(), 4).write(tmp_path / "t" / f"{SESSION}.jsonl")
    take(archive(tmp_path), source)
    assert verify(Archive(archive(tmp_path).root, Config()), source).missing == []


def test_a_poorer_copy_need_not_stand_beside_the_whole_one(tmp_path: Path, kept: Archive) -> None:
    session = Session()
    uuid = session.result("t1", "the whole output")
    record = next(i for i in session.items if isinstance(i, dict))
    session.add(
        {**record, "message": {"content": [{"type": "tool_result", "tool_use_id": "t1", "content": "[cleared]"}]}}
    )
    source = session.write(tmp_path / "t.jsonl")
    take(kept, source)
    assert verify(kept, source).missing == []
    replace(chunk_of(kept, "the whole output"), "the whole output", "half of it")
    assert verify(kept, source).missing == [uuid]


def test_unreadable_lines_are_counted(tmp_path: Path, kept: Archive) -> None:
    session = talk(Session(), 1)
    session.add(b"{broken\n")
    source = session.write(tmp_path / "t.jsonl")
    take(kept, source)
    verdict = verify(kept, source)
    assert (verdict.ok, verdict.skipped_lines) == (True, 1)


def test_an_image_is_compared_byte_by_byte(tmp_path: Path, kept: Archive) -> None:
    from kits.builders import image_block

    session = Session()
    session.user([image_block(png(2))])
    source = session.write(tmp_path / "t.jsonl")
    take(kept, source)
    assert verify(kept, source).ok
    session.items.clear()
    session._ids = 0
    session.user([image_block(png(3))])
    session.write(source.path)
    assert not verify(kept, source).ok


def test_an_archive_that_does_not_exist_misses_everything(tmp_path: Path) -> None:
    source = talk(Session(), 1).write(tmp_path / "t.jsonl")
    assert len(verify(archive(tmp_path / "none"), source).missing) == 4
    assert damaged(archive(tmp_path / "none")) == []


def test_every_image_that_is_gone_is_named(kept: Archive, source: Source) -> None:
    """One that is an entry by itself, and one beside a text."""
    images = [str(path) for path in Path(kept.root).glob("sessions/*/blobs/*.png")]
    assert len(images) == 2
    for path in images:
        os.unlink(path)
    assert {harm.path for harm in whole(kept).harms if harm.kind == GONE} == {*images}


def test_a_text_that_quotes_an_images_caption_lacks_no_image(tmp_path: Path, kept: Archive) -> None:
    """As the page does that describes the archive's form, and an output that shows it."""
    caption = "[image] image/png, 70 bytes: blobs/33d0275c7218ea9f.png"
    session = Session()
    session.prompt(f"It says\n\n{caption}\n\nand what is that?")
    session.tool("Bash", f"## media\n\n{caption}\n", command="cat docs/format.md")
    take(kept, talk(session, 2).write(tmp_path / "t.jsonl"))
    page = tmp_path / "format.md"
    page.write_text(f"# Form\n\n{caption}\n")
    add(kept, [str(page)])
    assert (whole(kept).harms, whole(kept).ok) == ([], True)


@pytest.mark.parametrize("name", ["letters-from-home.md", "a-from-1234abcd.md"])
def test_a_document_is_told_from_what_another_archive_had_whatever_it_is_called(
    tmp_path: Path, kept: Archive, name: str
) -> None:
    (tmp_path / name).write_text("# Home\n\nThe lighthouse stands.\n")
    add(kept, [str(tmp_path / name)])
    assert whole(kept).maps == []
