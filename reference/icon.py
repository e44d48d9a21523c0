"""`python -m reference.icon`: the plugin's icon, three chunks with a marked line, as a PNG of 512 by 512."""

from __future__ import annotations

import struct
import sys
import zlib

from reference.pages import ROOT

OUT = ROOT / ".claude-plugin" / "icon.png"
SIDE = 512
GROUND, PAPER, LINE, MARK = (31, 36, 48), (236, 239, 244), (150, 160, 178), (217, 119, 87)
BOXES = [  # left, top, right, bottom, colour; a later one lies over an earlier one
    *[(96, top, 416, top + 96, PAPER) for top in (80, 208, 336)],
    *[(120, top + up, 392 - up, top + up + 16, LINE) for top in (80, 208, 336) for up in (24, 56)],
    (120, 264, 392, 280, MARK),
]


def main() -> int:
    """Draw it; the same bytes each time."""
    rows = b"".join(b"\0" + b"".join(bytes(_colour(x, y)) for x in range(SIDE)) for y in range(SIDE))
    head = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    parts = (_part(b"IHDR", head), _part(b"IDAT", zlib.compress(rows, 9)), _part(b"IEND", b""))
    OUT.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))
    return 0


def _colour(x: int, y: int) -> tuple[int, int, int]:
    return next((c for a, b, r, d, c in reversed(BOXES) if a <= x < r and b <= y < d), GROUND)


def _part(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


if __name__ == "__main__":
    sys.exit(main())
