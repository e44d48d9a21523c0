"""Places in which nothing but a secret can stand: what somebody made up is one there, even if it has no digit.

`requirepass`, SQL's `PASSWORD '...'`, the argument behind a user's name, what a prompt was answered with, and what a
command that is for printing secrets has printed.
"""

from __future__ import annotations

from rlm_core.redaction.syntax.inclients import HANDED
from rlm_core.redaction.syntax.snippets import ANY, GAP, LEAD, LIKE, OPEN, RANDOM, SURE, VALUE, WORD, V

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.redaction.syntax.snippets import Row

_Q = rb"\\{0,3}[\"'`]"
_ARG = rb"\\{0,3}[\"'][^\"'\\\n\0]{0,120}\\{0,3}[\"'],[ \t]{0,2}"  # an argument of a call, blanks in it too
_OF_PHP = rb"|\$\w{1,40}(?:->\w{1,40})?,[ \t]{0,2}"  # or a variable
_ANY_ARG = rb"(?:\w{1,40}[ ]?=[ ]?)?\\{0,3}[\"'][^\"'\\\n]{0,160}\\{0,3}[\"'],\s{0,40}"  # of many lines, a mark in it
_LONG = rb"(?:\w{1,40}[ ]?=[ ]?)?\\{0,3}[\"'](?P<s>[\w-]{20,120})\\{0,3}[\"']"
_QUOTED = _Q + rb"(?P<s>[^\"'`\n\\\0]{4,128})\\{0,3}[\"'`]"
_GUID = rb"(?P<s>(?i:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))(?![\w-])"
_TO_END = rb"(?P<s>[^\s\"'`\\\0]{4,128})(?=[\s\"'`;|&)\\]|\Z)"
_GUID_HEAD = rb"[0-9a-f]{8}-[0-9a-f]{4}-"
# What a command printed, in the next line: `$ gh auth token`, `... | base64 -d; echo`.
_PRINTED = (
    rb"(?:[^\n\0\\]|\\(?!n)){0,200}?(?:\r?\n|\\{1,4}n)"
    + LEAD
    + rb"(?!\d{1,6}[-:])[\"']?(?P<s>[^\s\"'\\\0]{6,4096})(?=[\"']?(?:[\s|<\\]|\Z))"
)
_READ = rb"(?:read|get|show|print|lookup|fetch|reveal|access|export)[ -]"
CERTAIN: tuple[Row, ...] = (
    *HANDED,
    # what servers read
    *(("password", name, name + GAP + V, SURE) for name in (b"requirepass", b"masterauth")),
    ("password", b"auth-pass ", rb"auth-pass \S{1,64}[ ]" + V, SURE),
    ("password", b"password password ", rb"(?i)(?<=-)password password " + _TO_END, SURE),  # debconf
    ("password", b"again password ", rb"(?i)(?<=password-)again password " + _TO_END, SURE),
    ("password", b"erlang_cookie", rb"(?i)erlang_cookie\\{0,3}[\"']?[ ]?[=:][ ]?" + V, ANY),
    ("password", b"-setcookie ", rb"(?i)-setcookie " + V, LIKE),
    # SQL
    *(
        ("password", name, rb"(?i)password(?: =)?[ ]{1,4}(?:=[ ])?E?" + _QUOTED, WORD)
        for name in (b"password '", b"password \\'", b"password = '")
    ),
    (
        "password",
        b"password for ",
        rb"(?i)(?<=set )password for \S{1,80}[ ]?=[ ]?(?:(?:old_)?password\()?" + _QUOTED,
        SURE,
    ),
    (
        "password",
        b"identified",
        rb"(?i)identified(?: with [\w'\"]{1,40})? (?:by|as)(?: password)? " + _QUOTED,
        WORD,
    ),
    # calls, with a user's name, or a place, before the secret
    *(
        ("password", name, rb"(?i)" + name.replace(b"(", rb"\(") + rb"(?:" + _ARG + _OF_PHP + rb"){2}" + V, SURE)
        for name in (b"pdo(", b"mysqli(")
    ),
    ("password", b"auth(", rb"(?<=[\w)][:.>])auth\([ ]?(?:" + _ARG + rb")?[brfu]?" + _Q + VALUE, LIKE),
    (
        "env",
        b"client(",
        rb"(?i)client\("
        + _Q
        + rb"(?:https?|wss?|amqps?|tcp|grpcs?)://[^\s\"'`\0]{4,200}"
        + _Q
        + rb",[ ]{0,2}(?:new \w{1,40}\()?"
        + _Q
        + VALUE,
        RANDOM,
    ),
    # names and what stands behind them in C, and in braces of ODBC
    (
        "password",
        b"#define ",
        rb"(?i)#define[ \t]{1,8}\w{0,40}(?:pass(?:word|wd|phrase|code)?|psk|pwd|mdp)[ \t]{1,20}\(?L?" + _QUOTED,
        WORD,
    ),
    ("env", b"#define ", rb"(?i)#define[ \t]{1,8}\w{0,40}(?:secret|token|key)[ \t]{1,20}\(?L?" + _QUOTED, LIKE),
    *(
        ("password", name, rb"(?i)(?:pwd|password)=\{(?P<s>[^{}\n\"'\0]{4,64})\}", LIKE)
        for name in (b"pwd={", b"password={")
    ),
    # what a QR code says, for who cannot scan it: groups of Base32
    *(
        (
            "totp",
            name,
            rb"(?i)"
            + name
            + rb"\b[^\n\0]{0,120}?[:\"'`(>=][ ]?[\"'`*]{0,3}(?P<s>(?=[a-z -]{0,60}[2-7][a-z -]{0,60}[2-7])["
            rb"a-z2-7]{4}(?:[ -][a-z2-7]{4}){3,15})(?![\w-])",
            ANY,
        )
        for name in (b"qr", b"manually", b"manuellement", b"main", b"authenticator", b"2fa", b"mfa")
    ),
    # what a prompt is answered with
    (
        "password",
        b"assword",
        rb"assword(?:\\?[:?*]){0,3}[^\n\0]{0,24}[\"'}]\)?\s{0,3}\{?(?:\s|;|\\n){1,20}(?:exp_)?send(?: --)?[ \t]{1,4}"
        rb"\\{0,3}\"(?P<s>[^\s\"\\\0$]{4,128})",
        SURE,
    ),
    ("password", b"passin pass:", rb"passin pass:" + OPEN + VALUE, ANY),
    ("password", b"passout pass:", rb"passout pass:" + OPEN + VALUE, ANY),
    ("password", b" pass:", rb"(?<= -pass) pass:" + OPEN + VALUE, ANY),
    ("password", b"passphrase '", rb"(?i)(?<=-)passphrase[ =]" + _QUOTED, ANY),
    ("password", b'passphrase "', rb"(?i)(?<=-)passphrase[ =]" + _QUOTED, ANY),
    ("password", b"keygen ", rb"(?i)(?<=ssh-)keygen [^\n\0]{0,160}?-[NP][ ]?" + _QUOTED, ANY),
    ("password", b"change_password ", rb"change_password[ ]\S{1,64}[ ](?:\{\{[ ]?)?" + V, SURE),
    ("password", b"add_user ", rb"add_user[ ]\S{1,64}[ ](?:\{\{[ ]?)?" + V, SURE),
    ("password", b"nmcli ", rb"nmcli [^\n\0]{0,160}?(?:password|psk)[ ]" + _QUOTED, ANY),
    ("password", b"nmcli ", rb"nmcli [^\n\0]{0,160}?(?:password|psk)[ ]" + OPEN + VALUE, ANY),
    # `echo 'several words' | ...`: what reads a password from what is piped into it
    *(
        (
            "password",
            name,
            name
            + rb"(?: -\w{1,4})?[ ](?:'%s(?:\\n)?'[ ])?"
            + _QUOTED
            + rb"[ ]?\|[ ]?(?:sudo )?(?:keepassxc-cli|cryptsetup|gpg2?\b[^\n|]{0,120}passphrase-fd"
            rb"|sudo -\w{0,3}S|kinit|passwd|smbpasswd"
            rb"|(?:docker|podman|helm|oras|skopeo|crane)[^\n|]{0,120}password-stdin|rclone obscure"
            rb"|ecryptfs|zuluCrypt|bw |vault |secret-tool)",
            ANY,
        )
        for name in (b"echo", b"printf")
    ),
    # what is decoded into a file of a secret
    *(
        (
            "password",
            name,
            name + rb"(?: -\w{1,4})?[ ]\\{0,3}[\"']?(?P<s>[A-Za-z0-9+/]{8,4096}={0,2})\\{0,3}[\"']?[ ]?\|[ ]?"
            rb"(?:xxd -r|base64 -|openssl base64 -d|openssl enc -base64 -d)[^\n|\0]{0,40}>{1,2}[ ]?[^\s\0]{0,80}"
            rb"(?:pass|secret|token|key|cred|pwd|mdp)",
            ANY,
        )
        for name in (b"echo", b"printf")
    ),
    # tools whose argument is a token
    ("env", b"codecov", rb"(?i)codecov(?:cli)?[^\n\0]{0,120}?[ ]-t[ =]" + OPEN + _GUID, ANY),
    ("env", b"snyk ", rb"snyk (?:auth|config set api=)[ ]?" + OPEN + _GUID, ANY),
    ("env", b"config set ", rb"config set (?:--?[\w-]{1,20} ){0,2}(?:api|apikey|api[-_]token|access)[ =]" + V, LIKE),
    ("env", b"certificate-key", rb"certificate-key[ =]" + OPEN + rb"(?P<s>[0-9a-f]{64})", ANY),
    ("env", b"certificate key", rb"(?i)certificate key:(?:\s|\\n){1,8}(?P<s>[0-9a-f]{64})", ANY),
    # roles and their secrets: Vault, Nomad and Consul call a secret an id
    *(
        (
            "env",
            name,
            rb"(?i)secret[_ -]?id\\{0,3}[\"']?(?:[ \t]{0,20}[:=]|[ \t]{1,20})[ \t]{0,4}" + OPEN + _GUID,
            ANY,
        )
        for name in (b"secret_id", b"secret-id", b"secret id", b"secretid")
    ),
    # what commands print that are for printing secrets
    ("env", b"get-login-password", rb"get-login-password" + _PRINTED, RANDOM),
    ("env", b"auth token", rb"(?<=gh )auth token" + _PRINTED, LIKE),
    ("env", b"print-access-token", rb"print-access-token" + _PRINTED, RANDOM),
    ("env", b"print-identity-token", rb"print-identity-token" + _PRINTED, RANDOM),
    ("env", b"get-access-token", rb"get-access-token" + _PRINTED, RANDOM),
    ("env", b"create token ", rb"(?<=kubectl )create token " + _PRINTED, RANDOM),
    ("env", b"token create", rb"token create" + _PRINTED, LIKE),
    ("password", b"secretsmanager ", rb"secretsmanager get-secret-value[^\n\0]{0,200}?text" + _PRINTED, SURE),
    ("password", b"get-parameter ", rb"(?<=ssm )get-parameter[^\n\0]{0,200}?(?:text|tr -d)" + _PRINTED, SURE),
    ("password", b"secrets versions access", rb"secrets versions access" + _PRINTED, SURE),
    ("password", b"keyvault secret show", rb"keyvault secret show[^\n\0]{0,200}?tsv" + _PRINTED, SURE),
    ("password", b"op read ", rb"(?<![a-z])op read " + _PRINTED, SURE),
    ("password", b"keyring get ", rb"keyring get \S{1,60} \S{1,60}" + _PRINTED, SURE),
    ("password", b"gopass show ", rb"gopass show " + _PRINTED, SURE),
    ("password", b"pass show ", rb"(?<![a-z])pass show " + _PRINTED, SURE),
    ("password", b"bw get password", rb"bw get password" + _PRINTED, SURE),
    ("password", b"lpass show ", rb"lpass show --password " + _PRINTED, SURE),
    ("password", b"secret-tool lookup", rb"secret-tool lookup" + _PRINTED, SURE),
    ("password", b"find-generic-password", rb"find-(?:generic|internet)-password[^\n\0]{0,120}? -w" + _PRINTED, SURE),
    ("password", b"config:get ", rb"config:get \w{0,40}(?:KEY|TOKEN|SECRET|PASS\w{0,8}|URL)" + _PRINTED, SURE),
    ("password", b"kv get ", rb"kv get [^\n\0]{0,80}-field" + _PRINTED, SURE),
    ("password", b"credstash get", rb"credstash get" + _PRINTED, SURE),
    ("password", b"chamber read", rb"chamber read" + _PRINTED, SURE),
    ("password", b"rclone reveal", rb"rclone reveal" + _PRINTED, SURE),
    ("password", b"secrets get ", rb"(?:(?<=doppler )|(?<=infisical ))secrets get " + _PRINTED, SURE),
    ("private-key", b"wg genpsk", rb"wg genpsk" + _PRINTED, RANDOM),
    ("env", b"key:generate", rb"key:generate --show" + _PRINTED, RANDOM),
    ("env", b"rails secret", rb"rails secret" + _PRINTED, RANDOM),
    # Base64 of what is kept in a cluster, decoded
    (
        "password",
        b"base64",
        rb"base64(?:d| -d| -D| --decode)[\"')]{0,2}(?:[ ]?(?:;|&&|\|\|)[ ]?(?:echo|true))?(?:\r?\n|\\{1,4}n)"
        + LEAD
        + rb"(?P<s>[^\s\"'\\\0]{6,128})(?=[\s\"'`|<\\]|\Z)",
        SURE,
        b" d",
    ),
    # hashes whose characters stand in short runs
    *(
        ("password-hash", name, rb"(?P<s>\$(?:apr1|1)\$[./0-9A-Za-z]{2,8}\$[./0-9A-Za-z]{22})(?![./\w])", ANY)
        for name in (b"$apr1$", b"$1$")
    ),
    # tests and tools by their own grammar
    *(
        (
            "password",
            name,
            rb"(?i)(?:password|passwd|pwd|mdp)\}=?(?:[ ]{2,40}|\t{1,4})(?:Set Variable(?:[ ]{2,40}|\t{1,4}))?"
            + _TO_END,
            WORD,
        )
        for name in (b"password}", b"passwd}", b"pwd}", b"mdp}")
    ),
    ("password", b"addauth ", rb"addauth \w{1,12} [^\s:]{1,64}:" + V, ANY),
    ("password", b"rootpw ", rb"rootpw (?:--plaintext )?(?!--)" + V, WORD),
    ("password", b"stats auth ", rb"stats auth [^\s:]{1,64}:" + V, ANY),
    ("password", b"neighbor ", rb"neighbor \S{1,64} password (?:\d )?" + V, ANY),
    ("password", b"key-string ", rb"key-string (?:\d )?" + V, ANY),
    (
        "password",
        b"authentication-key ",
        rb"authentication-key (?:\d{1,5} )?(?:(?:md5|hmac-\S{1,20}) )?(?:\d )?" + V,
        WORD,
    ),
    *(
        (
            "password",
            name,
            name
            + rb"[^\n\0]{0,80}(?:(?:\r?\n|\\{1,4}n)[ ]{1,4}[^\n\0]{0,80}){0,4}?(?:\r?\n|\\{1,4}n)[ ]{1,4}key (?:\d )?"
            + _TO_END,
            WORD,
        )
        for name in (b"tacacs", b"radius")
    ),
    ("password", b"nsupdate ", rb"nsupdate [^\n\0]{0,80}?-y (?:hmac-\w{1,12}:)?[\w.-]{1,80}:" + V, ANY),
    ("password", b"dig ", rb"dig [^\n\0]{0,80}?-y (?:hmac-\w{1,12}:)?[\w.-]{1,80}:" + V, ANY),
    ("env", b"tokens", rb"tokens[ ]{0,4}=?[ ]{0,4}\{[^{}]{0,300}?=[ ]{0,8}\"" + _GUID, ANY),
    (
        "password",
        b"auth-user-pass",
        rb"auth-user-pass[^\n\0]{0,80}\)?(?:\r?\n|\\{1,4}n)[\w.@-]{1,64}(?:\r?\n|\\{1,4}n)" + _TO_END,
        SURE,
    ),
    ("password", b"sysdba", rb"(?i)sysdba[ ]?:[ ]?" + V, SURE),
    (
        "password",
        b"createuser ",
        rb"(?i)createuser[ ]\S{1,40}[ ](?:MD5|SHA(?:-?\d{3})?)[ ](?:\"[^\"\n]{1,80}\""
        rb"|[^\s\"]{1,80})[ ](?:AES|DES)(?:-?\d{3}C?)?[ ]" + V,
        ANY,
    ),
    (
        "env",
        b"random_password",
        rb"random_password[^\n\0]{0,120}(?:\r?\n|\\{1,4}n)[^\n\0]{0,20}result[ ]{1,12}=[ ]\\{0,3}\"" + VALUE,
        LIKE,
    ),
    (
        "password",
        b"random_password",
        rb"(?s)random_password\\{0,3}\"(?:(?!random_password)[^\0]){1,1200}?\"result\\{0,3}\":\s{0,8}\\{0,3}\"" + VALUE,
        ANY,
    ),
    (
        "env",
        b"define('",
        rb"(?i)define\('\w{0,40}_(?:KEY|SALT)',\s{0,20}'(?=[^'\n\0]{0,60}[^\w:/.'\n\0-])(?P<s>[^'\n\0]{40,100})'",
        ANY,
    ),
    *(
        ("password", name, rb"(?i)" + name.replace(b"(", rb"\(") + _ARG + rb"[brfu@]?" + V, SURE)
        for name in (
            b"networkcredential(",
            b"usernamepasswordcredential(",
            b"passwordauthentication(",
            b"basicauth(",
            b"httpbasicauth(",
        )
    ),
    *(
        (
            "password",
            name,
            rb"(?i)connect(?:ion)?\(\\{0,3}[\"'][^\"'\\\n\0]{0,120}(?:dbi:|jdbc:|://|host="
            rb"|dsn=)[^\"'\\\n\0]{0,120}\\{0,3}[\"'],[ \t]{0,2}" + _ARG + V,
            SURE,
        )
        for name in (b"connect(", b"connection(")
    ),
    ("wallet", b"base58", rb"base58(?:_string|_decode|check)?\([brfu]?" + _Q + VALUE, RANDOM),
    ("wallet", b"bs58.decode(", rb"bs58\.decode\(" + _Q + VALUE, RANDOM),
    *(("wallet", name, rb"\[[ ]?(?P<s>\d{1,3}(?:,\s?\d{1,3}){63})[ ]?\]", ANY) for name in (b"[",)),
    ("password-hash", b"$p$", rb"(?i)(?P<s>\$[PH]\$(?-i:[./0-9A-Za-z]{30,36}))(?![./\w])", ANY),
    ("password-hash", b"$h$", rb"(?i)(?P<s>\$[PH]\$(?-i:[./0-9A-Za-z]{30,36}))(?![./\w])", ANY),
    (
        "password",
        b"alarme",
        rb"(?i)alarme[^\n\0.]{0,40}?(?:avec|est|:|code|par)(?: le(?: code)?)? (?P<s>\d{4,8})(?![\w.,]?\d)",
        ANY,
    ),
    (
        "password",
        b"alarm",
        rb"(?i)alarm[^\n\0.]{0,40}?(?:with|is|:|code|by|using)(?: the(?: code)?)? (?P<s>\d{4,8})(?![\w.,]?\d)",
        ANY,
    ),
    (
        "password",
        b"code de la porte",
        rb"(?i)code de la porte[^\n\0.:]{0,40}(?: est|[ ]?:)(?: le)? (?P<s>"
        rb"(?=[A-Z]{0,6}\d[A-Z]{0,6}\d)[0-9A-Z]{4,8})(?![\w])",
        ANY,
    ),
    (
        "password",
        b"log in ",
        rb"(?i)log in (?:(?:at|to|on) \S{1,80} )?(?:as|with|using) [\"'`*]{0,2}[\w.@-]{1,40}[\"'`*]{0,2}[ ]?/[ ]?"
        + OPEN
        + VALUE,
        SURE,
    ),
    ("password", b"bw unlock", rb"bw unlock(?: --raw)?" + _PRINTED, RANDOM),
    ("password", b"bw login", rb"bw login[^\n\0]{0,80}?--raw" + _PRINTED, RANDOM),
    # devices, files and commands in which a name, or a word, may be the password
    (
        "password",
        b"ansible_",
        rb"ansible_(?:(?:ssh|become|sudo|su|winrm)_)?pass(?:word)?\\{0,3}[\"']?[ ]?[=:][ ]?" + OPEN + VALUE,
        WORD,
    ),
    ("password", b"enable ", rb"(?<![\w-])enable (?:secret|password) (?:(?:level \d{1,2} )?\d{1,2} )?" + V, SURE),
    (
        "password",
        b"username ",
        rb"username \S{1,64} (?:(?:privilege|role) \S{1,16} )?(?:secret|password) (?:\d{1,2} )?" + V,
        SURE,
    ),
    ("password", b"chap password ", rb"chap password (?:\d )?" + V, ANY),
    ("password", b"isakmp key ", rb"isakmp key (?:\d )?" + V, ANY),
    ("password", b"-server key ", rb"(?:radius|tacacs)?-server key (?:\d )?" + V, SURE),
    ("password", b"psksecret ", rb"psksecret " + V, ANY),
    ("password", b"pre-shared-key ", rb"pre-shared-key (?:(?:ascii-text|local|remote) )?(?:\d )?" + V, SURE),
    ("password", b"server community ", rb"(?<=snmp-)server community (?!public|private)" + V, SURE),
    ("password", b"password-value ", rb"password-value " + V, ANY),
    *(("password", name, rb"(?i): (?:psk|eap|xauth) " + _QUOTED, ANY) for name in (b": psk ", b": eap ", b": xauth ")),
    ("password", b"machine ", rb"machine \S{1,100}\s{1,8}login \S{1,64}\s{1,8}password " + V, WORD),
    ("password", b"bindpw ", rb"bindpw[ \t]{1,4}" + V, WORD),
    ("password", b"olcrootpw", rb"(?i)olcrootpw: " + V, ANY),
    *(
        (
            "password",
            name,
            rb"(?i)(?:wi-?fi|wpa2?)[ _-]{1,3}(?:password|passphrase|psk|key)\\{0,3}[\"']?[ ]?[:=][ ]?" + OPEN + VALUE,
            WORD,
        )
        for name in (b"wifi", b"wi-fi", b"wpa", b"wpa2")
    ),
    ("password", b"mdp wifi", rb"(?i)mdp wifi[ ]?[:=][ ]?" + OPEN + VALUE, WORD),
    ("password", b"wifi.begin(", rb"(?i)wifi\.begin\((?:" + _ARG + rb"|[\w.]{1,40},[ ]{0,2})" + _Q + VALUE, WORD),
    (
        "password",
        b"digicode",
        rb"(?i)digicode[^\n\0.:]{0,30}(?:[ ]est|[ ]?:)(?: le)?[ ](?P<s>(?=[A-Z]{0,6}\d)[0-9A-Z]{4,8})(?!\w)",
        ANY,
    ),
    *(
        ("password", name, rb"(?i)(?<![\w-])pin ?[:=][ ]?[\"'`]?(?P<s>\d{4,8})(?![\w.,:-]?\d)", ANY)
        for name in (b"pin:", b"pin =", b"pin=", b"pin :")
    ),
    *(
        (
            "password",
            name,
            name + rb"(?: -\w{1,3})? [\"']?[\w.-]{1,40}:(?P<s>[^\s\"'|$\0]{4,128})[\"']?[ ]?\|[ ]?(?:sudo )?chpasswd",
            ANY,
        )
        for name in (b"echo", b"printf")
    ),
    (
        "password",
        b"printf",
        rb"printf [\"'](?:%s\\{1,2}n){0,2}[\"']?[ ]?[\"']?(?P<s>[^\s\"'|$%\\\0]{4,128})\\{1,2}n[^"
        rb"|\n]{0,140}\|[ ]?(?:sudo )?(?:passwd|smbpasswd|kinit)",
        ANY,
    ),
    ("password", b"net user ", rb"(?<![\w-])net user \S{1,64} (?!/)" + VALUE + rb" /add", ANY),
    ("password", b"xfreerdp", rb"xfreerdp[^\n\0]{0,160}? /p:" + V, ANY),
    *(
        ("password", name, name + rb"[^\n|\0]{0,120}?<<<[ ]?" + _QUOTED, ANY)
        for name in (b"cryptsetup", b"kinit", b"passwd")
    ),
    ("password", b"kv put ", rb"kv put \S{0,80}(?:pass\w{0,6}|secret|token|key)[ ]" + OPEN + VALUE, SURE),
    ("password", b"pragma key", rb"(?i)pragma key[ ]?=[ ]?" + _QUOTED, ANY),
    ("password", b"sp_addlogin", rb"(?i)sp_addlogin " + _ARG + rb"N?" + _QUOTED, ANY),
    *(
        (
            "password",
            name,
            rb"(?i)"
            + name.replace(b"(", rb"\(")
            + rb"(?:[\w$.]{1,40},[ ]{0,2}|"
            + _ARG
            + rb"){1,3}?"
            + _Q
            + VALUE
            + _Q
            + rb"[ ]?[,)]",
            SURE,
        )
        for name in (
            b"ldap_bind(",
            b"imap_open(",
            b"mysql_connect(",
            b"mysqli_connect(",
            b"pg_connect(",
            b"authenticate(",
            b"sequelize(",
            b"plainauth(",
        )
    ),
    # calls whose third argument is the password, behind a place and a user
    *(
        (
            "password",
            name,
            rb"(?i)" + name.replace(b"(", rb"\(") + rb"(?:[\w$.]{1,40},[ ]{0,2}|" + _ARG + rb"){2}" + _QUOTED,
            SURE,
        )
        for name in (b"ldap_bind(", b"imap_open(", b"mysql_connect(", b"mysqli_connect(", b"sequelize(")
    ),
    # clients that take an account's name and its key, or four of OAuth 1 in a row
    *(
        ("env", name, rb"(?i)" + name.replace(b"(", rb"\(") + _ARG + _Q + rb"(?P<s>[A-Za-z0-9]{20,64})" + _Q, RANDOM)
        for name in (b"algoliasearch(", b"searchclient.create(")
    ),
    *(
        (
            "env",
            name,
            rb"(?i)" + name.replace(b"(", rb"\(") + rb"\s{0,8}" + rb"(?:" + _ANY_ARG + rb"){%d}" % count + _LONG,
            RANDOM,
        )
        for name in (b"oauth1userhandler(", b"oauthhandler(", b"oauth1(", b"oauth1session(")
        for count in range(4)
    ),
    ("env", b"pepper", rb"(?i)(?<![a-z])pepper\\{0,3}[\"']?\]?[ ]{0,8}(?:=>|[:=])[ ]{0,8}" + V, LIKE),
    # Caddy's modules for DNS, and hooks that start a deployment
    ("env", b"dns ", rb"(?i)(?<![a-z-])dns [a-z][a-z0-9_]{2,24} (?P<s>[\w-]{20,128})(?=[\s\"'`\\}]|\Z)", RANDOM),
    (
        "env",
        b"deploy/",
        rb"(?i)(?<=/)deploy/[\w./-]{1,120}\?(?:[\w=.-]{1,80}&){0,4}?(?:key|token|secret)=(?P<s>[\w-]{6,128})",
        LIKE,
    ),
    # cookies: Django's, as JSON and Python write them (`sessionId` is what others call an id), and in files of cookies
    *(
        (
            "cookie",
            name,
            name[:-1]
            + rb"\\{0,3}[\"'][ ]?(?::|=>|,)[ ]?\\{0,3}[\"'](?!"
            + _GUID_HEAD
            + rb")(?P<s>[a-z0-9]{24,64})(?![\w-])",
            LIKE,
        )
        for name in (b'sessionid"', b"sessionid'")
    ),
    *(
        (
            "cookie",
            name,
            rb"(?i)(?<=\t)" + name + rb"\d{1,12}\t(?P<n>[^\s\0]{1,64})\t(?P<s>[^\s\0]{10,4096})",
            RANDOM,
        )
        for name in (b"true\t", b"false\t")
    ),
    ("cookie", b"wordpress_", rb"(?i)wordpress_(?:logged_in|sec)_\w{8,64}(?:\t|=)(?P<s>[^\s;,\"'\\\0]{16,4096})", ANY),
    # what only prints a password
    (
        "password",
        b"password_c",
        rb"(?i)password_c(?:omman|m)d\\{0,3}[\"']?[ ]?[:=][ ]?\\{0,3}[\"']?(?:echo|printf)(?: -n)?[ ]" + V,
        SURE,
    ),
    *(
        ("password", name, rb"(?i)auth[ ]?=[ ]?\([ ]?" + _ARG + _Q + VALUE + _Q + rb"[ ]?\)", SURE)
        for name in (b"auth=(", b"auth = (")
    ),
    *(("password", name, rb"(?i)login\(" + _ARG + _Q + VALUE + _Q + rb"[ ]?[,)]", WORD) for name in (b"login(",)),
)
