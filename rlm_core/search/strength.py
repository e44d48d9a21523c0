"""Whether a passage is likely the answer to a query, and which words of a query tell what it asks for."""

from __future__ import annotations

from rlm_core.language.folding import fold, fold_in_place
from rlm_core.language.identifiers import split_humps
from rlm_core.language.parting import places_of
from rlm_core.language.terms import forms_of, stemmer, words_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from rlm_core.search.query import Query, Word

SPAN = 6  # words over which the telling words of one sentence may be spread, for each of them
NEAR = 3  # the same where they stand on two lines
_SMALL, _CAPITALS = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MOST_SIGNS = 2  # between two parts of an identifier
_ENDING = 6  # characters of a file's name behind its point

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
    in what is no question. words: the query's, misspelt ones replaced.
    """

    def __init__(self, words: Sequence[Word], query: Query) -> None:
        self.wanted = telling(words)
        self.as_typed = all(set(w.terms) <= set(forms_of(w.text)) for w in words)
        self.identifiers = [[fold(p) for p in words_of(i)] for i in query.typed]
        self.numbered = query.numbered

    def strong(self, text: str, language: str, terms: Container[str]) -> bool:
        """Whether a passage is likely the answer. language: of the text. terms: those of its words."""
        held = [w for w in self.wanted if any(t in terms for t in w.terms)]
        if not self.as_typed or not held or len(held) < len(self.wanted):
            return False
        plain = fold_in_place(text) if self.identifiers or self.numbered else ""
        # Where a line stands says nothing of what it says.
        said = text if self.identifiers else without_paths(text)
        if not all(names(i, plain) for i in self.identifiers) or not _together(said, language, held):
            return False
        return all(_agrees(number, numbers_of(name, plain)) for name, number in self.numbered)


def _together(text: str, language: str, held: Sequence[Word]) -> bool:
    """Whether the words stand in one sentence that does not ask, or in a heading and the line below it."""
    before = ""
    for sentence in parted(text):
        if sentence.endswith("?"):
            before = ""
            continue
        for said, span in ((sentence, SPAN), (f"{before} {sentence}" if before else "", NEAR)):
            if said and _close(words_of(said), language, held, span):
                plain = _without_others(said, language, held)
                if plain == said or _close(words_of(plain), language, held, span):
                    return True
        before = sentence if is_head(sentence) else ""
    return False


def parted(text: str) -> list[str]:
    """The text parted at the white space behind a point, an exclamation or a question mark, and at line ends."""
    found, start = [], 0
    for at in places_of(".!?\n", text):
        if at < start:
            continue
        if text[at] == "\n":
            found.append(text[start:at])
            start = at + 1
        elif text[at + 1 : at + 2].isspace():
            found.append(text[start : at + 1])
            start = at + 1
            while text[start : start + 1].isspace():
                start += 1
    found.append(text[start:])
    return found


def is_head(line: str) -> bool:
    """Whether it is a line that says what the next is about: a heading, a [section], one that ends with : { ( or [."""
    said = line.lstrip()
    section = said[:1] == "[" and said.find("]") == len(said) - 1
    return said[:1] == "#" or section or line[-1:] in (":", "{", "(", "[")


def without_paths(text: str) -> str:
    """The text with a blank for each path to a file, as src/pay.py:41 or /etc/hosts.conf."""
    if not any(map(_name_at, text.split("/")[1:])):
        return text
    found, at = [], 0
    while (slash := text.find("/", at)) >= 0:
        start, end = slash, slash + 1
        while start > at and _may_be_in_path(text[start - 1]):
            start -= 1
        while end < len(text) and _may_be_in_path(text[end]):
            end += 1
        left = _left_of_paths(text[start:end].split("/"))
        found += [text[at:start], left]
        at = end
        while left[-1:] == " " and text[at : at + 1] == ":" and text[at + 1 : at + 2].isdecimal():
            at += 2
            while text[at : at + 1].isdecimal():
                at += 1
    found.append(text[at:])
    return "".join(found)


def _may_be_in_path(c: str) -> bool:
    return c.isalnum() or c in "_.-/"


def _left_of_paths(names: Sequence[str]) -> str:
    """What stands between slashes, without paths. A path begins with the first name, or at a doubled slash, and ends
    with the last name that has an ending.
    """
    parts: list[list[str]] = [[]]
    for name in names:
        if not name and parts[-1]:
            parts.append([])
        parts[-1].append(name)
    left = []
    for part in parts:
        last = next((n for n in range(len(part) - 1, 0, -1) if _name_at(part[n])), 0)
        if last:
            part[: last + 1] = [" " + part[last][_name_at(part[last]) :]]
        left.append("/".join(part))
    return "/".join(left)


def _name_at(text: str) -> int:
    """The length of a file's name with its ending at the beginning of a text; 0 where there is none."""
    point = text.find(".")
    if point < 1 or not text[:point].replace("_", "a").replace("-", "a").isalnum():
        return 0
    end = point + 1
    while end < len(text) and end <= point + _ENDING and (text[end].isalnum() or text[end] == "_"):
        end += 1
    return end if end > point + 1 else 0


def _without_others(sentence: str, language: str, held: Sequence[Word]) -> str:
    """The sentence without names of something else: those of which no more than half are words of the query. A
    `limit_stream` or an `accept_timeout` says nothing of a limit or a timeout.
    """
    if "_" not in sentence and split_humps(sentence) == sentence:
        return sentence
    stem = stemmer(language)
    asked = {t for w in held for t in w.terms}
    found, at = [], 0
    for start, end in names_in(sentence):
        parts = words_of(sentence[start:end])
        if 2 * sum(stem(p) in asked for p in parts) <= len(parts):
            found += [sentence[at:start], " "]
            at = end
    return "".join([*found, sentence[at:]])


def names_in(text: str) -> list[tuple[int, int]]:
    """Where the names of several words stand: retry_limit, of which each part has a letter or a digit, or retryLimit.

    (start, end) of each, in order; of `_` two in a row, or at an end, belong to none.
    """
    found: list[tuple[int, int]] = []
    at = 0
    for run in "".join([c if c == "_" or c.isalnum() else " " for c in text]).split(" "):
        joined: list[tuple[int, int]] = []
        for part in [*run.split("_"), ""]:
            if part:
                joined.append((at, at + len(part)))
            elif len(joined) > 1:
                found.append((joined[0][0], joined[-1][1]))
            elif joined:
                found += _humped(text, *joined[0])
            joined = joined if part else []
            at += len(part) + 1
        at -= 1  # behind the last part stands the blank, and behind "" nothing
    return found


def _humped(text: str, at: int, end: int) -> list[tuple[int, int]]:
    """Where words as retryLimit stand between two places: ASCII's letters, a capital before small ones."""
    found = []
    while at < end:
        first = behind = _behind_small(text, at, end)
        while behind > at and behind < end and text[behind] in _CAPITALS:
            further = _behind_small(text, behind + 1, end)
            if further == behind + 1:
                break
            behind = further
        if behind > first:
            found.append((at, behind))
        at = behind if behind > at else at + 1
    return found


def _behind_small(text: str, at: int, end: int) -> int:
    while at < end and text[at] in _SMALL:
        at += 1
    return at


def _close(said: list[str], language: str, held: Sequence[Word], span: int) -> bool:
    """Whether all the words stand within `span` words for each of them. One that stands by itself, without its
    neighbours of the query, must be the word that was typed: "it starts a second time" says nothing of a start time.
    """
    if len(said) < len(held):
        return False
    stem = stemmer(language)
    word_of = {t: n for n, w in enumerate(held) for t in w.terms}
    here = [(at, n) for at, word in enumerate(said) if (n := word_of.get(stem(word))) is not None]
    if len({n for _, n in here}) < len(held) or not _within(here, len(held), span * len(held)):
        return False
    for n, word in enumerate(held) if len(held) > 1 else ():
        mine = [at for at, m in here if m == n]
        if any(fold(said[at]) == fold(word.text) for at in mine):
            continue
        beside = [[at for at, m in here if m == other] for other in (n - 1, n + 1) if 0 <= other < len(held)]
        if not all(any(abs(at - other) <= 2 for at in mine for other in places) for places in beside):
            return False
    return True


def _within(here: Sequence[tuple[int, int]], count: int, most: int) -> bool:
    """Whether a run of at most `most` words holds all `count` of them. here: (place, which) in order."""
    last: dict[int, int] = {}
    for at, n in here:
        last[n] = at
        if len(last) == count and at - min(last.values()) < most:
            return True
    return False


def names(parts: Sequence[str], plain: str) -> bool:
    """Whether an identifier stands in a folded text: its parts in a row, as one name or as words of a sentence.

    What is longer on either side is another identifier: `retry_limit` does not stand in `max_retry_limit`.
    """
    first = parts[0] if parts else ""
    at = plain.find(first)
    while at >= 0:
        if not _is_within_name(plain[max(0, at - 2) : at][::-1]) and _follow(parts[1:], plain, at + len(first)):
            return True
        at = plain.find(first, at + 1)
    return False


def _follow(parts: Sequence[str], plain: str, at: int) -> bool:
    """Whether these parts are next, no more than two signs before each, and no other behind them."""
    for part in parts:
        signs = next((n for n, c in enumerate(plain[at : at + MOST_SIGNS]) if c.isalnum()), MOST_SIGNS)
        if not plain.startswith(part, at + signs):
            return False
        at += signs + len(part)
    return not _is_within_name(plain[at : at + 2])


def _is_within_name(beside: str) -> bool:
    """Whether a name goes on. beside: the two characters next to a part of it, the nearer one first."""
    return beside[:1].isalnum() or (beside[:1] == "_" and beside[1:].isalnum())


def names_another(text: str, numbered: Sequence[tuple[str, str]]) -> bool:
    """Whether a passage gives a name of the query another number, and never the one that was asked for: whoever asks
    for PostgreSQL 17 does not ask for PostgreSQL 16. numbered: of the query.
    """
    if not numbered:
        return False
    plain = fold_in_place(text)
    return any((found := numbers_of(name, plain)) and not _agrees(number, found) for name, number in numbered)


def numbers_of(name: str, plain: str) -> list[str]:
    """The numbers that stand right after a name. plain: a folded text."""
    import re  # many a search needs no pattern, and loading it takes a third of a bare start

    return re.findall(rf"(?<![^\W_]){re.escape(name)}[ \u00a0-]?v?(\d+(?:\.\d+)*)(?![^\W_])", plain)


def _agrees(number: str, found: Sequence[str]) -> bool:
    """Whether a number is among those found; 17 agrees with 17.2."""
    return any(f"{number}.".startswith(f"{f}.") or f"{f}.".startswith(f"{number}.") for f in found)
