"""A question made ready: its texts read, its run planned; then asked, under the day's cap, and written down."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rlm_core.archive.store import Archive, open_archive
from rlm_core.asking.corpus.build import Corpus, from_archive, from_paths, from_texts
from rlm_core.asking.leaves import make_leaf
from rlm_core.asking.ledger.grants import Grant, Spending, own_folder, user_ledger
from rlm_core.asking.memory.accounts import Accounts, Memory
from rlm_core.asking.memory.answers import Answers
from rlm_core.asking.memory.journal import Journal, run_id, sweep
from rlm_core.asking.passages import over_archive, over_texts
from rlm_core.asking.settings import Settings, checked_question
from rlm_core.config import redactor
from rlm_core.engine.answer.report import Result
from rlm_core.engine.calls.budget import Budget
from rlm_core.engine.operations import Engine
from rlm_core.engine.route import Plan
from rlm_core.engine.run import Run
from rlm_core.engine.texts import Document
from rlm_core.errors import RlmError
from rlm_core.llm.base import Leaf, Usage
from rlm_core.redaction.clean import EMPTY, fields, hex_digits, literal

if TYPE_CHECKING:
    from rlm_core.redaction.clean import CleanJson, CleanText

ENDED = ("", "calls", "tokens", "usd", "seconds")  # ends of a run after which the same command starts anew


class Asked:
    """A question over its texts. `plan` costs nothing, `go` asks.

    corpus: the texts, and what is not among them. Raises RlmError when there is nothing to read.
    """

    def __init__(
        self,
        question: str,
        settings: Settings,
        *,
        project: str,
        texts: Sequence[str | tuple[str, str] | Document] = (),
        leaf: Leaf | None = None,
    ) -> None:
        """texts: in place of the archive and of `settings.over`. leaf: in place of the one the settings name."""
        self.settings, self.project = settings, project
        checked = checked_question(question)
        self._is_of_files = not texts
        self.archive = open_archive(project, must_exist=self._is_of_files and not settings.over)
        self.config = self.archive.config
        self.redact = redactor(self.config)
        # Nobody is asked about a secret: the texts do not hold it either, and what is asked is written down.
        self.question = self.redact(checked)
        self.corpus = self._read(texts)
        self.options = settings.options(self.config)
        self.folder = _folder(self.archive)
        made, factor = (leaf, 1.0) if leaf else make_leaf(self.leaf_name, self.options.prices, self.folder)
        self.leaf = made
        self._own_leaf = leaf is None
        self.memory = Memory(None if settings.fresh else Answers(self.folder / "answers"), self._clean)
        self.engine = Engine(made, self.options, memory=self.memory, price_factor=factor)
        self.run = Run(self.question, self.corpus.documents, self.engine, rank=self._rank(texts))

    @property
    def leaf_name(self) -> str:
        return self.settings.leaf_name(self.config)

    def _read(self, texts: Sequence[str | tuple[str, str] | Document]) -> Corpus:
        redact, blobs, root = self.redact, self.settings.blobs, self.archive.root
        if texts:
            return from_texts(texts, redact)
        if self.settings.over:
            return from_paths(self.settings.over, base=self.project, keep_out=root, redact=redact, blobs=blobs)
        corpus = from_archive(self.archive, self.settings.filters, blobs=blobs)
        if not corpus.documents:
            raise RlmError(
                f"no chunk in {root} fits; `rlm list` shows the sessions, `rlm archive --all` archives those that "
                "Claude Code still has, --over asks over files"
            )
        return corpus

    def _rank(self, texts: Sequence[Any]) -> Any:
        documents = self.corpus.documents
        if texts or self.settings.over:
            return over_texts(documents)
        return over_archive(self.archive, documents, self.settings.filters)

    def plan(self) -> Plan:
        """The route and its price."""
        return self.run.plan()

    async def go(self) -> Result:
        """Ask. Raises RlmError when nothing could be asked: no login, no key, a pause, the day's cap."""
        self.leaf.check()
        ledger = user_ledger()
        with self._journal() as journal:
            grant, budget = self._funded(ledger, journal)
            self.engine.caller.budget = self.engine.budget = budget
            self.engine.caller.record = Accounts(journal, grant, budget, self._clean, answers=not self.settings.fresh)
            result = None
            try:
                result = await self.run.go()
            finally:
                if self._own_leaf:  # one that was handed in may be asked again
                    await self.leaf.close()
                grant.finish(self._record(result, budget))
            journal.close(finished=result.stopped in ENDED)
        notes = [*result.notes, *self._lost(journal)]
        return replace(result, coverage=self._coverage(result), notes=notes)

    def _lost(self, journal: Journal) -> list[str]:
        """What a full or read-only disk kept from being written down."""
        answers = self.memory.answers.failed if self.memory.answers else 0
        if not (answers or journal.failed):
            return []
        return [f"{self.folder} cannot be written: answers are not remembered, and a repetition is paid for again"]

    def _funded(self, ledger: Spending, journal: Journal) -> tuple[Grant, Budget]:
        """What the run may spend: its cap without what an interrupted attempt has spent, as far as the day allows."""
        lost = Usage(input=sum(tokens for tokens, _ in journal.unsettled), usd=sum(usd for _, usd in journal.unsettled))
        before = journal.spent + lost
        cap = self.options.caps.usd
        wanted = max(cap - before.usd, 0.0) if cap else float("inf")
        daily = self.config.ask["daily_usd"]
        grant = ledger.grant(wanted, daily, project=self.redact.name(self.project), question=self.question)
        usd = grant.usd + before.usd if grant.usd != float("inf") else 0.0
        caps = replace(self.options.caps, usd=usd)
        return grant, Budget(caps, before=before, allowed=lambda: not ledger.paused())

    @contextlib.contextmanager
    def _journal(self) -> Iterator[Journal]:
        """The run's journal; what an interrupted run of the same command got is remembered."""
        named = self.settings.named(self.question, self.config)
        # Texts that were handed in are known by nothing but what they say.
        texts = [] if self._is_of_files else [f"{d.id}\0{d.text}" for d in self.corpus.documents]
        name = run_id(self.question, named, self.project, *texts)
        if self.settings.fresh:
            name += literal("-{}").format(hex_digits(os.urandom(4).hex()))
        runs = self.folder / "runs"
        journal = Journal(runs / f"{name}.jsonl", self.question, self.redact.values(named))
        self.memory.resumed = journal.answers
        try:
            yield journal
        finally:
            journal.close(finished=False)
            sweep(runs)

    def _clean(self, data: dict[str, Any]) -> CleanJson:
        """An answer as it may be written down: quotes of the texts stay word for word."""
        return self.redact.values(data, lambda text: any(text in d.text for d in self.corpus.documents))

    def _record(self, result: Result | None, budget: Budget) -> dict[CleanText, CleanJson]:
        """The run's line in the ledger."""
        return fields(
            route=self.redact.name(result.plan.route) if result else EMPTY,
            leaf=self.redact.name(self.leaf.name),
            calls=budget.calls,
            tokens=budget.spent.tokens + budget.unsettled_tokens,
            usd=round(budget.spent.usd + budget.unsettled_usd, 6),
            seconds=round(budget.elapsed, 1),
            findings=len(result.findings) if result else 0,
            verified=len(result.verified) if result else 0,
            complete=bool(result and result.complete),
        )

    def _coverage(self, result: Result) -> dict[str, Any]:
        """With what the corpus lacks."""
        not_read = [{"name": name, "reason": reason} for name, reason in self.corpus.skipped]
        return {
            "documents": len({d.id for d in self.corpus.documents}),
            **result.coverage,
            "not_read": not_read,
            "notes": self.corpus.notes,
        }


