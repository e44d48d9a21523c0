"""What a session and its chunks are called by, which no entry holds: titles and branches that hold what was named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from kits.builders import Session
from kits.place import Place

from rlm_core.archive.state import load as states_of
from rlm_core.archive.store import Archive
from rlm_core.archive.tombstones.stones import Tombstones
from rlm_core.forget import naming, plan, proof
from rlm_core.forget.places.job import begin
from rlm_core.forget.run import complete, forget
from rlm_core.forget.target import Target
from rlm_core.home import user_key

PHRASE = "Projet Vexillum"
WORDS = ("projet vexillum", "projet-vexillum", "syllaborum")


class Called(Place):
    """A session whose title and branch hold words of a prompt; its words stand singly in what stays."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        s = self.talk = Session(cwd=str(self.project))
        s.branch = "feat/projet-vexillum"
        s.prompt("Each projet has a scheduler.")
        s.says("The scheduler waits.")
        s.prompt(f"{PHRASE}: when does it begin?")
        s.says("In May.")
        s.title(f"{PHRASE} and the syllaborum", "ai-title")
        other = Session("cccccccc-1111-4222-8333-944445555666")
        other.prompt("A vexillum stands on the roof.")
        self.session(other)
        self.goes_on()

    def goes_on(self) -> None:
        self.talk.prompt("Go on with the scheduler.")
        self.path = self.session(self.talk)
        self.rlm("archive", "--all")

    def told(self) -> list[str]:
        """The files of ours that hold any of the words."""
        claude = self.project.parent / "claude"
        roots = (self.archive.root, claude / "rlm", claude / "rlm-ask")
        files = [p for root in roots for p in Path(root).rglob("*") if p.is_file() and "lib" not in p.parts]
        return [str(p) for p in files if any(word.encode() in p.read_bytes().lower() for word in WORDS)]


@pytest.fixture
def called(tmp_path: Path) -> Called:
    return Called(tmp_path)


@pytest.mark.parametrize("named", [["--match", PHRASE], ["--regex", "(?i)projet.vexillum"]])
def test_labels_that_hold_what_is_named_go_and_do_not_come_back(called: Called, named: list[str]) -> None:
    assert called.told()
    told = called.json("forget", *named, "--yes")
    assert (told["entries"], told["left"], called.told()) == (1, [], [])
    called.talk.branch = "main"
    called.goes_on()
    assert called.told() == []
    assert "scheduler" in called.rlm("search", "scheduler")


def test_the_title_of_a_session_that_is_emptied_goes(called: Called) -> None:
    told = called.json("forget", "--since", "2026-11-01", "--yes")
    assert (told["left"], called.told()) == ([], [])
    called.talk.branch = "main"
    called.goes_on()
    assert called.told() == []


def test_words_that_are_never_wanted_again_are_no_label_either(called: Called) -> None:
    called.rlm("forget", "--match", PHRASE, "--never-again", "--yes")
    called.talk.title(f"More of {PHRASE}", "ai-title")
    called.goes_on()  # on the same branch
    assert called.told() == []


def test_the_proof_looks_for_the_words_themselves(called: Called) -> None:
    """Each of them stands in what stays; in this order they stand in nothing that does."""
    target = naming.select(called.archive, naming.Named(match=PHRASE))
    probes = proof.probes_of(target)
    assert ("projet", "vexillum") in probes.in_text("a note of feat/projet-vexillum")
    beside = Path(called.archive.path("state", "beside.txt"))
    beside.write_text(f"left behind: {PHRASE}")
    assert str(beside) in dict(proof.left(called.archive, probes))


def test_a_killed_run_knows_the_words_by_their_hash(called: Called) -> None:
    """The note has not a word of them, and what completes the run takes the labels out."""
    kept = called.archive
    target = naming.select(kept, naming.Named(match=PHRASE))
    plan.write(target, Tombstones(), proof.probes_of(target).digests(user_key(create=True)))
    assert not any(word in Path(plan.plan_path(kept.root)).read_text().lower() for word in ("vexillum", "projet"))
    done = complete(kept)
    assert done is not None
    assert done.left == []
    assert called.told() == []


