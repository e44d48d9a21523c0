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
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from rlm_core.digest import hexdigest
from rlm_core.disk import is_dir, names, read, remove, try_read
from rlm_core.errors import LockTimeoutError, worded
from rlm_core.lock import Lock

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

ANSWERS, LEDGER, UNREAD = "answers", "ledger.jsonl", "ledger-unread.jsonl"
MOST = 4e9  # seconds since 1970; no tokens or dollars of a run are as many
_DIED: dict[str, Any] = {"route": "", "leaf": "", "calls": 0, "tokens": 0, "seconds": 0.0, "findings": 0}
_USAGE = ("input", "output", "cache_read", "cache_write", "usd")


def is_former(folder: str) -> bool:
    """Whether a former version has left anything in a folder."""
    if any(os.path.lexists(os.path.join(folder, name)) for name in (ANSWERS, LEDGER)):
        return True
    return bool(_files(folder, "runs", ".jsonl") or _files(folder, "grants", ".json"))


def _files(folder: str, kind: str, ending: str) -> list[tuple[str, str]]:
    """(path, name without its ending) of each."""
    found = names(os.path.join(folder, kind))
    return [(os.path.join(folder, kind, n), n[: -len(ending)]) for n in found if n.endswith(ending) and n[0] != "."]


def take_over(db: sqlite3.Connection, folder: str) -> list[str]:
    """Take over what a former version has left; what there is to tell of it. The folder's lock is held."""
    if not is_former(folder):
        return []
    ledger, kept = os.path.join(folder, LEDGER), os.path.join(folder, UNREAD)
    with transaction(db, "FULL"):
        unread, done = take_in(db, folder)
    for path in (os.path.join(folder, "runs", "lock"), *done, *(f"{path}.lock" for path in done)):
        remove(path)
    os.replace(ledger, kept) if unread else remove(ledger)
    if is_dir(answers := os.path.join(folder, ANSWERS)):
        shutil.rmtree(answers)
    return (
        [
            worded(
                "{unread} {unread:|line|lines} of the former ledger could not be read: "
                "{unread:|it is|they are} in {kept}",
                unread=unread,
                kept=kept,
            )
        ]
        if unread
        else []
    )


def take_in(db: sqlite3.Connection, folder: str) -> tuple[int, list[str]]:
    """Write down all of it; how many lines of the ledger could not be read, and the files whose runs have ended."""
    ledger, answers = os.path.join(folder, LEDGER), os.path.join(folder, ANSWERS)
    unread = sum(not _receipt(db, line) for line in (read(ledger) or b"").split(b"\n") if line.strip())
    done = [path for path, name in _files(folder, "grants", ".json") if _grant(db, path, name)]
    for shard in names(answers):
        for path, name in _files(answers, shard, ".json"):
            row = _json(try_read(path))
            if row.get("key") == name:
                _answer(db, name, row.get("data"), row.get("at"), os.stat(path).st_mtime)
    return unread, done + [path for path, name in _files(folder, "runs", ".jsonl") if _run(db, path, name)]


@contextmanager
def transaction(db: sqlite3.Connection, synchronous: str) -> Iterator[None]:
    """All of it is written, or nothing. synchronous: FULL, or NORMAL; see https://sqlite.org/pragma.html."""
    db.execute(f"PRAGMA synchronous = {synchronous}")
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:  # raised again: half of the former books are none
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _receipt(db: sqlite3.Connection, line: bytes) -> bool:
    """Whether the line is one."""
    row = _json(line)
    name, at, usd = str(row.pop("grant", "") or hexdigest(line, 8)), row.pop("at", None), row.pop("usd", None)
    if not (isinstance(at, str) and _are_amounts(usd)):
        return False
    db.execute("INSERT OR IGNORE INTO receipts VALUES (?, ?, ?, ?)", (name, at, usd, json.dumps(row)))
    return True


