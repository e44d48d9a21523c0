"""What clients of services are handed without a name: `Exa("...")`, `kraken.New("...", "...")`, `wandb login ...`.

A constructor says no more than which service it is for, so the services are named (`wordlist.CLIENTS`): those whose
libraries take a key by its place. Behind a name that only ends as those of clients do, a rule of long runs looks.
"""

from __future__ import annotations

from rlm_core.redaction.syntax.snippets import ANY, LIKE, OPEN, RANDOM, SURE, WORD, V
from rlm_core.redaction.syntax.wordlist import CLIENTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.redaction.syntax.snippets import Row

_Q = rb"\\{0,3}[\"'`]"
_NEXT = (  # an argument before the key
    rb"(?:\w{1,40}[ ]?[=:][ ]?)?(?:[&*$]?[A-Za-z_][\w.>-]{0,40}|" + _Q + rb"[^\"'`\\\n]{0,160}" + _Q + rb"),\s{0,40}"
)
_MADE_BY = (  # of what stands behind the service's name, the last says that a client is made
    rb"(?:new\w{0,24}|\w{0,24}client\w{0,12}|\w{0,24}api\w{0,8}|init\w{0,24}|conf\w{0,12}|create\w{0,16}|setup|connect"
    rb"|set_?\w{0,12}(?:key|token)\w{0,10}|auth\w{0,12}|login|build\w{0,8}|default|instance|session|sdk|service|register"
    rb"|with_?\w{0,24}(?:key|token)|from_?\w{0,20}|v\d|rest|factory|make)"
)
_PUBLIC = rb"(?!phc_|pk[_.-]|pub[_.-]?|sb_pub|(?:price|cus|prod|acct|evt|sub|asst|file|msg|app|org|proj)[_-])"
KEY_LIKE = _PUBLIC + rb"(?=[A-Za-z_+/=.-]{0,60}\d)[A-Za-z0-9_+/=-]{16,200}"
_CALLED = (
    rb"(?i)(?<![a-z])[a-z][a-z0-9]{2,40}(?:(?:(?:\.|::|->|\\{1,4})[a-z_]\w{0,30}){0,2}(?:\.|::|->|\\{1,4})"
    + _MADE_BY
    + rb")?[!]?\(\s{0,40}(?:"
    + _NEXT
    + rb"){%d}[brfu@]?"
    + _Q
    + rb"(?P<s>"
    + KEY_LIKE
    + rb")"
    + _Q
    + rb"\s{0,40}[,)]"
)
_FLAGS = rb"(?:--?[\w-]{1,24}(?:[ =][\w./:@-]{1,60})?[ ]){0,3}"
_LONG = (  # no GUID, which names an account
    rb"(?!(?i:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-))(?P<s>(?=[A-Za-z_+/=.-]{0,60}\d)[A-Za-z0-9_.+/=-]{20,200})"
    rb"(?=[\s\"'`;|&)\\]|\Z)"
)
_CHARACTERS = rb"(?P<s>(?=[a-f]{0,39}\d)[0-9a-f]{32,64}|(?=[A-Za-z]{0,60}\d)(?=[a-z0-9]{0,60}[A-Z])[A-Za-z0-9_-]{20,200})"
HANDED: tuple[Row, ...] = (
    *(("env", name, _CALLED % place, LIKE) for name in CLIENTS for place in (0, 1, 2)),
    ("env", b"accesstoken(", rb"(?i)accesstoken\(\s{0,40}(?:" + _NEXT + rb"){1,2}" + V, RANDOM),
    ("env", b"vapiddetails(", rb"(?i)vapiddetails\(\s{0,40}(?:" + _NEXT + rb"){2}" + V, RANDOM),
    # commands of tools
    ("env", b"login ", rb"(?<=[a-z] )login " + _FLAGS + OPEN + _LONG, RANDOM),
    ("env", b"init ", rb"(?<=[a-z] )init " + OPEN + _CHARACTERS + rb"(?=[\s\"'`;|&)\\]|\Z)", RANDOM),
    ("env", b"auth ", rb"(?<=[a-z] )auth (?:add |set |login |save )?" + _FLAGS + OPEN + _LONG, RANDOM),
    # what is written into a file of a key
    (
        "env",
        b"echo",
        rb"echo(?: -\w{1,3})? \\{0,3}[\"']?(?P<s>[^\s\"'|$\\\0]{12,512})\\{0,3}[\"']? ?>{1,2} ?\"?"
        rb"(?![^\s]{0,80}\.pub)[\w./~${}-]{0,80}(?:key|secret|token|pass|pwd|cred|mdp)",
        LIKE,
    ),
    # what devices and servers read
    ("password", b"client ", rb"client \S{1,64} ?\{[^{}\0]{0,300}?\bsecret\s{0,8}=\s{0,8}" + V, WORD),
    ("password", b"ipaddr", rb"ipaddr\s{0,8}=[^{}\0]{0,300}?\bsecret\s{0,8}=\s{0,8}" + V, WORD),
    ("password", b"server user ", rb"(?<=snmp-)server user [^\n\0]{0,80}? auth (?:md5|sha)(?:[ -]?\d{3})? " + V, SURE),
    (
        "password",
        b"server user ",
        rb"(?<=snmp-)server user [^\n]{0,160}? priv (?:3?des|aes)(?:[ -]?\d{3})? " + V,
        SURE,
    ),
    # phrases of several words
    ("password", b"psk=", rb"(?i)(?<![\w-])psk=\\{0,3}\"(?P<s>[^\"\n\\\0]{8,63})\\{0,3}\"", ANY),
)
