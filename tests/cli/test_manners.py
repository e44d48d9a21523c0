"""The command line's manners, in process: wrong lines, the order of words, what there is, times, columns, the pager."""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kits.builders import SESSION, Session, archive, config, rich, talk
from kits.needs import requires
from kits.place import Place
from kits.programs import script

from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.cli import main
from rlm_core.cli.cells.celloptions import cell_options
from rlm_core.cli.manners import ages, columns, paging
from rlm_core.cli.manners.completion import bash, commands, fish, zsh
from rlm_core.cli.manners.sessiontable import say_table
from rlm_core.cli.manners.strangers import tell_unknown
from rlm_core.cli.manners.verbtable import GROUPS, MEANT, examples
from rlm_core.cli.output import coloured
from rlm_core.cli.parser import VERBS, parsed
from rlm_core.cli.quick import search_options
from rlm_core.language.notices import in_french, notice, numbered

OTHER = "99999999-second"


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "RLM_PAGER", "PAGER", "LESS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")


@pytest.fixture
def kept(tmp_path: Path) -> Archive:
    """Two archived sessions, one of them with everything in it."""
    found = archive(tmp_path, config())
    for session in (rich(), talk(Session(OTHER, seed="two"), 8)):
        take(found, session.write(tmp_path / "t" / f"{session.session}.jsonl"))
    return found


