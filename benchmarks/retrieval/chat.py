"""People who chat with an assistant: short messages with a fact in passing, long replies full of the same words.

The replies say the user's words back, ask questions of the same subject and talk about it where nothing was said,
and what others are said to have told is a near miss. So most of what holds a question's words is not its answer.
"""

import re
from random import Random
from typing import Any

from benchmarks.retrieval.conversation import Conversation
from benchmarks.retrieval.facts import Fact, Teller, Told, fill, load
from benchmarks.retrieval.scribe import Event, Scribe
from rlm_core.tokens import estimate

OTHER_WORDS = 0.05  # share of the questions with hardly a word of the statement
REPLY_TOKENS = (300, 450, 450, 600, 600, 750, 900)
EXCHANGE_TOKENS = 700
ECHO, ASK_BACK, RUMOUR = 0.4, 0.3, 0.4  # how often a reply, a message does so
FOCUS = 0.3  # share of a text's nouns that are of a fact's subject
ADRIFT = 0.6  # how often a reply to a fact is about something else
_SLOT = re.compile(r"\{[abc]\}")


def converse(name: str, seed: int, words: str, tokens: int) -> Conversation:
    """Some `tokens` of a person's conversations. words: the file of words and facts."""
    return _Person(name, Random(seed), *load(words)).converse(tokens)


class _Person:
    def __init__(self, name: str, random: Random, words: dict[str, Any], facts: list[Fact]) -> None:
        self.random = random
        self.words = words
        self.facts = facts
        self.scribe = Scribe(name, random)
        self.focus: tuple[str, ...] = ()
        self.asked: set[str] = set()  # later, so the assistant does not

    def converse(self, tokens: int) -> Conversation:
        exchanges = tokens // EXCHANGE_TOKENS
        teller = Teller(self.random, OTHER_WORDS)
        told = [t for fact in self.random.sample(self.facts, len(self.facts)) for t in teller.tell(fact)]
        while sum(len(t.statements) for t in told) > exchanges * 2 // 3:
            told.pop()
        self.asked = {asked.text for t in told for asked in t.asked}
        rest = exchanges - sum(len(t.statements) for t in told)
        others: list[Event] = [(self.random.random(), self._nothing_new) for _ in range(rest)]
        return self.scribe.play(told, others, self._tell)

    # What happens.

    def _tell(self, told: Told, statement: str) -> str:
        fact = told.fact
        self.scribe.begin()
        self.focus = fact.about
        if fact.by == "assistant":
            self.scribe.add("user", self._message(fact.topic))
            return self.scribe.add("assistant", self._reply(fact.topic, holding=statement))
        found = self.scribe.add("user", self._message(fact.topic, statement))
        if self.random.random() < ADRIFT:
            self._think_of_something(fact.topic)
        self.scribe.add("assistant", self._reply(fact.topic, said=statement))
        return found

    def _nothing_new(self) -> None:
        """An exchange that answers no question, now and then with what somebody else is said to have told."""
        self.scribe.begin()
        rumour = self.random.choice(self.facts) if self.random.random() < RUMOUR else None
        topic = rumour.topic if rumour else self.random.choice(sorted(self.words["topics"]))
        self._think_of_something(topic)
        message = self._message(topic)
        if rumour and rumour.by == "user":
            said = fill(self.random.choice(rumour.said), self.random.choice(rumour.values))
            message += " " + self._pick("rumours").replace("{F}", _begin(said))
        self.scribe.add("user", message)
        self.scribe.add("assistant", self._reply(topic))

    def _think_of_something(self, topic: str) -> None:
        near = [f.about for f in self.facts if f.topic == topic]
        self.focus = self.random.choice(near) if near and self.random.random() < 0.8 else ()

    # What is written.

    def _pick(self, kind: str) -> str:
        return str(self.random.choice(self.words[kind]))

    def _about(self, text: str, topic: str) -> str:
        """A text with nouns of the topic, or of the subject at hand, in its slots."""
        nouns = self.random.sample(self.words["topics"][topic], 3)
        for n, slot in enumerate("abc"):
            if self.focus and self.random.random() < FOCUS:
                nouns[n] = self.random.choice(self.focus)
            text = text.replace(f"{{{slot}}}", nouns[n])
        return text

    def _message(self, topic: str, statement: str = "") -> str:
        form = self._pick("with_fact" if statement else "plain")
        for slot, text in zip("xyz", self.random.sample(self.words["small_talk"], 3), strict=True):
            form = form.replace(f"{{{slot}}}", text)
        form = form.replace("{r}", self._about(self._pick("requests"), topic))
        return form.replace("{f}", statement).replace("{F}", _begin(statement))

    def _reply(self, topic: str, said: str = "", holding: str = "") -> str:
        """A long reply. said: what the user said, to say back. holding: a sentence to be in it."""
        most = self.random.choice(REPLY_TOKENS)
        opening = self._about(self._pick("openings"), topic)
        if said and self.random.random() < ECHO:
            opening = f"{self._pick('echoes').replace('{s}', self._to_you(said))} {opening}"
        elif self.random.random() < 0.5:
            opening = f"{self._about(self._pick('acknowledgements'), topic)} {opening}"
        parts = [opening]
        while estimate("\n\n".join(parts)) < most:
            parts.append(self._section(topic, len(parts)))
        if self.random.random() < ASK_BACK:
            parts.insert(self.random.choice((1, len(parts))), self._questions_back(topic))
        if holding:
            at = self.random.randrange(1, len(parts))
            parts[at] = f"{parts[at]} {holding}"
        parts.append(self._about(self._pick("closings"), topic))
        return "\n\n".join(p for p in parts if p)

    def _section(self, topic: str, number: int) -> str:
        tips = self.random.sample(self.words["tips"], self.random.choice((2, 3, 3, 4)))
        lines = [self._about(tip, topic) for tip in tips]
        heading = self._about(self._pick("headings"), topic)
        forms = (
            f"{number}. **{heading}**: " + " ".join(lines),
            f"## {heading}\n" + "\n".join(f"- {text}" for text in lines),
            " ".join(lines),
        )
        return self.random.choices(forms, (2, 2, 1))[0]

    def _questions_back(self, topic: str) -> str:
        """What an assistant asks to be more helpful, of the same subjects as what is asked later."""
        pool = [
            q for f in self.facts if f.topic == topic and f.by == "user" for q in f.questions if q not in self.asked
        ]
        chosen = self.random.sample(pool, min(len(pool), self.random.choice((2, 3, 4))))
        lines = [f"- {self._to_you(fill(q, self.random.choice(self.facts).values[0]))}" for q in chosen]
        return "\n".join([self._pick("questions_back"), *lines]) if lines else ""

    def _to_you(self, text: str) -> str:
        """The first person as the second, roughly."""
        you = self.words["you"]
        return re.sub(r"\w+", lambda m: you.get(m[0].lower(), m[0]), text)


def _begin(text: str) -> str:
    return text[:1].upper() + text[1:]
