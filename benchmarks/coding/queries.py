"""What is asked about coding sessions, and which records answer: by rules over the transcripts, without a model.

commit        the subject of a commit that was made, or a point of its message that names one file. Evidence: the edits
              since the commit before of the files that it took in, or of that file; what Claude said directly before
              each of them; for the subject also the prompts of their turns
summary       a point of what Claude said at a turn's end, that names one file. Evidence: the edits of that file in
              the turn, or in the latest before in which there were any
step          the rarest words of what Claude said it would do next. Evidence: that, and the edits that it did next
file, lines   an edited file's name and the rarest words of the lines that an edit changed. Evidence: the edits of that
              file that changed lines with two of these words or more
file, prompt  an edited file's name and the rarest words of the prompt. Evidence: the edits of that file in the turn
identifier    an identifier that somebody wrote, in few records of one session; by itself or in a short question.
              Evidence: all these records if they are at most three, else the edits that changed a line with it, and
              its definition
described     the words of which such an identifier consists, and one that stands beside it. Same evidence
prompt        a sentence of a prompt. Evidence: the edits of its turn
error         the first words of an error that a command printed. Evidence: the output, and the next edit of the turn

An edit is found when its call or its result is; of the records that show a definition, or print the same error, or say
before an edit what it will do, any will do. Words are chosen by how few blocks of the session hold them, never by a
list. Where whole sentences are asked for, nothing counts of the record that they were copied from and of every record
that repeats them word for word, neither as found nor as missed: what such a record holds is taken out of every ranking
alike. For an identifier a statement is known besides evidence: the identifier itself, which a passage may not show
although its record does.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from random import Random

from benchmarks.coding.reading import CALL, OTHER, OUTPUT, PROMPT, TEXT, THINKING, Block, Edit, Session
from benchmarks.coding.work import SENTENCE, Query, Work, identifiers, sentences, words

FEW = 15  # records in which an identifier stands at most, edits with their results as one
ALL = 3  # records that are all evidence for an identifier
MOST = 60  # questions of a kind and a session
SENTENCES = 2  # of a prompt
STEP_WORDS, ERROR_WORDS = 4, 7
FORMS = ("{}", "{}", "where is {} set", "what did we change about {}", "how does {} work")
COMMIT, SUMMARY, STEP, LINES, PROMPTED, NAMED, DESCRIBED, ASKED, FAILED = KINDS = (
    "commit",
    "summary",
    "step",
    "file, lines",
    "file, prompt",
    "identifier",
    "described",
    "prompt",
    "error",
)
_KEYWORDS = "func def class type const var let function interface struct enum fn"
_DEFINED = rf"\b(?:{_KEYWORDS.replace(' ', '|')})\b[^\n=]{{{{0,40}}}}\b{{name}}\s*[(=:{{{{<]|^[\W\d]*{{name}}\s*:?="
_COMMIT = re.compile(r"\bgit\b[^\n;&|]*?\bcommit\b")
_MADE = re.compile(r"^\[[^\]\n]+ [0-9a-f]{7,}\] (.+)", re.M)
_POINT = re.compile(r"^\s*[-*] (.+)", re.M)
_ADD = re.compile(r"\bgit\b[^\n;&|]*?\badd\b([^\n;&|]*)")
_EVERYTHING = (".", "-A", "--all", "-u")
_ERROR = re.compile(
    r"(?:\b(?:errors?|failed|failure|fail|undefined|cannot|could not|panic|fatal|not found)\b|Error\b|Exception\b)",
    re.I,
)
_PLACE = re.compile(r"^\S*:\d+(?::\d+)?:?\s+")
_READING = re.compile(
    r"^\s*(?:cd [^&;]*&&\s*)?(?:cat|grep|rg|ls|head|tail|sed|awk|find|wc|echo|git (?:show|log|diff|status|grep))\b"
)


def queries(sessions: Sequence[Session], seed: int = 1) -> list[Query]:
    """The questions about some sessions, by session and kind; the same for a seed."""
    works = [Work(session) for session in sessions]
    found: dict[str, Query] = {}
    for work in works:
        for other in works:
            if other is not work:  # what is said of an identifier elsewhere may answer, too
                work.elsewhere.update(other.identifiers)
        for kind, make in MAKERS.items():
            random = Random(f"{seed} {kind} {work.session.id}")
            made = list({q.text: q for q in make(work, random) if q.evidence}.values())
            for query in _some(made, random):
                found.setdefault(query.text, query)
    return list(found.values())


def _some(made: list[Query], random: Random) -> list[Query]:
    if len(made) <= MOST:
        return made
    return [made[n] for n in sorted(random.sample(range(len(made)), MOST))]


def _query(
    work: Work,
    kind: str,
    text: str,
    evidence: Iterable[str],
    source: Iterable[str] = (),
    statement: str = "",
    same: Mapping[str, str] | None = None,
) -> Query:
    """evidence, source: records, by whatever stands for them. statement: that each piece of evidence shows."""
    left_out = frozenset(work.thing(r) for r in source)
    kept = tuple(dict.fromkeys(t for r in evidence if (t := work.thing(r)) not in left_out))
    return Query(
        text, kept, kind, dict.fromkeys(kept, statement) if statement else {}, source=left_out, same=same or {}
    )


# Commits, and what was said before edits.


def _commits(work: Work, _: Random) -> Iterator[Query]:
    session, last = work.session, -1
    for at, block in enumerate(session.blocks):
        command = str(block.given.get("command", ""))
        if block.kind != CALL or not _COMMIT.search(command):
            continue
        output = session.output_of(at)
        made = _MADE.search(output.text) if output is not None and not output.failed else None
        if output is None or made is None:
            continue
        added = _added([b for b in session.blocks[last + 1 : at + 1] if b.kind == CALL])
        edits = [e for e in session.edits if last < e.at < at and _among(e.path, added)]
        last = at
        own = {block.record, output.record}
        turns = {e.turn for e in edits}
        prompts = [b.record for b in session.blocks if b.kind == PROMPT and b.turn in turns]
        subject = made[1].strip()
        if edits and len(words(subject)) > 2:
            yield _query(work, COMMIT, subject, [*prompts, *_led(session, edits)], own | work.repeating(subject))
        for point, named in _points(command, edits):
            yield _query(work, COMMIT, point, _led(session, named), own | work.repeating(point))


def _points(text: str, edits: Sequence[Edit]) -> Iterator[tuple[str, list[Edit]]]:
    """The points of a list that name one of the edited files, with its edits; backticks and asterisks left out."""
    for found in _POINT.findall(text):
        point = re.sub(r"[`*]+", "", found).strip()
        named = [e for e in edits if re.search(rf"(?<!\w){re.escape(e.base)}(?!\w)", point)]
        if len({e.base for e in named}) == 1 and len(words(point)) > 3 + len(words(named[0].base)):
            yield (point if len(point) <= SENTENCE else point[:SENTENCE].rsplit(" ", 1)[0]), named


def _summaries(work: Work, _: Random) -> Iterator[Query]:
    session = work.session
    said = (b for b in session.blocks if b.kind == TEXT)
    for turn, texts in groupby(said, key=lambda b: b.turn):
        last = list(texts)[-1]
        latest = max((e.turn for e in session.edits if e.turn <= turn), default=0)
        for point, named in _points(last.text, [e for e in session.edits if e.turn == latest]):
            yield _query(work, SUMMARY, point, [e.record for e in named], {last.record} | work.repeating(point))


def _added(calls: Sequence[Block]) -> list[str]:
    """The paths that were added by name; none when everything was."""
    paths: list[str] = []
    for call in calls:
        for arguments in _ADD.findall(str(call.given.get("command", ""))):
            named = [a.strip("\"'") for a in arguments.split()]
            if not named or any(a in _EVERYTHING for a in named):
                return []
            paths += [a.removeprefix("./").rstrip("/") for a in named if not a.startswith("-")]
    return paths


def _among(path: str, added: Sequence[str]) -> bool:
    """Whether a file was added: by its name, or with its directory."""
    return not added or any(f"/{path.lstrip('/')}/".find(f"/{a.lstrip('/')}/") >= 0 for a in added)


def _led(session: Session, edits: Sequence[Edit]) -> Iterator[str]:
    """Records of edits, each after what was said directly before it."""
    for edit in edits:
        yield from (b.record for b in _before(session, edit.at) if b.kind == TEXT)
        yield edit.record


def _before(session: Session, at: int) -> list[Block]:
    """What Claude said and thought between a call and what came before it, the last first."""
    found = []
    for block in reversed(session.blocks[:at]):
        if block.kind not in (TEXT, THINKING):
            break
        found.append(block)
    return found


def _steps(work: Work, _: Random) -> Iterator[Query]:
    session = work.session
    for n, edit in enumerate(session.edits):
        said = _before(session, edit.at)
        spoken = next((b for b in said if b.kind == TEXT), said[0] if said else None)
        told = sentences(spoken.text) if spoken else []
        topic = work.rarest(told[-1], STEP_WORDS) if told else []
        if spoken is None or len(topic) < STEP_WORDS - 1:
            continue
        following = [edit.record]
        for later in session.edits[n + 1 :]:
            if any(b.kind in (TEXT, THINKING, PROMPT) for b in session.blocks[edit.at : later.at]):
                break
            following.append(later.record)
        same = {b.record: spoken.record for b in said if b is not spoken and set(topic) <= set(words(b.text))}
        yield _query(work, STEP, " ".join(topic), [spoken.record, *following], same=same)


# Files.


def _by_lines(work: Work, _: Random) -> Iterator[Query]:
    session = work.session
    changed = {e.at: set(words("\n".join(e.lines))) for e in session.edits}
    for edit in session.edits:
        topic = work.rarest("\n".join(edit.lines), 3, words(edit.base))
        if len(topic) > 1:
            same = [e for e in session.edits if e.base == edit.base and len(changed[e.at].intersection(topic)) > 1]
            yield _query(work, LINES, " ".join([edit.base, *topic]), [e.record for e in same])


def _by_prompt(work: Work, _: Random) -> Iterator[Query]:
    for prompt, edits in _prompted(work.session):
        said = " ".join(sentences(prompt.text)[:SENTENCES])
        for base in dict.fromkeys(e.base for e in edits):
            topic = work.rarest(said, 3, words(base))
            if len(topic) > 1:
                named = [e.record for e in edits if e.base == base]
                yield _query(work, PROMPTED, " ".join([base, *topic]), named, [prompt.record])


def _prompts(work: Work, _: Random) -> Iterator[Query]:
    for prompt, edits in _prompted(work.session):
        for sentence in sentences(prompt.text)[:SENTENCES]:
            source = {prompt.record} | work.repeating(sentence)
            yield _query(work, ASKED, sentence, [e.record for e in edits], source)


def _prompted(session: Session) -> Iterator[tuple[Block, list[Edit]]]:
    """Each prompt and the edits of its turn, where there are any."""
    for turn, edits in groupby(session.edits, key=lambda e: e.turn):
        prompt = next((b for b in session.blocks if b.kind == PROMPT and b.turn == turn), None)
        if prompt is not None:
            yield prompt, list(edits)


# Identifiers.


def _named(work: Work, random: Random) -> Iterator[Query]:
    for name, evidence, same in _known(work):
        yield _query(work, NAMED, random.choice(FORMS).format(name), evidence, (), name, same)


def _described(work: Work, _: Random) -> Iterator[Query]:
    for name, evidence, same in _known(work):
        own = [w for w in dict.fromkeys(words(name)) if len(w) > 2]
        if len(own) > 1:
            text = " ".join([*own, *_beside(work, name, set(evidence), own)])
            yield _query(work, DESCRIBED, text, evidence, (), name, same)


def _known(work: Work) -> Iterator[tuple[str, list[str], dict[str, str]]]:
    """Identifiers that somebody wrote, in few records of this session; their evidence, and what will do instead."""
    session = work.session
    changed = {e.at: identifiers("\n".join(e.lines)) for e in session.edits}
    for name, places in work.identifiers.items():
        blocks = [session.blocks[at] for at in places]
        things = list(dict.fromkeys(work.thing(b.record) for b in blocks))
        written = any(b.kind not in (OUTPUT, OTHER) for b in blocks)
        if name in work.elsewhere or not written or not 1 < len(things) <= FEW:
            continue
        if len(things) <= ALL:
            yield name, things, {}
            continue
        edits = [e.record for e in session.edits if name in changed[e.at]]
        defined = re.compile(_DEFINED.format(name=re.escape(name)), re.M)
        showing = [t for b in blocks if (t := work.thing(b.record)) not in edits and defined.search(b.text)]
        if edits or showing:
            yield name, [*edits, *showing[:1]], dict.fromkeys(showing[1:], showing[0] if showing else "")


def _beside(work: Work, name: str, evidence: set[str], own: Sequence[str]) -> list[str]:
    """A word that stands beside an identifier, on a line of its evidence."""
    blocks = (b for b in work.session.blocks if work.thing(b.record) in evidence)
    lines = "\n".join(line for b in blocks for line in b.text.split("\n") if name in line)
    forms = {w for w in words(lines) if any(w[:4] == o[:4] for o in own)}
    return work.rarest(lines, 1, forms)


# Errors.


def _errors(work: Work, _: Random) -> Iterator[Query]:
    session = work.session
    printed = [(at, b, line) for at, b in enumerate(session.blocks) if (line := _error(b))]
    for at, block, line in printed:
        repair = next((e for e in session.edits if e.at > at and e.turn == block.turn), None)
        if repair is not None:
            again = [b.record for _, b, other in printed if other == line]
            told = re.findall(r"[^\W\d_]\w+", line)[:ERROR_WORDS]
            yield _query(
                work, FAILED, " ".join(told), [again[0], repair.record], same=dict.fromkeys(again[1:], again[0])
            )


def _error(block: Block) -> str:
    """The first line of a command's output that tells of an error, without the place it names; "" when none does."""
    if block.kind != OUTPUT or "command" not in block.given or _READING.match(str(block.given["command"])):
        return ""
    lines = (_PLACE.sub("", line.strip()) for line in block.text.split("\n") if _ERROR.search(line))
    return next((line for line in lines if len(words(line)) > 3), "")


MAKERS: dict[str, Callable[[Work, Random], Iterable[Query]]] = {
    COMMIT: _commits,
    SUMMARY: _summaries,
    STEP: _steps,
    LINES: _by_lines,
    PROMPTED: _by_prompt,
    NAMED: _named,
    DESCRIBED: _described,
    ASKED: _prompts,
    FAILED: _errors,
}
