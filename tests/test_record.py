"""Records: slots and `__init__` out of annotations, with the future import and, from Python 3.14 on, without it."""

from __future__ import annotations

import copy
import subprocess
import sys

import pytest
from kits.paths import ROOT

from rlm_core.record import Record, each


class Place(Record):
    """One."""

    TITLE = "no field"

    path: str
    line: int = 0
    marks: list[str] = each(list)

    @property
    def shown(self) -> str:
        return f"{self.path}:{self.line}"


def fields(place: Place) -> tuple[object, ...]:
    return place.path, place.line, place.marks


def test_fields_are_taken_by_position_or_name_and_have_their_defaults() -> None:
    assert fields(Place("a")) == ("a", 0, [])
    assert fields(Place("a", 3, ["m"])) == fields(Place(marks=["m"], line=3, path="a")) == ("a", 3, ["m"])
    assert (Place("a", 3).shown, Place.FIELDS, Place.TITLE) == ("a:3", ("path", "line", "marks"), "no field")


def test_a_default_that_may_change_is_each_instances_own() -> None:
    one, other, given = Place("a"), Place("b"), ["x"]
    one.marks.append("m")
    assert other.marks == []
    assert Place("c", 0, given).marks is given


def test_there_is_no_other_attribute_and_no_dictionary() -> None:
    place = Place("a")
    with pytest.raises(AttributeError):
        place.other = 1  # type: ignore[attr-defined]
    assert not hasattr(place, "__dict__")
    assert fields(copy.copy(place)) == fields(place)


@pytest.mark.parametrize("arguments", [(), ("a", 1, [], 2)])
def test_a_wrong_number_of_fields_is_an_error(arguments: tuple[object, ...]) -> None:
    with pytest.raises(TypeError, match="argument"):
        Place(*arguments)  # type: ignore[arg-type]


def test_an_init_of_its_own_stays_and_a_record_may_have_no_field() -> None:
    class Own(Record):
        size: int

        def __init__(self, text: str) -> None:
            self.size = len(text)

    class Empty(Record):
        pass

    assert Own("abc").size == 3
    assert Empty.FIELDS == ()
    assert isinstance(Empty(), Record)


def test_annotations_that_are_not_texts_will_do() -> None:
    code = """\
import sys
from rlm_core.record import Record
class Later(Record):
    number: int
    other: "Unknown" = None
print(Later(1).number, Later.FIELDS, sorted({"typing", "dataclasses"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert (done.stdout, done.stderr) == ("1 ('number', 'other') []\n", "")
