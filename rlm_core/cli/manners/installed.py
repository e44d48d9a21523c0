"""What `rlm install` says when it is done: five lines, of which the last three say what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rlm_core.cli.output import BOLD, say, styled
from rlm_core.disk import archive_root
from rlm_core.language.notices import notice
from rlm_core.project import named_project

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from rlm_core.install.actions import Action

BACK = {"local": "rlm uninstall", "user": "rlm uninstall --user", "shared": "rlm uninstall --shared"}


def say_installed(args: Namespace, actions: Sequence[Action], scope: str) -> None:
    """Print where it is now, where the archive lies, and how to go on and back. scope: local, user or shared."""
    settings = [str(a.path) for a in actions if a.kind == "write-settings"]
    copied = [a.path for a in actions if a.kind == "copy-skill" and a.path and a.path.name == "SKILL.md"]
    skills = ", ".join(f"/{path.parent.name}" for path in copied)
    rows = []
    if settings:
        form = "hooks in {settings}; skills {skills}" if skills else "hooks in {settings}"
        rows.append(("installed", notice(form, settings=settings[0], skills=skills)))
    else:
        rows.append(
            ("installed", f"skills {skills}" if skills else ", ".join(sorted({notice(a.kind) for a in actions})))
        )
    everywhere = "below .claude/rlm of each project, kept out of git; nothing is sent anywhere"
    here = "{root}, kept out of git; nothing is sent anywhere"
    root = archive_root(named_project(args.project))
    rows.append(("archive", notice(everywhere) if scope == "user" else notice(here, root=root)))
    rows.append(("next", notice("start Claude Code anew: hooks take effect in the next session")))
    use = "ask `/recall WORDS` in a session, or `rlm search WORDS` here; `rlm doctor` checks that all works"
    offered = "; `rlm install --statusline` shows the archive in the status line, behind your own"
    offers = not (args.statusline or args.shared)
    rows.append(("then", notice(use) + (notice(offered) if offers else "")))
    rows.append(
        ("undo", notice("`{command}`, settings as they were to the byte; the archive stays", command=BACK[scope]))
    )
    for name, text in rows:
        say(f"{styled(f'{notice(name):<10}', BOLD)} {text}")
