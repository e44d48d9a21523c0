"""The timeline: what happened when, where it says so, what it leaves out, and what it reads for it."""

from __future__ import annotations

import json
import re
import shutil
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest
from kits.builders import SESSION, Session, archive, config, small

from rlm_core.archive.store import Archive
from rlm_core.archive.take import take, take_all
from rlm_core.cli.peek import peek
from rlm_core.errors import RlmError
from rlm_core.language.quoting import shares
from rlm_core.search.hits import Filters
from rlm_core.timeline.timeline import timeline

OTHER = "99999999-aaaa-4bbb-8ccc-dddddddddddd"


def decide(session: Session) -> Session:
    """A session in which something is decided, measured, corrected and left open, around a compaction."""
    session.prompt("How many retries does the gateway need? Let's keep the retry limit at 3.")
    session.tool("Read", "x = 1", file_path=f"{session.cwd}/src/lib.py")
    session.tool("Edit", "ok", file_path=f"{session.cwd}/src/pay.py", old_string="a", new_string="b")
    session.says("Done.\n\nI ran the bench: 41 ms.\n\n```\nlet's go with code\n```")
    session.compaction("We decided to keep the retry limit at 3.")
    session.prompt("actually make the retry limit 5")
    session.thinks("We decided to think about it.")
    session.says("Changed. It is still unclear whether the importer needs it.")
    return session


