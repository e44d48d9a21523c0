"""Secrets by the syntax they stand in: options of commands, configuration files, signed URLs, sentences.

A row is (kind, literal, pattern, check) and, for some, the characters of which one follows the literal. The pattern is
tried where the literal stands; what its group `s` holds is the secret when it passes the check. The formats are those
of the manuals of the programs that are named.

Checks: ANY takes whatever is no placeholder, where nothing else can stand in the place; LIKE what has letters, digits
and capitals or signs, as words of a sentence have not; SPACED the same behind a command that sets a variable.
"""

from __future__ import annotations

from rlm_core.redaction.assignments import CHECK_ANY as ANY
from rlm_core.redaction.assignments import CHECK_LIKE as LIKE

SPACED = 4
_OPEN = rb"(?:\\{0,3}[\"'`])?"
_VALUE = rb"(?P<s>(?:[^\s\"'`\\\0]|\\(?![nrt\"'])){4,256})"
_V = _OPEN + _VALUE
_ARGS = rb"(?:[ \t][^\n|;&\0]{0,160}?)?[ \t]"  # of a command, up to the option
_GAP = rb"[ \t]{1,4}"
_BLANK = b" \t"
_SAID = rb"[ \t]{0,3}(?:[\"'`*]|\?[ ]?){0,4}"  # marks and typographic quotation marks before a value
_SPOKEN = _SAID + rb"(?P<s>[^\s\"'`<>\0\\;,]{6,64}?)(?=[.,;:)*]{0,3}(?:[\s\"'`<>\\\0]|\?(?:\s|\Z)|\Z))"
_NAMED = rb"[A-Za-z0-9_]{0,40}(?i:pass|secret|token|key|pwd)[A-Za-z0-9_]{0,20}"
# crypt(5): what follows the first `$`.
_CRYPT = (
    rb"(?:[156]|apr1)\$(?:rounds=\d{1,9}\$)?[./0-9A-Za-z]{1,16}\$[./0-9A-Za-z]{22,86}|2[abxy]?\$\d\d\$[./0-9A-Za-z]{53}"
    rb"|(?:y|gy|[789])\$[./0-9A-Za-z+=$]{20,180}|argon2(?:id?|d)\$v=\d{1,4}\$[^\s\"'\0]{30,200}"
)
_PGPASS = rb"[\w*-]{1,64}:[\w*.-]{1,64}:(?P<s>[^\s\"'`\\\0]{4,64})(?=[\s\"'`\\|<]|\Z)"
# <add key="ApiSecret" value="..."/>, define('DB_PASSWORD', '...')
_ATTRIBUTE = (
    rb"\w{0,20}(?:\\{0,3}[\"']|&quot;)(?:[ \t]{1,4}value=|[ \t]{0,2},[ \t]{0,2})(?:\\{0,3}[\"']|&quot;)" + _VALUE
)

