"""The table of rooms in docs/architecture.md: who may import whom, and what a hook may load."""

from __future__ import annotations

import ast
import functools
import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from kits.builders import SESSION, Session, talk
from kits.paths import ROOT

from rlm_core.__main__ import FOR_A_SEARCH
from rlm_core.install import Environment
from rlm_core.install.handlers import EVENTS, direct

PACKAGE = ROOT / "rlm_core"
# What each costs an interpreter start, 3 to 20 ms, is more than the hook's own work.
SLOW = [
    "anthropic", "tiktoken", "yaml", "rich", "click", "typer", "filelock", "json5", "dataclasses", "typing",
    "pathlib", "datetime", "logging", "subprocess", "argparse", "tempfile", "threading", "inspect", "shutil", "hashlib",
]  # fmt: skip


def module_of(path: Path) -> str:
    parts = ["rlm_core", *path.relative_to(PACKAGE).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {module_of(path): path for path in sorted(PACKAGE.rglob("*.py")) if "_share" not in path.parts}


ROOMS = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8"), re.M)
"""From the top down: each may import those below it."""
MAX_MODULES = 15
MAX_SMALL_ROOMS = 21
"""Of the package itself, which is no room: each module there is one."""


@functools.cache
def tree_of(path: Path) -> ast.Module:
    """A module of the program, parsed once."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path, *, top_only: bool = False) -> set[str]:
    """Every module a file imports, `if TYPE_CHECKING` and functions included; relative ones made absolute.

    top_only: what importing the file loads.
    """
    tree = tree_of(path)
    package = module_of(path).split(".") if path.name == "__init__.py" else module_of(path).split(".")[:-1]
    found: set[str] = set()

    def visit(node: ast.AST) -> None:
        if top_only and isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for other in node.orelse:
                visit(other)
            return
        if top_only and isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return
        if isinstance(node, ast.Import):
            found.update(a.name for a in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) + 1 - node.level]) if node.level else ""
            whole = ".".join(p for p in (base, node.module or "") if p)
            found.update(f"{whole}.{a.name}" for a in node.names)
        for child in ast.iter_child_nodes(node):
            visit(child)

    visit(tree)
    return found


@functools.cache
def ours(module: str, *, top_only: bool = False) -> frozenset[str]:
    """Modules of ours that a module imports."""
    named = [n for n in imports(FILES[module], top_only=top_only) if n.startswith("rlm_core")]
    # The package itself is the door for others: it loads nothing by itself.
    return frozenset(n if n in FILES else n.rpartition(".")[0] for n in named) & set(FILES) - {module, "rlm_core"}


def reached(module: str, *, top_only: bool = False) -> set[str]:
    """Modules of ours that a module imports, and those that these import."""
    seen: set[str] = set()
    ahead = set(ours(module, top_only=top_only))
    while ahead:
        seen.add(one := ahead.pop())
        ahead |= ours(one, top_only=top_only) - seen
    return seen


HOOK_PATH = {"rlm_core.hook", *reached("rlm_core.hook")}


def room_of(module: str) -> str:
    """The package or module of ours right below `rlm_core` that a module belongs to."""
    return module.split(".")[1]


def test_the_table_lists_every_room_once() -> None:
    assert sorted(ROOMS) == sorted({room_of(m) for m in FILES if m != "rlm_core"})


# Each of these looks at every file, in one test: a test a file costs more than the look.


def test_imports_go_down_the_table() -> None:
    below = {room: {*ROOMS[n:]} for n, room in enumerate(ROOMS)}
    upwards = {(m, n) for m in FILES if m != "rlm_core" for n in ours(m) if room_of(n) not in below[room_of(m)]}
    assert upwards == set()


def test_no_module_imports_itself_by_a_detour() -> None:
    """Imports inside functions and for type checkers alone are imports, too."""
    assert [module for module in FILES if module in reached(module)] == []


def test_a_room_is_not_crowded() -> None:
    counts = Counter(path.parent for path in FILES.values() if path.name != "__init__.py")
    assert {f: n for f, n in counts.items() if n > (MAX_SMALL_ROOMS if f == PACKAGE else MAX_MODULES)} == {}


def test_a_package_on_the_hook_path_holds_its_docstring_and_nothing_else() -> None:
    packages = sorted({m.rpartition(".")[0] for m in HOOK_PATH} - {"rlm_core"})
    bodies = {package: [type(node) for node in tree_of(FILES[package]).body] for package in packages}
    assert bodies == {package: [ast.Expr] for package in packages}


def test_at_the_door_of_a_package_stands_what_flows_in_and_out_and_what_it_never_does() -> None:
    packages = [m for m in FILES if FILES[m].name == "__init__.py" and m != "rlm_core"]
    said = {package: ast.get_docstring(tree_of(FILES[package])) or "" for package in packages}
    flow = re.compile(r"^In: .*\bOut: .*^Never: ", re.M | re.S)
    assert [package for package, text in said.items() if not flow.search(text)] == []


def test_no_test_module_imports_another() -> None:
    """What tests share stands in tests/kits."""
    paths = sorted((ROOT / "tests").rglob("*.py"))
    names = {p.stem for p in paths if p.name.startswith("test_")}
    for path in paths:
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        modules = {n.module or "" for n in nodes if isinstance(n, ast.ImportFrom)}
        assert {m for m in modules if m.rpartition(".")[2] in names} == set(), path


def test_nothing_slow_is_imported_at_the_top_of_the_hook_path() -> None:
    tops = {name: {n.split(".")[0] for n in imports(FILES[name], top_only=True)} for name in HOOK_PATH}
    assert {name: slow for name, found in tops.items() if (slow := found & {*SLOW[:14]})} == {}


SEARCH = ("rlm_core.cli.quick", "rlm_core.cli.search", "rlm_core.search.superseded")
"""What a plain search of the command line loads, with what these load."""
MOST_FOR_A_SEARCH = 46  # modules, without the packages that hold them


def test_a_search_loads_few_modules_and_nothing_slow() -> None:
    path = {m for top in SEARCH for m in (top, *reached(top, top_only=True)) if FILES[m].name != "__init__.py"}
    slow = {*SLOW, "re", "json", "enum", "collections", "contextlib", "functools", "sqlite3"}
    found = {m: {n.split(".")[0] for n in imports(FILES[m], top_only=True)} & slow for m in path}
    used = {m: names for m, names in found.items() if names}
    assert len(path) <= MOST_FOR_A_SEARCH
    # `_sqlite3` loads functools whatever we do.
    assert {n for names in used.values() for n in names} <= {"functools", "sqlite3"}, used


def test_the_modules_that_are_loaded_at_once_are_those_of_a_plain_search_each_behind_what_it_imports() -> None:
    named = [f"rlm_core.{name}" for name in FOR_A_SEARCH.split()]
    plain = {m for top in ("rlm_core.cli.quick", "rlm_core.cli.search") for m in (top, *reached(top, top_only=True))}
    later = ("rlm_core.config",)  # which any archive's settings need
    packages = {m.rpartition(".")[0] for m in (*plain, *later)} - {"rlm_core"}
    assert sorted(named) == sorted({*plain, *later, *packages, "rlm_core.project"})
    assert [m for n, m in enumerate(named) if not ours(m, top_only=True) <= {*named[:n]}] == []
    assert [m for n, m in enumerate(named) if m.rpartition(".")[0] not in {"rlm_core", *named[:n]}] == []


# Measured, in hooks as they run.

PROBE = """\
import sys, os
def loaded(code):
    names = "\\n".join(sorted(sys.modules))
    with open({path!r}, "w") as f:
        f.write(names)
    real(code)
real, os._exit = os._exit, loaded
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose session is archived as it stands."""
    made = tmp_path / "project"
    made.mkdir()
    session = talk(Session(cwd=str(made)), 6)
    session.write(tmp_path / "t" / f"{SESSION}.jsonl")
    run(made, "Stop")
    return made


def run(project: Path, event: str, **fields: str) -> set[str]:
    """Run a hook; which modules it had loaded when it ended."""
    made = direct(event, "local", Environment.current())
    args: list[str] = list(made["args"])  # type: ignore[call-overload]
    noted = project.parent / "loaded"
    args[args.index("-c") + 1] = PROBE.format(path=str(noted)) + args[args.index("-c") + 1]
    transcript = str(project.parent / "t" / f"{SESSION}.jsonl")
    payload = {"session_id": SESSION, "transcript_path": transcript, "cwd": str(project), **fields}
    done = subprocess.run(
        [str(made["command"]), *args],
        input=json.dumps(payload).encode(),
        capture_output=True,
        env={**os.environ, "CLAUDE_PROJECT_DIR": str(project)},
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    return set(noted.read_text().split("\n"))


@pytest.mark.parametrize(
    "event", ["Stop", "SubagentStop", "SessionEnd", "PreCompact", "UserPromptSubmit", "SessionStart"]
)
def test_a_hook_with_nothing_new_loads_nothing_slow(project: Path, event: str) -> None:
    loaded = run(project, event, agent_type="x", source="startup")
    assert "rlm_core.hooks.events" in loaded
    assert loaded & set(SLOW) == set()
    if event != "PreCompact":  # which speaks of titles, and looks for what must not stand in them
        assert loaded & {"json", "re", "enum", "functools"} == set()  # `quickjson` is what reads the payload


@pytest.mark.parametrize("event", ["Stop", "SessionEnd", "SubagentStop"])
def test_a_hook_with_nothing_new_does_not_load_the_archive(project: Path, event: str) -> None:
    loaded = run(project, event, agent_type="x")
    assert not loaded & {
        "rlm_core.archive.store",
        "rlm_core.chunks.chunker",
        "rlm_core.redaction.redactor",
        "rlm_core.transcript.reader",
    }


def test_a_hook_with_a_turn_to_archive_loads_nothing_slow_either(project: Path) -> None:
    path = project.parent / "t" / f"{SESSION}.jsonl"
    session = talk(Session(cwd=str(project)), 6)
    session.prompt("one more")
    session.write(path)
    loaded = run(project, "Stop")
    assert "rlm_core.archive.store" in loaded
    assert loaded & set(SLOW[:14]) == set()


def test_a_child_of_ours_loads_next_to_nothing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RLM_DEPTH", "1")
    loaded = run(project, "Stop")
    assert {m for m in loaded if m.startswith("rlm_core")} == {"rlm_core", "rlm_core.hook"}


def test_hooks_run_without_any_installed_package(project: Path) -> None:
    """-S: not even site-packages are on the path, so all that is loaded is ours or Python's own."""
    foreign = {m.split(".")[0] for m in run(project, "PreCompact")} - set(sys.stdlib_module_names)
    assert foreign - {"rlm_core", "__main__"} == set()


@pytest.mark.parametrize("event", sorted(EVENTS))
def test_every_event_has_a_handler(event: str) -> None:
    from rlm_core.hooks import events

    assert events.event_name(EVENTS[event][0]) == event
    assert event in events.HANDLERS
