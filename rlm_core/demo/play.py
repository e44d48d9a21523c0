"""Performs the demo's session: writes the transcripts and runs the installed hooks, as Claude Code does."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rlm_core.demo.records import MODEL, Clock, Transcript, stable_id
from rlm_core.demo.script import Act, Compact, Leave, ScriptedTurn, Step, Think, ToolCall
from rlm_core.install import Environment, plan_install
from rlm_core.install.handlers import positions
from rlm_core.reach import slug

FOREIGN = ("CLAUDE", "ANTHROPIC", "RLM", "PYTHON", "AI_AGENT")  # of the user's environment, not for our hooks
CITED = re.compile(r"\br\d-[0-9a-f]{12}\b")
SWEEP_SECONDS = 20.0
AGENT = "a7c31f9e20b4d6815"


@dataclass(frozen=True)
class Stage:
    """A temporary project with rlm installed in it. handlers: event -> the handler in its settings."""

    top: Path
    project: Path
    config: Path
    installed: list[str]
    handlers: dict[str, dict[str, Any]]

    @property
    def root(self) -> Path:
        """The archive."""
        return self.project / ".claude" / "rlm"

    @property
    def transcripts(self) -> Path:
        """Where Claude Code would keep the project's transcripts."""
        return self.config / "projects" / slug(str(self.project))


@dataclass(frozen=True)
class Fired:
    """One run of a hook. what: the source, trigger or reason. problem: "" when it did as a hook must."""

    event: str
    what: str
    when: str
    milliseconds: float
    answer: str
    problem: str

    @property
    def message(self) -> str:
        """What the user was told; "" for nothing."""
        return str(self._parsed().get("systemMessage", ""))

    @property
    def context(self) -> str:
        """What Claude was told."""
        given = self._parsed().get("hookSpecificOutput")
        return str(given.get("additionalContext", "")) if isinstance(given, dict) else ""

    def _parsed(self) -> dict[str, Any]:
        if not self.answer.startswith("{"):
            return {}
        try:
            parsed = json.loads(self.answer)
        except ValueError:
            return {}
        return parsed if isinstance(parsed, dict) else {}


@dataclass(frozen=True)
class Compacted:
    """A compaction. before, after: tokens in the context. cited: the chunks that its summary names."""

    trigger: str
    when: str
    before: int
    after: int
    cited: list[str]


@dataclass
class Played:
    """What happened. transcripts: the main threads', in order."""

    stage: Stage
    fired: list[Fired] = field(default_factory=list)
    compactions: list[Compacted] = field(default_factory=list)
    transcripts: list[Path] = field(default_factory=list)
    turns: int = 0
    days: set[str] = field(default_factory=set)
    sweeps: int = 0
    """How many detached sweeps the hooks have started; -1 when one of them would not end."""

    def of(self, event: str, what: str = "") -> list[Fired]:
        return [f for f in self.fired if f.event == event and what in ("", f.what)]


def build(env: Environment | None = None) -> Stage:
    """A new temporary project with rlm installed by the real installer. Raises InstallError or OSError."""
    top = Path(tempfile.mkdtemp(prefix="rlm-demo-")).resolve()
    project, config = top / "ledger-import", top / "claude-config"
    for folder in (project, config, top / "home", top / "tmp"):
        folder.mkdir()
    machine = replace(env or Environment.current(), home=top / "home", config_dir=config)
    with _own_directory(config):
        actions = plan_install(project, scope="local", offload_at=None, env=machine).apply()
    settings = json.loads((project / ".claude" / "settings.local.json").read_bytes())
    handlers = {event: handler for (event, _, _), handler in positions(settings.get("hooks"))}
    written = [a.path for a in actions if a.kind in ("write-settings", "copy-skill") and a.path]
    return Stage(top, project, config, [p.relative_to(project).as_posix() for p in written], handlers)


@contextmanager
def _own_directory(config: Path) -> Iterator[None]:
    """What an install notes of itself in the user's own directory goes to the demo's."""
    before = os.environ.get("CLAUDE_CONFIG_DIR")
    os.environ["CLAUDE_CONFIG_DIR"] = str(config)
    try:
        yield
    finally:
        os.environ.pop("CLAUDE_CONFIG_DIR")
        if before is not None:
            os.environ["CLAUDE_CONFIG_DIR"] = before


