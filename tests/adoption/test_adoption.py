"""Archives of earlier versions in worktrees and subdirectories are moved in: whole, once, and of this project alone."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from fixtures.v0_3_0 import transcripts
from fixtures.v0_3_0.observe import HERE, Stage
from kits.builders import SESSION, Session, archive, config, files, rich, small, talk
from kits.crash import Breaker, Killed, every, sides
from kits.needs import requires
from kits.place import Place
from kits.trees import drawn_repository, drawn_worktree, git, install, repository

from rlm_core import registry
from rlm_core.adoption import added, move, rename
from rlm_core.adoption.move import Adopted, adopt_all
from rlm_core.adoption.strays import strays
from rlm_core.archive.copies.place import copies_at
from rlm_core.archive.proof.verify import Verifier, damaged
from rlm_core.archive.store import Archive
from rlm_core.archive.take import take_all
from rlm_core.doctor.examination import _project
from rlm_core.hooks.copying import copy
from rlm_core.hooks.sweep import sweep
from rlm_core.reach import Reach, slug
from rlm_core.search.citations import resolve
from rlm_core.transcript.source import Source

ODD_PREVIEW = "c08c0586-001e-4000-8000-00008d48b240"  # see tests/archive/test_continuity.py
OTHER = "1f758c24-0000-4c1d-8e2f-3a4b5c6d7e8f"  # its first eight characters are SESSION's


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return drawn_repository(tmp_path / "main")


@pytest.fixture
def tree(project: Path, tmp_path: Path) -> Path:
    return drawn_worktree(project, tmp_path / "wt")


def transcript(session: Session, folder: Path) -> Source:
    """Written where Claude Code keeps it for sessions that began in a directory."""
    kept = Path(os.environ["CLAUDE_CONFIG_DIR"], "projects", slug(str(folder)))
    kept.mkdir(parents=True, exist_ok=True)
    for item in session.items:
        if isinstance(item, dict) and "cwd" in item:
            item["cwd"] = str(folder)
    return session.write(kept / f"{session.session}.jsonl")


def archived(folder: Path, session: Session | None = None) -> Source:
    """A session that began in a directory, in an archive of that directory's own, as versions before 0.5 made it."""
    source = transcript(session or talk(Session(cwd=str(folder)), 12), folder)
    take_all(archive(folder, small()), source)
    return source


def ids(kept: Archive) -> list[str]:
    return [meta["chunk"] for meta in kept.metas()]


def bytes_of(kept: Archive) -> dict[str, bytes]:
    return {p: d for p, d in files(kept.path("sessions")).items() if not p.endswith("index.md")}


def moved_in(project: Path, *, asked: bool = True) -> list[Adopted]:
    return adopt_all(archive(project, small()), Reach(str(project)), asked=asked)


@pytest.mark.parametrize("where", ["wt", "wt/src", "main/src", "main/src/deep"])
@pytest.mark.parametrize("asked", [True, False])
def test_a_session_is_moved_as_it_is_and_goes_on(project: Path, tree: Path, where: str, asked: bool) -> None:
    folder = project.parent / where
    folder.mkdir(parents=True, exist_ok=True)
    made = talk(Session(cwd=str(folder)), 12)
    source = archived(folder, made)
    stray = archive(folder, small())
    before, cited = bytes_of(stray), ids(stray)
    (report,) = moved_in(project, asked=asked)
    assert (report.directory, report.sessions, report.left) == (str(folder), 1, [])
    assert not os.path.exists(stray.root)
    kept = archive(project, small())
    assert bytes_of(kept) == before
    assert [resolve(kept, each).meta["chunk"] for each in cited] == cited
    assert damaged(kept) == []
    assert "sessions/2026-11" in Path(kept.path("INDEX.md")).read_text()
    assert Verifier(kept).verify(source).ok
    talk(made, 3).write(source.path)
    take_all(kept, source)
    assert Verifier(kept).verify(source).ok
    assert damaged(kept) == []
    uuids = [u for meta in kept.metas() for u in meta["uuids"]]
    assert len(uuids) == len(set(uuids))
    assert len(os.listdir(kept.path("sessions"))) == 1
    assert moved_in(project) == []


