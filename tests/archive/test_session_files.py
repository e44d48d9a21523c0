"""Everything in a session's folder stands in the archive: once, again when it has changed, and without secrets."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from kits.builders import SESSION, Session, archive, files, talk

from rlm_core.archive.files.note import Note, note_path
from rlm_core.archive.proof.verify import Verifier, damaged
from rlm_core.archive.store import Archive
from rlm_core.archive.take import is_waiting, take_all
from rlm_core.disk import read
from rlm_core.hooks.sweep import sweep
from rlm_core.redaction.clean import literal
from rlm_core.transcript import folder as folders
from rlm_core.transcript.source import Source

TOKEN = "gh" + "p_" + "a1B2" * 9


@pytest.fixture
def kept(tmp_path: Path) -> Archive:
    (tmp_path / "project").mkdir()
    return archive(tmp_path / "project")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder of a session with a workflow, as the client leaves it."""
    source = talk(Session(cwd=str(tmp_path / "project")), 2).write(tmp_path / "t" / f"{SESSION}.jsonl")
    made = Path(source.folder)
    run = made / "subagents" / "workflows" / "wf_1"
    for name, place in (("a1", made / "subagents"), ("b2", run)):
        session = Session(agent=name, seed=name, cwd=str(tmp_path / "project"))
        session.prompt(f"Look at part {name}")
        session.says(f"FINDING-{name}")
        session.write(place / f"agent-{name}.jsonl")
    write(run / "agent-b2.meta.json", json.dumps({"agentType": "workflow-subagent", "description": "ORDERED-DEEP"}))
    write(run / "journal.jsonl", '{"type":"result","agentId":"b2","result":"JOURNAL-RESULT\\nof two lines"}\n')
    write(made / "workflows" / "audit.js", "const ORDERED = await agent('SCRIPT-WORDS');\n")
    write(
        made / "workflows" / "wf_1.json", json.dumps({"script": "first\nSCRIPT-LINE", "result": {"n": [1, "R-WORD"]}})
    )
    write(made / "tool-results" / "orphan.txt", "ORPHAN-OUTPUT\n")
    return made


WORDS = (
    "FINDING-a1",
    "FINDING-b2",
    "ORDERED-DEEP",
    "JOURNAL-RESULT\nof two lines",
    "SCRIPT-WORDS",
    "first\nSCRIPT-LINE",
    "result.n.1: R-WORD",
    "ORPHAN-OUTPUT",
)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def main(home: Path) -> Source:
    return Source(f"{home}.jsonl")


def archived(kept: Archive) -> str:
    """All text of the archive's chunks and blobs."""
    root = Path(kept.root, "sessions")
    return "\n".join(p.read_text() for p in sorted(root.rglob("*")) if p.is_file() and p.name != "index.md")


def test_everything_in_the_folder_is_archived_once(home: Path, kept: Archive) -> None:
    take_all(kept, main(home))
    text = archived(kept)
    assert [word for word in WORDS if text.count(word) != 1] == []
    assert "[file] subagents/workflows/wf_1/journal.jsonl\n\n(no transcript; its records:)" in text
    verifier = Verifier(kept)
    assert [v.missing for v in map(verifier.verify, main(home).transcripts())] == [[], [], []]
    assert damaged(kept) == []
    before = files(kept.root)
    assert not is_waiting(kept, main(home))
    assert len(take_all(kept, main(home))) == 1
    assert files(kept.root) == before
    assert {m["session"] for m in kept.metas()} == {SESSION}
    (folder,) = {Path(m["path"]).parent for m in kept.metas() if m.get("agent") == "files"}
    assert folder.name == "files"
    assert {m["title"] for m in kept.metas() if m.get("agent") == "files"} == {"Files of the session's folder"}


def test_a_changed_file_is_archived_again_and_the_old_text_stays(home: Path, kept: Archive) -> None:
    take_all(kept, main(home))
    closed = {m["path"]: Path(m["path"]).read_bytes() for m in kept.metas() if m.get("agent") == "files"}
    write(home / "workflows" / "wf_1.json", json.dumps({"result": "SECOND-RESULT"}))
    assert is_waiting(kept, main(home))
    _, report = take_all(kept, main(home))
    assert (report.entries_new, report.chunks_new) == (1, 1)
    text = archived(kept)
    assert text.count("SECOND-RESULT") == text.count("R-WORD") == 1
    assert {path: Path(path).read_bytes() for path in closed} == closed
    assert damaged(kept) == []


def test_of_a_journal_that_has_grown_the_new_records_are_archived(home: Path, kept: Archive) -> None:
    journal = home / "subagents" / "workflows" / "wf_1" / "journal.jsonl"
    take_all(kept, main(home))
    size = journal.stat().st_size
    with journal.open("a") as f:
        f.write('{"result":"SECOND-RECORD"}\n')
    take_all(kept, main(home))
    text = archived(kept)
    assert text.count("JOURNAL-RESULT") == text.count("SECOND-RECORD") == 1
    assert f"journal.jsonl, from byte {size} on\n\n(no transcript; its records:)\n\nresult: SECOND-RECORD" in text
    os.unlink(note_path(kept.root, SESSION))
    take_all(kept, main(home))
    assert archived(kept) == text
    journal.write_text('{"result":"WRITTEN-ANEW"}\n' + "{}\n" * 99)  # longer, and another file
    take_all(kept, main(home))
    assert "journal.jsonl\n\n(no transcript; its records:)\n\nresult: WRITTEN-ANEW" in archived(kept)


