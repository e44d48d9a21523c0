"""What the repository promises about itself: its .claude/, the plugin, the wheel, the documents."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml
from kits.paths import ROOT

if sys.version_info >= (3, 11):
    import tomllib
else:  # pytest brings it
    import tomli as tomllib
from kits.needs import missing, requires
from kits.programs import script

from rlm_core import __version__
from rlm_core.cli.parser import parser
from rlm_core.hooks.events import EVENTS, event_name
from rlm_core.hooks.plugin import REQUIREMENTS
from rlm_core.install import Environment, plan_install
from rlm_core.install.handlers import handlers

READMES = ["README.md", "README.fr.md"]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pyproject() -> dict[str, object]:
    return tomllib.loads(text("pyproject.toml"))["project"]


def commands() -> dict[str, argparse.ArgumentParser]:
    actions = parser()._subparsers._group_actions  # type: ignore[union-attr]
    return dict(actions[0].choices)  # type: ignore[arg-type]


def test_our_own_claude_folder_is_what_a_shared_install_writes(tmp_path: Path) -> None:
    plan_install(tmp_path, scope="shared", offload_at=None, env=Environment.current()).apply()
    written = {p.relative_to(tmp_path): p.read_bytes() for p in (tmp_path / ".claude").rglob("*") if p.is_file()}
    kept = {n: data for n, data in written.items() if "rlm" not in n.parts[1]}
    assert kept
    for name, data in kept.items():
        assert (ROOT / name).read_bytes() == data, f"{name}: run `rlm install --shared` in the repository"
    assert tracked(".claude") in ([], sorted(kept))


def tracked(folder: str) -> list[Path]:
    """The files in a folder that belong to the repository; none in a copy without git's knowledge of it."""
    if missing("git"):
        return []
    done = subprocess.run(["git", "ls-files", folder], cwd=ROOT, capture_output=True, text=True, check=False)
    return sorted(map(Path, done.stdout.split()))


def test_plugin_and_marketplace_carry_the_packages_name_and_version() -> None:
    plugin = json.loads(text(".claude-plugin/plugin.json"))
    market = json.loads(text(".claude-plugin/marketplace.json"))
    assert plugin["name"] == "rlm"
    assert plugin["version"] == __version__
    assert [p["name"] for p in market["plugins"]] == ["rlm"]
    assert market["plugins"][0]["source"] == "./"
    assert market["name"] == pyproject()["name"]


def test_the_plugins_hooks_are_the_installers_with_another_command() -> None:
    hooks = json.loads(text("hooks/hooks.json"))["hooks"]
    spec = handlers("local", Environment.current())
    assert hooks.keys() == spec.keys() == set(EVENTS)
    for event, groups in hooks.items():
        (handler,) = groups[0]["hooks"]
        found = re.fullmatch(r'sh "\$\{CLAUDE_PLUGIN_ROOT\}/hooks/run\.sh" ([a-z-]+) \|\| exit 0', handler["command"])
        assert found
        assert event_name(found[1]) == event
        assert handler["timeout"] == spec[event]["timeout"]


def test_the_plugins_environment_gets_the_packages_dependencies() -> None:
    assert list(REQUIREMENTS) == pyproject()["dependencies"]


@pytest.mark.parametrize("path", sorted((ROOT / "skills").glob("*/SKILL.md")), ids=lambda p: p.parent.name)
def test_a_skill_has_front_matter_that_claude_code_reads(path: Path) -> None:
    head, body = re.fullmatch(r"---\n(.*?)\n---\n(.*)", path.read_text(encoding="utf-8"), re.DOTALL).groups()  # type: ignore[union-attr]
    meta = yaml.safe_load(head)
    assert meta["name"] == path.parent.name
    assert 80 < len(meta["description"]) <= 1536
    assert "$ARGUMENTS" in body
    assert body.count("\n") < 500
    for command in re.findall(r"`rlm ([a-z]+)", body):
        assert command in commands()


