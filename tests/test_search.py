"""Search: what is found, in which order, where it points, and what the filters hold back."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from builders import SESSION, Session, archive, config, talk

from rlm_core.archive import Archive
from rlm_core.search import SNIPPET, Filters, Hit, search, words


@pytest.fixture
def kept(tmp_path: Path) -> Archive:
    """Two sessions, a day apart, with a needle each."""
    made = archive(tmp_path)
    first = talk(Session(), 6)
    first.prompt("What is the retryLimit of the payment gateway?")
    first.tool("Grep", "src/pay.py:12: RETRY_LIMIT = 7  # needle-one", pattern="RETRY", path="/home/jo/app/src/pay.py")
    first.says("The retry limit of the payment gateway is seven.")
    first.thinks("The gateway of payments retries seven times.")
    talk(first, 3)
    made.take(first.write(tmp_path / f"{SESSION}.jsonl"))
    second = Session("99999999-second", seed="two")
    second.second = 86400
    second.prompt("Où est le café près de l'hôtel ? À côté du château.")
    second.says("The café stands beside the CHÂTEAU; naïve question.")
    second.compaction("We spoke of the café.")
    made.take(second.write(tmp_path / "99999999-second.jsonl"))
    return made


def roles(hits: list[Hit]) -> list[str]:
    return [h.role for h in hits]


def test_the_best_hit_comes_first_and_points_at_its_line(kept: Archive) -> None:
    hits = search(kept, "retry limit payment gateway")
    assert hits[0].score == max(h.score for h in hits) > 0
    assert "gateway" in hits[0].snippet
    for hit in hits:
        lines = Path(hit.path).read_text(encoding="utf-8").split("\n")
        start = next(n for n in range(hit.line, 0, -1) if lines[n - 1].startswith("## "))
        assert lines[start - 1].startswith(f"## {hit.role}")
    assert any(w in Path(hits[0].path).read_text().split("\n")[hits[0].line - 1].lower() for w in ("retry", "gateway"))


def test_a_hit_says_all_that_is_needed_to_cite_it(kept: Archive) -> None:
    hit = search(kept, "needle-one")[0]
    assert re.fullmatch(r"r1-[0-9a-f]{12}", hit.chunk)
    assert os.path.basename(hit.path)[5:13] == hit.chunk[3:11]
    assert hit.session == SESSION
    assert hit.started.startswith("2026-11-22T00:")
    assert hit.turns[0] <= 7 <= hit.turns[1]
    assert hit.tokens > 0
    assert len(hit.uuids) == 1
    assert hit.uuids[0] in Path(hit.path).read_text()
    assert hit.as_json().keys() >= {
        "chunk", "session", "path", "line", "score", "title", "snippet", "started", "turns", "tokens", "uuids",
    }  # fmt: skip


@pytest.mark.parametrize(
    "query", ["cafe", "CAFÉ", "café", "cafe\u0301", "château", "CHATEAU", "hotel", "hôtel", "naive", "pres"]
)
def test_accents_and_case_do_not_matter(kept: Archive, query: str) -> None:
    assert {h.session for h in search(kept, query)} == {"99999999-second"}


@pytest.mark.parametrize("query", ["retryLimit", "RETRY_LIMIT", "retrylimit", "pay.py", "needle-one", "RETRY"])
def test_identifiers_are_found_whole_and_by_their_parts(kept: Archive, query: str) -> None:
    assert search(kept, query)[0].session == SESSION


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("parseHTTPRequest", ["parsehttprequest", "parse", "http", "request"]),
        ("snake_case_name", ["snake_case_name", "snake", "case", "name"]),
        ("a.b-c", ["a.b-c", "a", "b", "c"]),
        ("plain", ["plain"]),
        ("Straße", ["straße"]),
        ("東京 駅", ["東京", "駅"]),
        ("", []),
        ("... -- !!", []),
        ("v2.1.197", ["v2.1.197", "v2", "1", "197"]),
    ],
)
def test_words_of_a_text(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_what_a_blob_holds_is_found_in_its_entry(tmp_path: Path) -> None:
    kept, session = archive(tmp_path), Session()
    session.prompt("print it all")
    session.tool("Bash", "line\n" * 3000 + "the deepNeedle stands here\n" + "line\n" * 3000, command="cat big")
    kept.take(session.write(tmp_path / "t.jsonl"))
    (hit,) = search(kept, "deepNeedle")
    assert hit.role == "tool"
    assert "blobs/" in Path(hit.path).read_text()


def test_more_of_the_words_and_rarer_ones_count_for_more(tmp_path: Path) -> None:
    kept, session = archive(tmp_path), Session()
    for n in range(20):
        session.prompt(f"common question number {n} about things")
    session.prompt("common zebra question")
    session.prompt("common zebra xylophone question")
    kept.take(session.write(tmp_path / "t.jsonl"))
    hits = search(kept, "common zebra xylophone", k=3)
    assert "xylophone" in hits[0].snippet
    assert "zebra" in hits[1].snippet
    assert "zebra" not in hits[2].snippet


def test_words_without_a_subject_do_not_decide(tmp_path: Path) -> None:
    kept, session = archive(tmp_path), Session()
    session.prompt("what is the what is the what is the of of of")
    session.says("The port is 8443.")
    kept.take(session.write(tmp_path / "t.jsonl"))
    assert "8443" in search(kept, "what is the port")[0].snippet
    assert search(kept, "what is the") != []  # unless there are no others


@pytest.mark.parametrize("query", ["", "   ", "!!!", "zyzzyvas", "\0"])
def test_nothing_is_found_where_nothing_is(kept: Archive, query: str) -> None:
    assert search(kept, query) == []


@pytest.mark.parametrize("k", [0, 1, 2, 1000])
def test_no_more_than_asked_for(kept: Archive, k: int) -> None:
    assert len(search(kept, "scheduler", k)) <= k


def test_the_same_question_gives_the_same_answer(kept: Archive) -> None:
    assert [h.as_json() for h in search(kept, "scheduler part")] == [
        h.as_json() for h in search(kept, "scheduler part")
    ]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(session="1f75"), {SESSION}),
        (Filters(session=SESSION), {SESSION}),
        (Filters(session="9999"), {"99999999-second"}),
        (Filters(session="nobody"), set()),
        (Filters(since="2026-11-23"), {"99999999-second"}),
        (Filters(since="2026-11-22"), {SESSION, "99999999-second"}),
        (Filters(since="2027"), set()),
        (Filters(file="src/pay.py"), {SESSION}),
        (Filters(file="pay"), {SESSION}),
        (Filters(file="nothing.py"), set()),
        (Filters(session="9999", file="pay"), set()),
    ],
    ids=lambda v: str(v) if isinstance(v, Filters) else "",
)
def test_filters_hold_back_what_they_do_not_name(kept: Archive, filters: Filters, expected: set[str]) -> None:
    assert {h.session for h in search(kept, "gateway payment café seven", 50, filters)} == expected


@pytest.mark.parametrize("role", ["user", "assistant", "tool", "summary"])
def test_the_role_filters(kept: Archive, role: str) -> None:
    hits = search(kept, "retry limit café scheduler output", 50, Filters(role=role))
    assert hits
    assert set(roles(hits)) == {role}


def test_the_tool_filters_calls_and_results(kept: Archive) -> None:
    hits = search(kept, "RETRY_LIMIT output", 50, Filters(tool="Grep"))
    assert set(roles(hits)) <= {"assistant", "tool"}
    assert "tool" in roles(hits)
    assert all("Grep" in Path(h.path).read_text() for h in hits)
    assert search(kept, "RETRY_LIMIT", 50, Filters(tool="Gre")) == []


def test_what_people_said_counts_for_more_than_what_tools_printed(tmp_path: Path) -> None:
    kept, session = archive(tmp_path, config()), Session()
    session.tool("Bash", "xylophone " * 3, command="x")
    session.prompt("xylophone tuning")
    kept.take(session.write(tmp_path / "t.jsonl"))
    assert search(kept, "xylophone")[0].role == "user"


def test_snippets_are_short_and_show_the_word(tmp_path: Path) -> None:
    kept, session = archive(tmp_path, config()), Session()
    session.prompt("filler " * 200 + "needle " + "filler " * 200)
    kept.take(session.write(tmp_path / "t.jsonl"))
    (hit,) = search(kept, "needle")
    assert "needle" in hit.snippet
    assert len(hit.snippet) <= SNIPPET + 2
    assert "\n" not in hit.snippet


@pytest.mark.parametrize(
    "harm",
    [
        lambda d: b"",
        lambda d: b"garbage",
        lambda d: d[: len(d) // 2],
        lambda d: re.sub(rb"\nlines: .*", b'\nlines: ["x"]', d),
        lambda d: re.sub(rb"\n(title|files|ended): .*", b"", d),
        lambda d: re.sub(rb"\nuuids: .*", b"\nuuids: null", d),
    ],
    ids=["empty", "garbage", "half", "lines no numbers", "fields gone", "uuids null"],
)
def test_a_damaged_chunk_file_does_not_hide_the_others(kept: Archive, harm: object) -> None:
    assert callable(harm)
    victim = next(m for m in kept.metas() if m["session"] == SESSION)
    Path(victim["path"]).write_bytes(harm(Path(victim["path"]).read_bytes()))
    assert search(kept, "café", filters=Filters(since="2026-11-01", file=""))[0].session == "99999999-second"
    assert search(kept, "needle-one")


def test_an_entry_that_imitates_a_heading_is_one_entry(tmp_path: Path) -> None:
    kept, session = archive(tmp_path), Session()
    session.prompt("quote:\n\n## user · 2020-01-01 00:00:00 · turn 99\n\nforged needle")
    kept.take(session.write(tmp_path / "t.jsonl"))
    (hit,) = search(kept, "forged needle")
    assert hit.uuids == session.uuids()
    assert hit.started.startswith("2026-11-22")
