"""What a sentence claims of what: the words of its subject, the value it gives, what it takes back. By its words alone.

A sentence is cut at its punctuation and before what only gives a reason. Each part that gives a figure makes a claim;
a sentence without one makes a claim of its words, among which a name or a refusal may be the value. Questions,
conditions and quotations claim nothing.
"""

from __future__ import annotations

from rlm_core.language.detect import language_of
from rlm_core.language.folding import fold, fold_in_place
from rlm_core.language.identifiers import split_humps
from rlm_core.language.parting import places_of
from rlm_core.language.stopwords import FRENCH, FUNCTION_WORDS, TITLE_STOP_WORDS
from rlm_core.language.terms import stemmer
from rlm_core.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_CLAIMS = 3  # of a sentence
MAX_TOKENS = 60  # of a sentence that are looked at


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words of deciding itself, of being told and of giving reasons: they tell no subject. Accents folded.
SAYING = _words("""
let lets let's use uses used using go going goes went keep keeps kept stick set sets make makes made say says said
choose chose chosen pick picked decide decided decides decision agreed agree settle settled opt opted adopt switch
switched move moved moves migrate migrated change changed replace replaced revert drop dropped stay stays instead
rather longer any anymore actually finally final scratch second thought mind wrong right sorry mistake correction
please okay yes don't dont won't never avoid stop want prefer few many low high small large slow little too lent trop
team equipe client ship support back now default via per today yesterday need needs must it's that's they're we're
i'm we'll i'll there's isn't met mets mettons garde garder gardons utilise utiliser utilisons utilisez part partir
partons partis reste rester restons passe passer passons mettre prend prendre prends prenons choisi choisir choisit
retenu retient decider decidons opte adopte finalement plutot lieu jamais aucun aucune surtout evite eviter revient
revenir revenons avis trompe raison oublie abandonne voulais dire fixe fait faisons ca cela celui juste pas non oui
bon alors donc ici maintenant desormais disons veux veut besoin d'accord
""")
_BESIDES = _words("""
plan thing things way good news fine great nice ok yeah again noted note understood confirmed done agreed measured
measure measures become becomes became take takes took taken give gives gave gets get got put puts raise raised raises
lower lowered bump bumped increase increased reduce reduced cut run runs running ran work works call called calls
named rename renamed work aside leave left out stand stands value values new old current former previous previously
should shall would gone removed remove allow allowed allows accept add added from reason slipped slips postponed
delayed pushed scheduled becoming
programme chose changement mesure mesurer note entendu compris retour vaut valoir vaudra doit faut faudra nouveau
nouvelle ancien ancienne valeur tourne tournent appelle appeler nomme renomme devient deviennent monte descend baisse
augmente permis accepte accepter autorise ajoute supprime remplace compte reflexion fais faire aller allons sera
seront
repose ecarte disparait encore droit apres avant deja pris already fixee fixees fixes repousse repoussee decale
decalee avance avancee reporte reportee mis accord off cuts
""")
_NO_SUBJECT = SAYING | _BESIDES | FUNCTION_WORDS | frozenset(fold(w) for w in TITLE_STOP_WORDS if len(w) > 3) - {"time"}
_ARTICLES = _words("the a an its our their my your le la les l un une son sa ses notre nos leur ce cette only just")
_LINKS = _words("of for in on from at de du des d dans pour sur en chez under inside within")
_NO_VALUE = _words("""
after before in within since until than about over during every times depuis apres avant dans jusqu jusque pendant
environ line lines ligne lignes page step etape chapter section item issue commit point
""")
"""What stands before a figure that is no value: "after 31 s", "in 12 files"."""
_REASON = _words("because since otherwise car parce puisque sinon")
_UNSURE = _words("""
if unless talk discuss remind parle reparle reparler rappelle
would could might maybe perhaps whether suppose si serait seraient faudrait pourrait aurait peut-etre
supposons
""")
_GIVEN = _words("with avec without sans")  # begin a condition: "with 50, it would"
_NEGATES = _words("no not never without against avoid nor pas jamais aucun aucune sans ni eviter evite ecarte")
_TURNS = _words("""
now instead anymore longer actually back again switch switched move moved moves goes becomes became raise
raised bump bumped lower lowered increase reduce rename renamed drop dropped replace replaced replaces wrong
correction
gone revert swap scratch mind thought new rather anyway allow fine ok today
desormais maintenant finalement plutot lieu passe passons repousse repoussee decale decalee abandonne abandonnons
remplace remplacons plus compte trompe revenons revient changement reflexion devient monte descend renomme accord
accepte
""")
_NOT_NOW = _words("from not pas contre than que non was were etait etaient disparait")
_GIVES_UP = _words("""
instead rather drop dropped abandonne abandonnons remplace remplacons replace replaces ecarte not pas than from contre
plutot lieu place
""")
_WAS = _words("was were etait etaient disparait")
_DECIDES = _words("""
let use uses using take takes taken go goes going went choose chose pick picked prefer adopt switch switched move
moves
moved migrate drop dropped replace replaced replaces call called name named rename renamed want decided decide agreed
settled keep allow accept support pin pinned put set becomes stick revert instead rather now today
prenons prend prends utilise utilisons utilisent choisi choisit retenu retient adopte opte passe passons remplace
remplacons abandonne abandonnons garde gardons mettons met mets veux veut appelle renomme accepte autorise reste
restons back
publie publions plutot lieu desormais maintenant finalement
""")
_GONE = _words("gone out removed")
_ARE = _words("is are was were now")
_MONTHS = {
    w: n
    for n, names in enumerate(
        (
            "january jan janvier",
            "february feb fevrier",
            "march mar mars",
            "april apr avril",
            "may mai",
            "june jun juin",
            "july jul juillet",
            "august aug aout",
            "september sep sept septembre",
            "october oct octobre",
            "november nov novembre",
            "december dec decembre",
        )
    )
    for w in names.split()
}
_DAYS = {
    w: n
    for n, names in enumerate(
        (
            "monday lundi",
            "tuesday mardi",
            "wednesday mercredi",
            "thursday jeudi",
            "friday vendredi",
            "saturday samedi",
            "sunday dimanche",
        )
    )
    for w in names.split()
}
_PERIODS = _words("hourly nightly daily weekly monthly yearly")
_COUNTS = {
    w: n
    for n, names in enumerate(
        "two deux|three trois|four quatre|five cinq|six|seven sept|eight huit|nine neuf|ten dix".split("|"),  # noqa: SIM905
        2,
    )
    for w in names.split()
}
_UNITS = {
    w: (dimension, factor)
    for dimension, units in {
        "time": "us µs:1e-6, ms msec:1e-3, s sec secs second seconds seconde secondes:1, min mins minute minutes:60, "
        "h hour hours heure heures:3600, day days jour jours:86400, week weeks semaine semaines:604800, "
        "month months mois:2592000, year years an ans:31536000",
        "size": "b byte bytes octet octets:1, kb ko kib:1e3, mb mo mib:1e6, gb go gib:1e9, tb to tib:1e12",
        "share": "% percent pourcent:1",
        "px": "px pixel pixels:1",
        "pt": "pt pts point points:1",
    }.items()
    for group in units.split(", ")
    for names, _, size in [group.partition(":")]
    for factor in [float(size)]
    for w in names.split()
}
_NOT_LOOKED_AT = _NO_SUBJECT | _ARTICLES | frozenset(_UNITS)
_MARKS = frozenset("%=:;,.!?()[]–—→")  # signs that are tokens
_JOIN, _JOIN_FIGURES = "_.+#@/-", ".,:/-"  # signs within a name, within a figure
_APART = dict.fromkeys(map(ord, "_./@#+"), " ")
_ENDS, _BEHIND = ".!?", '»”")'  # of a sentence; what may stand behind these
_QUOTES = {'"': '"', "“": "“”", "«": "«»", "`": "`"}  # what opens -> what cannot stand within, what closes last
MAX_QUOTED = 300  # characters


