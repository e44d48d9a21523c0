"""Two runs side by side: which nodes are the same by their hashes, which are not, and what each has cost."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from rlm_core.errors import Joined, phrase, worded
from rlm_core.repl.trace import kept, totals
from rlm_core.repl.traces.tracepage import with_depth

if TYPE_CHECKING:
    from rlm_core.repl.cellstore import CellSession

SAME, PRINTED, CHANGED, FIRST, SECOND = "same", "printed other things", "changed", "only the first", "only the second"
Nodes = list[dict[str, Any]]


def compared(a: CellSession, first: Nodes, b: CellSession, second: Nodes) -> dict[str, Any]:
    """Two runs, aligned by the hashes of their nodes.

    rows: {state, a, b}, in order; a, b: a node, None where the run has none of it. A cell of the same program that
    printed other things is told apart, as far as outputs are kept. a, b: totals. same: whether all rows are.
    """
    ours, theirs = [_key(n) for n in first], [_key(n) for n in second]
    rows: list[dict[str, Any]] = []
    for what, i, j, k, m in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if what == "equal":
            pairs = zip(first[i:j], second[k:m], strict=True)
            rows += [{"state": _state(a, x, b, y), "a": x, "b": y} for x, y in pairs]
        else:
            rows += _unlike(first[i:j], second[k:m])
    return {
        "rows": rows, "a": totals(first), "b": totals(second), "same": all(row["state"] == SAME for row in rows),
    }  # fmt: skip


def _key(node: dict[str, Any]) -> tuple[str, str, str]:
    """What makes nodes the same. The hash of a call is that of its kind alone: how many there were counts as well."""
    return node["kind"], node["hash"], node["label"] if node["kind"] == "call" else ""


def _state(a: CellSession, x: dict[str, Any], b: CellSession, y: dict[str, Any]) -> str:
    if x["kind"] != "cell":
        return SAME
    if bool(x.get("error")) != bool(y.get("error")):
        return PRINTED
    outputs = [kept(s, n["cell"], "txt") for s, n in ((a, x), (b, y)) if isinstance(n.get("cell"), int)]
    return PRINTED if len({text for text in outputs if text is not None}) > 1 else SAME


def _unlike(first: Nodes, second: Nodes) -> list[dict[str, Any]]:
    """Nodes between two that are the same: those of one kind, in order, are taken as versions of each other."""
    rows: list[dict[str, Any]] = []
    rest = list(second)
    for x in first:
        at = next((n for n, y in enumerate(rest) if y["kind"] == x["kind"]), None)
        if at is None:
            rows.append({"state": FIRST, "a": x, "b": None})
            continue
        rows += [{"state": SECOND, "a": None, "b": y} for y in rest[:at]]
        rows.append({"state": CHANGED, "a": x, "b": rest[at]})
        del rest[: at + 1]
    return rows + [{"state": SECOND, "a": None, "b": y} for y in rest]


def told(both: dict[str, Any], first: Nodes) -> list[str]:
    """The comparison for people: a line a node, and the totals."""
    depth = {node["id"]: d for node, d in with_depth(first)}
    lines: list[str] = [_line(row, depth) for row in both["rows"]]
    lines.append("")
    for name, form in (("cells", ",d"), ("calls", ",d"), ("tokens", ",d"), ("usd", ".4f"), ("seconds", ".1f")):
        a, b = (f"{both[side][name]:>12{form}}" for side in ("a", "b"))
        lines.append(worded("{name:8} {a} {b}", name=phrase(name), a=a, b=b))
    return lines


_MARKS = {SAME: "=", PRINTED: "~", CHANGED: "!", FIRST: "<", SECOND: ">"}


def _line(row: dict[str, Any], depth: dict[int, int]) -> str:
    node = row["a"] or row["b"]
    took: list[str] = [
        worded("{seconds:.1f} s {tokens:,} {tokens:|token|tokens}", seconds=n["seconds"], tokens=n["tokens"])
        if n
        else "-"
        for n in (row["a"], row["b"])
    ]
    indent = "  " * (depth.get(row["a"]["id"], 0) if row["a"] else 1)
    form = (
        "{mark} {indent}{kind}: {label}  {took}"
        if row["state"] == SAME
        else "{mark} {indent}{kind}: {label}  {took}  ({state})"
    )
    return worded(
        form,
        mark=_MARKS[row["state"]],
        indent=indent,
        kind=phrase(node["kind"]),
        label=node["label"][:60],
        took=Joined(" | ", took),
        state=phrase(row["state"]),
    )
