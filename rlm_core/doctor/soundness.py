"""What the archive on the disk looks like: its files, its locks, what killed processes left; each with its remedy."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from rlm_core.archive.proof.whole import whole
from rlm_core.archive.repair.noted import last_found
from rlm_core.asking.books import NAME, damaged
from rlm_core.disk import NOFOLLOW, TMP_PREFIX, is_file, try_read
from rlm_core.doctor.upkeep import Check
from rlm_core.errors import Counted, Joined, of_system, phrase, worded
from rlm_core.holder import holder_of
from rlm_core.lock import lacking
from rlm_core.secrets.older import older

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rlm_core.archive.proof.whole import Examined
    from rlm_core.archive.store import Archive

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

SECONDS = 2.0  # for a look at the files; `rlm verify` takes the time that it needs
LONG_HELD = 60.0  # seconds after which whoever holds a lock is stuck rather than at work
SHOWN = 3


def soundness(archive: Archive) -> list[Check]:
    """The checks of an archive that is there. Nothing is changed."""
    return [
        *_files(archive), _media(archive), _redacted(archive), _ignored(archive), _locks(archive), _left(archive),
        books("answers", archive.path("state", "ask")),
    ]  # fmt: skip


def books(name: str, folder: str) -> Check:
    """What `rlm ask` keeps in a folder, where it could not be read. Books that were set aside are no fault any more."""
    is_damaged, aside = damaged(folder)
    said: list[str] = [worded("{path} was set aside, since it could not be read", path=path) for path in aside]
    if aside:
        said += ["`sqlite3 FILE .recover` gives back what can be read of a database", "delete what you do not want"]
    if is_damaged:
        said.append(worded("the books in {folder} are damaged", folder=folder))
        said.append("the next question sets them aside, and begins new ones")
    path = os.path.join(folder, NAME)
    is_other = os.path.lexists(path) and not is_file(path)
    if is_other:
        said.append(worded("{path} is no regular file: remove it", path=path))
    return Check(
        name, not is_damaged and not is_other, Joined("; ", said) if said else "no books of `rlm ask` are damaged"
    )


def _files(archive: Archive) -> Iterator[Check]:
    """As many of the files as can be read within SECONDS, the newest sessions not before the oldest."""
    end = time.monotonic() + SECONDS
    found = whole(archive, more=lambda: time.monotonic() < end)
    yield _written(archive, found)
    yield _forgotten(archive, found)


def _forgotten(archive: Archive, found: Examined) -> Check:
    """Whether what was forgotten stands in chunks again, as far as they were looked at."""
    again = found.again
    if again:
        more = [worded("and {n:,} more", n=len(again) - SHOWN)] if again[SHOWN:] else []
        return Check("what was forgotten", False, Joined("; ", [*map(str, again[:SHOWN]), *more]))
    if not archive.tombstones():
        return Check("what was forgotten", True, "nothing was forgotten")
    if found.stopped:
        return Check(
            "what was forgotten", True, "none of it stands in the chunks that were looked at: `rlm verify` looks at all"
        )
    return Check("what was forgotten", True, "none of it stands in chunks")


def _written(archive: Archive, found: Examined) -> Check:
    """Whether the files are as they were written."""
    wrong = [*found.damaged, *found.unreadable, *map(str, found.duplicates), *found.documents, *found.state]
    looked = worded(
        "{chunks:,} {chunks:|chunk|chunks} and {blobs:,} {blobs:|output|outputs} are as they were written",
        chunks=found.chunks,
        blobs=found.blobs,
    )
    if wrong:
        more = [worded("and {n:,} more", n=len(wrong) - SHOWN)] if wrong[SHOWN:] else []
        mend = "`rlm verify --repair` brings back what can be"
        return Check("chunk files", False, Joined("; ", [*wrong[:SHOWN], *more, mend]))
    said: list[str] = [looked]
    at, _ = last_found(archive.root)
    if found.stopped and at:
        said.append(worded("all were last verified on {day}: `rlm verify` looks at all", day=at[:10]))
    elif found.stopped:
        said.append("never verified as a whole: `rlm verify` looks at all")
    if gone := len(archive.tombstones().uuids):
        said.append(worded("{entries} forgotten on purpose", entries=Counted(gone, "entry")))
    if found.foreign:
        said.append(worded("no files of ours: {names}", names=", ".join(found.foreign[:SHOWN])))
    return Check("chunk files", True, Joined("; ", said))


def _media(archive: Archive) -> Check:
    """What is kept without being looked through for secrets."""
    kept = len(archive.media())
    if not kept:
        return Check("media", True, "no images or PDFs are kept")
    said = worded("{n:,} {n:|image or PDF is|images and PDFs are} kept, in which no secret is found", n=kept)
    return Check("media", True, Joined("; ", [said, "with `redact.media: drop` no more are"]))


def _redacted(archive: Archive) -> Check:
    """How many chunks were made by older rules of redaction. That is no fault: it is told, with what to do."""
    end = time.monotonic() + SECONDS
    count, total = older(archive, more=lambda: time.monotonic() < end)
    if not archive.config.redact_enabled:
        return Check("redaction", True, "switched off (redact.enabled: false): secrets are archived as they stand")
    if not count:
        return Check("redaction", True, worded("{n:,} {n:|chunk is|chunks are} by the rules of this version", n=total))
    older_ones = worded(
        "{n:,} of {all:,} {all:|chunk|chunks} {n:|was|were} made by older rules, which knew fewer secrets",
        n=count,
        all=total,
    )
    return Check("redaction", True, Joined("; ", [older_ones, "`rlm redact` applies today's"]))


def _ignored(archive: Archive) -> Check:
    path = archive.path(".gitignore")
    if (try_read(path) or b"").strip() == b"*":
        return Check("ignore file", True, "git leaves the archive alone")
    return Check(
        "ignore file",
        False,
        Joined(
            "; ", [worded("{path} does not keep git out", path=path), "the next hook or `rlm archive --all` writes it"]
        ),
    )


def _locks(archive: Archive) -> Check:
    """Locks that are held for long, and a file system that has none."""
    lacks = lacking(archive.path("state"))
    if lacks:
        form = (
            "{why}: locks of this machine stand in for them, so no other machine may write to this archive. "
            "Move the project to a file system with locks."
        )
        return Check("locks", False, worded(form, why=lacks))
    held = []
    for path in _lock_files(archive):
        why = _held(path)
        if why:
            held.append(worded("{path} {why}", path=os.path.relpath(path, archive.root), why=phrase(why)))
    if held:
        return Check(
            "locks",
            False,
            Joined(
                "; ",
                [
                    worded("{locks}: what waits for them is postponed", locks=Joined("; ", held[:SHOWN])),
                    "end that process",
                ],
            ),
        )
    return Check("locks", True, "none is held for long")


def _lock_files(archive: Archive) -> Iterator[str]:
    for folder in (archive.path("state"), archive.path("state", "locks")):
        try:
            yield from (os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(".lock"))
        except OSError:
            continue


def _held(path: str) -> str:
    """Who holds a lock and for how long, if that is too long; why it cannot be held at all; "" when all is well."""
    if fcntl is None:
        return ""
    try:
        fd = os.open(path, os.O_RDONLY | NOFOLLOW | os.O_NONBLOCK)
    except OSError as e:
        return worded("cannot be opened ({why})", why=of_system(e))
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        seconds = time.time() - os.fstat(fd).st_mtime
        who = holder_of(path)
        return (
            worded(
                "is held by {sentence} for {seconds:,.0f} s ({remedy})",
                sentence=who.sentence(),
                seconds=seconds,
                remedy=who.remedy(),
            )
            if seconds > LONG_HELD
            else ""
        )
    except OSError as e:
        return worded("cannot be locked ({why}): the file system has no locks", why=of_system(e))
    finally:
        os.close(fd)
    return ""


def _left(archive: Archive) -> Check:
    if os.path.exists(archive.path("state", "forgetting.json")):
        again = "what a run of `rlm forget` began is not done, or not proven: `rlm forget` by itself completes it"
        return Check("left-overs", False, again)
    names = []
    for part in ("", "state", os.path.join("state", "sources")):
        try:
            names += [n for n in os.listdir(archive.path(part)) if n.startswith(TMP_PREFIX)]
        except OSError:
            continue
    if not names:
        return Check("left-overs", True, worded("none"))
    return Check(
        "left-overs",
        True,
        worded("{n:,} {n:|file|files} that a killed process was writing: `rlm archive --all` sweeps", n=len(names)),
    )
