"""Whatever form a citation takes, and however the chunk has grown since, the place is found."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from kits.builders import SESSION, Session, archive, talk

from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.errors import RlmError
from rlm_core.search.citations import resolve


@pytest.fixture
def kept(tmp_path: Path) -> Archive:
    made = archive(tmp_path)
    for name in (SESSION, "99999999-second"):
        take(made, talk(Session(name, seed=name), 6).write(tmp_path / f"{name}.jsonl"))
    return made


def forms(meta: dict[str, object]) -> list[str]:
    path, chunk = str(meta["path"]), str(meta["chunk"])
    folder = os.path.basename(os.path.dirname(path))
    return [
        chunk, chunk[3:], chunk[3:9], chunk[:10], f"[{chunk}]", f"`{chunk}`", f" {chunk} ", path,
        os.path.basename(path),
        os.path.basename(path)[:-3], f"sessions/{folder}/{os.path.basename(path)}", f"{folder}/{meta['number']}",
        f"{meta['session']}/{meta['number']}", f"{str(meta['session'])[:8]}#{meta['number']}",
        f"{str(meta['session'])[:8]}/{meta['number']:04d}",
    ]  # fmt: skip


@pytest.mark.parametrize("form", range(15))
@pytest.mark.parametrize("line", [0, 1, 33])
def test_every_form_of_a_citation_finds_its_chunk(kept: Archive, form: int, line: int) -> None:
    metas = list(kept.metas())
    for meta in (metas[0], metas[len(metas) // 2], metas[-1]):
        cited = forms(meta)[form]
        cited = f"{cited.strip()}:{line}" if line and not cited.endswith(("]", "`")) else cited
        ref = resolve(kept, cited)
        assert (ref.path, ref.meta["chunk"], ref.moved) == (meta["path"], meta["chunk"], False)
        assert ref.line == (line if ":" in cited else 0)


@pytest.mark.parametrize(
    "cited",
    ["", ":", ":5", "r1-", "r1-000000000000", "ffffff", "abc", "0001-ffffffff", "nobody/1", f"{SESSION}/9999",
     "../../etc/passwd", "/etc/passwd", "[", "x" * 5000, "é", "\0", "r1-zzzz", "*", "0001-*"],
)  # fmt: skip
def test_what_fits_nothing_is_refused_with_a_way_on(kept: Archive, cited: str) -> None:
    with pytest.raises(RlmError, match=r"`rlm list`"):
        resolve(kept, cited)


def test_a_number_of_two_sessions_is_refused_with_both(tmp_path: Path) -> None:
    kept = archive(tmp_path)
    for name in ("1f758c24-a", "1f758c24-b"):
        take(kept, talk(Session(name), 1).write(tmp_path / f"{name}.jsonl"))
    with pytest.raises(RlmError, match="fits 2 chunks"):
        resolve(kept, "1f758c24-/1")
    assert resolve(kept, "1f758c24-b/1").meta["session"] == "1f758c24-b"


def test_a_provisional_chunk_cited_by_its_old_hash_is_found_after_it_grew(tmp_path: Path) -> None:
    kept, session, path = archive(tmp_path), talk(Session(), 5), tmp_path / f"{SESSION}.jsonl"
    session.prompt("a question that stays open")
    take(kept, session.write(path))
    old = list(kept.metas())[-1]
    assert old["provisional"]
    session.says("and grows")
    take(kept, session.write(path))
    now = next(m for m in kept.metas() if m["number"] == old["number"])
    assert now["chunk"] != old["chunk"]
    for cited in (Path(old["path"]).name, Path(old["path"]).stem, f"{Path(old['path']).stem}:12"):
        ref = resolve(kept, cited)
        assert (ref.path, ref.moved) == (now["path"], True)


def test_an_old_hash_is_not_taken_for_another_sessions_chunk(tmp_path: Path) -> None:
    kept = archive(tmp_path)
    for name in (SESSION, "99999999-second"):
        session = Session(name, seed=name)
        session.prompt("hello")
        take(kept, session.write(tmp_path / f"{name}.jsonl"))
    with pytest.raises(RlmError):
        resolve(kept, "0001-00000000")


def test_sub_agents_chunks_are_found_by_id_and_path(tmp_path: Path) -> None:
    kept = archive(tmp_path)
    source = talk(Session(), 2).write(tmp_path / f"{SESSION}.jsonl")
    agent = talk(Session(agent="a1", seed="a"), 2).write(tmp_path / SESSION / "subagents" / "agent-a1.jsonl")
    take(kept, source)
    take(kept, agent)
    meta = next(m for m in kept.metas() if m.get("agent"))
    assert resolve(kept, meta["chunk"]).path == meta["path"]
    assert resolve(kept, meta["path"]).path == meta["path"]
    assert resolve(kept, f"{SESSION}/1").meta.get("agent") is None


def test_an_oversize_output_is_cited_beside_its_chunk(tmp_path: Path) -> None:
    session = talk(Session(), 2)
    session.tool("Bash", "".join(f"line {n} of a long output\n" for n in range(4000)), command="make")
    kept = archive(tmp_path)
    take(kept, session.write(tmp_path / f"{SESSION}.jsonl"))
    (meta,) = [m for m in kept.metas() if os.path.isdir(os.path.join(os.path.dirname(m["path"]), "blobs"))][-1:]
    folder = os.path.join(os.path.dirname(meta["path"]), "blobs")
    (name,) = os.listdir(folder)
    ref = resolve(kept, f"{meta['chunk']}/blobs/{name}:12")
    assert (ref.path, ref.line, ref.meta["chunk"]) == (os.path.join(folder, name), 12, meta["chunk"])
    with pytest.raises(RlmError, match="missing"):
        resolve(kept, f"{meta['chunk']}/blobs/../{os.path.basename(meta['path'])}")


def test_a_project_may_lie_in_a_directory_that_is_called_blobs(tmp_path: Path) -> None:
    (tmp_path / "blobs" / "project").mkdir(parents=True)
    kept = archive(tmp_path / "blobs" / "project")
    take(kept, talk(Session(), 3).write(tmp_path / f"{SESSION}.jsonl"))
    path = str(next(iter(kept.metas()))["path"])
    assert resolve(kept, f"{path}:3").path == path
