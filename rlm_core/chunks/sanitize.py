"""Makes an entry fit to be written: secrets redacted, characters that a text file cannot hold made visible."""

from __future__ import annotations

from rlm_core.redaction.clean import EMPTY, literal
from rlm_core.transcript.entry import MEDIA, TEXT, Entry, Part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeGuard

    from rlm_core.redaction.clean import AnyText, CleanText
    from rlm_core.redaction.redactor import Redact, Redactor

    class CleanPart(Part):
        """A part that may be written."""

        text: CleanText
        name: CleanText
        call_id: CleanText
        files: tuple[CleanText, ...]

        def __init__(
            self,
            kind: str,
            text: CleanText,
            *,
            name: CleanText = ...,
            call_id: CleanText = ...,
            data: bytes | None = ...,
            suffix: CleanText = ...,
            failed: bool = ...,
            files: Sequence[CleanText] = ...,
        ) -> None: ...

    class CleanEntry(Entry):
        """An entry that may be written."""

        parts: tuple[CleanPart, ...]
        cwd: CleanText
        branch: CleanText

        def __init__(
            self,
            uuid: CleanText,
            role: CleanText,
            time: CleanText,
            parts: Sequence[CleanPart],
            *,
            cwd: CleanText = ...,
            branch: CleanText = ...,
            prompt: bool = ...,
            boundary: bool = ...,
            size: int | None = ...,
            aside: bool = ...,
        ) -> None: ...

else:
    CleanPart, CleanEntry = Part, Entry

REMEMBERED = 1_000
_CONTROLS = "".join(map(chr, (*range(9), *range(11, 32), 127)))  # of ASCII, but for tab and newline
_LATIN_CONTROLS = "".join(map(chr, range(128, 160)))


class Names:
    """Makes names clean: of tools, calls, directories and branches. They come again and again; each is judged once."""

    __slots__ = ("_known", "_redact")

    def __init__(self, redact: Redactor) -> None:
        self._known: dict[str, CleanText] = {}
        self._redact = redact

    def __call__(self, text: str) -> CleanText:
        known = self._known.get(text)
        if known is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            known = self._known[text] = visible(self._redact.name(text))
        return known


SPEAKERS = ("user", "task")
"""Whose `<private>` goes on in what they say next."""
INTERRUPTED = "[Request interrupted"  # how the client's note begins that ends what the user had said


LEFT_OUT = literal("{}, left out: `redact.media: drop`")


class Sifter:
    """Makes of an entry what single texts do not show: what goes over their borders, and media that are not kept.

    A secret, or `<private>`, that begins in one text of a speaker's and ends in the next is left out as one is that
    stands in a single text. UTF-16 that a program read as UTF-8 becomes text. media: whether images and PDFs are kept.
    depth: of the `<private>` that the user has opened and not closed. It ends when the assistant speaks, at the latest.
    """

    __slots__ = ("_media", "_redact", "depth")

    def __init__(self, redact: Redactor, *, media: bool = True) -> None:
        self._redact = redact
        self._media = media
        self.depth = 0

    def __call__(self, entry: Entry) -> Entry:
        """The entry itself, or one with other parts, still to be sanitized. Entries come in the order of their file."""
        if self.depth and self._is_over(entry):
            self.depth = 0
        texts = 0
        for part in entry.parts:
            texts += part.kind == TEXT
            if part.data is not None or "\0" in part.text:
                return self._sifted(entry)
        if texts > 1 or (entry.role in SPEAKERS and (self.depth or _speaks_of_private(entry))):
            return self._sifted(entry)
        return entry  # the rule

    def _is_over(self, entry: Entry) -> bool:
        if entry.role == "assistant":
            return not entry.aside
        return entry.boundary or (entry.role == "system" and entry.parts[0].text.startswith(INTERRUPTED))

    def _sifted(self, entry: Entry) -> Entry:
        from rlm_core.redaction.decoded import narrowed
        from rlm_core.redaction.joined import redacted_together  # here: few entries need it

        parts = [_other(p, narrowed(p.text)) if "\0" in p.text else p for p in entry.parts]
        if entry.role in SPEAKERS and self._redact.finds("private"):
            parts = self._without_private(parts)
        if not self._media:
            parts = [p if p.data is None else _other(p, LEFT_OUT.format(p.text)) for p in parts]
        texts = [i for i, p in enumerate(parts) if p.kind == TEXT]
        if len(texts) > 1:
            clean = redacted_together([parts[i].text for i in texts], self._redact)
            for i, text in zip(texts, clean, strict=True):
                parts[i] = parts[i] if text == parts[i].text else _other(parts[i], text)
        same = all(new is old for new, old in zip(parts, entry.parts, strict=True))
        return entry if same else _with(entry, parts)

    def _without_private(self, parts: list[Part]) -> list[Part]:
        """The parts with a mark in place of what was open before a text, or is behind it, and of pictures in it."""
        from rlm_core.digest import hexdigest
        from rlm_core.redaction.joined import edges, hidden

        found: list[Part] = []
        for part in parts:
            before = self.depth
            if part.kind == TEXT:
                begin, end, self.depth = edges(part.text, before)
                head = self._redact(hidden(part.text[:begin])) if before else ""
                tail = self._redact(hidden(part.text[end:])) if end < len(part.text) else ""
                part = _other(part, head + part.text[begin:end] + tail) if head or tail else part
            elif part.kind == MEDIA and before:
                part = _other(part, self._redact(hidden(hexdigest(part.data or b"", 32))))
            found.append(part)
        return found


