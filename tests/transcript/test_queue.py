"""Prompts typed while Claude works: once each, at their place, whatever becomes of them."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kits.builders import SESSION, Session
from kits.builders import archive as new_archive

from rlm_core.archive.take import take
from rlm_core.chunks.chunkfile import load
from rlm_core.transcript.entry import Entry
from rlm_core.transcript.reader import Reader


class Queueing(Session):
    """A session with the records of the client's queue."""

    def operation(self, operation: str, content: Any = None, **fields: Any) -> None:
        self.second += 1
        said = {} if content is None else {"content": content}
        self.add({"type": "queue-operation", "operation": operation, "timestamp": self.time(), **said, **fields})

    def enqueue(self, content: Any) -> None:
        self.operation("enqueue", content)

    def carrier(self, text: str) -> None:
        """The attachment that clients from 2.1.220 on write for a prompt that is taken in mid-turn."""
        self.attachment("queued_command", prompt=text, commandMode="prompt")


def read(session: Session) -> tuple[list[Entry], list[Entry]]:
    reader = Reader(io.BytesIO(session.data()))
    return [e for _, _, e in reader if e is not None], reader.unfinished()


def told(entries: list[Entry]) -> list[tuple[str, str, bool]]:
    return [(e.role, p.text, e.prompt) for e in entries for p in e.parts]


def test_a_prompt_taken_in_mid_turn_stands_at_its_place() -> None:
    s = Queueing()
    s.prompt("write the migration")
    call = s.calls("Bash", command="ls")
    s.enqueue("make it a new one")
    s.result(call, "0001.sql")
    s.operation("remove")
    s.says("A new one, then.")
    entries, left = read(s)
    assert told(entries)[-2:] == [("user", "make it a new one", False), ("assistant", "A new one, then.", False)]
    assert entries[-2].time == "2026-11-22T00:00:05.123Z"
    assert left == []


def test_a_prompt_sent_later_stands_in_its_own_record_alone() -> None:
    s = Queueing()
    s.prompt("write the migration")
    s.enqueue("then run the tests")
    s.says("Written.")
    s.operation("dequeue")
    s.prompt("then run the tests")
    s.says("They pass.")
    entries, left = read(s)
    assert [t for _, t, _ in told(entries)] == ["write the migration", "Written.", "then run the tests", "They pass."]
    assert told(entries)[2] == ("user", "then run the tests", True)
    assert left == []


@pytest.mark.parametrize("order", ["remove first", "carrier first"])
def test_a_prompt_that_an_attachment_carries_stands_there_alone(order: str) -> None:
    s = Queueing()
    s.prompt("go")
    s.enqueue("one")
    s.enqueue("two")
    if order == "remove first":
        s.operation("remove")
        s.carrier("one")
    else:
        s.carrier("one")
        s.operation("remove")
    s.says("ok")
    entries, left = read(s)
    assert told(entries) == [("user", "go", True), ("user", "one", False), ("assistant", "ok", False)]
    assert told(left) == [("user", "two", False)]


def test_what_still_waits_at_the_end_is_kept_and_gives_way_to_its_record(tmp_path: Path) -> None:
    s = Queueing()
    s.prompt("go")
    s.says("working")
    s.enqueue("and never forget the index")
    archive, path = new_archive(tmp_path), tmp_path / f"{SESSION}.jsonl"
    source = s.write(path)
    take(archive, source)
    assert archived(archive, "never forget") == ["and never forget the index"]
    s.operation("dequeue")
    s.write(path)
    take(archive, source)
    assert archived(archive, "never forget") == ["and never forget the index"]
    s.prompt("and never forget the index")
    s.says("I will not.")
    s.write(path)
    take(archive, source)
    assert archived(archive, "never forget") == ["and never forget the index"]


def archived(archive: Any, words: str) -> list[str]:
    found = []
    for meta in archive.metas():
        for _, _, whole in load(Path(meta["path"]).read_bytes()).entries():
            if words in whole:
                assert whole.startswith("## user")
                found.append(whole.partition("\n")[2].strip())
    return found


