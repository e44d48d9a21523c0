"""A tool call as a person would read it: a command behind `$`, an edit as a diff, all else as `key: value` lines.

    file_path: src/api.py            description: Run the tests
    -RETRIES = 3                     $ uv run pytest -q
    +RETRIES = 5

Whatever was given stands in it: a line of an edit once more behind its sign, all else verbatim.
"""

from __future__ import annotations

from rlm_core import quickjson as json
from rlm_core.transcript.entry import CALL, Part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

PATH_KEYS = ("file_path", "notebook_path", "path")
SHELLS = ("Bash", "PowerShell")
DIFFS = ("Edit", "MultiEdit", "NotebookEdit")  # whose calls are shown as diffs
EDITS = (*DIFFS, "Write")  # by which files are changed
OLD, NEW = "old_string", "new_string"
HUNK = "@@"  # between the edits of one call
_UNSET = (False, None, "")  # values that say no more than an argument that is missing


def call(block: Json) -> Part:
    """The part that a `tool_use` block is. Its size is that of its arguments, whatever form they are shown in."""
    given = block.get("input")
    name = _text(block.get("name"))
    files: list[str] = []
    size: int | None = None
    if not isinstance(given, dict):
        text = given if isinstance(given, str) else json.dumps(given, ensure_ascii=False, indent=1)
    else:
        files = [v for k in PATH_KEYS if isinstance(v := given.get(k), str) and v]
        if name in SHELLS or name in DIFFS:
            text = _command(given) if name in SHELLS else _edit(given)
            size = _size(given)
        else:
            text = arguments(given)
    return Part(CALL, text, name=name, call_id=_text(block.get("id")), files=files, size=size)


def _size(given: Json) -> int:
    """The length of `arguments`, without making them."""
    rows = [(k, v if isinstance(v, str) else json.dumps(v, ensure_ascii=False)) for k, v in given.items()]
    return sum([len(k) + 2 + len(v) for k, v in rows]) + max(len(rows) - 1, 0)


def arguments(given: Json) -> str:
    """Each argument on a line as `key: value`, a text of several lines below its key: as a person would grep for it."""
    return "\n".join([_argument(str(k), v) for k, v in given.items()])


def _argument(key: str, value: Any) -> str:
    if not isinstance(value, str):
        return f"{key}: {json.dumps(value, ensure_ascii=False)}"
    return f"{key}:\n{value}" if "\n" in value else f"{key}: {value}"


def _command(given: Json) -> str:
    """The command comes last: it may have many lines, and nothing that follows could be told from it."""
    command = given.get("command")
    if not isinstance(command, str):
        return arguments(given)
    if len(given) == 1:
        return f"$ {command}"
    return "\n".join([*_but(given, "command"), f"$ {command}"])


def _edit(given: Json) -> str:
    """The arguments as they are where they are not those of an edit, so that nothing is lost."""
    edits = given.get("edits")
    known: tuple[str, ...] = ("edits",)
    if not isinstance(edits, list):
        edits, known = [given], (OLD, NEW, "new_source")
    hunks = [_hunk(edit, inner=edit is not given) for edit in edits]
    if not hunks or "" in hunks:
        return arguments(given)
    return "\n".join([*_but(given, *known), f"\n{HUNK}\n".join(hunks)])


def _hunk(edit: Any, *, inner: bool) -> str:
    """One replacement; "" when it is of no shape that is known. inner: it has arguments of its own to be shown."""
    if not isinstance(edit, dict):
        return ""
    old, new = edit.get(OLD, ""), edit.get(NEW, edit.get("new_source"))
    if not isinstance(old, str) or not isinstance(new, str) or (NEW in edit and "new_source" in edit):
        return ""
    return "\n".join([*(_but(edit, OLD, NEW, "new_source") if inner else ()), *diff(old, new)])


def diff(old: str, new: str) -> list[str]:
    """What is replaced by what: lines behind `-` and `+`, and behind a blank those that both begin or end with.

    The lines behind `-` and blanks are the old text, those behind `+` and blanks the new one.

    >>> diff("a\\nb\\nc", "a\\nB\\nc")
    [' a', '-b', '+B', ' c']
    """
    before, after = old.split("\n"), new.split("\n")
    most = min(len(before), len(after)) if "<private" not in old + new else 0  # a block keeps its two ends
    head = next((i for i in range(most) if before[i] != after[i]), most)
    tail = next((i for i in range(most - head) if before[-1 - i] != after[-1 - i]), most - head)
    return [
        *[f" {line}" for line in before[:head]],
        *([f"-{line}" for line in before[head : len(before) - tail]] if old else ()),
        *([f"+{line}" for line in after[head : len(after) - tail]] if new else ()),
        *[f" {line}" for line in before[len(before) - tail :]],
    ]


def _but(given: Json, *keys: str) -> list[str]:
    """The other arguments, without those that say nothing."""
    return [_argument(str(k), v) for k, v in given.items() if k not in keys and not any(v is u for u in _UNSET)]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
