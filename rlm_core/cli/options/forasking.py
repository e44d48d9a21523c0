"""The options of the commands to ask, in words, in SQL and in cells."""

from __future__ import annotations

import argparse

from rlm_core.cli.options.allowed import count, date, depth, named_table, positive, several_names
from rlm_core.cli.options.common import command, common
from rlm_core.rules.check import LEAVES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.cli.options.common import Commands

ROUTES, CHECKS = ("auto", "single", "search", "map"), ("none", "quote", "vote")  # as the engine knows them
KINDS = ("answer", "count", "tally", "list", "pairs")
CELL_LEAVES = ("", "claude", "anthropic", "batch")


def ask(commands: Commands, name: str) -> None:
    p = command(commands, name, "ask:ask", "have sub-agents read everything for a question; checked, under a budget")
    p.add_argument("question", nargs="*", metavar="QUESTION", help="words, or - to take it from stdin")
    p.add_argument(
        "--over",
        action="append",
        default=[],
        metavar="PATH",
        help="files, directories, patterns, - (default: the archive)",
    )
    p.add_argument("--plan", action="store_true", help="show the route, the calls and the price; ask nothing")
    p.add_argument("--yes", action="store_true", help="ask whatever it costs, within the caps")
    p.add_argument(
        "--fields",
        metavar="F",
        help='make a table, a row an entry: "vendor!, amount: float, due: date, severity: low|high"',
    )
    p.add_argument("--rows", metavar="FILE", help="write that table: .csv, .jsonl, .sqlite; - for CSV")
    p.add_argument("--leaf", default="", choices=("", *LEAVES), metavar="LEAF", help=f"{', '.join(LEAVES)}")
    p.add_argument("--model", default="", metavar="M", help="for all calls: haiku, sonnet, opus or a model's id")
    p.add_argument("--kind", default="", choices=("", *KINDS), metavar="KIND", help=", ".join(KINDS))
    p.add_argument("--route", default="auto", choices=ROUTES, help="default: by size and question")
    p.add_argument("--verify", default="quote", choices=CHECKS, help="vote: doubtful findings are read again")
    p.add_argument("--labels", type=several_names, default=(), metavar="A,B,C", help="what entries are sorted by")
    p.add_argument("--workers", type=count, metavar="N", help="calls at once (default: by the leaf and the machine)")
    p.add_argument(
        "--depth", type=depth, default=1, metavar="N", help="how often a part may be split, 0 to 3 (default 1)"
    )
    p.add_argument("--part", type=count, metavar="TOKENS", help="what one call reads (default 8000)")
    p.add_argument("--max-calls", type=count, metavar="N", help="caps: never passed, partial answer when reached")
    p.add_argument("--max-tokens", type=count, metavar="N", help="the same for tokens")
    p.add_argument("--max-usd", type=positive, metavar="X", help="the same for dollars")
    p.add_argument("--max-seconds", type=positive, metavar="S", help="the same for seconds")
    p.add_argument("--session", default="", metavar="ID", help="of the archive only this session")
    p.add_argument("--since", default="", metavar="DATE", type=date, help="only from this date on")
    p.add_argument("--until", default="", metavar="DATE", type=date, help="only up to this date")
    p.add_argument("--file", default="", metavar="PATH", help="only what touched a file (part of its path)")
    p.add_argument("--blobs", action="store_true", help="oversize outputs too")
    p.add_argument("--fresh", action="store_true", help="use no remembered answer")
    p.add_argument("--findings", default="", metavar="ORDER", help="check what was reported: order-..., a file, -")
    p.add_argument("--pause", action="store_true", help="let nothing be spent, in all projects, until --resume")
    p.add_argument("--resume", action="store_true", help="end the pause")


def sql(commands: Commands, name: str) -> None:
    p = command(commands, name, "tables.sql:sql", "ask in SQL: the archive's entries, or rows of CSV, JSON and logs")
    p.add_argument("query", nargs="?", default="", metavar="QUERY", help="SELECT ...; without it: tables and functions")
    p.add_argument(
        "--over",
        action="append",
        default=[],
        metavar="WHAT",
        help="files, directories, patterns, -, a session's id, archive (default: archive)",
    )
    p.add_argument(
        "--table", action="append", default=[], type=named_table, metavar="NAME=PATH", help="a file's rows as NAME"
    )
    p.add_argument("--log", default="", metavar="REGEX", help="rows of logs: (?P<name>...) is a column")
    p.add_argument("--session", default="", metavar="ID", help="of the archive only this session")
    p.add_argument("--since", default="", metavar="DATE", type=date, help="only from this date on")
    p.add_argument("--until", default="", metavar="DATE", type=date, help="only up to this date")
    p.add_argument("-n", type=count, default=1000, metavar="N", help="how many rows at most (default 1000)")
    p.add_argument("--csv", action="store_true", help="print the result as CSV")
    p.add_argument("--max-seconds", type=positive, default=60.0, metavar="S", help="how long at most (default 60)")


