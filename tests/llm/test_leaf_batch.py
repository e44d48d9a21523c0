"""The leaf that asks by Message Batches, against a loopback server: no call is paid twice."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from kits.messages_server import USAGE, MessagesServer, Play, error, message, played, succeeded, used, whole

from rlm_core.llm.api import wire
from rlm_core.llm.api.batch import BatchLeaf
from rlm_core.llm.api.batch_journal import KEPT, BatchJournal
from rlm_core.llm.api.batch_rows import Request, portions, requested
from rlm_core.llm.api.manner import Manner
from rlm_core.llm.base import (
    Call,
    LeafError,
    MalformedError,
    Meter,
    RateLimitedError,
    RefusedError,
    Reply,
    SetupError,
    TooLargeError,
    TransientError,
    Usage,
)
from rlm_core.llm.prices import PriceList, price_of
from rlm_core.lock import Lock

SCHEMA = {"type": "object", "properties": {"findings": {"type": "array"}}}
HALF = Usage(100, 40, 30, 20, pytest.approx((100 + 40 * 5 + 0.1 * 30 + 1.25 * 20) / 2e6))  # type: ignore[arg-type]


def call(n: int) -> Call:
    return Call("leaf", "You read.", "<question>?</question>\n", f"text {n}", SCHEMA, "haiku", 500)


def leaf(journal: Path | None = None) -> BatchLeaf:
    return BatchLeaf(journal, gather=0.02, first=0.01, longest=0.05)


async def asked(of: BatchLeaf, *numbers: int) -> tuple[list[Reply | LeafError], list[Meter]]:
    """What calls with these numbers come to when they are made at once, and their meters."""
    meters = [Meter() for _ in numbers]
    calls = [of.call(call(n), 1.0, m) for n, m in zip(numbers, meters, strict=True)]
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert all(isinstance(r, (Reply, LeafError)) for r in results), results
    return list(results), meters  # type: ignore[arg-type]


def texts(results: list[Reply | LeafError]) -> list[object]:
    """What each reply was asked; errors by their type."""
    return [r.data["asked"] if isinstance(r, Reply) else type(r) for r in results]


def rows(journal: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in journal.read_text().splitlines()]


async def until(true: Any) -> None:
    while not true():
        await asyncio.sleep(0.01)


# the usual way


def test_calls_become_one_batch_at_half_the_price_and_each_gets_its_own_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(server: MessagesServer) -> None:
        server.polls = 3
        of = leaf()
        results, meters = await asked(of, *range(20))
        assert texts(results) == [f"text {n}" for n in range(20)]
        assert meters == [Meter(HALF, open=False)] * 20
        assert len(server.asked("create")) == 1
        assert len(server.asked("retrieve")) > 3
        assert of.pending == []
        await of.close()

    played(monkeypatch, story)


def test_a_row_of_a_batch_is_a_request_as_the_messages_api_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(server: MessagesServer) -> dict[str, Any]:
        of = leaf()
        await asked(of, 1)
        await of.close()
        return server.asked("create")[0].body

    (row,) = played(monkeypatch, story)["requests"]
    assert row["custom_id"].isalnum()
    assert len(row["custom_id"]) <= 64
    assert row["params"]["model"] == "claude-haiku-5-5"
    assert row["params"]["output_config"]["format"]["type"] == "json_schema"
    assert "stream" not in row["params"]


def test_calls_that_come_later_become_another_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(server: MessagesServer) -> None:
        of = leaf()
        await asked(of, 1, 2)
        await asked(of, 3)
        assert [len(b.rows) for b in server.batches] == [2, 1]
        await of.close()

    played(monkeypatch, story)


def test_the_same_call_is_one_request_and_is_paid_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(server: MessagesServer) -> None:
        of = leaf()
        results, meters = await asked(of, 1, 1, 2, 1)
        assert texts(results) == ["text 1", "text 1", "text 2", "text 1"]
        assert [m.usage.tokens for m in meters] == [190, 0, 190, 0]
        assert not any(m.open for m in meters)
        again, meters = await asked(of, 1)
        assert texts(again) == ["text 1"]
        assert meters == [Meter()]
        assert len(server.billed) == 2
        await of.close()

    played(monkeypatch, story)


def test_a_call_cancelled_before_it_was_submitted_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(server: MessagesServer) -> None:
        of, meter = leaf(), Meter()
        task = asyncio.ensure_future(of.call(call(1), 1.0, meter))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert meter == Meter()
        await asked(of, 2)
        assert [r["params"]["messages"][0]["content"][-1]["text"] for r in server.batches[0].rows] == ["text 2"]
        await of.close()

    played(monkeypatch, story)


def test_a_call_cancelled_afterwards_leaves_its_cost_open_and_the_others_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(server: MessagesServer) -> None:
        of, meter = leaf(), Meter()
        server.polls = 5
        task = asyncio.ensure_future(of.call(call(1), 1.0, meter))
        other = asyncio.ensure_future(asked(of, 2))
        await until(lambda: of.pending)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert meter.open
        assert texts((await other)[0]) == ["text 2"]
        await of.close()

    played(monkeypatch, story)


def test_closing_leaves_the_batch_running_and_names_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def story(server: MessagesServer) -> None:
        server.polls = 10**6
        of = leaf(tmp_path / "b.jsonl")
        task = asyncio.ensure_future(asked(of, 1, 2))
        await until(lambda: of.pending)
        await of.close()
        results, meters = await task
        assert texts(results) == [TransientError] * 2
        assert all(m.open for m in meters)
        assert of.pending == [server.batches[0].id]

        server.batches[0].polls = 0
        later = leaf(tmp_path / "b.jsonl")
        results, meters = await asked(later, 1, 2)
        assert texts(results) == ["text 1", "text 2"]
        assert meters == [Meter(HALF, open=False)] * 2
        assert len(server.asked("create")) == 1
        assert later.pending == []
        await later.close()

    played(monkeypatch, story)


def test_closing_ends_calls_that_were_not_submitted(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(server: MessagesServer) -> None:
        of = BatchLeaf(gather=60)
        task = asyncio.ensure_future(asked(of, 1))
        await asyncio.sleep(0.01)
        await of.close()
        results, meters = await task
        assert texts(results) == [TransientError]
        assert meters == [Meter()]
        assert server.seen == []

    played(monkeypatch, story)


def test_nothing_is_kept_for_the_next_batch() -> None:
    long = Call("leaf", "You read.", "a long part " * 9000, "<question>?</question>", SCHEMA, "haiku", 500)

    async def made() -> Request:
        asked = requested(long, PriceList(), Meter())
        asked.address("claude-haiku-5-5", Manner())
        return asked

    assert "cache_control" in json.dumps(wire.request(long, "claude-haiku-5-5", Manner()))
    assert "cache_control" not in json.dumps(asyncio.run(made()).params)


def request(size: int) -> Request:
    future: asyncio.Future[Reply] = asyncio.Future(loop=asyncio.new_event_loop())
    future.get_loop().close()
    return Request("id", {}, size, price_of("haiku"), Meter(), future)


@pytest.mark.parametrize(
    ("sizes", "cut"),
    [
        ([], []),
        ([1, 1, 1], [[1, 1, 1]]),
        ([1, 1, 1, 1], [[1, 1, 1], [1]]),
        ([6, 4, 1], [[6, 4], [1]]),
        ([6, 5, 99, 1], [[6], [5], [99], [1]]),
    ],
)
def test_a_batch_has_at_most_so_many_calls_and_so_many_bytes(sizes: list[int], cut: list[list[int]]) -> None:
    found = portions((request(s) for s in sizes), most=3, most_bytes=10)
    assert [[r.size for r in portion] for portion in found] == cut


# calls without an answer


def failed(kind: str, said: str = "no") -> dict[str, Any]:
    return {"type": "errored", "error": {"type": "error", "error": {"type": kind, "message": said}}}


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (failed("invalid_request_error"), RefusedError),
        (failed("invalid_request_error", "prompt is too long: 3 > 2"), TooLargeError),
        (failed("api_error"), TransientError),
        (failed("overloaded_error"), TransientError),
        (failed("rate_limit_error"), TransientError),
        (failed("authentication_error"), SetupError),
        ({"type": "errored", "error": {"type": "invalid_request_error", "message": "flat"}}, RefusedError),
        ({"type": "expired"}, TransientError),
        ({"type": "canceled"}, TransientError),
        ({"type": "succeeded"}, TransientError),
        ({}, TransientError),
    ],
)
def test_a_call_that_failed_in_its_batch_cost_nothing_and_may_be_made_again(
    result: dict[str, Any], expected: type[LeafError], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def story(server: MessagesServer) -> None:
        of = leaf(tmp_path / "b.jsonl")
        server.result = lambda params: result if params["messages"][0]["content"][1]["text"] == "text 1" else good
        results, meters = await asked(of, 1, 2)
        assert isinstance(results[0], expected)
        assert isinstance(results[1], Reply)
        assert meters == [Meter(), Meter(HALF, open=False)]
        assert rows(tmp_path / "b.jsonl")[-1]["failed"] == [server.billed[0]]

        server.result = succeeded
        for again in (leaf(tmp_path / "b.jsonl"), of):  # in another run, which reads the first batch again, and in this
            results, _ = await asked(again, 1, 2)
            assert all(isinstance(r, Reply) for r in results)
            await again.close()
        assert [len(b.rows) for b in server.batches] == [2, 1]

    good = {"type": "succeeded", "message": message([used({})])}
    played(monkeypatch, story)


@pytest.mark.parametrize(
    ("content", "stop", "expected"),
    [
        ([{"type": "text", "text": "I would rather not."}], "end_turn", MalformedError),
        ([used({"findings": []})], "max_tokens", TooLargeError),
        ([], "refusal", RefusedError),
    ],
)
def test_an_answer_of_no_use_is_billed_and_the_call_may_be_made_again(
    content: list[dict[str, Any]], stop: str, expected: type[LeafError], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def story(server: MessagesServer) -> None:
        of = leaf(tmp_path / "b.jsonl")
        server.result = lambda params: {"type": "succeeded", "message": message(content, stop)}
        results, meters = await asked(of, 1)
        assert texts(results) == [expected]
        assert meters == [Meter(HALF, open=False)]
        server.result = succeeded
        results, meters = await asked(of, 1)
        assert texts(results) == ["text 1"]
        assert len(server.batches) == 2
        await of.close()

    played(monkeypatch, story)


def test_a_call_that_failed_may_be_made_again_while_its_batch_is_still_read(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(server: MessagesServer) -> None:
        of = leaf()
        other = asyncio.ensure_future(asked(of, 2))
        task = asyncio.ensure_future(asked(of, 1))
        await until(lambda: server.batches)
        line = json.dumps({"custom_id": server.billed[1], "result": {"type": "expired"}}).encode()
        server.queues["results"].append(Play(whole("").head, [line + b"\n"], "hang"))
        assert texts((await task)[0]) == [TransientError]
        assert texts((await asked(of, 1))[0]) == ["text 1"]
        assert [len(b.rows) for b in server.batches] == [2, 1]
        await of.close()
        await other

    played(monkeypatch, story)


def test_a_call_without_a_result_fails_and_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(server: MessagesServer) -> None:
        of = leaf()
        server.queues["results"].append(whole("\n", kind="application/x-jsonl"))
        assert texts((await asked(of, 1))[0]) == [TransientError]
        assert texts((await asked(of, 1))[0]) == ["text 1"]
        await of.close()

    played(monkeypatch, story)


# faults of the server


@pytest.mark.parametrize(
    ("play", "expected"),
    [
        (error(401, "authentication_error", "bad"), SetupError),
        (error(400, "invalid_request_error", "bad"), RefusedError),
        (error(413, "request_too_large", "256 MB"), TooLargeError),
        (error(429, "rate_limit_error", "slow", {"retry-after": "9"}), RateLimitedError),
    ],
)
def test_a_batch_that_is_refused_costs_nothing_and_is_not_looked_for(
    play: Play, expected: type[LeafError], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def story(server: MessagesServer) -> None:
        server.queues["create"].append(play)
        of = leaf(tmp_path / "b.jsonl")
        results, meters = await asked(of, 1, 2)
        assert texts(results) == [expected] * 2
        assert [getattr(r, "retry_after", None) for r in results] == [9.0 if expected is RateLimitedError else None] * 2
        assert meters == [Meter()] * 2
        assert texts((await asked(of, 1, 2))[0]) == ["text 1", "text 2"]
        assert server.asked("list") == []
        await of.close()

    played(monkeypatch, story)


@pytest.mark.parametrize(
    "play",
    [Play("", [], "drop"), error(500, "api_error", ""), error(504, "timeout_error", ""), whole({}), whole("<html>")],
    ids=["dropped", "500", "504", "no id", "page"],
)
def test_a_batch_whose_creation_went_wrong_on_the_way_back_is_found_and_not_paid_again(
    play: Play, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def story(server: MessagesServer) -> None:
        server.make_first = True
        server.queues["create"].append(play)
        for n in range(5):  # others, as large: the newest first, two to a page, ours on the second
            server.add([{"custom_id": f"foreign{n}", "params": {}}] * 2, created=time.time() - 120 + 60 * n)
        server.result = lambda params: succeeded(params) if params else {"type": "canceled"}
        of = leaf(tmp_path / "b.jsonl")
        results, meters = await asked(of, 1, 2)
        assert texts(results) == ["text 1", "text 2"]
        assert meters == [Meter(HALF, open=False)] * 2
        assert len(server.asked("create")) == 1
        assert {"batch": "msgbatch_5", "set": rows(tmp_path / "b.jsonl")[0]["submitting"]} in rows(tmp_path / "b.jsonl")
        await of.close()

    played(monkeypatch, story)


def test_a_batch_that_was_not_created_is_a_fault_that_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(server: MessagesServer) -> None:
        server.add([{"custom_id": "foreign", "params": {}}])
        server.result = lambda params: succeeded(params) if params else {"type": "canceled"}
        server.queues["create"].append(error(500, "api_error", "oops"))
        of = leaf()
        results, meters = await asked(of, 1)
        assert texts(results) == [TransientError]
        assert "oops" in str(results[0])
        assert meters == [Meter()]
        assert of.pending == []
        assert texts((await asked(of, 1))[0]) == ["text 1"]
        await of.close()

    played(monkeypatch, story)


def test_a_batch_of_ones_own_is_not_taken_for_a_lost_one(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(server: MessagesServer) -> None:
        server.polls = 10**6
        of = leaf()
        running = asyncio.ensure_future(asked(of, 1))
        await until(lambda: of.pending)
        server.queues["create"].append(error(500, "api_error", ""))
        assert texts((await asked(of, 2))[0]) == [TransientError]  # and does not wait for the end of the first
        assert not running.done()
        await of.close()
        await running

    played(monkeypatch, story)


def test_a_server_that_cannot_be_reached_was_not_asked_and_is_not_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(server: MessagesServer) -> None:
        await server.__aexit__()
        of = leaf()
        results, meters = await asked(of, 1)
        assert texts(results) == [TransientError]  # at once: a search would be tried for ever
        assert meters == [Meter()]
        await of.close()

    def texts(results: list[Reply | LeafError]) -> list[type]:
        return [TransientError if isinstance(r, TransientError) else type(r) for r in results]

    played(monkeypatch, story)


@pytest.mark.parametrize("operation", ["retrieve", "results", "list"])
def test_faults_while_waiting_are_waited_out(operation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(server: MessagesServer) -> None:
        faults = [
            error(500, "", ""),
            error(429, "", "", {"retry-after": "0.01"}),
            Play("", [], "drop"),
            whole("<html>"),
        ]
        server.queues[operation].extend(faults)
        server.make_first = True
        server.queues["create"].append(error(500, "api_error", ""))  # so that the batches are listed
        of = leaf()
        results, meters = await asked(of, 1, 2)
        assert texts(results) == ["text 1", "text 2"]
        assert meters == [Meter(HALF, open=False)] * 2
        assert not server.queues[operation]
        assert len(server.asked("create")) == 1
        await of.close()

    played(monkeypatch, story)


def test_results_that_break_off_are_read_again_from_the_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(server: MessagesServer) -> None:
        of = leaf()
        task = asyncio.ensure_future(asked(of, *range(6)))
        await until(lambda: server.batches)
        lines = [line.encode() for line in server.result_lines(server.batches[0])]
        half = [*lines[:3], lines[3][:20]]
        server.queues["results"].append(Play(whole("").head, half, "drop"))
        results, meters = await task
        assert texts(results) == [f"text {n}" for n in range(6)]
        assert meters == [Meter(HALF, open=False)] * 6
        assert len(server.asked("results")) == 2
        await of.close()

    played(monkeypatch, story)


def test_a_key_that_is_refused_while_waiting_ends_the_calls_and_not_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(server: MessagesServer) -> None:
        server.queues["retrieve"].append(error(401, "authentication_error", "expired key"))
        of = leaf()
        results, meters = await asked(of, 1)
        assert texts(results) == [SetupError]
        assert meters[0].open
        assert of.pending == [server.batches[0].id]
        await of.close()

    played(monkeypatch, story)


def test_a_batch_that_is_gone_is_submitted_again_on_the_next_attempt(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def story(server: MessagesServer) -> None:
        await asked(first := leaf(tmp_path / "b.jsonl"), 1)
        await first.close()
        server.batches[0].kept = False
        of = leaf(tmp_path / "b.jsonl")
        results, meters = await asked(of, 1)
        assert (texts(results), meters) == ([TransientError], [Meter()]), "the first has paid"
        assert texts((await asked(of, 1))[0]) == ["text 1"]
        assert len(server.asked("create")) == 2
        assert of.pending == []
        await of.close()

    played(monkeypatch, story)


# after a crash

CHILD = """
import asyncio, sys
from pathlib import Path
from rlm_core.llm.base import Call, Meter
from rlm_core.llm.api import wire
from rlm_core.llm.api.batch import BatchLeaf

