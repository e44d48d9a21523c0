"""The format of a chunk file: short front matter for people, the entries, and a last line for us.

    ---
    chunk: "r2-3fa2b9d0c1e4"
    title: "Fix the retry limit · api.py"
    ---

    [← 0006](0006-8a51c770.md) · [0008 → in the index](index.md)

    ## user · 2026-11-22 10:00:03 · turn 12 · 0007
    ...
    <!-- rlm: {"form":2,"lines":[16],...} -->

Every value of the front matter is JSON on one line, which is YAML too, so that it can be written and read without a
YAML library. In the last line `lines` gives the line, counted from 1, of each entry's heading: entries are found by it,
never by looking for headings, which a text may imitate. `sizes` are the entries' characters before redaction: a later
copy of an entry with more of them is the richer one.

Files of form 1, which versions before 0.5 wrote, hold all of it in their front matter; they are read like the others.
"""

from __future__ import annotations

from rlm_core import quickjson as json
from rlm_core.errors import ArchiveError, worded
from rlm_core.redaction.clean import EMPTY, RULES, dumps, fields, hex_digits, literal, own_bytes, written_before

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from rlm_core.chunks.chunker import Chunk
    from rlm_core.redaction.clean import CleanBytes, CleanJson, CleanText

MAX_FILES = 30
FORM = 2
_LINE_END = literal("\n")
_FENCE = literal("---")
_COLON = literal(": ")
_DOT = literal(" · ")
_NEXT = literal("{:04d}-*.md")
INDEX = literal("index.md")
_FOOT = literal("<!-- rlm: {} -->")
_FORM_1 = b'---\nchunk: "r1-'
_OPEN_MARK = b'"next":null,"provisional":true'
SUM_BYTES = 8
_SUM, _SUM_END = b',"sum":"', b'"} -->\n'
_SUM_NAME = literal("sum")
_LATER = ("marks", "rules", "altered")  # what a file of an earlier version does not have
_MACHINE = (
    *("form", "next", "provisional", "previous", "prompt", "keywords", "cwd", "branch", "summarises", "redactions"),
    *("marks", "uuids", "sizes", "lines", "rules", "altered"),
)
SUM_LENGTH = len(_SUM) + 2 * SUM_BYTES + len(_SUM_END)
_FOOT_START, _FOOT_END = b"\n<!-- rlm: ", b" -->\n"
_OPEN, _INDEXED = literal("[index]({})"), literal("[{:04d} → in the index]({})")


def file_name(number: int, chunk_id: CleanText) -> CleanText:
    """`0007-3fa2b9d0.md`: the number in the session and the first eight digits of the id's hash."""
    return literal("{:04d}-{}.md").format(number, chunk_id.partition("-")[2][:8])


def dump(
    chunk: Chunk,
    number: int,
    session: CleanText,
    *,
    closed: bool,
    agent: CleanText = EMPTY,
    index: CleanText = INDEX,
    following: CleanText = EMPTY,
    rules: int = RULES,
) -> CleanBytes:
    """The file's bytes. A closed chunk names its successor by number, since it cannot know its id.

    index: where its links lead for what they cannot name. following: the next chunk's file where that is known. rules:
    number of the rules by which it was redacted, 0 for none.
    """
    meta = _meta(chunk, number, session, agent)
    first = len(meta) + 6  # the fences, the links, and blank lines around these
    starts = [first]
    for r in chunk.entries[:-1]:
        starts.append(starts[-1] + r.height)
    head = [_COLON.join((name, dumps(value, _as_yaml))) for name, value in meta.items()]
    links = _links(chunk, number, index, following, closed=closed)
    texts = (r.text for r in chunk.entries)
    text = _LINE_END.join([_FENCE, *head, _FENCE, EMPTY, links, EMPTY, *texts, EMPTY])
    return _signed(text, _machine(chunk, number, starts, rules, closed=closed), number)


