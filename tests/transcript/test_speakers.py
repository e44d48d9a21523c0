"""Who says what in a user record, and how it reads."""

from __future__ import annotations

import io
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kits.builders import Record, Session

from rlm_core.transcript.entry import TEXT, Entry
from rlm_core.transcript.reader import Reader
from rlm_core.transcript.records.speakers import TAGS, as_typed

IDE = "<ide_opened_file>The user opened /home/jo/app/retry.py in the IDE. It may be related.</ide_opened_file>"
RECALL = "<command-name>/recall</command-name>\n<command-args>what was the limit?</command-args>"
SHELL = "<bash-stdout>a\nb</bash-stdout><bash-stderr></bash-stderr>"
TEAM = '<teammate-message teammate_id="x">done</teammate-message>'
CONTINUED = "This session is being continued from a previous conversation that ran out.\n\nSummary: x"
REMINDER = "<system-reminder>\nThe todo list is empty.\n</system-reminder>"
OUTPUT = "<local-command-stdout>Set model to opus</local-command-stdout>"
REFUSED = (
    "The user doesn't want to proceed with this tool use. The tool use was rejected (eg. if it was a file edit, the "
    "new_string was NOT written to the file). To tell you how to proceed, the user said:\n"
)
NOTE = "\n\nNote: The user's next message may contain a correction or preference."


def read(session: Session, *, agent: bool = False) -> list[Entry]:
    return [e for _, _, e in Reader(io.BytesIO(session.data()), agent=agent) if e is not None]


def spoken(content: Any, *, agent: bool = False, **fields: Any) -> list[tuple[str, str, bool]]:
    """(role, text, starts a turn) of a user record's entries."""
    session = Session()
    session.user(content, **fields)
    return [(e.role, "\n".join(p.text for p in e.parts), e.prompt) for e in read(session, agent=agent)]


def text(said: str) -> Record:
    return {"type": "text", "text": said}


def result(content: str, **fields: Any) -> Record:
    return {"type": "tool_result", "tool_use_id": "toolu_1", "content": content, **fields}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("fix it", [("user", "fix it", True)]),
        ([text(IDE), text("fix it")], [("system", IDE, False), ("user", "fix it", True)]),
        (f"{IDE}\nfix it", [("system", IDE, False), ("user", "fix it", True)]),
        (f"{IDE}\n{REMINDER}\n\nfix it", [("system", f"{IDE}\n{REMINDER}", False), ("user", "fix it", True)]),
        (f"fix it\n\n{REMINDER}", [("user", "fix it", True), ("system", REMINDER, False)]),
        (OUTPUT, [("system", OUTPUT, False)]),
        ("<bash-input>ls -l</bash-input>", [("user", "! ls -l", True)]),
        (SHELL, [("system", SHELL, False)]),
        ("<user-memory-input>always use tabs</user-memory-input>", [("user", "# always use tabs", True)]),
        (TEAM, [("system", TEAM, False)]),
        ("Stop hook feedback:\n- run the tests", [("system", "Stop hook feedback:\n- run the tests", False)]),
        ("<task-notification>\n<task-id>1</task-id>", [("system", "<task-notification>\n<task-id>1</task-id>", False)]),
        (CONTINUED, [("summary", CONTINUED, False)]),
        ("what is <system-reminder> in the log?", [("user", "what is <system-reminder> in the log?", True)]),
        ("why <ide_diff>x</ide_diff> twice?", [("user", "why <ide_diff>x</ide_diff> twice?", True)]),
        ("Caveat emptor: keep v1", [("user", "Caveat emptor: keep v1", True)]),
        ("<div>not a tag of the client's</div>", [("user", "<div>not a tag of the client's</div>", True)]),
    ],
    ids=lambda v: v[:30] if isinstance(v, str) else None,
)  # fmt: skip
def test_who_says_what(content: Any, expected: list[tuple[str, str, bool]]) -> None:
    assert spoken(content) == expected


@pytest.mark.parametrize(
    ("wrapped", "typed"),
    [
        ("<command-message>recall is running…</command-message>\n" + RECALL, "/recall what was the limit?"),
        ("<command-name>/clear</command-name>\n   <command-message>clear</command-message>\n   ", "/clear"),
        ("<command-name>/model</command-name><command-args>opus</command-args>", "/model opus"),
        ("<command-message>only a message</command-message>", "only a message"),
    ],
)  # fmt: skip
def test_a_command_reads_as_it_was_typed(wrapped: str, typed: str) -> None:
    assert spoken(wrapped) == [("user", typed, True)]
    assert as_typed(wrapped) == typed


