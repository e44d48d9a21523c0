"""A real Claude Code client in a world of its own, driven headless or in a terminal.

A `Project` is a scratch directory with HOME, configuration and project, an environment that inherits none of
the machine's Claude settings, and a record of every hook call (recorder.py). Everything started carries the
scratch path in its environment, and dies with it.
"""

from __future__ import annotations

import ast
import contextlib
import json
import os
import re
import shlex
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from .process import PATIENCE, Finished, finish, kill, naming, remaining, wait_until
from .stream import Json, Stream
from .terminal import Terminal

API_KEY = "sk-ant-api03-" + "made-up-key-of-the-tests-" * 3
RECORDER = Path(__file__).with_name("recorder.py")
EVENTS = (
    "SessionStart",
    "UserPromptSubmit",
    "Stop",
    "StopFailure",
    "SubagentStop",
    "PreCompact",
    "PostCompact",
    "SessionEnd",
)
TROUBLE = {"hook_non_blocking_error", "hook_blocking_error", "hook_cancelled", "hook_error_during_execution"}
FAILED = re.compile(r"\] completed with status [^0]|Hook cancelled|Hook JSON output validation failed")
DETAIL = {"SessionStart": "source", "PreCompact": "trigger", "PostCompact": "trigger", "SessionEnd": "reason"}


