"""What an installation has to bring along and keep: its files as this version ships them, its hooks, the transcripts.

A session's start renews the skills after an upgrade (`main`, detached); `rlm doctor` tells of the rest, and `rlm doctor
--fix` mends what is safe to mend.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rlm_core import log
from rlm_core.archive.background import give_way
from rlm_core.disk import archive_root, read
from rlm_core.errors import InstallError, Joined, RlmError, worded
from rlm_core.hooks.precedence import holds_package
from rlm_core.hooks.trouble import FLAGS
from rlm_core.ownership import foreign
from rlm_core.redaction.clean import literal
from rlm_core.version import VERSION

if TYPE_CHECKING:
    from typing import Any

    from rlm_core.install import Environment, ScopeName, Status

MAX_SECONDS = 120
DAYS, LONG_DAYS = 30, 3650
CLEANUP = "cleanupPeriodDays"
SHOWN_NAMES = 6


@dataclass(frozen=True)
class Check:
    """One check. detail says what was found and, when it failed, what to do next."""

    name: str
    ok: bool
    detail: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def main(argv: list[str]) -> None:
    """argv: the project and the scope of the installation. What cannot be renewed is told in the log."""
    project, scope = argv
    give_way(MAX_SECONDS)
    if foreign(archive_root(project)):
        return
    try:
        copied = renew(project, "user" if scope == "user" else "local")
        log.write(archive_root(project), literal("renewed files={}").format(copied))
    except (RlmError, OSError, ImportError) as e:
        log.tell(archive_root(project), f"skills FAILED to be renewed: {e}; run `rlm install` again")


def renew(project: str, scope: ScopeName) -> int:
    """Bring the skills of an installation up to this version; how many files were written or removed.

    Raises RlmError or OSError, and ImportError in an interpreter that lacks what the installer needs.
    """
    from rlm_core.install import Environment, plan_refresh

    done = plan_refresh(Path(project), scope=scope, env=Environment.current()).apply()
    return sum(action.kind in ("copy-skill", "remove") for action in done)


# What `rlm doctor` tells of an installation.


def installed_files(project: str) -> list[Check]:
    """For each installation made from this machine: whether its files are what this version ships."""
    return [_files_of(found, project) for found in _installations(project)]


def _installations(project: str) -> Iterator[Status]:
    from rlm_core.install import Environment, status

    found = status(Path(project), Environment.current())
    return (each for each in found if each.installed and each.scope != "plugin" and each.version)


def _files_of(found: Status, project: str) -> Check:
    name = f"skills ({found.scope})"
    if _number(found.version or "") > _number(VERSION):
        return Check(
            name,
            True,
            worded(
                "installed by rlm {version}, which is newer than this one ({own})",
                version=found.version,
                own=VERSION,
            ),
        )
    try:
        old, missing, changed, hooks = _differences(found.scope, project)  # type: ignore[arg-type]
    except RlmError as e:
        return Check(name, False, worded("{why}", why=e))
    said: list[str] = [worded("missing: {names}", names=_few(missing))] if missing else []
    said += [worded("old: {names}", names=_few(old))] if old else []
    said += ["the hooks are in an older form"] if hooks else []
    if said:
        flag = FLAGS[found.scope]
        mend = (
            worded("run `rlm install{scope}`", scope=flag)
            if found.scope == "shared"
            else worded("run `rlm doctor --fix` or `rlm install{scope}`", scope=flag)
        )
        return Check(name, not (old or missing), Joined("; ", [*said, mend]))
    yours = [worded("changed by you and left so: {names}", names=_few(changed))] if changed else []
    return Check(name, True, Joined("; ", [worded("as rlm {version} ships them", version=VERSION), *yours]))


def _differences(scope: ScopeName, project: str) -> tuple[list[str], list[str], list[str], bool]:
    """(names of files that are old, missing, changed by the user; whether the hooks are to be written anew)."""
    from rlm_core.install import Environment, plan_install

    env = Environment.current()
    base = env.config_dir if scope == "user" else Path(project) / ".claude"
    actions = plan_install(Path(project), scope=scope, offload_at=None, env=env).actions
    copies = [(str(a.path.relative_to(base)), a) for a in actions if a.path and base in a.path.parents]
    old = [name for name, a in copies if a.kind == "remove" or (a.kind == "copy-skill" and a.before is not None)]
    missing = [name for name, a in copies if a.kind == "copy-skill" and a.before is None]
    changed = [name for name, a in copies if a.kind == "note" and "was changed since" in a.detail]
    return old, missing, changed, any(a.kind in ("write-settings", "write-launcher") for a in actions)


def _few(names: list[str]) -> str:
    if len(names) <= SHOWN_NAMES:
        return ", ".join(names)
    return worded("{names} and {n} more", names=", ".join(names[:SHOWN_NAMES]), n=len(names) - SHOWN_NAMES)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def gone(handler: dict[str, Any]) -> str:
    """What of a handler's interpreter and package is not there any more; "" when both are."""
    from rlm_core.install.status import runs

    if not isinstance(handler.get("args"), list):
        return ""
    python, package = runs(handler)
    if not python:
        return "the launcher does not know this installation any more"
    if not (os.access(python, os.X_OK) or shutil.which(python)):
        return worded("the interpreter {python} is gone", python=python)
    return (
        worded("the package is gone from {package}", package=package)
        if package is not None and not holds_package(package)
        else ""
    )


