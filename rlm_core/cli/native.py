"""`rlm ask --leaf native`: Claude Code's own sub-agents read, code partitions before and checks afterwards.

The order names the parts, each for one sub-agent; what they report comes back through `--findings`.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rlm_core.asking.native import ORDER, order_of, reports
from rlm_core.cli.output import count_of, for_people, remark, say, say_json
from rlm_core.engine.answer.extent import Extent
from rlm_core.engine.answer.result import rejection
from rlm_core.engine.answer.tally import tally
from rlm_core.engine.answer.wording import Wording
from rlm_core.engine.checks.intime import in_time
from rlm_core.engine.findings import distinct, reported
from rlm_core.engine.kinds import ANSWER, COUNT, LIST, TALLY, told
from rlm_core.engine.labels import fitted
from rlm_core.engine.operations import verify
from rlm_core.engine.prompts import labels_line
from rlm_core.engine.texts import partition
from rlm_core.errors import Counted, RlmError, of_system, worded
from rlm_core.language.quoting import visible
from rlm_core.llm.base import MalformedError
from rlm_core.llm.parse import objects_in

if TYPE_CHECKING:
    from argparse import Namespace

    from rlm_core.asking.question import Question
    from rlm_core.engine.findings import Finding
    from rlm_core.engine.texts import Partition

PART = 40_000  # tokens: a sub-agent of Claude Code brings a prompt of some 10,000 of its own
AGENT, WORKFLOW = "archive-explorer", "rlm-read-parts"
SHOWN_RANGES = 12  # lines of an order that are printed; more stand in its file alone


def native(question: Question, args: Namespace) -> int:
    """Print the order of work, or check the findings that were reported."""
    parts = partition(question.corpus.documents, question.settings.part or PART)
    if args.findings:
        return _check(question, parts, args.findings, as_json=args.json)
    return _order(question, parts, as_json=args.json)


def _order(question: Question, parts: list[Partition], *, as_json: bool) -> int:
    homeless = [d.id for d in question.corpus.documents if not d.path]
    if homeless:
        raise RlmError(
            worded(
                "sub-agents of Claude Code read files, and {homeless} is none; use --leaf claude", homeless=homeless[0]
            )
        )
    order = order_of(question.text, parts)
    rows: list[dict[str, Any]] = [{"part": p.number + 1, "tokens": p.tokens, "read": _ranges(p)} for p in parts]
    task = question.run.task
    asks = [line for line in (told(task.kind), labels_line(task.labels)) if line]
    written = question.write_order(order, _as_text(order, [question.text, *asks], rows))
    read_by_agents = written if _is_within(written, question.project) else ""
    if as_json:
        named = {"question": question.text, "asks": asks, "agent": AGENT, "order": order, "file": written}
        named["workflow"] = WORKFLOW if read_by_agents else ""
        say_json({**named, "parts": rows})
        return 0
    start = for_people("{parts} for the agent {agent}, one each", parts=count_of(len(parts), "part"), agent=AGENT)
    if read_by_agents and sum(len(row["read"]) for row in rows) > SHOWN_RANGES:
        last = f"{order}/{len(parts)}"
        say(
            worded(
                "{start}, {order}/1 to {last}: hand over this line, with the number of the part:",
                start=start,
                order=order,
                last=last,
            )
        )
        say(for_people("{order}/1: read {written}, and do what it says of {order}/1", order=order, written=written))
    else:
        say(for_people("{start}: hand over the question and the lines below it", start=start))
        for row in rows:
            say("\n".join([_shown(order, row), *(f"  {line}" for line in asks)]))
    if read_by_agents:
        given = json.dumps({"order": order, "parts": len(parts), "file": written}, ensure_ascii=False)
        say(
            for_people(
                "all at once: the workflow {workflow} with the args {given}", workflow=WORKFLOW, given=visible(given)
            )
        )
    say(for_people("when all have reported, the same command once more with:  --findings {order}", order=order))
    return 0


def _is_within(path: str, project: str) -> bool:
    """Whether sub-agents read a file without being asked about: one in the project. Without an archive it is not."""
    return bool(path) and Path(path).resolve().is_relative_to(Path(project).resolve())


def _as_text(order: str, asked: list[str], rows: list[dict[str, Any]]) -> str:
    """The file of an order: the question with what it asks for, and for each part the lines that are to be read."""
    question = "\n\n".join(asked)
    parts = "\n".join(f"## {_shown(order, row)}\n" for row in rows)
    return (
        f"# {order}\n\nRead the lines of your own part, and no other part, for this question:\n\n{question}\n\n{parts}"
    )


def _shown(order: str, row: dict[str, Any]) -> str:
    """A part of an order: its name, and the lines that are to be read."""
    lines = [f"  {r['path']} lines {r['from']}-{r['to']}, location {r['location']}" for r in row["read"]]
    return "\n".join([f"{order}/{row['part']}, {Counted(row['tokens'], 'token')}", *lines])


def _ranges(part: Partition) -> list[dict[str, Any]]:
    """What a sub-agent reads: pieces of one file that follow each other are one range."""
    found: list[dict[str, Any]] = []
    for p in part.pieces:
        last = p.line + p.text.rstrip("\n").count("\n")
        if found and found[-1]["location"] == p.document.id and p.line <= found[-1]["to"] + 1:
            found[-1]["to"] = last
        else:
            found.append({"path": p.document.path, "from": p.line, "to": last, "location": p.document.id})
    return found


def _check(question: Question, parts: list[Partition], name: str, *, as_json: bool) -> int:
    handed_in, missing = _of_order(question, parts, name) if ORDER.fullmatch(name) else (_of_file(name), [])
    kind, labels = question.run.task.kind, question.run.task.labels
    handed_in = [replace(f, value=fitted(f.value, labels)) for f in handed_in]
    findings = distinct(verify(handed_in, question.corpus.documents, question.text))
    findings = in_time(findings) if kind in (ANSWER, LIST) else findings
    verified = [f for f in findings if f.verified]
    words, counted = Wording(question.text), kind in (COUNT, TALLY)
    extent = Extent(len(parts) - len(missing), len(parts), unverified=len(findings) - len(verified))
    if not (extent.read or findings):
        answer = words.unread(extent.total)
    elif counted:
        answer = words.counted(tally(verified), ranked=kind == TALLY, extent=extent)
    else:
        answer = words.listed(verified, extent)
    if missing and (extent.read or findings):
        answer += "\n\n" + words.incomplete(extent)
    coverage = {
        "reported": len(findings),
        "verified": len(verified),
        "unverified": len(findings) - len(verified),
        "missing": missing,
    }
    if as_json:
        rows, refuted = [f.as_json() for f in findings], [rejection(f) for f in findings if not f.verified]
        shown = {"answer": answer, "findings": rows, "rejected": refuted, "kind": kind, "route": "map"}
        say_json({**shown, "coverage": coverage, "cost": {}, "calls": 0, "seconds": 0.0})
    else:
        say(answer)
        for f in findings:
            if not f.verified:
                say(for_people("not verified: {claim} ({doubts})", claim=f.claim or f.value, doubts=f.doubts[-1]))
        say(
            worded(
                "{verified} verified, {unverified} unverified",
                verified=coverage["verified"],
                unverified=coverage["unverified"],
            )
        )
    if missing:
        remark("no report for {missing}: start these again", missing=", ".join(missing))
    return 0 if verified or (counted and not missing and not extent.unverified) else 1


def _of_order(question: Question, parts: list[Partition], name: str) -> tuple[list[Finding], list[str]]:
    """What the sub-agents of an order found, and the parts of which none has reported. Raises RlmError."""
    order = order_of(question.text, parts)
    if order != name:
        raise RlmError(
            worded(
                "{name} was for another question or other texts; order again, this one is {order}",
                name=name,
                order=order,
            )
        )
    found: list[Finding] = []
    done: set[int] = set()
    for number, said in reports(question.project, order):
        findings = _findings(said)
        if findings is not None:
            found += findings
            done.add(number)
    return found, [f"{order}/{p.number + 1}" for p in parts if p.number + 1 not in done]


def _of_file(name: str) -> list[Finding]:
    """The findings in a file of one or more JSON objects, whatever stands between them. Raises RlmError."""
    if name == "-":
        text = sys.stdin.read()
    else:
        try:
            with open(name, encoding="utf-8", errors="replace") as f:
                text = f.read()
        except OSError as e:
            raise RlmError(
                worded("--findings {name}: it cannot be read: {why}", name=visible(name), why=of_system(e))
            ) from e
    findings = _findings(text)
    if findings is None:
        raise RlmError(
            worded(
                '{what} holds no JSON object {{"findings": [...]}}',
                what=(worded("stdin") if name == "-" else visible(name)),
            )
        )
    return findings


def _findings(text: str) -> list[Finding] | None:
    """The findings of all objects in a text; None when there is no such object."""
    findings: list[Finding] = []
    objects = 0
    for value in objects_in(text):
        try:
            findings += reported(value).findings
            objects += 1
        except MalformedError:
            continue
    return findings if objects else None
