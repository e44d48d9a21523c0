"""The boundary to Claude Code: whatever happens inside, exit 0 and print nothing but a valid answer.

This module may never move: `from rlm_core.hook import main` stands in users' settings files
(docs/decisions/0002).

Exit 2 would block the user's prompt or the compaction, and anything on stdout at PreCompact becomes part
of the summariser's instructions. So this is one of the two places that catch everything.
"""

from __future__ import annotations

import gc
import os
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

PIPE_BYTES = 1024 * 1024
STATUS_BYTES = 1024 * 1024  # of what a status line is handed


def main(argv: list[str]) -> NoReturn:
    """Run one hook. argv: the event in kebab or camel case, then the scope of installation."""
    answer = b""
    started = time.perf_counter()
    gc.disable()  # the process ends before it could have collected anything worth while
    try:
        if "RLM_DEPTH" not in os.environ:  # a child of ours, whose session is not the user's
            from rlm_core import bytecode

            bytecode.install()
            from rlm_core import deadline

            deadline.start(argv[0] if argv else "")
            if argv[:1] == ["status-line"]:
                from rlm_core.hooks.statusline import status_line

                _leave(status_line(_payload(STATUS_BYTES)).encode("utf-8", "replace"))
            from rlm_core.hooks import events

            payload = _payload(events.MOST_BYTES)
            scope = argv[1] if len(argv) > 1 else "local"
            answer = events.respond(argv[0] if argv else "", scope, payload, started).encode(
                "utf-8", "backslashreplace"
            )
    except BaseException as e:
        answer = _said(argv[:1], e)
        _note(e)
    finally:
        _leave(answer)  # also when noting fails: this ends the process


def _payload(most: int) -> bytes:
    """What Claude Code hands over; of more than `most` bytes the beginning, which is one byte too long.

    Where the end does not come, what has come goes for all: if it is whole, the event is served.
    """
    from rlm_core import deadline

    parts: list[bytes] = []
    size = 0
    try:
        with deadline.Breakable(bool):
            while size <= most and (part := os.read(0, min(PIPE_BYTES, most + 1 - size))):
                parts.append(part)
                size += len(part)
    except deadline.OutOfTime:
        pass
    return b"".join(parts)


def _leave(answer: bytes) -> NoReturn:
    try:
        while answer:
            answer = answer[os.write(1, answer) :]
    except OSError:
        pass  # nobody reads us any more
    os._exit(0)


def _said(event: list[str], error: BaseException) -> bytes:
    """What the user is told of a fault of ours, once a session, where an event can tell; else nothing.

    A payload that is none makes a ValueError: that is not the user's to mend.
    """
    try:
        if isinstance(error, ValueError) or event not in (["session-start"], ["user-prompt-submit"], ["stop"]):
            return b""
        from rlm_core.hooks.notes import told_first_time

        if not told_first_time(f"{os.environ.get('CLAUDE_CODE_SESSION_ID', os.getppid())} crashed"):
            return b""
        from rlm_core import quickjson as json

        what = f"{type(error).__name__}: {error}"[:200]
        said = _failed(what)
        return json.dumps({"systemMessage": said}).encode("ascii")
    except BaseException:
        return b""


def _failed(what: str) -> str:
    """That a hook failed, in the user's language where what tells it can still be loaded."""
    form = "rlm: this session may not be archived: a hook failed ({what}). `rlm doctor` tells more."
    try:
        from rlm_core.language.notices import notice

        return notice(form, what=what)
    except Exception:
        return form.format(what=what)


def _note(error: BaseException) -> None:
    """Put the error where `rlm doctor` finds it."""
    from rlm_core import log

    log.crash(error)