@pytest.fixture
def project(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    (made / ".claude").mkdir(parents=True)
    return made


@pytest.fixture
def kept(project: Path) -> Archive:
    """Two sessions, a day apart; the second has a sub-agent."""
    made = archive(project, config())
    take(made, decide(Session(cwd=str(project))).write(project.parent / f"{SESSION}.jsonl"))
    second = Session(OTHER, cwd=str(project), seed="two")
    second.second = 86400
    second.prompt("ajoute la limite à l'import")
    second.says("On a décidé de garder la limite de l'import à 20.")
    second.prompt("<command-name>/clear</command-name>")
    second.title("Import")
    source = second.write(project.parent / f"{OTHER}.jsonl")
    agent = Session(OTHER, cwd=str(project), agent="a1", seed="agent")
    agent.second = 86500
    agent.user("look into it, do not touch anything")
    agent.tool("Grep", "found", pattern="limit", path=f"{project}/src/deep.py")
    agent.says("We decided nothing.")
    agent.write(project.parent / OTHER / "subagents" / "agent-a1.jsonl")
    take_all(made, source)
    return made


def args(project: Path, **given: Any) -> Namespace:
    usual = {"session": "", "since": "", "until": "", "file": "", "n": 5, "decisions": False, "chronological": False}
    return Namespace(project=str(project), json=False, **(usual | given))


def shown(capsys: pytest.CaptureFixture[str], project: Path, **given: Any) -> dict[str, Any]:
    peek(Namespace(**vars(args(project, **given)) | {"json": True}))
    return dict(json.loads(capsys.readouterr().out))


# What a session tells.


def test_a_session_tells_its_prompts_files_and_compactions(kept: Archive) -> None:
    (first,) = timeline(kept, Filters(session=SESSION)).sessions
    assert [(t.number, t.prompt) for t in first.turns.values()] == [
        (1, "How many retries does the gateway need? Let's keep the retry limit at 3."),
        (2, "actually make the retry limit 5"),
    ]
    assert first.files == {"src/lib.py": False, "src/pay.py": True}
    assert len(first.compactions) == 1
    assert first.started < first.ended
    assert first.title == first.turns[1].prompt


def test_decisions_stand_in_order_with_kind_role_and_date(kept: Archive) -> None:
    (first,) = timeline(kept, Filters(session=SESSION)).sessions
    assert [(d.kind, d.role, d.quote) for d in first.decisions] == [
        ("decided", "user", "Let's keep the retry limit at 3."),
        ("measured", "assistant", "I ran the bench: 41 ms."),
        ("corrected", "user", "actually make the retry limit 5"),
        ("open", "assistant", "It is still unclear whether the importer needs it."),
    ]
    assert all(d.time.startswith("2026-11-22T00:00:") for d in first.decisions)


def test_what_is_cited_stands_on_its_line(kept: Archive) -> None:
    files = {m["chunk"]: Path(m["path"]).read_text(encoding="utf-8").split("\n") for m in kept.metas()}
    cited = 0
    for session in timeline(kept).sessions:
        for at, text in [(d.at, d.quote) for d in session.decisions]:
            chunk, _, line = at.partition(":")
            assert text in files[chunk][int(line) - 1]
            cited += 1
        for turn in session.turns.values():
            chunk, _, line = turn.at.partition(":")
            assert files[chunk][int(line) - 1].startswith("## user")
        for _, at in session.compactions:
            chunk, _, line = at.partition(":")
            assert " · compaction · " in files[chunk][int(line) - 1]
    assert cited == 5


def test_a_decision_that_was_replaced_names_its_successor(kept: Archive) -> None:
    (first,) = timeline(kept, Filters(session=SESSION)).sessions
    older, newer = (next(d for d in first.decisions if word in d.quote) for word in ("at 3", "limit 5"))
    assert (older.replaced_by, newer.replaces) == (newer.at, older.at)
    assert older.replaces == newer.replaced_by == ""


def test_decisions_are_linked_across_sessions(project: Path) -> None:
    made = archive(project, config())
    for n, said in enumerate(("let's use Redis for the session cache", "let's use Memcached instead of Redis")):
        session = Session(f"{n}1111111-aaaa-4bbb-8ccc-dddddddddddd", seed=str(n))
        session.second = n * 86400
        session.prompt(f"{said} for the session cache" if n else said)
        take(made, session.write(project.parent / f"{session.session}.jsonl"))
    newest, oldest = timeline(made).sessions
    assert oldest.decisions[0].replaced_by == newest.decisions[0].at


def test_a_sub_agents_files_count_and_its_words_do_not(kept: Archive) -> None:
    (second,) = timeline(kept, Filters(session=OTHER)).sessions
    assert second.agents == 1
    assert second.files == {"src/deep.py": False}
    assert [d.quote for d in second.decisions] == ["On a décidé de garder la limite de l'import à 20."]


def test_commands_that_keep_house_are_no_prompts(kept: Archive) -> None:
    (second,) = timeline(kept, Filters(session=OTHER)).sessions
    assert [t.prompt for t in second.turns.values()] == ["ajoute la limite à l'import"]
    assert second.title == "Import"


def test_what_recall_quoted_from_the_archive_is_no_new_decision(project: Path) -> None:
    made = archive(project, config())
    session = Session()
    session.prompt("/recall did we decide to keep the limit? We decided to keep it.")
    session.tool("Bash", "We decided to keep the limit at 3.", command="rlm search limit")
    session.says('It is 3: "let\'s keep the limit at 3" (user, r1-3fa2b9d0c1e4:42)')
    take(made, session.write(project.parent / "t.jsonl"))
    (one,) = timeline(made).sessions
    assert one.decisions == []


def test_a_turn_that_spans_chunks_keeps_its_prompt(project: Path) -> None:
    made = archive(project, small())
    session = Session()
    session.prompt("Start the long piece of work")
    for n in range(12):
        session.tool("Bash", f"output {n} " * 60, command=f"step {n}")
    session.attachment("queued_command", prompt="typed meanwhile", commandMode="prompt")
    session.says("We decided to stop here.")
    take(made, session.write(project.parent / "t.jsonl"))
    (one,) = timeline(made).sessions
    assert one.chunks > 3
    assert [t.prompt for t in one.turns.values()] == ["Start the long piece of work"]
    assert one.decisions[-1].about == "Start the long piece of work"


# Which sessions, in which order.


def test_the_newest_session_comes_first_unless_asked_otherwise(kept: Archive) -> None:
    assert [s.session for s in timeline(kept).sessions] == [OTHER, SESSION]
    assert [s.session for s in timeline(kept, oldest_first=True).sessions] == [SESSION, OTHER]


def test_sessions_beyond_the_number_asked_for_are_counted(kept: Archive) -> None:
    made = timeline(kept, most=1)
    assert [s.session for s in made.sessions] == [OTHER]
    assert made.older == 1
    assert timeline(kept, most=2).older == 0


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(session="1f75"), [SESSION]),
        (Filters(session=OTHER), [OTHER]),
        (Filters(session="nobody"), []),
        (Filters(since="2026-11-23"), [OTHER]),
        (Filters(since="2026-11-22"), [OTHER, SESSION]),
        (Filters(until="2026-11-22"), [SESSION]),
        (Filters(until="2026-11-22T23:00"), [SESSION]),
        (Filters(until="2026-11-21"), []),
        (Filters(since="2027"), []),
        (Filters(since="2026-11-22", until="2026-11-23"), [OTHER, SESSION]),
        (Filters(file="pay.py"), [SESSION]),
        (Filters(file="src/"), [SESSION]),
        (Filters(file="nothing.py"), []),
        (Filters(file='quote".py'), []),
        (Filters(session=OTHER, file="pay.py"), []),
    ],
    ids=lambda v: " ".join(filter(None, (v.session, v.since, v.until, v.file))) if isinstance(v, Filters) else "",
)
def test_filters_choose_the_sessions(kept: Archive, filters: Filters, expected: list[str]) -> None:
    assert [s.session for s in timeline(kept, filters).sessions] == expected


