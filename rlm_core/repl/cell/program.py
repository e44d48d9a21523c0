"""A cell's text made fit to run: out of its fences, mended where that is mechanical, and looked through beforehand."""

from __future__ import annotations

import _ast as nodes
import builtins

from rlm_core.repl.cell.lazy import OF_MODELS
from rlm_core.repl.cell.trees import tree_of_source, walked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_FENCE = r"^[ \t]*(`{3,}|~{3,})[ \t]*([\w+-]*)[^\n`]*$"
_PROMPT = r"(?m)^(?:>>>|\.\.\.)(?: |$)"
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "\u00a0": " "})
_LANGUAGES = ("", "python", "py", "python3", "repl", "rlm")


class CellError(Exception):
    """A cell that cannot run. told: for whoever wrote it, several lines."""

    def __init__(self, told: str) -> None:
        super().__init__(told)
        self.told = told


def unfenced(text: str) -> str:
    """The program in a text: what stands in its fences, joined; all of it when there are none.

    A fence may be unclosed, longer than three marks, and hold shorter ones. Fences of other languages are left out when
    there is one of Python's.
    """
    if "```" not in text and "~~~" not in text:
        return text
    import re  # here and below: most cells come without a fence, and need no mending

    blocks: list[tuple[str, list[str]]] = []
    mark, inside = "", False
    for line in text.split("\n"):
        found = re.match(_FENCE, line)
        if not inside and found:
            mark, inside = found[1], True
            blocks.append((found[2].lower(), []))
        elif inside and found and found[1].startswith(mark) and not found[2]:
            inside = False
        elif inside:
            blocks[-1][1].append(line)
    ours = [lines for language, lines in blocks if language in _LANGUAGES]
    if not ours or not any(any(line.strip() for line in lines) for lines in ours):
        return text
    return "\n".join("\n".join(lines) for lines in ours)


def parsed(text: str, name: str) -> tuple[str, nodes.Module, str]:
    """(the program, its tree, what was mended beyond fences, in words).

    Raises CellError with the line, a caret and three lines.

    Mended is what cannot be meant otherwise: fences, a common indent, prompts of an interpreter, typographic quotes.
    """
    whole = unfenced(text.replace("\r\n", "\n")).lstrip("\ufeff")
    try:
        return whole, _tree(whole, name), ""
    except SyntaxError as e:
        first = e
    for mended, what in _repairs(whole):
        try:
            return mended, _tree(mended, name), what
        except SyntaxError:
            continue
    raise CellError(told_syntax(first, whole)) from first


def _tree(text: str, name: str) -> nodes.Module:
    try:
        return tree_of_source(text, name)
    except ValueError as e:  # a NUL
        raise SyntaxError(str(e)) from e
    except (RecursionError, MemoryError) as e:
        raise SyntaxError("the program nests too deeply") from e


def _repairs(text: str) -> Iterator[tuple[str, str]]:
    import re
    import textwrap

    plain = textwrap.dedent(text)
    yield plain, "a common indent taken off"
    unprompted = re.sub(_PROMPT, "", plain)
    yield unprompted, "prompts taken off"
    yield unprompted.translate(_QUOTES), "typographic quotes made plain"
    lines = unprompted.rstrip().split("\n")
    if lines and re.match(_FENCE, lines[-1]):
        yield "\n".join(lines[:-1]), "a fence taken off"


def told_syntax(error: SyntaxError, text: str) -> str:
    """A syntax error for whoever wrote the cell."""
    line, column = error.lineno or 1, error.offset or 1
    return "\n".join([f"line {line}: SyntaxError: {error.msg}", *three_lines(text, line, column)])


def three_lines(text: str, line: int, column: int = 0) -> list[str]:
    """The line before, the line itself with a caret below it, and the line after."""
    rows = text.split("\n")
    shown = []
    for number in range(max(1, line - 1), min(len(rows), line + 1) + 1):
        shown.append(f"{number:>5} | {rows[number - 1][:160]}")
        if number == line and 0 < column <= 160:
            shown.append(f"      | {' ' * (column - 1)}^")
    return shown


