"""Whether anything of ours still tells of a forgotten text: every file is read to the byte, names included."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from rlm_core.forget.proof.raw import files_below, full_text, texts_in, windows
from rlm_core.home import ROWS, config_dir, id_of, own_dir

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rlm_core.archive.store import Archive
    from rlm_core.forget.proof.probes import Probes

COPIES, ASK, LIBRARY = "copies", "rlm-ask", "lib"
SETTINGS = re.compile(r"config/[^/]+\.json|(?:config|rlm)\.yaml|install/.+")
"""Below the user's own directory: what they wrote themselves, and copies of it."""


def left(archive: Archive, probes: Probes) -> list[tuple[str, int]]:
    """(path, how many words and lines it tells) of each file of ours that tells any; 0 for one that cannot be read.

    Files of the archive, its second copy, and the user's own directories of ours, but for other archives' there.
    """
    found = []
    for base, path in _ours(archive):
        count = count_in(path, os.path.relpath(path, base), probes)
        if count is not None:
            found.append((path, count))
    return found


def count_in(path: str, name: str, probes: Probes) -> int | None:
    """How many words and lines a file and its name tell; None for none, 0 where it cannot be read."""
    try:
        told = probes.in_text(name)
        for window in windows(path):
            for text in texts_in(window):
                told |= probes.in_text(text)
        if probes.words or probes.stems:
            told |= probes.in_stems(full_text(path))
    except FileNotFoundError:
        return None  # it has gone meanwhile, as a lock's file or a temporary one does
    except OSError:
        return 0
    return len(told) or None


def _ours(archive: Archive) -> Iterator[tuple[str, str]]:
    """(a directory of ours, a file in it) of all that can have been made from what was archived."""
    yield from ((archive.root, path) for path in files_below(archive.root))
    own, name = own_dir(), id_of(archive.root)
    for path in files_below(own):
        place = os.path.relpath(path, own).replace(os.sep, "/")
        if not _is_others(place, name) and not SETTINGS.fullmatch(place):
            yield own, path
    asked = os.path.join(config_dir(), ASK)
    yield from ((asked, path) for path in files_below(asked))


def _is_others(place: str, name: str) -> bool:
    """Whether a file of the user's own directory is about another archive, or a copy of this program."""
    top, _, rest = place.partition("/")
    return top == LIBRARY or (top in (COPIES, ROWS) and rest.partition("/")[0] != name)
