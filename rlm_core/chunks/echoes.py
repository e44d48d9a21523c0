"""Which archived entries only repeat the archive: what recall searched, read and answered; and what we wrote ourselves.

They stay in the chunk files. In a ranking they would stand before what they repeat: they hold the question's
own words beside the passage, once more with every search. `retold` tells of what is said around them.
"""

from __future__ import annotations

import re

from rlm_core.chunks.ournames import AGENTS, SKILLS, WORKFLOWS
from rlm_core.chunks.ours import PATH, is_from_hook, is_ours

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rlm_core.chunks.entries import ArchivedEntry

_SKILL_BODY = re.compile(rf"Base directory for this skill: \S.*[/\\]skills[/\\](?:{SKILLS})\s")
TYPED = re.compile(rf"/(?:rlm:)?(?:{SKILLS})(?![\w:/-])")
_SKILL_CALL = re.compile(rf"^skill: ['\"]?/?(?:rlm:)?(?:{SKILLS})['\"]?$", re.MULTILINE)
_AGENT_CALL = re.compile(rf"^subagent_type: ['\"]?(?:rlm:)?(?:{AGENTS})['\"]?$", re.MULTILINE)
_WORKFLOW_CALL = re.compile(rf"^name: ['\"]?(?:rlm:)?(?:{WORKFLOWS})['\"]?$", re.MULTILINE)
# Before the name of the command: --project DIR. Each is read in one way only, and few are: else a text that is made for
# it would hold up who reads it.
_OPTION = r"(?:\s+--?\w[\w-]*(?:[= ](?![\s-])\S+)?){0,8}?"
_COMMAND = re.compile(
    rf"(?:(?<![\w.-])rlm['\"]?|-m rlm_core){_OPTION}\s+(?:search|show|list|peek|ask|sql|handoff)(?![\w/.-])"
)
_ARCHIVE = re.compile(r"\.claude[/\\]rlm(?:[/\\\s'\"]|$)")
_REPORT = re.compile(rf"<summary>Agent \W{{0,2}}/(?:rlm:)?(?:{SKILLS})\b")


def of_recall(first: ArchivedEntry) -> bool:
    """Whether a sub-agent's transcript that begins with this entry is a forked skill of ours: all of it is an echo."""
    return bool(_SKILL_BODY.match(first.text))


def echoes(entries: Sequence[ArchivedEntry]) -> set[int]:
    """Positions of the entries that only repeat the archive, and of those that hold our own texts.

    The first are calls of our commands, skills and sub-agents with their results, reads below `.claude/rlm`, a typed
    `/recall ...` and what it printed, what our hooks told; the others our skills and sub-agents, read or handed over.
    """
    found: set[int] = set()
    open_calls: set[str] = set()
    after_typed = False
    for at, one in enumerate(entries):
        if one.kind == "call" and reads_archive(one):
            found.add(at)
            open_calls.add(one.call_id)
        elif one.kind == "tool" and one.call_id in open_calls:
            found.add(at)
        elif one.kind == "user":
            after_typed = bool(TYPED.match(one.text))
            if after_typed:
                found.add(at)
        elif (one.kind == "system" and _is_note(one.text, after_typed)) or (
            (one.printed or one.kind == "document") and is_ours(one.text)
        ):
            found.add(at)
    return found


def _is_note(text: str, after_typed: bool) -> bool:
    """Whether the client put this into a session for one of our skills or hooks."""
    printed = after_typed and "<local-command-stdout>" in text[:80]
    return bool(printed or _REPORT.search(text) or _SKILL_BODY.match(text) or is_from_hook(text))


def reads_archive(call: ArchivedEntry) -> bool:
    """Whether a call reads the archive, or a text of ours where the installer puts it."""
    if call.tool == "Skill":
        return bool(_SKILL_CALL.search(call.text))
    if call.tool in ("Agent", "Task"):
        return bool(_AGENT_CALL.search(call.text))
    if call.tool == "Workflow":
        return bool(_WORKFLOW_CALL.search(call.text))
    if call.tool == "Bash":
        return bool(_COMMAND.search(call.text) or _ARCHIVE.search(call.text) or PATH.search(call.text))
    return call.tool in ("Read", "Grep", "Glob") and bool(_ARCHIVE.search(call.text) or PATH.search(call.text))
