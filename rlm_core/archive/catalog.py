"""The maps of the archive: `index.md` of a session and `INDEX.md` over all of them.

Both are derived, bounded in size and written anew; a session's index goes on in numbered pages, the
archive's index keeps the newest sessions and rolls the older ones up by month.
"""

from __future__ import annotations

import json
import os

from rlm_core.chunks.chunkfile import file_name, files_touched, full_title, load_meta
from rlm_core.disk import read, write_atomic
from rlm_core.errors import ArchiveError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rlm_core.archive.state import State
    from rlm_core.chunks.chunker import Chunk

PAGE = 400  # chunks on one page of index.md
SESSIONS = 100  # sessions listed one by one in INDEX.md
MONTHS = 36


def chunk_line(chunk: Chunk, number: int) -> str:
    """One chunk in index.md; see `line_of_meta` for the same from a file."""
    entries = [r.entry for r in chunk.entries]
    return _chunk_line(
        file_name(number, chunk.id),
        chunk.id,
        next((e.time for e in entries if e.time), ""),
        [chunk.entries[0].turn, chunk.entries[-1].turn],
        chunk.tokens,
        full_title(chunk),
        files_touched(chunk),
    )


def line_of_meta(name: str, meta: dict[str, Any]) -> str:
    return _chunk_line(
        name, meta["chunk"], meta["started"], meta["turns"], meta["tokens"], meta["title"], meta["files"]
    )


def _chunk_line(name: str, chunk: str, time: str, turns: list[int], tokens: int, title: str, files: list[str]) -> str:
    span = f"turn {turns[0]}" if turns[0] == turns[1] else f"turns {turns[0]}-{turns[1]}"
    touched = ", ".join(files[:4]) + (f", +{len(files) - 4}" if len(files) > 4 else "")
    when = time[:16].replace("T", " ")
    fields = [f"- [{name[:-3]}]({name})", chunk, when, span, f"{tokens:,} tokens", title, touched]
    return " · ".join(f.replace("\n", " ") for f in fields if f)


def page_name(page: int) -> str:
    return f"index-{page:04d}.md"


def write_session_index(root: str, state: State, new: dict[int, str]) -> None:
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
    text = "\n".join([*_session_head(folder, state, first_kept), *body, ""])
    write_atomic(os.path.join(folder, "index.md"), text.encode("utf-8", "backslashreplace"), durable=False)


def _kept_lines(folder: str) -> dict[int, str]:
    data = read(os.path.join(folder, "index.md")) or b""
    found: dict[int, str] = {}
    for line in data.decode("utf-8", "replace").split("\n"):
        number = line[3:].partition("-")[0] if line.startswith("- [") else ""
        if number.isdigit():
            found[int(number)] = line
    return found


