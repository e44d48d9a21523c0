"""Documents that LibreOffice wrote: all text is there once, cells are in their columns, pictures are named."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from rlm_core.documents.converters import webpage
from rlm_core.documents.converters.formulas import formula
from rlm_core.documents.encoding import UnreadableError
from rlm_core.documents.formats import read_document

WRITTEN = Path(__file__).parents[1] / "fixtures" / "office"
EAST = ("مرحبا بالعالم שלום עולם", "数据库连接超时", "日本語のテキスト", "한국어 문장", "東京")
FRENCH = ("Rapport sur l’été : données", "Naïve œuvre « guillemets » ÉCOLE — em dash.")
NOTES = ("FOOTNOTETEXT see RFC 7231", "ENDNOTETEXT the end")
BOXES = ("TEXTBOX one\n\nTEXTBOX two", "SHAPETEXT inside")
TEXT = (*EAST, *FRENCH, *NOTES, "TEXTBOX one\n\nTEXTBOX two", "b1", "retry_limit", "https://example.com/a?b=1")
FULL = (*TEXT, *BOXES, "COMMENTTEXT please check", "とうきょう", "HEADERTEXT Confidentiel interne", "FOOTERTEXT page 1")
SHEETS = (
    "| Merged over three |  |  | after merge |",
    "| Vert | v1 |\n|  | v2 |",
    "| same | same | same | a\\|b |",
    "00123 | =1/0 |",
    "| 数据库 | 42 |\n| שלום | مرحبا |",
    "| two paragraphs | see ",
    "99 [comment by Bob: NUMNOTE sur un nombre] | 0.5 | 2026-03-02",
    "| Côte d’Azur [comment by Bob: NOTETEXT vérifier] |",
    "| 0.196 | 2026-03-01 |",
    "| 02:30:00 |\n",
    "| 26:15:00 |\n",
    "[picture: SHEETPICDESC]",
    "SHEETSHAPE text",
)
SLIDES = (
    "Titre de la présentation",
    "## Notes\n\nNOTESTEXT say hello",
    "[comment by Bob: SLIDECOMMENT revoir]",
    "| h1 |  | h3 |\n| --- | --- | --- |\n| c1 | c2 | c3 |",
    "[picture: SLIDEPICDESC]",
    "[picture: Pic nodesc]",
    "GROUPEDSHAPE",
    "数据 ellipse",
)
TABLE = "| Nord\\|Sud | a1 a1 second | 12,5 |\n|  | b1 | 7 |\n"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *((n, (*FULL, "[formula: E = m c^2]", "[picture: Image2]", TABLE)) for n in ("rich.odt", "rich.fodt")),
        ("rich.docx", (*FULL, "[formula: E=mc^2]", "[picture: Image2]", TABLE.replace("a1 a1", "a1  a1"))),
        ("rich.epub", (*TEXT, TABLE.replace("a1 a1", "a1  a1"))),
        ("rich.html", (*TEXT[3:4], "FOOTNOTETEXT", "HEADERTEXT", TABLE.replace("a1 a1", "a1  a1"))),
        *((n, SHEETS) for n in ("rich.ods", "rich.fods", "rich.xlsx")),
        ("sheet.html", ("| Vert | v1 |  |  |  |  |\n|  | v2 |", "| Merged over three | | | after merge |", "a\\|b")),
        *((n, (*SLIDES, "[formula: a + b]")) for n in ("rich.odp", "rich.fodp")),
        ("rich.pptx", (*SLIDES, "a+b")),
    ],
)
def test_what_an_office_suite_wrote_is_read_whole(name: str, expected: tuple[str, ...]) -> None:
    pytest.importorskip("openpyxl")
    pytest.importorskip("mammoth")
    pytest.importorskip("lxml")
    text = read_document(name, (WRITTEN / name).read_bytes()).text
    assert {each: text.count(each) for each in expected if text.count(each) != 1} == {}, text
    assert "iVBOR" not in text
    assert "DELETEDWORD" not in text or name in ("rich.epub", "rich.html")  # LibreOffice writes it there


def test_what_stands_beside_a_workbooks_values_is_told_where_it_is() -> None:
    openpyxl = pytest.importorskip("openpyxl")
    from datetime import timedelta

    from openpyxl.chart import BarChart, Reference
    from openpyxl.comments import Comment

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["key", "value"])
    sheet.append(["retry_limit", 3, timedelta(hours=30, minutes=5)])
    sheet["A2"].hyperlink = "https://example.com/q?a=1"
    sheet["B2"].comment = Comment("why", "Bob")
    sheet["AB9"].comment = Comment("Ann:\non nothing", "Ann")
    chart = BarChart()
    chart.title = "Sales"
    chart.add_data(Reference(sheet, 2, 1, 2, 2), titles_from_data=True)
    sheet.add_chart(chart, "F2")
    out = BytesIO()
    book.save(out)
    text = read_document("a.xlsx", out.getvalue()).text
    assert "| retry_limit (https://example.com/q?a=1) | 3 [comment by Bob: why] | 30:05:00 |" in text
    assert "[comment by Ann: on nothing]" in text
    assert "[chart: Sales]" in text


def test_a_table_of_a_page_keeps_its_columns_however_far_cells_reach() -> None:
    pytest.importorskip("lxml")
    page = (
        "<table><tr><th rowspan=3>a<th colspan=2>b|c<th>d<tr><td>1<td rowspan=2>2<td>3<tr><td>4<td>5"
        "<tr><td>6<td rowspan=99999>7<td rowspan=x>8<td><table><tr><td>i<td>j<tr><td>k</table><tr><td>9</table>"
    )
    (text,) = webpage.html(page.encode())["pages"]
    rows = [[cell.strip() for cell in line.strip("|").split(" |")] for line in text.strip().split("\n")]
    assert [row for row in rows if "---" not in row[0]] == [
        ["a", "b\\|c", "", "d"],
        ["", "1", "2", "3"],
        ["", "4", "", "5"],
        ["6", "7", "8", "i, j; k"],
        ["9", ""],
    ]


def test_formulas_are_a_line_of_text() -> None:
    m = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    fraction = f'<m:oMath xmlns:m="{m}"><m:f><m:fPr/><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t>'
    fraction += "</m:r></m:den></m:f><m:rad><m:radPr/><m:deg/><m:e><m:r><m:t>x</m:t></m:r></m:e></m:rad></m:oMath>"
    assert formula(fromstring(fraction)) == "(a+b)/2√x"
    assert formula(fromstring("<math><msub><mi>x</mi><mi>i</mi></msub></math>")) == "x_i"
    assert formula(fromstring("<a>" * 5_000 + "</a>" * 5_000)) == "…"


def test_rich_text_is_refused_with_what_to_do() -> None:
    with pytest.raises(UnreadableError, match=r"Rich Text Format: save a copy as \.docx and add that"):
        read_document("a.rtf", b"{\\rtf1\\ansi caf\\'e9}")
    assert read_document("b.rtf", b"plain text under such a name").text == "plain text under such a name"


def test_a_flat_document_with_entities_is_refused() -> None:
    with pytest.raises(UnreadableError, match="entities"):
        read_document("a.fodt", b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">]><l>&a;</l>')
