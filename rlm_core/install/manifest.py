"""What an install wrote and what it replaced, so that it can be taken out again.

It is written before the changes it describes: a killed install can be completed or undone. Therefore it
keeps every digest we may have left on disk, not only the last.

It names files to delete and settings to restore, and lies in a tree that others write to: one that came with a clone or
a download is not obeyed. What this user's installs wrote is sealed by a digest in the user's own directory.
"""

import contextlib
import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TypeVar

from rlm_core.digest import hexdigest
from rlm_core.errors import worded
from rlm_core.home import own_dir
from rlm_core.install.files import atomic_write, read_bytes, sha256
from rlm_core.install.scopes import Scope
from rlm_core.install.statusbar.chained import StatusBar
from rlm_core.ownership import is_installers_own

_NAME = re.compile(r"[\w-][\w.-]*\Z")
FORMAT = 1
FOLDER = "installs"
PLACES = ("skills/", "agents/", "workflows/")

_T = TypeVar("_T")


@dataclass(frozen=True)
class Window:
    """`autoCompactWindow`: the values we set, and the literal that stood there before (None: none)."""

    ours: tuple[int, ...]
    former: str | None


@dataclass(frozen=True)
class Manifest:
    """One scope's install. Paths are relative to its `.claude` directory."""

    scope: str
    version: str
    executable: str
    written: tuple[str, ...]
    """sha256 of each settings text of ours that stands for `baseline` plus our parts."""
    baseline: str | None
    """The backup that uninstall gives back; None: there was no file."""
    original: str | None
    """The backup of the user's file as first seen."""
    lossy: bool
    """`original` has comments that the settings have no more."""
    window: Window | None = None
    files: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Skill file -> sha256 of each content we wrote there."""
    created: tuple[str, ...] = ()
    """Directories that were not there before us."""
    bar: StatusBar | None = None


def dump(manifest: Manifest) -> bytes:
    """The manifest as JSON."""
    window = manifest.window
    doc = {
        "format": FORMAT,
        "scope": manifest.scope,
        "version": manifest.version,
        "executable": manifest.executable,
        "written": list(manifest.written),
        "baseline": manifest.baseline,
        "original": manifest.original,
        "lossy": manifest.lossy,
        "window": {"ours": list(window.ours), "former": window.former} if window else None,
        "status_line": {"former": manifest.bar.former} if manifest.bar else None,
        "files": {path: list(digests) for path, digests in sorted(manifest.files.items())},
        "created": sorted(manifest.created),
    }
    return (json.dumps(doc, indent=2) + "\n").encode()


def load(data: bytes) -> Manifest:
    """The manifest that `dump` wrote. Raises ValueError for what it never writes, such as a path out of `.claude`."""
    doc = _typed(json.loads(data), dict)
    if doc.get("format") != FORMAT:
        raise ValueError("unknown format")
    return Manifest(
        scope=_typed(doc.get("scope"), str),
        version=_typed(doc.get("version"), str),
        executable=_typed(doc.get("executable"), str),
        written=_texts(doc.get("written")),
        baseline=_name(doc.get("baseline")),
        original=_name(doc.get("original")),
        lossy=_typed(doc.get("lossy"), bool),
        window=_window(doc.get("window")),
        bar=_bar(doc.get("status_line")),
        files={_inside(path): _texts(each) for path, each in _typed(doc.get("files"), dict).items()},
        created=tuple(_inside(path) for path in _texts(doc.get("created"))),
    )


def _typed(value: object, kind: type[_T]) -> _T:
    if not isinstance(value, kind):
        raise ValueError(f"expected {kind.__name__}, found {type(value).__name__}")
    return value


def _texts(value: object) -> tuple[str, ...]:
    return tuple(_typed(each, str) for each in _typed(value, list))


def _name(value: object) -> str | None:
    if value is not None and not _NAME.match(_typed(value, str)):
        raise ValueError(f"not a file name: {value!r}")
    return value if value is None else _typed(value, str)


def _inside(path: str) -> str:
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or "\\" in path or "\0" in path:
        raise ValueError(f"leads out of .claude: {path!r}")
    return path


def _window(value: object) -> Window | None:
    if value is None:
        return None
    doc = _typed(value, dict)
    former = doc.get("former")
    if former is not None:
        json.loads(_typed(former, str))
    return Window(tuple(_typed(each, int) for each in _typed(doc.get("ours"), list)), former)


def _bar(value: object) -> StatusBar | None:
    if value is None:
        return None
    former = _typed(value, dict).get("former")
    if former is not None:
        json.loads(_typed(former, str))
    return StatusBar(former)


# Whose word it is.


def refused(scope: Scope, data: bytes, manifest: Manifest) -> str:
    """Why a scope's manifest is not obeyed, for people; "" when it is.

    What an older version wrote has no seal: it counts where the archive is this user's, or the launcher knows the
    installation, and when every file it names lies in Claude's directory.
    """
    if scope.name == "user" or is_sealed(scope.manifest, data):
        return ""
    if not is_installers_own(str(scope.rlm)):
        return "was not written by an install of yours"
    home = os.path.realpath(scope.claude)
    for name in manifest.files:
        folder = os.path.realpath((scope.claude / name).parent)
        if not name.startswith(PLACES) or os.path.commonpath([home, folder]) != home:
            return worded("names {name}, which is none of its files", name=name)
    return ""


def is_sealed(manifest: Path, data: bytes) -> bool:
    """Whether an install of this user wrote these very bytes there."""
    return sha256(data) in (read_bytes(_seal(manifest)) or b"").decode("ascii", "replace").split()


def seal(manifest: Path, data: bytes) -> None:
    """Note what a manifest is about to hold, beside what it holds now: a killed install leaves one of both."""
    path, before = _seal(manifest), read_bytes(manifest)
    kept = [sha256(before)] if before is not None and is_sealed(manifest, before) else []
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    atomic_write(path, "\n".join([*kept, sha256(data), ""]).encode("ascii"), 0o600)


def break_seal(manifest: Path) -> None:
    """Forget a manifest that is gone, and the directories that are empty then."""
    path = _seal(manifest)
    path.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        path.parent.rmdir()
        path.parent.parent.rmdir()


def _seal(manifest: Path) -> Path:
    return Path(own_dir(), FOLDER, hexdigest(os.fsencode(os.path.realpath(manifest)), 8))