def last_install(project: str) -> float:
    """When rlm was last installed for this project, in seconds since 1970; 0 when it was not, from this machine."""
    from rlm_core.install import Environment
    from rlm_core.install.scopes import scopes

    found = [scope.manifest for scope in scopes(Path(project), Environment.current())]
    return max((path.stat().st_mtime for path in found if path.is_file()), default=0.0)


def plugin_place(key: str, env: Environment) -> Path | None:
    """Where the client has put a plugin, by its own list; None when that does not say."""
    import json

    try:
        listed = json.loads(read(str(env.config_dir / "plugins" / "installed_plugins.json"), follow=True) or b"{}")[
            "plugins"
        ][key]
        rows = listed if isinstance(listed, list) else [listed]
        places = [Path(row["installPath"]) for row in rows]
    except (ValueError, KeyError, TypeError, OSError, RecursionError):
        return None
    return next((place for place in reversed(places) if (place / "hooks" / "hooks.json").is_file()), None)


def kept_by_claude(project: str) -> Check:
    """For how long Claude Code keeps its transcripts, which are all there is of what was never archived."""
    days, where = _cleanup(project)
    name = "transcripts kept"
    if days == 0:
        said = worded("{where} has cleanupPeriodDays 0: Claude Code keeps nothing to archive", where=where)
        return Check(name, False, Joined("; ", [said, "remove it there"]))
    if days >= LONG_DAYS // 10:
        return Check(name, True, worded("for {n:,} {n:|day|days} (cleanupPeriodDays in {where})", n=days, where=where))
    form = "Claude Code deletes transcripts after {n} {n:|day|days} (the default of cleanupPeriodDays)"
    if where:
        form = "Claude Code deletes transcripts after {n} {n:|day|days} (cleanupPeriodDays in {where})"
    todo = worded("`rlm doctor --fix` offers to raise that to {n}", n=LONG_DAYS)
    return Check(name, True, Joined("; ", [worded(form, n=days, where=where), todo]))


def _cleanup(project: str) -> tuple[int, str]:
    """(days, the settings file that says so, "" for Claude Code's own default); the strongest scope decides."""
    from rlm_core.install import Environment
    from rlm_core.install.scopes import scopes
    from rlm_core.install.settings import number
    from rlm_core.install.settings import read as read_settings

    for scope in scopes(Path(project), Environment.current()):
        try:
            days = number(read_settings(scope.settings).doc.get(CLEANUP))
        except InstallError:
            continue
        if days is not None:
            return days, str(scope.settings)
    return DAYS, ""


# What `rlm doctor --fix` does.


def mend(project: str) -> list[str]:
    """Install anew, in their own scopes, what an older version installed here, what is damaged and what has died.

    Copies that somebody has changed stay, and a team's files: these are committed. Sentences about what was done.
    Raises RlmError.
    """
    from rlm_core.install import Environment, plan_install

    done: list[str] = []
    for found in _installations(project):
        if found.scope not in ("local", "user") or _number(found.version or "") > _number(VERSION):
            continue
        scope: ScopeName = "user" if found.scope == "user" else "local"
        plan = plan_install(Path(project), scope=scope, offload_at=None, env=Environment.current())
        if plan.changes:
            steps = [action for action in plan.apply() if action.changes]
            done.append(
                worded(
                    "installed anew ({scope}): {steps}", scope=scope, steps=_few([str(action.path) for action in steps])
                )
            )
    return done


def can_keep_longer(project: str) -> bool:
    """Whether it is worth asking the user to have Claude Code keep transcripts for longer."""
    return 0 < _cleanup(project)[0] < LONG_DAYS // 10


def keep_longer() -> str:
    """Have Claude Code keep transcripts for ten years, in the user's own settings; a sentence. Raises RlmError."""
    from rlm_core.install import Environment, settings
    from rlm_core.install.actions import Action
    from rlm_core.install.apply import checked
    from rlm_core.install.scopes import scope_of

    env = Environment.current()
    scope = scope_of(Path(), "user", env)
    current = settings.read(scope.settings)
    if not current.strict:
        raise InstallError(
            worded(
                "{settings} has comments, which would be lost; set {cleanup} there yourself",
                settings=scope.settings,
                cleanup=CLEANUP,
            )
        )
    after = settings.with_number(current.text, CLEANUP, str(LONG_DAYS), current.layout).encode()
    checked([Action("write-settings", current.target, "keeps transcripts", current.raw, after)], scope.lock).apply()
    return worded(
        "{cleanup} is {long_days} in {settings}", cleanup=CLEANUP, long_days=LONG_DAYS, settings=scope.settings
    )
