"""A hook that only remembers: appends its payload to a JSONL file, prints nothing, exits 0.

    recorder.py LOG

Recorded besides: the time, process ids, Claude Code's environment variables, and the state of the transcript
at that moment (its size, -1 if there is none yet, and the last uuid in it).
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any


def main() -> None:
    payload = json.load(sys.stdin)
    env = {key: value for key, value in os.environ.items() if key.startswith(("CLAUDE", "AI_AGENT", "RLM"))}
    record = {
        "payload": payload,
        "at": time.time(),
        "pid": os.getpid(),
        "ppid": os.getppid(),
        "pgid": os.getpgrp(),
        "env": env,
        **transcript_state(payload.get("transcript_path") or ""),
    }
    log = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(log, json.dumps(record).encode() + b"\n")
    os.close(log)


def transcript_state(path: str) -> dict[str, Any]:
    """Size of the transcript (-1: none yet) and the last uuid in it ("": none)."""
    try:
        with open(path, "rb") as stream:
            raw = stream.read()
    except OSError:
        return {"transcript_bytes": -1, "last_uuid": ""}
    uuids = [json.loads(line).get("uuid") for line in raw.split(b"\n")[:-1]]
    return {"transcript_bytes": len(raw), "last_uuid": next((u for u in reversed(uuids) if u), "")}


if __name__ == "__main__":
    main()
