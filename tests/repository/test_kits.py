"""The kits do what the tests count on."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from kits.clock import Clock
from kits.closing import sentence
from kits.linear import assert_linear, assert_linear_in
from kits.needs import missing, need, requires
from kits.paths import TESTS
from kits.programs import program
from kits.warm import PYTHON, run

# programs


@pytest.mark.parametrize("name", ["claude", "été à la plage", "it's", '"$HOME"', "a" * 200])
def test_a_fake_program_is_the_process_that_was_started(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    source = "from __future__ import annotations\nimport os, sys; print(os.getpid(), sys.flags.isolated, sys.argv[1:])"
    path = program(tmp_path / name / "fake", source, "-IS")
    process = subprocess.Popen([path, "a b", "$c", ""], stdout=subprocess.PIPE, text=True)
    out, _ = process.communicate(timeout=120)
    assert out == f"{process.pid} 1 ['a b', '$c', '']\n"


def test_a_fake_program_runs_with_an_interpreter_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "it's été").mkdir()
    python = tmp_path / "it's été" / "python"
    python.symlink_to(sys.executable)
    monkeypatch.setattr(sys, "executable", str(python))
    path = program(tmp_path / "fake", "import sys; print(sys.argv[0])", "-IS")
    assert subprocess.run([path], capture_output=True, text=True, check=True).stdout == f"{path}\n"


def test_a_signal_meets_a_fake_program_itself(tmp_path: Path) -> None:
    path = program(tmp_path / "fake", "print('ready', flush=True); input()")
    process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline() == b"ready\n"
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=120)
    assert process.returncode == -signal.SIGTERM


@pytest.mark.parametrize("args", [["--version"], ["nonsense"], ["list"], ["archive", "--project", "/nowhere"]])
def test_a_forked_command_does_what_one_with_an_interpreter_of_its_own_does(tmp_path: Path, args: list[str]) -> None:
    env = {**os.environ, **PYTHON, "COLUMNS": "80"}
    forked = run(args, cwd=tmp_path, env=env)
    assert forked == run(args, cwd=tmp_path, env={**env, "PYTHONWARNINGS": "default"})
    assert forked.stdout or forked.stderr


# linear time


def test_quadratic_work_is_not_taken_for_linear() -> None:
    with pytest.raises(AssertionError, match="8 times the size"):
        assert_linear(lambda size: lambda: [1 for _ in range(size) for _ in range(size)], 400)


@pytest.mark.parametrize("work", [str.upper, str.split, sorted, lambda text: None], ids=["upper", "split", "sort", "0"])
def test_linear_work_is_taken_for_linear(work: Callable[[str], object]) -> None:
    assert_linear_in("ab ", work, 200_000)


# time that passes while all wait


def test_hours_pass_at_once_in_their_order() -> None:
    clock, seen = Clock(0.0), []

    async def one(seconds: float) -> None:
        await asyncio.sleep(seconds)
        seen.append((seconds, clock()))

    async def run() -> None:
        await asyncio.gather(one(7200), one(0.5), one(60))

    clock.run(run(), 10_000)
    assert seen == [(0.5, 0.5), (60, 60.0), (7200, 7200.0)]


def test_what_never_comes_is_a_failure() -> None:
    with pytest.raises(asyncio.TimeoutError):
        Clock().run(asyncio.sleep(7200), 3600)


def test_a_thread_is_waited_for_and_takes_no_time() -> None:
    clock, gate = Clock(0.0), threading.Event()

    async def run() -> bool:
        asyncio.get_running_loop().call_soon(gate.set)
        return await asyncio.wait_for(asyncio.to_thread(gate.wait, 120), 1.0)

    assert clock.run(run())
    assert clock() == 0.0


def test_what_a_coroutine_has_left_running_is_cancelled() -> None:
    ended = []

    async def endless() -> None:
        try:
            await asyncio.sleep(9999)
        finally:
            ended.append(True)

    async def run() -> None:
        tasks.append(asyncio.ensure_future(endless()))
        await asyncio.sleep(0.1)

    tasks: list[asyncio.Future[None]] = []
    Clock().run(run())
    assert ended == [True]


# needs


def test_what_is_not_on_path_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(tmp_path / "here", "")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert missing("here") == ""
    assert missing("here", "git", "npm") == "no git, no npm"
    assert requires("here", "git").kwargs["reason"] == "no git"
    need("here")
    with pytest.raises(pytest.skip.Exception, match="no git"):
        need("git")


# the last line


def test_the_sentence_begins_with_what_is_most() -> None:
    assert sentence(Counter()) == "Everything was run."
    assert sentence(Counter({"no tmux": 1})) == "Not run: 1 test (no tmux)."
    skipped = Counter({"Skipped: no tmux": 12, "no Claude Code, and\n no npm.": 94})
    assert sentence(skipped, 4) == "Not run: 94 tests (no Claude Code, and no npm), 12 (no tmux), 4 (not asked for)."


SUITE = """
import pytest
@pytest.mark.skipif(True, reason="no moon")
@pytest.mark.parametrize("n", range(3))
def test_of_the_moon(n): pass
def test_of_the_sun(): pytest.skip("no sun")
@pytest.mark.xfail
def test_known(): assert False
def test_good(): pass
def test_other(): pass
"""


@pytest.mark.parametrize("options", [[], ["-q", "-n", "2"]], ids=["alone and aloud", "side by side and quiet"])
def test_the_last_line_says_what_was_not_run(tmp_path: Path, options: list[str]) -> None:
    (tmp_path / "conftest.py").write_text(
        "from kits.closing import Closing\ndef pytest_configure(config): config.pluginmanager.register(Closing())\n"
    )
    (tmp_path / "test_some.py").write_text(SUITE)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-k", "not other", *options, "."]
    env = {**os.environ, "PYTHONPATH": str(TESTS)}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120)
    *before, last = done.stdout.splitlines()
    assert last == "Not run: 3 tests (no moon), 1 (no sun), 1 (not asked for)."
    assert "1 passed" in before[-1]


SCHEDULED = """
import pytest
from kits.schedule import Schedule, name_groups
def pytest_xdist_make_scheduler(config, log): return Schedule(config, log, {beside})
@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items): name_groups(items)
"""
GROUPS = """
import os, pathlib, pytest
@pytest.mark.parametrize("n", range(60))
def test_alone(n): note(f"alone {n}")
@pytest.mark.parametrize("n", range(6))
@pytest.mark.xdist_group("together")
def test_together(n): note(f"together {n}")
def test_dies():
    if not pathlib.Path("died").exists():
        pathlib.Path("died").touch()
        os._exit(1)
