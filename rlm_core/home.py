"""The user's own directory of ours: what is about all projects, or must outlive one."""

from __future__ import annotations

import os

from rlm_core.config import config_dir


def own_dir() -> str:
    """`<Claude's config directory>/rlm`, which need not exist."""
    return os.path.join(config_dir(), "rlm")
