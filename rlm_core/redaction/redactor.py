"""Replace secrets in text by `[redacted:kind]` before the text is written to disk.

    >>> Redactor()("export DB_PASSWORD=tr0ub4dor")
    'export DB_PASSWORD=[redacted:env]'

How it stays fast: all matching runs on an *image* of the text, one ASCII byte per character, so offsets agree
and bytes searches apply. Windows of the image are tested for short literals; a regex is compiled and tried
only where a literal stands. Provider keys are looked for in the runs of 20 and more key characters alone, a
small part of any text. Every quantifier is bounded or walks a stretch once, so time is linear in the length.
"""

from __future__ import annotations

from itertools import chain, compress, groupby, repeat
from operator import contains, itemgetter, not_

from rlm_core.redaction import longruns
from rlm_core.redaction.assignments import (
    CHECK_LIKE,
    CHECK_SAID,
    CHECK_SURE,
    FRAME,
    JUDGED,
    NAMED,
    extended,
    is_placeholder,
    is_random,
    is_wordy,
    named,
    passes,
    regex,
)
from rlm_core.redaction.clean import CleanText, plain_id
from rlm_core.redaction.rules import CURL, EDGE, KEY, KEY_RULES, KINDS, NAMES, TEXT_RULES
from rlm_core.redaction.syntax.snippets import SPACED
from rlm_core.redaction.syntax.syntaxes import BACK_REACH, BACKWARDS, SYNTAXES
from rlm_core.redaction.syntax.syntaxes import KINDS as OF_SYNTAXES
from rlm_core.redaction.syntax.wordlist import CERTAIN_LITERALS, WORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from typing import Any

    from rlm_core.redaction.clean import CleanJson
    from rlm_core.redaction.longruns import Stretch
    from rlm_core.redaction.spans import Redacted

    Redact = Callable[[str], CleanText]
    Span = tuple[int, int, str]  # start, end (both in characters of the text), kind
    Finder = Callable[[bytes, int], "Span | None"]
    Finders = dict[bytes, "_Group"]
    Places = dict[bytes, list[int]]  # literal -> where it stands in a window
    Done = dict[tuple[bytes, Finder], int]  # how far a finder has got from the hits of a literal

_WINDOW = 8_192
_LEAD, _OVERLAP = 64, 128  # characters before and behind a window: a key whose literal stands in it shows as a whole
# What people write needs two passes at most. `curl -ua:bbbb -uc:dddd ... URL` gives up one password in each: ours reach
# over 300 characters, in which 12 markers have room. A pattern of the user's that depends on a marker may need more.
_PASSES = 16
_MANY = 32  # hits in a window from which on verdicts are remembered
_BEFORE, _BEHIND = 400, 4_864  # a finder's verdict hangs on no more than so many characters around its hit,
_BLANK = b" " * 256  # but for blanks, of which some rules pass over any number
_BETWEEN = "\n\0\n"  # the end of a text and the beginning of the next

_PARTED = bytes.maketrans(b"+/", b"  ")  # what the long stretches have and keys have not
# Small letters, digits and what stands for a letter with an accent; all else ends a word.
_SMALLS = b"abcdefghijklmnopqrstuvwxyz"
_WORDS_ONLY = b" " * 48 + b"0123456789" + b" " * 5 + b"? " + _SMALLS + b" " * 6 + _SMALLS + b" " * 133
_ALL_WORDS = frozenset(map(bytes.decode, WORDS))
_ROOTS = (b"secret", b"pass", b"key", b"token", b"cred", b"pw")  # each in several literals
_SHORTEST = 20  # characters of AWS ids and the shortest JWT headers
# No key is of these alone: names of variables, and hash values. They are most of the runs.
_SMALL, _HEX = b"abcdefghijklmnopqrstuvwxyz_-", b"0123456789abcdef-"
_ANSI = rb"(?:\x1b|\\u001b)\[[0-9;]{0,16}[mK]"
_MARK = rb"\[redacted:([a-z0-9-]{1,40})\]"

_PEM_HEAD = rb"-----BEGIN (?:[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?|OpenVPN [a-zA-Z0-9 -]{1,32} key(?: V1)?)-----"
_PEM_TAIL = rb"-----END [A-Za-z0-9 ]{0,40}-----"
# Between lines: white space, \n escapes, quotes, line numbers, diff signs, headers such as DEK-Info.
_PEM_FILL = rb"(?:[^A-Za-z0-9+/=\0]|\\[nr]|\d{1,6}(?=[\t ?:|])|[\r\n?\t ][+](?=[A-Za-z0-9\s\\])){0,40}"
_PEM_RUNS = rb"(?:" + _PEM_FILL + rb"[A-Za-z0-9+/]{20,8192}={0,2}){1,400}"
_PEM_NAME = rb"(?:Proc-Type|DEK-Info|Version|Comment|Charset|Hash):"
_PEM_HEADER = _PEM_FILL + _PEM_NAME + rb" ?"
# A header's value ends where the next begins: else five of them could be cut in countless ways.
_PEM_WHOLE = _PEM_HEADER + rb"(?:(?!" + _PEM_NAME + rb")[^\n\\\0]){0,100}"
_PEM_LAST = _PEM_HEADER + rb"[^\n\\\0]{0,100}" + _PEM_RUNS
_PEM_HEADERS, _PEM_HEADERS_REACH = 5, 2_400
_PEM_REACH = 20_000
_CURL_REACH = 5 + 3 * 300 + 6  # where CURL may find its `-u` or `--user`: a continued line counts as one character


