"""`rlm sql`: SQL over the archive's entries and over files that hold rows, in a SQLite database in memory.

In: a query, paths, a project's archive. Out: columns and rows.
Never: a file that is written, a statement that does more than read, a text of a file with its secrets.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.querying.door import sql as sql

__all__ = ["sql"]


def __getattr__(name: str) -> object:
    # `--help` and the layers' test load the package without SQLite.
    if name == "sql":
        from rlm_core.querying import door

        return door.sql
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
