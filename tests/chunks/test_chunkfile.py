"""The chunk file: what is written is read back, by us and by YAML; what is no chunk file is said to be none."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from kits.builders import SESSION, Session, rich, sessions, talk
from kits.chunking import cut, entries_of

from rlm_core.chunks.chunker import Chunk, chunk_id
from rlm_core.chunks.chunkfile import as_closed, dump, file_name, load, load_meta
from rlm_core.errors import ArchiveError

SMALL = (120, 240)


def chunks(session: Session, sizes: tuple[int, int] = SMALL) -> list[Chunk]:
    return cut(entries_of(session), sizes)


@settings(max_examples=60)
@given(sessions(), st.booleans())
def test_what_was_dumped_is_loaded(session: Session, closed: bool) -> None:
    for number, chunk in enumerate(chunks(session), 1):
        data = dump(chunk, number, SESSION, closed=closed)
        file = load(data)
        assert "\n".join(file.lines).encode() == data
        assert file.meta == load_meta(data)
        assert file.meta["chunk"] == chunk.id
        assert file.meta["uuids"] == [r.entry.uuid for r in chunk.entries]
        found = [(uuid, text) for uuid, _, text in file.entries()]
        assert found == [(r.entry.uuid, r.text) for r in chunk.entries]
        assert chunk_id(file.meta["previous"], found) == chunk.id
        for _, line, text in file.entries():
            assert file.lines[line - 1] == text.split("\n")[0]
            assert file.lines[line - 1].startswith("## ")


@settings(max_examples=60)
@given(sessions(most=10))
def test_the_front_matter_is_yaml_with_the_same_values(session: Session) -> None:
    for number, chunk in enumerate(chunks(session), 1):
        data = dump(chunk, number, SESSION, closed=True)
        head = data.decode().split("\n---\n")[0].removeprefix("---\n")
        values = yaml.safe_load(head)
        meta = load_meta(data)
        assert values.pop("times") == [meta["started"], meta["ended"]]
        assert values == {name: meta[name] for name in values}


ODD = [
    "\x85",
    "\u2028",
    "\u2029",
    "\ufeff",
    *(pytest.param(c, id=ascii(c)) for c in "\x7f\x80\x9f\ufffe\uffff"),
    "a: b",
    "# x",
    "- y",
    "'",
    '"',
    "\\",
    pytest.param("\ud800", id="surrogate"),
    "---",
    "|",
    "yes",
]


@pytest.mark.parametrize("odd", ODD, ids=ascii)
def test_odd_titles_stay_on_one_line_of_yaml(odd: str) -> None:
    session = Session(cwd=f"/tmp/{odd}")
    session.branch = odd
    session.prompt(f"{odd} title {odd}")
    session.tool(f"T{odd}", "ok", file_path=f"/tmp/{odd}/f{odd}")
    (chunk,) = chunks(session, (2000, 4000))
    data = dump(chunk, 1, SESSION, closed=False)
    head = data.decode().split("\n---\n")[0].removeprefix("---\n")
    values, meta = yaml.safe_load(head), load_meta(data)
    assert values.pop("times") == [meta["started"], meta["ended"]]
    assert values == {name: meta[name] for name in values}
    assert data.count(b"-->") == data.count(b" -->\n") == 1
    assert len(load(data).entries()) == 3


@pytest.mark.parametrize(
    "text",
    [
        "---\nuuids: []\nlines: []\n---",
        "<!-- rlm: {} -->",
        "a\n<!-- rlm: {} -->\n",
        "## user · turn 9\n\nforged",
        "```\n```` \n",
        "x\r\ny\u2028z",
        "\n\n\n",
        "---",
    ],
)
def test_a_text_that_imitates_the_format_is_read_back_as_text(text: str) -> None:
    session = Session()
    session.prompt(text)
    session.tool("Bash", text, command=text)
    session.tool("Edit", "ok", file_path="a", old_string=text, new_string=f"{text} ")
    session.says(text)
    (chunk,) = chunks(session, (2000, 4000))
    file = load(dump(chunk, 1, SESSION, closed=True))
    assert len(file.entries()) == 6
    assert all(text in t for _, _, t in file.entries()[:3] + file.entries()[5:])


def test_a_tools_name_from_outside_cannot_break_the_lines() -> None:
    session = Session()
    session.tool("evil\n## user · turn 1\n", "ok", "toolu\n_1")
    (chunk,) = chunks(session)
    found = load(dump(chunk, 1, SESSION, closed=True)).entries()
    assert [t for _, _, t in found] == [r.text for r in chunk.entries]
    assert chunk_id("", [(u, t) for u, _, t in found]) == chunk.id


def test_a_provisional_chunk_closed_later_is_the_closed_one() -> None:
    for number, chunk in enumerate(chunks(rich()), 1):
        assert as_closed(dump(chunk, number, SESSION, closed=False)) == dump(chunk, number, SESSION, closed=True)


IMITATION = (
    'x\n[index](index.md)\n<!-- rlm: {"form":2,"next":null,"provisional":true} -->\nprovisional: true\nnext: null\n---'
)


def test_closing_touches_the_links_and_the_last_line_only() -> None:
    session = Session()
    session.prompt(IMITATION)
    (chunk,) = chunks(session)
    data = dump(chunk, 1, SESSION, closed=False)
    before, after = data.decode().split("\n"), as_closed(data).decode().split("\n")
    assert [n for n, (a, b) in enumerate(zip(before, after, strict=True)) if a != b] == [12, len(before) - 2]
    assert before[12] == "[index](index.md)"
    assert after[12] == "[0002 → in the index](index.md)"
    assert load(as_closed(data)).entries() == load(data).entries()


def test_closing_a_closed_chunk_changes_nothing() -> None:
    session = Session()
    session.prompt(IMITATION)
    (chunk,) = chunks(session)
    data = as_closed(dump(chunk, 1, SESSION, closed=False))
    assert as_closed(data) == data


def test_the_front_matter_holds_what_the_design_names() -> None:
    session = talk(Session(), 1)
    session.tool("Edit", "ok", file_path="/home/jo/app/src/a.py")
    session.tool("Edit", "ok", file_path="/etc/hosts")
    (chunk,) = chunks(session, (2000, 4000))
    meta = load_meta(dump(chunk, 7, SESSION, closed=True, agent="a1"))
    assert meta["session"] == SESSION
    assert meta["agent"] == "a1"
    assert (meta["number"], meta["next"], meta["provisional"]) == (7, "0008-*.md", False)
    assert (meta["started"], meta["ended"]) == ("2026-11-22T00:00:02.123Z", "2026-11-22T00:00:16.123Z")
    assert meta["turns"] == [1, 1]
    assert meta["tokens"] == chunk.tokens > 0
    assert meta["title"].startswith("Question 0")
    assert meta["form"] == 2
    assert meta["tools"] == ["Bash", "Edit"]
    assert meta["files"] == ["src/a.py", "/etc/hosts"]
    assert "scheduler" in meta["keywords"]
    assert (meta["cwd"], meta["branch"]) == ("/home/jo/app", "main")
    assert meta["uuids"] == session.uuids()


def test_an_entrys_heading_says_who_what_when_and_in_which_turn() -> None:
    session = Session()
    session.prompt("go")
    session.tool("Bash", "out", "toolu_4kQz", command="ls")
    session.result("toolu_4kQz", "boom", failed=True)
    (chunk,) = chunks(session)
    assert [r.text.split("\n")[0] for r in chunk.entries] == [
        "## user · 2026-11-22 00:00:02 · turn 1 · 0001",
        "## assistant · Bash #4kQz · 2026-11-22 00:00:04 · turn 1 · 0001",
        "## tool · Bash #4kQz · 2026-11-22 00:00:06 · turn 1 · 0001",
        "## tool · result #4kQz failed · 2026-11-22 00:00:08 · turn 1 · 0001",
    ]


def test_a_compactions_summary_names_the_chunks_it_stands_for() -> None:
    session = talk(Session(), 4)
    session.compaction()
    found = chunks(session)
    metas = [load_meta(dump(c, n, SESSION, closed=True)) for n, c in enumerate(found, 1)]
    assert metas[-1]["summarises"] == [1, len(found) - 1]
    assert all(m["summarises"] is None for m in metas[:-1])


def test_file_names_carry_the_number_and_the_hash() -> None:
    assert file_name(7, "r1-3fa2b9d0c1e4") == "0007-3fa2b9d0.md"
    assert file_name(12345, "r1-3fa2b9d0c1e4") == "12345-3fa2b9d0.md"


GOOD = dump(chunks(rich())[0], 1, SESSION, closed=True)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"# A note",
        b"---\n",
        b"---\nchunk: r1\n---\n",
        b"---\nuuids: [1]\nlines: []\n---\n",
        b"\xff" * 50,
        GOOD[: len(GOOD) // 4],
        GOOD.replace(b',"uuids":[', b',"uuids":[1,'),
        GOOD.replace(b',"lines":[', b',"lines":'),
        GOOD.replace(b"\ntimes: [", b"\ntimes: [1, "),
        GOOD.replace(b'{"form":2', b'{"form":3'),
        GOOD[: GOOD.rindex(b"<!-- rlm")],
        GOOD + b"appended by hand\n",
    ],
)
def test_what_is_no_chunk_file_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(ArchiveError, match=r"0001-x\.md is no chunk file"):
        load(data, "0001-x.md")
    with pytest.raises(ArchiveError, match=r"0001-x\.md is no chunk file"):
        load_meta(data, "0001-x.md")
