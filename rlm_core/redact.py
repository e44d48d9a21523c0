"""Replace secrets in text by `[redacted:kind]` before the text is written to disk.

    >>> Redactor()("export DB_PASSWORD=tr0ub4dor")
    'export DB_PASSWORD=[redacted:env]'

How it stays fast: all matching runs on an *image* of the text, one ASCII byte per character, so offsets agree
and bytes searches apply. Windows of the image are tested for short literals; a regex is compiled and tried
only where a literal stands. Provider keys are looked for in the runs of 20 and more key characters alone, a
small part of any text. Every quantifier is bounded or walks a stretch once, so time is linear in the length.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Collection, Iterator, Sequence

    Span = tuple[int, int, str]  # start, end (both in characters of the text), kind
    Finder = Callable[[bytes, int], "Span | None"]
    Done = dict[tuple[bytes, Finder], int]  # how far a finder has got from the hits of a literal

_WINDOW = 8_192
_OVERLAP = 64
_PASSES = 8
_BETWEEN = "\n\0\n"  # the end of a text and the beginning of the next
_JUDGED = 64  # characters of a value that decide whether it is a secret

# A key begins here: not inside a word, unless the letter before belongs to an escape (\n, %20, ESC[32m).
_EDGE = (
    rb"(?:(?<![A-Za-z0-9])|(?<=\\[nrtbf])|(?<=%[0-9A-F]{2})|(?<=\\u[0-9A-Fa-f]{4})"
    rb"|(?<=\[[0-9]m)|(?<=[0-9;][0-9]m))"
)
_KEY = rb"[A-Za-z0-9_-]"

# kind, literal that betrays it, how many characters of the pattern stand before the literal, pattern.
_KEY_RULES: tuple[tuple[str, bytes, int, bytes], ...] = (
    ("anthropic", b"k-", 1, rb"sk-ant-" + _KEY + rb"{16,200}"),
    ("openai", b"k-", 1, rb"sk-(?!ant-|sk-)" + _KEY + rb"{20,200}"),
    ("aws", b"IA", 2, rb"(?:AKIA|ASIA|ABIA)[A-Z0-9]{16}(?![A-Za-z0-9])"),
    ("gcp", b"AIza", 0, rb"AIza" + _KEY + rb"{35}"),
    ("gcp", b"ya29.", 0, rb"ya29\.[A-Za-z0-9_-]{20,200}"),
    ("gcp", b"CSPX-", 2, rb"GOCSPX-" + _KEY + rb"{20,60}"),
    ("github", b"gh", 0, rb"gh[pousr]_[A-Za-z0-9]{30,255}"),
    ("github", b"at_", 8, rb"github_pat_\w{30,255}"),
    ("gitlab", b"gl", 0, rb"gl(?:pat|dt|rt|cbt|ptt|ft|soat|imt|agent|oas)-" + _KEY + rb"{18,200}"),
    ("slack", b"xox", 0, rb"xox[abeoprs]-" + _KEY + rb"{10,200}"),
    ("slack", b"p-", 3, rb"xapp-" + _KEY + rb"{20,200}"),
    ("stripe", b"k_", 1, rb"[sr]k_(?:live|test|prod)_[A-Za-z0-9]{16,200}"),
    ("stripe", b"hsec_", 1, rb"whsec_[A-Za-z0-9+/=]{24,100}"),
    ("npm", b"npm_", 0, rb"npm_[A-Za-z0-9]{36}"),
    ("pypi", b"pypi-", 0, rb"pypi-Ag" + _KEY + rb"{40,250}"),
    ("huggingface", b"hf_", 0, rb"hf_[A-Za-z0-9]{30,60}"),
    ("sendgrid", b"SG.", 0, rb"SG\.[\w-]{16,32}\.[\w-]{30,60}"),
    ("twilio", b"SK", 0, rb"SK[0-9a-f]{32}(?![A-Za-z0-9])"),
    ("digitalocean", b"_v1_", 3, rb"do[opr]_v1_[0-9a-f]{64}"),
    ("shopify", b"shp", 0, rb"shp(?:at|ss|ca|pa)_[0-9a-fA-F]{32}"),
    ("databricks", b"dapi", 0, rb"dapi[0-9a-f]{32}(?:-\d)?"),
    ("vault", b"hv", 0, rb"hv[sbr]\.[\w-]{20,200}"),
    ("linear", b"n_api_", 2, rb"lin_api_[A-Za-z0-9]{32,60}"),
    ("groq", b"k_", 2, rb"gsk_[A-Za-z0-9]{32,80}"),
    ("xai", b"xai-", 0, rb"xai-[A-Za-z0-9]{40,120}"),
    ("replicate", b"r8_", 0, rb"r8_[A-Za-z0-9]{32,60}"),
    ("perplexity", b"plx-", 1, rb"pplx-[A-Za-z0-9]{32,80}"),
    ("docker", b"at_", 6, rb"dckr_[po]at_[\w-]{20,60}"),
    ("1password", b"ops_", 0, rb"ops_eyJ[\w-]{40,200}"),
    ("notion", b"ntn_", 0, rb"ntn_[A-Za-z0-9]{40,60}"),
    ("grafana", b"gl", 0, rb"gl(?:sa|c)_[A-Za-z0-9+/=_]{32,200}"),
    ("telegram", b":AA", 0, rb"(?<=[0-9]{8}):(?P<s>AA[\w-]{33})(?![\w-])"),
    ("jwt", b"eyJ", 0, rb"eyJ[\w-]{12,}\.[\w-]{2,}(?:\.{1,2}[\w-]+){0,3}"),
)

# A password of a URL may hold an unencoded @ but not a slash; the host must look like one.
_URL_PASSWORD = rb"""://[^\s:/@?\#"'<>`\0]{0,128}:(?P<s>[^\s/"'<>`\\\0]{1,256})@[A-Za-z0-9\[{$%_]"""
_SCHEME = rb"(?:bearer|basic|token|bot|api-?key|negotiate|splunk)"
_CLI_VALUE = rb"""(?P<s>(?:[^\s"'`\\\0]|\\(?![nrt"'])){4,256})"""

