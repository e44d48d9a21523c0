"""A hook that only remembers: appends its payload to a log, prints nothing, exits 0. Each hook of a client starts it.

    recorder.py LOG

Each line is a pair of Python's own literals, (payload as it was handed over, what is known besides): when, process ids,
Claude Code's environment variables. Whoever reads the line takes the payload apart: to load `json` here would take
longer than all the rest.
"""

from __future__ import annotations

import os
import sys
import time


def main() -> None:
    payload = sys.stdin.buffer.read()
    besides = {
        "at": time.time(),
        "pid": os.getpid(),
        "ppid": os.getppid(),
        "pgid": os.getpgrp(),
        "env": {key: value for key, value in os.environ.items() if key.startswith(("CLAUDE", "AI_AGENT", "RLM"))},
    }
    log = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(log, ascii((payload, besides)).encode() + b"\n")
    os.close(log)


if __name__ == "__main__":
    main()
