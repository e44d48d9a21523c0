"""The user's own directories: Claude Code's, and in it ours, for what is about all projects or must outlive one."""

from __future__ import annotations

import os

ROWS, ROW = "archives", "row.json"
ID_DIGITS = 32
UNAWARE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def config_dir() -> str:
    """Claude Code's own directory: $CLAUDE_CONFIG_DIR or ~/.claude."""
    return os.environ.get("CLAUDE_CONFIG_DIR") or os.path.join(os.path.expanduser("~"), ".claude")


def own_dir() -> str:
    """`<Claude's config directory>/rlm`, which need not exist."""
    return os.path.join(config_dir(), "rlm")


def trusted_list() -> str:
    """The list of trusted settings files, which need not exist."""
    return os.path.join(own_dir(), "trusted.json")


def own_folder(own: str, *parts: str) -> str:
    """Where the user's own directory keeps what concerns the archive with this id, out of reach of its tree."""
    return os.path.join(own_dir(), ROWS, own, *parts)


def id_of(root: str) -> str:
    """What `state/id` of an archive says, "" for nothing that could be an id.

    It may be anything that somebody has put there: a link and a pipe are not read.
    """
    try:
        fd = os.open(os.path.join(root, "state", "id"), os.O_RDONLY | UNAWARE)
    except OSError:
        return ""
    try:
        text = os.read(fd, 2 * ID_DIGITS).decode("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    finally:
        os.close(fd)
    return text if len(text) == ID_DIGITS and not text.strip("0123456789abcdef") else ""
