"""What the user has prescribed, corrected or forbidden in a session, word for word, without what he has taken back.

    - 11-30 14:02 "Never push to main."
    - 11-30 15:40 "From now on run the tests with -n 4."

Only the user's own words: what a tool printed, what was pasted, quoted or fenced, and what Claude said are none.
"""

from __future__ import annotations

import re

from rlm_core.chunks.chunkfile import load
from rlm_core.chunks.echoes import echoes
from rlm_core.chunks.entries import entries_of
from rlm_core.chunks.retold import only_asks, retellings
from rlm_core.disk import try_read
from rlm_core.errors import ArchiveError
from rlm_core.language.folding import fold, fold_in_place
from rlm_core.language.quoting import tame
from rlm_core.language.stopwords import ENGLISH, FRENCH, QUERY_STOP_WORDS
from rlm_core.language.terms import words_of
from rlm_core.marks.find import find
from rlm_core.marks.rules import CORRECTED, DECIDED, REFUSED
from rlm_core.marks.sentences import clean, is_prose, prose, sentence
from rlm_core.marks.supersede import Statement, superseded
from rlm_core.record import Record
from rlm_core.timeline.prescribing import is_own, kind_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rlm_core.chunks.entries import ArchivedEntry

PRESCRIBED_CHARS = 600
QUOTE_CHARS = 240  # of a sentence; a longer one is left out, since half an order may say the contrary
OWN_CHARS = 1500  # of a prompt that is typed rather than pasted; of a longer one the two ends count
END_CHARS = 400
LEAST_WORDS = 3  # "stop it" says nothing without what it answered
MOST_SAID = 400  # sentences that are compared, the newest
HEAD = "What the user prescribed, corrected or forbade in this session, in their own words, oldest first (UTC):\n"

_USER = b"\n## user "
_LASTING = re.compile(
    r"\b(?:never|always|from now on|do not|don't|must|only|no longer|every time|"
    r"jamais|toujours|desormais|dorenavant|ne pas|interdit|uniquement|chaque fois)\b"
)
_ALLOWS = re.compile(
    r"(?:ok(?:ay)?,? |now |and |so |et |maintenant,? )*(?:you (?:can|may)|feel free to|go ahead and|it(?:'s| is) (?:ok|"
    r"okay|fine) to|tu peux|vous pouvez|n'hesite pas a|c'est (?:bon|ok) (?:pour|de)) (?!not\b|pas\b|see\b|voir\b)\w"
)
# Words that do not tell what a sentence is about: whoever may edit the parser may touch it.
_NO_MATTER = frozenset((
    "never", "always", "now", "please", "touch", "edit", "change", "modify", "anymore",
    "jamais", "toujours", "maintenant", "peux", "pouvez", "touche", "touchez", "toucher", "modifie", "modifiez",
    "modifier", "changer", "plus",
))  # fmt: skip
_SENTENCE = re.compile(r"[^.!?\n]{1,300}[.!?]?")


class Prescription(Record):
    """A sentence of the user's. kind: of the mark, or ALLOWED. time: ISO-8601."""

    kind: str
    time: str
    quote: str


ALLOWED = "allowed"


def prescribed(paths: Iterable[str]) -> str:
    """What holds of a session's chunk files, in order, in at most PRESCRIBED_CHARS characters; "" for nothing.

    Where not all fits, what is to last and what was said last comes first.
    """
    said = holding([s for path in paths for s in _of_chunk(path)][-MOST_SAID:])
    ranked = sorted(range(len(said)), key=lambda n: (_weight(said[n]), n), reverse=True)
    kept, left = [], PRESCRIBED_CHARS - len(HEAD)
    for n in ranked:
        row = f"- {said[n].time[5:16].replace('T', ' ')} {_quoted(said[n].quote)}\n"
        if len(row) <= left:
            kept.append((n, row))
            left -= len(row)
    return (HEAD + "".join(row for _, row in sorted(kept))).rstrip("\n") if kept else ""


def _weight(one: Prescription) -> int:
    return 2 if one.kind in (REFUSED, CORRECTED) or _LASTING.search(fold_in_place(one.quote)) else 1


def _quoted(text: str) -> str:
    return '"{}"'.format(tame(text).replace('"', "'"))


