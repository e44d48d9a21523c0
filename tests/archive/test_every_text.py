"""Every text in, every text out, once: records of a grammar of shapes, glued, cut, reordered, read in pieces.

Each text is a sentence of its own. After archiving it must stand in the archive exactly once, whatever shape it came
in, and under the role of whoever said it. What is left out on purpose must stand there not at all.
"""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from kits.builders import SESSION, Session, archive
from kits.checker import lost

from rlm_core.archive.proof.verify import Verifier
from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.chunks.chunkfile import load
from rlm_core.transcript.source import Source

Json = dict[str, Any]
ANY = ""  # a speaker that does not matter


class Grammar:
    """Makes records out of choices. said: (text, role under which it must stand) of all so far; silent: left out."""

    def __init__(self) -> None:
        self.n = 0
        self.said: list[tuple[str, str]] = []
        self.silent: list[str] = []
        self.session = Session()

    def text(self, role: str) -> str:
        self.n += 1
        text = f"sentence number {self.n} of nobody else"
        self.said.append((text, role))
        return text

    def left_out(self) -> str:
        self.n += 1
        self.silent.append(f"word {self.n} of the client's own books")
        return self.silent[-1]

    def content(self, shape: str, role: str) -> Any:
        """A message's content in one of the shapes that clients, and programs that copy transcripts, have written."""
        if shape == "string":
            return self.text(role)
        if shape == "strings":
            return [self.text(role), self.text(role)]
        if shape == "object":
            return {"type": "text", "text": self.text(role)}
        if shape == "keys":
            return {str(i): c for i, c in enumerate(self.text(role))}
        if shape == "unknown":
            return [{"type": "from_the_future", "inner": [{"words": self.text(role)}]}]
        if shape == "image words":
            source = {"type": "base64", "media_type": "image/png", "data": f"[{self.text(role)}]"}
            return [{"type": "image", "source": source}]
        return [{"type": "text", "text": self.text(role)}, {"type": "text", "text": self.text(role)}]

    def record(self, kind: str, shape: str) -> Json:
        """The record of one choice."""
        s = self.session
        if kind == "user":
            s.user(self.content(shape, "user"))
        elif kind == "assistant":
            s.record("assistant", message={"role": "assistant", "content": self.content(shape, "assistant")})
        elif kind == "call":
            s.calls("mcp__db__query", sql=self.text("assistant"), options={"note": self.text("assistant")})
        elif kind == "result":
            s.result("toolu_x", self.content(shape, "tool"), toolUseResult={"stdout": self.left_out()})
        elif kind == "beside a result":
            block = {"type": "tool_result", "tool_use_id": "toolu_x", "content": self.text("tool")}
            s.user([block, {"type": "text", "text": self.text("user")}])
        elif kind == "tagged":
            s.user(f"<ide_opened_file>{self.text('system')}</ide_opened_file>\n{self.text('user')}")
        elif kind == "refused":
            words = f"The user doesn't want to proceed. To tell you how to proceed, the user said:\n{self.text('user')}"
            s.result("toolu_x", words, failed=True)
        elif kind == "command":
            args = self.text("user")
            s.user(f"<command-name>/deploy</command-name>\n<command-args>{args}</command-args>")
        elif kind == "queued":
            s.attachment("queued_command", prompt=self.text("user"), commandMode="prompt")
        elif kind == "waiting":
            typed = {"timestamp": s.time(), "content": self.text("user")}
            s.add({"type": "queue-operation", "operation": "enqueue", **typed})
        elif kind == "unknown kind":
            s.record(f"kind-{shape}", payload={"deep": [{"note": self.text("system")}]})
        elif kind == "unknown field":
            s.user(self.content("string", "user"), remark=self.text("system"))
        elif kind == "unknown attachment":
            s.attachment(f"kind-{shape}", note=self.text("system"))
        elif kind == "note":
            s.note("informational", self.text("system"))
        elif kind == "without an id":
            s.add({"type": "user", "message": {"role": "user", "content": self.content(shape, "user")}})
        else:
            s.add({"type": "last-prompt", "lastPrompt": self.left_out(), "sessionId": SESSION})
        item = s.items[-1]
        assert isinstance(item, dict)
        return item


KINDS = (
    "user", "assistant", "call", "result", "beside a result", "tagged", "refused", "command", "queued", "waiting",
    "unknown kind", "unknown field", "unknown attachment", "note", "without an id", "left out",
)  # fmt: skip
SHAPES = ("string", "strings", "object", "keys", "unknown", "image words", "list")
GLUES = ("\n", "\n", "\n", "", "\0\0\0", " ", "\r\n")
choices = st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(SHAPES), st.sampled_from(GLUES)), max_size=14)


def line(record: Json) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def standing(kept: Archive) -> list[tuple[str, str]]:
    """(role, text) of each entry in the archive, blobs in the place of what points to them."""
    found = []
    for meta in kept.metas():
        for _, _, whole in load(Path(meta["path"]).read_bytes(), meta["path"]).entries():
            heading, _, body = whole.partition("\n")
            beside = Path(meta["path"]).parent
            body += "".join((beside / name).read_text() for name in re.findall(r"blobs/\w+\.txt", body))
            found.append((heading[3:].partition(" ")[0], body))
    return found