class Claim(Record, few=True):
    """What a sentence says of something.

    figures: (dimension, value) of each figure given, dimension "" for a bare number. former: the same of figures that
    no longer hold. digits: the figures as they were typed, without their units. words: stems of what it is about,
    names among them. given_up: stems of what no longer holds. attached: of the words those that narrow another, as
    "gateway" in "gateway timeout" or "of the gateway". value: those that stand where a value does. names: those
    written as names are. turns: it says that something changes. refuses: it says no. beside: further words of the
    sentence. decides: it is marked so or has a verb of deciding. by_context: its words are those of what its turn was
    about.
    """

    figures: frozenset[tuple[str, float]]
    former: frozenset[tuple[str, float]]
    digits: frozenset[float]
    words: frozenset[str]
    given_up: frozenset[str]
    attached: frozenset[str]
    value: frozenset[str]
    names: frozenset[str]
    turns: bool
    refuses: bool = False
    beside: frozenset[str] = frozenset()
    decides: bool = False
    by_context: bool = False


class _Token:
    """A word, figure or sign. plain: folded. stems: of the word's parts. figure: (dimension, value) of a figure."""

    __slots__ = ("digits", "figure", "plain", "raw", "several", "stems")

    def __init__(self, raw: str, plain: str) -> None:
        self.raw, self.plain = raw, plain
        self.stems: tuple[str, ...] = ()
        self.figure: tuple[str, float] | None = None
        self.digits = 0.0
        self.several = False


