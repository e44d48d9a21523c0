"""What a session was about: its words and identifiers, and how few of its blocks hold them."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from benchmarks.coding.reading import PROMPT, TEXT, THINKING, Session
from benchmarks.retrieval.conversation import Question

COMMON = 0.2  # share of a session's blocks from which on a word tells nothing
COMMON_SAID = 0.1  # the same of what was said or thought
SENTENCE = 200  # characters of a sentence that are asked for
_WORD = re.compile(r"[^\W\d_]+")
_BOUNDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_IDENTIFIERS = (
    re.compile(r"(?<![\w.-])[A-Za-z][a-z0-9]*(?:[A-Z]+[a-z0-9]*)+(?!\w)"),  # camelCase, PascalCase
    re.compile(r"(?<![\w.-])[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+(?!\w)"),  # snake_case
    re.compile(r"(?<![\w./-])[A-Za-z]\w+(?:\.[A-Za-z_]\w+)+(?![\w./])"),  # dotted
    re.compile(r"(?<![\w-])--[a-z][a-z0-9]*(?:-[a-z0-9]+)*(?![\w-])"),  # a flag
)
_FILE = re.compile(r"\.[a-z]{1,5}\d?$")
SHORT, LONG = 6, 50  # characters of an identifier


@dataclass(frozen=True)
class Query(Question):
    """A question about sessions; its evidence are records.

    source: the records that it was copied from or that repeat it, which count neither as found nor as missed.
    same: record -> the record among the evidence instead of which it will do.
    """

    source: frozenset[str] = frozenset()
    same: Mapping[str, str] = field(default_factory=dict)


class Work:
    """A session and where its words stand.

    frequency: word -> number of blocks that hold it. identifiers: as of `_identifiers`. elsewhere: those that other
    sessions hold.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        found = [set(words(b.text)) for b in session.blocks]
        self.frequency = Counter(w for block in found for w in block)
        said = [block for block, b in zip(found, session.blocks, strict=True) if b.kind in (PROMPT, TEXT, THINKING)]
        spoken = Counter(w for block in said for w in block)
        self._telling = {
            w
            for w, n in self.frequency.items()
            if 1 < n <= COMMON * len(found) and spoken[w] <= COMMON_SAID * len(said)
        }
        self._plain = [(b.record, plain(b.text)) for b in session.blocks]
        self.identifiers = self._identifiers()
        self.elsewhere: set[str] = set()

    def thing(self, record: str) -> str:
        """The record that stands for another one, an edit's call for its result."""
        return self.session.things[record]

    def rarest(self, text: str, count: int, without: Iterable[str] = ()) -> list[str]:
        """The words of a text that the fewest blocks hold, but more than one, in the text's order."""
        left_out = set(without)
        found = [w for w in dict.fromkeys(words(text)) if len(w) > 3 and w in self._telling and w not in left_out]
        best = sorted(found, key=self.frequency.__getitem__)[:count]
        return [w for w in found if w in best]

    def repeating(self, text: str) -> set[str]:
        """The records that hold a text word for word; case and white space do not matter."""
        wanted = plain(text)
        return {record for record, said in self._plain if wanted in said}

    def _identifiers(self) -> dict[str, list[int]]:
        """Identifier -> places of the blocks that hold it; names of a tool's arguments are none."""
        found: dict[str, list[int]] = defaultdict(list)
        names = {name for block in self.session.blocks for name in block.given}
        for at, block in enumerate(self.session.blocks):
            for name in identifiers(block.text) - names:
                found[name].append(at)
        return dict(sorted(found.items()))


def words(text: str) -> list[str]:
    """The words of a text in small letters, those of an identifier each by itself.

    >>> words("parserRetryLimit of HTTP_server")
    ['parser', 'retry', 'limit', 'of', 'http', 'server']
    """
    return [w.lower() for w in _WORD.findall(_BOUNDS.sub(" ", text))]


def identifiers(text: str) -> set[str]:
    """The identifiers in a text, flags among them; names of files are none.

    >>> sorted(identifiers("parserLimit in config.go, os.path.join --dry-run my_app ok"))
    ['--dry-run', 'my_app', 'os.path.join', 'parserLimit']
    """
    found = {name for pattern in _IDENTIFIERS for name in pattern.findall(text)}
    return {n for n in found if SHORT <= len(n) <= LONG and not ("." in n and _FILE.search(n))}


def sentences(text: str) -> list[str]:
    """The sentences of more than three words; a long one is cut after a word.

    >>> sentences("Yes. Please retry the upload when it fails! Then\\nstop here at once, please")
    ['Please retry the upload when it fails!', 'stop here at once, please']
    """
    found = [s.strip() for s in re.split(r"(?<=[.!?:])\s+|\n+", text) if len(words(s)) > 3]
    return [s if len(s) <= SENTENCE else s[:SENTENCE].rsplit(" ", 1)[0] for s in found]


def plain(text: str) -> str:
    return " ".join(text.lower().split())
