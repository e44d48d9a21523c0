"""Quotes and places as a weak reader gives them: nearly right, too short, too long, of another place."""

from dataclasses import replace

from benchmarks.readers.items import Item, Seen
from benchmarks.readers.templates import ENGLISH

# Quotes.


def other_case(i: Item, seen: Seen) -> Item:
    return replace(i, quote=i.quote.lower() if seen.random.random() < 0.5 else i.quote.upper())


def typography(i: Item, seen: Seen) -> Item:
    """Quotation marks, apostrophes, dashes and spaces as a typesetter has them."""
    quote = i.quote.replace("'", "’").replace(" ?", "\u202f?").replace(", ", " — ", 1)
    return replace(i, quote=f"“{quote}”".replace("...", "…"))


def markdown(i: Item, seen: Seen) -> Item:
    return replace(i, quote=i.quote.replace(i.value, f"**{i.value}**", 1) if i.value in i.quote else f"*{i.quote}*")


def fence_tag(i: Item, seen: Seen) -> Item:
    """The line above the source's first, as it stands in the prompt, before the quote."""
    rows = seen.prompt.split("\n")
    tags = [row for row in rows if row.startswith("<") and i.location in row]
    return replace(i, quote=f"{tags[0] if tags else '<source>'}\n{i.quote}")


def line_number(i: Item, seen: Seen) -> Item:
    number = i.line.number if i.line else 1
    return replace(i, quote=f"{number}{seen.random.choice(': |→')} {i.quote}")


def name_before(i: Item, seen: Seen) -> Item:
    name = "User" if seen.world.language == ENGLISH else "Utilisateur"
    return replace(i, quote=f"{name}: {i.quote}")


def ellipsis(i: Item, seen: Seen) -> Item:
    """Words left out within; what the value is stays."""
    words = i.quote.split()
    at = next((n for n in range(1, len(words) - 1) if i.value.split()[0] not in " ".join(words[n : n + 2])), 1)
    return replace(i, quote=" ".join([*words[:at], seen.random.choice(["...", "…", "[...]"]), *words[at + 2 :]]))


def paraphrase(i: Item, seen: Seen) -> Item:
    return replace(i, quote=i.line.paraphrase if i.line else i.quote)


def pronoun(i: Item, seen: Seen) -> Item:
    """The first word is another: who said it, or what "it" stands for."""
    first, _, rest = i.quote.partition(" ")
    name = i.line.speaker if i.line else "They"
    return replace(i, quote=f"{name if len(first) <= 4 else first + ' ' + name} {rest}")


def translated(i: Item, seen: Seen) -> Item:
    return replace(i, quote=i.line.abroad if i.line else i.quote)


def truncated(i: Item, seen: Seen) -> Item:
    """Cut off within a word."""
    return replace(i, quote=i.quote[: max(12, len(i.quote) * 2 // 3)])


def fragment(i: Item, seen: Seen) -> Item:
    """The last two words, which may stand on several lines and tell nothing."""
    return replace(i, quote=" ".join(i.quote.split()[-2:]))


def too_long(i: Item, seen: Seen) -> Item:
    return replace(i, quote=seen.document(i.location).strip())


def whole_line(i: Item, seen: Seen) -> Item:
    """With the lines before and after."""
    rows = seen.document(i.location).split("\n")
    at = i.line.number - 1 if i.line else 0
    return replace(i, quote="\n".join(rows[max(0, at - 1) : at + 2]).strip())


def claim_as_quote(i: Item, seen: Seen) -> Item:
    return replace(i, quote=i.claim)


def few_words_changed(i: Item, seen: Seen) -> Item:
    """Two words of the middle fall out, and nothing shows it."""
    words = i.quote.split()
    places = [n for n in range(2, len(words) - 2) if words[n].strip(".,") not in i.value]
    for at in sorted(seen.random.sample(places, min(2, len(places))), reverse=True):
        del words[at]
    return replace(i, quote=" ".join(words))


def glued(items: list[Item], seen: Seen) -> list[Item]:
    """Each quote is joined with another line's."""
    other = [*seen.traps, *seen.facts]
    return [replace(i, quote=f"{i.quote} {seen.random.choice([o for o in other if o != i.line]).quote}") for i in items]


def one_quote(items: list[Item], seen: Seen) -> list[Item]:
    """All claims stand under the first one's quote."""
    return [*items[:1], *(replace(i, quote=items[0].quote, location=items[0].location, false=True) for i in items[1:])]


# Places.


def other_location(i: Item, seen: Seen) -> Item:
    others = [d.id for d in seen.world.documents if d.id != i.location]
    return replace(i, location=seen.random.choice(others))


def strange_location(i: Item, seen: Seen) -> Item:
    return replace(i, location=f"source-{seen.random.randrange(16**8):08x}")


def line_in_location(i: Item, seen: Seen) -> Item:
    return replace(i, location=f"{i.location}, line {i.line.number if i.line else 1}")


def no_location(i: Item, seen: Seen) -> Item:
    return replace(i, location="")
