"""The functions of a cell: calls for models, which come back at once, and the arithmetic over what they bring."""

from __future__ import annotations

import itertools
import os
from _thread import allocate_lock

from rlm_core.repl.cell import framing
from rlm_core.repl.cell.lazy import OF_MODELS, CallFailedError, Lazy, Pending, Planned, look, look_deep, ok
from rlm_core.repl.cell.seen import Answer, FoundPassage, TableRow, TextLine, TextPart, row_of
from rlm_core.repl.cell.view import Context, SeenText

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

_CITED = r"\[(\d{1,4})\]"
KINDS = ("", "answer", "count", "tally", "list", "pairs")  # as `engine.kinds`, which a cell does not load
MAX_DEPTH = 3  # as `engine.options`
QUOTE_CHARS = 400  # of an entry, a hit or a part that is cited


class Client:
    """Sends a cell's calls to the process that makes them, and settles them as answers come.

    calls, answers: pipes to that process, and from it. planning: calls of models are told to it, and nobody answers
    them.
    """

    def __init__(self, calls: int, answers: int, *, planning: bool = False) -> None:
        self._planning = planning
        self._calls, self._answers = calls, answers
        self.sending = False
        self._late: BaseException | None = None
        self._waiting: dict[int, tuple[Pending, Callable[[Any], Any]]] = {}
        self._lock = allocate_lock()
        self._numbers = itertools.count(1)
        self._reading = False

    def call(self, op: str, made: Callable[[Any], Any], **args: Any) -> Lazy:
        """A value that comes. made: turns the answer into it."""
        if self._planning and op in OF_MODELS:
            self.tell(op, **args)
            return Lazy(Planned())
        pending = Pending(op)
        with self._lock:
            if not self._reading:
                import threading  # most cells make no call

                threading.Thread(target=self._read, daemon=True).start()
                self._reading = True
            number = next(self._numbers)
            self._waiting[number] = (pending, made)
            try:
                self._send({"id": number, "op": op, "args": args})
            except framing.FramingError as e:
                self._settle(number, None, CallFailedError(str(e), "too large"))
        return Lazy(pending)

    def tell(self, op: str, **args: Any) -> None:
        """A message without an answer."""
        with self._lock:
            self._send({"id": 0, "op": op, "args": args})

    def _send(self, message: dict[str, Any]) -> None:
        self.sending = True
        try:
            framing.send(self._calls, message)
        finally:
            self.sending = False
        if self._late is not None:
            late, self._late = self._late, None
            raise late

    def interrupt(self, error: BaseException) -> None:
        """Raise an error of a signal's, now or when a message is whole: half of one would spoil all that follow."""
        if not self.sending:
            raise error
        self._late = error

    def settle_all(self) -> None:
        """Wait until every call has come to its end."""
        for pending, _ in list(self._waiting.values()):
            pending.failure()

    def _read(self) -> None:
        while True:
            try:
                message = framing.receive(self._answers)
            except (framing.FramingError, OSError):
                message = None
            if message is None:
                for number in list(self._waiting):
                    self._settle(number, None, CallFailedError("the process that makes the calls has gone", "gone"))
                return
            error = message.get("error")
            failed = CallFailedError(str(error["message"]), str(error["kind"])) if error else None
            self._settle(message["id"], message.get("value"), failed)

    def _settle(self, number: int, value: Any, error: CallFailedError | None) -> None:
        pending, made = self._waiting.pop(number, (None, None))
        if pending is None or made is None:
            return
        if error is None:
            try:
                value = made(value)
            except Exception as e:  # an answer of another form
                error = CallFailedError(f"an answer that cannot be read: {e}", "malformed")
        pending.settle(value, error)


