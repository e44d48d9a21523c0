"""What a cell works with: stretches of text that know their place, rows, answers, entries, hits."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    Cells = dict[str, Any]
else:
    Cells = dict


class _Placed:
    """What has a place, `ID:LINE`."""

    __slots__ = ()
    place: str

    @property
    def doc(self) -> str:
        """The id of the text in which it stands."""
        return self.place.rpartition(":")[0]

    @property
    def line(self) -> int:
        """The line on which it begins; 0 where there is none."""
        number = self.place.rpartition(":")[2]
        return int(number) if number.isdecimal() else 0


class TextLine(_Placed, str):
    """A line of a text. place: where it stands, `ID:LINE`; doc, line: its parts. text: itself.

    before: how many of the lines around it come before it, where some are shown with it. quote: the line alone.
    """

    before = 0

    @property
    def text(self) -> str:
        return str(self)

    @property
    def quote(self) -> str:
        return self.split("\n")[self.before] if self.before or "\n" in self else str(self)

    def __reduce__(self) -> Any:
        return (line_of, (str(self), self.place, self.before))


def line_of(text: str, place: str, before: int = 0) -> TextLine:
    line = TextLine(text)
    line.place = place
    if before:
        line.before = before
    return line


class TextPart(_Placed, str):
    """A stretch of one text or of several. spans: (id of the text, line it begins on, characters) of each, in order."""

    spans: tuple[tuple[str, int, int], ...]

    @property
    def text(self) -> str:
        return str(self)

    @property
    def place(self) -> str:  # type: ignore[override]
        """Where it begins, `ID:LINE`."""
        return f"{self.spans[0][0]}:{self.spans[0][1]}" if self.spans else ""

    def pieces(self) -> list[tuple[str, int, str]]:
        """(id, line, text) of each stretch."""
        found, at = [], 0
        for name, line, length in self.spans:
            found.append((name, line, self[at : at + length]))
            at += length
        return found

    def __reduce__(self) -> Any:
        return (part_of, (str(self), self.spans))


def part_of(text: str, spans: Sequence[tuple[str, int, int]]) -> TextPart:
    part = TextPart(text)
    part.spans = tuple(spans)
    return part


class TableRow(Cells):
    """A row of a table: a dictionary, whose columns are attributes too, where they are no method's name.

    place: where it stands, `ID:LINE`. quote: the words that show it. verified: checked by code.
    """

    place: str = ""
    quote: str = ""
    verified: bool = False

    def __getattr__(self, name: str) -> Any:
        if name in self:
            return self[name]
        doc, _, line = self.place.rpartition(":")
        if name in ("doc", "line") and doc:
            return doc if name == "doc" else int(line)
        raise AttributeError(f"the row has no column {name}; it has {', '.join(map(str, self))}")


def row_of(cells: dict[str, Any], place: str = "", quote: str = "", *, verified: bool = False) -> TableRow:
    row = TableRow(cells)
    row.place, row.quote, row.verified = place, quote, verified
    return row


class Answer:
    """What `ask` gives: the answer in words, and what it rests on.

    rows: a row for each finding, with `claim`, `subject`, `value`, `date`. complete: whether all was read that
    was to be. kind: as the question was taken.
    """

    def __init__(self, text: str, rows: list[TableRow], *, complete: bool = False, kind: str = "") -> None:
        self.text, self.rows, self.complete, self.kind = text, rows, complete, kind

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<answer, {len(self.rows)} findings{'' if self.complete else ', not complete'}: {self.text[:200]}>"

    def __contains__(self, words: str) -> bool:
        return words in self.text


class SeenEntry(_Placed):
    """An archived entry: role, kind, tool, file, time (ISO-8601), turn, session, agent, text, uuid, place, chunk, line.

    A call and its result are two entries, of one tool: their kinds are `call` and `tool`. failed: whether it is the
    result of a call that failed. file: the path that a call names, "" for none. place: `CHUNK:LINE`.
    """

    __slots__ = ("agent", "failed", "file", "kind", "place", "role", "session", "text", "time", "tool", "turn", "uuid")
    agent: str
    failed: bool
    file: str
    kind: str
    place: str
    role: str
    session: str
    text: str
    time: str
    tool: str
    turn: int
    uuid: str

    def __init__(self, **values: Any) -> None:
        for name in self.__slots__:
            setattr(self, name, values.get(name, ""))  # one that an earlier version has saved lacks some

    @property
    def chunk(self) -> str:
        """The chunk that holds it."""
        return self.doc

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SeenEntry) and (self.place, self.uuid) == (other.place, other.uuid)

    def __hash__(self) -> int:
        return hash((self.place, self.uuid))

    def __reduce__(self) -> Any:
        return (_entry_of, ({name: getattr(self, name) for name in self.__slots__},))

    def __repr__(self) -> str:
        return f"<{self.role}{f' {self.tool}' if self.tool else ''} {self.time} {self.place}: {self.text[:80]!r}>"


def _entry_of(values: dict[str, Any]) -> SeenEntry:
    return SeenEntry(**values)


class FoundPassage(_Placed):
    """A passage that a search has found: place, text, role, time, score, strong. quote: what of it stands at its place,
    where the words of the search do.
    """

    quote = ""  # of one that an earlier version has saved

    def __init__(
        self, place: str, text: str, role: str, time: str, score: float, *, strong: bool, quote: str = ""
    ) -> None:
        self.place, self.text, self.role, self.time = place, text, role, time
        self.score, self.strong, self.quote = score, strong, quote

    def __repr__(self) -> str:
        return f"<{self.place} {self.time} {self.role}: {self.text[:100]!r}>"
