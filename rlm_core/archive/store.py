"""The archive on disk: its directories, its locks, and what stands in it. `take` puts transcripts into it."""

from __future__ import annotations

import os

from rlm_core.chunks.chunkfile import load, load_meta
from rlm_core.disk import (
    archive_root,
    drop_temporary,
    head_of,
    is_dir,
    listed,
    machine,
    make_dir,
    names,
    read,
    remove,
    sync_dir,
    write_atomic,
)
from rlm_core.errors import ArchiveError, RlmError, phrase, worded
from rlm_core.project import exclude_file
from rlm_core.redaction.clean import dumps, fields, hex_digits, literal, written_before
from rlm_core.redaction.ids import clean_id
from rlm_core.transcript.source import Source, file_stamp, safe_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from rlm_core.archive.ledger import Ledger
    from rlm_core.archive.tombstones.stones import Tombstones
    from rlm_core.chunks.chunkfile import ChunkFile
    from rlm_core.config import Config
    from rlm_core.lock import Lock
    from rlm_core.redaction.clean import CleanJson, CleanText

HEAD = 4096  # bytes of an index.md that hold its first line
FROM = literal("-from-")
"""In the name of a folder that holds what another archive had of a session; see `adoption`."""

README = literal("""\
# What this folder is

`rlm` (RLM for Claude Code) keeps the history of this project's Claude Code sessions here, verbatim, as
Markdown: `INDEX.md` lists the sessions, `sessions/*/index.md` their chunks. `documents/` holds what `rlm add`
took in; its `INDEX.md` names the sources. Nothing is sent anywhere.

It may hold whatever was said, read or printed in those sessions. Known kinds of secrets are left out
(`[redacted:kind]`), files are readable by their owner only, and git ignores the folder.

Delete a session's folder, or all of this folder, whenever you like: hooks do not bring it back. A second
copy is in `rlm/copies/` in Claude Code's own directory (`rlm status` says where): `rlm restore` brings back
from it what is missing here, `rlm uninstall --purge` deletes both, `rlm add --remove` takes a document out of
both. `rlm forget` takes what was said out of all of it, keeps it out, and looks whether anything is left.
`search.db` is the search index: made from these files, and made again when missing; `rlm reindex` does so at
once. `view/` holds what `rlm view` shows in a browser: likewise. `state/` and `log/` are the machine's, and are made
again, too.
""")


IGNORE = literal("*\n")
NAMES = (
    *("README.md", ".gitignore", "INDEX.md", "sessions", "documents", "state", "log", "view"),
    *("search.db", "search.db-wal", "search.db-shm", "search.db-journal"),
)
"""What stands at an archive's top. In the user's own `.claude/rlm` things stand beside it that belong to no project."""


FORMAT = 1
"""Of the archive as a whole, noted in `state/version`; raised when earlier versions would harm what comes."""


