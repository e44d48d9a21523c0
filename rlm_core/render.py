"""An entry as Markdown: a heading that explains a grep hit by itself, then the text, verbatim.

    ## assistant · Bash #4kQz · 2026-11-22 10:00:03 · turn 12

Tool inputs and outputs stand in a code fence longer than any fence inside. What is too long for the
chunk goes whole to a blob beside it; its head and tail stay, with a pointer between them.
"""

from __future__ import annotations

from rlm_core.digest import hexdigest
from rlm_core.model import CALL, MEDIA, RESULT, TEXT, THINKING, Entry, Part
from rlm_core.sanitize import entry_parts
from rlm_core.tokens import estimate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

CHARS_PER_TOKEN = 3  # for cutting only: on the safe side of what the estimate gives


class Rendered:
    """An entry ready for its chunk.

    lines: Markdown, the heading first. tokens: of the lines. blobs: (file name, bytes) beside the chunk.
    """

    __slots__ = ("blobs", "entry", "lines", "tokens", "turn")

    def __init__(self, entry: Entry, turn: int, lines: list[str], blobs: list[tuple[str, bytes]]) -> None:
        self.entry = entry
        self.turn = turn
        self.lines = lines
        self.blobs = blobs
        self.tokens = estimate("\n".join(lines))


def blob_name(data: bytes, suffix: str = ".txt") -> str:
    """The file name of a blob: 16 hexadecimal digits of its content's BLAKE2b, and a suffix."""
    return hexdigest(data, 8) + suffix


def full_tokens(entry: Entry) -> int:
    """Tokens of the whole entry, heading included, as if no blob existed."""
    return 24 + sum(estimate(p.text) + 8 for p in entry.parts)


def render(entry: Entry, turn: int, tools: Mapping[str, str], room: int, head_tail: int) -> Rendered:
    """Render an entry. tools: call id -> tool name, for results.

    room: tokens that may stay inline. When the entry needs more, each part above its share goes to a
    blob and keeps about `head_tail` tokens.
    """
    parts = entry_parts(entry)
    fits = full_tokens(entry) <= room
    share = max(room // max(len(parts), 1), 1)
    lines = [heading(entry, turn, tools), ""]
    blobs: list[tuple[str, bytes]] = []
    for part in parts:
        if len(parts) > 1 and part.kind != TEXT:
            lines += [f"**{label(part, tools)}**", ""]
        keep = fits or estimate(part.text) <= share
        lines += _body(part, blobs, None if keep else min(head_tail, share))
        lines.append("")
    # Names and captions come from outside: whatever holds a newline counts as so many lines.
    return Rendered(entry, turn, "\n".join(lines).split("\n"), blobs)


def heading(entry: Entry, turn: int, tools: Mapping[str, str]) -> str:
    """`## role · what · time · turn`; `what` is left out for plain text."""
    parts = entry_parts(entry)
    what = "compaction" if entry.boundary else label(parts[0], tools) if len(parts) == 1 else ""
    fields = [entry.role, what, entry.time[:19].replace("T", " "), f"turn {turn}"]
    return "## " + " · ".join(" ".join(f.split()) for f in fields if f)


def label(part: Part, tools: Mapping[str, str]) -> str:
    """What a part is, in a word or two; "" for text."""
    if part.kind == CALL:
        return f"{part.name} #{part.call_id[-4:]}"
    if part.kind == RESULT:
        failed = " failed" if part.failed else ""
        return f"{tools.get(part.call_id, 'result')} #{part.call_id[-4:]}{failed}"
    return {THINKING: "thinking", MEDIA: "media"}.get(part.kind, "")


def _body(part: Part, blobs: list[tuple[str, bytes]], budget: int | None) -> list[str]:
    """The part's lines; `budget` tokens of it when the whole goes to a blob."""
    if part.kind == MEDIA:
        name = blob_name(part.data or b"", part.suffix)
        blobs.append((name, part.data or b""))
        return [f"{part.text}: blobs/{name}"]
    text = part.text
    if budget is not None:
        data = text.encode()
        name = blob_name(data)
        blobs.append((name, data))
        text = _head_and_tail(text, budget * CHARS_PER_TOKEN, name)
    if part.kind in (CALL, RESULT):
        fence = fence_for(text)
        return [fence, *text.split("\n"), fence]
    return text.split("\n")


def _head_and_tail(text: str, chars: int, name: str) -> str:
    head, tail = _cut_back(text[: chars * 2 // 3]), _cut_front(text[-(chars // 3) :] if chars >= 3 else "")
    left_out = len(text) - len(head) - len(tail)
    return f"{head}\n[… {left_out:,} characters left out here; the whole text: blobs/{name} …]\n{tail}"


def _cut_back(head: str) -> str:
    """End at a line's end where that loses little."""
    at = head.rfind("\n")
    return head[:at] if at > len(head) * 3 // 4 else head


def _cut_front(tail: str) -> str:
    at = tail.find("\n")
    return tail[at + 1 :] if 0 <= at < len(tail) // 4 else tail


def fence_for(text: str) -> str:
    """A fence of backticks longer than any run of them in the text."""
    fence = "```"
    while fence in text:
        fence += "`"
    return fence
