"""Whether planted facts are found again: recall of needles, of the newest version, and silence about absent ones.

    python -m benchmarks.needles [--quick] [--json] [--seed N] [--show] [--transcripts FOLDER]

Sessions of some weeks are generated (`sessions.py`), archived and searched with each question as it was asked.

recall@k: a passage of an entry in which the user or Claude states the answer is among the first k hits; of a
reversed fact only its newest version counts. value@5: the same, or an entry in which a tool reads or writes the newest
value; it tells the value, but neither who wanted it nor why. MRR: mean of 1 / rank of the statement's hit, 0 beyond
ten. strong: share of the questions whose right hit, among the first five, is marked as likely the answer. before
misses: share, of the questions whose matter other components have too, in which the right hit stands before all those.
in order: of the reversed facts with several versions among the first five, the share whose versions stand there in the
order of time, oldest or newest first, whichever is the rule. superseded: of the same, the share in which an older
one names a newer hit.
false strong: questions for absent facts that get a strong hit. plain FTS5: the same questions to one table of pieces of
500 characters, Porter stems, all words but function words joined by OR.

With --transcripts, or RLM_TRANSCRIPTS, real transcripts are archived besides and searched for identifiers that never
occurred in them, made of the parts of those that did, and for as many that did: a strong hit is false for the first.
"""

import argparse
import os
import re
import sqlite3
import statistics
import sys
import tempfile
import time
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from benchmarks import scores
from benchmarks.facts import FORMS, LANGUAGES, Question
from benchmarks.scores import at_least, at_most, share
from benchmarks.sessions import FULL, QUICK, History, Written
from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.chunks.chunkfile import load
from rlm_core.config import Config
from rlm_core.language.stopwords import FUNCTION_WORDS
from rlm_core.search.citations import resolve
from rlm_core.search.ranked import Hit, search
from rlm_core.transcript.source import Source

K = 10
FIRST = 5  # hits that count as found
PIECE = 500  # characters of a passage, for plain FTS5
RECALL = 0.98
ORDER, LATER = 0.9, 0.95
MADE_UP, QUICKLY_MADE_UP = 300, 30  # identifiers


@dataclass(frozen=True)
class Answered:
    """A question with its hits, best first, and the milliseconds the search took.

    named: uuid of the entry behind each `chunk:line` that a hit names as later.
    """

    question: Question
    hits: tuple[Hit, ...]
    milliseconds: float
    named: Mapping[str, str] = field(default_factory=dict)

    def rank(self, uuids: Iterable[str]) -> int:
        """The rank of the first hit on one of the entries, counted from 1; 0 when there is none."""
        wanted = set(uuids)
        return next((n for n, hit in enumerate(self.hits, 1) if wanted & set(hit.uuids)), 0)

    @property
    def right(self) -> int:
        """The rank of the answer, of the newest one where there are several."""
        return self.rank(self.question.answers[-1]) if self.question.answers else 0

    @property
    def found(self) -> bool:
        return 0 < self.right <= FIRST

    @property
    def has_value(self) -> bool:
        return self.found or 0 < self.rank(self.question.shown) <= FIRST

    @property
    def strong(self) -> bool:
        return self.found and self.hits[self.right - 1].strong

    @property
    def falsely_strong(self) -> bool:
        return any(h.strong for h in self.hits)

    @property
    def before_misses(self) -> bool:
        miss = self.rank(set(self.question.misses) - {u for uuids in self.question.answers for u in uuids})
        return self.found and (not miss or self.right < miss)

    def versions(self) -> list[int]:
        """Of the versions among the first five hits their numbers, in the order in which they stand there."""
        ranks = {n: self.rank(uuids) for n, uuids in enumerate(self.question.answers)}
        shown = [n for n, rank in ranks.items() if 0 < rank <= FIRST]
        return sorted(shown, key=lambda n: ranks[n])

    def names_newer(self) -> bool:
        """Whether an older version's hit names the hit on a newer one."""
        first, *later = sorted(self.versions())
        older = self.hits[self.rank(self.question.answers[first]) - 1]
        newer = [self.hits[self.rank(self.question.answers[n]) - 1] for n in later]
        return any(f"{h.chunk}:{h.line}" in older.later for h in newer)


def archived(base: str, written: Written) -> Archive:
    """All sessions in one archive, in the order in which they happened."""
    archive = Archive(os.path.join(base, "project", ".claude", "rlm"), Config())
    os.makedirs(os.path.dirname(archive.root))
    for path in written.paths:
        take(archive, Source(path))
    return archive


def answer(archive: Archive, questions: Sequence[Question]) -> list[Answered]:
    search(archive, questions[0].text, K)  # whatever the first search has to prepare is not counted
    found = []
    for question in questions:
        started = time.perf_counter()
        hits = search(archive, question.text, K)
        took = (time.perf_counter() - started) * 1000
        named = {later: entry_at(archive, later) for hit in hits for later in hit.later}
        found.append(Answered(question, tuple(hits), took, named))
    return found


