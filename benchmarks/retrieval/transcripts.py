"""Writes labelled conversations as transcripts of Claude Code, one for each session, and archives them."""

import os
from uuid import NAMESPACE_URL, uuid5

from benchmarks.retrieval.conversation import Conversation, Entry
from benchmarks.transcripts import TODAY, line
from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.config import Config
from rlm_core.transcript.source import Source

Record = dict[str, object]
CWD = "/home/dev/project"


def record_uuid(entry: str) -> str:
    """The uuid of the record that holds an entry's text."""
    return str(uuid5(NAMESPACE_URL, f"rlm:{entry}"))


def archived(conversation: Conversation, base: str) -> Archive:
    """An archive below `base` of all of a conversation's sessions, in their order. Raises when an entry is missing."""
    archive, missing = archive_of(conversation, base)
    if missing:
        raise RuntimeError(f"{conversation.id}: {missing} entries are not in the archive")
    return archive


def archive_of(conversation: Conversation, base: str) -> tuple[Archive, int]:
    """The same, and how many entries it lacks: texts of others may be such as the client writes and we leave out."""
    archive = Archive(os.path.join(base, "project", ".claude", "rlm"), Config())
    os.makedirs(os.path.dirname(archive.root))
    kept = sum(take(archive, Source(path)).entries for path in write(conversation, os.path.join(base, "transcripts")))
    written = sum(2 if e.role == "tool" else 1 for e in conversation.entries)
    return archive, written - kept


def write(conversation: Conversation, folder: str) -> list[str]:
    """Write a transcript for each session; their paths, oldest first."""
    os.makedirs(folder, exist_ok=True)
    sessions: dict[str, list[Entry]] = {}
    for entry in conversation.entries:
        sessions.setdefault(entry.session, []).append(entry)
    return [_write(session, entries, folder) for session, entries in sessions.items()]


def _write(session: str, entries: list[Entry], folder: str) -> str:
    session_id = record_uuid(session)
    path = os.path.join(folder, f"{session_id}.jsonl")
    parent = None
    with open(path, "wb") as f:
        for entry in entries:
            for record in _records(entry):
                f.write(line({"parentUuid": parent, **_head(session_id, entry), **record}))
                parent = record["uuid"]
    return path


def _head(session_id: str, entry: Entry) -> Record:
    return {
        "isSidechain": False,
        "userType": "external",
        "entrypoint": "cli",
        "cwd": CWD,
        "sessionId": session_id,
        "version": TODAY,
        "gitBranch": "main",
        "timestamp": entry.time.replace("Z", ".000Z"),
    }


def _records(entry: Entry) -> list[Record]:
    """What the client writes for an entry; the last one has the entry's uuid."""
    uuid = record_uuid(entry.id)
    if entry.role == "user":
        return [{"type": "user", "message": {"role": "user", "content": entry.text}, "uuid": uuid}]
    if entry.role == "assistant":
        return [_assistant(uuid, {"type": "text", "text": entry.text})]
    call = f"toolu_{uuid.replace('-', '')[:24]}"
    command, _, output = entry.text.partition("\n")
    use: Record = {"type": "tool_use", "id": call, "name": "Bash", "input": {"command": command}}
    block = {"tool_use_id": call, "type": "tool_result", "content": output, "is_error": False}
    result: Record = {
        "type": "user",
        "message": {"role": "user", "content": [block]},
        "toolUseResult": {"stdout": output, "stderr": "", "interrupted": False},
        "uuid": uuid,
    }
    return [_assistant(record_uuid(f"{entry.id}/call"), use), result]


def _assistant(uuid: str, block: Record) -> Record:
    message = {
        "model": "claude-opus-4-5-20251101",
        "id": f"msg_{uuid.replace('-', '')[:24]}",
        "type": "message",
        "role": "assistant",
        "content": [block],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 9, "cache_read_input_tokens": 20_000, "output_tokens": 300},
    }
    return {"type": "assistant", "message": message, "requestId": f"req_{uuid[:8]}", "uuid": uuid}
