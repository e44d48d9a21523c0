"""`rlm add`: reference documents stand beside the sessions, verbatim, redacted, and as fresh as their sources."""

from __future__ import annotations

import json
import os
import re
import shutil
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kits.builders import SESSION, Session, archive, config, everything, png, talk
from kits.documents import (
    GUIDE,
    KEY,
    OLD,
    PROSE,
    bodies,
    chunk_files,
    document_metas,
    git,
    one,
    only_folder,
    statuses,
    whole,
    write,
)

from rlm_core.archive.proof.verify import Verifier, damaged
from rlm_core.archive.store import Archive, chunk_names
from rlm_core.archive.take import take
from rlm_core.chunks.chunker import chunk_id
from rlm_core.chunks.chunkfile import load
from rlm_core.cli.add import add as add_command
from rlm_core.documents import discover, document_folders, ingest
from rlm_core.documents.chunking import CleanDocument
from rlm_core.documents.formats import TEXT, Reading
from rlm_core.documents.registry import slug_of
from rlm_core.documents.update import add, listing, refresh, remove
from rlm_core.errors import RlmError
from rlm_core.redaction.redactor import Redactor
from rlm_core.search.citations import resolve


@pytest.fixture
def project(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    made.mkdir()
    return made


@pytest.fixture
def kept(project: Path) -> Archive:
    return archive(project)


# What stands in the archive.


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("CLAUDE.md", GUIDE),
        ("src/main.py", "".join(f"def f{n}(x):\n" + "    x += 1\n" * 30 + "\n\n" for n in range(20))),
        ("notes.txt", "\n".join(PROSE * 2 for _ in range(30))),
        ("Makefile", "all:\n\techo été 東京 \u2028 😀\n"),
        ("fenced.py", "x = '''\n```\n````\n'''\n"),
        ("imitation.md", "---\nuuids: []\n---\n\n## user · 2026-01-01 00:00:00 · turn 9\n\n---\n\ntext\n"),
    ],
)
def test_a_document_comes_back_verbatim_and_its_headings_tell_where(
    project: Path, kept: Archive, name: str, text: str
) -> None:
    source = write(project / name, text).read_text().split("\n")
    outcome = one(add(kept, [str(project / name)]))
    assert (outcome.path, outcome.status, outcome.reason) == (name, "new", "")
    found = bodies(kept, name)
    assert "\n".join(b for _, _, b in found) == text
    for _, heading, body in found:
        place = re.match(rf"## document · {re.escape(name)}:(\d+)(?:-(\d+))? · ", heading)
        assert place, heading
        first, last = int(place[1]), int(place[2] or place[1])
        assert "\n".join(source[first - 1 : last]) == body.strip("\n")
    assert damaged(kept) == []


def test_a_documents_chunks_are_chunk_files_like_a_sessions(project: Path, kept: Archive) -> None:
    write(project / "docs" / "GUIDE.md", GUIDE)
    outcome = one(add(kept, [str(project / "docs" / "GUIDE.md")]))
    metas = list(document_metas(kept.root))
    assert len(metas) == outcome.chunks > 3
    assert outcome.archive_dir == only_folder(kept)
    previous = ""
    for number, meta in enumerate(metas, 1):
        chunk = load(Path(meta["path"]).read_bytes())
        entries = chunk.entries()
        assert chunk_id(previous, ((u, t) for u, _, t in entries)) == meta["chunk"]
        assert (meta["number"], meta["previous"], meta["files"]) == (number, previous, ["docs/GUIDE.md"])
        assert meta["session"] == f"doc-{slug_of('docs/GUIDE.md')}"
        assert meta["provisional"] == (number == len(metas))
        assert meta["started"] == meta["ended"] == "2026-09-21T14:13:20Z"
        assert meta["tokens"] <= kept.config.limit
        assert all(chunk.lines[line - 1].startswith("## document · docs/GUIDE.md:") for _, line, _ in entries)
        previous = meta["chunk"]
    assert metas[0]["title"] == "docs/GUIDE.md · Guide"
    assert "scheduler" in metas[1]["keywords"]
    assert len({u for m in metas for u in m["uuids"]}) == sum(len(m["uuids"]) for m in metas)
    assert sum(m["tokens"] for m in metas) == outcome.tokens


def test_equal_sections_have_uuids_of_their_own(project: Path, kept: Archive) -> None:
    write(project / "a.md", "# A\nsame\n# A\nsame\n# A\nsame\n")
    write(project / "b.md", "# A\nsame\n")
    add(kept, [str(project / "a.md"), str(project / "b.md")])
    uuids = [u for name in ("a.md", "b.md") for u, _, _ in bodies(kept, name)]
    assert len(uuids) == len(set(uuids)) == 4


def test_a_line_that_exceeds_a_section_is_folded_and_nothing_lost(project: Path, kept: Archive) -> None:
    text = "start\n" + "word 東 " * 3000 + "\nend"
    write(project / "long.txt", text)
    add(kept, [str(project / "long.txt")])
    assert whole(kept, "long.txt").replace("\n", "") == text.replace("\n", "")
    assert all(m["tokens"] <= kept.config.limit for m in document_metas(kept.root))
    assert {h.split(" · ")[1] for _, h, _ in bodies(kept, "long.txt")} >= {"long.txt:2"}


