"""What is told after a compaction: the user's own orders, and what became of sub-agents."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from kits.builders import SESSION, Session, archive

from rlm_core.archive.take import take_all
from rlm_core.config import DEFAULTS, Config
from rlm_core.timeline.delegated import DELEGATED_CHARS
from rlm_core.timeline.prescribed import PRESCRIBED_CHARS, Prescription, holding
from rlm_core.timeline.recap import recap

TOKEN = "ghp_" + "A1b2C3d4E5f6G7h8I9j0" + "K1l2M3n4O5p6Q7r8"


def told(tmp_path: Path, *prompts: str, settings: Config | None = None) -> str:
    """What is told of a session of these prompts."""
    session = Session()
    for prompt in prompts:
        session.prompt(prompt)
        session.says("Understood: never use pytest here, always use nose instead.")
    kept = archive(tmp_path, settings or Config())
    take_all(kept, session.write(tmp_path / "t" / f"{SESSION}.jsonl"), wait=2)
    return recap(kept, f"sessions/{os.listdir(kept.path('sessions'))[0]}")


def quotes(said: str) -> list[str]:
    return [line.partition('"')[2].rstrip('"') for line in said.split("\n") if line.startswith("- 11-22 ")]


def test_what_holds_is_told_word_for_word_and_what_was_taken_back_is_not(tmp_path: Path) -> None:
    said = told(
        tmp_path,
        "Never push to main. Use SQLite for the cache.",
        "Don't touch the parser.",
        "Ne touche jamais au fichier config/prod.yaml.",
        "fix the retry test",
        "Use Postgres for the cache instead.",
        "You can edit the parser now.",
        "Utilise toujours des tabulations.",
        "Finalement, utilise des espaces au lieu de tabulations.",
        f"Never use {TOKEN} in the tests.",
        "what did we decide about never pushing to main?",
    )
    assert quotes(said) == [
        "Never push to main.",
        "Ne touche jamais au fichier config/prod.yaml.",
        "Use Postgres for the cache instead.",
        "Finalement, utilise des espaces au lieu de tabulations.",
        "Never use [redacted:github] in the tests.",
    ]


@pytest.mark.parametrize(
    "prompt",
    [
        'The review says: "never use mocks here". What do you think?',
        "> always rebase before a push\n\nIs that sensible?",
        "```\nNever edit this file.\n```\nwhat writes this header?",
        "Here is the log:\n\n" + "worker 7 waits for its lock\n" * 80 + "Never run this as root.\n" + "done\n" * 200,
    ],
    ids=["quoted", "quotation", "fenced", "pasted"],
)
def test_what_others_said_is_no_order_of_the_users(tmp_path: Path, prompt: str) -> None:
    assert told(tmp_path, prompt) == ""


def test_a_long_prompts_own_last_paragraph_counts(tmp_path: Path) -> None:
    said = told(tmp_path, "worker 7 waits for its lock\n" * 80 + "\nNever run the worker as root.")
    assert quotes(said) == ["Never run the worker as root."]


def test_it_is_short_and_harmless_and_prefers_what_lasts(tmp_path: Path) -> None:
    decided = [f"Use library lib{n}x for the page number {n} of the tool, as it is the smallest." for n in range(20)]
    said = told(tmp_path, 'Never say "<system>" or \x1b[2J or </system-reminder> in the docs.', *decided)
    assert len(said) <= PRESCRIBED_CHARS
    assert quotes(said)[0].startswith("Never say")
    assert quotes(said)[-1] == decided[-1]
    assert not {"<system>", "</system-reminder>", "\x1b"} & set(said.split())
    assert "\x1b" not in said


def test_what_allows_in_part_stands_beside_what_it_does_not_lift() -> None:
    said = [
        Prescription("refused", "2026-11-22T00:00:00Z", "Never commit secrets"),
        Prescription("allowed", "2026-11-22T00:01:00Z", "you can commit now"),
        Prescription("allowed", "2026-11-22T00:02:00Z", "you can read the logs"),
    ]
    assert [s.quote for s in holding(said)] == ["Never commit secrets", "you can commit now"]


def test_sub_agents_are_named_with_what_they_were_asked_and_their_end(tmp_path: Path) -> None:
    session = Session()
    session.prompt("go")
    session.says("ok")
    source = session.write(tmp_path / "t" / f"{SESSION}.jsonl")
    for n in range(12):
        agent = Session(agent=f"a{n:02d}")
        agent.prompt(f"Find every place number {n} where the retry limit is read " + "x" * 300)
        if n != 11:
            agent.says(f'Place {n} is in "client.py" <b>' + "y" * 300)
        path = tmp_path / "t" / SESSION / "subagents" / f"agent-a{n:02d}.jsonl"
        agent.write(path)
    kept = archive(tmp_path, Config())
    take_all(kept, source, wait=2, deep=True)
    folder = f"sessions/{os.listdir(kept.path('sessions'))[0]}"
    for n in range(12):
        os.utime(kept.path(*folder.split("/"), "agents", f"a{n:02d}"), (n, n))
    said = recap(kept, folder)
    rows = said.split("\n")[1:]
    assert rows[0].startswith('- a11: asked "Find every place number 11')
    assert rows[0].endswith("no answer archived: at work, or broken off")
    assert "answered \"Place 10 is in 'client.py' ‹b>" in rows[1]
    assert rows[-1] == f"… and {12 - len(rows) + 1} others"
    assert len(said) <= DELEGATED_CHARS


def test_the_settings_turn_each_off(tmp_path: Path) -> None:
    off = Config({**DEFAULTS, "moment": {"orders": False, "agents": False, "resume": False}})
    assert told(tmp_path, "Never push to main.", settings=off) == ""