class Language:
    """What stands ready in a cell. result: what `answer` was given, None before."""

    def __init__(self, client: Client, context: Context) -> None:
        self._client, self._context = client, context
        self.result: dict[str, Any] | None = None

    def names(self) -> dict[str, Any]:
        """name -> function, class or view."""
        return {
            "ctx": self._context, "llm": self.llm, "llm_map": self.llm_map, "ask": self.ask, "extract": self.extract,
            "label": self.label, "verify": self.verify, "table": self.table, "tally": tally, "pairs": pairs,
            "cite": cite, "answer": self.answer, "ok": ok, "Row": TableRow,
        }  # fmt: skip

    def llm(self, prompt: str, *parts: Any) -> Any:
        """One call without history: a prompt, and the texts it is about. Gives text."""
        sources = [source for part in parts for source in sources_of(part)]
        return self._client.call("llm", str, prompt=str(look(prompt)), sources=sources)

    def llm_map(self, prompt: str, parts: Iterable[Any]) -> list[Any]:
        """The same prompt over each part; answers in the order of the parts."""
        return [self.llm(prompt, part) for part in parts]

    def ask(self, question: str, over: Any = None, kind: str = "", depth: int | None = None) -> Any:
        """A question over texts as `rlm ask` answers it: read in parts, quotes checked by code. Gives an Answer.

        kind: answer, count, tally, list or pairs; by default the question's words tell. depth: how often a part that is
        too much for one reader may be split, 0 to 3; once by default. Raises ValueError for another kind or depth.
        """
        kind, depth = look(kind), _depth(look(depth))
        if not isinstance(kind, str) or kind not in KINDS:
            raise ValueError(f"kind={kind!r}: {', '.join(KINDS[1:])}")
        given = [] if over is None else sources_of(over)
        return self._client.call(
            "ask", _answer, question=str(look(question)), sources=given, kind=kind, all=over is None, depth=depth
        )

    def extract(self, question: str, over: Any = None, fields: Any = "", depth: int | None = None) -> Any:
        """A table: a row for each entry that is asked about. fields: "vendor!, amount: float". Gives a list of rows.

        depth: as for `ask`. Raises ValueError for another one.
        """
        depth = _depth(look(depth))
        spec = ", ".join(f"{n}: {t}" for n, t in fields.items()) if isinstance(fields, dict) else fields
        spec = spec if isinstance(spec, str) else ", ".join(spec)
        given = [] if over is None else sources_of(over)
        return self._client.call(
            "extract", _rows, question=str(look(question)), sources=given, fields=spec, all=over is None, depth=depth
        )

    def label(self, items: Iterable[Any], labels: Sequence[str], question: str = "") -> Any:
        """One of the labels for each item, in their order; items go 40 a call. Gives a list."""
        texts = [str(look(item)) for item in items]
        return self._client.call("label", list, items=texts, labels=list(labels), question=str(look(question)))

    def verify(self, rows: Iterable[Any], question: str = "") -> list[TableRow]:
        """Rows whose quotes are looked for at their places, by code. Gives the rows, `verified` or not.

        A line, a part, an entry and a hit become rows with `text`.
        """
        given = [look(row) for row in look_deep(rows)]
        places = [_row_json(row) for row in given]
        checked = self._client.call("verify", list, rows=places, question=question)
        return [
            row_of(dict(row) if isinstance(row, TableRow) else {"text": at["quote"]}, **at, verified=bool(was))
            for row, at, was in zip(given, places, look(checked), strict=True)
        ]

    def table(self, source: Any, pattern: str = "") -> list[TableRow]:
        """The rows of a text, as `tables.table` gives them; a name that is a text's id means that text.

        A file that the cell has written comes before a text whose id ends so.
        """
        if isinstance(source, str) and not isinstance(source, (TextPart, TextLine)) and "\n" not in source:
            named = not self._is_written(source) and self._context.called(source)
            source = self._context.doc(source) if named else source
        from rlm_core.repl.cell.tables import table

        return table(source, pattern, self._context.seen)

    def _is_written(self, name: str) -> bool:
        """Whether it is a file in the cell's own directory, and none of the texts."""
        if os.path.isabs(name) or not os.path.isfile(name):
            return False
        path = os.path.realpath(name)
        return all(os.path.realpath(doc.path) != path for doc in self._context.docs)

    def search(self, words: str, k: int = 10) -> list[FoundPassage]:
        """The archive's search, waited for."""
        found: list[FoundPassage] = look(self._client.call("search", _hits, words=words, k=k))
        return found

    def answer(self, text: Any, rows: Iterable[Any] = (), *, final: bool = True) -> None:
        """Give the answer. `[n]` in it means the n-th of the rows, whose place and quote are checked by code.

        final: False for the best so far, which counts when nothing better comes in time.

        Raises ValueError for a number that no row has, and CallFailedError for a text that never came.
        """
        import re  # here and below: most cells need it not

        told, given = str(look(text)), [look(row) for row in look_deep(rows)]
        wrong = sorted({int(n) for n in re.findall(_CITED, told) if not 1 <= int(n) <= len(given)})
        if wrong:
            raise ValueError(f"the answer cites {', '.join(f'[{n}]' for n in wrong)}, and the rows end at {len(given)}")
        self.result = {"text": told, "rows": [_row_json(row) for row in given], "final": bool(final)}


