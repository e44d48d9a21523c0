"""Has a cell's program look at answers where Python's own functions would trip over one that is on its way.

`", ".join(answers)`, `re.findall(p, answer)` and `answer in text` are of C, which takes a text and nothing that acts
like one. Each call of a cell therefore goes through `called`, which looks at its arguments unless they are only stored.
"""

from __future__ import annotations

import _ast as nodes
import types

from rlm_core.repl.cell.lazy import Lazy, anything_made, look, look_deep
from rlm_core.repl.cell.trees import placed, rewritten

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

CALLED, LOOKED = "__rlm_called__", "__rlm_looked__"
_STORES = frozenset(
    (
        "append", "add", "appendleft", "extend", "extendleft", "insert", "setdefault", "update", "put", "setattr",
        "deque", "OrderedDict", "defaultdict", "SimpleNamespace", "partial",
    )
)  # fmt: skip
_LEAVES = frozenset(
    (list, tuple, dict, set, frozenset, zip, enumerate, map, filter, iter, next, id, print, repr, len, reversed)
)
"""Functions that hand on what they are given, or ask it themselves."""
_SHALLOW = frozenset(("isinstance", "callable", "getattr", "hasattr", "type", "get", "pop"))
"""Functions that look at no more of a list than that it is one."""
_IN_PLACES = frozenset(
    (
        "heappush", "heappop", "heappushpop", "heapreplace", "insort", "insort_left", "insort_right", "bisect",
        "bisect_left", "bisect_right", "choice", "choices", "sample", "any", "all", "bool",
    )
)  # fmt: skip
_THEIR_MODULES = frozenset(("_heapq", "heapq", "_bisect", "bisect", "random", "builtins"))
"""Functions that look at few places of their list, compare what is there or hand it on: a value that comes can that."""
_TAKES_ALL = frozenset(("join", "sum", "sorted", "max", "min", "writelines", "fsum", "prod", "fmean", "mean", "median"))
"""Functions that go to the end of what they are given: an iterator can be gone through before them."""
_GIVEN_BACK = frozenset(("sub", "subn"))
"""Functions that take a text from a function of the program."""
_OF_C = (types.BuiltinFunctionType, types.MethodDescriptorType, types.MethodWrapperType, type)
_VIEWS: tuple[type, ...] = (type({}.keys()), type({}.values()), type({}.items()))


MAKERS = ("namedtuple", "NamedTuple", "TypedDict", "Enum", "IntEnum", "StrEnum", "Flag", "IntFlag")
"""Functions of Python's that make a class of the program's."""
_OF_A_FRAME = (
    "super",
    "locals",
    "globals",
    "vars",
    "dir",
    "eval",
    "exec",
    *MAKERS,
)  # they look at the frame they are in


def name_of(function: nodes.expr) -> str:
    """What a function is called where it is called: `namedtuple` also of `collections.namedtuple`."""
    if isinstance(function, nodes.Attribute):
        return function.attr if function.attr in MAKERS else ""
    return function.id if isinstance(function, nodes.Name) else ""


def _looking(node: nodes.AST) -> nodes.AST:
    if isinstance(node, nodes.Call) and name_of(node.func) not in _OF_A_FRAME:
        return _call(CALLED, [node.func, *node.args], node.keywords, node)
    if isinstance(node, nodes.Match):
        node.subject = _call(LOOKED, [node.subject], [], node.subject)
    if isinstance(node, nodes.Compare) and isinstance(node.ops[0], (nodes.In, nodes.NotIn)):
        node.left = _call(LOOKED, [node.left], [], node.left)
    return node


def _call(name: str, args: list[nodes.expr], keywords: list[nodes.keyword], place: nodes.expr) -> nodes.expr:
    return placed(nodes.Call(placed(nodes.Name(name, nodes.Load()), place), args, keywords), place)


def transformed(tree: nodes.Module) -> nodes.Module:
    """The same program, in which calls look at their arguments where they must."""
    rewritten(tree, _looking)
    return tree


def called(function: Any, /, *args: Any, **named: Any) -> Any:
    """Call a function of a cell's program."""
    if type(function) is Lazy:
        function = look(function)
    if not anything_made():
        return function(*args, **named)
    if function is map or function is filter:
        args = (_looking_first(args[0]), *args[1:]) if args else args
    elif (args or named) and _looks(function):
        name = getattr(function, "__name__", "")
        ready = look if name in _SHALLOW else look_deep
        if name in _TAKES_ALL and args and (hasattr(type(args[0]), "__next__") or isinstance(args[0], _VIEWS)):
            args = (list(args[0]), *args[1:])
        if name in _GIVEN_BACK:
            args = tuple(_looked_back(value) if isinstance(value, types.FunctionType) else value for value in args)
        first = look if name in _IN_PLACES and function.__module__ in _THEIR_MODULES else ready
        args = (first(args[0]), *map(ready, args[1:])) if args else args
        named = {name: ready(value) for name, value in named.items()}
    return function(*args, **named)


def _looking_first(function: Any) -> Any:
    """For `map` and `filter`: a function of C that gets the values themselves."""
    return (lambda *args: called(function, *args)) if function is not None and _looks(function) else function


def _looked_back(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args: look(function(*args))


def _looks(function: Callable[..., Any]) -> bool:
    """Whether a function needs the values themselves: one of C, or of a library, that does more than to store them."""
    module = getattr(function, "__module__", None) or ""
    if isinstance(function, type) and (module == "__main__" or hasattr(function, "_fields")):
        return False
    if isinstance(function, _OF_C):
        try:
            return module != "itertools" and function not in _LEAVES and function.__name__ not in _STORES
        except TypeError:
            return True
    return module != "__main__" and not module.startswith("rlm_core.") and hasattr(function, "__code__")
