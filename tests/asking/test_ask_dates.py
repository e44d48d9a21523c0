"""When a file's text was said: by its name, front matter or headings, else by the file's time, which is marked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kits.linear import assert_linear_in

from rlm_core.asking.corpus.build import from_paths, from_texts
from rlm_core.asking.corpus.dated import dated
from rlm_core.engine.answer.wording import Wording
from rlm_core.engine.checks.intime import FILE_TIME, in_time
from rlm_core.engine.checks.quotes import locate
from rlm_core.engine.findings import Finding
from rlm_core.engine.texts import Document, partition, split
from rlm_core.redaction.redactor import Redactor

NOON = 1_772_366_400  # 2026-03-01, 12:00 UTC


def date_of(text: str, name: str = "notes.md") -> str:
    return dated(Document(name, text)).date


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("2026-03-01.md", "2026-03-01"),
        ("2026-03-01-meeting.md", "2026-03-01"),
        ("notes/meeting_2026_03_01.txt", "2026-03-01"),
        ("20260301.log", "2026-03-01"),
        ("IMG_20260301_091245.md", "2026-03-01"),
        ("20260301091245-export.csv", "2026-03-01"),
        ("2026.3.1.md", "2026-03-01"),
        ("2026-W09.md", "2026-02-23"),
        ("2026w09-3.md", "2026-02-25"),
        ("31-12-2026.md", "2026-12-31"),
        ("réunion du 3 mars 2026.md", "2026-03-03"),
        ("minutes-march-3-2026.md", "2026-03-03"),
        ("report-2026-03.md", "2026-03"),
        ("bilan mars 2026.md", "2026-03"),
        ("journal/2026/03/01.md", "2026-03-01"),
        ("2026-03-01/notes.md", "2026-03-01"),
        ("/home/anna/2026-03-01.md", "2026-03-01"),
        ("notes.md", ""),
        ("20261399.md", ""),
        ("2026-02-30.md", ""),
        ("2026-W60.md", ""),
        ("12345678.md", ""),
        ("120260301.md", ""),
        ("03-04-2026.md", ""),
        ("v2.1.330.md", ""),
        ("2026-03-01-backup/a/notes.md", ""),
        ("may.md", ""),
        ("chunk-0001.md", ""),
    ],
)
def test_a_name_tells_the_date(name: str, date: str) -> None:
    assert date_of("some words\n", name) == date


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("---\ntitle: x\ndate: 2026-03-01\n---\n# Notes\n", "2026-03-01"),
        ("---\r\ndate: 2026-03-01\r\n---\r\n# Notes\r\n", "2026-03-01"),
        ("---\ndate: '2026-03-01'\n---\n", "2026-03-01"),
        ("---\ndate: 2026-03-01T10:12:00+02:00\n---\n", "2026-03-01T08:12:00Z"),
        ("---\ndate: 2026-03-01 10:12\n---\n", "2026-03-01T10:12:00Z"),
        ("---\ncreated: 2025-01-01\nupdated: 2026-03-01\n---\n", "2026-03-01"),
        ("---\ndate: 3 mars 2026\n---\n", "2026-03-03"),
        ("+++\ndate = 2026-03-01\n+++\n", "2026-03-01"),
        ("---\ntitle: x\n---\n# Notes of 2026-03-02\n", "2026-03-02"),
        ("---\ndate: 2026-13-77\n---\n", ""),
        ("---\ntitle: on 2026-03-01\n---\n", ""),
        ("---\nno end\ndate: 2026-03-01\n", ""),
        ("words\n---\ndate: 2026-03-01\n---\n", ""),
    ],
)
def test_a_front_matter_tells_the_date(text: str, date: str) -> None:
    assert date_of(text) == date


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("# Meeting of 3 March 2026\n\nwords\n", "2026-03-03"),
        ("# 2026-03-01\n\nwords\n", "2026-03-01"),
        ("# Compte rendu, 1er mars 2026 :\n", "2026-03-01"),
        ("\n\nMinutes, 2026-03-01\nwords\n", "2026-03-01"),
        ("words first\n\n## Notes (2026-03-01)\n", "2026-03-01"),
        ("# Notes\n\n## of 2026-03-01, the first\n", ""),
        ("# What the outage of 2026-03-01 has taught us\n", ""),
        ("# Notes of 3/4/2026\n", ""),
        ("# Notes of 31/12/2026\n", "2026-12-31"),
        ("# Notes of March 2026\n", ""),
        ("words\n\nsince 2026-03-01 words\n", ""),
        ("", ""),
    ],
)
def test_the_first_heading_tells_the_date(text: str, date: str) -> None:
    assert date_of(text) == date


def test_a_name_goes_before_a_front_matter_and_that_before_a_heading() -> None:
    text = "---\ndate: 2026-03-02\n---\n# Notes of 2026-03-03\n"
    assert (date_of(text, "2026-03-01.md"), date_of(text), date_of(text.partition("\n---\n")[2])) == (
        "2026-03-01", "2026-03-02", "2026-03-03",
    )  # fmt: skip


def test_in_a_journal_each_heading_dates_what_stands_below_it() -> None:
    text = "# Journal\n\n## 2026-03-01\nalpha\n\n## 2026-03-02\nbeta\n"
    made = dated(Document("journal.md", text, first_line=11))
    assert [made.time_at(n) for n in (11, 13, 14, 15)] == ["", *["2026-03-01"] * 3]
    assert [made.time_at(n) for n in (16, 17, 99)] == ["2026-03-02"] * 3


@pytest.mark.parametrize("sign", ["", "- ", "[", "> "])
def test_in_a_log_each_line_has_the_day_that_it_begins_with(sign: str) -> None:
    rows = ["2026-03-01 09:00 Ann: alpha", "2026-03-01 17:00 Bo: beta", "2026-03-02 08:00 Ann: gamma", "and delta"]
    text = "\n".join(f"{sign}{row}" if row[0] == "2" else row for row in rows) + "\n"
    made = dated(Document("chat.log", text, first_line=5))
    assert [made.time_at(n) for n in (5, 6, 7, 8)] == ["2026-03-01", "2026-03-01", "2026-03-02", "2026-03-02"]


def test_a_text_in_which_few_lines_begin_with_a_day_is_not_dated_by_them() -> None:
    text = "Plan\n2026-03-01 we meet\nthen we talk\nand we eat\n2026-03-02 we leave\nthat is all\n"
    assert not dated(Document("plan.txt", text)).moments
    assert not dated(Document("bad.log", "2026-13-41 a\n2026-99-01 b\n")).moments


def test_a_date_that_is_known_already_stays() -> None:
    document = Document("2026-03-01.md", "# 2026-03-02\n", date="2026-01-01")
    assert dated(document) is document


def test_a_file_without_a_date_has_its_own_time_and_says_so(tmp_path: Path) -> None:
    for name, text in (("plain.md", "the limit is 3\n"), ("2026-02-01.md", "the limit is 5\n")):
        (tmp_path / name).write_text(text, encoding="utf-8")
        os.utime(tmp_path / name, (NOON, NOON))
    corpus = from_paths([str(tmp_path)], base=str(tmp_path), keep_out=str(tmp_path / "no"), redact=Redactor())
    told = {d.id: (d.date, d.file_date) for d in corpus.documents}
    assert told == {"plain.md": ("", "2026-03-01"), "2026-02-01.md": ("2026-02-01", "2026-03-01")}
    plain = next(d for d in corpus.documents if d.id == "plain.md")
    assert plain.time_at(1) == "", "what a model is shown does not change when a file is touched"


@pytest.mark.parametrize(
    ("old", "new", "superseded", "marked"),
    [
        (("", "2026-02-01"), ("", "2026-03-01"), True, True),
        (("", "2026-02-01"), ("2026-03-01", ""), True, True),
        (("2026-02-01", "2026-05-01"), ("2026-03-01", "2026-04-01"), True, False),
        (("", "2026-03-01"), ("", "2026-03-01"), False, False),
        (("", ""), ("", "2026-03-01"), False, False),
    ],
)
def test_where_a_files_time_decides_it_is_said(
    old: tuple[str, str], new: tuple[str, str], superseded: bool, marked: bool
) -> None:
    documents = [
        Document(name, f"the limit is {value}\n", date=date, file_date=day)
        for name, value, (date, day) in (("a.md", "3", old), ("b.md", "5", new))
    ]
    whole = partition(documents, 1000)[0]
    found = [Finding("", f"the limit is {v}", n, "limit", v) for n, v in (("a.md", "3"), ("b.md", "5"))]
    first, second = in_time(locate(tuple(found), whole))
    assert (first.superseded_by, second.superseded_by) == ("b.md:1" if superseded else "", "")
    assert first.as_json()["dated_by"] == (FILE_TIME if marked else "")
    assert (FILE_TIME in Wording("What is the limit?").row(first)) == marked
    assert bool(first.contradicts) != superseded


def test_a_month_and_a_day_within_it_do_not_decide() -> None:
    rows = (("3", "2026-03", 1), ("5", "2026-03-05", 2), ("7", "2026-04-01", 3))
    found = [Finding("", f"the limit is {v}", "d", "limit", v, line=n, date=d, verified=True) for v, d, n in rows]
    month, day = in_time(found[:2])
    assert (month.contradicts, day.contradicts) == (("d:2",), ("d:1",))
    assert [f.superseded_by for f in in_time(found)] == ["d:3", "d:3", ""]


def test_given_texts_have_dates_too() -> None:
    corpus = from_texts([("2026-03-01.md", "words"), "# Notes of 2026-03-02\n"], Redactor())
    assert [d.date for d in corpus.documents] == ["2026-03-01", "2026-03-02"]


def test_parts_of_parts_keep_all_dates() -> None:
    text = "".join(f"line {n} of some words that fill it\n\n" for n in range(200))
    (whole,) = partition([Document("d", text, date="day", title="t", file_date="2026-03-01")], 10_000)
    parts = split(whole, 300)
    assert {(p.document.date, p.document.title, p.document.file_date) for q in parts for p in q.pieces} == {
        ("day", "t", "2026-03-01")
    }


@given(st.text(max_size=60), st.text(max_size=200))
def test_whatever_a_file_holds_its_date_is_one_or_none(name: str, text: str) -> None:
    found = dated(Document(name, text))
    assert not found.date or found.date[:4].isdecimal()


@pytest.mark.parametrize(
    "piece",
    [
        "# 2026-03-01\n",
        "---\n",
        "2026-03-",
        "date: ",
        "# a\n",
        "1/2/2026 ",
        "# " + "9" * 40 + "\n",
        "2026-03-01 a\n",
        "- > [",
    ],
)
def test_hostile_texts_are_dated_in_linear_time(piece: str) -> None:
    assert_linear_in(piece, lambda text: dated(Document("notes.md", text)), 200_000)
