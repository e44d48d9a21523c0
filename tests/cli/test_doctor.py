"""`rlm doctor` as a process: what it finds, what it says to do, and what it mends."""

from __future__ import annotations

import errno
import json
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest
from kits.builders import SESSION, Session, rich, talk
from kits.paths import ROOT
from kits.place import Place

from rlm_core.asking.ledger.grants import Spending, own_folder
from rlm_core.cli import main
from rlm_core.doctor import upkeep
from rlm_core.doctor.examination import examine
from rlm_core.errors import RlmError
from rlm_core.install import Environment, InstallError, plan_install
from rlm_core.install.handlers import EVENTS, direct
from rlm_core.launcher import table
from rlm_core.launcher.table import Launched
from rlm_core.redaction.clean import literal
from rlm_core.repl.cell.confine import missing
from rlm_core.version import VERSION


@pytest.fixture
def filled(tmp_path: Path) -> Place:
    """Two archived sessions, one of them with everything in it."""
    place = Place(tmp_path)
    place.session(rich())
    place.session(talk(Session("99999999-second", seed="two"), 8))
    place.rlm("archive", "--all")
    return place


def checks(place: Place, status: int = 0, **env: str) -> dict[str, tuple[bool, str]]:
    found = place.json("doctor", status=status, **env)
    assert all(c.keys() == {"name", "ok", "detail"} for c in found["checks"])
    assert found["ok"] is (status == 0)
    return {c["name"]: (c["ok"], c["detail"]) for c in found["checks"]}


def test_doctor_says_what_is_not_installed(filled: Place) -> None:
    ok, detail = checks(filled, status=1)["hooks"]
    assert not ok
    assert "rlm install" in detail