def _private_key(image: bytes, pos: int) -> Span | None:
    """A PEM block to its END line; without one, as far as the lines look like a key. No block reaches over another."""
    head = regex(_PEM_HEAD).match(image, pos)
    if head is None:
        return None
    begin, reach = head.end(), head.end() + _PEM_REACH
    stop = image.find(b"-----BEGIN", begin, reach)
    end = image.find(b"-----END ", begin, reach if stop < 0 else stop)
    tail = regex(_PEM_TAIL).match(image, end) if end > 0 else None
    if tail is not None and _is_key_body(image[begin : tail.start()]):
        return pos, tail.end(), "private-key"
    lines = _key_lines(image, begin, len(image) if stop < 0 else stop)
    return (pos, lines, "private-key") if lines else None


def _key_lines(image: bytes, begin: int, stop: int) -> int:
    """Where lines of a key end that follow, behind headers or on the line of one; 0 when none do."""
    if regex(rb"[A-Za-z0-9+/]{20}").search(image, begin, min(stop, begin + _PEM_HEADERS_REACH)) is None:
        return 0
    headers: list[int] = []
    at = begin
    while len(headers) < _PEM_HEADERS and (header := regex(_PEM_WHOLE).match(image, at, stop)) is not None:
        headers.append(at)
        at = header.end()
    lines = regex(_PEM_RUNS).match(image, at, stop)
    while lines is None and headers:
        lines = regex(_PEM_LAST).match(image, headers.pop(), stop)
    return lines.end() if lines else 0


def _curl_user(image: bytes, pos: int) -> Span | None:
    """The password of `curl -u user:password` on either side of the address at `pos`."""
    start = image.rfind(b"curl ", max(0, pos - 300), pos)
    if start < 0 or image.find(b"-u", start, start + _CURL_REACH) < 0:
        return None
    match = regex(CURL).match(image, start)
    if match is None or is_placeholder(match["s"]):
        return None
    return (*match.span("s"), "password")


def _is_key_body(body: bytes) -> bool:
    """True when most of `body` is long base64: code that merely names the END line holds no key."""
    runs = regex(rb"[A-Za-z0-9+/=]{24,}").findall(body)
    return 2 * sum(map(len, runs)) >= len(body) > 0


_TAG = rb"<(?:\\?/)?private(?:\s[^<>]{0,200})?>"


def _private_block(image: bytes, pos: int) -> Span | None:
    """`<private>` to the tag that closes it, nested ones inside; without one, to the end of the text."""
    tags = regex(rb"(?i)(?<!`)" + _TAG + rb"|" + _TAG + rb"(?!`)")  # `<private>` is talk about the tag
    if tags.match(image, pos) is None:
        return None
    depth = 0
    for tag in tags.finditer(image, pos):
        depth += -1 if b"/" in tag[0][:3] else 1
        if depth == 0:
            return pos, tag.end(), "private"
    return pos, len(image), "private"


# The rest of a JWT on lines of its own.
_WRAPPED = (
    rb"(?:[ \t]{0,8}(?:[\\=]?\r?\n|\\{1,4}n)" + FRAME + rb"?[ \t>|+]{0,16}(?=[\w.-]{20})"
    rb"[\w-]{0,4096}(?:\.[\w-]{0,4096})?(?=[\s\"'`,;\\]|\Z)){1,4}"
)


_FEW = 8  # characters of a JWT that stands for one: eyJaaaa.aaaa.aaaa


def _key_finder(kind: str, back: int, pattern: bytes) -> Finder:
    # a JWT's dots let it scan far ahead: one try per run, else "eyJ-eyJ-..." costs its length squared
    edge = rb"(?<!\bpk\.)(?:(?<![\w-])|(?<=\\[nrt])|(?<=%[0-9A-F]{2})|(?<=[0-9;][0-9]m))" if kind == "jwt" else EDGE
    checked = kind == "openai"  # `sk-fading-circle-container` is a class of CSS

    def find(image: bytes, pos: int) -> Span | None:
        if pos < back:
            return None
        match = regex((b"" if kind == "telegram" else edge) + pattern).match(image, pos - back)
        if (
            match is None
            or regex(rb"EXAMPLE|[xX]{8}|0{12}|\*{4}").search(match[0])
            or (checked and is_wordy(match[0][:JUDGED]))
            or (kind == "jwt" and len(set(match[0])) < _FEW)
        ):
            return None
        start, end = match.span("s" if "s" in match.re.groupindex else 0)
        end = extended(image, end, KEY + rb"*")
        if kind == "jwt" and image.count(b".", start, end) < 2:
            end = extended(image, end, _WRAPPED)
        return start, end, kind

    return find


_PATTERNS: dict[Finder, bytes] = {named: NAMED}
"""The pattern without whose match at the literal a finder finds nothing, of those that have one."""

_STANDS_BEFORE: dict[Finder, tuple[bytes, ...]] = {}
"""What stands right before the literal, one of these in small letters; of those that know."""
_BEFORE_CHARS = 24  # of it, at most
_LOOK_BACK = rb"\(\?<=(?:[\w /:;<$-]|\\[$?])+\)"
_LOOKS_BACK = rb"(?:\(\?i\))?(?:%b|\(\?:%b(?:\|%b)*\))(?!\|)" % (_LOOK_BACK, _LOOK_BACK, _LOOK_BACK)


