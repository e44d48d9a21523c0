"""The facts planted in generated sessions, the sentences that state them, and the questions people ask later.

A fact is stated once or, when it is reversed, several times; every statement is a sentence of the user's, one of
Claude's, or both. Questions come in four forms: `words`, most of the statement's words; `part`, keywords;
`synonym`, other words for the thing, with what somebody remembers around it; `cross`, the other language,
where the identifiers are the same. Absent facts are asked for too: `pair`, a setting that only other components
were given; `component`, a component nobody mentioned; `topic`, what no session touches.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from random import Random

from benchmarks import world
from benchmarks.world import Component, Pair, Reason

LANGUAGES = ("en", "fr")
KINDS = ("setting", "choice", "cause", "measure", "rule", "open")
SHARE = {"setting": 0.48, "choice": 0.14, "cause": 0.12, "measure": 0.1, "rule": 0.09, "open": 0.07}
REVERSED = {"setting": 0.4, "choice": 0.3, "measure": 0.3}  # of a kind's facts, those stated more than once
FORMS = ("words", "part", "synonym", "cross")
_ARTICLE = re.compile(r"^(?:the |l'|d'|le |la |les |de |du )")

# Slots: {c} component, {p} what is decided, {v} its value, {o} the former or refused one, {w} why, {h} what one
# remembers of the reason, {q} {p} in other words, {i} identifier, {who} a person, {x} a commit. {C} {P} {V} {W} begin
# a sentence; {cb} {pb} have no article.
STATED: dict[str, dict[str, dict[str, tuple[str, ...]]]] = {
    "setting": {
        "en": {
            "user": (
                "Let's set {p} of {c} to {v}, because {w}.",
                "For {c} I want {v} as {p}: {w}.",
                "One more thing: {p} of {c} should be {v}. {W}.",
                "Agreed, {v} for {p} of {c} then; {w}.",
            ),
            "assistant": (
                "I set {p} of {c} to {v} (`{i}`), since {w}.",
                "`{i}` is {v} now: {w}.",
                "Noted: {c} gets {v} for {p} (`{i}`).",
            ),
            "user again": (
                "Change of plan: {p} of {c} goes to {v}, {w}.",
                "Let's go back on {p} of {c}: {v} from now on. {W}.",
                "We were wrong about {c}: {v} is the right {pb}, because {w}.",
            ),
            "assistant again": (
                "{P} of {c} is {v} instead of {o} (`{i}`), since {w}.",
                "`{i}` goes from {o} to {v}: {w}.",
            ),
        },
        "fr": {
            "user": (
                "Pour {c}, mettons {p} à {v}, parce que {w}.",
                "On fixe {p} à {v} pour {c} : {w}.",
                "Encore une chose : {p} doit valoir {v} pour {c}. {W}.",
                "D'accord, {v} pour {p} dans {c}, car {w}.",
            ),
            "assistant": (
                "J'ai mis {p} à {v} pour {c} (`{i}`), car {w}.",
                "`{i}` vaut désormais {v} : {w}.",
                "C'est noté : {v} pour {p} dans {c} (`{i}`).",
            ),
            "user again": (
                "Changement de programme : pour {c}, {p} passe à {v}, {w}.",
                "Revenons sur {p} dans {c} : {v} à partir de maintenant. {W}.",
                "On s'est trompé pour {c} : c'est {v} qu'il faut pour {p}, parce que {w}.",
            ),
            "assistant again": (
                "Pour {c}, {p} passe de {o} à {v} (`{i}`), car {w}.",
                "`{i}` passe de {o} à {v} : {w}.",
            ),
        },
    },
    "choice": {
        "en": {
            "user": (
                "For {p} in {c} we take {v}, not {o}: {w}.",
                "Let's use {v} for {p} in {c} rather than {o}; {w}.",
            ),
            "assistant": (
                "I went with {v} for {p} in {c} (`{i}`) and left {o} aside: {w}.",
                "`{i}` now uses {v} for {p}; {o} is out, since {w}.",
            ),
            "user again": ("Drop {o}: {p} in {c} moves to {v}, because {w}.",),
            "assistant again": ("{P} in {c} (`{i}`) now runs on {v} instead of {o}, since {w}.",),
        },
        "fr": {
            "user": (
                "Pour {p} dans {c}, on prend {v} et pas {o} : {w}.",
                "Prenons {v} plutôt que {o} pour {p} dans {c} ; {w}.",
            ),
            "assistant": (
                "J'ai retenu {v} pour {p} dans {c} (`{i}`) et écarté {o} : {w}.",
                "`{i}` utilise maintenant {v} pour {p} ; {o} disparaît, car {w}.",
            ),
            "user again": ("On abandonne {o} : {p} dans {c} passe à {v}, parce que {w}.",),
            "assistant again": ("Dans {c} (`{i}`), {p} repose maintenant sur {v} au lieu de {o}, car {w}.",),
        },
    },
    "cause": {
        "en": {
            "user": ("Found it: {v} in {c} was {p}.", "For the record, {p} is what gave us {v} in {c}."),
            "assistant": (
                "{v} in {c} came from {p}; commit {x} fixes it.",
                "The reason for {v} in {c} is {p}. It is fixed in {x}.",
            ),
        },
        "fr": {
            "user": ("Trouvé : {v} dans {c}, c'était {p}.", "Pour mémoire, c'est {p} qui donnait {v} dans {c}."),
            "assistant": (
                "L'erreur {v} dans {c} venait de ceci : {p} ; le commit {x} la corrige.",
                "La raison de {v} dans {c} : {p}. C'est corrigé par {x}.",
            ),
        },
    },
    "measure": {
        "en": {
            "user": ("I measured {c}: {v} for {p}.",),
            "assistant": ("Measured: {c} takes {v} for {p}.", "For {p}, {c} needs {v} on this machine."),
            "user again": ("Measured again: {c} now takes {v} for {p}, it was {o}.",),
            "assistant again": ("With the change {c} takes {v} for {p}, down from {o}.",),
        },
        "fr": {
            "user": ("J'ai mesuré {c} : {v} pour {p}.",),
            "assistant": ("Mesuré : {v} dans {c} pour {p}.", "Pour {p}, il faut {v} dans {c} sur cette machine."),
            "user again": ("Mesuré de nouveau : {c}, {p}, maintenant {v} au lieu de {o}.",),
            "assistant again": ("Avec ce changement il faut {v} pour {p} dans {c}, contre {o} avant.",),
        },
    },
    "rule": {
        "en": {
            "user": ("No {p} in {c}, please: {w}.", "I don't want {p} in {c}; {w}."),
            "assistant": ("Understood, {c} stays without {p}, since {w}.", "The rule for {c}: no {p}, because {w}."),
        },
        "fr": {
            "user": ("Pas {p} dans {c}, s'il te plaît : {w}.", "Je ne veux pas {p} dans {c} ; {w}."),
            "assistant": ("Compris, pas {p} dans {c}, car {w}.", "La règle pour {c} : pas {p}, parce que {w}."),
        },
    },
    "open": {
        "en": {
            "user": ("Let's leave open {p} in {c} until {who} is back.",),
            "assistant": ("Still open for {c}: {p}; {who} will come back to it.",),
        },
        "fr": {
            "user": ("Laissons de côté {p} dans {c} jusqu'au retour de {who}.",),
            "assistant": ("Reste à trancher pour {c} : {p} ; {who} y reviendra.",),
        },
    },
}
MENTIONED = {
    "en": (
        "We still have to talk about {p} of {c} one day.",
        "Remind me about {p} in {c} later.",
        "I am not happy with {p} of {c}, but not now.",
    ),
    "fr": (
        "Il faudra qu'on parle un jour, pour {c}, de ceci : {p}.",
        "Rappelle-moi plus tard {p} dans {c}.",
        "Je n'aime pas beaucoup {p} dans {c}, mais pas maintenant.",
    ),
}
"""What is said of a setting before it is decided: the question's words without the answer."""
MENTION_SHARE = 0.35  # of the settings
ASKED: dict[str, dict[str, dict[str, tuple[str, ...]]]] = {
    "setting": {
        "en": {
            "words": ("What did we decide about {p} of {c}?", "What is {p} of {c}?", "Which {pb} does {c} have now?"),
            "part": ("{pb} {cb}", "{cb} {pb} decision"),
            "synonym": ("What is {q} for {c}? ({h})", "{q} for {c}, that was about: {h}"),
            "cross": ("What value does `{i}` have and why?", "{i}: how much?"),
        },
        "fr": {
            "words": (
                "Qu'a-t-on décidé pour {p} dans {c} ?",
                "Que vaut {p} pour {c} ?",
                "{P}, pour {c}, c'est combien ?",
            ),
            "part": ("{pb} {cb}", "décision {pb} {cb}"),
            "synonym": ("C'était combien, {q} pour {c} ? ({h})", "{q} dans {c}, à propos : {h}"),
            "cross": ("Quelle est la valeur de `{i}` et pourquoi ?", "{i} : combien ?"),
        },
    },
    "choice": {
        "en": {
            "words": ("Which library do we use for {p} in {c}?", "What did we choose for {p} in {c}?"),
            "part": ("{pb} {cb}", "{cb} {pb} library"),
            "synonym": ("Why not {o} in {c}?", "Is {o} an option for {c}?"),
            "cross": ("`{i}`: {v} or {o}?",),
        },
        "fr": {
            "words": ("Quelle bibliothèque pour {p} dans {c} ?", "Qu'a-t-on choisi pour {p} dans {c} ?"),
            "part": ("{pb} {cb}", "bibliothèque {pb} {cb}"),
            "synonym": ("Pourquoi pas {o} dans {c} ?", "Est-ce que {o} irait pour {c} ?"),
            "cross": ("`{i}` : {v} ou {o} ?",),
        },
    },
    "cause": {
        "en": {
            "words": ("What caused {v} in {c}?", "What was the reason for {v} in {c}?"),
            "part": ("{v} {cb}", "{v} cause"),
            "synonym": ("Did {p} ever break {c}?",),
            "cross": ("What was behind {v}?",),
        },
        "fr": {
            "words": ("D'où venait {v} dans {c} ?", "Quelle était la raison de {v} dans {c} ?"),
            "part": ("{v} {cb}", "{v} raison"),
            "synonym": ("Y a-t-il déjà eu {p} dans {c} ?",),
            "cross": ("Qu'y avait-il derrière {v} ?",),
        },
    },
    "measure": {
        "en": {
            "words": ("How long does {c} take for {p}?", "What did we measure for {p} in {c}?"),
            "part": ("{pb} {cb}",),
            "synonym": ("Are there figures on {c} and {p}?",),
        },
        "fr": {
            "words": ("Combien faut-il pour {p} dans {c} ?", "Qu'a-t-on mesuré pour {p} dans {c} ?"),
            "part": ("{pb} {cb}",),
            "synonym": ("A-t-on des chiffres sur {c} et {p} ?",),
        },
    },
    "rule": {
        "en": {
            "words": ("May we have {p} in {c}?", "What is the rule on {p} in {c}?"),
            "part": ("{pb} {cb}",),
            "synonym": ("What was it that we do not want in {c}? ({h})",),
        },
        "fr": {
            "words": ("Quelle est la règle sur l'usage {p} dans {c} ?",),
            "part": ("{pb} {cb}",),
            "synonym": ("Qu'est-ce qu'on ne voulait pas, déjà, dans {c} ? ({h})",),
        },
    },
    "open": {
        "en": {
            "words": ("What is still open about {p} in {c}?",),
            "part": ("{pb} {cb}",),
            "synonym": ("What did {who} want to come back to in {c}?",),
        },
        "fr": {
            "words": ("Où en est-on sur {p} dans {c} ?",),
            "part": ("{pb} {cb}",),
            "synonym": ("Sur quoi {who} devait revenir dans {c} ?",),
        },
    },
}


