"""Whatever lies in the place of one of our files: no hook and no command hangs, crashes, follows it or prints it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kits.builders import SESSION, Session, rich, talk
from kits.needs import is_root
from kits.paths import ROOT

SECRET = "the-heron-sleeps-on-one-leg-in-lagoon-42"
OTHER = "99999999-1111-4222-8333-944445555666"
AGENT = "a1b2c3d4e5f60718a"
GUARD = 60.0  # seconds after which what does not end has hung
HUGE = 200 * 1024 * 1024

HOOKS: list[tuple[str, dict[str, Any]]] = [
    ("session-start", {"source": "startup"}),
    ("user-prompt-submit", {"prompt": "Why does the retry limit of the nightly import differ?"}),
    ("stop", {}),
    ("pre-compact", {"trigger": "auto"}),
    ("post-compact", {"trigger": "auto", "compact_summary": "<summary>the retry limit</summary>"}),
    ("session-start", {"source": "clear"}),
    ("session-end", {"reason": "clear"}),
]
COMMANDS = [
    ["search", "retry", "limit"],
    ["search", "--regex", "heron|retry"],
    ["list"],
    ["peek"],
    ["show", f"{SESSION[:8]}/1"],
    ["status"],
    ["verify"],
    ["add"],
    ["archive", "--all"],
    ["reindex"],
    ["search", "heron", "lagoon"],
]
# Runs commands one after the other in one process: an interpreter's start costs more than most of them.
DRIVER = """
import contextlib, faulthandler, io, json, sys
faulthandler.dump_traceback_later(float(sys.argv[1]), exit=True)
from rlm_core.cli import main
done = []
for command in json.loads(sys.argv[2]):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(command)
        except SystemExit as e:
            code = e.code
    done.append([command, code, out.getvalue(), err.getvalue()])
