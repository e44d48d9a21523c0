"""Orders candidates by what their text says. Pure: values in, values out.

Score of a passage = BM25F over its own words and, for less, those around it (Robertson, Zaragoza and Taylor 2004),
with words for the same thing counting a third; more for neighbouring words of the query that stand near each
other, for how many of the words it holds, and for a session in which much else matches; less for a part
of a long reply. Then pseudo-relevance feedback (RM3, Abdul-Jaleel et al. 2004) over the candidates. The constants
were set on conversations of three kinds together; benchmarks/README.md has what each is worth.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import pairwise

from rlm_core.index.schema import KINDS
from rlm_core.language.dates import closeness
from rlm_core.language.detect import language_of
from rlm_core.language.stopwords import ENGLISH
from rlm_core.language.terms import stream, wholes
from rlm_core.search.strength import Strength, names_another

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rlm_core.search.places import Place
    from rlm_core.search.query import Query, Word

K1, B = 0.9, 0.4
AROUND = 0.35  # of a word beside the passage, against one in it
SAYS_LITTLE = 300  # characters: the longer a passage above it, the less the words beside it count
MAX_AROUND = 3  # times that a word beside it counts
AROUND_LENGTH = 0.5
RELATED = 0.35  # of a word for the same thing
NEAR = 1.0  # of two words of the query that follow each other, over the distance at which they do so here
ASKED = 0.2  # off for a passage that only asks
OTHER_NUMBER = 0.5  # of a passage that gives a name of the query another number
DATED = 1.0  # for an entry of the day or month that the query names, against the query's rarest word
COVERED = 0.3  # for holding all of the words, by their weight
SESSION, SESSION_BEST = 0.08, 3
FURTHER = 0.4  # of a passage whose entry is in the list already
FEEDBACK_PASSAGES, FEEDBACK_TERMS, FEEDBACK = 15, 20, 0.25

SHORT_ENTRY = 1  # the last length class whose entries are one passage
LONG_REPLY = 0.6
# Who asks in the first person asks for what was said to the assistant rather than for a part of a long reply.
FIRST_PERSON = 1.5
PARTS = (0.0, 0.0, 0.8, 1.6, 2.3)  # logarithm of the passages of an entry, by its length class
SPEAKER = {
    "user": (1.0, 1.0),
    "task": (1.0, 1.0),
    "document": (1.0, 1.0),
    "assistant": (1.0, LONG_REPLY),
    "summary": (0.6, 0.5),
    "tool": (0.6, 0.45),
    "call": (0.35, 0.25),
    "thinking": (0.6, 0.4),
    "system": (0.4, 0.3),
}


def speaker_weight(kind: str, length: int) -> float:
    """The factor of a passage's score. length: class of its entry's length, see `schema.LENGTHS`."""
    return SPEAKER[kind][length > SHORT_ENTRY]


class Candidate:
    """A passage that may be a hit.

    around: the terms of what stands beside it. folder: number of its session's directory. score: 0 until it is ranked.
    coverage: the share of the query's weight that the passage itself holds, 0 to 1.
    """

    __slots__ = (
        "around", "beside", "counts", "coverage", "folder", "held", "kind", "language", "length", "own", "place",
        "repeats", "row", "score", "strong", "text", "wholes",
    )  # fmt: skip

    def __init__(self, row: int, kind: str, length: int, place: Place, text: str, around: str, repeats: int) -> None:
        self.row = row
        self.kind = kind
        self.length = length
        self.place = place
        self.text = text
        self.around = around.split()
        self.folder = place.folder
        self.repeats = repeats
        self.language = ENGLISH if kind in ("tool", "system") else language_of(text)
        self.own = stream(text, self.language)
        self.counts = Counter(self.own)
        self.beside = Counter(self.around)
        self.held: list[int] = []
        self.wholes: list[str] = []
        self.score = 0.0
        self.coverage = 0.0
        self.strong = False


class Statistics:
    """What is known of the whole index.

    passages: how many there are. holding(terms): passages that hold any of them. common(term): passages that hold the
    term, 0 if fewer than 64. Cheaper than `holding`.
    """

    def __init__(self, passages: int, holding: Callable[[Iterable[str]], int], common: Callable[[str], int]) -> None:
        self.passages = passages
        self.holding = holding
        self.common = common

    def idf(self, terms: Iterable[str]) -> float:
        return self._idf(self.holding(terms))

    def rough_idf(self, term: str) -> float:
        """The same for one term, which is not looked up when it is rare: it then counts as held by RARE passages."""
        return self._idf(self.common(term) or RARE)

    def _idf(self, holding: int) -> float:
        holding = min(holding, self.passages)
        return math.log(1 + (self.passages - holding + 0.5) / (holding + 0.5))


class _Scorer:
    def __init__(self, words: Sequence[Word], query: Query, known: Statistics) -> None:
        self.words = words
        self.identifiers = query.identifiers
        self.dates = query.dates
        self.numbered = query.numbered
        self.first_person = query.first_person
        self.known = known
        self.idf = [known.idf(w.terms) for w in words]
        self.related_idf = [known.idf((*w.terms, *w.related)) if w.related else 0.0 for w in words]
        self.total = sum(self.idf) or 1.0
        self.strength = Strength(words, query)

    def score(self, c: Candidate, mean: float) -> float:
        norm = K1 * (1 - B + B * _length(c) / mean)
        around = AROUND * min(1.0, SAYS_LITTLE / max(len(c.text), 1)) ** 2
        held = c.held
        score = 0.0
        for n, word in enumerate(self.words):
            own = sum(c.counts[t] for t in word.terms)
            count = own + around * min(sum(c.beside[t] for t in word.terms), MAX_AROUND)
            held += [n] if own else []
            if count:
                score += self.idf[n] * _saturated(count, norm)
            if not own and word.related:
                count = sum(c.counts[t] for t in word.related)
                score += RELATED * self.related_idf[n] * _saturated(count, norm) if count else 0.0
        score += NEAR * self._nearness(c, held)
        score += self._identifiers(c, held)
        score *= 1 - ASKED * asking(c.text)
        score *= OTHER_NUMBER if names_another(c.text, self.numbered) else 1.0
        if self.dates and score:
            score += DATED * max(self.idf) * closeness(c.place.time, self.dates)
        if self.first_person and score and c.kind != "user":
            score = max(score - FIRST_PERSON * PARTS[c.length], MIN_SCORE)
        c.coverage = sum(self.idf[n] for n in held) / self.total
        c.strong = self.strength.strong(c.text, c.language, c.counts)
        score *= 1 + COVERED * c.coverage
        return score * speaker_weight(c.kind, c.length)

    def _nearness(self, c: Candidate, held: Sequence[int]) -> float:
        """A bonus for neighbouring words of the query that stand near each other here, most in the query's order."""
        found = 0.0
        for a, b in pairwise(held):
            first, second = self.words[a].terms, self.words[b].terms
            here = [n for n, t in enumerate(c.own) if t in first]
            there = [n for n, t in enumerate(c.own) if t in second]
            distance = min((m - n if m > n else n - m + 1 for n in here for m in there if n != m), default=0)
            found += min(self.idf[a], self.idf[b]) / distance if distance else 0.0
        return found

    def _identifiers(self, c: Candidate, held: Sequence[int]) -> float:
        """A bonus for the identifiers that stand here as they were typed; separators and case do not matter."""
        if not self.identifiers or not held:
            return 0.0
        c.wholes = c.wholes or wholes(c.text)
        return sum(max(self.idf) for whole in self.identifiers if whole in c.wholes or whole in c.own)


