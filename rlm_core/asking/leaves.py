"""Makes the leaf that a name stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from rlm_core.asking.ledger.grants import own_folder
from rlm_core.errors import RlmError, worded
from rlm_core.llm.base import Leaf
from rlm_core.llm.names import FILE, ModelNames
from rlm_core.llm.prices import BATCH


def make_leaf(name: str, prices: Mapping[str, Sequence[float]], folder: Path) -> tuple[Leaf, float]:
    """The leaf, and the factor of its prices. folder: where a batch's journal lies. Raises RlmError on other names.

    What answers tell of models is remembered in the user's folder, for all projects.
    """
    names = ModelNames(own_folder() / FILE)
    if name == "claude":
        from rlm_core.llm.claude.leaf import ClaudeLeaf

        return ClaudeLeaf(names=names), 1.0
    if name == "anthropic":
        from rlm_core.llm.api.messages import MessagesLeaf

        return MessagesLeaf(prices=prices, names=names), 1.0
    if name == "batch":
        from rlm_core.llm.api.batch import BatchLeaf

        return BatchLeaf(prices=prices, journal=folder / "batches.jsonl", names=names), BATCH
    if name == "native":
        from rlm_core.llm.scripted import ScriptedLeaf

        return ScriptedLeaf(), 1.0  # nobody is called: Claude Code's sub-agents read
    raise RlmError(worded("there is no leaf {name}; claude, anthropic and batch are", name=name))
