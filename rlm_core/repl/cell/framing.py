"""Messages between a cell's process and the one that started it: a length of four bytes, then JSON."""

from __future__ import annotations

import json
import socket
from typing import Any

MAX_BYTES = 256 * 1024 * 1024
_HEAD = 4


class FramingError(Exception):
    """What came is no message, or the other side has gone."""


def send(connection: socket.socket, message: dict[str, Any]) -> None:
    """Send one message. Raises OSError when the other side has gone, FramingError for one that is too large."""
    data = json.dumps(message).encode()
    if len(data) > MAX_BYTES:
        raise FramingError(f"a message of {len(data):,} bytes; {MAX_BYTES:,} are the most")
    connection.sendall(len(data).to_bytes(_HEAD, "big") + data)


def receive(connection: socket.socket) -> dict[str, Any] | None:
    """The next message; None when the other side has ended. Raises FramingError for what is none."""
    head = _exactly(connection, _HEAD)
    if head is None:
        return None
    size = int.from_bytes(head, "big")
    if size > MAX_BYTES:
        raise FramingError(f"a message of {size:,} bytes; {MAX_BYTES:,} are the most")
    data = _exactly(connection, size)
    try:
        message = json.loads(data or b"")
    except (ValueError, RecursionError) as e:
        raise FramingError("a message that is no JSON") from e
    if not isinstance(message, dict):
        raise FramingError("a message that is no JSON object")
    return message


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