class Terminal(io.StringIO):
    """A stream that is one. show: has it stand for stdout, which pytest puts back before a test begins."""

    def show(self, patch: pytest.MonkeyPatch) -> None:
        patch.setattr(sys, "stdout", self)

    def isatty(self) -> bool:
        return True


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal of 60 columns and 10 lines, in Paris."""
    made = Terminal()
    for name, value in (("COLUMNS", "60"), ("LINES", "10"), ("TERM", "xterm"), ("TZ", "Europe/Paris")):
        monkeypatch.setenv(name, value)
    time.tzset()
    return made


@pytest.fixture(autouse=True)
def same_time_zone() -> Iterator[None]:
    yield
    time.tzset()


# Wrong lines.


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("serach x", "there is no command serach; did you mean rlm search?"),
        ("find x", "did you mean rlm search?"),
        ("rm x", "did you mean rlm forget?"),
        ("xyzzy", "there is no command xyzzy; `rlm` shows"),
        ("--jsn list", "there is no option --jsn; did you mean rlm --json?"),
        ("--project", "--project needs a value"),
        ("search x --sesion 1f", "there is no option --sesion; did you mean --session?"),
        ("search x --sesion=1f", "there is no option --sesion; did you mean --session?"),
        ("search x -q", "there is no option -q"),
        ("search", "QUERY is missing"),
        ("show", "WHAT is missing"),
        ("search x --session", "--session needs a value"),
        ("search x --session --json", "--session needs a value"),
        ("search x --json=yes", "--json takes no value"),
        ("search x --role kind", "--role: kind is none of user, assistant, tool"),
        ("ask x --kind tally2", "did you mean tally?"),
        ("search x -k many", "-k: many is no whole number of at least 1"),
        ("search x -k -1", "-k: -1 is no whole number of at least 1"),
        ("search x -k 0", "-k: 0 is no"),
        ("search x -k ²", "-k: ² is no"),
        ("peek -n -3", "-n: -3 is no"),
        ("show x -C -1", "-C, --context: -1 is no whole number of at least 0"),
        ("ask x --depth 4", "--depth: 4 is no whole number of 0 to 3"),
        ("ask x --max-usd free", "--max-usd: free is no number above 0"),
        ("search x --since tomorrow", "--since: tomorrow is no date; write 2026-11-01"),
        ("search x --since 03/04/2026", "03/04/2026 may be either of two days; write 2026-04-03 or 2026-03-04"),
        ("peek 3/4/2026", "3/4/2026 may be either of two days"),
        ("search x --since 20/13/2026", "20/13/2026 is no date; write 2026-11-01, 2026-11-01T10:30, 20/11/2026"),
        ("search x --until 2026-00-01", "2026-00-01 is no date"),
        ("install --offload-at much", "--offload-at: much: not a size"),
        ("peek the other day", "the other day is no date; write 2026-11-01"),
        ("peek last week --since monday", "the period is named twice: last week"),
        ("peek --since last weak", "last is no date"),
        ("list now", "now is one word too many"),
        ("trace a b", "b is one word too many"),
        ("sql --s x", "--s may mean --session, --since"),
        ("repl lst", "there is no command lst; did you mean list?"),
        ("repl list --jsno", "there is no option --jsno; did you mean --json?"),
        ("repl fork", "NEW is missing"),
        ("sql x --table a", "write NAME=PATH"),
        ("completion tcsh", "tcsh is none of bash, zsh, fish"),
        ("search x --since \x1b[2J", "no date"),
    ],
)
def test_a_wrong_line_is_told_in_one_line(capsys: pytest.CaptureFixture[str], line: str, words: str) -> None:
    with pytest.raises(SystemExit) as left:
        main(line.split(" "))
    said = capsys.readouterr()
    assert (left.value.code, said.out) == (2, "")
    assert words in said.err
    assert re.fullmatch(r"rlm[^\n]*`rlm[^\n]*` shows what there is\n", said.err), said.err
    assert "\x1b" not in said.err


@pytest.mark.parametrize(
    "line",
    [
        "archive", "add --list x", "add --remove", "install --user --shared", "search --regex (", "sql --csv --json x",
        "sql --over x --log (", "ask x --rows y.csv", "ask x --fields a,A --over y", "repl",
    ],
)  # fmt: skip
def test_options_that_cannot_go_together_are_exit_2(kept: Archive, tmp_path: Path, line: str) -> None:
    (tmp_path / "y").write_text("text\n")
    project = os.path.dirname(os.path.dirname(kept.root))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        patch.setattr(sys, "stdin", io.StringIO())
        assert main([*line.split(" "), "--project", project]) == 2


# The order of words.


@pytest.mark.parametrize(
    ("lines", "meant"),
    [
        (["--json search x", "search --json x", "search x --json"], {"json": True, "query": ["x"]}),
        (["--project /a search x", "--project=/a search x", "search x --project /a"], {"project": "/a"}),
        (["search a --since 2026 b", "search a b --since=2026", "--no-pager search a b --since 2026"],
         {"query": ["a", "b"], "since": "2026"}),
        (["search -k5 -- --json -k", "search -k 5 -- --json -k"], {"query": ["--json", "-k"], "k": 5, "json": False}),
        (["search a -word --since 2026 b"], {"query": ["a", "b", "-word"]}),
        (["search a --sess 1f", "search --session 1f a"], {"session": "1f"}),
        (["--json repl list", "repl --json list", "repl list --json"], {"json": True, "verb": "list"}),
        (["repl -s x exec -c 1", "repl exec -s x -c 1", "repl exec -c1 -sx"], {"session": "x", "code": "1"}),
        (["repl exec -c -1", "repl exec -c-1"], {"code": "-1", "max_calls": None, "over": []}),
        (["show r2-a:4 -C 0", "show -C0 r2-a:4"], {"chunk": ["r2-a:4"], "context": 0}),
        (["add --list", "add"], {"paths": []}),
        (["ask - --over a --over b", "ask --over a - --over=b"], {"question": ["-"], "over": ["a", "b"]}),
    ],
)  # fmt: skip
def test_options_may_stand_anywhere(lines: list[str], meant: dict[str, Any]) -> None:
    for line in lines:
        found = vars(parsed(line.split(" ")))
        assert {name: found[name] for name in meant} == meant, line


@pytest.mark.parametrize(
    "line", ["search a b", "search a --json --explain b -k 3", "search --session 1f -word a --until 2026-11-22T10:00"]
)
def test_a_plain_search_is_read_in_two_ways_that_agree(line: str) -> None:
    plain = search_options(line.split(" "))
    assert plain is not None
    assert vars(plain).items() <= vars(parsed(line.split(" "))).items()


@pytest.mark.parametrize(
    "line",
    [
        "repl exec -c 1", "repl exec --over a --over b -s x --json a.py", "repl exec --leaf batch --no-pager",
        "repl exec --project /a --session y --plan -c x=1", "repl exec",
    ],
)  # fmt: skip
def test_a_plain_cell_is_read_in_two_ways_that_agree(line: str) -> None:
    plain = cell_options(line.split(" "))
    assert plain is not None
    assert vars(plain) == vars(parsed(line.split(" ")))


@pytest.mark.parametrize(
    "line",
    [
        "repl list", "repl -s x exec -c 1", "repl exec -c -1", "repl exec a b", "repl exec --max-usd 3 -c 1",
        "repl exec --leaf no -c 1", "repl exec -cx", "repl exec --over", "repl exec --over=a -c 1", "repl exec -h",
        "repl exec -- a", "repl exec --over -", "repl",
    ],
)  # fmt: skip
def test_what_is_no_plain_cell_is_left_to_the_parser(line: str) -> None:
    assert cell_options(line.split(" ")) is None


def test_a_date_in_words_is_the_beginning_of_its_period_or_its_end() -> None:
    args = parsed(["search", "x", "--since", "yesterday", "--until", "hier"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:00", args.since)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:59", args.until)
    assert args.since < args.until
    assert parsed(["peek", "--since", "2026-11"]).since == "2026-11"
    assert parsed(["forget", "--since", ""]).since == ""


@pytest.mark.parametrize("line", ["peek last week", "peek la semaine dernière", "peek -n 3 the last 2 weeks --json"])
def test_peek_takes_a_period_in_words_as_its_skill_does(line: str) -> None:
    args = parsed(line.split(" "))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", args.since)
    assert args.since < args.until
    day = parsed(["peek", "2026-11-22"])
    assert (day.since, day.until) == ("2026-11-22", "2026-11-22")


def test_the_words_of_a_date_are_one_value_and_those_behind_it_are_not() -> None:
    args = parsed(["search", "--since", "3", "days", "ago", "retry", "limit", "--until", "last", "week"])
    assert args.query == ["retry", "limit"]
    assert args.since == parsed(["search", "x", "--since", "3 days ago"]).since
    assert args.until == parsed(["search", "x", "--until", "last week"]).until
    alone = parsed(["search", "--since", "monday", "may"])  # a date by itself stays one
    assert (alone.query, alone.since) == (["may"], parsed(["search", "x", "--since", "monday"]).since)


# What there is.


def test_each_verb_stands_in_one_group_with_a_line_in_french_and_examples_of_it() -> None:
    named = [verb for verbs in GROUPS.values() for verb in verbs]
    assert sorted(named) == sorted(VERBS)
    assert set(MEANT.values()) <= set(VERBS)
    assert not set(MEANT) & set(VERBS)
    for verbs in GROUPS.values():
        for verb, (french, _) in verbs.items():
            assert french, verb


@pytest.mark.parametrize("verb", VERBS)
def test_the_help_of_a_verb_ends_with_examples_that_are_right(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    shown = examples(verb)
    assert shown
    for line in shown:
        found = re.fullmatch(r"eval \"\$\(rlm (.*)\)\"|rlm (.*?)(?: > \S+)?", line)
        assert found, line
        words = shlex.split(found[1] or found[2])
        assert words[0] == verb
        parsed(words)
    for words in ([verb, "--help"], ["help", verb]):
        with pytest.raises(SystemExit) as left:
            parsed(words)
        assert left.value.code == 0
        assert capsys.readouterr().out.endswith("".join(f"  {line}\n" for line in shown))


def test_rlm_alone_shows_what_there_is(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert main([]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    for verb in VERBS:
        assert len(re.findall(rf"^  {verb} ", said.out, re.M)) == 1
    assert all(f"\n{group}\n" in said.out for group in GROUPS)
    assert main(["help"]) == 0
    assert capsys.readouterr().out == said.out
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert main([]) == 0
    french = capsys.readouterr().out
    assert "Chercher et lire" in french
    shared = set(french.split("\n")) & set(said.out.split("\n"))
    assert shared == {""}, "each line is in the user's language"
    assert main(["--json"]) == 0
    assert '"does": "find passages in the archive, best first"' in capsys.readouterr().out


@pytest.mark.parametrize(
    ("values", "french"),
    [({"LANG": "fr_FR.UTF-8"}, True), ({"LANG": "fr_FR", "LC_ALL": "C"}, False), ({"LC_MESSAGES": "fr"}, True),
     ({"LANG": "en_US.UTF-8"}, False), ({"LC_ALL": "", "LANG": "fr_CA"}, True)],
)  # fmt: skip
def test_the_language_is_that_of_the_locale(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], values: dict[str, str], french: bool
) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    assert in_french() is french
    with pytest.raises(SystemExit):
        main(["search"])
    assert ("il manque QUERY" in capsys.readouterr().err) is french


# Times and columns.


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "just now"), (59, "just now"), (60, "1 min ago"), (3599, "59 min ago"), (3 * 3600, "3 h ago"),
        (86400, "1 day ago"), (60 * 86400, "60 days ago"), (61 * 86400, "2 months ago"), (364 * 86400, "12 months ago"),
        (365 * 86400, "1 year ago"), (800 * 86400, "2 years ago"),
    ],
)  # fmt: skip
def test_an_age_is_told_in_its_largest_unit(seconds: int, said: str) -> None:
    assert ages.age(10**9, 10**9 + seconds) == said


def test_times_are_local_and_aged_on_a_terminal_alone(screen: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    screen.show(monkeypatch)
    assert re.fullmatch(r"2026-07-01 14:30 \(.+\)", ages.when("2026-07-01T12:30:05.123Z"))
    assert ages.when("2026-12-31T23:30:00Z", aged=False) == "2027-01-01 00:30"
    assert ages.when("") == ""
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert ages.when("2026-07-01T12:30:05.123Z") == "2026-07-01 12:30"


@pytest.mark.parametrize("most", [0, 20, 30, 79])
def test_columns_fit_the_terminal(most: int) -> None:
    rows = [["id", "a title"], ["1f758c24", "検索" * 30], ["x", "é" * 70], ["abc", "e\u0301" * 50]]
    lines = columns.table(rows, most)
    assert len(lines) == len(rows)
    widths = [columns.span(line) for line in lines]
    assert max(widths) <= most if most else max(widths) == 10 + 120
    assert [line[:8] for line in lines] == [row[0].ljust(8) for row in rows]


def test_a_list_fits_the_terminal_and_names_sessions_as_show_takes_them(
    kept: Archive, screen: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen.show(monkeypatch)
    project = os.path.dirname(os.path.dirname(kept.root))
    assert main(["list", "--project", project]) == 0
    plain = re.sub(r"\x1b\[\d*m", "", screen.getvalue()).splitlines()
    assert plain[0].startswith("session")
    assert all(columns.span(line) <= 60 for line in plain)
    assert {line[:8] for line in plain[1:]} == {SESSION[:8], OTHER[:8]}
    assert all(" ago  " in line for line in plain[1:])
    assert "\x1b[1m" in screen.getvalue()


@pytest.mark.parametrize(
    ("values", "wanted"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"CLICOLOR": "0"}, False),
     ({"CLICOLOR": "1"}, True), ({"TERM": "dumb"}, False)],
)  # fmt: skip
def test_colours_are_for_terminals_that_want_them(
    screen: Terminal, monkeypatch: pytest.MonkeyPatch, values: dict[str, str], wanted: bool
) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    assert coloured(screen) is wanted
    assert coloured(io.StringIO()) is False


# The pager.


@pytest.mark.parametrize(
    ("values", "command"),
    [({"PAGER": "more -s"}, ["more", "-s"]), ({"PAGER": "more", "RLM_PAGER": "less -R"}, ["less", "-R"]),
     ({"RLM_PAGER": "", "PAGER": "more"}, []), ({"PAGER": "cat"}, []), ({"PAGER": "'"}, [])],
)  # fmt: skip
def test_the_pager_is_the_users(values: dict[str, str], command: list[str]) -> None:
    assert paging.pager(values) == command


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pager that writes what it is given to a file, and LESS in front of it."""
    script(tmp_path / "reader", f'{{ echo "LESS=$LESS"; cat; }} > "{tmp_path}/read"\n')
    monkeypatch.setenv("PAGER", str(tmp_path / "reader"))
    return tmp_path / "read"


