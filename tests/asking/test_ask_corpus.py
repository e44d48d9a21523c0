"""Where the texts of a question come from: the archive, files, directories, patterns, stdin, given texts."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kits.builders import SESSION, Session, archive, config, rich, sessions, small, talk
from kits.documents import GUIDE, KEY, PROSE, git, pdf, write

from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.asking.corpus.build import Corpus, from_archive, from_paths, from_texts
from rlm_core.asking.corpus.redacted import without_secrets
from rlm_core.chunks.chunkfile import load
from rlm_core.documents.discover import MAX_BYTES
from rlm_core.documents.update import add
from rlm_core.engine.texts import Document
from rlm_core.errors import RlmError
from rlm_core.redaction.redactor import Redactor
from rlm_core.search.citations import resolve
from rlm_core.search.hits import Filters
from rlm_core.transcript.source import Source

PEM = "-----BEGIN RSA PRIVATE KEY-----\n" + f"{'MIIEowIBAAKCAQEA1234567890abcdefghijkl' * 2}\n" * 6
PEM += "-----END RSA PRIVATE KEY-----"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    made.mkdir()
    return made


@pytest.fixture
def kept(project: Path) -> Archive:
    """The archive of one session in several chunks."""
    made = archive(project)
    take(made, talk(Session(), 6).write(project.parent / "t.jsonl"))
    return made


def read(project: Path, *names: str, stdin: Callable[[], bytes] = lambda: b"", blobs: bool = False) -> Corpus:
    """What the project's paths hold, by names relative to it."""
    paths = [n if n == "-" else str(project / n) for n in names]
    keep_out = str(project / ".claude" / "rlm")
    return from_paths(paths, base=str(project), keep_out=keep_out, redact=Redactor(), stdin=stdin, blobs=blobs)


def ids(corpus: Corpus) -> list[str]:
    return [d.id for d in corpus.documents]


def lines_of(document: Document) -> dict[int, str]:
    """Line number -> line, as the document says where it stands."""
    return dict(enumerate(document.text.removesuffix("\n").split("\n"), document.first_line))


def stands(document: Document) -> bool:
    """Whether each line of the document is its file's line of that number."""
    whole = Path(document.path).read_bytes().decode().split("\n")
    return all(whole[n - 1] == line for n, line in lines_of(document).items())


# The archive.


def test_chunks_come_in_order_from_their_first_heading_to_their_end(kept: Archive) -> None:
    corpus = from_archive(kept)
    metas = list(kept.metas())
    assert len(metas) > 3
    assert ids(corpus) == [m["chunk"] for m in metas]
    for document, meta in zip(corpus.documents, metas, strict=True):
        whole = Path(meta["path"]).read_text()
        assert document.path == meta["path"]
        assert document.title == meta["title"]
        assert document.date == meta["started"]
        assert document.first_line == meta["lines"][0]
        assert document.text.startswith("## ")
        assert whole.split("\n\n", 2)[2].rpartition("<!-- rlm: ")[0] == document.text
    assert corpus.skipped == []


def test_a_line_is_cited_as_rlm_show_finds_it(kept: Archive) -> None:
    for document in from_archive(kept).documents:
        assert stands(document)
        number = max(lines_of(document))
        cited = resolve(kept, f"{document.id}:{number}")
        assert (cited.path, cited.line) == (document.path, number)


@given(sessions(most=15))
def test_every_line_of_every_archive_stands_where_its_document_says(
    tmp_path_factory: pytest.TempPathFactory, session: Session
) -> None:
    root = tmp_path_factory.mktemp("any")
    made = archive(root)
    take(made, session.write(root / "t.jsonl"))
    corpus = from_archive(made, blobs=True)
    assert all(stands(d) for d in corpus.documents)
    assert {d.id for d in corpus.documents} >= {m["chunk"] for m in made.metas()}


