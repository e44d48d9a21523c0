"""Finds, among the candidates of a search, statements of one thing that differ in its value: versions of it.

The query narrows the subject: of each passage only those sentences are looked at that hold most of what was asked for.
"""

from __future__ import annotations

from rlm_core.errors import ArchiveError
from rlm_core.index.schema import DECIDING, MARKS, SAID_BITS
from rlm_core.language.folding import fold_in_place
from rlm_core.marks.stating import about, claims, sentences
from rlm_core.marks.versions import ASKED, OTHER, VERSION, Asked, between
from rlm_core.search.rank import SPOKEN
from rlm_core.search.strength import telling

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rlm_core.marks.stating import Claim
    from rlm_core.search.places import Chunks
    from rlm_core.search.query import Word
    from rlm_core.search.rank import Candidate, Statistics

MAX_CANDIDATES = 48  # candidates that are compared, the best
MAX_SENTENCES = 16  # that are read as claims, those that hold most of the query
# Of what the best claim holds of the query, by weight, that a claim must hold to be compared: one of figures, others.
ENOUGH = {True: 0.2, False: 0.5}
NEARLY = 0.75  # the same for two claims of names, of what both hold


class Versions:
    """newer: row id of a candidate -> those that give what it states another value, the newest first. groups:
    candidates that state the same thing with different values, newest first.
    """

    def __init__(self) -> None:
        self.newer: dict[int, list[Candidate]] = {}
        self.groups: list[list[Candidate]] = []


def versions(ranked: Sequence[Candidate], words: Sequence[Word], known: Statistics, chunks: Chunks) -> Versions:
    """Which candidates, best first, state versions of one thing. words: the query's."""
    found = Versions()
    spoken = [c for c in ranked if c.kind in SPOKEN][:MAX_CANDIDATES]
    if len(spoken) < 2:
        return found
    asked = Asked([(w.terms, known.idf(w.terms)) for w in telling(words) if known.holding(w.terms)])
    stating = _stating(spoken, asked, chunks)
    pairs: list[tuple[Candidate, Candidate, int]] = []
    for n, (old, said) in enumerate(stating):
        for new, says in stating[n + 1 :]:
            if old.place.time < new.place.time:
                how = max(between(a, b, asked) for a in said for b in says)
                if how != OTHER:
                    pairs.append((old, new, how))
    after: dict[int, list[Candidate]] = {}
    for old, new, _ in pairs:
        after.setdefault(old.row, []).append(new)
    for old, new, how in pairs:
        if how == VERSION:
            newer = found.newer.setdefault(old.row, [])
            newer += [c for c in (new, *after.get(new.row, ())) if c not in newer]
    for newer in found.newer.values():
        newer.sort(key=lambda c: (-c.place.time, c.row))
    found.groups = _groups(pairs, found.newer)
    return found


def _stating(spoken: Sequence[Candidate], asked: Asked, chunks: Chunks) -> list[tuple[Candidate, list[list[Claim]]]]:
    """The candidates that claim something of what was asked for, oldest first, with the claims of each sentence."""
    told: list[tuple[Candidate, list[tuple[float, Claim]]]] = []
    best = {True: 0.0, False: 0.0}
    promising = _promising(spoken, asked)
    if len({c.row for c, _ in promising}) < 2:
        return []
    for c, sentence in promising:
        kind = ""
        if c.place.said and (marked := _marked(c)):
            kind = _kind(c) if sentence in marked or marked in sentence else ""
        weighed = []
        for claim in claims(sentence, c.language, marked=kind):
            bare = not claim.words and claim.figures and _is_short(c)
            said = about(claim, _context(c, chunks)) if bare else claim
            share = asked.share(said.words | said.given_up | said.beside)
            if share and said.words:
                weighed.append((share, said))
                best[bool(said.figures)] = max(best[bool(said.figures)], share)
        told.append((c, weighed))
    asked.least = max(asked.least, NEARLY * best[False])
    by_row: dict[int, tuple[Candidate, list[list[Claim]]]] = {}
    for c, weighed in told:
        kept = [s for share, s in weighed if share >= ENOUGH[bool(s.figures)] * best[bool(s.figures)]]
        if kept:
            by_row.setdefault(c.row, (c, []))[1].append(kept)
    return sorted(by_row.values(), key=lambda one: (one[0].place.time, one[0].row))