def check(kept: Archive, grammar: Grammar) -> None:
    entries = standing(kept)
    for text, role in grammar.said:
        where = [r for r, body in entries if text in body]
        assert (text, where) == (text, [role])
        assert sum(body.count(text) for _, body in entries) == 1
    for text in grammar.silent:
        assert not any(text in body for _, body in entries)


def test_each_kind_in_each_shape(tmp_path: Path) -> None:
    grammar = Grammar()
    for kind in KINDS:
        for shape in SHAPES:
            grammar.record(kind, shape)
    source, kept = grammar.session.write(tmp_path / f"{SESSION}.jsonl"), archive(tmp_path)
    take(kept, source)
    check(kept, grammar)
    assert Verifier(kept).verify(source).ok
    assert lost(Path(source.path), Path(kept.root)) == []


@settings(max_examples=60, deadline=None)
@given(choices, st.lists(st.floats(0, 1), max_size=3), st.randoms(use_true_random=False))
def test_glued_reordered_and_read_in_pieces(chosen: list[tuple[str, str, str]], cuts: list[float], random: Any) -> None:
    grammar = Grammar()
    records = [(grammar.record(kind, shape), glue) for kind, shape, glue in chosen]
    random.shuffle(records)
    data = "".join(line(record) + glue for record, glue in records).rstrip("\r\n\0 ").encode() + b"\n"
    with tempfile.TemporaryDirectory() as folder:
        kept, path = archive(folder), Path(folder, "t", f"{SESSION}.jsonl")
        path.parent.mkdir()
        for cut in [*sorted(cuts), 1.0]:
            path.write_bytes(data[: int(len(data) * cut)])
            take(kept, Source(str(path)))
        check(kept, grammar)
        assert Verifier(kept).verify(Source(str(path))).ok
        assert lost(path, Path(kept.root)) == []


@settings(max_examples=60, deadline=None)
@given(choices.filter(bool), st.data())
def test_a_record_that_breaks_off_costs_no_other_a_word(
    chosen: list[tuple[str, str, str]], data: st.DataObject
) -> None:
    grammar = Grammar()
    lines = [line(grammar.record(kind, shape)) for kind, shape, _ in chosen]
    whole = Grammar()
    whole.session.prompt("the record that is not there to its end")
    victim = line(whole.session.items[0])  # type: ignore[arg-type]
    at = data.draw(st.integers(1, len(victim) - 1))
    place = data.draw(st.integers(0, len(lines) - 1))
    lines[place] = victim[:at] + lines[place]
    with tempfile.TemporaryDirectory() as folder:
        kept, path = archive(folder), Path(folder, "t", f"{SESSION}.jsonl")
        path.parent.mkdir()
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        report = take(kept, Source(str(path)))
        check(kept, grammar)
        assert report.skipped_lines == 1
        said = "the record that is not there to its end"
        begun = victim.find(said)
        if at > begun + 12:  # some words of it are there
            words = victim[begun : min(at, begun + len(said))].rstrip()
            assert sum(words in body for _, body in standing(kept)) == 1


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=8), st.lists(st.floats(0, 1), max_size=3))
@example([0, 2, 0, 0], [0.875])
def test_different_records_under_one_uuid_are_all_kept(texts: list[int], cuts: list[float]) -> None:
    """Copies of one record stand once; another text under its uuid stands beside it."""
    said = ["the first of the texts", "a second one", "the third text, longer than the others by far", "x y"]
    lines = []
    for n in texts:
        s = Session()
        s.prompt(said[n])
        lines.append(line(s.items[0]))  # type: ignore[arg-type]
    data = ("\n".join(lines) + "\n").encode()
    with tempfile.TemporaryDirectory() as folder:
        kept, path = archive(folder), Path(folder, "t", f"{SESSION}.jsonl")
        path.parent.mkdir()
        for cut in [*sorted(cuts), 1.0]:
            path.write_bytes(data[: int(len(data) * cut)])
            take(kept, Source(str(path)))
        bodies = [body.strip() for _, body in standing(kept)]
        assert sorted(set(bodies)) == sorted({said[n] for n in texts})
        assert Verifier(kept).verify(Source(str(path))).ok


def test_an_output_whose_file_is_gone_stays_as_it_was_archived(tmp_path: Path) -> None:
    """The chunk in which it stands is still open, and cut anew from a transcript that holds only the notice now."""
    output = tmp_path / SESSION / "tool-results" / "toolu_9.txt"
    output.parent.mkdir(parents=True)
    output.write_text("the beginning\nand what came of it\n" * 20)
    session = Session()
    session.prompt("run it")
    notice = f"<persisted-output>\nOutput too large. Full output saved to: {output}\n\nPreview (first 2KB):\nthe begin"
    session.result("toolu_9", notice)
    kept, source = archive(tmp_path), session.write(tmp_path / f"{SESSION}.jsonl")
    take(kept, source)
    before = standing(kept)
    assert "and what came of it" in before[-1][1]
    output.unlink()
    for words in ("next", "and next"):
        session.says(words)
        session.write(source.path)
        take(kept, source)
    assert standing(kept)[: len(before)] == before
    assert [body.strip() for _, body in standing(kept)[len(before) :]] == ["next", "and next"]
