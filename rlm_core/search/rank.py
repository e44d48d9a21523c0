"""Orders candidates by what their text says. Pure: values in, values out.

Score of a passage = BM25F over its own words and, for less, those around it (Robertson, Zaragoza and Taylor 2004),
with words for the same thing counting a third; more for neighbouring words of the query that stand near each
other, for how many of the words it holds, and for a session in which much else matches; less for a part
of a long reply. The constants
were set on conversations of three kinds together; benchmarks/README.md has what each is worth.
"""

from __future__ import annotations

import math
from itertools import pairwise

from rlm_core.index.schema import KINDS
from rlm_core.language.dates import closeness
from rlm_core.language.detect import language_of
from rlm_core.language.folding import fold
from rlm_core.language.stopwords import ENGLISH
from rlm_core.language.terms import stream
from rlm_core.search.strength import names_another

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rlm_core.search.explained import Explanation
    from rlm_core.search.places import Place
    from rlm_core.search.query import Query, Word

K1, B = 0.9, 0.4
K1_PRINTED = 0.7  # of what a tool printed or took: code says a word often that says it once
AROUND = 0.35  # of a word beside the passage, against one in it
SAYS_LITTLE = 300  # characters: the longer a passage above it, the less the words beside it count
MAX_AROUND = 3  # times that a word beside it counts
AROUND_LENGTH = 0.5
RELATED = 0.35  # of a word for the same thing
NEAR = 1.0  # of two words of the query that follow each other, over the distance at which they do so here
PART = 0.5  # of a word that the query has only in an identifier
WHOLE, IN_A_ROW = 1.0, 0.6  # of an identifier as it was typed; of its words in a row
ASKED = 0.3  # off for a passage that only asks
OTHER_NUMBER = 0.5  # of a passage that gives a name of the query another number
DATED = 1.0  # for an entry of the day or month that the query names, against the query's rarest word
COVERED = 0.3  # for holding all of the words, by their weight
SESSION, SESSION_BEST = 0.08, 3  # share of the best scores in the session, and how many
CHUNK, CHUNK_BEST = 0.1, 3  # the same of the others in the chunk, for a query of many words
FEW_WORDS = 3  # of a query that one passage can answer
FURTHER = 0.4  # of a passage whose entry is in the list already

SHORT_ENTRY = 1  # the last length class whose entries are one passage
# Factors of a score by who speaks, of a short entry and of a part of a long one. What was done counts nearly as much as
# what was said: in code it is what people look for.
SPEAKER = {
    "user": (1.0, 1.0),
    "task": (1.0, 1.0),
    "document": (1.0, 1.0),
    "assistant": (1.0, 0.85),
    "summary": (0.6, 0.5),
    "tool": (0.8, 0.8),
    "call": (0.8, 0.8),
    "thinking": (0.8, 0.8),
    "system": (0.4, 0.3),
    "asked": (0.12, 0.1),
    "recalled": (0.12, 0.1),
}
# Who asks in the first person asks for what was said to the assistant, rather than for a part of a long reply or for
# what a tool printed.
TOLD = {**SPEAKER, "assistant": (1.0, 0.5), "tool": (0.6, 0.45), "call": (0.35, 0.25), "thinking": (0.6, 0.4)}
FIRST_PERSON = 1.5
PARTS = (0.0, 0.0, 0.8, 1.6, 2.3)  # logarithm of the passages of an entry, by its length class

SPOKEN = ("user", "assistant", "task")  # a summary repeats an old decision under a new date
PRINTED = ("tool", "system", "call")


def speaker_weight(kind: str, length: int, *, first_person: bool) -> float:
    """The factor of a passage's score. length: class of its entry's length, see `schema.LENGTHS`."""
    return (TOLD if first_person else SPEAKER)[kind][length > SHORT_ENTRY]


class Candidate:
    """A passage that may be a hit.

    around: how many terms stand beside it. folder: number of its session's directory. score: 0 until it is ranked.
    counts, beside: of the terms asked for, how often each stands in the text and around it. coverage: the share of the
    query's weight that the passage itself holds, 0 to 1. others: places of the same text.
    """

    __slots__ = (
        "_bag", "around", "beside", "counts", "coverage", "folder", "held", "kind", "language", "length", "others",
        "own", "place", "repeats", "row", "score", "text",
    )  # fmt: skip

    def __init__(
        self,
        row: int,
        kind: str,
        length: int,
        place: Place,
        text: str,
        around: str,
        repeats: int,
        language: str = "",
        own: list[str] | None = None,
        asked: frozenset[str] | None = None,
    ) -> None:
        """language, own: of the text, and its terms, at least those that the query may ask for; made where they are
        not given. asked: these terms; None for all.
        """
        self.row = row
        self.kind = kind
        self.length = length
        self.place = place
        self.text = text
        self.folder = place.folder
        self.repeats = repeats
        self.others: list[Place] = []
        self.language = language or language_in(kind, text)
        self.own = stream(text, self.language) if own is None else own
        self.counts = _counts(self.own, asked)
        terms = around.split()
        self.beside = _counts(terms, asked)
        self.around = len(terms)  # they themselves are many, and nobody asks for them again
        self._bag: frozenset[str] | None = None
        self.held: list[int] = []
        self.score = 0.0
        self.coverage = 0.0

    @property
    def bag(self) -> frozenset[str]:
        """The terms of its text."""
        if self._bag is None:
            self._bag = frozenset(self.own)
        return self._bag


