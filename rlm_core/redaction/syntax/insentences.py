"""What people write, and what programs tell them: sentences in several languages, codes, phrases of wallets."""

from __future__ import annotations

from itertools import repeat
from operator import add

from rlm_core.redaction.syntax.snippets import (
    ANY,
    BLANK,
    GROUPS,
    IN_GROUPS,
    JOINED,
    LEAD,
    LIKE,
    LINE,
    PHRASE,
    SAID_SO,
    SPOKEN,
    WALLET,
    V,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.redaction.syntax.snippets import Row

_USER = rb"[\w.@-]{1,40}"
_NAMED_ABROAD = (
    rb"\\{0,3}[\"']?(?: (?:de|del|da|do|di|para|van|f\?r|von)(?: [\w'?-]{1,20}){1,4}?)?[ ]?(?:=>|[:=]|es|est|ist|is|\?)"
)
_ABROAD = (b"contrase?a", b"contrasena", b"senha", b"kennwort", b"wachtwoord", b"motdepasse", b"parola")
_CODE = rb"(?=[^\s,;|]{0,12}[0-9])[A-Za-z0-9]{4,10}(?:[- ][A-Za-z0-9]{4,10}){0,3}"
_CODES = (
    rb"(?:[\s>|+*-]|\\n|\d[.)][ ]){1,8}(?P<s>"
    + _CODE
    + rb"(?:(?:[\s,;>|+*-]|\\n|\d[.)][ ]){1,8}"
    + _CODE
    + rb"){0,19})(?![\w.(-])"
)
_IN_GROUPS = (  # as Google and WordPress write a password of an application
    rb"(?:(?:[ ](?:is|est|[:=])|[:=])[ ]|[ ](?=\\{0,3}[\"'`]|[A-Za-z0-9]{4}(?: [A-Za-z0-9]{4}){5})"
    rb"|(?:\\{0,3}[\"'`]\]?)?[ ]{0,3}(?:=>|[:=])[ ]{0,3}|[ ]d'application[^:=\n\0]{0,16}[:=][ ])\\{0,3}[\"'`]?" + GROUPS
)
_DIGITS = rb"(?P<s>\d{3}[ -]?\d{3,5}|\d{4})(?![\w.,]?\d)"
_ASKED = (
    b"verification code", b"security code", b"2fa code", b"login code", b"access code", b"confirmation code",
    b"mfa code", b"auth code", b"otp code", b"door code", b"alarm code",
)  # fmt: skip
_CODE_IS = rb"(?i)[a-z0-9]{2,14} code(?: (?:for|of|to)(?: [\w'-]{1,20}){1,4}?)?(?: is|[ ]?[:=])"
_ASKED_CODE, _SPOKEN_CODE = _CODE_IS + rb"[ ]?[\"'`*]{0,2}" + _DIGITS, _CODE_IS + SPOKEN
SENTENCES: tuple[Row, ...] = (
    (
        "wallet",
        b"phrase",
        rb"(?i:(?<=seed )|(?<=recovery )|(?<=secret )|(?<=backup )|(?<=wallet ))phrase\w?[ \t]{0,3}"
        rb"(?:is|est)?[ ]?[:=]?\s{0,3}[\"'`]?"
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
        "password",
        b"pass",
        rb"(?i)(?<!com)(?<!by)pass(?:wor[dt]|wd|phrase|code)?s?\b(?: "
        rb"(?:for|of|to|on|in|di|del|f\?r|von)(?: [\w'`*.-]{1,24}){1,5}?)?"
        rb"(?: ?\([^()\n\0]{1,30}\))?(?:(?: (?:really|still|now|actually|also))?[ \t]{0,2}(?:[:=](?!:)|to|(?:is|"
        rb"was|are|be|has been|will be|should be|must be|ist|lautet|es|est)"
        rb"(?: (?:now|still|currently|just|really|actually|indeed|simply|(?:re)?set to|changed to"
        rb"|simply|:)){0,2}|(?: (?:was|is|has been))?(?: changed| rotated| reset| updated)? from|'s"
        rb"|, it(?:'s| is)(?: "
        rb"now)?| (?:as|like) (?:before|always|usual|last time)[,:]|,? (?:t"
        rb"ype|enter|use|put|try|give it)|[ ][^\s\"'`]{4,64} (?:with|by|into))"
        rb"|[ \t](?:-|->|=>)(?=[ \t]))" + SPOKEN,
        SAID_SO,
        b"wpcWPC \t:=",
    ),
    ("password", b"pass", rb"(?i)(?<=and )passwords?[ ]?[:=][ ]?" + _USER + rb"[ ]?[/,:]" + SPOKEN, JOINED, b"w"),
    (
        "password",
        b"pass",
        rb"(?i)(?<![\w.$/-])pass(?:[ \t](?:admin|root|wifi|vpn|du|de)[\w "
        rb"\t?'-]{0,24}?)?(?:[ \t]{1,3}|[ \t](?:c'est|est|is)[ \t])(?!test)" + SPOKEN,
        JOINED,
        BLANK,
    ),
    ("password", b"passcode", rb"(?i)(?<![\w-])passcode[ \t]?(?:is|was|[:=])?[ \t]?(?P<s>\d{4,10})(?!\w)", ANY),
    (
        "password",
        b"pin ",
        rb"(?i)(?<![\w-])pin (?:code )?(?:(?:of|for|du|de)(?: [\w'?-]{1,20}){1,7}? )?(?:is|est|:)[ ]"
        rb"(?P<s>\d{4,8})(?![\w.,]\d)",
        ANY,
    ),
    (
        "password",
        b"pass",
        rb"(?i)passe\b(?![-\w./@])(?: (?:provisoire|temporaire|actuel|initial|admin|root|wifi|par d.faut))?"
        rb"(?: (?:du|de|pour|des)(?: [\w'?-]{1,20}){1,4}?)?(?: ?\([^()\n\0]{1,30}\))?"
        rb"(?:[ \t]?[,:=]|[ \t]est(?: (?:maintenant|d.sormais|to"
        rb"ujours|devenu|bien|vraiment|juste|simplement))?|[ \t]\?tait|[ \t](?:en|par|sera|avec"
        rb"|devient|deviendra|reste|passe \?))?"
        rb"(?:[ \t]?(?:tape|tapez|mets|mettez|saisis|saisissez|entre|entrez|utilise|utilisez|donne|r.ponds|r.pondez))?"
        rb"(?:[ \t]?c'est(?: maintenant| d.sormais)?|(?: [\w'?.@-]{1,40}){1,6}?,? c'est(?: maintenant)?)?" + SPOKEN,
        SAID_SO,
        b"eE",
    ),
    (
        "password",
        b"mdp",
        rb"(?i)mdp\b(?!@)(?: (?:du|de|pour)(?: [\w'?-]{1,20}){1,3}?| [\w-]{1,20}?)?(?:[ \t]?[:=]|[ \t]est|[ \t]c.est)?"
        + SPOKEN,
        SAID_SO,
    ),
    ("password", b"mdp", rb"(?i)mdp (?:du|de|pour)(?: [\w'?.-]{1,40}){1,5}?,? (?:c.est|est)" + SPOKEN, SAID_SO, b" "),
    (
        "password",
        b"acc?s",
        rb"(?i)(?:(?<=code d')|(?<=code d\?))acc\?s(?:(?:[ \t]est)?[ \t]?[:=]|[ \t]est"
        rb"|,? (?:tape|tapez|mets|mettez|saisis|entre|entrez|donne|r.ponds|r.pondez)[ ]?:?)" + SPOKEN,
        SAID_SO,
    ),
    (
        "password",
        b"acc?s",
        rb"(?i)(?<![\w?])acc\?s(?: (?:au|aux|du|de|des|pour|\?)(?: [\w'?-]{1,20}){1,4}?)?[ \t]?[:=][ \t]?"
        + _USER
        + rb"[ \t]?[/,:]"
        + SPOKEN,
        JOINED,
    ),
    (
        "password",
        b"connect",
        rb"(?i)connect(?:er|e|ez|e-toi|ez-vous)(?: \w{1,20})? avec " + _USER + rb"[ \t]?(?:[/:]|et)" + SPOKEN,
        SAID_SO,
        b"e",
    ),
    (
        "password",
        b"log in ",
        rb"(?i)log in (?:as|with|using) " + _USER + rb"(?:[ \t]?[/:]|[ ](?:and|with)(?: the)?(?: password)?)" + SPOKEN,
        SAID_SO,
    ),
    ("password", b"pwd", rb"(?i)(?<![\w-])pwd[ \t]{1,2}(?:is|was|to)" + SPOKEN, SAID_SO, BLANK),
    (
        "password",
        b"pw",
        rb"(?i)(?<![\w-])pw(?: (?:for|of|to|on)(?: [\w'-]{1,20}){1,4}?)?[ \t]?(?:[:=]|is(?:[ \t]|:)|(?<=pw )|(?<=PW ))"
        + SPOKEN,
        SAID_SO,
    ),
    ("password", b"secret", rb"(?i)(?<=code )secret(?:[ \t]?[:=]|[ \t]est)" + SPOKEN, SAID_SO, b" \t:="),
    ("password", b"phrase", rb"(?i)phrase secr.te(?:[ \t]?[:=]|[ \t]est)" + SPOKEN, SAID_SO),
    (
        "password",
        b"phrase",
        rb"(?i)(?:(?<=pass)phrase|phrase secr.te|phrase de passe)"
        rb"(?: (?:for|of|to|on|du|de|pour)(?: [\w'?-]{1,20}){1,4}?)?"
        rb"(?:,?[ ](?:is|est|c'est)[ ](?:[\"'`]|\?[ ]?)|[ ]?:[ ]\?[ ]?)[ ]?(?P<s>"
        rb"(?=[^\"'`\n\0]{0,80}[ 0-9-][^\"'`\n\0]{1,80}[ 0-9-])"
        rb"(?:[^\"'`?\n\0]|(?<=[a-z])\?|(?<= )\?(?=[a-z])){10,160})",
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
    *zip(
        repeat("password"),
        _ABROAD,
        map(add, map(b"(?i)".__add__, (b"contrase.a", *_ABROAD[1:])), repeat(_NAMED_ABROAD + SPOKEN)),
        repeat(SAID_SO),
    ),
    # codes that a door, a program or a bank asks for: digits, and of some what looks like a password
    *zip(repeat("password"), _ASKED, repeat(_ASKED_CODE), repeat(ANY)),  # no loop of ours: a hook pays for each step
    ("password", b"du wifi", rb"(?i)(?<=code )du wifi(?:[ ]?:| est| c'est)?" + SPOKEN, SAID_SO),
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
            + SPOKEN,
            SAID_SO,
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
        rb"(?i)unlock(?: (?:the|my|this|our))?(?: [\w-]{1,20}){1,2}?(?:[ ]?:|[ ](?:with|use))" + SPOKEN,
        SAID_SO,
    ),
    (
        "password",
        b"decrypt",
        rb"(?i)decrypt(?: (?:the|my|this|our))?(?: [\w-]{1,20}){1,2}?(?:[ ]?:|[ ](?:with|use))" + SPOKEN,
        SAID_SO,
    ),
    *(
        (
            "password",
            name,
            name.replace(b"?", rb".") + rb" (?:l.|le |la |les |mon |ma )?[\w?-]{1,24}(?:[ ]?:|[ ]avec)" + SPOKEN,
            SAID_SO,
        )
        for name in (b"d?chiffrer", b"d?verrouiller")
    ),
    *(
        ("recovery-codes", name + b" code", rb"(?i)" + name + rb" codes?[^\n:?]{0,60}:?" + _CODES, ANY)
        for name in (b"recovery", b"backup", b"scratch", b"emergency", b"2fa")
    ),
    *(
        ("recovery-codes", name, rb"(?i)codes? de (?:r.cup.ration|secours)[^\n:]{0,60}:?" + _CODES, ANY)
        for name in (b"code de ", b"codes de ")
    ),
    (
        "wallet",
        b"phrase",
        rb"(?i)phrase(?: (?:de r.cup.ration|mn.monique|secr.te|see"
        rb"d|de semilla))?\w?(?: (?:for|of|to|du|de|pour)(?: [\w'?-]{1,20}){1,4}?(?=[ ]?:| is | est ))?"
        rb"(?: ?\([^()\n\0]{1,30}\))?[ \t]{0,3}(?:is|est)?[ ]?[:=]?\s{0,3}[\"'`]?"
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
    ("password", b"pass", rb"(?i)(?:pass(?:word|wd)?|(?<=mot de )passe)" + _IN_GROUPS, IN_GROUPS, b"we \t:=\\\"'"),
    (
        "password",
        b"pass",
        rb"(?i)pass(?:word|e)[ ](?:was|is|est|\?tait)[ ][\"'`]?\0{12,60}[\"'`]?,?[ ](?:(?:and|et|the|le|now) ){0,3}"
        rb"(?:new|nouveau)(?: one)?[ ](?:is|est)" + SPOKEN,
        SAID_SO,
        b"we",
    ),
    # `before it was ..., now it is ...`: the first is found, and the second stands behind it
    *(
        ("password", name, rb"(?i)(?<=\0, )" + name.replace(b"?", rb".") + SPOKEN, SAID_SO)
        for name in (b"maintenant c'est", b"d?sormais c'est", b"now it's", b"now it is", b"it's now", b"it is now")
    ),
    ("password", b"opens with", rb"(?i)opens with" + SPOKEN, SAID_SO),
    ("password", b"wifi", rb"(?i)wifi\b[^\n\0]{1,60}?,[ ](?:key|cl\?|cle)[ ]?:?" + SPOKEN, SAID_SO),
    ("password", b"acc?s", rb"(?i)(?<![\w?])acc\?s (?:root|admin)[ ]?[:=]" + SPOKEN, SAID_SO),
    # accounts in sentences: `FTP access: bob / ...`
    *(
        (
            "password",
            name,
            rb"(?i)"
            + name.replace(b"?", b".")
            + rb"(?: [\w?'-]{1,20}){0,4}?[ ]?(?:[:=]|with|avec|as|en|est|is)[ ]?[\"'`*]{0,2}"
            + _USER
            + rb"[\"'`*]{0,2}[ ]/"
            + SPOKEN,
            JOINED,
        )
        for name in (b"access", b"acc?s", b"login", b"account", b"compte", b"connexion")
    ),
    (
        "password",
        b"password for the [",
        rb"(?i)password for the \[\w{1,40}\] user successfully reset\.\s{1,3}New value: " + V,
        ANY,
    ),
    ("password", b"pass", rb"PASSWORD \w{1,40} = " + V, ANY, b"wW"),
    (
        "password",
        b"initial-password",
        rb"(?i)initial-password[^\n\0]{0,60}" + LINE + LEAD + rb"(?P<s>[A-Za-z0-9_-]{12,64})(?=[\s\"'`|<\\]|\Z)",
        LIKE,
    ),
    *(
        (
            "password",
            name + b" password",
            rb"(?i)" + name + rb" password[^\n\0.]{0,60}:(?:\s|\\n|[>|+-]){1,8}" + V,
            LIKE,
        )
        for name in (b"following", b"temporary", b"generated", b"initial")
    ),
    (
        "password",
        b"cred",
        rb"(?i)cred(?:ential)?s(?: (?:for|of|to|on)(?: [\w'-]{1,20}){"
        rb"1,4}?)?(?: ?\([^()\n\0]{1,30}\))?(?:[ \t]?[:=]|[ \t]are)\s{0,3}[\"'`*]{0,2}[\w.@-]{1,40}[\"'`*]{0,2}"
        rb"(?:\s?[/,:\n]|[ ]and(?=[ ]))" + SPOKEN,
        JOINED,
    ),
    (
        "password",
        b"identif",
        rb"(?i)identifiants(?: (?:du|de|des|pour)(?: [\w'?-]{1,20}){1,4}?)?[ \t]?[:=]\s{0,3}[\w.@-]{1,40}\s?[/,:\n]"
        + SPOKEN,
        JOINED,
    ),
)
