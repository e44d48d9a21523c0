"""What the engine asks of a language model, and what may go wrong with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from rlm_core.errors import RlmError

ROLES = ("leaf", "reduce", "verify")  # what a call is for; the settings name a model for each
ROOM = 2048  # tokens of an answer for thinking that cannot be turned off; at low effort it is short

FORM = """

Answer with one JSON object and nothing else: no code fence, no remark before or after. Its JSON Schema:
"""


@dataclass(frozen=True)
class Call:
    """One call: a prompt without history whose answer is a JSON object.

    system: the system prompt. prefix: how the user's message begins; another call may begin with the same system and
    prefix, so that an API may cache them. body: the rest of the message. schema: a JSON Schema of the answer, an
    object. model: an alias (haiku, sonnet, opus) or a model's id. max_output: tokens. label: what it is, for people.
    plain: the one member of the answer, where that is a text: an answer that is no such object is taken for it.
    """

    role: str
    system: str
    prefix: str
    body: str
    schema: Mapping[str, Any]
    model: str
    max_output: int
    label: str = ""
    plain: str = ""

    @property
    def prompt(self) -> str:
        """The user's message."""
        return self.prefix + self.body

    @property
    def system_with_form(self) -> str:
        """The system prompt and, in words, the form of the answer: for a model that can be told it in no other way."""
        return self.system + FORM + json.dumps(self.schema, ensure_ascii=False, separators=(",", ":"))

    @property
    def most_input(self) -> int:
        """An upper bound of the texts' tokens: a byte-level tokenizer makes at most one of each byte."""
        return len(self.system.encode("utf-8", "replace")) + len(self.prompt.encode("utf-8", "replace"))


@dataclass(frozen=True)
class Usage:
    """Tokens as the API counts them, and US dollars. input: neither read from nor written to a cache."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0
    usd: float = 0.0

    @property
    def tokens(self) -> int:
        """All tokens, whatever each costs."""
        return self.input + self.output + self.cache_read + self.cache_write

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input + other.input,
            self.output + other.output,
            self.cache_read + other.cache_read,
            self.cache_write + other.cache_write,
            self.usd + other.usd,
        )


def _nothing() -> None:
    pass


@dataclass
class Meter:
    """What a call has cost so far; the leaf keeps it true even when the call fails or is cancelled.

    open: a request was sent, and `usage` may not hold all of its cost. Whoever finds the meter open after the call has
    ended must assume the worst. refused: requests that came before, free of charge, whose form the server did not take.
    begun: the leaf calls it as soon as the model is at work, and what was asked is thus no mistake.
    """

    usage: Usage = field(default_factory=Usage)
    open: bool = False
    refused: int = field(default=0, compare=False)
    begun: Callable[[], None] = field(default=_nothing, compare=False, repr=False)


@dataclass(frozen=True)
class Reply:
    """An answer. data: a JSON object; its shape is not checked yet. model: the id of the model that answered."""

    data: dict[str, Any]
    model: str


class LeafError(RlmError):
    """A call without an answer. Subclasses say what to do about it."""


class SetupError(LeafError):
    """No call can succeed before the user has done something: no login, no key, no program, an unknown model."""


class RateLimitedError(LeafError):
    """Too many requests. retry_after: seconds as the server asked for, None when it did not.

    ends: of a limit to what the account may use, which no waiting within a run outlasts, when it ends, for people;
    "unknown" where nobody says, "" for a limit that soon passes.
    """

    def __init__(self, message: str, retry_after: float | None = None, ends: str = "") -> None:
        super().__init__(message)
        self.retry_after, self.ends = retry_after, ends


class UsageLimitError(SetupError, RateLimitedError):
    """The account has used what it may: no call can succeed before the limit ends."""


class TransientError(LeafError):
    """A fault of the server or the connection; the same call may succeed. retry_after: as above."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class StalledError(LeafError):
    """No answer in the time that was given."""


class MalformedError(LeafError):
    """An answer that holds no JSON object. text: its beginning."""

    def __init__(self, message: str, text: str = "") -> None:
        super().__init__(message)
        self.text = text


class TooLargeError(LeafError):
    """The prompt exceeds the model's context, or the answer the tokens it was given: a smaller part may pass."""


class RefusedError(LeafError):
    """The server or the model will not answer this call, however often it is made.

    of_form: the request was refused before anybody read what it is about: perhaps every other would be, too.
    """

    def __init__(self, message: str, *, of_form: bool = False) -> None:
        super().__init__(message)
        self.of_form = of_form


class Leaf(Protocol):
    """Something that answers calls; one for a whole run, used from one event loop.

    name: `claude`, `anthropic`, ... overhead: tokens that a call may count beside its texts, at most. workers: calls at
    once, by default. most_workers: the same, whatever is asked for. patient: answers come in their own time: no
    deadline for a call, no second attempt beside it.
    """

    name: str
    overhead: int
    workers: int
    most_workers: int
    patient: bool

    def check(self) -> None:
        """Raise SetupError when no call could succeed; makes none and costs nothing."""

    async def call(self, call: Call, seconds: float, meter: Meter) -> Reply:
        """Answer within `seconds`. Raises a LeafError; whatever it cost is in `meter`."""

    async def count(self, call: Call) -> int | None:
        """Tokens of the call's input, exactly, free of charge; None where that cannot be asked."""

    async def close(self) -> None:
        """End what is still going on."""


@runtime_checkable
class NamingLeaf(Protocol):
    """A leaf that knows more about a model than its alias says."""

    def guess(self, model: str) -> str:
        """The id of the model that an alias stands for, as far as it is known without asking anybody."""

    async def named(self, model: str) -> str:
        """The id of the model that an alias stands for today, found out free of charge. Raises SetupError."""

    def room(self, model: str) -> int:
        """Tokens that an answer may have beyond those its call allows: thinking that cannot be turned off."""
