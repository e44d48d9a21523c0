"""Plans an uninstall: our parts out of the settings, our copies out of the skills, the rest as it was."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rlm_core.archive.copies.place import copies_at
from rlm_core.archive.store import NAMES
from rlm_core.errors import InstallError, worded
from rlm_core.home import own_dir
from rlm_core.install import backups, settings
from rlm_core.install.actions import Action, note
from rlm_core.install.apply import InstallPlan, checked
from rlm_core.install.files import read_bytes, sha256
from rlm_core.install.git.exclude import exclude_steps, excluded
from rlm_core.install.handlers import positions
from rlm_core.install.install import GITIGNORE, is_skeleton, other_manifests
from rlm_core.install.machine import Environment
from rlm_core.install.manifest import Manifest
from rlm_core.install.scopes import Scope, ScopeName, scope_of, scopes
from rlm_core.install.settings import Settings
from rlm_core.install.skills import Files, leftovers, removals, shipped
from rlm_core.install.status import status
from rlm_core.launcher import shell, table
from rlm_core.launcher.table import Launched


@dataclass(frozen=True)
class Leaving:
    """One scope that goes. All scopes of one uninstall share a `.claude` directory."""

    scope: Scope
    current: Settings
    old: Manifest | None
    gives: bytes | None
    """What the settings file will hold; None: it goes."""
    damage: list[Action]

    @property
    def has_hooks(self) -> bool:
        """Whether hooks of ours stand in the settings."""
        return any(True for _ in positions(self.current.doc.get("hooks")))


def plan_uninstall(
    project: Path, *, scope: ScopeName | None = None, purge: bool = False, env: Environment
) -> InstallPlan:
    """The plan that takes rlm out of `scope`; it has no changes when nothing of ours is there.

    scope: None means local, and shared too if that was installed from this machine; in a clone the shared hooks are
    the team's and stay. purge: delete the archive, `.claude/rlm`, and its second copy too, and with scope user the
    ledger of `rlm ask`. Raises InstallError when the settings cannot be edited safely, a file cannot be written, or a
    purge would follow a link. Nothing is written.
    """
    leaving = _leaving(project, scope, env)
    first = leaving[0].scope
    staying = other_manifests(project, first, env)
    for each in leaving:
        staying.pop(each.scope.name, None)
    actions = [step for each in leaving for step in _settings_steps(each, purge)]
    actions += _skill_steps(leaving, staying, env)
    actions += _emptied(_skill_directories(leaving, actions), _gone(first, actions))
    actions += _exclude(first, staying)
    actions += _launcher_steps(leaving, env)
    actions += [*_purge_steps(first, bool(staying)), *_copy_steps(first), *_ledger_steps(first)] if purge else []
    if not purge or staying:
        actions += [step for each in leaving for step in _record_steps(each, staying)]
    actions += _tidy(first, leaving, actions, purge)
    notes = [said for each in leaving for said in _notes(each, purge)]
    return checked(actions + notes + _farewell(project, env, leaving, actions), first.lock)


def _leaving(project: Path, scope: ScopeName | None, env: Environment) -> list[Leaving]:
    chosen = [scope_of(project, scope or "local", env)]
    if scope is None:
        chosen += [each for each in scopes(project, env) if each.name == "shared" and backups.load(each)[0]]
    return [_load(each) for each in chosen]


def _load(scope: Scope) -> Leaving:
    current = settings.read(scope.settings)
    old, damage = backups.load(scope)
    return Leaving(scope, current, old, backups.given_back(scope, current, old), damage)


def _settings_steps(each: Leaving, purge: bool) -> list[Action]:
    """What cannot come back is saved first, then the settings are given back."""
    home = each.scope.claude if purge else each.scope.install
    steps = [step for name, data in _keepsakes(each, purge).items() for step in backups.save(home, name, data)]
    gives, raw = each.gives, each.current.raw
    if gives == raw:
        return leftovers([each.current.target])
    exact = each.old is not None and gives == backups.backup(each.scope, each.old.baseline)
    detail = "as they were before rlm, to the byte" if exact else "hooks taken out, all else kept"
    kind = "remove-settings" if gives is None else "write-settings"
    return [*steps, Action(kind, each.current.target, detail, raw, gives), *leftovers([each.current.target])]


def _keepsakes(each: Leaving, purge: bool) -> dict[str, bytes]:
    """The user's texts that uninstall does not bring back; a purge spares only those with comments."""
    texts: list[bytes | None] = []
    touched = not backups.is_untouched(each.current, each.old)
    original = backups.backup(each.scope, each.old.original) if each.old else None
    if each.old and original not in (None, each.gives) and (each.old.lossy or (touched and not purge)):
        texts.append(original)
    if touched and not each.current.strict and each.gives != each.current.raw:
        texts.append(each.current.raw)
    return {backups.backup_name(each.scope, data): data for data in texts if data is not None}


