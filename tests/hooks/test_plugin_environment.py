"""The plugin's own environment: built once, beside the old one, or not at all."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rlm_core.hooks import detached, plugin


def python_of(data: Path) -> Path:
    return Path((data / plugin.POINTER).read_text().strip())


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[], None]]:
    """The build in this process, which it must neither slow down nor end."""
    monkeypatch.setattr(os, "nice", lambda _: 0)
    yield lambda: plugin.main([str(tmp_path)])
    if hasattr(signal, "alarm"):
        signal.alarm(0)


def test_an_environment_is_built_once_and_the_old_one_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, build: Callable[[], None]
) -> None:
    pytest.importorskip("ensurepip", reason="this Python cannot make environments")
    monkeypatch.setattr(plugin, "REQUIREMENTS", ("pip",))  # there already: nothing is fetched
    (tmp_path / "venv-0.0.1-3.10").mkdir()
    build()
    assert plugin.is_built(str(tmp_path))
    assert not (tmp_path / "venv-0.0.1-3.10").exists()
    assert not (tmp_path / "environment.log").exists()
    done = subprocess.run(
        [python_of(tmp_path), "-c", "import pip, sys; print(sys.prefix)"], capture_output=True, text=True
    )
    assert done.stdout.strip() == str(tmp_path / plugin.wanted())
    built = python_of(tmp_path).stat().st_ctime_ns
    build()
    assert python_of(tmp_path).stat().st_ctime_ns == built


def test_a_build_that_fails_says_why_and_is_not_taken_for_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, build: Callable[[], None]
) -> None:
    pytest.importorskip("ensurepip", reason="this Python cannot make environments")
    monkeypatch.setattr(plugin, "REQUIREMENTS", ("--no-index", "no-such-package-anywhere"))
    build()
    assert not plugin.is_built(str(tmp_path))
    assert not (tmp_path / plugin.POINTER).exists()
    assert "no-such-package-anywhere" in (tmp_path / "environment.log").read_text()


@pytest.fixture
def spawned(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    calls: list[list[str]] = []
    monkeypatch.setenv("CLAUDE_PLUGIN_DATA", str(tmp_path))
    monkeypatch.setattr(detached, "spawn", lambda module, flags, args: calls.append([module, *flags, *args]))
    return calls


def test_the_plugins_first_session_start_has_it_built(spawned: list[list[str]], tmp_path: Path) -> None:
    detached.build_environment("plugin")
    assert spawned == [["rlm_core.hooks.plugin", "-I", str(tmp_path)]]


@pytest.mark.parametrize("form", ["local", "shared", "user"])
def test_other_forms_build_none(spawned: list[list[str]], form: str) -> None:
    detached.build_environment(form)
    assert spawned == []


def test_after_a_failure_it_waits_before_it_tries_again(spawned: list[list[str]], tmp_path: Path) -> None:
    (tmp_path / "environment.log").write_text("failed")
    detached.build_environment("plugin")
    assert json.dumps(spawned) == "[]"
