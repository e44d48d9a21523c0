"""Which passages ask the archive or tell what was found there, and that neither stands above what it repeats."""

from __future__ import annotations

from pathlib import Path

import pytest
from kits.builders import Session, archive, config

from rlm_core.archive.take import take
from rlm_core.chunks.entries import ArchivedEntry
from rlm_core.chunks.retold import only_asks, retellings, retold, turns_of
from rlm_core.search import ranked, scan
from rlm_core.search.hits import Filters, Hit

ANSWER = 'The lagoon limit is 5.\n- "let us take five for the lagoon limit" (user, r2-3fa2b9d0c1e4:42, 2026-11-12)'


def entry(what: str, text: str, turn: int = 1) -> ArchivedEntry:
    return ArchivedEntry(f"## {what} · 2026-11-24 02:15:16 · turn {turn}\n\n{text}\n")


def kinds(*entries: ArchivedEntry) -> list[str]:
    turns = turns_of(entries)
    return [retold(one, turns, one.text) for one in entries]


ASK = entry("user", "what did we decide about the lagoon limit?")
RECALL = entry("assistant · Skill #0006", "```\nskill: recall\nargs: the lagoon limit?\n```")
FOUND = entry("tool · Skill #0006", "It is 5.")
TELL = entry("assistant", "The lagoon limit is 5.")


@pytest.mark.parametrize(
    "text",
    [
        "what did we decide about the retry limit?",
        "What did we decide about the retry limit",
        "hey claude, remind me what the retry limit was",
        "Do you remember why we dropped Redis? And when?",
        "recall what we said about the importer",
        "I forgot which port the gateway listens on. Please look it up. Thanks!",
        "the retry limit we agreed on?",
        "As I told you last week, which port was it?",
        "can you tell me which port it was?",
        "qu'avait-on décidé pour la limite d'essais ?",
        "Rappelle-moi pourquoi on avait écarté Redis",
        "Tu te souviens du nom du script ?",
        "Quel était le délai ? Merci",
        "peux-tu me rappeler le port ?",
    ],
)
def test_a_prompt_that_only_asks(text: str) -> None:
    assert only_asks(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "thanks!",
        "recall what we said about the retry limit; then make it 12",
        "find what we decided about the limit and set it to 12",
        "what did we decide, then change it to 12",
        "The retry limit is 12 now. What did we say about backoff?",
        "we decided 12, right?",
        "we moved the port to 8443, didn't we?",
        "the port was 8443?",
        "let's use 12?",
        "can you make it 12?",
        "The importer fails on Tuesdays, why?",
        "use the port we agreed on",
        "On garde 5. Pourquoi déjà ?",
        "Rappelle-moi ce qu'on avait dit et mets 12",
        "Peux-tu mettre 12 ?",
        "what is this? " + "a pasted log line\n" * 300,
    ],
)
def test_a_prompt_that_says_something_too(text: str) -> None:
    assert not only_asks(text)


@pytest.mark.parametrize(
    "call",
    [
        RECALL,
        entry("assistant · Bash #0006", "```\ncommand: rlm search -k 8 -- 'lagoon limit'\n```"),
        entry("assistant · Agent #0006", "```\nsubagent_type: rlm:recall-reader\nprompt: the lagoon limit\n```"),
        entry("assistant · Grep #0006", "```\npattern: lagoon\npath: /home/u/app/.claude/rlm\n```"),
    ],
)
def test_a_question_put_to_the_archive_and_its_answer(call: ArchivedEntry) -> None:
    thought = entry("assistant · thinking", "I look for the lagoon limit in the archive.")
    assert kinds(ASK, thought, call, TELL) == ["asked", "recalled", "", "recalled"]


def test_the_same_words_in_a_turn_that_did_not_read_the_archive_are_words_like_any_other() -> None:
    other = entry("assistant · Bash #0006", "```\ncommand: grep -rn limit src\n```")
    assert kinds(ASK, other, TELL) == ["", "", ""]
    assert kinds(ASK, TELL) == ["", ""]


def test_turns_are_told_apart() -> None:
    said = entry("user", "what did we decide about the heron?", 2)
    assert kinds(ASK, RECALL, FOUND, TELL, said, entry("assistant", "Nothing so far.", 2)) == [
        *("asked", "", "", "recalled"),
        *("", ""),
    ]


def test_who_asks_and_decides_in_one_turn_decides() -> None:
    both = entry("user", "recall what we said about the lagoon limit; then make it 12")
    edit = entry("assistant · Edit #0007", "```diff\nfile_path: a.py\n-LIMIT = 5\n+LIMIT = 12\n```")
    done = entry("assistant", "It was 5 (r2-3fa2b9d0c1e4:42) and is 12 now.")
    assert kinds(both, RECALL, FOUND, edit, done) == [""] * 5
    assert kinds(both, RECALL, FOUND, entry("assistant", "Agreed: 12.")) == [""] * 4


def test_where_the_archive_was_one_source_of_several_only_what_cites_it_tells_of_it() -> None:
    bug = entry("user", "why does the importer fail?")
    look = entry("assistant · Bash #0007", "```\ncommand: cat importer.py\n```")
    cause = entry("assistant", "A missing lock is the cause.")
    cited = entry("assistant", "You saw it before: the lock was dropped (r2-3fa2b9d0c1e4:42).")
    assert kinds(bug, RECALL, FOUND, look, cause, cited) == ["", "", "", "", "", "recalled"]
    assert kinds(ASK, RECALL, FOUND, look)[0] == "asked"  # it asks for what was said, whatever else Claude read


