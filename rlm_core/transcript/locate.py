"""Which transcripts belong to a project, and where Claude Code keeps them."""

from __future__ import annotations

import os
import re
from glob import escape as glob_escape
from glob import glob

from rlm_core.disk import opened
from rlm_core.errors import RlmError, worded
from rlm_core.home import config_dir
from rlm_core.reach import Reach
from rlm_core.transcript.folder import PARTS, SUBAGENTS, WARMUP, is_agent, is_session_folder
from rlm_core.transcript.lines import parse_line
from rlm_core.transcript.source import Source, file_stamp
from rlm_core.transcript.waiting import wait_for_last_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

LINES_FOR_CWD = 50
LINE_BYTES = 16 * 1024 * 1024

SESSION_ID = re.compile(r"[A-Za-z0-9_-]{4,64}")
WHOLE = 36  # characters of a whole id


def project_sources(project: str, folder: str, reach: Reach | None = None, *, silent: bool = True) -> Iterator[Source]:
    """The sessions in a folder of Claude Code's that belong to the project, oldest first.

    Two projects can share a folder, since its name keeps letters and digits only: the working directory noted in the
    transcript decides. A session whose transcript the client has removed counts as long as its folder stays.
    reach: the project's, where they are known already. silent: take those that tell no directory, too.
    """
    reach = reach or Reach(project)
    if not os.path.isdir(folder):
        return
    beside = agents_beside(folder)
    for path in sorted(_sessions(folder, beside), key=lambda p: (file_stamp(p)[1], p)):
        session = os.path.basename(path).removesuffix(".jsonl")
        source = Source(path, beside=beside.get(session, ()))
        cwd = _began_in(source)
        if reach.holds(cwd, session) if cwd else silent:
            yield source


def _began_in(source: Source) -> str:
    """The session's working directory, from its own transcript or else a sub-agent's; "" when none says."""
    own = working_directory(source.path) if os.path.isfile(source.path) else ""
    return own or next((cwd for agent in source.agents() if (cwd := working_directory(agent.path))), "")


def _sessions(folder: str, beside: dict[str, list[Source]]) -> set[str]:
    """Where the transcripts of all sessions of a folder are, or would be if the client had not removed them."""
    with os.scandir(folder) as found:
        listed = list(found)
    paths = {
        e.path
        for e in listed
        if e.name.endswith(".jsonl") and not is_agent(e.name) and e.is_file(follow_symlinks=False)
    }
    left = (e.path for e in listed if e.is_dir(follow_symlinks=False) and f"{e.path}.jsonl" not in paths)
    paths.update(f"{path}.jsonl" for path in left if is_session_folder(path))
    return paths | {os.path.join(folder, f"{session}.jsonl") for session in beside}


def agents_beside(folder: str) -> dict[str, list[Source]]:
    """Session -> its sub-agents whose transcripts lie beside its own, as clients before 2.1 wrote them.

    One that names no session stands as a session of its own, without any.
    """
    found: dict[str, list[Source]] = {}
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if is_agent(name) and os.path.isfile(path) and os.path.getsize(path):
            agent = agent_beside(path)
            found.setdefault(agent.session, []).extend([agent] if agent.agent else [])
    return found


def agent_beside(path: str) -> Source:
    """A sub-agent of the session that its records name; one that names none is a session of its own.

    The client of those days warmed its caches by sub-agents that were told nothing but "Warmup": their ids say so.
    """
    session, prompt = "", ""
    with opened(path, follow=True) as f:
        for _ in range(LINES_FOR_CWD):
            record = parse_line(f.readline(LINE_BYTES)) or {}
            named = record.get("sessionId")
            session = session or (os.path.basename(named) if isinstance(named, str) else "")
            prompt = _words(record)
            if session and prompt:
                break
    if not session:
        return Source(path)
    agent = os.path.basename(path)[6:-6]
    return Source(path, session, f"{WARMUP}{agent}" if prompt == "Warmup" else agent)


def _words(record: dict[str, object]) -> str:
    """What a user record says, as far as it is text; "" for any other record."""
    message = record.get("message")
    content = message.get("content") if isinstance(message, dict) and record.get("type") == "user" else ""
    if isinstance(content, list):
        content = next((b.get("text") for b in content if isinstance(b, dict) and b.get("type") == "text"), "")
    return content.strip() if isinstance(content, str) else ""


def source_at(path: str) -> Source:
    """The transcript at an absolute path, known by its place: a session's, or a sub-agent's, nested or beside.

    Raises RlmError for a file of a session's that is no transcript.
    """
    folder, name = os.path.split(path)
    parts = path.split(os.sep)
    within = [i for i, part in enumerate(parts) if part in PARTS and 1 < i < len(parts) - 1]
    homes = [os.sep.join(parts[:i]) for i in within]
    home = next((h for h in homes if os.path.isfile(f"{h}.jsonl")), None)
    if home is None and is_agent(name):
        home = next((h for h, i in zip(homes, within, strict=True) if parts[i] == SUBAGENTS), None)
    if home is not None:
        found = next((a for a in Source(f"{home}.jsonl").agents() if a.path == path), None)
        if found is None:
            raise RlmError(
                worded(
                    "{path} is no transcript but a file of session {home}; name that session instead",
                    path=path,
                    home=os.path.basename(home),
                )
            )
        return found
    return agent_beside(path) if is_agent(name) else Source(path, beside=agents_beside(folder).get(name[:-6], ()))


def working_directory(path: str) -> str:
    """The directory in which a transcript's session began; "" when the file does not say."""
    with opened(path, follow=True) as f:
        for _ in range(LINES_FOR_CWD):
            line = f.readline(LINE_BYTES)
            record = parse_line(line) if b'"cwd"' in line else None  # what is no line may be 16 MB of anything
            if record and isinstance(record.get("cwd"), str):
                return str(record["cwd"])
    return ""


def transcripts(project: str) -> list[Source]:
    """All transcripts that Claude Code still has of the project's sessions, oldest first per folder.

    Those of its worktrees, subdirectories and former paths are among them, those of a project below it are not.
    """
    reach = Reach(project)
    exact = reach.exact()
    return [s for f in reach.folders() for s in project_sources(project, f, reach, silent=f in exact)]


def working_directories(reach: Reach) -> set[str]:
    """Where the project's sessions began, as far as Claude Code still has their transcripts; some may be gone."""
    files = [path for folder in reach.folders() for path in glob(os.path.join(glob_escape(folder), "*.jsonl"))]
    found = {working_directory(path) for path in files} - {""}
    return {directory for directory in found if reach.holds(directory)}


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
        raise several_sessions(session, [s.session for s in found])
    if not found and len(session) == WHOLE:
        found = [Source(path) for path in glob(os.path.join(config_dir(), "projects", "*", f"{session}.jsonl"))]
    if not found:
        return None
    wait_for_last_lines(found[0].path)
    return found[0]


def several_sessions(beginning: str, ids: list[str]) -> RlmError:
    """The error of a beginning that several sessions' ids have; it names the first four."""
    first = ", ".join(ids[:4])
    return RlmError(
        worded(
            "{beginning} begins {n} {n:|session|sessions}' ids: {first}; say more of the id",
            beginning=beginning,
            n=len(ids),
            first=first,
        )
    )