# kind, lower-case literal, pattern tried at the literal. A `secret` check applies to what group s holds.
_TEXT_RULES: tuple[tuple[str, bytes, bytes], ...] = (
    ("slack", b"://", rb"://hooks\.slack\.com/(?:services|workflows|triggers)/(?P<s>[\w/-]{20,200})"),
    (
        "discord",
        b"://",
        rb"://(?:\w{1,10}\.)?discord(?:app)?\.com/api/(?:v\d+/)?webhooks/\d+/(?P<s>[\w-]{30,120})",
    ),
    ("url-password", b"://", _URL_PASSWORD),
    ("age", b"secret", rb"SECRET-KEY-1(?P<s>[0-9A-Z]{40,80})"),
    ("mailgun", b"key", rb"key-(?P<s>[0-9a-f]{32})(?![A-Za-z0-9])"),
    ("bearer", b"bearer", rb"(?i)bearer[ \t]{1,4}(?P<s>[A-Za-z0-9._~+/=-]{8,256})"),
    (
        "bearer",
        b"auth",
        rb"(?i)(?<![a-z])authorization(?!.{0,9}AWS4)\\{0,3}[\"']?[ \t]{0,4}[:=][ \t]{0,4}\\{0,3}[\"']?(?:"
        + _SCHEME
        + rb"[ \t]{1,4})?(?:token=[\"']?)?(?P<s>[A-Za-z0-9._~+/=:-]{8,256})",
    ),
    (
        "password",
        b"mysql",
        rb"(?i:mysql(?:dump|admin|import|show)?)(?:[ \t][^\n|;&]{0,200}?)?[ \t]-p(?P<q>[\"']?)" + _CLI_VALUE,
    ),
)
_CURL = rb"curl[ \t](?:\\\r?\n|[^\n|;&]){0,300}?(?<=\s)(?:-u|--user)[ =]?\\?[\"']?[^\s:\"'\\]{1,64}:" + _CLI_VALUE
_NAMES = (b"pass", b"secret", b"token", b"key", b"cred", b"pwd", b"auth")

KINDS: tuple[str, ...] = tuple(
    dict.fromkeys(("private", "private-key", *(r[0] for r in _KEY_RULES), *(r[0] for r in _TEXT_RULES), "azure", "env"))
)

