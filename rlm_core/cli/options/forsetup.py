"""The options of the commands to set up."""

from __future__ import annotations

from rlm_core.cli.options.allowed import context_size
from rlm_core.cli.options.common import command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.cli.options.common import Commands

SHELLS = ("bash", "zsh", "fish")


def install(commands: Commands, name: str) -> None:
    p = command(commands, name, "install:install", "put hooks and skills into .claude/")
    p.add_argument("--user", action="store_true", help="for all your projects, in Claude Code's own directory")
    p.add_argument("--shared", action="store_true", help="for your team: settings.json, `rlm` from PATH")
    p.add_argument("--dry-run", action="store_true", help="show what would change and change nothing")
    p.add_argument(
        "--offload-at",
        metavar="SIZE",
        type=context_size,
        help="also have Claude Code compact at this context size, e.g. 60%% or 150k tokens",
    )
    p.add_argument("--statusline", action="store_true", help="also show the archive in the status line, behind yours")
    p.add_argument("--backfill", action="store_true", help="archive the existing transcripts right away")


def uninstall(commands: Commands, name: str) -> None:
    p = command(commands, name, "install:uninstall", "take hooks and skills out again")
    p.add_argument("--user", action="store_true", help="the installation for all your projects")
    p.add_argument("--shared", action="store_true", help="the team's installation in settings.json")
    p.add_argument("--purge", action="store_true", help="delete the archive and its second copy too; asks first")
    p.add_argument("--yes", action="store_true", help="delete them without asking")
    p.add_argument("--dry-run", action="store_true", help="show what would change and change nothing")


def statusline(commands: Commands, name: str) -> None:
    command(commands, name, "status:statusline", "print the status line for what Claude Code gives it on stdin")


def completion(commands: Commands, name: str) -> None:
    p = command(commands, name, "manners.completion:completion", "complete commands and options in your shell")
    p.add_argument("shell", choices=SHELLS, metavar="SHELL", help=", ".join(SHELLS))


def trust(commands: Commands, name: str) -> None:
    p = command(commands, name, "consent.trust:trust", "let the project's rlm.yaml loosen your own settings")
    p.add_argument("--remove", action="store_true", help="trust it no more")
    p.add_argument("--dry-run", action="store_true", help="show what it would change and change nothing")


def adopt(commands: Commands, name: str) -> None:
    p = command(commands, name, "restore:adopt", "look at an archive that is not yours, and take it over")
    p.add_argument(
        "--mine", action="store_true", help="you made it yourself, in another home: it goes on as it was, unmarked"
    )
    p.add_argument("--yes", action="store_true", help="take it over without asking")
    p.add_argument("--dry-run", action="store_true", help="show what it holds and change nothing")


def demo(commands: Commands, name: str) -> None:
    p = command(commands, name, "status:demo", "show the whole thing at work in a temporary project")
    p.add_argument("--keep", action="store_true", help="keep the temporary project")
