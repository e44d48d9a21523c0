"""Answers that are on their way: a call gives a value at once, which is there when somebody looks at it.

So a plain loop of calls takes as long as the slowest of them. A call that failed is an error: to look at its value
raises it, so that it can neither be joined into a text nor counted; `ok` asks first.
"""

from __future__ import annotations

import sys
from _collections import deque  # type: ignore[import-not-found] # `collections` takes longer to load
from _weakref import ref

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any


class CallFailedError(Exception):
    """A model's call without an answer: no budget, no login, a server's fault. kind: which of them."""

    def __init__(self, message: str, kind: str = "") -> None:
        super().__init__(message)
        self.kind = kind


OF_MODELS = ("llm", "ask", "extract", "label")
MAX_HOLDERS = 100_000  # lists and the like that are gone through for one call of a function
FREE_STEPS = 64  # values that are gone through before it is asked whether any can be there
_ALIVE: dict[int, ref[Lazy]] = {}
"""The values of calls that something still refers to. Without one there is nothing to look at."""
_PLAIN = frozenset((str, int, float, bool, bytes, type(None)))
_HOLDERS = (list, tuple, dict, set, frozenset, deque)


class PlannedError(BaseException):
    """A program that is only planned has looked at an answer. No `except Exception` of it catches this."""


class Planned:
    """A call that is counted and not made: a program can go on until it looks at the answer."""

    is_done = False

    def failure(self) -> CallFailedError | None:
        raise PlannedError

    def value(self) -> Any:
        raise PlannedError


class Pending:
    """A call under way. `settle` is called once, by the thread that reads answers."""

    def __init__(self, what: str) -> None:
        from threading import Event  # most cells make no call

        self.what = what
        self._done = Event()
        self._value: Any = None
        self._error: CallFailedError | None = None

    def settle(self, value: Any = None, error: CallFailedError | None = None) -> None:
        self._value, self._error = value, error
        self._done.set()

    @property
    def is_done(self) -> bool:
        return self._done.is_set()

    def failure(self) -> CallFailedError | None:
        """Waits; why the call failed, None when it did not."""
        self._done.wait()
        return self._error

    def value(self) -> Any:
        """Waits; the answer. Raises CallFailedError."""
        self._done.wait()
        if self._error is not None:
            raise CallFailedError(f"{self.what}: {self._error}", self._error.kind)
        return self._value


class Failed:
    """What is kept of a call that failed: whoever looks at its value is told."""

    def __init__(self, reason: str, kind: str = "") -> None:
        self.reason, self.kind = reason, kind

    def value(self) -> Any:
        raise CallFailedError(self.reason, self.kind)

    def failure(self) -> CallFailedError:
        return CallFailedError(self.reason, self.kind)

    is_done = True


def _looking(name: str) -> Callable[..., Any]:
    def method(self: Lazy, *others: Any) -> Any:
        return getattr(_look(self), name)(*map(look, others))

    method.__name__ = name
    return method


def _operator(name: str) -> Callable[..., Any]:
    import operator

    plain = getattr(operator, name.strip("_"), None) or getattr(operator, name)

    def method(self: Lazy, other: Any) -> Any:
        return plain(_look(self), look(other))

    return method


def _turned(name: str) -> Callable[..., Any]:
    import operator

    plain = getattr(operator, name) if hasattr(operator, name) else getattr(operator, f"{name}_")

    def method(self: Lazy, other: Any) -> Any:
        return plain(look(other), _look(self))

    return method


class Lazy:
    """A value that comes: behaves as the value does, which it waits for when it has to."""

    __slots__ = ("__weakref__", "_call")

    # In the class's body: to set a method of a class that is there takes Python ten times as long.
    for _name in ("lt", "le", "eq", "ne", "gt", "ge", "add", "sub", "mul", "truediv", "floordiv", "mod", "pow"):
        vars()[f"__{_name}__"] = _operator(f"__{_name}__")
    for _name in ("and", "or"):
        vars()[f"__{_name}__"] = _operator(f"{_name}_")
        vars()[f"__r{_name}__"] = _turned(f"{_name}_")
    for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow"):
        vars()[f"__r{_name}__"] = _turned(_name)
    for _name in ("__neg__", "__abs__", "__round__", "__reversed__"):
        vars()[_name] = _looking(_name)
    del _name

    def __init__(self, call: Pending | Failed | Planned) -> None:
        object.__setattr__(self, "_call", call)
        made = ref(self, _gone)
        _ALIVE[id(made)] = made

    def __repr__(self) -> str:
        failure = self._call.failure()
        return f"<failed: {failure}>" if failure else repr(_look(self))

    def __str__(self) -> str:
        return str(_look(self))

    def __format__(self, spec: str) -> str:
        return format(_look(self), spec)

    def __bool__(self) -> bool:
        return bool(_look(self))

    def __len__(self) -> int:
        return len(_look(self))

    def __iter__(self) -> Iterator[Any]:
        return iter(_look(self))

    def __contains__(self, item: Any) -> bool:
        return look(item) in _look(self)

    def __getitem__(self, key: Any) -> Any:
        return _look(self)[look(key)]

    def __hash__(self) -> int:
        return hash(_look(self))

    def __int__(self) -> int:
        return int(_look(self))

    def __float__(self) -> float:
        return float(_look(self))

    def __index__(self) -> int:
        return int(_look(self).__index__())

    def __getattr__(self, name: str) -> Any:
        return getattr(_look(self), name)

    def __reduce__(self) -> Any:
        failure = self._call.failure()
        if failure is not None:
            return (_failed, (str(failure), failure.kind))
        return (_same, (_look(self),))


