"""The paper's strategies as plain operations, as somebody calls them from a program."""

from __future__ import annotations

from dataclasses import replace

import pytest
from kits.engine import history, reader, wait

from rlm_core.engine.findings import Finding
from rlm_core.engine.operations import Engine, Excerpt, grep, partition, peek, verify
from rlm_core.engine.options import RunOptions
from rlm_core.engine.texts import Document
from rlm_core.errors import RlmError
from rlm_core.llm.scripted import ScriptedLeaf

QUESTION = "Which options were set?"
SPEC = Document("spec", "Retry limit\nThe retry limit is 5.\nIt was 3 before.\n", first_line=40)
OTHER = Document("notes", "Nothing of the kind.\nA RETRY is a second try.\n")


def test_the_example_of_the_module_gives_an_answer_from_verified_findings() -> None:
    leaf = ScriptedLeaf(default=reader)

    async def example() -> tuple[int, list[Finding], str]:
        async with Engine(leaf, RunOptions(workers=16)) as engine:
            parts = partition([history(60)], 400)
            reads = await engine.map(QUESTION, parts)
            found = [f for read in reads for f in read.findings if f.verified]
            written = await engine.summarise(QUESTION, found)
            return len(parts), found, written.text

    parts, found, text = wait(example())
    assert parts > 1
    assert [f.line for f in found] == list(range(1, 61))
    assert text.endswith(" places [log:1].")
    assert leaf.closed


def test_peek_shows_the_beginning_of_each_text_with_its_line_in_the_file() -> None:
    assert peek([SPEC, OTHER], 5) == [Excerpt(SPEC, 40, "Retry"), Excerpt(OTHER, 1, "Nothi")]


def test_grep_finds_lines_whatever_their_case_and_counts_as_the_file_does() -> None:
    assert grep([SPEC, OTHER], "retry") == [
        Excerpt(SPEC, 40, "Retry limit"),
        Excerpt(SPEC, 41, "The retry limit is 5."),
        Excerpt(OTHER, 2, "A RETRY is a second try."),
    ]


def test_grep_shows_the_lines_around_and_stops_at_as_many_as_are_wanted() -> None:
    whole = Excerpt(SPEC, 40, "Retry limit\nThe retry limit is 5.\nIt was 3 before.")
    assert grep([SPEC, OTHER], "is 5", around=1) == [whole]
    assert [e.line for e in grep([SPEC, OTHER], "retry", most=2)] == [40, 41]


def test_grep_says_why_a_pattern_is_none() -> None:
    with pytest.raises(RlmError, match=r"'\(' is no regular expression: "):
        grep([SPEC], "(")


def test_verify_gives_a_finding_its_place_and_doubts_what_its_quote_does_not_say() -> None:
    said = Finding("The retry limit is 5.", "The retry limit is 5.", "spec")
    good, wrong, invented = verify(
        [said, replace(said, claim="The retry limit is 7."), replace(said, quote="The retry limit is 9.")],
        [SPEC, OTHER],
        "What is the retry limit?",
    )
    assert (good.verified, good.line, good.doubts) == (True, 41, ())
    assert wrong.doubts
    assert not invented.verified
