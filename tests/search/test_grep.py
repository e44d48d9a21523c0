"""`rlm search --regex`: exact lines of the files, with and without ripgrep."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from kits.builders import SESSION, Session, archive, config, talk
from kits.programs import program

from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.errors import RlmError
from rlm_core.search.grep import MAX_CHARS, grep
from rlm_core.search.hits import Filters

SECOND = "99999999-second"

FAITHFUL = """
import re, sys
args = sys.argv[1:]
at = args.index("--")
pattern = args[args.index("--regexp") + 1].encode()
found = [p for p in args[at + 1 :] if any(re.search(pattern, line) for line in open(p, "rb").read().split(b"\\n"))]
sys.stdout.write("".join(p + "\\0" for p in found))
sys.exit(0 if found else 1)
"""
PROGRAMS = {
    "none": "",
    "rg": FAITHFUL,
    "rg that refuses the pattern": "import sys; sys.exit(2)",
    "rg that cannot start": "#!/nonexistent/interpreter",
}


@pytest.fixture(params=PROGRAMS)
def ripgrep(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What PATH has of ripgrep."""
    folder = tmp_path / "bin"
    folder.mkdir()
    source = PROGRAMS[request.param]
    if source:
        path = program(folder / "rg", source)
        if source.startswith("#!"):
            path.write_text(source)
    monkeypatch.setenv("PATH", str(folder))
    return str(request.param)


@pytest.fixture
def kept(tmp_path: Path) -> Archive:
    made = archive(tmp_path, config())
    first = talk(Session(), 3)
    first.prompt("What is retryLimit?\n\n  It was 41 once.")
    first.tool("Grep", "src/pay.py:12: RETRY_LIMIT = 7", pattern="RETRY", path="/home/jo/app/src/pay.py")
    first.tool("Bash", "line\n" * 3000 + "RETRY_LIMIT = 9 # deep größe\n" + "line\n" * 3000, command="cat big")
    take(made, first.write(tmp_path / f"{SESSION}.jsonl"))
    second = Session(SECOND, seed="two")
    second.second, second.branch = 86400, "other"
    second.prompt("RETRY_LIMIT = 8 it is, café")
    take(made, second.write(tmp_path / f"{SECOND}.jsonl"))
    return made


@pytest.mark.usefixtures("ripgrep")
def test_matching_lines_come_newest_first_with_those_of_blobs(kept: Archive) -> None:
    hits = grep(kept, r"RETRY_LIMIT = \d")
    assert [h.snippet for h in hits] == [
        "RETRY_LIMIT = 8 it is, café",
        "RETRY_LIMIT = 9 # deep größe",
        "src/pay.py:12: RETRY_LIMIT = 7",
    ]
    assert [h.role for h in hits] == ["user", "tool", "tool"]
    assert all(h.strong for h in hits)


@pytest.mark.usefixtures("ripgrep")
def test_a_hits_line_is_the_line(kept: Archive) -> None:
    for hit in grep(kept, "RETRY_LIMIT|41 once"):
        lines = Path(hit.path).read_text(encoding="utf-8").split("\n")
        if hit.stands_in:
            path, _, line = hit.stands_in.rpartition(":")
            assert hit.snippet in Path(path).read_text(encoding="utf-8").split("\n")[int(line) - 1]
            assert os.path.basename(path) in lines[hit.line - 1]
        else:
            assert lines[hit.line - 1].strip() == hit.snippet
        assert hit.uuids[0] in lines[-2]


@pytest.mark.usefixtures("ripgrep")
@pytest.mark.parametrize(
    ("pattern", "count"),
    [
        ("retry_limit = 8", 0),
        ("(?i)retry_limit = 8", 1),
        ("caf.", 1),
        ("größe$", 1),
        (r"^\s*It was", 1),
        (r"(?<=LIMIT = )8", 1),
        ("-> nothing", 0),
        ("--regexp", 0),
        ("^title: ", 0),
        ("<!-- rlm", 0),
        ("^## user", 0),
        ("zyzzyvas", 0),
    ],
)
def test_patterns_are_pythons_and_match_within_a_line_of_an_entry(kept: Archive, pattern: str, count: int) -> None:
    assert len(grep(kept, pattern)) == count


@pytest.mark.usefixtures("ripgrep")
@pytest.mark.parametrize("pattern", ["(", "[a", "*a", "(?P<x>a", "\\"])
def test_a_pattern_that_is_none_is_refused_in_words(kept: Archive, pattern: str) -> None:
    with pytest.raises(RlmError, match="--regex"):
        grep(kept, pattern)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(session="9999"), {"8"}),
        (Filters(role="user"), {"8"}),
        (Filters(role="tool"), {"7", "9"}),
        (Filters(tool="Grep"), {"7"}),
        (Filters(tool="Bash"), {"9"}),
        (Filters(since="2026-11-23"), {"8"}),
        (Filters(until="2026-11-22"), {"7", "9"}),
        (Filters(branch="other"), {"8"}),
        (Filters(branch="none"), set()),
        (Filters(file="nothing.py"), set()),
    ],
    ids=lambda v: (
        " ".join(f"{n}={getattr(v, n)}" for n in v.__slots__ if getattr(v, n)) if isinstance(v, Filters) else ""
    ),
)
def test_filters_hold_for_lines_too(kept: Archive, filters: Filters, found: set[str]) -> None:
    assert {h.snippet.split("= ")[1][0] for h in grep(kept, r"RETRY_LIMIT = \d", 10, filters)} == found


@pytest.mark.parametrize("k", [-1, 0, 1, 2, 10**20])
def test_no_more_than_asked_for(kept: Archive, k: int) -> None:
    assert len(grep(kept, "RETRY_LIMIT =", k)) == max(0, min(k, 3))


def test_a_long_line_is_shown_in_part(tmp_path: Path) -> None:
    session = Session()
    session.prompt("x" * 3000 + "needle")
    kept = archive(tmp_path, config())
    take(kept, session.write(tmp_path / "t.jsonl"))
    (hit,) = grep(kept, "needle")
    assert 0 < len(hit.snippet) <= MAX_CHARS


@pytest.mark.parametrize(
    "harm", [lambda p: p.write_bytes(b"garbage needle"), lambda p: p.unlink(), lambda p: p.write_bytes(b"")]
)
def test_damaged_files_do_not_hide_the_others(kept: Archive, harm: Callable[[Path], None]) -> None:
    harm(next(Path(kept.root).glob(f"sessions/*{SECOND[:8]}*/0001-*.md")))
    assert len(grep(kept, "RETRY_LIMIT =")) == 2


def test_nothing_is_found_in_nothing(tmp_path: Path) -> None:
    assert grep(archive(tmp_path), "x") == []
