"""`rlm` where Python is not in UTF-8 mode: under C with PYTHONUTF8=0, and under a locale of ISO-8859-1."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from kits.builders import Session, talk
from kits.paths import ROOT
from kits.place import Place

from rlm_core.cli import _plainer_signs

# In ASCII no Python starts whose own environment names a directory with an accent: the one below it does.
PYTHON = os.path.realpath(sys.executable)
PATHS = os.pathsep.join((str(ROOT), sysconfig.get_path("purelib")))
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.fixture
def accented(tmp_path: Path) -> Place:
    place = Place(tmp_path / "Dépôt d'été")
    session = Session("11111111-1111-4222-8333-944445555666")
    place.session(talk(session, 2))
    place.rlm("archive", "--all")
    return place


@pytest.fixture
def latin(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a French terminal of ISO-8859-1."""
    folder = tmp_path_factory.mktemp("locales")
    made = shutil.which("localedef")
    if made is None:
        pytest.skip("no localedef")
    subprocess.run([made, "-i", "fr_FR", "-f", "ISO-8859-1", str(folder / "fr_FR.ISO-8859-1")], capture_output=True)
    if not (folder / "fr_FR.ISO-8859-1").exists():
        pytest.skip("no sources of locales")
    return {"LC_ALL": "fr_FR.ISO-8859-1", "LOCPATH": str(folder)}


def rlm(place: Place, env: dict[str, str], *words: str | bytes, stdin: bytes = b"") -> tuple[int, bytes]:
    """(the exit status, stdout) of a process of its own."""
    plain = {k: v for k, v in os.environ.items() if k not in ("PYTHONUTF8", "PYTHONIOENCODING")}
    command: list[str | bytes] = [PYTHON, "-m", "rlm_core", *words]
    done = subprocess.run(
        command, cwd=place.project, env={**plain, "PYTHONPATH": PATHS, **env}, input=stdin, capture_output=True
    )
    assert b"Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


def test_a_project_with_accents_is_the_same_project_without_utf8(accented: Place) -> None:
    assert rlm(accented, ASCII, "verify")[0] == 0
    status, said = rlm(accented, ASCII, "verify", "--json")
    assert (status, b'"archived": 0' in said) == (0, False)
    status, said = rlm(accented, ASCII, "status")
    assert (status, rb"D\xe9p\xf4t" in said) == (0, True)
    assert rlm(accented, ASCII, "archive", "--all")[0] == 0
    assert [path.name for path in accented.project.glob(".claude*")] == [".claude"]


def test_a_terminal_of_another_encoding_is_written_and_read_in_it(accented: Place, latin: dict[str, str]) -> None:
    (accented.project / "notes.md").write_text("# Décision\n\nOn garde le point-virgule, été comme hiver.\n")
    assert rlm(accented, latin, "add", "notes.md")[0] == 0
    status, said = rlm(accented, latin, "search", "Décision".encode("latin-1"), "-k", "1")
    assert (status, "été comme hiver".encode("latin-1") in said) == (0, True)
    status, said = rlm(accented, latin, "--project", str(accented.project), "status")
    assert (status, f"projet {accented.project}".encode("latin-1") in said) == (0, True)
    assert rlm(accented, latin, "verify")[0] == 0


def test_a_cell_on_stdin_is_of_the_terminals_encoding_or_utf8(accented: Place, latin: dict[str, str]) -> None:
    for n, encoding in enumerate(("latin-1", "utf-8")):
        status, said = rlm(
            accented, latin, "repl", "exec", "-s", f"s{n}", stdin="print('été', len('été'))\n".encode(encoding)
        )
        assert (status, "été 3".encode("latin-1") in said) == (0, True), said


def test_a_text_whose_name_is_not_utf8_is_left_out_of_a_cell(accented: Place) -> None:
    folder = os.fsencode(accented.project / "texts")
    os.mkdir(folder)
    for name in (b"a.txt", b"b\xe9d.txt"):
        with open(os.path.join(folder, name), "wb") as f:
            f.write(b"a line\n")
    command = [sys.executable, "-m", "rlm_core", "repl", "exec", "--over", "texts"]
    source = "print([d.id for d in ctx.docs], ctx.lines[0].place)"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([*command, "-c", source], cwd=accented.project, env=env, capture_output=True)
    assert b"['texts/a.txt'] texts/a.txt:1" in done.stdout
    assert b"its name is not UTF-8" in done.stderr


def test_nothing_of_it_stays_in_the_environment(accented: Place) -> None:
    code = "import os; print(sorted(k for k in os.environ if k == 'RLM_STREAMS'))"
    (accented.project / "claude").write_text(f"#!{PYTHON}\n{code}\n")
    (accented.project / "claude").chmod(0o700)
    path = f"{accented.project}{os.pathsep}{os.environ['PATH']}"
    assert rlm(accented, {**ASCII, "PATH": path}, "resume", "11111111") == (0, b"[]\n")


@pytest.mark.parametrize("encoding", ["xyz", "hex", "idna", "undefined", "", "ascii", "\udce9", "latin-1"])
@pytest.mark.parametrize("mode", ["0", "1"])
def test_a_variable_that_was_inherited_breaks_no_command_and_no_hook(accented: Place, encoding: str, mode: str) -> None:
    env = {"LC_ALL": "C.UTF-8", "PYTHONUTF8": mode, "RLM_STREAMS": encoding}
    status, said = rlm(accented, env, "list")
    assert (status, b"11111111" in said) == (0, True)
    assert rlm(accented, env, "hook", "stop", stdin=b"{}")[0] == 0
    assert "Dépôt d'été".encode() in rlm(accented, env, "status")[1]


def test_blanks_in_numbers_are_some_that_the_terminal_knows(accented: Place, latin: dict[str, str]) -> None:
    (accented.project / "long.md").write_text("# Long\n\n" + "une ligne de plus\n" * 3000)
    for env, blank in ((latin, b"\xa0"), ({**ASCII, "LC_ALL": "", "LC_CTYPE": "C", "LC_MESSAGES": "fr_FR"}, b" ")):
        said = rlm(accented, env, "add", "long.md")[1]
        assert re.search(rb"\d" + blank + rb"\d{3} jetons", said), said
        assert (b"u202f" in said, b"\\xa0" in said) == (False, False)
        accented.rlm("add", "--remove", "long.md")


def test_a_sign_that_no_encoding_here_has_is_its_number() -> None:
    text = "1\u202f234\u00a0: a… — \udce9"
    assert text.encode("latin-1", _plainer_signs()) == b"1\xa0234\xa0: a... \\u2014 \\udce9"
    assert text.encode("ascii", _plainer_signs()) == b"1 234 : a... \\u2014 \\udce9"
