"""Ranked search without an index: Okapi BM25 over the archive's entries, computed from the files at query time.

It stands in where there is none: before the plugin's environment is built, or where Python lacks SQLite's FTS5.

Reference: Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009).
"""

from __future__ import annotations

import math
import os
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rlm_core.archive.documents import document_folders
from rlm_core.archive.store import chunk_names
from rlm_core.chunks.chunkfile import load
from rlm_core.chunks.echoes import echoes
from rlm_core.chunks.entries import ArchivedEntry, entries_of
from rlm_core.chunks.retold import retold, turns_of
from rlm_core.disk import read, try_read
from rlm_core.errors import ArchiveError
from rlm_core.language.folding import composed, fold
from rlm_core.language.identifiers import humps
from rlm_core.language.quoting import for_terms
from rlm_core.language.stopwords import FUNCTION_WORDS
from rlm_core.search.hits import Filters, Hit
from rlm_core.search.query import parts
from rlm_core.tokens import estimate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from rlm_core.archive.store import Archive

K1, B = 1.2, 0.75
PART_WEIGHT = 0.3  # of a part of an identifier, against the whole
# What people said is short and what tools printed is long and repetitive; see docs/architecture.md.
ROLE_WEIGHT = {"user": 1.6, "summary": 0.7, "tool": 0.6, "system": 0.5, "asked": 0.1, "recalled": 0.1}
BLOB_CHARS = 200_000  # of a blob that are searched
SNIPPET = 240
STRONG = 0.8  # of what was asked for, by weight, that a strong hit holds

_WORD = re.compile(r"\w[\w.-]*\w|\w")


@dataclass(frozen=True)
class _Passage:
    meta: dict[str, Any]
    entry: ArchivedEntry
    kind: str
    counts: Counter[str]
    length: int


def scan(
    archive: Archive, query: str, k: int = 10, filters: Filters | None = None, paths: list[str] | None = None
) -> list[Hit]:
    """The k best entries for a query, best first; an entry matches when it holds any of the words.

    paths: of the chunk files to look into; None for all, of sessions and documents.
    """
    said, phrases, excluded = parts(query)
    terms = query_terms(" ".join(said))
    if not terms or k < 1:
        return []
    found: list[_Passage] = []
    passages = length = 0
    for p in _passages(archive, filters or Filters(), paths):
        passages += 1
        length += p.length
        if not p.counts.keys().isdisjoint(terms) and _wanted(p.entry.whole, phrases, excluded):
            found.append(p)
    mean = length / passages if passages else 1.0
    weight = {t: w * _idf(sum(t in p.counts for p in found), passages) for t, w in terms.items()}
    scored = [(_score(p, weight, mean or 1.0), p) for p in found]
    scored.sort(key=lambda sp: (-sp[0], sp[1].meta["path"], sp[1].entry.line))
    return [_hit(score, p, weight) for score, p in scored[:k]]


def _wanted(text: str, phrases: list[str], excluded: list[str]) -> bool:
    """Whether a text holds the phrases word for word and nothing that is excluded."""
    plain = f" {' '.join(words(text))} " if excluded else ""
    folded = " ".join(fold(text).split()) if phrases else ""
    return all(fold(p) in folded for p in phrases) and not any(f" {' '.join(words(e))} " in plain for e in excluded)


def query_terms(query: str) -> dict[str, float]:
    """Term -> weight. A whole identifier counts fully, its parts little. Function words count only when a query has no
    others.
    """
    terms: dict[str, float] = {}
    for word in _WORD.findall(composed(for_terms(query))):
        whole, *parts = words(word)
        terms[whole] = 1.0
        for part in parts:
            terms.setdefault(part, PART_WEIGHT)
    telling = {t: w for t, w in terms.items() if t not in FUNCTION_WORDS}
    return telling or terms


