"""`rlm ask`: the price first, then the question, with a bar while it runs, then the answer with its account."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from typing import TYPE_CHECKING

from rlm_core.archive.store import open_archive
from rlm_core.asking.ledger.grants import user_ledger
from rlm_core.asking.question import Question
from rlm_core.asking.settings import MAX_QUESTION_CHARS, AskSettings
from rlm_core.cli.asked.after import show_result
from rlm_core.cli.asked.before import announce, is_agreed, show_plan
from rlm_core.cli.asked.tabled import check_rows, write_rows
from rlm_core.cli.consent.inside import check_corpus
from rlm_core.cli.manners.strangers import tell_unknown
from rlm_core.cli.output import decoded, remark, say_json
from rlm_core.cli.progressbar import bars
from rlm_core.errors import Counted, RlmError, UsageError, worded
from rlm_core.search.hits import Filters

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Coroutine, Iterator

    from rlm_core.engine.answer.result import Result
    from rlm_core.engine.rows.rowrun import RowRun
    from rlm_core.engine.run import Run

MOST_BYTES = 4 * MAX_QUESTION_CHARS  # of a question on stdin
LOOK = 0.2  # seconds between two looks at a run for the bar
INTERRUPTED = 130


def ask(args: Namespace) -> int:
    """Answer a question, or show what that would cost; exit 1 when nothing was found or it was refused."""
    if args.pause or args.resume:
        return _switch(pause=args.pause)
    check_rows(args)
    question = _question(args)
    check_corpus(question.corpus)
    if question.leaf_name == "native" or args.findings:
        from rlm_core.cli.native import native

        return native(question, args)
    plan = question.plan()
    if args.plan:
        return show_plan(question, plan, asyncio.run(question.counted_by_leaf()), as_json=args.json)
    question.leaf.check()
    announce(plan, as_json=args.json)
    if not args.yes and not is_agreed(question, plan, given=args.max_usd is not None):
        return 1
    result = asyncio.run(_go(question))
    told = write_rows(question, result, args)
    if args.json:
        say_json(result.as_json())
    elif not told:
        show_result(question, result)
    return _status(result)


def _question(args: Namespace) -> Question:
    """The question with its texts; where there are none, names that nothing in the archive has are told first."""
    try:
        return Question(_asked(args), _settings(args), project=args.project)
    except UsageError:
        raise
    except RlmError:
        if not args.over:
            tell_unknown(open_archive(args.project, must_exist=False), args)
        raise


def _asked(args: Namespace) -> str:
    """The question: the words of the command line, or stdin for `-`, which no list of processes shows."""
    if args.question != ["-"]:
        return " ".join(args.question)
    if "-" in (*args.over, args.findings):
        raise UsageError(
            "`rlm ask -` takes the question from stdin, which cannot hold texts as well: name a file instead of the "
            "other -, or write the question as words"
        )
    if sys.stdin is None:
        return ""
    if sys.stdin.isatty():
        remark("write the question, then Ctrl-D on a line of its own")
    data = sys.stdin.buffer.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise RlmError(
            worded(
                "stdin holds more than the {most:,} bytes of a question; hand over texts with --over",
                most=MOST_BYTES,
            )
        )
    return decoded(data, sys.stdin.encoding)


def _settings(args: Namespace) -> AskSettings:
    return AskSettings(
        over=args.over,
        leaf=args.leaf,
        model=args.model,
        route=args.route,
        kind=args.kind,
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
        fields=args.fields or "",
        labels=args.labels,
    )


def _switch(*, pause: bool) -> int:
    """Let nothing be spent any more, in all projects, or again."""
    ledger = user_ledger()
    ledger.pause() if pause else ledger.resume()
    remark("no question is asked until `rlm ask --resume`; runs in progress end" if pause else "ready to ask")
    return 0


def _status(result: Result) -> int:
    if result.stopped == "interrupted":
        return INTERRUPTED
    return 0 if result.is_answered else 1


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
def _bar(run: Run | RowRun) -> Iterator[Callable[[], Coroutine[None, None, None]]]:
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
                said = f"{Counted(now.calls, 'call')}  {Counted(now.tokens, 'token')}  ${now.usd:.2f}  "
                said += f"{now.verified:,} verified"
                said += f"  {now.failed} failed" if now.failed else ""
                progress.update(task, completed=now.read, total=now.parts or None, description=said)
                await asyncio.sleep(LOOK)

        yield look
