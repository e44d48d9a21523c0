"""How full the model's context is, from the `usage` that the transcript itself records."""

from __future__ import annotations

import os

from rlm_core.disk import opened
from rlm_core.transcript.lines import parse_line

TAIL = 512 * 1024  # bytes of the transcript's end that are looked at; the newest usage stands in them
DEFAULT_WINDOW = 200_000
LARGE_WINDOW = 1_000_000
LARGE_MODELS = ("claude-sonnet-5", "claude-opus-4-7", "claude-opus-4-8", "claude-fable-5")


def context_used(path: str) -> tuple[int, str]:
    """(tokens in the context, model) at the newest answer since the last compaction; (0, "") if none.

    As Claude Code counts: input, cache reads and writes, and output of the newest assistant record.
    Synthetic records and the copies in a forked transcript have a usage of zero and do not count.
    """
    for line in reversed(_tail_lines(path)):
        if b'"compact_boundary"' in line:
            record = parse_line(line)
            if record and record.get("subtype") == "compact_boundary":
                return 0, ""
        if b'"usage"' not in line or b'"assistant"' not in line:
            continue
        record = parse_line(line)
        message = record.get("message") if record else None
        if not isinstance(message, dict) or record is None or record.get("type") != "assistant":
            continue
        if record.get("isSidechain"):
            continue
        used = _tokens(message.get("usage"))
        if used:
            return used, str(message.get("model") or "")
    return 0, ""


def _tail_lines(path: str) -> list[bytes]:
    try:
        with opened(path, follow=True) as f:
            size = os.fstat(f.fileno()).st_size
            f.seek(max(0, size - TAIL))
            lines = f.read().split(b"\n")
    except OSError:
        return []
    return lines[1:] if size > TAIL else lines


def _tokens(usage: object) -> int:
    if not isinstance(usage, dict):
        return 0
    keys = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "output_tokens")
    return sum(n for k in keys if isinstance(n := usage.get(k), int))


def window_of(model: str, used: int, configured: int = 0) -> int:
    """The model's context window in tokens: as configured, else from the model's name.

    1M models have it on Anthropic's own API only; whoever holds more than 200K has a larger one.
    """
    if configured:
        return configured
    if used > DEFAULT_WINDOW or "[1m]" in model:
        return LARGE_WINDOW
    host = os.environ.get("ANTHROPIC_BASE_URL", "")
    own_api = not host or "api.anthropic.com" in host
    held_down = os.environ.get("CLAUDE_CODE_DISABLE_1M_CONTEXT") == "1"
    if own_api and not held_down and model.startswith(LARGE_MODELS):
        return LARGE_WINDOW
    return DEFAULT_WINDOW
