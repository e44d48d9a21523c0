"""Whether new chunks of a transcript say all that its former chunks say.

It goes by records and words. A record that stands in a former chunk stands in a new one, and every word of the former
entry, redacted as today, stands in the new entries of that record or in their blobs; as often as before in a result
that is shorter now, for an output may have gone. What is not asked for is what the form of a chunk file puts around the
words: headings, fences, labels, names of tags, names and unset values of arguments.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter

from rlm_core.archive.proof.standing import Standing, base_of
from rlm_core.chunks.altered import is_forgotten
from rlm_core.chunks.chunkfile import load
from rlm_core.chunks.entries import entries_of
from rlm_core.config import redactor
from rlm_core.disk import read
from rlm_core.errors import worded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from typing import Any

    from rlm_core.archive.proof.standing import Spot
    from rlm_core.archive.store import Archive
    from rlm_core.chunks.entries import ArchivedEntry
    from rlm_core.redaction.redactor import Redactor

_WORD = re.compile(r"\w+")
_AROUND = re.compile(
    r"\w*\n\[… [\d,]+ characters left out here; the whole text: blobs/[0-9a-f]{16}\.txt …\]\n\w*"
    r"|\[redacted:[^\]\n]*\]"
    r"|</?[a-zA-Z][\w-]*(?=[\s/>])"
    r"|^`{3,}[a-z]*$"
    r"|^\*\*[^*\n]*\*\*$"
    r'|^ *"type": (?=")',  # of a block that no reader knew, which is not shown as JSON any more
    re.M,
)
_ARGUMENT = re.compile(r"^(\w+): ([\[{].*)$", re.M)
# Words by which form 1 named what a command's or an edit's form shows today, and values of arguments that say nothing.
_NAMES = frozenset(("command", "edits", "old_string", "new_string", "new_source", "replace_all", "false", "null"))


class PoorerError(Exception):
    """The new chunks lack something. uuid: of the entry, "" for none in particular; what: in words."""

    def __init__(self, uuid: str, what: str) -> None:
        super().__init__(uuid, what)
        self.uuid = uuid
        self.what = what


def compare(paths: Sequence[str], new: Archive, elsewhere: Collection[str] = ()) -> None:
    """Raise PoorerError for the first entry of these chunk files that does not stand whole in the new archive.

    elsewhere: uuids of entries that another session's chunks hold. Raises ArchiveError for a chunk file that cannot be
    read.
    """
    standing = Standing(new)
    redact = redactor(new.config)
    for path in paths:
        for entry in entries_of(load(read(path) or b"", path)):
            if entry.uuid in elsewhere or is_forgotten(entry.whole):
                continue
            places = standing.places(base_of(entry.uuid))
            if not places:
                raise PoorerError(entry.uuid, "is no longer in the transcript")
            lacking = _lacking(_said(entry, os.path.dirname(path), redact), places, counted=entry.role == "tool")
            if lacking:
                shown = ", ".join(sorted(lacking)[:3])
                raise PoorerError(entry.uuid, worded("would be poorer ({shown})", shown=shown))


def _lacking(wanted: Counter[str], places: Sequence[Spot], *, counted: bool) -> set[str]:
    """The words that stand in none of the places. counted: or less often, where the places hold fewer words in all."""
    found = Counter[str]()
    for place in places:
        first, *blobs = (body.text for body in place.bodies)
        found += words(first.partition("\n")[2]) | words("\n".join(blobs))
    short = counted and found.total() < wanted.total()
    return (set(wanted - found) if short else wanted.keys() - found.keys()) - _NAMES


def _said(entry: ArchivedEntry, folder: str, redact: Redactor) -> Counter[str]:
    """The words of an entry, with the whole of what stands beside its chunk."""
    beside = [read(os.path.join(folder, "blobs", name)) for name in entry.blobs]
    blobs = "\n".join([data.decode("utf-8", "replace") for data in beside if data is not None])
    return words(redact(entry.text)) | words(redact(blobs))


def words(text: str) -> Counter[str]:
    """How often each word stands in a text, whatever form a chunk file gives it."""
    return Counter(_WORD.findall(_ARGUMENT.sub(_unfolded, _AROUND.sub(" ", text))))


def _unfolded(argument: re.Match[str]) -> str:
    try:
        return "\n".join([argument[1], *_strings(json.loads(argument[2]))])
    except (ValueError, RecursionError):
        return argument[0]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
    else:
        yield value if isinstance(value, str) else json.dumps(value)