def test_each_line_is_dated_by_its_own_entry(kept: Archive) -> None:
    for document in from_archive(kept).documents:
        for _, line, text in load(Path(document.path).read_bytes()).entries():
            day, time = text.partition("\n")[0].split(" · ")[-3].split(" ")
            assert document.time_at(line) == document.time_at(line + 1) == f"{day}T{time}Z"


def test_sessions_stand_before_documents_and_agents_behind_their_session(project: Path) -> None:
    made = archive(project)
    later, earlier = Session("bbbbbbbb-0000", seed="b"), Session("cccccccc-0000", seed="c")
    later.second = 3 * 86400
    for session in (later, earlier):
        session.prompt(f"session {session.session}")
        take(made, session.write(project.parent / f"{session.session}.jsonl"))
    agent = Session("cccccccc-0000", agent="a1", seed="a")
    agent.prompt("an agent's task")
    agent.write(project.parent / "agent-a1.jsonl")
    take(made, Source(str(project.parent / "agent-a1.jsonl"), "cccccccc-0000", "a1"))
    write(project / "b.md", "the guide says so\n")
    write(project / "a.md", "the appendix says so\n")
    add(made, [str(project / "b.md")])
    add(made, [str(project / "a.md")])
    texts = [d.text for d in from_archive(made).documents]
    told = ["session cccccccc", "an agent's task", "session bbbbbbbb", "the appendix", "the guide"]
    assert [word for text in texts for word in told if word in text] == told


def test_what_only_echoes_the_archive_is_cut_out_and_lines_stay(project: Path) -> None:
    session = Session()
    session.prompt("the flamingo lives in the lagoon")
    session.tool("Bash", "answer: the flamingo lives in the lagoon", command="rlm ask 'where does it live?'")
    session.says("As noted, a lagoon.")
    made = archive(project, config())
    take(made, session.write(project.parent / "t.jsonl"))
    corpus = from_archive(made)
    assert len(corpus.documents) == 2
    assert len(set(ids(corpus))) == 1
    first, second = corpus.documents
    assert "flamingo" in first.text
    assert "rlm ask" not in first.text + second.text
    assert "answer:" not in first.text + second.text
    assert "As noted" in second.text
    assert stands(first)
    assert stands(second)
    assert second.first_line > max(lines_of(first)) + 1


@pytest.mark.parametrize(("skill", "read_too"), [("recall", False), ("deploy", True)])
def test_a_sub_agent_that_only_recalled_is_not_read(project: Path, skill: str, read_too: bool) -> None:
    agent = Session(agent="a1", seed="a")
    agent.user(f"Base directory for this skill: /p/.claude/skills/{skill}\n\nDo as it says", isMeta=True)
    talk(agent, 4)
    made = archive(project)
    agent.write(project.parent / "agent-a1.jsonl")
    take(made, Source(str(project.parent / "agent-a1.jsonl"), SESSION, "a1"))
    assert bool(from_archive(made).documents) == read_too


@pytest.mark.parametrize(
    "harm",
    [
        lambda data: b"",
        lambda data: data[: data.find(b"\n---\n", 4)],
        lambda data: data.replace(b',"lines":[', b',"lines":[1', 1),
        lambda data: data[: data.find(b"\n---\n", 4) + 5],
        lambda data: data.replace(b',"uuids":[', b',"uuids":[1[', 1),
    ],
    ids=["empty", "cut in the front matter", "entries elsewhere", "no text", "no JSON"],
)
def test_a_damaged_chunk_file_is_skipped_and_told(kept: Archive, harm: Callable[[bytes], bytes]) -> None:
    metas = list(kept.metas())
    path = Path(metas[1]["path"])
    path.write_bytes(harm(path.read_bytes()))
    corpus = from_archive(kept)
    assert ids(corpus) == [m["chunk"] for m in metas if m["path"] != str(path)]
    ((name, why),) = corpus.skipped
    assert name == str(path)
    assert "rlm verify" in why


def test_a_chunk_file_that_is_a_pipe_does_not_hang(kept: Archive) -> None:
    path = Path(next(kept.metas())["path"])
    path.unlink()
    os.mkfifo(path)
    assert [name for name, _ in from_archive(kept).skipped] == [str(path)]


