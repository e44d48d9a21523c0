"""The proof can fail: a word that is planted in any file of ours, in any form, is found, and its file is named."""

from __future__ import annotations

import gzip
import html
import json
import os
import sqlite3
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path
from random import Random
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kits.builders import Session, archive, talk
from kits.linear import assert_linear
from kits.needs import needs_no_root, requires

from rlm_core.archive.copies.keeping import keep_up
from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.chunks.chunkfile import load
from rlm_core.cli.archive import index_now
from rlm_core.forget import proof
from rlm_core.forget.proof.noise import is_noise
from rlm_core.forget.proof.pages import words
from rlm_core.forget.proof.probes import Probes, StayingText, keyed
from rlm_core.forget.proof.raw import OVERLAP, WINDOW
from rlm_core.forget.proof.remaining import count_in
from rlm_core.forget.target import Doomed, Target
from rlm_core.home import config_dir, id_of, own_dir

OTHER = "2f758c24-9a0b-4c1d-8e2f-3a4b5c6d7e8f"
MATTER = "The cormorant of Überlingen dives at noon, says zanzibarTable.\nIt is seen by the old men of the town."
WORD = "cormorant"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Target:
    return an_archive(tmp_path_factory.mktemp("proof"))


def an_archive(folder: Path) -> Target:
    """An archive of two sessions, indexed and copied; two entries of the first are to be forgotten."""
    kept = archive(folder)
    first = talk(Session(), 3)
    first.prompt(MATTER)
    first.says("So the cormorants dive; cafe Überlingen has it, too.")
    first.title("Birds of the lake", "custom-title")
    for session in (talk(first, 2), talk(Session(OTHER), 3)):
        take(kept, session.write(folder / "t" / f"{session.session}.jsonl"))
    index_now(kept, quiet=True)
    keep_up(kept, lambda _: None, pytest.fail)
    return target(kept, "cormorant")


def target(kept: Archive, word: str) -> Target:
    """What forgets the entries that hold a word."""
    found = []
    for folder in kept.folders():
        for name in sorted(os.listdir(folder)):
            if name[:4].isdecimal():
                chunk = load((Path(folder) / name).read_bytes(), name)
                place = os.path.relpath(folder, kept.root).replace(os.sep, "/")
                entries = [(u, line, t.partition("\n")[2]) for u, line, t in chunk.entries()]
                found += [Doomed(place, name, u, line, t) for u, line, t in entries if word in t]
    return Target(kept, found, texts=[entry.text for entry in found])


def named(target: Target, probes: Probes | None = None) -> list[str]:
    """The files that still tell, below the archive or else whole."""
    found = proof.left(target.archive, probes or proof.probes_of(target))
    return [os.path.relpath(path, target.archive.root) for path, _ in found]


@pytest.fixture(scope="module")
def probes(made: Target) -> Probes:
    return proof.probes_of(made)


def test_words_that_stay_and_words_of_the_program_tell_nothing(probes: Probes) -> None:
    assert {"cormorant", "cormorants", "uberlingen", "zanzibartable", "zanzibar"} <= probes.words
    assert probes.words.isdisjoint({"table", "scheduler", "behave", "noon", "redacted", "session"})


def test_the_archive_as_it_stands_is_told_place_by_place(tmp_path: Path) -> None:
    made = an_archive(tmp_path)
    found = named(made)
    entry = made.entries[0]
    chunk, table = f"{entry.folder}/{entry.file}", f"{entry.folder}/index.md"
    assert {*found} >= {chunk, table, "search.db"}
    copies = [path for path in found if path.startswith("..") and "/copies/" in path]
    assert {path.partition("/sessions/")[2] for path in copies} >= {path[len("sessions/") :] for path in (chunk, table)}


# Every kind of file, and every form.