@dataclass(frozen=True)
class Version:
    """One state of a fact: what the user says and what Claude says, "" for who is silent; code: a line of settings."""

    user: str
    assistant: str
    code: str = ""

    def sentences(self) -> list[str]:
        return [s for s in (self.user, self.assistant) if s]


@dataclass(frozen=True)
class Asked:
    """A question as somebody types it. subject: of an absent fact, what it asks for; "" for a whole topic."""

    text: str
    form: str
    language: str
    subject: str = ""


@dataclass(frozen=True)
class Fact:
    """subject: `nightly_import.retry_limit`. versions: oldest first. rivals: facts with the same are near misses.

    mention: said before the first version, or "". code: the error of a cause, for logs to show before.
    """

    subject: str
    kind: str
    language: str
    versions: tuple[Version, ...]
    asked: tuple[Asked, ...]
    component: Component
    rivals: str
    mention: str = ""
    code: str = ""


@dataclass(frozen=True)
class Plan:
    facts: tuple[Fact, ...]
    absent: tuple[Asked, ...]


@dataclass(frozen=True)
class Question:
    """What is asked and which entries hold the answer.

    kind: `stated`, `reversed` or `absent`. answers: for each version, oldest first, the uuids of entries that state
    it. shown: of entries in which a tool read or wrote the newest value, without a word on why. misses: of entries
    that state the same of another component.
    """

    text: str
    kind: str
    form: str
    language: str
    subject: str
    answers: tuple[tuple[str, ...], ...] = ()
    shown: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()


