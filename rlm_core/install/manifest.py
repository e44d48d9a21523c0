"""What an install wrote and what it replaced, so that it can be taken out again.

It is written before the changes it describes: a killed install can be completed or undone. Therefore it
keeps every digest we may have left on disk, not only the last.
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TypeVar

_NAME = re.compile(r"[\w-][\w.-]*\Z")
FORMAT = 1

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
