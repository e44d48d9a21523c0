"""The maps of the archive: `index.md` of a session and `INDEX.md` over all of them.

Both are derived, bounded in size and written anew; a session's index goes on in numbered pages, the
archive's index keeps the newest sessions and rolls the older ones up by month.
"""

from __future__ import annotations

import os

from rlm_core.archive.maps import read_catalog
from rlm_core.archive.sealed import sealed
from rlm_core.chunks.chunkfile import file_name, files_touched, load_meta
from rlm_core.chunks.titles import fit, session_title
from rlm_core.disk import is_dir, names, read, try_read, write_atomic
from rlm_core.errors import ArchiveError
from rlm_core.redaction.clean import EMPTY, dumps, fields, literal, written_before

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rlm_core.archive.state import State
    from rlm_core.chunks.chunker import Chunk
    from rlm_core.redaction.clean import CleanText

PAGE = 400  # chunks on one page of index.md
SESSIONS = 100  # sessions listed one by one in INDEX.md
MONTHS = 36
FILES = literal("files: ")  # before a row's files; in rows of chunks of form 1 nothing stands there
OLD = "r1-"
_LINE_END, _SPACE, _DOT, _COMMA = literal("\n"), literal(" "), literal(" · "), literal(", ")


def chunk_line(chunk: Chunk, number: int) -> CleanText:
    """One chunk in index.md; see `line_of_meta` for the same from a file."""
    entries = [r.entry for r in chunk.entries]
    return _chunk_line(
        file_name(number, chunk.id),
        chunk.id,
        next((e.time for e in entries if e.time), EMPTY),
        [chunk.entries[0].turn, chunk.entries[-1].turn],
        chunk.tokens,
        chunk.title,
        files_touched(chunk),
    )


def line_of_meta(name: CleanText, meta: dict[str, Any]) -> CleanText:
    return _chunk_line(
        name, meta["chunk"], meta["started"], meta["turns"], meta["tokens"], meta["title"], meta["files"]
    )


def _chunk_line(
    name: CleanText,
    chunk: CleanText,
    time: CleanText,
    turns: list[int],
    tokens: int,
    title: CleanText,
    files: list[CleanText],
) -> CleanText:
    span = literal("turn {}" if turns[0] == turns[1] else "turns {}-{}").format(*turns)
    touched = _COMMA.join(files[:4]) + (literal(", +{}").format(len(files) - 4) if len(files) > 4 else EMPTY)
    touched = FILES + touched if touched and chunk[:3] != OLD else touched
    when = time[:16].replace("T", _SPACE)
    link = literal("- [{}]({})").format(name[:-3], name)
    parts = [link, chunk, when, span, literal("{:,} tokens").format(tokens), fit(title), fit(touched)]
    return _DOT.join([part for part in parts if part])


def page_name(page: int) -> CleanText:
    return literal("index-{:04d}.md").format(page)


