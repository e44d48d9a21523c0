"""The format of a chunk file: YAML front matter, then Markdown.

Every value of the front matter is JSON on one line, which is YAML too, so that it can be written and
read without a YAML library. `lines` gives the line, counted from 1, of each entry's heading: entries
are found by it, never by looking for headings, which a text may imitate. `sizes` are the entries' characters before
redaction: a later copy of an entry with more of them is the richer one.
"""

from __future__ import annotations

import json

from rlm_core.errors import ArchiveError
from rlm_core.redaction.clean import EMPTY, dumps, fields, literal, own_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from rlm_core.chunks.chunker import Chunk
    from rlm_core.redaction.clean import CleanBytes, CleanJson, CleanText

MAX_FILES = 30
_LINE_END = literal("\n")
_FENCE = literal("---")
_COLON = literal(": ")
_NEXT = literal("{:04d}-*.md")
_ENCODER = json.JSONEncoder(ensure_ascii=False)  # json.dumps would make one for each value


def file_name(number: int, chunk_id: CleanText) -> CleanText:
    """`0007-3fa2b9d0.md`: the number in the session and the first eight digits of the id's hash."""
    return literal("{:04d}-{}.md").format(number, chunk_id.partition("-")[2][:8])


def dump(chunk: Chunk, number: int, session: CleanText, *, closed: bool, agent: CleanText = EMPTY) -> CleanBytes:
    """The file's bytes. A closed chunk names its successor by number, since it cannot know its id."""
    meta = _meta(chunk, number, session, agent, closed=closed)
    first = len(meta) + 4  # the fences, the `lines` field itself, the blank line after them
    starts = [first + 1]
    for r in chunk.entries[:-1]:
        starts.append(starts[-1] + r.height)
    meta |= fields(lines=starts)
    head = [_COLON.join((name, dumps(value, _as_yaml))) for name, value in meta.items()]
    return _LINE_END.join([_FENCE, *head, _FENCE, EMPTY, *(r.text for r in chunk.entries), EMPTY]).encode()


def _meta(
    chunk: Chunk, number: int, session: CleanText, agent: CleanText, *, closed: bool
) -> dict[CleanText, CleanJson]:
    """The front matter but for `lines`."""
    entries = [r.entry for r in chunk.entries]
    times = [e.time for e in entries if e.time]
    turns = [r.turn for r in chunk.entries]
    meta = fields(chunk=chunk.id, session=session)
    meta |= fields(agent=agent) if agent else {}
    return meta | fields(
        number=number,
        previous=chunk.previous,
        next=_NEXT.format(number + 1) if closed else None,
        provisional=not closed,
        started=times[0] if times else EMPTY,
        ended=times[-1] if times else EMPTY,
        turns=[turns[0], turns[-1]],
        tokens=chunk.tokens,
        title=chunk.title,
        tools=sorted({p.name for e in entries for p in e.parts if p.name}),
        files=files_touched(chunk),
        keywords=chunk.keywords,
        cwd=next((e.cwd for e in entries if e.cwd), EMPTY),
        branch=next((e.branch for e in entries if e.branch), EMPTY),
        summarises=[1, number - 1] if number > 1 and any(e.role == "summary" for e in entries) else None,
        redactions=chunk.redactions,
        uuids=[e.uuid for e in entries],
        sizes=[e.size for e in entries],
    )


def as_closed(data: bytes) -> CleanBytes:
    """A provisional chunk's file as a closed one, line for line the same otherwise."""
    meta = load_meta(data)
    successor = dumps(_NEXT.format(meta["number"] + 1), _as_yaml).encode()
    end = data.find(b"\n---\n", 4)
    head = data[:end].replace(b"\nprovisional: true\n", b"\nprovisional: false\n", 1)
    return own_bytes(head.replace(b"\nnext: null\n", b"\nnext: " + successor + b"\n", 1) + data[end:])


def _as_yaml(value: object) -> str:
    """JSON that is also one line of YAML, which ends lines at more characters and allows fewer."""
    text = _ENCODER.encode(value)
    if text.isprintable():
        return text
    # Beyond U+FFFF YAML allows everything, and would not join the two halves of JSON's escape.
    return "".join(c if c.isprintable() or c > "\uffff" else json.dumps(c)[1:-1] for c in text)


def files_touched(chunk: Chunk) -> list[CleanText]:
    """Paths that tool calls named, in order, relative to the directory where they are below it."""
    found: dict[CleanText, None] = {}
    for r in chunk.entries:
        base = r.entry.cwd.rstrip("/\\") + "/" if r.entry.cwd else ""
        for part in r.entry.parts:
            for path in part.files:
                found[path[len(base) :] if base and path.startswith(base) else path] = None
    return [p for p in found if p][:MAX_FILES]


class ChunkFile:
    """A chunk file read back. meta: the front matter. lines: all lines of the file, front matter included."""

    __slots__ = ("lines", "meta")

    def __init__(self, meta: dict[str, Any], lines: list[str]) -> None:
        self.meta = meta
        self.lines = lines

    def entries(self) -> list[tuple[str, int, str]]:
        """(uuid, line of the heading counted from 1, text from the heading to the next entry)."""
        starts: Sequence[int] = self.meta["lines"]
        ends = [*starts[1:], len(self.lines)]  # the last line is empty: the file ends with a newline
        texts = ("\n".join(self.lines[a - 1 : b - 1]) for a, b in zip(starts, ends, strict=True))
        return list(zip(self.meta["uuids"], starts, texts, strict=True))


def load(data: bytes, where: str = "chunk") -> ChunkFile:
    """Read a chunk file. Raises ArchiveError when it is none."""
    lines = data.decode("utf-8", "replace").split("\n")
    meta, _ = _front_matter(lines, where)
    return ChunkFile(meta, lines)


def load_meta(data: bytes, where: str = "chunk") -> dict[str, Any]:
    """The front matter alone."""
    end = data.find(b"\n---\n", 4)
    return _front_matter(data[: end + 5].decode("utf-8", "replace").split("\n"), where)[0]


# What readers rely on: field -> type, or the type of a list's items.
FIELDS: dict[str, type] = dict.fromkeys(("chunk", "session", "previous", "started", "ended", "title"), str)
NUMBERS = ("number", "tokens")
LISTS: dict[str, type] = {"turns": int, "tools": str, "files": str, "uuids": str, "sizes": int, "lines": int}


def _front_matter(lines: list[str], where: str) -> tuple[dict[str, Any], int]:
    try:
        end = lines.index("---", 1) if lines[0] == "---" else -1
        pairs = (line.partition(": ") for line in lines[1:end])
        meta = {k: json.loads(v) for k, _, v in pairs}
        wrong = [k for k, t in {**FIELDS, **dict.fromkeys(NUMBERS, int)}.items() if not isinstance(meta.get(k), t)]
        wrong += [k for k, t in LISTS.items() if not _is_list_of(meta.get(k), t)]
        if (
            end < 0
            or wrong
            or len(meta["turns"]) != 2
            or not len(meta["uuids"]) == len(meta["sizes"]) == len(meta["lines"])
        ):
            raise ValueError(f"its front matter lacks {', '.join(wrong) or 'an end'}")
        if not isinstance(meta.setdefault("redactions", {}), dict):
            raise ValueError("its front matter's redactions are no map")
    except (ValueError, RecursionError) as e:
        raise ArchiveError(f"{where} is no chunk file ({e}); `rlm verify` tells what is missing") from e
    return meta, end


def _is_list_of(value: Any, kind: type) -> bool:
    return isinstance(value, list) and all(isinstance(v, kind) for v in value)
