"""What lies in a session's folder, `<session>/` beside `<session>.jsonl`: sub-agents at any depth, and files.

Anybody who can run a command in the session can put things there. Links are never followed, what is no regular file
is never opened, and how deep and how far the walk goes is bounded.
"""

from __future__ import annotations

import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

SUBAGENTS = "subagents"
FILES_AGENT = "files"
"""In place of a sub-agent's id: the files of a session's folder that are no transcripts."""
WARMUP = "warmup-"
"""Before the id of a sub-agent that was started with nothing to do."""
MAX_DEPTH = 12
MAX_FILES = 100_000
MAX_BYTES = 64 * 1024 * 1024
OUTPUTS = "tool-results"
PARTS = (SUBAGENTS, "workflows", OUTPUTS)
"""The directories by which a session's folder is known."""


def is_at_work(agent: str) -> bool:
    """Whether this is a sub-agent that was given something to do, rather than a warm-up or the session's files."""
    return agent != FILES_AGENT and not agent.startswith(WARMUP)


class FolderFile:
    """A file in a session's folder. relative: its path in there, with `/`. problem: why it cannot be read, or ""."""

    __slots__ = ("mtime_ns", "path", "problem", "relative", "size")

    def __init__(self, path: str, relative: str, size: int, mtime_ns: int, problem: str = "") -> None:
        self.path = path
        self.relative = relative
        self.size = size
        self.mtime_ns = mtime_ns
        self.problem = problem

    @property
    def name(self) -> str:
        return self.relative.rpartition("/")[2]

    @property
    def stamp(self) -> list[int]:
        """(size, mtime_ns), as `file_stamp` gives it."""
        return [self.size, self.mtime_ns]

    @property
    def is_agent(self) -> bool:
        """Whether it is a sub-agent's transcript."""
        return self.relative.startswith(f"{SUBAGENTS}/") and is_agent(self.name) and not self.problem


def walk(folder: str) -> list[FolderFile]:
    """All files below a session's folder, sorted by their path; [] where there is none."""
    found: list[FolderFile] = []
    for each in _below(folder, "", 0):
        found.append(each)
        if len(found) >= MAX_FILES:
            break
    return sorted(found, key=lambda f: f.relative)


def _below(folder: str, prefix: str, depth: int) -> Iterator[FolderFile]:
    try:
        with os.scandir(folder) as entries:
            listed = sorted(entries, key=lambda e: e.name)
    except OSError:
        return
    for e in listed:
        relative = prefix + e.name
        try:
            st = e.stat(follow_symlinks=False)
        except OSError:
            continue  # gone meanwhile
        if stat.S_ISDIR(st.st_mode):
            if depth < MAX_DEPTH:
                yield from _below(e.path, f"{relative}/", depth + 1)
            else:
                yield FolderFile(e.path, relative, 0, st.st_mtime_ns, "a directory too deep")
        elif stat.S_ISREG(st.st_mode):
            # A sub-agent's transcript is read line by line, whatever its size.
            large = st.st_size > MAX_BYTES and not is_agent(e.name)
            problem = f"larger than {MAX_BYTES >> 20} MB" if large else ""
            yield FolderFile(e.path, relative, st.st_size, st.st_mtime_ns, problem)
        else:
            problem = "a link" if stat.S_ISLNK(st.st_mode) else "no regular file"
            yield FolderFile(e.path, relative, st.st_size, st.st_mtime_ns, problem)


def is_agent(name: str) -> bool:
    """Whether a file is called as the client calls a sub-agent's transcript."""
    return name.startswith("agent-") and name.endswith(".jsonl")


def agent_files(folder: str, *, deep: bool) -> list[tuple[str, str]]:
    """(path, id) of the sub-agents' transcripts in a session's folder, those right in `subagents/` first.

    deep: those in directories below it too. There an id that is taken gets a hash of its place: a name may come again
    in another workflow's directory.
    """
    above = os.path.join(folder, SUBAGENTS)
    names, nested = [], False
    try:
        with os.scandir(above) as entries:
            for e in entries:
                nested = nested or e.is_dir(follow_symlinks=False)
                if is_agent(e.name) and e.is_file(follow_symlinks=False):
                    names.append(e.name)
    except OSError:
        return []
    found = [(os.path.join(above, name), name[6:-6]) for name in sorted(names)]
    taken = {FILES_AGENT, *(agent for _, agent in found)}
    for each in walk(above) if deep and nested else ():
        if "/" in each.relative and is_agent(each.name) and not each.problem:
            agent = each.name[6:-6]
            if agent in taken:
                from rlm_core.digest import hexdigest  # hardly ever

                agent = f"{agent}-{hexdigest(each.relative.encode('utf-8', 'backslashreplace'), 4)}"
            taken.add(agent)
            found.append((each.path, agent))
    return found


def home_of(path: str, session: str) -> str:
    """The session's folder, by where the transcript of one of its sub-agents is."""
    above = os.path.dirname(path)
    inside = above
    while os.path.basename(inside) not in (SUBAGENTS, ""):
        inside = os.path.dirname(inside)
    return os.path.dirname(inside) if os.path.basename(inside) else os.path.join(above, session)


def is_session_folder(path: str) -> bool:
    """Whether a directory is a session's, by what it holds."""
    return not os.path.islink(path) and any(os.path.isdir(os.path.join(path, part)) for part in PARTS)


def depth_stamp(folder: str) -> list[int]:
    """(how many, newest mtime_ns) of the directories that a workflow writes to; zeros when there are none.

    It changes when a transcript or a run record appears, not when one grows: a hook learns by a few stats whether
    something is new, and never lists the sub-agents of a workflow.
    """
    times = [*_mtimes([os.path.join(folder, "workflows")]), *_times_below(os.path.join(folder, SUBAGENTS), 2)]
    return [len(times), max(times, default=0)]


def _times_below(folder: str, depth: int) -> list[int]:
    """The times of the directories in a directory, and of those in them; the deepest are not listed."""
    try:
        with os.scandir(folder) as entries:
            inner = [e.path for e in entries if e.is_dir(follow_symlinks=False)]
    except OSError:
        return []
    times = _mtimes(inner)
    if depth > 1:
        times += [t for path in inner for t in _times_below(path, depth - 1)]
    return times


def _mtimes(folders: list[str]) -> list[int]:
    times = []
    for path in folders:
        try:
            times.append(os.stat(path, follow_symlinks=False).st_mtime_ns)
        except OSError:
            continue
    return times


def content(found: FolderFile) -> bytes | None:
    """A file's bytes; None when it is no regular file any more, too large, or gone. Never waits for a writer."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        fd = os.open(found.path, flags)
    except OSError:
        return None
    with open(fd, "rb") as f:
        st = os.fstat(fd)
        if not stat.S_ISREG(st.st_mode) or st.st_size > MAX_BYTES:
            return None
        return f.read(MAX_BYTES + 1)


def decoded(data: bytes) -> str | None:
    """The text in a file's bytes: UTF-8, or UTF-16 with its mark; None for what is no text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            pass  # bytes that begin by chance like a mark
    if b"\0" in data[:65536]:
        return None
    text = data.decode("utf-8-sig", "replace")
    return None if text.count("\ufffd") * 10 > len(text) else text
