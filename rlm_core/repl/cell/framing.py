"""Messages between a cell's process and the one that started it, over two pipes: a length of four bytes, then JSON.

Every cell loads this, on both sides; so it does without `socket`, `json` and `threading`, which take longer to load
than a small message to send.
"""

from __future__ import annotations

import os
from _thread import allocate_lock

from rlm_core.quickjson import dumps, loads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_BYTES = 64 * 1024 * 1024
_HEAD = 4


class FramingError(Exception):
    """What came is no message, or the other side has gone."""


def send(pipe: int, message: dict[str, Any]) -> None:
    """Send one message. Raises OSError when the other side has gone, FramingError for one that is too large."""
    data = memoryview(_framed(message))
    while data:
        data = data[os.write(pipe, data) :]


def _framed(message: dict[str, Any]) -> bytes:
    data = dumps(message).encode()
    if len(data) > MAX_BYTES:
        raise FramingError(f"a message of {len(data):,} bytes; {MAX_BYTES:,} are the most")
    return len(data).to_bytes(_HEAD, "big") + data


def receive(pipe: int) -> dict[str, Any] | None:
    """The next message; None when the other side has ended. Raises FramingError for what is none."""
    head = _exactly(pipe, _HEAD)
    if head is None:
        return None
    return _message(_exactly(pipe, _size(head)) or b"")


def _size(head: bytes | bytearray) -> int:
    size = int.from_bytes(head, "big")
    if size > MAX_BYTES:
        raise FramingError(f"a message of {size:,} bytes; {MAX_BYTES:,} are the most")
    return size


def _message(data: bytes) -> dict[str, Any]:
    try:
        message = loads(data)
        if b"\\ud" in data:  # half a pair may be among them, and no file and no terminal takes one
            message = _encodable(message)
    except (ValueError, RecursionError) as e:
        raise FramingError("a message that is no JSON") from e
    if not isinstance(message, dict):
        raise FramingError("a message that is no JSON object")
    return message


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_encodable(item) for item in value]
    if isinstance(value, dict):
        return {_encodable(key): _encodable(item) for key, item in value.items()}
    return value


class Post:
    """The watching side of both pipes: it takes and gives messages, and waits for the other side in neither.

    A cell may send half a message, or read none of those that it is sent. gone: whether it has ended.
    """

    def __init__(self, calls: int, answers: int) -> None:
        """calls: read from. answers: written to."""
        os.set_blocking(calls, False)
        os.set_blocking(answers, False)
        self._calls, self._answers = calls, answers
        self._taken, self._to_give = bytearray(), bytearray()
        self._lock = allocate_lock()
        self.gone = False

    @property
    def pending(self) -> int:
        """Bytes that the other side has not taken yet."""
        return len(self._to_give)

    def take(self) -> list[tuple[dict[str, Any], int]]:
        """The messages that are whole by now, each with its bytes; call it when there is something to read.

        Raises FramingError for what is none.
        """
        try:
            data = os.read(self._calls, 1 << 20)
        except BlockingIOError:
            return []
        self.gone = not data
        self._taken += data
        found = []
        while len(self._taken) >= _HEAD:
            end = _HEAD + _size(self._taken[:_HEAD])
            if len(self._taken) < end:
                break
            found.append((_message(bytes(self._taken[_HEAD:end])), end))
            del self._taken[:end]
        return found

    def give(self, message: dict[str, Any]) -> None:
        """Send a message, now or with the next `flush`; from any thread. Raises FramingError for one too large."""
        data = _framed(message)
        with self._lock:
            self._to_give += data
        self.flush()

    def flush(self) -> None:
        """Send what the other side takes at once; nothing to one that has gone."""
        with self._lock:
            try:
                while self._to_give:
                    sent = os.write(self._answers, self._to_give[: 1 << 20])
                    del self._to_give[:sent]
            except BlockingIOError:
                pass
            except OSError:
                self._to_give.clear()


def _exactly(pipe: int, size: int) -> bytes | None:
    pieces, left = [], size
    while left:
        piece = os.read(pipe, min(left, 1 << 20))
        if not piece:
            return None
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)