sys.stdout.write(json.dumps(done))
"""


class Ground:
    """A project in a repository with an archive of everything, a home, and a secret outside of both."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.project = top / "project"
        self.root = self.project / ".claude" / "rlm"
        self.home = top / "home"
        self.config = self.home / ".claude"
        self.transcripts = self.config / "projects" / re.sub("[^A-Za-z0-9]", "-", str(self.project))
        self.outside = top / "outside"
        plain = {k: v for k, v in os.environ.items() if not k.startswith(("CLAUDE", "ANTHROPIC", "RLM"))}
        (top / "tmp").mkdir(exist_ok=True)
        self.env = {
            **plain,
            "HOME": str(self.home),
            "CLAUDE_CONFIG_DIR": str(self.config),
            "CLAUDE_PROJECT_DIR": str(self.project),
            "PYTHONPATH": str(ROOT),
            "TMPDIR": str(top / "tmp"),
        }

    def hook(self, event: str, session: str = SESSION, **fields: Any) -> str:
        path = self.transcripts / f"{session}.jsonl"
        payload = {"session_id": session, "transcript_path": str(path), "cwd": str(self.project), **fields}
        done = subprocess.run(
            [sys.executable, "-m", "rlm_core", "hook", event, "local"],
            input=json.dumps(payload).encode(), capture_output=True, cwd=self.project, env=self.env, timeout=GUARD,
        )  # fmt: skip
        assert done.returncode == 0
        assert done.stderr == b""
        return done.stdout.decode()

    def rlm(self, *commands: list[str]) -> list[tuple[list[str], int, str, str]]:
        """What each command ended with and printed."""
        done = subprocess.run(
            [sys.executable, "-c", DRIVER, str(GUARD * len(commands)), json.dumps(commands)],
            capture_output=True, cwd=self.project, env=self.env, timeout=GUARD * len(commands) + 10,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
        return [(c, code, out, err) for c, code, out, err in json.loads(done.stdout)]

    def quiet(self) -> None:
        """Until no process of ours is left."""
        for _ in range(int(GUARD * 20)):
            if not any(self._names_us(entry) for entry in Path("/proc").glob("[0-9]*")):
                return
            subprocess.run(["sleep", "0.05"], check=True)
        raise AssertionError("a process in the background does not end")

    def _names_us(self, entry: Path) -> bool:
        try:
            return str(self.project).encode() in (entry / "cmdline").read_bytes()
        except OSError:
            return False


def build(top: Path) -> Ground:
    """Everything that leaves something on the disk, once."""
    ground = Ground(top)
    for folder in (ground.project / ".git" / "info", ground.transcripts, ground.outside, ground.project / "docs"):
        folder.mkdir(parents=True)
    (ground.project / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (ground.project / ".git" / "info" / "exclude").write_text("# mine\n")
    (ground.outside / "secret.md").write_text(f"retry limit {SECRET}\n" * 3)
    (ground.project / ".claude").mkdir()
    (ground.project / ".claude" / "rlm.yaml").write_text("threshold: 0.5\n")
    (ground.config / "rlm.yaml").write_text("hints: true\n")
    (ground.config / "settings.json").write_text("{}\n")
    (ground.project / "docs" / "PLAN.md").write_text("# Plan\n\nThe retry limit of the plan.\n" * 20)
    for session in (rich(), talk(Session(OTHER, seed="two"), 6)):
        session.prompt("Why does the retry limit of the nightly import differ?")
        session.says("We decided: the retry limit is 5.", tokens=150_000)
        session.tool("Bash", "retry limit line\n" * 4000, command="cat big")
        for item in session.items:
            if isinstance(item, dict) and "cwd" in item:
                item["cwd"] = str(ground.project)
        session.write(ground.transcripts / f"{session.session}.jsonl")
    agent = talk(Session(SESSION, agent=AGENT, cwd=str(ground.project)), 2)
    agent.write(ground.transcripts / SESSION / "subagents" / f"agent-{AGENT}.jsonl")
    for answer in ground.rlm(["install"], ["add", "docs"], ["archive", "--all"], ["search", "retry", "limit"]):
        assert answer[1] == 0, answer
    for event, fields in HOOKS:
        ground.hook(event, **fields)
    ground.quiet()
    return ground


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return build(tmp_path_factory.mktemp("belts"))


# What is put in the place of a file.


def fifo(path: Path, ground: Ground) -> None:
    os.mkfifo(path)


def link_outside(path: Path, ground: Ground) -> None:
    path.symlink_to(ground.outside / "secret.md")


def link_to_itself(path: Path, ground: Ground) -> None:
    path.symlink_to(path)


def directory(path: Path, ground: Ground) -> None:
    (path / "inner").mkdir(parents=True)


def empty(path: Path, ground: Ground) -> None:
    path.touch()


def huge(path: Path, ground: Ground) -> None:
    with open(path, "wb") as f:
        f.truncate(HUGE)


def nested(path: Path, ground: Ground) -> None:
    path.write_text("[" * 100_000)


def unreadable(path: Path, ground: Ground) -> None:
    if is_root():
        pytest.skip("root may read anything")
    path.write_text("closed")
    path.chmod(0)


KINDS: list[Callable[[Path, Ground], None]] = [
    fifo, link_outside, link_to_itself, directory, empty, huge, nested, unreadable
]  # fmt: skip
GROUPS = 6  # places are attacked so many at a time, unless RLM_TORTURE is set: then one by one
BESIDE = (  # files that are not in the archive and that rlm reads
    "project/.claude/rlm.yaml", "project/.claude/settings.json", "project/.claude/settings.local.json",
    "project/.git", "project/.git/HEAD", "project/.git/index", "project/.git/info/exclude",
    "home/.claude/rlm.yaml", "home/.claude/settings.json", "home/.claude/rlm/projects.json",
    "home/.claude/rlm/launch.json", "TRANSCRIPT", "project/docs/PLAN.md",
    "project/.claude/rlm/search.db-journal", "project/.claude/rlm/log/rlm.log.1",
    "project/.claude/rlm/state/hinted.json", "project/.claude/rlm/state/told-SESSION.json",
)  # fmt: skip
MOST_PLACES = 64  # more than there are kinds of files; the rest is skipped
TORTURE = "RLM_TORTURE" in os.environ
ROUGH = re.compile(r"[0-9a-f]{8,}")


def shape(name: str) -> str:
    """A file's kind by its name: which session or chunk it is of does not matter."""
    return ROUGH.sub("N", re.sub(r"\d{4,}", "N", name))


def places(ground: Ground) -> list[str]:
    """One file of each kind that an archive has, and those beside it, relative to the top."""
    files = [p for p in sorted(ground.root.rglob("*")) if not p.is_dir()]
    kinds = {shape(str(p.relative_to(ground.root))): str(p.relative_to(ground.top)) for p in files}
    return [*kinds.values(), *BESIDE]


def chosen(ground: Ground, group: int) -> list[Path]:
    """The places of a group, or the one of this number under RLM_TORTURE."""
    transcript = str((ground.transcripts / f"{SESSION}.jsonl").relative_to(ground.top))
    names = [n.replace("TRANSCRIPT", transcript).replace("SESSION", SESSION) for n in places(ground)]
    assert len(names) <= MOST_PLACES
    return [ground.top / n for n in (names[group : group + 1] if TORTURE else names[group::GROUPS])]


@pytest.fixture
def ground(original: Ground, request: pytest.FixtureRequest) -> Iterator[Ground]:
    """The original as it was, at its own place: paths of it stand in settings, transcripts and lists."""
    kept = original.top.with_name("belts-kept")
    if not kept.exists():
        shutil.copytree(original.top, kept, symlinks=True)
    yield original
    original.quiet()
    shutil.rmtree(original.top)
    shutil.copytree(kept, original.top, symlinks=True)


def everything_of(ground: Ground) -> bytes:
    """All bytes below the project and the home, but for what was laid there."""
    found = [p for top in (ground.project, ground.home) for p in top.rglob("*")]
    return b"".join(p.read_bytes() for p in found if p.is_file() and not p.is_symlink() and p.stat().st_size < HUGE)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("group", range(MOST_PLACES if TORTURE else GROUPS))
def test_whatever_lies_in_the_place_of_a_file(ground: Ground, group: int, kind: Callable[[Path, Ground], None]) -> None:
    paths = chosen(ground, group)
    if not paths:
        pytest.skip("no such file")
    for path in paths:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    for path in paths:
        if not path.parent.exists():
            path.parent.mkdir(parents=True)
        if path.parent.is_dir():  # else what was put there a moment ago is in its way
            kind(path, ground)
    said = [ground.hook(event, OTHER, **fields) for event, fields in HOOKS]
    for command, code, out, err in ground.rlm(*COMMANDS):
        assert code in (0, 1), (command, err)
        assert "Traceback" not in out + err, (command, err)
        said += [out, err]
    ground.quiet()
    assert SECRET not in "".join(said)
    assert (ground.outside / "secret.md").read_text().count(SECRET) == 3
    assert len(list(ground.outside.iterdir())) == 1
    assert SECRET.encode() not in everything_of(ground)
