"""Work that a hook leaves to a process of its own: the sweep, and the plugin's environment."""

from __future__ import annotations

import os
import sys
import time

from rlm_core.deadline import within
from rlm_core.disk import opened
from rlm_core.transcript.source import Source, file_stamp

HINT_SECONDS = 2  # that a prompt waits for a hint, at most
RECAP_SECONDS = 2  # that the end of a compaction waits for what is told after it
RETRY_SECONDS = 3600  # after a failed build of the plugin's environment


def sweep_detached(project: str, source: Source) -> None:
    """Archive, in a process of its own, a transcript and all that is left behind beside it."""
    spawn("rlm_core.hooks.sweep", ["-I", "-S"], [project, os.path.dirname(source.path), source.path])


def copy_detached(project: str) -> None:
    """Bring the archive's second copy up to date, in a process of its own."""
    spawn("rlm_core.hooks.copying", ["-I", "-S"], [project])


def index_detached(project: str) -> None:
    """Bring the search index up to date, in a process of its own.

    It needs a package that hooks do without: the plugin's environment has it, once that stands.
    """
    spawn("rlm_core.index.process", ["-I"], [project], python=plugin_python() or sys.executable)


def retain_detached(project: str) -> None:
    """Look which sessions are older than the settings keep, in a process of its own, and forget what was told of."""
    spawn("rlm_core.forget.retention", ["-I"], [project], python=plugin_python() or sys.executable)


def renew_detached(project: str, scope: str) -> None:
    """Bring an installation's skills up to this version, in a process of its own."""
    spawn("rlm_core.doctor.upkeep", ["-I"], [project, scope])


def hint_for(project: str, session: str, prompt: str) -> str:
    """What the archive has to say to a prompt, from a process of its own; "" when it takes too long."""
    code = "from rlm_core.search.hints import main;main(sys.argv[2:])"
    return _told_by(code, [project, session], HINT_SECONDS, prompt)


def recap_of(project: str, folder: str) -> str:
    """What a compaction has left out of the context and Claude should know at once, from a process of its own; "" when
    it takes too long. folder: the session's directory in the archive.
    """
    return _told_by("from rlm_core.timeline.recap import main;main(sys.argv[2:])", [project, folder], RECAP_SECONDS)


def _told_by(code: str, args: list[str], seconds: float, given: str = "") -> str:
    """What a process of ours prints; "" when it fails, or takes longer than that and than the hook has left."""
    import subprocess

    code = f"import sys;sys.path.insert(0,sys.argv[1]);{code}"
    command = [plugin_python() or sys.executable, "-I", "-X", "utf8", "-c", code, _above_the_package(), *args]
    try:
        done = subprocess.run(
            command,
            input=given.encode("utf-8", "replace"),
            capture_output=True,
            timeout=within(seconds),
            env={**os.environ, "RLM_DEPTH": "1"},
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def plugin_python() -> str:
    """The interpreter of the plugin's own environment; "" without one."""
    data = os.environ.get("CLAUDE_PLUGIN_DATA", "")
    if not data:
        return ""
    try:
        with opened(os.path.join(data, "environment"), follow=True) as f:
            python = os.fsdecode(f.read().strip())
    except OSError:
        return ""
    return python if os.path.exists(python) else ""


def spawn(module: str, flags: list[str], args: list[str], python: str = sys.executable) -> None:
    """Start `module.main(args)` in a new interpreter and forget it.

    It has a time limit, excludes its like, and runs in a session of its own, so that it outlives ours.
    """
    code = "import sys;sys.path.insert(0,sys.argv[1]);from importlib import import_module as i;"
    code += "i(sys.argv[2]).main(sys.argv[3:])"
    command = [python, *flags, "-X", "utf8", "-c", code, _above_the_package(), module, *args]
    env = {**os.environ, "RLM_DEPTH": "1"}
    null = os.open(os.devnull, os.O_RDWR)
    try:
        actions = [(os.POSIX_SPAWN_DUP2, null, fd) for fd in (0, 1, 2)]
        os.posix_spawn(command[0], command, env, file_actions=actions, setsid=True)
    except (AttributeError, NotImplementedError):
        import subprocess

        flags_ = getattr(subprocess, "DETACHED_PROCESS", 0) | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
        subprocess.Popen(
            command, stdin=null, stdout=null, stderr=null, env=env, start_new_session=True, creationflags=flags_
        )
    finally:
        os.close(null)


def build_environment(scope: str) -> None:
    """Build the plugin's environment for everything that the hooks do without, unless it stands."""
    data = os.environ.get("CLAUDE_PLUGIN_DATA", "")
    if scope != "plugin" or not data:
        return
    python = ""
    try:
        with opened(os.path.join(data, "environment"), follow=True) as f:
            python = os.fsdecode(f.read().strip())
        failed = 0.0
    except OSError:
        failed = file_stamp(os.path.join(data, "environment.log"))[1] / 1e9
    from rlm_core.version import VERSION

    if f"venv-{VERSION}-" in python and os.path.exists(python):
        return
    if time.time() - failed > RETRY_SECONDS:
        spawn("rlm_core.hooks.plugin", ["-I"], [data])


def _above_the_package() -> str:
    """The directory that holds `rlm_core`, for the path of a new interpreter."""
    return os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
