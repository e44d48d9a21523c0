"""Where a session left off: the last task, the open todos, the files in work; from its end alone, without secrets."""

from __future__ import annotations

import json
import os
import shutil
import time
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kits.builders import SESSION, Record, Session, archive, config, image_block, png, sessions, talk
from kits.paths import ROOT

from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.cli import main
from rlm_core.cli.handoff import handoff as command
from rlm_core.config import redactor
from rlm_core.errors import RlmError
from rlm_core.handoff import backwards, gather
from rlm_core.handoff.gather import Handoff, from_archive, from_transcript, spoken
from rlm_core.handoff.previous import previous
from rlm_core.transcript.locate import session_transcript
from rlm_core.transcript.source import Source

LONG_PROMPT = "Please add a retry limit of five to the nightly importer and cover it with a test"
TOKEN = "gh" + "p_" + "a1B2" * 9


def made_from(path: Path, session: Session) -> Handoff:
    """The handoff of a session; it must have one."""
    made = from_transcript(session.write(path / f"{session.session}.jsonl"), redactor(config()))
    assert made is not None
    return made


def slash(session: Session, name: str, args: str = "", *, prompt: bool = True) -> str:
    """A slash command as the client records it: its own commands name themselves before their message."""
    named, message = f"<command-name>/{name}</command-name>", f"<command-message>{name}</command-message>"
    lines = [message, named] if prompt else [named, message]
    return session.user("\n".join([*lines, f"<command-args>{args}</command-args>"]))


def todo(text: str, status: str = "pending") -> Record:
    return {"content": text, "status": status, "activeForm": text}


def create(session: Session, number: int, subject: str) -> None:
    session.tool("TaskCreate", f"Task #{number} created successfully: {subject}", subject=subject, description="d")


# The last task.


@pytest.mark.parametrize("old", [False, True])
def test_the_last_prompt_and_what_claude_said_last(tmp_path: Path, old: bool) -> None:
    session = Session(old=old)
    talk(session, 3)
    session.prompt(LONG_PROMPT)
    session.says("I look at the importer first.")
    session.tool("Bash", "ok", command="cat importer.py")
    session.thinks("Nobody is told this.")
    session.says("Done: the limit is in importer.py; the test comes next.")
    made = made_from(tmp_path, session)
    assert made.prompts == [LONG_PROMPT]
    assert made.said == "Done: the limit is in importer.py; the test comes next."
    assert (made.session, made.resumable, made.interrupted) == (SESSION, True, False)
    assert made.time == session.time()
    assert made.cwd == session.cwd


def test_a_brief_prompt_brings_those_before_it_until_one_tells_the_task(tmp_path: Path) -> None:
    session = Session()
    for text in ("the very first prompt, which is long enough to tell a task by itself", LONG_PROMPT, "yes", "go on"):
        session.prompt(text)
        session.says(f"answer to {text[:9]}")
    assert made_from(tmp_path, session).prompts == ["go on", "yes", LONG_PROMPT]


def test_at_most_three_brief_prompts_are_handed_on(tmp_path: Path) -> None:
    session = Session()
    for n in range(6):
        session.prompt(f"next {n}")
    assert made_from(tmp_path, session).prompts == ["next 5", "next 4", "next 3"]


def _machine(s: Session) -> None:
    s.user("<local-command-stdout>bye</local-command-stdout>")
    s.user("Caveat: the messages below were generated", isMeta=True)
    s.user("<task-notification>done</task-notification>")
    s.user("<bash-input>ls</bash-input>")
    s.user("<bash-stdout>a.py</bash-stdout>")
    slash(s, "clear", prompt=False)
    slash(s, "model", "opus", prompt=False)
    slash(s, "compact")
    s.noise()


@pytest.mark.parametrize(
    "after",
    [
        _machine,
        lambda s: s.compaction("A summary, which is no prompt."),
        lambda s: s.user("A sub-agent's task", isSidechain=True),
        lambda s: s.attachment("skill_listing", content="- recall: ..."),
        lambda s: s.add(b'{"type":"user","message":{"role":"user","content":"cut o'),
        lambda s: s.add(b"\0\0\0\n"),
        lambda s: s.add(b"\n"),
    ],
    ids=["machine", "summary", "sidechain", "listing", "cut", "nul", "blank"],
)
def test_what_is_no_prompt_does_not_pass_for_one(tmp_path: Path, after: Callable[[Session], Any]) -> None:
    session = Session()
    session.prompt(LONG_PROMPT)
    session.says("Done.")
    after(session)
    made = made_from(tmp_path, session)
    assert (made.prompts, made.said) == ([LONG_PROMPT], "Done.")