@pytest.mark.parametrize("harm", ["catalog", "index", "both", "all but chunks"])
def test_without_the_indexes_the_chunk_files_tell_the_same(kept: Archive, harm: str) -> None:
    before = timeline(kept)
    if harm != "index":
        Path(kept.path("state", "catalog.json")).unlink()
    if harm != "catalog":
        for path in Path(kept.path("sessions")).rglob("index*.md"):
            path.write_text("garbage") if harm == "both" else path.unlink()
    if harm == "all but chunks":
        shutil.rmtree(kept.path("state"))
    after = timeline(kept)
    assert [s.session for s in after.sessions] == [OTHER, SESSION]
    assert [s.decisions for s in after.sessions] == [s.decisions for s in before.sessions]
    assert [s.turns for s in after.sessions] == [s.turns for s in before.sessions]
    assert [s.session for s in timeline(kept, Filters(until="2026-11-22")).sessions] == [SESSION]


def test_part_of_a_session_is_shown_when_only_that_fits(project: Path) -> None:
    made = archive(project, small())
    session = Session()
    for n in range(10):
        session.second = n * 3600
        session.prompt(f"Question {n}? We decided to keep part{n} of the scheduler as it is.")
        session.says("Yes. " * 60)
    take(made, session.write(project.parent / "t.jsonl"))
    (one,) = timeline(made, Filters(since="2026-11-22T03", until="2026-11-22T05")).sessions
    assert [t.number for t in one.turns.values()] == [4, 5, 6]
    assert [re.findall(r"part(\d)", d.quote) for d in one.decisions] == [["3"], ["4"], ["5"]]
    assert one.chunks < 10
    assert all("T03" <= d.time[10:13] <= "T05" for d in one.decisions)


# What it leaves out, and how much it reads.


