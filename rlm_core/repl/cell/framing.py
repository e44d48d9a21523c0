"""Messages between a cell's process and the one that started it: a length of four bytes, then JSON."""

from __future__ import annotations

import json
import socket
import threading
from typing import Any

MAX_BYTES = 64 * 1024 * 1024
_HEAD = 4


class FramingError(Exception):
    """What came is no message, or the other side has gone."""


def send(connection: socket.socket, message: dict[str, Any]) -> None:
    """Send one message. Raises OSError when the other side has gone, FramingError for one that is too large."""
    connection.sendall(_framed(message))


def _framed(message: dict[str, Any]) -> bytes:
    data = json.dumps(message).encode()
    if len(data) > MAX_BYTES:
        raise FramingError(f"a message of {len(data):,} bytes; {MAX_BYTES:,} are the most")
    return len(data).to_bytes(_HEAD, "big") + data


def receive(connection: socket.socket) -> dict[str, Any] | None:
    """The next message; None when the other side has ended. Raises FramingError for what is none."""
    head = _exactly(connection, _HEAD)
    if head is None:
        return None
    return _message(_exactly(connection, _size(head)) or b"")


def _size(head: bytes | bytearray) -> int:
    size = int.from_bytes(head, "big")
    if size > MAX_BYTES:
        raise FramingError(f"a message of {size:,} bytes; {MAX_BYTES:,} are the most")
    return size


def _message(data: bytes) -> dict[str, Any]:
    try:
        message = json.loads(data)
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
    """The watching side of the connection: it takes and gives messages, and waits for the other side in neither.

    A cell may send half a message, or read none of those that it is sent. gone: whether it has ended.
    """

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self._connection = connection
        self._taken, self._to_give = bytearray(), bytearray()
        self._lock = threading.Lock()
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
            data = self._connection.recv(1 << 20)
        except BlockingIOError:
            return []
        except ConnectionError:
            data = b""
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
                    sent = self._connection.send(self._to_give[: 1 << 20])
                    del self._to_give[:sent]
            except BlockingIOError:
                pass
            except OSError:
                self._to_give.clear()


def _exactly(connection: socket.socket, size: int) -> bytes | None:
    pieces, left = [], size
    while left:
        try:
            piece = connection.recv(min(left, 1 << 20))
        except ConnectionError:
            piece = b""
        if not piece:
            return None
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)
