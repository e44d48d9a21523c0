"""Secrets of 20 and more characters by what stands around them: in addresses, headers, files of keys.

They are looked for at the long runs of Base64 characters alone, a small part of any text. A rule is a kind, literals in
small letters of which one must stand near the run (where 0xFF parts it, what stands on either side of that), and a
pattern that is searched in the run with what stands before and behind it; its group `s` is the secret. The formats are
those of the providers' documentation.
"""

from __future__ import annotations

import sys
from bisect import bisect_left, bisect_right
from itertools import chain, compress, groupby, product, repeat
from operator import contains, itemgetter, methodcaller

from rlm_core.redaction.assignments import WORD, classes_of, is_random, regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rlm_core.redaction.finding.image import Image

    Span = tuple[int, int, str]
    Stretch = tuple[int, int]
    _Row = tuple[bytes, str, bytes, bool]  # literals, kind, pattern, whether only for what no person would write
    # literal, another that must stand there or "", kind, pattern, whether only for what no person would write
    Rule = tuple[str, str, str, bytes, bool]

_TOGETHER = 64  # runs that are asked at once for the literals
BEFORE, BEHIND = 72, 72  # characters that a rule sees around a run
_SHORT, _DIGITS = 1_024, b"0123456789"  # bytes
_CLASSES = classes_of(WORD + b"+/")
_RUN = b"a" * 20
_UNPRINTABLE = bytes(range(32)).translate(None, b"\t\n\r") + bytes(range(127, 256))
_ENDS = 256  # characters of a run that are asked for the literals, at either end
_PLAIN = bytes.maketrans(b"-_", b"+/")
_HEAD = 32  # characters of Base64 that tell whether it holds a text

