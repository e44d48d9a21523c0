"""What is promised to readers: pages from the code are fresh, nothing lacks its words, both languages show the same."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
import yaml
from kits.paths import ROOT

from reference import pages as made
from reference.pages import FOLDERS, LANGUAGES, NAMES, all_commands, missing, pages
from rlm_core.cli.parser import parsed, parser
from rlm_core.config import DEFAULTS

READMES = ("README.md", "README.fr.md")
WRITTEN = ("guide", "recipes", "installing", "finding", "asking", "comparison", "privacy", "limits", "durability")
PAIRS = [READMES, *[tuple(f"{FOLDERS[lang]}/{name}.md" for lang in LANGUAGES) for name in (*NAMES, *WRITTEN)]]
PAGES = [name for pair in PAIRS for name in pair]
OTHERS = {"--no-deps", "--from", "--spec", "--help", "--version"}  # of pip, uvx, pipx, claude; ours on every page


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", text(name), re.DOTALL)


def test_every_command_option_setting_event_and_check_has_its_words_in_both_languages() -> None:
    assert missing() == [], "then run `make reference`"


def test_what_lacks_its_words_is_told_with_the_place_where_they_belong(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test before this one can fail, for each kind."""
    lacking = {"SETTINGS": "ask.max_usd", "EVENT_WORDS": "Stop", "CHECKS": "locks"}
    lacking["OPTIONS"] = "tell of each hit what it scored for"
    for table, name in lacking.items():
        words = {key: value for key, value in getattr(made, table).items() if key != name}
        monkeypatch.setattr(made, table, words | ({"ask.no_more": ("", "")} if table == "SETTINGS" else {}))
    told = "\n".join(missing())
    for wanted in (
        "`rlm search --explain`",
        "`ask.max_usd`",
        "event Stop",
        "'locks'",
        "is no more, the setting `ask.no_more`",
    ):
        assert wanted in told
    assert told.count("in reference/") == 4
    assert told.count("OPTIONS in rlm_core/cli/manners/helpwords.py") == 1


def test_pages_made_from_the_code_are_fresh() -> None:
    stale = [name for name, page in pages().items() if not (ROOT / name).is_file() or text(name) != page]
    assert not stale, "run `make reference`"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_commands_page_shows_every_command_and_every_option(lang: str) -> None:
    page = text(f"{FOLDERS[lang]}/commands.md")
    for one in all_commands():
        assert f"\n`{one.usage}`" in page
        for row in one.rows:
            assert row.name.replace("|", r"\|") in page, f"{one.name} {row.name}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_configuration_pages_block_is_the_defaults(lang: str) -> None:
    (block,) = blocks(f"{FOLDERS[lang]}/configuration.md", "yaml")
    assert yaml.safe_load(block) == json.loads(json.dumps(DEFAULTS))


@pytest.mark.parametrize("name", READMES)
def test_a_readme_is_short(name: str) -> None:
    assert len(text(name).splitlines()) < 150


@pytest.mark.parametrize("name", PAGES)
def test_every_option_a_page_shows_exists(name: str) -> None:
    actions = parser()._subparsers._group_actions  # type: ignore[union-attr]
    known = {row.name.split(" ")[0].rstrip(",") for one in all_commands() for row in one.rows}
    known |= {o for p in dict(actions[0].choices).values() for a in p._actions for o in a.option_strings}  # type: ignore[arg-type]
    shown = set(re.findall(r"(?<![\w/`-]-)(?<![\w-])--[a-z][a-z-]+", text(name)))
    assert shown <= known | OTHERS


@pytest.mark.parametrize("name", PAGES)
def test_every_command_line_a_page_shows_can_be_meant(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for block in blocks(name, "sh"):
        for line in re.findall(r"^rlm .*", block, re.MULTILINE):
            argv = shlex.split(line, comments=True)[1:]
            argv = argv[: argv.index(">")] if ">" in argv else argv
            try:
                parsed(argv)
            except SystemExit:
                pytest.fail(f"{name}: {line}: {capsys.readouterr().err}")


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: Path(pair[0]).stem)
def test_both_languages_show_the_same_commands_and_link_to_what_is_there(pair: tuple[str, str]) -> None:
    shown = [[re.sub(r"\s*#.*", "", line) for b in blocks(n, "sh") for line in b.splitlines()] for n in pair]
    assert shown[0] == shown[1]
    for name in pair:
        links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", re.sub(r"`[^`\n]*`", "", text(name)))
        gone = [to for to in links if "://" not in to and not (ROOT / name).parent.joinpath(to).exists()]
        assert gone == [], name
        headings = [len(re.findall(r"^#+ ", text(n), re.MULTILINE)) for n in pair]
        assert headings[0] == headings[1]


def test_the_recipes_name_what_is_in_the_files_they_name() -> None:
    """`NAME` in `path.py`, and `path.py`: `NAME`."""
    recipes = text("CONTRIBUTING.md")
    named = re.findall(r"`(\w+)`(?: (?:and|or) `(\w+)`)? in\s+`([\w/]+\.py)`", recipes)
    named += [(name, "", path) for path, name in re.findall(r"`([\w/]+\.py)`: `(\w+)`", recipes)]
    assert len(named) > 8
    for *names, path in named:
        assert [n for n in names if not re.search(rf"\b{n}\b", text(path))] == [], path
