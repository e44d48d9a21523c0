"""In a Claude Code session commands stay inside: any text that Claude reads may have written the command line."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from kits.asking import Asking
from kits.builders import SESSION, Session, talk

FOREIGN = "99999999-aaaa-4bbb-8ccc-dddddddddddd"
WORD = "periwinkle"  # stands in what is outside, and nowhere else


@pytest.fixture
def asking(tmp_path: Path) -> Asking:
    """A project with an archived session; another one of the user's, outside, with one of its own."""
    made = Asking(tmp_path)
    session = talk(Session(SESSION), 3)
    session.prompt("ann set limit to 5.")
    made.session(session)
    made.rlm("archive", "--all")
    made.write("log.txt", 3)
    (made.project / "order.json").write_text('{"findings": []}')
    outside(tmp_path)
    return made


def outside(folder: Path) -> Path:
    other = folder / "other"
    (other / ".git").mkdir(parents=True)
    (other / "notes.txt").write_text(f"{WORD} set limit to 6.\n")
    found = Session(FOREIGN, cwd=str(other))
    found.prompt(f"{WORD} is the word")
    found.says("Noted.")
    slug = "".join(c if c.isalnum() else "-" for c in str(other))
    found.write(Path(os.environ["CLAUDE_CONFIG_DIR"]) / "projects" / slug / f"{FOREIGN}.jsonl")
    return other


def session_env(asking: Asking, **more: str) -> dict[str, str]:
    return {**asking.env, "CLAUDECODE": "1", "CLAUDE_PROJECT_DIR": str(asking.project), **more}


def refused(asking: Asking, *args: str, **env: str) -> str:
    """What the command said, which was one line; it has asked nobody and shown nothing."""
    before = files(asking)
    out = asking.rlm(*args, status=1, **session_env(asking, **env))
    assert "inside a Claude Code session" in asking.said, asking.said
    assert asking.said.count("\n") == 1
    assert out == ""
    assert WORD not in asking.said
    assert asking.asked() == []
    assert files(asking) == before
    return asking.said


def files(asking: Asking) -> set[Path]:
    return {p for p in asking.project.rglob("*") if "log" not in p.parts}


