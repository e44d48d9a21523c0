"""What was forgotten and stands in chunks again, since somebody has put a backup back by hand: it is told, with the
command that takes it out.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from kits.builders import Session, talk
from kits.place import Place

from rlm_core.doctor.soundness import soundness

OTHER = "2f758c24-9a0b-4c1d-8e2f-3a4b5c6d7e8f"
MATTER = "The heron nests in the reeds."
CHECK = "what was forgotten"


class Backed(Place):
    """Two sessions and a document, of which a backup was made before the heron was forgotten."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        session = talk(Session(), 2)
        session.prompt(MATTER)
        session.says(f"Yes. {MATTER}")
        session.prompt("And the scheduler?")
        session.says("It waits.")
        session.prompt(f"Once more: {MATTER}")
        self.session(talk(session, 1))
        self.session(talk(Session(OTHER), 2))
        (self.project / "birds.md").write_text(f"# Harbour\n\nIt opens at six.\n\n# Birds\n\n{MATTER}\n")
        self.rlm("archive", "--all")
        self.rlm("add", "birds.md")
        self.backup = folder / "backup"
        shutil.copytree(self.archive.root, self.backup)

    def put_back(self, *tops: str) -> None:
        for top in tops:
            shutil.copytree(self.backup / top, Path(self.archive.root) / top, dirs_exist_ok=True)

    def again(self, status: int) -> list[str]:
        """The commands that `rlm verify` names."""
        found = self.json("verify", status=status)
        assert found["ok"] is not bool(found["again"])
        return [row["command"] for row in found["again"]]

    def heron(self) -> int:
        root = Path(self.archive.root)
        return sum(path.read_text().count("heron") for path in root.rglob("[0-9]*.md"))


@pytest.fixture
def backed(tmp_path: Path) -> Backed:
    return Backed(tmp_path)


def checked(backed: Backed) -> tuple[bool, str]:
    return next((check.ok, str(check.detail)) for check in soundness(backed.archive) if check.name == CHECK)


def test_what_stands_again_is_named_with_what_takes_it_out(backed: Backed) -> None:
    assert checked(backed) == (True, "nothing was forgotten")
    said = backed.heron()
    assert backed.json("forget", "--match", "heron", "--yes")["left"] == []
    assert (backed.again(0), checked(backed)) == ([], (True, "none of it stands in chunks"))
    backed.put_back("sessions", "documents")
    commands = backed.again(1)
    assert len(commands) == 3  # two that are neighbours, one by itself, a document's section
    ok, detail = checked(backed)
    assert not ok
    assert all(command in detail for command in commands)
    assert backed.heron() == said
    told = backed.rlm("verify", status=1)
    assert told.count("FORGOTTEN ") == 3
    assert "not whole: 4 entries that you had forgotten stand in chunks again" in backed.said
    assert "--repair" not in backed.said
    assert "OUBLIÉ" in backed.rlm("verify", status=1, LC_ALL="fr_FR.UTF-8", LANG="fr_FR.UTF-8")
    assert "pas entier\u00a0: 4 entrées que vous aviez oubliées figurent de nouveau" in backed.said
    for command in commands:
        assert backed.json(*command.split()[1:], "--yes")["left"] == []
    assert (backed.again(0), backed.heron(), checked(backed)[0]) == ([], 0, True)


def test_a_repair_brings_nothing_back_and_takes_nothing_out(backed: Backed) -> None:
    backed.rlm("forget", "--match", "heron", "--yes")
    backed.put_back("sessions")
    before = backed.again(1)
    assert before
    assert [row["command"] for row in backed.json("verify", "--repair", status=1)["again"]] == before


def test_a_whole_session_and_a_whole_document_that_come_back_are_named(backed: Backed) -> None:
    backed.rlm("forget", "--session", OTHER[:8], "--yes")
    backed.rlm("forget", "--document", "birds.md", "--yes")
    assert backed.again(0) == []
    backed.put_back("sessions", "documents")
    found = {Path(row["path"]).parent.name for row in backed.json("verify", status=1)["again"]}
    assert {name[:5] for name in found} == {"2026-", "birds"}
    assert any(name.endswith(OTHER[:8]) for name in found)


def test_what_is_said_later_and_refused_is_not_there_again(backed: Backed) -> None:
    """Its heading stands there, and nothing of its text; a document that is added again by name is wanted again."""
    backed.rlm("forget", "--match", "heron", "--yes", "--never-again")
    later = Session("3f758c24-9a0b-4c1d-8e2f-3a4b5c6d7e8f")
    later.prompt("The heron again.")
    later.says("It waits.")
    backed.session(later)
    backed.rlm("archive", "--all")
    assert backed.again(0) == []


def test_a_document_that_is_added_again_is_not_told(backed: Backed) -> None:
    backed.rlm("forget", "--document", "birds.md", "--yes")
    backed.rlm("add", "birds.md")
    assert backed.again(0) == []
