"""The forms in which our hooks may be installed, and which of them answers when there are several.

Claude Code runs the hooks of every settings file and of every plugin. The archive stands it, but the
user would be told everything twice; so the strongest form that works answers and the others stay silent.
"""

from __future__ import annotations

import json
import os

from rlm_core.config import config_dir
from rlm_core.disk import read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FORMS = ("local", "shared", "user", "plugin")  # strongest first
MARK = "from rlm_core.hook import main"
SHARED_COMMAND = "rlm hook "


def settings_file(form: str, project: str) -> str:
    """The settings file that holds a form's hooks; "" for the plugin."""
    return {
        "local": os.path.join(project, ".claude", "settings.local.json"),
        "shared": os.path.join(project, ".claude", "settings.json"),
        "user": os.path.join(config_dir(), "settings.json"),
    }.get(form, "")


def stands_aside(form: str, event: str, project: str) -> bool:
    """Whether a stronger form that works is installed for this event."""
    stronger = FORMS[: FORMS.index(form)] if form in FORMS else ()
    return any(_works(other, event, project) for other in stronger)


def _works(form: str, event: str, project: str) -> bool:
    data = read(settings_file(form, project))
    if data is None or (MARK.encode() not in data and SHARED_COMMAND.encode() not in data):
        return False
    return any(_usable(h, form) for h in handlers(data, event))


def handlers(data: bytes, event: str) -> list[dict[str, Any]]:
    """The command handlers of an event in a settings file's text; none when it cannot be read."""
    try:
        settings = json.loads(data)
        if settings.get("disableAllHooks"):
            return []
        return [h for group in settings["hooks"].get(event, []) for h in group["hooks"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        return []


def is_ours(handler: dict[str, Any]) -> bool:
    """Whether a handler runs one of our hooks."""
    args = handler.get("args")
    if isinstance(args, list):
        return any(MARK in str(a) for a in args)
    return str(handler.get("command", "")).startswith(SHARED_COMMAND)


def _usable(handler: dict[str, Any], form: str) -> bool:
    if not is_ours(handler):
        return False
    return _on_path("rlm") if form == "shared" else os.access(str(handler.get("command", "")), os.X_OK)


def _on_path(name: str) -> bool:
    names = (name, f"{name}.exe") if os.name == "nt" else (name,)
    folders = os.environ.get("PATH", "").split(os.pathsep)
    return any(os.access(os.path.join(d, n), os.X_OK) for d in folders if d for n in names)