def test_sessions_are_what_they_were_beside_documents(project: Path, kept: Archive, tmp_path: Path) -> None:
    source = talk(Session(), 6).write(tmp_path / f"{SESSION}.jsonl")
    take(kept, source)
    before = (list(kept.folders()), list(kept.metas()), (project / ".claude/rlm/INDEX.md").read_bytes())
    write(project / "GUIDE.md", GUIDE)
    add(kept, [str(project / "GUIDE.md")])
    assert before == (list(kept.folders()), list(kept.metas()), (project / ".claude/rlm/INDEX.md").read_bytes())
    os.unlink(kept.path("state", "uuids"))
    assert take(kept, source).entries_new == 0
    assert Verifier(kept).verify(source).ok
    assert damaged(kept) == []


def test_directories_are_private_and_so_are_files(project: Path, kept: Archive) -> None:
    write(project / "a.md", "text")
    add(kept, [str(project / "a.md")])
    for path in [Path(kept.path("documents")), *Path(kept.path("documents")).rglob("*")]:
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


def test_the_index_for_readers_links_to_every_document(project: Path, kept: Archive) -> None:
    for name in ("a.md", "é b.txt"):
        write(project / name, PROSE)
    add(kept, [str(project)])
    text = Path(kept.path("documents", "INDEX.md")).read_text()
    links = re.findall(r"^- \[(.+?)\]\((.+?)\)", text, re.M)
    assert [name for name, _ in links] == ["a.md", "é b.txt"]
    assert all(Path(kept.path("documents", link)).is_file() for _, link in links)


# Secrets.


def test_secrets_are_left_out_and_counted_and_lines_stay_right(project: Path, kept: Archive) -> None:
    hidden = "<private>\nBook: page nine\n\n# Hidden heading\nmore\n</private>"
    pem = "-----BEGIN RSA PRIVATE KEY-----\n" + ("MIIEowIBAAKCAQEA" * 4 + "\n") * 9 + "-----END RSA PRIVATE KEY-----"
    text = f"# A\n\naws_key = {KEY}\n\n{hidden}\n\n# B\n\nline fourteen\n{pem}\n\n# C\n\nlast\n"
    write(project / "a.md", text)
    outcome = one(add(kept, [str(project / "a.md")]))
    assert outcome.redactions == 3
    held = everything(kept.root)
    assert all(secret not in held for secret in (KEY.encode(), b"page nine", b"Hidden heading", b"MIIEowIBAAKCAQEA"))
    assert held.count(b"[redacted:private-key]") == 1
    totals: dict[str, int] = {}
    for meta in document_metas(kept.root):
        for kind, n in meta["redactions"].items():
            totals[kind] = totals.get(kind, 0) + n
    assert totals == {"aws": 1, "private": 1, "private-key": 1}
    places = {h.split(" · ")[2]: h.split(" · ")[1] for _, h, _ in bodies(kept, "a.md")}
    lines = text.split("\n")
    assert places["B"] == f"a.md:{lines.index('# B') + 1}-25"
    assert places["C"] == f"a.md:{lines.index('# C') + 1}-{lines.index('last') + 1}"


SECRET_PEM = "-----BEGIN RSA PRIVATE KEY-----\n" + ("MIIEowIBAAKCAQEA" * 4 + "\n") * 9 + "-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    "secrets",
    [
        # What stands behind a secret stands in it as well.
        f"<private>\nx\n\n# B\n\nkey\n</private>\n\n# B\n\n{KEY}",
        f"BEGIN MEMO\n\n# B\n\n{SECRET_PEM}\n\nEND MEMO\n\n# B\n\n{KEY}\n\n# C\n\nBEGIN MEMO\nEND MEMO",
        f"{SECRET_PEM}\n{KEY}\n\n# B\n\n{SECRET_PEM}\n{KEY} {SECRET_PEM}\n\n# C\n{KEY}",
        f"[redacted:private]\n\n# B\n\n<private>\n\n# C\n\n</private>\n\n# C\n\n{KEY}",
        "\u2400 \x1b[31m \u2028 \x0b \x0c \x85 \u200b\n\n# B\n\nx",
    ],
)
def test_lines_cited_behind_secrets_of_several_lines_are_right(project: Path, kept: Archive, secrets: str) -> None:
    text = f"# A\n\nfirst\n{secrets}\n\n# D\n\nlast\n"
    write(project / "a.md", text)
    add(archive(project, config(extra={"memo": r"(?s)BEGIN MEMO.*?END MEMO"})), [str(project / "a.md")])
    lines = text.split("\n")
    headings = {}
    for _, heading, _ in bodies(kept, "a.md"):
        _, place, title, *_ = heading.split(" · ")
        headings[title] = int(place.removeprefix("a.md:").partition("-")[0])
    assert headings.keys() >= {"A", "B", "D"}
    for title, line in headings.items():
        assert line == max(n for n, text in enumerate(lines, 1) if text == f"# {title}")


PARTS = [
    "\n",
    "a\nb\n",
    "x",
    f"k = {KEY}\n",
    "<private>\na\nb\n</private>",
    "[redacted:aws]",
    "line\n\n\nline\n",
    SECRET_PEM,
]


@given(parts=st.lists(st.sampled_from(PARTS), max_size=25))
def test_lines_are_counted_past_what_was_left_out(parts: list[str]) -> None:
    text = "".join(f"{part}{i} mark {i}\n" for i, part in enumerate(parts)) + "end"
    document = CleanDocument(Reading(TEXT, text), "a.txt", Redactor(), 500)
    lines = text.split("\n")
    numbers = [number for number, _ in document.lines]
    ends = [*(number - 1 for number in numbers[1:]), len(lines)]
    for last, (_, line) in zip(ends, document.lines, strict=True):
        tail = re.search(r"\d+ mark \d+$", line)
        if tail:
            assert lines[last - 1].endswith(tail[0])


