"""The command line, by argparse: a line's words into the options of its command."""

from __future__ import annotations

import argparse
import sys

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
from rlm_core.cli.options.allowed import Spoken, date, shown
from rlm_core.cli.options.common import common
from rlm_core.cli.quick import is_exclusion
from rlm_core.language.notices import notice
from rlm_core.version import VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rlm_core.cli.options.common import Commands

VERBS = {
    "install": "forsetup",
    "uninstall": "forsetup",
    "archive": "forkeeping",
    "verify": "forkeeping",
    "restore": "forkeeping",
    "adopt": "forsetup",
    "forget": "forkeeping",
    "add": "forkeeping",
    "search": "forfinding",
    "show": "forfinding",
    "list": "forfinding",
    "resume": "forfinding",
    "revive": "forkeeping",
    "rescue": "forkeeping",
    "peek": "forfinding",
    "handoff": "forfinding",
    "ask": "forasking",
    "sql": "forasking",
    "redact": "forkeeping",
    "secrets": "forkeeping",
    "view": "forfinding",
    "export": "forfinding",
    "status": "forkeeping",
    "why": "forfinding",
    "statusline": "forsetup",
    "trust": "forsetup",
    "doctor": "forkeeping",
    "reindex": "forkeeping",
    "repl": "forasking",
    "run": "forasking",
    "trace": "forasking",
    "replay": "forasking",
    "demo": "forsetup",
    "completion": "forsetup",
}
"""The commands -> the module of `options` that has each one's."""
_TAKE_A_VALUE = ("--project", "--session", "--since", "--until", "--role", "--tool", "--file", "--branch", "-k")


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
    known_verb(verb, VERBS)
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
        if isinstance(value, Spoken):
            setattr(args, name, value.period.last if name == "until" else value.period.first)
    return args


def _only(args: argparse.Namespace, prog: str) -> None:
    """Put the period that words name, such as `last week`, into `since` and `until`."""
    if args.since or args.until:
        wrong(prog, notice("the period is named twice: {what}", what=shown(" ".join(args.when))), prog)
    try:
        args.since = args.until = date(" ".join(args.when))
    except argparse.ArgumentTypeError as e:
        wrong(prog, str(e), prog)


def _nothing_named(words: Sequence[str]) -> argparse.Namespace:
    """A line without a command: what there is."""
    top = OneLineParser(prog="rlm")
    common(top)
    args = top.parse_args(words)
    args.command_path, args.top = "manners.overview:overview", parser()
    return args


def parser(only: str = "") -> argparse.ArgumentParser:
    """The parser of the command line. only: the one command to build, for a line that begins with it; "" for all."""
    top = TopParser(prog="rlm")
    top.add_argument("--version", action="version", version=f"rlm {VERSION}")
    commands: Commands = top.add_subparsers(
        title="commands", metavar="COMMAND", required=True, parser_class=OneLineParser
    )
    for verb in (only,) if only in VERBS else VERBS:
        _add(commands, verb)
    return top


def _add(commands: Commands, verb: str) -> None:
    """Declare a command; of `options` the module that has it is loaded, and no other."""
    name = f"rlm_core.cli.options.{VERBS[verb]}"
    __import__(name)
    getattr(sys.modules[name], "list_" if verb == "list" else verb)(commands, verb)
