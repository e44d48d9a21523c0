"""What a question is asked with: the command line's options over the project's settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rlm_core.config import Config
from rlm_core.engine.calls.budget import Caps
from rlm_core.engine.kinds import KINDS
from rlm_core.engine.options import AUTO, CHECKS, MAX_DEPTH, QUOTE, ROUTES, RunOptions
from rlm_core.errors import RlmError, UsageError, worded
from rlm_core.llm.base import ROLES
from rlm_core.search.hits import Filters

MAX_QUESTION_CHARS = 100_000  # characters


@dataclass(frozen=True)
class AskSettings:
    """The settings of one question. None, or "" for a name, means what the project's settings say; a cap of 0 is none.

    over: paths, patterns and `-`; without any, the archive is asked, as far as `filters` admit it. leaf: `claude`,
    `anthropic`, `batch` or `native`. model: for all roles. part: tokens that one call reads. blobs: read oversize
    outputs, too. fresh: neither use remembered answers nor go on with an interrupted run. kind: what is asked for, one
    of `engine.kinds.KINDS`; "" leaves it to the question's words, and where these do not tell, to a small call. fields:
    the columns of a table, as `engine.rows.fields` reads them; "" for an answer in words. labels: what
    entries are sorted by.
    """

    over: Sequence[str] = ()
    leaf: str = ""
    model: str = ""
    route: str = AUTO
    verify: str = QUOTE
    workers: int | None = None
    depth: int = 1
    part: int | None = None
    canaries: int = -1
    max_calls: int | None = None
    max_tokens: int | None = None
    max_usd: float | None = None
    max_seconds: float | None = None
    leaf_seconds: float = 180.0
    filters: Filters = field(default_factory=Filters)
    blobs: bool = False
    fresh: bool = False
    kind: str = ""
    fields: str = ""
    labels: Sequence[str] = ()

    def __post_init__(self) -> None:
        """A text by itself is one path, or labels parted by commas; it is no sequence of letters."""
        if isinstance(self.over, str):
            object.__setattr__(self, "over", (self.over,))
        if isinstance(self.labels, str):
            object.__setattr__(self, "labels", tuple(filter(None, map(str.strip, self.labels.split(",")))))

    def leaf_name(self, config: Config) -> str:
        return self.leaf or str(config.ask["leaf"])

    def options(self, config: Config) -> RunOptions:
        """The engine's options. Raises RlmError on a value that there is not."""
        ask = config.ask
        kinds = ("", *KINDS)
        for name, value, known in (
            ("route", self.route, ROUTES), ("verify", self.verify, CHECKS), ("kind", self.kind, kinds),
        ):  # fmt: skip
            if value not in known:
                raise UsageError(
                    worded(
                        "--{name} {value}: one of {what}", name=name, value=value, what=", ".join(filter(None, known))
                    )
                )
        if self.fields and self.kind:
            raise UsageError(
                worded("--kind {kind}: a table is no {kind}; leave out --kind or --fields", kind=self.kind)
            )
        if self.fields and self.labels:
            raise UsageError('--labels: a column of a table has its own: --fields "severity: low|medium|high"')
        if not 0 <= self.depth <= MAX_DEPTH:
            raise UsageError(worded("--depth {depth}: 0 to {most_depth}", depth=self.depth, most_depth=MAX_DEPTH))
        part = self.part or ask["part"]
        return RunOptions(
            route=self.route,
            models=dict.fromkeys(ROLES, self.model) if self.model else dict(ask["models"]),
            part=part,
            single=2 * part,
            workers=ask["workers"] if self.workers is None else self.workers,
            depth=self.depth,
            seconds=self.leaf_seconds,
            verify=self.verify,
            canaries=self.canaries,
            caps=Caps(
                _or(self.max_calls, ask["max_calls"]),
                self.max_tokens or 0,
                _or(self.max_usd, ask["max_usd"]),
                self.max_seconds or 0.0,
            ),
            prices=ask["prices"],
            labels=tuple(self.labels),
        )

    def named(self, question: str, config: Config) -> dict[str, Any]:
        """What two commands must have in common to be the same run; values of JSON."""
        filters = {name: getattr(self.filters, name) for name in Filters.FIELDS}
        return {
            "question": question,
            "over": list(self.over),
            "leaf": self.leaf_name(config),
            "model": self.model or dict(config.ask["models"]),
            "route": self.route,
            "verify": self.verify,
            **({"kind": self.kind} if self.kind else {}),
            "caps": [self.max_calls, self.max_tokens, self.max_usd],
            "filters": {name: value for name, value in filters.items() if value},
            "blobs": self.blobs,
            **({"fields": self.fields} if self.fields else {}),
            **({"labels": list(self.labels)} if self.labels else {}),
        }


def _or(value: Any, other: Any) -> Any:
    return other if value is None else value


def checked_question(question: str) -> str:
    """The question without space around it. Raises RlmError when it is empty, or so long that it is a text."""
    text = question.strip()
    if not text:
        raise UsageError('there is no question; ask one: rlm ask "which retry limits were set, and why?"')
    if len(text) > MAX_QUESTION_CHARS:
        raise RlmError(
            worded(
                "the question has {n:,} characters, more than {most:,}; hand over long texts with --over",
                n=len(text),
                most=MAX_QUESTION_CHARS,
            )
        )
    return text
