"""What the archive costs in the context, by its size: what hooks inject, and the first step of /recall.

    python -m benchmarks.flat_cost [--quick] [--json]

Archives of 10, 1,000 and 100,000 chunks, in two or more sessions of at most 1,000; a chunk is a turn of some 900
characters. The hooks are started as the installer writes them; what they put into Claude's context is counted in
characters: the additional context of SessionStart and UserPromptSubmit, `hints: true`, and what PreCompact adds to the
summariser's instructions.

The first step of /recall is the output of `rlm search -k 8`, in tokens as `rlm_core.tokens` estimates them, over
twenty queries; first the median, then the most.

Constant means: the largest archive costs at most 5 % more than the next smaller one, and nothing exceeds its fixed
maximum. The smallest is cheaper where it has fewer chunks to list or to find.
"""

import argparse
import json
import os
import statistics
import sys
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Any

from benchmarks import bulk, common, scores, world
from benchmarks.common import PACKAGE_DIR, WORDS, Launcher
from benchmarks.repository import Repository
from benchmarks.scores import at_most
from benchmarks.sessions import Recorder
from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.config import DEFAULTS, Config
from rlm_core.install.handlers import BOOT
from rlm_core.tokens import estimate
from rlm_core.transcript.source import Source

CHUNKS = (10, 1_000, 100_000)
QUICK = (10, 60, 240)
SESSION_CHUNKS = 1_000
QUERIES, QUICK_QUERIES = 20, 4
GROWTH = 1.05
SUBJECTS = ("gateway", "invoice", "migration", "scheduler", "snapshot", "replica", "webhook", "quota")
STARTUP, RESUME = "SessionStart, startup", "SessionStart, resume"
COMPACT, CLEAR = "SessionStart, compact", "SessionStart, clear"
PROMPT, PRE_COMPACT = "UserPromptSubmit, hints", "PreCompact"
RECALL, RECALL_MAX = "rlm search -k 8, median", "rlm search -k 8, most"
# In characters, and in tokens of the search: eight passages of at most 600 characters, with title and path.
MAX_SIZES = {
    STARTUP: 900, RESUME: 2000, COMPACT: 2000, CLEAR: 2000, PROMPT: 300, PRE_COMPACT: 1800, RECALL: 2500,
    RECALL_MAX: 3500,
}  # fmt: skip
HINTS = "hints: true\n"
# Said in the first session; the running one asks for it, so that there is something to hint at.
DECIDED = "We decided that the orchid deadline of the customs ledger is seventeen minutes."
ASKED = "What was the orchid deadline of the customs ledger?"


