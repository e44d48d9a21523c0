"""Plans an install: hooks into the settings, skills beside them, and what it takes to undo both."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rlm_core.errors import InstallError, phrase, worded
from rlm_core.hooks.silenced import why_silent
from rlm_core.install import backups, manifest, settings
from rlm_core.install.actions import Action, note
from rlm_core.install.apply import InstallPlan, checked
from rlm_core.install.files import PRIVATE_DIR, PRIVATE_FILE, read_bytes
from rlm_core.install.git.exclude import exclude_steps, excluded
from rlm_core.install.git.shared import sharing_notes
from rlm_core.install.handlers import handlers, positions
from rlm_core.install.machine import Environment
from rlm_core.install.manifest import Manifest
from rlm_core.install.offload import offload_note, offload_window
from rlm_core.install.scopes import SCOPES, Scope, ScopeName, scope_of, scopes
from rlm_core.install.settings import Settings
from rlm_core.install.skills import Shelf, SkillPlan, plan_skills, shipped
from rlm_core.install.status import enabled_plugin, status
from rlm_core.install.statusbar import chained
from rlm_core.launcher import shell, spare, table
from rlm_core.launcher.table import Launched

GITIGNORE = b"*\n"


@dataclass(frozen=True)
class Situation:
    """All that is known before anything is decided."""

    project: Path
    scope: Scope
    env: Environment
    current: Settings
    old: Manifest | None
    others: dict[ScopeName, Manifest]
    """The other scopes' manifests in the same directory."""
    installed: Sequence[str]
    """The scopes that have hooks of ours."""
    statusline: bool = False
    """Whether the user asked for our status line."""


def plan_install(
    project: Path, *, scope: ScopeName, offload_at: str | None, env: Environment, statusline: bool = False
) -> InstallPlan:
    """The plan that installs this version in `scope`; it has no changes when this version is installed there.

    `offload_at` ("60%", "150k") makes Claude Code compact at that context size; None leaves its setting as it is.
    statusline: put ours around the user's status line; without it one of ours that is there stays, and is kept whole.
    Raises InstallError when the settings cannot be edited safely or a file cannot be written. Nothing is written.
    """
    chosen = scope_of(project, scope, env)
    _refuse_links(chosen)
    window = None if offload_at is None else offload_window(offload_at)
    current = settings.read(chosen.settings)
    settings.check_hooks(current)
    old, damage = backups.load(chosen)
    others = other_manifests(project, chosen, env)
    installed = [each.scope for each in status(project, env) if each.installed and each.scope in SCOPES]
    known = Situation(project, chosen, env, current, old, others, installed, statusline)
    actions = _steps(known, window)
    notes = damage + _settings_notes(current) + _offload_notes(offload_at, current)
    return checked(actions + notes + _silence_notes(known) + _rival_notes(known), chosen.lock)


def _refuse_links(scope: Scope) -> None:
    """What is written into the archive's directory stays there, wherever a link that came with the project leads."""
    for path in (scope.rlm, scope.install) if scope.name != "user" else ():
        if path.is_symlink():
            raise InstallError(worded("{path} is a link; nothing was changed: remove it and try again", path=path))


def plan_refresh(project: Path, *, scope: ScopeName, env: Environment) -> InstallPlan:
    """The plan that brings the skills of an installation up to this version, and the launcher's spare copy.

    Copies that somebody has changed or deleted stay so, and the settings as they are. It has no changes for what was
    not installed from this machine. Raises InstallError as `plan_install` does.
    """
    chosen = scope_of(project, scope, env)
    current = settings.read(chosen.settings)
    old, _ = backups.load(chosen)
    if old is None or not any(True for _ in positions(current.doc.get("hooks"))):
        return InstallPlan([], chosen.lock)
    installed = [each.scope for each in status(project, env) if each.installed and each.scope in SCOPES]
    known = Situation(project, chosen, env, current, old, other_manifests(project, chosen, env), installed)
    outcome = _skills(known)
    deleted = {chosen.claude / name for name in old.files}
    kept = [a for a in outcome.actions if not (a.kind == "copy-skill" and a.before is None and a.path in deleted)]
    outcome = SkillPlan(kept, outcome.files)
    directories = _directories(chosen, outcome)
    record = replace(old, version=env.version, files=outcome.files, created=_created(known, directories))
    launched = any(entry.settings == str(chosen.settings) for entry in table.load(env.own).entries)
    steps = [
        *_mkdirs(directories[:3]),
        *[action for action in kept if action.kind == "remove"],
        *_manifest(chosen, record),
        *_mkdirs(directories[3:]),
        *[action for action in kept if action.kind != "remove"],
        *(launcher_steps(chosen, env) if launched else []),
    ]
    return checked(steps, chosen.lock)


