"""Tasks with known answers: counting, pairs, a needle, a history with reversals, records in parts of one size.

Deterministic by the seed. A token is four bytes (`asked`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from random import Random

from benchmarks.engine import forms
from benchmarks.engine.asked import BYTES, tokens
from benchmarks.engine.forms import Fact
from rlm_core.engine.texts import Document

NOUNS = [
    "mill",
    "bridge",
    "lantern",
    "harbour",
    "ledger",
    "compass",
    "orchard",
    "kettle",
    "mirror",
    "ferry",
    "tunnel",
    "anchor",
    "loom",
    "quarry",
]
ADJECTIVES = ["old", "green", "northern", "quiet", "broken", "narrow", "silver", "hidden", "early", "wooden"]
NAMES = [
    "Northgate",
    "Alderley",
    "Brockham",
    "Cresswell",
    "Dunmore",
    "Elmstead",
    "Farleigh",
    "Gosforth",
    "Hatherton",
    "Ivybridge",
]
COMPONENTS = ["importer", "exporter", "mailer", "scheduler", "indexer", "gateway", "cache", "reporter"]
KINDS = {"retry limit": "number", "timeout": "number", "batch size": "number", "log level": "word", "backend": "word"}
WORDS = ["debug", "info", "warning", "quiet", "verbose", "sqlite", "postgres", "memory", "redis", "disk"]
ENDINGS = {
    "an abbreviation": "{code} stand for?",
    "a reason": "is the {adjective} {noun} of {name} closed?",
    "a thing": "tool belongs to the {adjective} {noun} of {name}?",
    "a person": "built the {adjective} {noun} of {name}?",
    "a place": "is the {adjective} {noun} of {name}?",
    "a number": "steps lead to the {adjective} {noun} of {name}?",
}
SENTENCES = [
    f"The {a} {n} near {p} was {v} again." for a in ADJECTIVES for n in NOUNS for p in NAMES for v in ("seen", "mended")
]
SESSION = 6_000  # tokens of a session
FILE = 40_000  # tokens of a file of rows or of prose
START = datetime(2026, 1, 5, 9, 0)


@dataclass(frozen=True)
class Task:
    """A question over documents. truth: the facts that answer it, all of them."""

    name: str
    question: str
    documents: tuple[Document, ...]
    truth: frozenset[Fact]

    @property
    def tokens(self) -> int:
        return tokens(*(d.text for d in self.documents))


def rows(size: int, seed: int) -> list[Document]:
    """Files of entries `Date: ... || User: ... || Instance: ...`, about `size` tokens in all."""
    random = Random(f"rows {seed}")
    users = [str(random.randrange(10_000, 99_999)) for _ in range(max(12, min(200, size // 500)))]
    weights = [random.uniform(1, 3) for _ in forms.LABELS]
    moment, files = START, []
    for number, wanted in enumerate(_shares(size, FILE)):
        lines: list[str] = []
        left = wanted * BYTES
        while left > 0:
            moment += timedelta(minutes=random.randrange(1, 9))
            label = random.choices([*forms.LABELS], weights)[0]
            lines.append(
                f"Date: {moment:%Y-%m-%d %H:%M} || User: {random.choice(users)} || Instance: {_asked(label, random)}"
            )
            left -= len(lines[-1]) + 1
        files.append(Document(f"rows-{number:03}.txt", "\n".join(lines) + "\n"))
    return files


def _asked(label: str, random: Random) -> str:
    code = "".join(random.choices("ABCDEFGHKLMNPRSTUVWXYZ", k=4))
    words = {"adjective": random.choice(ADJECTIVES), "noun": random.choice(NOUNS), "name": random.choice(NAMES)}
    return f"{forms.LABELS[label]} {ENDINGS[label].format(code=code, **words)}"


def _shares(size: int, each: int) -> list[int]:
    return [min(each, size - at) for at in range(0, size, each)]


def _of_rows(name: str, question: str, documents: Sequence[Document]) -> Task:
    return Task(name, question, tuple(documents), frozenset(_row_facts(documents, forms.wanted_labels(question))))


def _row_facts(documents: Iterable[Document], labels: frozenset[str]) -> Iterator[Fact]:
    for document in documents:
        for line in document.text.splitlines():
            _, user, instance = (field.partition(": ")[2] for field in line.split(" || "))
            if (label := forms.label_of(instance)) in labels:
                yield Fact(document.id, line, user, label)


def counting(size: int, seed: int) -> list[Task]:
    """Like OOLONG's counts (Bertsch et al. 2025): of one label, the most frequent label, of one label by user."""
    documents = rows(size, seed)
    label = Random(f"counting {seed}").choice([*forms.LABELS])
    questions = {"count": forms.COUNT.format(label), "most": forms.MOST_FREQUENT, "each user": forms.EACH.format(label)}
    return [_of_rows(name, question, documents) for name, question in questions.items()]


