"""`rlm secrets`: which secrets went through which session, how often the same, and never one of them."""

from __future__ import annotations

import json
import os
import re
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest
from kits.builders import Session, everything, image_block, png
from kits.place import Place
from kits.secrets import KEYS, pem

from rlm_core.archive.store import Archive
from rlm_core.chunks.chunker import MOST_MARKS
from rlm_core.chunks.chunkfile import load
from rlm_core.redaction.fingerprints import fingerprint
from rlm_core.redaction.redactor import KINDS, OTHER_KINDS, Redactor
from rlm_core.secrets.rotating import advice

GITHUB = next(value for kind, value in KEYS if kind == "github")
PASSWORD = "tr0ub4dor-" + "and-3-more"
OTHER = "Zeppelin-" + "1937-xQ"
SECOND = "99999999-0000-4000-8000-000000000002"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Two sessions through which the same token went, and a document."""
    made = Place(tmp_path)
    session = Session()
    session.prompt("Please have a look at the deployment, it does not work any more.")
    session.tool("Bash", f"the head\nDB_PASSWORD={PASSWORD}\nthe end", command="cat .env")
    session.says(f"The token {GITHUB} is used, and once more {GITHUB}.")
    made.session(session)
    second = Session(SECOND, seed="two")
    second.second = 400_000
    second.prompt(f"I use {GITHUB} here, too, please remember this for the deployment.")
    made.session(second)
    (made.project / "notes.md").write_text(f"# Notes\n\nexport DB_PASSWORD={PASSWORD}\n")
    made.rlm("archive", "--all")
    made.rlm("add", "notes.md")
    return made


def chunks(place: Place) -> list[Path]:
    return sorted(Path(place.archive.root).rglob("0*.md"))


def as_before(path: Path) -> None:
    """The chunk file as a version wrote it that kept no fingerprints and had no number of rules."""
    text = re.sub(r'"marks":\[.*?\],"uuids"', '"uuids"', path.read_text("utf-8"))
    text = re.sub(r',"rules":\d+,"sum":"\w+"\} -->\n\Z', "} -->\n", text)
    path.write_text(text, "utf-8")


def test_the_same_secret_is_told_wherever_it_went(place: Place) -> None:
    rows = place.json("secrets")["secrets"]
    fields = {"kind", "session", "date", "citation", "fingerprint", "times"}
    assert all(fields <= row.keys() for row in rows)
    tokens = [row for row in rows if row["kind"] == "github"]
    assert [(row["session"], row["times"]) for row in tokens] == [(Session().session, 3), (SECOND, 3)]
    assert len({row["fingerprint"] for row in tokens}) == 1
    passwords = [row for row in rows if row["kind"] == "env"]
    assert [row["times"] for row in passwords] == [2, 2]
    assert [row["session"].startswith("doc-") for row in passwords] == [False, True]
    assert len({row["fingerprint"] for row in rows}) == 2


def test_a_citation_is_of_the_line_with_the_mark(place: Place) -> None:
    for row in place.json("secrets")["secrets"]:
        shown = place.json("show", row["citation"], "-C", "0")
        assert f"[redacted:{row['kind']}]" in shown["text"]
        assert row["date"] in ("", shown["started"][:10], shown["ended"][:10])


def test_no_value_and_no_length_is_printed(place: Place) -> None:
    for said in (place.rlm("secrets") + place.said, place.rlm("secrets", "--json")):
        for secret in (GITHUB, PASSWORD):
            assert secret not in said
            assert secret[:8] not in said
            assert str(len(secret)) not in re.sub(r"[0-9a-f]{8,}|\d{4}-\d\d-\d\d", "", said).split()


def test_rows_can_be_chosen(place: Place) -> None:
    assert {row["session"] for row in place.json("secrets", "--session", "99999999")["secrets"]} == {SECOND}
    assert {row["kind"] for row in place.json("secrets", "--kind", "env")["secrets"]} == {"env"}
    dates = sorted({row["date"] for row in place.json("secrets", "--kind", "github")["secrets"]})
    assert len(dates) == 2
    later = place.json("secrets", "--kind", "github", "--since", dates[1])["secrets"]
    assert [(row["session"], row["times"]) for row in later] == [(SECOND, 3)]
    assert place.json("secrets", "--kind", "aws", status=1)["secrets"] == []


def test_a_fingerprint_is_made_with_the_users_key(place: Place) -> None:
    key = (Path(os.environ["CLAUDE_CONFIG_DIR"]) / "rlm" / "key").read_bytes()
    made = blake2b(GITHUB.encode(), digest_size=4, key=key, person=b"rlm-secret").hexdigest()
    assert made in {row["fingerprint"] for row in place.json("secrets")["secrets"]}
    assert fingerprint(GITHUB, bytes(32)) != made


def test_what_older_versions_archived_is_recalled_from_the_transcripts(place: Place) -> None:
    before = place.json("secrets")["secrets"]
    for path in chunks(place):
        as_before(path)
    after = place.json("secrets")["secrets"]
    sessions = [row for row in before if not row["session"].startswith("doc-")]
    # The document's source is no transcript.
    told = [row | {"times": 2} if row["kind"] == "env" else row for row in after if row["fingerprint"]]
    assert told == sessions
    assert [row["kind"] for row in after if not row["fingerprint"]] == ["env"]


def test_without_their_transcripts_old_marks_are_counted_and_no_more(place: Place) -> None:
    for path in chunks(place):
        as_before(path)
    for path in place.transcripts.glob("*.jsonl"):
        path.unlink()
    rows = place.json("secrets")["secrets"]
    assert {row["fingerprint"] for row in rows} == {""}
    assert sum(row["times"] for row in rows) == 5
    assert "?" in place.rlm("secrets")


def test_fingerprints_outlive_the_transcripts(place: Place) -> None:
    before = place.json("secrets")
    for path in place.transcripts.glob("*.jsonl"):
        path.unlink()
    assert place.json("secrets") == before


def test_a_quoted_mark_is_no_secret(tmp_path: Path) -> None:
    place = Place(tmp_path)
    session = Session()
    session.prompt("What does [redacted:github] stand for in this file, please?")
    session.says(f"For a token like {GITHUB}, and [redacted:github] is its mark.")
    place.session(session)
    place.rlm("archive", "--all")
    (row,) = place.json("secrets")["secrets"]
    assert row["times"] == 1
    for path in chunks(place):
        as_before(path)
    assert place.json("secrets")["secrets"] == [row]


def test_none_is_exit_1(tmp_path: Path) -> None:
    place = Place(tmp_path)
    session = Session()
    session.prompt("Nothing that is secret is said in here, is it?")
    place.session(session)
    place.rlm("archive", "--all")
    assert place.rlm("secrets", status=1) == ""
    assert "no secret was left out" in place.said
    assert not (Path(os.environ["CLAUDE_CONFIG_DIR"]) / "rlm" / "key").exists()


def test_an_archive_of_somebody_else_is_not_told_of(place: Place) -> None:
    (Path(place.archive.root) / "state" / "id").write_text("0" * 32 + "\n")
    assert place.rlm("secrets", "--json", status=1) == ""


def test_a_session_may_ask(place: Place) -> None:
    assert place.json("secrets", CLAUDECODE="1", CLAUDE_PROJECT_DIR=str(place.project))["secrets"]


@pytest.mark.parametrize(
    "marks",
    [[[0, "\x1b[31m", "00000000"]], [[99, "env", "00000000"]], [[0, "env", "not hex!"]], [[0, "env"]], [7], "x", {}],
)
def test_what_is_no_mark_is_not_printed(place: Place, marks: Any) -> None:
    for path in chunks(place):
        text = path.read_text("utf-8")
        told = f'"marks":{json.dumps(marks)},"uuids"'
        path.write_text(re.sub(r'"marks":\[.*?\],"uuids"', lambda _, told=told: told, text), "utf-8")
    said = place.rlm("secrets", "--json", status=1 if isinstance(marks, list) else 0)
    assert "31m" not in said
    assert "not hex" not in said


def test_a_chunk_keeps_so_many_marks_and_counts_the_rest(tmp_path: Path) -> None:
    place = Place(tmp_path)
    session = Session()
    session.prompt("Please show me all of the tokens that we have ever had.")
    many = MOST_MARKS + 50
    session.tool(
        "Bash", "\n".join(f"API_TOKEN=Qz{n:05d}xWv{n * 7919 % 9973}Lp" for n in range(many)), command="cat all"
    )
    place.session(session)
    place.rlm("archive", "--all")
    (path,) = chunks(place)
    meta = load(path.read_bytes()).meta
    assert len(meta["marks"]) == MOST_MARKS
    assert meta["redactions"] == {"env": many}
    rows = place.json("secrets")["secrets"]
    assert sum(row["times"] for row in rows) == many
    assert [row["times"] for row in rows if not row["fingerprint"]] == [50]


def test_marks_stand_in_the_order_of_the_text() -> None:
    redact = Redactor()
    redact.key = lambda: bytes(32)
    text = f"curl -ua:{OTHER} -ub:{PASSWORD} https://x.example/z\n{pem()}\n{GITHUB} DB_PASSWORD={PASSWORD}"
    clean = redact(text)
    assert [kind for kind, _ in redact.marks] == re.findall(r"\[redacted:([a-z0-9-]+)\]", clean)
    made = [fingerprint(secret, bytes(32)) for secret in (OTHER, PASSWORD, pem(), GITHUB, PASSWORD)]
    assert [mark for _, mark in redact.marks] == made


def test_private_texts_over_several_messages_are_not_all_the_same_one(tmp_path: Path) -> None:
    place = Place(tmp_path)
    session = Session()
    for first, last in (("alpha", "bravo"), ("charlie", "bravo")):
        session.prompt(f"<private>{first}")
        session.prompt(f"{last} <b></private é{'é' * 150}> and more")
        session.says("Yes.")
    session.user([{"type": "text", "text": "<private>"}, image_block(png(7)), image_block(png(8))])
    place.session(session)
    place.rlm("archive", "--all")
    rows = place.json("secrets")["secrets"]
    assert {row["kind"] for row in rows} == {"private"}
    assert sorted(row["times"] for row in rows) == [1, 1, 1, 1, 1, 2]  # bravo was said twice
    assert not [word for word in (b"alpha", b"bravo", b"charlie") if word in everything(place.project)]


def test_without_a_key_nothing_is_fingerprinted() -> None:
    redact = Redactor()
    redact(GITHUB)
    assert redact.marks == []
    redact.key = lambda: b""
    redact(GITHUB)
    assert redact.marks == [("github", "")]


def test_a_key_that_is_none_does_not_stop_the_archive(tmp_path: Path) -> None:
    place = Place(tmp_path)
    own = Path(os.environ["CLAUDE_CONFIG_DIR"]) / "rlm"
    own.mkdir(parents=True)
    (own / "key").write_bytes(b"short")
    session = Session()
    session.prompt(f"The token is {GITHUB}, please keep that in mind for later.")
    place.session(session)
    place.rlm("archive", "--all")
    assert [row["fingerprint"] for row in place.json("secrets")["secrets"]] == [""]


@pytest.mark.parametrize("kind", [*KINDS, *OTHER_KINDS, "my-own"])
def test_every_kind_has_its_advice(kind: str) -> None:
    assert advice(kind)


def test_the_library_tells_the_same(place: Place) -> None:
    from rlm_core.secrets.census import left_out, told

    archive: Archive = place.archive
    assert [row.citation for row in told(left_out(archive, str(place.project)))] == [
        row["citation"] for row in place.json("secrets")["secrets"]
    ]
