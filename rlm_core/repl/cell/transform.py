"""Has a cell's program look at answers where Python's own functions would trip over one that is on its way.

`", ".join(answers)`, `re.findall(p, answer)` and `answer in text` are of C, which takes a text and nothing that acts
like one. Each call of a cell therefore goes through `called`, which looks at its arguments unless they are only stored.
"""

from __future__ import annotations

import _ast as nodes
import types

from rlm_core.repl.cell.lazy import Lazy, look, look_deep
from rlm_core.repl.cell.trees import placed, rewritten

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

CALLED, LOOKED = "__rlm_called__", "__rlm_looked__"
_STORES = frozenset(("append", "add", "appendleft", "extend", "insert", "setdefault", "update", "put"))
_LEAVES = frozenset(
    (list, tuple, dict, set, frozenset, zip, enumerate, map, filter, iter, next, id, type, print, repr, len)
)
_OF_C = (types.BuiltinFunctionType, types.MethodDescriptorType, types.MethodWrapperType, type)


_OF_A_FRAME = ("super", "locals", "globals", "vars", "dir", "eval", "exec")  # they look at the frame they are in


def _looking(node: nodes.AST) -> nodes.AST:
    if isinstance(node, nodes.Call) and not (isinstance(node.func, nodes.Name) and node.func.id in _OF_A_FRAME):
        return _call(CALLED, [node.func, *node.args], node.keywords, node)
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
    if (any(map(_may_hold, args)) or any(map(_may_hold, named.values()))) and _looks(function):
        args = tuple(map(look_deep, args))
        named = {name: look_deep(value) for name, value in named.items()}
    return function(*args, **named)


def _may_hold(value: Any) -> bool:
    return type(value) in (Lazy, list, tuple, set, dict)


def _looks(function: Callable[..., Any]) -> bool:
    """Whether a function needs the values themselves: one of C, or of a library, that does more than to store them."""
    if isinstance(function, _OF_C):
        try:
            return function not in _LEAVES and function.__name__ not in _STORES
        except TypeError:
            return True
    module = getattr(function, "__module__", None) or ""
    return module != "__main__" and not module.startswith("rlm_core.") and hasattr(function, "__code__")