def asking(text: str) -> float:
    """The share of a text's characters that stand in questions, 0 to 1."""
    return sum(map(len, _QUESTION.findall(text))) / max(len(text), 1)


_QUESTION = re.compile(r"[^.!?\n]*\?")
MIN_SCORE = 0.01


def _saturated(count: float, norm: float) -> float:
    return count * (K1 + 1) / (count + norm)


def _length(c: Candidate) -> float:
    return len(c.own) + AROUND_LENGTH * len(c.around)


def rerank(candidates: Sequence[Candidate], words: Sequence[Word], query: Query, known: Statistics) -> list[Candidate]:
    """The candidates, best first, the newest first among equals. words: the query's, misspelt ones replaced."""
    if not candidates:
        return []
    mean = sum(map(_length, candidates)) / len(candidates) or 1.0
    scorer = _Scorer(words, query, known)
    for c in candidates:
        c.score = scorer.score(c, mean)
    candidates = [c for c in candidates if c.score > 0]  # a file that was changed by hand holds something else now
    _add_session(candidates)
    _add_feedback(candidates, words, known)
    return sorted(_spread(sorted(candidates, key=_order)), key=_order)


def _order(c: Candidate) -> tuple[float, int, int]:
    return -c.score, -c.place.time, c.row


def _spread(ranked: Sequence[Candidate]) -> Sequence[Candidate]:
    """Lower the score of each further passage of an entry: whoever reads one soon reads the rest."""
    seen: dict[tuple[str, int], int] = {}
    for c in ranked:
        entry = (c.place.path, c.place.entry)
        c.score *= FURTHER ** seen.get(entry, 0)
        seen[entry] = seen.get(entry, 0) + 1
    return ranked


