"""BLAKE2b (RFC 7693) without the cost of hashlib, which loads OpenSSL: 3 ms that a hook has no use for."""

from __future__ import annotations

try:
    from _blake2 import blake2b
except ImportError:  # pragma: no cover - an interpreter built otherwise
    from hashlib import blake2b

__all__ = ["blake2b", "hexdigest"]


def hexdigest(data: bytes, size: int) -> str:
    """BLAKE2b of `size` bytes as hexadecimal digits."""
    return blake2b(data, digest_size=size).hexdigest()
