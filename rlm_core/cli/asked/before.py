"""Before a question is asked: its kind, its route, its price; and whether the user agrees to that."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rlm_core.asking.ledger.grants import user_ledger
from rlm_core.cli.consent.inside import in_session
from rlm_core.cli.output import count_of, say, say_json, talk
from rlm_core.engine.answer.money import dollars
from rlm_core.engine.kinds import ANSWER
from rlm_core.engine.options import FIRST_PASSAGES, MORE_PASSAGES, SEARCH, SINGLE
from rlm_core.engine.rows.rowrun import ROWS
from rlm_core.language.quoting import visible

if TYPE_CHECKING:
    from rlm_core.asking.counting import TokenCount
    from rlm_core.asking.question import Question
    from rlm_core.engine.forecast import Amount
    from rlm_core.engine.route import RunPlan

SHOWN_TEXTS = 10  # of those that are not read
PASSAGES = f"up to {FIRST_PASSAGES + MORE_PASSAGES} passages"


def announce(plan: RunPlan, *, as_json: bool) -> None:
    """One line on what is about to be done and spent; for a program only where somebody may see it."""
    if not as_json or sys.stderr.isatty():
        talk(f"rlm: {announced(plan)}")


def announced(plan: RunPlan) -> str:
    """`reads everything for a count: 12 parts, ~$0.03`."""
    kind = f"{kind_of_plan(plan)}{_guessed(plan)}"
    usd = f"~{dollars(plan.usd.likely)}" + (", price assumed" if plan.assumed else "")
    known = f", {count_of(plan.remembered, 'answer')} remembered" if plan.remembered else ""
    if plan.route == SEARCH:
        whole = f"everything: ~{dollars(plan.whole_usd)}, --route map"
        return f"searches for {kind}: {PASSAGES} of {count_of(plan.parts, 'part')}{known}, {usd} ({whole})"
    if plan.route == SINGLE and plan.parts == 1:
        return f"reads everything in one call for {kind}: {plan.tokens:,} tokens{known}, {usd}"
    return f"reads everything for {kind}: {count_of(plan.parts, 'part')}{known}, {usd}"


def kind_of_plan(plan: RunPlan) -> str:
    """`an answer`, `a count`, `a table`."""
    if plan.kind == ROWS:
        return "a table"
    return f"{'an' if plan.kind == ANSWER else 'a'} {plan.kind}"


def _guessed(plan: RunPlan) -> str:
    return " (a guess, which one small call settles)" if plan.asks_kind else ""


def show_plan(question: Question, plan: RunPlan, counted: TokenCount, *, as_json: bool) -> int:
    """The plan on stdout; 0. counted: the texts' tokens; what calls take and cost is worked out from the estimate."""
    if as_json:
        skipped = [{"name": n, "reason": r} for n, r in question.corpus.skipped]
        models = dict(question.options.models)
        told = {**plan.as_json(), "tokens": counted.tokens, **counted.as_json(), "leaf": question.leaf_name}
        say_json({**told, "models": models, "not_read": skipped})
        return 0
    say(f"kind     {plan.kind}{_guessed(plan)}")
    say(f"route    {plan.route}: {plan.reason}")
    known = f"; {count_of(plan.remembered, 'answer')} remembered" if plan.remembered else ""
    say(f"reads    {_reads(plan, counted)}{known}")
    names = ", ".join(sorted(set(question.options.models.values())))
    say(f"calls    {_amount(plan.calls)}, leaf {question.leaf_name}, {names}")
    say(f"tokens   {_amount(plan.cost_tokens)} of all calls, estimated")
    say(f"price    {_priced(plan)}")
    daily = question.config.ask["daily_usd"]
    if daily and (left := max(daily - user_ledger().today(), 0.0)) < plan.usd.most:
        say(f"today    no more than {dollars(left)}, which is left of ask.daily_usd, {dollars(daily)}")
    if plan.route == SEARCH:
        say(f"all      reading everything: about {dollars(plan.whole_usd)}, --route map")
    for name, reason in question.corpus.skipped[:SHOWN_TEXTS]:
        say(f"not read {visible(name)}: {visible(reason)}")
    if (more := len(question.corpus.skipped) - SHOWN_TEXTS) > 0:
        say(f"not read {more:,} more; --json names them")
    return 0


def _reads(plan: RunPlan, counted: TokenCount) -> str:
    parts = f"{PASSAGES} of " if plan.route == SEARCH else ""
    return f"{parts}{count_of(plan.parts, 'part')}, {counted.tokens:,} tokens of text ({counted.accuracy})"


def _amount(amount: Amount) -> str:
    return f"{amount.likely:,.0f} ({amount.least:,.0f} to {amount.most:,.0f})"


def _priced(plan: RunPlan) -> str:
    usd = plan.usd
    text = f"{dollars(usd.likely)} likely, {dollars(usd.least)} at least, {dollars(usd.most)} at most"
    return text + (f" (price assumed for {', '.join(plan.assumed)})" if plan.assumed else "")


def is_agreed(question: Question, plan: RunPlan, *, given: bool) -> bool:
    """Whether the price is agreed to: below the threshold, a cap was given, or the user says so.

    Where nobody can be asked, the answer is no and says what to do.
    """
    threshold = question.config.ask["confirm_usd"]
    if given and in_session():  # a cap is the user's word as little as `--yes` is, unless it needs none
        given = question.options.caps.usd <= threshold
    if given or not threshold or plan.usd.likely <= threshold:
        return True
    talk(f"rlm: {plan.route}, {_amount(plan.calls)} calls, {_priced(plan)}")
    talk(f"rlm: that is more than ask.confirm_usd, ${threshold:.2f}")
    if in_session():
        talk(
            "rlm: nothing was asked: inside a Claude Code session nobody agrees to a price; run it with --yes in a "
            "terminal of your own, and the answer is remembered here"
        )
        return False
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        talk("rlm: nothing was asked; run it again with --yes, or with a cap: --max-usd")
        return False
    sys.stderr.write("Ask? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes", "o", "oui")
