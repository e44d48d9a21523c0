"""Scopes, skills, offload, notes, purge, status: what a plan says and does beyond the settings file."""

import json
import stat
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock
from kits.install import FOREIGN, WORDS, World, kinds, notes, ours, world

from rlm_core.install import Environment, InstallError, offload_window, share_dir, status
from rlm_core.install.manifest import Manifest, Window, dump, load
from rlm_core.install.offload import offload_note

__all__ = ["world"]


def skill(world: World, name: str = "recall/SKILL.md", scope: str = "local") -> Path:
    top = world.env.config_dir if scope == "user" else world.project / ".claude"
    return top / "skills" / name


# --- scopes ---


@pytest.mark.parametrize("scope", ["local", "shared", "user"])
def test_install_and_uninstall_leave_no_trace(world: World, scope: str) -> None:
    before = world.tree()
    world.install(scope)
    assert set(ours(world.doc(scope))) == set(WORDS)
    assert not world.plan(scope).changes
    world.uninstall(scope)
    assert world.tree() == before


@pytest.mark.parametrize("first", ["local", "shared"])
@pytest.mark.parametrize("gone", ["local", "shared"])
def test_two_scopes_in_one_project_leave_one_after_the_other(world: World, first: str, gone: str) -> None:
    (world.project / ".claude").mkdir()
    before = world.tree()
    world.install(first)
    alone = world.tree()
    other = "shared" if first == "local" else "local"
    world.install(other)
    world.uninstall(gone)
    stays = "shared" if gone == "local" else "local"
    assert set(ours(world.doc(stays))) == set(WORDS)
    if gone == other and other == "local":
        assert {k: v for k, v in world.tree().items() if "/lock" not in k} == {
            k: v for k, v in alone.items() if "/lock" not in k
        }
    world.uninstall(stays)
    assert world.tree() == before


def test_uninstall_without_a_scope_takes_out_local_and_shared(world: World) -> None:
    before = world.tree()
    world.install("shared")
    world.install("local")
    world.install("user")
    plan = world.uninstall()
    assert "rlm uninstall --user" in notes(plan)
    world.uninstall("user")
    assert world.tree() == before


def test_the_strongest_scope_is_named(world: World) -> None:
    assert "wins" not in notes(world.install("user"))
    assert "as local, user: local wins" in notes(world.install("local"))
    assert "as local, shared, user: local wins" in notes(world.install("shared"))


@pytest.mark.parametrize("home_is", ["project", "config"])
def test_the_home_directory_is_no_team_project(world: World, home_is: str) -> None:
    world.env = replace(world.env, config_dir=world.project / ".claude")
    with pytest.raises(InstallError, match="--user"):
        world.install("shared")
    before = world.tree()
    world.install("user")
    world.install("local")
    world.uninstall()
    world.uninstall("user")
    assert world.tree() == before


def test_a_clone_of_a_team_project_upgrades_and_uninstalls_without_a_manifest(world: World) -> None:
    world.install("shared")
    clone = World(world.root / "clone")
    for name in ("settings.json", "skills/recall/SKILL.md", "skills/status/SKILL.md"):
        path = clone.project / ".claude" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((world.project / ".claude" / name).read_bytes())
    cloned = clone.tree()
    assert "rlm uninstall --shared" in notes(clone.uninstall())
    assert clone.tree() == cloned
    clone.install("shared")
    assert clone.settings("shared").read_bytes() == world.settings("shared").read_bytes()
    assert not clone.plan("shared").changes
    clone.uninstall("shared")
    assert clone.doc("shared") == {}
    assert not skill(clone).exists()


def test_a_clone_uninstalls_the_shared_form_by_recognition(world: World) -> None:
    text = {"hooks": {"Stop": [{"hooks": [FOREIGN]}]}, "model": "opus"}
    world.put(json.dumps(text, indent=2), "shared")
    world.install("shared", offload_at="60%")
    (world.project / ".claude" / "rlm" / "install" / "manifest-shared.json").unlink()
    plan = world.uninstall("shared")
    assert world.doc("shared") == text | {"autoCompactWindow": 153_000}
    assert "no record of who set it" in notes(plan)
    assert not (world.project / ".claude" / "skills").exists()


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"format": 1}', b"\xff", b"[" * 99_999, None])
def test_a_damaged_manifest_is_named_and_replaced(world: World, damage: bytes | None) -> None:
    world.put('{"a": 1}\n')
    world.install()
    path = world.project / ".claude" / "rlm" / "install" / "manifest-local.json"
    evil = json.loads(path.read_bytes()) | {"files": {"../../evil": ["x"]}}
    path.write_bytes(json.dumps(evil).encode() if damage is None else damage)
    assert "is damaged" in notes(world.install())
    assert not world.plan().changes
    world.uninstall()
    assert world.doc() == {"a": 1}
    assert not path.exists()


