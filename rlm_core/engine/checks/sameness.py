"""Whether findings give the value of one and the same thing: only then can one replace or contradict another.

A subject alone does not tell. "the timeout of the importer" has one value at a time; "bug", "decision" or "Anna" have
as many as there are bugs, decisions and things to be said of Anna. So the values must be of one kind, and, unless the
subject names a property, the sentences around them must speak of the same, or the newer one of the older value.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from rlm_core.engine.checks import vocabulary
from rlm_core.engine.checks.numbers import stated
from rlm_core.engine.findings import Finding
from rlm_core.language.dates import dates
from rlm_core.language.folding import fold
from rlm_core.language.stopwords import FUNCTION_WORDS

MAX_VALUE_WORDS = 6  # words of a value; more of them are a sentence, which its next telling does not replace
MAX_COMPARED = 30  # things of one subject that a finding is compared with
MAX_TEXT_CHARS = 1500  # characters of a quote and of a claim that are looked at

NUMBER, DATE, STATE, NAME, SENTENCE = "number", "date", "state", "name", "sentence"
_NUMBER = re.compile(
    r"^(?P<sign>(?:[<>=≤≥~≈±+$€£-]|\s){0,4})"
    r"(?P<number>\d[\d.,'’\u00a0\u202f ]{0,30}|[^\W\d_]{2,20}(?:[ -][^\W\d_]{2,20})?)"
    r"(?P<unit>[ \u00a0-]{0,2}(?:%|[$€£]|[^\W\d_]{1,20}(?:[ /][^\W\d_]{1,20}){0,2})?)\.?$"
)
_WORD = re.compile(r"[^\W\d_]+")
_LABEL = re.compile(r"^\W{0,8}[^\W\d_][\w .'-]{0,30}:\s")
_IDENTIFIER = re.compile(r"[^\W\d_]+\d*_\w|[a-zé]{2,}[A-Z]|^[^\W\d_]{2,}\d+$|\w\.\w")
_HUMP = re.compile(r"(?<=[a-zé])(?=[A-Z])")


@dataclass(frozen=True)
class Valued:
    """A finding with what tells its thing from others of the same subject."""

    finding: Finding
    subject: frozenset[str]
    kind: str
    unit: str
    value: str

    @cached_property
    def text(self) -> str:
        f = self.finding
        return f"{_LABEL.sub('', f.claim[:MAX_TEXT_CHARS])}\n{_LABEL.sub('', f.quote[:MAX_TEXT_CHARS])}"

    @cached_property
    def properties(self) -> frozenset[str]:
        """The subject's words for what a thing has one of at a time; all its words where it is a variable."""
        found = self.subject & vocabulary.PROPERTIES
        if not found and _IDENTIFIER.search(self.finding.subject.strip()):
            return self.subject
        return frozenset() if found == self.subject and found <= vocabulary.OF_ANYTHING else found

    @cached_property
    def is_property(self) -> bool:
        """Whether the subject is one that has one value at a time: a property, a setting, a variable."""
        return bool(self.properties) or bool(_IDENTIFIER.search(self.finding.subject.strip()))

    @cached_property
    def is_vague(self) -> bool:
        """Whether the subject is a word for things of which there are many: a common noun by itself."""
        subject = self.finding.subject.strip()
        if any(map(str.isdigit, subject)):
            return False
        named = subject[:1].isupper() and subject in self.finding.quote
        return self.subject <= vocabulary.MANY or (len(self.subject) < 2 and not named)

    @cached_property
    def around(self) -> frozenset[str]:
        """The stems of what is said besides the subject, the value and words that say nothing of a thing."""
        known = self.subject | set(stems(self.finding.value))
        return frozenset(s for s in stems(self.text) if s not in known and s not in _NOT_TELLING)

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """The stems of the words with which its sentences begin: who did it, as a rule."""
        return frozenset(s for part in re.split(r"[\n.;!?]", self.text) for s in stems(part.strip().partition(" ")[0]))

    @cached_property
    def qualified(self) -> frozenset[str]:
        """The stems of the words that say which one of several things is meant: "of the staging server"."""
        known = self.subject | set(stems(self.finding.value)) | _NOT_TELLING
        return frozenset(s for s in _qualifiers(self.text, self.properties) if s not in known)


@dataclass
class _Thing:
    """What several findings give the value of. words: that tell it from others."""

    words: frozenset[str]
    members: list[int] = field(default_factory=list)
    values: dict[str, Valued] = field(default_factory=dict)

    def add(self, at: int, one: Valued) -> None:
        self.members.append(at)
        if len(self.values) < MAX_COMPARED:
            self.values.setdefault(one.value, one)


def things(findings: Sequence[Finding]) -> Iterator[tuple[list[int], list[str]]]:
    """(numbers, values) of the findings that give the value of one thing, for each thing with more than one value."""
    groups: dict[tuple[str, str], list[tuple[int, Valued]]] = defaultdict(list)
    for at, f in enumerate(findings):
        if f.verified and f.subject and f.value:
            one = said(f)
            if one.kind != SENTENCE:
                groups[plain_subject(f.subject), one.kind].append((at, one))
    for rows in groups.values():
        if len({one.value for _, one in rows}) > 1:
            values = {at: one.value for at, one in rows}
            for thing in _parted(rows):
                if len(thing.values) > 1:
                    yield sorted(thing.members), [values[at] for at in sorted(thing.members)]


