"""The weak reader: answers requests to the Messages API about one world, and errs as told.

It finds its way by the world's own lines in a request's texts and by the JSON Schema that is asked for, so that it
knows nothing of how prompts are worded or fenced.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from benchmarks.engine.asked import tokens
from benchmarks.readers.items import Item, Seen, true_items
from benchmarks.readers.modes import RIGHT, Mode
from benchmarks.readers.world import Line, World, present

ROW = re.compile(r"^\s*\[?(\d{1,4})[\].):] (.*)$", re.MULTILINE)
TIMES = re.compile(r"[:(]\s*\d+\)?\s*$")  # how often a label was found, behind it
CHARS_PER_TOKEN = 4


@dataclass
class Reader:
    """One reader of one world. modes, share: with that probability a call errs, in one of the modes.

    turned: the share of verdicts that are turned round. calls, input, output: requests and tokens. reported: the facts
    that it told in whatever form. planted: the false items of what it said last about the same lines. told: all that it
    ever said.
    """

    world: World
    modes: Sequence[Mode] = ()
    share: float = 0.0
    turned: float = 0.0
    calls: int = 0
    input: int = 0
    output: int = 0
    erred: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    told: list[Item] = field(default_factory=list)
    _last: dict[str, list[Item]] = field(default_factory=dict)
    _asked: Counter[str] = field(default_factory=Counter)

    @property
    def reported(self) -> set[Line]:
        return {i.line for i in self.told if i.line and not i.line.trap and not i.false}

    @property
    def planted(self) -> list[Item]:
        return [i for items in self._last.values() for i in items if self.is_false(i)]

    def is_false(self, item: Item) -> bool:
        """Whether an item says what is not so, by its claim or by its value."""
        return item.false or item.line is None or not self.world.accepts(item.line, item.value)

    def answer(self, body: Mapping[str, Any]) -> tuple[str, str, int, int]:
        """(text, why it ends, tokens of the request, tokens of the answer) to a request."""
        texts = [_text(body.get("system", "")), *(_text(m.get("content", "")) for m in body.get("messages", ()))]
        schema = schema_of(body)
        prompt = "\n".join(texts)
        text, end = self._said(prompt, schema), "end_turn"
        room = int(body.get("max_tokens", 4096)) * CHARS_PER_TOKEN
        if len(text) > room:
            text, end = text[:room], "max_tokens"
        used = tokens(prompt, json.dumps(schema)), tokens(text)
        self.calls += 1
        self.input += used[0]
        self.output += used[1]
        return text, end, *used

    def _said(self, prompt: str, schema: Mapping[str, Any]) -> str:
        wanted = {*schema.get("properties", {})}
        kind = next((k for k in ("findings", "verdicts", "keep", "groups", "answer") if k in wanted), "other")
        self.kinds[kind] += 1
        match kind:
            case "findings":
                return self._leaf(prompt, alone="answer" in wanted)
            case "verdicts":
                return json.dumps({"verdicts": [*self._verdicts(prompt)]}, ensure_ascii=False)
            case "keep":
                return json.dumps({"keep": [int(n) for n, _ in ROW.findall(prompt)]})
            case "groups":
                return json.dumps({"groups": self._same(prompt)})
            case "answer":
                return json.dumps({"answer": self._written(prompt)}, ensure_ascii=False)
            case _:
                return json.dumps(self._filled(schema), ensure_ascii=False)

    def _leaf(self, prompt: str, *, alone: bool) -> str:
        if not self._is_asked(prompt):  # a control question: this reader knows no other
            return json.dumps({"findings": [], **({"answer": ""} if alone else {})})
        name = " ".join(sorted(f"{x.location}:{x.number}" for x in present(self.world.facts, prompt)))
        random = Random(f"{self.world.seed} {self.world.question} {name} {self._asked[name]}")
        self._asked[name] += 1
        seen = Seen.of(self.world, prompt, random)
        right = true_items(seen)
        mode, found = self._drawn(right, seen)
        more = {"answer": _answer(found)} if alone else {}
        text = mode.write(found, seen, more)
        self.erred += mode is not RIGHT
        self._last[name] = [] if mode.silent else found
        self.told += self._last[name]
        return text

    def _is_asked(self, prompt: str) -> bool:
        """Whether a prompt asks the world's question, which stands in its texts as well."""
        within = sum(prompt.count(row) for row in self.world.asked_rows())
        return prompt.count(self.world.question) > within

    def _drawn(self, right: list[Item], seen: Seen) -> tuple[Mode, list[Item]]:
        """The mode of a call, and its items; of the modes one that makes a difference to what is asked here."""
        if self.modes and seen.random.random() < self.share:
            for mode in seen.random.sample(self.modes, len(self.modes)):
                found = mode.change(right, seen)
                if found != right or mode.write is not RIGHT.write:
                    return mode, found
        return RIGHT, right

    def _verdicts(self, prompt: str) -> Sequence[dict[str, Any]]:
        known = [*self.told]
        verdicts = []
        for number, row in ROW.findall(prompt):
            plain = " ".join(row.split())
            found = [i for i in known if i.claim and " ".join(i.claim.split()) in plain]
            found = found or [i for i in known if " ".join(i.quote.split()) in plain]
            item = max(found, key=lambda i: len(i.claim), default=None)
            if item is None:
                continue
            true = not self.is_false(item) and item.line is not None
            errs = Random(f"{self.world.seed} {plain} {len(prompt)}").random() < self.turned
            quote = item.line.quote if item.line else item.quote
            verdicts.append({"number": int(number), "supported": true != errs, "quote": quote})
        return verdicts

    def _same(self, prompt: str) -> list[list[int]]:
        """The numbers of rows with labels that mean the same, two or more in a group."""
        rows = [(int(n), TIMES.sub("", row)) for n, row in ROW.findall(prompt)]
        groups = [[n for n, row in rows if row and self.world.is_label(row, own)] for own in self.world.labels]
        return [group for group in groups if len(group) > 1]

    def _written(self, prompt: str) -> str:
        """An answer from numbered rows: what each claims, or the line that it shows."""
        lines = [*self.world.facts, *self.world.traps]
        said = sorted({i.claim for i in self.told if i.claim} | {x.quote for x in lines}, key=lambda t: (-len(t), t))
        rows = [(n, next((c for c in said if c in row), "")) for n, row in ROW.findall(prompt)]
        return "\n".join(f"{claim} [{n}]" for n, claim in rows if claim) or "Nothing was found."

    def _filled(self, schema: Mapping[str, Any]) -> Any:
        """Something of a form that this reader does not know: labels where texts are asked for."""
        match schema.get("type"):
            case "object":
                return {k: self._filled(v) for k, v in schema.get("properties", {}).items()}
            case "array":
                return [*self.world.labels] if schema.get("items", {}).get("type") == "string" else []
            case "boolean":
                return False
            case "integer" | "number":
                return 0
            case _:
                kinds = schema.get("enum") or [""]
                return self.world.kind if self.world.kind in kinds else kinds[0]


def _answer(found: Sequence[Item]) -> str:
    return "\n".join(f"{i.claim} {i.value} [{n}]" for n, i in enumerate(found, 1)) or "Nothing was found."


def schema_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON Schema that a request asks for: by a tool, by structured outputs, or by words in the prompt."""
    for tool in body.get("tools") or ():
        return dict(tool.get("input_schema") or {})
    wanted = (body.get("output_config") or {}).get("format") or body.get("output_format") or {}
    if wanted.get("schema"):
        return dict(wanted["schema"])
    said = _text(body.get("system", "")) + "".join(_text(m.get("content", "")) for m in body.get("messages", ()))
    names = [n for n in ("findings", "verdicts", "keep", "answer") if f'"{n}"' in said]
    return {"type": "object", "properties": {n: {} for n in names[:1]}}


def _text(content: Any) -> str:
    return content if isinstance(content, str) else "\n".join(str(block.get("text", "")) for block in content)
