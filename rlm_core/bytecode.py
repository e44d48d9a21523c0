"""Imports our modules, and `re`, from their bytecode caches, for hooks: at two thirds of what importlib takes for it.

A hook loads 15 to 45 small modules, and importlib spends more on finding each of them than on running it
(docs/decisions/0059). What is not plainly there and fresh is left to importlib, which also writes the caches.
The format of the caches is that of PEP 552, of the kind that is checked by the source's time and size.
"""

from __future__ import annotations

import marshal
import os
import sys
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import MAGIC_NUMBER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, ModuleType

FOLDER = os.path.dirname(os.path.abspath(__file__)) + os.sep
PIECE = 60_000  # bytes, more than nearly all modules have
HEADER = MAGIC_NUMBER + bytes(4)
ENDING = f".{sys.implementation.cache_tag}.pyc"
LIBRARY = frozenset(
    (
        *("collections", "copyreg", "enum", "functools", "keyword", "operator", "re", "reprlib", "types"),
        *("re._casefix", "re._compiler", "re._constants", "re._parser", "sre_compile", "sre_constants", "sre_parse"),
    )
)
"""What `re` is made of, in one version of Python or the other: the standard library's modules that hooks load."""
_LIBRARY_FOLDER = os.path.dirname(getattr(os, "__file__", "")) + os.sep


class Loader:
    """Runs a module's code."""

    __slots__ = ("code",)

    def __init__(self, code: CodeType) -> None:
        self.code = code

    def create_module(self, spec: ModuleSpec) -> None:
        """The module is one of the usual kind."""

    def exec_module(self, module: ModuleType) -> None:
        exec(self.code, module.__dict__)  # noqa: S102 - what importlib does, too


class Finder:
    """Finds modules of ours, and of LIBRARY, whose bytecode lies in `__pycache__` and is as new as the source."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name.startswith("rlm_core."):
            stem = FOLDER + name[9:].replace(".", os.sep)
        elif name in LIBRARY:
            stem = _LIBRARY_FOLDER + name.replace(".", os.sep)
        else:
            return None
        folder, _, leaf = stem.rpartition(os.sep)
        return _spec(name, folder, leaf) or _spec(name, stem, "__init__")


def _spec(name: str, folder: str, leaf: str) -> ModuleSpec | None:
    source = f"{folder}{os.sep}{leaf}.py"
    cache = f"{folder}{os.sep}__pycache__{os.sep}{leaf}{ENDING}"
    try:
        data = _read(cache)
        st = os.stat(source)
    except OSError:
        return None
    stamp = (int(st.st_mtime) & 0xFFFFFFFF).to_bytes(4, "little") + (st.st_size & 0xFFFFFFFF).to_bytes(4, "little")
    if data[:16] != HEADER + stamp:
        return None
    code = marshal.loads(data[16:])  # noqa: S302 - as trustworthy as the source beside it
    spec = ModuleSpec(name, Loader(code), origin=source)  # type: ignore[arg-type]
    if leaf == "__init__":
        spec.submodule_search_locations = [folder]
    spec.has_location = True
    spec.cached = cache
    return spec


def _read(path: str) -> bytes:
    """What stands in a file, by fewer calls of the system than `open` makes."""
    fd = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    try:
        data = os.read(fd, PIECE)
        while more := os.read(fd, PIECE):
            data += more
        return data
    finally:
        os.close(fd)


def install() -> bool:
    """Have these modules found here first, in this process. False where their caches are kept elsewhere."""
    if sys.flags.optimize or sys.pycache_prefix is not None:
        return False
    sys.meta_path.insert(0, Finder)
    return True