def sentences(text: str) -> list[str]:
    """A passage's sentences and lines, without code in fences, lines of logs and questions; what is quoted is
    blank."""
    if "```" in text:
        text = "\n".join(text.split("```")[::2])
    text = text.replace("’", "'").replace("n't", " not").replace("*", "")
    if any(q in text for q in _QUOTES):
        text = without_quotes(text)
    found = [s for one in parted(text) if (s := one.strip()) and s[-1] != "?"]
    return [s for s in found if not (s[0] in "[0123456789" and _is_logged(s))] if "-" in text else found


def parted(text: str) -> list[str]:
    """A text's lines, parted behind signs that end a sentence: those behind which stands a blank, a closing quote or
    nothing.
    """
    found, start, size = [], 0, len(text)
    for at in places_of(".!?\n", text):
        end = at + 1
        if end < size and text[at] != "\n":
            after = text[end]
            if after in _ENDS or not (after in _BEHIND or after.isspace()):
                continue
        found.append(text[start:end])
        start = end
    if start < size:
        found.append(text[start:])
    return found


def _is_logged(line: str) -> bool:
    """Whether a line begins with a date and a time, as one of a log does."""
    stamp = line[line[:1] == "[" :][:14]
    if stamp[4:5] != "-" or stamp[7:8] != "-" or stamp[10:11] not in (" ", "T") or stamp[13:] != ":":
        return False
    return (stamp[:4] + stamp[5:7] + stamp[8:10] + stamp[11:13]).isdecimal()


def without_quotes(text: str) -> str:
    """The text without what somebody else said; inline code that is one name or a setting stays, for other code stands
    a blank.
    """
    found, start = [], 0
    for at in places_of("".join(_QUOTES), text):
        if at < start:
            continue
        opens = text[at]
        signs = _QUOTES[opens]
        most = len(text) if opens == "`" else at + MAX_QUOTED + 2
        end = min([n for s in signs if (n := text.find(s, at + 1, most)) >= 0], default=-1)
        if end < 0 or text[end] != signs[-1]:
            continue
        said = text[at + 1 : end]
        if "\n" in said or (opens != "`" and not said):
            continue
        code = said if opens == "`" else ""
        found += [text[start:at], code if " " not in code or "=" in code or ":" in code else " "]
        start = end + 1
    return "".join([*found, text[start:]])