# crypt(5)
_CRYPT = (
    rb"\$(?:(?:[156]|apr1)\$(?:rounds=\d{1,9}\$)?[./0-9A-Za-z]{1,16}\$[./0-9A-Za-z]{22,86}"
    rb"|2[abxy]?\$\d\d\$[./0-9A-Za-z]{53}|(?:y|gy|[789])\$[./0-9A-Za-z+=$]{20,180}"
    rb"|argon2(?:id?|d)\$v=\d{1,4}\$[^\s\"'\0]{30,200})"
)
_ASSIGNED = rb"\\{0,3}[\"']?\]?[ \t]{0,3}[:=][ \t]{0,3}\\{0,3}[\"']?"
_SAID = (
    rb"(?!pk_(?:live|test)_|(?:[A-Za-z_.]{2,20}-){2,8}[0-9a-f]{16,64}(?![\w-]))"  # nor the key of a cache
    rb"(?P<s>[A-Za-z0-9_+/=-]{16,200})"
)
_NO_DSN = rb"(?!(?:[a-z0-9-]{1,20}\.){0,3}sentry\.io/)"  # a key alone is public there, and stands in pages
_AT_LENGTH = rb"\\{0,3}[\"']?[ \t]{0,20}[:=][ \t]{0,20}\\{0,3}[\"']?"  # in a column of names
_HOOK_BY_ID = rb"(?:/webhook(?:-test)?|/webhooks/rest|deploy_hooks)/(?P<s>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
_RULES: tuple[tuple[str, tuple[bytes, ...], bytes], ...] = (
    ("password-hash", (b"$",), rb"(?P<s>" + _CRYPT + rb")"),
    ("password-hash", (b"{s",), rb"(?i)\{s?sha(?:256|512)?\}(?P<s>[A-Za-z0-9+/]{27,120}={0,2})"),
    (
        "signature",
        (b"sig=", b"signature="),
        rb"(?i)(?:[?&;]|amz-|goog-)(?:sig|signature)=(?P<s>[A-Za-z0-9%+/=_~-]{27,700})",
    ),
    ("signature", (b"code=",), rb"[?&]code=(?P<s>[A-Za-z0-9%+/=_-]{40,120})"),
    ("url-password", (b"://",), rb"://(?P<s>[0-9a-f]{32}(?::[0-9a-f]{32}|(?=@" + _NO_DSN + rb")))@[\w.-]{1,80}"),
    ("teams", (b"incomingwebhook",), rb"(?i)/incomingwebhook/(?P<s>[0-9a-f]{32}/[0-9a-z-]{4,36})"),
    ("ifttt", (b"/with/key/",), rb"/with/key/(?P<s>[\w-]{20,60})"),
    ("infura", (b"infura",), rb"\.infura\.io/(?:ws/)?v3/(?P<s>[0-9a-f]{32})"),
    ("alchemy", (b"alchemy",), rb"\.alchemy\.com/v2/(?P<s>[\w-]{20,60})"),
    ("bearer", (b"geniekey",), rb"(?i)geniekey[ \t](?P<s>[0-9a-f-]{36})"),
    ("bearer", (b"ssws",), rb"SSWS[ \t](?P<s>[\w-]{20,80})"),
    ("bearer", (b"fastly-key",), rb"(?i)fastly-key" + _ASSIGNED + rb"(?P<s>[\w-]{20,64})"),
    ("bearer", (b"response=",), rb"[ ,]response=\\{0,3}\"(?P<s>[0-9a-f]{32})\\{0,3}\""),
    ("sonarqube", (b"sonar.",), rb"sonar\.(?:login|token)[ ]?[=:][ ]?(?P<s>[\w-]{40,60})"),
    ("slack", (b"rooms", b"slack"), rb"[\w-]{2,40}:(?P<s>[A-Za-z0-9]{24})(?:#[\w-]{1,40})?[\"']?(?![\w-])"),
    (
        "pagerduty",
        (b"routing_key", b"routingkey", b"service_key"),
        rb"(?i)(?:routing|service)_?key" + _ASSIGNED + rb"(?P<s>[0-9a-f]{32}|R0[A-Z0-9]{30})(?![\w-])",
    ),
    ("nats", (b"\x0058",), rb"(?<![A-Za-z0-9])(?P<s>S[UAONCX][A-Z2-7]{56})(?![A-Za-z0-9])"),
    ("bitlocker", (b"\x0055",), rb"(?<![\d-])(?P<s>\d{6}(?:-\d{6}){7})(?![\d-])"),
    ("azure", (b"\x0086\xffkey",), rb"(?i)key\w{0,10}" + _ASSIGNED + rb"(?P<s>[A-Za-z0-9+/]{86}==)"),
    (
        "env",
        (b"fromhex(", b"decodestring(", b"unhexlify("),
        rb"(?i)\b(?:\w{1,24}_)?(?:key|secret|seed)\b[^\n]{0,30}(?:fromhex|decodestring"
        rb"|unhexlify)\(b?[\"'](?P<s>[0-9a-f]{32,128})[\"']",
    ),
    ("aws", (b"akia",), rb"AKIA[A-Z0-9]{16}[\"']?[,;:\t ]{1,3}[\"']?(?P<s>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])"),
    ("alibaba", (b"ltai",), rb"LTAI[A-Za-z0-9]{12,24}[\"']?[,;:\t ]{1,3}[\"']?(?P<s>[A-Za-z0-9]{30})(?![A-Za-z0-9])"),
    ("tencent", (b"akid",), rb"AKID[A-Za-z0-9]{32}[\"']?[,;:\t ]{1,3}[\"']?(?P<s>[A-Za-z0-9]{32})(?![A-Za-z0-9])"),
    ("twilio", (b"twilio", b"account_sid"), rb"AC[0-9a-f]{32}[\"']?[,;:\t ]{1,3}[\"']?(?P<s>[0-9a-f]{32})(?![0-9a-f])"),
    ("aws", (b"aws_secret_access_key",), rb"aws_secret_access_key[ \t]{1,4}(?P<s>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])"),
    ("azure", (b"accountkey", b"accesskey"), rb"(?i)(?:account|access)key=[ ]?(?P<s>[A-Za-z0-9+/]{40,90}={0,2})"),
    ("azure", (b"8q~",), rb"[A-Za-z0-9_.~-]{3}8Q~(?P<s>[A-Za-z0-9_.~-]{31,40})"),
    ("gcp", (b"apa91b",), rb"(?P<s>(?:[\w-]{11}:)?APA91b[\w-]{100,180})"),
    ("gcp", (b"1//0",), rb"(?<![A-Za-z0-9])(?P<s>1//0[\w-]{38,120})"),
    ("aws", (b"absk",), rb"(?<![A-Za-z0-9])(?P<s>ABSK[A-Za-z0-9+/]{100,280}={0,2})"),
    ("aws", (b"amzn.mws.",), rb"(?P<s>amzn\.mws\.[0-9a-f-]{36})"),
    ("azure", (b"azdo",), rb"(?P<s>[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4})"),
    ("jfrog", (b"cmvmdgtu",), rb"(?<![A-Za-z0-9])(?P<s>cmVmdGtu[A-Za-z0-9+/]{50,70}={0,2})"),
    ("intercom", (b"dg9ro",), rb"(?<![A-Za-z0-9+/])(?P<s>dG9rO[A-Za-z0-9+/]{38,80}={0,2})"),
    ("bitwarden", (b"\0.",), rb"(?<!\w)(?P<s>0\.[0-9a-f-]{36}\.[A-Za-z0-9]{30}:[A-Za-z0-9+/]{20,24}={0,2})"),
    ("cloudflare", (b"eyjhijoi",), rb"(?<![A-Za-z0-9])(?P<s>eyJhIjoi[A-Za-z0-9+/]{100,400}={0,2})"),
    ("fal", (b"\0:",), rb"(?<![\w:-])(?P<s>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}:[0-9a-f]{32})(?![0-9a-f])"),
    ("rancher", (b"\0:",), rb"(?<!\w)(?P<s>token-[a-z0-9]{5}:[a-z0-9]{54})(?![a-z0-9])"),
    ("telegram", (b":aa",), rb"(?<!\d)(?P<s>\d{8,10}:AA[\w-]{33})(?![\w-])"),
    ("twilio", (b"\0:",), rb"(?:SK|AC)[0-9a-f]{32}:(?P<s>[A-Za-z0-9]{32})(?![A-Za-z0-9])"),
    ("paseto", (b"\0.",), rb"(?<![\w.])(?P<s>v[1-4]\.(?:local|public)\.[\w-]{40,4000}(?:\.[\w-]{1,400})?)"),
    ("yandex", (b"\0.",), rb"(?<![\w.])(?P<s>t1\.[\w-]{8,200}={0,2}\.[\w-]{80,90}={0,2})"),
    ("mailersend", (b"\0.",), rb"(?<![\w.])(?P<s>mlsn\.[0-9a-f]{64})"),
    ("pagerduty", (b"pagerduty",), rb"events\.pagerduty\.com/(?:integration|x-ere)/(?P<s>[0-9a-zA-Z]{32})"),
    (
        "signature",
        (b"access-sign", b"signature"),
        rb"(?i)\b(?:cb-access-sign|x-[\w-]{0,24}signature[\w-]{0,8})"
        + _ASSIGNED
        + rb"(?:sha\d{1,3}=)?(?P<s>[0-9a-f]{40,128})",
    ),
    ("signature", (b"hmac=",), rb"[~&?;]hmac=(?P<s>[0-9a-f]{40,128})"),
    ("env", (b"appid=",), rb"[?&]appid=(?P<s>[0-9a-f]{32})"),
    ("saml", (b"samlresponse",), rb"SAMLResponse.{1,20}?(?P<s>(?:PHNhbWxw|PD94bW)[A-Za-z0-9+/%]{60,}={0,2})"),
    (
        "password-hash",
        (b"pbkdf2_sha", b"pbkdf2:sha"),
        rb"(?P<s>pbkdf2[_:]sha\d{1,3}[$:]\d{1,8}\$[^\s$\"']{1,64}\$[A-Za-z0-9+/=]{20,128})",
    ),
    (
        "password-hash",
        (b"scrypt:", b"bcrypt_sha256$", b"argon2$"),
        rb"(?P<s>(?:scrypt:\d{1,8}:\d{1,3}:\d{1,3}|bcrypt_sha256\$|argon2)\$[^\s\"'\0]{30,300})",
    ),
    ("password-hash", (b"$$",), rb"(?P<s>\$\$(?:apr1|2[aby]|[156])\$\$[./0-9A-Za-z$]{20,100})"),
    ("password-hash", (b"\0*",), rb"(?<![\w*])(?P<s>\*[0-9A-F]{40})(?![0-9A-Fa-f])"),
    ("jenkins", (b"aqaaab",), rb"\{(?P<s>AQAAAB[A-Za-z0-9+/]{20,200}={0,2})\}"),
    ("private-key", (b"psk ",), rb"PSK[ ]\\{0,3}[\"']?(?P<s>0s[A-Za-z0-9+/]{20,200}={0,2})"),
    ("travis", (b"secure",), rb"(?<!\w)secure: \\{0,3}[\"']?(?P<s>[A-Za-z0-9+/]{80,}={0,2})"),
    ("weblogic", (b"{aes",), rb"(?i)\{aes(?:256)?\}(?P<s>[A-Za-z0-9+/]{20,200}={0,2})"),
    (
        "env",
        (b"crypt",),
        rb"crypt[\"']? ?(?:=>|:) ?[\[{]\s{0,40}[\"']key[\"']? ?(?:=>|:) ?[\"'](?P<s>[^\"'\s]{16,100})",
    ),
    (
        "env",
        (b"cargo login ", b"config pypi-token.", b"github-oauth."),
        rb"(?:cargo login|config pypi-token\.\S{1,40}|github-oauth\.\S{1,40}) [\"']?(?P<s>[\w-]{20,300})",
    ),
    (
        "vault",
        (b"unseal ", b"unseal_key"),
        rb"(?i)unseal[ _](?:key)?(?:[ _]?\d{1,2})?(?:[ ]{0,8}[:=])?[ \t]{0,4}\\{0,3}[\"']?"
        rb"(?P<s>[A-Za-z0-9+/=]{40,100})",
    ),
    (
        "private-key",
        (b"privatekey", b"presharedkey", b"private-key", b"preshared-key", b"private key", b"preshared key"),
        rb"(?i)(?:private|preshared)[ -]?key[ \t]{0,4}(?:[=:]|<\(echo)[ \t]{0,4}(?P<s>[A-Za-z0-9+/]{42,44}={0,2})",
    ),
    ("private-key", (b'"d"', b'"k"', b'"d\\', b'"k\\'), rb"\"[dk]\\{0,3}\":[ ]?\\{0,3}\"(?P<s>[\w-]{40,700})\\{0,3}\""),
    ("private-key", (b"rwrty0iy",), rb"RWRTY0Iy(?P<s>[A-Za-z0-9+/=]{60,400})"),
    ("cloudflare", (b"v1.0-",), rb"(?P<s>v1\.0-[0-9a-f]{24}-[0-9a-f]{140,150})"),
    ("doppler", (b"\0.\xffdp.",), rb"(?<!\w)(?P<s>dp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9_.-]{40,60})"),
    ("asana", (b"\0:",), rb"(?<!\d)(?P<s>[12]/\d{16}(?:/\d{16})?:[0-9a-f]{32})"),
    ("adyen", (b"aqe",), rb"(?<![A-Za-z0-9])(?P<s>AQE[A-Za-z0-9+/]{30,160}={0,2}-[^\s\"']{10,100})"),
    ("paypal", (b"access_token$",), rb"(?P<s>access_token\$(?:production|sandbox)\$[a-z0-9]{16}\$[0-9a-f]{32})"),
    ("launchdarkly", (b"api-", b"sdk-"), rb"(?<![\w-])(?P<s>(?:sdk|api)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"),
    ("salesforce", (b"00d",), rb"(?<!\w)(?P<s>00D[A-Za-z0-9]{12,15}![\w.-]{60,200})"),
    ("dynatrace", (b"\0.\xffdt0",), rb"(?P<s>dt0[a-z]\d\d\.[A-Z0-9]{24}\.[A-Z0-9]{64})"),
    ("terraform", (b".atlasv1.",), rb"(?P<s>[A-Za-z0-9]{14}\.atlasv1\.[\w-]{50,80})"),
    ("airtable", (b"\0.\xffpat",), rb"(?<!\w)(?P<s>pat[A-Za-z0-9]{14}\.[0-9a-f]{64})"),
    ("discord", (b"\0.",), rb"(?<![\w-])(?P<s>[MNO][A-Za-z0-9]{23,25}\.[\w-]{6}\.[\w-]{27,40})(?![\w-])"),
    ("mailchimp", (b"-us",), rb"(?<![\w-])(?P<s>[0-9a-f]{32}-us\d{1,2})(?![\w-])"),
    ("resend", (b"re_",), rb"(?<![\w-])(?P<s>re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24})(?![\w-])"),
    ("mailgun", (b"\x0050",), rb"(?<![\w-])(?P<s>[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8})(?![\w-])"),
    ("sentry", (b"sntrys_",), rb"(?P<s>sntrys_[A-Za-z0-9+/=_]{40,300})"),
    ("grafana", (b"glc_",), rb"(?P<s>glc_[A-Za-z0-9+/=_]{32,300})"),
    (
        "fly",
        (
            b"fm1",
            b"fm2",
        ),
        rb"(?P<s>fm[12]\w?_[A-Za-z0-9+/=,_]{40,2000})",
    ),
    ("wallet", (b"prv",), rb"(?<![A-Za-z0-9])(?P<s>[xyzt]prv[A-Za-z0-9]{90,120})"),
    (
        "wallet",
        (b"\x0051", b"\x0052"),
        rb"(?<![A-Za-z0-9])(?P<s>5[HJK][1-9A-HJ-NP-Za-km-z]{49}|[KL][1-9A-HJ-NP-Za-km-z]{51})(?![A-Za-z0-9])",
    ),
    ("wallet", (b"nsec1",), rb"(?<![A-Za-z0-9])(?P<s>nsec1[a-z0-9]{50,64})"),
    ("azure", (b"+acr",), rb"(?P<s>[A-Za-z0-9+/]{42}\+ACR[A-Za-z0-9+/]{7})"),
    ("azure", (b"jqqj99",), rb"(?P<s>[A-Za-z0-9+/]{52}JQQJ99[A-Za-z0-9+/]{20,32}={0,2})"),
    (
        "azure",
        (b"+ast", b"acdb", b"azse", b"azfu"),
        rb"(?<![A-Za-z0-9+/])(?P<s>[A-Za-z0-9+/]{76}(?:\+ASt|ACDb)[A-Za-z0-9+/]{6}=="
        rb"|[A-Za-z0-9+/]{42}AzSe[A-Za-z0-9+/]{6}"
        rb"|[\w-]{44}AzFu[\w-]{6}==)",
    ),
    ("infisical", (b"\0.\xffst.",), rb"(?<!\w)(?P<s>st\.[0-9a-f]{24}\.[0-9a-f]{32}\.[0-9a-f]{32})"),
    ("harness", (b"\0.\xffat.",), rb"(?<!\w)(?P<s>[ps]at\.[\w-]{22}\.[0-9a-f]{24}\.[A-Za-z0-9]{20})"),
    ("datastax", (b"astracs:",), rb"(?P<s>AstraCS:[A-Za-z0-9]{24}:[0-9a-f]{64})"),
    (
        "authress",
        (b".acc_", b".acc-"),
        rb"(?<!\w)(?P<s>(?:sc|ext|scauth|authress)_[a-z0-9]{5,30}\.[a-z0-9]{4,6}\.acc[_-][a-z0-9-]{10"
        rb",32}\.[A-Za-z0-9+/_=-]{30,120})",
    ),
    (
        "wallet",
        (b"accounts",),
        rb"accounts\\{0,3}[\"']?[ ]?[:=][ ]?\[\s{0,8}\\{0,3}[\"'](?P<s>(?:0x)?[0-9a-f]{64})",
    ),
    ("pubnub", (b"sec-c-",), rb"(?<![\w-])(?P<s>sec-c-[A-Za-z0-9+/=-]{32,80})"),
    ("confluent", (b"cflt",), rb"(?<![A-Za-z0-9+/])(?P<s>cflt[A-Za-z0-9+/]{56,64})(?![A-Za-z0-9])"),
    ("ghost", (b"\0:",), rb"(?<!\w)(?P<s>[0-9a-f]{24}:[0-9a-f]{64})(?![0-9a-f])"),
    ("facebook", (b"\0|",), rb"(?<!\d)(?P<s>\d{14,17}\|[\w-]{20,30})(?![\w-])"),
    ("env", (b"reporter_id",), rb"(?i)reporter_id" + _ASSIGNED + rb"(?P<s>[0-9a-f]{64})(?![0-9a-f])"),
    (
        "azure",
        (b'\x008\xff=="',),
        rb"(?i)\bvalue" + _ASSIGNED + rb"(?P<s>[A-Za-z0-9+/]{85,88}={0,2})(?![A-Za-z0-9+/=])",
    ),
    (
        "slack",
        (b"hooks.slack.com\\",),
        rb"hooks\.slack\.com\\{1,3}/(?:services|workflows|triggers)\\{1,3}/(?P<s>[\w-]{4,40}(?:\\{1,3}/[\w-]{4,60}){1,4})",
    ),
    ("turnstile", (b"0x4aaaaaa",), rb"(?<!\w)(?P<s>0x4AAAAAA[\w-]{25,40})"),
    ("deepl", (b":fx",), rb"(?<![\w-])(?P<s>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}:fx)(?!\w)"),
    ("openshift", (b"sha256~",), rb"(?P<s>sha256~[\w-]{43})"),
    (
        "vault",
        (b"\x0024",),
        rb"(?<![\w.])(?P<s>s\.(?=[A-Za-z]{0,23}\d)(?=[a-z0-9]{0,23}[A-Z])[A-Za-z0-9]{24})(?![\w.])",
    ),
    ("elastic", (b"essu_",), rb"(?P<s>essu_[A-Za-z0-9+/=]{40,200})"),
    ("gcp", (b"aq.ab8",), rb"(?<!\w)(?P<s>AQ\.Ab8[\w-]{30,100})"),
    (
        "ngrok",
        (b"\x0049", b"\x0048"),
        rb"(?<![\w-])(?P<s>2(?=[A-Za-z]{0,26}\d)(?=[a-z0-9]{0,26}[A-Z])[A-Za-z0-9]{26}_[A-Za-z0-9]{20,21})(?![\w-])",
    ),
    ("onfido", (b"api_live", b"api_sandbox"), rb"(?P<s>api_(?:live|sandbox)(?:_[a-z]{2})?\.[\w-]{11}\.[\w-]{32})"),
    ("snyk", (b"snyk_",), rb"(?P<s>snyk_(?:uat|sat)\.[0-9a-f]{8}\.[\w.-]{40,200})"),
    ("imagekit", (b"private_",), rb"(?<!\w)(?P<s>private_[A-Za-z0-9+/]{27}=)"),
    ("ably", (b"\0:",), rb"(?<![\w.-])(?P<s>[\w-]{6}\.[\w-]{6}:[\w-]{43})(?![\w-])"),
    ("zoho", (b"\x0032",), rb"(?<![\w.])(?P<s>1000\.[0-9a-f]{32}\.[0-9a-f]{32})"),
    ("amazon", (b"amzn1.oa2-cs",), rb"(?P<s>amzn1\.oa2-cs\.v1\.[0-9a-f]{64})"),
    ("amazon", (b"atzr|", b"atza|"), rb"(?<!\w)(?P<s>Atz[ar]\|[\w+/=-]{60,2000})"),
    ("baidu", (b"bce-v3/",), rb"(?P<s>bce-v3/ALTAK-\w{20,24}/[0-9a-f]{40})"),
    ("discord", (b"mfa.",), rb"(?<!\w)(?P<s>mfa\.[\w-]{80,100})"),
    ("roblox", (b"items.|_",), rb"items\.\|_(?P<s>[0-9A-F]{100,2000})"),
    (
        "convex",
        (b"prod:", b"dev:", b"preview:"),
        rb"(?<!\w)(?P<s>(?:prod|dev|preview):[a-z0-9-]{4,60}\|[A-Za-z0-9+/=]{40,200})",
    ),
    ("pagerduty", (b"u+",), rb"(?<![\w+])(?P<s>u\+(?=[A-Za-z_-]{0,17}\d)(?=[a-z0-9_-]{0,17}[A-Z])[\w-]{18})(?![\w-])"),
    ("endorlabs", (b"endr+",), rb"(?P<s>endr\+[\w-]{16,40})"),
    ("coinbase", (b"/apikeys/",), rb"(?P<s>organizations/[0-9a-f-]{36}/apiKeys/[0-9a-f-]{36})"),
    ("lob", (b"\x0040",), rb"(?<!\w)(?P<s>(?:live|test)_[0-9a-f]{35})(?![\w-])"),
    ("mollie", (b"\x0035",), rb"(?<!\w)(?P<s>(?:live|test)_[A-Za-z0-9]{30})(?![\w-])"),
    ("firecrawl", (b"fc-",), rb"(?<![\w-])(?P<s>fc-[0-9a-f]{32})(?![0-9a-f])"),
    ("zerotier", (b"\0:",), rb"[0-9a-f]{71}:(?P<s>[0-9a-f]{128})(?![0-9a-f])"),
    ("twitch", (b"oauth:",), rb"(?<!\w)(?P<s>oauth:[a-z0-9]{30})(?![a-z0-9])"),
    ("postgres", (b"\x0035",), rb"(?<!\w)(?P<s>md5[0-9a-f]{32})(?![0-9a-f])"),
    ("postgres", (b"scram-sha-256$",), rb"(?P<s>SCRAM-SHA-256\$\d{1,6}:[A-Za-z0-9+/=$:]{60,200})"),
    ("password-hash", (b"pbkdf2",), rb"-pbkdf2-(?P<s>[0-9a-f]{40},[0-9a-f]{32},\d{1,6})"),
    ("password-hash", (b"pbkdf2",), rb"(?P<s>grub\.pbkdf2\.sha512\.\d{1,9}\.[0-9A-F]{16,512}(?:\.[0-9A-F]{16,512})?)"),
    ("password-hash", (b":::",), rb"(?i)[0-9a-f]{32}:(?P<s>[0-9a-f]{32}):::"),
    ("env", (b"bw_session",), rb"BW_SESSION=[\"']?(?P<s>[A-Za-z0-9+/]{80,90}={0,2})"),
    ("env", (b"alias set ",), rb"alias set \S{1,40} \S{1,60} \S{3,60} [\"']?(?P<s>[A-Za-z0-9/+=_-]{20,80})"),
    ("github", (b"github-oauth",), rb"github-oauth(?:.|\n){1,60}?\"(?P<s>[0-9a-f]{40})\\{0,3}\""),
    ("docker", (b"eyjhdxrocyi6",), rb"(?P<s>eyJhdXRocyI6[A-Za-z0-9+/]{20,4000}={0,2})"),
    (
        "env",
        (b"validationkey", b"decryptionkey"),
        rb"(?i)(?:valida|decryp)tionkey" + _ASSIGNED + rb"(?P<s>[0-9a-f]{32,256})",
    ),
    ("maven", (b"master>",), rb"<master>(?P<s>\{[A-Za-z0-9+/=]{40,100}\})"),
    ("signature", (b"signature=",), rb"oauth_signature=\\{0,3}\"(?P<s>[A-Za-z0-9+/%=]{27,400})"),
    ("signature", (b"aws4_request",), rb"aws4_request,.{0,60}?Signature=(?P<s>[0-9a-f]{64})"),
    ("google", (b"/private-",), rb"/private-(?P<s>[0-9a-f]{32})/"),
    ("feishu", (b"/bot/v2/hook/",), rb"/bot/v2/hook/(?P<s>[0-9a-f-]{36})"),
    (
        "webhook",
        (b"make.com/", b"integromat"),
        rb"hook(?:\.\w{2,8}){0,2}\.(?:make|integromat)\.com/(?P<s>[a-z0-9]{20,40})",
    ),
    ("webhook", (b"integrations/deploy",), rb"integrations/deploy/prj_\w{10,40}/(?P<s>\w{8,40})"),
    ("webhook", (b"sendwebhookdata",), rb"/sendwebhookdata/(?P<s>[\w-]{20,120})"),
    ("webhook", (b"genericwebhook",), rb"genericWebhook/app\w{14}/wfl\w{14}/(?P<s>wtr\w{14})"),
    ("webhook", (b"webhooks/rest/", b"/webhook/", b"/webhook-test/", b"deploy_hooks/"), _HOOK_BY_ID),
    ("webhook", (b"hooks.bitrise",), rb"hooks\.bitrise\.io/h/\w{2,12}/\w{8,40}/(?P<s>[\w-]{16,40})"),
    ("webhook", (b"/webhooks/deliver",), rb"/webhooks/deliver/(?P<s>\w{20,80})"),
    ("webhook", (b"/trigger/",), rb"/source/[0-9a-f-]{36}/trigger/(?P<s>[0-9a-f-]{36})/call"),
    ("webhook", (b"macrodroid",), rb"trigger\.macrodroid\.com/(?P<s>[0-9a-f-]{36})"),
    ("webhook", (b"ftqq.com",), rb"ftqq\.com/(?P<s>SCT\w{20,60})\.send"),
    ("webhook", (b"day.app/",), rb"api\.day\.app/(?P<s>[A-Za-z0-9]{20,24})(?![\w-])"),
    ("sumologic", (b"/receiver/v1/http/",), rb"/receiver/v1/http/(?P<s>[\w+/-]{40,200}={0,2})"),
    ("url-password", (b":@",), rb"://(?P<s>[A-Za-z0-9_-]{20,200}):@[\w.-]"),
    ("totp", (b"oathtool",), rb"oathtool(?: --?[\w=-]{1,20}){0,4} [\"']?(?P<s>[A-Za-z2-7]{16,64})(?![\w-])"),
    ("env", (b"secretid",), rb"(?i)secretid" + _AT_LENGTH + rb"(?P<s>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"),
    ("env", (b"kty",), rb"kty[\"']?\s?:\s?[\"']oct[\"'][^{}]{0,60}?\bk[\"']?\s?:\s?[\"'](?P<s>[\w-]{22,171})"),
    ("webhook", (b"/heartbeat/",), rb"/api/v1/heartbeat/(?P<s>[A-Za-z0-9]{20,40})"),
    ("webhook", (b"hc-ping", b"cronitor"), rb"(?:hc-ping\.com|cronitor\.link/p)/(?P<s>[0-9a-f-]{20,40})"),
    ("pushover", (b"pushover",), rb"user\\{0,3}[\"']?[ ]?[:=][ ]?\\{0,3}[\"']?(?P<s>u[a-z0-9]{29})(?![a-z0-9])"),
    ("outlook", (b"/owa/calendar",), rb"/owa/calendar/[^/\s]{10,80}/(?P<s>[\w-]{20,80})/"),
    ("quicknode", (b"quiknode",), rb"\.quiknode\.pro/(?P<s>[0-9a-f]{40})"),
    ("anaconda", (b"anaconda",), rb"anaconda\.[a-z]{2,5}/t/(?P<s>[\w-]{20,80})"),
    ("url-password", (b"ss://",), rb"(?<!\w)ss://(?P<s>[\w+/=-]{20,200})@"),
    ("env", (b"encrypt",), rb"\bencrypt" + _ASSIGNED + rb"(?P<s>[A-Za-z0-9+/]{43}=)"),
    ("private-key", (b"<d>", b"<dp>", b"<inverseq>"), rb"<(?:D|DP|DQ|InverseQ)>(?P<s>[A-Za-z0-9+/]{40,700}={0,2})"),
    (
        "wallet",
        (b"wif", b"private key", b"privkey"),
        rb"(?i:wif|priv(?:ate[ _]?)?key)[^\n]{0,24}?[ :=\"'](?P<s>[5KLc9][0-9A-Za-z]{50,51})(?![A-Za-z0-9])",
    ),
    ("wallet", (b"spend", b"view"), rb"(?i)(?:spend|view)[ _-]?key" + _ASSIGNED + rb"(?P<s>[0-9a-f]{64})(?![0-9a-f])"),
    (
        "wallet",
        (b"private",),
        rb"(?i)private[ _-]?key"
        + _ASSIGNED.replace(rb"[:=]", rb"(?:is|est|[:=])")
        + rb"(?P<s>(?:0x)?[0-9a-f]{64})(?![0-9a-f])",
    ),
)
_RANDOM: tuple[tuple[str, tuple[bytes, ...], bytes], ...] = (
    # cookies of a session
    (
        "cookie",
        (b"session=", b"sessionid=", b"sessid=", b"sid="),
        rb"(?i)(?<![\w?&])[\w.-]{0,24}(?:session(?:id)?|sessid|\.sid)=(?![0-9a-f]{8}"
        rb"(?:-[0-9a-f]{4}){3}-)(?P<s>[\w%.+/-]{24,400})",
    ),
    # A prefix that says secret itself, as most providers' of today do: xy_sk_..., zz-pat-live-...
    (
        "token",
        (b"sk_", b"sk-", b"pat_", b"pat-", b"oat_", b"sat_", b"apikey_", b"apikey-", b"secret_", b"api_key_"),
        rb"(?<![\w.-])(?:[a-z0-9]{1,12}[_-]){0,2}(?:sk|pat|oat|sat|api_?key|secret)[_-](?:[a-z]{2,8}\d?[_-]){0,3}"
        rb"(?P<s>(?=[A-Za-z]{0,40}[0-9])[A-Za-z0-9]{24,200})(?![A-Za-z0-9])",
    ),
    ("env", (b"?key=", b"&key="), rb"[?&]key=(?P<s>[A-Za-z0-9_-]{24,80})"),
    (
        "url-password",
        (b"://",),
        rb"://(?P<s>[A-Za-z0-9_]{30,80})@" + _NO_DSN + rb"(?:(?:[\w-]{1,63}\.){1,4}[a-z]{2,12}|[\w-]{1,63}:\d{2,5})",
    ),
    (
        "env",
        (b"pat=", b"pat =", b"pat ?=", b"pat :=", b"pat:", b"pat': ", b'pat": ', b'pat\\": ', b'pat"] ', b"pat'] "),
        rb"(?:(?<=[a-z])Pat|(?i:\b|_)(?:pat|PAT)|[A-Z]PAT)"
        + _ASSIGNED.replace(b"[:=]", rb"(?:[?:]=|[:=])")
        + rb"(?P<s>[A-Za-z0-9]{20,120})",
    ),
    ("env", (b"--pat", b"_pat"), rb"(?i)(?:--|_)pat(?:=|[ \t]{1,4})(?P<s>[A-Za-z0-9_-]{20,120})"),
    (
        "env",
        (b"key", b"token", b"secret"),
        rb"(?i)(?:(?=[kts])(?<!cache )(?<!page )(?<!next )(?<!sort )(?<!partition )(?<!primary )(?<!public )"
        rb"(?<!foreign )(?<!object )(?:key|token|secret)(?: client)?(?: (?:for|of|to|on|in|du|de|p"
        rb"our)(?: [\w'-]{1,20}){1,3}?)?(?: is|'s| est)|(?<!checksum/)secret(?: partag.)?[ ]?[:=]"
        rb"|\b(?:access|account|api|auth|encryption|license|master|my|our|secret|service|shared|the|this|your)"
        rb"(?: \w{1,20})?[ ]"
        rb"(?:key|token|secret)[ ]?[:=])[ \t]{1,3}[\"'`*]{0,3}" + _SAID,
    ),
    # What nobody would write, in a sentence of a key: capitals, small letters and digits.
    (
        "env",
        (b"key", b"token", b"secret", b"jeton", b"cl? ", b"clef"),
        rb"(?i)(?=[ktsjc])(?<![\w:-])(?<!page )(?<!next )(?<!cache )(?<!sort )(?<!partition )(?<!primary )"
        rb"(?<!public )(?<!sync )(?<!foreign )(?<!continuation )(?<!idempotency )(?<!o"
        rb"bject )(?:key|token|secret|jeton|cl(?:\?|ef))s?(?![\w-])"
        rb"(?![ ](?:mint|address|contract|account|program|holder|supply|id|uri|hash|fingerprint|pair|publi(?:c|que))\b)"
        rb"[^\n=(){}\[\]<>;/\0]{0,40}?[\s:\"'`](?!pk_(?:live|test)_|"
        rb"(?:[A-Za-z_.]{2,20}-){2,8}[0-9a-f]{16,64}(?![\w-]))(?P<s>(?-i:(?=[A-Za-z0-9_-]{0,60}\d)"
        rb"(?=[A-Za-z0-9_-]{0,60}[A-Z])"
        rb"(?=[A-Za-z0-9_-]{0,60}[a-z]))[A-Za-z0-9_-]{24,200})(?![\w/.@-])",
    ),
    ("env", (b'secret "', b"secret \\"), rb"\bsecret \\{0,3}\"" + _SAID),
    ("env", (b"salt",), rb"(?i)[a-z0-9]_?salt\\{0,3}[\"']?\]?[ ]{0,3}(?:=>|[:=,])[ ]{0,12}\\{0,3}[\"']?" + _SAID),
    # An address of a hook; without its host a key has digits, as names of files below `hooks/` have not.
    (
        "webhook",
        (b"hooks/", b"/webhook/", b"_hook/"),
        rb"://[^\s/\"'<>]{1,80}(?:/[\w.-]{1,40}){0,8}?/(?:[a-z]{1,12}[_-])?(?:(?:build|deploy)_hooks?|(?P<w>web)?hooks?)/"
        rb"(?P<s>(?!use[A-Z][A-Za-z]{0,60}\d{0,2}(?![A-Za-z0-9])|[0-9a-f]{8}-)(?(w)(?![0-9a-f]{1,31}(?![A-Za-z0-9])))"
        rb"[A-Za-z0-9]{15,80}(?:/[A-Za-z0-9]{20,80})?)(?![\w-])",
    ),
    (
        "webhook",
        (b"/hooks/",),
        rb"/hooks/(?P<s>(?=(?:[A-Za-z]{0,40}\d){3})[A-Za-z0-9]{17,80}(?:/[A-Za-z0-9]{20,80})?)(?![\w-])",
    ),
    ("env", (b"authtoken",), rb"(?i)auth-?token[ \t]{1,4}\\{0,3}[\"']?" + _SAID),
    ("env", (b"device_code", b"code_verifier"), rb"(?i)(?:device_code|code_verifier)" + _ASSIGNED + _SAID),
    (
        "env",
        (b"/reset", b"/confirm", b"/verify", b"/activat", b"/invit", b"/magic", b"/unlock"),
        rb"(?i)/(?:reset|confirm|verify|activat|invit|magic|unlock)[\w/-]{0,24}(?:/|\?(?:t|code)=)(?P<s>[\w-]{20,200})(?![\w./-])",
    ),
    (
        "env",
        (b"with the key", b"with key", b"avec la cl", b"using the key", b"using key"),
        rb"(?i)(?:with|using|avec)(?: the| la| my| ma)? (?:key|cl(?:\?|e))[ :]{1,3}[\"'`]?" + _SAID,
    ),
    (
        "env",
        (b"here is", b"here's", b"voici", b"this is"),
        rb"(?i)(?:here(?: is|'s)|this is|voici)[^\n\"'`]{0,20} (?:key|token|secret|jeton|cl(?:\?|e))[ :]{1,3}[\"'`]?"
        + _SAID,
    ),
    ("backblaze", (b"k00",), rb"(?<![A-Za-z0-9+/])(?P<s>K00\d[A-Za-z0-9+/]{27})(?![A-Za-z0-9+/=])"),
    ("private-key", (b'"p"', b'"q"', b'"dp"', b'"dq"', b'"qi"'), rb"\"(?:d?[pq]|qi)\":[ ]?\"(?P<s>[\w-]{40,700})\""),
    # the argument of what makes a client
    (
        "env",
        (
            b"client(",
            b"api(",
            b"sdk(",
            b"connector(",
            b".new(",
            b"service(",
            b"session(",
            b"provider(",
            b"inference(",
            b"authenticator(",
            b"translator(",
        ),
        rb"(?:(?:[Cc]lient|A(?:PI|pi)|S(?:DK|dk)|Connector|Inference|Authenticator|Translator)(?P<c>)"
        rb"|Service|Session|Provider|(?<=[a-z])\.New)\(\s{0,20}(?:(?:[A-Za-z_][\w.]{0,30}|\d{1,12}|\\{0,3}[\"'][^\"'\\\n]{0,64}\\{0,3}[\"']),\s{0,20}){0,2}"
        rb"\\{0,3}[\"'](?!(?i:[0-9a-f]{8}-[0-9a-f]{4}-)|AC[0-9a-f]{32}|phc_|pk_|pub)"
        rb"(?P<s>(?=(?:[A-Za-z_+/=-]{0,60}\d){3})(?(c)|(?=[a-z0-9_+/=-]{0,60}[A-Z])(?=[A-Z0-9_+/=-]{0,60}[a-z]))"
        rb"[A-Za-z0-9_+/=-]{24,200})"
        rb"\\{0,3}[\"']\s{0,20}(?:\)|,\s{0,20}(?!\\{0,3}[\"'][A-Za-z0-9_+/=-]{20}))",
    ),
    # digits of a key in a sentence
    (
        "env",
        (
            b"consumer key",
            b"application key",
            b"api key",
            b"app key",
            b"secret key",
            b"access key",
            b"consumer secret",
            b"application secret",
            b"app secret",
            b"client secret",
            b"api token",
            b"access token",
            b"auth token",
        ),
        rb"(?i)(?:consumer|application|app|api|access|secret|auth|client) (?:key|secret|token)(?: [\w'?.-]{1,24}){1,10}"
        rb" ?[:=] ?[\"'`*]{0,2}(?P<s>(?=[a-f]{0,40}\d)[0-9a-f]{32,64})(?![\w-])",
    ),
    # arguments of what signs
    ("env", (b"fernet",), rb"Fernet\(b?[\"'](?P<s>[\w-]{43}=)"),
    ("env", (b"hmac",), rb"(?i)hmac(?:\.new)?\((?:[\"']\w{2,8}[\"'],[ ]?)?b?[\"'](?P<s>[^\"'\s]{16,200})[\"']"),
    (
        "env",
        (b"d'api", b"jeton", b"cl? ", b"cle "),
        rb"(?i)(?:cl(?:\?|e)|d'api|jeton)(?: [\w'?-]{1,20}){0,3}?[ \t]?(?:[:=]|est)[ \t]{1,3}[\"'`*]{0,3}"
        rb"(?!0x[0-9a-f]{40}(?![0-9a-f]))(?P<s>[A-Za-z0-9_+/=-]{16,200})",
    ),
)
"""These hold only for what no person would write."""
# Characters around runs, the rarest first: literals are told apart by the rarest that they have.
_RAREST = b"|~$^{`@?&+<>qjzx=*:;/'\"_.-kwvyfbghpmudclsnirotae9876543210 \0"
_gated: list[tuple[str, list[Rule]]] = []
_grams_made: list[_Grams] = []
_batches = [0]  # how many have been asked for the literals
KINDS = tuple(dict.fromkeys(next(zip(*(*_RULES, *_RANDOM), strict=True))))


