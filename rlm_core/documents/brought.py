"""The command line that brings an extra's packages into the environment that runs, whichever way that was made.

Named are the packages, not the extra: a line with the extra's name works once rlm is on an index.
"""

from __future__ import annotations

import os
import shlex
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

DOCUMENTS = ("charset-normalizer", "defusedxml", "lxml", "mammoth", "openpyxl")
VIEW = ("jinja2", "markdown-it-py", "pygments")
PIPX, UV = os.path.join("pipx", "venvs"), os.path.join("uv", "tools")


def line_for(packages: Sequence[str], prefix: str = sys.prefix, python: str = sys.executable) -> str:
    """A command line to copy. prefix, python: of the environment, such as sys.prefix and sys.executable.

    >>> line_for(("lxml",), "/home/u/.local/share/pipx/venvs/rlm-recall", "")
    'pipx inject rlm-recall lxml'
    """
    folder, name = os.path.split(prefix)
    if folder.endswith(PIPX):
        return shlex.join(["pipx", "inject", name, *packages])
    if folder.endswith(UV):
        return shlex.join(["uv", "pip", "install", "--python", python, *packages])
    return shlex.join([python or "python", "-m", "pip", "install", *packages])
