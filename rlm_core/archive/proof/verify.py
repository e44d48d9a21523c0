"""Proves that a transcript and the folder beside it are whole in the archive, and that the chunk files are unharmed.

What must stand there is told by `inventory`, not by the reader that filled the archive.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rlm_core.archive.proof.entombed import Entombed
from rlm_core.archive.proof.inventory import (
    Inventory,
    Listed,
    Said,
    file_texts,
    files_of,
)
from rlm_core.archive.proof.standing import MARK, Standing, plain, stands
from rlm_core.archive.proof.whole import whole
from rlm_core.config import redactor
from rlm_core.disk import opened
from rlm_core.redaction.clean import plain_id
from rlm_core.redaction.ids import clean_id
from rlm_core.redaction.redactor import Redactor
from rlm_core.transcript.folder import FILES_AGENT
from rlm_core.transcript.records.left_out import KEPT
from rlm_core.transcript.source import Source, file_stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from rlm_core.archive.proof.standing import Spot
    from rlm_core.archive.store import Archive
    from rlm_core.config import Config

MAX_FILE = 64 * 1024 * 1024
"""Bytes of a file beside a transcript above which it is listed, not archived."""

NOTICE = "<persisted-output>"
"""How a result begins of which the client keeps the whole in a file."""

PRIVATE = "<private"
MAX_BEFORE = 1_000_000
"""Characters of what the user says in one go above which it is not held beside what follows."""

MANY = 500
"""Entries of no record above which a text is looked for in them only as it stands, and by its first line."""

ELSEWHERE = (
    "user",
    "attachment/queued_command",
    "queue-operation",
    "progress/agent_progress",
    "progress/skill_progress",
)
"""Kinds whose words may stand under another record's name: what was queued, what a sub-agent's record is a copy of."""


@dataclass
class Verdict:
    """What `rlm verify` found in one transcript.

    entries: records with something to keep. archived: how many of them stand in the archive with every text.
    missing: the others, by uuid, or as `line 12` where there is none. redactions: secrets left out of those found.
    skipped_lines: lines that are not whole records; what can be read of them counts as any record does. unknown: kinds
    that no list names, `{kind, count, example_line}`. left_out: kind -> records left out on purpose. forgotten: records
    that were taken out of the archive by a command. files: those beside the transcript that the archive does not hold,
    `{file, why, lost}`; lost: they are texts that should stand there.
    """

    session: str
    agent: str = ""
    entries: int = 0
    missing: list[str] = field(default_factory=list)
    redactions: int = 0
    skipped_lines: int = 0
    unknown: list[dict[str, Any]] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    forgotten: int = 0
    files: list[dict[str, Any]] = field(default_factory=list)

    @property
    def archived(self) -> int:
        return self.entries - len(self.missing)

    @property
    def ok(self) -> bool:
        return not self.missing and not any(f["lost"] for f in self.files)


class Verifier:
    """Looks up what transcripts hold in an archive."""

    def __init__(self, archive: Archive, harmed: Collection[str] | None = None) -> None:
        """harmed: chunk files that are not as they were written; None to look for them here."""
        self.archive = archive
        self.standing = Standing(archive, whole(archive).harmed if harmed is None else harmed)
        self.redactors = list(_redactors(archive.config))
        self.entombed = Entombed(archive.tombstones(), self.redactors)

    def verify(self, source: Source, advance: Callable[[int], None] | None = None) -> Verdict:
        """Compare a transcript, and for a main one the files beside it, with the archive.

        advance: is told the bytes of the transcript read since. Raises OSError when it cannot be read; one that the
        client has removed, while its folder stays, is taken for empty.
        """
        agents = source.agents()
        proof = _Proof(self, source, {a.agent for a in agents})
        if source.agent or os.path.isfile(source.path) or not (os.path.isdir(source.folder) or source.beside):
            proof.read(source.path, advance)
        if not source.agent:
            proof.read_folder({os.path.realpath(a.path) for a in agents})
        return proof.verdict()


class _Proof:
    """The proof of one transcript."""

    def __init__(self, verifier: Verifier, source: Source, agents: set[str]) -> None:
        self.standing = verifier.standing
        self.redactors = verifier.redactors
        self.entombed = verifier.entombed
        self.refused = verifier.entombed.has_session(_archived_id(source.session))
        self.source = source
        self.agents = agents
        self.result = Verdict(source.session, source.agent)
        self.left_out: Counter[str] = Counter()
        self.unknown: dict[str, list[int]] = {}  # kind -> its lines
        self.names: dict[str, None] = {}  # of records with something to keep
        self.forgotten: set[str] = set()  # names of records that were forgotten on purpose
        self.uuids: set[str] = set()
        self.whole: dict[tuple[str, str], int] = {}  # (uuid, time) -> size of the richest copy that stands
        self.lost: list[Listed] = []
        self.later: list[Listed] = []  # may stand in entries that no record of this transcript has given its uuid
        self.proven: set[int] = set()  # hashes of the texts of users' records that stand
        self.before = ""  # what the user has said since somebody else spoke, where `<private>` stands in it
        self.outputs: set[str] = set()  # files in tool-results/ that stand where a record names them

    def read(self, path: str, advance: Callable[[int], None] | None) -> None:
        inventory = Inventory(path, self.agents)
        told = 0
        for found in inventory:
            self._take(found)
            if advance is not None and inventory.bytes - told > 1_000_000:
                advance(inventory.bytes - told)
                told = inventory.bytes
        if advance is not None:
            advance(file_stamp(path)[0] - told)
        self.result.skipped_lines += inventory.unreadable

    def _take(self, found: Listed) -> None:
        for kind in [found.kind, *found.blocks]:
            if not found.reason and not found.broken and kind not in KEPT:
                self.unknown.setdefault(kind, []).append(found.line)
        if found.reason:
            self.left_out[found.kind] += 1
            return
        found.uuid = uuid = _archived_id(found.uuid)
        if uuid:
            self.uuids.add(uuid)
        found.before = self._before(found)
        if not found.texts:
            if uuid in self.standing.where:
                self.names[uuid] = None
            return
        if self.refused or self.entombed.has(uuid):
            self._forget(found)
            return
        self.names[_name(found)] = None
        places = self.standing.places(uuid) if uuid else []
        if not places:
            (self.later if not uuid or found.broken or found.kind in ELSEWHERE else self.lost).append(found)
        elif self._stands(found, places, together=True):
            key = uuid, found.time
            self.whole[key] = max(self.whole.get(key, -1), found.size)
        elif self.standing.richest(uuid) > found.size:
            return  # the client has blanked it since: the archive says more than the transcript
        elif found.broken or found.kind in ELSEWHERE:
            self.later.append(found)
        else:
            self.lost.append(found)

    def _before(self, found: Listed) -> str:
        """What of the user's words before a record may begin what ends in it."""
        before = self.before
        if found.kind == "assistant":
            self.before = ""
        elif found.kind in ELSEWHERE:
            said = "\n".join([before, *(t.text for t in found.texts)])
            self.before = said if PRIVATE in said.lower() and len(said) < MAX_BEFORE else ""
        return before

    def _forget(self, found: Listed) -> None:
        """Count a record that was forgotten on purpose, with the outputs that it carried."""
        self.forgotten.add(_name(found))
        self.names.pop(_name(found), None)
        self.outputs.update(name for _, name in found.outputs)

    def _stands(self, found: Listed, places: Sequence[Spot], *, together: bool = False) -> bool:
        """Whether every text of a record stands in these places; what redaction left out of them is counted."""
        secrets = 0
        around: list[tuple[str, int]] = []
        carried = [name for owner, name in found.outputs if self._carries(places, owner, name)]
        self.outputs.update(carried)
        for text in found.texts:
            if carried and text.text.lstrip().startswith(NOTICE):
                continue  # the whole output stands in its place
            if not around and any(MARK in p.first.text for p in places):
                around = _around(found)
            count = stands(text, places, self.redactors, around, together=together)
            if count is None:
                return False
            secrets += count
        if (found.uuid, found.time) not in self.whole:
            self.result.redactions += secrets
        if found.kind in ELSEWHERE:
            self.proven.update(hash(t.text.strip()) for t in found.texts)
        return True

    def _carries(self, places: Sequence[Spot], owner: str, name: str) -> bool:
        """Whether an output that the client keeps in a file stands in these places. owner: its session, for a fork."""
        folder = self.source.folder
        if owner in (".", "..") or name in (".", ".."):
            return False
        for home in (folder, os.path.join(os.path.dirname(folder), owner)):
            path = os.path.join(home, "tool-results", name)
            if os.path.isfile(path) and not os.path.islink(path):
                with opened(path, follow=True) as f:
                    whole = f.read(MAX_FILE).decode("utf-8", "replace")
                if whole.strip() and stands(Said("output", whole), places, self.redactors) is not None:
                    return True
        return False

    # What has no place of its own.

    def _look_elsewhere(self) -> None:
        if not self.later:
            return
        source = self.source
        others = list(self.standing.others(_archived_id(source.session), _archived_id(source.agent), self.uuids))
        by_line: dict[str, list[Spot]] = {}
        for place in others:
            for form in {form for line in place.first.lines for form in _undressed(line)}:
                by_line.setdefault(form, []).append(place)
        rest = [f for f in self.later if not self._stands_elsewhere(f, others, by_line)]
        # What was queued may stand inside the record that carries it.
        queued = [f for f in rest if f.kind == "queue-operation" or f.broken]
        self.lost += [f for f in rest if f not in queued]
        for place in (
            self.standing.of_session(_archived_id(source.session), _archived_id(source.agent)) if queued else ()
        ):
            near = [f for f in queued if any(beginning(t) in place.first.text for t in f.texts)]
            stand = [f for f in near if self._stands(f, [place])]
            queued = [f for f in queued if f not in stand]
        self.lost += queued

    def _stands_elsewhere(self, found: Listed, others: list[Spot], by_line: dict[str, list[Spot]]) -> bool:
        if found.kind == "queue-operation" and all(hash(t.text.strip()) in self.proven for t in found.texts):
            return True
        near = [p for t in found.texts for line in first_lines(t, 5) for p in by_line.get(line, [])[:MANY]]
        near += self.standing.places(found.uuid) if found.uuid else []
        if near and self._stands(found, near):
            return True
        texts = [t.text.strip() for t in found.texts]
        if len(others) > MANY:  # each form of each text in each of them would take too long
            marked = [p for p in others if MARK in p.first.text]
            return all(any(t in p.first.text for p in others) for t in texts) or (
                len(marked) <= MANY and self._stands(found, marked)
            )
        return self._stands(found, others)

    def verdict(self) -> Verdict:
        self._look_elsewhere()
        result = self.result
        # A poorer copy of a record, such as a blanked result, need not stand beside the whole one.
        lost = [f for f in self.lost if self.whole.get((f.uuid, f.time), -1) <= f.size]
        for found in [f for f in lost if self.entombed.explains(f)]:
            self._forget(found)
        lost = [f for f in lost if _name(f) not in self.forgotten]
        result.forgotten = len(self.forgotten)
        lost.sort(key=lambda f: f.line)
        result.missing = list(dict.fromkeys(_name(f) for f in lost))
        result.entries = len(self.names)
        result.left_out = dict(sorted(self.left_out.items()))
        result.unknown = [
            {"kind": kind, "count": len(lines), "example_line": lines[0]} for kind, lines in self.unknown.items()
        ]
        return result

    # The folder beside it.

    def read_folder(self, transcripts: set[str]) -> None:
        """Every file of the session's folder. transcripts: those that have verdicts of their own."""
        folder = self.source.folder
        texts: dict[str, list[Said]] = {}
        for name in files_of(folder):
            path = os.path.join(folder, name)
            if os.path.realpath(path) in transcripts:
                continue
            if os.path.dirname(name) == "tool-results" and os.path.basename(name) in self.outputs:
                continue
            if self.refused or (self.entombed.stones and self.entombed.has_file(name, _data(path))):
                continue
            said = file_texts(path) if file_stamp(path)[0] <= MAX_FILE else None
            if said is None:
                why = "no text" if file_stamp(path)[0] <= MAX_FILE else "larger than 64 MB"
                self.result.files.append({"file": name, "why": why, "lost": False})
            elif said:
                texts[name] = said
        for name in self._not_standing(texts):
            self.result.files.append({"file": name, "why": "not archived", "lost": True})

    def _not_standing(self, files: dict[str, list[Said]]) -> list[str]:
        """Which of these files stand in no place of the session, nor of its sub-agents."""
        session = _archived_id(self.source.session)
        for place in self.standing.of_session(session, FILES_AGENT) if files else ():
            self._drop(files, place, list(files))
        for place in self.standing.of_session(session) if files else ():
            self._drop(files, place, [n for n, said in files.items() if _may_hold(place, said[0])])
        return sorted(files)

    def _drop(self, files: dict[str, list[Said]], place: Spot, names: list[str]) -> None:
        for name in names:
            left = [text for text in files[name] if stands(text, [place], self.redactors) is None]
            if not left:
                del files[name]
            elif name.endswith(".jsonl"):
                files[name] = left  # a log that grew: what was new each time stands in an entry of its own


