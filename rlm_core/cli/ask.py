"""`rlm ask`: the price first, then the question, with a bar while it runs, then the answer with its account."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from typing import TYPE_CHECKING

from rlm_core.asking.ledger.grants import user_ledger
from rlm_core.asking.question import Question
from rlm_core.asking.settings import MAX_QUESTION_CHARS, AskSettings
from rlm_core.cli.consent.inside import check_corpus, in_session
from rlm_core.cli.output import Highlighter, count_of, say, say_json, talk
from rlm_core.cli.progressbar import bars
from rlm_core.engine.options import NONE
from rlm_core.errors import RlmError
from rlm_core.language.quoting import visible
from rlm_core.search.hits import Filters

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Coroutine, Iterator

    from rlm_core.engine.answer.result import Result
    from rlm_core.engine.findings import Finding
    from rlm_core.engine.forecast import Amount
    from rlm_core.engine.route import RunPlan
    from rlm_core.engine.run import Run

MOST_BYTES = 4 * MAX_QUESTION_CHARS  # of a question on stdin
SHOWN_FINDINGS = 40
LOOK = 0.2  # seconds between two looks at a run for the bar
INTERRUPTED = 130


def ask(args: Namespace) -> int:
    """Answer a question, or show what that would cost; exit 1 when nothing was found or it was refused."""
    if args.pause or args.resume:
        return _switch(pause=args.pause)
    question = Question(_asked(args), _settings(args), project=args.project)
    check_corpus(question.corpus)
    if question.leaf_name == "native" or args.findings:
        from rlm_core.cli.native import native

        return native(question, args)
    plan = question.plan()
    if args.plan:
        return _show_plan(question, plan, as_json=args.json)
    question.leaf.check()
    if not args.yes and not _agreed(question, plan, given=args.max_usd is not None):
        return 1
    result = asyncio.run(_go(question))
    if args.json:
        say_json(result.as_json())
    else:
        _show(question, result)
    return _status(result, checked=question.options.verify != NONE)


def _asked(args: Namespace) -> str:
    """The question: the words of the command line, or stdin for `-`, which no list of processes shows."""
    if args.question != ["-"]:
        return " ".join(args.question)
    if "-" in (*args.over, args.findings):
        raise RlmError(
            "`rlm ask -` takes the question from stdin, which cannot hold texts as well: name a file instead of the "
            "other -, or write the question as words"
        )
    if sys.stdin is None:
        return ""
    if sys.stdin.isatty():
        talk("rlm: write the question, then Ctrl-D on a line of its own")
    data = sys.stdin.buffer.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise RlmError(f"stdin holds more than the {MOST_BYTES:,} bytes of a question; hand over texts with --over")
    return data.decode("utf-8", "replace")


def _settings(args: Namespace) -> AskSettings:
    return AskSettings(
        over=args.over,
        leaf=args.leaf,
        model=args.model,
        route=args.route,
        verify=args.verify,
        workers=args.workers,
        depth=args.depth,
        part=args.part,
        max_calls=args.max_calls,
        max_tokens=args.max_tokens,
        max_usd=args.max_usd,
        max_seconds=args.max_seconds,
        filters=Filters(session=args.session, since=args.since, until=args.until, file=args.file),
        blobs=args.blobs,
        fresh=args.fresh,
        labels=args.labels,
    )


def _switch(*, pause: bool) -> int:
    """Let nothing be spent any more, in all projects, or again."""
    ledger = user_ledger()
    ledger.pause() if pause else ledger.resume()
    talk("rlm: no question is asked until `rlm ask --resume`; runs in progress end" if pause else "rlm: ready to ask")
    return 0


def _status(result: Result, *, checked: bool) -> int:
    if result.stopped == "interrupted":
        return INTERRUPTED
    counted = result.complete and (result.tally is not None or result.pairs is not None)
    return 0 if counted or (result.verified if checked else result.findings) else 1


# before


def _show_plan(question: Question, plan: RunPlan, *, as_json: bool) -> int:
    if as_json:
        skipped = [{"name": n, "reason": r} for n, r in question.corpus.skipped]
        models = dict(question.options.models)
        say_json({**plan.as_json(), "leaf": question.leaf_name, "models": models, "not_read": skipped})
        return 0
    say(f"route    {plan.route}: {plan.reason}")
    read = f"{count_of(plan.parts, 'part')}, {plan.tokens:,} tokens of text"
    say(f"reads    {read}" + (f"; {plan.remembered} answers are remembered" if plan.remembered else ""))
    names = ", ".join(sorted(set(question.options.models.values())))
    say(f"calls    {_amount(plan.calls)}, leaf {question.leaf_name}, {names}")
    say(f"tokens   {_amount(plan.cost_tokens)}")
    say(f"price    {_dollars(plan)}")
    for name, reason in question.corpus.skipped[:10]:
        say(f"not read {visible(name)}: {visible(reason)}")
    return 0


def _amount(amount: Amount) -> str:
    return f"{amount.likely:,.0f} ({amount.least:,.0f} to {amount.most:,.0f})"


def _dollars(plan: RunPlan) -> str:
    usd = plan.usd
    text = f"${usd.likely:.2f} likely, ${usd.least:.2f} at least, ${usd.most:.2f} at most"
    return text + (f" (price assumed for {', '.join(plan.assumed)})" if plan.assumed else "")


def _agreed(question: Question, plan: RunPlan, *, given: bool) -> bool:
    """Whether the price is agreed to: below the threshold, a cap was given, or the user says so.

    Where nobody can be asked, the answer is no and says what to do.
    """
    threshold = question.config.ask["confirm_usd"]
    if given and in_session():  # a cap is the user's word as little as `--yes` is, unless it needs none
        given = question.options.caps.usd <= threshold
    if given or not threshold or plan.usd.likely <= threshold:
        return True
    talk(f"rlm: {plan.route}, {_amount(plan.calls)} calls, {_dollars(plan)}")
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


# while it runs


async def _go(question: Question) -> Result:
    """Ask, with a bar on a terminal; the first Ctrl-C ends the run with what there is."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(number, question.run.stop, "interrupted")
    with _bar(question.run) as look:
        watching = asyncio.ensure_future(look())
        try:
            return await question.go()
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)


