"""What the newest models answer to a request: refusals of whatever they do not take, else a good answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from kits.messages_server import Play, Seen, delta, error, sse, start, whole

TAKEN = {
    "model", "max_tokens", "messages", "stream", "system", "output_config", "thinking", "tools", "tool_choice",
    "metadata", "stop_sequences", "temperature", "top_k", "top_p",
}  # fmt: skip
# model -> (answers by a schema, takes a forced tool, values of `thinking.type`, knows effort)
ABILITIES: dict[str, tuple[bool, bool, frozenset[str], bool]] = {
    "claude-haiku-5-5": (True, True, frozenset({"adaptive", "disabled"}), True),
    "claude-sonnet-5-5": (True, False, frozenset({"adaptive", "between_tools"}), True),
    "claude-opus-5-5": (True, False, frozenset({"adaptive"}), True),
    "claude-opus-5": (True, True, frozenset({"adaptive", "disabled"}), True),
    "claude-haiku-4-5": (True, True, frozenset({"enabled", "disabled"}), False),
    "claude-3-5-haiku": (False, True, frozenset(), False),
}
BOUNDS = ("minLength", "maxLength", "minimum", "maximum", "maxItems", "pattern")


def capabilities(model: str) -> dict[str, Any]:
    """What the list of models tells of one."""
    structured, _, thinking, effort = ABILITIES[model]
    types = {kind: {"supported": kind in thinking} for kind in ("adaptive", "enabled", "disabled", "between_tools")}
    return {
        "structured_outputs": {"supported": structured},
        "thinking": {"supported": bool(thinking), "types": types},
        "effort": {"supported": effort, "low": {"supported": effort}},
    }


def newest(seen: Seen) -> Play:
    """The answer of a server that has these models and no others."""
    body, model = seen.body, str(seen.body.get("model"))
    if model not in ABILITIES:
        return error(404, "not_found_error", f"model: {model}")
    if wrong := refusal(body, model):
        return error(400, "invalid_request_error", wrong)
    if not body.get("stream"):
        return whole({"input_tokens": 123})
    thinks = body.get("thinking", {}).get("type") not in ("disabled", "between_tools") and model != "claude-3-5-haiku"
    return thought({"findings": []}, model, tool="tools" in body, thinks=thinks)


def refusal(body: Mapping[str, Any], model: str) -> str:
    """What is wrong with a request for this model, "" for nothing."""
    structured, forced, thinking, effort = ABILITIES[model]
    if unknown := sorted(set(body) - TAKEN):
        return f"{unknown[0]}: Extra inputs are not permitted"
    kind = body.get("thinking", {}).get("type", "")
    if kind and kind not in thinking:
        return (
            f'"thinking.type.{kind}" is not supported for this model. Use "thinking.type.adaptive" and '
            '"output_config.effort" to control thinking behavior.'
        )
    if body.get("tool_choice", {}).get("type") in ("tool", "any") and not forced:
        return "tool_choice: forced tool use is not supported for this model"
    config = body.get("output_config", {})
    if config and not structured and not effort:
        return "output_config: Extra inputs are not permitted"
    if "effort" in config and not effort:
        return "output_config.effort: this model does not support the effort parameter"
    if "format" in config and not structured:
        return "output_config.format: Extra inputs are not permitted"
    return _schema_fault(config["format"]["schema"]) if "format" in config else ""


def _schema_fault(schema: object) -> str:
    if isinstance(schema, list):
        return next((fault for item in schema if (fault := _schema_fault(item))), "")
    if not isinstance(schema, dict):
        return ""
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        return "output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false"
    if bounds := [b for b in BOUNDS if b in schema]:
        return f"output_config.format.schema: property '{bounds[0]}' is not supported"
    return _schema_fault(list(schema.values()))


def thought(data: object, model: str, *, tool: bool = False, thinks: bool = True, stop: str = "") -> Play:
    """A stream that begins with thinking and ends with the answer, as text or as a tool's input; None: with nothing."""
    head = start()
    head["message"]["model"] = model
    events: list[dict[str, Any]] = [head]
    if thinks:
        events += _block(0, {"type": "thinking", "thinking": "", "signature": ""}, "thinking", '{"findings": [1]}')
        events[-1:-1] = [{"type": "content_block_delta", "index": 0, "delta": _delta("signature", "c2ln")}]
    if data is not None and tool:
        block = {"type": "tool_use", "id": "toolu_1", "name": "report", "input": {}}
        events += _block(1, block, "partial_json", json.dumps(data), "input_json_delta")
    elif data is not None:
        events += _block(1, {"type": "text", "text": ""}, "text", json.dumps(data))
    return sse(*events, delta(stop or ("tool_use" if tool else "end_turn")), {"type": "message_stop"})


def _block(at: int, block: dict[str, Any], field: str, text: str, kind: str = "") -> list[dict[str, Any]]:
    pieces = [text[i : i + 9] for i in range(0, len(text), 9)]
    return [
        {"type": "content_block_start", "index": at, "content_block": block},
        *({"type": "content_block_delta", "index": at, "delta": _delta(field, p, kind)} for p in pieces),
        {"type": "content_block_stop", "index": at},
    ]


def _delta(field: str, piece: str, kind: str = "") -> dict[str, str]:
    return {"type": kind or f"{field}_delta", field: piece}