def _gone(made: ref[Lazy]) -> None:
    _ALIVE.pop(id(made), None)


def _same(value: Any) -> Any:
    return value


def _failed(reason: str, kind: str) -> Lazy:
    return Lazy(Failed(reason, kind))


def _look(lazy: Lazy) -> Any:
    call: Pending | Failed | Planned = object.__getattribute__(lazy, "_call")
    return call.value()


def look(value: Any) -> Any:
    """The value itself, waited for if it is on its way. Raises CallFailedError."""
    return _look(value) if type(value) is Lazy else value


def anything_made() -> bool:
    """Whether there is a value that may be on its way: one that nobody has any more is none."""
    return bool(_ALIVE)


def look_deep(value: Any) -> Any:
    """The value itself, in which nothing is on its way any more: what lists, dictionaries and the like hold was looked
    at, however deep, and stands in its place there. A tuple, which cannot be changed, is made anew where it held some.

    Nothing is gone through where no call's value is left, and little where all of them are found elsewhere.
    """
    if type(value) is Lazy:
        return _look(value)
    if not _ALIVE or type(value) in _PLAIN or not isinstance(value, _HOLDERS):
        return value
    holders, found = _holders_of(value)
    return _replaced(value, holders) if found else value


def _holders_of(value: Any) -> tuple[list[Any], bool]:
    """The lists and the like of a value, each after what it holds, and whether one holds a value that comes."""
    seen: set[int] = set()
    order: list[Any] = []
    found = False
    least = len(_ALIVE) + FREE_STEPS  # what it takes to find where the values lie instead
    steps, is_asked = 0, False
    waiting: list[tuple[Any, bool]] = [(value, False)]
    while waiting:
        holder, is_done = waiting.pop()
        if is_done:
            order.append(holder)
            continue
        if id(holder) in seen or len(seen) > MAX_HOLDERS:
            continue
        seen.add(id(holder))
        waiting.append((holder, True))
        steps += len(holder) + 1
        if steps > least and not is_asked and not found:
            is_asked = True
            if _all_lie_elsewhere():
                return [], False
        for held in _held(holder):
            kind = type(held)
            if kind is Lazy:
                found = True
            elif kind not in _PLAIN and isinstance(held, _HOLDERS):
                waiting.append((held, False))
    return order, found


def _held(holder: Any) -> Iterator[Any]:
    """What stands in a list, a set or the like; of a dictionary its values and its keys."""
    if isinstance(holder, dict):
        yield from holder.values()
    yield from holder


def _all_lie_elsewhere() -> bool:
    """Whether every reference to a value that comes is a name's of the program, or in a list that only a name has.

    Then none stands in a list that is handed to a function: it would be one reference more. References are counted
    beside those of an object that nobody else has.
    """
    of_names = list(vars(sys.modules["__main__"]).values())
    of_names.append([])
    *counts, alone = map(sys.getrefcount, of_names)
    found = 0
    for value, count in zip(of_names, counts, strict=False):
        if type(value) is Lazy:
            found += 1
        elif type(value) is list and count == alone + 1 and value and type(value[0]) is Lazy:
            found += sum(type(held) is Lazy for held in value)
    of_names.clear()
    value = None
    alive: list[Any] = [lazy for ref in tuple(_ALIVE.values()) if (lazy := ref()) is not None]
    lazy = None
    alive.append([])
    *counts, alone = map(sys.getrefcount, alive)
    return sum(counts) - alone * len(counts) == found


def _replaced(value: Any, holders: list[Any]) -> Any:
    """The value, after all that comes in its holders was waited for and put in its place."""
    anew: dict[int, Any] = {}  # what was a tuple -> the tuple in its place

    def ready(held: Any) -> Any:
        return _look(held) if type(held) is Lazy else anew.get(id(held), held)

    for holder in holders:
        if all(type(held) is not Lazy and id(held) not in anew for held in _held(holder)):
            continue
        if isinstance(holder, dict):
            if any(type(key) is Lazy or id(key) in anew for key in holder):
                rows = [(ready(key), held) for key, held in holder.items()]
                holder.clear()
                holder.update(rows)
            for key, held in holder.items():
                holder[key] = ready(held)
        elif isinstance(holder, tuple):
            row = list(map(ready, holder))
            anew[id(holder)] = type(holder)._make(row) if hasattr(holder, "_make") else tuple(row)
        elif isinstance(holder, frozenset):
            anew[id(holder)] = frozenset(map(ready, holder))
        elif isinstance(holder, set):
            rows = list(map(ready, holder))
            holder.clear()
            holder.update(rows)
        else:
            for number, held in enumerate(holder):
                if type(held) is Lazy or id(held) in anew:
                    holder[number] = ready(held)
    return anew.get(id(value), value)


def ok(value: Any) -> bool:
    """Whether a call has brought an answer; True for what is no call."""
    return type(value) is not Lazy or object.__getattribute__(value, "_call").failure() is None
