"""Runs an installed hook as Claude Code would, for a session of a scratch project, and looks for what it leaves there.

An exit status says nothing: hooks exit 0 whatever happens (docs/decisions/0005). What counts is a chunk file with a
word that only this trial knows, or for an event that archives nothing its line in the log.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from rlm_core.disk import archive_root
from rlm_core.errors import of_system, worded
from rlm_core.log import NAME

if TYPE_CHECKING:
    from typing import Any

SECONDS = 60  # that a hook has which names no timeout
CLEANING_SECONDS = 5.0
FIELDS: dict[str, dict[str, object]] = {
    "SessionStart": {"source": "resume"},
    "UserPromptSubmit": {"prompt": "rlm doctor tries this hook"},
    "Stop": {"stop_hook_active": False},
    "StopFailure": {"error": "server_error"},
    "SubagentStop": {"agent_type": "Explore", "agent_id": "a1"},
    "PreCompact": {"trigger": "manual", "custom_instructions": ""},
    "PostCompact": {"trigger": "manual", "compact_summary": ""},
    "SessionEnd": {"reason": "other"},
}
"""What Claude Code tells beside the common fields."""
NOT_OURS = ("RLM_DEPTH", "RLM_STANDIN", "CLAUDE_PLUGIN_ROOT", "CLAUDE_PLUGIN_DATA")


@dataclass(frozen=True)
class Trial:
    """problem: why the hook left no trace, "" when it did. told: what a user would have been told."""

    problem: str
    told: str


def try_hook(event: str, handler: dict[str, Any], env: dict[str, str] | None = None) -> Trial:
    """Run a handler of a settings file once. env: what the client sets for it alone, such as the plugin's places.

    Nothing of the user's is read or written: the project, Claude Code's directory and the archive are scratch.
    """
    top = Path(os.path.realpath(tempfile.mkdtemp(prefix="rlm-doctor-")))
    try:
        return _tried(top, event, handler, env or {})
    finally:
        _clean(top)


def _tried(top: Path, event: str, handler: dict[str, Any], more: dict[str, str]) -> Trial:
    word = f"trial-{uuid4().hex}"
    project, config = top / "project", top / "config"
    _make_repository(project)
    session = str(uuid4())
    transcript = config / "projects" / "trial" / f"{session}.jsonl"
    transcript.parent.mkdir(parents=True)
    transcript.write_text(_record(session, str(project), word), encoding="utf-8")
    root = Path(archive_root(str(project)))
    root.mkdir(parents=True, mode=0o700)
    payload = {"session_id": session, "transcript_path": str(transcript), "cwd": str(project)}
    payload |= {"hook_event_name": event, **FIELDS[event]}  # type: ignore[dict-item]
    env = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
    env |= {"CLAUDE_PROJECT_DIR": str(project), "CLAUDE_CONFIG_DIR": str(config), "CLAUDE_CODE_SESSION_ID": session}
    args = handler.get("args")
    command = [str(handler["command"]), *map(str, args)] if isinstance(args, list) else ["sh", "-c", handler["command"]]
    limit = handler.get("timeout")
    try:
        done = subprocess.run(
            command,
            input=json.dumps(payload).encode() + b"\n",
            capture_output=True,
            env={**env, "CLAUDECODE": "1", **more},
            cwd=project,
            timeout=limit if isinstance(limit, (int, float)) and limit > 0 else SECONDS,
            check=False,
        )
    except OSError as e:
        return Trial(worded("{command} cannot be started ({why})", command=command[0], why=of_system(e)), "")
    except subprocess.TimeoutExpired as e:
        return Trial(worded("it does not end within {timeout:.0f} s", timeout=e.timeout), "")
    said = done.stderr.decode("utf-8", "replace").strip()[-200:]
    if done.returncode or said:
        return Trial(f"exit {done.returncode}: {said}", "")
    told = _told(done.stdout)
    if _is_traced(root, event, word):
        return Trial("", told)
    return Trial(
        worded("it ends well and archives nothing: {said}", said=told)
        if told
        else worded("it ends well and archives nothing"),
        told,
    )


def _make_repository(project: Path) -> None:
    """A repository of its own: the directory for temporary files may lie in somebody else's."""
    for name in ("objects", "refs"):
        (project / ".git" / name).mkdir(parents=True)
    (project / ".git" / "HEAD").write_text("ref: refs/heads/main\n", encoding="ascii")


def _record(session: str, project: str, word: str) -> str:
    record = {
        "type": "user", "uuid": str(uuid4()), "parentUuid": None, "sessionId": session, "cwd": project,
        "timestamp": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()), "version": "2.1.332",
        "userType": "external", "isSidechain": False,
        "message": {"role": "user", "content": f"A prompt of rlm doctor: {word}"},
    }  # fmt: skip
    return json.dumps(record) + "\n"


def _is_traced(root: Path, event: str, word: str) -> bool:
    if event == "UserPromptSubmit":
        log = root / "log" / NAME
        return log.is_file() and f" {event} " in log.read_text(encoding="utf-8", errors="replace")
    return any(word in path.read_text(encoding="utf-8") for path in root.glob("sessions/*/0*.md"))


def _told(answer: bytes) -> str:
    try:
        return str(json.loads(answer).get("systemMessage", ""))
    except (ValueError, AttributeError):
        return ""


def _clean(top: Path) -> None:
    """Remove the scratch project, which a detached indexer may still be writing to."""
    deadline = time.monotonic() + CLEANING_SECONDS
    while top.exists():
        shutil.rmtree(top, ignore_errors=True)
        if time.monotonic() > deadline:
            return
        if top.exists():
            time.sleep(0.05)
