"""Starts the oracle in a process of its own and talks to it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any
from urllib.request import Request, urlopen

from benchmarks.engine.scenario import Scenario

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


@dataclass(frozen=True)
class Remote:
    """The oracle's address, e.g. http://127.0.0.1:34567."""

    url: str

    def set(self, scenario: Scenario) -> None:
        """Begin a scenario with an empty log."""
        self._ask("/control/scenario", asdict(scenario))

    def root(self, replies: Sequence[str]) -> None:
        """What the root model of a peer writes, in order."""
        self._ask("/control/root", {"replies": list(replies)})

    def log(self) -> list[dict[str, Any]]:
        """Every request since the scenario was set."""
        found = self._ask("/control/log")
        assert isinstance(found, list)
        return found

    def _ask(self, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(self.url + path, data), timeout=60) as reply:
            return json.load(reply)


@contextmanager
def oracle() -> Iterator[Remote]:
    """A running oracle; it ends with the block."""
    command = [sys.executable, "-m", "benchmarks.engine.oracle"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Remote(f"http://127.0.0.1:{int(process.stdout.readline())}")
        finally:
            process.stdin.close()


def billed(log: Sequence[dict[str, Any]], kind: str = "") -> int:
    """Tokens billed, of one kind of request or of all."""
    return sum(row["input"] + row["output"] for row in log if kind in ("", row["kind"]))


def ideal(log: Sequence[dict[str, Any]]) -> int:
    """Tokens if each distinct prompt that was answered had been asked once: its dearest good answer."""
    costs: dict[str, int] = {}
    for row in (r for r in log if r["done"] and not r["fault"]):
        costs[row["digest"]] = max(costs.get(row["digest"], 0), row["input"] + row["output"])
    return sum(costs.values())
