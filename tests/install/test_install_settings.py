"""Hostile settings files: each is either merged and given back to the byte, or left alone with a clear error."""

import json
import os
import re
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from kits.install import FOREIGN, WORDS, World, kinds, notes, ours, world
from kits.linear import Work, assert_linear
from kits.needs import requires

from rlm_core.hooks.precedence import is_ours
from rlm_core.install import InstallError, plan_install
from rlm_core.install.handlers import BOOT, positions

__all__ = ["world"]

MERGED = {
    "absent": None,
    "empty": b"",
    "blank": b" \n\n",
    "object": b"{}",
    "object_newline": b"{}\n",
    "object_spread": b"{\n}\n",
    "two_spaces": b'{\n  "model": "opus"\n}\n',
    "four_spaces": b'{\n    "permissions": {\n        "allow": ["Read"]\n    }\n}\n',
    "tabs": b'{\n\t"model": "opus",\n\t"x": [\n\t\t1\n\t]\n}',
    "crlf": b'{\r\n  "model": "opus"\r\n}\r\n',
    "bom": b'\xef\xbb\xbf{\n  "model": "opus"\n}\n',
    "minified": b'{"model":"opus","hooks":{"Stop":[{"hooks":[{"type":"command","command":"x"}]}]}}',
    "numbers": b'{"a": 1.0, "b": 1e3, "c": 12345678901234567890123, "d": -0, "e": 1.10, "f": 1E400}\n',
    "long_number": b'{"a": ' + b"9" * 5000 + b"}\n",
    "unicode": '{"a": "é ☃ 😀 \u2028", "é": 1}\n'.encode(),
    "escapes": b'{"a": "\\u00e9 \\ud83d\\ude00 \\ud800 \\/"}\n',
    "empty_hooks": b'{"hooks": {}}\n',
    "empty_list": b'{"hooks": {"Stop": [], "PreToolUse": []}}\n',
    "empty_group": b'{"hooks": {"Stop": [{"hooks": []}, {"matcher": "x"}, 7, null]}}\n',
    "disabled": b'{"disableAllHooks": true}\n',
    "window": b'{"autoCompactWindow": 200000, "z": 1}\n',
    "comments": b'{\n  // mine\n  "model": "opus", /* why */\n  "n": 1.0,\n}\n',
    "trailing_comma": b'{"a": [1, 2,],}\n',
    "comment_in_string": b'{"a": "http://x/*y*/", "b": ",}"}\n',
    "json5": b"{a: 'b', n: .5, h: 0x10}\n",
}

REFUSED = {
    "unclosed": b'{"a": 1',
    "garbage": b"hello",
    "array": b"[]",
    "string": b'"x"',
    "null": b"null",
    "nan": b'{"a": NaN}',
    "two_documents": b"{} {}",
    "duplicate_keys": b'{"a": 1, "a": 2}',
    "duplicate_deep": b'{"x": [{"a": 1, "a": 2}]}',
    "duplicate_commented": b'{"a": 1, /* c */ "a": 2}',
    "latin1": '{"a": "é"}'.encode("latin-1"),
    "utf16": '{"a": 1}'.encode("utf-16"),
    "nul": b"\0\0\0",
    "deep": b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "hooks_list": b'{"hooks": []}',
    "hooks_null": b'{"hooks": null}',
    "hooks_string": b'{"hooks": "x"}',
    "event_object": b'{"hooks": {"Stop": {"hooks": []}}}',
    "foreign_event_null": b'{"hooks": {"PreToolUse": null}}',
    "long_commented": b'{"a": "' + b"x" * 300_000 + b'"} // end',
}


@pytest.mark.parametrize("offload", [None, "60%"])
@pytest.mark.parametrize("name", MERGED)
def test_settings_are_merged_and_given_back_to_the_byte(world: World, name: str, offload: str | None) -> None:
    if MERGED[name] is not None:
        world.put(MERGED[name])
    before = world.tree()
    plan = world.install(offload_at=offload)
    doc = world.doc()
    assert {event: len(each) for event, each in ours(doc).items()} == dict.fromkeys(WORDS, 1)
    assert doc.get("autoCompactWindow") == (153_000 if offload else {"window": 200_000}.get(name))
    assert kinds(plan)[-1 - notes(plan).count("\n") - bool(notes(plan))] == "write-settings"
    assert not world.plan(offload_at=offload).changes
    world.uninstall()
    assert world.tree() == before
    assert not world.uninstall().changes


