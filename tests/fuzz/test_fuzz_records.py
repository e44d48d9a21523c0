"""Harmed bytes where rlm reads: transcripts, chunk files, kept answers, what leaves say, settings, payloads, queries.

Whatever comes, nothing of ours raises anything but the error that its reader declares, what is not harmed is kept, and
what is harmed is never taken for whole. `corpus/` keeps inputs that once broke something: each is tried in every run.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kits.builders import SESSION, Session, archive, config
from kits.mutation import STEPS, Step, examples, mutate

from rlm_core.archive.copies.linking import chunk_meta
from rlm_core.archive.take import take_all
from rlm_core.asking.books import Books
from rlm_core.asking.ledger.grants import Spending
from rlm_core.asking.memory.answers import Answers, key_of
from rlm_core.asking.memory.journal import Journal
from rlm_core.chunks.chunkfile import load, load_meta
from rlm_core.engine.findings import reported
from rlm_core.errors import ArchiveError, RlmError
from rlm_core.llm.base import LeafError, Usage
from rlm_core.llm.claude.answer import Heard
from rlm_core.llm.parse import json_object

CORPUS = Path(__file__).parent / "corpus"
MARK = re.compile(r"mark-\d+-[a-z]+")
WORDS = ("amber", "cobalt", "dusty", "emerald", "frozen", "indigo", "jagged", "lunar", "mossy", "nimble")


def kept(name: str) -> list[Path]:
    """Inputs of one kind in the corpus."""
    return sorted(CORPUS.glob(f"{name}-*"))


def session() -> Session:
    s = Session()
    for n, word in enumerate(WORDS):
        s.prompt(f"mark-{n}-{word}")
        s.says(f"mark-{n + 10}-{word} " + "and so on " * 30)
    return s


LINES = session().lines()
TRANSCRIPT = b"".join(LINES)


def archived(data: bytes, folder: str) -> str:
    """All the text that the archive holds after taking a transcript of these bytes, twice."""
    path = Path(folder, "t", f"{SESSION}.jsonl")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    from rlm_core.transcript.source import Source

    for _ in range(2):
        take_all(archive(Path(folder), config()), Source(str(path), SESSION))
    found = sorted(Path(folder).rglob("sessions/**/*.md"))
    return "\n".join(p.read_text(encoding="utf-8", errors="replace") for p in found)


@pytest.fixture(autouse=True)
def no_sync(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda handle: None)


QUICK = {"suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]}


@settings(examples(60), **QUICK)
@given(STEPS)
def test_every_line_that_was_not_harmed_is_archived(steps: list[Step]) -> None:
    data = mutate(TRANSCRIPT, steps)
    whole = set(data.split(b"\n"))
    with tempfile.TemporaryDirectory() as folder:
        text = archived(data, folder)
    for line in LINES:
        if line.rstrip(b"\n") in whole:
            for mark in MARK.findall(line.decode()):
                assert mark in text


@pytest.mark.parametrize("path", kept("transcript"), ids=lambda p: p.name)
def test_transcripts_of_the_corpus(path: Path, tmp_path: Path) -> None:
    archived(path.read_bytes(), str(tmp_path))


@pytest.fixture(scope="module")
def chunk_files(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    folder = tmp_path_factory.mktemp("chunks")
    archived(TRANSCRIPT, str(folder))
    found = [p.read_bytes() for p in sorted(folder.rglob("sessions/*/*.md")) if p.name[:4].isdigit()]
    assert found
    return found


def chunk_is_read(data: bytes, whole: bytes | None) -> None:
    for reader in (load, load_meta):
        try:
            reader(data)
        except ArchiveError:
            continue
    try:
        load(data).entries()
    except ArchiveError:
        pass
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "0001-00000000.md")
        Path(path).write_bytes(data)
        meta = chunk_meta(path)
    if meta is not None and whole is not None:
        # What proves itself by its id says, word for word, what the whole file says.
        assert [e[2] for e in load(data).entries()] == [e[2] for e in load(whole).entries()]


@settings(examples(200), **QUICK)
@given(st.data())
def test_a_harmed_chunk_is_told_from_a_whole_one(chunk_files: list[bytes], data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from(chunk_files))
    chunk_is_read(mutate(whole, data.draw(STEPS)), whole)


@pytest.mark.parametrize("path", kept("chunk"), ids=lambda p: p.name)
def test_chunks_of_the_corpus(path: Path) -> None:
    chunk_is_read(path.read_bytes(), None)


# What a leaf prints: the client's events, one a line, and JSON in whatever words.

EVENTS = b"".join(
    json.dumps(event).encode() + b"\n"
    for event in (
        {"type": "system", "subtype": "init", "model": "haiku"},
        {"type": "system", "subtype": "api_retry", "error_status": 529, "retry_delay_ms": 100},
        {"type": "assistant", "message": {"model": "haiku", "content": [{"type": "text", "text": '{"findings": []}'}]}},
        {
            "type": "result",
            "subtype": "success",
            "is_error": False,
            "result": 'Here:\n```json\n{"findings": [{"claim": "a", "quote": "b", "where": 1}]}\n```',
            "total_cost_usd": 0.01,
            "modelUsage": {"haiku": {"inputTokens": 5, "outputTokens": 7}},
            "stop_reason": "end_turn",
        },
    )
)


def leaf_is_heard(data: bytes) -> None:
    heard = Heard()
    try:
        for line in data.split(b"\n"):
            heard.take(line)
        assert heard.usage().tokens >= 0
        if heard.result is not None:
            reported(heard.reply().data)
    except (LeafError, RlmError):
        return


@settings(examples(200), **QUICK)
@given(STEPS)
def test_whatever_a_leaf_prints_is_an_answer_or_a_leafs_error(steps: list[Step]) -> None:
    leaf_is_heard(mutate(EVENTS, steps))


@settings(examples(200), **QUICK)
@given(STEPS, st.text(max_size=30))
def test_json_in_an_answer_is_found_or_not(steps: list[Step], before: str) -> None:
    text = before + mutate(b'{"findings": [{"claim": "a", "quote": "b"}]}', steps).decode("utf-8", "replace")
    try:
        found = json_object(text)
        assert isinstance(found, dict)
        reported(found)
    except LeafError:
        return


@pytest.mark.parametrize("path", kept("leaf"), ids=lambda p: p.name)
def test_answers_of_the_corpus(path: Path) -> None:
    leaf_is_heard(path.read_bytes())


# What is kept of answers and runs.


def use(folder: Path) -> None:
    """Each way in which books are read and written. What cannot be had is told by RlmError, or counted."""
    key = key_of("a question", "a part")
    found = Answers(Books(folder)).get(key)
    assert found is None or isinstance(found, dict)
    Answers(Books(folder)).put(key, {"findings": []})
    journal = Journal(Books(folder), "0d")
    journal.reserve(key, 10, 0.1)
    journal.settle(key, Usage(input=1, usd=0.1), True)
    journal.close(finished=True)
    spending = Spending(folder)
    for look in (spending.today, spending.records):
        with contextlib.suppress(RlmError):
            look()
    with contextlib.suppress(RlmError):
        spending.grant(1.0, 5.0, project="p", question="q").finish({"usd": 0.5})


@settings(examples(60), **QUICK)
@given(STEPS)
def test_harmed_books_are_used_or_told_of(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        use(folder)
        journal = Journal(Books(folder), "0d")
        journal.reserve("0a", 10, 0.1)
        journal.close(finished=False)
        path = folder / "books.db"
        path.write_bytes(mutate(path.read_bytes(), steps))
        for _ in range(3):
            use(folder)


LINES_OF_BOOKS = {
    "runs/0d.jsonl": b'{"reserve": "a", "tokens": 10, "usd": 0.5}\n{"answer": "a", "data": {"n": 1}}\n{"settle": "a", '
    b'"usage": {"input": 1, "output": 2, "cache_read": 0, "cache_write": 0, "usd": 0.1}, "open": true}\n',
    "ledger.jsonl": b'{"at": "2026-11-22T10:00:03+01:00", "question": "q", "usd": 1.5, "grant": "0a"}\n' * 3,
    "grants/0b.json": b'{"spent": 0.5, "at": 1795363200.0}'.ljust(127) + b'\n{"granted": 1.0, "question": "q"}\n',
    f"answers/0a/{'0a' * 20}.json": b'{"key": "' + b"0a" * 20 + b'", "at": 1795363200.0, "data": {"n": 1}}',
}


@settings(examples(60), **QUICK)
@given(STEPS)
def test_harmed_files_of_former_versions_are_taken_over(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for place, data in LINES_OF_BOOKS.items():
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            (folder / place).write_bytes(mutate(data, steps))
        for _ in range(2):
            use(folder)
        left = {p.name for p in folder.iterdir()} - {"ledger-unread.jsonl"}
        assert left == {"books.db", "lock", "runs", "grants"}
        assert Spending(folder).grant(0.0, 0.0, project="p", question="q").usd == 0.0


# Settings: any bytes are understood, or left as they are.

THEIRS = b"""{
  // theirs
  "hooks": {"Stop": [{"hooks": [{"type": "command", "command": "say"}]}]},
  "model": "opus"
}
"""


@settings(examples(60), **QUICK)
@given(STEPS, st.sampled_from(["local", "shared", "user"]))
def test_harmed_settings_are_extended_or_left_alone(steps: list[Step], scope: str) -> None:
    from kits.install import World

    from rlm_core.install import InstallError

    data = mutate(THEIRS, steps)
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        world.put(data, scope)
        before = world.tree()
        try:
            world.install(scope, None)
        except InstallError:
            assert world.tree() == before
            return
        world.uninstall(scope)
        assert world.tree() == before


# Payloads: whatever comes, the answer is one that Claude Code takes.


def payload_is_answered(word: str, data: bytes, folder: str, patch: pytest.MonkeyPatch) -> None:
    from rlm_core.hooks import detached, events

    patch.setattr(detached, "spawn", lambda *args, **kwargs: None)
    patch.setenv("CLAUDE_PROJECT_DIR", folder)
    answer = events.respond(word, "local", data, 0.0)
    if answer and word != "pre-compact":
        assert json.loads(answer).keys() <= {"systemMessage", "hookSpecificOutput"}


WORD_OF = ("session-start", "user-prompt-submit", "stop", "subagent-stop", "pre-compact", "post-compact", "session-end")


@settings(examples(100), **QUICK)
@given(st.sampled_from(WORD_OF), STEPS, st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3))
def test_any_payload_is_answered(word: str, steps: list[Step], more: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as top, pytest.MonkeyPatch.context() as patch:
        folder = os.path.realpath(top)
        outside = _tree(os.path.dirname(folder), folder)
        file = Path(folder, f"{SESSION}.jsonl")
        file.write_bytes(TRANSCRIPT)
        payload: dict[str, Any] = {
            **more,
            "session_id": SESSION,
            "transcript_path": str(file),
            "cwd": folder,
            "source": "startup",
            "prompt": "go on",
            "trigger": "auto",
            "compact_summary": "so far",
            "reason": "clear",
            "last_assistant_message": "done",
            "agent_type": "Explore",
            "agent_id": "a1",
        }
        payload_is_answered(word, mutate(json.dumps(payload).encode(), steps), folder, patch)
        assert _tree(os.path.dirname(folder), folder) == outside


def _tree(folder: str, without: str) -> set[str]:
    """What lies beside a directory and begins as nothing but our own files do."""
    return {n for n in os.listdir(folder) if n.startswith((".claude", "rlm")) and os.path.join(folder, n) != without}


@pytest.mark.parametrize("path", kept("payload"), ids=lambda p: p.name)
def test_payloads_of_the_corpus(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for word in WORD_OF:
        payload_is_answered(word, path.read_bytes(), str(tmp_path), monkeypatch)


# Queries, over a real index.


@pytest.fixture(scope="module")
def searching(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[Any]]:
    folder = tmp_path_factory.mktemp("search")
    archived(TRANSCRIPT, str(folder))
    from rlm_core.index.update import update
    from rlm_core.search.ranked import search

    made = archive(folder, config())
    update(made)
    return lambda text: list(search(made, text, 5))


@settings(examples(150), **QUICK)
@given(STEPS, st.text(max_size=20))
def test_any_query_is_searched_for(searching: Callable[[str], list[Any]], steps: list[Step], more: str) -> None:
    text = mutate(b'retry "amber mark" -cobalt NEAR(a b) col:x * ^', steps).decode("utf-8", "replace")
    with contextlib.suppress(RlmError):
        searching(f"{text} {more}")
