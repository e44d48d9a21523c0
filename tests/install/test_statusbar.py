"""Our status line around the user's own: consented to, composed with what is there, and off again to the byte."""

from __future__ import annotations

import json

import pytest
from kits.install import World, world

from rlm_core.install import InstallError
from rlm_core.install.statusbar.chained import KEY, inner_of, is_ours

__all__ = ["world"]

MINE = {"type": "command", "command": "~/.claude/mine.sh 'a b' | tr x \"y\"\necho", "padding": 0}
BEFORE = {
    "no file": None,
    "none": '{\n  "model": "opus"\n}\n',
    "mine": json.dumps({KEY: MINE, "z": [1]}, indent=4),
    "tight": '{"statusLine":{"command":"x","type":"command"}}',
    "static": '{"statusLine": "nonsense"}\n',
    "null": '{"statusLine": null}\n',
}


def test_nobody_gets_it_who_has_not_asked(world: World) -> None:
    world.put(json.dumps({KEY: MINE}))
    world.install()
    assert world.doc()[KEY] == MINE


@pytest.mark.parametrize("before", BEFORE.values(), ids=BEFORE.keys())
@pytest.mark.parametrize("scope", ["local", "user"])
def test_it_comes_around_what_was_there_and_goes_to_the_byte(world: World, scope: str, before: str | None) -> None:
    path = world.settings(scope)
    if before is not None:
        world.put(before, scope)
    former = json.loads(before).get(KEY) if before else None
    world.install(scope, statusline=True)
    made = world.doc(scope)[KEY]
    assert is_ours(made)
    assert inner_of(made) == (former["command"] if isinstance(former, dict) else "")
    assert not isinstance(former, dict) or {**made, "command": former["command"]} == former
    assert not world.plan(scope).changes
    assert not world.plan(scope, statusline=True).changes
    world.upgrade("0.2.0")
    world.install(scope)  # a new interpreter: the line follows, with the user's command in it
    assert world.doc(scope)[KEY]["command"] != made["command"]
    assert inner_of(world.doc(scope)[KEY]) == inner_of(made)
    world.uninstall(scope)
    assert (path.read_text() if path.exists() else None) == before


def test_after_an_edit_elsewhere_the_users_line_comes_back_as_it_was_written(world: World) -> None:
    world.put('{"statusLine":{"command":"x",  "type":"command"}, "model": "opus"}')
    world.install(statusline=True)
    world.put(world.settings().read_text().replace('"opus"', '"haiku"'))
    world.install()
    world.uninstall()
    assert '"statusLine":{"command":"x",  "type":"command"}' in world.settings().read_text()
    assert world.doc() == {KEY: {"command": "x", "type": "command"}, "model": "haiku"}


def test_a_line_that_the_user_has_put_there_since_stays(world: World) -> None:
    world.install(statusline=True)
    doc = world.doc()
    world.put(json.dumps({**doc, KEY: MINE}))
    world.install()
    assert world.doc()[KEY] == MINE
    world.uninstall()
    assert world.doc()[KEY] == MINE


def test_without_a_record_the_line_itself_says_what_was_there(world: World) -> None:
    world.put(json.dumps({KEY: MINE}))
    world.install(statusline=True)
    (world.project / ".claude" / "rlm" / "install" / "manifest-local.json").unlink()
    world.uninstall()
    assert world.doc()[KEY] == MINE


def test_a_local_line_runs_the_users_own_that_it_would_hide(world: World) -> None:
    world.put(json.dumps({KEY: MINE}), "user")
    world.install("user", statusline=True)
    world.install("local", statusline=True)
    assert inner_of(world.doc()[KEY]) == MINE["command"]
    world.uninstall("local")
    assert not world.settings().exists()
    assert is_ours(world.doc("user")[KEY])


def test_a_teams_settings_get_none(world: World) -> None:
    with pytest.raises(InstallError, match="yours, not the team's"):
        world.plan("shared", statusline=True)


@pytest.mark.parametrize("value", [None, 5, [], {}, {"type": "command"}, {"type": "command", "command": "'"}])
def test_what_is_no_command_is_not_ours(value: object) -> None:
    assert not is_ours(value)
    assert inner_of(value) in ("", "'")
