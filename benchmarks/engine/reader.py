"""The model's part: reads the sources in a prompt without a fault, or with planted ones.

It knows the questions and the lines that there are (`forms`) and nothing else: no truth is looked up. It obeys the
prompt: where its findings exceed the tokens for the answer it asks for a split.

An erring reader plants one false finding in a leaf, with the scenario's probability, drawn by seed and prompt:
- fabricated: a quote that stands nowhere
- wrong number, wrong word: a genuine quote with another value in claim and value
- other source: a fact with its quote, cited to another source
- negated: a genuine quote under the claim's contrary
- omitted: a fact left out
and, where the scenario names them (MISREADINGS), one that rests on a genuine quote:
- misread: an order to the reader, a proposal, a question, a supposition, a refusal or an example (`plants`) as a fact
- other thing: a fact under the name of another setting
- off topic: a setting's value shown by a line about something else
A verdict about a claim is turned round with the same probability, with a genuine quote. All draws are independent.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from benchmarks.engine.asked import Asked, tokens
from benchmarks.engine.forms import Fact, all_facts, facts, wanted_labels
from benchmarks.engine.plants import plants_in
from benchmarks.engine.scenario import Scenario

QUESTION = re.compile(r"<question>\n(.*?)\n</question>", re.DOTALL)
SOURCE = re.compile(r'<(source-\w+) id="([^"]*)"[^>]*>\n(.*?)\n</\1>', re.DOTALL)
ROW = re.compile(r"^\[(\d+)\] (.*)$", re.MULTILINE)
MISREAD, OTHER_THING, OFF_TOPIC = "misread", "other thing", "off topic"
MISREADINGS = (MISREAD, OTHER_THING, OFF_TOPIC)
TYPES = ("fabricated", "wrong number", "wrong word", "other source", "negated", "omitted")
STRANGE = ("crimson", "velvet", "copper", "granite")  # values that stand in no text
ELSEWHERE = "s99999"  # cited where there is no other source to cite falsely
SHOWN = 20  # rows that an answer repeats


@dataclass(frozen=True)
class Read:
    """text: JSON, or one line of plain text where no tool is asked for. found: facts in it. planted: false ones."""

    text: str
    found: int = 0
    planted: tuple[dict[str, str], ...] = ()


def read(asked: Asked, scenario: Scenario) -> Read:
    """What the model answers."""
    match asked.kind:
        case "leaf":
            return _leaf(asked, scenario)
        case "verify":
            return Read(json.dumps({"verdicts": [*_verdicts(asked, scenario)]}))
        case "pairs":
            wanted = sorted(wanted_labels(_question(asked.user)))
            return Read(json.dumps({"left": wanted, "right": [], "every": True}))
        case "condense":
            return Read(json.dumps({"keep": _distinct(asked.user)}))
        case _:
            shown = [f"{text} [{n}]" for n, text in ROW.findall(asked.user)[:SHOWN]]
            return Read(json.dumps({"answer": "\n".join(shown) or "Nothing was found."}))


def _question(prompt: str) -> str:
    found = QUESTION.findall(prompt)
    return str(found[-1]) if found else ""


def _sources(prompt: str) -> list[tuple[str, str]]:
    """(id, text) of each source in a prompt."""
    return [(m[2], m[3]) for m in SOURCE.finditer(prompt)]


def _leaf(asked: Asked, scenario: Scenario) -> Read:
    question, sources = _question(asked.user), _sources(asked.user)
    found = [
        {**_finding(f), "type": ""}
        for name, text in sources
        for line in text.split("\n")
        for f in facts(question, name, line)
    ]
    planted: tuple[dict[str, str], ...] = ()
    random = Random(f"{scenario.seed}:{asked.digest}")
    if random.random() < scenario.error:
        kind = random.choice(scenario.errors or TYPES)
        names = [name for name, _ in sources]
        by_quote = kind in MISREADINGS
        planted = _misread(kind, found, sources, random) if by_quote else _err(kind, found, names, random)
    shown = [{k: v for k, v in f.items() if k != "type"} for f in found]
    if asked.plain:
        return Read(", ".join(f["value"] for f in shown) or "nothing", len(shown), planted)
    answer = {"answer": "\n".join(f"{f['claim']} [{n}]" for n, f in enumerate(shown[:SHOWN], 1)) or "Nothing."}
    text = json.dumps({"findings": shown, **(answer if asked.alone else {})}, ensure_ascii=False)
    if tokens(text) > asked.max_output:
        return Read(json.dumps({"findings": [], "split": True, **({"answer": ""} if asked.alone else {})}))
    return Read(text, len(shown), planted)


def _finding(fact: Fact) -> dict[str, str]:
    shape = {"claim": fact.claim, "quote": fact.quote, "location": fact.location}
    return {**shape, "subject": fact.subject, "value": fact.value}


def _misread(
    kind: str, found: list[dict[str, str]], sources: Sequence[tuple[str, str]], random: Random
) -> tuple[dict[str, str], ...]:
    """Plant one false finding with a genuine quote; what is planted, none where there is nothing to misread."""
    lines = [(name, line) for name, text in sources for line in text.split("\n")]
    if kind == MISREAD:
        plants = [plant for name, line in lines for plant in plants_in(name, line, random)]
        made = [{**_finding(fact), "type": what} for what, fact in plants]
    elif kind == OTHER_THING:
        others = sorted({f["subject"] for f in found})
        pairs = [(f, other) for f in found for other in others if _is_of_the_sort(f["subject"], other)]
        made = [{**_finding(Fact(f["location"], f["quote"], other, f["value"])), "type": kind} for f, other in pairs]
    else:
        filler = [(name, line) for name, line in lines if line and not list(all_facts(name, line))]
        made = [
            {**_finding(Fact(*random.choice(filler), f["subject"], random.choice(STRANGE))), "type": kind}
            for f in found[:1]
            if filler
        ]
    if not made:
        return ()
    found.append(random.choice(made))
    return (found[-1],)


def _is_of_the_sort(one: str, other: str) -> bool:
    """Whether two settings share a word that names one of their two halves: "timeout of the mailer", "of the cache"."""
    return one != other and bool({one.partition(" of ")[0], one.partition(" of ")[2]} & {*other.partition(" of ")[::2]})


def _err(kind: str, found: list[dict[str, str]], sources: Sequence[str], random: Random) -> tuple[dict[str, str], ...]:
    """Plant one error among the findings; what is planted, none where its type is not possible here."""
    wanted = {"wrong number": str.isdigit, "wrong word": str.isalpha}.get(kind, bool)
    candidates = [n for n, f in enumerate(found) if wanted(f["value"])]
    if kind != "fabricated" and not candidates:
        return ()
    at = random.choice(candidates) if candidates else 0
    before = found[at] if candidates else {"location": sources[0] if sources else "", "subject": "ghost"}
    if kind == "omitted":
        return ({**found.pop(at), "type": kind},)
    made = {**_erred(kind, before, sources, random), "type": kind}
    found[at : at + (kind not in ("fabricated", "other source"))] = [made]
    return (made,)


def _erred(kind: str, before: dict[str, str], sources: Sequence[str], random: Random) -> dict[str, str]:
    number = str(random.randrange(100_000, 999_999))
    match kind:
        case "fabricated":
            quote = f"It was agreed to set the {before['subject']} to {number}."
            return _finding(Fact(before["location"], quote, before["subject"], number))
        case "wrong number" | "wrong word":
            value = number if kind == "wrong number" else random.choice(STRANGE)
            return {**before, "value": value, "claim": before["claim"].replace(f" {before['value']}.", f" {value}.")}
        case "other source":
            others = [s for s in sources if s != before["location"]]
            return {**before, "location": random.choice(others) if others else ELSEWHERE}
        case _:
            claim = before["claim"].replace(" is ", " is not ", 1).replace(" asks ", " never asks ", 1)
            return {**before, "claim": claim}


def _verdicts(asked: Asked, scenario: Scenario) -> Iterator[dict[str, Any]]:
    """A verdict for each numbered claim: whether one of the facts in the sources says the same."""
    said = [f for name, text in _sources(asked.user) for line in text.split("\n") for f in all_facts(name, line)]
    for number, row in ROW.findall(SOURCE.sub("", asked.user)):
        true = next((f for f in said if f.claim in row), None)
        near = true or next((f for f in said if f.subject in row), None)  # what one takes for a proof who errs
        turned = Random(f"{scenario.seed}:{row}:{asked.digest}").random() < scenario.error
        supported = (true is not None) != turned
        yield {"number": int(number), "supported": supported, "quote": near.quote if near and supported else ""}


def _distinct(prompt: str) -> list[int]:
    """The numbers of the rows, those that repeat another left out."""
    first: dict[str, int] = {}
    for number, text in ROW.findall(prompt):
        first.setdefault(text, int(number))
    return sorted(first.values())
