"""`rlm redact`: what was archived by older rules, by today's; ids, lines and citations stay, and nothing is left."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kits.builders import Session
from kits.paths import ROOT
from kits.place import Place
from kits.secrets import KEYS, pem

from rlm_core.chunks.altered import is_altered
from rlm_core.chunks.chunkfile import load
from rlm_core.redaction.clean import RULES
from rlm_core.redaction.redactor import Redactor
from rlm_core.secrets.inplace import MARK, Labels, reword

GITHUB = next(value for kind, value in KEYS if kind == "github")
PASSWORD = "tr0ub4dor-" + "and-3-more"
TITLED = "Cerise" + "1862_yIh"
CUT = "xoxb-" + "123456789012-123456789012-" + "AbCdEfGhIjKlMnOpQrStUvWx"
AGENT = "a1b2c3"
OFF = "redact: {enabled: false}\n"
SMALL = "chunk: {target: 200, limit: 500}\n"
WORDS = (GITHUB, PASSWORD, TITLED, CUT, pem().split("\n")[1])


def settings(place: Place, text: str) -> None:
    (place.transcripts.parents[1] / "rlm.yaml").write_text(text)


def told(place: Place) -> Session:
    """A session with secrets in prompts, titles, outputs, a blob whose head ends in one, and a sub-agent's."""
    session = Session()
    session.prompt(f"Please run PGPASSWORD={TITLED} psql against the staging host for me.")
    session.tool("Bash", f"the head\nDB_PASSWORD={PASSWORD}\n{pem()}\nthe end", command="cat .env")
    session.says(f"The token {GITHUB} is used here, and once more {GITHUB}.")
    filler = "\n".join(f"{n} nothing that matters stands on this line, but it has to be long" for n in range(1500))
    session.prompt("Now show me the log of the nightly import, all of it if you can.")
    session.tool("Bash", f"{filler}\ntoken: {CUT}\n{filler}", command="cat import.log")
    session.says("That was it.")
    return session


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """An archive that was made while redaction was off, and is on now."""
    made = Place(tmp_path)
    settings(made, SMALL + OFF)
    made.session(told(made))
    agent = Session(agent=AGENT)
    agent.prompt(f"Use the token {GITHUB} for the request that you make, please.")
    agent.write(made.transcripts / Session().session / "subagents" / f"agent-{AGENT}.jsonl")
    (made.project / "notes.md").write_text(f"# Notes\n\nexport DB_PASSWORD={PASSWORD}\n\n{pem()}\n\nThe end.\n")
    made.rlm("archive", "--all")
    made.rlm("add", "notes.md")
    made.rlm("archive", "--all")
    settings(made, SMALL)
    return made


def chunks(place: Place) -> list[Path]:
    return sorted(Path(place.archive.root).rglob("0*.md"))


def ours(place: Place) -> list[Path]:
    """Every file of ours: the archive's, and all in the user's directory but for Claude Code's own."""
    config = place.transcripts.parents[1]
    tops = (Path(place.archive.root), config / "rlm", config / "rlm-ask")
    return [path for top in tops for path in top.rglob("*") if path.is_file()]


def holding(place: Place, words: tuple[str, ...] = WORDS) -> set[str]:
    """Names of the files of ours that hold one of the words, whatever the case."""
    wanted = [word.lower().encode() for word in words]
    return {path.name for path in ours(place) if any(w in path.read_bytes().lower() for w in wanted)}


def heights(place: Place) -> dict[str, tuple[str, list[str], list[int], int]]:
    """What is cited: each chunk file's id, its entries' uuids and lines, and how many lines it has."""
    metas = {path: load(path.read_bytes()) for path in chunks(place)}
    return {p.name: (c.meta["chunk"], c.meta["uuids"], c.meta["lines"], len(c.lines)) for p, c in metas.items()}


def test_what_older_rules_let_through_is_taken_out_of_every_file(place: Place) -> None:
    assert {"INDEX.md", "index.md", "catalog.json", f"{Session().session}.json"} <= holding(place)
    assert place.json("search", f'"{TITLED}"')["hits"]
    before = heights(place)
    done = place.json("redact")
    assert (done["chunks"] >= 4, done["redactions"] >= 8, done["left"]) == (True, True, [])
    assert holding(place) == set()
    assert heights(place) == before
    assert place.json("search", f'"{TITLED}"', status=1)["hits"] == []