def _signed(text: CleanText, machine: dict[CleanText, CleanJson], number: int) -> CleanBytes:
    """The file's text with its last line, and the sum in it."""
    from rlm_core.digest import hexdigest  # here and below: whoever reads a chunk to show it checks no sum

    foot = dumps(machine, _as_comment)
    bare = (text + _FOOT.format(foot) + _LINE_END).encode()
    total = hex_digits(hexdigest(_shut(bare, number), SUM_BYTES))
    return (text + _FOOT.format(literal('{},"sum":"{}"}}').format(foot[:-1], total)) + _LINE_END).encode()


def _links(chunk: Chunk, number: int, index: CleanText, following: CleanText, *, closed: bool) -> CleanText:
    """Links to the chunks before and after; that after it has no name yet when a session's chunk closes."""
    links = []
    if chunk.previous:
        links.append(literal("[← {:04d}]({})").format(number - 1, file_name(number - 1, chunk.previous)))
    if following:
        links.append(literal("[{:04d} →]({})").format(number + 1, following))
    else:
        links.append(_INDEXED.format(number + 1, index) if closed else _OPEN.format(index))
    return _DOT.join(links)


def _meta(chunk: Chunk, number: int, session: CleanText, agent: CleanText) -> dict[CleanText, CleanJson]:
    """The front matter: what tells a reader whether this is the chunk they look for."""
    entries = [r.entry for r in chunk.entries]
    times = [e.time for e in entries if e.time]
    turns = [r.turn for r in chunk.entries]
    meta = fields(chunk=chunk.id, session=session)
    meta |= fields(agent=agent) if agent else {}
    return meta | fields(
        number=number,
        times=[times[0], times[-1]] if times else [EMPTY, EMPTY],
        turns=[turns[0], turns[-1]],
        title=chunk.title,
        files=files_touched(chunk),
        tools=sorted({p.name for e in entries for p in e.parts if p.name}),
        tokens=chunk.tokens,
    )


def _machine(chunk: Chunk, number: int, starts: list[int], rules: int, *, closed: bool) -> dict[CleanText, CleanJson]:
    """The last line: what only programs need."""
    entries = [r.entry for r in chunk.entries]
    return fields(
        form=FORM,
        next=_NEXT.format(number + 1) if closed else None,
        provisional=not closed,
        previous=chunk.previous,
        prompt=chunk.turn_title if chunk.continued else EMPTY,
        keywords=chunk.keywords,
        cwd=next((e.cwd for e in entries if e.cwd), EMPTY),
        branch=next((e.branch for e in entries if e.branch), EMPTY),
        summarises=[1, number - 1] if number > 1 and any(e.role == "summary" for e in entries) else None,
        redactions=chunk.redactions,
        marks=chunk.marks,
        uuids=[e.uuid for e in entries],
        sizes=[e.size for e in entries],
        lines=starts,
        rules=rules,
    )


def as_closed(data: bytes) -> CleanBytes:
    """A provisional chunk's file as a closed one, line for line the same otherwise."""
    meta = load_meta(data)
    if not meta.get("provisional"):
        return own_bytes(data)
    end = data.find(b"\n---\n", 4)
    if meta["form"] == 1:
        successor = dumps(_NEXT.format(meta["number"] + 1), _as_yaml).encode()
        head = data[:end].replace(b"\nprovisional: true\n", b"\nprovisional: false\n", 1)
        return own_bytes(head.replace(b"\nnext: null\n", b"\nnext: " + successor + b"\n", 1) + data[end:])
    return own_bytes(_shut(data, meta["number"]))


def _shut(data: bytes, number: int) -> bytes:
    """The bytes of a file of form 2 as they are once it is closed."""
    start = data.find(b"\n---\n", 4) + len(b"\n---\n\n")
    stop, foot = data.find(b"\n", start), data.rfind(_FOOT_START)
    if data.find(_OPEN_MARK, foot) < 0:
        return data
    links = data[start:stop].replace(b"[index](", f"[{number + 1:04d} → in the index](".encode())
    shut = data[foot:].replace(_OPEN_MARK, b'"next":"%04d-*.md","provisional":false' % (number + 1), 1)
    return data[:start] + links + data[stop:foot] + shut


