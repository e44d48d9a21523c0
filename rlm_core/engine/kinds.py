"""What a question asks for, by its words, in English and French: a text, a count, a tally, a list, or pairs.

Every kind but the first makes the run read everything. The words are sure only where they admit of one reading; where
they do not, a small model is asked (`question.settle`), and if it cannot be, the guess holds. One place answers a
yes-or-no, a why or a how, even if the question contains "every" or "all". A plural that was set, made or found over
time ("which limits were set") is a list; one that holds now ("which ports does it use") perhaps not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rlm_core.engine.question import certain, likely, several
from rlm_core.engine.question.speech import clauses

ANSWER, COUNT, TALLY, LIST, PAIRS = "answer", "count", "tally", "list", "pairs"
KINDS = (ANSWER, COUNT, TALLY, LIST, PAIRS)

_TOLD = {
    COUNT: "It asks for a count. Code counts: one finding for each entry that fits, none left out, none twice.",
    TALLY: (
        "It asks for counts by group. Code counts: one finding for each entry, `value` is its group, `subject` what it "
        "is about."
    ),
    LIST: "It asks for a list: one finding for each thing that belongs on it, none left out.",
    PAIRS: (
        "It asks for pairs. Code makes the pairs: one finding for each entry that could be half of one, `subject` "
        "whose it is, `value` what it is."
    ),
}


@dataclass(frozen=True)
class Guess:
    """What a question asks for. sure: its words admit of no other reading.

    everything: no single passage can hold the answer, though it is none of the other kinds: a summary, a comparison.
    """

    kind: str
    sure: bool = True
    everything: bool = False


def guess(question: str) -> Guess:
    """What a question asks for, by its words.

    >>> guess("How many tickets are about billing?"), guess("who worked on the importer?")
    (Guess(kind='count', sure=True, everything=False), Guess(kind='list', sure=False, everything=False))
    """
    found = clauses(question)
    if certain.AND_WHICH.search(" ".join(found)):
        return Guess(LIST)
    read = [(c, _of_clause(c)) for c in found]
    told = [g for _, g in read if g.kind != ANSWER or g.everything]
    told = [g for g in told if g.sure] or told
    if told:
        # "How many are late? List them." A list can be counted, and a tally holds the count.
        return next(g for kind in (PAIRS, LIST, TALLY, COUNT, ANSWER) for g in told if g.kind == kind)
    asked = [g for c, g in read if c.endswith("?")] or [g for _, g in read]
    return Guess(ANSWER, bool(asked) and all(g.sure for g in asked))


def kind_of(question: str) -> str:
    """The kind of a question by its words, sure or not.

    >>> kind_of("How many tickets are about billing?"), kind_of("Liste chaque changement de prix")
    ('count', 'list')
    """
    return guess(question).kind


def is_of_number(question: str) -> bool:
    """Whether a question asks how many or which of several, whatever its kind.

    >>> is_of_number("How many retries does it make?"), is_of_number("Quels ports utilise-t-il ?")
    (True, True)
    """
    return any(several.OF_NUMBER.search(c) for c in clauses(question))


def told(kind: str) -> str:
    """The line by which a leaf learns what is asked for; "" of an answer, which needs no saying, and of no kind."""
    return _TOLD.get(kind, "")


_SUMMARY = re.compile(
    r"^(?:summari[sz]e|sum up|give (?:me |us )?an? (?:overview|summary)|outline|compare (?:all|the|these|every)|"
    r"resume[rz]?(?:[- ]moi|[- ]nous)?\b|synthetise[rz]?|fais(?:[- ]moi|[- ]nous)? (?:le|un|la) (?:resume|point|"
    r"bilan|"
    r"synthese)|compare[rz]? (?:tou|les|ces))|"
    r"\b(?:summary|overview|synopsis|gist|main (?:points|themes|topics|ideas)|in the whole|across (?:all|every|"
    r"the whole)|"
    r"overall|vue d'ensemble|synthese|grandes lignes|points? principaux|themes|dans l'ensemble|globalement)\b"
)
_AGAINST = re.compile(r"\b(?:contradict|inconsisten|contredi|incoheren)")
_EACH = re.compile(r"\b(?:each|every|all|chaque|tou(?:te)?s)\b")


def _of_clause(text: str) -> Guess:
    """What one sentence asks for. text: as `clauses` gives it."""
    if certain.PAIRS.search(certain.NO_PAIRS.sub(" ", text)):
        return Guess(PAIRS)
    if certain.PLACE.match(text):
        return _of_place(text)
    summary = bool(_SUMMARY.search(text))
    if not summary or _EACH.search(text):
        for kind, cue in ((TALLY, certain.TALLY), (COUNT, certain.COUNT), (LIST, certain.LIST)):
            if cue.search(text):
                paired = kind == LIST and likely.PAIRS.search(text)
                return Guess(PAIRS, sure=False) if paired else Guess(kind)
    if summary and _EACH.search(text):
        return Guess(LIST, sure=False)
    if summary or _AGAINST.search(text):
        return Guess(ANSWER, everything=True)
    if likely.OVERVIEW.search(text):
        return Guess(ANSWER, sure=False, everything=True)
    if likely.QUANTITY.search(text):
        return Guess(ANSWER, sure=False)
    if certain.ONE_PERSON.search(text):
        return Guess(ANSWER, not (several.MANY.search(text) or likely.TALLY.search(text)))
    if certain.ONE_WORD.search(text):
        return Guess(ANSWER, not several.MANY.search(text))
    for kind, cue in ((PAIRS, likely.PAIRS), (TALLY, likely.TALLY), (COUNT, likely.COUNT), (LIST, likely.LIST)):
        if cue.search(text):
            return Guess(kind, sure=False)
    return Guess(ANSWER, bool(certain.ONE.search(text)) and not several.MANY.search(text))


def _of_place(text: str) -> Guess:
    """What a yes-or-no, a why, how, when or where asks for: an answer, if not of many things after all."""
    if _SUMMARY.search(text) or _AGAINST.search(text):
        return Guess(ANSWER, everything=True)
    if likely.OVERVIEW.search(text):
        return Guess(ANSWER, sure=False, everything=True)
    if several.TALLY_OF_PLACE.search(text):
        return Guess(TALLY, sure=False)
    if several.COUNT_OF_PLACE.search(text):
        return Guess(COUNT, sure=False)
    if several.LIST_OF_PLACE.search(text):
        return Guess(LIST, sure=False)
    return Guess(ANSWER, not (several.MANY.search(text) or likely.TALLY.search(text)))
