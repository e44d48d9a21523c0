"""`.ci/environment`: the real client is installed by its number, or the tests go on without it and everybody knows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from kits.needs import requires
from kits.paths import ROOT
from kits.programs import script

TOOLS = ("sh", "cat", "cmp", "cp", "cut", "dirname", "mkdir", "rm")
NPM = """\
echo "$@" >>"${0%/*}/asked"
echo E403 you shall not pass >&2
[ -n "VERSION" ] || exit 1
mkdir -p .build/claude/node_modules/.bin
printf '#!/bin/sh\\necho "VERSION (Claude Code)"\\n' >.build/claude/node_modules/.bin/claude
chmod +x .build/claude/node_modules/.bin/claude
"""

pytestmark = requires(*TOOLS, "chmod")


@dataclass
class Checkout:
    """A checkout whose Python environment stands, and a PATH with little more than a fake npm."""

    path: Path
    bin: Path

    @property
    def version(self) -> str:
        """The client's version that is asked for."""
        found = re.search(r"^client_version=(.*)$", (self.path / ".ci/environment").read_text(), re.MULTILINE)
        assert found
        return found[1]

    @property
    def client(self) -> Path:
        return self.path / ".build/claude/node_modules/.bin/claude"

    def npm(self, version: str = "") -> None:
        """A fake npm that installs a client of this version, or is refused."""
        script(self.bin / "npm", NPM.replace("VERSION", version))

    def asked(self) -> list[str]:
        """What npm was told, by call."""
        path = self.bin / "asked"
        return path.read_text().splitlines() if path.exists() else []

    def prepare(self, **env: str) -> subprocess.CompletedProcess[str]:
        """`.ci/environment client`."""
        command = ["/bin/sh", str(self.path / ".ci/environment"), "client"]
        path = {"PATH": str(self.bin), "HOME": os.environ["HOME"]}
        return subprocess.run(command, env={**path, **env}, capture_output=True, text=True, timeout=120)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    made = Checkout(tmp_path / "été à la plage" / "rlm", tmp_path / "bin")
    venv = made.path / ".build" / "venv"
    for folder in (made.path / ".ci", venv, made.bin):
        folder.mkdir(parents=True)
    shutil.copy(ROOT / ".ci/environment", made.path / ".ci")
    for name in (made.path / "pyproject.toml", venv / ".stamp-dev"):
        shutil.copy(ROOT / "pyproject.toml", name)
    for tool in (*TOOLS, "chmod"):
        (made.bin / tool).symlink_to(shutil.which(tool) or "")
    return made


def test_the_client_is_installed_once_by_its_exact_number(checkout: Checkout) -> None:
    checkout.npm(checkout.version)
    for _ in range(2):
        done = checkout.prepare()
        assert done.returncode == 0, done.stderr
    (asked,) = checkout.asked()
    assert f"@anthropic-ai/claude-code@{checkout.version}" in asked.split()
    assert checkout.client.exists()


def test_an_older_client_is_replaced(checkout: Checkout) -> None:
    checkout.client.parent.mkdir(parents=True)
    script(checkout.client, "echo '2.0.1 (Claude Code)'\n")
    checkout.npm(checkout.version)
    assert checkout.prepare().returncode == 0
    assert checkout.version in checkout.client.read_text()


@pytest.mark.parametrize("installed", ["", "2.0.1"], ids=["refused", "another version"])
@pytest.mark.parametrize("required", [True, False])
def test_an_npm_that_does_not_do_it_is_heard_and_stops_nobody_but_ci(
    checkout: Checkout, installed: str, required: bool
) -> None:
    checkout.npm(installed)
    done = checkout.prepare(RLM_E2E="required" if required else "")
    assert done.returncode == required
    assert "E403 you shall not pass" in done.stderr
    assert "will not run" in done.stderr
    assert ("RLM_E2E=required" in done.stderr) is required
    assert not checkout.client.exists()


def test_a_checkout_that_cannot_be_written_is_told_in_a_line_with_what_to_do(checkout: Checkout) -> None:
    shutil.rmtree(checkout.path / ".build")
    (checkout.path / ".build").write_text("no directory")
    done = checkout.prepare()
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert f"cannot write in {checkout.path}/.build; make a copy of the sources that is yours" in done.stderr


def test_without_npm_the_tests_go_on(checkout: Checkout) -> None:
    done = checkout.prepare()
    assert done.returncode == 0
    assert "npm is not here" in done.stderr
    assert "will not run" in done.stderr
    assert checkout.prepare(RLM_E2E="required").returncode == 1


def test_a_client_on_path_will_do(checkout: Checkout) -> None:
    script(checkout.bin / "claude", "exit 0\n")
    done = checkout.prepare(RLM_E2E="required")
    assert done.returncode == 0
    assert f"run with {checkout.bin / 'claude'}" in done.stderr


def test_a_client_that_was_named_makes_npm_unnecessary(checkout: Checkout) -> None:
    checkout.npm(checkout.version)
    assert checkout.prepare(RLM_E2E="required", RLM_CLAUDE="/opt/claude").returncode == 0
    assert checkout.asked() == []
