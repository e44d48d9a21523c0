"""The index's tables, and how a row's id tells who speaks."""

from __future__ import annotations

from functools import cache

from rlm_core.errors import RlmError

NAME = "search.db"
VERSION = 10  # of the tables and of what is put into them
COLUMNS = ("own", "wholes", "around")
SCHEMA = f"""
CREATE TABLE info(name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE folders(id INTEGER PRIMARY KEY, path TEXT UNIQUE, mtime INTEGER, session TEXT, agent TEXT);
CREATE TABLE chunks(
  id INTEGER PRIMARY KEY, folder INTEGER, name TEXT, number INTEGER, started INTEGER, ended INTEGER,
  size INTEGER, tools TEXT, files TEXT, branch TEXT, held BLOB);
CREATE INDEX chunks_of_folder ON chunks(folder, name);
CREATE VIRTUAL TABLE passages USING fts5(
  {", ".join(COLUMNS)}, content='', tokenize='ascii');
CREATE VIRTUAL TABLE words USING fts5vocab(passages, 'row');
CREATE TABLE places(
  passage INTEGER, chunk INTEGER, entry INTEGER, blob INTEGER, at INTEGER, size INTEGER,
  time INTEGER, tool INTEGER, marks INTEGER, said INTEGER,
  PRIMARY KEY(passage, chunk, entry, blob, at)) WITHOUT ROWID;
CREATE TABLE beside(passage INTEGER PRIMARY KEY, terms BLOB);
CREATE TABLE seen(digest BLOB PRIMARY KEY, passage INTEGER) WITHOUT ROWID;
CREATE TABLE common(term TEXT PRIMARY KEY, passages INTEGER) WITHOUT ROWID;
CREATE TABLE names(id INTEGER PRIMARY KEY, name TEXT UNIQUE);
"""
# What SQLite (3.20 to 3.50) makes by itself for these.
_MADE = (
    ("index", "sqlite_autoindex_folders_1", "folders", ""),
    ("index", "sqlite_autoindex_names_1", "names", ""),
    *(
        ("table", f"passages_{name}", f"passages_{name}", f"CREATE TABLE 'passages_{name}'({columns}")
        for name, columns in (
            ("config", "k PRIMARY KEY, v) WITHOUT ROWID"),
            ("data", "id INTEGER PRIMARY KEY, block BLOB)"),
            ("docsize", "id INTEGER PRIMARY KEY, sz BLOB)"),
            ("idx", "segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID"),
        )
    ),
)
# What a passage's row id tells besides its number: who speaks, and how long the entry is.
KINDS = (
    *("user", "assistant", "tool", "system", "summary", "task", "document", "call", "thinking"),
    *("asked", "recalled"),  # a question put to the archive, and what was found there: see chunks.retold
)
MARKS = ("decided", "corrected", "refused", "measured", "open")  # bits of a place's marks, lowest first
DECIDING = MARKS[:3]
_KIND_NUMBERS = {kind: number for number, kind in enumerate(KINDS)}
SAID_BITS = 10  # of the length, in the number that tells where in a passage a sentence stands
LENGTHS = (150, 600, 1500, 4000)  # characters of an entry's text: the upper ends of its length classes
KIND_BITS, LENGTH_BITS = 4, 3
COMMON = 64  # passages from which on a term stands in `common`
BLOB_BYTES = 4_000_000  # of a blob that are indexed; `rlm search --regex` reads all of it


class IndexUnusableError(RlmError):
    """The index is missing, damaged, of another version, or SQLite lacks FTS5."""


def row_id(number: int, kind: str, chars: int) -> int:
    """The row id of a passage from an entry of `chars` characters."""
    length = 0
    for end in LENGTHS:
        length += chars > end
    # A heading that is none of ours stands in a file that somebody has changed.
    spoken = _KIND_NUMBERS.get(kind, _KIND_NUMBERS["system"])
    return (number << KIND_BITS | spoken) << LENGTH_BITS | length


def kind_of(row: int) -> str:
    return KINDS[row >> LENGTH_BITS & (1 << KIND_BITS) - 1]


def length_of(row: int) -> int:
    return row & (1 << LENGTH_BITS) - 1


@cache
def tables() -> frozenset[tuple[str, ...]]:
    """(type, name, table, SQL) of all that stands in `sqlite_master`; another SQLite may write it otherwise."""
    made = []
    for sql in SCHEMA.strip().removesuffix(";").split(";\n"):
        kind, _, rest = sql.removeprefix("CREATE ").removeprefix("VIRTUAL ").partition(" ")
        name = rest.partition("(")[0].partition(" ")[0]
        table = rest.partition(" ON ")[2].partition("(")[0] if kind == "INDEX" else name
        made.append((kind.lower(), name, table, sql))
    return frozenset((*made, *_MADE))