def _noted(find: Finder, pattern: bytes) -> Finder:
    """The finder of a pattern, with what tells soonest that it finds nothing.

    What a pattern looks back at tells only where all of the pattern stands behind it: a group of such looks is closed
    behind them, and no row of the tables has another branch outside of a group.
    """
    before = regex(_LOOKS_BACK).match(pattern)
    if before is None:
        _PATTERNS[find] = pattern
    else:
        heads = regex(_LOOK_BACK).findall(before[0])
        _STANDS_BEFORE[find] = tuple(head[4:-1].replace(b"\\", b"").lower() for head in heads)
    return find


_PORT = rb"://(?:(?:\d{1,3}(?:\.\d{1,3}){3}|localhost):\d{1,5}@|[^:]{1,128}:\d{1,5}@\w{1,20}=)"


def _text_finder(kind: str, pattern: bytes) -> Finder:
    def find(image: bytes, pos: int) -> Span | None:
        match = regex(pattern).match(image, pos)
        if match is None or is_placeholder(match["s"]):
            return None
        if kind == "bearer" and not (is_random(match["s"]) or match["s"].endswith(b"=")):
            return None
        if kind == "url-password" and regex(rb"\d{1,5}[/?#].*|\$\w+").fullmatch(match["s"]):
            return None
        if kind == "url-password" and regex(_PORT).match(image, pos):
            return None
        if kind == "url-password" and match["s"].isalpha() and match[0].startswith(b"://%b:" % match["s"]):
            return None  # guest:guest, what a program is installed with
        start, end = match.span("s")
        return start, extended(image, end, rb"[A-Za-z0-9._~+/=!|-]*") if kind == "bearer" else end, kind

    return _noted(find, pattern)


_FOLLOWS: dict[Finder, bytes] = {}
"""The characters of which one stands behind the literal of a finder, small letters at least; of those that know."""

_SETS = (b"set", b"env", b"arg", b"add", b"put", b"_param")  # one of them is in whatever `_SETTING` finds
_SETTING = (
    rb"(?i:setx(?: /m)?|set -[a-z]{1,4}|\bENV|\bARG|setenv|proxy_set_header|add_header|(?:uwsgi|fastcgi)_param"
    rb"|(?:config|configure|variables?|vars?|secrets?|kv|env|secret:set) (?:set|put|add))"
    rb"(?:[ \t]{1,4}--?\w[\w=-]{0,20}){0,2}[ \t]{1,4}[\w/.:-]{0,60}\Z"
)


def _set_finder(kind: str, pattern: bytes) -> Finder:
    """Finds what stands behind a command that sets a variable."""

    def find(image: bytes, pos: int) -> Span | None:
        before = image[max(0, pos - 64) : pos]
        small = before.lower()
        if not any(map(small.__contains__, _SETS)) or regex(_SETTING).search(before) is None:
            return None
        match = regex(pattern).match(image, pos)
        return (*match.span("s"), kind) if match and passes(match["s"][:JUDGED], CHECK_LIKE) else None

    _PATTERNS[find] = pattern
    return find


def _syntax_finder(kind: str, literal: bytes, pattern: bytes, check: int, follows: bytes = b"") -> Finder:
    if check == SPACED:
        return _set_finder(kind, pattern)

    def find(image: bytes, pos: int) -> Span | None:
        match = regex(pattern).match(image, pos)
        if match is None or not passes(match["s"][:JUDGED], check):
            return None
        return (*match.span("s"), kind)

    if follows:
        _FOLLOWS[find] = follows
    return _noted(find, pattern)


def _cookie(image: bytes, pos: int) -> Span | None:
    """The first value of a cookie's header, or of `curl -b`, that no person would write."""
    head = regex(
        rb"(?i)cookie\d?\\{0,3}[\"']?[ \t]{0,2}[:=][ \t]{0,2}\\{0,3}[\"']?|--cookie[ =]|curl (?:[^\n|;&]{0,200}? )?-b "
    ).match(image, pos)
    if head is None:
        return None
    # No further than where the next begins, or a line of many would be read once for each.
    after = regex(rb"(?i)cookie\d?\\{0,3}[\"' ]{0,3}[:=]").search(image, head.end(), head.end() + 1024)
    line = image[head.end() : after.start() if after else head.end() + 1024]
    for pair in regex(rb"(?:\A|[;,'\" ])[ ]?([\w.-]{1,64})=([^;,\s\"'\\\0]{16,2048})").finditer(
        line.partition(b"\n")[0]
    ):
        if not pair[1].lower().startswith((b"_g", b"path", b"domain", b"expires")) and is_random(pair[2][:JUDGED], 16):
            return head.end() + pair.start(2), head.end() + pair.end(2), "cookie"
    return None


def _back_finder(before: bytes, pattern: bytes) -> Finder:
    def find(image: bytes, pos: int) -> Span | None:
        if not image.endswith(before, max(0, pos - len(before)), pos):
            return None
        match = regex(pattern).search(image, max(0, pos - BACK_REACH), pos)
        return (*match.span("s"), "password") if match and passes(match["s"], CHECK_SAID) else None

    _STANDS_BEFORE[find] = (before.lower(),)
    return find


