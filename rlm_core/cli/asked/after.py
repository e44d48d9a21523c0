"""Behind a run: the answer, each finding once, what was not verified, what was read and what it cost."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rlm_core.cli.asked.before import kind_of_plan
from rlm_core.cli.output import Highlighter, count_of, say, talk
from rlm_core.engine.answer.extent import Extent
from rlm_core.engine.answer.grouping import contradicting
from rlm_core.engine.answer.wording import Wording, share_of
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
    say(_account(result))
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


def _account(result: Result) -> str:
    """Coverage, verification and cost in two lines."""
    c, cost = result.coverage, result.cost
    checked = f"{c['verified']} verified, {c['unverified']} unverified"
    checked += f", {c['doubtful']} of the verified doubtful" if c["doubtful"] else ""
    checked += f", {c['malformed']} not in the form of a finding" if c["malformed"] else ""
    if c["canaries"]["asked"]:
        checked += f", {c['canaries']['wrong']} of {c['canaries']['asked']} control questions wrong"
    paid = f"{count_of(result.calls, 'call')}, {cost['tokens']:,} tokens as reported, ${cost['usd']:.4f}, "
    paid += f"{result.seconds:.1f} s"
    paid += f", {cost['remembered_calls']} remembered" if cost["remembered_calls"] else ""
    if cost["unsettled_usd"]:
        paid += f", up to ${cost['unsettled_usd']:.4f} more for calls that were cut off"
    return f"{kind_of_plan(result.plan)} by {result.plan.route}: {_reading(c)}; findings: {checked}\n{paid}"


def _reading(c: dict[str, Any]) -> str:
    """What was read of the texts, in parts and tokens."""
    total = c["everything"]["parts"] if c["everything"] else c["parts"]
    parts = f"read {c['read']} of {count_of(total, 'part')}"
    parts += f", {c['tokens_read']:,} of {c['tokens']:,} tokens"
    parts += f" ({f'{share_of(share)}; ' if (share := c['share']) < 1 else ''}{c['tokens_accuracy']})"
    parts += f", {c['failed']} failed" if c["failed"] else ""
    parts += f", {c['skipped']} skipped" if c["skipped"] else ""
    return parts + (f", {len(c['not_read'])} texts not taken" if c["not_read"] else "")


def _talk_about(question: Question, result: Result) -> None:
    """What else there is to know, on stderr."""
    for note in [*result.notes, *question.corpus.notes[:SHOWN_NOTES]]:
        talk(f"rlm: {visible(note)}")
    gaps = result.coverage["gaps"]
    for gap in gaps[:SHOWN_GAPS]:
        talk(f"rlm: not read: {visible(gap['part'])}: {visible(gap['reason'])}")
    if len(gaps) > SHOWN_GAPS:
        talk(f"rlm: not read: {len(gaps) - SHOWN_GAPS} more; --json shows all")
    if waiting := getattr(question.leaf, "pending", []):
        talk(f"rlm: {', '.join(waiting)} still at work and paid for; the same command collects the answers")
    elif result.stopped == "interrupted":
        talk("rlm: interrupted; the same command goes on from here")
    elif result.stopped in CAPS:
        talk(f"rlm: stopped by the cap of {result.stopped}; what was read is remembered")
    elif result.stopped == "paused":
        talk("rlm: spending was paused; `rlm ask --resume`, then the same command goes on from here")
