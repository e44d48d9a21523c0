"""The content blocks of an archived entry, read back from its Markdown; `chunks.render` writes that."""

from __future__ import annotations

import re
from bisect import bisect_right

from rlm_core.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.chunks.entries import ArchivedEntry

TEXT, THINKING, CALL, RESULT, MEDIA = "text", "thinking", "call", "result", "media"
_LABEL = re.compile(r"\*\*(?:(thinking|media)|([^*#\n]{1,200}) #(\S{0,4})( failed)?)\*\*")
_FENCE = re.compile(r"(`{3,})[a-z]*$")
_BLOB = re.compile(r"(.*): blobs/([0-9a-f]{16}\.[a-z]{3})$", re.S)


class ArchivedBlock(Record):
    """A content block. name: the tool. suffix: the last characters of the call's id. blob: a picture's file."""

    kind: str
    text: str
    name: str = ""
    suffix: str = ""
    failed: bool = False
    blob: str = ""


def pieces(one: ArchivedEntry) -> list[ArchivedBlock]:
    """The blocks of an entry, in order."""
    text = one.text
    if one.what == "thinking":
        return [ArchivedBlock(THINKING, text)]
    if one.what == "media":
        return [_media(text)]
    if one.tool and one.tool == one.what and (" #" in one.heading):
        kind = CALL if one.role == "assistant" else RESULT
        return [ArchivedBlock(kind, _unfenced(text), one.tool, one.call_id, one.failed)]
    return _scanned(text, one.role)


def _media(text: str) -> ArchivedBlock:
    found = _BLOB.match(text)
    return ArchivedBlock(MEDIA, found[1], blob=found[2]) if found else ArchivedBlock(TEXT, text)


def _unfenced(text: str) -> str:
    lines = text.split("\n")
    fence = _FENCE.match(lines[0])
    closed = fence is not None and len(lines) > 1 and lines[-1] == fence[1]
    return "\n".join(lines[1:-1]) if closed else text


def _scanned(text: str, role: str) -> list[ArchivedBlock]:
    """The blocks of an entry that has several: behind labels, texts without any."""
    lines = text.split("\n")
    closing: dict[str, list[int]] = {}  # a fence -> the lines that are nothing else
    for n, line in enumerate(lines):
        if line.startswith("```") and not line.strip("`"):
            closing.setdefault(line, []).append(n)
    found: list[ArchivedBlock] = []
    plain: list[str] = []
    at = 0
    while at < len(lines):
        label = _LABEL.fullmatch(lines[at]) if lines[at].startswith("**") else None
        end, piece = _labelled(lines, at, label, closing, role) if label else (at, None)
        if piece is None:
            plain.append(lines[at])
            at += 1
            continue
        _add_text(found, plain)
        plain = []
        found.append(piece)
        at = end
    _add_text(found, plain)
    return found


def _add_text(found: list[ArchivedBlock], lines: list[str]) -> None:
    text = "\n".join(lines).strip("\n")
    if not text.strip():
        return
    if found and found[-1].kind == THINKING:  # it has no fence, and goes on to the next label
        found[-1].text = text
    else:
        found.append(ArchivedBlock(TEXT, text))


def _labelled(
    lines: list[str], at: int, label: re.Match[str], closing: dict[str, list[int]], role: str
) -> tuple[int, ArchivedBlock | None]:
    """(the line behind it, the block) at a label; None where what follows is not what the label says."""
    body = lines[at + 2] if at + 2 < len(lines) and not lines[at + 1] else None
    if body is None:
        return at, None
    if label[1] == THINKING:
        return at + 2, ArchivedBlock(THINKING, "")
    if label[1] == MEDIA:
        piece = _media(body)
        return at + 3, piece if piece.kind == MEDIA else None
    fence = _FENCE.match(body)
    ends = closing.get(fence[1], []) if fence else []
    n = bisect_right(ends, at + 2)
    if n == len(ends):
        return at, None
    kind = CALL if role == "assistant" else RESULT
    return ends[n] + 1, ArchivedBlock(kind, "\n".join(lines[at + 3 : ends[n]]), label[2], label[3], bool(label[4]))
