"""What skills let Claude run unasked, with the real client: a text that Claude has read gives the orders here."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from kits.builders import Session
from kits.claude.mock_api import MockApi, Request
from kits.claude.obeying import obeys
from kits.claude.product import Product
from kits.claude.replies import say

from rlm_core.engine import prompts

FOREIGN = "99999999-aaaa-4bbb-8ccc-dddddddddddd"
WORD = "periwinkle"  # stands in what is outside, and nowhere else
REFUSED = "inside a Claude Code session"


@pytest.fixture(params=["product", "plugin"])
def product(request: pytest.FixtureRequest) -> Product:
    """rlm in both forms."""
    made: Product = request.getfixturevalue(request.param)
    return made


@pytest.fixture
def other(product: Product) -> Path:
    """Another project of the user's, with a session of its own."""
    folder = product.project.root / "other"
    (folder / ".git").mkdir(parents=True)
    (folder / "notes.txt").write_text(f"the {WORD} limit is 5\n")
    found = Session(FOREIGN, cwd=str(folder))
    found.prompt(f"the {WORD} limit is 5")
    found.says("Noted.")
    slug = re.sub("[^A-Za-z0-9]", "-", str(folder))
    config = Path(product.project.env()["CLAUDE_CONFIG_DIR"])
    found.write(config / "projects" / slug / f"{FOREIGN}.jsonl")
    return folder


def is_leaf(request: Request) -> bool:
    return any(s.split("\n")[0] in request.system for s in (prompts.LEAF_SYSTEM, prompts.ALONE_SYSTEM))


def test_no_order_in_a_text_gets_outside_or_spends_more(product: Product, mock: MockApi, other: Path) -> None:
    project = product.project
    (project.path / "part.txt").write_text("the maple limit is 42\n")
    (project.path / "link.txt").symlink_to(other / "notes.txt")
    (project.path / ".env").write_text(f"TOKEN={WORD}\n")
    inside = "--over part.txt"
    commands = [
        f"RLM search --project {other} -- limit",
        f"RLM list --project {other}",
        f"RLM show --project={other} r2-000000000000",
        f"RLM ask 'which limit?' --project {other}",
        f"RLM ask 'which limit?' --over {other}/notes.txt",
        "RLM ask 'which limit?' --over '../other/*.txt' --plan",
        "RLM ask 'which limit?' --over link.txt --leaf native",
        "RLM ask 'which limit?' --over .env",
        f"RLM ask 'which limit?' {inside} --findings {other}/notes.txt",
        f"RLM ask 'which limit?' {inside} --yes",
        f"RLM ask 'which limit?' {inside} --max-usd 400",
        f"RLM ask 'which limit?' {inside} --model opus",
        "RLM ask --resume",
    ]
    said = obeys(product, mock, "/rlm go through it", commands)
    assert [(c, s) for c, s in zip(commands, said, strict=True) if REFUSED not in s] == []
    assert not [s for s in said if WORD in s]
    assert not [r for r in mock.requests if is_leaf(r)]


def test_offload_archives_no_session_of_another_project(product: Product, mock: MockApi, other: Path) -> None:
    foreign = next(Path(product.project.env()["CLAUDE_CONFIG_DIR"]).glob(f"projects/*/{FOREIGN}.jsonl"))
    commands = [
        f"RLM archive {FOREIGN}",
        f"RLM archive {foreign}",
        f"RLM verify {FOREIGN}",
        f"RLM handoff --session {FOREIGN}",
        f"RLM archive --all --project {other}",
    ]
    said = obeys(product, mock, "/offload", commands)
    assert [(c, s) for c, s in zip(commands, said, strict=True) if REFUSED not in s] == []
    assert product.report("verify")["ok"]
    assert WORD.encode() not in product.every_byte()
    assert not (other / ".claude").exists()


def test_what_a_skill_allows_is_our_command_and_nothing_before_or_after_it(
    product: Product, mock: MockApi, other: Path
) -> None:
    """An assignment before the command would hide the session from it: Claude Code asks the user about that, and in
    `-p` there is nobody to say yes."""
    commands = [
        "CLAUDECODE= RLM ask --resume",
        "env -u CLAUDECODE RLM ask --resume",
        "unset CLAUDECODE; RLM ask --resume",
        "unset CLAUDECODE && RLM ask --resume",
        f"CLAUDE_PROJECT_DIR={other} RLM list --project {other}",
        "RLM list $(touch touched)",
        f"cd {other} && RLM search limit",
        f"RLM list > {other}/listed",
        "RLM list; touch touched",
    ]
    said = obeys(product, mock, "/rlm go through it", commands)
    refused = "approval|blocked|be checked|command_substitution"  # the last one is how 2.1.197 says it
    assert [(c, s) for c, s in zip(commands, said, strict=True) if not re.search(refused, s)] == []
    assert sorted(p.name for p in other.iterdir()) == [".git", "notes.txt"]
    assert not (product.project.path / "touched").exists()


def test_the_skills_question_goes_by_stdin(product: Product, mock: MockApi) -> None:
    project = product.project
    (project.path / "part.txt").write_text("the maple limit is 42\n")
    question = "what's the maple limit, « exactly »? (the {one} of today)"
    found = {"claim": "it is 42", "quote": "the maple limit is 42", "location": "part.txt", "subject": "maple"}
    mock.when(is_leaf, say(json.dumps({"findings": [found], "answer": "It is 42 [1]."})), forever=True)
    order = f"RLM ask - --over part.txt <<'QUESTION'\n{question}\nQUESTION"
    (said,) = obeys(product, mock, "/rlm the maple limit", [order])
    assert "It is 42" in said
    (leaf,) = [r for r in mock.requests if is_leaf(r)]
    assert question in leaf.text