"""
NOTE = """
def note(what):
    with open("notes", "a") as notes: notes.write(f"{os.environ['PYTEST_XDIST_WORKER']} {what}\\n")
"""
WAITING = f"""
import os, pytest, time
@pytest.mark.parametrize("n", range(20))
def test_waiting(n):
    time.sleep(0.05)
    note(f"waiting {{n}}")
{NOTE}"""


@pytest.mark.parametrize(("dies", "beside"), [(False, 1), (True, 0)])
def test_each_test_runs_once_and_a_group_in_one_process(tmp_path: Path, dies: bool, beside: int) -> None:
    """Also where a process dies: another one takes up what it had. One beside the others runs what waits only."""
    (tmp_path / "conftest.py").write_text(SCHEDULED.replace("{beside}", str(beside)))
    (tmp_path / "test_some.py").write_text(GROUPS + NOTE)
    (tmp_path / "tests" / "e2e").mkdir(parents=True)
    (tmp_path / "tests" / "e2e" / "test_waiting.py").write_text(WAITING)
    options = ["-p", "no:cacheprovider", "-n", "3", "--dist", "loadgroup", "-k", "test" if dies else "not dies"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "."],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert ("1 failed, " in done.stdout) is dies, done.stdout
    assert "86 passed" in done.stdout or (dies and "87 passed" in done.stdout), done.stdout
    notes = [line.partition(" ")[::2] for line in (tmp_path / "notes").read_text().splitlines()]
    counts = {"alone": 60, "together": 6, "waiting": 20}
    wanted = [f"{kind} {n}" for kind, count in counts.items() for n in range(count)]
    assert sorted(what for _, what in notes) == sorted(wanted)
    assert len({worker for worker, what in notes if what.startswith("together")}) == 1
    kinds = [{what.partition(" ")[0] for worker, what in notes if worker == one} for one in {w for w, _ in notes}]
    assert kinds.count({"waiting"}) == 1 or not beside
