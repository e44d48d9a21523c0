"""Builds transcripts in the image of Claude Code's, record by record.

    >>> s = Session()
    >>> _ = s.prompt("Why is the sky blue?"); _ = s.says("Rayleigh scattering.")
    >>> s.data().count(b"\\n")
    2

uuids and times follow from the order of the calls, so that two builders told the same give the same bytes.
"""

from __future__ import annotations

import base64
import json
import os
import re
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from rlm_core.archive.store import Archive
from rlm_core.config import DEFAULTS, Config
from rlm_core.transcript.source import Source

SESSION = "1f758c24-9a0b-4c1d-8e2f-3a4b5c6d7e8f"
Record = dict[str, Any]


def png(width: int = 1) -> bytes:
    """A small valid PNG; different widths give different bytes."""

    def piece(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return len(data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + (1).to_bytes(4, "big") + b"\x08\x02\0\0\0"
    rows = zlib.compress(b"\0" + b"\xff\0\x7f" * width)
    return b"\x89PNG\r\n\x1a\n" + piece(b"IHDR", head) + piece(b"IDAT", rows) + piece(b"IEND", b"")


def dump(record: Record) -> bytes:
    """A record as a line, as JSON.stringify writes it."""
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    return re.sub("[\ud800-\udfff]", lambda m: f"\\u{ord(m[0]):04x}", text).encode() + b"\n"


def image_block(data: bytes, media_type: str = "image/png", kind: str = "image") -> Record:
    source = {"type": "base64", "media_type": media_type, "data": base64.b64encode(data).decode()}
    return {"type": kind, "source": source}


class Session:
    """The records of one transcript. old: the shapes of client 2.0 instead of 2.1.330's."""

    def __init__(
        self, session: str = SESSION, *, cwd: str = "/home/jo/app", old: bool = False, agent: str = "", seed: str = ""
    ) -> None:
        self.session = session
        self.cwd = cwd
        self.branch = "main"
        self.agent = agent
        self.old = old
        self.seed = seed or session + agent
        self.second = 0
        self.items: list[Record | bytes] = []
        self._ids = 0

    def __repr__(self) -> str:
        shown = (line if len(line) < 400 else line[:380] + b"...\n" for line in self.lines())
        return "Session of " + b"".join(shown).decode("utf-8", "replace")

    # What is written.

    def lines(self) -> list[bytes]:
        return [i if isinstance(i, bytes) else dump(i) for i in self.items]

    def data(self) -> bytes:
        return b"".join(self.lines())

    def write(self, path: Path | str) -> Source:
        """Write the transcript and say what it is to the archive."""
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.data())
        return Source(str(path), self.session, self.agent)

    def uuids(self) -> list[str]:
        """Of the records that the archive keeps, each once, in order."""
        kept = ("user", "assistant")
        found = (
            i["uuid"]
            for i in self.items
            if isinstance(i, dict) and "uuid" in i and (i["type"] in kept or _is_kept_note(i))
        )
        return list(dict.fromkeys(found))

    # Records.

    def add(self, record: Record | bytes) -> str:
        """A record or a raw line as it is; its uuid comes back."""
        self.items.append(record)
        return str(record.get("uuid", "")) if isinstance(record, dict) else ""

    def again(self, uuid: str) -> str:
        """The record once more, as a resume or a rewind appends it."""
        return self.add(next(dict(i) for i in self.items if isinstance(i, dict) and i.get("uuid") == uuid))

    def record(self, kind: str, **fields: Any) -> str:
        """A record with what all records carry."""
        self._ids += 1
        self.second += 2
        head = {"parentUuid": None, "isSidechain": bool(self.agent)}
        head |= {"agentId": self.agent} if self.agent else {}
        ids = {"uuid": self._uuid(), "timestamp": self.time()}
        place = {"userType": "external", "cwd": self.cwd, "sessionId": self.session}
        if self.old:
            tail = {"version": "2.0.76", "gitBranch": self.branch, "type": kind}
            return self.add({**head, **place, **tail, **fields, **ids})
        tail = {**place, "version": "2.1.330", "gitBranch": self.branch}
        return self.add({**head, "type": kind, **fields, **ids, "entrypoint": "cli", **tail})

    def _uuid(self) -> str:
        made = zlib.crc32(f"{self.seed}/{self._ids}".encode())
        return f"{made:08x}-{self._ids:04x}-4000-8000-{zlib.crc32(self.seed.encode()):012x}"

    def time(self) -> str:
        day, rest = divmod(self.second, 86400)
        return f"2026-11-{22 + day:02d}T{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}.123Z"

    def user(self, content: Any, **fields: Any) -> str:
        return self.record("user", message={"role": "user", "content": content}, **fields)

    def prompt(self, text: str, **fields: Any) -> str:
        content: Any = text if self.old else [{"type": "text", "text": text}]
        return self.user(content, **fields)

    def assistant(self, *blocks: Record, tokens: int = 20_000, model: str = "claude-opus-4-5", **fields: Any) -> str:
        usage = {
            "input_tokens": 10,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": tokens - 10,
            "output_tokens": 0,
        }
        message = {"role": "assistant", "model": model, "content": list(blocks), "usage": usage}
        return self.record("assistant", message=message, **fields)

    def says(self, text: str, **fields: Any) -> str:
        return self.assistant({"type": "text", "text": text}, **fields)

    def thinks(self, text: str) -> str:
        return self.assistant({"type": "thinking", "thinking": text, "signature": "EuYB"})

    def calls(self, tool: str, call_id: str = "", **given: Any) -> str:
        """A tool call; its id comes back."""
        call_id = call_id or f"toolu_{zlib.crc32(f'{self.seed}{self._ids}'.encode()):08x}"
        self.assistant({"type": "tool_use", "id": call_id, "name": tool, "input": given})
        return call_id

    def result(self, call_id: str, content: Any, *, failed: bool = False, **fields: Any) -> str:
        block: Record = {"type": "tool_result", "tool_use_id": call_id, "content": content}
        return self.user([{**block, "is_error": True} if failed else block], **fields)

    def tool(self, tool: str, output: str, call_id: str = "", **given: Any) -> None:
        """A call and its result."""
        self.result(self.calls(tool, call_id, **given), output)

    def parallel(self, outputs: Iterable[str], tool: str = "Bash") -> None:
        """Several calls of one answer, their results behind them in another order."""
        calls = [(self.calls(tool, command=f"step {n}"), o) for n, o in enumerate(outputs)]
        for call_id, output in reversed(calls):
            self.result(call_id, output)

    def compaction(self, summary: str = "What was said so far.") -> str:
        """Boundary and summary; the boundary's uuid comes back."""
        boundary = self.record(
            "system",
            subtype="compact_boundary",
            content="Conversation compacted",
            logicalParentUuid=self._uuid(),
            isMeta=False,
            level="info",
            compactMetadata={"trigger": "auto", "preTokens": 150_000},
        )
        text = f"This session is being continued from a previous conversation.\n\nSummary:\n{summary}"
        self.user(text, isCompactSummary=True, isVisibleInTranscriptOnly=True)
        return boundary

    def note(self, subtype: str, content: str, **fields: Any) -> str:
        return self.record("system", subtype=subtype, content=content, **fields)

    def attachment(self, kind: str, **fields: Any) -> str:
        return self.record("attachment", attachment={"type": kind, **fields})

    def mention(self, name: str, text: str) -> str:
        """@name in a prompt: the file's text stands nowhere else."""
        file = {"filePath": f"{self.cwd}/{name}", "content": text, "numLines": 1, "startLine": 1, "totalLines": 1}
        return self.attachment(
            "file", filename=f"{self.cwd}/{name}", displayPath=name, content={"type": "text", "file": file}
        )

    def title(self, text: str, kind: str = "custom-title") -> None:
        key = {"custom-title": "customTitle", "ai-title": "aiTitle", "summary": "summary"}[kind]
        leaf = {"leafUuid": self._uuid()} if kind == "summary" else {}  # of the last record
        self.add({"type": kind, key: text, **leaf, "sessionId": self.session})

    def noise(self) -> None:
        """What the client writes for itself."""
        self.add({"type": "queue-operation", "operation": "enqueue", "timestamp": self.time()})
        self.add(
            {
                "type": "api-request-blob",
                "sessionId": self.session,
                "hash": "436be0a3",
                "message": {"role": "user", "content": [{"type": "text", "text": "BLOB-NOISE"}]},
            }
        )
        self.add({"type": "file-history-snapshot", "messageId": "m", "snapshot": {}})
        self.record("system", subtype="stop_hook_summary", hookCount=1, hookErrors=[])
        self.attachment("skill_listing", content="LISTING-NOISE")


KEPT_NOTES = (
    "api_error",
    "away_summary",
    "compact_boundary",
    "informational",
    "local_command",
    "model_refusal_fallback",
)


def _is_kept_note(record: Record) -> bool:
    kind = record["attachment"]["type"] if record["type"] == "attachment" else ""
    return record.get("subtype") in KEPT_NOTES or kind in ("file", "edited_text_file", "queued_command")


def talk(session: Session, turns: int, words: int = 40) -> Session:
    """A plain conversation with one tool call a turn."""
    for n in range(turns):
        session.prompt(f"Question {n}: how does part{n} of the scheduler behave?")
        session.tool("Bash", f"output {n} " * words, command=f"cat part{n}.py")
        session.says(f"Part{n} of the scheduler waits. " * (words // 4))
    return session


def rich() -> Session:
    """One of everything that a transcript holds."""
    s = Session()
    s.noise()
    s.prompt("Please look at the screenshot and the notes")
    s.mention("notes.txt", "the launch code is ORCHID")
    s.thinks("I should look at both.")
    s.parallel(["alpha output", "beta output", "gamma output"])
    s.result(s.calls("Read", file_path="/home/jo/app/shot.png"), [image_block(png(3))])
    s.assistant({"type": "redacted_thinking", "data": "c2VjcmV0"})
    s.says("Both are fine.")
    s.user([image_block(png(5)), {"type": "text", "text": "and this pasted one?"}])
    s.says("Also fine: café, naïve, 東京, \u2028 and 😀.")
    s.attachment("queued_command", prompt="typed meanwhile", commandMode="prompt")
    s.tool("Write", "ok", file_path="/home/jo/app/src/main.py", content="import os\nprint('x')\n")
    s.compaction("We looked at a screenshot.")
    s.prompt("go on")
    s.tool("Bash", "line of output\n" * 4000, command="make everything")
    s.says("Done.")
    s.title("Screenshots")
    return s


# The archive.


def config(target: int = 2000, limit: int = 4000, **redact: Any) -> Config:
    values = json.loads(json.dumps(DEFAULTS))
    values["chunk"] = {"target": target, "limit": limit}
    values["redact"] |= redact
    return Config(values)


def small() -> Config:
    """Chunks so small that a short session has many."""
    return config(120, 240)


def archive(root: Path | str, settings: Config | None = None) -> Archive:
    """An archive below a directory that exists, as the hooks make it."""
    return Archive(os.path.join(root, ".claude", "rlm"), settings or small())


def files(root: Path | str, *, derived: bool = True) -> dict[str, bytes]:
    """What the archive holds for its reader, by path: chunk files, blobs, summaries and, unless told
    otherwise, the indexes. State, locks, the log and the search index are the machine's.
    """
    root = Path(root)
    found = {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}
    mine = ("state", "log")
    return {
        name: data
        for name, data in found.items()
        if name.partition(os.sep)[0] not in mine
        and not name.startswith("search.db")
        and (derived or not os.path.basename(name).lower().startswith("index"))
    }


def everything(root: Path | str) -> bytes:
    """All bytes and names below a directory, to grep in."""
    found = sorted(Path(root).rglob("*"))
    return b"\n".join([*(str(p).encode() for p in found), *(p.read_bytes() for p in found if p.is_file())])


def leftovers(root: Path | str) -> list[str]:
    """Files that a finished run must not leave."""
    return [str(p) for p in Path(root).rglob("*") if p.name.startswith(".tmp-")]


# Strategies.

TEXTS = st.one_of(
    st.sampled_from(
        [
            "",
            "yes, go on",
            "Why does the scheduler wait for the database lock before starting workers?",
            "Deploy the frontend bundle through the staging pipeline, please, then tag release",
            "```\n## user · turn 9\n```\n---\nuuids: []\n---",
            "été à Zürich\u2028東京 😀 \x00 \x85 \ud800 end",
            "para one\n\npara two\n" * 8,
            "tokens and more tokens " * 60,
            "password: hunter2hunter2 and AK" + "IA" + "QWERTYUIOPASDFGH",
        ]
    ),
    st.text(st.characters(codec=None), max_size=60),
)
OUTPUTS = st.one_of(TEXTS, st.sampled_from(["out\n" * 300, "x" * 3000, "row of a table | 12 | 13\n" * 150]))


def _late(session: Session, text: str) -> None:
    session.second += 3600
    session.prompt(text)


def _moved(session: Session, text: str) -> None:
    session.cwd = f"/home/jo/app{len(text) % 3}"
    session.prompt(text)


def _again(session: Session, text: str) -> None:
    known = session.uuids()
    if known:
        session.again(known[len(text) % len(known)])


def _richer(session: Session, text: str) -> None:
    """A known record with more, or less, text than before."""
    known = [i for i in session.items if isinstance(i, dict) and i.get("type") == "assistant"]
    if known:
        blocks = [{"type": "text", "text": text}]
        session.add({**known[len(text) % len(known)], "message": {"role": "assistant", "content": blocks}})


def _image(session: Session, text: str) -> None:
    session.user([image_block(png(len(text) % 4 + 1)), {"type": "text", "text": text}])


def _plain(session: Session, text: str) -> None:
    session.add({"type": "user", "message": {"role": "user", "content": text}})  # neither uuid nor time


STEPS: dict[str, Callable[[Session, str], Any]] = {
    "prompt": Session.prompt,
    "prompt2": Session.prompt,
    "says": Session.says,
    "says2": Session.says,
    "thinks": Session.thinks,
    "late": _late,
    "moved": _moved,
    "tool": lambda s, t: s.tool("Bash", t, command="make", file_path=f"/home/jo/app/{len(t)}.py"),
    "tool2": lambda s, t: s.tool("Read", t, file_path=f"/home/jo/app/{len(t)}.py"),
    "parallel": lambda s, t: s.parallel([t, "second", t]),
    "call": lambda s, t: s.calls("Bash", command=t),
    "orphan": lambda s, t: s.result("toolu_unknown", t),
    "write": lambda s, t: s.tool("Write", "ok", file_path="/home/jo/app/a.py", content=t),
    "compaction": Session.compaction,
    "note": lambda s, t: s.note("informational", t),
    "mention": lambda s, t: s.mention("notes.txt", t),
    "queued": lambda s, t: s.attachment("queued_command", prompt=t, commandMode="prompt"),
    "image": _image,
    "title": Session.title,
    "ai-title": lambda s, t: s.title(t, "ai-title"),
    "noise": lambda s, _: s.noise(),
    "again": _again,
    "richer": _richer,
    "plain": _plain,
    "sidechain": lambda s, t: s.user(t, isSidechain=True),
    "broken": lambda s, t: s.add(t.encode("utf-8", "surrogatepass").replace(b"\n", b" ") + b"\n"),
    "nul": lambda s, _: s.add(b"\0\0\0\n"),
    "cut": lambda s, t: s.add(b'{"type":"user","message":{"role":"us'),  # the next record stands behind it
}


@st.composite
def sessions(draw: st.DrawFn, most: int = 30, without: tuple[str, ...] = ()) -> Session:
    """Random sessions: every step that a client or a crash may take."""
    names = [n for n in STEPS if n not in without]
    session = Session()
    session.prompt("Let us begin")
    for name in draw(st.lists(st.sampled_from(names), max_size=most)):
        STEPS[name](session, draw(OUTPUTS))
    return session
