"""What is archived comes back as a transcript: each block as it was, pairs and chain right, nothing archived twice."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kits.builders import SESSION, Session, archive, config, image_block, png, rich
from kits.linear import assert_linear

from rlm_core.archive.store import Archive
from rlm_core.archive.take import take, take_all
from rlm_core.chunks.entries import ArchivedEntry
from rlm_core.cli import main
from rlm_core.errors import RlmError
from rlm_core.home import config_dir
from rlm_core.revive.given import given as given_of
from rlm_core.revive.pieces import pieces
from rlm_core.revive.revival import client_folder, revive
from rlm_core.transcript.calls import call
from rlm_core.transcript.source import Source

KEY = "sk-ant-api03-" + "Qw7" * 20
FORK = "f0cf0cf0-0000-4000-8000-000000000001"


def kept(tmp_path: Path, session: Session, settings: Any = None) -> Archive:
    session.cwd = str(tmp_path)
    made = archive(tmp_path, settings)
    take(made, session.write(tmp_path / f"{session.session}.jsonl"))
    return made


def records(path: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(path).read_text("utf-8").splitlines()]


def contents(path: str) -> list[dict[str, Any]]:
    found = [r["message"]["content"] for r in records(path) if "message" in r]
    return [b for c in found for b in (c if isinstance(c, list) else [{"type": "text", "text": c}])]


def assert_chain(path: str, *, titled: bool = True) -> None:
    """Each record hangs on the one before it, but behind a compaction; each call is answered next, and once."""
    before, waiting = None, []
    told = records(path)[:-1] if titled else records(path)
    for r in told:
        boundary = r.get("subtype") == "compact_boundary"
        assert r["parentUuid"] == (None if boundary else before)
        before = r["uuid"]
        blocks = r.get("message", {}).get("content", [])
        blocks = blocks if isinstance(blocks, list) else []
        waiting += [b["id"] for b in blocks if b["type"] == "tool_use"]
        for b in blocks:
            if b["type"] == "tool_result":
                waiting.remove(b["tool_use_id"])
        assert not waiting or r["type"] == "assistant" or any(b["type"] == "tool_result" for b in blocks)
    assert waiting == []
    assert len({r["uuid"] for r in told}) == len(told)


def test_one_of_everything_comes_back_and_is_archived_once(tmp_path: Path) -> None:
    made = kept(tmp_path, rich())
    done = revive(made, str(tmp_path), SESSION)
    assert done.path.startswith(os.path.join(config_dir(), "projects", client_folder(os.path.realpath(tmp_path))))
    assert os.stat(done.path).st_mode & 0o777 == 0o600
    assert_chain(done.path)
    blocks = contents(done.path)
    assert [b["input"] for b in blocks if b["type"] == "tool_use"][3:5] == [
        {"file_path": "/home/jo/app/shot.png"},
        {"file_path": "/home/jo/app/src/main.py", "content": "import os\nprint('x')\n"},
    ]
    pictures = [b for b in blocks if b["type"] == "image"]
    pictures += [b for r in blocks if r["type"] == "tool_result" for b in r["content"] if b["type"] == "image"]
    assert image_block(png(3)) in pictures
    assert image_block(png(5)) in pictures
    texts = [b["text"] for b in blocks if b["type"] == "text"]
    assert "Also fine: café, naïve, 東京, \u2028 and 😀." in texts
    (cut,) = [b for b in blocks if "characters left out" in json.dumps(b)]
    (whole,) = {w for w in cut["content"][0]["text"].split() if "/blobs/" in w}
    assert Path(whole).read_text() == "line of output\n" * 4000
    assert done.left == {"thoughts, whose signatures are not archived": 2}
    again = take(made, Source(done.path))
    assert again.entries == 1  # the note that it was revived
    assert main(["verify", done.path, "--project", str(tmp_path)]) == 0
    second = revive(made, str(tmp_path), done.session)  # by its archived note it is known whence it came
    assert second.entries == done.entries
    assert_chain(second.path)


def test_calls_without_results_and_results_without_calls_leave_no_orphan(tmp_path: Path) -> None:
    s = Session()
    s.prompt("go")
    s.result("toolu_gone", "a result whose call nobody has")
    first, second = s.calls("Bash", command="one"), s.calls("Bash", command="two")
    s.says("meanwhile")
    s.result(second, "late")
    s.prompt("next")
    s.result(first, "later still")
    s.calls("Bash", command="never answered")
    made = kept(tmp_path, s)
    done = revive(made, str(tmp_path), SESSION)
    assert_chain(done.path)
    said = json.dumps(contents(done.path))
    for wanted in ("a result whose call nobody has", "late", "later still", "never answered", "no result of this call"):
        assert said.count(wanted) >= 1


def test_secrets_stay_out_and_what_was_forgotten_too(tmp_path: Path) -> None:
    s = Session()
    s.prompt(f"the key is {KEY} and pw: password=ab1")
    s.says("Noted.")
    s.prompt("the tapir is secret")
    s.says("Understood.")
    made = kept(tmp_path, s)
    assert main(["forget", "--match", "tapir", "--yes", "--project", str(tmp_path)]) == 0
    done = revive(made, str(tmp_path), SESSION)
    data = Path(done.path).read_text()
    assert (KEY in data, "tapir" in data, "Understood." in data) == (False, False, True)
    assert take(made, Source(done.path)).entries == 1
    assert not any(b"tapir" in p.read_bytes() for p in tmp_path.rglob("*.md"))


def test_a_short_secret_does_not_make_the_revived_entry_a_richer_copy(tmp_path: Path) -> None:
    s = Session()
    s.prompt("set it")
    s.says("ok")
    s.prompt("zz zz zz")
    made = kept(tmp_path, s, config(120, 240, extra={"short": "zz"}))
    done = revive(made, str(tmp_path), SESSION)
    assert {"type": "text", "text": "… … …"} in contents(done.path)
    assert take(made, Source(done.path)).entries == 1


@pytest.mark.parametrize("mend", [True, False])
def test_a_compaction_counts_when_its_summary_is_there(tmp_path: Path, mend: bool) -> None:
    s = Session()
    s.prompt("first")
    s.says("done")
    s.compaction("The summary.")
    if not mend:
        s.items.pop()  # half compacted: the client died before it wrote the summary
    s.prompt("second")
    s.says("done too")
    done = revive(kept(tmp_path, s), str(tmp_path), SESSION)
    assert_chain(done.path)
    assert [r["type"] for r in records(done.path)].count("system") == mend
    assert done.left == ({} if mend else {"compactions without a summary": 1})


def test_until_ends_it_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    s = Session()
    for word in ("ash", "box", "elm"):
        s.prompt(f"{word} asked")
        s.tool("Bash", f"{word} printed", command=word)
        s.says(f"{word} said")
    made = kept(tmp_path, s)
    at = next(
        (m["chunk"], line)
        for m in made.metas()
        for line, t in enumerate(Path(m["path"]).read_text().split("\n"), 1)
        if t == "box said"
    )
    common = ["--project", str(tmp_path), "--json"]
    assert main(["revive", SESSION[:8], "--until", f"{at[0]}:{at[1]}", "--dry-run", *common]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert not os.path.exists(shown["path"])
    assert main(["revive", SESSION[:8], *common]) == 1  # nobody has agreed
    capsys.readouterr()
    assert main(["revive", SESSION[:8], "--until", f"{at[0]}:{at[1]}", "--yes", *common]) == 0
    data = Path(json.loads(capsys.readouterr().out)["path"]).read_text()
    assert ("box said" in data, "elm" in data) == (True, False)
    with pytest.raises(RlmError, match="no session"):
        revive(made, str(tmp_path), "nobody")


def test_what_is_no_id_and_no_citation_names_no_session(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its words would fit what was said in others."""
    s = Session()
    s.prompt("passwd and x were asked about")
    s.says("etc")
    kept(tmp_path, s)
    for name in ("../../../x", "/etc/passwd", "passwd and x", "passwd"):
        assert main(["revive", name, "--dry-run", "--project", str(tmp_path)]) == 1
        assert capsys.readouterr().err == (f"rlm: there is no session {name}; `rlm list --everywhere` shows them all\n")


