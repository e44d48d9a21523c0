"""What a scripted session is made of; `session` tells the story in these terms, `play` performs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Think:
    """A thinking block."""

    text: str


@dataclass(frozen=True)
class ToolCall:
    """A tool call and what came back. report: the sub-agent's own steps, for the Agent tool."""

    tool: str
    given: dict[str, Any]
    output: str
    failed: bool = False
    report: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Compact:
    """A compaction. `{cite}` in the summary becomes chunk ids, as PreCompact's line asks the model for them."""

    trigger: str
    summary: str
    when: str = ""


Step = str | Think | ToolCall | Compact  # a string is what Claude says


@dataclass(frozen=True)
class ScriptedTurn:
    """A prompt and all that follows until the next. when: `16 09:02`, day and time of November 2026."""

    when: str
    prompt: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Leave:
    """The user quits the client, or ends the session with /clear; then goes on as `next` says.

    next: "resume" (same session), "clear" (a new one) or "" (the end). back: when; "" for at once.
    """

    when: str
    next: str = ""
    back: str = ""


Act = ScriptedTurn | Compact | Leave


def turn(when: str, prompt: str, *steps: Step) -> ScriptedTurn:
    return ScriptedTurn(when, prompt, steps)


def bash(command: str, output: str, *, failed: bool = False) -> ToolCall:
    return ToolCall("Bash", {"command": command}, output, failed)


def read(path: str, shown: str) -> ToolCall:
    return ToolCall("Read", {"file_path": path}, shown)


def edit(path: str, old: str, new: str) -> ToolCall:
    done = f"The file {path} has been updated successfully."
    return ToolCall("Edit", {"replace_all": False, "file_path": path, "old_string": old, "new_string": new}, done)


def write(path: str, content: str) -> ToolCall:
    return ToolCall("Write", {"file_path": path, "content": content}, f"File created successfully at: {path}")