PLACES = (
    *("README.md", ".gitignore", "INDEX.md", "sessions/x/index.md", "sessions/x/index-0001.md"),
    *("sessions/x/0009-aaaaaaaa.md", "sessions/x/agents/y/0001-bbbbbbbb.md"),
    *("sessions/x/blobs/0123456789abcdef.txt", "sessions/x/blobs/0123456789abcdef.bin"),
    *("sessions/x/summaries/0001-cccccccc.md", "sessions/x/old/0001-dddddddd.md"),
    *("sessions/x/damaged/0001-eeeeeeee.md.2", "documents/INDEX.md", "documents/sources.json"),
    *("documents/a-0123456789ab/0001-ffffffff.md", "documents/a-0123456789ab/damaged/0001-ffffffff.md"),
    *("search.db-wal", "search.db-journal", "search.db-shm", "log/rlm.log", "log/rlm.log.1", "state/uuids"),
    *("state/sources/s.json", "state/folders/s.json", "state/catalog.json", "state/cited.json"),
    *("state/anew/s/INDEX.md", "state/config.json", "state/hinted.json", "state/told-s.json"),
    *("state/cleared-1.json", "state/verified.json", "state/excluded.json", "state/postponed/s"),
    *("state/locks/s.lock", "state/ask/books.db-wal", "state/ask/books.db-shm", "state/ask/books-damaged-1.db"),
    *("state/ask/batches.jsonl", "state/ask/orders/order-00000000.md", "state/ask/runs/0d.lock"),
    *("install/manifest-local.json", ".tmp-1-x", "sessions/x/.tmp-2-0001-aaaaaaaa.md", "something/of/nobody's"),
)
OWN = (
    *("rlm/projects.json.old", "rlm/archives/ID/row.json", "rlm/archives/ID/forgotten.json", "rlm/told/note"),
    *("rlm/key", "rlm/copies/ID/sessions/x/0001-aaaaaaaa.md", "rlm/copies/ID/copied.json"),
    *("rlm/installs/x.json", "rlm-ask/books.db-wal", "rlm-ask/ledger-unread.jsonl", "rlm-ask/runs/0d.lock"),
    *("rlm-ask/batches.jsonl", "rlm-ask/grants/0123456789abcdef.lock", "rlm-ask/models.json"),
    "rlm-ask/.tmp-3-x",
)


TITLES = ["Cormorants by the lake", "How does part0 of the scheduler behave?", "Überlingen", "a falcon's own matter"]


@pytest.mark.parametrize("match", ["", "the old men of the town"])
def test_titles_that_tell_are_found_in_the_reading_that_makes_the_probes(made: Target, match: str) -> None:
    """What comes of it is what two readings gave: one for what goes, one with the titles that this tells."""
    goes = Target(made.archive, made.entries, texts=list(made.texts), match=match)
    first = proof.probes_of(goes)
    told = [title for title in TITLES if first.in_text(title)]
    assert told == [TITLES[0], TITLES[2]]
    both, more = proof.probes_and_more(goes, TITLES)
    again = proof.probes_of(Target(made.archive, made.entries, texts=[*made.texts, *told], match=match))
    assert more == told
    assert both.digests(KEY) == again.digests(KEY)
    assert both.digests(KEY) != first.digests(KEY) or not told


@pytest.mark.parametrize("place", PLACES)
def test_a_word_in_any_file_of_the_archive_is_found(tmp_path: Path, probes: Probes, place: str) -> None:
    path = Path(archive(tmp_path).root) / place
    path.parent.mkdir(parents=True)
    path.write_bytes(b"nothing\n" * 9)
    bare = archive(tmp_path)
    assert proof.left(bare, probes) == []
    path.write_bytes(b"nothing\n" * 9 + WORD.encode() + b" here")
    assert proof.left(bare, probes) == [(str(path), 1)]


@pytest.mark.parametrize("place", OWN)
def test_a_word_in_any_file_of_the_users_own_is_found(tmp_path: Path, probes: Probes, place: str) -> None:
    bare = archive(tmp_path)
    identify(bare, "0" * 32)
    path = Path(config_dir()) / place.replace("ID", "0" * 32)
    path.parent.mkdir(parents=True)
    path.write_text(f"a {WORD}")
    assert proof.left(bare, probes) == [(str(path), 1)]


def identify(bare: Archive, digits: str) -> None:
    path = Path(bare.root) / "state" / "id"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{digits}\n")
    assert id_of(bare.root) == digits


