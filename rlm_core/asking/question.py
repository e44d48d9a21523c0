"""A question made ready: its texts read, its run planned; then asked, under the day's cap, and written down."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from rlm_core.archive.store import Archive, open_archive
from rlm_core.asking.accounts import Accounts, funded, receipt
from rlm_core.asking.corpus.build import Corpus, from_archive, from_paths, from_texts
from rlm_core.asking.counting import TokenCount, counted, counted_by
from rlm_core.asking.leaves import make_leaf
from rlm_core.asking.ledger.grants import own_folder, user_ledger
from rlm_core.asking.memory.journal import Remembered, run_id
from rlm_core.asking.native import write_order
from rlm_core.asking.retrieval import over_archive, over_texts
from rlm_core.asking.settings import AskSettings, checked_question
from rlm_core.asking.tables.rowfile import CSV, RowFile, as_text
from rlm_core.config import Config, redactor
from rlm_core.engine.answer.result import Result
from rlm_core.engine.operations import Engine
from rlm_core.engine.options import RunOptions
from rlm_core.engine.route import RunPlan
from rlm_core.engine.rows.fields import fields_of
from rlm_core.engine.rows.rowrun import RowRun, RowsResult
from rlm_core.engine.run import Run
from rlm_core.engine.task import Rank
from rlm_core.engine.texts import Document
from rlm_core.errors import RlmError, UsageError, worded
from rlm_core.llm.base import Leaf

if TYPE_CHECKING:
    from rlm_core.redaction.clean import CleanJson, CleanText

ENDED = ("", "calls", "tokens", "usd", "seconds")  # ends of a run after which the same command starts anew
Texts = Sequence["str | tuple[str, str] | Document"] | Mapping[str, str]


class Question:
    """A question over its texts. `plan` costs nothing, `go` asks.

    corpus: the texts, and what is not among them. Raises RlmError when there is nothing to read.
    """

    def __init__(
        self, question: str, settings: AskSettings, *, project: str, texts: Texts = (), leaf: Leaf | None = None
    ) -> None:
        """texts: in place of the archive and of `settings.over`. leaf: in place of the one that the settings name."""
        checked = checked_question(question)
        self.settings, self.project = settings, project
        self.archive = open_archive(project, must_exist=not texts and not settings.over)
        self._redact = redactor(self.config)
        # Nobody is asked about a secret: the texts do not hold it either, and what is asked is written down.
        self.text = self._redact(checked)
        self.corpus = self._corpus(texts)
        self._memory = Remembered(_folder(self.archive), self._clean, fresh=settings.fresh)
        self._has_own_texts, self._has_own_leaf = bool(texts), leaf is not None
        options = settings.options(self.config)
        self.leaf, factor = (leaf, 1.0) if leaf else make_leaf(self.leaf_name, options.prices, self._memory.folder)
        engine = Engine(self.leaf, options, memory=self._memory, price_factor=factor)
        self.run = self._run(engine, texts)

    @property
    def config(self) -> Config:
        """The project's settings."""
        return self.archive.config

    @property
    def options(self) -> RunOptions:
        """The engine's."""
        return self.run.engine.options

    @property
    def leaf_name(self) -> str:
        return self.settings.leaf_name(self.config)

    def _corpus(self, texts: Texts) -> Corpus:
        redact, blobs, root = self._redact, self.settings.blobs, self.archive.root
        if texts:
            return from_texts(texts, redact)
        if self.settings.over:
            return from_paths(self.settings.over, base=self.project, keep_out=root, redact=redact, blobs=blobs)
        corpus = from_archive(self.archive, self.settings.filters, blobs=blobs)
        if not corpus.documents:
            raise RlmError(
                worded(
                    "no chunk in {root} fits; `rlm list` shows the sessions, `rlm archive --all` archives those "
                    "that Claude Code still has, --over asks over files",
                    root=root,
                )
            )
        return corpus

    def _run(self, engine: Engine, texts: Texts) -> Run | RowRun:
        documents, rank = self.corpus.documents, self._rank(texts)
        if self.settings.fields:
            return RowRun(self.text, fields_of(self._redact(self.settings.fields)), documents, engine, rank=rank)
        named = bool(texts or self.settings.over)
        return Run(self.text, documents, engine, rank=rank, kind=self.settings.kind, named=named)

    def write_rows(self, result: RowsResult, file: RowFile) -> None:
        """Write a table to its file. Raises RlmError when that cannot be."""
        file.write(result, self._redact)

    def rows_as_text(self, result: RowsResult) -> str:
        """A table as CSV."""
        return as_text(CSV, result, self._redact)

    def _rank(self, texts: Texts) -> Rank:
        documents = self.corpus.documents
        if texts or self.settings.over:
            return over_texts(documents)
        return over_archive(self.archive, documents, self.settings.filters)

    def plan(self) -> RunPlan:
        """The route and its price."""
        with self._memory.open():
            return self.run.plan()

    def counted(self) -> TokenCount:
        """The tokens of the texts, offline."""
        return counted((d.text for d in self.corpus.documents), self.plan().tokens)

    async def counted_by_leaf(self) -> TokenCount:
        """The same by the API's own count where the leaf has one, which the texts reach for it; no model reads them."""
        tokens, run = self.plan().tokens, self.run
        try:
            told = await counted_by(self.leaf, run.progress.parts, run.mapper.call, tokens)
        finally:
            if not self._has_own_leaf:
                await self.leaf.close()
        return told or self.counted()

    async def go(self) -> Result:
        """Ask. Raises RlmError when nothing could be asked: no login, no key, a pause, the day's cap."""
        self.leaf.check()
        named = self.settings.named(self.text, self.config)
        with self._memory.journal(self._run_id(named)) as journal:
            grant, budget = funded(
                user_ledger(), journal, self.options.caps, daily=self.config.ask["daily_usd"],
                project=self._redact.name(self.project), question=self.text,
            )  # fmt: skip
            self.run.engine.caller.fund(budget, Accounts(journal, grant, budget), self._clean_answer)
            result = None
            try:
                result = await self.run.go()
            finally:
                if not self._has_own_leaf:  # one that was handed in may be asked again
                    await self.leaf.close()
                grant.finish(receipt(result, budget, self.leaf.name, self._redact))
            journal.close(finished=result.stopped in ENDED)
        notes = [*result.notes, *self._memory.warnings(journal)]
        return replace(result, coverage=self._coverage(result), notes=notes)

    def _clean_answer(self, data: dict[str, Any]) -> dict[str, Any]:
        """The same for what goes on in the run."""
        return cast("dict[str, Any]", self._clean(data))

    def _clean(self, data: dict[str, Any]) -> CleanJson:
        """An answer as it may be written down: quotes of the texts stay word for word."""
        return self._redact.values(data, lambda text: any(text in d.text for d in self.corpus.documents))

    def write_order(self, order: str, text: str) -> str:
        """Write down what sub-agents are to read; the file's path, "" where it cannot be written or names a secret."""
        clean = self._redact(text)
        return write_order(self._memory.folder, order, clean) if clean == text else ""

    def _run_id(self, named: dict[str, Any]) -> CleanText:
        """The name of the run, the same for the same command."""
        # Texts that were handed in are known by nothing but what they say.
        texts = [f"{d.id}\0{d.text}" for d in self.corpus.documents] if self._has_own_texts else []
        return run_id(self.text, named, self.project, *texts)

    def _coverage(self, result: Result) -> dict[str, Any]:
        """With what the corpus lacks."""
        not_read = [{"name": name, "reason": reason} for name, reason in self.corpus.skipped]
        told, c = self.counted(), result.coverage
        return {
            "documents": len({d.id for d in self.corpus.documents}),
            **c,
            "tokens": told.of(c["tokens"]),
            "tokens_read": told.of(c["tokens_read"]),
            **told.as_json(),
            "not_read": not_read,
            "notes": self.corpus.notes,
        }


