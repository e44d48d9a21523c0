"""The table of issue 15: every place of ours x every way of naming, and 0 in every cell, whatever happens afterwards.

The bytes are read here once more, by a reader that has nothing of the program's own proof: plain bytes, lower case, and
what SQLite itself says of its index.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kits.builders import Session
from kits.forget import ASKED, FORK, MAIN, OTHER, PHRASE, Rich

from rlm_core.chunks.chunkfile import load
from rlm_core.cli import main

LATER = "dddddddd-1111-4222-8333-944445555666"
GANNET = "The gannet of Skerryvore nests on bare rock."
PUFFIN = "A puffin burrows near Lundyhead at dusk."
SPOONBILL = "# Spoonbill\n\nThe spoonbill wades through Marshgrass.\n"

PLACES = {
    "chunk": r"rlm/sessions/[^/]+/\d{4,}-.+\.md",
    "agent's chunk": r"rlm/sessions/[^/]+/agents/.+/\d{4,}-.+\.md",
    "blob": r"rlm/sessions/.+/blobs/.+",
    "summary": r"rlm/sessions/.+/summaries/.+",
    "old or damaged": r"rlm/.+/(?:old|damaged)/.+",
    "index of a session": r"rlm/sessions/.+/index(?:-\d+)?\.md",
    "map": r"rlm/INDEX\.md",
    "document": r"rlm/documents/.+/.+\.md",
    "list of documents": r"rlm/documents/(?:INDEX\.md|sources\.json)",
    "search index": r"rlm/search\.db.*",
    "log": r"rlm/log/.+",
    "catalog": r"rlm/state/catalog\.json",
    "state": r"rlm/state/sources/.+",
    "folder's note": r"rlm/state/folders/.+",
    "books": r"rlm/state/ask/books\.db.*",
    "order": r"rlm/state/ask/orders/.+",
    "plan and tombstones": r"rlm/state/forg.+",
    "other state": r"rlm/state/.+",
    "other file": r"rlm/.+",
    "copy": r"own/rlm/copies/.+",
    "user's directory": r"own/rlm/.+",
    "ledger of spending": r"own/rlm-ask/.+",
}


class Quick(Rich):
    """The commands in this process: an interpreter's start costs more than most of them."""

    def rlm(self, *args: str, status: int = 0, cwd: Path | None = None, **env: str) -> str:
        if env:  # another PATH
            return super().rlm(*args, status=status, cwd=cwd, **env)
        out, err = io.StringIO(), io.StringIO()
        before = os.getcwd()
        os.chdir(cwd or self.project)
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = main(list(args))
        except SystemExit as e:
            code = int(e.code or 0)
        finally:
            os.chdir(before)
        self.said = err.getvalue()
        assert code == status, self.said
        return out.getvalue()


class Ground:
    """A Rich archive that is put back as it was before each test, at the same paths."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "claude"
        os.environ["CLAUDE_CONFIG_DIR"] = str(self.config)
        self.rich = Quick(folder)
        rich = self.rich
        (rich.project / "notes" / "spoonbill.md").write_text(SPOONBILL)
        rich.rlm("add", "notes")
        rich.goes_on(GANNET)
        rich.main.second = 2 * 86400  # two days later
        rich.goes_on(PUFFIN)
        rich.rlm("search", "gannet")
        rich.rlm("archive", "--all")
        self.items = list(rich.main.items)
        self.second, self.ids = rich.main.second, rich.main._ids
        self.kept = folder.parent / f"{folder.name}-kept"
        shutil.copytree(folder, self.kept, symlinks=True)

    def put_back(self) -> Rich:
        """The project's directory itself stays: it is known by its inode."""
        for name in ("project", "claude"):
            for path in (self.folder / name).iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            shutil.copytree(self.kept / name, self.folder / name, symlinks=True, dirs_exist_ok=True)
        self.rich.main.items = list(self.items)
        self.rich.main.second, self.rich.main._ids = self.second, self.ids
        return self.rich

    def files(self) -> Iterator[tuple[str, Path]]:
        """(name, path) of every file of ours."""
        roots = {"rlm": self.rich.project / ".claude" / "rlm", "own/rlm": self.config / "rlm"}
        for name, root in {**roots, "own/rlm-ask": self.config / "rlm-ask"}.items():
            for path in sorted(p for p in root.rglob("*") if p.is_file()):
                yield f"{name}/{path.relative_to(root)}", path

    def table(self, words: tuple[str, ...]) -> dict[str, int]:
        """Place -> how many of the words stand there; places with none are left out."""
        found: dict[str, int] = {}
        for name, path in self.files():
            data = path.read_bytes()
            pieces = [name.encode(), data, data.replace(b"\0", b""), *terms(path)]
            low = b"\n".join(pieces).lower()
            count = sum(word.encode() in low for word in words)
            if count:
                place = next(p for p, pattern in PLACES.items() if re.fullmatch(pattern, name))
                found[place] = found.get(place, 0) + count
        return found


