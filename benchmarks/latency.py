"""How long a search takes: as a whole process and inside one, by the size of the archive, against what else there is.

    python -m benchmarks.latency [--quick] [--json] [--large] [--dir DIR]

Archives of 1 and 10 million tokens, with --large also 100, are generated (`bulk.py`; four bytes a token) and
archived. --dir keeps them, with their index, for the next run. Queries are two to six words of one passage: rare,
common or mixed, identifiers, French, or with a filter; every one has a hit.

`rlm search` is measured as a whole process, from posix_spawn to wait4, in the ways one can start it; the floor is
`python -c pass`. Ratios compare processes of the same round. In process, a call opens the index, searches and
reads the hits; so does plain FTS5: one table of passages of 500 characters, Porter stems, all words joined by OR,
ten rows. ripgrep, or grep where there is none, counts the lines that hold any of the words, in the archive's files. All
with the files in the system's cache. build: `rlm reindex`, from nothing, MB of chunk files a second.
"""

import argparse
import json
import os
import random
import re
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from benchmarks import bulk, common, scores
from benchmarks.common import MB, Launcher, Run, as_user_of
from benchmarks.scores import at_most
from benchmarks.transcripts import FRENCH
from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.chunks.chunkfile import load
from rlm_core.config import Config
from rlm_core.index.database import fingerprint
from rlm_core.language.stopwords import FUNCTION_WORDS
from rlm_core.search.ranked import Filters, search
from rlm_core.transcript.source import Source

MILLION = 1_000_000
CHARS_PER_TOKEN = 3.2  # written; archived, with headings and blobs, it is four bytes
GENERATOR = 3  # another number makes kept archives useless
FLOOR = "bare start"
MODULE, SCRIPT = "python -m rlm_core search", "rlm search"
KINDS = ("rare", "common", "mixed", "identifiers", "french", "filtered")
SAMPLE = 300  # chunk files that queries are made from
PIECE = 500  # characters
START_RATIO = {10 * MILLION: 4.0, 100 * MILLION: 6.0}
INDEX_RATIO = 0.8
P50 = {10 * MILLION: 20.0, 100 * MILLION: 120.0}  # milliseconds
_WORD = re.compile(r"(?<!\w)[^\W\d_]{3,}(?!\w)")
_IDENTIFIER = re.compile(r"\b[a-z]{3,}(?:_[a-z]{3,})+\b")


@dataclass(frozen=True)
class Query:
    """kind: one of KINDS. filter: the name and the value of one, or nothing."""

    kind: str
    words: tuple[str, ...]
    filter: tuple[str, str] | tuple[()] = ()

    @property
    def text(self) -> str:
        return " ".join(self.words)

    def arguments(self) -> list[str]:
        """As `rlm search` takes them."""
        given = [f"--{self.filter[0]}", self.filter[1]] if self.filter else []
        return [*given, "--", *self.words]

    def filters(self) -> Filters:
        return Filters(**dict([self.filter] if self.filter else []))


@dataclass(frozen=True)
class Library:
    """An archive of a size. text: bytes of its chunk files and of the texts beside them."""

    name: str
    tokens: int
    project: str
    archive: Archive
    queries: tuple[Query, ...]
    text: int
    chunks: int

    @property
    def sessions(self) -> str:
        return self.archive.path("sessions")

    @property
    def plain(self) -> str:
        return os.path.join(self.project, "plain.db")


# Making archives.


def library(base: str, tokens: int, queries: int) -> Library:
    """An archive of about so many tokens; one that is there already is taken."""
    project = os.path.join(base, f"{tokens}-tokens")
    archive = Archive(os.path.join(project, ".claude", "rlm"), Config())
    marker = os.path.join(project, f"made-{GENERATOR}")
    if not os.path.exists(marker):
        os.makedirs(os.path.dirname(archive.root))
        for path in bulk.write(project, int(tokens * CHARS_PER_TOKEN), seed=tokens):
            take(archive, Source(path), wait=60.0)
            os.remove(path)
        with open(marker, "wb"):
            pass
    files = [entry for folder, _, names in os.walk(archive.path("sessions")) for entry in _sized(folder, names)]
    chunks = [path for path, _ in files if not os.path.basename(path).startswith("index") and path.endswith(".md")]
    text = sum(size for path, size in files if not os.path.basename(path).startswith("index"))
    name = f"{tokens / MILLION:g}M"
    return Library(name, tokens, project, archive, tuple(make_queries(chunks, queries)), text, len(chunks))