_WORD = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
_CLASSES = bytes(97 if byte in _WORD else 32 for byte in range(256))
# Half of a text is neither in a literal of a text rule nor needed to tell these apart: the rest is searched
# in half the time. A literal that stands in the text still stands in its gist.
_GIST = bytes(range(256)).lower()
_NOISE = bytes(byte for byte in range(256) if bytes((byte,)).lower() not in b"paserctokywduhbq/:<-")
_RUN = b"a" * 20  # AWS ids and the shortest JWT headers have 20
_MARK = rb"\[redacted:([a-z0-9-]{1,40})\]"

_compiled: dict[bytes, re.Pattern[bytes]] = {}


def _regex(pattern: bytes) -> re.Pattern[bytes]:
    if pattern not in _compiled:
        import re

        _compiled[pattern] = re.compile(pattern)
    return _compiled[pattern]


_PLACEHOLDER = (
    rb"(?is)(?-i:.*EXAMPLE.*)|.*\.\.\.|[x*.\-_#?0=+]+|<.*|\$\{.*|\$\(.*|\$[a-z_]\w*|%\w+%|%[sdr]|%\(.*|\{.*|\[.*|.*\$\{.*|.*\{\{.*|#\{.*"
    rb"|(?:the|your|my|some|an?)[-_ ].*|your(?:password|token|secret|api|key).*"
    rb"|(?:change|replace|insert|enter|put|fill)[-_ ]?(?:me|this|it|with|your|here).*|.*[-_ ]here"
    rb"|(?:placeholder|dummy|redacted|masked|hidden|removed|omitted|sample|example)\W?"
    rb"|pass|passwd|password|pwd|secret|token|key|apikey|api[-_]key|credentials?"
    rb"|null|none|nil|true|false|undefined|unset|empty|default|required|optional|string|str|text|number|integer"
    rb"|int|bool|boolean|bytes|any|unknown|object|array|type|varchar|self|this|env|basic|bearer|invalid"
)
_CODE = (
    rb"""(?s)(?:await |new |not |lambda )?&?[A-Za-z_][\w.:$]*(?:\(.*|\[["'\w].*|\?\..*)"""
    rb"|(?i:(?:self|this|process|os|sys|env|args|opts|options|config|settings|request|req|ctx|data|params|props"
    rb"|import|secrets|vars|var|local|module|parser|kwargs|user|state)\.[A-Za-z_][\w.]*)"
    rb"|[A-Z]\w*(?:Token|Key|Secret|Password|Credential|Type|Model)s?"
    rb"|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|(?:https?|file|s3|gs|vault|arn|op):.*|(?:~|\.{1,2})/.*"
    rb"|/[A-Za-z0-9._-]*/.*|[\w./-]+\.(?:json|ya?ml|toml|py|[jt]sx?|txt|pem|key|env|md|go|rs|crt|pub)"
)


def _is_placeholder(value: bytes) -> bool:
    """True for what stands in a secret's place: `<your token>`, `${VAR}`, `xxxx`, `changeme`, a type name."""
    return _regex(_PLACEHOLDER).fullmatch(value) is not None


def _is_wordy(value: bytes) -> bool:
    """True when the value reads as words and small numbers (`my-secret-2`, `getUserToken`), not as random."""
    parts = _regex(rb"[A-Z]?[a-z]+|[A-Z]+|[0-9]+").findall(value)
    letters = [part for part in parts if not part.isdigit()]
    if not letters or _regex(rb"[0-9:TZ./+-]+").fullmatch(value):
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


def _is_random(value: bytes, least: int = 8) -> bool:
    return len(value) >= least and not _is_placeholder(value) and not _is_wordy(value)


def _has_strength(value: bytes) -> bool:
    """True when letters meet a digit or a symbol that identifiers and prose lack."""
    return _regex(rb"(?s)(?=.*[A-Za-z]).*(?:[0-9@#$%^&*+~]|!.)").match(value) is not None