def repl(commands: Commands, name: str) -> None:
    p = command(commands, name, "cells.repl:repl", "run cells of Python over the archive or files; their names live on")
    p.set_defaults(verb="", what="", code=None)
    _cell_options(p)
    verbs = p.add_subparsers(metavar="VERB", dest="verb", title="without a verb a prompt at a terminal; else")
    run = verbs.add_parser("exec", help="run one cell: a file, -c CODE, or stdin")
    run.add_argument("what", nargs="?", default="", metavar="FILE", help="the cell")
    run.add_argument("-c", dest="code", metavar="CODE", help="the cell itself; without it and FILE, stdin")
    run.add_argument("--plan", action="store_true", help="tell what its calls will cost, and make none")
    _cell_options(run)
    _keep_what_was_given(p, run)
    others = {
        "list": ("the sessions, the one used last first", ""),
        "vars": ("the names of a session", ""),
        "fork": ("begin a session with the names of another", "NEW"),
        "drop": ("remove a session", "NAME"),
    }
    for verb, (text, what) in others.items():
        v = verbs.add_parser(verb, help=text)
        if what:
            nargs = "?" if verb == "drop" else None
            v.add_argument("what", nargs=nargs, default="", metavar=what, help="the session's name")
        common(v)
        v.add_argument("-s", "--session", default="", metavar="NAME", help="default: Claude Code's session")
        _keep_what_was_given(p, v)


def run(commands: Commands, name: str) -> None:
    p = command(commands, name, "cells.run:run", "have a model write cells until one of them answers")
    p.add_argument("question", nargs="+", metavar="QUESTION", help="the question, in words")
    _call_options(p)
    p.add_argument("--root", default="", metavar="M", help="the model that writes the cells: sonnet, opus, an id")
    p.add_argument("--programs", type=count, default=1, metavar="K", help="draft K, run the one most agree with")
    p.add_argument("--turns", type=count, default=20, metavar="N", help="cells at most (default 20)")
    p.add_argument("-s", "--session", default="", metavar="NAME", help="go on with the names of a session")
    p.add_argument("--max-seconds", type=positive, metavar="S", help="of the whole run")


def trace(commands: Commands, name: str) -> None:
    p = command(commands, name, "cells.run:trace", "show what a run has done: cells, calls, costs")
    p.add_argument("run", nargs="?", default="", metavar="RUN", help="its session (default: the last one)")
    how = p.add_mutually_exclusive_group()
    how.add_argument("--html", action="store_true", help="print it as one HTML page, with programs and outputs")
    how.add_argument("--compare", default="", metavar="B", help="beside another run: what is the same, what each cost")


def replay(commands: Commands, name: str) -> None:
    p = command(commands, name, "cells.run:replay", "run a run's cells again without a model, from what is remembered")
    p.add_argument("run", nargs="?", default="", metavar="RUN", help="its session (default: the last one)")
    p.add_argument("--leaf", default="", choices=CELL_LEAVES, metavar="LEAF", help="as the run was made with")
    p.add_argument("--model", default="", metavar="M", help="the same")


def _keep_what_was_given(above: argparse.ArgumentParser, below: argparse.ArgumentParser) -> None:
    """An option of both that is not given behind a verb of a verb leaves what was given before it."""
    known = {action.dest for action in above._actions} | {*above._defaults}
    for action in below._actions:
        if action.dest in known:
            action.default = argparse.SUPPRESS


def _cell_options(p: argparse.ArgumentParser) -> None:
    if p.prog.endswith(" exec"):
        common(p)
    p.add_argument("-s", "--session", default="", metavar="NAME", help="default: Claude Code's session")
    p.add_argument("--max-seconds", type=positive, metavar="S", help="of one cell, calls aside (default 60)")
    _call_options(p)


def _call_options(p: argparse.ArgumentParser) -> None:
    over = "files, directories, patterns; default: the archive"
    p.add_argument("--over", action="append", default=[], metavar="PATH", help=over)
    p.add_argument("--leaf", default="", choices=CELL_LEAVES, metavar="LEAF", help=", ".join(CELL_LEAVES[1:]))
    p.add_argument("--model", default="", metavar="M", help="for all calls: haiku, sonnet, opus or a model's id")
    p.add_argument("--workers", type=count, metavar="N", help="calls at once (default: by the leaf and the machine)")
    p.add_argument("--max-calls", type=count, metavar="N", help="caps of the whole session, never passed")
    p.add_argument("--max-tokens", type=count, metavar="N", help="the same for tokens")
    p.add_argument("--max-usd", type=positive, metavar="X", help="the same for dollars")
