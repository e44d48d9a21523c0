"""Reads the command line of a plain `rlm repl exec` without argparse, which takes as long as a small cell runs.

Whatever is not plain, wrong or a wish for help is left to `parser`: the two must agree on all that this one takes.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

TEXTS = {"-c": "code", "-s": "session", "--session": "session", "--project": "project", "--leaf": "leaf"}
FLAGS = {"--json": "json", "--no-pager": "no_pager", "--plan": "plan"}
LEAVES = ("", "claude", "anthropic", "batch")


class CellOptions:
    """What argparse's Namespace holds for a cell."""

    def __init__(self) -> None:
        self.command_path, self.verb = "cells.repl:repl", "exec"
        self.what = self.session = self.leaf = self.model = ""
        self.code: str | None = None
        self.project: str | None = None
        self.json = self.no_pager = self.plan = False
        self.over: list[str] = []
        self.max_seconds: float | None = None
        self.max_usd: float | None = None
        self.workers: int | None = None
        self.max_calls: int | None = None
        self.max_tokens: int | None = None


def cell_options(argv: Sequence[str]) -> Namespace | None:
    """The options of a plain cell; None for any other command line."""
    if list(argv[:2]) != ["repl", "exec"]:
        return None
    options, words = CellOptions(), iter(argv[2:])
    for word in words:
        if word in FLAGS:
            setattr(options, FLAGS[word], True)
        elif word in TEXTS or word == "--over":
            value = next(words, "-")
            if value.startswith("-"):
                return None
            if word == "--over":
                options.over.append(value)
            else:
                setattr(options, TEXTS[word], value)
        elif word.startswith("-") or options.what:
            return None
        else:
            options.what = word
    return options if options.leaf in LEAVES else None  # type: ignore[return-value]
