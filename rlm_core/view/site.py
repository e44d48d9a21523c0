"""All pages of an archive, brought up to date: a session whose files have not changed is not read, nor written again.

`view/` of the archive holds the pages; `view/kept/` what is known of each session, so that the pages over all of them
and the index of words need no chunk file. All of it is derived: it may be deleted at any time.
"""

from __future__ import annotations

import gc
import json
import os
import re
from collections import defaultdict
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from rlm_core.archive.documents import document_folders
from rlm_core.archive.maps import title_of
from rlm_core.archive.repair.viewed import VIEW, view_lock
from rlm_core.archive.store import chunk_names
from rlm_core.config import redactor
from rlm_core.digest import hexdigest
from rlm_core.disk import is_dir, make_dir, names, read, remove, write_atomic
from rlm_core.errors import ArchiveError
from rlm_core.home import user_key
from rlm_core.ownership import brought, is_brought
from rlm_core.redaction.clean import written_before
from rlm_core.version import VERSION
from rlm_core.view.overviews import overviews
from rlm_core.view.pagekit import asset, makers, script
from rlm_core.view.pagewords import language
from rlm_core.view.sessionpages import SessionFacts, SessionWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rlm_core.archive.store import Archive
    from rlm_core.redaction.clean import CleanBytes

MOST_KEPT = 512_000_000  # bytes of what is kept of one session
ASSETS = ("app.js", "style.css")
_SESSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,119}")
_FIELDS = {f.name for f in fields(SessionFacts)}


@dataclass
class Site:
    """What a run made. path: of the first page. sessions: found; written: those whose pages were made anew. pages: how
    many there are, bytes: of all files. trouble: why questions are missing.
    """

    path: str
    sessions: int = 0
    written: int = 0
    pages: int = 0
    bytes: int = 0
    facts: tuple[SessionFacts, ...] = ()
    trouble: list[str] = field(default_factory=list)

    def page_of(self, session: str) -> str:
        """Path of a session's first page, by the beginning of its id; "" when none or several begin so."""
        found = {f.pages[0] for f in self.facts if not f.document and f.session.startswith(session)}
        return os.path.join(os.path.dirname(self.path), *found.pop().split("/")) if len(found) == 1 else ""


def build(archive: Archive, progress: Callable[[int, int], object] = lambda n, of: None) -> Site:
    """Bring the pages up to date. progress: is told how many sessions of how many are done.

    Raises LockTimeoutError while another run writes them, and OSError.
    """
    top = archive.path(VIEW)
    archive.prepare()  # an archive in which nothing is yet may have no id: with pages in it, it would be anybody's
    collects = gc.isenabled()
    gc.disable()  # a tenth of the time, for nothing: what a session's pages are made of has no circles
    try:
        with view_lock(archive):
            return _Build(archive, top).run(progress)
    finally:
        if collects:
            gc.enable()


def _make_room(top: str) -> None:
    for parts in ((), ("assets",), ("data",), ("data", "words"), ("data", "heads"), ("kept",)):
        make_dir(os.path.join(top, *parts))