def language_in(kind: str, text: str) -> str:
    """The language of a passage."""
    return ENGLISH if kind in ("tool", "system") else language_of(text)


def _counts(terms: list[str], asked: frozenset[str] | None) -> dict[str, int]:
    """Term -> how often it is among the terms, of those asked for."""
    return {t: terms.count(t) for t in (set(terms) if asked is None else asked.intersection(terms))}


class Statistics:
    """What is known of the whole index. passages: how many there are. holding(terms): those that hold any of them."""

    def __init__(self, passages: int, holding: Callable[[Iterable[str]], int]) -> None:
        self.passages = passages
        self.holding = holding

    def idf(self, terms: Iterable[str]) -> float:
        return self._idf(self.holding(terms))

    def _idf(self, holding: int) -> float:
        holding = min(holding, self.passages)
        return math.log(1 + (self.passages - holding + 0.5) / (holding + 0.5))


class _Scorer:
    def __init__(self, words: Sequence[Word], query: Query, known: Statistics, why: Explanation | None = None) -> None:
        self.why = why
        self.words = words
        self.identifiers = {w: (fold(i), f" {' '.join(stream(i, ENGLISH))} ") for w, i in query.identifiers.items()}
        self.dates = query.dates
        self.numbered = query.numbered
        self.first_person = query.first_person
        self.known = known
        self.idf = [known.idf(w.terms) * (PART if w.is_part else 1.0) for w in words]
        self.idf_of_whole = {whole: WHOLE * known.idf([whole]) for whole in query.identifiers}
        self.related_idf = [known.idf((*w.terms, *w.related)) if w.related else 0.0 for w in words]
        self.total = sum(self.idf) or 1.0

    def score(self, c: Candidate, mean: float) -> float:
        k1 = K1_PRINTED if c.kind in PRINTED else K1
        norm = k1 * (1 - B + B * _length(c) / mean)
        around = AROUND * min(1.0, SAYS_LITTLE / max(len(c.text), 1)) ** 2
        held, why, counts = c.held, self.why, c.counts
        held.clear()
        score = 0.0
        for n, word in enumerate(self.words):
            own = beside = 0
            for t in word.terms:
                own += counts.get(t, 0)
                beside += c.beside.get(t, 0)
            beside = min(beside, MAX_AROUND)
            count = own + around * beside
            held += [n] if own else []
            if count:
                score += self.idf[n] * _saturated(count, k1, norm)
                if why:
                    named, known = _named(word), self.known
                    why.word(c.row, score, named, known.holding(word.terms), known.passages, own=own, beside=beside)
            if not own and word.related:
                count = sum([counts[t] for t in word.related if t in counts])
                score += RELATED * self.related_idf[n] * _saturated(count, k1, norm) if count else 0.0
                if why:
                    why.related(c.row, score, word.text, [t for t in word.related if t in c.counts])
        score += NEAR * self._nearness(c, held)
        if why:
            why.step(c.row, score, "near")
        score += self._identifiers(c, held)
        if why:
            why.step(c.row, score, "identifier")
        score *= 1 - ASKED * asking(c.text)
        if why:
            why.step(c.row, score, "asks")
        score *= OTHER_NUMBER if names_another(c.text, self.numbered) else 1.0
        if why:
            why.step(c.row, score, "other number")
        if self.dates and score:
            score += DATED * max(self.idf) * closeness(c.place.time, self.dates)
            if why:
                why.step(c.row, score, "date")
        if self.first_person and score and c.kind != "user":
            score = max(score - FIRST_PERSON * PARTS[c.length], MIN_SCORE)
            if why:
                why.step(c.row, score, "long reply")
        c.coverage = sum(self.idf[n] for n in held) / self.total
        score *= 1 + COVERED * c.coverage
        weight = speaker_weight(c.kind, c.length, first_person=self.first_person)
        if why:
            why.coverage(c.row, score, c.coverage)
            why.speaker(c.row, score * weight, c.kind, weight, long=c.length > SHORT_ENTRY)
        return score * weight

    def _nearness(self, c: Candidate, held: Sequence[int]) -> float:
        """A bonus for neighbouring words of the query that stand near each other here, most in the query's order."""
        if len(held) < 2:
            return 0.0
        found = 0.0
        places = [self._places(c, word) for word in held]
        for (a, here), (b, there) in pairwise(zip(held, places, strict=True)):
            distance = min((m - n if m > n else n - m + 1 for n in here for m in there if n != m), default=0)
            found += min(self.idf[a], self.idf[b]) / distance if distance else 0.0
        return found

    def _places(self, c: Candidate, word: int) -> list[int]:
        """Where in a passage a word of the query stands, counted in words, one of its terms after the other."""
        found = []
        for term in self.words[word].terms:
            at = -1
            for _ in range(c.counts.get(term, 0)):
                at = c.own.index(term, at + 1)
                found.append(at)
        return found

    def _identifiers(self, c: Candidate, held: Sequence[int]) -> float:
        """What the identifiers that stand here as they were typed are worth; separators and case do not matter."""
        if not self.identifiers or not held:
            return 0.0
        text, row = fold(c.text), f" {' '.join(c.own)} "
        return sum(
            self.idf_of_whole[whole] * (1.0 if typed in text else IN_A_ROW * (terms in row))
            for whole, (typed, terms) in self.identifiers.items()
        )


