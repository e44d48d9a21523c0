"""Keys of providers by their literals, in runs of 20 and more key characters."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

from rlm_core.redaction.assignments import FRAME, JUDGED, WORD, extended, is_wordy, regex
from rlm_core.redaction.finding.groups import FinderGroup, columns, of_literal
from rlm_core.redaction.rules import EDGE, KEY, KEY_RULES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from rlm_core.redaction.finding.groups import Finder, Span
    from rlm_core.redaction.longruns import Stretch

_PARTED = bytes.maketrans(b"+/", b"  ")  # what the long stretches have and keys have not
_SHORTEST = 20  # characters of AWS ids and the shortest JWT headers
# No key is of these alone: names of variables, and hash values. They are most of the runs.
_SMALL, _HEX = b"abcdefghijklmnopqrstuvwxyz_-", b"0123456789abcdef-"
_TWO = itemgetter(slice(-2, None))  # the two characters that a literal ends in
_SIGNS_OF_ENDS = (b"_", b"-", b".")
_SHORT = 4_096  # bytes
_FEW = 8  # characters of a JWT that stands for one: eyJaaaa.aaaa.aaaa
# The rest of a JWT on lines of its own.
_WRAPPED = (
    rb"(?:[ \t]{0,8}(?:[\\=]?\r?\n|\\{1,4}n)" + FRAME + rb"?[ \t>|+]{0,16}(?=[\w.-]{20})"
    rb"[\w-]{0,4096}(?:\.[\w-]{0,4096})?(?=[\s\"'`,;\\]|\Z)){1,4}"
)


def _heads(pattern: bytes) -> tuple[bytes, ...]:
    """What the pattern of a key may begin with, as far as it is plain: told before the pattern need be compiled.

    >>> _heads(b"[sr]k_(?:live|test)_"), _heads(b"xai-?[a-z]{40}"), _heads(b"(?:AKIA|ASIA)[A-Z]{16}")
    ((b'sk_', b'rk_'), (b'xai',), (b'',))
    """
    firsts, _, rest = pattern[1:].partition(b"]") if pattern[:1] == b"[" else (b"", b"", pattern)
    if firsts and (not firsts.isalnum() or rest[:1] in _REPEATS):
        return (b"",)
    head = rest[: len(rest) - len(rest.lstrip(WORD))]
    head = head[:-1] if rest[len(head) : len(head) + 1] in _REPEATS else head
    return tuple(bytes((first,)) + head for first in firsts) if firsts else (head,)


_OF_BASE64 = ("slack", "stripe", "sentry", "grafana")  # kinds of keys that may hold + / and =
_REPEATS = (b"?", b"*", b"+", b"{")


def _key_finder(kind: str, back: int, pattern: bytes) -> Finder:
    # a JWT's dots let it scan far ahead: one try per run, else "eyJ-eyJ-..." costs its length squared
    edge = rb"(?<!\bpk\.)(?:(?<![\w-])|(?<=\\[nrt])|(?<=%[0-9A-F]{2})|(?<=[0-9;][0-9]m))" if kind == "jwt" else EDGE
    checked = kind == "openai"  # `sk-fading-circle-container` is a class of CSS
    heads = _heads(pattern)

    def find(image: bytes, pos: int) -> Span | None:
        if pos < back or not image.startswith(heads, pos - back):
            return None
        match = regex((b"" if kind == "telegram" else edge) + pattern).match(image, pos - back)
        if (
            match is None
            or (kind != "private-key" and regex(rb"EXAMPLE|[xX]{8}|0{12}|\*{4}").search(match[0]))
            or (checked and is_wordy(match[0][:JUDGED]))
            or (kind == "jwt" and len(set(match[0])) < _FEW)
        ):
            return None
        start, end = match.span("s" if "s" in match.re.groupindex else 0)
        end = extended(image, end, KEY + rb"*")
        if kind in _OF_BASE64 and image[end : end + 1] == b"%":  # in an address or a cookie
            end = extended(image, end, rb"(?:%(?:2[BbFf]|3[Dd])" + KEY + rb"*)*")
        if kind == "jwt" and image.count(b".", start, end) < 2:
            end = extended(image, end, _WRAPPED)
        return start, end, kind

    return find


def runs(window: bytes, begin: int, stretches: Iterable[Stretch]) -> bytes:
    """The stretches of 20 and more key characters that may be keys, each with the five characters before it.

    begin: where the window stands in the image. stretches: of the image, those in which the window's runs lie.
    """
    found: list[bytes] = []
    for first, last in stretches:
        start, piece = max(first - begin, 0), window[max(first - begin, 0) : last - begin]
        if b"MII" in piece[:4]:  # DER, in which + and / may stand sooner than behind 20 characters
            found.append(window[max(0, start - 5) : start + _SHORTEST])
        for run in piece.translate(_PARTED).split(b" "):
            end = start + len(run)
            if len(run) >= _SHORTEST and run.translate(None, _SMALL) and run.translate(None, _HEX):
                found.append(window[max(0, start - 5) : end])
            start = end + 1
    return b" ".join(found)


class Keys(dict[bytes, FinderGroup]):
    """The finders of keys by their literals, each made when its literal is first met.

    Most keys begin with a name and a sign: such a literal is looked for only where the two characters it ends in stand.
    """

    __slots__ = ("ends", "others")

    def __init__(self) -> None:
        super().__init__()
        self.ends: dict[bytes, list[bytes]] = {}
        self.others: list[bytes] = []
        for end, literals in groupby(sorted({*columns(KEY_RULES)[1]}, key=_TWO), _TWO):
            if end[-1:] in _SIGNS_OF_ENDS:
                self.ends[end] = [*literals]
            else:
                self.others += literals

    def __missing__(self, literal: bytes) -> FinderGroup:
        rows = of_literal(KEY_RULES, literal.__eq__, 1)
        self[literal] = made = FinderGroup([_key_finder(kind, back, pattern) for kind, _, back, pattern in rows])
        return made

    def possible(self, runs: bytes) -> list[bytes]:
        """The literals that may stand in the runs."""
        if not any(map(runs.__contains__, _SIGNS_OF_ENDS)):
            return self.others  # of what is Base64 the search for ends is the dearest
        if len(runs) < _SHORT:  # a pattern would have to be compiled, which a hook counts
            ends = {end for end in self.ends if end in runs}
        else:
            ends = self.ends.keys() & set(regex(rb"[A-Za-z0-9][_.-]").findall(runs))
        return [*self.others, *(literal for end in ends for literal in self.ends[end])]


_keys_made: list[Keys] = []  # by the first text that asks for them


def keys() -> Keys:
    if not _keys_made:
        _keys_made.append(Keys())
    return _keys_made[0]
