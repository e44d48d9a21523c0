"""Where a session left off: the last task, the open todos, the files in work. Read at a start, never stored.

Nothing has to be kept up to date for it, so nothing is lost by a crash: the transcript's end is read when
somebody asks. What is taken from there is redacted before it leaves this module; `guide` words it.
"""

from __future__ import annotations

from rlm_core.handoff import backwards
from rlm_core.handoff.backwards import FILES, LAST_PROMPT, PROMPTS, TODOS, WORDS
from rlm_core.handoff.todos import TOOLS, Todos
from rlm_core.record import Record, each
from rlm_core.transcript.entry import CALL, HOUSEKEEPING, MEDIA, RESULT, TEXT, Entry, Part
from rlm_core.transcript.records.speakers import TYPED, as_typed
from rlm_core.transcript.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    Redact = Callable[[str], str]

OURS = ("offload", "recall", "peek")  # a turn in which the user asks for these is not the task
EDITS = ("Edit", "MultiEdit", "Write", "NotebookEdit")
READS = ("Read", "NotebookRead")
NEAR_BYTES = 256 * 1024  # bytes from the end within which files in work and prompts before the last are looked for
FAR = 1024 * 1024  # and the todo list
BRIEF_CHARS = 60  # characters below which a prompt ("yes, go on") does not tell the task by itself
MAX_PROMPTS, MAX_FILES = 3, 8
MAX_TEXT_CHARS = 1024 * 1024  # characters of one text that are looked at
KEPT = 4000  # characters of a text's head and of its tail that are kept
ARCHIVE = "/.claude/rlm/"


class Handoff(Record):
    """What a session's end holds. Texts are redacted, and of long ones head and tail are kept.

    session: its id. time: of the newest entry, ISO-8601 UTC, "" if unknown. cwd: where it was working then.
    title: what the session is called, "" where the archive does not say. note: what the user wrote behind /offload, if
    that came last. prompts: the user's, newest first; those before the newest only where that is brief; none when it
    stands too far from the end. said: Claude's last words in that turn.
    interrupted: by the user, before or after them. todos: (status, text) of the open ones; todo_total: how many there
    are in all. edited, read: paths, the latest first, none in both. resumable: the client still has the transcript.
    """

    session: str
    time: str = ""
    cwd: str = ""
    title: str = ""
    note: str = ""
    prompts: list[str] = each(list)
    said: str = ""
    interrupted: bool = False
    todos: list[tuple[str, str]] = each(list)
    todo_total: int = 0
    edited: list[str] = each(list)
    read: list[str] = each(list)
    resumable: bool = False

    def as_json(self) -> dict[str, Any]:
        todos = [{"status": status, "text": text} for status, text in self.todos]
        return {name: getattr(self, name) for name in self.FIELDS} | {"todos": todos}


