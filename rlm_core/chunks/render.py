"""An entry as Markdown: a heading that explains a grep hit by itself, then the text, verbatim.

    ## assistant · Bash #4kQz · 2026-11-22 10:00:03 · turn 12 · 0007

Tool inputs and outputs stand in a code fence that names its language. What is too long for the
chunk goes whole to a blob beside it; its head and tail stay, with a pointer between them.
"""

from __future__ import annotations

from rlm_core.chunks.sanitize import entry_parts
from rlm_core.digest import hexdigest
from rlm_core.redaction.clean import EMPTY, hex_digits, literal, own_bytes
from rlm_core.tokens import estimate
from rlm_core.transcript.calls import DIFFS, SHELLS
from rlm_core.transcript.entry import CALL, MEDIA, RESULT, TEXT, THINKING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rlm_core.chunks.sanitize import CleanEntry, CleanPart
    from rlm_core.redaction.clean import CleanBytes, CleanText
    from rlm_core.transcript.entry import Entry, Part

    Blobs = list[tuple[CleanText, CleanBytes]]

HEADING_TOKENS = 26
PART_TOKENS = 8  # fence or label
TEXT_SUFFIX = literal(".txt")
_LINE_END, _SPACE, _DOT = literal("\n"), literal(" "), literal(" · ")
_HEADING, _TURN, _COMPACTION = literal("## "), literal("turn {} · {:04d}"), literal("compaction")
_ASIDE = literal("sub-agent")  # an entry of a sub-agent whose records stand in the main transcript
_NUMBER, _RESULT, _FAILED = literal(" #"), literal("result"), literal(" failed")
_KINDS = {THINKING: literal("thinking"), MEDIA: literal("media")}
_DIFF, _JSON, _SHELL = literal("diff"), literal("json"), literal("console")
READ, WRITE = "Read", "Write"  # whose text is that of a file
# A language, and the suffixes of its files.
_NAMES = literal("""\
c c h;cpp cc cpp cxx hpp;csharp cs;css css scss less;dart dart;diff diff patch;elixir ex exs;go go;haskell hs
html html htm vue svelte;java java;javascript js jsx mjs cjs;json json jsonl ipynb;kotlin kt kts;lua lua
markdown md mdx;php php;python py pyi;r r;ruby rb;rust rs;scala scala;sh sh bash zsh;sql sql;swift swift
toml toml;typescript ts tsx mts cts;xml xml svg;yaml yaml yml""")
_languages: dict[str, CleanText] = {}  # suffix -> language, made when first asked for
CHARS_PER_TOKEN = 3  # for cutting only: on the safe side of what the estimate gives


class Rendered:
    """An entry ready for its chunk.

    text: Markdown, the heading first; height: its lines. tokens: of the text, about. blobs: (file name, bytes)
    beside the chunk.
    """

    __slots__ = ("blobs", "entry", "height", "text", "tokens", "turn")

    def __init__(self, entry: CleanEntry, turn: int, text: CleanText, tokens: int, blobs: Blobs) -> None:
        self.entry = entry
        self.turn = turn
        self.text = text
        self.height = text.count("\n") + 1
        self.tokens = tokens
        self.blobs = blobs


def blob_name(data: bytes, suffix: CleanText = TEXT_SUFFIX) -> CleanText:
    """The file name of a blob: 16 hexadecimal digits of its content's BLAKE2b, and a suffix."""
    return hex_digits(hexdigest(data, 8)) + suffix


def tokens_of(part: Part) -> int:
    """Tokens of a part's text, counted once: texts are long and are asked about several times."""
    if part.tokens < 0:
        part.tokens = estimate(part.text)
    return part.tokens


def full_tokens(entry: Entry) -> int:
    """Tokens of the whole entry, heading included, as if no blob existed."""
    return HEADING_TOKENS + sum(tokens_of(p) + PART_TOKENS for p in entry.parts)


class Setting:
    """What an entry's Markdown tells besides the entry.

    chunk: number of the chunk. turn: of the entry. tools: call id -> tool name, languages: call id -> language of the
    file that was read; for results.
    """

    __slots__ = ("chunk", "languages", "tools", "turn")

    def __init__(
        self,
        chunk: int,
        turn: int,
        tools: Mapping[CleanText, CleanText],
        languages: Mapping[CleanText, CleanText],
    ) -> None:
        self.chunk = chunk
        self.turn = turn
        self.tools = tools
        self.languages = languages


