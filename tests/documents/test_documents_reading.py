"""A document's text: its encoding, what a PDF or an HTML page holds, and where it is cut."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kits.builders import archive
from kits.documents import OLD, PROSE, bodies, encrypted, one, pdf, statuses, whole, write

from rlm_core.archive.store import Archive
from rlm_core.documents import convert, formats
from rlm_core.documents.encoding import UnreadableError, decode
from rlm_core.documents.formats import read_document
from rlm_core.documents.sections import MIN_TOKENS, headings, sections
from rlm_core.documents.update import add, refresh
from rlm_core.tokens import estimate


@pytest.fixture
def project(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    made.mkdir()
    return made


@pytest.fixture
def kept(project: Path) -> Archive:
    return archive(project)


# Sections.


def cut(kind: str, text: str, most: int = 300) -> list[str]:
    lines = text.split("\n")
    found = sections(kind, lines, [estimate(f"{x}\n") for x in lines], [0], most)
    return ["\n".join(lines[s.start : s.end]) for s in found]


LINES = st.lists(
    st.sampled_from(
        ["", " ", "# A", "## B b", "### C #", "#nocut", "Title", "=====", "---", "```", "````", "~~~", "def f(x):",
         "    return x", "class A:", "}", "- item", "words " * 20, "\ttab", "é東京", "* * *", "> quote"]
    ),
    max_size=120,
)  # fmt: skip


@pytest.mark.parametrize("kind", ["markdown", "source", "text", "html", "pdf"])
@given(lines=LINES, most=st.integers(60, 400))
def test_the_sections_joined_are_the_document_and_none_is_too_long(kind: str, lines: list[str], most: int) -> None:
    lines = lines or [""]
    costs = [estimate(f"{x}\n") for x in lines]
    found = sections(kind, lines, costs, [0, len(lines) // 2] if len(lines) > 1 else [0], most)
    assert [s.start for s in found] == [0, *(s.end for s in found[:-1])]
    assert found[-1].end == len(lines)
    assert all(sum(costs[s.start : s.end]) <= most for s in found)


def test_markdown_is_cut_at_its_headings_whose_path_is_the_title() -> None:
    text = "intro\n\n# A\n\na\n\n## B\n\nb\n\n### C\nc\n\n## D\n\nd\n\nE\n=\n\ne"
    lines = text.split("\n")
    found = sections("markdown", lines, [1] * len(lines), [0], 300)
    assert [s.title for s in found] == ["", "A", "A › B", "A › B › C", "A › D", "E"]
    assert [lines[s.start] for s in found] == ["intro", "# A", "## B", "### C", "## D", "E"]


def test_a_heading_without_text_stays_with_the_next() -> None:
    assert cut("markdown", "# A\n\n## B\n\ntext\n## C\n") == ["# A\n\n## B\n\ntext", "## C\n"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("```\n# no\n```\n# yes", ["yes"]),
        ("~~~\n```\n# no\n~~~\n# yes", ["yes"]),
        ("````\n```\n# no\n````\n# yes", ["yes"]),
        ("```python\n# no\n``` not the end\n# no\n```\n# yes", ["yes"]),
        ("---\ntitle: no\n# no\n---\n# yes", ["yes"]),
        ("- item\n---\n\n| a |\n---\n\npara\nof two\n---\n# yes", ["yes"]),
        ("    # no\n\t# no\n#no\n####### no\n# yes ##", ["yes"]),
        ("\n\nyes\n---\n", ["yes"]),
        ("# \n#\n", ["", ""]),
    ],
)
def test_what_only_looks_like_a_heading_is_none(text: str, expected: list[str]) -> None:
    assert [title for _, _, title in headings(text.split("\n"))] == expected


def test_source_is_cut_before_top_level_blocks_and_named_after_its_definitions() -> None:
    body = "".join(f"    step_{n} = compute(step_{n - 1}, {n})\n" for n in range(20))
    functions = f"def alpha():\n{body}\n    return 1\n\n\n@cached\ndef beta(x):\n{body}\n\n"
    text = f'"""Doc."""\n\nimport os\n\n\n{functions}class C:\n{body * 4}'
    lines = text.split("\n")
    found = sections("source", lines, [estimate(f"{x}\n") for x in lines], [0], 700)
    assert [s.title for s in found] == ["def alpha()", "def beta(x)", "class C", "class C"]
    assert lines[found[1].start] == "@cached"


def test_an_insertion_leaves_the_sections_far_below_as_they_are() -> None:
    blocks = [f"def f{n}():\n" + f"    do({n})\n" * 40 for n in range(20)]
    before, after = cut("source", "\n".join(blocks)), cut("source", "\n".join(["# new\n", "x = 1\n", *blocks]))
    assert before[-15:] == after[-15:]


def test_plain_text_is_cut_at_paragraphs_of_some_size() -> None:
    pieces = cut("text", "\n".join([PROSE * 3] * 20))
    assert len(pieces) > 3
    assert all(MIN_TOKENS <= estimate(p) <= 300 for p in pieces[:-1])
    assert all(p.endswith("\n") for p in pieces[:-1])


# Encodings and kinds.


@pytest.mark.parametrize(
    ("data", "text", "note"),
    [
        ("été".encode(), "été", ""),
        (b"\xef\xbb\xbf" + "été".encode(), "été", ""),
        ("été".encode("utf-16"), "été", "read as UTF-16"),
        ("été".encode("utf-16-be"), None, "binary"),
        (b"\xfe\xff" + "été".encode("utf-16-be"), "été", "read as UTF-16"),
        ("déjà vu œuvre €".encode("cp1252"), "déjà vu œuvre €", "read as Windows-1252"),
        ("déjà vu, l'été à Zürich ".encode() + b"\xff", "déjà vu, l'été à Zürich \ufffd", "read as UTF-8, 1 char"),
        (b"ascii \xe9 once", "ascii é once", "read as Windows-1252"),
        (b"\x7fELF\0\0\0", None, "binary"),
        (bytes(range(1, 32)) * 20, None, "binary"),
        (b"", "", ""),
    ],
)
def test_encodings_are_told_and_what_is_lost_is_said(data: bytes, text: str | None, note: str) -> None:
    if text is None:
        with pytest.raises(UnreadableError, match=note):
            decode(data)
    else:
        found, said = decode(data)
        assert found == text
        assert said.startswith(note)
        assert bool(said) == bool(note)


def test_line_ends_become_those_of_unix(project: Path, kept: Archive) -> None:
    write(project / "a.md", b"# A\r\n\r\none\r\n")
    outcome = one(add(kept, [str(project / "a.md")]))
    assert whole(kept, "a.md") == "# A\n\none\n"
    assert outcome.kind == "markdown"


def test_a_pdf_is_read_page_by_page(project: Path, kept: Archive) -> None:
    write(project / "x.pdf", pdf("The first page\nspeaks of orchids", "", "On the third", "the fourth"))
    outcome = one(add(kept, [str(project / "x.pdf")]))
    assert (outcome.status, outcome.kind) == ("new", "pdf")
    assert re.fullmatch(r"pypdf \d+\.\d+.*", outcome.reader)
    assert outcome.reason == "no text on page 2"
    found = {h.split(" · ")[1]: b.strip() for _, h, b in bodies(kept, "x.pdf")}
    assert found == {
        "x.pdf p. 1": "The first page\nspeaks of orchids",
        "x.pdf p. 3": "On the third",
        "x.pdf p. 4": "the fourth",
    }


def test_a_secret_over_two_pages_is_left_out_and_pages_stay_right(project: Path, kept: Archive) -> None:
    write(project / "x.pdf", pdf("one", "<private>\nhidden", "more of it\n</private>\nthree", "four"))
    add(kept, [str(project / "x.pdf")])
    found = {h.split(" · ")[1]: b.strip() for _, h, b in bodies(kept, "x.pdf")}
    assert found == {
        "x.pdf p. 1": "one",
        "x.pdf p. 2-3": "[redacted:private]",
        "x.pdf p. 3": "three",
        "x.pdf p. 4": "four",
    }


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (encrypted(pdf("text")), "encrypted with a password"),
        (pdf("", ""), "scanned: no text on its 2 pages"),
        (b"%PDF-1.4\nnonsense", "no PDF that pypdf"),
        (b"no PDF at all", "no PDF that pypdf"),
        (pdf("some text")[:300], "no PDF that pypdf"),
        (b"", "no PDF that pypdf"),
    ],
)
def test_a_pdf_that_cannot_be_read_says_why_and_the_others_are_taken(
    project: Path, kept: Archive, data: bytes, reason: str
) -> None:
    write(project / "d" / "a.pdf", data)
    write(project / "d" / "b.md", PROSE)
    report = add(kept, [str(project / "d")])
    assert {o.path: o.status for o in report.outcomes} == {"d/a.pdf": "skipped", "d/b.md": "new"}
    assert reason in report.of("skipped")[0].reason
    assert statuses(refresh(kept)) == {"d/a.pdf": "skipped", "d/b.md": "unchanged"}
    write(project / "d" / "a.pdf", pdf("readable now"), OLD + 1)
    assert statuses(refresh(kept))["d/a.pdf"] == "new"


def test_a_broken_page_does_not_cost_the_others() -> None:
    answer = convert.pdf(pdf("first", "second", "third", broken=2))
    assert [p.strip() for p in answer["pages"]] == ["first", "", "third"]
    assert "page 2" in answer["note"]


PAGE = """<!doctype html><html><head><title>The guide</title><style>p { color: red }</style>
<script>var tracker = 1;</script></head><body><!-- remark --><h1>Install</h1><p>Set <code>retry_limit</code> to *3*.</p>
<img src="data:image/png;base64,AAAABBBB" alt="a chart"><h2>Linux</h2><ul><li>one<li>two</ul>
<table><tr><th>k</th><th>v</th></tr><tr><td>a_b</td><td>1</td></tr></table></body></html>"""


def test_html_becomes_markdown_without_what_no_reader_sees(project: Path, kept: Archive) -> None:
    write(project / "page.html", PAGE)
    outcome = one(add(kept, [str(project / "page.html")]))
    assert outcome.kind == "html"
    assert outcome.reader.startswith("markdownify ")
    text = whole(kept, "page.html")
    assert all(s in text for s in ("# Install", "`retry_limit`", "*3*", "a chart", "two", "| a_b | 1 |"))
    assert not any(s in text for s in ("tracker", "color", "remark", "base64", "\\_"))
    assert [h.split(" · ")[1:3] for _, h, _ in bodies(kept, "page.html")][1:] == [
        ["page.html", "Install"],
        ["page.html", "Install › Linux"],
    ]


@pytest.mark.parametrize(
    "page",
    ["<p>word " * 1200, "<div>" * 1200 + "word" + "</div>" * 1200, "<ul><li>word" * 300, "<<<<word<!", "word"],
    ids=["unclosed", "nested", "lists", "broken", "plain"],
)
def test_careless_html_is_read(page: str) -> None:
    assert "word" in read_document("x.html", page.encode()).text


@pytest.mark.parametrize("declared", [True, False])
def test_html_in_another_encoding_is_read_as_it_declares(declared: bool) -> None:
    meta = '<meta charset="iso-8859-1">' if declared else ""
    found = read_document("x.htm", f"<html><head>{meta}</head><p>déjà vu".encode("latin-1"))
    assert "déjà vu" in found.text
    assert "read as" in found.note


@pytest.mark.parametrize(("name", "library"), [("x.pdf", "pypdf"), ("x.html", "bs4")])
def test_a_missing_library_is_named_and_its_files_are_tried_again(
    project: Path, kept: Archive, monkeypatch: pytest.MonkeyPatch, name: str, library: str
) -> None:
    write(project / "d" / name, pdf("text") if name == "x.pdf" else "<p>text")
    with monkeypatch.context() as patch:
        patch.setattr(formats, "_START", f"import sys;sys.modules['{library}']=None;{formats._START}")
        outcome = one(add(kept, [str(project / "d")]))
        assert f"needs the Python package {library}" in outcome.reason
    assert statuses(refresh(kept)) == {f"d/{name}": "new"}


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import time; time.sleep(600)", "took more than"),
        ("raise MemoryError('too much')", "failed: MemoryError: too much"),
        ("import os; os.kill(os.getpid(), 9)", "failed"),
        ("from rlm_core.documents import convert as c; c.SECONDS = 0.2; c._confine(); import time; time.sleep(600)",
         f"took more than {convert.SECONDS} seconds"),
    ],
)  # fmt: skip
def test_a_converter_that_hangs_or_dies_costs_one_document(
    project: Path, kept: Archive, monkeypatch: pytest.MonkeyPatch, code: str, reason: str
) -> None:
    monkeypatch.setattr(formats, "_START", f"import sys;sys.path.insert(0,sys.argv[1]);{code}")
    monkeypatch.setattr(formats, "CONVERTER_SECONDS", 1 if reason == "took more than" else 120)
    write(project / "d" / "a.pdf", pdf("text"))
    write(project / "d" / "b.md", PROSE)
    report = add(kept, [str(project / "d")])
    assert reason in {o.path: o.reason for o in report.outcomes}["d/a.pdf"]
    assert statuses(report)["d/b.md"] == "new"