def test_a_quotation_in_the_form_of_our_skills_is_one_wherever_it_stands() -> None:
    edit = entry("assistant · Edit #0007", "```diff\nfile_path: a.py\n-LIMIT = 5\n+LIMIT = 12\n```")
    assert kinds(entry("assistant", ANSWER)) == ["recalled"]
    assert kinds(entry("user", "set it to 12"), RECALL, edit, entry("assistant", ANSWER))[-1] == "recalled"
    french = "« on garde SQLite » (user, r2-77c0d1a2b3e4:9, 2026-10-30)"
    assert kinds(entry("assistant", french)) == ["recalled"]


def test_a_typed_recall_that_runs_in_the_conversation_has_an_echo_for_an_answer() -> None:
    typed = entry("user", "/recall the lagoon limit")
    search = entry("assistant · Bash #0006", "```\ncommand: rlm search -- lagoon\n```")
    assert kinds(typed, search, TELL)[-1] == "recalled"
    assert kinds(typed, TELL)[-1] == "recalled"


def test_a_sub_agent_that_only_read_the_archive_retells_it() -> None:
    task = entry("task", "Find in the archive what was decided about the lagoon limit. It matters for the release.")
    assert kinds(task, entry("assistant · Bash #0006", "```\ncommand: rlm show r2-3fa2b9d0c1e4\n```"), TELL) == [
        "recalled",
        "",
        "recalled",
    ]
    assert kinds(task, entry("assistant · Bash #0006", "```\ncommand: pytest\n```"), TELL) == [""] * 3


def test_whole_entries_that_retell() -> None:
    assert retellings([ASK, RECALL, FOUND, TELL]) == {3}


def kept_session(*, between: int = 0, asked: str = "where does the flamingo nest?") -> Session:
    """A statement; much later a question for it, which Claude answers from the archive. between: searches."""
    session = Session()
    session.prompt("the flamingo nests in the lagoon, we decided that with the keeper")
    session.says("Good.")
    for n in range(20):
        session.prompt(f"and the heron of part {n}?")
        session.says(f"By the river, at stone {n}.")
    session.prompt(asked)
    for n in range(between):
        session.tool("Bash", f"nothing about it in part {n} " * 30, command=f"rlm search -- 'flamingo {n}'")
    session.tool("Skill", "It nests in the lagoon.", skill="recall", args="where does the flamingo nest?")
    session.says("The flamingo nests in the lagoon.")
    session.prompt("thanks, on with the fences")
    session.says("The fences are next.")
    return session


def find(folder: Path, session: Session, query: str, filters: Filters | None = None, **sizes: int) -> list[Hit]:
    kept = archive(folder, config(**sizes) if sizes else config())
    take(kept, session.write(folder / "t.jsonl"))
    return ranked.search(kept, query, 20, filters)


def holds(hit: Hit) -> bool:
    """Whether the passage itself holds the word, rather than a sentence beside it that is shown with it."""
    return "flamingo" in hit.snippet and len(hit.uuids) == 1


@pytest.mark.parametrize("query", ["where does the flamingo nest", "flamingo", "flamingo lagoon nest"])
def test_what_was_said_stands_above_the_question_and_the_answer(tmp_path: Path, query: str) -> None:
    found = find(tmp_path, kept_session(), query)
    assert found[0].snippet.startswith("the flamingo nests in the lagoon, we decided")
    below = {h.kind: h.role for h in found[1:] if holds(h)}
    assert below == {"asked": "user", "recalled": "assistant"}


@pytest.mark.parametrize("between", [1, 3])
def test_a_turn_that_spans_chunks_is_told_as_a_whole(tmp_path: Path, between: int) -> None:
    found = find(tmp_path, kept_session(between=between), "where does the flamingo nest", target=120, limit=240)
    by_kind = {h.kind: h.chunk for h in found if holds(h)}
    assert found[0].kind == "user"
    assert set(by_kind) == {"user", "asked", "recalled"}
    assert by_kind["asked"] != by_kind["recalled"]


def test_what_stands_beside_the_answer_is_not_taken_for_it(tmp_path: Path) -> None:
    """The words around a short prompt count for it, and those of the answer stand elsewhere already."""
    found = find(tmp_path, kept_session(), "flamingo lagoon nest")
    assert not any("fences" in h.snippet for h in found[:2])


def test_they_are_found_by_their_role_and_when_nothing_else_holds_the_words(tmp_path: Path) -> None:
    session = kept_session(asked="where does the flamingo sleep, do you remember?")
    kept = archive(tmp_path, config())
    take(kept, session.write(tmp_path / "t.jsonl"))
    (only,) = [h for h in ranked.search(kept, "sleep", 5) if "sleep" in h.snippet and len(h.uuids) == 1]
    assert (only.kind, only.role) == ("asked", "user")
    assert "asked" in {h.kind for h in ranked.search(kept, "flamingo", 5, Filters(role="user"))}
    assert "recalled" in {h.kind for h in ranked.search(kept, "flamingo", 5, Filters(role="assistant"))}


def test_what_tells_from_the_archive_decides_nothing(tmp_path: Path) -> None:
    session = kept_session()
    session.prompt("what did we decide about the limit?")
    session.tool("Bash", "5", command="rlm search -- limit")
    session.says("We decided to set the limit to 5 instead of 3.")
    (hit,) = [h for h in find(tmp_path, session, "decided set the limit to 5") if "set the limit" in h.snippet]
    assert (hit.kind, hit.marks) == ("recalled", [])


def test_without_an_index_they_stand_below_as_well(tmp_path: Path) -> None:
    kept = archive(tmp_path, config())
    take(kept, kept_session().write(tmp_path / "t.jsonl"))
    found = scan.scan(kept, "where does the flamingo nest", 20)
    assert found[0].snippet.startswith("the flamingo nests in the lagoon, we decided")
    assert not any(h.role == "tool" for h in found)