def test_a_sub_agents_words_are_not_claudes(tmp_path: Path) -> None:
    session = Session()
    session.prompt(LONG_PROMPT)
    session.says("I ask an agent.")
    session.assistant({"type": "text", "text": "the agent's report"}, isSidechain=True)
    assert made_from(tmp_path, session).said == "I ask an agent."


def test_a_prompt_typed_meanwhile_is_the_last_one(tmp_path: Path) -> None:
    session = Session()
    session.prompt(LONG_PROMPT)
    session.attachment("queued_command", prompt="and the docs", commandMode="prompt")
    session.says("Both done.")
    made = made_from(tmp_path, session)
    assert (made.prompts, made.said) == (["and the docs", LONG_PROMPT], "Both done.")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("plain", "plain"),
        ("<div> is broken", "<div> is broken"),
        ("<bash-input>ls</bash-input>", ""),
        ("<command-name>/clear</command-name>\n<command-message>clear</command-message>", ""),
        ("<command-message>clear</command-message>\n<command-name>/clear</command-name>", ""),
        ("<command-message>x</command-message>\n<command-name>/fix:it</command-name>", "/fix:it"),
        ("<command-message>recall</command-message>\n<command-name>/recall</command-name>", None),
        ("<command-message>rlm:recall</command-message>\n<command-name>/rlm:recall</command-name>", None),
        ("<command-message>offload</command-message>\n<command-name>/offload</command-name>", None),
        ("<command-message>", ""),
    ],
)
def test_what_a_users_record_says(text: str, said: str | None) -> None:
    assert spoken(text) == said


def test_a_command_that_is_a_prompt_counts_with_its_words(tmp_path: Path) -> None:
    session = Session()
    slash(session, "review", "the pull request 12, and mind the migration of the settings table")
    session.says("Two remarks.")
    made = made_from(tmp_path, session)
    assert made.prompts == ["/review the pull request 12, and mind the migration of the settings table"]
    assert made.said == "Two remarks."


def test_a_turn_of_our_own_skills_is_not_the_task(tmp_path: Path) -> None:
    session = Session()
    session.prompt(LONG_PROMPT)
    session.says("Half of it is done.")
    slash(session, "recall", "what was the limit?")
    session.tool("Read", "…", file_path="/home/jo/app/.claude/rlm/sessions/x/0001-00000000.md")
    session.says("It was 5.")
    slash(session, "rlm:offload", "the test is still to be written")
    session.says("/clear is safe.")
    made = made_from(tmp_path, session)
    assert (made.prompts, made.said, made.read) == ([LONG_PROMPT], "Half of it is done.", [])
    assert made.note == "the test is still to be written"


def test_a_note_older_than_the_last_prompt_is_not_handed_on(tmp_path: Path) -> None:
    session = Session()
    slash(session, "offload", "an old note")
    session.says("/clear is safe.")
    session.prompt(LONG_PROMPT)
    assert made_from(tmp_path, session).note == ""


def test_an_interruption_is_told(tmp_path: Path) -> None:
    session = Session()
    session.prompt("an earlier prompt")
    session.user("[Request interrupted by user]")
    session.prompt(LONG_PROMPT)
    session.says("I begin.")
    assert not made_from(tmp_path, session).interrupted
    session.user("[Request interrupted by user for tool use]")
    made = made_from(tmp_path, session)
    assert (made.interrupted, made.said) == (True, "I begin.")


def test_a_prompt_without_an_answer_has_none(tmp_path: Path) -> None:
    session = talk(Session(), 2)
    session.prompt(LONG_PROMPT)
    made = made_from(tmp_path, session)
    assert (made.prompts, made.said) == ([LONG_PROMPT], "")