def terms(path: Path) -> list[bytes]:
    """What an index of SQLite's says that it holds: the words of its full text, and what is packed beside it."""
    if path.name != "search.db":
        return []
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        full = [str(term).encode() for (term,) in db.execute("SELECT term FROM words")]
        return [*full, *(zlib.decompress(packed) for (packed,) in db.execute("SELECT terms FROM beside"))]
    finally:
        db.close()


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    before = os.environ.get("CLAUDE_CONFIG_DIR")
    yield Ground(tmp_path_factory.mktemp("every"))
    os.environ.pop("CLAUDE_CONFIG_DIR")
    if before is not None:
        os.environ["CLAUDE_CONFIG_DIR"] = before


@pytest.fixture
def rich(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> Rich:
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(ground.config))
    return ground.put_back()


def lines_of(rich: Rich, text: str) -> str:
    """CHUNK:FIRST-LAST of the first entry that holds a text."""
    kept = rich.archive
    for folder in kept.folders():
        for name in sorted(n for n in os.listdir(folder) if n[:4].isdecimal()):
            chunk = load((Path(folder) / name).read_bytes(), name)
            for _, line, entry in chunk.entries():
                if text in entry:
                    return f"{chunk.meta['chunk']}:{line}-{line + 2}"
    raise AssertionError(f"no entry holds {text}")


def lines(rich: Rich) -> list[str]:
    return ["--chunk", lines_of(rich, "gannet of Skerryvore")]


MIDDLE = "colour has the quil"  # of a line of which every word is said elsewhere
MATTER = ("kestrel", "quillfeath", "vermeil", "ottersgat", "wingspan")
WAYS: dict[str, tuple[Callable[[Rich], list[str]], tuple[str, ...]]] = {
    "lines of a chunk": (lines, ("gannet", "skerryvor")),
    "a period": (lambda _: ["--since", "2026-11-24", "--until", "2026-11-24"], ("puffin", "lundyhead")),
    "words": (lambda _: ["--match", PHRASE.upper()], ("projet kestrel", "ottersgat", "wingspan", MIDDLE)),
    "a pattern": (lambda _: ["--regex", "(?i)kestrel|quillfeather"], MATTER),
    "a document": (lambda _: ["--document", "notes/spoonbill.md"], ("spoonbil", "marshgrass")),
    "a session": (lambda _: ["--session", MAIN], ("gannet", "puffin", "skerryvor", MIDDLE, "wingspan")),
}  # fmt: skip
"""Name -> (the options, what then stands nowhere: each in no text that is not named so)."""


def goes_on(rich: Rich) -> None:
    """The open session says more."""
    rich.goes_on("Let us go on with the scheduler.")


def is_resumed(rich: Rich) -> None:
    """The client writes its records once more into the same file, as old clients did when they resumed."""
    rich.main.items += list(rich.main.items)
    goes_on(rich)


def is_forked(rich: Rich) -> None:
    """Another session begins with all of its records."""
    later = Session(LATER, cwd=str(rich.project))
    later.items = [{**i, "sessionId": LATER} if isinstance(i, dict) else i for i in rich.main.items]
    later.second = rich.main.second
    later.prompt("In this fork: what of the harbour?")
    rich.session(later)
    rich.rlm("archive", "--all")


def is_backfilled(rich: Rich) -> None:
    rich.backfill()


def loses_its_state(rich: Rich) -> None:
    rich.without_state()
    rich.backfill()


def is_repaired(rich: Rich) -> None:
    rich.rlm("verify", "--repair")


def is_restored(rich: Rich) -> None:
    """The archive is deleted, and comes back from its second copy, then from the transcripts."""
    shutil.rmtree(rich.project / ".claude" / "rlm")
    rich.rlm("restore")
    rich.backfill()


def is_added(rich: Rich) -> None:
    """The documents are looked at again."""
    (rich.project / "notes" / "other.md").write_text("# Other\n\nA lighthouse.\n")
    rich.rlm("add", "notes")


