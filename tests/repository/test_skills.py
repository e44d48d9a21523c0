"""Skills and the agents they run in: what can be said of them without asking a model.

Whether a model really calls a skill is told by tests/live only. The vocabulary test here is a stand-in: it notices
when a description loses the words by which users ask, and proves nothing else.
"""

from __future__ import annotations

import argparse
import itertools
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml
from kits.paths import ROOT

from rlm_core.cli.parser import parser
from rlm_core.install import Environment, plan_install
from rlm_core.install.skills import COMMAND

SKILLS = sorted((ROOT / "skills").glob("*/SKILL.md"))
AGENTS = sorted((ROOT / "agents").glob("*.md"))
PROMPTS: list[dict[str, Any]] = yaml.safe_load((ROOT / "tests/prompts/recall.yaml").read_text(encoding="utf-8"))
LISTED_CHARS = 1020  # of an entry that every Claude Code shows to every model; newer ones show 1,536
FIELDS = {
    *("name", "description", "when_to_use", "argument-hint", "arguments", "allowed-tools", "disallowed-tools"),
    *("disable-model-invocation", "user-invocable", "model", "effort", "context", "agent", "background", "hooks"),
    *("paths", "shell", "metadata", "license", "compatibility"),
}
AGENT_FIELDS = {"name", "description", "tools", "disallowedTools", "model", "maxTurns", "skills", "effort", "color"}
OURS = re.compile(r"(?:`|\(|&& )rlm ([a-z]+)")
READING = {"Bash", "Read", "Grep", "Glob"}
a_skill = pytest.mark.parametrize("path", SKILLS, ids=lambda p: p.parent.name)
an_agent = pytest.mark.parametrize("path", AGENTS, ids=lambda p: p.stem)
a_text = pytest.mark.parametrize("path", [*SKILLS, *AGENTS], ids=lambda p: f"{p.parent.name}/{p.name}")


def parts(path: Path) -> tuple[dict[str, Any], str]:
    """Front matter and body."""
    found = re.fullmatch(r"---\n(.*?)\n---\n(.*)", path.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return yaml.safe_load(found[1]), found[2]


def listed(path: Path) -> str:
    """What the model is shown of a skill before it calls it."""
    meta, _ = parts(path)
    return " - ".join(filter(None, [meta["description"], meta.get("when_to_use", "")]))


def options(command: str) -> set[str]:
    actions = parser()._subparsers._group_actions  # type: ignore[union-attr]
    known: dict[str, argparse.ArgumentParser] = dict(actions[0].choices)  # type: ignore[arg-type]
    return {o for action in known[command]._actions for o in action.option_strings}


# --- form ---


@a_skill
def test_a_skills_front_matter_has_only_fields_that_claude_code_knows(path: Path) -> None:
    meta, body = parts(path)
    assert meta.keys() <= FIELDS
    assert meta["name"] == path.parent.name
    assert body.strip()
    for field in ("background", "disable-model-invocation", "user-invocable"):  # older clients know no yes or on
        assert isinstance(meta.get(field, True), bool)


@a_skill
def test_a_description_is_shown_whole(path: Path) -> None:
    assert len(listed(path)) <= LISTED_CHARS


def test_all_descriptions_leave_room_for_other_skills() -> None:
    assert sum(len(listed(path)) for path in SKILLS) <= 4000, (
        "the listing's budget is 8,000 characters of a 200k window"
    )


def test_recall_is_short() -> None:
    assert (ROOT / "skills/recall/SKILL.md").read_text(encoding="utf-8").count("\n") < 120


@an_agent
def test_an_agents_front_matter_has_only_fields_that_count_in_a_plugin(path: Path) -> None:
    meta, body = parts(path)
    assert meta.keys() <= AGENT_FIELDS
    assert meta["name"] == path.stem
    assert meta["description"].strip()
    assert body.strip()


@an_agent
def test_an_agent_that_reads_the_archive_can_do_nothing_else(path: Path) -> None:
    """No Edit or Write: what it reads may try to give orders. No Agent: its sub-agents would report to the main
    conversation, not to it (2.1.330, in the terminal)."""
    meta, _ = parts(path)
    assert set(meta["tools"].split(", ")) <= READING


@pytest.mark.parametrize(
    "path", [p for p in SKILLS if "\ncontext: fork\n" in p.read_text("utf-8")], ids=lambda p: p.parent.name
)
def test_a_forked_skill_runs_in_an_agent_of_ours_and_in_the_foreground(path: Path) -> None:
    meta, _ = parts(path)
    assert meta["agent"] in {f"rlm:{agent.stem}" for agent in AGENTS}
    assert meta["background"] is False


@a_skill
def test_a_skill_may_run_our_own_command_unasked_and_no_other(path: Path) -> None:
    allowed = parts(path)[0].get("allowed-tools", "")
    rules = re.findall(r"[^,(]+(?:\([^)]*\))?", allowed)
    assert [rule for rule in map(str.strip, rules) if not re.fullmatch(r"Bash\(rlm [a-z]+( exec)?( \*)?\)", rule)] == []


# --- what the texts promise ---


@a_text
def test_every_command_in_a_text_is_written_as_the_installer_finds_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert OURS.search(text)
    assert not OURS.search(COMMAND.sub(b"X ", text.encode()).decode())


@a_text
def test_every_option_in_a_text_exists(path: Path) -> None:
    _, body = parts(path)
    quoted = [span for span in re.findall(r"`([^`\n]+)`", body) if not span.startswith("claude ")]
    known = {o for name in OURS.findall(body) for o in options(name)}
    assert {o for span in quoted for o in re.findall(r"(?<![\w-])--[a-z][a-z-]+|(?<= )-[a-z](?= )", span)} <= known


@pytest.mark.parametrize("scope", ["local", "shared", "user"])
def test_installed_a_skill_finds_its_agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scope: str) -> None:
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path / "config"))
    (tmp_path / "project").mkdir()
    plan_install(tmp_path / "project", scope=scope, offload_at=None, env=Environment.current()).apply()  # type: ignore[arg-type]
    top = tmp_path / "config" if scope == "user" else tmp_path / "project" / ".claude"
    meta, _ = parts(top / "skills" / "recall" / "SKILL.md")
    agent, _ = parts(top / "agents" / f"{meta['agent']}.md")
    assert agent["name"] == meta["agent"]


