"""The scopes in which our hooks may be installed, and which of them answers when there are several.

Claude Code runs the hooks of every settings file and of every plugin. The archive stands it, but the
user would be told everything twice; so the strongest scope that works answers and the others stay silent.
"""

from __future__ import annotations

import os

from rlm_core import quickjson as json
from rlm_core.disk import opened, read
from rlm_core.home import config_dir
from rlm_core.project import working_tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SCOPES = ("local", "shared", "user", "plugin")  # strongest first
BOOT_IMPORT = "from rlm_core.hook import main"
SHARED_COMMAND = "rlm hook "
_TRAMPOLINE = b"'''exec' "  # the second line of a script of pip's whose interpreter no first line can name
FIELDS = {"type", "command", "args", "timeout", "statusMessage"}  # of handlers that we write, and what changes nothing
LEAST_SECONDS = 5  # that we ever give one
LOOKS_UP = (2, 1, 212)  # the first client, tried, that reads a project's local settings from anywhere in its repository
LAUNCHER = "/rlm/launch"  # the end of the command of a handler that runs by the launcher


def settings_file(scope: str, project: str) -> str:
    """The settings file that holds a scope's hooks; "" for the plugin.

    "" as well for a team's where the file is the user's own: in the home directory there is no team.
    """
    if scope == "shared" and _same(os.path.join(project, ".claude"), config_dir()):
        return ""
    return {
        "local": os.path.join(project, ".claude", "settings.local.json"),
        "shared": os.path.join(project, ".claude", "settings.json"),
        "user": os.path.join(config_dir(), "settings.json"),
    }.get(scope, "")


def stands_aside(scope: str, event: str, start: str) -> bool:
    """Whether a stronger scope that works is installed for this event. start: where the session began."""
    stronger = SCOPES[: SCOPES.index(scope)] if scope in SCOPES else ()
    return any(_works(other, event, folder) for other in stronger for folder in homes(other, start))


def homes(scope: str, start: str) -> list[str]:
    """The directories whose settings of a scope Claude Code reads when it runs in a directory.

    Those there, and of the local ones also those at the top of the repository's main working tree, where the client
    is not too old for that: else the user's own hooks stood aside for ones that never run.
    """
    if scope != "local" or not _looks_up():
        return [start]
    tree = working_tree(os.path.realpath(start))
    return list(dict.fromkeys([start, tree.main])) if tree and tree.main else [start]


def _looks_up() -> bool:
    """Whether the client that started us reads settings above where a session began; so does one that does not tell."""
    told = os.environ.get("AI_AGENT", "").partition("claude-code_")[2].partition("_")[0]  # claude-code_2-1-197_harness
    numbers = [int(part) for part in told.split("-") if part.isdecimal() and len(part) < 7]
    return len(numbers) != 3 or tuple(numbers) >= LOOKS_UP


def _same(one: str, other: str) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _works(scope: str, event: str, project: str) -> bool:
    try:
        data = read(settings_file(scope, project), follow=True)
    except OSError:
        return False
    if data is None or not any(mark.encode() in data for mark in (LAUNCHER, BOOT_IMPORT, SHARED_COMMAND)):
        return False
    return any(_usable(h, scope) and _runs(h, scope, event) for h in handlers(data, event))