def write_session_index(root: str, state: State, new: dict[int, CleanText]) -> None:
    """Write index.md. new: number -> line of the chunks written since; older lines are kept."""
    folder = os.path.join(root, state.folder)
    last = state.chunks
    first_kept = (max(last - 1, 0) // PAGE) * PAGE + 1
    lines = _kept_lines(folder)
    lines = {n: line for n, line in lines.items() if n <= last}
    lines.update(new)
    for start in range(1, first_kept, PAGE):
        _write_page(folder, start, lines)
    wanted = range(first_kept, last + 1)
    body = [lines[n] if n in lines else _line_from_file(folder, n) for n in wanted]
    text = _LINE_END.join([*_session_head(folder, state, first_kept), *body, EMPTY])
    write_atomic(os.path.join(folder, "index.md"), text.encode("utf-8", "backslashreplace"), durable=False)


def _kept_lines(folder: str) -> dict[int, CleanText]:
    data = try_read(os.path.join(folder, "index.md")) or b""
    found: dict[int, CleanText] = {}
    for line in written_before(data.decode("utf-8", "replace")).split("\n"):
        number = line[3:].partition("-")[0] if line.startswith("- [") else ""
        if number.isdigit():
            found[int(number)] = line
    return found


def _write_page(folder: str, start: int, lines: dict[int, CleanText]) -> None:
    """Write a full page once; it never changes again."""
    path = os.path.join(folder, page_name(start // PAGE + 1))
    if os.path.exists(path):
        return
    body = [lines.get(n) or _line_from_file(folder, n) for n in range(start, start + PAGE)]
    head = literal("# Chunks {:04d} to {:04d}\n").format(start, start + PAGE - 1)
    text = _LINE_END.join([head, *body, EMPTY])
    write_atomic(path, text.encode("utf-8", "backslashreplace"), durable=False)


def _line_from_file(folder: str, number: int) -> CleanText:
    prefix = literal("{:04d}-").format(number)
    for name in sorted(map(written_before, names(folder))):
        if name.startswith(prefix) and name.endswith(".md"):
            try:
                return line_of_meta(name, load_meta(read(os.path.join(folder, name)) or b"", name))
            except (ArchiveError, OSError) as e:
                return literal("- {} · unreadable: {}").format(prefix[:-1], written_before(str(e)))
    return literal("- {} · missing").format(prefix[:-1])


def _session_head(folder: str, state: State, first_kept: int) -> list[CleanText]:
    head = [_session_name(state), EMPTY]
    title = session_title(state.title[1])
    if title:
        head += [literal("Title: {}").format(title), EMPTY]
    head.append(
        literal("{:,} entries in {:,} chunks, about {:,} tokens, {} to {} UTC.").format(
            state.entries,
            state.chunks,
            state.tokens,
            state.started[:16].replace("T", _SPACE),
            state.ended[:16].replace("T", _SPACE),
        )
    )
    if state.redactions:
        kinds = [literal("{} {}").format(kind, n) for kind, n in sorted(state.redactions.items())]
        head.append(literal("Secrets left out: {}.").format(_COMMA.join(kinds)))
    if state.shared:
        shared = literal("The {:,} entries that it shares with an earlier session stand in that session's chunks.")
        head.append(shared.format(sum(state.shared.values())))
    agents = os.path.join(folder, "agents")
    if is_dir(agents):
        from rlm_core.transcript.folder import FILES_AGENT, is_at_work  # here: many sessions have none

        there = sorted(map(written_before, names(agents)))
        for label, found in (
            (literal("Sub-agents: {}"), sorted([n for n in there if n != FILES_AGENT], key=is_at_work, reverse=True)),
            (literal("Files of the session's folder: {}"), [n for n in there if n == FILES_AGENT]),
        ):
            if found:
                links = _COMMA.join([literal("[{}](agents/{}/index.md)").format(name, name) for name in found])
                head.append(label.format(links))
    if first_kept > 1:
        links = _COMMA.join([_page_link(start) for start in range(1, first_kept, PAGE)])
        head.append(literal("Earlier chunks: {}").format(links))
    return [*head, EMPTY]


def _session_name(state: State) -> CleanText:
    if state.agent:
        return literal("# Sub-agent {} of session {}").format(state.agent, state.session)
    return literal("# Session {}").format(state.session)


def _page_link(start: int) -> CleanText:
    return literal("[{:04d}-{:04d}]({})").format(start, start + PAGE - 1, page_name(start // PAGE + 1))


class Catalog:
    """All sessions, newest first: the newest one by one, older ones as numbers per month.

    Kept as JSON in state/; INDEX.md is its readable form.
    """

    def __init__(self, root: str) -> None:
        self.root = root
        self.path = os.path.join(root, "state", "catalog.json")
        self.sessions: dict[CleanText, Any]
        self.months: dict[CleanText, list[int]]
        self.sessions, self.months = read_catalog(root)

    def update(self, state: State) -> None:
        """Enter a session's present figures; `state.listed` remembers under which month it was counted."""
        key = state.folder.partition("/")[2]
        if key not in self.sessions and state.listed:
            self._count(state.listed, -1)
        self.sessions[key] = fields(
            session=state.session,
            title=session_title(state.title[1]),
            started=state.started,
            ended=state.ended,
            chunks=state.chunks,
            tokens=state.tokens,
        )
        state.listed = (state.started[:7], state.chunks, state.tokens)
        if len(self.sessions) > SESSIONS:
            oldest = min(self.sessions, key=lambda k: (self.sessions[k]["ended"], k))
            gone = self.sessions.pop(oldest)
            self._count((gone["started"][:7], gone["chunks"], gone["tokens"]), 1)

    def _count(self, listed: tuple[CleanText, int, int], sign: int) -> None:
        month, chunks, tokens = listed
        was = self.months.get(month, [0, 0, 0])
        now = [was[0] + sign, was[1] + sign * chunks, was[2] + sign * tokens]
        if now[0] > 0:
            self.months[month] = now
        else:
            self.months.pop(month, None)

    def save(self) -> None:
        data = sealed(dumps(fields(sessions=self.sessions, months=self.months))).encode()
        write_atomic(self.path, data, durable=False)
        text = _LINE_END.join(self._lines())
        write_atomic(os.path.join(self.root, "INDEX.md"), text.encode("utf-8", "backslashreplace"), durable=False)

    def _lines(self) -> list[CleanText]:
        lines = [
            literal("# Archived sessions"),
            EMPTY,
            literal(
                "Newest first. Each session's index.md lists its chunks; `rlm search` and `/recall` search them all."
            ),
            EMPTY,
        ]
        newest = sorted(self.sessions.items(), key=lambda kv: (kv[1]["ended"], kv[0]), reverse=True)
        lines += [_session_line(key, row) for key, row in newest]
        months = sorted(self.months.items(), reverse=True)
        if months:
            lines += [EMPTY, literal("## Older sessions, by month"), EMPTY]
        figures = literal("- {} · {:,} sessions · {:,} chunks · {:,} tokens")
        lines += [figures.format(literal("sessions/{}-*").format(month), *row) for month, row in months[:MONTHS]]
        if len(months) > MONTHS:
            rest = [sum(row[i] for _, row in months[MONTHS:]) for i in range(3)]
            lines.append(figures.format(literal("before"), *rest))
        return [*lines, EMPTY]


def _session_line(key: CleanText, row: dict[str, Any]) -> CleanText:
    started, ended = (row[name][:16].replace("T", " ") for name in ("started", "ended"))
    title = literal(" · {}").format(row["title"]) if row["title"] else EMPTY
    line = literal("- [{}](sessions/{}/index.md) · {} to {} · {:,} chunks · {:,} tokens{}")
    made: CleanText = line.format(key, key, started, ended, row["chunks"], row["tokens"], title)
    return made