def other_manifests(project: Path, scope: Scope, env: Environment) -> dict[ScopeName, Manifest]:
    """The sound manifests of the other scopes that share the directory of `scope`."""
    beside = [each for each in scopes(project, env) if each.name != scope.name and _same_dir(each, scope)]
    manifests = {each.name: backups.load(each)[0] for each in beside}
    return {name: old for name, old in manifests.items() if old}


def _same_dir(one: Scope, other: Scope) -> bool:
    return os.path.realpath(one.claude) == os.path.realpath(other.claude)


def _steps(known: Situation, window: int | None) -> list[Action]:
    """The manifest comes before all it describes, the settings last: hooks never run without the rest."""
    scope, current = known.scope, known.current
    after = _settings_after(known, window)
    saved = backups.keep(scope, current, known.old, after)
    outcome = _skills(known)
    directories = _directories(scope, outcome)
    record = _record(known, saved, window, outcome, directories)
    backup_steps = [step for name, data in saved.backups.items() for step in backups.save(scope.install, name, data)]
    return [
        *_mkdirs(directories[:3]),
        *_gitignore(scope),
        *_exclude(known, outcome),
        *backup_steps,
        *[action for action in outcome.actions if action.kind == "remove"],
        *_manifest(scope, record),
        *_mkdirs(directories[3:]),
        *[action for action in outcome.actions if action.kind != "remove"],
        *launcher_steps(scope, known.env),
        *_write_settings(current, after),
        *sharing_notes(scope, outcome.files),
    ]


def _settings_after(known: Situation, window: int | None) -> bytes:
    current = known.current
    text = settings.with_hooks(current, handlers(known.scope.name, known.env))
    text = chained.with_ours(text, current, known.scope, known.project, known.env, asked=known.statusline)
    if window is not None:
        text = settings.with_window(text, str(window), current.layout)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        told = worded(
            "neither {own!a} nor {executable!a} may be other than UTF-8; use another path",
            own=str(known.env.own),
            executable=known.env.executable,
        )
        raise InstallError(told) from error


def _skills(known: Situation) -> SkillPlan:
    files = shipped(known.scope.name, known.env)
    renderings = {name: shipped(name, known.env) for name in SCOPES}
    texts: dict[str, list[bytes]] = {}
    for each in renderings.values():
        for file in each:
            texts.setdefault(file.name, []).append(file.data)
    team_is_here = known.scope.name == "local" and "shared" in known.installed
    team = {file.name: file.data for file in renderings["shared"]} if team_is_here else {}
    others = {name: old.files for name, old in known.others.items()}
    own = dict(known.old.files) if known.old else {}
    return plan_skills(Shelf(known.scope, own, others, team, texts), files)


def _directories(scope: Scope, outcome: SkillPlan) -> list[Path]:
    """Parents before children; the first three are needed for the lock."""
    copied = [action.path for action in outcome.actions if action.kind == "copy-skill" and action.path]
    parents = {parent for path in copied for parent in path.parents}
    return [
        scope.claude,
        scope.rlm,
        scope.install,
        *sorted(each for each in parents if scope.claude in each.parents),
    ]


def launcher_steps(scope: Scope, env: Environment) -> list[Action]:
    """The step that has the launcher run this scope's hooks; none for a team's, which run `rlm` from PATH."""
    if scope.name == "shared" or not shell.can_run(env.own):
        return []
    entry = Launched(str(scope.settings), env.executable, str(env.package_dir))
    if table.is_noted(env.own, entry, spare.name_of(env.package_dir)):
        return []
    why = "runs the hooks, whatever becomes of this Python"
    return [Action("write-launcher", env.own / shell.NAME, why, entry=entry)]


def _mkdirs(directories: Sequence[Path]) -> list[Action]:
    return [
        Action("mkdir", each, "new directory", mode=PRIVATE_DIR if "rlm" in each.parts[-2:] else 0o777)
        for each in directories
        if not each.is_dir()
    ]


def _gitignore(scope: Scope) -> list[Action]:
    path = scope.rlm / ".gitignore"
    if os.path.lexists(path):
        return []
    return [Action("write-file", path, "keeps the archive out of git", None, GITIGNORE, PRIVATE_FILE)]


def _exclude(known: Situation, outcome: SkillPlan) -> list[Action]:
    """Before the files themselves: git never sees one that is not excluded."""
    if known.scope.name == "user":
        return []
    files = {name: old.files for name, old in known.others.items()} | {known.scope.name: outcome.files}
    return exclude_steps(known.scope, excluded(files.get("local"), files.get("shared")))


