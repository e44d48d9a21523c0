"""A document as chunks: redacted as a whole, cut into sections, each an entry whose heading tells where it stands.

    ## document · docs/PROJECT_X.md:120-160 · Deployment › Roll back · 2026-11-22 10:00:03 · turn 3 · 0001

The time is that of the file when the section first stood in it so; the turn is the section's number.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from rlm_core.chunks.altered import FORGOTTEN
from rlm_core.chunks.chunker import MOST_MARKS, Chunk, ChunkerState
from rlm_core.chunks.render import HEADING_TOKENS, Rendered, fence_for, language_of_file
from rlm_core.chunks.sanitize import CleanEntry, CleanPart, visible
from rlm_core.chunks.titles import headline, subject_words
from rlm_core.digest import hexdigest
from rlm_core.documents.formats import CONVERTED, SOURCE
from rlm_core.documents.sections import MAX_TOKENS, sections
from rlm_core.redaction.clean import EMPTY, hex_digits, kinds_in, literal
from rlm_core.tokens import estimate
from rlm_core.transcript.entry import TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from rlm_core.config import Config
    from rlm_core.documents.formats import Reading
    from rlm_core.redaction.clean import CleanText
    from rlm_core.redaction.redactor import Redactor

ROLE = literal("document")
TITLE_CHARS = 120
_LINE_END, _SPACE, _DOT = literal("\n"), literal(" "), literal(" · ")


class CleanDocument:
    """A document as it may be written, ready to be cut.

    lines: (number in the source, counted from 1; text) after redaction. secrets: kind -> how many were left out. marks:
    kind and fingerprint of each.
    """

    def __init__(self, reading: Reading, path: str, redact: Redactor, most: int) -> None:
        before, redact.marks = dict(redact.counts), []
        redacted = redact.redact(visible(reading.text))
        self.marks = redact.marks
        redact.marks = []
        self.kind = reading.kind
        self.path = visible(redact(path))
        self.blank = not redacted.text.strip()
        self.lines = list(folded(redacted.text, redacted.lines(), most))
        self.height = reading.text.count("\n") + 1
        self.secrets = {k: n - before.get(k, 0) for k, n in redact.counts.items() if n > before.get(k, 0)}
        self._pages = reading.pages

    def starts(self) -> list[int]:
        """The lines on which pages start: a redaction may have swallowed the break between two."""
        pages = [self._page(number) for number, _ in self.lines]
        return [i for i in range(len(pages)) if i == 0 or pages[i] != pages[i - 1]]

    def _page(self, number: int) -> int:
        """The page, from 1, on which a line of the source stands; 0 for a document without pages."""
        return bisect_right(self._pages, number - 1)

    def place(self, start: int, end: int) -> CleanText:
        """Where the lines [start, end) stand: path and lines of the source, or pages."""
        while end > start + 1 and not self.lines[end - 1][1].strip():
            end -= 1
        while start < end - 1 and not self.lines[start][1].strip():
            start += 1
        if self.kind in CONVERTED:
            return self.path  # the lines are the converter's
        first = self.lines[start][0]
        # What was left out may have been several lines.
        after = self.lines[end][0] if end < len(self.lines) else self.height + 1
        last = max(self.lines[end - 1][0], after - 1)
        if self._pages:
            first, last = self._page(first), self._page(last)
        span = literal("{}" if first == last else "{}-{}").format(first, last)
        return literal("{} p. {}" if self._pages else "{}:{}").format(self.path, span)


def chunks(
    document: CleanDocument,
    config: Config,
    slug: str,
    time: CleanText,
    since: Mapping[str, CleanText],
    refuses: Callable[[str, str], bool] | None = None,
) -> list[Chunk]:
    """A document's chunks, none when it holds no text.

    slug: its directory's name. time: ISO-8601 UTC, of the file. since: uuid -> time of the sections that stood in it
    before. refuses: whether a section, by its uuid and its text, was forgotten: only its place stays.
    """
    if document.blank:
        return []
    made = [Chunk(EMPTY, ChunkerState())]
    marks = list(document.marks)
    for number, (title, place), entry in _entries(document, config, slug, time, since):
        if refuses is not None and refuses(entry.uuid, entry.parts[0].text):
            for kind in kinds_in(entry.parts[0].text):
                _taken(kind, marks)
            title, entry.parts = EMPTY, (CleanPart(TEXT, FORGOTTEN, files=[document.path]),)
        body = entry.parts[0].text
        tokens = HEADING_TOKENS + estimate(body)
        if made[-1].entries and made[-1].tokens + tokens > config.target:
            made.append(Chunk(made[-1].id, ChunkerState()))
        chunk = made[-1]
        text = _text(entry, number, (place, title), len(made), fenced=document.kind == SOURCE)
        if not chunk.entries:
            chunk.turn_title = _DOT.join((document.path, title or headline(body, 60))).rstrip(" ·")[:TITLE_CHARS]
        chunk.append(Rendered(entry, number, text, tokens, []))
        chunk.words += subject_words(body)
        for kind in kinds_in(body):
            if kind in document.secrets:
                chunk.redactions[kind] = chunk.redactions.get(kind, 0) + 1
                _note(chunk, kind, marks)
    return made


def _note(chunk: Chunk, kind: CleanText, marks: list[tuple[CleanText, CleanText]]) -> None:
    """Take the next of the document's marks that is of this kind to the last section of the chunk."""
    found = _taken(kind, marks)
    if found is not None and len(chunk.marks) < MOST_MARKS:
        chunk.marks.append((len(chunk.entries) - 1, *found))


