"""`table` in a cell gives the rows of `rlm sql`; what a stranger expects of names, errors and rows to cite."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from kits.builders import SESSION, Session
from kits.cells import Cells
from kits.place import Place

from rlm_core import sql
from rlm_core.llm.scripted import ScriptedLeaf
from rlm_core.repl.begin import begun
from rlm_core.repl.cell.view import Context, TextShelf

FILES = {
    "french.csv": "nom;montant;ville\nÉlodie;12,5;Orléans\nNoël;-7,25;\n".encode(),
    "excel.csv": "nom;montant\r\nÉlodie;12,5\r\nNoël;7\r\n".encode("cp1252"),
    "mark.csv": "\ufeffid,code,amount\n1,007,\n2,012,5\n".encode(),
    "wide.tsv": "id\tname\n1\tZoé\n".encode("utf-16"),
    "bare.csv": b"1,2.5\n2,3.5\n",
    "folded.csv": b'id,text\n1,"a, b\nand more"\n\n2,"say ""x"""\n',
    "mixed.csv": b"id,size\n1,10\n2,-\n",
    "ragged.csv": b"a,b,c\n1,2,3\n4,5\n",
    "lines.jsonl": b'{"a": 1, "b": "x"}\nno object\n\n{"a": 2.5, "b": "y"}\n',
    "list.json": b'[{"a": 1}, {"a": 2}]',
    "one.json": b'{\n "a": 1,\n "b": "x"\n}\n',
    "open.json": b'{"a": 1,\n "b": "x"}\n',
    "notes.md": b"# Of it\n\n|what|limit|\n|---|---|\n| cache | 5 |\n| queue | |\n\n|what|limit|\n|---|---|\n|x|7|\n",
}


@pytest.fixture
def cells(tmp_path: Path) -> Cells:
    return Cells(tmp_path)


@pytest.mark.parametrize("name", FILES)
def test_a_table_has_the_rows_of_rlm_sql(cells: Cells, name: str) -> None:
    path = cells.file(name, FILES[name])
    told = cells.ok(f"import json\nprint(json.dumps([[dict(r), r.place] for r in table({name!r})][:9]))", path)
    rows, places = zip(*json.loads(told.split("\n")[-1]), strict=True)
    found = sql("SELECT * FROM rows", over=[str(path)], project=str(cells.project))
    # What is empty is NULL there; here "" among texts, on which a text's methods can be called, and no key where a
    # line of JSON has none.
    wanted = [dict(zip(found.columns[:-3], row, strict=False)) for row in found.rows]
    assert [{k: v for k, v in row.items() if v not in ("", None)} for row in rows] == [
        {k: v for k, v in row.items() if v is not None} for row in wanted
    ]
    assert list(places) == [row[-1] for row in found.rows]


def test_what_holds_no_json_is_counted_and_what_is_no_table_is_said(cells: Cells) -> None:
    lines = cells.file("lines.jsonl", FILES["lines.jsonl"])
    assert cells.ok("len(table('lines.jsonl'))", lines) == "table: 1 of 3 lines of lines.jsonl holds no JSON\n2"
    log, note = cells.file("app.log", "started\nstopped\n"), cells.file("note.md", "# A note\n\nNo table.\n")
    assert "a pattern with named groups" in cells.run("table('app.log')", log).error
    assert "holds no table of Markdown" in cells.run("table('note.md')", note).error


def test_a_quote_of_a_row_stands_where_its_place_says(cells: Cells) -> None:
    path = cells.file("excel.csv", FILES["excel.csv"])
    done = cells.run("answer('see [1] and [2]', table('excel.csv'))", path)
    assert done.answer is not None
    assert [(row["place"], row["verified"]) for row in done.answer["rows"]] == [
        ("excel.csv:2", True),
        ("excel.csv:3", True),
    ]


def test_rows_of_lines_and_parts_stand_where_their_lines_stand(cells: Cells) -> None:
    rows = [f"{n} GET /{'ab'[n % 2]} {n}ms" for n in range(1, 31)]
    paths = [cells.file(name, "\n".join(["began", *rows]) + "\n") for name in ("x.log", "y.log")]
    told = cells.ok(
        "p = r'(?P<path>/\\S) (?P<ms>\\d+)ms'\nhits = ctx.grep('/a')\n"
        "found = [table(hits, p), table(ctx.chunks('lines', 7), p), table(ctx.chunks('session')[1], p)]\n"
        "print([all(v.verified for v in verify(rows)) for rows in found],"
        " [r.place for r in found[0]] == [h.place for h in hits],"
        " [len(rows) for rows in found], found[1][-1].place, found[2][0].place)",
        *paths,
    )
    assert told == "[True, True, True] True [30, 60, 30] y.log:31 y.log:2"


