"""What no repair of a quote may hide: another number, name or sign, a negation more or less, somebody else's words."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from rlm_core.engine.checks.near.spellings import Spelling, is_pronoun, times_before
from rlm_core.engine.checks.near.streams import NUMBERED, Stream
from rlm_core.engine.checks.numbers import stated
from rlm_core.engine.findings import Finding
from rlm_core.engine.texts import Piece
from rlm_core.language.folding import fold
from rlm_core.language.stopwords import FUNCTION_WORDS

SIGNS = frozenset(("=", "<", ">", "!", "-", "~", "!=", "<=", ">=", "≈", "±", "+", "$", "€", "£", "#"))
CLAUSE_WORDS = 8  # words beside a quote in which a negation would be about it
STRAY_WORDS = 2  # words at an end of a run that may belong to another sentence
LABEL_CHARS = 4000  # characters above a quote in which its speaker is looked for
STEM_CHARS = 5  # letters that two forms of a word have in common


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Words that turn what a sentence says: negations, conditions, wishes.
_TURNING = _set(
    "not no never none neither nor cannot without nobody nothing nowhere hardly barely unless except instead rather "
    "might may could should would if whether perhaps maybe unlikely almost nearly wish "
    "ne n non pas jamais aucun aucune sans ni guère rien personne sauf plutôt presque "
    "pourrait pourraient devrait devraient faudrait serait seraient si peut"
)
# Words whose opposite says the opposite: a quote has none of them that its source has not.
_OPPOSITES = _set(
    "more less fewer least most before after under over above below only always all every minimum maximum max min "
    "increase increases increased decrease decreases decreased raise raises raised lower lowers lowered allow allows "
    "allowed forbid forbids forbidden first last start stop enable enabled disable disabled add added remove removed "
    "moins plus avant après sous toujours seulement tous toutes augmente augmenter diminue diminuer baisse monte "
    "autorise autorisé interdit premier dernier active activé désactive désactivé ajoute ajouté supprime supprimé"
)
_TURNING_STEMS = ("reject", "refus", "propos", "suggest", "deni", "deny", "fail", "échou", "refut", "oppos")
_BEGINNINGS = _set(
    "then also yes ok okay well now here there today yesterday tomorrow finally however therefore thus hence note "
    "please currently actually because when while since although though after before later first second next again "
    "once people users everyone everybody somebody nobody another other some many most all both each every these those "
    "let thanks sorry sure agreed our "
    "donc alors puis ensuite aussi oui maintenant ici hier demain aujourd enfin cependant toutefois parce "
    "lorsque quand comme depuis après avant plus tard abord encore chacun tous toutes certains plusieurs "
    "chaque notre merci"
)
_CONTRACTED = _set("don doesn didn isn aren wasn weren won wouldn can couldn shouldn hasn haven hadn mustn needn ain")
_CLAUSE = re.compile(r"[.,;:!?()\n—–]")
_JOINING = frozenset(("and", "but", "because", "so", "while", "et", "mais", "car", "donc"))  # a clause of its own
_SENTENCE = re.compile(r"[.!?…](?=[\s\"'”»)*_]|$)|\n(?=[ \t]{0,40}(?:[-*+>#|]|\d{1,3}[.)]\s|[A-ZÀ-ÖØ-Þ]))")
_MARKS = " \n\t*_`\"'“”«»()"  # around a sentence
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_HEADING = re.compile(r"^[ \t]{0,3}#{1,6}\s.{0,300}$", re.MULTILINE)
_LABEL = re.compile(
    r"^[ \t>*_-]{0,12}(?:[\[(][^\])\n]{0,40}[\])][ \t]{0,4})?(?:\d{1,2}[:h]\d{2}(?::\d{2})?[ \t]{1,4})?[*_]{0,3}"
    r"(?P<name>[^\W\d_][^\n:：{}<>\"“”«»|;!?.,]{0,60}?)[*_]{0,3}[ \t]?[:：](?=[*_]{0,3}(?:\s|$))",
    re.MULTILINE,
)
_PLAIN_WORD = re.compile(r"[^\W_]+")
# What a reader may write before a quote without naming anybody.
_NOBODY = _set(
    "quote quotation source citation cite extrait passage excerpt text texte evidence preuve line ligne says said "
    "verbatim original proof from"
)

# What a session's two sides are called.
_ROLES = (
    frozenset(("user", "human", "utilisateur", "utilisatrice", "humain", "me", "moi")),
    frozenset(("assistant", "claude", "ai", "ia", "model", "modele", "bot")),
)


def turning(words: Sequence[str]) -> list[str]:
    """Those of some words that turn what a sentence says, each by one name for all its forms."""
    found = []
    for n, word in enumerate(words):
        contracted = word == "t" and n > 0 and words[n - 1] in _CONTRACTED
        if contracted or word in _TURNING or word.startswith(_TURNING_STEMS):
            found.append("not" if contracted or word in ("not", "cannot", "ne", "n", "pas") else word)
    return sorted(set(found))


def clause_before(stream: Stream, start: int) -> list[str]:
    """The words of a clause before its word number `start`."""
    first = start
    while first > 0 and start - first < CLAUSE_WORDS:
        between = stream.text[stream.ends[first - 1] : stream.starts[first]]
        if _CLAUSE.search(between):
            break
        first -= 1
    return stream.words[first:start]


def clause_after(stream: Stream, end: int) -> list[str]:
    """The words of a clause from its word number `end` on."""
    last = end
    while last < len(stream) and last - end < CLAUSE_WORDS and stream.words[last] not in _JOINING:
        between = stream.text[stream.ends[last - 1] : stream.starts[last]] if last else ""
        if _CLAUSE.search(between):
            break
        last += 1
    return stream.words[end:last]


def may_begin(one: Spelling, piece: Piece, stream: Stream, start: int) -> bool:
    """Whether a spelling from whose beginning something was taken off may stand at word number `start`.

    What was taken off must not have been another sign, number, time or name than the source has there, nor a negation.
    """
    if not one.cut:
        return True
    if turning(clause_before(stream, start)):
        return False
    if start and stream.words[start - 1] in SIGNS and stream.ends[start - 1] > stream.starts[start] - 3:
        return False
    offset = stream.starts[start]
    line = piece.text.rfind("\n", 0, offset) + 1
    before = piece.text[line:offset]
    own = NUMBERED.match(before)
    if one.number and own and own.lastgroup and int(own[own.lastgroup]) != one.number:
        return False
    there = times_before(before)
    if one.times and there and not set(_bare(one.times)) <= set(_bare(there)):
        return False
    return not one.speaker or may_speak(one.speaker, piece, offset)


def _bare(figures: Collection[str]) -> list[str]:
    return [f.lstrip("0") or "0" for f in figures]


def may_speak(speaker: str, piece: Piece, offset: int) -> bool:
    """Whether the words at an offset of a piece may be those of a speaker, by the nearest label above them."""
    names = {w for w in _plain_words(speaker) if not w.isdigit()} - FUNCTION_WORDS - _NOBODY
    if not names:
        return True
    since = max(0, offset - LABEL_CHARS)
    labels = [m for pattern in (_HEADING, _LABEL) for m in pattern.finditer(piece.text, since, offset)]
    if labels:
        label = _plain_words(max(labels, key=lambda m: m.start())[0])
        if turning(label) != turning(_plain_words(speaker)):
            return False
        known = set(label)
        return names <= known or any(names <= role and known & role for role in _ROLES)
    document = piece.document
    known = set(_plain_words(f"{document.id} {document.path} {document.title}"))
    return names <= known or any(names <= role for role in _ROLES)


def _plain_words(text: str) -> list[str]:
    return _PLAIN_WORD.findall(fold(text))


def may_end(text: str, stream: Stream, end: int) -> bool:
    """Whether a quote may end before word number `end`: not as a sentence that goes on with "not" in the source."""
    return text.strip(_MARKS)[-1:] not in (".", "!", "?") or not turning(clause_after(stream, end))


def may_start(text: str, stream: Stream, start: int) -> bool:
    """Whether a quote may start at word number `start`: not as a sentence that begins earlier, with "never"."""
    begins = text.strip(_MARKS)[:1].isupper() and not stream.text[stream.starts[start]].isupper()
    return not begins or not turning(clause_before(stream, start))


def may_leave_out(stream: Stream, end: int, start: int) -> bool:
    """Whether a quote may leave out the words from number `end` to `start`: no negation of it, no other speaker.

    What stands behind another sentence's end must begin a sentence.
    """
    gap = stream.text[stream.ends[end - 1] : stream.starts[start]]
    if _HEADING.search(gap) or _LABEL.search(gap, 1) or _PARAGRAPH.search(gap):
        return False
    ends = [m.end() for m in _SENTENCE.finditer(gap)]
    if ends and _PLAIN_WORD.search(gap, ends[-1]):
        return False
    left_out = start - end
    return not left_out or not turning(
        [*clause_after(stream, end)[:left_out], *clause_before(stream, start)[-left_out:]]
    )


def holds_name(stream: Stream, end: int, start: int) -> bool:
    """Whether one of the words from number `end` to `start` has a capital letter, as somebody's name has."""
    raw = (stream.text[stream.starts[n] : stream.ends[n]] for n in range(end, start))
    return any(_is_name(word) for word in raw if not word[0].isdigit())