def test_sub_agents_come_back_beside_it_as_far_as_they_had_begun(tmp_path: Path) -> None:
    s = Session(cwd=str(tmp_path))
    s.prompt("ash asked")
    s.result(s.calls("Agent", "toolu_0000aBcD", description="Find it", prompt="Look"), "found\nagentId: a1b2c3d4")
    s.says("ash said")
    s.prompt("elm asked")
    s.says("elm said")
    source = s.write(tmp_path / f"{SESSION}.jsonl")
    home = tmp_path / SESSION / "subagents"
    for name, second in (("a1b2c3d4", 2), ("e5f6a7b8", 3_000)):
        agent = Session(agent=name, seed=name, cwd=str(tmp_path))
        agent.second = second
        agent.prompt(f"look for {KEY}, {name}")
        agent.tool("Bash", "two", command="echo two")
        agent.says(f"{name} found")
        agent.write(home / f"agent-{name}.jsonl")
    note = {"agentType": "Explore", "description": "Find it", "toolUseId": "toolu_0000aBcD", "finished": True}
    (home / "agent-a1b2c3d4.meta.json").write_text(json.dumps(note))
    made = archive(tmp_path)
    take_all(made, source)
    at = next(f"{m['chunk']}:{m['lines'][-1]}" for m in made.metas() if not m.get("agent"))
    first = revive(made, str(tmp_path), SESSION, at)
    below = Path(first.path).with_suffix("") / "subagents"
    assert sorted(p.name for p in below.iterdir()) == ["agent-a1b2c3d4.jsonl", "agent-a1b2c3d4.meta.json"]
    both = revive(made, str(tmp_path), SESSION)
    assert (first.agents, both.agents) == (1, 2)
    path = str(below / "agent-a1b2c3d4.jsonl")
    assert_chain(path, titled=False)
    told = records(path)
    assert {(r["isSidechain"], r["agentId"], r["sessionId"]) for r in told} == {(True, "a1b2c3d4", first.session)}
    assert KEY not in Path(path).read_text()
    (call,) = [b["id"] for b in contents(first.path) if b["type"] == "tool_use"]
    kept_note = json.loads((below / "agent-a1b2c3d4.meta.json").read_text())
    assert kept_note == {"agentType": "Explore", "description": "Find it", "toolUseId": call}
    reports = take_all(made, Source(first.path))
    assert [r.entries for r in reports[:2]] == [1, 0]  # our note, and nothing of the agent's


