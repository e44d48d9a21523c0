"""`rlm forget --transcript`: the client's records lose what they said, and stay records."""

from __future__ import annotations

import base64
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from kits.builders import Session, archive, image_block, png

from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.chunks.chunkfile import load
from rlm_core.forget import proof
from rlm_core.forget.proof.probes import Probes
from rlm_core.forget.target import Doomed, Target
from rlm_core.forget.transcripts import QUIET_SECONDS, blank
from rlm_core.home import config_dir
from rlm_core.project import project_of
from rlm_core.reach import slug

FORK = "2f758c24-9a0b-4c1d-8e2f-3a4b5c6d7e8f"
MATTER = "The cormorant of Überlingen dives at noon."


class Lake:
    """A project with a session about a cormorant, its fork, and one about nothing of the kind; all closed for long."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        (self.project / ".git").mkdir(parents=True)
        assert project_of(str(self.project)) == str(self.project)
        self.folder = Path(config_dir()) / "projects" / slug(str(self.project))
        self.main = self._main()
        self.fork = Session(FORK, cwd=str(self.project))
        self.fork.items = [{**i, "sessionId": FORK} if isinstance(i, dict) else i for i in self.main.items]
        self.fork.prompt("And in the fork?")
        self.kept: Archive = archive(self.project)
        for session in (self.main, self.fork):
            take(self.kept, session.write(self.path(session)))
            self.close(session)
        self.probes = Probes()

    def _main(self) -> Session:
        s = Session(cwd=str(self.project))
        s.prompt("What is on the lake today?")
        s.says("Boats are on the lake today.")
        s.user([image_block(png(4)), {"type": "text", "text": MATTER}])
        s.thinks(f"So it is: {MATTER}")
        call = s.calls("Write", file_path="/home/jo/cormorant.txt", content=MATTER, deep={"name": ["cormorant", 7]})
        s.result(call, MATTER, toolUseResult={"type": "create", "filePath": "/home/jo/cormorant.txt", "lines": 3})
        s.says(f"I have noted it: {MATTER}")
        s.prompt("Boats again, please.")
        s.says("Boats are on the lake tomorrow.")
        s.title("Lake with cormorant", "ai-title")
        s.add({"type": "queue-operation", "operation": "enqueue", "content": f"later: {MATTER}"})
        s.add(b'{"type": "user", "message": {"content": "a cormorant, bro\n')
        return s

    def path(self, session: Session) -> Path:
        return self.folder / f"{session.session}.jsonl"

    def close(self, session: Session) -> None:
        before = time.time() - QUIET_SECONDS - 60
        os.utime(self.path(session), (before, before))

    def target(self) -> Target:
        found = []
        for folder in self.kept.folders():
            for name in sorted(n for n in os.listdir(folder) if n[:4].isdecimal()):
                place = os.path.relpath(folder, self.kept.root)
                entries = load((Path(folder) / name).read_bytes(), name).entries()
                rows = [(u, line, t.partition("\n")[2]) for u, line, t in entries]
                found += [Doomed(place, name, u, line, t) for u, line, t in rows if "cormorant" in t]
        return Target(self.kept, found, texts=[entry.text for entry in found])

    def blank(self) -> list[str]:
        target = self.target()
        self.probes = proof.probes_of(target)
        return [os.path.basename(path) for path, _ in blank(target, self.probes)]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path)


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines() if line.strip()]


def test_nothing_of_it_is_left_in_the_session_and_in_its_fork(lake: Lake) -> None:
    assert lake.blank() == sorted(f"{s.session}.jsonl" for s in (lake.main, lake.fork))
    for session in (lake.main, lake.fork):
        data = lake.path(session).read_bytes()
        assert b"cormorant" not in data.lower()
        assert b"berlingen" not in data
        assert b"noon" not in data
        assert base64.b64encode(png(4)) not in data
    assert not any(str(lake.folder) in path for path, _ in proof.not_ours(lake.target(), lake.probes))


def test_every_record_is_one_and_where_it_was(lake: Lake) -> None:
    before = records_or_none(lake.path(lake.main))
    lake.blank()
    after = records_or_none(lake.path(lake.main))
    assert len(after) == len(before)
    kept = ("uuid", "parentUuid", "type", "sessionId", "timestamp", "cwd", "gitBranch", "version")
    for old, new in zip(before, after, strict=True):
        if old is not None:
            assert new is not None
            assert list(new) == list(old)
            assert {k: new.get(k) for k in kept} == {k: old.get(k) for k in kept}
    assert after[-1] is None  # the broken line: it has no text any more
    assert lake.path(lake.main).read_bytes().endswith(b"\n\n")


def records_or_none(path: Path) -> list[dict[str, Any] | None]:
    found = []
    for line in path.read_bytes().splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            found.append(None)
    return found


def test_a_call_and_its_result_still_belong_together(lake: Lake) -> None:
    lake.blank()
    blocks = [b for r in records(lake.path(lake.main)) for b in (r.get("message") or {}).get("content") or []]
    call = next(b for b in blocks if b["type"] == "tool_use")
    assert call["name"] == "Write"
    assert call["input"] == {
        "file_path": "[forgotten]", "content": "[forgotten]", "deep": {"name": ["[forgotten]", 7]}
    }  # fmt: skip
    result = next(b for b in blocks if b["type"] == "tool_result")
    assert (result["tool_use_id"], result["content"]) == (call["id"], "[forgotten]")
    record = next(r for r in records(lake.path(lake.main)) if "toolUseResult" in r)
    assert record["toolUseResult"] == {"type": "create", "filePath": "[forgotten]", "lines": 3}
    assert not any(b["type"] in ("thinking", "image") for b in blocks)  # signed, or no text


def test_what_is_not_forgotten_stays_to_the_byte(lake: Lake) -> None:
    before = lake.path(lake.main).read_bytes().splitlines()
    moment = lake.path(lake.main).stat()
    lake.blank()
    after = lake.path(lake.main).read_bytes().splitlines()
    same = [line for line in before if b"lake t" in line or b"Boats" in line]
    assert len(same) == 4
    assert set(same) <= set(after)
    assert lake.path(lake.main).stat().st_mtime_ns == moment.st_mtime_ns
    assert lake.path(lake.main).stat().st_mode == moment.st_mode


def test_a_session_that_may_be_open_is_left_alone_and_named(lake: Lake) -> None:
    os.utime(lake.path(lake.main))
    before = lake.path(lake.main).read_bytes()
    assert lake.blank() == [f"{FORK}.jsonl"]
    assert lake.path(lake.main).read_bytes() == before
    named = dict(proof.not_ours(lake.target(), lake.probes))
    assert "--transcript" in named[str(lake.path(lake.main))]
    assert str(lake.path(lake.fork)) not in named


def test_a_session_of_a_living_process_is_left_alone(lake: Lake) -> None:
    noted = Path(config_dir()) / "sessions" / f"{os.getpid()}.json"
    noted.parent.mkdir()
    noted.write_text(json.dumps({"pid": os.getpid(), "sessionId": FORK}))
    assert lake.blank() == [f"{lake.main.session}.jsonl"]


def test_a_transcript_that_grows_meanwhile_is_left_as_it_is(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    from rlm_core.forget import transcripts

    write = transcripts._write

    def growing(path: str, lines: list[bytes], like: os.stat_result) -> None:
        write(path, lines, like)
        with lake.path(lake.main).open("ab") as f:
            f.write(b'{"type": "user"}\n')

    before = lake.path(lake.main).read_bytes()
    monkeypatch.setattr(transcripts, "_write", growing)
    assert f"{lake.main.session}.jsonl" not in lake.blank()
    assert lake.path(lake.main).read_bytes().startswith(before + b'{"type": "user"}\n')
    assert not any(name.startswith(transcripts.TEMPORARY) for name in os.listdir(lake.folder))


def test_done_twice_it_changes_nothing_more(lake: Lake) -> None:
    target = lake.target()
    probes = proof.probes_of(target)
    blank(target, probes)
    before = lake.path(lake.main).read_bytes()
    assert blank(target, probes) == []
    assert lake.path(lake.main).read_bytes() == before


@pytest.mark.parametrize("name", ["link.jsonl", "x/subagents/agent-1.jsonl"])
def test_a_link_is_not_followed_and_a_sub_agent_is_reached(lake: Lake, tmp_path: Path, name: str) -> None:
    path = lake.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    real = tmp_path / "real.jsonl"
    record = {"type": "user", "uuid": "u", "message": {"role": "user", "content": MATTER}}
    real.write_text(json.dumps(record) + "\n")
    if name.startswith("link"):
        path.symlink_to(real)
    else:
        real.rename(path)
    before = time.time() - QUIET_SECONDS - 60
    os.utime(path, (before, before))
    assert (os.path.basename(name) in lake.blank()) == (not path.is_symlink())
    assert (b"noon" in path.read_bytes()) == path.is_symlink()


def test_a_whole_session_loses_every_text(lake: Lake) -> None:
    target = lake.target()
    target.sessions.append(lake.main.session)
    blank(target, proof.probes_of(target))
    data = lake.path(lake.main).read_bytes()
    assert b"lake" not in data.lower().replace(str(lake.project).lower().encode(), b"")
    assert b"Boats" in lake.path(lake.fork).read_bytes()
