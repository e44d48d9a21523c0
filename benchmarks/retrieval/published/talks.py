"""Talks of two people in numbered sessions, in which LoCoMo and REALTALK write down theirs."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from benchmarks.retrieval.conversation import Entry, Question
from benchmarks.retrieval.published.reading import moment, need, stamp

BEGIN = datetime(2023, 1, 1, 9)  # of a session that has no time, if none before it has
TIMES = ("%I:%M %p on %d %B, %Y", "%d.%m.%Y, %H:%M:%S", "%d.%m.%Y, %H:%M")
_TURN_ID = re.compile(r"D(\d+):(\d+)")
_SESSION = re.compile(r"session_(\d+)")


def entries(talk: Mapping[str, Any], name: str, first: str, names: bool) -> Iterator[Entry]:
    """The turns in order, at their own times; else a session's first has the session's, each further one a minute more.

    first: the speaker who takes the user's part. names: each turn begins with its speaker's name. Raises SetError.
    """
    time = BEGIN
    for number in sorted(int(m[1]) for key in talk if (m := _SESSION.fullmatch(key))):
        time = moment(talk.get(f"session_{number}_date_time"), *TIMES) or time + timedelta(days=1)
        for turn in need(talk, f"session_{number}", name, list) or ():
            what = f"a turn of session_{number} of {name}"
            speaker = str(need(turn, "speaker", what))
            turn_id = next(iter(turn_ids([need(turn, "dia_id", what)])), "")
            if turn_id:
                time = moment(turn.get("date_time"), *TIMES) or time
                role = "user" if speaker == first else "assistant"
                yield Entry(f"{name}/{turn_id}", f"{name}/{number}", stamp(time), role, _text(turn, speaker, names))
            time += timedelta(minutes=1)


def _text(turn: Mapping[str, Any], speaker: str, names: bool) -> str:
    text = str(turn.get("clean_text") or turn.get("text") or "")
    if turn.get("blip_caption"):
        text = f"{text} [image: {turn['blip_caption']}]".strip()
    return f"{speaker}: {text}" if names else text


def question(row: Mapping[str, Any], name: str, known: set[str], kind: str) -> Question | None:
    """A question, None when no turn is its evidence. known: ids of the talk's entries. Raises SetError."""
    named = row.get("evidence") or ()
    ids = dict.fromkeys(f"{name}/{turn_id}" for turn_id in turn_ids([named] if isinstance(named, str) else named))
    evidence = tuple(i for i in ids if i in known)
    text = str(need(row, "question", f"a question of {name}"))
    return Question(text, evidence, kind) if evidence else None


def turn_ids(texts: list[Any]) -> list[str]:
    """Ids of turns as one spelling; LoCoMo has a few such as "D8:6; D9:17" and "D30:05"."""
    return [f"D{int(m[1])}:{int(m[2])}" for text in texts for m in _TURN_ID.finditer(str(text))]
