"""`rlm forget` at the command line: what it shows, refuses, does and says, for each way of naming."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from kits.builders import everything
from kits.forget import MAIN, OTHER, PHRASE, SAID, STAYING, WORDS, Rich

from rlm_core.archive.tombstones.stones import paths_of
from rlm_core.cli import main
from rlm_core.forget.plan import plan_path

PATTERN = "(?i)" + "|".join(WORDS)


def ours(made: Rich) -> bytes:
    """All bytes of ours, folded as far as these words need it; not the index, which holds stems and packed rows."""
    config = Path(os.environ["CLAUDE_CONFIG_DIR"])
    data = everything(made.archive.root) + everything(config / "rlm") + everything(config / "rlm-ask")
    return data.lower()


def truth(made: Rich) -> dict[str, bytes]:
    root = Path(made.archive.root)
    return {str(p): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file() and "lock" not in p.name}


@pytest.fixture
def made(tmp_path: Path) -> Rich:
    return Rich(tmp_path)


def test_a_dry_run_shows_it_and_writes_nothing(made: Rich) -> None:
    before = truth(made)
    shown = made.json("forget", "--match", PHRASE, "--dry-run")
    assert shown["dry_run"]
    assert shown["entries"] > 5
    assert {p["place"]: p["count"] for p in shown["places"]}["entries"] > 5
    assert any(MAIN in row["path"] for row in shown["not_ours"])
    assert shown["left"] == []
    assert truth(made) == before
    assert "would forget" in made.rlm("forget", "--match", PHRASE, "--dry-run")
    assert not [path for path in paths_of(made.archive.root) if os.path.exists(path)]


def test_it_is_gone_stays_gone_and_everything_else_is_whole(made: Rich) -> None:
    cited = [h["chunk"] + ":" + str(h["line"]) for h in made.json("search", "scheduler part1")["hits"]]
    done = made.json("forget", "--regex", PATTERN, "--yes")
    assert done["left"] == []
    data = ours(made)
    assert [w for w in WORDS if w.encode() in data] == []
    assert [w for w in STAYING if w.encode() not in data] == []
    assert made.json("verify")["ok"]
    shown = [made.rlm("show", each) for each in cited[:4]]
    assert all("part" in text or "[forgotten]" in text for text in shown)
    assert [text for text in shown if "part" in text]
    made.goes_on()
    made.without_state()
    made.backfill()
    assert [w for w in WORDS if w.encode() in ours(made)] == []
    assert made.json("verify")["ok"]
    assert made.json("search", "quillfeather", status=1)["hits"] == []
    assert not os.path.exists(plan_path(made.archive.root))


def test_never_again_holds_for_words_that_are_said_later(made: Rich) -> None:
    made.json("forget", "--match", "kestrel", "--never-again", "--yes")
    made.goes_on("And the Kestrel, what of it?")
    assert b"kestrel" not in ours(made)
    assert b"the scheduler goes on" in ours(made)


def test_a_session_goes_whole_and_its_future_stays_unless_never_again(made: Rich) -> None:
    done = made.json("forget", "--session", MAIN[:8], "--yes")
    assert done["left"] == []
    assert MAIN not in json.dumps(made.json("list"))
    made.goes_on("This is said after that.")
    assert MAIN in json.dumps(made.json("list"))
    assert b"said after that" in ours(made)
    assert b"painted in vermeil, and" not in everything(Path(made.archive.root) / "sessions")
    made.json("forget", "--session", OTHER[:8], "--never-again", "--yes")
    made.other.prompt("One more harbour")
    made.session(made.other)
    made.backfill()
    assert OTHER not in json.dumps(made.json("list"))


def test_a_document_is_forgotten_and_not_found_again_by_its_directory(made: Rich) -> None:
    path = str(made.project / "notes" / "birds.md")
    assert made.json("forget", "--document", path, "--yes")["left"] == []
    made.rlm("add", "notes", status=0)
    assert b"it is white" not in everything(Path(made.archive.root) / "documents").lower()
    made.rlm("add", path)
    assert b"it is white" in everything(Path(made.archive.root) / "documents").lower()


@pytest.mark.parametrize(
    ("words", "status", "why"),
    [
        ([], 2, "name one of"),
        (["--match", "a b", "--regex", "x"], 2, "name one of"),
        (["--regex", "(", "--yes"], 2, r"--regex \("),
        (["--regex", "x*"], 2, "matches the empty text"),
        (["--regex", "x", "--never-again"], 2, "redact.extra"),
        (["--since", "tomorrow"], 2, "is no date"),
        (["--since", "2026-11-23", "--until", "2026-11-22"], 2, "is after"),
        (["--chunk", "x", "--never-again"], 2, "goes with --session"),
        (["--match", "no such words at all", "--yes"], 1, "named so"),
        (["--match", "!", "--yes"], 2, "holds no word"),
        (["--session", "ffff", "--yes"], 1, "no session's id"),
        (["--chunk", "r2-000000000000", "--yes"], 1, "no chunk"),
        (["--document", "nowhere.md", "--yes"], 1, "not among the documents"),
        (["--match", PHRASE], 1, "say --yes"),
        (["--match", "no such words at all"], 1, "named so"),
        (["--session", "ffff"], 1, "no session's id"),
        (["--chunk", "r2-000000000000"], 1, "no chunk"),
        (["--document", "nowhere.md"], 1, "not among the documents"),
    ],
)
def test_a_wrong_line_is_told_in_one(shared: Rich, words: list[str], status: int, why: str) -> None:
    before = truth(shared)
    shared.rlm("forget", *words, status=status, CLAUDE_CONFIG_DIR=str(shared.transcripts.parent.parent))
    assert re.search(why, shared.said)
    assert len(shared.said.strip().split("\n")) == 1
    assert {k: v for k, v in truth(shared).items() if "/state/" not in k} == {
        k: v for k, v in before.items() if "/state/" not in k
    }


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Rich:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path_factory.mktemp("config")))
        return Rich(tmp_path_factory.mktemp("place"))


def test_it_is_for_the_user_alone(
    made: Rich, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLAUDECODE", "1")
    monkeypatch.chdir(made.project)
    assert main(["forget", "--match", PHRASE, "--yes"]) == 1
    assert "`rlm forget` is for the user alone" in capsys.readouterr().err


def test_a_run_that_is_stuck_is_completed_as_doctor_says(made: Rich) -> None:
    """A file of nobody's in the archive tells of what goes, and rlm does not touch it."""
    stray = Path(made.archive.root) / "notes-of-mine.txt"
    stray.write_text(SAID)
    command = ("forget", "--match", PHRASE, "--yes")
    assert f"LEFT      {stray}" in made.rlm(*command, status=1)
    assert "`rlm forget` by itself completes it" in made.rlm("doctor", status=1)
    for again in (command, ("forget",)):
        said = made.rlm(*again, status=1)
        assert f"LEFT      {stray}" in said
        assert "`rlm forget` by itself looks once more" in said
    other = made.json("forget", "--session", OTHER, "--yes", status=1)  # it does not make the former one be forgotten
    assert [row["path"] for row in other["left"]] == [str(stray)]
    assert [row["path"] for row in made.json("forget", status=1)["left"]] == [str(stray)]
    made.rlm("forget", "--dry-run", status=1)
    stray.unlink()
    assert made.rlm("forget").endswith("nothing of it is left in what is ours\n")
    assert not os.path.exists(plan_path(made.archive.root))
    assert "rlm forget" not in made.rlm("doctor", status=1)
    made.rlm("forget", status=2)


def test_a_run_that_was_killed_is_completed_by_the_next(made: Rich, monkeypatch: pytest.MonkeyPatch) -> None:
    from rlm_core.forget import places, run
    from rlm_core.forget.naming import Named

    def killed(target: object) -> list[tuple[str, int]]:
        raise KeyboardInterrupt

    monkeypatch.setattr(places, "scrub", killed)
    with pytest.raises(KeyboardInterrupt):
        run.forget(made.archive, Named(match=PHRASE))
    monkeypatch.undo()
    plan = Path(plan_path(made.archive.root)).read_text()
    assert [w for w in WORDS if w in plan.lower()] == []
    assert "`rlm forget` began is not done" in made.rlm("doctor", status=1)
    made.rlm("forget", "--match", "no such words at all", "--yes", status=1)
    assert "completed first; left: 0" in made.said
    assert "`rlm forget` began" not in made.rlm("doctor", status=1)
    assert b"projet kestrel" not in ours(made)
    assert not os.path.exists(plan_path(made.archive.root))
