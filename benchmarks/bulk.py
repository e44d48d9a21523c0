"""Very much text in little time, with the statistics of real sessions: for archives of up to 100 million tokens.

Words follow Zipf's law over a vocabulary that grows by Heaps' law, V = 9 n^0.55 of n words, as three real sessions
have it together; a fifth are identifiers made of two words, and each session has subjects of its own. About half of
the lines that tools print are new, the others come again in stretches of a file; a log line has a number or a hash of
its own. Turns are shaped like Claude Code's: three quarters are what tools print.
"""

# ruff: noqa: SIM905 - lists of syllables read better as text

import os
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from random import Random

from benchmarks.repository import Call
from benchmarks.sessions import BEGIN, Recorder
from benchmarks.transcripts import ADJECTIVES, FILLERS, FRENCH, NOUNS, VERBS

HEAPS_K, HEAPS_BETA = 9.0, 0.55
COMPOUND = 0.2  # of the vocabulary: two words with an underscore between
SESSION_CHARS = 1_500_000  # at most; there are at least six sessions
AGAIN = 0.36  # of the stretches that a tool prints; they are three times as long as new ones
NEW, SEEN = 12, 36  # lines of a stretch
POOL = 40_000  # lines that come again
SUBJECTS = 150  # words of a session
LOCAL, LOCAL_SHARE = 10, 0.5  # words of a stretch or a paragraph, and their share of it
_ONSETS = "b c d f g h k l m n p r s t v br cr dr fl gr pl pr st tr".split()
_NUCLEI = "a e i o u ai ea io ou".split()
_SYLLABLES = [a + b for a, b in product(_ONSETS, _NUCLEI)]


class Volume:
    """Counts characters, as `Recorder` wants it."""

    def __init__(self) -> None:
        self.total = 0

    def add(self, who: str, text: str) -> None:
        self.total += len(text)


