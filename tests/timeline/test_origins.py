"""Which edit a line comes from: what is certain is told, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from kits.builders import Session
from kits.place import Place

from rlm_core.archive.take import take_all
from rlm_core.cli.behind.why import _spans
from rlm_core.timeline.origins import Origin, is_telling, origins

LIMIT = "RETRY_LIMIT = compute_backoff(5, jitter=True)"
OTHER = "SAMPLE_RATE = resample_buffer(44100, window)"
THIRD = "CHANNELS = negotiate_channels(stereo_default)"


class Told:
    """A project with one session, and what is told of its files."""

    def __init__(self, folder: Path) -> None:
        self.place = Place(folder)
        self.session = Session(cwd=str(self.place.project))
        self.session.prompt("Make the retries back off, please.")
        self.session.says("Let's go with compute_backoff for the retry limit.")

    def path(self, name: str) -> str:
        return str(self.place.project / name)

    def edit(self, name: str, old: str, new: str, *, failed: bool = False) -> None:
        call = self.session.calls("Edit", file_path=self.path(name), old_string=old, new_string=new)
        self.session.result(call, "The file has been updated.", failed=failed)

    def write(self, name: str, text: str, answer: str = "File created successfully at: x") -> None:
        call = self.session.calls("Write", file_path=self.path(name), content=text)
        self.session.result(call, answer)

    def why(self, name: str, text: str, line: int = 0) -> list[Origin]:
        kept = self.place.archive
        take_all(kept, self.session.write(self.place.transcripts / f"{self.session.session}.jsonl"), wait=2)
        lines = text.split("\n")
        wanted = [line] if line else range(1, len(lines) + 1)
        return origins(kept, self.path(name), str(self.place.project), lines, wanted)


@pytest.fixture
def told(tmp_path: Path) -> Told:
    return Told(tmp_path)


def test_a_line_is_told_with_its_session_its_decision_and_its_words(told: Told) -> None:
    told.edit("a.py", "RETRY_LIMIT = 3", f"{LIMIT}\n{OTHER}")
    told.session.prompt("now the window")
    told.edit("a.py", OTHER, OTHER.replace("window", "wide_window"))
    text = (
        f"\n\n    {LIMIT}\nreturn\n{OTHER.replace('window', 'wide_window')}\n{THIRD}\n"  # moved in the file, indented
    )
    newest, first = told.why("a.py", text)
    assert (first.lines, newest.lines) == ([3], [5])
    assert first.edit.session == told.session.session
    assert first.quote == "Make the retries back off, please."
    assert first.decision == "Let's go with compute_backoff for the retry limit."
    assert (newest.quote, newest.decision) == ("now the window", "")
    assert f"+{LIMIT}" in told.place.rlm("show", first.edit.citation)


def test_a_new_file_tells_of_all_its_lines_and_one_written_over_of_none(told: Told) -> None:
    told.write("new.py", f"{LIMIT}\n{OTHER}\n")
    told.write("old.py", f"{LIMIT}\n{OTHER}\n", "The file x has been updated successfully.")
    assert [o.lines for o in told.why("new.py", f"{LIMIT}\n{OTHER}\n")] == [[1, 2]]
    assert told.why("old.py", f"{LIMIT}\n{OTHER}\n") == []


def test_what_did_not_work_or_was_taken_out_or_only_stood_beside_is_not_told(told: Told) -> None:
    told.edit("failed.py", "x = 1", LIMIT, failed=True)
    told.edit("gone.py", "x = 1", LIMIT)
    told.edit("gone.py", LIMIT, "x = 2")
    told.edit("beside.py", f"{LIMIT}\nx = 1", f"{LIMIT}\nx = 2")
    for name in ("failed.py", "gone.py", "beside.py", "never.py"):
        assert told.why(name, LIMIT) == [], name


def test_a_line_that_stands_twice_is_told_by_its_neighbours_or_not(told: Told) -> None:
    told.edit("a.py", "x = 1", f"{OTHER}\n{LIMIT}")
    text = f"{OTHER}\n{LIMIT}\n" + "y = 2\n" * 5 + LIMIT
    assert [o.lines for o in told.why("a.py", text)] == [[1, 2]]


def test_a_renamed_files_lines_are_followed_with_their_neighbours_only(told: Told) -> None:
    told.edit("old.py", "x = 1", f"{LIMIT}\n{OTHER}\n{THIRD}")
    (one,) = told.why("new.py", f"{LIMIT}\n{OTHER}\n{THIRD}")
    assert (one.lines, one.moved, one.edit.path) == ([1, 2, 3], True, told.path("old.py"))
    assert told.why("new.py", f"{LIMIT}\nx = 1\n") == []  # alone it may be anybody's
    told.edit("third.py", "x = 1", f"{LIMIT}\n{OTHER}\n{THIRD}")
    assert told.why("new.py", f"{LIMIT}\n{OTHER}\n{THIRD}") == []  # from which of both?


@pytest.mark.parametrize(
    "line", ["}", "return", "return result", "else:", "import os", "", "x" * 5000, "if err != nil {", "        </div>"]
)
def test_what_could_stand_anywhere_is_not_telling(told: Told, line: str) -> None:
    assert not is_telling(line.strip())
    told.edit("a.py", "y", line)
    assert told.why("a.py", line) == []


def test_the_command_tells_it_and_says_when_it_does_not(told: Told) -> None:
    told.edit("a.py", "x = 1", f"{LIMIT}\n{OTHER}")
    told.why("a.py", "")
    (told.place.project / "a.py").write_text(f"{LIMIT}\nreturn\n{OTHER}\n")
    (row,) = told.place.json("why", "a.py")["edits"]
    assert row.keys() == {"citation", "session", "date", "quote", "decision", "lines"}
    assert row["lines"] == [[1, 1], [3, 3]]
    shown = told.place.rlm("why", "a.py:1")
    assert row["citation"] in shown
    assert 'asked    "Make the retries back off, please."' in shown
    assert told.place.rlm("why", "a.py:2", status=1) == ""
    assert "not told" in told.place.said
    told.place.rlm("why", "a.py:99", status=1)
    assert "no line 99" in told.place.said
    assert _spans([3, 4, 5, 9]) == [[3, 5], [9, 9]]
