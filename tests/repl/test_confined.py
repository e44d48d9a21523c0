"""What a cell may not do, each with what stops it. Only where the platform can: elsewhere `missing` says why not."""

from __future__ import annotations

import json
import os
import pickle
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest
from kits.cells import Cells
from kits.paths import ROOT

from rlm_core.repl.begin import begun
from rlm_core.repl.cell.confine import filter_program, missing
from rlm_core.repl.cellstore import removed_and_held

here = pytest.mark.skipif(missing() != "", reason="a cell cannot be confined here")
LIBC = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nx86 = os.uname().machine == 'x86_64'\n"
REFUSED = " < 0\nraise PermissionError"  # the call has given an error, as it must

ESCAPES = {
    "a socket (seccomp)": "import socket\nsocket.socket()",
    "a socket by its number (seccomp)": LIBC + "assert libc.syscall(41 if x86 else 198, 2, 1, 0)" + REFUSED,
    "a ring that makes sockets (seccomp)": LIBC + "assert libc.syscall(425, 8, bytes(512))" + REFUSED,
    "a fork (seccomp)": "import os\nos.fork()",
    "a program (seccomp)": "import os\nos.execv('/bin/true', ['true'])",
    "a child (seccomp)": "import subprocess\nsubprocess.run(['true'])",
    "a spawned child (seccomp)": "import os\nos.posix_spawn('/bin/true', ['true'], {})",
    "a shell (seccomp)": "import os\nif os.system('true') != 0: raise PermissionError",
    "a signal to its parent (seccomp)": "import os\nos.kill(os.getppid(), 9)",
    "a signal to a thread of another (seccomp)": LIBC
    + "p = os.getppid()\nassert libc.syscall(234 if x86 else 131, p, p, 9)"
    + REFUSED,
    "another's memory (seccomp)": LIBC + "assert libc.ptrace(16, os.getppid(), 0, 0)" + REFUSED,
    "another's memory as a file (Landlock)": "import os\nopen(f'/proc/{os.getppid()}/mem', 'rb')",
    "another's environment (Landlock)": "import os\nopen(f'/proc/{os.getppid()}/environ', 'rb').read()",
    "a mode (seccomp)": "import os\nos.chmod({outside!r}, 0o777)",
    "an owner (seccomp)": "import os\nos.chown({outside!r}, 0, 0)",
    "a time (seccomp)": "import os\nos.utime({outside!r}, (0, 0))",
    "an attribute (seccomp)": "import os\nos.setxattr({outside!r}, 'user.a', b'1')",
    "a write (Landlock)": "open({outside!r}, 'a')",
    "a new file (Landlock)": "open({outside!r} + '.new', 'w')",
    "a text that it sees (Landlock)": "open({seen!r}, 'a')",
    "its session's snapshot (Landlock)": "open({session!r} + '/snapshot', 'ab')",
    "what it was granted (Landlock)": "open({session!r} + '/spent.json', 'w')",
    "a cut (Landlock)": "import os\nos.truncate({outside!r}, 0)",
    "a removal (Landlock)": "import os\nos.unlink({outside!r})",
    "a directory (Landlock)": "import os\nos.mkdir({outside!r} + '.d')",
    "a move (Landlock)": "import os\nos.rename({outside!r}, 'here')",
    "a second name (Landlock)": "import os\nos.link({outside!r}, 'here')",
    "a link (Landlock)": "import os\nos.symlink({outside!r}, 'here')\nopen('here', 'a')",
    "a read (Landlock)": "open({outside!r}).read()",
    "the project beside the text (Landlock)": "open({beside!r}).read()",
    "the directory that holds this package (Landlock)": "import os\nos.listdir({root!r})",
    "a home (Landlock)": "import os\nos.listdir({home!r})",
    "a mount (seccomp)": LIBC + "assert libc.mount(b'x', b'/tmp', b'tmpfs', 0, None)" + REFUSED,
    "a namespace (seccomp)": LIBC + "assert libc.unshare(0x10000000)" + REFUSED,
    "memory that no limit counts (seccomp)": "import os\nos.memfd_create('x')",
    "to live on without its parent (seccomp)": LIBC + "assert libc.prctl(1, 0, 0, 0, 0)" + REFUSED,
    "its parent's priority (seccomp)": "import os\nos.setpriority(os.PRIO_PROCESS, os.getppid(), 19)",
    "a watch over a directory (seccomp)": LIBC + "assert libc.inotify_init1(0)" + REFUSED,
    "wider limits (seccomp)": "import resource\nresource.setrlimit(resource.RLIMIT_AS, (-1, -1))\n",
}  # fmt: skip


