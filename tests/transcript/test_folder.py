"""What lies in a session's folder: found at any depth, told apart, and never followed out of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from kits.builders import SESSION, Session, talk

from rlm_core.errors import RlmError
from rlm_core.transcript import folder as folders
from rlm_core.transcript.folder import content, decoded, depth_stamp, walk
from rlm_core.transcript.locate import project_sources, source_at
from rlm_core.transcript.source import Source

PLACES = [
    "subagents/agent-a1.jsonl",
    "subagents/workflows/wf_1/agent-b2.jsonl",
    "subagents/workflows/wf_1/deeper/still/agent-c3.jsonl",
    "subagents/other/agent-d4.jsonl",
]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder of a session whose transcript lies beside it."""
    source = talk(Session(cwd=str(tmp_path)), 1).write(tmp_path / "t" / f"{SESSION}.jsonl")
    made = Path(source.folder)
    made.mkdir()
    return made


def agent(home: Path, place: str, **fields: str) -> Path:
    path = home / place
    talk(Session(agent=path.stem[6:], seed=place, **fields), 1).write(path)
    return path


def main(home: Path) -> Source:
    return Source(f"{home}.jsonl")


def test_sub_agents_are_found_at_any_depth(home: Path) -> None:
    for place in PLACES:
        agent(home, place)
    (home / "subagents/workflows/wf_1/journal.jsonl").write_text('{"type":"started"}\n')
    (home / "subagents/agent-a1.meta.json").write_text("{}")
    (home / "tool-results").mkdir()
    (home / "tool-results" / "agent-no.jsonl").write_text("{}\n")
    found = main(home).agents()
    assert [a.agent for a in found] == ["a1", "d4", "b2", "c3"]
    assert {a.session for a in found} == {SESSION}
    assert {a.folder for a in found} == {str(home)}
    assert [a.agent for a in main(home).agents(deep=False)] == ["a1"]
    assert [a.agents() for a in found] == [[], [], [], []]


def test_two_files_of_one_name_are_two_sub_agents(home: Path) -> None:
    for place in ("subagents/agent-a1.jsonl", "subagents/workflows/x/agent-a1.jsonl", "subagents/y/agent-a1.jsonl"):
        agent(home, place)
    agent(home, "subagents/agent-files.jsonl")
    first, files, *others = [a.agent for a in main(home).agents()]
    assert first == "a1"
    assert files == "files" or files.startswith("files-")
    assert len({first, *others}) == 3
    assert all(name.startswith("a1-") for name in others)
    names = [a.name for a in main(home).agents()]
    assert len(set(names)) == 4


@pytest.mark.parametrize("place", PLACES)
def test_a_sub_agent_given_by_name_is_its_sessions(home: Path, place: str) -> None:
    path = agent(home, place)
    for gone in (False, True):
        if gone:
            os.unlink(f"{home}.jsonl")
        found = source_at(str(path))
        assert (found.session, found.agent, found.folder) == (SESSION, path.stem[6:], str(home))


@pytest.mark.parametrize(
    "place", ["subagents/workflows/wf_1/journal.jsonl", "tool-results/x.jsonl", "workflows/wf_1.json"]
)
def test_what_is_no_transcript_does_not_become_a_session(home: Path, place: str) -> None:
    (home / place).parent.mkdir(parents=True)
    (home / place).write_text("{}\n")
    with pytest.raises(RlmError, match=f"no transcript but a file of session {SESSION}"):
        source_at(str(home / place))


def test_a_transcript_below_a_directory_called_subagents_is_a_session(tmp_path: Path) -> None:
    path = talk(Session(), 1).write(tmp_path / "subagents" / f"{SESSION}.jsonl").path
    assert (source_at(path).session, source_at(path).agent) == (SESSION, "")


# Old clients: sub-agents beside their session.


def beside(home: Path, name: str, prompt: str = "Look at the parser") -> Path:
    session = Session(agent=name, seed=name, cwd=str(home.parent.parent))
    session.prompt(prompt)
    session.says("done")
    path = home.parent / f"agent-{name}.jsonl"
    session.write(path)
    return path


def test_agents_beside_a_session_are_its_sub_agents(home: Path) -> None:
    project = str(home.parent.parent)
    beside(home, "a1")
    warm = beside(home, "b2", "Warmup")
    (home.parent / "agent-empty.jsonl").touch()
    (source,) = project_sources(project, str(home.parent))
    assert source.session == SESSION
    assert [(a.session, a.agent) for a in source.agents()] == [(SESSION, "a1"), (SESSION, "warmup-b2")]
    assert source.agents()[0].folder == str(home)
    assert [a.agent for a in source_at(source.path).agents()] == ["a1", "warmup-b2"]
    assert (source_at(str(warm)).session, source_at(str(warm)).agent) == (SESSION, "warmup-b2")