def _sized(folder: str, names: Sequence[str]) -> Iterator[tuple[str, int]]:
    for name in names:
        path = os.path.join(folder, name)
        yield path, os.path.getsize(path)


@dataclass(frozen=True)
class _Entry:
    role: str
    tool: str
    time: str
    session: str
    text: str


def make_queries(chunks: Sequence[str], count: int) -> Iterator[Query]:
    """Queries of each kind in turn, each of the words of one passage, so that it has a hit."""
    pick = random.Random(5)
    sample = pick.sample(list(chunks), min(SAMPLE, len(chunks)))
    entries = [entry for path in sample for entry in _entries(path)]
    counts = Counter(w for e in entries for w in set(_WORD.findall(e.text.lower())))
    usual = [w for w, _ in counts.most_common(400) if w not in FUNCTION_WORDS][:120]
    makers = dict(zip(KINDS, (_rare, _common, _mixed, _identifiers, _french, _filtered), strict=True))
    for n in range(count):
        query = None
        while query is None:
            query = makers[KINDS[n % len(KINDS)]](_Passage(pick.choice(entries), counts, frozenset(usual), pick))
        yield query


def _entries(path: str) -> Iterator[_Entry]:
    with open(path, "rb") as f:
        chunk = load(f.read(), path)
    for _, _, text in chunk.entries():
        heading, _, body = text.partition("\n")
        role, *fields = heading[3:].split(" · ")
        tool = fields[0].partition(" #")[0] if fields and " #" in fields[0] else ""
        when = next((f for f in fields if re.match(r"\d{4}-", f)), "")
        yield _Entry(role, tool, when[:10], chunk.meta["session"], body)


class _Passage:
    """A part of an entry, and which of its words are rare or usual."""

    def __init__(self, entry: _Entry, counts: Counter[str], usual: frozenset[str], pick: random.Random) -> None:
        self.entry, self.pick = entry, pick
        start = pick.randrange(max(1, len(entry.text) - PIECE))
        self.text = entry.text[start : start + PIECE]
        words = list(dict.fromkeys(_WORD.findall(self.text.lower())))[1:-1]  # the outer ones may be cut
        self.rare = [w for w in words if counts[w] <= 3]
        self.usual = [w for w in words if w in usual]

    def some(self, words: Sequence[str], least: int, most: int) -> tuple[str, ...]:
        """Some of the words; none when there are too few."""
        size = self.pick.randrange(least, most + 1)
        return tuple(self.pick.sample(list(words), size)) if len(words) >= size else ()


def _query(kind: str, words: tuple[str, ...]) -> Query | None:
    return Query(kind, words) if words else None


def _rare(p: _Passage) -> Query | None:
    return _query("rare", p.some(p.rare, 2, 3))


def _common(p: _Passage) -> Query | None:
    return _query("common", p.some(p.usual, 3, 5))


def _mixed(p: _Passage) -> Query | None:
    rare, usual = p.some(p.rare, 1, 2), p.some(p.usual, 2, 4)
    return _query("mixed", rare + usual) if rare and usual else None


def _identifiers(p: _Passage) -> Query | None:
    return _query("identifiers", p.some(_IDENTIFIER.findall(p.text)[1:-1], 2, 2))


def _french(p: _Passage) -> Query | None:
    words = [w for w in p.text.lower().split()[1:-1] if w.isalpha() and len(w) > 3]
    spoken = [w for w in words if w in FRENCH]
    return _query("french", p.some(list(dict.fromkeys(words)), 3, 6)) if len(spoken) > 2 else None


def _filtered(p: _Passage) -> Query | None:
    mixed, e = _mixed(p), p.entry
    choices = [("since", e.time), ("until", e.time), ("session", e.session[:8]), ("role", e.role)]
    choices += [("tool", e.tool)] if e.tool else []
    return Query("filtered", mixed.words, p.pick.choice(choices)) if mixed and e.time else None


# Plain FTS5.


def build_plain(of: Library) -> None:
    if os.path.exists(of.plain):
        return
    with closing(sqlite3.connect(of.plain)) as db:
        db.execute("PRAGMA journal_mode=OFF")
        db.execute(
            "CREATE VIRTUAL TABLE t USING fts5(text, content='', tokenize='porter unicode61 remove_diacritics 2')"
        )
        paths = (m["path"] for m in of.archive.metas())
        rows = ((piece,) for path in paths for entry in _entries(path) for piece in _pieces(entry.text))
        db.executemany("INSERT INTO t(text) VALUES (?)", rows)
        db.commit()


def _pieces(text: str) -> Iterator[str]:
    return (text[at : at + PIECE] for at in range(0, len(text), PIECE))