def _is_name(raw: str) -> bool:
    """Whether a word within a sentence looks like a name: it has a capital letter, a figure or a separator."""
    if any(c.isdigit() or c == "_" for c in raw):
        return True
    return any(c.isupper() for c in raw) and fold(raw) not in FUNCTION_WORDS and not is_pronoun(raw.casefold())


def trimmed(quote: Stream, first: int, last: int) -> tuple[int, int]:
    """A run of a quote's words without the one or two that belong to the sentence before it or behind it."""
    for n in range(first, min(first + STRAY_WORDS, last - 1)):
        if first and _ends_between(quote, n):
            return trimmed(quote, n + 1, last)
    for n in range(last - 2, max(last - 2 - STRAY_WORDS, first), -1):
        if last < len(quote) and _ends_between(quote, n):
            return first, n + 1
    return first, last


def _ends_between(quote: Stream, n: int) -> bool:
    """Whether a sentence ends between a word and the next one."""
    return bool(_SENTENCE.search(quote.text, quote.ends[n], quote.starts[n + 1]))


def made_up(quote: Stream, run: tuple[int, int], source: Stream, start: int) -> list[str] | None:
    """The words of a quote that do not stand beside its run in the source; None where what differs may not.

    run: (from, to) of the quote's words that stand in the source from word `start` on.
    """
    first, last = run
    end = start + last - first
    found: list[str] = []
    if first:
        beside = source.words[max(0, start - first - CLAUSE_WORDS) : start]
        differing = _differing(quote, range(first), beside, clause_before(source, start), behind=False)
        if differing is None:
            return None
        found += differing
    if last < len(quote):
        beside = source.words[end : end + len(quote) - last + CLAUSE_WORDS]
        differing = _differing(quote, range(last, len(quote)), beside, clause_after(source, end), behind=True)
        if differing is None:
            return None
        found += differing
    return found