def test_another_session_of_a_similar_name_keeps_its_own_folder(project: Path, tree: Path) -> None:
    sources = [archived(project), archived(tree, talk(Session(OTHER), 12))]
    moved_in(project)
    kept = archive(project, small())
    assert sorted(len(n) for n in os.listdir(kept.path("sessions"))) == [19, 24]
    assert all(Verifier(kept).verify(s).ok for s in sources)
    assert damaged(kept) == []
    for source in sources:  # and each goes on in its own
        take_all(kept, source)
    assert len(os.listdir(kept.path("sessions"))) == 2


def test_a_session_that_both_have_is_kept_whole_and_every_chunk_is_found(project: Path, tree: Path) -> None:
    made = talk(Session(cwd=str(project)), 12)
    source = archived(project, made)
    kept, stray = archive(project, small()), archive(tree, small())
    talk(made, 9).write(source.path)
    take_all(stray, source)  # resumed in the worktree, which archived all of it once more
    cited = ids(kept) + ids(stray)
    closed = {
        m["chunk"]: Path(m["path"]).read_bytes() for a in (kept, stray) for m in a.metas() if not m["provisional"]
    }
    (report,) = moved_in(project)
    assert (report.sessions, report.left) == (1, [])
    assert set(cited) == set(ids(kept))
    for each in cited:
        found = resolve(kept, each)
        assert found.meta["chunk"] == each
        assert found.meta["provisional"] or closed.get(each, b"") in (b"", Path(found.path).read_bytes())
    assert resolve(kept, f"{SESSION[:8]}/2").path.find("-from-") < 0
    assert damaged(kept) == []
    assert [m["provisional"] for m in kept.metas() if "-from-" in m["path"]].count(True) == 0
    talk(made, 2).write(source.path)
    take_all(kept, source)
    assert Verifier(kept).verify(source).ok
    assert not any(
        "~" in uuid for meta in kept.metas() for uuid in meta["uuids"]
    )  # nothing is taken for another record
    assert damaged(kept) == []


def test_what_the_project_has_byte_for_byte_is_not_kept_twice(project: Path, tree: Path) -> None:
    source = archived(project)
    shutil.copytree(project / ".claude", tree / ".claude")
    before = bytes_of(archive(project, small()))
    (report,) = moved_in(project)
    assert report.sessions == 1
    kept = archive(project, small())
    assert bytes_of(kept) == before
    assert not (tree / ".claude" / "rlm").exists()
    assert Verifier(kept).verify(source).ok


def test_sub_agents_blobs_and_files_come_along(project: Path, tree: Path) -> None:
    made = rich()
    source = transcript(made, tree)
    talk(Session(agent="a1", seed="a"), 3).write(Path(source.folder, "subagents", "agent-a1.jsonl"))
    Path(source.folder, "tool-results").mkdir()
    Path(source.folder, "tool-results", "notes.txt").write_text("words in a file")
    stray = archive(tree, config(limit=400, target=200))
    take_all(stray, source)
    before = bytes_of(stray)
    assert any("/blobs/" in p for p in before)
    moved_in(project)
    kept = archive(project, config(limit=400, target=200))
    assert bytes_of(kept) == before
    assert all(Verifier(kept).verify(s).ok for s in (source, *source.agents()))
    (first, *_) = take_all(kept, source)
    assert first.entries_new == 0
    assert bytes_of(kept) == before


def test_ids_that_were_given_away_are_found(project: Path, tree: Path) -> None:
    archived(tree)
    Path(archive(tree, small()).path("state", "cited.json")).write_text(
        '{"0badcafe": ["sessions/2026-11-22_1f758c24", 2], "12345678": ["sessions/elsewhere", 1]}'
    )
    moved_in(project)
    kept = archive(project, small())
    assert resolve(kept, "r1-0badcafe0000").meta["number"] == 2


# What is not moved.


