"""How many leaves this machine bears at once, where each is a process."""

from __future__ import annotations

import os

LEAF_BYTES = 300 * 1024**2  # a headless client at its peak
PER_CORE = 4  # it mostly waits for the answer, but its start takes a core for some tenths of a second
UNKNOWN = 4  # workers, where the memory cannot be told


def default_workers() -> int:
    """Leaves at once that leave half of the free memory to others."""
    memory = available()
    if memory is None:
        return UNKNOWN
    return max(1, min(PER_CORE * (os.cpu_count() or 1), memory // 2 // LEAF_BYTES))


def most_workers() -> int:
    """Leaves at once that the memory bears at all."""
    memory = available()
    return UNKNOWN if memory is None else max(1, int(memory * 0.8) // LEAF_BYTES)


def available(meminfo: str = "/proc/meminfo") -> int | None:
    """Bytes of memory to be had without swapping; half of all memory where that is not told; None when nothing is."""
    try:
        with open(meminfo, encoding="ascii") as f:
            return next(int(line.split()[1]) * 1024 for line in f if line.startswith("MemAvailable:"))
    except (OSError, ValueError, IndexError, StopIteration):
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (AttributeError, OSError, ValueError):
        return None