_ASSIGN = (
    rb"(?P<word>(?i:pass(?:wor[dt]|wd|phrase|code|e)?|secret|token|key|cred(?:ential)?s?|pwd|auth))"
    rb"(?P<suffix>[A-Za-z0-9_.-]{0,40})"
    rb"(?P<close>\\{0,3}[\"'`]\]?|\])?(?:[ ?](?:is|est))?[ \t?]{0,20}"
    rb"(?P<sep>:[ \t]*[A-Za-z_][\w.\[\]| ]{0,40}?[ \t]+=(?=[ \t])|:=|=>|[=:](?![=:>])|>(?=[^<>\s]{6,200}</))"
    rb"(?P<gap>[ \t?]{0,20})(?:[rbfu]{1,2}(?=[\"']))?"
)
_OPTION = rb"(?P<word>(?i:pass(?:wor[dt]|wd|phrase)?|secret|token|key))(?P<suffix>)[ \t]{1,4}(?=[^\s-])"
_QUOTED = (
    rb"(?:\"(?P<d>(?:[^\"\\\r\n\0]|\\[^\r\n]){1,2048})\"|'(?P<s>(?:[^'\\\r\n\0]|\\[^\r\n]){1,2048})'"
    rb"|`(?P<t>[^`\r\n\0]{1,2048})`|(?P<q>\\{1,7}[\"'])(?P<e>[^\r\n\0]{1,2048}?)(?P=q))"
)
_BARE = rb"\\{0,7}[\"'`]?(?P<v>[^\s\0\\\"'`]{1,256}(?:\\(?![nrtu\"'\\])[^\s\0\\\"'`]{0,256}){0,8})"
_BARE_REST = rb"[^\s\0\\\"'`,;<>(){}\[\]|&]*"
_LINE_START = (
    rb"(?:\A|[\r\n]|\\n)[ \t]*(?:\d{1,6}[\t?:|-][ \t]*)?(?:[+>$#*-]{1,2}[ \t]+|[+-])?"
    rb"(?:(?:export|set|setenv|ENV|ARG|declare -x)[ \t]+)?[\"'{,<]{0,3}\Z"
)
_LINE_END = rb"[ \t]*(?:[\r\n]|\\[nr]|[\"'`]|#|//|<|\Z)"

# Words, not patterns: compiling these alternatives costs a hook several milliseconds.
_NO_SUFFIX = frozenset(
    b"""
alg algorithm arn at audience budget budgets class cost count counts dir dirs enabled endpoint endpoints env error
errors exp field fields file filename files format formats header headers hint hints id ids index input inputs
issuer kind label labels len length lengths limit limits list manager managers map max min mode name names path
paths pattern patterns per placeholder policies policy prefix price prompt prompts provider providers rate ref
refs regex required reset resets rotation schema scope scopes set size sizes source spec status store stores
strategy style suffix total ttl type types uri uris url urls usage used var version versions window
""".split()
)
_NO_SUFFIX_STARTS = (b"expir", b"param")
_NO_PREFIX = tuple(
    b"""
bos cache cached cancellation change cls completion continuation current end eos foreign forward backward
idempotency input last mask max min next num output pad page partition prev primary prompt public publickey
request sep sort special start starting stop syntax total unk
""".split()
)
_KEY_OWNER = tuple(
    b"""
access account admin api app application auth client consumer deploy encrypt encryption hmac integration jwt
license master private secret security server service shared sign signing storage subscription
""".split()
)
_TOKEN_OWNER = tuple(
    b"""
access admin api app auth bearer bot client csrf device git hook hub id lab login my npm push refresh secret
session slack user web xsrf
""".split()
)
_WORD_CHARS = _WORD + b"."


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
        return self.image[self.start : min(self.end, self.start + _JUDGED)]

    def is_call(self) -> bool:
        """True for a bare word that goes on as a call, an index or a generic type."""
        return not self.quoted and self.end < self.wide and self.image[self.end] in b"([{"

    def is_code(self) -> bool:
        head = self.image[self.start : min(self.wide, self.start + _JUDGED)]
        code = _regex(_CODE)
        return code.fullmatch(head) is not None or code.fullmatch(self.text()) is not None

    def final_end(self) -> int:
        """Where the value ends in truth: bounded quantifiers may have stopped early."""
        bare_to_the_end = not self.quoted and self.end == self.wide
        return _extended(self.image, self.end, _BARE_REST) if bare_to_the_end else self.end


def _value_at(image: bytes, start: int) -> _Value | None:
    """The quoted string or the bare word of 4 and more characters at `start`."""
    quoted = _regex(_QUOTED).match(image, start)
    if quoted is not None:
        begin, end = quoted.span(quoted.lastgroup or 0)
        return _Value(image, begin, end, end, True)
    bare = _regex(_BARE).match(image, start)
    if bare is None or len(bare["v"]) < 4:
        return None
    begin, wide = bare.span("v")
    stop = _regex(rb"[,;<>(){}\[\]|]|&(?=\w{1,40}=)").search(image, begin, wide)
    return _Value(image, begin, stop.start() if stop else wide, wide, False)


