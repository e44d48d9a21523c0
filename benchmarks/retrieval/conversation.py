"""Labelled conversations: who said what when, and which entries answer which question."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Entry:
    """What somebody said, or a tool printed. role: "user", "assistant" or "tool". time: ISO-8601, UTC."""

    id: str
    session: str
    time: str
    role: str
    text: str


@dataclass(frozen=True)
class Question:
    """A question and the entries that hold its answer.

    kind: for figures by kind. statements: entry id -> the words of it that answer, where they are known. sessions: that
    hold the answer, where a set names them itself; then the entries may be unknown. Otherwise those of the entries.
    """

    text: str
    evidence: tuple[str, ...]
    kind: str
    statements: Mapping[str, str] = field(default_factory=dict)
    sessions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Conversation:
    """Sessions of one project, oldest first, and questions about them."""

    id: str
    entries: tuple[Entry, ...]
    questions: tuple[Question, ...]
