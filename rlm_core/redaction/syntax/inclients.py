"""What clients of services are handed without a name: `Exa("...")`, `kraken.New("...", "...")`, `wandb login ...`.

A constructor says no more than which service it is for, so the services are named (`wordlist.CLIENTS`): those whose
libraries take a key by its place. Behind a name that only ends as those of clients do, a rule of long runs looks.
"""

from __future__ import annotations

from rlm_core.redaction.syntax.snippets import ANY, LIKE, OPEN, RANDOM, SURE, VALUE, WALLET, WORD, V
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
KEY_LIKE = _PUBLIC + rb"(?=[A-Za-z_+/=.-]{0,60}\d)[A-Za-z0-9_+/=-]{12,600}"
_CALLED = (
    rb"(?i)(?<![a-z])[a-z][a-z0-9]{2,40}(?:(?:(?:\.|::|->|\\{1,4})[a-z_]\w{0,30}){0,2}(?:\.|::|->|\\{1,4})"
    + _MADE_BY
    + rb")?[!]?(?:\(\s{0,40}|(?<=new) )(?:"
    + _NEXT
    + rb"){%b(?:\w{0,16}(?:key|token|secret|pat|auth|id)[ ]?[=:][ ]?)?[brfu@]?"
    + _Q
    + rb"(?P<s>"
    + KEY_LIKE
    + rb")"
    + _Q
    + rb"(?:\s{0,40}[,)]|[ ]{0,3}(?:\r?\n|\\{1,4}n|\Z))"
)
_FLAGS = rb"(?:--?[\w-]{1,24}(?:[ =][\w./:@-]{1,60})?[ ]){0,3}"
_LONG = (  # no GUID, which names an account
    rb"(?!(?i:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-))(?P<s>(?=[A-Za-z_+/=.-]{0,60}\d)[A-Za-z0-9_.+/=-]{20,200})"
    rb"(?=[\s\"'`;|&)\\]|\Z)"
)
_CHARACTERS = (
    rb"(?P<s>(?=[a-f]{0,39}\d)[0-9a-f]{32,64}|(?=[A-Za-z]{0,60}\d)(?=[a-z0-9]{0,60}[A-Z])[A-Za-z0-9_-]{20,200})"
)
HANDED: tuple[Row, ...] = (
    *(("env", name, _CALLED % place, LIKE) for name in CLIENTS for place in (b"0,3}?", b"1,3}?")),
    ("env", b"accesstoken(", rb"(?i)accesstoken\(\s{0,40}(?:" + _NEXT + rb"){1,2}" + _Q + VALUE, RANDOM),
    ("env", b"vapiddetails(", rb"(?i)vapiddetails\(\s{0,40}(?:" + _NEXT + rb"){2}" + _Q + VALUE, RANDOM),
    ("env", b"license(", rb"(?i)(?:(?<=config)|(?<=register))license\([brfu@]?" + _Q + VALUE, RANDOM),
    ("env", b"signwith(", rb"(?i)signwith\(\s{0,40}" + _NEXT + _Q + VALUE, LIKE),
    ("env", b"jwt::", rb"(?i)jwt::(?:encode|decode)\([^()\n\0]{1,80},\s{0,8}(?:new \w{1,20}\()?" + _Q + VALUE, LIKE),
    ("env", b"newstaticv4(", rb"(?i)newstaticv4\(" + _NEXT + _Q + VALUE, LIKE),
    ("env", b"newcookiestore(", rb"(?i)newcookiestore\((?:\[\]byte\()?" + _Q + VALUE, LIKE),
    ("env", b"csrf.protect(", rb"(?i)csrf\.protect\((?:\[\]byte\()?" + _Q + VALUE, LIKE),
    ("env", b"cipheriv(", rb"(?i)cipheriv\(" + _NEXT + rb"(?:Buffer\.from\()?" + _Q + VALUE, LIKE),
    *(
        ("env", name, name + rb"[a-z]\w{1,30},\s{0,20}" + _NEXT + _Q + VALUE, LIKE)
        for name in (b"provider :", b"omniauth :")
    ),
    ("discord", b"bot ", rb"(?i)(?<=[\"'])bot (?:[\"'] ?[+.] ?[\"'])?(?P<s>[\w.-]{50,90})(?=[\"'])", RANDOM),
    *(
        (
            "wallet",
            name,
            rb"(?i)" + name.replace(b"(", rb"\(").replace(b".", rb"\.") + _Q + rb"(?P<s>(?:0x)?[0-9a-f]{64})" + _Q,
            ANY,
        )
        for name in (b"wallet(", b"walletprovider(", b"wallet.add(")
    ),
    ("env", b"environment(", rb"(?i)(?:(?<=live)|(?<=sandbox))environment\(" + _NEXT + _Q + VALUE, RANDOM),
    ("env", b"authenticate(", rb"(?i)(?:(?<=->)|(?<=\.))authenticate\(" + _Q + rb"(?P<s>[\w-]{20,200})" + _Q, RANDOM),
    # commands of tools
    ("nuget", b".nupkg ", rb"\.nupkg (?P<s>[a-z0-9]{40,50})(?![\w-])", RANDOM),
    ("env", b"login ", rb"(?<=[a-z] )login " + _FLAGS + OPEN + _LONG, RANDOM),
    ("env", b"init ", rb"(?<=[a-z] )init " + OPEN + _CHARACTERS + rb"(?=[\s\"'`;|&)\\]|\Z)", RANDOM),
    ("env", b"auth ", rb"(?<=[a-z] )auth (?:add |set |login |save )?" + _FLAGS + OPEN + _LONG, RANDOM),
    # what is written into a file of a key
    (
        "env",
        b"echo",
        rb"echo(?: -\w{1,3})? \\{0,3}[\"']?(?P<s>[^\s\"'|$\\\0]{12,512})\\{0,3}[\"']? ?>{1,2} ?\"?"
        rb"(?![^\s]{0,80}\.pub)[\w./~${}-]{0,80}(?:key|secret|token|pass|pwd|cred|mdp)[\w.-]{0,40}(?![\w/.-])",
        LIKE,
    ),
    # accounts and what was said of them before
    (
        "password",
        b"sign in ",
        rb"(?i)sign in (?:(?:at|to|on) \S{1,80} )?(?:as|with|using) [\"'`*]{0,2}[\w.@-]{1,40}[\"'`*]{0,2}"
        rb"(?:[ ]?/[ ]?|:)" + V,
        SURE,
    ),
    *(
        ("password", name + b" / ", rb"(?:(?<=, )|(?<=: )|(?<=\())" + name + rb" / " + V + rb"(?![\w/])", LIKE)
        for name in (b"admin", b"root")
    ),
    (
        "password",
        b"puk ",
        rb"(?i)(?<![\w-])(?:(?<=le )puk |(?<=the )puk |puk (?:code )?(?:is |est |: ))(?P<s>\d{8})(?!\d)",
        ANY,
    ),
    ("password", b"new one is ", rb"new one is [\"'`*]{0,2}(?=[^\s]{0,40}[A-Z])(?P<s>[^\s\"'`\\\0,;]{6,64})", LIKE),
    *(
        ("password", name, name + rb"[\"'`*]{0,2}(?=[^\s]{0,40}[A-Z])(?P<s>[^\s\"'`\\\0,;]{6,64})", LIKE)
        for name in (b"nouveau est ", b"nouveau c'est ")
    ),
    # what devices and servers read
    ("password", b"rediscli_auth=", rb"(?i)rediscli_auth=" + V, WORD),
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
    # a question without its mark, answered by who speaks next
    *(
        (
            "password",
            name,
            rb"(?i)"
            + name.replace(b".", rb"\.")
            + rb"[\"')*_]{0,3}(?:\r?\n|\\{1,4}n)[ \t>|]{0,8}[\w.@?-]{1,24}(?: \d\d:\d\d)?[ ]?:[ ]"
            rb"[\"'`*]{0,3}(?P<s>[^\s\"'`\\\0]{6,64}?)[\"'`*.,]{0,3}(?=\r?\n|\\{1,4}n|\\{0,3}[\"']|\Z)",
            SURE,
        )
        for name in (b"password.", b"passe.", b"passphrase.", b"passcode.")
    ),
    # GraphQL's variables
    (
        "password",
        b"password:",
        rb"(?i)password:\s?\$(?P<n>\w{1,30})\b[^\0]{0,400}?\\{0,3}\"(?P=n)\\{0,3}\"\s{0,4}:\s{0,4}\\{0,3}\"(?P<s>[^\s\"\\\0]{4,128})",
        ANY,
        b"$ ",
    ),
    # words of a pass phrase that end in a number, or that a key in the next line is locked with
    *(
        (
            "password",
            b"phrase",
            rb"(?i)(?:(?<=pass)phrase|(?<=pass )phrase|phrase (?:de passe|secr.te))"
            rb"(?: (?:for|of|to|on|du|de|pour|wifi)(?: [\w'?-]{1,20}){1,4}?)?" + rest,
            ANY,
        )
        for rest in (
            rb"(?:,?[ ](?:is|est|c'est)|[ ]?[:=])[ ](?P<s>(?-i:[A-Z])[\w?'-]{1,20}(?: [\w?'-]{1,20}){1,6} \d{2,6})"
            rb"(?=[.,;!)]?(?:\s|\\|\Z))",
            rb"(?:,?[ ](?:is|est|c'est)|[ ]?[:=])?[ ](?P<s>[\w?'-]{2,20}(?: [\w?'-]{2,20}){1,7})[ ]?:?"
            rb"(?:\r?\n|\\{1,4}n){1,2}-----BEGIN",
        )
    ),
    # `seed: ...` of a wallet
    (
        "wallet",
        b"seed",
        rb"(?i)(?<![\w-])seed\\{0,3}[\"']?[ ]?(?:is|est|[:=])[ ]?\\{0,3}[\"'`]?"
        rb"(?P<s>[a-z]{3,8}(?:[ ,]{1,2}[a-z]{3,8}){11,23})(?![a-z?])",
        WALLET,
        b" :=\"'\\",
    ),
    # digits of Base32 of a second factor, in one piece
    *(
        (
            "totp",
            name,
            rb"(?i)(?<![a-z])" + name + rb"\b[^\n\0.:=]{0,50}?(?:[ ]?[:=]|[ ](?:is|est|c'est))[ ]?[\"'`*]{0,3}"
            rb"(?P<s>(?-i:(?=[A-Z]{0,40}[2-7])(?=[2-7]{0,8}[A-Z])[A-Z2-7]{16,64}))(?![\w=-])",
            ANY,
        )
        for name in (b"totp", b"2fa", b"mfa", b"otp", b"authenticator")
    ),
)