def _promising(spoken: Sequence[Candidate], asked: Asked) -> list[tuple[Candidate, str]]:
    """The sentences that seem to hold enough of the query, told by how its words begin, which costs little."""
    beginnings = [(tuple({t[:4] for t in terms}), weight) for terms, weight in asked.words]
    found: list[tuple[float, bool, Candidate, str]] = []
    best = {True: 0.0, False: 0.0}
    for c in spoken:
        short = _is_short(c)
        said = sentences(c.text)
        folded = fold_in_place("\n".join(said)).split("\n") if said else []
        for sentence, plain in zip(said, folded, strict=True):
            share = sum(w for begins, w in beginnings if any(b in plain for b in begins))
            if share or short:
                figured = any(d in plain for d in "0123456789")
                found.append((share, figured, c, sentence))
                best[figured] = max(best[figured], share)
    enough = [
        (share, c, sentence)
        for share, figured, c, sentence in found
        if (share >= ENOUGH[figured] * best[figured] and (figured or share >= ASKED * asked.total))
        or (not share and figured)
    ]
    if len(enough) > MAX_SENTENCES:
        enough = sorted(enough, key=lambda one: -one[0])[:MAX_SENTENCES]
    return [(c, sentence) for _, c, sentence in enough]


def _is_short(c: Candidate) -> bool:
    """Whether it is a prompt of few words, as "make it 5", which takes its subject from what the turn was about."""
    return c.kind == "user" and c.length == 0


def _marked(c: Candidate) -> str:
    """The sentence that decides something, as `sentences` gives it; "" when none does."""
    start, size = c.place.said >> SAID_BITS, c.place.said & (1 << SAID_BITS) - 1
    return "".join(sentences(c.text[start : start + size])[:1]).strip(" .") if size else ""


def _kind(c: Candidate) -> str:
    return next((m for n, m in enumerate(MARKS) if m in DECIDING and c.place.marks >> n & 1), "")


def _groups(
    pairs: Sequence[tuple[Candidate, Candidate, int]], newer: dict[int, list[Candidate]]
) -> list[list[Candidate]]:
    """What the pairs connect, each newest first; of one value only, none."""
    group_of: dict[int, list[Candidate]] = {}
    for old, new, _ in pairs:
        one, other = group_of.setdefault(old.row, [old]), group_of.setdefault(new.row, [new])
        if one is not other:
            one += other
            group_of.update({c.row: one for c in other})
    groups = {id(g): g for g in group_of.values()}.values()
    return [sorted(g, key=lambda c: (-c.place.time, c.row)) for g in groups if any(c.row in newer for c in g)]


def newest_first(chosen: Sequence[Candidate], found: Versions) -> list[Candidate]:
    """The chosen candidates; of a group the newest stand where its best ones stood, also those not chosen before."""
    order = list(chosen)
    for group in found.groups:
        places = [n for n, c in enumerate(order) if c in group]
        if not places:
            continue
        newest = group[0]
        if newest not in order:
            newest.score = order[places[0]].score
            order.insert(places[0], newest)
            places = [places[0], *(n + 1 for n in places)]
        here = [c for c in group if c in order]
        for at, score, c in zip(places, [order[n].score for n in places], here, strict=True):
            order[at], c.score = c, score
    return order


def _context(c: Candidate, chunks: Chunks) -> str:
    """What the turn was about."""
    try:
        return str(chunks.of(c.place).meta["title"])
    except (ArchiveError, OSError):
        return ""
