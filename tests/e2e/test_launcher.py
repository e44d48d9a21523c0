"""Hooks with the real client when a Python, a package, a skill or the client's own consent to run them goes away."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from kits.claude.client import Project
from kits.claude.mock_api import MockApi
from kits.claude.process import Finished, finish, wait_until
from kits.claude.product import Product
from kits.claude.stream import Stream
from kits.paths import ROOT

from rlm_core.install import Environment, plan_install
from rlm_core.install.handlers import EVENTS, direct

LONGEST = 40  # characters behind the launcher's path that /compact may show for a hook


class Installed:
    """rlm in an environment of its own, which a user can lose."""

    def __init__(self, project: Project) -> None:
        self.product = Product(project)
        self.project = project
        self.venv = project.root / "été venv"
        self.python = self.venv / "bin" / "python"
        self.package = project.root / "own packages"
        self.python.parent.mkdir(parents=True)
        self.python.symlink_to(os.path.realpath(sys.executable))
        shutil.copy(Path(sys.prefix) / "pyvenv.cfg", self.venv)
        (self.venv / "lib").symlink_to(Path(sys.prefix) / "lib")
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "rlm_core", self.package / "rlm_core", ignore=ignored)
        for part in ("skills", "agents"):
            shutil.copytree(ROOT / part, self.package / part)
        self.rlm("install")

    def rlm(self, *args: str) -> Finished:
        command = [str(self.python), "-m", "rlm_core", *args, "--project", str(self.project.path)]
        env = {**self.project.env(), "PYTHONPATH": str(self.package)}
        done = finish(command, self.project.path, env, "", 120)
        assert done.code == 0, done
        return done

    def session(self, *prompts: str) -> list[str]:
        """A whole session; what the user was told by hooks."""
        with self.project.stream() as stream:
            for prompt in prompts:
                stream.turn(prompt)
        return told(stream)


def told(stream: Stream) -> list[str]:
    """What hooks told the user."""
    outputs = [str(e.get("stdout") or e.get("output") or "") for e in stream.of("system", "hook_response")]
    answers = [json.loads(text) for text in outputs if text.startswith("{")]
    return [answer["systemMessage"] for answer in answers if "systemMessage" in answer]


@pytest.fixture
def installed(project: Project) -> Installed:
    return Installed(project)


def lose_python(installed: Installed) -> str:
    installed.python.unlink()
    return str(installed.python)


def lose_package(installed: Installed) -> str:
    # A process of ours may still write there.
    gone = (installed.package / "rlm_core").rename(installed.package / "gone")
    shutil.rmtree(gone, ignore_errors=True)
    return f"{installed.python} -m pip install rlm-recall"


@pytest.mark.parametrize("lose", [lose_python, lose_package])
def test_archiving_goes_on_when_the_python_or_the_package_is_gone(installed: Installed, mock: MockApi, lose) -> None:
    assert installed.session("a-cedar-prompt") == []
    words = lose(installed)
    (said,) = installed.session("a-birch-prompt", "an-elm-prompt", "/compact", "an-oak-prompt")
    assert words in said
    assert "`rlm install`" in said
    assert all(prompt in installed.product.text() for prompt in ("a-cedar-prompt", "a-birch-prompt", "an-oak-prompt"))
    installed.product.assert_whole()
    assert installed.product.trouble() == []
    checks = {c["name"]: c for c in installed.product.report("doctor")["checks"]}
    assert not checks["hooks (local)"]["ok"]
    assert installed.product.report("doctor", "--fix")["ok"]
    assert installed.session("a-pine-prompt") == []
    assert "a-pine-prompt" in installed.product.text()


def test_a_local_installation_whose_package_is_gone_does_not_silence_the_users(project: Project, mock: MockApi) -> None:
    product = Product(project)
    product.install("--user")
    machine = replace(Environment.current(), package_dir=project.root / "gone")
    path = project.path / ".claude" / "settings.local.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"hooks": {e: [{"hooks": [direct(e, "local", machine)]}] for e in EVENTS}}))
    with project.stream() as stream:
        stream.turn("a-cedar-prompt")
    assert "a-cedar-prompt" in product.text()
    product.assert_whole()
    checks = {c["name"]: c for c in product.report("doctor")["checks"]}
    assert checks["hooks (user)"]["ok"]
    assert "the package is gone" in checks["hooks (local)"]["detail"]


def test_a_session_after_an_upgrade_has_the_new_skills(project: Project, mock: MockApi) -> None:
    share = project.root / "share"
    for part in ("skills", "agents"):
        shutil.copytree(ROOT / part, share / part)
    shutil.rmtree(share / "skills" / "rlm")
    recall = share / "skills" / "recall" / "SKILL.md"
    recall.write_text(recall.read_text("utf-8") + "\nAs the version before had it.\n", "utf-8")
    machine = replace(Environment.current(), config_dir=project.config, share_dir=share, version="0.4.0-before")
    plan_install(project.path, scope="local", offload_at=None, env=machine).apply()
    product = Product(project)
    skills = project.path / ".claude" / "skills"
    project.ask("a-cedar-prompt")
    wait_until(lambda: (skills / "rlm" / "SKILL.md").exists(), "the renewal")
    wait_until(lambda: "As the version before" not in (skills / "recall" / "SKILL.md").read_text("utf-8"), "recall's")
    product.assert_whole()
    assert product.trouble() == []
    assert {c["name"]: c["ok"] for c in product.report("doctor")["checks"]}["skills (local)"]


def test_skills_that_git_has_cleaned_away_are_told_once(product: Product, mock: MockApi) -> None:
    shutil.rmtree(product.project.path / ".claude" / "skills")
    with product.project.stream() as stream:
        for prompt in ("a-cedar-prompt", "a-birch-prompt", "/compact", "an-elm-prompt"):
            stream.turn(prompt)
    (said,) = told(stream)
    assert "/recall is missing" in said
    assert "run `rlm install`" in said
    product.assert_whole()


@pytest.mark.parametrize("layer", ["settings.json", "user"])
def test_where_the_client_runs_no_hooks_the_doctor_says_so(product: Product, mock: MockApi, layer: str) -> None:
    project = product.project
    if layer == "user":
        project.user_settings(lambda settings: settings.update(disableAllHooks=True))
    else:
        (project.path / ".claude" / layer).write_text('{"disableAllHooks": true}')
    project.ask("a-cedar-prompt")
    assert product.chunks() == {}
    checks = {c["name"]: c for c in product.report("doctor")["checks"]}
    assert not checks["hooks (local)"]["ok"]
    assert "disableAllHooks" in checks["hooks (local)"]["detail"]


def test_compact_shows_one_short_line_for_each_hook(product: Product, mock: MockApi) -> None:
    with product.project.stream() as stream:
        for prompt in ("a-cedar-prompt", "a-birch-prompt", "/compact", "an-elm-prompt"):
            stream.turn(prompt)
    command = str(product.project.config / "rlm" / "launch")
    contents = [str(r.get("message", {}).get("content", "")) for r in product.project.transcript(stream.session)]
    shown = [text for text in contents if "local-command-stdout" in text and command in text]
    assert shown
    for text in (*shown, mock.main[-1].text):
        assert "import sys" not in text
        ours = re.findall(rf"{re.escape(command)}([^\]]*)\]", text)
        assert len(ours) >= 2
        assert max(map(len, ours)) < LONGEST
    product.assert_whole()


def test_without_any_python_the_user_is_told_and_nothing_is_blocked(installed: Installed, mock: MockApi) -> None:
    shutil.rmtree(installed.project.config / "rlm" / "lib")
    lose_python(installed)
    (said,) = installed.session("a-cedar-prompt", "a-birch-prompt")
    assert "NOT being archived" in said
    assert installed.project.hook_trouble() == []
    assert installed.product.chunks() == {}
    assert [r.last for r in mock.main if "a-birch-prompt" in r.last]


def test_a_launcher_that_is_gone_blocks_nothing(product: Product, mock: MockApi) -> None:
    shutil.rmtree(product.project.config / "rlm")
    result = product.project.ask("a-cedar-prompt")
    assert result["subtype"] == "success"
    trouble = "\n".join(product.project.hook_trouble())
    assert "rlm/launch" in trouble
    assert subprocess.run(["sh", "-c", str(product.project.config / "rlm" / "launch")], check=False).returncode == 127


@pytest.mark.usefixtures("tmux")
def test_on_the_screen_compact_shows_no_program_of_ours(product: Product, mock: MockApi) -> None:
    project = product.project
    with project.terminal() as terminal:
        project.say(terminal, "a-cedar-prompt")
        project.say(terminal, "a-birch-prompt")
        terminal.submit("/compact")
        wait_until(lambda: project.hooks("PostCompact"), "the compaction")
        project.say(terminal, "an-elm-prompt")
        screen = re.sub(r"\s+", "", terminal.screen())  # lines are broken anywhere
        assert "an-elm-prompt" in screen
        assert "rlm/launchpre-compact" in screen
        assert "importsys" not in screen
