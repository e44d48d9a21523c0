"""The todo list as it stood at a session's end, from the calls that made it, newest first.

TodoWrite writes the whole list each time. TaskCreate, TaskUpdate and TaskList, which later clients have in
its place, change or show single tasks under a number that only TaskCreate's result tells:

    Task #1 created successfully: Write the parser        (result of TaskCreate)
    #1 [in_progress] Write the parser [blocked by #2]     (a line of TaskList's result)
"""

from __future__ import annotations

from rlm_core import quickjson as json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TOOLS = ("TodoWrite", "TaskCreate", "TaskUpdate", "TaskList")
OPEN = ("in_progress", "pending")


class Todos:
    """Takes calls in reverse order, so that what is known of an item first stays.

    done: nothing older can change the list.
    """

    __slots__ = ("_items", "done")

    def __init__(self) -> None:
        self.done = False
        self._items: dict[str, list[str]] = {}  # id -> [status, text], "" while unknown

    def take(self, tool: str, given: str, result: str) -> None:
        """A call that succeeded: its input as `key: value` lines, and what it answered."""
        if self.done:
            return
        if tool == "TodoWrite":
            self._take_list(_json_list(field(given, "todos")))
        elif tool == "TaskList":
            for line in result.split("\n"):
                number, _, rest = line.partition(" [")
                status, found, text = rest.partition("] ")
                if found and number[:1] == "#":
                    self._note(number[1:], status, text.partition(" [blocked by ")[0])
                    self.done = True
        elif tool == "TaskUpdate":
            self._note(field(given, "taskId"), field(given, "status"), field(given, "subject"))
        elif tool == "TaskCreate":
            number, found, _ = result.removeprefix("Task #").partition(" created")
            if found and number.isdigit():
                self._note(number, "pending", field(given, "subject"))
                self.done = number == "1"

    def _take_list(self, items: list[Any]) -> None:
        for n, item in enumerate(items):
            text = (item.get("content") or item.get("subject")) if isinstance(item, dict) else None
            if isinstance(text, str):
                self._note(str(item.get("id") or f"todo {n}"), str(item.get("status")), text)
                self.done = True

    def _note(self, number: str, status: str, text: str) -> None:
        known = self._items.setdefault(number, ["", ""])
        known[0], known[1] = known[0] or status, known[1] or text

    def listed(self) -> tuple[list[tuple[str, str]], int]:
        """([(status, text)] of what is open, begun things first; how many the list has in all)."""
        rows = [(status, text) for status, text in self._items.values() if text and status != "deleted"]
        return [row for status in OPEN for row in rows if row[0] == status], len(rows)


def field(given: str, key: str) -> str:
    """The value of a one-line field in a call's input, "" without it."""
    return f"\n{given}".partition(f"\n{key}: ")[2].partition("\n")[0]


def _json_list(text: str) -> list[Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return value if isinstance(value, list) else []