COMMANDS = [
    ("search", "limit"),
    ("show", "r2-000000000000"),
    ("list",),
    ("peek",),
    ("handoff",),
    ("ask", "What is the limit?"),
    ("ask", "What is the limit?", "--plan"),
    ("sql", "SELECT 1"),
    ("archive", "--all"),
    ("verify",),
    ("add",),
    ("status",),
    ("doctor",),
    ("reindex",),
    ("install", "--dry-run"),
    ("uninstall", "--dry-run"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_leaves_the_project(asking: Asking, tmp_path: Path, command: tuple[str, ...]) -> None:
    other = tmp_path / "other"
    link = asking.project / "inside"
    link.symlink_to(other)
    for named in (str(other), "../other", str(link), str(tmp_path), "/"):
        refused(asking, command[0], "--project", named, *command[1:])
        refused(asking, command[0], f"--project={named}", *command[1:])


def test_a_working_directory_elsewhere_does_not_change_the_project(asking: Asking, tmp_path: Path) -> None:
    env = session_env(asking)
    asking.rlm("search", WORD, status=1, cwd=tmp_path / "other", **env)
    assert "inside a Claude Code session" in asking.said


@pytest.mark.parametrize("verb", ["archive", "verify"])
def test_no_transcript_of_another_project_is_taken(asking: Asking, tmp_path: Path, verb: str) -> None:
    foreign = next((Path(os.environ["CLAUDE_CONFIG_DIR"]) / "projects").glob(f"*/{FOREIGN}.jsonl"))
    link = asking.project / "mine.jsonl"
    link.symlink_to(foreign)
    (asking.project / "abcd1234").symlink_to(foreign)  # as the beginning of a session's id is written
    invented = asking.project / "invented.jsonl"
    talk(Session("invented"), 2).write(invented)
    gone = str(tmp_path / "nothing.jsonl")
    for named in (FOREIGN, str(foreign), str(link), str(invented), "../../etc/passwd", gone, "abcd1234"):
        refused(asking, verb, named)
    refused(asking, "handoff", "--session", FOREIGN)


def test_a_link_among_the_projects_own_transcripts_leads_nowhere_else(asking: Asking, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.jsonl"
    elsewhere.write_bytes((asking.transcripts / f"{SESSION}.jsonl").read_bytes())
    (asking.transcripts / "77777777.jsonl").symlink_to(elsewhere)
    refused(asking, "archive", str(asking.transcripts / "77777777.jsonl"))
    asking.rlm("archive", "77777777", status=1, **session_env(asking))  # a link is no transcript


def test_the_projects_own_transcripts_are(asking: Asking) -> None:
    env = session_env(asking)
    for named in (SESSION, SESSION[:8], str(asking.transcripts / f"{SESSION}.jsonl")):
        assert asking.rlm("archive", named, **env)
        assert "whole" in asking.rlm("verify", named, **env)
    assert asking.rlm("handoff", "--session", SESSION, **env)


def test_the_session_that_asks_counts_wherever_it_began(asking: Asking) -> None:
    """`/offload` runs this with its own id, and a session may have moved here from elsewhere."""
    assert asking.rlm("archive", FOREIGN, **session_env(asking, CLAUDE_CODE_SESSION_ID=FOREIGN))


DEARER = [
    ("--yes",),
    ("--resume",),
    ("--max-usd", "5.01"),
    ("--max-calls", "1001"),
    ("--workers", "5000"),
    ("--model", "opus"),
    ("--leaf", "anthropic"),
    ("--leaf", "batch"),
]


@pytest.mark.parametrize("options", DEARER, ids=" ".join)
def test_nothing_is_asked_beyond_the_users_settings(asking: Asking, options: tuple[str, ...]) -> None:
    assert options[0] in refused(asking, "ask", "What is option2?", "--over", "log.txt", *options)
    refused(asking, "ask", *options, "--over", "log.txt", "What is option2?")


def test_no_shortened_option_gets_past(asking: Asking) -> None:
    """argparse takes `--max-us` for `--max-usd`, and so on."""
    for options in (("--ye",), ("--res",), ("--max-us", "99"), ("--max-c=9999",), ("--mod", "opus"), ("--le=batch",)):
        refused(asking, "ask", "What is option2?", "--over", "log.txt", *options)
    refused(asking, "ask", "What?", "--ov", "../other/notes.txt")
    refused(asking, "list", "--proj", "../other")


def test_a_cap_is_no_consent_to_a_price(asking: Asking) -> None:
    """A cap below what needs no consent is."""
    (Path(os.environ["CLAUDE_CONFIG_DIR"]) / "rlm.yaml").write_text("ask: {confirm_usd: 0.0000001}\n")
    env = session_env(asking)
    asking.rlm("ask", "What is option2?", "--over", "log.txt", "--max-usd", "4", status=1, **env)
    assert "nobody agrees to a price" in asking.said
    assert asking.asked() == []
    assert asking.rlm("ask", "What is option2?", "--over", "log.txt", "--max-usd", "4", **asking.env)
    (Path(os.environ["CLAUDE_CONFIG_DIR"]) / "rlm.yaml").write_text("ask: {confirm_usd: 1}\n")
    assert asking.rlm("ask", "What is option3?", "--over", "log.txt", "--max-usd", "1", **env)


def test_what_the_settings_allow_is_asked(asking: Asking) -> None:
    env = session_env(asking)
    options = ("--max-usd", "0.5", "--max-calls", "40", "--max-tokens", "100000", "--max-seconds", "100")
    assert asking.rlm("ask", "What is option2?", "--over", "log.txt", *options, "--workers", "1", **env)
    assert asking.rlm("ask", "What is option2?", "--over", "log.txt", "--model", "haiku", "--leaf", "claude", **env)
    assert asking.rlm("ask", "What is option2?", "--over", "log.txt", "--leaf", "native", **env)
    assert asking.rlm("ask", "Which limit?", **env)
    asking.rlm("ask", "What is option2?", "--over", "log.txt", "--findings", "order.json", status=1, **env)
    assert "session" not in asking.said
    asking.rlm("ask", "--pause", **env)


def test_the_users_own_settings_widen_what_a_session_may(asking: Asking) -> None:
    (Path(os.environ["CLAUDE_CONFIG_DIR"]) / "rlm.yaml").write_text(
        "ask: {max_usd: 0, max_calls: 0, workers: 9, models: {leaf: opus}}\n"
    )
    options = ("--max-usd", "99", "--max-calls", "5000", "--workers", "9", "--model", "opus", "--plan")
    assert asking.rlm("ask", "What is option2?", "--over", "log.txt", *options, **session_env(asking))


def test_a_repositorys_settings_do_not(asking: Asking) -> None:
    (asking.project / ".claude" / "rlm.yaml").write_text("ask: {max_usd: 0, models: {leaf: opus}, leaf: batch}\n")
    for options in (("--max-usd", "99"), ("--model", "opus"), ("--leaf", "batch")):
        refused(asking, "ask", "What is option2?", "--over", "log.txt", *options)


OUTSIDE = ["../other/notes.txt", "../other", "../other/*.txt", "../*/notes.txt", "/etc/hostname", "/", "~", "~/.ssh/*"]


@pytest.mark.parametrize("path", [*OUTSIDE, "link.txt", "folder/notes.txt", "folder/*.txt", "f*/notes.txt", "link*"])
def test_no_file_outside_is_read_by_whatever_name(asking: Asking, tmp_path: Path, path: str) -> None:
    (asking.project / "link.txt").symlink_to(tmp_path / "other" / "notes.txt")
    (asking.project / "folder").symlink_to(tmp_path / "other")
    refused(asking, "ask", "Which limit?", "--over", path)
    refused(asking, "ask", "Which limit?", "--over", "log.txt", "--over", path, "--plan")
    refused(asking, "add", path)
    if "*" not in path:
        refused(asking, "ask", "Which limit?", "--over", "log.txt", "--findings", path)


def test_a_pipe_outside_does_not_hold_it_up(asking: Asking, tmp_path: Path) -> None:
    """It is refused by its name, before anything is opened."""
    os.mkfifo(tmp_path / "pipe")
    refused(asking, "ask", "Which limit?", "--over", "../pipe")
    refused(asking, "ask", "Which limit?", "--over", "log.txt", "--findings", "../pipe")
    refused(asking, "add", "../pipe")
    refused(asking, "archive", "../pipe")


@pytest.mark.parametrize("name", [".env", "id_rsa", "server.key", "secrets.yaml", "sub/.npmrc"])
def test_no_file_that_may_hold_secrets_is_read(asking: Asking, name: str) -> None:
    path = asking.project / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("ann set limit to 5.\n")
    (asking.project / "harmless.txt").symlink_to(path)
    for named in (name, "harmless.txt"):
        refused(asking, "ask", "Which limit?", "--over", named)
        refused(asking, "add", named)


@pytest.mark.parametrize(
    "command",
    [("restore",), ("restore", "--dry-run"), ("trust",), ("trust", "--dry-run"), ("uninstall", "--purge", "--yes")],
    ids=" ".join,
)
def test_what_is_the_users_alone_is_not_run(asking: Asking, command: tuple[str, ...]) -> None:
    (asking.project / ".claude" / "rlm.yaml").write_text("hints: true\n")
    assert "run it in a terminal of your own" in refused(asking, *command)


def test_what_skills_run_goes_on_in_a_subdirectory_and_a_worktree(asking: Asking) -> None:
    env = session_env(asking)
    below = asking.project / "src" / "deep"
    below.mkdir(parents=True)
    tree = asking.project.parent / "tree"
    git_dir = asking.project / ".git" / "worktrees" / "tree"
    git_dir.mkdir(parents=True)
    tree.mkdir()
    (tree / ".git").write_text(f"gitdir: {git_dir}\n")
    (git_dir / "commondir").write_text("../..\n")
    (git_dir / "gitdir").write_text(f"{tree / '.git'}\n")
    for cwd, start in ((below, asking.project), (below, below), (tree, tree), (asking.project, tree)):
        env["CLAUDE_PROJECT_DIR"] = str(start)
        got = json.loads(asking.rlm("list", "--json", cwd=cwd, **env))
        assert [row["session"] for row in got["sessions"]] == [SESSION]
        assert asking.rlm("search", "limit", "--project", str(asking.project), cwd=cwd, **env)
        assert asking.rlm("peek", cwd=cwd, **env)


def test_in_a_terminal_all_of_it_is_the_users_to_say(asking: Asking) -> None:
    assert asking.rlm("ask", "Which limit?", "--over", "../other/notes.txt", "--yes", **asking.env)
    assert asking.rlm("archive", FOREIGN)
    assert WORD in asking.rlm("search", WORD)
    assert asking.rlm("list", "--project", str(asking.project), cwd=asking.project.parent)
