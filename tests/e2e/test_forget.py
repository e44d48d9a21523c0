"""What was said in a session of the real client is forgotten while it is open; it goes on, and nothing comes back."""

from __future__ import annotations

import os
from pathlib import Path

from kits.claude.mock_api import MockApi
from kits.claude.process import wait_until
from kits.claude.product import Product
from kits.claude.replies import calls, say, text, tool

TOOLS = ("--allowedTools", "Bash")
WORDS = (b"kestrel", b"ottersgate")
LONG_AGO = 1_700_000_000


def told(product: Product) -> list[str]:
    """Files of ours that hold any of the words."""
    config = product.project.config
    roots = [product.root, config / "rlm", config / "rlm-ask"]
    found = [p for root in roots if root.exists() for p in sorted(root.rglob("*")) if p.is_file()]
    return [str(p) for p in found if any(word in p.read_bytes().lower() for word in WORDS)]


def work(mock: MockApi) -> None:
    mock.script(
        say("a-willow-answer"),
        calls(text("The Kestrel lands."), tool("Bash", command="echo $((40+2))-ottersgate")),
        say("At Ottersgate, said the kestrel."),
        say("a-spruce-answer"),
        say("a-maple-answer"),
    )


def forgotten(product: Product, *options: str) -> dict[str, object]:
    done = product.report("forget", "--regex", "(?i)kestrel|ottersgate", "--yes", *options)
    assert done["left"] == []
    return done


def test_what_is_forgotten_in_an_open_session_does_not_come_back(product: Product, mock: MockApi) -> None:
    work(mock)
    with product.project.stream(*TOOLS) as stream:
        stream.turn("a-cedar-prompt")
        stream.turn("Where does the Kestrel land?")
        wait_until(lambda: "said the kestrel" in product.text(), "the second turn in the archive")
        assert told(product)
        done = forgotten(product)
        assert any("projects" in str(one) for one in done["not_ours"])
        assert told(product) == []
        stream.turn("a-birch-prompt")
        wait_until(lambda: "a-spruce-answer" in product.text(), "the third turn in the archive")
        stream.turn("an-elm-prompt")
    product.project.assert_no_process_left()
    assert product.rlm("archive", "--all").code == 0
    assert told(product) == []
    found = product.report("verify")
    assert (found["ok"], found["missing"]) == (True, [])
    assert found["forgotten"] >= 4
    assert {"a-cedar-prompt", "a-willow-answer", "a-birch-prompt", "an-elm-prompt"} <= set(product.text().split())
    assert product.trouble() == []


def test_the_client_resumes_a_session_whose_transcript_was_blanked(product: Product, mock: MockApi) -> None:
    work(mock)
    with product.project.stream(*TOOLS) as stream:
        stream.turn("a-cedar-prompt")
        stream.turn("Where does the Kestrel land?")
    product.project.assert_no_process_left()
    (transcript,) = product.project.transcripts()
    close(transcript)
    forgotten(product, "--transcript")
    data = transcript.read_bytes().lower()
    assert not any(word in data for word in WORDS)
    before = len(mock.requests)
    product.project.ask("an-ash-prompt", "--resume", stream.session)
    heard = "\n".join(str(request.messages) for request in mock.requests[before:])
    assert "a-cedar-prompt" in heard
    assert "[forgotten]" in heard
    assert "estrel" not in heard
    assert product.rlm("archive", "--all").code == 0
    assert told(product) == []
    assert product.report("verify")["ok"]
    assert product.trouble() == []


def close(transcript: Path) -> None:
    """A session is taken for open as long as its transcript is young."""
    os.utime(transcript, (LONG_AGO, LONG_AGO))
