"""What a weak reader makes of what it has read: wrong values, inventions, omissions, repetitions, labels that drift."""

import re
from collections.abc import Mapping
from dataclasses import replace

from benchmarks.readers.items import Change, Item, Seen, item_of
from benchmarks.readers.templates import ENGLISH, FRENCH, LABELS, SYNONYMS

# Values.


def _strange_number(seen: Seen) -> str:
    return str(seen.random.randrange(10_000, 99_999))


def wrong_value(i: Item, seen: Seen) -> Item:
    """The claim is true, the value beside it is not."""
    labels = LABELS[seen.world.language]
    value = labels[(labels.index(i.value) + 1) % 3] if i.value in labels else _strange_number(seen)
    return replace(i, value=value)


def wrong_number(i: Item, seen: Seen) -> Item:
    """Another number in claim and value, one that stands nowhere."""
    number = next(iter(re.findall(r"\d+", i.claim)), "")
    made = _strange_number(seen)
    claim = i.claim.replace(number, made) if number else f"{i.claim[:-1]} {made} times."
    return replace(i, claim=claim, value=i.value.replace(number, made) if number else i.value, false=True)


def number_from_elsewhere(i: Item, seen: Seen) -> Item:
    """Another number in claim and value, of a line near by."""
    number = next(iter(re.findall(r"\d+", i.claim)), "")
    near = [n for t in seen.traps for n in re.findall(r"\d+", t.quote) if n != number]
    if not number or not near:
        return i
    made = seen.random.choice(near)
    return replace(i, claim=i.claim.replace(number, made), value=i.value.replace(number, made), false=True)


def wrong_unit(i: Item, seen: Seen) -> Item:
    unit = seen.random.choice(
        ["ms", "hours", "GB", "%"] if seen.world.language == ENGLISH else ["ms", "heures", "Go", "%"]
    )
    if not i.value.isdecimal() or seen.world.kind != "answer":
        return i
    return replace(i, claim=i.claim.replace(i.value, f"{i.value} {unit}"), value=f"{i.value} {unit}", false=True)


def no_value(i: Item, seen: Seen) -> Item:
    return replace(i, value="")


def value_as_sentence(i: Item, seen: Seen) -> Item:
    return replace(i, value=i.claim)


def explained_value(i: Item, seen: Seen) -> Item:
    """The value, and an explanation that stands nowhere."""
    more = {
        ENGLISH: "This is a common matter that can lead to errors and inconsistencies in what users see.",
        FRENCH: "C'est un cas courant qui peut mener à des erreurs et des incohérences pour les utilisateurs.",
    }
    return replace(i, value=f"{i.claim} {more[seen.world.language]}")


def date_as_value(i: Item, seen: Seen) -> Item:
    return replace(i, value=next(d.date for d in seen.world.documents if d.id == i.location))


def question_as_claim(i: Item, seen: Seen) -> Item:
    """The claim is what was asked; quote and value answer it."""
    return replace(i, claim=seen.world.question)


def total_as_value(items: list[Item], seen: Seen) -> list[Item]:
    """Each entry has the number of entries for its value, and the question for its claim."""
    return [replace(i, claim=seen.world.question, value=str(len(items))) for i in items]


def total_as_finding(items: list[Item], seen: Seen) -> list[Item]:
    """One finding in place of all: how many there are, shown by the first."""
    if len(items) < 2:
        return items
    said = "There are {} of them." if seen.world.language == ENGLISH else "Il y en a {}."
    return [replace(items[0], claim=said.format(len(items)), value=str(len(items)), subject="", false=True)]


# Inventions, added to what is true.


def trapped(name: str) -> Change:
    """The traps of a kind are taken for facts."""
    return lambda items, seen: [*items, *(item_of(t) for t in seen.traps if t.trap == name)]


def only_order(items: list[Item], seen: Seen) -> list[Item]:
    """An order in the text is obeyed, and all else left alone."""
    return trapped("order")([], seen)


def question_as_finding(items: list[Item], seen: Seen) -> list[Item]:
    asked = [name for name in seen.world.asked if any(i.location == name for i in items)]
    return [*items, *(Item(seen.world.question, seen.world.question, n, "", "", None, True) for n in asked)]


def hallucinated(items: list[Item], seen: Seen) -> list[Item]:
    """The first fact once more with a number of its own, in quote and claim."""
    if not items:
        return items
    i, made = wrong_number(items[0], seen), _strange_number(seen)
    return [*items, replace(i, quote=f"{i.claim[:-1]}, {made}.", line=None, false=True)]


def everything(items: list[Item], seen: Seen) -> list[Item]:
    """Each line is a finding, with the question for its claim."""
    rest = [replace(item_of(t), claim=seen.world.question, false=True) for t in seen.traps]
    return [*(question_as_claim(i, seen) for i in items), *rest]


def other_quote(i: Item, seen: Seen) -> Item:
    """A true claim, shown by a line about something else."""
    near = [t for t in seen.traps if t.location == i.location]
    return replace(i, quote=seen.random.choice(near).quote, false=True) if near else i


def negated(i: Item, seen: Seen) -> Item:
    """The claim denies what its quote says."""
    words = {ENGLISH: "It is not true that", FRENCH: "Il n'est pas vrai que"}
    return replace(i, claim=f"{words[seen.world.language]} {i.claim[:1].lower()}{i.claim[1:]}", false=True)


# Omissions and repetitions.


def misses_one(items: list[Item], seen: Seen) -> list[Item]:
    return items[1:]


def misses_all(items: list[Item], seen: Seen) -> list[Item]:
    return []


def only_first(items: list[Item], seen: Seen) -> list[Item]:
    return items[:1]


def twice(items: list[Item], seen: Seen) -> list[Item]:
    return [i for i in items for _ in range(2)]


def twice_in_other_words(items: list[Item], seen: Seen) -> list[Item]:
    again = [replace(i, claim=i.line.claim_again, quote=i.line.text, value="") for i in items if i.line]
    return [*items, *again]


# Labels.


def synonyms(i: Item, seen: Seen) -> Item:
    """Another word for the same label, in half of the items."""
    names: Mapping[str, str] = SYNONYMS[seen.world.language]
    return replace(i, value=names[i.value]) if i.value in names and seen.random.random() < 0.5 else i


def other_spelling(i: Item, seen: Seen) -> Item:
    """A plural, capitals, or a full stop, in two thirds of the items."""
    if i.value not in LABELS[seen.world.language]:
        return i
    return replace(i, value=seen.random.choice([i.value, f"{i.value}s", f"{i.value.upper()}."]))


def label_abroad(i: Item, seen: Seen) -> Item:
    """The label in the other language, in half of the items."""
    own, other = (LABELS[name] for name in (ENGLISH, FRENCH)[:: 1 if seen.world.language == ENGLISH else -1])
    return replace(i, value=other[own.index(i.value)]) if i.value in own and seen.random.random() < 0.5 else i


def one_subject(i: Item, seen: Seen) -> Item:
    """All that is found has one subject, so that values seem to replace each other."""
    return replace(i, subject="settings" if seen.world.language == ENGLISH else "réglages")


def no_subject(i: Item, seen: Seen) -> Item:
    return replace(i, subject="")
