"""Keeps a session's names between two cells: data as pickles, functions and classes by their source, modules by name.

A snapshot is read and written in a cell's process alone, which is confined: a pickle is a program. Names that share an
object are one group and one pickle, so that what they share stays shared. A group of 16 KB and more, and a text of that
size, stands in a file of its own, named by its content: what a cell did not change is not written again, and what it
does not mention is not even read.
"""

from __future__ import annotations

import io
import os
import types

from rlm_core.digest import hexdigest
from rlm_core.repl.cell.lazy import Lazy, ok
from rlm_core.repl.cell.program import mentioned
from rlm_core.repl.cell.seen import TextLine, TextPart
from rlm_core.repl.cell.sequences import LateList
from rlm_core.repl.cell.trees import tree_of_source
from rlm_core.repl.cell.view import Context, SeenText

try:  # the module `pickle` adds a second one, in Python, and takes three times as long to load
    from _pickle import Pickler, PicklingError, Unpickler, dumps, loads
except ImportError:  # another interpreter
    from pickle import Pickler, PicklingError, Unpickler, dumps, loads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    Redacts = Callable[[str], str]

VERSION, FORMER = 2, 1  # of FORMER, all data is one pickle
BIG_CHARS = 16 * 1024
BIG_BYTES = 16 * 1024  # of a group
PROTOCOL = 4
_PLAIN = frozenset((int, float, bool, type(None)))
_ATOMS = frozenset((complex, tuple, frozenset, range, TextLine, TextPart, types.BuiltinFunctionType))
"""Types of which it makes no difference whether two names have the same object or one each."""


class Definition:
    """A function or a class of a cell: its source, where it stood there, and what it made."""

    __slots__ = ("cell", "line", "name", "source", "value")

    def __init__(self, name: str, source: str, cell: int, line: int, value: Any = None) -> None:
        self.name, self.source, self.cell, self.line, self.value = name, source, cell, line, value

    def may_have_made(self, value: Any) -> bool:
        """Whether a value is what the source makes, as far as it tells: of a function its cell, line and name.

        What a decorator gives, or whether a class is that one, it does not tell: any value may be.
        """
        if self.source.startswith(("@", "class ")):
            return True
        if isinstance(value, type):  # of `Row = namedtuple("Row", ...)`
            return value.__module__ == "__main__"
        if not isinstance(value, types.FunctionType):
            return False
        code = value.__code__
        lines = range(self.line, self.line + self.source.count("\n") + 1)
        own = code.co_filename == f"<cell {self.cell}>" and code.co_firstlineno in lines
        return own and code.co_name in (self.name, "<lambda>")


class SnapshotError(Exception):
    """A snapshot that cannot be read as it is."""


class Texts:
    """What is kept by its content. known: the session's; made: what this cell adds."""

    def __init__(self, known: str, made: str) -> None:
        self._known, self._made = known, made

    def put(self, data: bytes) -> str:
        name = hexdigest(data, 16)
        if not any(os.path.exists(os.path.join(folder, name)) for folder in (self._known, self._made)):
            with open(os.path.join(self._made, name), "wb") as f:
                f.write(data)
        return name

    def get(self, name: str) -> bytes:
        with open(os.path.join(self._known, name), "rb") as f:
            return f.read()


class Group:
    """Names that share objects, as they are kept.

    names: {name, type, size} of each, for a listing. data: their pickle, b"" where it stands under `kept` among the
    texts. size: its bytes. texts: that it needs. made_by: functions and classes of cells that it refers to.
    """

    __slots__ = ("data", "kept", "made_by", "names", "size", "texts")

    def __init__(
        self, names: list[tuple[str, str, str]], data: bytes, kept: str, size: int, texts: list[str], made_by: list[str]
    ) -> None:
        self.names, self.data, self.kept, self.size = names, data, kept, size
        self.texts, self.made_by = texts, made_by

    def row(self) -> tuple[Any, ...]:
        return self.names, self.data, self.kept, self.size, self.texts, self.made_by

    def bytes(self, texts: Texts) -> bytes:
        """Its pickle. Raises OSError when its file has gone."""
        return texts.get(self.kept) if self.kept else self.data