def test_manifest_round_trip() -> None:
    one = Manifest(
        "local", "1", "/py", ("a", "b"), None, "s.json.0a", True, Window((1, 2), "1e5"), {"skills/x": ("d",)}
    )
    assert load(dump(one)) == one


# --- skills ---


def test_skills_run_the_console_script_beside_the_interpreter(world: World) -> None:
    binary = world.root / "my venv" / "bin"
    binary.mkdir(parents=True)
    (binary / "rlm").touch()
    world.env = replace(world.env, executable=str(binary / "python"))
    world.install()
    assert f"Run `'{binary}/rlm' search`." in skill(world).read_text()


def test_skills_fall_back_to_the_module(world: World) -> None:
    world.install()
    assert "Run `/opt/py/bin/python3 -m rlm_core search`." in skill(world).read_text()


def test_skills_of_a_team_name_no_machine(world: World) -> None:
    world.install("shared")
    assert "Run `rlm search`." in skill(world).read_text()


def test_all_files_of_a_skill_are_copied_with_their_mode(world: World) -> None:
    (world.share / "skills" / "recall" / "__pycache__").mkdir()
    world.ship("recall/__pycache__/x.pyc", "")
    world.install()
    names = {p.relative_to(skill(world, "recall")).as_posix() for p in skill(world, "recall").rglob("*") if p.is_file()}
    assert names == {"SKILL.md", "references/queries.md", "scripts/peek.sh"}
    assert skill(world, "recall/scripts/peek.sh").stat().st_mode & stat.S_IXUSR


def test_upgrade_replaces_our_skill_and_removes_what_is_no_longer_shipped(world: World) -> None:
    world.install()
    world.ship("recall/SKILL.md", "new text\n")
    (world.share / "skills" / "recall" / "scripts" / "peek.sh").unlink()
    world.upgrade("0.2.0")
    world.install()
    assert skill(world).read_text() == "new text\n"
    assert not skill(world, "recall/scripts/peek.sh").exists()
    world.uninstall()
    assert not skill(world, "").exists()


def test_a_skill_the_user_changed_stays_theirs(world: World) -> None:
    world.install()
    skill(world).write_text("theirs")
    world.ship("recall/SKILL.md", "new text\n")
    world.ship("status/SKILL.md", "new status\n")
    assert "was changed since we wrote it and stays" in notes(world.install())
    assert skill(world).read_text() == "theirs"
    assert skill(world, "status/SKILL.md").read_text() == "new status\n"
    assert "was changed since we wrote it and stays" in notes(world.uninstall())
    assert skill(world).read_text() == "theirs"
    assert not skill(world, "status").exists()


def _a_file(path: Path) -> None:
    path.mkdir(parents=True)
    (path / "SKILL.md").write_text("theirs")


