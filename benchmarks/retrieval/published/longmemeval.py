"""Reads LongMemEval (Wu et al. 2024) from a file of the user's: longmemeval_s, _m or _oracle, as published or cleaned.

Each question has a history of its own, so each is a conversation with one question. Evidence are the turns marked
`has_answer`, for the figures of sessions those of `answer_session_ids`. Abstention questions (`_abs`) have no evidence
and are left out: 30 of 500.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from benchmarks.retrieval.conversation import Conversation, Entry, Question
from benchmarks.retrieval.published.reading import SetError, elements, moment, need, stamp

ABSTENTION = "_abs"
BEGIN = datetime(2023, 1, 1, 9)  # of histories without dates, a session a day


def read(path: str, left_out: Counter[str]) -> Iterator[Conversation]:
    """A conversation for each question that has evidence. Raises OSError and SetError."""
    for n, row in enumerate(elements(path), 1):
        name = str(need(row, "question_id", f"question {n}"))
        if name.endswith(ABSTENTION):
            left_out["abstention, without evidence"] += 1
            continue
        conversation = _conversation(row, name)
        if conversation.questions[0].evidence or conversation.questions[0].sessions:
            yield conversation
        else:
            left_out["without evidence"] += 1


def _conversation(row: dict[str, Any], name: str) -> Conversation:
    what = f"question {name}"
    sessions = need(row, "haystack_sessions", what, list)
    ids = [str(i) for i in row.get("haystack_session_ids") or range(len(sessions))]
    dates = row.get("haystack_dates") or [""] * len(sessions)
    if not len(sessions) == len(ids) == len(dates):
        raise SetError(f"{what} has {len(sessions)} sessions, {len(ids)} of their ids and {len(dates)} of their dates")
    begun = [moment(date) or BEGIN + timedelta(days=n) for n, date in enumerate(dates)]
    answering = set(map(str, row.get("answer_session_ids") or ()))
    entries: list[Entry] = []
    evidence: list[str] = []
    found: list[str] = []
    for n in sorted(range(len(sessions)), key=lambda n: begun[n]):
        session = f"{name}/{n}"
        found += [session] if ids[n] in answering else []
        for entry, answers in _turns(sessions[n], session, begun[n]):
            entries.append(entry)
            evidence += [entry.id] if answers else []
    text = str(need(row, "question", what))
    question = Question(text, tuple(evidence), str(row.get("question_type") or ""), sessions=tuple(found))
    return Conversation(name, tuple(entries), (question,))


def _turns(session: Any, name: str, time: datetime) -> Iterator[tuple[Entry, bool]]:
    """The turns of a session, a minute apart, and whether they hold the answer. Turns without a word are left out."""
    if not isinstance(session, list):
        raise SetError(f"session {name} is {type(session).__name__}, not a list of turns")
    for n, turn in enumerate(session):
        what = f"turn {n} of session {name}"
        role = "user" if need(turn, "role", what) == "user" else "assistant"
        text = str(need(turn, "content", what) or "")
        if text.strip():
            yield Entry(f"{name}/{n}", name, stamp(time + timedelta(minutes=n)), role, text), bool(turn.get("has_answer"))
