"""A session of cells over given texts, with a scripted model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from rlm_core.llm.base import Call, LeafError
from rlm_core.llm.scripted import ScriptedLeaf
from rlm_core.repl.begin import begun
from rlm_core.repl.execute import CellResult, CellRun, Limits


class Cells:
    """Runs cells one after the other in a project of its own. answer: of each call, a text or a whole object."""

    def __init__(self, folder: Path, answer: Callable[[Call], Any] | None = None, **leaf: Any) -> None:
        self.project = folder / "project"
        self.project.mkdir(exist_ok=True)
        self._answer = answer or (lambda call: "yes")
        self.leaf = ScriptedLeaf(default=self._reply, **leaf)
        self.limits = Limits(seconds=20.0)

    def _reply(self, call: Call) -> Any:
        said = self._answer(call)
        return said if isinstance(said, (dict, LeafError)) else {"answer": said}

    def file(self, name: str, text: str | bytes) -> Path:
        path = self.project / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def run(self, source: str, *over: Path, name: str = "s", **caps: Any) -> CellResult:
        return self.begun(*over, name=name, **caps).run(source)

    def begun(self, *over: Path, name: str = "s", **caps: Any) -> CellRun:
        return begun(
            str(self.project), {}, name=name, over=[str(p) for p in over], limits=self.limits, caps=caps, leaf=self.leaf
        )

    def ok(self, source: str, *over: Path, **given: Any) -> str:
        """What a cell that ends well has printed."""
        result = self.run(source, *over, **given)
        assert result.error == "", result.error
        return result.output.rstrip("\n")
