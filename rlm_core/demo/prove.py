"""Checks what the hooks left behind: every entry, no secret, and facts found again where a citation says."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from rlm_core.archive.proof.verify import Verdict, Verifier, damaged
from rlm_core.archive.store import Archive
from rlm_core.config import Config
from rlm_core.demo.play import CITED, Fired, Played, log_lines
from rlm_core.demo.session import PRIVATE, SECRET
from rlm_core.errors import RlmError, worded
from rlm_core.hooks.events import EVENTS
from rlm_core.hooks.pointers import MAP_CHARS
from rlm_core.search.citations import resolve
from rlm_core.search.ranked import search
from rlm_core.tokens import estimate
from rlm_core.transcript.locate import project_sources
from rlm_core.transcript.usage import context_used

TROUBLE = frozenset(("FAILED", "ERROR", "postponed:"))  # in the hooks' log, since a hook never complains aloud
QUESTIONS = (
    ("Why did we raise the retry limit from 3 to 5?", "up to 20 seconds"),
    ("Quel format de fichier a-t-on gardé pour les imports ?", "point-virgule"),
    ("What was E_LEDGER_4417?", "E_LEDGER_4417: period 2026-09 is closed"),
)
"""(what a user would ask, what the cited line must hold)"""


@dataclass(frozen=True)
class Step:
    """Something that must hold. detail: what was found."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True)
class Recalled:
    """A question and the best hit. quote: the cited line, read from the file itself; "" without a hit."""

    question: str
    chunk: str
    name: str
    path: str
    line: int
    when: str
    role: str
    quote: str
    ok: bool


@dataclass
class Proof:
    """All that the demo has to show for itself."""

    steps: list[Step] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    redacted: dict[str, int] = field(default_factory=dict)
    files: int = 0
    leaks: list[str] = field(default_factory=list)
    """Files of the archive in which a secret stands."""
    questions: list[Recalled] = field(default_factory=list)
    chunks: int = 0
    blobs: int = 0
    tokens_archived: int = 0
    tokens_in_context: int = 0

    @property
    def ok(self) -> bool:
        return all(step.ok for step in self.steps)

    @property
    def entries(self) -> int:
        return sum(v.entries for v in self.verdicts)

    @property
    def archived(self) -> int:
        return sum(v.archived for v in self.verdicts)

    def verify_json(self) -> dict[str, Any]:
        return {
            "ok": all(v.ok for v in self.verdicts) and not self.damaged and self.entries > 0,
            "entries": self.entries,
            "archived": self.archived,
            "missing": [u for v in self.verdicts for u in v.missing],
            "damaged": self.damaged,
            "redacted": self.redacted,
            "files_searched_for_secrets": self.files,
            "leaks": self.leaks,
            "transcripts": [
                {"session": v.session, "agent": v.agent, "entries": v.entries, "archived": v.archived}
                for v in self.verdicts
            ],
        }


def prove(played: Played) -> Proof:
    """Look at the archive as it stands; touches nothing."""
    proof = Proof()
    archive = Archive(str(played.stage.root), Config())
    proof.steps += _hook_steps(played)
    _verify(played, archive, proof)
    _secrets(played.stage.root, archive, proof)
    _citations(played, archive, proof)
    _recall(archive, proof)
    _count_tokens(played, archive, proof)
    return proof


def hook_table(played: Played) -> list[dict[str, Any]]:
    """One row an event, in the order of first use. answered: how often it said anything; answers: what, once each."""
    rows = []
    for event in dict.fromkeys(f.event for f in played.fired):
        fired = played.of(event)
        rows.append(
            {
                "event": event,
                "count": len(fired),
                "median_ms": round(median(f.milliseconds for f in fired), 1),
                "answered": sum(bool(f.answer) for f in fired),
                "answers": list(dict.fromkeys(f.answer for f in fired if f.answer)),
            }
        )
    return rows


def _hook_steps(played: Played) -> list[Step]:
    wrong = [f"{f.event}: {f.problem}" for f in played.fired if f.problem]
    spoken = [f for f in played.fired if f.answer and f.event != "PreCompact"]
    wrong += [f"{f.event}: no JSON object" for f in spoken if not _is_json(f.answer)]
    wrong += [line for line in log_lines(played.stage.root) if TROUBLE.intersection(line.split())]
    loud = [f.event for f in spoken if f.event not in ("SessionStart", "UserPromptSubmit")]
    notices = [f for f in played.fired if f.message]
    told = len(notices) == 1 and notices[0].event == "UserPromptSubmit"
    lines = played.of("PreCompact")
    maps = [f for f in played.of("SessionStart") if f.what != "startup"]
    installed, asked, mapped = len(played.stage.handlers), sum(bool(f.answer) for f in lines), sum(map(_is_map, maps))
    ended = worded("detached sweeps started and ended: {n}", n=played.sweeps)
    return [
        Step(
            worded("installed"),
            installed == len(EVENTS),
            worded("{n} of {all} {all:|hook|hooks} in the settings", n=installed, all=len(EVENTS)),
        ),
        Step(
            worded("hooks"),
            not wrong,
            "; ".join(wrong) or worded("{n:,} {n:|call|calls}, no complaint", n=len(played.fired)),
        ),
        Step(worded("quiet"), not loud, ", ".join(loud) or worded("nothing said where nothing is to be said")),
        Step(
            worded("notice"),
            told,
            "; ".join(f.message for f in notices) or worded("the user was not told how full the context is"),
        ),
        Step(
            worded("summary line"),
            0 < asked == len(lines),
            worded("PreCompact answered {n} of {all} {all:|time|times}", n=asked, all=len(lines)),
        ),
        Step(
            worded("map"),
            0 < mapped == len(maps),
            worded("Claude was given the map {n} of {all} {all:|time|times}", n=mapped, all=len(maps)),
        ),
        Step(
            worded("no process left"), played.sweeps >= 0, worded("a sweep still runs") if played.sweeps < 0 else ended
        ),
    ]


