"""What is told has its French: found in the source, without the tables, and none of the tables is left over."""

from __future__ import annotations

import ast
import errno
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from kits.builders import SESSION, Session, archive
from kits.paths import ROOT

from rlm_core.archive.take import take
from rlm_core.asking.ledger.grants import RlmError
from rlm_core.cli import main
from rlm_core.cli.manners.sessiontable import say_table
from rlm_core.errors import ArchiveError, Counted, Joined, of_system, phrase, worded
from rlm_core.language.french.nouns import NOUNS
from rlm_core.language.notices import forms, here, notice, several

FRENCH = {"LC_ALL": "fr_FR.UTF-8"}
SOURCES = [p for p in sorted((ROOT / "rlm_core").rglob("*.py")) if "language" not in p.parts]
TREES = {p: ast.parse(p.read_text("utf-8")) for p in SOURCES}
TELLING = ("worded", "notice", "remark", "for_people")
PRINTING = ("say", "talk", "input")
OURS = re.compile(
    r"(Rlm|Usage|Config|Archive|FileRefused|Install|Books|IndexUnusable|Unreadable|Setup|LockTimeout|LockUnsupported|"
    r"Poorer|WrongSql|OverLimit)Error"
)
"""Errors whose message people read. Others are told to programs and models, or are faults of ours."""
MADE = re.compile(r"a list|a count|a tally|a pairs|an answer|a table|\{n:,\} \w+")
"""Forms that are put together, of a kind of question and of what became of a document."""
WORDS = re.compile(r"[A-Za-z]{2,}.* .*[A-Za-z]{2,}", re.DOTALL)


def name_of(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def calls() -> Iterator[tuple[Path, ast.Call]]:
    return ((path, node) for path, tree in TREES.items() for node in ast.walk(tree) if isinstance(node, ast.Call))


def texts(node: ast.AST) -> set[str]:
    """Constants that a value may be: itself, or one side of a condition."""
    if isinstance(node, ast.IfExp):
        return texts(node.body) | texts(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def loose(node: ast.AST) -> bool:
    """Whether a text is put together with words of its own, which no table can have."""
    if isinstance(node, ast.IfExp):
        return loose(node.body) or loose(node.orelse)
    if isinstance(node, ast.BinOp):
        return any(loose(n) or any(WORDS.search(t) for t in texts(n)) for n in (node.left, node.right))
    if not isinstance(node, ast.JoinedStr):
        return False
    # A command with its options is the same in any language.
    own = "".join(v.value if isinstance(v, ast.Constant) else "\0" for v in node.values)
    return not own.startswith(("cd ", "rlm ", "https:")) and bool(WORDS.search(own.replace("rlm: ", "", 1)))


def is_plain(form: str) -> bool:
    """Whether a form has words at all."""
    return bool(re.search("[A-Za-z]{2}", "".join(text for text, *_ in Formatter().parse(form))))


def named(tree: ast.Module, name: str) -> set[str]:
    """Constants that a module gives a name."""
    given = [n for n in ast.walk(tree) if isinstance(n, ast.Assign)]
    return {t for n in given if any(getattr(to, "id", "") == name for to in n.targets) for t in texts(n.value)}


def test_every_form_that_is_told_has_its_french() -> None:
    told: set[str] = set()
    for path, call in calls():
        first = call.args[0] if name_of(call) in TELLING and call.args else None
        told |= named(TREES[path], first.id) if isinstance(first, ast.Name) else texts(first) if first else set()
    assert len(told) > 500
    known = forms()
    assert {form for form in told if is_plain(form) and form not in known} == set()


def test_every_message_of_an_error_has_its_french() -> None:
    known, lacking, pieced = forms(), [], []
    for path, call in calls():
        if not OURS.fullmatch(name_of(call)) or "cell" in path.parts:
            continue
        for argument in call.args:
            lacking += [t for t in texts(argument) if " " in t and t not in known]
            pieced += [f"{path.name}:{call.lineno}"] * loose(argument)
    assert (lacking, pieced) == ([], [])


def test_nothing_that_the_command_line_prints_is_put_together_from_english_words() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path, call in calls()
        if "cli" in path.parts and name_of(call) in PRINTING and call.args
        if loose(call.args[0]) or any(WORDS.search(t) for t in texts(call.args[0]))
    ]
    assert found == []


def test_no_french_is_left_over() -> None:
    there = {
        node.value
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    there |= {os.strerror(number) for number in errno.errorcode}
    there |= {text.replace("to add it", "to read it") for text in there}
    assert {form for form in forms() if form not in there and not MADE.fullmatch(form)} == set()


def test_a_text_has_one_french_whatever_table_it_stands_in() -> None:
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "rlm_core" / "language" / "french").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            for key, value in zip(node.keys, node.values, strict=True) if isinstance(node, ast.Dict) else ():
                if path.name != "nouns.py" and key is not None:
                    found.setdefault(ast.literal_eval(key), set()).add(ast.literal_eval(value))
    assert {form: french for form, french in found.items() if len(french) > 1} == {}


def test_both_languages_fill_in_the_same_values() -> None:
    for pair in forms().items():
        both = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in pair]
        assert both[0] == both[1], pair