def alter_values(chunk: ChunkFile, lines: list[CleanText], values: dict[CleanText, CleanJson]) -> CleanBytes:
    """A chunk file with other entries and another account of itself, line for line where it was.

    lines: all of the file's, the entries among them as they are to be. values: by their names, of those that the file
    has; `marks`, `rules` and `altered` go to their places in a file that does not have them yet. In a file of form 1
    all stand in the front matter, where a line more would move the entries, so that `altered` takes the place of
    `keywords`, which nothing reads, and there are no `marks` and `rules`.
    """
    head = lines.index(_FENCE, 1)
    for at in range(1, head):
        name = lines[at].partition(": ")[0]
        if name == "keywords" and chunk.meta["form"] == 1 and "altered" in values:
            name = literal("altered")
        if name in values:
            lines[at] = _COLON.join((name, dumps(values[name], _as_yaml)))
    if chunk.meta["form"] == 1:
        return _LINE_END.join(lines).encode()
    machine: dict[CleanText, CleanJson] = {
        written_before(name): value for name, value in _foot(_LINE_END.join(lines[-3:]).encode()).items()
    }
    machine.pop(_SUM_NAME, None)
    machine |= {name: value for name, value in values.items() if name in machine or name in _LATER}
    machine = {name: machine[name] for name in sorted(machine, key=_rank)}
    return _signed(_LINE_END.join([*lines[:-2], EMPTY]), machine, chunk.meta["number"])


def _rank(name: str) -> int:
    """A value's place in the last line."""
    return _MACHINE.index(name) if name in _MACHINE else len(_MACHINE)


def is_unharmed(data: bytes) -> bool:
    """Whether a chunk file is, byte for byte, what was written: by the sum in its last line.

    Files of versions before 0.6 have none: of these only that their last line ends as it must.
    """
    if data.startswith(_FORM_1):
        return True
    foot, digits = data[-SUM_LENGTH:], data[-SUM_LENGTH + len(_SUM) : -len(_SUM_END)]
    if not (foot.startswith(_SUM) and foot.endswith(_SUM_END)):
        return data.endswith(b"]} -->\n")
    number = data[: data.find(b"\n---\n", 4)].partition(b"\nnumber: ")[2].partition(b"\n")[0]
    if not number.isdigit():
        return False
    from rlm_core.digest import hexdigest

    bare = data[:-SUM_LENGTH] + b"}" + _FOOT_END
    return hexdigest(_shut(bare, int(number)), SUM_BYTES).encode() == digits


def _as_yaml(value: object) -> str:
    """JSON that is also one line of YAML, which ends lines at more characters and allows fewer."""
    text = json.dumps(value, ensure_ascii=False)
    if text.isprintable():
        return text
    # Beyond U+FFFF YAML allows everything, and would not join the two halves of JSON's escape.
    return "".join(c if c.isprintable() or c > "\uffff" else json.dumps(c)[1:-1] for c in text)


