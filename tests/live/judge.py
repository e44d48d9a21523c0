"""Whether a real Claude Code calls a skill for a prompt: one `claude -p` a prompt, its tool calls looked at."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from rlm_core.install import Environment, plan_install

Json = dict[str, Any]
PROMPTS: list[Json] = yaml.safe_load((Path(__file__).parent.parent / "prompts/recall.yaml").read_text("utf-8"))
NAMES = {"recall", "rlm:recall"}
SECONDS = 180
FILES = {
    "config/import.toml": "[retry]\nmax_retries = 5\n",
    "retry.py": 'def again(call, times):\n    """Call up to `times` times."""\n',
    "parser.py": "def parse(line):\n    return line.split(',')\n",
    "README.md": "# importer\n\nImports the nightly files into SQLite.\n",
}


@dataclass(frozen=True)
class Verdict:
    """What became of a prompt. called: whether the skill was. tools: all that was called, in order. usd: its cost."""

    prompt: str
    lang: str
    wanted: bool
    called: bool
    tools: list[str]
    usd: float

    @property
    def right(self) -> bool:
        return self.called == self.wanted


def prepare(project: Path) -> None:
    """A small project with our skills in it, in the form that is committed for a team."""
    for name, text in FILES.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    plan_install(project, scope="shared", offload_at=None, env=Environment.current()).apply()


def command(claude: str, prompt: str, model: str = "") -> list[str]:
    """The call: project skills and the login, but neither the user's settings, hooks nor a transcript; no tool may
    run unasked, so that a skill called is a skill denied, and a prompt costs two or three requests.
    """
    options = ["--output-format", "stream-json", "--verbose", "--no-session-persistence"]
    options += ["--setting-sources", "project", "--settings", '{"disableAllHooks": true}', "--strict-mcp-config"]
    options += ["--permission-mode", "dontAsk", "--max-turns", "3", "--max-budget-usd", "0.50"]
    return [claude, "-p", prompt, *options, *(["--model", model] if model else [])]


def ask(claude: str, project: Path, prompt: Json, model: str = "", env: Mapping[str, str] | None = None) -> Verdict:
    """Run one prompt. Raises RuntimeError when no model has answered (no login, no network, no budget)."""
    done = subprocess.run(
        command(claude, prompt["prompt"], model),
        cwd=project,
        env=None if env is None else dict(env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    events = [json.loads(line) for line in done.stdout.split("\n") if line.startswith("{")]
    calls = [block for e in events if e.get("type") == "assistant" for block in _calls(e)]
    end = next((e for e in events if e.get("type") == "result"), {})
    if not end or (end.get("is_error") and end.get("subtype") == "success"):
        raise RuntimeError(f"no answer to {prompt['prompt']!r}: {end.get('result') or done.stderr or done.stdout}")
    return Verdict(
        prompt=prompt["prompt"],
        lang=prompt["lang"],
        wanted=prompt["recall"],
        called=any(c["name"] == "Skill" and c["input"].get("skill", "").lstrip("/") in NAMES for c in calls),
        tools=[c["input"].get("skill", c["name"]) if c["name"] == "Skill" else c["name"] for c in calls],
        usd=end.get("total_cost_usd") or 0.0,
    )


def _calls(event: Json) -> list[Json]:
    return [b for b in event["message"]["content"] if b.get("type") == "tool_use"]


def ask_all(claude: str, project: Path, model: str = "", workers: int = 4) -> list[Verdict]:
    """All prompts, some at a time, in their order."""
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(lambda prompt: ask(claude, project, prompt, model), PROMPTS))


def table(verdicts: list[Verdict]) -> str:
    """The verdicts for people: what went wrong first."""
    rows = []
    for v in sorted(verdicts, key=lambda v: v.right):
        verdict, kind = "ok   " if v.right else "WRONG", "recall" if v.wanted else "other "
        rows.append(f"{verdict} {kind} {v.lang} {v.prompt}  -> {', '.join(v.tools) or 'no tool'}")
    right, usd = sum(v.right for v in verdicts), sum(v.usd for v in verdicts)
    return "\n".join([*rows, f"{right} of {len(verdicts)} right, {usd:.2f} USD"])