def _a_link(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.symlink_to("/nowhere")


def _a_file_where_the_directory_goes(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_text("theirs")


def _a_directory_where_the_file_goes(path: Path) -> None:
    (path / "SKILL.md").mkdir(parents=True)


def _another_file_of_ours(path: Path) -> None:
    (path / "scripts").mkdir(parents=True)
    (path / "scripts" / "peek.sh").write_text("theirs")


@pytest.mark.parametrize(
    "theirs",
    [_a_file, _a_link, _a_file_where_the_directory_goes, _a_directory_where_the_file_goes, _another_file_of_ours],
)
def test_a_skill_of_the_users_own_is_never_touched(world: World, theirs) -> None:
    theirs(skill(world, "recall"))
    before = world.tree()
    plan = world.install()
    assert kinds(plan).count("refuse") == 1
    assert skill(world, "status/SKILL.md").exists()
    assert not world.plan().changes
    world.uninstall()
    assert world.tree() == before


def test_a_files_own_directory_of_the_user_survives(world: World) -> None:
    world.install()
    skill(world, "recall/mine.md").write_text("notes")
    world.uninstall()
    assert [p.name for p in skill(world, "recall").iterdir()] == ["mine.md"]


def test_local_leaves_the_teams_committed_skill_alone(world: World) -> None:
    world.install("shared")
    before = skill(world).read_bytes()
    assert "the team's copy and stays" in notes(world.install("local"))
    assert skill(world).read_bytes() == before
    world.uninstall("local")
    assert skill(world).read_bytes() == before


def test_shared_takes_over_the_skill_of_local(world: World) -> None:
    world.install("local")
    world.install("shared")
    assert "Run `rlm search`." in skill(world).read_text()
    assert not world.plan("shared").changes
    world.uninstall("shared")
    world.install("local")
    assert "rlm_core search" in skill(world).read_text()


# --- agents ---


def agent(world: World, scope: str = "local") -> Path:
    return skill(world, "", scope).parent / "agents" / "reader.md"


@pytest.mark.parametrize("scope", ["local", "shared", "user"])
def test_a_skill_names_the_agent_that_is_installed_beside_it(world: World, scope: str) -> None:
    world.install(scope)
    assert "\nagent: reader\n" in skill(world, scope=scope).read_text()
    assert agent(world, scope).read_text().startswith("---\nname: reader\n")


@pytest.mark.parametrize("scope", ["local", "shared", "user"])
def test_a_workflow_names_the_agent_that_is_installed_beside_it(world: World, scope: str) -> None:
    before = world.tree()
    world.install(scope)
    workflow = agent(world, scope).parent.parent / "workflows" / "read-all.js"
    assert workflow.read_text() == "// `rlm search`\nconst AGENT = 'reader'\n"
    world.uninstall(scope)
    assert world.tree() == before


def test_agents_run_the_command_as_skills_do(world: World) -> None:
    world.install()
    assert "You may run `/opt/py/bin/python3 -m rlm_core show`." in agent(world).read_text()
    world.install("shared")
    assert "You may run `rlm show`." in agent(world).read_text()


def test_only_an_agents_directory_that_came_with_us_goes(world: World) -> None:
    before = world.tree()
    world.install()
    agent(world).with_name("theirs.md").write_text("theirs")
    world.uninstall()
    assert [p.name for p in agent(world).parent.iterdir()] == ["theirs.md"]
    agent(world).with_name("theirs.md").unlink()
    world.install()
    world.uninstall()
    assert agent(world).parent.is_dir(), "an empty directory of the user's"
    agent(world).parent.rmdir()
    (world.project / ".claude").rmdir()
    assert world.tree() == before


def test_a_clone_takes_the_teams_agent_out(world: World) -> None:
    world.install("shared")
    (world.project / ".claude" / "rlm" / "install" / "manifest-shared.json").unlink()
    world.uninstall("shared")
    assert not agent(world).parent.exists()


@pytest.mark.parametrize("theirs", [_a_file_where_the_directory_goes, _a_link, _a_directory_where_the_file_goes])
def test_an_agent_of_the_users_own_is_never_touched(world: World, theirs) -> None:
    theirs(agent(world))
    before = world.tree()
    plan = world.install()
    assert "agents/reader.md is not ours: the agent is left out" in notes(plan)
    assert skill(world).exists()
    world.uninstall()
    assert world.tree() == before


def test_an_agent_the_user_changed_stays_theirs(world: World) -> None:
    world.install()
    agent(world).write_text("theirs")
    assert "was changed since we wrote it and stays" in notes(world.install())
    world.uninstall()
    assert agent(world).read_text() == "theirs"


def test_local_leaves_the_teams_committed_agent_alone(world: World) -> None:
    world.install("shared")
    before = agent(world).read_bytes()
    assert f"{agent(world)} is the team's copy and stays" in notes(world.install("local"))
    assert agent(world).read_bytes() == before


def test_an_agent_no_longer_shipped_goes_with_the_next_install(world: World) -> None:
    world.install()
    (world.share / "agents" / "reader.md").unlink()
    world.upgrade("0.2.0")
    world.install()
    assert not agent(world).exists()


def test_share_dir_of_a_checkout_is_the_repository() -> None:
    assert (share_dir() / "rlm_core").is_dir() or share_dir().name == "_share"


# --- offload ---


@pytest.mark.parametrize(
    ("spec", "window"),
    [
        ("60%", 153_000),
        ("60 %", 153_000),
        ("100%", 233_000),
        ("33.5%", 100_000),
        ("150k", 183_000),
        ("150K", 183_000),
        ("150000", 183_000),
        ("67000", 100_000),
        ("10k", 100_000),
        ("0.9M", 933_000),
        ("1.2m", 1_000_000),
    ],
)
def test_offload_at_names_a_window_in_tokens_or_a_share_of_the_models(spec: str, window: int) -> None:
    assert offload_window(spec) == window


def test_offload_window_of_a_larger_model() -> None:
    assert offload_window("60%", 1_000_000) == 633_000


@pytest.mark.parametrize("spec", ["", "x", "-5%", "0%", "101%", "60", "0", "1e5", "60%%", "60k%", "nan", "١٥٠x"])
def test_offload_specs_that_make_no_sense_are_refused(world: World, spec: str) -> None:
    before = world.tree()
    with pytest.raises(InstallError, match="--offload-at"):
        world.install(offload_at=spec)
    assert world.tree() == before


@pytest.mark.parametrize(
    ("spec", "said"), [("60%", "120,000"), ("10k", "67,000"), ("1.2m", "967,000"), ("90%", "167,000 already")]
)
def test_offload_note_gives_the_real_point(spec: str, said: str) -> None:
    assert said in offload_note(spec)


def test_install_without_offload_leaves_the_window(world: World) -> None:
    world.put('{"autoCompactWindow": 123456}')
    world.install()
    assert world.doc()["autoCompactWindow"] == 123_456


@pytest.mark.parametrize("former", ["", '"autoCompactWindow": 4e5,', '"autoCompactWindow": 400000,'])
def test_the_users_own_window_comes_back_after_several_of_ours(world: World, former: str) -> None:
    world.put(f'{{{former}"a": 1}}')
    before = json.loads(world.settings().read_bytes())
    for spec in ("60%", "150k", "70%"):
        world.install(offload_at=spec)
    world.install()
    assert world.doc()["autoCompactWindow"] == 173_000
    world.put(json.dumps(world.doc() | {"edited": 1}))
    world.uninstall()
    assert world.doc() == before | {"edited": 1}


def test_a_window_the_user_set_after_us_stays(world: World) -> None:
    world.install(offload_at="60%")
    world.put(json.dumps(world.doc() | {"autoCompactWindow": 500_000}))
    world.uninstall()
    assert world.doc() == {"autoCompactWindow": 500_000}


def test_switches_that_defeat_us_are_named(world: World) -> None:
    env = {"CLAUDE_CODE_AUTO_COMPACT_WINDOW": "300000"}
    world.put(json.dumps({"disableAllHooks": True, "autoCompactEnabled": False, "env": env}))
    told = notes(world.plan(offload_at="60%"))
    assert all(word in told for word in ("disableAllHooks", "autoCompactEnabled", "AUTO_COMPACT_WINDOW"))


# --- plugin, status, lock ---


@pytest.mark.parametrize("scope", ["local", "shared", "user"])
def test_an_enabled_plugin_is_noted(world: World, scope: str) -> None:
    world.put('{"enabledPlugins": {"rlm@market": true, "other@market": true}}', scope)
    assert "plugin rlm@market is enabled" in notes(world.plan())
    assert status(world.project, world.env)[-1].installed


def test_a_plugin_switched_off_closer_by_is_off(world: World) -> None:
    world.put('{"enabledPlugins": {"rlm@market": true}}', "user")
    world.put('{"enabledPlugins": {"rlm@market": false}}', "local")
    assert "plugin" not in notes(world.plan())


def test_status_of_nothing(world: World) -> None:
    found = status(world.project, world.env)
    assert [each.scope for each in found] == ["local", "shared", "user", "plugin"]
    assert not any(each.installed or each.problem for each in found)


def test_status_tells_version_interpreter_and_gaps(world: World) -> None:
    world.install(offload_at="60%")
    doc = world.doc()
    del doc["hooks"]["Stop"]
    world.put(json.dumps(doc))
    local = status(world.project, world.env)[0]
    assert (local.version, local.interpreter, local.interpreter_exists) == ("0.1.0", "/opt/py/bin/python3", False)
    assert (local.package_exists, local.window) == (False, 153_000)
    assert (local.missing, local.complete, local.current) == (("Stop",), False, False)
    json.dumps(local.as_json())


def test_status_of_a_sound_install(world: World, tmp_path: Path) -> None:
    world.env = replace(Environment.current(), config_dir=world.env.config_dir, share_dir=world.share)
    world.install("local")
    local = status(world.project, world.env)[0]
    assert local.complete
    assert local.current
    assert local.interpreter_exists
    assert local.package_exists


def test_status_reports_a_file_it_cannot_read(world: World) -> None:
    world.put("{")
    assert "not JSON" in str(status(world.project, world.env)[0].problem)
    world.put("{} // x", "user")
    assert "ignores" in str(status(world.project, world.env)[2].problem)


def test_a_second_install_waits_its_turn(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rlm_core.install.apply.LOCK_SECONDS", 0.1)
    lock = world.project / ".claude" / "rlm" / "install" / "lock"
    lock.parent.mkdir(parents=True)
    with FileLock(lock), pytest.raises(InstallError, match="another rlm install"):
        world.install()
    assert not world.settings().exists()


def test_concurrent_installs_leave_one_complete_install(world: World) -> None:
    failures: list[Exception] = []

    def install() -> None:
        try:
            world.install()
        except InstallError as error:
            failures.append(error)

    threads = [threading.Thread(target=install) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all("changed by someone else" in str(error) for error in failures)
    assert {event: len(each) for event, each in ours(world.doc()).items()} == dict.fromkeys(WORDS, 1)
    assert not world.plan().changes


# --- purge ---


def archive(world: World) -> Path:
    chunk = world.project / ".claude" / "rlm" / "sessions" / "one" / "0001.md"
    chunk.parent.mkdir(parents=True)
    chunk.write_text("history")
    return chunk


def test_uninstall_keeps_the_archive_and_says_where(world: World) -> None:
    world.install()
    chunk = archive(world)
    plan = world.uninstall()
    assert chunk.exists()
    assert (world.project / ".claude" / "rlm" / ".gitignore").exists()
    assert "the archive stays" in notes(plan)
    assert not world.uninstall().changes


def test_purge_deletes_the_archive(world: World) -> None:
    before = world.tree()
    world.install()
    archive(world)
    world.uninstall(purge=True)
    assert world.tree() == before


def test_a_users_purge_deletes_what_questions_have_cost_too(world: World) -> None:
    folder = world.env.config_dir / "rlm-ask"
    folder.mkdir(parents=True)
    (folder / "ledger.jsonl").write_text("{}\n")
    world.install("local")
    world.uninstall("local", purge=True)
    assert folder.is_dir()
    world.install("user")
    world.uninstall("user", purge=True)
    assert not folder.exists()


def test_purge_after_an_uninstall_deletes_the_archive(world: World) -> None:
    world.install()
    archive(world)
    world.uninstall()
    world.uninstall(purge=True)
    assert not (world.project / ".claude").exists()


def test_purge_of_an_archive_that_was_never_installed_leaves_nothing(world: World) -> None:
    archive(world)
    world.uninstall(purge=True)
    assert not (world.project / ".claude").exists()
    assert not world.uninstall(purge=True).changes


def test_purge_leaves_a_directory_that_holds_anything_else(world: World) -> None:
    archive(world)
    (world.project / ".claude" / "CLAUDE.md").write_text("mine")
    world.uninstall(purge=True)
    assert [path.name for path in (world.project / ".claude").iterdir()] == ["CLAUDE.md"]


def test_purge_of_one_scope_leaves_the_other_uninstallable(world: World) -> None:
    before = world.tree()
    world.install("local")
    world.install("shared")
    chunk = archive(world)
    world.uninstall("local", purge=True)
    assert not chunk.exists()
    world.uninstall("shared")
    assert world.tree() == before


def test_purge_spares_comments_that_could_not_come_back(world: World) -> None:
    original = world.put('{"a": 1} // why')
    world.install()
    world.put(json.dumps(world.doc() | {"b": 2}))
    plan = world.uninstall(purge=True)
    saved = next(action for action in plan.actions if action.kind == "backup")
    assert saved.path.read_bytes() == original
    assert saved.path.parent == world.project / ".claude"


@pytest.mark.parametrize("link", [".claude/rlm", ".claude"])
def test_purge_follows_no_link(world: World, link: str) -> None:
    outside = world.root / "outside"
    (outside / "rlm").mkdir(parents=True)
    (outside / "rlm" / "precious").write_text("x")
    path = world.project / link
    path.parent.mkdir(exist_ok=True)
    path.symlink_to(outside if link == ".claude" else outside / "rlm")
    with pytest.raises(InstallError, match="is a link"):
        world.uninstall(purge=True)
    assert (outside / "rlm" / "precious").exists()


def test_purge_leaves_what_links_inside_the_archive_lead_to(world: World) -> None:
    world.install()
    chunk = archive(world)
    outside = world.root / "outside"
    outside.mkdir()
    (outside / "precious").write_text("x")
    (chunk.parent / "link").symlink_to(outside)
    world.uninstall(purge=True)
    assert (outside / "precious").exists()
    assert not chunk.exists()


def test_uninstall_of_nothing_changes_nothing(world: World) -> None:
    before = world.tree()
    for scope in (None, "local", "shared", "user"):
        assert not world.uninstall(scope, purge=True).changes
    assert world.tree() == before
