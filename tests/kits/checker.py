"""An independent checker: which texts of a session stand nowhere in an archive.

It imports nothing of ours, and knows neither uuids nor chunks: JSON is walked, the archive's files are read as text.
What it takes away from a transcript is named below, in its own words.

    >>> lost(Path("session.jsonl"), Path(".claude/rlm"))  # doctest: +SKIP
    []
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

NO_WORDS = frozenset(
    """
    agent-color agent-name agent-setting ai-title api-request api-request-blob api-request-resumed api-request-shape
    atis-latch attribution-snapshot bridge-session content-replacement continued-in cost-state custom-title
    data-flow-incomplete data-flow-records derived-from dev-mods ended-by-model file-history-delta
    file-history-snapshot fork-context-ref frame-link hybrid-organization isolation-latch last-prompt memory-mode mode
    observer-ref permission-mode pr-link relocated repl-mode resume-head-vouch session-owner summary tag tools-used
    worktree-state
    """.split()  # noqa: SIM905
)
"""Records in which nobody speaks, or which copy what stands elsewhere."""
SYSTEM = frozenset(
    ("stop_hook_summary", "turn_duration", "memory_saved", "microcompact_boundary", "init", "status", "hook_started")
)
PROGRESS = frozenset(
    ("bash_progress", "hook_progress", "mcp_progress", "waiting_for_task", "query_update", "search_results_received")
)
ATTACHMENTS = re.compile(
    r"(skill|agent)_listing.*|.*_delta|.*_reminder(_sent)?|(auto|plan)_mode.*|instructions|nested_memory|prompt_\w+|"
    r"invoked_skills|environment|model|date\w*|language|output_style\w*|token_usage|command_permissions|hook_cancelled|"
    r"deferred_tools_record|remote_session_change|tool_\w+|total_tokens_\w+|sandbox_\w+|structured_output|ultra\w+|hook_permission_decision"
)
NOT_SAID = frozenset(
    """
    agentId cwd entrypoint gitBranch hookEvent hookInfos hookName id leafUuid level logicalParentUuid media_type
    messageId model normalizedMessages parentToolUseID parentUuid permissionMode promptId rendered requestId role
    service_tier sessionId signature slug sourceToolAssistantUUID sourceToolUseID stdout stop_reason stop_sequence
    subtype thinkingMetadata timestamp todos toolUseID toolUseResult tool_use_id type usage userType uuid version
    """.split()  # noqa: SIM905
)
"""Keys whose texts nobody says, outside what a tool was given."""
OURS = ("archived verbatim in ", "before this point is archived verbatim", "/recall cannot find")
ABOUT = re.compile(r"\A---\n.*?\n---\n|<!-- rlm: .*?-->", re.S)
"""What an archived file says about itself."""
GLUE = re.compile(r"[^\w]+")


def lost(
    transcript: Path, archive: Path, *, secrets: bool = False, forgotten: Callable[[str], bool] = lambda _: False
) -> list[str]:
    """The texts of a transcript, and of its sub-agents, that stand nowhere in the archive; `line: text`, cut short.

    A text stands where one file holds all of its lines, whatever signs are around each. secrets: what a secret was
    taken out of cannot be told by this, so nothing is missed while the archive holds any marker of one. forgotten: says
    of a text that it was forgotten on purpose: such a one is not missed.
    """
    folder = transcript.with_suffix("")
    sources = [transcript, *sorted(folder.rglob("agent-*.jsonl"))] if folder.is_dir() else [transcript]
    texts = [(f"{s.name}:{n}", t) for s in sources for n, record in _records(s) for t in _said(record)]
    kept = Kept(archive)
    texts = [(where, t) for where, t in texts if isinstance(t, bytes) or not forgotten(t)]
    return [f"{where}: {str(text)[:200]!r}" for where, text in texts if not kept.holds(text, secrets=secrets)]


def altered(archive: Path, key: bytes) -> tuple[int, list[str]]:
    """(forgotten entries, chunk files that are not what was left of them on purpose), of all that say `altered`.

    key: the user's. The rules are those of docs/format.md, "Forgotten entries".
    """
    count, wrong = 0, []
    for path in sorted(archive.rglob("[0-9]*.md")):
        text = path.read_bytes().decode("utf-8", "replace")
        foot = re.search(r"\n<!-- rlm: (\{[^\n]*\}) -->\n\Z", text)
        front = text.split("\n---\n")[0].split("\n")[1:]
        head = {k: json.loads(v) for k, _, v in (line.partition(": ") for line in front)}
        meta = {**head, **json.loads(foot[1])} if foot else head
        if "altered" not in meta:
            continue
        lines = text.split("\n")
        ends = [*(n - 1 for n in meta["lines"][1:]), len(lines) - meta.get("form", 1)]
        bodies = ["\n".join(lines[a - 1 : b]) for a, b in zip(meta["lines"], ends, strict=True)]
        said = f"{meta['chunk']}\0{meta['previous']}\0{meta['number']}"
        for uuid, line, size, body in zip(meta["uuids"], meta["lines"], meta["sizes"], bodies, strict=True):
            said += f"\0{uuid}\0{line}\0{size}\0{body}"
            count += body.split("\n", 1)[1].strip() == "[forgotten]"
        if blake2b(said.encode(), digest_size=8, key=key).hexdigest() != meta["altered"]:
            wrong.append(str(path))
    return count, wrong


class Kept:
    """What stands in the files below an archive: the words of each file, and the hashes of all blobs."""

    def __init__(self, archive: Path) -> None:
        paths = [p for p in archive.rglob("*") if p.is_file() and "state" not in p.relative_to(archive).parts]
        read = [p for p in paths if p.suffix in (".md", ".txt") and p.name.lower() != "index.md"]
        self.files = [_words(ABOUT.sub("", p.read_text("utf-8", "replace"))) for p in read]
        self.bytes = {blake2b(p.read_bytes()).digest() for p in paths if p.parent.name == "blobs"}

    def holds(self, text: str | bytes, *, secrets: bool) -> bool:
        if isinstance(text, bytes):
            return blake2b(text).digest() in self.bytes
        words = _words(text)
        if any(words in f for f in self.files):
            return True
        lines = [w for line in text.split("\n") if (w := _words(line))]
        # The client's tags are not kept.
        pieces = [w for piece in re.split(r"</?[\w-]+[^<>]*>", text) if (w := _words(piece))] if "<" in text else []
        if lines and any(all(p in f for p in lines) for f in self.files):
            return True
        # What several have said in one text may stand in two files.
        several = pieces or (lines if "the user said:\n" in text else [])
        if several and all(any(p in f for f in self.files) for p in several):
            return True
        return secrets and any("redacted" in f for f in self.files)


def _words(text: str) -> str:
    """Letters and digits alone: no form that the archive gives a text changes these."""
    text = re.sub(r"[\x1b\u241b]\[[0-?]*[ -/]*[@-~]", "", text)  # as it is, or as the picture of its first character
    return GLUE.sub(" ", text.encode("utf-8", "replace").decode()).strip()


def _records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    decoder = json.JSONDecoder()
    for n, line in enumerate(path.read_bytes().decode("utf-8", "replace").split("\n"), 1):
        at = 0
        while (at := line.find("{", at)) >= 0:
            try:
                value, at = decoder.raw_decode(line, at)
            except ValueError:
                at += 1
                continue
            if (
                isinstance(value, dict)
                and "type" in value
                and ("message" in value or "uuid" in value or at == len(line))
            ):
                yield n, value


def _said(record: dict[str, Any]) -> Iterator[str | bytes]:
    kind = record.get("type")
    inner: Any = record.get("attachment") or record.get("data")
    name = inner.get("type") if isinstance(inner, dict) else None
    if kind in NO_WORDS or (kind == "system" and record.get("subtype") in SYSTEM):
        return
    if kind == "attachment" and isinstance(name, str):
        text = json.dumps(inner)
        if ATTACHMENTS.fullmatch(name) or any(o in text for o in OURS):
            return
        if name == "hook_success":
            if inner.get("hookEvent") in ("SessionStart", "UserPromptSubmit"):
                yield from _texts({"content": inner.get("content")}, progress=False, given=False)
            return
    if kind == "progress" and name in PROGRESS:
        return
    yield from _texts(record, kind == "progress", given=False)


def _texts(value: Any, progress: bool, *, given: bool, key: str = "") -> Iterator[str | bytes]:
    if isinstance(value, dict):
        source = value.get("type") == "base64"
        for k, v in value.items():
            if source and k == "data" and isinstance(v, str):
                yield _bytes(v)
            elif given or not (k in NOT_SAID or (progress and k == "prompt")):
                yield from _texts(v, progress, given=given or k == "input", key=k)
    elif isinstance(value, list):
        for v in value:
            yield from _texts(v, progress, given=given, key=key)
    elif isinstance(value, str) and _words(value) and _is_said(value, key):
        yield value


def _is_said(text: str, key: str) -> bool:
    if text.startswith("<persisted-output>"):
        return False  # a notice, in whose place the whole output stands
    return " " in text.strip() or key in ("text", "content", "thinking")


def _bytes(text: str) -> str | bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return text