def _rules_by_gates() -> list[tuple[str, list[Rule]]]:
    """The rules by the rarest character of their literal; made by the first text that has a long run, all at once."""
    if not _gated:
        rows: list[_Row] = []
        for rules, random in ((_RULES, False), (_RANDOM, True)):
            kinds, literals, patterns = zip(*rules, strict=True)
            # No loop of ours goes over the table: a hook pays for each step of one.
            rows += chain.from_iterable(map(product, literals, zip(kinds), zip(patterns), repeat((random,))))
        (literals, kinds, patterns, randoms) = zip(*rows, strict=True)
        ranks = bytes.maketrans(_RAREST, bytes(range(len(_RAREST))))
        gates = map(_RAREST.__getitem__, map(min, map(methodcaller("translate", ranks), literals)))
        firsts, _, others = zip(*map(methodcaller("partition", "\xff"), map(_TEXT, literals)), strict=True)
        made = sorted(zip(gates, zip(firsts, others, kinds, patterns, randoms, strict=True), strict=True), key=_FIRST)
        _gated.extend((chr(gate), [*map(_SECOND, those)]) for gate, those in groupby(made, _FIRST))
    return _gated


class _Grams:
    """The rules by four characters of their literals: those that stand in a text are told in a few looks at it.

    A text is read as numbers of four characters each, from each of its first four characters on. What is shorter than
    four characters is looked for by itself. Making it takes as long as some ten batches by the gates.
    """

    __slots__ = ("_behind", "_rules", "_short", "_words")

    def __init__(self) -> None:
        self._behind: dict[str, list[Rule]] = {}  # what begins with NUL
        self._short: dict[str, list[Rule]] = {}
        self._rules: dict[int, list[Rule]] = {}
        for rule in chain.from_iterable(rules for _, rules in _rules_by_gates()):
            literal = rule[0].encode("latin-1")
            if literal[0] == 0:
                self._behind.setdefault(rule[0], []).append(rule)
            elif len(literal) < _GRAM:
                self._short.setdefault(rule[0], []).append(rule)
            else:
                grams = (literal[at : at + _GRAM] for at in range(len(literal) - _GRAM + 1))
                rarest = min(grams, key=lambda gram: sorted(map(_RAREST.find, gram)))
                self._rules.setdefault(int.from_bytes(rarest, sys.byteorder), []).append(rule)
        self._words = frozenset(self._rules)

    def present(self, data: bytes, text: str) -> list[Rule]:
        """The rules whose literal stands in a text in small letters, which `data` is, too."""
        found: set[int] = set()
        for first in range(_GRAM):
            last = len(data) - (len(data) - first) % _GRAM
            found |= self._words.intersection(memoryview(data)[first:last].cast("I"))
        rules = [rule for word in found for rule in self._rules[word] if rule[0] in text]
        rules += chain.from_iterable(those for literal, those in self._short.items() if literal in text)
        if (nul := text.find("\0")) >= 0:  # mostly far behind: what is told of signs and lengths stands there
            end = text[nul:]
            rules += chain.from_iterable(those for literal, those in self._behind.items() if literal in end)
        return rules


