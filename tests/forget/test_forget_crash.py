"""Killed at any step, `rlm forget` is completed by the next run: nothing is left, and nothing comes back."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from kits.builders import Session, archive, talk
from kits.crash import Breaker, Killed, every, sides, thirds
from kits.paths import ROOT

from rlm_core.archive.copies.keeping import keep_up
from rlm_core.archive.proof.whole import whole
from rlm_core.archive.store import Archive
from rlm_core.archive.summaries import file_summary
from rlm_core.archive.take import take_all
from rlm_core.asking.books import Books
from rlm_core.asking.memory.answers import Answers
from rlm_core.disk import machine
from rlm_core.documents.update import add
from rlm_core.errors import RlmError
from rlm_core.forget import plan
from rlm_core.forget.naming import Named
from rlm_core.forget.proof import probes
from rlm_core.forget.run import complete, forget
from rlm_core.index.update import update
from rlm_core.redaction.clean import literal

MAIN = "aaaaaaaa-1111-4222-8333-944445555666"
OTHER = "bbbbbbbb-1111-4222-8333-944445555666"
MATTER = "The Cassowary of Zanzibar runs by night."
DRIVER = """\
import os, sys, time
sys.path.insert(0, sys.argv[1])
from rlm_core.cli import main
replace = os.replace
os.replace = lambda *a: (time.sleep(0.005), replace(*a))  # slow enough to be met at work
sys.stdout.write("ready\\n"); sys.stdout.flush()
raise SystemExit(main(["forget", *sys.argv[2:], "--yes"]))
"""


class Cage:
    """A small archive in which the matter stands in most kinds of places, put back as it was before each kill."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "claude"
        self.project = folder / "project"
        (self.project / ".git").mkdir(parents=True)
        self.sources = [s.write(folder / "t" / f"{s.session}.jsonl") for s in (self._main(), talk(Session(OTHER), 2))]
        self.kept: Archive = archive(self.project)
        for source in self.sources:
            take_all(self.kept, source)
        (self.project / "birds.md").write_text(f"# Birds\n\n{MATTER}\n\n# Other\n\nOf other things.\n")
        add(self.kept, [str(self.project)])
        state = machine(self.kept.path("state", "sources", f"{MAIN}.json"))
        file_summary(self.kept.root, state, literal(f"Handed over: {MATTER}"), literal("auto"))
        Answers(Books(self.kept.path("state", "ask"))).put("0a" * 20, {"quote": MATTER})
        keep_up(self.kept, lambda _: None, pytest.fail)
        update(self.kept)
        self.saved = folder.parent / f"{folder.name}-kept"
        shutil.copytree(folder, self.saved, symlinks=True)

    def _main(self) -> Session:
        s = talk(Session(MAIN, cwd=str(self.project)), 2)
        s.prompt(f"Look: {MATTER}")
        s.tool("Bash", "of the cassowary\n" * 900, command="cat cassowary.txt")
        s.says(f"So: {MATTER}")
        s.prompt("And the scheduler?")
        s.says("It waits.")
        return s

    def put_back(self) -> None:
        for name in ("project", "claude"):
            for path in (self.folder / name).iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            shutil.copytree(self.saved / name, self.folder / name, symlinks=True, dirs_exist_ok=True)

    def told(self) -> list[str]:
        """Files of ours that hold the matter, by plain bytes."""
        roots = (Path(self.kept.root), self.config)
        found = [path for root in roots for path in root.rglob("*") if path.is_file()]
        words = (b"cassowar", b"zanzibar")
        return [str(p) for p in found if any(w in (str(p).encode() + p.read_bytes()).lower() for w in words)]

    def finish(self, named: Named) -> None:
        """What the command does when it is run once more."""
        rest = complete(self.kept)
        assert rest is None or rest.left == []
        try:
            left = forget(self.kept, named).left
        except RlmError:  # nothing is named so any more
            left = []
        assert left == []

    def check(self, at: object) -> None:
        """Nothing is left or comes back, and the archive is whole."""
        assert self.told() == [], at
        assert not os.path.exists(plan.plan_path(self.kept.root)), at
        assert whole(self.kept).damaged == [], at
        for source in self.sources:
            take_all(self.kept, source)
        keep_up(self.kept, lambda _: None, pytest.fail)
        assert self.told() == [], at
        assert whole(self.kept).ok, (at, whole(self.kept))


@pytest.fixture(scope="module")
def caged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cage]:
    folder = tmp_path_factory.mktemp("cage")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLAUDE_CONFIG_DIR", str(folder / "claude"))
        probes.own_readings()  # once, here: the proof takes a second for our own sources
        yield Cage(folder)


@pytest.fixture
def cage(caged: Cage, monkeypatch: pytest.MonkeyPatch) -> Cage:
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(caged.config))
    return caged


WAYS = {
    "words": Named(match="cassowary"),
    "a session": Named(session=MAIN),
    "a document": Named(document="birds.md"),
    "a pattern": Named(regex="(?i)cassowary|zanzibar"),
}


@pytest.mark.parametrize("step", ["replace", "unlink", "fsync", "rmdir"])
def test_a_kill_at_any_step_is_completed_by_the_next_run(cage: Cage, step: str) -> None:
    named = WAYS["a pattern"]
    cage.put_back()
    assert len(cage.told()) > 10
    with Breaker(step, 0) as counted:
        assert forget(cage.kept, named).left == []
    cage.check("undisturbed")
    for at in every(counted):
        for before in sides(at):
            cage.put_back()
            with Breaker(step, at, before=before), pytest.raises(Killed):
                forget(cage.kept, named)
            cage.finish(named)
            cage.check((step, at, before))


@pytest.mark.parametrize("way", ["words", "a session", "a document"])
def test_whatever_is_named_a_killed_run_is_completed(cage: Cage, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    named = WAYS[way]
    cage.put_back()
    monkeypatch.chdir(cage.project)
    with Breaker("replace", 0) as counted:
        assert forget(cage.kept, named).left == []
    for at in thirds(every(counted), way):
        cage.put_back()
        with Breaker("replace", at), pytest.raises(Killed):
            forget(cage.kept, named)
        cage.finish(named)
        if way != "words":  # the matter stands elsewhere, too, which was not named
            forget(cage.kept, WAYS["a pattern"])
        cage.check((way, at))


def test_kill_9_and_then_again(cage: Cage) -> None:
    """A process of its own, killed where it happens to be."""
    random.seed(9)
    met = 0
    for _ in range(4):
        cage.put_back()
        command = [sys.executable, "-c", DRIVER, str(ROOT), "--regex", "(?i)cassowary"]
        with subprocess.Popen(command, cwd=cage.project, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as running:
            assert running.stdout is not None
            running.stdout.readline()
            while running.poll() is None and not os.path.exists(plan.plan_path(cage.kept.root)):
                time.sleep(0.01)
            time.sleep(random.random() * 1.5)
            running.send_signal(signal.SIGKILL)
        met += os.path.exists(plan.plan_path(cage.kept.root))
        cage.finish(WAYS["a pattern"])
        cage.check("kill -9")
    assert met
