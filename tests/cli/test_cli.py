"""The command line as a process: results on stdout, talk on stderr, exit codes, and the JSON that programs read."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from kits.builders import SESSION, Session, files, rich, talk
from kits.needs import mounted, requires
from kits.paths import ROOT
from kits.place import Place
from kits.programs import ASCII_TERMINAL

from rlm_core.archive.copies.keeping import keep_up
from rlm_core.archive.copies.place import copies_at
from rlm_core.cli import main


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture
def filled(place: Place) -> Place:
    """Two archived sessions, one of them with everything in it."""
    place.session(rich())
    place.session(talk(Session("99999999-second", seed="two"), 8))
    place.rlm("archive", "--all")
    return place


# archive, verify


def test_archive_all_takes_every_session_of_the_project(place: Place) -> None:
    place.session(talk(Session(), 3))
    place.session(talk(Session("99999999-second", seed="two"), 3))
    other = place.transcripts / "other.jsonl"
    talk(Session("other", cwd="/somewhere/else"), 1).write(other)
    found = place.json("archive", "--all")
    assert {s["session"] for s in found["sessions"]} == {SESSION, "99999999-second"}
    for s in found["sessions"]:
        assert s.keys() >= {
            "session", "chunks_new", "chunks_total", "entries", "bytes_read", "skipped_lines", "redactions",
            "archive_dir",
        }  # fmt: skip
        assert s["entries"] == 12
        assert s["chunks_new"] == s["chunks_total"] > 0
        assert Path(s["archive_dir"]).is_dir()
    again = place.json("archive", "--all")
    assert [s["chunks_new"] for s in again["sessions"]] == [0, 0]


def test_a_transcript_named_by_path_is_archived_wherever_it_lies(place: Place, tmp_path: Path) -> None:
    talk(Session(), 2).write(tmp_path / "elsewhere" / f"{SESSION}.jsonl")
    (row,) = place.json("archive", str(tmp_path / "elsewhere" / f"{SESSION}.jsonl"))["sessions"]
    assert (row["session"], row["entries"]) == (SESSION, 8)


def test_a_sub_agents_transcript_is_known_by_its_place(place: Place) -> None:
    main_ = place.session(talk(Session(), 2))
    agent = place.transcripts / SESSION / "subagents" / "agent-a1.jsonl"
    talk(Session(agent="a1", seed="a"), 2).write(agent)
    (row,) = place.json("archive", str(agent))["sessions"]
    assert row["session"] == SESSION
    assert row["archive_dir"].endswith("agents/a1")
    assert place.json("verify", str(agent))["ok"]
    place.rlm("archive", str(main_))
    assert place.json("verify")["ok"]


def test_archive_brings_back_what_was_deleted(filled: Place) -> None:
    before = files(filled.archive.root)
    shutil.rmtree(next(Path(filled.archive.root).glob("sessions/*")))
    filled.rlm("verify", status=1)
    filled.rlm("archive", "--all")
    assert files(filled.archive.root) == before
    filled.rlm("verify")


def test_of_forgotten_entries_that_do_not_come_back_no_number_is_negative(filled: Place) -> None:
    """A folder that is deleted is made anew from the transcript, without what was forgotten."""
    filled.rlm("forget", "--match", "part1", "--yes")
    shutil.rmtree(next(Path(filled.archive.root).glob("sessions/*")))
    said = filled.rlm("archive", "--all")
    gone = re.search(r": 0 new entries, (\d+) fewer than before \(forgotten, or no longer in the transcript\)", said)
    assert gone, said
    assert int(gone[1]) > 0
    assert "fewer" not in filled.rlm("archive", "--all")


def test_json_counts_the_entries_that_are_gone(filled: Place) -> None:
    assert not any(row["entries_gone"] for row in filled.json("archive", "--all")["sessions"])
    filled.rlm("forget", "--match", "part1", "--yes")
    shutil.rmtree(next(Path(filled.archive.root).glob("sessions/*")))
    rows = filled.json("archive", "--all")["sessions"]
    assert [row["entries_new"] for row in rows] == [0] * len(rows)
    assert any(row["entries_gone"] > 0 for row in rows)


def test_unreadable_lines_and_secrets_are_said_aloud(place: Place) -> None:
    session = talk(Session(), 1)
    session.prompt("gh" + "p_" + "a1B2" * 9)
    session.add(b"{broken\n")
    place.session(session)
    said = place.rlm("archive", "--all")
    assert "1 unreadable line" in said
    assert "1 secret left out" in said
    assert "5 new entries" in said


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["archive", "/none.jsonl"], "no transcript /none.jsonl"),
        (["archive", "--all"], "no transcripts"),
        (["verify"], "rlm install"),
        (["search", "x"], "rlm install"),
        (["list"], "rlm install"),
        (["show", "r1-000000000000"], "rlm install"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_done_is_refused_with_a_way_on(place: Place, args: list[str], words: str) -> None:
    assert place.rlm(*args, status=1) == ""
    assert words in place.said


def test_verify_proves_and_names_what_is_missing(filled: Place) -> None:
    good = filled.json("verify")
    assert good.keys() >= {"ok", "entries", "archived", "missing", "damaged"}
    assert (good["ok"], good["missing"], good["damaged"]) == (True, [], [])
    assert good["entries"] == good["archived"] == 24 + 32
    victim = list(filled.archive.metas())[1]
    os.unlink(victim["path"])
    bad = filled.json("verify", status=1)
    assert bad["ok"] is False
    assert bad["missing"] == victim["uuids"]
    assert bad["damaged"] != [] or not any(m["number"] > victim["number"] for m in filled.archive.metas())
    said = filled.rlm("verify", status=1)
    assert f"missing {victim['uuids'][0]}" in said
    assert "rlm archive --all" in filled.said


def test_verify_tells_an_altered_file(filled: Place) -> None:
    path = Path(next(iter(filled.archive.metas()))["path"])
    path.write_text(path.read_text().replace("ORCHID", "TULIPS"))
    assert "DAMAGED" in filled.rlm("verify", status=1)
    bad = filled.json("verify", status=1)
    assert (bad["ok"], len(bad["missing"]), len(bad["damaged"])) == (False, 1, 1)


# search, show, list


def test_search_gives_hits_that_show_resolves(filled: Place) -> None:
    hits = filled.json("search", "launch", "code", "ORCHID")["hits"]
    assert hits[0].keys() >= {
        "chunk", "session", "path", "line", "score", "title", "snippet", "started", "turns", "tokens", "uuids",
    }  # fmt: skip
    assert "ORCHID" in hits[0]["snippet"]
    shown = filled.rlm("show", f"{hits[0]['chunk']}:{hits[0]['line']}")
    (line,) = [x for x in shown.split("\n") if x.startswith(">")]
    assert "ORCHID" in line
    plain = filled.rlm("search", "launch code ORCHID")
    assert f"{hits[0]['chunk']}:{hits[0]['line']}" in plain


def test_search_filters_and_counts(filled: Place) -> None:
    assert len(filled.json("search", "scheduler", "-k", "3")["hits"]) == 3
    assert {h["session"] for h in filled.json("search", "scheduler", "--session", "9999")["hits"]} == {
        "99999999-second"
    }
    assert filled.json("search", "scheduler", "--since", "2099", status=1)["hits"] == []
    assert filled.json("search", "output", "--tool", "Bash", "--role", "tool")["hits"]
    assert filled.json("search", "import", "--file", "src/main.py")["hits"]


def test_nothing_found_is_exit_1_and_says_what_to_try(filled: Place) -> None:
    assert filled.rlm("search", "zyzzyvas", status=1) == ""
    assert "nothing found" in filled.said
    assert filled.json("search", "zyzzyvas", status=1) == {"hits": []}


def test_a_query_that_looks_like_an_option_can_be_asked(filled: Place) -> None:
    assert json.loads(filled.rlm("search", "--json", "--", "--nothing", "ORCHID"))["hits"]


def test_a_hit_in_json_has_all_fields(filled: Place) -> None:
    hit = filled.json("search", "ORCHID")["hits"][0]
    assert list(hit) == [
        "chunk", "session", "path", "line", "score", "title", "snippet", "started", "turns", "tokens", "uuids", "role",
        "strong", "marks", "repeats", "stands_in", "later", "kind", "session_title", "project", "resume",
    ]  # fmt: skip
    assert isinstance(hit["tokens"], int)
    assert hit["strong"] is True


def test_a_search_explains_what_its_hits_scored_for(filled: Place) -> None:
    for hit in filled.json("search", "launch code ORCHID", "--explain")["hits"]:
        assert hit["score"] == pytest.approx(sum(step["points"] for step in hit["why"]), abs=0.002)
        assert all(set(step) == {"what", "said", "points"} for step in hit["why"])
    lines = filled.rlm("search", "launch code ORCHID", "--explain", "-k", "1").split("\n")
    at = next(n for n, line in enumerate(lines) if line.startswith("      score "))
    points = [float(line.split()[0]) for line in lines[at + 1 :] if line.strip()]
    assert sum(points) == pytest.approx(float(lines[at].split()[1].rstrip(":")), abs=0.01)
    assert any('"orchid" stands in it' in line for line in lines), lines
    assert "why" not in filled.json("search", "ORCHID")["hits"][0]
    assert "newest first, not by a score" in filled.rlm("search", "--explain", "--regex", "ORCHID")


@pytest.mark.parametrize(
    ("args", "found"),
    [
        (["ORCHID"], True),
        (["ORCHID", "--explain"], True),
        (["ORCHID", "-launch"], False),
        (["-launch", "ORCHID"], False),
        (["ORCHID", "-nothing"], True),
        (["ORCHID", "-hook", "-kubernetes", "-Context"], True),
        (["ORCHID", "-launch", "-k", "5"], False),
        (["ORCHID", "-k", "5", "-launch"], False),
        (["ORCHID", "-k5", "--session", SESSION[:4], "-hook"], True),
        (["--regex", "ORCHI[D]"], True),
        (["--regex", "orchid"], False),
        (['"code is ORCHID"'], True),
        (['"is code ORCHID"'], False),
        (["ORCHID", "--until", "2026-11-21"], False),
        (["ORCHID", "--since", "2026-11-22", "--until", "2026-11-22T23:59"], True),
        (["ORCHID", "--branch", "main"], True),
        (["ORCHID", "--branch", "other"], False),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else "",
)
def test_search_finds_what_words_phrases_flags_and_filters_mean(filled: Place, args: list[str], found: bool) -> None:
    hits = filled.json("search", *args, status=0 if found else 1)["hits"]
    assert any("ORCHID" in h["snippet"] for h in hits) == found


def test_an_excluded_word_may_stand_behind_a_flag(filled: Place) -> None:
    assert json.loads(filled.rlm("search", "ORCHID", "--json", "-hook"))["hits"]


@pytest.mark.parametrize(
    "args",
    [
        ["search", "x", "--bogus"],
        ["search", "x", "-q"],
        ["search", "x", "-zz"],
        ["search", "-launch"],
        ["search", "x", "--since", "tomorrow"],
        ["search", "x", "--since", "2026-13-01"],
        ["search", "x", "--until", "22/11/26"],
        ["list", "-word"],
        ["show", "0001", "--bogus"],
        ["reindex", "now"],
    ],
    ids=" ".join,
)
def test_an_unknown_option_is_exit_2(filled: Place, args: list[str]) -> None:
    assert filled.rlm(*args, status=2) == ""
    assert filled.said.startswith(f"rlm {args[0]}: ")
    assert filled.said.count("\n") == 1
    assert f"`rlm {args[0]} --help`" in filled.said


def test_a_pattern_that_is_none_is_exit_2_in_words(filled: Place) -> None:
    filled.rlm("search", "--regex", "(", status=2)
    assert "--regex (" in filled.said


def test_a_filter_of_no_text_is_no_fault(filled: Place) -> None:
    assert filled.json("search", "ORCHID", "--file", os.fsdecode(b"\xff"), status=1) == {"hits": []}


def test_people_get_title_date_passage_and_a_path_that_opens(filled: Place) -> None:
    said = filled.rlm("search", "launch code ORCHID", "-k", "1")
    head, *rest = said.rstrip("\n").split("\n")
    assert re.match(r"r\d-[0-9a-f]{12}:\d+  2026-11-22 \d\d:\d\d  system  \S", head)
    assert any("    " in x and "ORCHID" in x for x in rest)
    path, _, line = rest[-1].strip().partition(";")[0].rpartition(":")
    assert "ORCHID" in (filled.project / path).read_text(encoding="utf-8").split("\n")[int(line) - 1]
    assert "\x1b" not in said


@pytest.fixture
def hostile(place: Place) -> Place:
    """A session whose text commands terminals."""
    session = Session()
    session.prompt("flamingo \x1b]0;owned\x07 \x1b[2J \x9b31m \x7f \r\b and Flamingos\ttoo")
    session.says("nothing")
    place.session(session)
    place.rlm("archive", "--all")
    return place


CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def test_archived_control_characters_do_nothing(hostile: Place) -> None:
    said = hostile.rlm("search", "flamingo")
    assert "owned" in said
    assert not CONTROL.search(said)
    assert "\x1b" not in hostile.rlm("search", "flamingo", "--json")
    assert not CONTROL.search(hostile.rlm("search", "--regex", "flamingo"))


def on_terminal(place: Place, *args: str, **env: str) -> str:
    """What a command prints on a terminal."""
    import pty

    main_end, other_end = pty.openpty()
    plain = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    done = subprocess.Popen(
        [sys.executable, "-m", "rlm_core", *args],
        stdout=other_end,
        stderr=subprocess.DEVNULL,
        cwd=place.project,
        env={**plain, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "TERM": "xterm", **env},
    )
    os.close(other_end)
    said = b""
    while True:
        try:
            more = os.read(main_end, 65536)
        except OSError:  # the other end is closed
            break
        if not more:
            break
        said += more
    os.close(main_end)
    assert done.wait(120) == 0
    return said.decode()


MARKED = "\x1b[1;33m{}\x1b[0m"


def test_on_a_terminal_what_was_searched_for_stands_out(hostile: Place) -> None:
    said = on_terminal(hostile, "search", "flamingo", "-nowhere")
    assert MARKED.format("flamingo") in said
    assert MARKED.format("Flamingos") in said
    ours = re.sub(r"\x1b\[(1|1;33|0)m", "", said).replace("\r\n", "\n")
    assert not CONTROL.search(ours)
    assert "nothing" not in said or MARKED.format("nothing") not in said


@pytest.mark.parametrize("args", [("search", "flamingo", "--json"), ("search", "--regex", "flamingo")])
def test_json_and_lines_are_never_marked(hostile: Place, args: tuple[str, ...]) -> None:
    assert "\x1b[1;33m" not in on_terminal(hostile, *args)


def test_no_color_is_heeded(hostile: Place) -> None:
    assert "\x1b" not in on_terminal(hostile, "search", "flamingo", NO_COLOR="1")


def test_show_commands_no_terminal(hostile: Place) -> None:
    meta = next(iter(hostile.archive.metas()))
    for args in (["show", meta["chunk"]], ["show", f"{meta['chunk']}:27"]):
        assert not CONTROL.search(on_terminal(hostile, *args).replace("\r\n", "\n"))


def test_a_search_without_a_strong_hit_says_so(filled: Place) -> None:
    filled.rlm("search", "ORCHID zyzzyvas quagga okapi")
    assert "may not be in the archive" in filled.said
    filled.rlm("search", "ORCHID")
    assert filled.said == ""


# reindex


def test_archiving_indexes_and_reindex_makes_the_index_anew(filled: Place) -> None:
    index = Path(filled.archive.root) / "search.db"
    assert index.exists()
    index.write_bytes(b"garbage")
    done = filled.json("reindex")
    assert done.keys() == {"chunks", "passages", "repeats", "text_bytes", "index_bytes", "index"}
    assert done["index"] == str(index)
    assert done["chunks"] == len(list(filled.archive.metas()))
    assert done["passages"] > 10
    assert 0 < index.stat().st_size <= done["index_bytes"]
    assert filled.json("search", "ORCHID")["hits"]
    assert re.search(r"\d+ chunks, \d+ passages and \d+ repetitions; .* of text, .* of index", filled.rlm("reindex"))


def test_reindex_of_nothing_is_refused(place: Place) -> None:
    place.rlm("reindex", status=1)
    assert "no archive" in place.said
    assert not (place.project / ".claude").exists()


def test_reindex_without_the_stemmer_says_so_and_leaves_what_there_is(filled: Place) -> None:
    index = Path(filled.archive.root) / "search.db"
    before = index.read_bytes()
    code = "import sys;sys.modules['Stemmer']=None;from rlm_core.cli import main;sys.exit(main(['reindex']))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        cwd=filled.project,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=120,
    )
    assert done.returncode == 1
    assert b"search index" in done.stderr
    assert b"Traceback" not in done.stderr
    assert index.read_bytes() == before


def test_show_prints_the_file_and_json_its_front_matter(filled: Place) -> None:
    meta = next(iter(filled.archive.metas()))
    text = Path(meta["path"]).read_text(encoding="utf-8").replace("\r", "")
    assert filled.rlm("show", meta["chunk"]) == text.rpartition("<!-- rlm: ")[0]  # the last line is for programs
    found = filled.json("show", meta["chunk"])
    assert found["path"] == meta["path"]
    assert found["uuids"] == meta["uuids"]
    assert found["text"].startswith("---\n")


def test_show_gives_lines_around_the_one_cited(filled: Place) -> None:
    meta = next(iter(filled.archive.metas()))
    shown = filled.rlm("show", f"{meta['chunk']}:30", "-C", "2").split("\n")
    assert [x.strip("> ").split(" ")[0] for x in shown[1:-1]] == ["28", "29", "30", "31", "32"]
    assert filled.json("show", f"{meta['chunk']}:30", "-C", "2")["first_line"] == 28
    filled.rlm("show", f"{meta['chunk']}:99999")


def test_show_says_when_a_chunk_has_grown_since(place: Place) -> None:
    session = talk(Session(), 1)
    place.session(session)
    place.rlm("archive", "--all")
    old = Path(next(iter(place.archive.metas()))["path"]).stem
    session.says("more")
    place.session(session)
    place.rlm("archive", "--all")
    assert "more" in place.rlm("show", old)
    assert "has grown since" in place.said


def test_show_refuses_what_fits_nothing(filled: Place) -> None:
    assert filled.rlm("show", "r1-000000000000", status=1) == ""
    assert "no chunk r1-000000000000" in filled.said


def test_list_names_the_sessions_newest_first(filled: Place) -> None:
    rows = filled.json("list")["sessions"]
    assert {r["session"] for r in rows} == {SESSION, "99999999-second"}
    assert [r["ended"] for r in rows] == sorted((r["ended"] for r in rows), reverse=True)
    assert sum(r["entries"] for r in rows) == 24 + 32
    assert all(r["session"] in filled.rlm("list") for r in rows)


# status, doctor


def test_status_counts_what_is_there_and_shows_the_settings(filled: Place) -> None:
    found = filled.json("status")
    assert (found["sessions"], found["exists"], found["project"]) == (2, True, str(filled.project))
    assert found["chunks"] == len(list(filled.archive.metas()))
    assert found["config"]["chunk"] == {"target": 2000, "limit": 4000}
    assert "2 sessions" in filled.rlm("status")


def test_status_of_nothing_is_no_fault(place: Place) -> None:
    assert place.json("status")["exists"] is False
    assert "none yet" in place.rlm("status")
    assert not (place.project / ".claude").exists()


# The command line itself.


def test_the_project_is_the_one_around_the_directory(filled: Place) -> None:
    below = filled.project / "src" / "deep"
    below.mkdir(parents=True)
    assert json.loads(filled.rlm("status", "--json", cwd=below))["project"] == str(filled.project)
    assert filled.json("status", "--project", str(below))["project"] == str(below)


def test_the_home_directory_is_no_project_by_claudes_own_folder(place: Place) -> None:
    home = Path(os.environ["HOME"])
    (home / "work").mkdir()
    assert json.loads(place.rlm("status", "--json", cwd=home / "work"))["project"] == str(home / "work")


def test_a_wrong_command_line_is_exit_2(place: Place) -> None:
    for args in (["no-such-command"], ["search"], ["search", "x", "-k", "many"], ["search", "x", "--role", "king"]):
        place.rlm(*args, status=2)
        assert place.said.count("\n") == 1
    place.rlm("archive", status=2)
    assert "--all" in place.said


def test_help_and_version_say_themselves(place: Place) -> None:
    assert re.match(r"rlm \d+\.\d+", place.rlm("--version"))
    said = place.rlm("--help")
    assert all(
        c in said for c in ("archive", "verify", "search", "show", "list", "status", "doctor", "install", "demo")
    )


@pytest.mark.parametrize(
    "command",
    ["archive", "verify", "restore", "search", "show", "list", "status", "doctor", "install", "uninstall", "demo"],
)
def test_every_command_knows_json_and_project(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([command, "--help"])
    assert left.value.code == 0
    said = capsys.readouterr().out
    assert "--json" in said
    assert "--project" in said


def test_a_configuration_that_makes_no_sense_is_exit_1(filled: Place) -> None:
    (filled.project / ".claude" / "rlm.yaml").write_text("threshold: 60\n")
    filled.rlm("search", "x", status=1)
    assert "threshold" in filled.said


def test_a_fault_of_ours_is_exit_3_and_noted(filled: Place, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    from rlm_core.cli import search

    monkeypatch.setattr(search, "find", lambda *_, **__: 1 / 0)
    assert main(["search", "x", "--project", str(filled.project)]) == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert "fault of ours" in said.err
    log = filled.project / ".claude" / "rlm" / "log" / "rlm.log"
    assert str(log) in said.err
    assert "ZeroDivisionError" in log.read_text()


@requires("bash", "head")
def test_a_closed_pipe_is_no_fault(filled: Place) -> None:
    command = f'"{sys.executable}" -m rlm_core search scheduler -k 100 --json | head -c 10'
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, cwd=filled.project, env=env
    )
    assert done.stderr == b""
    assert done.returncode == 0


def test_a_terminal_that_is_not_utf8_gets_escapes(filled: Place) -> None:
    said = filled.rlm("search", "--json", "Also", "fine", "both", **ASCII_TERMINAL)
    assert any("café" in h["snippet"] for h in json.loads(said)["hits"])
    assert said.isascii()


def test_search_works_on_a_bare_python(filled: Place) -> None:
    """The plugin's form, before its environment is built: no site-packages at all."""
    code = "import sys;sys.path.insert(0,sys.argv.pop(1));from rlm_core.__main__ import main;sys.exit(main())"
    for args in (["search", "ORCHID", "--json"], ["list", "--json"], ["verify", "--json"], ["status", "--json"]):
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-X", "utf8", "-c", code, str(ROOT), *args],
            capture_output=True,
            cwd=filled.project,
            timeout=120,
        )
        assert (done.returncode, done.stderr) == (0, b"")
        json.loads(done.stdout)