@pytest.mark.parametrize("place", ["rlm/copies/OTHER/x.md", "rlm/archives/OTHER/x.json", "rlm/lib/1-2/rlm_core/x.py"])
def test_what_is_of_another_archive_is_left_alone(tmp_path: Path, probes: Probes, place: str) -> None:
    bare = archive(tmp_path)
    identify(bare, "0" * 32)
    path = Path(config_dir()) / place.replace("OTHER", "1" * 32)
    path.parent.mkdir(parents=True)
    path.write_text(f"a {WORD}")
    assert proof.left(bare, probes) == []


def nested(text: str, times: int) -> str:
    for _ in range(times):
        text = json.dumps({"text": text})
    return text


ESCAPED = "\u00dcberlingen"
FORMS: dict[str, Callable[[], bytes]] = {
    "plain": lambda: b"the cormorant dives",
    "upper case": lambda: b"THE CORMORANT DIVES",
    "in an identifier": lambda: b"the_cormorant_dives(cormorantDives)",
    "camel case": lambda: b"theCormorantDives",
    "accents": lambda: "Co\u0302rmo\u0301rant".encode(),
    "full width": lambda: "\uff43\uff4f\uff52\uff4d\uff4f\uff52\uff41\uff4e\uff54".encode(),
    "an accent, composed": lambda: ESCAPED.encode(),
    "an accent, apart": lambda: "U\u0308berlingen".encode(),
    "an accent, left out": lambda: b"uberlingen",
    "JSON": lambda: json.dumps([ESCAPED]).encode(),
    "JSON, raw": lambda: json.dumps([ESCAPED], ensure_ascii=False).encode(),
    "behind a line's end in JSON": lambda: json.dumps("one\ncormorant").encode(),
    "behind a tab in JSON in JSON in JSON": lambda: nested("\tcormorant\t", 3).encode(),
    "an accent in JSON in JSON": lambda: nested(ESCAPED, 2).encode(),
    "between quotes in JSON": lambda: json.dumps('"cormorant"').encode(),
    "percent signs": lambda: quote(ESCAPED).encode(),
    "HTML": lambda: ESCAPED.encode("ascii", "xmlcharrefreplace"),
    "HTML by name": lambda: b"&Uuml;berlingen",
    "HTML of HTML": lambda: html.escape("&Uuml;berlingen").encode(),
    "a terminal's colours": lambda: b"\x1b[31mcormorant\x1b[0m",
    "UTF-16": lambda: "a \u00dcberlingen".encode("utf-16"),
    "UTF-16, big-endian, no mark": lambda: "xx cormorant".encode("utf-16-be"),
    "UTF-16 at an odd place": lambda: b"x" + "cormorant on".encode("utf-16-le"),
    "gzip": lambda: b"\0" + gzip.compress(b"a cormorant " + os.urandom(9)) + b"\0",
    "zlib": lambda: b"\0\0" + zlib.compress(b"a cormorant", 9) + b"\0",
    "behind bytes that are no text": lambda: b"\xff\xfe\x80 cormorant \xff",
    "a line of it": lambda: b"> it is seen by the old men of the town",
    "a part of that line, broken": lambda: b'"... It is\\n  seen by THE old, men..."',
}


@pytest.mark.parametrize("form", FORMS)
def test_a_word_in_any_form_is_found(tmp_path: Path, probes: Probes, form: str) -> None:
    bare = archive(tmp_path)
    path = Path(bare.root) / "state" / "x.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(FORMS[form]())
    assert [found for found, _ in proof.left(bare, probes)] == [str(path)]
    hashed = proof.from_digests(probes.digests(b"k" * 32), b"k" * 32)
    assert proof.left(bare, hashed) == proof.left(bare, probes)


@pytest.mark.parametrize("text", ["cormo rant", "a corm", "cormorantly", "it is seen by", "men of the town by the old"])
def test_what_is_another_word_is_none(tmp_path: Path, probes: Probes, text: str) -> None:
    bare = archive(tmp_path)
    Path(bare.root).mkdir(parents=True)
    (Path(bare.root) / "x").write_text(text)
    assert proof.left(bare, probes) == []


def test_the_digests_tell_no_word(probes: Probes) -> None:
    digests = probes.digests(b"k" * 32)
    assert not any(word in digest for word in probes.words for digest in digests)
    assert probes.digests(b"l" * 32) != digests