class _Pickler(Pickler):
    """texts, made_by: as a group holds them. seen: gets the objects of which it matters that they are the same."""

    def __init__(
        self, stream: io.BytesIO, texts: Texts, limit: int, redact: Redacts | None, seen: set[int] | None = None
    ) -> None:
        super().__init__(stream, PROTOCOL)
        self._stream, self._texts, self._limit, self._redact = stream, texts, limit, redact
        self.texts: set[str] = set()
        self.made_by: set[str] = set()
        self.seen = seen

    def persistent_id(self, value: Any) -> Any:
        kind = type(value)
        if kind in _PLAIN:  # first of all: this is called for each number
            return None
        if kind is str or kind is bytes:
            return self._text(value)
        if kind is SeenText:
            return ("doc", value.id)
        if kind is Context:
            return ("ctx",)
        if kind is LateList:
            return ("late", value.what)
        if kind is types.FunctionType or isinstance(value, type):
            if value.__module__ == "__main__":
                self.made_by.add(value.__qualname__.partition(".")[0])
        elif self.seen is not None and kind not in _ATOMS:
            self.seen.add(id(value))
        if self._stream.tell() > self._limit:
            raise PicklingError(f"larger than {self._limit:,} bytes")
        return None

    def _text(self, value: Any) -> Any:
        if self._redact is not None:
            clean = _cleaned(value, self._redact)
            if clean != value:
                return ("clean", clean)  # which is clean when it comes here by itself
        if len(value) < BIG_CHARS:
            return None
        if isinstance(value, bytes):
            return ("bytes", self._put(value))
        return ("str", self._put(value.encode("utf-8", "surrogatepass")))

    def _put(self, data: bytes) -> str:
        name = self._texts.put(data)
        self.texts.add(name)
        return name


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
        if key[0] == "late":
            return getattr(self._context, key[1])
        return self._context if key[0] == "ctx" else self._context.doc_or_gone(key[1])


class Saved:
    """A snapshot as bytes, and what is not in it: name -> why. texts: that it needs. rows: {name, type, size}."""

    def __init__(self, data: bytes, unsaved: dict[str, str], texts: set[str], rows: list[tuple[str, str, str]]) -> None:
        self.data, self.unsaved, self.texts, self.rows = data, unsaved, texts, rows