def entry_at(archive: Archive, cited: str) -> str:
    """The uuid of the entry that stands at `chunk:line`."""
    citation = resolve(archive, cited)
    return str(citation.meta["uuids"][bisect_right(citation.meta["lines"], citation.line) - 1])


def measure(options: argparse.Namespace) -> dict[str, Any]:
    size = QUICK if options.quick else FULL
    with tempfile.TemporaryDirectory(prefix="rlm-bench-") as base:
        written = History(options.seed, "/srv/shop", size).write(base)
        archive = archived(base, written)
        answered = answer(archive, written.questions)
        floor = plain(archive, written.questions)
    if options.show:
        show_missed(answered)
    sizes = {
        "sessions": size.sessions,
        "characters": written.chars,
        "compactions": written.compactions,
        "tool_output_share_of_text": written.tool_share,
        "user_share_of_text": written.user_share,
        "repeated_lines": written.repeated,
        "questions": len(answered),
        "seed": options.seed,
    }
    report = figures(answered)
    report["figures"]["plain FTS5"] = floor
    if real := transcripts(options.transcripts):
        rows = made_up(real, options.seed, QUICKLY_MADE_UP if options.quick else MADE_UP)
        report["figures"] |= rows
        false = rows["identifiers made up"]["false strong"]
        report["targets"]["made-up identifiers with a strong hit"] = at_most(false, 0)
    return {"sizes": sizes, **report}


def transcripts(folder: str) -> list[Path]:
    """The transcripts of a folder, else of $RLM_TRANSCRIPTS."""
    where = folder or os.environ.get("RLM_TRANSCRIPTS")
    return sorted(Path(where).glob("*.jsonl")) if where else []


def made_up(paths: Sequence[Path], seed: int, count: int) -> dict[str, dict[str, Any]]:
    """How often identifiers that never occurred get a strong hit, and how often those that did."""
    random = Random(seed)
    said = " ".join(p.read_text("utf-8", "replace") for p in paths).replace("\\n", " ").replace("\\t", " ")
    known = sorted(set(_IDENTIFIER.findall(said)))
    if len(known) < 2:
        return {}
    plain = re.sub(r"[\W_]+", "", said).lower()
    invented: dict[str, None] = {}
    for _ in range(20 * count):
        first, second = (_PARTS.split(random.choice(known)) for _ in range(2))
        parts = first[: random.randint(1, len(first))] + second[random.randrange(len(second)) :]
        if len(parts) > 1 and "".join(parts).lower() not in plain and len(invented) < count:
            invented[random.choice((_snake, _camel))(parts)] = None
    with tempfile.TemporaryDirectory(prefix="rlm-bench-") as base:
        archive = Archive(os.path.join(base, "project", ".claude", "rlm"), Config())
        os.makedirs(os.path.dirname(archive.root))
        for path in paths:
            take(archive, Source(str(path)))
        asked = {"made up": list(invented), "real": random.sample(known, min(count, len(known)))}
        strong = {
            name: sum(any(h.strong for h in search(archive, _asking(n, i), K)) for n, i in enumerate(ids))
            for name, ids in asked.items()
        }
    return {
        "identifiers made up": {"questions": len(asked["made up"]), "false strong": strong["made up"]},
        "identifiers that occurred": {
            "questions": len(asked["real"]),
            "strong": share(strong["real"], len(asked["real"])),
        },
    }


_IDENTIFIER = re.compile(r"\b[a-z]{2,}(?:_[a-z]{2,}){1,4}\b|\b[a-z]{2,}(?:[A-Z][a-z]+){1,3}\b")
_PARTS = re.compile(r"_|(?<=[a-z])(?=[A-Z])")


def _asking(number: int, identifier: str) -> str:
    """An identifier as people ask for it: by itself or in a question."""
    return (identifier, f"what does {identifier} do", f"where is {identifier} set")[number % 3]


def _snake(parts: Sequence[str]) -> str:
    return "_".join(parts).lower()


def _camel(parts: Sequence[str]) -> str:
    return parts[0].lower() + "".join(p.capitalize() for p in parts[1:])


def figures(answered: Sequence[Answered]) -> dict[str, Any]:
    present = [a for a in answered if a.question.answers]
    absent = [a for a in answered if not a.question.answers]
    rows: dict[str, dict[str, Any]] = {"all": _found(present)}
    rows |= {kind: _found(_those(present, kind=kind)) for kind in ("stated", "reversed")}
    rows |= {f"form: {form}": _found(_those(present, form=form)) for form in FORMS}
    rows |= {f"asked in {language}": _found(_those(present, language=language)) for language in LANGUAGES}
    rows["reversed"] |= _order(_those(present, kind="reversed"))
    rows["later"] = _later(answered)
    for form in dict.fromkeys(a.question.form for a in absent):
        rows[f"absent: {form}"] = _absent(_those(absent, form=form))
    targets = {
        "needle recall@5": at_least(rows["all"]["recall@5"], RECALL),
        "reversed: newest among the first 5": at_least(rows["reversed"]["recall@5"], RECALL),
        "absent facts with a strong hit": at_most(sum(a.falsely_strong for a in absent), 0),
    }
    for name, value, least in (
        ("versions in their order", rows["reversed"]["in order"], ORDER),
        ("older versions that name a newer one", rows["reversed"]["superseded"], ORDER),
        ("later: names a newer version", rows["later"]["right"], LATER),
    ):
        if value is not None:
            targets[name] = at_least(value, least)
    return {"figures": rows, "targets": targets}