def test_what_the_editor_puts_beside_a_prompt_is_left_out(tmp_path: Path) -> None:
    session = Session()
    beside = "<ide_opened_file>The user opened x.py</ide_opened_file>"
    session.user([{"type": "text", "text": t} for t in (beside, LONG_PROMPT, "<system-reminder>x</system-reminder>")])
    session.user([{"type": "text", "text": beside}])
    assert made_from(tmp_path, session).prompts == [LONG_PROMPT]


def test_an_image_alone_is_a_prompt(tmp_path: Path) -> None:
    session = Session()
    session.user([image_block(png())])
    assert made_from(tmp_path, session).prompts == ["[image]"]


@pytest.mark.parametrize("fill", ["", "x" * 200, "line of a log\n" * 20_000])
def test_a_prompt_far_from_the_end_is_found(tmp_path: Path, fill: str) -> None:
    session = Session()
    session.prompt(LONG_PROMPT)
    for n in range(8):
        session.tool("Bash", f"{n} {fill}", command="make")
    session.says("Still at it.")
    made = made_from(tmp_path, session)
    assert (made.prompts, made.said) == ([LONG_PROMPT], "Still at it.")


def test_a_huge_prompt_keeps_head_and_tail(tmp_path: Path) -> None:
    session = Session()
    session.prompt("Why does this fail?\n" + "Traceback, a line of it\n" * 20_000 + "It began yesterday.")
    (text,) = made_from(tmp_path, session).prompts
    assert text.startswith("Why does this fail?")
    assert text.endswith("It began yesterday.")
    assert len(text) <= 2 * gather.KEPT + 3


@pytest.mark.parametrize("before", [0, 1, 70_000, 200_000])
def test_lines_that_span_blocks_are_read_whole(tmp_path: Path, before: int) -> None:
    session = Session()
    session.prompt("y" * before + LONG_PROMPT)
    session.says("z" * 100_000)
    session.tool("Edit", "ok", file_path="/home/jo/app/a.py", old_string="a", new_string="b" * 150_000)
    made = made_from(tmp_path, session)
    assert made.prompts[0].endswith(LONG_PROMPT)
    assert made.said.startswith("zzz")
    assert made.edited == ["/home/jo/app/a.py"]


def test_no_more_than_the_end_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backwards, "MAX_BYTES", 50_000)
    session = Session()
    session.prompt(LONG_PROMPT)
    session.says("x" * 100_000)
    source = session.write(tmp_path / f"{SESSION}.jsonl")
    assert from_transcript(source, str) is None
    monkeypatch.setattr(backwards, "MAX_BYTES", 1_000_000)
    assert from_transcript(source, str) is not None


@pytest.mark.parametrize("noted", ["", "Please add a retry limit of fi…"])
def test_a_prompt_out_of_reach_is_told_as_the_client_notes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, noted: str
) -> None:
    monkeypatch.setattr(backwards, "MAX_BYTES", 50_000)
    session = Session()
    session.prompt(LONG_PROMPT)
    session.tool("Bash", "x" * 100_000, command="make")
    session.says("Still at it.")
    if noted:
        session.add({"type": "last-prompt", "lastPrompt": noted, "sessionId": SESSION})
    made = made_from(tmp_path, session)
    assert (made.prompts, made.said) == ([noted] if noted else [], "Still at it.")


@pytest.mark.parametrize("value", [None, 5, [], "", "<command-name>/clear</command-name>"])
def test_a_note_of_a_prompt_alone_hands_nothing_over(tmp_path: Path, value: Any) -> None:
    session = Session()
    session.add({"type": "last-prompt", "lastPrompt": value, "sessionId": SESSION})
    assert from_transcript(session.write(tmp_path / f"{SESSION}.jsonl"), str) is None


@pytest.mark.parametrize(
    "made", [lambda s: None, lambda s: slash(s, "clear", prompt=False), Session.noise, lambda s: s.compaction()]
)
def test_a_session_without_a_prompt_hands_nothing_over(tmp_path: Path, made: Callable[[Session], Any]) -> None:
    session = Session()
    made(session)
    assert from_transcript(session.write(tmp_path / f"{SESSION}.jsonl"), str) is None


def test_a_transcript_that_is_not_there_hands_nothing_over(tmp_path: Path) -> None:
    assert from_transcript(Source(str(tmp_path / "none.jsonl")), str) is None
    assert from_archive(str(tmp_path), SESSION, str) is None


