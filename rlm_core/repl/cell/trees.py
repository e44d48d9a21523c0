"""A program's syntax tree: read, walked through and rewritten, without `ast`.

Python makes trees by itself (`_ast`); the module `ast` adds functions of which a cell needs four, and loads
`collections`, `contextlib`, `enum` and `functools`, which takes a quarter of all that a small cell does.
"""

from __future__ import annotations

import _ast as nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Replaced = Callable[[nodes.AST], nodes.AST]

PLACE = ("lineno", "col_offset", "end_lineno", "end_col_offset")


def tree_of_source(text: str, name: str) -> nodes.Module:
    """As `ast.parse` gives it. Raises what it raises."""
    return compile(text, name, "exec", nodes.PyCF_ONLY_AST, dont_inherit=True)  # type: ignore[return-value]


def walked(tree: nodes.AST) -> Iterator[nodes.AST]:
    """All nodes of a tree, each before those in it."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for field in node._fields:
            value = getattr(node, field, None)
            if isinstance(value, nodes.AST):
                waiting.append(value)
            elif isinstance(value, list):
                waiting += [item for item in value if isinstance(item, nodes.AST)]


def rewritten(node: nodes.AST, replaced: Replaced) -> nodes.AST:
    """The tree with each node as `replaced` gives it, the inner ones first."""
    for field in node._fields:
        value = getattr(node, field, None)
        if isinstance(value, nodes.AST):
            setattr(node, field, rewritten(value, replaced))
        elif isinstance(value, list):
            value[:] = [rewritten(item, replaced) if isinstance(item, nodes.AST) else item for item in value]
    return replaced(node)


def placed(node: nodes.expr, like: nodes.expr) -> nodes.expr:
    """A new node, at the place of the one that it stands for."""
    for name in PLACE:
        setattr(node, name, getattr(like, name))
    return node