def test_what_is_long_goes_through_the_pager_and_what_is_told_with_it(
    kept: Archive, screen: Terminal, reader: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen.show(monkeypatch)
    monkeypatch.setattr(sys, "stderr", Terminal())
    project = os.path.dirname(os.path.dirname(kept.root))
    assert main(["show", OTHER[:8], "--whole", "--project", project]) == 0
    assert screen.getvalue() == ""
    said = reader.read_text(encoding="utf-8")
    assert said.startswith("LESS=FRX\n")
    assert "Question 7" in said
    reader.unlink()
    for args in (["show", OTHER[:8]], ["show", OTHER[:8], "--whole", "--no-pager"], ["list", "--json"]):
        assert main([*args, "--project", project]) == 0
        assert screen.getvalue()
        assert not reader.exists()
        screen.truncate(0)
    assert "prints one of them" in sys.stderr.getvalue()  # type: ignore[attr-defined]


def test_a_pager_that_is_left_early_or_missing_is_no_fault(
    kept: Archive, screen: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    args = ["show", OTHER[:8], "--whole", "--project", os.path.dirname(os.path.dirname(kept.root))]
    screen.show(monkeypatch)
    script(tmp_path / "leaves", "exec <&-; exit 0\n")
    monkeypatch.setenv("PAGER", str(tmp_path / "leaves"))
    assert main(args) == 0
    assert screen.getvalue() == ""
    monkeypatch.setenv("PAGER", str(tmp_path / "none"))
    assert main(args) == 0
    assert "Question 7" in screen.getvalue()


# Names that nothing has, and sessions.


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"session": "8888"}, "no session here has an id that begins with 8888; `rlm list` shows the sessions"),
        ({"session": "1f758c25"}, f"begins with 1f758c25; nearest: {SESSION}"),
        ({"tool": "bash"}, "no tool is called bash in what is archived; nearest: Bash"),
        ({"file": "src/mian.py"}, "no chunk here touched a file with src/mian.py in its path; nearest: "),
        ({"branch": "mian"}, "nothing here was said on a branch mian; nearest: main"),
        ({"session": SESSION[:4], "tool": "Bash", "file": "main.py", "branch": "main"}, ""),
        ({"tool": "\x1b[2J"}, "no tool is called"),
    ],
)
def test_a_name_that_nothing_has_is_told_with_the_nearest(
    kept: Archive, capsys: pytest.CaptureFixture[str], given: dict[str, str], said: str
) -> None:
    assert tell_unknown(kept, Namespace(**given)) is bool(said)
    err = capsys.readouterr().err
    assert said in err
    assert bool(err) is bool(said)
    assert "\x1b" not in err


