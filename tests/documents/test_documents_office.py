"""Office documents, notebooks, tables, logs and texts of the East; and what such files may be made of to do harm."""

from __future__ import annotations

import json
import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from kits.documents import KEY, git, one, statuses, whole, write
from kits.needs import need
from kits.paths import ROOT

from rlm_core.archive.store import open_archive
from rlm_core.documents import formats
from rlm_core.documents.brought import DOCUMENTS, VIEW, line_for
from rlm_core.documents.converters import webpage
from rlm_core.documents.converters import workbook as workbook_reader
from rlm_core.documents.converters.container import Container
from rlm_core.documents.converters.opendocument import odf
from rlm_core.documents.converters.workbook import xlsx
from rlm_core.documents.converters.writings import docx, epub, pptx
from rlm_core.documents.encoding import OLD, UnreadableError, decode, without_signals
from rlm_core.documents.formats import read_document
from rlm_core.documents.update import add

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="xml" ContentType="application/xml"/></Types>"""


def packed(parts: dict[str, str | bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, part in parts.items():
            z.writestr(name, part)
    return out.getvalue()


def word(body: str, **more: str) -> dict[str, str | bytes]:
    return {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": f'<Relationships xmlns="{RELS}"><Relationship Id="r1" Type="{R}/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
        "word/vbaProject.bin": b"Sub AutoOpen: Shell",
        "word/media/image1.png": b"\x89PNG pixels",
        **more,
    }


def paragraph(text: str, style: str = "") -> str:
    styled = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{styled}<w:r><w:t>{text}</w:t></w:r></w:p>"


CELL = f"<w:tc>{paragraph('retry_limit')}</w:tc><w:tc>{paragraph('3')}</w:tc>"
REPORT = word(
    f"{paragraph('Deployment', 'Heading1')}{paragraph('Roll back: ' + KEY)}<w:tbl><w:tr>{CELL}</w:tr></w:tbl>"
)
SLIDE = '<p:sld xmlns:p="{P}" xmlns:a="{A}"><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sld>'
SLIDES: dict[str, str | bytes] = {
    "ppt/presentation.xml": f'<p:presentation xmlns:p="{P}" xmlns:r="{R}"><p:sldIdLst><p:sldId id="1" r:id="b"/>'
    '<p:sldId id="2" r:id="a"/></p:sldIdLst></p:presentation>',
    "ppt/_rels/presentation.xml.rels": f'<Relationships xmlns="{RELS}">'
    f'<Relationship Id="a" Type="{R}/slide" Target="slides/slide1.xml"/>'
    f'<Relationship Id="b" Type="{R}/slide" Target="slides/slide2.xml"/></Relationships>',
    "ppt/slides/slide1.xml": SLIDE.format(P=P, A=A, text="shown last"),
    "ppt/slides/slide2.xml": SLIDE.format(P=P, A=A, text="shown first"),
}
ODF = 'xmlns:office="urn:o" xmlns:text="urn:t" xmlns:table="urn:b"'
OPEN = f"""<office:document-content {ODF}><office:body><office:text><text:h text:outline-level="2">Plan</text:h>
<text:p>two<text:s/>words<text:tab/>here</text:p><text:list><text:list-item><text:p>point</text:p></text:list-item></text:list>
<table:table><table:table-row><table:table-cell><text:p>k</text:p></table:table-cell><table:table-cell><text:p>v</text:p>
</table:table-cell></table:table-row></table:table></office:text></office:body></office:document-content>"""
SHEETS = f"""<office:document-content {ODF}><office:body><office:spreadsheet>
<table:table table:name="Costs"><table:table-row><table:table-cell><text:p>when</text:p></table:table-cell>
<table:table-cell><text:p>what|how</text:p></table:table-cell><table:table-cell><text:p>euro</text:p></table:table-cell>
<table:table-cell table:number-columns-repeated="16381"/></table:table-row>
<table:table-row table:number-rows-repeated="2">
<table:table-cell office:value-type="date" office:date-value="2026-11-22T00:00:00">
<text:p>22/11/26</text:p></table:table-cell><table:table-cell table:number-columns-repeated="1"/>
<table:table-cell office:value-type="float" office:value="1.5">
<text:p>1,50 €</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="1048000">
<table:table-cell table:number-columns-repeated="16384"/></table:table-row>
</table:table><table:table table:name="Empty"/></office:spreadsheet></office:body></office:document-content>"""
BOOK: dict[str, str | bytes] = {
    "META-INF/container.xml": '<container><rootfiles><rootfile full-path="OPS/b.opf"/></rootfiles></container>',
    "OPS/b.opf": '<package><manifest><item id="x" href="z%20a.xhtml"/><item id="y" href="a.xhtml"/></manifest>'
    '<spine><itemref idref="x"/><itemref idref="y"/></spine></package>',
    "OPS/z a.xhtml": "<!DOCTYPE html><html><body><h1>One</h1><p>start</body></html>",
    "OPS/a.xhtml": "<html><body><h1>Two</h1><img src='p.png' alt='a chart'/></body></html>",
}


def workbook() -> bytes:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "Costs"
    book.active.append(["when", "what|how", "euro"])
    from datetime import datetime

    book.active.append([datetime(2026, 11, 22), "a_b", 1.5])
    book.create_sheet("Empty")
    out = BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as z:
        parts: dict[str, str | bytes] = {name: z.read(name) for name in z.namelist()}
    for name, part in parts.items():  # openpyxl itself would cut it
        parts[name] = bytes(part).replace(b"a_b", b"a_b" + b" long" * 99_999)  # type: ignore[arg-type]
    return packed(parts)


@pytest.mark.parametrize(
    ("read", "data", "expected"),
    [
        (docx, packed(REPORT), ["# Deployment", "Roll back", "| retry_limit | 3 |"]),
        (
            xlsx,
            workbook(),
            [
                "# Costs",
                "| when | what\\|how | euro |",
                "| 2026-11-22 | a_b long",
                "more characters left out",
                "# Empty",
            ],
        ),
        (pptx, packed(SLIDES), ["# Slide 1\n\nshown first\n", "# Slide 2\n\nshown last\n"]),
        (odf, packed({"content.xml": OPEN}), ["## Plan", "two words\there", "- point", "| k | v |"]),
        (
            odf,
            packed({"content.xml": SHEETS}),
            ["# Costs\n\n| when | what\\|how | euro |\n", *["| 2026-11-22 |  | 1.5 |\n"] * 2, "\n# Empty"],
        ),
        (epub, packed(BOOK), ["# One\n\nstart", "# Two", "a chart"]),
    ],
    ids=["docx", "xlsx", "pptx", "odf", "ods", "epub"],
)
def test_an_office_document_becomes_markdown(read: object, data: bytes, expected: list[str]) -> None:
    (text,) = read(data)["pages"]  # type: ignore[operator]
    places = [text.find(each) for each in expected]
    assert places == sorted(places), text
    assert places[0] >= 0, text
    assert not any(s in text for s in ("AutoOpen", "PNG"))


def test_a_word_document_is_added_redacted_and_cited_by_its_headings(tmp_path: Path) -> None:
    """Through the process of its own, as a user's; a harmful one beside it costs nothing but itself."""
    kept = open_archive(str(tmp_path), must_exist=False)
    write(tmp_path / "d" / "report.docm", packed(REPORT))
    write(tmp_path / "d" / "bad.docx", b"PK\x03\x04 no zip")
    report = add(kept, [str(tmp_path / "d")])
    assert statuses(report) == {"d/bad.docx": "skipped", "d/report.docm": "new"}
    text = whole(kept, "d/report.docm")
    assert "Roll back: [redacted:" in text
    assert KEY not in text


LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (packed(word("", **{"word/styles.xml": f"{LAUGHS}<w/>"})), "entities"),
        (packed(word("", **{"word/styles.xml": f"{OUTSIDE}<w/>".encode("utf-16").decode("latin-1")})), "entities"),
        (packed({"word/document.xml": b" " * (257 << 20)}), "larger than 256 MB"),
        (packed(REPORT)[:-60], "broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 encrypted", "password"),
        (packed({**BOOK, "META-INF/encryption.xml": "<encryption/>"}), "password"),
        (b"", "broken"),
    ],
    ids=["laughs", "outside", "bomb", "cut", "encrypted", "rights", "empty"],
)
def test_a_harmful_container_is_one_clear_error(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        Container(data)


def test_a_bomb_that_lies_about_its_size_is_a_broken_file() -> None:
    data = packed({"content.xml": b" " * 1_000_000})
    with pytest.raises(UnreadableError, match="broken"):
        Container(data.replace((1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")))


@pytest.mark.parametrize("read", [docx, xlsx, pptx, odf, epub])
def test_a_container_of_something_else_is_refused(read: object) -> None:
    for parts in ({"other.xml": "<x/>"}, {n: "<x" for n in ("content.xml", *SLIDES, *BOOK, *REPORT) if "." in n}):
        try:
            found = read(packed(parts))  # type: ignore[operator,arg-type]
        except UnreadableError as e:
            found = {"problem": str(e)}
        assert found["problem"]


def test_a_notebook_is_its_cells_and_not_its_json() -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# Load\n", "the data"]},
        {
            "cell_type": "code",
            "source": "print(retry_limit)",
            "outputs": [
                {"output_type": "stream", "text": ["\x1b[31m3\x1b[0m\n"]},
                {"output_type": "display_data", "data": {"image/png": "AAAA" * 99, "text/plain": "<Figure>"}},
            ],
        },
    ]
    found = read_document("x.ipynb", json.dumps({"cells": cells, "metadata": {}}).encode())
    assert found.kind == "notebook"
    assert "# Load\nthe data\n\nCell 2:\n\n```python\nprint(retry_limit)\n```\n\nOutput:\n\n```\n3\n```" in found.text
    assert "[image/png left out]" in found.text
    assert "AAAA" not in found.text
    for broken in (b"{}", b"[" * 100_000, b'{"cells": [1]}', b"null"):
        with pytest.raises(UnreadableError, match="no notebook"):
            read_document("x.ipynb", broken)


def test_a_large_table_is_its_columns_and_a_sample_unless_all_is_asked_for(tmp_path: Path) -> None:
    kept = open_archive(str(tmp_path), must_exist=False)
    rows = "".join(f"{n};name {n};{n / 4};\n" for n in range(1000))
    path = str(write(tmp_path / "t.csv", f"id;name;price;note\n{rows}"))
    assert "sample" in one(add(kept, [path])).reason
    shown = whole(kept, "t.csv")
    assert "1,001 lines and 4 columns, separated by ';'" in shown
    assert "| id | whole numbers | 0 | 0, 1, 2 |" in shown
    assert "| note | nothing | 1000 |  |" in shown
    assert ("7;name 7;1.75;" in shown, "999;name 999" in shown) == (True, False)
    assert one(add(kept, [path], whole=True)).status == "changed"
    assert "999;name 999" in whole(kept, "t.csv")
    assert one(add(kept, [path])).status == "unchanged"
    assert read_document("s.csv", b"a,b\n1,2\n").text == "a,b\n1,2\n"  # a small one is taken as it stands


EAST = {
    "数据库锁定之前,调度程序会等待。部署失败时请回滚到上一个版本。": "gb18030",
    "資料庫鎖定之前,排程器會等待。部署失敗時請回復到上一個版本。": "big5",
    "データベースのロックを待ってから、スケジューラは開始します。": "shift_jis",
    "再試行は三回です。データベースのロックを待ちます。": "iso2022_jp",
    "데이터베이스 잠금을 기다린 후 스케줄러가 작업자를 시작합니다.": "euc_kr",
    "Перед запуском планировщик ждёт блокировки базы данных.": "cp1251",
}


@pytest.mark.parametrize(("text", "encoding"), EAST.items(), ids=EAST.values())
def test_texts_of_the_east_are_read(text: str, encoding: str) -> None:
    found, note = decode(text.encode(encoding))
    assert found == text
    assert note.startswith("read as")


def test_a_western_text_is_not_taken_for_one_of_the_east() -> None:
    for text in (
        "déjà vu",
        "Le déploiement échoue à l'été : réessayez où ça",
        "Größe über Straße",
        "naïve café – “so”",
    ):
        assert decode(text.encode("cp1252")) == (text, "read as Windows-1252")


def test_a_log_loses_its_colours_and_keeps_its_lines() -> None:
    log = "\x1b[1;32mok\x1b[0m\n\x1b]0;title\x07a\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\\n\x1b(Bb\x1b[2K\x1b]open"
    assert read_document("x.log", log.encode()).text == "ok\nalink\nb\x1b]open"
    hostile = "\x1b[" * 200_000 + "\x1b]" * 200_000
    assert len(without_signals(hostile)) <= len(hostile)


def test_pages_that_close_nothing_are_read_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten thousand paragraphs took three minutes: each lay in all before it. The steps of the conversion are bounded by
    the depth of what it is given.
    """
    pytest.importorskip("lxml")
    page = (
        b"<ul>" + b"".join(b"<li>item %d" % n for n in range(300)) + b"</ul><table><tr><td>a<td>b<tr><td>c<td>d</table>"
    )
    text = "\n".join(webpage.html(page)["pages"])
    assert "\n- item 299\n" in text
    assert "| c | d |" in text
    nested = webpage.html(b"<div>word " * 3000)
    assert "\n".join(nested["pages"]).count("word") == 3000
    assert "more than 100" in nested["note"]
    monkeypatch.setattr(webpage.importlib.util, "find_spec", lambda name: None)
    without = webpage.html(page)
    assert "lxml" in without["note"]
    assert "\n".join(without["pages"]).count("item") == 300


def test_a_missing_package_is_told_with_the_line_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "_START", f"import sys;sys.modules['mammoth']=None;{formats._START}")
    with pytest.raises(UnreadableError, match=r"package mammoth; `.* install .* lxml mammoth openpyxl` brings it"):
        read_document("x.docx", packed(REPORT))


def test_that_line_is_for_the_environment_that_runs_and_has_what_the_extra_has() -> None:
    assert line_for(VIEW, "/h/.local/share/pipx/venvs/rlm-recall", "/p") == (
        "pipx inject rlm-recall jinja2 markdown-it-py pygments"
    )
    assert line_for(("lxml",), "/h/u v/uv/tools/rlm-recall", "/h/u v/python") == (
        "uv pip install --python '/h/u v/python' lxml"
    )
    assert line_for(("lxml",), "/venv", "/venv/bin/python") == "/venv/bin/python -m pip install lxml"
    told = (ROOT / "pyproject.toml").read_text().partition("[project.optional-dependencies]")[2]
    for name, packages in (("view", VIEW), ("documents", DOCUMENTS)):
        listed = told.partition(f"\n{name} = [")[2].partition("]")[0]
        assert tuple(re.findall(r'"([\w-]+)', listed)) == packages


def test_git_worktrees_and_other_projects_archives_are_no_documents(tmp_path: Path) -> None:
    need("git")
    kept = open_archive(str(tmp_path), must_exist=False)
    write(tmp_path / "a.md", "# A\n\ntext")
    write(tmp_path / "sub" / ".claude" / "rlm" / "view" / "index.html", "<p>page")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "a.md")
    git(tmp_path, "-c", "user.name=n", "-c", "user.email=e@x", "commit", "-qm", "one")
    git(tmp_path, "worktree", "add", "-q", str(tmp_path / "trees" / "w"))
    report = add(kept, [str(tmp_path)])
    assert statuses(report) == {"a.md": "new", "trees/w": "skipped"}


def repeated(value: str, columns: int, rows: int) -> bytes:
    cell = f'<table:table-cell table:number-columns-repeated="{columns}"><text:p>{value}</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row>'
    table = f'<table:table table:name="Bomb">{row}</table:table>'
    return packed(
        {
            "content.xml": f"<office:document-content {ODF}><office:body><office:spreadsheet>{table}"
            "</office:spreadsheet></office:body></office:document-content>"
        }
    )


def test_a_sheet_that_repeats_itself_for_ever_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_reader, "MOST_CELLS", 5_000)
    made = odf(repeated("x", 99_999_999, 99_999_999))
    assert made["note"].startswith("only the first")
    assert len(made["pages"][0]) < 100_000
    monkeypatch.setattr(workbook_reader, "MOST_CHARS", 3_000_000)
    assert len(odf(repeated("long " * 6_000, 16_384, 1_000))["pages"][0]) < 5_000_000


@pytest.mark.parametrize(("name", "newer"), [("a.doc", ".docx"), ("b.XLS", ".xlsx"), ("c.ppt", ".pptx")])
def test_a_former_format_is_refused_with_what_to_do(
    name: str, newer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    old = OLD + bytes(600)
    with pytest.raises(UnreadableError, match=rf"before 2007: save a copy as \{newer} and add that$"):
        read_document(name, old)
    program = tmp_path / "soffice"
    program.write_text("")
    program.chmod(0o755)
    with pytest.raises(UnreadableError, match=rf"`soffice --headless --convert-to {newer[1:]} FILE` does it"):
        read_document(name, old)
    assert read_document(name, b"plain text under such a name").text == "plain text under such a name"


def test_a_table_with_a_cell_of_megabytes_is_its_columns_all_the_same() -> None:
    rows = "".join(f"{n},plain\n" for n in range(300))
    long = 'said ""no"" ' * 100_000
    shown = read_document("a.csv", f'id,text\n7,"{long}"\n{rows}'.encode(), whole=False)
    assert shown.kind == "table"
    assert "| id | whole numbers | 0 | 7, 0, 1 |" in shown.text
    assert len(shown.text) < 10_000
    over_lines = "a line of it\n" * 50_000
    cut = read_document("a.csv", f'id,text\n1,plain\n7,"{over_lines}"\n{rows}'.encode(), whole=False)
    assert "among the first 1 rows" in cut.text
    assert len(cut.text) < 10_000