def test_touching_a_file_archives_nothing(home: Path, kept: Archive) -> None:
    take_all(kept, main(home))
    os.utime(home / "workflows" / "audit.js", (1, 1))
    _, report = take_all(kept, main(home))
    assert report.entries_new == 0
    assert not is_waiting(kept, main(home))


def test_the_note_is_derived(home: Path, kept: Archive) -> None:
    take_all(kept, main(home))
    before = files(os.path.join(kept.root, "sessions"))
    os.unlink(note_path(kept.root, SESSION))
    take_all(kept, main(home))
    assert files(os.path.join(kept.root, "sessions")) == before
    Path(note_path(kept.root, SESSION)).write_text('{"version": 1, "files": []}')
    take_all(kept, main(home))
    assert files(os.path.join(kept.root, "sessions")) == before


def test_state_and_ledger_are_derived(home: Path, kept: Archive) -> None:
    take_all(kept, main(home))
    before = files(os.path.join(kept.root, "sessions"))
    shutil.rmtree(os.path.join(kept.root, "state"))
    take_all(kept, main(home))
    assert files(os.path.join(kept.root, "sessions")) == before


def test_what_was_deleted_stays_so_for_hooks_and_comes_back_when_asked_for(home: Path, kept: Archive) -> None:
    take_all(kept, main(home))
    (folder,) = {Path(m["path"]).parent for m in kept.metas() if m.get("agent") == "files"}
    shutil.rmtree(folder)
    take_all(kept, main(home))
    assert "ORPHAN-OUTPUT" not in archived(kept)
    take_all(kept, main(home), restore=True)
    assert [word for word in WORDS if archived(kept).count(word) != 1] == []


def test_a_run_that_was_killed_is_made_up_from_the_chunks(home: Path, kept: Archive) -> None:
    take_all(kept, main(home))
    before = files(os.path.join(kept.root, "sessions"))
    # As a kill after the chunks and before the state leaves it: the lock is marked, nothing is noted.
    Path(kept.path("state", "locks", f"{SESSION}.files.lock")).write_text("1")
    os.unlink(kept.path("state", "sources", f"{SESSION}.files.json"))
    os.unlink(kept.path("state", "uuids"))
    os.unlink(note_path(kept.root, SESSION))
    shutil.rmtree(home / "tool-results")  # gone meanwhile: what was archived of it must not be lost
    write(home / "new.txt", "NEW-WORDS")
    take_all(kept, main(home))
    text = archived(kept)
    assert [word for word in (*WORDS, "NEW-WORDS") if text.count(word) != 1] == []
    after = files(os.path.join(kept.root, "sessions"))
    assert {k: v for k, v in before.items() if k.endswith(".md") and "index" not in k}.items() <= after.items()


def test_secrets_are_left_out_of_files_and_names(home: Path, kept: Archive) -> None:
    write(home / "workflows" / f"{TOKEN}.txt", f"key {TOKEN}\n")
    (home / "tool-results" / f"{TOKEN}.bin").write_bytes(b"\0\0")
    take_all(kept, main(home))
    everything = b"".join(p.read_bytes() for p in Path(kept.root).rglob("*") if p.is_file())
    assert TOKEN.encode() not in everything
    assert "key [redacted:github]" in archived(kept)


def test_what_is_not_taken_is_named_with_its_size(home: Path, kept: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "MAX_BYTES", 1000)
    (home / "tool-results" / "image.bin").write_bytes(b"\0\1" * 100)
    write(home / "tool-results" / "large.txt", "x" * 1001)
    (home / "tool-results" / "link.txt").symlink_to("/etc/passwd")
    (home / "odd\n\x1b[31mname.txt").write_text("ODD-NAME-WORDS")
    take_all(kept, main(home))
    text = archived(kept)
    assert "[file] tool-results/image.bin: 200 bytes, not taken: no text" in text
    assert "[file] tool-results/large.txt: 1,001 bytes, not taken: larger than 0 MB" in text
    assert "not taken: a link" in text
    assert "root:" not in text
    assert "[file] odd\\n\\x1b[31mname.txt\n\nODD-NAME-WORDS" in text
    left = Note(kept.root, literal(SESSION)).left.values()
    assert sorted(row[0] for row in left) == [f"tool-results/{n}" for n in ("image.bin", "large.txt", "link.txt")]
    assert not is_waiting(kept, main(home))


