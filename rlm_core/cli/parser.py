"""The command line, by argparse: every command with its options."""

from __future__ import annotations

import argparse
import re

from rlm_core.cli.manners.wordorder import (
    FLAGS,
    VALUED,
    OneLineParser,
    TopParser,
    in_order,
    known_verb,
    verb_first,
    wrong,
)
from rlm_core.cli.quick import ROLES, as_date, is_exclusion
from rlm_core.language.notices import here, notice
from rlm_core.rules.check import LEAVES
from rlm_core.version import VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rlm_core.language.periods import Period


def parsed(argv: Sequence[str]) -> argparse.Namespace:
    """The options of a command line. A `-word` of a search stays in the query, where it excludes the word.

    Ends the process with 2, and one line on stderr, for a command line that cannot be meant.
    """
    words = verb_first(argv)
    if words[:1] == ["help"]:
        words = [words[1], "--help"] if words[1:] else []
    verb = words[0] if words else ""
    if not verb or verb in FLAGS or verb in VALUED:
        return _nothing_named(words)
    if verb in ("-h", "--help", "--version"):
        return parser().parse_args([verb])
    known_verb(verb, ADD)
    excluded = []
    if verb == "search" and "--" not in words:
        excluded = [w for n, w in enumerate(words) if is_exclusion(w) and words[n - 1] not in _TAKE_A_VALUE]
        words = [w for w in words if w not in excluded]
    p = parser(verb)._subparsers._group_actions[0].choices[verb]  # type: ignore[union-attr,index]
    args: argparse.Namespace = p.parse_args(in_order(p, words[1:]))
    if excluded:
        args.query += excluded
    if getattr(args, "when", None):
        _only(args, p.prog)
    for name, value in vars(args).items():
        if isinstance(value, _Spoken):
            setattr(args, name, value.period.last if name == "until" else value.period.first)
    return args


def _only(args: argparse.Namespace, prog: str) -> None:
    """Put the period that words name, such as `last week`, into `since` and `until`."""
    if args.since or args.until:
        wrong(prog, notice("the period is named twice: {what}", what=_shown(" ".join(args.when))), prog)
    try:
        args.since = args.until = _date(" ".join(args.when))
    except argparse.ArgumentTypeError as e:
        wrong(prog, str(e), prog)


def _nothing_named(words: Sequence[str]) -> argparse.Namespace:
    """A line without a command: what there is."""
    top = OneLineParser(prog="rlm")
    _common(top)
    args = top.parse_args(words)
    args.command_path, args.top = "manners.overview:overview", parser()
    return args


ROUTES, CHECKS = ("auto", "single", "search", "map"), ("none", "quote", "vote")  # as the engine knows them
SHELLS = ("bash", "zsh", "fish")
KINDS = ("answer", "count", "tally", "list", "pairs")
_TAKE_A_VALUE = ("--project", "--session", "--since", "--until", "--role", "--tool", "--file", "--branch", "-k")


def parser(only: str = "") -> argparse.ArgumentParser:
    """The parser of the command line. only: the one command to build, for a line that begins with it; "" for all."""
    top = TopParser(prog="rlm")
    top.add_argument("--version", action="version", version=f"rlm {VERSION}")
    commands: Commands = top.add_subparsers(
        title="commands", metavar="COMMAND", required=True, parser_class=OneLineParser
    )
    for name, add in [(only, ADD[only])] if only in ADD else ADD.items():
        add(commands, name)
    return top


if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def _command(commands: Commands, name: str, path: str, text: str) -> argparse.ArgumentParser:
    p = commands.add_parser(name, help=text, description=text)
    p.set_defaults(command_path=path)
    _common(p)
    return p


def _common(p: argparse.ArgumentParser) -> None:
    p.add_argument("--project", metavar="DIR", help="the project (default: the one around this directory)")
    p.add_argument("--json", action="store_true", help="print the result as JSON")
    p.add_argument("--no-pager", action="store_true", help="on a terminal, print a long result without a pager")