def _taken(kind: str, marks: list[tuple[CleanText, CleanText]]) -> tuple[CleanText, CleanText] | None:
    """The next of the marks that is of this kind, which is none of them any more; None when there is none."""
    at = next((at for at, (of, _) in enumerate(marks) if of == kind), None)
    return marks.pop(at) if at is not None else None


def most_tokens(config: Config) -> int:
    """Tokens of a section: it is found, shown and cited as one."""
    return min(MAX_TOKENS, config.target)


def _entries(
    document: CleanDocument, config: Config, slug: str, time: CleanText, since: Mapping[str, CleanText]
) -> Iterator[tuple[int, tuple[CleanText, CleanText], CleanEntry]]:
    """(number, (title, place), entry) of each section that holds text."""
    lines = [line for _, line in document.lines]
    costs = [estimate(f"{line}\n") for line in lines]
    seen: dict[str, int] = {}
    found = sections(document.kind, lines, costs, document.starts(), most_tokens(config))
    for number, section in enumerate(found, 1):
        body = _LINE_END.join(lines[section.start : section.end])
        if not body.strip():
            continue
        seen[body] = seen.get(body, 0) + 1
        content = f"{slug} {seen[body]} {body}".encode("utf-8", "backslashreplace")
        uuid = literal("doc-{}").format(hex_digits(hexdigest(content, 10)))
        entry = CleanEntry(uuid, ROLE, since.get(uuid, time), [CleanPart(TEXT, body, files=[document.path])])
        yield number, (section.title, document.place(section.start, section.end)), entry


def _text(entry: CleanEntry, number: int, what: tuple[CleanText, ...], chunk: int, *, fenced: bool) -> CleanText:
    body = entry.parts[0].text
    when = entry.time[:19].replace("T", _SPACE)
    # A dot of the document's own would look like the end of a field.
    fields = [_SPACE.join(f.split()).replace("·", literal("‧")) for f in (*what, when)]
    first, last = literal("## {}").format(entry.role), literal("turn {} · {:04d}").format(number, chunk)
    heading = _DOT.join([first, *(f for f in fields if f), last])
    fence = fence_for(body) if fenced else EMPTY
    lines = [fence + language_of_file(entry.parts[0].files), body, fence] if fence else [body]
    return _LINE_END.join([heading, EMPTY, *lines, EMPTY])


def folded(text: CleanText, numbers: list[int], most: int) -> Iterator[tuple[int, CleanText]]:
    """(number, line), lines of more than `most` tokens in several pieces."""
    for number, line in zip(numbers, text.split("\n"), strict=True):
        if len(line) <= most // 4 or estimate(f"{line}\n") <= most:
            yield number, line
        else:
            yield from ((number, piece) for piece in _halves(line, most))


def _halves(line: CleanText, most: int) -> Iterator[CleanText]:
    if estimate(f"{line}\n") <= most or len(line) < 2:
        yield line
        return
    middle = len(line) // 2
    at = line.rfind(" ", middle // 2, middle) + 1 or middle
    yield from _halves(line[:at], most)
    yield from _halves(line[at:], most)
