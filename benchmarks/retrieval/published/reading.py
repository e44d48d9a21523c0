"""What the readers of published sets share: large JSON files one element at a time, errors that say what is missing."""

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from benchmarks.retrieval.conversation import Conversation

PIECE = 1_000_000  # characters read at a time
LONGEST = 512_000_000  # characters of one element of a file; what is longer is no JSON
HELD_IN = ("conversations", "data", "rows")  # where an object of a file may hold the list of elements
_DATE = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")


class SetError(Exception):
    """A file is not the set it was given as; the message says what is wrong with it."""


@dataclass
class LabelledSet:
    """A set of conversations with questions.

    read: gives its conversations, one at a time, anew with each call; raises OSError and SetError. left_out: how many
    questions were left out by the last reading, by why. published: it is read from a file.
    """

    name: str
    read: Callable[[], Iterator[Conversation]]
    left_out: Counter[str] = field(default_factory=Counter)
    published: bool = False


def need(row: Any, key: str, what: str, kind: type = object) -> Any:
    """A value of an object. Raises SetError when `row` is no object, has no such key, or a value of another kind."""
    if not isinstance(row, dict):
        raise SetError(f"{what} is {type(row).__name__}, not an object")
    if key not in row:
        raise SetError(f"{what} has no {key!r}; it has {', '.join(map(str, row)) or 'nothing'}")
    if not isinstance(row[key], kind):
        raise SetError(f"{key!r} of {what} is {type(row[key]).__name__}, not {kind.__name__}")
    return row[key]


def elements(path: str) -> Iterator[Any]:
    """The elements of a file that holds a list, one at a time: of it only one is in memory.

    Besides, whole: an object that holds the list under one of `HELD_IN`, one object, which is the only element, or one
    object a line. Raises OSError, and SetError when the file is no JSON.
    """
    with open(path, encoding="utf-8") as f:
        try:
            start = f.read(PIECE).lstrip("\ufeff \t\r\n")
            if start.startswith("["):
                yield from _of_list(start[1:], f.read)
                return
            text = start + f.read()
        except UnicodeDecodeError as e:
            raise SetError(f"it is no JSON: {e.reason}; a file of another form has to be exported as JSON first") from e
    yield from _of_object(text)


def _of_list(text: str, more: Callable[[int], str]) -> Iterator[Any]:
    decoder = json.JSONDecoder()
    while True:
        text = text.lstrip(", \t\r\n")
        if text.startswith("]"):
            return
        try:
            element, end = decoder.raw_decode(text)
        except ValueError as e:
            added = more(max(PIECE, len(text)))  # twice as much, so that a long element is not tried too often
            if not added or len(text) > LONGEST:
                raise SetError(f"it is no JSON, or cut off: {e}") from e
            text += added
            continue
        yield element
        text = text[end:]


def _of_object(text: str) -> Iterator[Any]:
    try:
        whole = json.loads(text)
    except ValueError as e:
        try:
            lines = [json.loads(line) for line in text.splitlines() if line.strip()]
        except ValueError:
            raise SetError(f"it is no JSON: {e}") from e
        yield from lines
        return
    held = next((whole[key] for key in HELD_IN if isinstance(whole.get(key), list)), None)
    for element in [whole] if held is None else held:
        yield element["row"] if isinstance(element, dict) and isinstance(element.get("row"), dict) else element


def files(path: str, ending: str = ".json") -> list[str]:
    """The file itself, or a directory's files of a kind, "2" before "10". Raises SetError when there are none."""
    if not os.path.isdir(path):
        return [path]
    found = sorted((n for n in os.listdir(path) if n.endswith(ending)), key=in_order)
    if not found:
        raise SetError(f"the directory has no file *{ending}")
    return [os.path.join(path, name) for name in found]


def in_order(name: str) -> list[tuple[int, str]]:
    """What to sort names by, so that "2" comes before "10"."""
    return [(int(part or 0), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", name)]


def moment(text: Any, *forms: str) -> datetime | None:
    """A time as a set writes it; None when it is none.

    forms: of `strptime`, tried first; else a date like 2023/05/20 or 2023-05-20, perhaps with a time of the day.
    """
    text = str(text or "").strip()
    for form in forms:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    date, time = _DATE.search(text), _TIME.search(text)
    if not date:
        return None
    try:
        return datetime(*map(int, date.groups()), *(int(n or 0) for n in (time.groups() if time else ())))
    except ValueError:
        return None


def stamp(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
