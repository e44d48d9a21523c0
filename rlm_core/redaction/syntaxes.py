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
RANDOM = 3
_OPEN = rb"(?:\\{0,3}[\"'`])?"
_VALUE = rb"(?P<s>(?:[^\s\"'`\\\0]|\\(?![nrt\"'])){4,256})"
_V = _OPEN + _VALUE
_ARGS = rb"(?:[ \t][^\n|;&\0]{0,160}?)?[ \t]"  # of a command, up to the option
_GAP = rb"[ \t]{1,4}"
_BLANK = b" \t"
_SAID = rb"[ \t]{0,3}(?:[\"'`*]|\?[ ]?){0,4}"  # marks and typographic quotation marks before a value
_SPOKEN = (
    _SAID + rb"(?=[^\s\0]{0,63}(?:[0-9]|(?-i:[a-z][A-Z])))(?P<s>[^\s\"'`<>\0\\;,]{6,64}?)"
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
    rb"[\w.]{0,20}(?![\w.])(?:"
    # <add key="ApiSecret" value="...">, define('DB_PASSWORD', '...'), user-secrets set "Db:Password" "..."
    + _QUOTE
    + rb"(?:[ \t]{1,4}(?:value|default|content)=|[ \t]{0,2},[ \t]{0,2}(?:default=)?|[ \t]{1,3})"
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
    rb"(?:<(?:value|string)>|<!\[CDATA\[)?(?=[^<>\s\0]{4,256}(?:\]\]>|<|&lt;))"
    # var_dump; a field of a form; what a browser is told to type; YAML's blocks
    + rb"|[\"']\]=>(?:\s|\\n){1,12}string\(\d{1,5}\) \\{0,3}\""
    + rb"|\\{0,3}[\"']"
    + _LINE
    + rb"{2}"
    + rb"|\\{0,3}[\"']\)\.(?:clear\(\)\.)?(?:type|send_?keys|fill|set_?value)\("
    + _QUOTE
    + rb"|\\{0,3}[\"']?:[ ][|>][+-]?[ ]?"
    + _LINE
    + rb"[ \t]{1,40}"
    + rb")(?P<s>(?:[^\s\"'`\\<\0]|\\(?![nrt\"'])|<(?![/!])){4,256})"
)
_COLUMNS = (  # the last of a table
    rb"\w{0,20}(?!\w)[ \t]{0,4}(?:" + _LINE + rb"(?:[^,\r\n\\\0]{0,64},){1,8}"
    rb"|\|[ \t]{0,4}"
    + _LINE
    + rb"[> ]{0,4}\|[-:| ]{3,80}"
    + _LINE
    + rb"[> ]{0,4}\|(?:[^|\r\n\\\0]{0,64}\|){1,8}?[ \t]{1,4})"
    rb"[\"`]?(?P<s>[^\s\"'`\\|,\0]{4,128})[\"`]?(?=[ \t]{0,4}(?:\||[\r\n\"'`]|\\n|\Z))"
)
_INSERTED = (  # INSERT INTO users (name, password) VALUES ('bob', '...')
    rb"\w{0,20}(?!\w)[\"`]?[^()\0]{0,80}\)\s{0,4}values\s{0,4}\((?:[^()'\0]|'[^'\0]{0,64}'){0,40}?"
    rb"'(?P<s>(?=[^'\s]{0,60}[0-9])(?=[^'\s]{0,60}[A-Za-z])[^'\s@\0]{6,128})'"
)
_FIRST = rb"\\{0,3}[\"'][^\s\"'\\\0]{0,64}\\{0,3}[\"'],[ \t]{0,2}"  # an argument before the password
_LIKELY = rb"\\{0,3}[\"'](?=[^\s\"']{0,60}[0-9])(?P<s>(?:[^\s\"'`@\\\0]){6,256})\\{0,3}[\"']"
_USER = rb"[\w.@-]{1,40}"
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
    ("password", b"community", rb"(?:(?<=ro)|(?<=rw)|(?<=snmp-server ))community" + _GAP + _V, LIKE),
    ("password", b"auth", rb"AUTH(?<![\w]AUTH)" + _GAP + rb"(?:\w{1,40}[ \t])?" + _V, LIKE, _BLANK),
    ("password", b"auth", rb"(?i)authtok[ \t]{0,4}=[ \t]{0,4}" + _V, ANY, b"tT"),
    ("password", b"psk", rb"(?i)(?<![\w-])psk=\\{0,3}[\"']" + _VALUE, ANY, b"="),
    ("password", b"psk", rb"(?i)psk\\{0,3}[\"']?(?<![\w-]psk)[ \t]{0,4}(?:[=:][ \t]{0,4}|(?=\\{0,3}\"))" + _V, LIKE),
    ("password", b"pass", rb"(?i)(?<=<auth-user-)pass>\s{1,4}[^\s\0]{1,80}\s{1,4}" + _VALUE, ANY, b">"),
    ("password", b":5432:", rb":5432:" + _PGPASS, LIKE),
    ("env", b"pw", rb"(?:(?<=_)|(?<=-))(?i:pw)[ \t]{0,2}[=:][ \t]{0,2}" + _V, LIKE),
    # one pattern for all four: it takes long to compile
    *(
        ("env", name, rb"(?i)(?:pass|secret|token|key)" + _BESIDE, LIKE)
        for name in (b"pass", b"secret", b"token", b"key")
    ),
    ("password", b"pass", rb"(?i)pass" + _COLUMNS, LIKE),
    ("password", b"pass", rb"(?i)pass" + _INSERTED, ANY, b"w"),
    (
        "password",
        b"pass",
        rb"(?i)(?<=ch)passwd:[\s+]{1,20}(?:expire: \w{1,9}[\s+]{1,20})?list: \|[\s+]{1,20}[\w-]{1,32}:" + _V,
        LIKE,
        b"w",
    ),
    ("password", b"pass", rb"(?i)password>\s{0,80}<value>(?P<s>[^<\s\0]{4,256})", ANY, b"w"),
    ("password", b"pass", rb"(?i)(?<=user)password::[ \t]{1,2}(?P<s>[A-Za-z0-9+/=]{8,2048})", ANY, b"w"),
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
    ("password", b"key", rb"(?i)(?<=pragma )key[ ]?=[ ]?" + _V, LIKE, b" ="),
    ("password", b"key", rb"(?i)(?<=option )key[ ][\"']" + _VALUE, LIKE, b" "),
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
    ("aws", b"key", rb"(?i)(?<=secret access )key(?: \[[^\]\n]{0,40}\])?:[ ]" + _V, RANDOM, b" :"),
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
        rb"(?i)(?:(?<![a-z_])|(?<=set)|(?<=with))pass(?:word|wd|phrase)?\(\\{0,3}[\"']" + _VALUE,
        LIKE,
        b"wp(",
    ),
    (
        "password",
        b"auth",
        rb"(?i)auth(?:entication|enticate|provider)?(?:[ \t]{0,2}=[ \t]{0,2})?\("
        rb"(?:(?<=plainauth\()\\{0,3}[\"']\\{0,3}[\"'],[ ]?)?" + _FIRST + rb"(?:Some\()?\\{0,3}[\"']" + _VALUE,
        LIKE,
        b" \t=(e",
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
        rb"LOGIN[ ][\"']?[^\s\"']{1,64}[\"']?[ ][\"']?(?P<s>[^\s\"'\0]{4,64})(?=[\s\"'`<]|\\[rn]|\Z)",
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
        rb"(?i)jwt\\{0,3}\"[ ]?:[ ]?\{(?:\s|\\n){0,40}\\{0,3}\"(?:signing|secret)?key\\{0,3}\"[ ]?:[ ]?" + _V,
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
    ("password", b"radtest ", rb"radtest (?:-\w \w{1,9} ){0,3}\S{1,64} " + _V, ANY),
    ("password", b"http-basic.", rb"http-basic\.\S{1,64} \S{1,64} " + _V, LIKE),
    ("password", b"bundle config", rb"bundle config (?:set )?(?:--\w{1,9} )?\S{1,64} [^\s:\"']{1,64}:" + _V, LIKE),
    (
        "password",
        b"bundle_",
        rb"(?i)bundle_\w{1,60}\\{0,3}[\"']?(?:=|:[ ]?)" + _OPEN + rb"[^\s:\"']{1,64}:" + _VALUE,
        LIKE,
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
    ("password", b": eap ", rb"(?i): eap " + _V, LIKE),
    ("password", b"identif", rb"(?i)identified by (?P<s>[^\s\"';\0]{4,64})(?=[\s;\"'`<]|\Z)", LIKE, b"i"),
    ("password", b"nickserv", rb"(?i)nickserv[ ]:?identify[ ](?:\w{1,30}[ ])?" + _V, LIKE),
    (
        "password",
        b"pass",
        rb"(?i)password[:?]?[^\n\0]{0,20}[\"']\)?(?:\s|\\n){1,4}send(?: --)?[ \t]{1,2}\\{0,3}[\"']" + _VALUE,
        LIKE,
        b"w",
    ),
    ("password", b"auth", rb"(?i)(?<=_)auth[ \t]{0,2}[=:][ \t]{0,2}[\"']?\w{1,40}/" + _VALUE, LIKE, b" \t=:"),
    ("password", b"cred", rb"(?i)credentials?\((?:" + _FIRST + rb"){1,3}?" + _LIKELY, LIKE, b"e"),
    ("password", b"mysql", rb"(?i)mysqli\(" + _FIRST + _FIRST + _V, LIKE, b"i"),
    ("password", b"identif", rb"(?i)identified(?: with [\w'\"]{1,40})? by \\{0,3}[\"']" + _VALUE, LIKE, b"i"),
    ("password", b"pass", rb"password-stdin[ \t]{0,2}<<<[ \t]{0,2}" + _V, ANY, b"w"),
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
        rb"(?i)pass(?:word|wd|phrase|code)?s?\b(?: (?:for|of|to|on|in)(?: [\w'-]{1,20}){1,4}?)?"
        rb"(?: ?\([^()\n\0]{1,30}\))?(?:[ \t]{0,2}(?:[:=]|to|(?:is|was|are|be|has been|will be|should be|must be)"
        rb"(?: (?:now|still|currently|just|(?:re)?set to|changed to|simply|:)){0,2}|, it(?:'s| is))"
        rb"|[ \t](?:-|->|=>)(?=[ \t]))" + _SPOKEN,
        LIKE,
        b"wpcWPC \t:=",
    ),
    ("password", b"pass", rb"(?i)(?<=and )passwords?[ ]?[:=][ ]?" + _USER + rb"[ ]?[/,:]" + _SPOKEN, LIKE, b"w"),
    ("password", b"pass", rb"(?i)(?<![\w.$/-])pass[ \t]{1,3}(?!test)" + _SPOKEN, LIKE, _BLANK),
    ("password", b"pass", rb"(?i)(?<![\w-])passcode[ \t]?(?:is|was|[:=])[ \t]?(?P<s>\d{4,10})(?!\w)", ANY, b"c"),
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
        rb"(?:[ \t]?[,:=]|[ \t]est(?: (?:maintenant|d.sormais|toujours|devenu))?|[ \t]\?tait|[ \t]en|[ \t]sera)?"
        rb"(?:[ \t]?c'est)?" + _SPOKEN,
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
    (
        "password",
        b"acc?s",
        rb"(?i)(?:(?<=code d')|(?<=code d\?))acc\?s(?:(?:[ \t]est)?[ \t]?[:=]|[ \t]est)" + _SPOKEN,
        LIKE,
    ),
    ("password", b"acc?s", rb"(?i)(?<![\w?])acc\?s[ \t]?[:=][ \t]?" + _USER + rb"[ \t]?[/,:]" + _SPOKEN, LIKE),
    (
        "password",
        b"connect",
        rb"(?i)connect(?:er|e|ez|e-toi|ez-vous)(?: \w{1,20})? avec " + _USER + rb"[ \t]?(?:[/:]|et)" + _SPOKEN,
        LIKE,
        b"e",
    ),
    ("password", b"log in ", rb"(?i)log in (?:as|with|using) " + _USER + rb"[ \t]?[/:]" + _SPOKEN, LIKE),
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
    (b"pass", b"is the ", rb"(?:\A|[\s\"'`(])(?P<s>[^\s\"'`\0]{6,64})[\"'`]? is the \Z"),
    (b"pass", b"| ", _PRINTED + _PIPED + rb" \Z"),  # | passwd --stdin
    (b"pass", b"| smb", rb"(?:echo|printf)[ \t]{1,3}[\"']?(?P<s>[^\s\"'|$\0]{4,128})[\"']?;[^|\n\0]{0,80}\| smb\Z"),
    (b"login", b" ", _PRINTED + _PIPED + rb"[^\n|;\0]{1,40} \Z"),
    (b"pass", b'forKey: "', rb"\(\"(?P<s>[^\s\"\0]{6,128})\", forKey: \"\Z"),
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
    b"basic": (b"http-basic.",),
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
    b"createuser": (b"user",),
    b"cryptsetup": (b"cryptsetup",),
    b"database": (b"database(",),
    b"eap": (b": eap ",),
    b"encrypt": (
        b"--encrypt ",
        b"encrypt_string",
    ),
    b"getconnection": (b"connect",),
    b"identifiants": (b"identif",),
    b"identified": (b"identif",),
    b"identify": (b"identif",),
    b"jwt": (
        b'jwt"',
        b"jwt.",
    ),
    b"keymaterial": (b"keymaterial>",),
    b"kinit": (b"kinit",),
    b"lines": (b"private-lines",),
    b"log": (b"log in ",),
    b"login": (b"login",),
    b"mask": (b"::add-mask::",),
    b"mdp": (b"mdp",),
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
    b"pin": (b"pin ",),
    b"plain": (b"{plain}",),
    b"psk": (b"psk",),
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
    b"thin": (b":thin:",),
    b"user": (
        b"user",
        b"user_",
        b"/user:",
    ),
    b"username": (b"user",),
}