def _of_chunk(path: str) -> list[Prescription]:
    """What a chunk file holds; nothing where it cannot be read, which others tell of."""
    data = try_read(path) or b""
    if _USER not in data:
        return []
    try:
        entries = entries_of(load(data, path))
    except ArchiveError:
        return []
    passed = echoes(entries) | retellings(entries)
    return [s for n, one in enumerate(entries) if one.kind == "user" and n not in passed for s in said_in(one)]


def said_in(one: ArchivedEntry) -> list[Prescription]:
    """What the user prescribed, corrected, forbade or allowed in an entry of his."""
    text = one.text
    found = [(m.start, m.end, m.kind) for m in find(text, "user") if m.kind in (DECIDED, CORRECTED, REFUSED)]
    found += [one for one in _standing(text) if not any(start < one[1] and one[0] < end for start, end, _ in found)]
    found += _allowing(text)
    made: list[Prescription] = []
    for start, end, kind in sorted(found):
        quote = " ".join(text[start:end].split())
        fits = len(quote) <= QUOTE_CHARS and len(quote.split()) >= LEAST_WORDS
        if fits and _is_own(text, start, end) and (kind == ALLOWED or is_own(quote)):
            made.append(Prescription(kind, one.iso_time, quote))
    return [s for s in made if kind_of(clean(fold_in_place(s.quote))) or not only_asks(s.quote)]


def _standing(text: str) -> list[tuple[int, int, str]]:
    """The sentences that lay something down by the rules of `prescribing`."""
    plain = prose(text)
    found, at = [], 0
    while at < len(plain):
        if len(plain) > OWN_CHARS and END_CHARS <= at < len(plain) - END_CHARS:
            at = len(plain) - END_CHARS
        if plain[at].isspace():
            at += 1
            continue
        start, end = sentence(plain, at, at)
        if end > start and (kind := kind_of(clean(plain[start:end]))) and is_prose(plain, start):
            found.append((start, end, kind))
        at = max(end, at + 1)
    return found


def _allowing(text: str) -> list[tuple[int, int, str]]:
    """The sentences that allow something: they take back what was forbidden."""
    plain = prose(text)
    found = []
    for one in _SENTENCE.finditer(plain) if len(plain) <= OWN_CHARS else ():
        start = one.start() + len(one[0]) - len(one[0].lstrip())
        if _ALLOWS.match(plain, start, one.end()) and is_prose(plain, start) and not one[0].endswith("?"):
            found.append((start, one.end(), ALLOWED))
    return found


def _is_own(text: str, start: int, end: int) -> bool:
    """Whether it was typed, as far as the prompt's length tells: of a long one only its first and last paragraph."""
    if len(text) <= OWN_CHARS:
        return True
    before, after = text[:end], text[start:]
    first = end <= END_CHARS and "\n\n" not in before.strip()
    return first or (len(text) - start <= END_CHARS and "\n\n" not in after.strip())


def holding(said: Sequence[Prescription]) -> list[Prescription]:
    """Those that hold, in order: not replaced, not said again later, and what allows only beside what it allows."""
    gone = {older for older, _ in superseded([Statement(s.quote, s.time, s.kind) for s in said])}
    newest = {fold(s.quote): n for n, s in enumerate(said)}
    gone |= {n for n, s in enumerate(said) if newest[fold(s.quote)] != n}
    words = [_telling(s.quote) for s in said]
    for n, one in enumerate(said):
        if one.kind != ALLOWED:
            continue
        forbade = [m for m in range(n) if m not in gone and said[m].kind == REFUSED and words[m] & words[n]]
        lifted = {m for m in forbade if words[m] <= words[n]}
        gone |= lifted
        if len(lifted) == len(forbade):
            gone.add(n)
    return [s for n, s in enumerate(said) if n not in gone]


def _telling(text: str) -> frozenset[str]:
    """The folded words that tell what a sentence is about."""
    stop = QUERY_STOP_WORDS[ENGLISH] | QUERY_STOP_WORDS[FRENCH]
    return frozenset(w for each in words_of(text) if len(w := fold(each)) > 2 and w not in stop and w not in _NO_MATTER)