_GRAM = 4
_MANY_BATCHES = 24


def _present(data: bytes) -> list[Rule]:
    """The rules whose literal stands in a text in small letters."""
    text = data.decode("latin-1")  # `in` is sooner done with texts than with bytes
    _batches[0] += 1
    if _batches[0] > _MANY_BATCHES:
        if not _grams_made:
            _grams_made.append(_Grams())
        return _grams_made[0].present(data, text)
    rules = [*chain.from_iterable(those for gate, those in _rules_by_gates() if gate in text)]
    # No loop of ours goes over the rules.
    return [*compress(rules, map(contains, repeat(text), map(_FIRST, rules)))]


_FIRST, _SECOND, _TEXT = itemgetter(0), itemgetter(1), methodcaller("decode", "latin-1")


def spans(image: Image, stretches: Sequence[Stretch], find: Callable[[bytes], Sequence[Span]] | None) -> Iterator[Span]:
    """What the rules find, and what stands in Base64 by `find`; with None, that is not looked through.

    stretches: those of the image, as `stretches` gives them.
    """
    done = 0
    runs: list[Stretch] = []
    for run in stretches:
        if not _may_be(image.data, *run):
            continue
        runs.append(run)
        if len(runs) == _TOGETHER:
            found, done = _of_these(image, runs, done, find)
            yield from found
            runs = []
    yield from _of_these(image, runs, done, find)[0]