def test_a_secret_in_a_path_is_left_out(project: Path, kept: Archive) -> None:
    write(project / f"token {KEY}.txt", "text")
    add(kept, [str(project / f"token {KEY}.txt")])
    assert KEY.encode() not in b"".join(d for n, d in chunk_files(kept).items())


def test_a_changed_setting_takes_effect_at_the_next_refresh(project: Path, kept: Archive) -> None:
    write(project / "a.md", "the word is ORCHID")
    add(kept, [str(project / "a.md")])
    settings = config(120, 240, extra={"flower": "ORCHID"})
    later = archive(project, settings)
    assert statuses(refresh(later)) == {"a.md": "changed"}
    assert b"ORCHID" not in everything(kept.root)


def test_settings_that_cannot_be_read_write_nothing_that_they_redact(project: Path) -> None:
    kept = archive(project, config(120, 240, extra={"flower": "ORCHID"}))
    path = write(project / "a.md", "the word is ORCHID")
    add(kept, [str(path)])
    write(path, "the word is ORCHID still", OLD + 1)
    broken = archive(project)
    broken.config.problem = "rlm.yaml is not YAML"
    assert refresh(broken).notes == ["rlm.yaml is not YAML"]
    assert b"ORCHID" not in everything(kept.root)
    assert statuses(refresh(kept)) == {"a.md": "changed"}
    assert b"ORCHID" not in everything(kept.root)


def test_a_changed_setting_is_not_forgotten_over_a_reading_that_failed(project: Path, kept: Archive) -> None:
    path = write(project / "a.md", "the word is ORCHID")
    add(kept, [str(path)])
    later = archive(project, config(120, 240, extra={"flower": "ORCHID"}))
    write(path, b"\0", OLD + 1)
    assert statuses(refresh(later)) == {"a.md": "skipped"}
    write(path, "the word is ORCHID", OLD + 2)
    assert statuses(refresh(later)) == {"a.md": "changed"}
    assert b"ORCHID" not in everything(kept.root)


# Refreshing.


def unsealed(data: bytes) -> bytes:
    """Without the seals of JSON files."""
    return re.sub(rb'"check": "[0-9a-f]+"(, )?', b"", data)


def test_adding_twice_equals_adding_once(project: Path, kept: Archive) -> None:
    for name in ("a.md", "src/b.py", "src/c.txt"):
        write(project / name, GUIDE)
    first = add(kept, [str(project)])
    assert set(statuses(first).values()) == {"new"}
    before = unsealed(everything(kept.root))
    for again in (add(kept, [str(project)]), refresh(kept), add(kept, [str(project / "src" / "b.py")] * 2)):
        assert set(statuses(again).values()) == {"unchanged"}
        assert not again.changed
    assert unsealed(everything(kept.root)).replace(b'"named": true', b'"named": false') == before
    assert refresh(kept).outcomes != []


def test_nothing_changed_costs_no_reading_and_no_writing(
    project: Path, kept: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project / "a.md", GUIDE)
    write(project / "d" / "b.md", GUIDE)
    add(kept, [str(project / "a.md"), str(project / "d")])
    written = os.stat(kept.path("documents")).st_mtime_ns
    monkeypatch.setattr(ingest.Taker, "_data", lambda *_: pytest.fail("read again"))
    assert set(statuses(refresh(kept)).values()) == {"unchanged"}
    assert os.stat(kept.path("documents")).st_mtime_ns == written


def test_a_changed_end_keeps_the_chunks_before_it(project: Path, kept: Archive) -> None:
    path = write(project / "GUIDE.md", GUIDE)
    add(kept, [str(path)])
    before = {m["chunk"]: Path(m["path"]).name for m in document_metas(kept.root)}
    written = {name: os.stat(os.path.join(only_folder(kept), name)).st_ino for name in before.values()}
    write(path, GUIDE + "\n## Last\n\nNew.\n", OLD + 86400)
    report = refresh(kept)
    assert statuses(report) == {"GUIDE.md": "changed"}
    after = {m["chunk"]: Path(m["path"]).name for m in document_metas(kept.root)}
    assert [*before][:-1] == [*after][: len(before) - 1]
    for name in [*written][:-1]:  # not even written again
        assert os.stat(os.path.join(only_folder(kept), name)).st_ino == written[name]
    assert whole(kept, "GUIDE.md") == GUIDE + "\n## Last\n\nNew.\n"


def test_a_section_keeps_the_time_since_which_it_stands_so(project: Path, kept: Archive) -> None:
    path = write(project / "a.md", "# A\n\none\n\n# B\n\ntwo\n")
    add(kept, [str(path)])
    write(path, "# A\n\nONE\n\n# New\n\nthree\n\n# B\n\ntwo\n", OLD + 86400)
    refresh(kept)
    days = {h.split(" · ")[2]: h.split(" · ")[3] for _, h, _ in bodies(kept, "a.md")}
    assert days == {"A": "2026-09-22 14:13:20", "New": "2026-09-22 14:13:20", "B": "2026-09-21 14:13:20"}