def test_an_archive_of_another_project_stays_where_it_is(project: Path, tree: Path, tmp_path: Path) -> None:
    elsewhere = drawn_repository(tmp_path / "elsewhere")
    archived(elsewhere)
    shutil.move(elsewhere / ".claude", tree / ".claude")
    before = files(tree / ".claude")
    (report,) = moved_in(project)
    assert report.sessions == 0
    assert f"began in {elsewhere}" in report.left[0]
    assert files(tree / ".claude") == before
    assert ids(archive(project, small())) == []


@pytest.mark.skipif(os.name == "nt", reason="no modes there")
@pytest.mark.parametrize("below", ["", "sessions"])
def test_what_git_has_brought_is_not_taken_for_ours(project: Path, below: str) -> None:
    (project / "src").mkdir()
    archived(project / "src")
    (project / "src" / ".claude" / "rlm" / below).chmod(0o755)
    (report,) = moved_in(project)
    assert report.sessions == 0
    assert "not private" in report.left[0]
    check = _project(str(project))
    assert not _project(str(project)).ok or "not moved in" in check.detail


@requires("git")
def test_what_somebody_has_committed_is_not_taken_for_ours(tmp_path: Path) -> None:
    project = repository(tmp_path / "project")
    archived(project / "src")
    git("add", "-f", "src/.claude/rlm/sessions", cwd=project)
    for asked in (True, False):
        (report,) = moved_in(project, asked=asked)
        assert report.sessions == 0
        assert "git tracks files" in report.left[0]


def test_an_archive_behind_a_link_is_left_alone(project: Path, tree: Path, tmp_path: Path) -> None:
    archived(tree)
    shutil.move(tree / ".claude" / "rlm", tmp_path / "kept")
    (tree / ".claude" / "rlm").symlink_to(tmp_path / "kept")
    (report,) = moved_in(project)
    assert "is a link" in report.left[0]
    assert (tmp_path / "kept" / "sessions").is_dir()


def test_a_nested_installation_a_submodule_and_a_nested_repository_keep_theirs(project: Path) -> None:
    for name in ("installed", "repository"):
        (project / name).mkdir()
        archived(project / name, talk(Session(f"{name}-session"), 2))
    install(project / "installed")
    drawn_repository(project / "repository")
    assert strays(Reach(str(project))) == []


def test_an_installation_in_a_worktree_can_still_be_taken_out(project: Path, tree: Path) -> None:
    archived(tree)
    kept = tree / ".claude" / "rlm" / "install"
    kept.mkdir()
    (kept / "manifest-local.json").write_text("{}")
    moved_in(project)
    assert files(tree / ".claude" / "rlm") == {".gitignore": b"*\n", "install/manifest-local.json": b"{}"}
    assert moved_in(project) == []


def test_the_ids_of_what_was_moved_in_leave_the_list(project: Path, tree: Path) -> None:
    archived(project, talk(Session("own-session"), 2))
    archived(tree)
    assert len(registry.entries()) == 2
    moved_in(project)
    assert [e["path"] for e in registry.entries()] == [str(project)]


def test_what_began_in_a_directory_that_is_gone_is_moved_when_the_user_asks(
    project: Path, tree: Path, tmp_path: Path
) -> None:
    elsewhere = drawn_repository(tmp_path / "elsewhere")
    archived(elsewhere)
    shutil.move(elsewhere / ".claude", tree / ".claude")
    shutil.rmtree(elsewhere)
    (report,) = moved_in(project, asked=False)
    assert "`rlm archive --all`" in report.left[0]
    (report,) = moved_in(project)
    assert (report.sessions, report.left) == (1, [])


@pytest.mark.parametrize("lost", [False, True])
def test_the_second_copy_goes_with_the_archive_unless_it_has_more(project: Path, tree: Path, lost: bool) -> None:
    archived(tree)
    archived(tree, talk(Session("another-session"), 2))
    stray = archive(tree, small())
    copy(stray)
    (top,) = copies_at(stray.root)
    if lost:
        shutil.rmtree(stray.path("sessions", "2026-11-22_another-"))
    moved_in(project)
    assert os.path.isdir(top) is lost


# Documents.


