"""Makes text that anybody may have written fit for its place: for terms, a terminal, a line of Markdown, a file.

A terminal obeys control characters, and its escape sequences glue themselves to the words beside them:

    \\x1b[31mretry\\x1b[0m limit     for terms: retry limit       in a file: ␛[31mretry␛[0m limit
"""

from __future__ import annotations

from rlm_core.redaction.clean import EMPTY, literal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rlm_core.redaction.clean import AnyText

# What a terminal would obey: all control characters but tab and newline. Those of ASCII become their pictures.
_PICTURES = {c: 0x2400 + c for c in range(32) if c not in (9, 10)} | dict.fromkeys(range(0x7F, 0xA0), 0x2421)
_BIDI = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0xFFFD)  # they show other text than there is
_SPACE, _LESS, _TAMED, _ELLIPSIS, _CRLF = literal(" "), literal("<"), literal("‹"), literal("…"), literal("\r\n")
_SAFE_IN_SHELLS = "_@%+=:,./-"  # besides letters and figures of ASCII
_escape: Any = None  # compiled when first needed, which in most hooks is never
_control: Any = None


def plain(text: AnyText) -> AnyText:
    """The text without escape sequences, such as colours, titles of windows and links, be they raw or as pictures.

    >>> plain("\\x1b[1;31mretry\\x1b[0m")
    'retry'
    """
    if "\x1b" not in text and "\u241b" not in text and "\x9b" not in text and "\x9d" not in text:
        return text
    global _escape
    if _escape is None:
        import re

        esc, end = "[\x1b\u241b]", "(?:[\x07\u2407\x9c]|[\x1b\u241b]\\\\)"
        _escape = re.compile(
            f"(?:{esc}\\[|\x9b)[0-?]{{0,64}}[ -/]{{0,8}}[@-~]"  # colours, the cursor
            f"|(?:{esc}[\\]P_^X]|\x9d)[^\x07\u2407\x1b\u241b\x9c\n]{{0,2000}}{end}"  # titles, links
            f"|{esc}[ -/]{{0,8}}[0-~]"
        )
    found: AnyText = _escape.sub("", text)
    return found


def for_terms(text: AnyText) -> AnyText:
    """The text as words are taken from it: without escape sequences, a blank for every other control character."""
    return blanked(plain(text))


def blanked(text: AnyText) -> AnyText:
    """The text with a blank for control characters, all but tab and newline."""
    if text.isprintable():
        return text
    global _control
    if _control is None:
        import re

        _control = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+")
    found: AnyText = _control.sub(" ", text)
    return found


def tame(text: AnyText) -> AnyText:
    """The text on one line, in which nothing can be taken for markup or for a terminal's command."""
    text = plain(text)
    if not text.isprintable():
        characters: Any = [c if c.isprintable() else " " for c in text]
        text = EMPTY.join(characters)
    first, *rest = _SPACE.join(text.split()).split("<")
    if not rest:
        return first
    return EMPTY.join([first, *((_TAMED if r[:1].isalpha() or r[:1] in ("/", "!", "?") else _LESS) + r for r in rest)])


def tame_start(text: AnyText, most: int) -> AnyText:
    """The same, at most `most` characters of it; an ellipsis stands for what is left out."""
    text = tame(text)
    return text if len(text) <= most else text[: most - 1] + _ELLIPSIS


def visible(text: str) -> str:
    """The text with its lines and its markup, whose control characters cannot command a terminal.

    >>> visible("a\\x1b[2Jb")
    'a␛[2Jb'
    """
    return text if text.isprintable() else text.translate(_PICTURES | _BIDI)


def shell_word(text: str) -> str:
    """A text as one word of a shell's command line, harmless to a terminal. `shlex` does so by a pattern, for which
    a search would have to load `re`.

    >>> shell_word("my project"), shell_word("/srv/project")
    ("'my project'", '/srv/project')
    """
    shown = visible(text)
    others = "".join([c for c in shown if c not in _SAFE_IN_SHELLS])
    if shown and shown.isascii() and (others.isalnum() or not others):
        return shown
    return "'" + shown.replace("'", "'\"'\"'") + "'"


def inert(text: AnyText) -> AnyText:
    """The text for a file that people may print on a terminal: what that would obey becomes visible, all else stays.

    A carriage return stays where it ends a line.
    """
    pieces: Any = [piece.translate(_PICTURES) for piece in text.split("\r\n")]
    made: AnyText = _CRLF.join(pieces)
    return made


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
