"""The headless client as a conversation: several turns in one process, over stdin and stdout."""

from __future__ import annotations

import contextlib
import json
import threading
import uuid
from pathlib import Path
from typing import Any

from .process import PATIENCE, kill_group, spawn, wait_until

Json = dict[str, Any]


class Stream:
    """One `claude -p --input-format stream-json --output-format stream-json`."""

    def __init__(self, command: list[str], cwd: Path, env: dict[str, str]) -> None:
        self.events: list[Json] = []
        self.process = spawn(command, cwd, env)
        self._errors: list[bytes] = []
        self._readers = [threading.Thread(target=t, daemon=True) for t in (self._read, self._read_errors)]
        self._results = 0
        for reader in self._readers:
            reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            with contextlib.suppress(ValueError):
                self.events.append(json.loads(line))

    def _read_errors(self) -> None:
        assert self.process.stderr
        self._errors.extend(self.process.stderr)

    @property
    def stderr(self) -> str:
        return b"".join(self._errors).decode("utf-8", "replace")

    @property
    def session(self) -> str:
        """Id of the current session; a new one after `/clear`."""
        return self.of("system", "init")[-1]["session_id"]

    def of(self, kind: str, subtype: str = "") -> list[Json]:
        """Events of one type so far."""
        return [e for e in list(self.events) if e.get("type") == kind and subtype in ("", e.get("subtype"))]

    def hook_failures(self) -> list[Json]:
        """Events of hooks that did not succeed."""
        return [e for e in self.of("system", "hook_response") if e.get("outcome") != "success"]

    def _put(self, value: Json) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(value).encode() + b"\n")
        self.process.stdin.flush()

    def send(self, prompt: str | list[Json]) -> None:
        """Hand over a prompt (text or content blocks) without waiting; while Claude works it queues up."""
        content = [{"type": "text", "text": prompt}] if isinstance(prompt, str) else prompt
        self._put({"type": "user", "message": {"role": "user", "content": content}})

    def interrupt(self) -> None:
        """What Escape does in the terminal."""
        request = {"subtype": "interrupt"}
        self._put({"type": "control_request", "request_id": str(uuid.uuid4()), "request": request})

    def result(self, timeout: float = PATIENCE) -> Json:
        """The next result event. Raises AssertionError with stderr if the client ends instead."""
        wanted = self._results + 1
        wait_until(lambda: len(self.of("result")) >= wanted or self.process.poll() is not None, "a result", timeout)
        results = self.of("result")
        assert len(results) >= wanted, f"client ended with {self.process.poll()}: {self.stderr}"
        self._results = wanted
        return results[wanted - 1]

    def turn(self, prompt: str | list[Json], timeout: float = PATIENCE) -> Json:
        """Say something and wait for the turn's result event."""
        self.send(prompt)
        return self.result(timeout)

    def close(self, timeout: float = PATIENCE) -> int:
        """End of input; the client's exit status."""
        assert self.process.stdin
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        code = self.process.wait(timeout)
        for reader in self._readers:
            reader.join(120)
        return code

    def kill(self) -> None:
        """kill -9 to the client and its group: no word, no hook."""
        kill_group(self.process)
