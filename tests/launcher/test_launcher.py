"""The launcher as Claude Code runs it: with its own interpreter, without it, without any; and what it leaves behind."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from kits.builders import SESSION, Session, talk
from kits.hooks import BOUND, EVERY
from kits.needs import mounted
from kits.paths import ROOT

from rlm_core.errors import LockTimeoutError
from rlm_core.hooks.precedence import on_path, starts
from rlm_core.install import Environment
from rlm_core.install.handlers import EVENTS, direct, handler
from rlm_core.launcher import shell, spare, table
from rlm_core.launcher.table import Launched
from rlm_core.lock import Lock

ODD = "dépôt d'essai"  # a quote, a space and an accent, in every path


class Machine:
    """One user's directory with the launcher, a Python of a project's own, and a package that can be taken away."""

    def __init__(self, top: Path) -> None:
        self.own = top / ODD / "rlm"
        self.python = top / ODD / "venv" / "bin" / "python"
        self.package = top / ODD / "site-packages"
        self.project = top / ODD / "project"
        self.transcript = top / ODD / "t" / f"{SESSION}.jsonl"
        self.bin = top / "bin"
        for folder in (self.python.parent, self.project, self.bin):
            folder.mkdir(parents=True)
        self.python.symlink_to(sys.executable)
        shutil.copytree(ROOT / "rlm_core", self.package / "rlm_core", ignore=shutil.ignore_patterns("_share"))
        settings = self.project / ".claude" / "settings.local.json"
        self.entry = Launched(str(settings), str(self.python), str(self.package))
        talk(Session(cwd=str(self.project)), 3).write(self.transcript)
        table.note(self.own, self.entry)

    def run(self, event: str = "Stop", *, path: str = "", key: str = "", **fields: str) -> str:
        """What the hook printed; it has exited 0 and complained of nothing."""
        payload = {"session_id": SESSION, "transcript_path": str(self.transcript), "cwd": str(self.project), **fields}
        done = subprocess.run(
            [str(self.own / "launch"), EVENTS[event][0], "local", key or self.entry.key],
            input=json.dumps(payload).encode(),
            capture_output=True,
            env={**os.environ, "CLAUDE_PROJECT_DIR": str(self.project), "PATH": path or os.environ["PATH"]},
            timeout=BOUND,
        )
        assert (done.returncode, done.stderr) == (0, b"")
        return done.stdout.decode()

    def comes_into_the_archive(self) -> bool:
        """Whether the session is archived by the hook, or by the process that a busy machine's hook leaves it to."""
        for _ in range(200):
            if self.archived():
                return True
            time.sleep(0.05)
        return False

    def archived(self) -> bool:
        return any((self.project / ".claude" / "rlm").glob("sessions/*/0001-*.md"))


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def lose_python(machine: Machine) -> None:
    machine.python.unlink()


def lose_package(machine: Machine) -> None:
    shutil.rmtree(machine.package / "rlm_core")


def lose_a_part(machine: Machine) -> None:
    """As a package half removed: `hook.py` is there and cannot be imported."""
    (machine.package / "rlm_core" / "hook.py").write_text("from rlm_core.nowhere import main\n")
    shutil.rmtree(machine.package / "rlm_core" / "__pycache__", ignore_errors=True)


LOSSES = [lose_python, lose_package, lose_a_part]


@pytest.mark.parametrize("event", EVERY)
def test_a_hook_runs_by_the_launcher(machine: Machine, event: str) -> None:
    machine.run(event, source="resume", agent_type="x")
    assert machine.archived() is (event != "UserPromptSubmit")


@pytest.mark.parametrize("lose", LOSSES)
def test_archiving_goes_on_without_the_python_or_the_package(machine: Machine, lose) -> None:
    lose(machine)
    assert "A spare copy goes on archiving" in json.loads(machine.run())["systemMessage"]
    assert machine.comes_into_the_archive()
    assert machine.run() == ""


