"""`rlm` in a process of its own, without the start of an interpreter: one process has loaded the program, and forks.

    >>> run(["--version"], cwd=".", env=dict(os.environ)).code          # doctest: +SKIP
    0

A command gets its arguments, directory, environment and descriptors; nothing that another one has done is there. What
Python reads when it starts (`PYTHON...`) is the tests' own or nothing: a command with other such needs an interpreter.
"""

from __future__ import annotations

import array
import atexit
import contextlib
import gc
import io
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from kits.claude.process import Finished
from kits.paths import ROOT, TESTS

POSSIBLE = hasattr(os, "fork") and sys.platform == "linux"
PYTHON = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
EACH = "each of these"
ALONE = "import json, kits.warm; kits.warm._each(json.loads(sys.argv[1]))"
LOADED = ("archive", "asking", "cli", "forget", "index", "querying", "search", "secrets")
"""Rooms that most commands load."""


class Server:
    """The process that has loaded the program, as the one that asks it sees it."""

    def __init__(self, python: Mapping[str, str]) -> None:
        """python: what Python is to read of its environment when it starts."""
        self.owner = os.getpid()
        self.ours, theirs = socket.socketpair()
        env = {**python, "PATH": os.environ["PATH"]}
        command = [
            sys.executable,
            "-c",
            "import sys; sys.path.append(sys.argv[2]); import kits.warm; kits.warm.serve(int(sys.argv[1]))",
            str(theirs.fileno()),
            str(TESTS),
        ]
        self.process = subprocess.Popen(command, cwd="/", env=env, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
        theirs.close()
        atexit.register(self.end)

    def end(self) -> None:
        if self.owner == os.getpid():
            self.ours.close()
            self.process.wait(60)

    def run(self, args: Sequence[str], cwd: str, env: Mapping[str, str], timeout: float) -> Finished:
        """Raises subprocess.TimeoutExpired; the process is dead then."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            asked = json.dumps([list(args), cwd, dict(env)]).encode()
            handed = array.array("i", [out.fileno(), err.fileno()])
            head = len(asked).to_bytes(8, "big")
            self.ours.sendmsg([head], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, handed)])
            self.ours.sendall(asked)
            pid = int.from_bytes(_exactly(self.ours, 8), "big")
            self.ours.settimeout(timeout)
            try:
                code = int.from_bytes(_exactly(self.ours, 8), "big", signed=True)
            except TimeoutError:
                os.kill(pid, signal.SIGKILL)
                self.ours.settimeout(None)
                _exactly(self.ours, 8)
                raise subprocess.TimeoutExpired(list(args), timeout) from None
            finally:
                self.ours.settimeout(None)
            out.seek(0)
            err.seek(0)
            return Finished(code, out.read().decode(), err.read().decode())


def run_each(
    commands: Sequence[Sequence[str]], *, cwd: Path | str, env: Mapping[str, str], timeout: float = 120
) -> list[tuple[list[str], int, str, str]]:
    """Commands one after the other in one process: each with what it ended with and printed on stdout and stderr."""
    asked = json.dumps(commands)
    if python_is_known(env):
        done = _server(pythons(env)).run([EACH, asked], str(cwd), env, timeout)
    else:
        line = [sys.executable, "-c", f"import sys; sys.path.append({str(TESTS)!r}); {ALONE}", asked]
        ran = subprocess.run(line, capture_output=True, cwd=cwd, env=dict(env), timeout=timeout)
        done = Finished(ran.returncode, ran.stdout.decode(), ran.stderr.decode())
    assert done.code == 0, done.stderr
    return [(c, code, out, err) for c, code, out, err in json.loads(done.stdout)]


_servers: dict[tuple[int, bool], Server] = {}
"""(process that asks, whether Python reads anything of the environment) -> server."""


def run(args: Sequence[str], *, cwd: Path | str, env: Mapping[str, str], timeout: float = 120) -> Finished:
    """What `python -m rlm_core ARGS` ends with and prints, in a directory and an environment, with nothing on stdin."""
    if python_is_known(env):
        return _server(pythons(env)).run(args, str(cwd), env, timeout)
    command = [sys.executable, "-m", "rlm_core", *args]
    done = subprocess.run(
        command, capture_output=True, cwd=cwd, env=dict(env), timeout=timeout, stdin=subprocess.DEVNULL
    )
    return Finished(done.returncode, done.stdout.decode(), done.stderr.decode())


def _server(python: Mapping[str, str]) -> Server:
    """That of this process; a process that was forked from it has another one."""
    key = (os.getpid(), bool(python))
    if key not in _servers:
        _servers[key] = Server(python)
    return _servers[key]


def python_is_known(env: Mapping[str, str]) -> bool:
    """Whether a process can be forked for this environment."""
    return POSSIBLE and pythons(env) in ({}, _own_python(os.getpid()))


@cache
def _own_python(_: int) -> dict[str, str]:
    """What Python reads of the environment of this process, as it was when it was first asked for, and PYTHON."""
    return {**pythons(os.environ), **PYTHON}


def pythons(env: Mapping[str, str]) -> dict[str, str]:
    """What Python itself reads of an environment."""
    return {name: value for name, value in env.items() if name.startswith("PYTHON")}


def _exactly(stream: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = stream.recv(count - len(data))
        if not part:
            raise EOFError("the process that forks has ended")
        data += part
    return data


# In the process that forks.


def serve(number: int) -> None:
    """Fork for each command that is asked for, until nobody can ask any more."""
    asked = socket.socket(fileno=number)
    _load()
    gc.collect()
    gc.freeze()
    with contextlib.suppress(EOFError):
        while True:
            size, given = _received(asked)
            args, cwd, env = json.loads(_exactly(asked, size))
            _prepare(args)
            pid = os.fork()
            if not pid:
                asked.close()
                _become(args, cwd, env, given)
            for fd in given:
                os.close(fd)
            asked.sendall(pid.to_bytes(8, "big"))
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            asked.sendall(code.to_bytes(8, "big", signed=True))


def _received(asked: socket.socket) -> tuple[int, list[int]]:
    """(how many bytes follow, the descriptors of stdout and stderr)."""
    head, beside, _, _ = asked.recvmsg(8, socket.CMSG_SPACE(2 * array.array("i").itemsize))
    if not head:
        raise EOFError
    found = array.array("i")
    found.frombytes(beside[0][2])
    return int.from_bytes(head, "big"), list(found)


def _load() -> None:
    """Load what commands load."""
    from importlib import import_module
    from pkgutil import walk_packages

    for room in LOADED:
        package = import_module(f"rlm_core.{room}")
        for found in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(found.name)


def _prepare(args: Sequence[str]) -> None:
    """What a command would find out of the program itself, and each one the same."""
    if args[:1] == ["forget"]:
        from rlm_core.forget.proof.probes import own_readings

        own_readings()
    if args[:1] == ["ask"] and {"anthropic", "batch"} & set(args):
        import anthropic  # noqa: F401 - it takes longer than the question


def _become(args: Sequence[str], cwd: str, env: dict[str, str], given: Sequence[int]) -> None:
    """Be the process that runs a command; it never returns."""
    code = 1
    try:
        os.dup2(given[0], 1)
        os.dup2(given[1], 2)
        for fd in given:
            os.close(fd)
        os.chdir(cwd)
        os.environ.clear()
        os.environ.update(env)
        time.tzset()
        tempfile.tempdir = None
        sys.argv = [str(ROOT / "rlm_core" / "__main__.py"), *args]
        sys.path[:] = [path for path in sys.path if path != str(TESTS)]
        code = _main() if args[:1] != [EACH] else _each(json.loads(args[1]))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _main() -> int:
    """The exit status of what `python -m rlm_core` does."""
    from rlm_core.__main__ import main

    status: Any
    try:
        status = main()
    except SystemExit as e:
        status = e.code
    except BaseException:
        sys.excepthook(*sys.exc_info())
        return 1
    return status if isinstance(status, int) else int(status is not None)


def _each(commands: list[list[str]]) -> int:
    """Run commands, and print what they ended with and said as JSON."""
    from rlm_core.cli import main

    done = []
    for command in commands:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code: Any = main(command)
            except SystemExit as e:
                code = e.code
        done.append([command, code, out.getvalue(), err.getvalue()])
    sys.stdout.write(json.dumps(done))
    return 0
