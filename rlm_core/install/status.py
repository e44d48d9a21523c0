"""What is installed where: read-only, for `rlm doctor` and for the notes of an install."""

import os
from dataclasses import asdict, dataclass
from pathlib import Path

from rlm_core.errors import InstallError, worded
from rlm_core.hooks.precedence import holds_package, is_launched, on_path, package_of, starts
from rlm_core.install import backups, settings
from rlm_core.install.handlers import EVENTS, handlers, positions
from rlm_core.install.machine import Environment
from rlm_core.install.scopes import Scope, scopes
from rlm_core.launcher import table

PLUGIN_PREFIX = "rlm@"


@dataclass(frozen=True)
class Status:
    """One scope's install. Fields that only make sense for an installed scope are None or empty otherwise."""

    scope: str
    """local, shared, user or plugin."""
    path: str
    """The settings file."""
    installed: bool
    """Whether any hook of ours stands there (plugin: whether it is enabled)."""
    version: str | None = None
    """From the manifest; None for a clone of a team's repository, or the plugin."""
    interpreter: str | None = None
    """What the hooks start: a path, or `rlm` in the shared scope."""
    interpreter_exists: bool | None = None
    package_exists: bool | None = None
    """Whether the hooks still find rlm_core where they look; None for the shared scope."""
    missing: tuple[str, ...] = ()
    """Events without a hook of ours."""
    complete: bool = False
    current: bool = False
    """Whether the hooks are those that `rlm install` would write now."""
    window: int | None = None
    """`autoCompactWindow` of that file, ours or not."""
    problem: str | None = None
    """Why the file could not be read."""

    def as_json(self) -> dict[str, object]:
        """The fields as plain values."""
        return asdict(self) | {"missing": list(self.missing)}


def status(project: Path, env: Environment) -> list[Status]:
    """The status of every scope, strongest first, the plugin last. A file that cannot be read is told in `problem`."""
    return [*(_scope(scope, env) for scope in scopes(project, env)), _plugin(project, env)]


def _scope(scope: Scope, env: Environment) -> Status:
    try:
        current = settings.read(scope.settings)
        manifest, _ = backups.load(scope)
    except InstallError as error:
        return Status(scope.name, str(scope.settings), False, problem=str(error))
    ours = {at[0]: handler for at, handler in positions(current.doc.get("hooks"))}
    window = settings.number(current.doc.get(settings.WINDOW_KEY))
    problem = (
        None
        if current.strict
        else worded("{settings} has comments: Claude Code ignores such a file", settings=scope.settings)
    )
    if not ours:
        return Status(scope.name, str(scope.settings), False, window=window, problem=problem)
    interpreter, package = runs(next(iter(ours.values())))
    return Status(
        scope=scope.name,
        path=str(scope.settings),
        installed=True,
        version=manifest.version if manifest else None,
        interpreter=interpreter,
        interpreter_exists=starts(interpreter if os.sep in interpreter else on_path(interpreter)),
        package_exists=None if package is None else holds_package(package),
        missing=tuple(event for event in EVENTS if event not in ours),
        complete=all(event in ours for event in EVENTS),
        current=settings.with_hooks(current, handlers(scope.name, env)) == current.text,
        window=window,
        problem=problem,
    )


def runs(handler: dict[str, object]) -> tuple[str, str | None]:
    """(interpreter, directory of the package) of a handler of ours; the shared scope names no directory.

    What the launcher does not know any more is ("", "").
    """
    command, args = str(handler.get("command", "")), handler.get("args")
    if not isinstance(args, list):
        return command.split(" ")[0], None
    if not is_launched(handler):
        return command, package_of(handler) or None
    entry = table.load(Path(command).parent).find(str(args[2]))
    return (entry.python, entry.package) if entry else ("", "")


def enabled_plugin(project: Path, env: Environment) -> tuple[str, Path] | None:
    """(our plugin's key, the settings file that has the last word on it) when it is switched on."""
    for scope in scopes(project, env):
        try:
            plugins = settings.read(scope.settings).doc.get("enabledPlugins")
        except InstallError:
            continue
        verdicts = _verdicts(plugins)
        if verdicts:
            key, enabled = verdicts[0]
            return (key, scope.settings) if enabled else None
    return None


def _verdicts(plugins: object) -> list[tuple[str, bool]]:
    """Our keys in `enabledPlugins`, enabled ones first."""
    if not isinstance(plugins, dict):
        return []
    verdicts = [(key, value is True) for key, value in plugins.items() if key.startswith(PLUGIN_PREFIX)]
    return sorted(verdicts, key=lambda verdict: not verdict[1])


def _plugin(project: Path, env: Environment) -> Status:
    plugin = enabled_plugin(project, env)
    if not plugin:
        return Status("plugin", str(env.config_dir / "settings.json"), False)
    return Status("plugin", str(plugin[1]), True, complete=True, current=True)