def _depth(depth: Any) -> int | None:
    if depth is not None and (type(depth) is not int or not 0 <= depth <= MAX_DEPTH):
        raise ValueError(f"depth={depth!r}: 0 to {MAX_DEPTH}")
    return depth


def sources_of(value: Any) -> list[dict[str, Any]]:
    """Texts for a call: a whole text by its id, a stretch with its place, anything else as text of its own."""
    value = look(value)
    if isinstance(value, SeenText):
        return [{"doc": value.id}]
    if isinstance(value, Context):
        return [{"doc": doc.id} for doc in value.docs]
    if isinstance(value, TextPart):
        return [{"id": name, "line": line, "text": text} for name, line, text in value.pieces()]
    if isinstance(value, TextLine):
        return [{"id": value.doc, "line": value.line - value.before, "text": str(value)}]
    if isinstance(value, TableRow):
        name, _, line = value.place.rpartition(":")
        text = value.quote or "\n".join(f"{k}: {v}" for k, v in value.items())
        return [{"id": name or "row", "line": int(line) if line.isdecimal() else 1, "text": text}]
    if isinstance(value, (list, tuple, set)) or hasattr(value, "__next__"):
        return [source for each in value for source in sources_of(each)]
    place, said = getattr(value, "place", ""), getattr(value, "text", None)
    if isinstance(said, str) and place:  # an entry, a hit
        name, _, line = place.rpartition(":")
        return [{"id": name, "line": int(line) if line.isdecimal() else 1, "text": said}]
    return [{"id": "text", "line": 1, "text": str(value)}]


def _answer(data: dict[str, Any]) -> Answer:
    rows = [
        row_of({k: f[k] for k in ("claim", "subject", "value", "date")}, f["place"], f["quote"], verified=f["verified"])
        for f in data["findings"]
    ]
    return Answer(data["answer"], rows, complete=data["complete"], kind=data["kind"])


def _rows(data: list[dict[str, Any]]) -> list[TableRow]:
    return [row_of(row["cells"], row["place"], row["quote"], verified=row["verified"]) for row in data]


def _hits(data: list[dict[str, Any]]) -> list[FoundPassage]:
    return [
        FoundPassage(h["place"], h["text"], h["role"], h["time"], h["score"], strong=h["strong"], quote=h["quote"])
        for h in data
    ]


def _row_json(row: Any) -> dict[str, Any]:
    if isinstance(row, (TextLine, TableRow)):
        return {"place": row.place, "quote": row.quote}
    place, said = getattr(row, "place", ""), getattr(row, "quote", "") or getattr(row, "text", "")
    if isinstance(row, TextPart) and row.spans:
        said = row.pieces()[0][2]
    if not place or not isinstance(said, str):
        raise TypeError(
            f"a row is what extract, ask, table and grep give, an entry, a hit or a part, not {type(row).__name__}"
        )
    return {"place": place, "quote": said.strip()[:QUOTE_CHARS]}


def tally(items: Iterable[Any], key: str | Callable[[Any], Any] = "") -> dict[Any, int]:
    """How often each value occurs, most frequent first. key: a column of the rows, or a function of an item.

    An answer that never came is no value: it raises CallFailedError.
    """
    counts: dict[Any, int] = {}
    for item in items:
        value = look(item)
        value = value if not key else look(key(value) if callable(key) else value[key])
        counts[value] = counts.get(value, 0) + 1
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0]))))


def pairs(items: Iterable[Any], condition: Callable[[Any, Any], Any]) -> list[tuple[Any, Any]]:
    """All pairs of two different items, each once, for which the condition holds in this order or the other."""
    given = [look(item) for item in items]
    return [(a, b) for a, b in itertools.combinations(given, 2) if look(condition(a, b)) or look(condition(b, a))]


def cite(rows: Iterable[Any]) -> list[str]:
    """`[n] place: "quote"` for each row."""
    given = [_row_json(look(row)) for row in rows]
    return [f'[{n}] {row["place"]}: "{" ".join(str(row["quote"]).split())[:200]}"' for n, row in enumerate(given, 1)]