def pairs(size: int, seed: int) -> Task:
    """Like OOLONG-Pairs (Zhang et al. 2025): all pairs of users who each have entries of two kinds."""
    first, second = Random(f"pairs {seed}").sample([*forms.LABELS], 2)
    return _of_rows("pairs", forms.PAIRS.format(first, second), rows(size, seed))


def pairs_of(found: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """The pairs of users, each with entries of all kinds there are, from (user, kind)."""
    entries = set(found)
    kinds = {kind for _, kind in entries}
    users = sorted({u for u, _ in entries if all((u, k) in entries for k in kinds)})
    return {*combinations(users, 2)} if len(kinds) > 1 else set()


def prose(size: int, random: Random) -> list[str]:
    """Lines of filler, about `size` tokens."""
    lines, left = [], size * BYTES
    while left > 0:
        lines.append(" ".join(random.choices(SENTENCES, k=8)))
        left -= len(lines[-1]) + 1
    return lines


def needle(size: int, seed: int) -> Task:
    """Like S-NIAH of RULER (Hsieh et al. 2024): one number in filler, in a place that the seed chooses."""
    random = Random(f"needle {seed}")
    city, number = random.choice(NAMES), str(random.randrange(1_000_000, 9_999_999))
    sentence = f"The special magic number for {city} is {number}."
    shares = _shares(size, FILE)
    place = random.randrange(len(shares))
    documents = []
    for n, share in enumerate(shares):
        lines = prose(share, random)
        if n == place:
            at = random.randrange(len(lines))
            lines[at] = f"{lines[at]} {sentence}"
        documents.append(Document(f"prose-{n:03}.txt", "\n".join(lines) + "\n"))
    fact = Fact(f"prose-{place:03}.txt", sentence, f"special magic number for {city}", number)
    return Task("needle", forms.NEEDLE.format(city), tuple(documents), frozenset({fact}))


def history(size: int, seed: int, *, session: int = SESSION, each: int = 3) -> list[Task]:
    """Sessions, a day each, in which settings are changed, some of them back and forth.

    Asked for one setting's value now, for all its changes, and for every change of every setting. each: changes in a
    session; session: its tokens.
    """
    random = Random(f"history {seed}")
    settings = [f"{kind} of the {component}" for component in COMPONENTS for kind in KINDS]
    found: list[Fact] = []
    documents = []
    for n, share in enumerate(_shares(size, session)):
        document, changes = _session(n, share, random.sample(settings, each), random)
        documents.append(document)
        found += changes
    often = Counter(f.subject for f in found).most_common(1)[0][0]
    of_it = frozenset(f for f in found if f.subject == often)
    last = max(f.location for f in of_it)
    return [
        Task("value now", forms.NOW.format(often), tuple(documents), frozenset(f for f in of_it if f.location == last)),
        Task("changes", forms.CHANGES.format(often), tuple(documents), of_it),
        Task("every change", forms.EVERY, tuple(documents), frozenset(found)),
    ]


def _session(number: int, size: int, settings: Sequence[str], random: Random) -> tuple[Document, list[Fact]]:
    moment = START + timedelta(days=number)
    name = f"s{number:05}"
    lines = prose(size, random)
    places = sorted(random.sample(range(len(lines)), min(len(settings), len(lines))))
    found = []
    for at, setting in zip(places, settings, strict=False):
        numeric = KINDS[setting.partition(" of ")[0]] == "number"
        value = str(random.randrange(1_000, 99_999)) if numeric else random.choice(WORDS)
        lines[at] = f"{moment:%Y-%m-%d} user: Set the {setting} to {value} for change {name}-{at}."
        found.append(Fact(name, lines[at], setting, value))
    return Document(name, "\n".join(lines) + "\n", date=f"{moment:%Y-%m-%dT%H:%M:%S}"), found


def records(parts: int, size: int, seed: int, each: int = 10) -> Task:
    """Documents of about `size` tokens, each with so many records among filler."""
    random = Random(f"records {seed}")
    documents, found = [], []
    for n in range(parts):
        lines, name = prose(size - 12 * each, random), f"p{n:04}"
        for k in range(each):
            record, code = f"R{n * each + k:05}", "".join(random.choices("ABCDEFGHKLMNPRSTUVWXYZ23456789", k=8))
            line = f"Record {record} has the code {code}."
            lines.insert(random.randrange(len(lines) + 1), line)
            found.append(Fact(name, line, f"code of record {record}", code))
        documents.append(Document(name, "\n".join(lines) + "\n"))
    return Task("records", forms.CODES, tuple(documents), frozenset(found))