async def main():
    leaf = BatchLeaf(Path(sys.argv[1]), gather=0.02, first=0.01, longest=0.05)
    call = lambda n: Call("leaf", "You read.", "<question>?</question>\\n", f"text {n}", SCHEMA, "haiku", 500)
    await asyncio.gather(*(leaf.call(call(n), 1.0, Meter()) for n in range(3)))

SCHEMA = {"type": "object", "properties": {"findings": {"type": "array"}}}
asyncio.run(main())
"""


async def killed_once(journal: Path, true: Any) -> None:
    """A process that makes the calls 0, 1, 2 and is killed as soon as something is true of the server."""
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", CHILD, str(journal), env=dict(os.environ))
    await until(true)
    child.kill()
    assert await child.wait() == -9


def test_a_process_killed_while_it_waits_is_taken_up_by_the_next(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def story(server: MessagesServer) -> None:
        server.polls = 10**6
        await killed_once(tmp_path / "b.jsonl", lambda: server.asked("retrieve"))
        server.polls = server.batches[0].polls = 2
        of = leaf(tmp_path / "b.jsonl")
        results, meters = await asked(of, 0, 1, 2, 3)
        assert texts(results) == ["text 0", "text 1", "text 2", "text 3"]
        assert meters == [Meter(HALF, open=False)] * 4
        assert [len(b.rows) for b in server.batches] == [3, 1]
        await of.close()

    played(monkeypatch, story)


def test_a_process_killed_before_it_knew_the_batch_is_taken_up_by_the_next(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def story(server: MessagesServer) -> None:
        server.make_first = True
        server.queues["create"].append(Play("", [], "hang"))
        await killed_once(tmp_path / "b.jsonl", lambda: server.batches)
        assert [set(r) for r in rows(tmp_path / "b.jsonl")] == [{"submitting", "ids", "at"}]
        of = leaf(tmp_path / "b.jsonl")
        results, meters = await asked(of, 2, 1, 0)
        assert texts(results) == ["text 2", "text 1", "text 0"]
        assert meters == [Meter(HALF, open=False)] * 3
        assert len(server.billed) == len(set(server.billed)) == 3
        await of.close()

    played(monkeypatch, story)


def test_a_process_killed_before_the_server_made_a_batch_is_repeated_by_the_next(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def story(server: MessagesServer) -> None:
        server.queues["create"].append(Play("", [], "hang"))
        server.add([{"custom_id": f"old{n}", "params": {}} for n in range(3)], created=time.time() - 86400)
        server.add([{"custom_id": f"other{n}", "params": {}} for n in range(3)])
        await killed_once(tmp_path / "b.jsonl", lambda: server.asked("create"))
        of = leaf(tmp_path / "b.jsonl")
        server.result = lambda params: succeeded(params) if params else {"type": "canceled"}
        results, meters = await asked(of, 0, 1, 2)
        assert texts(results) == ["text 0", "text 1", "text 2"]
        assert meters == [Meter(HALF, open=False)] * 3
        assert len(server.asked("create")) == 2
        looked_at = {s.path.split("/")[4] for s in server.asked("results")}
        assert "msgbatch_0" not in looked_at  # too old to be ours
        await of.close()

    played(monkeypatch, story)


def test_a_batch_that_was_read_is_read_again_for_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def story(server: MessagesServer) -> None:
        for expected in (Meter(HALF, open=False), Meter(), Meter()):
            of = leaf(tmp_path / "b.jsonl")
            results, meters = await asked(of, 1, 2)
            assert texts(results) == ["text 1", "text 2"]
            assert meters == [expected] * 2
            await of.close()
        assert len(server.asked("create")) == 1
        assert [set(r) for r in rows(tmp_path / "b.jsonl")] == [
            {"submitting", "ids", "at"},
            {"batch", "set"},
            {"done", "failed"},
        ]

    played(monkeypatch, story)


def test_a_last_line_cut_off_is_ignored_and_the_next_one_is_whole(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def story(server: MessagesServer) -> None:
        journal = tmp_path / "b.jsonl"
        await asked(first := leaf(journal), 1)
        await first.close()
        with journal.open("ab") as f:
            f.write(b'{"submitting": "3fa2", "ids": ["90')
        for _ in range(2):
            of = leaf(journal)
            assert texts((await asked(of, 1, 2))[0]) == ["text 1", "text 2"]
            await of.close()
        assert len(server.billed) == len(set(server.billed)) == 2

    played(monkeypatch, story)


def test_two_runs_with_one_journal_share_a_batch(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def story(server: MessagesServer) -> None:
        runs = [leaf(tmp_path / "b.jsonl") for _ in range(3)]
        for results, _ in await asyncio.gather(*(asked(of, 1, 2) for of in runs)):
            assert texts(results) == ["text 1", "text 2"]
        assert len(server.asked("create")) == 1
        for of in runs:
            await of.close()

    played(monkeypatch, story)


def test_nothing_is_submitted_while_another_process_submits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def story(server: MessagesServer) -> None:
        of = leaf(tmp_path / "b.jsonl")
        with Lock(str(tmp_path / "b.jsonl.lock"), 0):
            task = asyncio.ensure_future(asked(of, 1))
            await asyncio.sleep(0.3)
            assert server.seen == []
        assert texts((await task)[0]) == ["text 1"]
        await of.close()

    played(monkeypatch, story)


# the journal


def test_the_journal_is_private_and_made_when_it_is_needed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def story(server: MessagesServer) -> None:
        journal = tmp_path / "state" / "b.jsonl"
        of = leaf(journal)
        of.check()
        assert not journal.parent.exists()
        await asked(of, 1)
        assert journal.stat().st_mode & 0o777 == 0o600
        assert journal.parent.stat().st_mode & 0o777 == 0o700
        await of.close()

    played(monkeypatch, story)


def test_a_journal_that_cannot_be_written_ends_the_calls_before_they_cost(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def story(server: MessagesServer) -> None:
        (tmp_path / "b.jsonl").mkdir()
        of = leaf(tmp_path / "b.jsonl")
        results, meters = await asked(of, 1)
        assert texts(results) == [SetupError]
        assert meters == [Meter()]
        assert server.asked("create") == []
        await of.close()

    played(monkeypatch, story)


def test_what_the_api_has_forgotten_is_cut_out(tmp_path: Path) -> None:
    journal = BatchJournal(tmp_path / "b.jsonl")
    old, new, lost = (journal.submitting([name]) for name in ("a", "b", "c"))
    journal.created(old, "msgbatch_old")
    new = journal.created(new, "msgbatch_new")
    journal.done("msgbatch_new", ["b"])
    journal.void(journal.submitting(["d"]))
    new = replace(new, done=True, failed=frozenset("b"))
    assert journal.load() == [replace(old, batch="msgbatch_old"), new, lost]

    past = json.dumps(old.at - KEPT - 60)
    journal.path.write_text(journal.path.read_text().replace(json.dumps(old.at), past))  # type: ignore[union-attr]
    assert journal.load() == [new, lost]
    journal.prune()
    assert journal.load() == [new, lost]
    assert "msgbatch_old" not in (tmp_path / "b.jsonl").read_text()


def test_a_journal_of_anything_else_is_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_text('3\n[]\n{"submitting": 4}\n{"batch": [], "set": {}}\n{"done": null}\nx\n{}\n')
    assert BatchJournal(tmp_path / "b.jsonl").load() == []


def test_without_a_journal_a_run_still_remembers(monkeypatch: pytest.MonkeyPatch) -> None:
    def once(params: Mapping[str, Any]) -> dict[str, Any]:
        server_results.append(1)
        return {"type": "expired"} if len(server_results) == 1 else succeeded(params)

    async def story(server: MessagesServer) -> None:
        server.result = once
        of = leaf()
        assert texts((await asked(of, 1))[0]) == [TransientError]
        assert texts((await asked(of, 1))[0]) == ["text 1"]
        await of.close()

    server_results: list[int] = []
    played(monkeypatch, story)


def test_tokens_are_counted_by_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(server: MessagesServer) -> None:
        of = leaf()
        assert await of.count(call(1)) == 123
        await of.close()

    played(monkeypatch, story)


def test_the_usage_of_the_fake_is_what_these_tests_expect() -> None:
    assert sum(USAGE.values()) == HALF.tokens
