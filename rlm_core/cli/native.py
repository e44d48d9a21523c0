"""`rlm ask --leaf native`: Claude Code's own sub-agents read, code partitions before and checks afterwards.

The order names the parts, each for one sub-agent; what they report comes back through `--findings`.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from rlm_core.asking.native import ORDER, order_of, reports
from rlm_core.cli.output import count_of, say, say_json, talk
from rlm_core.engine.answer.extent import Extent
from rlm_core.engine.answer.result import rejection
from rlm_core.engine.answer.tally import tally
from rlm_core.engine.answer.wording import Wording
from rlm_core.engine.checks.intime import in_time
from rlm_core.engine.findings import distinct, reported
from rlm_core.engine.kinds import ANSWER, COUNT, LIST, TALLY
from rlm_core.engine.operations import verify
from rlm_core.engine.texts import partition
from rlm_core.errors import RlmError
from rlm_core.llm.base import MalformedError

if TYPE_CHECKING:
    from argparse import Namespace

    from rlm_core.asking.question import Question
    from rlm_core.engine.findings import Finding
    from rlm_core.engine.texts import Partition

PART = 40_000  # tokens: a sub-agent of Claude Code brings a prompt of some 10,000 of its own
AGENT = "archive-explorer"


def native(question: Question, args: Namespace) -> int:
    """Print the order of work, or check the findings that were reported."""
    parts = partition(question.corpus.documents, question.settings.part or PART)
    if args.findings:
        return _check(question, parts, args.findings, as_json=args.json)
    return _order(question, parts, as_json=args.json)


def _order(question: Question, parts: list[Partition], *, as_json: bool) -> int:
    homeless = [d.id for d in question.corpus.documents if not d.path]
    if homeless:
        raise RlmError(f"sub-agents of Claude Code read files, and {homeless[0]} is none; use --leaf claude")
    order = order_of(question.text, parts)
    if as_json:
        rows = [{"part": p.number + 1, "tokens": p.tokens, "read": _ranges(p)} for p in parts]
        say_json({"question": question.text, "agent": AGENT, "order": order, "parts": rows})
        return 0
    say(
        f"{count_of(len(parts), 'part')} for the agent {AGENT}, one each: hand over the question and the lines below it"
    )
    for part in parts:
        say(f"{order}/{part.number + 1}, {part.tokens:,} tokens")
        for r in _ranges(part):
            say(f"  {r['path']} lines {r['from']}-{r['to']}, location {r['location']}")
    say(f"when all have reported, the same command once more with:  --findings {order}")
    return 0


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
    findings = distinct(verify(handed_in, question.corpus.documents, question.text))
    kind = question.run.task.kind
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
    if missing:
        answer += "\n\n" + words.incomplete(extent)
    coverage = {
        "reported": len(findings),
        "verified": len(verified),
        "unverified": len(findings) - len(verified),
        "missing": missing,
    }
    if as_json:
        rows, refuted = [f.as_json() for f in findings], [rejection(f) for f in findings if not f.verified]
        told = {"answer": answer, "findings": rows, "rejected": refuted, "kind": kind, "route": "map"}
        say_json({**told, "coverage": coverage, "cost": {}, "calls": 0, "seconds": 0.0})
    else:
        say(answer)
        for f in findings:
            if not f.verified:
                say(f"not verified: {f.claim or f.value} ({f.doubts[-1]})")
        say(f"{coverage['verified']} verified, {coverage['unverified']} unverified")
    if missing:
        talk(f"rlm: no report for {', '.join(missing)}: start these again")
    return 0 if verified or (counted and not missing and not extent.unverified) else 1


def _of_order(question: Question, parts: list[Partition], name: str) -> tuple[list[Finding], list[str]]:
    """What the sub-agents of an order found, and the parts of which none has reported. Raises RlmError."""
    order = order_of(question.text, parts)
    if order != name:
        raise RlmError(f"{name} was for another question or other texts; order again, this one is {order}")
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
        with open(name, encoding="utf-8", errors="replace") as f:
            text = f.read()
    findings = _findings(text)
    if findings is None:
        raise RlmError(f'{name} holds no JSON object {{"findings": [...]}}')
    return findings


def _findings(text: str) -> list[Finding] | None:
    """The findings of all objects in a text; None when there is no such object."""
    findings: list[Finding] = []
    decoder, at, objects = json.JSONDecoder(), 0, 0
    while (at := text.find("{", at)) >= 0:
        try:
            value, at = decoder.raw_decode(text, at)
            findings += reported(value).findings
            objects += 1
        except (ValueError, RecursionError):
            at += 1
        except MalformedError:
            continue
    return findings if objects else None