class Vocabulary:
    """Words by rank: first real ones, then made up, as many as the text so far has."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._words = list(dict.fromkeys([*FILLERS, *NOUNS, *VERBS, *ADJECTIVES]))
        self._plain = list(self._words)  # those that identifiers are made of
        self._taken = set(self._words)
        self.size = len(self._words)
        self._written = 0

    def wrote(self, words: int) -> None:
        """Grow with the text."""
        self._written += words
        self.size = max(self.size, int(HEAPS_K * self._written**HEAPS_BETA))
        while len(self._words) < self.size:
            if self._random.random() < COMPOUND:
                word = "_".join(self._random.choices(self._plain, k=2))
            else:
                word = "".join(self._random.choices(_SYLLABLES, k=self._random.randrange(2, 5)))
            if word not in self._taken:
                self._taken.add(word)
                self._words.append(word)
                if "_" not in word:
                    self._plain.append(word)

    def word(self) -> str:
        """Any word, each in inverse proportion to its rank."""
        return self._words[int(self.size ** self._random.random()) - 1]

    def rare(self) -> str:
        return self._words[self._random.randrange(self.size // 50, self.size)]


class Lines:
    """The lines of one session, and of all before it where they come again."""

    def __init__(self, random: Random, vocabulary: Vocabulary) -> None:
        self._random, self._vocabulary = random, vocabulary
        self._pools: dict[str, list[str]] = {"code": [], "log": []}
        self._subjects: list[str] = []
        self._local: list[str] = []
        self._french = False

    def begin(self, *, french: bool) -> None:
        """A new session with subjects of its own."""
        self._subjects = [self._vocabulary.rare() for _ in range(SUBJECTS)]
        self._french = french
        self._turn_to()

    def prose(self, sentences: int) -> str:
        self._turn_to()
        return " ".join(self._sentence() for _ in range(sentences))

    def printed(self, kind: str, count: int) -> list[str]:
        """Lines of code or of a log, about half of them seen before."""
        r, pool, make = self._random, self._pools[kind], self._code if kind == "code" else self._log
        found: list[str] = []
        while len(found) < count:
            if pool and r.random() < AGAIN:
                at = r.randrange(len(pool))
                found += pool[at : at + SEEN]
            else:
                self._turn_to()
                made = [make() for _ in range(NEW)]
                found += made
                if len(pool) < POOL:
                    pool += made
                else:
                    at = r.randrange(POOL // NEW) * NEW
                    pool[at : at + NEW] = made
        return found[:count]

    def _turn_to(self) -> None:
        """What the next lines are about: some words that come in them again and again."""
        word, subject = self._vocabulary.word, self._random.choice
        self._local = [subject(self._subjects) if self._random.random() < 0.3 else word() for _ in range(LOCAL)]

    def _words(self, count: int) -> list[str]:
        r, word = self._random.random, self._vocabulary.word
        self._vocabulary.wrote(count)
        return [self._local[int(LOCAL * r())] if r() < LOCAL_SHARE else word() for _ in range(count)]

    def _sentence(self) -> str:
        words = self._words(self._random.randrange(6, 18))
        if self._french:
            words[::2] = self._random.choices(FRENCH, k=len(words[::2]))
        if self._random.random() < 0.3:
            words.append(f"`{self._words(1)[0]}`")
        return " ".join(words).capitalize() + "."

    def _code(self) -> str:
        a, b, c, d, e = self._words(5)
        n = self._random.randrange(7)
        if n == 0:
            return f"    def {a}(self, {b}: {c.title()}, {d}: {e.title()}) -> None:"
        if n == 1:
            return f"        {a} = {b}.{c}({d}, {a})"
        if n == 2:
            return f"from {a}.{b} import {c.title()}, {d}"
        if n == 3:
            return f"        # {a} {b} of {c}"
        if n == 4:
            return f"        if {a} is None or not {a}.{b}: raise {d.title()}({a!r})"
        return f"        return {a}({b}, {c}={self._random.randrange(5000)}, {d}={d})"

    def _log(self) -> str:
        a, b, c, d = self._words(4)
        r = self._random
        stamp = f"2026-{r.randrange(1, 13):02d}-{r.randrange(1, 29):02d} {r.randrange(24):02d}:{r.randrange(60):02d}"
        n = r.randrange(8)
        if n < 3:
            return f"{stamp} INFO  {a}.{b}: {c} {d} took {r.randrange(9000)} ms"
        if n < 6:
            return f"{stamp} WARN  {a}: {b} {c} {r.getrandbits(40):010x}"
        if n == 6:
            return f"src/{a}/{b}.py:{r.randrange(900)}: {c} {d}"
        return f"tests/{a}/{b}.py::{c} PASSED {d}"


def write(folder: str, chars: int, seed: int = 1) -> Iterator[str]:
    """Write transcripts into a directory, of about as many characters in all; each one's path when it is written."""
    random = Random(seed)
    lines = Lines(random, Vocabulary(random))
    left, number = chars, 0
    while left > 0:
        volume = Volume()
        begin = BEGIN - timedelta(days=number % 600, minutes=random.randrange(600))
        recorder = Recorder(random, "/srv/volume", begin, volume)
        lines.begin(french=number % 3 == 1)
        while volume.total < min(left, SESSION_CHARS, chars // 6):
            _turn(recorder, lines, random)
        path = os.path.join(folder, f"{recorder.id}.jsonl")
        with open(path, "wb") as f:
            f.writelines(recorder.lines)
        left -= volume.total
        number += 1
        yield path


def _turn(recorder: Recorder, lines: Lines, random: Random) -> None:
    recorder.user(lines.prose(random.randrange(1, 6)))
    for _ in range(random.randrange(2, 8)):
        recorder.claude(lines.prose(random.randrange(2, 7)), "thinking")
        count = min(400, max(4, int(28 * random.lognormvariate(0, 0.9))))
        if random.random() < 0.5:
            path = f"/srv/volume/src/{lines.prose(1).split()[0].lower()}.py"
            code = lines.printed("code", count)
            shown = "\n".join(f"{n:>6}→{text}" for n, text in enumerate(code, 1))
            recorder.call(Call("Read", {"file_path": path}, shown))
        else:
            output = "\n".join(lines.printed("log", count))
            recorder.call(Call("Bash", {"command": f"make {lines.prose(1).split()[0].lower()}"}, output))
    recorder.claude(lines.prose(random.randrange(2, 16)))