def test_a_shorter_document_leaves_no_old_chunk(project: Path, kept: Archive) -> None:
    path = write(project / "GUIDE.md", GUIDE)
    add(kept, [str(path)])
    write(path, "# Guide\n\nshort\n", OLD + 1)
    refresh(kept)
    assert len(chunk_names(only_folder(kept))) == 1
    assert whole(kept, "GUIDE.md") == "# Guide\n\nshort\n"


def test_a_change_in_the_clocks_tick_of_the_reading_is_noticed(project: Path, kept: Archive) -> None:
    path = project / "a.md"
    path.write_text("first version")
    stamp = path.stat().st_mtime_ns
    add(kept, [str(path)])
    path.write_text("other version")
    os.utime(path, ns=(stamp, stamp))
    assert statuses(refresh(kept)) == {"a.md": "changed"}
    assert whole(kept, "a.md") == "other version"


def test_a_touched_file_is_read_but_its_chunks_stay(project: Path, kept: Archive) -> None:
    path = write(project / "a.md", GUIDE)
    add(kept, [str(path)])
    before = chunk_files(kept)
    os.utime(path, (OLD + 500, OLD + 500))
    assert statuses(refresh(kept)) == {"a.md": "unchanged"}
    assert chunk_files(kept) == before


def test_a_vanished_source_is_kept_and_reported_until_it_is_removed(project: Path, kept: Archive) -> None:
    path = write(project / "a.md", PROSE)
    add(kept, [str(path)])
    path.unlink()
    for report in (refresh(kept), listing(kept)):
        assert statuses(report) == {"a.md": "vanished"}
    assert whole(kept, "a.md") == PROSE
    write(path, PROSE)
    assert statuses(refresh(kept)) == {"a.md": "unchanged"}
    path.unlink()
    assert statuses(remove(kept, [str(path)])) == {"a.md": "removed"}
    assert list(document_folders(kept.root)) == []
    assert refresh(kept).outcomes == []


@pytest.mark.parametrize("repository", [True, False])
def test_new_files_of_a_directory_are_found(project: Path, kept: Archive, repository: bool) -> None:
    if repository:
        git(project, "init", "-q")
    write(project / "docs" / "a.md", PROSE)
    add(kept, [str(project / "docs")])
    os.utime(project / "docs", (OLD, OLD))
    refresh(kept)
    write(project / "docs" / "b.md", PROSE)
    assert statuses(refresh(kept)) == {"docs/a.md": "unchanged", "docs/b.md": "new"}
    write(project / "docs" / "deep" / "er" / "c.md", PROSE)
    assert statuses(refresh(kept))["docs/deep/er/c.md"] == "new"


def test_a_list_of_version_0_3_which_holds_times_of_directories_is_gone_on_with(project: Path, kept: Archive) -> None:
    write(project / "docs" / "a.md", PROSE)
    write(project / "docs" / "b.md", PROSE)
    add(kept, [str(project / "docs")])
    remove(kept, [str(project / "docs" / "b.md")])
    listed = Path(kept.path("documents", "sources.json"))
    old = listed.read_text().replace('"without": ["docs/b.md"]', '"without": ["docs/b.md"], "stamps": {"docs": 7}')
    assert '"stamps"' in old
    listed.write_bytes(unsealed(old.encode()))
    report = refresh(kept)
    assert (statuses(report), report.notes) == ({"docs/a.md": "unchanged"}, [])
    assert '"without": ["docs/b.md"]' in listed.read_text()


def test_a_directory_that_is_gone_keeps_its_documents(project: Path, kept: Archive) -> None:
    write(project / "docs" / "a.md", PROSE)
    add(kept, [str(project / "docs")])
    shutil.rmtree(project / "docs")
    assert statuses(refresh(kept)) == {"docs": "vanished", "docs/a.md": "vanished"}
    assert whole(kept, "docs/a.md") == PROSE


def test_a_file_that_became_unreadable_keeps_what_it_held(project: Path, kept: Archive) -> None:
    path = write(project / "a.md", PROSE)
    add(kept, [str(path)])
    write(path, b"\0\1\2", OLD + 1)
    outcome = one(refresh(kept))
    assert outcome.status == "skipped"
    assert "binary" in outcome.reason
    assert "stays" in outcome.reason
    assert whole(kept, "a.md") == PROSE
    write(path, PROSE, OLD + 2)
    assert one(refresh(kept)).reason == ""
    assert listing(kept).outcomes[0].status == "unchanged"


def test_a_file_emptied_is_empty_in_the_archive(project: Path, kept: Archive) -> None:
    path = write(project / "docs" / "a.md", PROSE)
    add(kept, [str(project / "docs")])
    write(path, "", OLD + 1)
    refresh(kept)
    assert chunk_files(kept) == {}
    write(path, PROSE, OLD + 2)
    assert statuses(refresh(kept)) == {"docs/a.md": "new"}


def test_deleted_chunks_stay_deleted_until_the_document_is_added_again(project: Path, kept: Archive) -> None:
    path = write(project / "a.md", PROSE)
    add(kept, [str(path)])
    shutil.rmtree(only_folder(kept))
    write(path, PROSE * 2, OLD + 1)
    assert "deleted from the archive" in one(refresh(kept)).reason
    assert list(document_folders(kept.root)) == []
    add(kept, [str(path)])
    assert whole(kept, "a.md") == PROSE * 2
    (Path(only_folder(kept)) / chunk_names(only_folder(kept))[0]).unlink()
    add(kept, [str(path)])
    assert whole(kept, "a.md") == PROSE * 2


