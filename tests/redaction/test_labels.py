"""A secret in each field of each kind of record, one by one: none of them reaches a file of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kits.builders import SESSION, Session, archive, config, everything

from rlm_core.archive.take import take_all
from rlm_core.index.update import update

EXTRA = {"flower": "orchid-[0-9]{4}"}
FORMS = {
    "key": "gh" + "p_" + "{:04d}" + "Ab1cD2eF" * 4,
    "assigned": "password=" + "tR0ub4-{:04d}-dor",
    "address": "https://jo:" + "tR0ub4-{:04d}-dor@example.org/x",
    "branch": "feature/token=" + "tR0ub4{:04d}dorXyz",
    "private": "<private>tR0ub4-{:04d}-dor</private>",
    "own": "x orchid-{:04d} y",
}
"""How a secret may stand in a field; the number tells of which it was."""


NAME = "(the name of it)"
"""Stands for a field's name, in a path. A name with dots behind it reads as code, so it is none that is a branch."""
LEFT = {"own": [("uuid",), ("leafUuid",)]}
"""An id stays what it is whatever the user's patterns are: entries are found by it."""


def one_of_each() -> list[dict[str, Any]]:
    """A record of each kind, and a block of each kind in one."""
    s = Session()
    blocks = [
        {"type": "text", "text": "words", "citations": [{"cited_text": "words cited", "title": "a title"}]},
        {"type": "thinking", "thinking": "words", "signature": "EuYB"},
        {"type": "redacted_thinking", "data": "c2VjcmV0"},
        {"type": "tool_use", "id": "toolu_1", "name": "Read", "input": {"file_path": "/x/a.py", "note": "words"}},
        {
            "type": "tool_use",
            "id": "toolu_2",
            "name": "Edit",
            "input": {"file_path": "/x", "old_string": "a b", "new_string": "c d"},
        },
        {"type": "tool_use", "id": "toolu_3", "name": "Bash", "input": {"command": "ls -l", "description": "List"}},
        {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "two words"}},
        {"type": "strange", "field": "some words", "inner": {"more": "some words"}},
        {
            "type": "document",
            "title": "a title",
            "source": {"type": "text", "media_type": "text/plain", "data": "two words"},
        },
        {
            "type": "image",
            "title": "a title",
            "source": {"type": "url", "media_type": "image/png", "url": "https://x.org/y z"},
        },
        {
            "type": "image",
            "title": "a title",
            "source": {"type": "base64", "media_type": "image/png", "data": "AAECAwQF" * 30},
        },
    ]
    for block in blocks:
        s.assistant(block)
        s.user([block])
    s.result("toolu_1", "an output", failed=True)
    s.result(
        "toolu_2",
        [{"type": "text", "text": "an output"}],
        toolUseResult={"stdout": "two words", "file": {"filePath": "/x"}},
    )
    s.user("<command-name>/deploy</command-name><command-args>the args</command-args>")
    s.user("<system-reminder>words of the client</system-reminder>", isMeta=True)
    s.assistant({"type": "text", "text": "API Error: words"}, isApiErrorMessage=True)
    s.note("api_error", "some words", error={"message": "some words"}, cause={"code": "some words"})
    s.note("informational", "some words", toolUseID="toolu_1")
    s.note("strange", "some words", further={"deep": ["some words"]})
    s.mention("notes.txt", "the text of a file")
    s.attachment("queued_command", prompt="typed meanwhile", commandMode="prompt")
    s.attachment("edited_text_file", filename="/x/b.py", snippet="a line of it")
    s.attachment("strange", words="some words", name="a-name")
    s.compaction("What was said.")
    for kind in ("custom-title", "ai-title", "summary"):
        s.title("A title of words", kind)
    s.add({"type": "agent-name", "agentName": "helper", "sessionId": SESSION})
    s.add({"type": "tag", "tag": "a tag", "sessionId": SESSION})
    s.add({"type": "pr-link", "prUrl": "https://x.org/1", "sessionId": SESSION})
    s.add({"type": "last-prompt", "lastPrompt": "two words", "sessionId": SESSION})
    s.add({"type": "queue-operation", "operation": "enqueue", "content": "typed words", "timestamp": s.time()})
    s.add(
        {
            "type": "progress",
            "data": {"type": "agent_progress", "message": {"role": "user", "content": "two words"}, "agentId": "a1"},
        }
    )
    s.add(
        {"type": "strange", "said": "two words", "uuid": "7c11d6a0-0000-4000-8000-000000000001", "timestamp": s.time()}
    )
    return [item for item in s.items if isinstance(item, dict)]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all texts in a record, and of all names of fields below its top."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
            if path:
                yield (*path, key, NAME)
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            yield from places(inner, (*path, n))
    elif isinstance(value, str):
        yield path


def planted(record: dict[str, Any], path: tuple[Any, ...], secret: str) -> dict[str, Any]:
    """The record with a secret in place of a text, or of a field's name."""
    made = json.loads(json.dumps(record))
    *above, last = path[:-1] if path[-1] == NAME else path
    inside = made
    for key in above:
        inside = inside[key]
    if path[-1] == NAME:
        inside[secret] = inside.pop(last)
    else:
        inside[last] = secret
    return made


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_in_any_field_reaches_no_file(tmp_path: Path, form: str) -> None:
    lines: list[bytes] = []
    asked: dict[str, str] = {}
    for record in one_of_each():
        for path in places(record):
            if path in LEFT.get(form, ()) or (form == "branch" and path[-1] == NAME):
                continue
            n = len(lines) + 1000
            made = planted(record, path, FORMS[form].format(n))
            if "uuid" in record and path != ("uuid",):
                made["uuid"] = f"7c11d6a0-{n}-4000-8000-000000000001"
            what = f"{record['type']}/{record.get('subtype', '')}"
            lines.append(json.dumps(made).encode() + b"\n")
            asked[secret_of(form, n)] = f"{what}: {'.'.join(map(str, path))}"
    session = Session()
    session.prompt("Let us begin")
    source = session.write(tmp_path / "t" / f"{SESSION}.jsonl")
    Path(source.path).write_bytes(session.data() + b"".join(lines))
    agent = tmp_path / "t" / SESSION / "subagents" / "agent-a1.jsonl"
    agents = Session(agent="a1", seed="a")
    agents.prompt("Look at it")
    agents.write(agent)
    meta = {name: FORMS[form].format(9000 + n) for n, name in enumerate(("agentType", "description", "name"))}
    agent.with_suffix(".meta.json").write_text(json.dumps(meta))
    asked.update({secret_of(form, 9000 + n): f"meta.json: {name}" for n, name in enumerate(meta)})
    made_archive = archive(tmp_path, config(extra=EXTRA))
    take_all(made_archive, source)
    update(made_archive, wait=10.0)
    held = everything(tmp_path / ".claude").lower()
    assert len(asked) > 300
    leaked = [where for secret, where in asked.items() if secret.lower().encode() in held]
    assert not leaked, "\n".join(leaked)


def secret_of(form: str, number: int) -> str:
    """What of it must stand nowhere."""
    return {"key": f"{number:04d}Ab1cD2eF", "own": f"orchid-{number:04d}", "branch": f"tR0ub4{number:04d}dor"}.get(
        form, f"tR0ub4-{number:04d}-dor"
    )