def stretches(image: bytes) -> list[Stretch]:
    """Where 20 and more characters of Base64 stand together: where each begins and ends, in order."""
    found: list[Stretch] = []
    classes = image.translate(_CLASSES)
    start = classes.find(_RUN)
    while start >= 0:
        end = classes.find(b" ", start)
        end = len(image) if end < 0 else end
        found.append((start, end))
        start = classes.find(_RUN, end)
    return found


def _may_be(image: bytes, start: int, end: int) -> bool:
    """Whether a stretch may hold a secret: none lacks digits, but for a part of a password's hash."""
    if end - start < _SHORT:  # without a pattern, which a hook would have to compile
        run = image[start:end]
        digits = len(run.translate(None, _DIGITS)) < len(run)
    else:
        digits = regex(rb"[0-9]").search(image, start, end) is not None
    if digits:
        return True
    return image[start - 1 : start] == b"$"


def _of_these(
    image: Image, runs: Sequence[Stretch], done: int, find: Callable[[bytes], Sequence[Span]] | None
) -> tuple[list[Span], int]:
    """What stands in these runs, and where the last secret ends. Literals that are in none of them are tried once."""
    found: list[Span] = []
    data = image.data
    rules = _present(_near(data, runs)) if runs else []
    asked = _asked(data, runs, rules) if rules else set()
    first = last = 0  # of the text in which a run stands
    for start, end in runs:
        if start in asked:
            if start >= last:
                first, last = image.bounds(start)
            for span in _around(data, max(done, first, start - BEFORE), (first, last), start, end, rules):
                if span[0] < end:  # else it is of the next run, whose own rules may find more of it
                    done = max(done, span[1])
                found.append(span)
        begin = start + (data[start - 1 : start] == b"\\" and data[start : start + 1] in (b"n", b"r", b"t"))
        if begin >= done and (kind := _shaped(data[begin:end])):
            found.append((begin, end, kind))
            continue
        if find and end - start >= _HEAD and _may_be_text(data, start) and (kind := _in_base64(data[start:end], find)):
            found.append((start, end + len(data[end : end + 2]) - len(data[end : end + 2].lstrip(b"=")), kind))
    return found, done


