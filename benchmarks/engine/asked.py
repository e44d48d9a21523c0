"""What a request asks for, whichever API it came by, and what its texts count.

A token is four bytes of UTF-8, begun ones counted: neither the estimate of `rlm_core` nor a real model's tokens, so
that an engine that only estimates is told apart from one that reads its bill.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rlm_core.engine import prompts

BYTES = 4
KINDS = {
    prompts.LEAF_SYSTEM: "leaf",
    prompts.ALONE_SYSTEM: "leaf",
    prompts.REDUCE_SYSTEM: "reduce",
    prompts.CONDENSE_SYSTEM: "condense",
    prompts.PAIRS_SYSTEM: "pairs",
    prompts.VERIFY_SYSTEM: "verify",
}
QUESTION = "<question>"


def tokens(*texts: str) -> int:
    """Tokens of the texts, each rounded up."""
    return sum(-(-len(text.encode("utf-8", "replace")) // BYTES) for text in texts)


@dataclass(frozen=True)
class Asked:
    """A request. user: the last message of the user. tool: the tool that has to be called, "" for none."""

    system: str
    user: str
    input: int
    model: str
    tool: str = ""
    max_output: int = 1_000_000
    stream: bool = False

    @property
    def kind(self) -> str:
        """leaf, reduce, condense, pairs, verify; `root` is the model that writes a peer's program."""
        asks = "leaf" if self.user.lstrip().startswith(QUESTION) else "root"
        return KINDS.get(self.system, asks)

    @property
    def plain(self) -> bool:
        """Whether it comes from an engine whose leaves answer in plain text."""
        return self.system not in KINDS

    @property
    def alone(self) -> bool:
        """Whether a leaf is asked for the answer too, since it reads everything."""
        return self.system == prompts.ALONE_SYSTEM

    @property
    def digest(self) -> str:
        """The same for the same texts to the same model."""
        return hashlib.sha256(f"{self.model}\0{self.system}\0{self.user}".encode("utf-8", "replace")).hexdigest()[:16]


def from_messages(body: Mapping[str, Any]) -> Asked:
    """A request to the Messages API."""
    system, messages = _text(body.get("system", "")), body.get("messages", [])
    tools = body.get("tools") or []
    counted = [system, *(_text(m.get("content", "")) for m in messages), *(json.dumps(t) for t in tools)]
    return Asked(
        system,
        _last(messages),
        tokens(*counted),
        str(body.get("model", "")),
        str(tools[0]["name"]) if tools else "",
        int(body.get("max_tokens", 1_000_000)),
        body.get("stream") is True,
    )


def from_completions(body: Mapping[str, Any]) -> Asked:
    """A request to an API in OpenAI's form."""
    messages = body.get("messages", [])
    system = "\n".join(_text(m["content"]) for m in messages if m["role"] in ("system", "developer"))
    counted = tokens(*(_text(m.get("content") or "") for m in messages))
    return Asked(system, _last(messages), counted, str(body.get("model", "")))


def _last(messages: Sequence[Mapping[str, Any]]) -> str:
    return next((_text(m.get("content") or "") for m in reversed(messages) if m["role"] == "user"), "")


def _text(content: str | Sequence[Mapping[str, Any]]) -> str:
    """A message's text, of blocks their texts joined."""
    return content if isinstance(content, str) else "".join(str(block.get("text", "")) for block in content)