def is_searched(rich: Rich) -> None:
    rich.rlm("search", "scheduler", "gannet", "kestrel", "spoonbill")
    rich.rlm("reindex")


AFTERWARDS = (goes_on, is_resumed, is_forked, is_backfilled, loses_its_state, is_repaired, is_restored, is_searched)


def test_the_table_can_tell(ground: Ground, rich: Rich) -> None:
    """Before anything is forgotten its cells are not 0: else the test below would see nothing."""
    matter = ground.table(MATTER)
    assert {*matter} >= {
        *("chunk", "agent's chunk", "blob", "summary", "index of a session", "map", "document", "list of documents"),
        *("search index", "catalog", "state", "books", "copy", "ledger of spending"),
    } - {"list of documents"}
    for _, words in WAYS.values():
        assert {*ground.table(words)} >= {"chunk", "copy", "search index"} or {*ground.table(words)} >= {"document"}


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_left_anywhere_and_nothing_comes_back(ground: Ground, rich: Rich, way: str) -> None:
    options, words = WAYS[way]
    named = options(rich)
    shown = rich.json("forget", *named, "--dry-run")
    assert ground.table(words) != {}
    assert shown["entries"] > 0
    told = rich.json("forget", *named, "--yes")
    assert (told["left"], told["entries"]) == ([], shown["entries"])
    assert ground.table(words) == {}
    for happens in AFTERWARDS:
        happens(rich)
        assert ground.table(words) == {}, happens.__name__
    found = rich.json("verify")
    assert (found["ok"], found["damaged"], found["missing"]) == (True, [], [])
    assert "scheduler" in rich.rlm("search", "scheduler")


def test_a_document_that_was_forgotten_is_not_refreshed(ground: Ground, rich: Rich) -> None:
    rich.rlm("forget", "--document", "notes/spoonbill.md", "--yes")
    is_added(rich)
    assert ground.table(("spoonbil", "marshgrass")) == {}
    rich.rlm("add", "notes/spoonbill.md")  # by name it is taken again
    assert {*ground.table(("spoonbil",))} >= {"document"}


@pytest.mark.parametrize("named", [["--session", MAIN], ["--match", PHRASE], ["--document", "notes/spoonbill.md"]])
def test_what_is_never_wanted_again_is_refused_for_good(ground: Ground, rich: Rich, named: list[str]) -> None:
    words = {"--session": "turnstone", "--match": "projet kestrel", "--document": "marshgrass"}[named[0]]
    told = rich.json("forget", *named, "--never-again", "--yes")
    assert told["left"] == []
    rich.main.says(f"A turnstone runs, says {PHRASE}.")
    other = rich.other
    other.prompt("The harbour has a curlew." if named[0] == "--session" else f"Once more the {PHRASE}: where is it?")
    rich.session(other)
    goes_on(rich)
    rich.backfill()
    if named[0] == "--document":
        rich.rlm("add", "notes/spoonbill.md", status=1)
        is_added(rich)
    assert ground.table((words,)) == {}
    assert rich.json("verify")["ok"]


def test_what_a_session_says_later_is_archived_without_it(ground: Ground, rich: Rich) -> None:
    rich.rlm("forget", "--session", MAIN, "--yes")
    rich.goes_on("A turnstone runs along the shore.")
    assert {*ground.table(("turnstone",))} >= {"chunk", "catalog"}
    assert ground.table(("gannet",)) == {}


def test_what_stays_can_still_be_cited(ground: Ground, rich: Rich) -> None:
    """Ids and lines are as they were."""
    place = lines_of(rich, "Part1 of the scheduler waits")
    place = place.rpartition("-")[0]  # CHUNK:LINE
    before = rich.rlm("show", place)
    gone = lines_of(rich, ASKED).rpartition("-")[0]
    rich.rlm("forget", "--match", PHRASE, "--yes")
    assert rich.rlm("show", place) == before
    assert "[forgotten]" in rich.rlm("show", gone)


def test_the_clients_files_lose_it_when_they_are_told_to(ground: Ground, rich: Rich) -> None:
    for path in (rich.project.parent / "claude" / "projects").rglob("*.jsonl"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    told = rich.json("forget", "--match", PHRASE, "--yes", "--transcript")
    assert told["left"] == []
    assert not any(one["path"].endswith(".jsonl") for one in told["not_ours"])
    for session in (MAIN, FORK, OTHER):
        assert PHRASE.encode() not in rich.paths[session].read_bytes()
    rich.backfill()
    assert ground.table(("projet kestrel", "ottersgat")) == {}
    assert rich.json("verify")["ok"]
