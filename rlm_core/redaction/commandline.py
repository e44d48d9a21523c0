"""Passwords in command lines, by the manuals of the commands: `sshpass -p …`, `redis-cli -a …`, `curl -u user:…`.

An option is found by its dash; the command must stand before it on the same line.
"""

from __future__ import annotations

from rlm_core.redaction.assignments import CHECK_ANY as ANY
from rlm_core.redaction.assignments import CHECK_LIKE as LIKE
from rlm_core.redaction.assignments import CHECK_RANDOM as RANDOM
from rlm_core.redaction.assignments import CHECK_SURE as SURE
from rlm_core.redaction.assignments import CHECK_WORD as WORD
from rlm_core.redaction.assignments import JUDGED, passes, regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    Span = tuple[int, int, str]

REACH = 200  # characters of a command before its option
_OPEN = rb"\\{0,7}[\"'`]?"
_VALUE = rb"(?P<s>(?:[^\s\"'`\\\0]|\\(?![nrt\"'])){4,4096})"
_GAP = rb"(?:[ \t]|\\\r?\n){1,8}"
_V = _OPEN + _VALUE
_LOGIN = (
    rb"(?:docker|podman|nerdctl|helm registry|buildah"
    rb"|skopeo|oras|crane|az|oc|nomad|argocd|jfrog|ibmcloud|conan)[^\n]*? login|twine"
)
_STORE = rb"aws ssm put-parameter|az keyvault secret set|gh (?:secret|variable) set|doppler secrets set"
_HTPASSWD = rb"htpasswd|mosquitto_passwd"
_SEND_EMAIL = rb"send[Ee]mail"
_IN_HTPASSWD = rb"\w{0,4}" + _GAP + rb"(?:[^\s-][^\s\0]{0,200}[ \t]{1,4}){1,3}?(?<=[ \t])" + _V
_HTPASSWDS = (
    (_HTPASSWD, _IN_HTPASSWD + rb"(?=[\"'`]?[ \t]{0,4}(?:[\r\n\"'`\\|;&]|\Z))", SURE),  # the last of a line
    (_HTPASSWD, _IN_HTPASSWD + rb"(?=[\s\"'`\\]|\Z)", LIKE),
)
# Of whatever command, what only a key looks like: no name of an image, of a file or of a test does.
_ANY_TOKEN = (
    rb"\S{1,40}",
    _GAP
    + _OPEN
    + rb"(?P<s>(?=[A-Za-z_-]{0,60}\d)(?:[0-9a-f]{32,64}|(?=[A-Za-z0-9_-]{0,60}[A-Z])(?=[A-Za-z0-9_-]{0,60}[a-z])"
    rb"[A-Za-z0-9_-]{20,200}={0,2}))(?=[\s\"'`;|&)\\]|\Z)",
    RANDOM,
)
# option -> (commands, what follows the option, check)
_OPTIONS: dict[bytes, tuple[tuple[bytes, bytes, int], ...]] = {
    b"p": (
        (rb"beeline|cqlsh|cypher-shell|sqsh|tsql|racadm|rabbitmqadmin", _GAP + _V, ANY),
        (rb"sshpass", rb"[ \t]{0,4}" + _V, ANY),
        (
            _LOGIN,
            rb"[ \t=]{0,4}" + _V,
            ANY,
        ),
        (rb"mongo\w{0,10}", rb"[ \t=]{0,4}" + _V, LIKE),
        (rb"7z[a-z]{0,2}", _V, ANY),
        (rb"(?:un)?rar", _V, WORD),
        (rb"security|altool|notarytool", _GAP + _V, ANY),
        (rb"vsce|ovsx|jsr", _GAP + _V, LIKE),
        (rb"plink|pscp|psftp", rb"w" + _GAP + _V, ANY),
        (rb"elasticsearch-users", _GAP + _V, LIKE),
        (rb"user(?:add|mod)", _GAP + _OPEN + rb"(?P<s>\$[^\s\"'\0]{12,200})", ANY),
    ),
    b"h": (
        (rb"openssl", rb"mac" + _GAP + _V, LIKE),
        (rb"(?:un)?rar", rb"p" + _V, LIKE),
    ),
    b"B": _HTPASSWDS,
    b"n": _HTPASSWDS,
    b"E": ((rb"curl", _GAP + _OPEN + rb"[^\s:\"']{1,100}:" + _VALUE, LIKE),),
    b"P": ((rb"sqlcmd|bcp|osql", rb"(?:" + _GAP + rb")?" + _V, ANY), (rb"(?:un)?zip", rb"[ \t]{0,4}" + _V, ANY)),
    b"a": (
        (rb"swaks", rb"p" + _GAP + _V, ANY),
        (rb"redis-cli", _GAP + _V, ANY),
        (rb"https?|xh", _GAP + _OPEN + rb"[^\s:\"'/]{1,64}:" + _VALUE, ANY),
        (rb"https?|xh", _GAP + _OPEN + rb"(?P<s>[\w.~+/=-]{16,512})", RANDOM),
    ),
    b"w": ((rb"ldap\w{3,8}", _GAP + _V, ANY), (rb"security", _GAP + _V, ANY)),
    b"u": (
        # a key in the place of the user, and nothing, or what stands for it, in that of the password
        (
            rb"curl|https?|xh",
            _GAP
            + _OPEN
            + rb"(?P<s>[A-Za-z0-9_.-]{16,200}):(?:[xX]|unused|none|api_token|pass(?:word)?|)(?=[\s\"'`\\]|\Z)",
            LIKE,
        ),
        (rb"lftp", _GAP + _OPEN + rb"[^\s,\"']{1,64}," + _OPEN + _VALUE, ANY),
        (rb"pdf\w{2,10}", rb"pw" + _GAP + _V, ANY),
    ),
    b"o": ((rb"pdf\w{2,10}", rb"pw" + _GAP + _V, ANY),),
    b"x": ((_SEND_EMAIL, rb"p" + _GAP + _V, ANY),),
    b"s": ((rb"ldappasswd", _GAP + _V, ANY),),
    b"A": ((rb"snmp\w{2,10}", _GAP + _V, SURE),),
    b"X": ((rb"snmp\w{2,10}", _GAP + _V, SURE),),
    b"c": (
        *_HTPASSWDS,
        (rb"snmp\w{2,10}", _GAP + _V, LIKE),
    ),
    b"K": ((rb"openssl", _GAP + rb"(?P<s>[0-9a-fA-F]{32,64})", ANY),),
    b"D": ((rb"\S{1,40}", rb"sonar\.(?:login|token)=" + _V, LIKE),),
    b"U": ((rb"smb(?:client|get|map)|rpcclient|winexe|net", _GAP + _OPEN + rb"[^\s%\"']{1,64}%" + _VALUE, ANY),),
    b"t": (_ANY_TOKEN,),
    b"T": (_ANY_TOKEN,),
    b"N": ((rb"ssh-keygen", _GAP + _V, LIKE),),
    b"k": (
        (rb"nuget|choco|gem", _GAP + _OPEN + rb"(?P<s>[\w-]{32,64})", ANY),
        _ANY_TOKEN,
        (rb"openssl", _GAP + rb"(?!\S{1,60}\.(?:pem|key)\b)" + _V, WORD),
    ),
    b"b": (
        *_HTPASSWDS,
        (rb"gh (?:secret|variable) set", _V, LIKE),
        (rb"curl", _GAP + _OPEN + rb"[\w.-]{1,64}=(?P<s>[^;,\s\"'\\\0]{16,2048})", LIKE),
    ),
    b"-": (
        (rb"gem|dotnet|newman|stripe", rb"(?:api-)?key[ =]" + _V, LIKE),
        (rb"caddy", rb"plaintext[ =]" + _V, LIKE),
        (rb"curl", rb"(?:proxy-)?cert[ =]" + _OPEN + rb"[^\s:\"']{1,100}:" + _VALUE, LIKE),
        (
            rb"\S{1,40}",
            rb"(?:[a-z]{1,12}-){0,2}(?:creds?|auth|user|login)[ =]" + _OPEN + rb"[^\s:\"'/]{1,64}:" + _VALUE,
            LIKE,
        ),
        (rb"cypress", rb"key[ =]" + _V, LIKE),
        (rb"kubeadm", rb"token[ =](?P<s>[a-z0-9]{6}\.[a-z0-9]{16})", ANY),
        (rb"aws", rb"secret-string[ =]" + _OPEN + rb"(?![{\\])" + _VALUE, LIKE),
        (rb"etcdctl|curl", rb"(?:proxy-)?user[ =]" + _OPEN + rb"[^\s:\"']{1,64}:" + _VALUE, ANY),
        (_STORE, rb"(?:value|body)[ \t=]{1,4}" + _V, LIKE),
        (rb"\S{1,40}", rb"pw[ \t=]{1,4}" + _V, LIKE),
        (rb"\S{1,40}", rb"auth[ =]" + _OPEN + rb"(?P<s>[\w.~+-]{20,512})(?=[\s\"'`\\]|\Z)", RANDOM),
        (rb"curl", rb"cookie[ \t=]{1,4}" + _OPEN + rb"[\w.-]{1,64}=(?P<s>[^;,\s\"'\\\0]{16,2048})", LIKE),
        (rb"https?", rb"auth[ \t=]{1,4}" + _OPEN + rb"[^\s:\"'/]{1,64}:" + _VALUE, ANY),
    ),
}
# Pieces of the commands that are more than a word: without one of them before the option nothing more is tried.
_PIECES: dict[bytes, tuple[bytes, ...]] = {
    rb"beeline|cqlsh|cypher-shell|sqsh|tsql|racadm|rabbitmqadmin": (
        b"beeline",
        b"cqlsh",
        b"cypher",
        b"sqsh",
        b"tsql",
        b"racadm",
        b"rabbitmqadmin",
    ),
    _LOGIN: (b" login", b"twine"),
    _HTPASSWD: (b"htpasswd", b"mosquitto_passwd"),
    rb"gh (?:secret|variable) set": (b" set",),
    rb"gem|dotnet|newman|stripe": (b"gem", b"dotnet", b"newman", b"stripe"),
    _STORE: (b" put-parameter", b" set"),
    rb"mongo\w{0,10}": (b"mongo",),
    rb"7z[a-z]{0,2}": (b"7z",),
    rb"(?:un)?rar": (b"rar",),
    rb"user(?:add|mod)": (b"user",),
    rb"sqlcmd|bcp|osql": (b"sqlcmd", b"bcp", b"osql"),
    rb"(?:un)?zip": (b"zip",),
    rb"https?|xh": (b"http", b"xh"),
    rb"curl|https?|xh": (b"curl", b"http", b"xh"),
    rb"vsce|ovsx|jsr": (b"vsce", b"ovsx", b"jsr"),
    rb"https?": (b"http",),
    rb"ldap\w{3,8}": (b"ldap",),
    rb"smb(?:client|get|map)|rpcclient|winexe|net": (b"smb", b"rpcclient", b"winexe", b"net"),
    rb"\S{1,40}": (b"",),
    rb"security|altool|notarytool": (b"security", b"altool", b"notarytool"),
    rb"plink|pscp|psftp": (b"plink", b"pscp", b"psftp"),
    rb"pdf\w{2,10}": (b"pdf",),
    _SEND_EMAIL: (b"sendEmail", b"sendemail"),
    rb"etcdctl|curl": (b"etcdctl", b"curl"),
    rb"snmp\w{2,10}": (b"snmp",),
}
# `-u NAME -p PASSWORD`, of whatever command: no port, no file and no flag looks like a password.
_USER = rb"[ \t](?:-[uU]|--user(?:name)?)[ \t=]{0,2}[^\s-]\S{0,63}[ \t]"
_USERS_PASSWORD = rb"w?[ \t]{1,4}" + _V


