"""Has a cell's program look at answers where Python's own functions would trip over one that is on its way.

`", ".join(answers)`, `re.findall(p, answer)` and `answer in text` are of C, which takes a text and nothing that acts
like one. Each call of a cell therefore goes through `called`, which looks at its arguments unless they are only stored.
"""

from __future__ import annotations

import ast
import types

from rlm_core.repl.cell.lazy import Lazy, look, look_deep

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


class _Looking(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in ("super", "locals", "globals", "vars", "dir", "eval", "exec"):  # which look at the frame they are in
            return node
        function = ast.copy_location(ast.Name(CALLED, ast.Load()), node)
        return ast.copy_location(ast.Call(function, [node.func, *node.args], node.keywords), node)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.ops[0], (ast.In, ast.NotIn)):
            looked = ast.copy_location(ast.Name(LOOKED, ast.Load()), node)
            node.left = ast.copy_location(ast.Call(looked, [node.left], []), node.left)
        return node


def transformed(tree: ast.Module) -> ast.Module:
    """The same program, in which calls look at their arguments where they must."""
    looking: ast.Module = _Looking().visit(tree)
    return ast.fix_missing_locations(looking)


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
