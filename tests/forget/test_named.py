"""What the user names is found: whole entries, all places in which they stand, and nothing besides."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from kits.builders import SESSION, Session, archive, config, talk

from rlm_core.archive.store import Archive, chunk_names
from rlm_core.archive.take import take, take_all
from rlm_core.chunks.chunkfile import load
from rlm_core.chunks.entries import entries_of
from rlm_core.disk import read
from rlm_core.documents.update import add as add_documents
from rlm_core.errors import RlmError
from rlm_core.forget.naming import Named, matcher, select, within
from rlm_core.forget.target import Target
from rlm_core.forget.unarchived import waiting

OTHER = "1f758c25-1111-4222-8333-944445555666"
LONG = "\n".join(f"heron {n} stands in the weir" for n in range(1500))


@pytest.fixture
def kept(tmp_path: Path) -> Archive:
    """Two sessions whose ids begin alike, one with a sub-agent and a blob, and a document."""
    project = tmp_path / "project"
    project.mkdir()
    made = archive(project, config(400, 800))
    one = talk(Session(cwd=str(project)), 3)
    one.prompt("Where does the Grey\n  HÉRON nest?")
    one.tool("Bash", LONG, command="cat log")
    one.says("The grey heron nests in the alder.")
    source = one.write(tmp_path / "t" / f"{SESSION}.jsonl")
    agent = Session(agent="a1", seed="a1", cwd=str(project))
    agent.prompt("Look at the weir")
    agent.says("There is a heron in it.")
    agent.write(Path(source.folder) / "subagents" / "agent-a1.jsonl")
    take_all(made, source)
    two = talk(Session(OTHER, cwd=str(project)), 2)
    take(made, two.write(tmp_path / "t" / f"{OTHER}.jsonl"))
    (project / "birds.md").write_text("# Mill\n\nIt stands.\n\n# Heron\n\nThe grey heron nests there.\n")
    add_documents(made, [str(project / "birds.md")])
    return made


def said(target: Target) -> list[str]:
    return [entry.text.split("\n")[0] for entry in target.entries]


def test_words_are_whole_in_their_order_and_folded(kept: Archive) -> None:
    found = select(kept, Named(match="grey heron"))
    assert len(found.entries) == 3
    assert {e.role for e in found.entries} == {"user", "assistant", "document"}
    assert [len(select(kept, Named(match=m)).entries) for m in ("heron grey", "her", "grey heron nests")] == [0, 0, 2]
    holds = matcher(Named(match="the weir"))
    assert [holds(t) for t in ("The  WEIR", "the,weir", "the\\nweir", "the weirs", "theweir", "a the b weir")] == [
        *(True, True, True),
        *(False, False, False),
    ]
    with pytest.raises(RlmError, match="holds no word"):
        matcher(Named(match="...!"))


def test_words_of_identifiers_and_ligatures_are_words(kept: Archive) -> None:
    holds = matcher(Named(match="grey heron"))
    assert [holds(t) for t in ("callGreyHeron()", "GREY_HERON", "grey\\nHeron", "greyheron")] == [
        *(True, True, True),
        False,
    ]
    assert matcher(Named(match="oeuvre cachee"))("L’œuvre cachée")
    assert matcher(Named(match="greyHeron"))("of greyHeron()")


def test_a_pattern_is_looked_for_in_blobs_too(kept: Archive) -> None:
    found = select(kept, Named(regex="heron 7[01]1 stands"))
    assert [(e.role, len(e.blobs)) for e in found.entries] == [("tool", 1)]
    assert LONG in found.entries[0].text
    assert found.altered == {f"{e.folder}/{e.file}": {e.uuid} for e in found.entries}
    assert found.whole == []


def test_a_session_goes_with_its_sub_agents(kept: Archive) -> None:
    with pytest.raises(RlmError, match="begins 2 sessions' ids"):
        select(kept, Named(session="1f758c2"))
    found = select(kept, Named(session=SESSION[:8]))
    assert (found.sessions, found.whole) == ([SESSION], ["sessions/2026-11-22_1f758c24"])
    assert {e.folder for e in found.entries} == {*found.whole, f"{found.whole[0]}/agents/a1"}
    assert found.altered == {}
    assert select(kept, Named(session="2026-11-22_1f758c24")).sessions == [SESSION]
    with pytest.raises(RlmError, match="no session's id begins with ffff"):
        select(kept, Named(session="ffff"))


def test_lines_of_a_chunk_touch_entries(kept: Archive) -> None:
    folder = kept.path("sessions", "2026-11-22_1f758c24")
    chunk = load(read(os.path.join(folder, chunk_names(folder)[0])) or b"")
    first, second, third = entries_of(chunk)[:3]
    name = str(chunk.meta["chunk"])
    assert said(select(kept, Named(chunk=f"{name}:{first.line}"))) == [first.text.split("\n")[0]]
    assert len(select(kept, Named(chunk=f"{name}:{second.line - 1}-{third.line}")).entries) == 3
    assert len(select(kept, Named(chunk=name)).entries) == len(chunk.meta["uuids"])
    for lines, why in (
        ("1", "nothing was said"),
        ("9999", "the chunk has"),
        ("9-3", "lines go from 1 on"),
        ("0-3", "lines"),
    ):
        with pytest.raises(RlmError, match=why):
            select(kept, Named(chunk=f"{name}:{lines}"))
    with pytest.raises(RlmError, match="no chunk"):
        select(kept, Named(chunk="r2-000000000000"))


def test_a_period_is_of_what_was_said_and_of_no_document(kept: Archive) -> None:
    found = select(kept, Named(since="2026-11-22T00:00:26"))
    assert found.entries
    assert all(e.time >= "2026-11-22T00:00:26" and e.role != "document" for e in found.entries)
    every = select(kept, Named(since="2026-11-22", until="2026-11-22"))
    assert len(every.entries) > len(found.entries)
    assert select(kept, Named(until="2026-11-21")).entries == []
    assert [
        within(Named(until="2026-11-22T00:01"), t) for t in ("2026-11-22T00:01:59Z", "2026-11-22T00:02:00Z", "")
    ] == [
        *(True, False, False),
    ]


def test_a_document_goes_as_it_is(kept: Archive, tmp_path: Path) -> None:
    found = select(kept, Named(document=str(tmp_path / "project" / "birds.md")))
    assert found.documents == ["birds.md"]
    assert [folder.partition("-")[0] for folder in found.whole] == ["documents/birds.md"]
    assert len(found.entries) == 2
    assert select(kept, Named(document=str(tmp_path / "project"))).documents == ["birds.md"]
    with pytest.raises(RlmError, match="is not among the documents"):
        select(kept, Named(document=str(tmp_path / "project" / "mammals.md")))


def test_what_only_claude_code_has_is_found_as_well(kept: Archive) -> None:
    project = Path(kept.root).parent.parent
    folder = Path(os.environ["CLAUDE_CONFIG_DIR"]) / "projects" / str(project).replace("/", "-").replace("_", "-")
    new = Session("77777777-1111-4222-8333-944445555666", cwd=str(project))
    new.prompt("A grey heron, never archived")
    new.says("Nothing of it")
    new.write(folder / f"{new.session}.jsonl")
    (folder / new.session / "tool-results").mkdir(parents=True)
    (folder / new.session / "tool-results" / "x.txt").write_text("a grey heron in a file")
    named = Named(match="grey heron")
    found = list(waiting(select(kept, named), named))
    assert [(texts, role) for _, texts, _, role in found] == [
        (["A grey heron, never archived"], "user"),
        (["a grey heron in a file"], "system"),
    ]
    whole = Named(session=new.session[:8])
    target = select(kept, whole)
    assert (target.sessions, target.entries, target.whole) == ([new.session], [], [])
    assert len(list(waiting(target, whole))) == 3
