"""The plugin's own environment: a venv in ${CLAUDE_PLUGIN_DATA}, built detached from SessionStart.

The write path, `rlm search` and `rlm show` do without it. It gives the rest: YAML configuration, the
progress bar, and later the API client. A build that fails is tried again an hour later.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from rlm_core.archive.background import give_way
from rlm_core.disk import read, remove, write_atomic
from rlm_core.errors import LockTimeoutError
from rlm_core.lock import Lock
from rlm_core.redaction.clean import own_bytes
from rlm_core.version import VERSION

# The same as in pyproject.toml; a test compares the two.
REQUIREMENTS = (
    "anthropic>=0.60",
    "beautifulsoup4>=4.12",
    "filelock>=3.13",
    "json5>=0.9.25",
    "markdownify>=1.1",
    "pypdf>=5",
    "pystemmer>=2.2",
    "pyyaml>=6",
    "rich>=13",
    "tiktoken>=0.7",
)
MAX_SECONDS = 900
POINTER = "environment"  # holds the path of the environment's interpreter once it is complete


def main(argv: list[str]) -> None:
    """argv: the plugin's data directory. Builds the environment there unless that is done or going on."""
    data = argv[0]
    give_way(MAX_SECONDS)
    os.makedirs(data, exist_ok=True)
    try:
        with Lock(os.path.join(data, "environment.lock"), 0.0):
            if not is_built(data):
                build(data)
    except LockTimeoutError:
        return  # another session builds it


def wanted() -> str:
    """The name of the environment that fits this version and interpreter."""
    return f"venv-{VERSION}-{sys.version_info[0]}.{sys.version_info[1]}"


def is_built(data: str) -> bool:
    """Whether the environment stands; costs one small read."""
    python = (read(os.path.join(data, POINTER), follow=True) or b"").decode("utf-8", "replace").strip()
    return wanted() in python and os.path.exists(python)


def build(data: str) -> bool:
    """Make the venv, install into it, then point to it; True when it stands. The log tells why not."""
    folder = os.path.join(data, wanted())
    shutil.rmtree(folder, ignore_errors=True)
    python = os.path.join(folder, "Scripts" if os.name == "nt" else "bin", "python")
    steps = (
        [sys.executable, "-m", "venv", folder],
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *REQUIREMENTS],
    )
    with open(os.path.join(data, "environment.log"), "wb") as log:
        for step in steps:
            try:
                done = subprocess.run(
                    step, stdin=subprocess.DEVNULL, stdout=log, stderr=log, timeout=MAX_SECONDS, check=False
                )
            except (OSError, subprocess.TimeoutExpired) as e:
                log.write(f"{e}\n".encode())
                return False
            if done.returncode:
                return False
    write_atomic(os.path.join(data, POINTER), own_bytes(f"{python}\n".encode()))
    remove(os.path.join(data, "environment.log"))
    _drop_old(data)
    return True


def _drop_old(data: str) -> None:
    for name in os.listdir(data):
        if name.startswith("venv-") and name != wanted():
            shutil.rmtree(os.path.join(data, name), ignore_errors=True)
