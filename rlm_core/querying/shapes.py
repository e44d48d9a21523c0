"""The tables of the archive: their columns, of which type, and what stands in them. docs/sql.md is checked by it."""

from __future__ import annotations

from typing import NamedTuple

TEXT, INTEGER, REAL = "TEXT", "INTEGER", "REAL"


class ColumnShape(NamedTuple):
    """A column. kind: TEXT, INTEGER or REAL. meaning: in a line."""

    name: str
    kind: str
    meaning: str


class TableShape(NamedTuple):
    """A table. sql: of a view over the others, "" for one that is filled from files."""

    name: str
    meaning: str
    columns: tuple[ColumnShape, ...]
    sql: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


_PLACE = (
    ColumnShape("session", TEXT, "id of the session"),
    ColumnShape("agent", TEXT, "id of the sub-agent whose transcript it is, '' in the session's own"),
    ColumnShape("chunk", TEXT, "id of the chunk"),
    ColumnShape("line", INTEGER, "line of the chunk file on which its heading stands"),
    ColumnShape("citation", TEXT, "chunk:line, for rlm show"),
    ColumnShape("time", TEXT, "2026-11-22T10:00:03Z, '' when unknown"),
    ColumnShape("day", TEXT, "2026-11-22, in UTC"),
    ColumnShape("epoch", INTEGER, "seconds since 1970, NULL when unknown"),
)
ENTRIES = TableShape(
    "entries",
    "what was said, called and printed: a row an entry of a session",
    (
        *_PLACE,
        ColumnShape("turn", INTEGER, "number of the turn, counted by prompts; 0 before the first"),
        ColumnShape("role", TEXT, "user, assistant, tool, system, summary or task"),
        ColumnShape("kind", TEXT, "the role, or call or thinking for what an assistant did rather than said"),
        ColumnShape("tool", TEXT, "name of the tool of a call or a result, else ''"),
        ColumnShape("call", TEXT, "last characters of the call's id: a call and its result have the same"),
        ColumnShape("failed", INTEGER, "1 for the result of a call that failed"),
        ColumnShape("file", TEXT, "path that a call names, else ''"),
        ColumnShape("text", TEXT, "what stands below the heading; of an oversize output head and tail"),
        ColumnShape("characters", INTEGER, "of the text"),
        ColumnShape("tokens", INTEGER, "of the whole entry, about"),
        ColumnShape(
            "echo", INTEGER, "1 when it only repeats the archive: a search, what it found, what was told of it"
        ),
        ColumnShape("blobs", TEXT, "files beside the chunk that hold its oversize texts, with blanks between"),
        ColumnShape("title", TEXT, "of the chunk"),
        ColumnShape("branch", TEXT, "of git, in which the chunk began"),
        ColumnShape("cwd", TEXT, "directory in which the chunk began"),
        ColumnShape("uuid", TEXT, "of the record in the transcript"),
        ColumnShape("path", TEXT, "of the chunk file, relative to the archive"),
        ColumnShape("adopted", INTEGER, "1 when it came with an archive that was adopted"),
    ),
)
FILES = TableShape(
    "files",
    "calls that name a file: a row a call, whether it succeeded or not",
    (
        ColumnShape("file", TEXT, "its path, relative to the session's directory where it is below it"),
        ColumnShape("action", TEXT, "read, edit or write by the tools Read, Edit and Write and their kin; else other"),
        ColumnShape("tool", TEXT, "name of the tool"),
        ColumnShape("call", TEXT, "last characters of the call's id"),
        *_PLACE,
        ColumnShape("turn", INTEGER, "number of the turn"),
    ),
)
CHUNKS = TableShape(
    "chunks",
    "the chunk files of sessions and their sub-agents: a row a file",
    (
        ColumnShape("chunk", TEXT, "its id"),
        ColumnShape("session", TEXT, "id of the session"),
        ColumnShape("agent", TEXT, "id of the sub-agent, '' in the session's own"),
        ColumnShape("number", INTEGER, "in its session or sub-agent, from 1"),
        ColumnShape("title", TEXT, "what was asked in it"),
        ColumnShape("session_title", TEXT, "what the session is called"),
        ColumnShape("started", TEXT, "time of its first entry that has one"),
        ColumnShape("ended", TEXT, "time of its last entry that has one"),
        ColumnShape("first_turn", INTEGER, "number of the turn with which it begins"),
        ColumnShape("last_turn", INTEGER, "number of the turn with which it ends"),
        ColumnShape("entries", INTEGER, "how many it holds"),
        ColumnShape("tokens", INTEGER, "about"),
        ColumnShape("redactions", INTEGER, "secrets that were left out"),
        ColumnShape("tools", TEXT, "names of the tools that were called, as a JSON list"),
        ColumnShape("files", TEXT, "paths that calls named, 30 at most, as a JSON list"),
        ColumnShape("branch", TEXT, "of git"),
        ColumnShape("cwd", TEXT, "directory"),
        ColumnShape("open", INTEGER, "1 while it may grow"),
        ColumnShape("path", TEXT, "of the chunk file, relative to the archive"),
        ColumnShape("adopted", INTEGER, "1 when it came with an archive that was adopted"),
    ),
)
SESSIONS = TableShape(
    "sessions",
    "a row a session, made of chunks",
    (
        ColumnShape("session", TEXT, "its id"),
        ColumnShape("title", TEXT, "what it is called"),
        ColumnShape("started", TEXT, "time of its first entry"),
        ColumnShape("ended", TEXT, "time of its last entry"),
        ColumnShape("chunks", INTEGER, "of the session itself, without its sub-agents"),
        ColumnShape("entries", INTEGER, "in these"),
        ColumnShape("tokens", INTEGER, "in these, about"),
        ColumnShape("agents", INTEGER, "directories of sub-agents and of files beside the session"),
        ColumnShape("branch", TEXT, "of git, at its beginning"),
        ColumnShape("cwd", TEXT, "directory, at its beginning"),
    ),
    """SELECT session, max(session_title) AS title,
    min(nullif(started, '')) AS started, max(ended) AS ended,
    sum(agent = '') AS chunks,
    sum(CASE WHEN agent = '' THEN entries ELSE 0 END) AS entries,
    sum(CASE WHEN agent = '' THEN tokens ELSE 0 END) AS tokens,
    count(DISTINCT nullif(agent, '')) AS agents,
    max(CASE WHEN agent = '' AND number = 1 THEN branch ELSE '' END) AS branch,
    max(CASE WHEN agent = '' AND number = 1 THEN cwd ELSE '' END) AS cwd
    FROM chunks GROUP BY session""",
)
EDITS = TableShape(
    "edits",
    "the rows of files that change one: a row a call of an edit or a write",
    FILES.columns,
    "SELECT * FROM files WHERE action IN ('edit', 'write')",
)
DOCUMENTS = TableShape(
    "documents",
    "what `rlm add` took in: a row a chunk of a document",
    (
        ColumnShape("document", TEXT, "its id"),
        ColumnShape("chunk", TEXT, "id of the chunk"),
        ColumnShape("number", INTEGER, "in the document, from 1"),
        ColumnShape("citation", TEXT, "chunk:line of its text, for rlm show"),
        ColumnShape("title", TEXT, "of the chunk: the document's name and its heading"),
        ColumnShape("file", TEXT, "path of the source, as it was added"),
        ColumnShape("tokens", INTEGER, "about"),
        ColumnShape("text", TEXT, "what it says"),
        ColumnShape("path", TEXT, "of the chunk file, relative to the archive"),
    ),
)
LINES = TableShape(
    "lines",
    "of the files that --over names: a row a line",
    (
        ColumnShape("file", TEXT, "the file, relative to the project where it is below it"),
        ColumnShape("line", INTEGER, "its number, from 1"),
        ColumnShape("citation", TEXT, "file:line"),
        ColumnShape("text", TEXT, "without secrets"),
    ),
)
ARCHIVE = (ENTRIES, SESSIONS, CHUNKS, FILES, EDITS, DOCUMENTS)