def test_several_prompts_sent_as_one() -> None:
    s = Queueing()
    s.enqueue("first this")
    s.enqueue("then that")
    s.operation("dequeue")
    s.operation("dequeue")
    s.prompt("first this\nthen that")
    entries, left = read(s)
    assert told(entries) == [("user", "first this\nthen that", True)]
    assert left == []


def test_a_prompt_taken_back_to_be_edited_is_no_second_one() -> None:
    s = Queueing()
    s.enqueue("delete the table")
    s.operation("popAll", "delete the table")
    s.prompt("do not delete the table")
    s.says("fine")
    entries, _ = read(s)
    assert told(entries)[0] == ("user", "delete the table", False)  # it was typed
    assert told(entries)[1] == ("user", "do not delete the table", True)


def test_a_command_in_the_queue_is_the_one_that_is_run() -> None:
    s = Queueing()
    s.enqueue("/recall the limit")
    s.operation("dequeue")
    s.user("<command-name>/recall</command-name>\n<command-args>the limit</command-args>")
    entries, left = read(s)
    assert told(entries + left) == [("user", "/recall the limit", True)]


def test_a_notification_in_the_queue_is_not_the_users() -> None:
    s = Queueing()
    s.enqueue("<task-notification>\nbuild finished\n</task-notification>")
    s.operation("remove")
    s.says("good")
    entries, _ = read(s)
    assert [role for role, _, _ in told(entries)] == ["system", "assistant"]


@pytest.mark.parametrize("content", [None, "", 5, [], {}, [{"type": "image"}]])
def test_odd_records_of_the_queue_do_no_harm(content: Any) -> None:
    s = Queueing()
    s.operation("enqueue", content)
    s.operation("dequeue")
    s.operation("remove", "something that was never there")
    s.operation("from the future", "x")
    s.prompt("go")
    assert told(read(s)[0])[-1] == ("user", "go", True)


def test_records_that_a_fork_copies_behind_the_queues_show_nothing() -> None:
    """2.1.332 notes the queue first, then copies the history, then writes the prompt."""
    s = Queueing()
    s.prompt("long ago")
    s.says("an old answer")
    copied, s.items = s.items, []
    s.enqueue("go on in the fork")
    s.operation("dequeue")
    s.items += copied
    s.prompt("go on in the fork")
    s.says("here it goes on")
    entries, left = read(s)
    assert [t for _, t, _ in told(entries)] == ["long ago", "an old answer", "go on in the fork", "here it goes on"]
    assert left == []


steps = st.lists(
    st.sampled_from(["enqueue", "dequeue", "remove", "removed and carried", "carried and removed", "says"]), max_size=12
)


@settings(max_examples=60, deadline=None)
@given(steps, st.lists(st.floats(0, 1), max_size=3))
def test_every_queued_text_is_archived_once_however_often_the_file_is_read(ways: list[str], cuts: list[float]) -> None:
    s, waiting, typed = Queueing(), list[str](), list[str]()
    s.prompt("begin")
    for n, way in enumerate(ways):
        if way == "enqueue":
            waiting.append(f"typed number {n}, whatever comes")
            typed.append(waiting[-1])
            s.enqueue(waiting[-1])
        elif way == "says":
            s.says(f"answer {n}")
        elif waiting:
            text = waiting.pop(0)
            if way == "carried and removed":
                s.carrier(text)
            s.operation("dequeue" if way == "dequeue" else "remove")
            if way == "dequeue":
                s.prompt(text)
            elif way == "removed and carried":
                s.carrier(text)
    with tempfile.TemporaryDirectory() as folder:
        archive, path, data = new_archive(Path(folder, "a")), Path(folder, "t", f"{SESSION}.jsonl"), s.data()
        source = s.write(path)
        for cut in [*sorted(cuts), 1.0]:
            path.write_bytes(data[: int(len(data) * cut)])
            take(archive, source)
        for text in typed:
            assert archived(archive, text) == [text]
