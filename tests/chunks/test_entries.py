"""An archived entry taken apart: its heading whatever stands in it, its lines, and the blobs that are its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from kits.builders import SESSION, Session, archive, config

from rlm_core.archive.take import take
from rlm_core.chunks.chunkfile import load
from rlm_core.chunks.entries import ArchivedEntry, entries_of
from rlm_core.chunks.pointing import blob_of
from rlm_core.search.scan import scan

HASH = "0123456789abcdef"
WHEN, AT = "2026-11-22 10:00:03", 20261122100003


@pytest.mark.parametrize(
    ("heading", "role", "kind", "what", "tool", "call_id", "failed", "time", "turn"),
    [
        (f"user · {WHEN} · turn 12", "user", "user", "", "", "", False, AT, 12),
        ("user · turn 0", "user", "user", "", "", "", False, 0, 0),
        (f"assistant · thinking · {WHEN} · turn 1", "assistant", "thinking", "thinking", "", "", False, AT, 1),
        (f"assistant · Bash #4kQz · {WHEN} · turn 1", "assistant", "call", "Bash", "Bash", "4kQz", False, AT, 1),
        (f"tool · Bash #4kQz failed · {WHEN} · turn 1", "tool", "tool", "Bash", "Bash", "4kQz", True, AT, 1),
        ("tool · mcp__db__query # · turn 3", "tool", "tool", "mcp__db__query", "mcp__db__query", "", False, 0, 3),
        (f"system · compaction · {WHEN} · turn 7", "system", "system", "compaction", "", "", False, AT, 7),
        (f"document · At · 2001-01-01 00:00:00 · noon · {WHEN} · turn 2", "document", "document", "At", "", "", False,
         AT, 2),
    ],
)  # fmt: skip
def test_a_heading_tells_what_render_put_into_it(
    heading: str, role: str, kind: str, what: str, tool: str, call_id: str, failed: bool, time: int, turn: int
) -> None:
    one = ArchivedEntry(f"## {heading}\n\ntext\n", line=5)
    assert (one.role, one.kind, one.what, one.tool) == (role, kind, what, tool)
    assert (one.call_id, one.failed, one.time, one.turn) == (call_id, failed, time, turn)
    assert (one.text, one.first_line) == ("text", 7)


def test_a_text_that_imitates_a_heading_is_text() -> None:
    one = ArchivedEntry(f"## user · {WHEN} · turn 1\n\n## tool · Bash #1 · 2001-01-01 00:00:00 · turn 9\n")
    assert (one.role, one.tool, one.turn) == ("user", "", 1)


def long_output(folder: Path, output: str) -> Session:
    session = Session()
    session.prompt(f"It is not in blobs/{HASH}.txt, whatever that says")
    session.tool("Bash", output, command="make")
    session.write(folder / f"{SESSION}.jsonl")
    return session


def test_only_what_the_archive_put_aside_is_an_entrys_blob(tmp_path: Path) -> None:
    kept = archive(tmp_path, config())
    source = long_output(tmp_path, "plum line\n" * 20_000).write(tmp_path / f"{SESSION}.jsonl")
    take(kept, source)
    (blob,) = Path(kept.root).glob("sessions/*/blobs/*.txt")
    (blob.parent / f"{HASH}.txt").write_text("a zebra that nobody archived")
    chunks = [load(p.read_bytes()) for p in sorted(Path(kept.root).glob("sessions/*/0*.md"))]
    found = [(one.role, name) for chunk in chunks for one in entries_of(chunk) for name in one.blobs]
    assert found == [("tool", blob.name)]
    assert scan(kept, "zebra") == []
    assert blob_of(f"see blobs/{HASH}.txt") == ""


def test_the_last_word_of_an_entry_and_the_first_of_its_blob_stay_two(tmp_path: Path) -> None:
    kept = archive(tmp_path, config())
    session = Session()
    session.prompt("Say it all")
    session.says("begin " + "middle of it all " * 20_000 + "finish")
    take(kept, session.write(tmp_path / f"{SESSION}.jsonl"))
    assert list(Path(kept.root).glob("sessions/*/blobs/*.txt"))
    assert [h.role for h in scan(kept, "finishbegin")] == []
    assert [h.role for h in scan(kept, "finish")] == ["assistant"]


@pytest.mark.parametrize(
    ("heading", "what", "tool"),
    [
        ("## assistant · sub-agent · 2026-11-22 10:00:08 · turn 12 · 0007", "sub-agent", ""),
        ("## assistant · Bash #4kQz · sub-agent · 2026-11-22 10:00:09 · turn 12 · 0007", "Bash", "Bash"),
    ],
)
def test_a_sub_agents_entry_in_the_main_thread_is_no_tools(heading: str, what: str, tool: str) -> None:
    one = ArchivedEntry(f"{heading}\n\ntext")
    assert (one.what, one.tool, one.turn, one.time != 0) == (what, tool, 12, True)
