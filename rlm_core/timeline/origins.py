"""Which archived edit a line of a file comes from, told by its text alone; nothing is written into git.

What is not certain is not told: a line that could stand anywhere (`}`, `return result`), one that stands in the file
twice without its neighbours to tell which, one that was taken out again, one from a file that was written over whole.
"""

from __future__ import annotations

import os
import re

from rlm_core.chunks.titles import prompt_line
from rlm_core.marks.find import find
from rlm_core.marks.rules import CORRECTED, DECIDED, REFUSED
from rlm_core.record import Record
from rlm_core.timeline.editcalls import edit_calls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rlm_core.archive.store import Archive
    from rlm_core.timeline.editcalls import EditCall

LEAST_CHARS, LEAST_WORDS = 16, 2  # of a line that is told of
MOVED_CHARS, MOVED_WORDS, MOVED_BESIDE = 30, 3, 2  # the same in another file; so many lines around it moved with it
AROUND = 3
LINE_CHARS = 2000  # a longer line is a program's
DECISION_CHARS = 240
_WORD = re.compile(r"[^\W\d]\w{2,}")
_HEAD = re.compile(r"\s*(?:import|from|#include|use|using|require|package)\b|.*\b(?:copyright|license|spdx)\b", re.I)
_COMMON = frozenset((
    "return", "import", "from", "self", "def", "class", "for", "elif", "else", "not", "and", "None", "True",
    "False", "null", "true", "false", "const", "let", "var", "function", "public", "private", "static", "void",
    "int", "str", "string", "end", "then", "this", "new", "func", "package", "fmt", "err", "nil", "async",
    "await", "export", "default", "type", "struct", "case", "switch", "break", "continue", "try", "except",
    "catch", "raise", "throw", "with", "pass", "the", "print", "error", "result", "value", "name", "data",
))  # fmt: skip


class Origin(Record):
    """An edit and the lines of today's file that it brought. lines: counted from 1. decision: what was decided in its
    turn about one of them, by whom it may be; "" for none. quote: how the turn began, in the user's words.

    moved: it edited a file of another name, from which the lines came.
    """

    lines: list[int]
    edit: EditCall
    quote: str
    decision: str
    moved: bool


def origins(archive: Archive, path: str, base: str, lines: Sequence[str], wanted: Sequence[int]) -> list[Origin]:
    """Where lines come from, newest edit first; lines that are not certain are in none.

    path: of the file. base: the project's directory, from which paths in other checkouts are told. lines: the file's.
    wanted: numbers of lines, from 1.
    """
    texts = [line.strip() for line in lines]
    asked = {n for n in wanted if is_telling(texts[n - 1])}
    if not asked:
        return []
    calls = sorted(edit_calls(archive), key=lambda call: call.time)
    here = [c for c in calls if _is_same(c, path, base)]
    elsewhere = [c for c in calls if not _is_same(c, path, base)]
    pool = set().union(*(c.added for c in elsewhere))
    found: dict[str, Origin] = {}
    for n in sorted(asked):
        call, moved = _last_that_brought(here, texts, n), False
        text = texts[n - 1]
        if call is None and text in pool and not any(text in c.removed or text in c.context for c in here):
            call, moved = _moved_from(elsewhere, texts, n), True
        if call is None:
            continue
        origin = found.setdefault(call.citation, Origin([], call, _quote(call), "", moved))
        origin.lines.append(n)
        origin.decision = origin.decision or _decision(call, text)
    return sorted(found.values(), key=lambda o: o.edit.time, reverse=True)


def is_telling(line: str) -> bool:
    """Whether a line says so much that it can be known again."""
    return LEAST_CHARS <= len(line) <= LINE_CHARS and len(_words(line)) >= LEAST_WORDS


def _words(line: str) -> set[str]:
    return set(_WORD.findall(line)) - _COMMON


def _is_same(call: EditCall, path: str, base: str) -> bool:
    """Whether a call was about this file, here or in another checkout of the project."""
    if os.path.normpath(call.path) == path:
        return True
    ours, theirs = os.path.relpath(path, base), call.path
    if call.cwd and theirs.startswith(call.cwd.rstrip("/\\") + "/"):
        theirs = theirs[len(call.cwd.rstrip("/\\")) + 1 :]
    return not ours.startswith("..") and theirs == ours


def _last_that_brought(calls: Sequence[EditCall], texts: Sequence[str], n: int) -> EditCall | None:
    """The newest edit of the file that brought the line; None when a later one took it out or may have changed it."""
    text, brought = texts[n - 1], None
    for call in calls:
        if call.whole:
            brought = brought if text in call.added else None
        elif text in call.added:
            brought = call
        elif text in call.removed:
            brought = None
    if brought is not None and texts.count(text) > 1 and not _beside(brought, texts, n, AROUND):
        return None
    return brought


def _moved_from(calls: Sequence[EditCall], texts: Sequence[str], n: int) -> EditCall | None:
    """The edit of another file that brought the line, where it can be no other and its neighbours came with it."""
    text = texts[n - 1]
    if len(text) < MOVED_CHARS or len(_words(text)) < MOVED_WORDS or _HEAD.match(text) or texts.count(text) > 1:
        return None
    having = [c for c in calls if text in c.added]
    if len({c.path for c in having}) != 1 or any(c.whole for c in having):
        return None
    last = max(having, key=lambda c: c.time)
    return last if _beside(last, texts, n, AROUND) >= MOVED_BESIDE else None


def _beside(call: EditCall, texts: Sequence[str], n: int, around: int) -> int:
    """How many telling lines around a line stand in the call as well."""
    near = [*texts[max(n - 1 - around, 0) : n - 1], *texts[n : n + around]]
    return len({t for t in near if is_telling(t) and t != texts[n - 1] and (t in call.added or t in call.context)})


def _quote(call: EditCall) -> str:
    """The prompt of the call's turn, its first line."""
    said = next((prompt_line(e.text) for e in call.turn if e.kind == "user"), "")
    return said or call.prompt


def _decision(call: EditCall, line: str) -> str:
    """The last sentence of the turn that decided something about the line: both name the same thing."""
    words = {w.lower() for w in _words(line)}
    for one in reversed(call.turn):
        if one.kind not in ("user", "assistant"):
            continue
        for mark in reversed(find(one.text, one.kind)):
            said = " ".join(one.text[mark.start : mark.end].split())
            if mark.kind in (DECIDED, CORRECTED, REFUSED) and words & {w.lower() for w in _WORD.findall(said)}:
                return said if len(said) <= DECISION_CHARS else f"{said[: DECISION_CHARS - 1]}…"
    return ""