def _asked(image: bytes, runs: Sequence[Stretch], rules: Sequence[Rule]) -> set[int]:
    """Where the runs begin around which the first literal of a rule may stand; of the others `_lower` has none."""
    literals = {rule[0] for rule in rules}
    begin = max(0, runs[0][0] - BEFORE)
    lower = image[begin : runs[-1][1] + BEHIND].lower()
    if lower.count(b"\0") > lower.count(b"\0\n"):  # what is asked of the sign and the length may stand in the text
        return {start for start, _ in runs}
    asked = {start for start, end in runs if end - start > 2 * _ENDS}  # of these, `_lower` joins the ends
    starts, ends = [*map(_FIRST, runs)], [*map(_SECOND, runs)]
    for literal in literals:
        if literal[0] == "\0":
            sign = literal[1:].encode("latin-1")
            asked.update(
                start
                for start, end in runs
                if image[start - 1 : start] == sign or str(end - start).startswith(literal[1:])
            )
            continue
        sought = literal.encode("latin-1")
        at = lower.find(sought)
        while at >= 0:
            first = bisect_left(ends, begin + at + len(sought) - BEHIND)
            last = bisect_right(starts, begin + at + BEFORE)
            asked.update(starts[first:last])
            # Between here and where the first run begins that is not asked yet, it tells nothing new.
            at = lower.find(sought, max(at + 1, starts[last] - BEFORE - begin) if last < len(starts) else len(lower))
    return asked


