"""Whether a passage is likely the answer to a query, and which words of a query tell what it asks for."""

from __future__ import annotations

import re

from rlm_core.language.folding import fold, fold_in_place
from rlm_core.language.identifiers import split_humps
from rlm_core.language.terms import forms_of, stream, words_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rlm_core.search.query import Query, Word
    from rlm_core.search.rank import Candidate

LEFT_OUT = 0.1  # share of the telling words' weight that an answer may lack
SPAN = 6  # words over which the telling words of one sentence may be spread, for each of them
NEAR = 3  # the same where they stand in several sentences or lines
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n")

# Words of asking, and of what kind of thing an answer is: an answer needs none of them. Accents folded.
ASKING = frozenset(
    """
decide decided deciding decision decisions choose chose chosen choosing choice pick picked agree agreed agreement
settle settled conclude concluded conclusion verdict say said saying tell told mention mentioned talk talked discuss
discussed discussion explain explained remember remembered recall know knew known think thought find found show use used
using value values reason reasons cause caused causes behind why when how much many long about figure figures measure
measured rule rules option options library tool kind sort called current currently now today last latest ever still
already allowed allow may might answer question happen happened need needed want wanted come came take takes set there
any some get got go going went make made please again back
decider choisir choisi choisie choix retenu retenue convenu dit dire parler parle parlait rappeler rappelle souvenir
souviens savoir sais penser pense trouver trouve utiliser utilise utilisons valeur valeurs vaut valoir raison raisons
combien mesurer mesure mesures regle usage bibliotheque outil sorte actuel actuelle actuellement maintenant dernier
derniere deja encore irait aller possible chiffre chiffres falloir faut besoin venir venait vient devait doit revenir
derriere propos aujourd hui voulait voulions veut prendre prend pris mettre mis fixer
""".split()  # noqa: SIM905
)


def telling(words: Sequence[Word]) -> list[Word]:
    """The words of a query that tell what it asks for; all of them where no other is left."""
    return [w for w in words if fold(w.text) not in ASKING] or list(words)


class Strength:
    """Tells which passages are likely the answer to one query.

    Such a passage holds the query's identifiers as they were typed, all of its telling words, and these close together
    in what is no question. words: the query's, misspelt ones replaced. weight: of each, as `Statistics.idf` gives it.
    """

    def __init__(self, words: Sequence[Word], weight: Sequence[float], query: Query) -> None:
        told = telling(words)
        self.wanted = [(w, i) for w, i in zip(words, weight, strict=True) if w in told]
        self.total = sum(i for _, i in self.wanted)
        self.as_typed = all(set(w.terms) <= set(forms_of(w.text)) for w in words)
        self.identifiers = [_pattern(i) for i in query.typed]

    def strong(self, c: Candidate) -> bool:
        """Whether a passage is likely the answer. c: with its text and its words counted."""
        held = [w for w, _ in self.wanted if any(t in c.counts for t in w.terms)]
        lacking = sum(i for w, i in self.wanted if w not in held)
        if not self.as_typed or not held or lacking > LEFT_OUT * self.total:
            return False
        plain = fold_in_place(c.text) if self.identifiers else ""
        return all(i.search(plain) for i in self.identifiers) and self._together(c, held)

    def _together(self, c: Candidate, held: Sequence[Word]) -> bool:
        """Whether the words stand in one sentence that does not ask, or nearly side by side."""
        for sentence in _SENTENCE.split(c.text):
            if not sentence.endswith("?"):
                span = _span(stream(sentence, c.language), held)
                if span and span <= SPAN * len(held):
                    return True
        span = _span(c.own, held)
        return bool(span) and span <= NEAR * len(held) and not c.text.rstrip().endswith("?")


def _span(terms: Sequence[str], held: Sequence[Word]) -> int:
    """The length of the shortest run of terms that holds all the words; 0 when there is none."""
    word_of = {t: n for n, w in enumerate(held) for t in w.terms}
    last: dict[int, int] = {}
    shortest = 0
    for at, term in enumerate(terms):
        n = word_of.get(term)
        if n is None:
            continue
        last[n] = at
        if len(last) == len(held):
            span = at - min(last.values()) + 1
            shortest = min(shortest or span, span)
    return shortest


def _pattern(identifier: str) -> re.Pattern[str]:
    """A pattern of an identifier in folded text: its parts in a row, as one name or as words of a sentence.

    What is longer on either side is another identifier: `retry_limit` does not stand in `max_retry_limit`.
    """
    parts = [re.escape(fold(p)) for p in words_of(identifier)]
    return re.compile(r"(?<![^\W_])(?<![^\W_]_)" + r"[\W_]{0,2}".join(parts) + r"(?!_?[^\W_])")