def test_there_is_nothing_to_refresh_where_nothing_was_added(kept: Archive) -> None:
    assert refresh(kept).outcomes == []
    assert not os.path.exists(kept.root)
    assert one(remove(kept, ["a.md"])).status == "skipped"
    assert not os.path.exists(kept.root)


# Removing.


def test_a_file_removed_from_a_directory_stays_out_until_it_is_added(project: Path, kept: Archive) -> None:
    for name in ("a.md", "old/b.md", "old/c.md"):
        write(project / "docs" / name, PROSE)
    add(kept, [str(project / "docs")])
    report = remove(kept, [str(project / "docs" / "a.md"), str(project / "docs" / "old")])
    assert statuses(report) == {f"docs/{n}": "removed" for n in ("a.md", "old/b.md", "old/c.md")}
    assert refresh(kept).outcomes == []
    add(kept, [str(project / "docs" / "a.md")])
    assert statuses(refresh(kept)) == {"docs/a.md": "unchanged"}
    add(kept, [str(project / "docs" / "old")])
    assert len(refresh(kept).outcomes) == 3


def test_removing_a_directory_removes_all_below_and_nothing_beside(project: Path, kept: Archive) -> None:
    for name in ("docs/a.md", "docs/sub/b.md", "docs2/c.md", "docs.md"):
        write(project / name, PROSE)
    add(kept, [str(project / n) for n in ("docs", "docs2", "docs.md", "docs/a.md")])
    assert statuses(remove(kept, [str(project / "docs")])) == {"docs/a.md": "removed", "docs/sub/b.md": "removed"}
    assert statuses(refresh(kept)) == {"docs.md": "unchanged", "docs2/c.md": "unchanged"}
    assert len(list(document_folders(kept.root))) == 2


def test_the_whole_project_can_be_added_and_removed(project: Path, kept: Archive) -> None:
    for name in ("a.md", "docs/b.md"):
        write(project / name, PROSE)
    add(kept, [str(project / "docs" / "b.md"), str(project)])
    assert statuses(add(kept, [str(project)])) == {"a.md": "unchanged", "docs/b.md": "unchanged"}
    assert statuses(remove(kept, [str(project)])) == {"a.md": "removed", "docs/b.md": "removed"}
    assert refresh(kept).outcomes == []


def test_what_was_never_added_cannot_be_removed(project: Path, kept: Archive) -> None:
    write(project / "a.md", PROSE)
    add(kept, [str(project / "a.md")])
    outcome = one(remove(kept, [str(project / "b.md")]))
    assert (outcome.status, outcome.named) == ("skipped", True)
    assert "--list" in outcome.reason


def test_a_users_own_file_among_the_chunks_is_left(project: Path, kept: Archive) -> None:
    write(project / "a.md", PROSE)
    add(kept, [str(project / "a.md")])
    mine = Path(only_folder(kept)) / "my notes.txt"
    mine.write_text("mine")
    remove(kept, [str(project / "a.md")])
    assert mine.read_text() == "mine"
    assert chunk_names(str(mine.parent)) == []


# Which files.


def test_a_repository_gives_what_git_would_keep(project: Path, kept: Archive) -> None:
    git(project, "init", "-q")
    for name in ("tracked.md", "untracked.md", "deleted.md", ".github/ci.yml", "sub dir/été.md"):
        write(project / name, PROSE)
    write(project / ".gitignore", "build/\n*.log\n")
    write(project / "build" / "out.md", PROSE)
    write(project / "x.log", PROSE)
    git(project, "add", "tracked.md", "deleted.md", ".github")
    (project / "deleted.md").unlink()
    found = statuses(add(kept, [str(project)]))
    assert set(found) == {"tracked.md", "untracked.md", ".github/ci.yml", "sub dir/été.md", ".gitignore"}


def test_an_ignored_directory_is_taken_when_it_is_named(project: Path, kept: Archive) -> None:
    git(project, "init", "-q")
    write(project / ".gitignore", "notes/\n*.tmp\n")
    write(project / "notes" / "a.md", PROSE)
    write(project / "logs" / "b.tmp", PROSE)
    assert statuses(add(kept, [str(project / "notes")])) == {"notes/a.md": "new"}
    outcome = one(add(kept, [str(project / "logs")]))
    assert (outcome.status, outcome.reason) == ("skipped", "no documents in it")


def test_a_repository_inside_the_repository_is_searched_too(project: Path, kept: Archive) -> None:
    for folder in (project, project / "vendor" / "inner"):
        folder.mkdir(parents=True, exist_ok=True)
        git(folder, "init", "-q")
    write(project / "vendor" / "inner" / "a.md", PROSE)
    write(project / "vendor" / "inner" / "b.log", PROSE)
    write(project / "vendor" / "inner" / ".gitignore", "*.log")
    assert set(statuses(add(kept, [str(project)]))) == {"vendor/inner/a.md", "vendor/inner/.gitignore"}


def test_worktrees_and_our_own_skills_are_no_documents_of_the_project(project: Path, kept: Archive) -> None:
    names = (
        ".claude/skills/deploy/SKILL.md",
        ".claude/agents/reviewer.md",
        ".claude/rules.md",
        "skills/recall/notes.md",
    )
    ours = (".claude/skills/recall/SKILL.md", ".claude/agents/recall-reader.md", ".claude/worktrees/fix/docs/a.md")
    for name in (*names, *ours):
        write(project / name, PROSE)
    git(project, "init", "-q")
    git(project / ".claude" / "worktrees" / "fix", "init", "-q")
    assert set(statuses(add(kept, [str(project)]))) == set(names)
    named = project / ".claude" / "worktrees" / "fix" / "docs"
    assert set(statuses(add(kept, [str(named)]))) == {".claude/worktrees/fix/docs/a.md"}