def _quoted_is_secret(text: bytes, strong: bool, phrase: bool) -> bool:
    if b" " in text:
        return phrase
    if b"(" not in text and _regex(_CODE).fullmatch(text):
        return False
    return len(text) >= 6 if strong else _is_random(text)


def _dotenv_is_secret(text: bytes, strong: bool) -> bool:
    """The verdict on NAME=text alone on its line: anything but a short word or a small number."""
    if text.isdigit():
        return len(text) >= (6 if strong else 16)
    return len(text) >= (4 if strong else 8)


def _bare_is_secret(text: bytes, strong: bool, line: bool) -> bool:
    if strong:
        return len(text) >= 6 and ((line and _has_strength(text)) or _is_random(text, 6))
    return _is_random(text)


def _prefix(image: bytes, pos: int) -> bytes:
    """The part of a name that stands before `pos`."""
    head = image[max(0, pos - 64) : pos]
    rest = head.rstrip(_WORD_CHARS)
    prefix = head[len(rest) :]
    return prefix[1:] if rest[-1:] == b"\\" and prefix[:1] in b"nrt" else prefix


def _ends_in(prefix: bytes, words: tuple[bytes, ...]) -> bool:
    """Whether the prefix ends in one of the words, with or without a `_`, `.` or `-` behind it."""
    lower = prefix.lower()
    return lower.endswith(words) or (lower[-1:] in (b"_", b".", b"-") and lower[:-1].endswith(words))


def _is_secret_name(prefix: bytes, word: bytes, suffix: bytes) -> bool:
    """Does prefix + word + suffix name a secret, rather than a count, a file or an id of one?"""
    lower = word.lower()
    if suffix[:1].isalpha() and (suffix[:1].islower() or word.isupper()):
        return False  # tokens, keyboard, secretary
    parts = _regex(rb"[A-Z]?[a-z]+|[A-Z]+").findall(suffix)
    if any(part in _NO_SUFFIX or part.startswith(_NO_SUFFIX_STARTS) for part in map(bytes.lower, parts)):
        return False
    if lower in (b"token", b"key") and _ends_in(prefix, _NO_PREFIX):
        return False
    if lower == b"key":
        return _ends_in(prefix, _KEY_OWNER) or (word.isupper() and prefix[-1:] == b"_")
    if lower == b"auth":
        return prefix in (b"_", b"") and not suffix and word.islower()
    if lower == b"passe" or (lower == b"pass" and parts):
        return False  # `mot de passe` is the one that counts: see _named
    glued = prefix[-1:].isalpha() and not (prefix[-1:].islower() and word[:1].isupper())
    if lower == b"token" and glued and not prefix.lower().endswith(_TOKEN_OWNER):
        return False  # tiktoken
    return not (glued and (lower in (b"pass", b"pwd") or lower.startswith(b"cred"))) and word != b"PWD"


def _named_kind(name: bytes) -> str:
    """The kind of what is assigned to `name`: its provider's where the name tells, else `env`."""
    plain = _regex(rb"[_.-]").sub(b"", name.lower())
    if plain.startswith(b"aws") or b"secretaccesskey" in plain:
        return "aws"
    if plain.endswith((b"accountkey", b"sharedaccesskey")):
        return "azure"
    return "bearer" if name[:2].lower() == b"x-" else "env"


def _extended(image: bytes, end: int, more: bytes) -> int:
    """Where the secret that ends at `end` really ends: bounded quantifiers stop early, `more` does not."""
    match = _regex(more).match(image, end)
    return match.end() if match else end


def _named(image: bytes, pos: int) -> Span | None:
    """The value assigned to the name around `pos`, if both the name and the value say secret."""
    match = _regex(_ASSIGN).match(image, pos)
    if match is None:
        return _option(image, pos)
    prefix, word, suffix = _prefix(image, pos), match["word"], match["suffix"]
    french = word.lower() == b"passe" and image[max(0, pos - 7) : pos].lower() == b"mot de "
    if not french and not _is_secret_name(prefix, word, suffix):
        return None
    if match["sep"] == b":" and image[pos - len(prefix) - 1 : pos - len(prefix)] == b":":
        return None  # arn:...:secret:my-name, AWS::IAM::AccessKey
    if match["sep"] == b">" and image[pos - len(prefix) - 1 : pos - len(prefix)] != b"<":
        return None
    name_start = pos - (7 if french else len(prefix))
    return _judge(image, match, prefix + word + suffix, name_start)