# Todos.


def test_the_newest_list_counts(tmp_path: Path) -> None:
    session = Session()
    session.prompt(LONG_PROMPT)
    session.tool("TodoWrite", "ok", todos=[todo("read"), todo("write"), todo("test")])
    session.tool("TodoWrite", "ok", todos=[todo("read", "completed"), todo("write", "in_progress"), todo("test")])
    made = made_from(tmp_path, session)
    assert made.todos == [("in_progress", "write"), ("pending", "test")]
    assert made.todo_total == 3


def test_a_call_that_failed_changed_no_list(tmp_path: Path) -> None:
    session = Session()
    session.prompt(LONG_PROMPT)
    session.tool("TodoWrite", "ok", todos=[todo("write")])
    session.result(session.calls("TodoWrite", todos=[todo("lost")]), "No such tool available", failed=True)
    assert made_from(tmp_path, session).todos == [("pending", "write")]


def test_tasks_are_followed_from_their_creation(tmp_path: Path) -> None:
    session = Session()
    session.prompt(LONG_PROMPT)
    for number, subject in enumerate(("read", "write", "test", "ship"), 1):
        create(session, number, subject)
    session.tool("TaskUpdate", "Updated task #1 status", taskId="1", status="completed")
    session.tool("TaskUpdate", "Updated task #2 status", taskId="2", status="in_progress")
    session.tool("TaskUpdate", "Updated task #4 deleted", taskId="4", status="deleted")
    session.tool("TaskUpdate", "Updated task #3 subject", taskId="3", subject="test it well")
    made = made_from(tmp_path, session)
    assert made.todos == [("in_progress", "write"), ("pending", "test it well")]
    assert made.todo_total == 3


def test_a_listing_stands_for_the_tasks_created_out_of_reach(tmp_path: Path) -> None:
    session = Session()
    session.prompt(LONG_PROMPT)
    listed = "#1 [completed] read\n#2 [in_progress] write (a [draft])\n#3 [pending] test [blocked by #2]"
    session.tool("TaskList", listed)
    session.tool("TaskUpdate", "Updated task #2 status", taskId="2", status="completed")
    made = made_from(tmp_path, session)
    assert made.todos == [("pending", "test")]
    assert made.todo_total == 3


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("todo_reminder", [todo("read", "completed"), todo("test")]),
        ("task_reminder", [{"id": "2", "subject": "test", "status": "pending"}, {"id": "1", "subject": "read"}]),
    ],
)
def test_the_clients_reminder_of_the_list_counts(tmp_path: Path, kind: str, content: list[Record]) -> None:
    session = Session()
    session.prompt(LONG_PROMPT)
    session.attachment(kind, content=content, itemCount=2)
    made = made_from(tmp_path, session)
    assert (made.todos, made.todo_total) == ([("pending", "test")], 2)


def test_a_list_from_long_before_is_found(tmp_path: Path) -> None:
    session = Session()
    session.prompt("begin")
    create(session, 1, "write the parser")
    for n in range(30):
        session.prompt(f"Question {n}, which is long enough to tell a task by itself, is it not?")
        session.tool("Bash", "output " * 3000, command="make")
        session.says("Ran it.")
    made = made_from(tmp_path, session)
    assert os.path.getsize(tmp_path / f"{SESSION}.jsonl") > 2 * gather.NEAR_BYTES
    assert made.todos == [("pending", "write the parser")]


ODD_INPUTS: list[Any] = [None, 5, "text", [], [5, None], [{"content": 5}], [{"status": "pending"}], {"a": 1}, [[]]]


@pytest.mark.parametrize("todos", ODD_INPUTS, ids=repr)
def test_a_list_of_another_shape_is_no_fault(tmp_path: Path, todos: Any) -> None:
    session = Session()
    session.prompt(LONG_PROMPT)
    session.tool("TodoWrite", "ok", todos=todos)
    session.attachment("task_reminder", content=todos)
    session.tool("TaskUpdate", "ok", taskId=todos, status=todos)
    session.tool("TaskCreate", "Task # created", subject=todos)
    session.tool("TaskList", "#1 [pending\n#\n[]", x=todos)
    assert made_from(tmp_path, session).todos == []


# Files.


