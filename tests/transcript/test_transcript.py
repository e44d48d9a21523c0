"""The reader: every shape a transcript has had, and every way it may be broken."""

from __future__ import annotations

import base64
import io
import json
import os
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kits.builders import SESSION, Record, Session, dump, image_block, png, rich, sessions
from kits.paths import ROOT

from rlm_core.transcript.entry import CALL, MEDIA, RESULT, TEXT, THINKING, Entry, Part
from rlm_core.transcript.lines import parse_line
from rlm_core.transcript.outputs import outputs_named
from rlm_core.transcript.reader import MARK, Reader


def read(data: bytes, **kwargs: Any) -> tuple[list[Entry], Reader]:
    reader = Reader(io.BytesIO(data), **kwargs)
    return [e for _, _, e in reader if e is not None], reader


def one(session: Session, **kwargs: Any) -> Entry:
    entries, reader = read(session.data(), **kwargs)
    assert reader.unreadable == 0
    assert len(entries) == 1
    return entries[0]


def texts(entries: list[Entry]) -> list[str]:
    return [p.text for e in entries for p in e.parts]


def user(content: Any, **fields: Any) -> Entry:
    session = Session()
    session.user(content, **fields)
    return one(session)


def assistant(*blocks: Record) -> list[Part]:
    session = Session()
    session.assistant(*blocks)
    return list(one(session).parts)


# Blocks.


def test_a_prompt_is_a_users_and_starts_a_turn() -> None:
    for content in ("hello", [{"type": "text", "text": "hello"}], ["hello"]):
        entry = user(content)
        assert (entry.role, entry.prompt, texts([entry])) == ("user", True, ["hello"])


def test_an_entry_carries_where_and_when() -> None:
    entry = user("hello")
    assert (entry.time, entry.cwd, entry.branch) == ("2026-11-22T00:00:02.123Z", "/home/jo/app", "main")
    assert entry.uuid
    assert entry.size == 5


@pytest.mark.parametrize(
    ("block", "kind", "text"),
    [
        ({"type": "text", "text": "so"}, TEXT, "so"),
        ({"type": "thinking", "thinking": "hm", "signature": "x"}, THINKING, "hm"),
        ({"type": "thinking", "thinking": ""}, THINKING, ""),
        ({"type": "redacted_thinking", "data": "QUJD"}, THINKING, "[redacted_thinking] QUJD"),
        ({"type": "tool_use", "id": "t", "name": "Bash", "input": {"command": "ls"}}, CALL, "$ ls"),
        ({"type": "server_tool_use", "id": "t", "name": "web_search", "input": {"query": "q"}}, CALL, "query: q"),
        ({"type": "tool_use", "id": "t", "name": "X", "input": "text"}, CALL, "text"),
        ({"type": "tool_use", "id": "t", "name": "X", "input": {"n": 1, "l": [2]}}, CALL, "n: 1\nl: [2]"),
        ({"type": "tool_use", "id": "t", "name": "W", "input": {"c": "a\nb"}}, CALL, "c:\na\nb"),
    ],
    ids=lambda v: v["type"] if isinstance(v, dict) else "",
)
def test_blocks_of_an_answer(block: Record, kind: str, text: str) -> None:
    (part,) = assistant(block)
    assert (part.kind, part.text) == (kind, text)


def test_a_call_names_its_tool_its_id_and_its_files() -> None:
    (part,) = assistant({"type": "tool_use", "id": "toolu_1", "name": "Edit", "input": {"file_path": "/a/b.py"}})
    assert (part.name, part.call_id, part.files) == ("Edit", "toolu_1", ("/a/b.py",))


@pytest.mark.parametrize(
    "block",
    [{"type": "from_the_future", "text": "keep ME"}, {"no": "type", "say": "keep ME"}, 17, ["keep ME"], True],
    ids=str,
)
def test_unknown_blocks_are_kept_as_they_are(block: Any) -> None:
    (part,) = assistant(block)
    assert part.kind == TEXT
    assert "keep ME" in part.text or json.dumps(block) in part.text


