"""Replace secrets in text by `[redacted:kind]` before the text is written to disk.

    >>> Redactor()("export DB_PASSWORD=tr0ub4dor")
    'export DB_PASSWORD=[redacted:env]'

How it stays fast: all matching runs on an *image* of the text, one ASCII byte per character, so offsets agree
and bytes searches apply. Windows of the image are tested for short literals; a regex is compiled and tried
only where a literal stands. Provider keys are looked for in the runs of 20 and more key characters alone, a
small part of any text. Every quantifier is bounded or walks a stretch once, so time is linear in the length.
"""

from __future__ import annotations

from rlm_core.redaction import longruns
from rlm_core.redaction.assignments import regex
from rlm_core.redaction.clean import CleanText, plain_id
from rlm_core.redaction.finding.groups import columns
from rlm_core.redaction.finding.image import BETWEEN, Image
from rlm_core.redaction.finding.windows import found
from rlm_core.redaction.rules import KINDS
from rlm_core.redaction.syntax.syntaxes import KINDS as OF_SYNTAXES
from rlm_core.redaction.syntax.syntaxes import SYNTAXES

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from typing import Any

    from rlm_core.redaction.clean import CleanJson
    from rlm_core.redaction.spans import Redacted

    Redact = Callable[[str], CleanText]
    Span = tuple[int, int, str]  # start, end (both in characters of the text), kind

# What people write needs two passes at most. `curl -ua:bbbb -uc:dddd ... URL` gives up one password in each: ours reach
# over 300 characters, in which 12 markers have room. A pattern of the user's that depends on a marker may need more.
_PASSES = 16
_ANSI = rb"(?:\x1b|\\u001b)\[[0-9;]{0,16}[mK]"
_MARK = rb"\[redacted:([a-z0-9-]{1,40})\]"

# A blank before a colon, in French; what stands behind the number of a line; quotation marks and dashes as set.
_SIGNS = (
    ("\xa0", " "), ("\u202f", " "), ("\u2192", "\t"), ("\u201c", '"'), ("\u201d", '"'), ("\u201e", '"'),
    ("\xab", '"'), ("\xbb", '"'),
    ("\u2018", "'"), ("\u2019", "'"), ("\u2013", "-"), ("\u2014", "-"),
)  # fmt: skip


def _plain(text: str) -> str:
    """The text with signs of ASCII in place of what is set for them, each as one character."""
    for sign, plain in _SIGNS:
        if sign in text:
            text = text.replace(sign, plain)
    return text


def _unknown(text: str) -> bool:
    return False


OTHER_KINDS = (*dict.fromkeys((*OF_SYNTAXES, *columns(SYNTAXES)[0], *longruns.KINDS)),)