@pytest.mark.parametrize("name", REFUSED)
def test_settings_that_cannot_be_edited_safely_are_left_alone(world: World, name: str) -> None:
    world.put(REFUSED[name])
    before = world.tree()
    with pytest.raises(InstallError, match=r"settings\.local\.json .*nothing was changed"):
        world.install()
    assert world.tree() == before


@pytest.mark.parametrize(
    "name", ["two_spaces", "four_spaces", "tabs", "crlf", "numbers", "unicode", "escapes", "minified"]
)
def test_what_was_there_keeps_its_text(world: World, name: str) -> None:
    before = world.put(MERGED[name]).decode()
    world.install()
    after = world.settings().read_bytes().decode()
    assert ("\r\n" in after) == ("\r\n" in before)
    assert after.count("\r") == (after.count("\n") if "\r" in before else 0)
    assert after.endswith("\n") == before.endswith("\n")
    for member in before.strip("{}\r\n \t").split(",") if name in ("numbers", "escapes") else []:
        assert member.strip() in after
    if name == "tabs":
        assert '\n\t"hooks": {\n\t\t"SessionStart": [\n\t\t\t{' in after
    if name == "four_spaces":
        assert '\n    "hooks": {\n        "SessionStart": [' in after
        assert '"allow": ["Read"]' in after


def test_a_fresh_file_is_laid_out_as_claude_code_would(world: World) -> None:
    world.install()
    text = world.settings().read_text()
    assert text == json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n"


def test_comments_are_dropped_and_said_so(world: World) -> None:
    world.put(MERGED["comments"])
    plan = world.install()
    assert "comments were dropped" in notes(plan)
    assert '"n": 1.0' in world.settings().read_text()


def test_byte_order_mark_is_dropped_and_said_so(world: World) -> None:
    world.put(MERGED["bom"])
    assert "byte order mark" in notes(world.install())
    assert world.settings().read_bytes().startswith(b"{")


@pytest.mark.parametrize("scope", ["local", "user"])
def test_handlers_run_by_the_launcher_in_one_short_line(world: World, scope: str) -> None:
    world.install(scope)
    for event, (handler,) in ours(world.doc(scope)).items():
        assert handler["command"] == str(world.env.own / "launch")
        word, named, key = handler["args"]
        assert (word, named) == (WORDS[event], scope)
        assert re.fullmatch("[0-9a-f]{8}", key)
    groups = world.doc(scope)["hooks"]["Stop"]
    assert [list(group) for group in groups] == [["hooks"]]


def test_shared_handlers_name_no_machine(world: World) -> None:
    world.install("shared")
    assert ours(world.doc("shared"))["PreCompact"] == [
        {"type": "command", "command": "rlm hook pre-compact shared || exit 0", "timeout": 30}
    ]