def _judge(image: bytes, match: re.Match[bytes], name: bytes, name_start: int) -> Span | None:
    """The value of an assignment if it is a secret; the table in tests/test_redact.py shows the cases."""
    value = _value_at(image, match.end())
    if value is None:
        return None
    if match["sep"] == b">":
        value.wide = value.end
    strong = _is_strong(match["word"], value)  # what is assigned to a password is secret even if it is a word
    dotenv = name.isupper() and match[0].endswith(b"=") and match["close"] is None
    line = _has_line_to_itself(image, name_start, value)
    if not value.quoted and line and (dotenv or strong):
        value.end = value.wide  # p@ss(w)ord, is one word
    elif value.is_call():
        return None
    text = value.text()
    if _is_placeholder(text):
        return None
    if value.quoted:
        secret = _quoted_is_secret(text, strong, b"phrase" in name.lower() or (dotenv and line and strong))
    elif value.is_code():
        return None
    else:
        secret = _dotenv_is_secret(text, strong) if dotenv and line else _bare_is_secret(text, strong, line)
    return (value.start, value.final_end(), _named_kind(name)) if secret else None


def _is_strong(word: bytes, value: _Value) -> bool:
    if word.lower() == b"pass":
        return _has_strength(value.text())  # pass: 'bandpass'
    return word[:2].lower() in (b"pa", b"pw")


def _has_line_to_itself(image: bytes, name_start: int, value: _Value) -> bool:
    """Does the line hold the assignment only, but for a line number, `export`, a diff sign, a comment?"""
    head = image[max(0, name_start - 80) : name_start]
    return _regex(_LINE_START).search(head) is not None and _regex(_LINE_END).match(image, value.wide) is not None


def _option(image: bytes, pos: int) -> Span | None:
    """The word after `--password`, `--db-token`, ...: kind password."""
    match = _regex(_OPTION).match(image, pos)
    prefix = _prefix(image, pos)
    if match is None or prefix[:2] != b"--" or not _is_secret_name(prefix, match["word"], b""):
        return None
    value = _value_at(image, match.end())
    if value is None:
        return None
    value.end = value.wide
    text = value.text()
    if _is_placeholder(text) or value.is_code():
        return None
    strong = match["word"][:4].lower() == b"pass" and len(text) >= 6 and _has_strength(text)
    return (value.start, value.final_end(), "password") if strong or _is_random(text) else None


_PEM_HEAD = rb"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
_PEM_TAIL = rb"-----END [A-Z0-9 ]{0,40}-----"
# Between lines: white space, \n escapes, quotes, line numbers, diff signs, headers such as DEK-Info.
_PEM_FILL = rb"(?:[^A-Za-z0-9+/=\0]|\\[nr]|\d{1,6}(?=[\t ?:|])|[\r\n?\t ][+](?=[A-Za-z0-9])){0,40}"
_PEM_LINES = (
    rb"(?:" + _PEM_FILL + rb"(?:Proc-Type|DEK-Info|Version|Comment|Charset|Hash): ?[^\n\\\0]{0,100}){0,5}"
    rb"(?:" + _PEM_FILL + rb"[A-Za-z0-9+/]{20,8192}={0,2}){1,400}"
)
_PEM_REACH = 20_000


def _private_key(image: bytes, pos: int) -> Span | None:
    """A PEM block to its END line; without one, as far as the lines look like a key."""
    head = _regex(_PEM_HEAD).match(image, pos)
    if head is None:
        return None
    end = image.find(b"-----END ", head.end(), head.end() + _PEM_REACH)
    tail = _regex(_PEM_TAIL).match(image, end) if end > 0 else None
    if tail is not None and _is_key_body(image[head.end() : tail.start()]):
        return pos, tail.end(), "private-key"
    lines = _regex(_PEM_LINES).match(image, head.end())
    return (pos, lines.end(), "private-key") if lines else None


def _curl_user(image: bytes, pos: int) -> Span | None:
    """The password of `curl -u user:password` on either side of the address at `pos`."""
    start = image.rfind(b"curl ", max(0, pos - 300), pos)
    if start < 0:
        return None
    match = _regex(_CURL).match(image, start)
    if match is None or _is_placeholder(match["s"]):
        return None
    return (*match.span("s"), "password")