class Archive:
    """The archive of a project: `<project>/.claude/rlm`.

    unread: path -> why, of the files that could not be read so far: whoever goes through many goes on without them.
    """

    def __init__(self, root: str, config: Config) -> None:
        self.root = root
        self.config = config
        self.unread: dict[str, str] = {}

    def path(self, *parts: str) -> str:
        return os.path.join(self.root, *parts)

    def exists(self) -> bool:
        return os.path.isdir(self.path("sessions"))

    def prepare(self) -> None:
        """Make the directories; raises ArchiveError or OSError when that cannot be, or a newer version was here."""
        noted = self.check_version()
        make_dir(self.root)
        if not os.path.exists(self.path("state", "id")):
            from rlm_core.git.provenance import shed
            from rlm_core.registry import archive_id, note  # once in an archive's life

            shed(self.root)
            archive_id(self.root, create=True)  # before anything that would need an owner
            note(self.root)
        for parts in (("sessions",), ("state",), ("state", "sources"), ("state", "locks")):
            make_dir(self.path(*parts))
        remove(self.path("state", "config.json"))  # settings as versions up to 0.5 kept them
        self._stay_out_of_git()
        if not noted:
            sync_dir(self.root)  # a power cut must not take `sessions` and leave what says that all is archived
            with self.shared_lock():
                drop_temporary(self.path("state"), "version")
                write_atomic(self.path("state", "version"), literal("{}\n").format(FORMAT).encode(), durable=False)

    def check_version(self) -> bool:
        """Whether the archive's format is noted; raises ArchiveError for one that this version does not know."""
        path = self.path("state", "version")
        try:
            noted = (read(path) or b"").strip()
        except OSError:
            return False
        if noted.isdigit() and int(noted) > FORMAT:
            raise ArchiveError(
                worded(
                    "{root} was written by a newer rlm; upgrade this one, or delete {path} if none was",
                    root=self.root,
                    path=path,
                )
            )
        return noted == str(FORMAT).encode()

    def _stay_out_of_git(self) -> None:
        """Put back the ignore file if it is not as we write it, and tell git of the archive in the user's own way."""
        files = {".gitignore": IGNORE.encode(), "README.md": README.encode()}
        if head_of(self.path(".gitignore"), 8) != files[".gitignore"] or not os.path.lexists(self.path("README.md")):
            with self.shared_lock():
                for name, data in files.items():
                    drop_temporary(self.root, name)
                    if name == ".gitignore" or not os.path.lexists(self.path(name)):
                        write_atomic(self.path(name), data, durable=False)
        project = os.path.dirname(os.path.dirname(self.root))
        path = exclude_file(project)
        note = self.path("state", "excluded.json")
        if path and machine(note) != _as_it_stands(path):
            from rlm_core.git.block import (
                have_ignored,  # once in an archive's life, and after somebody has changed the file
            )

            with self.shared_lock():
                have_ignored(project, path)
            write_atomic(note, dumps(_as_it_stands(path)).encode(), durable=False)

    def state_path(self, source: Source) -> str:
        from rlm_core.archive.progress import state_path  # here and below: a search needs none of it

        return state_path(self.root, source)

    # The ledger is one for all sessions, behind one lock that is held for moments only.

    def ledger(self) -> Ledger:
        """The open ledger; made anew from the chunk files when it is missing or damaged."""
        from rlm_core.archive.ledger import Ledger

        ledger = Ledger(self.path("state", "uuids"))
        if not ledger.open():
            with self.shared_lock():
                return self.opened_ledger()
        return ledger

    def opened_ledger(self) -> Ledger:
        """The same for a caller that holds the archive's lock."""
        from rlm_core.archive.ledger import Ledger

        ledger = Ledger(self.path("state", "uuids"))
        if not ledger.open():
            self._heal_tombstones()
            ledger.create(self.ledger_rows())
        return ledger

    def _heal_tombstones(self) -> None:
        """Put back what stands of them in one place alone: whoever deletes `state/` does not dig anything up."""
        from rlm_core.archive.tombstones.stones import exist, heal

        if exist(self.root):
            heal(self.root)

    def ledger_anew(self) -> None:
        """Make the ledger from the chunk files; the caller holds the archive's lock."""
        from rlm_core.archive.ledger import Ledger

        self._heal_tombstones()
        ledger = Ledger(self.path("state", "uuids"))
        ledger.create(self.ledger_rows())
        ledger.close()

    def copies_of(self, folder: str) -> list[str]:
        """Directories that hold what other archives had of the same transcript. folder: its own, below the root."""
        session, _, agent = folder.removeprefix("sessions/").partition("/agents/")
        sessions = self.path("sessions")
        found = [n for n in names(sessions) if n.startswith(f"{session}{FROM}")] if session else []
        return [os.path.join(sessions, n, *(("agents", agent) if agent else ())) for n in found]

    def shared_lock(self) -> Lock:
        from rlm_core.lock import Lock

        return Lock(self.path("state", "archive.lock"), 30.0)

    def ledger_rows(self) -> Iterator[tuple[bytes, bytes, bytes]]:
        """(key, owner's tag, size) of every entry in the chunk files, every state's generation, every tombstone."""
        from rlm_core.archive.ledger import MAX_SIZE, key, of_state, owner_tag
        from rlm_core.archive.mending.slots import generations

        for session, agent, generation in generations(self.root):
            name = owner_name(session, agent)
            yield key(of_state(name)), owner_tag(name), min(generation, MAX_SIZE).to_bytes(4, "little")
        for meta in self.metas():
            tag = owner_tag(owner_name(meta["session"], meta.get("agent", "")))
            for uuid, size in zip(meta["uuids"], meta["sizes"], strict=True):
                yield key(uuid), tag, min(size, MAX_SIZE).to_bytes(4, "little")
        yield from self.tombstones().rows()  # last, in the place of what altered chunks say

    def tombstones(self) -> Tombstones:
        """What was forgotten on purpose, and is kept out."""
        from rlm_core.archive.tombstones.stones import tombstones_of  # here: most archives have none

        return tombstones_of(self.root)

    def metas(self) -> Iterator[dict[str, Any]]:
        """The front matter of every chunk file, with its `path`; unreadable files are passed over."""
        for folder in self.folders():
            for name in chunk_names(folder):
                meta = self.meta(os.path.join(folder, name))
                if meta is not None:
                    yield meta

    def meta(self, path: str) -> dict[str, Any] | None:
        """A chunk file's front matter with its `path`; None, noted in `unread`, when that cannot be read."""
        try:
            return {**load_meta(read(path) or b"", path), "path": path}
        except (ArchiveError, OSError) as e:
            self.note_unread(path, e)
            return None

    def chunks(self, folder: str) -> Iterator[ChunkFile]:
        """The chunk files of a directory, in order; those that cannot be read are noted in `unread`."""
        for name in chunk_names(folder):
            chunk = self.chunk(os.path.join(folder, name))
            if chunk is not None:
                yield chunk

    def chunk(self, path: str) -> ChunkFile | None:
        """A chunk file; None, noted in `unread`, when it cannot be read."""
        try:
            return load(read(path) or b"", path)
        except (ArchiveError, OSError) as e:
            self.note_unread(path, e)
            return None

    def note_unread(self, path: str, error: Exception) -> None:
        """Remember a file that could not be read, to be told at the end."""
        if os.path.lexists(path):  # else it was replaced or deleted just now
            said = getattr(error, "strerror", None)
            self.unread[path] = phrase(said) if said else worded("{why}", why=error)

    def folders(self) -> Iterator[str]:
        """Every directory that holds chunks: the sessions', oldest first, each followed by its agents'."""
        sessions = self.path("sessions")
        for name in self._names(sessions):
            folder = f"{sessions}{os.sep}{name}"  # `join` would take as long as the disk
            if is_dir(folder):
                yield folder
                agents = f"{folder}{os.sep}agents"
                if os.path.lexists(agents):  # of most sessions there are none
                    yield from (path for a in self._names(agents) if is_dir(path := os.path.join(agents, a)))

    def media(self, *folders: str) -> list[str]:
        """Paths of the images and PDFs that are kept: in them no secret can be found. folders: in place of all."""
        from rlm_core.chunks.render import TEXT_SUFFIX  # here: asked for by people alone

        places = [os.path.join(folder, "blobs") for folder in folders or self.folders()]
        return [os.path.join(p, n) for p in places for n in names(p) if n[0] != "." and not n.endswith(TEXT_SUFFIX)]

    def _names(self, folder: str) -> list[str]:
        """What stands in a directory, sorted; nothing in one that cannot be read, or is a link, which is noted."""
        try:
            return listed(folder)
        except OSError as e:
            self.note_unread(folder, e)
            return []

    def session_folder(self, session: CleanText, day: CleanText) -> CleanText:
        """The session's directory relative to the root: the one it has, or a free name for a new one."""
        from rlm_core.digest import hexdigest

        safe = safe_name(session)
        present = names(self.path("sessions"))
        endings = (f"_{safe[:8]}", f"_{safe[:13]}", f"_{safe}", f"_{safe}-{hexdigest(session.encode(), 4)}")
        for ending in endings:
            taken = [n for n in present if n.endswith(ending)]
            for name in taken:
                if self.session_of(name) in (session, ""):  # "": made by a run that was killed before its first chunk
                    return literal("sessions/{}").format(written_before(name))
            if not taken:
                break
        return clean_id(f"sessions/{day}{ending}")

    def session_of(self, name: str) -> str:
        """Which session's chunks a directory below `sessions/` holds; "" when it holds none."""
        folder = self.path("sessions", name)
        for chunk in chunk_names(folder):
            meta = self.meta(os.path.join(folder, chunk))
            if meta is not None:
                return str(meta["session"])
        named = session_named(folder)  # none of its chunks can be read
        if named:
            return named
        found = names(os.path.join(folder, "agents"))
        return next((s for a in found if (s := self.session_of(os.path.join(name, "agents", a)))), "")