def _skill_steps(leaving: Sequence[Leaving], staying: Mapping[ScopeName, Manifest], env: Environment) -> list[Action]:
    files: Files = {}
    for each in leaving:
        for name, digests in _files(each, env).items():
            files[name] = (*files.get(name, ()), *digests)
    return removals(leaving[0].scope, files, {name: old.files for name, old in staying.items()})


def _exclude(scope: Scope, staying: Mapping[ScopeName, Manifest]) -> list[Action]:
    """After the files themselves: git goes on ignoring those of a local install that stays."""
    if scope.name == "user":
        return []
    files = {name: old.files for name, old in staying.items()}
    return exclude_steps(scope, excluded(files.get("local"), files.get("shared")))


def _files(each: Leaving, env: Environment) -> Files:
    """What we wrote, by the manifest; in a clone, what we would write."""
    if each.old:
        return each.old.files
    if not each.has_hooks:
        return {}
    return {file.name: (sha256(file.data),) for file in shipped(each.scope.name, env)}


def _launcher_steps(leaving: Sequence[Leaving], env: Environment) -> list[Action]:
    """Takes these installations off the launcher's list; the launcher goes with the last one of the user."""
    names = [str(each.scope.settings) for each in leaving]
    listed = [entry for entry in table.load(env.own).entries if entry.settings in names]
    if not listed and table.leaves(env.own) and not table.remaining(env.own, names):
        listed = [Launched(names[0], "", "")]  # an install was killed before it came to the list
    path = env.own / shell.NAME
    return [Action("drop-launcher", path, "no longer runs these hooks", entry=entry) for entry in listed]


def _launcher_files(actions: Sequence[Action]) -> set[Path]:
    """What of the launcher the steps so far remove: all of it, or nothing while another installation needs it."""
    drops = [action for action in actions if action.kind == "drop-launcher" and action.path and action.entry]
    own = next((action.path.parent for action in drops if action.path), None)
    if own is None or table.remaining(own, [action.entry.settings for action in drops if action.entry]):
        return set()
    return set(table.files(own))


def _purge_steps(scope: Scope, others: bool) -> list[Action]:
    """Deletes `.claude/rlm`; while another scope is installed, its manifest and backups stay."""
    if not os.path.lexists(scope.rlm):
        return []
    linked = scope.rlm if scope.rlm.is_symlink() else scope.claude
    if linked.is_symlink() and not (linked == scope.claude and scope.name == "user"):
        raise InstallError(
            worded(
                "{linked} is a link; rlm deletes nothing through it: delete what it leads to yourself", linked=linked
            )
        )
    if not scope.rlm.is_dir():
        raise InstallError(
            worded("{rlm} is not a directory; nothing was changed: look at it and remove it yourself", rlm=scope.rlm)
        )
    foreign = _foreign(scope)
    launched = table.remaining(scope.rlm, [str(scope.settings)])
    if not others and not foreign and not launched:
        return [Action("purge", scope.rlm, "the archive and everything in it")]
    ours = {scope.install, scope.rlm / ".gitignore"} if others or launched else set()
    spared = {*foreign, *table.files(scope.rlm), *ours}
    return [Action("purge", path, "the archive") for path in sorted(scope.rlm.iterdir()) if path not in spared]


