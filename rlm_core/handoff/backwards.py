"""The end of a session, entry by entry, newest first: from its transcript, or from the archive's last chunks.

What is read has a fixed greatest size, however long the session and however large the archive. Most of a
transcript is output of tools and the client's own book-keeping, of which nothing is wanted here: such lines
are told by a few bytes and never parsed.
"""

from __future__ import annotations

import os
from io import BytesIO

from rlm_core import quickjson as json
from rlm_core.archive.maps import chunk_rows
from rlm_core.disk import opened, read
from rlm_core.errors import ArchiveError
from rlm_core.handoff.todos import field
from rlm_core.redaction.clean import EMPTY, literal, written_before
from rlm_core.transcript.entry import CALL, RESULT, TEXT, Entry, Part
from rlm_core.transcript.lines import parse_line
from rlm_core.transcript.reader import MARK, Reader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rlm_core.chunks.entries import ArchivedEntry

MAX_BYTES = 4 * 1024 * 1024  # bytes of a transcript's end that are looked at
BLOCK = 64 * 1024  # of these are read at a time; larger ones take longer, since memory for them is new each time
CHUNKS = 12  # archived chunks that are read in a transcript's place
LABEL = 64 * 1024  # bytes in which some record names the client's entry point

# What a reader may want of what lies further back: the user's prompts, Claude's words, files, the todo list.
PROMPTS, WORDS, FILES, TODOS = 1, 2, 4, 8

LAST_PROMPT = literal("last-prompt")  # a record in which the client repeats the prompt again and again; its role here
_LAST_PROMPT = b'"last-prompt"'
HEAD = 2048  # bytes of a record in which its kind shows
_ANY_TODO = (b'"TodoWrite"', b'"Task', b'"todo_reminder"', b'"task_reminder"')


def of_transcript(path: str, wanted: Callable[[int], int]) -> Iterator[Entry]:
    """The entries, newest first, as far as they are wanted.

    wanted: what is, of all that lies so many bytes from the end and further, as a sum of the constants above; 0
    ends it. More may come. The client's reminders of the todo list come as if it were written anew, its notes of the
    last prompt under a role of their own. Raises OSError when the transcript cannot be read.
    """
    behind = 0
    for block in _blocks(path):
        if wanted(behind) == TODOS and not any(mark in block for mark in _ANY_TODO):
            behind += len(block)
            continue
        for line in reversed(block.split(b"\n")):
            behind += len(line) + 1
            now = wanted(behind)
            if not now:
                return
            if _matters(line, now):
                yield from _entries(line)


def _blocks(path: str) -> Iterator[bytes]:
    """The last MAX_BYTES in blocks of whole lines, the last block first; a line that begins before them is left out."""
    with opened(path, follow=True) as stream:
        at = os.fstat(stream.fileno()).st_size
        least = max(0, at - MAX_BYTES)
        cut: list[bytes] = []  # pieces of a line that begins further ahead, the last one first
        while at > least:
            size = min(BLOCK, at - least)
            at -= size
            stream.seek(at)
            first, newline, rest = stream.read(size).partition(b"\n")
            if newline:
                yield b"".join([rest, *reversed(cut)])
                cut = []
            cut.append(first)
        if at == 0:
            yield b"".join(reversed(cut))


def _entries(line: bytes) -> list[Entry]:
    """The entries of a line, the last one first: a record may hold what several have said."""
    head = line[:HEAD]
    if not _reminds(head) and _LAST_PROMPT not in head[:64]:
        found = [entry for _, _, entry in Reader(BytesIO(line + b"\n")) if entry is not None]
        return [e for e in reversed(found) if not any(p.text == MARK for p in e.parts)]
    noted = _noted(line)
    return [noted] if noted is not None else []


def _noted(line: bytes) -> Entry | None:
    """What the client itself notes: the last prompt, or a reminder of the todo list."""
    record = parse_line(line) or {}
    prompt = record.get("lastPrompt")
    if record.get("type") == LAST_PROMPT and isinstance(prompt, str):
        return Entry(EMPTY, LAST_PROMPT, EMPTY, [Part(TEXT, prompt)])
    att = record.get("attachment")
    if not isinstance(att, dict) or att.get("type") not in ("todo_reminder", "task_reminder"):
        return None
    todos = f"todos: {json.dumps(att.get('content'))}"
    return Entry(EMPTY, literal("assistant"), EMPTY, [Part(CALL, todos, name="TodoWrite")])


def _matters(line: bytes, wanted: int) -> bool:
    """Whether a record may hold what is wanted: told without parsing it, since most of them do not."""
    head = line[:HEAD]
    if b'"tool_result"' in head:  # of interest are failures, and the numbers of tasks
        return b'"is_error"' in head or b"Task #" in head or b'"#' in head
    if _reminds(head):
        return True
    if _LAST_PROMPT in head[:64]:
        return bool(wanted & PROMPTS)
    if b'"api-request' in head[:64] or b'"isSidechain":true' in head or b'"isSidechain": true' in head:
        return False
    if wanted & PROMPTS and (b'"user"' in head or b'"queued_command"' in head):
        return True
    if wanted & WORDS and b'"assistant"' in head:
        return True
    if b'"tool_use"' not in head:
        return False
    todos = b'"TodoWrite"' in head or b'"Task' in head
    return bool(wanted & TODOS and todos) or bool(wanted & FILES and b'_path"' in line)


def _reminds(head: bytes) -> bool:
    return b'"todo_reminder"' in head or b'"task_reminder"' in head


def entrypoint(path: str) -> str:
    """How the session's client was started: `cli`, `sdk-cli` (claude -p), `claude-vscode`; "" where it does not say."""
    try:
        with opened(path, follow=True) as stream:
            stream.seek(max(0, os.fstat(stream.fileno()).st_size - LABEL))
            _, found, rest = stream.read(LABEL).rpartition(b'"entrypoint":')
    except OSError:
        return ""
    return rest.lstrip(b' "')[:40].partition(b'"')[0].decode("utf-8", "replace") if found else ""


def of_archive(folder: str) -> Iterator[Entry]:
    """The same of a session's directory in the archive."""
    from rlm_core.chunks.chunkfile import load  # not at the top: brings the chunker, and transcripts are the rule
    from rlm_core.chunks.entries import entries_of

    rows = chunk_rows(folder)
    for number in sorted(rows, reverse=True)[:CHUNKS]:
        path = os.path.join(folder, rows[number].file)
        try:
            entries = entries_of(load(read(path) or b"", path))
        except (ArchiveError, OSError):
            continue  # `rlm verify` tells of it
        for one in reversed(entries):
            yield _archived(one)


def _archived(one: ArchivedEntry) -> Entry:
    """The entry as far as its Markdown tells: see `render`."""
    shown = one.iso_time[:19].replace("T", " ")  # as in the heading
    role, time, body = map(written_before, (one.role, shown, one.text))
    if not one.call_id:
        return Entry(EMPTY, role, time, [Part(TEXT, body)], prompt=one.role == "user")
    given = body.partition("\n")[2].rpartition("\n")[0]  # without its fence
    kind = CALL if one.kind == "call" else RESULT
    files = [path for key in ("file_path", "notebook_path") if (path := field(given, key))]
    part = Part(kind, given, name=one.what, call_id=one.call_id, failed=one.failed, files=files)
    return Entry(EMPTY, role, time, [part])
