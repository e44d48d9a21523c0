"""Finds where a quote stands nearly word for word, and the longest stretch of one that stands only in part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from rlm_core.engine.checks.near import guards
from rlm_core.engine.checks.near.runs import Runs
from rlm_core.engine.checks.near.spellings import Spelling, is_pronoun, spellings, without_pronoun
from rlm_core.engine.checks.near.streams import Stream, has_layout, joined
from rlm_core.engine.texts import Piece

MIN_RUN_WORDS, MIN_RUN_SHARE = 6, 0.6  # words of a quote, and share of it, that have to stand in one place
MIN_PASSAGE_WORDS, MAX_CHANCE_WORDS = 3, 4  # words in a row that are no chance: as a rest by themselves, and always
MAX_GAP_WORDS = 40  # words that an ellipsis may stand for
MAX_STARTS = 60  # places in a piece of what stands before an ellipsis or behind a name that are looked at

LEFT_OUT = "what the quote leaves out may be about somebody or something else"
REWORDED = "a part of the quote does not stand in the source; what does stand there is shown"


@dataclass(frozen=True)
class NearPlace:
    """A place whose words a quote nearly repeats.

    start, end: characters of the piece's text. doubt: why it may not mean the same, "" for none. made_up: words of the
    quote that do not stand there.
    """

    piece: Piece
    start: int
    end: int
    doubt: str = ""
    made_up: tuple[str, ...] = ()


class Nearly:
    """Pieces in which quotes are looked for that were not copied character by character."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = pieces
        self._streams: dict[tuple[int, bool], Stream] = {}
        self._runs: Runs | None = None

    def places(self, quote: str, chosen: Sequence[int]) -> Iterator[NearPlace]:
        """Where a quote stands in form, in the pieces of these numbers; those of the first spelling that stands."""
        for one in spellings(quote):
            found = False
            rows = one.rows
            for place in chain.from_iterable(self._of(one, rows, n) for n in chosen if rows):
                found = True
                yield place
            if found:
                return

    def _of(self, one: Spelling, rows: list[list[str]], n: int) -> Iterator[NearPlace]:
        """The places of a spelling in a piece: whole, with parts left out, or behind a pronoun."""
        whole = list(chain.from_iterable(rows))
        for stream in self._forms(n, bare=not has_layout(one.text)):
            found = False
            for start in islice(stream.places(whole), MAX_STARTS if one.cut else None):
                cut = not guards.may_start(one.text, stream, start)
                cut = cut or not guards.may_end(one.text, stream, start + len(whole))
                if not cut and guards.may_begin(one, self._pieces[n], stream, start):
                    found = True
                    yield self._place(n, stream, start, start + len(whole))
            if found:
                return
        stream = self._stream(n)
        yield from (
            self._with_gaps(one, rows, n, stream) if len(rows) > 1 else self._behind_pronoun(one, whole, n, stream)
        )

    def _with_gaps(self, one: Spelling, rows: list[list[str]], n: int, stream: Stream) -> Iterator[NearPlace]:
        """Where the parts of a quote stand in order, near each other."""
        if any(len(row) < 2 for row in rows[1:]) or sum(map(len, rows)) < 4:
            return
        for start in islice(stream.places(rows[0]), MAX_STARTS):
            end, doubt = start + len(rows[0]), ""
            for row in rows[1:]:
                at = next(stream.places(row, end), -1)
                if at < 0:
                    return
                if at - end > MAX_GAP_WORDS or not guards.may_leave_out(stream, end, at):
                    break
                doubt = doubt or (LEFT_OUT if guards.holds_name(stream, end, at) else "")
                end = at + len(row)
            else:
                if guards.may_begin(one, self._pieces[n], stream, start):
                    yield self._place(n, stream, start, end, doubt)

    def _behind_pronoun(self, one: Spelling, words: list[str], n: int, stream: Stream) -> Iterator[NearPlace]:
        """Where a quote stands whose pronoun is the reader's: "she prefers tabs" where "I prefer tabs" was said."""
        for row in without_pronoun(words):
            for start in islice(stream.places(row), MAX_STARTS):
                before = guards.clause_before(stream, start)
                if not guards.turning(before) and guards.may_begin(one, self._pieces[n], stream, start):
                    first = start
                    while first and start - first < 2 and is_pronoun(stream.words[first - 1]):
                        first -= 1
                    yield self._place(n, stream, first, start + len(row))

    def longest(self, quote: str, chosen: Sequence[int]) -> Iterator[NearPlace]:
        """Where the longest run of a quote's words stands, in the pieces of these numbers, if it is long enough."""
        found = list(spellings(quote))
        words = Stream(next(s for s in reversed(found) if not s.speaker and not s.times).text)
        first, last = guards.trimmed(words, *self._all_runs().longest(words.words))
        if last - first < max(MIN_RUN_WORDS, MIN_RUN_SHARE * len(words)):
            return
        for n in chosen:
            stream = self._stream(n)
            for start in islice(stream.places(words.words[first:last]), MAX_STARTS):
                place = self._run_at(words, (first, last), n, stream, start)
                if place and (not first or guards.may_speak(found[-1].speaker, place.piece, place.start)):
                    yield place

    def _run_at(self, quote: Stream, run: tuple[int, int], n: int, stream: Stream, start: int) -> NearPlace | None:
        end = start + run[1] - run[0]
        text = stream.text[stream.starts[start] : stream.ends[end - 1]]
        if len(text.split()) < MIN_RUN_WORDS:
            return None
        if not run[0] and not guards.may_start(quote.text, stream, start):
            return None
        if run[1] == len(quote) and not guards.may_end(quote.text, stream, end):
            return None
        made_up = guards.made_up(quote, run, stream, start)
        sides = (
            (quote.words[: run[0]], stream.words[max(0, start - run[0] - guards.CLAUSE_WORDS) : start]),
            (quote.words[run[1] :], stream.words[end : end + len(quote) - run[1] + guards.CLAUSE_WORDS]),
        )
        if made_up is None or any(self._is_from_elsewhere(rest, beside) for rest, beside in sides):
            return None
        return self._place(n, stream, start, end, REWORDED if made_up else "", tuple(made_up))

    def _is_from_elsewhere(self, rest: Sequence[str], beside: Sequence[str]) -> bool:
        """Whether the rest of a quote repeats another passage than the one beside its run: two were made one."""
        first, last = self._all_runs().longest(rest)
        if last - first < min(max(len(rest), MIN_PASSAGE_WORDS), MAX_CHANCE_WORDS):
            return False
        return joined(rest[first:last]) not in joined(beside)

    def _all_runs(self) -> Runs:
        """All pieces' words, with something between two pieces that no quote contains."""
        if self._runs is None:
            words = ([*self._stream(n).words, f"\n{n}"] for n in range(len(self._pieces)))
            self._runs = Runs(list(chain.from_iterable(words)))
        return self._runs

    def _forms(self, n: int, *, bare: bool) -> Iterator[Stream]:
        """A piece's words; `bare`: then those without what a listing adds to them."""
        yield self._stream(n)
        if bare and has_layout(self._pieces[n].text):
            yield self._stream(n, bare=True)

    def _stream(self, n: int, *, bare: bool = False) -> Stream:
        if (n, bare) not in self._streams:
            self._streams[n, bare] = Stream(self._pieces[n].text, bare=bare)
        return self._streams[n, bare]

    def _place(
        self, n: int, stream: Stream, start: int, end: int, doubt: str = "", made_up: tuple[str, ...] = ()
    ) -> NearPlace:
        return NearPlace(self._pieces[n], stream.starts[start], stream.ends[end - 1], doubt, made_up)
