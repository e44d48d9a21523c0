"""Round trips for any settings: install then uninstall, twice equals once, edits survive, order stays."""

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from kits.install import WORDS, World, ours

EVENTS = st.sampled_from([*WORDS, "PreToolUse", "Notification", "Élan"])
NUMBERS = st.one_of(
    st.integers(),
    st.integers(min_value=10**18, max_value=10**40),
    st.floats(allow_nan=False, allow_infinity=False),
)
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, st.text(max_size=12))
KEYS = st.text(max_size=6)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=12
)
FOREIGN = st.fixed_dictionaries(
    {"type": st.just("command"), "command": st.text('abc ☃"\\/{}[],:', max_size=8)},
    optional={"timeout": st.integers(1, 60), "args": st.lists(st.text(max_size=4), max_size=2)},
)
GROUPS = st.fixed_dictionaries(
    {"hooks": st.lists(FOREIGN, max_size=3)}, optional={"matcher": st.text("Bash|*", max_size=6)}
)
HOOKS = st.dictionaries(EVENTS, st.lists(GROUPS, max_size=3), max_size=4)
DOCS = st.builds(
    lambda rest, hooks, window: {k: v for k, v in rest.items() if k != "hooks"} | hooks | window,
    st.dictionaries(KEYS, VALUES, max_size=4),
    st.fixed_dictionaries({}, optional={"hooks": HOOKS}),
    st.fixed_dictionaries({}, optional={"autoCompactWindow": st.integers(1, 10**6)}),
)


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """A settings file in any layout that a person or a tool may have given it."""
    compact = draw(st.booleans())
    text = json.dumps(
        draw(DOCS),
        indent=draw(st.sampled_from([None, 0, 2, 4, "\t"])),
        ensure_ascii=draw(st.booleans()),
        separators=(",", ":") if compact else None,
    )
    text = draw(st.sampled_from(["", "\n", " "])) + text + draw(st.sampled_from(["", "\n", "\n\n", " "]))
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    bom = b"\xef\xbb\xbf" if draw(st.booleans()) else b""
    try:
        return bom + text.encode()
    except UnicodeEncodeError:
        assume(False)
        raise


OFFLOADS = st.sampled_from([None, "60%", "150k"])
SCOPES = st.sampled_from(["local", "shared", "user"])
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def no_sync(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda handle: None)


def fresh(data: bytes, scope: str) -> Iterator[World]:
    with tempfile.TemporaryDirectory() as root:
        world = World(Path(root))
        world.put(data, scope)
        yield world


@QUICK
@given(texts(), SCOPES, OFFLOADS)
def test_install_then_uninstall_gives_the_bytes_back(data: bytes, scope: str, offload: str | None) -> None:
    for world in fresh(data, scope):
        before = world.tree()
        world.install(scope, offload)
        assert set(ours(world.doc(scope))) == set(WORDS)
        world.uninstall(scope)
        assert world.tree() == before


@QUICK
@given(texts(), SCOPES, OFFLOADS)
def test_installing_twice_equals_once(data: bytes, scope: str, offload: str | None) -> None:
    for world in fresh(data, scope):
        world.install(scope, offload)
        once = world.tree()
        assert not world.plan(scope, offload).changes
        world.install(scope, offload)
        assert world.tree() == once


@QUICK
@given(texts(), st.lists(st.tuples(st.sampled_from(["1", "2", "3"]), OFFLOADS), min_size=1, max_size=4))
def test_any_chain_of_upgrades_comes_back_to_the_first_bytes(data: bytes, chain: list[tuple[str, str | None]]) -> None:
    for world in fresh(data, "local"):
        before = world.tree()
        for version, offload in chain:
            world.upgrade(version, f"/opt/{version}/python")
            world.install("local", offload)
        world.uninstall()
        assert world.tree() == before


@QUICK
@given(texts(), DOCS, OFFLOADS)
def test_an_edit_after_the_install_is_all_that_stays(data: bytes, edit: dict, offload: str | None) -> None:
    """The user adds keys and foreign hooks around ours; uninstall leaves their file as if we had not been."""
    for world in fresh(data, "local"):
        wanted = _edited(json.loads(data.removeprefix(b"\xef\xbb\xbf")), edit)
        world.install("local", offload)
        world.put(json.dumps(_edited(world.doc(), edit), indent=1))
        world.uninstall()
        assert json.dumps(world.doc(), sort_keys=True) == json.dumps(wanted, sort_keys=True)
        assert [key for key in world.doc() if key != "hooks"] == [key for key in wanted if key != "hooks"]


def _edited(doc: dict, edit: dict) -> dict:
    """New keys before the others, and a foreign group before those of each event the edit names."""
    added = {f"new {key}": value for key, value in edit.items() if key not in ("hooks", "autoCompactWindow")}
    hooks = {event: list(groups) for event, groups in doc.get("hooks", {}).items()}
    for event in edit.get("hooks", {}):
        theirs = {"hooks": [{"type": "command", "command": f"edit {event}"}]}
        hooks[event] = [theirs, *hooks.get(event, [])]
    return added | doc | ({"hooks": hooks} if hooks or "hooks" in doc else {})


@QUICK
@given(texts(), OFFLOADS)
def test_foreign_hooks_keep_their_order(data: bytes, offload: str | None) -> None:
    for world in fresh(data, "local"):
        before = _foreign(json.loads(data.removeprefix(b"\xef\xbb\xbf")))
        world.install("local", offload)
        assert _foreign(world.doc()) == before
        world.upgrade("2")
        world.install("local", offload)
        assert _foreign(world.doc()) == before


def _foreign(doc: dict) -> dict[str, list]:
    found = {}
    for event, groups in doc.get("hooks", {}).items():
        kept = [group for group in groups if not group["hooks"] or "rlm" not in json.dumps(group["hooks"])]
        if kept:
            found[event] = kept
    return found
