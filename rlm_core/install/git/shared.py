"""What a team's installation asks of whoever made it: which files to commit, and what the others need."""

import os
import shlex
from collections.abc import Iterable

from rlm_core.errors import worded
from rlm_core.install.actions import Action, note
from rlm_core.install.git.exclude import repository_of
from rlm_core.install.scopes import Scope
from rlm_core.install.skills import unit_of


def sharing_notes(scope: Scope, files: Iterable[str]) -> list[Action]:
    """The words for a plan that installs scope shared; none for another scope.

    files: the skills' and agents' files that it writes, relative to `.claude`.
    """
    if scope.name != "shared":
        return []
    units = sorted({unit_of(name) for name in files})
    here = scope.claude.parent
    paths = [os.path.join(".claude", name) for name in (scope.settings.name, *units)]
    add = f"git -C {shlex.quote(str(here))} add {' '.join(map(shlex.quote, paths))}"
    told = [
        worded("to commit, for your team to have it: {add}", add=add)
        if repository_of(here)
        else worded("for your team: {paths}", paths=", ".join(paths)),
        "each teammate needs `rlm` on PATH (`pip install rlm-recall`); who has none is told so at a session's start, "
        "and works on undisturbed",
        "each teammate's archive stays on their machine: .claude/rlm is not to be committed, and git ignores it",
    ]
    return [note(each, scope.settings) for each in told]
