"""RLM for Claude Code: a session's whole history as files that Claude can read, grep and cite.

As a library: `from rlm_core import Archive, ask, extract, sql`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.archive.store import Archive as Archive
    from rlm_core.asking import ask as ask
    from rlm_core.asking import ask_async as ask_async
    from rlm_core.asking import extract as extract
    from rlm_core.asking import extract_async as extract_async
    from rlm_core.querying import sql as sql

    __version__: str


def __getattr__(name: str) -> object:
    # Hooks import this package too: nothing is loaded before somebody asks for it.
    if name == "Archive":
        from rlm_core.archive.store import Archive

        return Archive
    if name in ("ask", "ask_async", "extract", "extract_async"):
        from rlm_core import asking

        return getattr(asking, name)
    if name == "sql":
        from rlm_core import querying

        return querying.sql
    if name == "__version__":
        from rlm_core.version import VERSION

        return VERSION
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
