"""Lines that are not one record: glued, cut off, in UTF-16, with NULs between."""

from __future__ import annotations

import io
import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kits.linear import assert_linear_in
from kits.mutation import examples

from rlm_core.transcript.entry import Entry
from rlm_core.transcript.lines import BROKEN, closed, is_blank, parse_line, recovered
from rlm_core.transcript.reader import MARK, Reader

Record = dict[str, Any]


def record(text: str, kind: str = "user", uuid: str = "") -> Record:
    message: Record = {"role": kind, "content": [{"type": "text", "text": text}]}
    return {"parentUuid": None, "type": kind, "message": message, "uuid": uuid or f"u-{abs(hash(text)) % 10**9}"}


def compact(value: Record) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def entries(data: bytes) -> list[Entry]:
    return [e for _, _, e in Reader(io.BytesIO(data)) if e is not None]


def said(data: bytes) -> list[str]:
    return [p.text for e in entries(data) for p in e.parts if p.text != MARK]


@pytest.mark.parametrize("between", [b"", b"\0\0\0", b" ", b"\0 \t\r", "\ufeff".encode()], ids=repr)
def test_records_glued_together_are_all_read(between: bytes) -> None:
    reader = Reader(io.BytesIO(between.join(compact(record(t)) for t in ("one", "two", "three")) + b"\n"))
    found = [(s, e, x.parts[0].text) for s, e, x in reader if x is not None]
    assert [t for _, _, t in found] == ["one", "two", "three"]
    assert len({(s, e) for s, e, _ in found}) == 1
    assert reader.unreadable == 0  # nothing is missing


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=60)


@given(st.lists(texts, min_size=1, max_size=4), st.floats(0, 1), texts)
def test_what_stands_behind_a_cut_off_record_is_read_and_its_own_words_as_far_as_they_go(
    behind: list[str], share: float, cut: str
) -> None:
    whole = compact(record(cut, uuid="cut"))
    at = int(share * (len(whole) - 1))
    piece = whole[:at].decode("utf-8", "ignore").encode()
    data = piece + b"".join(compact(record(t, uuid=f"u{i}")) for i, t in enumerate(behind)) + b"\n"
    found = entries(data)
    assert [e.parts[0].text for e in found if e.uuid.startswith("u")] == behind
    broken = [e for e in found if not e.uuid.startswith("u")]
    for entry in broken:
        assert entry.parts[-1].text == MARK or entry.parts[0].text.startswith(f"[{BROKEN}]")
        if entry.role == "user":
            assert cut.startswith(entry.parts[0].text.rstrip("\ufffd")) or entry.parts[0].text in (
                MARK,
                "[t]",
                "[te]",
                "[tex]",
            )


@examples(40)
@given(
    st.recursive(st.none() | st.booleans() | st.integers() | texts, lambda v: st.lists(v) | st.dictionaries(texts, v))
)
def test_a_json_object_cut_anywhere_is_closed_to_a_part_of_itself(value: Any) -> None:
    text = json.dumps({"k": value}, ensure_ascii=False)
    for at in range(1, len(text)):
        part = closed(text[:at])
        assert part is not None
        assert _within(part, {"k": value})


def _within(part: Any, whole: Any) -> bool:
    if isinstance(part, dict):
        # A key may be cut off, too; then it has no value.
        return isinstance(whole, dict) and all(k in whole and _within(v, whole[k]) for k, v in part.items())
    if isinstance(part, list):
        return isinstance(whole, list) and len(part) <= len(whole) and all(map(_within, part, whole))
    if isinstance(part, str) and isinstance(whole, str):
        return whole.startswith(part)
    return bool(part == whole) or (isinstance(part, int) and str(whole).startswith(str(part)))


@pytest.mark.parametrize("text", ["", "x", "[1", '{"a":1]', '"a"'])
def test_what_is_no_object_is_not_closed(text: str) -> None:
    assert closed(text) is None


@pytest.mark.parametrize("piece", ['{"a":[', '{"a":[],', '{"a":"'])
def test_a_cut_off_record_is_closed_in_linear_time_however_deep_it_is(piece: str) -> None:
    assert_linear_in(piece, closed, 6_000)


def test_the_blocks_of_a_cut_off_record_are_not_taken_for_records() -> None:
    whole = compact({**record("first"), "message": {"content": [{"type": "text", "text": t} for t in ("a b", "c d")]}})
    found, intact = recovered(whole[:-60] + compact(record("behind")) + b"\n")
    assert [r["type"] for r, _ in found] == ["user", "user"]
    assert not intact


def test_words_that_belong_to_no_record_are_kept_as_they_stand() -> None:
    (first, second) = entries(b'the end of a sentence"}]},"uuid":"x"}' + compact(record("behind")) + b"\n")
    assert first.role == "system"
    assert first.parts[0].text.startswith(f"[{BROKEN}]\nthe end of a sentence")
    assert second.parts[0].text == "behind"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("end", [True, False])
def test_every_encoding_that_a_copy_may_have(encoding: str, newline: str, end: bool) -> None:
    lines = [json.dumps(record(t, uuid=t), ensure_ascii=False) for t in ("erste", "été 漢字", "last")]
    text = "\ufeff" + newline.join(lines) + (newline if end else "")
    assert said(text.encode(encoding)) == ["erste", "été 漢字", "last"]


@pytest.mark.parametrize("line", [b"\n", b"\0\0\n", b"\xef\xbb\xbf\n", b"\xff\xfe\n", b" \r\n"])
def test_blank_lines_are_blank(line: bytes) -> None:
    assert is_blank(line)
    assert parse_line(line) is None
    assert recovered(line)[0] == []


def test_the_last_line_may_be_half_written_and_its_words_are_told_apart() -> None:
    data = compact(record("whole")) + b"\n" + compact(record("half of what was being written"))[:-38]
    reader = Reader(io.BytesIO(data))
    assert [e.parts[0].text for _, _, e in reader if e is not None] == ["whole"]
    (half,) = reader.unfinished()
    assert "half of what" in half.parts[0].text
    assert half.parts[-1].text == MARK
    assert reader.unreadable == 1


def peak(run: Callable[[], object]) -> int:
    """Bytes that it takes at most."""
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("sign", ["", "→", "😀"], ids=["one byte a character", "two bytes", "four bytes"])
def test_a_long_line_takes_no_more_memory_than_json_needs_for_it(sign: str) -> None:
    line = compact(record(sign + "all of it " * 300_000)) + b"\n"
    assert peak(lambda: parse_line(line)) <= peak(lambda: json.loads(line)) + 100_000


def test_a_long_line_is_let_go_before_its_entry_is_taken_in() -> None:
    line = compact(record("all of it " * 300_000))
    tracemalloc.start()
    try:
        held = [tracemalloc.get_traced_memory()[0] for _, _, e in Reader(io.BytesIO(line + b"\n\n")) if e is not None]
    finally:
        tracemalloc.stop()
    (both,) = held
    assert 2 * len(line) - 1000 < both < 2.1 * len(line)  # the stream's own bytes and the text
