"""Does the planned steps: checks them, takes the lock, checks again. Each file changes in one atomic step."""

import contextlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from filelock import FileLock, Timeout

from rlm_core.errors import ArchiveError, InstallError, LockTimeoutError, worded
from rlm_core.install import apply
from rlm_core.install.actions import WRITES, Action
from rlm_core.install.files import atomic_write, check_writable, read_bytes
from rlm_core.install.manifest import break_seal, seal
from rlm_core.install.scopes import SCOPES
from rlm_core.launcher import table

LOCK_SECONDS = 10.0
_REMOVES = frozenset({"remove", "remove-settings"})


def check(actions: Sequence[Action]) -> None:
    """Raise InstallError when a step is bound to fail; nothing has been written then."""
    for action in actions:
        if action.changes and action.path:
            check_writable(action.path)


def run(actions: Sequence[Action], lock: Path) -> None:
    """Do all steps in order: new directories, then the files under the lock, then the directories that became empty.

    Raises InstallError when another process holds the lock or when a file is no longer as the plan found it: no file
    was written then. Also raises it when the disk refuses a step; the same command, run again, does the rest.
    """
    steps = [action for action in actions if action.changes]
    opening = list(takewhile(lambda each: each.kind == "mkdir", steps))
    closing = list(takewhile(lambda each: each.kind == "rmdir", reversed(steps)))[::-1]
    middle = steps[len(opening) : len(steps) - len(closing)]
    _each(opening)
    with _locked(lock):
        _check_unchanged(middle)
        _each(middle)
    if any(action.path == lock.parent for action in closing):
        lock.unlink(missing_ok=True)
    _each(closing)


@contextlib.contextmanager
def _locked(lock: Path) -> Iterator[None]:
    """Holds the lock; without its directory there is no install whose steps could collide with ours."""
    if not lock.parent.is_dir():
        yield
        return
    held = FileLock(lock, mode=0o600)
    try:
        held.acquire(timeout=LOCK_SECONDS)
    except Timeout as error:
        raise InstallError(worded("another rlm install holds {lock}; wait for it and try again", lock=lock)) from error
    except OSError as error:
        raise InstallError(
            worded("{lock} cannot be locked ({why}); repair it and try again", lock=lock, why=error)
        ) from error
    try:
        yield
    finally:
        held.release()


def _check_unchanged(actions: Sequence[Action]) -> None:
    for action in actions:
        if action.path and action.kind in WRITES | _REMOVES and read_bytes(action.path) != action.before:
            raise InstallError(
                worded("{path} was changed by someone else just now; run the same command again", path=action.path)
            )


def _each(actions: Sequence[Action]) -> None:
    for action in actions:
        if action.path is None:
            continue
        try:
            _STEPS[action.kind](action, action.path)
        except (OSError, ArchiveError, LockTimeoutError) as error:
            why = f"{action.path}: {action.kind} failed ({getattr(error, 'strerror', None) or error})"
            raise InstallError(worded("{why}; mend that and run the same command again to finish", why=why)) from error


def _mkdir(action: Action, path: Path) -> None:
    path.mkdir(mode=action.mode, parents=True, exist_ok=True)


def _write(action: Action, path: Path) -> None:
    atomic_write(path, action.after or b"", action.mode)


def _write_manifest(action: Action, path: Path) -> None:
    seal(path, action.after or b"")
    _write(action, path)


def _remove(action: Action, path: Path) -> None:
    path.unlink(missing_ok=True)
    if path.name.startswith("manifest-"):
        break_seal(path)


def _rmdir(action: Action, path: Path) -> None:
    """Only if empty: something may have been put there since the plan."""
    if path.is_dir() and not any(path.iterdir()):
        path.rmdir()


def _purge(action: Action, path: Path) -> None:
    """A link is removed, never followed."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)
    for name in SCOPES:
        break_seal(path / "install" / f"manifest-{name}.json")


def _write_launcher(action: Action, path: Path) -> None:
    if action.entry:
        table.note(path.parent, action.entry)


def _drop_launcher(action: Action, path: Path) -> None:
    if action.entry:
        table.forget(path.parent, action.entry.settings)


_STEPS: dict[str, Callable[[Action, Path], None]] = {
    "mkdir": _mkdir,
    "remove": _remove,
    "remove-settings": _remove,
    "rmdir": _rmdir,
    "purge": _purge,
    "write-launcher": _write_launcher,
    "drop-launcher": _drop_launcher,
    **dict.fromkeys(WRITES, _write),
    "write-manifest": _write_manifest,
}


@dataclass(frozen=True)
class InstallPlan:
    """Steps in order. Making a plan touches nothing."""

    actions: list[Action]
    lock: Path

    @property
    def changes(self) -> bool:
        """Whether `apply` would touch the disk: False when everything is as it should be."""
        return any(action.changes for action in self.actions)

    def diff(self) -> str:
        """The unified diff of the settings files, "" when they stay as they are."""
        return "".join(action.diff() for action in self.actions)

    def apply(self) -> list[Action]:
        """Do the steps and return them. Raises InstallError; the same command, run again, does the rest."""
        if self.changes:
            apply.run(self.actions, self.lock)
        return list(self.actions)


def checked(actions: list[Action], lock: Path) -> InstallPlan:
    """A plan of these steps. Raises InstallError, with nothing done, when one of its files cannot be written."""
    apply.check(actions)
    return InstallPlan(actions, lock)
