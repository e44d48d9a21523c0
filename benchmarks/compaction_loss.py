"""What a compaction loses, and how much of it the archive gives back at the first search.

    python -m benchmarks.compaction_loss [--quick] [--json] [--transcripts DIR] [--seed N] [--show]

Looked at are identifiers: paths, names of the code with an underscore or a hump, flags, error codes,
hashes, and numbers with a unit. One counts when it was seen before a compaction in at most five entries (rare:
what stands everywhere is not lost), and when its first appearance after it, the summary aside and before the
next compaction, is in what the user or Claude wrote: a prompt, an answer, a thought, the input of a tool. What a
tool printed first does not count, since nobody had to remember it.

kept by the summary: the share that stands in it, word for word. The archive is searched as it was right after the
compaction, with all that came before it, other sessions too; given back means that one of the first five hits, none on
a summary, shows the identifier word for word in its passage or in the twenty lines around, as `rlm show` prints
them. `by itself`: the query is the identifier. `by its sentence`: the query is the sentence or line in which it is
used later.

--transcripts: real ones, *.jsonl in a directory, besides the generated. A transcript without a compaction is cut in
four, as if three had happened; it has no summaries. What generated summaries keep is the generator's choice.
"""

import argparse
import json
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random
from typing import Any

from benchmarks import scores
from benchmarks.scores import at_least, share
from benchmarks.sessions import FULL, QUICK, History
from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.chunks.chunkfile import load
from rlm_core.config import Config
from rlm_core.search.ranked import Hit, search
from rlm_core.transcript.source import Source

