"""Which decision replaced which: plain values in, indexes out.

Two statements are matched by what they are about (their subject) and by what they say of it (their value), both told
by their words alone. A pair that might as well be about two things is left out.
"""

from __future__ import annotations

import re

from rlm_core.language.folding import fold_in_place
from rlm_core.language.stopwords import FUNCTION_WORDS, TITLE_STOP_WORDS
from rlm_core.marks.sentences import clean
from rlm_core.marks.stating import SAYING
from rlm_core.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

DECISIONS = ("decided", "corrected", "refused")
CANDIDATES = 200  # earlier statements that a new one is compared with, the newest that share a word

_NO_SUBJECT = SAYING | FUNCTION_WORDS | frozenset(fold_in_place(w) for w in TITLE_STOP_WORDS if len(w) > 3)
_COUNTS = {
    w: str(n)
    for n, words in enumerate(
        (
            "zero",
            "one un une",
            "two deux",
            "three trois",
            "four quatre",
            "five cinq",
            "six",
            "seven sept",
            "eight huit",
            "nine neuf",
            "ten dix",
        )
    )
    for w in words.split()
    if w not in ("un", "une", "one")
}
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_](?:[\w.+#@/'-]*[\w+#])?")
_VERSION = re.compile(r"v\d[\d.]*")
_HUMP = re.compile(r"(?<=[a-z\d])(?=[A-Z])")
_ELIDED = re.compile(r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu)'(?=\w)")

# After these stands what is chosen or refused.
_CHOOSES = re.compile(
    r"\b(?:us(?:e|es|ing)|support(?:s|ing|e|ons|er)?|supportera(?: pas)?|met(?:s|tons)?|go(?:ing)? (?:with|for|to)|"
    r"went with|stick(?:ing)? (?:with|to)|settled? (?:on|for)|chose|choose|picked|pick|opted? for|decided on|keep|"
    r"adopt|(?:switch(?:ed)?|moved?|migrated?) to|back to|make it|be|is|are|=|:|stays? (?:with|on)|no|avoid|drop|"
    r"dropped|without|rejected|ruled out|not want|decided against|(?:part|parti?s?|pars|reste|restons|partons) sur|"
    r"garde|gardons|utilise[rz]?|utilisons|prends?|prenons|choisi|choisit|choisis|opte pour|retenu|retient|"
    r"passe (?:a|sur|en)|passes? a|pas d(?:e |')|pas de|evite|revient (?:a|sur)|revenons a|ecarte|rejete|abandonne|"
    r"veut pas|veux pas|sera|n'utilise(?:ra)? pas|laisse tomber|oublie) ?"
)
# After these, what no longer holds.
_GIVES_UP = re.compile(
    r"\b(?:instead of|rather than|no longer(?: \w+)?|in place of|replac(?:e|es|ed|ing)|(?:switch(?:ed)?|moved?|"
    r"migrated?|changed?|went) (?:[\w ]{1,30} )?(?:away )?from|plutot qu(?:e |')|au lieu d(?:e |')|a la place d(?:e |"
    r"')|n(?:'|e )\w+ plus|on \w+ plus|passes? de|pass(?:e|ons) de|quitte|remplace|contrary to|not)\b ?|"
    r", (?:et )?(?:pas|non|not|and not) "
)
# Where a chosen thing ends.
_STOP = re.compile(
    r"[,;:.!?()](?:\s|$)|\b(?:for|in|on|as|because|since|instead|rather|when|where|with|from|at|until|to|so|and|but|"
    r"not|any|if|by|over|than|pour|dans|parce|car|plutot|au|comme|quand|avec|par|jusqu|a|et|mais|sur|en|puisque|"
    r"pas)\b"
)
_TOO = re.compile(
    r"(\w+)(?: \w+)? (?:was|were|is|are|etait|etaient|est|sont) (?:too|not enough|trop|pas assez|flaky|slow|(?:a|"
    r"une) (?:mistake|erreur))\b"
)
_BACK = re.compile(
    r"\b(?:actually|changed? (?:my|our) minds?|on second thoughts?|scratch that|back to|revert|no longer|any ?more|"
    r"after all|instead|rather than|switched|moved|new plan|correction|wrong|mistake|now|finalement|en fait|"
    r"change d'avis|a la reflexion|revient|revenons|revenus|plutot que|au lieu|plus de|desormais|trompe|tort)\b"
)


class Statement(Record):
    """A marked sentence. time: ISO-8601. kind: of the mark.

    context: what it was said about, such as the prompt it answers or the chunk's title: "let's make it 5" says only
    there what is 5.
    """

    text: str
    time: str
    kind: str
    context: str = ""


class _Claim(Record):
    """What a statement says. subject: what it is about. value: what it chooses. given_up: what it takes back."""

    subject: frozenset[str]
    value: frozenset[str]
    chosen: frozenset[str]  # the words of the value, where a figure is the value
    given_up: frozenset[str]
    refuses: bool
    reverses: bool
    names: frozenset[str]  # of the subject, those that are names
    scope: frozenset[str]  # the subject and what the context adds


def superseded(statements: Sequence[Statement]) -> list[tuple[int, int]]:
    """Pairs (older, newer) of indexes: the newer statement replaces the older one.

    Of decisions, corrections and refusals with a time; others are passed over. A newer one is paired with the latest
    that it replaces, so that a value which changed twice gives a chain. Summaries of compactions repeat old decisions
    under a new date: leave them out.
    """
    order = [i for i, s in enumerate(statements) if s.kind in DECISIONS and s.time]
    order.sort(key=lambda i: (statements[i].time, i))
    claims = {i: _claim(statements[i]) for i in order}
    holding: dict[str, list[int]] = {}  # word -> places in `order` of the statements that hold it
    pairs = []
    for place, newer in enumerate(order):
        claim = claims[newer]
        words = claim.subject | claim.value | claim.given_up
        earlier = {p for w in words for p in holding.get(w, ())[-CANDIDATES:]}
        older = next(
            (order[p] for p in sorted(earlier, reverse=True)[:CANDIDATES] if _replaces(claim, claims[order[p]])), None
        )
        if older is not None:
            pairs.append((older, newer))
        for word in words:
            holding.setdefault(word, []).append(place)
    return pairs


def _replaces(new: _Claim, old: _Claim) -> bool:
    about = (new.subject & old.subject) - new.value - old.value
    if new.value and new.value == old.value and new.refuses == old.refuses:
        return False
    if not old.refuses and _takes_back(new, old, about):
        return True
    if new.refuses != old.refuses:
        return _turns_round(new, old, about)
    return not new.refuses and _other_value(new, old, about)


def _takes_back(new: _Claim, old: _Claim, about: frozenset[str]) -> bool:
    """Whether it takes back the older value, as "instead of X" does; a number only of the same subject."""
    named = new.given_up & old.value
    if any(not w[0].isdigit() for w in named) or new.given_up & old.subject & (new.names | old.names):
        return bool(about) or not _elsewhere(new, old)
    if named:
        return bool(about) or len(new.scope & old.scope) > 1
    return bool(new.given_up & old.subject) and bool(about)


def _turns_round(new: _Claim, old: _Claim, about: frozenset[str]) -> bool:
    """Whether one refuses what the other chooses."""
    same = (new.value | new.chosen) & (old.value | old.chosen)
    if all(w[0].isdigit() for w in same):
        return False
    left, right = new.subject - old.subject - same, old.subject - new.subject - same
    return bool(new.reverses and about) or not (left and right)


def _elsewhere(new: _Claim, old: _Claim) -> bool:
    """Whether both name a place or purpose of their own, and not the same one."""
    mine = new.subject - new.value - new.given_up - old.value
    theirs = old.subject - old.value - new.given_up - new.value
    return bool(mine) and bool(theirs) and not (mine & theirs)


def _other_value(new: _Claim, old: _Claim, about: frozenset[str]) -> bool:
    """Whether it gives the same subject another value."""
    if new.reverses and not new.value and not old.value:
        return (
            len(about) > 1
            and len(new.subject - about) <= 1
            and len(old.subject - about) <= 1
            and new.subject != old.subject
        )
    if not new.value or not old.value or new.value & old.value or _numeric(new.value) != _numeric(old.value):
        return False
    mine, theirs = new.subject - new.value - new.given_up, old.subject - old.value
    left, right = mine - about, theirs - about
    if not about or len(about) < 0.6 * min(len(mine), len(theirs)):
        return False
    if left and right and not new.reverses:
        return False  # "the upload's timeout", "the download's timeout"
    known = len(about) >= 2 or bool(about & (new.names | old.names))
    return known or (new.reverses and len(about) == len(theirs))


def _numeric(words: frozenset[str]) -> bool:
    return all(w[0].isdigit() for w in words)


def _claim(said: Statement) -> _Claim:
    text = clean(fold_in_place(said.text))
    words, names = _words(said.text)
    numbers = frozenset(w for w in words if w[0].isdigit())
    given_up = frozenset().union(*(_object(text, m.end()) for m in _GIVES_UP.finditer(text)))
    given_up |= frozenset().union(*(_words(m[1])[0] for m in _TOO.finditer(text)))
    refuses = said.kind == "refused"
    chosen = frozenset().union(*(_object(text, m.end()) for m in _CHOOSES.finditer(text))) - given_up
    value = (numbers - given_up) if numbers - given_up and not refuses else chosen
    if refuses and not value:
        value = given_up or _first(words, text)
    subject = frozenset(w for w in words if not w[0].isdigit()) - (frozenset() if _numeric(value) else value) - given_up
    more, more_names = _words(said.context)
    scope = subject | (frozenset(w for w in more if not w[0].isdigit()) - value)
    if len(subject) < 2:
        subject, names = scope, names | more_names
    reverses = said.kind == "corrected" or bool(given_up) or bool(_BACK.search(text))
    return _Claim(subject, value, chosen, given_up if not refuses else frozenset(), refuses, reverses, names, scope)


def _first(words: frozenset[str], text: str) -> frozenset[str]:
    """The word of a refusal that comes first: "don't touch the parser"."""
    found = sorted(words, key=text.find)
    return frozenset(found[:1])


def _object(text: str, at: int) -> frozenset[str]:
    """The words from `at` on to the next preposition or comma: what is chosen, given up or refused; three at most."""
    stop = _STOP.search(text, at)
    words, _ = _words(text[at : stop.start() if stop else len(text)])
    return frozenset(sorted(words, key=text[at:].find)[:3])


def _words(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """(words that may tell a subject, those of them that are names: of code or capitalised), folded and stemmed."""
    found, names = set(), set()
    for token in _TOKEN.finditer(_ELIDED.sub("", text.replace("’", "'"))):
        raw = token[0]
        word = _COUNTS.get(fold_in_place(raw), fold_in_place(raw)).strip(".-'/")
        word = word[1:] if _VERSION.fullmatch(word) else word
        if not word or word in _NO_SUBJECT:
            continue
        if word[0].isdigit():
            found.add(word)
            continue
        if len(word) < 3 and not raw.isupper():
            continue
        parts = [p for p in re.split(r"[_./@-]", _HUMP.sub("_", raw)) if len(p) > 1]
        if len(parts) > 1:
            found.update(w for p in parts if (w := _stem(fold_in_place(p))) not in _NO_SUBJECT and len(w) > 2)
        if len(parts) > 1 or any(c.isdigit() for c in word) or (token.start() and raw[0].isupper()):
            names.add(_stem(word))
        found.add(_stem(word))
    return frozenset(found), frozenset(names)


def _stem(word: str) -> str:
    """A word without the ending of its plural or past; rough, but the same on both sides."""
    if len(word) > 5 and word.endswith(("ed", "ing")):
        word = word[:-2] if word.endswith("ed") else word[:-3]
        return word[:-1] if word[-1] == word[-2] else word
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
