"""The import table of docs/architecture.md, and what a hook may load."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from builders import SESSION, Session, talk

from rlm_core.install import Environment
from rlm_core.install.hooks_spec import EVENTS, handler

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "rlm_core"
DOCUMENT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
# What each costs an interpreter start, 3 to 20 ms, is more than the hook's own work.
SLOW = [
    "anthropic", "tiktoken", "yaml", "rich", "click", "typer", "filelock", "json5", "dataclasses", "typing",
    "pathlib", "datetime", "logging", "subprocess", "argparse", "tempfile", "threading", "inspect", "shutil", "hashlib",
]  # fmt: skip


def table() -> list[tuple[str, set[str], str]]:
    """(layer, its modules, what it may import) from the document, top down."""
    rows = re.findall(r"^\| ([a-z ]+) \| ((?:`\w+` ?)+) \| (.+) \|$", DOCUMENT, re.M)
    return [(name, set(re.findall(r"`(\w+)`", modules)), may) for name, modules, may in rows]


LAYERS = table()
LAYER_OF = {m: n for n, (_, modules, _) in enumerate(LAYERS) for m in modules}
HOOK_PATH = {m for m, n in LAYER_OF.items() if n <= [name for name, _, _ in LAYERS].index("edge")}


def modules() -> dict[str, list[Path]]:
    """Top-level module or package of ours -> its files."""
    found: dict[str, list[Path]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if name not in ("__init__", "_share"):
            found.setdefault(name, []).append(path)
    return found


MODULES = modules()


def imports(path: Path, *, top_only: bool = False) -> set[str]:
    """Every module a file imports, outside `if TYPE_CHECKING`; relative ones made absolute."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    package = ["rlm_core", *path.relative_to(PACKAGE).parts[:-1]]
    found: set[str] = set()

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
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


def ours(path: Path, *, top_only: bool = False) -> set[str]:
    """Top-level modules of ours that a file imports."""
    names = (n.split(".") for n in imports(path, top_only=top_only) if n.startswith("rlm_core."))
    return {n[1] for n in names if n[1] in MODULES}


def test_the_document_has_the_table() -> None:
    names = [name for name, _, _ in LAYERS]
    assert names == [
        "leaves",
        "disk",
        "reading",
        "cutting",
        "keeping",
        "edge",
        "indexing",
        "searching",
        "using",
        "models",
        "engine",
        "asking",
        "command line",
    ]
    assert len(LAYER_OF) == sum(len(m) for _, m, _ in LAYERS), "a module stands in two layers"


def test_every_module_stands_in_the_table_and_every_name_in_it_is_a_module() -> None:
    assert set(MODULES) == set(LAYER_OF)


@pytest.mark.parametrize("name", sorted(MODULES))
def test_imports_lead_to_the_layers_below_or_to_ones_own(name: str) -> None:
    here = LAYER_OF[name]
    for path in MODULES[name]:
        others = ours(path) - {name}
        assert {m for m in others if LAYER_OF[m] > here} == set(), path
        if here == 0:
            assert others <= {"errors"}, path


@pytest.mark.parametrize("layer", ["disk", "models", "engine"])
def test_a_layer_that_names_what_it_may_import_imports_nothing_else(layer: str) -> None:
    """The engine is handed texts: it knows neither the archive nor its files."""
    own, may = next((modules, may) for name, modules, may in LAYERS if name == layer)
    allowed = {m for name, modules, _ in LAYERS if name in may.split(", ") for m in modules} | own
    assert allowed > own
    for module in own:
        for path in MODULES[module]:
            assert ours(path) <= allowed, path


@pytest.mark.parametrize("name", sorted(MODULES))
def test_no_module_imports_itself_by_a_detour(name: str) -> None:
    """At the top of modules; imports inside functions are bound by the layers alone."""
    seen: set[str] = set()
    ahead = {m for path in MODULES[name] for m in ours(path, top_only=True)} - {name}
    while ahead:
        module = ahead.pop()
        seen.add(module)
        ahead |= {m for path in MODULES[module] for m in ours(path, top_only=True)} - seen - {module}
    assert name not in seen


@pytest.mark.parametrize("name", sorted(HOOK_PATH))
def test_nothing_slow_is_imported_at_the_top_of_the_hook_path(name: str) -> None:
    for path in MODULES[name]:
        tops = {n.split(".")[0] for n in imports(path, top_only=True)}
        assert tops & {*SLOW[:14]} == set()


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
    made = handler(event, "local", Environment.current())
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
    assert "rlm_core.capture" in loaded
    assert loaded & set(SLOW) == set()


@pytest.mark.parametrize("event", ["Stop", "SessionEnd", "SubagentStop"])
def test_a_hook_with_nothing_new_does_not_load_the_archive(project: Path, event: str) -> None:
    loaded = run(project, event, agent_type="x")
    assert not loaded & {"rlm_core.archive", "rlm_core.chunker", "rlm_core.redact", "rlm_core.transcript"}


def test_a_hook_with_a_turn_to_archive_loads_nothing_slow_either(project: Path) -> None:
    path = project.parent / "t" / f"{SESSION}.jsonl"
    session = talk(Session(cwd=str(project)), 6)
    session.prompt("one more")
    session.write(path)
    loaded = run(project, "Stop")
    assert "rlm_core.archive" in loaded
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
    from rlm_core import capture

    assert capture.event_name(EVENTS[event][0]) == event
    assert event in capture.HANDLERS
