"""Secrets by the name they are assigned to: `password = …`, `--token …`, `API_KEY=…`."""

from __future__ import annotations

from rlm_core.redaction.rules import (
    CODE,
    KEY_OWNER,
    NO_KEYS,
    NO_PREFIX,
    NO_SUFFIX,
    NO_SUFFIX_STARTS,
    PASS_OWNER,
    PLACEHOLDER,
    TOKEN_OWNER,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    Span = tuple[int, int, str]
    Case = tuple[bytes, bytes, bool, bool, bool, bool, bool, bool]
    import re

JUDGED = 64  # characters of a value that decide whether it is a secret
WORD = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
_compiled: dict[bytes, re.Pattern[bytes]] = {}
_ASSIGN = (
    rb"(?P<word>(?i:pass(?:wor[dt]|wd|_?phrase|code|e)?|secret|token|key|cred(?:ential)?s?|pwd|mdp|auth))"
    # As a lookahead it is read once: what stands behind it is none of its characters, so a shorter one never helps.
    rb"(?=(?P<suffix>[A-Za-z0-9_.-]{0,40}))(?P=suffix)"
    rb"(?P<close>(?:\\{0,3}|\")[\"'`]\]?|\])?(?:[ ?](?:is|est)|[ ][Aa]s[ ]\w{1,20}|[ ]\{[^{}\n\0]{1,40}\})?[ \t?]{0,20}"
    rb"(?P<sep>:[ \t]*&?(?:'static )?[A-Za-z_][\w.\[\]| ]{0,40}?[ \t]+=(?=[ \t])|:=|=>"
    rb"|[=:](?![=:>])|>(?=[^<>\s]{6,200}</)"
    rb"|\+=|(?:\|\||\?\?)=?|\{(?=\\{0,3}[\"'][^\s\"']{8}))"
    # What only makes a string something else: []byte("..."), Some("...").
    rb"(?P<gap>[ \t?]{0,20})(?P<next>\\(?:\r?\n|\\{2}n)[ \t]{0,40})?(?:(?:\[\]byte|bytes|Some|String(?:::f"
    rb"rom)?|Buffer\.from|SecretStr(?:ing)?|)\((?=[rbf]?\\{0,3}[\"'])"
    rb"|(?:\w{1,12}\()?default=|!!str |\[\[(?=\w)|\$\{\w{1,40}:?-)?"
    rb"(?:(?:[rbfuN]{1,2}|@)(?=\\{0,3}[\"']))?"
)
_OPTION = rb"(?P<word>(?i:pass(?:wor[dt]|wd|phrase)?|secret|token|key))(?P<suffix>)(?:[ \t]|\\\r?\n){1,20}(?=[^\s-])"
NAMED = rb"[A-Za-z0-9_.-]{3,96}[\\\"'`\] \t?:=>|{+]"
"""Without whose match at the word `named` finds nothing: what may stand behind a name."""
_QUOTED = (
    rb"(?:\"(?P<d>(?:[^\"\\\r\n\0]|\\[^\r\n]){1,2048})\"|'(?P<s>(?:[^'\\\r\n\0]|\\[^\r\n]){1,2048})'"
    rb"|`(?P<t>[^`\r\n\0]{1,2048})`|(?P<q>\\{1,7}[\"'])(?P<e>[^\r\n\0]{1,2048}?)(?P=q))"
)
_BARE = rb"(?:\\{1,7}(?![nrtu]))?[\"'`]{0,2}(?P<v>[^\s\0\\\"'`]{1,256}(?:\\(?![nrtu\"'\\])[^\s\0\\\"'`]{0,256}){0,8})"
_BARE_REST = rb"[^\s\0\\\"'`,;<>(){}\[\]|&]*"
_LINE_START = (
    rb"(?:\A|[\r\n]|\\n)[+-]?[ \t]*(?:\d{1,6}[\t?:|-][ \t]*)?(?:[+>$#*-]{1,2}[ \t]+|[+-])?"
    rb"(?:(?:export|set|setenv|ENV|ARG|declare -x)[ \t]+)?[\"'{,<]{0,3}\Z"
)
_LINE_END = rb"[ \t]*(?:[\r\n]|\\[nr]|[\"'`]|#|//|<|\Z)"
_WORD_CHARS = WORD + b"."


def regex(pattern: bytes) -> re.Pattern[bytes]:
    if pattern not in _compiled:
        import re

        _compiled[pattern] = re.compile(pattern)
    return _compiled[pattern]


def classes_of(characters: bytes) -> bytes:
    """A table for `translate`: `a` for these characters, a space for all others."""
    others = bytes(range(256)).translate(None, characters)
    return bytes.maketrans(characters + others, b"a" * len(characters) + b" " * len(others))


def is_placeholder(value: bytes) -> bool:
    """True for what stands in a secret's place: `<your token>`, `${VAR}`, `xxxx`, `changeme`, a type name."""
    if regex(PLACEHOLDER).fullmatch(value) is not None:
        return True
    lower = value.lower()
    if len(value) >= _LEAST_ROW and (len(set(lower)) < _FEW or lower[:JUDGED] in _ROWS):
        return True  # aaaaaaaa, abcdefgh...
    return lower in SAYS_PASSWORD or (lower.endswith(_SAYS_SECRET) and lower.startswith(_SAYS_FAKE) and lower.isalpha())


_LEAST_ROW, _FEW = 16, 3
_ROWS = (
    b"abcdefghijklmnopqrstuvwxyz" * 3
    + b"0123456789" * 7
    + b" "
    + b"0123456789abcdef" * 5
    + b" "
    + b"abcdef0123456789" * 5
    + b" "
    + b"1234567890abcdef" * 5
)
_ROWS += b" " + b"abcdef1234567890" * 5
SAYS_PASSWORD = frozenset(
    b"""
kennwort wachtwoord lozinka geslo heslo salasana adgangskode jelszo parola senha contrasena zugriffstoken zugangstoken
geheimnis jeton sifre
""".split()
)
"""The word itself, as a text of a program in another language has it behind its name."""
_SAYS_SECRET = (b"secret", b"key", b"token", b"password", b"passwd", b"pass", b"pwd", b"credential", b"credentials")
_SAYS_FAKE = (b"fake", b"dummy", b"bogus", b"sample", b"example", b"placeholder", b"somefake", b"mock")


def is_wordy(value: bytes) -> bool:
    """True when the value reads as words and small numbers (`my-secret-2`, `getUserToken`), not as random."""
    parts = regex(rb"[A-Z]?[a-z]+|[A-Z]+|[0-9]+").findall(value)
    letters = [part for part in parts if not part.isdigit()]
    if not letters or regex(rb"[0-9:TZ./+-]+").fullmatch(value):
        return True
    if max(map(len, letters)) >= 24:
        return False
    if 2 * sum(map(len, parts)) < len(value):
        return True  # a pattern or a format rather than a key
    if len(letters) == len(parts) and (value.islower() or value.isupper()):
        return True
    if len(value) >= 20 and value.isalnum() and len(letters) < len(parts):
        return False
    return sum(map(len, parts)) >= 3 * len(parts)


def is_random(value: bytes, least: int = 8) -> bool:
    return len(value) >= least and not is_placeholder(value) and not is_wordy(value)


# a, A, 0, and a dot for all else. Tables are made in one call: a hook pays for each step of a loop.
_KINDS = b"." * 48 + b"0" * 10 + b"." * 7 + b"A" * 26 + b"." * 6 + b"a" * 26 + b"." * 133
CHECK_ANY, CHECK_LIKE, CHECK_RANDOM, CHECK_PHRASE, CHECK_WALLET = 1, 2, 3, 5, 6
CHECK_SURE, CHECK_SAID, CHECK_WORD, CHECK_JOINED, CHECK_GROUPS = 7, 8, 9, 10, 11
SENTENCE = (
    rb"(?:\A|[ \n])(?:the|and|that|this|for|with|are|was|not|you|les|des|une|est|pas|pour|que|qui|dans)(?=[ \n]|\Z)"
)


def _kinds(value: bytes) -> int:
    """How many of small letters, capitals, digits and signs the value has; 0 without a digit or without a letter."""
    kinds = set(value.translate(_KINDS))
    return len(kinds) if 48 in kinds and kinds & {97, 65} else 0


def is_like_password(value: bytes) -> bool:
    """True when the value has letters and digits, and capitals among small letters or signs, as no word has.

    Names of files, versions, times, addresses, variables and calls are none.
    """
    if not 6 <= len(value) <= 128 or _kinds(value) < 3:
        return False
    if is_placeholder(value) or regex(CODE).fullmatch(value):
        return False
    return regex(_NO_PASSWORD).fullmatch(value) is None


_NO_PASSWORD = (
    rb"(?![A-Z][a-z]{2,11}\d{3,4}-\d{1,2}[A-Za-z]{1,4}\Z)"
    rb"[A-Za-z]{0,12}[-_ ]?v?\d{1,4}(?:[.,:/-]\d{1,6}){1,5}[A-Za-z]{0,4}"  # a version, a date, a time
    rb"|[a-z]{2,24}(?::[a-z]{2,24}){0,4}:v\d|\d{4}-\d\d-\d\dT.*|(?:[^%]{0,40}%20){2}.*|[\w.-]{0,20}(?:/[\w.-]{1,40}){1,12}/?|[\w.]+\(.*|[A-Za-z_]\w*\[.*"
    rb"|[A-Z][a-z]+[0-9]{1,2}|(?:[A-Z][a-z]+){2,5}[0-9]|[a-z][a-z0-9./_-]{2,40}:\d[\w.-]{0,16}|[\w./-]{1,60}:[a-z_]*(?:pass|token|key|secret|user)[a-z_]*|[a-z]+(?:_[a-z0-9]+)*|[A-Z]+(?:_[A-Z0-9]+)*|(?:[A-Z]?[a-z_]{2,30}|[A-Z_]{2,30}|[a-z_]){1,4}\d?(?:\.(?:[A-Z]?[a-z_]{2,30}|[A-Z_]{2,30}|[a-z_]){1,4}\d?){1,6}"
    rb"|[\w.-]{1,60}\.(?:[chmr]|md|rs|go|cc|py|rb|sh|ts|js|sql|pdf|png|jpg|csv|txt|log|html?|json|ya?ml|toml|com|net|org|io|fr|dev)(?:[:#/].*)?"
)


def is_word_with_number(value: bytes) -> bool:
    """True for words and a number of three digits and more (`saffron8153`, `coral_dune-4821`), and for hex digits.

    It counts only where nothing but a password is expected: ids of all kinds look alike. Names of algorithms, of
    formats and of versions are none.
    """
    return regex(_WORD_AND_NUMBER).fullmatch(value) is not None and not names_format(value)


def is_gibberish(value: bytes) -> bool:
    """True for letters that no word of English or French has in such a row, or digits in their midst: `kzvozsrc`.

    Groups of letters count as one, and so does what ends two words with capitals: `Willow_Fern_qlwh`.
    """
    if not 7 <= len(value) <= 64 or is_placeholder(value) or names_format(value):
        return False
    letters = value.replace(b" ", b"")
    if not letters.isalnum():
        return regex(_WORDS_AND_TAIL).fullmatch(value) is not None
    if regex(_NO_GIBBERISH).search(letters) or letters.isdigit():
        return False
    rare = len(regex(_RARE_PAIRS).findall(letters))
    if rare >= 2 and rare * 5 >= len(letters):
        return True
    if regex(rb"[0-9a-f]{6,11}").fullmatch(letters):
        return False  # the short name of a commit
    if letters.isalpha() and 2 * len(letters) < 5 * len(regex(rb"[A-Z]?[a-z]+|[A-Z]+").findall(letters)):
        return True  # capitals in its midst, as no name of several words has
    return letters.islower() and len(regex(rb"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])").findall(letters)) >= 3


# Pairs of letters that are in nearly no word of either language, nor in what programs are called.
_RARE_PAIRS = (
    rb"(?i)(?=b[cfghkpqwxz]|c[bdfgjmnpvwxz]|d[cfkpqtxz]|f[bcdghjkmnpqvwxz]|g[bcdfjkpqvwxz]|h[bcdfghjkpqvxz]|i[hijwy]"
    rb"|j[bcdfghjklmnpqrtvwxyz]|k[cdfgjmpqtvxz]|l[hjnqxz]|m[cdfghjkqvwxz]|n[xz]|o[hq]|p[cfjkqvwxz]|q[a-km-tv-z]|(?<!s)ql"
    rb"|r[jxz]|s[jxz]|t[jkqxz]|u[hjuw]|v[bcdfghjklmnqtwxz]|w[bcfgjmpquvxz]|x[bdfghjkqrsvwz]|y[fghjkqvxyz]"
    rb"|z[bcdfghjkmnpqrstvwx])"
)
_NO_GIBBERISH = (
    rb"(?i)\A0x[0-9a-f]+\Z|(?-i:\A[A-Z]+\Z)|v\d{1,2}(?:alpha|beta)|passw|token|secret|http|json|html|x509|pbkdf|ctrl|xyz"
    rb"|qwerty|abcdef|yyyy|file|error|type|version|decode|data|mysql"
)
_WORDS_AND_TAIL = (
    rb"(?:[A-Z][a-z]{3,16}[-_.]){2}(?!(?:name|type|path|file|text|hash|size|data|user|code|mode|list|here|test|info))"
    rb"(?:[a-z]{4}|(?=[a-z]{0,3}\d)[a-z0-9]{4})"
)


def names_format(value: bytes) -> bool:
    """True for what begins or ends as the names of algorithms, formats, versions and places do: `sha256`, `line_12`."""
    return regex(_NAMES_WITH_NUMBERS).match(value) is not None


_WORD_AND_NUMBER = (
    rb"(?=.{7,64}\Z)(?:[A-Za-z]{3,24}(?:[-_.][A-Za-z]{2,24}){0,3}[-_.]?\d{3,8}[!?]?|(?:[A-Za-z]{4,24}[-_.]){1,4}[A-Za-z]{4,24}[-_.]?\d\d[!?]?"
    rb"|(?=[0-9a-f]*\d[0-9a-f]*\d[0-9a-f]*\d)(?=[0-9]*[a-f])[0-9a-f]{12,64}"
    rb"|(?=(?:[a-z]*\d){3})(?=(?:\d*[a-z]){3})[a-z0-9]{12,64})"
)
_NAMES_WITH_NUMBERS = (
    rb"(?i)(?:\A|.*[-_.])(?:hmac|pbe|with|sha|md(?=[-_]?[2-6](?!\d))|aes|rsa|dsa|[ehpr]s(?=[-_]?(?:256|384|512))|ed(?=[-_]?(?:25519|448))|secp|prime|curve|utf|iso|cp|windows|base|b?crypt|argon|pbkdf"
    rb"|chacha|poly|blake|ripemd|tls|ssl|http|python|py|node|java|php|ipv|port|line|errors?|err|code|rev|pr|issue|bug|cve"
    rb"|rfc|test|row|id|user_?id|item|page|step|turn|run|build|job|chunk|int|uint|float)[-_]?\d"
)


# A call, a file, a class of tests: what `is_random` takes for random among words.
_NO_RANDOM = (
    rb"[A-Za-z_][\w.]*\(.*|(?:[\w.-]{1,40}/){1,12}[\w.-]{1,60}\.[a-z]{1,5}|/(?:[a-z][\w.-]{0,30}/){1,12}[\w.-]{1,40}"
)


def passes(value: bytes, check: int) -> bool:
    """Whether what stands in a secret's place is one, by one of the checks."""
    if check == CHECK_PHRASE:
        return _is_phrase(value)
    if check == CHECK_WALLET:
        return regex(SENTENCE).search(value.rpartition(b" ")[0]) is None  # the last word may be cut
    if check == CHECK_RANDOM:
        return is_random(value, 16)
    if check == CHECK_LIKE:
        if value[:8] in (b"pk_live_", b"pk_test_"):
            return False
        if is_like_password(value) or is_word_with_number(value) or is_gibberish(value):
            return True
        return is_random(value, 12) and regex(_NO_RANDOM).fullmatch(value) is None
    if check == CHECK_GROUPS:
        return passes(value, CHECK_LIKE) or regex(_RARE_PAIRS).search(value) is not None
    if check == CHECK_SURE:
        return passes(value, CHECK_LIKE) or is_coined(value)
    if check == CHECK_WORD:
        return passes(value, CHECK_LIKE) or is_coined(value, True)
    if check == CHECK_JOINED:
        return passes(value, CHECK_SAID) or (regex(_TITLES).fullmatch(value) is not None and is_coined(value))
    if check == CHECK_SAID:
        return passes(value, CHECK_LIKE) or (
            regex(_SAID).match(value) is not None and is_coined(value, value[-1:].isdigit())
        )
    return not is_placeholder(value)


_TITLES = rb"[A-Z][a-z?]{2,16}[-_.][A-Z][a-z?]{2,16}"
_SAID = (  # in a sentence: names of programs have capitals in their midst, and versions behind them
    rb"(?!(?i:python|ubuntu|debian|centos|rhel|fedora|windows|win|office|oauth|vue|angular|java|jdk|es|php|ruby|node|rails"
    rb"|postgres\w{0,3}|mysql|oracle|exchange|server|chrome|firefox|swift|kotlin)[-_.]?\d)"
    rb"(?:.*\d\d.{0,2}\Z|[a-z?]{8,20}\d[!?]?\Z|.*[A-Z][a-z]+[-_.][A-Z][a-z]+\d|.*[a-z][!#$%&*+=@^~]{1,2}[A-Za-z])"
)


def is_coined(value: bytes, plain: bool = False, joined: bool = False) -> bool:
    """True for what somebody may have made up for a password.

    plain: a word as a dictionary has it is one, too; joined: so are several with `_` between them and a number.

    It counts only where nothing but a password is expected.
    """
    # here: few texts have such a place
    from rlm_core.redaction.coined import A_WORD, JOINED_WORDS, MADE, NAMES, NO_COINED, PARTS, PLAIN, USUAL

    if is_placeholder(value) or names_format(value) or regex(NO_COINED).fullmatch(value):
        return False
    if regex(USUAL).fullmatch(value):
        return True
    if regex(MADE).match(value) is None and not (
        (plain and regex(A_WORD).fullmatch(value)) or (joined and regex(JOINED_WORDS).fullmatch(value))
    ):
        return False
    parts = [part.lower() for part in regex(PARTS).findall(value) if len(part) > 1]
    if plain and regex(rb"(?i).*(?:pass|pwd|secret|token|mdp|cred|placeholder)").match(value):
        return False
    return NAMES.isdisjoint(parts) and 2 * sum(map(PLAIN.__contains__, parts)) <= len(parts) - (len(parts) == 1)


def _has_strength(value: bytes) -> bool:
    """True when letters meet a digit or a symbol that identifiers and prose lack."""
    return regex(rb"(?s)(?=.*[A-Za-z]).*(?:[0-9@#$%^&*+~]|!.)").match(value) is not None


class _Value:
    """What stands where a value is expected: its place in the image and how it is written."""

    __slots__ = ("end", "image", "quoted", "start", "wide")

    def __init__(self, image: bytes, start: int, end: int, wide: int, quoted: bool) -> None:
        self.image = image
        self.start = start
        self.end = end  # of a bare word: at punctuation
        self.wide = wide  # of a bare word: at white space; else as `end`
        self.quoted = quoted

    def text(self) -> bytes:
        """As much of it as the judgement needs."""
        return self.image[self.start : min(self.end, self.start + JUDGED)]

    def is_call(self) -> bool:
        """True for a bare word that goes on as a call, an index or a generic type."""
        return not self.quoted and self.end < self.wide and self.image[self.end] in b"([{"

    def head(self) -> bytes:
        """The same of a bare word to the next white space."""
        return self.image[self.start : min(self.wide, self.start + JUDGED)]

    def is_code(self) -> bool:
        return _reads_as_code(self.text(), self.head())

    def final_end(self) -> int:
        """Where the value ends in truth: bounded quantifiers may have stopped early."""
        bare_to_the_end = not self.quoted and self.end == self.wide
        return extended(self.image, self.end, _BARE_REST) if bare_to_the_end else self.end


def _value_at(image: bytes, start: int) -> _Value | None:
    """The quoted string or the bare word of 4 and more characters at `start`."""
    quoted = regex(_QUOTED).match(image, start)
    if quoted is not None:
        begin, end = quoted.span(quoted.lastgroup or 0)
        return _Value(image, begin, end, end, True)
    bare = regex(_BARE).match(image, start)
    if bare is None or len(bare["v"]) < 4:
        return None
    begin, wide = bare.span("v")
    stop = regex(rb"[,;<>(){}\[\]|]|&(?=\w{1,40}=)").search(image, begin, wide)
    return _Value(image, begin, stop.start() if stop else wide, wide, False)


def _quoted_is_secret(text: bytes, strong: bool, phrase: bool) -> bool:
    if b" " in text:
        return phrase or (strong and regex(rb"[A-Za-z]{4}(?: [A-Za-z]{4}){3}").fullmatch(text) is not None)
    if b"(" not in text and regex(CODE).fullmatch(text):
        return False
    return len(text) >= 6 if strong else is_random(text)


_PHRASE = rb"[a-z]{3,12}(?:-[a-z]{3,12}){3,7}"
_NO_PHRASE = rb".*(?:pass|secret|token|user|name|field|input|form|reset|must|your|the-|login|policy|key).*"


def _is_phrase(text: bytes) -> bool:
    """True for four words and more of a passphrase with hyphens between them."""
    return regex(_PHRASE).fullmatch(text) is not None and regex(_NO_PHRASE).fullmatch(text) is None


def _dotenv_is_secret(text: bytes, strong: bool) -> bool:
    """The verdict on NAME=text alone on its line: anything but a short word or a small number."""
    if text.isdigit():
        return len(text) >= (6 if strong else 16)
    return len(text) >= (4 if strong else 8)


_CAMEL = rb"[a-z]+(?:[A-Z][a-z]+)+|[A-Za-z_]\w{0,40}(?:\.[A-Za-z_]\w{0,40})+"  # a variable, an attribute


def _bare_is_secret(text: bytes, strong: bool, line: bool, sure: bool = False) -> bool:
    if strong:
        return len(text) >= 6 and (
            (line and (_has_strength(text) or _is_phrase(text)))
            or is_random(text, 6)
            or passes(text, CHECK_LIKE)
            or (sure and is_coined(text, True, True))
            or ((line or regex(_CAMEL).fullmatch(text) is None) and is_coined(text))
        )
    return is_random(text)


def prefix_of(image: bytes, pos: int) -> bytes:
    """The part of a name that stands before `pos`."""
    head = image[max(0, pos - 64) : pos]
    rest = head.rstrip(_WORD_CHARS)
    prefix = head[len(rest) :]
    return prefix[1:] if rest[-1:] == b"\\" and prefix[:1] in b"nrt" else prefix


def last_is(prefix: bytes, words: frozenset[bytes]) -> bool:
    """Whether the last word of the prefix, or all of it without its signs, is one of the words."""
    if not prefix.rstrip(b"_.-").lower().endswith(tuple(words)):
        return False  # nearly always, and sooner told
    parts = regex(rb"[A-Z]?[a-z]+|[A-Z]+|[0-9]+").findall(prefix)
    return bool(parts) and (parts[-1].lower() in words or b"".join(parts[-2:]).lower() in words)


def _ends_in(prefix: bytes, words: tuple[bytes, ...]) -> bool:
    """Whether the prefix ends in one of the words, with or without a `_`, `.` or `-` behind it."""
    lower = prefix.lower()
    return lower.endswith(words) or (lower[-1:] in (b"_", b".", b"-") and lower[:-1].endswith(words))


def is_secret_name(prefix: bytes, word: bytes, suffix: bytes) -> bool:
    """Does prefix + word + suffix name a secret, rather than a count, a file or an id of one?"""
    lower = word.lower()
    if suffix[:1].isalpha() and (suffix[:1].islower() or word.isupper()):
        return False  # tokens, keyboard, secretary
    parts = regex(rb"[A-Z]?[a-z]+|[A-Z]+").findall(suffix)
    if any(part in NO_SUFFIX or part.startswith(NO_SUFFIX_STARTS) for part in map(bytes.lower, parts)):
        return False
    if lower in (b"token", b"key") and last_is(prefix, NO_PREFIX):
        return False
    if lower == b"secret" and regex(rb"(?i)(?:.*[_.-])?hashed[_-]?").fullmatch(prefix):
        return False  # what a scanner keeps of it
    if lower.startswith(b"passw") and parts and parts[-1].lower() == b"key":
        return False  # of a text, or of a column
    if len(parts) > 1 and parts[-1].lower() == b"key" and parts[-2].lower() in NO_KEYS | {b"storage"}:
        return False  # SECRET_CACHE_KEY
    if lower == b"key":
        return _ends_in(prefix, KEY_OWNER) or (prefix[-1:] == b"_" and (word.isupper() or prefix.isupper()))
    if lower == b"auth":
        return prefix in (b"_", b"") and not suffix and word.islower()
    if lower == b"passe" or (lower == b"pass" and parts):
        return False  # `mot de passe` is the one that counts: see named
    glued = prefix[-1:].isalpha() and not (prefix[-1:].islower() and word[:1].isupper())
    if lower == b"token" and glued and not prefix.lower().endswith(TOKEN_OWNER):
        return False  # tiktoken
    if glued and (lower in (b"pass", b"pwd") or lower.startswith(b"cred")):
        return lower[:1] == b"p" and prefix.lower().endswith(PASS_OWNER)
    return prefix + word != b"PWD"


def _named_kind(name: bytes) -> str:
    """The kind of what is assigned to `name`: its provider's where the name tells, else `env`."""
    plain = regex(rb"[_.-]").sub(b"", name.lower())
    if plain.startswith(b"aws") or b"secretaccesskey" in plain:
        return "aws"
    if plain.endswith((b"accountkey", b"sharedaccesskey")):
        return "azure"
    return "bearer" if name[:2].lower() == b"x-" else "env"


def extended(image: bytes, end: int, more: bytes) -> int:
    """Where the secret that ends at `end` really ends: bounded quantifiers stop early, `more` does not."""
    match = regex(more).match(image, end)
    return match.end() if match else end


def named(image: bytes, pos: int) -> Span | None:
    """The value assigned to the name around `pos`, if both the name and the value say secret."""
    match = regex(_ASSIGN).match(image, pos)
    if match is None:
        return _option(image, pos)
    prefix, word, suffix = prefix_of(image, pos), match["word"], match["suffix"]
    french = (
        word.lower() == b"passe"
        and regex(rb"(?i)mot[_ .-]?de[_ .-]?\Z").search(image[max(0, pos - 7) : pos]) is not None
    )
    if not french and not is_secret_name(prefix, word, suffix):
        return None
    if match["sep"] == b":" and goes_on(image, pos - len(prefix), bool(match["close"])):
        return None  # arn:...:secret:my-name, AWS::IAM::AccessKey
    if match["sep"] == b">" and image[pos - len(prefix) - 1 : pos - len(prefix)] != b"<":
        return None
    name_start = pos - (7 if french and image[pos - 1 : pos] == b" " else len(prefix))
    return _judge(image, match, prefix + word + suffix, name_start)


def goes_on(image: bytes, start: int, closed: bool) -> bool:
    """Whether a name goes on from before a colon; Ruby's `:password: x` begins with it.

    closed: whether it is a string that ends in the name, in which a colon parts sections: `"Smtp:Password"`.
    """
    before = image[max(0, start - 2) : start]
    if closed and before != b"::":
        return False
    if image[max(0, start - 3) : start] in (b"\\n:", b"\\t:"):
        return False
    if before[:1].isdigit() and regex(rb":\d{1,6}(?::\d{1,4})?:").search(image, max(0, start - 14), start):
        return False  # where grep found it
    return before[1:] == b":" and (before[:1].isalnum() or before[:1] in (b":", b"_", b"-", b"/", b"*"))


def _judge(image: bytes, match: re.Match[bytes], name: bytes, name_start: int) -> Span | None:
    """The value of an assignment if it is a secret; the table in tests/test_redact.py shows the cases."""
    value = _value_at(image, match.end())
    if value is None:
        return None
    if match["next"] and _ends_empty(image, match, value.start):
        return None
    if match["sep"] == b">":
        value.wide = value.end
    if _is_no_value(image, match, value, name_start):
        return None
    strong = _is_strong(match["word"], value)  # what is assigned to a password is secret even if it is a word
    dotenv = name.isupper() and match[0].partition(b"\\")[0].endswith(b"=") and match["close"] is None
    line = _has_line_to_itself(image, name_start, value)
    if not value.quoted and line and (dotenv or strong):
        value.end = value.wide  # p@ss(w)ord, is one word
    elif value.is_call():
        return None
    phrase = (
        b"phrase" in name.lower()
        or (value.quoted and _is_of_cipher(name, value.text()))
        or (dotenv and strong and (line or _has_words_with_numbers(value.text())))
    )
    likely = strong or match["word"].lower() == b"secret" or name[:2].lower() == b"x-"
    text = value.text()
    likely = likely or b"jwt" in name.lower()
    if likely and not strong and is_like_password(text) and not regex(rb"[A-Za-z]+\d{0,2}|.*/.*").fullmatch(text):
        return value.start, _joined_end(image, value), _named_kind(name)
    if line and _is_token_of_words(match["word"], name, text):
        return value.start, _joined_end(image, value), _named_kind(name)
    if (likely or b"secret" in name.lower()) and (is_word_with_number(text) or is_gibberish(text)):
        return value.start, _joined_end(image, value), _named_kind(name)
    if (
        image[name_start - 1 : name_start] in (b"?", b"&")
        and match["word"].lower() != b"key"
        and passes(text, CHECK_LIKE)
    ):
        return value.start, value.final_end(), _named_kind(name)  # of an address
    secret = _verdict(
        (
            text,
            value.head(),
            value.quoted,
            strong,
            phrase,
            dotenv and line,
            line,
            _is_sure(image, match, name, value, line),
        )
    )
    return (value.start, _joined_end(image, value), _named_kind(name)) if secret else None


def _ends_empty(image: bytes, match: re.Match[bytes], start: int) -> bool:
    """Whether a value ends before the backslash: what stands in the next line is another argument of the command."""
    if regex(rb"--?\w|\w+=").match(image, start):
        return True
    sign = match.start("sep")
    return match["sep"] == b"=" and bool(match["gap"]) and image[sign - 1 : sign] not in (b" ", b"\t")


def _is_token_of_words(word: bytes, name: bytes, text: bytes) -> bool:
    """Whether a token or a secret is of words and a number, on a line of its own: `token: Lantern-otter-2209`."""
    lower = word.lower()
    if lower == b"token":
        return regex(_WORDS_IN_TOKEN).fullmatch(text) is not None and is_coined(text)
    return (
        lower == b"secret"
        and len(name) > 6
        and regex(rb"[A-Za-z]{4,24}\d{2,8}").fullmatch(text) is not None
        and is_coined(text)
    )


_WORDS_IN_TOKEN = rb"(?=.*[A-Z])(?=.*[a-z])[A-Za-z]{2,20}(?:[-_.][A-Za-z]{2,20}){1,6}[-_.]?\d{2,8}"


def stands_for_none(image: bytes, name_start: int, word: bytes, gap: bytes, text: bytes) -> bool:
    """True for a checksum of a secret, the tag of an image, what is sealed for a cluster, and the key of a cache."""
    before = image[max(0, name_start - 9) : name_start]
    if before[-1:] == b"/" and (before == b"checksum/" or (gap == b":" and before[-2:-1].isalnum())):
        return True
    if text[:2] == b"Ag" and len(text) >= JUDGED and b"encryptedData" in image[max(0, name_start - 1024) : name_start]:
        return True
    return word.lower() == b"key" and regex(_CACHE_KEY).fullmatch(text) is not None


_OF_OPTION = rb"(?:\A|[\s\"'])-{1,2}(?:[a-z][\w-]{0,30}[ =]?[\"']?[\w.-]{0,40})?\Z"


def _is_sure(image: bytes, match: re.Match[bytes], name: bytes, value: _Value, line: bool) -> bool:
    """Whether a word alone may be a password there: of a variable of the environment, of a dotted property."""
    if value.quoted or match["word"].lower() not in (
        b"password",
        b"passwd",
        b"passphrase",
        b"pwd",
        b"pass",
        b"mdp",
        b"passe",
    ):
        return False
    if name.isupper() and len(name) > 5:
        return match["close"] is None and match["sep"] in (b"=", b":") and not match["suffix"]
    if match["sep"] == b"=" and regex(_OF_OPTION).search(image[max(0, match.start() - 64) : match.start()]):
        return match[0].endswith(b"=") and _is_in_command(image, match.start(), value)
    return (
        line
        and match["sep"] == b"="
        and match[0].endswith(b"=")
        and regex(rb"[a-z][\w-]*(?:\.[\w-]+)+").fullmatch(name) is not None
    )


def _is_of_cipher(name: bytes, text: bytes) -> bool:
    """Whether several words may be what something is encrypted with."""
    words = regex(rb"[A-Za-z?']{2,16}(?: [A-Za-z?']{2,16}){3,12}").fullmatch(text) is not None
    return (
        words
        and regex(rb"(?i)crypt|cipher|luks|gpg|restic|borg|chiffr|session_?secret|cookie_?secret|jwt").search(name)
        is not None
        and (regex(SENTENCE).search(text.lower()) is None)
    )


def _is_no_value(image: bytes, match: re.Match[bytes], value: _Value, name_start: int) -> bool:
    """True for a command of a shell in backticks, a name of a message, a public key, and what Go says of a test."""
    text = value.text()
    if stands_for_none(image, name_start, match["word"], match["sep"] + match["gap"], text):
        return True
    of_git = image[name_start : match.end("word")] in (b"signingkey", b"signingKey")
    if of_git and match["gap"] and not value.quoted and regex(_KEY_OF_GPG).fullmatch(text):
        return True
    if match["sep"] == b":" and b"." in match["suffix"] and regex(rb"\d{1,6}[:-]").match(text):
        return True  # where grep found a line in a file of that name
    if value.quoted:
        if regex(_NAME_IN_STORE).fullmatch(text) or regex(_NAME_OF_FIELD).fullmatch(text):
            return True
        return (b" " in text and image[value.start - 1] == 96) or regex(_MESSAGE).fullmatch(text) is not None
    if match["sep"] == b":" and regex(_COORDINATES).fullmatch(text):
        return True
    if regex(_PATH_OF_NAMES).fullmatch(text) or regex(_NAME_IN_STORE).fullmatch(text):
        return True
    return text[:8] in (b"pk_live_", b"pk_test_") or image[max(0, match.start() - 4) : match.end()] == b"--- PASS: "


_NAME_IN_STORE = (  # cache:tokens:v2, auth_token_v2
    rb"[a-z]{2,16}(?:[-_][a-z]{2,16}){0,5}[-_]v\d{1,2}|[a-z]{2,24}(?::[a-z]{2,24}){0,4}:v\d"
    rb"|[a-z]{2,24}(?::[a-z]{2,24}){2,4}"
)
_NAME_OF_FIELD = (
    rb"X(?:-[A-Za-z]{2,16}){1,4}|(?:[A-Z][a-z]+-){1,3}(?:Key|Token|Secret|Password)|(?i:ctrl|cmd|maj|shift|alt|super)\+.*"
    rb"|(?i:mots?[-_ ]?de[-_ ]?passe)"
)
_CACHE_KEY = rb"(?:[A-Za-z0-9_.]{2,20}-){2,8}[0-9a-f]{16,64}"
_PATH_OF_NAMES = rb"[a-z_]{2,40}\d{0,2}(?:\.[a-z_]{2,40}\d{0,2}){2,6}"
_KEY_OF_GPG = rb"(?:0x)?(?:[0-9A-F]{8}|[0-9A-F]{16}|[0-9A-F]{40})!?"  # which key Git signs with
_COORDINATES = rb"[a-z][a-z0-9-]{1,40}:\d{1,4}(?:\.\d{1,6}){1,3}(?:[.-][\w.]{1,20})?"  # io.jsonwebtoken:jjwt-api:0.12.6
_MESSAGE = rb"(?i)(?=.*(?:pass|error|auth|label|login|field))[a-z]\w{1,24}(?:\.[a-z]\w{1,24}){1,6}"


def _has_words_with_numbers(text: bytes) -> bool:
    """True for three words and more of which one has letters and at least two digits."""
    return text.count(b" ") >= 2 and regex(rb".*(?:\A| )[A-Za-z]{3,20}\d{2,8}(?: |\Z).*").fullmatch(text) is not None


# What stands before a line that a program shows: a diff's sign, where grep found it, its number, whose log it is.
FRAME = rb"(?:[+>#-][ ]?|[\w.-]{1,24}[ ]{1,3}\|[ ]|[\w./-]{1,60}[:-]\d{1,6}[:-]|[ ]{0,8}\d{1,6}[\t:|-])"
_JOINS = (
    rb"\\{0,3}[\"'](?:[ \t]|\\{1,4}[nt]|\\?\r?\n" + FRAME + rb"?){0,40}[+.&\\](?:[ \t]"
    rb"|\\{1,4}[nt]|_?\r?\n" + FRAME + rb"?){0,40}\\{0,3}[\"'](?P<more>[^\"'\s\\\0]{4,200})"
    rb"(?=\\{0,3}[\"'])"
)
_JOINS_IN_PARENTHESES = _JOINS.replace(rb"[+.&\\](?:", rb"(?:")


def _joined_end(image: bytes, value: _Value) -> int:
    """Where a string ends that goes on in further ones, `"..." + "..."`; without such, where the value ends."""
    end = value.final_end()
    if value.quoted:
        return joined_end(image, end, image[max(0, value.start - 6) : value.start])
    if image[end - 1 : end + 1] == b"\\\n" or image[end : end + 2] == b"\\\n":
        return extended(image, end, _CONTINUED)
    return end


_CONTINUED = rb"\\?\n(?:" + FRAME + rb"|> ?)?[ \t]{0,16}[A-Za-z0-9+/=_.~-]{8,4096}(?![^\s\"'`;&|])"


def joined_end(image: bytes, end: int, before: bytes) -> int:
    """Where what a string at `end` goes on in ends. before: what stands before it; in parentheses a blank joins."""
    joins = _JOINS_IN_PARENTHESES if b"(" in before else _JOINS
    while (more := regex(joins).match(image, end) or regex(_BESIDE).match(image, end)) is not None:
        end = more.end()
    return end


# As C and Python write one string, also on the next line.
_BESIDE = (
    rb"\"(?:[ ]{1,3}|[ \t]{0,3}\\?\r?\n[ \t]{1,60})\"[A-Za-z0-9+/=_-]{8,200}"
    rb"(?=\"(?:[;,)\r\n]|\Z|[ ]{1,3}\"))"
)


_verdicts: dict[Case, bool] = {}
MOST_VERDICTS = 4096  # kept at a time: text made to be slow says the same again and again


def _verdict(case: Case) -> bool:
    if case not in _verdicts:
        if len(_verdicts) >= MOST_VERDICTS:
            _verdicts.clear()
        _verdicts[case] = _is_secret(*case)
    return _verdicts[case]


def _is_secret(
    text: bytes, head: bytes, quoted: bool, strong: bool, phrase: bool, dotenv: bool, line: bool, sure: bool
) -> bool:
    """Whether the value of an assignment is a secret. text, head: of the value, as `_Value` gives them.

    strong: the name is a password's; phrase: that of several words; dotenv: in capitals on a line of its own; line: on
    a line of its own.
    """
    if len(text) == 42 and regex(rb"0x[0-9a-fA-F]{40}").fullmatch(text):
        return False  # the address of a contract
    if not quoted and len(text) < (4 if dotenv and strong else 6 if strong else 8):
        return False  # as what follows would say, and sooner
    if is_placeholder(text):
        return False
    if quoted:
        return _quoted_is_secret(text, strong, phrase)
    if _reads_as_code(text, head):
        return False
    return _dotenv_is_secret(text, strong) if dotenv else _bare_is_secret(text, strong, line, sure)


def _reads_as_code(text: bytes, head: bytes) -> bool:
    code = regex(CODE)
    return code.fullmatch(head) is not None or code.fullmatch(text) is not None


def _is_strong(word: bytes, value: _Value) -> bool:
    if word.lower() == b"pass":
        return _has_strength(value.text())  # pass: 'bandpass'
    return word[:2].lower() in (b"pa", b"pw", b"md")


def _has_line_to_itself(image: bytes, name_start: int, value: _Value) -> bool:
    """Does the line hold the assignment only, but for a diff sign, a line number, `export`, a comment?"""
    head = image[max(0, name_start - 80) : name_start]
    return regex(_LINE_START).search(head) is not None and regex(_LINE_END).match(image, value.wide) is not None


def _is_apples(text: bytes) -> bool:
    """Whether it has the form of Apple's app-specific passwords."""
    return regex(rb"[a-z]{4}(?:-[a-z]{4}){3}").fullmatch(text) is not None


def _is_in_command(image: bytes, pos: int, value: _Value) -> bool:
    """Whether an option stands in a command line, not in a sentence, nor in what a program says of its options."""
    line = image[max(0, pos - 160) : pos].rpartition(b"\n")[2]
    if regex(SENTENCE).search(line.lower()) is not None or regex(rb"[ \t>$#+-]{0,8}[\w./]").match(line) is None:
        return False
    return regex(_AHEAD).match(image, value.wide) is not None


_AHEAD = rb"[\"']?(?:[ ]{1,2}(?:[-/|>&\\]|https?:|[\w.@-]{1,40}[ ]{0,2}(?:\r?\n|\\n|\Z))|[ ]?(?:\r?\n|\\n|\Z)|[\"'`;)])"


def _option(image: bytes, pos: int) -> Span | None:
    """The word after `--password`, `--db-token`, ...: kind password."""
    match = regex(_OPTION).match(image, pos)
    if match is None:
        return None
    prefix = prefix_of(image, pos)
    if prefix[:1] != b"-" or not is_secret_name(prefix, match["word"], b""):
        return None
    value = _value_at(image, match.end())
    if value is None:
        return None
    value.end = value.wide
    text = value.text()
    if is_placeholder(text) or value.is_code() or regex(rb"(?:id|name|type|src|source|from|file|env)=.*").match(text):
        return None
    strong = (
        match["word"][:4].lower() == b"pass"
        and len(text) >= 6
        and (_has_strength(text) or _is_apples(text) or is_coined(text, _is_in_command(image, pos, value)))
    )
    return (value.start, value.final_end(), "password") if strong or is_random(text) else None