def test_filters_choose_chunks(project: Path) -> None:
    made = archive(project)
    for number, branch in enumerate(("main", "fix")):
        session = Session(f"{number}aaaaaaa-0000", seed=branch)
        session.second, session.branch = number * 86400, branch
        session.prompt(f"on {branch}")
        session.tool("Edit", "ok", file_path=f"/home/jo/app/{branch}.py")
        take(made, session.write(project.parent / f"{branch}.jsonl"))

    def found(**wanted: str) -> list[str]:
        texts = [d.text for d in from_archive(made, Filters(**wanted)).documents]
        return [b for b in ("main", "fix") if any(f"on {b}" in t for t in texts)]

    assert found() == ["main", "fix"]
    assert found(branch="fix") == ["fix"]
    assert found(session="0aaa") == ["main"]
    assert found(since="2026-11-23") == ["fix"]
    assert found(until="2026-11-22") == ["main"]
    assert found(file="fix.py") == ["fix"]


def test_oversize_outputs_are_counted_or_follow_their_chunk(project: Path) -> None:
    made = archive(project, small())
    session = rich()
    session.prompt("and once more")
    session.tool("Bash", "line of output\n" * 4000, command="make everything")
    take(made, session.write(project.parent / "t.jsonl"))
    without = from_archive(made)
    ((what, why),) = without.skipped
    assert what == "1 oversize output"  # the same bytes twice are one file
    assert "20,000 tokens" in why
    assert "--blobs" in why
    whole = from_archive(made, blobs=True)
    assert whole.skipped == []
    (at,) = [n for n, d in enumerate(whole.documents) if "/blobs/" in d.id]
    blob, chunk = whole.documents[at], whole.documents[at - 1]
    assert blob.id == f"{chunk.id}/blobs/{Path(blob.path).name}"
    assert Path(blob.path).name in chunk.text
    assert blob.text == "line of output\n" * 4000
    assert stands(blob)
    assert blob.date == chunk.date
    assert ids(without) == [d.id for d in whole.documents if d is not blob]


def test_a_blob_that_is_gone_is_told(project: Path) -> None:
    made = archive(project, small())
    take(made, rich().write(project.parent / "t.jsonl"))
    for path in Path(made.root).rglob("blobs/*.txt"):
        path.unlink()
    ((name, why),) = from_archive(made, blobs=True).skipped
    assert "blobs" in name
    assert why == "No such file or directory"


def test_no_archive_gives_no_documents(project: Path) -> None:
    assert from_archive(archive(project)) == Corpus()


# Files.


def test_a_file_a_directory_and_a_pattern_give_the_same_document(project: Path) -> None:
    write(project / "docs" / "guide.md", GUIDE)
    expected = [Document("docs/guide.md", GUIDE, str(project / "docs" / "guide.md"))]
    assert read(project, "docs/guide.md").documents == expected
    assert read(project, "docs").documents == expected
    assert read(project, "**/*.md").documents == expected
    assert read(project, "docs/g?ide.*").documents == expected


def test_a_file_outside_the_base_has_its_whole_path_for_id(project: Path) -> None:
    path = write(project.parent / "project-notes.txt", "x\n")
    assert ids(read(project, str(path))) == [str(path)]


def test_each_file_is_read_once_by_whatever_name(project: Path) -> None:
    write(project / "a.md", "a\n")
    write(project / "b.md", "b\n")
    (project / "link.md").symlink_to(project / "a.md")
    (project / "again").symlink_to(project)
    corpus = read(project, "b.md", "a.md", "link.md", ".", "*.md", "again/b.md", "-", "-", stdin=lambda: b"in\n")
    assert ids(corpus) == ["b.md", "a.md", "stdin"]