def _speaks_of_private(entry: Entry) -> bool:
    return any("<private" in part.text.lower() for part in entry.parts)


def _other(part: Part, text: str) -> Part:
    """The part with another text, and as a text where it was a picture."""
    if part.kind == MEDIA:
        return Part(TEXT, text, size=part.size)
    return Part(
        part.kind,
        text,
        name=part.name,
        call_id=part.call_id,
        failed=part.failed,
        files=part.files,
        size=part.size,
    )


def _with(entry: Entry, parts: Sequence[Part]) -> Entry:
    made = Entry(
        entry.uuid,
        entry.role,
        entry.time,
        parts,
        cwd=entry.cwd,
        branch=entry.branch,
        prompt=entry.prompt,
        boundary=entry.boundary,
        size=entry.size,
        record_size=entry.record_size,
        aside=entry.aside,
    )
    made.lost_output = entry.lost_output
    return made


def sanitize(entry: Entry, redact: Redact, name: Redact | None = None) -> CleanEntry:
    """The entry as the archive may hold it. Media bytes stay as they are.

    name: in place of `redact` for names; see `Names`.
    """
    names = name or (lambda text: visible(redact(text)))
    parts = [_part(part, redact, names) for part in entry.parts]
    cwd, branch = names(entry.cwd), names(entry.branch)
    if _was_clean(entry, parts, cwd, branch):
        return entry
    return CleanEntry(
        entry.uuid,
        entry.role,
        entry.time,
        parts,
        cwd=cwd,
        branch=branch,
        prompt=entry.prompt,
        boundary=entry.boundary,
        size=entry.size,  # that of the original text
        aside=entry.aside,
    )


def _part(part: Part, redact: Redact, name: Redact) -> CleanPart:
    text = visible(redact(part.text))
    label, call_id = name(part.name) if part.name else EMPTY, name(part.call_id) if part.call_id else EMPTY
    if _is_same(part, text, label, call_id):
        return part  # the rule: few texts hold anything to change
    return CleanPart(
        part.kind,
        text,
        name=label,
        call_id=call_id,
        data=part.data,
        suffix=part.suffix,
        failed=part.failed,
        files=[visible(redact(f)) for f in part.files],
    )


def _is_same(part: Part, text: CleanText, name: CleanText, call_id: CleanText) -> TypeGuard[CleanPart]:
    """Whether the redactor gave back the part's own texts. Files are named in the text, as clean as that."""
    return part.text is text and part.name == name and part.call_id == call_id


def _was_clean(entry: Entry, parts: Sequence[CleanPart], cwd: CleanText, branch: CleanText) -> TypeGuard[CleanEntry]:
    """Whether these are the entry's own parts, directory and branch."""
    own = all(new is old for new, old in zip(parts, entry.parts, strict=True))
    return own and entry.cwd == cwd and entry.branch == branch


def visible(text: AnyText) -> AnyText:
    """What a file must not hold, or a terminal would obey, as a person can see it: see `quoting.inert`.

    NUL, which makes grep take a file for binary, becomes U+2400; a lone surrogate its escape. Lines stay.
    """
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            text = text.encode("utf-8", "backslashreplace").decode()
        if any(c in text for c in _LATIN_CONTROLS):
            return _inert(text)
    for c in _CONTROLS:  # each found by one fast search of C's: no loop of ours goes over the characters
        if c in text:
            return _inert(text)
    return text


def _inert(text: AnyText) -> AnyText:
    from rlm_core.language.quoting import inert  # here: few texts hold anything to change

    return inert(text)


def entry_parts(entry: CleanEntry) -> list[CleanPart]:
    """The parts that hold something; an empty thinking block holds nothing."""
    return [p for p in entry.parts if p.text or p.data is not None]
