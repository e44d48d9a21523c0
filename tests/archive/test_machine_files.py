"""Every small file of the machine's, harmed in every way: hooks go on, nothing is lost or twice, nothing is obeyed."""

from __future__ import annotations

import contextlib
import copy
import json
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kits.builders import SESSION, Session, archive, config, leftovers, talk
from kits.hooks import Project
from kits.mutation import TORTURE
from kits.power import gaps, uuids

from rlm_core import cli
from rlm_core.archive.catalog import Catalog
from rlm_core.archive.cited import copy_cited, note_cited, read_cited
from rlm_core.archive.ledger import HEADER, KEY, Ledger, key
from rlm_core.archive.proof.verify import Verifier, damaged
from rlm_core.archive.take import is_waiting, take, take_all
from rlm_core.config import load_cached
from rlm_core.home import own_dir
from rlm_core.lock import Lock, is_left_marked
from rlm_core.transcript.source import Source

OTHER = "2b2b2b2b-9a0b-4c1d-8e2f-3a4b5c6d7e8f"
OF_ARCHIVE = (
    *("catalog.json", "cited.json", "hinted.json", f"told-{SESSION}.json", "cleared-4711.json", "verified.json"),
    *("excluded.json", "no-locks", f"postponed/{SESSION}", "swept", "version", "uuids", f"folders/{SESSION}.json"),
    f"sources/{SESSION}.json",
)
OF_DOCUMENTS = ("documents/sources.json",)
OF_USER = ("projects.json", "row.json", "index.json", "config", "copied.json", "launch.json", "trusted.json")
STRANGE: tuple[Any, ...] = (None, -5, "x", [1], {"a": {}}, 1e308, True)