def test_a_hook_whose_package_is_gone_is_silent(tmp_path: Path) -> None:
    args = [sys.executable, "-I", "-S", "-X", "utf8", "-c", BOOT, str(tmp_path), "stop", "local"]
    done = subprocess.run(args, input=b"{}", capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_hook_is_called_with_its_words(tmp_path: Path) -> None:
    (tmp_path / "rlm_core").mkdir()
    (tmp_path / "rlm_core" / "hook.py").write_text("def main(argv):\n    print(argv)\n")
    args = [sys.executable, "-I", "-S", "-X", "utf8", "-c", BOOT, str(tmp_path), "stop", "local"]
    done = subprocess.run(args, input=b"{}", capture_output=True, check=False)
    assert (done.returncode, done.stdout.decode().strip()) == (0, "['stop', 'local']")


def test_foreign_hooks_keep_their_place_through_install_and_upgrade(world: World) -> None:
    first, last = FOREIGN | {"command": "first"}, FOREIGN | {"command": "last"}
    world.put(json.dumps({"hooks": {"Stop": [{"hooks": [first]}], "PreToolUse": [{"matcher": "Bash"}]}}))
    world.install()
    doc = world.doc()
    doc["hooks"]["Stop"].append({"hooks": [last]})
    world.put(json.dumps(doc))
    world.upgrade("0.2.0")
    world.install()
    stop = world.doc()["hooks"]["Stop"]
    assert [group["hooks"][0]["command"] for group in stop] == ["first", str(world.env.own / "launch"), "last"]
    assert list(world.doc()["hooks"])[:2] == ["Stop", "PreToolUse"]


def test_upgrade_collapses_duplicates_and_drops_events_we_left(world: World) -> None:
    world.install()
    doc = world.doc()
    old = doc["hooks"]["Stop"][0]["hooks"][0]
    doc["hooks"]["Stop"] += [{"hooks": [FOREIGN, old]}, {"hooks": [old, old]}]
    doc["hooks"]["PreToolUse"] = [{"matcher": "Bash", "hooks": [old]}]
    doc["hooks"]["Notification"] = [{"hooks": [{"type": "command", "command": "rlm hook notification shared"}]}]
    world.put(json.dumps(doc))
    world.install()
    hooks = world.doc()["hooks"]
    assert hooks["Stop"] == [{"hooks": [old]}, {"hooks": [FOREIGN]}]
    assert set(hooks) == set(WORDS)


@pytest.mark.parametrize("command", ["echo rlm hook stop", "my-rlm hook stop", "rlm hooks", "rlm search"])
def test_foreign_commands_are_not_taken_for_ours(world: World, command: str) -> None:
    foreign = {"type": "command", "command": command}
    world.put(json.dumps({"hooks": {"Stop": [{"hooks": [foreign]}]}}))
    world.install()
    doc = world.doc()
    world.put(json.dumps(doc | {"edited": True}))
    world.uninstall()
    assert world.doc() == {"hooks": {"Stop": [{"hooks": [foreign]}]}, "edited": True}


def test_user_edit_survives_uninstall_and_comments_are_kept_aside(world: World) -> None:
    original = world.put(MERGED["comments"])
    world.install(offload_at="60%")
    world.put(json.dumps(world.doc() | {"theirs": [1]}))
    plan = world.uninstall()
    assert world.doc() == {"model": "opus", "n": 1.0, "theirs": [1]}
    saved = next(action.path for action in plan.actions if "comments cannot come back" in action.detail)
    assert saved.read_bytes() == original


def test_a_file_that_claude_code_only_laid_out_anew_still_comes_back_to_the_byte(world: World) -> None:
    original = world.put(MERGED["comments"])
    world.install()
    world.put(json.dumps(world.doc(), indent=2))
    world.upgrade("0.2.0")
    world.install()
    world.put(json.dumps(world.doc(), indent=2))
    world.uninstall()
    assert world.settings().read_bytes() == original


@pytest.mark.parametrize("rewrite", ["true", "1.5", "1"])
def test_a_changed_value_is_an_edit(world: World, rewrite: str) -> None:
    world.put('{"a": 1.25, "b": 1}')
    world.install()
    text = world.settings().read_text().replace('"a": 1.25', f'"a": {rewrite}')
    world.put(text)
    world.uninstall()
    assert world.doc() == {"a": json.loads(rewrite), "b": 1}
    assert type(world.doc()["a"]) is type(json.loads(rewrite))


def test_comments_the_user_added_after_the_install_are_saved(world: World) -> None:
    world.put("{}")
    world.install()
    commented = world.put(world.settings().read_text().replace("{", "{ // mine\n", 1))
    plan = world.uninstall()
    assert world.doc() == {}
    saved = [action for action in plan.actions if action.kind == "backup"]
    assert [action.path.read_bytes() for action in saved] == [commented]
    assert str(saved[0].path) in notes(plan)


def test_three_upgrades_then_uninstall_gives_the_first_file_back(world: World) -> None:
    original = world.put(MERGED["comments"])
    before = world.tree()
    for version in ("0.1.0", "0.2.0", "0.3.0", "0.4.0"):
        world.upgrade(version, f"/opt/{version}/python")
        world.install()
        assert not world.plan().changes
    assert b"python=/opt/0.4.0/python " in (world.env.own / "launch").read_bytes()
    world.uninstall()
    assert world.settings().read_bytes() == original
    assert world.tree() == before


def test_an_edit_between_upgrades_is_part_of_what_comes_back(world: World) -> None:
    world.put('{"a": 1}\n')
    world.install()
    world.put(world.settings().read_text().replace('"a": 1', '"a": 2'))
    world.upgrade("0.2.0")
    world.install()
    world.uninstall()
    assert world.settings().read_bytes() == b'{\n  "a": 2\n}\n'


def test_a_file_we_made_and_the_user_emptied_of_theirs_goes(world: World) -> None:
    world.install()
    world.put(json.dumps(world.doc(), indent=1))
    world.uninstall()
    assert not world.settings().exists()


def test_settings_broken_after_the_install_stop_uninstall_before_it_starts(world: World) -> None:
    world.install()
    world.put('{"oops": ')
    before = world.tree()
    with pytest.raises(InstallError, match="not JSON"):
        world.uninstall()
    assert world.tree() == before


def test_symlinked_settings_are_edited_at_their_target(world: World) -> None:
    target = world.root / "dotfiles" / "mine.json"
    target.parent.mkdir()
    target.write_bytes(b'{"a": 1}\n')
    world.settings().parent.mkdir()
    world.settings().symlink_to(target)
    world.install()
    assert world.settings().is_symlink()
    assert ours(json.loads(target.read_bytes()))
    assert [path.name for path in target.parent.iterdir()] == ["mine.json"]
    world.uninstall()
    assert world.settings().is_symlink()
    assert target.read_bytes() == b'{"a": 1}\n'


@pytest.mark.parametrize("to", ["nowhere/mine.json", "settings.local.json"])
def test_links_that_lead_nowhere_are_an_error(world: World, to: str) -> None:
    world.settings().parent.mkdir()
    world.settings().symlink_to(to)
    before = world.tree()
    with pytest.raises(InstallError, match=r"settings\.local\.json"):
        world.install()
    assert world.tree() == before


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664])
def test_file_mode_is_kept(world: World, mode: int) -> None:
    world.put("{}")
    world.settings().chmod(mode)
    world.install()
    assert stat.S_IMODE(world.settings().stat().st_mode) == mode
    world.uninstall()
    assert stat.S_IMODE(world.settings().stat().st_mode) == mode