def test_a_fork_comes_back_with_what_it_shares(tmp_path: Path) -> None:
    s = Session()
    s.prompt("ash asked")
    s.says("ash said")
    shared = list(s.items)
    s.prompt("elm asked")  # the first session went on
    made = kept(tmp_path, s)
    fork = Session(FORK, cwd=str(tmp_path), seed="fork")
    fork.items = [{**r, "sessionId": FORK} for r in shared if isinstance(r, dict)]
    fork.second = 100
    fork.prompt("yew asked")
    take(made, fork.write(tmp_path / f"{FORK}.jsonl"))
    data = Path(revive(made, str(tmp_path), FORK).path).read_text()
    assert ["ash said" in data, "yew asked" in data, "elm asked" in data] == [True, True, False]


WORDS = st.text("ab:\n -+@$`*#é{}[]1", max_size=30)
NAMES = st.sampled_from(["command", "content", "path", "x", "offset", "old_string", "new_string", "edits"])
VALUES = st.one_of(WORDS, st.integers(), st.booleans(), st.lists(WORDS, max_size=2))


@given(st.sampled_from(["Bash", "Edit", "Write", "mcp__x"]), st.dictionaries(NAMES, VALUES, min_size=1, max_size=4))
@settings(max_examples=300, derandomize=True)
def test_arguments_read_back_are_no_richer_than_those_archived(tool: str, arguments: dict[str, Any]) -> None:
    if tool == "Edit":  # it always has both
        arguments = {"old_string": "", "new_string": "", **arguments}
    if tool in ("Edit", "Bash"):  # what stands before a diff or a command has one line
        long = ("old_string", "new_string", "command" if tool == "Bash" else "")
        arguments = {
            k: v if k in long or not isinstance(v, str) else v.replace("\n", " ") for k, v in arguments.items()
        }
    shown = call({"type": "tool_use", "name": tool, "input": arguments})
    back = call({"type": "tool_use", "name": tool, "input": given_of(tool, shown.text)})
    assert back.size <= shown.size


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("Bash", {"description": "Run it: now", "timeout": 5000, "command": "cat <<E\n$ x\nkey: value\nE"}),
        ("Edit", {"file_path": "/a.py", "old_string": "a\n\n+b", "new_string": "a\n\n-c\n"}),
        ("MultiEdit", {"file_path": "/a", "edits": [{"old_string": "1", "new_string": "2"}] * 2}),
        ("NotebookEdit", {"notebook_path": "/n", "new_source": "x = 1\ny"}),
        ("Write", {"file_path": "/w.yml", "content": "name: x\nsteps:\n  - run: y\n"}),
        ("TodoWrite", {"todos": [{"content": "c", "status": "pending"}]}),
        ("Read", {"file_path": "/42", "offset": 10, "limit": 5}),
    ],
)
def test_the_clients_own_calls_are_read_back_as_they_were(tool: str, arguments: dict[str, Any]) -> None:
    assert given_of(tool, call({"type": "tool_use", "name": tool, "input": arguments}).text) == arguments


PARTS = [
    "**Bash #abcd**\n\n```\n",
    "**thinking**\n\n",
    "```\n",
    "a:\n",
    "x: 1\n",
    "[… 1 left out; the whole text: blobs/",
]


@pytest.mark.parametrize("part", PARTS)
def test_reading_back_takes_time_that_grows_with_the_text(part: str) -> None:
    def prepare(size: int) -> Callable[[], object]:
        text = part * (size // len(part))
        one = ArchivedEntry(f"## assistant · 2026-11-22 10:00:00 · turn 1 · 0001\n\n{text}")
        return lambda: (pieces(one), given_of("X", text))

    assert_linear(prepare, 100_000)