def _install(commands: Commands, name: str) -> None:
    p = _command(commands, name, "install:install", "put hooks and skills into .claude/")
    p.add_argument("--user", action="store_true", help="for all your projects, in Claude Code's own directory")
    p.add_argument("--shared", action="store_true", help="for your team: settings.json, `rlm` from PATH")
    p.add_argument("--dry-run", action="store_true", help="show what would change and change nothing")
    p.add_argument(
        "--offload-at",
        metavar="SIZE",
        type=_size,
        help="also have Claude Code compact at this context size, e.g. 60%% or 150k tokens",
    )
    p.add_argument("--statusline", action="store_true", help="also show the archive in the status line, behind yours")
    p.add_argument("--backfill", action="store_true", help="archive the existing transcripts right away")


def _uninstall(commands: Commands, name: str) -> None:
    p = _command(commands, name, "install:uninstall", "take hooks and skills out again")
    p.add_argument("--user", action="store_true", help="the installation for all your projects")
    p.add_argument("--shared", action="store_true", help="the team's installation in settings.json")
    p.add_argument("--purge", action="store_true", help="delete the archive and its second copy too; asks first")
    p.add_argument("--yes", action="store_true", help="delete them without asking")
    p.add_argument("--dry-run", action="store_true", help="show what would change and change nothing")


def _archive(commands: Commands, name: str) -> None:
    p = _command(commands, name, "archive:archive", "archive transcripts now")
    p.add_argument(
        "transcripts",
        nargs="*",
        metavar="TRANSCRIPT",
        help="transcript files (*.jsonl), or the beginning of a session's id",
    )
    p.add_argument("--all", action="store_true", help="every transcript Claude Code still has of the project")
    p.add_argument(
        "--anew",
        action="store_true",
        help="bring chunks of a former form to today's, where the transcript still says all that they say",
    )


def _verify(commands: Commands, name: str) -> None:
    p = _command(commands, name, "proving:verify", "prove that transcripts are whole in the archive")
    p.add_argument("transcripts", nargs="*", metavar="TRANSCRIPT", help="the same; default: all of the project")
    p.add_argument("--all", action="store_true", help="every transcript Claude Code still has: the default, said aloud")
    p.add_argument("--repair", action="store_true", help="bring back what is damaged or missing, then prove it again")


def _restore(commands: Commands, name: str) -> None:
    p = _command(commands, name, "restore:restore", "bring back from the second copy what the archive lacks")
    p.add_argument("--session", default="", metavar="ID", help="only this session (beginning of its id)")
    p.add_argument("--dry-run", action="store_true", help="show what would come back and change nothing")


def _adopt(commands: Commands, name: str) -> None:
    p = _command(commands, name, "restore:adopt", "look at an archive that is not yours, and take it over")
    p.add_argument(
        "--mine", action="store_true", help="you made it yourself, in another home: it goes on as it was, unmarked"
    )
    p.add_argument("--yes", action="store_true", help="take it over without asking")
    p.add_argument("--dry-run", action="store_true", help="show what it holds and change nothing")


def _forget(commands: Commands, name: str) -> None:
    p = _command(
        commands, name, "consent.forget:forget", "forget what was archived, keep it out, and prove that it is gone"
    )
    p.add_argument("--session", default="", metavar="ID", help="a session and its sub-agents (beginning of its id)")
    p.add_argument("--chunk", default="", metavar="ID[:LINES]", help="a chunk, or its entries on lines such as 40-44")
    p.add_argument(
        "--since",
        default="",
        metavar="DATE",
        type=_date,
        help="what was said since then: 2026-11-01, yesterday, 3 days ago",
    )
    p.add_argument("--until", default="", metavar="DATE", type=_date, help="what was said on or before")
    p.add_argument("--match", default="", metavar="WORDS", help="entries in which these words stand in this order")
    p.add_argument("--regex", default="", metavar="RE", help="entries in which this regular expression is found")
    p.add_argument("--document", default="", metavar="PATH", help="a document that was added")
    p.add_argument("--retention", action="store_true", help="the sessions beyond what `retention` in rlm.yaml keeps")
    p.add_argument("--dry-run", action="store_true", help="show what would go, and from where; change nothing")
    p.add_argument("--yes", action="store_true", help="forget it without asking")
    p.add_argument(
        "--never-again", action="store_true", help="refuse what the session says later, the words, the document"
    )
    p.add_argument("--transcript", action="store_true", help="blank it in Claude Code's closed transcripts, too")