def test_doctor_says_why_no_cell_is_run_for_claude(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {c.name: c.detail for c in examine(str(tmp_path))}
    assert told["cells"].startswith("a cell has no network" if missing() == "" else "cells are not run")
    monkeypatch.setattr("rlm_core.doctor.examination.missing", lambda: "no Landlock here")
    found = next(c for c in examine(str(tmp_path)) if c.name == "cells")
    assert found.ok
    assert "nothing would confine them (no Landlock here)" in found.detail


def test_doctor_tries_the_installed_hooks(filled: Place) -> None:
    filled.rlm("install")
    found = checks(filled)
    assert found["hooks (local)"][0]
    assert "8 hooks archive what they are given" in found["hooks (local)"][1]
    assert all(ok for ok, _ in found.values())
    assert found["transcripts"][1] == "2 transcripts on disk, 2 archived as they stand"
    assert "deletes transcripts after 30 days" in found["transcripts kept"][1]
    assert found["skills (local)"][1] == f"as rlm {VERSION} ships them"


def own() -> Path:
    """The user's own directory of ours."""
    return Path(os.environ["CLAUDE_CONFIG_DIR"]) / "rlm"


def dead(place: Place, **changes: str) -> None:
    """Have the installation's hooks be those of an interpreter or a package that has gone."""
    listed = json.loads((own() / "launch.json").read_text())["installs"][0]
    entry = Launched(**{**listed, **changes})
    table.note(own(), entry)
    path = place.project / ".claude" / "settings.local.json"
    path.write_text(path.read_text().replace(Launched(**listed).key, entry.key))


@pytest.mark.parametrize(
    ("change", "words"),
    [({"python": "/gone/bin/python"}, "/gone/bin/python"), ({"package": "/gone/site-packages"}, "the package is gone")],
)
def test_doctor_finds_dead_hooks_and_installs_them_anew(filled: Place, change: dict[str, str], words: str) -> None:
    filled.rlm("install")
    dead(filled, **change)
    ok, detail = checks(filled, status=1)["hooks (local)"]
    assert not ok
    assert words in detail
    assert "rlm install" in detail
    fixed = filled.json("doctor", "--fix")
    assert fixed["ok"]
    assert "settings.local.json" in fixed["fixed"][0]
    assert filled.json("doctor", "--fix")["fixed"] == []


def old_form(package: str) -> dict[str, object]:
    machine = replace(Environment.current(), package_dir=Path(package))
    return {event: [{"hooks": [direct(event, "local", machine)]}] for event in EVENTS}


def test_doctor_demands_a_trace_not_an_exit_status(filled: Place) -> None:
    """Hooks of 0.4.0 whose package is gone exit 0 and say nothing."""
    settings(filled, "settings.local.json", {"hooks": old_form(str(filled.project / "gone"))})
    ok, detail = checks(filled, status=1)["hooks (local)"]
    assert not ok
    assert "archives nothing" in detail
    assert "the package is gone from" in detail
    settings(filled, "settings.local.json", {"hooks": old_form(str(ROOT))})
    assert checks(filled)["hooks (local)"][0]


def test_doctor_leaves_no_scratch_and_no_entry_anywhere(filled: Place, tmp_path: Path) -> None:
    filled.rlm("install")
    before = sorted(own().iterdir())
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    assert filled.json("doctor", TMPDIR=str(scratch))["ok"]
    assert list(scratch.glob("rlm-doctor-*")) == []
    assert sorted(own().iterdir()) == before
    assert "A prompt of rlm doctor" not in "".join(map(Path.read_text, filled.project.rglob("*.md")))


def test_doctor_names_old_and_missing_skills_and_renews_them(filled: Place, tmp_path: Path) -> None:
    share = tmp_path / "share"
    for part in ("skills", "agents", "workflows"):
        shutil.copytree(ROOT / part, share / part)
    (share / "skills" / "recall" / "SKILL.md").write_text("---\nname: recall\n---\nAs it was.\n")
    machine = replace(Environment.current(), share_dir=share)
    plan_install(filled.project, scope="local", offload_at=None, env=machine).apply()
    skills = filled.project / ".claude" / "skills"
    agent = next((filled.project / ".claude" / "agents").glob("*.md"))
    agent.unlink()
    (skills / "rlm" / "SKILL.md").write_text("mine\n")
    ok, detail = checks(filled, status=1)["skills (local)"]
    assert not ok
    assert f"missing: agents/{agent.name}; old: skills/recall/SKILL.md; run `rlm doctor --fix`" in detail
    assert filled.json("doctor", "--fix")["ok"]
    ok, detail = checks(filled)["skills (local)"]
    assert ok
    assert "changed by you and left so: skills/rlm/SKILL.md" in detail
    assert (skills / "rlm" / "SKILL.md").read_text() == "mine\n"


def test_doctor_misses_the_newest_session(filled: Place) -> None:
    filled.rlm("install")
    long_ago = time.time() - 86_400
    manifest = Path(filled.archive.root) / "install" / "manifest-local.json"
    os.utime(manifest, (long_ago, long_ago))
    path = filled.session(talk(Session("77777777-unheard"), 2))
    others = "the next hook or `rlm archive --all` takes the others"
    assert checks(filled)["transcripts"] == (True, f"3 transcripts on disk, 2 archived as they stand; {others}")
    for other in filled.transcripts.glob("*.jsonl"):
        os.utime(other, (long_ago, long_ago))
    filled.rlm("archive", "--all")
    filled.session(talk(Session("77777777-unheard"), 3))
    an_hour_ago = time.time() - 3600
    os.utime(path, (an_hour_ago, an_hour_ago))
    ok, detail = checks(filled, status=1)["transcripts"]
    assert not ok
    assert "3 transcripts on disk, 2 archived as they stand; the newest, of " in detail


@pytest.mark.parametrize(
    ("days", "ok", "words"),
    [(0, False, "keeps nothing"), (7, True, "after 7 days"), (9999, True, "for 9,999 days")],
)
def test_doctor_tells_for_how_long_claude_code_keeps_transcripts(
    filled: Place, days: int, ok: bool, words: str
) -> None:
    filled.rlm("install")
    settings(filled, "user", {"cleanupPeriodDays": days})
    found = checks(filled, status=0 if ok else 1)["transcripts kept"]
    assert found[0] is ok
    assert words in found[1]


def test_transcripts_are_kept_longer_when_the_user_says_so(filled: Place) -> None:
    path = settings(filled, "user", {"model": "opus", "cleanupPeriodDays": 20})
    assert upkeep.can_keep_longer(str(filled.project))
    assert "3650" in upkeep.keep_longer()
    assert json.loads(path.read_text()) == {"model": "opus", "cleanupPeriodDays": 3650}
    assert not upkeep.can_keep_longer(str(filled.project))
    path.write_text('{\n // mine\n "cleanupPeriodDays": 20}')
    with pytest.raises(InstallError, match="comments"):
        upkeep.keep_longer()


def settings(place: Place, name: str, values: object) -> Path:
    """A settings file of the project, or of the user, or of whoever manages the machine."""
    folders = {
        "settings.json": place.project / ".claude",
        "settings.local.json": place.project / ".claude",
        "user": Path(os.environ["CLAUDE_CONFIG_DIR"]),
        "managed-settings.json": place.project.parent / "managed",
    }
    path = folders[name] / ("settings.json" if name == "user" else name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values))
    return path


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("settings.json", "disableAllHooks"),
        ("user", "disableAllHooks"),
        ("managed-settings.json", "disableAllHooks"),
        ("managed-settings.json", "allowManagedHooksOnly"),
    ],
)
def test_install_and_doctor_say_that_claude_code_runs_no_hooks(filled: Place, name: str, key: str) -> None:
    path = settings(filled, name, {key: True})
    env = {"RLM_MANAGED_SETTINGS": str(filled.project.parent / "managed")}
    said = filled.rlm("install", **env)
    assert f"the hooks will NOT run: {path} has {key}" in said
    found = {c["name"]: c for c in filled.json("doctor", status=1, **env)["checks"]}
    assert not found["hooks (local)"]["ok"]
    assert f"{path} has {key}" in found["hooks (local)"]["detail"]
    path.unlink()
    assert {c["name"]: c["ok"] for c in filled.json("doctor", **env)["checks"]}["hooks (local)"]