_MYSQL = rb"(?:\A|[^\w-])(?:mysql|mariadb)[\w-]{0,16}(?=[ \t\"',]|\Z)"


def option(image: bytes, pos: int) -> Span | None:
    """The password behind the option whose ` -` stands at `pos`, when the command takes one there."""
    letter = image[pos + 2 : pos + 3]
    rules = _OPTIONS.get(letter)
    if rules is None:
        return None
    before = image[max(0, pos - REACH) : pos]
    if b"\\\n" in before:  # a command that goes on
        before = before.replace(b"\\\n", b"  ")
    before = before[max(map(before.rfind, (b"\n", b"|", b";", b"&", b"\0"))) + 1 :]
    for commands, follows, check in rules:
        for piece in _PIECES.get(commands, (commands,)):
            if piece in before:
                break
        else:
            continue
        match = regex(follows).match(image, pos + 3)
        if match is None or not passes(match["s"][:JUDGED], check):
            continue
        if regex(rb"(?:\A[+-]?|[^\w.-]|(?<=\d-))(?:" + commands + rb")(?=[ \t\"',]|\Z)").search(before):
            return (*match.span("s"), "password")
    # MySQL's clients take a database behind `-p`.
    if (b"mysql" in before or b"mariadb" in before) and regex(_MYSQL).search(before):
        return None
    if letter in b"pP":
        return _of_a_user(image, pos, before) if b"-u" in before.lower() else _of_any(image, pos, before)
    return _with_its_user(image, pos) if letter in b"uUaA" else None


