"""Which manifests this user's own installs wrote: a digest of each, out of reach of the tree it lies in.

A manifest names files to delete and settings to restore. One that came with a clone or a download is not obeyed.
"""

import contextlib
import os
from pathlib import Path

from rlm_core.digest import hexdigest
from rlm_core.home import own_dir
from rlm_core.install.files import atomic_write, read_bytes, sha256
from rlm_core.install.manifest import Manifest
from rlm_core.install.scopes import Scope
from rlm_core.ownership import is_installers_own

FOLDER = "installs"
PLACES = ("skills/", "agents/")


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
            return f"names {name}, which is none of its files"
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