def test_a_part_of_a_table_has_the_names_of_its_columns(cells: Cells) -> None:
    body = "".join(f"n{n},{n}\n" for n in range(1, 21))
    csv = cells.file("people.csv", f"name,amount\n{body}")
    note = cells.file(
        "note.md", "# One\n\n| k | v |\n|---|---|\n| a | 1 |\n| b | 2 |\n\n# Two\n\n| q |\n|---|\n| c |\n"
    )
    told = cells.ok(
        "parts = [p for p in ctx.chunks('lines', 5) if p.doc == 'people.csv']\n"
        "rows = [r for p in parts for r in table(p)]\nwhole = table('people.csv')\n"
        "print(rows == whole, [r.place for r in rows] == [r.place for r in whole])\n"
        "print(table(ctx.grep('^n7,')), table(ctx.doc('people.csv').lines[19:]))\n"
        "print([table(p) for p in ctx.chunks('lines', 5) if p.doc == 'note.md'])\n"
        "rows[3]['amount'] = 0\nprint(table(parts[0])[3]['amount'])",
        csv, note,
    )  # fmt: skip
    assert told.split("\n") == [
        "True True",
        "[{'name': 'n7', 'amount': 7}] [{'name': 'n19', 'amount': 19}, {'name': 'n20', 'amount': 20}]",
        "[[{'k': 'a', 'v': 1}], [{'k': 'b', 'v': 2}], [{'q': 'c'}]]",
        "4",
    ]


def test_texts_lines_and_what_is_neither(tmp_path: Path) -> None:
    cells = Cells(tmp_path, lambda call: "a,b")
    csv, note = cells.file("a.csv", "name,amount\nn1,1\nn2,2\n"), cells.file("b.csv", "name,size\nm1,5\n")
    told = cells.ok(
        "print([dict(r) for r in table(ctx.docs)], [r.place for r in table(ctx.docs)])\n"
        "print([dict(r) for r in table(ctx.lines)] == [dict(r) for r in table(ctx.docs)])\n"
        "print([r.n for r in table(ctx.docs, r'(?P<n>[nm]\\d)')], table(line for line in ['a,b', '1,2'])[0].b)\n"
        "print(table([llm('x'), '1,2'])[0].b)\n"
        "for wrong in ([1, 2], [{'a': 1}], [b'a,b', b'1,2'], [ctx.docs[0], 'a,b'], [None], 7):\n"
        "    try:\n        print(table(wrong))\n    except TypeError as e:\n        print(e)",
        csv, note,
    )  # fmt: skip
    assert told.split("\n") == [
        "[{'name': 'n1', 'amount': 1}, {'name': 'n2', 'amount': 2}, {'name': 'm1', 'size': 5}] "
        "['a.csv:2', 'a.csv:3', 'b.csv:2']",
        "True",
        "['n1', 'n2', 'm1'] 2",
        "2",
        "rows are of docs, parts and lines, not of int",
        "rows are of docs, parts and lines, not of dict",
        "rows are of docs, parts and lines, not of bytes",
        "rows are of docs, or of lines and parts, and not of both in one list",
        "rows are of docs, parts and lines, not of NoneType",
        "expected str, bytes or os.PathLike object, not int",
    ]


def test_a_table_without_rows_has_none(cells: Cells) -> None:
    files = {"a.csv": "name,amount\n", "b.csv": "", "c.tsv": "a\tb\r\n\r\n", "d.md": "# Of it\n\n|a|b|\n|---|---|\n"}
    over = [cells.file(name, text) for name, text in files.items()]
    told = cells.ok("print([table(doc) for doc in ctx.docs], table(ctx.docs), table(ctx.chunks('lines')))", *over)
    assert told == "[[], [], [], []] [] []"


def test_a_text_is_found_by_the_end_of_its_path(cells: Cells) -> None:
    for folder in ("north", "south"):
        (cells.project / folder).mkdir()
        cells.file(f"{folder}/all.csv", "a,b\n1,2\n")
    one = cells.file("north/one.csv", "a,b\n5,6\n")
    over = (cells.project / "north", cells.project / "south")
    assert cells.ok("print(table('one.csv')[0].a, ctx['one.csv'].id, ctx.doc('north/all.csv').id)", *over) == (
        "5 north/one.csv north/all.csv"
    )
    told = cells.run("table('all.csv')").error
    assert "2 texts are called all.csv: north/all.csv, south/all.csv" in told
    assert cells.ok(f"table({str(one)!r})[0].b") == "6"
    assert 'ctx.doc("north/one.csv")' in cells.run("open('one.csv')").error


def test_a_file_that_the_cell_has_written_comes_before_a_text_whose_id_ends_so(cells: Cells) -> None:
    (cells.project / "data").mkdir()
    text = cells.file("data/out.csv", "x,y\n1,2\n")
    write = "with open('out.csv', 'w') as f:\n    f.write('x,y\\n9,9\\n')\n"
    rows = "print([dict(r) for r in table('out.csv')], table('data/out.csv')[0].x)"
    assert cells.ok(write + rows, text) == "[{'x': 9, 'y': 9}] 1"
    assert cells.ok(rows) == "[{'x': 1, 'y': 2}] 1"


def test_what_is_no_csv_is_a_value_error(cells: Cells) -> None:
    path = cells.file("mac.csv", "a,b\r1,2\r")
    told = cells.ok("try:\n    table('mac.csv')\nexcept ValueError as e:\n    print(e)", path)
    assert told.startswith("mac.csv holds no table: line 1 is no CSV")