def render(entry: CleanEntry, setting: Setting, room: int, head_tail: int) -> Rendered:
    """Render an entry.

    room: tokens that may stay inline. When the entry needs more, each part above its share goes to a
    blob and keeps about `head_tail` tokens.
    """
    parts = entry_parts(entry)
    fits = full_tokens(entry) <= room
    share = max(room // max(len(parts), 1), 1)
    tools = setting.tools
    lines = [heading(entry, setting), EMPTY]
    blobs: Blobs = []
    tokens = HEADING_TOKENS
    for part in parts:
        if len(parts) > 1 and part.kind != TEXT:
            lines += [literal("**{}**").format(label(part, tools)), EMPTY]
        keep = fits or tokens_of(part) <= share
        text = part.text if keep else _cut(part, min(head_tail, share), blobs)
        tokens += PART_TOKENS + (tokens_of(part) if keep else estimate(text))
        lines += [*_body(part, text, blobs, setting), EMPTY]
    return Rendered(entry, setting.turn, _LINE_END.join(lines), tokens, blobs)


def heading(entry: CleanEntry, setting: Setting) -> CleanText:
    """`## role · what · sub-agent · time · turn · chunk`; `what` is left out for plain text, `sub-agent` is rare."""
    parts = entry_parts(entry)
    what = _COMPACTION if entry.boundary else label(parts[0], setting.tools) if len(parts) == 1 else EMPTY
    what = _SPACE.join(what.split())
    when = entry.time[:19].replace("T", _SPACE)
    aside = _ASIDE if entry.aside else EMPTY
    fields = (_HEADING + entry.role, what, aside, when, _TURN.format(setting.turn, setting.chunk))
    return _DOT.join([f for f in fields if f])


def label(part: CleanPart, tools: Mapping[CleanText, CleanText]) -> CleanText:
    """What a part is, in a word or two; "" for text."""
    if part.kind == CALL:
        return part.name + _NUMBER + part.call_id[-4:]
    if part.kind == RESULT:
        called = tools.get(part.call_id, _RESULT) + _NUMBER + part.call_id[-4:]
        return called + _FAILED if part.failed else called
    return _KINDS.get(part.kind, EMPTY)


def _cut(part: CleanPart, budget: int, blobs: Blobs) -> CleanText:
    """Move a part's text to a blob; its head and tail, about `budget` tokens, come back."""
    data = part.text.encode()
    name = blob_name(data)
    blobs.append((name, data))
    return _head_and_tail(part.text, budget * CHARS_PER_TOKEN, name)


def _body(part: CleanPart, text: CleanText, blobs: Blobs, setting: Setting) -> list[CleanText]:
    """The lines of a part of which `text` stays inline."""
    if part.kind == MEDIA:
        data = own_bytes(part.data or b"")
        name = blob_name(data, part.suffix)
        blobs.append((name, data))
        return [literal("{}: blobs/{}").format(text, name)]
    if part.kind in (CALL, RESULT):
        fence = fence_for(text)
        return [fence + language_of(part, setting.languages), text, fence]
    return [text]


def _head_and_tail(text: CleanText, chars: int, name: CleanText) -> CleanText:
    head, tail = _cut_back(text[: chars * 2 // 3]), _cut_front(text[-(chars // 3) :] if chars >= 3 else EMPTY)
    left_out = len(text) - len(head) - len(tail)
    pointer = literal("{}\n[… {:,} characters left out here; the whole text: blobs/{} …]\n{}")
    return pointer.format(head, left_out, name, tail)


def _cut_back(head: CleanText) -> CleanText:
    """End at a line's end where that loses little."""
    at = head.rfind("\n")
    return head[:at] if at > len(head) * 3 // 4 else head


def _cut_front(tail: CleanText) -> CleanText:
    at = tail.find("\n")
    return tail[at + 1 :] if 0 <= at < len(tail) // 4 else tail


def fence_for(text: str) -> CleanText:
    """A fence of backticks longer than any run of them in the text."""
    fence = literal("```")
    while fence in text:
        fence += literal("`")
    return fence


def language_of_file(paths: Sequence[str]) -> CleanText:
    """What the first of these files is written in, by its suffix; "" when that is not known."""
    if not _languages:
        for line in _NAMES.replace("\n", literal(";")).split(";"):
            name, *suffixes = line.split()
            _languages.update(dict.fromkeys(suffixes, name))
    suffix = paths[0].rpartition(".")[2].lower() if paths else ""
    return _languages.get(suffix, EMPTY)


def language_of(part: CleanPart, languages: Mapping[CleanText, CleanText]) -> CleanText:
    """What a call's or a result's text is written in, as the call or the text itself tells; "" for plain text.

    languages: call id -> language of the file that was read.
    """
    text = part.text
    if part.kind == CALL:
        if part.name in SHELLS:
            return _SHELL
        if part.name in DIFFS:
            return _DIFF
        return language_of_file(part.files) if part.name == WRITE else EMPTY
    if text.startswith(("diff --git ", "--- a/")):
        return _DIFF
    if text.startswith(("{", "[{", "[\n")) and text.rstrip().endswith(("}", "]")):
        return _JSON
    return languages.get(part.call_id, EMPTY)
