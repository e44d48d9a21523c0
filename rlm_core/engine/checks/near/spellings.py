"""What a reader puts around the words of a source, taken off: tags, escapes, places, numbers, names, pronouns, gaps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import unescape

from rlm_core.engine.checks.matching import unwrapped
from rlm_core.engine.checks.near.streams import NUMBERED, has_layout, words_of_quote

MAX_NAME_WORDS = 4  # words of a speaker's name
MAX_CITED_CHARS = 120  # characters at a quote's end in which it may name its place

# The fences of our prompts, and what readers make of them.
_TAG = re.compile(r"</?(?:source|document|doc|text|quote|citation|passage|sources)\b[^<>\n]{0,300}>", re.IGNORECASE)
_CITED = re.compile(
    r"\s*[\[(](?:(?:lines?|lignes?|l\.?) ?|[^\[\]()\s]{1,80}(?:[:#]|,? (?:lines?|lignes?) )L?)"
    r"\d{1,7}(?:[-–]\d{1,7})?[\])]\s*$",
    re.IGNORECASE,
)
_ESCAPES = {"n": "\n", "t": "\t"}
_ESCAPE = re.compile(r"\\([nt\"'])")
_CLOCK = r"\d{1,2}[:h]\d{2}(?::\d{2})?"
_TIMED = re.compile(
    rf"^[\s>*_-]{{0,8}}(?:[\[(](?P<boxed>[^\])\n]{{0,40}}\d[^\])\n]{{0,40}})[\])]|(?P<clock>{_CLOCK})(?=\s))[\s,:*_-]{{0,6}}"
)
_NAMED = re.compile(
    r"^[\s>*_-]{0,8}(?P<name>[^\W\d_][^\n:：\[\](){}<>\"“”«»|;!?]{0,40})"
    r"(?:[\[(][^\])\n]{0,40}[\])])?[\s*_]{0,6}[:：][\s*_\"“«]{1,6}(?=\S)"
)
_GAP = re.compile(r"[\[(]?(?:\.{3,6}|…)[\])]?")
_PRONOUNS = frozenset(
    ("he", "she", "they", "it", "we", "i", "you", "il", "elle", "on", "ils", "elles", "nous", "je", "j", "tu", "vous")
)
_SUBJECTS = (("the", "user"), ("the", "assistant"), ("l", "utilisateur"), ("l", "utilisatrice"), ("user",))
_AUXILIARIES = frozenset(("s", "m", "re", "ve"))  # she's, I'm
_FORMS = (
    ("is", "am", "are"), ("has", "have"), ("does", "do"), ("goes", "go"), ("was", "were"), ("doesn", "don"),
    ("isn", "aren"), ("hasn", "haven"), ("est", "suis", "sommes"), ("a", "ai", "avons"), ("veut", "veux"),
    ("peut", "peux"), ("va", "vais"), ("va", "vas"),
)  # fmt: skip


@dataclass(frozen=True)
class Spelling:
    """A quote as it may stand in its source.

    text: what is left of it. speaker, times: what stood before it, a name and the figures of a time. number: of a line
    or of a list's item, 0 for none. pronoun: one was taken off. cut: something was taken off its beginning.
    """

    text: str
    speaker: str = ""
    times: tuple[str, ...] = ()
    number: int = 0
    pronoun: bool = False
    cut: bool = False

    @property
    def rows(self) -> list[list[str]]:
        """Its words, parted where it leaves out something; one row when it leaves out nothing."""
        rows = [words_of_quote(part) for part in _GAP.split(self.text)]
        return [r for r in rows if r]


def spellings(quote: str) -> Iterator[Spelling]:
    """What a quote may have been before its reader added to it: first the quote itself, then with less and less."""
    now = Spelling(text := unwrapped(quote), cut=text[:1] in "><-+=~")
    yield now
    for less in (_plain, _unnumbered, _untimed, _unnamed, _untimed):
        changed = less(now)
        if changed.text.strip() and changed.text != now.text:
            now = changed
            yield now


def without_pronoun(words: Sequence[str]) -> Iterator[list[str]]:
    """The words of a quote behind the pronoun at its beginning, in each form that its verb may have."""
    start = next((len(s) for s in _SUBJECTS if tuple(words[: len(s)]) == s), int(words[0] in _PRONOUNS) if words else 0)
    rest = list(words[start:])
    if rest and rest[0] in _AUXILIARIES and start:
        rest = rest[1:]
    if not start or len(rest) < 2:
        return
    for verb in _forms_of(rest[0]):
        yield [verb, *rest[1:]]


def is_pronoun(word: str) -> bool:
    return word in _PRONOUNS or word in _AUXILIARIES


def times_before(text: str) -> tuple[str, ...]:
    """The figures of the time with which a line begins, alone or behind a name."""
    match = _TIMED.match(text) or _NAMED.match(text)
    return tuple(re.findall(r"\d+", match[0])) if match else ()


def _plain(one: Spelling) -> Spelling:
    """Without tags, and with what was escaped as it was."""
    text = _ESCAPE.sub(lambda m: _ESCAPES.get(m[1], m[1]), one.text)
    text = unescape(_TAG.sub(" ", text)).strip()
    head, tail = text[:-MAX_CITED_CHARS], text[-MAX_CITED_CHARS:]
    return replace(one, text=unwrapped(f"{head}{_CITED.sub('', tail)}"))


def _unnumbered(one: Spelling) -> Spelling:
    """Without the numbers of its lines."""
    if not has_layout(one.text):
        return one
    first = NUMBERED.match(one.text)
    number = int(first[first.lastgroup]) if first and first.lastgroup else 0
    return replace(one, text=NUMBERED.sub("", one.text).strip(), number=number, cut=one.cut or bool(first))


def _untimed(one: Spelling) -> Spelling:
    match = _TIMED.match(one.text)
    if not match or one.times:
        return one
    return replace(one, text=one.text[match.end() :], times=times_before(match[0]), cut=True)


def _unnamed(one: Spelling) -> Spelling:
    match = _NAMED.match(one.text)
    if not match or len(match["name"].split()) > MAX_NAME_WORDS:
        return one
    rest = unwrapped(one.text[match.end() :])
    return replace(
        one, text=rest, speaker=match["name"].strip(" *_"), times=one.times or times_before(match[0]), cut=True
    )


def _forms_of(verb: str) -> Iterator[str]:
    """A verb as it is, and as it is with another person: "prefers" and "prefer", "met" and "mets"."""
    found = [verb, f"{verb}s"]
    found += [verb[:-1], f"{verb[:-1]}t"] if verb.endswith("s") and len(verb) > 3 else []
    found += [verb[:-2]] if verb.endswith("es") and len(verb) > 4 else []
    found += [f"{verb[:-3]}y"] if verb.endswith("ies") and len(verb) > 4 else []
    found += [f"{verb[:-1]}s"] if verb.endswith("t") and len(verb) > 3 else []
    found += [other for forms in _FORMS if verb in forms for other in forms]
    yield from dict.fromkeys(found)
