"""The bar of work that goes over a whole archive: how far it is, on a terminal alone."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from kits.builders import Session, archive

from rlm_core.archive.take import take
from rlm_core.cli import main
from rlm_core.cli.progressbar import walked

KEY = "AK" + "IA" + "QWERTYUIOPASDFGH"
SHARE = re.compile(r"(\d+)/(\d+)")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    kept = archive(tmp_path)
    for n in range(4):
        session = Session(f"{n}{n}{n}{n}aaaa-1111-4222-8333-444455556666", cwd=str(tmp_path))
        session.prompt(f"the key is {KEY}, said in ash-{n}")
        session.says("noted")
        take(kept, session.write(tmp_path / f"{session.session}.jsonl"))
    return tmp_path


@pytest.mark.parametrize(
    "command", [["secrets"], ["redact", "--dry-run"], ["redact"], ["forget", "--match", "said in ash-2", "--yes"]]
)
def test_the_bar_tells_the_share_that_is_done(
    command: list[str], project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main([*command, "--project", str(project)]) == 0
    assert SHARE.search(capsys.readouterr().err) is None
    if "forget" in command:
        command[2] = "said in ash-1"
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert main([*command, "--project", str(project)]) == 0
    assert "4/4" in {m[0] for m in SHARE.finditer(capsys.readouterr().err)}


def test_each_walk_is_told_from_its_beginning_to_its_end(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = archive(project)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with walked(kept, "at work", quiet=False) as seen:
        assert list(seen.folders()) == list(kept.folders())
        (first, *_) = seen.folders()
        seen.unread[first] = "gone"
    assert kept.unread == {first: "gone"}
    with walked(kept, "at work", quiet=True) as seen:
        assert seen is kept
