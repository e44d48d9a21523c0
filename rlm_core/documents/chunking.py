"""A document as chunks: redacted as a whole, cut into sections, each an entry whose heading tells where it stands.

    ## document · docs/PROJECT_X.md:120-160 · Deployment › Roll back · 2026-11-22 10:00:03 · turn 3

The time is that of the file when the section first stood in it so; the turn is the section's number.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from rlm_core.chunks.chunker import Chunk, ChunkerState
from rlm_core.chunks.render import HEADING_TOKENS, Rendered, fence_for
from rlm_core.chunks.sanitize import sanitize
from rlm_core.chunks.titles import headline, subject_words
from rlm_core.digest import hexdigest
from rlm_core.documents.formats import HTML, SOURCE
from rlm_core.documents.sections import MAX_TOKENS, sections
from rlm_core.tokens import estimate
from rlm_core.transcript.entry import TEXT, Entry, Part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from rlm_core.config import Config
    from rlm_core.documents.formats import Reading
    from rlm_core.redaction.redactor import Redactor

ROLE = "document"
TITLE_CHARS = 120
_MARK = re.compile(r"\[redacted:([a-z0-9-]{1,40})\]")


class Redacted:
    """A document as it may be written, ready to be cut.

    lines: (number in the source, counted from 1; text) after redaction. redacted: kind -> secrets left out.
    """

    def __init__(self, reading: Reading, path: str, redact: Redactor, most: int) -> None:
        before = dict(redact.counts)
        original = _clean(reading.text, str)
        text = _clean(original, redact)
        self.kind = reading.kind
        self.path = _clean(path, redact)
        self.blank = not text.strip()
        self.lines = list(folded(text, line_numbers(original, text), most))
        self.height = original.count("\n") + 1
        self.redacted = {k: n - before.get(k, 0) for k, n in redact.counts.items() if n > before.get(k, 0)}
        self._pages = reading.pages

    def starts(self) -> list[int]:
        """The lines on which pages start: a redaction may have swallowed the break between two."""
        pages = [self._page(number) for number, _ in self.lines]
        return [i for i in range(len(pages)) if i == 0 or pages[i] != pages[i - 1]]

    def _page(self, number: int) -> int:
        """The page, from 1, on which a line of the source stands; 0 for a document without pages."""
        return bisect_right(self._pages, number - 1)

    def place(self, start: int, end: int) -> str:
        """Where the lines [start, end) stand: path and lines of the source, or pages."""
        while end > start + 1 and not self.lines[end - 1][1].strip():
            end -= 1
        while start < end - 1 and not self.lines[start][1].strip():
            start += 1
        if self.kind == HTML:
            return self.path  # the lines are the converter's
        first = self.lines[start][0]
        # What was left out may have been several lines.
        after = self.lines[end][0] if end < len(self.lines) else self.height + 1
        last = max(self.lines[end - 1][0], after - 1)
        if self._pages:
            first, last = self._page(first), self._page(last)
        span = f"{first}" if first == last else f"{first}-{last}"
        return f"{self.path} p. {span}" if self._pages else f"{self.path}:{span}"


def chunks(document: Redacted, config: Config, slug: str, time: str, since: Mapping[str, str]) -> list[Chunk]:
    """A document's chunks, none when it holds no text.

    slug: its directory's name. time: ISO-8601 UTC, of the file. since: uuid -> time of the sections that stood in it
    before.
    """
    if document.blank:
        return []
    made = [Chunk("", ChunkerState())]
    for title, rendered in _entries(document, config, slug, time, since):
        if made[-1].entries and made[-1].tokens + rendered.tokens > config.target:
            made.append(Chunk(made[-1].id, ChunkerState()))
        chunk = made[-1]
        body = rendered.entry.parts[0].text
        if not chunk.entries:
            chunk.title = f"{document.path} · {title or headline(body, 60)}".rstrip(" ·")[:TITLE_CHARS]
        chunk.append(rendered)
        chunk.words += subject_words(body)
        for mark in _MARK.findall(body):
            if mark in document.redacted:
                chunk.redactions[mark] = chunk.redactions.get(mark, 0) + 1
    return made


def most_tokens(config: Config) -> int:
    """Tokens of a section: it is found, shown and cited as one."""
    return min(MAX_TOKENS, config.target)


def _entries(
    document: Redacted, config: Config, slug: str, time: str, since: Mapping[str, str]
) -> Iterator[tuple[str, Rendered]]:
    """(title, entry) of each section that holds text."""
    lines = [line for _, line in document.lines]
    costs = [estimate(f"{line}\n") for line in lines]
    seen: dict[str, int] = {}
    found = sections(document.kind, lines, costs, document.starts(), most_tokens(config))
    for number, section in enumerate(found, 1):
        body = "\n".join(lines[section.start : section.end])
        if not body.strip():
            continue
        seen[body] = seen.get(body, 0) + 1
        uuid = f"doc-{hexdigest(f'{slug} {seen[body]} {body}'.encode('utf-8', 'backslashreplace'), 10)}"
        entry = Entry(uuid, ROLE, since.get(uuid, time), [Part(TEXT, body, files=[document.path])])
        what = (document.place(section.start, section.end), section.title)
        yield section.title, _rendered(entry, number, what, fenced=document.kind == SOURCE)


def _rendered(entry: Entry, number: int, what: tuple[str, ...], *, fenced: bool) -> Rendered:
    body = entry.parts[0].text
    when = entry.time[:19].replace("T", " ")
    # A dot of the document's own would look like the end of a field.
    fields = [" ".join(f.split()).replace("·", "‧") for f in (*what, when)]
    heading = " · ".join(("## " + entry.role, *(f for f in fields if f), f"turn {number}"))
    fence = fence_for(body) if fenced else ""
    text = "\n".join([heading, "", *([fence, body, fence] if fence else [body]), ""])
    return Rendered(entry, number, text, HEADING_TOKENS + estimate(body), [])


def _clean(text: str, redact: Callable[[str], str]) -> str:
    """A text as the archive may hold it."""
    return sanitize(Entry("", ROLE, "", [Part(TEXT, text)]), redact).parts[0].text


def line_numbers(original: str, redacted: str) -> list[int]:
    """For each line of the redacted text the number, from 1, of the line it was: a marker may stand for several."""
    lines = redacted.count("\n") + 1
    if original.count("\n") + 1 == lines:
        return list(range(1, lines + 1))
    numbers, line, at = [1], 1, 0
    # What stands between the markers stands in the original too, in this order.
    for piece in _MARK.split(redacted)[::2]:
        found = original.find(piece, at)
        found = at if found < 0 else found
        line += original.count("\n", at, found)
        numbers += range(line + 1, line + 1 + piece.count("\n"))
        line += piece.count("\n")
        at = found + len(piece)
    return numbers


def folded(text: str, numbers: list[int], most: int) -> Iterator[tuple[int, str]]:
    """(number, line), lines of more than `most` tokens in several pieces."""
    for number, line in zip(numbers, text.split("\n"), strict=True):
        if len(line) <= most // 4 or estimate(f"{line}\n") <= most:
            yield number, line
        else:
            yield from ((number, piece) for piece in _halves(line, most))


def _halves(line: str, most: int) -> Iterator[str]:
    if estimate(f"{line}\n") <= most or len(line) < 2:
        yield line
        return
    middle = len(line) // 2
    at = line.rfind(" ", middle // 2, middle) + 1 or middle
    yield from _halves(line[:at], most)
    yield from _halves(line[at:], most)
