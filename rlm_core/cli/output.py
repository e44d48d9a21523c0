"""Printing: results to stdout, talk to stderr, sizes as people write them."""

from __future__ import annotations

import os
import sys

from rlm_core.errors import Counted, worded
from rlm_core.language.notices import here, here_if, in_french, notice
from rlm_core.language.quoting import tame, visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from typing import Any, TextIO

    from rlm_core.archive.store import Archive
    from rlm_core.search.hits import Hit


# What JSON does not escape by itself, and by which a terminal is commanded or shows other text than there is.
OBEYED = {c: f"\\u{c:04x}" for c in (*range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))}


def decoded(data: bytes, encoding: str) -> str:
    """What was read from stdin: UTF-8 where it is that, else what the terminal writes."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(encoding, "replace")


def say(text: str = "") -> None:
    """A line of the result, fit for a terminal: of control characters it has our own colours alone."""
    sys.stdout.write(f"{text if text.isprintable() else _harmless(text)}\n")


def talk(text: str) -> None:
    """A line about what is going on, likewise."""
    sys.stderr.write(f"{text if text.isprintable() else _harmless(text)}\n")


_OUR_STYLES = ("\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[1;31m", "\x1b[1;33m")


def _harmless(text: str) -> str:
    """A text in which only our own colours are left to command a terminal: a path may have been named by anybody.

    They are told apart where the stream has none: there every escape is somebody else's.
    """
    if not any(map(coloured, (sys.stdout, sys.stderr))):
        return visible(text)
    import re  # here: a search on its way loads no patterns

    parts = re.split(f"({'|'.join(map(re.escape, _OUR_STYLES))})", text)
    return "".join(part if part in _OUR_STYLES else visible(part) for part in parts)


def remark(english: str, /, **values: object) -> None:
    """A line about what is going on, in the user's language. english: as for `notice`."""
    talk(f"rlm: {notice(english, **values)}")


def for_people(english: str, /, **values: object) -> str:
    """A text of a result that skills and pipes read too: in the user's language on a terminal alone."""
    return here_if(sys.stdout.isatty(), worded(english, **values))


def say_json(value: Any) -> None:
    """The result for a program; characters that the terminal cannot show, or would obey, are escaped."""
    import json  # not for a search that is printed

    text = json.dumps(value, ensure_ascii=not _utf8(), indent=2)
    sys.stdout.write((text if text.isascii() else text.translate(OBEYED)) + "\n")


def coloured(stream: TextIO) -> bool:
    """Whether colours are wanted: on a terminal that has them, unless NO_COLOR or CLICOLOR=0 says otherwise."""
    said = os.environ.get
    return stream.isatty() and not said("NO_COLOR") and said("CLICOLOR") != "0" and said("TERM") != "dumb"


GOOD, BAD, BOLD = "32", "1;31", "1"
"""How a word of a result stands out where colours are wanted: what is well, what is not, what heads the rest."""


def styled(text: str, style: str) -> str:
    """A word of a result on stdout. style: GOOD, BAD or BOLD. The text is ours, or made fit for a terminal."""
    return f"\x1b[{style}m{text}\x1b[0m" if coloured(sys.stdout) else text


class Highlighter:
    """Makes archived text fit for a terminal: what was searched for stands out, control characters do nothing.

    Plain where colours are not wanted, see `coloured`.
    """

    def __init__(self, query: str, stream: TextIO) -> None:
        self._colour = coloured(stream)
        self._wanted = _wanted(query) if self._colour else None

    def head(self, text: str) -> str:
        return f"\x1b[1m{visible(text)}\x1b[0m" if self._colour else visible(text)

    def text(self, line: str) -> str:
        line = visible(line)
        return self._wanted.sub(lambda m: f"\x1b[1;33m{m[0]}\x1b[0m", line) if self._wanted else line


def _wanted(query: str) -> re.Pattern[str] | None:
    """What stands out: words that begin as the query's do."""
    import re  # for a terminal alone

    words = sorted(set(re.findall(r"\w{3,}", query)), key=len, reverse=True)
    stems = [re.escape(w[: max(3, len(w) - 2)]) + r"\w*" for w in words]
    return re.compile(rf"\b(?:{'|'.join(stems)})", re.I) if stems else None


def _utf8() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"


