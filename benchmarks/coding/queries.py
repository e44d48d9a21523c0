"""What is asked about coding sessions, and which records answer: by rules over the transcripts, without a model.

commit       the subject of a commit that was made. Evidence: the edits since the commit before of files that it took
             in, the prompts of their turns, and what Claude said directly before each of them
file, lines  an edited file's name and the rarest words of the lines that an edit changed. Evidence: the edits of that
             file that changed lines with most of these words
file, prompt an edited file's name and the rarest words of the prompt. Evidence: the edits of that file in the turn
identifier   an identifier that somebody wrote, in few records. Evidence: all of them if they are at most three, else
             the edits that changed a line with it and the record that first defines it
described    the words of which such an identifier consists, and one that stands beside it. Same evidence
prompt       a sentence of a prompt. Evidence: the edits of its turn
error        words of an error that a command printed. Evidence: the output and the edit that came next in the turn

An edit is found when its call or its result is. Words are chosen by how few records hold them, never by a list.
Of what a question was copied from, and of every record that repeats it word for word, nothing counts, neither as found
nor as missed: such passages are taken out of every ranking alike.
"""

import os
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from benchmarks.coding.reading import CALL, OTHER, OUTPUT, PROMPT, TEXT, THINKING, Block, Edit, Session
from benchmarks.retrieval.conversation import Question

FEW = 15  # records, edits with their results as one, in which an identifier stands at most
ALL = 3  # records that are all evidence for an identifier
MOST = 60  # questions of a kind and a session
COMMON = 0.2  # share of a session's blocks from which on a word tells nothing
SENTENCE = 200  # characters of a prompt that are asked for
_WORD = re.compile(r"[^\W\d_]+")
_IDENTIFIERS = (
    re.compile(r"(?<![\w.-])[A-Za-z][a-z0-9]*(?:[A-Z]+[a-z0-9]*)+(?![\w])"),  # camelCase, PascalCase
    re.compile(r"(?<![\w.-])[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+(?!\w)"),  # snake_case
    re.compile(r"(?<![\w./-])[A-Za-z]\w+(?:\.[A-Za-z_]\w+)+(?![\w./])"),  # dotted
    re.compile(r"(?<![\w-])--[a-z][a-z0-9]*(?:-[a-z0-9]+)*(?![\w-])"),  # a flag
)
_DEFINED = r"(?:\b(?:func|def|class|type|const|var|let|function|interface|struct|enum)\b[^\n=]{{0,40}}|^\W*){}\s*[(=:{{]"
_FILE = re.compile(r"\.[a-z]{1,5}\d?$")
_COMMIT = re.compile(r"\bgit\b[^\n;&|]*?\bcommit\b")
_MESSAGE = re.compile(r"""-[a-z]*m\s*(?:"\$\(cat\s+<<-?\s*['"]?(\w+)['"]?\s*\n(?P<here>.*?)\n\s*\1|"(?P<double>(?:\\.|[^"\\])*)"|'(?P<single>[^']*)')""", re.S)
_MADE = re.compile(r"^\[[^\]\n]+ [0-9a-f]{7,}\]", re.M)
_ADD = re.compile(r"\bgit\b[^\n;&|]*?\badd\b([^\n;&|]*)")
_ERROR = re.compile(r"\b(?:error|errors?:|failed|failure|FAIL|undefined|cannot|could not|panic|fatal|not found)\b|Error\b|Exception\b", re.I)
_READING = re.compile(r"^\s*(?:cd [^&;]*&&\s*)?(?:cat|grep|rg|ls|head|tail|sed|awk|find|wc|echo|git (?:show|log|diff|status|grep|blame))\b")
COMMIT, LINES, PROMPTED, NAMED, DESCRIBED, ASKED, FAILED = KINDS = (
    "commit",
    "file, lines",
    "file, prompt",
    "identifier",
    "described",
    "prompt",
    "error",
)


@dataclass(frozen=True)
class Query(Question):
    """source: the records that it was copied from or that repeat it; they count neither as found nor as missed."""

    source: frozenset[str] = frozenset()