def test_a_search_for_an_unknown_name_says_so_and_nothing_else(
    kept: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    project = os.path.dirname(os.path.dirname(kept.root))
    for more in ([], ["--json"], ["--regex"]):
        assert main(["search", "ORCHID", "--tool", "Bsh", "--project", project, *more]) == 1
        assert capsys.readouterr().err == "rlm: no tool is called Bsh in what is archived; nearest: Bash\n"


@pytest.mark.parametrize("words", [[OTHER], [OTHER[:6]], ["question", "0:", "scheduler"], ["Question 0: how"]])
def test_a_session_is_shown_by_its_id_or_words_of_its_title(
    kept: Archive, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    project = os.path.dirname(os.path.dirname(kept.root))
    assert main(["show", *words, "--project", project]) == 0
    said = capsys.readouterr().out
    chunks = [m["chunk"] for m in kept.metas() if m["session"] == OTHER]
    assert len(chunks) > 1
    assert [line.split()[0] for line in said.splitlines()[3:]] == chunks


def test_words_that_fit_two_sessions_or_none_are_refused(kept: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    project = os.path.dirname(os.path.dirname(kept.root))
    for words, said in (("e", "2 sessions fit e: "), ("frobnicate", "no chunk frobnicate")):
        assert main(["show", words, "--project", project]) == 1
        assert said in capsys.readouterr().err


# Completion, run by the shells themselves.

CASES = {
    ("rlm", "sea"): {"search"},
    ("rlm", "--json", "lis"): {"list"},
    ("rlm", "--project", "/tmp", "sho"): {"show"},
    ("rlm", "search", "x", "--sin"): {"--since"},
    ("rlm", "search", "--role", "ass"): {"assistant"},
    ("rlm", "ask", "x", "--route", "s"): {"single", "search"},
    ("rlm", "repl", "dr"): {"drop"},
    ("rlm", "repl", "exec", "--max-c"): {"--max-calls"},
    ("rlm", "repl", "list", "--max-c"): set(),
    ("rlm", "completion", ""): {"bash", "zsh", "fish"},
    ("rlm", "add", "a f"): {"a file.md"},
    ("rlm", "search", "--session", "a"): set(),
}


def answers(command: list[str], source: str, folder: Path) -> list[set[str]]:
    """What a shell's script prints: for each case a line that ends with a full stop, its words with tabs between."""
    (folder / "a file.md").touch()
    done = subprocess.run([*command, source], capture_output=True, text=True, cwd=folder, timeout=60, check=False)
    assert done.stderr == ""
    return [{word for word in line.split("\t") if word} for line in done.stdout.split(".\n")[:-1]]


def agree(found: list[set[str]]) -> None:
    last = [words[-1] for words in CASES]
    got = [{word for word in one if word.startswith(part)} for one, part in zip(found, last, strict=True)]
    assert dict(zip(CASES, got, strict=True)) == CASES


@requires("bash")
def test_bash_completes(tmp_path: Path) -> None:
    lines = [bash(commands()), r"""t() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _rlm
        printf '%s\t' "${COMPREPLY[@]}"; printf '.\n'; }"""]  # fmt: skip
    lines += [f"t {shlex.join(words)}" for words in CASES]
    agree(answers(["bash", "--norc", "-c"], "\n".join(lines), tmp_path))


@requires("zsh")
def test_zsh_completes(tmp_path: Path) -> None:
    """With stand-ins for the functions of its completion, which print what they are given."""
    lines = [
        "compdef() { }",
        "compadd() { shift; printf '%s\\t' \"$@\" }",
        "_describe() { local a; for a in ${(P)2}; do printf '%s\\t' ${a%%:*}; done }",
        "_files() { for a in *(N); do printf '%s\\t' $a; done }",
        zsh(commands()),
        "t() { words=(\"$@\"); CURRENT=$#; _rlm; printf '.\\n' }",
        *(f"t {shlex.join(words)}" for words in CASES),
    ]
    agree(answers(["zsh", "-f", "-c"], "\n".join(lines), tmp_path))


@requires("fish")
def test_fish_completes(tmp_path: Path) -> None:
    lines = [fish(commands())]
    for words in CASES:
        typed = " ".join([*words[:-1], words[-1].replace(" ", "\\ ")]).replace("\\", "\\\\")
        lines.append(f"for c in (complete -C '{typed}'); string split -m 1 -f 1 \\t -- $c | string replace -r '$' '\\t'"
                     " | string join ''; end | string join ''; printf '.\\n'")  # fmt: skip
    found = answers(["fish", "--no-config", "-c"], "\n".join(lines), tmp_path)
    agree([{word.strip("\n").replace("\\", "") for word in one if word.strip("\n")} for one in found])


@pytest.mark.parametrize("most", [20, 40, 79])
def test_a_column_of_ids_is_never_cut(most: int) -> None:
    rows = [["r2-1f758c24aaaa", "2026-11-22 10:00", "a title " * 9], ["r2-1f758c24bbbb", "2026-11-22 10:05", "b"]]
    lines = columns.table(rows, most, whole=(0,))
    assert [line.split()[0] for line in lines] == [row[0] for row in rows]
    assert most < 40 or max(map(columns.span, lines)) <= most


@pytest.mark.parametrize("words", [["list"], ["list", "--everywhere"], ["show", SESSION[:8]]])
def test_in_a_narrow_terminal_ids_can_be_copied_whole(
    kept: Archive, screen: Terminal, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    screen.show(monkeypatch)
    monkeypatch.setenv("COLUMNS", "40")
    main([*words, "--no-pager", "--project", os.path.dirname(os.path.dirname(kept.root))])
    shown = re.sub(r"\x1b\[\d*m", "", screen.getvalue())
    wanted = [SESSION[:8]] if words == ["list", "--everywhere"] else [SESSION[:8], OTHER[:8]]
    if words[0] == "show":
        wanted = [str(meta["chunk"]) for meta in kept.metas() if meta["session"] == SESSION and not meta.get("agent")]
    rows = [line for line in shown.splitlines() if line.split(" ")[0] in wanted]
    assert len(rows) >= len(wanted) or words[-1] == "--everywhere"
    assert all(columns.span(line) <= 40 for line in rows)


@pytest.mark.parametrize("locale", ["fr_FR.UTF-8", "C.UTF-8"])
@pytest.mark.parametrize("of_several", [False, True])
def test_heads_and_numbers_of_sessions_are_whole_or_not_there(
    monkeypatch: pytest.MonkeyPatch, locale: str, *, of_several: bool
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    monkeypatch.setenv("NO_COLOR", "1")
    ended = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 3 * 86400))
    row = {"session": SESSION, "ended": ended, "chunks": 13, "agents": 1, "tokens": 123456, "title": "Retry limit " * 9}
    whole = {"session", "last used", "chunks", "project" if of_several else "tokens", "title"}
    for width in (40, 50, 60, 80):
        screen = Terminal()
        screen.show(monkeypatch)
        monkeypatch.setenv("COLUMNS", str(width))
        say_table([row], [""], ["a-project-of-old"] * of_several)
        head, line = screen.getvalue().splitlines()
        shown = re.split(" {2,}", head.strip())
        assert set(shown) <= {notice(name) for name in whole}, width
        assert len(shown) == 5 or width < 80
        assert (numbered(123456) in line) == (notice("tokens") in shown)
        assert ("13 +1" in line) == (notice("chunks") in shown)
        assert columns.span(line) <= width
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert notice("project") == "projet"


def test_a_project_that_is_not_there_is_told_and_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = tmp_path / "gone"
    for words in (["list"], ["status"], ["add", "x.md"], ["archive", "--all"], ["search", "x"], ["doctor"], ["sql"]):
        assert main([*words, "--project", str(gone)]) == 1
        assert f"{gone}: no such directory" in capsys.readouterr().err
    assert not gone.exists()


def test_a_project_that_was_removed_is_made_again_by_restore_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place, note = Place(tmp_path / "known"), tmp_path / "real.md"
    note.write_text("# Retry limit\n\nIt is seven.\n")
    place.rlm("add", str(note))
    shutil.rmtree(place.project)
    gone = ["--project", str(place.project)]
    for words in (
        *(["add", str(note)], ["add", "--list"], ["archive", "--all"], ["rescue"], ["reindex"], ["redact"], ["adopt"]),
        *(["forget", "--match", "seven", "--yes"], ["revive", "12345678"], ["trust"], ["uninstall"]),
        *(["ask", "why", "--yes"], ["repl", "exec", "-c", "1"], ["run", "why"]),
    ):
        assert main([*words, *gone]) == 1
        assert f"{place.project}: no such directory" in capsys.readouterr().err, words
        assert not place.project.exists(), words
    for words in (["list"], ["search", "retry"], ["status"], ["verify"], ["doctor"], ["sql", "SELECT 1 AS one"]):
        main([*words, *gone])
        assert "no such directory" not in capsys.readouterr().err
        assert not place.project.exists(), words
    assert main(["restore", *gone]) == 0
    assert "seven" in place.rlm("search", "retry limit")


def test_an_archive_is_not_made_for_documents_that_are_not_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["add", "nope.md", "none/", "--project", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert said.count("no such file") == 2
    assert said.splitlines()[-1] == "2 skipped"
    assert not list(tmp_path.iterdir())


def test_of_documents_that_were_removed_no_chunk_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("one.md", "two.md"):
        (tmp_path / name).write_text(f"# {name}\n\nSome text.\n")
    place = ["--project", str(tmp_path)]
    assert main(["add", str(tmp_path / "one.md"), str(tmp_path / "two.md"), *place]) == 0
    assert "2 new; 2 chunks" in capsys.readouterr().out
    assert main(["add", "--remove", str(tmp_path / "one.md"), *place]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "1 removed"
