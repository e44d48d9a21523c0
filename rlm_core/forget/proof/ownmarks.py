"""What our own files hold by themselves: paths, ids, hashes and figures, which tell nothing of what was said.

It is taken from where it stands alone: names of files of the forms that we give them, and keys of notes that nobody's
words get into. Whatever else stands in these files, a title or a word that somebody has put there, tells as anywhere.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from rlm_core.forget.proof.raw import contents, files_below
from rlm_core.forget.proof.wordrow import units
from rlm_core.home import ROWS, config_dir, id_of, own_dir
from rlm_core.launcher import shell, table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from rlm_core.forget.target import Target

_HEX = r"[0-9a-f]"
_UUID = rf"{_HEX}{{8}}(?:-{_HEX}{{4}}){{3}}-{_HEX}{{12}}"
_SOURCE = rf"{_UUID}(?:\.(?:[a-z]?{_HEX}{{7,32}}|files))?"
_INSIDE = rf"(?:old/)?\d{{4,}}-{_HEX}{{8}}\.md|index(?:-\d{{4,}})?\.md"
_NAMES = re.compile(
    rf"(?:copies/{_HEX}{{32}}/)?sessions/\d{{4}}-\d\d-\d\d_{_HEX}{{8}}(?:/agents/(?:[a-z]?{_HEX}{{7,32}}|files))?/(?:{_INSIDE})"
    rf"|state/(?:sources|locks|folders|postponed)/{_SOURCE}(?:\.json|\.lock)?"
    rf"|state/(?:told|window)-{_SOURCE}\.json|state/cleared-\d+\.json"
    rf"|(?:state/ask/)?(?:runs/{_HEX}{{40}}(?:-[0-9a-f-]+)?|grants/{_HEX}{{16}})\.lock|state/ask/orders/order-{_HEX}{{8}}\.md"
    rf"|install/settings(?:\.local)?\.json\.{_HEX}{{16}}|installs/{_HEX}{{16}}"
    rf"|archives/{_HEX}{{32}}/(?:row|outside|brought|index|forgotten)\.json|copies/{_HEX}{{32}}/(?:copied\.json|place|lock)"
)
"""Whole paths below a directory of ours; none of outputs and of summaries, whose names are made from what was said."""
_DOCUMENT = re.compile(rf"(?:copies/{_HEX}{{32}}/)?documents/([^/]+)-({_HEX}{{12}}/(?:{_INSIDE}))")
_ID = re.compile(
    rf"(?:r\d-)?{_HEX}{{7,128}}|{_UUID}(?:\.{_HEX}+)?|[\w.]+\.{_HEX}{{16}}|\d[\d.]*-{_HEX}{{8}}|[\d:TZ.-]+"
)
_CASE = re.compile(r"[0-9a-f]{8}\) python=.+ package=.+ ;;")

PATHS = ("settings", "python", "package", "path", "former", "worktrees", "root", "executable", "indexes")
"""Keys of notes below which a path stands, or several."""
IDS = (
    *("id", "session", "agent", "check", "previous", "marks", "open", "fresh", "open_file", "spare", "baseline"),
    *("original", "written", "last_seen", "inode", "ppid", "time", "offset", "end", "seen", "at", "indexes", "tracked"),
    "version",
)
"""Keys below which ids, hashes and figures stand, however nested."""
WITHIN = ("projects", "installs", "sessions", "")
"""Keys below which objects stand that have such keys."""
NOTES = (
    *("projects.json", "launch.json", f"{ROWS}/ID/row.json", f"{ROWS}/ID/index.json", f"{ROWS}/ID/outside.json"),
    *("install/manifest-local.json", "install/manifest-project.json", "install/manifest-user.json"),
    *("state/catalog.json", "state/verified.json"),
)
_NOTES = re.compile(r"state/(?:sources/[^/]+|(?:told|window)-[^/]+|cleared-\d+)\.json")


def own_marks(target: Target) -> Iterator[str]:
    """Each of them, with those that stand beside it in the same row; none of a directory that goes as it is."""
    root, own, digits = target.archive.root, own_dir(), id_of(target.archive.root)
    yield from (config_dir(), os.path.realpath(config_dir()), digits)
    yield from _names(target, root, "")
    for part in (f"{ROWS}/{digits}", f"copies/{digits}") if digits else ():
        yield from _names(target, own, part)
    yield from _names(target, own, "installs")
    yield from _names(target, os.path.join(config_dir(), "rlm-ask"), "")
    below = (os.path.relpath(path, root).replace(os.sep, "/") for path in files_below(os.path.join(root, "state")))
    listed = [(own, name.replace("ID", digits)) for name in NOTES] + [(root, name) for name in NOTES]
    for base, place in [*listed, *((root, place) for place in below if _NOTES.fullmatch(place))]:
        found = _kept("", _json(_text(os.path.join(base, *place.split("/")))))
        if found:  # lists have an accent of a path escaped, notes as it is
            yield from (json.dumps(found, ensure_ascii=False), json.dumps(found))
    yield from _launcher(own)


def _names(target: Target, base: str, part: str) -> Iterator[str]:
    """Paths of files of ours below a directory, as far as nobody has named them: of a document whose path does not
    stay, what begins with that path's hash.
    """
    listed = _json(_text(target.archive.path("documents", "sources.json")))
    rows = listed.get("documents") if isinstance(listed, dict) else None
    paths = [row.get("path") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    staying = {tuple(units(os.path.basename(str(path)))) for path in paths if path not in target.documents}
    for path in files_below(os.path.join(base, *part.split("/"))):
        place = os.path.relpath(path, base).replace(os.sep, "/")
        if target.goes_whole(os.path.dirname(place.partition(f"{part}/")[2] if part else place)):
            continue
        if _NAMES.fullmatch(place):
            yield path
        elif found := _DOCUMENT.fullmatch(place):
            yield path if tuple(units(found[1])) in staying else found[2]


def _launcher(own: str) -> Iterator[str]:
    """The launcher, where it is what the list of installations makes of it; else its lines that name one."""
    listed = table.load(Path(own))
    made = shell.script({one.key: (one.python, one.package) for one in listed.entries}, listed.spare)
    text = _text(os.path.join(own, shell.NAME))
    yield from [text] if os.fsencode(text) == made else filter(_CASE.fullmatch, text.split("\n"))


def _kept(key: str, value: Any) -> Any:
    """Of what stands below a key: paths, ids and figures, and the objects that have any; None for all else."""
    if isinstance(value, dict):
        rows = {name: made for name, one in value.items() if (made := _kept(_key(name), one)) is not None}
        return rows if key in WITHIN else None
    if isinstance(value, list):
        return [made for one in value if (made := _kept(key, one)) is not None] if _is_known(key) else None
    if isinstance(value, str):
        own = (key in PATHS and os.path.isabs(value)) or ((key in IDS or not key) and _ID.fullmatch(value))
        return value if own else None
    return value if isinstance(value, (int, float)) and key in IDS else None


def _key(name: str) -> str:
    """A key of an object's; "" for one that is an id itself, such as a session's directory."""
    return "" if re.fullmatch(r"\d{4}-\d\d-\d\d_[0-9a-f]{8}", name) else name or "?"


def _is_known(key: str) -> bool:
    return key in PATHS or key in IDS or key in WITHIN


def _json(text: str) -> Any:
    try:
        return json.loads(text or "null")
    except (ValueError, RecursionError):
        return None


def _text(path: str) -> str:
    try:
        return contents(path).decode("utf-8", "surrogateescape")
    except OSError:
        return ""