def test_manifest_and_backups_are_private(world: World) -> None:
    world.put("{}")
    world.install()
    install = world.project / ".claude" / "rlm" / "install"
    assert stat.S_IMODE(install.stat().st_mode) == stat.S_IMODE(install.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in install.iterdir()} == {0o600}
    assert (install.parent / ".gitignore").read_text() == "*\n"


@pytest.fixture
def public_world() -> Iterator[World]:
    """A world that an unprivileged user may reach and, once handed over, owns: root is never refused a write."""
    with tempfile.TemporaryDirectory(dir="/tmp") as root:
        Path(root).chmod(0o755)
        yield World(Path(root))


def _install_as_nobody(world: World) -> str:
    """The error of an install whose user is not root; "" without one. In a fork: root cannot be given back."""
    for each in [world.root, *world.root.rglob("*")] if os.getuid() == 0 else []:
        os.chown(each, 65534, 65534)
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            if os.getuid() == 0:
                os.setgid(65534)
                os.setuid(65534)
            world.install()
        except InstallError as error:
            os.write(writer, str(error).encode())
        finally:
            os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader) as answer:
        return answer.read()


@pytest.mark.parametrize("locked", ["file", "directory", "project"])
def test_read_only_places_are_an_error_before_anything_is_done(public_world: World, locked: str) -> None:
    world = public_world
    if locked != "project":
        world.put("{}")
    place = {"file": world.settings(), "directory": world.settings().parent, "project": world.project}[locked]
    place.chmod(0o444 if locked == "file" else 0o555)
    before = world.tree()
    assert "read-only; nothing was changed" in _install_as_nobody(world)
    assert world.tree() == before
    place.chmod(0o755)


@pytest.mark.parametrize("refused", ["project", "settings.local.json"])
def test_a_place_that_os_access_calls_read_only_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch, refused: str
) -> None:
    world.put("{}")
    asked = os.access
    name = refused if refused != "project" else ".claude"
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != name and asked(path, mode))
    before = world.tree()
    with pytest.raises(InstallError, match="read-only; nothing was changed"):
        world.install()
    assert world.tree() == before


