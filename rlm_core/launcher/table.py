"""Which installations of this user run by the launcher, and the launcher made from that list.

The list is `<own>/launch.json`, the newest installation first; `own` is rlm's directory in Claude Code's own. All
changes are made under one lock, since installations in different projects share the file.
"""

import json
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from rlm_core.digest import hexdigest
from rlm_core.disk import machine, make_dir, read
from rlm_core.launcher import shell, spare
from rlm_core.lock import Lock

LIST = "launch.json"
LOCK = "launch.lock"
LOCK_SECONDS = 10.0
MARK = b"/rlm/launch"  # in a settings file with a handler that runs by the launcher


@dataclass(frozen=True)
class Launched:
    """One installation: the settings file with its hooks, its interpreter and the directory that holds its package."""

    settings: str
    python: str
    package: str

    @property
    def key(self) -> str:
        """What stands for interpreter and package on the hooks' command line."""
        return key_of(self.python, self.package)


@dataclass(frozen=True)
class Table:
    """The list as it is on disk. spare: the name of the spare copy."""

    entries: tuple[Launched, ...] = ()
    spare: str = ""

    def find(self, key: str) -> Launched | None:
        """The newest installation of that key."""
        return next((entry for entry in self.entries if entry.key == key), None)


def key_of(python: str, package: str) -> str:
    """Eight hex digits that name an interpreter with a package."""
    return hexdigest(os.fsencode(python) + b"\0" + os.fsencode(package), 4)


def load(own: Path) -> Table:
    """The list; an empty one when there is none, or none that can be read."""
    try:
        doc = machine(str(own / LIST))
        entries = tuple(Launched(str(e["settings"]), str(e["python"]), str(e["package"])) for e in doc["installs"])
        return Table(entries, str(doc["spare"]))
    except (ValueError, KeyError, TypeError, OSError):
        return Table()


def is_noted(own: Path, entry: Launched, spare_name: str) -> bool:
    """Whether the launcher runs this installation's hooks already, with this spare copy behind it."""
    table = load(own)
    if entry not in table.entries or (spare_name and table.spare != spare_name):
        return False
    whole = not spare_name or (own / spare.FOLDER / spare_name).is_dir()
    launcher = own / shell.NAME
    return whole and os.access(launcher, os.X_OK) and read(str(launcher)) == _script(table)


def note(own: Path, entry: Launched) -> None:
    """Have the launcher run this installation's hooks, and keep a spare copy of its package.

    Raises OSError, or LockTimeoutError when another installation does not end.
    """
    own.parent.mkdir(parents=True, exist_ok=True)
    make_dir(str(own))
    with Lock(str(own / LOCK), LOCK_SECONDS):
        table = load(own)
        package = Path(entry.package)
        name = spare.name_of(package)
        if name:
            make_dir(str(own / spare.FOLDER))
            spare.make(package, own, name)
        others = (e for e in table.entries if e.settings != entry.settings)
        _write(own, Table((entry, *others), name or table.spare))
        if name:
            spare.drop_others(own, name)


def forget(own: Path, settings: str) -> None:
    """Take an installation off the list; with the last one goes everything that `note` has put there."""
    if not own.is_dir():
        return
    with Lock(str(own / LOCK), LOCK_SECONDS):
        left = remaining(own, [settings])
        if left:
            _write(own, Table(left, load(own).spare))
            return
        for path in files(own):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    with suppress(OSError):  # it holds something else, too
        own.rmdir()


def remaining(own: Path, without: Sequence[str]) -> tuple[Launched, ...]:
    """The installations that still run by the launcher, but those of these settings files."""
    return tuple(e for e in load(own).entries if e.settings not in without and _lives(e))


def files(own: Path) -> list[Path]:
    """All that `note` writes, present or not, and what it may leave when it is killed. The list goes last."""
    half = [_half(own / name) for name in (shell.NAME, LIST)]
    return [*half, *(own / name for name in (shell.NAME, shell.FOUND, spare.FOLDER, LIST, LOCK))]


def leaves(own: Path) -> bool:
    """Whether anything of this stands there, be it the mere directory."""
    return own.is_dir() and (any(path.exists() for path in files(own)) or not any(own.iterdir()))


def _lives(entry: Launched) -> bool:
    """Whether hooks of an installation may still be there. What cannot be seen, as on a disk that is away, may."""
    path = Path(entry.settings)
    if not path.parent.parent.is_dir():
        return True
    with suppress(OSError):
        return MARK in (read(entry.settings) or b"")
    return True


def _script(table: Table) -> bytes:
    return shell.script({e.key: (e.python, e.package) for e in table.entries}, table.spare)


def _write(own: Path, table: Table) -> None:
    doc = {
        "installs": [asdict(entry) for entry in table.entries],
        "spare": table.spare,
    }
    _put(own / LIST, (json.dumps(doc, indent=1) + "\n").encode(), 0o600)
    _put(own / shell.NAME, _script(table), 0o700)
    (own / shell.FOUND).unlink(missing_ok=True)


def _put(path: Path, data: bytes, mode: int) -> None:
    """In one step: a hook that starts meanwhile runs the old launcher or the new one."""
    half = _half(path)
    half.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.replace(half, path)
    finally:
        half.unlink(missing_ok=True)


def _half(path: Path) -> Path:
    return path.with_name(f".{path.name}.rlm-tmp")