def test_documents_come_along_and_their_chunks_are_found(tmp_path: Path) -> None:
    place = Place(tmp_path)
    tree = drawn_worktree(place.project, tmp_path / "wt")
    below = place.project / "src"
    below.mkdir()
    for folder, text in ((place.project, "of the project"), (tree, "of the worktree"), (below, "of a directory")):
        (folder / "notes.md").write_text(f"# Notes\n\n{text}\n")
        archived(folder, talk(Session(f"session-{folder.name}"), 2))
        (folder / ".claude" / "rlm" / "sessions").mkdir(exist_ok=True)
        assert _added(place, folder)
    cited = [m for f in (place.project, tree, below) for m in _chunks_of_documents(f)]
    place.rlm("archive", "--all")
    for each in cited:
        assert place.json("show", each)["chunk"] == each
    paths = [d["path"] for d in place.json("add", "--list")["documents"]]
    assert paths == sorted([str(tree / "notes.md"), "notes.md", "src/notes.md"])


def _added(place: Place, folder: Path) -> bool:
    return bool(place.rlm("add", str(folder / "notes.md"), "--project", str(folder)))


def _chunks_of_documents(folder: Path) -> list[str]:
    found = sorted((folder / ".claude" / "rlm" / "documents").glob("*/[0-9]*.md"))
    return [line.split('"')[1] for p in found for line in p.read_text().split("\n") if line.startswith("chunk: ")]


# How it comes about.


def test_the_sweep_moves_in_what_it_finds(project: Path, tree: Path) -> None:
    from rlm_core.hooks.sweep import _adopt

    source = archived(tree)
    kept = archive(project, small())
    kept.prepare()
    _adopt(kept, str(project))
    assert sweep(kept, str(project), os.path.dirname(source.path)) == "entries+0"
    assert Verifier(kept).verify(source).ok
    assert not (tree / ".claude" / "rlm").exists()


def test_doctor_names_what_archive_all_moves_in(tmp_path: Path) -> None:
    place = Place(tmp_path)
    tree = drawn_worktree(place.project, tmp_path / "wt")
    archived(tree)
    checks = {c["name"]: c for c in place.json("doctor", status=1)["checks"]}
    assert not checks["project"]["ok"]
    assert f"{tree} (1 session)" in checks["project"]["detail"]
    assert "`rlm archive --all` moves them in" in checks["project"]["detail"]
    report = place.json("archive", "--all")
    assert report["adopted"] == [{"directory": str(tree), "sessions": 1, "documents": 0, "left": []}]
    place.rlm("verify")
    checks = {c["name"]: c for c in place.json("doctor", status=1)["checks"]}
    assert checks["project"]["ok"]
    assert "1 worktree, archived here too" in checks["project"]["detail"]