class Work:
    """A session and how often its words occur. frequency: word -> number of blocks that hold it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.words = [set(words(b.text)) for b in session.blocks]
        self.frequency = Counter(w for found in self.words for w in found)
        self._identifiers: dict[str, list[int]] | None = None

    def thing(self, record: str) -> str:
        return self.session.things[record]

    def rarest(self, text: str, count: int, without: Iterable[str] = ()) -> list[str]:
        """The words of a text that the fewest blocks hold, but more than one, in the text's order."""
        most, left_out = COMMON * len(self.words), set(without)
        found = [w for w in dict.fromkeys(words(text)) if len(w) > 3 and 1 < self.frequency[w] <= most]
        best = sorted((w for w in found if w not in left_out), key=lambda w: self.frequency[w])[:count]
        return [w for w in found if w in best]

    def repeats(self, text: str) -> set[str]:
        """The records that hold a text word for word; case and white space do not matter."""
        wanted = _plain(text)
        return {b.record for b in self.session.blocks if wanted in _plain(b.text)}

    def identifiers(self) -> dict[str, list[int]]:
        """Identifier -> the blocks that hold it."""
        if self._identifiers is None:
            found: dict[str, list[int]] = defaultdict(list)
            keys = {key for block in self.session.blocks for key in block.given}
            for n, block in enumerate(self.session.blocks):
                for name in identifiers(block.text) - keys:
                    found[name].append(n)
            self._identifiers = dict(found)
        return self._identifiers


def words(text: str) -> list[str]:
    """The words of a text, small; those that an identifier consists of each by itself.

    >>> words("parserRetryLimit of HTTP_server")
    ['parser', 'retry', 'limit', 'of', 'http', 'server']
    """
    return [w.lower() for w in _WORD.findall(re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text))]


def identifiers(text: str) -> set[str]:
    """The identifiers in a text, flags among them; names of files are none."""
    found = {name for pattern in _IDENTIFIERS for name in pattern.findall(text)}
    return {n for n in found if 6 <= len(n) <= 50 and not ("." in n and _FILE.search(n))}


def queries(sessions: Sequence[Session], seed: int = 1) -> list[Query]:
    """The questions about some sessions, by session and kind; the same for a seed."""
    found: dict[str, Query] = {}
    for session in sessions:
        work = Work(session)
        for kind, make in MAKERS.items():
            random = Random(f"{seed} {kind} {session.id}")
            made = {q.text: q for q in make(work, random) if set(q.evidence)}
            kept = list(made.values())
            for query in kept if len(kept) <= MOST else sorted(random.sample(kept, MOST), key=kept.index):
                found.setdefault(query.text, query)
    return list(found.values())


def _query(work: Work, text: str, kind: str, evidence: Iterable[str], source: Iterable[str] = ()) -> Query:
    """evidence, source: records."""
    left_out = {work.thing(r) for r in source}
    return Query(text, tuple(dict.fromkeys(t for r in evidence if (t := work.thing(r)) not in left_out)), kind, {}, frozenset(left_out))


def _commits(work: Work, _: Random) -> Iterator[Query]:
    session, last = work.session, -1
    for at, block in enumerate(session.blocks):
        command = str(block.given.get("command", ""))
        if block.kind != CALL or block.tool != "Bash" or not _COMMIT.search(command):
            continue
        output = session.output_of(at)
        if output is None or output.failed or not _MADE.search(output.text):
            continue
        subject = _subject(command)
        before = [e for e in session.edits if last < e.at < at]
        added = _added([b for b in session.blocks[last + 1 : at + 1] if b.kind == CALL and b.tool == "Bash"])
        edits = [e for e in before if not added or any(e.path.endswith(a) or a in e.path for a in added)]
        last = at
        if len(words(subject)) > 2 and edits:
            yield _query(work, subject, COMMIT, _led(session, edits), {block.record, output.record, *work.repeats(subject)})


def _subject(command: str) -> str:
    """The first line of a commit's message; "" when the command does not hold it."""
    found = _MESSAGE.search(command)
    message = (found["here"] or found["double"] or found["single"] or "") if found else ""
    return message.strip().split("\n")[0].replace('\\"', '"').strip()


def _added(calls: Sequence[Block]) -> list[str]:
    """The paths that were added by name; none when everything was."""
    paths: list[str] = []
    for call in calls:
        for arguments in _ADD.findall(str(call.given.get("command", ""))):
            named = [a.strip("\"'") for a in arguments.split()]
            if not named or any(a in (".", "-A", "--all", "-u") for a in named):
                return []
            paths += [a.removeprefix("./").rstrip("/") for a in named if not a.startswith("-")]
    return paths


def _led(session: Session, edits: Sequence[Edit]) -> Iterator[str]:
    """Records of edits, of the prompts of their turns and of what was said directly before them."""
    turns = {e.turn for e in edits}
    yield from (b.record for b in session.blocks if b.kind == PROMPT and b.turn in turns)
    for edit in edits:
        yield from _said_before(session, edit.at)
        yield edit.record


def _said_before(session: Session, at: int) -> Iterator[str]:
    """The record of the text between a call and the one before; none when there is none."""
    for block in reversed(session.blocks[:at]):
        if block.kind == TEXT:
            yield block.record
        elif block.kind == THINKING:
            continue
        return


