"""`rlm ask -`: the question comes from stdin, so that no list of processes shows it."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from kits.asking import Asking
from kits.paths import ROOT

QUESTION = "What is option2, the aubergine one?"


@pytest.fixture
def asking(tmp_path: Path) -> Asking:
    made = Asking(tmp_path)
    made.write("log.txt", 3)
    return made


def ask(asking: Asking, *args: str, stdin: Any, code: int = 0) -> subprocess.CompletedProcess[bytes]:
    given = {"input": stdin} if isinstance(stdin, bytes) else {"stdin": stdin}
    done = subprocess.run(
        [sys.executable, "-m", "rlm_core", "ask", *args],
        **given,
        capture_output=True,
        cwd=asking.project,
        env={**os.environ, **asking.env, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        timeout=120,
    )
    assert done.returncode == code, done.stderr
    assert b"Traceback" not in done.stderr
    return done


def test_the_question_is_asked_as_if_it_stood_on_the_command_line(asking: Asking) -> None:
    done = ask(asking, "-", "--over", "log.txt", "--json", stdin=f"{QUESTION}\n".encode())
    assert json.loads(done.stdout)["findings"][2]["verified"]
    assert QUESTION in asking.asked()[0]["prompt"]
    again = asking.ask(QUESTION, "--over", "log.txt")  # the same question: it is remembered
    assert again["cost"]["remembered_calls"] == 1


def test_neither_question_nor_texts_stand_on_a_command_line_of_ours(asking: Asking) -> None:
    ask(asking, "-", "--over", "log.txt", stdin=QUESTION.encode())
    (call,) = asking.asked()
    shown = " ".join(call["argv"])
    assert "aubergine" not in shown
    assert "option1" not in shown


def test_several_lines_are_one_question(asking: Asking) -> None:
    ask(asking, "-", "--over", "log.txt", stdin="What is option2,\nand « où » ?\n".encode())
    assert "What is option2,\nand « où » ?" in asking.asked()[0]["prompt"]


def test_stdin_holds_the_question_or_the_texts(asking: Asking) -> None:
    for options in (("--over", "-"), ("--over", "log.txt", "--over", "-"), ("--over", "log.txt", "--findings", "-")):
        done = ask(asking, "-", *options, stdin=b"What is option2?", code=2)
        assert b"cannot hold texts as well" in done.stderr
    assert asking.asked() == []


@pytest.mark.parametrize("data", [b"", b"\n", b" \t\n"])
def test_an_empty_stdin_is_no_question(asking: Asking, data: bytes) -> None:
    assert b"there is no question" in ask(asking, "-", "--over", "log.txt", stdin=data, code=2).stderr


def test_an_endless_or_huge_stdin_is_refused(asking: Asking) -> None:
    with open("/dev/zero", "rb") as zeros:
        done = ask(asking, "-", "--over", "log.txt", stdin=zeros, code=1)
    assert b"bytes of a question" in done.stderr
    done = ask(asking, "-", "--over", "log.txt", stdin=b"x" * 150_000, code=1)
    assert b"more than 100,000" in done.stderr
    assert asking.asked() == []


def test_bytes_that_are_no_text_do_no_harm(asking: Asking) -> None:
    ask(asking, "-", "--over", "log.txt", "--plan", stdin=b"What \xff\xfe\x00 is option2?")


def test_at_a_terminal_it_says_what_it_waits_for(asking: Asking) -> None:
    ours, theirs = pty.openpty()
    os.write(ours, b"What is option2?\n\x04")
    done = ask(asking, "-", "--over", "log.txt", "--plan", stdin=theirs)
    os.close(ours)
    os.close(theirs)
    assert b"Ctrl-D" in done.stderr
    assert b"option2" not in done.stderr
