"""Secrets by the syntax they stand in: options of commands, configuration files, signed URLs, sentences.

A row is (kind, literal, pattern, check) and, for some, the characters of which one follows the literal. The pattern is
tried where the literal stands; what its group `s` holds is the secret when it passes the check. The formats are those
of the manuals of the programs that are named.

Checks: ANY takes whatever is no placeholder, where nothing else can stand in the place; LIKE what has letters, digits
and capitals or signs, as words of a sentence have not; SPACED the same behind a command that sets a variable.
"""

from __future__ import annotations

from itertools import zip_longest

from rlm_core.redaction.assignments import CHECK_ANY as ANY
from rlm_core.redaction.assignments import CHECK_LIKE as LIKE
from rlm_core.redaction.assignments import FRAME

SPACED = 4
RANDOM = 3
PHRASE, WALLET = 5, 6
_OPEN = rb"(?:\\{0,3}[\"'`])?"
_VALUE = rb"(?P<s>(?:[^\s\"'`\\\0]|\\(?![nrt\"'])){4,256})"
_V = _OPEN + _VALUE
_ARGS = rb"(?:[ \t][^\n|;&\0]{0,160}?)?[ \t]"  # of a command, up to the option
_GAP = rb"[ \t]{1,4}"
_BLANK = b" \t"
_SAID = (
    rb"[ \t]{0,3}(?:[\"'`*]|\?[ ]?){0,4}(?:(?<=\*)[ ])?[\"'`]?"  # marks and typographic quotation marks before a value
)
_SPOKEN = (
    _SAID + rb"(?=[^\s\0]{0,63}(?:[0-9]|(?-i:[a-z]_?[A-Z])|[b-df-hj-np-tvwxz]{4}|q[a-tv-z]))"
    rb"(?P<s>(?![)&(\[{])(?:[^\s\"'`<>\0\\;,&]|&(?!\w{1,30}=)){6,64}?)"
    rb"(?=[.,;:)*]{0,3}(?:[\s\"'`<>\\]|\?(?:\s|\Z)|&\w{1,30}=|\Z))"
)
_NAMED = rb"[A-Za-z0-9_]{0,40}(?i:pass|secret|token|key|pwd)[A-Za-z0-9_]{0,20}"
# crypt(5): what follows the first `$`.
_CRYPT = (
    rb"(?:[156]|apr1)\$(?:rounds=\d{1,9}\$)?[./0-9A-Za-z]{1,16}\$[./0-9A-Za-z]{22,86}|2[abxy]?\$\d\d\$[./0-9A-Za-z]{53}"
    rb"|(?:y|gy|[789])\$[./0-9A-Za-z+=$]{20,180}|argon2(?:id?|d)\$v=\d{1,4}\$[^\s\"'\0]{30,200}"
)
_PGPASS = rb"[\w*-]{1,64}:[\w*.-]{1,64}:(?P<s>[^\s\"'`\\\0]{4,64})(?=[\s\"'`\\|<]|\Z)"
_QUOTE = rb"(?:\\{0,3}[\"']|&quot;)"
_LINE = rb"(?:\r?\n|\\r?\\n|\\n)"
# What stands beside a name, by other means than an assignment.
_BESIDE = (
    rb"[\w.]{0,20}(?<!name)(?<!_id)(?<!_file)(?<!_path)(?![\w.])(?:"
    # <add key="ApiSecret" value="...">, define('DB_PASSWORD', '...'), user-secrets set "Db:Password" "..."
    + _QUOTE
    + rb"(?:[ \t]{1,4}(?:value|default|content)=|[ \t]{0,2},[ \t]{0,12}(?:default=)?|[ \t]{1,3}"
    rb"|\)[ ]?(?:\{[ ]?|\|\|[ ]?|\?\?[ ]?|or[ ]))"
    + _QUOTE
    + rb"{1,2}(?!(?:[Pp]arameter)?[Vv]alue\\{0,3}[\"'])"
    # - name: DB_PASSWORD\n  value: ..., {"name": "SMTP_PASSWORD", "value": "..."}, ParameterKey=...,ParameterValue=...
    + rb"|\\{0,3}[\"']?,?(?:[ \t\r\n]|\\n){0,24}-?[ ]?\\{0,3}[\"']?(?:parameter)?value\\{0,3}[\"']?(?::[ \t]{0,4}|=)"
    + _OPEN
    # variable "db_password" { default = "..." }
    + rb"|\"[ \t]{0,2}\{[^{}\0]{0,200}?\bdefault[ \t]{0,8}=[ \t]{0,4}"
    + _OPEN
    # <property name="password">..., <key>password</key><string>..., <password><![CDATA[...
    + rb"|(?:"
    + _QUOTE
    + rb"(?:[ ]\w{1,20}=\\{0,3}[\"'][^\"'\0]{0,40}\\{0,3}[\"']){0,3}[ ]{0,2}>|</key>|>)(?:\s|\\n){0,40}"
    rb"(?:<(?:value|string)(?:[ ][^<>\0]{0,60})?>|<!\[CDATA\[)?(?=[^<>\s\0]{4,256}(?:\]\]>|<|&lt;))"
    # var_dump; a field of a form; what a browser is told to type; YAML's blocks
    + rb"|\\{0,3}[\"']\]=>(?:\s|\\n){1,12}string\(\d{1,5}\) \\{0,3}\""
    + rb"|\\{0,3}[\"']"
    + _LINE
    + rb"{2}"
    + rb"|\]?\\{0,3}[\"']\)\.(?:clear\(\)\.)?(?:type|send_?keys|fill|set_?value)\("
    + _QUOTE
    + rb"|\\{0,3}[\"']?:[ ][|>][+-]?[ ]?"
    + _LINE
    + rb"[+|>-]?[ \t]{1,40}"
    # what was asked for, and what a prompt said: config["password"] "...", ["PASSWORD"]\n'...'
    + rb"|\\{0,3}[\"']\][ ]{1,2}"
    + _QUOTE
    + rb"|\\{0,3}[\"']\]\)?"
    + _LINE
    + rb"[ >]{0,6}[\"']"
    # what stands for it when it is not set: 'password' => getenv('DB_PASS') ?: '...'
    + rb"|\\{0,3}[\"']?\]?[ ]{0,4}(?:=>|[:=])[ ]{0,4}[\w.:>$-]{1,40}(?:\([^()\n\0]{0,80}\)|\[[^\]\n\0]{0,60}\])[ ]?"
    rb"(?:\?:|\|\||\?\?|or)[ ]?\\{0,3}[\"']"
    # a row of a table
     + rb"|\W{0,3}[ \t]{1,20}\|[ \t]{1,4}[\"'`]?(?=[^\s|\0]{6,128}[\"'"
    rb"`]?(?:[ \t]{0,80}\||[ \t]{0,80}(?:\r?\n|\\n|\\{0,3}[\"'`]|\Z)))"
    + rb")(?P<s>(?:[^\s\"'`\\<\0]|\\(?![nrt\"'])|<(?![/!])){4,256})"
)
_INSERTED = (  # INSERT INTO users (name, password) VALUES ('bob', '...')
    rb"\w{0,20}(?!\w)[\"`]?[^()\0]{0,80}\)\s{0,4}values\s{0,4}\((?:[^()'\0]|'[^'\0]{0,64}'){0,40}?"
    rb"'(?P<s>(?=[^'\s]{0,60}[0-9])(?=[^'\s]{0,60}[A-Za-z])(?![^'\s@]{1,64}@[\w-]{1,64}\.[a-z]{2,9})[^'\s\0]{6,128})'"
)
_FIRST = rb"\\{0,3}[\"'][^\s\"'\\\0]{0,64}\\{0,3}[\"'],[ \t]{0,2}"  # an argument before the password
_LIKELY = (
    rb"\\{0,3}[\"'](?=[^\s\"']{0,60}[0-9])(?![^\s\"'@]{1,64}@[\w-]{1,64}\.[a-z])(?P<s>[^\s\"'`\\\0]{6,256})\\{0,3}[\"']"
)
_USER = rb"[\w.@-]{1,40}"
_LEAD = rb"[ \t>|+-]{0,8}"  # before a line of what a command printed
_NAMED_ABROAD = (
    rb"\\{0,3}[\"']?(?: (?:de|del|da|do|di|para|van|f\?r|von)(?: [\w'?-]{1,20}){1,4}?)?[ ]?(?:=>|[:=]|es|est|ist|is|\?)"
)
_CODE = rb"(?=[^\s,;|]{0,12}[0-9])[A-Za-z0-9]{4,10}(?:[- ][A-Za-z0-9]{4,10}){0,3}"
_CODES = (
    rb"(?:[\s>|+*-]|\\n|\d[.)][ ]){1,8}(?P<s>"
    + _CODE
    + rb"(?:(?:[\s,;>|+*-]|\\n|\d[.)][ ]){1,8}"
    + _CODE
    + rb"){0,19})(?![\w.(-])"
)
_ENTRY = (
    rb"(?:[\s,>|+\"']|\\{1,3}[nt\"']|-[ ]){1,40}[\w.@-]{1,32}\\{0,3}[\"']?[ \t]{0,3}(?:=>|[:=])[ ]{0,3}\\{0,3}[\"']?"
)
_IN_ENTRY = rb"[^\s\"'`\\\0,;(){}\[\]]{6,256}"
_FOLDED = _LINE + FRAME + rb"?[ \t]{0,40}"
_GROUPS = rb"(?P<s>(?:[a-z]{4}(?: [a-z]{4}){3}|[A-Za-z0-9]{4}(?: [A-Za-z0-9]{4}){5})(?![\w ]\w))"
_IN_GROUPS = rb"(?:[ ](?:is|est)|[ ]?[:=])?[ ]\\{0,3}[\"'`]?" + _GROUPS
_WORDS = rb"\\{0,3}[\"'](?P<s>[a-z?]{3,20}(?:[ -][a-z?]{3,20}){3,11})\\{0,3}[\"']"
_DIGITS = rb"(?P<s>\d{3}[ -]?\d{3,5}|\d{4})(?![\w.,]?\d)"
_ASKED = (
    b"verification code", b"security code", b"2fa code", b"login code", b"access code", b"confirmation code",
    b"mfa code", b"auth code", b"otp code", b"door code", b"alarm code",
)  # fmt: skip
_CODE_IS = rb"(?i)[a-z0-9]{2,14} code(?: (?:for|of|to)(?: [\w'-]{1,20}){1,4}?)?(?: is|[ ]?[:=])"
_ASKED_CODE, _SPOKEN_CODE = _CODE_IS + rb"[ ]?[\"'`*]{0,2}" + _DIGITS, _CODE_IS + _SPOKEN
_ROWS: tuple[tuple[str, bytes, bytes, int] | tuple[str, bytes, bytes, int, bytes], ...] = (
    # options of commands
    ("password", b"pass:", rb"(?<= /)pass:" + _V, ANY),
    ("password", b"pass", rb"(?i:(?<=-store)|(?<=-key)|(?<=-srcstore)|(?<=-deststore))pass" + _GAP + _V, ANY, _BLANK),
    ("password", b"passphrase", rb"(?<=wpa_)passphrase" + _GAP + rb"[^\s\0]{1,64}" + _GAP + _V, ANY),
    ("password", b"pass:", rb"pass:(?<=[ \t\"'=(]pass:)" + _V, LIKE),
    ("env", b"token", rb"(?i)(?<=:_auth)token[ \t=]{1,4}" + _V, ANY, b" \t="),
    *(
        ("env", name, rb"(?i)" + name + rb"\w{0,20}" + _GAP + _V, SPACED)
        for name in (b"pass", b"secret", b"token", b"key")
    ),
    # files
    (
        "password",
        b"pass",
        rb"(?i)pass(?:word|wd|phrase)[ \t]{1,24}(?:[0-9][ \t]{1,4})?" + _OPEN + _SPOKEN,
        LIKE,
        b"wWpP",
    ),
    ("password", b"password 7", rb"password 7[ \t](?P<s>[0-9A-F]{8,64})(?=[\s\"'`\\]|\Z)", ANY),
    ("password", b"auth", rb"(?<=master)auth" + _GAP + _V, LIKE, _BLANK),
    ("password", b"pass", rb"(?<=require)pass" + _GAP + _V, LIKE, _BLANK),
    ("password", b"community", rb"(?:(?<=ro)|(?<=rw)|(?<=snmp-server ))community" + _GAP + _V, LIKE),
    ("password", b"auth", rb"AUTH(?<![\w]AUTH)" + _GAP + rb"(?:\w{1,40}[ \t])?" + _V, LIKE, _BLANK),
    ("password", b"auth", rb"(?i)authtok[ \t]{0,4}=[ \t]{0,4}" + _V, ANY, b"tT"),
    ("password", b"psk", rb"(?i)(?:(?<![\w-])|(?<=\n-))psk=\\{0,3}[\"']" + _VALUE, ANY, b"="),
    (
        "password",
        b"psk",
        rb"(?i)psk\\{0,3}[\"']?(?:(?<![\w-]psk)|(?<=\\npsk)|(?<=\n-psk))"
        rb"[ \t]{0,4}(?:[=:][ \t]{0,24}|(?:'\\{0,3})?(?=\\{0,3}\"))" + _V,
        LIKE,
    ),
    (
        "password",
        b"pass>",
        rb"(?i)(?<=<auth-user-)pass>(?:[\s+]|\\n){1,8}[^\s\\\0]{1,80}(?:[\s+]|\\n){1,8}" + _VALUE,
        ANY,
    ),
    ("password", b":5432:", rb":5432:" + _PGPASS, LIKE),
    ("env", b"pw", rb"(?<![A-Za-z])(?i:pw)[ \t]{0,2}(?::=|[=:])[ \t]{0,2}" + _V, LIKE),
    # one pattern for all four: it takes long to compile
    *(
        (
            "env",
            name,
            rb"(?i)(?:pass|secret|token|(?<!site)(?<!site_)(?<!cache_)(?<!able)(?<!able_)(?<!public_)key)" + _BESIDE,
            LIKE,
        )
        for name in (b"pass", b"secret", b"token", b"key")
    ),
    ("password", b"pass", rb"(?i)pass" + _INSERTED, ANY, b"w"),
    (
        "password",
        b"passwd:",
        rb"(?i)(?<=ch)passwd:(?:[\s+|>-]|\\n){1,20}(?:expire: \w{1,9}(?:[\s+]|\\n){1,20})?"
        rb"list: \|(?:[\s+|>-]|\\n){1,20}(?:[\w-]{1,32}:\0{12,60}(?:[\s+|>-]|\\n){1,20}){0,20}[\w-]{1,32}:" + _V,
        ANY,
    ),
    ("password", b"password>", rb"(?i)password>\s{0,80}<value>(?P<s>[^<\s\0]{4,256})", ANY),
    ("password", b"password::", rb"(?i)(?<=user)password::[ \t]{1,2}(?P<s>[A-Za-z0-9+/=]{8,2048})", ANY),
    *(
        ("password", name, rb"(?i)(?:password|passwd|(?:psk)?secret) ENC (?P<s>[A-Za-z0-9+/=]{20,400})", ANY, b"w ")
        for name in (b"pass", b"secret")
    ),
    ("password", b"secret", rb"(?<=set psk)secret" + _GAP + _V, LIKE, _BLANK),
    ("password", b"secret", rb"(?<=;is)secret=true\]" + _V, ANY, b"="),
    ("password", b"::add-mask::", rb"::add-mask::" + _V, ANY),
    ("password", b"bindpw", rb"(?i)bindpw" + _GAP + _V, LIKE),
    ("password", b"rootpw", rb"(?i)rootpw" + _GAP + rb"(?:--plaintext )?" + _V, LIKE),
    ("password", b"pw", rb"(?i)(?:(?<=user_)|(?<=owner_)|(?<=input_))pw" + _GAP + _V, LIKE),
    ("password", b"pw", rb"(?i)(?<=\$)pw\\{0,3}[\"']?[ \t]{0,2}!?={1,2}[ \t]{0,2}\\{0,3}[\"']" + _VALUE, LIKE),
    ("password", b"keymaterial>", rb"(?i)keymaterial>(?P<s>[^<\s\0]{4,256})", ANY),
    ("password", b"pragma key", rb"(?i)pragma key[ ]?=[ ]?" + _V, LIKE),
    ("password", b"option key", rb"(?i)option key[ ][\"']" + _VALUE, LIKE),
    (
        "password",
        b"key",
        rb"(?i)(?:(?<=shared-)|(?<=shared_)|(?<=shared))key\\{0,3}[\"']?[ \t]{0,4}[=:][ \t]{0,4}" + _V,
        LIKE,
        b" =:\"'\\",
    ),
    ("password", b"key", rb"(?:(?<=-server )|(?<=isakmp ))key (?:\d )?" + _V, LIKE, b" "),
    (
        "wallet",
        b"key",
        rb"(?i)(?:(?<=secret )|(?<=private )|(?<=secret_)|(?<=private_)|(?<=secret)|(?<=private))key\\{0,3}[\"']?"
        rb"[ \t]{0,3}[:=][ \t]{0,3}\[[ ]?(?P<s>\d{1,3}(?:,[ ]?\d{1,3}){15,63})\]",
        ANY,
        b" =:\"'\\",
    ),
    ("env", b"key", rb"(?i)key\w{0,6}\((?:[\w.]{1,40}\()?[\"']" + _VALUE, RANDOM, b"(f"),
    ("aws", b"secret access key", rb"(?i)secret access key(?: \[[^\]\n]{0,40}\])?:[ ]" + _V, RANDOM),
    # A Secret of Kubernetes: each look takes one more value, or a block of many at once.
    (
        "env",
        b"secret",
        rb"(?<=kind: )(?i:secret)[ \t]{0,4}\r?\n(?:(?!---|kind:)[^\n\0]{0,200}\n){0,20}?"
        rb"(?:stringData|data):[ \t]{0,4}\r?\n"
        rb"(?:[ ]{1,8}[\w.-]{1,80}: (?:[\"']?[{$<]|[^\n\0]{0,200}\0)[^\n]{0,200}\n){0,40}"
        rb"[ ]{1,8}[\w.-]{1,80}: [\"']?(?![\"'{$<])(?P<s>[^\s\"'\0]{4,8192}"
        rb"(?:[\"']?\r?\n[ ]{1,8}[\w.-]{1,80}: [^\n\0]{1,8192}){8,400}"
        rb"|[^\s\"'\0]{4,8192})",
        ANY,
        b"\r\n \t",
    ),
    ("env", b"cookieparser(", rb"(?i)cookieparser\([\"']" + _VALUE, LIKE),
    ("env", b"cookie", rb"(?<=-set)cookie" + _GAP + _V, LIKE, _BLANK),
    # calls
    (
        "password",
        b"pass",
        rb"(?i)(?:(?<![a-z_])|(?-i:(?<=[A-Z]_))|(?<=set)|(?<=with)|(?<=change)|(?<=changeuser))pass(?:word|wd|phrase)?\((?:"
        + _FIRST
        + rb")?\\{0,3}[\"']"
        + _VALUE,
        LIKE,
        b"wp(",
    ),
    (
        "password",
        b"auth",
        rb"(?i)auth(?:entication|enticate|provider)?(?:[ \t]{0,2}[=:][ \t]{0,2})?(?:@?[(\[]|[ ](?=[\"']))"
        rb"(?:(?<=plainauth\()\\{0,3}[\"']\\{0,3}[\"'],[ ]?)?" + _FIRST + rb"(?:Some\()?\\{0,3}[\"']" + _VALUE,
        LIKE,
        b" \t=:(e",
    ),
    ("bearer", b"auth", rb"(?i)auth\(" + _V, RANDOM, b"("),
    ("bearer", b"auth", rb"(?i)authorization[ \t]{1,4}\\{0,3}[\"'](?:basic|bearer|token)[ \t]{1,4}" + _V, ANY, b"o"),
    (
        "password",
        b"auth",
        rb"(?i)auth(?:_?info|ident)?\\{0,3}[\"']?[ ]?[=: ][ ]?" + _OPEN + rb"[^\s:\"'=/]{1,64}:" + _VALUE,
        LIKE,
        b" =:i_",
    ),
    ("password", b"login", rb"(?i)login\(" + _FIRST + _V, LIKE, b"("),
    (
        "password",
        b"login",
        rb"LOGIN[ ]\\{0,3}[\"']?[^\s\"'\\]{1,64}\\{0,3}[\"']?[ ]\\{0"
        rb",3}[\"']?(?P<s>[^\s\"'\\\0]{4,64})(?=[\s\"'`<]|\\[rn\"]|\Z)",
        LIKE,
        b" ",
    ),
    ("password", b"login", rb"(?i)login=[^\s:\"'=&]{1,64}:" + _V, LIKE, b"="),
    ("password", b"connect", rb"(?i)connect(?:ion)?\(" + _FIRST + _FIRST + _V, LIKE, b"(i"),
    ("password", b"connect", rb"(?i)connect[ ]\w{1,40}/(?P<s>[^\s@/\"'\0]{4,64})@", ANY, b" "),
    *(
        ("password", name + b"(", rb"(?i)" + name + rb"\(" + _FIRST + _FIRST + _V, LIKE)
        for name in (b"pdo", b"sequelize", b"database")
    ),
    ("password", b"user_", rb"user_\w{1,40}=[\"']" + _VALUE, LIKE),
    (
        "env",
        b'jwt"',
        rb"(?i)jwt\\{0,3}\"[ ]?:[ ]?\{(?:[^{}\"\0]{0,40}|\"[^\"\0]{0,"
        rb"80}\"){0,8}?\\{0,3}\"(?:signing|secret)?key\\{0,3}\"[ ]?:[ ]?" + _V,
        LIKE,
    ),
    ("password", b"sqlplus ", rb"(?i)sqlplus (?:-\w{1,9} ){0,3}[\"']?\w{1,40}/(?P<s>[^\s@/\"'\0]{4,64})", ANY),
    ("password", b":thin:", rb"(?i):thin:\w{1,40}/(?P<s>[^\s@/\"'\0]{4,64})@", ANY),
    ("password", b"pwd", rb"(?i)(?<=user)pwd,[ ]?[\"'][^\s:\"']{1,64}:" + _VALUE, LIKE, b","),
    ("env", b"cred", rb"(?i)credentials?\([\"']" + _VALUE, RANDOM, b"e"),
    (
        "env",
        b"jwt.",
        rb"(?i)jwt\.(?:sign|encode|verify|decode)\((?:[^()\n\0]|\([^()\n\0]{0,60}\)){1,120}?,[ ]?b?[\"']" + _VALUE,
        LIKE,
    ),
    # accounts
    ("password", b"user", rb"(?i)user(?:name)?\((?:" + _FIRST + rb"){1,2}?" + _LIKELY, LIKE, b"(n"),
    (
        "password",
        b"user",
        rb"(?i)(?:(?<=net )|(?<=add_)|(?<=\n)|(?<=\\n)|\A)user[ ]\S{1,64}[ ]"
        + _V
        + rb"(?=[ \t]{0,3}(?:/add\b|[\r\n\"'`|&;]|\\[rn]|\Z))",
        LIKE,
        b" ",
    ),
    (
        "password",
        b"user",
        rb"(?i)user[ ]\S{1,64}[ ](?:[\w~*+@&-]{1,40}[ ]){0,6}>(?P<s>[^\s\"'`\\<\0]{4,256})",
        LIKE,
        b" ",
    ),
    ("password", b"pass", rb"(?<=change_)password[ ]\S{1,64}[ ]" + _V, LIKE, b"w"),
    (
        "password",
        b"/user:",
        rb"(?<= )/user:\S{1,64}[ ](?P<s>[^\s\"'`/\\\0][^\s\"'`\\\0]{3,128})(?=[ \"'\\\r\n]|\Z)",
        ANY,
    ),
    ("password", b":*:", rb":\*:[\w.-]{1,64}:(?P<s>[^\s:\"'`\\\0]{4,64})(?=[\s\"'`\\|<]|\Z)", LIKE),
    (
        "password",
        b"auth",
        rb"(?<=> )AUTH[ ](?:\w{1,40}[ ])?(?=[^\s]{0,60}[0-9])(?P<s>[^\s\"'`\\\0]{4,128})(?=[\s\"'`\\]|\Z)",
        ANY,
        b" ",
    ),
    ("linkedin", b"wpl_ap", rb"(?P<s>(?i:WPL_AP)[01]\.[A-Za-z0-9+/=.]{12,60})", ANY),
    ("password", b"radtest ", rb"radtest (?:-\w \w{1,9} ){0,3}\S{1,64} " + _V, ANY),
    ("password", b"http-basic.", rb"http-basic\.\S{1,64} \S{1,64} " + _V, LIKE),
    ("password", b"bundle config", rb"bundle config (?:set )?(?:--\w{1,9} )?\S{1,64} [^\s:\"']{1,64}:" + _V, LIKE),
    (
        "password",
        b"bundle_",
        rb"(?i)bundle_\w{1,60}__\w{1,20}\\{0,3}[\"']?(?:=|:[ ]?)"
        + _OPEN
        + rb"[^\s:\"'/]{1,64}:(?!\d{1,5}\b|/)"
        + _VALUE,
        ANY,
    ),
    ("password", b"--encrypt ", rb"--encrypt " + _V, LIKE),
    ("password", b"encrypt_string", rb"encrypt_string (?:--\S{1,40} ){0,2}['\"]" + _VALUE, LIKE),
    ("password", b" /p", rb" /p(?::|[ ])" + _V, LIKE),
    ("password", b" /rp", rb" /rp[ ]" + _V, LIKE),
    ("password", b"mysqlsh", rb"mysqlsh (?:--\S{1,40} ){0,2}[\w.-]{1,64}:(?P<s>[^\s@\"']{4,64})@", ANY),
    (
        "password",
        b"securestring ",
        rb"(?i)securestring (?:-(?:string|asplaintext|force) ){0,3}\\{0,3}[\"']" + _VALUE,
        ANY,
    ),
    (
        "password",
        b"redis-cli",
        rb"redis-cli\\{0,3}\"(?:,[ ]?\\{0,3}\"[^\"\0]{1,60}\"){0,6}?,[ ]?\\{0,3}\"-a\\{0,3}\",[ ]?" + _V,
        ANY,
    ),
    ("password", b"{plain}", rb"(?i)\{plain\}(?P<s>[^\s:\"'`\0]{4,128})", ANY),
    ("password", b"]:587 ", rb"\]:587 [^\s:\"']{1,64}:" + _V, ANY),
    ("password", b": eap ", rb"(?i): eap " + _V, ANY),
    ("password", b"identif", rb"(?i)identified by (?P<s>[^\s\"';\0]{4,64})(?=[\s;\"'`<]|\Z)", LIKE, b"i"),
    ("password", b"nickserv", rb"(?i)nickserv[ ]:?identify[ ](?:\w{1,30}[ ])?" + _V, LIKE),
    (
        "password",
        b"pass",
        rb"(?i)password[:?]?[^\n\0]{0,20}[\"']\)?(?:[\s;]|\\n){1,4}send(?: --)?[ \t]{1,2}\\{0,3}[\"']" + _VALUE,
        LIKE,
        b"w",
    ),
    ("password", b"auth", rb"(?i)(?<=_)auth[ \t]{0,2}[=:][ \t]{0,2}[\"']?\w{1,40}/" + _VALUE, LIKE, b" \t=:"),
    (
        "password",
        b"cred",
        rb"(?i)credentials?(?:impl)?\((?:[\w.]{1,60},[ ]?)?(?:" + _FIRST + rb"){1,4}?" + _LIKELY,
        LIKE,
        b"e",
    ),
    ("password", b"mysql", rb"(?i)mysqli\(" + _FIRST + _FIRST + _V, LIKE, b"i"),
    ("password", b"identif", rb"(?i)identified(?: with [\w'\"]{1,40})? by \\{0,3}[\"']" + _VALUE, LIKE, b"i"),
    ("password", b"password-stdin", rb"password-stdin[ \t]{0,2}<<<[ \t]{0,2}" + _V, ANY),
    # addresses
    ("url-password", b"://", rb"(?<=trojan)://(?P<s>[^\s@/\0]{4,128})@", ANY),
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
        b"key ----",
        rb"(?<=PRIVATE )KEY ----[\r\n]{1,2}(?P<s>(?:[^\0-]|-(?!---)){40,8000})---- END",
        ANY,
    ),
    (
        "private-key",
        b"private-lines",
        rb"(?i)private-lines: \d{1,3}"
        + _FOLDED
        + rb"(?P<s>[A-Za-z0-9+/=]{4,64}(?:"
        + _FOLDED
        + rb"[A-Za-z0-9+/=]{4,64}(?!:)){0,60})",
        ANY,
    ),
    # sentences
    (
        "password",
        b"pass",
        rb"(?i)(?<!com)(?<!by)pass(?:wor[dt]|wd|phrase|code)?s?\b(?: "
        rb"(?:for|of|to|on|in|di|del|f\?r|von)(?: [\w'-]{1,20}){1,5}?)?"
        rb"(?: ?\([^()\n\0]{1,30}\))?(?:[ \t]{0,2}(?:[:=](?!:)|to|(?:is|"
        rb"was|are|be|has been|will be|should be|must be|ist|lautet|es|est)"
        rb"(?: (?:now|still|currently|just|(?:re)?set to|changed to|simply|:)){0,2}|'s|, it(?:'s| is)(?: "
        rb"now)?| (?:as|like) (?:before|always|usual|last time)[,:]|,? (?:t"
        rb"ype|enter|use|put|try|give it)|[ ][^\s\"'`]{4,64} (?:with|by|into))"
        rb"|[ \t](?:-|->|=>)(?=[ \t]))" + _SPOKEN,
        LIKE,
        b"wpcWPC \t:=",
    ),
    ("password", b"pass", rb"(?i)(?<=and )passwords?[ ]?[:=][ ]?" + _USER + rb"[ ]?[/,:]" + _SPOKEN, LIKE, b"w"),
    (
        "password",
        b"pass",
        rb"(?i)(?<![\w.$/-])pass(?:[ \t](?:admin|root|wifi|vpn|du|de)[\w "
        rb"\t?'-]{0,24}?)?(?:[ \t]{1,3}|[ \t](?:c'est|est|is)[ \t])(?!test)" + _SPOKEN,
        LIKE,
        _BLANK,
    ),
    ("password", b"passcode", rb"(?i)(?<![\w-])passcode[ \t]?(?:is|was|[:=])[ \t]?(?P<s>\d{4,10})(?!\w)", ANY),
    (
        "password",
        b"pin ",
        rb"(?i)(?<![\w-])pin (?:code )?(?:(?:of|for|du|de)(?: [\w'-]{1,20}){1,4}? )?(?:is|est|:)[ ]"
        rb"(?P<s>\d{4,8})(?![\w.,]\d)",
        ANY,
    ),
    (
        "password",
        b"pass",
        rb"(?i)passe\b(?: (?:provisoire|temporaire|actuel|initial|admin|root|wifi|par d.faut))?"
        rb"(?: (?:du|de|pour|des)(?: [\w'?-]{1,20}){1,4}?)?(?: ?\([^()\n\0]{1,30}\))?"
        rb"(?:[ \t]?[,:=]|[ \t]est(?: (?:maintenant|d.sormais|to"
        rb"ujours|devenu))?|[ \t]\?tait|[ \t](?:en|par|sera|avec))?"
        rb"(?:[ \t]?(?:tape|tapez|mets|mettez|saisis|saisissez|entre|entrez|utilise|utilisez|donne))?"
        rb"(?:[ \t]?c'est(?: maintenant| d.sormais)?|(?: [\w'?.@-]{1,40}){1,6}?,? c'est(?: maintenant)?)?" + _SPOKEN,
        LIKE,
        b"eE",
    ),
    (
        "password",
        b"mdp",
        rb"(?i)mdp\b(?: (?:du|de|pour)(?: [\w'?-]{1,20}){1,3}?| [\w-]{1,20}?)?(?:[ \t]?[:=]|[ \t]est|[ \t]c.est)?"
        + _SPOKEN,
        LIKE,
    ),
    ("password", b"mdp", rb"(?i)mdp (?:du|de|pour)(?: [\w'?.-]{1,40}){1,5}?,? (?:c.est|est)" + _SPOKEN, LIKE, b" "),
    (
        "password",
        b"acc?s",
        rb"(?i)(?:(?<=code d')|(?<=code d\?))acc\?s(?:(?:[ \t]est)?[ \t]?[:=]|[ \t]est)" + _SPOKEN,
        LIKE,
    ),
    (
        "password",
        b"acc?s",
        rb"(?i)(?<![\w?])acc\?s(?: (?:au|aux|du|de|des|pour|\?)(?: [\w'?-]{1,20}){1,4}?)?[ \t]?[:=][ \t]?"
        + _USER
        + rb"[ \t]?[/,:]"
        + _SPOKEN,
        LIKE,
    ),
    (
        "password",
        b"connect",
        rb"(?i)connect(?:er|e|ez|e-toi|ez-vous)(?: \w{1,20})? avec " + _USER + rb"[ \t]?(?:[/:]|et)" + _SPOKEN,
        LIKE,
        b"e",
    ),
    (
        "password",
        b"log in ",
        rb"(?i)log in (?:as|with|using) " + _USER + rb"(?:[ \t]?[/:]|[ ](?:and|with)(?: the)?(?: password)?)" + _SPOKEN,
        LIKE,
    ),
    ("password", b"pwd", rb"(?i)(?<![\w-])pwd[ \t]{1,2}(?:is|was|to)" + _SPOKEN, LIKE, _BLANK),
    (
        "password",
        b"pw",
        rb"(?i)(?<![\w-])pw(?: (?:for|of|to|on)(?: [\w'-]{1,20}){1,4}?)?[ \t]?(?:[:=]|is(?:[ \t]|:)|(?<=pw )|(?<=PW ))"
        + _SPOKEN,
        LIKE,
    ),
    ("password", b"secret", rb"(?i)(?<=code )secret(?:[ \t]?[:=]|[ \t]est)" + _SPOKEN, LIKE, b" \t:="),
    ("password", b"phrase", rb"(?i)phrase secr.te(?:[ \t]?[:=]|[ \t]est)" + _SPOKEN, LIKE),
    (
        "password",
        b"phrase",
        rb"(?i)(?:(?<=pass)phrase|phrase secr.te|phrase de passe)"
        rb"(?: (?:for|of|to|on|du|de|pour)(?: [\w'?-]{1,20}){1,4}?)?"
        rb"(?:[ ](?:is|est)[ ](?:[\"'`]|\?[ ]?)|[ ]?:[ ]\?[ ]?)(?P<s>(?=[^\""
        rb"'`?\n\0]{0,80}[ 0-9-][^\"'`?\n\0]{1,80}[ 0-9-])[^\"'`?\n\0]{10,160})",
        ANY,
    ),
    (
        "password",
        b"pass",
        rb"(?i)(?:(?<=mot de )passe|pass(?:wor[dt]|phrase))(?: (?:for|of|to|du|de|pour)(?: [\w'?-]{1,20}){1,4}?)?"
        rb"(?:[ \t]?[:=]|[ ](?:is|est|ist))[ ]?[\"'`?]{0,2}[ ]?(?P<s>[a-z]{3,12}(?:[-_.][a-z]{3,12}){3,7})(?![\w/(-])",
        PHRASE,
        b"wep",
    ),
    *(
        ("password", name, rb"(?i)" + name.replace(b"?", rb".") + _NAMED_ABROAD + _SPOKEN, LIKE)
        for name in (b"contrase?a", b"contrasena", b"senha", b"kennwort", b"wachtwoord", b"motdepasse", b"parola")
    ),
    # codes that a door, a program or a bank asks for: digits, and of some what looks like a password
    *(("password", literal, _ASKED_CODE, ANY) for literal in _ASKED),
    *(("password", literal, _SPOKEN_CODE, LIKE) for literal in (b"wifi code", b"access code", b"door code")),
    *(
        (
            "password",
            literal,
            rb"(?i)code (?:de v.rification|de s.curit.|de confirmation|d.acc.s|d.entr.e|de la porte|de l.alarme"
            rb"|de la bo.te . cl.s|du portail|secret)(?: (?:du|de|pou"
            rb"r)(?: [\w'?-]{1,20}){1,4}?)?(?: est(?: le)?|[ ]?:)[ ][\"'`*]{0,2}" + _DIGITS,
            ANY,
        )
        for literal in (b"code d", b"code secret")
    ),
    *(
        (
            "password",
            literal,
            rb"(?i)code (?:wi-?fi|d.acc.s|d.entr.e|vpn)(?: (?:du|de|pour)(?: [\w'?-]{1,20}){1,4}?)?(?:[ ]est|[ ]?[:=])"
            + _SPOKEN,
            LIKE,
        )
        for literal in (b"code d", b"code wi", b"code vpn")
    ),
    (
        "password",
        b"otp",
        rb"(?i)otp(?: code)?(?: is| est|[ ]?[:=])[ ]?[\"'`*]{0,2}(?P<s>\d{3}[ -]?\d{3,5})(?![\w.,]?\d)",
        ANY,
    ),
    (
        "password",
        b"unlock",
        rb"(?i)unlock(?: (?:the|my|this|our))?(?: [\w-]{1,20}){1,2}?(?:[ ]?:|[ ](?:with|use))" + _SPOKEN,
        LIKE,
    ),
    (
        "password",
        b"decrypt",
        rb"(?i)decrypt(?: (?:the|my|this|our))?(?: [\w-]{1,20}){1,2}?(?:[ ]?:|[ ](?:with|use))" + _SPOKEN,
        LIKE,
    ),
    *(
        (
            "password",
            name,
            name.replace(b"?", rb".") + rb" (?:l.|le |la |les |mon |ma )?[\w?-]{1,24}(?:[ ]?:|[ ]avec)" + _SPOKEN,
            LIKE,
        )
        for name in (b"d?chiffrer", b"d?verrouiller")
    ),
    *(
        ("recovery-codes", name + b" code", rb"(?i)" + name + rb" codes?[^\n:?]{0,24}:?" + _CODES, ANY)
        for name in (b"recovery", b"backup", b"scratch", b"emergency", b"2fa")
    ),
    *(
        ("recovery-codes", name, rb"(?i)codes? de (?:r.cup.ration|secours)[^\n:]{0,24}:?" + _CODES, ANY)
        for name in (b"code de ", b"codes de ")
    ),
    (
        "wallet",
        b"phrase",
        rb"(?i)phrase(?: (?:de r.cup.ration|mn.monique|secr.te|see"
        rb"d|de semilla))?\w?(?: (?:for|of|to|du|de|pour)(?: [\w'?-]{1,20}){1,4}?(?=[ ]?:| is | est ))?"
        rb"[ \t]{0,3}(?:is|est|[:=])?\s{0,3}[\"'`]?"
        rb"(?P<s>(?:\d{1,2}[.)]?[ ]?)?[a-z?]{3,9}(?:[ \t\r\n,]{1,3}(?:\d{"
        rb"1,2}[.)]?[ ]?)?[a-z?]{3,9}){11,23})(?![a-z?])(?=[\s\"'`.<|\\]|\Z)",
        WALLET,
    ),
    *(
        (
            "totp",
            name,
            rb"(?i)" + name + rb"(?:[ _-]?(?:key|secret|seed|code))?\\{0,3}[\"']?[ ]?(?:is|[:=])[ ]?\\{0,3}[\"'`]?"
            rb"(?P<s>(?=[A-Za-z ]{0,40}[2-7])[A-Za-z2-7]{4}(?:[ ][A-Za-z2-7]{4}){3,15})(?![\w])",
            ANY,
        )
        for name in (b"setup key", b"setup code", b"totp", b"otp", b"2fa", b"mfa", b"authenticator")
    ),
    (
        "totp",
        b"secret",
        rb"(?i)secret(?:[ _-]key)?[ ]?[:=][ ]?(?P<s>(?=[A-Za-z ]"
        rb"{0,40}[2-7])[A-Z2-7]{4}(?:[ ][A-Z2-7]{4}){3,15})(?![\w])",
        ANY,
        b" :=",
    ),
    # devices: `password cipher ...`, `secret 5 ...`, `pre-shared-key ascii-text "..."`
    *(
        (
            "password",
            name,
            rb"(?i)" + name + rb"(?:[ ][\w-]{1,24}){0,5}?[ ](?:(?:irreversible-)?cipher|(?:cipher|plain)text|simple"
            rb"|encrypted|unencrypted|ascii-text|hexadecimal|sha\d{3}|[05789])[ ]" + _V + rb"(?=[\s\"'`;\\<]|\Z)",
            LIKE,
            follows,
        )
        for name, follows in ((b"password", b" "), (b"secret", b" "), (b"shared-key", b" "))
    ),
    ("password", b"password /t", rb"(?i)(?<=default)password /t \w{1,12} /d " + _V, LIKE),
    ("password", b"connect", rb"(?i)connect to \S{1,64} user \S{1,64} using " + _V, ANY, b" "),
    ("password", b"bw unlock ", rb"bw unlock (?:--raw )?" + _V, LIKE),
    ("password", b"bw unlock ", rb"bw unlock (?:--raw )?" + _WORDS, ANY),
    ("password", b"pass", rb"(?<=--)passphrase[ =]" + _WORDS, ANY, b"p"),
    ("password", b"pass", rb"(?i)pass(?:word)?" + _IN_GROUPS, LIKE, b"w \t:="),
    ("password", b"login", rb"(?i)login\(" + _FIRST + rb"\\{0,3}[\"']" + _GROUPS, ANY, b"("),
    ("totp", b"totp", rb"(?i)totp\\{0,3}\"[ ]?:[ ]?\\{0,3}\"(?P<s>(?-i:[A-Z2-7]{16,64}))\\{0,3}\"", ANY),
    (
        "password",
        b"pass",
        rb"(?i)pass(?:word|e)[ ](?:was|is|est|\?tait)[ ][\"'`]?\0{12,60}[\"'`]?,?[ ](?:(?:and|et|the|le|now) ){0,3}"
        rb"(?:new|nouveau)(?: one)?[ ](?:is|est)" + _SPOKEN,
        LIKE,
        b"we",
    ),
    ("password", b"opens with", rb"(?i)opens with" + _SPOKEN, LIKE),
    ("password", b"wifi", rb"(?i)wifi\b[^\n\0]{1,60}?,[ ](?:key|cl\?|cle)[ ]?:?" + _SPOKEN, LIKE),
    ("password", b"acc?s", rb"(?i)(?<![\w?])acc\?s (?:root|admin)[ ]?[:=]" + _SPOKEN, LIKE),
    (
        "password",
        b"pass",
        rb"(?i)pass(?:word|wd|phrase)?\\{0,3}[\"']?\]\\{0,3}[\"'],[ ]?\\{0,3}[\"']" + _VALUE,
        LIKE,
        b"w\"'\\]",
    ),
    ("password", b"pass", rb"(?i)password for the \w{1,40} user\b[^\n\0]{0,100}:" + _FOLDED + _V, LIKE, b"w"),
    ("password", b"pass", rb"(?<=-field=)pass(?:word|phrase)? [^\n\0]{1,80}" + _FOLDED + _V, LIKE, b"w "),
    (
        "password",
        b"userlist",
        rb"userlist\.txt[^\0]{0,60}?\\{0,3}\"[\w.@-]{1,40}\\{0,3}\"[ ]\\{0,3}\"" + _VALUE,
        LIKE,
    ),
    # a block of YAML: all of its lines
    *(
        (
            "env",
            name,
            rb"(?i)"
            + name
            + rb"\w{0,20}: [|>][+-]?(?P<s>"
            + _FOLDED
            + rb"[A-Za-z0-9+/=_.-]{16,200}(?:"
            + _FOLDED
            + rb"[A-Za-z0-9+/=_.-]{8,200}(?![^\s\\\"'])){1,400})",
            ANY,
        )
        for name in (b"pass", b"secret", b"token", b"key")
    ),
    ("password", b"bw login ", rb"bw login \S{1,80} " + _V, LIKE),
    (
        "password",
        b"setairportnetwork",
        rb"(?i)setairportnetwork \S{1,20} (?:\"[^\"\n]{1,64}\"|'[^'\n]{1,64}'|\S{1,64}) " + _V,
        ANY,
    ),
    ("password", b"key s:", rb"(?<= )key s:" + _V, LIKE),
    ("env", b"encryption:", rb"(?i)encryption:(?:[\s+]|\\n){1,16}key: " + _V, RANDOM),
    (
        "password",
        b"password()",
        rb"(?i)password\(\)[^\n\0]{0,24}[:{](?:\s|\\n){1,40}return \\{0,3}[\"']" + _VALUE,
        LIKE,
    ),
    ("password", b"unsafeplaintext", rb"(?i)unsafeplaintext\([\"']" + _VALUE, LIKE),
    ("cookie", b'session"', rb"(?i)session" + _BESIDE, RANDOM, b",\\"),
    *(
        (
            "password",
            name,
            rb"(?i)" + name + rb"(?:ion)?\((?:(?:[^()\n\"',\0]{1,60}|[\"'][^\"'\n\0]{0,80}[\"']),[ ]?){0,4}?"
            rb"[\"'][^\"'\n\0]{1,80}[\"'],[ ]?" + _LIKELY,
            LIKE,
        )
        for name in (b"connect", b"bind")
    ),
    # `echo VALUE | COMMAND`: but for what only works on texts
    *(
        (
            "password",
            name,
            name + rb"(?:[ ]-\w{1,4}){0,2}(?:[ ][\"']%s(?:\\{1,2}n)?[\"'])?[ ]\\{0,3}[\"']?(?"
            rb"P<s>(?=[^\s|]{0,64}[0-9])[^\s\"'|$\\\0]{6,128})(?:\\{1,2}n)?\\{0,3}[\"']?"
            rb"[ ]?\|[ ]?(?!grep|wc|sed|awk|cut|tr |md5|sha\d|xxd|od |"
            rb"jq|tee|base64|bc|head|tail|sort|xargs|cat|python|node|perl"
            rb"|ruby|less|column|rev|fold|nc |iconv|hexdump|b2sum|cksum|uniq|paste|while|read|php|figlet|claude|rlm)",
            LIKE,
        )
        for name in (b"echo", b"printf")
    ),
    # accounts in sentences: `FTP access: bob / ...`
    *(
        (
            "password",
            name,
            rb"(?i)"
            + name.replace(b"?", b".")
            + rb"(?: [\w?'-]{1,20}){0,4}?[ ]?(?:[:=]|with|avec|as|en|est|is)[ ]?"
            + _USER
            + rb"[ ]/"
            + _SPOKEN,
            LIKE,
        )
        for name in (b"access", b"acc?s", b"login", b"account", b"compte", b"connexion")
    ),
    # more of commands and files
    *(
        (
            "password",
            name + b" ",
            rb"(?i)" + name + rb" (?:userid=)?[\"']?[\w$]{1,40}/(?P<s>[^\s@/\"'\0]{4,64})(?=[@\s\"'\\]|\Z)",
            ANY,
        )
        for name in (b"impdp", b"expdp", b"sqlldr", b"rman")
    ),
    ("password", b"openssl passwd", rb"openssl passwd(?: -(?:\w{1,12}|salt \S{1,40})){0,4} " + _V, LIKE),
    ("password", b"rclone obscure ", rb"rclone obscure " + _V, LIKE),
    ("password", b"keymaterial=", rb"(?i)keymaterial=" + _V, ANY),
    ("password", b"key content", rb"(?i)key content[ ]{0,20}:[ ]" + _V, ANY),
    ("password", b"contenu de la cl", rb"(?i)contenu de la cl\S{1,3}[ ]{0,20}:[ ]" + _V, ANY),
    ("password", b"password-command", rb"password-command[ =]\\{0,3}[\"']?echo " + _V, LIKE),
    (
        "password",
        b"assword",
        rb"(?<![pP])assword[:?]?[^\n\0]{0,20}[\"'}]\)?(?:\s|;|\{|\\n){1,6}send(?: --)?[ \t]{1,2}\\{0,3}[\"']" + _VALUE,
        LIKE,
    ),
    ("password", b"alias set ", rb"alias set \S{1,40} \S{3,80} \S{3,60} " + _V, LIKE),
    ("password", b"upwd ", rb"upwd \S{1,64} " + _V, LIKE),
    ("password", b"user:", rb"(?i)user:(?:password|resetpassword|setpassword) \S{1,64} " + _V, LIKE),
    (
        "password",
        b"password for the [",
        rb"(?i)password for the \[\w{1,40}\] user successfully reset\.\s{1,3}New value: " + _V,
        ANY,
    ),
    ("password", b"pass", rb"PASSWORD \w{1,40} = " + _V, ANY, b"wW"),
    (
        "password",
        b"initial-password",
        rb"(?i)initial-password[^\n\0]{0,60}" + _LINE + _LEAD + rb"(?P<s>[A-Za-z0-9_-]{12,64})(?=[\s\"'`|<\\]|\Z)",
        LIKE,
    ),
    *(
        (
            "password",
            name + b" password",
            rb"(?i)" + name + rb" password[^\n\0.]{0,60}:(?:\s|\\n|[>|+-]){1,8}" + _V,
            LIKE,
        )
        for name in (b"following", b"temporary", b"generated", b"initial")
    ),
    (
        "password",
        b"pass",
        rb"(?i)password\}?['\"]?[^\n\0]{0,40}base64(?:d| -d| -D| --decode)[\"']?"
        + _LINE
        + _LEAD
        + rb"(?P<s>[^\s\"'\\\0]{6,128})(?=[\s\"'`|<\\]|\Z)",
        LIKE,
        b"w",
    ),
    (
        "password",
        b"pass",
        rb"pass show (?:-\S{1,20} )?\S{1,80}"
        + _LINE
        + _LEAD
        + rb"(?!\d{1,6}[-:])(?P<s>[^\s\"'\\\0]{6,128})(?=[\s\"'`|<\\]|\Z)",
        LIKE,
        _BLANK,
    ),
    (
        "password",
        b"pwgen",
        rb"pwgen(?:[ ](?:-{1,2}[\w-]{1,20}|\d{1,3})){0,6}" + _LINE + _LEAD + rb"(?P<s>[^\s\"'\\\0]{8,128})",
        LIKE,
    ),
    (
        "env",
        b"openssl rand",
        rb"openssl rand(?:[ ](?:-{1,2}\w{1,20}|\d{1,4})){1,4}"
        + _LINE
        + _LEAD
        + rb"(?P<s>[A-Za-z0-9+/]{16,1024}={0,2})",
        ANY,
    ),
    ("env", b"token", rb"(?i)token_(?:urlsafe|hex|bytes)\(\d{0,4}\)\)?[\"']?" + _LINE + _LEAD + _V, RANDOM, b"_"),
    ("env", b"secret_key()", rb"(?<=get_random_)secret_key\(\)\)?[\"']?" + _LINE + _LEAD + _V, LIKE),
    ("private-key", b"wg genkey", rb"wg genkey" + _LINE + _LEAD + rb"(?P<s>[A-Za-z0-9+/]{43}=)", ANY),
    ("password", b"crypt(", rb"crypt\(\\{0,3}'(?P<s>[^'\s\0]{4,128})\\{0,3}',\s{0,4}gen_salt", ANY),
    (
        "password",
        b"pgp_sym_",
        rb"pgp_sym_(?:en|de)crypt(?:_bytea)?\([^'\n\0]{1,160}?,\s{0,4}\\{0,3}'(?P<s>[^'\s\0]{4,128})",
        ANY,
    ),
    *(
        (
            "password",
            name,
            rb"(?i)" + name + rb"\([^'\n\0]{1,160}?,\s{0,4}\\{0,3}'(?P<s>[^'\s\0]{4,128})\\{0,3}'\)",
            LIKE,
        )
        for name in (b"aes_encrypt", b"aes_decrypt")
    ),
    ("password", b":postgres:", rb"(?<=\*):postgres:" + _V, ANY),
    *(("password", name, name + _PGPASS, LIKE) for name in (b":5433:", b":6432:")),
    (
        "password",
        b"pwd",
        rb"PWD(?<!\wPWD)(?:(?<=[;\s\"'+]PWD)|(?<=\APWD))(?:=|[ ]=[ ])\\{0,3}[\"']?(?![A-Za-z]:)" + _VALUE,
        LIKE,
        b" =",
    ),
    ("env", b"jwt:", rb"(?i)jwt:(?:secret|signing)?_?key\\{0,3}[\"']?[ ]?[:=,][ ]?" + _V, LIKE),
    (
        "vault",
        b"$ansible_vault;",
        rb"(?i)\$ansible_vault;[^\s\\\0]{1,60}(?:[\s+|>-]|\\n){1,40}(?P<s>[0-9a-f]{20,80}(?:(?:[\s+|>-]|\\n){1,40}[0-9a-f]{2,80}){0,400})",
        ANY,
    ),
    ("password", b"wifi:", rb"(?i)wifi:(?:[TSHR]:[^;\n\0]{0,64};){0,3}P:\\{0,3}[\"']?(?P<s>[^;\s\0]{4,64})(?=;)", ANY),
    ("password", b"smtp.", rb"smtp\.[\w.-]{3,80}(?:\]?:\d{2,5})?[ \t]{1,20}[^\s:\"']{1,64}:" + _V, LIKE),
    (
        "password",
        b"_servers",
        rb"_servers[ ]?=[ ]?[^\s/]{1,64}/[^\s/]{1,64}/[^\s/]{1,64}/(?P<s>[^\s/\"'\0]{4,64})",
        ANY,
    ),
    ("password", b"pass", rb"(?<=auth-)pass[ ]\S{1,64}[ ]" + _V, LIKE, _BLANK),
    ("password", b"createuser ", rb"(?i)createuser[ ]\S{1,40}[ ](?:MD5|SHA(?:-?\d{3})?)[ ]" + _V, LIKE),
    ("password", b"password-value", rb"(?<=text-)password-value[ ]" + _V, LIKE),
    ("password", b"sqlconnectinfo", rb"(?i)sqlconnectinfo[ \t]{1,8}\S{1,80}[ \t]{1,8}\S{1,64}[ \t]{1,8}" + _V, ANY),
    ("password", b"password 51:b:", rb"(?i)password 51:b:(?P<s>[0-9A-F]{40,4000})", ANY),
    (
        "password",
        b"<pass",
        rb"(?i)<pass(?:word|wd)?(?:[ ][\w:]{1,20}=\\{0,3}[\"'][^"
        rb"\"'<>\0]{0,80}\\{0,3}[\"']){1,3}>(?P<s>[^<\s\0]{4,256})<",
        ANY,
    ),
    (
        "password",
        b"auth",
        rb"(?i)authorization\\{0,3}[\"']?[ \t]{0,3}[:=][ \t]{0,3}"
        rb"\\{0,3}[\"']?(?:basic|digest)[ \t]{1,3}[^\s:\"'=]{1,64}[: ]" + _VALUE,
        LIKE,
        b"o",
    ),
    *(
        ("cookie", name + b'"', rb"(?i)" + name + _BESIDE, RANDOM, b",\\")
        for name in (b"sessionid", b"phpsessid", b"jsessionid", b"connect.sid")
    ),
    (
        "cookie",
        b"true\t",
        rb"(?i)true[ \t]{1,4}[^\s\0]{1,200}[ \t]{1,4}(?:true|false)[ \t]{1,"
        rb"4}\d{1,12}[ \t]{1,4}[^\s\0]{1,64}[ \t]{1,4}(?P<s>[^\s\0]{10,4096})",
        RANDOM,
    ),
    (
        "password",
        b"passwords]",
        rb"(?i)(?<=\[)passwords\][\s+]{1,4}[\w.-]{1,40}[ ]?=[ ]?\\{0,3}[\"']" + _VALUE,
        ANY,
    ),
    (
        "env",
        b'username"',
        rb"(?i)username\\{0,3}\":[ ]?\\{0,3}\"[^\"\0]{1,64}\\{0,3}\",[ "
        rb"]?\\{0,3}\"key\\{0,3}\":[ ]?\\{0,3}\"(?P<s>[0-9A-Za-z]{20,64})",
        RANDOM,
    ),
    ("password", b"clear-text=", rb"(?i)clear-text=\\{0,3}[\"']" + _VALUE, LIKE),
    (
        "password",
        b"pass",
        rb"(?i)pass(?:word|wd|phrase)?[\"'\])]{0,3}[ ]?[!=]==?[ ]?\\{0,3}[\"']" + _VALUE,
        LIKE,
        b"w\"'])p !=",
    ),
    *(
        ("password", name, rb"(?i)" + name + rb"(?:\(b?\\{0,3}[\"'`]|[ ]<{3}[ ][\"'])[^\s:\"'\\]{1,64}:" + _VALUE, LIKE)
        for name in (b"btoa", b"b64encode", b"base64encode")
    ),
    ("env", b"securitykey(", rb"(?i)securitykey\((?:[\w.]{1,40}\()?[\"']" + _VALUE, LIKE),
    ("env", b"keyspec(", rb"(?<=Secret)KeySpec\((?:\w{1,20}\()?\\{0,3}[\"']" + _VALUE, LIKE),
    *(
        ("env", name, rb"(?i)" + name.replace(b"(", rb"\(") + rb"(?:key=)?[rbf]?\\{0,3}[\"'`]" + _VALUE, LIKE)
        for name in (b"fernet(", b"aesgcm(", b"poly1305(", b"secretbox(", b"aes.new(", b"serializer(")
    ),
    (
        "env",
        b"hmac",
        rb"(?i)hmac(?:sha\d{1,3}|\.(?:new|hex(?:digest)?|digest))?\((?:\\{0,3}[\"']\w{2,8}\\{0,3}[\"'],[ ]?)?"
        rb"(?:[$\w.]{1,24},[ ]?)?[rbf]?\\{0,3}[\"'`](?!(?:sha|md|ripemd|blake)\d?-?\d)" + _VALUE,
        LIKE,
        b"s(.",
    ),
    # names and their passwords: each look takes one more, or all of many at once
    *(
        (
            "password",
            name,
            rb"(?i)(?:pass|cred)\w{0,20}s\\{0,3}[\"']?[ \t]{0,3}(?:=>|[:=])\s?[{\[(]?(?:"
            + _ENTRY
            + rb"\0{12,60}){0,40}"
            + _ENTRY
            + rb"(?P<s>(?=[^\s]{0,60}[0-9])(?=[^\s]{0,60}[A-Z!@#$%^&*_.-])"
            + _IN_ENTRY
            + rb"(?:"
            + _ENTRY
            + _IN_ENTRY
            + rb"){8,400}|"
            + _IN_ENTRY
            + rb")(?=[\s\"'`\\,;)}\]]|\Z)",
            LIKE,
            b"wWpPsSeE",
        )
        for name in (b"pass", b"cred")
    ),
    ("password", b"basic(", rb"(?i)basic\(" + _FIRST + _V, LIKE),
    ("password", b"wifi.begin(", rb"(?i)wifi\.begin\(" + _FIRST + _V, LIKE),
    ("password", b"{pass", rb"(?i)\{pass(?:word|wd)?,[ ]?\\{0,3}[\"']" + _VALUE, LIKE),
    (
        "password",
        b"ugfzc3dvcmq6",
        rb"(?i)ugfzc3dvcmq6" + _LINE + rb"(?:[CS>]:? )?(?P<s>[A-Za-z0-9+/]{6,200}={0,2})",
        ANY,
    ),
    ("password", b"/oper ", rb"(?i)/oper \S{1,40} " + _V, ANY),
    ("password", b"auth", rb"AUTH" + _LINE + _LEAD + rb"\$\d{1,3}" + _LINE + _LEAD + _V, ANY, b"\r\n\\"),
    ("password", b"mysql", rb"mysql\\{0,3}\",[^\n\0]{0,200}?\\{0,3}\"-p(?P<s>[^\s\"\\\0]{4,128})\\{0,3}\"", LIKE),
    (
        "password",
        b"cred",
        rb"(?i)cred(?:ential)?s(?: (?:for|of|to|on)(?: [\w'-]{1,20}){"
        rb"1,4}?)?(?:[ \t]?[:=]|[ \t]are)\s{0,3}[\w.@-]{1,40}(?:\s?[/,:\n]|[ ]and(?=[ ]))" + _SPOKEN,
        LIKE,
    ),
    (
        "password",
        b"identif",
        rb"(?i)identifiants(?: (?:du|de|des|pour)(?: [\w'?-]{1,20}){1,4}?)?[ \t]?[:=]\s{0,3}[\w.@-]{1,40}\s?[/,:\n]"
        + _SPOKEN,
        LIKE,
    ),
    ("env", b"mot_de_passe", rb"(?i)mot_de_passe[ \t]{0,3}[=:][ \t]{0,3}" + _V, ANY),
)

