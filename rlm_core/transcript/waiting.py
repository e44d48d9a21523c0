"""The end of a transcript while the client writes it, which it does every 0.1 seconds."""

from __future__ import annotations

import os
import time

from rlm_core import quickjson as json
from rlm_core.deadline import within
from rlm_core.disk import opened

TAIL = 256 * 1024
SETTLE_SECONDS = 0.25
WAIT_SECONDS = 0.4  # before a compaction, which asks a model and takes many seconds
QUIET_SECONDS = 0.12


def wait_for_message(path: str, message: str) -> None:
    """Give the client the moment it needs to write the turn's last message, if it is not there yet."""
    said = message[: 64 * 1024].lstrip().partition("\n")[0]
    if not said:
        return
    # The beginning of its first line, as it stands in JSON.
    needle = json.dumps(said.strip()[:80], ensure_ascii=False)[1:-1].encode("utf-8", "backslashreplace")
    deadline = time.monotonic() + within(SETTLE_SECONDS)
    while not _ends_with(path, needle) and time.monotonic() < deadline:
        time.sleep(0.02)


def _ends_with(path: str, needle: bytes) -> bool:
    try:
        with opened(path, follow=True) as f:
            f.seek(max(0, os.fstat(f.fileno()).st_size - 128 * 1024))
            return needle in f.read()
    except OSError:
        return False


def wait_for_results(path: str) -> None:
    """Wait until the client has written what it knows: a compaction only begins with all results in.

    Otherwise the chunk whose id the summary cites would still grow, and have another id afterwards.
    """
    deadline = time.monotonic() + within(WAIT_SECONDS)
    while time.monotonic() < deadline:
        if _is_quiet(path) and not pending_tools(path):
            return
        time.sleep(0.02)


def wait_for_last_lines(path: str) -> None:
    """At the terminal's end: /exit writes its lines while the hook starts, and nobody comes after it."""
    started = time.monotonic()
    time.sleep(QUIET_SECONDS)
    while not _is_quiet(path) and time.monotonic() - started < SETTLE_SECONDS:
        time.sleep(0.02)


def _is_quiet(path: str) -> bool:
    try:
        return time.time() - os.stat(path).st_mtime > QUIET_SECONDS
    except OSError:
        return True


def pending_tools(path: str) -> set[str]:
    """Names of the tools that were called at the transcript's end and have not answered."""
    from rlm_core.transcript.lines import parse_line  # not at the top: most hooks have no use for it

    calls: dict[str, str] = {}
    for line in _tail(path):
        record = parse_line(line) if b'"tool_use' in line or b'"tool_result"' in line else None
        message = record.get("message") if record else None
        content = message.get("content") if isinstance(message, dict) else None
        for block in content if isinstance(content, list) else ():
            if not isinstance(block, dict):
                continue
            if block.get("type") == "tool_use":
                calls[str(block.get("id"))] = str(block.get("name"))
            elif block.get("type") == "tool_result":
                calls.pop(str(block.get("tool_use_id")), None)
    return set(calls.values())


def _tail(path: str) -> list[bytes]:
    """The transcript's last lines, from the newest prompt on as far as that is near."""
    try:
        with opened(path, follow=True) as f:
            f.seek(max(0, os.fstat(f.fileno()).st_size - TAIL))
            lines = f.read().split(b"\n")[-200:]
    except OSError:
        return []
    return lines
