"""What the floors and our search look at, and what they answer."""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence

from benchmarks.coding.reading import PROMPT, TEXT, Session
from benchmarks.coding.work import Query
from benchmarks.retrieval.conversation import Conversation, Entry
from benchmarks.retrieval.metrics import Answer, Found, Ranking
from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.config import Config
from rlm_core.search.ranked import search
from rlm_core.transcript.source import Source

OURS = "rlm"
FIRST, DEPTH = 10, 60  # hits of a search that nobody told how many, and of one for who reads on
ROLES = {PROMPT: "user", TEXT: "assistant"}


def conversation(sessions: Sequence[Session]) -> Conversation:
    """What the floors search: each block by itself, under its record's uuid."""
    blocks = (b for s in sessions for b in s.blocks)
    entries = (Entry(b.record, b.session, b.time, ROLES.get(b.kind, "tool"), b.text) for b in blocks)
    return Conversation("coding", tuple(entries), ())


def archived(sessions: Sequence[Session], base: str) -> Archive:
    """All sessions in one archive, in their order."""
    archive = Archive(os.path.join(base, "project", ".claude", "rlm"), Config())
    os.makedirs(os.path.dirname(archive.root))
    for number, session in enumerate(sessions):
        folder = os.path.join(base, "transcripts", str(number))
        os.makedirs(folder)
        take(archive, Source(shutil.copy(session.path, folder)))
    return archive


def ours(archive: Archive) -> Ranking:
    """Our own search: its first ten hits, then what it gives to who asks for more."""

    def rank(question: str, k: int) -> list[Found]:
        hits = [*search(archive, question, FIRST), *search(archive, question, k)]
        found = (Found(tuple(u.partition(".")[0] for u in h.uuids), h.tokens, h.snippet) for h in hits)
        return list(dict.fromkeys(found))[:k]

    return rank


def ask(queries: Sequence[Query], ranking: Ranking, sessions: Sequence[Session]) -> list[Answer]:
    """The queries answered. What a query was copied from is no hit; for a hit's record counts what stands for it."""
    things = {record: thing for s in sessions for record, thing in s.things.items()}
    of = {thing: s.id for s in sessions for thing in s.things.values()}
    return [Answer(q, tuple(_counted(q, ranking(q.text, DEPTH), things)), of) for q in queries]


def _counted(query: Query, hits: Sequence[Found], things: Mapping[str, str]) -> Iterator[Found]:
    for hit in hits:
        entries = dict.fromkeys(query.same.get(t, t) for e in hit.entries if (t := things.get(e, "")))
        if not entries or not query.source.issuperset(entries):
            yield Found(tuple(entries), hit.tokens, hit.text)
