"""The lines that tasks are made of, the questions asked about them, and what each line says to each question.

The generators write the lines and keep the truth; the reader that plays the model sees only a prompt and gets the facts
out of the lines again, by `facts`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

# How a question begins tells its kind, as in the coarse classes of TREC (Li and Roth 2002).
LABELS = {
    "an abbreviation": "What does the abbreviation",
    "a reason": "Why",
    "a thing": "Which",
    "a person": "Who",
    "a place": "Where",
    "a number": "How many",
}

COUNT = "How many entries are questions about {}?"
MOST_FREQUENT = "Which kind is the most frequent of an abbreviation, a reason, a thing, a person, a place and a number?"
EACH = "How many entries about {} does each user have?"
PAIRS = "Which pairs of users have both an entry about {} and an entry about {}?"
NEEDLE = "What is the special magic number for {}?"
NOW = "What is the {} now?"
CHANGES = "List every change of the {}."
EVERY = "List every change of every setting."
CODES = "What is the code of each record?"

ROW = re.compile(r"^Date: (?P<date>[\d :-]+) \|\| User: (?P<user>\d+) \|\| Instance: (?P<text>.+)$")
NUMBER = re.compile(r"The special magic number for (?P<city>[A-Z]\w+) is (?P<number>\d+)\.")
SETTING = re.compile(r"Set the (?P<setting>[\w -]+?) to (?P<value>[\w.-]+) ")
CANARY = re.compile(r'What stands in the place of ____ in the sentence .*? reads: "(?P<before>.*)____(?P<behind>.*)"\?')
CODE = re.compile(r"^Record (?P<record>R\d+) has the code (?P<code>\w+)\.$")


@dataclass(frozen=True)
class Fact:
    """What a line says. location: its document's id; quote: the passage that proves it."""

    location: str
    quote: str
    subject: str
    value: str

    @property
    def claim(self) -> str:
        if self.subject.isdigit():
            return f"User {self.subject} asks about {self.value}."
        return f"The {self.subject} is {self.value}."


def label_of(instance: str) -> str:
    """The kind of a question, by how it begins."""
    return next(label for label, start in LABELS.items() if instance.startswith(start + " "))


def facts(question: str, location: str, line: str) -> Iterator[Fact]:
    """What a line of a source says to a question."""
    if wanted := wanted_labels(question):
        if (row := ROW.match(line)) and (label := label_of(row["text"])) in wanted:
            yield Fact(location, line, row["user"], label)
    elif canary := CANARY.fullmatch(question.strip()):
        sentence = re.escape(canary["before"]) + r"([\w.,]{1,30})" + re.escape(canary["behind"])
        yield from (Fact(location, m[0], "gap", m[1]) for m in re.finditer(sentence, line))
    elif city := _slot(NEEDLE, question):
        yield from (
            Fact(location, m[0], f"special magic number for {city}", m["number"])
            for m in NUMBER.finditer(line)
            if m["city"] == city
        )
    elif question.strip() == CODES:
        if code := CODE.match(line):
            yield Fact(location, line, f"code of record {code['record']}", code["code"])
    elif found := SETTING.search(line):
        setting = _slot(NOW, question) or _slot(CHANGES, question)
        if question.strip() == EVERY or found["setting"] == setting:
            yield Fact(location, line, found["setting"], found["value"])


def all_facts(location: str, line: str) -> Iterator[Fact]:
    """What a line says to any question."""
    cities = [NEEDLE.format(m["city"]) for m in NUMBER.finditer(line)]
    for question in (MOST_FREQUENT, EVERY, CODES, *cities):
        yield from facts(question, location, line)


@lru_cache(1000)
def wanted_labels(question: str) -> frozenset[str]:
    """The kinds of entries that a question asks about; none when it asks about something else."""
    if question.strip() == MOST_FREQUENT:
        return frozenset(LABELS)
    pair = re.fullmatch(re.escape(PAIRS).replace(r"\{\}", "(.+?)"), question.strip())
    one = (_slot(COUNT, question), _slot(EACH, question))
    return frozenset(LABELS) & {*(pair.groups() if pair else ()), *one}


def _slot(form: str, question: str) -> str:
    """What stands in the gap of a form with one gap; "" when the question is of another form."""
    before, after = form.split("{}")
    text = question.strip()
    return text[len(before) : -len(after)] if text.startswith(before) and text.endswith(after) else ""
