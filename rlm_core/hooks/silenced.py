"""Whether Claude Code will run our hooks at all, whatever stands in the file that holds them.

It looks at four layers of settings files, the strongest first: managed, local, project, user. Policies from a server or
from a device's management are no files and not seen.
"""

from __future__ import annotations

import os
import sys

from rlm_core import quickjson as json
from rlm_core.disk import read
from rlm_core.errors import of_system, phrase, worded
from rlm_core.home import config_dir
from rlm_core.hooks.precedence import settings_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

MANAGED = {"darwin": "/Library/Application Support/ClaudeCode", "win32": "C:\\Program Files\\ClaudeCode"}
ELSEWHERE = "/etc/claude-code"
OVERRIDE = "RLM_MANAGED_SETTINGS"  # the directory in place of these: for tests
MANAGED_ONLY, PLUGINS_ONLY, DISABLED = "allowManagedHooksOnly", "strictPluginOnlyCustomization", "disableAllHooks"


def why_silent(scope: str, project: str, config: str = "") -> str:
    """Why the client will not run the hooks of a scope, with the file and the remedy; "" when it will.

    scope: local, shared, user or plugin. config: Claude Code's own directory, where it is not the environment's.
    """
    return _silenced_by_managed(scope) or _silenced_by_settings(scope, project, config)


def _silenced_by_managed(scope: str) -> str:
    """Why a file of the machine's manager keeps the hooks of a scope from running."""
    for path, settings in _managed():
        if settings.get(DISABLED) is True:
            return worded(
                "{path} has {disabled}: Claude Code runs no hook; ask whoever manages this machine",
                path=path,
                disabled=DISABLED,
            )
        if settings.get(MANAGED_ONLY) is True and not (scope == "plugin" and _enables_plugin(settings)):
            return worded(
                "{path} has {managed_only}: Claude Code runs none of yours; ask whoever manages this machine",
                path=path,
                managed_only=MANAGED_ONLY,
            )
        strict = settings.get(PLUGINS_ONLY)
        if scope != "plugin" and (strict is True or (isinstance(strict, list) and "hooks" in strict)):
            return worded(
                "{path} has {plugins_only}: hooks of settings files do not run; install rlm's plugin instead",
                path=path,
                plugins_only=PLUGINS_ONLY,
            )
    return ""


def _silenced_by_settings(scope: str, project: str, config: str) -> str:
    """Why a settings file of the user or the project does: one that cannot be read, or that switches hooks off."""
    layers = [(name, _path(name, project, config)) for name in ("local", "shared", "user")]
    problem = next((fault(path) for name, path in layers if name == scope), "")
    if problem:
        return problem
    for _, path in layers:
        said = _parsed(path).get(DISABLED)  # the strongest layer that says anything decides
        if said is False:
            return ""
        if said is True:
            return worded(
                "{path} has {disabled}: Claude Code runs no hook, ours neither; remove it there",
                path=path,
                disabled=DISABLED,
            )
    return ""


def _path(scope: str, project: str, config: str) -> str:
    if scope == "user":
        return os.path.join(config or config_dir(), "settings.json")
    return settings_file(scope, project)


def _managed() -> list[tuple[str, Json]]:
    """(path, settings) of the managed layer's files."""
    folder = os.environ.get(OVERRIDE) or MANAGED.get(sys.platform, ELSEWHERE)
    dropped = os.path.join(folder, "managed-settings.d")
    names = sorted(os.listdir(dropped)) if os.path.isdir(dropped) else []
    paths = [os.path.join(folder, "managed-settings.json")]
    paths += [os.path.join(dropped, n) for n in names if n.endswith(".json") and not n.startswith(".")]
    return [(path, _parsed(path)) for path in paths]


def _enables_plugin(settings: Json) -> bool:
    """Whether managed settings switch our plugin on, whose hooks are managed then."""
    plugins = settings.get("enabledPlugins")
    return isinstance(plugins, dict) and any(k.startswith("rlm@") and on is True for k, on in plugins.items())


def _parsed(path: str) -> Json:
    """A settings file's object; {} when there is none that can be read."""
    try:
        settings = json.loads(read(path, follow=True) or b"{}")
    except (ValueError, OSError, RecursionError):
        return {}
    return settings if isinstance(settings, dict) else {}


def fault(path: str) -> str:
    """What is wrong with a settings file so that hooks in it do not run, with its path and the remedy; "" if nothing.

    A file that is missing or blank has no fault. For one bad entry 2.1.197 ignores the whole file, 2.1.332 that
    entry alone; which client reads the file next cannot be known.
    """
    try:
        data = read(path, follow=True)
    except OSError as e:
        return worded("{path} cannot be read ({why}); Claude Code ignores it", path=path, why=of_system(e))
    if data is None or not data.strip():
        return ""
    try:
        settings = json.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError) as e:
        return worded("{path} is no JSON ({why}): Claude Code ignores all of it; mend it", path=path, why=e)
    if not isinstance(settings, dict):
        return worded("{path} holds no JSON object: Claude Code ignores it; mend it", path=path)
    problem = _fault_of_hooks(settings.get("hooks", {}))
    if not problem:
        return ""
    return worded(
        "{path} has {problem}: Claude Code (such as 2.1.197) ignores the whole file for that; mend or remove the entry",
        path=path,
        problem=phrase(problem),
    )


def _fault_of_hooks(hooks: object) -> str:
    if not isinstance(hooks, dict):
        return "a `hooks` that is no object"
    for event, groups in hooks.items():
        if not isinstance(groups, list):
            return worded("a `hooks.{event}` that is no list", event=event)
        for n, group in enumerate(groups, 1):
            handlers = group.get("hooks") if isinstance(group, dict) else None
            if not isinstance(handlers, list):
                return worded("a group without `hooks` (number {n} of {event})", n=n, event=event)
            problem = next((p for h in handlers if (p := _fault_of_handler(h))), "")
            if problem:
                return worded("{problem} (group {n} of {event})", problem=phrase(problem), n=n, event=event)
    return ""


def _fault_of_handler(handler: object) -> str:
    if not isinstance(handler, dict) or not isinstance(handler.get("type"), str):
        return "a hook without a `type`"
    if handler["type"] == "command" and not isinstance(handler.get("command"), str):
        return "a hook without a `command`"
    timeout = handler.get("timeout", 1)
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)):
        return "a hook whose `timeout` is no number"
    return ""
