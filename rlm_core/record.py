"""A base for small classes that hold fields: slots and `__init__` are made from the annotations.

    class Place(Record):
        path: str
        line: int = 0
        marks: list[str] = each(list)

It does what a hook needs of `dataclass(slots=True)`, without the import that costs a hook a third of its start. Fields
are taken by position or by name, in their order; `each` makes a default anew for each instance. A class
attribute without an annotation is no field. A record does not inherit from another record. Making the class costs some
50 microseconds, and an instance a tenth more than by hand: what an idle hook loads, and what is made by the hundred
thousand (`Entry` and `Part` of a transcript), is written by hand. `class Hit(Record, few=True)` is for classes of which
a process makes a few: making the class costs a tenth, and an instance some microseconds.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, ClassVar, TypeVar

    from typing_extensions import dataclass_transform

    T = TypeVar("T")
else:

    def dataclass_transform(**_):
        """What type checkers know by this name; nothing at run time."""
        return lambda cls: cls


class _Each:
    """A default that is made for each instance."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[], object]) -> None:
        self.make = make


def each(make: Callable[[], T]) -> T:
    """The default of a field whose value is made anew for each instance: `each(list)`."""
    default: Any = _Each(make)
    return default  # type: ignore[no-any-return] # what stands in the class body has the field's type, for checkers


def _fields(namespace: dict[str, Any]) -> tuple[str, ...]:
    """The annotated names of a class body, in order."""
    if "__annotations__" in namespace:
        return tuple(namespace["__annotations__"])
    if sys.version_info >= (3, 14):
        # Without the future import, annotations are a function there, which nobody has called yet (PEP 649).
        from annotationlib import Format, call_annotate_function, get_annotate_from_class_namespace

        annotate = get_annotate_from_class_namespace(namespace)
        return tuple(call_annotate_function(annotate, Format.FORWARDREF)) if annotate else ()
    return ()


def _init(fields: tuple[str, ...], defaults: dict[str, Any]) -> Any:
    """An `__init__` as one would write it by hand: the same work for each instance."""
    anew = {name for name, default in defaults.items() if isinstance(default, _Each)}
    arguments = ", ".join(f"{name}=default_{name}" if name in defaults else name for name in fields)
    values = {n: f"default_{n}.make() if {n} is default_{n} else {n}" if n in anew else n for n in fields}
    lines = [f" self.{name} = {value}" for name, value in values.items()]
    scope: dict[str, Any] = {f"default_{name}": value for name, value in defaults.items()}
    exec(f"def __init__(self, {arguments}):\n" + "\n".join(lines or [" pass"]), scope)  # noqa: S102 - our own names
    return scope["__init__"]


def _init_of_few(fields: tuple[str, ...], defaults: dict[str, Any]) -> Any:
    """The same for classes of which a process makes a few instances: nothing is compiled, and each takes longer."""
    known = frozenset(fields)

    def init(self: object, *args: object, **given: object) -> None:
        values = dict(zip(fields, args, strict=False))
        if len(args) > len(fields) or not given.keys() <= known - values.keys():
            raise TypeError(f"{type(self).__name__} takes {', '.join(fields)}, each once")
        values |= given
        for name in fields:
            value = values[name] if name in values else defaults.get(name, _MISSING)
            if value is _MISSING:
                raise TypeError(f"{type(self).__name__} needs {name}")
            setattr(self, name, value.make() if isinstance(value, _Each) else value)

    return init


_MISSING = object()


@dataclass_transform(eq_default=False)
class _RecordType(type):
    """Makes a record's class: slots cannot be added to one that is there."""

    def __new__(
        mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any], *, few: bool = False
    ) -> _RecordType:
        fields = _fields(namespace)
        defaults = {field: namespace.pop(field) for field in fields if field in namespace}
        namespace["__slots__"] = namespace["FIELDS"] = fields
        if fields and "__init__" not in namespace:
            namespace["__init__"] = (_init_of_few if few else _init)(fields, defaults)
        return super().__new__(mcs, name, bases, namespace)

    def __init__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **_: bool) -> None:
        super().__init__(name, bases, namespace)


class Record(metaclass=_RecordType):
    """FIELDS: the names of its fields, in order."""

    if TYPE_CHECKING:
        FIELDS: ClassVar[tuple[str, ...]]
