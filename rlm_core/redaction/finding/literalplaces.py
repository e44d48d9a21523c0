"""Where the literals of texts stand in a window."""

from __future__ import annotations

from itertools import chain, compress, repeat
from operator import contains, not_

from rlm_core.redaction.finding.groups import columns
from rlm_core.redaction.finding.textfinders import TEXT_FINDERS
from rlm_core.redaction.rules import TEXT_RULES
from rlm_core.redaction.syntax.syntaxes import BACKWARDS, SYNTAXES
from rlm_core.redaction.syntax.wordlist import WORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    Places = dict[bytes, list[int]]  # literal -> where it stands in a window

WINDOW = 8_192
LEAD, OVERLAP = 64, 128  # characters before and behind a window: a key whose literal stands in it shows as a whole
# Small letters, digits and what stands for a letter with an accent; all else ends a word.
_SMALLS = b"abcdefghijklmnopqrstuvwxyz"
_WORDS_ONLY = b" " * 48 + b"0123456789" + b" " * 5 + b"? " + _SMALLS + b" " * 6 + _SMALLS + b" " * 133
_ALL_WORDS = frozenset(map(bytes.decode, WORDS))
_ROOTS = (b"secret", b"pass", b"key", b"token", b"cred", b"pw")  # each in several literals


class Root:
    """What several literals share, which are looked for where it stands alone."""

    __slots__ = ("_ahead", "_before", "_literals", "_own", "root")

    def __init__(self, root: bytes, literals: Sequence[bytes]) -> None:
        self.root = root
        self._own = root in literals
        self._literals = literals
        # By the character behind the root, those that begin with it; by the one before it the others, with where in
        # them it stands. Made by the first text in which it stands.
        self._ahead: dict[bytes, list[bytes]] = {}
        self._before: dict[bytes, list[tuple[bytes, int]]] = {}

    def put(self, window: bytes, pos: int, places: Places) -> None:
        """Enter where the literals stand in a window in small letters. pos: where the root stands first."""
        length, hits = len(self.root), offsets(window, self.root, pos)
        if self._own:
            places[self.root] = hits
        if self._literals:
            self._sort()
        if not (self._ahead or self._before):
            return
        for at in hits:
            for literal in self._ahead.get(window[at + length : at + length + 1], ()):
                if window.startswith(literal, at):
                    places.setdefault(literal, []).append(at)
            for literal, behind in self._before.get(window[at - 1 : at], ()):
                if at >= behind and window.startswith(literal, at - behind):
                    places.setdefault(literal, []).append(at - behind)

    def _sort(self) -> None:
        for literal in self._literals:
            at, end = literal.index(self.root), literal.index(self.root) + len(self.root)
            if at:
                self._before.setdefault(literal[at - 1 : at], []).append((literal, at))
            elif literal != self.root:
                self._ahead.setdefault(literal[end : end + 1], []).append(literal)
        self._literals = ()


_roots_made: list[list[Root]] = []  # by the first text that asks for them


def roots() -> list[Root]:
    """Those of the texts' literals that are looked for in every window."""
    if _roots_made:
        return _roots_made[0]
    (own, _), (_, ruled, _), (_, written, *_), (told, *_) = map(
        columns, (TEXT_FINDERS, TEXT_RULES, SYNTAXES, BACKWARDS)
    )
    literals = [*{*own, *ruled, *written, *told}.difference(chain.from_iterable(WORDS.values()))]
    made: list[Root] = []
    for root in _ROOTS:  # no loop of ours goes over the literals: a hook pays for each step
        inside = [*map(contains, literals, repeat(root))]
        made.append(Root(root, [*compress(literals, inside)]))
        literals = [*compress(literals, map(not_, inside))]
    made += map(Root, literals, zip(literals))
    _roots_made.append(made)
    return made


def places(window: bytes) -> Places:
    """The literals that stand in a window in small letters, and where."""
    places: Places = {}
    for root in roots():
        pos = window.find(root.root)
        if pos >= 0:
            root.put(window, pos, places)
    # As JSON writes the end of a line.
    plain = window.replace(b"\\n", b"  ") if b"\\n" in window else window
    # Looks each word up once, and makes no set of all.
    found = _ALL_WORDS.intersection(plain.translate(_WORDS_ONLY).decode("ascii").split())
    for literal in {literal for word in found for literal in WORDS[word.encode()]} if found else ():
        pos = window.find(literal)
        if pos >= 0:
            places[literal] = offsets(window, literal, pos)
    return places


def offsets(window: bytes, literal: bytes, pos: int) -> list[int]:
    """Where `literal` stands, most of what lies in the next window left out. pos: where it stands first, or below 0."""
    offsets = []
    while 0 <= pos < LEAD + WINDOW:
        offsets.append(pos)
        pos = window.find(literal, pos + 1)
    return offsets