def _add_session(candidates: Sequence[Candidate]) -> None:
    """Raise each score by a share of the best scores in the same session."""
    scores: dict[int, list[float]] = {}
    for c in candidates:
        scores.setdefault(c.folder, []).append(c.score)
    best = {folder: sum(sorted(found)[-SESSION_BEST:]) for folder, found in scores.items()}
    for c in candidates:
        c.score += SESSION * best[c.folder]


def _add_feedback(candidates: Sequence[Candidate], words: Sequence[Word], known: Statistics) -> None:
    """Raise the scores of passages that hold words which the best passages share and the query lacks."""
    best = sorted(candidates, key=lambda c: -c.score)[:FEEDBACK_PASSAGES]
    total = sum(c.score for c in best)
    asked = {t for w in words for t in w.terms}
    weight: dict[str, float] = {}
    for c in best:
        for term in c.counts:  # in the text's order, so that ties fall the same way in every process
            if len(term) > 2 and total and term not in asked:
                weight[term] = weight.get(term, 0.0) + c.score / total * min(c.counts[term], 2)
    idf = {t: known.rough_idf(t) for t in sorted(weight, key=lambda t: -weight[t])[: 3 * FEEDBACK_TERMS]}
    telling = {t: weight[t] * i for t, i in idf.items() if i > COMMON_IDF}
    chosen = sorted(telling, key=lambda t: -telling[t])[:FEEDBACK_TERMS]
    if not chosen:
        return
    gain = [_feedback(c, chosen, telling, idf) for c in candidates]
    most, top = max(gain), max(c.score for c in candidates)
    for c, g in zip(candidates, gain, strict=True):
        if most:
            c.score += FEEDBACK * g / most * top * speaker_weight(c.kind, c.length)


RARE = 8  # passages that a term which is not common is taken to stand in
COMMON_IDF = math.log(1 / 0.1)  # of a term in a tenth of all passages: too common to tell anything


def _feedback(c: Candidate, chosen: Sequence[str], telling: dict[str, float], idf: dict[str, float]) -> float:
    return sum(telling[t] * idf[t] * _saturated(c.counts[t], K1) for t in chosen if t in c.counts)


PRINTED = ("tool", "system", "call")


def distinct(candidates: Sequence[Candidate], k: int) -> list[Candidate]:
    """The first k candidates that differ from those before them. Of several that say the same, the newest is taken."""
    chosen: list[Candidate] = []
    for c in candidates:
        if len(chosen) == k and c.kind not in PRINTED:
            continue
        at = next((n for n, d in enumerate(chosen) if d.kind == c.kind and _same(c, d)), None)
        if at is None:
            if len(chosen) < k:
                chosen.append(c)
            continue
        older, newer = sorted((chosen[at], c), key=lambda x: x.place.time)
        newer.repeats += 1 + older.repeats
        newer.score = max(newer.score, older.score)
        chosen[at] = newer
    return chosen


def _same(a: Candidate, b: Candidate) -> bool:
    """Whether two passages say the same.

    What people and models said must agree to the word, what a tool printed in nine words of ten. Passages that differ
    in a number never say the same: `retry_limit = 5` is not `retry_limit = 7`.
    """
    if a.own == b.own:
        return True
    one, other = set(a.own), set(b.own)
    if a.kind not in PRINTED or len(one) <= SHORT_BAG or len(one & other) < ALIKE * max(len(one), len(other)):
        return False
    return not any(c.isdigit() for word in one ^ other for c in word)


SHORT_BAG, ALIKE = 8, 0.9  # words; share of them


assert set(SPEAKER) == set(KINDS)