def play(stage: Stage, story: tuple[Act, ...], titles: tuple[str, ...] = ()) -> Played:
    """Perform the story; hooks that fail are noted, never raised. titles: what the client calls the sessions."""
    return _Client(stage, titles).perform(story)


class _Client:
    """Stands in for Claude Code: this process is the parent of all hooks, as the client is."""

    def __init__(self, stage: Stage, titles: tuple[str, ...]) -> None:
        self.stage = stage
        self.titles = titles
        self.played = Played(stage)
        self.clock = Clock()
        self.when = ""
        self.number = 0
        self.prompt_id = ""

    def perform(self, story: tuple[Act, ...]) -> Played:
        self._open("startup")
        for act in story:
            self._set(act.when)
            if isinstance(act, ScriptedTurn):
                self._turn(act)
            elif isinstance(act, Compact):
                self._compact(act)
            else:
                self._leave(act)
        return self.played

    def _set(self, when: str) -> None:
        self.when = when
        self.clock.set(when)
        self.played.days.add(when.partition(" ")[0])

    def _open(self, source: str) -> None:
        """Start, resume or clear: only a resume goes on in the same transcript."""
        if source != "resume":
            self.number += 1
            self.titled = False
            session = stable_id(f"session {self.number}")
            path = self.stage.transcripts / f"{session}.jsonl"
            self.transcript = Transcript(path, session, str(self.stage.project), self.clock)
            self.played.transcripts.append(path)
        self._fire("SessionStart", source, source=source)
        if source == "clear":
            self.transcript.command("clear")

    def _leave(self, act: Leave) -> None:
        reason = "clear" if act.next == "clear" else "prompt_input_exit"
        self._fire("SessionEnd", reason, reason=reason)
        if act.next:
            self._set(act.back or act.when)
            self._open(act.next)

    def _turn(self, turn: ScriptedTurn) -> None:
        self.played.turns += 1
        self.prompt_id = stable_id(f"prompt {self.played.turns}")
        self._fire("UserPromptSubmit", prompt=turn.prompt, permission_mode="default")
        self.transcript.prompt(turn.prompt, self.prompt_id)
        said = self._steps(self.transcript, turn.steps)
        if not self.titled and self.number <= len(self.titles):
            self.titled = True
            self.transcript.note("ai-title", aiTitle=self.titles[self.number - 1])
        self.transcript.note("last-prompt", lastPrompt=turn.prompt[:200], leafUuid=self.transcript.last)
        self._fire(
            "Stop",
            permission_mode="default",
            stop_hook_active=False,
            last_assistant_message=said,
            background_tasks=[],
            session_crons=[],
        )

    def _steps(self, transcript: Transcript, steps: tuple[Step, ...]) -> str:
        """Write what Claude does, response by response; returns its last words."""
        pending: list[str | Think | ToolCall] = []
        for step in steps:
            if isinstance(step, Compact):
                self._compact(step)
                continue
            pending.append(step)
            if isinstance(step, ToolCall):
                transcript.answer(pending, last=False)
                if step.report:
                    self._agent(step)
                transcript.result(step)
                pending = []
        if pending:
            transcript.answer(pending, last=True)
        return next((s for s in reversed(steps) if isinstance(s, str)), "")

    def _agent(self, call: ToolCall) -> None:
        """A sub-agent at work, in a transcript of its own."""
        parent = self.transcript
        path = parent.path.with_suffix("") / "subagents" / f"agent-{AGENT}.jsonl"
        own = Transcript(path, parent.session, str(self.stage.project), self.clock, AGENT)
        own.prompt(str(call.given["prompt"]), self.prompt_id)
        said = self._steps(own, call.report)
        about = {"agentType": call.given["subagent_type"], "description": call.given["description"], "spawnDepth": 1}
        path.with_suffix(".meta.json").write_text(json.dumps(about), encoding="utf-8")
        self._subagent_stop(str(call.given["subagent_type"]), path, said)

    def _subagent_stop(self, kind: str, path: Path, said: str) -> None:
        self._fire(
            "SubagentStop",
            kind or "summariser",
            agent_id=path.stem.removeprefix("agent-"),
            agent_type=kind,
            agent_transcript_path=str(path),
            last_assistant_message=said,
            stop_hook_active=False,
        )

    def _compact(self, act: Compact) -> None:
        """In the client's order: the boundary is in the transcript only after all hooks have run."""
        line = self._fire("PreCompact", act.trigger, trigger=act.trigger, custom_instructions=None).answer
        cited = list(dict.fromkeys(CITED.findall(line)))[:3]
        summary = act.summary.format(cite=", ".join(f"[{c}]" for c in cited))
        raw = f"<analysis>Decisions first, then what is open.</analysis>\n<summary>\n{summary}\n</summary>"
        nowhere = self.transcript.path.with_suffix("") / "subagents" / "agent-a0000000000000000.jsonl"
        self._subagent_stop("", nowhere, raw)
        self._fire("SessionStart", "compact", source="compact", model=MODEL)
        self._fire("PostCompact", act.trigger, trigger=act.trigger, compact_summary=raw)
        before = self.transcript.used
        self.transcript.compacted(act.trigger, summary)
        self.played.compactions.append(Compacted(act.trigger, self.when, before, self.transcript.used, cited))
        if act.trigger == "manual":
            self.transcript.command("compact")

    def _fire(self, event: str, what: str = "", **fields: Any) -> Fired:
        payload = {
            "session_id": self.transcript.session,
            "transcript_path": str(self.transcript.path),
            "cwd": str(self.stage.project),
            "hook_event_name": event,
            **({"prompt_id": self.prompt_id} if self.prompt_id else {}),
            **fields,
        }
        started = time.perf_counter()
        answer, problem = self._run(event, payload)
        spent = (time.perf_counter() - started) * 1000
        fired = Fired(event, what, self.when, spent, answer, problem)
        self.played.fired.append(fired)
        if event == "SessionStart" and self.played.sweeps >= 0:
            self.played.sweeps = await_sweeps(self.stage.root)
        return fired

    def _run(self, event: str, payload: dict[str, Any]) -> tuple[str, str]:
        """(stdout, what is wrong): the exec form of a command hook, without a shell, in a session of its own."""
        handler = self.stage.handlers.get(event)
        if handler is None:
            return "", "not in the settings"
        try:
            done = subprocess.run(
                [str(handler["command"]), *(str(a) for a in handler.get("args", []))],
                input=json.dumps(payload).encode() + b"\n",
                capture_output=True,
                timeout=float(handler.get("timeout", 60)),
                cwd=self.stage.project,
                env=self._environment(),
                start_new_session=True,
            )
        except (OSError, subprocess.TimeoutExpired) as e:
            return "", str(e)
        problem = f"exit {done.returncode} " if done.returncode else ""
        return done.stdout.decode("utf-8", "replace"), problem + done.stderr.decode("utf-8", "replace").strip()

    def _environment(self) -> dict[str, str]:
        """What Claude Code gives a hook; nothing of the user's own Claude Code."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(FOREIGN)}
        home = str(self.stage.top / "home")
        return {
            **kept,
            "HOME": home,
            "USERPROFILE": home,
            "TMPDIR": str(self.stage.top / "tmp"),
            "CLAUDE_CONFIG_DIR": str(self.stage.config),
            "CLAUDE_PROJECT_DIR": str(self.stage.project),
            "CLAUDE_CODE_SESSION_ID": self.transcript.session,
            "CLAUDE_CODE_ENTRYPOINT": "cli",
            "CLAUDECODE": "1",
        }


def await_sweeps(root: Path) -> int:
    """Wait for the detached sweeps that SessionStart hooks began; how many there were, -1 if one still runs.

    A hook's log line ends in `sweep 31ms` when it started one, and each sweep logs a line of its own.
    """
    deadline = time.monotonic() + SWEEP_SECONDS
    while True:
        lines = [words for line in log_lines(root) if len(words := line.split()) > 2]
        begun = sum(line[2] == "SessionStart" and "sweep" in line for line in lines)
        ended = [int(line[1]) for line in lines if line[2] == "sweep"]
        if len(ended) >= begun and not any(_runs(pid) for pid in ended):
            return begun
        if time.monotonic() > deadline:
            return -1
        time.sleep(0.01)


def log_lines(root: Path) -> list[str]:
    """The hooks' log: `time process what ...`."""
    try:
        return [line for line in (root / "log" / "rlm.log").read_text("utf-8").split("\n") if line]
    except OSError:
        return []


def _runs(pid: int) -> bool:
    """Whether a process is there and not merely waiting to be reaped."""
    if os.name == "nt":
        return False  # os.kill(pid, 0) would end it there
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except (OSError, IndexError):
        return not Path("/proc/self").exists()  # without /proc, as on macOS, being there is all we know