def search_plain(of: Library, query: Query) -> int:
    match = " OR ".join(f'"{w}"' for w in query.words)
    with closing(sqlite3.connect(of.plain)) as db:
        return len(db.execute("SELECT rowid FROM t WHERE t MATCH ? ORDER BY rank LIMIT 10", (match,)).fetchall())


# Measuring.


Times = dict[str, list[tuple[float, float]]]
"""Kind of query -> (milliseconds, milliseconds of CPU) of each search."""


def in_process(of: Library, find: Callable[[Library, Query], int], repeats: int) -> Times:
    """Search for all queries, so many times. Raises RuntimeError when one finds nothing."""
    found: Times = {}
    for number in range(repeats + 1):
        for query in of.queries:
            started, cpu = time.perf_counter(), time.process_time()
            hits = find(of, query)
            spent = ((time.perf_counter() - started) * 1000, (time.process_time() - cpu) * 1000)
            if not hits:
                raise RuntimeError(f"nothing found for {query} in {of.name}")
            if number:  # the first round warms up
                found.setdefault(query.kind, []).append(spent)
    return found


def _search(of: Library, query: Query) -> int:
    return len(search(of.archive, query.text, 10, query.filters()))


class Processes:
    """Whole processes, measured in rounds in an order that changes."""

    def __init__(self, home: str) -> None:
        """home: of the user whose archives are searched."""
        os.makedirs(home, exist_ok=True)
        self.grep = shutil.which("rg") or shutil.which("grep") or ""
        self.grep_name = os.path.basename(self.grep).replace("rg", "ripgrep")
        self.launcher = Launcher(home=home)
        self._shell = Launcher("/bin/sh", home)
        self._scripts = [s for s in [os.path.join(os.path.dirname(sys.executable), "rlm")] if os.access(s, os.X_OK)]
        self._script = Launcher(self._scripts[0], home) if self._scripts else None

    def close(self) -> None:
        for launcher in (self.launcher, self._shell, self._script):
            if launcher:
                launcher.close()

    def python(self, *arguments: str) -> Run:
        return self.launcher.run(arguments)

    def round(self, libraries: Sequence[Library], number: int) -> dict[str, Run]:
        jobs: dict[str, Callable[[], Run]] = {FLOOR: partial(self.python, "-c", "pass")}
        for of in libraries:
            query = of.queries[number % len(of.queries)]
            arguments = ["search", "--project", of.project, "-k", "8", *query.arguments()]
            jobs[f"{MODULE}, {of.name}"] = partial(self.python, "-m", "rlm_core", *arguments)
            if self._script:
                jobs[f"{SCRIPT}, {of.name}"] = partial(self._script.run, arguments)
            if self.grep:
                jobs[f"{self.grep_name}, {of.name}"] = partial(self._grep, of, query)
        order = random.Random(number).sample(list(jobs), len(jobs))
        runs = {name: jobs[name]() for name in order}
        return {name: runs[name] for name in jobs}

    def _grep(self, of: Library, query: Query) -> Run:
        words = " ".join(f"-e {w}" for w in query.words)
        recursive = "" if self.grep_name == "ripgrep" else "-r"
        # -uuu: the archive is hidden and ignored by git.
        hidden = "-uuu" if self.grep_name == "ripgrep" else ""
        return self._shell.run(["-c", f"'{self.grep}' {recursive} {hidden} -i -F -c {words} '{of.sessions}' | wc -l"])


@contextmanager
def processes(home: str) -> Iterator[Processes]:
    made = Processes(home)
    try:
        with as_user_of(made.launcher):
            yield made
    finally:
        made.close()


def built(of: Library, run: Callable[..., Run]) -> dict[str, Any]:
    """Build the index from nothing, or take a kept one of the same format with the figures of its making."""
    kept = os.path.join(of.project, f"built {fingerprint()}.json")
    path = of.archive.path("search.db")
    if not (os.path.exists(kept) and os.path.exists(path)):
        made = run("-m", "rlm_core", "reindex", "--project", of.project)
        figures = {"build s": round(made.wall, 1), "build MB/s": round(of.text / MB / made.wall, 1)}
        figures["build MB/cpu s"] = round(of.text / MB / made.cpu, 1)
        with open(kept, "w", encoding="utf-8") as f:
            json.dump(figures | {"peak MB": round(made.memory, 1)}, f)
    with open(kept, encoding="utf-8") as f:
        row: dict[str, Any] = json.load(f)
    size = sum(os.path.getsize(p) for p in (path, f"{path}-wal") if os.path.exists(p))
    shown = {
        "text MB": round(of.text / MB, 1),
        "index MB": round(size / MB, 1),
        "index / text": round(size / of.text, 2),
    }
    return shown | row


