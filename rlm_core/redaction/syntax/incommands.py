"""Options and arguments of commands, by the manuals of the programs: `wpa_passphrase`, `sqlplus`, `useradd`, `bw`."""

from __future__ import annotations

from rlm_core.redaction.syntax.snippets import (
    ANY,
    ASKED,
    BLANK,
    GAP,
    LEAD,
    LIKE,
    LINE,
    SPACED,
    VALUE,
    V,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.redaction.syntax.snippets import Row

_WORDS = rb"\\{0,3}[\"'](?P<s>[a-z?]{3,20}(?:[ -][a-z?]{3,20}){3,11})\\{0,3}[\"']"
_NO_ALGORITHM = rb"(?!(?i:aes|des|sha|md5|rc[24]|bf|blowfish|cast|camellia|chacha)[-_\d])"
COMMANDS: tuple[Row, ...] = (
    ("password", b"pass:", rb"(?<= /)pass:" + V, ANY),
    ("password", b"pass", rb"(?i:(?<=-store)|(?<=-key)|(?<=-srcstore)|(?<=-deststore))pass" + GAP + V, ANY, BLANK),
    ("password", b"passphrase", rb"(?<=wpa_)passphrase" + GAP + rb"[^\s\0]{1,64}" + GAP + V, ANY),
    ("password", b"pass:", rb"pass:(?<=[ \t\"'=(]pass:)" + V, LIKE),
    ("env", b"token", rb"(?i)(?<=:_auth)token[ \t=]{1,4}" + V, ANY, b" \t="),
    *(
        ("env", name, rb"(?i)" + name + rb"\w{0,20}" + GAP + V, SPACED)
        for name in (b"pass", b"secret", b"token", b"key")
    ),
    (
        "password",
        b"user",
        rb"(?i)(?:(?<=net )|(?<=add_)|(?<=\n)|(?<=\\n)|\A)user[ ]\S{1,64}[ ]"
        + V
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
    ("password", b"pass", rb"(?<=change_)password[ ]\S{1,64}[ ]" + V, LIKE, b"w"),
    (
        "password",
        b"/user:",
        rb"(?<= )/user:\S{1,64}[ ](?P<s>[^\s\"'`/\\\0][^\s\"'`\\\0]{3,128})(?=[ \"'\\\r\n]|\Z)",
        ANY,
    ),
    (
        "password",
        b"auth",
        rb"(?<=> )AUTH[ ](?:\w{1,40}[ ])?(?=[^\s]{0,60}[0-9])(?P<s>[^\s\"'`\\\0]{4,128})(?=[\s\"'`\\]|\Z)",
        ANY,
        b" ",
    ),
    ("password", b"radtest ", rb"radtest (?:-\w \w{1,9} ){0,3}\S{1,64} " + V, ANY),
    ("password", b"http-basic.", rb"http-basic\.\S{1,64} \S{1,64} " + V, LIKE),
    ("password", b"bundle config", rb"bundle config (?:set )?(?:--\w{1,9} )?\S{1,64} [^\s:\"'/]{1,64}:(?!/)" + V, ANY),
    ("password", b"--encrypt ", rb"--encrypt " + V, LIKE),
    ("password", b"encrypt_string", rb"encrypt_string (?:--\S{1,40} ){0,2}['\"]" + VALUE, LIKE),
    ("password", b" /p", rb" /p(?::|[ ])" + V, LIKE),
    ("password", b" /rp", rb" /rp[ ]" + V, LIKE),
    ("password", b"mysqlsh", rb"mysqlsh (?:--\S{1,40} ){0,2}[\w.-]{1,64}:(?P<s>[^\s@\"']{4,64})@", ANY),
    (
        "password",
        b"securestring ",
        rb"(?i)securestring (?:-(?:string|asplaintext|force) ){0,3}\\{0,3}[\"']" + VALUE,
        ANY,
    ),
    ("password", b"nickserv", rb"(?i)nickserv[ ]:?identify[ ](?:\w{1,30}[ ])?" + V, LIKE),
    ("password", b"password-stdin", rb"password-stdin[ \t]{0,2}<<<[ \t]{0,2}" + V, ANY),
    ("password", b"password /t", rb"(?i)(?<=default)password /t \w{1,12} /d " + V, LIKE),
    ("password", b"connect", rb"(?i)connect to \S{1,64} user \S{1,64} using " + V, ANY, b" "),
    ("password", b"bw unlock ", rb"bw unlock (?:--raw )?" + V, LIKE),
    ("password", b"bw unlock ", rb"bw unlock (?:--raw )?" + _WORDS, ANY),
    ("password", b"pass", rb"(?<=--)passphrase[ =]" + _WORDS, ANY, b"p"),
    ("password", b"bw login ", rb"bw login \S{1,80} " + V, LIKE),
    (
        "password",
        b"setairportnetwork",
        rb"(?i)setairportnetwork \S{1,20} (?:\"[^\"\n]{1,64}\"|'[^'\n]{1,64}'|\S{1,64}) " + V,
        ANY,
    ),
    # `echo VALUE | COMMAND`: but for what only works on texts
    *(
        (
            "password",
            name,
            name + rb"(?:[ ]-\w{1,4}){0,2}(?:[ ][\"']%s(?:\\{1,2}n)?[\"'])?[ ]\\{0,3}[\"']?(?"
            rb"P<s>(?=[^\s|]{0,64}[0-9])[^\s\"'|$\\\0]{6,128})(?:\\{1,2}n)?\\{0,3}[\"']?"
            rb"[ ]?\|[ ]?(?![ ]|grep|wc|sed|awk|cut|tr |md5|sha\d|xxd|od |"
            rb"jq|tee|base64|bc|head|tail|sort|xargs|cat|python|node|perl"
            rb"|ruby|less|column|rev|fold|nc |iconv|hexdump|b2sum|cksum|uniq|paste|while|read|php|figlet|claude|rlm)",
            LIKE,
        )
        for name in (b"echo", b"printf")
    ),
    *(
        (
            "password",
            name + b" ",
            rb"(?i)" + name + rb" (?:userid=)?[\"']?[\w$]{1,40}/(?P<s>[^\s@/\"'\0]{4,64})(?=[@\s\"'\\]|\Z)",
            ANY,
        )
        for name in (b"impdp", b"expdp", b"sqlldr", b"rman")
    ),
    ("password", b"openssl passwd", rb"openssl passwd(?: -(?:\w{1,12}|salt \S{1,40})){0,4} " + V, LIKE),
    ("password", b"rclone obscure ", rb"rclone obscure " + V, LIKE),
    ("password", b"password-command", rb"password-command[ =]\\{0,3}[\"']?echo " + V, LIKE),
    (
        "password",
        b"assword",
        rb"(?<![pP])assword[:?]?[^\n\0]{0,20}[\"'}]\)?(?:\s|;|\{|\\n){1,6}send(?: --)?[ \t]{1,2}\\{0,3}[\"']" + VALUE,
        LIKE,
    ),
    ("password", b"alias set ", rb"alias set \S{1,40} \S{3,80} \S{3,60} " + V, LIKE),
    (
        "env",
        b"api-key ",
        rb"api-key (?:store|add|set|use|create|update|save) (?:[\w.-]{4,64} )?(?P<s>[A-Za-z0-9_+/=-]{16,200})"
        rb"(?=[\s\"'`;|&)\\]|\Z)",
        LIKE,
    ),
    ("password", b"upwd ", rb"upwd \S{1,64} " + V, LIKE),
    ("password", b"user:", rb"(?i)user:(?:password|resetpassword|setpassword) \S{1,64} " + V, LIKE),
    (
        "password",
        b"pass",
        rb"pass show (?:-\S{1,20} )?\S{1,80}"
        + LINE
        + LEAD
        + rb"(?!\d{1,6}[-:])(?P<s>[^\s\"'\\\0]{6,128})(?=[\s\"'`|<\\]|\Z)",
        LIKE,
        BLANK,
    ),
    (
        "password",
        b"pwgen",
        rb"pwgen(?:[ ](?:-{1,2}[\w-]{1,20}|\d{1,3})){0,6}" + LINE + LEAD + rb"(?P<s>[^\s\"'\\\0]{8,128})",
        LIKE,
    ),
    (
        "env",
        b"openssl rand",
        rb"openssl rand(?:[ ](?:-{1,2}\w{1,20}|\d{1,4})){1,4}" + LINE + LEAD + rb"(?P<s>[A-Za-z0-9+/]{16,1024}={0,2})",
        ANY,
    ),
    ("private-key", b"wg genkey", rb"wg genkey" + LINE + LEAD + rb"(?P<s>[A-Za-z0-9+/]{43}=)", ANY),
    ("password", b"createuser ", rb"(?i)createuser[ ]\S{1,40}[ ](?:MD5|SHA(?:-?\d{3})?)[ ]" + V, LIKE),
    ("password", b"password-value", rb"(?<=text-)password-value[ ]" + V, LIKE),
    ("password", b"/oper ", rb"(?i)/oper \S{1,40} " + V, ANY),
    # what a command that asks for a password is given to read
    ("password", b"<<<", rb"(?<!=)(?<!= )<<<[ \t]{0,2}" + V, ASKED),
    (
        "password",
        b"<(",
        rb"<\((?:echo|printf)(?: -\w{1,3})?(?: [\"']?%s[\"']?)? \\{0,3}[\"']?(?P<s>[^\s\"'`\\\0)$]{4,128})",
        ASKED,
    ),
    (
        "password",
        b"pass",
        rb"(?<=mk)passwd(?: -{1,2}[\w-]{1,12}(?:[ =][\w-]{1,20})?){0,4} "
        rb"(?!-|sha|md5|yescrypt|gost|bcrypt|scrypt|des)" + V,
        LIKE,
        b"w",
    ),
    ("password", b"pass", rb"(?<= -)passwd /\S{1,80} " + V, LIKE, b"w"),
    ("password", b"pass", rb"(?i)pass(?:word|wd)?_?(?:eval|cmd)[ =:]{1,3}\\{0,3}[\"']?echo " + V, LIKE, b"weEcC_"),
    ("password", b"radtest ", rb"radtest (?:-\w \w{1,9} ){0,3}\S{1,64} \S{4,128} \S{1,80} \d{1,5} " + V, ANY),
    ("password", b":pserver:", rb":pserver:[^\s:@]{1,64}:(?!anon)(?P<s>[^\s@\0]{4,128})@", ANY),
    ("password", b"user", rb"(?<=samba-tool )user (?:create|add) \S{1,64} " + V, LIKE, b" "),
    ("password", b"isql ", rb"isql (?:-\w{1,8} ){0,4}[\w.-]{1,64} [\w.@-]{1,64} " + V, LIKE),
    ("password", b"crypt(", rb"(?<!\w)crypt\(\\{0,3}[\"']" + _NO_ALGORITHM + VALUE, LIKE),
)