def harms(data: bytes, seed: int) -> dict[str, bytes]:
    """What may become of a file."""
    found = {
        "emptied": b"",
        "cut": data[: len(data) // 2],
        "brackets": b"[" * 100_000,
        "a number": b"7",
        "NUL": bytes(64),
    }
    for n in range(4):
        at = zlib.crc32(b"%d %d" % (seed, n)) % max(len(data), 1)
        found[f"bit {n}"] = data[:at] + bytes(b ^ (1 << n) for b in data[at : at + 1]) + data[at + 1 :]
    try:
        value = json.loads(data)
    except ValueError:
        return found
    if isinstance(value, dict):
        for n, name in enumerate(value):
            found[f"`{name}`"] = json.dumps({**value, name: STRANGE[(seed + n) % len(STRANGE)]}).encode()
    return found


class Place(Project):
    """A project in which every machine file stands."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        (self.path / ".git").mkdir()
        (self.path / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
        (self.path / ".claude").mkdir()
        (self.path / ".claude" / "rlm.yaml").write_text("chunk:\n  target: 400\n  limit: 800\nthreshold: 0.05\n")
        (self.path / "notes.md").write_text("# Notes\n\nThe retry limit is five.\n")
        self.talks = [self.session(SESSION, seed="a"), self.session(OTHER, seed="b")]
        (self.file().with_suffix("") / "tool-results").mkdir(parents=True)
        (self.file().with_suffix("") / "tool-results" / "o.txt").write_text("an output of nobody's\n")
        for one in self.talks:
            talk(one, 3)
            self.write(one)
            self.hook("Stop", one.session)
        self.hook("PreCompact")
        self.hook("UserPromptSubmit", prompt="go on")
        self.hook("SessionEnd", OTHER, reason="other")
        state = self.root / "state"
        (state / "cleared-4711.json").write_text(json.dumps({"session": SESSION, "ppid": 1, "time": 4e9}))
        (state / "postponed").mkdir(exist_ok=True)
        (state / "postponed" / SESSION).write_text("2")
        (state / "no-locks").write_text("told")
        (state / "hinted.json").write_text(json.dumps({SESSION: ["x:y"]}))
        self.command("add", "notes.md")
        self.command("verify")
        self.wait_for_quiet()

    def command(self, *args: str) -> int:
        with contextlib.chdir(self.path):
            return cli.main(args)

    def find(self, name: str) -> list[Path]:
        own = Path(own_dir())
        found = {
            "config": lambda: sorted((own / "config").glob("*.json")),
            "row.json": lambda: sorted(own.glob("archives/*/row.json")),
            "index.json": lambda: sorted(own.glob("archives/*/index.json")),
            "copied.json": lambda: sorted(own.glob("copies/*/copied.json")),
        }
        if name in found:
            return found[name]()
        if name in OF_USER:
            return [own / name]
        return [self.root / name if name in OF_DOCUMENTS else self.root / "state" / name]

    def goes_on(self) -> list[str]:
        """Run hooks and `rlm archive --all`; what is wrong then."""
        first = self.talks[0]
        talk(first, 1)
        self.write(first)
        self.hook("SessionStart", source="resume")
        self.hook("UserPromptSubmit", prompt="what is the retry limit?")
        self.hook("Stop")
        self.hook("PreCompact")
        code = self.command("archive", "--all")
        kept = archive(self.path)
        found = uuids(self.root)
        return [
            *([f"rlm archive exits {code}"] if code else []),
            *(f"lost {u}" for s in self.talks for u in s.uuids() if u not in found),
            *(f"twice {u}" for u, n in found.items() if n > 1),
            *(f"gap in {f}" for f in gaps(self.root)),
            *damaged(kept),
            *(line[:600] for line in self.log().split("\n") if " ERROR " in line or " FAILED " in line),
        ]


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, Path, list[Session]]:
    """The place, what it was at first, and its sessions."""
    folder = tmp_path_factory.mktemp("furnished")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLAUDE_CONFIG_DIR", str(folder / "w" / "claude"))
        (folder / "w" / "claude").mkdir(parents=True)
        place = Place(folder / "w")
    shutil.copytree(folder / "w", folder / "kept", symlinks=True)
    return place, folder / "kept", copy.deepcopy(place.talks)


@pytest.fixture
def place(furnished: tuple[Place, Path, list[Session]], monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """The place as it was at first."""
    place, kept, talks = furnished
    world = place.path.parent
    shutil.rmtree(world)
    shutil.copytree(kept, world, symlinks=True)
    place.talks = copy.deepcopy(talks)
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(world / "claude"))
    yield place
    place.wait_for_quiet()


@pytest.mark.xdist_group("machine-files")
@pytest.mark.parametrize("name", [*OF_ARCHIVE, *OF_DOCUMENTS, *OF_USER])
def test_a_harmed_file_of_the_machines_stops_loses_and_doubles_nothing(place: Place, name: str) -> None:
    seed = zlib.crc32(name.encode())
    paths = place.find(name)
    for path in paths:
        ways = harms(path.read_bytes() if path.exists() else b"{}", seed)
        if name == "version":  # a higher number is a newer program's: it is told, and nothing is written
            ways = {way: data for way, data in ways.items() if not data.strip().isdigit()}
        names = sorted(ways)
        # CI tries a few ways with each file, torture all of them.
        for way in [names[(seed + 3 * n) % len(names)] for n in range(min(len(names), 3 * TORTURE))]:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(ways[way])
            assert place.goes_on() == [], (name, way)


# The ledger: what it says of an entry is believed once all of it is sound.


def _flipped(path: Path, uuid: str, at: int, bit: int) -> None:
    """Flip a bit in the row of an entry. at: byte of the row."""
    data = bytearray(path.read_bytes())
    row = data.index(key(uuid), HEADER)
    data[row + at] ^= 1 << bit
    path.write_bytes(data)


OWNER, SIZE = KEY, KEY + 4


@pytest.mark.parametrize("at", [OWNER, OWNER + 3, SIZE, SIZE + 2, 0])
def test_a_flipped_bit_in_a_row_of_the_growing_chunk_loses_nothing(tmp_path: Path, at: int) -> None:
    kept, session, path = archive(tmp_path, config()), talk(Session(), 4), tmp_path / f"{SESSION}.jsonl"
    source = session.write(path)
    take(kept, source)
    for n, uuid in enumerate(session.uuids()[-3:]):
        _flipped(Path(kept.root) / "state" / "uuids", uuid, at, n)
        talk(session, 1)
        take(kept, session.write(path))
        found = uuids(kept.root)
        assert [u for u in session.uuids() if found.get(u, 0) != 1] == []
        assert [*damaged(kept), *gaps(kept.root), *leftovers(kept.root)] == []
        assert Verifier(kept).verify(source).ok


def test_an_entry_that_is_withdrawn_stays_also_when_its_row_names_another_owner(tmp_path: Path) -> None:
    kept, session, path = archive(tmp_path, config()), talk(Session(), 4), tmp_path / f"{SESSION}.jsonl"
    take(kept, session.write(path))
    gone = session.uuids()[-2]
    _flipped(Path(kept.root) / "state" / "uuids", gone, OWNER, 5)
    session.items = [one for one in session.items if not (isinstance(one, dict) and one.get("uuid") == gone)]
    talk(session, 1)
    take(kept, session.write(path))
    found = uuids(kept.root)
    assert found[gone] == 1
    assert [u for u in session.uuids() if found.get(u, 0) != 1] == []


@pytest.mark.parametrize("at", [OWNER, SIZE + 3, 2])
def test_a_fork_is_archived_once_by_a_ledger_with_a_flipped_bit(tmp_path: Path, at: int) -> None:
    kept, session = archive(tmp_path), talk(Session(), 4)
    take(kept, session.write(tmp_path / f"{SESSION}.jsonl"))
    _flipped(Path(kept.root) / "state" / "uuids", session.uuids()[0], at, 3)
    session.session = OTHER
    talk(session, 2)
    take(kept, session.write(tmp_path / f"{OTHER}.jsonl"))
    found = uuids(kept.root)
    assert [u for u in session.uuids() if found.get(u, 0) != 1] == []
    ledger = Ledger(str(Path(kept.root) / "state" / "uuids"))
    assert ledger.open()
    assert ledger.sound()
    ledger.close()


# What is sealed.


def test_a_catalog_with_a_flipped_bit_is_made_anew(tmp_path: Path) -> None:
    kept, session = archive(tmp_path), talk(Session(), 2)
    source = session.write(tmp_path / f"{SESSION}.jsonl")
    take(kept, source)
    path = Path(kept.root) / "state" / "catalog.json"
    text = path.read_text()
    at = text.index('"chunks": ') + len('"chunks": ')
    path.write_text(text[:at] + "7" + text[at + 1 :])
    assert Catalog(kept.root).sessions == {}
    talk(session, 1)
    take_all(kept, session.write(source.path))
    assert len(Catalog(kept.root).sessions) == 1


def test_a_parsed_copy_of_the_settings_with_a_flipped_bit_loosens_nothing(tmp_path: Path) -> None:
    (tmp_path / ".claude").mkdir()
    (tmp_path / ".claude" / "rlm.yaml").write_text("threshold: 0.5\n")
    cache = tmp_path / "cache.json"
    load_cached(str(tmp_path), str(cache))
    text = cache.read_text()
    cache.write_text(text.replace('"redact": {"enabled": true', '"redact": {"enabled": null'))
    assert cache.read_text() != text
    assert load_cached(str(tmp_path), str(cache)).redact_enabled
    assert cache.read_text() == text


def test_what_was_cited_is_known_in_the_second_copy(tmp_path: Path) -> None:
    here, copy = tmp_path / "here", tmp_path / "copy"
    for number, folder in enumerate((here, copy, here)):
        (folder / "state").mkdir(parents=True, exist_ok=True)
        note_cited(str(folder), {"open_file": f"0003-{number:08d}.md", "folder": "sessions/a", "closed": 2})
    copy_cited(str(here), str(copy))
    assert read_cited(str(copy)).keys() == {"00000000", "00000001", "00000002"}


def test_a_compaction_cites_also_while_others_hold_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rlm_core.archive.cited.SECONDS", 0.05)
    (tmp_path / "state").mkdir()
    with Lock(str(tmp_path / "state" / "archive.lock"), 1.0):
        note_cited(str(tmp_path), {"open_file": "0003-01234567.md", "folder": "sessions/a", "closed": 2})
    assert read_cited(str(tmp_path)) == {"01234567": ["sessions/a", 3]}


# Whose title a session bears.


def test_a_session_for_which_a_sub_agent_stood_is_called_by_its_own_prompt(tmp_path: Path) -> None:
    kept, path = archive(tmp_path), tmp_path / f"{SESSION}.jsonl"
    agent = Session(agent="a1", seed="z")
    agent.prompt("What the sub-agent was told")
    agent.write(path.with_suffix("") / "subagents" / "agent-a1.jsonl")
    path.write_bytes(b"")
    main = Session()
    main.prompt("What the user has asked")
    take_all(kept, Source(str(path)))
    assert [row["title"] for row in Catalog(kept.root).sessions.values()] == ["What the sub-agent was told"]
    main.write(path)
    take_all(kept, main.write(path))
    assert [row["title"] for row in Catalog(kept.root).sessions.values()] == ["What the user has asked"]


# What a failing disk has interrupted.


def test_what_failed_between_state_and_ledger_is_finished_by_the_next_event(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, path = archive(tmp_path), tmp_path / f"{SESSION}.jsonl"
    source = talk(Session(), 2).write(path)
    take_all(kept, source)
    agent = talk(Session(agent="a1", seed="z"), 2)
    agent.write(path.with_suffix("") / "subagents" / "agent-a1.jsonl")
    with monkeypatch.context() as broken:
        broken.setattr(Ledger, "add", _fails)
        with pytest.raises(OSError, match="disk"):
            take_all(kept, source)
    assert is_waiting(kept, source)
    take_all(kept, source)
    assert not is_waiting(kept, source)
    index = next(Path(kept.root).glob("sessions/*/index.md")).read_text()
    assert "Sub-agents: [a1]" in index
    ledger = kept.ledger()
    assert all(ledger.find(u) for u in agent.uuids())
    ledger.close()


def _fails(*_: object) -> None:
    raise OSError(5, "the disk fails")


def test_a_lock_that_is_held_is_not_taken_for_one_left_by_the_dead(tmp_path: Path) -> None:
    path = str(tmp_path / "some.lock")
    with Lock(path, 1.0) as lock:
        lock.mark()
        assert not is_left_marked(path)
    assert not is_left_marked(path)
    Path(path).write_text("1")  # as versions before 0.6 leave it
    assert is_left_marked(path)
