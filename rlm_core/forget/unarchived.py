"""What Claude Code's transcripts and files hold of the same and the archive does not: it is not to be archived later.

A fork, a session that was never archived, the last minutes of an open one: nothing of these is written anywhere; their
uuids and hashes go into the tombstones.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rlm_core.archive.files.filing import uuid_of
from rlm_core.archive.files.note import files_of
from rlm_core.disk import opened
from rlm_core.errors import RlmError
from rlm_core.forget.naming import matcher, within
from rlm_core.registry import project_at
from rlm_core.transcript.folder import content, decoded
from rlm_core.transcript.locate import transcripts
from rlm_core.transcript.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rlm_core.forget.naming import Named
    from rlm_core.forget.target import Target
    from rlm_core.transcript.entry import Entry
    from rlm_core.transcript.source import Source

    Said = tuple[str, list[str], str, str]


def waiting(target: Target, named: Named) -> Iterator[Said]:
    """(uuid, texts, time, role) of every entry of what is named that Claude Code has and can be read."""
    if named.chunk or named.document:
        return
    wanted = _wanted(named)
    for source in transcripts(project_at(target.archive.root)):
        if (named.session or named.sessions) and source.session not in target.sessions:
            continue
        for each in source.transcripts():
            for entry in _entries(each):
                texts = [part.text for part in entry.parts]
                if wanted("\n".join(texts), entry.time):
                    yield entry.uuid, texts, entry.time, entry.role
        if not (named.since or named.until):
            yield from _files(source, wanted)


def _wanted(named: Named) -> Callable[[str, str], bool]:
    if named.session or named.sessions:
        return lambda text, time: True
    if named.since or named.until:
        return lambda text, time: within(named, time)
    holds = matcher(named)
    return lambda text, time: holds(text)


def _entries(source: Source) -> Iterator[Entry]:
    try:
        with opened(source.path) as stream:
            reader = Reader(
                stream,
                folder=source.folder,
                agent=bool(source.agent),
                session=source.session,
                agents=lambda: {a.agent for a in source.agents()},
            )
            yield from (entry for _, _, entry in reader if entry is not None)
            yield from reader.unfinished()
    except (OSError, RlmError):
        return


def _files(source: Source, wanted: Callable[[str, str], bool]) -> Iterator[Said]:
    for found in files_of(source) if os.path.isdir(source.folder) else ():
        data = None if found.problem else content(found)
        text = decoded(data) if data is not None else None
        if data is not None and text is not None and wanted(text, ""):
            yield uuid_of(found, data), [text], "", "system"
