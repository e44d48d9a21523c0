"""Before a question is asked: its kind, its route, its price; and whether the user agrees to that."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rlm_core.asking.ledger.grants import user_ledger
from rlm_core.cli.consent.inside import in_session
from rlm_core.cli.output import count_of, for_people, remark, say, say_json, talk
from rlm_core.engine.answer.money import dollars
from rlm_core.engine.kinds import ANSWER
from rlm_core.engine.options import FIRST_PASSAGES, MORE_PASSAGES, SEARCH, SINGLE
from rlm_core.engine.rows.rowrun import ROWS
from rlm_core.errors import Worded, phrase, worded
from rlm_core.language.notices import here, here_if, notice
from rlm_core.language.quoting import visible

if TYPE_CHECKING:
    from rlm_core.asking.counting import TokenCount
    from rlm_core.asking.question import Question
    from rlm_core.engine.forecast import Amount
    from rlm_core.engine.route import RunPlan

SHOWN_TEXTS = 10  # of those that are not read
PASSAGES = worded("up to {n} {n:|passage|passages}", n=FIRST_PASSAGES + MORE_PASSAGES)


def announce(plan: RunPlan, *, as_json: bool) -> None:
    """One line on what is about to be done and spent; for a program only where somebody may see it."""
    if not as_json or sys.stderr.isatty():
        talk(f"rlm: {here(announced(plan))}")


def announced(plan: RunPlan) -> Worded:
    """`reads everything for a count: 12 parts, ~$0.03`."""
    said = {
        "kind": kind_of_plan(plan),
        "guessed": _guessed(plan),
        "parts": count_of(plan.parts, "part"),
        "known": worded(", {answers} remembered", answers=count_of(plan.remembered, "answer"))
        if plan.remembered
        else "",
        "usd": worded("~{usd}, price assumed" if plan.assumed else "~{usd}", usd=dollars(plan.usd.likely)),
    }
    if plan.route == SEARCH:
        form = "searches for {kind}{guessed}: {some} of {parts}{known}, {usd} (everything: ~{whole}, --route map)"
        return worded(form, **said, some=PASSAGES, whole=dollars(plan.whole_usd))
    if plan.route == SINGLE and plan.parts == 1:
        form = "reads everything in one call for {kind}{guessed}: {tokens:,} {tokens:|token|tokens}{known}, {usd}"
        return worded(form, **said, tokens=plan.tokens)
    return worded("reads everything for {kind}{guessed}: {parts}{known}, {usd}", **said)


def kind_of_plan(plan: RunPlan) -> Worded:
    """`an answer`, `a count`, `a table`."""
    if plan.kind == ROWS:
        return worded("a table")
    return worded(f"{'an' if plan.kind == ANSWER else 'a'} {plan.kind}")


def _guessed(plan: RunPlan) -> str:
    return worded(" (a guess, which one small call settles)") if plan.asks_kind else ""


def show_plan(question: Question, plan: RunPlan, counted: TokenCount, *, as_json: bool) -> int:
    """The plan on stdout; 0. counted: the texts' tokens; what calls take and cost is worked out from the estimate."""
    if as_json:
        skipped = [{"name": n, "reason": r} for n, r in question.corpus.skipped]
        models = dict(question.options.models)
        told = {**plan.as_json(), "tokens": counted.tokens, **counted.as_json(), "leaf": question.leaf_name}
        say_json({**told, "models": models, "not_read": skipped})
        return 0
    say(for_people("kind     {kind}{guessed}", kind=phrase(plan.kind), guessed=_guessed(plan)))
    say(for_people("route    {route}: {why}", route=plan.route, why=phrase(plan.reason)))
    answers = count_of(plan.remembered, "answer")
    known = worded("; {answers} remembered", answers=answers) if plan.remembered else ""
    say(for_people("reads    {what}{known}", what=_reads(plan, counted), known=known))
    names = ", ".join(sorted(set(question.options.models.values())))
    say(
        for_people(
            "calls    {calls}, leaf {leaf_name}, {names}",
            calls=_amount(plan.calls),
            leaf_name=question.leaf_name,
            names=names,
        )
    )
    say(for_people("tokens   {tokens} of all calls, estimated", tokens=_amount(plan.cost_tokens)))
    say(for_people("price    {price}", price=_priced(plan)))
    daily = question.config.ask["daily_usd"]
    if daily and (left := max(daily - user_ledger().today(), 0.0)) < plan.usd.most:
        say(
            for_people(
                "today    no more than {left}, which is left of ask.daily_usd, {daily}",
                left=dollars(left),
                daily=dollars(daily),
            )
        )
    if plan.route == SEARCH:
        say(for_people("all      reading everything: about {usd}, --route map", usd=dollars(plan.whole_usd)))
    for name, reason in question.corpus.skipped[:SHOWN_TEXTS]:
        say(for_people("not read {name}: {why}", name=visible(name), why=visible(here_if(sys.stdout.isatty(), reason))))
    if (more := len(question.corpus.skipped) - SHOWN_TEXTS) > 0:
        say(for_people("not read {more:,} more; --json names them", more=more))
    return 0


def _reads(plan: RunPlan, counted: TokenCount) -> Worded:
    said = {"parts": count_of(plan.parts, "part"), "tokens": counted.tokens, "accuracy": phrase(counted.accuracy)}
    if plan.route == SEARCH:
        return worded(
            "{some} of {parts}, {tokens:,} {tokens:|token|tokens} of text ({accuracy})", **said, some=PASSAGES
        )
    return worded("{parts}, {tokens:,} {tokens:|token|tokens} of text ({accuracy})", **said)


def _amount(amount: Amount) -> Worded:
    said = {"likely": round(amount.likely), "least": round(amount.least), "most": round(amount.most)}
    return worded("{likely:,} ({least:,} to {most:,})", **said)


def _priced(plan: RunPlan) -> Worded:
    usd = plan.usd
    said = {"likely": dollars(usd.likely), "least": dollars(usd.least), "most": dollars(usd.most)}
    if plan.assumed:
        form = "{likely} likely, {least} at least, {most} at most (price assumed for {models})"
        return worded(form, **said, models=", ".join(plan.assumed))
    return worded("{likely} likely, {least} at least, {most} at most", **said)


def is_agreed(question: Question, plan: RunPlan, *, given: bool) -> bool:
    """Whether the price is agreed to: below the threshold, a cap was given, or the user says so.

    Where nobody can be asked, the answer is no and says what to do.
    """
    threshold = question.config.ask["confirm_usd"]
    if given and in_session():  # a cap is the user's word as little as `--yes` is, unless it needs none
        given = question.options.caps.usd <= threshold
    if given or not threshold or plan.usd.likely <= threshold:
        return True
    remark("{route}, {calls} calls, {price}", route=plan.route, calls=_amount(plan.calls), price=_priced(plan))
    remark("that is more than ask.confirm_usd, ${threshold:.2f}", threshold=threshold)
    if in_session():
        remark(
            "nothing was asked: inside a Claude Code session nobody agrees to a price; run it with --yes in "
            "a terminal of your own, and the answer is remembered here"
        )
        return False
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        remark("nothing was asked; run it again with --yes, or with a cap: --max-usd")
        return False
    sys.stderr.write(notice("Ask? [y/N] "))
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes", "o", "oui")
