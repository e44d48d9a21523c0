"""`rlm run`, `rlm trace`, `rlm replay`: a model writes the cells; what it did; the same again without a model."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from rlm_core.archive.store import open_archive
from rlm_core.cli.cells.repl import check_texts, tell_left_out
from rlm_core.cli.output import count_of, for_people, remark, say, say_json, talk
from rlm_core.engine.answer.money import dollars
from rlm_core.errors import RlmError, phrase
from rlm_core.language.notices import here, here_if
from rlm_core.language.quoting import visible
from rlm_core.repl.begin import begun, sessions_folder
from rlm_core.repl.cellstore import CellSession, sessions_in
from rlm_core.repl.execute import Limits
from rlm_core.repl.replay import replayed
from rlm_core.repl.root import RootRun
from rlm_core.repl.trace import NAME, Trace, nodes_of, tree
from rlm_core.repl.traces.tracediff import compared, told
from rlm_core.repl.traces.tracepage import page

if TYPE_CHECKING:
    from argparse import Namespace

    from rlm_core.repl.runresult import ProgramResult


def run(args: Namespace) -> int:
    """Have a model answer a question by cells; exit 1 when nothing was answered."""
    settings = {"leaf": args.leaf, "model": args.model, "workers": args.workers}
    caps = {"calls": args.max_calls, "tokens": args.max_tokens, "usd": args.max_usd}
    question = " ".join(args.question)
    name = args.session or f"run-{os.urandom(4).hex()}"
    cell = begun(args.project, settings, name=name, over=args.over, limits=Limits(), caps=caps)
    check_texts(cell, "rlm run")
    tell_left_out(cell)
    trace = Trace(cell.session, question, cell.redact, cell.broker())
    result = RootRun(
        question,
        cell,
        model=args.root,
        turns=args.turns,
        seconds=args.max_seconds or 0.0,
        programs=args.programs,
        trace=trace,
    ).go()
    _show(result, as_json=args.json)
    return 0 if result.answer else 1


def _show(result: ProgramResult, *, as_json: bool) -> None:
    if as_json:
        say_json(result.as_json())
        return
    if result.answer:
        say("\n".join(visible(line) for line in result.answer.split("\n")))
    for number, row in enumerate(result.rows, 1):
        mark = "" if row["verified"] else "  (not found there)"
        say(f'  [{number}] {visible(row["place"])}: "{visible(" ".join(row["quote"].split())[:200])}"{mark}')
    for note in result.notes:
        talk(f"rlm: {visible(here(note))}")
    if result.stopped:
        remark("stopped by {stopped}", stopped=phrase(visible(result.stopped)))
    tokens, usd = result.cost.get("tokens", 0), result.cost.get("usd", 0.0)
    remark(
        "{cells}, {calls}, {tokens:,} {tokens:|token|tokens}, {usd}, {seconds:.0f} s; `rlm trace {session}` shows how",
        cells=count_of(result.turns, "cell"),
        calls=count_of(result.cost.get("calls", 0), "call"),
        tokens=tokens,
        usd=dollars(usd),
        seconds=result.seconds,
        session=result.session,
    )


def _compared(a: CellSession, first: list[dict[str, Any]], b: CellSession, *, as_json: bool) -> int:
    both = compared(a, first, b, nodes_of(b))
    if as_json:
        say_json(both)
        return 0
    for line in told(both, first):
        say(visible(here_if(sys.stdout.isatty(), line)))
    return 0


def _named(run: str, args: Namespace) -> CellSession:
    """The session of a run, the last one by default. Raises RlmError when there is none."""
    folder = sessions_folder(open_archive(args.project, must_exist=False), run)
    if run:
        return CellSession(folder, run)
    runs = [s for s in sessions_in(folder) if os.path.exists(s.path(NAME))]
    if not runs:
        raise RlmError("there is no run yet; `rlm run QUESTION` makes one")
    return runs[0]


def trace(args: Namespace) -> int:
    """Show what a run has done: as a tree, a page, or beside another run."""
    session = _named(args.run, args)
    nodes = nodes_of(session)
    if args.compare:
        return _compared(session, nodes, _named(args.compare, args), as_json=args.json)
    if args.html:
        say(page(session, nodes).rstrip("\n"))
        return 0
    if args.json:
        say_json({"nodes": nodes})
        return 0
    for line in tree(nodes):
        say(visible(here_if(sys.stdout.isatty(), line)))
    return 0


def replay(args: Namespace) -> int:
    """Run the cells of a run again, from what was remembered; exit 1 where one of them fails or prints other things."""
    rows = replayed(_named(args.run, args), args.project, leaf=args.leaf, model=args.model)
    same = all(row["same"] for row in rows)
    if args.json:
        say_json({"cells": rows, "same": same})
        return 0 if same else 1
    for row in rows:
        said = {"n": row["cell"], "error": row["error"]}
        form = "cell {n}: it failed: {error}" if row["error"] else "cell {n}: it printed other things"
        say(visible(for_people("cell {n}: the same" if row["same"] else form, **said)))
    return 0 if same else 1
