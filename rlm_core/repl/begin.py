"""A session of cells made ready: found or begun, its texts listed, its caps set."""

from __future__ import annotations

import os

from rlm_core.archive.store import Archive, open_archive
from rlm_core.config import redactor
from rlm_core.digest import hexdigest
from rlm_core.errors import RlmError, worded
from rlm_core.home import config_dir
from rlm_core.repl.cellstore import CellSession, bring_former, default_name
from rlm_core.repl.execute import CellRun, Limits
from rlm_core.repl.textlist import STDIN, TextList, of_archive, of_paths
from rlm_core.version import VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from rlm_core.llm.base import Leaf
    from rlm_core.repl.cellstart import StartedCell


def sessions_folder(archive: Archive, name: str = "") -> str:
    """Where a project's sessions of cells are kept: in its archive's state, else in the user's own directory.

    There each project has a folder: a name means one session in each of them. name: of the session that its user has
    asked for, "" for none: where only a former version's bears it, this one is meant.
    """
    if os.path.exists(archive.path("state", "id")):
        return archive.path("state", "repl")
    everybodys = os.path.join(config_dir(), "rlm-ask", "repl")
    project = os.path.realpath(os.path.dirname(os.path.dirname(archive.root)))
    folder = os.path.join(everybodys, hexdigest(os.fsencode(project), 8))
    bring_former(everybodys, folder, project, name)
    return folder


def begun(
    project: str,
    settings: dict[str, Any],
    *,
    name: str = "",
    over: Sequence[str] = (),
    limits: Limits | None = None,
    caps: dict[str, Any] | None = None,
    leaf: Leaf | None = None,
    started: StartedCell | None = None,
) -> CellRun:
    """A cell that may be run.

    settings: of its calls, fields of `asking.settings.AskSettings`. name: of the session, Claude Code's own by default.
    over: its texts from here on; those of the cell before without any, the archive in a new session. caps: calls,
    tokens, usd of the whole session. started: a process that waits for the first cell.

    Raises RlmError when a text is not there, and when there is none.
    """
    archive = open_archive(project, must_exist=False)
    session = CellSession(sessions_folder(archive, name), name or default_name())
    redact = redactor(archive.config)
    if over:
        session.data["over"] = [p if p == "-" else os.path.abspath(os.path.expanduser(p)) for p in over]
    session.data["caps"] = _defaults(archive) | session.data["caps"] | {k: v for k, v in (caps or {}).items() if v}
    if not session.exists:
        session.data["inside"] = "CLAUDECODE" in os.environ  # it was Claude who began it
    paths = session.data["over"]
    if paths:
        session.prepare()
        manifest = of_paths(
            paths, base=project, archive=archive, session=session, redact=redact, rules=VERSION,
            stdin=STDIN in over,
        )  # fmt: skip
    else:
        manifest = of_archive(archive) if archive.exists() else TextList()
    if not manifest.rows:
        raise RlmError(
            worded("no archive in {root}, and no text was named: `--over PATH` names some", root=archive.root)
        )
    return CellRun(
        archive, session, manifest, settings, limits or Limits(), project=project, named=bool(paths), leaf=leaf,
        started=started,
    )  # fmt: skip


def _defaults(archive: Archive) -> dict[str, Any]:
    """What a session may spend unless the user grants it more: as much as a question may without being confirmed."""
    ask = archive.config.ask
    usd = min((cap for cap in (ask["confirm_usd"], ask["max_usd"]) if cap), default=0.0)
    return {"calls": ask["max_calls"], "tokens": 0, "usd": usd}