class _Looks:
    """The finders of a literal with a certain character behind it.

    of: those that may find something at a place, soonest told: by what stands before it, by their patterns. One
    pattern that holds all of theirs takes longer to compile than it spares.
    """

    __slots__ = ("_before", "_matches", "_plain")

    def __init__(self, finders: Sequence[Finder]) -> None:
        self._plain: list[Finder] = []
        self._matches = [(regex(_PATTERNS[find]).match, find) for find in finders if find in _PATTERNS]
        self._before: dict[bytes, list[tuple[tuple[bytes, ...], Finder]]] = {}
        for find in finders:
            if find in _STANDS_BEFORE:
                for last, heads in groupby(sorted(_STANDS_BEFORE[find], key=_LAST), _LAST):
                    those = tuple(heads)
                    for sign in {last, last.upper()} if last else ():
                        self._before.setdefault(sign, []).append((those, find))
                    if not last:
                        self._plain.append(find)
            elif find not in _PATTERNS:
                self._plain.append(find)

    def of(self, image: bytes, pos: int) -> list[Finder]:
        found = [find for match, find in self._matches if match(image, pos) is not None]
        before = self._before.get(image[pos - 1 : pos]) if pos else None
        if before:
            head = image[max(0, pos - _BEFORE_CHARS) : pos].lower()
            found += [find for heads, find in before if head.endswith(heads)]
        return [*self._plain, *found]


class _Group(dict[bytes, "_Looks | None"]):
    """The finders of a literal by the character behind it; finders that several characters call are told apart once."""

    __slots__ = ("_made", "finders")

    def __init__(self, finders: list[Finder]) -> None:
        super().__init__()
        self.finders = finders
        self._made: dict[tuple[Finder, ...], _Looks] = {}

    def __missing__(self, behind: bytes) -> _Looks | None:
        those = tuple(find for find in self.finders if find not in _FOLLOWS or behind in _FOLLOWS[find])
        if those and those not in self._made:
            self._made[those] = _Looks(those)
        self[behind] = looks = self._made.get(those)
        return looks


_FAR = (b"<private", b"-----begin", b"eyJ")
"""Literals of finders whose verdict may hang on what stands further away than `_again` compares."""


def _runs(window: bytes, begin: int, stretches: Iterable[Stretch]) -> bytes:
    """The stretches of 20 and more key characters that may be keys, each with the five characters before it.

    begin: where the window stands in the image. stretches: of the image, those in which the window's runs lie.
    """
    found: list[bytes] = []
    for first, last in stretches:
        start, piece = max(first - begin, 0), window[max(first - begin, 0) : last - begin]
        for run in piece.translate(_PARTED).split(b" "):
            end = start + len(run)
            if len(run) >= _SHORTEST and run.translate(None, _SMALL) and run.translate(None, _HEX):
                found.append(window[max(0, start - 5) : end])
            start = end + 1
    return b" ".join(found)


def _option(image: bytes, pos: int) -> Span | None:
    from rlm_core.redaction.commandline import option

    return option(image, pos)


_FOLLOWS[_option] = b"pPawuoxsAXcKDUNkbndhBEtT-"  # no list's dash is an option


_HEAD = (
    rb"(?i)(?:pass|secret|token|key|mdp|pwd|psk|jeton)"
    rb"(?:\w{0,16}\\{0,3}[\"'`*]{0,2}[ ]{0,80}(?:[,;|\t]|\r?\n|\\{1,3}[rnt])"
    rb"|(?:word|wd|phrase|code)?s?(?P<blanks>[ ]{2,80}\S|[ ]\w{1,20}(?: \w{1,20}){0,3}(?:\r?\n|\\n)))"
)


def _column(image: bytes, pos: int) -> Span | None:
    head = regex(_HEAD).match(image, pos)
    if head is None:
        return None
    from rlm_core.redaction.headedcells import column  # here: few texts hold a table

    return column(image, pos, head["blanks"] is not None)


def _column_of_keys(image: bytes, pos: int) -> Span | None:
    return _column(image, pos)


_PATTERNS[_column] = _PATTERNS[_column_of_keys] = _HEAD
_FOLLOWS[_column_of_keys] = b"s \t\r\n,;|\"'`*\\"


_ACCOUNT = (
    rb"(?i)(?<![\w/:.@+-])(?:(?:sip|sips|imap|ftp):)?(?:[\w.-]{1,32}[/\\]{1,2})?"
    rb"(?!(?:mailto|e?mail|to|from|cc|bcc|by|author|contact|acct|xmpp|npm|git|ssh|scp|reply-to|sender):)"
    rb"[\w.-]{1,32}:(?P<s>[^\s:/@\"'`<>()\[\]{}\\\0]{6,64})"
    rb"@(?!sha256:)(?:(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,12}|\d{1,3}(?:\.\d{1,3}){3}|[a-z0-9-]{1,63}:\d{2,5})(?![\w@])"
)


def _account(image: bytes, pos: int) -> Span | None:
    """The password of `user:password@host`, before an address of which nothing else tells that it is one."""
    colon = image.rfind(b":", max(0, pos - 65), pos)
    if colon < 0 or image[colon + 1 : colon + 2] in b"/ " or b" " in image[colon:pos]:
        return None
    start = (
        max(image.rfind(sign, max(0, colon - 80), colon) for sign in (b" ", b"\n", b'"', b"'", b"=", b"`", b"\0")) + 1
    )
    match = regex(_ACCOUNT).match(image, start)
    if match is None or match.end("s") != pos or not passes(match["s"], CHECK_LIKE):
        return None
    return (*match.span("s"), "url-password")


