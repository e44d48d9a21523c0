"""Two rules about clocks that a machine can check: none is read while tests are collected, none is asserted about.

A time that was read at collection is old when the test runs, and another one in each process. A bound on elapsed time
fails on a slow machine. A deadline is neither: `assert clock() < deadline` in a loop says what never came.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

CLOCKS = {
    *("time.time", "time.time_ns", "time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.perf_counter_ns"),
    *("time.process_time", "time.process_time_ns", "time.thread_time", "datetime.now", "datetime.utcnow"),
    *("datetime.today", "date.today", "get_running_loop().time", "loop.time"),
}
OF_NOW = {"time.gmtime", "time.localtime", "time.ctime", "formatdate", "time.strftime"}  # unless they are given a time
ELAPSED = {"seconds", "elapsed", "spent", "took", "duration", "ms"}
Function = (ast.FunctionDef, ast.AsyncFunctionDef)


def at_collection(source: str) -> list[int]:
    """Lines on which importing a module reads a clock, itself or by a function of its own."""
    tree = ast.parse(source)
    names = _imported(tree)
    readers = _readers(tree, names)
    found = set()
    for node in _imported_code(tree):
        if isinstance(node, ast.Call):
            ours = isinstance(node.func, ast.Name) and node.func.id in readers
            found |= {node.lineno} if ours or _is_clock(node, names) else set()
    return sorted(found)


def about_elapsed_time(source: str) -> list[int]:
    """Lines of asserts about a difference of two times, or about a number that is named like one."""
    tree = ast.parse(source)
    names, returned = _imported(tree), set[str]()
    scopes = [(f, _Scope(names, returned)) for f in _functions(tree)]
    known = 0
    for _ in range(3):  # what a function returns is known after the first round, and what others make of it later
        for function, scope in scopes:
            scope.learn(function)
            returned |= scope.spans & {function.name}
        before, known = known, len(returned) + sum(len(scope.times) + len(scope.spans) for _, scope in scopes)
        if known == before:
            break
    asserts = [(n, scope) for function, scope in scopes for n in ast.walk(function) if isinstance(n, ast.Assert)]
    return sorted({n.lineno for n, scope in asserts if scope.is_about_elapsed(n.test)})


class _Scope:
    """Names of a function that hold a time, and that hold a difference of times. returned: functions that give one."""

    def __init__(self, names: dict[str, str], returned: set[str]) -> None:
        self.names = names
        self.returned = returned
        self.times: set[str] = set()
        self.spans: set[str] = set()

    def learn(self, tree: ast.AST) -> None:
        for node in ast.walk(tree):
            for target, value in _bindings(node):
                for name in (n.id for n in ast.walk(target) if isinstance(n, ast.Name)):
                    if self.is_span(value):
                        self.spans.add(name)
                    elif self.is_time(value):
                        self.times.add(name)

    def is_time(self, node: ast.AST) -> bool:
        """Whether a clock's time is part of an expression."""
        return any(
            (isinstance(n, ast.Call) and _is_clock(n, self.names)) or (isinstance(n, ast.Name) and n.id in self.times)
            for n in ast.walk(node)
        )

    def is_span(self, node: ast.AST) -> bool:
        """Whether a difference of two times is part of an expression, or a time taken from something else."""
        return any(
            (isinstance(n, ast.BinOp) and isinstance(n.op, ast.Sub) and self.is_time(n.right))
            or (isinstance(n, ast.Name) and n.id in self.spans | self.returned)
            for n in ast.walk(node)
        )

    def is_about_elapsed(self, test: ast.AST) -> bool:
        return any(isinstance(n, ast.Compare) and (self.is_span(n) or _bounds_elapsed(n)) for n in ast.walk(test))


def _bounds_elapsed(node: ast.Compare) -> bool:
    """`x.seconds < 5`: a number as a bound of what is named like a time that was spent."""
    sides = [node.left, *node.comparators]
    return (
        any(isinstance(op, (ast.Lt, ast.LtE, ast.Gt, ast.GtE)) for op in node.ops)
        and any(_last(side) in ELAPSED for side in sides)
        and any(isinstance(side, ast.Constant) and side.value for side in sides)
    )


def _bindings(node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    """(target, value) of whatever gives a name a value: also a function's name what it returns, and a list's what it
    takes up."""
    if isinstance(node, ast.Assign):
        yield from ((target, node.value) for target in node.targets)
    elif isinstance(node, (ast.AugAssign, ast.AnnAssign, ast.NamedExpr)) and node.value:
        yield node.target, node.value
    elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
        yield node.target, node.iter
    elif isinstance(node, Function):
        name = ast.Name(node.name)
        yield from ((name, n.value) for n in ast.walk(node) if isinstance(n, (ast.Return, ast.Yield)) and n.value)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("append", "add"):
        yield from ((node.func.value, value) for value in node.args)


def _imported(tree: ast.AST) -> dict[str, str]:
    """Name -> what it was imported as: `now` -> `time.time`."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            module = node.module.rpartition(".")[2]
            for alias in node.names:
                whole = alias.name if module in ("datetime", "utils") else f"{module}.{alias.name}"
                found[alias.asname or alias.name] = whole
        elif isinstance(node, ast.Import):
            found.update({alias.asname: alias.name for alias in node.names if alias.asname})
    return found


def _is_clock(call: ast.Call, names: dict[str, str]) -> bool:
    head, dot, rest = ast.unparse(call.func).partition(".")
    whole = names.get(head, head) + dot + rest
    ends = {".".join(whole.split(".")[-2:]), whole.rpartition(".")[2]}
    given = len(call.args) > ("strftime" in whole)
    return bool(ends & CLOCKS) or (bool(ends & OF_NOW) and not given)


def _last(node: ast.AST) -> str:
    """The last name of `a.b`, `a["b"]` or `b`."""
    if isinstance(node, ast.Subscript):
        inner = node.slice
        return inner.value if isinstance(inner, ast.Constant) and isinstance(inner.value, str) else _last(node.value)
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _readers(tree: ast.Module, names: dict[str, str]) -> set[str]:
    """The module's functions that read a clock when they are called, themselves or by others of them."""
    called = {f.name: [n for n in ast.walk(f) if isinstance(n, ast.Call)] for f in tree.body if isinstance(f, Function)}
    found = {name for name, calls in called.items() if any(_is_clock(c, names) for c in calls)}
    while more := {n for n, calls in called.items() if any(_last(c.func) in found for c in calls)} - found:
        found |= more
    return found


def _functions(node: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions of a module and of its classes; those within a function are part of it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield child
        else:
            yield from _functions(child)


def _imported_code(node: ast.AST) -> Iterator[ast.AST]:
    """What runs when a module is imported: no function's body, but its decorators and defaults."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (*Function, ast.Lambda)):
            defaults = [*child.args.defaults, *filter(None, child.args.kw_defaults)]
            for part in [*getattr(child, "decorator_list", []), *defaults]:
                yield part
                yield from _imported_code(part)
        elif not (isinstance(child, ast.If) and "__name__" in ast.unparse(child.test)):
            yield child
            yield from _imported_code(child)
