"""What an answer is worth, told by the world it was asked about and by nothing else.

No check of `rlm_core` takes part: a finding is true if it stands on the line of a fact, says what that fact says, and
its value is the fact's.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.readers.items import Item
from benchmarks.readers.weak import Reader
from benchmarks.readers.world import Line, World

NUMBER = re.compile(r"\d+")
PLACE = re.compile(r"(note-\d+):(\d+)")


@dataclass(frozen=True)
class Verdict:
    """One run.

    right: the answer is true and complete. untold: facts that the reader had reported, that are missing, and of which
    the account says nothing; one that counts with a wrong claim or value is false, and not missing. told: missing ones
    with a gap or among what was rejected. omitted: facts that the reader never reported, without a gap. planted: false
    things that it said; through: false findings that count and look like any other; marked: those that count and look
    doubtful. true: findings that count and are true; wary: true ones that look doubtful all the same.
    """

    right: bool
    facts: int
    untold: int
    told: int
    omitted: int
    planted: int
    through: int
    marked: int
    true: int
    wary: int
    calls: int
    tokens: int
    erred: int


def judged(world: World, reader: Reader, account: Mapping[str, Any]) -> Verdict:
    """account: the JSON of a result."""
    counting = [f for f in account["findings"] if f["verified"]]
    owners = [fact_of(f, world, reader.told) for f in counting]
    seen: Counter[Line] = Counter()
    wrong: list[Mapping[str, Any]] = []
    for finding, fact in zip(counting, owners, strict=True):
        if fact is None or (seen[fact] and world.kind in ("count", "tally")):
            wrong.append(finding)
        else:
            seen[fact] += 1
    missing = [f for f in world.facts if not seen[f] and not any(_stands_on(w, f) for w in wrong)]
    told = [f for f in missing if _is_told(f, account, reader.told)]
    untold = [f for f in missing if f not in told and f in reader.reported]
    omitted = [f for f in missing if f not in told and f not in reader.reported]
    marked = sum(bool(f["doubts"]) for f in wrong)
    return Verdict(
        all(seen[f] for f in world.facts) and not wrong and _says(world, account, counting),
        len(world.facts),
        len(untold),
        len(told),
        len(omitted),
        len({(i.claim, i.quote, i.location, i.value) for i in reader.planted}),
        len(wrong) - marked,
        marked,
        len(counting) - len(wrong),
        sum(bool(f["doubts"]) for f in counting if not any(f is w for w in wrong)),
        reader.calls,
        reader.input + reader.output,
        reader.erred,
    )


def fact_of(finding: Mapping[str, Any], world: World, told: Sequence[Item]) -> Line | None:
    """The fact that a finding states; None for a false one."""
    claim, value = finding["claim"], finding["value"]
    if any(_plain(i.claim) == _plain(claim) for i in told if i.false and claim != world.question) and not any(
        _plain(i.claim) == _plain(claim) for i in told if not i.false
    ):
        return None
    for fact in _near(finding, world):
        if not world.accepts(fact, value):
            continue
        allowed = {*NUMBER.findall(f"{fact.text} {world.question} {fact.location}"), str(fact.number)}
        if {*NUMBER.findall(claim)} <= allowed and _fits(claim, fact, world):
            return fact
    return None


def _near(finding: Mapping[str, Any], world: World) -> Iterable[Line]:
    """The facts on whose lines a finding's quote stands; the one whose claim or value it has comes first."""
    there = [f for f in world.facts if _stands_on(finding, f)]
    said = f"{finding['claim']} {finding['value']}"
    return sorted(there, key=lambda f: (f.claim != finding["claim"], f.value not in said))


def _stands_on(finding: Mapping[str, Any], fact: Line) -> bool:
    first = finding["line"]
    last = first + finding["quote"].count("\n")
    return bool(finding["chunk"] == fact.location and first <= fact.number <= last)


def _fits(claim: str, fact: Line, world: World) -> bool:
    """Whether a claim is one of those that are true of a fact: its own, the same in other words, or its very quote."""
    plain = _plain(claim)
    true = {_plain(t) for t in (fact.claim, fact.claim_again, world.question, fact.quote, fact.text, "")}
    return plain in true or plain in _plain(fact.text) or _plain(fact.value) in plain


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .")


def _is_told(fact: Line, account: Mapping[str, Any], told: Sequence[Item]) -> bool:
    """Whether the account says that a fact may be missing: its part is a gap, or its finding is among the rejected."""
    if any(_covers(gap["part"], fact) for gap in account["coverage"]["gaps"]):
        return True
    said = {(i.claim, i.quote) for i in told if i.line == fact}
    return any(
        (r.get("claim"), r.get("quote")) in said or fact.quote in str(r.get("quote")) or fact.claim == r.get("claim")
        for r in account.get("rejected", ())
    )


def _covers(part: str, fact: Line) -> bool:
    """Whether a part, by its name `note-1:1 to note-3:20`, holds a fact's line."""
    ends = [(name, int(line)) for name, line in PLACE.findall(part)]
    here = (fact.location, fact.number)
    if len(ends) == 1:
        return ends[0][0] == fact.location and ends[0][1] <= fact.number
    return bool(ends) and ends[0] <= here and fact.location <= ends[-1][0]


def _says(world: World, account: Mapping[str, Any], counting: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the answer's words and figures are those of the truth, and nothing in it counts as replaced."""
    if any(f["superseded_by"] or f["contradicts"] for f in counting):
        return False
    if world.kind == "count":
        return bool(account["tally"]["total"] == len(world.facts))
    if world.kind == "tally":
        counted = Counter({_plain(v): n for v, n in account["tally"]["values"].items()})
        return counted == Counter(world.labels)
    return all(f.value.casefold() in account["answer"].casefold() for f in world.facts)
