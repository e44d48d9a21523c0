"""The rules of redaction have a number, which every chunk bears: what an older one has let through can be counted."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest
from kits.builders import Session, config
from kits.paths import ROOT
from kits.place import Place

from rlm_core.archive.sealed import sealed
from rlm_core.archive.store import Archive
from rlm_core.chunks.chunkfile import load_meta
from rlm_core.doctor.soundness import soundness
from rlm_core.redaction.clean import RULES, dumps, fields
from rlm_core.secrets.older import older

ROOM = ROOT / "rlm_core" / "redaction"
NO_RULES = {
    "__init__.py",
    "finding/__init__.py",
    "syntax/__init__.py",
    "clean.py",  # the type, and the number itself
    "fingerprints.py",  # what is told of what was found
    "ids.py",
    "spans.py",  # the way back
}
DIGESTS = {
    2: "301c1ac9a8d2382c",
    3: "e6aa5e4cc1e41332",
    4: "1c61fbde410018ce",
    5: "f8abb583e8f94ef5",
    6: "6f5380c7fa91727a",
    7: "c3eb8477255dc6fa",
}
"""Number of the rules -> digest of their sources, of each number since there are any."""


def sources(room: Path) -> list[Path]:
    return sorted(path for path in room.rglob("*.py") if name_in(room, path) not in NO_RULES)


def name_in(room: Path, path: Path) -> str:
    return path.relative_to(room).as_posix()


def digest_of(room: Path) -> str:
    """Of the sources of the rules, but for comments that have a line to themselves."""
    lines = [line.strip() for path in sources(room) for line in path.read_text("utf-8").splitlines()]
    return sha256("\n".join(line for line in lines if line and line[0] != "#").encode()).hexdigest()[:16]


def test_who_changes_the_rules_raises_their_number() -> None:
    assert digest_of(ROOM) == DIGESTS[RULES], (
        "the rules of redaction have changed: if a text may come out otherwise now, raise RULES in "
        f"rlm_core/redaction/clean.py and enter {RULES + 1}: {digest_of(ROOM)!r}; if none can, renew that of {RULES}"
    )


def test_each_number_stands_for_other_rules() -> None:
    assert max(DIGESTS) == RULES
    assert sorted(DIGESTS) == [*range(2, RULES + 1)]
    assert len(set(DIGESTS.values())) == len(DIGESTS)


def test_all_modules_with_rules_are_looked_at() -> None:
    names = {name_in(ROOM, path) for path in sources(ROOM)}
    assert {
        "rules.py",
        "syntax/infiles.py",
        "finding/textfinders.py",
        "redactor.py",
        "assignments.py",
        "longruns.py",
    } <= names
    assert names | NO_RULES == {name_in(ROOM, path) for path in ROOM.rglob("*.py")}


def test_a_changed_pattern_changes_the_digest_and_a_comment_does_not(tmp_path: Path) -> None:
    for name in ("finding", "syntax"):
        (tmp_path / name).mkdir()
    for path in sources(ROOM):
        (tmp_path / name_in(ROOM, path)).write_text(path.read_text("utf-8"), "utf-8")
    assert digest_of(tmp_path) == digest_of(ROOM)
    rules = tmp_path / "rules.py"
    rules.write_text(rules.read_text("utf-8") + "\n# a comment\n", "utf-8")
    assert digest_of(tmp_path) == digest_of(ROOM)
    rules.write_text(rules.read_text("utf-8").replace("{20,", "{21,", 1), "utf-8")
    assert digest_of(tmp_path) != digest_of(ROOM)


@pytest.mark.parametrize(("settings", "rules"), [("", RULES), ("redact: {enabled: false}\n", 0)])
def test_a_chunk_says_by_which_rules_it_was_made(tmp_path: Path, settings: str, rules: int) -> None:
    place = Place(tmp_path)
    session = Session()
    session.prompt("Hello there, this is the first prompt.")
    session.says("Good day.")
    place.session(session)
    (Path(place.transcripts).parents[1] / "rlm.yaml").write_text(settings)
    (place.project / "notes.md").write_text("# Notes\n\nSome words.\n")
    place.rlm("archive", "--all")
    place.rlm("add", "notes.md")
    chunks = [*Path(place.archive.root).rglob("0*.md")]
    assert {path.parts[-3] for path in chunks} == {"sessions", "documents"}
    for path in chunks:
        assert load_meta(path.read_bytes())["rules"] == rules
        # Near the end, so that the tail of a file tells.
        assert re.search(rb'\],"rules":%d,"sum":"[0-9a-f]{16}"\} -->\n\Z' % rules, path.read_bytes()[-64:])


def test_doctor_counts_the_chunks_of_older_rules(tmp_path: Path) -> None:
    place = Place(tmp_path)
    settings = Path(place.transcripts).parents[1] / "rlm.yaml"
    settings.write_text("redact: {enabled: false}\n")
    session = Session()
    session.prompt("Hello there, this is the first prompt.")
    place.session(session)
    (place.project / "notes.md").write_text("# Notes\n\nSome words.\n")
    place.rlm("archive", "--all")
    place.rlm("add", "notes.md")
    archive = place.archive
    settings.write_text("")
    assert older(archive) == (2, 2)
    (check,) = [check for check in soundness(archive) if check.name == "redaction"]
    assert "2 of 2 chunks" in check.detail
    assert "`rlm redact`" in check.detail
    assert check.ok
    place.rlm("redact")
    assert older(archive) == (0, 2)
    (check,) = [check for check in soundness(archive) if check.name == "redaction"]
    assert "2 chunks are by the rules of this version" in check.detail


@pytest.mark.parametrize(
    ("tail", "counts"),
    [
        (f'],"rules":{RULES},"sum":"0123456789abcdef"}} -->\n', False),
        (f'],"rules":{RULES + 1},"sum":"0123456789abcdef"}} -->\n', False),
        (f'],"rules":{RULES},"altered":"0123456789abcdef","sum":"0123456789abcdef"}} -->\n', False),
        ('],"rules":1,"sum":"0123456789abcdef"} -->\n', True),
        ('],"sum":"0123456789abcdef"} -->\n', True),
        (f'"a\\",\\"rules\\":{RULES}","sum":"0123456789abcdef"}} -->\n', True),
        (f'],"rules":{RULES},"sum":"0123456789abcdef"}} -->\nmore\n', True),
        ("", True),
    ],
)
def test_the_tail_of_a_chunk_file_tells(tmp_path: Path, tail: str, counts: bool) -> None:
    folder = tmp_path / "sessions" / "2026-11-22_1f758c24"
    folder.mkdir(parents=True)
    (folder / "0001-01234567.md").write_text("---\n" + "x" * 300 + "\n" + tail)
    assert older(Archive(str(tmp_path), config())) == (int(counts), 1)


def test_of_a_chunk_of_form_1_the_last_redaction_of_all_tells(tmp_path: Path) -> None:
    folder = tmp_path / "sessions" / "2026-11-22_1f758c24"
    folder.mkdir(parents=True)
    (folder / "0001-01234567.md").write_text('---\nchunk: "r1-0123456789ab"\n---\n\n## user · turn 1\n')
    archive = Archive(str(tmp_path), config())
    assert older(archive) == (1, 1)
    (tmp_path / "state").mkdir()
    note = tmp_path / "state" / "redacted.json"
    note.write_text(sealed(dumps(fields(rules=RULES))))
    assert older(archive) == (0, 1)
    note.write_text(sealed(dumps(fields(rules=0))))  # one that is at work, or was killed
    assert older(archive) == (1, 1)