def _folder(archive: Archive) -> Path:
    """Where answers and journals lie: in the archive's state, or in the user's own folder when there is no archive."""
    if os.path.isdir(archive.root):
        return Path(archive.root) / "state" / "ask"
    return own_folder()


def ask(
    question: str,
    *,
    over: Sequence[str] = (),
    texts: Sequence[str | tuple[str, str] | Document] = (),
    project: str = "",
    leaf: Leaf | str = "",
    **settings: Any,
) -> Result:
    """Ask a question over the project's archive, over files, or over given texts; the answer with its findings.

    over: paths, patterns and `-`. texts: strings, (id, text) pairs or Documents. project: its directory; the one
    around the current directory by default. leaf: `claude`, `anthropic`, `batch`, or one of your own. settings: the
    other fields of `Settings`. Raises RlmError when nothing could be asked, RuntimeError inside a running event loop,
    where `ask_async` is awaited.
    """
    return asyncio.run(ask_async(question, over=over, texts=texts, project=project, leaf=leaf, **settings))


async def ask_async(
    question: str,
    *,
    over: Sequence[str] = (),
    texts: Sequence[str | tuple[str, str] | Document] = (),
    project: str = "",
    leaf: Leaf | str = "",
    **settings: Any,
) -> Result:
    """The same, to be awaited."""
    from rlm_core.project import find_project

    name, own = (leaf, None) if isinstance(leaf, str) else ("", leaf)
    asked = Asked(
        question,
        Settings(over=over, leaf=name, **settings),
        project=os.path.abspath(project) if project else find_project(os.getcwd()),
        texts=texts,
        leaf=own,
    )
    return await asked.go()