def _foreign(scope: Scope) -> set[Path]:
    """What is beside the archive in the user's own directory of ours: other projects' copies, and what all share."""
    if os.path.realpath(scope.rlm) != os.path.realpath(own_dir()) or not scope.rlm.is_dir():
        return set()
    return {path for path in scope.rlm.iterdir() if path.name not in NAMES and path != scope.install}


def _copy_steps(scope: Scope) -> list[Action]:
    """Deletes the archive's second copy: what the user deletes by a command does not come back."""
    return [Action("purge", Path(top), "its second copy") for top in copies_at(str(scope.rlm))]


def _ledger_steps(scope: Scope) -> list[Action]:
    """Deletes what `rlm ask` keeps for the user, in all projects: only with the installation for all of them."""
    folder = scope.claude / "rlm-ask"
    if scope.name != "user" or folder.is_symlink() or not folder.is_dir():
        return []
    return [Action("purge", folder, "what questions have cost, and answers outside of archives")]


def _record_steps(each: Leaving, staying: Mapping[ScopeName, Manifest]) -> list[Action]:
    """The manifest goes last: until then a killed uninstall can be run again."""
    scope, old = each.scope, each.old
    names = {old.baseline, old.original} if old else set()
    spared = set(_keepsakes(each, False)) | {other.baseline for other in staying.values()}
    spared |= {other.original for other in staying.values()}
    if each.gives is not None:
        names.add(backups.backup_name(scope, each.gives))  # a killed install leaves it without a manifest
    paths = [scope.install / name for name in sorted(filter(None, names - spared))]
    steps = [_removal(path, "backup, no longer needed") for path in paths]
    left = [] if scope.install.is_symlink() else sorted(scope.install.glob(".*.rlm-tmp"))
    steps += [_removal(path, "left by a killed run") for path in left]
    steps += leftovers([scope.rlm / ".gitignore"])
    record = [_removal(scope.manifest, "install record")] if not _is_refused(each) else []
    return [step for step in [*steps, *record] if step.before is not None]


def _is_refused(each: Leaving) -> bool:
    """Whether a manifest stands there that this user's install has not written: it stays, with all that it names."""
    return any(step.detail.endswith(backups.STAYS) for step in each.damage)


def _removal(path: Path, detail: str) -> Action:
    return Action("remove", path, detail, read_bytes(path))


def _gone(scope: Scope, actions: Sequence[Action]) -> set[Path]:
    """What the steps so far remove; the lock goes with its directory."""
    kinds = ("remove", "remove-settings", "purge", "rmdir")
    gone = {action.path for action in actions if action.path and action.kind in kinds}
    return {scope.lock, *gone, *_launcher_files(actions)}


def _created(leaving: Sequence[Leaving]) -> set[Path]:
    return {each.scope.claude / name for each in leaving if each.old for name in each.old.created}


def _skill_directories(leaving: Sequence[Leaving], actions: Sequence[Action]) -> list[Path]:
    """Those that may go once they are empty, deepest first. Git keeps no empty one, so a clone loses them all."""
    scope = leaving[0].scope
    removed = [action.path for action in actions if action.kind == "remove" and action.path]
    directories: set[Path] = set()
    for top in (scope.skills, scope.agents, scope.workflows):
        ours = [path for path in removed if top in path.parents]
        directories |= {parent for path in ours for parent in path.parents if top in parent.parents}
        directories |= {path for path in _created(leaving) if path == top or top in path.parents}
        if ours and not any(each.old for each in leaving):
            directories.add(top)
    return sorted(directories, key=lambda path: -len(path.parts))