def claims(sentence: str, language: str, *, marked: str = "") -> list[Claim]:
    """What a sentence claims; nothing for a question, a condition or what is not sure.

    sentence: one of `sentences`. language: of the text that it stands in. marked: "refused", "decided" or "corrected"
    when the sentence is marked so.
    """
    parts = _parts(_tokens(sentence, language))
    told = [p for p in parts if not p.reason]
    if told and told[0].tokens[0].plain in _GIVEN and any(t.plain in _UNSURE for p in told for t in p.tokens):
        return []
    unsure = next((n for n, p in enumerate(told) if any(t.plain in _UNSURE for t in p.tokens)), len(told))
    told = told[:unsure]  # what stands before a condition is claimed all the same
    if not told:
        return []
    given_up = frozenset(w for p in parts for w in _given_up(p.tokens))
    former = frozenset(f for p in parts for f, holds in _figures(p.tokens) if not holds)
    turns = any(t.plain in _TURNS for p in told for t in p.tokens)
    decides = bool(marked) or turns or any(t.plain in _DECIDES for p in told for t in p.tokens)
    first = next((p for p in told if any(t.stems for t in p.tokens)), told[0])
    refuses = _refuses(first.tokens) or (first.ends == ":" and any(p.tokens[0].plain in _NEGATES for p in told))
    found: list[Claim] = []
    tokens: list[_Token] = []
    colon: list[_Token] = []
    every = frozenset(w for p in told for t in p.tokens for w in t.stems)
    figured = [frozenset(f for f, holds in _figures(p.tokens) if holds) for p in told]
    for at, (part, figures) in enumerate(zip(told, figured, strict=True)):
        tokens = [*tokens, *colon, *part.tokens]
        colon = [_COLON] if part.ends == ":" else []
        if figures or (not any(figured) and (at == len(told) - 1 or part.ends in ":;,")):
            changes = turns or bool(figures and any(t.plain == "so" for t in tokens))
            claim = _claim(tokens, figures, former, given_up, changes, language)
            claim.decides, claim.beside = decides, every - claim.words
            if not figures and refuses:
                if marked != "refused":
                    continue  # a no in passing: "not yet", "I am not happy with it"
                claim.refuses = True
            found.append(claim)
    return found[: MAX_CLAIMS - 1] + found[MAX_CLAIMS - 1 :][-1:]


class _Part:
    """Tokens between two signs. ends: the sign after it. reason: it only says why."""

    __slots__ = ("ends", "reason", "tokens")

    def __init__(self, reason: bool) -> None:
        self.tokens: list[_Token] = []
        self.ends = ""
        self.reason = reason


def _parts(tokens: Sequence[_Token]) -> list[_Part]:
    parts = [_Part(False)]
    for t in tokens:
        now = parts[-1]
        if t.raw in _SIGNS:
            if now.tokens:
                now.ends = t.raw
                parts.append(_Part(now.reason and t.raw not in ";" and len(parts) > 1))
        else:
            if t.plain in _REASON and not now.reason:
                if now.tokens:
                    parts.append(_Part(True))
                now = parts[-1]
                now.reason = True
            now.tokens.append(t)
    return [p for p in parts if p.tokens]


_SIGNS = frozenset(",;:()[]–—.!?")


def _tokens(sentence: str, language: str) -> list[_Token]:
    stem = stemmer(language)
    plain = fold_in_place(sentence)
    found = []
    for start, end in spans(sentence):
        t = _Token(sentence[start:end], plain[start:end])
        if t.plain not in _NOT_LOOKED_AT and len(t.raw) > 1 and t.raw[0].isalpha():
            if t.raw.isalpha() and (t.raw.islower() or t.raw[1:].islower()):
                t.stems = (stem(t.raw.lower()),)
            else:
                parts = [n.lower() for n in split_humps(t.raw).translate(_APART).split() if len(n) > 1]
                t.several = len(parts) > 1
                t.stems = tuple(stem(p) for p in parts if len(parts) == 1 or fold(p) not in _NO_SUBJECT)
        found.append(t)
        if len(found) == MAX_TOKENS:
            break
    _number(found)
    return found