def test_the_blocks_of_one_answer_come_as_lines_or_together() -> None:
    blocks: list[Record] = [
        {"type": "thinking", "thinking": "hm"},
        {"type": "text", "text": "so"},
        {"type": "tool_use", "id": "t", "name": "Bash", "input": {}},
    ]
    assert [p.kind for p in assistant(*blocks)] == [THINKING, TEXT, CALL]
    split = Session()
    for block in blocks:
        split.assistant(block)
    entries, _ = read(split.data())
    assert [p.kind for e in entries for p in e.parts] == [THINKING, TEXT, CALL]


# Tool results.


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("out", "out"),
        ("", ""),
        (None, ""),
        ([{"type": "text", "text": "one"}, {"type": "text", "text": "two"}], "one\ntwo"),
        ([], ""),
        (["bare"], "bare"),
        ([{"type": "tool_reference", "tool_name": "mcp__x"}], "tool_name: mcp__x"),
        (5, "5"),
        ({"type": "text", "text": "x"}, "x"),
        ({"rows": [{"name": "one"}]}, "rows.0.name: one"),
        ({"0": "o", "2": "t", "1": "u"}, "out"),
    ],
    ids=str,
)
def test_every_shape_of_a_tool_result(content: Any, text: str) -> None:
    entry = user([{"type": "tool_result", "tool_use_id": "toolu_1", "content": content}])
    assert (entry.role, entry.prompt) == ("tool", False)
    (part,) = entry.parts
    assert (part.kind, part.call_id, part.failed) == (RESULT, "toolu_1", False)
    assert text in part.text
    assert bool(part.text) == bool(text)


def test_a_result_without_content_or_id_is_kept() -> None:
    (part,) = user([{"type": "tool_result"}]).parts
    assert (part.kind, part.text, part.call_id) == (RESULT, "", "")


def test_a_failed_result_says_so() -> None:
    session = Session()
    session.result("toolu_1", "boom", failed=True)
    assert one(session).parts[0].failed


def test_an_image_in_a_result_stands_beside_its_text() -> None:
    content = [{"type": "text", "text": "a screenshot"}, image_block(png(4))]
    result, image = user([{"type": "tool_result", "tool_use_id": "t", "content": content}]).parts
    assert (result.kind, result.text) == (RESULT, "a screenshot")
    assert (image.kind, image.data, image.suffix) == (MEDIA, png(4), ".png")


@pytest.mark.parametrize(
    ("media_type", "suffix"),
    [("image/png", ".png"), ("image/jpeg", ".jpg"), ("application/pdf", ".pdf"), ("x/../../y", ".bin"), (None, ".bin")],
)
def test_media_are_decoded_and_named_by_their_type(media_type: Any, suffix: str) -> None:
    (part,) = user([image_block(b"\x00\xffbytes", media_type, "document")]).parts
    assert (part.data, part.suffix) == (b"\x00\xffbytes", suffix)


@pytest.mark.parametrize("source", [None, {}, {"type": "base64", "data": "é!"}, {"type": "url", "url": "http://x"}, 3])
def test_media_that_cannot_be_decoded_are_kept_as_text(source: Any) -> None:
    (part,) = user([{"type": "image", "source": source}]).parts
    assert part.kind == TEXT
    values = source.values() if isinstance(source, dict) else [source]
    assert all(str(value) in part.text for value in values if value is not None)


@pytest.mark.parametrize(
    "words", ["[image removed to save space]", "omitted!", "redacted", "image data omitted here", ""]
)
def test_words_in_the_place_of_base64_are_words(words: str) -> None:
    (part,) = user([{"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": words}}]).parts
    assert (part.kind, part.data) == (TEXT, None)
    assert words in part.text


# Records of other kinds.


@pytest.mark.parametrize(
    ("fields", "content", "role", "prompt"),
    [
        ({}, "hi", "user", True),
        ({"isMeta": True}, "Caveat: …", "system", False),
        ({"isCompactSummary": True}, "This session is being continued", "summary", False),
        ({"isSidechain": True}, "do this", "task", False),
        ({}, "<local-command-stdout>x</local-command-stdout>", "system", False),
        ({}, "<bash-stdout>x</bash-stdout>", "system", False),
        ({}, "<bash-input>ls</bash-input>", "user", True),
        ({}, "<task-notification>done", "system", False),
        ({}, "[Request interrupted by user for tool use]", "system", False),
        ({}, "<command-name>/recall</command-name>", "user", True),
    ],
)
def test_who_a_user_line_comes_from(fields: Record, content: str, role: str, prompt: bool) -> None:
    entry = user(content, **fields)
    assert (entry.role, entry.prompt) == (role, prompt)