def test_it_is_proven_whole_afterwards_and_searchable(place: Place) -> None:
    place.rlm("redact")
    found = place.json("verify")
    assert found["ok"], found
    assert found["missing"] == []
    hits = place.json("search", "nightly import")["hits"]
    assert hits
    shown = place.json("show", f"{hits[0]['chunk']}:{hits[0]['line']}")
    assert "nightly import" in shown["text"]


def test_what_stood_around_a_secret_stands_on_its_line(place: Place) -> None:
    before = {path.name: path.read_text("utf-8").split("\n") for path in chunks(place)}
    place.rlm("redact")
    for path in chunks(place):
        head = path.read_text("utf-8").split("\n").index("---", 1)
        for was, now in zip(before[path.name][head:-2], path.read_text("utf-8").split("\n")[head:-2], strict=True):
            assert was == now or "[redacted:" in now or now == "" or "blobs/" in now


def test_a_second_run_changes_nothing(place: Place) -> None:
    place.rlm("redact")
    before = {path: path.read_bytes() for path in ours(place) if path.name not in ("search.db-wal", "search.db-shm")}
    done = place.json("redact")
    assert (done["chunks"], done["redactions"], done["files"]) == (0, 0, [])
    after = {path: path.read_bytes() for path in before}
    assert {path.name for path in before if before[path] != after[path]} <= {"copied.json"}


def test_a_dry_run_tells_the_same_and_writes_nothing(place: Place) -> None:
    before = {path: path.read_bytes() for path in ours(place)}
    dry = place.json("redact", "--dry-run")
    assert {path: path.read_bytes() for path in ours(place)} == before
    done = place.json("redact")
    assert (dry["chunks"], dry["redactions"], dry["redacted"]) == (done["chunks"], done["redactions"], done["redacted"])


def test_chunks_are_altered_and_say_by_which_rules(place: Place) -> None:
    place.rlm("redact")
    metas = [load(path.read_bytes()).meta for path in chunks(place)]
    assert {meta["rules"] for meta in metas} == {RULES}
    for path, meta in zip(chunks(place), metas, strict=True):
        marks = MARK.findall(path.read_text("utf-8").rpartition("\n<!-- rlm:")[0])
        assert is_altered(meta) or not marks  # one whose output alone held a secret points to another name
        assert sum(meta["redactions"].values()) >= len(meta["marks"])


def test_an_output_that_held_one_has_another_name_and_is_found(place: Place) -> None:
    before = {path.name: path.read_text("utf-8") for path in Path(place.archive.root).rglob("blobs/*.txt")}
    assert any(CUT in text for text in before.values())
    place.rlm("redact")
    after = {path.name: path.read_text("utf-8") for path in Path(place.archive.root).rglob("blobs/*.txt")}
    assert sorted(text.count("\n") for text in before.values()) == sorted(text.count("\n") for text in after.values())
    assert after.keys() & before.keys() == {name for name, text in before.items() if not any(w in text for w in WORDS)}
    for name in after:
        assert sum(name in path.read_text("utf-8") for path in chunks(place)) == 1
    copies = place.transcripts.parents[1] / "rlm" / "copies"
    assert {path.name for path in copies.rglob("blobs/*.txt")} == after.keys()


def test_the_secrets_are_known_by_their_fingerprints_afterwards(place: Place) -> None:
    place.rlm("redact")
    rows = place.json("secrets")["secrets"]
    assert all(row["fingerprint"] for row in rows)
    (token, *_) = [row for row in rows if row["kind"] == "github"]
    assert token["times"] == 3
    assert sorted(row["times"] for row in rows if row["kind"] == "env") == [1, 2, 2]  # in the document, too


def test_the_session_goes_on_and_nothing_comes_back(place: Place) -> None:
    place.rlm("redact")
    session = told(place)
    session.prompt(f"One more: is {GITHUB} still the token that is used here?")
    place.session(session)
    place.rlm("archive", "--all")
    assert holding(place) == set()
    assert place.json("verify")["ok"]


