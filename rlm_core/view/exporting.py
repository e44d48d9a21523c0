"""One file to send: a session, what is cited, or an answer; redacted again by today's rules, pictures aside.

The file stands alone. Markdown has no HTML and no pictures that the reader's program would fetch. Only a page needs the
packages of the extra `view`.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rlm_core.archive.maps import title_of
from rlm_core.archive.store import chunk_names
from rlm_core.chunks.altered import is_forgotten
from rlm_core.chunks.chunkfile import load
from rlm_core.chunks.entries import ArchivedEntry, entries_of
from rlm_core.config import redactor
from rlm_core.disk import is_dir, names, read
from rlm_core.errors import RlmError, worded
from rlm_core.language.notices import in_french
from rlm_core.redaction.clean import EMPTY, dumps, fields, literal
from rlm_core.search.citations import resolve
from rlm_core.transcript.folder import is_at_work
from rlm_core.view.fences import inert, unfenced

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from rlm_core.archive.store import Archive
    from rlm_core.chunks.chunkfile import ChunkFile
    from rlm_core.redaction.clean import CleanBytes, CleanText
    from rlm_core.redaction.redactor import Redactor

FORMS = ("html", "md", "jsonl")
_WHO = {
    "user": (literal("You"), literal("Vous")),
    "assistant": (literal("Claude"), literal("Claude")),
    "summary": (literal("Summary"), literal("Résumé")),
    "task": (literal("Task"), literal("Tâche")),
    "document": (literal("Document"), literal("Document")),
    "tool": (literal("Tool output"), literal("Sortie d'outil")),
    "system": (literal("System"), literal("Système")),
}
_CHECKED = (literal("checked"), literal("vérifié")), (literal("not confirmed"), literal("non confirmé"))
"""The fixed words of Markdown, in English and French."""
_CITED = re.compile(r"(?:r[12]-[0-9a-f]{6,12}|\d{4,}-[0-9a-f]{8}(?:\.md)?|.+[/#]\d{1,6})(?::\d+)?")


@dataclass
class Exported:
    """data: the file's bytes. entries: how many are in it. pictures: in which no secret can be found."""

    data: CleanBytes
    entries: int
    pictures: int


@dataclass
class _Picked:
    """What was named: chunk files, and of one chunk the turn in question, -1 for all. folder: of a whole session."""

    title: str
    paths: list[str]
    folder: str = ""
    turn: int = -1


def export(archive: Archive, what: str, form: str, *, prompts: bool = False) -> Exported:
    """A session (its id or the beginning of it) or what a citation names, as html, md or jsonl.

    prompts: only what the user asked for. Raises RlmError when nothing, or more than one session, is named so.
    """
    return _Export(archive, form, prompts=prompts).run(_picked(archive, what))


def _picked(archive: Archive, what: str) -> _Picked:
    if not what:
        raise RlmError("name a session, a citation or an answer: `rlm list` shows the sessions")
    if not _CITED.fullmatch(what):
        found = [f for f in archive.folders() if _is_of(archive, f, what)]
        if len(found) > 1:
            raise RlmError(
                worded(
                    "{what} fits {n} {n:|session|sessions}; give more of the id (`rlm list`)", what=what, n=len(found)
                )
            )
        if found:
            return _Picked(title_of(found[0]), _chunks(found[0]), found[0])
    cited = resolve(archive, what)
    picked = _Picked(str(cited.meta["title"]), [str(cited.meta["path"])])
    if cited.line:
        chunk = load(read(picked.paths[0]) or b"")
        if cited.line > chunk.height:
            raise RlmError(
                worded("{what}: the chunk has {height} {height:|line|lines}", what=what, height=chunk.height)
            )
        before = [e for e in entries_of(chunk) if e.line <= cited.line]
        picked.turn = before[-1].turn if before else -1
    return picked


def _is_of(archive: Archive, folder: str, what: str) -> bool:
    name = os.path.basename(folder)
    if os.path.basename(os.path.dirname(folder)) == "agents":
        return False
    return name == what or name.partition("_")[2].startswith(what) or archive.session_of(name).startswith(what)


def _chunks(folder: str) -> list[str]:
    return [os.path.join(folder, name) for name in chunk_names(folder)]