def _folder(archive: Archive) -> Path:
    """Where answers and journals lie: in the archive's state, or in the user's own folder when there is no archive."""
    if os.path.exists(archive.path("state", "id")):
        return Path(archive.root) / "state" / "ask"
    return own_folder()


def ask(
    question: str,
    *,
    over: Sequence[str] = (),
    texts: Texts = (),
    project: str = "",
    leaf: Leaf | str = "",
    **settings: Any,
) -> Result:
    """Ask a question over the project's archive, over files, or over given texts; the answer with its findings.

    over: paths, patterns and `-`. texts: strings, (id, text) pairs, Documents, or a mapping from ids to texts. project:
    its directory; the one around the current directory by default. leaf: `claude`, `anthropic`, `batch`, or one of your
    own. settings: the other fields of `AskSettings`. Raises RlmError when nothing could be asked, RuntimeError inside a
    running event loop, where `ask_async` is awaited.
    """
    return asyncio.run(ask_async(question, over=over, texts=texts, project=project, leaf=leaf, **settings))


async def ask_async(
    question: str,
    *,
    over: Sequence[str] = (),
    texts: Texts = (),
    project: str = "",
    leaf: Leaf | str = "",
    **settings: Any,
) -> Result:
    """The same, to be awaited."""
    return await _asked(question, over, texts, project, leaf, settings).go()


