"""Renews the skills of an installation after an upgrade of the package; runs detached from a session's start."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rlm_core import log
from rlm_core.archive.background import give_way
from rlm_core.disk import archive_root
from rlm_core.errors import RlmError
from rlm_core.redaction.clean import literal

if TYPE_CHECKING:
    from rlm_core.install import ScopeName

MAX_SECONDS = 120


def main(argv: list[str]) -> None:
    """argv: the project and the scope of the installation. What cannot be renewed is told in the log."""
    project, scope = argv
    give_way(MAX_SECONDS)
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