def test_a_run_that_is_killed_is_completed_by_the_next(place: Place) -> None:
    """Killed behind each file that it writes or removes, one after the other."""
    for step in range(1, 400, 7):
        code = (
            "import os, sys\n"
            "from rlm_core import disk\n"
            "from rlm_core.secrets import tour\n"
            f"left = [{step}]\n"
            "def counted(real):\n"
            "    def call(*a, **k):\n"
            "        real(*a, **k)\n"
            "        left[0] -= 1\n"
            "        if not left[0]: os.kill(os.getpid(), 9)\n"
            "    return call\n"
            "tour.write_atomic, tour.remove = counted(tour.write_atomic), counted(tour.remove)\n"
            "sys.argv = ['rlm', 'redact']\n"
            "from rlm_core.__main__ import main\n"
            "sys.exit(main())\n"
        )
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=place.project, env=env, capture_output=True, timeout=120
        )
        if done.returncode == 0:
            break
        assert done.returncode == -9, done.stderr.decode()
    assert step > 1
    assert holding(place) == set()
    assert place.json("verify")["ok"]


def test_what_is_damaged_is_told_and_not_signed(place: Place) -> None:
    path = next(p for p in chunks(place) if GITHUB in p.read_text("utf-8"))
    text = path.read_text("utf-8")
    path.unlink()  # the second copy is a link to it
    path.write_text(text.replace("is used here", "is used hero"), "utf-8")
    done = place.json("redact", status=1)
    # Its title stands in the map of the session, which is made of the chunks.
    assert {left["path"] for left in done["left"]} - {str(path.with_name("index.md"))} == {str(path)}
    assert not is_altered(load(path.read_bytes()).meta)
    assert not place.json("verify", status=1)["ok"]


def test_the_users_own_patterns_are_applied(place: Place) -> None:
    settings(place, SMALL + "redact: {extra: {host: 'staging host'}}\n")
    place.rlm("redact")
    assert holding(place, ("staging host",)) == set()
    assert "[redacted:host]" in "".join(path.read_text("utf-8") for path in chunks(place))


def test_it_refuses_where_redaction_is_off_and_inside_a_session(place: Place) -> None:
    place.rlm("redact", status=1, CLAUDECODE="1", CLAUDE_PROJECT_DIR=str(place.project))
    assert "for the user alone" in place.said
    settings(place, OFF)
    place.rlm("redact", status=1)
    assert "switched off" in place.said


@pytest.mark.parametrize("text", ["{", '{"check": "0123456789abcdef", "rules": 2}'])
def test_a_damaged_note_stops_nothing(place: Place, text: str) -> None:
    (Path(place.archive.root) / "state" / "redacted.json").write_text(text)
    place.rlm("redact")
    assert holding(place) == set()


# The parts.

PIECES = st.sampled_from(
    [
        *(GITHUB, f"DB_PASSWORD={PASSWORD}", pem(lines=3), "-----BEGIN RSA PRIVATE KEY-----\n", PASSWORD, "password: "),
        *("curl -u a:", "https://u:pw99xy@h/", "[redacted:env]", "<private>", "</private>", "```", "plain words", "€"),
        *("\n", " "),
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_redacting_in_place_keeps_lines_and_twice_is_once(text: str) -> None:
    redact = Redactor()
    redact.key = lambda: bytes(32)
    once = reword(redact, text)
    assert once.text.count("\n") == text.count("\n")
    again = reword(redact, once.text, once.marks)
    assert (again.text, again.made, again.marks) == (once.text, [], once.marks)
    assert redact(once.text) == once.text


@given(st.lists(PIECES, max_size=12).map("".join))
def test_marks_are_those_of_the_text_in_its_order(text: str) -> None:
    redact = Redactor()
    redact.key = lambda: bytes(32)
    standing: list[Any] = [(kind, "") for kind in MARK.findall(text)]
    done = reword(redact, text, standing)
    assert [kind for kind, _ in done.marks] == MARK.findall(done.text)


def test_a_title_loses_a_secret_that_nothing_in_it_tells() -> None:
    label = Labels(Redactor(), [TITLED, "hunter"])
    assert label(f"why does {TITLED} not work") == "why does [redacted:env] not work"
    assert label("the hunter game") == "the hunter game"
    assert Labels(Redactor(), ["hunter"], words=True)("the hunter game") == "the [redacted:env] game"
    assert re.search("hunter", label("hunter"))