def _around(literal: bytes) -> list[Finder]:
    """What finds a value near a literal that says secret, by whatever grammar."""
    if literal not in _NEAR:
        return []
    # here: most of what a hook redacts needs it not
    from rlm_core.redaction.nearby import BEHIND, NEARBY, OF_ACCOUNT, behind, nearby, of_account

    _PATTERNS[nearby], _STANDS_BEFORE[behind] = NEARBY, BEHIND
    if literal not in _OF_ACCOUNTS:
        return [nearby, behind]
    _PATTERNS[of_account] = OF_ACCOUNT
    return [nearby, behind, of_account]


# A blank before a colon, in French; what stands behind the number of a line; quotation marks and dashes as set.
_SIGNS = (
    ("\xa0", " "), ("\u202f", " "), ("\u2192", "\t"), ("\u201c", '"'), ("\u201d", '"'), ("\u201e", '"'),
    ("\xab", '"'), ("\xbb", '"'),
    ("\u2018", "'"), ("\u2019", "'"), ("\u2013", "-"), ("\u2014", "-"),
)  # fmt: skip


def _plain(text: str) -> str:
    """The text with signs of ASCII in place of what is set for them, each as one character."""
    for sign, plain in _SIGNS:
        if sign in text:
            text = text.replace(sign, plain)
    return text


_LAST = itemgetter(slice(-1, None))
_TWO = itemgetter(slice(-2, None))  # the two characters that a literal ends in


_SIGNS_OF_ENDS = (b"_", b"-", b".")
_SHORT = 4_096  # bytes


class _Keys(dict[bytes, _Group]):
    """The finders of keys by their literals, each made when its literal is first met.

    Most keys begin with a name and a sign: such a literal is looked for only where the two characters it ends in stand.
    """

    __slots__ = ("ends", "others")

    def __init__(self) -> None:
        super().__init__()
        self.ends: dict[bytes, list[bytes]] = {}
        self.others: list[bytes] = []
        for end, literals in groupby(sorted({*_columns(KEY_RULES)[1]}, key=_TWO), _TWO):
            if end[-1:] in _SIGNS_OF_ENDS:
                self.ends[end] = [*literals]
            else:
                self.others += literals

    def __missing__(self, literal: bytes) -> _Group:
        rows = _of_literal(KEY_RULES, literal.__eq__, 1)
        self[literal] = made = _Group([_key_finder(kind, back, pattern) for kind, _, back, pattern in rows])
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


_SECRET_FILES = (b"keyfile", b"auth", b"cred", b"pass", b"login", b"secret", b"token", b"vault", b"mdp", b"pwd")
_SHOWN = (
    rb"(?:\r?\n|\\r?\\n|\\n)[ \t>|+-]{0,8}(?P<u>[\w.@-]{1,64}(?:\r?\n|\\r?\\n|\\n)[ \t>|+-]{0,8})?"
    rb"(?!\d{1,6}[:-])(?P<s>[^\s\"'`\\\0:=/(]{6,128}|[A-Za-z0-9+/]{40,2000}={0,2})(?=[\r\n\"'`\\]|\Z)"
)
_FILE_NAME = rb"[\w./~${}*-]+\r?"
_SOURCES = rb"\.(?:rs|py|[jt]sx?|go|md|java|rb|[ch]|php|kt|swift|sh|json|ya?ml|toml|xml|html|css|lock|csv)\Z"


def _shown_file(image: bytes, pos: int) -> Span | None:
    """What `cat` shows of a file of a password, alone or below its user."""
    name = image[pos + 4 : pos + 124].partition(b"\n")[0].partition(b"\\n")[0]
    lower = name.lower()
    if b" " in name or not any(map(lower.__contains__, _SECRET_FILES)):
        return None  # nearly always, and sooner told
    if not regex(_FILE_NAME).fullmatch(name) or regex(_SOURCES).search(lower):
        return None
    match = regex(_SHOWN).match(image, pos + 4 + len(name.rstrip(b"\r")))
    if match is None:
        return None
    alone = match["u"] and regex(_NO_MORE).match(image, match.end())  # a user and a password, and nothing more
    return (*match.span("s"), "password") if passes(match["s"], CHECK_SURE if alone else CHECK_LIKE) else None


_NO_MORE = rb"(?:\s|\\n){0,4}\Z|\\{0,3}[\"'`]|(?:\r?\n|\\{1,4}n)(?:[$#>]|\r?\n|\\{1,4}n)"
_NEAR = (
    b"pass",
    b"secret",
    b"token",
    b"key",
    b"cred",
    b"pwd",
    b"mdp",
    b"jeton",
    b"psk",
    b"pin",
    b"pw",
    b"phrase",
    b"cl?",
    b"cle",
    b"salt",
    b"identifiants",
)
_OF_ACCOUNTS = (b"pass", b"pwd", b"mdp", b"pw")


def _answer(image: bytes, pos: int) -> Span | None:
    from rlm_core.redaction.nearby import answer  # here: few texts ask for a password

    return answer(image, pos)


def _in_quotes(image: bytes, pos: int) -> Span | None:
    from rlm_core.redaction.nearby import in_quotes  # here: few texts tell of a password

    return in_quotes(image, pos)


def _changed_into(image: bytes, pos: int) -> Span | None:
    from rlm_core.redaction.nearby import changed_into  # here: few texts show what a secret is changed into

    return changed_into(image, pos)


