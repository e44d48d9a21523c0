"""Each command in both languages, as a person at a terminal gets it: no line holds an English word for a French user.

It goes by what is printed, and knows nothing of the tables.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from kits.builders import SESSION, Session
from kits.place import Place

from rlm_core.cli import main

ENGLISH = re.compile(
    r"\b(?:the|of|is|are|was|were|has|have|not|no|nor|none|and|or|to|in|into|it|its|with|without|this|that|these|what|"
    r"which|who|whose|from|for|by|be|been|there|than|then|them|they|you|your|yours|only|all|more|other|others|one|of|"
    r"would|cannot|could|more|first|name|give|write|run|left|out|file|files|archived|nothing|found|session's|words|"
    r"deleted|missing|hooks? in|bytes|tokens|chunks?|seen)\b",
    re.IGNORECASE,
)
OTHERS = re.compile(
    r"missing \), unterminated subpattern at position 0|Expecting property name.* at line 1 column 2|"
    r"not authorized|file is not a database|while parsing a flow node.*\^|rlm run: |(?<=connus ici\u00a0: )[\w, ]*"
)
"""What Python, PyYAML and SQLite say, and the names of settings and verbs."""
FOR_AGENTS = re.compile(r"order-\w+/1, |  /\S+ lines |\w+\(\w+ \w+(?:, \w+ \w+)*\)$")
"""Lines that sub-agents are handed, and a table's columns with their types."""
COMMANDS = [
    "archive",
    "archive --all",
    "archive nope",
    "status",
    "search ashen",
    "search quartz --explain",
    "search zzzz",
    "search --session ffff quartz",
    "search quartz --everywhere",
    "search zzzz --everywhere",
    "serch x",
    "search x --sinc 3",
    "search x -k 0",
    "search x --since nope",
    "search x --role nope",
    "search --regex ( x",
    "list",
    "list --everywhere",
    "show ffff",
    f"show {SESSION}",
    "peek",
    "peek --session ffff",
    "peek --since nope",
    "peek -n 0",
    "verify",
    "verify nope",
    "verify --repair",
    "reindex",
    "add",
    "add nope.md",
    "add notes.md",
    "add --list",
    "add --list notes.md",
    "add --remove",
    "add http://a/b",
    "forget --match quartz --dry-run",
    "forget --match quartz",
    "forget --match quartz --session x",
    "forget --regex ( --dry-run",
    "forget --regex x* --dry-run",
    "forget --session ffff --dry-run",
    "forget --retention",
    "forget",
    "redact --dry-run",
    "redact",
    "secrets",
    "secrets --kind nope",
    "sql",
    "sql SELECT_count(*)_AS_x_FROM_entries",
    "sql SELECT_nope_FROM_entries",
    "sql SELECT_1_FROM_nope",
    "sql DROP_TABLE_entries",
    "sql SELECT_1_AS_x_FROM_entries_WHERE_0",
    "sql SELECT_1 --csv --json",
    "repl list",
    "repl vars -s nope",
    "repl drop -s nope",
    "repl fork nope -s nope",
    "repl exec nope.py",
    "repl exec -c print(1) --over nope",
    "trace",
    "trace nope",
    "replay",
    "run",
    "ask",
    "ask which? --plan",
    "ask which? --plan --over nope",
    "ask which? --plan --kind nope",
    "ask which? --fields ,",
    "ask which? --rows a.csv",
    "ask which? --depth 99 --plan",
    "ask which? --leaf native",
    "ask which? --findings nope",
    "ask --pause",
    "status",
    "ask --resume",
    "why notes.md",
    "why notes.md:99",
    "why nope",
    "resume nope",
    "resume --print quartz",
    "revive nope",
    f"revive {SESSION} --dry-run",
    f"revive {SESSION}",
    "rescue",
    "restore",
    "restore --session ffff",
    "adopt",
    "trust",
    "view --no-open",
    "view --no-open --session ffff",
    "export",
    f"export {SESSION}",
    "export ffff --md",
    f"export {SESSION} --md --json",
    f"export {SESSION} --md -o there.md",
    f"export {SESSION} --md -o nope/there.md",
    "handoff --session ffff",
    "install --user --shared",
    "install --offload-at 3",
    "install --dry-run",
    "install",
    "doctor",
    "uninstall --dry-run",
    "uninstall --purge",
    "uninstall",
    "completion tcsh",
    "completion",
    "demo --nope",
    "handoff nope",
]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A project with a session, in which the words are nobody's language, and files that commands meet."""
    made = Place(tmp_path)
    session = Session(cwd=str(made.project))
    for word in ("quartz ashen", "quartz mica"):
        session.prompt(word)
        session.says(f"basalt {word}")
    made.session(session)
    (made.project / "notes.md").write_text("quartz\n", encoding="utf-8")
    (made.project / "there.md").write_text("quartz\n", encoding="utf-8")
    (made.project / ".claude").mkdir()
    (made.project / ".claude" / "rlm.yaml").write_text("threshold: 0.6\n", encoding="utf-8")
    monkeypatch.chdir(made.project)
    monkeypatch.delenv("CLAUDECODE", raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert main(["archive", "--all"]) == 0
    return made


def ran(command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lines of a command, what is talked behind the result, as on a terminal that has no colours."""
    capsys.readouterr()
    with monkeypatch.context() as patch:
        patch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
        patch.setenv("NO_COLOR", "1")
        words = [word.replace("_", " ") if command.startswith("sql ") else word for word in command.split()]
        try:
            main([*words[:1], "--no-pager", *words[1:]])
        except SystemExit:
            pass
    said = capsys.readouterr()
    assert "Traceback" not in said.err, said.err
    return [line for line in (said.out + "\n" + said.err).split("\n") if line.strip()]


def own_words(line: str) -> str:
    """A line without what is typed, quoted, a path, or an option."""
    line = OTHERS.sub("", line)
    for pattern in (
        r"`[^`]*`", r"\"[^\"]*\"", r"«[^»]*»", r"https?://\S*", r"\S*/\S*", r"--?[\w-]+(?: [A-Z]+)?", r"\S+\.\w+",
        r"\b[A-Z_]{3,}\b", r"'[^' ]*'",
        r"(?<=; il y a) [\w, ]+|(?<= a) session, [\w, ]+|^matches\(.*?\)",
    ):  # fmt: skip
        line = re.sub(pattern, " ", line)
    return line


def test_no_line_of_a_command_is_english_for_a_french_user(
    place: Place, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for command in COMMANDS:
        monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
        for line in ran(command, capsys, monkeypatch):
            english = () if FOR_AGENTS.match(line) else ENGLISH.findall(own_words(line))
            if english:
                found.append((command, line, english))
    assert not found, "\n".join(map(str, found))


def hurt_chunk(place: Place) -> None:
    chunk = next((place.project / ".claude" / "rlm" / "sessions").rglob("0001-*.md"))
    chunk.write_text(chunk.read_text("utf-8").replace("basalt", "gneiss"), encoding="utf-8")


def no_chunk(place: Place) -> None:
    next((place.project / ".claude" / "rlm" / "sessions").rglob("0001-*.md")).write_text("---\n", encoding="utf-8")


def no_json(place: Place) -> None:
    (place.project / ".claude" / "settings.local.json").write_text("{", encoding="utf-8")


def unknown_setting(place: Place) -> None:
    (place.project / ".claude" / "rlm.yaml").write_text("quartz: 1\n", encoding="utf-8")


def no_yaml(place: Place) -> None:
    (place.project / ".claude" / "rlm.yaml").write_text("a: [\n", encoding="utf-8")


def loosened(place: Place) -> None:
    (place.project / ".claude" / "rlm.yaml").write_text("redact: {enabled: false}\n", encoding="utf-8")


def strange(place: Place) -> None:
    (Path(os.environ["CLAUDE_CONFIG_DIR"]) / "rlm" / "projects.json").unlink()


def linked(place: Place) -> None:
    root = place.project / ".claude" / "rlm"
    root.rename(place.project / "elsewhere")
    root.symlink_to(place.project / "elsewhere")


def gone(place: Place) -> None:
    shutil.rmtree(place.project / ".claude" / "rlm")


def no_index(place: Place) -> None:
    (place.project / ".claude" / "rlm" / "search.db").write_bytes(b"quartz" * 1000)


TROUBLED = (
    "status", "doctor", "search quartz", "list", "verify", "trust --dry-run", "adopt --dry-run", "adopt", "install",
    "restore --dry-run", "archive --all", "verify --repair", "doctor --fix",
)  # fmt: skip


@pytest.mark.parametrize(
    "trouble",
    [hurt_chunk, no_chunk, no_json, unknown_setting, no_yaml, loosened, strange, linked, gone, no_index],
    ids=lambda made: made.__name__,
)
def test_no_line_about_a_trouble_is_english_for_a_french_user(
    place: Place, trouble: Callable[[Place], None], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble(place)
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    found, told = [], 0
    for command in TROUBLED:
        for line in ran(command, capsys, monkeypatch):
            told += 1
            found += [(command, line)] if ENGLISH.search(own_words(line)) else []
    assert told > 20
    assert not found, "\n".join(map(str, found))


def test_what_skills_and_pipes_read_is_the_same_in_both_languages(
    place: Place, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their stdout, byte for byte; and JSON everywhere."""
    for command in ("search quartz", "search quartz --explain", "list", f"show {SESSION}", "peek", "sql", "handoff",
                    "ask which? --plan", "ask which? --leaf native", "search quartz --everywhere", "list --everywhere",
                    "search quartz --json", "status --json", "verify --json", "doctor --json", "peek --json",
                    "add --list --json", "forget --match quartz --dry-run --json", "secrets --json"):  # fmt: skip
        said = []
        for language in ("C.UTF-8", "fr_FR.UTF-8"):
            monkeypatch.setenv("LC_ALL", language)
            main(command.split())
            said.append(re.sub(r"\d+ ms|\"(?:seen|bytes|when|size)\": \d+", "", capsys.readouterr().out))
        assert said[0] == said[1], command
        assert said[0], command
