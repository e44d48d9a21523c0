"""What goes over the borders of texts: `<private>`, and secrets of which no single text holds enough to show."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kits.builders import SESSION, Session, archive, everything, files, image_block, png, small
from kits.secrets import KEYS, pem

from rlm_core.archive.proof.verify import Verdict, Verifier
from rlm_core.archive.take import take
from rlm_core.chunks.sanitize import Sifter, sanitize
from rlm_core.redaction.decoded import narrowed
from rlm_core.redaction.joined import depth_behind, redacted_together
from rlm_core.redaction.redactor import Redactor
from rlm_core.transcript.entry import TEXT, Entry, Part

KEY = dict(KEYS)["github"]


def texts(*said: str) -> list[dict[str, str]]:
    return [{"type": "text", "text": text} for text in said]


def archived(folder: Path, session: Session) -> tuple[str, Verdict]:
    """All that the archive holds of a session, and the verdict on it."""
    source = session.write(folder / "t" / f"{SESSION}.jsonl")
    made = archive(folder)
    take(made, source)
    chunks = (p for p in sorted((folder / ".claude" / "rlm" / "sessions").rglob("*.md")) if p.name != "index.md")
    return "\n".join(p.read_text() for p in chunks), Verifier(made).verify(source)


def kept(text: str, *words: str) -> list[str]:
    return [word for word in words if word in text]


def test_a_block_that_ends_in_another_text_of_the_record_is_left_out_whole(tmp_path: Path) -> None:
    session = Session()
    session.user(texts("see <private>alpha", "bravo", "charlie</private> the rest"))
    text, verdict = archived(tmp_path, session)
    assert kept(text, "alpha", "bravo", "charlie") == []
    assert "see" in text
    assert "[redacted:private] the rest" in text
    assert verdict.ok


def test_a_picture_in_a_block_goes_with_it(tmp_path: Path) -> None:
    session = Session()
    session.user([*texts("see <private>this:"), image_block(png(7)), *texts("alpha</private> and this:")])
    session.user([image_block(png(9)), *texts("which stays")])
    text, verdict = archived(tmp_path, session)
    assert text.count("[image]") == 1
    assert "alpha" not in text
    assert png(7) not in everything(tmp_path / ".claude")
    assert png(9) in everything(tmp_path / ".claude")
    assert verdict.ok


def test_a_block_that_ends_in_another_record_is_left_out_whole(tmp_path: Path) -> None:
    session = Session()
    session.prompt("see <private>alpha")
    session.note("informational", "a note of the client's")
    session.prompt("bravo")
    session.user([image_block(png(7))])
    session.prompt("charlie <PRIVATE>delta</PRIVATE> echo")
    session.prompt("foxtrot</private> the rest")
    session.says("an answer")
    text, verdict = archived(tmp_path, session)
    assert kept(text, "alpha", "bravo", "[image]", "charlie", "delta", "echo", "foxtrot") == []
    assert kept(text, "see", "a note of the client's", "the rest", "an answer") != []
    assert verdict.ok, verdict.missing


@pytest.mark.parametrize("who", ["says", "interrupted", "compaction"])
def test_a_block_without_its_end_reaches_to_the_end_of_what_the_user_says(tmp_path: Path, who: str) -> None:
    session = Session()
    session.prompt("see <private>alpha")
    session.prompt("bravo")
    if who == "interrupted":
        session.user("[Request interrupted by user]")
    else:
        session.says("an answer") if who == "says" else session.compaction()
    session.prompt("charlie stays")
    text, verdict = archived(tmp_path, session)
    assert kept(text, "alpha", "bravo") == []
    assert "charlie stays" in text
    assert verdict.ok, verdict.missing


def test_what_others_say_of_the_tag_reaches_no_further_than_their_own_text(tmp_path: Path) -> None:
    session = Session()
    session.tool("Bash", "a <private> tag", command="cat x")
    session.says("the <private> tag is read")
    session.says("and this stays")
    session.prompt("as does this, and `<private>` between backticks")
    session.prompt("and </private> alone")
    text, _ = archived(tmp_path, session)
    for words in ("and this stays", "as does this, and `<private>`", "and </private> alone"):
        assert words in text


def test_a_verdict_still_misses_what_no_open_block_covers(tmp_path: Path) -> None:
    session = Session()
    session.prompt("see <private>alpha</private>")
    session.prompt("this is to stand there")
    source = session.write(tmp_path / "t" / f"{SESSION}.jsonl")
    made = archive(tmp_path)
    take(made, source)
    whole = source.path
    Path(whole).write_bytes(session.data().replace(b"this is to stand there", b"this was never written"))
    assert Verifier(made).verify(source).missing == [session.uuids()[1]]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["prompt", "prompt", "says", "image", "blocks"]),
        st.lists(st.sampled_from(["<private>", "</private>", "words here", "\n", "word " * 60]), max_size=4).map(
            " ".join
        ),
    ),
    min_size=1,
    max_size=12,
)


def play(steps: list[tuple[str, str]]) -> Session:
    session = Session()
    for step, text in steps:
        if step == "image":
            session.user([image_block(png(len(text) % 4 + 1)), *texts(text)])
        elif step == "blocks":
            session.user(texts(text, text))
        else:
            getattr(session, step)(text)
    return session


@settings(max_examples=25, deadline=None)
@given(STEPS)
def test_an_archive_that_grew_is_the_one_that_was_made_at_once(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str]]
) -> None:
    once, grown = tmp_path_factory.mktemp("once"), tmp_path_factory.mktemp("grown")
    source = play(steps).write(once / "t" / f"{SESSION}.jsonl")
    take(archive(once, small()), source)
    for n in range(1, len(steps) + 1):
        source = play(steps[:n]).write(grown / "t" / f"{SESSION}.jsonl")
        take(archive(grown, small()), source)
    assert files(grown / ".claude" / "rlm") == files(once / ".claude" / "rlm")
    assert Verifier(archive(grown, small())).verify(source).ok


@pytest.mark.parametrize("cut", range(12, len(KEY) - 1, 9))
def test_a_key_over_two_texts_of_a_message_is_found(tmp_path: Path, cut: int) -> None:
    session = Session()
    session.user(texts(f"it is {KEY[:cut]}", f"{KEY[cut:]} and works"))
    text, verdict = archived(tmp_path, session)
    assert kept(text, KEY[:cut], KEY[cut:]) == []
    assert "[redacted:github] and works" in text
    assert verdict.ok


@pytest.mark.parametrize(
    ("first", "second", "secret"),
    [
        ("DB_PASSWORD=", "tr0ub4dor3x and more", "tr0ub4dor3x"),
        (pem()[:200], pem()[200:], pem()[300:340]),
        (pem().partition("\n")[0], pem().partition("\n")[2], pem()[300:340]),
        ("postgres://app:tr0ub4", "dor3x@db.example.org/x", "dor3x"),
    ],
)
def test_a_secret_whose_name_stands_in_another_text_is_found(first: str, second: str, secret: str) -> None:
    redact = Redactor()
    assert secret not in "\n".join(redacted_together(["before", first, second, "after"], redact))
    assert list(redact.counts.values()) == [1]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.sampled_from([k for _, k in KEYS]), st.text(max_size=12)), min_size=1, max_size=5))
def test_texts_redacted_together_hold_nothing_alone_and_stay_so(said: list[str]) -> None:
    once = redacted_together(said, Redactor())
    assert [Redactor()(text) for text in once] == once
    if Redactor().finds_nothing(said) and Redactor()("".join(said)) == "".join(said):
        assert "".join(once) == "".join(said)


def test_depth_is_told_as_the_redactor_reads_the_tags() -> None:
    for text in (
        "a <private>b",
        "a <private>b</private> c",
        "`<private>`",
        "<private><private>a</private>",
        "</private>",
    ):
        covered = Redactor()(text + " END").endswith("[redacted:private]")
        assert (depth_behind(text, 0) > 0) == covered, text


def sifted(redact: Redactor, *said: str) -> list[str]:
    entry = Entry("u", "user", "", [Part(TEXT, text) for text in said])  # type: ignore[arg-type]
    return [part.text for part in sanitize(Sifter(redact)(entry), redact).parts]


def test_with_redaction_off_nothing_is_marked() -> None:
    said = ["see <private>alpha", "bravo"]
    assert sifted(Redactor(enabled=False), *said) == said
    assert sifted(Redactor(off={"private"}), *said) == said


# UTF-16 that was read as UTF-8.


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-32-le"])
def test_a_secret_in_utf_16_is_found(tmp_path: Path, encoding: str) -> None:
    output = f"line one\r\nDB_PASSWORD=tr0ub4dor3x\r\nkey {KEY}\r\n".encode(encoding).decode("utf-8", "replace")
    session = Session()
    session.tool("Bash", f"a plain line\n{output}", command="type settings.txt")
    text, verdict = archived(tmp_path, session)
    assert kept(text, KEY, "tr0ub4dor3x", "\u2400".join("tr0ub4dor3x")) == []
    assert kept(text, "line one", "[redacted:env]", "[redacted:github]") == [
        "line one",
        "[redacted:env]",
        "[redacted:github]",
    ]
    assert verdict.ok, verdict.missing


def test_single_nuls_stay() -> None:
    assert narrowed("a\0b\0c.txt\0") == "a\0b\0c.txt\0"
    assert narrowed("x\0" * 3) == "x\0" * 3