class _Build:
    def __init__(self, archive: Archive, top: str) -> None:
        self._archive = archive
        self._top = top
        place = os.path.basename(os.path.dirname(os.path.dirname(archive.root)))
        self._project = redactor(archive.config).name(place) or "/"
        self._key = user_key(create=True)
        self._brought = brought(archive.root)
        self._expected: set[str] = set()
        self._size = 0

    def run(self, progress: Callable[[int, int], object]) -> Site:
        _make_room(self._top)
        site = Site(os.path.join(self._top, "index.html"))
        folders = list(self._folders())
        found = []
        for n, folder in enumerate(folders):
            progress(n, len(folders))
            facts, written = self._session(folder)
            site.written += written
            if facts.pages:
                found.append(facts)
        found.sort(key=lambda f: (f.document, f.ended or f.started, f.folder))
        ordered = sorted((f for f in found if not f.document), key=lambda f: (f.ended, f.folder), reverse=True)
        ordered += [f for f in found if f.document]
        self._write_data(ordered)
        for name, data in overviews(self._archive, self._project, ordered, site.trouble).items():
            self._write(name, data)
        for name in ASSETS:
            self._write(f"assets/{name}", written_before(asset(name)).encode())
        progress(len(folders), len(folders))
        site.sessions, site.facts = sum(not f.document for f in ordered), tuple(ordered)
        self._sweep(site)
        return site

    def _folders(self) -> Iterator[str]:
        sessions = self._archive.path("sessions")
        for top in (sorted(names(sessions)), sorted(document_folders(self._archive.root))):
            for name in top:
                path = os.path.join(sessions, name)  # a document's is whole already
                if _SESSION.fullmatch(os.path.basename(path)) and is_dir(path):
                    yield path

    # One session.

    def _session(self, folder: str) -> tuple[SessionFacts, bool]:
        """What is known of a session, and whether its pages had to be written."""
        name = f"{'doc.' if self._is_document(folder) else ''}{os.path.basename(folder)}"
        foreign = is_brought(self._archive.root, folder, self._brought)
        stamp = self._stamp(folder, foreign)
        path = os.path.join(self._top, "kept", f"{name}.json")
        facts = _kept(path, stamp)
        if facts is not None and all(os.path.isfile(os.path.join(self._top, p)) for p in facts.pages):
            self._expected |= {f"kept/{name}.json", *facts.pages}
            return facts, False
        facts = SessionWriter(self._archive, folder, self._write, project=self._project, foreign=foreign).run()
        stamp = "" if facts.unread else stamp  # looked at each time: to be told of, and to be read once it can be
        kept = json.dumps({"stamp": stamp, "facts": facts.as_json()}, ensure_ascii=False)
        self._write(f"kept/{name}.json", written_before(kept).encode("utf-8", "replace"))
        return facts, True

    def _is_document(self, folder: str) -> bool:
        return os.path.basename(os.path.dirname(folder)) == "documents"

    def _stamp(self, folder: str, foreign: bool) -> str:
        """Stands for all that the pages of a session are made from."""
        agents = os.path.join(folder, "agents")
        below = [os.path.join(agents, n) for n in names(agents)] if is_dir(agents) else []
        seen = [
            (os.path.basename(top), name, *_sizes(os.path.join(top, name)))
            for top in (folder, *below)
            for name in ("blobs", *chunk_names(top))  # of a directory: whether one has come or gone
        ]
        # With the user's key: pages that came with somebody else's archive are none that we have made.
        seen_all = repr((VERSION, makers(), language(), self._project, foreign, title_of(folder), seen))
        return hexdigest(self._key + seen_all.encode("utf-8", "replace"), 16)

    # What the search and the citations need.

    def _write_data(self, found: Sequence[SessionFacts]) -> None:
        numbers = {f.folder: n for n, f in enumerate(found)}
        self._write_script("data/sessions.js", [[self._head_name(f), f.title or f.session] for f in found])
        self._write_script(
            "data/places.js", [[c, f.pages[n]] for f in found for c, n in f.places.items() if n < len(f.pages)]
        )
        shards: defaultdict[str, list[list[object]]] = defaultdict(list)
        for f in found:
            self._write_script(f"data/heads/{self._head_name(f)}.js", [f.pages, f.heads])
            for name, text in f.shards.items():
                shards[name].append([numbers[f.folder], text])
        for name, pieces in shards.items():
            self._write_script(f"data/words/{name}.js", pieces)

    def _head_name(self, f: SessionFacts) -> str:
        return f"{'doc.' if f.document else ''}{os.path.basename(f.folder)}"

    def _write_script(self, name: str, value: object) -> None:
        data = script("rlmData", name, value)
        path = os.path.join(self._top, *name.split("/"))
        try:
            same = os.path.getsize(path) == len(data) and read(path) == data
        except (ArchiveError, OSError):
            same = False
        if same:
            self._expected.add(name)
        else:
            self._write(name, data)

    def _write(self, name: str, data: CleanBytes) -> None:
        """Write a file below `view/`; a reader sees it whole or not at all."""
        path = os.path.join(self._top, *name.split("/"))
        for depth in range(1, name.count("/") + 1):
            make_dir(os.path.join(self._top, *name.split("/")[:depth]))
        write_atomic(path, data, durable=False)
        self._expected.add(name)

    def _sweep(self, site: Site) -> None:
        """Remove what no session has any more, and count what there is."""
        for folder, below, files in os.walk(self._top, topdown=False):
            for name in files:
                path = os.path.join(folder, name)
                relative = os.path.relpath(path, self._top).replace(os.sep, "/")
                if relative in self._expected:
                    site.pages += name.endswith(".html")
                    site.bytes += os.path.getsize(path)
                else:
                    remove(path)
            if not below and folder != self._top and not os.listdir(folder):
                os.rmdir(folder)


def _sizes(path: str) -> tuple[int, int]:
    try:
        st = os.lstat(path)
    except OSError:
        return 0, 0
    return st.st_size, st.st_mtime_ns


def _kept(path: str, stamp: str) -> SessionFacts | None:
    """What is known of a session from the last run, if nothing has changed since."""
    try:
        kept = json.loads(read(path, MOST_KEPT) or b"")
        if kept["stamp"] != stamp or set(kept["facts"]) != _FIELDS:
            return None
        return SessionFacts(**kept["facts"])
    except (ArchiveError, OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
