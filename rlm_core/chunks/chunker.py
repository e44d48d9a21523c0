"""Cuts a session's entries into chunks.

Where a boundary falls depends on what lies before it and on the next entry, never on what comes
later: a growing transcript moves no boundary, and a chunk number once cited stays right.

The rules, in tokens, with T for the open chunk and t for the next entry as it will stand inline:
- a compaction ends the chunk before it, always;
- a tool call and its result stay together: while a call waits for its result nothing is cut;
- what the user has put into `<private>` over several records stays together;
- before a new turn: cut when T reaches half the target, or an eighth of it and there is a long pause,
  another directory or branch, or another topic;
- inside a turn: cut only when T + t exceeds the limit; a call counts a quarter of the limit more, the
  room kept for its result.
An entry that exceeds the limit alone, or a result that no longer fits beside its call, goes to a blob.
"""

from __future__ import annotations

import sys

from rlm_core.chunks.render import READ, Rendered, Setting, full_tokens, language_of_file, render
from rlm_core.chunks.titles import chunk_title, entry_line, entry_title, keywords, subject_words, topic_changed
from rlm_core.clock import epoch
from rlm_core.digest import blake2b
from rlm_core.redaction.clean import EMPTY, fields, hex_digits, literal
from rlm_core.tokens import estimate
from rlm_core.transcript.entry import CALL, RESULT, TEXT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rlm_core.chunks.sanitize import CleanEntry
    from rlm_core.redaction.clean import CleanJson, CleanText

ALGORITHM = literal("r2")  # change it when the same entries would give other chunks
FORMER = literal("r1")  # of chunk files of form 1
LONG_PAUSE = 30 * 60  # seconds
MIN_INLINE_TOKENS = 160  # tokens of an output that stay inline however full the chunk is
ID_DIGITS = 12
MOST_MARKS = 200
"""Secrets of which a chunk keeps the fingerprint: 5 KB of its last line. The others are counted."""


class ChunkerState:
    """What the chunker knows of the session so far; plain values, kept between runs as JSON.

    turn: prompts so far. pending: call id -> tool name of calls without a result. prompt: title of the
    running turn; one whose prompt says nothing by itself ("go on") goes on with that of the turn before. time, cwd,
    branch: of the last entry that had one.
    """

    __slots__ = ("branch", "cwd", "pending", "prompt", "time", "turn")

    def __init__(
        self,
        turn: int = 0,
        time: CleanText = EMPTY,
        cwd: CleanText = EMPTY,
        branch: CleanText = EMPTY,
        prompt: CleanText = EMPTY,
        pending: dict[CleanText, CleanText] | None = None,
    ) -> None:
        self.turn = turn
        self.time = time
        self.cwd = cwd
        self.branch = branch
        self.prompt = prompt
        self.pending = dict(pending or {})

    def as_json(self) -> dict[CleanText, CleanJson]:
        return fields(
            branch=self.branch,
            cwd=self.cwd,
            pending=self.pending,
            prompt=self.prompt,
            time=self.time,
            turn=self.turn,
        )

    def pass_over(self, entry: CleanEntry) -> None:
        """Take note of an entry, whether it goes into a chunk or is already in the archive."""
        if entry.prompt:
            self.turn += 1
            self.pending = {}
            self.prompt = entry_title(entry) or self.prompt
        for part in entry.parts:
            if part.kind == CALL and part.call_id:
                self.pending[part.call_id] = part.name
        self.time = entry.time or self.time
        self.cwd = entry.cwd or self.cwd
        self.branch = entry.branch or self.branch

    def settle(self, entry: CleanEntry) -> None:
        """Forget the calls that this entry answers."""
        for part in entry.parts:
            if part.kind == RESULT:
                self.pending.pop(part.call_id, None)


