"""Our product in a `Project`: installed by its own command, asked by its own command, looked at on the disk."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..checker import lost
from ..warm import run
from .client import Project
from .mock_api import Request
from .process import PATIENCE, Finished, wait_until
from .replies import Reply, calls, say, tool
from .stream import Json

CHUNK_NAME = re.compile(r"\b\d{4}-[0-9a-f]{8}\b")
REFERENCE = re.compile(r"\br\d-[0-9a-f]{12}\b|\b\d{4}-[0-9a-f]{8}\b")
CITATION = re.compile(r"\br\d-[0-9a-f]{12}:\d+\b")
MAP_HEAD = "before this point is archived verbatim: chunks"


@dataclass
class Product:
    """rlm in a project."""

    project: Project

    @property
    def root(self) -> Path:
        """The archive."""
        return self.project.path / ".claude" / "rlm"

    def rlm(self, *args: str, timeout: float = PATIENCE) -> Finished:
        """One `rlm` command with this interpreter."""
        return run(
            [*args, "--project", str(self.project.path)], cwd=self.project.path, env=self.project.env(), timeout=timeout
        )

    def report(self, *args: str) -> Json:
        """The JSON report of an `rlm` command; what it exits with is in the report's `ok`, where it matters."""
        done = self.rlm(*args, "--json")
        assert done.stdout, f"rlm {' '.join(args)}: {done}"
        return json.loads(done.stdout)

    def install(self, *args: str) -> None:
        done = self.rlm("install", *args)
        assert done.code == 0, done

    def assert_whole(self, *, secrets: bool = False) -> Json:
        """`rlm verify` finds every entry of every transcript; its report."""
        report = self.report("verify")
        assert report["ok"], report
        assert report["entries"] == report["archived"] > 0
        assert report["missing"] == []
        assert report["unknown"] == []  # what this client writes is known, all of it
        for transcript in self.project.transcripts():
            assert lost(transcript, self.root, secrets=secrets) == []
        return report

    def wait_until_whole(self) -> Json:
        """The same, as soon as a sweep in the background is done."""
        with contextlib.suppress(AssertionError):
            wait_until(lambda: self.root.exists() and self.report("verify")["ok"], "the sweep", timeout=120)
        return self.assert_whole()

    def sessions(self) -> dict[str, Json]:
        """session id -> row of `rlm list`."""
        return {row["session"]: row for row in self.report("list")["sessions"]}

    def chunks(self) -> dict[str, str]:
        """Chunk file name -> text, in order, sub-agents' after their session's."""
        found = [*self.root.glob("sessions/*/*.md"), *self.root.glob("sessions/*/agents/*/*.md")]
        return {p.stem: p.read_text("utf-8") for p in sorted(found) if CHUNK_NAME.fullmatch(p.stem)}

    def cited(self, words: str) -> dict[str, str]:
        """Every reference to a chunk in a text -> what `rlm show` prints for it. Raises if one leads nowhere."""
        shown = {reference: self.rlm("show", reference) for reference in set(REFERENCE.findall(words))}
        assert [done for done in shown.values() if done.code] == []
        return {reference: done.stdout for reference, done in shown.items()}

    def text(self) -> str:
        """All text of all chunks."""
        return "\n".join(self.chunks().values())

    def every_byte(self) -> bytes:
        """Everything that the archive has put on the disk, whatever the file."""
        return b"\n".join(p.read_bytes() for p in sorted(self.root.rglob("*")) if p.is_file())

    def trouble(self) -> list[str]:
        """Every sign of a hook that failed: the client's own, and our log's."""
        log = self.root / "log" / "rlm.log"
        lines = log.read_text("utf-8").splitlines() if log.exists() else []
        return self.project.hook_trouble() + [s for s in lines if "ERROR" in s or "FAILED" in s]

    def maps(self, session: str) -> list[str]:
        """The maps that hooks have injected into a session, in order."""
        records = self.project.transcript(session)
        attached = [r["attachment"] for r in records if r["type"] == "attachment"]
        contents = [a["content"] for a in attached if a["type"] == "hook_additional_context"]
        return [text for texts in contents for text in texts if MAP_HEAD in text.partition("\n")[0]]


def recall(question: str, wanted: str) -> list[Callable[[Request], Reply]]:
    """Answers of a model that follows the skill: search with its command, show the best hit, quote `wanted`.

    Each takes the request that it answers: the skill's text, the search's output, the passage.
    """

    def search(request: Request) -> Reply:
        found = re.search(r"`([^`\n]*) search ", request.last)
        assert found, f"no search command in the skill: {request.last[-2000:]}"
        return calls(tool("Bash", command=f"{found[1]} search -k 8 -- '{question}'"))

    def show(request: Request) -> Reply:
        cited = CITATION.search(request.last)
        assert cited, f"no citation in what the search printed: {request.last[-2000:]}"
        command = json.loads(str(last_call(request)))["command"].partition(" search ")[0]
        return calls(tool("Bash", command=f"{command} show {cited[0]}"))

    def answer(request: Request) -> Reply:
        cited = CITATION.search(json.dumps(last_call(request)))
        assert cited
        quote = next((line for line in request.last.splitlines() if wanted in line), "nothing")
        return say(f"It is in {cited[0]}: {quote}")

    return [search, show, answer]


def last_call(request: Request) -> str:
    """Input of the newest tool call in the history, as JSON."""
    blocks = [b for m in request.messages for b in m["content"] if isinstance(b, dict)]
    return json.dumps([b for b in blocks if b.get("type") == "tool_use"][-1]["input"])
