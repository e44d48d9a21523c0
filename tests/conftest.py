"""The guard around every test: no home, no settings, no network but the test's own."""

from __future__ import annotations

import gc
import ipaddress
import itertools
import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from kits.claude.process import remaining
from kits.closing import Closing
from kits.draw import seed

# Examples differ in cost by a factor of ten on a shared machine, so time is no health check here. They are the same in
# each run, and half as many as is usual; with RLM_LONG=1 four times as many, and others each time.
ALWAYS: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("short", **ALWAYS, max_examples=50, derandomize=True)
settings.register_profile("long", **ALWAYS, max_examples=200)
settings.load_profile("long" if os.environ.get("RLM_LONG") == "1" else "short")

FOREIGN = ("CLAUDE", "ANTHROPIC", "RLM")
OWN = ("RLM_E2E", "RLM_CLAUDE", "RLM_TRANSCRIPTS", "RLM_TORTURE", "RLM_LONG")  # they tell the tests where to look
OPEN = (socket.AF_INET, socket.AF_INET6)
UNKEPT = "PYTHONDONTWRITEBYTECODE"  # every process of ours that a test starts would compile the program anew
COLOURS = ("FORCE_COLOR", "CLICOLOR_FORCE", "PYTHON_COLORS", "NO_COLOR")  # argparse of Python 3.14 heeds them too

NUMBERS = itertools.count()
"""Of the tests that this process runs."""
MEMORY = "/dev/shm"
ENOUGH = 2 * 1024**3


def pytest_addoption(parser: pytest.Parser) -> None:
    """What `make test` asks for."""
    told = "of the workers of -n, so many run end-to-end tests alone, which wait as long as they compute"
    parser.addoption("--beside", type=int, default=0, metavar="N", help=told)


def pytest_configure(config: pytest.Config) -> None:
    """The run's last line says what was not run. Temporary directories lie in memory where there is room: every archive
    run waits for the disk.
    """
    config.pluginmanager.register(Closing(), "closing")
    os.environ["RLM_SEED"] = seed()  # the processes that this one starts draw the same
    if "PYTEST_DEBUG_TEMPROOT" not in os.environ and _roomy(MEMORY):
        os.environ["PYTEST_DEBUG_TEMPROOT"] = MEMORY


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In a worker of `--dist loadgroup`, after xdist."""
    if hasattr(config, "workerinput"):
        from kits.schedule import name_groups

        name_groups(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Ours for `--dist loadgroup`; None leaves it to xdist."""
    if config.getoption("dist") != "loadgroup":
        return None
    from kits.schedule import Schedule

    return Schedule(config, log, config.getoption("beside"))


def pytest_report_header() -> str:
    """What to say so that the same is drawn once more."""
    return f"drawn with RLM_SEED={seed()}"


def pytest_collection_finish(session: pytest.Session) -> None:
    """Thousands of tests stay until the end: the garbage collector need not look at them again and again."""
    gc.collect()
    gc.freeze()


def _roomy(folder: str) -> bool:
    """Whether a directory may be written, has space and lets programs run."""
    if not os.access(folder, os.W_OK) or not hasattr(os, "statvfs"):
        return False
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize > ENOUGH and not found.f_flag & os.ST_NOEXEC


class NetworkRefusedError(OSError):
    """A test tried to reach another machine."""


def is_loopback(host: object) -> bool:
    """Whether an address or a name leads back to this machine, without asking a name server."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in ("localhost", "", None):
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse(host: object) -> None:
    if not is_loopback(host):
        raise NetworkRefusedError(f"a test may not reach {host}")


@pytest.fixture(scope="session", autouse=True)
def wide_guard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The network ends at this machine, and what fixtures of a module or of the run make has a home of its own, too.

    Gives the directory in which homes lie.
    """
    connect, connect_ex, sendto = socket.socket.connect, socket.socket.connect_ex, socket.socket.sendto
    getaddrinfo = socket.getaddrinfo

    def checked(call: Any) -> Any:
        def checking(sock: socket.socket, *args: Any) -> Any:
            if sock.family in OPEN:
                _refuse(args[-1][0])
            return call(sock, *args)

        return checking

    def resolve(host: Any, *args: Any, **kwargs: Any) -> Any:
        _refuse(host)
        return getaddrinfo(host, *args, **kwargs)

    homes = tmp_path_factory.getbasetemp()
    with pytest.MonkeyPatch.context() as patch:
        _settle_in(homes, "shared", patch)
        patch.setattr(socket.socket, "connect", checked(connect))
        patch.setattr(socket.socket, "connect_ex", checked(connect_ex))
        patch.setattr(socket.socket, "sendto", checked(sendto))
        patch.setattr(socket, "getaddrinfo", resolve)
        yield homes
    _assert_nothing_runs(f"{homes}{os.sep}")


def _assert_nothing_runs(top: str) -> None:
    """That no process is left which a test has started; what is still at work is given time to end."""
    assert remaining(top) == [], "processes were left behind"


@pytest.fixture(autouse=True)
def guard(wide_guard: Path, request: pytest.FixtureRequest) -> Iterator[None]:
    """HOME and Claude Code's directory are the test's own; when it has passed they go.

    What this process would carry on into other tests must not stay: an alarm kills it minutes later, and keeps a timer
    of the program from being set; who has given way to others once does so until the end, and all that it starts.
    """
    failed = request.session.testsfailed
    with pytest.MonkeyPatch.context() as patch:
        made = _settle_in(wide_guard, str(next(NUMBERS)), patch)
        rank = _rank()
        yield
    assert not _take_alarm(), "an alarm was left behind"
    assert _rank() == rank, "the test process gives way to others now"
    if request.session.testsfailed == failed:
        for folder in made:
            shutil.rmtree(folder, ignore_errors=True)


def _take_alarm() -> float:
    """Seconds until an alarm that was left to this process; it does not come any more."""
    return signal.setitimer(signal.ITIMER_REAL, 0)[0] if hasattr(signal, "setitimer") else 0.0


def _rank() -> int:
    """How far this process gives way to others."""
    return os.nice(0) if hasattr(os, "nice") else 0


def _settle_in(top: Path, which: str, patch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Make a home and a directory for temporary files, and have the environment name them alone."""
    home, temporary = top / f"home-{which}", top / f"tmp-{which}"
    for folder in (home, temporary):
        folder.mkdir(mode=0o700)
    for name in list(os.environ):
        if (name.startswith(FOREIGN) and name not in OWN) or name.startswith("XDG_") or name in (*COLOURS, UNKEPT):
            patch.delenv(name)
    patch.setenv("HOME", str(home))
    patch.setenv("USERPROFILE", str(home))
    patch.setenv("CLAUDE_CONFIG_DIR", str(home / ".claude"))
    patch.setenv("TMPDIR", str(temporary))
    patch.setattr(tempfile, "tempdir", None)
    return home, temporary