def test_a_name_tells_as_a_text_does(tmp_path: Path, probes: Probes) -> None:
    bare = archive(tmp_path)
    path = Path(bare.root) / "documents" / "Cormorants-0123456789ab" / "0001-aaaaaaaa.md"
    path.parent.mkdir(parents=True)
    path.write_text("nothing")
    assert proof.left(bare, probes) == [(str(path), 1)]


def test_a_word_across_the_border_of_two_windows_is_found(tmp_path: Path, probes: Probes) -> None:
    bare = archive(tmp_path)
    Path(bare.root).mkdir(parents=True)
    path = Path(bare.root) / "x"
    for at in (WINDOW - 4, WINDOW + 1, 2 * WINDOW - OVERLAP, 2 * WINDOW - 1):
        path.write_bytes(b" " * at + b"cormorant " + b" " * WINDOW)
        assert proof.left(bare, probes) == [(str(path), 1)], at


def test_no_link_is_followed_and_where_it_leads_is_read(tmp_path: Path, probes: Probes) -> None:
    bare = archive(tmp_path)
    Path(bare.root).mkdir(parents=True)
    (tmp_path / "elsewhere").write_text("a cormorant")
    (Path(bare.root) / "link").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(Path(bare.root) / "pipe")
    assert proof.left(bare, probes) == []
    (Path(bare.root) / "other").symlink_to("/nowhere/cormorant")
    assert [os.path.basename(path) for path, _ in proof.left(bare, probes)] == ["other"]


@needs_no_root
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, probes: Probes) -> None:
    bare = archive(tmp_path)
    Path(bare.root).mkdir(parents=True)
    (Path(bare.root) / "x").write_text("nothing")
    (Path(bare.root) / "x").chmod(0)
    assert proof.left(bare, probes) == [(str(Path(bare.root) / "x"), 0)]


# The index.


def test_the_index_tells_by_its_full_text_alone(tmp_path: Path) -> None:
    """FTS5 writes the end of a word that begins as the one before it: its bytes need not hold the word."""
    path = tmp_path / "search.db"
    db = sqlite3.connect(path)
    db.execute("CREATE VIRTUAL TABLE passages USING fts5(own, content='', tokenize='ascii')")
    said = ["cormo", "cormora", "cormorant", "cormorants", *(f"word{n}" for n in range(20_000))]
    db.executemany("INSERT INTO passages(rowid, own) VALUES (?, ?)", enumerate(said))
    db.commit()
    db.close()
    data = path.read_bytes()
    assert b"cormorant" not in data.lower()
    assert words(data) >= set(said)
    assert words(data) - set(said) <= {""}


@pytest.mark.parametrize(("values", "told"), [(("WebFetch", "cmd/x.go"), None), (("Web", "fetchCmd()"), 1)])
def test_values_of_a_row_are_read_one_by_one(tmp_path: Path, values: tuple[str, str], told: int | None) -> None:
    """They lie side by side in the file: where one ends and the next begins no word stands."""
    path = tmp_path / "search.db"
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE chunks (tools TEXT, size INTEGER, files TEXT)")
    db.execute("INSERT INTO chunks VALUES (?, 0, ?)", values)
    db.commit()
    db.close()
    assert count_in(str(path), "search.db", Probes({"fetchcmd"})) == told


def test_short_words_between_bytes_that_are_none_are_found(tmp_path: Path) -> None:
    """Each of them tells nothing, and stands in a stretch of its own; all of them in a row are what was forgotten."""
    path = tmp_path / "books-damaged-1.db"
    runs = {6: {("i", "do", "it", "so", "we", "go")}, 4: {("a", "b", "7", "x")}}
    noise = Random(7).randbytes(100_000)
    path.write_bytes(noise + b"\xff".join([b"", b"I", b"do", b"it", b"so", b"we", b"go", b""]) + noise)
    assert count_in(str(path), path.name, Probes(set(), runs)) == 1
    path.write_bytes(noise + b"\xffa\x01\xfeb \0 \xc07\x7fX\xff" + noise)
    assert count_in(str(path), path.name, Probes(set(), runs)) == 1
    path.write_bytes(noise + b"\xffi\xffdo\xffit\xffq\xffso\xffwe\xffgo\xff" + noise)
    assert count_in(str(path), path.name, Probes(set(), runs)) is None