def _write_page(folder: str, start: int, lines: dict[int, str]) -> None:
    """Write a full page once; it never changes again."""
    path = os.path.join(folder, page_name(start // PAGE + 1))
    if os.path.exists(path):
        return
    body = [lines.get(n) or _line_from_file(folder, n) for n in range(start, start + PAGE)]
    head = f"# Chunks {start:04d} to {start + PAGE - 1:04d}\n"
    write_atomic(path, "\n".join([head, *body, ""]).encode("utf-8", "backslashreplace"), durable=False)


def _line_from_file(folder: str, number: int) -> str:
    prefix = f"{number:04d}-"
    for name in sorted(os.listdir(folder)):
        if name.startswith(prefix) and name.endswith(".md"):
            try:
                return line_of_meta(name, load_meta(read(os.path.join(folder, name)) or b"", name))
            except ArchiveError as e:
                return f"- {prefix[:-1]} · unreadable: {e}"
    return f"- {prefix[:-1]} · missing"


def _session_head(folder: str, state: State, first_kept: int) -> list[str]:
    name = f"Sub-agent {state.agent} of session {state.session}" if state.agent else f"Session {state.session}"
    head = [f"# {name}", ""]
    title = " ".join(str(state.title[1]).split())
    if title:
        head += [f"Title: {title}", ""]
    head.append(
        f"{state.entries:,} entries in {state.chunks:,} chunks, about {state.tokens:,} tokens, "
        f"{state.started[:16].replace('T', ' ')} to {state.ended[:16].replace('T', ' ')} UTC."
    )
    if state.redactions:
        head.append("Secrets left out: " + ", ".join(f"{k} {n}" for k, n in sorted(state.redactions.items())) + ".")
    if state.shared:
        n = sum(state.shared.values())
        head.append(f"The {n:,} entries that it shares with an earlier session stand in that session's chunks.")
    agents = os.path.join(folder, "agents")
    if os.path.isdir(agents):
        head.append("Sub-agents: " + ", ".join(f"[{a}](agents/{a}/index.md)" for a in sorted(os.listdir(agents))))
    if first_kept > 1:
        head.append("Earlier chunks: " + ", ".join(_page_link(s) for s in range(1, first_kept, PAGE)))
    return [*head, ""]


def _page_link(start: int) -> str:
    return f"[{start:04d}-{start + PAGE - 1:04d}]({page_name(start // PAGE + 1)})"


class Catalog:
    """All sessions, newest first: the newest one by one, older ones as numbers per month.

    Kept as JSON in state/; INDEX.md is its readable form.
    """

    def __init__(self, root: str) -> None:
        self.root = root
        self.path = os.path.join(root, "state", "catalog.json")
        try:
            kept = json.loads(read(self.path) or b"{}")
            self.sessions: dict[str, dict[str, Any]] = dict(kept.get("sessions", {}))
            self.months: dict[str, list[int]] = dict(kept.get("months", {}))
        except (ValueError, TypeError, AttributeError):
            self.sessions, self.months = {}, {}

    def update(self, state: State) -> None:
        """Enter a session's present figures; `state.listed` remembers under which month it was counted."""
        key = state.folder.partition("/")[2]
        if key not in self.sessions and state.listed:
            self._count(state.listed, -1)
        row = {
            "session": state.session,
            "title": " ".join(str(state.title[1]).split())[:100],
            "started": state.started,
            "ended": state.ended,
            "chunks": state.chunks,
            "tokens": state.tokens,
        }
        self.sessions[key] = row
        state.listed = [state.started[:7], row["chunks"], row["tokens"]]
        if len(self.sessions) > SESSIONS:
            oldest = min(self.sessions, key=lambda k: (self.sessions[k]["ended"], k))
            gone = self.sessions.pop(oldest)
            self._count([gone["started"][:7], gone["chunks"], gone["tokens"]], 1)

    def _count(self, listed: list[Any], sign: int) -> None:
        month, chunks, tokens = listed
        was = self.months.get(month, [0, 0, 0])
        now = [was[0] + sign, was[1] + sign * chunks, was[2] + sign * tokens]
        if now[0] > 0:
            self.months[month] = now
        else:
            self.months.pop(month, None)

    def save(self) -> None:
        data = json.dumps({"sessions": self.sessions, "months": self.months}).encode()
        write_atomic(self.path, data, durable=False)
        text = "\n".join(self._lines())
        write_atomic(os.path.join(self.root, "INDEX.md"), text.encode("utf-8", "backslashreplace"), durable=False)

    def _lines(self) -> list[str]:
        lines = [
            "# Archived sessions",
            "",
            "Newest first. Each session's index.md lists its chunks; `rlm search` and `/recall` search them all.",
            "",
        ]
        newest = sorted(self.sessions.items(), key=lambda kv: (kv[1]["ended"], kv[0]), reverse=True)
        for key, s in newest:
            when = f"{s['started'][:16]} to {s['ended'][:16]}".replace("T", " ")
            lines.append(
                f"- [{key}](sessions/{key}/index.md) · {when} · {s['chunks']:,} chunks · {s['tokens']:,} tokens"
                + (f" · {s['title']}" if s["title"] else "")
            )
        months = sorted(self.months.items(), reverse=True)
        if months:
            lines += ["", "## Older sessions, by month", ""]
        for month, (sessions, chunks, tokens) in months[:MONTHS]:
            lines.append(f"- sessions/{month}-* · {sessions:,} sessions · {chunks:,} chunks · {tokens:,} tokens")
        if len(months) > MONTHS:
            rest = [sum(v[i] for _, v in months[MONTHS:]) for i in range(3)]
            lines.append(f"- before · {rest[0]:,} sessions · {rest[1]:,} chunks · {rest[2]:,} tokens")
        return [*lines, ""]
