"""The spare copy of the package: what goes on archiving when the package that was installed has gone.

It is the whole package, since its parts load each other by name; what needs a library fails in it as it does without
the library. A copy is absent or complete: its name holds a hash of what is in it.
"""

import os
import shutil
from pathlib import Path

from rlm_core.digest import hexdigest
from rlm_core.version import VERSION

FOLDER = "lib"


def name_of(package_dir: Path) -> str:
    """The name of the copy of the package in this directory; "" when it holds none."""
    root = package_dir / "rlm_core"
    if not (root / "hook.py").is_file():
        return ""
    data = b"".join(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() for path in _files(root))
    return f"{VERSION}-{hexdigest(data, 4)}"


def _files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*.py") if "_share" not in path.parts)


def make(package_dir: Path, own: Path, name: str) -> None:
    """Copy the package to `<own>/lib/<name>` unless it is there; one process at a time. Raises OSError."""
    target = own / FOLDER / name
    if target.is_dir():
        return
    half = target.with_name(f".{name}")
    shutil.rmtree(half, ignore_errors=True)
    root = package_dir / "rlm_core"
    for path in _files(root):
        to = half / "rlm_core" / path.relative_to(root)
        to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(path, to)
    os.replace(half, target)


def drop_others(own: Path, name: str) -> None:
    """Remove the copies of other versions."""
    folder = own / FOLDER
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name != name:
            shutil.rmtree(path, ignore_errors=True)
