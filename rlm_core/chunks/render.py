"""An entry as Markdown: a heading that explains a grep hit by itself, then the text, verbatim.

    ## assistant · Bash #4kQz · 2026-11-22 10:00:03 · turn 12

Tool inputs and outputs stand in a code fence longer than any fence inside. What is too long for the
chunk goes whole to a blob beside it; its head and tail stay, with a pointer between them.
"""

from __future__ import annotations

from rlm_core.chunks.sanitize import entry_parts
from rlm_core.digest import hexdigest
from rlm_core.tokens import estimate
from rlm_core.transcript.entry import CALL, MEDIA, RESULT, TEXT, THINKING, Entry, Part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

HEADING_TOKENS = 24
PART_TOKENS = 8  # fence or label
CHARS_PER_TOKEN = 3  # for cutting only: on the safe side of what the estimate gives


class Rendered:
    """An entry ready for its chunk.

    text: Markdown, the heading first; height: its lines. tokens: of the text, about. blobs: (file name, bytes)
    beside the chunk.
    """

    __slots__ = ("blobs", "entry", "height", "text", "tokens", "turn")

    def __init__(self, entry: Entry, turn: int, text: str, tokens: int, blobs: list[tuple[str, bytes]]) -> None:
        self.entry = entry
        self.turn = turn
        self.text = text
        self.height = text.count("\n") + 1
        self.tokens = tokens
        self.blobs = blobs


def blob_name(data: bytes, suffix: str = ".txt") -> str:
    """The file name of a blob: 16 hexadecimal digits of its content's BLAKE2b, and a suffix."""
    return hexdigest(data, 8) + suffix


def tokens_of(part: Part) -> int:
    """Tokens of a part's text, counted once: texts are long and are asked about several times."""
    if part.tokens < 0:
        part.tokens = estimate(part.text)
    return part.tokens


def full_tokens(entry: Entry) -> int:
    """Tokens of the whole entry, heading included, as if no blob existed."""
    return HEADING_TOKENS + sum(tokens_of(p) + PART_TOKENS for p in entry.parts)


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
    tokens = HEADING_TOKENS
    for part in parts:
        if len(parts) > 1 and part.kind != TEXT:
            lines += [f"**{label(part, tools)}**", ""]
        keep = fits or tokens_of(part) <= share
        text = part.text if keep else _cut(part, min(head_tail, share), blobs)
        tokens += PART_TOKENS + (tokens_of(part) if keep else estimate(text))
        lines += [*_body(part, text, blobs), ""]
    return Rendered(entry, turn, "\n".join(lines), tokens, blobs)


def heading(entry: Entry, turn: int, tools: Mapping[str, str]) -> str:
    """`## role · what · time · turn`; `what` is left out for plain text."""
    parts = entry_parts(entry)
    what = "compaction" if entry.boundary else label(parts[0], tools) if len(parts) == 1 else ""
    what = " ".join(what.split())
    when = entry.time[:19].replace("T", " ")
    return " · ".join(f for f in (f"## {entry.role}", what, when, f"turn {turn}") if f)


def label(part: Part, tools: Mapping[str, str]) -> str:
    """What a part is, in a word or two; "" for text."""
    if part.kind == CALL:
        return f"{part.name} #{part.call_id[-4:]}"
    if part.kind == RESULT:
        failed = " failed" if part.failed else ""
        return f"{tools.get(part.call_id, 'result')} #{part.call_id[-4:]}{failed}"
    return {THINKING: "thinking", MEDIA: "media"}.get(part.kind, "")


def _cut(part: Part, budget: int, blobs: list[tuple[str, bytes]]) -> str:
    """Move a part's text to a blob; its head and tail, about `budget` tokens, come back."""
    data = part.text.encode()
    name = blob_name(data)
    blobs.append((name, data))
    return _head_and_tail(part.text, budget * CHARS_PER_TOKEN, name)


def _body(part: Part, text: str, blobs: list[tuple[str, bytes]]) -> list[str]:
    """The lines of a part of which `text` stays inline."""
    if part.kind == MEDIA:
        name = blob_name(part.data or b"", part.suffix)
        blobs.append((name, part.data or b""))
        return [f"{text}: blobs/{name}"]
    if part.kind in (CALL, RESULT):
        fence = fence_for(text)
        return [fence, text, fence]
    return [text]


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