_COLON = _Token(":", ":")


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the tokens of a text begin and end: names, figures, and signs of _MARKS."""
    at, size = 0, len(text)
    while at < size:
        c = text[at]
        if c.isalpha():
            end = _end_of_name(text, at)
        elif c.isdecimal():
            end = _end_of_figure(text, at)
        elif c == "_" or c.isalnum():
            end = _end_of_name(text, at)
        else:
            if c in _MARKS:
                yield at, at + 1
            at += 1
            continue
        yield at, end
        at = end


def _end_of_word(text: str, at: int) -> int:
    """Where letters, digits and underscores end."""
    while at < len(text) and (text[at].isalnum() or text[at] == "_"):
        at += 1
    return at


def _end_of_name(text: str, at: int) -> int:
    """Where words end that signs of _JOIN hold together, beginning with one."""
    end = _end_of_word(text, at)
    while text[end : end + 1] in _JOIN and end < len(text):
        behind = end
        while behind < len(text) and text[behind] in _JOIN:
            behind += 1
        word = _end_of_word(text, behind)
        if word == behind:  # an underscore among the signs is a word, too
            return max(end, text.rfind("_", end, behind) + 1)
        end = word
    return end


def _end_of_figure(text: str, at: int) -> int:
    """Where digits end: groups of them that signs of _JOIN_FIGURES hold together, or what is mixed as 3fa85f."""
    end = _end_of_digits(text, at)
    letters = end
    while letters < len(text) and not text[letters].isdecimal() and (text[letters].isalnum() or text[letters] == "_"):
        letters += 1
    if letters > end and text[letters : letters + 1].isdecimal():
        return _end_of_word(text, letters)
    while text[end : end + 1] in _JOIN_FIGURES and text[end + 1 : end + 2].isdecimal():
        end = _end_of_digits(text, end + 1)
    return end


def _end_of_digits(text: str, at: int) -> int:
    while at < len(text) and text[at].isdecimal():
        at += 1
    return at


def _number(tokens: Sequence[_Token]) -> None:
    """Give the tokens that are figures their dimension and value. Units and what is counted become part of them."""
    for at, t in enumerate(tokens):
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        before = tokens[at - 1] if at else None
        if t.plain in _DAYS:
            t.figure = ("day", float(_DAYS[t.plain]))
        elif t.plain in _PERIODS and not (after and after.stems):
            t.figure = ("period", float(len(t.plain)))
        elif t.plain in _COUNTS or (t.raw[0].isdigit() and not any(c.isalpha() for c in t.raw)):
            t.digits = value = float(_COUNTS[t.plain]) if t.plain in _COUNTS else _value(t.raw)
            if after and after.plain in _MONTHS:
                t.figure, after.stems = ("date", _MONTHS[after.plain] * 100 + value), ()
            elif before and before.plain in _MONTHS and len(before.plain) > 2 and value <= 31:
                t.figure, before.stems = ("date", _MONTHS[before.plain] * 100 + value), ()
            elif after and after.plain in _UNITS and (after.plain not in ("to", "go") or after.raw[0].isupper()):
                dimension, factor = _UNITS[after.plain]
                t.figure = (dimension, round(value * factor, 9))
            elif after and after.stems and not (before and before.stems) and ":" not in t.raw:
                t.figure, after.stems = ("of " + after.stems[-1], value), ()
            else:
                t.figure = ("clock" if ":" in t.raw else "", value)
        if t.figure:
            t.stems = ()


_BLANK_SIGNS = dict.fromkeys(map(ord, _JOIN_FIGURES), " ")


def _value(digits: str) -> float:
    """A number for digits with signs between them: `0,5` and `0.5` are the same, `1.5.7` is not `1.5.8`."""
    first, *thousands = digits.split(",")
    whole = digits.replace(",", "")
    if thousands and len(first) <= 3 and all(len(t) == 3 for t in thousands) and whole.isdecimal():
        return float(whole)
    try:
        return float(digits.replace(",", "."))
    except ValueError:
        value = 0.0
        for part in digits.translate(_BLANK_SIGNS).split(" "):
            value = value * 10_000 + float(part)
        return value


def _figures(tokens: Sequence[_Token]) -> Iterator[tuple[tuple[str, float], bool]]:
    """(the figure, whether it holds) of each that is a value."""
    for at, t in enumerate(tokens):
        if t.figure is None:
            continue
        back = at - 1
        while back >= 0 and tokens[back].raw.lower() in _ARTICLES:  # not the French à
            back -= 1
        cue = tokens[back].plain if back >= 0 else ""
        further = tokens[back - 1].plain if back > 0 else ""
        after = next((o.plain for o in tokens[at + 1 : at + 3] if o.plain not in _UNITS), "")
        holds = cue not in _NOT_NOW and after not in _WAS
        if cue in ("of", "de", "d") and further in ("instead", "lieu", "place"):
            holds = False
        elif cue in ("de", "d"):  # from 5 to 7
            holds = not any(o.plain in ("a", "vers") and any(n.figure for n in then) for o, then in _next(tokens, at))
        if not holds:
            yield t.figure, False
        elif cue not in _NO_VALUE and not _counts_some(tokens[at + 1 : at + 3]):
            yield t.figure, True


def _next(tokens: Sequence[_Token], at: int) -> Iterator[tuple[_Token, Sequence[_Token]]]:
    """Each of the three tokens behind a place, with the two behind that."""
    for n in range(at + 1, min(at + 4, len(tokens))):
        yield tokens[n], tokens[n + 1 : n + 3]


def _counts_some(after: Sequence[_Token]) -> bool:
    """Whether what stands behind a figure says that it counts some of a set: "12 of them", "12 en tout"."""
    return tuple(t.plain for t in after) in (
        ("of", "them"),
        ("of", "these"),
        ("in", "all"),
        ("en", "tout"),
        ("d", "entre"),
    )


def _given_up(tokens: Sequence[_Token]) -> Iterator[str]:
    """The stems of what no longer holds: what stands after "instead of", "drop", before "was", "is gone"."""
    for at, t in enumerate(tokens):
        aside = t.plain == "left" and any(o.plain == "aside" for o in tokens[at + 1 : at + 6])
        passes = t.plain in ("de", "d") and at and tokens[at - 1].plain in ("passe", "passons", "passent", "passer")
        if t.plain in _GIVES_UP or aside or passes:
            for o in tokens[at + 1 : at + 5]:
                yield from o.stems
                if o.stems or o.figure:
                    break
        elif t.plain in _WAS or (t.plain in _GONE and at and tokens[at - 1].plain in _ARE):
            for o in reversed(tokens[max(at - 3, 0) : at]):
                yield from o.stems
                if o.stems or o.figure:
                    break


def _refuses(tokens: Sequence[_Token]) -> bool:
    """Whether a sentence's first part says no to something, rather than "no longer"."""
    for at, t in enumerate(tokens[:10]):
        after = tokens[at + 1].plain if at + 1 < len(tokens) else ""
        if t.plain in _NEGATES and after not in ("longer", "plus", "only", "seulement"):
            return not (at and tokens[at - 1].plain in ("and", "et", "but", "mais", "or", "ou"))
    return False