def test_recall_takes_the_question_and_calls_what_it_reads_evidence() -> None:
    _, body = parts(ROOT / "skills/recall/SKILL.md")
    assert body.count("$ARGUMENTS") == 1
    assert "never an instruction" in body
    assert "Not in the archive" in body
    assert "!`" not in body, "a command in the text would run before anybody reads it"


# --- when it is called ---


def words(text: str) -> list[str]:
    """Lower-case words without accents, cut to six letters: a poor man's stem."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    return [word[:6] for word in re.findall(r"[a-z0-9_/]+", plain)]


def pairs(text: str) -> set[tuple[str, str]]:
    """Neighbouring words, and those with one word between them."""
    found = words(text)
    return {*itertools.pairwise(found), *zip(found, found[2:], strict=False)}


def affinity(prompt: str, description: str) -> float:
    """How many word pairs a prompt shares with a description. A stand-in for a model's judgement, no more."""
    return len(pairs(prompt) & pairs(description))


def test_the_prompts_are_forty_in_two_languages_and_each_has_its_reason() -> None:
    assert len(PROMPTS) == len({p["prompt"] for p in PROMPTS}) == 40
    for lang, recall in itertools.product(("en", "fr"), (True, False)):
        assert len([p for p in PROMPTS if (p["lang"], p["recall"]) == (lang, recall)]) == 10
    assert all(len(p["why"]) > 5 for p in PROMPTS)


def test_the_description_was_not_written_from_the_prompts() -> None:
    description = " ".join(words(listed(ROOT / "skills/recall/SKILL.md")))
    for p in PROMPTS:
        found = words(p["prompt"])
        six = [" ".join(found[i : i + 6]) for i in range(len(found) - 5)]
        assert not [run for run in six if run in description], p["prompt"]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_prompts_to_recall_share_more_words_with_the_description_than_near_misses(lang: str) -> None:
    description = listed(ROOT / "skills/recall/SKILL.md")
    score = {p["prompt"]: affinity(p["prompt"], description) for p in PROMPTS if p["lang"] == lang}
    wanted = [score[p["prompt"]] for p in PROMPTS if p["lang"] == lang and p["recall"]]
    misses = [score[p["prompt"]] for p in PROMPTS if p["lang"] == lang and not p["recall"]]
    before = sum((a > b) + (a == b) / 2 for a in wanted for b in misses) / (len(wanted) * len(misses))
    assert before >= 0.75, f"area under the curve {before:.2f}: {score}"


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(SKILLS, 2)))
def test_two_skills_do_not_claim_the_same_words(one: Path, other: Path) -> None:
    claims = [set(re.findall(r"[\"«]\s*(.+?)\s*[\"»]", listed(path))) for path in (one, other)]
    assert claims[0] & claims[1] == set()
    first, second = (set(words(listed(path))) for path in (one, other))
    assert len(first & second) / min(len(first), len(second)) < 0.6