class Place:
    """A project with an archive of so many chunks; its last session is the running one."""

    def __init__(self, base: str, chunks: int) -> None:
        self.chunks = chunks
        self.path = os.path.join(base, f"{chunks}-chunks")
        self.transcripts = os.path.join(base, f"{chunks}-transcripts")
        self.session = ""
        settings = json.loads(json.dumps(DEFAULTS))
        settings["chunk"] = {"target": 40, "limit": 4000}  # so that a turn is a chunk
        self.archive = Archive(os.path.join(self.path, ".claude", "rlm"), Config(settings))
        for path in (os.path.dirname(self.archive.root), self.transcripts):
            os.makedirs(path)

    @property
    def transcript(self) -> str:
        return os.path.join(self.transcripts, f"{self.session}.jsonl")

    def fill(self) -> None:
        """Write and archive session after session. Transcripts of ended ones go, as the client deletes them."""
        random = Random(self.chunks)
        lines = bulk.Lines(random, bulk.Vocabulary(random))
        repository = Repository(self.path, random)
        sessions = max(2, self.chunks // SESSION_CHUNKS)
        begin = datetime.now(timezone.utc) - timedelta(days=sessions / 4 + 1)
        for number in range(sessions):
            if self.session:
                os.remove(self.transcript)
            lines.begin(french=number % 3 == 1)
            recorder = Recorder(random, self.path, begin + timedelta(hours=number * 6), bulk.Volume())
            self.session = recorder.id
            for n in range(self.chunks // sessions):
                subject = SUBJECTS[n % len(SUBJECTS)]
                recorder.user(DECIDED if number == n == 0 else f"What about the {subject}? {lines.prose(2)}")
                recorder.claude(f"{lines.prose(4)} The {subject} does so. {lines.prose(4)}")
            part = repository.part(world.COMPONENTS[0])
            recorder.call(repository.edit(part))
            recorder.call(repository.todos(part))
            with open(self.transcript, "wb") as f:
                f.writelines(recorder.lines)
            take(self.archive, Source(self.transcript))

    def hook(self, launcher: Launcher, event: str, session: str = "", **fields: object) -> str:
        """What Claude reads of a hook's answer; session: another than the running one."""
        transcript = os.path.join(self.transcripts, f"{session or self.session}.jsonl")
        payload = {
            "session_id": session or self.session,
            "transcript_path": transcript,
            "cwd": self.path,
            "permission_mode": "default",
            "hook_event_name": event,
            **fields,
        }
        args = ["-I", "-S", "-X", "utf8", "-c", BOOT, PACKAGE_DIR, WORDS[event], "local"]
        answer = launcher.run(args, json.dumps(payload), self.path).answer
        if not answer.startswith("{"):
            return answer
        return str(json.loads(answer).get("hookSpecificOutput", {}).get("additionalContext", ""))

    def search(self, launcher: Launcher, words: list[str]) -> str:
        args = ["-m", "rlm_core", "search", "--project", self.path, "-k", "8", "--", *words]
        return launcher.run(args).answer


def injected(place: Place, launcher: Launcher) -> dict[str, str]:
    """What comes into the context at each event, in the order in which a session meets them."""
    found = {PROMPT: place.hook(launcher, "UserPromptSubmit", prompt=ASKED)}
    found[PRE_COMPACT] = place.hook(launcher, "PreCompact", trigger="auto", custom_instructions="")
    found[COMPACT] = place.hook(launcher, "SessionStart", source="compact")
    found[RESUME] = place.hook(launcher, "SessionStart", source="resume")
    place.hook(launcher, "SessionEnd", reason="clear")
    found[CLEAR] = place.hook(launcher, "SessionStart", "11111111-0000-4000-8000-000000000000", source="clear")
    found[STARTUP] = place.hook(launcher, "SessionStart", "22222222-0000-4000-8000-000000000000", source="startup")
    for event in (PRE_COMPACT, COMPACT, RESUME, CLEAR, STARTUP):
        if not found[event]:
            raise RuntimeError(f"{event} said nothing at {place.chunks} chunks")
    return found


def first_steps(place: Place, launcher: Launcher, queries: int) -> list[int]:
    """Tokens of each search's output."""
    random = Random(1)
    asked = [random.sample(SUBJECTS, random.randrange(2, 5)) for _ in range(queries)]
    return [estimate(place.search(launcher, words)) for words in asked]


def costs(base: str, chunks: int, queries: int, launcher: Launcher) -> dict[str, int]:
    """Row -> characters, or tokens, at an archive of that size."""
    place = Place(base, chunks)
    place.fill()
    launcher.run(["-m", "rlm_core", "reindex", "--project", place.path])
    with open(os.path.join(launcher.home, "rlm.yaml"), "w", encoding="utf-8") as f:
        f.write(HINTS)
    found = {event: len(text) for event, text in injected(place, launcher).items()}
    tokens = first_steps(place, launcher, queries)
    return found | {RECALL: int(statistics.median(tokens)), RECALL_MAX: max(tokens)}


def measure(options: argparse.Namespace) -> dict[str, Any]:
    sizes, queries = (QUICK, QUICK_QUERIES) if options.quick else (CHUNKS, QUERIES)
    with common.workplace() as (base, launcher):
        found = {chunks: costs(base, chunks, queries, launcher) for chunks in sizes}
    before, last = sizes[-2:]
    rows: dict[str, dict[str, Any]] = {}
    targets: dict[str, Any] = {}
    for name, most in MAX_SIZES.items():
        unit = "tokens" if name in (RECALL, RECALL_MAX) else "characters"
        growth = round(found[last][name] / found[before][name], 3) if found[before][name] else None
        rows[name] = {f"{chunks:,} chunks": found[chunks][name] for chunks in sizes} | {"growth": growth, "unit": unit}
        targets[f"{name}, {unit}, most"] = at_most(max(found[chunks][name] for chunks in sizes), most)
        if growth is not None and name != RECALL_MAX:
            targets[f"{name}, {last:,} / {before:,} chunks"] = at_most(growth, GROWTH)
    return {"sizes": {"chunks": list(sizes), "queries": queries}, "figures": rows, "targets": targets}


if __name__ == "__main__":
    sys.exit(scores.main("flat_cost", __doc__, measure))