class Chunk:
    """A run of entries.

    start: the carry before its first entry, to cut it again from there. offset: where that entry
    stands in the transcript. redactions: kind -> number of secrets left out. marks: entry's place in the chunk, kind
    and fingerprint of each secret, at most MOST_MARKS. turn_title: of its first turn.
    continued: it begins inside that turn. vague: that title says nothing by itself; a later prompt may give another.
    """

    __slots__ = (
        "_id",
        "_title",
        "continued",
        "entries",
        "marks",
        "offset",
        "previous",
        "redactions",
        "start",
        "tokens",
        "turn_title",
        "vague",
        "words",
    )

    def __init__(self, previous: CleanText, start: ChunkerState) -> None:
        self.previous = previous
        self.start = start
        self.offset = 0
        self.entries: list[Rendered] = []
        self.redactions: dict[CleanText, int] = {}
        self.marks: list[tuple[int, CleanText, CleanText]] = []
        self.tokens = 0
        self.words: list[CleanText] = []
        self.turn_title = EMPTY
        self.continued = self.vague = False
        self._id = EMPTY
        self._title = EMPTY

    def append(self, rendered: Rendered) -> None:
        self.entries.append(rendered)
        self.tokens += rendered.tokens
        self._id = self._title = EMPTY
        self.words += _words(rendered.entry)

    def leave_out(
        self,
        counts: Mapping[CleanText, int],
        before: Mapping[CleanText, int],
        marks: Sequence[tuple[CleanText, CleanText]],
    ) -> None:
        """Note what was left out of the last entry.

        counts, before: kind -> secrets that were replaced till now, and before it. marks: kind and fingerprint of each.
        """
        if counts == before:
            return
        for kind, n in counts.items():
            if n > before.get(kind, 0):
                self.redactions[kind] = self.redactions.get(kind, 0) + n - before.get(kind, 0)
        at = len(self.entries) - 1
        self.marks += [(at, kind, found) for kind, found in marks[: MOST_MARKS - len(self.marks)]]

    @property
    def id(self) -> CleanText:
        """Algorithm and hash of the previous chunk's id, the entries' uuids and their text."""
        if not self._id:
            self._id = chunk_id(self.previous, ((r.entry.uuid, r.text) for r in self.entries))
        return self._id

    @property
    def title(self) -> CleanText:
        """What it is called by, which changes as it grows: see `titles.chunk_title`."""
        if not self._title:
            entries = [r.entry for r in self.entries]
            self._title = chunk_title(self.turn_title, entries, continued=self.continued)
        return self._title

    @property
    def keywords(self) -> list[CleanText]:
        return keywords(self.words)