def test_a_directory_is_what_git_would_keep_without_secrets_and_binaries(project: Path) -> None:
    git(project, "init", "-q")
    write(project / ".gitignore", "*.log\n")
    for name in ("a.md", "src/b.py", "build.log", ".env", "package-lock.json"):
        write(project / name, "text\n")
    write(project / "c.png", b"\x89PNG")
    write(project / "d.dat", b"\0\0\0")
    corpus = read(project, ".")
    assert ids(corpus) == [".gitignore", "a.md", "src/b.py"]
    skipped = dict(corpus.skipped)
    assert skipped.keys() == {".env", "package-lock.json", "c.png", "d.dat"}
    assert skipped[".env"] == "may hold secrets; name it to read it"


def test_a_pattern_names_what_a_shell_would_but_no_secrets_links_and_tools(project: Path) -> None:
    wanted = ("a.txt", "docs/a.txt", "docs/deep/er/a.txt")
    for name in (*wanted, ".hidden/a.txt", "node_modules/x/a.txt", "docs/a.md", "docs/secrets.txt.env"):
        write(project / name, f"{name}\n")
    (project / "docs" / "round").symlink_to(project)
    (project / "link.txt").symlink_to(project / "a.txt")
    assert sorted(ids(read(project, "**/*.txt"))) == sorted(wanted)
    assert sorted(ids(read(project, "**/**/a.txt"))) == sorted(wanted)
    assert ids(read(project, "docs/**/er/*")) == ["docs/deep/er/a.txt"]
    assert ids(read(project, "docs/deep/**")) == ["docs/deep/er/a.txt"]
    assert ids(read(project, ".hid*/*.txt")) == [".hidden/a.txt"]
    assert ids(read(project, "node_modules/*/a.txt")) == ["node_modules/x/a.txt"]
    assert ids(read(project, "d*/deep")) == ["docs/deep/er/a.txt"]
    corpus = read(project, "*.txt", "docs/*.env", "a.txt")
    assert ids(corpus) == ["a.txt"]
    assert dict(corpus.skipped).keys() == {"link.txt", "docs/secrets.txt.env"}


def test_a_name_with_brackets_is_a_file_when_there_is_one(project: Path) -> None:
    write(project / "a[1].md", "one\n")
    write(project / "a1.md", "two\n")
    assert ids(read(project, "a[1].md")) == ["a[1].md"]
    (project / "a[1].md").unlink()
    assert ids(read(project, "a[1].md")) == ["a1.md"]


@pytest.mark.parametrize("name", ["gone.md", "gone/*.md", "*.gone", "broken", "a\0b", "docs/a.md/b"])
def test_a_path_that_names_nothing_is_an_error_beside_others_too(project: Path, name: str) -> None:
    write(project / "docs" / "a.md", "a\n")
    (project / "broken").symlink_to(project / "gone.md")
    with pytest.raises(RlmError, match=r"gone|broken|a\0b|docs/a.md/b"):
        read(project, "docs", name)


@pytest.mark.parametrize(
    ("data", "why"), [(b"\0\1\2" * 99, "binary"), (b"", "holds no text"), (b" \n\n", "holds no text")]
)
def test_a_file_without_text_is_an_error_alone_and_skipped_beside_others(project: Path, data: bytes, why: str) -> None:
    write(project / "x.dat", data)
    write(project / "a.md", "a\n")
    with pytest.raises(RlmError, match=why):
        read(project, "x.dat")
    corpus = read(project, "x.dat", "a.md")
    assert ids(corpus) == ["a.md"]
    ((name, reason),) = corpus.skipped
    assert name == "x.dat"
    assert why in reason


def test_an_empty_directory_is_an_error_alone_and_told_beside_others(project: Path) -> None:
    (project / "empty").mkdir()
    write(project / "a.md", "a\n")
    with pytest.raises(RlmError, match=r"no text to read in .*empty; empty: it holds no document"):
        read(project, "empty")
    assert read(project, "empty", "a.md").skipped == [("empty", "it holds no document")]


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        here = Path.cwd()
        os.chdir(path.parent)  # a socket's path is short
        made.bind(path.name)
        os.chdir(here)