def _around(found: Listed) -> list[tuple[str, int]]:
    """All that a record says, in the forms in which a secret of it may show, and where in each it begins."""
    texts = [t.text for t in found.texts]
    forms = [("\n".join(f"{t.key}: {t.text}" for t in found.texts), 0)]
    if len(texts) > 1:
        forms += [("".join(texts), 0), ("\n".join(texts), 0)]
    if found.before:
        forms.append(("\n".join([found.before, *texts]), len(found.before) + 1))
    return forms


def _data(path: str) -> bytes:
    """The beginning of a file, as much of it as is ever archived."""
    with opened(path, follow=True) as f:
        return f.read(MAX_FILE)


def _may_hold(place: Spot, said: Said) -> bool:
    """Whether a text's beginning stands in an entry, or in a blob of its."""
    head = beginning(said)[:60]
    return any(head in body.text for body in place.bodies)


def _undressed(line: str) -> tuple[str, str, str]:
    """An archived line as it stands, without the sign before it, and without the name."""
    return line, line.lstrip("+-$> "), line.partition(": ")[2]


def beginning(said: Said) -> str:
    """A text's first line that says something."""
    return first_lines(said, 1)[0]


def first_lines(said: Said, most: int) -> list[str]:
    return [plain(line).strip() for line in said.text.strip().split("\n", most)[:most] if line.strip()] or [""]


def _name(found: Listed) -> str:
    return found.uuid or f"line {found.line}"


def _archived_id(uuid: str) -> str:
    """A record's uuid in the form in which chunk files have it; "" for one that they do not take for one."""
    if not 0 < len(uuid) <= 200:
        return ""
    return plain_id(uuid) or clean_id(uuid)


def _redactors(config: Config) -> Iterator[Redactor]:
    """Today's redaction, then the one an entry may have been archived under before the settings changed."""
    yield redactor(config)
    yield Redactor()


def damaged(archive: Archive) -> list[str]:
    """What is wrong with the files of sessions and documents themselves: unreadable, altered, missing."""
    return [str(harm) for harm in whole(archive).harms]
