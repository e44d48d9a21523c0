"""Makes tombstones: from here on, nothing brings back what they stand for."""

from __future__ import annotations

import time

from rlm_core.archive.ledger import key
from rlm_core.archive.tombstones.hashing import LONG, WAITED, Hashing, parts_of, plain, words_of
from rlm_core.archive.tombstones.stones import Tombstones, save
from rlm_core.clock import utc
from rlm_core.redaction.clean import hex_digits, moment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.archive.store import Archive

WAITING = "queue-"  # begins the uuid of a prompt that waited: the record of it that follows has another one
PRINTED = ("tool", "system")  # roles of what programs write, who write the same again and again


class Grave:
    """Gathers what is to be kept out of an archive; `bury` puts it on the disk."""

    __slots__ = ("hashing", "now", "stones")

    def __init__(self) -> None:
        self.stones = Tombstones()
        self.hashing = Hashing()
        self.now = int(time.time())

    def entry(self, uuid: str, body: str, time: str, role: str = "") -> None:
        """An entry. body: what stands below its heading, or its blob. time: the entry's, to the second, "" for none.

        role: its role, "" when that is not known.
        """
        self.stones.uuids.add(hex_digits(key(uuid).hex()))
        least = WAITED if uuid.startswith(WAITING) else LONG
        for text in map(plain, parts_of(body)):
            if text and time:
                self.stones.texts[self.hashing.of_moment(text, time)] = self.now
            if len(text) >= least and role not in PRINTED:
                self.stones.texts[self.hashing.of_text(text)] = self.now

    def title(self, text: str, session: str = "") -> None:
        """A session's title, or another label of it, which the transcript may tell again.

        session: its id, where another session may be called so.
        """
        if plain(text):
            self.stones.texts[self.hashing.of_title(text, session)] = self.now

    def name(self, name: str) -> None:
        """A file beside the chunks that goes: a blob or a summary."""
        self.stones.names.add(self.hashing.of("name", name))

    def session(self, session: str) -> None:
        """A session of which nothing is archived any more, whatever it says later."""
        self.stones.sessions.add(self.hashing.of("session", session))

    def document(self, slug: str, *, never: bool) -> None:
        """A document, by the name of its folder. never: it is refused even when it is added by name."""
        self.stones.documents[self.hashing.of("document", slug)] = never

    def words(self, text: str) -> None:
        """Words that are not archived any more, wherever they are said in this order."""
        words = words_of(text)
        if words:
            self.stones.phrases.add(self.hashing.of_words(words))

    def count(self, entries: int) -> None:
        """Note that so many entries are forgotten by this run."""
        self.stones.runs = [(moment(utc(self.now)), entries)]


def bury(archive: Archive, stones: Tombstones) -> None:
    """Put tombstones into both places and into the ledger, each on the disk. May be done twice."""
    with archive.shared_lock():
        known = archive.tombstones()
        known.add(stones)
        save(archive.root, known)
        ledger = archive.opened_ledger()
        ledger.put(known.rows())
        ledger.sync()
        ledger.close()


def revive_document(archive: Archive, slug: str) -> bool:
    """Whether a document may be added by name; one that was forgotten without `--never-again` is no longer kept out."""
    stones = archive.tombstones()
    name = Hashing().of("document", slug) if stones.documents else ""
    if stones.documents.get(hex_digits(name), False):
        return False
    if name in stones.documents:
        with archive.shared_lock():
            stones = archive.tombstones()
            del stones.documents[hex_digits(name)]
            save(archive.root, stones)
    return True