def _is_key_body(body: bytes) -> bool:
    """True when most of `body` is long base64: code that merely names the END line holds no key."""
    runs = _regex(rb"[A-Za-z0-9+/=]{24,}").findall(body)
    return b"-----BEGIN" not in body and 2 * sum(map(len, runs)) >= len(body) > 0


_TAG = rb"<(?:\\?/)?private(?:\s[^<>]{0,200})?>"


def _private_block(image: bytes, pos: int) -> Span | None:
    """`<private>` to the tag that closes it, nested ones inside; without one, to the end of the text."""
    tags = _regex(rb"(?i)(?<!`)" + _TAG + rb"|" + _TAG + rb"(?!`)")  # `<private>` is talk about the tag
    if tags.match(image, pos) is None:
        return None
    depth = 0
    for tag in tags.finditer(image, pos):
        depth += -1 if b"/" in tag[0][:3] else 1
        if depth == 0:
            return pos, tag.end(), "private"
    return pos, len(image), "private"


def _key_finder(kind: str, back: int, pattern: bytes) -> Finder:
    # a JWT's dots let it scan far ahead: one try per run, else "eyJ-eyJ-..." costs its length squared
    edge = rb"(?:(?<![\w-])|(?<=\\[nrt])|(?<=%[0-9A-F]{2})|(?<=[0-9;][0-9]m))" if kind == "jwt" else _EDGE
    checked = kind == "openai"  # `sk-fading-circle-container` is a class of CSS

    def find(image: bytes, pos: int) -> Span | None:
        if pos < back:
            return None
        match = _regex((b"" if kind == "telegram" else edge) + pattern).match(image, pos - back)
        if match is None or b"EXAMPLE" in match[0] or (checked and _is_wordy(match[0][:_JUDGED])):
            return None
        start, end = match.span("s" if "s" in match.re.groupindex else 0)
        return start, _extended(image, end, _KEY + rb"*"), kind

    return find


def _text_finder(kind: str, pattern: bytes) -> Finder:
    def find(image: bytes, pos: int) -> Span | None:
        match = _regex(pattern).match(image, pos)
        if match is None or _is_placeholder(match["s"]):
            return None
        if kind == "bearer" and not (_is_random(match["s"]) or match["s"].endswith(b"=")):
            return None
        if kind == "url-password" and _regex(rb"\d{1,5}[/?#].*|\$\w+").fullmatch(match["s"]):
            return None
        start, end = match.span("s")
        return start, _extended(image, end, rb"[A-Za-z0-9._~+/=-]*") if kind == "bearer" else end, kind

    return find


def _runs(window: bytes) -> bytes:
    """The stretches of 20 and more key characters, each with the five characters before it."""
    classes = window.translate(_CLASSES)
    found: list[bytes] = []
    start = classes.find(_RUN)
    while start >= 0:
        end = classes.find(b" ", start)
        end = len(window) if end < 0 else end
        found.append(window[max(0, start - 5) : end])
        start = classes.find(_RUN, end)
    return b" ".join(found)


_TEXT_FINDERS: tuple[tuple[bytes, Finder], ...] = (
    (b"<private", _private_block),
    (b"-----begin", _private_key),
    (b"://", _curl_user),
    *((literal, _named) for literal in _NAMES),
)


def _scan(
    rules: dict[bytes, list[Finder]],
    literals: list[bytes],
    image: bytes,
    window: bytes,
    start: int,
    done: Done,
) -> Iterator[Span]:
    """What the finders of `literals` find in the window that begins at `start` of the image."""
    for literal in literals:
        offsets = _offsets(window, literal)
        for finder in rules[literal]:
            for offset in offsets:
                pos = start + offset
                if pos >= done.get((literal, finder), 0) and (span := finder(image, pos)) is not None:
                    done[literal, finder] = span[1]
                    yield span


