"""Clean text is a type: mypy refuses anything else where a file is written, and only the redactor's room makes it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kits.paths import ROOT

from rlm_core.redaction import clean
from rlm_core.redaction.ids import clean_id
from rlm_core.redaction.redactor import Redactor

PACKAGE = ROOT / "rlm_core"
FILES = [p for p in sorted(PACKAGE.rglob("*.py")) if "_share" not in p.parts]

# What mypy says. `text` is a plain `str` in one copy of these lines and a CleanText in another.

HEAD = """\
from __future__ import annotations

from pathlib import Path

from rlm_core import log
from rlm_core.archive.catalog import write_session_index
from rlm_core.archive.ledger import Ledger
from rlm_core.archive.state import State
from rlm_core.archive.summaries import file_summary
from rlm_core.asking.books import Books
from rlm_core.asking.ledger.grants import Grant, Spending
from rlm_core.asking.memory.answers import Answers
from rlm_core.chunks.chunker import ChunkerState, Chunk, Chunker
from rlm_core.chunks.chunkfile import dump
from rlm_core.chunks.render import Rendered
from rlm_core.chunks.sanitize import CleanEntry, CleanPart
from rlm_core.config import Config
from rlm_core.disk import Batch, write_atomic
from rlm_core.documents.chunking import CleanDocument, chunks
from rlm_core.documents.registry import AddedDocument, Directory
from rlm_core.redaction.clean import CleanJson, CleanText, dumps, fields, literal
from rlm_core.transcript.entry import Entry, Part