PARTS = ["a", "do", "I", "x", "é", "long words of it", "\\u0061", "%61", "&#97;", "retryLimit", "q0q", "7", "-", "\n"]
PARTS += [
    "re\u0301try",
    "\ufb01nd",
    "\u33ce",
    "\x1b[31m",
    "[",
    "?",
    "_",
    "\\",
    "%C3%A9",
    "&eacute",
    "lo&#x6e;g",
    "\u4e00",
    "\u0436",
]
BETWEEN = ["\0", "\ufffd", "\x01\x02", " ", "", "\ufffd\n"]
KEY = b"k" * 32


@given(st.lists(st.tuples(st.sampled_from(PARTS), st.sampled_from(BETWEEN))))
def test_noise_hides_nothing_and_adds_nothing(told: list[tuple[str, str]]) -> None:
    """What is found in a torn text is what is found where each of its words is looked at, by hashes too."""
    text = "".join(map("".join, told)) + "\0 " * 300
    runs = {
        4: {("a", "do", "i", "x"), ("a", "a", "a", "a"), ("do", "a", "q0q", "7"), ("find", "km", "e", "a")},
        6: {("words", "of", "it", *"axa"), ("\u4e00", "\u0436", "a", "\u4e00", "do", "7")},
    }
    probes = Probes({"long", "retry", "find"}, runs)
    whole, _ = probes._in_readings(text, runs)
    assert is_noise(text)
    assert probes.in_text(text) == whole
    hashes = {(keyed(" ".join(found), KEY),) for found in whole}
    assert proof.from_digests(probes.digests(KEY), KEY).in_text(text) == hashes
    of_old = [digest for digest in probes.digests(KEY) if not digest.startswith("b")]
    assert proof.from_digests(of_old, KEY).in_text(text) == hashes


def test_what_a_former_version_noted_of_runs_is_looked_for_without_their_words() -> None:
    """It noted nothing of the words: what is noted of those of other runs must not stand for them."""
    former, later = Probes(runs={4: {("a", "do", "i", "x")}}), Probes(runs={6: {("b", "do", "y", "7", "c", "d")}})
    old = [digest for digest in former.digests(KEY) if not digest.startswith("b")]
    assert any(digest.startswith("b") for digest in proof.noted(later, former.digests(KEY), KEY))
    both = proof.from_digests(proof.noted(later, old, KEY), KEY)
    for text in ("a do i x", "b do y 7 c d"):
        assert len(both.in_text(text)) == len(both.in_text("\0 " * 300 + text)) == 1


def test_a_few_bits_tell_no_word_of_a_run() -> None:
    """Of other words a fifth, more or less, fall on the same numbers."""
    words = [f"word{n}" for n in range(600)]
    probes = Probes(runs={6: {tuple(words[n : n + 6]) for n in range(0, 600, 6)}})
    hashed = proof.from_digests(probes.digests(KEY), KEY)
    assert all(map(hashed._falls, words))
    assert 0.1 < sum(hashed._falls(f"other{n}") for n in range(2000)) / 2000 < 0.3


def test_the_index_tells_in_pages_that_it_has_freed(tmp_path: Path) -> None:
    path = tmp_path / "search.db"
    db = sqlite3.connect(path)
    db.execute("PRAGMA secure_delete = OFF")
    db.execute("CREATE VIRTUAL TABLE passages USING fts5(own, content='', tokenize='ascii')")
    said = [f"{n:05}corm" for n in range(3_000)]
    db.executemany("INSERT INTO passages(rowid, own) VALUES (?, ?)", enumerate(said))
    db.commit()
    db.execute("INSERT INTO passages(passages) VALUES ('delete-all')")
    db.commit()
    assert db.execute("PRAGMA freelist_count").fetchone()[0] > 3
    db.close()
    assert len(words(path.read_bytes()) & set(said)) > 1_000


def test_the_index_tells_in_its_write_ahead_log(tmp_path: Path) -> None:
    path = tmp_path / "search.db"
    db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("CREATE VIRTUAL TABLE passages USING fts5(own, content='', tokenize='ascii')")
    db.execute("INSERT INTO passages(rowid, own) VALUES (1, 'cormo cormora cormorant')")
    db.commit()
    assert "cormorant" in words((tmp_path / "search.db-wal").read_bytes())
    db.close()