def test_a_sub_agents_task_starts_its_turn() -> None:
    session = Session(agent="a1")
    session.prompt("find the bug")
    entry = one(session, agent=True)
    assert (entry.role, entry.prompt) == ("task", True)


def test_a_compaction_is_a_boundary_and_a_summary() -> None:
    session = Session()
    session.compaction("We fixed it.")
    (boundary, summary), _ = read(session.data())
    assert (boundary.role, boundary.boundary) == ("system", True)
    assert "150000" in boundary.parts[0].text
    assert (summary.role, summary.boundary) == ("summary", False)
    assert "We fixed it." in summary.parts[0].text


def test_what_was_mentioned_stands_nowhere_else_and_is_kept() -> None:
    session = Session()
    session.mention("notes.txt", "the launch code")
    entry = one(session)
    assert entry.role == "system"
    assert "the launch code" in entry.parts[0].text
    assert entry.parts[0].files == ("/home/jo/app/notes.txt",)


@pytest.mark.parametrize(
    "prompt", ["typed meanwhile", [{"type": "text", "text": "typed meanwhile"}]], ids=["str", "list"]
)
def test_what_was_typed_while_claude_worked_belongs_to_the_turn(prompt: Any) -> None:
    session = Session()
    session.attachment("queued_command", prompt=prompt, commandMode="prompt")
    entry = one(session)
    assert (entry.role, entry.prompt, entry.parts[0].text) == ("user", False, "typed meanwhile")


def test_a_queued_notification_is_no_word_of_the_users() -> None:
    session = Session()
    session.attachment("queued_command", prompt="<task-notification>", commandMode="task-notification")
    assert one(session).role == "system"


@pytest.mark.parametrize("subtype", ["api_error", "local_command", "informational", "away_summary"])
def test_system_notes_are_kept(subtype: str) -> None:
    session = Session()
    session.note(subtype, "something happened", error={"status": 529})
    entry = one(session)
    assert entry.role == "system"
    assert "something happened" in entry.parts[0].text
    assert "529" in entry.parts[0].text


def test_an_api_error_is_a_system_note_and_synthetic_text_an_answer() -> None:
    session = Session()
    session.says("API Error: 529", model="<synthetic>", tokens=10, isApiErrorMessage=True)
    session.says("half an ans", model="<synthetic>", tokens=10)
    entries, _ = read(session.data())
    assert [e.role for e in entries] == ["system", "assistant"]


def test_the_clients_own_book_keeping_is_left_out() -> None:
    session = Session()
    session.noise()
    session.add({"type": "progress", "message": {"role": "user", "content": "NOISE"}})
    session.add({"type": 5, "message": {"role": "user", "content": "NOISE"}})
    session.add({"message": {"role": "user", "content": "NOISE"}})
    entries, reader = read(session.data())
    assert entries == []
    assert reader.unreadable == 0


@pytest.mark.parametrize("kind", [["user"], {}, [[]]], ids=str)
def test_a_type_that_is_no_string_is_passed_over(kind: Any) -> None:
    entries, reader = read(dump({"type": kind, "message": {"role": "user", "content": "NOISE"}}))
    assert entries == []
    assert reader.unreadable == 0


@pytest.mark.parametrize(
    "message",
    [
        "the words",
        ["the words"],
        {"content": "the words"},
        {"content": {"text": "the words", "type": "text"}},
        {str(i): c for i, c in enumerate("the words")},
        {"content": [], "note": "the words"},
        {"text": "the words"},
    ],
    ids=str,
)
def test_a_message_of_any_shape_is_kept(message: Any) -> None:
    (entry,), reader = read(dump({"type": "user", "uuid": "u", "message": message}))
    assert entry.role == "user"
    assert "the words" in entry.parts[0].text
    assert reader.unreadable == 0