class _Export:
    def __init__(self, archive: Archive, form: str, *, prompts: bool) -> None:
        self._archive = archive
        self._form = form
        self._prompts = prompts
        self._redact: Redactor = redactor(archive.config)
        self._counted: Counter[str] = Counter()

    def run(self, picked: _Picked) -> Exported:
        """The file that was asked for. Raises RlmError when no entry is left for it."""
        data = self._page(picked) if self._form == "html" else self._text(picked)
        if not self._counted["entries"]:
            raise RlmError("nothing is left to export: no prompt, or no readable chunk, is among what was named")
        return Exported(data, self._counted["entries"], self._counted["pictures"])

    def _entries(self, chunk: ChunkFile, turn: int = -1) -> list[ArchivedEntry]:
        """A chunk's entries, redacted again; only the prompts where these are asked for."""
        made = []
        for one in entries_of(chunk):
            if (turn >= 0 and one.turn != turn) or is_forgotten(one.whole) or (self._prompts and one.kind != "user"):
                continue
            made.append(ArchivedEntry(self._redact(one.whole), uuid=one.uuid, line=one.line))
        self._counted["entries"] += len(made)
        return made

    def _page(self, picked: _Picked) -> CleanBytes:
        from rlm_core.view.exportedpage import PageExport

        made = PageExport(self._archive, self._redact, lambda chunk: self._entries(chunk, picked.turn))
        data = made.page(picked.title, picked.paths, "" if self._prompts else picked.folder)
        self._counted["pictures"] += made.pictures
        return data

    # Text.

    def _text(self, picked: _Picked) -> CleanBytes:
        pieces: list[CleanText] = []
        title = self._redact(picked.title)
        if self._form == "md":
            pieces.append(literal("# {}\n\n").format(inert(title)))
        for path in [*picked.paths, *self._of_agents(picked)]:
            if (chunk := self._archive.chunk(path)) is not None:
                pieces += map(self._line, self._entries(chunk, picked.turn), [chunk] * len(chunk.meta["lines"]))
        return EMPTY.join(pieces).encode("utf-8", "replace")

    def _of_agents(self, picked: _Picked) -> Iterator[str]:
        top = os.path.join(picked.folder, "agents")
        if picked.folder and not self._prompts and is_dir(top):
            for name in filter(is_at_work, names(top)):
                yield from _chunks(os.path.join(top, name))

    def _line(self, one: ArchivedEntry, chunk: ChunkFile) -> CleanText:
        at, what = self._redact(f"{chunk.meta['chunk']}:{one.line}"), self._redact(one.what)
        time, text = self._redact(one.iso_time), self._redact(one.text)
        if self._form == "jsonl":
            role = self._redact(one.role)
            line = fields(citation=at, role=role, what=what, time=time, turn=one.turn, text=text)
            return dumps(line) + literal("\n")
        if self._prompts:
            quoted = literal("> ") + inert(text).replace("\n", literal("\n> "))
            return literal("{}\n\n").format(quoted)
        who = _WHO.get(one.role, _WHO["system"])[in_french()]
        head = literal(" · ").join([p for p in (who, inert(what), time[:16].replace("T", literal(" ")), at) if p])
        fenced = unfenced(text) != ("", text)  # by us: longer than any run of backticks inside
        return literal("## {}\n\n{}\n\n").format(head, text if fenced else inert(text))


# An answer.


def export_answer(archive: Archive, data: bytes, form: str) -> Exported:
    """What `rlm ask --json` printed, as html, md or jsonl (a line a finding). Raises RlmError for anything else."""
    try:
        told = json.loads(data)
        answer, findings = told["answer"], [f for f in told["findings"] if isinstance(f, dict)]
    except (ValueError, KeyError, TypeError, RecursionError) as e:
        raise RlmError("that is no answer: give what `rlm ask --json` printed") from e
    redact = redactor(archive.config)
    names_of = ("claim", "quote", "chunk", "line")
    rows = [{k: redact(str(f.get(k, ""))) for k in names_of} | {"verified": f.get("verified")} for f in findings]
    if form == "jsonl":
        return Exported(EMPTY.join([dumps(_finding(r)) + literal("\n") for r in rows]).encode(), len(rows), 0)
    text = literal("\n\n").join([redact(str(answer or "")), *(_quoted(r) for r in rows)])
    if form == "md":
        return Exported((inert(text) + literal("\n")).encode("utf-8", "replace"), len(rows), 0)
    from rlm_core.view.exportedpage import answer_page

    return Exported(answer_page(redact(str(told.get("question", ""))), text), len(rows), 0)


def _finding(row: dict[str, Any]) -> dict[CleanText, Any]:
    return fields(claim=row["claim"], quote=row["quote"], citation=_place(row), verified=bool(row["verified"]))


def _place(row: dict[str, Any]) -> CleanText:
    chunk: CleanText = row["chunk"]
    line: CleanText = row["line"]
    return chunk + literal(":") + line if line.isdigit() else chunk


def _quoted(row: dict[str, Any]) -> CleanText:
    checked = _CHECKED[not row["verified"]][in_french()]
    quoted: CleanText = row["quote"]
    quote = quoted.replace("\n", literal("\n  > "))
    made: CleanText = literal("- {} ({}, {})\n\n  > {}").format(row["claim"], _place(row), checked, quote)
    return made
