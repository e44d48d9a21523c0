"""The scopes in which our hooks may be installed, and which of them answers when there are several.

Claude Code runs the hooks of every settings file and of every plugin. The archive stands it, but the
user would be told everything twice; so the strongest scope that works answers and the others stay silent.
"""

from __future__ import annotations

import json
import os

from rlm_core.config import config_dir
from rlm_core.disk import read
from rlm_core.project import working_tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SCOPES = ("local", "shared", "user", "plugin")  # strongest first
BOOT_IMPORT = "from rlm_core.hook import main"
SHARED_COMMAND = "rlm hook "


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

    Those there, and of the local ones also those at the top of the repository's main working tree.
    """
    if scope != "local":
        return [start]
    tree = working_tree(os.path.realpath(start))
    return list(dict.fromkeys([start, tree.main])) if tree and tree.main else [start]


def _same(one: str, other: str) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _works(scope: str, event: str, project: str) -> bool:
    data = read(settings_file(scope, project))
    if data is None or (BOOT_IMPORT.encode() not in data and SHARED_COMMAND.encode() not in data):
        return False
    return any(_usable(h, scope) for h in handlers(data, event))


def handlers(data: bytes, event: str) -> list[dict[str, Any]]:
    """The command handlers of an event in a settings file's text; none when it cannot be read."""
    try:
        settings = json.loads(data)
        if settings.get("disableAllHooks"):
            return []
        return [h for group in settings["hooks"].get(event, []) for h in group["hooks"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        return []


def is_ours(handler: object) -> bool:
    """Whether a handler found in a settings file was written by some version of rlm."""
    if not isinstance(handler, dict):
        return False
    args = handler.get("args")
    if isinstance(args, list):
        return any(isinstance(arg, str) and BOOT_IMPORT in arg for arg in args)
    command = handler.get("command")
    if not isinstance(command, str) or not command.startswith(SHARED_COMMAND):
        return False
    first = command[len(SHARED_COMMAND) :][:1]  # of the event's word
    return first == "-" or "a" <= first <= "z"


def _usable(handler: dict[str, Any], scope: str) -> bool:
    if not is_ours(handler):
        return False
    return _on_path("rlm") if scope == "shared" else os.access(str(handler.get("command", "")), os.X_OK)


def _on_path(name: str) -> bool:
    names = (name, f"{name}.exe") if os.name == "nt" else (name,)
    folders = os.environ.get("PATH", "").split(os.pathsep)
    return any(os.access(os.path.join(d, n), os.X_OK) for d in folders if d for n in names)