def _differing(
    quote: Stream, numbers: range, beside: Sequence[str], clause: Sequence[str], *, behind: bool
) -> list[str] | None:
    """The words of a quote, by their numbers, that do not stand beside its run; None where what differs may not.

    beside, clause: the words of the source next to the run, and those of them that are of one clause with it. behind:
    they stand behind it.
    """
    words = [quote.words[n] for n in numbers]
    if any(word in _OPPOSITES and word not in beside for word in words):
        return None
    telling = [n for n in numbers if quote.words[n] not in FUNCTION_WORDS and not is_pronoun(quote.words[n])]
    missing = [n for n in telling if quote.words[n] not in beside]
    shared = [quote.words[n] for n in telling if n not in missing]
    reach = _reach(shared if behind else shared[::-1], beside if behind else beside[::-1])
    if reach is None:  # not in the same order
        return None
    near = beside[:reach] if behind else beside[len(beside) - reach :]
    if turning(words) != turning([*near, *clause]):
        return None
    said = quote.text[quote.starts[numbers[0]] : quote.ends[numbers[-1]]]
    if any(_may_not_differ(quote, n) for n in missing) or not stated(said) <= stated(" ".join(beside)):
        return None
    return [quote.words[n] for n in missing]


def _reach(words: Sequence[str], beside: Sequence[str]) -> int | None:
    """Up to which of the words beside a run those of a quote stand there, in their order; None where they do not."""
    reach = 0
    for word in words:
        if word not in beside[reach:]:
            return None
        reach = beside.index(word, reach) + 1
    return reach


def _may_not_differ(quote: Stream, n: int) -> bool:
    """Whether a word is a sign, a number or a name; some words with a capital letter only begin a sentence."""
    raw = quote.text[quote.starts[n] : quote.ends[n]]
    if quote.words[n] in SIGNS:
        return True
    begins = (not n or _ends_between(quote, n - 1)) and quote.words[n] in _BEGINNINGS
    return _is_name(raw[:1].lower() + raw[1:] if begins else raw)


def carries(words: Sequence[str], finding: Finding, lines: str) -> bool:
    """Whether a finding says what only the quote says: one of these words stands in the claim, and not in the lines."""
    said, there = _stems(f"{finding.claim} {finding.value} {finding.subject}"), _stems(lines)
    return any(stem in said and stem not in there for word in words for stem in _stems(word))


def _stems(text: str) -> set[str]:
    return {w[:STEM_CHARS] for w in _plain_words(text)}
