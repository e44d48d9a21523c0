"""How a model wants to be asked for JSON, and how it is kept from thinking at length about a quote.

Models differ, and a request that one of them takes is refused by another with status 400: the newest three take no
forced tool, older ones no structured outputs; some cannot stop thinking, others do not know the word. What the server
says of a model's capabilities decides, else the version in its id, else what it refuses.

platform.claude.com/docs: build-with-claude/structured-outputs, build-with-claude/thinking, models/*/overview (read on
30 November 2026).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

SCHEMA, TOOL, WORDS = "schema", "tool", "words"  # structured outputs; a forced tool; the schema in the system prompt
NONE, DISABLED, BETWEEN = "", "disabled", "between_tools"  # `thinking.type`; NONE: the field is left out
LOW = "low"
_AFTER = {SCHEMA: TOOL, TOOL: WORDS}  # what is tried when a form of the answer is refused
_VERSION = re.compile(r"claude-([a-z]+)-(\d{1,2})(?:-(\d{1,2}))?(?!\d)")
_CHOICES = {"answer": (SCHEMA, TOOL, WORDS), "thinking": (NONE, DISABLED, BETWEEN), "effort": ("", LOW)}

# What a refusal says of the parts of a request, in the words of the API; the part that is named first is at fault.
_THINKING = re.compile(r"\bthinking\b", re.I)
_EFFORT = re.compile(r"\beffort\b", re.I)
_OUTPUT_CONFIG = re.compile(r"\boutput_config\b(?!\.\w)", re.I)
_FORMAT = re.compile(
    r"output_config\.format|output_format|json.schema|structured.outputs?|\bschema\b|\bgrammar\b|\bformat\b", re.I
)
_TOOL = re.compile(r"\btool_choice\b|\btools?\b|\binput_schema\b", re.I)

# A schema for structured outputs: https://platform.claude.com/docs/en/build-with-claude/structured-outputs
_TAKEN = frozenset(
    {"type", "properties", "required", "items", "enum", "const", "anyOf", "allOf", "$ref", "$defs", "description"}
)
_MAPS = ("properties", "$defs")


@dataclass(frozen=True)
class Manner:
    """answer: one of SCHEMA, TOOL, WORDS. thinking: `thinking.type`, or NONE. effort: LOW, or "" for the usual one."""

    answer: str = SCHEMA
    thinking: str = NONE
    effort: str = ""

    @property
    def thinks(self) -> bool:
        """Whether the model may think, which its answer's limit must have room for: low effort is no promise."""
        return self.effort == LOW or self.thinking == BETWEEN

    def fields(self, schema: Mapping[str, Any], tool: str) -> dict[str, Any]:
        """The fields of a request, beside its texts. tool: the name of the one that is forced."""
        config: dict[str, Any] = {"effort": self.effort} if self.effort else {}
        fields: dict[str, Any] = {"thinking": {"type": self.thinking}} if self.thinking else {}
        if self.answer == SCHEMA:
            config["format"] = {"type": "json_schema", "schema": strict(schema)}
        elif self.answer == TOOL:
            fields["tools"] = [{"name": tool, "description": "Give your answer.", "input_schema": dict(schema)}]
            fields["tool_choice"] = {"type": "tool", "name": tool}
        return {**fields, "output_config": config} if config else fields

    def after(self, said: str) -> Manner | None:
        """What to try after the server refused this one with these words; None when they are about nothing of it."""
        places = {change: m.start() for change, words in self._changes(said) if (m := words.search(said))}
        return min(places, key=lambda change: places[change]) if places else None

    def _changes(self, said: str) -> list[tuple[Manner, re.Pattern[str]]]:
        """What to try, and the words that ask for it; only parts that were sent can be at fault."""
        changes = []
        other = replace(self, answer=_AFTER.get(self.answer, self.answer))
        if self.thinking:
            turned = BETWEEN if BETWEEN in said and self.thinking != BETWEEN else NONE
            changes.append((replace(self, thinking=turned, effort="" if turned else LOW), _THINKING))
        if self.effort:
            changes.append((replace(self, effort=""), _EFFORT))
        if self.answer == SCHEMA:
            changes.append((other, _FORMAT))
            changes.append((replace(other, effort=""), _OUTPUT_CONFIG))
        elif self.effort:
            changes.append((replace(self, effort=""), _OUTPUT_CONFIG))
        if self.answer == TOOL:
            changes.append((other, _TOOL))
        return changes

    def as_row(self) -> dict[str, str]:
        """For `ModelNames.keep_form`."""
        return asdict(self)


def remembered(row: Mapping[str, str]) -> Manner | None:
    """The manner in such a row; None when it holds none."""
    given = {name: row.get(name) for name in _CHOICES}
    return Manner(**given) if all(given[n] in choices for n, choices in _CHOICES.items()) else None  # type: ignore[arg-type]


def usual(name: str) -> Manner:
    """How a model is asked that nothing is known of but its id."""
    found = _VERSION.search(name)
    if found is None:
        return Manner(TOOL)
    line, version = found[1], (int(found[2]), int(found[3] or 0))
    answer = SCHEMA if version >= (4, 5) else TOOL
    if version < (5, 0):  # without the field they do not think
        return Manner(answer)
    if line == "haiku" or (line in ("sonnet", "opus") and version < (5, 5)):
        return Manner(answer, DISABLED)
    return Manner(answer, effort=LOW)


def able(name: str, capabilities: object) -> Manner:
    """The same by what the server tells of the model's capabilities, as in an entry of its list of models."""
    guess = usual(name)
    structured = _supported(capabilities, "structured_outputs")
    answer = guess.answer if structured is None else SCHEMA if structured else TOOL
    off, between = (_supported(capabilities, "thinking", "types", kind) for kind in (DISABLED, BETWEEN))
    if off is None:
        return replace(guess, answer=answer)
    if not _supported(capabilities, "thinking"):
        return Manner(answer)
    if off or between:
        return Manner(answer, DISABLED if off else BETWEEN)
    return Manner(answer, effort=LOW if _supported(capabilities, "effort", LOW) is not False else "")


def _supported(value: object, *path: str) -> bool | None:
    """Whether a capability is there; None when nobody says."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    told = value.get("supported") if isinstance(value, dict) else None
    return told if isinstance(told, bool) else None


def strict(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON Schema as structured outputs take it: objects are closed, and bounds, which they do not know, left out."""
    made: dict[str, Any] = {}
    for name, value in schema.items():
        if name not in _TAKEN:
            continue
        if name in _MAPS and isinstance(value, dict):
            made[name] = {k: strict(v) if isinstance(v, dict) else v for k, v in value.items()}
        elif isinstance(value, dict):
            made[name] = strict(value) if name != "const" else value
        elif isinstance(value, list) and name in ("anyOf", "allOf"):
            made[name] = [strict(v) if isinstance(v, dict) else v for v in value]
        else:
            made[name] = value
    if made.get("type") == "object":
        made.setdefault("properties", {})
        made["additionalProperties"] = False
    return made