@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 100, 4096, 5000])
def test_what_is_no_database_has_no_words(size: int) -> None:
    head = b"SQLite format 3\0" + b"\x10\0"
    for data in (os.urandom(size), (head + os.urandom(size))[:size], (b"\x37\x7f\x06\x82" + os.urandom(size))[:size]):
        assert isinstance(words(data), set)


def test_an_index_that_was_not_made_anew_is_named(tmp_path: Path) -> None:
    kept = archive(tmp_path)
    session = talk(Session(), 2)
    session.prompt("the cormorants dive")
    take(kept, session.write(tmp_path / "t.jsonl"))
    index_now(kept, quiet=True)
    doomed = target(kept, "cormorants")
    sought = proof.probes_of(doomed)
    assert "cormor" in sought.stems
    for path in Path(kept.root).rglob("*"):
        if path.is_file() and path.name != "search.db" and b"cormorant" in path.read_bytes():
            path.unlink()
    assert [path for path in named(doomed, sought) if not path.startswith("..")] == ["search.db"]


def test_an_index_of_what_stays_tells_nothing(tmp_path: Path) -> None:
    """Irregular forms, identifiers in one piece and humps are words of an index that no text has as they are."""
    kept = archive(tmp_path)
    session = talk(Session(), 2)
    session.says("We bought a quayside; see quay_side, quaySide and \x1b[31mquaint in it. Elles chantaient.")
    session.prompt("He buys it: quay, sides, the quainter quaysides. Il chanta.")
    take(kept, session.write(tmp_path / "t.jsonl"))
    doomed = target(kept, "He buys")
    probes = proof.probes_of(doomed)
    for path in Path(kept.root).rglob("*"):
        if path.is_file() and path.name.startswith("00"):
            path.write_bytes(path.read_bytes().replace(doomed.texts[0].encode(), b"\n[forgotten]\n"))
    index_now(kept, quiet=True)
    with sqlite3.connect(os.path.join(kept.root, "search.db")) as db:
        assert db.execute("SELECT count(*) FROM passages").fetchone()[0] > 0
    assert "search.db" not in named(doomed, probes)


def test_the_directory_of_a_session_that_stays_tells_nothing(tmp_path: Path) -> None:
    """An output that goes may write the name and the value as the last line of a chunk file does."""
    kept = archive(tmp_path)
    session = talk(Session(cwd="/home/jo/work/lake/birds/nest"), 2)
    said = f"cwd: {session.cwd}\nthe hook of the cormorant"
    session.tool("Bash", said, command="env")
    take(kept, talk(session, 2).write(tmp_path / "t.jsonl"))
    doomed = target(kept, "cormorant")
    probes = proof.probes_of(doomed)
    for path in Path(kept.root).rglob("00*"):
        path.write_bytes(path.read_bytes().replace(doomed.texts[0].encode(), b"\n[forgotten]\n"))
    assert [path for path in named(doomed, probes) if "/00" in path and not path.startswith("..")] == []


def test_the_name_of_a_chunk_that_stays_tells_nothing_where_what_goes_has_cited_it(tmp_path: Path) -> None:
    """As Claude Code's record of a `/compact` does, which holds what our hooks have told, ids among it."""
    kept = archive(tmp_path)
    take(kept, talk(Session(OTHER), 3).write(tmp_path / "t" / f"{OTHER}.jsonl"))
    names = [meta["chunk"] for meta in kept.metas()] + [Path(meta["path"]).name for meta in kept.metas()]
    assert sum(map(str.isalpha, names[0].partition("-")[2])) >= 4  # else it is no word that could tell
    session = talk(Session(), 1)
    session.prompt(f"Newest chunks, file and id: {' '.join(names)} of the cormorant")
    take(kept, talk(session, 1).write(tmp_path / "t" / "1.jsonl"))
    keep_up(kept, lambda _: None, pytest.fail)
    doomed = target(kept, "cormorant")
    probes = proof.probes_of(doomed)
    for path in Path(kept.root).rglob("00*.md"):
        path.write_bytes(path.read_bytes().replace(doomed.texts[0].encode(), b"\n[forgotten]\n"))
    other = [path for path in named(doomed, probes) if OTHER[:8] in path or path == "INDEX.md"]
    assert [(p, probes.in_text((Path(kept.root) / p).read_text())) for p in other] == []