@pytest.mark.parametrize("named", [{"match": PHRASE}, {"regex": "(?i)projet.vexillum"}, {"since": "2026-11-01"}])
def test_a_run_that_was_killed_before_the_labels_is_completed(
    called: Called, monkeypatch: pytest.MonkeyPatch, named: dict[str, str]
) -> None:
    with pytest.raises(KilledError):
        _killed_before_the_labels(called.archive, naming.Named(**named), monkeypatch)
    done = complete(called.archive)
    assert done is not None
    assert (done.left, called.told()) == ([], [])
    called.talk.branch = "main"
    called.goes_on()
    assert called.told() == []


@pytest.mark.parametrize("named", [["--match", "project vexillum"], ["--regex", "project.vexillum"]])
def test_a_directory_whose_name_begins_as_the_projects_goes(tmp_path: Path, named: list[str]) -> None:
    """Of the path of the project itself nothing goes; `project-vexillum` beside it is another name."""
    place = Place(tmp_path)
    (place.project / ".claude").mkdir()
    (place.project / ".claude" / "rlm.yaml").write_text("chunk: {target: 100, limit: 200}\n")
    talk = Session(cwd=str(place.project))
    other = Session("cccccccc-1111-4222-8333-944445555666")
    other.prompt("A vexillum stands on the roof of the project.")
    place.session(other)
    talk.prompt("Look at the roof.")
    talk.says("It waits for the lock. " * 20)
    talk.prompt("Say project vexillum to me")

    def goes_on() -> set[str]:
        talk.prompt("Look at the lake of the house, and its roof")
        talk.says("It waits for the lock. " * 20)
        path = place.session(talk)
        lines = path.read_text().splitlines(keepends=True)
        moved = [line.replace(f'"{place.project}"', f'"{place.project}-vexillum"') for line in lines[2:]]
        path.write_text("".join([*lines[:2], *moved]))
        place.rlm("archive", "--all")
        return {str(meta["cwd"]) for meta in place.archive.metas()}

    assert goes_on() == {str(place.project), f"{place.project}-vexillum"}
    assert place.json("forget", *named, "--yes")["left"] == []
    left = {str(meta["cwd"]) for meta in place.archive.metas()}
    assert left == {str(place.project), ""}
    assert goes_on() == left


def test_a_title_that_tells_of_the_projects_path_is_looked_at_whole(tmp_path: Path) -> None:
    place = Place(tmp_path)
    target = Target(place.archive, holds=lambda text: "project" in text)
    assert target.names(f"What is in {place.project}?")
    assert target.names(f"{place.project}/project", is_place=True)
    assert target.names(f"{place.project}-b", is_place=True)
    assert not target.names(f"{place.project}/src", is_place=True)
    assert not target.names(str(place.project), is_place=True)


@pytest.mark.parametrize("word", ["bash", "Bash"])
def test_a_tool_that_an_entry_which_stays_has_used_stays(tmp_path: Path, word: str) -> None:
    place = Place(tmp_path)
    talk = Session(cwd=str(place.project))
    talk.prompt("Please run it in bash.")
    place.session(talk)
    other = Session("cccccccc-1111-4222-8333-944445555666", cwd=str(place.project))
    other.branch = "bash-of-the-roof"
    other.prompt("Look at the roof.")
    other.tool("Bash", "ok it is", command="ls -la")
    place.session(other)
    place.rlm("archive", "--all")
    assert place.json("forget", "--match", word, "--yes")["left"] == []
    found = {str(meta["session"])[0]: meta for meta in place.archive.metas()}
    assert (found["c"]["tools"], found["c"]["branch"]) == (["Bash"], "")


@pytest.mark.parametrize("killed", [False, True])
def test_another_session_of_the_same_title_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killed: bool
) -> None:
    """That of an emptied session goes, and does not come back; it tells nothing, so that others may be called so."""
    place = Place(tmp_path)
    talks = [Session(f"{n}ccccccc-1111-4222-8333-944445555666", cwd=str(place.project)) for n in (1, 2, 3)]
    places = ("in the marmoset", "on the roof: fix it, the tests pass", "by the lake")
    for talk, said in zip(talks, places, strict=True):
        talk.prompt(f"Please look {said}.")
        talk.title("Fix the tests", "ai-title")
    for talk in talks[:2]:
        place.session(talk)
    place.rlm("archive", "--all")
    named = naming.Named(match="marmoset")
    if killed:
        with pytest.raises(KilledError):
            _killed_before_the_labels(place.archive, named, monkeypatch)
    done = complete(place.archive) if killed else forget(place.archive, named)
    assert done is not None
    assert done.left == []
    for talk in talks:
        place.session(talk)
    place.rlm("archive", "--all")
    states = [states_of(str(path)) for path in sorted(Path(place.archive.path("state", "sources")).glob("*.json"))]
    titles = {state.session[0]: state.title[1] for state in states if state is not None}
    assert titles == {"1": "", "2": "Fix the tests", "3": "Fix the tests"}