def read_jsonl(path: Path) -> list[Json]:
    """Complete lines of a JSONL file; [] if there is none."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1] if line.strip()]


def read_calls(path: Path) -> list[Json]:
    """Complete records of recorder.py; [] if there is none. Raises ValueError where a hook was handed no JSON."""
    lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    calls = [ast.literal_eval(line.decode()) for line in lines]
    return [{"payload": json.loads(payload), **besides} for payload, besides in calls]


@dataclass
class Project:
    """A project directory with a HOME, a configuration and a client of its own."""

    root: Path
    claude: Path
    api_url: str
    extra_env: dict[str, str] = field(default_factory=dict)
    streams: list[Stream] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        self.root = self.root.resolve()
        for directory in (self.path, self.home, self.config, self.tmp):
            directory.mkdir(parents=True, exist_ok=True)
        self.seed()
        self.record_hooks()

    @property
    def path(self) -> Path:
        """The project itself, where the client runs."""
        return self.root / "project"

    @cached_property
    def version(self) -> tuple[int, ...]:
        """The client's number, as (2, 1, 332): what is promised of it may depend on that."""
        found = re.match(r"(\d+)\.(\d+)\.(\d+)", self.run("--version").stdout)
        assert found
        return tuple(map(int, found.groups()))

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def config(self) -> Path:
        return self.root / "config"

    @property
    def tmp(self) -> Path:
        return self.root / "tmp"

    def seed(self, trusted: bool = True) -> None:
        """Write the client's own state: onboarded, our made-up key approved, the project trusted or not."""
        state = {
            "hasCompletedOnboarding": True,
            "lastOnboardingVersion": "99.0.0",
            "lastReleaseNotesSeen": "99.0.0",
            "numStartups": 10,
            "theme": "dark",
            "autoUpdates": False,
            "customApiKeyResponses": {"approved": [API_KEY[-20:]], "rejected": []},
            "projects": {str(self.path): {"hasTrustDialogAccepted": trusted, "hasCompletedProjectOnboarding": True}},
        }
        (self.config / ".claude.json").write_text(json.dumps(state), encoding="utf-8")

    @property
    def mark(self) -> dict[str, str]:
        """What every process of this world has in its environment."""
        return {"RLM_E2E_ROOT": str(self.root)}

    def env(self, **extra: str) -> dict[str, str]:
        """The client's whole environment. The mock is its proxy too, so that nothing gets past it."""
        base = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "TMPDIR": str(self.tmp),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "SHELL": "/bin/sh",
            "CLAUDE_CONFIG_DIR": str(self.config),
            "CLAUDE_CODE_TMPDIR": str(self.tmp),
            "ANTHROPIC_BASE_URL": self.api_url,
            "ANTHROPIC_API_KEY": API_KEY,
            "HTTPS_PROXY": self.api_url,
            "HTTP_PROXY": self.api_url,
            "NO_PROXY": "127.0.0.1,localhost",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "CLAUDE_CODE_DISABLE_BACKGROUND_TASKS": "1",  # sub-agents answer in the turn that calls them
            "CLAUDE_CODE_MAX_RETRIES": "1",
            "API_TIMEOUT_MS": "60000",
            "DISABLE_AUTOUPDATER": "1",
        }
        return base | self.mark | self.extra_env | extra

    # the user's settings

    def user_settings(self, change: Callable[[Json], None]) -> None:
        """Change the user's settings.json in place."""
        path = self.config / "settings.json"
        value = json.loads(path.read_text("utf-8")) if path.exists() else {}
        change(value)
        path.write_text(json.dumps(value, indent=1), encoding="utf-8")

    def allow(self, *rules: str) -> None:
        """Permission rules on the user's level, where trust plays no part."""
        self.user_settings(lambda s: s.setdefault("permissions", {}).setdefault("allow", []).extend(rules))

    def add_hook(self, event: str, command: str, *args: str) -> None:
        """One more hook on the user's level."""
        handler = {"type": "command", "command": command, "args": list(args), "timeout": 30}
        self.user_settings(lambda s: s.setdefault("hooks", {}).setdefault(event, []).append({"hooks": [handler]}))

    def record_hooks(self) -> None:
        """Install the recorder for every event the product uses."""
        for event in EVENTS:
            self.add_hook(event, sys.executable, "-I", "-S", str(RECORDER), str(self.hook_log))

    def hook_says(self, event: str, stdout: str) -> None:
        """A hook that prints `stdout` on `event`."""
        self.add_hook(event, sys.executable, "-c", f"print({stdout!r})")

    # what hooks were told

    @property
    def hook_log(self) -> Path:
        return self.root / "hooks.log"

    def hook_calls(self, event: str = "", **fields: object) -> list[Json]:
        """Records of hook calls (see recorder.py), in order, of one event and with these payload fields."""
        records = [r for r in read_calls(self.hook_log) if event in ("", r["payload"]["hook_event_name"])]
        return [r for r in records if all(r["payload"].get(key) == value for key, value in fields.items())]

    def hooks(self, event: str = "", **fields: object) -> list[Json]:
        """The payloads of these calls."""
        return [record["payload"] for record in self.hook_calls(event, **fields)]

    def hook_order(self) -> list[str]:
        """Events in order, with what tells them apart: `SessionStart:compact`."""
        return [label(payload) for payload in self.hooks()]

    # transcripts

    def transcripts(self) -> list[Path]:
        """Main transcripts."""
        return sorted((self.config / "projects").glob("*/*.jsonl"))

    def transcript(self, session: str) -> list[Json]:
        """Records of one session's transcript."""
        (path,) = (self.config / "projects").glob(f"*/{session}.jsonl")
        return read_jsonl(path)

    def agent_transcripts(self, session: str) -> list[Path]:
        """Transcripts of a session's sub-agents."""
        return sorted((self.config / "projects").glob(f"*/{session}/subagents/agent-*.jsonl"))

    # failures

    def debug_log(self) -> list[str]:
        """Options for a debug log of its own for each client: the only place that tells of all hooks' ends."""
        return ["--debug-file", str(self.root / f"debug-{uuid.uuid4().hex[:8]}.txt")]

    def hook_trouble(self) -> list[str]:
        """Every sign of a failed hook in transcripts, streams and debug logs."""
        found = [str(a) for a in self.attachments() if a["type"] in TROUBLE]
        found += [error for r in self.records() for error in r.get("hookErrors", [])]
        found += [str(e) for stream in self.streams for e in stream.hook_failures()]
        for path in self.root.glob("debug-*.txt"):
            found += [line for line in path.read_text("utf-8").splitlines() if FAILED.search(line)]
        return found

    def records(self) -> list[Json]:
        """All records of all main transcripts."""
        return [r for path in self.transcripts() for r in read_jsonl(path)]

    def attachments(self) -> list[Json]:
        """What is attached to the transcripts: hooks' words, mentioned files, queued prompts."""
        return [r["attachment"] for r in self.records() if r["type"] == "attachment"]

    # driving

    def run(self, *args: str, stdin: str = "", timeout: float = 120, **env: str) -> Finished:
        """One `claude` command, to its end."""
        return finish([str(self.claude), *args], self.path, self.env(**env), stdin, timeout)

    def ask(self, prompt: str, *args: str, timeout: float = 120, **env: str) -> Json:
        """One headless turn, `claude -p PROMPT`: its result object, with the `session_id`."""
        options = ["--output-format", "json", *self.debug_log(), *args]
        done = self.run("-p", prompt, *options, timeout=timeout, **env)
        try:
            return json.loads(done.stdout)
        except ValueError:
            raise AssertionError(f"claude -p gave no result: {done}") from None

    @contextlib.contextmanager
    def stream(self, *args: str, **env: str) -> Iterator[Stream]:
        """A headless conversation; closed politely at the end, killed if something failed."""
        command = [str(self.claude), "-p", "--verbose", "--include-hook-events"]
        command += ["--input-format", "stream-json", "--output-format", "stream-json", *self.debug_log(), *args]
        stream = Stream(command, self.path, self.env(**env))
        self.streams.append(stream)
        try:
            yield stream
            stream.close()
        finally:
            stream.kill()

    @contextlib.contextmanager
    def terminal(self, *args: str, **env: str) -> Iterator[Terminal]:
        """An interactive client, killed at the end if it is still there; its screen is shown on failure."""
        command = [str(self.claude), "--permission-mode", "default", *self.debug_log(), *args]
        terminal = Terminal(command, self.path, self.env(**env), self.mark)
        try:
            yield terminal
        except BaseException:
            print(f"--- screen of claude {shlex.join(args)}\n{terminal.screen()}\n---")
            raise
        finally:
            terminal.close()

    def say(self, terminal: Terminal, prompt: str) -> None:
        """A whole turn in the terminal: type the prompt, wait for its Stop hook and for an idle prompt."""
        before = len(self.hooks("Stop"))
        terminal.submit(prompt)
        wait_until(lambda: len(self.hooks("Stop")) > before, f"the end of the turn {prompt!r}")
        terminal.ready()

    # hygiene

    def processes(self) -> list[tuple[int, str]]:
        """(pid, command line) of every live process of this world."""
        return naming(str(self.root))

    def assert_no_process_left(self, timeout: float = PATIENCE) -> None:
        """Everything that the client and its hooks started is gone, or will be within `timeout`."""
        left = remaining(str(self.root), timeout)
        assert not left, f"processes left: {left}"

    def destroy(self) -> None:
        """Kill whatever is left."""
        kill([pid for pid, _ in self.processes()])


def label(payload: Json) -> str:
    """A hook event with what tells it from its likes."""
    event = payload["hook_event_name"]
    more = payload.get(DETAIL.get(event, ""))
    return f"{event}:{more}" if more else event
