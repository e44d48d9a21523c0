"""Keeps a session's names between two cells: data as a pickle, functions and classes by their source, modules by name.

A snapshot is read and written in a cell's process alone, which is confined: a pickle is a program. Texts of 16 KB and
more stand in files of their own, named by their content, so that they are written once.
"""

from __future__ import annotations

import io
import os
import types

from rlm_core.digest import hexdigest
from rlm_core.repl.cell.lazy import Lazy, ok
from rlm_core.repl.cell.view import Context, SeenText

try:  # the module `pickle` adds a second one, in Python, and takes three times as long to load
    from _pickle import Pickler, PicklingError, Unpickler, dumps, loads
except ImportError:  # another interpreter
    from pickle import Pickler, PicklingError, Unpickler, dumps, loads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    Redacts = Callable[[str], str]

VERSION = 1
BIG_CHARS = 16 * 1024
PROTOCOL = 4


class Definition:
    """A function or a class of a cell: its source, where it stood there, and what it made."""

    __slots__ = ("cell", "line", "name", "source", "value")

    def __init__(self, name: str, source: str, cell: int, line: int, value: Any = None) -> None:
        self.name, self.source, self.cell, self.line, self.value = name, source, cell, line, value


class SnapshotError(Exception):
    """A snapshot that cannot be read as it is."""


class Texts:
    """Big texts by their content. known: the session's; made: those that this cell adds; used: all that were saved."""

    def __init__(self, known: str, made: str) -> None:
        self._known, self._made = known, made
        self.used: set[str] = set()

    def put(self, data: bytes) -> str:
        name = hexdigest(data, 16)
        self.used.add(name)
        if not any(os.path.exists(os.path.join(folder, name)) for folder in (self._known, self._made)):
            with open(os.path.join(self._made, name), "wb") as f:
                f.write(data)
        return name

    def get(self, name: str) -> bytes:
        with open(os.path.join(self._known, name), "rb") as f:
            return f.read()


class _Pickler(Pickler):
    def __init__(self, stream: io.BytesIO, texts: Texts, limit: int, redact: Redacts | None) -> None:
        super().__init__(stream, PROTOCOL)
        self._stream, self._texts, self._limit, self._redact = stream, texts, limit, redact

    def persistent_id(self, value: Any) -> Any:
        kind = type(value)
        if self._redact is not None and kind in (str, bytes):
            clean = _cleaned(value, self._redact)
            if clean != value:
                return ("clean", clean)  # which is clean when it comes here by itself
        if kind is str and len(value) >= BIG_CHARS:
            return ("str", self._texts.put(value.encode("utf-8", "surrogatepass")))
        if kind is bytes and len(value) >= BIG_CHARS:
            return ("bytes", self._texts.put(value))
        if kind is SeenText:
            return ("doc", value.id)
        if kind is Context:
            return ("ctx",)
        if self._stream.tell() > self._limit:
            raise PicklingError(f"larger than {self._limit:,} bytes")
        return None


def _cleaned(value: Any, redact: Redacts) -> Any:
    if isinstance(value, str):
        return redact(value)
    text = value.decode("utf-8", "surrogateescape")
    clean = redact(text)
    return value if clean == text else clean.encode("utf-8", "surrogateescape")


class _Unpickler(Unpickler):
    def __init__(self, data: bytes, texts: Texts, context: Context) -> None:
        super().__init__(io.BytesIO(data))
        self._texts, self._context = texts, context

    def persistent_load(self, key: Any) -> Any:
        if key[0] == "clean":
            return key[1]
        if key[0] == "str":
            return self._texts.get(key[1]).decode("utf-8", "surrogatepass")
        if key[0] == "bytes":
            return self._texts.get(key[1])
        return self._context if key[0] == "ctx" else self._context.doc_or_gone(key[1])


class Saved:
    """A snapshot as bytes, and what is not in it: name -> why."""

    def __init__(self, data: bytes, unsaved: dict[str, str], texts: set[str]) -> None:
        self.data, self.unsaved, self.texts = data, unsaved, texts


def save(
    names: Mapping[str, Any],
    definitions: Mapping[str, Definition],
    texts: Texts,
    limit: int,
    redact: Redacts | None = None,
) -> Saved:
    """names: those to keep. limit: bytes of a snapshot; the largest names are left out, and named, where it is more.

    redact: what each text in the names goes through, one by one; None where they are without secrets.
    """
    unsaved: dict[str, str] = {}
    made = {id(d.value): d for d in definitions.values()}
    modules: list[tuple[str, str]] = []
    sources: list[tuple[str, Definition]] = []
    aliases: list[tuple[str, Definition]] = []
    data: dict[str, Any] = {}
    for name, value in names.items():
        if isinstance(value, types.ModuleType):
            modules.append((name, value.__name__))
        elif _is_of_cell(value):
            known = made.get(id(value))
            if known is not None:
                (sources if name == known.name else aliases).append((name, known))
            else:
                unsaved[name] = "it was made at run time, and no source tells how"
        else:
            data[name] = value
    needed = {d.name: d for _, d in (*sources, *aliases)}
    ordered = sorted(needed.values(), key=lambda d: (d.cell, d.line))
    pickled, left = _pickled(data, texts, limit, redact)
    head = {
        "version": VERSION,
        "modules": modules,
        "sources": [(d.name, d.source, d.cell, d.line) for d in ordered],
        "aliases": [(name, d.name) for name, d in aliases],
        "hidden": [d.name for d in ordered if d.name not in dict(sources)],
        "data": pickled,
    }
    return Saved(dumps(head, PROTOCOL), unsaved | left, texts.used)