def _later(answered: Sequence[Answered]) -> dict[str, Any]:
    """How often a hit names a later one, and how often that states a newer version of the same fact."""
    states: dict[str, set[tuple[str, int]]] = {}
    for a in answered:
        for n, uuids in enumerate(a.question.answers):
            for uuid in uuids:
                states.setdefault(uuid, set()).add((a.question.subject, n))
    shown = [(h.uuids, a.named.get(later, "")) for a in answered for h in a.hits for later in h.later]
    right = sum(
        any(
            fact == other and n < m
            for uuid in older
            for fact, n in states.get(uuid, ())
            for other, m in states.get(newer, ())
        )
        for older, newer in shown
    )
    return {"shown": len(shown), "right": share(right, len(shown))}


def _those(answered: Sequence[Answered], **wanted: str) -> list[Answered]:
    """Those whose question has these values."""
    return [a for a in answered if all(getattr(a.question, name) == value for name, value in wanted.items())]


def _found(answered: Sequence[Answered]) -> dict[str, Any]:
    count = len(answered)
    rivalled = [a for a in answered if a.question.misses]
    return {
        **_recall([a.right for a in answered]),
        "value@5": share(sum(a.has_value for a in answered), count),
        "strong": share(sum(a.strong for a in answered), count),
        "before misses": share(sum(a.before_misses for a in rivalled), len(rivalled)),
        "ms": round(statistics.median(a.milliseconds for a in answered), 1) if count else None,
    }


def _recall(ranks: Sequence[int]) -> dict[str, Any]:
    count = len(ranks)
    return {
        "questions": count,
        "recall@1": share(sum(r == 1 for r in ranks), count),
        "recall@5": share(sum(0 < r <= FIRST for r in ranks), count),
        "recall@10": share(sum(r > 0 for r in ranks), count),
        "mrr": round(statistics.fmean(1 / r if r else 0.0 for r in ranks), 3) if count else None,
    }


def plain(archive: Archive, questions: Sequence[Question]) -> dict[str, Any]:
    """The recall of plain FTS5 over the same archive."""
    ranks = []
    with closing(sqlite3.connect(":memory:")) as db:
        tokenize = "porter unicode61 remove_diacritics 2"
        db.execute(f"CREATE VIRTUAL TABLE t USING fts5(text, uuid UNINDEXED, tokenize='{tokenize}')")
        for meta in archive.metas():
            with open(meta["path"], "rb") as f:
                entries = load(f.read()).entries()
            rows = ((text[at : at + PIECE], uuid) for uuid, _, text in entries for at in range(0, len(text), PIECE))
            db.executemany("INSERT INTO t VALUES (?, ?)", rows)
        for question in (q for q in questions if q.answers):
            words = [w for w in re.findall(r"[^\W_]+", question.text.lower()) if w not in FUNCTION_WORDS]
            match = " OR ".join(f'"{w}"' for w in words)
            found = db.execute("SELECT uuid FROM t WHERE t MATCH ? ORDER BY rank LIMIT ?", (match, 4 * K)).fetchall()
            uuids = list(dict.fromkeys(uuid for (uuid,) in found))[:K]
            ranks.append(next((n for n, u in enumerate(uuids, 1) if u in question.answers[-1]), 0))
    return _recall(ranks)


def _order(answered: Sequence[Answered]) -> dict[str, Any]:
    several = [a for a in answered if len(a.versions()) > 1]
    rising = sum(a.versions() == sorted(a.versions()) for a in several)
    falling = sum(a.versions() == sorted(a.versions(), reverse=True) for a in several)
    return {
        "in order": share(max(rising, falling), len(several)),
        "superseded": share(sum(a.names_newer() for a in several), len(several)),
    }


def _absent(answered: Sequence[Answered]) -> dict[str, Any]:
    return {"questions": len(answered), "false strong": sum(a.falsely_strong for a in answered)}


def show_missed(answered: Sequence[Answered]) -> None:
    """Print what was not found, and what absent facts got a strong hit, with the first hits."""
    for a in answered:
        if a.falsely_strong if not a.question.answers else not a.found:
            print(f"{a.question.kind} {a.question.form} {a.question.subject}: {a.question.text}", file=sys.stderr)
            for hit in a.hits[:FIRST]:
                mark = "!" if hit.strong else " "
                print(f"   {mark} {hit.score:8} {hit.role:9} {' '.join(hit.snippet.split())[:110]}", file=sys.stderr)


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=int, default=3, help="other sessions and questions")
    parser.add_argument("--transcripts", default="", help="folder of real transcripts (*.jsonl)")
    parser.add_argument("--show", action="store_true", help="print the questions that failed, on stderr")


if __name__ == "__main__":
    sys.exit(scores.main("needles", __doc__, measure, options))
