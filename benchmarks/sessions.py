"""Coding sessions of a project over some weeks, with planted facts, as Claude Code's transcripts.

The same for the same seed. Of what a person would read, about three quarters are tool output and 3 % the
user's, and nearly half of the lines have stood there before; three sessions in five are in English, the others in
French; the context is compacted whenever it is full, and the summary keeps about 28 % of the identifiers that
were worth noting. `write` says afterwards which entries hold the answer to which question.
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Protocol
from uuid import UUID

from benchmarks import prose
from benchmarks.facts import Asked, Fact, Plan, Planner, Question, Version
from benchmarks.repository import Call, Part, Repository
from benchmarks.transcripts import ADJECTIVES

CLIENT = "2.1.330"
BEGIN = datetime(2026, 9, 1, 8, tzinfo=timezone.utc)
PAUSE_DAYS = 2.6  # between two sessions, about
KEPT = 0.28  # of the identifiers worth noting, in a compaction's summary
NOTED = 80  # identifiers of one context that somebody may come back to
Record = Mapping[str, object]
Said = tuple[Fact, Version | None]


@dataclass(frozen=True)
class Size:
    """How much is made. chars, context: of text that a person would read, of a session and until a compaction."""

    sessions: int
    chars: int
    context: int
    facts: int
    absent: int


FULL = Size(sessions=24, chars=250_000, context=120_000, facts=240, absent=120)
QUICK = Size(sessions=4, chars=80_000, context=40_000, facts=24, absent=12)


@dataclass(frozen=True)
class Written:
    """What was written. Shares are of the characters that a person would read, of their lines for `repeated`."""

    paths: tuple[str, ...]
    questions: tuple[Question, ...]
    chars: int
    compactions: int
    tool_share: float
    user_share: float
    repeated: float


class Counter(Protocol):
    """Is told what a person would read, and who wrote it: `user`, `claude` or `tool`."""

    def add(self, who: str, text: str) -> None: ...


class Tally:
    """What a person would read, counted by who wrote it, and the lines that stood there before."""

    def __init__(self) -> None:
        self.chars = {"user": 0, "tool": 0, "claude": 0}
        self._lines = self._again = 0
        self._seen: set[str] = set()

    def add(self, who: str, text: str) -> None:
        self.chars[who] += len(text)
        for line in text.split("\n"):
            self._lines += 1
            self._again += line in self._seen
            self._seen.add(line)

    @property
    def total(self) -> int:
        return sum(self.chars.values())

    @property
    def repeated(self) -> float:
        return round(self._again / max(self._lines, 1), 3)

    def share(self, who: str) -> float:
        return round(self.chars[who] / max(self.total, 1), 3)


class Recorder:
    """Makes records like Claude Code's.

    texts: uuid -> what somebody said. settings: uuid -> what a tool read or wrote of a component's configuration.
    """

    def __init__(self, random: Random, cwd: str, begin: datetime, tally: Counter) -> None:
        self.id = _uuid(random)
        self.lines: list[bytes] = []
        self.texts: dict[str, str] = {}
        self.settings: dict[str, str] = {}
        self._random, self._cwd, self._now, self._tally = random, cwd, begin, tally
        self._parent: str | None = None

    def user(self, text: str, who: str = "user", **fields: object) -> None:
        self._tally.add(who, text)
        self._said("user", {"role": "user", "content": text}, text, fields)

    def claude(self, text: str, kind: str = "text") -> None:
        self._tally.add("claude", text)
        signature = {"signature": f"{self._random.getrandbits(256):064x}"} if kind == "thinking" else {}
        self._assistant({"type": kind, kind: text, **signature}, text)

    def call(self, call: Call) -> None:
        """A tool call and its result."""
        call_id = f"toolu_{self._random.getrandbits(96):024x}"
        for value in call.given.values():
            self._tally.add("claude", str(value))
        asking = self._assistant({"type": "tool_use", "id": call_id, "name": call.tool, "input": call.given})
        self._tally.add("tool", call.output)
        block = {"type": "tool_result", "tool_use_id": call_id, "content": call.output, "is_error": call.failed}
        message = {"role": "user", "content": [block]}
        answering = self._said("user", message, "", {"toolUseResult": {"stdout": ""}})
        path = str(call.given.get("file_path", ""))
        if path.endswith(".toml"):
            self.settings[asking] = f"{path}\n{call.given.get('new_string', '')}"
            self.settings[answering] = f"{path}\n{call.output}"

    def compacted(self, summary: str) -> None:
        metadata = {"trigger": "auto", "preTokens": 160_000}
        note = {"subtype": "compact_boundary", "content": "Conversation compacted", "compactMetadata": metadata}
        self._record("system", note)
        self.user(summary, "claude", isCompactSummary=True, isVisibleInTranscriptOnly=True)

    def _assistant(self, block: Record, text: str = "") -> str:
        usage = {"input_tokens": 9, "cache_read_input_tokens": 18_000, "output_tokens": 340}
        message = {"role": "assistant", "model": "claude-opus-5-5", "content": [block], "usage": usage}
        return self._said("assistant", message, text, {})

    def _said(self, kind: str, message: Record, text: str, fields: Record) -> str:
        uuid = self._record(kind, {"message": message, **fields})
        if text:
            self.texts[uuid] = text
        return uuid

    def _record(self, kind: str, fields: Record) -> str:
        self._now += timedelta(milliseconds=self._random.randrange(800, 40_000))
        uuid, parent = _uuid(self._random), self._parent
        self._parent = uuid
        record = {
            "parentUuid": parent,
            "isSidechain": False,
            "userType": "external",
            "cwd": self._cwd,
            "sessionId": self.id,
            "entrypoint": "cli",
            "version": CLIENT,
            "gitBranch": "main",
            "type": kind,
            **fields,
            "uuid": uuid,
            "timestamp": self._now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
        self.lines.append(json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        return uuid


class Dialogue:
    """One session: turns about one component each, until the session is long enough."""

    def __init__(self, recorder: Recorder, repository: Repository, random: Random, language: str, tally: Tally) -> None:
        self._recorder, self._repository, self._random, self._tally = recorder, repository, random, tally
        self.language = language
        self.compactions = 0
        self._noted: list[str] = []  # in this context
        self._older: list[str] = []  # before the last compaction
        self._context_from = tally.total
        self._prompts: list[str] = []
        self._visited: dict[str, None] = {}

    def turn(self, part: Part, fact: Fact | None = None, version: Version | None = None) -> None:
        """A prompt, some steps with tools, and an answer; a version of a fact is stated in them.

        A fact without a version is only mentioned.
        """
        said = version.user if version else fact.mention if fact else ""
        prompt = self._prompt(part, said)
        self._prompts.append(prompt)
        self._visited[part.component.name.of(self.language)] = None
        self._recorder.user(prompt)
        for _ in range(self._number(4, 0.6, 12)):
            self._step(part)
        if version and version.code:
            self._do(self._repository.settle(part, version.code))
        if version and fact and fact.code:
            self._do(self._repository.log(part, fact.code))
        self._recorder.claude(self._reply(part, version.assistant if version else ""))

    def compact_when_full(self, context: int) -> None:
        if self._tally.total - self._context_from > context:
            self._recorder.compacted(self._summary())
            self.compactions += 1
            self._older, self._noted, self._prompts = self._noted, [], []
            self._context_from = self._tally.total

    # The parts of a turn.

    def _step(self, part: Part) -> None:
        if self._random.random() < 0.7:
            self._recorder.claude(self._sentences(part, prose.THOUGHTS, self._number(4, 0.7, 16)), "thinking")
        if self._random.random() < 0.35:
            self._recorder.claude(self._sentence(part, prose.BEFORE_TOOLS))
        if self._random.random() < 0.08:
            self._do(self._repository.todos(part))
        self._do(self._repository.any(part))

    def _do(self, call: Call) -> None:
        self._recorder.call(call)
        self._note(call.seen, 0.5)

    def _note(self, identifiers: Iterable[str], chance: float) -> None:
        for identifier in identifiers:
            if len(self._noted) < NOTED and identifier not in self._noted and self._random.random() < chance:
                self._noted.append(identifier)

    def _prompt(self, part: Part, said: str) -> str:
        """What the user types: a fact alone or among other things, a question back, or a task."""
        if not said and self._older and self._random.random() < 0.5:
            return self._fill(part, self._random.choice(prose.RECALLS[self.language]), self._older)
        task = self._sentence(part, prose.PROMPTS)
        if self._random.random() < 0.5:
            lines = self._repository.log(part).output.split("\n")
            task += "\n\n" + "\n".join(lines[: self._random.randrange(3, 24)])  # pasted
        if not said:
            return task
        return self._random.choice((said, said, f"{task}\n\n{said}", f"{said}\n\n{task}"))

    def _reply(self, part: Part, said: str) -> str:
        """Claude's answer, sometimes long; a fact stands somewhere in it."""
        count = self._number(6, 0.8, 40)
        paragraphs = []
        while count > 0:
            size = min(count, self._random.randrange(1, 5))
            paragraphs.append(self._sentences(part, prose.REPLIES, size))
            count -= size
        if said:
            at = self._random.randrange(len(paragraphs))
            paragraphs[at] = self._random.choice(
                (f"{said} {paragraphs[at]}", f"{paragraphs[at]} {said}", f"{paragraphs[at]}\n- {said}")
            )
        if len(paragraphs) > 3:
            for at in range(0, len(paragraphs), 3):
                heading = self._random.choice(prose.HEADINGS[self.language])
                paragraphs[at] = f"## {heading}\n\n{paragraphs[at]}"
            code = "\n".join(part.files[self._repository.path(part)][:8])
            paragraphs.insert(2, f"```python\n{code}\n```")
        return "\n\n".join(paragraphs)

    def _summary(self) -> str:
        """A compaction's summary: most of what was worth noting is not in it."""
        kept = [k for k in self._noted if self._random.random() < KEPT]
        third = max(1, len(kept) // 3)
        blocks = {"concepts": kept[:third], "files": kept[third : 2 * third], "errors": kept[2 * third :]}
        prompts = [p[:140] for p in self._prompts if self._random.random() < 0.35]
        listed = {
            name: "\n".join(f"   - {i}" for i in items) or "   - none"
            for name, items in {**blocks, "messages": prompts}.items()
        }
        components = ", ".join(list(self._visited)[-4:])
        return prose.SUMMARY.format(components=components, current=f"Work on {components}.", **listed)

    # Words.

    def _sentence(self, part: Part, stock: dict[str, tuple[str, ...]]) -> str:
        return self._fill(part, self._random.choice(stock[self.language]), self._noted + self._older)

    def _sentences(self, part: Part, stock: dict[str, tuple[str, ...]], count: int) -> str:
        """Different ones, as long as there are as many."""
        templates = list(stock[self.language])
        self._random.shuffle(templates)
        chosen = [templates[n % len(templates)] for n in range(count)]
        return " ".join(self._fill(part, t, self._noted + self._older) for t in chosen)

    def _fill(self, part: Part, template: str, identifiers: list[str]) -> str:
        r, words = self._random, part.words
        function, test = words.function(), r.choice(part.tests).partition("::")[2]
        self._note((i for slot, i in (("{fn}", function), ("{t}", test)) if slot in template), 0.15)
        component = part.component.name.of(self.language)
        component = component if self.language == "fr" else f"the {component}"
        return template.format(
            c=component,
            C=component[:1].upper() + component[1:],
            f=self._repository.relative(self._repository.path(part)),
            fn=f"`{function}`",
            n=words.noun(),
            m=words.noun(),
            v=words.verb(),
            a=r.choice(ADJECTIVES),
            t=f"`{test}`",
            k=r.choice(identifiers) if identifiers else f"`{words.function()}`",
            d=r.randrange(3, 900),
        )

    def _number(self, median: float, spread: float, most: int) -> int:
        return max(1, min(most, int(median * self._random.lognormvariate(0, spread))))


class History:
    """All sessions of the project. write() may be called once."""

    def __init__(self, seed: int, cwd: str, size: Size) -> None:
        self._random = Random(seed)
        self._size = size
        self._cwd = cwd
        self._tally = Tally()
        self._repository = Repository(cwd, self._random)
        self._plan: Plan = Planner(self._random).plan(size.facts, size.absent)
        self._texts: dict[str, str] = {}
        self._settings: dict[str, str] = {}

    def write(self, folder: str) -> Written:
        """Write a transcript for each session into a directory that exists."""
        scheduled = self._schedule()
        paths, compactions = [], 0
        for n, facts in enumerate(scheduled):
            recorder, dialogue = self._session(n, facts)
            paths.append(os.path.join(folder, f"{recorder.id}.jsonl"))
            compactions += dialogue.compactions
            with open(paths[-1], "wb") as f:
                f.writelines(recorder.lines)
            self._texts |= recorder.texts
            self._settings |= recorder.settings
        tally = self._tally
        shares = (tally.share("tool"), tally.share("user"), tally.repeated)
        return Written(tuple(paths), tuple(self._questions()), tally.total, compactions, *shares)

    def _schedule(self) -> list[list[Said]]:
        """What is said in which session, in order: of a fact's versions each in a later session, where there are
        enough of its language, and in the first of them what only mentions it.
        """
        planned: list[list[Said]] = [[] for _ in range(self._size.sessions)]
        for fact in self._plan.facts:
            own = [n for n in range(self._size.sessions) if _language(n) == fact.language]
            count = len(fact.versions)
            chosen = self._random.sample(own, count) if count <= len(own) else self._random.choices(own, k=count)
            if fact.mention:
                planned[min(chosen)].append((fact, None))
            for n, version in zip(sorted(chosen), fact.versions, strict=True):
                planned[n].append((fact, version))
        return planned

    def _session(self, number: int, facts: list[Said]) -> tuple[Recorder, Dialogue]:
        pause = timedelta(days=PAUSE_DAYS * number, minutes=self._random.randrange(600))
        recorder = Recorder(self._random, self._cwd, BEGIN + pause, self._tally)
        dialogue = Dialogue(recorder, self._repository, self._random, _language(number), self._tally)
        start, size = self._tally.total, self._size
        marks = [start + size.chars * (n + 0.5) / (len(facts) + 1) for n in range(len(facts))]
        waiting = list(zip(marks, facts, strict=True))
        part = self._any_part()
        while waiting or self._tally.total < start + size.chars:
            if waiting and self._tally.total >= waiting[0][0]:
                _, (fact, version) = waiting.pop(0)
                part = self._repository.part(fact.component)
                dialogue.turn(part, fact, version)
            else:
                part = part if self._random.random() < 0.6 else self._any_part()
                dialogue.turn(part)
            dialogue.compact_when_full(size.context)
        return recorder, dialogue

    def _any_part(self) -> Part:
        return self._random.choice(list(self._repository.parts.values()))

    # Labels.

    def _questions(self) -> Iterable[Question]:
        """The questions, with the entries in whose text a statement stands word for word."""
        stating = {f.subject: self._stating(f) for f in self._plan.facts}
        for fact in self._plan.facts:
            answers = stating[fact.subject]
            misses = tuple(
                uuid
                for other in self._plan.facts
                if other.rivals == fact.rivals and other.subject != fact.subject
                for uuids in stating[other.subject]
                for uuid in uuids
            )
            kind = "reversed" if len(fact.versions) > 1 else "stated"
            shown = self._showing(fact)
            for asked in fact.asked:
                question = _question(asked, kind, fact.subject)
                yield replace(question, answers=answers, misses=misses, shown=shown)
        for asked in self._plan.absent:
            yield _question(asked, "absent", asked.subject)

    def _stating(self, fact: Fact) -> tuple[tuple[str, ...], ...]:
        return tuple(
            tuple(u for u, text in self._texts.items() if any(s in text for s in version.sentences()))
            for version in fact.versions
        )

    def _showing(self, fact: Fact) -> tuple[str, ...]:
        line, path = fact.versions[-1].code, f"/{fact.component.stem}.toml\n"
        return tuple(u for u, text in self._settings.items() if line and path in text and line in text)


def _question(asked: Asked, kind: str, subject: str) -> Question:
    return Question(asked.text, kind, asked.form, asked.language, subject)


def _language(session: int) -> str:
    return "fr" if session % 5 in (1, 3) else "en"


def _uuid(random: Random) -> str:
    return str(UUID(int=random.getrandbits(128), version=4))