# - name: DB_PASSWORD\n  value: ..., {"name": "SMTP_PASSWORD", "value": "..."}
_NAME_VALUE = rb"\w{0,20}\\{0,3}[\"']?,?(?:[ \t\r\n]|\\n){1,24}-?[ ]?\\{0,3}[\"']?value\\{0,3}[\"']?:[ \t]{1,4}" + _V
# variable "db_password" { default = "..." }
_DEFAULT = rb"\w{0,20}\"[ \t]{0,2}\{[^{}\0]{0,200}?\bdefault[ \t]{0,8}=[ \t]{0,4}" + _V
_FIRST = rb"\\{0,3}[\"'][^\s\"'\\\0]{0,64}\\{0,3}[\"'],[ \t]{0,2}"  # an argument before the password
_ROWS: tuple[tuple[str, bytes, bytes, int] | tuple[str, bytes, bytes, int, bytes], ...] = (
    # options of commands
    ("password", b"pass", rb"(?<= /)pass:" + _V, ANY, b":"),
    ("password", b"pass", rb"(?i:(?<=-store)|(?<=-key)|(?<=-srcstore)|(?<=-deststore))pass" + _GAP + _V, ANY, _BLANK),
    ("password", b"pass", rb"(?<=wpa_)passphrase" + _GAP + rb"[^\s\0]{1,64}" + _GAP + _V, ANY, b"p"),
    ("password", b"pass", rb"pass:(?<=[ \t\"'=(]pass:)" + _V, LIKE, b":"),
    ("env", b"token", rb"(?i)(?<=:_auth)token[ \t=]{1,4}" + _V, ANY, b" \t="),
    *(
        ("env", name, rb"(?i)" + name + rb"\w{0,20}" + _GAP + _V, SPACED)
        for name in (b"pass", b"secret", b"token", b"key")
    ),
    # files
    ("password", b"pass", rb"(?i)password" + _GAP + rb"(?:[0-9][ \t]{1,4})?" + _OPEN + _SPOKEN, LIKE, b"wW"),
    ("password", b"pass", rb"password 7[ \t](?P<s>[0-9A-F]{8,64})(?=[\s\"'`\\]|\Z)", ANY, b"w"),
    ("password", b"auth", rb"(?<=master)auth" + _GAP + _V, LIKE, _BLANK),
    ("password", b"pass", rb"(?<=require)pass" + _GAP + _V, LIKE, _BLANK),
    ("password", b"community", rb"(?:(?<=ro)|(?<=rw))community" + _GAP + _V, LIKE),
    ("password", b"auth", rb"AUTH(?<![\w]AUTH)" + _GAP + rb"(?:\w{1,40}[ \t])?" + _V, LIKE, _BLANK),
    ("password", b"auth", rb"(?i)authtok[ \t]{0,4}=[ \t]{0,4}" + _V, ANY, b"tT"),
    ("password", b"psk", rb"(?i)psk\\{0,3}[\"']?(?<![\w-]psk)[ \t]{0,4}(?:[=:][ \t]{0,4}|(?=\\{0,3}\"))" + _V, LIKE),
    ("password", b"pass", rb"(?i)(?<=<auth-user-)pass>\s{1,4}[^\s\0]{1,80}\s{1,4}" + _VALUE, ANY, b">"),
    ("password", b":5432:", rb":5432:" + _PGPASS, LIKE),
    *(("env", name, rb"(?i)" + name + _ATTRIBUTE, LIKE) for name in (b"pass", b"secret", b"token", b"key")),
    ("env", b"pw", rb"(?:(?<=_)|(?<=-))(?i:pw)[ \t]{0,2}[=:][ \t]{0,2}" + _V, LIKE),
    *(("env", name, rb"(?i)" + name + _NAME_VALUE, LIKE) for name in (b"pass", b"secret", b"token", b"key")),
    *(("env", name, rb"(?i)" + name + _DEFAULT, LIKE) for name in (b"pass", b"secret", b"token", b"key")),
    # calls
    (
        "password",
        b"pass",
        rb"(?i)(?:(?<![a-z_])|(?<=set)|(?<=with))pass(?:word|wd|phrase)?\(\\{0,3}[\"']" + _VALUE,
        LIKE,
        b"wp(",
    ),
    ("password", b"auth", rb"(?i)auth[ \t]{0,2}=[ \t]{0,2}\(" + _FIRST + _V, LIKE, b" \t="),
    ("password", b"auth", rb"(?i)(?<=_)auth[ \t]{0,2}[=:][ \t]{0,2}[\"']?\w{1,40}/" + _VALUE, LIKE, b" \t=:"),
    ("password", b"cred", rb"(?i)credentials?\(" + _FIRST + _V, LIKE, b"e"),
    ("password", b"mysql", rb"(?i)mysqli\(" + _FIRST + _FIRST + _V, LIKE, b"i"),
    ("password", b"identif", rb"(?i)identified(?: with [\w'\"]{1,40})? by \\{0,3}[\"']" + _VALUE, LIKE, b"i"),
    ("password", b"pass", rb"password-stdin[ \t]{0,2}<<<[ \t]{0,2}" + _V, ANY, b"w"),
    # addresses
    ("zapier", b"://", rb"://hooks\.zapier\.com/hooks/catch/(?P<s>\d{4,10}/[a-z0-9]{6,12})", ANY),
    # headers
    # wallets and keys
    (
        "wallet",
        b"phrase",
        rb"(?i:(?<=seed )|(?<=recovery )|(?<=secret )|(?<=backup )|(?<=wallet ))phrase\w?[ \t]{0,3}"
        rb"(?:is|est|[:=])?\s{0,3}[\"'`]?"
        rb"(?P<s>[a-z]{3,8}(?:[ \t]{1,3}[a-z]{3,8}){11,23})",
        ANY,
    ),
    (
        "wallet",
        b"mnemonic",
        rb"(?i:mnemonic)\w?\\{0,3}[\"']?[ \t]{0,3}(?:is|[:=])?\s{0,3}\\{0,3}[\"'`]?"
        rb"(?P<s>[a-z]{3,8}(?:[ \t]{1,3}[a-z]{3,8}){11,23})",
        ANY,
    ),
    (
        "private-key",
        b"key",
        rb"(?<=PRIVATE )KEY ----[\r\n]{1,2}(?P<s>(?:[^\0-]|-(?!---)){40,8000})---- END",
        ANY,
        _BLANK,
    ),
    (
        "private-key",
        b"private-lines",
        rb"(?i)private-lines: \d{1,3}\s{1,4}(?P<s>(?:[A-Za-z0-9+/=]{4,64}[\r\n]{0,2}){1,60})",
        ANY,
    ),
    # sentences
    (
        "password",
        b"pass",
        rb"(?i)pass(?:word|wd|phrase|code)?\b(?: (?:for|of|to|on)(?: [\w'-]{1,20}){1,4}?)?"
        rb"[ \t]{0,2}(?:is|was|to|are|(?:should|will|must) be|[:=])" + _SPOKEN,
        LIKE,
        b"wpcWPC \t:=",
    ),
    (
        "password",
        b"pass",
        rb"(?i)passe\b(?: (?:du|de|pour|des)(?: [\w'?-]{1,20}){1,4}?)?(?:[ \t]?[,:=]|[ \t]est|[ \t]en|[ \t]sera)?"
        rb"(?:[ \t]?c'est)?" + _SPOKEN,
        LIKE,
        b"eE",
    ),
    (
        "password",
        b"mdp",
        rb"(?i)mdp\b(?: (?:du|de|pour)(?: [\w'?-]{1,20}){1,3}?)?(?:[ \t]?[:=]|[ \t]est|[ \t]c.est)?" + _SPOKEN,
        LIKE,
    ),
    ("password", b"pwd", rb"(?i)(?<![\w-])pwd[ \t]{1,2}(?:is|was|to)" + _SPOKEN, LIKE, _BLANK),
    ("password", b"pw", rb"(?i)(?<![\w-])pw[ \t]?(?:[:=]|is[ \t])" + _SPOKEN, LIKE),
    ("password", b"secret", rb"(?i)(?<=code )secret(?:[ \t]?[:=]|[ \t]est)" + _SPOKEN, LIKE, b" \t:="),
    ("password", b"phrase", rb"(?i)phrase secr.te(?:[ \t]?[:=]|[ \t]est)" + _SPOKEN, LIKE),
    (
        "password",
        b"cred",
        rb"(?i)cred(?:ential)?s(?:[ \t]?[:=]|[ \t]are)[ \t]?[\w.@-]{1,40}[ \t]?[/,:]" + _SPOKEN,
        LIKE,
    ),
    ("password", b"identif", rb"(?i)identifiants[ \t]?[:=][ \t]?[\w.@-]{1,40}[ \t]?[/,:]" + _SPOKEN, LIKE),
    ("env", b"pass", rb"(?i)(?<=mot_de_)passe[ \t]{0,3}[=:][ \t]{0,3}" + _V, ANY, b"eE"),
)

