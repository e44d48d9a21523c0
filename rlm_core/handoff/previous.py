"""The session before this one, found among a project's transcripts and in its archive."""

from __future__ import annotations

import os
import time

from rlm_core.archive.maps import own_catalog, title_of
from rlm_core.archive.progress import noted_state
from rlm_core.clock import epoch
from rlm_core.handoff import backwards
from rlm_core.handoff.gather import Handoff, from_archive, from_transcript
from rlm_core.reach import Reach
from rlm_core.transcript.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.handoff.gather import Redact

MAX_AGE_SECONDS = 30 * 86400  # seconds; as long as the client itself keeps a session
MAX_SESSIONS = 50  # sessions: the newest may be empty, or headless


def previous(root: str, folder: str, own: str, entrypoint: str, redact: Redact) -> Handoff | None:
    """Where the project's most recent session left off; None when none of the last 30 days has a prompt.

    folder: of the client's transcripts. own: the session that asks. entrypoint: how its client was started: in the
    terminal the last session there is meant, if there is one, and not the headless runs since.
    """
    other: Handoff | None = None
    reach = Reach(os.path.dirname(os.path.dirname(root)))
    for session, path in _newest(root, [folder, *reach.exact()], own)[:MAX_SESSIONS]:
        same = _headless(entrypoint) or not path or not _headless(backwards.entrypoint(path))
        if same or other is None:
            handoff = _left_off(reach, session, path, redact)
            if handoff and same:
                return handoff
            other = other or handoff
    return other


def _headless(entrypoint: str) -> bool:
    return entrypoint.startswith("sdk")


def _newest(root: str, folders: list[str], own: str) -> list[tuple[str, str]]:
    """(session, transcript or "") of the others, the newest first: those the client has, those the archive lists."""
    sessions: dict[str, tuple[float, str]] = {}
    for row in own_catalog(root)[0].values():
        sessions[str(row.get("session"))] = (epoch(str(row.get("ended"))) or 0.0, "")
    for folder in dict.fromkeys(folders):
        sessions.update(_transcripts(folder))
    sessions.pop(own, None)
    oldest = time.time() - MAX_AGE_SECONDS
    newest = sorted(
        ((when, session, path) for session, (when, path) in sessions.items() if when > oldest), reverse=True
    )
    return [(session, path) for _, session, path in newest]


def _transcripts(folder: str) -> dict[str, tuple[float, str]]:
    """Session -> (time of the last change, path) of a folder of the client's; {} without one."""
    found: dict[str, tuple[float, str]] = {}
    try:
        with os.scandir(folder or os.devnull) as entries:
            for e in entries:
                if e.name.endswith(".jsonl") and not e.name.startswith("agent-") and e.is_file(follow_symlinks=False):
                    found[e.name.removesuffix(".jsonl")] = (e.stat().st_mtime, e.path)
    except OSError:
        return {}
    return found


def called(root: str, handoff: Handoff | None) -> Handoff | None:
    """The handoff with the title under which the archive knows its session."""
    folder = _chunk_folder(root, handoff.session) if handoff else ""
    if handoff and folder:
        handoff.title = title_of(folder)
    return handoff


def _chunk_folder(root: str, session: str) -> str:
    """The directory of a session's chunks, "" where the archive notes none."""
    folder = noted_state(root, Source("", session)).get("folder")
    return os.path.join(root, folder) if isinstance(folder, str) and folder else ""


def _left_off(reach: Reach, session: str, path: str, redact: Redact) -> Handoff | None:
    """A session's handoff unless it is not this project's, or its chunks were deleted, which whoever did it meant."""
    root = reach.root
    chunk_folder = _chunk_folder(root, session)
    if chunk_folder and not os.path.isdir(chunk_folder):
        return None
    if not path:
        return called(root, from_archive(chunk_folder, session, redact)) if chunk_folder else None
    handoff = called(root, from_transcript(Source(path, session), redact))
    return handoff if handoff and (chunk_folder or reach.holds(handoff.cwd)) else None
