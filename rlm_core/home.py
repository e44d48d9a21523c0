"""The user's own directory of ours, beside Claude Code's settings: what belongs to no single project."""

from __future__ import annotations

import os

from rlm_core.config import config_dir


def own_dir() -> str:
    """`<Claude Code's directory>/rlm`; it need not exist."""
    return os.path.join(config_dir(), "rlm")
