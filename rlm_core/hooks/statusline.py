"""The status line: `61 % · archived 14:02 · 412 sessions`, behind what the user's own command prints.

Claude Code runs it after every answer, and tells it what no hook is told: how large the model's window is. That is kept
for the hook that says when the context is full. Without an archive it shows the context alone; it never fails aloud.
"""

from __future__ import annotations

import os
import time

from rlm_core import quickjson as json
from rlm_core.archive.maps import totals
from rlm_core.archive.progress import state_path
from rlm_core.deadline import within
from rlm_core.disk import archive_root
from rlm_core.errors import Counted, phrase, worded
from rlm_core.hooks.notes import note_window
from rlm_core.language.notices import here
from rlm_core.ownership import foreign
from rlm_core.project import project_of
from rlm_core.transcript.source import file_stamp, transcript_source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

INNER = "RLM_STATUSLINE"  # in the environment: the user's own command, see install/statusbar
INNER_SECONDS = 3  # that it may take; Claude Code waits five for both
SEPARATOR = " · "
MOST_WINDOW = 100_000_000


def status_line(data: bytes) -> str:
    """What to print for the JSON that Claude Code hands over, "" for nothing."""
    theirs = _inner(data)
    try:
        payload = json.loads(data)
    except (ValueError, RecursionError):
        payload = None
    ours = SEPARATOR.join(_parts(payload)) if isinstance(payload, dict) else ""
    # Colours that the user's command has not ended would go on into ours.
    return SEPARATOR.join(filter(None, (theirs + "\x1b[0m" if "\x1b" in theirs else theirs, ours)))


def _inner(data: bytes) -> str:
    """What the user's own command prints for the same JSON, all its lines; "" without one, and when it fails."""
    command = os.environ.get(INNER, "")
    if not command:
        return ""
    import subprocess

    env = {k: v for k, v in os.environ.items() if k != INNER}
    try:
        done = subprocess.run(  # noqa: S602 # the user's own, which Claude Code gives to a shell as well
            command,
            shell=True,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=within(INNER_SECONDS),
            env={**env, "RLM_DEPTH": "1"},  # one of ours in there stays silent
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace").rstrip()


def _parts(payload: dict[str, Any]) -> list[str]:
    context = payload.get("context_window")
    context = context if isinstance(context, dict) else {}
    parts = []
    if (share := context.get("used_percentage")) is not None and isinstance(share, (int, float)):
        parts.append(f"{share:.0f} %")
    start = os.environ.get("CLAUDE_PROJECT_DIR") or _start(payload)
    if start and os.path.isdir(start):
        parts += _archived(archive_root(project_of(start)), payload, context.get("context_window_size"))
    return parts


def _start(payload: dict[str, Any]) -> str:
    """The directory in which the session began."""
    workspace = payload.get("workspace")
    found = workspace.get("project_dir") if isinstance(workspace, dict) else None
    found = found or payload.get("cwd")
    return found if isinstance(found, str) and "\0" not in found else ""


def _archived(root: str, payload: dict[str, Any], window: object) -> list[str]:
    """When this session was archived last, in local time, and how many are; nothing of an archive of somebody else."""
    if not os.path.isdir(os.path.join(root, "state")) or foreign(root, looks=False):
        return []
    sessions, _ = totals(root)
    count = here(Counted(sessions, "session"))
    path, session = payload.get("transcript_path"), payload.get("session_id")
    if not isinstance(path, str) or not isinstance(session, str) or "\0" in path:
        return [count]
    source = transcript_source(path, session)
    when = 0
    if source is not None:
        when = file_stamp(state_path(root, source))[1]
        if type(window) is int and 0 < window <= MOST_WINDOW:
            note_window(root, source.name, window)
    at = time.strftime("%H:%M", time.localtime(when / 1e9))
    said = here(worded("archived {time}", time=at) if when else phrase("not archived yet"))
    return [said, count]