@pytest.mark.parametrize("message", [None, [], {}, {"content": None}, {"content": []}])
def test_a_record_without_content_is_none_and_no_fault(message: Any) -> None:
    entries, reader = read(dump({"type": "user", "uuid": "u", "message": message}) + dump({"type": "assistant"}))
    assert entries == []
    assert reader.unreadable == 0


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        ([("summary", "S"), ("ai-title", "A")], (2, "A")),
        ([("custom-title", "C"), ("ai-title", "A"), ("summary", "S")], (3, "C")),
        ([("ai-title", "A"), ("ai-title", "B")], (2, "B")),
        ([("ai-title", "  ")], (0, "")),
    ],
)
def test_the_best_and_newest_title_wins(titles: list[tuple[str, str]], expected: tuple[int, str]) -> None:
    session = Session()
    for kind, title in titles:
        session.title(title, kind)
    assert read(session.data())[1].titles.best == expected


def test_old_and_new_clients_records_give_the_same() -> None:
    found = []
    for old in (True, False):
        session = Session(old=old)
        session.prompt("hello")
        session.tool("Bash", "out", command="ls")
        session.says("bye")
        entries, _ = read(session.data())
        found.append([(e.role, e.prompt, e.time, e.cwd, [(p.kind, p.text, p.name) for p in e.parts]) for e in entries])
    assert found[0] == found[1]


def test_parallel_calls_and_their_results_come_in_file_order() -> None:
    session = Session()
    session.parallel(["first", "second", "third"])
    entries, _ = read(session.data())
    assert [p.kind for e in entries for p in e.parts] == [CALL] * 3 + [RESULT] * 3
    assert texts(entries)[3:] == ["third", "second", "first"]


# Ids, times and other values from outside.


def test_a_record_without_an_id_gets_one_from_its_content() -> None:
    line = dump({"type": "user", "message": {"role": "user", "content": "hello"}})
    (a,), _ = read(line)
    (b,), _ = read(b"\n\n" + line)
    (c,), _ = read(line.replace(b"hello", b"hallo"))
    assert a.uuid == b.uuid != c.uuid
    assert a.uuid.startswith("line-")


@pytest.mark.parametrize("uuid", [None, "", 5, [], {}, "x" * 5000])
def test_an_id_that_is_none_is_replaced(uuid: Any) -> None:
    (entry,), _ = read(dump({"type": "user", "uuid": uuid, "message": {"content": "hello"}}))
    assert entry.uuid.startswith("line-")


@pytest.mark.parametrize("time", [None, 5, {}, "yesterday", "2026", "x" * 100])
def test_a_time_that_is_none_is_left_out(time: Any) -> None:
    (entry,), _ = read(dump({"type": "user", "uuid": "u", "timestamp": time, "message": {"content": "hello"}}))
    assert len(entry.time) <= 40
    assert entry.time == "" or time.startswith(entry.time)


def test_values_of_the_wrong_type_do_not_stop_the_reader() -> None:
    record = {
        "type": "user",
        "uuid": "u",
        "cwd": 5,
        "gitBranch": [],
        "isMeta": "x",
        "message": {"content": [{"type": 5}]},
    }
    (entry,), reader = read(dump(record))
    assert (entry.cwd, entry.branch) == ("", "")
    assert reader.unreadable == 0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
RECORDS = st.fixed_dictionaries(
    {"type": st.sampled_from(["user", "assistant", "system", "attachment", "summary", "custom-title"]) | JSON},
    optional={
        "uuid": JSON,
        "timestamp": JSON,
        "subtype": st.sampled_from(["compact_boundary", "api_error"]) | JSON,
        "content": JSON,
        "summary": JSON,
        "customTitle": JSON,
        "toolUseResult": JSON | st.fixed_dictionaries({"persistedOutputPath": JSON}),
        "attachment": JSON
        | st.fixed_dictionaries({"type": st.sampled_from(["file", "queued_command"]), "content": JSON, "prompt": JSON}),
        "message": JSON
        | st.fixed_dictionaries(
            {
                "content": JSON
                | st.lists(
                    st.fixed_dictionaries(
                        {"type": st.sampled_from(["text", "thinking", "tool_use", "tool_result", "image"])},
                        optional=dict.fromkeys(("text", "thinking", "id", "name", "input", "content", "source"), JSON),
                    )
                    | JSON,
                    max_size=3,
                )
            }
        ),
    },
)


