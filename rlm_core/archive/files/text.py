"""A file's text as a person reads it."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.transcript.folder import Found


def shown(relative: str) -> str:
    """A file's path on one line: line ends and control characters in it stand as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in relative)


def readable(found: Found, text: str) -> str:
    """A file's text as a person reads it: JSON as `key: value` lines, a text of several lines below its key."""
    try:
        if found.name.endswith(".json"):
            return plain(json.loads(text))
        if found.name.endswith(".jsonl"):
            records = [plain(json.loads(line)) for line in text.split("\n") if line.strip()]
            return "\n\n".join(["(no transcript; its records:)", *records])
    except (ValueError, RecursionError):
        pass  # not what its name says: as it stands
    return text


def plain(value: object, key: str = "") -> str:
    """A JSON value as lines `path.to[0].key: value`; texts are not escaped."""
    if isinstance(value, dict) and value:
        return "\n".join(plain(v, f"{key}.{k}" if key else str(k)) for k, v in value.items())
    if isinstance(value, list) and value:
        return "\n".join(plain(v, f"{key}[{i}]") for i, v in enumerate(value))
    text = value if isinstance(value, str) else json.dumps(value)
    if not key:
        return text
    return f"{key}:\n{text}" if "\n" in text else f"{key}: {text}"
