"""The fixed words of the pages: each has both languages, none stands outside of the table, and pages say them."""

from __future__ import annotations

import ast
import re
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter

import pytest
from kits.paths import ROOT
from kits.view import MAIN, Shown

from rlm_core.archive.take import take_all
from rlm_core.marks.rules import KINDS
from rlm_core.transcript.source import Source
from rlm_core.view.pagewords import FRENCH, SCRIPT, many
from rlm_core.view.site import build

VIEW = ROOT / "rlm_core" / "view"
TEMPLATES = sorted((VIEW / "templates").glob("*.html"))
SHOWN_BY = ("title", "placeholder", "aria-label", "alt")
SAME = {"Claude", "UTC", "Ctrl", "K", "j", "k", "e", "t", "$", "·", "/", "?"}
COMPUTED = {*KINDS, *("{n} " + what + s for what in ("edit", "read", "agent") for s in ("", "s"))} - {"open"}
NO_TEXTS = {"open", "thinking", "tool", *(f"<code>rlm {verb}</code>" for verb in ("ask", "run", "verify"))}
"""What stands within the call of a template's without being told: a kind that is compared with, a command."""


class Fixed(HTMLParser):
    """Whatever stands in a template's text, or in an attribute that people are shown, without coming from a value."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.feed(re.sub(r"\{[{%#].*?[}%#]\}", "", source, flags=re.S))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.words += [value for name, value in attrs if name in SHOWN_BY and value and value.strip()]

    def handle_data(self, data: str) -> None:
        self.words += [word for word in data.split() if re.search(r"\w", word)]


def strings(source: str, name: str) -> set[str]:
    """The texts that a template, or our script, gives to a function."""
    calls = re.findall(rf"\b{name}\(((?:[^()\"]|\"[^\"]*\"|\([^()]*\))*)\)", source)
    return {text for call in calls for text in re.findall(r'"((?:[^"\\]|\\.)*)"', call)}


def told() -> set[str]:
    """Every text that templates and makers of pages ask the table for."""
    found = set()
    for path in TEMPLATES:
        source = path.read_text("utf-8")
        found |= {text for name in ("said", "many") for text in strings(source, name)}
    for path in VIEW.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "said":
                found |= {a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)}
    return found


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)
def test_no_template_has_words_of_its_own(path: Path) -> None:
    assert set(Fixed(path.read_text("utf-8")).words) <= SAME


def test_every_text_that_pages_ask_for_has_its_french_and_none_is_left_over() -> None:
    assert (told() - NO_TEXTS) | COMPUTED == set(FRENCH)


def test_every_text_of_the_script_has_its_french_and_none_is_left_over() -> None:
    source = (VIEW / "assets" / "app.js").read_text("utf-8")
    asked = set(re.findall(r'(?<!\w)t\("((?:[^"\\]|\\.)*)"', source))
    assert asked == set(SCRIPT)
    quoted = re.findall(r'"([A-Z][a-z]+(?: [a-z]+)*[.]?)"', re.sub(r'(?<!\w)t\("(?:[^"\\]|\\.)*"', "", source))
    assert set(quoted) <= {"Claude", "Enter", "Escape"}


@pytest.mark.parametrize("english", [*FRENCH, *SCRIPT])
def test_both_languages_fill_in_the_same_values_and_have_nothing_to_escape(english: str) -> None:
    french = FRENCH.get(english) or SCRIPT[english]
    names = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (english, french)]
    assert names[0] == names[1]
    assert not re.search(r'[<>&"]', english + french)


def test_none_is_singular_in_french_and_plural_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [many(n, "{n} edit", "{n} edits") for n in (0, 1, 2)] == ["0 edits", "1 edit", "2 edits"]
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert [many(n, "{n} edit", "{n} edits") for n in (0, 1, 1234)] == [
        "0 modification",
        "1 modification",
        "1\u202f234 modifications",
    ]


def test_pages_are_made_anew_in_the_users_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Shown(tmp_path)
    archive = made.archive
    take_all(archive, Source(str(made.transcripts / f"{MAIN}.jsonl")))  # with the files of its folder
    assert '<html lang="en">' in (made.top / "index.html").read_text("utf-8")
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert build(archive).written == 2
    pages = {path.name: path.read_text("utf-8") for path in made.top.rglob("*.html")}
    assert all('<html lang="fr">' in page for page in pages.values())
    assert "Ce que l'archive couvre" in pages["coverage.html"]
    assert "&#34;tool call&#34;: &#34;appel d&#39;outil&#34;" in pages["index.html"]
    assert re.search(r"Demande \d", pages["1.html"])
    assert any("Fichiers du dossier de la session" in page for page in pages.values())
    assert build(archive).written == 0