def _in_connection(image: bytes, pos: int) -> Span | None:
    from rlm_core.redaction.nearby import in_connection  # here: few texts hold such a string

    return in_connection(image, pos)


def _in_bytes(image: bytes, pos: int) -> Span | None:
    from rlm_core.redaction.nearby import in_bytes  # here: few texts hold a key byte by byte

    return in_bytes(image, pos)


_TOLD = (
    b" est ",
    b" is ",
    b"'est ",
    b": ",
    b' par "',
    b" par `",
    b" is `",
    b' is "',
    b" is '",
    b" est `",
    b' est "',
    b" est '",
    b" : `",
    b"s: `",
    b"d: `",
    b"e: `",
)
_TEXT_FINDERS: tuple[tuple[bytes, Finder], ...] = (
    (b"<private", _private_block),
    (b"-----begin", _private_key),
    (b"://", _curl_user),
    *((literal, named) for literal in NAMES),
    (b"mdp", named),
    *((literal, _in_quotes) for literal in _TOLD),
    *((literal, _changed_into) for literal in (b'-> "', b'-> \\"', b"-> '", b'=> "')),
    *((literal, _in_connection) for literal in (b"password='", b"password = '", b"password=\\'")),
    (b"0x", _in_bytes),
    (b"\\x", _in_bytes),
    (b"?\n", _answer),
    (b"?\\n", _answer),
    (b'?"\n', _answer),
    (b"pass", _column),
    *((literal, _column_of_keys) for literal in (b"secret", b"token", b"key", b"mdp", b"pwd", b"psk", b"jeton")),
    (b"cookie", _cookie),
    (b"@", _account),
    (b" -", _option),
    (b"cat ", _shown_file),
)


def _scan(
    rules: Finders,
    places: Places,
    image: bytes,
    window: bytes,
    start: int,
    done: Done,
) -> Iterator[Span]:
    """What the finders of literals find where these stand in the window that begins at `start` of the image."""
    for literal, offsets in places.items():
        group, behind = rules[literal], len(literal)
        if len(offsets) > _MANY and literal not in _FAR and _repeats(window, offsets):
            yield from _scan_again(group, literal, offsets, image, window, start, done)
            continue
        for offset in offsets:
            end = offset + behind
            looks = group[window[end : end + 1]]
            if looks is None:
                continue
            pos = start + offset
            for finder in looks.of(image, pos):
                if pos >= done.get((literal, finder), 0) and (span := finder(image, pos)) is not None:
                    done[literal, finder] = span[1]
                    yield span


def _scan_again(
    group: _Group, literal: bytes, offsets: Sequence[int], image: bytes, window: bytes, start: int, done: Done
) -> Iterator[Span]:
    """The same in a window that is full of one literal."""
    for finder in group.finders:
        look = _again(finder)
        least = done.get((literal, finder), 0)
        follows, behind = _FOLLOWS.get(finder), len(literal)
        hits = [at for at in offsets if window[at + behind : at + behind + 1] in follows] if follows else offsets
        for offset in hits:
            pos = start + offset
            if pos >= least and (span := look(image, pos)) is not None:
                done[literal, finder] = least = span[1]
                yield span


def _repeats(window: bytes, offsets: Sequence[int]) -> bool:
    """Whether the same stands behind most hits: where a number runs, remembering verdicts costs more than finding."""
    return 4 * len({window[offset : offset + 32] for offset in offsets}) < len(offsets)


def _again(finder: Finder) -> Finder:
    """The same finder for a window full of its literal: where the same text stands around a hit, it finds the same.

    Without it 5 MB of `auth=auth=auth=` cost half a minute.
    """
    known: dict[bytes, tuple[bytes, Span | None]] = {}

    def find(image: bytes, pos: int) -> Span | None:
        around = image[pos - _BEFORE : pos + _BEHIND] if pos >= _BEFORE else b""
        brief = image[pos : pos + 32]
        before = known.get(brief)
        if before is not None and before[0] == around:
            span = before[1]
            return span and (span[0] + pos, span[1] + pos, span[2])
        span = finder(image, pos)
        if around and (span is None or span[1] < pos + _BEHIND) and _BLANK not in around:
            known[brief] = around, span and (span[0] - pos, span[1] - pos, span[2])
        return span

    return find


# Made by the first text that asks for them: most of what a hook redacts holds no literal at all.
_keys_made: list[_Keys] = []
_texts_made: list[Finders] = []
_roots_made: list[list[_Root]] = []


def _keys() -> _Keys:
    if not _keys_made:
        _keys_made.append(_Keys())
    return _keys_made[0]


class _Texts(dict[bytes, _Group]):
    """The finders of texts by their literals, each made when its literal is first met."""

    __slots__ = ()

    def __missing__(self, literal: bytes) -> _Group:
        is_it = literal.__eq__
        made = [finder for _, finder in _of_literal(_TEXT_FINDERS, is_it, 0)]
        made += [_text_finder(kind, pattern) for kind, _, pattern in _of_literal(TEXT_RULES, is_it, 1)]
        made += [_syntax_finder(*row) for row in _of_literal(SYNTAXES, is_it, 1)]
        if literal in CERTAIN_LITERALS:
            from rlm_core.redaction.syntax.inplaces import CERTAIN  # here: most of what a hook redacts needs it not

            made += [_syntax_finder(*row) for row in _of_literal(CERTAIN, is_it, 1)]
        made += [_back_finder(before, pattern) for _, before, pattern in _of_literal(BACKWARDS, is_it, 0)]
        self[literal] = group = _Group(made + _around(literal))
        return group