@settings(max_examples=200)
@given(st.lists(RECORDS, max_size=4))
def test_no_record_whatever_stops_the_reader(records: list[Record]) -> None:
    lines = [json.dumps(r).encode() + b"\n" for r in records]
    entries, reader = read(b"".join(lines))
    assert reader.lines == len(records)
    assert reader.unreadable == 0
    for e in entries:
        assert all(isinstance(p.text, str) and isinstance(p.call_id, str) and isinstance(p.name, str) for p in e.parts)
        assert all(isinstance(v, str) for v in (e.uuid, e.role, e.time, e.cwd, e.branch))


# Broken lines.


def test_a_truncated_last_line_is_left_for_the_next_run() -> None:
    data = Session()
    data.prompt("first")
    data.prompt("second")
    whole = data.data()
    first = len(data.lines()[0])
    for cut in range(first + 1, len(whole) - 1, 17):
        reader = Reader(io.BytesIO(whole[:cut]))
        found = list(reader)
        assert [e.parts[0].text for _, _, e in found if e] == ["first"]
        assert found[-1][1] == first


def test_a_last_line_that_is_whole_needs_no_newline() -> None:
    session = Session()
    session.prompt("first")
    entries, reader = read(session.data()[:-1])
    assert texts(entries) == ["first"]
    assert reader.unreadable == 0


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9])
def test_a_record_behind_a_cut_off_one_is_recovered(cut: float) -> None:
    lost, kept = Session(seed="a"), Session(seed="b")
    lost.prompt('this is lost, with a { brace and "quotes"')
    kept.prompt("this is found")
    broken = lost.data()[: int(len(lost.data()) * cut)]
    entries, reader = read(broken + kept.data() + kept.data())
    assert texts(entries)[-2:] == ["this is found"] * 2
    assert reader.unreadable == 1
    if cut == 0.1:
        assert len(entries) == 2  # nothing in it a person could read
    else:
        assert (entries[0].role, texts(entries)[-3]) == ("user", MARK)
        assert entries[0].parts[0].text.startswith("this is lost, with a { brace")


def test_a_record_is_not_made_out_of_a_quoted_one() -> None:
    quoted = Session()
    quoted.prompt("quoted")
    line = dump({"type": "user", "uuid": "u", "message": {"content": quoted.data().decode()}})
    entries, reader = read(line[:-40] + b"\n")
    (entry,) = entries
    assert entry.uuid == "u"
    assert entry.parts[0].text in quoted.data().decode()  # what was quoted, as far as it goes
    assert reader.unreadable == 1


@pytest.mark.parametrize("line", [b"nonsense", b"[1]", b'"text"', b"17", b"null", b"{", b'{"a":}'])
def test_unreadable_lines_are_counted_and_passed_over(line: bytes) -> None:
    session = Session()
    session.prompt("after")
    entries, reader = read(line + b"\n" + session.data())
    assert texts(entries) == ["after"]
    assert (reader.unreadable, reader.lines) == (1, 2)


@pytest.mark.parametrize("blank", [b"\n", b"\r\n", b"  \n", b"\t\n"])
def test_blank_lines_are_no_fault(blank: bytes) -> None:
    session = Session()
    session.prompt("after")
    entries, reader = read(blank + session.data() + blank)
    assert texts(entries) == ["after"]
    assert reader.unreadable == 0


def test_windows_line_ends_are_no_matter() -> None:
    session = Session()
    session.prompt("a")
    session.prompt("b")
    assert texts(read(session.data().replace(b"\n", b"\r\n"))[0]) == ["a", "b"]


def test_nul_bytes_before_a_record_are_no_matter() -> None:
    session = Session()
    session.prompt("after the crash")
    entries, reader = read(b"\0" * 4096 + session.data())
    assert texts(entries) == ["after the crash"]
    assert reader.unreadable == 0


def test_a_line_of_nul_bytes_is_passed_over() -> None:
    session = Session()
    session.prompt("after")
    assert texts(read(b"\0" * 100 + b"\n" + session.data())[0]) == ["after"]


def test_invalid_utf8_is_made_visible_and_nothing_else_is_lost() -> None:
    session = Session()
    session.prompt("caf\u00e9 MARK end")
    entries, reader = read(session.data().replace(b"MARK", b"\xff\xc3\xed\xa0\x80"))
    assert entries[0].parts[0].text.startswith("café \ufffd")
    assert entries[0].parts[0].text.endswith(" end")
    assert reader.unreadable == 0