def test_a_hook_never_blocks_when_nothing_can_run_it(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    lose_python(machine)
    shutil.rmtree(machine.own / "lib")
    for event in EVERY:
        said = machine.run(event)
        assert bool(said) is (event == "SessionStart")
    assert "NOT being archived" in json.loads(machine.run("SessionStart"))["systemMessage"]
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert "n'est PAS archivée\u00a0: ni" in json.loads(machine.run("SessionStart"))["systemMessage"]
    assert not machine.archived()


@pytest.mark.parametrize("status", [0, 1, 2, 127])
def test_a_python_that_is_none_is_passed_over(machine: Machine, status: int) -> None:
    """Such as a stub that asks to install it, or one that is too old; whatever it says is not shown."""
    lose_python(machine)
    stub = machine.bin / "python3"
    stub.write_text(f"#!/bin/sh\necho stub >&2\nexit {status or 9}\n")
    stub.chmod(0o755)
    (machine.bin / "python3.11").symlink_to(sys.executable)
    assert "stub" not in machine.run(path=f"{machine.bin}:/usr/bin:/bin")
    assert machine.comes_into_the_archive()


def stubs(machine: Machine, *names: str) -> Path:
    """Programs of these names that write down that they were asked and cannot run anything; the file of that."""
    asked = machine.bin / "asked"
    for name in names:
        stub = machine.bin / name
        stub.write_text(f"#!/bin/sh\necho {name} >>'{asked}'\nexit 127\n")
        stub.chmod(0o755)
    return asked


def test_the_python_that_ran_the_spare_copy_is_asked_first_from_then_on(machine: Machine) -> None:
    """Each Python of PATH may be a version manager's script, which costs more than a hook."""
    lose_python(machine)
    asked = stubs(machine, "python3", "python3.14", "python3.13")
    (machine.bin / "python3.12").symlink_to(sys.executable)
    path = f"{machine.bin}:/usr/bin:/bin"
    machine.run(path=path)
    assert asked.read_text().split() == ["python3", "python3.14", "python3.13"]
    found = machine.own / "stand-in"
    assert os.path.samefile(found.read_text().strip(), sys.executable)
    assert stat.S_IMODE(found.stat().st_mode) == 0o600
    machine.run(path=path)
    assert len(asked.read_text().split()) == 3
    found.write_text("/nowhere/python\n")  # it has gone, too: the others are asked again
    machine.run(path=path)
    assert len(asked.read_text().split()) == 6
    assert os.path.samefile(found.read_text().strip(), sys.executable)


def test_the_installations_own_python_runs_the_spare_copy_when_the_package_has_gone(machine: Machine) -> None:
    lose_package(machine)
    asked = stubs(machine, "python3", "python3.14")
    machine.run(path=f"{machine.bin}:/usr/bin:/bin")
    assert machine.comes_into_the_archive()
    assert not asked.exists()


def test_where_no_python_can_run_it_only_the_start_of_a_session_asks_again(machine: Machine) -> None:
    lose_python(machine)
    asked = stubs(machine, *(name for name in shell.PYTHONS if "/" not in name))
    path, script = f"{machine.bin}:/bin", (machine.own / "launch").read_text()
    (machine.own / "launch").write_text(
        script.replace("/usr/bin/python3", "/usr/bin/no").replace("/usr/local/bin/py", "/no")
    )
    machine.run(path=path)
    once = len(asked.read_text().split())
    assert once == 7
    for event in ("Stop", "PreCompact", "UserPromptSubmit"):
        machine.run(event, path=path)
    assert len(asked.read_text().split()) == once
    assert "NOT being archived" in machine.run("SessionStart", path=path)
    (machine.bin / "python3.13").unlink()
    (machine.bin / "python3.13").symlink_to(sys.executable)
    machine.run("SessionStart", path=path)
    machine.run(path=path)
    assert machine.comes_into_the_archive()


def test_without_the_spare_copy_no_python_is_asked(machine: Machine) -> None:
    lose_python(machine)
    shutil.rmtree(machine.own / "lib")
    asked = stubs(machine, "python3", "python3.14")
    assert "NOT being archived" in machine.run("SessionStart", path=f"{machine.bin}:/usr/bin:/bin")
    assert not asked.exists()


def test_an_unknown_key_runs_the_spare_copy(machine: Machine) -> None:
    machine.run(key="00000000")
    assert machine.comes_into_the_archive()


def test_in_a_child_of_ours_no_python_starts(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RLM_DEPTH", "1")
    stub = machine.python
    stub.unlink()
    stub.write_text("#!/bin/sh\ntouch started\n")
    stub.chmod(0o755)
    machine.run()
    assert not list(machine.project.glob("started")) + list(Path.cwd().glob("started"))
    assert not machine.archived()


def test_each_installation_keeps_its_own_interpreter(machine: Machine, tmp_path: Path) -> None:
    other = Launched(str(tmp_path / "b" / ".claude" / "settings.local.json"), sys.executable, str(ROOT))
    table.note(machine.own, other)
    text = (machine.own / "launch").read_text()
    assert other.key != machine.entry.key
    assert all(f"{entry.key}) python=" in text for entry in (machine.entry, other))
    assert table.load(machine.own).find(machine.entry.key) == machine.entry


def test_the_launcher_is_for_its_owner_alone_and_short_on_the_command_line(machine: Machine) -> None:
    assert stat.S_IMODE((machine.own / "launch").stat().st_mode) == 0o700
    assert stat.S_IMODE((machine.own / "launch.json").stat().st_mode) == 0o600
    assert subprocess.run(["sh", "-n", str(machine.own / "launch")], check=False).returncode == 0


def test_noted_is_noted_until_something_is_missing(machine: Machine) -> None:
    name = spare.name_of(machine.package)
    assert table.is_noted(machine.own, machine.entry, name)
    (machine.own / "launch").chmod(0o600)
    assert not table.is_noted(machine.own, machine.entry, name)
    table.note(machine.own, machine.entry)
    assert table.is_noted(machine.own, machine.entry, name)
    shutil.rmtree(machine.own / "lib")
    assert not table.is_noted(machine.own, machine.entry, name)
    table.note(machine.own, machine.entry)
    (machine.package / "rlm_core" / "version.py").write_text('VERSION = "9"\n')
    assert not table.is_noted(machine.own, machine.entry, spare.name_of(machine.package))
    table.note(machine.own, machine.entry)
    assert [p.name for p in (machine.own / "lib").iterdir()] == [spare.name_of(machine.package)]


def test_where_nothing_may_be_executed_the_interpreter_is_the_command(machine: Machine, tmp_path: Path) -> None:
    machine_of = replace(Environment.current(), config_dir=tmp_path / "noexec")
    machine_of.config_dir.mkdir()
    assert handler("Stop", "local", machine_of)["command"] == str(machine_of.own / "launch")
    with mounted(machine_of.config_dir, "noexec,size=64k"):
        assert not shell.can_run(machine_of.own)
        assert handler("Stop", "local", machine_of) == direct("Stop", "local", machine_of)


def test_a_damaged_list_is_made_anew(machine: Machine) -> None:
    (machine.own / "launch.json").write_text("{")
    assert table.load(machine.own) == table.Table()
    table.note(machine.own, machine.entry)
    assert table.load(machine.own).entries == (machine.entry,)


def test_all_goes_with_the_last_installation(machine: Machine, tmp_path: Path) -> None:
    other = Launched(str(tmp_path / "b" / ".claude" / "settings.local.json"), sys.executable, str(ROOT))
    Path(other.settings).parent.mkdir(parents=True)
    Path(other.settings).write_text('{"hooks": "/rlm/launch"}')
    table.note(machine.own, other)
    table.forget(machine.own, machine.entry.settings)
    assert table.load(machine.own).entries == (other,)
    assert (machine.own / "launch").exists()
    table.forget(machine.own, other.settings)
    assert not machine.own.exists()


def test_an_installation_whose_disk_is_away_keeps_the_launcher(machine: Machine, tmp_path: Path) -> None:
    away = Launched(str(tmp_path / "away" / "project" / ".claude" / "settings.local.json"), sys.executable, str(ROOT))
    table.note(machine.own, away)
    table.forget(machine.own, machine.entry.settings)
    assert table.load(machine.own).entries == (away,)


def test_what_others_keep_there_stays(machine: Machine) -> None:
    (machine.own / "projects.json").write_text("{}")
    table.forget(machine.own, machine.entry.settings)
    assert [p.name for p in machine.own.iterdir()] == ["projects.json"]


def test_one_at_a_time(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "LOCK_SECONDS", 0.0)
    with Lock(str(machine.own / "launch.lock"), 0.0), pytest.raises(LockTimeoutError):
        table.note(machine.own, machine.entry)


def test_a_script_for_nobody_still_runs_the_spare_copy() -> None:
    assert subprocess.run(["sh", "-n"], input=shell.script({}, ""), check=False).returncode == 0


def test_a_program_starts_when_the_interpreter_in_its_first_line_is_there(tmp_path: Path) -> None:
    program = tmp_path / "rlm"
    assert not starts(str(program))
    program.write_text("#!/bin/sh\n")
    assert starts(str(program))
    program.write_text("#!/gone/venv/bin/python\n")
    assert not starts(str(program))
    shutil.copy("/bin/sh", program)
    assert starts(str(program))


@pytest.mark.parametrize("quote", ["'", '"', ""])
def test_a_script_of_pips_in_a_path_with_a_space_starts_when_its_interpreter_is_there(
    tmp_path: Path, quote: str
) -> None:
    """`#!` ends at the first space, so that pip writes a line for the shell and the path behind it."""
    folder = tmp_path / ("été à la plage" if quote else "plage")
    folder.mkdir()
    program, python = folder / "rlm", folder / "python"
    program.write_text(f"""#!/bin/sh\n'''exec' {quote}{python}{quote} "$0" "$@"\n' '''\nimport sys\n""")
    assert not starts(str(program))
    python.write_text("#!/bin/sh\n")
    python.chmod(0o755)
    assert starts(str(program))


def test_the_first_program_on_path_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert on_path("sh") in ("/usr/bin/sh", "/bin/sh")
    (tmp_path / "sh").mkdir()
    assert on_path("sh") in ("/usr/bin/sh", "/bin/sh")
    assert on_path("no-such-program") == ""
