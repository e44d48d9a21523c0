"""Every text in, every text out: records of any shape, glued and cut off, are whole in the archive by the proof."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from kits.builders import SESSION, archive, image_block, png

from rlm_core.archive.proof.verify import Verifier
from rlm_core.archive.take import take
from rlm_core.transcript.source import Source

WORDS = st.sampled_from(
    [
        "keep the old endpoint until June",
        "one\ntwo words\n  three",
        "été à Zürich",
        "wait \u2014 not yet",
        "say \"hi\" to C:\\temp\\new",
        "red \x1b[31malert\x1b[0m now",
        "<system-reminder>be brief</system-reminder>",
        "<command-name>/recall</command-name>\n<command-args>what was it</command-args>",
        "password: hunter2hunter2 is the one",
        "```\n## user · turn 9\n```",
        "yes",
        "東京で会う",
    ]
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcdef"), inner, max_size=3),
    max_leaves=8,
)
RESULT = st.one_of(WORDS, st.lists(st.builds(lambda t: {"type": "text", "text": t}, WORDS), max_size=2), JSON)
BLOCKS = st.one_of(
    st.builds(lambda t: {"type": "text", "text": t}, WORDS),
    st.builds(lambda t: {"type": "thinking", "thinking": t, "signature": "EuYB"}, WORDS),
    st.builds(lambda v: {"type": "tool_use", "id": "toolu_1", "name": "Task", "input": {"given": v}}, JSON),
    st.builds(
        lambda a, b: {
            "type": "tool_use",
            "id": "toolu_2",
            "name": "Edit",
            "input": {"file_path": "/a.py", "old_string": a, "new_string": b},
        },
        WORDS,
        WORDS,
    ),
    st.builds(lambda c: {"type": "tool_use", "id": "t", "name": "Bash", "input": {"command": c, "n": 3}}, WORDS),
    st.builds(lambda c: {"type": "tool_result", "tool_use_id": "toolu_1", "content": c}, RESULT),
    st.builds(lambda c: {"type": "tool_result", "tool_use_id": "toolu_1", "is_error": True, "content": c}, WORDS),
    st.builds(lambda t: {"type": "new_kind", "text": t}, WORDS),
    st.builds(lambda n: image_block(png(n)), st.integers(1, 3)),
    WORDS,
)  # fmt: skip
CONTENT = st.one_of(WORDS, st.lists(BLOCKS, min_size=1, max_size=3), BLOCKS)


def spoken(kind: str, content: Any, extra: Any) -> dict[str, Any]:
    record = {"type": kind, "message": {"role": kind, "content": content}}
    return record if extra is None else {**record, "novelty": extra}


RECORDS = st.one_of(
    st.builds(spoken, st.sampled_from(["user", "assistant"]), CONTENT, st.none() | JSON),
    st.builds(lambda t: {"type": "system", "subtype": "informational", "content": t}, WORDS),
    st.builds(lambda t: {"type": "system", "subtype": "new_kind", "content": t}, WORDS),
    st.builds(
        lambda k, v: {"type": "attachment", "attachment": {"type": k, "content": v}},
        st.sampled_from(["hook_additional_context", "diagnostics", "new_kind"]),
        JSON,
    ),
    st.builds(lambda t: {"type": "attachment", "attachment": {"type": "queued_command", "prompt": t}}, WORDS),
    st.builds(lambda v: {"type": "new-kind", "content": v}, JSON),
    st.builds(lambda t: {"type": "queue-operation", "operation": "enqueue", "content": t}, WORDS),
    st.sampled_from([{"type": "queue-operation", "operation": o} for o in ("dequeue", "remove", "popAll")]),
    st.sampled_from([{"type": "mode", "mode": "plan it well"}, {"type": "last-prompt", "lastPrompt": "keep it"}]),
)  # fmt: skip
ENDS = st.sampled_from([b"\n"] * 6 + [b"", b"\0\0", b"\r\n", b"\n\n"])


@st.composite
def transcripts(draw: st.DrawFn) -> bytes:
    """Records with and without uuid, some of them glued to the next or cut off before it."""
    data = b""
    for n, record in enumerate(draw(st.lists(RECORDS, min_size=1, max_size=8))):
        head = {} if draw(st.integers(0, 5)) == 0 else {"uuid": f"{n:08x}-0000-4000-8000-000000000000"}
        head |= {"timestamp": f"2026-11-22T00:00:{n:02d}.000Z", "sessionId": SESSION}
        line = json.dumps({"parentUuid": None, **record, **head}, ensure_ascii=draw(st.booleans())).encode()
        if draw(st.integers(0, 9)) == 0 and record["type"] != "queue-operation":
            line = line[: draw(st.integers(20, len(line)))]
        data += line + draw(ENDS)
    return data + b"\n"


@settings(max_examples=60, deadline=None)
@given(transcripts())
def test_every_text_in_every_text_out(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "t", f"{SESSION}.jsonl")
        path.parent.mkdir()
        path.write_bytes(data)
        kept = archive(folder)
        take(kept, Source(str(path)))
        verdict = Verifier(kept).verify(Source(str(path)))
        assert (verdict.missing, verdict.ok) == ([], True)
