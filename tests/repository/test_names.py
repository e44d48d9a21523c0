"""One word for one thing: no two classes and no two modules of the program have the same name."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable

from kits.paths import ROOT

FILES = sorted((ROOT / "rlm_core").rglob("*.py"))
SHARED = {
    "beside": "the words beside a passage: as the index keeps them, and as a hit shows them",
    "events": "what Claude Code calls a hook for, and what a timeline tells: both trades call it so",
    "install": "the module of the command line has the command's name",
    "kinds": "what a question asks for, and what a thing is one of: both are sorted by kind",
    "native": "the command line's part of `rlm ask --leaf native`, and the reports that it reads",
    "registry": "the list of what was added to an archive, and the list of the user's archives",
    "rules": "the table of rules of its package: redaction's, and the marks'",
    "run": "one run of what its package does: a question that is asked, and what is forgotten",
    "settings": "Claude Code's settings file, and what `rlm ask` was set to",
    "status": "the module of the command line has the command's name",
    "update": "brings what its package keeps up to date: the index, and the documents",
    "wording": "puts what its package has worked out into words: the answer, and the handoff",
}
"""Names that modules of different packages share, and why each of them is the right word in its package."""


def repeated(names: Iterable[str]) -> set[str]:
    return {name for name, count in Counter(names).items() if count > 1}


def test_no_two_classes_have_the_same_name() -> None:
    nodes = [node for path in FILES for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    assert repeated(node.name for node in nodes if isinstance(node, ast.ClassDef)) == set()


def test_modules_share_a_name_only_for_a_reason() -> None:
    """The list is exact: a name that is no longer shared is taken off it."""
    assert repeated(path.stem for path in FILES if path.name != "__init__.py") == set(SHARED)
