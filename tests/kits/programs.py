"""Fake programs that run with the tests' own interpreter, wherever that lies.

A first line `#!/path/python` ends at the first space of the path and at 127 bytes on older systems. So the first line
names the shell, which puts the interpreter in its own place: the process, its signals and its arguments stay what they
would be, and argv[0] is the program.
"""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

# A terminal that takes ASCII only. Python before 3.13 reads an editable install's .pth file in the locale's encoding,
# UTF-8 mode or not: it does not start where that is ASCII and the checkout's path is not.
ASCII_TERMINAL = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C" if sys.prefix.isascii() else "C.UTF-8", "PYTHONUTF8": "0"}


def program(path: Path, source: str, *options: str) -> Path:
    """Write an executable Python program; its path. options: of the interpreter, such as `-IS`.

    >>> subprocess.run([program(tmp_path / "claude", "import sys; print(sys.argv[1:])", "-IS"), "a b"])
    ['a b']
    """
    command = " ".join([shlex.quote(sys.executable), *options, '"$0" "$@"'])
    # The shell reads the word exec and gets no further; to Python both lines are a string that nobody reads.
    return script(path, f"'''exec' {command}\n' '''\n{source}")


def script(path: Path, source: str) -> Path:
    """Write an executable shell script; its path."""
    path.write_text(f"#!/bin/sh\n{source}", encoding="utf-8")
    path.chmod(0o755)
    return path
