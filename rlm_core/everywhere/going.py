"""Sessions that one may go back to: found by a citation, by an id, or by words, in all archives of the user."""

from __future__ import annotations

import os
import re
from glob import escape, glob

from rlm_core.archive.store import chunk_names
from rlm_core.errors import RlmError, worded
from rlm_core.everywhere.archives import reached
from rlm_core.everywhere.merged import find_everywhere
from rlm_core.home import config_dir
from rlm_core.record import Record
from rlm_core.search.citations import resolve
from rlm_core.search.hits import Filters
from rlm_core.timeline.sessions import SessionFolders
from rlm_core.transcript.locate import SESSION_ID, working_directory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rlm_core.archive.store import Archive
    from rlm_core.everywhere.archives import Reached
    from rlm_core.search.citations import Citation
    from rlm_core.timeline.sessions import SessionFolder

MOST = 200  # sessions that are offered
HITS = 60  # passages by which sessions are found
_CITED = re.compile(r"[\[`]?r\d-[0-9a-f]{6,}|\d{4,}-[0-9a-f]{8}(\.md)?(:\d+)?$|[0-9a-zA-Z_-]{4,}[/#]\d{1,6}(:\d+)?$")


class Going(Record):
    """A session to go back to. folder: its directory in the archive. transcript: Claude Code's, "" when it is gone.

    started, ended: ISO-8601, "" when unknown.
    """

    project: str
    session: str
    title: str
    started: str
    ended: str
    folder: str
    transcript: str

    def place(self) -> str:
        """The directory in which it goes on: where it began, or the project where that is gone."""
        began = working_directory(self.transcript) if self.transcript else first_directory(self.folder)
        return began if os.path.isdir(began) else self.project

    def as_json(self) -> dict[str, str]:
        shown = ("session", "project", "title", "started", "ended", "transcript")
        return {name: getattr(self, name) for name in shown}


def transcript_paths() -> dict[str, str]:
    """Session -> the transcript that Claude Code has of it; of two of one id the one written last."""
    found = glob(os.path.join(escape(config_dir()), "projects", "*", "*.jsonl"))
    return {os.path.basename(p).removesuffix(".jsonl"): p for p in sorted(found, key=_time)}


def _time(path: str) -> float:
    try:
        return os.stat(path).st_mtime
    except OSError:
        return 0.0


def first_directory(folder: str) -> str:
    """The directory in which an archived session began, as its first chunk says; "" when none does."""
    from rlm_core.chunks.chunkfile import load_meta
    from rlm_core.disk import try_read
    from rlm_core.errors import ArchiveError

    for name in chunk_names(folder)[:1]:
        try:
            return str(load_meta(try_read(os.path.join(folder, name)) or b"", name).get("cwd", ""))
        except ArchiveError:
            break
    return ""


def find_cited(there: Reached, cited: str) -> tuple[str, Archive, Citation]:
    """(project, its archive, the place) of a citation: in the first archive that has it.

    Raises RlmError when none has it, or when the one that comes first has several.
    """
    first = None
    for project, archive in there.archives.items():
        try:
            return project, archive, resolve(archive, cited)
        except RlmError as e:
            first = first or e
            if " fits " in str(e):
                raise
    raise first or RlmError("there is no archive of yours yet; `rlm install` has one kept")


def goings(first: str, words: Sequence[str]) -> list[Going]:
    """The sessions that are meant, the likeliest first.

    first: the project that comes first. words: a citation, the beginning of a session's id, or words of what was said;
    none at all for every session, newest first. Raises RlmError when nothing fits.
    """
    there, paths = reached(first), transcript_paths()
    if not words:
        rows = [g for p, a in there.archives.items() for g in _all_of(p, a, paths)]
        return sorted(rows, key=lambda g: (g.ended, g.session), reverse=True)[:MOST]
    one = words[0] if len(words) == 1 else ""
    if _CITED.match(one):
        return [_of_citation(there, one, paths)]
    found = _nearest(_by_id(there, one, paths), first, one) if SESSION_ID.fullmatch(one) else []
    found = found or _by_words(there, " ".join(words), paths)
    if not found:
        raise RlmError(worded("no session fits {words}; `rlm list --everywhere` shows them all", words=" ".join(words)))
    return found[:MOST]


def named(first: str, name: str) -> list[Going]:
    """The sessions whose ids begin so, or the one that a citation is of; words find none.

    Of those there are several the ones of the project that comes first. Raises RlmError when there is none.
    """
    there, paths = reached(first), transcript_paths()
    if _CITED.match(name):
        return [_of_citation(there, name, paths)]
    found = _nearest(_by_id(there, name, paths), first, name) if SESSION_ID.fullmatch(name) else []
    found = [g for g in found if g.project == first] or found
    if not found:
        raise RlmError(worded("there is no session {name}; `rlm list --everywhere` shows them all", name=name))
    return found


def _all_of(project: str, archive: Archive, paths: dict[str, str]) -> Iterator[Going]:
    for folder in SessionFolders(archive, Filters()):
        yield _going(project, folder, paths)


def _going(project: str, f: SessionFolder, paths: dict[str, str]) -> Going:
    return Going(project, f.session, f.title, f.started, f.ended, f.path, paths.get(f.session, ""))


def _of_citation(there: Reached, cited: str, paths: dict[str, str]) -> Going:
    project, archive, ref = find_cited(there, cited)
    session = str(ref.meta["session"])
    if session.startswith("doc-"):
        raise RlmError(worded("{cited} is of a document, and no session; `rlm show {cited}` shows it", cited=cited))
    named = [g for f in SessionFolders(archive, Filters(session=session)) if (g := _going(project, f, paths))]
    whole = [g for g in named if g.session == session]
    if not whole:
        raise RlmError(
            worded(
                "the session {session} of {cited} has nothing of its own in {root}, but sub-agents",
                session=session,
                cited=cited,
                root=archive.root,
            )
        )
    return whole[0]


def _by_id(there: Reached, begins: str, paths: dict[str, str]) -> Iterator[Going]:
    for project, archive in there.archives.items():
        for folder in SessionFolders(archive, Filters(session=begins)):
            yield _going(project, folder, paths)


def _nearest(found: Iterable[Going], first: str, name: str) -> list[Going]:
    """Those whose whole id is the name, if any; of copies of a session that of the project that comes first."""
    fits = list(found)
    fits = [g for g in fits if g.session == name] or fits
    here = {g.session for g in fits if g.project == first}
    return [g for g in fits if g.project == first or g.session not in here]


def _by_words(there: Reached, words: str, paths: dict[str, str]) -> list[Going]:
    """The sessions of the best passages, each once, in their order."""
    found: dict[tuple[str, str], Going | None] = {}
    for one in find_everywhere(there, words, HITS, Filters()).hits:
        key = one.project, one.hit.session
        if key not in found and not one.hit.session.startswith("doc-"):
            archive = there.archives[one.project]
            folders = SessionFolders(archive, Filters(session=one.hit.session))
            found[key] = next((_going(one.project, f, paths) for f in folders if f.session == one.hit.session), None)
    return [g for g in found.values() if g]
