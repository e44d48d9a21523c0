"""Text of anybody's made harmless and short, and paths within a folder."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlm_core.disk import lies_within
from rlm_core.language.quoting import escaped, for_terms, inert, plain, shares, shell_word, tame, tame_start, visible


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


@given(st.text() | st.text("aZ0_@%+=:,./- '\"é\n$"))
def test_a_word_of_a_shell_is_what_shlex_quotes(text: str) -> None:
    assert shell_word(text) == shlex.quote(visible(text))
    assert shlex.split(shell_word(text)) == [visible(text)]


ESC, CSI = "\x1b", "\x9b"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("retry", "retry"),
        (f"{ESC}[1;31mretry{ESC}[0m limit", "retry limit"),
        (f"{CSI}31mretry{CSI}0m", "retry"),
        (f"{ESC}]0;a title\x07retry", "retry"),
        (f"{ESC}]8;;https://x.org{ESC}\\retry{ESC}]8;;{ESC}\\", "retry"),
        (f"{ESC}(Bretry{ESC}=", "retry"),
        (f"{ESC}[2K{ESC}[1Gretry", "retry"),
        (f"retry {ESC}", "retry  "),
        ("␛[31mretry␛[0m", "retry"),
        ("a line\n\tof two", "a line\n\tof two"),
        ("re\x08try\u202elimit", "re try limit"),
        ("[31m is text", "[31m is text"),
    ],
)
def test_escape_sequences_are_gone_from_what_words_are_taken_from(text: str, words: str) -> None:
    assert for_terms(text) == words
    assert tame(text) == " ".join(words.split())


SEQUENCES = st.lists(
    st.sampled_from(
        [ESC, CSI, "[31m", "]0;x", "\x07", "\\", "retry", "\n", "\r\n", "\r", "\u202e", "é", "\x85", "␛", "m"]
    )
).map("".join)


@given(SEQUENCES)
def test_no_command_reaches_a_terminal(text: str) -> None:
    for shown in (visible(text), inert(text), tame(text), for_terms(text), plain(tame(text))):
        assert not any(c in shown for c in f"{ESC}{CSI}\x07\x85")
    assert "\u202e" not in visible(text) + tame(text)


@given(st.text())
def test_a_file_keeps_all_that_a_person_could_read(text: str) -> None:
    held = inert(text)
    assert inert(held) == held
    assert held.count("\n") == text.count("\n")
    assert held == text or any(c < " " or "\x7f" <= c < "\xa0" for c in text)
    assert [c for c in held if c.isprintable()][:1] == [c for c in text if c.isprintable()][:1] or held != text


@pytest.mark.parametrize(
    ("text", "held"),
    [("a\r\nb\tc", "a\r\nb\tc"), ("50%\r60%\r\n", "50%␍60%\r\n"), ("␍\n", "␍\n"), (f"{ESC}[0m", "␛[0m"), (CSI, "␡")],
)
def test_only_what_a_terminal_would_obey_changes_in_a_file(text: str, held: str) -> None:
    assert inert(text) == held


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
