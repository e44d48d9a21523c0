"""What is measured. Everything is over passages, read in the order of their rank.

A hit is evidence when one of its uuids is that of an entry which answers the question; a question may have several such
entries. Figures are means over the questions that have them, with 95 % intervals (`scores.interval`).

recall@k       share of a question's evidence among the first k hits
hit@k          share of the questions with any evidence among the first k hits
mrr            1 / rank of the first hit that is evidence, 0 when none of the first DEPTH is
within N       share of a question's evidence among the hits that are read in order as long as their sizes, the last
               one's included, sum to at most N tokens; a hit's size is `rlm_core.tokens.estimate` of its text
session hit@k  share of the questions with evidence in one of the first k different sessions among the hits
session recall@k
               share of the sessions with evidence among the first k different sessions among the hits
statement@10   share of the statements that answer, word for word, in the text of the first ten hits; only of questions
               for which the words are known. In an entry of 1,000 tokens a passage may well not hold them
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks import scores
from benchmarks.retrieval.conversation import Conversation, Question

DEPTH = 200
RANKS = (1, 5, 10)
BUDGETS = (1000, 2000, 4000)


@dataclass(frozen=True)
class Found:
    """A hit. entries: ids of those it belongs to. tokens: size of its text."""

    entries: tuple[str, ...]
    tokens: int
    text: str


Ranking = Callable[[str, int], Sequence[Found]]
"""Question, number of hits -> the best hits, best first."""


@dataclass(frozen=True)
class Answer:
    """A question and the hits it got, best first. sessions: of the entries, by their ids."""

    question: Question
    hits: tuple[Found, ...]
    sessions: Mapping[str, str]

    def rank(self) -> int:
        """Of the first hit that is evidence, counted from 1; 0 when there is none."""
        evidence = set(self.question.evidence)
        return next((n for n, hit in enumerate(self.hits, 1) if evidence.intersection(hit.entries)), 0)

    def recall(self, hits: Sequence[Found]) -> float | None:
        """Share of the evidence among hits; None when only the sessions that hold it are known."""
        evidence = set(self.question.evidence)
        return len(evidence.intersection(e for hit in hits for e in hit.entries)) / len(evidence) if evidence else None

    def within(self, tokens: int) -> list[Found]:
        """The hits that somebody reads who stops before exceeding a number of tokens."""
        read = []
        for hit in self.hits:
            tokens -= hit.tokens
            if tokens < 0:
                break
            read.append(hit)
        return read

    def in_sessions(self, k: int) -> float:
        """Share of the sessions with evidence among the first k different sessions."""
        order = dict.fromkeys(self.sessions[e] for hit in self.hits for e in hit.entries)
        wanted = set(self.question.sessions) or {self.sessions[e] for e in self.question.evidence}
        return len(wanted.intersection(list(order)[:k])) / len(wanted)

    def stated(self, hits: Sequence[Found]) -> float | None:
        """Share of the known statements in the hits' texts; None when none is known."""
        statements = self.question.statements
        if not statements:
            return None
        texts = [(hit.entries, _words(hit.text)) for hit in hits]
        held = (any(e in ids and _words(said) in text for ids, text in texts) for e, said in statements.items())
        return sum(held) / len(statements)


def _words(text: str) -> str:
    return " ".join(text.lower().split())


def ask(conversation: Conversation, ranking: Ranking, depth: int = DEPTH) -> list[Answer]:
    """Every question of a conversation, answered."""
    sessions = {e.id: e.session for e in conversation.entries}
    return [Answer(q, tuple(ranking(q.text, depth)), sessions) for q in conversation.questions]


def measures(answer: Answer) -> dict[str, float | None]:
    """The figures of one question, by name; None for those that it does not have."""
    known = bool(answer.question.evidence)
    rank = answer.rank()
    row: dict[str, float | None] = {f"recall@{k}": answer.recall(answer.hits[:k]) for k in RANKS}
    row["mrr"] = (1 / rank if rank else 0.0) if known else None
    row |= {f"within {budget:,}": answer.recall(answer.within(budget)) for budget in BUDGETS}
    row |= {f"hit@{k}": float(0 < rank <= k) if known else None for k in RANKS[:2]}
    row |= {f"session hit@{k}": float(answer.in_sessions(k) > 0) for k in RANKS[:2]}
    row |= {f"session recall@{k}": answer.in_sessions(k) for k in RANKS[1:]}
    row["statement@10"] = answer.stated(answer.hits[:10])
    return row


def figures(answers: Sequence[Answer]) -> dict[str, Any]:
    """The figures of some questions, by name; each in three digits, its interval beside it."""
    return summary([measures(a) for a in answers])


def summary(rows: Sequence[Mapping[str, float | None]]) -> dict[str, Any]:
    """The same of what was measured of each question before."""
    return {"questions": len(rows), **scores.means(rows)}
