"""Which transcript is meant, and whether it has changed since it was archived.

Apart from the archive itself because a hook with nothing to do must not pay for loading it.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class Source:
    """A transcript to archive. agent: "" for the main thread, else the sub-agent's id.

    folder: the directory in which the client keeps what belongs to the session, where its name does not say so.
    beside: sub-agents whose transcripts lie beside the session's own, as clients before 2.1 wrote them.
    """

    __slots__ = ("_folder", "agent", "beside", "path", "session")

    def __init__(
        self, path: str, session: str = "", agent: str = "", *, folder: str = "", beside: Sequence[Source] = ()
    ) -> None:
        self.path = path
        self.session = session or os.path.basename(path).removesuffix(".jsonl")
        self.agent = agent
        self.beside = tuple(beside)
        self._folder = folder

    @property
    def name(self) -> str:
        """A file name that is the source's own, whatever its ids contain."""
        return safe_name(self.session) + (f".{safe_name(self.agent)}" if self.agent else "")

    @property
    def folder(self) -> str:
        """The directory in which the client keeps what belongs to the session; it need not exist."""
        if self._folder or not self.agent:
            return self._folder or self.path.removesuffix(".jsonl")
        from rlm_core.transcript.folder import home_of  # here and below: most sessions have no sub-agents

        return home_of(self.path, self.session)

    def agents(self, *, deep: bool = True) -> list[Source]:
        """The session's sub-agents, as far as they have transcripts.

        deep: those in directories below `subagents/` too, of which a workflow may have a thousand.
        """
        if self.agent:
            return []
        if not os.path.isdir(self.folder):
            return list(self.beside)
        from rlm_core.transcript.folder import agent_files

        found = agent_files(self.folder, deep=deep)
        return [*(Source(path, self.session, a, folder=self.folder) for path, a in found), *self.beside]

    def transcripts(self) -> list[Source]:
        """The session's own transcript, unless the client has removed it, and its sub-agents'."""
        return [*([self] if os.path.isfile(self.path) else []), *self.agents()]


def transcript_source(path: str, session: str) -> Source | None:
    """The transcript at `path`, which need not exist yet; None for what can be no transcript."""
    if not path.endswith(".jsonl") or "\0" in path or not os.path.isabs(path):
        return None
    try:
        if os.lstat(path).st_mode & 0o170000 != 0o100000:
            return None  # a link, a pipe: the client has not made it
    except OSError:
        pass
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