def test_doctor_names_kinds_of_records_that_it_does_not_know(place: Place) -> None:
    session = Session()
    session.prompt("begin")
    for n in range(3):
        session.record("from-the-future", words=f"sentence number {n}")
    session.note("odd-note", "a remark of a later client")
    session.add(b'{"type":"user","message":{"role":"user","content":"it breaks o\n')
    path = place.transcripts / f"{SESSION}.jsonl"
    session.write(path)
    place.rlm("archive", str(path))
    for more in ("", "go on"):
        if more:
            session.prompt(more)
            session.write(path)
            place.rlm("archive", str(path))
        (check,) = [c for c in place.json("doctor", status=1)["checks"] if c["name"] == "transcript lines"]
        assert "2 kinds of records that rlm does not know" in check["detail"]
        assert "3 x `from-the-future`" in check["detail"]
        assert "unreadable lines (what can be read of them is kept): 1 in " in check["detail"]


def test_a_full_disk_is_told_in_a_line(filled: Place, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    sent = disk / "sent.jsonl"
    with mounted(disk, "size=4k"):
        ran = subprocess.run(
            [sys.executable, "-m", "rlm_core", "export", SESSION, "--jsonl", "-o", str(sent)],
            cwd=filled.project, capture_output=True, text=True, check=False,
        )  # fmt: skip
        left = os.listdir(disk)
    told = (
        f"rlm: no space left on the disk for {sent}; what stood there before still stands: make room, then run it again"
    )
    assert (ran.returncode, ran.stdout, ran.stderr, left) == (1, "", f"{told}\n", [])


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
@pytest.mark.parametrize("line", ["list", "--help", "list --help", "--version", "help list", "--json"])
def test_a_full_disk_behind_stdout_is_told_and_no_success(filled: Place, line: str) -> None:
    with open("/dev/full", "wb") as out:
        ran = subprocess.run(
            [sys.executable, "-m", "rlm_core", *line.split(" ")],
            cwd=filled.project,
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (ran.returncode, ran.stderr.count("\n"), "no space left" in ran.stderr) == (1, 1, True)


@pytest.mark.parametrize("command", ["list", "peek", "search"])
def test_a_terminal_that_lacks_a_sign_gets_its_number(place: Place, command: str) -> None:
    session = Session()
    session.prompt("Raise the ceiling → 5")
    place.session(talk(session, 1))
    place.rlm("archive", "--all")
    words = ["ceiling"] if command == "search" else []
    assert "Raise the ceiling \\u2192 5" in place.rlm(command, *words, **ASCII_TERMINAL)


@pytest.mark.skipif(sys.platform != "linux", reason="a name there is text")
def test_a_project_whose_name_is_no_text_is_told_of(tmp_path: Path) -> None:
    project = os.fsencode(tmp_path) + b"/caf\xe9"
    os.mkdir(project)
    env = {**os.environ, "PYTHONIOENCODING": "utf-8:strict", "PYTHONPATH": str(ROOT)}
    for command in ("install", "status", "uninstall"):
        ran = subprocess.run([sys.executable, "-m", "rlm_core", command], cwd=project, capture_output=True, env=env)
        assert (ran.returncode, b"caf\\udce9" in ran.stdout, ran.stderr) == (0, True, b"")


@pytest.mark.parametrize("command", [("forget", "--session", SESSION, "--yes"), ("uninstall", "--purge", "--yes")])
def test_a_copied_project_takes_nothing_from_the_one_it_was_copied_from(
    filled: Place, tmp_path: Path, command: tuple[str, ...]
) -> None:
    """Before a session has begun in the copy, both archives have one id, and the second copy is kept by that."""
    keep_up(filled.archive, lambda _: None, pytest.fail)
    (second,) = copies_at(filled.archive.root)
    kept = set(Path(second).rglob("*.md"))
    copy = tmp_path / "copy"
    shutil.copytree(filled.project, copy)
    filled.rlm("install", cwd=copy)
    filled.rlm(*command, cwd=copy)
    assert [*copy.glob(f".claude/rlm/sessions/*_{SESSION[:8]}/*.md")] == []
    assert kept == set(Path(second).rglob("*.md")) != set()
    shutil.rmtree(next(Path(filled.archive.root).glob(f"sessions/*_{SESSION[:8]}")))
    filled.rlm("restore")
    filled.rlm("archive", "--all")
    assert SESSION in filled.rlm("list")