def test_files_are_named_latest_first_and_those_changed_apart(tmp_path: Path) -> None:
    session = Session()
    session.prompt(LONG_PROMPT)
    for tool, name in (("Read", "a"), ("Edit", "b"), ("Read", "c"), ("Write", "a"), ("Read", "d"), ("MultiEdit", "e")):
        session.tool(tool, "ok", file_path=f"/home/jo/app/{name}.py")
    session.tool("NotebookEdit", "ok", notebook_path="/home/jo/app/n.ipynb")
    session.tool("Read", "ok", file_path="/home/jo/app/e.py")
    session.tool("Grep", "ok", path="/home/jo/app/src")
    session.tool("Bash", "ok", command="cat z.py", file_path="/home/jo/app/z.py")
    made = made_from(tmp_path, session)
    assert [os.path.basename(p) for p in made.edited] == ["n.ipynb", "e.py", "a.py", "b.py"]
    assert [os.path.basename(p) for p in made.read] == ["d.py", "c.py"]


def test_an_edit_that_failed_changed_no_file(tmp_path: Path) -> None:
    session = Session()
    session.prompt(LONG_PROMPT)
    session.result(session.calls("Edit", file_path="/x/a.py"), "String to replace not found in file.", failed=True)
    session.tool("Edit", "ok", file_path="/x/b.py")
    made = made_from(tmp_path, session)
    assert (made.edited, made.read) == (["/x/b.py"], [])


def test_no_more_files_are_named_than_fit(tmp_path: Path) -> None:
    session = Session()
    session.prompt(LONG_PROMPT)
    for n in range(30):
        session.tool("Edit" if n % 2 else "Read", "ok", file_path=f"/x/{n}.py")
    made = made_from(tmp_path, session)
    assert made.edited == [f"/x/{n}.py" for n in range(29, 13, -2)]
    assert len(made.read) <= gather.MAX_FILES


# Secrets.


def test_no_secret_leaves_the_transcript(tmp_path: Path) -> None:
    session = Session()
    session.prompt(f"<private>the merger</private> Use the token {TOKEN} " + "and go on " * 2000 + TOKEN)
    session.tool("TodoWrite", "ok", todos=[todo(f"remove {TOKEN}")])
    session.tool("Edit", "ok", file_path=f"/x/{TOKEN}/a.py")
    session.says(f"I used {TOKEN}.")
    slash(session, "offload", f"rotate {TOKEN}")
    made = json.dumps(made_from(tmp_path, session).as_json())
    assert TOKEN not in made
    assert "merger" not in made
    assert made.count("[redacted:github]") >= 5


def test_a_private_block_that_only_ends_in_the_last_prompt_is_not_shown(tmp_path: Path) -> None:
    session = Session()
    session.prompt("Look at <private>the merger")
    session.prompt("of next week</private> and fix the retry limit of the import that runs at night")
    made = made_from(tmp_path, session)
    assert made.prompts == ["[redacted:private] and fix the retry limit of the import that runs at night"]


def test_a_secret_of_many_lines_is_not_shown_by_its_tail(tmp_path: Path) -> None:
    session = Session()
    key = (
        "-----BEGIN " + "PRIVATE KEY-----\n" + "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n" * 400 + "-----END PRIVATE KEY-----"
    )
    session.prompt(f"Install this key: {key}")
    assert "MIIEvQ" not in made_from(tmp_path, session).prompts[0]


# Anything.


@settings(max_examples=80)
@given(sessions())
def test_any_session_is_read_without_a_fault(tmp_path_factory: pytest.TempPathFactory, session: Session) -> None:
    made = made_from(tmp_path_factory.mktemp("t"), session)  # every one begins with a prompt
    assert all(isinstance(p, str) and p for p in made.prompts)
    assert not set(made.edited) & set(made.read)
    json.dumps(made.as_json())


@settings(max_examples=60)
@given(
    st.lists(
        st.one_of(st.binary(max_size=60), st.sampled_from([b'{"type":"user"}', b'"tool_use""TodoWrite"'])), max_size=8
    )
)
def test_any_bytes_are_read_without_a_fault(tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]) -> None:
    path = tmp_path_factory.mktemp("t") / "x.jsonl"
    path.write_bytes(b"\n".join(lines))
    from_transcript(Source(str(path)), str)
    backwards.entrypoint(str(path))


