"""The `rlm` command. `rlm hook` takes a short cut: a hook must not pay for loading the command line."""

from __future__ import annotations

import sys


def main() -> int:
    if sys.argv[1:2] == ["hook"]:
        from rlm_core.hook import main as hook

        hook(sys.argv[2:])
    if sys.argv[1:] == ["statusline"] and not sys.stdin.isatty():
        from rlm_core.hook import main as hook

        hook(["status-line"])
    if sys.argv[1:2] in (["search"], ["repl"]):  # they load some sixty modules
        from rlm_core import bytecode

        bytecode.install()
    from rlm_core.cli import leave
    from rlm_core.cli import main as cli

    return leave(cli(sys.argv[1:]))


if __name__ == "__main__":
    sys.exit(main())