def _record(
    known: Situation, saved: backups.SettingsRecord, window: int | None, outcome: SkillPlan, directories: Sequence[Path]
) -> Manifest:
    return Manifest(
        scope=known.scope.name,
        version=known.env.version,
        executable=known.env.executable,
        written=saved.written,
        baseline=saved.baseline,
        original=saved.original,
        lossy=saved.lossy,
        window=backups.window_record(known.current, known.old, window),
        bar=chained.record(known.current, known.old.bar if known.old else None, asked=known.statusline),
        files=outcome.files,
        created=_created(known, directories),
    )


def _created(known: Situation, directories: Sequence[Path]) -> tuple[str, ...]:
    """Directories that came with us, now or earlier, relative to `.claude` (itself: ".")."""
    scope = known.scope
    before = [*known.others.values(), *([known.old] if known.old else [])]
    new = [each.relative_to(scope.claude).as_posix() for each in directories if not each.is_dir()]
    whole = ["."] if is_skeleton(scope) else []
    return tuple(sorted({*new, *whole, *(name for each in before for name in each.created)}))


def is_skeleton(scope: Scope) -> bool:
    """Whether `.claude` holds nothing but the start of an install that was killed before its manifest."""
    if not scope.claude.is_dir() or any(scope.install.glob("manifest-*.json")):
        return False
    names = {path.name for path in scope.claude.iterdir()}
    inside = {path.name for path in scope.rlm.iterdir()} if scope.rlm.is_dir() else set()
    return names == {"rlm"} and inside <= {"install", ".gitignore", "..gitignore.rlm-tmp"}


def _manifest(scope: Scope, record: Manifest) -> list[Action]:
    before, after = read_bytes(scope.manifest), manifest.dump(record)
    if before == after:
        return []
    return [Action("write-manifest", scope.manifest, "what uninstall needs", before, after, PRIVATE_FILE)]


def _write_settings(current: Settings, after: bytes) -> list[Action]:
    if after == current.raw:
        return []
    if not current.target.parent.is_dir() and current.target != current.path:
        raise InstallError(
            worded(
                "{path} leads to {target}, whose directory is missing; mend the link",
                path=current.path,
                target=current.target,
            )
        )
    return [Action("write-settings", current.target, "hooks that archive every session", current.raw, after)]


def _settings_notes(current: Settings) -> list[Action]:
    notes = []
    if not current.strict:
        notes.append(
            "comments were dropped from settings (Claude Code ignores a file with comments); the original is "
            "kept and comes back at uninstall. What else the file says takes effect from now on"
        )
    if current.bom:
        notes.append("the byte order mark was dropped from settings; it comes back at uninstall")
    return [note(each, current.path) for each in notes]


def _silence_notes(known: Situation) -> list[Action]:
    """What keeps Claude Code from running these hooks, told at once: they are written all the same, and run when it is
    gone. A file with comments is written anew without them.
    """
    if not known.current.strict:
        return []
    reason = why_silent(known.scope.name, str(known.project), str(known.env.config_dir))
    return [note(worded("the hooks will NOT run: {why}", why=phrase(reason)), known.current.path)] if reason else []


def _offload_notes(offload_at: str | None, current: Settings) -> list[Action]:
    if offload_at is None:
        return []
    notes = [offload_note(offload_at)]
    env = current.doc.get("env")
    if isinstance(env, dict) and "CLAUDE_CODE_AUTO_COMPACT_WINDOW" in env:
        notes.append("CLAUDE_CODE_AUTO_COMPACT_WINDOW in the settings' env overrides this")
    if current.doc.get("autoCompactEnabled") is False:
        notes.append("autoCompactEnabled is false: Claude Code does not compact by itself until that is removed")
    return [note(each, current.path) for each in notes]


def _rival_notes(known: Situation) -> list[Action]:
    """Who wins when rlm is there more than once. Each scope notices the others; only the strongest works."""
    notes = []
    order = [name for name in SCOPES if name in known.installed or name == known.scope.name]
    if len(order) > 1:
        notes.append(
            worded(
                "rlm is installed as {order}: {first} wins (local > shared > user > plugin)",
                order=", ".join(order),
                first=order[0],
            )
        )
    plugin = enabled_plugin(known.project, known.env)
    if plugin:
        notes.append(
            worded("the plugin {plugin} is enabled too: it notices these hooks and stands aside", plugin=plugin[0])
        )
    return [note(each) for each in notes]