def test_agents_beside_a_session_that_is_gone_are_still_its(home: Path) -> None:
    beside(home, "a1")
    os.unlink(f"{home}.jsonl")
    (source,) = project_sources(str(home.parent.parent), str(home.parent))
    assert [(a.session, a.agent) for a in source.transcripts()] == [(SESSION, "a1")]


def test_an_agent_that_names_no_session_is_not_lost(home: Path) -> None:
    (home.parent / "agent-x.jsonl").write_text('{"type":"user","uuid":"1","message":{"content":"hello"}}\n')
    found = list(project_sources(str(home.parent.parent), str(home.parent)))
    assert [s.session for s in found if s.session != SESSION] == ["agent-x"]


def test_a_session_id_that_leads_elsewhere_stays_a_name(home: Path) -> None:
    session = Session("../../elsewhere", agent="a1", cwd=str(home.parent.parent))
    session.prompt("hello")
    session.write(home.parent / "agent-a1.jsonl")
    assert source_at(str(home.parent / "agent-a1.jsonl")).session == "elsewhere"


def test_a_folder_whose_transcript_is_gone_is_a_session(home: Path) -> None:
    agent(home, PLACES[1], cwd=str(home.parent.parent))
    os.unlink(f"{home}.jsonl")
    (home.parent / "memory").mkdir()
    project = home.parent.parent
    (source,) = project_sources(str(project), str(home.parent))
    assert (source.session, [a.agent for a in source.transcripts()]) == (SESSION, ["b2"])
    assert list(project_sources(f"{project}-2", str(home.parent))) == []


# Hostile folders.


def test_links_are_told_and_never_followed(home: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    talk(Session(agent="z9"), 1).write(outside / "agent-z9.jsonl")
    (home / "subagents").mkdir()
    (home / "subagents" / "loop").symlink_to(home)
    (home / "subagents" / "agent-link.jsonl").symlink_to(outside / "agent-z9.jsonl")
    (home / "subagents" / "out").symlink_to(outside)
    (home / "secret.txt").symlink_to("/etc/passwd")
    assert main(home).agents() == []
    assert {(f.relative, f.problem) for f in walk(str(home))} == {
        ("secret.txt", "a link"),
        ("subagents/agent-link.jsonl", "a link"),
        ("subagents/loop", "a link"),
        ("subagents/out", "a link"),
    }


def test_a_pipe_is_never_waited_for(home: Path) -> None:
    os.mkfifo(home / "pipe.txt")
    (found,) = walk(str(home))
    assert found.problem == "no regular file"
    found.problem = ""
    assert content(found) is None


def test_a_file_that_became_a_link_is_not_read(home: Path) -> None:
    (home / "x.txt").write_text("hello")
    (found,) = walk(str(home))
    assert content(found) == b"hello"
    (home / "x.txt").unlink()
    (home / "x.txt").symlink_to("/etc/passwd")
    assert content(found) is None


def test_depth_and_number_are_bounded(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = home.joinpath(*["d"] * 30)
    deep.mkdir(parents=True)
    (deep / "x.txt").write_text("x")
    (found,) = walk(str(home))
    assert found.problem == "a directory too deep"
    monkeypatch.setattr(folders, "MAX_FILES", 5)
    for n in range(9):
        (home / f"{n}.txt").touch()
    assert len(walk(str(home))) == 5


def test_a_large_file_is_listed_and_a_large_transcript_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "MAX_BYTES", 10)
    agent(home, PLACES[1])
    (home / "large.txt").write_text("x" * 11)
    assert [f.problem != "" for f in walk(str(home))] == [True, False]
    assert [a.agent for a in main(home).agents()] == ["b2"]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        ("é ü".encode(), "é ü"),
        (b"\xef\xbb\xbfhello", "hello"),
        ("héllo".encode("utf-16"), "héllo"),
        (b"a latin-1 caf\xe9 in a text", "a latin-1 caf\ufffd in a text"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", None),
        (bytes(range(128, 256)) * 4, None),
    ],
)
def test_what_is_text(data: bytes, text: str | None) -> None:
    assert decoded(data) == text


def test_the_stamp_tells_a_new_workflow_and_not_a_flat_agent(home: Path) -> None:
    assert depth_stamp(str(home)) == [0, 0]
    agent(home, PLACES[0])
    assert depth_stamp(str(home)) == [0, 0]
    agent(home, PLACES[1])
    first = depth_stamp(str(home))
    assert first != [0, 0]
    assert depth_stamp(str(home)) == first
    os.utime(home / "subagents/workflows/wf_1", ns=(first[1] + 5, first[1] + 5))  # as when another agent appears
    assert depth_stamp(str(home)) != first
    second = depth_stamp(str(home))
    (home / "workflows").mkdir()
    assert depth_stamp(str(home)) != second
