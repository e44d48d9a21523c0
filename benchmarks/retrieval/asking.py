"""Every method asked every question of a set, one conversation at a time: only what was measured is kept."""

import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from random import Random

from benchmarks.retrieval.conversation import Conversation
from benchmarks.retrieval.metrics import Found, Ranking, ask, measures
from benchmarks.retrieval.published.reading import LabelledSet
from benchmarks.retrieval.transcripts import archive_of, record_uuid
from rlm_core.archive.store import Archive
from rlm_core.search.ranked import search

OURS = "rlm"
FIRST = 10  # hits of a search that nobody told how many
SEED = 13  # of a sample
TOLD_EVERY = 5.0  # seconds between two messages about how far it is

Method = Callable[[Conversation], Ranking]


@dataclass(frozen=True)
class Measured:
    """A question's figures, by name. kind: of the question."""

    kind: str
    values: Mapping[str, float | None]


Answers = dict[str, list[Measured]]  # of a set, by what answered; the questions in one order


@dataclass
class Asked:
    """What a set is made of, and what was answered."""

    answers: Answers = field(default_factory=dict)
    conversations: int = 0
    entries: int = 0
    characters: int = 0
    missing: int = 0  # entries that our archive does not hold, in a published set

    def size(self) -> str:
        questions = len(next(iter(self.answers.values()), ()))
        text = f"{self.conversations:,} conversations, {self.entries:,} entries, {self.characters:,} characters"
        missing = f"; {self.missing:,} entries are not in our archive" if self.missing else ""
        return f"{text}, {questions:,} questions{missing}"


def ours(archive: Archive, conversation: Conversation) -> Ranking:
    """Our own search of a conversation's archive: its first ten hits, then what it gives to who asks for more.

    The order may depend on how many hits are asked for, and ten is what a user sees.
    """

    def rank(question: str, k: int) -> list[Found]:
        found = [*first(archive, conversation)(question, FIRST), *first(archive, conversation)(question, k)]
        return list(dict.fromkeys(found))[:k]

    return rank


def first(archive: Archive, conversation: Conversation) -> Ranking:
    """What our search gives to who asks for k hits."""
    entries = {record_uuid(e.id): e.id for e in conversation.entries}

    def rank(question: str, k: int) -> list[Found]:
        hits = search(archive, question, k)
        return [Found(tuple(entries[u] for u in h.uuids if u in entries), h.tokens, h.snippet) for h in hits]

    return rank


def answered(of: LabelledSet, methods: Mapping[str, Method]) -> Asked:
    """What the methods and our search answer to the questions of a set. Raises OSError and SetError."""
    asked = Asked({name: [] for name in (*methods, OURS)})
    told = Progress(of)
    for conversation in of.read():
        _count(conversation, asked)
        for name, method in methods.items():
            asked.answers[name] += measured(conversation, method(conversation))
        with archive_for(conversation, of, asked) as archive:
            asked.answers[OURS] += measured(conversation, ours(archive, conversation))
        told(asked.conversations, len(asked.answers[OURS]))
    return asked


@contextmanager
def archive_for(conversation: Conversation, of: LabelledSet, asked: Asked) -> Iterator[Archive]:
    """The archive of a conversation for a while. In a set of our own every entry has to be in it."""
    with tempfile.TemporaryDirectory(prefix="rlm-bench-") as base:
        archive, missing = archive_of(conversation, base)
        if missing and not of.published:
            raise RuntimeError(f"{conversation.id}: {missing} entries are not in the archive")
        asked.missing += missing
        yield archive


def measured(conversation: Conversation, ranking: Ranking) -> list[Measured]:
    return [Measured(a.question.kind, measures(a)) for a in ask(conversation, ranking)]


def _count(conversation: Conversation, asked: Asked) -> None:
    asked.conversations += 1
    asked.entries += len(conversation.entries)
    asked.characters += sum(len(e.text) for e in conversation.entries)


class Progress:
    """Tells on standard error how far a set is, now and then: some take hours."""

    def __init__(self, of: LabelledSet) -> None:
        self._name = of.name
        self._last = time.monotonic()

    def __call__(self, conversations: int, questions: int, part: str = "") -> None:
        """part: of an ablation."""
        if time.monotonic() - self._last >= TOLD_EVERY:
            self._last = time.monotonic()
            without = f", without {part}" if part else ""
            text = f"{self._name}: {conversations:,} conversations, {questions:,} questions{without}"
            print(text, file=sys.stderr, flush=True)


def sample(of: LabelledSet, most: int) -> tuple[LabelledSet, int]:
    """A set of some of a set's questions, drawn from all of them, and how many those are. Reads the set once more.

    Conversations without any of them are left out. Raises OSError and SetError.
    """
    every = sum(len(c.questions) for c in of.read())
    drawn = set(Random(SEED).sample(range(every), min(most, every)))

    def read() -> Iterator[Conversation]:
        at = 0
        for conversation in of.read():
            numbered = enumerate(conversation.questions, at)
            questions = tuple(q for n, q in numbered if n in drawn)
            at += len(conversation.questions)
            if questions:
                yield replace(conversation, questions=questions)

    return LabelledSet(of.name, read, of.left_out, of.published), every


def values(answers: Iterable[Measured]) -> list[Mapping[str, float | None]]:
    return [a.values for a in answers]