@pytest.mark.parametrize("notice", [True, False])
def test_an_output_that_a_record_carries_is_not_taken_twice(tmp_path: Path, kept: Archive, notice: bool) -> None:
    session = Session(cwd=str(tmp_path / "project"))
    path = tmp_path / "t" / f"{SESSION}.jsonl"
    session.prompt("Run it")
    call = session.calls("Bash", command="run")
    saved = path.with_suffix("") / "tool-results" / (f"{call}.txt" if notice else "b1.txt")
    write(saved, "CARRIED-OUTPUT\n" * 3)
    write(saved.with_name("mentioned.txt"), "MENTIONED-ONLY\n")
    shown = f"<persisted-output>\nOutput too large. Full output saved to: {saved}\n\nPreview"
    if notice:
        session.result(call, shown)
    else:
        session.result(call, "the beginning", toolUseResult={"persistedOutputPath": str(saved)})
    session.says(f"It printed a lot; see {saved.with_name('mentioned.txt')}.")
    source = session.write(path)
    take_all(kept, source)
    text = archived(kept)
    assert text.count("CARRIED-OUTPUT") == 3
    assert text.count("MENTIONED-ONLY") == 1


def test_a_long_file_goes_whole_into_a_blob(home: Path, kept: Archive) -> None:
    text = "".join(f"line {n} of the long output\n" for n in range(20_000))
    write(home / "tool-results" / "long.txt", text)
    take_all(kept, main(home))
    blobs = [p.read_text() for p in Path(kept.root).glob("sessions/*/agents/files/blobs/*.txt")]
    assert [text in blob for blob in blobs] == [True]


def test_many_files_fill_several_chunks(home: Path, kept: Archive) -> None:
    for n in range(60):
        write(home / "tool-results" / f"{n}.txt", f"OUTPUT-{n}-END\n" + f"words of number {n}\n" * 150)
    take_all(kept, main(home))
    text = archived(kept)
    assert [n for n in range(60) if f"[file] tool-results/{n}.txt\n\nOUTPUT-{n}-END\n" not in text] == []
    numbers = [m["number"] for m in kept.metas() if m.get("agent") == "files"]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 1
    assert damaged(kept) == []
    assert not any(m["provisional"] for m in kept.metas() if m.get("agent") == "files")


def test_a_folder_whose_transcript_is_gone_is_swept(home: Path, kept: Archive) -> None:
    os.unlink(f"{home}.jsonl")
    kept.prepare()
    project = os.path.dirname(os.path.dirname(kept.root))
    sweep(kept, project, str(home.parent))
    text = archived(kept)
    assert [word for word in WORDS if text.count(word) != 1] == []
    assert SESSION[:8] in Path(kept.path("INDEX.md")).read_text()
    (index,) = Path(kept.root).glob("sessions/*/index.md")
    assert "Title: Look at part a1" in index.read_text()
    assert "(agents/b2/index.md)" in index.read_text()
    before = files(kept.root)
    assert sweep(kept, project, str(home.parent)) == "entries+0"
    assert files(kept.root) == before


def test_a_transcript_that_comes_back_goes_where_its_agents_are(home: Path, kept: Archive) -> None:
    os.rename(f"{home}.jsonl", home.parent / "away")
    take_all(kept, main(home))
    os.rename(home.parent / "away", f"{home}.jsonl")
    take_all(kept, main(home))
    assert len(os.listdir(kept.path("sessions"))) == 1
    assert [Verifier(kept).verify(s).missing for s in main(home).transcripts()] == [[], [], []]
    assert Path(kept.path("INDEX.md")).read_text().count(f"_{SESSION[:8]}]") == 1


def test_a_transcript_that_goes_after_it_was_archived_is_no_work(home: Path, kept: Archive) -> None:
    take_all(kept, main(home))
    before = files(os.path.join(kept.root, "sessions"))
    os.unlink(f"{home}.jsonl")
    assert not is_waiting(kept, main(home))
    take_all(kept, main(home), restore=True)
    assert files(os.path.join(kept.root, "sessions")) == before


def test_agents_beside_their_session_are_swept_into_it(tmp_path: Path, kept: Archive) -> None:
    folder, project = tmp_path / "t", tmp_path / "project"
    talk(Session(cwd=str(project)), 1).write(folder / f"{SESSION}.jsonl")
    for name, prompt in (("a1", "Look at the parser"), ("b2", "Warmup")):
        session = Session(agent=name, seed=name, cwd=str(project))
        session.prompt(prompt)
        session.says(f"FINDING-{name}")
        session.write(folder / f"agent-{name}.jsonl")
    kept.prepare()
    sweep(kept, str(project), str(folder))
    found = {(m["session"], m.get("agent", "")) for m in kept.metas()}
    assert found == {(SESSION, ""), (SESSION, "a1"), (SESSION, "warmup-b2")}
    assert sweep(kept, str(project), str(folder)) == "entries+0"


@pytest.mark.parametrize(
    ("name", "text"), [("x.json", "{cut off"), ("x.jsonl", '{"a": 1}\n{cut'), ("x.json", "[" * 9999)]
)
def test_json_that_is_none_stands_as_it_is(home: Path, kept: Archive, name: str, text: str) -> None:
    write(home / name, text)
    take_all(kept, main(home))
    assert f"[file] {name}\n\n{text}" in archived(kept)
    assert read(note_path(kept.root, SESSION)) is not None