@pytest.mark.parametrize(
    "make", [os.mkfifo, _socket, lambda p: p.symlink_to("/dev/zero")], ids=["pipe", "socket", "device"]
)
def test_what_may_never_end_is_skipped(project: Path, make: Callable[[Path], None]) -> None:
    write(project / "docs" / "a.md", "a\n")
    make(project / "docs" / "odd")
    named = read(project, "docs/odd", "docs/a.md")
    assert ids(named) == ["docs/a.md"]
    assert [n for n, _ in named.skipped] == ["docs/odd"]
    assert ids(read(project, "docs")) == ["docs/a.md"]
    assert ids(read(project, "docs/*")) == ["docs/a.md"]
    with pytest.raises(RlmError, match="docs/odd"):
        read(project, "docs/odd")


def test_what_may_not_be_read_is_skipped(project: Path) -> None:
    write(project / "a.md", "a\n")
    write(project / "closed.md", "b\n").chmod(0)
    if os.access(project / "closed.md", os.R_OK):
        pytest.skip("root may read anything")
    write(project / "shut" / "c.md", "c\n")
    (project / "shut").chmod(0)
    corpus = read(project, "closed.md", ".")
    (project / "shut").chmod(0o700)
    assert ids(corpus) == ["a.md"]
    assert dict(corpus.skipped) == {"closed.md": "Permission denied", "shut": "Permission denied"}


