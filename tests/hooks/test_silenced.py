"""Whether Claude Code runs our hooks at all: what every layer of settings says, as clients were seen to heed it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from rlm_core.hooks import silenced
from rlm_core.hooks.silenced import fault, why_silent
from rlm_core.install import Environment
from rlm_core.install.handlers import handlers

SCOPES = ["local", "shared", "user", "plugin"]
GOOD_GROUP = {"hooks": [{"type": "command", "command": "x", "timeout": 5}]}


class Layers:
    """A project, the user's directory and the managed one."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        self.config = folder / "config"
        self.managed = folder / "managed"
        self.paths = {
            "local": self.project / ".claude" / "settings.local.json",
            "shared": self.project / ".claude" / "settings.json",
            "user": self.config / "settings.json",
            "managed": self.managed / "managed-settings.json",
        }

    def put(self, layer: str, settings: object) -> Path:
        path = self.paths[layer]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(settings if isinstance(settings, str) else json.dumps(settings))
        return path

    def silent(self, scope: str) -> str:
        return why_silent(scope, str(self.project), str(self.config))


@pytest.fixture
def layers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layers:
    made = Layers(tmp_path)
    monkeypatch.setenv(silenced.OVERRIDE, str(made.managed))
    return made


@pytest.mark.parametrize("scope", SCOPES)
def test_nothing_silences_where_nothing_is_set(layers: Layers, scope: str) -> None:
    assert layers.silent(scope) == ""
    for layer in layers.paths:
        layers.put(layer, {"model": "opus", "hooks": {"Stop": [GOOD_GROUP, {"matcher": "", "hooks": []}]}})
    assert layers.silent(scope) == ""


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("layer", ["local", "shared", "user", "managed"])
def test_hooks_disabled_in_any_layer_are_disabled_for_all(layers: Layers, layer: str, scope: str) -> None:
    path = layers.put(layer, {"disableAllHooks": True})
    reason = layers.silent(scope)
    assert reason.startswith(f"{path} has disableAllHooks")
    layers.put(layer, {"disableAllHooks": False})
    assert layers.silent(scope) == ""


def test_the_strongest_layer_that_says_something_decides(layers: Layers) -> None:
    user = layers.put("user", {"disableAllHooks": True})
    layers.put("shared", {"disableAllHooks": "yes"})  # no word of the client's
    assert str(user) in layers.silent("local")
    layers.put("local", {"disableAllHooks": False})
    assert layers.silent("local") == ""
    managed = layers.put("managed", {"disableAllHooks": True})
    assert str(managed) in layers.silent("local")


@pytest.mark.parametrize("scope", SCOPES)
def test_where_managed_hooks_alone_run_ours_do_not(layers: Layers, scope: str) -> None:
    path = layers.put("managed", {"allowManagedHooksOnly": True})
    assert layers.silent(scope).startswith(f"{path} has allowManagedHooksOnly")
    assert "ask whoever manages this machine" in layers.silent(scope)


def test_the_key_counts_in_managed_settings_only(layers: Layers) -> None:
    layers.put("user", {"allowManagedHooksOnly": True})
    layers.put("shared", {"strictPluginOnlyCustomization": True})
    assert layers.silent("local") == ""


def test_a_plugin_that_managed_settings_enable_is_managed(layers: Layers) -> None:
    layers.put("managed", {"allowManagedHooksOnly": True, "enabledPlugins": {"rlm@company": True}})
    assert layers.silent("plugin") == ""
    assert layers.silent("local") != ""


@pytest.mark.parametrize("value", [True, ["skills", "hooks"]])
def test_where_plugins_alone_may_customise_the_plugin_is_named(layers: Layers, value: object) -> None:
    layers.put("managed", {"strictPluginOnlyCustomization": value})
    assert "install rlm's plugin instead" in layers.silent("user")
    assert layers.silent("plugin") == ""
    layers.put("managed", {"strictPluginOnlyCustomization": ["skills"]})
    assert layers.silent("user") == ""


def test_files_beside_the_managed_settings_count(layers: Layers) -> None:
    layers.put("managed", {})
    path = layers.managed / "managed-settings.d" / "10-hooks.json"
    path.parent.mkdir()
    (path.parent / "notes.txt").write_text('{"disableAllHooks": true}')
    assert layers.silent("local") == ""
    path.write_text('{"allowManagedHooksOnly": true}')
    assert str(path) in layers.silent("local")


BAD = {
    "no hooks": (
        {"PostToolUse": [{"matcher": "Edit", "command": "x"}]},
        "a group without `hooks` (number 1 of PostToolUse)",
    ),
    "second group": ({"Stop": [GOOD_GROUP, {"hooks": None}]}, "a group without `hooks` (number 2 of Stop)"),
    "group a text": ({"Stop": ["x"]}, "a group without `hooks` (number 1 of Stop)"),
    "event an object": ({"Stop": GOOD_GROUP}, "a `hooks.Stop` that is no list"),
    "hooks a list": ([], "a `hooks` that is no object"),
    "no type": ({"Stop": [{"hooks": [{"command": "x"}]}]}, "a hook without a `type` (group 1 of Stop)"),
    "no command": ({"Stop": [{"hooks": [{"type": "command"}]}]}, "a hook without a `command` (group 1 of Stop)"),
    "timeout a text": (
        {"Stop": [{"hooks": [{"type": "command", "command": "x", "timeout": "5"}]}]},
        "a hook whose `timeout` is no number (group 1 of Stop)",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_one_bad_entry_silences_the_hooks_of_its_file_and_of_no_other(layers: Layers, name: str) -> None:
    hooks, words = BAD[name]
    path = layers.put("shared", {"hooks": hooks})
    assert layers.silent("shared").startswith(f"{path} has {words}: ")
    assert [layers.silent(scope) for scope in ("local", "user", "plugin")] == ["", "", ""]


@pytest.mark.parametrize(
    ("text", "words"),
    [("{} // mine", "is no JSON"), ("[]", "holds no JSON object"), ("{", "is no JSON"), ("[" * 100_000, "is no JSON")],
)
def test_a_file_that_the_client_cannot_read_is_told(layers: Layers, text: str, words: str) -> None:
    path = layers.put("local", text)
    assert layers.silent("local").startswith(f"{path} {words}")
    assert layers.silent("shared") == ""


@pytest.mark.parametrize("text", ["", " \n", "{}", "\ufeff{}"])
def test_an_empty_file_has_no_fault(layers: Layers, text: str) -> None:
    assert fault(str(layers.put("local", text))) == ""
    assert fault(str(layers.project / "none.json")) == ""


def test_what_we_write_ourselves_has_no_fault(layers: Layers) -> None:
    for scope in ("local", "shared", "user"):
        groups = {event: [{"hooks": [h]}] for event, h in handlers(scope, Environment.current()).items()}
        assert fault(str(layers.put("local", {"hooks": groups}))) == ""


def test_the_place_of_managed_settings_is_the_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(silenced.OVERRIDE, raising=False)
    asked: list[str] = []
    monkeypatch.setattr(silenced, "_parsed", lambda path: asked.append(path) or {})
    for platform in ("linux", "darwin", "win32"):
        monkeypatch.setattr(silenced.sys, "platform", platform)
        silenced._managed()
    assert [os.path.dirname(path) for path in asked if path.endswith("managed-settings.json")] == [
        "/etc/claude-code",
        "/Library/Application Support/ClaudeCode",
        os.path.dirname(os.path.join("C:\\Program Files\\ClaudeCode", "managed-settings.json")),
    ]