@pytest.fixture
def cells(tmp_path: Path) -> Cells:
    made = Cells(tmp_path)
    made.file("a.txt", "hello\n")
    made.ok("1", made.project / "a.txt")
    return made


TRY = """
import json
told = {}
for name, source in WAYS.items():
    try:
        exec(source, {})
        told[name] = "done"
    except OSError as e:
        told[name] = "refused" if e.errno in (None, 1, 13, 18) else repr(e)
    except ValueError as e:
        told[name] = "refused" if "not allowed to raise" in str(e) else repr(e)
print(json.dumps(told))
"""


@here
def test_each_way_out_is_shut(cells: Cells, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused with EPERM or EACCES; a move or a second name with EXDEV, which is what Landlock says to these."""
    outside = tmp_path / "outside"
    outside.write_text("as it was")
    outside.chmod(0o600)
    session = begun(str(cells.project), {}, name="s").session.folder
    home, seen = os.path.expanduser("~"), str(cells.project / "a.txt")
    beside = cells.file(".env", "A=1")
    monkeypatch.syspath_prepend(str(cells.project))  # as `python -m` does
    places = {"outside": str(outside), "seen": seen, "session": session, "home": home}
    places |= {"beside": str(beside), "root": str(ROOT)}
    ways = {}
    for name, source in ESCAPES.items():
        for key, path in places.items():
            source = source.replace(f"{{{key}!r}}", repr(path))
        ways[name] = source
    told = json.loads(cells.ok(f"WAYS = {ways!r}\n{TRY}"))
    assert told == dict.fromkeys(ESCAPES, "refused")
    assert outside.read_text() == "as it was"
    assert outside.stat().st_mode & 0o777 == 0o600
    assert sorted(p.name for p in tmp_path.iterdir()) == ["outside", "project"]
    assert (cells.project / "a.txt").read_text() == "hello\n"


@here
def test_what_a_cell_needs_is_open(cells: Cells) -> None:
    told = cells.ok(
        "import threading, tempfile, random, datetime, re, zoneinfo, os, sqlite3\n"
        "t = threading.Thread(target=print, args=('thread',)); t.start(); t.join()\n"
        "with tempfile.TemporaryFile('w+') as f:\n    f.write('x')\n    print(f.tell())\n"
        "print(sqlite3.connect(':memory:').execute('select 1').fetchone())\n"
        "print(sorted(k for k in os.environ if 'KEY' in k or 'TOKEN' in k or 'CLAUDE' in k))"
    )
    assert told == "thread\n1\n(1,)\n[]"


@here
def test_no_key_of_the_environment_reaches_a_cell(cells: Cells, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-something")
    assert cells.ok("import os\nprint([k for k, v in os.environ.items() if 'sk-ant' in v])") == "[]"


@here
def test_a_snapshot_that_was_planted_runs_confined(cells: Cells, tmp_path: Path) -> None:
    class Planted:
        def __reduce__(self) -> object:
            return (os.system, (f"touch {tmp_path}/planted",))

    session = begun(str(cells.project), {}, name="s").session
    Path(session.snapshot).write_bytes(pickle.dumps(Planted()))
    result = cells.run("1")
    assert "cannot be loaded" in result.error
    assert not (tmp_path / "planted").exists()


@here
def test_what_a_cell_leaves_in_the_place_of_its_snapshot_is_moved_and_never_followed(
    cells: Cells, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"as it was")
    cells.run(f"import os\nos.symlink({str(outside)!r}, 'snapshot')")
    session = begun(str(cells.project), {}, name="s").session
    assert not os.path.islink(session.path("snapshot"))
    assert outside.read_bytes() == b"as it was"


@here
def test_a_file_may_grow_to_its_limit(cells: Cells) -> None:
    from rlm_core.repl.execute import Limits

    cells.limits = Limits(file_size=1_000_000)
    assert "File too large" in cells.run("open('big', 'wb').write(b'x' * 2_000_000)").error
    result = cells.run("for n in range(10**6): print('a line of output')")
    assert os.path.getsize(result.path) <= 1_000_000


@here
@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_is_whole_and_jumps_within_itself(machine: str) -> None:
    program = filter_program(machine, 77)
    rows = [struct.unpack_from("HBBI", program, at) for at in range(0, len(program), 8)]
    assert len(rows) < 4096
    for at, (code, yes, no, _) in enumerate(rows):
        if code & 0x07 == 0x05:
            assert at + 1 + max(yes, no) < len(rows)
    assert rows[-1] == (0x06, 0, 0, 0x7FFF0000)


@pytest.mark.skipif(sys.platform != "linux", reason="Linux ends a process with its parent")
def test_a_cell_ends_with_the_process_that_watches_it(cells: Cells) -> None:
    """Who kills `rlm` leaves no cell behind that sleeps or computes on."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    scratch = Path(begun(str(cells.project), {}, name="s").session.path("scratch"))
    source = "import os, time\nopen('pid', 'w').write(str(os.getpid()) + '.')\ntime.sleep(100)"
    command = [sys.executable, "-m", "rlm_core", "repl", "exec", "-s", "s", "-c", source]
    running = subprocess.Popen(command, cwd=cells.project, env=env)
    pid = scratch / "pid"
    while not (pid.exists() and pid.read_text().endswith(".")):
        time.sleep(0.01)
    cell = int(pid.read_text().rstrip("."))
    running.kill()
    running.wait()
    while _runs(cell):  # the test's own time limit is the failure
        time.sleep(0.01)


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in ("Z", "X")


def _in_a_session(cells: Cells, *args: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "CLAUDECODE": "1", "CLAUDE_PROJECT_DIR": str(cells.project)}
    command = [sys.executable, "-m", "rlm_core", "repl", *args]
    return subprocess.run(command, cwd=cells.project, env=env, capture_output=True, text=True, timeout=60)


@here
def test_in_a_claude_code_session_cells_stay_in_the_project_and_within_the_settings(
    cells: Cells, tmp_path: Path
) -> None:
    (tmp_path / "outside").write_text("x")
    (cells.project / ".env").write_text("A=1")
    begun(str(cells.project), {}, name="mine", over=[str(tmp_path / "outside")], leaf=cells.leaf).run("1")
    (cells.project / "sub").mkdir()
    (cells.project / "sub" / "link").symlink_to(tmp_path / "outside")
    assert _in_a_session(cells, "exec", "--over", "a.txt", "-c", "print(len(ctx))").stdout == "6\n"
    for args, why in (
        (("exec", "--over", str(tmp_path / "outside"), "-c", "1"), "outside of"),
        (("exec", "--over", ".env", "-c", "1"), "may hold secrets"),
        (("exec", "-s", "mine", "-c", "1"), "began yourself"),
        (("vars", "-s", "mine"), "began yourself"),
        (("fork", "-s", "mine", "yours"), "began yourself"),
        (("exec", "--over", "sub", "-c", "1"), "no text"),  # no link of a directory is followed
        (("exec", str(tmp_path / "outside")), "outside of"),
        (("exec", "--over", "a.txt", "--max-usd", "5000", "-c", "1"), "more than"),
        (("exec", "--over", "a.txt", "--model", "opus", "-c", "1"), "not the model"),
        (("exec", "--project", str(tmp_path), "-c", "1"), "another one"),
    ):  # fmt: skip
        done = _in_a_session(cells, *args)
        assert done.returncode == 1, args
        assert why in done.stderr, done.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["outside", "project"]


def test_where_nothing_confines_a_cell_none_is_run_for_claude(cells: Cells, monkeypatch: pytest.MonkeyPatch) -> None:
    from rlm_core.errors import RlmError
    from rlm_core.repl.cellstart import StartedCell

    monkeypatch.setattr(StartedCell, "missing", lambda self: "the kernel has no Landlock")
    monkeypatch.setenv("CLAUDECODE", "1")
    with pytest.raises(RlmError, match="terminal of your own"):
        cells.run("1")
    monkeypatch.delenv("CLAUDECODE")
    assert cells.ok("1") == "1"


@here
@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("for n in range(10**6): open(str(n), 'w').close()", "more than 300 files"),
        ("import os\nfor n in range(10**6): os.mkdir('d'); os.chdir('d')", "more than 300 files"),
        ("for n in range(250): open(str(n), 'wb').write(b'x' * 10**6)\nwhile True: pass", "more than 100 MB of files"),
        (
            "import os\nheld = []\nfor n in range(250):\n    held.append(open('f', 'wb'))\n    os.unlink('f')\n"
            "    held[-1].write(b'x' * 10**6)\nwhile True: pass",
            "more than 100 MB of files",
        ),
        (
            "import mmap, os\nheld = []\nfor n in range(9):\n    f = open('f', 'w+b')\n    f.write(b'x' * (20 << 20))\n"
            "    f.flush()\n    os.unlink('f')\n    held.append(mmap.mmap(f.fileno(), 0))\n    f.close()\n"
            "while True: pass",
            "more than 100 MB of files",
        ),
    ],
)
def test_a_cell_that_fills_its_scratch_is_killed(cells: Cells, source: str, why: str) -> None:
    from rlm_core.repl.execute import Limits

    cells.ok("x = 1")
    cells.limits = Limits(seconds=20.0, files=300, scratch=100 * 1024**2)
    assert why in cells.run(f"x = 2\n{source}\n").error
    assert cells.ok("x") == "1"
    scratch = Path(begun(str(cells.project), {}, name="s").session.path("scratch"))
    assert not scratch.exists()