def _as_it_stands(path: str) -> dict[CleanText, CleanJson]:
    """What is noted of git's exclude file, so that it is read again only after it has changed."""
    from rlm_core.digest import hexdigest

    size, mtime_ns = file_stamp(path)
    return fields(file=hex_digits(hexdigest(os.fsencode(path), 8)), size=size, mtime_ns=mtime_ns)


def chunk_names(folder: str) -> list[str]:
    """The chunk files in a directory, in order."""
    found = [n for n in names(folder) if n.endswith(".md") and n[:4].isdigit() and "-" in n]
    return sorted(found, key=lambda n: (int(n.partition("-")[0]), n))


def is_moved_in(path: str) -> bool:
    """Whether a path below the root leads into what another archive had; a document may have `-from-` in its name."""
    digits = (part.rpartition(FROM)[2] for part in path.split(os.sep) if FROM in part)
    return any(len(each) == 8 and not each.strip("0123456789abcdef") for each in digits)


def session_named(folder: str) -> str:
    """Which session a directory is of by its index.md; "" when that does not say."""
    head = (head_of(os.path.join(folder, "index.md"), HEAD) or b"").partition(b"\n")[0].decode("utf-8", "replace")
    _, _, named = head.partition("# Session ")
    return named


def owner_name(session: str, agent: str) -> str:
    """What stands for a transcript in the ledger."""
    return f"{session}/{agent}" if agent else session


def open_archive(project: str, *, must_exist: bool = True) -> Archive:
    """The project's archive with the project's settings.

    Raises ConfigError, or RlmError when there is none, or one that is not this user's.
    """
    from rlm_core.config import load
    from rlm_core.ownership import refusal

    not_ours = refusal(archive_root(project))
    if not_ours:
        raise RlmError(not_ours)
    archive = Archive(archive_root(project), load(project))
    archive.check_version()
    if must_exist and not archive.exists():
        from rlm_core.archive.copies.place import vanished

        gone = vanished(archive.root)
        if gone:
            raise RlmError(gone)
        from rlm_core.project import is_reached

        raise RlmError(
            worded(
                "nothing archived yet in {root}: it begins with your next prompt in Claude Code; `rlm archive "
                "--all` archives the sessions it still has",
                root=archive.root,
            )
            if is_reached(project)
            else worded(
                "no archive in {root}; run `rlm install` to have one kept, or `rlm archive --all` to archive "
                "the sessions Claude Code still has",
                root=archive.root,
            )
        )
    return archive
