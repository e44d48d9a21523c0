"""Where chunks begin and end, as properties over random sessions."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from kits.builders import SESSION, Session, sessions, talk
from kits.chunking import cut, entries_of

from rlm_core.chunks.chunker import ALGORITHM, MIN_INLINE_TOKENS, Chunk, Chunker
from rlm_core.chunks.render import full_tokens
from rlm_core.chunks.sanitize import entry_parts
from rlm_core.clock import epoch
from rlm_core.tokens import estimate
from rlm_core.transcript.entry import CALL, RESULT, TEXT, Entry, Part

SIZES = st.sampled_from([(120, 240), (100, 1000), (300, 300), (2000, 4000)])
HEADING = 40  # tokens that a heading and labels may take beside an entry's text


def held(chunk: Chunk) -> list[str]:
    return [r.entry.uuid for r in chunk.entries]


def said(text: str, role: str = "user", *, prompt: bool = True, **fields: str) -> Entry:
    said.count += 1  # type: ignore[attr-defined]
    return Entry(f"u{said.count}", role, fields.pop("time", ""), [Part(TEXT, text)], prompt=prompt, **fields)  # type: ignore[attr-defined,arg-type]


said.count = 0  # type: ignore[attr-defined]


@settings(max_examples=60)
@given(sessions(), SIZES)
def test_joined_chunks_give_back_the_entries_in_order(session: Session, sizes: tuple[int, int]) -> None:
    entries = entries_of(session)
    chunks = cut(entries, sizes)
    assert [u for c in chunks for u in held(c)] == [e.uuid for e in entries]
    for rendered, entry in zip((r for c in chunks for r in c.entries), entries, strict=True):
        whole = rendered.text
        blobs = [data for _, data in rendered.blobs]
        for part in entry_parts(entry):
            assert part.text in whole or part.text.encode() in blobs


@settings(max_examples=60)
@given(sessions(), SIZES, st.floats(0, 1))
def test_a_boundary_depends_on_what_lies_before_it_and_the_next_entry(
    session: Session, sizes: tuple[int, int], share: float
) -> None:
    entries = entries_of(session)
    n = int(len(entries) * share)
    whole, part = cut(entries, sizes), cut(entries[:n], sizes)
    closed = max(len(part) - 1, 0)
    assert [held(c) for c in part[:closed]] == [held(c) for c in whole[:closed]]
    assert [c.id for c in part[:closed]] == [c.id for c in whole[:closed]]
    if part:
        start = part[-1].entries
        assert held(part[-1]) == [r.entry.uuid for c in whole[len(part) - 1 :] for r in c.entries][: len(start)]


@settings(max_examples=60)
@given(sessions(), SIZES)
def test_a_call_and_its_result_share_a_chunk(session: Session, sizes: tuple[int, int]) -> None:
    where: dict[str, tuple[int, int]] = {}
    for number, chunk in enumerate(cut(entries_of(session), sizes)):
        for rendered in chunk.entries:
            for part in rendered.entry.parts:
                if part.kind == CALL:
                    where[part.call_id] = (number, rendered.turn)
                elif part.kind == RESULT and part.call_id in where and where[part.call_id][1] == rendered.turn:
                    # A compaction or a new prompt between the two ends the turn and may end the chunk.
                    assume(not rendered.entry.boundary)
                    called, _ = where.pop(part.call_id)
                    assert called == number or _broken_between(session, part.call_id)


def _broken_between(session: Session, call_id: str) -> bool:
    """Whether a compaction stands between a call and its result, which ends chunks always."""
    open_, broken = False, False
    for entry in entries_of(session):
        for part in entry.parts:
            if part.call_id == call_id and part.kind == CALL:
                open_, broken = True, False
            elif part.call_id == call_id and part.kind == RESULT and open_:
                return broken
        broken = broken or entry.boundary
    return False


@settings(max_examples=60)
@given(sessions(), SIZES)
def test_no_chunk_exceeds_the_limit_but_by_what_a_full_call_leaves_of_its_result(
    session: Session, sizes: tuple[int, int]
) -> None:
    _, limit = sizes
    for chunk in cut(entries_of(session), sizes):
        waiting: set[str] = set()
        allowed = limit + HEADING * len(chunk.entries)
        for rendered in chunk.entries:
            parts = rendered.entry.parts
            if waiting and not rendered.entry.prompt:  # may not be cut before, so it keeps at least this much
                allowed += MIN_INLINE_TOKENS * max(len(parts), 1)
            waiting |= {p.call_id for p in parts if p.kind == CALL}
            waiting -= {p.call_id for p in parts if p.kind == RESULT}
        assert chunk.tokens <= allowed


@settings(max_examples=60)
@given(sessions(), st.sampled_from([(120, 240), (2000, 4000)]))
def test_a_turn_that_starts_its_chunk_and_is_under_the_limit_is_not_split(
    session: Session, sizes: tuple[int, int]
) -> None:
    _, limit = sizes
    entries = list({e.uuid: e for e in entries_of(session)}.values())  # each once: chunks are told by uuids
    chunks = cut(entries, sizes)
    first = {c.entries[0].entry.uuid for c in chunks}
    starts = [i for i, e in enumerate(entries) if e.prompt] + [len(entries)]
    for a, b in pairwise(starts):
        turn = entries[a:b]
        calls = sum(p.kind == CALL for e in turn for p in e.parts)
        needs = sum(full_tokens(e) for e in turn) + (limit // 4 if calls else 0)
        if turn[0].uuid in first and needs <= limit and not any(e.boundary for e in turn):
            assert not first & {e.uuid for e in turn[1:]}


@settings(max_examples=40)
@given(sessions(), SIZES)
def test_a_compaction_always_ends_the_chunk_before_it(session: Session, sizes: tuple[int, int]) -> None:
    for chunk in cut(entries_of(session), sizes):
        assert not any(r.entry.boundary for r in chunk.entries[1:])


@settings(max_examples=40)
@given(sessions(), SIZES)
def test_ids_are_a_function_of_the_content(session: Session, sizes: tuple[int, int]) -> None:
    first, second = cut(entries_of(session), sizes), cut(entries_of(session), sizes)
    assert [c.id for c in first] == [c.id for c in second]
    ids = [c.id for c in first]
    assert len(set(ids)) == len(ids)
    assert all(i.startswith(f"{ALGORITHM}-") and len(i) == len(ALGORITHM) + 13 for i in ids)
    assert [c.previous for c in first] == ["", *ids][: len(first)]


@settings(max_examples=40)
@given(sessions(), SIZES)
def test_cutting_may_go_on_from_the_start_of_the_open_chunk(session: Session, sizes: tuple[int, int]) -> None:
    entries = entries_of(session)
    whole = cut(entries, sizes)
    assume(len(whole) > 1)
    chunk = whole[len(whole) // 2]
    at = [e.uuid for e in entries].index(chunk.entries[0].entry.uuid)
    assume([e.uuid for e in entries].count(entries[at].uuid) == 1)
    chunker = Chunker(*sizes, chunk.start, chunk.previous, len(whole) // 2 + 1)
    again = [c for e in entries[at:] if (c := chunker.add(e))] + [chunker.open]
    assert [c.id for c in again] == [c.id for c in whole[len(whole) // 2 :]]
    assert [c.title for c in again] == [c.title for c in whole[len(whole) // 2 :]]


def test_the_session_does_not_enter_into_an_id() -> None:
    one, two = talk(Session(SESSION, seed="s"), 5), talk(Session("another", seed="s"), 5)
    sizes = (120, 240)
    assert [c.id for c in cut(entries_of(one), sizes)] == [c.id for c in cut(entries_of(two), sizes)]


@pytest.mark.parametrize("change", ["text", "uuid", "previous"])
def test_whatever_is_changed_changes_the_id(change: str) -> None:
    def one(text: str = "hello", uuid: str = "u", previous: str = "") -> str:
        chunker = Chunker(100, 200, previous=previous)
        chunker.add(Entry(uuid, "user", "", [Part(TEXT, text)], prompt=True))
        return chunker.open.id

    assert one(**{change: "other"}) != one()


# The rules, one by one.

FILL = "the database scheduler waits for workers and their locks " * 3


def boundary_before(last: Entry, *before: Entry, sizes: tuple[int, int] = (2000, 4000)) -> bool:
    chunks = cut([*before, last], sizes)
    return len(chunks[-1].entries) == 1 and len(chunks) > 1


def begun(tokens: int, **fields: str) -> list[Entry]:
    """A turn of about so many tokens."""
    text = FILL * 100
    while estimate(text) > tokens:
        text = text[: int(len(text) * 0.98)]
    return [said(text, **fields)]


@pytest.mark.parametrize(("tokens", "cuts"), [(200, False), (900, False), (1010, True), (3000, True)])
def test_a_new_turn_starts_a_chunk_from_half_the_target_on(tokens: int, cuts: bool) -> None:
    assert boundary_before(said("and the workers?"), *begun(tokens)) is cuts


@pytest.mark.parametrize(
    ("was", "now", "cuts"),
    [
        ({"time": "2026-11-22T10:00:00Z"}, {"time": "2026-11-22T10:29:00Z"}, False),
        ({"time": "2026-11-22T10:00:00Z"}, {"time": "2026-11-22T10:30:00Z"}, True),
        ({"time": "2026-11-22T23:50:00Z"}, {"time": "2026-11-23T00:21:00Z"}, True),
        ({"time": "2026-11-22T10:00:00Z"}, {"time": "2026-11-22T09:00:00Z"}, False),
        ({"time": "2026-11-22T10:00:00Z"}, {"time": ""}, False),
        ({"cwd": "/a"}, {"cwd": "/b"}, True),
        ({"cwd": "/a"}, {"cwd": "/a"}, False),
        ({"cwd": "/a"}, {"cwd": ""}, False),
        ({"branch": "main"}, {"branch": "fix"}, True),
    ],
)
@pytest.mark.parametrize(("tokens", "large"), [(100, False), (400, True)])
def test_a_sign_of_something_new_cuts_from_an_eighth_of_the_target_on(
    was: dict[str, str], now: dict[str, str], cuts: bool, tokens: int, large: bool
) -> None:
    assert boundary_before(said("and the workers?", **now), *begun(tokens, **was)) is (cuts and large)


@pytest.mark.parametrize(
    ("prompt", "cuts"),
    [
        ("Translate the landing page into French, please, including button captions", True),
        ("Why does the database scheduler keep its workers waiting for locks?", False),
        ("yes, go on", False),
    ],
)
def test_another_topic_cuts(prompt: str, cuts: bool) -> None:
    assert boundary_before(said(prompt), *begun(400)) is cuts


def test_inside_a_turn_only_the_limit_cuts() -> None:
    answers = [said(FILL * 4, "assistant", prompt=False, cwd=f"/{n}") for n in range(60)]
    chunks = cut([said("go"), *answers], (300, 1500))
    assert len(chunks) > 3
    assert all(1000 < c.tokens <= 1500 for c in chunks[:-1])


def test_a_prompt_ends_the_wait_for_a_lost_result() -> None:
    call = Entry("c", "assistant", "", [Part(CALL, "command: x", name="Bash", call_id="t1")])
    big = [said(FILL * 4, "assistant", prompt=False) for _ in range(8)]
    chunks = cut([said("go"), call, *big, said("next question about something")], (100, 200))
    assert len(chunks) == 2
    assert chunks[1].entries[0].entry.prompt


def test_an_entry_longer_than_the_limit_goes_to_a_blob_whole() -> None:
    text = FILL * 500
    (chunk,) = cut([said(text)], (300, 600))
    ((name, data),) = chunk.entries[0].blobs
    assert data.decode() == text
    shown = chunk.entries[0].text
    assert f"blobs/{name}" in shown
    assert chunk.tokens <= 600
    assert text[:100] in shown
    assert text[-60:] in shown


def test_a_chunk_that_starts_inside_a_turn_is_called_after_it() -> None:
    answers = [said(FILL * 6, "assistant", prompt=False) for _ in range(12)]
    chunks = cut([said("# Fix the scheduler"), *answers], (100, 400))
    assert [c.turn_title for c in chunks] == ["Fix the scheduler"] * len(chunks)
    assert all(c.title.startswith("Fix the scheduler → the database scheduler") for c in chunks[1:])
    assert [c.continued for c in chunks] == [False] + [True] * (len(chunks) - 1)


@pytest.mark.parametrize("text", ["", "a", "été 東京 😀\ud800", "word " * 5000, "{}" * 100, "\n" * 300])
def test_the_estimate_of_tokens_is_a_pure_function(text: str) -> None:
    first = estimate(text)
    estimate("something else " * 99)
    assert estimate(text) == first
    assert (first == 0) is (text == "")


@pytest.mark.parametrize(
    ("time", "seconds"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2026-11-22T10:00:03.123Z", 1795341603),
        ("2024-02-29T23:59:59Z", 1709251199),
        ("2000-03-01T00:00:00", 951868800),
        ("", None),
        ("yesterday", None),
        ("2026-11-22", None),
    ],
)
def test_times_are_read_without_datetime(time: str, seconds: int | None) -> None:
    assert epoch(time) == seconds


@given(st.datetimes())
def test_times_agree_with_datetime(moment: object) -> None:
    import datetime

    assert isinstance(moment, datetime.datetime)
    moment = moment.replace(microsecond=0, tzinfo=datetime.timezone.utc)
    assert epoch(moment.strftime("%Y").zfill(4) + moment.strftime("-%m-%dT%H:%M:%SZ")) == moment.timestamp()
