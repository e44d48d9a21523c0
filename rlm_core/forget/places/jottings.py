"""Small notes of the machine's: hints, what a session was told, the log, files that a killed process left behind."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from rlm_core.disk import TMP_PREFIX, machine, names, read, remove, write_atomic
from rlm_core.redaction.clean import dumps, own_bytes, written_before
from rlm_core.transcript.source import safe_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rlm_core.forget.places.job import Job

_TEMPORARY = re.compile(r"\.tmp-(\d+)-")


def clear_hints(job: Job) -> int:
    """Passages that hints have shown: a uuid and the first characters of what was shown."""
    path = job.target.archive.path("state", "hinted.json")
    kept = {k: v for k, v in machine(path).items() if isinstance(v, list)}
    left = {k: [one for one in v if not _goes(job, str(one))] for k, v in kept.items() if k not in job.target.sessions}
    count = sum(map(len, kept.values())) - sum(map(len, left.values()))
    if (count or len(left) < len(kept)) and not job.dry:
        shown = {written_before(k): [written_before(str(one)) for one in v] for k, v in left.items()}
        write_atomic(path, dumps(shown).encode())
    return count


def _goes(job: Job, shown: str) -> bool:
    uuid, _, text = shown.partition(":")
    return uuid in job.uuids or job.telling.tells(text)


def clear_notes(job: Job) -> int:
    """What is noted of sessions that go wholly: that they were told something, that a lock was held."""
    archive = job.target.archive
    sessions = [safe_name(session) for session in job.target.sessions]
    count = 0
    for folder, prefix in (("state", "told-"), ("state", "window-"), ("state/postponed", ""), ("state/folders", "")):
        for name in names(archive.path(*folder.split("/"))):
            stem = name.removeprefix(prefix).removesuffix(".json")
            if name.startswith(prefix) and any(stem == s or stem.startswith(f"{s}.") for s in sessions):
                count += 1
                if not job.dry:
                    remove(archive.path(*folder.split("/"), name))
    return count


def clear_log(job: Job) -> int:
    """Lines of the log that tell, such as an error that quotes."""
    count = 0
    for name in ("rlm.log", "rlm.log.1"):
        path = job.target.archive.path("log", name)
        lines = (read(path) or b"").split(b"\n") if os.path.lexists(path) else []
        kept = [line for line in lines if not job.concerns(line)]
        if len(kept) < len(lines):
            count += len(lines) - len(kept)
            if not job.dry:
                write_atomic(path, own_bytes(b"\n".join(kept)))
    return count


def clear_left_behind(job: Job) -> int:
    """Temporary files of processes that have died."""
    count = 0
    for root in job.roots:
        for path in _temporary(root):
            if _is_dead(os.path.basename(path)) and job.concerns(_bytes(path)):
                count += 1
                if not job.dry:
                    remove(path)
    return count


def _temporary(root: str) -> Iterator[str]:
    for folder, _, found in os.walk(root):
        yield from (os.path.join(folder, name) for name in found if name.startswith(TMP_PREFIX))


def _is_dead(name: str) -> bool:
    """Whether the process that began a temporary file has ended."""
    number = _TEMPORARY.match(name)
    if not number:
        return True
    try:
        os.kill(int(number[1]), 0)
    except (ProcessLookupError, OverflowError):
        return True
    except OSError:
        return False
    return int(number[1]) == os.getpid()


def _bytes(path: str) -> bytes:
    try:
        return read(path) or b""
    except OSError:
        return b""
