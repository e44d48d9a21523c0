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

from rlm_core.__main__ import FOR_A_SEARCH

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


pytestmark = pytest.mark.xdist_group("bytecode")


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package, compiled."""
    made = tmp_path_factory.mktemp("compiled") / "rlm_core"
    shutil.copytree(ROOT / "rlm_core", made, ignore=shutil.ignore_patterns("__pycache__"))
    for path in made.rglob("*.py"):
        py_compile.compile(str(path), doraise=True)
    return made


@pytest.fixture
def copy(compiled: Path, tmp_path: Path) -> Path:
    """The same for one test: files keep their times, so that what was compiled of them is fresh."""
    shutil.copytree(compiled, tmp_path / "rlm_core")
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


LOADING = """\
import sys
sys.path.insert(0, sys.argv[1])
from rlm_core import __main__, bytecode
asked, finder = [], bytecode.Finder.find_spec
bytecode.Finder.find_spec = staticmethod(lambda name, *_: asked.append(name) or finder(name))
__main__._load(__main__.FOR_A_SEARCH.split())
ours = [name for name in asked if name.startswith("rlm_core")]
print(len(ours), len(set(ours)))
names = ["rlm_core." + n for n in __main__.FOR_A_SEARCH.split()]
print([n for n in names if sys.modules[n].__name__ != n or sys.modules[n].__spec__.name != n])
import rlm_core.search.ranked, rlm_core.index.schema
ranked = rlm_core.search.ranked
print(ranked.__file__, ranked.__package__, list(rlm_core.search.__path__), ranked.Index.__module__)
"""


def test_what_a_search_loads_is_loaded_once_and_in_its_order(copy: Path) -> None:
    command = [sys.executable, "-I", "-c", LOADING, str(copy)]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout.splitlines()
    names, folder = len(FOR_A_SEARCH.split()), copy / "rlm_core" / "search"
    # One that came before what it imports would have had `import` ask for that, and then be loaded again.
    assert told[0] == f"{names} {names}"
    assert told[1] == "[]"
    assert told[2] == f"{folder}/ranked.py rlm_core.search ['{folder}'] rlm_core.search.candidates"


def test_what_a_search_loads_is_left_to_import_where_there_is_no_bytecode(copy: Path) -> None:
    for cache in (copy / "rlm_core").rglob("__pycache__"):
        shutil.rmtree(cache)
    command = [sys.executable, "-I", "-B", "-c", LOADING, str(copy)]
    told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert told.stdout.splitlines()[:1] == ["1 1"]


def test_a_module_that_cannot_be_run_is_left_to_import(copy: Path) -> None:
    """As where Python was built without SQLite: the command line tells of it."""
    tried = """
import sys
sys.path.insert(0, sys.argv[1])
sys.modules["_sqlite3"] = sys.modules["sqlite3"] = None
from rlm_core import __main__
__main__._load(__main__.FOR_A_SEARCH.split())
print("rlm_core.index.schema" in sys.modules, "rlm_core.index.sqlite" in sys.modules)
"""
    command = [sys.executable, "-I", "-c", tried, str(copy)]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert told.stdout.split() == ["True", "False"]


def test_a_module_that_is_loaded_already_stays_the_one_that_there_is(copy: Path) -> None:
    tried = """
import sys
sys.path.insert(0, sys.argv[1])
import rlm_core.errors, rlm_core.language.folding
before = rlm_core.errors, rlm_core.language.folding
from rlm_core import __main__
__main__._load(__main__.FOR_A_SEARCH.split())
import rlm_core.search.ranked as ranked
print((rlm_core.errors, rlm_core.language.folding) == before, ranked.ArchiveError is before[0].ArchiveError)
"""
    command = [sys.executable, "-I", "-c", tried, str(copy)]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert told.stdout.split() == ["True", "True"]