ALSO = (
    ("See .entire/current_session now.", "Look at path/to/.entire/current_session here."),
    ("He takes repoDir for it.", "She takes the repo-dir for it, and repo_dir."),
    ("the agent type gemini cli", "     3\u2192\tcase agent.AgentTypeGemini\n     4\u2192\tcli"),
    ("Elle zorbale la foule.", "Elles seront toutes zorbalées dans la rue."),
    ("It has agent limits retry often.", "agentLimit retries often; agentLimits retried often"),
)
"""Pairs of what goes and what stays: an index of the second holds, as its own words, some of the first."""


@pytest.mark.parametrize(("goes", "stays"), ALSO)
def test_what_an_index_makes_of_what_stays_tells_nothing(tmp_path: Path, goes: str, stays: str) -> None:
    kept = archive(tmp_path)
    session = talk(Session(), 2)
    session.prompt(goes)
    session.tool("Read", stays, file_path="a.go")
    session.says(stays)
    take(kept, session.write(tmp_path / "t.jsonl"))
    doomed = target(kept, goes)
    probes = proof.probes_of(doomed)
    for path in Path(kept.root).rglob("00*"):
        path.write_bytes(path.read_bytes().replace(goes.encode(), b"[forgotten]"))
    index_now(kept, quiet=True)
    assert (doomed.entries != [], "search.db" in named(doomed, probes)) == (True, False)


def test_an_accented_word_in_an_index_is_found(tmp_path: Path) -> None:
    """Its stem is another one than that of the word without accents."""
    kept = archive(tmp_path)
    session = talk(Session(), 2)
    session.prompt("Elles les ont toutes zorbalées avec plaisir dans la maison.")
    take(kept, session.write(tmp_path / "t.jsonl"))
    index_now(kept, quiet=True)
    doomed = target(kept, "zorbalées")
    assert "zorbal" in proof.probes_of(doomed).stems
    assert "search.db" in named(doomed)


PIECES = [
    "retryLimit",
    "retry",
    "20ms",
    "20msLimit",
    "Été",
    "жFooBar",
    "a/b.py",
    "src_pay",
    "\u6771\u4eac",
    "e\u0301",
    "of",
]
PIECES += ["mangées", "bought", "12\u2192x", "   7\tbe", "\n", "\\n", "%20b", "ﬁn", "İstanbul", "20", "_", ".", "of"]


@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(["", " ", "/", "\n"]))))
def test_a_text_is_passed_over_only_where_it_cannot_hold_a_run(pieces: list[tuple[str, str]]) -> None:
    """Whether it has all words of a run is asked of `forms`: so these hold every word of every row."""
    text = StayingText("".join(map("".join, pieces)))
    assert text.forms.issuperset(word for row in text.rows() for word in row)


# What is not ours.


