"""What sessions, turns and chunks are called: by what the user wants, never by what the client put beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kits.builders import Session, image_block, png
from kits.chunking import cut, entries_of
from kits.place import Place

from rlm_core.archive.maps import chunk_rows
from rlm_core.archive.progress import noted_state
from rlm_core.archive.store import chunk_names
from rlm_core.chunks.chunkfile import load_meta
from rlm_core.chunks.titles import chunk_title, headline, prompt_title, session_title
from rlm_core.hooks.pointers import session_map
from rlm_core.transcript.source import Source

IDE = "<ide_opened_file>The user opened the file /home/jo/app/retry.py in the IDE.</ide_opened_file>"


@pytest.mark.parametrize(
    ("prompt", "title"),
    [
        ("Rename the retry helper", "Rename the retry helper"),
        ("\n\n## Rename the retry helper\nto backoff", "Rename the retry helper"),
        (f"{IDE}\nRename the retry helper", "Rename the retry helper"),
        (f"{IDE}{IDE}", ""),
        (f"Rename it {IDE} now", "Rename it"),
        ("<ide_selection>" + "x = 1\n" * 2000 + "</ide_selection>Rename x", "Rename x"),
        ("<system-reminder>Be brief.</system-reminder>\n\nRename x", "Rename x"),
        ("<system-reminder>cut off", ""),
        ("[Image #1] Rename what you see", "Rename what you see"),
        ("[image] image/png, 70 bytes: blobs/33d0275c7218ea9e.png\n\nRename x", "Rename x"),
        ("**media**\n\n[image] image/png, 70 bytes: blobs/33d0275c7218ea9e.png", ""),
        ("[Pasted text #1 +20 lines]", ""),
        ("[Request interrupted by user]", ""),
        ("[api] Rename x", "[api] Rename x"),
        ("<div> is too wide", "‹div> is too wide"),
        ("\x1b[31mRename\x1b[0m x\u202e", "Rename x"),
        ("<command-name>/recall</command-name>\n<command-args>retry limit</command-args>", "/recall retry limit"),
        ("<command-message>clear</command-message>\n<command-name>/clear</command-name>", ""),
        ("/clear", ""),
        ("/recall retry limit", "/recall retry limit"),
        ("! ls -l", ""),
        ("<bash-input>ls</bash-input>", ""),
        ("continue", ""),
        ("Go on.", ""),
        ("sorry, continue", ""),
        ("ok", ""),
        ("Yes, please go ahead!", ""),
        ("oui continue", ""),
        ("vas-y", ""),
        ("D'accord, vas-y !", ""),
        ("Hello!\nRename x", "Rename x"),
        ("ok, now rename x", "ok, now rename x"),
        ("continue with part 2", "continue with part 2"),
        ("Implement the following plan:\n\n# Plan: Rename the retry helper\n\n## Context\n", "Rename the retry helper"),
        ("Implement the following plan:\n\n# Plan\n\n## Context\nIt is named badly.", "It is named badly."),
        ("Implement the following plan:\n\nFirst rename x.\n# Rename the helper", "Rename the helper"),
        ("Implement the following plan: rename x", "rename x"),
        ("Implement the following plan:", ""),
        ("Implémente le plan suivant :\n\n# Renommer x", "Renommer x"),
        ("Implement the following function: f", "Implement the following function: f"),
        ("word " * 40, "word " * 15 + "word…"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_prompt_is_called_by_what_it_says(prompt: str, title: str) -> None:
    assert prompt_title(prompt) == title


@given(st.text(st.characters(codec=None), max_size=200))
def test_a_title_is_one_printable_line_and_its_own_title(text: str) -> None:
    for title in (prompt_title(text), headline(text), session_title(text)):
        assert title.isprintable()
        assert "\n" not in title
        assert len(title) <= 100
    assert session_title(session_title(text)) == session_title(text)


def titles(session: Session, sizes: tuple[int, int] = (2000, 4000)) -> list[str]:
    return [c.title for c in cut(entries_of(session), sizes)]


def test_a_chunk_is_called_by_its_prompt_and_the_files_edited_in_it() -> None:
    session = Session()
    session.prompt("Fix the retry limit")
    session.tool("Read", "x", file_path="/home/jo/app/src/limits.py")
    for path in ("src/api.py", "src/retry.py", "src/api.py", "doc/retry.md", "doc/b.md"):
        session.tool("Edit", "ok", file_path=f"/home/jo/app/{path}", old_string="a", new_string="b")
    assert titles(session) == ["Fix the retry limit · api.py, retry.py +2"]


def test_a_prompt_behind_a_tag_or_a_picture_gives_the_title() -> None:
    session = Session()
    session.user([{"type": "text", "text": IDE}, image_block(png(3)), {"type": "text", "text": "Rename the helper"}])
    assert titles(session) == ["Rename the helper"]


def test_going_on_goes_on_under_the_title_of_the_turn_before() -> None:
    session = Session()
    session.prompt("Fix the retry limit")
    session.says("It is in the client. " * 60)
    session.prompt("ok, go on")
    session.says("Now the tests.")
    assert titles(session, (300, 600)) == ["Fix the retry limit", "Fix the retry limit → Now the tests."]


def test_an_answer_that_the_client_made_up_does_not_tell_where_a_turn_has_got_to() -> None:
    session = Session()
    session.says("No response requested.")
    assert chunk_title("Fix it", entries_of(session), continued=True) == "Fix it (continued)"
    session.says("Now the tests.")
    assert chunk_title("Fix it", entries_of(session), continued=True) == "Fix it → Now the tests."


def test_a_later_prompt_gives_the_title_when_those_before_say_nothing() -> None:
    session = Session()
    session.prompt("hi")
    session.says("Hello! How can I help?")
    session.prompt("Fix the retry limit")
    assert titles(session) == ["Fix the retry limit"]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def shown(place: Place, session: Session) -> dict[str, str]:
    """What every place that shows a session's title calls it."""
    root = Path(place.archive.root)
    state = noted_state(str(root), Source("", session.session))
    folder = root / state["folder"]
    (listed,) = [r["title"] for r in place.json("list")["sessions"] if r["session"] == session.session]
    (peeked,) = [r["title"] for r in place.json("peek", "-n", "9")["sessions"] if r["session"] == session.session]
    hits = place.json("search", "zanzibar", "--session", session.session)["hits"]
    index = (folder / "index.md").read_text().split("\n")[2]
    (row,) = [line for line in (root / "INDEX.md").read_text().split("\n") if f"({state['folder']}/" in line]
    told = session_map(str(root), state).partition('("')[2].partition('")')[0]
    return {
        "list": listed,
        "peek": peeked,
        "search": hits[0]["session_title"],
        "index.md": index.removeprefix("Title: "),
        "INDEX.md": row.rpartition(" · ")[2],
        "map": told,
        "handoff": place.json("handoff", "--session", session.session)["title"],
    }