def _reindex(commands: Commands, name: str) -> None:
    _command(commands, name, "archive:reindex", "make the search index anew from the chunk files")


def _search(commands: Commands, name: str) -> None:
    p = _command(commands, name, "search:search", "find passages in the archive, best first")
    p.add_argument(
        "query", nargs="+", metavar="QUERY", help='words; "quoted phrases" must occur, a -word must not (after --)'
    )
    p.add_argument("-k", type=_count, default=10, metavar="N", help="how many (default 10)")
    p.add_argument("--session", default="", metavar="ID", help="only this session (beginning of its id)")
    p.add_argument(
        "--since",
        default="",
        metavar="DATE",
        type=_date,
        help="only what was said since then: 2026-11-01, yesterday, 3 days ago",
    )
    p.add_argument("--until", default="", metavar="DATE", type=_date, help="only what was said on or before")
    p.add_argument("--role", default="", choices=ROLES, metavar="ROLE", help=f"only {', '.join(ROLES)}")
    p.add_argument("--tool", default="", metavar="NAME", help="only calls and results of a tool, e.g. Bash")
    p.add_argument("--file", default="", metavar="PATH", help="only chunks that touched a file (part of its path)")
    p.add_argument("--branch", default="", metavar="NAME", help="only what was said on a git branch")
    p.add_argument("--regex", action="store_true", help="QUERY is a regular expression; lines, newest first")
    p.add_argument("--explain", action="store_true", help="tell of each hit what it scored for")
    p.add_argument("--everywhere", action="store_true", help="in the archives of all your projects")


def _count(text: str) -> int:
    """A number of at least 1."""
    return _whole(text, 1)


def _whole(text: str, least: int, most: int = 10**9) -> int:
    """A whole number within bounds."""
    if text.isascii() and text.isdecimal() and len(text) <= 10 and least <= int(text) <= most:
        return int(text)
    if most < 10**9:
        raise argparse.ArgumentTypeError(
            notice("{text} is no whole number of {least} to {most}", text=_shown(text), least=least, most=most)
        )
    raise argparse.ArgumentTypeError(
        notice("{text} is no whole number of at least {least}", text=_shown(text), least=least)
    )


