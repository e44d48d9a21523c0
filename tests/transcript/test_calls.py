"""A tool call in the form in which people read it: nothing of it is lost, and no secret comes through by the form."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kits.secrets import ASSIGNED, KEYS, pem

from rlm_core.redaction.redactor import Redactor
from rlm_core.transcript.calls import arguments, call, diff
from rlm_core.transcript.entry import CALL

LINES = st.lists(st.sampled_from(["", "a", "b", " a", "-b", "+a", "@@", "file_path: x"]), max_size=6).map("\n".join)


def shown(name: str, **given: Any) -> str:
    return call({"type": "tool_use", "id": "toolu_1", "name": name, "input": given}).text


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("Bash", {"command": "ls"}, "$ ls"),
        ("Bash", {"command": "a <<E\nb\nE", "description": "Do it"}, "description: Do it\n$ a <<E\nb\nE"),
        ("Bash", {"command": ["ls"]}, 'command: ["ls"]'),
        ("BashOutput", {"bash_id": "1"}, "bash_id: 1"),
        ("Read", {"file_path": "/a.py", "limit": 3}, "file_path: /a.py\nlimit: 3"),
        ("Write", {"file_path": "/a.py", "content": "x\ny"}, "file_path: /a.py\ncontent:\nx\ny"),
        (
            "Edit",
            {"replace_all": False, "file_path": "/a.py", "old_string": "a\nb\nc", "new_string": "a\nB\nc"},
            "file_path: /a.py\n a\n-b\n+B\n c",
        ),
        ("Edit", {"file_path": "/a.py", "old_string": "", "new_string": "x"}, "file_path: /a.py\n+x"),
        ("Edit", {"file_path": "/a.py", "old_string": "x", "new_string": ""}, "file_path: /a.py\n-x"),
        ("Edit", {"file_path": "/a.py", "old_string": 1, "new_string": "x"},
         "file_path: /a.py\nold_string: 1\nnew_string: x"),
        ("Edit", {"file_path": "/a.py"}, "file_path: /a.py"),
        (
            "MultiEdit",
            {"file_path": "/a.py", "edits": [{"old_string": "a", "new_string": "b", "replace_all": True},
                                             {"old_string": "c", "new_string": "d"}]},
            "file_path: /a.py\nreplace_all: true\n-a\n+b\n@@\n-c\n+d",
        ),
        ("MultiEdit", {"file_path": "/a.py", "edits": ["x"]}, 'file_path: /a.py\nedits: ["x"]'),
        ("MultiEdit", {"file_path": "/a.py", "edits": []}, "file_path: /a.py\nedits: []"),
        ("NotebookEdit", {"notebook_path": "/a.ipynb", "new_source": "x\ny"}, "notebook_path: /a.ipynb\n+x\n+y"),
        ("Edit", {"old_string": "a", "new_string": "b", "new_source": "c"},
         "old_string: a\nnew_string: b\nnew_source: c"),
    ],
)  # fmt: skip
def test_a_call_reads_as_people_write_it(name: str, given: dict[str, Any], expected: str) -> None:
    assert shown(name, **given) == expected


@given(LINES, LINES)
def test_a_diff_holds_both_texts(old: str, new: str) -> None:
    lines = diff(old, new)
    assert "\n".join(line[1:] for line in lines if line[0] in " -") == old
    assert "\n".join(line[1:] for line in lines if line[0] in " +") == new


@given(LINES, LINES)
def test_the_size_of_a_call_is_that_of_its_arguments(old: str, new: str) -> None:
    given_ = {"file_path": "/a.py", "old_string": old, "new_string": new}
    part = call({"type": "tool_use", "id": "t", "name": "Edit", "input": given_})
    assert (part.kind, part.files, part.size) == (CALL, ("/a.py",), len(arguments(given_)))


@pytest.mark.parametrize(("given", "text"), [(None, "null"), ("rm", "rm"), (["a"], '[\n "a"\n]'), (3, "3")])
def test_arguments_of_any_shape_are_shown(given: Any, text: str) -> None:
    assert call({"type": "tool_use", "name": "Bash", "input": given}).text == text


SECRETS = [key for _, key in KEYS] + [form.format(value) for _, form, value in ASSIGNED]


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_in_an_edit_is_found_as_in_its_arguments(secret: str) -> None:
    for old, new in (
        ("x", secret),
        (secret, "x"),
        (f"a\n{secret}\nb", "a\nc\nb"),
        (f"x = 1\n{secret}", f"x = 2\n{secret}"),
    ):
        plain, form = Redactor(), Redactor()
        plain(arguments({"file_path": "/a.py", "old_string": old, "new_string": new}))
        form(shown("Edit", file_path="/a.py", old_string=old, new_string=new))
        assert sum(form.counts.values()) >= bool(plain.counts)


@pytest.mark.parametrize("end", [True, False])
def test_a_private_key_in_an_edit_is_left_out_whole(end: bool) -> None:
    key = pem(end=end)
    text = Redactor()(shown("Edit", file_path="/k.pem", old_string=f"# keys\n{key}", new_string=f"# key\n{key}\nend"))
    assert [line for line in key.split("\n")[1:] if len(line) > 30 and line[:30] in text] == []


def test_a_private_block_in_an_edit_is_left_out_and_what_stands_around_it_stays() -> None:
    old, new = "a\n<private>\nmaple\n</private>\nz", "b\n<private>\nplum\n</private>\nz"
    text = Redactor()(shown("Edit", file_path="/a.md", old_string=old, new_string=new))
    assert "maple" not in text
    assert "plum" not in text
    assert text.split("\n")[1:] == ["-a", "-[redacted:private]", "-z", "+b", "+[redacted:private]", "+z"]
