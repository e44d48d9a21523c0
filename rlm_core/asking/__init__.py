"""`rlm ask`: a question is made ready, asked under the day's cap, and written down.

In: a question, settings, a project's archive or other texts. Out: the engine's result; journals, answers and receipts.
Never: a dollar beyond the day's cap, a secret in what is sent or written.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.asking.question import Question as Question
    from rlm_core.asking.question import ask as ask
    from rlm_core.asking.question import ask_async as ask_async
    from rlm_core.asking.question import extract as extract
    from rlm_core.asking.question import extract_async as extract_async

__all__ = ["Question", "ask", "ask_async", "extract", "extract_async"]


def __getattr__(name: str) -> object:
    # The ledger is read by commands that ask nothing: the engine is not loaded for them.
    if name in __all__:
        from rlm_core.asking import question

        return getattr(question, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
