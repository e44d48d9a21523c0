"""The `rlm` command line: results on stdout, talk on stderr, `--json` wherever something is reported.

Exit status: 0 done, 1 refused or nothing found, 2 a wrong command line, 3 a fault of ours.
argparse and not a CLI framework, because the plugin runs `rlm search` on a bare Python before its own
environment exists.
"""

from __future__ import annotations

import argparse
import os
import sys

from rlm_core import __version__
from rlm_core.errors import RlmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Command = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str]) -> int:
    """Run one command; returns the exit status."""
    args = parser().parse_args(argv)
    try:
        from rlm_core.places import find_project

        args.project = os.path.abspath(args.project) if args.project else find_project(os.getcwd())
        return run(args)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the reader of a pipe has seen enough
        return 0
    except KeyboardInterrupt:
        sys.stderr.write("rlm: interrupted; what was done stays valid\n")
        return 130
    except (RlmError, OSError) as e:
        sys.stderr.write(f"rlm: {e}\n")
        return 1
    except ModuleNotFoundError as e:
        if (e.name or "rlm_core").startswith("rlm_core"):
            return _our_bug(args.project, e)
        sys.stderr.write(
            f"rlm: this command needs the Python package {e.name}. The plugin installs it in the background after its "
            "first session start: try again in a minute. Elsewhere: pip install rlm-recall\n"
        )
        return 1
    except Exception as e:
        return _our_bug(args.project, e)


def _our_bug(project: str | None, error: Exception) -> int:
    import traceback

    from rlm_core import log
    from rlm_core.places import archive_root

    text = "".join(traceback.format_exception(error))
    root = archive_root(project or os.getcwd())
    log.write(root, f"ERROR {text}")
    where = os.path.join(root, "log", log.NAME)
    sys.stderr.write(f"{text}rlm: this is a fault of ours, please report it\n")
    if os.path.exists(where):
        sys.stderr.write(f"rlm: noted in {where}\n")
    return 3


def run(args: argparse.Namespace) -> int:
    """Hand the parsed line to its command; each lives in a module that is loaded only then."""
    from importlib import import_module

    module, _, name = args.command_path.partition(":")
    command: Command = getattr(import_module(f"rlm_core.cli.{module}"), name)
    return command(args)


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="rlm", description="Keeps the whole history of your Claude Code sessions as files, and finds it again."
    )
    top.add_argument("--version", action="version", version=f"rlm {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in (_setup_commands, _archive_commands, _reading_commands, _health_commands):
        add(commands)
    return top


if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def _command(commands: Commands, name: str, path: str, text: str) -> argparse.ArgumentParser:
    p = commands.add_parser(name, help=text, description=text)
    p.set_defaults(command_path=path)
    p.add_argument("--project", metavar="DIR", help="the project (default: the one around this directory)")
    p.add_argument("--json", action="store_true", help="print the result as JSON")
    return p


def _setup_commands(commands: Commands) -> None:
    p = _command(commands, "install", "setup:install", "put hooks and skills into .claude/")
    p.add_argument("--user", action="store_true", help="for all your projects, in Claude Code's own directory")
    p.add_argument("--shared", action="store_true", help="for your team: settings.json, `rlm` from PATH")
    p.add_argument("--dry-run", action="store_true", help="show what would change and change nothing")
    p.add_argument(
        "--offload-at",
        metavar="SIZE",
        help="also have Claude Code compact at this context size, e.g. 60%% or 150k tokens",
    )
    p.add_argument("--backfill", action="store_true", help="archive the existing transcripts right away")
    p = _command(commands, "uninstall", "setup:uninstall", "take hooks and skills out again")
    p.add_argument("--user", action="store_true", help="the installation for all your projects")
    p.add_argument("--shared", action="store_true", help="the team's installation in settings.json")
    p.add_argument("--purge", action="store_true", help="delete the archive too")
    p.add_argument("--dry-run", action="store_true", help="show what would change and change nothing")


def _archive_commands(commands: Commands) -> None:
    p = _command(commands, "archive", "archiving:archive", "archive transcripts now")
    p.add_argument("transcripts", nargs="*", metavar="TRANSCRIPT", help="transcript files (*.jsonl)")
    p.add_argument("--all", action="store_true", help="every transcript Claude Code still has of the project")
    p = _command(commands, "verify", "archiving:verify", "prove that transcripts are whole in the archive")
    p.add_argument("transcripts", nargs="*", metavar="TRANSCRIPT", help="default: all of the project")


def _reading_commands(commands: Commands) -> None:
    p = _command(commands, "search", "reading:search", "find passages in the archive, best first")
    p.add_argument("query", nargs="+", metavar="QUERY")
    p.add_argument("-k", type=int, default=10, metavar="N", help="how many (default 10)")
    p.add_argument("--session", default="", metavar="ID", help="only this session (beginning of its id)")
    p.add_argument("--since", default="", metavar="DATE", help="only chunks that end after, e.g. 2026-11-01")
    p.add_argument("--role", default="", choices=("user", "assistant", "tool", "system", "summary", "task", ""))
    p.add_argument("--tool", default="", metavar="NAME", help="only calls and results of a tool, e.g. Bash")
    p.add_argument("--file", default="", metavar="PATH", help="only chunks that touched a file (part of its path)")
    p = _command(commands, "show", "reading:show", "print a chunk, or the lines around CHUNK:LINE")
    p.add_argument("chunk", metavar="CHUNK[:LINE]")
    p.add_argument("-C", "--context", type=int, default=20, metavar="N", help="lines around LINE (default 20)")
    _command(commands, "list", "reading:list_sessions", "list the archived sessions, newest first")


def _health_commands(commands: Commands) -> None:
    _command(commands, "status", "health:status", "what is archived, where, and with which settings")
    _command(commands, "doctor", "health:doctor", "check that everything works, and say what to do if not")
    p = _command(commands, "demo", "health:demo", "show the whole thing at work in a temporary project")
    p.add_argument("--keep", action="store_true", help="keep the temporary project")
