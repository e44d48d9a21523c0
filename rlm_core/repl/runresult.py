"""What came of a run of cells, and of each cell as the root model is shown it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rlm_core.record import Record, each

if TYPE_CHECKING:
    from rlm_core.repl.execute import CellResult

OUTPUT_CHARS, ERROR_CHARS, FOLDED_CHARS = 3_000, 1_500, 160


class CellTurn(Record):
    """A cell and what came of it."""

    source: str
    result: CellResult

    @property
    def failed(self) -> bool:
        return bool(self.result.error)

    def whole(self, number: int) -> str:
        """As the root model sees it, soon after."""
        r = self.result
        told = [f"--- cell {number} ---", self.source, f"--- printed ---\n{_trimmed(r.output, OUTPUT_CHARS)}"]
        if r.error:
            told.append(f"--- error ---\n{_trimmed(r.error, ERROR_CHARS)}")
        names = ", ".join(f"{n['name']} ({n['type']}, {n['size']})" for n in r.names[:30])
        return "\n".join([*told, f"--- names --- {names or 'none new'}"])

    def folded(self, number: int) -> str:
        """As it sees it later."""
        first = " ".join(self.source.split())[:FOLDED_CHARS]
        out = " ".join((self.result.error or self.result.output).split())[:FOLDED_CHARS]
        return f"cell {number}: {first} -> {'error: ' if self.failed else ''}{out or 'nothing printed'}"


class ProgramResult(Record):
    """What came of a run.

    answer: "" for none. rows: place, quote, verified. complete: a final answer of a cell's, whose rows stand at their
    places. route: `program`, or `fixed` where the fixed routes have answered. stopped: what ended it before, "" for
    nothing. fixed: findings and kind of the fixed route. texts, size: how many there were, and their bytes.
    """

    question: str
    answer: str = ""
    rows: list[dict[str, Any]] = each(list)
    complete: bool = False
    route: str = "program"
    stopped: str = ""
    turns: int = 0
    cost: dict[str, Any] = each(dict)
    seconds: float = 0.0
    trace: str = ""
    session: str = ""
    fixed: dict[str, Any] = each(dict)
    texts: int = 0
    size: int = 0
    notes: list[str] = each(list)

    def as_json(self) -> dict[str, Any]:
        found = [
            {
                "claim": "",
                "quote": r["quote"],
                "chunk": r["place"].rpartition(":")[0],
                "path": "",
                "line": _line(r["place"]),
                "verified": r["verified"],
            }
            for r in self.rows
        ]
        return {
            "question": self.question,
            "answer": self.answer,
            "findings": self.fixed.get("findings") or found,
            "coverage": {"documents": self.texts, "bytes": self.size},
            "route": self.route,
            "kind": self.fixed.get("kind", "program"),
            "cost": self.cost,
            "calls": self.cost.get("calls", 0),
            "seconds": round(self.seconds, 3),
            "complete": self.complete,
            "stopped": self.stopped,
            "turns": self.turns,
            "trace": self.trace,
            "session": self.session,
            "notes": self.notes,
        }


def _line(place: str) -> int:
    """The line of a place; 0 of one that a cell has made up."""
    line = place.rpartition(":")[2]
    return int(line) if line.isdecimal() and len(line) < 13 else 0


def _trimmed(text: str, most: int) -> str:
    """The head and the tail of a text."""
    if len(text) <= most:
        return text.rstrip("\n")
    head, tail = most * 2 // 3, most // 3
    return f"{text[:head]}\n… {len(text) - most:,} characters …\n{text[-tail:]}"
