"""Which types the values of a state have: states without a seal are believed only so far."""

from __future__ import annotations

from rlm_core.redaction.clean import EMPTY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _count(value: Any) -> bool:
    return type(value) is int and value >= 0


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _file(value: Any) -> bool:
    return isinstance(value, str) and "/" not in value and "\\" not in value and "\0" not in value


def _place(value: Any) -> bool:
    """A directory below `sessions/`, or none."""
    if not isinstance(value, str) or value == EMPTY:
        return bool(value == EMPTY)
    parts = value.split("/")
    return parts[0] == "sessions" and len(parts) in (2, 4) and all(p not in ("", ".", "..") and _file(p) for p in parts)


def _tally(value: Any) -> bool:
    return isinstance(value, dict) and all(_count(n) for n in value.values())


def _rows(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(row, list) and len(row) == 2 and _text(row[0]) and _count(row[1]) for row in value
    )


def _queue(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(row, list) and len(row) == 3 and all(map(_count, row)) for row in value
    )


def _pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_count, value))


def _marks(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_text, value))


def _title(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and type(value[0]) is int and _text(value[1])


def _listed(value: Any) -> bool:
    return value == [] or (
        isinstance(value, list) and len(value) == 3 and _text(value[0]) and all(map(_count, value[1:]))
    )


def _texts(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_text, value.values()))


def _carry(value: Any) -> bool:
    """What `ChunkerState.as_json` gives."""
    if not isinstance(value, dict) or value.keys() != {"branch", "cwd", "pending", "prompt", "time", "turn"}:
        return False
    return (
        _count(value["turn"])
        and _texts(value["pending"])
        and all(_text(value[k]) for k in ("branch", "cwd", "prompt", "time"))
    )


KINDS = {
    **dict.fromkeys(("session", "agent", "transcript", "previous", "day", "started", "ended"), _text),
    **dict.fromkeys(
        ("closed", "offset", "end", "skip", "reader", "entries", "tokens", "skipped", "open_skipped"), _count
    ),
    **dict.fromkeys(("rewritten", "open_entries", "open_tokens", "generation", "stamp"), _count),
    **dict.fromkeys(("unknown", "open_redactions", "redactions", "shared"), _tally),
    **dict.fromkeys(("open", "fresh"), _rows),
    "folder": _place,
    "open_file": _file,
    "queue": _queue,
    "leaves": _texts,
    "marks": _marks,
    "carry": _carry,
    "seen": _pair,
    "title": _title,
    "listed": _listed,
}
"""Key of a state's file -> what its value must be."""


# What states of earlier versions lack.
OPTIONAL: dict[str, Any] = {"skip": 0, "queue": [], "leaves": {}, "unknown": {}, "reader": 1}
LATER: dict[str, Any] = {"generation": 0, "written": [], "stamp": 0, "unsure": [], "tail": [0, EMPTY]}  # since 0.6


def completed(values: dict[str, Any]) -> dict[str, Any]:
    """The values of a state of an earlier version with those that it lacks; {} when one is of another type."""
    values = {**OPTIONAL, **LATER, **values}
    if not all(kind(values.get(key)) for key, kind in KINDS.items()):
        return {}
    return {**values, "unsure": [uuid for uuid, _ in values["open"]]}  # nothing says which of them are
