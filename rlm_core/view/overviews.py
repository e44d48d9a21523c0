"""The pages over all sessions: the timeline, what was decided, files, questions, coverage."""

from __future__ import annotations

import os
from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rlm_core.archive.repair.noted import last_found
from rlm_core.asking.ledger.grants import user_ledger
from rlm_core.config import redactor
from rlm_core.errors import RlmError, worded
from rlm_core.language.notices import here
from rlm_core.marks.rules import KINDS
from rlm_core.marks.supersede import Statement, superseded
from rlm_core.view.fullness import drawn, window
from rlm_core.view.pagekit import page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from rlm_core.archive.store import Archive
    from rlm_core.redaction.clean import CleanBytes
    from rlm_core.view.sessionpages import SessionFacts

MOST_DECISIONS, MOST_FILES = 5_000, 5_000
DAYS = 400
_OF_A_ROW = (
    *("started", "pages", "title", "session", "turns", "edits", "chunks", "agents", "compactions", "foreign"),
    *("entries", "tokens"),
)


def overviews(
    archive: Archive, project: str, found: Sequence[SessionFacts], trouble: list[str]
) -> dict[str, CleanBytes]:
    """File name -> page. found: the sessions, newest first, and the documents.

    trouble: is given why questions are missing.
    """
    sessions, documents = [f for f in found if not f.document], [f for f in found if f.document]
    shared = {"base": "", "project": project}
    asked = _questions(archive)
    trouble += asked["trouble"]
    asked["trouble"] = [here(why) for why in trouble]
    return {
        "index.html": page("index.html", here="index.html", **shared, **_timeline(sessions, documents)),
        "decisions.html": page("decisions.html", here="decisions.html", **shared, **_decided(sessions)),
        "files.html": page("files.html", here="files.html", **shared, **_files(sessions)),
        "cost.html": page("cost.html", here="cost.html", **shared, **asked),
        "coverage.html": page("coverage.html", here="coverage.html", **shared, **_coverage(archive, sessions)),
    }


def _timeline(sessions: Sequence[SessionFacts], documents: Sequence[SessionFacts]) -> dict[str, Any]:
    return {
        "sessions": [_row(s) for s in sessions],
        "documents": documents,
        "figures": {
            "sessions": len(sessions),
            "chunks": sum(s.chunks for s in sessions),
            "tokens": _short(sum(s.tokens for s in sessions)),
            "compactions": sum(s.compactions for s in sessions),
            "decisions": sum(len(s.decisions) for s in sessions),
        },
    }


def _row(s: SessionFacts) -> dict[str, Any]:
    line, fell = drawn(s.points)
    marks = Counter(d["kind"] for d in s.decisions)
    peak = max((used for used, _ in s.points), default=0)
    kinds = [k for k in ("decided", "corrected", "refused", "open") if marks[k]]
    full = min(100 * peak // window(s.points), 100)
    return {name: getattr(s, name) for name in _OF_A_ROW} | {"line": line, "fell": fell, "peak": full, "marks": kinds}


def _short(tokens: int) -> str:
    """12.3 million."""
    return (
        f"{tokens / 1e6:.1f} M"
        if tokens >= 1_000_000
        else f"{tokens / 1000:.0f} k"
        if tokens >= 10_000
        else f"{tokens:,}"
    )


def _decided(sessions: Sequence[SessionFacts]) -> dict[str, Any]:
    told = [{**d, "page": s.pages[s.places.get(d["at"].partition(":")[0], 0)]} for s in sessions for d in s.decisions]
    told.sort(key=lambda d: str(d["time"]), reverse=True)
    left_out, told = max(len(told) - MOST_DECISIONS, 0), told[:MOST_DECISIONS]
    for older, newer in superseded([Statement(d["quote"], d["time"], d["kind"], d["about"]) for d in told]):
        told[older] |= {"replaced_by": told[newer]["at"], "newer": told[newer]}
        told[newer] |= {"replaces": told[older]["at"], "older": told[older]}
    counts = Counter(d["kind"] for d in told)
    return {"decisions": told, "left_out": left_out, "kinds": [(k, counts[k]) for k in KINDS if counts[k]]}


def _files(sessions: Sequence[SessionFacts]) -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {}
    for s in sessions:
        for path, changed in s.files.items():
            row = found.setdefault(path, {"path": path, "changed": False, "sessions": []})
            row["changed"] = row["changed"] or changed
            row["sessions"].append((s.pages[0], s.title, s.started))
    rows = sorted(found.values(), key=lambda r: (not r["changed"], -len(r["sessions"]), r["path"]))
    return {"files": rows[:MOST_FILES], "left_out": max(len(rows) - MOST_FILES, 0)}


def _questions(archive: Archive) -> dict[str, Any]:
    """From the user's ledger, which is of all projects: a record that another program has written is passed over.

    trouble: why nothing, or not all, could be read.
    """
    ledger = user_ledger()
    place = redactor(archive.config).name(os.path.dirname(os.path.dirname(archive.root)))
    try:
        records = [_receipt(r) for r in ledger.records(place, DAYS)]
        unreadable = ledger.skipped
        trouble = list(ledger.books.told)
    except RlmError as e:
        records, unreadable, trouble = [], 0, [worded("{why}", why=e)]
    return {
        "trouble": trouble, "records": records, "unreadable": unreadable, "usd": sum(r["usd"] for r in records),
        "calls": sum(r["calls"] for r in records),
    }  # fmt: skip


def _receipt(record: dict[str, Any]) -> dict[str, Any]:
    counts = {k: v if isinstance(v := record.get(k), int) else 0 for k in ("calls", "tokens", "findings", "verified")}
    words = {k: str(record.get(k, "")) for k in ("at", "question", "route")}
    return {**counts, **words, "usd": float(record["usd"]), "complete": bool(record.get("complete"))}


def _coverage(archive: Archive, sessions: Sequence[SessionFacts]) -> dict[str, Any]:
    secrets: Counter[str] = Counter()
    days: Counter[str] = Counter()
    for s in sessions:
        secrets.update(s.secrets)
        days.update(s.days)
    spans = sorted(t for s in sessions for t in (s.started, s.ended) if t)
    rows = [{k: getattr(s, k) for k in _OF_A_ROW} | {"secrets": sum(s.secrets.values())} for s in sessions]
    figures = {k: sum(getattr(s, k) for s in sessions) for k in ("entries", "chunks", "agents")}
    at, damaged = last_found(archive.root)
    return {
        "figures": figures | {"sessions": len(sessions)},
        "first": spans[0] if spans else "", "last": spans[-1] if spans else "",
        "days": _every_day(days), "most": max(days.values(), default=1),
        "secrets": secrets.most_common(), "verified": at[:10], "damaged": damaged,
        "unread": sorted(archive.unread), "sessions": rows,
    }  # fmt: skip


def _every_day(days: Counter[str]) -> list[tuple[str, int]]:
    """All days between the first and the last, at most the last DAYS of them."""
    try:
        first, last = date.fromisoformat(min(days)), date.fromisoformat(max(days))
    except ValueError:
        return []
    first = max(first, last - timedelta(days=DAYS - 1))
    return [(d := (first + timedelta(days=n)).isoformat(), days[d]) for n in range((last - first).days + 1)]
