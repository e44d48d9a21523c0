"""The finder that hooks import our modules by: the same modules as importlib's, and never stale ones."""

from __future__ import annotations

import importlib.util
import os
import py_compile
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from kits.paths import ROOT

RUN = """\
import sys
sys.path.insert(0, sys.argv[1])
from rlm_core import bytecode
bytecode.install()
from rlm_core.transcript import waiting
import rlm_core.hooks
for m in (waiting, rlm_core.hooks):
    print(m.__name__, m.__package__, m.__file__, m.__spec__.cached, type(m.__spec__.loader).__module__)
print(getattr(waiting, "ADDED", ""), list(rlm_core.hooks.__path__), rlm_core.transcript.waiting is waiting)
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package, compiled."""
    shutil.copytree(ROOT / "rlm_core", tmp_path / "rlm_core", ignore=shutil.ignore_patterns("__pycache__"))
    for path in (tmp_path / "rlm_core").rglob("*.py"):
        py_compile.compile(str(path), doraise=True)
    return tmp_path


def run(folder: Path, *flags: str) -> list[str]:
    command = [sys.executable, "-I", "-S", *flags, "-c", RUN, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout.splitlines()


def test_a_module_is_what_importlib_would_have_made_of_it(copy: Path) -> None:
    package, waiting = copy / "rlm_core" / "hooks", copy / "rlm_core" / "transcript" / "waiting.py"
    names = [
        f"rlm_core.transcript.waiting rlm_core.transcript {waiting} {importlib.util.cache_from_source(str(waiting))}",
        f"rlm_core.hooks rlm_core.hooks {package}/__init__.py "
        f"{importlib.util.cache_from_source(str(package / '__init__.py'))}",
    ]
    assert run(copy) == [*(f"{n} rlm_core.bytecode" for n in names), f" ['{package}'] True"]
    by_importlib = run(copy, "-O")  # other caches are meant then
    assert [line.rpartition(" ")[2] for line in by_importlib[:2]] == ["_frozen_importlib_external"] * 2
    assert by_importlib[2] == f" ['{package}'] True"


def edited(path: Path) -> None:
    path.write_text(path.read_text() + "\nADDED = 'edited'\n")


def touched(path: Path) -> None:
    os.utime(path, (1, 1))


def without_a_cache(path: Path) -> None:
    Path(importlib.util.cache_from_source(str(path))).unlink()


def checked_by_hash(path: Path) -> None:
    py_compile.compile(str(path), doraise=True, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)


def cut_off(path: Path) -> None:
    Path(importlib.util.cache_from_source(str(path))).write_bytes(b"\xa7\r\r")


@pytest.mark.parametrize("change", [edited, touched, without_a_cache, checked_by_hash, cut_off])
def test_what_is_not_plainly_fresh_is_left_to_importlib(copy: Path, change: object) -> None:
    assert callable(change)
    change(copy / "rlm_core" / "transcript" / "waiting.py")
    found = run(copy)
    assert found[0].endswith(" _frozen_importlib_external")
    assert found[1].endswith(" rlm_core.bytecode")
    assert found[2].startswith("edited" if change is edited else " [")


LIBRARY = """\
import sys
sys.path.insert(0, sys.argv[1])
from rlm_core import bytecode
if len(sys.argv) > 2:
    bytecode.install()
import collections, re
for m in (collections, re, sys.modules["enum"]):
    print(m.__name__, m.__package__, m.__file__, m.__cached__, getattr(m, "__path__", ""), re.sub("b", "x", "abc"))
print(type(re.__spec__.loader).__module__)
"""


def test_re_and_what_it_loads_are_what_importlib_would_have_made_of_them(copy: Path) -> None:
    command = [sys.executable, "-I", "-S", "-c", LIBRARY, str(copy)]
    (copy / "re.py").write_text("raise SystemExit(7)")  # a package beside ours does not stand for it
    fast = subprocess.run([*command, "x"], capture_output=True, text=True, check=True, timeout=120).stdout.splitlines()
    (copy / "re.py").unlink()
    slow = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout.splitlines()
    assert fast[:-1] == slow[:-1]
    spec = importlib.util.find_spec("re")
    assert spec is not None
    assert (fast[-1] == "rlm_core.bytecode") == os.path.exists(str(spec.cached))
