"""The identity of an archive: a random id that stays with it when it is moved."""

from __future__ import annotations

import os

from rlm_core.disk import drop_temporary, read, write_atomic
from rlm_core.redaction.clean import hex_digits, literal

ID_BYTES = 16


def archive_id(root: str, create: bool = False) -> str:
    """The id of the archive at `root`, hexadecimal digits; "" when it has none. create: give it one then."""
    path = os.path.join(root, "state", "id")
    known = (read(path) or b"").decode("ascii", "replace").strip()
    if known and not known.strip("0123456789abcdef"):
        return known
    if not create:
        return ""
    drop_temporary(os.path.dirname(path), "id")
    made = hex_digits(os.urandom(ID_BYTES).hex())
    write_atomic(path, literal("{}\n").format(made).encode())
    return made
