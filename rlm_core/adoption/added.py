"""Moves the documents of an archive into another one of the same project."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

from rlm_core.adoption.rename import proof, rename
from rlm_core.documents.outside import Outside
from rlm_core.documents.registry import Registry, slug_of
from rlm_core.lock import Lock

if TYPE_CHECKING:
    from rlm_core.archive.store import Archive


def move_documents(archive: Archive, stray: Archive, place: str) -> int:
    """How many documents were moved. One that the archive holds in another state is kept beside that, by its old path.

    place: the directory in the project that stands for the one in which the stray archive lies: what was added there is
    called by its path from here on.
    """
    if not os.path.isdir(stray.path("documents")):
        return 0
    os.makedirs(archive.path("documents"), mode=0o700, exist_ok=True)
    with Lock(archive.path("state", "documents.lock"), 30.0):
        theirs, ours = Registry(stray), Registry(archive)
        theirs.adopt()
        ours.adopt()
        Outside(ours).merge(Outside(theirs).places)
        moved = 0
        for key, document in theirs.documents.items():
            path = _key(ours, place, key)
            source, target = theirs.folder(document.slug), ours.folder(document.slug)
            if not os.path.isdir(source):
                continue
            if proof(target) == proof(source):
                shutil.rmtree(source)
                continue
            if path in ours.documents:  # as it stood elsewhere: a document of its own
                path = theirs.locate(key)
            slug = slug_of(path) if os.path.exists(target) else document.slug
            rename(source, ours.folder(slug), archive.path(f".tmp-{os.getpid()}-adopted"))
            ours.documents[path] = replace(document, path=path, slug=slug)
            moved += 1
        for key, directory in theirs.directories.items():
            path, without = _key(ours, place, key), tuple(_key(ours, place, each) for each in directory.without)
            ours.directories.setdefault(path, replace(directory, path=path, without=without))
        ours.save()
    return moved


def _key(ours: Registry, place: str, key: str) -> str:
    """What a document is called in the project's list that was called so in the other one."""
    return key if os.path.isabs(key) else ours.key(os.path.join(place, *key.split("/")))
