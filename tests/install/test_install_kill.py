"""An install or uninstall that is killed at any step: the same command completes it, uninstall undoes it."""

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kits.install import WORDS, World, ours, world

from rlm_core.install import InstallError

__all__ = ["world"]

ORIGINAL = b'{\n  // mine\n  "model": "opus",\n  "autoCompactWindow": 300000,\n}\n'
STEPS = range(1, 60)
Run = Callable[[World], object]
Run0 = Callable[[], object]


def install(world: World) -> object:
    return world.install(offload_at="60%")


def upgrade(world: World) -> object:
    world.upgrade("0.2.0")
    world.ship("recall/SKILL.md", "new `rlm list`\n")
    (world.share / "skills" / "recall" / "scripts" / "peek.sh").unlink(missing_ok=True)
    return world.install(offload_at="150k")


def uninstall(world: World) -> object:
    return world.uninstall()


def purge(world: World) -> object:
    return world.uninstall(purge=True)


@pytest.fixture(autouse=True)
def no_sync(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda handle: None)


class Killer:
    """Counts the calls that change the disk; at the k-th it acts instead."""

    def __init__(self, k: int, act: Callable[[], None]) -> None:
        self.left = k
        self.act = act

    def guard(self, real: Callable[..., object]) -> Callable[..., object]:
        def guarded(*args: object, **kwargs: object) -> object:
            self.left -= 1
            if self.left == 0:
                self.act()
            return real(*args, **kwargs)

        return guarded

    def arm(self, patch: pytest.MonkeyPatch) -> None:
        patch.setattr(os, "replace", self.guard(os.replace))
        for name in ("mkdir", "unlink", "rmdir"):
            patch.setattr(Path, name, self.guard(getattr(Path, name)))


def killed(world: World, run: Run, k: int) -> bool:
    """Whether `run`, in a child that dies without any clean-up at its k-th change, was killed."""
    child = os.fork()
    if not child:
        try:
            with pytest.MonkeyPatch.context() as patch:
                Killer(k, lambda: os._exit(9)).arm(patch)
                run(world)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def kills(world: World, run: Run, reset: Callable[[], object]) -> Iterator[int]:
    """For each step of `run`: a world where it died there. Proves that it has steps and an end."""
    for k in STEPS:
        reset()
        if not killed(world, run, k):
            assert k > 5
            return
        yield k
    pytest.fail("more steps than expected")


@pytest.fixture
def start(world: World) -> Callable[[], dict[str, object]]:
    """Sets the world back: the user's commented file, nothing of ours."""

    def reset() -> dict[str, object]:
        shutil.rmtree(world.root)
        world.__init__(world.root)  # type: ignore[misc]
        world.put(ORIGINAL)
        return world.tree()

    return reset


@pytest.fixture
def installed(world: World, start, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], None]:
    """Sets the world back to where we are installed: once by an install, whose files are kept."""
    start()
    install(world)
    env, kept = world.env, tmp_path_factory.mktemp("kept") / "root"
    shutil.copytree(world.root, kept, symlinks=True)

    def reset() -> None:
        shutil.rmtree(world.root)
        shutil.copytree(kept, world.root, symlinks=True)
        world.env = env

    return reset


@pytest.mark.parametrize("settings", ["commented", "absent"])
def test_a_killed_install_is_completed_or_undone(world: World, start, settings: str) -> None:
    def reset() -> None:
        start()
        if settings == "absent":
            (world.project / ".claude" / "settings.local.json").unlink()
            (world.project / ".claude").rmdir()

    for k in kills(world, install, reset):
        install(world)
        assert set(ours(world.doc())) == set(WORDS), k
        assert not world.plan(offload_at="60%").changes
        uninstall(world)
        _assert_clean(world, reset)
        assert killed(world, install, k)
        uninstall(world)
        _assert_clean(world, reset)


def _assert_clean(world: World, reset: Run0) -> None:
    """Nothing of ours is left; but an empty `.claude`, made just before the kill, might be the user's."""
    after = world.tree()
    if not any((world.project / ".claude").glob("*")):
        after.pop("project/.claude", None)
    reset()
    assert after == world.tree()


def test_a_killed_upgrade_is_completed_or_undone(world: World, start, installed: Run0) -> None:
    for k in kills(world, upgrade, installed):
        upgrade(world)
        assert world.doc()["autoCompactWindow"] == 183_000
        assert (world.project / ".claude/skills/recall/SKILL.md").read_text().startswith("new ")
        uninstall(world)
        after = world.tree()
        assert after == start(), k
        installed()
        assert killed(world, upgrade, k)
        uninstall(world)
        after = world.tree()
        assert after == start(), k


@pytest.mark.parametrize("run", [uninstall, purge])
def test_a_killed_uninstall_is_completed_by_the_same_command(world: World, start, installed: Run0, run: Run) -> None:
    for k in kills(world, run, installed):
        run(world)
        after = world.tree()
        assert after == start(), k


def test_a_killed_uninstall_may_be_installed_over(world: World, installed: Run0) -> None:
    for k in kills(world, uninstall, installed):
        install(world)
        assert set(ours(world.doc())) == set(WORDS), k
        uninstall(world)
        assert world.settings().read_bytes() == ORIGINAL


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_a_disk_that_refuses_a_step_is_a_clear_error_and_the_rerun_finishes(world: World, start, code: int) -> None:
    def refuse() -> None:
        raise OSError(code, os.strerror(code))

    for k in range(1, 30):
        before = start()
        error = _refused(world, Killer(k, refuse))
        if error is None:
            break
        assert os.strerror(code) in error
        assert "run the same command again" in error
        assert not list(world.root.rglob("*.rlm-tmp"))
        install(world)
        uninstall(world)
        assert world.tree() == before
    assert k > 5


def _refused(world: World, killer: Killer) -> str | None:
    """The error of an install whose k-th `os.replace` fails, None when it has fewer."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "replace", killer.guard(os.replace))
        try:
            install(world)
        except InstallError as error:
            return str(error)
    return None
