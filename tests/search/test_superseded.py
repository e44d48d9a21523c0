"""Versions in a search's output: the newest first, the older ones name it, and near misses are left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from kits.builders import Session, archive, talk

from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.search.hits import Hit
from rlm_core.search.ranked import search

DAY = 86400


def told(folder: Path, *texts: str) -> Archive:
    """An archive of a session a day, each with one of these prompts among others; after "claude:" Claude says it."""
    kept = archive(folder)
    for n, text in enumerate(texts):
        session = talk(Session(f"{n:08d}-aaaa", seed=f"s{n}"), 2)
        session.second = n * DAY
        if text.startswith("claude:"):
            session.prompt("Please go on.")
            session.says(text.removeprefix("claude:").strip())
        else:
            session.prompt(text)
        talk(session, 2)
        take(kept, session.write(folder / f"{n}.jsonl"))
    return kept


def about(hits: list[Hit], *words: str) -> list[Hit]:
    """The hits that hold some of the words themselves, not only in the line that is shown from beside them."""
    return [h for h in hits if any(w in line for w in words for line in h.snippet.split("\n") if line[:1] != "[")]


@pytest.mark.parametrize(
    ("query", "oldest", "newest"),
    [
        (
            "retry limit importer",
            "Set the retry limit of the importer to 5.",
            "Make the retry limit of the importer 12.",
        ),
        (
            "message broker",
            "Let's use RabbitMQ as the message broker.",
            "Drop RabbitMQ: the message broker is NATS now.",
        ),
        ("délai passerelle", "Le délai de la passerelle est de 30 s.", "Le délai de la passerelle passe à 45 s."),
        (
            "what did we decide about telemetry in the CLI?",
            "I don't want any telemetry in the CLI.",
            "OK, we allow telemetry in the CLI after all.",
        ),
    ],
)
def test_the_newest_version_comes_first_and_the_older_one_names_it(
    tmp_path: Path, query: str, oldest: str, newest: str
) -> None:
    hits = about(search(told(tmp_path, oldest, newest), query), oldest, newest)
    assert [h.snippet for h in hits] == [newest, oldest]
    assert hits[1].later == [f"{hits[0].chunk}:{hits[0].line}"]
    assert hits[0].later == []


def test_every_older_version_names_the_newest_that_is_shown(tmp_path: Path) -> None:
    kept = told(
        tmp_path,
        "Set the retry limit of the importer to 5.",
        "Make the retry limit of the importer 12.",
        "claude: I raised the retry limit of the importer from 12 to 20 (`importer.retry_limit`).",
    )
    first, *older = about(search(kept, "retry limit of the importer"), "retry limit")
    assert "20" in first.snippet
    assert [h.later for h in older] == [[f"{first.chunk}:{first.line}"]] * 2


@pytest.mark.parametrize(
    ("query", "one", "other"),
    [
        ("retry limit", "Set the retry limit of the importer to 5.", "Set the retry limit of the exporter to 12."),
        ("log level", "Set the log level to debug on staging.", "Set the log level to warning in production."),
        ("retry limit importer", "Set the retry limit of the importer to 5.", "Is the retry limit of the importer 12?"),
        (
            "retry limit importer",
            "Set the retry limit of the importer to 5.",
            "The retry limit of the importer stays 5.",
        ),
    ],
    ids=["component", "environment", "question", "restated"],
)
def test_near_misses_name_nothing(tmp_path: Path, query: str, one: str, other: str) -> None:
    hits = about(search(told(tmp_path, one, other), query), one, other)
    assert len(hits) == 2
    assert [h.later for h in hits] == [[], []]


def test_the_newest_version_is_shown_also_when_it_was_not_among_the_best(tmp_path: Path) -> None:
    kept = told(
        tmp_path,
        "The retry limit of the importer is 5.",
        "claude: " + "We talked about the weather at length before the meeting. " * 5
        + "The importer's retry limit goes from 5 to 12.",
    )  # fmt: skip
    (hit,) = search(kept, "what is the retry limit of the importer", 1)
    assert "12" in hit.snippet


def test_a_passage_of_another_number_stands_below_the_one_that_was_asked_for(tmp_path: Path) -> None:
    kept = told(
        tmp_path,
        "The upgrade to PostgreSQL 16 is planned, PostgreSQL 16 upgrade notes follow.",
        "PostgreSQL 17 is what the reporting database needs at some time for its partitions.",
    )
    hits = about(search(kept, "PostgreSQL 17 upgrade"), "PostgreSQL")
    assert "PostgreSQL 17" in hits[0].snippet