@dataclass
class _Draft:
    """A fact in the making. slots: what is the same in all its versions, in the fact's language."""

    kind: str
    component: Component
    name: Pair
    key: str
    reasons: tuple[Reason, ...] = ()
    values: list[Pair] = field(default_factory=list)  # of each version, the refused or former one first
    other: Pair = world.NOTHING
    identifier: str = ""


class Planner:
    """Draws facts and questions; the same for the same random numbers."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._used: set[tuple[str, str]] = set()
        self._codes: set[str] = set()

    def plan(self, facts: int, absent: int) -> Plan:
        """About as many facts, shared out among the kinds, and as many questions for absent ones."""
        made = [self._fact(kind) for kind in KINDS for _ in range(max(1, round(facts * SHARE[kind])))]
        self._random.shuffle(made)
        return Plan(tuple(made), tuple(self._absent(absent)))

    # Facts.

    def _fact(self, kind: str) -> Fact:
        draft = getattr(self, f"_{kind}")()
        language = "fr" if self._random.random() < 0.4 else "en"
        slots = [self._slots(draft, n, language) for n in range(1, len(draft.values))]
        versions = tuple(self._version(draft, s, language, n > 0) for n, s in enumerate(slots))
        return Fact(
            subject=f"{draft.component.stem}.{draft.key}",
            kind=kind,
            language=language,
            versions=versions,
            asked=tuple(self._questions(draft, slots[-1], language)),
            component=draft.component,
            rivals=draft.key,
            mention=self._mention(kind, slots[0], language),
            code=slots[0]["v"] if kind == "cause" else "",
        )

    def _mention(self, kind: str, given: Mapping[str, str], language: str) -> str:
        if kind != "setting" or self._random.random() > MENTION_SHARE:
            return ""
        return self._random.choice(MENTIONED[language]).format_map(given)

    def _setting(self) -> _Draft:
        while True:
            component, setting = self._random.choice(world.COMPONENTS), self._random.choice(world.SETTINGS)
            if self._free(component, setting.key):
                break
        values = self._random.sample(setting.values, self._versions("setting") + 1)
        return _Draft(
            "setting", component, setting.name, setting.key, setting.reasons, values, setting.other,
            f"{component.stem}.{setting.key}",
        )  # fmt: skip

    def _choice(self) -> _Draft:
        while True:
            component, choice = self._random.choice(world.COMPONENTS), self._random.choice(world.CHOICES)
            if self._free(component, choice.key):
                break
        options = [Pair(o, o) for o in self._random.sample(choice.options, self._versions("choice") + 1)]
        return _Draft(
            "choice", component, choice.name, choice.key, world.CHOICE_REASONS, options, identifier=component.stem
        )

    def _cause(self) -> _Draft:
        code = ""
        while not code or code in self._codes:
            code = f"{self._random.choice(('E', 'ERR-', 'X', 'TX-'))}{self._random.randrange(1000, 9999)}"
        self._codes.add(code)
        component, cause = self._random.choice(world.COMPONENTS), self._random.choice(world.CAUSES)
        return _Draft("cause", component, cause, code, values=[world.NOTHING, Pair(code, code)], identifier=code)

    def _measure(self) -> _Draft:
        while True:
            component, load = self._random.choice(world.COMPONENTS), self._random.choice(world.LOADS)
            if self._free(component, load.en):
                break
        seconds = sorted(self._random.sample(range(12, 900), self._versions("measure") + 1), reverse=True)
        return _Draft("measure", component, load, load.en, values=[Pair(f"{s} s", f"{s} s") for s in seconds])

    def _rule(self) -> _Draft:
        return self._about("rule", world.RULES, world.RULE_REASONS)

    def _open(self) -> _Draft:
        return self._about("open", world.OPEN, ())

    def _about(self, kind: str, things: tuple[Pair, ...], reasons: tuple[Reason, ...]) -> _Draft:
        while True:
            component, thing = self._random.choice(world.COMPONENTS), self._random.choice(things)
            if self._free(component, thing.en):
                return _Draft(kind, component, thing, thing.en, reasons, [world.NOTHING] * 2)

    def _free(self, component: Component, key: str) -> bool:
        """Whether nobody has said this of the component yet; from now on somebody has."""
        free = (component.stem, key) not in self._used
        self._used.add((component.stem, key))
        return free

    def _versions(self, kind: str) -> int:
        if self._random.random() >= REVERSED.get(kind, 0.0):
            return 1
        return 3 if kind == "setting" and self._random.random() < 0.2 else 2

    def _slots(self, draft: _Draft, version: int, language: str) -> dict[str, str]:
        reason = self._random.choice(draft.reasons or (Reason(world.NOTHING, world.NOTHING),))
        given = {
            "value": draft.values[version].of(language),
            "former": draft.values[version - 1].of(language),
            "why": reason.text.of(language),
            "hint": reason.hint.of(language),
            "identifier": draft.identifier,
            "who": world.PEOPLE[len(draft.key + draft.component.stem) % len(world.PEOPLE)],
            "commit": f"{self._random.getrandbits(28):07x}",
        }
        return slots(draft.component, draft.name, draft.other, language, given)

    def _version(self, draft: _Draft, given: Mapping[str, str], language: str, again: bool) -> Version:
        """Who states it: both, Claude alone or, where no question needs the identifier, the user alone."""
        templates, suffix = STATED[draft.kind][language], " again" if again else ""
        users, assistants = templates[f"user{suffix}"], templates[f"assistant{suffix}"]
        who = self._random.random()
        if who < 0.25:
            # What is said only once has the words and the reason by which it will be asked for.
            wanted = ("{c}", "{w}") if draft.reasons else ("{c}",)
            users, assistants = ("",), tuple(t for t in assistants if all(w in t for w in wanted))
        elif who < 0.4 and "cross" not in ASKED[draft.kind][language]:
            assistants = ("",)
        code = f'{draft.key} = "{given["v"]}"' if draft.kind == "setting" else ""
        user, assistant = (self._random.choice(t).format_map(given) for t in (users, assistants))
        return Version(user, assistant, code)

    # Questions.

    def _questions(self, draft: _Draft, given: Mapping[str, str], language: str) -> Iterable[Asked]:
        other = LANGUAGES[language == "en"]
        for form in FORMS:
            asked_in = other if form == "cross" else language
            templates = ASKED[draft.kind][asked_in].get(form)
            if templates:
                yield self._asked(templates, form, asked_in, given)

    def _absent(self, count: int) -> Iterable[Asked]:
        """Half of them pairs, a quarter each unknown components and unknown topics."""
        never = [(q, language) for q in world.NEVER for language in LANGUAGES]
        self._random.shuffle(never)
        for n in range(count):
            if n % 4 == 3 and never:
                question, language = never.pop()
                yield Asked(question.of(language), "topic", language)
            else:
                yield self._unsaid("component" if n % 4 == 1 else "pair")

    def _unsaid(self, form: str) -> Asked:
        setting = self._random.choice(world.SETTINGS)
        component = self._random.choice(world.UNKNOWN if form == "component" else world.COMPONENTS)
        if not self._free(component, setting.key):
            return self._unsaid(form)
        language = self._random.choice(LANGUAGES)
        given = slots(component, setting.name, setting.other, language, {})
        templates = ASKED["setting"][language][self._random.choice(("words", "part"))]
        asked = self._asked(templates, form, language, given)
        return replace(asked, subject=f"{component.stem}.{setting.key}")

    def _asked(self, templates: tuple[str, ...], form: str, language: str, given: Mapping[str, str]) -> Asked:
        return Asked(self._random.choice(templates).format_map(given), form, language)


def slots(component: Component, name: Pair, other: Pair, language: str, given: Mapping[str, str]) -> dict[str, str]:
    """The words for a template's slots."""
    the = "the " if language == "en" else ""
    c, q = the + component.name.of(language), _the(other.of(language), language)
    p = _the(name.of(language), language)
    v, w = given.get("value", ""), given.get("why", "")
    return {
        "c": c,
        "p": p,
        "q": q,
        "v": v,
        "w": w,
        "C": _sentence(c),
        "P": _sentence(p),
        "W": _sentence(w),
        "cb": _ARTICLE.sub("", c),
        "pb": _ARTICLE.sub("", p),
        "o": given.get("former", ""),
        "h": given.get("hint", ""),
        "i": given.get("identifier", ""),
        "who": given.get("who", ""),
        "x": given.get("commit", ""),
    }


def _the(name: str, language: str) -> str:
    """The article that a setting's name needs in English; other names stand as they are."""
    settings = {s.name.en for s in world.SETTINGS} | {s.other.en for s in world.SETTINGS}
    return f"the {name}" if language == "en" and name in settings else name


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