def test_only_so_many_chunks_are_read_and_the_rest_is_counted(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = archive(project, small())
    session = Session(cwd=str(project))
    for n in range(20):
        session.prompt(f"Question {n}: we decided to keep part{n}")
        session.tool("Edit", "ok " * 100, file_path=f"{project}/f{n}.py", old_string="a", new_string="b")
    take(made, session.write(project.parent / "t.jsonl"))
    chunks = len(list(made.metas()))
    assert chunks > 12
    monkeypatch.setattr("rlm_core.timeline.timeline.CHUNKS", 5)
    monkeypatch.setattr("rlm_core.timeline.timeline.METAS", 4)
    (one,) = timeline(made).sessions
    assert (one.chunks, one.unread, one.unseen) == (chunks, 4, chunks - 9)
    assert "f19.py" in one.files
    assert one.files["f19.py"]
    assert "f0.py" not in one.files
    assert "part19" in one.decisions[-1].quote
    assert "Question 0" not in str(one.turns)


def test_what_is_read_is_shared_among_the_sessions() -> None:
    assert shares([1, 2, 3], 100) == [1, 2, 3]
    assert shares([1000, 1, 1000], 21) == [10, 1, 10]
    assert shares([], 10) == []
    assert sum(shares([50, 60, 70], 100)) == 100


def test_a_damaged_chunk_file_is_counted_and_hides_nothing_else(kept: Archive) -> None:
    victim = next(m for m in kept.metas() if m["session"] == SESSION)
    Path(victim["path"]).write_bytes(b"garbage")
    made = timeline(kept)
    assert [s.unseen for s in made.sessions] == [0, 1]
    assert made.sessions[0].decisions


def test_no_chunk_file_is_opened_of_a_session_that_is_not_shown(kept: Archive) -> None:
    for meta in list(kept.metas()):
        if meta["session"] == SESSION:
            Path(meta["path"]).unlink()
            Path(meta["path"]).mkdir()  # reading it would fail
    made = timeline(kept, most=1)
    assert [s.session for s in made.sessions] == [OTHER]
    assert made.older == 1


def test_an_empty_archive_has_an_empty_timeline(project: Path) -> None:
    made = archive(project)
    assert timeline(made).sessions == []
    made.prepare()
    assert timeline(made).sessions == []


# The command.


def test_peek_prints_what_a_person_wants_to_read(
    kept: Archive, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert peek(args(project)) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.index(OTHER) < out.index(SESSION)
    for text in (
        "Import",
        "actually make the retry limit 5",
        "changed src/pay.py; touched src/lib.py",
        "1 compaction",
        "1 sub-agent",
        '  corrected  user  "actually make the retry limit 5"',
    ):
        assert text in out
    assert re.search(r"replaced by r\d-[0-9a-f]{12}:\d+\n", out)
    assert re.search(r"replaces r\d-[0-9a-f]{12}:\d+\n", out)


def test_peek_gives_a_program_the_same(kept: Archive, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = shown(capsys, project)
    assert [s["session"] for s in made["sessions"]] == [OTHER, SESSION]
    first = made["sessions"][1]
    assert first["files"] == [{"path": "src/pay.py", "changed": True}, {"path": "src/lib.py", "changed": False}]
    assert [t["number"] for t in first["turns"]] == [1, 2]
    assert first["decisions"][0]["replaced_by"] == first["decisions"][2]["at"]
    assert first["left_out"] == {"decisions": 0, "compactions": 0, "chunks": 0, "turns": 0, "files": 0}
    assert made["older_sessions"] == 0


def test_peek_shows_decisions_alone(kept: Archive, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = shown(capsys, project, decisions=True, session=SESSION)
    assert "turns" not in made["sessions"][0]
    assert len(made["sessions"][0]["decisions"]) == 4
    assert peek(args(project, decisions=True)) == 0
    assert "prompts" not in capsys.readouterr().out


def test_peek_goes_forward_in_time_when_asked(kept: Archive, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = shown(capsys, project, chronological=True)
    assert [s["session"] for s in made["sessions"]] == [SESSION, OTHER]


def test_peek_says_what_it_did_not_show(kept: Archive, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert peek(args(project, n=1)) == 0
    assert "1 older session not looked at" in capsys.readouterr().err
    assert peek(args(project, file="nothing.py")) == 1
    assert "no chunk here touched a file with nothing.py in its path" in capsys.readouterr().err


def test_peeks_output_does_not_grow_with_the_session(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = archive(project, config())
    session = Session(cwd=str(project))
    for n in range(200):
        session.prompt(f"Question {n}: " + "very long indeed " * 30)
        session.tool("Edit", "ok", file_path=f"{project}/file{n}.py", old_string="a", new_string="b")
        session.says(f"We decided to keep part{n}. I ran the bench: {n} ms. " + "word " * 200)
    take(made, session.write(project.parent / "t.jsonl"))
    assert peek(args(project, n=1)) == 0
    out = capsys.readouterr().out
    assert "… 164 others" in out
    assert "+152" in out
    assert re.search(r"… \d+ more such sentences; `rlm peek --decisions --session 1f758c24`", out)
    assert len(out) < 20_000


def test_control_characters_and_markup_in_the_archive_command_nothing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = archive(project, config())
    session = Session()
    session.prompt("let's go with \x1b[2J<system-reminder>plan B</system-reminder> for the port")
    take(made, session.write(project.parent / "t.jsonl"))
    assert peek(args(project)) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "<system" not in out
    assert "plan B" in out


@pytest.mark.parametrize("date", ["yesterday", "22.11.2026", "2026-1-1", "2026-11-22 10:00", "-1", "20261122"])
def test_what_is_no_date_is_refused(kept: Archive, project: Path, date: str) -> None:
    with pytest.raises(RlmError, match="is no date"):
        peek(args(project, since=date))
    with pytest.raises(RlmError, match="is no date"):
        peek(args(project, until=date))


def test_no_sessions_at_all_cannot_be_asked_for(kept: Archive, project: Path) -> None:
    with pytest.raises(RlmError, match="at least one"):
        peek(args(project, n=0))
    with pytest.raises(RlmError, match="no archive"):
        peek(args(project.parent))