def _asked(
    question: str, over: Sequence[str], texts: Texts, project: str, leaf: Leaf | str, settings: dict[str, Any]
) -> Question:
    """The question as a program puts it: arguments as of `ask`."""
    from rlm_core.project import named_project, project_of

    name, own = (leaf, None) if isinstance(leaf, str) else ("", leaf)
    return Question(
        question,
        AskSettings(over=over, leaf=name, **settings),
        project=named_project(project) if project else project_of(os.getcwd()),
        texts=texts,
        leaf=own,
    )


def extract(
    question: str,
    fields: str | Sequence[str] | Mapping[str, str],
    *,
    over: Sequence[str] = (),
    texts: Texts = (),
    project: str = "",
    leaf: Leaf | str = "",
    rows: str = "",
    **settings: Any,
) -> RowsResult:
    """Make a table of the project's archive, of files, or of given texts: one row for each entry that is asked about.

    fields: `vendor!, amount: float, date: date, severity: low|medium|high`, a list of such fields, or a mapping from
    names to types. rows: a file to write, .csv, .jsonl or .sqlite; it is left as it was when the run was cut off before
    a row was read. The rest is as for `ask`. In the result, `rows` hold cells, each with its value, quote and place;
    `row.get("amount")` is a value. Raises RlmError as `ask`, and when the file cannot be written; RuntimeError inside a
    running event loop, where `extract_async` is awaited.
    """
    return asyncio.run(
        extract_async(question, fields, over=over, texts=texts, project=project, leaf=leaf, rows=rows, **settings)
    )


async def extract_async(
    question: str,
    fields: str | Sequence[str] | Mapping[str, str],
    *,
    over: Sequence[str] = (),
    texts: Texts = (),
    project: str = "",
    leaf: Leaf | str = "",
    rows: str = "",
    **settings: Any,
) -> RowsResult:
    """The same, to be awaited."""
    named = [f"{name}: {kind}" for name, kind in fields.items()] if isinstance(fields, Mapping) else fields
    spec = named if isinstance(named, str) else ", ".join(named)
    columns = fields_of(spec)  # an empty one is no question without a table
    if not isinstance(fields, str) and len(columns) != len(fields):
        raise UsageError("--fields: one of them holds a comma, which parts fields")
    file = RowFile(rows) if rows else None
    asked = _asked(question, over, texts, project, leaf, {**settings, "fields": spec})
    result = await asked.go()
    assert isinstance(result, RowsResult)  # fields were given
    if file and (result.rows or result.complete):
        asked.write_rows(result, file)
    return result