def test_of_two_texts_with_the_very_id_the_first_is_meant() -> None:
    rows = [{"id": "abc-0001", "path": f"/{n}", "size": n, "kind": "chunk", "key": ""} for n in (1, 2)]
    other = {"id": "x/abc-0001", "path": "/3", "size": 3, "kind": "text", "key": ""}
    shelf = TextShelf("", "", lambda: str)
    assert Context([other, *rows], shelf, list).doc("abc-0001").size == 1
    with pytest.raises(KeyError, match="2 texts are called 0001"):
        Context([{**row, "id": f"{row['size']}/0001"} for row in rows], shelf, list).doc("0001")


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("ctx.grep('a')[0].number", "it has before, doc, line, place, quote, text"),
        ("ctx.files", "it has called, chunks, doc"),
        ("ctx.docs[0].name", "id, key, kind"),
        ("ctx.chunks('lines')[0].lines", "place, spans, text"),
        ("open('/tmp/of-a-cell', 'w')", "writes to its own directory alone"),
        ("import subprocess\nsubprocess.run(['ls'])", "starts no process"),
        ("import socket\nsocket.socket()", "has no network"),
    ],
)
def test_an_error_says_what_there_is(cells: Cells, source: str, told: str) -> None:
    assert told in cells.run(source, cells.file("a.txt", "a\nb\n")).error


def test_entries_hits_and_parts_can_be_cited(tmp_path: Path) -> None:
    place = Place(tmp_path)
    session = Session(SESSION)
    session.prompt("Which colour has the kestrel?")
    session.tool("Bash", "no such file", command="cat birds.md")
    session.says("The kestrel is vermeil.\n\n" + "It is seen at dawn. " * 60)
    place.session(session)
    place.rlm("archive", "--all")
    source = (
        "said = [e for e in ctx.entries if e.role == 'assistant' and e.kind != 'call']\n"
        "print([(e.kind, e.failed) for e in ctx.entries if e.tool == 'Bash'])\n"
        "answer('it is vermeil [1] [2] [3]', [said[-1], ctx.search('kestrel vermeil')[0], ctx.chunks('turn')[0]])"
    )
    done = begun(str(place.project), {}, name="t", leaf=ScriptedLeaf()).run(source)
    assert done.error == ""
    assert done.output == "[('call', False), ('tool', False)]\n"
    assert done.answer is not None
    assert [row["verified"] for row in done.answer["rows"]] == [True, True, True]
    assert all(len(row["quote"]) <= 400 for row in done.answer["rows"])
    source = (
        "rows = verify([said[-1], ctx.search('kestrel vermeil')[0], ctx.chunks('turn')[0], ctx.grep('vermeil')[0]])\n"
        "print([r.verified for r in rows], 'vermeil' in rows[0].text, cite(rows) == cite(verify(rows)))"
    )
    done = begun(str(place.project), {}, name="t", leaf=ScriptedLeaf()).run(source)
    assert (done.error, done.output) == ("", "[True, True, True, True] True True\n")
    told = begun(str(place.project), {}, name="t", leaf=ScriptedLeaf()).run("verify([{'a': 1}])").error
    assert "a row is what extract, ask, table and grep give, an entry, a hit or a part, not dict" in told


def test_whatever_is_found_stands_at_its_place(tmp_path: Path) -> None:
    """A hit whose words stand far into its passage, one in the rest of a long output, a line with those around it."""
    place = Place(tmp_path)
    session = Session(SESSION)
    session.prompt("Which colour has the kestrel?")
    long = "\n".join(f"{n} grey bird on the wire" for n in range(4000)).replace(
        "2000 grey", "the quokka was ochre, 2000"
    )
    session.tool("Bash", long, command="cat birds.md")
    session.says("Some birds:\n\n" + "".join(f"- bird {n} is grey\n" for n in range(12)) + "- the kestrel is vermeil\n")
    place.session(session)
    place.rlm("archive", "--all")
    source = (
        "hits = [ctx.search(q)[0] for q in ('kestrel vermeil', 'quokka ochre')]\nnear = ctx.grep('vermeil', around=3)\n"
        "print(['vermeil' in hits[0].quote, 'quokka' in hits[1].quote], [r.verified for r in verify([*hits, *near])])\n"
        "print(all('vermeil' in r.quote for r in verify(near)), near[0].count('\\n') > 2)"
    )
    done = begun(str(place.project), {}, name="t", leaf=ScriptedLeaf()).run(source)
    assert (done.error, done.output) == ("", "[True, True] [True, True, True]\nTrue True\n")


def test_a_quote_that_stands_some_lines_on_does_not_stand_at_its_place(cells: Cells) -> None:
    path = cells.file("a.log", "".join(f"line {n} of it\n" for n in range(1, 50)))
    told = cells.ok(
        "row = ctx.doc('a.log').lines[20]\nfor at in (21, 20, 14, 22):\n    row.place = f'a.log:{at}'\n"
        "    print(verify([row])[0].verified)",
        path,
    )
    assert told == "True\nTrue\nFalse\nFalse"