def _tidy(scope: Scope, leaving: Sequence[Leaving], actions: Sequence[Action], purge: bool) -> list[Action]:
    """Removes what is left of `.claude/rlm`, and `.claude` if it came with us, unless something else is there.

    After an uninstall that left the archive, and where an archive was made without an install, nobody knows who made
    `.claude`: a purge that leaves it empty removes it, since an empty one tells Claude Code and git nothing.
    """
    gone = _gone(scope, actions)
    install = _emptied([scope.install], gone)
    ignore = [_removal(scope.rlm / ".gitignore", "nothing left to ignore")] if _only_ignore(scope, gone) else []
    gone |= {step.path for step in ignore if step.path}
    ours = scope.claude in _created(leaving) or is_skeleton(scope)
    left = _emptied([scope.rlm, *([scope.claude] if ours else [])], gone)
    if purge and scope.name != "user" and not any(each.old for each in leaving):
        left += [replace(step, detail="nothing is left in it") for step in _emptied([scope.claude], gone)]
    return [*ignore, *install, *left]


def _only_ignore(scope: Scope, gone: set[Path]) -> bool:
    ignore = scope.rlm / ".gitignore"
    if not scope.rlm.is_dir() or scope.rlm in gone:
        return False
    return set(scope.rlm.iterdir()) - gone == {ignore} and read_bytes(ignore) == GITIGNORE


def _emptied(directories: Iterable[Path], gone: set[Path]) -> list[Action]:
    """Steps for those that will be empty; adds them to `gone`."""
    steps = []
    for path in directories:
        if path.is_dir() and not path.is_symlink() and path not in gone and set(path.iterdir()) <= gone:
            steps.append(Action("rmdir", path, "empty, and came with rlm"))
            gone.add(path)
    return steps


def _notes(each: Leaving, purge: bool) -> list[Action]:
    home = each.scope.claude if purge else each.scope.install
    notes = [*each.damage]
    for name in _keepsakes(each, purge):
        notes.append(_edited(each, home / name))
    if not each.old and each.has_hooks and each.current.window is not None:
        stays = worded(
            "{window_key} stays in {settings}: there is no record of who set it",
            window_key=settings.WINDOW_KEY,
            settings=each.scope.settings,
        )
        notes.append(note(stays, each.scope.settings))
    return notes


def _edited(each: Leaving, saved: Path) -> Action:
    path = each.scope.settings
    if each.old and each.old.lossy:
        told = worded(
            "{path} was edited since the install; its comments cannot come back: the original is at {saved}",
            path=path,
            saved=saved,
        )
    elif not each.current.strict:
        told = worded("{path} had comments, which were dropped; with them it is at {saved}", path=path, saved=saved)
    else:
        told = worded(
            "{path} was edited since the install; only rlm's parts went: the original is at {saved}",
            path=path,
            saved=saved,
        )
    return note(told, saved)


def _farewell(project: Path, env: Environment, leaving: Sequence[Leaving], actions: Sequence[Action]) -> list[Action]:
    """What is still there, and how to be rid of it."""
    scope, names = leaving[0].scope, {each.scope.name for each in leaving}
    notes = []
    for each in status(project, env):
        if each.installed and each.scope in ("local", "shared", "user") and each.scope not in names:
            flag = "" if each.scope == "local" else f" --{each.scope}"
            notes.append(
                note(
                    worded('rlm stays in {path}; "rlm uninstall{flag}" takes it out', path=each.path, flag=flag),
                    Path(each.path),
                )
            )
    stays = scope.rlm.is_dir() and not any(a.path == scope.rlm and a.changes for a in actions)
    here = set(scope.rlm.iterdir()) - _foreign(scope) if stays else set()
    if here - {scope.install, scope.rlm / ".gitignore"}:
        notes.append(
            note(worded('the archive stays in {rlm}; "rlm uninstall --purge" deletes it', rlm=scope.rlm), scope.rlm)
        )
    return notes
