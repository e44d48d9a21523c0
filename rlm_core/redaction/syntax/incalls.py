"""Calls in programs, and what programs compare with: `PlainAuth(...)`, `hmac.new(...)`, `jwt.sign(...)`."""

from __future__ import annotations

from rlm_core.redaction.syntax.snippets import (
    ANY,
    FOLDED,
    GROUPS,
    LEAD,
    LIKE,
    LINE,
    OPEN,
    RANDOM,
    SURE,
    VALUE,
    V,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.redaction.syntax.snippets import Row

_FIRST = rb"\\{0,3}[\"'][^\s\"'\\\0]{0,64}\\{0,3}[\"'],[ \t]{0,2}"  # an argument before the password
_LIKELY = (
    rb"\\{0,3}[\"'](?=[^\s\"']{0,60}[0-9])(?![^\s\"'@]{1,64}@[\w-]{1,64}\.[a-z]|(?i:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}))"
    rb"(?P<s>[^\s\"'`\\\0]{6,256})\\{0,3}[\"']"
)
CALLS: tuple[Row, ...] = (
    (
        "env",
        b"key",
        rb"(?i)(?<!public)(?<!public_)(?<!foreign)(?<!primary)key\w{0,6}\((?:[\w.]{1,40}\()?[\"']" + VALUE,
        RANDOM,
        b"(f",
    ),
    (
        "env",
        b"token",
        rb"(?i)(?<!page)(?<!page_)token\((?:"
        + _FIRST
        + rb")?[\"'](?=[A-Za-z_.+/=-]{0,60}\d)(?P<s>[\w.+/=-]{16,256})[\"']",
        RANDOM,
        b"(",
    ),
    ("password", b"pw_set(", rb"(?i)pw_set\(" + _FIRST + V, LIKE),
    ("env", b"cookieparser(", rb"(?i)cookieparser\([\"']" + VALUE, LIKE),
    (
        "password",
        b"pass",
        rb"(?i)(?:(?<![a-z_])|(?-i:(?<=[A-Z]_))|(?<=set)|(?<=with)|(?<=change)|(?<=changeuser))pass(?:word|wd|phrase)?\((?:"
        + _FIRST
        + rb")?\\{0,3}[\"']"
        + VALUE,
        SURE,
        b"wp(",
    ),
    (
        "password",
        b"auth",
        rb"(?i)auth(?:entication|enticate|provider)?(?:[ \t]{0,2}[=:][ \t]{0,2})?(?:@?[(\[]|[ ](?=[\"']))"
        rb"(?:(?<=plainauth\()\\{0,3}[\"']\\{0,3}[\"'],[ ]?)?" + _FIRST + rb"(?:Some\()?\\{0,3}[\"']" + VALUE,
        LIKE,
        b" \t=:(e",
    ),
    ("bearer", b"auth", rb"(?i)auth\(" + V, RANDOM, b"("),
    ("bearer", b"auth", rb"(?i)authorization[ \t]{1,4}\\{0,3}[\"'](?:basic|bearer|token)[ \t]{1,4}" + V, ANY, b"o"),
    (
        "password",
        b"auth",
        rb"(?i)auth(?:_?info|ident)?\\{0,3}[\"']?[ ]?[=: ][ ]?" + OPEN + rb"[^\s:\"'=/]{1,64}:" + VALUE,
        LIKE,
        b" =:i_",
    ),
    ("password", b"login", rb"(?i)login\(" + _FIRST + V, SURE, b"("),
    (
        "password",
        b"login",
        rb"LOGIN[ ]\\{0,3}[\"']?[^\s\"'\\]{1,64}\\{0,3}[\"']?[ ]\\{0"
        rb",3}[\"']?(?P<s>[^\s\"'\\\0]{4,64})(?=[\s\"'`<]|\\[rn\"]|\Z)",
        LIKE,
        b" ",
    ),
    (
        "password",
        b"cred",
        rb"(?i)cred(?:ential)?s?\b[^\n\0{]{0,60}\{\s{0,20}\\{0,3}[\"'][\w.@-]{1,64}\\{0,3}[\"']\s?(?::|=>)\s?\\{0,3}[\"']"
        + VALUE,
        LIKE,
        b"es =:",
    ),
    ("password", b"login", rb"(?i)login=[^\s:\"'=&]{1,64}:" + V, LIKE, b"="),
    ("password", b"connect", rb"(?i)connect(?:ion)?\(" + _FIRST + _FIRST + V, LIKE, b"(i"),
    ("password", b"connect", rb"(?i)connect[ ]\w{1,40}/(?P<s>[^\s@/\"'\0]{4,64})@", ANY, b" "),
    *(
        ("password", name + b"(", rb"(?i)" + name + rb"\(" + _FIRST + _FIRST + V, LIKE)
        for name in (b"pdo", b"sequelize", b"database")
    ),
    ("password", b"user_", rb"user_\w{1,40}=[\"']" + VALUE, LIKE),
    (
        "env",
        b'jwt"',
        rb"(?i)jwt\\{0,3}\"[ ]?:[ ]?\{(?:[^{}\"\0]{0,40}|\"[^\"\0]{0,"
        rb"80}\"){0,8}?\\{0,3}\"(?:signing|secret)?key\\{0,3}\"[ ]?:[ ]?" + V,
        LIKE,
    ),
    ("password", b"sqlplus ", rb"(?i)sqlplus (?:-\w{1,9} ){0,3}[\"']?\w{1,40}/(?P<s>[^\s@/\"'\0]{4,64})", ANY),
    ("password", b":thin:", rb"(?i):thin:\w{1,40}/(?P<s>[^\s@/\"'\0]{4,64})@", ANY),
    ("password", b"pwd", rb"(?i)(?<=user)pwd,[ ]?[\"'][^\s:\"']{1,64}:" + VALUE, LIKE, b","),
    ("env", b"cred", rb"(?i)credentials?\([\"']" + VALUE, RANDOM, b"e"),
    (
        "env",
        b"jwt.",
        rb"(?i)jwt\.(?:sign|encode|verify|decode)\((?:[^()\n\0]|\([^()\n\0]{0,60}\)){1,120}?,[ ]?b?[\"']" + VALUE,
        LIKE,
    ),
    ("password", b"user", rb"(?i)user(?:name)?\((?:" + _FIRST + rb"){1,2}?" + _LIKELY, LIKE, b"(n"),
    (
        "password",
        b"redis-cli",
        rb"redis-cli\\{0,3}\"(?:,[ ]?\\{0,3}\"[^\"\0]{1,60}\"){0,6}?,[ ]?\\{0,3}\"-a\\{0,3}\",[ ]?" + V,
        ANY,
    ),
    ("password", b"identif", rb"(?i)identified by (?P<s>[^\s\"';\0]{4,64})(?=[\s;\"'`<]|\Z)", LIKE, b"i"),
    (
        "password",
        b"pass",
        rb"(?i)password[:?]?[^\n\0]{0,20}[\"']\)?(?:[\s;]|\\n){1,4}send(?: --)?[ \t]{1,2}\\{0,3}[\"']" + VALUE,
        LIKE,
        b"w",
    ),
    ("password", b"auth", rb"(?i)(?<=_)auth[ \t]{0,2}[=:][ \t]{0,2}[\"']?\w{1,40}/" + VALUE, SURE, b" \t=:"),
    (
        "password",
        b"cred",
        rb"(?i)credentials?(?:impl)?(?:::new)?\((?:[&*$]?[\w.>-]{1,60},[ ]?)?(?:"
        + _FIRST.replace(b"64", b"128").replace(b",[ ", rb"(?:\.\w{1,12}\(\))?,[ ")
        + rb"){1,4}?"
        + _LIKELY,
        LIKE,
        b"e",
    ),
    ("password", b"mysql", rb"(?i)mysqli\(" + _FIRST + _FIRST + V, LIKE, b"i"),
    ("password", b"identif", rb"(?i)identified(?: with [\w'\"]{1,40})? by \\{0,3}[\"']" + VALUE, LIKE, b"i"),
    ("password", b"login", rb"(?i)login\(" + _FIRST + rb"\\{0,3}[\"']" + GROUPS, ANY, b"("),
    (
        "password",
        b"pass",
        rb"(?i)pass(?:word|wd|phrase)?\\{0,3}[\"']?\]\\{0,3}[\"'],[ ]?\\{0,3}[\"']" + VALUE,
        LIKE,
        b"w\"'\\]",
    ),
    ("password", b"pass", rb"(?i)password for the \w{1,40} user\b[^\n\0]{0,100}:" + FOLDED + V, LIKE, b"w"),
    (
        "password",
        b"password()",
        rb"(?i)password\(\)[^\n\0]{0,24}[:{](?:\s|\\n){1,40}return \\{0,3}[\"']" + VALUE,
        LIKE,
    ),
    ("password", b"unsafeplaintext", rb"(?i)unsafeplaintext\([\"']" + VALUE, LIKE),
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
    (
        "password",
        b"pass",
        rb"(?i)password\}?['\"]?[^\n\0]{0,40}base64(?:d| -d| -D| --decode)[\"']?"
        + LINE
        + LEAD
        + rb"(?P<s>[^\s\"'\\\0]{6,128})(?=[\s\"'`|<\\]|\Z)",
        LIKE,
        b"w",
    ),
    ("env", b"token", rb"(?i)token_(?:urlsafe|hex|bytes)\(\d{0,4}\)\)?[\"']?" + LINE + LEAD + V, RANDOM, b"_"),
    ("env", b"secret_key()", rb"(?<=get_random_)secret_key\(\)\)?[\"']?" + LINE + LEAD + V, LIKE),
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
    ("env", b"jwt:", rb"(?i)jwt:(?:secret|signing)?_?key\\{0,3}[\"']?[ ]?[:=,][ ]?" + V, LIKE),
    (
        "password",
        b"pass",
        rb"(?i)pass(?:word|wd|phrase)?[\"'\])]{0,3}[ ]?[!=]==?[ ]?\\{0,3}[\"']" + VALUE,
        LIKE,
        b"w\"'])p !=",
    ),
    *(
        ("password", name, rb"(?i)" + name + rb"(?:\(b?\\{0,3}[\"'`]|[ ]<{3}[ ][\"'])[^\s:\"'\\]{1,64}:" + VALUE, LIKE)
        for name in (b"btoa", b"b64encode", b"base64encode")
    ),
    ("env", b"securitykey(", rb"(?i)securitykey\((?:[\w.]{1,40}\()?[\"']" + VALUE, LIKE),
    ("env", b"keyspec(", rb"(?<=Secret)KeySpec\((?:\w{1,20}\()?\\{0,3}[\"']" + VALUE, LIKE),
    *(
        ("env", name, rb"(?i)" + name.replace(b"(", rb"\(") + rb"(?:key=)?[rbf]?\\{0,3}[\"'`]" + VALUE, LIKE)
        for name in (b"fernet(", b"aesgcm(", b"poly1305(", b"secretbox(", b"aes.new(", b"serializer(")
    ),
    (
        "env",
        b"hmac",
        rb"(?i)hmac(?:(?:sha)?\d{1,3}|\.(?:new|hex(?:digest)?|digest))?\((?:\\{0,3}[\"']\w{2,8}\\{0,3}[\"'],[ ]?)?"
        rb"(?:[$\w.]{1,24},[ ]?)?[rbf]?\\{0,3}[\"'`](?!(?:sha|md|ripemd|blake)\d?-?\d)" + VALUE,
        LIKE,
        b"s(.235",
    ),
    ("password", b"basic(", rb"(?i)basic\(" + _FIRST + V, SURE),
    ("password", b"wifi.begin(", rb"(?i)wifi\.begin\(" + _FIRST + V, SURE),
    ("password", b"{pass", rb"(?i)\{pass(?:word|wd)?,[ ]?\\{0,3}[\"']" + VALUE, LIKE),
    ("password", b"mysql", rb"mysql\\{0,3}\",[^\n\0]{0,200}?\\{0,3}\"-p(?P<s>[^\s\"\\\0]{4,128})\\{0,3}\"", LIKE),
)
