"""The user's own directories: Claude Code's, and in it ours, for what is about all projects or must outlive one."""

from __future__ import annotations

import os


def config_dir() -> str:
    """Claude Code's own directory: $CLAUDE_CONFIG_DIR or ~/.claude."""
    return os.environ.get("CLAUDE_CONFIG_DIR") or os.path.join(os.path.expanduser("~"), ".claude")


def own_dir() -> str:
    """`<Claude's config directory>/rlm`, which need not exist."""
    return os.path.join(config_dir(), "rlm")


def trusted_list() -> str:
    """The list of trusted settings files, which need not exist."""
    return os.path.join(own_dir(), "trusted.json")
