"""Reads BEAM ("Beyond a Million Tokens", Tavakoli et al. 2025) from files of the user's.

Either a directory as its authors publish it, with `chat.json` and `probing_questions/probing_questions.json` for each
conversation, below directories of one size each (100K, 500K, 1M, 10M), which are sets of their own; or JSON with a row for
each conversation (`chat`, `probing_questions`), as the rows of the published tables are exported. Evidence are the
messages of `source_chat_ids`. Left out are questions that name none (abstention, and a part of the others), and those
that name an id which several messages have.
"""

import ast
import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from benchmarks.retrieval.conversation import Conversation, Entry, Question
from benchmarks.retrieval.published.reading import LabelledSet, SetError, elements, files, in_order, moment, need, stamp

CHAT, PROBING = "chat.json", "probing_questions"
BEGIN = datetime(2024, 1, 1, 9)  # of a conversation without dates
DAYS = ("%B-%d-%Y", "%b-%d-%Y", "%B %d, %Y")
_SIZE = re.compile(r"(?<![0-9a-z])\d+[km](?![0-9a-z])", re.I)
_NUMBER = re.compile(r"\s*->->\s*[\d.,\s]+$")  # of the turn, behind a message's text


def sets(path: str) -> list[LabelledSet]:
    """A set for each size. Raises OSError, and SetError when there is no conversation."""
    found = []
    for size, places in _sizes(path).items():
        one = LabelledSet(f"BEAM {size}".strip(), iter, published=True)
        one.read = partial(_read, places, one.left_out)
        found.append(one)
    return found


def _sizes(path: str) -> dict[str, list[str]]:
    """Size -> the directories of its conversations, or the files with rows."""
    if not os.path.isdir(path):
        with open(path, "rb"):  # so that a file that is not there is told now
            return {_size(os.path.basename(path)): [path]}
    folders = sorted((at for at, _, names in os.walk(path) if CHAT in names), key=in_order)
    sizes: dict[str, list[str]] = {}
    for place in folders or files(path):
        sizes.setdefault(_size(os.path.relpath(place, os.path.dirname(os.path.abspath(path)))), []).append(place)
    return sizes


def _size(name: str) -> str:
    """The last size that a path names, "" for none."""
    return next(reversed(_SIZE.findall(name)), "").upper()


def _read(places: list[str], left_out: Counter[str]) -> Iterator[Conversation]:
    for place in places:
        if not os.path.isdir(place):
            for n, row in enumerate(elements(place), 1):
                name = f"beam-{row.get('conversation_id') or n}" if isinstance(row, dict) else f"beam-{n}"
                chat, probing = need(row, "chat", name), need(row, PROBING, name)
                yield _conversation(chat, probing, name, left_out)
            continue
        name = f"beam-{os.path.basename(place)}"
        yield _conversation(list(elements(os.path.join(place, CHAT))), _probing(place), name, left_out)


def _probing(place: str) -> Any:
    for path in (os.path.join(place, PROBING, f"{PROBING}.json"), os.path.join(place, f"{PROBING}.json")):
        if os.path.isfile(path):
            with open(path, encoding="utf-8") as f:
                return f.read()
    raise SetError(f"beside {os.path.join(place, CHAT)} there is no {PROBING}/{PROBING}.json")


def _conversation(chat: Any, probing: Any, name: str, left_out: Counter[str]) -> Conversation:
    numbers: Counter[str] = Counter()
    by_number: dict[str, str] = {}
    entries: list[Entry] = []
    time = BEGIN
    for n, session in enumerate(_sessions(_parsed(chat, f"the chat of {name}"), name)):
        anchors = (m.get("time_anchor") for m in session if isinstance(m, dict))
        time = next((t for a in anchors if (t := moment(a, *DAYS))), time + timedelta(hours=1))
        for message in session:
            what = f"a message of {name}"
            role = "user" if str(need(message, "role", what)).lower() == "user" else "assistant"
            text = _NUMBER.sub("", str(need(message, "content", what) or ""))
            number = str(need(message, "id", what))
            if text.strip():
                entry = Entry(f"{name}/{len(entries)}", f"{name}/{n}", stamp(time), role, text)
                entries.append(entry)
                numbers[number] += 1
                by_number[number] = entry.id
            time += timedelta(minutes=1)
    questions = []
    for ability, row in _asked(_parsed(probing, f"the questions of {name}"), name):
        ids = list(dict.fromkeys(_numbers(row.get("source_chat_ids"))))
        if any(numbers[i] > 1 for i in ids):
            left_out["whose evidence is an id of several messages"] += 1
        elif evidence := tuple(by_number[i] for i in ids if i in by_number):
            questions.append(Question(str(need(row, "question", f"a question of {name}")), evidence, ability))
        else:
            left_out["without evidence"] += 1
    return Conversation(name, tuple(entries), tuple(questions))


def _parsed(value: Any, what: str) -> Any:
    """A value, or what it is the text of: the published tables hold the questions as a Python literal."""
    if not isinstance(value, str):
        return value
    for parse in (json.loads, ast.literal_eval):
        try:
            return parse(value)
        except (ValueError, SyntaxError):
            continue
    raise SetError(f"{what} are neither JSON nor a Python literal")


def _sessions(chat: Any, name: str) -> Iterator[list[Any]]:
    """The messages of each batch of turns: of plans with batches, of batches, or lists of messages as they are."""
    if not isinstance(chat, list):
        raise SetError(f"the chat of {name} is {type(chat).__name__}, not a list")
    for part in chat:
        if isinstance(part, list):
            yield _flat(part)
        elif isinstance(part, dict) and "turns" in part:
            yield _flat(need(part, "turns", f"a batch of {name}", list))
        elif isinstance(part, dict) and not {"role", "content"} & part.keys():
            for key in sorted(part, key=in_order):
                yield from _sessions(part[key] or [], name)
        else:
            yield _flat(chat)
            return


def _flat(turns: list[Any]) -> list[Any]:
    return [m for turn in turns for m in (_flat(turn) if isinstance(turn, list) else [turn])]


def _asked(probing: Any, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """(ability, question) of each question."""
    if not isinstance(probing, dict):
        raise SetError(f"the questions of {name} are {type(probing).__name__}, not lists by ability")
    for ability, rows in probing.items():
        for row in rows if isinstance(rows, list) else [rows]:
            if not isinstance(row, dict):
                raise SetError(f"a question of {name} is {type(row).__name__}, not an object")
            yield str(ability).replace("_", " "), row


def _numbers(value: Any) -> Iterator[str]:
    """The ids in a list, or in lists by what they are for."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for one in value:
            yield from _numbers(one)
    elif value is not None and str(value).strip():
        yield str(value).strip()
