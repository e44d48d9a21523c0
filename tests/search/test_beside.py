"""A hit holds a word of the query, or is shown with the sentence beside it that does."""

from __future__ import annotations

from pathlib import Path

import pytest
from kits.builders import Session, archive, config, talk

from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.search.hits import Filters, Hit
from rlm_core.search.ranked import search


def kept(folder: Path, session: Session, **sizes: int) -> Archive:
    found = archive(folder, config(**sizes) if sizes else config())
    take(found, session.write(folder / "t.jsonl"))
    return found


def asked() -> Session:
    session = talk(Session(), 4)
    session.prompt("Did the warden see the flamingo? I wonder.")
    session.says("Yes, last Tuesday.")
    return talk(session, 4)


def answer(hits: list[Hit], words: str = "Yes, last Tuesday.") -> Hit:
    return next(h for h in hits if words in h.snippet)


def test_an_answer_is_shown_with_the_question_that_carried_it(tmp_path: Path) -> None:
    session = asked()
    hit = answer(search(kept(tmp_path, session), "flamingo", 10))
    assert hit.snippet == "[user] Did the warden see the flamingo?\nYes, last Tuesday."
    assert hit.role == "assistant"
    assert len(hit.uuids) == 2
    assert hit.tokens > 10


def test_it_cites_its_own_line(tmp_path: Path) -> None:
    hit = answer(search(kept(tmp_path, asked()), "flamingo", 10))
    assert Path(hit.path).read_text().split("\n")[hit.line - 1] == "Yes, last Tuesday."


def test_a_hit_that_holds_a_word_itself_is_shown_as_it_stands(tmp_path: Path) -> None:
    hit = answer(search(kept(tmp_path, asked()), "Tuesday flamingo", 10))
    assert hit.snippet == "Yes, last Tuesday."
    assert len(hit.uuids) == 1


def test_a_word_for_the_same_thing_is_enough(tmp_path: Path) -> None:
    session = talk(Session(), 2)
    session.prompt("the bogue is in the parser")
    hit = answer(search(kept(tmp_path, session), "bug", 10), "bogue")
    assert hit.snippet == "the bogue is in the parser"


@pytest.mark.parametrize("query", ["flamingo", "warden flamingo", "heron flamingo tuesday", '"last Tuesday" flamingo'])
def test_every_hit_shows_a_word(tmp_path: Path, query: str) -> None:
    hits = search(kept(tmp_path, asked()), query, 50)
    assert hits
    assert all({"flamingo", "warden", "tuesday"} & {w.strip("?.,").lower() for w in h.snippet.split()} for h in hits)


def test_what_follows_a_passage_follows_it_in_the_hit(tmp_path: Path) -> None:
    session = talk(Session(), 4)
    session.prompt("And that one?")
    session.says("The flamingo. It is pink.")
    hit = answer(search(kept(tmp_path, session), "flamingo", 10), "And that one?")
    assert hit.snippet == "And that one?\n[assistant] The flamingo."


def test_the_neighbour_may_stand_in_the_chunk_before(tmp_path: Path) -> None:
    session = asked()
    hits = search(kept(tmp_path, session, target=20, limit=40), "flamingo", 10)
    hit = answer(hits)
    assert hit.snippet.startswith("[user] Did the warden see the flamingo?")
    assert hit.chunk != next(h for h in hits if h.role == "user").chunk


def test_of_a_long_sentence_the_words_around_are_shown(tmp_path: Path) -> None:
    session = talk(Session(), 4)
    session.prompt("well " * 60 + "the flamingo " + "so " * 20)
    session.says("Yes, last Tuesday.")
    shown = answer(search(kept(tmp_path, session), "flamingo", 10)).snippet
    assert "the flamingo" in shown
    assert len(shown) < 300
    assert "…" in shown


def test_what_was_found_in_the_archive_carries_nothing(tmp_path: Path) -> None:
    session = talk(Session(), 4)
    session.prompt("what did we decide about birds?")
    session.tool("Bash", "pink", command="rlm search -- birds")
    session.says("The flamingo is the bird.")
    session.prompt("fine then")
    assert not any("fine then" in h.snippet for h in search(kept(tmp_path, session), "flamingo", 10))


def test_a_filter_holds_for_the_hit_and_not_for_what_carries_it(tmp_path: Path) -> None:
    (hit,) = [
        h for h in search(kept(tmp_path, asked()), "flamingo", 10, Filters(role="assistant")) if "Yes" in h.snippet
    ]
    assert hit.role == "assistant"
    assert "[user]" in hit.snippet