async def _nothing() -> None:
    """Nobody looks."""


@contextlib.contextmanager
def _bar(run: Run) -> Iterator[Callable[[], Coroutine[None, None, None]]]:
    """A bar on stderr with parts, calls, tokens, dollars and verified findings; nothing where nobody looks."""
    columns = ("BarColumn", "{task.completed}/{task.total} parts  {task.description}", "TimeElapsedColumn")
    with bars(*columns, transient=True) as progress:
        if progress is None:
            yield _nothing
            return
        task = progress.add_task("", total=None)

        async def look() -> None:
            while True:
                now = run.status()
                said = f"{now.calls:,} calls  {now.tokens:,} tokens  ${now.usd:.2f}  {now.verified:,} verified"
                said += f"  {now.failed} failed" if now.failed else ""
                progress.update(task, completed=now.read, total=now.parts or None, description=said)
                await asyncio.sleep(LOOK)

        yield look


# after


def _show(question: Question, result: Result) -> None:
    shown = Highlighter("", sys.stdout)
    for line in result.answer.split("\n"):
        say(shown.text(line))
    cited = [f for f in result.findings if f.verified or question.options.verify == NONE]
    if cited and result.pairs is None and (result.tally is None or len(cited) <= SHOWN_FINDINGS):
        say()
        for f in cited[:SHOWN_FINDINGS]:
            say(shown.text(_evidence(f)))
        if len(cited) > SHOWN_FINDINGS:
            say(f"… and {len(cited) - SHOWN_FINDINGS:,} more; --json shows all")
    say()
    say(_account(result))
    for note in [*result.notes, *question.corpus.notes[:5]]:
        talk(f"rlm: {visible(note)}")
    for gap in result.coverage["gaps"][:5]:
        talk(f"rlm: not read: {visible(gap['part'])}: {visible(gap['reason'])}")
    if waiting := getattr(question.leaf, "pending", []):
        talk(f"rlm: {', '.join(waiting)} still at work and paid for; the same command collects the answers")
    elif result.stopped == "interrupted":
        talk("rlm: interrupted; the same command goes on from here")
    elif result.stopped in ("calls", "tokens", "usd", "seconds"):
        talk(f"rlm: stopped by the cap of {result.stopped}; what was read is remembered")
    elif result.stopped == "paused":
        talk("rlm: spending was paused; `rlm ask --resume`, then the same command goes on from here")


def _evidence(f: Finding) -> str:
    quote = " ".join(f.quote.split())
    return f'- "{quote[:300]}{"…" if len(quote) > 300 else ""}" ({"; ".join(filter(None, [f.place, f.date[:10]]))})'


def _account(result: Result) -> str:
    """Coverage, verification and cost in two lines."""
    c, cost = result.coverage, result.cost
    parts = f"read {c['read']} of {count_of(c['parts'], 'part')}, {c['tokens_read']:,} of {c['tokens']:,} tokens"
    parts += f", {c['failed']} failed" if c["failed"] else ""
    parts += f", {c['skipped']} skipped" if c["skipped"] else ""
    parts += f", {len(c['not_read'])} texts not taken" if c["not_read"] else ""
    checked = f"{c['verified']} verified, {c['unverified']} unverified"
    if c["canaries"]["asked"]:
        checked += f", {c['canaries']['wrong']} of {c['canaries']['asked']} control questions wrong"
    paid = f"{count_of(result.calls, 'call')}, {cost['tokens']:,} tokens, ${cost['usd']:.4f}, {result.seconds:.1f} s"
    paid += f", {cost['remembered_calls']} remembered" if cost["remembered_calls"] else ""
    paid += f", up to ${cost['unsettled_usd']:.4f} more for calls that were cut off" if cost["unsettled_usd"] else ""
    return f"{parts}; findings: {checked}\n{paid}"