def test_a_large_file_is_read_when_it_is_named_only(project: Path) -> None:
    text = "one more line of a long log\n" * (MAX_BYTES // 28 + 1)
    write(project / "big.log", text)
    write(project / "a.md", "a\n")
    assert read(project, "big.log").documents[0].text == text
    corpus = read(project, ".")
    assert ids(corpus) == ["a.md"]
    assert corpus.skipped == [("big.log", "larger than 20 MB; name it to read it")]


def test_encodings_pdf_and_html_become_text(project: Path) -> None:
    write(project / "a.txt", "naïve café\r\nsecond line".encode("cp1252"))
    write(project / "b.pdf", pdf("first page", "second page"))
    write(project / "c.html", "<html><body><h1>Top</h1><p>under it</p></body></html>")
    corpus = read(project, "a.txt", "b.pdf", "c.html")
    western, printed, page = corpus.documents
    assert western.text == "naïve café\nsecond line"
    assert corpus.notes == ["a.txt: read as Windows-1252"]
    assert printed.text.split("\n") == ["first page", "second page"]
    assert "# Top" in page.text


def test_names_are_fit_to_be_printed_and_hold_no_secret(project: Path) -> None:
    write(project / f"a\x1b[2J {KEY}.md", "text\n")
    (name,) = ids(read(project, "."))
    assert name.isprintable()
    assert KEY not in name


def test_stdin_is_read_as_a_file_is(project: Path) -> None:
    write(project / "a.md", "a\n")
    corpus = read(project, "-", "a.md", stdin=lambda: b"\xef\xbb\xbfsaid \xc3\xa0 l'\xc3\xa9cran\r\n" + KEY.encode())
    assert corpus.documents[0] == Document("stdin", "said à l'écran\n[redacted:aws]")
    assert ids(corpus) == ["stdin", "a.md"]


@pytest.mark.parametrize("data", [b"", b"\0\0\0"])
def test_stdin_without_text_is_an_error_alone(project: Path, data: bytes) -> None:
    with pytest.raises(RlmError, match="stdin"):
        read(project, "-", stdin=lambda: data)


# The archive's own files, named as paths.


@pytest.mark.parametrize(
    "name", [".claude/rlm", ".claude/rlm/sessions", ".claude/rlm/sessions/**/*", ".claude/**/*.md"]
)
def test_the_archives_files_are_read_as_chunks(project: Path, kept: Archive, name: str) -> None:
    corpus = read(project, name)
    assert corpus.documents == from_archive(kept).documents


def test_a_chunk_file_that_is_named_comes_once_with_its_id(project: Path, kept: Archive) -> None:
    second = from_archive(kept).documents[1]
    folder = os.path.dirname(second.path)
    corpus = read(project, second.path, folder, second.path)
    assert corpus.documents[0] == second
    assert sorted(ids(corpus)) == sorted(ids(from_archive(kept)))


def test_oversize_outputs_of_a_named_chunk_are_counted_or_read(project: Path) -> None:
    made = archive(project, small())
    take(made, rich().write(project.parent / "t.jsonl"))
    assert [what for what, _ in read(project, ".claude/rlm").skipped] == ["1 oversize output"]
    assert read(project, ".claude/rlm", blobs=True).documents == from_archive(made, blobs=True).documents


def test_a_directory_above_the_archive_does_not_hold_it(project: Path, kept: Archive) -> None:
    write(project / "a.md", "a\n")
    assert ids(read(project, ".")) == ["a.md"]
    with pytest.raises(RlmError, match="it holds no document"):
        read(project, ".claude")


def test_a_chunk_file_from_elsewhere_is_redacted(project: Path, kept: Archive) -> None:
    meta = next(kept.metas())
    data = Path(meta["path"]).read_bytes()
    write(project / "copy.md", data.replace(b"Question 0", KEY.encode()))
    (document,) = read(project, "copy.md").documents
    assert document.id == meta["chunk"]
    assert document.first_line == meta["lines"][0]
    assert "[redacted:aws]" in document.text
    assert KEY not in document.text + document.title


def test_what_only_begins_like_a_chunk_file_is_a_text(project: Path) -> None:
    write(project / "a.md", '---\nchunk: "mine"\n---\n\ntext\n')
    assert read(project, "a.md").documents[0].text.endswith("text\n")


# Redaction.


def test_a_secret_in_a_line_leaves_one_document(project: Path) -> None:
    write(project / "a.md", f"one\nkey {KEY}\nthree\n")
    (document,) = read(project, "a.md").documents
    assert document.text == "one\nkey [redacted:aws]\nthree\n"


def test_a_private_passage_and_a_key_are_left_out_and_lines_stay(project: Path) -> None:
    write(project / "a.md", f"one\n<private>\nmy own\n</private> tail\nfive\n{PEM}\n14 {KEY}\n15\n")
    corpus = read(project, "a.md")
    found = {n: line for d in corpus.documents for n, line in lines_of(d).items()}
    assert found == {
        1: "one",
        2: "[redacted:private] tail",
        5: "five",
        6: "[redacted:private-key]",
        14: "14 [redacted:aws]",
        15: "15",
    }
    assert set(ids(corpus)) == {"a.md"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "<private>\nsame\n</private>\nsame\n<private>x\ny</private>\nend\n",
            {1: "[redacted:private]", 4: "same", 5: "[redacted:private]", 7: "end"},
        ),
        (
            "<private>a\n<private>\nb\n</private>\nc</private>\n<private>x\ny</private>\nend",
            {1: "[redacted:private]", 6: "[redacted:private]", 8: "end"},
        ),
        (f"{PEM}\n{PEM}\n{KEY}\n", {1: "[redacted:private-key]", 9: "[redacted:private-key]", 17: "[redacted:aws]"}),
        (
            f"1\n{PEM[:185]}\n\n--\n7\n{PEM}\n16",
            {1: "1", 2: "[redacted:private-key]", 5: "", 6: "--", 7: "7", 8: "[redacted:private-key]", 16: "16"},
        ),
        ("1\n<private>\nnever closed\n", {1: "1", 2: "[redacted:private]"}),
        (
            "[redacted:private]\n2\n<private>\n</private>\n5",
            {1: "[redacted:private]", 2: "2", 3: "[redacted:private]", 5: "5"},
        ),
    ],
    ids=["repeated behind it", "within each other", "one after the other", "cut off", "open", "redacted before"],
)
def test_secrets_on_several_lines_are_told_apart(text: str, expected: dict[int, str]) -> None:
    found = without_secrets(Document("a", text), Redactor())
    assert {n: line for d in found for n, line in lines_of(d).items()} == expected


