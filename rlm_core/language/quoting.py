"""Makes text that anybody may have written fit to be quoted: harmless to whoever reads it, and short enough."""

from __future__ import annotations

# What a terminal would obey: all control characters but tab and newline. Those of ASCII become their pictures.
_PICTURES = {c: 0x2400 + c for c in range(32) if c not in (9, 10)} | dict.fromkeys(range(0x7F, 0xA0), 0x2421)


def tame(text: str) -> str:
    """The text on one line, in which nothing can be taken for markup or for a terminal's command."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if "<" not in line:
        return line
    text, *rest = line.split("<")
    return text + "".join(f"{'‹' if r[:1].isalpha() or r[:1] in ('/', '!', '?') else '<'}{r}" for r in rest)


def tame_start(text: str, most: int) -> str:
    """The same, at most `most` characters of it; an ellipsis stands for what is left out."""
    text = tame(text)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def visible(text: str) -> str:
    """The text with its lines and its markup, whose control characters cannot command a terminal.

    >>> visible("a\\x1b[2Jb")
    'a␛[2Jb'
    """
    return text.translate(_PICTURES)


def escaped(path: str) -> str:
    """A path fit to be printed, and to be told from any other: what is not printable is escaped.

    >>> escaped("docs/a\\x1b[2J.md")
    'docs/a\\\\x1b[2J.md'
    """
    if path.isprintable():
        return path
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in path)


def shares(wanted: list[int], room: int) -> list[int]:
    """How much of `room` each gets: all it wants where that is little, an equal share of the rest where it is much.

    >>> shares([100, 1, 100], 21)
    [10, 1, 10]
    """
    given = [0] * len(wanted)
    by_size = sorted(range(len(wanted)), key=wanted.__getitem__)
    for n, i in enumerate(by_size):
        given[i] = min(wanted[i], room // (len(wanted) - n))
        room -= given[i]
    return given
