"""What a headless Claude Code says (`--output-format stream-json`), made into an answer, its cost, or the right error.

The client's budget is set so that it ends after one answer (see `command`). Its result then is the error
`error_max_budget_usd`, with the answer in the `assistant` lines before it and, in `stop_reason`, whether it is whole.
Everything else with `is_error` is an error, whatever its `subtype` says: "Not logged in" is called a success.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field
from typing import Any

from rlm_core.errors import worded
from rlm_core.llm.base import (
    LeafError,
    MalformedError,
    RateLimitedError,
    RefusedError,
    Reply,
    SetupError,
    TooLargeError,
    TransientError,
    Usage,
)
from rlm_core.llm.http_status import ACCOUNT, FAULT, LIMITED, TOO_LARGE, UNKNOWN, meaning_of
from rlm_core.llm.parse import SHOWN, cut_short, json_object

OVER_BUDGET = "error_max_budget_usd"
TRUNCATED = ("max_tokens", "model_context_window_exceeded")
SYNTHETIC = "<synthetic>"  # the model that is named where the client itself speaks: by 2.1.197 of a failed request, too
MIN_WAIT_SECONDS = 1.0  # seconds; below it is the client's own first pause, above it what the server asked for

LOGIN = 'run `claude` once and log in, or set ANTHROPIC_API_KEY, or take another leaf ("--leaf anthropic")'
NOT_LOGGED_IN = re.compile(
    r"not logged in|please run /login|invalid api key|authenticat|oauth token|login expired|credit balance", re.I
)
NO_MODEL = re.compile(r"selected model|model identifier|model.{0,60}(?:not found|not exist|not available)", re.I)
LIMIT = re.compile(r"\b429\b|rate.?limit|limit reached|you've (?:hit|reached) your|out of (?:extra )?usage", re.I)
# Not too many requests at once, but all that the account may use: it ends at a time, or when somebody pays.
USED_UP = re.compile(
    r"(?:usage|session|weekly|daily|monthly|spend(?:ing)?|(?:\d|five|seven).{0,2}(?:hour|day)) limit"
    r"|(?:hit|reached) your .{0,30}limit|out of (?:extra )?usage|requires usage credits|usage limits?\b|regain access",
    re.I,
)
UNTIL_EPOCH = re.compile(r"\|\s?(\d{9,11})\b")
UNTIL = re.compile(r"\b(?:resets?|regain access|try again)(?: on| at)? ([^·|;.\n]{2,60})", re.I)
TOO_MUCH = re.compile(
    r"prompt is too long|request too large|output token maximum|context window|input is too long", re.I
)
BROKEN_WAY = re.compile(
    r"overloaded|connection|stream (?:ended|idle)|timed? ?out|network|fetch failed|\bE(?:CONN|AI_|PIPE|TIMEDOUT)", re.I
)
BROKEN = re.compile(r"stream|timed? ?out", re.I)  # the server had begun to work, and may want to be paid
POLICY = re.compile(r"content filter|filtering policy|usage polic|safety|blocked by|declin", re.I)  # of what is said
UNKNOWN_OPTION = re.compile(r"unknown option", re.I)
# (what the status means, words that tell the same without it, the error, what to do), the first that fits.
_ERRORS: tuple[tuple[str, re.Pattern[str], type[LeafError], str], ...] = (
    (TOO_LARGE, TOO_MUCH, TooLargeError, ""),
    (UNKNOWN, NO_MODEL, SetupError, "; name a model that this login may use"),
    (ACCOUNT, NOT_LOGGED_IN, SetupError, f"; {LOGIN}"),
    (LIMITED, LIMIT, RateLimitedError, ""),
)


@dataclass
class Heard:
    """What a client has said so far. failed: (HTTP status, message) of a request that failed for good.

    means: the model that it is about to ask, which it says before it does. plain: as its call has it.
    resets: when a limit to the account's usage ends that refuses requests now, seconds since 1970; 0 for none.
    """

    model: str = ""
    texts: list[str] = field(default_factory=list)
    refused: bool = False
    failed: tuple[int | None, str] | None = None
    result: dict[str, Any] | None = None
    resets: float = 0.0
    means: str = ""
    plain: str = ""

    def take(self, line: bytes) -> None:
        """One line of the client's output; what is no event of ours is passed over.

        Raises RateLimitedError as soon as the client begins to wait for a limit: the run decides about that.
        """
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            return
        if not isinstance(event, dict):
            return
        name = event.get("type")
        if name == "assistant":
            self._assistant(event)
        elif name == "system":
            self._system(event)
        elif name == "rate_limit_event":
            self._limit(event)
        elif name == "result":
            self.result = event

    def _assistant(self, event: dict[str, Any]) -> None:
        message = event.get("message")
        if not isinstance(message, dict):
            return
        blocks = message.get("content")
        said = "".join(b["text"] for b in blocks if _is_text(b)) if isinstance(blocks, list) else ""
        if event.get("is_api_error_message") or (event.get("error") and message.get("model") == SYNTHETIC):
            self.failed = (_status(event), said)
            return
        self.texts.append(said)
        self.model = str(message.get("model") or self.model)

    def _limit(self, event: dict[str, Any]) -> None:
        told = event.get("rate_limit_info")
        if isinstance(told, dict) and told.get("status") == "rejected":
            self.resets = _number(told.get("resetsAt"))

    def _system(self, event: dict[str, Any]) -> None:
        subtype = event.get("subtype")
        if subtype == "init":
            self.means = str(event.get("model") or "")
        elif subtype == "model_refusal_no_fallback":
            self.refused = True
        elif subtype == "api_retry" and event.get("error_status") == 429:
            wait = _number(event.get("retry_delay_ms")) / 1000
            said = "the API answers 429, too many requests"
            if self.resets:
                raise _used_up(worded("{said}: the usage limit is reached", said=said), self.resets)
            raise RateLimitedError(said, wait if wait >= MIN_WAIT_SECONDS else None)

    def usage(self) -> Usage:
        """What the whole process has used, as the client counted it; nothing before there is a result."""
        rows = [row for row in self._models().values() if isinstance(row, dict)]

        def total(name: str) -> int:
            return sum(int(_number(row.get(name))) for row in rows)

        return Usage(
            input=total("inputTokens"),
            output=total("outputTokens"),
            cache_read=total("cacheReadInputTokens"),
            cache_write=total("cacheCreationInputTokens"),
            usd=_number((self.result or {}).get("total_cost_usd")),
        )

    @property
    def unsure(self) -> bool:
        """Whether it may have cost more than `usage` says: the client counts nothing of a stream that broke early."""
        status, message = self._trouble()
        return status is None and bool(BROKEN.search(message)) and not self.usage().tokens

    def _trouble(self) -> tuple[int | None, str]:
        """(HTTP status, message) of the request that failed: as was said at once, else as the result tells it."""
        status, message = self.failed or (None, "")
        result = self.result or {}
        if not message and result.get("is_error") is not False:
            errors = result.get("errors")
            told = [result.get("result"), *(errors if isinstance(errors, list) else [])]
            message = " ".join(t for t in told if isinstance(t, str))
        return _status(result) if status is None else status, message

    def _models(self) -> dict[str, Any]:
        models = (self.result or {}).get("modelUsage")
        return models if isinstance(models, dict) else {}

    def reply(self) -> Reply:
        """The answer. Raises the LeafError that tells why there is none. For when there is a result."""
        result = self.result or {}
        stopped = result.get("subtype") == OVER_BUDGET and self.failed is None
        if result.get("is_error") is not False and not stopped:
            raise self._failure(result)
        model = self.model or next(iter(self._models()), "")
        if isinstance(result.get("structured_output"), dict):
            return Reply(result["structured_output"], model)
        self._check_end(result, stopped)
        text = result.get("result")
        # Some clients' result is empty although the model has answered.
        said = text if isinstance(text, str) and text.strip() else "".join(self.texts)
        if result.get("stop_reason") in TRUNCATED:
            told = "the answer was cut off: it needs more tokens than the call allows"
            return Reply(cut_short(said, told, self.plain), model)
        return Reply(json_object(said, self.plain), model)

    def unfinished(self) -> Reply | None:
        """The answer of a client that ended without a result; None when it has not said all of one."""
        if self.failed or self.refused:
            return None
        try:
            data = json.loads("".join(self.texts))
        except (ValueError, RecursionError):
            return None
        return Reply(data, self.model) if isinstance(data, dict) else None

    def _check_end(self, result: dict[str, Any], stopped: bool) -> None:
        """Raise when the answer did not come to its own end."""
        reason = result.get("stop_reason", "end_turn")  # older clients do not say
        if self.refused or reason == "refusal":
            said = "".join(self.texts)[:SHOWN].strip()
            raise RefusedError(worded("the model declines to answer{said}", said=(f": {said}" if said else "")))
        if stopped and reason is None:
            raise TransientError("the connection broke in the middle of the answer")

    def _failure(self, result: dict[str, Any]) -> LeafError:
        status, message = self._trouble()
        subtype = str(result.get("subtype") or "")
        error = failure(status, message or subtype, subtype)
        if isinstance(error, RateLimitedError) and self.resets:
            return _used_up(str(error), self.resets)
        return error


def failure(status: int | None, message: str, subtype: str = "") -> LeafError:
    """The error that a client's message means. status: of the API's response, None when there was none."""
    shown = message.strip()[:SHOWN]
    if subtype in ("error_max_structured_output_retries", "error_max_turns"):
        return MalformedError(f"claude: {shown}")
    meaning = "" if status is None else meaning_of(status)
    if meaning == FAULT:
        return TransientError(f"claude: {shown}")
    if meaning not in (TOO_LARGE, UNKNOWN) and USED_UP.search(message):
        return _limited(f"claude: {shown}", message)
    for mean, words, error, advice in _ERRORS:
        if meaning == mean or words.search(message):
            return error(f"claude: {shown}{advice}")
    if status is None and BROKEN_WAY.search(message):
        return TransientError(f"claude: {shown}")
    return RefusedError(f"claude: {shown}", of_form=status in (400, 422) and not POLICY.search(message))


def _limited(shown: str, message: str) -> RateLimitedError:
    """A limit that the account has reached, with its end as far as the message tells it."""
    if epoch := UNTIL_EPOCH.search(message):
        return _used_up(shown, float(epoch[1]))
    until = UNTIL.search(message)
    return RateLimitedError(shown, ends=until[1].strip() if until else "unknown")


def _used_up(shown: str, resets: float) -> RateLimitedError:
    """resets: seconds since 1970."""
    try:
        ends = time.strftime("%Y-%m-%d %H:%M", time.localtime(resets))
    except (OverflowError, ValueError, OSError):
        ends = "unknown"
    return RateLimitedError(shown, max(resets - time.time(), 0.0), ends)


def no_result(code: int | None, errors: bytes) -> LeafError:
    """The error of a client that ended without a result. code: its exit status, None when it still ran."""
    said = errors.decode("utf-8", "replace").strip()[:SHOWN]
    if UNKNOWN_OPTION.search(said):
        return SetupError(worded("this Claude Code is too old for rlm ({said}); run `claude update`", said=said))
    return TransientError(
        worded("claude ended with {code} and without a result: {said}", code=code, said=said or "it said nothing")
    )


def _is_text(block: Any) -> bool:
    return isinstance(block, dict) and block.get("type") == "text" and isinstance(block.get("text"), str)


def _status(event: dict[str, Any]) -> int | None:
    status = event.get("api_error_status")
    return status if isinstance(status, int) else None


def _number(value: object) -> float:
    """A number that may be an amount; 0 for anything else."""
    return float(value) if isinstance(value, (int, float)) and 0 <= value < 1e15 else 0.0
