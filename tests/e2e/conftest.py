"""Fixtures of the end-to-end tests: a client, a mock, a project. All are made anew for each test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from kits.claude.absent import absent
from kits.claude.client import Project
from kits.claude.mock_api import MockApi
from kits.claude.plugin import copy_checkout, install, move_in, settle
from kits.claude.product import Product
from kits.needs import missing
from kits.paths import ROOT

HERE = ROOT / "tests" / "e2e"
LOCAL = ROOT / ".build" / "claude" / "node_modules" / ".bin" / "claude"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever lies in this directory is an end-to-end test. They come first: of what takes seconds nothing is to start
    when all else is done.
    """
    inside = f"{HERE}{os.sep}"
    ours = [item for item in items if str(item.path).startswith(inside)]
    for item in ours:
        item.add_marker(pytest.mark.e2e)
    others = [item for item in items if not str(item.path).startswith(inside)]
    items[:] = ours + others


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """A failure tells what the API heard and which hooks ran."""
    report = yield
    fixtures = getattr(item, "funcargs", {})
    if report.failed and "project" in fixtures and "mock" in fixtures:
        heard = "\n".join(f"{r.number} {r.kind}: {r.last[-160:]!r}" for r in fixtures["mock"].requests)
        order = " ".join(fixtures["project"].hook_order())
        report.sections.append(("what the API heard", heard))
        report.sections.append(("hooks", order))
    return report


@pytest.fixture(scope="session")
def claude() -> Path:
    """The client under test: $RLM_CLAUDE, else the checkout's own, else the one on PATH."""
    candidates = [os.environ.get("RLM_CLAUDE"), str(LOCAL), shutil.which("claude")]
    found = next((Path(c) for c in candidates if c and Path(c).is_file()), None)
    if found is None:
        absent("no Claude Code, and no npm to install it" if missing("npm") else "no Claude Code: npm was refused")
    assert found
    return found


@pytest.fixture
def tmux() -> str:
    """The terminal of the interactive tests."""
    if (found := shutil.which("tmux")) is None:
        absent("no tmux")
    assert found
    return found


@pytest.fixture
def mock() -> Iterator[MockApi]:
    """A Messages API that says what the test scripts."""
    with MockApi() as api:
        yield api
    assert api.crashes == []


@pytest.fixture
def project(tmp_path: Path, claude: Path, mock: MockApi) -> Iterator[Project]:
    """A project for the client; at the end no process of it may be left."""
    made = Project(tmp_path / "w", claude, mock.url)
    try:
        yield made
        made.assert_no_process_left()
    finally:
        made.destroy()


@pytest.fixture
def product(project: Project) -> Product:
    """rlm, installed into the project by its own command."""
    made = Product(project)
    made.install()
    return made


@pytest.fixture
def checkout(project: Project) -> Path:
    """A copy of what the repository gives a plugin's user; it lies in the project's world."""
    return copy_checkout(project.root / "checkout")


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory, claude: Path) -> Path:
    """A world in which the client has installed the plugin from a checkout."""
    with MockApi() as api:
        made = Project(tmp_path_factory.mktemp("furnished") / "w", claude, api.url, {"PIP_NO_INDEX": "1"})
        install(made, copy_checkout(made.root / "checkout"))
        made.assert_no_process_left()
    return made.root


@pytest.fixture
def fresh(project: Project, furnished: Path) -> Product:
    """The plugin, installed by the client; its environment for the rest is still to be built."""
    project.extra_env["PIP_NO_INDEX"] = "1"  # the build is to fail at once: there is no network here
    move_in(project, furnished)
    return Product(project)


@pytest.fixture
def plugin(project: Project, furnished: Path) -> Product:
    """The same where a build has just failed, so that none is tried again."""
    return settle(project, furnished)
