"""Behind a run: the answer, each finding once, what was not verified, what was read and what it cost."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rlm_core.cli.asked.before import kind_of_plan
from rlm_core.cli.output import Highlighter, count_of, remark, say, talk
from rlm_core.engine.answer.extent import Extent
from rlm_core.engine.answer.grouping import contradicting
from rlm_core.engine.answer.wording import Wording, share_of
from rlm_core.errors import Joined, Worded, phrase, worded
from rlm_core.language.notices import here, here_if
from rlm_core.language.quoting import visible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from rlm_core.asking.question import Question
    from rlm_core.engine.answer.result import Result
    from rlm_core.engine.findings import Finding

SHOWN_FINDINGS = 40
SHOWN_REJECTED = 3
SHOWN_GAPS, SHOWN_NOTES = 5, 5
CAPS = ("calls", "tokens", "usd", "seconds")


def show_result(question: Question, result: Result) -> None:
    """All of it, for people."""
    words, shown = Wording(question.text), Highlighter("", sys.stdout)
    for line in [*answer_lines(words, result), *rejected_lines(words, result.rejected)]:
        say(shown.text(line))
    say()
    say(here_if(sys.stdout.isatty(), _account(result)))
    _talk_about(question, result)


def answer_lines(words: Wording, result: Result) -> list[str]:
    """The answer, and behind it the findings that it does not show itself."""
    if result.is_listing:
        lost = Extent(unverified=len(result.rejected) + result.coverage["malformed"])
        told = words.listed(result.cited, lost, quotes=SHOWN_FINDINGS).split("\n")
        return [*told, "", result.reach] if result.reach else told
    lines = result.answer.split("\n")
    if result.is_doubtful:
        lines[0] = f"? {lines[0]}"
    if result.pairs is None and (result.tally is None or len(result.cited) <= SHOWN_FINDINGS):
        lines += _evidence(words, result.cited)
    return lines


def _evidence(words: Wording, cited: Sequence[Finding]) -> list[str]:
    """The findings as the passages that show them; those that contradict each other stand together."""
    lines = [""] if cited else []
    for group in contradicting(cited[:SHOWN_FINDINGS]):
        within = len(group) > 1
        lines += [f"- {words.say('contradicting')}"] if within else []
        lines += [f"{'  ' if within else ''}- {words.evidence(f, grouped=within)}" for f in group]
    more = len(cited) - SHOWN_FINDINGS
    return [*lines, words.say("rest", n=words.number(more))] if more > 0 else lines


def rejected_lines(words: Wording, rejected: Sequence[Finding]) -> list[str]:
    """The first few of the findings that do not count, each with the reason."""
    if not rejected:
        return []
    lines = ["", words.say("not_verified"), *(f"- {words.rejected(f)}" for f in rejected[:SHOWN_REJECTED])]
    more = len(rejected) - SHOWN_REJECTED
    return [*lines, words.say("rest", n=words.number(more))] if more > 0 else lines


def _account(result: Result) -> Worded:
    """Coverage, verification and cost in two lines."""
    c, cost = result.coverage, result.cost
    checked = [worded("{n:,} verified, {others:,} unverified", n=c["verified"], others=c["unverified"])]
    checked += [worded("{n:,} of the verified doubtful", n=c["doubtful"])] if c["doubtful"] else []
    checked += [worded("{n:,} not in the form of a finding", n=c["malformed"])] if c["malformed"] else []
    if (control := c["canaries"])["asked"]:
        checked.append(
            worded("{n} of {all} control {all:|question|questions} wrong", n=control["wrong"], all=control["asked"])
        )
    paid = [
        count_of(result.calls, "call"),
        worded("{tokens:,} {tokens:|token|tokens} as reported", tokens=cost["tokens"]),
        worded("${usd:.4f}", usd=cost["usd"]),
        worded("{seconds:.1f} s", seconds=result.seconds),
    ]
    paid += [worded("{n:,} remembered", n=cost["remembered_calls"])] if cost["remembered_calls"] else []
    if cost["unsettled_usd"]:
        paid.append(worded("up to ${usd:.4f} more for calls that were cut off", usd=cost["unsettled_usd"]))
    return worded(
        "{kind} by {route}: {reading}; findings: {checked}\n{paid}",
        kind=kind_of_plan(result.plan),
        route=result.plan.route,
        reading=_reading(c),
        checked=Joined(", ", checked),
        paid=Joined(", ", paid),
    )


def _reading(c: dict[str, Any]) -> Worded:
    """What was read of the texts, in parts and tokens."""
    total = c["everything"]["parts"] if c["everything"] else c["parts"]
    accuracy: Worded = phrase(c["tokens_accuracy"])
    if (share := c["share"]) < 1:
        accuracy = Joined("; ", [share_of(share), accuracy])
    parts: list[str] = [
        worded("read {n:,} of {parts}", n=c["read"], parts=count_of(total, "part")),
        worded(
            "{n:,} of {all:,} {all:|token|tokens} ({accuracy})", n=c["tokens_read"], all=c["tokens"], accuracy=accuracy
        ),
    ]
    parts += [worded("{n:,} failed", n=c["failed"])] if c["failed"] else []
    parts += [worded("{parts:,} skipped", parts=c["skipped"])] if c["skipped"] else []
    parts += [worded("{n:,} {n:|text|texts} not taken", n=len(c["not_read"]))] if c["not_read"] else []
    return Joined(", ", parts)


def _talk_about(question: Question, result: Result) -> None:
    """What else there is to know, on stderr."""
    for note in [*result.notes, *question.corpus.notes[:SHOWN_NOTES]]:
        talk(f"rlm: {visible(here(note))}")
    gaps = result.coverage["gaps"]
    for gap in gaps[:SHOWN_GAPS]:
        remark("not read: {part}: {why}", part=visible(gap["part"]), why=visible(here(gap["reason"])))
    if len(gaps) > SHOWN_GAPS:
        remark("not read: {n} more; --json shows all", n=len(gaps) - SHOWN_GAPS)
    if waiting := getattr(question.leaf, "pending", []):
        remark(
            "{waiting} still at work and paid for; the same command collects the answers", waiting=", ".join(waiting)
        )
    elif result.stopped == "interrupted":
        remark("interrupted; the same command goes on from here")
    elif result.stopped in CAPS:
        remark("stopped by the cap of {stopped}; what was read is remembered", stopped=phrase(result.stopped))
    elif result.stopped == "paused":
        remark("spending was paused; `rlm ask --resume`, then the same command goes on from here")
