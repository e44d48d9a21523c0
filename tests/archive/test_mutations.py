"""A reader that drops any kind of record, block or file makes the proof fail: a test for each, made from the lists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from kits.builders import SESSION, Session, archive, image_block, png, talk

from rlm_core.archive.proof.verify import Verdict, Verifier
from rlm_core.archive.store import Archive
from rlm_core.archive.take import take, take_all
from rlm_core.transcript.records import left_out
from rlm_core.transcript.source import Source

WORDS = "we keep the old endpoint until June, said nobody but this record"
UNKNOWN = ["fresh-idea", "system/fresh_idea", "attachment/fresh_idea", "progress/fresh_idea", "block/fresh_idea"]
KINDS = sorted(left_out.KEPT) + UNKNOWN


def attachment(name: str) -> dict[str, Any]:
    if name == "queued_command":
        return {"prompt": WORDS}
    if name == "file":
        return {"filename": "notes.txt", "content": {"type": "text", "file": {"content": WORDS}}}
    if name == "edited_text_file":
        return {"filename": "notes.txt", "snippet": WORDS}
    return {"content": WORDS, "hookEvent": "SessionStart"}


def block(name: str) -> dict[str, Any]:
    special: dict[str, dict[str, Any]] = {
        "thinking": {"thinking": WORDS, "signature": "EuYB"},
        "redacted_thinking": {"data": "c2VhbGVkIHdvcmRzIG9mIGEgbW9kZWw="},
        "tool_use": {"id": "toolu_1", "name": "Bash", "input": {"command": WORDS}},
        "server_tool_use": {"id": "srvtoolu_1", "name": "web_search", "input": {"query": WORDS}},
        "tool_result": {"tool_use_id": "toolu_1", "content": WORDS},
        "image": image_block(png(7)),
        "document": {"title": "notes", "source": {"type": "text", "media_type": "text/plain", "data": WORDS}},
    }
    return {"type": name, **special.get(name, {"text": WORDS})}


def add(session: Session, kind: str) -> str:
    """Put a record of a kind into a session, one that says something; how the proof calls it comes back."""
    head, _, name = kind.partition("/")
    if head == "block":
        blocks = [{"type": "text", "text": "And this:"}, block(name)]
        return session.user(blocks) if name in ("tool_result", "image", "document") else session.assistant(*blocks)
    if head == "user":
        return session.prompt(WORDS)
    if head == "assistant":
        return session.says(WORDS)
    if head == "system":
        return session.note(name or "informational", WORDS)
    if head == "attachment":
        return session.attachment(name or "file", **attachment(name or "file"))
    if head == "progress":
        said = {"type": "assistant", "message": {"role": "assistant", "content": [{"type": "text", "text": WORDS}]}}
        return session.record("progress", data={"type": name, "agentId": "a1", "message": said})
    if head == "queue-operation":
        session.add({"type": head, "operation": "enqueue", "content": WORDS, "timestamp": session.time()})
        return f"line {len(session.items)}"
    return session.record(head, content=WORDS)


def session_with(kind: str) -> tuple[Session, str]:
    session = talk(Session(), 2)
    name = add(session, kind)
    session.says("That is all.")
    return session, name


def proven(kept: Archive, source: Source) -> Verdict:
    return Verifier(kept).verify(source)


@pytest.fixture
def kept(tmp_path: Path) -> Archive:
    return archive(tmp_path)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_known_and_what_is_not_is_archived(tmp_path: Path, kept: Archive, kind: str) -> None:
    session, _ = session_with(kind)
    source = session.write(tmp_path / f"{SESSION}.jsonl")
    take(kept, source)
    verdict = proven(kept, source)
    assert (verdict.missing, verdict.ok) == ([], True)
    assert [(u["kind"], u["count"]) for u in verdict.unknown] == ([(kind, 1)] if kind in UNKNOWN else [])


@pytest.mark.parametrize("kind", [k for k in KINDS if not k.startswith("block/")])
def test_a_reader_that_drops_a_kind_of_record_is_found_out(tmp_path: Path, kept: Archive, kind: str) -> None:
    session, name = session_with(kind)
    whole, dropped = list(session.items), len(session.items) - 2
    session.items = [item for i, item in enumerate(whole) if i != dropped]
    source = session.write(tmp_path / f"{SESSION}.jsonl")
    take(kept, source)
    session.items = whole
    verdict = proven(kept, session.write(source.path))
    assert (verdict.missing, verdict.ok) == ([name], False)


@pytest.mark.parametrize("kind", [k for k in KINDS if k.startswith("block/")])
def test_a_reader_that_drops_a_kind_of_block_is_found_out(tmp_path: Path, kept: Archive, kind: str) -> None:
    session, name = session_with(kind)
    record: Any = session.items[-2]
    content = record["message"]["content"]
    dropped = content.pop()
    source = session.write(tmp_path / f"{SESSION}.jsonl")
    take(kept, source)
    content.append(dropped)
    verdict = proven(kept, session.write(source.path))
    assert (verdict.missing, verdict.ok) == ([name], False)


LEFT_OUT = [
    *left_out.RECORDS,
    *(f"system/{s}" for s in left_out.SYSTEM),
    *(f"attachment/{a}" for a in left_out.ATTACHMENTS),
    *(f"progress/{p}" for p in left_out.PROGRESS),
]


@pytest.mark.parametrize("kind", LEFT_OUT)
def test_what_is_left_out_on_purpose_is_counted_and_no_fault(tmp_path: Path, kept: Archive, kind: str) -> None:
    session, _ = session_with(kind)
    source = session.write(tmp_path / f"{SESSION}.jsonl")
    take(kept, source)
    verdict = proven(kept, source)
    assert (verdict.ok, verdict.left_out, verdict.unknown) == (True, {kind: 1}, [])
    assert verdict.entries == 9


# The folder beside the transcript.

BESIDE = {
    "an output that a record names": "tool-results/toolu_9.txt",
    "an output that no record names": "tool-results/orphan.txt",
    "a workflow's run": "workflows/wf_1.json",
    "a workflow's script": "workflows/scripts/wf_1.js",
    "the client's notes on the session": "session-memory/summary.md",
}


@pytest.mark.parametrize("name", BESIDE.values(), ids=list(BESIDE))
def test_a_file_beside_the_transcript_that_is_not_archived_is_found_out(
    tmp_path: Path, kept: Archive, name: str
) -> None:
    path = tmp_path / SESSION / name
    session = talk(Session(), 2)
    notice = f"<persisted-output>\nOutput too large. Full output saved to: {path}\n\nPreview (first 2KB):\nthe begin"
    session.result("toolu_9", notice if path.name == "toolu_9.txt" else "nothing much")
    source = session.write(tmp_path / f"{SESSION}.jsonl")
    take_all(kept, source)
    path.parent.mkdir(parents=True)
    said = "the beginning\n" + "and what came of it\n" * 50
    path.write_text('{"prompt": "order it", "result": "what came of it"}' if name.endswith(".json") else said)
    verdict = proven(kept, source)
    assert verdict.files == [{"file": name, "why": "not archived", "lost": True}]
    assert not verdict.ok
    take_all(kept, source, restore=True)
    assert proven(kept, source).ok


def test_an_output_that_a_record_names_stands_at_that_record(tmp_path: Path, kept: Archive) -> None:
    path = tmp_path / SESSION / "tool-results" / "toolu_9.txt"
    path.parent.mkdir(parents=True)
    path.write_text("the beginning\n" + "a row of many\n" * 3000 + "the end\n")
    session = talk(Session(), 2)
    notice = (
        f"<persisted-output>\nOutput too large. Full output saved to: {path}\n\nPreview (first 2KB):\nthe beginning"
    )
    session.result("toolu_9", notice)
    source = session.write(tmp_path / f"{SESSION}.jsonl")
    take_all(kept, source)
    assert proven(kept, source).ok
    blobs = [b for b in Path(kept.root).glob("sessions/*/blobs/*") if b.read_text().startswith("the beginning")]
    blobs[0].write_text("another text")
    verdict = proven(kept, source)
    assert not verdict.ok


@pytest.mark.parametrize("place", ["subagents", "subagents/workflows/wf_1"])
def test_a_sub_agent_that_is_not_archived_is_found_out(tmp_path: Path, kept: Archive, place: str) -> None:
    source = talk(Session(), 2).write(tmp_path / f"{SESSION}.jsonl")
    take_all(kept, source)
    talk(Session(agent="a1", seed="a"), 2).write(tmp_path / SESSION / place / "agent-a1.jsonl")
    verdicts = [proven(kept, s) for s in (source, *source.agents())]
    assert [v.ok for v in verdicts] == [True, False]
    assert len(verdicts[1].missing) == verdicts[1].entries == 8
    take_all(kept, source)
    assert all(proven(kept, s).ok for s in (source, *source.agents()))


def test_a_picture_beside_the_transcript_is_listed_and_no_fault(tmp_path: Path, kept: Archive) -> None:
    source = talk(Session(), 1).write(tmp_path / f"{SESSION}.jsonl")
    take_all(kept, source)
    path = tmp_path / SESSION / "tool-results" / "shot.png"
    path.parent.mkdir(parents=True)
    path.write_bytes(png(3) * 20)
    verdict = proven(kept, source)
    assert (verdict.ok, verdict.files) == (True, [{"file": "tool-results/shot.png", "why": "no text", "lost": False}])


def test_an_output_that_a_fork_took_over_stands_at_its_record(tmp_path: Path, kept: Archive) -> None:
    path = tmp_path / SESSION / "tool-results" / "toolu_9.txt"
    path.parent.mkdir(parents=True)
    path.write_text("a row of many\n" * 50)
    session = talk(Session(), 2)
    session.result("toolu_9", f"<persisted-output>\nOutput too large. Full output saved to: {path}\n\nhead")
    take_all(kept, session.write(tmp_path / f"{SESSION}.jsonl"))
    session.session = "0a0a0a0a-9a0b-4c1d-8e2f-3a4b5c6d7e8f"
    fork = session.write(tmp_path / f"{session.session}.jsonl")
    take_all(kept, fork)
    verdict = proven(kept, fork)
    assert (verdict.missing, verdict.files, verdict.ok) == ([], [], True)
