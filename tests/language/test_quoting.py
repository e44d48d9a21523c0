"""Text of anybody's made harmless and short, and paths within a folder."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlm_core.disk import lies_within
from rlm_core.language.quoting import escaped, shares, tame, tame_start, visible


@given(st.text(), st.integers(min_value=1, max_value=80))
def test_a_tame_start_is_one_printable_line_of_its_length(text: str, most: int) -> None:
    start = tame_start(text, most)
    assert len(start) <= most
    assert start.isprintable()
    assert start == tame(text) or (start.endswith("…") and tame(text).startswith(start[:-1]))


@given(st.text())
def test_what_is_visible_keeps_its_lines_and_holds_no_command(text: str) -> None:
    shown = visible(text)
    assert len(shown) == len(text)
    assert shown.count("\n") == text.count("\n")
    assert not any((c < " " or "\x7f" <= c < "\xa0") and c not in "\t\n" for c in shown)


def test_escaped_paths_stay_apart() -> None:
    assert escaped("docs/a.md") == "docs/a.md"
    assert escaped("a\x1b[2J") == "a\\x1b[2J"
    assert escaped("a\n") != escaped("a ")


@given(st.lists(st.integers(min_value=0, max_value=100), max_size=8), st.integers(min_value=0, max_value=300))
def test_shares_fill_the_room_and_pass_over_nobody(wanted: list[int], room: int) -> None:
    given_ = shares(wanted, room)
    assert sum(given_) == min(sum(wanted), room) or sum(wanted) > room >= sum(given_) > room - max(len(wanted), 1)
    assert all(g <= w for g, w in zip(given_, wanted, strict=True))


@pytest.mark.parametrize(
    ("path", "folder", "within"),
    [
        ("/a/b", "/a", True),
        ("/a", "/a", True),
        ("/a", "/a/", False),
        ("/a/b", "/", True),
        ("/ab", "/a", False),
        ("/", "/a", False),
    ],
)
def test_a_path_lies_within_a_folder(path: str, folder: str, within: bool) -> None:
    assert lies_within(path, folder) == within
