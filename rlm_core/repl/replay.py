"""A run's cells again, without a model: every answer comes from what was remembered."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

from rlm_core.archive.store import open_archive
from rlm_core.config import redactor
from rlm_core.disk import is_file
from rlm_core.errors import RlmError, worded
from rlm_core.llm.base import SetupError
from rlm_core.repl.begin import begun
from rlm_core.repl.cellstore import CellSession
from rlm_core.repl.textlist import STDIN_FILE
from rlm_core.repl.trace import nodes_of

if TYPE_CHECKING:
    from rlm_core.llm.base import Call, Meter, Reply
    from rlm_core.redaction.redactor import Redactor


class RememberedLeaf:
    """A leaf that makes no call: what is not remembered cannot be had."""

    name = ""
    overhead = 0
    workers = most_workers = 16
    patient = False

    def __init__(self, name: str) -> None:
        self.name = name  # answers are remembered by the leaf that gave them

    def check(self) -> None:
        """It needs nothing."""

    async def call(self, call: Call, seconds: float, meter: Meter) -> Reply:
        raise SetupError("this answer is not remembered, and a replay makes no call")

    async def count(self, call: Call) -> int | None:
        return None

    async def close(self) -> None:
        """It holds nothing."""


def replayed(session: CellSession, project: str, *, leaf: str = "", model: str = "") -> list[dict[str, Any]]:
    """Each cell of a session's last run: cell, same, error, calls. same: it failed as then, or printed the same.

    leaf, model: "" for those with which the run was made. The names go to a session of their own, which is dropped.
    Raises RlmError when there is no run, or a cell is not kept any more.
    """
    made = nodes_of(session)
    leaf, model = leaf or str(made[0].get("leaf") or ""), model or str(made[0].get("model") or "")
    nodes = [n for n in made if n["kind"] == "cell" and n.get("cell")]  # 0 is of a cell that was too dear to be run
    archive = open_archive(project, must_exist=False)
    remembered = RememberedLeaf(leaf or str(archive.config.ask["leaf"]))
    name = f"{session.name[:40]}-again-{os.urandom(2).hex()}"
    new = CellSession(os.path.dirname(session.folder), name)
    _sees_the_same(new, session, redactor(archive.config))
    try:
        again = begun(project, {"leaf": leaf, "model": model}, name=name, leaf=remembered)
    except RlmError:
        new.drop()
        raise
    rows = []
    try:
        for node in nodes:
            number = int(node["cell"])
            result = again.run(_kept(session, number, "py"))
            printed = _kept(again.session, result.cell, "txt") == _kept(session, number, "txt")
            same = printed and bool(result.error) == bool(node.get("error"))
            rows.append({"cell": number, "same": same, "error": result.error or None, "calls": result.calls})
    finally:
        again.close()
        again.session.drop()
    return rows


def _sees_the_same(new: CellSession, session: CellSession, redact: Redactor) -> None:
    """Begin a session over the texts of another one; what came from its stdin is copied."""
    new.prepare()
    new.data["over"] = session.data["over"]
    if is_file(session.path(STDIN_FILE)):
        shutil.copyfile(session.path(STDIN_FILE), new.path(STDIN_FILE))
    new.save(redact)


def _kept(session: CellSession, number: int, ending: str) -> str:
    try:
        with open(session.path("cells", f"{number:04d}.{ending}"), encoding="utf-8") as f:
            return f.read()
    except OSError as e:
        raise RlmError(worded("cell {number} of {name} is not kept any more", number=number, name=session.name)) from e