# From the archive, when the transcript is gone.


def busy(session: Session) -> Session:
    """A session with a bit of everything that is handed over."""
    talk(session, 4)
    session.prompt(LONG_PROMPT)
    create(session, 1, "write the parser")
    create(session, 2, "test the parser")
    session.tool("TaskUpdate", "Updated task #1 status", taskId="1", status="in_progress")
    session.tool("Read", "import os", file_path=f"{session.cwd}/b.py")
    session.tool("Edit", "ok", file_path=f"{session.cwd}/a.py", old_string="x = 1\ny = 2", new_string="```\nx = 2")
    session.result(session.calls("Write", file_path=f"{session.cwd}/c.py", content="z"), "refused", failed=True)
    session.says("a.py is changed.\n\n## Next\n- the test")
    return session


def test_the_archive_tells_the_same_as_the_transcript(tmp_path: Path) -> None:
    session = busy(Session())
    whole = made_from(tmp_path, session)
    report = take(archive(tmp_path, config()), Source(str(tmp_path / f"{SESSION}.jsonl")))
    kept = from_archive(report.archive_dir, SESSION, redactor(config()))
    assert kept is not None
    same = [n for n in Handoff.FIELDS if n not in ("cwd", "time", "resumable")]
    assert [getattr(kept, n) for n in same] == [getattr(whole, n) for n in same]
    assert whole.todos == [("in_progress", "write the parser"), ("pending", "test the parser")]
    assert kept.time == whole.time[:19].replace("T", " ")
    assert not kept.resumable


@settings(max_examples=40)
@given(sessions())
def test_any_archived_session_is_read_without_a_fault(
    tmp_path_factory: pytest.TempPathFactory, session: Session
) -> None:
    folder = tmp_path_factory.mktemp("t")
    report = take(archive(folder), session.write(folder / f"{SESSION}.jsonl"))
    made = from_archive(report.archive_dir, SESSION, redactor(config()))
    assert made is None or made.prompts or made.said


def test_chunk_files_that_were_damaged_are_passed_over(tmp_path: Path) -> None:
    report = take(archive(tmp_path), busy(Session()).write(tmp_path / f"{SESSION}.jsonl"))
    for path in sorted(Path(report.archive_dir).glob("0*.md"))[-1:]:
        path.write_bytes(b"\xff no chunk")
    made = from_archive(report.archive_dir, SESSION, redactor(config()))
    assert made is not None


# Which session is the last one.