def _grant(db: sqlite3.Connection, path: str, name: str) -> bool:
    """Whether its run has ended: its receipt is made by the next grant, as that of any run that died."""
    spent, given = (_json(line) for line in (*(read(path) or b"").split(b"\n"), b"", b"")[:2])
    usd, at, granted = spent.get("spent"), spent.get("at", ""), given.get("granted")
    if _are_amounts(usd, at) and isinstance(granted, (int, float)):
        head = {key: str(given.get(key, "")) for key in ("project", "question")}
        text = json.dumps({**head, **_DIED, "verified": 0, "complete": False})
        db.execute("INSERT OR REPLACE INTO grants VALUES (?, ?, ?, ?, ?)", (name, granted, usd, at, text))
    return _is_free(f"{path[: -len('.json')]}.lock")


def _answer(db: sqlite3.Connection, key: str, data: Any, at: Any, used: float) -> None:
    if isinstance(data, dict) and _are_amounts(at):
        text = json.dumps(data, separators=(",", ":"))
        db.execute("INSERT OR IGNORE INTO answers VALUES (?, ?, ?, ?, ?)", (key, at, used, len(text), text))


def _run(db: sqlite3.Connection, path: str, name: str) -> bool:
    """Whether it is under way no more; one that was interrupted goes on from the books."""
    if not _is_free(f"{path}.lock"):
        return False
    at, rows = os.stat(path).st_mtime, [_json(line) for line in (read(path) or b"").split(b"\n")]
    for row in rows:
        _answer(db, str(row.get("answer")), row.get("data"), at, at)
    ended = any(row.get("end") is True for row in rows)
    if not ended and db.execute("INSERT OR IGNORE INTO runs VALUES (?, ?)", (name, at)).rowcount:
        for row in rows:
            usage = row.get("usage")
            spent = [usage.get(each) for each in _USAGE] if isinstance(usage, dict) else [None]
            if "reserve" in row and _are_amounts(row.get("tokens"), row.get("usd")):
                reserve(db, name, str(row["reserve"]), int(row["tokens"]), row["usd"])
            elif "settle" in row and _are_amounts(*spent):
                settle(db, name, str(row["settle"]), spent, row.get("open") is True)
    return True


def reserve(db: sqlite3.Connection, run: str, key: str, tokens: int, usd: float) -> None:
    """Note what a call of a run may cost at most."""
    db.execute("INSERT INTO calls(run, key, tokens, usd) VALUES (?, ?, ?, ?)", (run, key, tokens, usd))


def settle(db: sqlite3.Connection, run: str, key: str, usage: Sequence[Any], unsettled: bool) -> None:
    """Note what it has cost: input, output, cache_read, cache_write, dollars. unsettled: it may have cost more.

    Which of two attempts at a call came to its end is not known: the dearer one is assumed to be out.
    """
    made = "UPDATE calls SET input = ?, output = ?, cache_read = ?, cache_write = ?, paid = ?, open = ? WHERE id = "
    first = "(SELECT id FROM calls WHERE run = ? AND key = ? AND paid IS NULL ORDER BY usd, tokens LIMIT 1)"
    if not db.execute(made + first, (*usage, unsettled, run, key)).rowcount:  # it was not seen to begin
        reserve(db, run, key, 0, 0.0)
        db.execute(made + first, (*usage, unsettled, run, key))


def _is_free(lock: str) -> bool:
    """Whether nobody holds it; False where that cannot be told, as on a read-only disk."""
    with suppress(LockTimeoutError, OSError), Lock(lock, 0):
        return True
    return False


def _json(data: bytes | None) -> dict[str, Any]:
    """An object; {} for anything else."""
    try:
        value = json.loads(data or b"{}")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _are_amounts(*values: Any) -> bool:
    numbers = [v for v in values if isinstance(v, (int, float)) and not isinstance(v, bool)]
    return len(numbers) == len(values) and all(0 <= v < MOST for v in numbers)