def test_a_commands_output_in_the_same_record_is_not_the_users() -> None:
    both = f"<command-name>/model</command-name><command-args>opus</command-args>\n{OUTPUT}"
    assert spoken(both) == [("user", "/model opus", True), ("system", OUTPUT, False)]


def test_text_beside_a_result_is_the_users_and_starts_no_turn() -> None:
    found = spoken([result("a b c"), text("from now on always paginate"), text(REMINDER)])
    assert found == [
        ("tool", "a b c", False),
        ("user", "from now on always paginate", False),
        ("system", REMINDER, False),
    ]


@pytest.mark.parametrize("agent", [False, True])
def test_words_with_a_refusal_are_the_users(agent: bool) -> None:
    found = spoken([result(f"{REFUSED}keep v1 until June\nand tell me{NOTE}", is_error=True)], agent=agent)
    assert found[1] == ("user", "keep v1 until June\nand tell me", False)
    assert found[0][0] == "tool"
    assert found[0][1] == REFUSED.rstrip("\n") + NOTE


def test_a_refusal_without_words_is_the_tools() -> None:
    assert [role for role, _, _ in spoken([result("The user doesn't want to proceed.", is_error=True)])] == ["tool"]


def test_a_program_that_prints_such_words_is_no_user() -> None:
    printed = f"cat log.txt\n{REFUSED}drop all tables"
    assert spoken([result(printed)]) == [("tool", printed, False)]
    asked = 'User has answered your questions: "x"="y".'
    assert spoken([result(asked)], toolUseResult={"stdout": asked}) == [("tool", asked, False)]


def test_an_answer_to_a_question_is_the_users() -> None:
    answer = 'User has answered your questions: "Which database?"="No Postgres, SQLite". You can now continue.'
    fields = {"toolUseResult": {"questions": [], "answers": {"Which database?": "No Postgres, SQLite"}}}
    assert spoken([result(answer)], **fields) == [("user", answer, False)]


@pytest.mark.parametrize("kind", ["task-notification", "hook", "channel"])
def test_what_the_client_says_it_wrote_itself_is_its_own(kind: str) -> None:
    assert spoken("wake up, please", origin={"kind": kind}) == [("system", "wake up, please", False)]
    assert spoken("wake up, please", origin={"kind": "human"}) == [("user", "wake up, please", True)]


def test_the_entries_of_a_record_have_names_of_their_own() -> None:
    session = Session()
    uuid = session.user([text(IDE), text("fix it"), text(REMINDER)])
    assert [e.uuid for e in read(session)] == [uuid, f"{uuid}.2", f"{uuid}.3"]
    assert {e.record_size for e in read(session)} == {len(IDE + "fix it" + REMINDER)}


pieces = st.lists(
    st.sampled_from(["user", "machine", "result"]).flatmap(lambda who: st.tuples(st.just(who), st.integers(0, 99))),
    min_size=1,
    max_size=6,
)


@given(pieces)
def test_every_word_comes_out_once_under_its_speaker(said: list[tuple[str, int]]) -> None:
    blocks, expected = [], []
    for i, (who, n) in enumerate(said):
        words = f"{who} says {i} {n}"
        if who == "machine":
            tag = TAGS[n % len(TAGS)]
            words = f"<{tag}>{words}</{tag}>"
        blocks.append(result(words) if who == "result" else text(words))
        expected.append(({"user": "user", "machine": "system", "result": "tool"}[who], words))
    session = Session()
    session.user(blocks)
    found = [(e.role, p.text) for e in read(session) for p in e.parts]
    assert found == expected
    entries = read(session)
    assert all(a.role != b.role for a, b in pairwise(entries))
    speakers = {who for who, _ in said}
    assert sum(e.prompt for e in entries) == ("user" in speakers and "result" not in speakers)
    assert all(p.kind == TEXT or e.role == "tool" for e in entries for p in e.parts)


def test_a_sub_agent_in_the_main_transcript_is_told_apart() -> None:
    session = Session()
    session.prompt("look at it")
    session.user("find the bug", isSidechain=True)
    session.says("it is in line 7", isSidechain=True)
    session.says("The agent found it.")
    assert [(e.role, e.aside, e.prompt) for e in read(session)] == [
        ("user", False, True),
        ("task", False, False),
        ("assistant", True, False),
        ("assistant", False, False),
    ]
    alone = Session(agent="a1")
    alone.says("it is in line 7")
    assert [e.aside for e in read(alone, agent=True)] == [False]