def _near(image: bytes, runs: Sequence[Stretch]) -> bytes:
    """All that `_lower` gives for any of the runs, each character once."""
    pieces: list[bytes] = []
    first, last = max(0, runs[0][0] - BEFORE), 0
    for start, end in runs:
        begin = max(0, start - BEFORE)
        if begin > last:
            pieces += image[first:last], b"\0"
            first = begin
        if end - start > 2 * _ENDS:
            pieces.append(image[first : start + _ENDS])
            first = end - _ENDS
        last = end + BEHIND
    pieces.append(image[first:last])
    signs = {image[start - 1 : start] for start, _ in runs}
    lengths = {end - start for start, end in runs}
    return b"%b\0%b\0%b\0" % (
        b"".join(pieces).lower(),
        b"\0".join(signs),
        b"\0".join(map(b"%d".__mod__, lengths)),
    )


def _lower(image: bytes, within: Stretch, start: int, end: int) -> bytes:
    """What stands around a run; behind it the character before the run and its length, which tell some formats.

    within: where the text of the run begins and ends.
    """
    begin, stop = max(within[0], start - BEFORE), min(within[1], end + BEHIND)
    if end - start > 2 * _ENDS:  # what tells a format stands at either end
        around = (image[begin : start + _ENDS] + image[end - _ENDS : stop]).lower()
    else:
        around = image[begin:stop].lower()
    return b"%b\0%b\0%d" % (around, image[start - 1 : start] if start > within[0] else b"", end - start)