def _named(word: Word) -> str:
    """A word of the query as an explanation names it."""
    return f'a word spelt nearly like "{word.text}"' if word.is_misspelt else f'"{word.text}"'


def asking(text: str) -> float:
    """The share of a text's characters that stand in questions, 0 to 1."""
    asked = 0
    for part in text.split("?")[:-1]:  # up to a question's end; it began behind the last sign that ends a sentence
        asked += len(part) - max(part.rfind("."), part.rfind("!"), part.rfind("\n"))
    return asked / max(len(text), 1)


MIN_SCORE = 0.01


def _saturated(count: float, k1: float, norm: float) -> float:
    return count * (k1 + 1) / (count + norm)


def _length(c: Candidate) -> float:
    return len(c.own) + AROUND_LENGTH * c.around


def rerank(
    candidates: Sequence[Candidate],
    words: Sequence[Word],
    query: Query,
    known: Statistics,
    why: Explanation | None = None,
) -> list[Candidate]:
    """The candidates, best first, the newest first among equals. words: the query's, misspelt ones replaced.

    why: is told what each candidate scored for.
    """
    if not candidates:
        return []
    mean = sum(map(_length, candidates)) / len(candidates) or 1.0
    scorer = _Scorer(words, query, known, why)
    for c in candidates:
        c.score = scorer.score(c, mean)
    candidates = [c for c in candidates if c.score > 0]  # a file that was changed by hand holds something else now
    _add_company(candidates, CHUNK * min(1.0, max(0, len(words) - FEW_WORDS) / FEW_WORDS))
    if why:
        _tell(candidates, why, "session")
    ranked = sorted(_spread(sorted(candidates, key=_order)), key=_order)
    if why:
        _tell(candidates, why, "further")
    return ranked


def _tell(candidates: Sequence[Candidate], why: Explanation, step: str) -> None:
    for c in candidates:
        why.step(c.row, c.score, step)


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


def _add_company(candidates: Sequence[Candidate], of_chunk: float) -> None:
    """Raise each score by a share of the best scores in the same session, and of the others in the same chunk.

    What was done is spread over many entries: a prompt, a few edits, their outputs. Where several match a longer query,
    each is likelier to be meant.
    """
    by_session: dict[int, list[float]] = {}
    by_chunk: dict[str, list[float]] = {}
    for c in candidates:
        by_session.setdefault(c.folder, []).append(c.score)
        by_chunk.setdefault(c.place.path, []).append(c.score)
    session = {folder: sum(sorted(scores)[-SESSION_BEST:]) for folder, scores in by_session.items()}
    chunk = {path: sorted(scores)[-CHUNK_BEST - 1 :] for path, scores in by_chunk.items()}
    for c in candidates:
        best = chunk[c.place.path]
        others = sum(best) - (c.score if c.score >= best[0] else best[0] if len(best) > CHUNK_BEST else 0.0)
        c.score += SESSION * session[c.folder] + of_chunk * others


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
        newer.others += [older.place, *older.others]
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
    if a.kind not in PRINTED:
        return False
    one, other = a.bag, b.bag
    most = max(len(one), len(other))
    if len(one) <= SHORT_BAG or min(len(one), len(other)) < ALIKE * most or len(one & other) < ALIKE * most:
        return False
    return not any(c.isdigit() for word in one ^ other for c in word)


SHORT_BAG, ALIKE = 8, 0.9  # words; share of them


assert set(SPEAKER) == set(KINDS)
