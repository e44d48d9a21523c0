"""What a project's settings may change without the user's word: the one list that says what is tighter.

A setting that is named nowhere here makes a test fail, so that whoever adds one decides who may set it.
"""

from __future__ import annotations

from rlm_core.rules.pattern import is_harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    # (the user's value, the project's) -> the value that holds. It is the project's where that is no loosening.
    Rule = Callable[[Any, Any], Any]

MOST_KINDS = 8  # kinds of secrets that a repository may add without the user's word


def _free(least: float, most: float) -> Rule:
    """Harmless between bounds: it changes where a chunk ends, or when the user is told something."""
    return lambda own, new: new if least <= new <= most else own


def _only(value: object) -> Rule:
    return lambda own, new: new if new == value else own


def _lower(own: Any, new: Any) -> Any:
    """A cap, of which 0 means that there is none."""
    return new if new and (not own or new <= own) else own


def _users(own: Any, new: Any) -> Any:
    """The user's alone."""
    return own


def _fewer(own: list[str], new: list[str]) -> list[str]:
    """Of kinds that are left alone the user's own ones."""
    return [kind for kind in new if kind in own]


def _more_secrets(own: dict[str, str], new: dict[str, str]) -> dict[str, str]:
    """Kinds of secrets beside the user's, as far as their patterns cannot do any harm."""
    added = [kind for kind, pattern in new.items() if kind not in own and is_harmless(pattern)]
    return own | {kind: new[kind] for kind in added[:MOST_KINDS]}


RULES: dict[str, Rule] = {
    "enabled": _only(False),  # told at a session's start where hooks run for all projects
    "chunk.target": _free(100, 100_000),
    "chunk.limit": _free(100, 200_000),
    "threshold": _free(0, 1),
    "window": _free(0, 100_000_000),
    "hints": _only(False),
    "copies": _only(False),
    "moment.orders": _only(True),  # what the user forbade is not for a repository to keep quiet
    "moment.agents": _only(False),
    "moment.resume": _only(False),
    "redact.enabled": _only(True),
    "redact.skip": _fewer,
    "redact.extra": _more_secrets,
    "redact.media": _only("drop"),
    "retention.days": _users,  # it destroys what is the user's
    "retention.megabytes": _users,
    "ask.leaf": _only("native"),  # nothing is sent or spent by us: Claude Code's own agents read, with its own rights
    "ask.models": _users,
    "ask.part": _users,
    "ask.workers": _users,
    "ask.max_calls": _lower,
    "ask.max_usd": _lower,
    "ask.daily_usd": _lower,
    "ask.confirm_usd": _lower,
    "ask.prices": _users,
}


def tightened(own: dict[str, Any], wanted: dict[str, Any], prefix: str = "") -> tuple[dict[str, Any], list[str]]:
    """(the settings that hold, the names of those that were ignored), of checked settings nested as in DEFAULTS.

    own: the user's. wanted: the same with the project's over them.
    """
    held: dict[str, Any] = {}
    ignored: list[str] = []
    for key, value in own.items():
        name, new = f"{prefix}{key}", wanted[key]
        if name in RULES:
            held[key] = value if new == value else RULES[name](value, new)
            ignored += [name] if held[key] != new else []
        else:
            held[key], below = tightened(value, new, f"{name}.")
            ignored += below
    return held, ignored
