"""Writes down a conversation that is being made up."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone
from functools import partial
from random import Random

from benchmarks.retrieval.conversation import Conversation, Entry, Question
from benchmarks.retrieval.facts import Told

BEGIN = datetime(2026, 1, 5, 8, tzinfo=timezone.utc)
Event = tuple[float, Callable[[], None]]
Say = Callable[[Told, str], str]


class Scribe:
    """The entries and questions so far."""

    def __init__(self, name: str, random: Random) -> None:
        self.name = name
        self.random = random
        self.questions: list[Question] = []
        self._entries: list[Entry] = []
        self._now = BEGIN
        self._session = 0
        self._left = 0  # exchanges until the session ends

    def begin(self) -> None:
        """Another exchange begins, and sometimes a session."""
        if self._left == 0:
            self._session += 1
            self._left = self.random.randrange(2, 9)
            self._now += timedelta(hours=self.random.randrange(6, 48))
        self._left -= 1

    def add(self, role: str, text: str) -> str:
        """An entry; its id comes back."""
        entry_id = f"{self.name}/{len(self._entries):05d}"
        time = self._now.strftime("%Y-%m-%dT%H:%M:%SZ")
        self._entries.append(Entry(entry_id, f"{self.name}/{self._session}", time, role, text))
        self._now += timedelta(seconds=self.random.randrange(20, 200))
        return entry_id

    def play(self, told: Iterable[Told], others: Iterable[Event], say: Say) -> Conversation:
        """Let everything happen in the order of time. say: brings in a statement; the entry's id comes back."""
        every = [*told]
        said: dict[tuple[int, int], str] = {}  # by the number of what is told, and of its statement

        def happen(one: int, number: int) -> None:
            said[one, number] = say(every[one], every[one].statements[number][1])

        statements = ((one, number, at) for one, t in enumerate(every) for number, (at, _) in enumerate(t.statements))
        events: list[Event] = [*others, *((at, partial(happen, one, number)) for one, number, at in statements)]
        for _, event in sorted(events, key=lambda e: e[0]):
            event()
        for one, t in enumerate(every):
            for asked in t.asked:
                by = {said[one, number]: t.statements[number][1] for number in asked.by}
                self.questions.append(Question(asked.text, tuple(by), asked.kind, by))
        return Conversation(self.name, tuple(self._entries), tuple(self.questions))
