"""Which transcript is meant, and whether it has changed since it was archived.

Apart from the archive itself because a hook with nothing to do must not pay for loading it.
"""

from __future__ import annotations

import os


class Source:
    """A transcript to archive. agent: "" for the main thread, else the sub-agent's id."""

    __slots__ = ("agent", "path", "session")

    def __init__(self, path: str, session: str = "", agent: str = "") -> None:
        self.path = path
        self.session = session or os.path.basename(path).removesuffix(".jsonl")
        self.agent = agent

    @property
    def name(self) -> str:
        """A file name that is the source's own, whatever its ids contain."""
        return safe_name(self.session) + (f".{safe_name(self.agent)}" if self.agent else "")

    @property
    def folder(self) -> str:
        """The directory in which the client keeps what belongs to the session."""
        if self.agent:
            return os.path.dirname(os.path.dirname(self.path))
        return self.path.removesuffix(".jsonl")

    def agents(self) -> list[Source]:
        """The session's sub-agents, as far as they have transcripts."""
        folder = os.path.join(self.folder, "subagents")
        if self.agent or not os.path.isdir(folder):
            return []
        names = sorted(n for n in os.listdir(folder) if n.startswith("agent-") and n.endswith(".jsonl"))
        return [Source(os.path.join(folder, n), self.session, n[6:-6]) for n in names]


def transcript_source(path: str, session: str) -> Source | None:
    """The transcript at `path`, which need not exist yet; None for what can be no transcript."""
    if not path.endswith(".jsonl") or "\0" in path or not os.path.isabs(path):
        return None
    if os.path.exists(path) and not os.path.isfile(path):
        return None
    return Source(path, os.path.basename(path).removesuffix(".jsonl") or session)


def safe_name(name: str) -> str:
    """A file name made of an id: letters, digits, `-` and `_` stay; anything else is told apart by a hash."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in name)[:64]
    if kept == name and kept:
        return kept
    from rlm_core.digest import hexdigest  # not at the top: ids seldom need it

    return f"{kept[:40]}-{hexdigest(name.encode('utf-8', 'backslashreplace'), 4)}"


def file_stamp(path: str) -> list[int]:
    """(size, mtime_ns) of a file, zeros when it is missing."""
    try:
        st = os.stat(path)
    except OSError:
        return [0, 0]
    return [st.st_size, st.st_mtime_ns]