def writers(
    text: {type}, chunk: Chunk, clean: CleanEntry, state: State, answers: Answers, spending: Spending, books: Books,
    grant: Grant, document: CleanDocument, word: CleanText, folder: Path, carry: ChunkerState,
    config: Config,
) -> None:
"""
WRITERS = """\
write_atomic("p", text.encode())
Batch().put("p", text.encode())
log.write("p", text)
log.write("p", literal("{} {}").format(text, 1))
log.write("p", literal(", ").join([text]))
log.write("p", word + text)
log.write("p", word.replace("a", text))
log.hook("p", word, "", text, 0.0)
dumps(text)
dumps([word, [text]])
dumps((text,))
dumps({word: text})
dumps({text: 1})
fields(a=text)
dump(chunk, 1, text, closed=True)
dump(chunk, 1, word, closed=True, agent=text)
chunk.turn_title = text
chunk.previous = text
chunk.redactions = {text: 1}
carry.prompt = text
carry.cwd = text
carry.branch = text
carry.pending = {text: word}
Rendered(clean, 1, text, 1, [])
Rendered(clean, 1, word, 1, [(word, text.encode())])
clean.branch = text
clean.cwd = text
clean.parts[0].text = text
clean.parts[0].name = text
clean.parts[0].call_id = text
clean.parts[0].files = (text,)
CleanPart("text", text)
CleanPart("text", word, name=text)
CleanPart("text", word, call_id=text)
CleanPart("text", word, files=[text])
CleanEntry(word, word, word, [], cwd=text)
CleanEntry(word, word, word, [], branch=text)
Entry(text, word, word, [])
Entry(word, text, word, [])
Entry(word, word, text, [])
write_session_index("p", state, {1: text})
State(text)
State(word, text)
state.title = (0, text)
state.folder = text
state.position.transcript = text
state.shared = {text: 1}
state.fresh = [(text, 1)]
file_summary("p", {}, text, word)
file_summary("p", {}, word, text)
document.path = text
document.lines = [(1, text)]
chunks(document, config, "s", text, {})
chunks(document, config, "s", word, {"": text})
AddedDocument("p", slug=text)
AddedDocument("p", files=(text,))
Directory("p", added=text)
answers.put("k", fields(a=[text]))
spending.grant(1.0, 1.0, project=text, question=word)
spending.grant(1.0, 1.0, project=word, question=text)
spending.records(text)
grant.finish(fields(route=text))
grant.finish({text: word})
books.change("answers", lambda _: text)
""".splitlines()
REFUSED = """\
Chunker(1, 1).add(Entry(word, word, word, []))
clean.parts = (Part("text", word),)
CleanEntry(word, word, word, [Part("text", word)])
log.write("p", f"{word}")
log.write("p", "plain")
log.write("p", word.upper().title())
write_atomic("p", b"plain")
write_atomic("p", word.encode() + b"plain")
dumps({"a": word})
""".splitlines()


def module(kind: str, lines: list[str]) -> str:
    return HEAD.replace("{type}", kind) + "".join(f"    {line}\n" for line in lines)


def test_mypy_refuses_a_plain_text_in_every_writer(tmp_path: Path) -> None:
    from mypy import api

    lines = [*WRITERS, *REFUSED]
    (tmp_path / "plain.py").write_text(module("str", lines))
    (tmp_path / "clean.py").write_text(module("CleanText", WRITERS))
    settings = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(ROOT / ".mypy_cache")]
    said, broken, _ = api.run([*settings, "--no-pretty", str(tmp_path / "plain.py"), str(tmp_path / "clean.py")])
    assert not broken
    found = re.findall(r"(?m)^\S*?(plain|clean|\w+)\.py:(\d+): error: (.*)$", said)
    assert {name for name, *_ in found} == {"plain"}, said
    first = HEAD.count("\n") + 1
    refused = {int(line) - first for _, line, _ in found}
    assert [lines[n] for n in range(len(lines)) if n not in refused] == []


# What the source says.


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if function in names:
                yield node


Trees = dict[Path, ast.AST]


@pytest.fixture(scope="module")
def trees() -> Trees:
    """The modules of the program, parsed once for all tests here."""
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}


def modules(trees: Trees, condition: Callable[[ast.AST], bool]) -> set[str]:
    return {path.relative_to(PACKAGE).as_posix() for path, tree in trees.items() if condition(tree)}


def test_only_redaction_makes_clean_text(trees: Trees) -> None:
    for path, tree in trees.items():
        if path.parent == PACKAGE / "redaction":
            continue
        assert not list(calls(tree, "CleanText", "CleanBytes")), f"{path}: made by the redactor alone"
        casts = [ast.unparse(call) for call in calls(tree, "cast")]
        assert not [c for c in casts if "Clean" in c], path
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                assert not {ast.unparse(base) for base in node.bases} & {"CleanText", "CleanBytes"}, path
        ignored = [line for line in path.read_text(encoding="utf-8").split("\n") if "type: ignore" in line]
        told = re.compile(r"[Cc]lean|literal\(|write_atomic|\.put\(|log\.")
        assert not [line for line in ignored if told.search(line)], path


def test_a_literal_stands_in_the_source(trees: Trees) -> None:
    def is_literal(node: ast.expr) -> bool:
        if isinstance(node, ast.IfExp):
            return is_literal(node.body) and is_literal(node.orelse)
        return isinstance(node, ast.Constant) and isinstance(node.value, str)

    for path, tree in trees.items():
        if not re.search(r"import .*\bliteral\b|^\s*literal = str|def literal", path.read_text("utf-8"), re.M):
            continue  # it has another meaning there
        called = list(calls(tree, "literal"))
        assert all(len(call.args) == 1 and not call.keywords and is_literal(call.args[0]) for call in called), path
        names = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == "literal"]
        loaded = [n for n in names if isinstance(n.ctx, ast.Load)]
        assert len(loaded) == len(called), f"{path}: called, and not handed on"


def test_fields_are_named_in_the_source(trees: Trees) -> None:
    for path, tree in trees.items():
        for call in calls(tree, "fields", "as_fields"):
            spread = [ast.unparse(k.value) for k in call.keywords if k.arg is None]
            assert not call.args or path.parent.name != "redaction"
            assert set(spread) <= {"asdict(usage)"}, (path, spread)


def test_bytes_that_nobody_reads_have_few_writers(trees: Trees) -> None:
    assert modules(trees, lambda tree: any(calls(tree, "own_bytes"))) == {
        "archive/copies/keeping.py",  # the archive's path, times of its directories
        "archive/copies/linking.py",  # a file of the archive as it is
        "archive/ledger.py",  # a hash table
        "archive/summaries.py",  # a summary's file with the number of its last chunk changed
        "chunks/chunkfile.py",  # a chunk file with two words of its front matter changed
        "chunks/render.py",  # a picture
        "config.py",  # the user's settings
        "forget/places/jottings.py",  # the log's own lines, some left out
        "forget/places/relisting.py",  # times of the directories of a copy
        "forget/places/taking.py",  # a summary's file without its text
        "git/block.py",  # git's file of what it ignores, with our lines in it
        "home.py",  # the user's key
        "hooks/plugin.py",  # where an interpreter lies
        "llm/names.py",  # ids of models
        "revive/tree.py",  # a picture
        "rules/trusted.py",  # where the user's projects lie, hashes
        "registry.py",  # where the user's projects lie
    }


def test_text_read_back_has_few_readers(trees: Trees) -> None:
    def reads(tree: ast.AST) -> bool:
        return any(isinstance(n, ast.Name) and n.id == "written_before" for n in ast.walk(tree))

    assert modules(trees, reads) == {
        "adoption/move.py",  # names of session directories, a title in index.md
        "archive/anew/renew.py",  # names of chunk files and summaries
        "archive/anew/swap.py",  # names of chunk files
        "archive/catalog.py",  # lines of index.md
        "archive/cited.py",  # the name of a chunk file
        "archive/copies/restoring.py",  # titles and names of session directories
        "archive/known.py",  # an entry of the open chunk, as it stands there
        "archive/mending/mend.py",  # names of chunk files
        "archive/mending/recover.py",  # likewise
        "archive/repair/rebuild.py",  # names of chunk files
        "archive/repair/reindexing.py",  # likewise
        "archive/store.py",  # names of session directories
        "chunks/altered.py",  # entries and labels of a chunk file out of which others are taken
        "chunks/relabel.py",  # likewise
        "chunks/chunkfile.py",  # names in the last line of one
        "documents/registry.py",  # names of documents' directories
        "forget/places/jottings.py",  # keys of what hints have shown
        "forget/places/labelled.py",  # titles out of entries of chunk files
        "forget/places/relisting.py",  # ids of chunk files
        "forget/places/questions.py",  # answers that stay, questions of receipts and grants
        "forget/places/traces.py",  # entries of chunk files, to know which words stay
        "handoff/backwards.py",  # entries of chunk files
        "repl/cellstore.py",  # paths in a session.json, which stay as they are
        "search/hints.py",  # the beginning of a hit
        "secrets/sheets.py",  # names of fields, kinds and fingerprints in a chunk file's last line, a prompt's title
        "secrets/tour.py",  # lines of a journal in which nothing was found
        "view/pagekit.py",  # entries of chunk files in the form of pages
        "view/site.py",  # what is kept of a session for pages, our own style and script
    }


def test_files_are_written_by_few(trees: Trees) -> None:
    """Whoever writes past `disk` is listed here, with what."""

    def may_write(node: ast.AST) -> bool:
        text = node.attr if isinstance(node, ast.Attribute) else getattr(node, "value", "")
        return text == "write" or (isinstance(text, str) and "os.write(" in text)

    def by_the_system(tree: ast.AST) -> bool:
        """A whole module is put into words only where that can show something."""
        return any(map(may_write, ast.walk(tree))) and "os.write(" in ast.unparse(tree)

    def writes(tree: ast.AST) -> bool:
        opened = [c for c in calls(tree, "open", "fdopen") if re.search(r"'[rwaxb+]*[wax+][b+]*'", ast.unparse(c))]
        return bool(opened or any(calls(tree, "write_text", "write_bytes")) or by_the_system(tree))

    assert modules(trees, writes) == {
        "archive/ledger.py",  # rows of a hash table
        "demo/play.py",  # a made-up project in a temporary directory
        "demo/records.py",
        "disk.py",
        "doctor/examination.py",  # whether a directory can be written
        "doctor/trial.py",  # a session of a scratch project
        "forget/transcripts.py",  # Claude Code's own lines, some blanked
        "hook.py",  # stdout
        "hooks/plugin.py",  # what pip says
        "install/files.py",  # the user's settings
        "launcher/table.py",  # which interpreters run hooks, and the script made of that
        "llm/api/batch_journal.py",  # CleanBytes
        "llm/claude/leaf.py",  # settings of a process, in a temporary directory
        "llm/claude/watchdog.py",  # a pipe
        "lock.py",  # one byte
        "log.py",  # CleanText
        "repl/cell/framing.py",  # a pipe
        "repl/cell/saving.py",  # a cell's process: names and texts that it was given redacted, into its scratch
        "repl/cell/view.py",  # the same: a text without its secrets
        "repl/cell/worker.py",  # the same: its names
        "repl/execute.py",  # what such a process prints, in its scratch, before it is redacted
        "repl/trace.py",  # CleanText
    }


def test_redactors_follow_the_settings_of_the_project(trees: Trees) -> None:
    assert modules(trees, lambda tree: any(calls(tree, "Redactor"))) == {
        "archive/proof/verify.py",  # what may have been archived under other settings
        "config.py",
        "redaction/ids.py",  # ids must be the same under all settings
        "repl/cell/worker.py",  # a process that is told the settings, and may not read them
    }


# What the functions do.


def test_hexadecimal_digits_are_checked() -> None:
    assert clean.hex_digits("00ffa9") == "00ffa9"
    with pytest.raises(ValueError, match="not hexadecimal"):
        clean.hex_digits("00 password")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-22T10:00:03.123Z", "2026-11-22T10:00:03.123Z"),
        ("2026-11-22 10:00:03+01:00", "2026-11-22 10:00:03+01:00"),
        ("2026-11-22T10:00:03 hunter22", ""),
        ("", ""),
    ],
)
def test_a_time_is_digits(text: str, expected: str) -> None:
    assert clean.moment(text) == expected


KEY = "gh" + "p_" + "a1B2c3D4e5" * 4


@pytest.mark.parametrize(
    "text",
    ["", "a1", "3f2b8a90-1111-4222-8333-944445555666", "toolu_01AbCdEf" + "x" * 16, "line-0123", "Bash", "my_session"],
)
def test_plain_ids_stay(text: str) -> None:
    assert clean.plain_id(text) == clean_id(text) == text


@pytest.mark.parametrize("text", [KEY, "password=hunter22", "a b", "toolu_01" + KEY, "é", "aprompt_suggestion-0123abc"])
def test_other_ids_are_not_plain(text: str) -> None:
    assert clean.plain_id(text) is None


def test_an_id_that_holds_a_secret_becomes_a_hash_and_another_stays() -> None:
    assert clean_id("aprompt_suggestion-0123abc") == "aprompt_suggestion-0123abc"
    assert re.fullmatch("id-[0-9a-f]{24}", clean_id(f"x {KEY}"))
    assert clean_id(KEY) == clean_id(KEY) != clean_id(KEY + "x")


IDS = st.one_of(
    st.text(alphabet="ABab01_-", max_size=25),
    st.text(alphabet="0123456789abcdef-", max_size=70),
    st.text(alphabet="AKIASKghp_01dapikey-xoAIza", max_size=19),
    st.builds(str.__add__, st.sampled_from(["", "AK" + "IA", "S" + "K"]), st.text("ABCDEF0123456789", max_size=35)).map(
        "toolu_".__add__
    ),
    st.text(alphabet="AKIASKghp01dapikeyxoAIz", max_size=50).map("toolu_".__add__),
)


@given(IDS, st.sampled_from(["{}", "a {} b", '"{}"', "x\n{}\ny"]))
def test_no_rule_finds_a_secret_in_a_plain_id(text: str, around: str) -> None:
    if clean.plain_id(text) is not None:
        assert Redactor()(around.format(text)) == around.format(text)


def test_names_are_redacted_and_counted_each_time() -> None:
    redact = Redactor(extra=[("badge", r"B-\d{4}")])
    names = [redact.name(name) for name in ("main", "main", "B-1234", "B-1234")]
    assert names == ["main", "main", "[redacted:badge]", "[redacted:badge]"]
    assert redact.counts == {"badge": 2}


def test_values_are_redacted_wherever_they_stand() -> None:
    redact = Redactor()
    value = {"a": [KEY, 1, None, True, 2.5], KEY: {"b": KEY}, "c": "plain"}
    mark = "[redacted:github]"
    assert redact.values(value) == {"a": [mark, 1, None, True, 2.5], mark: {"b": mark}, "c": "plain"}
    with pytest.raises(TypeError):
        redact.values({"a": object()})


def test_a_quote_of_clean_text_stays_as_it_is() -> None:
    """On a line of its own it looks like a secret; in the text that it was taken from it did not."""
    text = Redactor()("set API_KEY=abcdefghijkl there")
    quote = "API_KEY=abcdefghijkl"
    assert quote in text
    assert Redactor().values([quote]) == ["API_KEY=[redacted:env]"]
    assert Redactor().values([quote], lambda words: words in text) == [quote]
