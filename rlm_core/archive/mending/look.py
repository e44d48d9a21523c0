"""Looks at the names in a directory of chunk files: whether they may be what a state speaks of."""

from __future__ import annotations

import os

from rlm_core.archive.store import chunk_names
from rlm_core.disk import TMP_PREFIX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rlm_core.archive.state import State


def is_as_left(folder: str, state: State) -> bool:
    """Whether the directory stands as the last commit has left it, but for files that a hand has removed."""
    return not any(n.startswith(TMP_PREFIX) for n in os.listdir(folder)) and fits(state, chunk_names(folder))


def fits(state: State, names: Sequence[str]) -> bool:
    """Whether these chunk files may be what the state speaks of; some of them may have been deleted since."""
    numbers = [int(name.partition("-")[0]) for name in names]
    last = state.closed.number + bool(state.open.file)
    return len({*numbers}) == len(names) and max(numbers, default=0) <= last and {*state.expected} <= {*names}