def _is_map(fired: Fired) -> bool:
    return CITED.search(fired.context) is not None and len(fired.context) <= MAP_CHARS


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _verify(played: Played, archive: Archive, proof: Proof) -> None:
    verifier = Verifier(archive)
    stage = played.stage
    sources = [a for s in project_sources(str(stage.project), str(stage.transcripts)) for a in (s, *s.agents())]
    proof.verdicts = sorted((verifier.verify(s) for s in sources), key=lambda v: -v.entries)
    proof.damaged = damaged(archive)
    whole = proof.entries > 0 and all(v.ok for v in proof.verdicts) and len(proof.verdicts) == 3
    found = worded(
        "{archived:,} of {all:,} {all:|entry|entries} of {n} {n:|transcript|transcripts}",
        archived=proof.archived,
        all=proof.entries,
        n=len(proof.verdicts),
    )
    proof.steps.append(Step(worded("lossless"), whole, found))
    unharmed = "; ".join(proof.damaged) or worded("every chunk has the hash in its name")
    proof.steps.append(Step(worded("chunks unharmed"), not proof.damaged, unharmed))


def _secrets(root: Path, archive: Archive, proof: Proof) -> None:
    """Look for the secrets in every byte under the archive, logs and state included."""
    needles = (SECRET.encode(), PRIVATE.encode())
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        proof.files += 1
        if any(n in path.read_bytes() for n in needles):
            proof.leaks.append(str(path))
    counts: Counter[str] = Counter()
    for meta in archive.metas():
        counts.update(meta["redactions"])
    proof.redacted = dict(counts)
    marked = counts["github"] > 0 and counts["private"] > 0
    found = ", ".join(proof.leaks) or worded("in none of {n} {n:|file|files}", n=proof.files)
    told = worded("{n} left out; {found}", n=sum(counts.values()), found=found)
    proof.steps.append(Step(worded("secrets"), marked and not proof.leaks, told))


def _citations(played: Played, archive: Archive, proof: Proof) -> None:
    """What the summaries cite must still lead somewhere, although the newest chunk has grown since."""
    cited = [c for compaction in played.compactions for c in compaction.cited]
    lost = []
    for name in cited:
        try:
            resolve(archive, name)
        except RlmError as e:
            lost.append(str(e))
    proof.steps.append(
        Step(
            worded("summaries cite"),
            bool(cited) and not lost,
            "; ".join(lost) or worded("{n} {n:|chunk|chunks}, all found", n=len(cited)),
        )
    )


def _recall(archive: Archive, proof: Proof) -> None:
    for question, fact in QUESTIONS:
        hits = search(archive, question, 1)
        if not hits:
            proof.questions.append(Recalled(question, "", "", "", 0, "", "", "", False))
            continue
        hit = hits[0]
        quote = _line(hit.path, hit.line)
        name = Path(hit.path).stem
        proof.questions.append(
            Recalled(question, hit.chunk, name, hit.path, hit.line, hit.started, hit.role, quote, fact in quote)
        )
    right = sum(q.ok for q in proof.questions)
    proof.steps.append(
        Step(
            worded("found again"),
            right == len(QUESTIONS),
            worded("{n} of {all} {all:|fact|facts} stand in the line cited", n=right, all=len(QUESTIONS)),
        )
    )


def _line(path: str, number: int) -> str:
    """A line of a file, counted from 1; "" when there is none."""
    lines = Path(path).read_text("utf-8").split("\n")
    return lines[number - 1].strip() if 0 < number <= len(lines) else ""


def _count_tokens(played: Played, archive: Archive, proof: Proof) -> None:
    for folder in archive.folders():
        chunks, blobs = sorted(Path(folder).glob("[0-9]*.md")), sorted(Path(folder).glob("blobs/*"))
        proof.chunks += len(chunks)
        proof.blobs += len(blobs)
        proof.tokens_archived += sum(estimate(p.read_text("utf-8", "replace")) for p in (*chunks, *blobs))
    proof.tokens_in_context = context_used(str(played.transcripts[-1]))[0]


def questions_json(proof: Proof) -> list[dict[str, Any]]:
    return [asdict(q) for q in proof.questions]
