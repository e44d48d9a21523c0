"""Bytes that a file may turn into: what disks, crashes and strangers do to it.

>>> mutate(b"one\\ntwo\\n", [("flip", 0, 1)])
b'nne\\ntwo\\n'
"""

from __future__ import annotations

import os

from hypothesis import settings
from hypothesis import strategies as st

TORTURE = int(os.environ.get("RLM_TORTURE", "1"))
"""How many times as much is tried as in CI."""

Step = tuple[str, int, int]
KINDS = ("flip", "cut", "drop", "zero", "again", "glue", "text", "bracket", "swap")
TEXTS = (
    *(b"\0", b"\n", b"\r\n", b'"', b"\\", b"{", b"}", b"]", b",", b"null", b"-1", b"1e999", b"NaN", b"true", b"\xff"),
    *(b"\xed\xa0\x80", "\u2028".encode(), b"../", b"/etc/passwd", b"<!-- rlm: ", b" -->\n", b"---\n", b"## ", b"```"),
    *(b"\x1b[31m", b'{"type":"user"}', b'"uuid":"x"', b"9" * 400, b"\xef\xbb\xbf"),
)
STEPS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 2**24), st.integers(0, 2**24)), max_size=6)


def examples(most: int) -> settings:
    """Settings of a test that tries so many examples in CI."""
    return settings(max_examples=most * TORTURE, deadline=None)


def mutate(data: bytes, steps: list[Step]) -> bytes:
    """The bytes after these steps; each is a kind and two numbers that say where and how much."""
    for kind, one, two in steps:
        data = _after(data, kind, one % (len(data) + 1), two)
    return data


def _after(data: bytes, kind: str, at: int, much: int) -> bytes:
    end = min(at + 1 + much % 200, len(data))
    changed = {
        "flip": lambda: data[:at] + bytes(b ^ (1 << much % 8) for b in data[at : at + 1]) + data[at + 1 :],
        "cut": lambda: data[:at],
        "drop": lambda: data[:at] + data[end:],
        "zero": lambda: data[:at] + bytes(end - at) + data[end:],
        "again": lambda: data[:end] + data[at:end] + data[end:],
        "glue": lambda: data[:at] + data[at:].replace(b"\n", b"", 1 + much % 3),
        "text": lambda: data[:at] + TEXTS[much % len(TEXTS)] + data[at:],
        "bracket": lambda: data[:at] + b"[{"[much % 2 : much % 2 + 1] * (much % 3000) + data[at:],
        "swap": lambda: data[:at] + data[end : end + (end - at)] + data[at:end] + data[end + (end - at) :],
    }
    return changed[kind]()
