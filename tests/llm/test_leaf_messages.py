"""The leaf that asks the Messages API, against a loopback server."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
import time
import traceback
from collections.abc import AsyncIterator
from dataclasses import replace
from email.utils import formatdate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kits.messages_server import (
    KEY,
    MessagesServer,
    Play,
    delta,
    error,
    message,
    played,
    sse,
    start,
    streamed,
    text_events,
    tool_events,
    used,
    whole,
)

from rlm_core.llm.api import wire
from rlm_core.llm.api.messages import MessagesLeaf
from rlm_core.llm.base import (
    Call,
    LeafError,
    MalformedError,
    Meter,
    RateLimitedError,
    RefusedError,
    Reply,
    SetupError,
    StalledError,
    TooLargeError,
    TransientError,
    Usage,
)

SCHEMA = {"type": "object", "properties": {"findings": {"type": "array"}}, "required": ["findings"]}
CALL = Call("leaf", "You read.", "<question>?</question>\n", "the sources", SCHEMA, "haiku", 500)
LONG = "one two three " * 2000
STOP = {"type": "message_stop"}
WHOLE = Usage(100, 40, 30, 20, pytest.approx((100 + 40 * 5 + 0.1 * 30 + 1.25 * 20) / 1e6))  # type: ignore[arg-type]
SO_FAR = replace(WHOLE, output=1, usd=pytest.approx((100 + 5 + 3 + 25) / 1e6))  # type: ignore[arg-type]


async def asked(call: Call = CALL, seconds: float = 60.0) -> tuple[Reply | LeafError, Meter]:
    """What one call comes to, and its meter."""
    leaf, meter = MessagesLeaf(), Meter()
    try:
        return await leaf.call(call, seconds, meter), meter
    except LeafError as e:
        return e, meter
    finally:
        await leaf.close()


def outcome(
    monkeypatch: pytest.MonkeyPatch, play: Play, call: Call = CALL, seconds: float = 60.0
) -> tuple[Reply | LeafError, Meter]:
    async def story(server: MessagesServer) -> tuple[Reply | LeafError, Meter]:
        server.queues["messages"].append(play)
        return await asked(call, seconds)

    return played(monkeypatch, story)


# the key


def test_without_a_key_the_error_names_the_way_out() -> None:
    with pytest.raises(SetupError, match=r"ANTHROPIC_API_KEY.*--leaf claude"):
        MessagesLeaf().check()


@pytest.mark.parametrize("name", ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"])
def test_either_key_will_do(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, KEY)
    MessagesLeaf().check()


@pytest.mark.parametrize("key", [f"{KEY}\n", f" {KEY}", f"{KEY}é"])
def test_a_key_that_no_header_can_hold_is_refused_without_being_shown(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", key)
    with pytest.raises(SetupError) as caught:
        MessagesLeaf().check()
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("url", ["localhost:8080", "ftp://host", "https://"])
def test_an_address_that_is_none_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", url)
    with pytest.raises(SetupError, match="ANTHROPIC_BASE_URL"):
        MessagesLeaf().check()


def test_checking_loads_no_sdk() -> None:
    code = (
        "import sys; from rlm_core.llm.api.messages import MessagesLeaf; MessagesLeaf().check();"
        "print([m for m in ('anthropic', 'httpx', 'httpx2', 'pydantic') if m in sys.modules])"
    )
    env = {**os.environ, "ANTHROPIC_API_KEY": KEY}
    assert (
        subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True).stdout
        == "[]\n"
    )


# the request


def test_the_answer_is_what_the_model_gave_to_the_tool_and_the_meter_holds_its_cost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = {"findings": [{"claim": "été \u2028 ends no line"}]}
    reply, meter = outcome(monkeypatch, streamed(data))
    assert reply == Reply(data, "claude-haiku-4-5-20251001")
    assert meter == Meter(WHOLE, open=False)


def test_the_request_has_system_prefix_and_body_in_blocks_and_the_form_of_the_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def story(server: MessagesServer) -> dict[str, Any]:
        await asked()
        (seen,) = server.asked("messages")
        assert KEY in seen.headers.get("x-api-key", seen.headers.get("authorization", ""))
        return seen.body

    assert played(monkeypatch, story) == {
        "model": "claude-haiku-5-5",
        "max_tokens": 500,
        "stream": True,
        "system": [{"type": "text", "text": CALL.system}],
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": CALL.prefix}, {"type": "text", "text": CALL.body}]}
        ],
        "thinking": {"type": "disabled"},
        "output_config": {"format": {"type": "json_schema", "schema": {**SCHEMA, "additionalProperties": False}}},
    }


def test_an_older_model_is_made_to_use_a_tool() -> None:
    body = wire.request(replace(CALL, model="claude-opus-4-1"))
    assert body["tools"] == [{"name": "report", "description": "Give your answer.", "input_schema": SCHEMA}]
    assert body["tool_choice"] == {"type": "tool", "name": "report"}
    assert {"output_config", "thinking"} & set(body) == set()


@pytest.mark.parametrize(
    ("system", "prefix", "model", "where"),
    [
        ("You read.", LONG, "haiku", "prefix"),
        (LONG, "\n", "haiku", "system"),
        (LONG, "question", "haiku", "prefix"),
        ("You read.", "question", "haiku", ""),
        ("", "", "haiku", ""),
        ("You read.", LONG[: len(LONG) // 3], "haiku", ""),
        ("You read.", LONG[: len(LONG) // 3], "sonnet", "prefix"),
    ],
)
def test_the_last_shared_block_is_marked_for_the_cache_when_it_is_long_enough(
    system: str, prefix: str, model: str, where: str
) -> None:
    body = wire.request(Call("leaf", system, prefix, "body", SCHEMA, model, 10))
    content = body["messages"][0]["content"]
    blocks = {"system": body.get("system", [{}])[0], "prefix": content[0], "body": content[-1]}
    assert {n for n, block in blocks.items() if "cache_control" in block} == ({where} if where else set())


@pytest.mark.parametrize(
    ("model", "tokens"),
    [
        ("haiku", 4096),
        ("claude-haiku-4-5-20251001", 4096),
        ("claude-opus-4-5", 4096),
        ("claude-opus-5", 4096),
        ("claude-opus-4-20250514", 1024),
        ("claude-opus-4-1-20250805", 1024),
        ("claude-3-5-haiku-latest", 1024),
        ("sonnet", 1024),
        ("another", 1024),
    ],
)
def test_how_long_a_cached_prefix_has_to_be(model: str, tokens: int) -> None:
    assert wire.min_cached(model) == tokens


def test_blank_blocks_are_left_out() -> None:
    body = wire.request(replace(CALL, system=" ", prefix="\n"))
    assert "system" not in body
    assert [b["text"] for b in body["messages"][0]["content"]] == ["\nthe sources"]


def test_a_lone_surrogate_does_not_end_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    reply, _ = outcome(monkeypatch, streamed({"findings": []}), replace(CALL, body="half \ud83d of a smile"))
    assert isinstance(reply, Reply)


# the answer


@pytest.mark.parametrize(
    "play",
    [
        whole(message([used({"a": 1})])),
        whole(message([{"type": "text", "text": 'Here: {"a": 1}'}], "end_turn")),
        sse(start(), *text_events('```json\n{"a": 1}\n```'), delta("end_turn"), STOP),
        sse(start(), *tool_events({"a": 1}, size=1), delta(), STOP),
        sse(start(), *tool_events('prose around {"a": 1}'), delta(), STOP),
        sse(start(input_tokens=0), *tool_events({"a": 1}), delta(input_tokens=100), STOP),
        sse(start(), *tool_events({"a": 1}), delta(input_tokens=0, cache_read_input_tokens=None), STOP),
    ],
    ids=["plain JSON", "plain prose", "prose", "letters", "input that is text", "input told late", "input told away"],
)
def test_other_forms_of_an_answer_are_taken(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    reply, meter = outcome(monkeypatch, play)
    assert isinstance(reply, Reply)
    assert reply.data == {"a": 1}
    assert meter == Meter(WHOLE, open=False)


def test_a_list_for_an_object_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    reply, _ = outcome(monkeypatch, sse(start(), *tool_events('[{"claim": "a", "quote": "b"}]'), delta(), STOP))
    assert isinstance(reply, Reply)
    assert reply.data == {"items": [{"claim": "a", "quote": "b"}]}


def test_of_an_answer_that_was_cut_off_the_whole_entries_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    text = '{"findings": [{"claim": "a", "quote": "b"}, {"cl'
    reply, meter = outcome(monkeypatch, sse(start(), *tool_events(text), delta("max_tokens"), STOP))
    assert isinstance(reply, Reply)
    assert reply.data == {"findings": [{"claim": "a", "quote": "b"}], "cut": True}
    assert meter == Meter(WHOLE, open=False)


@pytest.mark.parametrize(
    ("play", "expected"),
    [
        (sse(start(), *tool_events('{"findings": [{"cl'), delta("max_tokens"), STOP), TooLargeError),
        (sse(start(), *tool_events({}), delta("model_context_window_exceeded"), STOP), TooLargeError),
        (sse(start(), delta("refusal"), STOP), RefusedError),
        (sse(start(), *text_events("I would rather not."), delta("end_turn"), STOP), MalformedError),
        (sse(start(), *tool_events('{"findings": [}'), delta(), STOP), MalformedError),
        (whole(message([], "end_turn")), MalformedError),
        (whole({"type": "message", "content": 3, "usage": message([])["usage"]}), MalformedError),
    ],
)
def test_an_answer_of_no_use_is_an_error_and_is_billed(
    play: Play, expected: type[LeafError], monkeypatch: pytest.MonkeyPatch
) -> None:
    failed, meter = outcome(monkeypatch, play, replace(CALL, model="claude-haiku-4-5"))
    assert type(failed) is expected
    assert meter == Meter(WHOLE, open=False)


@given(st.lists(st.binary(max_size=6).map(lambda b: b.replace(b"x", b"\r\n").replace(b"y", b"\n"))))
def test_lines_do_not_depend_on_how_they_are_cut(pieces: list[bytes]) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    async def all_lines() -> list[bytes]:
        return [line async for line in wire.lines(chunks())]

    *ended, rest = b"".join(pieces).split(b"\n")
    assert asyncio.run(all_lines()) == [*(line.removesuffix(b"\r") for line in ended), *([rest] if rest else [])]


# errors


@pytest.mark.parametrize(
    ("status", "kind", "said", "expected"),
    [
        (400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum", TooLargeError),
        (400, "invalid_request_error", "input length and `max_tokens` exceed context limit: 9 + 9 > 10", TooLargeError),
        (400, "invalid_request_error", "Your credit balance is too low to access the API", SetupError),
        (400, "invalid_request_error", "messages: at least one message is required", RefusedError),
        (401, "authentication_error", "invalid x-api-key", SetupError),
        (402, "billing_error", "pay", SetupError),
        (403, "permission_error", "no", SetupError),
        (404, "not_found_error", "model: claude-haiku-9", SetupError),
        (408, "timeout_error", "slow", TransientError),
        (409, "conflict_error", "again", TransientError),
        (413, "request_too_large", "32 MB", TooLargeError),
        (422, "invalid_request_error", "odd", RefusedError),
        (429, "rate_limit_error", "too many", RateLimitedError),
        (500, "api_error", "oops", TransientError),
        (529, "overloaded_error", "Overloaded", TransientError),
    ],
)
def test_an_error_of_the_server_says_what_to_do_and_is_not_billed(
    status: int, kind: str, said: str, expected: type[LeafError], monkeypatch: pytest.MonkeyPatch
) -> None:
    failed, meter = outcome(monkeypatch, error(status, kind, said))
    assert isinstance(failed, expected)
    assert said in str(failed)
    assert str(status) in str(failed)
    assert meter == Meter()


def test_an_error_without_json_is_understood_by_its_status(monkeypatch: pytest.MonkeyPatch) -> None:
    failed, meter = outcome(monkeypatch, whole("<html>Bad gateway</html>", 502, kind="text/html"))
    assert isinstance(failed, TransientError)
    assert meter == Meter()


@pytest.mark.parametrize("status", [429, 529])
@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        ({"retry-after": "7"}, 7, 7),
        ({"retry-after": "1.5"}, 1.5, 1.5),
        ({"retry-after-ms": "250"}, 0.25, 0.25),
        ({"retry-after-ms": "x", "retry-after": "3"}, 3, 3),
        ({"retry-after": "-4"}, 0, 0),
        ({"retry-after": "in an hour"}, 3000, 3601),
        ({"retry-after": "an hour ago"}, 0, 0),
    ],
)
def test_the_server_says_how_long_to_wait(
    headers: dict[str, str], least: float, most: float, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    dates = {"in an hour": time.time() + 3600, "an hour ago": time.time() - 3600}
    headers = {n: formatdate(dates[v], usegmt=True) if v in dates else v for n, v in headers.items()}
    failed, _ = outcome(monkeypatch, error(status, "", "", headers))
    assert isinstance(failed, (RateLimitedError, TransientError))
    assert failed.retry_after is not None
    assert least <= failed.retry_after <= most


@pytest.mark.parametrize("headers", [{}, {"retry-after": "soon"}, {"retry-after": "inf"}, {"retry-after": "nan"}])
def test_no_time_to_wait_is_none(headers: dict[str, str]) -> None:
    assert wire.retry_after(headers) is None


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("overloaded_error", TransientError),
        ("api_error", TransientError),
        ("something_new", TransientError),
        ("rate_limit_error", RateLimitedError),
        ("invalid_request_error", RefusedError),
    ],
)
@pytest.mark.parametrize("late", [True, False])
def test_an_error_inside_the_stream_keeps_what_was_billed_before(
    late: bool, kind: str, expected: type[LeafError], monkeypatch: pytest.MonkeyPatch
) -> None:
    event = {"type": "error", "error": {"type": kind, "message": "Overloaded"}}
    failed, meter = outcome(monkeypatch, sse(start(), event) if late else sse(event))
    assert type(failed) is expected
    assert meter == Meter(SO_FAR if late else Usage(), open=False)


@pytest.mark.parametrize(
    "play",
    [
        sse(start(), *tool_events({"a": 1}), then="drop"),
        sse(start(), *tool_events({"a": 1})),
        Play(sse().head, [*sse(start()).pieces, b"data: {cut\n\n"]),
    ],
    ids=["dropped", "ended early", "cut event"],
)
def test_a_stream_that_breaks_is_transient_and_its_cost_stays_open(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    failed, meter = outcome(monkeypatch, play)
    assert type(failed) is TransientError
    assert meter == Meter(SO_FAR, open=True)


def test_a_page_instead_of_an_answer_is_transient_and_its_cost_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    failed, meter = outcome(monkeypatch, whole("<html>Log in to the Wi-Fi</html>", kind="text/html"))
    assert type(failed) is TransientError
    assert meter == Meter(open=True)


def test_a_connection_dropped_before_the_answer_leaves_its_cost_open(monkeypatch: pytest.MonkeyPatch) -> None:
    failed, meter = outcome(monkeypatch, Play("", [], "drop"))
    assert type(failed) is TransientError
    assert meter == Meter(open=True)


def test_a_server_that_cannot_be_reached_has_billed_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(server: MessagesServer) -> None:
        await server.__aexit__()
        failed, meter = await asked()
        assert isinstance(failed, TransientError)
        assert meter == Meter()

    played(monkeypatch, story)


# time


@pytest.mark.parametrize(
    ("play", "usage"),
    [(Play("", [], "hang"), Usage()), (sse(start(), *tool_events({"a": 1}), then="hang"), SO_FAR)],
    ids=["no answer", "half an answer"],
)
def test_a_call_that_takes_too_long_is_stalled_and_its_cost_stays_open(
    play: Play, usage: Usage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(server: MessagesServer) -> None:
        leaf, meter = MessagesLeaf(), Meter()
        await leaf.call(CALL, 20, Meter())  # the SDK is loaded from here on
        server.queues["messages"].append(play)
        with pytest.raises(StalledError, match=r"0\.5 s"):
            await leaf.call(CALL, 0.5, meter)
        assert meter == Meter(usage, open=True)
        await leaf.close()

    played(monkeypatch, story)


def test_a_call_cancelled_in_mid_stream_knows_what_it_was_billed_and_frees_its_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def story(server: MessagesServer) -> None:
        leaf, meter = MessagesLeaf(), Meter()
        server.queues["messages"].append(sse(start(), {"type": "ping"}, then="hang"))
        task = asyncio.ensure_future(leaf.call(CALL, 60, meter))
        while not meter.usage.tokens:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert meter == Meter(SO_FAR, open=True)
        while server.open:  # ends when the server sees that nobody listens
            await asyncio.sleep(0.01)
        assert isinstance(await leaf.call(CALL, 20, Meter()), Reply)
        await leaf.close()

    played(monkeypatch, story)


def test_sixty_four_calls_are_with_the_server_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(server: MessagesServer) -> None:
        leaf = MessagesLeaf()
        server.gate.clear()
        calls = [asyncio.ensure_future(leaf.call(CALL, 60, Meter())) for _ in range(64)]
        while server.open < 64:
            await asyncio.sleep(0.01)
        server.gate.set()
        assert all(isinstance(r, Reply) for r in await asyncio.gather(*calls))
        await leaf.close()

    played(monkeypatch, story)


def test_a_cancelled_first_call_does_not_take_the_sdk_from_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(server: MessagesServer) -> None:
        leaf = MessagesLeaf()
        first, second = (asyncio.ensure_future(leaf.call(CALL, 60, Meter())) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        assert isinstance(await second, Reply)
        await leaf.close()

    played(monkeypatch, story)


# secrets


def test_the_key_stands_in_no_log_and_in_no_error(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)

    async def story(server: MessagesServer) -> list[Any]:
        server.queues["messages"].extend([error(401, "authentication_error", "bad"), Play("", [], "drop")])
        return [(await asked())[0] for _ in range(3)]

    results = played(monkeypatch, story)
    assert [type(r) for r in results] == [SetupError, TransientError, Reply]
    told = "".join("".join(traceback.format_exception(e)) for e in results if isinstance(e, LeafError))
    assert caplog.text  # the SDK's own debugging is heard
    assert KEY not in caplog.text + told + "".join(capfd.readouterr())


# counting


def test_tokens_are_counted_by_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(server: MessagesServer) -> dict[str, Any]:
        leaf = MessagesLeaf()
        assert await leaf.count(CALL) == 123
        await leaf.close()
        return server.asked("count")[0].body

    assert set(played(monkeypatch, story)) == {"model", "system", "messages", "output_config", "thinking"}


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_server_that_does_not_count_is_asked_once(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(server: MessagesServer) -> None:
        leaf = MessagesLeaf()
        server.queues["count"].append(error(status, "not_found_error", "no such address"))
        assert [await leaf.count(CALL) for _ in range(3)] == [None] * 3
        assert len(server.asked("count")) == 1
        await leaf.close()

    played(monkeypatch, story)


@pytest.mark.parametrize(
    "play", [error(500, "api_error", ""), error(429, "", ""), whole("what?"), Play("", [], "drop")]
)
def test_a_server_that_cannot_count_now_is_asked_again(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(server: MessagesServer) -> None:
        leaf = MessagesLeaf()
        server.queues["count"].append(play)
        assert [await leaf.count(CALL) for _ in range(2)] == [None, 123]
        await leaf.close()

    played(monkeypatch, story)


def test_a_key_that_is_refused_is_told_when_counting(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(server: MessagesServer) -> None:
        leaf = MessagesLeaf()
        server.queues["count"].append(error(401, "authentication_error", "bad"))
        with pytest.raises(SetupError):
            await leaf.count(CALL)
        await leaf.close()

    played(monkeypatch, story)


def test_closing_a_leaf_that_was_never_used_is_nothing() -> None:
    asyncio.run(MessagesLeaf().close())


def test_of_calls_with_a_shared_prefix_that_the_api_keeps_the_first_goes_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until its answer begins no other is sent; those with a short prefix go at once."""

    async def story(server: MessagesServer, prefix: str) -> int:
        leaf = MessagesLeaf()
        await leaf.call(CALL, 60, Meter())  # loads the library, which takes a slow machine some seconds
        calls = [replace(CALL, prefix=prefix, body=f"part {n}") for n in range(5)]
        server.queues["messages"] += [hung(), *(streamed({"findings": []}) for _ in calls[1:])]
        tasks = [asyncio.ensure_future(leaf.call(call, 60.0 if n else 5.0, Meter())) for n, call in enumerate(calls)]
        seen = []
        while not tasks[0].done():
            await asyncio.sleep(0.01)
            seen.append(len(server.asked("messages")) - 1)
        await asyncio.gather(*tasks, return_exceptions=True)
        assert len(server.asked("messages")) == 1 + 5
        await leaf.close()
        return max(seen[:-1])

    assert played(monkeypatch, lambda server: story(server, LONG)) == 1
    assert played(monkeypatch, lambda server: story(server, "<question>short</question>")) == 5


def hung() -> Play:
    """A server that takes the request and says nothing."""
    return sse(then="hang")