def test_the_clients_files_are_named_with_what_deals_with_them(made: Target, probes: Probes) -> None:
    config = Path(config_dir())
    project = str(Path(made.archive.root).parents[1])
    slug = "".join(c if c.isalnum() else "-" for c in project)
    transcript = config / "projects" / slug / "1.jsonl"
    output = config / "projects" / slug / "1" / "tool-results" / "a b.txt"
    for path in (transcript, output, config / "file-history" / "1" / "x@v1", config / "todos" / "no.json"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("of a lake" if path.name == "no.json" else "of a cormorant")
    lines = ["one", "a cormorant", "two", '{"display": "\\u00dcberlingen"}']
    (config / "history.jsonl").write_text("\n".join(lines))
    found = dict(proof.not_ours(made, probes))
    assert "--transcript" in found[str(transcript)]
    assert found[str(output)] == f"rm -- '{output}'"
    assert str(config / "file-history" / "1" / "x@v1") in found
    assert str(config / "todos" / "no.json") not in found
    subprocess.run(found[str(config / "history.jsonl")], shell=True, check=True)
    assert (config / "history.jsonl").read_text().split() == ["one", "two"]
    assert any("privacy" in command for command in found.values())


def test_the_clients_state_beside_its_directory_is_named(
    made: Target, probes: Probes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    (home / ".claude").mkdir(parents=True)
    for name in (".claude.json", ".claude.json.backup"):
        (home / name).write_text('{"projects": {"/x": {"history": [{"display": "of a cormorant"}]}}}')
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("CLAUDE_CONFIG_DIR")
    found = dict(proof.not_ours(made, probes))
    assert "while no session runs" in found[str(home / ".claude.json")]
    assert found[str(home / ".claude.json.backup")].startswith("rm -- ")


def test_a_home_that_cannot_be_listed_hides_no_state(
    made: Target, probes: Probes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, listing = tmp_path / "home", os.listdir
    (home / ".claude").mkdir(parents=True)
    (home / ".claude.json").write_text("of a cormorant")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("CLAUDE_CONFIG_DIR")

    def refused(path: str) -> list[str]:
        if str(path) == str(home):
            raise PermissionError(path)
        return listing(path)

    monkeypatch.setattr(os, "listdir", refused)
    assert str(home / ".claude.json") in dict(proof.not_ours(made, probes))
    (home / ".claude.json").unlink()
    assert str(home / ".claude.json") not in dict(proof.not_ours(made, probes))


def test_a_document_of_the_users_own_is_named(made: Target, probes: Probes) -> None:
    project = Path(made.archive.root).parents[1]
    (project / "birds.md").write_text("of a cormorant")
    made.documents = ["birds.md", "never-there.md"]
    found = dict(proof.not_ours(made, probes))
    assert "document of your own" in found[str(project / "birds.md")]
    assert str(project / "never-there.md") not in found


def test_the_users_own_settings_are_theirs_to_change(made: Target, probes: Probes) -> None:
    copy = Path(own_dir()) / "config" / ("0" * 32 + ".json")
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_text('{"values": {"redact": {"extra": {"bird": "cormorant"}}}}')
    theirs = [Path(config_dir()) / name for name in ("settings.json", "rlm.yaml", ".claude.json", "unheard-of")]
    for path in theirs:
        path.write_text("of a cormorant", encoding="utf-8")
    told = [dict(proof.not_ours(made, probes))[str(path)] for path in theirs]
    assert ["your own settings" in one for one in told] == [True, True, False, False]
    assert ["keeps its state" in one for one in told] == [False, False, True, False]
    assert "does not know whose" in told[3]
    before = named(made, probes)
    assert not any("/config/" in path for path in before)
    assert "settings" in dict(proof.not_ours(made, probes))[str(copy)]


@requires("git")
def test_an_archive_that_git_holds_is_named(tmp_path: Path) -> None:
    kept = archive(tmp_path)
    session = Session()
    session.prompt(MATTER)
    take(kept, session.write(tmp_path / "t.jsonl"))
    doomed = target(kept, "cormorant")

    def git(*command: str) -> None:
        identity = ["-c", "user.name=jo", "-c", "user.email=jo@example.org"]
        subprocess.run(["git", "-C", str(tmp_path), *identity, *command], check=True, capture_output=True)

    git("init")
    assert not any("git" in what for what, _ in proof.not_ours(doomed))
    git("add", "-f", ".claude/rlm/INDEX.md")
    assert any("index" in what and "--cached" in command for what, command in proof.not_ours(doomed))
    git("commit", "-m", "x")
    assert any("filter-repo" in command for _, command in proof.not_ours(doomed))


# Hostile input.


@pytest.mark.parametrize("text", ["\\", "%", "&", "&#x", "\x1b[", "\\u00", "<a", "aB", "\u6771", "e\u0301", "_", "1;"])
def test_reading_takes_linear_time(probes: Probes, text: str) -> None:
    def work(size: int) -> Callable[[], object]:
        data = text * (size // len(text))
        return lambda: probes.in_text(data)

    assert_linear(work, 400_000)


@pytest.mark.parametrize("text", ["\0a", "\0\\", "\ufffd&", "\0\u33ce", "\0_", "\0\n", "\0cormorant ", "\0%61"])
def test_reading_noise_takes_linear_time(probes: Probes, text: str) -> None:
    def work(size: int) -> Callable[[], object]:
        data = text * (size // len(text))
        return lambda: probes.in_text(data)

    assert_linear(work, 400_000)