@here
def test_memory_that_is_shared_is_no_file(cells: Cells) -> None:
    from rlm_core.repl.execute import Limits

    cells.limits = Limits(seconds=20.0, scratch=100 * 1024**2)
    assert cells.ok("import mmap, time\nm = mmap.mmap(-1, 200 << 20)\ntime.sleep(1.2)\nlen(m)") == str(200 << 20)


def test_a_removed_file_that_is_called_as_shared_memory_is_counts(tmp_path: Path) -> None:
    import ctypes

    c = ctypes.CDLL(None)
    c.mmap.restype = ctypes.c_void_p
    c.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
    c.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
    size = 1 << 20
    for name in ("zero", "x/dev/zero", "a b/dev/zero"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        before = removed_and_held(os.getpid())
        with path.open("w+b") as f:
            f.write(bytes(size))
            f.flush()
            mapped = c.mmap(None, size, 1, 1, f.fileno(), 0)  # `mmap` would hold the file open as well
            path.unlink()
        assert removed_and_held(os.getpid()) == before + size, name
        c.munmap(mapped, size)


@here
def test_few_files_are_open_at_once(cells: Cells) -> None:
    assert "Too many open files" in cells.run("held = [open('f', 'w') for n in range(1000)]").error


def test_of_a_very_long_output_head_and_tail_are_kept_without_secrets(
    cells: Cells, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A secret that lies across a cut is kept in neither half."""
    from rlm_core.repl import execute

    monkeypatch.setattr(execute, "HEAD_BYTES", 20_000)
    monkeypatch.setattr(execute, "TAIL_BYTES", 10_000)
    monkeypatch.setattr(execute, "BEYOND", 5_000)
    key = "AKIA" + "IOSFODNN7ABCDEFG"
    source = f"key = '{key[:6]}' + '{key[6:]}'\nprint('y' * 19_989 + ' ' + key + ' ' + 'm' * 200_000)\n"
    result = cells.run(source + "print('z ' + key + ' ' + 'w' * 9_990)")
    kept = Path(result.path).read_text()
    assert key[:8] not in kept
    assert key[-8:] not in kept
    assert "[redacted" in kept[19_900:20_100]
    assert len(kept) < 31_000
    assert "bytes are left out here" in kept
    assert result.output.startswith("yyy")
    assert result.truncated