def by_its_prompt(session: Session) -> str:
    session.prompt("Fix the zanzibar limit")
    return "Fix the zanzibar limit"


def behind_a_tag(session: Session) -> str:
    session.user([{"type": "text", "text": IDE}, {"type": "text", "text": "Rename the zanzibar helper"}])
    return "Rename the zanzibar helper"


def after_a_greeting(session: Session) -> str:
    session.prompt("hello")
    session.says("Hello!")
    session.prompt("\x1b[31mFix\x1b[0m the zanzibar <b>export</b>")
    return "Fix the zanzibar ‹b>export‹/b>"


def by_nothing_else(session: Session) -> str:
    session.prompt("hello")
    session.says("Hello! zanzibar")
    return "hello"


def by_the_client(session: Session) -> str:
    session.prompt("Fix the zanzibar limit")
    session.title("Zanzibar's limit", "ai-title")
    return "Zanzibar's limit"


def by_the_user(session: Session) -> str:
    session.prompt("Fix the zanzibar limit")
    session.title("A long name " * 12 + "\x1b]0;pwned\x07")
    session.title("Zanzibar's limit", "ai-title")
    return ("A long name " * 9)[:99].rstrip() + "…"


def not_by_another_sessions_summary(session: Session) -> str:
    leaf = "deadbeef-0000-4000-8000-00000000000a"
    session.add({"type": "summary", "summary": "Invalid API key · Please run /login", "leafUuid": leaf})
    session.prompt("Fix the zanzibar export")
    return "Fix the zanzibar export"


def by_a_plan(session: Session) -> str:
    session.prompt("Implement the following plan:\n\n# Plan: zanzibar first\n\nDo it.")
    return "zanzibar first"


@pytest.mark.parametrize(
    "says",
    [
        by_its_prompt,
        behind_a_tag,
        after_a_greeting,
        by_nothing_else,
        by_the_client,
        by_the_user,
        by_a_plan,
        not_by_another_sessions_summary,
    ],
    ids=lambda f: f.__name__,
)
def test_every_place_shows_the_same_title(place: Place, says: object) -> None:
    session = Session()
    title = says(session)  # type: ignore[operator]
    session.says("The zanzibar is done.")
    place.session(session)
    place.rlm("archive", "--all")
    assert shown(place, session) == dict.fromkeys(shown(place, session), title)


def test_a_chunk_has_one_title_in_its_file_and_in_every_list(place: Place) -> None:
    session = Session(cwd=str(place.project))
    session.prompt("Fix the zanzibar limit")
    session.tool("Edit", "ok", file_path=f"{place.project}/api.py", old_string="a", new_string="b")
    session.tool("Read", "ok", file_path=f"{place.project}/b.py")
    place.session(session)
    place.rlm("archive", "--all")
    (folder,) = Path(place.archive.root).glob("sessions/*")
    (name,) = chunk_names(str(folder))
    title = load_meta((folder / name).read_bytes())["title"]
    assert title == "Fix the zanzibar limit · api.py"
    assert chunk_rows(str(folder))[1].what == f"(turn 1) {title}"
    (row,) = [line for line in (folder / "index.md").read_text().split("\n") if line.startswith("- [0001")]
    assert row.endswith(f" tokens · {title} · files: api.py, b.py")
    assert {h["title"] for h in place.json("search", "zanzibar")["hits"]} == {title}
