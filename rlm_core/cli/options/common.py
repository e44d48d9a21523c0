"""A command of the command line, with the options that each has."""

from __future__ import annotations

import argparse

TYPE_CHECKING = False
if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def command(commands: Commands, name: str, path: str, text: str) -> argparse.ArgumentParser:
    p = commands.add_parser(name, help=text, description=text)
    p.set_defaults(command_path=path)
    common(p)
    return p


def common(p: argparse.ArgumentParser) -> None:
    p.add_argument("--project", metavar="DIR", help="the project (default: the one around this directory)")
    p.add_argument("--json", action="store_true", help="print the result as JSON")
    p.add_argument("--no-pager", action="store_true", help="on a terminal, print a long result without a pager")