def words(text: str) -> list[str]:
    """Search terms: lower case, accents folded; an identifier counts whole and by its parts.

    >>> words("retryLimit of É-mail")
    ['retrylimit', 'retry', 'limit', 'of', 'e-mail', 'e', 'mail']
    """
    found: list[str] = []
    for word in _WORD.findall(composed(for_terms(text))):
        parts = [p for piece in re.split(r"[_.\-]", word) for p in humps(piece) if p]
        found.append(fold(word))
        if len(parts) > 1:
            found += [fold(p) for p in parts]
    return found


def _idf(holding: int, total: int) -> float:
    return math.log(1 + (total - holding + 0.5) / (holding + 0.5))


def _paths(archive: Archive) -> Iterator[str]:
    for folder in (*archive.folders(), *document_folders(archive.root)):
        yield from (os.path.join(folder, name) for name in chunk_names(folder))


def _passages(archive: Archive, filters: Filters, paths: list[str] | None) -> Iterator[_Passage]:
    for path in _paths(archive) if paths is None else paths:
        meta = archive.meta(path)
        if meta is None or not filters.admit_chunk(meta):
            continue
        try:
            chunk = load(read(meta["path"]) or b"", meta["path"])
        except (ArchiveError, OSError) as e:
            archive.note_unread(meta["path"], e)
            continue
        entries = entries_of(chunk)
        skipped, turns = echoes(entries), turns_of(entries)
        for number, one in enumerate(entries):
            if number in skipped:
                continue
            if (filters.role and one.role != filters.role) or (filters.tool and one.tool != filters.tool):
                continue
            if not filters.admit_time(one.iso_time or meta["started"]):
                continue
            counts = Counter(words(f"{one.text}\n{_blob_text(meta['path'], one)}"))
            kind = retold(one, turns, one.text) or one.role
            yield _Passage(meta, one, kind, counts, counts.total())


def _blob_text(path: str, one: ArchivedEntry) -> str:
    """The text of the blobs that an entry points to, their first BLOB_CHARS."""
    folder = os.path.join(os.path.dirname(path), "blobs")
    texts = ((try_read(os.path.join(folder, n)) or b"")[:BLOB_CHARS] for n in sorted(one.blobs))
    return "\n".join(t.decode("utf-8", "replace") for t in texts)


def _score(p: _Passage, weight: dict[str, float], mean: float) -> float:
    norm = K1 * (1 - B + B * p.length / mean)
    bm25 = sum(w * p.counts[t] * (K1 + 1) / (p.counts[t] + norm) for t, w in weight.items() if t in p.counts)
    return bm25 * ROLE_WEIGHT.get(p.kind, 1.0)


def _hit(score: float, p: _Passage, weight: dict[str, float]) -> Hit:
    one = p.entry
    lines = one.whole.split("\n")
    best = max(range(len(lines)), key=lambda i: (_weight(lines[i], weight), -i))
    if best == 0 and len(lines) > 2:
        best = 2  # only a blob holds the words: point at the entry's first line
    return Hit(
        chunk=p.meta["chunk"],
        session=p.meta["session"],
        path=p.meta["path"],
        line=one.line + best,
        score=round(score, 4),
        title=p.meta["title"],
        snippet=_snippet(lines, best, weight),
        started=one.iso_time or p.meta["started"],
        turns=p.meta["turns"],
        tokens=estimate(one.whole),
        uuids=[one.uuid],
        role=one.role,
        strong=sum(w for t, w in weight.items() if t in p.counts) >= STRONG * sum(weight.values()),
        kind=p.kind,
    )


def _weight(line: str, weight: dict[str, float]) -> float:
    have = set(words(line[:2000]))
    return sum(w for t, w in weight.items() if t in have)


def _snippet(lines: list[str], best: int, weight: dict[str, float]) -> str:
    """The best line and what follows it, cut around the first word found."""
    text = " ".join(" ".join(lines[best : best + 3]).split())
    if len(text) <= SNIPPET:
        return text
    lowered = text.lower()
    at = min((i for t in weight if (i := lowered.find(t)) >= 0), default=0)
    start = max(0, min(at - 60, len(text) - SNIPPET))
    return ("…" if start else "") + text[start : start + SNIPPET].strip() + "…"
