"""Which places outside of the project this user has added documents from: kept in the user's own directory.

The archive's list of documents lies in a tree that others write to. What it names outside of the project is read again
only when it stands here, too; what it names inside is, as long as no link leads out.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from rlm_core.digest import hexdigest
from rlm_core.disk import lies_within, write_atomic
from rlm_core.git.provenance import read_small
from rlm_core.home import own_folder
from rlm_core.redaction.clean import dumps, hex_digits
from rlm_core.registry import OUTSIDE, archive_id, is_listed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rlm_core.documents.registry import Registry

REFUSED = "outside of the project and not in your own list; `rlm add` it again, by name, to have it kept up to date"

LINKED = "reached through a link that leads out of the project; `rlm add` it again, by name, to have it all the same"


class Outside:
    """The places of one archive. They are kept as hashes: a path may hold what nobody else shall read.

    An archive of an older version has no such list: what its own list names is believed once.
    """

    def __init__(self, registry: Registry) -> None:
        self.project = registry.project
        own = archive_id(registry.root)
        self.path = own_folder(own, OUTSIDE) if is_listed(own) else ""
        known = _read(self.path)
        self.places = known if known is not None else set()
        if known is None and self.path:
            self.allow(registry.locate(key) for key in (*registry.directories, *registry.documents))

    def refuses(self, path: str) -> str:
        """Why a file or directory is not read, for people; "" when it may be. Links are followed first."""
        real = os.path.realpath(path)
        if lies_within(real, self.project) or _name(real) in self.places:
            return ""
        inside = lies_within(os.path.abspath(path), self.project)
        while (above := os.path.dirname(real)) != real:
            real = above
            if _name(real) in self.places:
                return ""
        return LINKED if inside else REFUSED

    def allow(self, paths: Iterable[str]) -> None:
        """Add what the user has named, as far as it lies outside."""
        real = [os.path.realpath(path) for path in paths]
        self.merge({_name(path) for path in real if not lies_within(path, self.project)})

    def merge(self, places: set[str]) -> None:
        """Add the places of another archive, whose documents come into this one."""
        if self.path and not (places <= self.places and os.path.exists(self.path)):
            self.places |= places
            self._save()

    def forget(self, path: str) -> None:
        """Take a place off the list."""
        if _name(os.path.realpath(path)) in self.places:
            self.places.discard(_name(os.path.realpath(path)))
            self._save()

    def _save(self) -> None:
        os.makedirs(os.path.dirname(self.path), mode=0o700, exist_ok=True)
        write_atomic(self.path, dumps([hex_digits(place) for place in sorted(self.places)]).encode())


def _name(path: str) -> str:
    return hexdigest(os.fsencode(path), 16)


def _read(path: str) -> set[str] | None:
    """The hashes in a list; None when there is none."""
    if not path or not os.path.exists(path):
        return None
    try:
        kept = json.loads(read_small(path) or b"[]")
    except (ValueError, RecursionError):
        kept = []
    texts = [each for each in kept if isinstance(each, str)] if isinstance(kept, list) else []
    return {each for each in texts if not each.strip("0123456789abcdef")}