def claude_of(place: Place, version: str) -> dict[str, str]:
    """An environment in whose PATH a client of this version answers first."""
    folder = place.project.parent / "clients" / version
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "claude").write_text(f"#!/bin/sh\necho '{version} (Claude Code)'\n")
    (folder / "claude").chmod(0o755)
    return {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


def test_doctor_says_which_sessions_an_old_client_runs_no_hooks_in(filled: Place) -> None:
    filled.rlm("install")

    def told(version: str) -> bool:
        ok, detail = checks(filled, **claude_of(filled, version))["claude"]
        assert ok
        assert detail.startswith(f"{version} (Claude Code)")
        return "begun in a subdirectory or a worktree run no hook" in detail

    assert [told(version) for version in ("2.1.197", "2.1.211", "2.1.212", "2.2.0")] == [True, True, False, False]
    filled.rlm("install", "--user")
    assert not told("2.1.197")


def test_a_bad_group_beside_our_hooks_is_told_by_install_and_doctor(filled: Place) -> None:
    bad = {"hooks": {"PostToolUse": [{"matcher": "Edit", "command": "x"}]}}
    path = settings(filled, "settings.local.json", bad)
    words = f"{path} has a group without `hooks` (number 1 of PostToolUse)"
    assert words in filled.rlm("install")
    ok, detail = checks(filled, status=1)["hooks (local)"]
    assert not ok
    assert words in detail
    written = json.loads(path.read_text())
    assert written["hooks"].pop("PostToolUse") == bad["hooks"]["PostToolUse"]
    path.write_text(json.dumps(written))
    assert checks(filled)["hooks (local)"][0]


def test_the_plugin_counts_likewise(filled: Place) -> None:
    path = settings(filled, "user", {"enabledPlugins": {"rlm@rlm": True}})
    assert checks(filled)["hooks (plugin)"][0]
    place = {"plugins": {"rlm@rlm": [{"installPath": str(ROOT)}]}}
    (path.parent / "plugins").mkdir()
    (path.parent / "plugins" / "installed_plugins.json").write_text(json.dumps(place))
    assert "8 hooks archive what they are given" in checks(filled)["hooks (plugin)"][1]
    settings(filled, "user", {"enabledPlugins": {"rlm@rlm": True}, "disableAllHooks": True})
    ok, detail = checks(filled, status=1)["hooks (plugin)"]
    assert (ok, detail.startswith(f"{path} has disableAllHooks")) == (False, True)
    settings(filled, "user", {"enabledPlugins": {"rlm@rlm": True}, "hooks": {"Stop": [{}]}})
    assert "a group without `hooks`" in checks(filled, status=1)["hooks (plugin)"][1]


def test_doctor_finds_what_is_wrong(filled: Place) -> None:
    filled.rlm("install")
    root = Path(filled.archive.root)
    chunk = next(root.glob("sessions/*/0001-*.md"))
    shutil.copy(chunk, chunk.with_name("0001-00000000.md"))
    (root / "log").mkdir(exist_ok=True)
    with (root / "log" / "rlm.log").open("a") as f:
        f.write("2026-11-22T10:00:00Z 1 Stop FAILED disk full\n")
    (filled.project / ".claude" / "rlm.yaml").write_text("nonsense: 1\n")
    found = checks(filled, status=1)
    assert {n for n, (ok, _) in found.items() if not ok} == {"chunk files", "log", "configuration"}
    assert "disk full" in found["log"][1]


def test_doctor_tells_unreadable_lines_and_rewritten_transcripts(filled: Place) -> None:
    session = talk(Session(), 2)
    session.add(b"{broken\n")
    filled.session(session)
    filled.rlm("archive", "--all")
    detail = checks(filled, status=1)["transcript lines"][1]
    assert "1 in " in detail
    assert "rewritten or shortened" in detail


def test_doctor_names_the_files_that_were_not_taken(filled: Place) -> None:
    folder = filled.transcripts / SESSION / "tool-results"
    folder.mkdir(parents=True)
    (folder / "output.txt").write_text("An output")
    for n in range(6):
        (folder / f"image-{n}.bin").write_bytes(b"\0" * 20)
    filled.rlm("install")
    filled.rlm("archive", "--all")
    detail = checks(filled)["session files"][1]
    assert detail.startswith(
        "1 taken; 6 of sessions' folders not taken: tool-results/image-0.bin (20 bytes: no text), "
    )
    assert detail.endswith(" and 2 more")


def test_doctor_names_what_it_cannot_read_and_tells_the_rest(
    filled: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As root everything can be read: the system's refusal is put in the place of the answer."""
    sessions, listdir = filled.archive.path("sessions"), os.listdir

    def refused(path: str = ".") -> list[str]:
        if str(path) == sessions:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return listdir(path)

    monkeypatch.setattr(os, "listdir", refused)
    assert main(["doctor", "--project", str(filled.project)]) == 1
    said = capsys.readouterr().out
    assert f"FAIL  archive: {sessions} cannot be read (Permission denied); see to whose it is" in said
    assert "ok    version: " in said


def test_doctor_and_status_say_what_to_do_where_something_else_stands_in_place_of_the_books(filled: Place) -> None:
    filled.rlm("install")
    own_folder().mkdir(parents=True)
    (own_folder() / "books.db").symlink_to(__file__)
    remedy = f"{own_folder() / 'books.db'} is no regular file: remove it"
    assert checks(filled, status=1)["ledger"] == (False, remedy)
    assert [said.endswith(remedy) for said in filled.json("status")["ask"]["trouble"]] == [True]


def test_doctor_and_status_tell_of_damaged_books_and_of_those_that_were_set_aside(filled: Place) -> None:
    filled.rlm("install")
    found = checks(filled)
    assert found["ledger"] == found["answers"] == (True, "no books of `rlm ask` are damaged")
    folder = own_folder()
    folder.mkdir(parents=True)
    (folder / "books.db").write_bytes(b"what is this?" * 999)
    asked = filled.json("status")["ask"]
    assert asked["today_usd"] is None
    assert "they are damaged; the next question to be paid for sets them aside" in asked["trouble"][0]
    assert "what questions have cost cannot be told" in filled.rlm("status")
    ok, detail = checks(filled, status=1)["ledger"]
    assert not ok
    assert "the next question sets them aside" in detail
    with pytest.raises(RlmError, match="set aside as"):
        Spending(folder).grant(1.0, 5.0, project=literal("/p"), question=literal("?"))
    ok, detail = checks(filled)["ledger"]
    (aside,) = folder.glob("books-damaged-*.db")
    assert ok
    assert detail.startswith(f"{aside} was set aside, since it could not be read; `sqlite3 FILE .recover` gives back")
    asked = filled.json("status")["ask"]
    assert (asked["today_usd"], asked["trouble"]) == (0.0, [])
