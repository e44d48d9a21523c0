"""What can be told of a claim without a model: whether its numbers and names stand where its quote stands, whether one
of the two negates, and which finding replaced or contradicts which.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from rlm_core.engine.checks.evidence.relevance import shared, stems, telling
from rlm_core.engine.checks.evidence.surroundings import piece_of
from rlm_core.engine.checks.numbers import listed, mentioned, spelt, stated
from rlm_core.engine.checks.quotes import lines_around
from rlm_core.engine.findings import Finding
from rlm_core.engine.texts import Partition, Piece
from rlm_core.language.dates import Date, dates

MAX_RIVALS = 5  # findings that one is said to contradict

WRONG_NUMBER = "a number of the claim stands neither in the quote's lines nor in the question"
WRONG_NAME = "a name of the claim stands neither in the source nor in the question"
NEGATION = "the claim or its quote negates, the other does not"

# Identifiers, files, flags, and words that hold figures; a word with a slash may be any two words.
_NAME = re.compile(
    r"(?<![\w-])(?:[A-Za-z]\w*_\w+|[a-z]+[A-Z]\w+|[A-Z][a-z]+[A-Z][a-z]\w*|\w{1,60}(?:\.\w{1,60}){0,9}(?=\(\))|"
    r"--[a-z][\w-]+"
    r"|[\w-]+\.(?:py|js|jsx|tsx?|md|json|ya?ml|toml|sh|go|rs|java|rb|css|html|sql|c|h|cpp|csv|txt|cfg|ini|lock)"
    r"|(?!v\d)[A-Za-z]+\d\w*|\d+(?!h\d|min\d|m\d|s\d|e\d)[A-Za-z]+\d\w*)\b"
    r"|(?<=`)[\w./-]{2,60}(?=`)"
)
_SEPARATORS = re.compile(r"[\W_]+")
_NEGATIONS = re.compile(
    r"\b(?:not|no|never|none|neither|nor|cannot|without|ne|pas|non|jamais|aucune?|sans|ni)\b|n['’]t\b|\bn['’]",
    re.IGNORECASE,
)
_IDIOMS = re.compile(  # they negate nothing
    r"\b(?:can(?:['’]?t|not) (?:wait|believe|stop|help|get enough|imagine|thank you enough)|no (?:problem|worries|"
    r"doubt|wonder|way)|"
    r"not only|not just|why not|don['’]t worry|never mind|if not|or not|whether or not|(?:isn|wasn|aren|doesn|don|"
    r"didn)['’]t "
    r"(?:it|that|they|he|she|you|we)(?=\s{0,2}\?)|no matter|not bad|not[ -]so[ -]|not too |long time no |(?:don['’]t|"
    r"never) forget|couldn['’]t agree more|nothing but|"
    r"n['’]importe|pas de (?:souci|problème)|non seulement|pas seulement|n['’]est-ce pas|"
    r"sans doute|sans problème|pas mal|no\. ?\d)",
    re.IGNORECASE,
)
_CLAUSES = re.compile(
    r"(?<=[.!?…;])\s+|\n|\s[-–—]\s|,? (?:but|because|since|so that|mais|car|parce que)\s|, (?:so|and|et|donc)\s"
)
_CLOCK = re.compile(r"T(\d\d):(\d\d)")


def check(finding: Finding, part: Partition, question: str) -> Finding:
    """Doubt a located finding whose claim contains what its source does not.

    A number or a name that is not there makes it unverified. A negation in only one of claim and quote does not, since
    "we drop Redis" may well prove "not Redis"; such a finding is worth a second reading (`is_doubtful`).
    """
    if not finding.verified:
        return finding
    piece = piece_of(finding, part)
    lines = lines_around(piece, finding.line, finding.quote)
    known = f"{lines}\n{question}\n{piece.document.title}\n{_SEPARATORS.sub(' ', piece.document.id)}"
    if _holds_strange_numbers(finding, piece, known):
        return finding.doubted(WRONG_NUMBER)
    names = _NAME.findall(_said(finding))
    if names and not _all_stand(names, f"{known}\n{piece.document.path}\n{piece.document.id}", piece):
        return finding.doubted(WRONG_NAME)
    if finding.claim and bool(_NEGATIONS.search(finding.claim)) != bool(_NEGATIONS.search(_mattering(finding))):
        return replace(finding, doubts=(*finding.doubts, NEGATION))
    return finding


def _mattering(finding: Finding) -> str:
    """Of a quote of several clauses those that share a word with the claim; the whole quote where none does."""
    quote = _IDIOMS.sub(" ", finding.quote)
    clauses = _CLAUSES.split(quote)
    if len(clauses) < 2:
        return quote
    words = frozenset(telling(f"{finding.claim} {finding.value}"))
    return " ".join(c for c in clauses if shared(words, stems(c))) or quote


def _said(finding: Finding) -> str:
    """What a finding claims, without the id that it cites."""
    text, name = f"{finding.claim}\n{finding.value}", finding.location
    return re.sub(rf"(?<!\w){re.escape(name)}(?::\d+|(?!\w))", " ", text) if any(map(str.isalpha, name)) else text


def _holds_strange_numbers(finding: Finding, piece: Piece, known: str) -> bool:
    """Whether a claim holds numbers that its source does not; the source's dates may stand anywhere above the quote."""
    said = _said(finding)
    claim = _without_time(_without_dates(said, _dates_around(finding, piece, known)), finding.date)
    strange = stated(claim)
    if strange and (strange := strange - mentioned(known)):
        return not strange <= spelt(claim) & listed(finding.quote)
    left, quoted = dates(claim), dates(finding.quote)
    return (any(d.day for d in left) and any(d.day for d in quoted)) or _is_of_another_month(dates(said), left, quoted)


