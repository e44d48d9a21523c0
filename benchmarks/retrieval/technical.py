"""A developer's sessions: long technical replies, outputs of tools, and facts in all three.

The replies explain the Python standard library in its own words, one text after the other, so that the same words
stand in many of them; what was decided, measured or printed is a sentence or a line among them.
"""

import re
from functools import partial
from random import Random
from typing import Any

from benchmarks.retrieval import library
from benchmarks.retrieval.conversation import Conversation, Question
from benchmarks.retrieval.facts import SPECIFIC, Fact, Teller, Told, load
from benchmarks.retrieval.scribe import Event, Scribe
from benchmarks.transcripts import CODE, LOG, NOUNS
from rlm_core.tokens import estimate

OTHER_WORDS = 0.65  # share of the questions with hardly a word of the statement but its subject
REPLY_TOKENS = (500, 700, 900, 1200, 1500)
EXCHANGE_TOKENS = 1300
EXPLAINED = 60  # texts of the library that are asked for, at most
ASIDE = 0.6  # how often a reply mentions another fact's subject
OUTPUT_LINES = (6, 15, 30, 60)
VAGUE, HINT = 0.45, 0.35  # share of the prompts that say nothing, or a word, of what they are answered with


def converse(name: str, seed: int, words: str, tokens: int) -> Conversation:
    """Some `tokens` of a developer's sessions. words: the file of words and facts."""
    return _Developer(name, Random(seed), *load(words)).converse(tokens)


class _Developer:
    def __init__(self, name: str, random: Random, words: dict[str, Any], facts: list[Fact]) -> None:
        self.random = random
        self.words = words
        self.facts = facts
        self.scribe = Scribe(name, random)
        explained = [n for n in words["explained"] if library.text_of(n)]
        self.explained = random.sample(explained, min(len(explained), EXPLAINED))
        asked = {library.text_of(n) for n in self.explained}
        self.texts = [(n, text) for n, text in library.everything() if text not in asked]

    def converse(self, tokens: int) -> Conversation:
        exchanges = tokens // EXCHANGE_TOKENS
        del self.explained[exchanges // 2 :]
        teller = Teller(self.random, OTHER_WORDS)
        told = [t for fact in self.random.sample(self.facts, len(self.facts)) for t in teller.tell(fact)]
        self.random.shuffle(told)
        while sum(len(t.statements) for t in told) > exchanges * 2 // 3:
            told.pop()
        events: list[Event] = [(self.random.random(), partial(self._explain, name)) for name in self.explained]
        rest = exchanges - len(events) - sum(len(t.statements) for t in told)
        events += [(self.random.random(), self._nothing_new) for _ in range(rest)]
        return self.scribe.play(told, events, self._tell)

    # What happens.

    def _tell(self, told: Told, statement: str) -> str:
        self.scribe.begin()
        by = told.fact.by
        texts = {who: statement if who == by else "" for who in ("user", "tool", "assistant")}
        found = {"user": self.scribe.add("user", self._prompt(texts["user"]))}
        if by == "tool" or self.random.random() < 0.6:
            found["tool"] = self.scribe.add("tool", self._output(texts["tool"]))
        found["assistant"] = self.scribe.add("assistant", self._reply(holding=texts["assistant"]))
        return found[by]

    def _explain(self, name: str) -> None:
        """A reply that explains what is asked for later, after a prompt that says more or less of it."""
        self.scribe.begin()
        chance = self.random.random()
        topic = self._pick("vague") if chance < VAGUE else library.spoken(name)
        if VAGUE <= chance < VAGUE + HINT:
            topic = topic.rpartition(".")[2] or topic
        self.scribe.add("user", self._prompt(topic=topic))
        for _ in range(self.random.choice((0, 0, 1, 2))):
            self.scribe.add("tool", self._output())
        entry = self.scribe.add("assistant", self._reply(name))
        for question in self.words["explained"][name]:
            self.scribe.questions.append(Question(question, (entry,), "explained"))

    def _nothing_new(self) -> None:
        self.scribe.begin()
        self.scribe.add("user", self._prompt())
        for _ in range(self.random.choice((1, 2, 3))):
            self.scribe.add("tool", self._output())
        self.scribe.add("assistant", self._reply())

    # What is written.

    def _pick(self, kind: str) -> str:
        return str(self.random.choice(self.words[kind]))

    def _prompt(self, statement: str = "", topic: str = "") -> str:
        topic = topic or library.spoken(self.random.choice(self.texts)[0])
        request = self._pick("requests").replace("{t}", topic)
        if not statement and self.random.random() < ASIDE / 3:
            request += " " + self._aside()
        telling, asking = ("{f} {r}", "{r} {f}", "{x} {f} {r}", "{f} {x}", "{f}"), ("{r}", "{r} {x}", "{x} {r}")
        form = self.random.choice(telling if statement else asking)
        return form.replace("{x}", self._pick("small_talk")).replace("{f}", statement).replace("{r}", request)

    def _reply(self, name: str = "", holding: str = "") -> str:
        """A long reply. name: what it explains, besides others. holding: a sentence to be in it."""
        most = self.random.choice(REPLY_TOKENS)
        parts = [f"`{library.spoken(name)}`: {library.text_of(name)}"] if name else []
        while estimate("\n\n".join(parts)) < most:
            other, text = self.random.choice(self.texts)
            bridge = self._pick("bridges").replace("{q}", library.spoken(other))
            parts.insert(self.random.randrange(len(parts) + 1), f"{bridge}\n\n{_shown(text)}")
        if holding:
            parts.insert(self.random.randrange(len(parts) + 1), holding)
        if self.random.random() < ASIDE:
            parts.append(self._aside())
        return "\n\n".join([self._pick("openings"), *parts, self._pick("closings")])

    def _aside(self) -> str:
        """A sentence on the subject of a fact that does not state it."""
        fact = self.random.choice(self.facts)
        a, b = self.random.sample(fact.about, 2)
        value = self.random.choice(fact.values)
        subject = value[-1] if any(SPECIFIC[1] in q for q in fact.asked) else a
        return self._pick("asides").replace("{s}", subject).replace("{a}", a).replace("{b}", b)

    def _output(self, holding: str = "") -> str:
        """A command and what it printed. holding: a line to be in it."""
        pool = self.random.choice((CODE, LOG))
        lines = [self._line(pool) for _ in range(self.random.choice(OUTPUT_LINES))]
        if holding:
            lines.insert(self.random.randrange(len(lines) + 1), holding)
        noun = self.random.choice(NOUNS)
        return "\n".join([f"rg -n {noun} src/{self.random.choice(NOUNS)}", *lines])

    def _line(self, pool: tuple[str, ...]) -> str:
        """A line of code or of a log."""
        noun = self.random.choice
        slots = {s: noun(NOUNS) for s in ("n", "m", "n2", "m2", "v", "a", "C", "C2", "V", "N")}
        numbers = {
            "i": self.random.randrange(2000),
            "j": self.random.randrange(100),
            "d": self.random.randrange(10, 30),
        }
        time = f"{self.random.randrange(24):02d}:{self.random.randrange(60):02d}:00"
        return self.random.choice(pool).format(
            **slots, **numbers, h=time, x=f"{self.random.getrandbits(28):07x}", s="", t="", u=""
        )


def _shown(text: str) -> str:
    """Examples as blocks of code, as a model writes them."""
    return re.sub(r"(?m)(^ *>>> .*\n?(?:^ *\S.*\n?)*)", r"```python\n\1\n```\n", text)
