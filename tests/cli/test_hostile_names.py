"""A directory whose name holds a terminal's commands: the terminal obeys none of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from kits.builders import Session
from kits.place import Place

from rlm_core.cli import main
from rlm_core.cli.output import say

NAME = "a\x1b]0;title\x07\x1b[2J\u202eb\x9b31m"
OBEYED = {"\x1b", "\x07", "\x9b", "\u202e"}
COMMANDS = (
    "archive --all", "status", "list", "list --everywhere", "search quartz", "verify", "peek", "add notes.md",
    "add --list", "install --dry-run", "install", "doctor", "restore", "forget --match quartz --dry-run", "trust",
    "adopt", "reindex", "view --no-open", "uninstall --dry-run", "uninstall", "uninstall --purge --yes",
)  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="no such name there")
def test_no_command_hands_a_directorys_name_to_the_terminal_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(tmp_path / NAME)
    session = Session(cwd=str(place.project))
    session.prompt("quartz")
    session.says("basalt")
    place.session(session)
    (place.project / "notes.md").write_text("quartz\n", encoding="utf-8")
    subprocess.run(["git", "init", "-q", str(place.project)], check=True)
    monkeypatch.chdir(place.project)
    monkeypatch.delenv("CLAUDECODE", raising=False)
    told = ""
    for command in COMMANDS:
        main(command.split())
        said = capsys.readouterr()
        told += said.out + said.err
        assert not OBEYED & set(said.out + said.err), command
    assert "a␛]0;title␇␛[2J" in told


def test_our_own_colours_stay_beside_what_somebody_else_has_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    for name in ("NO_COLOR", "CLICOLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    say("\x1b[32mok\x1b[0m  a\x1b[2Jb\x1b]52;c;cm0=\x07")
    assert capsys.readouterr().out == "\x1b[32mok\x1b[0m  a␛[2Jb␛]52;c;cm0=␇\n"