def save(
    names: Mapping[str, Any],
    definitions: Mapping[str, Definition],
    texts: Texts,
    limit: int,
    redact: Redacts | None = None,
    kept: Sequence[Group] = (),
    former: Sequence[Group] = (),
) -> Saved:
    """names: those to keep. limit: bytes of a snapshot; where it is more, the largest of the names that are new or
    changed are left out, and named.

    redact: what each text in the names goes through, one by one; None where they are without secrets. kept: groups
    that were not brought in, and stay as they are. former: those that were.
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
        elif _is_of_cell(value) or (callable(value) and id(value) in made):  # what a decorator gave, too
            known = made.get(id(value))
            if known is not None:
                (sources if name == known.name else aliases).append((name, known))
            else:
                unsaved[name] = "it was made at run time, and no source tells how"
        else:
            data[name] = value
    needed = {d.name: d for _, d in (*sources, *aliases)}
    ordered = sorted(needed.values(), key=lambda d: (d.cell, d.line))
    groups, left = _grouped(data, texts, limit, redact)
    visible = {name for name, _ in sources}
    kept, orphans = [g for g in kept if visible.issuperset(g.made_by)], [g for g in kept if not visible >= {*g.made_by}]
    left |= {name: "a class of a cell that it is made of is gone" for g in orphans for name, _, _ in g.names}
    before, room = {_key(group) for group in former}, limit - sum(group.size for group in kept)
    for group in sorted(groups, key=lambda g: (_key(g) not in before, g.size), reverse=True):
        if sum(g.size for g in groups) <= room:
            break
        groups.remove(group)
        why = f"all names together are larger than {limit:,} bytes, and it is the largest that is new or changed"
        left |= {name: why for name, _, _ in group.names}
    whole = [*kept, *(_placed(group, texts) for group in groups)]
    head = {
        "version": VERSION,
        "modules": modules,
        "sources": [(d.name, d.source, d.cell, d.line) for d in ordered],
        "aliases": [(name, d.name) for name, d in aliases],
        "hidden": [d.name for d in ordered if d.name not in dict(sources)],
        "groups": [group.row() for group in whole],
    }
    used = {name for group in whole for name in (*group.texts, group.kept) if name}
    unsaved |= left
    rows = [row for group in kept for row in group.names]
    rows += [(name, *described(value)) for name, value in names.items() if name not in unsaved]
    return Saved(dumps(head, PROTOCOL), unsaved, used, rows)


def _is_of_cell(value: Any) -> bool:
    return isinstance(value, (types.FunctionType, type)) and getattr(value, "__module__", "") == "__main__"


def _key(group: Group) -> str | bytes:
    """What tells whether a group is the same as another one."""
    if group.kept:
        return group.kept
    return hexdigest(group.data, 16) if len(group.data) >= BIG_BYTES else group.data


def _placed(group: Group, texts: Texts) -> Group:
    """A group whose data stands in a file where it is large."""
    if group.kept or len(group.data) < BIG_BYTES:
        return group
    return Group(group.names, b"", texts.put(group.data), group.size, group.texts, group.made_by)


def _grouped(
    data: dict[str, Any], texts: Texts, limit: int, redact: Redacts | None
) -> tuple[list[Group], dict[str, str]]:
    """Names in groups, each a pickle of its own; name -> why, of those that cannot be saved."""
    alone: dict[str, Group] = {}
    unsaved: dict[str, str] = {}
    owner: dict[int, str] = {}
    joined: dict[str, str] = {}  # name -> another one of its group, up to the first
    picklers = []  # they keep alive what they have seen, so that no id is used again

    def first(name: str) -> str:
        while name in joined:
            name = joined[name]
        return name

    for name, value in data.items():
        seen: set[int] | None = set() if len(data) > 1 else None
        pickler, made = _try({name: value}, texts, limit, redact, seen)
        if isinstance(made, str):
            unsaved[name] = made
            continue
        alone[name] = made
        for number in seen or ():
            other, mine = first(owner.setdefault(number, name)), first(name)
            if other != mine:
                joined[mine] = other
        picklers.append(pickler)
    members: dict[str, list[str]] = {}
    for name in alone:
        members.setdefault(first(name), []).append(name)
    groups = []
    for names in members.values():
        whole: Group | str = alone[names[0]]
        if len(names) > 1:
            _, whole = _try({name: data[name] for name in names}, texts, limit, redact)
        if isinstance(whole, str):
            unsaved |= dict.fromkeys(names, whole)
        else:
            groups.append(whole)
    return groups, unsaved


def _try(
    data: dict[str, Any], texts: Texts, limit: int, redact: Redacts | None, seen: set[int] | None = None
) -> tuple[_Pickler, Group | str]:
    """The pickle of some names, or why there is none."""
    stream = io.BytesIO()
    pickler = _Pickler(stream, texts, limit, redact, seen)
    try:
        pickler.dump(data)
    except Exception as e:  # whatever an object's own methods raise
        return pickler, f"{type(e).__name__}: {e}"[:200] if not isinstance(e, PicklingError) else str(e)[:200]
    if seen is not None:
        seen.discard(id(data))
    if stream.tell() > limit:
        return pickler, f"larger than {limit:,} bytes"
    rows = [(name, *described(value)) for name, value in data.items()]
    made = stream.getvalue()
    return pickler, Group(rows, made, "", len(made), sorted(pickler.texts), sorted(pickler.made_by))


class Snapshot:
    """The names of a session as they come back: functions and classes at once, data when a program mentions it.

    waiting: groups that were not brought in. brought: those that were. lost: name -> why, of functions that cannot be
    made any more.
    """

    def __init__(
        self, data: bytes, texts: Texts, context: Context, namespace: dict[str, Any],
        define: Callable[[Definition], None],
    ) -> None:  # fmt: skip
        """define: runs a definition in the namespace, and notes it. Raises SnapshotError for what is no snapshot."""
        self._texts, self._context, self._namespace, self._define = texts, context, namespace, define
        self.lost: dict[str, str] = {}
        self.brought: list[Group] = []
        self._early: dict[str, Any] | None = {}  # brought in before functions have their names, and go before these
        self._head = _head(data)
        self.waiting = [Group(*row) for row in self._head.get("groups", ())]
        for name, module in self._head["modules"]:
            try:
                __import__(module)
                import sys

                namespace[name] = sys.modules[module]
            except ImportError as e:
                self.lost[name] = str(e)
        made = [Definition(*row) for row in self._head["sources"]]
        self._sources = {d.name: d.source for d in made}
        undefined = [d for d in made if not self._defined(d)]
        if self._head["version"] == FORMER:
            self._bring(self._head["data"])
        for definition in undefined:  # those whose defaults or decorators need the data
            self.bring(self._mentions(definition.name))
            if self._defined(definition):
                self.lost.pop(definition.name, None)
        for name, of in self._head["aliases"]:
            if of in namespace:
                namespace[name] = namespace[of]
        for name in self._head["hidden"]:
            namespace.pop(name, None)
        namespace.update(self._early)
        self._early = None

    @property
    def names(self) -> set[str]:
        """Of what was not brought in."""
        return {name for group in self.waiting for name, _, _ in group.names}

    def bring(self, wanted: set[str] | None) -> None:
        """Bring in what a program mentions, and what the functions need that it mentions; all for None.

        Raises SnapshotError when it cannot be read.
        """
        asked = list(wanted or ())
        known = set(asked)
        aliases = dict(self._head["aliases"])

        def ask(names: Iterable[str]) -> None:
            new = set(names) - known
            known.update(new)
            asked.extend(new)

        while self.waiting and (asked or wanted is None):
            name = "" if wanted is None else asked.pop()
            if name in self._sources or name in aliases:
                more = self._mentions(aliases.get(name, name))
                if more is None:
                    wanted = None
                    continue
                ask(more)
            for group in [g for g in self.waiting if wanted is None or any(name == n for n, _, _ in g.names)]:
                self.waiting.remove(group)
                try:
                    self._bring(group.bytes(self._texts))
                except (OSError, SnapshotError) as e:
                    raise SnapshotError(f"{', '.join(n for n, _, _ in group.names)}: {e}") from e
                self.brought.append(group)
                ask(group.made_by)

    def _mentions(self, function: str) -> set[str] | None:
        try:
            return mentioned(tree_of_source(self._sources[function], function))
        except (SyntaxError, KeyError):
            return None

    def _bring(self, data: bytes) -> None:
        try:
            found = _Unpickler(data, self._texts, self._context).load()
        except Exception as e:
            raise SnapshotError(f"the data cannot be read: {type(e).__name__}: {e}"[:300]) from e
        self._namespace.update(found)
        if self._early is not None:
            self._early.update(found)

    def _defined(self, definition: Definition) -> bool:
        try:
            self._define(definition)
        except Exception as e:
            self.lost[definition.name] = f"{type(e).__name__}: {e}"[:200]
            return False
        return True


def _head(data: bytes) -> dict[str, Any]:
    try:
        head: dict[str, Any] = loads(data)  # noqa: S301 - in a confined process alone
        version = head["version"]
    except Exception as e:
        raise SnapshotError(f"it cannot be read ({type(e).__name__})") from e
    if version not in (FORMER, VERSION):
        raise SnapshotError(f"it has version {version}, and this rlm reads {VERSION}")
    return head


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
