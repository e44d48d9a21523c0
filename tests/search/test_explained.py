"""What a hit scored for: that it is the truth, and that each step tells itself."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kits.builders import Session, archive, config, talk

from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.index.schema import KINDS
from rlm_core.search import explained, rank
from rlm_core.search.explained import Explanation
from rlm_core.search.hits import Hit
from rlm_core.search.ranked import find

QUERIES = (
    "what did I say about the retry limit in November?",
    "retry_limit importer",
    "bug importer",
    "what was decided about the retry limit on 22 November",
    "lagoon",
    "importer.py lock",
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Sessions in which every step of the ranking happens."""
    folder = tmp_path_factory.mktemp("explained")
    session = talk(Session(), 60)
    session.prompt("We decided: the retry limit of the importer is 3.")
    session.says("I set retry_limit to 3 in importer.py. " + "The importer waits for the lock and then retries. " * 60)
    session.tool("Bash", "retry_limit = 3\nimporter.py: lock held\n" * 9, command="grep -rn retry_limit importer.py")
    session.prompt("No, we decided again: the retry limit of the importer is 5 instead of 3.")
    session.thinks("The retry limit goes up; is the importer's fault elsewhere?")
    session.says("Should the importer have a limit at all? What about the lock?")
    session.prompt("what did we decide about the retry limit?")
    session.tool("Bash", "5", command="rlm search -- 'retry limit'")
    session.says("The retry limit of the importer is 5.")
    session.prompt("the bogue in the importer is an old one")
    for n in range(3):
        session.prompt(f"the lagoon has a heron, counted {n}, as the warden says")
        session.says("The heron of the lagoon is grey, says the warden.")
    found = archive(folder, config())
    take(found, session.write(folder / "t.jsonl"))
    return found


def hits(kept: Archive, query: str, k: int = 20) -> list[Hit]:
    return find(kept, query, k, explain=True).hits


@pytest.mark.parametrize("query", QUERIES)
def test_the_points_sum_to_the_score(kept: Archive, query: str) -> None:
    for k in (1, 3, 20):
        for hit in hits(kept, query, k):
            assert sum(step["points"] for step in hit.why) == pytest.approx(hit.score, abs=0.0001 * (len(hit.why) + 1))


@pytest.mark.parametrize("query", QUERIES)
def test_asking_for_reasons_changes_nothing(kept: Archive, query: str) -> None:
    plain = find(kept, query, 20).hits
    asked = hits(kept, query)
    assert [{**h.as_json(), "why": 0} for h in asked] == [{**h.as_json(), "why": 0} for h in plain]
    assert not any(h.why for h in plain)


def test_every_step_tells_itself(kept: Archive) -> None:
    told: dict[str, dict[str, Any]] = {}
    for query in QUERIES:
        told |= {step["what"]: step for hit in hits(kept, query) for step in hit.why}
    assert set(told) >= {
        *("word", "beside", "related", "near", "identifier", "asks", "date", "long reply", "coverage", "speaker"),
        *("session", "further"),
    }
    assert all(step["said"] for step in told.values())


def test_words_are_told_with_their_rarity(kept: Archive) -> None:
    best = hits(kept, "limit", 1)[0]
    word = next(step for step in best.why if step["what"] == "word")
    assert '"limit" stands in it' in word["said"]
    assert "passages hold it" in word["said"]


def test_each_speaker_has_words(kept: Archive) -> None:
    assert set(explained.SPEAKERS) == set(KINDS)
    by_kind = {h.kind: step["said"] for h in hits(kept, QUERIES[0]) for step in h.why if step["what"] == "speaker"}
    assert by_kind["recalled"].startswith("it tells what was found in the archive")


def test_what_comes_late_is_told_as_a_change_of_order(kept: Archive) -> None:
    """The newest of two decisions takes the place, and the score, of the older one."""
    why = [step for hit in hits(kept, "decided retry limit importer") for step in hit.why]
    assert "order" in {step["what"] for step in why}


@given(st.lists(st.floats(-5, 5).filter(lambda x: abs(x) > 0.01 or not x), max_size=20))
def test_whatever_the_steps_are_the_points_sum_to_the_score(scores: list[float]) -> None:
    why = Explanation()
    for score in scores:
        why.step(1, score, "session")
        why.step(2, -score, "near")
    last = scores[-1] if scores else 0.0
    assert sum(step["points"] for step in why.of(1, last)) == pytest.approx(last, abs=0.0001 * (len(scores) + 2))
    assert sum(step["points"] for step in why.of(2, 7.0)) == pytest.approx(7.0, abs=0.0001 * (len(scores) + 2))


def test_the_ranking_names_no_step_that_is_not_worded() -> None:
    assert set(explained.SAID) <= {v for v in vars(explained).values() if isinstance(v, str)}
    assert rank.SPEAKER.keys() == explained.SPEAKERS.keys()


def test_a_word_that_was_misspelt_is_not_said_to_stand_there(kept: Archive) -> None:
    said = [step["said"] for hit in hits(kept, "lagooon") for step in hit.why if step["what"] == "word"]
    assert said
    assert all(s.startswith('a word spelt nearly like "lagooon" stands in it') for s in said)