def _is_of_another_month(said: Sequence[Date], left: Sequence[Date], quoted: Sequence[Date]) -> bool:
    """Whether a claim names months of no year only, none of which its source knows, where its quote names a date.

    left: of the dates `said`, those that agree with none of the source's.
    """
    return bool(quoted) and bool(said) and len(left) == len(said) and all(d.is_bare for d in said)


def _dates_around(finding: Finding, piece: Piece, known: str) -> Iterator[Date]:
    yield from dates(finding.date[:10])
    yield from dates(known)
    end = piece.text.find(finding.quote)
    yield from dates(piece.text[: max(end, 0)])


def _without_dates(claim: str, around: Iterator[Date]) -> str:
    """A claim without the dates that agree with one of its source's."""
    said = dates(claim)
    if not said:
        return claim
    there = list(around)
    for date in reversed(said):
        if any(date.agrees(d) for d in there):
            claim = f"{claim[: date.start]} ; {claim[date.end :]}"
    return claim


def _without_time(claim: str, date: str) -> str:
    """A claim without the year and the hour of its finding's date."""
    if not date[:4].isdecimal():
        return claim
    claim = re.sub(rf"\b{date[:4]}\b", ";", claim)
    time = _CLOCK.search(date)
    return re.sub(rf"\b0?{int(time[1])}[:h]{time[2]}\b", ";", claim) if time else claim


def _all_stand(names: Iterable[str], known: str, piece: Piece) -> bool:
    """Whether all names stand in a source or in what else is known; case and separators aside."""
    for text in (known, piece.text):
        plain = text.casefold()
        names = [n for n in names if n.casefold() not in plain]
    if not names:
        return True
    bare = _SEPARATORS.sub("", f"{known}\n{piece.text}".casefold())
    return all(_SEPARATORS.sub("", n.casefold()) in bare for n in names)


def is_doubtful(finding: Finding) -> bool:
    """Whether a second reading may change what is thought of a finding: its quote stands, something else is odd."""
    return bool(finding.line) and bool(finding.doubts or finding.contradicts)


def in_time(findings: Sequence[Finding]) -> list[Finding]:
    """Say of each finding which one superseded it or contradicts it: one about the same subject with another value.

    The newest value stands. Two values contradict each other when no date ranks them: one is missing, both are the
    same, or one is a day and the other an hour of it. Only verified findings with a subject and a value count.
    """
    groups: dict[str, list[int]] = defaultdict(list)
    for at, f in enumerate(findings):
        if f.verified and f.subject and f.value:
            groups[_plain_subject(f.subject)].append(at)
    changed = list(findings)
    for places in groups.values():
        values = [_plain_value(findings[at].value) for at in places]
        if len(set(values)) > 1:
            history = _History([findings[at] for at in places], values)
            for at, value in zip(places, values, strict=True):
                changed[at] = history.judged(findings[at], value)
    return changed


class _History:
    """The values that a subject had, by time."""

    def __init__(self, group: Sequence[Finding], values: Sequence[str]) -> None:
        self._places: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))  # date -> value -> where
        for f, value in zip(group, values, strict=True):
            self._add("", f, value)
            self._add(f.date or "none", f, value)
            if len(f.date) > 10:
                self._add(f"{f.date[:10]} at", f, value)
        dated = sorted((p for p in zip(group, values, strict=True) if p[0].date), key=lambda p: p[0].date, reverse=True)
        self._newest = dated[0] if dated else None
        last = dated[0][1] if dated else ""
        self._newest_other = next((p for p in dated if p[1] != last), None)

    def _add(self, date: str, f: Finding, value: str) -> None:
        places = self._places[date][value]
        if len(places) < MAX_RIVALS and f.place not in places:
            places.append(f.place)

    def judged(self, f: Finding, value: str) -> Finding:
        """A finding with the newest one of another value, if that is newer, else with those that contradict it."""
        newest = self._newest_other if self._newest and self._newest[1] == value else self._newest
        if newest and f.date and newest[0].date > f.date and not newest[0].date.startswith(f.date):
            return replace(f, superseded_by=newest[0].place)
        others = dict.fromkeys(islice(self._rivals(f.date, value), 2 * MAX_RIVALS))
        return replace(f, contradicts=tuple(islice(others, MAX_RIVALS)))

    def _rivals(self, date: str, value: str) -> Iterator[str]:
        """Where other values stand that no date decides against: of the same time, or of none."""
        same_time = (date, "none", f"{date} at", date[:10] if len(date) > 10 else date) if date else ("",)
        for when in dict.fromkeys(same_time):
            for other, places in self._places.get(when, {}).items():
                if other != value:
                    yield from places


def _plain_subject(text: str) -> str:
    """The same for all spellings of a subject: case, spaces, hyphens, an article."""
    plain = unicodedata.normalize("NFKC", text).casefold().strip(" \t\n.,;:!?'\"`“”«»")
    plain = " ".join(re.split(r"[\s_-]+", plain)).replace("’", "'")
    return re.sub(r"^(?:the|an?|le|la|les|un|une) |^l'", "", plain)


def _plain_value(text: str) -> str:
    """The same for all spellings of a value: case, spaces, how its number is written."""
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split()).strip(" .,;:!?'\"`“”«»") or text
    numbers = stated(plain)
    return numbers.pop() if len(numbers) == 1 and re.fullmatch(r"[\d.,' \u00a0\u202f]+|[^\W\d]+", plain) else plain


def conflicts(findings: Iterable[Finding]) -> tuple[int, int]:
    """(superseded, contradicting) findings."""
    kept = list(findings)
    return sum(bool(f.superseded_by) for f in kept), sum(bool(f.contradicts) for f in kept)
