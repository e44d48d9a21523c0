"""What Claude is told: of fixed greatest length, true, and empty where there is nothing to tell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from builders import SESSION, Session, archive, config, talk
from hypothesis import given, settings
from hypothesis import strategies as st

from rlm_core import guide
from rlm_core.archive import Archive
from rlm_core.guide import LINE_CHARS, MAP_CHARS, Row, chunk_rows, pointer, session_map, summary_line


@pytest.fixture
def kept(tmp_path: Path) -> Archive:
    """An archive of one session of many chunks."""
    made = archive(tmp_path)
    made.take(talk(Session(), 30).write(tmp_path / f"{SESSION}.jsonl"))
    return made


@pytest.fixture
def state(kept: Archive) -> dict[str, object]:
    (path,) = Path(kept.path("state", "sources")).iterdir()
    return dict(json.loads(path.read_text()))


def test_the_pointer_says_where_and_how_much(kept: Archive) -> None:
    said = pointer(kept.root)
    assert kept.root in said
    assert f"1 session, {len(list(kept.metas()))} chunks" in said.replace("1 sessions", "1 session")
    assert "\n" not in said


@pytest.mark.parametrize(
    "data", [None, b"", b"[]", b"garbage", b'{"sessions": 5}', b'{"sessions": {"x": {}}}'], ids=repr
)
def test_without_a_catalog_there_is_nothing_to_point_at(tmp_path: Path, data: bytes | None) -> None:
    (tmp_path / "state").mkdir()
    if data is not None:
        (tmp_path / "state" / "catalog.json").write_bytes(data)
    assert pointer(str(tmp_path)) == ""
    assert session_map(str(tmp_path), {}) == ""
    assert summary_line(str(tmp_path), {}) == ""


def test_the_map_lists_the_newest_chunks_first_and_counts_the_others(kept: Archive, state: dict[str, object]) -> None:
    said = session_map(kept.root, state)
    rows = [r for r in said.split("\n")[1:] if r]
    metas = list(kept.metas())
    assert len(metas) > 20
    for row, meta in zip(rows[:-1], reversed(metas), strict=False):
        assert Path(meta["path"]).name in row
        assert meta["chunk"] in row
    assert rows[-1] == f"… and {len(metas) - len(rows) + 1} earlier ones in index.md"
    assert len(said) <= MAP_CHARS


def test_the_line_for_the_summary_names_ids_that_are_in_the_archive(kept: Archive, state: dict[str, object]) -> None:
    import re

    said = summary_line(kept.root, state)
    cited = set(re.findall(r"r1-[0-9a-f]{12}", said))
    assert cited
    assert cited <= {m["chunk"] for m in kept.metas()}
    assert list(kept.metas())[-1]["chunk"] in cited
    assert "\n" not in said
    assert not said.startswith("{")


def test_texts_are_facts_not_orders(kept: Archive, state: dict[str, object]) -> None:
    """Claude treats orders from hooks with suspicion."""
    for said in (pointer(kept.root), session_map(kept.root, state)):
        assert "you must" not in said.lower()
        assert "IMPORTANT" not in said


ROWS = st.dictionaries(
    st.integers(1, 20_000),
    st.builds(Row, st.just("0001-00000000.md"), st.just("r1-000000000000"), st.text(max_size=guide.TITLE + 20)),
    min_size=1,
    max_size=400,
)


@settings(max_examples=60)
@given(ROWS)
def test_no_text_exceeds_its_length(rows: dict[int, Row]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guide, "chunk_rows", lambda _: rows)
        assert len(session_map("/home/jo/app/.claude/rlm", {"folder": "sessions/x"})) <= MAP_CHARS
        assert len(summary_line("/home/jo/app/.claude/rlm", {"folder": "sessions/x"})) <= LINE_CHARS


@pytest.mark.parametrize("title", ["a · b · c", "[x](y)", "tokens · title", "- [0009-x](y)", "", "été 東京"])
def test_titles_that_look_like_the_index_do_not_confuse_the_map(tmp_path: Path, title: str) -> None:
    kept, session = archive(tmp_path, config()), Session()
    session.prompt(title)
    session.says("so be it")
    report = kept.take(session.write(tmp_path / f"{SESSION}.jsonl"))
    (meta,) = kept.metas()
    ((number, row),) = chunk_rows(report.archive_dir).items()
    assert (number, row.file, row.chunk) == (1, Path(meta["path"]).name, meta["chunk"])
    assert row.what.startswith("(turn 1)")


@pytest.mark.parametrize(
    "text", ["", "garbage", "- [x](y)", "- [0001-x](y) · a", "- [](", "- [0001", "·" * 50, "- [99999999999999999999-x]"]
)
def test_an_index_that_was_edited_gives_no_rows_and_no_fault(tmp_path: Path, text: str) -> None:
    (tmp_path / "index.md").write_text(text)
    assert chunk_rows(str(tmp_path)) == {}
