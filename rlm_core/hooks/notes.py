"""What one hook leaves for a later one to find, besides the archive itself."""

from __future__ import annotations

import os
import time

from rlm_core.disk import NOFOLLOW, machine, names, read, remove, write_atomic
from rlm_core.errors import worded
from rlm_core.home import own_dir
from rlm_core.transcript.source import Source, safe_name, transcript_source

CLEARED_SECONDS = 60
NOTE_SECONDS = 30 * 86_400


def told_first_time(what: str) -> bool:
    """Whether the user has not been told this yet; noted in the user's own directory, as the archive may be read-only.

    Digits behind the first word do not count: the same trouble may name another process each time.
    """
    first, _, rest = what.partition(" ")
    told = f"{first} {''.join([c for c in rest if not c.isdigit()])}"
    name = safe_name(f"told-{told}/")  # "/": always hashed
    for folder in (os.path.join(own_dir(), "told"), ""):
        try:
            made = folder or _temporary()
            if folder:
                os.makedirs(folder, 0o700, exist_ok=True)
            _forget_old(made, "told-" if folder else _prefix())
            name = name if folder else f"{_prefix()}{name}"
            os.close(os.open(os.path.join(made, name), os.O_CREAT | os.O_EXCL | os.O_WRONLY | NOFOLLOW, 0o600))
        except FileExistsError:
            return False
        except OSError:
            continue
        return True
    return True


def _temporary() -> str:
    import tempfile  # here: the user's own directory is there nearly always

    return tempfile.gettempdir()


def _prefix() -> str:
    """How notes begin in the directory for temporary files, which others share."""
    return f"rlm-told-{getattr(os, 'getuid', int)()}-"


def _forget_old(folder: str, prefix: str) -> None:
    """Remove notes of ours that have had their time."""
    oldest, me = time.time() - NOTE_SECONDS, getattr(os, "getuid", int)()
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.name.startswith(prefix) or not entry.is_file(follow_symlinks=False):
                continue
            seen = entry.stat(follow_symlinks=False)
            if seen.st_mtime < oldest and seen.st_uid == me:
                remove(entry.path)


# /clear starts a session with a new id and says nothing about the old one: both hooks have the same
# parent process, the client, when no shell stands between.


def note_cleared(root: str, source: Source) -> None:
    """Leave word of the session that /clear ends."""
    from rlm_core.archive.sealed import sealed
    from rlm_core.redaction.clean import dumps, fields, plain_id

    session = plain_id(source.session)
    if session is not None and os.path.isdir(os.path.join(root, "state")):
        kept = fields(session=session, ppid=os.getppid(), time=time.time())
        path = os.path.join(root, "state", f"cleared-{os.getppid()}.json")
        write_atomic(path, sealed(dumps(kept)).encode(), durable=False)


def cleared(root: str, transcripts: str) -> Source | None:
    """The transcript of the session that /clear has just ended; None when that cannot be told.

    transcripts: the directory in which the client keeps those of the project.
    """
    from rlm_core.archive.sealed import read_sealed

    folder = os.path.join(root, "state")
    best: tuple[bool, float, Source] | None = None
    for name in names(folder):
        if not name.startswith("cleared-"):
            continue
        try:
            kept = read_sealed(os.path.join(folder, name)) or {}
            age = time.time() - kept["time"]
            source = transcript_source(os.path.join(transcripts, f"{os.path.basename(kept['session'])}.jsonl"), "")
        except (ValueError, KeyError, TypeError):
            remove(os.path.join(folder, name))
            continue
        if age > CLEARED_SECONDS:
            remove(os.path.join(folder, name))
        elif source is not None:
            rank = (kept["ppid"] == os.getppid(), kept["time"], source)
            best = rank if best is None or rank[:2] > best[:2] else best
    return best[2] if best else None


def crossed(root: str, session: str, share: float, threshold: float) -> bool:
    """Whether the user is to be told now: once when the threshold is crossed, again only after a fall below."""
    path = os.path.join(root, "state", f"told-{session}.json")
    told = read(path) is not None
    if share < threshold:
        if told:
            remove(path)
        return False
    if told:
        return False
    from rlm_core.redaction.clean import dumps, fields

    write_atomic(path, dumps(fields(share=round(share, 3))).encode(), durable=False)
    return True


def note_window(root: str, session: str, window: int) -> None:
    """Keep how large the model's window is, as the status line was told; session: the name of its source."""
    if noted_window(root, session) == window:
        return
    from rlm_core.redaction.clean import dumps, fields

    path = os.path.join(root, "state", f"window-{session}.json")
    write_atomic(path, dumps(fields(tokens=window)).encode(), durable=False)


def noted_window(root: str, session: str) -> int:
    """The size of the window that the status line was told of, in tokens; 0 when it was not."""
    tokens = machine(os.path.join(root, "state", f"window-{session}.json")).get("tokens")
    return tokens if type(tokens) is int and tokens > 0 else 0


def line(used: int, window: int) -> str:
    """What the user is told."""
    return worded(
        "rlm: the context is {share} % full ({used}k of {window}k tokens). The history is archived: "
        "/compact or /clear lose nothing that /recall cannot find.",
        share=used * 100 // window,
        used=used // 1000,
        window=window // 1000,
    )