def _parted(rows: Sequence[tuple[int, Valued]]) -> list[_Thing]:
    """Findings of one subject and kind, by the thing that they are about."""
    found: list[_Thing] = []
    told_apart = [row for row in rows if row[1].qualified]
    for at, one in (*told_apart, *(row for row in rows if not row[1].qualified)):
        fits = [t for t in found[-MAX_COMPARED:] if _same(one, t)]
        if len(fits) == 1 or (fits and not one.is_property):
            thing = fits[0]
        else:
            thing = next((t for t in fits if not t.words), None) or _Thing(one.qualified)
            found += [thing] if not thing.members else []
        thing.add(at, one)
    return found


def _same(one: Valued, thing: _Thing) -> bool:
    other = next(iter(thing.values.values()))
    if one.is_property:
        return _measured_alike(one, other, any_thing=True) and not _differ(one.qualified, thing.words)
    if not _measured_alike(one, other, any_thing=False):
        return False
    if any(_speaks_of(one, o) or _speaks_of(o, one) for o in thing.values.values()):
        return True
    return _about_the_same(one, other)


def _about_the_same(one: Valued, other: Valued) -> bool:
    """Whether two findings of a subject that names no property speak of the same thing."""
    a, b = one.around - vocabulary.WEAK, other.around - vocabulary.WEAK
    if one.is_vague or other.is_vague:
        general = bool(one.subject & vocabulary.OF_ANYTHING)
        if not general:
            a, b = a - one.beginnings, b - other.beginnings
        least = 0 if general and not (a or b) else 1 if general or one.kind != NAME else 2
        return len(a & b) >= least and not _differ(a, b)
    if one.kind == STATE or (len(one.subject) > 1 and not (a and b)):
        return True
    return bool(a & b) and not _differ(a, b)


def _differ(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether each of two sets of words says something that the other does not."""
    return bool(one - other) and bool(other - one)


def _measured_alike(one: Valued, other: Valued, *, any_thing: bool) -> bool:
    """Whether two numbers may measure one thing. any_thing: what is counted may have several names."""
    a, b = vocabulary.MEASURES.get(one.unit, ""), vocabulary.MEASURES.get(other.unit, "")
    if a or b:
        return a == b or not one.unit or not other.unit
    return any_thing or one.unit == other.unit or not one.unit or not other.unit


def _speaks_of(newer: Valued, older: Valued) -> bool:
    """Whether a finding says that its value came instead of another's."""
    plain, value = _plain(newer.text), _plain(older.finding.value)
    if len(value) < 2 or not vocabulary.INSTEAD.search(plain):
        return False
    return bool(re.search(rf"(?<!\w){re.escape(value)}(?!\w)", plain))


def said(f: Finding) -> Valued:
    """A finding with the kind of its value."""
    kind, unit, value = _kind_of(f.value)
    return Valued(f, frozenset(stems(_HUMP.sub(" ", f.subject))), kind, unit, value)


def _kind_of(value: str) -> tuple[str, str, str]:
    """(kind, unit, value in the spelling in which it is compared)."""
    plain = _plain(value)
    if plain in vocabulary.STATES:
        return STATE, "", plain
    if len(plain.split()) > MAX_VALUE_WORDS:
        return SENTENCE, "", plain
    match = _NUMBER.match(plain)
    if match and (numbers := stated(match["number"])) and len(numbers) == 1 and not dates(plain):
        unit = fold(match["unit"].strip(" -\u00a0")).split(" ")[0] or match["sign"].strip(" <>=≤≥~≈±+-")
        unit = _stem(unit) if unit not in vocabulary.MEASURES else unit
        measured = unit if unit in vocabulary.MEASURES else ""
        return NUMBER, unit, f"{''.join(match['sign'].split())}{numbers.pop()} {measured}".strip()
    if dates(plain) or vocabulary.TIMES.issuperset(stems(plain) or [plain]):
        return DATE, "", plain
    return NAME, "", plain or value


def stems(text: str) -> list[str]:
    """The words of a text that may tell it from others, as far as they are the same in all their forms."""
    words = (w for w in _WORD.findall(fold(text)) if len(w) > 1 and w not in FUNCTION_WORDS)
    return [_stem(w) for w in words]


_stem = vocabulary.stem
_NOT_TELLING = vocabulary.CHANGE | vocabulary.TIMES


def _qualifiers(text: str, properties: frozenset[str]) -> Iterator[str]:
    """The stems of the words before a property's, and behind a preposition."""
    for sentence in re.split(r"[\n.;!?]", text):
        words = re.findall(r"[^\W_]+", fold(sentence))
        for n, word in enumerate(words):
            if _stem(word) in properties:
                yield from _telling(reversed(words[max(0, n - 2) : n]))
            if word in vocabulary.PREPOSITIONS:
                behind = words[n + 1 : n + 5]
                while behind and behind[0] in vocabulary.ARTICLES:
                    behind = behind[1:]
                yield from _telling(behind[:2])


def _telling(words: Iterable[str]) -> Iterator[str]:
    """The stems of words up to the first that tells nothing."""
    for word in words:
        stem = _stem(word)
        if word in FUNCTION_WORDS or not word.isalpha() or len(word) < 2 or stem in _NOT_TELLING:
            return
        yield stem


def plain_subject(text: str) -> str:
    """The same for all spellings of a subject: case, spaces, hyphens, an article."""
    plain = unicodedata.normalize("NFKC", text).casefold().strip(" \t\n.,;:!?'\"`“”«»")
    plain = " ".join(re.split(r"[\s_-]+", plain)).replace("’", "'")
    return re.sub(r"^(?:the|an?|le|la|les|un|une) |^l'", "", plain)


def _plain(text: str) -> str:
    """The same for all spellings of a value: case, spaces, marks around it."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).strip(" .,;:!?'\"`“”«»") or text