def _as_comment(value: object) -> str:
    """JSON on one line that cannot end an HTML comment: `>` stands in its strings alone."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace(">", "\\u003e")
    if text.isprintable():
        return text
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
    """A chunk file read back. meta: front matter and last line. lines: all lines of the file, these included."""

    __slots__ = ("lines", "meta")

    def __init__(self, meta: dict[str, Any], lines: list[str]) -> None:
        self.meta = meta
        self.lines = lines

    @property
    def height(self) -> int:
        """How many lines there are for people: all but the last one, which is for programs, in a file that has it."""
        form: int = self.meta["form"]
        return len(self.lines) - form  # the very last is empty: the file ends with a newline

    def entries(self) -> list[tuple[str, int, str]]:
        """(uuid, line of the heading counted from 1, text from the heading to the next entry)."""
        starts: Sequence[int] = self.meta["lines"]
        ends = [*starts[1:], self.height + 1]
        texts = ("\n".join(self.lines[a - 1 : b - 1]) for a, b in zip(starts, ends, strict=True))
        return list(zip(self.meta["uuids"], starts, texts, strict=True))


def load(data: bytes, where: str = "chunk") -> ChunkFile:
    """Read a chunk file. Raises ArchiveError when it is none."""
    return ChunkFile(load_meta(data, where), data.decode("utf-8", "replace").split("\n"))


# What readers rely on: field -> type, or the type of a list's items.
FIELDS: dict[str, type] = dict.fromkeys(("chunk", "session", "previous", "started", "ended", "title"), str)
NUMBERS = ("number", "tokens", "form")
TEXTS = ("agent", "cwd", "branch", "prompt")  # which need not be there
LARGEST = 1 << 53
LISTS: dict[str, type] = {"turns": int, "tools": str, "files": str, "uuids": str, "sizes": int, "lines": int}


def load_meta(data: bytes, where: str = "chunk") -> dict[str, Any]:
    """What a chunk file says of itself, under the same names whichever form it has. Raises ArchiveError as `load`.

    `form` is 1 or 2, `started` and `ended` are the times of form 2.
    """
    try:
        if not data.startswith(b"---\n") or (end := data.find(b"\n---\n", 3)) < 0:
            raise ValueError("it has no front matter")
        head = data[4:end].decode("utf-8", "replace").split("\n")
        meta: dict[str, Any] = {k: json.loads(v) for k, _, v in (line.partition(": ") for line in head)}
        if "times" in meta:
            times = meta.pop("times")
            if not _is_list_of(times, str) or len(times) != 2:
                raise ValueError("it lacks times")
            meta |= {**_foot(data[end:]), "started": times[0], "ended": times[1]}
        else:
            meta["form"] = 1
        wrong = [k for k, t in {**FIELDS, **dict.fromkeys(NUMBERS, int)}.items() if not isinstance(meta.get(k), t)]
        wrong += [k for k, t in LISTS.items() if not _is_list_of(meta.get(k), t)]
        if wrong or len(meta["turns"]) != 2 or not len(meta["uuids"]) == len(meta["sizes"]) == len(meta["lines"]):
            raise ValueError(f"it lacks {', '.join(wrong) or 'what belongs together'}")
        if not isinstance(meta.setdefault("redactions", {}), dict):
            raise ValueError("its redactions are no map")
        _check_sizes(meta)
    except (ValueError, RecursionError) as e:
        raise ArchiveError(
            worded("{where} is no chunk file ({why}); `rlm verify` tells what is missing", where=where, why=e)
        ) from e
    return meta


def _check_sizes(meta: dict[str, Any]) -> None:
    """Raise ValueError for a number that cannot be, and for what should be a text where there is one."""
    lists = (meta["turns"], meta["sizes"], meta["lines"], [meta[name] for name in NUMBERS])
    if not all(0 <= n < LARGEST for numbers in lists for n in numbers):
        raise ValueError("it has a number that cannot be")
    if not all(isinstance(n, int) for n in meta["redactions"].values()):
        raise ValueError("its redactions are no map of numbers")
    if not all(isinstance(meta.get(name) or "", str) for name in TEXTS):
        raise ValueError("it has something else for a text")


def _foot(data: bytes) -> dict[str, Any]:
    """The values of the last line. Raises ValueError when it is none of ours."""
    start = data.rfind(_FOOT_START)
    if start < 0 or not data.endswith(_FOOT_END) or b"\n" in data[start + 1 : -1]:
        raise ValueError("its last line is missing")
    values = json.loads(data[start + len(_FOOT_START) : -len(_FOOT_END)].decode("utf-8", "replace"))
    if not isinstance(values, dict) or values.get("form") != FORM:
        raise ValueError("its last line is of another version")
    return values


def _is_list_of(value: Any, kind: type) -> bool:
    return isinstance(value, list) and all(isinstance(v, kind) for v in value)