def _by_lines(work: Work, _: Random) -> Iterator[Query]:
    session = work.session
    changed = {e.at: set(words("\n".join(e.lines))) for e in session.edits}
    for edit in session.edits:
        own = set(words(edit.base))
        topic = work.rarest("\n".join(edit.lines), 3, own)
        if len(topic) < 2:
            continue
        same = [e for e in session.edits if e.base == edit.base and len(changed[e.at].intersection(topic)) >= 2]
        yield _query(work, " ".join([edit.base, *topic]), LINES, [e.record for e in same])


def _by_prompt(work: Work, _: Random) -> Iterator[Query]:
    session = work.session
    for prompt in (b for b in session.blocks if b.kind == PROMPT):
        edits = [e for e in session.edits if e.turn == prompt.turn]
        for base in dict.fromkeys(e.base for e in edits):
            topic = work.rarest(_sentence(prompt.text), 3, words(base))
            if len(topic) > 1:
                text = " ".join([base, *topic])
                yield _query(work, text, PROMPTED, [e.record for e in edits if e.base == base], [prompt.record])


def _known(work: Work, random: Random) -> list[tuple[str, list[str]]]:
    """Identifiers that somebody wrote, in few records, and their evidence."""
    session, found = work.session, []
    for name, places in work.identifiers().items():
        blocks = [session.blocks[n] for n in places]
        things = list(dict.fromkeys(work.thing(b.record) for b in blocks))
        if not 1 < len(things) <= FEW or all(b.kind in (OUTPUT, OTHER) for b in blocks):
            continue
        if len(things) <= ALL:
            found.append((name, things))
            continue
        edits = [e.record for e in session.edits if any(name in identifiers(s) for s in e.lines)]
        defined = re.compile(_DEFINED.format(re.escape(name)), re.M)
        first = next((work.thing(b.record) for b in blocks if defined.search(b.text)), "")
        evidence = [*edits, first] if first else edits
        if evidence:
            found.append((name, evidence))
    return found if len(found) <= MOST else sorted(random.sample(found, MOST), key=found.index)


FORMS = ("{}", "{}", "where is {} set", "what did we change about {}", "how does {} work")


def _named(work: Work, random: Random) -> Iterator[Query]:
    for name, evidence in _known(work, random):
        yield _query(work, random.choice(FORMS).format(name), NAMED, evidence)


def _described(work: Work, random: Random) -> Iterator[Query]:
    for name, evidence in _known(work, random):
        own = [w for w in dict.fromkeys(words(name)) if len(w) > 2]
        if len(own) < 2:
            continue
        beside = _beside(work, name, set(evidence), own)
        yield _query(work, " ".join([*own, *beside]), DESCRIBED, evidence)


def _beside(work: Work, name: str, evidence: set[str], own: Sequence[str]) -> list[str]:
    """A word that stands on the lines of the evidence that name an identifier."""
    blocks = (b for b in work.session.blocks if work.thing(b.record) in evidence)
    lines = [line for b in blocks for line in b.text.split("\n") if name in line]
    return work.rarest("\n".join(lines), 1, own)


def _prompts(work: Work, _: Random) -> Iterator[Query]:
    session = work.session
    for prompt in (b for b in session.blocks if b.kind == PROMPT):
        sentence = _sentence(prompt.text)
        edits = [e.record for e in session.edits if e.turn == prompt.turn]
        if edits and len(words(sentence)) > 3:
            yield _query(work, sentence, ASKED, edits, {prompt.record, *work.repeats(sentence)})


def _sentence(text: str) -> str:
    """The first sentence of more than three words, cut at a word."""
    sentences = re.split(r"(?<=[.!?])\s+|\n+", text.strip())
    sentence = next((s for s in sentences if len(words(s)) > 3), sentences[0]).strip()
    return sentence if len(sentence) <= SENTENCE else sentence[:SENTENCE].rsplit(" ", 1)[0]


def _errors(work: Work, _: Random) -> Iterator[Query]:
    session = work.session
    for at, block in enumerate(session.blocks):
        if block.kind != OUTPUT or block.tool != "Bash" or _READING.match(str(block.given.get("command", ""))):
            continue
        repair = next((e for e in session.edits if e.at > at and e.turn == block.turn), None)
        line = next((s for s in block.text.split("\n") if _ERROR.search(s) and len(words(s)) > 4), "")
        if repair is None or not line:
            continue
        told = [w for w in re.findall(r"[^\W\d]\w{2,}", line) if not re.search(r"\d", w)]
        yield _query(work, " ".join(list(dict.fromkeys(told))[-6:]), FAILED, [block.record, repair.record])


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


MAKERS: dict[str, Callable[[Work, Random], Iterable[Query]]] = {
    COMMIT: _commits,
    LINES: _by_lines,
    PROMPTED: _by_prompt,
    NAMED: _named,
    DESCRIBED: _described,
    ASKED: _prompts,
    FAILED: _errors,
}