SECRETS = [
    PEM,
    "<private>\n</private>",
    "<private>a\nb\n</private>",
    "<private>\n\nplain\n</private>",
    f"<private>{PEM}</private>",
    "<PRIVATE reason='x'>\nx\n</PRIVATE>",
    KEY,
    "password: hunter2hunter2",
    "[redacted:private]",
    "[redacted:env]",
    "<private>",
]


@given(st.lists(st.sampled_from([*SECRETS, "\n", "\n", "\n", " ", "plain", "</private>", "\0", "\ud800", "é\u2028"])))
def test_every_line_that_is_left_stands_on_its_own_number(pieces: list[str]) -> None:
    text = "".join(f"{n}:" + p if p == "plain" else p for n, p in enumerate(pieces))
    found = without_secrets(Document("a", text, first_line=1), Redactor())
    whole = text.replace("\0", "\u2400").replace("\ud800", "\\ud800").split("\n")
    at = 0
    for document in found:
        for number, line in enumerate(document.text.split("\n"), document.first_line):
            last_of_document = number == document.first_line + document.text.count("\n")
            if last_of_document and not line:
                continue  # where the document was cut
            assert number > at
            at = number
            plain = line.split("[redacted:")[0]
            assert whole[number - 1].startswith(plain)
            if plain == line:
                assert whole[number - 1] == line


MEMO = "BEGIN MEMO\n\nsame\n\nEND MEMO"  # five lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{MEMO}\n\nsame\n\n{KEY}\n", {1: "[redacted:memo]", 7: "same", 9: "[redacted:aws]"}),
        (f"{MEMO}\n\n{MEMO}\n\n12", {1: "[redacted:memo]", 7: "[redacted:memo]", 13: "12"}),
        (
            f"{PEM[:185]}\n4\n{KEY}\n\n{MEMO}\n\n{KEY}",
            {1: "[redacted:private-key]", 4: "4", 5: "[redacted:aws]", 7: "[redacted:memo]", 13: "[redacted:aws]"},
        ),
        # The second pass takes what the first has left, marker and all.
        (f"BEGIN MEMO\n{PEM}\n{KEY}\nEND MEMO\n{KEY}", {1: "[redacted:memo]", 12: "[redacted:aws]"}),
    ],
)
def test_lines_quoted_behind_secrets_of_several_lines_are_right(text: str, expected: dict[int, str]) -> None:
    redact = Redactor(extra=[("memo", r"(?s)BEGIN MEMO.*?END MEMO")])
    found = without_secrets(Document("a", text), redact)
    assert {n: line for d in found for n, line in lines_of(d).items() if line} == expected


def test_redaction_of_settings_may_span_lines_too() -> None:
    redact = Redactor(extra=[("memo", r"(?s)BEGIN MEMO.*?END MEMO")])
    text = "1\nBEGIN MEMO\n3\nEND MEMO\n5\nBEGIN MEMO 6\nEND MEMO and\n8\n"
    found = without_secrets(Document("a", text, first_line=11), redact)
    lines = {n: line for d in found for n, line in lines_of(d).items()}
    assert lines == {11: "1", 12: "[redacted:memo]", 15: "5", 16: "[redacted:memo] and", 18: "8"}


# Given texts.


def test_given_texts_are_called_by_their_place_or_their_id() -> None:
    whole = Document("r1", f"x {KEY}\n", "p.md", 7, "2026-11-22", ((7, "2026-11-23"),), "t")
    corpus = from_texts(["one", ("b", f"two {KEY}"), "", "four", whole], Redactor())
    assert corpus.documents == [
        Document("text-1", "one"),
        Document("b", "two [redacted:aws]"),
        Document("text-4", "four"),
        Document("r1", "x [redacted:aws]\n", "p.md", 7, "2026-11-22", ((7, "2026-11-23"),), "t"),
    ]
    assert corpus.skipped == [("text-3", "it holds no text")]


def test_one_string_is_one_text() -> None:
    assert ids(from_texts(PROSE, Redactor())) == ["text-1"]
