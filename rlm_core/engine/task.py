"""What a run is asked to do, and how far it has come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from rlm_core.engine.checks.intime import in_time
from rlm_core.engine.findings import Finding, distinct
from rlm_core.engine.kinds import ANSWER, KINDS, LIST, Guess, guess
from rlm_core.engine.labels import agreed
from rlm_core.engine.mapper import PartRead
from rlm_core.engine.options import NONE, SINGLE, RunOptions
from rlm_core.engine.texts import Document, Partition, Piece
from rlm_core.errors import RlmError, UsageError, worded

CAP_PER_OUTPUT, MIN_OUTPUT = 12, 1024  # a cap buys at least so many answers; tokens of the shortest answer
DENSE = 2  # times the usual output, where entries are counted or listed

Rank = Callable[[str, int], list[Piece]]  # (question, number of passages) -> the best passages, best first


@dataclass(frozen=True)
class Task:
    """What is asked, over which texts, and how; it does not change while the run goes on.

    kind: what is asked for (see `kinds`). options: as the kind and the caps allow. rank: finds the best passages, None
    where nothing can be searched. sure: the kind was given, or the question's words admit of no other. everything: no
    single passage can hold the answer. named: the user named these very texts, as files or as strings.
    """

    question: str
    kind: str
    documents: Sequence[Document]
    options: RunOptions
    rank: Rank | None = None
    sure: bool = True
    everything: bool = False
    named: bool = False

    @property
    def is_literal(self) -> bool:
        """Whether values are words of the texts; where entries are counted they may be labels that a reader gives."""
        return self.kind in (ANSWER, LIST)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that the values of findings are chosen from, where they are agreed on before anything is read."""
        return agreed(self.question, self.kind, self.options.labels)

    def counts(self, finding: Finding) -> bool:
        """Whether a finding may stand behind the answer."""
        return finding.verified or self.options.verify == NONE

    def in_time(self, findings: list[Finding]) -> list[Finding]:
        """Findings with what replaced what; entries that are counted do not replace each other."""
        return in_time(findings) if self.is_literal else findings

    def leaf_answers(self, route: str, parts: Sequence[Partition]) -> bool:
        """Whether one leaf reads everything and so writes the answer, too."""
        return route == SINGLE and len(parts) == 1 and self.is_literal


def task_of(
    question: str,
    documents: Sequence[Document],
    options: RunOptions,
    *,
    rank: Rank | None = None,
    kind: str = "",
    named: bool = False,
) -> Task:
    """The task of a question; its words tell the kind when `kind` is empty.

    Raises RlmError on an empty question, a kind that there is not, or when there is nothing to read.
    """
    question = question.strip()
    texts = [d for d in documents if d.text.strip()]
    if not question:
        raise UsageError("there is no question; ask one")
    if not texts:
        raise RlmError("there is nothing to read: the texts are empty")
    if kind and kind not in KINDS:
        raise UsageError(worded("--kind {kind}: one of {kinds}", kind=kind, kinds=", ".join(KINDS)))
    by_words = guess(question)
    told = Guess(kind, everything=by_words.sure and by_words.everything) if kind else by_words
    return as_told(Task(question, told.kind, texts, options, rank, named=named), told)


def as_told(task: Task, told: Guess) -> Task:
    """The same task with another word on what is asked for; its options are those that were given."""
    options = replace(task.options, output=_output(task.options, told.kind))
    return replace(task, kind=told.kind, options=options, sure=told.sure, everything=told.everything)


def _output(options: RunOptions, kind: str) -> int:
    """The most tokens of an answer: more where every entry is reported, fewer where a cap is tight."""
    output = options.output * (DENSE if kind != ANSWER else 1)
    cap = options.caps.tokens
    return max(min(output, cap // CAP_PER_OUTPUT), MIN_OUTPUT) if cap else output


@dataclass
class Progress:
    """How far a run has come. All of it holds at any moment, so that a run that is stopped can give an account.

    parts: those that will be read, as far as that is known. reads: number of a part -> what came of it. canaries:
    (right, wrong) answers to control questions. pairs: of subjects, where the question asks for them. notes: what the
    user should know. stopped: why the run was ended before its work was done, "" while it was not.
    """

    parts: list[Partition] = field(default_factory=list)
    reads: dict[int, PartRead] = field(default_factory=dict)
    canaries: tuple[int, int] = (0, 0)
    pairs: list[tuple[str, str]] | None = None
    notes: list[str] = field(default_factory=list)
    stopped: str = ""

    def whole(self) -> list[PartRead]:
        """The parts that were read without a gap."""
        return [r for r in self.reads.values() if not r.gaps]

    def findings(self) -> list[Finding]:
        """The distinct findings of all parts that were read, in document order."""
        return distinct(f for number in sorted(self.reads) for f in self.reads[number].findings)
