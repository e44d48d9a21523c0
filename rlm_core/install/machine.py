"""The machine an install is made for: interpreter, package, skills, home."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from rlm_core.errors import InstallError
from rlm_core.version import VERSION

_PACKAGE = Path(__file__).absolute().parent.parent


def share_dir() -> Path:
    """Where what we ship is (`skills/`, `hooks/` and so on): `rlm_core/_share` in a wheel, else the repository."""
    shared = _PACKAGE / "_share"
    return shared if shared.is_dir() else _PACKAGE.parent


@dataclass(frozen=True)
class Environment:
    """Everything outside the project that an install depends on; tests pass their own."""

    home: Path
    config_dir: Path
    """Claude Code's own directory: `$CLAUDE_CONFIG_DIR`, else `~/.claude`."""
    executable: str
    """The interpreter as it was started: following a venv's symlink would lose the venv."""
    package_dir: Path
    """The directory that holds the `rlm_core` package; hooks put it on `sys.path`."""
    share_dir: Path
    version: str

    @property
    def own(self) -> Path:
        """The user's own directory of ours, which holds the launcher."""
        return self.config_dir / "rlm"

    @classmethod
    def current(cls) -> "Environment":
        """This process's environment. Raises InstallError when Python cannot name its own interpreter."""
        if not sys.executable:
            raise InstallError("this Python does not know its own path; run rlm with an ordinary interpreter")
        home = Path.home()
        config = os.environ.get("CLAUDE_CONFIG_DIR")
        return cls(
            home=home,
            config_dir=Path(config).absolute() if config else home / ".claude",
            executable=sys.executable,
            package_dir=_PACKAGE.parent,
            share_dir=share_dir(),
            version=VERSION,
        )
