"""The API's leaves against a server that has today's models: ids, forms, thinking, and what is wrong for every call."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from kits.messages_server import MessagesServer, error, listed, played, sse, start, whole
from kits.newest_api import ABILITIES, capabilities, newest, thought

from rlm_core.engine import prompts
from rlm_core.engine.operations import Engine
from rlm_core.engine.options import RunOptions
from rlm_core.engine.texts import Document, partition
from rlm_core.llm.api import wire
from rlm_core.llm.api.batch import BatchLeaf
from rlm_core.llm.api.manner import BETWEEN, DISABLED, LOW, NONE, SCHEMA, TOOL, WORDS, Manner, able, strict, usual
from rlm_core.llm.api.messages import MessagesLeaf
from rlm_core.llm.base import (
    ROOM,
    Call,
    LeafError,
    Meter,
    NamingLeaf,
    RefusedError,
    Reply,
    SetupError,
    TooLargeError,
    Usage,
    UsageLimitError,
)
from rlm_core.llm.names import ModelNames
from rlm_core.llm.prices import ALIASES, price_of

CALL = Call("leaf", "You read.", "<question>?</question>\n", "the sources", prompts.LEAF_SCHEMA, "haiku", 500)
NEWEST = [listed(name, capabilities=capabilities(name)) for name in ABILITIES]


async def asked(call: Call, names: ModelNames | None = None) -> tuple[Reply | LeafError, Meter]:
    """What one call comes to, and its meter."""
    leaf, meter = MessagesLeaf(names=names), Meter()
    try:
        return await leaf.call(call, 60.0, meter), meter
    except LeafError as e:
        return e, meter
    finally:
        await leaf.close()


def bodies(server: MessagesServer) -> list[dict[str, Any]]:
    return [seen.body for seen in server.asked("messages")]


# --- which model ---


@pytest.mark.parametrize(
    ("models", "expected"),
    [
        ([listed("claude-haiku-5-5"), listed("claude-haiku-4-5", "2025-10-15T00:00:00Z")], "claude-haiku-5-5"),
        ([listed("claude-haiku-4-5", "2025-10-15T00:00:00Z"), listed("claude-haiku-6", "2027-01-02T00:00:00Z")],
         "claude-haiku-6"),
        ([listed("claude-haiku-6", "2027-01-02T00:00:00Z", lifecycle="retired"), listed("claude-haiku-5-5")],
         "claude-haiku-5-5"),
        ([listed("claude-haiku-6", "2027-01-02T00:00:00Z", lifecycle="deprecated"), listed("claude-haiku-5-5")],
         "claude-haiku-5-5"),
        ([listed("claude-haiku-4-5", lifecycle="deprecated")], "claude-haiku-4-5"),
        ([listed("claude-sonnet-5-5")], ALIASES["haiku"]),
        ([listed("swift-1", "2027-05-01T00:00:00Z", line="haiku"), listed("claude-haiku-5-5", line="haiku")],
         "swift-1"),
        ([listed("claude-haiku-9", "2027-05-01T00:00:00Z", line="opus"), listed("claude-haiku-5-5", line="haiku")],
         "claude-haiku-5-5"),
        ([{"id": 7}, {}, listed("claude-haiku-5-5", "when?")], "claude-haiku-5-5"),
        ([], ALIASES["haiku"]),
    ],
)  # fmt: skip
def test_an_alias_is_the_newest_model_of_its_family_that_the_server_lists(
    models: list[dict[str, Any]], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(server: MessagesServer) -> None:
        server.models = models
        assert isinstance((await asked(CALL))[0], Reply)
        assert [b["model"] for b in bodies(server)] == [expected]

    played(monkeypatch, story)


@pytest.mark.parametrize("play", [error(404, "not_found_error", ""), error(500, "api_error", ""), whole("<html>")])
def test_a_server_that_lists_no_models_is_asked_for_what_answered_last(
    play: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def story(server: MessagesServer) -> None:
        path = tmp_path / "user" / "models.json"
        server.models = [listed("claude-haiku-7")]
        await asked(CALL, ModelNames(path))
        server.queues["models"].append(play)
        await asked(CALL, ModelNames(path))
        assert [b["model"] for b in bodies(server)] == ["claude-haiku-7"] * 2
        assert path.stat().st_mode & 0o777 == 0o600

    played(monkeypatch, story)


def test_the_models_are_listed_once_a_run_and_not_for_a_full_id(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(server: MessagesServer) -> None:
        leaf = MessagesLeaf()
        await leaf.call(replace(CALL, model="claude-opus-4-6"), 60, Meter())
        assert server.asked("models") == []
        await asyncio.gather(*(leaf.call(replace(CALL, model=m), 60, Meter()) for m in (*ALIASES, *ALIASES)))
        assert len(server.asked("models")) == 1
        await leaf.close()

    played(monkeypatch, story)


def test_a_key_that_is_refused_ends_the_run_before_anything_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(server: MessagesServer) -> None:
        server.queues["models"].append(error(401, "authentication_error", "bad"))
        assert isinstance((await asked(CALL))[0], SetupError)
        assert bodies(server) == []

    played(monkeypatch, story)


# --- in which form ---


@pytest.mark.parametrize("model", ABILITIES)
@pytest.mark.parametrize("known", ["by its capabilities", "by its id"])
def test_every_model_is_asked_as_it_likes_at_once(model: str, known: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(server: MessagesServer) -> None:
        server.asks = newest
        leaf, meter = MessagesLeaf(), Meter()
        if known == "by its capabilities":
            server.models = NEWEST
            await leaf.named("haiku")
        reply = await leaf.call(replace(CALL, model=model), 60, meter)
        assert (reply.data, reply.model) == ({"findings": []}, model)
        (body,) = bodies(server)
        off = body.get("thinking", {}).get("type") in (DISABLED, BETWEEN)
        old = model in ("claude-haiku-4-5", "claude-3-5-haiku")  # which think only when they are told to
        assert off or old or body["output_config"]["effort"] == LOW
        sure = old or body.get("thinking", {}).get("type") == DISABLED
        assert body["max_tokens"] == CALL.max_output + (0 if sure else ROOM)
        assert meter.refused == 0
        assert await leaf.count(replace(CALL, model=model)) == 123
        await leaf.close()

    played(monkeypatch, story)


REFUSALS = [
    ("claude-haiku-5-5", '"thinking.type.disabled" is not supported for this model. Use "output_config.effort".',
     Manner(SCHEMA, NONE, LOW)),
    ("claude-sonnet-5", 'To turn thinking off on this model, send "thinking": {"type": "between_tools"}',
     Manner(SCHEMA, BETWEEN)),
    ("claude-haiku-5-5", "output_config.format: Extra inputs are not permitted", Manner(TOOL, DISABLED)),
    ("claude-opus-5-5", "output_config.effort: not supported", Manner(SCHEMA)),
    ("claude-opus-5-5", "output_config: Extra inputs are not permitted", Manner(TOOL)),
    ("claude-opus-5-5", "this model does not support structured outputs", Manner(TOOL, NONE, LOW)),
    ("claude-opus-5-5", "Schema is too complex for compilation", Manner(TOOL, NONE, LOW)),
    ("claude-opus-4-1", "tool_choice: forced tool use is not supported for this model", Manner(WORDS)),
]  # fmt: skip


@pytest.mark.parametrize(("model", "said", "then"), REFUSALS)
def test_what_a_model_refuses_is_left_out_once_a_run_and_remembered(
    model: str, said: str, then: Manner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def story(server: MessagesServer) -> None:
        names = ModelNames(tmp_path / "models.json")
        server.queues["messages"].append(error(400, "invalid_request_error", said))
        leaf, meter = MessagesLeaf(names=names), Meter()
        for _ in range(2):
            await leaf.call(replace(CALL, model=model), 60, meter)
        await leaf.close()
        assert (meter.refused, meter.open) == (1, False)
        again = replace(CALL, model=model)
        await asked(again, ModelNames(tmp_path / "models.json"))
        first, *others = bodies(server)
        assert len(others) == 3
        assert first != others[0] == others[1] == others[2]
        assert {**wire.request(again, model, then), "stream": True} == others[0]

    played(monkeypatch, story)


def test_a_model_that_takes_no_form_at_all_is_asked_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(server: MessagesServer) -> None:
        for said in ("output_config.format: no", "tool_choice: no", "thinking: no", "output_config.effort: no"):
            server.queues["messages"].append(error(400, "invalid_request_error", said))
        reply, meter = await asked(CALL)
        assert isinstance(reply, Reply)
        assert meter.refused == 4
        last = bodies(server)[-1]
        assert set(last) == {"model", "max_tokens", "messages", "system", "stream"}
        assert json.dumps(CALL.schema, separators=(",", ":")) in last["system"][0]["text"]

    played(monkeypatch, story)


@pytest.mark.parametrize(
    ("name", "told", "manner"),
    [
        ("claude-haiku-5-5", None, Manner(SCHEMA, DISABLED)),
        ("claude-sonnet-5-5", None, Manner(SCHEMA, NONE, LOW)),
        ("claude-sonnet-5-5", capabilities("claude-sonnet-5-5"), Manner(SCHEMA, BETWEEN)),
        ("claude-opus-5-5", capabilities("claude-opus-5-5"), Manner(SCHEMA, NONE, LOW)),
        ("claude-fable-5-2", {"structured_outputs": {"supported": True}}, Manner(SCHEMA, NONE, LOW)),
        ("claude-opus-4-8", None, Manner(SCHEMA)),
        ("claude-haiku-4-5-20251001", None, Manner(SCHEMA)),
        ("us.anthropic.claude-opus-4-20250514-v1:0", None, Manner(TOOL)),
        ("claude-3-5-haiku-latest", None, Manner(TOOL)),
        ("claude-haiku-5-5", capabilities("claude-3-5-haiku"), Manner(TOOL)),
        ("another", "nonsense", Manner(TOOL)),
    ],
)
def test_a_models_form_by_its_id_and_by_its_capabilities(name: str, told: object, manner: Manner) -> None:
    assert able(name, told) == manner
    assert usual(name) == able(name, None)


def test_a_schema_is_closed_and_without_bounds_for_structured_outputs() -> None:
    bounded = {"type": "string", "minLength": 1, "enum": ["a"], "title": "T"}
    schema = {
        "type": "object",
        "properties": {"minimum": bounded, "rows": {"type": "array", "maxItems": 3, "items": {"type": "object"}}},
        "required": ["rows"],
    }
    assert strict(schema) == {
        "type": "object",
        "properties": {
            "minimum": {"type": "string", "enum": ["a"]},
            "rows": {"type": "array", "items": {"type": "object", "properties": {}, "additionalProperties": False}},
        },
        "required": ["rows"],
        "additionalProperties": False,
    }


# --- thinking ---


def test_thinking_is_passed_over_and_paid(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(server: MessagesServer) -> None:
        server.queues["messages"].append(thought({"findings": []}, "claude-opus-5-5"))
        reply, meter = await asked(replace(CALL, model="opus"))
        assert isinstance(reply, Reply)
        assert reply.data == {"findings": []}
        assert meter.usage.usd == pytest.approx((100 * 4 + 40 * 20 + 30 * 0.2 + 20 * 5) / 1e6)

    played(monkeypatch, story)


@pytest.mark.parametrize(("said", "told"), [(None, "on thinking"), ({"findings": []}, "cut off")])
def test_an_answer_that_was_cut_off_says_by_what(said: object, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(server: MessagesServer) -> None:
        server.queues["messages"].append(thought(said, "claude-opus-5-5", stop="max_tokens"))
        failed, _ = await asked(CALL)
        assert isinstance(failed, TooLargeError)
        assert told in str(failed)

    played(monkeypatch, story)


# --- what is wrong for every call ---


async def run(server: MessagesServer, parts: int = 6, **options: Any) -> tuple[LeafError | int, Engine]:
    """How many parts of a text were read, or the error that ended it; many workers."""
    engine = Engine(MessagesLeaf(), RunOptions(**options))
    documents = [Document(f"d{n}", f"the sources {n}") for n in range(parts)]
    async with engine:
        try:
            reads = await engine.map("What?", [p for d in documents for p in partition([d], 100)])
        except LeafError as e:
            return e, engine
    return sum(not read.gaps for read in reads), engine


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        (404, "not_found_error", "model: claude-haiku-5-5"),
        (400, "invalid_request_error", "sources: Extra inputs are not permitted"),
        (400, "invalid_request_error", "The model claude-haiku-5-5 was retired on 1 May 2029."),
        (400, "invalid_request_error", "max_tokens: 4096 > 2048, which is the maximum allowed number of output tokens"),
        (400, "invalid_request_error", "Your credit balance is too low"),
        (401, "authentication_error", "bad"),
        (422, "invalid_request_error", "odd"),
    ],
)
def test_what_is_wrong_for_every_call_ends_the_run_after_one(
    status: int, kind: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(server: MessagesServer) -> None:
        server.asks = lambda seen: error(status, kind, said)
        ended, engine = await run(server)
        assert isinstance(ended, SetupError)
        assert said in str(ended)
        assert any(word in str(ended) for word in ("--model", "ANTHROPIC_API_KEY"))
        assert len(bodies(server)) == engine.budget.calls == 1
        assert engine.budget.spent == Usage()

    played(monkeypatch, story)


@pytest.mark.parametrize(
    ("said", "split"),
    [
        ("prompt is too long: 210000 tokens > 200000 maximum", True),
        ("Your input exceeds the context window of this model.", True),
        ("input length and `max_tokens` exceed context limit: 9 + 9 > 10", True),
        ("This model supports a maximum of 200000 input tokens, got 210000", True),
        ("Output blocked by content filtering policy", False),
    ],
)
def test_what_is_wrong_with_one_part_is_told_of_that_part(
    said: str, split: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(server: MessagesServer) -> None:
        def answer(seen: Any) -> Any:
            hit = "sources 0" in json.dumps(seen.body)
            return error(400, "invalid_request_error", said) if hit else None

        server.asks = answer
        read, _ = await run(server, depth=0)
        assert read == 5
        failed, _ = await asked(replace(CALL, body="the sources 0"))
        assert isinstance(failed, TooLargeError if split else RefusedError)

    played(monkeypatch, story)


def test_an_odd_refusal_after_good_answers_is_one_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(server: MessagesServer) -> None:
        def answer(seen: Any) -> Any:
            return error(400, "invalid_request_error", "odd") if "sources 5" in json.dumps(seen.body) else None

        server.asks = answer
        read, _ = await run(server, workers=1)
        assert read == 5

    played(monkeypatch, story)


@pytest.mark.parametrize(
    ("play", "told"),
    [
        (error(429, "rate_limit_error", "too many", {"retry-after": "7200"}), "the limit ends: 20"),
        (error(400, "invalid_request_error", "You have reached your specified API usage limits. You will regain access "
               "on 2027-01-01 at 00:00 UTC."), "the limit ends: 2027-01-01 at 00:00 UTC"),
        (error(403, "permission_error", "The monthly limit of this workspace is reached"), "nobody says when"),
    ],
)  # fmt: skip
def test_a_limit_that_outlasts_the_run_ends_it_and_says_when_it_ends(
    play: Any, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(server: MessagesServer) -> None:
        server.asks = lambda seen: play
        ended, _ = await run(server)
        assert isinstance(ended, UsageLimitError)
        assert told in str(ended)
        assert "what was read is remembered" in str(ended)
        assert len(bodies(server)) == 1

    played(monkeypatch, story)


@pytest.mark.parametrize(("begins", "sent"), [(True, 4), (False, 1)], ids=["at work", "silent"])
def test_the_first_call_goes_ahead_until_the_model_is_at_work(
    begins: bool, sent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(server: MessagesServer) -> None:
        server.queues["messages"].append(sse(*([start()] if begins else []), then="hang"))
        engine = Engine(MessagesLeaf(), RunOptions())
        sender = engine.caller.sender
        tasks = [asyncio.ensure_future(sender.send(f"{n}", replace(CALL, body=f"part {n}"))) for n in range(4)]
        while len(bodies(server)) < sent:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.3)
        assert len(bodies(server)) == sent
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await engine.leaf.close()

    played(monkeypatch, story)


# --- batches ---


def test_a_batch_asks_todays_model_in_its_form_and_finds_that_out_free_of_charge(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def story(server: MessagesServer) -> None:
        server.models = [listed("claude-haiku-5-5"), listed("claude-haiku-4-5", "2025-10-15T00:00:00Z")]
        server.queues["count"].append(error(400, "invalid_request_error", "output_config.format: not permitted"))
        leaf = BatchLeaf(gather=0.02, first=0.01, longest=0.05)
        meters = [Meter(), Meter()]
        calls = [replace(CALL, body=f"text {n}") for n in range(2)]
        replies = await asyncio.gather(*(leaf.call(c, 1, m) for c, m in zip(calls, meters, strict=True)))
        assert [r.data["asked"] for r in replies] == ["text 0", "text 1"]
        (created,) = server.asked("create")
        params = [row["params"] for row in created.body["requests"]]
        assert params == [wire.request(c, "claude-haiku-5-5", Manner(TOOL, DISABLED)) for c in calls]
        await leaf.close()

    played(monkeypatch, story)


def test_a_batch_whose_rows_are_refused_for_their_form_is_asked_again_in_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def story(server: MessagesServer) -> None:
        server.queues["count"].append(error(404, "not_found_error", "no counting here"))
        good = server.result
        fault = {"type": "invalid_request_error", "message": "output_config.format: Extra inputs are not permitted"}

        def result(params: Any) -> dict[str, Any]:
            return {"type": "errored", "error": fault} if "format" in params.get("output_config", {}) else good(params)

        server.result = result
        engine = Engine(BatchLeaf(gather=0.02, first=0.01, longest=0.05), RunOptions())
        sender = engine.caller.sender
        assert isinstance((await sender.send("key", CALL)).data, dict)
        assert [len(b.rows) for b in server.batches] == [1, 1]
        await sender.leaf.close()

    played(monkeypatch, story)


# --- prices ---


def test_a_cap_counts_the_price_of_the_model_that_the_server_has(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where `haiku` is the older one, ten times as dear, no more is asked than the cap allows."""

    async def story(server: MessagesServer) -> None:
        server.models = [listed("claude-haiku-4-5")]
        server.asks = lambda seen: thought({"findings": []}, "claude-haiku-4-5")
        engine = Engine(MessagesLeaf(), RunOptions())
        assert engine.options.price("haiku") == price_of("claude-haiku-5-5")
        await engine.caller.sender.send("key", CALL)
        assert engine.caller.sender.prices.of("haiku") == price_of("claude-haiku-4-5")
        await engine.leaf.close()

    played(monkeypatch, story)


def test_the_leaves_that_have_models_of_their_own_say_so() -> None:
    assert isinstance(MessagesLeaf(), NamingLeaf)
    assert isinstance(BatchLeaf(), NamingLeaf)