def _around(image: bytes, begin: int, within: Stretch, start: int, end: int, rules: Sequence[Rule]) -> Iterator[Span]:
    lower = _lower(image, within, start, end).decode("latin-1")
    rules = [rule for rule in rules if rule[0] in lower and rule[1] in lower]
    if not rules:
        return
    stop = min(within[1], end + BEHIND)
    around = image[begin:stop]
    tried = set()
    for _, _, kind, pattern, random in rules:
        if pattern in tried:
            continue  # for another of its literals
        tried.add(pattern)
        match = regex(pattern).search(around)
        if match and (not random or is_random(match["s"][:64], 16)):
            more = 0
            if match.end("s") == len(around) and stop < within[1]:
                rest = regex(rb"[A-Za-z0-9%+/=_~.-]*").match(image, stop, within[1])
                more = len(rest[0]) if rest else 0
            yield begin + match.start("s"), begin + match.end("s") + more, kind


# A name of small letters and a long body of capitals, small letters and digits: a shorter one may be the id of a thing.
_SHAPE = (
    rb"(?!(?:pk|phc|pub|rzp|cs|price|file|img|id|ids|chatcmpl|req|msg|resp|batch|sha|md)\d*_)(?=[a-z]{2,14}\d{0,2}_)"
    rb"(?:[a-z]{2,14}\d{0,2}_(?:(?:[a-z]{1,10}|v\d)_){0,3}(?=[A-Za-z]{0,60}\d[A-Za-z]{0,60}\d)"
    rb"(?=[a-z0-9]{0,60}[A-Z][a-z0-9]{0,60}[A-Z])"
    rb"(?=[A-Z0-9]{0,60}[a-z][A-Z0-9]{0,60}[a-z])(?:[A-Za-z0-9]{8,24}_)?[A-Za-z0-9]{30,200}(?:_[A-Za-z0-9]{6,60})?"
    rb"|[a-z]{2,12}_(?:live|test|prod|sandbox|production|development)_(?=[A-Za-z]{0,40}\d)"
    rb"(?=[a-z0-9]{0,40}[A-Z])[A-Za-z0-9]{14,200})\Z"
)


def _shaped(run: bytes) -> str:
    """The kind of a stretch that has the form of today's tokens, whoever issues them; "" for none."""
    if run.find(b"_", 2, 18) < 0 or run.islower() or run[:1].isupper() or run[:1].isdigit():
        return ""
    if len(run) < _LONG and not any(map(run.__contains__, _STAGES)):
        return ""
    return "token" if regex(_SHAPE).fullmatch(run) else ""


_LONG, _STAGES = 33, (b"_live_", b"_test_", b"_prod", b"_sandbox_", b"_development_")


def _may_be_text(image: bytes, start: int) -> bool:
    """Whether a text may begin there: the first characters of three groups say how its bytes begin."""
    return image[start] in _TEXTS and image[start + 4] in _TEXTS and image[start + 8] in _TEXTS


_TEXTS = frozenset(b"CDIJKLMNOPQRSTUVWXYZabcdef")  # the first six bits of a tab, an end of a line, and 32 to 127


def _in_base64(run: bytes, find: Callable[[bytes], Sequence[Span]]) -> str:
    """The kind of secret in a text that a run holds; "" for none."""
    from binascii import Error, a2b_base64  # here: few texts of a hook have such a run

    if not _is_text(a2b_base64(run[:_HEAD].translate(_PLAIN))):
        return ""
    plain = run.translate(_PLAIN)
    try:
        text = a2b_base64(plain + b"=" * (-len(plain) % 4))
    except Error:
        return ""
    found = find(text) if _is_text(text) else ()
    return found[0][2] if found else ""


def _is_text(data: bytes) -> bool:
    return len(data.translate(None, _UNPRINTABLE)) == len(data)