@pytest.mark.parametrize("name", READMES)
def test_every_command_a_readme_shows_exists(name: str) -> None:
    shown = set(re.findall(r"(?:^|`)rlm ([a-z]+)", text(name), re.MULTILINE))
    assert {"install", "archive", "search", "verify", "doctor", "demo"} <= shown <= commands().keys()


def test_the_readmes_two_commands_are_make_targets_and_ci_runs_one() -> None:
    targets = set(re.findall(r"^([a-z0-9]+):", text("Makefile"), re.MULTILINE))
    assert {"demo", "test"} <= targets
    assert "make test" in text(".ci/run")
    assert "RLM_E2E=required" in text(".ci/run")


def test_the_changelog_names_this_version() -> None:
    assert f"## [{__version__}]" in text("CHANGELOG.md")


def test_the_wheel_carries_hooks_and_skills(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", tmp_path, ROOT],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    names = zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist()
    for name in ("hooks/hooks.json", "hooks/run.sh", "skills/recall/SKILL.md"):
        assert f"rlm_core/_share/{name}" in names
    assert "rlm_core/py.typed" in names
    assert not [n for n in names if n.startswith(("tests/", "benchmarks/"))]


@requires("sh", "dirname", "mkdir", "mv")
class TestLauncher:
    """hooks/run.sh, which the plugin's hooks start."""

    def run(self, tmp_path: Path, event: str, path: str, payload: str = "{}") -> subprocess.CompletedProcess[str]:
        env = {"PATH": path, "CLAUDE_PLUGIN_DATA": str(tmp_path / "data"), "HOME": str(tmp_path)}
        command = ["/bin/sh", str(ROOT / "hooks" / "run.sh"), event]
        return subprocess.run(command, input=payload, env=env, capture_output=True, text=True, check=False, timeout=120)

    def only(self, tmp_path: Path, *tools: str) -> str:
        """A PATH that has these commands and no other."""
        folder = tmp_path / "bin"
        folder.mkdir()
        for tool in tools:
            os.symlink(shutil.which(tool) or "", folder / tool)
        return str(folder)

    def test_without_python_it_says_so_once_and_exits_0(self, tmp_path: Path) -> None:
        path = self.only(tmp_path, "dirname", "mkdir", "mv")
        start = self.run(tmp_path, "session-start", path)
        assert start.returncode == 0
        assert "Python 3.10" in json.loads(start.stdout)["systemMessage"]
        for event in ("stop", "user-prompt-submit", "pre-compact", "session-end"):
            done = self.run(tmp_path, event, path)
            assert (done.returncode, done.stdout) == (0, "")

    def test_an_old_python_is_passed_over(self, tmp_path: Path) -> None:
        path = self.only(tmp_path, "dirname", "mkdir", "mv")
        script(Path(path) / "python3", "exit 49\n")
        os.symlink(sys.executable, Path(path) / "python3.11")
        done = self.run(tmp_path, "stop", path)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert (tmp_path / "data" / "python").read_text().strip()

    def test_a_remembered_python_that_is_gone_is_looked_for_again(self, tmp_path: Path) -> None:
        path = self.only(tmp_path, "dirname", "mkdir", "mv")
        os.symlink(sys.executable, Path(path) / "python3")
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / "python").write_text("/nowhere/python3\n")
        assert self.run(tmp_path, "stop", path).returncode == 0
        assert "/nowhere" not in (tmp_path / "data" / "python").read_text()

    def test_a_copy_without_its_package_stays_silent(self, tmp_path: Path) -> None:
        (tmp_path / "plugin" / "hooks").mkdir(parents=True)
        shutil.copy(ROOT / "hooks" / "run.sh", tmp_path / "plugin" / "hooks" / "run.sh")
        command = ["/bin/sh", str(tmp_path / "plugin" / "hooks" / "run.sh"), "pre-compact"]
        done = subprocess.run(command, input="{}", capture_output=True, text=True, check=False, timeout=120)
        assert (done.returncode, done.stdout) == (0, "")
