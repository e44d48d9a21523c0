"""An archive that somebody else has made is not opened, whichever way it came and whatever it holds."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from kits.builders import SESSION, Session, archive, config, talk
from kits.crash import Breaker, Killed, every, sides
from kits.hooks import EVERY, Project
from kits.place import Place
from kits.trees import git

from rlm_core import registry
from rlm_core.archive.sealed import sealed
from rlm_core.archive.store import Archive
from rlm_core.home import own_dir, own_folder
from rlm_core.ownership import foreign, refusal
from rlm_core.reach import slug
from rlm_core.redaction.clean import written_before

THEIRS = "aaaaaaaa-1111-4111-8111-aaaaaaaaaaaa"
KEY = "the-key-of-the-user-that-nobody-else-has"
WORD = "persimmon"
HOW = ["cloned", "cloned with private modes", "unpacked", "unpacked without an id", "only some files"]
COMMANDS = [
    ["list"], ["peek"], ["search", WORD], ["search", "--regex", WORD], ["show", "0001"], ["verify"], ["restore"],
    ["handoff"], ["reindex"], ["archive", "--all"], ["add", "a.md"], ["add"], ["ask", "--plan", "what of it?"],
]  # fmt: skip


def private(root: Path) -> None:
    for folder, _, names in os.walk(root):
        os.chmod(folder, 0o700)
        for name in names:
            os.chmod(os.path.join(folder, name), 0o600)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    made = Project(tmp_path)
    yield made
    made.wait_for_quiet()


def made_by_another(project: Project, tmp_path: Path) -> None:
    """An archive in the project that another user's hooks have made, with all that steers one, turned to harm."""
    theirs = tmp_path / "attacker"
    theirs.mkdir()
    path = theirs / f"{THEIRS}.jsonl"
    session = Session(THEIRS, cwd=str(project.path))
    session.prompt(f"Tell of the {WORD} in the importer")
    talk(session, 6).write(path)
    project.hook("Stop", THEIRS, transcript_path=str(path), env={"CLAUDE_CONFIG_DIR": str(theirs)})
    project.wait_for_quiet()
    root = project.root
    assert list(root.glob("sessions/*/0*.md"))
    (tmp_path / "secret").write_text(KEY)
    (root / "documents").mkdir(exist_ok=True)
    row = {"path": "../secret", "slug": "secret-0123456789ab", "kind": "text", "named": True}
    blank = {"size": 0, "mtime_ns": 0, "read_ns": 0, "digest": "", "made": "", "added": "", "files": [], "tokens": 0}
    blank |= {"redactions": 0, "reader": "", "note": "", "problem": "", "replaced": {}}
    listed = {"version": 1, "gone": [], "directories": [], "documents": [row | blank]}
    (root / "documents" / "sources.json").write_text(json.dumps(listed))
    (root / ".gitignore").write_text("")
    (root / "state" / f"cleared-{os.getpid()}.json").write_text(
        json.dumps({"session": "other", "ppid": os.getpid(), "time": 9e9})
    )
    (root / "search.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 4096)
    (root / "install").mkdir(exist_ok=True)


def shipped(project: Project, tmp_path: Path, how: str) -> None:
    """The same as the victim gets it."""
    made_by_another(project, tmp_path)
    root = project.root
    if how.startswith("cloned"):
        git("init", "-q", cwd=project.path)
        git("add", "-f", ".claude", cwd=project.path)
    elif how == "unpacked without an id":
        (root / "state" / "id").unlink()
    elif how == "only some files":
        for name in ("sessions", "search.db", "log", "documents"):
            path = root / name
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        (root / "state" / "id").unlink()
    if how != "cloned":
        private(root)
    else:
        for folder, _, _ in os.walk(root):
            os.chmod(folder, 0o755)


def bytes_below(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.parametrize("how", HOW)
def test_hooks_open_nothing_of_it_and_a_start_tells_so_in_one_line(project: Project, tmp_path: Path, how: str) -> None:
    shipped(project, tmp_path, how)
    before = bytes_below(project.root)
    project.write(talk(project.session(), 5))
    for source in ("startup", "resume", "clear", "fork"):
        answer = project.hook("SessionStart", source=source)
        assert answer.context == ""
        assert "`rlm adopt`" in answer.message
        assert "\n" not in answer.message
        assert WORD not in answer.message
    assert project.hook("SessionStart", source="compact").text == ""
    for event in EVERY:
        if event != "SessionStart":
            said = project.hook(event, agent_type="x", reason="clear", compact_summary="s", prompt=f"the {WORD} is it")
            assert said.text == "", event
    project.wait_for_quiet()
    assert bytes_below(project.root) == before
    assert KEY not in str(before)


@pytest.mark.parametrize("how", HOW[:4])
def test_commands_refuse_and_name_the_way_out(project: Project, tmp_path: Path, how: str) -> None:
    shipped(project, tmp_path, how)
    (project.path / "a.md").write_text("words")
    place = Place.__new__(Place)
    place.project = project.path
    before = bytes_below(project.root)
    for command in COMMANDS:
        out = place.rlm(*command, status=1)
        assert out == "", command
        assert "`rlm adopt`" in place.said, command
        assert place.said.count("\n") == 1, command
    assert place.json("status")["foreign"] is True
    assert any("rlm adopt" in c["detail"] for c in place.json("doctor", status=1)["checks"])
    place.rlm("uninstall")
    assert bytes_below(project.root) == before


def test_an_own_archive_that_git_comes_to_track_is_foreign_from_then_on(project: Project) -> None:
    git("init", "-q", cwd=project.path)
    project.write(talk(project.session(), 3))
    project.hook("SessionStart", source="startup")
    project.hook("Stop")
    assert foreign(str(project.root)) == ""
    before = bytes_below(project.root / "sessions")
    git("add", "-f", str(project.root / "README.md"), cwd=project.path)
    project.write(talk(project.session(), 9))
    assert "`rlm adopt`" in project.hook("Stop").message  # a pull in the middle of a session, told once
    assert project.hook("Stop").text == project.hook("UserPromptSubmit", prompt="and now?").text == ""
    assert bytes_below(project.root / "sessions") == before
    assert "git tracks" in project.hook("SessionStart", source="startup").message
    git("rm", "-q", "--cached", ".claude/rlm/README.md", cwd=project.path)
    project.hook("Stop")
    assert foreign(str(project.root)) == ""
    assert bytes_below(project.root / "sessions") != before


@pytest.mark.parametrize("version", [2, 3, 4])
@pytest.mark.parametrize("split", [False, True], ids=["whole", "split"])
def test_gits_index_is_read_in_every_form(tmp_path: Path, version: int, split: bool) -> None:
    sub = tmp_path / "packages" / "été"
    for name in ("a.txt", ".claude/rlm.yaml", ".claude/rlm/INDEX.md", ".claude/rlm-foreign/x", ".claude/zz"):
        path = sub / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    git("init", "-q", cwd=tmp_path)
    git("add", "-f", ".", cwd=tmp_path)
    if version == 3:
        git("update-index", "--skip-worktree", str(sub / "a.txt"), cwd=tmp_path)
    else:
        git("update-index", "--index-version", str(version), cwd=tmp_path)
    if split:
        git("update-index", "--split-index", cwd=tmp_path)
    root = str(sub / ".claude" / "rlm")
    assert "git tracks" in foreign(root)
    git("rm", "-q", "--cached", str(sub / ".claude" / "rlm" / "INDEX.md"), cwd=tmp_path)
    (sub / ".claude" / "rlm" / "INDEX.md").unlink()
    assert foreign(root) == ""


@pytest.mark.parametrize("part", ["root", "state", "claude"])
def test_a_link_to_an_archive_of_the_users_own_makes_no_own_one(tmp_path: Path, part: str) -> None:
    place = Place(tmp_path / "mine")
    place.session(talk(Session(), 2))
    place.rlm("archive", "--all")
    other = tmp_path / "other"
    at = {"root": ".claude/rlm", "state": ".claude/rlm/state", "claude": ".claude"}[part]
    (other / at).parent.mkdir(parents=True)
    (other / at).symlink_to(place.project / at)
    assert "link" in foreign(str(other / ".claude" / "rlm"))


@pytest.mark.parametrize("there", ["nothing", "a directory"])
def test_behind_a_link_that_leads_out_no_archive_is_begun(project: Project, tmp_path: Path, there: str) -> None:
    outside = tmp_path / "outside"
    if there == "a directory":
        outside.mkdir()
    (project.path / ".claude").symlink_to(outside)
    project.write(talk(project.session(), 3))
    assert "link" in project.hook("SessionStart", source="startup").message
    project.hook("Stop")
    project.hook("SessionEnd", reason="other")
    project.wait_for_quiet()
    assert not outside.exists() or not os.listdir(outside)


@pytest.mark.parametrize("part", [".claude", ".claude/rlm", ".claude/rlm/sessions"])
@pytest.mark.parametrize("kind", ["pipe", "file"])
def test_what_stands_in_a_directorys_place_is_named_once(project: Project, part: str, kind: str) -> None:
    place = project.path / part
    place.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(place) if kind == "pipe" else place.write_text("x")
    project.write(talk(project.session(), 3))
    project.hook("SessionStart", source="startup")
    said = [project.hook("SessionStart", source="startup").message, project.hook("Stop").message]
    said += [project.hook("Stop").message]
    assert sum("move it away" in line for line in said) >= 1
    assert said[-1] == ""
    assert not any("Errno" in line for line in said)


@pytest.mark.parametrize("name", ["2026-01-01_0bad0bad.lock", ".tmp-1-x"])
def test_a_shipped_session_is_one_whatever_its_directory_is_called(project: Project, tmp_path: Path, name: str) -> None:
    made_by_another(project, tmp_path)
    (kept,) = project.root.glob("sessions/*_*")
    kept.rename(kept.with_name(name))
    for each in [p for p in project.root.iterdir() if p.name != "sessions"]:
        shutil.rmtree(each) if each.is_dir() else each.unlink()
    private(project.root)
    project.write(talk(project.session(), 3))
    assert "`rlm adopt`" in project.hook("SessionStart", source="startup").message
    project.hook("Stop")
    assert sorted(os.listdir(project.root)) == ["sessions"]


def test_a_shipped_repository_claims_no_sessions_of_a_directory_that_is_gone(tmp_path: Path) -> None:
    """It may list any path as that of a worktree of its; who was there before is known by the user's own list alone."""
    place = Place(tmp_path)
    gone = tmp_path / "gone"
    session = Session(THEIRS, cwd=str(gone))
    talk(session, 2).write(place.transcripts.parent / slug(str(gone)) / f"{THEIRS}.jsonl")
    listed = place.project / ".git" / "worktrees" / "x"
    listed.mkdir(parents=True)
    (listed / "gitdir").write_text(f"{gone / '.git'}\n")
    (listed / "commondir").write_text("../..\n")
    place.session(talk(Session(), 3))
    place.rlm("archive", "--all")
    assert [row["session"] for row in place.json("list")["sessions"]] == [SESSION]
    registry.note(place.archive.root, str(gone))  # as a session's start in a worktree has it
    place.rlm("archive", "--all")
    assert {row["session"] for row in place.json("list")["sessions"]} == {SESSION, THEIRS}


def test_a_pipe_for_an_id_holds_nobody(tmp_path: Path) -> None:
    (tmp_path / ".claude" / "rlm" / "state").mkdir(parents=True)
    os.mkfifo(tmp_path / ".claude" / "rlm" / "state" / "id")
    assert refusal(str(tmp_path / ".claude" / "rlm"))


# Manifests.


@pytest.mark.parametrize("victim", ["../outside.txt", "settings.json", "CLAUDE.md", "skills/link/x.md"])
def test_a_shipped_manifest_deletes_and_restores_nothing(tmp_path: Path, victim: str) -> None:
    from hashlib import sha256

    place = Place(tmp_path)
    claude = place.project / ".claude"
    (claude / "skills").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (claude / "skills" / "link").symlink_to(tmp_path / "elsewhere")
    target = claude / victim
    target.write_text("{}")
    install = claude / "rlm" / "install"
    install.mkdir(parents=True)
    evil = b'{"hooks": {"Stop": [{"hooks": [{"type": "command", "command": "evil"}]}]}}'
    name = f"settings.local.json.{sha256(evil).hexdigest()[:16]}"
    (install / name).write_bytes(evil)
    settings = claude / "settings.local.json"
    settings.write_text('{"model": "x"}')
    manifest = {
        "format": 1, "scope": "local", "version": "0.5.0", "executable": "python3",
        "written": [sha256(settings.read_bytes()).hexdigest()], "baseline": name, "original": name, "lossy": False,
        "window": None, "files": {victim: [sha256(b"{}").hexdigest()]}, "created": [],
    }  # fmt: skip
    (install / "manifest-local.json").write_text(json.dumps(manifest))
    private(claude / "rlm")
    out = place.rlm("uninstall")
    assert "nothing is deleted or restored because it says so" in out or "damaged" in out
    assert target.read_text() == "{}"
    assert settings.read_text() == '{"model": "x"}'


def test_an_install_of_the_users_own_is_taken_out_to_the_byte(tmp_path: Path) -> None:
    place = Place(tmp_path)
    settings = place.project / ".claude" / "settings.local.json"
    settings.parent.mkdir()
    settings.write_text('{\n   "model": "x" }')
    place.rlm("install")
    place.rlm("uninstall")
    assert settings.read_text() == '{\n   "model": "x" }'
    assert not os.path.exists(own_dir())


# Documents outside.


def test_documents_outside_are_read_when_the_users_own_list_has_them(tmp_path: Path) -> None:
    place = Place(tmp_path)
    outside, secret = tmp_path / "notes.md", tmp_path / "secret.md"
    outside.write_text("first words of the notes\n")
    secret.write_text(KEY)
    (place.project / "in.md").write_text("inside\n")
    place.rlm("add", str(outside), "in.md")
    outside.write_text("other words of the notes\n")
    listed = place.archive.path("documents", "sources.json")
    data = json.loads(Path(listed).read_text())
    row = next(d for d in data["documents"] if d["path"] == "in.md")
    data["documents"] += [
        {**row, "path": str(secret), "slug": "secret-0", "files": [], "digest": ""},
        {**row, "path": "../secret.md", "slug": "secret-1", "files": [], "digest": ""},
    ]
    data.pop("check", None)
    Path(listed).write_text(sealed(written_before(json.dumps(data))))  # whoever forges a list can seal it
    (place.project / "in.md").unlink()
    (place.project / "in.md").symlink_to(secret)
    found = {o["path"]: o for o in place.json("add", status=0)["documents"]}
    assert found[str(outside)]["status"] == "changed"
    assert "not in your own list" in found[str(secret)]["reason"]
    assert "not in your own list" in found["../secret.md"]["reason"]
    assert "link" in found["in.md"]["reason"]
    texts = [p.read_text() for p in Path(place.archive.root).rglob("*.md")]
    assert not any(KEY in text for text in texts)


def test_an_older_archives_list_is_believed_once(tmp_path: Path) -> None:
    place = Place(tmp_path)
    outside = tmp_path / "notes.md"
    outside.write_text("first words of the notes\n")
    place.rlm("add", str(outside))
    own = registry.archive_id(place.archive.root)
    Path(own_folder(own, registry.OUTSIDE)).unlink()  # as versions before wrote it
    outside.write_text("second words of the notes\n")
    assert [o["status"] for o in place.json("add")["documents"]] == ["changed"]
    outside.write_text("third words of the notes\n")
    assert [o["status"] for o in place.json("add")["documents"]] == ["changed"]


# What is the user's stays the user's.


def test_an_archive_of_0_4_is_known_by_a_transcript_of_the_users(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.session(talk(Session(), 3))
    place.rlm("archive", "--all")
    root = Path(place.archive.root)
    (root / "state" / "id").unlink()
    shutil.rmtree(own_dir())  # versions before 0.5 entered nothing
    assert foreign(str(root)) == ""
    shutil.rmtree(root / "state")
    assert foreign(str(root)) == ""
    place.rlm("archive", "--all")
    own = registry.archive_id(str(root))
    assert registry.is_listed(own)
    (root / "state" / "id").unlink()
    shutil.rmtree(place.transcripts)
    assert "no transcript" in foreign(str(root))


def test_an_archive_that_was_cleaned_away_is_restored_as_the_users(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.session(talk(Session(), 3))
    place.rlm("archive", "--all")
    own = registry.archive_id(place.archive.root)
    shutil.rmtree(place.project / ".claude")
    shutil.rmtree(place.transcripts)
    place.rlm("restore")
    assert registry.archive_id(place.archive.root) == own
    assert foreign(place.archive.root) == ""
    assert place.json("list")["sessions"]


@pytest.mark.parametrize("gone", ["projects.json", "archives"])
def test_either_record_of_the_users_will_do(tmp_path: Path, gone: str) -> None:
    place = Place(tmp_path)
    place.session(talk(Session(), 3))
    place.rlm("archive", "--all")
    path = Path(own_dir(), gone)
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert foreign(place.archive.root) == ""


def test_somebody_elses_archive_below_does_not_stand_for_the_project(tmp_path: Path) -> None:
    from rlm_core.project import project_of

    place = Place(tmp_path)
    shutil.rmtree(place.project / ".git")
    place.session(talk(Session(), 3))
    place.rlm("archive", "--all")
    (place.project / "vendor" / "x" / ".claude" / "rlm" / "sessions" / "s").mkdir(parents=True)
    assert project_of(str(place.project / "vendor" / "x")) == str(place.project)


def test_without_a_place_for_the_row_nothing_is_archived_and_the_user_is_told(project: Project) -> None:
    Path(own_dir()).write_text("in the way")
    project.write(talk(project.session(), 3))
    assert "not being archived" in project.hook("Stop").message
    assert not (project.root / "state" / "id").exists()
    Path(own_dir()).unlink()
    project.hook("Stop")
    assert foreign(str(project.root)) == ""
    assert list(project.root.glob("sessions/*/0*.md"))


@pytest.mark.parametrize("step", ["replace", "open", "mkdir"])
def test_whenever_its_maker_is_killed_the_archive_is_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def made(name: str) -> Archive:
        (tmp_path / name / "config").mkdir(parents=True)
        monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path / name / "config"))
        return archive(tmp_path / name, config())

    first = made("dry")
    with Breaker(step, 10**9) as dry:
        first.prepare()
    for at, before in ((n, side) for n in every(dry) for side in sides(n)):
        kept = made(f"{at}-{before}")
        with Breaker(step, at, before=before), pytest.raises(Killed):
            kept.prepare()
        assert foreign(kept.root) == ""
        kept.prepare()
        assert registry.is_listed(registry.archive_id(kept.root))
        assert foreign(kept.root) == ""
