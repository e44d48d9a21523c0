"""What can be told of a claim without a model: whether its numbers and names stand where its quote stands, whether one
of the two negates, and which finding replaced or contradicts which.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from rlm_core.engine.checks.evidence.relevance import shared, stems, telling
from rlm_core.engine.checks.evidence.surroundings import piece_of
from rlm_core.engine.checks.numbers import listed, mentioned, spelt, stated
from rlm_core.engine.checks.quotes import lines_around
from rlm_core.engine.checks.units import strange_unit, wrong_unit
from rlm_core.engine.findings import Finding
from rlm_core.engine.texts import Partition, Piece, offset_of
from rlm_core.language.dates import Date, dates

ENTRY_CHARS = 4000  # characters before and behind a quote that belong to its entry, at most

WRONG_NUMBER = "a number of the claim stands neither in the quote's lines nor in the question"
NUMBER_ELSEWHERE = "a number of the claim does not stand in the quote's lines, but elsewhere in the same entry"
WRONG_VALUE = "the value that was given does not stand in the source and was left out"
WRONG_UNIT = "a number of the claim has another unit than in the quote's lines"
STRANGE_UNIT = "a number of the claim has a unit that neither the quote's lines nor the question name"
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
_ENTRY = re.compile(r"^#{1,6} ", re.MULTILINE)
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

    A number or a name that is not there makes it unverified; a number that stands elsewhere in the quote's entry does
    not, nor does a negation in only one of claim and quote, since "we drop Redis" may well prove "not Redis": such a
    finding is worth a second reading (`is_doubtful`). A value that is not there is left out where a claim remains.
    """
    if not finding.verified:
        return finding
    piece = piece_of(finding, part)
    lines = lines_around(piece, finding.line, finding.quote)
    known = f"{lines}\n{question}\n{piece.document.title}\n{_SEPARATORS.sub(' ', piece.document.id)}"
    named = f"{known}\n{piece.document.path}\n{piece.document.id}"
    finding = _without_wrong_value(finding, piece, known, named)
    doubt = _doubt_of_numbers(finding, piece, known)
    if doubt == WRONG_NUMBER:
        return finding.doubted(WRONG_NUMBER)
    if wrong_unit(_said(finding), lines):
        return finding.doubted(WRONG_UNIT)
    if not _all_stand(_NAME.findall(_said(finding)), named, piece):
        return finding.doubted(WRONG_NAME)
    doubts = [doubt] if doubt else []
    doubts += [STRANGE_UNIT] if strange_unit(_said(finding), f"{lines}\n{question}") else []
    if finding.claim and bool(_NEGATIONS.search(finding.claim)) != bool(_NEGATIONS.search(_mattering(finding))):
        doubts.append(NEGATION)
    return replace(finding, doubts=(*finding.doubts, *doubts)) if doubts else finding


def _without_wrong_value(finding: Finding, piece: Piece, known: str, named: str) -> Finding:
    """A finding without its value when that holds what its source does not; where it has a claim, that stays."""
    if not finding.claim or not finding.value:
        return finding
    alone = replace(finding, claim="")
    wrong = _doubt_of_numbers(alone, piece, known) == WRONG_NUMBER
    if not wrong and _all_stand(_NAME.findall(_said(alone)), named, piece):
        return finding
    return replace(finding, value="", doubts=(*finding.doubts, WRONG_VALUE))


def entry_around(piece: Piece, quote: str, line: int) -> str:
    """The part of a piece's entry that is near a quote on a line: from one heading to the next."""
    at = max(piece.text.find(quote, offset_of(piece.text, line - piece.line)), 0)
    before, after = piece.text[max(0, at - ENTRY_CHARS) : at], piece.text[at : at + len(quote) + ENTRY_CHARS]
    start = max((m.start() for m in _ENTRY.finditer(before)), default=0)
    end = _ENTRY.search(after, min(len(quote), len(after)))
    return before[start:] + (after[: end.start()] if end else after)


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


def _doubt_of_numbers(finding: Finding, piece: Piece, known: str) -> str:
    """WRONG_NUMBER, NUMBER_ELSEWHERE, or "" where all numbers of a claim stand in what is known."""
    if not _holds_strange_numbers(finding, piece, known):
        return ""
    entry = entry_around(piece, finding.quote, finding.line)
    return WRONG_NUMBER if _holds_strange_numbers(finding, piece, f"{known}\n{entry}") else NUMBER_ELSEWHERE


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
    names = list(names)
    for text in (known, piece.text) if names else ():
        plain = text.casefold()
        names = [n for n in names if n.casefold() not in plain]
    if not names:
        return True
    bare = _SEPARATORS.sub("", f"{known}\n{piece.text}".casefold())
    return all(_SEPARATORS.sub("", n.casefold()) in bare for n in names)


def is_doubtful(finding: Finding) -> bool:
    """Whether a second reading may change what is thought of a finding: its quote stands, something else is odd."""
    return bool(finding.line) and bool(finding.doubts or finding.contradicts)
