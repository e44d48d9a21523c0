"""Outputs that Claude Code keeps in files of their own, as they are too long for the transcript.

It puts them into `<session>/tool-results/` beside the transcript. A path that leads anywhere else is not followed: it
may have been printed by anybody.
"""

from __future__ import annotations

import os

from rlm_core.disk import opened

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterable


def path_in(shown: str) -> str:
    """The path in `Full output saved to: PATH` of a <persisted-output> notice, or "".

    It stands at the end of the first line below the tag; what stands further below is the output's own.
    """
    _, tag, rest = shown.partition("<persisted-output>\n")
    _, found, path = rest.partition("\n")[0].partition("saved to: ")
    return path.strip() if tag and found else ""


def may_name(path: str, call: str) -> bool:
    """Whether a notice may name this output. call: the id of the call that it answers; "" when there is none.

    The client names the file by the call, which no page can know beforehand, or names the file a second time in the
    record's own result. A notice that does neither is a text like any other, and the file is archived by itself.
    """
    folder, _, name = path.replace("\\", "/").rpartition("/")
    return bool(call) and name.rpartition(".")[0] == call and folder.rpartition("/")[2] == "tool-results"


def output_at(path: str, folder: str, uuid: str) -> str | None:
    """The text of the output that a record names; None when it is gone, or not the record's to name.

    folder: of the record's session. Of the path, the names of the file and of the session's folder alone are trusted,
    so that a transcript that was moved still finds its outputs. Another session's output belongs to the record only
    where that session's transcript holds the record too, by its uuid: a fork has copied it from there.
    """
    path = path.replace("\\", "/")
    name = os.path.basename(path)
    owner = os.path.basename(os.path.dirname(os.path.dirname(path)))
    if not folder or name in ("", ".", ".."):
        return None
    beside = os.path.dirname(folder)
    if owner not in ("", ".", "..", os.path.basename(folder)) and _holds(os.path.join(beside, f"{owner}.jsonl"), uuid):
        text = _text_of(os.path.join(beside, owner, "tool-results", name))
        if text is not None:
            return text
    return _text_of(os.path.join(folder, "tool-results", name))


def _holds(transcript: str, uuid: str) -> bool:
    """Whether a transcript has a record of this uuid: `"uuid":"…"`, with the client's spacing or json's."""
    if not uuid or os.path.islink(transcript) or not os.path.isfile(transcript):
        return False
    wanted = uuid.encode("utf-8", "replace")
    marks = (b'"uuid":"' + wanted + b'"', b'"uuid": "' + wanted + b'"')
    with opened(transcript, follow=True) as lines:
        return any(mark in line for line in lines for mark in marks)


def _text_of(path: str) -> str | None:
    if os.path.islink(path) or not os.path.isfile(path):
        return None
    with opened(path, follow=True) as f:
        return f.read().decode("utf-8", "replace")


def bytes_since(folder: str, moment: int) -> int:
    """Bytes of a session's outputs that were written after a moment, in nanoseconds since the epoch."""
    try:
        with os.scandir(os.path.join(folder, "tool-results")) as found:
            stats = [e.stat(follow_symlinks=False) for e in found if e.is_file(follow_symlinks=False)]
    except OSError:
        return 0
    return sum(s.st_size for s in stats if s.st_mtime_ns > moment)


def outputs_named(transcripts: Iterable[str]) -> set[str]:
    """The file names of the outputs that records of these transcripts carry: those that the reader puts in whole."""
    import re

    # `persistedOutputPath` of a result, or a text that begins as a notice; a mere mention of a path is neither.
    path = re.compile(
        rb'"(?:persistedOutputPath"\s*:\s*"|<persisted-output>\\n(?:[^"\\]|\\[^"n]){0,2000}?saved to: )'
        rb'((?:[^"\\\n]|\\[^n"])*)'
    )
    named: set[str] = set()
    for transcript in transcripts:
        with opened(transcript, follow=True) as lines:
            for line in lines:
                if b"tool-results" in line:
                    named.update(name for m in path.finditer(line) if (name := _name_of(m, line)))
    return named


def _name_of(found: re.Match[bytes], line: bytes) -> str:
    """The file name of the output that a record names here; "" when it is not the record's to name."""
    path = found[1].decode("utf-8", "replace").replace("\\\\", "/").replace("\\", "/").strip()
    name = os.path.basename(path)
    if found[0].startswith(b'"persisted'):
        return name
    call = name.rpartition(".")[0]
    return name if may_name(path, call if _answers(line, call) else "") else ""


def _answers(line: bytes, call: str) -> bool:
    """Whether a record holds the answer to a call: `"tool_use_id":"…"`, with the client's spacing or json's."""
    wanted = call.encode("utf-8", "replace")
    return any(mark + wanted + b'"' in line for mark in (b'"tool_use_id":"', b'"tool_use_id": "'))
