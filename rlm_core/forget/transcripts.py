"""The client's own transcripts: what was forgotten is blanked in them, when the user asks for it.

A record stays a record: its type, ids, time and place in the conversation are as they were, so that the client can read
and resume the session. A session that may be open is left alone, since its client appends to the file.
"""

from __future__ import annotations

import json
import os
import re
import stat
import time
from typing import TYPE_CHECKING

from rlm_core.forget.proof.beyond import transcript_folders
from rlm_core.forget.proof.raw import contents, files_below
from rlm_core.home import config_dir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from rlm_core.forget.proof.probes import Probes
    from rlm_core.forget.target import Target

    Tells = Callable[[str], bool]

BLANK = "[forgotten]"
QUIET_SECONDS = 600.0  # since anything was written to a transcript of the session
TEMPORARY = ".rlm-forget-"
KEPT = {
    *("agentId", "cwd", "entrypoint", "gitBranch", "hookEvent", "id", "leafUuid", "level", "logicalParentUuid"),
    *("media_type", "messageId", "mode", "model", "name", "operation", "parentToolUseID", "parentUuid"),
    *("permissionMode", "promptId", "requestId", "role", "service_tier", "sessionId", "slug", "speed", "stop_reason"),
    *("sourceToolAssistantUUID", "subtype", "timestamp", "toolUseID", "tool_use_id", "trigger", "type", "userType"),
    *("uuid", "version"),
}
"""Keys of what is no text but holds the record together. Inside a call's arguments and results only `type` is such."""
FREE = ("input", "toolUseResult", "tool_use_result")
IDS = ("id", "leafUuid", "logicalParentUuid", "parentUuid", "sessionId", "tool_use_id", "uuid")
UNSAYABLE = ("thinking", "redacted_thinking", "image", "document")  # blocks that are signed, or are no text
_HALF = re.compile("[\ud800-\udfff]")


def blank(target: Target, probes: Probes) -> list[tuple[str, int]]:
    """Blank what is forgotten in the client's transcripts; (path, records changed) of each that was changed.

    Of a record that is forgotten every text goes; of another one each text that tells of it. What belongs to a session
    that may be open is left as it is, and so is a file that changes meanwhile. Raises OSError.
    """
    uuids = {entry.uuid for entry in target.entries}
    found = []
    for folder in transcript_folders(target):
        alive = set(open_sessions(folder))
        for path in files_below(folder):
            session = os.path.relpath(path, folder).split(os.sep)[0].removesuffix(".jsonl")
            if path.endswith(".jsonl") and session not in alive and not os.path.islink(path):
                every = session in target.sessions
                changed = _rewritten(path, uuids, lambda text: bool(probes.in_text(text)), every=every)
                found += [(path, changed)] if changed else []
    return found


def open_sessions(folder: str) -> Iterator[str]:
    """Ids of sessions that may be open: those in a folder that were written to of late, those of living processes."""
    now = time.time()
    for path in files_below(folder):
        if path.endswith(".jsonl") and now - os.lstat(path).st_mtime < QUIET_SECONDS:
            yield os.path.relpath(path, folder).split(os.sep)[0].removesuffix(".jsonl")
    for path in files_below(os.path.join(config_dir(), "sessions")):  # the client's own list of its processes
        noted = _object(contents(path))
        pid, session = noted.get("pid"), noted.get("sessionId")
        if isinstance(pid, int) and isinstance(session, str) and _lives(pid):
            yield session


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _rewritten(path: str, uuids: set[str], tells: Tells, *, every: bool) -> int:
    """Blank a transcript's records in a new file that takes its place; how many were changed."""
    before = os.lstat(path)
    lines = contents(path).splitlines(keepends=True)
    made = [_line(line, uuids, tells, every=every) for line in lines]
    changed = sum(a != b for a, b in zip(lines, made, strict=True))
    if changed:
        temporary = os.path.join(os.path.dirname(path), f"{TEMPORARY}{os.getpid()}")
        try:
            _write(temporary, made, before)
            if _moment(os.lstat(path)) != _moment(before):
                return 0  # somebody writes to it: the next run finds it so again
            os.replace(temporary, path)
        finally:
            if os.path.lexists(temporary):
                os.unlink(temporary)
    return changed


def _moment(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_ino, found.st_size, found.st_mtime_ns


def _write(path: str, lines: Iterable[bytes], like: os.stat_result) -> None:
    """Write a new file with the mode and the times of another one; it is on the disk when this returns."""
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), stat.S_IMODE(like.st_mode))
    with os.fdopen(fd, "wb") as f:
        f.writelines(lines)
        f.flush()
        os.fsync(f.fileno())
    os.utime(path, ns=(like.st_atime_ns, like.st_mtime_ns))


def _line(line: bytes, uuids: set[str], tells: Tells, *, every: bool) -> bytes:
    """A line of a transcript as it shall stand; one that is no record and tells is emptied."""
    record = _object(line)
    if not record:
        return line if not line.strip() or not (every or tells(line.decode("utf-8", "replace"))) else b"\n"
    doomed = every or record.get("uuid") in uuids
    if not doomed and not tells(line.decode("utf-8", "replace")):
        return line
    made = _blanked(record, (lambda _: True) if doomed else tells, tells)
    text = json.dumps(made, ensure_ascii=False, separators=(",", ":"))
    return line if made == record else _HALF.sub(lambda m: f"\\u{ord(m[0]):04x}", text).encode() + b"\n"


def _object(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _blanked(value: Any, goes: Tells, tells: Tells, key: str = "", *, free: bool = False) -> Any:
    """A value of a record without its texts.

    goes: whether a text does. tells: whether it tells by itself: then it goes from any key but an id. free: inside
    a call's arguments or results.
    """
    if isinstance(value, str):
        held = key == "type" if free else key in KEPT
        return BLANK if value and (tells(value) and key not in IDS if held else goes(value)) else value
    if isinstance(value, list):
        return [_blanked(one, goes, tells, key, free=free) for one in value]
    if not isinstance(value, dict):
        return value
    if value.get("type") in UNSAYABLE and not free and _any(value, goes):
        return {"type": "text", "text": BLANK}
    inside = free or key in FREE
    return {
        (BLANK if tells(name) else name): _blanked(one, goes, tells, name, free=inside) for name, one in value.items()
    }


def _any(block: dict[str, Any], goes: Tells) -> bool:
    """Whether any text of a block goes."""
    return goes(json.dumps(block, ensure_ascii=False))