class _Gathering:
    """Takes a session's entries from the newest on."""

    def __init__(self, made: Handoff, redact: Redact) -> None:
        self.made = made
        self.redact = redact
        self.todos = Todos()
        self._answers: dict[str, Part] = {}  # call id -> result
        self._noted = ""  # by the client, as the last prompt

    def wanted(self, behind: int) -> int:
        """What of the session's past, so many bytes from its end and further, may still count."""
        made, near = self.made, behind < NEAR_BYTES
        prompts = not made.prompts or (near and self._unclear())
        words = not made.prompts and not made.said
        files = near and len(made.edited) < MAX_FILES
        todos = behind < FAR and not self.todos.done
        return PROMPTS * prompts + WORDS * words + FILES * files + TODOS * todos

    def _unclear(self) -> bool:
        """Whether the prompts found do not tell the task yet."""
        prompts = self.made.prompts
        return not prompts or (len(prompts[-1]) < BRIEF_CHARS and len(prompts) < MAX_PROMPTS)

    def take_all(self, entries: Iterable[Entry]) -> Handoff | None:
        """The handoff; None of a session in which nothing was asked and nothing said."""
        for entry in entries:
            self._take(entry)
        made = self.made
        if not made.prompts and not made.said:
            return None
        if not made.prompts and not self._noted.startswith(("/", "<")) and self._noted:
            made.prompts.append(self._kept(self._noted))  # the prompt itself stands too far from the end
        rows, made.todo_total = self.todos.listed()
        made.todos = [(status, self._kept(text)) for status, text in rows]
        made.edited, made.read = [self._kept(p) for p in made.edited], [self._kept(p) for p in made.read]
        return made

    def _take(self, entry: Entry) -> None:
        made = self.made
        made.time, made.cwd = made.time or entry.time, made.cwd or entry.cwd
        text = "\n".join(p.text for p in entry.parts if p.kind == TEXT).strip()
        if entry.role == "user":
            self._take_prompt(text or ("[image]" if any(p.kind == MEDIA for p in entry.parts) else ""))
        elif entry.role == "assistant":
            if text and text != "No response requested." and not made.prompts and not made.said:
                made.said = self._kept(text)
            for part in entry.parts:
                self._take_call(part)
        elif entry.role == "tool":
            self._answers.update((p.call_id, p) for p in entry.parts if p.kind == RESULT)
        elif entry.role == LAST_PROMPT:
            self._noted = self._noted or text
        elif text.startswith("[Request interrupted") and not made.prompts:
            made.interrupted = True

    def _take_prompt(self, text: str) -> None:
        made, said = self.made, spoken(text)
        if said is None:
            if not made.prompts:  # the last turn was ours
                made.said, made.interrupted = "", False
                made.note = made.note or self._kept(_note(text))
        elif said and self._unclear():
            made.prompts.append(self._kept(_begun_before(said)))

    def _take_call(self, part: Part) -> None:
        answer = self._answers.get(part.call_id)
        if part.kind != CALL or (answer is not None and answer.failed):
            return
        if part.name in TOOLS:
            self.todos.take(part.name, part.text[:MAX_TEXT_CHARS], answer.text[:MAX_TEXT_CHARS] if answer else "")
        for path in part.files if part.name in EDITS or part.name in READS else ():
            self._take_file(path, edited=part.name in EDITS)

    def _take_file(self, path: str, *, edited: bool) -> None:
        made = self.made
        if ARCHIVE in path.replace("\\", "/"):
            return  # looked up, not worked on
        if edited and path in made.read:
            made.read.remove(path)  # changed, then looked at: it is in work
        paths = made.edited if edited else made.read
        if path not in made.edited and path not in made.read and len(paths) < MAX_FILES:
            paths.append(path)

    def _kept(self, text: str) -> str:
        """A text without secrets, which only show in the whole of it; of a long one head and tail."""
        clean = self.redact(text[:MAX_TEXT_CHARS])
        if len(text) > MAX_TEXT_CHARS:
            return clean[:KEPT]
        return clean if len(clean) <= 2 * KEPT else f"{clean[:KEPT]} … {clean[-KEPT:]}"


def _begun_before(said: str) -> str:
    """A prompt with the tag of the `<private>` before it that only ends in it: entries come from the newest on."""
    if "</private" not in said.lower():
        return said
    from rlm_core.redaction.joined import OPEN, depth_behind  # here: few prompts speak of it

    return said if depth_behind(said, 1) else OPEN + said


def spoken(text: str) -> str | None:
    """What a user's record says: "" for what is no prompt, None for a command of ours, which starts a turn too.

    >>> spoken("/review PR 12"), spoken("/clear"), spoken("/recall the limit"), spoken("! ls")
    ('/review PR 12', '', None, '')
    """
    if text.startswith(TYPED):
        text = as_typed(text)  # archived by 0.4.0 or before
    if text.startswith("! "):
        return ""
    name = _command(text)
    if name.rpartition(":")[2] in OURS:
        return None
    return "" if f"/{name}" in HOUSEKEEPING else text


def _command(text: str) -> str:
    """The name of the slash command that a text is, "" for another: a path has more slashes."""
    name = text[1:].split(None, 1)[0] if text.startswith("/") and text[1:].strip() else ""
    return "" if "/" in name else name


def _note(text: str) -> str:
    """What the user wrote behind /offload; "" of any other command."""
    text = as_typed(text) if text.startswith(TYPED) else text
    name = _command(text)
    return text[len(name) + 1 :].strip() if name.endswith("offload") else ""


def from_transcript(source: Source, redact: Redact) -> Handoff | None:
    """What a transcript's end holds; None when it cannot be read or nothing was said in it."""
    gathering = _Gathering(Handoff(source.session, resumable=True), redact)
    try:
        return gathering.take_all(backwards.of_transcript(source.path, gathering.wanted))
    except OSError:
        return None


def from_archive(folder: str, session: str, redact: Redact) -> Handoff | None:
    """The same of a session whose transcript is gone."""
    try:
        return _Gathering(Handoff(session, resumable=False), redact).take_all(backwards.of_archive(folder))
    except OSError:
        return None


# Which session is the last one.
