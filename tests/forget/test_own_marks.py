"""What our own files hold by themselves is no trace of a text that names it; a text that was said is one there, too."""

from __future__ import annotations

import json
import os
from itertools import count
from pathlib import Path

import pytest
from kits.builders import Session, talk
from kits.paths import ROOT
from kits.place import Place

from rlm_core.archive.store import Archive
from rlm_core.documents.registry import Registry
from rlm_core.forget import proof
from rlm_core.forget.naming import Named
from rlm_core.forget.run import forget
from rlm_core.forget.target import Doomed, Target
from rlm_core.home import config_dir, id_of, own_dir
from rlm_core.launcher import table

WORD = "cormorant"
OTHER = "2f758c24-9a0b-4c1d-8e2f-3a4b5c6d7e8f"
LAST = "3f758c24-9a0b-4c1d-8e2f-3a4b5c6d7e8f"
HASH = "deadbeefcafe"


class Installed(Place):
    """Two sessions, a document, an installation whose key has letters enough to be a word that tells."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        for session in (talk(Session(), 2), talk(Session(OTHER), 2)):
            self.session(session)
        (self.project / "notes.md").write_text("# Harbour\n\nThe harbour opens at six.\n")
        self.rlm("archive", "--all")
        self.rlm("add", "notes.md")
        settings = str(self.project / ".claude" / "settings.local.json")
        pythons = (f"/opt/zeppelin/python{n}" for n in count())
        python = next(p for p in pythons if sum(map(str.isalpha, table.key_of(p, str(ROOT)))) >= 4)
        self.entry = table.Launched(settings, python, str(ROOT))
        table.note(Path(own_dir()), self.entry)

    def tells(self, text: str) -> str:
        """A session that says it, beside the word, and is archived."""
        last = Session(LAST)
        last.prompt("What does the harbour do?")
        last.prompt(f"{WORD}: {text}")
        last.says("The harbour waits.")
        self.session(last)
        self.rlm("archive", "--all")
        return text

    def forget(self) -> list[str]:
        done = forget(self.archive, Named(match=WORD))
        assert (done.entries, done.carried_out) == (1, True)
        return [path for path, _ in done.left]


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    return Installed(tmp_path)


def test_a_hooks_command_line_names_the_installation(installed: Installed) -> None:
    """`/compact` prints it, so that a transcript has it; the launcher has the key, which is a hash of two paths."""
    assert installed.entry.key in (Path(own_dir()) / "launch").read_text()
    installed.tells(f"PreCompact [{own_dir()}/launch pre-compact local {installed.entry.key}] completed successfully")
    assert installed.forget() == []


def names_of_ours(archive: Archive) -> list[str]:
    bases = archive.root, own_dir()
    found = [str(path) for base in bases for path in sorted(Path(base).rglob("*")) if "lib" not in path.parts]
    return [path for path in found if "/blobs/" not in path and "/summaries/" not in path]


def test_a_listing_of_our_files_tells_nothing(installed: Installed) -> None:
    installed.tells("\n".join(names_of_ours(installed.archive)))
    assert installed.forget() == []


@pytest.mark.parametrize(
    "place", ["launch", "launch.json", "projects.json", "archives/ID/row.json", "archives/ID/index.json"]
)
def test_what_is_read_out_of_a_file_of_ours_tells_nothing(installed: Installed, place: str) -> None:
    path = Path(own_dir()) / place.replace("ID", id_of(installed.archive.root))
    installed.tells(path.read_text())
    assert installed.forget() == []


@pytest.mark.parametrize("place", ["state/id", f"state/sources/{OTHER}.json", "state/catalog.json", "documents"])
def test_ids_and_hashes_of_the_archive_tell_nothing(installed: Installed, place: str) -> None:
    archive = installed.archive
    if place == "documents":
        said = next(iter(Registry(archive).documents.values())).slug.rpartition("-")[2]
    else:
        text = Path(archive.path(*place.split("/"))).read_text()
        values = json.loads(text) if place.endswith(".json") else {"id": text.strip()}
        said = " ".join(str(values[key]) for key in ("id", "check", "session", "marks", "seen") if key in values)
    installed.tells(f"beside it {said} stands")
    assert installed.forget() == []


# What was said.


def doomed(archive: Archive, text: str) -> Target:
    entry = Doomed("sessions/2026-11-22_1f758c24", "0001-aaaaaaaa.md", "u", 1, text)
    return Target(archive, [entry], texts=[text])


def left(archive: Archive, text: str) -> list[str]:
    return [path for path, _ in proof.left(archive, proof.probes_of(doomed(archive, text)))]


SAYING = {
    "a line of the launcher": ("launch", lambda text: f"{text}# {WORD}\n"),
    "the launcher's key in another line": ("launch", lambda text: f"{text}# {HASH}\n"),
    "a key that no list has": (
        "projects.json",
        lambda text: text.replace('"projects"', f'"note": "{WORD}", "projects"'),
    ),
    "a list's path that is none": ("launch.json", lambda text: text.replace(json.dumps(str(ROOT))[1:-1], WORD)),
    "a list's id that is none": ("projects.json", lambda text: text.replace('"id": "', f'"id": "{WORD} ')),
    "an archive's row": ("archives/ID/row.json", lambda text: text.replace("{", f'{{"said": "{HASH}", ', 1)),
    "a list that is broken": ("projects.json", lambda text: f"{text[:-3]} {WORD}"),
}


@pytest.mark.parametrize("how", SAYING)
def test_a_text_that_was_said_tells_in_these_files_as_anywhere(installed: Installed, how: str) -> None:
    place, planted = SAYING[how]
    path = Path(own_dir()) / place.replace("ID", id_of(installed.archive.root))
    path.write_text(planted(path.read_text()))
    assert left(installed.archive, f"the {WORD} of {HASH}") == [str(path)]


@pytest.mark.parametrize(
    "name",
    [f"{HASH}.txt", f"state/{HASH}.json", f"sessions/x/{HASH}.md", f"documents/{HASH}-0123456789ab/0001-aaaaaaaa.md"],
)
def test_a_name_that_we_give_no_file_tells(installed: Installed, name: str) -> None:
    path = Path(installed.archive.root) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("nothing")
    assert left(installed.archive, f"a file called {HASH}") == [str(path)]


def test_a_title_that_is_a_hash_tells(installed: Installed) -> None:
    path = Path(installed.archive.path("state", "sources", f"{OTHER}.json"))
    values = json.loads(path.read_text())
    path.write_text(json.dumps({**values, "title": [1, HASH], "leaves": {"x": HASH}}))
    assert left(installed.archive, f"a commit {HASH}") == [str(path)]


def test_the_key_tells_with_the_words_that_were_said_beside_it(installed: Installed) -> None:
    """By itself it is nothing; in a row of words it is what was said."""
    said = f"the launcher {installed.entry.key} fails when harbour masters sleep"
    path = Path(installed.archive.root) / "log" / "rlm.log"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{path.read_text() if path.exists() else ''}{said}\n")
    assert left(installed.archive, said) == [str(path)]
    path.write_text(installed.entry.key)
    assert left(installed.archive, f"{said} and the {os.path.basename(config_dir())}") == []