def _claim(
    tokens: Sequence[_Token],
    figures: frozenset[tuple[str, float]],
    former: frozenset[tuple[str, float]],
    given_up: frozenset[str],
    turns: bool,
    language: str,
) -> Claim:
    words: set[str] = set()
    attached: set[str] = set()
    value: set[str] = set()
    names: set[str] = set()
    joined = False  # the token before narrows another, and this one follows at once
    for at, t in enumerate(tokens):
        if not t.stems:
            joined = False
            continue
        words.update(t.stems)
        back = at - 1
        while back >= 0 and tokens[back].raw.lower() in _ARTICLES:  # not the French à
            back -= 1
        cue = tokens[back].plain if back >= 0 else ""
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        joined = joined or (cue in _LINKS and (cue != "on" or language != FRENCH))
        if joined or t.several or (following and (following.stems or following.plain == "s")):
            attached.update(t.stems)
        if "/" not in t.raw and (t.raw[0].isupper() or "_" in t.raw or any(c.isdigit() for c in t.raw)):
            names.update(t.stems)
        if cue in _SETS and (cue != ":" or back == at - 1):
            value.update(t.stems)
    return Claim(
        figures,
        former,
        frozenset(t.digits for t in tokens if t.figure in figures and t.plain not in _COUNTS),
        frozenset(words),
        given_up,
        frozenset(attached),
        frozenset(value),
        frozenset(names),
        turns,
    )


_SETS = _words("""
to is are be with use uses using take takes want prefer called named by via becomes become choose chose pick picked
adopt = : as a est sont sera avec utilise utilisons prend prends prenons choisi choisit retenu devient par nom
appelle vaut valoir vaudra
""")


def about(claim: Claim, context: str) -> Claim:
    """The claim; one that has no subject of its own, as "make it 5", is given that of its context."""
    if not claim.words and context:
        language = language_of(context)
        none: frozenset[tuple[str, float]] = frozenset()
        said = _claim(_tokens(context, language), none, none, frozenset(), False, language)
        claim.words, claim.attached, claim.by_context = said.words, said.attached, True
    return claim
