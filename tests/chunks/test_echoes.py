"""Which entries only repeat the archive, and that a search does not find them."""

from __future__ import annotations

from pathlib import Path

import pytest
from kits.builders import SESSION, Session, archive, config

from rlm_core.archive.take import take
from rlm_core.chunks.echoes import echoes, of_recall
from rlm_core.chunks.entries import ArchivedEntry
from rlm_core.search.ranked import search
from rlm_core.transcript.source import Source

AT = "· 2026-11-24 02:15:16 · turn 1"


def entry(what: str, text: str) -> ArchivedEntry:
    return ArchivedEntry(f"## {what} {AT}\n\n{text}\n")


@pytest.mark.parametrize(
    ("tool", "text"),
    [
        ("Bash", "```\ncommand: rlm search -k 8 -- 'maple output'\n```"),
        ("Bash", "```\ncommand: /opt/venv/bin/rlm show r1-5e20bc7d845a:32\n```"),
        ("Bash", "```\ncommand: '/opt/my venv/bin/rlm' search -- x\n```"),
        ("Bash", "```\ncommand: rlm --project /srv/shop --json search -- x\n```"),
        ("Bash", "```\ncommand: /usr/bin/python3 -m rlm_core search -- x\n```"),
        ("Bash", "```\ncommand: grep -rn maple .claude/rlm/sessions\n```"),
        ("Read", "```\nfile_path: /home/u/app/.claude/rlm/sessions/2026-11-24_e940c0c1/0001-5e20bc7d.md\n```"),
        ("Grep", "```\npattern: maple\npath: /home/u/app/.claude/rlm\n```"),
        ("Skill", "```\nskill: recall\nargs: what was maple?\n```"),
        ("Skill", "```\nskill: rlm:recall\n```"),
    ],
)
def test_a_call_that_reads_the_archive_is_an_echo_with_its_result(tool: str, text: str) -> None:
    entries = [
        entry(f"assistant · {tool} #0006", text),
        entry("assistant · Bash #0007", "command: ls"),
        entry(f"tool · {tool} #0006", "maple-output-42"),
        entry("tool · Bash #0007", "a file"),
    ]
    assert echoes(entries) == {0, 2}


@pytest.mark.parametrize(
    ("tool", "text"),
    [
        ("Bash", "```\ncommand: rlm install\n```"),
        ("Bash", "```\ncommand: rlm" + " --a" * 60 + "\n```"),  # a pattern that reads it in two ways would not end
        ("Bash", "```\ncommand: ./urlm search x\n```"),
        ("Bash", "```\ncommand: cat src/rlm/search.py\n```"),
        ("Read", "```\nfile_path: /home/u/app/.claude/rlm.yaml\n```"),
        ("Read", "```\nfile_path: /home/u/app/src/recall.py\n```"),
        ("Skill", "```\nskill: recall-tests\n```"),
    ],
)
def test_other_calls_are_none(tool: str, text: str) -> None:
    assert echoes([entry(f"assistant · {tool} #0006", text), entry(f"tool · {tool} #0006", "out")]) == set()


@pytest.mark.parametrize(
    "answer",
    [
        "<local-command-stdout>\nIt is 5.\n</local-command-stdout>",
        "[local_command] <local-command-stdout>It is 5.</local-command-stdout>",
    ],
)
def test_a_typed_recall_and_what_it_printed_are_echoes(answer: str) -> None:
    entries = [
        entry("user", "/recall the retry limit?"),
        entry("system", answer),
        entry("user", "raise it to 6"),
        entry("system", "<local-command-stdout>other</local-command-stdout>"),
    ]
    assert echoes(entries) == {0, 1}


@pytest.mark.parametrize("text", ["recall what we said", "/recaller x", "/recall-tests x", "the /recall command"])
def test_what_users_say_besides_is_none(text: str) -> None:
    assert echoes([entry("user", text)]) == set()


def test_a_background_recalls_report_is_an_echo() -> None:
    note = '<task-notification>\n<status>completed</status>\n<summary>Agent "/recall ARG" finished</summary>'
    assert echoes([entry("system", note)]) == {0}


def test_a_forked_recalls_transcript_tells_itself_by_its_first_entry() -> None:
    assert of_recall(entry("system", "Base directory for this skill: /p/.claude/skills/recall\n\nFind this"))
    assert not of_recall(entry("system", "Base directory for this skill: /p/.claude/skills/deploy\n\nDo this"))
    assert not of_recall(entry("user", "an-alder-task"))


def test_what_recall_searched_and_read_is_no_hit_but_what_it_repeats_is(tmp_path: Path) -> None:
    session = Session()
    session.prompt("the flamingo lives in the lagoon")
    session.prompt("/recall where does the flamingo live")
    session.tool("Bash", "the flamingo lives in the lagoon", command="rlm search -- flamingo lagoon")
    session.tool("Read", "the flamingo lives in the lagoon", file_path="/home/jo/app/.claude/rlm/sessions/a/0001-b.md")
    session.prompt("and the heron?")
    kept = archive(tmp_path, config())
    take(kept, session.write(tmp_path / "t.jsonl"))
    found = search(kept, "flamingo lagoon live", 20)
    assert found[0].snippet == "the flamingo lives in the lagoon"
    assert found[0].role == "user"
    assert found[0].repeats == 0
    assert not any("flamingo" in h.snippet for h in found[1:] if len(h.uuids) == 1)
    assert not any("/recall" in h.snippet for h in found)


@pytest.mark.parametrize(("skill", "hits"), [("recall", 0), ("deploy", 1)])
def test_a_sub_agent_that_only_recalled_is_not_found(tmp_path: Path, skill: str, hits: int) -> None:
    agent = Session(agent="a1", seed="a")
    agent.user(f"Base directory for this skill: /p/.claude/skills/{skill}\n\nDo as it says", isMeta=True)
    agent.prompt("look for the flamingo")
    agent.says("The flamingo lives in the lagoon.")
    kept = archive(tmp_path, config())
    agent.write(tmp_path / "agent-a1.jsonl")
    take(kept, Source(str(tmp_path / "agent-a1.jsonl"), SESSION, "a1"))
    found = search(kept, "flamingo lagoon", 20)
    assert bool(found) == bool(hits)
