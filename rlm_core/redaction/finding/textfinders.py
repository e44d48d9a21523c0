"""What is found in texts by a literal: an assignment, a place of a password, a value near a word that says secret."""

from __future__ import annotations

from rlm_core.redaction.assignments import (
    CHECK_LIKE,
    CHECK_SAID,
    JUDGED,
    NAMED,
    extended,
    is_placeholder,
    is_random,
    named,
    passes,
    regex,
)
from rlm_core.redaction.finding.groups import FOLLOWS, PATTERNS, STANDS_BEFORE, FinderGroup, noted, of_literal
from rlm_core.redaction.finding.ownforms import account, cookie, curl_user, private_block, private_key, shown_file
from rlm_core.redaction.rules import NAMES, TEXT_RULES
from rlm_core.redaction.syntax.snippets import ASKED, SPACED
from rlm_core.redaction.syntax.syntaxes import BACK_REACH, BACKWARDS, SYNTAXES
from rlm_core.redaction.syntax.wordlist import CERTAIN_LITERALS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.redaction.finding.groups import Finder, Finders, Span

PATTERNS[named] = NAMED
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

    return noted(find, pattern)


_SETS = (b"set", b"env", b"arg", b"add", b"put", b"_param")  # one of them is in whatever `_SETTING` finds
_SETTING = (
    rb"(?i:setx(?: /m)?|set -[a-z]{1,4}|\bENV|\bARG|setenv|proxy_set_header|add_header|(?:uwsgi|fastcgi)_param"
    rb"|(?:config|configure|variables?|vars?|secrets?|kv|env|secret:set) (?:set|put|add))"
    rb"(?:[ \t]{1,4}--?\w[\w=-]{0,20}){0,2}[ \t]{1,4}[\w/.:-]{0,60}\Z"
)


_ASKS = (b"pass", b"kinit", b"secret", b"realm join", b"adcli", b"connect", b"luks", b"sudo -s", b"login", b"unlock")
_ASKING = (
    rb"(?i)(?:(?<!by)(?<!com)(?<!tres)pass(?!thr)|kinit|secret-tool|realm join|adcli|openconnect|luks|sudo -S|login"
    rb"|unlock)[^\n|;\0]{0,100}\Z"
)
_AFTER = {SPACED: (64, _SETS, _SETTING), ASKED: (128, _ASKS, _ASKING)}
"""Check -> how far before a value its command is looked for, what one of is in it, and how it reads."""


def _command_finder(kind: str, pattern: bytes, check: int) -> Finder:
    """Finds what stands behind a command that sets a variable, or that asks for a password."""
    reach, signs, command = _AFTER[check]

    def find(image: bytes, pos: int) -> Span | None:
        before = image[max(0, pos - reach) : pos]
        small = before.lower()
        if not any(map(small.__contains__, signs)) or regex(command).search(before) is None:
            return None
        match = regex(pattern).match(image, pos)
        return (*match.span("s"), kind) if match and passes(match["s"][:JUDGED], CHECK_LIKE) else None

    PATTERNS[find] = pattern
    return find


def _syntax_finder(kind: str, literal: bytes, pattern: bytes, check: int, follows: bytes = b"") -> Finder:
    if check in _AFTER:
        return _command_finder(kind, pattern, check)

    def find(image: bytes, pos: int) -> Span | None:
        match = regex(pattern).match(image, pos)
        if match is None or not passes(match["s"][:JUDGED], check):
            return None
        return (*match.span("s"), kind)

    if follows:
        FOLLOWS[find] = follows
    return noted(find, pattern)


def _back_finder(before: bytes, pattern: bytes) -> Finder:
    def find(image: bytes, pos: int) -> Span | None:
        if not image.endswith(before, max(0, pos - len(before)), pos):
            return None
        match = regex(pattern).search(image, max(0, pos - BACK_REACH), pos)
        return (*match.span("s"), "password") if match and passes(match["s"], CHECK_SAID) else None

    STANDS_BEFORE[find] = (before.lower(),)
    return find


def _option(image: bytes, pos: int) -> Span | None:
    from rlm_core.redaction.commandline import option

    return option(image, pos)


FOLLOWS[_option] = b"pPawuoxsAXcKDUNkbndhBeEtT-"  # no list's dash is an option


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


PATTERNS[_column] = PATTERNS[_column_of_keys] = _HEAD
FOLLOWS[_column_of_keys] = b"s \t\r\n,;|\"'`*\\"


def _around(literal: bytes) -> list[Finder]:
    """What finds a value near a literal that says secret, by whatever grammar."""
    if literal not in _NEAR:
        return []
    # here: most of what a hook redacts needs it not
    from rlm_core.redaction.nearby import BEHIND, NEARBY, OF_ACCOUNT, behind, nearby, of_account

    PATTERNS[nearby], STANDS_BEFORE[behind] = NEARBY, BEHIND
    if literal not in _OF_ACCOUNTS:
        return [nearby, behind]
    PATTERNS[of_account] = OF_ACCOUNT
    return [nearby, behind, of_account]


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
    before = image[max(0, pos - _TOLD_REACH) : pos].lower()
    if b"pass" not in before and b"mdp" not in before and b"pwd" not in before:
        return None  # nearly always, and sooner told than by a pattern
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


# Characters before the literal: more than those in which `nearby.in_quotes` looks for one of the words.
_TOLD_REACH = 240
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
TEXT_FINDERS: tuple[tuple[bytes, Finder], ...] = (
    (b"<private", private_block),
    (b"-----begin", private_key),
    (b"://", curl_user),
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
    (b"cookie", cookie),
    (b"@", account),
    (b" -", _option),
    (b"cat ", shown_file),
)


class TextFinders(dict[bytes, FinderGroup]):
    """The finders of texts by their literals, each made when its literal is first met."""

    __slots__ = ()

    def __missing__(self, literal: bytes) -> FinderGroup:
        is_it = literal.__eq__
        made = [finder for _, finder in of_literal(TEXT_FINDERS, is_it, 0)]
        made += [_text_finder(kind, pattern) for kind, _, pattern in of_literal(TEXT_RULES, is_it, 1)]
        made += [_syntax_finder(*row) for row in of_literal(SYNTAXES, is_it, 1)]
        if literal in CERTAIN_LITERALS:
            from rlm_core.redaction.syntax.inplaces import CERTAIN  # here: most of what a hook redacts needs it not

            made += [_syntax_finder(*row) for row in of_literal(CERTAIN, is_it, 1)]
        made += [_back_finder(before, pattern) for _, before, pattern in of_literal(BACKWARDS, is_it, 0)]
        self[literal] = group = FinderGroup(made + _around(literal))
        return group


_texts_made: list[Finders] = []  # by the first text that asks for them


def texts() -> Finders:
    """The finders of texts by their literals."""
    if not _texts_made:
        _texts_made.append(TextFinders())
    return _texts_made[0]
