"""The labels that entries are sorted by, where they are agreed on before anything is read.

They come from the user, or from the question: "by severity: high, medium, low", "(bug, feature or question)". Every
reader then chooses from the same ones, and none makes up its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rlm_core.engine.kinds import COUNT, TALLY
from rlm_core.language.detect import language_of_request
from rlm_core.language.folding import fold
from rlm_core.language.stopwords import FRENCH

MOST_LABELS, MAX_LABEL_CHARS, MAX_WORDS = 30, 40, 4
LEAST_LETTERS = 3  # of an abbreviation
OTHER, AUTRE = "other", "autre"
REST = frozenset((
    OTHER, "others", "none", "none of these", "misc", "miscellaneous", "unknown", "rest", "the rest", "everything else",
    AUTRE, "autres", "aucun", "aucune", "divers", "inconnu", "le reste",
))  # fmt: skip
"""Labels for what fits no other; where there is one of them, none is added."""

_PARTED = re.compile(r"\s*[,;/|]\s*(?:(?:and|or|et|ou)\s+)?|\s+(?:and|or|et|ou|versus|vs\.?)\s+", re.IGNORECASE)
_LABEL = re.compile(r"[^\W_][\w '’&+-]{0,60}")
_EXAMPLES = re.compile(
    r"^(?:e\.?g\.?|i\.?e\.?|such as|like|for example|including|par exemple|p\.? ?ex\.?|comme)\b", re.I
)
# "as bug or feature, and count them", "FR, DE; ignore the others": from here on it is another wish.
_GOES_ON = re.compile(
    r"\b(?:them|it|each|how|which|list|count|give|show|tell|then|chacune?|combien|compte[rz]?|liste[rz]?|donne[rz]?|dis|"
    r"ignor\w{1,5}|skip|exclude|leave out|sort(?:ed)? by|sorted|order(?:ed)? by|ranked|descending|ascending|please|"
    r"oublie[rz]?|trie[rz]?|tri[ée]e?s? par|(?:dé|de)?croissante?|svp)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"\b(?:not|no|non|never|none|without|isn|pas|jamais|sans|aucune?|ni)\b")
# Where a list of labels stands: behind a colon, in brackets, behind a word that sorts, behind "the most frequent of".
_PLACES = (
    re.compile(r":\s([^:()?!\n]{3,600}?)\s{0,5}[?!.]?\s{0,5}(?:$|\n|(?<=[.?!])\s)"),
    re.compile(r"\(([^()\n]{3,600})\)"),
    re.compile(
        r"\b(?:classif|categori|catégori|sort|group|label|split|divid|class|rang|répart|repart|tri|étiquet)\w{0,12}\b"
        r"[^:()?!\n]{0,80}?\b(?:as|into|under|en|comme|parmi|entre)\s([^:()?!\n]{3,600}?)[?!.]?\s{0,5}$",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:most|least|plus|moins)\b[^:()?!\n]{1,60}?\b(?:of|among|between|de|parmi|entre)\s"
        r"([^:()?!\n]{3,600}?)[?!.]?\s{0,5}$",
        re.IGNORECASE,
    ),
)
_LEAST = (2, 2, 2, 3)  # labels at a place
MAX_QUESTION_CHARS = 4000  # of a longer one, the end


def agreed(question: str, kind: str, given: Sequence[str] = ()) -> tuple[str, ...]:
    """The labels that the values of findings are chosen from, with one for the rest; () where none were agreed on.

    given: the user's own. Without them those in the question count, where entries are counted.

    >>> agreed("How many tickets by severity: high, medium or low?", "tally")
    ('high', 'medium', 'low', 'other')
    """
    labels = _distinct(given) or (labels_in(question) if kind in (COUNT, TALLY) else ())
    if not labels or any(label.casefold() in REST for label in labels):
        return labels
    return (*labels, AUTRE if language_of_request(question) == FRENCH else OTHER)


def labels_in(question: str) -> tuple[str, ...]:
    """The labels that a question lists, as it spells them; () when it lists none."""
    text = question.strip()[-MAX_QUESTION_CHARS:]
    for place, least in zip(_PLACES, _LEAST, strict=True):
        for match in place.finditer(text):
            labels = _listed(match[1])
            if len(labels) >= least:
                return labels
    return ()


def _listed(text: str) -> tuple[str, ...]:
    """The items of a list of short names; () when it is no such list."""
    if _EXAMPLES.match(text.strip()):
        return ()
    items = [item.strip(" \t\"'“”«»`.") for item in _PARTED.split(text.strip()) if item.strip()]
    items = items[: next((n for n, item in enumerate(items) if _GOES_ON.search(item)), None)]
    short = all(_LABEL.fullmatch(i) and len(i) <= MAX_LABEL_CHARS and len(i.split()) <= MAX_WORDS for i in items)
    return _distinct(items) if short and len(items) <= MOST_LABELS else ()


def _distinct(labels: Sequence[str]) -> tuple[str, ...]:
    first: dict[str, str] = {}
    for label in labels:
        if label.strip():
            first.setdefault(" ".join(label.split()).casefold(), " ".join(label.split()))
    return tuple(first.values())


def fitted(value: str, labels: Sequence[str]) -> str:
    """The label that a reader meant, in its agreed spelling; the value itself where that cannot be told.

    >>> fitted("High severity", ("high", "low", "other")), fitted("urgent", ("high", "low")), fitted("Bugs", ("bug",))
    ('high', 'urgent', 'bug')
    """
    exact = [label for label in labels if label.casefold() == value.strip().casefold()]
    plain = _plain(value)
    same = exact or [label for label in labels if _plain(label) == plain]
    same = same or [label for label in labels if _singular(label) == _singular(value)]
    named = same or [label for label in labels if f" {_plain(label)} " in f" {plain} "]
    if not named and len(plain) >= LEAST_LETTERS:  # "med." for medium
        named = [label for label in labels if _plain(label).startswith(plain)]
    if len(named) != 1 or (not same and _negations(plain) != _negations(_plain(named[0]))):
        return value
    return named[0]


def _negations(plain: str) -> int:
    """How many words negate; "not high" is not the label `high`."""
    return len(_NEGATED.findall(plain))


def _singular(text: str) -> str:
    """The words of a label without the signs of a plural."""
    return " ".join(w[:-1] if len(w) > 3 and w[-1] in "sx" else w for w in _plain(text).split())


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", fold(text)))
