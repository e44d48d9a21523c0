"""What a tool was given, read back from the form in which a chunk shows it; `transcript.calls` makes that form.

Where a text could have come of several arguments, the reading is one that gives the same text again: the client and
the API take any object for a call of the past.
"""

from __future__ import annotations

import json
import re

from rlm_core.transcript.calls import DIFFS, HUNK, SHELLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Given = dict[str, Any]

_ARGUMENT = re.compile(r"([A-Za-z_-][\w.-]{0,60}):(?: (.*))?$")
_OTHER = re.compile(r"[\[{0-9-]|(?:true|false|null)$")
"""How a value begins that may be no text."""
_TEXTS = frozenset(
    """
    command content description file_path glob message name new_source new_string notebook_path old_string path pattern
    prompt query skill args subagent_type text title url
    """.split()  # noqa: SIM905
)
"""Arguments that are texts, whatever they look like."""
_SHELL = "command description timeout run_in_background"
_FILE = "file_path old_string new_string replace_all notebook_path new_source cell_id cell_type edit_mode edits"
_GREP = "pattern path glob output_mode -A -B -C -i -n type head_limit multiline offset"
_AGENT = "description prompt subagent_type model run_in_background name isolation"
_TOOLS: dict[str, frozenset[str]] = {
    **dict.fromkeys(SHELLS, frozenset(_SHELL.split())),
    **dict.fromkeys(DIFFS, frozenset(_FILE.split())),
    **dict.fromkeys(("Agent", "Task"), frozenset(_AGENT.split())),
    "Write": frozenset(("file_path", "content")),
    "Grep": frozenset(_GREP.split()),
    "WebFetch": frozenset(("url", "prompt")),
    "SendMessage": frozenset(("to", "message", "summary")),
}
"""What the client's own tools are given: behind a text of several lines, only one of these begins another argument."""


def given(tool: str, text: str) -> Given:
    """The arguments of a call, from its text in a chunk."""
    lines = text.split("\n")
    if tool in SHELLS:
        at = _plain_until(lines, "$ ")
        if at is not None:
            return {**_arguments(tool, lines[:at]), "command": "\n".join([lines[at][2:], *lines[at + 1 :]])}
    if tool in DIFFS:
        at = _plain_until(lines, " ", "-", "+", HUNK)
        if at is not None:
            return {**_arguments(tool, lines[:at]), **_edits(tool, lines[at:])}
    found = _arguments(tool, lines)
    return found or {"text": text}


def _plain_until(lines: list[str], *starts: str) -> int | None:
    """The first line that begins so, when all before it are arguments; None for another form."""
    for at, line in enumerate(lines):
        if line.startswith(starts):
            return at
        if not _ARGUMENT.match(line):
            return None
    return None


def _arguments(tool: str, lines: list[str]) -> Given:
    """Arguments on lines of their own. A text of several lines ends where another argument of the tool begins."""
    known = _TOOLS.get(tool, frozenset())
    found: dict[str, list[str]] = {}
    name, several = "text", True  # what comes before any argument
    for line in lines:
        match = _ARGUMENT.match(line)
        if match is not None and match[1] not in found and (match[1] in known or not several or name == "text"):
            name, several = match[1], match[2] is None
            found[name] = [] if several else [match[2]]
        else:
            found.setdefault(name, []).append(line)
            several = True
    return {name: _value(name, "\n".join(text)) for name, text in found.items()}


def _value(name: str, text: str) -> Any:
    if name not in _TEXTS and _OTHER.match(text):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text


def _edits(tool: str, lines: list[str]) -> Given:
    hunks: list[list[str]] = [[]]
    for line in lines:
        if line == HUNK:
            hunks.append([])
        else:
            hunks[-1].append(line)
    made = [_edit(hunk) for hunk in hunks]
    if tool == "MultiEdit" or len(made) > 1:
        return {"edits": made}
    if tool == "NotebookEdit":
        return {"new_source": made[0]["new_string"]}
    return made[0]


def _edit(hunk: list[str]) -> Given:
    own = [line for line in hunk if not line.startswith((" ", "-", "+"))]
    old = [line[1:] for line in hunk if line.startswith((" ", "-"))]
    new = [line[1:] for line in hunk if line.startswith((" ", "+"))]
    return {**_arguments("Edit", own), "old_string": "\n".join(old), "new_string": "\n".join(new)}