def _is_of_cell(value: Any) -> bool:
    return isinstance(value, (types.FunctionType, type)) and getattr(value, "__module__", "") == "__main__"


def _pickled(data: dict[str, Any], texts: Texts, limit: int, redact: Redacts | None) -> tuple[bytes, dict[str, str]]:
    """All names in one pickle, so that what two of them share stays shared; without those that cannot be saved."""
    whole = _try(data, texts, limit, redact)
    if isinstance(whole, bytes):
        return whole, {}
    unsaved: dict[str, str] = {}
    sizes: dict[str, int] = {}
    for name, value in data.items():
        alone = _try({name: value}, texts, limit, redact)
        if isinstance(alone, bytes):
            sizes[name] = len(alone)
        else:
            unsaved[name] = alone
    left = dict(data)
    for name in unsaved:
        del left[name]
    while True:
        whole = _try(left, texts, limit, redact)
        if isinstance(whole, bytes):
            return whole, unsaved
        if not left:
            raise SnapshotError(whole)
        largest = max(left, key=lambda n: sizes[n])
        unsaved[largest] = f"all names together are larger than {limit:,} bytes, and it is the largest"
        del left[largest]


def _try(data: dict[str, Any], texts: Texts, limit: int, redact: Redacts | None) -> bytes | str:
    """The pickle, or why there is none."""
    stream = io.BytesIO()
    try:
        _Pickler(stream, texts, limit, redact).dump(data)
    except Exception as e:  # whatever an object's own methods raise
        return f"{type(e).__name__}: {e}"[:200] if not isinstance(e, PicklingError) else str(e)[:200]
    return stream.getvalue() if stream.tell() <= limit else f"larger than {limit:,} bytes"


def load(
    data: bytes, texts: Texts, context: Context, namespace: dict[str, Any], define: Callable[[Definition], None]
) -> dict[str, str]:
    """Bring a snapshot's names into a namespace; name -> why, of functions that cannot be made any more.

    define: runs a definition in that namespace, and notes it. Raises SnapshotError when the data cannot be read.
    """
    try:
        head = loads(data)  # noqa: S301 - in a confined process alone
        if head["version"] != VERSION:
            raise SnapshotError(f"it has version {head['version']}, and this rlm reads {VERSION}")
    except SnapshotError:
        raise
    except Exception as e:
        raise SnapshotError(f"it cannot be read ({type(e).__name__})") from e
    lost: dict[str, str] = {}
    for name, module in head["modules"]:
        try:
            __import__(module)
            import sys

            namespace[name] = sys.modules[module]
        except ImportError as e:
            lost[name] = str(e)
    waiting = [Definition(*row) for row in head["sources"]]
    waiting = [d for d in waiting if not _defined(d, define, lost)]
    try:
        namespace.update(_Unpickler(head["data"], texts, context).load())
    except Exception as e:
        raise SnapshotError(f"its data cannot be read: {type(e).__name__}: {e}"[:300]) from e
    for definition in waiting:  # those whose defaults or decorators needed the data
        if _defined(definition, define, lost):
            lost.pop(definition.name, None)
    for name, of in head["aliases"]:
        if of in namespace:
            namespace[name] = namespace[of]
    for name in head["hidden"]:
        namespace.pop(name, None)
    return lost


def _defined(definition: Definition, define: Callable[[Definition], None], lost: dict[str, str]) -> bool:
    try:
        define(definition)
    except Exception as e:
        lost[definition.name] = f"{type(e).__name__}: {e}"[:200]
        return False
    return True


def described(value: Any) -> tuple[str, str]:
    """(type, size in words) of a value, for the list of names; waits for nothing that is not there yet."""
    if type(value) is Lazy:
        if not ok(value):
            return "failed", "no answer"
        value = object.__getattribute__(value, "_call").value()
    kind = type(value).__name__
    if isinstance(value, (str, bytes)):
        return kind, f"{len(value):,} {'characters' if isinstance(value, str) else 'bytes'}"
    if isinstance(value, (list, tuple, set, frozenset, dict)):
        return kind, f"{len(value):,} items"
    if isinstance(value, (int, float, bool, complex)) or value is None:
        return kind, repr(value)[:40]
    return kind, ""