def test_a_file_in_the_way_of_a_directory_is_an_error(world: World) -> None:
    (world.project / ".claude").write_text("")
    before = world.tree()
    with pytest.raises(InstallError, match="not a directory"):
        world.install()
    assert world.tree() == before


def test_settings_changed_between_plan_and_apply_are_not_overwritten(world: World) -> None:
    plan = world.plan()
    world.put('{"new": 1}')
    with pytest.raises(InstallError, match="changed by someone else"):
        plan.apply()
    assert world.doc() == {"new": 1}
    world.install()
    world.uninstall()
    assert world.doc() == {"new": 1}


def test_planning_and_showing_touch_nothing(world: World) -> None:
    world.put('{"a": 1}\n')
    before = world.tree()
    plan = world.plan(offload_at="150k")
    shown = plan.diff() + json.dumps([action.as_json() for action in plan.actions])
    assert '+  "autoCompactWindow": 183000' in shown
    assert world.tree() == before


@requires("patch")
def test_diff_patches_the_old_file_into_the_new(world: World, tmp_path: Path) -> None:
    world.put(MERGED["tabs"])
    plan = world.plan()
    copy = tmp_path / "copy.json"
    copy.write_bytes(world.settings().read_bytes())
    subprocess.run(["patch", "-s", str(copy)], input=plan.diff().encode(), check=True)
    plan.apply()
    assert copy.read_bytes() == world.settings().read_bytes()


def test_json_of_a_plan_carries_kinds_paths_and_both_texts(world: World) -> None:
    actions = [action.as_json() for action in world.plan().actions]
    write = next(action for action in actions if action["kind"] == "write-settings")
    assert write["path"] == str(world.settings())
    assert write["before"] is None
    assert "hooks" in json.loads(write["after"])
    assert all(set(action) >= {"kind", "path", "detail"} for action in actions)


def test_a_huge_file_takes_linear_time(tmp_path: Path) -> None:
    def prepare(size: int) -> Work:
        world = World(tmp_path / str(size))
        big = {"x": [{"k": i, "v": "y" * 80} for i in range(size)], "hooks": {"Stop": [{"hooks": [FOREIGN]}]}}
        original = world.put(json.dumps(big, indent=2))
        return lambda: install_and_uninstall(world, original)

    def install_and_uninstall(world: World, original: bytes) -> None:
        world.install()
        world.uninstall()
        assert world.settings().read_bytes() == original

    assert_linear(prepare, 8_000)


def test_a_missing_project_is_named(world: World) -> None:
    with pytest.raises(InstallError, match="no such directory"):
        plan_install(world.project / "nope", scope="local", offload_at=None, env=world.env)


@pytest.mark.parametrize(
    ("handler", "ours"),
    [
        ({"command": "rlm hook stop shared || exit 0"}, True),
        ({"command": "rlm hook -"}, True),
        ({"command": "rlm hook 9"}, False),
        ({"command": "rlm hook "}, False),
        ({"command": "rlm hook Stop"}, False),
        ({"command": "my-rlm hook stop"}, False),
        ({"command": ["rlm hook stop"]}, False),
        ({"command": "python3", "args": ["-c", BOOT]}, True),
        ({"command": "python3", "args": [["from rlm_core.hook import main"]]}, False),
        ({"command": "rlm hook stop", "args": []}, False),
        ({"command": "/home/u/.claude/rlm/launch", "args": ["stop", "local", "3fa2b9d0"]}, True),
        ({"command": "/home/u/.claude/rlm/launch", "args": ["stop", "somewhere", "3fa2b9d0"]}, False),
        ({"command": "/home/u/.claude/rlm/launch", "args": ["stop", "local"]}, False),
        ({"command": "/home/u/.claude/rlm/launch"}, False),
        ({"command": "/home/u/their/launch", "args": ["stop", "local", "3fa2b9d0"]}, False),
        ("rlm hook stop", False),
    ],
)
def test_hooks_and_installer_agree_on_whose_handler_it_is(handler: object, *, ours: bool) -> None:
    assert is_ours(handler) is ours
    assert bool(list(positions({"Stop": [{"hooks": [handler]}]}))) is ours