def _of_a_user(image: bytes, pos: int, before: bytes) -> Span | None:
    match = regex(_USERS_PASSWORD).match(image, pos + 3)
    if match is None or not passes(match["s"][:JUDGED], SURE) or regex(_USER).search(before + b" ") is None:
        return None
    return (*match.span("s"), "password")


# What other programs mean by `-p` and `-P`: a folder, a port, a pattern, a prompt.
_NO_PASSWORDS = (
    rb"(?:\A|[\s;&|(\"'`])(?:mkdir|cp|mv|tar|rsync|grep|rg|ag|xargs|wget|git|install|patch|unzip|zipinfo|ls|ps|pytest|npm|npx|pnpm|yarn"
    rb"|node|perl|claude|codex|gemini|docker|podman|kubectl|ssh|scp|sftp|nmap|lsof|netstat|make|ninja|cmake|dotnet|cargo|go|man|pip|uv"
    rb"|psql|pg_\w+|redis-cli|mongo\w*|jq|find|fd|sed|awk|ln|touch|chmod|chown|read|export|declare|set|pkill|pgrep|nc|ncat|telnet"
    rb"|python\d?|ruby|php|java|tmux|screen|watch|df|du|mount|rlm|serve|http-server|minisign|signify|uvicorn|gunicorn|flask|vite|next|adb)(?=[\s]|\Z)"
)


def _of_any(image: bytes, pos: int, before: bytes) -> Span | None:
    """What looks like a password behind the `-p` of a command that is not known for something else."""
    match = regex(_USERS_PASSWORD).match(image, pos + 3)
    if match is None or b"/" in match["s"] or not passes(match["s"][:JUDGED], LIKE):
        return None
    return None if regex(_NO_PASSWORDS).search(before) or not before.strip() else (*match.span("s"), "password")


def _with_its_user(image: bytes, pos: int) -> Span | None:
    """`-u NAME:PASSWORD`, of whatever command."""
    match = regex(_GAP + _OPEN + rb"[\w.@-]{1,64}:(?P<s>[^\s\"'`\\/:@\0]{6,128})(?=[\s\"'`\\]|\Z)").match(
        image, pos + 3
    )
    return (*match.span("s"), "password") if match and passes(match["s"][:JUDGED], LIKE) else None