def undefined(tree: nodes.Module, known: Collection[str]) -> list[tuple[str, int]]:
    """(name, line) of names that nothing in the cell makes, no former cell has left and Python does not know.

    Anything that makes a name anywhere in the cell counts, so that a name is told only where no order of execution
    gives it a value.
    """
    made, used = set(dir(builtins)) | set(known) | {"__name__", "__file__"}, dict[str, int]()
    for node in walked(tree):
        if isinstance(node, nodes.Name):
            if isinstance(node.ctx, nodes.Load):
                used.setdefault(node.id, node.lineno)
            else:
                made.add(node.id)
        made |= _makes(node)
        if isinstance(node, nodes.ImportFrom) and any(alias.name == "*" for alias in node.names):
            return []
    return [(name, line) for name, line in used.items() if name not in made]


def calls_models(text: str) -> bool:
    """Whether a program names a function that calls models; False for one that cannot be read."""
    try:
        _, tree, _ = parsed(text, "<cell>")
    except CellError:
        return False
    return any(isinstance(node, nodes.Name) and node.id in (*OF_MODELS, "llm_map") for node in walked(tree))


def _makes(node: nodes.AST) -> set[str]:
    if isinstance(node, (nodes.FunctionDef, nodes.AsyncFunctionDef, nodes.ClassDef)):
        return {node.name}
    if isinstance(node, nodes.arg):
        return {node.arg}
    if isinstance(node, (nodes.Import, nodes.ImportFrom)):
        return {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    if isinstance(node, nodes.ExceptHandler) and node.name:
        return {node.name}
    if isinstance(node, (nodes.Global, nodes.Nonlocal)):
        return set(node.names)
    if isinstance(node, (nodes.MatchAs, nodes.MatchStar)) and node.name:
        return {node.name}
    if isinstance(node, nodes.MatchMapping) and node.rest:
        return {node.rest}
    if type(node).__name__ in ("TypeVar", "ParamSpec", "TypeVarTuple"):  # of Python 3.12: def f[T](...)
        return {str(getattr(node, "name", ""))}
    return set()


_OF_ALL_NAMES = frozenset(
    (
        "globals", "locals", "vars", "dir", "eval", "exec", "compile", "__import__", "import_module", "modules",
        "currentframe", "_getframe", "f_globals", "f_locals", "f_back", "__globals__", "__builtins__", "__dict__",
        "__main__", "query", "run_module", "interact",
    )
)  # fmt: skip
"""Words by which a program may reach names that it does not write."""


def mentioned(tree: nodes.AST) -> set[str] | None:
    """All names that a program writes; None for one that may reach any other."""
    found: set[str] = set()
    for node in walked(tree):
        if isinstance(node, nodes.Name):
            found.add(node.id)
        elif isinstance(node, nodes.Attribute):
            if node.attr in _OF_ALL_NAMES and node.attr != "compile":  # that of `re`, most likely
                return None
        elif isinstance(node, (nodes.Import, nodes.ImportFrom)):
            of = getattr(node, "module", None)
            if of == "__main__" or any(alias.name in ("*", "__main__") for alias in node.names):
                return None
            if any(alias.name in _OF_ALL_NAMES for alias in node.names):
                return None
        found |= _makes(node)
    return None if found & _OF_ALL_NAMES else found


def told_undefined(names: list[tuple[str, int]], known: Collection[str], text: str) -> str:
    """Names that are not there, with what may have been meant. Nothing has been spent when this is told."""
    import difflib

    rows = []
    for name, line in names:
        near = difflib.get_close_matches(name, [k for k in known if not k.startswith("_")], 1)
        rows.append(f"line {line}: {name} is not defined" + (f"; did you mean {near[0]}?" if near else ""))
        rows += three_lines(text, line)
    return "\n".join(rows)