@pytest.mark.parametrize("step", ["rename", "note", "catalog", "ledger", "clear"])
def test_a_run_that_is_killed_is_completed_by_the_next_one(
    project: Path, tree: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    archived(project, talk(Session("own-session"), 2))
    sources = [archived(tree), archived(tree, talk(Session(OTHER), 12))]
    for source in sources:
        os.unlink(source.path)  # nothing could be archived once more
    stray = archive(tree, small())
    before = bytes_of(stray)

    def die(*args: object, **kwargs: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        if step == "rename":
            patch.setattr(move, "rename", die)
        elif step == "note":
            patch.setattr(move, "note", die)
        elif step == "catalog":
            patch.setattr("rlm_core.archive.state.State.save", die)
        elif step == "ledger":
            patch.setattr(Archive, "ledger_anew", die)
        else:
            patch.setattr(move, "_clear", die)
        with pytest.raises(Killed):
            moved_in(project)
    moved_in(project)
    kept = archive(project, small())
    assert before.items() <= bytes_of(kept).items()
    assert damaged(kept) == []
    assert not (tree / ".claude" / "rlm").exists()
    listed = Path(kept.path("INDEX.md")).read_text()
    assert all(f"sessions/{p.split('/')[0]}/" in listed for p in before)
    noted = os.listdir(kept.path("state", "sources"))
    assert {f"{s.session}.json" for s in sources} <= set(noted)


@pytest.mark.parametrize("step", ["replace", "open", "unlink", "mkdir"])
def test_whenever_it_is_killed_nothing_is_lost(tmp_path: Path, step: str) -> None:
    def scene(name: str) -> tuple[Path, dict[str, bytes]]:
        project = drawn_repository(tmp_path / name / "main")
        tree = drawn_worktree(project, tmp_path / name / "wt")
        made = talk(Session(cwd=str(tree)), 12)
        archived(tree, made)
        shared = archived(project, talk(Session(OTHER, cwd=str(project)), 3))
        talk(Session(OTHER, cwd=str(project)), 6).write(shared.path)
        take_all(archive(tree, small()), shared)
        closed = [m for kept in (archive(project, small()), archive(tree, small())) for m in kept.metas()]
        return project, {m["chunk"]: Path(m["path"]).read_bytes() for m in closed if not m["provisional"]}

    project, _ = scene("dry")
    with Breaker(step, 10**9) as dry:
        moved_in(project)
    for at, before in ((n, side) for n in every(dry) for side in sides(n)):
        project, closed = scene(f"{at}-{before}")
        with Breaker(step, at, before=before), pytest.raises(Killed):
            moved_in(project)
        for _ in range(2):
            reports = moved_in(project)
            assert [r.left for r in reports] in ([], [[]])
        kept = archive(project, small())
        found = {m["chunk"]: Path(m["path"]).read_bytes() for m in kept.metas() if not m["provisional"]}
        assert closed.items() <= found.items()
        assert damaged(kept) == []
        assert strays(Reach(str(project))) == []


def test_onto_another_file_system_it_is_copied_whole(
    project: Path, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = archived(tree)
    before = bytes_of(archive(tree, small()))
    real = os.rename

    def across(one: str, two: str) -> None:
        if one.startswith(str(tree)) != two.startswith(str(tree)):
            raise OSError(18, "Invalid cross-device link")
        real(one, two)

    monkeypatch.setattr(rename.os, "rename", across)
    assert added.rename is rename.rename
    moved_in(project)
    kept = archive(project, small())
    assert bytes_of(kept) == before
    assert Verifier(kept).verify(source).ok
    assert not [n for n in os.listdir(kept.root) if n.startswith(".tmp-")]


# What 0.3.0 left in odd places.


@pytest.mark.parametrize("where", ["src", "packages/été 1", ".claude/worktrees/x"])
def test_an_archive_of_0_3_0_is_moved_in_whole(tmp_path_factory: pytest.TempPathFactory, where: str) -> None:
    stage = Stage(tmp_path_factory.mktemp("s"), "odd")
    stage.unpack(HERE / "begun-default.tar.xz")
    (stage.project / ".git").mkdir()
    place = stage.project / where
    if ".claude" in where:
        drawn_worktree(stage.project, place)
    (place / ".claude").mkdir(parents=True)
    before, cited = stage.files(), [f"{f}" for f in stage.files() if f.split("/")[-1][:4].isdigit()]
    stage.archive.rename(place / ".claude" / "rlm")
    for folder in (place / ".claude" / "rlm", place / ".claude" / "rlm" / "sessions"):
        folder.chmod(0o700)
    paths = stage.write(transcripts.begun())
    status, report = stage.json("archive", "--all")
    assert status == 0
    assert [(a["sessions"] > 0, a["left"]) for a in report["adopted"]] == [(True, [])]
    now = stage.files()
    unchanged = [f for f in before if f.split("/")[-1][:4].isdigit() and b"\nprovisional: true" not in before[f]]
    assert unchanged
    assert [f for f in unchanged if now.get(f) != before[f]] == []
    stage.rlm("archive", *paths)  # their directory is gone, so `--all` does not take them for the project's
    verified = stage.verified(*paths)
    assert (set(verified["missing"]) <= {ODD_PREVIEW}, verified["damaged"]) == (True, [])
    now = stage.files()
    assert [f for f in unchanged if now.get(f) != before[f]] == []
    for each in cited[:5]:
        assert stage.json("show", os.path.basename(each))[0] == 0
