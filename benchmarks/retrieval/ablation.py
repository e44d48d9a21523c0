"""What each part of the ranking is worth: the figures without it, and the paired difference to all of them together.

A part is switched off by what makes a module's attribute neutral: a table, so that a new part is a row. What is gone
from the modules is told before anything is measured. An effect of two parts on each other is not seen.
"""

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from benchmarks import scores
from benchmarks.retrieval.asking import FIRST, Asked, Progress, archive_for, first
from benchmarks.retrieval.conversation import Conversation
from benchmarks.retrieval.metrics import Answer, Ranking, ask
from benchmarks.retrieval.published.reading import LabelledSet

FIGURES = (f"recall@{FIRST}", f"mrr@{FIRST}")
ALL = "all parts"
Neutral = Callable[[Any], Any]
"""The attribute's value -> one with which the part does nothing."""


class AblationError(Exception):
    """The table names something that the product no longer has."""


@dataclass(frozen=True)
class Setting:
    """module: below `rlm_core`. attribute: of the module."""

    module: str
    attribute: str
    neutral: Neutral


def to(value: Any) -> Neutral:
    return lambda _: value


def _as_given(_: Any) -> Any:
    """The candidates in the order of the index instead of a re-ranking."""

    def rerank(candidates: Sequence[Any], *_: object, **__: object) -> list[Any]:
        for n, candidate in enumerate(candidates):
            candidate.score = 1.0 / (n + 1)
        return list(candidates)

    return rerank


RANK, INDEX, VERSIONS = "search.rank", "search.candidates", "search.superseded"


def _alike(_: Any) -> Any:
    return lambda *_, **__: 1.0


def _as_if_short(weight: Any) -> Any:
    return lambda kind, length, **more: weight(kind, 0, **more)


_NO_AROUND = Setting(RANK, "AROUND", to(0.0))
_NO_AROUND_IN_INDEX = Setting(INDEX, "COLUMN_WEIGHTS", lambda now: {**now, "around": 0.0})
# What is switched off, and how. A part of the ranking that is added belongs here, too.
PARTS: dict[str, tuple[Setting, ...]] = {
    "re-ranking by text": (Setting(RANK, "rerank", _as_given),),
    "words around": (_NO_AROUND, _NO_AROUND_IN_INDEX),
    "words around, in the re-ranking": (_NO_AROUND,),
    "words around, in the index": (_NO_AROUND_IN_INDEX,),
    "who speaks": (Setting(RANK, "speaker_weight", _alike), Setting(INDEX, "speaker_weight", _alike)),
    "who speaks, in the index": (Setting(INDEX, "speaker_weight", _alike),),
    "part of a long reply": (
        Setting(RANK, "speaker_weight", _as_if_short),
        Setting(INDEX, "speaker_weight", _as_if_short),
    ),
    "first person": (
        Setting(RANK, "FIRST_PERSON", to(0.0)),
        Setting(RANK, "TOLD", lambda _: importlib.import_module(f"rlm_core.{RANK}").SPEAKER),
    ),
    "synonyms": (Setting("search.query", "_related", lambda _: lambda *_, **__: ()),),
    "words near each other": (Setting(RANK, "NEAR", to(0.0)),),
    "share of the words": (Setting(RANK, "COVERED", to(0.0)),),
    "what only asks": (Setting(RANK, "ASKED", to(0.0)),),
    "dates in the question": (Setting(RANK, "DATED", to(0.0)),),
    "the session's best": (Setting(RANK, "SESSION", to(0.0)),),
    "the chunk's best": (Setting(RANK, "CHUNK", to(0.0)),),
    "identifiers in one piece": (Setting(RANK, "WHOLE", to(0.0)),),
    "parts of identifiers": (Setting(RANK, "PART", to(1.0)),),
    "another number": (Setting(RANK, "OTHER_NUMBER", to(1.0)),),
    "further passages of an entry": (Setting(RANK, "FURTHER", to(1.0)),),
    "newest of versions first": (Setting(VERSIONS, "newest_first", lambda _: lambda chosen, _found: list(chosen)),),
    "what says the same once": (Setting(RANK, "distinct", lambda _: lambda candidates, k: list(candidates[:k])),),
}


def check(parts: Mapping[str, Sequence[Setting]] = PARTS) -> None:
    """Raise AblationError unless each part can be switched off."""
    for part, settings in parts.items():
        for setting in settings:
            _neutral(part, setting)


def _neutral(part: str, setting: Setting) -> tuple[Any, Any, Any]:
    """(module, the attribute's value, its neutral one)."""
    where = f"rlm_core.{setting.module}"
    try:
        module = importlib.import_module(where)
        now = getattr(module, setting.attribute)
        return module, now, setting.neutral(now)
    except Exception as e:
        raise AblationError(
            f"{where}.{setting.attribute} is not what it was, so {part!r} cannot be switched off ({e!r}): "
            "put right the table PARTS of benchmarks/retrieval/ablation.py"
        ) from e


@contextmanager
def without(part: str, settings: Sequence[Setting]) -> Iterator[None]:
    """The part is switched off meanwhile. Raises AblationError."""
    with ExitStack() as stack:
        for setting in settings:
            module, now, neutral = _neutral(part, setting)
            stack.callback(setattr, module, setting.attribute, now)
            setattr(module, setting.attribute, neutral)
        yield


def ablated(of: LabelledSet, parts: Mapping[str, Sequence[Setting]] = PARTS) -> dict[str, dict[str, Any]]:
    """A row for all parts and one for each part left out; `worth`: what all have more than those without it.

    Over the first `FIRST` hits, as a user sees them. Raises OSError, SetError, AblationError.
    """
    check(parts)
    found: dict[str, list[dict[str, float | None]]] = {name: [] for name in (ALL, *parts)}
    told, asked = Progress(of), Asked()
    for conversation in of.read():
        asked.conversations += 1
        with archive_for(conversation, of, asked) as archive:
            rank = first(archive, conversation)
            found[ALL] += _figures(conversation, rank)
            for part, settings in parts.items():
                with without(part, settings):
                    found[part] += _figures(conversation, rank)
                told(asked.conversations, len(found[part]), part)
    rows: dict[str, dict[str, Any]] = {}
    for name, values in found.items():
        row = {"questions": len(values), **scores.means(values)}
        if name != ALL:
            worth = scores.means(scores.differences(found[ALL], values))
            row |= {f"worth in {figure}": value for figure, value in worth.items()}
        rows[f"{of.name}: {ALL}" if name == ALL else f"{of.name}: without {name}"] = row
    return rows


def _figures(conversation: Conversation, rank: Ranking) -> list[dict[str, float | None]]:
    return [dict(zip(FIGURES, (a.recall(a.hits), _mrr(a)), strict=True)) for a in ask(conversation, rank, FIRST)]


def _mrr(answer: Answer) -> float | None:
    rank = answer.rank()
    return (1 / rank if rank else 0.0) if answer.question.evidence else None
