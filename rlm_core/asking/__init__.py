"""`rlm ask`: a question asked over the archive, files or given texts."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.asking.question import Asked as Asked
    from rlm_core.asking.question import ask as ask
    from rlm_core.asking.question import ask_async as ask_async

__all__ = ["Asked", "ask", "ask_async"]


def __getattr__(name: str) -> object:
    # The ledger is read by commands that ask nothing: the engine is not loaded for them.
    if name in __all__:
        from rlm_core.asking import question

        return getattr(question, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
