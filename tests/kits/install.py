"""A scratch machine for the install tests: a project, a home, skills to ship. No real HOME is in reach."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from rlm_core.install import Environment, InstallPlan, plan_install, plan_uninstall

FOREIGN = {"type": "command", "command": "echo theirs"}
WORDS = {
    "SessionStart": "session-start",
    "UserPromptSubmit": "user-prompt-submit",
    "Stop": "stop",
    "StopFailure": "stop-failure",
    "SubagentStop": "subagent-stop",
    "PreCompact": "pre-compact",
    "PostCompact": "post-compact",
    "SessionEnd": "session-end",
}


class World:
    """`put` the user's settings, `install`, look, `uninstall`; `tree` is every byte and mode of it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.project = root / "project"
        self.home = root / "home"
        self.share = root / "share"
        for path in (self.project, self.home / ".claude"):  # the second is Claude Code's own: it is always there
            path.mkdir(parents=True)
        self.ship("recall/SKILL.md", "---\nname: recall\nagent: rlm:reader\n---\nRun `rlm search`.\n")
        self.ship("recall/references/queries.md", "No placeholder here.\n")
        self.ship("recall/scripts/peek.sh", "#!/bin/sh\n", mode=0o755)
        self.ship("status/SKILL.md", "Run `rlm status`.\n")
        self.ship("reader.md", "---\nname: reader\n---\nYou may run `rlm show`.\n", part="agents")
        self.ship("read-all.js", "// `rlm search`\nconst AGENT = 'rlm:reader'\n", part="workflows")
        self.env = Environment(
            self.home, self.home / ".claude", "/opt/py/bin/python3", Path("/opt/lib"), self.share, "0.1.0"
        )

    def ship(self, name: str, text: str, mode: int = 0o644, part: str = "skills") -> None:
        path = self.share / part / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)

    def settings(self, scope: str = "local") -> Path:
        if scope == "user":
            return self.env.config_dir / "settings.json"
        return self.project / ".claude" / ("settings.local.json" if scope == "local" else "settings.json")

    def put(self, text: str | bytes, scope: str = "local") -> bytes:
        path = self.settings(scope)
        path.parent.mkdir(parents=True, exist_ok=True)
        data = text.encode() if isinstance(text, str) else text
        path.write_bytes(data)
        return data

    def doc(self, scope: str = "local") -> dict:
        return json.loads(
            self.settings(scope).read_bytes(), parse_int=lambda text: int(text) if len(text) < 4000 else text
        )

    def plan(self, scope: str = "local", offload_at: str | None = None, *, statusline: bool = False) -> InstallPlan:
        return plan_install(self.project, scope=scope, offload_at=offload_at, env=self.env, statusline=statusline)

    def install(self, scope: str = "local", offload_at: str | None = None, *, statusline: bool = False) -> InstallPlan:
        plan = self.plan(scope, offload_at, statusline=statusline)
        plan.apply()
        return plan

    def uninstall(self, scope: str | None = None, purge: bool = False) -> InstallPlan:
        plan = plan_uninstall(self.project, scope=scope, purge=purge, env=self.env)
        plan.apply()
        return plan

    def upgrade(self, version: str, executable: str = "/opt/new/bin/python3") -> None:
        self.env = replace(self.env, version=version, executable=executable)

    def tree(self) -> dict[str, object]:
        found: dict[str, object] = {}
        for top in (self.project, self.home):
            for path in sorted(top.rglob("*")):
                name = str(path.relative_to(self.root))
                mode = oct(path.lstat().st_mode)
                if path.is_symlink():
                    found[name] = os.readlink(path)
                else:
                    found[name] = (mode, path.read_bytes()) if path.is_file() else mode
        return found


def kinds(plan: InstallPlan) -> list[str]:
    return [action.kind for action in plan.actions]


def notes(plan: InstallPlan) -> str:
    return "\n".join(action.detail for action in plan.actions if action.kind in ("note", "refuse"))


def ours(doc: dict) -> dict[str, list]:
    """Event -> our handlers, by an eye that shares no code with the installer."""
    found: dict[str, list] = {}
    for event, groups in doc.get("hooks", {}).items():
        for group in groups:
            for handler in group.get("hooks", []) if isinstance(group, dict) else []:
                if "rlm" in json.dumps(handler):
                    found.setdefault(event, []).append(handler)
    return found


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    monkeypatch.delenv("CLAUDE_CONFIG_DIR", raising=False)
    return World(tmp_path)


def test_tests_cannot_reach_the_real_home(world: World) -> None:
    assert Path.home() == world.root / "nobody"
    assert Environment.current().config_dir == world.root / "nobody" / ".claude"