def test_french_signs_stand_behind_a_space_and_commands_are_as_they_are_typed() -> None:
    for english, french in forms().items():
        typed = [set(re.findall(r"`[^`]*`", text)) for text in (english, french)]
        assert typed[1] == {c.replace(" WORDS", " MOTS").replace("COMMAND", "COMMANDE") for c in typed[0]}, french
        plain = re.sub(r"`[^`]*`|'[^' ]*'|\"[^\"]*\"|\{[^{}]*\}|https:|^rlm: |\([\w.]+: false\)", "x", french)
        assert not re.search(r"\w[;?!](?!\w)|\w: ", plain), french


def test_numbers_of_things(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [several(n, what) for n, what in ((0, "page"), (1, "entry"), (1200, "entry"))] == [
        "0 pages",
        "1 entry",
        "1,200 entries",
    ]
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    assert [several(n, what) for n, what in ((0, "page"), (1, "entry"), (1200, "entry"))] == [
        "0 page",
        "1 entrée",
        "1\u202f200 entrées",
    ]
    counted = {
        t for _, call in calls() if name_of(call) in ("Counted", "count_of", "several") for t in texts(call.args[-1])
    }
    assert counted <= set(NOUNS)


def test_a_text_is_english_until_somebody_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    inner = ArchiveError(worded("{path} is not a directory; move it away", path="a"))
    outer = RlmError(worded("{what}: {why}", what="b", why=inner))
    assert str(outer) == "b: a is not a directory; move it away"
    assert here(outer) == "b\u00a0: a n'est pas un dossier\u00a0; déplacez-le"
    assert json.loads(json.dumps(worded("no row"))) == "no row"
    assert here(RlmError("there is no question; ask one")) == "il n'y a pas de question\u00a0; posez-en une"
    assert here(Joined("; ", [Counted(2, "chunk"), "somebody's own words"])) == "2 morceaux\u00a0; somebody's own words"
    assert notice("{n:,} verified, {others:,} unverified", n=1, others=2000) == "1 vérifiée, 2\u202f000 non vérifiées"
    gone = OSError(errno.ENOENT, os.strerror(errno.ENOENT), "a.md")
    assert here(worded("{what}: {why}", what="x", why=of_system(gone))) == "x\u00a0: ni fichier ni dossier de ce nom"
    assert here(gone) == "ni fichier ni dossier de ce nom\u00a0: a.md"
    assert here(phrase("{x} of somebody")) == "{x} of somebody"


def test_ways_back_and_pages_are_told_in_french(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    session = Session(cwd=str(tmp_path))
    session.prompt("ash asked")
    session.says("ash said")
    take(archive(tmp_path), session.write(tmp_path / f"{SESSION}.jsonl"))
    project = ["--project", str(tmp_path)]
    assert main(["revive", SESSION, "--dry-run", *project]) == 0
    told = capsys.readouterr().out
    assert told.startswith("écrirait  ")
    assert f"2 entrées de la session {SESSION}, environ " in told
    assert main(["status", *project]) == 0
    told = capsys.readouterr().out
    assert re.search(r"^         1 session, 1 morceau, \d+ jetons, [\d,]+ (octets|ko) sur disque$", told, re.MULTILINE)
    assert re.search(r"^copie    |^config   valeurs par défaut$", told, re.MULTILINE)
    assert "caviardage activé" in told
    assert main(["status", "--json", *project]) == 0
    assert json.loads(capsys.readouterr().out)["tokens_accuracy"].split()[0] in ("by", "estimated")
    assert main(["export", SESSION, "--md", *project]) == 0
    assert re.findall(r"^## (\w+)", capsys.readouterr().out, re.MULTILINE) == ["Vous", "Claude"]
    say_table(
        [{"session": SESSION, "ended": "2026-11-22T10:00:00", "chunks": 1200, "agents": 0, "tokens": 3, "title": "x"}],
        [""],
    )
    assert re.search(r"session +utilisée +morceaux +jetons +titre\n.* 1\u202f200 ", capsys.readouterr().out)
    assert main(["view", "--no-open", *project]) == 0
    assert "de 1 session, " in capsys.readouterr().out
    assert main(["revive", "no/such", *project]) == 1
    assert "il n'y a pas de session no/such" in capsys.readouterr().err
