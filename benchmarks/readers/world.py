"""Scenarios: a few notes of meetings, a question about them, and the truth; with traps for who reads badly.

Deterministic by kind, language and seed. Each note holds one or two facts, a line for each trap, the question itself
as somebody asks it, and filler.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from benchmarks.readers.templates import (
    COMPONENTS,
    DECISIONS,
    ENGLISH,
    FILLER,
    FRENCH,
    LABELS,
    PEOPLE,
    SETTINGS,
    SHAPES,
    SYMPTOMS,
    SYNONYMS,
    TRAPS,
    Said,
    Shape,
)
from rlm_core.engine.texts import Document

NOTES = 4  # documents
FILLERS = 50  # lines of filler in each
WORDS = {"answer": SETTINGS, "list": DECISIONS, "count": SYMPTOMS, "tally": SYMPTOMS}
NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Line:
    """A line of a note that a reader may make a finding of.

    trap: one of TRAPS, "" for a fact. number: of the line in its document, from 1. claim: true of a fact, false of a
    trap. claim_again, paraphrase: a fact's claim and its quote in other words; abroad: its quote in the other language.
    """

    location: str
    number: int
    speaker: str
    quote: str
    claim: str
    subject: str
    value: str
    trap: str = ""
    claim_again: str = ""
    paraphrase: str = ""
    abroad: str = ""

    @property
    def text(self) -> str:
        """The whole line."""
        return f"{self.speaker}: {self.quote}"


@dataclass(frozen=True)
class World:
    """One scenario. kind: what the question asks for. asked: lines on which somebody asks it."""

    kind: str
    language: str
    seed: int
    question: str
    documents: tuple[Document, ...]
    facts: tuple[Line, ...]
    traps: tuple[Line, ...]
    asked: Mapping[str, int] = field(default_factory=dict)

    @property
    def labels(self) -> Mapping[str, int]:
        """How many facts have each value."""
        return {value: sum(f.value == value for f in self.facts) for value in sorted({f.value for f in self.facts})}

    def asked_rows(self) -> set[str]:
        """The lines on which somebody asks the question."""
        rows = {d.id: d.text.split("\n") for d in self.documents}
        return {rows[name][number - 1] for name, number in self.asked.items()}

    def accepts(self, fact: Line, value: str) -> bool:
        """Whether a value says of a fact what is true: its own, a synonym of its label, or a sentence with it."""
        plain, own = value.casefold().strip(" .\"'"), fact.value.casefold()
        if not plain or plain == own:
            return True
        if self.kind == "tally":
            others = [v for v in LABELS[self.language] if v != fact.value]
            return self.is_label(value, fact.value) or (own in plain and not any(o in plain for o in others))
        if own.isdecimal():
            return own in (found := NUMBER.findall(plain)) and set(found) <= set(NUMBER.findall(fact.text))
        return own in plain

    def is_label(self, text: str, label: str) -> bool:
        """Whether a text is a name of a label: its own, a plural, a synonym, or that of the other language."""
        names = {label, SYNONYMS[self.language][label], _abroad(label, self.language), f"{label}s"}
        return text.casefold().strip(" .\"'") in names


def _abroad(label: str, language: str) -> str:
    """A label in the other language."""
    other = FRENCH if language == ENGLISH else ENGLISH
    return LABELS[other][LABELS[language].index(label)]


def world(kind: str, language: str, seed: int) -> World:
    """The scenario of a seed."""
    return _Maker(kind, language, seed).made()


class _Maker:
    def __init__(self, kind: str, language: str, seed: int) -> None:
        self.kind, self.language, self.seed = kind, language, seed
        self.random = Random(f"readers {kind} {language} {seed}")
        self.other = FRENCH if language == ENGLISH else ENGLISH
        self.component, self.stranger = self.random.sample(range(len(COMPONENTS[language])), 2)
        self.numbers = self.random.sample(range(100, 9_999), 200)
        words = list(range(len(WORDS[kind][language])))
        self.random.shuffle(words)
        # Decisions that were made and those that were not have no words in common; a setting may be spoken of in vain.
        facts = words[: len(words) // 2] if kind == "list" else words[: 2 * NOTES]
        self.fact_words = (facts * NOTES)[: 2 * NOTES][::-1]
        self.trap_words = (words[len(words) // 2 :] if kind == "list" else words) * NOTES

    def made(self) -> World:
        documents: list[Document] = []
        facts: list[Line] = []
        traps: list[Line] = []
        asked: dict[str, int] = {}
        shape = SHAPES[self.kind][self.language]
        question = shape.question.format(c=COMPONENTS[self.language][self.component])
        counts = [1 + (n % 2) for n in range(NOTES)]
        self.random.shuffle(counts)
        for n in range(NOTES):
            found = [self._line(shape, -1) for _ in range(counts[n])]
            found += [self._line(shape, at) for at in range(len(TRAPS))]
            shown: list[Line | str] = [*found, *(self._filler() for _ in range(FILLERS)), question]
            self.random.shuffle(shown)
            name = f"note-{n + 1}"
            rows = []
            for number, row in enumerate(shown, 3):
                if isinstance(row, Line):
                    placed = Line(**{**row.__dict__, "location": name, "number": number})
                    (traps if row.trap else facts).append(placed)
                    rows.append(placed.text)
                    continue
                if row == question:
                    asked[name] = number
                rows.append(f"{self.random.choice(PEOPLE)}: {row}")
            date = f"2026-03-{3 + 2 * n:02}"
            head = f"# {'Meeting of' if self.language == ENGLISH else 'Réunion du'} {date}\n\n"
            documents.append(Document(name, head + "\n".join(rows) + "\n", date=date))
        return World(self.kind, self.language, self.seed, question, tuple(documents), tuple(facts), tuple(traps), asked)

    def _filler(self) -> str:
        return " ".join(self.random.sample(FILLER[self.language], 3))

    def _line(self, shape: Shape, trap: int) -> Line:
        """A fact (-1) or one of TRAPS."""
        is_fact = trap < 0
        word = (self.fact_words if is_fact else self.trap_words).pop()
        speaker, somebody = self.random.sample(PEOPLE, 2)
        number, value = str(self.numbers.pop()), str(self.numbers.pop())
        label = self.random.randrange(len(LABELS[ENGLISH]))

        def filled(text: str, language: str) -> str:
            names, words = COMPONENTS[language], WORDS[self.kind][language]
            v = LABELS[language][label] if self.kind == "tally" else value
            made = text.format(
                c=names[self.component], o=names[self.stranger], k=words[word], v=v, i=number, n=speaker, m=somebody
            )
            return made[:1].upper() + made[1:] if made[:1] != text[:1] else made

        said = shape.fact if is_fact else shape.traps[trap]
        plain = Said(*(filled(t, self.language) for t in (said.quote, said.claim, said.subject, said.value, said.by)))
        subject, value_said = (_unchanged(t) for t in (plain.subject, plain.value))
        abroad = SHAPES[self.kind][self.other].fact.quote
        return Line(
            "", 0, plain.by, plain.quote, plain.claim, subject, value_said, "" if is_fact else TRAPS[trap],
            filled(shape.claim_again, self.language), filled(shape.paraphrase, self.language),
            filled(abroad, self.other),
        )  # fmt: skip


def _unchanged(made: str) -> str:
    """A label as it stands within a sentence."""
    return made if made.split()[0] in PEOPLE else made[:1].lower() + made[1:]


def present(lines: Sequence[Line], prompt: str) -> list[Line]:
    """Those of the lines that a prompt holds."""
    return [line for line in lines if line.text in prompt]
