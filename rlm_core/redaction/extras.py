"""The user's own patterns of secrets: tried when they are read, and bounded when they are used.

A pattern such as `(a+)+$` takes longer than a life on a text of forty characters. It is refused. One that gives out on
a text all the same, for there are many ways to be slow, has the whole text redacted: what was not read to its end may
hold what the pattern is for.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import re
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    Span = tuple[int, int, str]

SECONDS, SECONDS_PER_MB = 2.0, 1.0
"""CPU time that one pattern may take of a text."""
SLOW = 0.05  # CPU seconds for a sample of less than a hundred characters, which takes microseconds otherwise
SAMPLES = ("a", "0", " ", "a0", "aA", "a ", "-", "_", ".", "=", "/", '"', "a.", "a-", "a,", "\n")
LENGTHS = range(10, 41, 2)  # by steps: a pattern whose time doubles with each character is found out in time
LITERAL = 200  # characters of the pattern from which further samples are made


class EndlessPatternError(ValueError):
    """A pattern that does not end within reasonable time."""


def user_regex(kind: str, pattern: str) -> re.Pattern[str]:
    """The pattern of a kind, compiled. Raises ValueError when it cannot be."""
    if not re.fullmatch(r"[a-z0-9-]{1,40}", kind):
        raise ValueError(f"redaction kind {kind!r}: use lower-case letters, digits and hyphens, at most 40")
    try:
        return re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"redaction pattern of kind {kind!r} is no regular expression: {error}") from error


def try_out(kind: str, pattern: str) -> None:
    """Raise EndlessPatternError when the pattern's time explodes on a short text that almost matches.

    It takes some milliseconds, and half a second for what is refused: for who reads settings, not for who uses them.
    """
    made = user_regex(kind, pattern)
    try:
        with _Limit(SECONDS):
            length = _gives_out_at(made)
    except _OutOfCpuError:
        length = LENGTHS[-1]
    if length:
        raise EndlessPatternError(
            f"redaction pattern of kind {kind!r} takes too long on {length} characters: parts of it can match the same "
            "text in countless ways, as in `(a+)+`; write it without repeating what repeats"
        )


def _gives_out_at(pattern: re.Pattern[str]) -> int:
    """The length of a sample that takes the pattern too long; 0 when none does."""
    for unit in (*SAMPLES, *_own(pattern.pattern)):
        for ending in ("", "!", "\0"):
            for length in LENGTHS:
                text = (unit * length)[:length] + ending
                if _is_slow(pattern, text) and _is_slow(pattern, text):
                    return length
    return 0


def _is_slow(pattern: re.Pattern[str], text: str) -> bool:
    began = time.process_time()
    pattern.search(text)
    return time.process_time() - began > SLOW


def _own(pattern: str) -> list[str]:
    """Samples out of the pattern's own characters: its words, and each letter, digit and mark in it."""
    plain = re.sub(r"\\[A-Za-z]|\{\d*,?\d*\}|[()\[\]{}|*+?^$\\]", "\0", pattern[:LITERAL])
    words = [w for w in plain.split("\0") if w]
    return sorted({*words, *"".join(words)}, key=lambda w: (len(w), w))[:40]


def spans(patterns: list[tuple[str, re.Pattern[str]]], text: str) -> Iterator[Span]:
    """Where the user's patterns match; the whole text for one that did not end in time."""
    limit = SECONDS + SECONDS_PER_MB * len(text) / 1e6
    for kind, pattern in patterns:
        try:
            with _Limit(limit):
                found = [match.span() for match in pattern.finditer(text)]
        except _OutOfCpuError:
            found = [(0, len(text))]
        for start, end in found:
            yield start, end, kind


class _OutOfCpuError(Exception):
    """Only `spans` sees it."""


class _Limit:
    """Raise _OutOfCpuError after so many seconds of this process's own CPU time, which no other timer of ours counts.

    Signals reach the main thread of a system that has them; elsewhere the limit is that of the process.
    """

    __slots__ = ("before", "seconds")

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.before: object = None

    def __enter__(self) -> None:
        try:
            self.before = _signal.signal(_signal.SIGVTALRM, _ring)
            _signal.setitimer(_signal.ITIMER_VIRTUAL, self.seconds)
        except (AttributeError, ValueError):
            self.before = None

    def __exit__(self, *_: object) -> None:
        if self.before is not None:
            _signal.setitimer(_signal.ITIMER_VIRTUAL, 0)
            _signal.signal(_signal.SIGVTALRM, self.before)


def _ring(*_: object) -> None:
    raise _OutOfCpuError