class Redactor:
    """Callable that redacts; `counts` tells how many of which kind since it was made.

    `extra` are (kind, regex) pairs of the user's; the whole match is replaced. `off`: kinds to leave alone.
    Raises ValueError for a pattern that does not compile, a kind that can't stand in a marker (lower-case
    letters, digits, hyphens; at most 40) and an unknown kind in `off`. Redacting twice equals redacting once.
    """

    counts: dict[str, int]

    def __init__(
        self, *, enabled: bool = True, extra: Sequence[tuple[str, str]] = (), off: Collection[str] = ()
    ) -> None:
        self.counts = {}
        self._enabled = enabled
        self._extra = [(kind, _user_regex(kind, pattern)) for kind, pattern in extra if kind not in off]
        self._ranks = {kind: rank for rank, kind in enumerate((*(kind for kind, _ in extra), *KINDS))}
        for kind in off:
            if kind not in self._ranks:
                raise ValueError(f"no kind of secret is called {kind!r}; known: {', '.join(sorted(KINDS))}")
        self._off = frozenset(off)
        self._keys: dict[bytes, list[Finder]] = {}
        for kind, literal, back, pattern in _KEY_RULES:
            self._keys.setdefault(literal, []).append(_key_finder(kind, back, pattern))
        self._texts: dict[bytes, list[Finder]] = {literal: [finder] for literal, finder in _TEXT_FINDERS}
        for kind, literal, pattern in _TEXT_RULES:
            self._texts.setdefault(literal, []).append(_text_finder(kind, pattern))
        self._gists = [(literal, literal.translate(_GIST, _NOISE)) for literal in self._texts]

    def __call__(self, text: str) -> str:
        """`text` with each secret replaced by `[redacted:kind]`; the same object when there is none."""
        if not self._enabled:
            return text
        # A marker may change what its surroundings look like, so go on until nothing more is found.
        for _ in range(_PASSES):
            spans = self._spans(text)
            if not spans:
                break
            text = self._replace(text, spans)
        return text

    def finds_nothing(self, texts: Sequence[str]) -> bool:
        """Whether none of the texts holds a secret; False may also mean that this could not be told.

        Short texts cost more to begin than to scan, so they are scanned as one: no pattern reaches over NUL.
        """
        if not self._enabled:
            return True
        return not self._extra and not self._spans(_BETWEEN.join(texts))

    def _spans(self, text: str) -> list[Span]:
        """Secrets of the text, in order, not overlapping."""
        image = text.encode("ascii", "replace")
        if b"[redacted:" in image:  # no pattern reaches over NUL: what is redacted stays as it is
            for mark in {mark[0] for mark in _regex(_MARK).finditer(image) if mark[1].decode() in self._ranks}:
                image = image.replace(mark, b"\0" * len(mark))
        found: list[Span] = []
        done: Done = {}
        for start in range(0, len(image), _WINDOW):
            window = image[start : start + _WINDOW + _OVERLAP]
            runs = _runs(window)
            if runs and (hits := [literal for literal in self._keys if literal in runs]):
                found += _scan(self._keys, hits, image, window, start, done)
            gist = window.translate(_GIST, _NOISE)
            if hits := [literal for literal, essence in self._gists if essence in gist]:
                found += _scan(self._texts, hits, image, window.lower(), start, done)
        if self._extra:
            found += self._extra_spans(text, image)
        return self._merged([span for span in found if span[2] not in self._off]) if found else found

    def _extra_spans(self, text: str, image: bytes) -> Iterator[Span]:
        for kind, pattern in self._extra:
            for match in pattern.finditer(text):
                start, end = match.span()
                if start < end and b"\0" not in image[start:end]:
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
        parts: list[str] = []
        done = 0
        for start, end, kind in spans:
            parts += text[done:start], f"[redacted:{kind}]"
            self.counts[kind] = self.counts.get(kind, 0) + 1
            done = end
        parts.append(text[done:])
        return "".join(parts)


def _offsets(window: bytes, literal: bytes) -> list[int]:
    """Where `literal` stands, the overlap with the next window left out."""
    offsets, pos = [], window.find(literal)
    while 0 <= pos < _WINDOW:
        offsets.append(pos)
        pos = window.find(literal, pos + 1)
    return offsets


def _user_regex(kind: str, pattern: str) -> re.Pattern[str]:
    import re

    if not re.fullmatch(r"[a-z0-9-]{1,40}", kind):
        raise ValueError(f"redaction kind {kind!r}: use lower-case letters, digits and hyphens, at most 40")
    try:
        return re.compile(pattern)
    except re.error as error:
        raise ValueError(f"redaction pattern of kind {kind!r} is no regular expression: {error}") from error