SYNTAXES = tuple((*row, b"") if len(row) == 4 else row for row in _ROWS)

_PRINTED = rb"(?:echo|printf)[ \t]{1,3}(?:-\w[ \t]{1,3})?[\"']?"
_PIPED = rb"(?P<s>[^\s\"'|$\0]{4,128})(?:\\n)?[\"']?[ \t]{0,3}\|"
BACKWARDS: tuple[tuple[bytes, bytes, bytes], ...] = (
    (b"pass", b"as the ", rb"(?:with|using|and) [\"'`]?(?P<s>[^\s\"'`\0]{6,64})[\"'`]? as the \Z"),
    (b"pass", b"mot de ", rb"(?:avec|et) [\"'`]?(?P<s>[^\s\"'`\0]{6,64})[\"'`]? comme mot de \Z"),
    (
        b"pass",
        b"_",
        _PRINTED + rb"(?P<s>[^\s\"'|$\0]{4,128})[\"']?[ \t]{0,3}>{1,2}[ \t]{0,3}[^\s\0]{0,60}_\Z",  # > .vault_pass
    ),
    (b"pass", b"--", _PRINTED + _PIPED + rb"[^\n|]{0,120}--\Z"),  # --password-stdin
    (b"pass", b"ch", _PRINTED + rb"[\w.-]{1,64}:" + _PIPED + rb"[ \t]{0,3}(?:sudo )?ch\Z"),  # chpasswd
    (b" -", b"sudo", _PRINTED + _PIPED + rb"[ \t]{0,3}sudo\Z"),
    (b"secret", b" ", _PRINTED + _PIPED + rb"[ \t]{0,3}\w{1,20} \Z"),  # podman secret create
)
"""(literal, what stands right before it, a pattern that ends where the literal begins)."""
BACK_REACH = 300  # characters before the literal
