"""Numbers in a text, however they are written: figures, words and dates, English and French.

A number is a string: digits without leading zeros, a point before decimals, no point at the end: `1000`, `0.5`,
`2.1.330`. `1.000` may be one or a thousand: it stays as it is written, and a text that contains either contains it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from rlm_core.language.dates import Date, dates

_GROUP = r",.'’_\u00a0\u2009\u202f "
# Thousands and millions of money, with or without a blank: 3 k€, 1,2 M€, 2 bn USD, 12 Mds d'euros.
_MONEY = (
    r"[ \u00a0\u202f]?(?-i:[kKM]|Mds?|Mrds?|bn)"
    r"(?:[ \u00a0\u202f]?(?:[€$£¥]|(?:EUR|USD|GBP|CHF|CAD|euros?|dollars?)\b)|[ ]d['’]euros\b)"
)
MONEY_SCALE = re.compile(_MONEY, re.IGNORECASE)
"""What stands behind the figures of such an amount."""
_FIGURE = re.compile(
    rf"(?<!\w)(?<!\d[.,])v?(?P<number>\d{{1,3}}(?P<by>[{_GROUP}])\d{{3}}(?:(?P=by)\d{{3}})*(?!\d)"
    r"(?:(?!(?P=by))[.,]\d+)?(?![.,]?\d)|\d+(?:[.,]\d+)*)"
    rf"(?:(?P<money>{_MONEY})|(?P<unit>[^\W\d_]*)(?!\w))"
    r"(?P<scale>[ \u00a0-](?:hundred|thousand|million|billion|cent|mille|milliard)s?\b)?",
    re.IGNORECASE,
)
_SPAN = re.compile(r"(?<!\w)\d+(?:h|min|m|s)(?:\d+(?:h|min|ms|m|s)?)+(?!\w)")  # 10h30, 1h30m, 2m30s
_TAIL = re.compile(r"(?<![^\W_])[^\W\d_]+(\d+)(?!\w)")  # p95, chunk12
_SCALES = {
    "k": 1000, "m": 10**6, "hundred": 100, "cent": 100, "thousand": 1000, "mille": 1000,
    "million": 10**6, "billion": 10**9, "milliard": 10**9, "md": 10**9, "mds": 10**9, "bn": 10**9,
}  # fmt: skip
_OF_MONEY = {"k": 1000, "K": 1000, "Md": 10**9, "Mrd": 10**9, "bn": 10**9, "M": 10**6}  # the longer ones first

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen",
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit "
    "dix-neuf",
)
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    "vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "septante": 70, "huitante": 80,
    "quatre vingt": 80, "quatre vingts": 80, "nonante": 90,
}  # fmt: skip
_TO_NINETEEN = ("soixante", "quatre vingt")
# What a claim that holds them need not mean as a number: articles, pronouns, "new" in French, "nothing".
_VAGUE = frozenset(("one", "un", "une", "neuf", "zero", "zéro"))
# Words that stand for a number in a source, and state none in a claim.
_HINTS = {
    "once": 1, "single": 1, "both": 2, "pair": 2, "couple": 2, "double": 2, "twice": 2, "triple": 3, "thrice": 3,
    "dozen": 12, "douzaine": 12, "dizaine": 10, "quinzaine": 15, "vingtaine": 20, "centaine": 100, "half": 50,
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "premier": 1, "première": 1, "seconde": 2, "deuxième": 2, "troisième": 3, "quatrième": 4,
    "cinquième": 5, "sixième": 6, "septième": 7, "huitième": 8, "neuvième": 9, "dixième": 10,
}  # fmt: skip
_STATING_HINTS = ("twice", "dozen", "douzaine")
_MAX_WORDS = 5  # words of a number below 100: quatre vingt et dix neuf
_RUN = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")  # words with one space between them
_LETTERS = re.compile(r"[^\W\d_]+")
_AND = re.compile(r"\b(?:and|or|et|ou|plus)\b|[&+]", re.IGNORECASE)


class _Figure(NamedTuple):
    """A number in figures. raw: as written, without its unit. by: what parts its thousands. scale: of its unit."""

    raw: str
    by: str
    scale: int


def stated(text: str) -> set[str]:
    """The numbers that a claim states.

    >>> sorted(stated("1,000 rows on 12 November and three columns, 0.50 each"))
    ['0.5', '1000', '11', '12', '3']
    """
    rest, days = _without_dates(text)
    return {n for f in _figures(rest) for n in _meant(f)} | spelt(rest) | {n for d in days for n in _of_date(d)}


def mentioned(text: str) -> set[str]:
    """All numbers that a text may be said to hold: also vague ones, parts of a version, both readings of `1.000`."""
    rest, days = _without_dates(text)
    found = {n for f in _figures(rest) for n in _readings(f)} | {n for d in days for n in _of_date(d)}
    found |= {_plain(n) for n in _TAIL.findall(rest)}
    found |= {str(n) for n, _ in _spelt(rest)} | {str(_HINTS[w]) for w in _words(text) if w in _HINTS}
    return found | {f"{n[:-3]}.{n[-3:]}" for n in found if n.isdecimal() and 3 < len(n) < 7}


def spelt(text: str) -> set[str]:
    """The numbers that a claim states in words."""
    hints = {str(_HINTS[w]) for w in _words(text) if w in _STATING_HINTS}
    return hints | {str(n) for n, word in _spelt(text) if word not in _VAGUE}


def listed(text: str) -> set[str]:
    """How many things a text may list, for a claim that counts them: "a, b and c" are three."""
    found: set[int] = set()
    for sentence in re.split(r"[.;:!?](?:\s|$)|\n", text):
        commas, joined = sentence.count(", "), len(_AND.findall(sentence))
        found |= {commas + 1, commas + 2, joined + 1} if joined else {commas + 1}
    rows = [r for r in text.split("\n") if r.strip()]
    return {str(n) for n in (found | {len(rows)}) - {0, 1}}


def _without_dates(text: str) -> tuple[str, list[Date]]:
    found = dates(text)
    for date in reversed(found):
        text = f"{text[: date.start]} ; {text[date.end :]}"
    return text, found


def _of_date(date: Date) -> set[str]:
    """The numbers that a date states; a month of no year states none, since its name is a word."""
    if date.is_bare:
        return set()
    return {str(n) for n in (date.year, date.month, date.day) if n}


def _figures(text: str) -> Iterator[_Figure]:
    text = _SPAN.sub(lambda span: re.sub(r"\D+", " ; ", span[0]), text)
    for match in _FIGURE.finditer(text):
        unit = match["unit"] or ""
        scale = _SCALES[unit.casefold()] if unit in ("k", "K", "M", "Md", "Mds", "bn") else 1
        if match["money"]:  # 3 k€, 2 MdEUR
            scale = next(s for word, s in _OF_MONEY.items() if match["money"].strip().startswith(word))
        scale = _SCALES[match["scale"][1:].casefold().rstrip("s")] if match["scale"] else scale
        yield _Figure(match["number"], match["by"] or "", scale)


def _meant(figure: _Figure) -> set[str]:
    """What a number in a claim means, at first sight; several where it is a list, as "1,2,3"."""
    raw = figure.raw
    if figure.by:
        whole, _, decimals = raw.replace(figure.by, "").replace(",", ".").partition(".")
        if figure.by == "." and raw.count(".") == 1 and not decimals:
            plain = raw if raw[0] != "0" else _plain(raw)
        elif figure.by == "," and raw[0] == "0":
            plain = _plain(raw.replace(",", "."))
        else:
            plain = _plain(f"{whole}.{decimals}" if decimals else whole)
    elif raw.count(",") > 1:
        return {_plain(n) for n in raw.split(",")}
    else:
        plain = _plain(raw.replace(",", "."))
    return {_scaled(plain, figure.scale)}


def _readings(figure: _Figure) -> set[str]:
    """All that a number in a source may mean."""
    raw, means = figure.raw, _meant(figure)
    if figure.scale > 1:
        means |= _readings(figure._replace(scale=1))
    if figure.by in (",", "."):
        means |= {_plain(raw.replace(figure.by, "")), _plain(raw.replace(",", ".")), raw.replace(",", ".")}
    if figure.by == " ":
        means |= {_plain(n) for n in raw.split(" ")}
    numbers = re.split(r"[.,]", raw)
    if not figure.by and len(numbers) > 2:
        means |= {_plain(n) for n in numbers} | {_plain(".".join(numbers[:n])) for n in range(1, min(len(numbers), 6))}
    return means


def _plain(number: str) -> str:
    if number.count(".") == 1:
        number = number.rstrip("0").rstrip(".")
    whole, point, rest = number.partition(".")
    return (whole.lstrip("0") or "0") + point + rest


def _scaled(number: str, scale: int) -> str:
    """A number times a power of ten."""
    if scale == 1 or number.count(".") > 1:
        return number
    whole, _, decimals = number.partition(".")
    zeros = len(str(scale)) - 1
    return _plain(f"{whole}{decimals[:zeros].ljust(zeros, '0')}.{decimals[zeros:]}")


def _words(text: str) -> list[str]:
    return _LETTERS.findall(text.casefold())


def _spelt(text: str) -> Iterator[tuple[int, str]]:
    """(value, words) of each number in words; "two hundred and fifty" is one."""
    plain = text.casefold().replace("-", " ").replace("\u2010", " ")
    for run in _RUN.findall(plain):
        words = run.split(" ")
        if not _beginnings().isdisjoint(words):
            yield from _in_words(words)


def _in_words(words: list[str]) -> Iterator[tuple[int, str]]:
    """The same in words that follow each other; the longest reading counts."""
    at = 0
    while at < len(words):
        value, end = _value_at(words, at)
        scale = _SCALES.get(words[end].removesuffix("s"), 0) if end < len(words) and len(words[end]) > 1 else 0
        if end == at and words[at] == "a" and at + 1 < len(words):
            scale = _SCALES.get(words[at + 1].removesuffix("s"), 0) if len(words[at + 1]) > 1 else 0
            value, end = 1, at + 1 if scale else at
        if end == at:
            at += 1
            continue
        if scale:
            end += 1
            more = end + (end < len(words) and words[end] == "and")
            rest, after = _value_at(words, more)
            value, end = value * scale + rest, after if after > more else end
        yield value, " ".join(words[at:end])
        at = end


def _value_at(words: list[str], at: int) -> tuple[int, int]:
    """The longest number below 100 that begins here, and where it ends; (0, at) where there is none."""
    for end in range(min(at + _MAX_WORDS, len(words)), at, -1):
        value = _values().get(" ".join(words[at:end]))
        if value is not None:
            return value, end
    return 0, at


@cache
def _beginnings() -> frozenset[str]:
    """The words with which a number may begin."""
    return frozenset({"a", *(name.partition(" ")[0] for name in _values())})


@cache
def _values() -> dict[str, int]:
    """Words -> the number below 100 that they name."""
    found = {word.replace("-", " "): n for words in _UNITS for n, word in enumerate(words.split())} | {
        "une": 1,
        "mille": 1000,
    }
    below_ten = [(w, n) for w, n in found.items() if 0 < n < 10]
    below_twenty = [(w, n) for w, n in found.items() if 0 < n < 20]
    for ten, value in list(_TENS.items()):
        found[ten] = value
        for word, n in below_twenty if ten in _TO_NINETEEN else below_ten:
            found |= {f"{ten} {word}": value + n, f"{ten} et {word}": value + n}
    return found