def _shown(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"


def _from_0(text: str) -> int:
    return _whole(text, 0)


def _depth(text: str) -> int:
    return _whole(text, 0, 3)


class _Spoken(str):
    """A date that is said in words; which end of its period is meant depends on the option."""

    __slots__ = ("period",)
    period: Period


def _date(text: str) -> str:
    """An ISO date, or the beginning of one, or a date in words; "" for none."""
    date = as_date(text) if text else ""
    if date is not None:
        return date
    from datetime import datetime

    from rlm_core.language.periods import period

    found = period(text, datetime.now())
    if found is None:
        form = "{text} is no date; write 2026-11-01, 2026-11-01T10:30, yesterday, monday, last week or 3 days ago"
        raise argparse.ArgumentTypeError(notice(form, text=_shown(text)))
    spoken = _Spoken(text)
    spoken.period = found
    return spoken


def _redact(commands: Commands, name: str) -> None:
    p = _command(
        commands, name, "withheld.secrets:redact", "apply today's rules of redaction to all that was archived before"
    )
    p.add_argument("--dry-run", action="store_true", help="show how many secrets there are and change nothing")


def _secrets(commands: Commands, name: str) -> None:
    p = _command(
        commands, name, "withheld.secrets:secrets", "which secrets were left out of which session, never their values"
    )
    p.add_argument("--session", default="", metavar="ID", help="only this session (beginning of its id)")
    p.add_argument("--since", default="", metavar="DATE", type=_date, help="only from this date on")
    p.add_argument("--kind", default="", metavar="KIND", help="only secrets of a kind, e.g. github")


def _show(commands: Commands, name: str) -> None:
    p = _command(commands, name, "search:show", "print a chunk, the lines around CHUNK:LINE, or a session")
    p.add_argument("chunk", nargs="+", metavar="WHAT", help="CHUNK[:LINE], or a session: its id, or words of its title")
    p.add_argument("--whole", action="store_true", help="of a session all it holds, not the list of its chunks")
    p.add_argument("-C", "--context", type=_from_0, default=20, metavar="N", help="lines around LINE (default 20)")


def _list(commands: Commands, name: str) -> None:
    p = _command(commands, name, "search:list_sessions", "list the archived sessions, newest first")
    p.add_argument("--everywhere", action="store_true", help="those of all your projects")


def _resume(commands: Commands, name: str) -> None:
    p = _command(commands, name, "back.resume:resume", "go back to a session of any project: start Claude Code with it")
    p.add_argument(
        "what", nargs="*", metavar="WHAT", help="a citation, the beginning of a session's id, or words of what was said"
    )
    p.add_argument("--print", action="store_true", help="print the command instead")


def _revive(commands: Commands, name: str) -> None:
    p = _command(
        commands, name, "back.revive:revive", "bring back a session whose transcript is gone, for `claude --resume`"
    )
    p.add_argument("session", metavar="SESSION", help="the beginning of its id, or a citation of it")
    p.add_argument("--until", default="", metavar="CITATION", help="only what was said up to there")
    p.add_argument("--yes", action="store_true", help="write it without asking")
    p.add_argument("--dry-run", action="store_true", help="show what would come back and write nothing")


def _rescue(commands: Commands, name: str) -> None:
    p = _command(
        commands, name, "back.rescue:rescue", "archive what is left of sessions that were deleted before rlm came"
    )
    p.add_argument("--dry-run", action="store_true", help="show what is left and change nothing")


def _handoff(commands: Commands, name: str) -> None:
    p = _command(commands, name, "handoff:handoff", "show what a new session is told of the one before it")
    p.add_argument("--session", default="", metavar="ID", help="as after /clear of this session (beginning of its id)")


def _add(commands: Commands, name: str) -> None:
    p = _command(commands, name, "add:add", "put reference documents into the archive; alone: refresh them")
    p.add_argument(
        "paths",
        nargs="*",
        metavar="FILE|DIR",
        help="Markdown, text, source code, HTML, PDF, office files, notebooks, CSV; directories",
    )
    p.add_argument("--list", action="store_true", help="list the documents")
    p.add_argument("--remove", action="store_true", help="take what is named out of the archive again")
    p.add_argument("--whole", action="store_true", help="all rows of a large CSV file, not its columns and a sample")


def _peek(commands: Commands, name: str) -> None:
    p = _command(commands, name, "peek:peek", "what happened when: sessions, prompts, files, decisions")
    p.add_argument("when", nargs="*", metavar="WHEN", help="only then: 2026-11-22, yesterday, last week")
    p.add_argument("--session", default="", metavar="ID", help="only this session (beginning of its id)")
    p.add_argument("--since", default="", metavar="DATE", type=_date, help="only from this date on")
    p.add_argument("--until", default="", metavar="DATE", type=_date, help="only up to this date")
    p.add_argument("--file", default="", metavar="PATH", help="only what touched a file (part of its path)")
    p.add_argument("-n", type=_count, default=5, metavar="N", help="how many sessions (default 5)")
    p.add_argument("--decisions", action="store_true", help="only decisions and the like")
    p.add_argument("--chronological", action="store_true", help="oldest first")


def _ask(commands: Commands, name: str) -> None:
    p = _command(commands, name, "ask:ask", "have sub-agents read everything for a question; checked, under a budget")
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
    p.add_argument("--labels", type=_names, default=(), metavar="A,B,C", help="what entries are sorted by")
    p.add_argument("--workers", type=_count, metavar="N", help="calls at once (default: by the leaf and the machine)")
    p.add_argument(
        "--depth", type=_depth, default=1, metavar="N", help="how often a part may be split, 0 to 3 (default 1)"
    )
    p.add_argument("--part", type=_count, metavar="TOKENS", help="what one call reads (default 8000)")
    p.add_argument("--max-calls", type=_count, metavar="N", help="caps: never passed, partial answer when reached")
    p.add_argument("--max-tokens", type=_count, metavar="N", help="the same for tokens")
    p.add_argument("--max-usd", type=_positive, metavar="X", help="the same for dollars")
    p.add_argument("--max-seconds", type=_positive, metavar="S", help="the same for seconds")
    p.add_argument("--session", default="", metavar="ID", help="of the archive only this session")
    p.add_argument("--since", default="", metavar="DATE", type=_date, help="only from this date on")
    p.add_argument("--until", default="", metavar="DATE", type=_date, help="only up to this date")
    p.add_argument("--file", default="", metavar="PATH", help="only what touched a file (part of its path)")
    p.add_argument("--blobs", action="store_true", help="oversize outputs too")
    p.add_argument("--fresh", action="store_true", help="use no remembered answer")
    p.add_argument("--findings", default="", metavar="ORDER", help="check what was reported: order-..., a file, -")
    p.add_argument("--pause", action="store_true", help="let nothing be spent, in all projects, until --resume")
    p.add_argument("--resume", action="store_true", help="end the pause")


def _sql(commands: Commands, name: str) -> None:
    p = _command(commands, name, "tables.sql:sql", "ask in SQL: the archive's entries, or rows of CSV, JSON and logs")
    p.add_argument("query", nargs="?", default="", metavar="QUERY", help="SELECT ...; without it: tables and functions")
    p.add_argument(
        "--over",
        action="append",
        default=[],
        metavar="WHAT",
        help="files, directories, patterns, -, a session's id, archive (default: archive)",
    )
    p.add_argument(
        "--table", action="append", default=[], type=_table, metavar="NAME=PATH", help="a file's rows as NAME"
    )
    p.add_argument("--log", default="", metavar="REGEX", help="rows of logs: (?P<name>...) is a column")
    p.add_argument("--session", default="", metavar="ID", help="of the archive only this session")
    p.add_argument("--since", default="", metavar="DATE", type=_date, help="only from this date on")
    p.add_argument("--until", default="", metavar="DATE", type=_date, help="only up to this date")
    p.add_argument("-n", type=_count, default=1000, metavar="N", help="how many rows at most (default 1000)")
    p.add_argument("--csv", action="store_true", help="print the result as CSV")
    p.add_argument("--max-seconds", type=_positive, default=60.0, metavar="S", help="how long at most (default 60)")


def _table(text: str) -> tuple[str, str]:
    """A name and a path."""
    name, found, path = text.partition("=")
    if not found or not path or not re.fullmatch(r"[^\W\d]\w{0,99}", name):
        raise argparse.ArgumentTypeError(notice("{text}: write NAME=PATH, as in orders=data/orders.csv", text=text))
    return name, path


def _names(text: str) -> tuple[str, ...]:
    """Names with commas between them."""
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if len(names) < 2:
        raise argparse.ArgumentTypeError(notice("{text}: two names or more, with commas between them", text=text))
    return names


def _size(text: str) -> str:
    """A context size: a share of the window, or tokens."""
    from rlm_core.errors import InstallError
    from rlm_core.install.offload import wanted_tokens

    try:
        wanted_tokens(text)
    except InstallError as e:
        raise argparse.ArgumentTypeError(here(e).removeprefix("--offload-at ")) from e
    return text


def _positive(text: str) -> float:
    """A number above 0."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(notice("{text} is no number above 0", text=_shown(text)))
    return value


def _view(commands: Commands, name: str) -> None:
    p = _command(commands, name, "views.viewing:view", "see it all in a browser: sessions, decisions, files, search")
    p.add_argument("--session", default="", metavar="ID", help="open this session (beginning of its id)")
    p.add_argument("--no-open", action="store_true", help="write the pages and open no browser")


def _export(commands: Commands, name: str) -> None:
    p = _command(commands, name, "views.export:export", "one file to send: a session, what is cited, an answer")
    p.add_argument(
        "what",
        metavar="WHAT",
        help="a session's id or its beginning, CHUNK[:LINE], or what `rlm ask --json` printed (a file, -)",
    )
    form = p.add_mutually_exclusive_group(required=True)
    for word, text in (("html", "a page by itself"), ("md", "Markdown"), ("jsonl", "a line of JSON an entry")):
        form.add_argument(f"--{word}", dest="form", action="store_const", const=word, help=text)
    p.add_argument("-o", "--output", metavar="FILE", help="where to (default: stdout)")
    p.add_argument("--prompts", action="store_true", help="only what you asked for, e.g. for a pull request")


def _status(commands: Commands, name: str) -> None:
    _command(commands, name, "status:status", "what is archived, where, and with which settings")


def _why(commands: Commands, name: str) -> None:
    p = _command(commands, name, "behind.why:why", "tell the session and the decision behind a file's line")
    p.add_argument("file", metavar="FILE[:LINE]", help="a file of the project, and a line of it")


def _statusline(commands: Commands, name: str) -> None:
    _command(commands, name, "status:statusline", "print the status line for what Claude Code gives it on stdin")


def _doctor(commands: Commands, name: str) -> None:
    p = _command(commands, name, "status:doctor", "check that everything works, and say what to do if not")
    p.add_argument("--fix", action="store_true", help="mend what is safe to mend: old skills, hooks that have died")


def _trust(commands: Commands, name: str) -> None:
    p = _command(commands, name, "consent.trust:trust", "let the project's rlm.yaml loosen your own settings")
    p.add_argument("--remove", action="store_true", help="trust it no more")
    p.add_argument("--dry-run", action="store_true", help="show what it would change and change nothing")


def _repl(commands: Commands, name: str) -> None:
    p = _command(
        commands, name, "cells.repl:repl", "run cells of Python over the archive or files; their names live on"
    )
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
        _common(v)
        v.add_argument("-s", "--session", default="", metavar="NAME", help="default: Claude Code's session")
        _keep_what_was_given(p, v)


def _keep_what_was_given(above: argparse.ArgumentParser, below: argparse.ArgumentParser) -> None:
    """An option of both that is not given behind a verb of a verb leaves what was given before it."""
    known = {action.dest for action in above._actions} | {*above._defaults}
    for action in below._actions:
        if action.dest in known:
            action.default = argparse.SUPPRESS


def _cell_options(p: argparse.ArgumentParser) -> None:
    if p.prog.endswith(" exec"):
        _common(p)
    p.add_argument("-s", "--session", default="", metavar="NAME", help="default: Claude Code's session")
    p.add_argument("--max-seconds", type=_positive, metavar="S", help="of one cell, calls aside (default 60)")
    _call_options(p)


CELL_LEAVES = ("", "claude", "anthropic", "batch")


def _call_options(p: argparse.ArgumentParser) -> None:
    over = "files, directories, patterns; default: the archive"
    p.add_argument("--over", action="append", default=[], metavar="PATH", help=over)
    p.add_argument("--leaf", default="", choices=CELL_LEAVES, metavar="LEAF", help=", ".join(CELL_LEAVES[1:]))
    p.add_argument("--model", default="", metavar="M", help="for all calls: haiku, sonnet, opus or a model's id")
    p.add_argument("--workers", type=_count, metavar="N", help="calls at once (default: by the leaf and the machine)")
    p.add_argument("--max-calls", type=_count, metavar="N", help="caps of the whole session, never passed")
    p.add_argument("--max-tokens", type=_count, metavar="N", help="the same for tokens")
    p.add_argument("--max-usd", type=_positive, metavar="X", help="the same for dollars")


def _run(commands: Commands, name: str) -> None:
    p = _command(commands, name, "cells.run:run", "have a model write cells until one of them answers")
    p.add_argument("question", nargs="+", metavar="QUESTION", help="the question, in words")
    _call_options(p)
    p.add_argument("--root", default="", metavar="M", help="the model that writes the cells: sonnet, opus, an id")
    p.add_argument("--programs", type=_count, default=1, metavar="K", help="draft K, run the one most agree with")
    p.add_argument("--turns", type=_count, default=20, metavar="N", help="cells at most (default 20)")
    p.add_argument("-s", "--session", default="", metavar="NAME", help="go on with the names of a session")
    p.add_argument("--max-seconds", type=_positive, metavar="S", help="of the whole run")


def _trace(commands: Commands, name: str) -> None:
    p = _command(commands, name, "cells.run:trace", "show what a run has done: cells, calls, costs")
    p.add_argument("run", nargs="?", default="", metavar="RUN", help="its session (default: the last one)")
    how = p.add_mutually_exclusive_group()
    how.add_argument("--html", action="store_true", help="print it as one HTML page, with programs and outputs")
    how.add_argument("--compare", default="", metavar="B", help="beside another run: what is the same, what each cost")


def _replay(commands: Commands, name: str) -> None:
    p = _command(commands, name, "cells.run:replay", "run a run's cells again without a model, from what is remembered")
    p.add_argument("run", nargs="?", default="", metavar="RUN", help="its session (default: the last one)")
    p.add_argument("--leaf", default="", choices=CELL_LEAVES, metavar="LEAF", help="as the run was made with")
    p.add_argument("--model", default="", metavar="M", help="the same")


def _completion(commands: Commands, name: str) -> None:
    p = _command(commands, name, "manners.completion:completion", "complete commands and options in your shell")
    p.add_argument("shell", choices=SHELLS, metavar="SHELL", help=", ".join(SHELLS))


def _demo(commands: Commands, name: str) -> None:
    p = _command(commands, name, "status:demo", "show the whole thing at work in a temporary project")
    p.add_argument("--keep", action="store_true", help="keep the temporary project")


ADD: dict[str, Callable[[Commands, str], None]] = {
    "install": _install,
    "uninstall": _uninstall,
    "archive": _archive,
    "verify": _verify,
    "restore": _restore,
    "adopt": _adopt,
    "forget": _forget,
    "add": _add,
    "search": _search,
    "show": _show,
    "list": _list,
    "resume": _resume,
    "revive": _revive,
    "rescue": _rescue,
    "peek": _peek,
    "handoff": _handoff,
    "ask": _ask,
    "sql": _sql,
    "redact": _redact,
    "secrets": _secrets,
    "view": _view,
    "export": _export,
    "status": _status,
    "why": _why,
    "statusline": _statusline,
    "trust": _trust,
    "doctor": _doctor,
    "reindex": _reindex,
    "repl": _repl,
    "run": _run,
    "trace": _trace,
    "replay": _replay,
    "demo": _demo,
    "completion": _completion,
}
