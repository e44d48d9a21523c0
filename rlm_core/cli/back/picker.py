"""Picks one of many lines at a terminal: arrow keys, filter as one types, a preview below.

`Picker` is what the keys do, without a terminal; `pick` shows it by curses, which Python brings along everywhere but on
Windows.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from rlm_core.language.quoting import visible

if TYPE_CHECKING:
    import curses
    from collections.abc import Callable, Sequence

UP, DOWN, PAGE_UP, PAGE_DOWN, TAKE, LEAVE, BACK, CLEAR = (
    "up",
    "down",
    "page up",
    "page down",
    "take",
    "leave",
    "",
    "clear",
)
PAGE = 10
PREVIEW_ROWS = 8
ESCAPE_MS = 50  # wait behind an escape for the rest of an arrow key


class Picker:
    """labels: the lines. typed: what narrows them down. at: which of those that are left is chosen."""

    def __init__(self, labels: Sequence[str]) -> None:
        self.labels = labels
        self.typed = ""
        self.at = 0
        self.left = list(range(len(labels)))

    @property
    def chosen(self) -> int | None:
        """The number of the chosen line among all; None when none is left."""
        return self.left[self.at] if self.left else None

    def press(self, key: str) -> bool:
        """One key: a name above or a character. Whether the picking is over."""
        moves = {UP: -1, DOWN: 1, PAGE_UP: -PAGE, PAGE_DOWN: PAGE}
        if key in (TAKE, LEAVE):
            return key == LEAVE or bool(self.left)
        if key in moves:
            self.at = max(0, min(self.at + moves[key], len(self.left) - 1))
            return False
        self.typed = "" if key == CLEAR else self.typed[:-1] if key == BACK else self.typed + key
        words = self.typed.casefold().split()
        self.left = [n for n, label in enumerate(self.labels) if all(w in label.casefold() for w in words)]
        self.at = 0
        return False

    def shown(self, rows: int) -> list[tuple[int, bool]]:
        """(number of a line, whether it is the chosen one) of those that fit into so many rows."""
        first = max(0, min(self.at - rows // 2, len(self.left) - rows))
        return [(n, first + i == self.at) for i, n in enumerate(self.left[first : first + rows])]


def can_pick() -> bool:
    """Whether a person sits at a terminal that can do it."""
    try:
        import curses  # noqa: F401 - not on Windows
    except ImportError:
        return False
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def pick(labels: Sequence[str], preview: Callable[[int], Sequence[str]]) -> int | None:
    """The number of the line that was taken; None when nothing was. preview: lines about one of them."""
    import curses

    picker = Picker(labels)
    return curses.wrapper(lambda screen: _run(screen, picker, preview))


def _run(screen: curses.window, picker: Picker, preview: Callable[[int], Sequence[str]]) -> int | None:
    import curses

    curses.set_escdelay(ESCAPE_MS)
    while True:
        _draw(screen, picker, preview)
        try:
            key = _name(screen.get_wch())
        except KeyboardInterrupt:
            return None
        except curses.error:  # a signal, as when the window changes its size
            continue
        if key is not None and picker.press(key):
            return None if key == LEAVE else picker.chosen


def _name(key: str | int) -> str | None:
    import curses

    special = {
        curses.KEY_UP: UP, curses.KEY_DOWN: DOWN, curses.KEY_PPAGE: PAGE_UP, curses.KEY_NPAGE: PAGE_DOWN,
        curses.KEY_ENTER: TAKE, curses.KEY_BACKSPACE: BACK,
    }  # fmt: skip
    if isinstance(key, int):
        return special.get(key)
    plain = {"\n": TAKE, "\r": TAKE, "\x1b": LEAVE, "\x7f": BACK, "\b": BACK, "\x15": CLEAR, "\x10": UP, "\x0e": DOWN}
    return plain.get(key, key if key.isprintable() else None)


def _draw(screen: curses.window, picker: Picker, preview: Callable[[int], Sequence[str]]) -> None:
    import curses

    height, width = screen.getmaxyx()
    about = min(PREVIEW_ROWS, max(height // 3, 0))
    rows = max(1, height - 2 - about)
    screen.erase()
    _put(screen, 0, f"> {picker.typed}", width, curses.A_BOLD)
    for at, (n, chosen) in enumerate(picker.shown(rows), 1):
        _put(screen, at, picker.labels[n], width, curses.A_REVERSE if chosen else curses.A_NORMAL)
    chosen_line = picker.chosen
    lines = preview(chosen_line) if chosen_line is not None else ["nothing fits what was typed"]
    for at, line in enumerate(list(lines)[:about], height - 1 - about):
        _put(screen, at, line, width, curses.A_DIM)
    keys = "arrows: choose   type: narrow down   Enter: take   Esc: leave"
    _put(screen, height - 1, f"{len(picker.left):,} of {len(picker.labels):,}   {keys}", width, curses.A_DIM)
    screen.move(0, min(width - 1, len(picker.typed) + 2))
    screen.refresh()


def _put(screen: curses.window, row: int, text: str, width: int, how: int) -> None:
    import curses

    try:
        screen.addnstr(row, 0, visible(text), max(0, width - 1), how)
    except curses.error:  # a window of no size
        return
