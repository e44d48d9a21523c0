"""What a cell's process loads late, since most cells do not need it: other packages, and the lines of a traceback."""

from __future__ import annotations

import sys
import types

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

OF_SITE = frozenset(("exit", "quit", "help", "copyright", "credits", "license"))
"""Names that Python knows once `site` is loaded."""
_LISTING = frozenset(("importlib.metadata", "importlib.resources", "pkgutil", "site", "sysconfig", "pkg_resources"))
"""Modules that tell what is installed."""


class LatePackages:
    """Makes the packages that are installed beside ours known when a cell first asks for one that is not Python's own.

    The process is started without `site`, which reads every `.pth` file and takes as long as all else that a small
    cell does. For `sys.meta_path`, at its end.
    """

    def __init__(self) -> None:
        self._known = not sys.flags.no_site

    def make_known(self) -> None:
        """Load `site`, once."""
        if not self._known:
            self._known = True
            import site

            try:
                site.main()
            except UnicodeError:  # a `.pth` file names a path with an accent, and the locale is not installed
                return

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if self._known or path is not None:
            return None
        self.make_known()
        for finder in sys.meta_path:
            if finder is not self and (spec := finder.find_spec(name, path, target)):
                return spec
        return None


class CellSources:
    """What the cells' programs are, for tracebacks. `linecache` gets it when somebody loads it; most cells do not."""

    def __init__(self, packages: LatePackages) -> None:
        self._packages = packages
        self.lines: dict[str, list[str]] = {}

    def keep(self, name: str, source: str) -> None:
        """Note a program; of one whose definitions are loaded singly, all that is known."""
        lines = [line + "\n" for line in source.split("\n")]
        old = self.lines.get(name, [])
        old = old + ["\n"] * (len(lines) - len(old))
        lines = [new if new.strip() else old[n] for n, new in enumerate(lines)] + old[len(lines) :]
        self.lines[name] = lines
        if "linecache" in sys.modules:
            self._tell(sys.modules["linecache"])

    def _tell(self, cache: Any) -> None:
        for name, lines in self.lines.items():
            cache.cache[name] = (sum(map(len, lines)), None, lines, name)

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """For `sys.meta_path`, at its beginning: `linecache` as others find it, with the lines in it."""
        if name in _LISTING:
            self._packages.make_known()
        if name != "linecache":
            return None
        others = [finder for finder in sys.meta_path if finder is not self]
        spec = next(filter(None, (finder.find_spec(name, path, target) for finder in others)), None)
        if spec is None or spec.loader is None:
            return spec
        execute = spec.loader.exec_module

        def exec_module(module: types.ModuleType) -> None:
            execute(module)
            self._tell(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec
