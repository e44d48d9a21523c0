"""Which transcripts belong to a project, and where Claude Code keeps them."""

from __future__ import annotations

import os
import re
from glob import glob

from rlm_core.config import config_dir
from rlm_core.disk import lies_within
from rlm_core.errors import RlmError
from rlm_core.transcript.lines import parse_line
from rlm_core.transcript.source import Source
from rlm_core.transcript.waiting import wait_for_last_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

LINES_FOR_CWD = 50

SLUG_CHARS = 200

SESSION_ID = re.compile(r"[A-Za-z0-9_-]{4,64}")
WHOLE = 36  # characters of a whole id


def project_sources(project: str, folder: str) -> Iterator[Source]:
    """The transcripts in a folder of Claude Code's that belong to the project, oldest first.

    Two projects can share a folder, since its name keeps letters and digits only: the working
    directory noted in the transcript decides.
    """
    if not os.path.isdir(folder):
        return
    names = (n for n in os.listdir(folder) if n.endswith(".jsonl"))
    paths = [os.path.join(folder, n) for n in names]
    for path in sorted((p for p in paths if os.path.isfile(p)), key=lambda p: (os.stat(p).st_mtime_ns, p)):
        cwd = working_directory(path)
        if not cwd or lies_within(os.path.realpath(cwd), os.path.realpath(project)):
            yield Source(path)


def working_directory(path: str) -> str:
    """The directory in which a transcript's session began; "" when the file does not say."""
    with open(path, "rb") as f:
        for _ in range(LINES_FOR_CWD):
            record = parse_line(f.readline(16 * 1024 * 1024))
            if record and isinstance(record.get("cwd"), str):
                return str(record["cwd"])
    return ""


def slug(path: str) -> str:
    """The name Claude Code gives a project's folder: every character but letters and digits is a dash.

    Only the first 200 characters are meant: longer names end in a hash.
    """
    return re.sub(r"[^A-Za-z0-9]", "-", path)[:SLUG_CHARS]


def transcripts(project: str) -> list[Source]:
    """All transcripts that Claude Code still has of sessions inside the project, oldest first per folder."""
    projects = os.path.join(config_dir(), "projects")
    wanted = {slug(os.path.abspath(project)), slug(os.path.realpath(project))}
    names = sorted(os.listdir(projects)) if os.path.isdir(projects) else []
    found = [n for n in names if any(n == w or n.startswith((f"{w}-", w[:SLUG_CHARS])) for w in wanted)]
    return [s for n in found for s in project_sources(project, os.path.join(projects, n))]


def session_transcript(project: str, session: str) -> Source | None:
    """The transcript of the session whose id begins so; None when it is no id, or the client has none of it.

    A whole id is looked for in every project's folder, since a session may have begun elsewhere. What the client of
    a live session is about to write, the call that runs us among it, is waited for. Raises RlmError when several
    sessions' ids begin so.
    """
    if not SESSION_ID.fullmatch(session):
        return None
    found = [s for s in transcripts(project) if s.session.startswith(session)]
    if len(found) > 1:
        raise RlmError(f"{session} begins {len(found)} sessions' ids: {', '.join(s.session for s in found[:4])}")
    if not found and len(session) == WHOLE:
        found = [Source(path) for path in glob(os.path.join(config_dir(), "projects", "*", f"{session}.jsonl"))]
    if not found:
        return None
    wait_for_last_lines(found[0].path)
    return found[0]
