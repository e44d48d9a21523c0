"""Our own skills and sub-agents are known, whole, in part, edited and in former versions; other texts are not."""

from __future__ import annotations

from pathlib import Path

import pytest
from kits.builders import Session, archive, config

from rlm_core.archive.take import take
from rlm_core.chunks.echoes import echoes
from rlm_core.chunks.entries import ArchivedEntry
from rlm_core.chunks.ours import is_ours, is_ours_in_part
from rlm_core.index.passages import cut
from rlm_core.search.ranked import search

ROOT = Path(__file__).parents[2]
TEXTS = sorted([*ROOT.glob("skills/*/SKILL.md"), *ROOT.glob("agents/*.md"), *ROOT.glob("workflows/*.js")])
SHARE = 0.66  # of a text's passages that are known by themselves
FORMER = """\
---
name: recall
description: Answers from the archived history of this project's sessions, with citations.
allowed-tools: Bash(rlm search *), Read, Grep, Glob
---

Find this in the archived history of the project's sessions: $ARGUMENTS

1. Search. Choose two to five telling words yourself; leave out filler: `rlm search -k 8 -- "words"`

Example:

> The retry limit is 5. It was 3 until 12 November.
> - "let's go to 5, three was too few for the nightly import" (user, r1-3fa2b9d0c1e4:42, 2026-11-12)
"""
THEIRS = [
    "---\nname: recall\ndescription: recalls a product from the shops\n---\n\nCall the shops and list the products.\n",
    "---\nname: deploy\n---\n\nRun `rlm search -k 8 -- deploy` first; do not guess. Then deploy.\n",
    "The retry limit is 5. It was 3 until 12 November. rlm search finds more.",
    "# Notes\n\nWe use rlm. `rlm search` looks into .claude/rlm; name: recall is its skill.\n",
    "retries: 3 should do",
]


def numbered(text: str) -> str:
    return "\n".join(f"{n:6}→{line}" for n, line in enumerate(text.split("\n"), 1))


@pytest.mark.parametrize("path", TEXTS, ids=lambda p: p.parent.name + "/" + p.name)
def test_our_texts_are_known(path: Path) -> None:
    text = path.read_text()
    assert is_ours(text)
    assert is_ours(numbered(text))
    assert is_ours(f"[file] /home/jo/app/{path.name}\n\n{text}")
    passages = cut(text, printed=True)
    assert sum(is_ours_in_part(p.text) for p in passages) >= SHARE * len(passages)


@pytest.mark.parametrize("path", TEXTS, ids=lambda p: p.parent.name + "/" + p.name)
def test_edited_ones_are_known_by_what_is_left(path: Path) -> None:
    lines = path.read_text().split("\n")
    assert is_ours("\n".join(line for n, line in enumerate(lines) if n < 5 or n % 3))
    if len(lines) > 30:
        assert is_ours("\n".join(lines[6:]))  # without its front matter
        assert is_ours("\n".join(lines[: len(lines) // 2]))


def test_a_former_version_is_known() -> None:
    assert is_ours(FORMER)
    assert is_ours_in_part(FORMER[FORMER.index("Example") :])


@pytest.mark.parametrize("text", THEIRS)
def test_texts_of_others_are_not(text: str) -> None:
    assert not is_ours(text)
    assert not any(is_ours_in_part(p.text) for p in cut(text, printed=True))


@pytest.mark.parametrize("path", sorted([*ROOT.glob("docs/*.md"), *ROOT.glob("*.md")]), ids=lambda p: p.name)
def test_our_documentation_is_no_skill(path: Path) -> None:
    assert not is_ours(path.read_text())


@pytest.mark.parametrize(
    ("tool", "text"),
    [
        ("Read", "file_path: /home/u/app/.claude/skills/recall/SKILL.md"),
        ("Read", "file_path: /home/u/app/.claude/agents/recall-reader.md"),
        ("Bash", "command: cat .claude/skills/rlm/SKILL.md"),
        ("Bash", "command: rlm --project /home/u/app search -- x"),
        ("Bash", "command: rlm handoff"),
        ("Task", "subagent_type: archive-explorer\nprompt: read"),
        ("Read", "file_path: /home/u/app/.claude/workflows/rlm-read-parts.js"),
        ("Workflow", 'name: rlm:rlm-read-parts\nargs: {"parts": 3}'),
    ],
)
def test_reading_them_is_an_echo(tool: str, text: str) -> None:
    at = "· 2026-11-24 02:15:16 · turn 1"
    call = ArchivedEntry(f"## assistant · {tool} #0006 {at}\n\n```\n{text}\n```\n")
    result = ArchivedEntry(f"## tool · {tool} #0006 {at}\n\nout\n")
    assert echoes([call, result]) == {0, 1}


@pytest.mark.parametrize(
    ("tool", "text"),
    [
        ("Read", "file_path: /home/u/app/.claude/skills/deploy/SKILL.md"),
        ("Read", "file_path: /home/u/app/skills/recall.md"),
        ("Edit", "file_path: /home/u/app/.claude/skills/recall/SKILL.md"),
        ("Bash", "command: rlm verify --project search"),
        ("Task", "subagent_type: Explore\nprompt: archive-explorer"),
    ],
)
def test_other_calls_are_none(tool: str, text: str) -> None:
    call = ArchivedEntry(f"## assistant · {tool} #0006 · 2026-11-24 02:15:16 · turn 1\n\n```\n{text}\n```\n")
    assert echoes([call]) == set()


def test_what_an_earlier_version_kept_of_our_hooks_is_an_echo() -> None:
    told = "[hook_success]\ncontent: The earlier history of this project is archived verbatim in /home/u/.claude/rlm: 3"
    assert echoes([ArchivedEntry(f"## system · 2026-11-24 02:15:16 · turn 1\n\n{told}\n")]) == {0}


def test_the_skills_own_example_is_no_hit_however_it_came_in(tmp_path: Path) -> None:
    skill = (ROOT / "skills/recall/SKILL.md").read_text()
    session = Session()
    session.prompt("the retry limit of the importer is 7 until November")
    session.tool("Read", numbered(skill), file_path="/home/jo/app/.claude/skills/recall/SKILL.md")
    session.tool("Read", numbered(skill), file_path="/home/jo/plugins/rlm/skills/recall/SKILL.md")
    session.tool("Bash", skill[skill.index("Example:") :], command="tail -20 SKILL.md")
    code = "total += 1\n" * 1400
    session.tool("Bash", f"{code}{skill}{code}", command="git show HEAD~2")
    session.user(f"Base directory for this skill: /home/jo/.claude/skills/recall\n\n{skill}", isMeta=True)
    session.mention("docs/copy.md", skill)
    kept = archive(tmp_path, config(4000, 8000))
    take(kept, session.write(tmp_path / "t.jsonl"))
    for query in ("retry limit until November", "retries should do nightly", "Redis écarté"):
        assert {h.role for h in search(kept, query, 20)} <= {"user"}
    assert search(kept, "retry limit until November", 20)