def chunk_id(previous: str, entries: Iterable[tuple[str, str]], *, like: str = "") -> CleanText:
    """The id of a chunk: what names it, and what proves a chunk file unharmed.

    entries: (uuid, Markdown) in order. like: an id that was made by the same rules, where these may be former ones.
    """
    h = blake2b(previous.encode(), digest_size=ID_DIGITS // 2)
    for uuid, text in entries:
        h.update(f"\0{uuid}\0{text}".encode("utf-8", "backslashreplace"))
    algorithm = FORMER if like.startswith("r1-") else ALGORITHM
    return literal("{}-{}").format(algorithm, hex_digits(h.hexdigest()))


class Chunker:
    """Feeds on entries in order. `open` is the chunk that still grows; it may be empty. number: its number.

    holds: what the open chunk ends in goes on in the user's next words, so that no boundary may fall before these.
    """

    def __init__(
        self,
        target: int,
        limit: int,
        carry: ChunkerState | None = None,
        previous: CleanText = EMPTY,
        number: int = 1,
    ) -> None:
        self.target = target
        self.limit = limit
        self.carry = carry or ChunkerState()
        self.open = Chunk(previous, self._snapshot())
        self.number = number
        self.holds = False
        self._languages: dict[CleanText, CleanText] = {}  # call id -> language of the file that it reads

    def add(self, entry: CleanEntry, text: CleanText = EMPTY) -> Chunk | None:
        """Take the next entry; the chunk that it closes, if it does, comes back.

        text: the entry as Markdown, of one that was richer when it was archived than it is now.
        """
        closed = self.close() if self.open.entries and self.cuts_before(entry) else None
        if not self.open.entries:
            self.open.start = self._snapshot()
        self.carry.pass_over(entry)
        if not self.open.entries:
            self.open.turn_title = self.carry.prompt
            self.open.continued = bool(self.carry.prompt) and not (entry.prompt and entry_title(entry))
        for part in entry.parts:
            if part.kind == CALL and part.name == READ:
                self._languages[part.call_id] = language_of_file(part.files)
        if text:
            rendered = Rendered(entry, self.carry.turn, text, estimate(text), [])
        else:
            rendered = render(entry, self._setting(), self._room(), self.limit // 4)
        self.carry.settle(entry)
        self.open.append(rendered)
        self._name(entry)
        return closed

    def append(self, entry: CleanEntry) -> None:
        """Put an entry that may still change at the end of the open chunk, however long that gets."""
        if not self.open.entries:
            self.open.start = self._snapshot()
        # All of it inline: a blob would stay behind when the entry has changed.
        self.open.append(render(entry, self._setting(), sys.maxsize, 0))

    def _setting(self) -> Setting:
        return Setting(self.number, self.carry.turn, self.carry.pending, self._languages)

    def _name(self, entry: CleanEntry) -> None:
        """Call a chunk that has no turn's title by what is said in it."""
        chunk = self.open
        if chunk.turn_title and not (chunk.vague and entry.prompt):
            return
        title = entry_title(entry) if entry.role in ("user", "assistant", "task") else EMPTY
        if title:
            chunk.turn_title, chunk.vague = title, False
        elif not chunk.turn_title:
            chunk.turn_title, chunk.vague = entry_line(entry), True

    def pass_over(self, entry: CleanEntry) -> None:
        """Take note of an entry that is in the archive already, without putting it into a chunk."""
        self.carry.pass_over(entry)
        self.carry.settle(entry)

    def close(self) -> Chunk:
        """End the open chunk here, whatever the rules say, and start the next one."""
        closed = self.open
        self.open = Chunk(closed.id, self._snapshot())
        self.number += 1
        self._languages = {}  # what is cut anew begins here, and knows no calls before
        return closed

    def cuts_before(self, entry: CleanEntry) -> bool:
        """Whether a boundary falls between the open chunk, which is not empty, and this entry."""
        if entry.boundary:
            return True
        if (self.carry.pending and not entry.prompt) or (self.holds and entry.role != "assistant"):
            return False
        size = self.open.tokens
        if size + self._inline_tokens(entry) > self.limit:
            return True
        if not entry.prompt:
            return False
        return size >= self.target // 2 or (size >= self.target // 8 and self._sign(entry))

    def _inline_tokens(self, entry: CleanEntry) -> int:
        full = full_tokens(entry)
        inline = full if full <= self.limit else self.limit // 4
        waits = any(p.kind == CALL for p in entry.parts)
        return inline + (self.limit // 4 if waits else 0)

    def _room(self) -> int:
        return max(self.limit - self.open.tokens, MIN_INLINE_TOKENS)

    def _sign(self, entry: CleanEntry) -> bool:
        """Something besides size that says a new matter begins."""
        was = self.carry
        if entry.cwd and was.cwd and entry.cwd != was.cwd:
            return True
        if entry.branch and was.branch and entry.branch != was.branch:
            return True
        then, now = epoch(was.time), epoch(entry.time)
        if then is not None and now is not None and now - then >= LONG_PAUSE:
            return True
        return topic_changed(_words(entry), set(self.open.words))

    def _snapshot(self) -> ChunkerState:
        was = self.carry
        return ChunkerState(was.turn, was.time, was.cwd, was.branch, was.prompt, was.pending)


def _words(entry: CleanEntry) -> list[CleanText]:
    if entry.role not in ("user", "assistant", "task"):
        return []
    return [w for p in entry.parts if p.kind == TEXT for w in subject_words(p.text)]