class Home:
    """A project, its archive and the client's transcripts of it."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        self.project.mkdir()
        self.folder = folder / "transcripts"
        self.folder.mkdir()
        self.clock = 0.0

    @property
    def archive(self) -> Archive:
        return archive(self.project, config())

    def session(
        self, name: str, prompt: str, *, age: float = 0, kept: bool = True, cwd: str = "", entrypoint: str = "cli"
    ) -> None:
        """A session that ended `age` days and some seconds ago, later ones of a test nearer to now."""
        session = Session(name, cwd=cwd or str(self.project))
        if prompt:
            session.prompt(prompt)
            session.says("Done.")
        for item in session.items:
            assert isinstance(item, dict)
            item["entrypoint"] = entrypoint
        source = session.write(self.folder / f"{name}.jsonl")
        self.clock += 1
        when = os.stat(source.path).st_mtime - 3600 - age * 86400 + self.clock
        os.utime(source.path, (when, when))
        if kept:
            take(self.archive, source)

    def last(self, own: str = "own", entrypoint: str = "cli") -> Handoff | None:
        return previous(self.archive.root, str(self.folder), own, entrypoint, str)

    def said(self, own: str = "own", entrypoint: str = "cli") -> list[str]:
        made = self.last(own, entrypoint)
        return made.prompts if made else []


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_the_most_recent_session_is_meant(home: Home) -> None:
    home.session("a1", "the older prompt")
    home.session("b2", "the newer prompt")
    assert home.said() == ["the newer prompt"]
    assert home.said(own="b2") == ["the older prompt"]


def test_a_session_killed_in_its_first_turn_is_meant_though_nobody_archived_it(home: Home) -> None:
    home.session("a1", "the older prompt")
    home.session("b2", "the newer prompt", kept=False)
    assert home.said() == ["the newer prompt"]


@pytest.mark.parametrize("cwd", ["/somewhere/else", "{project}-2", "{project}/../other"])
def test_a_session_of_another_project_in_the_same_folder_is_not(home: Home, cwd: str) -> None:
    home.session("a1", "the older prompt")
    home.session("b2", "a stranger's prompt", kept=False, cwd=cwd.format(project=home.project))
    assert home.said() == ["the older prompt"]


def test_empty_sessions_sub_agents_and_other_files_are_passed_over(home: Home) -> None:
    home.session("a1", "the older prompt")
    home.session("b2", "")
    home.session("agent-b2", "an agent's task", kept=False)
    (home.folder / "c3.jsonl").mkdir()
    (home.folder / "d4.jsonl").symlink_to(home.folder / "a1.jsonl")
    (home.folder / "e5.txt").write_text("x")
    assert home.said() == ["the older prompt"]


def test_in_the_terminal_headless_runs_do_not_hide_the_last_session(home: Home) -> None:
    home.session("a1", "typed in the terminal", entrypoint="cli")
    for n in range(20):
        home.session(f"b{n}", f"headless {n}", entrypoint="sdk-cli")
    assert home.said() == ["typed in the terminal"]
    assert home.said(entrypoint="") == ["typed in the terminal"]
    assert home.said(entrypoint="sdk-cli") == ["headless 19"]


def test_headless_runs_are_meant_where_there_is_nothing_else(home: Home) -> None:
    home.session("a1", "headless 1", entrypoint="sdk-cli")
    home.session("b2", "headless 2", entrypoint="sdk-ts")
    assert home.said() == ["headless 2"]


def test_what_was_deleted_from_the_archive_is_not_handed_over(home: Home) -> None:
    home.session("a1", "the older prompt")
    home.session("b2", "better forgotten")
    for folder in (home.project / ".claude" / "rlm" / "sessions").glob("*b2*"):
        shutil.rmtree(folder)
    assert home.said() == ["the older prompt"]


def test_a_session_of_long_ago_is_not_handed_over(home: Home) -> None:
    home.session("a1", "a month ago", age=31)
    assert home.said() == []
    home.session("b2", "four weeks ago", age=28)
    assert home.said() == ["four weeks ago"]


def test_without_transcripts_the_archive_is_read(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.session("a1", LONG_PROMPT)
    shutil.rmtree(home.folder)
    ended = endings_time(home)
    monkeypatch.setattr(time, "time", lambda: ended + 60)
    assert home.said() == [LONG_PROMPT]
    monkeypatch.setattr(time, "time", lambda: ended + 31 * 86400)
    assert home.said() == []


def endings_time(home: Home) -> float:
    from rlm_core.archive.maps import read_catalog
    from rlm_core.clock import epoch

    (row,) = read_catalog(home.archive.root)[0].values()
    return epoch(row["ended"]) or 0.0


@pytest.mark.parametrize("data", [b"", b"[]", b"x", b'{"sessions": {"x": 5, "y": {"ended": [], "session": {}}}}'])
def test_a_damaged_catalog_or_state_is_no_fault(home: Home, data: bytes) -> None:
    home.session("a1", "the prompt")
    for path in (
        *home.project.glob(".claude/rlm/state/catalog.json"),
        *home.project.glob(".claude/rlm/state/sources/*"),
    ):
        path.write_bytes(data)
    assert home.said() == ["the prompt"]


def test_a_project_without_anything_hands_nothing_over(home: Home, tmp_path: Path) -> None:
    assert home.last() is None
    assert previous(str(tmp_path / "none"), "", "own", "cli", str) is None


# rlm handoff.


def run(
    project: Path, capsys: pytest.CaptureFixture[str], session: str = "", *, as_json: bool = False
) -> tuple[int, str]:
    status = command(Namespace(project=str(project), session=session, json=as_json))
    return status, capsys.readouterr().out


@pytest.fixture
def worked(tmp_path: Path) -> Path:
    """A project whose session is archived and whose transcript lies where the client keeps it."""
    project = tmp_path / "project"
    project.mkdir()
    name = "".join(c if c.isalnum() else "-" for c in str(project))
    folder = Path(os.environ["CLAUDE_CONFIG_DIR"]) / "projects" / name
    take(archive(project, config()), busy(Session(cwd=str(project))).write(folder / f"{SESSION}.jsonl"))
    return project


@pytest.mark.parametrize(
    ("session", "which"), [("", "the last session here"), (SESSION[:8], "the session just cleared")]
)
def test_the_command_prints_what_is_injected(
    worked: Path, capsys: pytest.CaptureFixture[str], session: str, which: str
) -> None:
    status, out = run(worked, capsys, session)
    assert status == 0
    assert out.startswith(f"Where {which} left off")
    for words in (LONG_PROMPT, "a.py is changed.", "write the parser", "a.py", SESSION):
        assert words in out
    status, out = run(worked, capsys, session, as_json=True)
    found = json.loads(out)
    assert found["prompts"] == [LONG_PROMPT]
    assert found["todos"][0] == {"status": "in_progress", "text": "write the parser"}
    assert found["text"].startswith(f"Where {which}")


def test_the_command_reads_the_chunks_where_the_transcript_is_gone(
    worked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(Path(os.environ["CLAUDE_CONFIG_DIR"]) / "projects")
    status, out = run(worked, capsys, SESSION)
    assert status == 0
    assert LONG_PROMPT in out
    assert "--resume" not in out


@pytest.mark.parametrize("as_json", [False, True])
def test_the_command_says_when_there_is_nothing(
    worked: Path, capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    status, out = run(worked, capsys, "00000000-no-such", as_json=as_json)
    assert status == 1
    assert out == "" or json.loads(out) == {"text": ""}


# A session named by its id.


@pytest.mark.parametrize("name", [SESSION, SESSION[:8], SESSION[:20]])
def test_a_session_is_found_by_the_beginning_of_its_id(worked: Path, name: str) -> None:
    found = session_transcript(str(worked), name)
    assert found is not None
    assert (found.session, os.path.basename(found.path)) == (SESSION, f"{SESSION}.jsonl")


@pytest.mark.parametrize("name", ["1f7", "ffffffff", "../x", "x.jsonl", "", "/etc/passwd", "a b"])
def test_what_is_no_sessions_id_finds_none(worked: Path, name: str) -> None:
    assert session_transcript(str(worked), name) is None


def test_an_id_that_fits_two_sessions_is_refused(worked: Path) -> None:
    folder = next((Path(os.environ["CLAUDE_CONFIG_DIR"]) / "projects").iterdir())
    talk(Session("1f758c24-other", cwd=str(worked)), 1).write(folder / "1f758c24-other.jsonl")
    with pytest.raises(RlmError, match="begins 2 sessions' ids: 1f758c24-"):
        session_transcript(str(worked), SESSION[:8])


def test_a_whole_id_is_found_wherever_the_session_began(worked: Path) -> None:
    other = "22222222-9a0b-4c1d-8e2f-3a4b5c6d7e8f"
    path = Path(os.environ["CLAUDE_CONFIG_DIR"]) / "projects" / "-a-worktree" / f"{other}.jsonl"
    talk(Session(other, cwd="/a/worktree"), 1).write(path)
    found = session_transcript(str(worked), other)
    assert found is not None
    assert found.path == str(path)
    assert session_transcript(str(worked), other[:8]) is None


def test_archive_and_verify_take_a_sessions_id(worked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["archive", SESSION[:8], "--project", str(worked), "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["sessions"]
    assert row["session"] == SESSION
    assert main(["verify", SESSION, "--project", str(worked), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ok"]
    assert main(["archive", "ffffffff", "--project", str(worked)]) == 1
    assert "nor a session whose id begins so" in capsys.readouterr().err


# The skill.


def test_the_offload_skill_may_run_all_that_it_tells_to_run() -> None:
    text = (ROOT / "skills" / "offload" / "SKILL.md").read_text("utf-8")
    (line,) = (line for line in text.splitlines() if line.startswith("`rlm "))
    steps = [step.split()[:2] for step in line.strip("`").split(" && ")]
    assert steps == [["rlm", "archive"], ["rlm", "verify"], ["rlm", "handoff"]]
    assert all(f"Bash(rlm {name} *)" in text for _, name in steps)
    assert line.count("${CLAUDE_SESSION_ID}") == len(steps)
    assert "disable-model-invocation: true" in text
