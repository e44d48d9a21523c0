"""Which settings files of projects the user has trusted: their hashes by the project's path, kept with the user."""

from __future__ import annotations

import json
import os

from rlm_core.disk import make_dir, read, write_atomic
from rlm_core.home import own_dir, trusted_list

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

VERSION = 1
HASH_BYTES = 32
WAIT = 5.0  # seconds for the lock


def is_trusted(project: str, data: bytes) -> bool:
    """Whether the user has trusted a project's settings file with these very bytes."""
    return _entries().get(os.path.realpath(project)) == _hash(data)


def trust(project: str, data: bytes) -> None:
    """Trust a project's settings file as long as it has these bytes. Raises OSError, LockTimeoutError."""
    _change(os.path.realpath(project), _hash(data))


def distrust(project: str) -> bool:
    """Trust no settings file of the project; whether one was trusted. Raises OSError, LockTimeoutError."""
    path = os.path.realpath(project)
    known = path in _entries()
    if known:
        _change(path, "")
    return known


def _hash(data: bytes) -> str:
    from rlm_core.digest import hexdigest

    return hexdigest(data, HASH_BYTES)


def _entries() -> dict[str, str]:
    """Path of a project -> hash; nothing when there is no list that can be read."""
    try:
        found: Any = json.loads(read(trusted_list()) or b"{}")["files"]
        return {path: hash_ for path, hash_ in found.items() if isinstance(hash_, str)}
    except (ValueError, KeyError, TypeError, AttributeError, OSError, RecursionError):
        return {}


def _change(path: str, hash_: str) -> None:
    from rlm_core.lock import Lock
    from rlm_core.redaction.clean import own_bytes

    make_dir(own_dir())
    with Lock(os.path.join(own_dir(), "trusted.lock"), WAIT):
        files = {p: h for p, h in _entries().items() if p != path} | ({path: hash_} if hash_ else {})
        lines = json.dumps({"version": VERSION, "files": files}, indent=1) + "\n"
        write_atomic(trusted_list(), own_bytes(lines.encode()))
