"""Names on a command line that nothing in the archive has: told as such, with the nearest that there are."""

from __future__ import annotations

import os

from rlm_core.cli.manners.wordorder import nearest
from rlm_core.cli.output import talk
from rlm_core.language.notices import notice
from rlm_core.language.quoting import tame_start

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Iterator
    from typing import Any

    from rlm_core.archive.store import Archive

SHOWN, NAME_CHARS = 3, 80
MOST_COMPARED = 5000  # names, of which the nearest are looked for


def tell_unknown(archive: Archive, args: Namespace) -> bool:
    """Tell on stderr of each of --session, --tool, --file and --branch that fits nothing here; whether there was one.

    Reads every chunk's front matter: for a result that is empty.
    """
    given = [name for name in ("session", "tool", "file", "branch") if getattr(args, name, "")]
    metas = list(archive.metas()) if given else []
    said = [line for name in given if (line := _unknown(name, str(getattr(args, name)), metas))]
    for line in said:
        talk(f"rlm: {line}")
    return bool(said)


def _unknown(name: str, value: str, metas: list[dict[str, Any]]) -> str:
    """What is to be told of an option's value; "" for one that fits."""
    known = dict.fromkeys(_values(name, metas))
    fits = {"session": str.startswith, "file": str.__contains__}.get(name, str.__eq__)
    if any(fits(one, value) for one in known):
        return ""
    form = {
        "session": "no session here has an id that begins with {name}",
        "tool": "no tool is called {name} in what is archived",
        "file": "no chunk here touched a file with {name} in its path",
        "branch": "nothing here was said on a branch {name}",
    }[name]
    near = near_names(name, value, known)
    several = ", ".join(tame_start(one, NAME_CHARS) for one in near)
    said = notice(form, name=tame_start(value, NAME_CHARS))
    if near:
        return said + notice("; nearest: {several}", several=several)
    return said + notice("; `rlm list` shows the sessions") if name == "session" else said


def _values(name: str, metas: Iterable[dict[str, Any]]) -> Iterator[str]:
    for meta in metas:
        if name in ("session", "branch"):
            yield str(meta.get(name) or "")
        else:
            yield from map(str, meta.get(f"{name}s") or ())


def near_names(name: str, value: str, known: Iterable[str]) -> list[str]:
    """The nearest of the values that an option could have had; all tools and branches, where there are few."""
    values = [one for one in known if one][-MOST_COMPARED:]
    if name == "file":
        ends = {os.path.basename(one): one for one in values}
        return [ends[end] for end in nearest(os.path.basename(value), ends, SHOWN)]
    if name == "session":
        ids = {one[: max(len(value), 4)]: one for one in values}
        return [ids[start] for start in nearest(value, ids, SHOWN)]
    return nearest(value, values, SHOWN) or (values if len(values) <= 2 * SHOWN else [])