RARE = 5  # entries
FIRST = 5  # hits
AROUND = 20  # lines
MAX_IDENTIFIERS = 20  # looked at for one compaction
QUARTERS = 4
SIZE = replace(FULL, sessions=10, facts=80, absent=0)
SENTENCE = 240  # characters of it that are searched for
GIVEN_BACK = 0.95
_IDENTIFIER = re.compile(
    r"""
    (?P<path>(?<![\w.-])/?(?:[\w.@-]+/)+[\w.@-]*\w\.[A-Za-z]\w{0,5}(?![\w/]))
  | (?P<flag>(?<![\w-])--[a-z][a-z0-9]*(?:-[a-z0-9]+)+)
  | (?P<code>\b[A-Z]{1,5}[-_]?\d{3,5}\b)
  | (?P<hash>\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,40}\b)
  | (?P<number>(?<![\w.])\d[\d.,]*\ ?(?:ms|s|min|h|[kKMG]B|[kMG]o|%|px)(?!\w))
  | (?P<name>\b[A-Za-z][a-z0-9]*(?:_[A-Za-z0-9]+)+\b|\b[A-Z]?[a-z][a-z0-9]*(?:[A-Z][a-z0-9]*)+\b)
    """,
    re.X,
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n")
WRITTEN, PRINTED, SUMMARY, BOUNDARY = "written", "printed", "summary", "boundary"


@dataclass(frozen=True)
class Part:
    """What one record holds. line: its number in the transcript, counted from 0."""

    line: int
    kind: str
    text: str


@dataclass(frozen=True)
class Lost:
    """An identifier used after a compaction and seen before. sentence: the one that uses it."""

    kind: str
    text: str
    sentence: str
    in_summary: bool
    by_itself: bool = False
    by_sentence: bool = False


@dataclass(frozen=True)
class Cut:
    """A compaction. line: of the first record that is not archived yet when it has just happened."""

    line: int
    before: tuple[Part, ...]
    summary: str
    after: tuple[Part, ...]


# Reading transcripts.


def parts(lines: Sequence[bytes]) -> Iterator[Part]:
    """What people, Claude and tools said, a part each record; unreadable lines are passed over."""
    for number, line in enumerate(lines):
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if not isinstance(record, dict) or record.get("isMeta"):
            continue
        if record.get("subtype") == "compact_boundary":
            yield Part(number, BOUNDARY, "")
        elif record.get("type") in ("user", "assistant"):
            content = record.get("message", {}).get("content", "")
            blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
            printed = any(b.get("type") == "tool_result" for b in blocks)
            kind = SUMMARY if record.get("isCompactSummary") else PRINTED if printed else WRITTEN
            yield Part(number, kind, "\n".join(_texts(blocks)))


def _texts(blocks: Iterable[dict[str, Any]]) -> Iterator[str]:
    for block in blocks:
        if block["type"] in ("text", "thinking"):
            yield str(block[block["type"]])
        elif block["type"] == "tool_use":
            yield from _strings(block["input"])
        elif block["type"] == "tool_result":
            content = block.get("content", "")
            yield content if isinstance(content, str) else "\n".join(b.get("text", "") for b in content)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _strings(item)
    else:
        yield str(value)


def cuts(found: Sequence[Part]) -> Iterator[Cut]:
    """The compactions of a transcript; of one without any, its quarters."""
    at = [n for n, part in enumerate(found) if part.kind == BOUNDARY]
    if not at:
        ends = [len(found) * n // QUARTERS for n in range(1, QUARTERS + 1)]
        for start, end in pairwise(ends):
            if 0 < start < end:
                yield Cut(found[start].line, tuple(found[:start]), "", tuple(found[start:end]))
        return
    for start, end in zip(at, [*at[1:], len(found)], strict=True):
        after = found[start + 1 : end]
        summary = "\n".join(p.text for p in after if p.kind == SUMMARY)
        rest = [p for p in after if p.kind != SUMMARY]
        if summary and rest:
            yield Cut(rest[0].line, tuple(found[:start]), summary, tuple(rest))


def identifiers(text: str) -> dict[str, str]:
    """Identifier -> its kind."""
    return {m[0]: str(m.lastgroup) for m in _IDENTIFIER.finditer(text)}


def lost(cut: Cut) -> list[Lost]:
    """The identifiers that count, in the order of their use."""
    seen = Counter(i for part in cut.before for i in identifiers(part.text))
    found: list[Lost] = []
    met: set[str] = set()
    for part in cut.after:
        for text, kind in identifiers(part.text).items():
            if part.kind == WRITTEN and text not in met and 0 < seen[text] <= RARE:
                found.append(Lost(kind, text, _sentence(part.text, text), text in cut.summary))
            met.add(text)
    return found


def _sentence(text: str, identifier: str) -> str:
    """The sentence or line that holds the identifier, cut around it when it is long."""
    sentence = next((s for s in _SENTENCE_END.split(text) if identifier in s), identifier)
    start = max(0, min(sentence.index(identifier) - SENTENCE // 3, len(sentence) - SENTENCE))
    cut = sentence[start : start + max(SENTENCE, len(identifier))]
    return " ".join((cut.partition(" ")[2] if start and identifier not in cut.partition(" ")[0] else cut).split())


# Searching.


def given_back(archive: Archive, query: str, identifier: str) -> bool:
    hits = [h for h in search(archive, query, FIRST) if h.role != SUMMARY]
    return any(identifier in hit.snippet or identifier in shown(hit) for hit in hits)


def shown(hit: Hit) -> str:
    """The lines of the hit's entry around the line it cites; of the blob where it stands only there."""
    if hit.stands_in:
        path, _, number = hit.stands_in.rpartition(":")
        lines = _read(path).decode("utf-8", "replace").split("\n")
        return "\n".join(lines[max(0, int(number) - AROUND) : int(number) + AROUND])
    for uuid, start, text in load(_read(hit.path), hit.path).entries():
        if uuid in hit.uuids:
            at = hit.line - start
            return "\n".join(text.split("\n")[max(0, at - AROUND) : at + AROUND + 1])
    return ""


def _read(path: str) -> bytes:
    with open(path, "rb") as f:
        return f.read()


class Examined:
    """Transcripts archived one after the other, with a look at each compaction on the way."""

    def __init__(self, base: str, seed: int, show: bool = False) -> None:
        self.archive = Archive(os.path.join(base, ".claude", "rlm"), Config())
        self.folder = os.path.join(base, "transcripts")
        self.found: dict[str, list[Lost]] = {}
        self.compactions: Counter[str] = Counter()
        self._random = Random(seed)
        self._show = show
        for path in (os.path.dirname(self.archive.root), self.folder):
            os.makedirs(path)

    def add(self, path: str, name: str) -> None:
        """Go through a transcript; what is found counts for the row `name`, or, without a compaction, for another."""
        with open(path, "rb") as f:
            lines = f.readlines()
        source = Source(os.path.join(self.folder, os.path.basename(path)))
        written = 0
        for cut in cuts(list(parts(lines))):
            _append(source.path, lines[written : cut.line])
            written = cut.line
            take(self.archive, source)
            row = name if cut.summary else f"{name}, cut in four"
            self.found.setdefault(row, []).extend(self._looked_for(cut))
            self.compactions[row] += 1
        _append(source.path, lines[written:])
        take(self.archive, source)

    def _looked_for(self, cut: Cut) -> Iterator[Lost]:
        candidates = lost(cut)
        for one in self._random.sample(candidates, min(MAX_IDENTIFIERS, len(candidates))):
            by_itself = given_back(self.archive, one.text, one.text)
            by_sentence = given_back(self.archive, one.sentence, one.text)
            if self._show and not (by_itself and by_sentence):
                print(f"{by_itself!s:5} {by_sentence!s:5} {one.kind} {one.text!r}: {one.sentence}", file=sys.stderr)
            yield Lost(one.kind, one.text, one.sentence, one.in_summary, by_itself, by_sentence)


def _append(path: str, lines: Sequence[bytes]) -> None:
    with open(path, "ab") as f:
        f.writelines(lines)


def measure(options: argparse.Namespace) -> dict[str, Any]:
    size = QUICK if options.quick else SIZE
    rows: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory(prefix="rlm-bench-") as base:
        made = os.path.join(base, "made")
        os.mkdir(made)
        paths = {"generated": list(History(options.seed, "/srv/shop", size).write(made).paths)}
        if options.transcripts:
            names = sorted(n for n in os.listdir(options.transcripts) if n.endswith(".jsonl"))
            paths["real"] = [os.path.join(options.transcripts, n) for n in names]
        for name, found in paths.items():
            examined = Examined(os.path.join(base, f"{name}-archive"), options.seed, options.show)
            for path in found:
                examined.add(path, name)
            rows |= figures(examined)
    sizes = {f"{name}_transcripts": len(found) for name, found in paths.items()} | {"seed": options.seed}
    back = {name: row["by itself"] for name, row in rows.items() if ":" not in name and row["identifiers"]}
    targets = {f"given back, {name}": at_least(value, GIVEN_BACK) for name, value in back.items()}
    return {"sizes": sizes, "figures": rows, "targets": targets}


def figures(examined: Examined) -> dict[str, dict[str, Any]]:
    rows = {}
    for name, found in examined.found.items():
        rows[name] = {"compactions": examined.compactions[name], **_row(found)}
        for kind in dict.fromkeys(one.kind for one in found):
            rows[f"{name}: {kind}"] = _row([one for one in found if one.kind == kind])
        for row in rows if "cut in four" in name else ():
            rows[row]["kept by the summary"] = None
    return rows


def _row(found: Sequence[Lost]) -> dict[str, Any]:
    count = len(found)
    return {
        "identifiers": count,
        "kept by the summary": share(sum(one.in_summary for one in found), count),
        "by itself": share(sum(one.by_itself for one in found), count),
        "by its sentence": share(sum(one.by_sentence for one in found), count),
    }


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--transcripts", metavar="DIR", help="real transcripts to look at as well")
    parser.add_argument("--seed", type=int, default=3, help="other generated sessions")
    parser.add_argument("--show", action="store_true", help="print what was not given back, on stderr")


if __name__ == "__main__":
    sys.exit(scores.main("compaction_loss", __doc__, measure, options))