def _of_literal(rows: Sequence[Any], is_it: Callable[[object], bool], column: int) -> Iterator[Any]:
    """The rows of one literal; no loop of ours goes over the table."""
    return compress(rows, map(is_it, map(itemgetter(column), rows)))


def _texts() -> Finders:
    """The finders of texts by their literals."""
    if not _texts_made:
        _texts_made.append(_Texts())
    return _texts_made[0]


def _columns(rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    return [*zip(*rows, strict=True)]


class _Root:
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
        length, offsets = len(self.root), _offsets(window, self.root, pos)
        if self._own:
            places[self.root] = offsets
        if self._literals:
            self._sort()
        if not (self._ahead or self._before):
            return
        for at in offsets:
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


def _roots() -> list[_Root]:
    """Those of the texts' literals that are looked for in every window."""
    if _roots_made:
        return _roots_made[0]
    (own, _), (_, ruled, _), (_, written, *_), (told, *_) = map(
        _columns, (_TEXT_FINDERS, TEXT_RULES, SYNTAXES, BACKWARDS)
    )
    literals = [*{*own, *ruled, *written, *told}.difference(chain.from_iterable(WORDS.values()))]
    made: list[_Root] = []
    for root in _ROOTS:  # no loop of ours goes over the literals: a hook pays for each step
        inside = [*map(contains, literals, repeat(root))]
        made.append(_Root(root, [*compress(literals, inside)]))
        literals = [*compress(literals, map(not_, inside))]
    made += map(_Root, literals, zip(literals))
    _roots_made.append(made)
    return made


def _places(window: bytes) -> Places:
    """The literals that stand in a window in small letters, and where."""
    places: Places = {}
    for root in _roots():
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
            places[literal] = _offsets(window, literal, pos)
    return places


def _unknown(text: str) -> bool:
    return False


OTHER_KINDS = (*dict.fromkeys((*OF_SYNTAXES, *_columns(SYNTAXES)[0], *longruns.KINDS)),)


class Redactor:
    """Callable that redacts; `counts` tells how many of which kind since it was made.

    `key`: set it to what gives the user's key, and `marks` tells of each secret since then its kind and fingerprint
    (`fingerprints`), in the order in which the marks stand in each text; whoever has used it up empties it.
    `extra` are (kind, regex) pairs of the user's; the whole match is replaced. `off`: kinds to leave alone.
    Raises ValueError for a pattern that does not compile or end, a kind that can't stand in a marker (lower-case
    letters, digits, hyphens; at most 40) and an unknown kind in `off`. Redacting twice equals redacting once.
    """

    counts: dict[CleanText, int]
    marks: list[tuple[CleanText, CleanText]]
    key: Callable[[], bytes] | None

    def __init__(
        self, *, enabled: bool = True, extra: Sequence[tuple[str, str]] = (), off: Collection[str] = ()
    ) -> None:
        self.counts = {}
        self.marks = []
        self.key = None
        self._enabled = enabled
        self._extra: list[tuple[str, re.Pattern[str]]] = []
        if extra:
            from rlm_core.redaction.extras import user_regex

            self._extra = [(kind, user_regex(kind, pattern)) for kind, pattern in extra if kind not in off]
        every = dict.fromkeys((*(kind for kind, _ in extra), *KINDS, *OTHER_KINDS))
        self._ranks = dict(zip(every, range(len(every)), strict=True))
        for kind in off:
            if kind not in self._ranks:
                raise ValueError(
                    f"no kind of secret is called {kind!r}; known: {', '.join(sorted({*KINDS, *OTHER_KINDS}))}"
                )
        self._off = frozenset(off)

    def __call__(self, text: str) -> CleanText:
        """`text` with each secret replaced by `[redacted:kind]`; the same object when there is none."""
        return self._cleaned(text, [])

    def redact(self, text: str) -> Redacted:
        """The same, with the way back to the characters and lines of `text`."""
        from rlm_core.redaction.spans import Redacted

        passes: list[list[Span]] = []
        return Redacted(text, self._cleaned(text, passes), passes)

    def _cleaned(self, text: str, passes: list[list[Span]]) -> CleanText:
        # A marker may change what its surroundings look like, so go on until nothing more is found.
        replaced = text
        for _ in range(_PASSES if self._enabled else 0):
            spans = self._spans(replaced)
            if not spans:
                break
            passes.append(spans)
            replaced = self._replace(replaced, spans)
        if passes and self.key is not None:
            from rlm_core.redaction.fingerprints import marks_of  # here: few texts hold a secret

            self.marks += marks_of(text, replaced, passes, self.key)
        return CleanText(replaced)

    def finds(self, kind: str) -> bool:
        """Whether secrets of a kind are looked for."""
        return self._enabled and kind not in self._off

    def name(self, text: str) -> CleanText:
        """As `__call__`, for a name, an id or a path; sooner done with what is plainly none of the built-in secrets."""
        return self(text) if self._extra or plain_id(text) is None else CleanText(text)

    def values(self, value: Any, known: Callable[[str], bool] = _unknown) -> CleanJson:
        """A value that JSON knows, each text in it as `__call__` gives it, names of fields too.

        known: whether a text stands word for word in clean text. Such a quote stays: what is no secret where it stands
        may look like one when it is cut out.
        """
        if isinstance(value, str):
            clean = self(value)
            return CleanText(value) if clean != value and known(value) else clean
        if isinstance(value, dict):
            return {self.name(str(name)): self.values(v, known) for name, v in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.values(v, known) for v in value]
        if value is None or isinstance(value, (bool, int, float)):
            return value
        raise TypeError(f"{type(value).__name__} is nothing that JSON knows")

    def of_all(self, texts: Sequence[str]) -> Redact:
        """What makes each of these texts clean: the redactor, or nothing at all when it finds nothing in them."""
        if not self._enabled or self._extra:
            return self if self._extra else CleanText
        # All again where one holds something: scanned as one, a find may hide that of a neighbour.
        return CleanText if self.finds_nothing(texts) else self

    def finds_nothing(self, texts: Iterable[str]) -> bool:
        """Whether none of the texts holds a secret; False may also mean that this could not be told.

        Short texts cost more to begin than to scan, so they are scanned as one: no pattern reaches over NUL.
        """
        if not self._enabled:
            return True
        return not self._extra and not self._spans(_BETWEEN.join(texts))

    def _spans(self, text: str) -> list[Span]:
        """Secrets of the text, in order, not overlapping."""
        plain = text if text.isascii() else _plain(text)
        image = plain.encode("ascii", "replace")
        if b"\x1b" in image or b"\\u001b[" in image:  # an escape sequence ends a value
            image = regex(_ANSI).sub(lambda found: b" " * len(found[0]), image).replace(b"\x1b", b" ")
        if b"[redacted:" in image:  # no pattern reaches over NUL: what is redacted stays as it is
            for mark in {mark[0] for mark in regex(_MARK).finditer(image) if mark[1].decode() in self._ranks}:
                image = image.replace(mark, b"\0" * len(mark))
        stretches = longruns.stretches(image)
        found = self._found(image, stretches)
        found += longruns.spans(image, stretches, self._seen)
        if b"%" in image or b"&" in image or b"\\u00" in image or b"=C3=" in image:
            from rlm_core.redaction.decoded import spans  # here and below: most of what a hook redacts needs it not

            found += spans(image, self._seen)
        if self._extra:
            found += self._extra_spans(text, image)
        return self._merged([span for span in found if span[2] not in self._off]) if found else found

    def _seen(self, image: bytes) -> list[Span]:
        """What is found in a decoded text, which is not decoded again."""
        stretches = longruns.stretches(image)
        return [*self._found(image, stretches), *longruns.spans(image, stretches, None)]

    def _found(self, image: bytes, stretches: Sequence[Stretch]) -> list[Span]:
        """What the rules of keys and of texts find in an image."""
        found: list[Span] = []
        done: Done = {}
        first = 0
        for start in range(0, len(image), _WINDOW):
            begin = max(0, start - _LEAD)
            window = image[begin : start + _WINDOW + _OVERLAP]
            while first < len(stretches) and stretches[first][1] <= begin:
                first += 1
            end = begin + len(window)
            last = first
            while last < len(stretches) and stretches[last][0] < end:
                last += 1
            runs = _runs(window, begin, stretches[first:last])
            if runs and (hits := [literal for literal in _keys().possible(runs) if literal in runs]):
                offsets = {literal: _offsets(window, literal, window.find(literal)) for literal in hits}
                found += _scan(_keys(), offsets, image, window, begin, done)
            lower = window.lower()
            if places := _places(lower):
                found += _scan(_texts(), places, image, lower, begin, done)
        return found

    def _extra_spans(self, text: str, image: bytes) -> Iterator[Span]:
        from rlm_core.redaction.extras import spans

        for start, end, kind in spans(self._extra, text):
            if start < end and (b"\0" not in image[start:end] or end - start == len(text)):
                yield start, end, kind

    def _merged(self, spans: list[Span]) -> list[Span]:
        """Overlapping spans become one, called by the most telling of their kinds."""
        spans.sort()
        merged: list[Span] = []
        for start, end, kind in spans:
            if merged and start < merged[-1][1]:
                before = merged.pop()
                kind = min(kind, before[2], key=self._ranks.__getitem__)
                start, end = before[0], max(end, before[1])
            merged.append((start, end, kind))
        return merged

    def _replace(self, text: str, spans: list[Span]) -> str:
        # Gathered as UTF-8: the pieces of a long text with one emoji in it would take four bytes a character.
        kept = bytearray()
        done = 0
        for start, end, kind in spans:
            kept += text[done:start].encode("utf-8", "surrogatepass")
            kept += f"[redacted:{kind}]".encode("ascii")
            self._count(kind)
            done = end
        kept += text[done:].encode("utf-8", "surrogatepass")
        return kept.decode("utf-8", "surrogatepass")

    def _count(self, kind: str) -> None:
        known = CleanText(kind)  # a word of the rules, or of the settings as `_user_regex` has checked it
        self.counts[known] = self.counts.get(known, 0) + 1


def _offsets(window: bytes, literal: bytes, pos: int) -> list[int]:
    """Where `literal` stands, most of what lies in the next window left out. pos: where it stands first, or below 0."""
    offsets = []
    while 0 <= pos < _LEAD + _WINDOW:
        offsets.append(pos)
        pos = window.find(literal, pos + 1)
    return offsets