# A row without what follows its literal gets b"" there. No loop of ours goes over the table: a hook pays for each step.
_columns = zip_longest(*_ROWS, fillvalue=b"")
SYNTAXES: tuple[tuple[str, bytes, bytes, int, bytes], ...] = tuple(zip(*_columns, strict=True))

_PRINTED = rb"(?:echo|printf)[ \t]{1,3}(?:-\w[ \t]{1,3})?\\{0,3}[\"']?"
_PIPED = rb"(?P<s>[^\s\"'|$\0]{4,128})(?:\\n)?[\"']?[ \t]{0,3}\|"
BACKWARDS: tuple[tuple[bytes, bytes, bytes], ...] = (
    (b"pass", b"is the ", rb"(?:\A|[\s\"'`(])(?P<s>[^\s\"'`\0]{6,64})[\"'`]? is the \Z"),
    (b"pass", b"| ", _PRINTED + _PIPED + rb" \Z"),  # | passwd --stdin
    (b".tochararray(", b'"', rb"\"(?P<s>[^\s\"\\\0]{6,128})\\{0,3}\"\Z"),
    (b"su ", b"| ", _PRINTED + _PIPED + rb" \Z"),
    (b"vercel env add", b"| ", _PRINTED + _PIPED + rb" \Z"),
    (b"rclone obscure", b"| ", _PRINTED + _PIPED + rb" \Z"),
    (b"openconnect", b"| ", _PRINTED + _PIPED + rb" \Z"),
    (b"pass", b"as your ", rb"(?:with|using|and|use|try|enter|set) [\"'`]?(?P<s>[^\s\"'`\0]{6,64})[\"'`]? as your \Z"),
    (b"pass", b"as my ", rb"(?:with|using|and|use|try|enter|set) [\"'`]?(?P<s>[^\s\"'`\0]{6,64})[\"'`]? as my \Z"),
    (b"pass", b"for the ", rb"(?:with|using|use|try|enter|set|put) [\"'`]?(?P<s>[^\s\"'`\0]{6,64})[\"'`]? for the \Z"),
    (b"pass", b"en mot de ", rb"(?:et|avec|met|mets|mettre|tape) [\"'`]?(?P<s>[^\s\"'`\0]{6,64})[\"'`]? en mot de \Z"),
    (b"pass", b"| smb", rb"(?:echo|printf)[ \t]{1,3}[\"']?(?P<s>[^\s\"'|$\0]{4,128})[\"']?;[^|\n\0]{0,80}\| smb\Z"),
    (b"login", b" ", _PRINTED + _PIPED + rb"[^\n|;\0]{1,40} \Z"),
    (b"pass", b'forKey: "', rb"\(\"(?P<s>[^\s\"\0]{6,128})\", forKey: \"\Z"),
    (b"pass", b"as the ", rb"(?:\A|[\s\"'`(])(?P<s>[^\s\"'`\0]{6,64})[\"'`]? still works? as the \Z"),
    (
        b"pass",
        b"mot de ",
        rb"[\s\"'`(](?P<s>[^\s\"'`\0]{6,64})[\"'`]? (?:marche|fonctionne)(?: toujours| encore)? comme mot de \Z",
    ),
    (b"kinit", b"| ", _PRINTED + _PIPED + rb" \Z"),
    (b"cryptsetup", b"| ", _PRINTED + _PIPED + rb" \Z"),
    (b"/user:", b" ", rb"net use [^\n\0]{1,120}? (?P<s>[^\s\"'\\/\0]{4,64}) \Z"),
    (b"@tcp(", b"", rb"(?<![^\s\"'`=(])[\w.-]{1,64}:(?P<s>[^\s\"'@\0]{4,64})\Z"),
    (b"pass", b"as the ", rb"(?:with|using|and|use|try|enter|set) [\"'`]?(?P<s>[^\s\"'`\0]{6,64})[\"'`]? as the \Z"),
    (
        b"pass",
        b"mot de ",
        rb"(?:avec|et|mets|mettre|utilise|utiliser|tape|essaie) [\"'`]?(?P<s>[^\s\"'`\0]{6,64})[\"'`]? comme mot de \Z",
    ),
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

# Literals that stand in a text as words of their own, by these words, in small letters: a text is split into its words
# once, whatever their number, where each other literal is a search of its own.
WORDS: dict[bytes, tuple[bytes, ...]] = {
    b"5432": (b":5432:",),
    b"587": (b"]:587 ",),
    b"acc?s": (b"acc?s",),
    b"adduser": (b"user",),
    b"basic": (
        b"basic(",
        b"http-basic.",
    ),
    b"bearer": (b"bearer",),
    b"bindpw": (b"bindpw",),
    b"bundle": (
        b"bundle config",
        b"bundle_",
    ),
    b"community": (b"community",),
    b"connect": (b"connect",),
    b"connecte": (b"connect",),
    b"connecter": (b"connect",),
    b"connectez": (b"connect",),
    b"connection": (b"connect",),
    b"cookieparser": (b"cookieparser(",),
    b"createconnection": (b"connect",),
    b"createuser": (
        b"createuser ",
        b"user",
    ),
    b"cryptsetup": (b"cryptsetup",),
    b"database": (b"database(",),
    b"eap": (b": eap ",),
    b"encrypt": (
        b"--encrypt ",
        b"encrypt_string",
    ),
    b"getconnection": (b"connect",),
    b"identifiants": (b"identif", b"identifiants"),
    b"identified": (b"identif",),
    b"identify": (b"identif",),
    b"jwt": (
        b'jwt"',
        b"jwt:",
        b"jwt.",
    ),
    b"keymaterial": (
        b"keymaterial=",
        b"keymaterial>",
    ),
    b"kinit": (b"kinit",),
    b"lines": (b"private-lines",),
    b"log": (b"log in ",),
    b"login": (
        b"login code",
        b"login",
    ),
    b"mask": (b"::add-mask::",),
    b"mnemonic": (b"mnemonic",),
    b"mysql": (b"mysql",),
    b"mysqladmin": (b"mysql",),
    b"mysqldump": (b"mysql",),
    b"mysqli": (b"mysql",),
    b"mysqlimport": (b"mysql",),
    b"mysqlsh": (b"mysqlsh",),
    b"mysqlshow": (b"mysql",),
    b"nickserv": (b"nickserv",),
    b"p": (b" /p",),
    b"pdo": (b"pdo(",),
    b"phrase": (b"phrase",),
    b"pin": (b"pin ", b"pin"),
    b"salt": (b"salt",),
    b"plain": (b"{plain}",),
    b"psk": (b"psk",),
    b"wifipsk": (b"psk",),
    b"vpnpsk": (b"psk",),
    b"wpapsk": (b"psk",),
    b"adminpin": (b"pin",),
    b"userpin": (b"pin",),
    b"cl?": (b"cl?",),
    b"cl?s": (b"cl?",),
    b"cle": (b"cle",),
    b"clef": (b"cle",),
    b"cles": (b"cle",),
    b"cleapi": (b"cle",),
    b"clesecrete": (b"cle",),
    b"cleprivee": (b"cle",),
    b"clewifi": (b"cle",),
    b"cleacces": (b"cle",),
    b"cledechiffrement": (b"cle",),
    b"clechiffrement": (b"cle",),
    b"phrasesecrete": (b"phrase",),
    b"radtest": (b"radtest ",),
    b"redis": (b"redis-cli",),
    b"rocommunity": (b"community",),
    b"rootpw": (b"rootpw",),
    b"rp": (b" /rp",),
    b"rwcommunity": (b"community",),
    b"securestring": (b"securestring ",),
    b"seedphrase": (b"phrase",),
    b"sequelize": (b"sequelize(",),
    b"setuser": (b"user",),
    b"sqlplus": (b"sqlplus ",),
    b"tcp": (b"@tcp(",),
    b"tochararray": (b".tochararray(",),
    b"thin": (b":thin:",),
    b"user": (
        b"user:",
        b"user",
        b"user_",
        b"/user:",
    ),
    b"username": (
        b'username"',
        b"user",
    ),
    b"contrase?a": (b"contrase?a",),
    b"contrasena": (b"contrasena",),
    b"senha": (b"senha",),
    b"kennwort": (b"kennwort",),
    b"wachtwoord": (b"wachtwoord",),
    b"motdepasse": (b"motdepasse",),
    b"parola": (b"parola",),
    b"otp": (
        b"otp code",
        b"otp",
    ),
    b"unlock": (b"unlock",),
    b"decrypt": (b"decrypt",),
    b"d?chiffrer": (b"d?chiffrer",),
    b"d?verrouiller": (b"d?verrouiller",),
    b"setup": (b"setup key", b"setup code"),
    b"totp": (b"totp",),
    b"2fa": (
        b"2fa code",
        b"2fa",
    ),
    b"mfa": (
        b"mfa code",
        b"mfa",
    ),
    b"authenticator": (b"authenticator",),
    b"impdp": (b"impdp ",),
    b"expdp": (b"expdp ",),
    b"sqlldr": (b"sqlldr ",),
    b"rman": (b"rman ",),
    b"openssl": (
        b"openssl passwd",
        b"openssl rand",
    ),
    b"obscure": (
        b"rclone obscure ",
        b"rclone obscure",
    ),
    b"contenu": (b"contenu de la cl",),
    b"assword": (b"assword",),
    b"alias": (b"alias set ",),
    b"upwd": (b"upwd ",),
    b"pwgen": (b"pwgen",),
    b"genkey": (b"wg genkey",),
    b"crypt": (b"crypt(",),
    b"sym": (b"pgp_sym_",),
    b"fernet": (b"fernet(",),
    b"aesgcm": (b"aesgcm(",),
    b"chacha20poly1305": (b"poly1305(",),
    b"secretbox": (b"secretbox(",),
    b"hmac": (b"hmac",),
    b"createhmac": (b"hmac",),
    b"hmacsha1": (b"hmac",),
    b"hmacsha256": (b"hmac",),
    b"hmacsha512": (b"hmac",),
    b"urlsafeserializer": (b"serializer(",),
    b"urlsafetimedserializer": (b"serializer(",),
    b"cat": (b"cat ",),
    b"aes": (
        b"aes.new(",
        b"aes_encrypt",
        b"aes_decrypt",
    ),
    b"postgres": (b":postgres:",),
    b"5433": (b":5433:",),
    b"6432": (b":6432:",),
    b"ansible": (b"$ansible_vault;",),
    b"wifi": (
        b"wifi",
        b"wifi code",
        b"wifi:",
        b"wifi.begin(",
    ),
    b"smtp": (b"smtp.",),
    b"servers": (b"_servers",),
    b"sqlconnectinfo": (b"sqlconnectinfo",),
    b"sessionid": (b'sessionid"',),
    b"phpsessid": (b'phpsessid"',),
    b"jsessionid": (b'jsessionid"',),
    b"true": (b"true\t",),
    b"clear": (b"clear-text=",),
    b"btoa": (b"btoa",),
    b"b64encode": (b"b64encode",),
    b"base64encode": (b"base64encode",),
    b"ugfzc3dvcmq6": (b"ugfzc3dvcmq6",),
    b"oper": (b"/oper ",),
    b"su": (b"su ",),
    b"vercel": (b"vercel env add",),
    b"openconnect": (b"openconnect",),
    b"sid": (b'connect.sid"',),
    b"passphrase": (b"phrase",),
    b"bw": (
        b"bw unlock ",
        b"bw login ",
    ),
    b"setairportnetwork": (b"setairportnetwork",),
    b"encryption": (b"encryption:",),
    b"unsafeplaintext": (b"unsafeplaintext",),
    b"session": (b'session"',),
    b"bind": (b"bind",),
    b"echo": (b"echo",),
    b"printf": (b"printf",),
    b"access": (
        b"access code",
        b"access",
    ),
    b"account": (b"account",),
    b"compte": (b"compte",),
    b"connexion": (b"connexion",),
    b"code": (
        b"code d",
        b"code de ",
        b"code secret",
        b"code wi",
        b"code vpn",
    ),
    b"codes": (b"codes de ",),
    b"pragma": (b"pragma key",),
    b"opens": (b"opens with",),
    b"userlist": (b"userlist",),
    b"option": (b"option key",),
    b"following": (b"following password",),
    b"temporary": (b"temporary password",),
    b"generated": (b"generated password",),
    b"initial": (
        b"initial password",
        b"initial-password",
    ),
    b"recovery": (b"recovery code",),
    b"backup": (b"backup code",),
    b"scratch": (b"scratch code",),
    b"emergency": (b"emergency code",),
    b"shared": (b"shared-key",),
    b"symmetricsecuritykey": (b"securitykey(",),
    b"secretkeyspec": (b"keyspec(",),
    b"verification": (b"verification code",),
    b"security": (b"security code",),
    b"confirmation": (b"confirmation code",),
    b"auth": (b"auth code",),
    b"door": (b"door code",),
    b"alarm": (b"alarm code",),
}