@pytest.mark.parametrize("odd", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\r"])
def test_characters_that_only_look_like_line_ends_do_not_end_lines(odd: str) -> None:
    session = Session()
    session.prompt(f"one{odd}two")
    data = session.data()
    assert texts(read(data)[0]) == [f"one{odd}two"]


def test_lone_surrogates_survive_reading() -> None:
    session = Session()
    session.prompt("half \ud83d of a smile")
    assert texts(read(session.data())[0]) == ["half \ud83d of a smile"]


@pytest.mark.parametrize(
    "line",
    [
        b'{"type":"user","uuid":"u","message":{"content":' + b"[" * 100_000 + b"]" * 100_000 + b"}}\n",
        b'{"type":"user","uuid":"u","n":' + b"9" * 50_000 + b',"message":{"content":"hi"}}\n',
        b'{"type":"user","uuid":"u","n":' + b"[" * 5000 + b"\n",
    ],
    ids=["deep", "huge number", "deep and cut"],
)
def test_lines_that_break_parsers_break_only_themselves(line: bytes) -> None:
    session = Session()
    session.prompt("after")
    entries, reader = read(line + session.data())
    assert texts(entries)[-1] == "after"
    assert reader.lines == 2


def test_content_nested_deeper_than_python_recurses_is_survived() -> None:
    value: Any = "bottom"
    for _ in range(400):
        value = {"n": [value]}
    session = Session()
    session.assistant({"type": "tool_use", "id": "t", "name": "X", "input": {"deep": value}})
    session.prompt("after")
    entries, _ = read(session.data())
    assert "bottom" in entries[0].parts[0].text
    assert entries[1].parts[0].text == "after"


def test_a_line_of_5_mb_is_read_whole() -> None:
    session = Session()
    session.prompt("x" * 5_000_000)
    session.prompt("after")
    entries, _ = read(session.data())
    assert [e.size for e in entries] == [5_000_000, 5]


def test_memory_does_not_grow_with_the_transcript(tmp_path: Path) -> None:
    session = Session()
    session.prompt("word " * 2000)
    path = tmp_path / "t.jsonl"
    with path.open("wb") as f:
        for _ in range(2000):  # 20 MB
            f.write(session.data())
    with path.open("rb") as f:
        tracemalloc.start()
        assert sum(e is not None for _, _, e in Reader(f)) == 2000
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 1_000_000


@settings(max_examples=50)
@given(sessions())
def test_byte_ranges_lie_end_to_end_and_reading_may_go_on_from_any(session: Session) -> None:
    data = session.data()
    found = list(Reader(io.BytesIO(data)))
    assert [s for s, _, _ in found] == [0, *(e for _, e, _ in found)][:-1]
    middle = found[len(found) // 2][0]
    stream = io.BytesIO(data)
    stream.seek(middle)
    rest = list(Reader(stream))
    assert [(s, e, x.uuid if x else "") for s, e, x in rest] == [
        (s, e, x.uuid if x else "") for s, e, x in found[len(found) // 2 :]
    ]


@pytest.mark.parametrize("line", [b"{}", b' {"a": 1} \r\n', b'\0\0{"a":1}\0\n'])
def test_parse_line_takes_objects(line: bytes) -> None:
    assert isinstance(parse_line(line), dict)


@pytest.mark.parametrize("line", [b"", b"\n", b"[]", b"{", b"x{}", b"{}x"])
def test_parse_line_takes_nothing_else(line: bytes) -> None:
    assert parse_line(line) is None


# Outputs that the client keeps in files of their own.


def persisted(path: str, *, shown: bool = False) -> Session:
    session = Session()
    notice = f"<persisted-output>\nOutput too large. Full output saved to: {path}\n\nPreview:\nbegin"
    session.result("toolu_1", notice, **({} if shown else {"toolUseResult": {"persistedOutputPath": path}}))
    return session


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A session's folder beside its transcript, with one output in it."""
    outputs = tmp_path / "projects" / "p" / SESSION / "tool-results"
    outputs.mkdir(parents=True)
    (outputs / "toolu_1.txt").write_text("the WHOLE output\u2028 of it")
    return outputs.parent


@pytest.mark.parametrize("shown", [True, False], ids=["in the notice", "in the record"])
def test_a_persisted_output_is_read_whole(folder: Path, shown: bool) -> None:
    entry = one(persisted(str(folder / "tool-results" / "toolu_1.txt"), shown=shown), folder=str(folder))
    assert entry.parts[0].text == "the WHOLE output\u2028 of it"


def noticed(call: str, path: Path, result: Any) -> Session:
    """A result whose text is a notice, as the client writes it and as any page may print it."""
    session = Session()
    notice = f"<persisted-output>\nOutput too large. Full output saved to: {path}\n\nPreview:\nbegin"
    session.result(call, notice, **({} if result is None else {"toolUseResult": result}))
    return session


@pytest.mark.parametrize(
    "result",
    [{"stdout": "<persisted-output>"}, {"result": "a page", "code": 200}, [{"type": "text"}], "text", None],
)
def test_a_page_that_prints_a_notice_keeps_its_own_text(folder: Path, result: Any) -> None:
    session = noticed("toolu_9", folder / "tool-results" / "toolu_1.txt", result)
    entries, reader = read(session.data(), folder=str(folder))
    assert "begin" in entries[0].parts[0].text
    assert "WHOLE" not in entries[0].parts[0].text
    assert reader.lost_outputs == 0
    (folder.parent / "t.jsonl").write_bytes(session.data())
    assert outputs_named([str(folder.parent / "t.jsonl")]) == set()


@pytest.mark.parametrize("result", [{"type": "text"}, [{"type": "text"}], "text", None])
def test_a_notice_that_names_the_file_of_its_own_call_is_followed(folder: Path, result: Any) -> None:
    path = (folder / "tool-results" / "toolu_1.txt").rename(folder / "tool-results" / "toolu_9.txt")
    session = noticed("toolu_9", path, result)
    assert "WHOLE" in one(session, folder=str(folder)).parts[0].text
    (folder.parent / "t.jsonl").write_bytes(session.data())
    assert outputs_named([str(folder.parent / "t.jsonl")]) == {"toolu_9.txt"}


def test_a_notice_inside_an_output_names_nothing(folder: Path) -> None:
    """What stands below the notice's own line is the output's, even where the client's tag is before it."""
    session = Session()
    path = folder / "tool-results" / "toolu_1.txt"
    session.result("toolu_1", f"<persisted-output>\nA page of mine.\nFull output saved to: {path}\n\nbegin")
    assert "WHOLE" not in one(session, folder=str(folder)).parts[0].text


def test_a_persisted_output_is_found_where_the_transcript_was_moved_to(folder: Path) -> None:
    path = f"/old/home/.claude/projects/p/{SESSION}/tool-results/toolu_1.txt"
    assert "WHOLE" in one(persisted(path), folder=str(folder)).parts[0].text


def test_a_forks_persisted_output_is_found_in_the_first_sessions_folder(folder: Path) -> None:
    first = persisted(str(folder / "tool-results" / "toolu_1.txt"))
    (folder.parent / f"{SESSION}.jsonl").write_bytes(first.data())
    assert "WHOLE" in one(first, folder=str(folder.parent / "another-session")).parts[0].text


@pytest.mark.parametrize("shown", [True, False], ids=["in the notice", "in the record"])
@pytest.mark.parametrize("transcript", ["none", "without the record", "naming the record"])
def test_a_record_cannot_name_another_sessions_output(folder: Path, transcript: str, shown: bool) -> None:
    """What a page has printed may name any session; only a fork's records stand in that session too."""
    session = persisted(str(folder / "tool-results" / "toolu_1.txt"), shown=shown)
    other = Session()
    other.prompt(f"parentUuid {session.items[0]['uuid']}" if transcript == "naming the record" else "hello")
    other.items[0]["uuid"] = "0e0e0e0e-0000-4000-8000-000000000000"
    if transcript != "none":
        (folder.parent / f"{SESSION}.jsonl").write_bytes(other.data())
    entries, reader = read(session.data(), folder=str(folder.parent / "another-session"))
    assert "WHOLE" not in entries[0].parts[0].text
    assert "begin" in entries[0].parts[0].text
    assert reader.lost_outputs == 1


def test_a_lost_output_leaves_what_was_shown_and_is_counted(folder: Path) -> None:
    entries, reader = read(persisted(str(folder / "tool-results" / "gone.txt")).data(), folder=str(folder))
    assert "begin" in entries[0].parts[0].text
    assert reader.lost_outputs == 1


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "../../secret.txt", "{folder}/../../../secret.txt", "/a/../tool-results/../../../../secret.txt",
     "{folder}/tool-results/link.txt", "{folder}/tool-results/..", "{folder}/tool-results", "..\\..\\secret.txt", "\0",
     "a" * 5000, "../tool-results/secret.txt", "/x/../y/secret.txt", "{folder}/tool-results/pipe"],
)  # fmt: skip
@pytest.mark.parametrize("shown", [True, False], ids=["in the notice", "in the record"])
def test_a_hostile_path_is_not_followed(folder: Path, path: str, shown: bool) -> None:
    for place in (folder, folder.parent, folder.parent.parent, folder.parent.parent.parent):
        (place / "secret.txt").write_text("SECRET")
    (folder / "tool-results" / "link.txt").symlink_to(folder / "secret.txt")
    os.mkfifo(folder / "tool-results" / "pipe")
    entries, _ = read(persisted(path.format(folder=folder), shown=shown).data(), folder=str(folder))
    assert "SECRET" not in entries[0].parts[0].text
    assert "root:" not in entries[0].parts[0].text
    assert "begin" in entries[0].parts[0].text


@pytest.mark.parametrize("value", [5, [], {}, None, True])
def test_a_path_of_another_type_is_ignored(folder: Path, value: Any) -> None:
    session = Session()
    session.result("t", "shown", toolUseResult={"persistedOutputPath": value})
    assert one(session, folder=str(folder)).parts[0].text == "shown"


# Real data.

DATA = Path(os.environ.get("RLM_TRANSCRIPTS") or ROOT.parent / "shared" / "data" / "transcripts")
OLD = sorted(DATA.glob("*.jsonl")) if DATA.is_dir() else []


@pytest.mark.skipif(not OLD, reason="no old transcripts here; RLM_TRANSCRIPTS names their directory")
@pytest.mark.parametrize("path", OLD, ids=lambda p: p.stem)
def test_transcripts_of_old_clients_are_read_without_loss(path: Path) -> None:
    lines = path.read_bytes().split(b"\n")
    records = [json.loads(line) for line in lines if line.strip()]
    with path.open("rb") as f:
        reader = Reader(f)
        entries = {e.uuid: e for _, _, e in reader if e is not None}
    assert reader.unreadable == 0
    kept = {r["uuid"]: r for r in records if r.get("type") in ("user", "assistant") and r["message"].get("content")}
    assert kept.keys() <= entries.keys()
    for uuid, record in kept.items():
        content = record["message"]["content"]
        mine = [e for e in entries.values() if e.uuid.partition(".")[0] == uuid]
        found = "\n".join(p.text for e in mine for p in e.parts)
        for block in [{"text": content}] if isinstance(content, str) else content:
            said = block.get("text", "")
            assert said in found or said.startswith("<command-name>")
            assert block.get("thinking", "") in found


def test_one_of_everything_is_read_in_order() -> None:
    session = rich()
    entries, reader = read(session.data())
    assert [e.uuid for e in entries] == session.uuids()
    assert reader.titles.best == (3, "Screenshots")
    assert not any("NOISE" in t for t in texts(entries))


def test_an_images_bytes_are_those_that_were_encoded() -> None:
    raw = bytes(range(256))
    wrapped = base64.encodebytes(raw).decode()  # with line ends, as some servers send it
    block = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": wrapped}}
    assert user([block]).parts[0].data == raw


def test_a_sub_agents_words_in_a_progress_record_are_kept_unless_it_has_a_transcript() -> None:
    """Old clients copied them into the main transcript."""
    session = Session()
    message = {
        "type": "assistant",
        "message": {"role": "assistant", "content": [{"type": "text", "text": "it was line 7"}]},
    }
    session.record("progress", data={"type": "agent_progress", "agentId": "a1", "message": message})
    session.record("progress", data={"type": "hook_progress", "hookEvent": "Stop", "command": "run the tests now"})
    (entry,), _ = read(session.data())
    assert entry.role == "system"
    assert "it was line 7" in entry.parts[0].text
    assert read(session.data(), agents=lambda: {"a1"})[0] == []
    assert len(read(session.data(), agents=lambda: {"a2"})[0]) == 1
