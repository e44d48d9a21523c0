"""Answers that are on their way: a call gives a value at once, which is there when somebody looks at it.

So a plain loop of calls takes as long as the slowest of them. A call that failed is an error: to look at its value
raises it, so that it can neither be joined into a text nor counted; `ok` asks first.
"""

from __future__ import annotations

from _collections import deque  # type: ignore[import-not-found] # `collections` takes longer to load

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
_MADE: set[bool] = set()  # not empty once a call was made: before that nothing can be on its way
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

    __slots__ = ("_call",)

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
        _MADE.add(True)

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
    """Whether there is a value that may be on its way."""
    return bool(_MADE)


def look_deep(value: Any) -> Any:
    """The value itself, in which nothing is on its way any more: what lists, dictionaries and the like hold was looked
    at, however deep, and stands in its place there. A tuple, which cannot be changed, is made anew where it held some.
    """
    if not _MADE:
        return value
    return _looked_at(value, set())


def _looked_at(value: Any, seen: set[int]) -> Any:
    kind = type(value)
    if kind is Lazy:
        return _look(value)
    if kind in _PLAIN or not isinstance(value, _HOLDERS) or id(value) in seen or len(seen) > MAX_HOLDERS:
        return value
    seen.add(id(value))
    if isinstance(value, dict):
        _look_into_dict(value, seen)
    elif isinstance(value, tuple):
        return _tuple_looked_at(value, seen)
    elif isinstance(value, set):
        if any(type(held) is Lazy for held in value):
            rows = list(map(look, value))
            value.clear()
            value.update(rows)
    elif isinstance(value, frozenset):
        return frozenset(map(look, value)) if any(type(held) is Lazy for held in value) else value
    else:
        for number, held in enumerate(value):
            if type(held) not in _PLAIN and (new := _looked_at(held, seen)) is not held:
                value[number] = new
    return value


def _look_into_dict(value: dict[Any, Any], seen: set[int]) -> None:
    if any(type(key) is Lazy for key in value):
        rows = [(look(key), held) for key, held in value.items()]
        value.clear()
        value.update(rows)
    for key, held in value.items():
        if type(held) not in _PLAIN and (new := _looked_at(held, seen)) is not held:
            value[key] = new


def _tuple_looked_at(value: tuple[Any, ...], seen: set[int]) -> Any:
    new = [_looked_at(held, seen) for held in value]
    if all(a is b for a, b in zip(new, value, strict=True)):
        return value
    return type(value)._make(new) if hasattr(value, "_make") else tuple(new)


def ok(value: Any) -> bool:
    """Whether a call has brought an answer; True for what is no call."""
    return type(value) is not Lazy or object.__getattribute__(value, "_call").failure() is None
