"""Configuration files, dumps and addresses: `requirepass`, `.pgpass`, `<password>`, a Secret of Kubernetes, devices."""

from __future__ import annotations

from rlm_core.redaction.syntax.snippets import (
    ANY,
    BLANK,
    FOLDED,
    GAP,
    LEAD,
    LIKE,
    LINE,
    OPEN,
    RANDOM,
    SPOKEN,
    SURE,
    VALUE,
    WORD,
    V,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.redaction.syntax.snippets import Row

_PGPASS = rb"[\w*-]{1,64}:[\w*.-]{1,64}:(?P<s>(?:[^\s\"'`\\\0]|\\{1,2}[:\\]){4,64})(?=[\s\"'`\\|<]|\Z)"
_QUOTE = rb"(?:\\{0,3}[\"']|&quot;)"
# What stands beside a name, by other means than an assignment.
_BESIDE = (
    # As a lookahead it is read once: what stands behind it is none of its characters, so a shorter one never helps.
    rb"(?=(?P<more>[\w.]{0,20}))(?P=more)(?![\w.])(?<!name)(?<!_id)(?<!secretsid)(?<!keyid)(?<!tokenid)(?<!_file)(?<!_path)(?<!alias)(?:"
    # <add key="ApiSecret" value="...">, define('DB_PASSWORD', '...'), user-secrets set "Db:Password" "..."
    + _QUOTE
    + rb"(?:[ \t]{1,4}(?:value|default|content)=|[ \t]{0,2},[ \t]{0,12}(?:default=)?|[ \t]{1,3}"
    rb"|\)[ ]?(?:\{[ ]?|\|\|[ ]?|\?\?[ ]?|or[ ]))"
    + _QUOTE
    + rb"{1,2}(?!(?:[Pp]arameter)?[Vv]alue\\{0,3}[\"'])"
    # - name: DB_PASSWORD\n  value: ..., {"name": "SMTP_PASSWORD", "value": "..."}, ParameterKey=...,ParameterValue=...
    + rb"|\\{0,3}[\"']?,?(?:[ \t\r\n]|\\n){0,24}-?[ ]?\\{0,3}[\"']?(?:parameter)?value\\{0,3}[\"']?(?::[ \t]{0,4}|=)"
    + OPEN
    # variable "db_password" { default = "..." }
    + rb"|\"[ \t]{0,2}\{[^{}\0]{0,200}?\bdefault[ \t]{0,8}=[ \t]{0,4}"
    + OPEN
    # <property name="password">..., <key>password</key><string>..., <password><![CDATA[...
    + rb"|(?:"
    + _QUOTE
    + rb"(?:[ ]\w{1,20}=\\{0,3}[\"'][^\"'\0]{0,40}\\{0,3}[\"']){0,3}[ ]{0,2}>|</key>|>)(?:\s|\\n){0,40}"
    rb"(?:<(?:value|string)(?:[ ][^<>\0]{0,60})?>|<!\[CDATA\[)?"
    rb"(?!@[\w.-]{1,80}\.[\w-]{2,24}[:/][^\s<>\0]{0,80}(?:<(?!/)|[\s\"'`]|\Z))"  # <user>:<password>@host/<database>
    rb"(?=[^<>\s\0]{4,256}(?:\]\]>|<|&lt;))"
    # var_dump; a field of a form; what a browser is told to type; YAML's blocks
    + rb"|\\{0,3}[\"']\]=>(?:\s|\\n){1,12}string\(\d{1,5}\) \\{0,3}\""
    + rb"|\\{0,3}[\"']"
    + LINE
    + rb"{2}"
    + rb"|\]?\\{0,3}[\"']\)\.(?:clear\(\)\.)?(?:type|send_?keys|fill|set_?value)\("
    + _QUOTE
    + rb"|\\{0,3}[\"']?:[ ][|>][+-]?[ ]?"
    + LINE
    + rb"[+|>-]?[ \t]{1,40}"
    # what was asked for, and what a prompt said: config["password"] "...", ["PASSWORD"]\n'...'
    + rb"|\\{0,3}[\"']\][ ]{1,2}"
    + _QUOTE
    + rb"|\\{0,3}[\"']\]\)?"
    + LINE
    + rb"[ >]{0,6}[\"']"
    # what stands for it when it is not set: 'password' => getenv('DB_PASS') ?: '...'
    + rb"|\\{0,3}[\"']?\]?[ ]{0,4}(?:=>|[:=])[ ]{0,4}[\w.:>$-]{1,40}(?:\([^()\n\0]{0,80}\)|\[[^\]\n\0]{0,60}\])[ ]?"
    rb"(?:\?:|\|\||\?\?|or)[ ]?\\{0,3}[\"']"
    # a row of a table
     + rb"|\W{0,3}[ \t]{1,20}\|[ \t]{1,4}[\"'`]?(?=[^\s|\0]{6,128}[\"'"
    rb"`]?(?:[ \t]{0,80}\||[ \t]{0,80}(?:\r?\n|\\n|\\{0,3}[\"'`]|\Z)))" + rb")"
)
_STANDS = rb"(?P<s>(?:[^\s\"'`\\<\0]|\\(?![nrt\"'])|<(?![/!])){4,256})"
_SCHEME = rb"(?:bearer|basic|bot|key|token|apikey)[ ]{1,3}"
_INSERTED = (  # INSERT INTO users (name, password) VALUES ('bob', '...')
    rb"\w{0,20}(?!\w)[\"`]?[^()\0]{0,80}\)\s{0,4}values\s{0,4}\((?:[^()'\0]|'[^'\0]{0,64}'){0,40}?"
    rb"'(?P<s>(?=[^'\s]{0,60}[0-9])(?=[^'\s]{0,60}[A-Za-z])(?![^'\s@]{1,64}@[\w-]{1,64}\.[a-z]{2,9})[^'\s\0]{6,128})'"
)
_ENTRY = (
    rb"(?:[\s,>|+\"']|\\{1,3}[nt\"']|-[ ]){1,40}[\w.@-]{1,32}\\{0,3}[\"']?[ \t]{0,3}(?:=>|[:=])[ ]{0,3}\\{0,3}[\"']?"
)
_IN_ENTRY = rb"[^\s\"'`\\\0,;(){}\[\]]{6,256}"
FILES: tuple[Row, ...] = (
    (
        "password",
        b"pass",
        rb"(?i)pass(?:word|wd|phrase)[ \t]{1,24}(?:[0-9][ \t]{1,4})?" + OPEN + SPOKEN,
        LIKE,
        b"wWpP",
    ),
    ("password", b"password 7", rb"password 7[ \t](?P<s>[0-9A-F]{8,64})(?=[\s\"'`\\]|\Z)", ANY),
    ("password", b"auth", rb"(?<=master)auth" + GAP + V, LIKE, BLANK),
    ("password", b"pass", rb"(?<=require)pass" + GAP + V, LIKE, BLANK),
    ("password", b"community", rb"(?:(?<=ro)|(?<=rw)|(?<=snmp-server ))community" + GAP + V, LIKE),
    ("password", b"auth", rb"AUTH(?<![\w]AUTH)" + GAP + rb"(?:\w{1,40}[ \t])?" + V, LIKE, BLANK),
    ("password", b"auth", rb"(?i)authtok[ \t]{0,4}=[ \t]{0,4}" + V, ANY, b"tT"),
    ("password", b"psk", rb"(?i)(?:(?<![\w-])|(?<=\n-))psk=\\{0,3}[\"']" + VALUE, ANY, b"="),
    (
        "password",
        b"psk",
        rb"(?i)psk\\{0,3}[\"']?(?:(?<![\w-]psk)|(?<=\\npsk)|(?<=\n-psk))"
        rb"[ \t]{0,4}(?:[=:][ \t]{0,24}|(?:'\\{0,3})?(?=\\{0,3}\"))" + V,
        LIKE,
    ),
    (
        "password",
        b"pass>",
        rb"(?i)(?<=<auth-user-)pass>(?:[\s+]|\\n){1,8}[^\s\\\0]{1,80}(?:[\s+]|\\n){1,8}" + VALUE,
        ANY,
    ),
    ("password", b":5432:", rb":5432:" + _PGPASS, LIKE),
    ("env", b"pw", rb"(?<![A-Za-z])(?i:pw)[ \t]{0,2}(?::=|[=:])[ \t]{0,2}" + V, LIKE),
    # one pattern for all four: it takes long to compile
    *(
        (
            "env",
            name,
            rb"(?i)(?:pass|secret|token|mdp|(?<!site)(?<!site_)(?<!cache_)(?<!able)(?<!able_)(?<!public_)key)"
            + _BESIDE
            + _STANDS,
            check,
        )
        for name, check in ((b"pass", SURE), (b"secret", LIKE), (b"token", LIKE), (b"key", LIKE), (b"mdp", SURE))
    ),
    ("password", b"pass", rb"(?i)pass" + _INSERTED, ANY, b"w"),
    (
        "password",
        b"passwd:",
        rb"(?i)(?<=ch)passwd:(?:[\s+|>-]|\\n){1,20}(?:expire: \w{1,9}(?:[\s+]|\\n){1,20})?"
        rb"list: \|(?:[\s+|>-]|\\n){1,20}(?:[\w-]{1,32}:\0{12,60}(?:[\s+|>-]|\\n){1,20}){0,20}[\w-]{1,32}:" + V,
        ANY,
    ),
    ("password", b"password>", rb"(?i)password>\s{0,80}<value>(?P<s>[^<\s\0]{4,256})", ANY),
    ("password", b"password::", rb"(?i)(?<=user)password::[ \t]{1,2}(?P<s>[A-Za-z0-9+/=]{8,2048})", ANY),
    *(
        ("password", name, rb"(?i)(?:password|passwd|(?:psk)?secret) ENC (?P<s>[A-Za-z0-9+/=]{20,400})", ANY, b"w ")
        for name in (b"pass", b"secret")
    ),
    ("password", b"secret", rb"(?<=set psk)secret" + GAP + V, LIKE, BLANK),
    ("password", b"secret", rb"(?<=;is)secret=true\]" + V, ANY, b"="),
    ("password", b"::add-mask::", rb"::add-mask::" + V, ANY),
    ("password", b"bindpw", rb"(?i)bindpw" + GAP + V, LIKE),
    ("password", b"rootpw", rb"(?i)rootpw" + GAP + rb"(?:--plaintext )?" + V, LIKE),
    ("password", b"pw", rb"(?i)(?:(?<=user_)|(?<=owner_)|(?<=input_))pw" + GAP + V, LIKE),
    ("password", b"pw", rb"(?i)(?<=\$)pw\\{0,3}[\"']?[ \t]{0,2}!?={1,2}[ \t]{0,2}\\{0,3}[\"']" + VALUE, LIKE),
    ("password", b"keymaterial>", rb"(?i)keymaterial>(?P<s>[^<\s\0]{4,256})", ANY),
    ("password", b"pragma key", rb"(?i)pragma key[ ]?=[ ]?" + V, LIKE),
    ("password", b"option key", rb"(?i)option key[ ][\"']" + VALUE, LIKE),
    (
        "password",
        b"key",
        rb"(?i)(?:(?<=shared-)|(?<=shared_)|(?<=shared))key\\{0,3}[\"']?[ \t]{0,4}[=:][ \t]{0,4}" + V,
        LIKE,
        b" =:\"'\\",
    ),
    ("password", b"key", rb"(?:(?<=-server )|(?<=isakmp ))key (?:\d )?" + V, LIKE, b" "),
    (
        "wallet",
        b"key",
        rb"(?i)(?:(?<=secret )|(?<=private )|(?<=secret_)|(?<=private_)|(?<=secret)|(?<=private))key\\{0,3}[\"']?"
        rb"[ \t]{0,3}[:=][ \t]{0,3}\[[ ]?(?P<s>\d{1,3}(?:,[ ]?\d{1,3}){15,63})\]",
        ANY,
        b" =:\"'\\",
    ),
    ("aws", b"secret access key", rb"(?i)secret access key(?: \[[^\]\n]{0,40}\])?:[ ]" + V, RANDOM),
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
    ("env", b"cookie", rb"(?<=-set)cookie" + GAP + V, LIKE, BLANK),
    ("password", b":*:", rb":\*:[\w.-]{1,64}:(?P<s>[^\s:\"'`\\\0]{4,64})(?=[\s\"'`\\|<]|\Z)", LIKE),
    ("linkedin", b"wpl_ap", rb"(?P<s>(?i:WPL_AP)[01]\.[A-Za-z0-9+/=.]{12,60})", ANY),
    (
        "password",
        b"bundle_",
        rb"(?i)bundle_\w{1,60}__\w{1,20}\\{0,3}[\"']?(?:=|:[ ]?)" + OPEN + rb"[^\s:\"'/]{1,64}:(?!\d{1,5}\b|/)" + VALUE,
        ANY,
    ),
    ("password", b"{plain}", rb"(?i)\{plain\}(?P<s>[^\s:\"'`\0]{4,128})", ANY),
    ("password", b"]:587 ", rb"\]:587 [^\s:\"']{1,64}:" + V, ANY),
    ("password", b": eap ", rb"(?i): eap " + V, ANY),
    ("url-password", b"://", rb"(?<=trojan)://(?P<s>[^\s@/\0]{4,128})@", ANY),
    ("zapier", b"://", rb"://hooks\.zapier\.com/hooks/catch/(?P<s>\d{4,10}/[a-z0-9]{6,12})", ANY),
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
        + FOLDED
        + rb"(?P<s>[A-Za-z0-9+/=]{4,64}(?:"
        + FOLDED
        + rb"[A-Za-z0-9+/=]{4,64}(?!:)){0,60})",
        ANY,
    ),
    # devices: `password cipher ...`, `secret 5 ...`, `pre-shared-key ascii-text "..."`
    *(
        (
            "password",
            name,
            rb"(?i)" + name + rb"(?:[ ][\w-]{1,24}){0,5}?[ ](?:(?:irreversible-)?cipher|(?:cipher|plain)text|simple"
            rb"|encrypted|unencrypted|ascii-text|hexadecimal|sha\d{3}|[05789])[ ]" + V + rb"(?=[\s\"'`;\\<]|\Z)",
            LIKE,
            follows,
        )
        for name, follows in ((b"password", b" "), (b"secret", b" "), (b"shared-key", b" "))
    ),
    ("totp", b"totp", rb"(?i)totp\\{0,3}\"[ ]?:[ ]?\\{0,3}\"(?P<s>(?-i:[A-Z2-7]{16,64}))\\{0,3}\"", ANY),
    ("password", b"pass", rb"(?<=-field=)pass(?:word|phrase)? [^\n\0]{1,80}" + FOLDED + V, LIKE, b"w "),
    (
        "password",
        b"userlist",
        rb"userlist\.txt[^\0]{0,60}?\\{0,3}\"[\w.@-]{1,40}\\{0,3}\"[ ]\\{0,3}\"" + VALUE,
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
            + FOLDED
            + rb"[A-Za-z0-9+/=_.-]{16,200}(?:"
            + FOLDED
            + rb"[A-Za-z0-9+/=_.-]{8,200}(?![^\s\\\"'])){1,400})",
            ANY,
        )
        for name in (b"pass", b"secret", b"token", b"key")
    ),
    ("password", b"key s:", rb"(?<= )key s:" + V, LIKE),
    ("env", b"encryption:", rb"(?i)encryption:(?:[\s+]|\\n){1,16}key: " + V, RANDOM),
    ("bearer", b"auth", rb"(?i)(?<![a-z])authorization(?!\w)" + _BESIDE + _SCHEME + _STANDS, LIKE, b"o"),
    ("bearer", b"auth", rb"(?i)(?<![a-z])authorization(?!\w)" + _BESIDE + _STANDS, RANDOM, b"o"),
    ("cookie", b'session"', rb"(?i)session" + _BESIDE + _STANDS, RANDOM, b",\\"),
    ("password", b"keymaterial=", rb"(?i)keymaterial=" + V, ANY),
    ("password", b"key content", rb"(?i)key content[ ]{0,20}:[ ]" + V, ANY),
    ("password", b"contenu de la cl", rb"(?i)contenu de la cl\S{1,3}[ ]{0,20}:[ ]" + V, ANY),
    ("password", b":postgres:", rb"(?<=\*):postgres:" + V, ANY),
    *(("password", name, name + _PGPASS, LIKE) for name in (b":5433:", b":6432:")),
    (
        "password",
        b"pwd",
        rb"PWD(?<!\wPWD)(?:(?<=[;\s\"'+]PWD)|(?<=\APWD))(?:=|[ ]=[ ])\\{0,3}[\"']?(?![A-Za-z]:)" + VALUE,
        LIKE,
        b" =",
    ),
    (
        "vault",
        b"$ansible_vault;",
        rb"(?i)\$ansible_vault;[^\s\\\0]{1,60}(?:[\s+|>-]|\\n){1,40}(?P<s>[0-9a-f]{20,80}(?:(?:[\s+|>-]|\\n){1,40}[0-9a-f]{2,80}){0,400})",
        ANY,
    ),
    ("password", b"wifi:", rb"(?i)wifi:(?:[TSHR]:[^;\n\0]{0,64};){0,3}P:\\{0,3}[\"']?(?P<s>[^;\s\0]{4,64})(?=;)", ANY),
    ("password", b"smtp.", rb"smtp\.[\w.-]{3,80}(?:\]?:\d{2,5})?[ \t]{1,20}[^\s:\"']{1,64}:" + V, LIKE),
    (
        "password",
        b"_servers",
        rb"_servers[ ]?=[ ]?[^\s/]{1,64}/[^\s/]{1,64}/[^\s/]{1,64}/(?P<s>[^\s/\"'\0]{4,64})",
        ANY,
    ),
    ("password", b"pass", rb"(?<=auth-)pass[ ]\S{1,64}[ ]" + V, LIKE, BLANK),
    ("password", b"sqlconnectinfo", rb"(?i)sqlconnectinfo[ \t]{1,8}\S{1,80}[ \t]{1,8}\S{1,64}[ \t]{1,8}" + V, ANY),
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
        rb"\\{0,3}[\"']?(?:basic|digest)[ \t]{1,3}[^\s:\"'=]{1,64}[: ]" + VALUE,
        LIKE,
        b"o",
    ),
    *(
        ("cookie", name + b'"', rb"(?i)" + name + _BESIDE + _STANDS, RANDOM, b",\\")
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
        rb"(?i)(?<=\[)passwords\][\s+]{1,4}[\w.-]{1,40}[ ]?=[ ]?\\{0,3}[\"']" + VALUE,
        ANY,
    ),
    (
        "env",
        b'username"',
        rb"(?i)username\\{0,3}\":[ ]?\\{0,3}\"[^\"\0]{1,64}\\{0,3}\",[ "
        rb"]?\\{0,3}\"key\\{0,3}\":[ ]?\\{0,3}\"(?P<s>[0-9A-Za-z]{20,64})",
        RANDOM,
    ),
    ("password", b"clear-text=", rb"(?i)clear-text=\\{0,3}[\"']" + VALUE, LIKE),
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
    (
        "password",
        b"ugfzc3dvcmq6",
        rb"(?i)ugfzc3dvcmq6" + LINE + rb"(?:[CS>]:? )?(?P<s>[A-Za-z0-9+/]{6,200}={0,2})",
        ANY,
    ),
    ("password", b"auth", rb"AUTH" + LINE + LEAD + rb"\$\d{1,3}" + LINE + LEAD + V, ANY, b"\r\n\\"),
    ("env", b"mot_de_passe", rb"(?i)mot_de_passe[ \t]{0,3}[=:][ \t]{0,3}" + V, WORD),
    (
        "password",
        b"auth",
        rb"(?i)auth[._]?user[._-]?info\\{0,3}[\"']?[ ]?[=:][ ]?" + OPEN + rb"[^\s:\"'=/]{1,64}:" + VALUE,
        SURE,
        b".uU",
    ),
)
