"""Whether a text stands in a place of the archive: in every form that the archive gives texts, and in no other."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlm_core.archive.proof.inventory import Inventory, Said
from rlm_core.archive.proof.standing import Spot, base_of, stands
from rlm_core.redaction.redactor import Redactor

KEY = "gh" + "p_" + "a1B2" * 9


def stands_in(text: str, *archived: str, key: str = "text", around: str = "", together: bool = False) -> int | None:
    places = [Spot(a, "/nowhere") for a in archived]
    return stands(Said(key, text), places, [Redactor()], [(around, 0)] if around else [], together=together)


DIFF = "```diff\nfile_path: a.py\n def f():\n-    return 3\n-    # three\n+    return 5\n     pass\n```"


@pytest.mark.parametrize(
    ("text", "archived"),
    [
        ("word for word", "## user · turn 1\n\nword for word\n"),
        ("one\n  two\nthree", "key:\none\n  two\nthree\n"),
        ("def f():\n    return 3\n    # three\n    pass", DIFF),
        ("def f():\n    return 5\n    pass", DIFF),
        ("make all\nmake test", "description: x\n$ make all\nmake test"),
        ("a\nb\nc", "> a\n> b\n> c"),
        ('say "hi"\nand go', 'questions: [{"question": "say \\"hi\\"\\nand go"}]'),
        ("red \x1b[31malert\x1b[0m", "red alert"),
        ("red \x1b[31malert\x1b[0m", "red \u241b[31malert\u241b[0m"),
        ("red \x1b[31malert\x1b[0m", "red \\x1b[31malert\\x1b[0m"),
        ("\x1b]0;title\x07done well", "done well"),
        ("half \ud800 a pair", "half \\ud800 a pair"),
        ("NUL \0 here", "NUL \u2400 here"),
        ("first\r\nsecond", "first\nsecond"),
        ("<command-name>/recall</command-name>\n<command-args>what is it</command-args>", "/recall what is it"),
        ("<bash-input>ls -la</bash-input>", "! ls -la"),
    ],
)
def test_a_text_stands_in_whatever_form_the_archive_gives_it(text: str, archived: str) -> None:
    assert stands_in(text, archived) == 0


@pytest.mark.parametrize(
    ("text", "archived"),
    [
        ("word for word", "word by word"),
        ("one\ntwo\nthree", "one\nthree\ntwo"),
        ("one\ntwo\nthree", "one\ntwo"),
        ("def f():\n    return 4\n    pass", DIFF),
        ("def f():\n    pass\n    return 3", DIFF),
        ("keep it\nfor now", "I would not keep it at all\nfor now"),
        ("<b>bold</b> and not", "bold and"),
        ("x = 1", "[redacted:github]"),
    ],
)
def test_a_text_that_was_changed_cut_or_reordered_stands_nowhere(text: str, archived: str) -> None:
    assert stands_in(text, archived) is None


def test_lines_that_are_scattered_over_places_are_no_proof() -> None:
    assert stands_in("one\ntwo\nthree", "one\nx", "two\nthree") is None


def test_the_speakers_of_one_record_may_share_the_lines_of_its_text() -> None:
    text = "The user said:\nkeep it\nand wait\nNote: go on"
    assert stands_in(text, "The user said:\nNote: go on", "keep it\nand wait", together=True) == 0
    assert stands_in(text, "The user said:\nNote: go on", "and wait\nkeep it", together=True) is None


def test_what_redaction_left_out_is_counted_and_no_fault() -> None:
    assert stands_in(f"the key is {KEY}, use it", "the key is [redacted:github], use it") == 1
    assert stands_in(f"the key is {KEY}, use it", "the key is [redacted:github], lose it") is None


def test_a_secret_may_be_one_only_beside_its_name() -> None:
    assert stands_in("tr0ub4dor3x", "password: [redacted:env]", key="message.content.0.input.password") == 1
    assert stands_in("tr0ub4dor3x", "colour: [redacted:env]", key="message.content.0.input.colour") is None


def test_what_is_private_up_to_a_texts_end_hides_what_is_said_behind_it() -> None:
    around = "text: <private>from here\nmore: on to the end"
    assert stands_in("on to the end", "text: [redacted:private]", key="more", around=around) == 1


@pytest.mark.parametrize(
    ("uuid", "base"),
    [("a-1", "a-1"), ("a-1.2", "a-1"), ("a-1~0123abcd", "a-1"), ("a-1.3~0123abcd", "a-1"), ("v1.x", "v1.x")],
)
def test_the_entries_of_a_record_are_known_by_its_uuid(uuid: str, base: str) -> None:
    assert base_of(uuid) == base


LINES = st.lists(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=12).filter(str.strip), min_size=1, max_size=6
)


@given(LINES, st.sampled_from(["{}", "+{}", "-{}", "  {}", "> {}", "| {}"]))
def test_any_text_stands_behind_the_signs_of_its_lines(lines: list[str], form: str) -> None:
    archived = "\n".join(form.format(part) for line in lines for part in line.split("\n"))
    assert stands_in("\n".join(lines), f"## heading\n\n{archived}\n") == 0


# The inventory.


def inventory(tmp_path: Path, data: bytes) -> list[str]:
    """All texts of all records, as the walk finds them."""
    path = tmp_path / "t.jsonl"
    path.write_bytes(data)
    return [t.text for found in Inventory(str(path)) for t in found.texts]


def user(text: str) -> str:
    return '{"type":"user","uuid":"u","message":{"role":"user","content":"' + text + '"}}'


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (user("one") + user("two"), ["one", "two"]),
        (user("one") + "\0\0\0" + user("two"), ["one", "two"]),
        ("\0\0" + user("one"), ["one"]),
        ("\ufeff" + user("one"), ["one"]),
        (user("cut off here {")[:-4] + user("two"), ["cut off here", "two"]),
        ('{"type":"user","message":{"content":"we keep it until Ju', ["we keep it until Ju"]),
        ("words that are no JSON", ["words that are no JSON"]),
        ("{broken", []),
        ('{"type":"user","message":{"content":{"type":"text","text":"obj"}}}', ["obj"]),
        ('{"type":"user","message":{"content":42}}', ["42"]),
        ('{"type":"user","message":{"0":"F","1":"R","2":"O","3":"G","content":[]}}', ["FROG"]),
        ('{"type":"user","message":"plain"}', ["plain"]),
        ('{"type":"new","deep":[[{"er":["a few words"]}]],"id":"x-1"}', ["a few words"]),
        ('{"type":"assistant","message":{"model":"a b","content":[{"thinking":"hm","signature":"E u"}]}}', ["hm"]),
        ('{"type":"user","message":{"content":[{"content":"r"}]},"toolUseResult":{"stdout":"a b"}}', ["r"]),
        ('{"type":"user","message":{"content":"r"},"toolUseResult":{"answers":{"q":"in June"}}}', ["r", "in June"]),
        ('{"type":"user","message":{"content":"r"},"toolUseResult":"Error: a few words"}', ["r"]),
    ],
)  # fmt: skip
def test_the_walk_finds_what_a_person_could_read(tmp_path: Path, line: str, said: list[str]) -> None:
    assert inventory(tmp_path, line.encode() + b"\n") == said


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_other_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    assert inventory(tmp_path, f"{user('été')}\n{user('two')}\n".encode(encoding)) == ["été", "two"]


def test_a_line_that_is_still_being_written_is_not_missed(tmp_path: Path) -> None:
    assert inventory(tmp_path, (user("one") + "\n" + user("two words")[:-8]).encode()) == ["one"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_no_json_stops_the_walk(value: object) -> None:
    from rlm_core.archive.proof.inventory import texts_of

    texts_of({"type": "user", "message": {"content": value}, "other": value})
    texts_of({"type": "attachment", "attachment": value, "toolUseResult": value})


def texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value] if value.strip() else []
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [t for v in inner for t in texts(v)]


@given(JSON)
def test_every_text_that_a_tool_was_given_counts(value: object) -> None:
    from rlm_core.archive.proof.inventory import texts_of

    block = {"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": {"x": value}}
    found = [t.text for t in texts_of({"type": "assistant", "message": {"content": [block]}})]
    assert sorted("".join(found)) == sorted("".join(["Bash", *texts(value)]))
