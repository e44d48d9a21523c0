"""The note of a run that has begun, `state/forgetting.json`: a run that was killed is completed by the next one.

It names what goes by ids and by paths of ours. Not a word of what is forgotten stands in it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rlm_core.archive.documents import FOLDER
from rlm_core.archive.sealed import read_sealed, sealed
from rlm_core.archive.tombstones.gate import Gate
from rlm_core.archive.tombstones.hashing import Hashing, words_of
from rlm_core.archive.tombstones.stones import made_of
from rlm_core.archive.tombstones.unwanted import Phrases
from rlm_core.disk import remove, sync_dir, write_atomic
from rlm_core.documents.registry import Registry
from rlm_core.errors import ArchiveError, worded
from rlm_core.forget.places.traces import telling_words
from rlm_core.forget.target import Doomed, Target
from rlm_core.redaction.clean import dumps, fields, hex_digits
from rlm_core.redaction.ids import clean_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rlm_core.archive.store import Archive
    from rlm_core.archive.tombstones.stones import Phrase, Tombstones

NAME = "forgetting.json"
VERSION = 1


def plan_path(root: str) -> str:
    return os.path.join(root, "state", NAME)


def has_begun(archive: Archive) -> bool:
    """Whether a run has begun that is not done, or not proven."""
    return os.path.exists(plan_path(archive.root))


def write(target: Target, stones: Tombstones, digests: list[str], before: Target | None = None) -> None:
    """Put the plan on the disk. digests: keyed hashes of the words that tell of what goes, for the proof.

    before: what a former run is stuck at, which this plan takes over; its digests are among the others.
    """
    both = [target] if before is None else [before, target]
    values = fields(
        version=VERSION,
        never=target.never_again,
        whole=[clean_id(folder) for t in both for folder in t.whole],
        sessions=[clean_id(session) for t in both for session in t.sessions],
        entries=[(clean_id(e.folder), clean_id(e.file), clean_id(e.uuid), e.line) for t in both for e in t.entries],
        phrases=sorted(_phrases(target, before)),
        anywhere=sorted(_anywhere(target, before)),
        stones=stones.values(),
        digests=[clean_id(digest) for digest in digests],
    )
    write_atomic(plan_path(target.archive.root), sealed(dumps(values)).encode())


def _phrases(target: Target, before: Target | None) -> set[Phrase]:
    """Hashes of the words that were named."""
    return _hashed(words_of(target.match)) | _made(before.phrases if before else ())


def _anywhere(target: Target, before: Target | None) -> set[Phrase]:
    """The same of those that tell anywhere, as what takes them out of files reads them."""
    return _hashed(telling_words(target.match, target.archive.root)) | _made(before.anywhere if before else ())


def _hashed(words: list[str]) -> set[Phrase]:
    return {Hashing().of_words(words)} if words else set()


def _made(phrases: Iterable[Iterable[object]]) -> set[Phrase]:
    return {(int(str(n)), hex_digits(str(first)), hex_digits(str(whole))) for n, first, whole in phrases}


def pending(archive: Archive) -> tuple[Target, Tombstones, list[str]] | None:
    """(what a run that was killed was to forget, its tombstones, its digests); None when there is none.

    The texts are empty. Raises ArchiveError for a plan that a newer version wrote.
    """
    values = read_sealed(plan_path(archive.root))
    if not values:
        return None
    if values["version"] != VERSION:
        raise ArchiveError(
            worded("{root} was written by another version of rlm; run that one once more", root=plan_path(archive.root))
        )
    entries = [Doomed(folder, file, uuid, line, "") for folder, file, uuid, line in values["entries"]]
    target = Target(archive, entries, values["whole"], values["sessions"], never_again=values["never"])
    target.documents = _documents(archive, target.whole)
    target.phrases = sorted(_made(values.get("phrases") or ()))  # a former version noted none
    target.anywhere = sorted(_made(values.get("anywhere") or ()))
    if target.phrases:
        target.holds = Phrases(Hashing(), set(target.phrases)).stand_in
    stones = made_of(values["stones"])
    target.buried = Gate(stones).refuses_title
    return target, stones, list(values["digests"])


def _documents(archive: Archive, whole: list[str]) -> list[str]:
    """The keys of the documents whose folders go, as far as the list still has them."""
    slugs = {folder.partition("/")[2] for folder in whole if folder.startswith(f"{FOLDER}/")}
    return [d.path for d in Registry(archive).documents.values() if d.slug in slugs] if slugs else []


def done(archive: Archive) -> None:
    """Remove the plan, for good."""
    remove(plan_path(archive.root))
    sync_dir(archive.path("state"))
