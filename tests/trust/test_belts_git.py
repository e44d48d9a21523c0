"""Git never lists the archive, whatever ignore rules a repository brings, and its own file comes back to the byte."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from kits.builders import SESSION, Session, archive, config, talk
from kits.ground import Ground, as_it_was, build
from kits.needs import requires

from rlm_core.archive.store import Archive
from rlm_core.archive.take import take

MODES = (0o777, 0o755, 0o750, 0o705)


def git(folder: Path, *args: str) -> str:
    plain = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    who = ["-c", "user.name=Jo", "-c", "user.email=jo@example.com"]
    done = subprocess.run(
        ["git", *who, *args], cwd=folder, env={**plain, "GIT_CONFIG_NOSYSTEM": "1"}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def listed(folder: Path) -> list[str]:
    """What git would add."""
    return git(folder, "status", "--porcelain", "-uall", "--ignore-submodules").split("\n")[:-1]


RULES = {
    "none": "",
    "all is wanted": "!*\n",
    "the archive is wanted": "!.claude/\n!.claude/rlm/\n!.claude/rlm/**\n!/.claude/rlm/sessions/**/*.md\n",
    "chunks are wanted": "*\n!*/\n!*.md\n!.gitignore\n",
    "the ignore file is wanted": "!.claude/rlm/.gitignore\n",
}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    top = tmp_path / "project"
    top.mkdir()
    git(top, "init", "-q")
    (top / "README").write_text("mine\n")
    git(top, "add", "README")
    git(top, "commit", "-qm", "first")
    return top


def turn(project: Path, turns: int = 2) -> Archive:
    """What a turn leaves of a session."""
    made = archive(project, config())
    transcript = Path(os.environ["HOME"]) / project.name / f"{SESSION}.jsonl"
    take(made, talk(Session(SESSION, cwd=str(project)), turns).write(transcript))
    return made


@requires("git")
@pytest.mark.parametrize("rules", RULES)
@pytest.mark.parametrize("emptied", [False, True])
def test_no_rule_of_the_repository_lists_the_archive(repository: Path, rules: str, *, emptied: bool) -> None:
    (repository / ".gitignore").write_text(RULES[rules])
    git(repository, "add", "-f", ".gitignore")
    git(repository, "commit", "-qm", "rules")
    kept = turn(repository)
    if emptied:
        Path(kept.path(".gitignore")).write_text("")
        Path(kept.path("sessions", ".gitignore")).write_text("!*\n")
        turn(repository, 3)
        assert Path(kept.path(".gitignore")).read_text() == "*\n"
    assert listed(repository) == []
    git(repository, "add", "-A")
    assert git(repository, "diff", "--cached", "--name-only") == ""


@requires("git")
@pytest.mark.parametrize("what", ["link", "fifo", "longer", "other"])
def test_the_archives_ignore_file_is_put_back(repository: Path, what: str) -> None:
    kept = turn(repository)
    path, outside = Path(kept.path(".gitignore")), repository.parent / "outside"
    path.unlink()
    outside.write_text("*\n")
    if what == "link":
        path.symlink_to(outside)
    elif what == "fifo":
        os.mkfifo(path)
    else:
        path.write_text("*\n!sessions\n" if what == "longer" else "# nothing\n")
    turn(repository, 3)
    assert not path.is_symlink()
    assert path.read_bytes() == b"*\n"
    assert outside.read_text() == "*\n"


@requires("git")
def test_git_is_told_in_the_users_own_file(repository: Path) -> None:
    exclude = repository / ".git" / "info" / "exclude"
    before = exclude.read_bytes()
    kept = turn(repository)
    assert exclude.read_bytes().startswith(before)
    assert b"\n/.claude/rlm/\n" in exclude.read_bytes()
    os.remove(kept.path(".gitignore"))  # the belt holds alone
    assert listed(repository) == []
    told, stamp = exclude.read_bytes(), exclude.stat().st_mtime_ns
    turn(repository, 3)
    assert (exclude.read_bytes(), exclude.stat().st_mtime_ns) == (told, stamp)
    exclude.write_bytes(before)
    turn(repository, 4)
    assert exclude.read_bytes() == told


@requires("git")
@pytest.mark.parametrize("before", [None, b"", b"# mine\n*.log", b"# mine\n*.log\n"])
def test_uninstall_gives_the_file_back_to_the_byte(tmp_path: Path, before: bytes | None) -> None:
    ground = build(tmp_path)
    exclude = ground.project / ".git" / "info" / "exclude"
    ground.rlm(["uninstall", "--yes"])
    exclude.unlink(missing_ok=True)
    if before is not None:
        exclude.write_bytes(before)
    ground.hook("stop")
    with open(ground.transcripts / f"{SESSION}.jsonl", "ab") as f:
        f.write(talk(Session(SESSION, cwd=str(ground.project), seed="more"), 1).data())
    ground.hook("stop")
    ground.quiet()
    assert b"/.claude/rlm/" in exclude.read_bytes()
    for command, code, _, err in ground.rlm(["install"], ["uninstall"]):
        assert code == 0, (command, err)
    assert (exclude.read_bytes() if exclude.exists() else None) == before


@requires("git")
def test_a_worktree_and_a_directory_below_are_told_in_the_file_that_all_share(repository: Path) -> None:
    tree = repository.parent / "tree"
    git(repository, "worktree", "add", "-q", str(tree))
    exclude = repository / ".git" / "info" / "exclude"
    below = repository / "a [b] *c"
    below.mkdir()
    (below / "file").write_text("x")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "below")
    for place in (below, tree):
        kept = turn(place)
        os.remove(kept.path(".gitignore"))
        assert listed(place) == []
    assert exclude.read_bytes().count(b"/.claude/rlm/") == 2


@requires("git")
@pytest.mark.parametrize("what", ["link", "info is a link", "directory", "fifo", "huge"])
def test_a_file_that_is_not_gits_is_left_alone(repository: Path, what: str) -> None:
    info, outside = repository / ".git" / "info", repository.parent / "outside"
    outside.mkdir()
    (outside / "exclude").write_text("mine\n")
    exclude = info / "exclude"
    exclude.unlink()
    if what == "link":
        exclude.symlink_to(outside / "exclude")
    elif what == "info is a link":
        for each in info.iterdir():
            each.unlink()
        info.rmdir()
        info.symlink_to(outside)
    elif what == "directory":
        exclude.mkdir()
    elif what == "fifo":
        os.mkfifo(exclude)
    else:
        exclude.touch()
        os.truncate(exclude, 1 << 28)
    kept = turn(repository)
    assert (outside / "exclude").read_text() == "mine\n"
    assert kept.exists()
    if what == "directory":
        exclude.rmdir()
    elif what in ("fifo", "huge"):
        exclude.unlink()  # git itself would wait for it
    assert listed(repository) == []


def test_a_directory_that_only_looks_like_a_repository_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "project" / ".git").mkdir(parents=True)
    turn(tmp_path / "project")
    assert list((tmp_path / "project" / ".git").iterdir()) == []


def wide(root: Path) -> list[str]:
    """The directories in use, and the files that every run writes, that others may enter."""
    used = [root, *(root / n for n in ("sessions", "state", "state/sources", "state/locks"))]
    used += [*root.glob("sessions/*"), *root.glob("state/sources/*.json"), *root.glob("sessions/*/index.md")]
    return [str(p.relative_to(root)) for p in used if stat.S_IMODE(p.stat().st_mode) & 0o077]


@pytest.mark.skipif(os.name == "nt", reason="no modes")
@pytest.mark.parametrize("mode", MODES)
def test_what_came_open_is_closed_at_the_next_run(tmp_path: Path, mode: int) -> None:
    project = tmp_path / "project"
    project.mkdir()
    kept = turn(project)
    for path in [Path(kept.root), *Path(kept.root).rglob("*")]:
        path.chmod(mode if path.is_dir() else mode & 0o666)
    turn(project, 3)
    assert wide(Path(kept.root)) == []


@pytest.mark.skipif(os.name == "nt", reason="no modes")
@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_the_umask_opens_nothing(tmp_path: Path, mask: int) -> None:
    project = tmp_path / "project"
    project.mkdir()
    former = os.umask(mask)
    try:
        kept = turn(project)
    finally:
        os.umask(former)
    root = Path(kept.root)
    open_to_others = [p for p in [root, *root.rglob("*")] if stat.S_IMODE(p.stat().st_mode) & 0o077]
    assert open_to_others == []


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return build(tmp_path_factory.mktemp("modes"))


@pytest.fixture
def ground(original: Ground) -> Iterator[Ground]:
    with as_it_was(original) as there:
        yield there


@pytest.mark.skipif(os.name == "nt", reason="no modes")
def test_hooks_close_the_log_and_what_they_write(ground: Ground) -> None:
    for path in [ground.root, *ground.root.rglob("*")]:
        path.chmod(0o777 if path.is_dir() else 0o666)
    with open(ground.transcripts / f"{SESSION}.jsonl", "ab") as f:
        f.write(talk(Session(SESSION, cwd=str(ground.project), seed="more"), 1).data())
    ground.hook("stop")
    ground.quiet()
    for name in ("", "sessions", "state", "log", "log/rlm.log", "state/locks", "state/archive.lock"):
        assert not stat.S_IMODE((ground.root / name).stat().st_mode) & 0o077, name