def measure(options: argparse.Namespace) -> dict[str, Any]:
    if options.quick:
        sizes, rounds, queries, repeats = [MILLION // 20, MILLION // 5], 3, 6, 1
    else:
        sizes, rounds, queries, repeats = [MILLION, 10 * MILLION], 31, 60, 3
    if options.large:
        sizes.append(100 * MILLION)
    with directory(options.dir) as base, processes(os.path.join(base, "user")) as whole:
        libraries = [library(base, tokens, queries) for tokens in sizes]
        rows: dict[str, dict[str, Any]] = {}
        rows |= {f"index, {of.name}": built(of, whole.python) for of in libraries}
        for of in libraries:
            build_plain(of)
        rounded: dict[str, list[Run]] = {}
        for number in range(rounds + 1):
            for name, run in whole.round(libraries, number).items():
                rounded.setdefault(name, []).append(run)
        rows |= process_rows({name: runs[1:] for name, runs in rounded.items()})
        for of in libraries:
            rows |= times(f"in process, {of.name}", in_process(of, _search, repeats))
            rows[f"plain FTS5 OR, {of.name}"] = _times(in_process(of, search_plain, repeats))
    described = {of.name: f"{of.chunks:,} chunks, {of.text / MB:.1f} MB" for of in libraries}
    return {
        "sizes": {"rounds": rounds, "queries": queries, **described},
        "figures": rows,
        "targets": targets(rows, libraries),
    }


@contextmanager
def directory(kept: str | None) -> Iterator[str]:
    """Where the archives are made: a directory that stays, or a temporary one."""
    if kept:
        os.makedirs(kept, exist_ok=True)
        yield os.path.abspath(kept)
        return
    base = tempfile.mkdtemp(prefix="rlm-bench-")
    try:
        yield base
    finally:
        shutil.rmtree(base, ignore_errors=True)


def process_rows(runs: dict[str, list[Run]]) -> dict[str, dict[str, Any]]:
    floor = runs[FLOOR]
    return {
        name: {
            "ms": common.milliseconds(found),
            "ratio": common.ratios([r.wall for r in found], [r.wall for r in floor]),
            "cpu ratio": common.ratios([r.cpu for r in found], [r.cpu for r in floor]),
            "peak MB": round(max(r.memory for r in found), 1),
        }
        for name, found in runs.items()
    }


def times(name: str, found: Times) -> dict[str, dict[str, Any]]:
    return {name: _times(found)} | {f"{name}: {kind}": _times({kind: each}) for kind, each in found.items()}


def _times(found: Times) -> dict[str, Any]:
    wall = sorted(t for each in found.values() for t, _ in each)
    cpu = [t for each in found.values() for _, t in each]
    return {
        "p50 ms": round(statistics.median(wall), 1),
        "p95 ms": round(wall[min(len(wall) - 1, int(len(wall) * 0.95))], 1),
        "max ms": round(wall[-1], 1),
        "p50 cpu ms": round(statistics.median(cpu), 1),
    }


def targets(rows: dict[str, dict[str, Any]], libraries: Sequence[Library]) -> dict[str, Any]:
    """The targets hold at 10 and 100 million tokens; the first ones at the most there is below, in a quick run."""
    found = {}
    tenth = max((of for of in libraries if of.tokens <= 10 * MILLION), key=lambda of: of.tokens)
    for of in libraries:
        if of.tokens in P50 or of is tenth:
            size = of.tokens if of.tokens in P50 else 10 * MILLION
            ways = [f"{way}, {of.name}" for way in (MODULE, SCRIPT)]
            fastest = min((rows[w]["ratio"]["median"], w) for w in ways if w in rows)
            found[f"{fastest[1]} / bare start"] = at_most(fastest[0], START_RATIO[size])
            found[f"in process p50 ms, {of.name}"] = at_most(rows[f"in process, {of.name}"]["p50 ms"], P50[size])
            found[f"index / text, {of.name}"] = at_most(rows[f"index, {of.name}"]["index / text"], INDEX_RATIO)
    return found


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--large", action="store_true", help="also 100 million tokens: 1.5 GB of disk, many minutes")
    parser.add_argument("--dir", metavar="DIR", help="make the archives there and keep them for the next run")


if __name__ == "__main__":
    sys.exit(scores.main("latency", __doc__, measure, options))
