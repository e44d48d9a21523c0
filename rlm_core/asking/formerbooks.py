"""What `rlm ask` kept up to 0.10, taken over into its books once: answers, journals, grants and receipts in files.

    answers/ab/abcdef....json   {"key", "at", "data"}
    runs/<run>.jsonl            rows of an interrupted run: reserve, settle, answer
    grants/<id>.json            a line that was overwritten in place: spent, at; then a line: granted, project, question
    ledger.jsonl                a receipt a line

All of it is on the disk before a file is removed, and what is there already is left as it is: a take-over that was
interrupted is done again. What a run of a former version holds is left to it until it has ended.
"""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING, Any

from rlm_core.digest import hexdigest
from rlm_core.disk import is_dir, names, read, remove, try_read
from rlm_core.errors import LockTimeoutError
from rlm_core.lock import Lock

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

LEDGER = "ledger.jsonl"
_USAGE = ("input", "output", "cache_read", "cache_write", "usd")


def is_former(folder: str) -> bool:
    """Whether a former version has left anything in a folder."""
    files = any(os.path.lexists(os.path.join(folder, name)) for name in ("answers", LEDGER))
    return files or any(_ending(folder, "runs", ".jsonl")) or any(_ending(folder, "grants", ".json"))


def _ending(folder: str, kind: str, ending: str) -> Iterator[str]:
    return (os.path.join(folder, kind, n) for n in names(os.path.join(folder, kind)) if n.endswith(ending))


def take_over(db: sqlite3.Connection, folder: str) -> list[str]:
    """Take over what a former version has left; what of it could not be read. The folder's lock is held."""
    if not is_former(folder):
        return []
    db.execute("PRAGMA synchronous = FULL")
    db.execute("BEGIN IMMEDIATE")
    try:
        unread = _receipts(db, os.path.join(folder, LEDGER))
        done = [path for path in _ending(folder, "grants", ".json") if _grant(db, path)]
        _answers(db, os.path.join(folder, "answers"))
        done += [path for path in _ending(folder, "runs", ".jsonl") if _run(db, path)]
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise
    remove(os.path.join(folder, "runs", "lock"))
    kept = os.path.join(folder, "ledger-unread.jsonl")
    os.replace(os.path.join(folder, LEDGER), kept) if unread else remove(os.path.join(folder, LEDGER))
    for path in done:
        remove(path)
        remove(f"{path}.lock")
    if is_dir(os.path.join(folder, "answers")):
        shutil.rmtree(os.path.join(folder, "answers"))
    return [f"{unread} lines of the former ledger could not be read: they are in {kept}"] if unread else []


def _receipts(db: sqlite3.Connection, path: str) -> int:
    """How many lines could not be read."""
    unread = 0
    for line in (read(path) or b"").split(b"\n"):
        row = _json(line)
        at, usd = row.pop("at", None), row.pop("usd", None)
        if isinstance(at, str) and _amount(usd) is not None:
            name = str(row.pop("grant", "") or hexdigest(line, 8))
            db.execute("INSERT OR IGNORE INTO receipts VALUES (?, ?, ?, ?)", (name, at, usd, json.dumps(row)))
        else:
            unread += bool(line.strip())
    return unread


def _grant(db: sqlite3.Connection, path: str) -> bool:
    """Whether its run has ended."""
    place, _, rest = (read(path) or b"").partition(b"\n")
    spent, given = _json(place), _json(rest)
    usd, granted = _amount(spent.get("spent")), given.get("granted")
    if usd is not None and isinstance(granted, float) and _amount(spent.get("at")) is not None:
        head = json.dumps({name: str(given.get(name, "")) for name in ("project", "question")})
        name = os.path.basename(path)[: -len(".json")]
        db.execute("INSERT OR REPLACE INTO grants VALUES (?, ?, ?, ?, ?)", (name, granted, usd, spent["at"], head))
    return _is_free(f"{path[: -len('.json')]}.lock")


def _answers(db: sqlite3.Connection, folder: str) -> None:
    for shard in names(folder):
        for path in _ending(folder, shard, ".json"):
            data = try_read(path) or b""
            row = _json(data)
            if row.get("key") == os.path.basename(path)[: -len(".json")] and _amount(row.get("at")) is not None:
                _answer(db, row["key"], row.get("data"), row["at"], os.stat(path).st_mtime)


def _answer(db: sqlite3.Connection, key: str, data: Any, at: float, used: float) -> None:
    if isinstance(data, dict):
        text = json.dumps(data, separators=(",", ":"))
        db.execute("INSERT OR IGNORE INTO answers VALUES (?, ?, ?, ?, ?)", (key, at, used, len(text), text))


def _run(db: sqlite3.Connection, path: str) -> bool:
    """Whether it is under way no more; one that was interrupted goes on from the books."""
    if not _is_free(f"{path}.lock"):
        return False
    name, at = os.path.basename(path)[: -len(".jsonl")], os.stat(path).st_mtime
    rows = [_json(line) for line in (read(path) or b"").split(b"\n")]
    for row in rows:
        if "answer" in row:
            _answer(db, str(row["answer"]), row.get("data"), at, at)
    ended = any(row.get("end") is True for row in rows)
    if not ended and db.execute("INSERT OR IGNORE INTO runs VALUES (?, ?)", (name, at)).rowcount:
        for row in rows:
            _event(db, name, row)
    return True


def _event(db: sqlite3.Connection, run: str, row: dict[str, Any]) -> None:
    """A row of a journal: what a call might cost, or has cost."""
    if "reserve" in row and None not in (_amount(row.get("tokens")), _amount(row.get("usd"))):
        reserve(db, run, str(row["reserve"]), int(row["tokens"]), row["usd"])
    usage = row.get("usage")
    if "settle" in row and isinstance(usage, dict) and None not in (spent := [_amount(usage.get(n)) for n in _USAGE]):
        settle(db, run, str(row["settle"]), spent, row.get("open") is True)


def reserve(db: sqlite3.Connection, run: str, key: str, tokens: int, usd: float) -> None:
    """Note what a call of a run may cost at most."""
    db.execute("INSERT INTO calls(run, key, tokens, usd) VALUES (?, ?, ?, ?)", (run, key, tokens, usd))


def settle(db: sqlite3.Connection, run: str, key: str, usage: list[Any], unsettled: bool) -> None:
    """Note what it has cost: input, output, cache_read, cache_write, dollars. unsettled: it may have cost more.

    Which of two attempts at a call came to its end is not known: the dearer one is assumed to be out.
    """
    made = "UPDATE calls SET input = ?, output = ?, cache_read = ?, cache_write = ?, paid = ?, open = ? WHERE id = "
    first = "(SELECT id FROM calls WHERE run = ? AND key = ? AND paid IS NULL ORDER BY usd, tokens LIMIT 1)"
    if not db.execute(made + first, (*usage, unsettled, run, key)).rowcount:  # it was not seen to begin
        reserve(db, run, key, 0, 0.0)
        db.execute(made + first, (*usage, unsettled, run, key))


def _is_free(lock: str) -> bool:
    try:
        with Lock(lock, 0):
            return True
    except LockTimeoutError:
        return False


def _json(data: bytes) -> dict[str, Any]:
    """An object; {} for anything else."""
    try:
        value = json.loads(data or b"{}")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _amount(value: object) -> float | None:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return value if number and 0 <= value < float("inf") else None  # type: ignore[operator,return-value]