def handlers(data: bytes, event: str) -> list[dict[str, Any]]:
    """The handlers of an event in a settings file's text that run whatever it is about; none when it cannot be read."""
    try:
        settings = json.loads(data)
        if settings.get("disableAllHooks"):
            return []
        groups = [g for g in settings["hooks"].get(event, []) if g.get("matcher") in (None, "", "*")]
        return [h for group in groups for h in group["hooks"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []


def is_ours(handler: object) -> bool:
    """Whether a handler found in a settings file was written by some version of rlm."""
    if not isinstance(handler, dict):
        return False
    args, command = handler.get("args"), handler.get("command")
    if isinstance(args, list):
        return any(isinstance(arg, str) and BOOT_IMPORT in arg for arg in args) or is_launched(handler)
    if not isinstance(command, str) or not command.startswith(SHARED_COMMAND):
        return False
    first = command[len(SHARED_COMMAND) :][:1]  # of the event's word
    return first == "-" or "a" <= first <= "z"


def is_launched(handler: dict[str, Any]) -> bool:
    """Whether a handler runs by the launcher: `<...>/rlm/launch EVENT SCOPE KEY`."""
    args, command = handler.get("args"), handler.get("command")
    if not isinstance(command, str) or not command.endswith(LAUNCHER) or not isinstance(args, list):
        return False
    return len(args) == 3 and all(isinstance(arg, str) for arg in args) and args[1] in SCOPES


def package_of(handler: dict[str, Any]) -> str:
    """Where a handler of the form of 0.3.0 and 0.4.0 (`python -c ... DIRECTORY EVENT SCOPE`) looks for the package;
    "" for every other.
    """
    args = handler.get("args")
    args = args if isinstance(args, list) else []
    boot = next((n for n, arg in enumerate(args) if isinstance(arg, str) and BOOT_IMPORT in arg), len(args))
    return "".join(str(arg) for arg in args[boot + 1 : boot + 2])


def holds_package(folder: str) -> bool:
    """Whether the package lies in a directory."""
    return os.path.isfile(os.path.join(folder, "rlm_core", "hook.py"))


def _usable(handler: dict[str, Any], scope: str) -> bool:
    if not is_ours(handler):
        return False
    if scope == "shared":
        return starts(on_path("rlm"))
    if not os.access(str(handler.get("command", "")), os.X_OK):
        return False
    # The launcher finds what it needs, or says that it cannot.
    return is_launched(handler) or holds_package(package_of(handler))


def _runs(handler: dict[str, Any], scope: str, event: str) -> bool:
    """Whether a handler of ours does at each such event what those do that we write.

    A repository's settings could have the user's own hooks stand aside for one that never runs, or for nothing.
    """
    timeout = handler.get("timeout", LEAST_SECONDS)
    if not handler.keys() <= FIELDS or handler.get("type", "command") != "command":
        return False
    if not isinstance(timeout, (int, float)) or timeout < LEAST_SECONDS:
        return False
    word = "".join([f"-{c.lower()}" if c.isupper() else c for c in event])[1:]
    if scope == "shared":
        said = f"{SHARED_COMMAND}{word} {scope}"
        command = str(handler.get("command"))
        return command == said or command.startswith(f"{said} || ")
    args = handler.get("args")
    at = 0 if is_launched(handler) else -2  # what stands behind the words names the launcher's row
    return isinstance(args, list) and args[at : at + 2 or None] == [word, scope]


def on_path(name: str) -> str:
    """The program that PATH gives for a name; "" when it gives none."""
    names = (name, f"{name}.exe") if os.name == "nt" else (name,)
    paths = [os.path.join(d, n) for d in os.environ.get("PATH", "").split(os.pathsep) if d for n in names]
    return next((path for path in paths if os.path.isfile(path) and os.access(path, os.X_OK)), "")


def starts(script: str) -> bool:
    """Whether a program can be started: that it is there, and the interpreter that its first line names.

    Where the interpreter's path is long or has a space pip writes a line for the shell instead, and the path behind it.
    """
    try:
        with opened(script, follow=True) as f:
            first, second = f.readline(1024), f.readline(1024)
    except OSError:
        return False
    if not first.startswith(b"#!"):
        return True
    if second.startswith(_TRAMPOLINE):
        return os.access(_quoted(os.fsdecode(second[len(_TRAMPOLINE) :])), os.X_OK)
    words = os.fsdecode(first[2:]).split()
    return bool(words) and os.access(words[0], os.X_OK)


def _quoted(text: str) -> str:
    """The first word of a shell's line, which may stand in quotes."""
    mark = text[:1]
    return text[1:].partition(mark)[0] if mark in ("'", '"') else text.partition(" ")[0].strip()
