"""Makes the transcript of a session that comes back, and puts it where Claude Code looks for it."""

from __future__ import annotations

import os
import uuid
from collections import Counter

from rlm_core.archive.maps import title_of
from rlm_core.config import redactor
from rlm_core.disk import make_dir, write_atomic
from rlm_core.errors import RlmError, worded
from rlm_core.everywhere.going import first_directory
from rlm_core.home import config_dir
from rlm_core.reach import SLUG_CHARS, slug
from rlm_core.record import Record, each
from rlm_core.redaction.clean import EMPTY
from rlm_core.revive.agents import Agents, write
from rlm_core.revive.told import told_by
from rlm_core.revive.tree import Tree, pair, units_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rlm_core.archive.store import Archive

NOTE = """[Revived by rlm from session {session}, up to {citation}]
This conversation was written anew from its archive. What was redacted there is redacted here, thoughts are left out,
and of long outputs the head and the tail stand here, with the path of the whole text between them."""


class Revived(Record):
    """A session that came back. session: its new id. place: the directory in which it goes on. tokens: that the client
    sends at first, about. left: kind -> entries that are not in it. agents: sub-agents that came with it.
    """

    session: str
    origin: str
    path: str
    place: str
    entries: int
    tokens: int
    left: dict[str, int] = each(dict)
    agents: int = 0

    def as_json(self) -> dict[str, Any]:
        shown = ("session", "origin", "path", "entries", "tokens", "agents", "left")
        return {**{name: getattr(self, name) for name in shown}, "cwd": self.place, "command": self.command}

    @property
    def command(self) -> str:
        return f"claude --resume {self.session}"


def revive(archive: Archive, project: str, session: str, until: str = "", *, dry: bool = False) -> Revived:
    """Write a transcript of an archived session under a new id.

    session: its whole id. until: `chunk:line` of the last entry that comes back; "" for all. dry: nothing is written.
    Raises RlmError when nothing of the session can come back, and OSError.
    """
    told = told_by(archive, session, until)
    left: Counter[str] = Counter()
    units = units_of(told, left)
    if not any(u.side in ("user", "assistant") for u in units):
        raise RlmError(worded("nothing that was said in session {session} is archived", session=session))
    folder = (
        os.path.dirname(told[-1].folder)
        if os.path.basename(os.path.dirname(told[-1].folder)) == "agents"
        else told[-1].folder
    )
    began = first_directory(folder)
    place = os.path.realpath(began if os.path.isdir(began) else project)
    new = str(uuid.uuid4())
    pair(units, new)
    tree = Tree(new, place, redactor(archive.config))
    made = tree.write(units, NOTE.format(session=session, citation=told[-1].citation))
    tree.title(f"{title_of(folder) or session[:8]} (revived)")
    path = os.path.join(config_dir(), "projects", client_folder(place), f"{new}.jsonl")
    others = Agents(archive, folder, new, place, tree.redact)
    agents = others.revived(units, told[-1].one.time if until else 0)
    if not dry:
        make_dir(os.path.dirname(path))
        write(agents, path)  # first: the client must find them where it finds the session
        write_atomic(path, EMPTY.encode().join(made.lines))
    every = dict(made.left + left + others.left)
    return Revived(new, session, path, place, made.entries, made.tokens, every, len(agents))


def client_folder(place: str) -> str:
    """The name of Claude Code's folder of the sessions that begin in a directory.

    A long one is cut, and a hash of the directory stands behind it: Java's hash of a string, in base 36.
    """
    name = slug(place)
    whole = "".join(c if c.isascii() and c.isalnum() else "-" for c in place)
    return name if len(whole) <= SLUG_CHARS else f"{name}-{_base36(_java_hash(place))}"


def _java_hash(text: str) -> int:
    found = 0
    units = text.encode("utf-16-le", "surrogatepass")
    for n in range(0, len(units), 2):
        found = (found * 31 + int.from_bytes(units[n : n + 2], "little")) & 0xFFFFFFFF
    return abs(found - (1 << 32) if found >> 31 else found)


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = ""
    while number:
        number, rest = divmod(number, 36)
        text = digits[rest] + text
    return text or "0"
