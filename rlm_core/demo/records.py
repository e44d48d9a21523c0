"""Writes transcript records as Claude Code 2.1.330 does: one content block a line, usage that adds up."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from rlm_core.demo.script import Think, ToolCall
from rlm_core.tokens import estimate

MODEL = "claude-opus-5-5"
VERSION = "2.1.330"
BASE_TOKENS = 21_400  # system prompt, tools and instructions, before anybody has said anything
BASH_CHARS = 30_000  # above this the client moves an output to a file of its own
PREVIEW_CHARS = 2_000
NAMESPACE = UUID("7b1f0c5e-52a5-4d0c-9f5e-5d0a6f0d1d2a")

Json = dict[str, Any]


def stable_id(name: str) -> str:
    """A uuid that is the same in every run."""
    return str(uuid5(NAMESPACE, name))


class Clock:
    """The session's time: set to `16 09:02`, it moves on by a few seconds with each record."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 16, 9, tzinfo=timezone.utc)

    def set(self, when: str) -> None:
        """A time that is past already leaves the clock as it is."""
        self._now = max(self._now, datetime.strptime(f"2026-11-{when}+0000", "%Y-%m-%d %H:%M%z"))

    def tick(self, milliseconds: int) -> str:
        self._now += timedelta(milliseconds=milliseconds)
        return self._now.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Transcript:
    """A transcript file that grows. used: tokens in the context, as the next `usage` will say."""

    def __init__(self, path: Path, session: str, cwd: str, clock: Clock, agent: str = "") -> None:
        self.path = path
        self.session = session
        self.used = BASE_TOKENS
        self.last = ""  # the uuid of the last record of the conversation
        self._cwd, self._clock, self._agent = cwd, clock, agent
        self._count = self._calls = 0
        self._prompt = ""
        path.parent.mkdir(parents=True, exist_ok=True)

    def prompt(self, text: str, prompt_id: str) -> None:
        """What the user types; for a sub-agent what it was told to do."""
        self._prompt = prompt_id
        self.used += estimate(text)
        self._write(self._user([{"type": "text", "text": text}]) | {"promptSource": "typed"})

    def answer(self, blocks: list[str | Think | ToolCall], *, last: bool) -> None:
        """One response: its lines share message id and usage and are written together."""
        content = [self._block(b) for b in blocks]
        said = estimate(json.dumps(content, ensure_ascii=False))
        message = {
            "id": f"msg_demo{self._count:06d}",
            "type": "message",
            "role": "assistant",
            "model": MODEL,
            "stop_reason": "end_turn" if last else "tool_use",
            "stop_sequence": None,
            "usage": self._usage(said),
        }
        self._write(
            *(
                {
                    "type": "assistant",
                    "message": {**message, "content": [block]},
                    "requestId": f"req_demo{self._count:06d}",
                }
                for block in content
            )
        )
        self.used += said

    def result(self, call: ToolCall) -> None:
        """What a tool gave back; a long output of Bash goes to a file beside, as the client does it."""
        shown, full = call.output, {"stdout": call.output, "stderr": "", "interrupted": False}
        kept = shown
        if call.tool == "Bash" and len(shown) > BASH_CHARS:
            kept = shown[:PREVIEW_CHARS]
            shown, full = self._persisted(shown)
        self.used += estimate(kept)  # without the file's path, which is another in every run
        block = {"tool_use_id": self._call_id(), "type": "tool_result", "content": shown, "is_error": call.failed}
        self._write(self._user([block]) | {"toolUseResult": full, "sourceToolAssistantUUID": self.last})

    def compacted(self, trigger: str, summary: str) -> None:
        """The boundary and the summary; the context starts anew behind them."""
        before = self.used
        self.used = BASE_TOKENS + estimate(summary) + 900
        cut = {"trigger": trigger, "preTokens": before, "postTokens": self.used, "durationMs": 41_730}
        boundary = {
            "type": "system",
            "subtype": "compact_boundary",
            "content": "Conversation compacted",
            "level": "info",
        }
        text = (
            "This session is being continued from a previous conversation that ran out of context. The summary "
            f"below covers the earlier portion of the conversation.\n\nSummary:\n{summary}"
        )
        self._write(
            boundary | {"level": "info", "logicalParentUuid": self.last, "compactMetadata": cut},
            self._user(text) | {"isCompactSummary": True, "isVisibleInTranscriptOnly": True},
        )

    def command(self, name: str) -> None:
        """A slash command that the client runs itself."""
        caveat = "<local-command-caveat>The command below was run directly in Claude Code.</local-command-caveat>"
        typed = f"<command-name>/{name}</command-name>\n<command-message>{name}</command-message>"
        self._write(self._user(caveat) | {"isMeta": True}, self._user(f"{typed}\n<command-args></command-args>"))

    def note(self, kind: str, **fields: Any) -> None:
        """A line of the client's own, outside the conversation."""
        self._append([{"type": kind, **fields, "sessionId": self.session}])

    def _user(self, content: str | list[Json]) -> Json:
        return {"type": "user", "promptId": self._prompt, "message": {"role": "user", "content": content}}

    def _block(self, block: str | Think | ToolCall) -> Json:
        if isinstance(block, str):
            return {"type": "text", "text": block}
        if isinstance(block, Think):
            return {"type": "thinking", "thinking": block.text, "signature": "ZGVtbw=="}
        self._calls += 1
        return {"type": "tool_use", "id": self._call_id(), "name": block.tool, "input": block.given}

    def _call_id(self) -> str:
        """The newest call's; a response makes at most one."""
        return f"toolu_demo{self._agent[:2]}{self._calls:06d}"

    def _usage(self, said: int) -> Json:
        return {
            "input_tokens": 4,
            "cache_creation_input_tokens": min(1_200, self.used),
            "cache_read_input_tokens": max(self.used - 1_204, 0),
            "output_tokens": said,
            "service_tier": "standard",
        }

    def _persisted(self, output: str) -> tuple[str, Json]:
        path = self.path.with_suffix("") / "tool-results" / f"b{self._count:06d}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(output, encoding="utf-8")
        shown = (
            f"<persisted-output>\nOutput too large ({len(output) / 1024:.1f}KB). Full output saved to: {path}\n\n"
            f"Preview (first 2KB):\n{output[:PREVIEW_CHARS]}\n...\n</persisted-output>"
        )
        full = {"stdout": output[:BASH_CHARS], "persistedOutputPath": str(path), "persistedOutputSize": len(output)}
        return shown, full

    def _write(self, *records: Json) -> None:
        lines = []
        for record in records:
            self._count += 1
            boundary = record.get("subtype") == "compact_boundary"
            head: Json = {"parentUuid": None if boundary else self.last or None, "isSidechain": bool(self._agent)}
            if self._agent:
                head["agentId"] = self._agent
            self.last = stable_id(f"{self.session}{self._agent}/{self._count}")
            tail = {"uuid": self.last, "timestamp": self._clock.tick(1_700 + self._count * 379 % 6_000)}
            where = {"userType": "external", "entrypoint": "cli", "cwd": self._cwd, "sessionId": self.session}
            lines.append({**head, **record, **tail, **where, "version": VERSION, "gitBranch": "main"})
        self._append(lines)

    def _append(self, records: list[Json]) -> None:
        text = "".join(json.dumps(r, ensure_ascii=False, separators=(",", ":")) + "\n" for r in records)
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(text)
