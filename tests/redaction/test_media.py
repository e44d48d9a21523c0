"""Documents and images: those that are texts are redacted; others are kept or dropped, as is set, and counted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from kits.builders import SESSION, Session, archive, config, everything, image_block, png
from kits.place import Place
from kits.secrets import KEYS

from rlm_core.archive.proof.verify import Verifier
from rlm_core.archive.take import take
from rlm_core.doctor.soundness import soundness
from rlm_core.transcript.records.prose import text_in

KEY = dict(KEYS)["github"]
SVG = f'<svg xmlns="http://www.w3.org/2000/svg"><!-- {KEY} --><text>été</text></svg>\n'
PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\n%%EOF\n"
TEXTUAL = [
    ("text/plain", f"the key is {KEY}\n".encode(), "document"),
    ("text/plain", f"\ufeffthe key is {KEY}\n".encode("utf-16-le"), "document"),
    ("text/plain", f"l'été, la clé {KEY}".encode("latin-1"), "document"),
    ("text/csv; charset=utf-8", f"name,key\nx,{KEY}\n".encode(), "document"),
    ("image/svg+xml", SVG.encode(), "image"),
    ("application/json", json.dumps({"a": {"token": KEY}}).encode(), "document"),
    ("application/vnd.api+json", json.dumps({"token": KEY}).encode(), "document"),
    ("application/octet-stream", f"# settings\nkey: {KEY}\n".encode(), "document"),
    ("", f"key: {KEY}\n".encode(), "document"),
]


@pytest.mark.parametrize(("media_type", "data", "kind"), TEXTUAL)
@pytest.mark.parametrize("inside", ["message", "result"])
def test_what_is_a_text_is_redacted_and_kept_as_text(
    tmp_path: Path, media_type: str, data: bytes, kind: str, inside: str
) -> None:
    session = Session()
    block = image_block(data, media_type, kind)
    session.user([block]) if inside == "message" else session.result(session.calls("Read", file_path="/x"), [block])
    source = session.write(tmp_path / "t" / f"{SESSION}.jsonl")
    made = archive(tmp_path)
    take(made, source)
    held = everything(tmp_path / ".claude")
    assert KEY.encode() not in held
    assert b"[redacted:github]" in held
    assert made.media() == []
    assert Verifier(made).verify(source).ok


@pytest.mark.parametrize(
    ("media_type", "data"),
    [
        ("image/png", png(3)),
        ("application/pdf", PDF),
        ("application/octet-stream", PDF),
        ("application/octet-stream", b"PK\x03\x04" + bytes(100)),
        ("audio/wav", b"RIFF\x10\0\0\0WAVE" + bytes(100)),
        ("", "été".encode("latin-1")),
    ],
)
def test_what_is_none_is_kept_as_it_is_and_counted(tmp_path: Path, media_type: str, data: bytes) -> None:
    assert text_in(data, media_type) is None
    session = Session()
    session.user([image_block(data, media_type, "document")])
    source = session.write(tmp_path / "t" / f"{SESSION}.jsonl")
    made = archive(tmp_path)
    take(made, source)
    (kept,) = made.media()
    assert Path(kept).read_bytes() == data
    assert Verifier(made).verify(source).ok


def test_dropped_media_leave_a_caption_that_says_so(tmp_path: Path) -> None:
    session = Session()
    session.prompt("look")
    session.user([image_block(png(3)), {"type": "text", "text": "at this"}])
    session.result(session.calls("Read", file_path="/x.pdf"), [image_block(PDF, "application/pdf", "document")])
    session.user([image_block(b"a text", "text/plain", "document")])
    source = session.write(tmp_path / "t" / f"{SESSION}.jsonl")
    made = archive(tmp_path, config(media="drop"))
    take(made, source)
    held = everything(tmp_path / ".claude").decode("utf-8", "replace")
    assert made.media() == []
    assert f"[image] image/png, {len(png(3))} bytes, left out: `redact.media: drop`" in held
    assert f"[document] application/pdf, {len(PDF)} bytes, left out: `redact.media: drop`" in held
    assert "a text" in held
    verdict = Verifier(made).verify(source)
    assert verdict.ok, verdict.missing


def test_a_caption_of_another_size_proves_nothing(tmp_path: Path) -> None:
    session = Session()
    session.user([image_block(png(3))])
    source = session.write(tmp_path / "t" / f"{SESSION}.jsonl")
    made = archive(tmp_path, config(media="drop"))
    take(made, source)
    other = Session()
    other.user([image_block(png(300))])
    assert not Verifier(made).verify(other.write(source.path)).ok


def test_what_is_kept_is_told_wherever_the_archive_is_spoken_of(tmp_path: Path) -> None:
    place = Place(tmp_path)
    session = Session()
    session.prompt("look")
    session.user([image_block(png(3)), image_block(PDF, "application/pdf", "document")])
    place.session(session)
    agent = Session(agent="a1", seed="a")
    agent.prompt("and you")
    agent.user([image_block(png(5))])
    agent.write(place.transcripts / SESSION / "subagents" / "agent-a1.jsonl")
    assert [row["media"] for row in place.json("archive", "--all")["sessions"]] == [3]
    assert "3 media files kept as they are" in place.rlm("archive", "--all")
    assert place.json("status")["media"] == 3
    assert "3 media files kept as they are" in place.rlm("status")
    told = {check.name: check.detail for check in soundness(place.archive)}
    assert told["media"].startswith("3 images and PDFs are kept")