@pytest.mark.parametrize("words", ["to do", "the archive"])
def test_a_killed_run_takes_no_more_than_a_whole_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    """Words that are short, or our own, tell in labels alone: what merely holds them elsewhere is another's."""
    place = Place(tmp_path)
    talk = Session(cwd=str(place.project))
    talk.prompt(f"Look at {words} of the quillfeather.")
    talk.says("Done.")
    talk.prompt("Next thing, the roof.")
    place.session(talk)
    place.rlm("archive", "--all")
    named = naming.Named(match=words)
    whole = begin(naming.select(place.archive, named), dry=True)
    with pytest.raises(KilledError):
        _killed_before_the_labels(place.archive, named, monkeypatch)
    found = plan.pending(place.archive)
    assert found is not None
    for job in (whole, begin(found[0], dry=True)):
        assert not job.concerns(f"what stood by {words} on a roof".encode())
        assert job.target.names(f"A note of {words}")
    done = complete(place.archive)
    assert done is not None
    assert done.left == []


class KilledError(Exception):
    pass


def _killed_before_the_labels(kept: Archive, named: naming.Named, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr("rlm_core.forget.places.scrub", killed)
        forget(kept, named)


def test_keywords_that_stand_in_that_order_tell_nothing(called: Called) -> None:
    called.talk.prompt("The vexillum of each projet is red: a vexillum and a projet, red each.")
    called.goes_on()
    assert called.json("forget", "--match", PHRASE, "--yes")["left"] == []


@pytest.mark.parametrize(
    ("keywords", "looked_for"),
    [
        (["projet", "begin", "vexillum"], True),
        (["vexillum", "projet"], True),
        (["red", "projet", "vexillum"], False),
        (["projet", "marmoset", "vexillum"], False),
    ],
)
def test_the_proof_looks_for_the_words_unless_keywords_have_them_in_that_order(
    tmp_path: Path, keywords: list[str], looked_for: bool
) -> None:
    """What says none of it any more goes from between them."""
    place = Place(tmp_path)
    talk = Session(cwd=str(place.project))
    talk.prompt("The vexillum of each projet is red when they begin.")
    talk.says("Yes.")
    talk.prompt(f"{PHRASE}: where is the marmoset?")
    place.session(talk)
    place.rlm("archive", "--all")
    [meta] = place.archive.metas()
    path = Path(str(meta["path"]))
    text, last = path.read_text(), json.dumps(meta["keywords"], separators=(",", ":"))
    assert text.count(last) == 1
    path.write_text(text.replace(last, json.dumps(keywords, separators=(",", ":"))))
    probes = proof.probes_of(naming.select(place.archive, naming.Named(match=PHRASE)))
    assert (("projet", "vexillum") in probes.in_text("a note of Projet Vexillum")) is looked_for


def test_names_of_chunks_stay_though_all_that_they_hold_goes(tmp_path: Path) -> None:
    """Claude cites chunks by name and id: of a chunk that is emptied the file stays, and so does its name."""
    place = Place(tmp_path)
    (place.project / ".claude").mkdir()
    (place.project / ".claude" / "rlm.yaml").write_text("chunk: {target: 100, limit: 200}\n")
    talk = Session(cwd=str(place.project))
    for n in range(6):
        talk.prompt(f"Question {n} of the scheduler: what waits there, and why does it wait so long?")
        talk.says(f"It waits {n} for the lock. " * 8)
    place.session(talk)
    place.rlm("archive", "--all")
    chunks = [(Path(meta["path"]).name, str(meta["chunk"])) for meta in place.archive.metas()]
    assert len(chunks) > 3
    talk.says("In " + " and ".join(f"{name}, cited as [{chunk}:12-14]" for name, chunk in chunks))
    talk.tool("Bash", "  ".join(name for name, _ in chunks), command="ls")
    talk.says("\n".join(f"{name} {chunk} (turn {n}) Question" for n, (name, chunk) in enumerate(chunks)))
    place.session(talk)
    place.rlm("archive", "--all")
    assert place.json("forget", "--since", "2026-11-01", "--yes")["left"] == []
    assert place.json("verify")["ok"]
