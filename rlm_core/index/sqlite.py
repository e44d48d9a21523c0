"""SQLite as Python has it, without what the standard library's package adds to it for dates, which nothing here uses.

The package imports `datetime`, which takes a search an eighth of a bare start of Python. Classes and functions are the
same ones: what raises `sqlite3.DatabaseError` elsewhere is caught by the one from here.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
else:
    try:
        import _sqlite3 as sqlite3
    except ImportError:  # an interpreter that keeps it elsewhere
        import sqlite3

__all__ = ["sqlite3"]
