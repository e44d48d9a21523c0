"""`quickjson` reads and writes what `json` does, errors included, and loads neither `json` nor `re` for it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kits.paths import ROOT

from rlm_core import quickjson

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
FORMS: list[dict[str, Any]] = [
    {},
    {"ensure_ascii": False},
    {"sort_keys": True},
    {"indent": 1},
    {"indent": 2, "ensure_ascii": False, "sort_keys": True},
    {"ensure_ascii": False, "separators": (",", ":")},
]


def outcome(call: Any, *args: Any, **kwargs: Any) -> tuple[str, str]:
    """What a call gave, or the kind of error and its words; by `repr`, in which NaN equals itself."""
    try:
        return "gave", repr(call(*args, **kwargs))
    except (ValueError, TypeError, RecursionError) as e:
        return type(e).__name__, str(e)


@pytest.mark.parametrize("form", FORMS, ids=str)
@given(value=VALUES)
def test_it_writes_as_json_does(form: dict[str, Any], value: object) -> None:
    assert quickjson.dumps(value, **form) == json.dumps(value, **form)


@given(value=VALUES, before=st.text(" \t\r\n", max_size=3), behind=st.text(" \t\r\n", max_size=3))
def test_it_reads_what_it_writes(value: object, before: str, behind: str) -> None:
    text = before + json.dumps(value) + behind
    assert outcome(quickjson.loads, text) == outcome(json.loads, text)
    assert outcome(quickjson.loads, text.encode()) == outcome(json.loads, text.encode())


@given(text=st.text('{}[]":,\\u0dE+-.1ntfae \x00\x0b\xa0\ufeff\ud800', max_size=30))
def test_it_takes_and_refuses_what_json_takes_and_refuses(text: str) -> None:
    assert outcome(quickjson.loads, text) == outcome(json.loads, text)
    data = text.encode("utf-8", "surrogatepass")
    assert outcome(quickjson.loads, data) == outcome(json.loads, data)


@pytest.mark.parametrize(
    "data",
    [
        *(
            b"",
            b" ",
            b"{",
            b'{"a":1} x',
            b"\xff",
            b'"\xed\xa0\x80"',
            b'"a\nb"',
            b"NaN",
            b"-Infinity",
            b"[1,]",
            b"\x0b1",
        ),
        *("[1]".encode(name) for name in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32")),
        *(b"[" * 100_000, b'{"a":' * 100_000, b'{"a":1,"a":2}', b"1" * 5000, b"1e999"),
    ],
    ids=lambda data: data[:12].hex(),
)
def test_odd_documents_are_read_as_json_reads_them(data: bytes) -> None:
    assert outcome(quickjson.loads, data) == outcome(json.loads, data)


class Cut(str):
    __slots__ = ()


@pytest.mark.parametrize("value", [object(), {"a": {1}}, {(1,): 2}, [b"x"], Cut("x"), {1: 2, None: 3}, (1, (2,))])
def test_odd_values_are_written_or_refused_as_json_does_it(value: object) -> None:
    assert outcome(quickjson.dumps, value) == outcome(json.dumps, value)


def test_a_value_that_holds_itself_is_refused_and_leaves_nothing_behind() -> None:
    inner: list[object] = []
    inner.append(inner)
    with pytest.raises(ValueError, match="Circular"):
        quickjson.dumps(inner)
    inner.clear()
    assert quickjson.dumps(inner) == "[]"


ALONE = """\
import sys
sys.path.insert(0, sys.argv[1])
{before}
from rlm_core import quickjson
print(quickjson.loads(b' {{"a": [1, "\\\\u00e9"]}} '), quickjson.dumps({{"a": "\\u00e9"}}))
print("json" in sys.modules, "re" in sys.modules)
"""


@pytest.mark.parametrize(
    ("before", "loaded"),
    [("", False), ("sys.modules['_json'] = None", True)],
    ids=["as it is", "an interpreter without the functions in C"],
)
def test_json_is_loaded_only_where_it_is_needed(before: str, loaded: bool) -> None:
    command = [sys.executable, "-I", "-S", "-X", "utf8", "-c", ALONE.format(before=before), str(ROOT)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    assert said == f"{{'a': [1, 'é']}} {{\"a\": \"\\u00e9\"}}\n{loaded} {loaded}\n"


@pytest.mark.parametrize("text", ['{"a": 1', '{"a" 1}', '["\\x"]', '"\n"', '{"a": [1, {"b": "'])
def test_what_is_no_json_is_a_value_error_also_before_json_is_loaded(text: str) -> None:
    code = "import sys\nsys.path.insert(0, sys.argv[1])\nfrom rlm_core import quickjson\n"
    code += "try:\n quickjson.loads(sys.argv[2])\nexcept ValueError as e:\n print(type(e).__name__, e)"
    command = [sys.executable, "-I", "-S", "-X", "utf8", "-c", code, str(ROOT), text]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    assert said.strip() == " ".join(outcome(json.loads, text))