class Redactor:
    """Callable that redacts; `counts` tells how many of which kind since it was made.

    `key`: set it to what gives the user's key, and `marks` tells of each secret since then its kind and fingerprint
    (`fingerprints`), in the order in which the marks stand in each text; whoever has used it up empties it.
    `extra` are (kind, regex) pairs of the user's; the whole match is replaced. `off`: kinds to leave alone.
    Raises ValueError for a pattern that does not compile or end, a kind that can't stand in a marker (lower-case
    letters, digits, hyphens; at most 40) and an unknown kind in `off`. Redacting twice equals redacting once.
    """

    counts: dict[CleanText, int]
    marks: list[tuple[CleanText, CleanText]]
    key: Callable[[], bytes] | None

    def __init__(
        self, *, enabled: bool = True, extra: Sequence[tuple[str, str]] = (), off: Collection[str] = ()
    ) -> None:
        self.counts = {}
        self.marks = []
        self.key = None
        self._enabled = enabled
        self._extra: list[tuple[str, re.Pattern[str]]] = []
        if extra:
            from rlm_core.redaction.extras import user_regex

            self._extra = [(kind, user_regex(kind, pattern)) for kind, pattern in extra if kind not in off]
        every = dict.fromkeys((*(kind for kind, _ in extra), *KINDS, *OTHER_KINDS))
        self._ranks = dict(zip(every, range(len(every)), strict=True))
        for kind in off:
            if kind not in self._ranks:
                raise ValueError(
                    f"no kind of secret is called {kind!r}; known: {', '.join(sorted({*KINDS, *OTHER_KINDS}))}"
                )
        self._off = frozenset(off)

    def __call__(self, text: str) -> CleanText:
        """`text` with each secret replaced by `[redacted:kind]`; the same object when there is none."""
        return self._cleaned(text, [])

    def redact(self, text: str) -> Redacted:
        """The same, with the way back to the characters and lines of `text`."""
        from rlm_core.redaction.spans import Redacted

        passes: list[list[Span]] = []
        return Redacted(text, self._cleaned(text, passes), passes)

    def _cleaned(self, text: str, passes: list[list[Span]]) -> CleanText:
        # A marker may change what its surroundings look like, so go on until nothing more is found.
        replaced = text
        for _ in range(_PASSES if self._enabled else 0):
            spans = self._spans(replaced)
            if not spans:
                break
            passes.append(spans)
            replaced = self._replace(replaced, spans)
        if passes and self.key is not None:
            from rlm_core.redaction.fingerprints import marks_of  # here: few texts hold a secret

            self.marks += marks_of(text, replaced, passes, self.key)
        return CleanText(replaced)

    def finds(self, kind: str) -> bool:
        """Whether secrets of a kind are looked for."""
        return self._enabled and kind not in self._off

    def name(self, text: str) -> CleanText:
        """As `__call__`, for a name, an id or a path; sooner done with what is plainly none of the built-in secrets."""
        return self(text) if self._extra or plain_id(text) is None else CleanText(text)

    def values(self, value: Any, known: Callable[[str], bool] = _unknown) -> CleanJson:
        """A value that JSON knows, each text in it as `__call__` gives it, names of fields too.

        known: whether a text stands word for word in clean text. Such a quote stays: what is no secret where it stands
        may look like one when it is cut out.
        """
        if isinstance(value, str):
            clean = self(value)
            return CleanText(value) if clean != value and known(value) else clean
        if isinstance(value, dict):
            return {self.name(str(name)): self.values(v, known) for name, v in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.values(v, known) for v in value]
        if value is None or isinstance(value, (bool, int, float)):
            return value
        raise TypeError(f"{type(value).__name__} is nothing that JSON knows")

    def of_all(self, texts: Sequence[str]) -> Redact:
        """What makes each of these texts clean: by itself where it holds something, else at no cost."""
        if not self._enabled or self._extra:
            return self if self._extra else CleanText
        held = self._held(texts)
        if not held:
            return CleanText
        clean = frozenset(texts).difference(map(texts.__getitem__, held))
        return lambda text: CleanText(text) if text in clean else self(text)

    def finds_nothing(self, texts: Iterable[str]) -> bool:
        """Whether none of the texts holds a secret; False may also mean that this could not be told."""
        if not self._enabled:
            return True
        return not self._extra and not self._held([*texts])

    def _held(self, texts: Sequence[str]) -> set[int]:
        """The numbers of the texts, from 0, in which something is found, all looked through as one."""
        image = Image(self._image(BETWEEN.join(texts)), [*map(len, texts)])
        return {image.number(start) for start, _, kind in self._sought(image) if kind not in self._off}

    def _spans(self, text: str) -> list[Span]:
        """Secrets of the text, in order, not overlapping."""
        data = self._image(text)
        spans = self._sought(Image(data))
        if self._extra:
            spans += self._extra_spans(text, data)
        return self._merged([span for span in spans if span[2] not in self._off]) if spans else spans

    def _image(self, text: str) -> bytes:
        """One byte of ASCII for each character, what is redacted already as NULs."""
        plain = text if text.isascii() else _plain(text)
        image = plain.encode("ascii", "replace")
        if b"\x1b" in image or b"\\u001b[" in image:  # an escape sequence ends a value
            image = regex(_ANSI).sub(lambda found: b" " * len(found[0]), image).replace(b"\x1b", b" ")
        if b"[redacted:" in image:  # no pattern reaches over NUL: what is redacted stays as it is
            for mark in {mark[0] for mark in regex(_MARK).finditer(image) if mark[1].decode() in self._ranks}:
                image = image.replace(mark, b"\0" * len(mark))
        return image

    def _sought(self, image: Image) -> list[Span]:
        """What the built-in rules find, in any order."""
        spans = self._plainly(image, self._seen)
        data = image.data
        if b"%" in data or b"&" in data or b"\\u00" in data or b"=C3=" in data:
            from rlm_core.redaction import decoded  # here and below: most of what a hook redacts needs it not

            spans += decoded.spans(image, self._seen)
        return spans

    def _plainly(self, image: Image, find: Callable[[bytes], Sequence[Span]] | None) -> list[Span]:
        stretches = longruns.stretches(image.data)
        return [*found(image, stretches), *longruns.spans(image, stretches, find)]

    def _seen(self, data: bytes) -> list[Span]:
        """What is found in a decoded text, which is not decoded again."""
        return self._plainly(Image(data), None)

    def _extra_spans(self, text: str, image: bytes) -> Iterator[Span]:
        from rlm_core.redaction.extras import spans

        for start, end, kind in spans(self._extra, text):
            if start < end and (b"\0" not in image[start:end] or end - start == len(text)):
                yield start, end, kind

    def _merged(self, spans: list[Span]) -> list[Span]:
        """Overlapping spans become one, called by the most telling of their kinds."""
        spans.sort()
        merged: list[Span] = []
        for start, end, kind in spans:
            if merged and start < merged[-1][1]:
                before = merged.pop()
                kind = min(kind, before[2], key=self._ranks.__getitem__)
                start, end = before[0], max(end, before[1])
            merged.append((start, end, kind))
        return merged

    def _replace(self, text: str, spans: list[Span]) -> str:
        # Gathered as UTF-8: the pieces of a long text with one emoji in it would take four bytes a character.
        kept = bytearray()
        done = 0
        for start, end, kind in spans:
            kept += text[done:start].encode("utf-8", "surrogatepass")
            kept += f"[redacted:{kind}]".encode("ascii")
            self._count(kind)
            done = end
        kept += text[done:].encode("utf-8", "surrogatepass")
        return kept.decode("utf-8", "surrogatepass")

    def _count(self, kind: str) -> None:
        known = CleanText(kind)  # a word of the rules, or of the settings as `_user_regex` has checked it
        self.counts[known] = self.counts.get(known, 0) + 1