def size(count: float) -> str:
    """A number of bytes as people write it, in the user's language.

    >>> size(1234567)
    '1.2 MB'
    """
    for unit in ("bytes", "KB", "MB"):
        if count < 1000:
            return _sized(count, 0 if unit == "bytes" else 1, unit)
        count /= 1000
    return _sized(count, 1, "GB")


def _sized(count: float, digits: int, unit: str) -> str:
    said = f"{count:.{digits}f} {unit}"
    if not in_french():
        return said
    return (
        said.replace(".", ",").replace("bytes", "octets" if count >= 2 else "octet").replace("B", "o").replace("K", "k")
    )


def unread_json(archive: Archive) -> dict[str, list[str]]:
    """The same for a program: a field that is there when there is something to tell."""
    return {"unreadable": sorted(archive.unread)} if archive.unread else {}


def say_unread(archive: Archive) -> None:
    """Tell, behind a result, of the files that it lacks because they could not be read."""
    unread = sorted(archive.unread.items())
    if unread:
        path, why = unread[0]
        remark(
            "{files} of the archive could not be read: {path} ({why}){others}; `rlm verify --repair` brings back what "
            "can be",
            files=count_of(len(unread), "file"),
            path=visible(path),
            why=visible(here(why)),
            others=worded(", and {n:,} more", n=len(unread) - 1) if unread[1:] else "",
        )


count_of = Counted
"""`1 session`, `2 sessions`; in the user's language where it is a value of a notice."""


FOREIGN = " (foreign)"
"""Behind what came with an archive that was adopted: somebody else may have written it. What skills and pipes read."""


def foreign_mark() -> str:
    """The same for whoever reads stdout."""
    return for_people(FOREIGN)


def marked_if(came: bool) -> dict[str, bool]:
    """The mark in JSON, which stands only where it is true."""
    return {"foreign": True} if came else {}


def session_titles(hits: list[Hit]) -> dict[str, str]:
    """Directory -> what its session is called, for those of the hits; "" for a document."""
    from rlm_core.archive.maps import title_of  # not for commands that print no hits

    return {folder: tame(title_of(folder)) for folder in {os.path.dirname(h.path) for h in hits}}


def going_back(h: Hit) -> str:
    """The command that opens the session of a hit again; "" for a document's."""
    return "" if h.session.startswith("doc-") else f"rlm resume {h.chunk}:{h.line}"


def say_hit(h: Hit, project: str, shown: Highlighter, session_title: str = "") -> None:
    """Print a hit for people: where and when, the passage, the file.

    session_title: shown where the chunk's does not begin with it.
    """
    when = h.started[:16].replace("T", " ")
    if sys.stdout.isatty():
        from rlm_core.cli.manners import ages  # only there a local time

        when = ages.when(h.started)
    echo = [h.kind] if h.kind in ("asked", "recalled") else []
    marks = "".join(f" [{for_people(m)}]" for m in (*h.marks, *echo)) + (foreign_mark() if h.foreign else "")
    where = "" if h.title.startswith(session_title.rstrip("…")) else for_people("  in: {title}", title=session_title)
    say(shown.head(f"{h.chunk}:{h.line}  {when}  {h.role}{marks}  {tame(h.title)}{where}"))
    for line in h.snippet.split("\n"):
        if line.strip():
            say(f"    {shown.text(line.rstrip())}")
    notes = [for_people("later: {chunks}", chunks=", ".join(h.later))] if h.later else []
    notes += [for_people("the same in {n} other {n:|place|places}", n=h.repeats)] if h.repeats else []
    notes += [for_people("whole in {path}", path=os.path.relpath(h.stands_in, project))] if h.stands_in else []
    say("    " + semicolon().join([f"{os.path.relpath(h.path, project)}:{h.line}", *notes]))


def semicolon() -> str:
    """What parts two notes of a line of a result that skills and pipes read too."""
    return for_people("; ")


def say_why(h: Hit) -> None:
    """Print what a hit scored for, a line a step; the points sum to its score."""
    if not h.why:
        counted = for_people("score {score:.3f}, by a count of words in the files, for want of an index", score=h.score)
        say(f"      {counted if h.score else for_people('newest first, not by a score')}")
        return
    say(for_people("      score {score:.3f}:", score=h.score))
    for part in h.why:
        say(f"      {part['points']:+9.3f}  {tame(here_if(sys.stdout.isatty(), part['said']))}")
