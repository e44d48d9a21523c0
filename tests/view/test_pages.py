"""`rlm view` and `rlm export` without a browser: what is on the pages, what is made anew, what can never be in them."""

from __future__ import annotations

import json
import os
import re
import sys
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from subprocess import run

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kits.builders import Session, archive, config
from kits.linear import assert_linear
from kits.paths import ROOT
from kits.secrets import KEYS
from kits.view import ATTACKS, HOSTILE, MAIN, Shown
from markdown_it import MarkdownIt

from rlm_core.archive.repair.viewed import clear_view
from rlm_core.archive.store import chunk_names, open_archive
from rlm_core.archive.take import take
from rlm_core.asking.books import NAME
from rlm_core.asking.ledger.grants import own_folder
from rlm_core.chunks.chunkfile import load
from rlm_core.cli import main
from rlm_core.disk import read
from rlm_core.errors import RlmError
from rlm_core.forget.places import PLACES
from rlm_core.ownership import refusal
from rlm_core.view import markup
from rlm_core.view.exporting import export, export_answer
from rlm_core.view.fences import fenced_lines, without_html
from rlm_core.view.site import build
from rlm_core.view.wordindex import WordIndex, shard, words

TAGS = {
    *("a", "p", "pre", "code", "i", "span", "ul", "ol", "li", "strong", "em", "s", "br", "hr", "blockquote", "div"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"href", "rel", "target", "class", "tabindex", "start"}


class Seen(HTMLParser):
    """The tags, attributes and links of a piece of HTML, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self.feed(str(html))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    return Shown(tmp_path_factory.mktemp("view"))


# Texts that anybody may have written.


@given(st.lists(st.one_of(st.sampled_from(ATTACKS), st.text(max_size=30)), max_size=6).map("\n".join))
def test_a_text_becomes_harmless_html_whatever_it_is(text: str) -> None:
    languages = ("", "diff", "python", "html", "bash", "nonsense")
    for html in (
        markup.shown(text),
        markup.cited(text),
        markup.prose(text),
        *(markup.code(text, n) for n in languages),
    ):
        seen = Seen(html)
        assert seen.tags <= TAGS
        assert seen.attributes <= ATTRIBUTES
        assert all(re.match(r"(?:https?://|mailto:|#)", link, re.I) for link in seen.links)
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", html)


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc", "Cf")), max_size=60))
def test_what_is_shown_says_what_was_written(text: str) -> None:
    assert Seen(markup.shown(text)).text == text
    for language in ("python", "diff", ""):
        assert Seen(markup.code(text, language)).text == text


@pytest.mark.parametrize("piece", ["[", "*a ", "![](", "`", "<", "r2-", "**x #", "(" * 3, "| a ", "> "])
def test_prose_made_to_be_slow_is_not(piece: str) -> None:
    assert_linear(lambda size: partial(markup.prose, piece * (size // len(piece))), 24_000)


@given(st.lists(st.text(alphabet="abc é東京12", max_size=12), max_size=8))
def test_the_index_gives_back_which_word_stands_where(texts: list[str]) -> None:
    index = WordIndex()
    for text in texts:
        index.add(text, "user")
    found: dict[str, list[int]] = {}
    for name, lines in index.shards().items():
        for word, _, steps in (line.partition(" ") for line in lines.strip("\n").split("\n")):
            assert shard(word) == name
            at, found[word] = 0, []
            for step in steps.split(","):
                at += int(step)
                found[word].append(at // 4)
    assert found == {
        w: [n for n, text in enumerate(texts) if w in words(text)] for w in set().union(*map(words, texts))
    }


# What is on the pages.


def test_every_entry_has_its_anchor_on_the_page_that_its_citation_leads_to(shown: Shown) -> None:
    data = (shown.top / "data" / "places.js").read_text("utf-8")
    places = dict(json.loads(data[data.index("[") : data.rindex(")")]))
    pages = {name: (shown.top / name).read_text("utf-8") for name in set(places.values())}
    count = 0
    for folder in shown.archive.folders():
        for name in chunk_names(folder):
            chunk = load(read(os.path.join(folder, name)) or b"")
            for _, line, _ in chunk.entries():
                assert f'id="{chunk.meta["chunk"]}:{line}"' in pages[places[chunk.meta["chunk"]]]
                count += 1
    assert count > 150


def test_a_session_is_a_conversation(shown: Shown) -> None:
    page = shown.page(MAIN)
    assert "<h1><bdi>Repair the ferry import</bdi></h1>" in page
    assert '<i class="k">def</i> <i class="f">fetch</i>' in page
    assert '<span class="del">-retries = 3</span>' in page
    assert '<span class="bad">failed</span>' in page
    assert 'src="data:image/png;base64,' in page
    assert "What the summary kept" in page
    contents = page[page.index('<nav aria-label="Prompts">') : page.index("<article>")]
    assert "<span>1 edit</span><span>1 bash</span><span>1 agent</span>" in contents
    assert '<span class="tag decided">decided</span>' in contents
    call, agent = page.index("Find callers"), page.index("in the ferryboat module")
    assert call < agent < page.rindex("this is the chart")  # where it ran


def test_overviews_tell_of_all_sessions(shown: Shown) -> None:
    decisions = (shown.top / "decisions.html").read_text("utf-8")
    assert re.search(r"replaced by <a [^>]*><bdi>Actually, let&#39;s change the retry limit to 5", decisions)
    assert "src/api.py" in (shown.top / "files.html").read_text("utf-8")
    assert "of 2 sessions and 1 sub-agent." in (shown.top / "coverage.html").read_text("utf-8")


def test_every_file_of_the_pages_is_described(shown: Shown) -> None:
    text = (ROOT / "docs" / "format.md").read_text("utf-8")
    named = dict(re.findall(r"^```regex name=(view-name|safe-name)\n(.*)\n```$", text, re.M))
    kinds = [re.sub(r"\{([a-z-]+)\}", lambda m: named[m[1]], p) for p in re.findall(r"^view-\w+ +(\S+)", text, re.M)]
    files = [p.relative_to(shown.archive.root).as_posix() for p in shown.top.rglob("*") if p.is_file()]
    assert [f for f in files if not any(re.fullmatch(kind, f) for kind in kinds)] == []
    assert all(p.stat().st_mode & 0o077 == 0 for p in (shown.top, *shown.top.rglob("*")))


# What is made anew.


def stamps(top: Path) -> dict[str, int]:
    return {p.parent.name: p.stat().st_mtime_ns for p in top.glob("s/*/1.html")}


def test_only_what_has_changed_is_written_again(tmp_path: Path) -> None:
    made = Shown(tmp_path)
    before = stamps(made.top)
    assert build(made.archive).written == 0
    assert stamps(made.top) == before
    made.main.prompt("One thing more: the zeppelin.")
    made.main.says("The zeppelin is moored.")
    made.take(made.main)
    assert build(made.archive).written == 1
    assert {name for name, time in stamps(made.top).items() if time != before[name]} == {"2026-11-22_aaaaaaaa"}
    assert "zeppelin" in made.page(MAIN)
    assert "zeppelin" in (made.top / "data" / "words" / "ze.js").read_text("utf-8")
    stranger = made.top / "s" / "2026-11-22_bbbbbbbb" / "9.html"
    stranger.write_text("<script>")
    key = Path(os.environ["CLAUDE_CONFIG_DIR"]) / "rlm" / "key"
    key.unlink()
    assert build(made.archive).written == 2  # another user's pages are none of ours
    assert not stranger.exists()


def test_what_cannot_be_read_is_told_of_each_time_and_read_once_it_can_be(tmp_path: Path) -> None:
    made = Shown(tmp_path)
    folder = next(f for f in made.archive.folders() if MAIN[:8] in f)
    broken = Path(folder) / chunk_names(folder)[1]
    for blob in (broken.parent / "blobs").iterdir():
        blob.unlink()
    whole = broken.read_bytes()
    broken.write_bytes(whole[:90])
    for _ in range(2):
        made.archive.unread.clear()
        assert build(made.archive).written == 1
        assert list(made.archive.unread) == [str(broken)]
        assert broken.name in (made.top / "coverage.html").read_text("utf-8")
        assert "1 file of it could not be read" in made.page(MAIN)
        assert "data:image" not in made.page(MAIN)
        assert "the file is gone" in made.page(MAIN)
    broken.write_bytes(whole)
    assert [build(made.archive).written, build(made.archive).written] == [1, 0]
    assert "could not be read" not in made.page(MAIN)


def test_pages_of_nothing_do_not_make_an_archive_anybodys(tmp_path: Path) -> None:
    (tmp_path / ".claude" / "rlm" / "sessions").mkdir(parents=True)
    empty = open_archive(str(tmp_path))
    site = build(empty)
    assert (site.sessions, site.pages) == (0, 5)
    assert refusal(empty.root) == ""


def test_forgetting_deletes_the_pages(tmp_path: Path) -> None:
    made = Shown(tmp_path)
    assert "pages" in dict(PLACES)
    count = clear_view(made.archive, dry=True)
    assert count == len([p for p in made.top.rglob("*") if p.is_file()]) > 20
    assert clear_view(made.archive) == count
    assert not made.top.exists()
    assert clear_view(made.archive) == 0


# One file.


def test_an_export_has_what_was_said_and_nothing_that_runs(shown: Shown) -> None:
    lines = [json.loads(line) for line in export(shown.archive, MAIN[:8], "jsonl").data.decode().splitlines()]
    assert {"user", "assistant", "tool", "summary"} <= {line["role"] for line in lines}
    assert any("ferryboat" in line["text"] for line in lines)
    prompts = export(shown.archive, MAIN[:8], "md", prompts=True).data.decode()
    assert "> Fix it, please" in prompts
    assert "timer" not in prompts
    cited = export(shown.archive, shown.citation("lighthouse timer"), "md").data.decode()
    assert "lighthouse timer" in cited
    assert "Fix it, please" not in cited
    text = export(shown.archive, HOSTILE, "md").data.decode()
    seen = Seen(MarkdownIt("commonmark", {"html": True}).render(text))  # as a program does that lets HTML through
    assert seen.tags <= TAGS | {"h1", "h2"}
    assert "pwned" in seen.text
    page = export(shown.archive, MAIN, "html")
    assert page.pictures == 1
    assert "ferryboat" in page.data.decode()
    assert 'src="' not in re.sub(r'src="data:image/png;base64,[A-Za-z0-9+/=]+"', "", page.data.decode())


def test_an_export_is_redacted_again(tmp_path: Path) -> None:
    kind, secret = KEYS[0]
    kept = archive(tmp_path, config(400, 800, enabled=False))
    session = Session()
    session.prompt(f"my key is {secret}, keep it")
    session.says(f"I see {secret}")
    take(kept, session.write(tmp_path / "t.jsonl"))
    later = archive(tmp_path, config(400, 800))
    for form in ("html", "md", "jsonl"):
        data = export(later, session.session, form).data.decode()
        assert secret not in data
        assert f"[redacted:{kind}]" in data


def test_an_answer_becomes_a_file(shown: Shown) -> None:
    finding = {"claim": "The limit is 5", "quote": "<b>5</b>", "chunk": "r2-0123456789ab", "line": 4, "verified": True}
    data = json.dumps({"question": "Which limit?", "answer": "It is **5** <script>", "findings": [finding]}).encode()
    page = export_answer(shown.archive, data, "html").data.decode()
    assert "<strong>5</strong> &lt;script&gt;" in page
    assert "r2-0123456789ab:4" in export_answer(shown.archive, data, "md").data.decode()
    assert json.loads(export_answer(shown.archive, data, "jsonl").data)["citation"] == "r2-0123456789ab:4"
    with pytest.raises(RlmError, match="rlm ask --json"):
        export_answer(shown.archive, b"[1]", "md")


# The commands.


def test_the_commands_tell_paths_and_counts(
    shown: Shown, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = ["--project", str(shown.project)]
    monkeypatch.setattr("rlm_core.ownership.refusal", lambda root, why="": "")
    assert main(["view", "--json", "--session", MAIN[:4], *place]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["path"] == shown.site.page_of(MAIN)
    assert (said["sessions"], said["pages"]) == (2, len(list(shown.top.rglob("*.html"))))
    assert main(["view", "--no-open", "--session", "nobody", *place]) == 1
    assert "no single session begins with nobody" in capsys.readouterr().err
    target = tmp_path / "sent.md"
    command = ["export", MAIN, "--md", "-o", str(target), *place]
    assert main([*command, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["bytes"] == target.stat().st_size
    assert target.stat().st_mode & 0o777 == 0o600
    assert main(command) == 1  # it is there already
    assert "there already" in capsys.readouterr().err
    monkeypatch.setattr("rlm_core.cli.views.viewing.find_spec", lambda name: None if name == "jinja2" else name)
    assert main(["view", *place]) == 1
    assert "needs jinja2; `" in (said := capsys.readouterr().err)
    assert "install jinja2 markdown-it-py pygments` brings it" in said
    assert main(["export", MAIN, "--html", *place]) == 1
    assert "rlm export --html needs jinja2" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["md", "jsonl"])
def test_an_export_as_text_needs_no_package_of_the_extra(shown: Shown, form: str) -> None:
    """In a process in which none of them, nor what comes with them, can be imported."""
    program = f"""
import sys
for name in ("jinja2", "markupsafe", "markdown_it", "pygments"):
    sys.modules[name] = None
import rlm_core.ownership
rlm_core.ownership.refusal = lambda root, why="": ""
from rlm_core.cli import main
sys.exit(main(["export", {HOSTILE!r}, "--{form}", "--project", {str(shown.project)!r}]))
"""
    done = run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    if form == "jsonl":
        assert all(json.loads(line)["citation"] for line in done.stdout.splitlines())
        return
    tokens = MarkdownIt("commonmark").parse(done.stdout)
    assert not [t.content for t in tokens if t.type == "html_block"]
    assert not [c.content for t in tokens for c in t.children or () if c.type in ("html_inline", "image")]


_MARKS = ("```", "~~~", "````", "``` python", "```a`b", "   ```", "    ```", "> ```", "- ```", "  ```  ", "\t~~~", "x")


@given(st.lists(st.one_of(st.sampled_from(_MARKS), st.sampled_from(ATTACKS)), max_size=9).map("\n".join))
def test_where_lines_tell_what_is_fenced_a_parser_says_the_same(text: str) -> None:
    lines = without_html(text).split("\n")  # type: ignore[arg-type]
    found = fenced_lines(lines)
    parsed = MarkdownIt("commonmark").parse("\n".join(lines))
    if found is not None:
        assert found == {n for b in parsed if b.type == "fence" and b.map for n in range(*b.map)}


def test_plain_fences_are_told_without_a_parser() -> None:
    assert fenced_lines(["a", "```py", "<b>", "```", "~~~", "```", "~~~"]) == {1, 2, 3, 4, 5, 6}
    assert fenced_lines(["- a", "  ```", "  x", "  ```"]) is None
    assert fenced_lines(["```", "never closed"]) is None


def test_in_a_session_an_export_stays_in_the_project(
    shown: Shown, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUDECODE", "1")
    monkeypatch.setenv("CLAUDE_PROJECT_DIR", str(shown.project))
    command = ["export", MAIN, "--md", "-o", str(tmp_path / "out.md"), "--project", str(shown.project)]
    assert main(command) == 1
    assert "writes below the session's project alone" in capsys.readouterr().err
    assert not (tmp_path / "out.md").exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([MAIN, "--html", "-o", ""], 2, "-o: the file has no name"),
        ([MAIN, "--html", "--json"], 2, "-o FILE"),
        ([MAIN, "--html", "-o", "no/such/x.html"], 1, "there is no directory no/such"),
        (["nosuch.json", "--md"], 1, "there is no file nosuch.json"),
        (["", "--md"], 1, "rlm list"),
        (["{cited}9999", "--md"], 1, "lines"),
        (["-", "--md", "--prompts"], 2, "an answer has none"),
    ],
)
def test_export_says_what_is_wrong_before_it_writes(
    shown: Shown,
    words: list[str],
    code: int,
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("rlm_core.ownership.refusal", lambda root, why="": "")
    cited = shown.citation("lighthouse timer")
    assert main(["export", *(w.format(cited=cited) for w in words), "--project", str(shown.project)]) == code
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert said in told.err


@pytest.mark.parametrize(
    ("language", "said", "talked"),
    [
        ("C.UTF-8", "Questions are missing here: ", "rlm: the pages lack questions: "),
        ("fr_FR.UTF-8", "Il manque ici des questions\u00a0: ", "rlm: il manque des questions dans les pages\u00a0: "),
    ],
)
def test_pages_say_why_they_show_no_questions(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    said: str,
    talked: str,
) -> None:
    monkeypatch.setenv("LC_ALL", language)
    made = Shown(tmp_path)
    books = Path(own_folder()) / NAME
    books.mkdir(parents=True)
    assert main(["view", "--no-open", "--project", str(made.project)]) == 0
    lines = capsys.readouterr()
    assert talked in lines.err
    page = (Path(lines.out.split("\n")[0]).parent / "cost.html").read_text("utf-8")
    assert said in page
    assert not any(text in page for text in ("Nothing was asked yet.", "Rien n'a encore"))
    assert main(["view", "--no-open", "--project", str(made.project), "--json"]) == 0
    assert str(books) in json.loads(capsys.readouterr().out)["trouble"][0]
