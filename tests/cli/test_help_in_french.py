"""`--help` in the user's language: each command's, and those of the commands within one."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import pytest

from rlm_core.cli import main
from rlm_core.cli.manners.helpwords import OPTIONS
from rlm_core.cli.parser import parser


def parsers(top: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    for action in top._actions:
        if isinstance(action, argparse._SubParsersAction):
            for one in action.choices.values():
                yield one
                yield from parsers(one)


def flat(text: str) -> str:
    return " ".join(text.split())


ALL = {p.prog: p for p in parsers(parser())}


@pytest.mark.parametrize("prog", ALL)
def test_every_line_of_a_help_is_french(prog: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    english = ALL[prog].format_help()
    helps = [str(a.help) % vars(a) for a in ALL[prog]._actions if a.help and a.help != argparse.SUPPRESS]
    assert helps
    assert english.startswith("usage: ")
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    made = next(p for p in parsers(parser()) if p.prog == prog)
    french = flat(made.format_help())
    assert french.startswith(f"utilisation : {prog}")
    assert str(ALL[prog].description) not in french
    for text in helps:
        assert flat(OPTIONS[text]) in french
    assert "positional arguments" not in french


def test_whoever_asks_in_french_is_answered_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    with pytest.raises(SystemExit):
        main(["install", "--help"])
    told = flat(capsys.readouterr().out)
    assert "à cette taille de contexte, p. ex. 60% ou 150k jetons" in told
    assert "met des hooks et des skills dans .claude/" in told