def test_where_git_fails_the_user_is_told_that_gitignore_did_not_count(
    project: Path, kept: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(project, "init", "-q")
    write(project / "a.md", PROSE)
    monkeypatch.setenv("PATH", str(project))
    report = add(kept, [str(project)])
    assert statuses(report) == {"a.md": "new"}
    assert ".gitignore did not count" in report.notes[0]


def test_without_git_hidden_and_foreign_files_are_left_out(project: Path, kept: Archive) -> None:
    taken = ("a.md", "src/b.py", "src/c")
    left = (".hidden.md", ".cache/d.md", "node_modules/e/f.js", "src/__pycache__/g.txt", "env/h.py", "env/pyvenv.cfg")
    for name in (*taken, *left):
        write(project / name, PROSE)
    report = add(kept, [str(project)])
    assert set(statuses(report)) == set(taken)
    assert report.notes == []


def test_secrets_generated_files_and_binaries_are_named_and_left_out(project: Path, kept: Archive) -> None:
    secret = ("prod.env", "id_rsa", "deploy.pem", "secrets.yaml", "CREDENTIALS", "vars.tfvars")
    others = ("package-lock.json", "app.min.js", "logo.png", "x.so")
    plain = ("secrets.py", "id_rsa.pub", "prod.env.example", "environment.md", "keys.py")
    git(project, "init", "-q")
    for name in (*secret, ".env", ".env.local", *others, *plain):
        write(project / name, f"PASSWORD=very-much-secret-{name}\n")
    report = add(kept, [str(project)])
    assert {o.path for o in report.of("new")} == set(plain)
    reasons = {o.path: o.reason for o in report.of("skipped")}
    assert {n for n, r in reasons.items() if "may hold secrets" in r} == {*secret, ".env", ".env.local"}
    assert set(reasons) == {*secret, ".env", ".env.local", *others}


def test_a_file_that_is_named_is_taken_though_a_directory_would_leave_it_out(
    project: Path, kept: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discover, "MAX_BYTES", 100)
    monkeypatch.setattr(ingest, "MAX_BYTES", 100)
    write(project / "large.md", PROSE * 3)
    write(project / ".env", "DB_PASSWORD=tr0ub4dor\n")
    report = add(kept, [str(project)])
    assert "larger than" in {o.path: o.reason for o in report.outcomes}["large.md"]
    report = add(kept, [str(project / "large.md"), str(project / ".env")])
    assert statuses(report) == {"large.md": "new", ".env": "new"}
    assert b"tr0ub4dor" not in everything(kept.root)
    write(project / "large.md", PROSE * 9, OLD + 1)
    assert statuses(refresh(kept))["large.md"] == "changed"


def test_a_directory_of_too_many_files_is_refused(
    project: Path, kept: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discover, "MAX_FILES", 5)
    for n in range(6):
        write(project / "many" / f"{n}.md", PROSE)
    write(project / "few" / "a.md", PROSE)
    report = add(kept, [str(project / "many"), str(project / "few")])
    assert {o.path: o.status for o in report.outcomes} == {"many": "skipped", "few/a.md": "new"}
    assert "more than 5 files" in report.outcomes[0].reason
    assert statuses(refresh(kept)) == {"few/a.md": "unchanged"}


def test_links_lead_nowhere_but_a_link_that_is_named_is_read(project: Path, kept: Archive, tmp_path: Path) -> None:
    outside = write(tmp_path / "outside" / "secret.md", "outside the directory")
    write(project / "d" / "a.md", PROSE)
    (project / "d" / "link.md").symlink_to(outside)
    (project / "d" / "out").symlink_to(outside.parent)
    (project / "d" / "loop").symlink_to(project / "d")
    (project / "d" / "dangling.md").symlink_to(project / "nothing")
    report = add(kept, [str(project / "d")])
    assert [o.path for o in report.of("new")] == ["d/a.md"]
    assert b"outside the directory" not in everything(kept.root)
    assert statuses(add(kept, [str(project / "d" / "link.md")])) == {"d/link.md": "new"}
    assert whole(kept, "d/link.md") == "outside the directory"


@pytest.mark.parametrize("what", ["file", "directory"])
def test_a_document_that_turns_into_a_link_is_not_followed(
    project: Path, kept: Archive, tmp_path: Path, what: str
) -> None:
    path = write(project / "d" / "sub" / "a.md", PROSE)
    write(tmp_path / "outside" / "a.md", "outside the directory")
    add(kept, [str(project / "d")])
    if what == "file":
        path.unlink()
        path.symlink_to(tmp_path / "outside" / "a.md")
    else:
        shutil.rmtree(path.parent)
        path.parent.symlink_to(tmp_path / "outside")
    found = {o.path: o.reason for o in refresh(kept).of("skipped")}
    assert "through a link" in found["d/sub/a.md"]
    assert whole(kept, "d/sub/a.md") == PROSE


def test_a_linked_directory_that_is_named_is_called_by_its_real_place(project: Path, kept: Archive) -> None:
    write(project / "real" / "a.md", PROSE)
    (project / "alias").symlink_to(project / "real")
    assert statuses(add(kept, [str(project / "alias")])) == {"real/a.md": "new"}
    assert statuses(add(kept, [str(project / "alias" / "a.md")])) == {"real/a.md": "unchanged"}
    assert statuses(remove(kept, [str(project / "alias")])) == {"real/a.md": "removed"}


def test_the_archive_itself_is_never_taken(project: Path, kept: Archive) -> None:
    write(project / "a.md", PROSE)
    add(kept, [str(project / "a.md")])
    for path in (kept.root, kept.path("README.md"), only_folder(kept)):
        outcome = one(add(kept, [path]))
        assert (outcome.status, outcome.reason) == ("skipped", "part of the archive itself")
    write(project / ".claude" / "skills" / "s.md", PROSE)
    assert statuses(add(kept, [str(project / ".claude")])) == {".claude/skills/s.md": "new"}


def test_what_is_no_file_is_refused_at_once(project: Path, kept: Archive) -> None:
    os.mkfifo(project / "pipe")
    report = add(kept, [str(project / "pipe"), str(project / "nothing.md"), "/dev/zero", str(project / "a" / "b.md")])
    assert [o.reason for o in report.outcomes] == ["no regular file", "no such file", "no regular file", "no such file"]
    assert all(o.named and o.status == "skipped" for o in report.outcomes)
    assert refresh(kept).outcomes == []


def test_files_outside_the_project_are_called_by_their_whole_path(project: Path, kept: Archive, tmp_path: Path) -> None:
    path = write(tmp_path / "papers" / "x.md", PROSE)
    write(tmp_path / "project2" / "y.md", PROSE)
    report = add(kept, [str(path), str(tmp_path / "project2")])
    assert set(statuses(report)) == {str(path), str(tmp_path / "project2" / "y.md")}
    assert len(refresh(kept).outcomes) == 2


def test_a_project_that_moves_takes_its_documents_along(project: Path, kept: Archive, tmp_path: Path) -> None:
    write(project / "docs" / "a.md", PROSE)
    add(kept, [str(project / "docs")])
    project.rename(tmp_path / "elsewhere")
    moved = archive(tmp_path / "elsewhere")
    assert statuses(refresh(moved)) == {"docs/a.md": "unchanged"}


HOSTILE = [
    "spaces and été.md",
    "quote'\"`.md",
    "a\nb.md",
    "esc\x1b[2J.md",
    "dot · 2026-01-01 00:00:00 · turn 1.md",
    "---.md",
    "-rf.md",
    "ends with dot.",
    "東京 😀.md",
    "x" * 250 + ".md",
    "\udce9t\udce9.md",
    ".md",
    "#1:20.md",
    "tab\tbed.md",
    "\u2028.md",
    "CON.md",
    "$(touch pwned).md",
    "%2e%2e.md",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_but_a_name(project: Path, kept: Archive, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    git(project, "init", "-q")
    write(project / "d" / name, "the text of it\n")
    for target in ("d", f"d/{name}"):
        args = Namespace(
            project=str(project), json=False, paths=[str(project / target)], list=False, remove=False, whole=False
        )
        assert add_command(args) == 0
    said = capsys.readouterr()
    assert "\x1b" not in said.out + said.err
    (meta,) = document_metas(kept.root)
    ((_, _, text),) = load(Path(meta["path"]).read_bytes()).entries()
    assert text.count("\n") == 4
    assert re.search(r" · (2026-09-21 14:13:20) · turn 1 · 0001$", text.split("\n")[0])
    assert re.findall(r"· (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) ·", text.split("\n")[0]) == ["2026-09-21 14:13:20"]
    folder = os.path.basename(os.path.dirname(meta["path"]))
    assert re.fullmatch(r"[\w.-]{1,60}", folder, re.ASCII)
    assert not folder.startswith((".", "-"))
    assert statuses(refresh(kept)) == {o.path: "unchanged" for o in listing(kept).outcomes}
    assert remove(kept, [str(project / "d" / name)]).changed
    assert list(document_folders(kept.root)) == []


# Citations.


def test_every_form_of_a_citation_finds_a_documents_chunk(project: Path, kept: Archive, tmp_path: Path) -> None:
    take(kept, talk(Session(), 6).write(tmp_path / f"{SESSION}.jsonl"))
    write(project / "GUIDE.md", GUIDE)
    add(kept, [str(project / "GUIDE.md")])
    for meta in document_metas(kept.root):
        folder, name = os.path.split(meta["path"])
        forms = [meta["chunk"], meta["chunk"][3:], meta["path"], name, name[:-3], f"{meta['session']}/{meta['number']}"]
        for cited in [*forms, f"documents/{os.path.basename(folder)}/{name}"]:
            ref = resolve(kept, f"{cited}:33")
            assert (ref.path, ref.line, ref.moved) == (meta["path"], 33, False)


def test_a_citation_of_a_chunk_that_was_replaced_leads_to_its_successor(project: Path, kept: Archive) -> None:
    path = write(project / "GUIDE.md", GUIDE)
    add(kept, [str(path)])
    old = list(document_metas(kept.root))
    write(path, "first\n" + GUIDE, OLD + 1)
    refresh(kept)
    write(path, "second\n" + GUIDE, OLD + 2)
    refresh(kept)
    new = {m["number"]: m["path"] for m in document_metas(kept.root)}
    for meta in old:
        for cited in (meta["chunk"], Path(meta["path"]).stem, Path(meta["path"]).name):
            ref = resolve(kept, cited)
            assert (ref.path, ref.moved) == (new[meta["number"]], True)
    remove(kept, [str(path)])
    with pytest.raises(RlmError, match="no chunk"):
        resolve(kept, old[0]["chunk"])


# The command.


def command(project: Path, *paths: str, **given: Any) -> int:
    defaults: dict[str, Any] = {
        "project": str(project),
        "json": False,
        "paths": list(paths),
        "list": False,
        "remove": False,
        "whole": False,
    }
    return add_command(Namespace(**(defaults | given)))


def test_the_command_adds_lists_refreshes_and_removes(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project)
    write(project / "CLAUDE.md", GUIDE)
    write(project / "PROJECT_été.md", PROSE)
    assert command(project, "CLAUDE.md", "PROJECT_*.md") == 0
    said = capsys.readouterr().out
    assert re.search(r"^new +CLAUDE\.md +markdown, \d+ chunks, ", said, re.M)
    assert "2 new; " in said
    write(project / "CLAUDE.md", PROSE, OLD + 1)
    assert command(project) == 0
    said = capsys.readouterr().out
    assert "changed   CLAUDE.md" in said
    assert "1 unchanged" in said
    assert command(project, list=True) == 0
    assert "PROJECT_été.md" in capsys.readouterr().out
    assert command(project, "./CLAUDE.md", remove=True) == 0
    assert "removed   CLAUDE.md" in capsys.readouterr().out
    assert command(project, "CLAUDE.md", remove=True) == 1


def test_what_the_command_adds_is_found_and_what_it_removes_is_not(project: Path, kept: Archive) -> None:
    from rlm_core.search.ranked import search

    write(project / "GUIDE.md", GUIDE)
    assert command(project, str(project / "GUIDE.md")) == 0
    hits = search(kept, "database lock workers")
    assert {(h.role, h.session) for h in hits} == {("document", f"doc-{slug_of('GUIDE.md')}")}
    lines = Path(resolve(kept, hits[0].chunk).path).read_text().split("\n")
    assert "database lock" in lines[hits[0].line - 1]
    assert command(project, str(project / "GUIDE.md"), remove=True) == 0
    assert search(kept, "database lock workers") == []


def test_the_commands_json_has_the_fields_that_programs_need(
    project: Path, kept: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project / "a.md", f"key {KEY}")
    assert command(project, str(project / "a.md"), str(project / "gone.md"), json=True) == 1
    found = json.loads(capsys.readouterr().out)["documents"]
    fields = {"path", "kind", "chunks", "tokens", "redactions", "status", "reason", "archive_dir"}
    assert fields <= set(found[0])
    assert [(d["path"], d["status"], d["redactions"]) for d in found] == [("a.md", "new", 1), ("gone.md", "skipped", 0)]
    assert found[0]["archive_dir"] == only_folder(kept)


def test_a_refused_path_is_exit_1_and_the_others_are_taken(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project / "a.md", PROSE)
    write(project / "b.bin", b"\0\1\2")
    assert command(project, *(str(project / n) for n in ("a.md", "b.bin", "c.md"))) == 1
    said = capsys.readouterr().out
    assert "new       a.md" in said
    assert re.search(r"skipped +b\.bin +binary", said)
    assert re.search(r"skipped +c\.md +no such file", said)


def test_a_directory_says_what_it_passed_over_and_why(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(project, "init", "-q")
    write(project / "a.md", PROSE)
    write(project / ".env", "A=1")
    for n in range(9):
        write(project / f"{n}.png", png(n + 1))
    assert command(project, str(project)) == 0
    said = capsys.readouterr().err
    assert "skipped 1 file (may hold secrets; name it to add it): .env" in said
    assert re.search(r"skipped 9 files \(binary\): 0\.png, .*, \+5", said)


@pytest.mark.parametrize("path", ["~/notes.md", "~/*.md"])
def test_a_shell_that_expands_nothing_is_made_up_for(
    project: Path, kept: Archive, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    write(Path(os.environ["HOME"]) / "notes.md", PROSE)
    assert command(project, path) == 0
    assert one(listing(kept)).path == str(Path(os.environ["HOME"]) / "notes.md")


def test_a_name_with_brackets_is_taken_literally(project: Path, kept: Archive) -> None:
    write(project / "a[1].md", PROSE)
    write(project / "a1.md", PROSE)
    assert command(project, str(project / "a[1].md")) == 0
    assert one(listing(kept)).path == "a[1].md"


@pytest.mark.parametrize(
    ("paths", "given", "message"),
    [
        (["https://example.org/x.pdf"], {}, "fetches nothing"),
        ([], {"remove": True}, "name what to remove"),
        (["a.md"], {"list": True}, "leave the paths"),
    ],
)
def test_a_command_line_that_makes_no_sense_is_refused(
    project: Path, paths: list[str], given: dict[str, Any], message: str
) -> None:
    with pytest.raises(RlmError, match=message):
        command(project, *paths, **given)


def test_without_documents_the_command_says_how_to_add_some(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(project) == 1
    assert "rlm add FILE|DIR" in capsys.readouterr().err
    assert command(project, list=True) == 1
    assert not (project / ".claude").exists()


def test_hundreds_of_files_are_listed_as_numbers(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for n in range(60):
        write(project / "d" / f"{n}.md", PROSE)
    assert command(project, str(project / "d")) == 0
    said = capsys.readouterr().out
    assert "and 20 more" in said
    assert "60 new; 60 chunks" in said
    assert len(said.split("\n")) < 50
