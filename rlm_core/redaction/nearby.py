"""The value that stands near a word that says secret, by whatever grammar the two are put together.

Formats are countless, and what stands between a name and its value is always of the same few pieces: signs, blanks and
ends of lines, tags, what only makes a string something else, and small words such as `is`, `as the`, `pour`. So one
pattern passes over any number of these, in any order, up to the first word with a digit; the name and the value are
judged each by itself. A password may be a word with a number; what a key or a token is must be random, for ids, names
and versions stand beside these words as often as secrets do.
"""

from __future__ import annotations

from rlm_core.redaction.assignments import (
    CHECK_LIKE,
    CHECK_SAID,
    CHECK_SURE,
    FRAME,
    JUDGED,
    SENTENCE,
    goes_on,
    is_coined,
    is_like_password,
    is_placeholder,
    is_random,
    is_secret_name,
    is_word_with_number,
    joined_end,
    last_is,
    names_format,
    passes,
    prefix_of,
    regex,
    stands_for_none,
)
from rlm_core.redaction.coined import NAMES
from rlm_core.redaction.rules import KEY_OWNER, NO_KEYS, NO_PREFIX, NO_SUFFIX

TYPE_CHECKING = False
if TYPE_CHECKING:
    Span = tuple[int, int, str]

_OWNERS = (
    rb"api|acc.s|acces|secr.te|secrete|priv.e|privee|chiffrement|d.chiffrement|signature|wi-?fi"
    rb"|wpa2?|licence|license|ssh"
    rb"|partag.e|publique|ma.tre|compte|stockage|service|openai|stripe|google|aws|azure|github|gitlab|slack|sendgrid"
)
_FRENCH_KEY = (
    rb"cl(?:\?|ef|e)s?(?:[ _-]?(?:d['?][ ]?|de[ _-]|du[ _-]|de la )?(?:" + _OWNERS + rb")?(?:[ _-]?(?:d['?]|de[ _-])?"
    rb"(?:api|acc.s|secr.te|priv.e))?)"
)
_WORD = (
    rb"(?i:(?P<word>pass(?:wor[dt]s?|wd|[_ -]?phrase|code|e)?|secrets?|tokens?|keys?"
    rb"|cred(?:ential)?s?|pwd|mdp|pws?|psk|pin|phrase secr.te|phrase[_-]?secr.te|jetons?|identifiants|salt|"
    + _FRENCH_KEY
    + rb"))"
    rb"(?=(?P<suffix>[A-Za-z0-9_.-]{0,40}))(?P=suffix)(?![A-Za-z0-9_.-])"
)
_SMALL = (
    rb"is|was|are|be|been|as|to|for|from|of|on|in|at|with|by|use|using|used|the|a|an|my|our|your|its|this|that|it|it's"
    rb"|which|now|still|new|old|set|should|must|will|has|value|val|default|string|str|char|text"
    rb"|get|or|else|return|static"
    rb"|const|content|prompt|enter|type|here|code|client|shared|String|Default|Value|VALUE|As|AS|TO|IS"
    rb"|changed|rotated|updated|replaced|chang\?|remplac\?|previously|formerly|before"
    rb"|anciennement|avant|n'est|plus|no longer|again|already|please|quoi|d\?j\?"
    rb"|hasn't|didn't change|haven't|encore|svp|stp|echo(?: -n)?|printf|c'\?tait|it was"
    rb"|d'acc\?s|d'api|d'authentification|d'administration|est|sera|\?tait|devient|reste|c'est"
    rb"|c\?est|en|par|pour|avec|le|la|les|de|du|des|d\?faut|mon|ma|nouveau|voici|maintenant"
    rb"|d\?sormais|toujours|currently"
    rb"|tape|mets|utiliser|partag\?e?|bdd|base|root|admin|acc\?s|api|sudo|provisoire|temporaire"
    rb"|actuel|secr\?te?|suivante?|ci-dessous"
)


def _by_first(words: bytes) -> bytes:
    """Alternatives by their first character: of those that begin with another one none is tried."""
    firsts: dict[bytes, list[bytes]] = {}
    for word in words.split(b"|"):
        first = word[: 2 if word[:1] == b"\\" else 1]
        firsts.setdefault(first, []).append(word[len(first) :])
    return b"|".join(b"%b(?:%b)" % (first, b"|".join(those)) for first, those in firsts.items())


_OF_WHAT = (
    rb"(?:for|of|on|in|to|du|de|des|pour|sur|you|he|she|we|they)(?:[ ][\w'?./-]{1,20}){1,4}?"
    rb"(?=[ ]?[:=?]|[ ](?:is|was|est)[ ])"
)
_UNIT = (
    rb"[ \t]{1,80}(?![ \t])|=[0-9A-F]{2}"
    rb"|[(\[][^()\[\]\n\0]{1,30}[)\]](?=[ ]?[:=])"
    rb"|[(\[](?!(?=[^\s()\[\]]{6,30}[)\]])(?=[^\s)\]]{0,29}[A-Z!@#$%_])[^\s()\[\]]{0,29}[0-9])"
    rb"[^()\[\]\n\0]{1,30}[)\]](?= (?:is|est) )"
    rb"|[(\[](?:[\w.@-]{1,24} |\\{0,3}[\"'][\w.@-]{1,24}\\{0,3}[\"'],?[ ])(?=\\{0,3}[\"'])|\$\((?=echo|printf)"
    rb"|[\r\n\"'`*_=:>|({~?)\]}\[-]|\\texttt|\\{1,4}[nrt\"'`]|\.{1,80}(?!\.)|<{1,3}(?![/!a-zA-Z<])"
    rb"|</?[A-Za-z][^<>\0]{0,80}>|<!\[CDATA\[|&{1,2}(?!&|\w{1,30}=)|%[sqvd]|!!|!=|@(?=[\"'(])"
    rb"|,[A-Za-z_./-]{1,16}(?=,)|,(?![A-Za-z_./-]{1,16},)|(?:from|de) \0{12,60} (?:to|en|par|by)"
    rb"|V \d{1,3}(?=\n|\\n)|; ?send(?: --)?(?=[ ])"
    rb"|[\w.@-]{1,24} / |\?(?= ?(?:\r?\n|\\{1,4}n))"
    rb"|\? (?:\[[\d:/ -]{4,19}\] )?[A-Za-z]\w{0,19}: |\? ?(?:\r?\n|\\{1,4}n)"
    + FRAME
    + rb"?(?:[ >]{0,4})(?:\[[\d:/ -]{4,19}\] ?)?\w{1,20} ?: "
    rb"|(?:\r?\n|\\{1,4}n)(?:(?:[ ]{0,8}|[\w./-]{1,60}[:-])\d{1,6}[\t:|-]|[\w.-]{1,24}[ ]{1,3}\|)|#(?=[ ])"
    rb"|(?:serializeAs|type|xml:space|encrypted|class)=\\{0,3}[\"'][\w -]{0,30}\\{0,3}[\"'](?=[ />])"
    rb"|&\w{1,20}(?=\s)|<(?=[^<>\s/!]{8,200}>)|\{ get; set; \}"
    rb"|(?:,[\w ,\"`]{0,60})?\)\s{0,3}(?:VALUES|values)\s{0,3}\((?:[^()'\0]|'[^'\0]{0,64}'){0,8}?(?=')"
    rb"|=\s?[\w.()\[\]\"']{1,60}\s(?:or|if\s[\w.()]{1,40}\selse)\s"
    rb"|(?:new )?[A-Za-z_][\w.:]{0,40}\((?=[brfuN]?\\{0,3}[\"'])|[brfuN](?=[\"'])"
    rb"|(?:" + _OF_WHAT + rb"|" + _by_first(_SMALL) + rb")(?![\w-]|\(\\{0,3}[\"'])"
)
_NO_START = (  # a time, the place where grep found a line, a call
    rb"(?!@(?:[\w-]{1,63}\.){1,4}[a-z]{2,12}|\d{1,4}[:/-]\d\d(?!\d)|(?<=\n)\d{1,6}[:|-]"
    rb"|[\w.-]{0,40}[/.][\w./-]{1,60}-\d{1,6}-|[\w./-]{1,60}:\d{1,6}:"
    rb"|[A-Za-z_][\w.:]{0,40}\(\\{0,3}[\"']"
    rb"|[\w -]{1,30}[)\]][ ]?[:=])"  # a remark on the name
)
_VALUE = (
    rb"(?=[!@#%^+~A-Za-z0-9])(?=[^\s\"'`<>\\\x000-9]{0,64}[0-9])"
    + _NO_START
    + rb"(?P<s>[!@#%^+~]{0,2}[A-Za-z0-9][^\s\"'`<>\\\0,;]{5,4096})"
)
NEARBY = _WORD + rb"(?P<gap>(?:" + _UNIT + rb"){1,24}?)" + _VALUE
_STRONG = (b"pa", b"pw", b"md", b"ps", b"ph", b"pi", b"id")
_ENDS = b".,;:)]}*_|?$"
_WORDS_AND_NUMBERS = (
    rb"(?:v?\d{1,8}|[A-Za-z]{1,24}\d{0,2})(?:[-_.:/+](?:v?\d{1,8}|[A-Za-z]{1,24}\d{0,2})){0,12}"
    rb"|[A-Z][A-Za-z]{1,20}\d{0,2}(?:[A-Z][a-z]{1,20}){1,6}"
)
_NO_VALUE = (
    rb"(?i)resolve:.*|[^@]{1,64}@(?:[\w-]{1,63}\.){1,4}[a-z]{2,12}|(?:sha|md)\d{1,3}[:=-].*|"
    rb"(?:https?|file|ssh|git|arn|urn|s3|gs|op|vault):.*"
    rb"|[\w.-]{1,60}\(.*|\d{1,4}(?:st|nd|rd|th|px|ms|kb|mb|gb|k|m|s|h|d|b|x)?|\d+(?:[.,]\d+)*[a-z%]{0,3}"
    rb"|.*\.(?:md|rs|go|cc|py|rb|sh|[cm]?[jt]sx?|sql|pdf|png|jpg|csv|txt|log|html?|json|ya?ml"
    rb"|toml|pem|key|crt|lock)(?:[:#/].*)?"
    rb"|[a-z]{1,4}#L\d.*|[\w-]{1,30}@\d+(?:\.\d+){1,3}.*|\d+(?:\.\d+){1,3}[\w.-]{0,8}"
    rb"|[A-Za-z_][\w-]{0,30}=.*|[\w./-]{1,80}:\d{1,6}:.*|(?:[a-z0-9]-[a-z0-9]|[_.-]){1,8}"
    rb"|0x[0-9a-f]{1,16}|0x[0-9a-f]{40}|\w{1,60}(?:::\w{1,60}){1,8}|(?=.*(?:pass|psk|key|token"
    rb"|secret|auth|pwd))[a-z]\w{0,20}(?:_[a-z0-9]\w{0,20}){2,8}|1password\d?|o?auth\d?|pk_"
    rb"(?:live|test)_.*|[a-z_]\w{0,40}(?:\.[a-z_]\w{0,40}){2,8}"
)
_GUID = rb"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?::[0-9a-f]{32,64})?"


_CUT = 20  # characters from which on what stands before dots is a whole key, whatever they mean


def nearby(image: bytes, pos: int) -> Span | None:
    """The secret behind the word at `pos`."""
    match = regex(NEARBY).match(image, pos)
    if match is None:
        return None
    gap = match["gap"]
    if gap.lstrip()[:1] == b"}" or (
        gap.lstrip(b"\\\"'` ")[:1] == b":" and goes_on(image, pos - len(prefix_of(image, pos)), gap[:1] in b"\\\"'")
    ):
        return None  # ${PASSWORD}@host, arn:...:secret:my-name
    if gap.count(b"\n") + gap.count(b"\\n") > 3:
        return None
    suffix = b"" if gap.lstrip()[:2] == b"<(" else match["suffix"]  # --password-file <(echo ...)
    rank, prefix = _rank(image, pos, match["word"], suffix), prefix_of(image, pos)
    value = _trimmed(match["s"], rank == _PASSWORD)
    if stands_for_none(image, pos - len(prefix), match["word"], gap, value):
        return None
    if prefix == b"signing" and gap[-1:] in b" \t" and regex(rb"[0-9A-F]{16}|[0-9A-F]{40}").fullmatch(value):
        return None  # which key Git signs with
    if match["s"][len(value) : len(value) + 1] in (b"(", b"[") and value.replace(b".", b"").isalnum():
        return None  # hashes.SHA256()
    if rank != _PASSWORD and regex(rb"\),\s{0,80}\n").search(gap):
        return None  # call(tokens['root']),
    if gap.split()[:1] == [b"get"]:
        return None  # the id of a secret
    dotted = rank != _PASSWORD and image.startswith(b"...", match.start("s") + len(value))
    if dotted and (len(value) < _CUT or (value.startswith(b"eyJ") and b"." not in value)):
        return None  # what is cut off: of a JWT no more than its head
    if gap[-1:] == b"{" and gap[-2:-1] in (b'"', b"'") and match["s"][len(value) : len(value) + 1] == b"}":
        return None  # "{...}": the id of a project
    if not rank or not _is_value(value, gap, rank, prefix[:1] == b"-"):
        return None
    end = match.start("s") + len(value)
    if (
        rank != _PASSWORD
        and b"==" not in gap
        and b"!=" not in gap
        and regex(rb"\\{0,3}[\"'] ?(?::|=>)").match(image, end)
    ):
        return None  # the name of a field
    if gap[-1:] in b"\"'":
        end = joined_end(image, end, gap)
    kind = "password" if rank == _PASSWORD or prefix[:1] == b"-" else "env"
    return match.start("s"), end, kind


BEHIND = (
    *map(
        b"%b ".__mod__,
        b"the our my as le la ma mon your an a new this comme en de api access auth secret client admin root db"
        b" smtp keystore login"
        b" database bot deploy session refresh private master encryption signing wifi service user cookie"
        b" bearer"
        b" old previous ancien former initial temporary license id account storage webhook jwt app shared otp"
        b" staging production prod test current".split(),
    ),
    *(b"(", b"d'", b"l'", b'", ', b"', ", b"equals(", b'name": "', b'key": "', b"alias="),
)
"""What stands right before a word that says secret where the secret stands before it, in small letters."""


def behind(image: bytes, pos: int) -> Span | None:
    """The secret before the word at `pos`: `use ... as the password`, `assertEquals("...", token)`."""
    tail = image[max(0, pos - 72) : pos]
    if not tail.lower().endswith(BEHIND):
        return None
    link = regex(_LINK).search(tail)
    if link is None:
        return None
    end = pos - len(tail) + link.start()
    found = regex(_BEFORE).search(image, max(0, end - 160), end)
    if found is None:
        return None
    word = regex(_WORD).match(image, pos)
    rank = _rank(image, pos, word["word"], word["suffix"]) if word else _NOTHING
    if not rank or not _is_value(found["s"], b'"' if link[0][:1] in b"\"'`" else b" is ", rank):
        return None
    return (*found.span("s"), "password" if rank == _PASSWORD else "env")


_LINK = (
    rb"[\"'`)]{0,2}(?:,? (?:is|was|as|est|c'est|c\?est|comme|en|in|into|for|at|when it asks for|dans|pour"
    rb"|instead of|rather than"
    rb"|au lieu d[eu']|plut\?t que)"
    rb"(?: (?:the|a|an|my|our|your|its|this|new|old|le|la|les|ton|mon|notre|votre|ma|un|une|nouveau))?"
    rb"(?: [a-z]{2,12}){0,2}[ ](?:[\w.-]{1,40})?\Z"
    rb"| \((?:the |my |our |le |la |mon )?(?:[a-z]{2,12} ){0,2}\Z"
    rb"|(?<=[\"']),\s{0,3}(?:\"(?:[Nn]ame|[Kk]ey|id)\"\s?:\s?\"|(?:alias|name|key)=[\"']|"
    rb"(?=[\w.]{0,40}\Z))[\w.-]{0,40}\Z"
    rb"|(?<=[\"'])\.equals\([\w.]{0,40}\Z)"
)
_BEFORE = rb"(?:\A|(?<=[\s\"'`(:=]))(?P<s>(?=[^\s\"'`]{0,64}[0-9])[A-Za-z0-9!@#%^+~][^\s\"'`<>\\\0,;]{5,512})[\"'`)]?\Z"


def _trimmed(value: bytes, strong: bool) -> bytes:
    """Without the next parameter of an address, and the signs that end a sentence or a bracket; a password has any."""
    if not strong and (sign := regex(rb"[()\[\]{}|]").search(value)):
        value = value[: sign.start()]
    if b"&" in value and (more := regex(rb"&\w{1,40}=").search(value)):
        value = value[: more.start()]
    if b"&" in value and (sign := regex(rb"&(?:quot|apos|amp|lt|gt|#)").search(value)):
        value = value[: sign.start()]
    return value.rstrip(_ENDS).removesuffix(b"=20")  # a blank at the end of a line of mail


def _rank(image: bytes, pos: int, word: bytes, suffix: bytes) -> int:
    """What is named: a password, a key or a token, perhaps a key, or nothing that is secret."""
    lower, prefix = word.lower(), prefix_of(image, pos)
    head, prefix = lower[:2], b"-" if prefix == b"-D" else prefix
    rank = _PASSWORD if head in _STRONG else _TOKEN
    if head in _OWN_WORDS and lower != b"pwd":
        inside = prefix[-1:].isalpha()
        if head == b"pw" and suffix[:1].islower():
            return _NOTHING
        parts = regex(rb"[A-Z]?[a-z]+|[A-Z]+|256").findall(suffix)
        if not NO_OWN_SUFFIX.isdisjoint(map(bytes.lower, parts)):
            return _NOTHING
        if inside and head in (b"cl", b"je", b"ps", b"ph", b"sa", b"id") and word[:1].islower():
            return _NOTHING
        if inside and head in (b"pi", b"pw") and not prefix.lower().endswith(_OWNERS_OF_PINS):
            return _NOTHING
        return _SECRET if head == b"cl" and b"secr" in lower else rank
    before = image[max(0, pos - 16) : pos].lower()
    if lower == b"passe":
        return _PASSWORD if regex(rb"(?:mots?|phrase)[ _.-]?de[ _.-]?\Z").search(before) else _NOTHING
    base = word[:-1] if lower[-1:] == b"s" and lower != b"pass" and head != b"cr" else word
    if not prefix and before[-1:] == b" " and head in (b"ke", b"to"):
        words = regex(rb"[a-z0-9?'-]{1,16}(?= \Z)").search(before)
        said = words[0] if words else b""
        if said in NO_PREFIX or suffix.strip(b".-_"):
            return _NOTHING
        if said == b"secret":
            return _SECRET
        if head == b"to" or said in _SAID_OWNERS:
            return _TOKEN
        return _PERHAPS if said in _ARTICLES else _NOTHING  # the key: ...
    if is_secret_name(prefix, base, suffix):
        return _SECRET if head == b"se" else rank
    if head == b"ke" and prefix and not suffix.strip(b".-_") and not last_is(prefix, NO_KEYS):
        return _PERHAPS  # maptiler_key, --key
    return _NOTHING


_PASSWORD, _SECRET, _TOKEN, _PERHAPS, _NOTHING = 4, 3, 2, 1, 0
_OWN_WORDS = (b"sa", b"id", b"cl", b"je", b"md", b"ps", b"ph", b"pi", b"pw")
NO_OWN_SUFFIX = NO_SUFFIX | {b"hash", b"sha", b"256", b"len"}
_OWNERS_OF_PINS = (b"user", b"admin", b"root", b"bind", b"sa", b"db", b"ldap", b"card", b"sim", b"code")
_ARTICLES = (b"the", b"my", b"our", b"your", b"this", b"la", b"ma", b"notre", b"votre", b"ta")
_SAID_OWNERS = frozenset(
    (*KEY_OWNER, b"api", b"wpa", b"wifi", b"wi-fi", b"network", b"recovery", b"product", b"activation")
)


def _is_value(value: bytes, gap: bytes, rank: int, option: bool = False) -> bool:
    judged = value[:JUDGED]
    if len(value) < 6 or is_placeholder(judged) or regex(_NO_VALUE).fullmatch(judged) or names_format(judged):
        return False
    if regex(_LOUD).fullmatch(judged):
        return False
    if rank != _PASSWORD and gap[-1:] not in b"\"'`" and regex(_DOTTED).fullmatch(judged):
        return False
    plain = regex(_WORDS_AND_NUMBERS).fullmatch(judged) is not None
    if gap[-1:] == b"<" and plain:
        return False
    assigned = regex(rb"[:=\"'`>|]|,[^ ]").search(gap) is not None
    clear = assigned or option or regex(_SAID).search(gap) is not None
    if regex(_GUID).fullmatch(value):
        return rank in (_SECRET, _TOKEN) or (clear and rank == _PASSWORD)
    if rank == _PERHAPS:
        return (
            (clear or len(value) >= 32)
            and not plain
            and regex(_RANDOM).fullmatch(judged) is not None
            and is_random(judged, 20)
        )
    if rank == _PASSWORD:
        return passes(judged, CHECK_SAID if clear else CHECK_LIKE) and (
            clear or not plain or is_word_with_number(judged)
        )
    if rank == _SECRET and assigned and is_word_with_number(judged):
        return True
    if plain or (not assigned and regex(_NAME_AND_NUMBER).fullmatch(judged)):
        return False
    return is_like_password(judged) or (is_random(judged, 12) and passes(judged, CHECK_LIKE))


_LOUD = rb"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+"  # the name of a constant
_SAID = rb"\?\s?(?:\n|\\{1,4}n)|\b(?:is|est|was|be|now|to|from|de|as|comme|en|tait|par|devient|reste|sera)\b"
_DOTTED = rb"[A-Za-z_]\w{0,30}(?:\.[A-Za-z_]\w{0,30}){1,8}"  # ed25519.Ed25519PrivateKey
_RANDOM = rb"(?=[^0-9]{0,60}[0-9])(?=[^A-Z]{0,60}[A-Z])(?=[^a-z]{0,60}[a-z])[A-Za-z0-9+/=_-]{20,}|[0-9a-f]{32}"
_NAME_AND_NUMBER = rb"[0-9a-f]{6,11}|[A-Z]?[a-z]{1,24}\d{1,4}[!?]?"  # the short name of a commit, Rust2024


_ASKED = (
    rb"(?i)(?:pass(?:wor[dt]|wd|phrase|code|e)?|mdp|pwd|code|pin|phrase secr.te)\b"
    rb"(?![^\n?]{0,80}[.:;][ ])[^\n]{0,120}\Z"
)
_ANSWER = (
    rb"\?[\"')*_]{0,3}(?:\r?\n|\\{1,4}n)(?:[ \t]{0,8}(?:\r?\n|\\{1,4}n))?[ \t>|]{0,8}(?:\[[\d:/ .-]{4,24}\][ ]?)?"
    rb"(?:[-*+>][ ]?|[*_]{0,2}[\w.@?-]{1,24}(?: \d\d:\d\d"
    rb"| \([^()\n]{1,20}\))?[*_]{0,2}[ ]?:[*_]{0,2}[ ]|<[\w.-]{1,24}>[ ]|[AaRr][.:)][ ])?"
    rb"(?:(?:it's|it is|it was|I set it to|I used|we use|I chose|set it to|no|non|je l'ai mis ?|j'ai mis"
    rb"|c'est|yes|oui|sure|ok|sure thing|use|try|put|utilise|utilisez|prends|prenez|mets|mettez|essaie"
    rb"|essayez)[,:]?[ ]){0,3}"
    rb"[\"'`*]{0,3}(?P<s>[^\s\"'`\\\0]{6,64}?)[\"'`*.,]{0,3}"
    rb"(?:[ ](?:please|thanks|thank you|for now|merci|svp|stp|s'il (?:te|vous) pla.t|pour l'instant)[.!]?)?"
    rb"[ \t]{0,3}(?=\r?\n|\\{1,4}n|\\{0,3}[\"']|\Z)"
)


_ANSWER_GOES_ON = _ANSWER.partition(rb"(?P<s>")[0] + (
    rb"(?P<s>[^\s\"'`\\\0,;]{6,64})[\"'`*]{0,3}(?:[,;] |[.] (?=[A-Z?])| [(a-z-])(?=[^\n\0]{2,200})"
)


def answer(image: bytes, pos: int) -> Span | None:
    """The line that a question for a password is answered with: the question mark that ends its line is at `pos`."""
    line = image[max(0, pos - 160) : pos].rpartition(b"\n")[2]
    if regex(_ASKED).search(line) is None:
        return None
    found = regex(_ANSWER).match(image, pos)
    if found is None:  # a sentence that begins with it
        found = regex(_ANSWER_GOES_ON).match(image, pos)
        if found is None or not is_like_password(found["s"]):
            return None
    if found["s"][-1:] == b"?" or regex(rb"(?i)o?auth\d?|1password\d?").fullmatch(found["s"]):
        return None
    value = found["s"]
    in_brackets = regex(rb"[A-Z]?[a-z]{3,24}\(\d{1,6}\)").fullmatch(value) is not None
    named = regex(rb"[A-Z][a-z?]{7,20}\d[!?]?").fullmatch(value) is not None and is_coined(value, True)
    if not in_brackets and not named and not passes(value, CHECK_SURE):
        return None
    return (*found.span("s"), "password")


_CHANGED = (
    rb"(?i)(?:pass(?:wor[dt]|wd|phrase|code|e)?|pwd|mdp|secret|token|key"
    rb"|psk)\w{0,20}\\{0,3}[\"'`]?[ \t]{0,20}(?:=>|[:=])[ \t]{0,20}"
    rb"\\{0,3}[\"'`]?[^\s\"'`\0]{0,128}\0{0,60}\\{0,3}[\"'`]?[ \t]{0,4}\Z"
)
_INTO = rb"(?:->|=>)[ \t]{1,4}\\{0,3}[\"'`](?P<s>[^\s\"'`\\\0]{6,256})\\{0,3}[\"'`]"


def changed_into(image: bytes, pos: int) -> Span | None:
    """What a secret is changed into, behind the arrow at `pos`: `password = "..." -> "..."`."""
    line = image[max(0, pos - 240) : pos].rpartition(b"\n")[2]
    found = regex(_INTO).match(image, pos)
    if found is None or regex(_CHANGED).search(line) is None:
        return None
    return (*found.span("s"), "env") if passes(found["s"][:JUDGED], CHECK_SURE) else None


_NAMED_BYTES = (
    rb"(?i)(?:key|secret|psk)\w{0,8}(?:\[\w{0,8}\])?[ ]?[=:][ ]?(?:new \w{1,8}\[\w{0,3}\][ ]?"
    rb"|bytes\()?(?:[{(\[]\s{0,8}|b[\"'])\Z"
)
_BYTES = rb"(?i)0x[0-9a-f]{2}(?:,\s{0,20}0x[0-9a-f]{2}){15,63}|(?:\\x[0-9a-f]{2}){16,64}"


def in_bytes(image: bytes, pos: int) -> Span | None:
    """A key that is written byte by byte, the first of which is at `pos`."""
    if regex(_NAMED_BYTES).search(image[max(0, pos - 80) : pos]) is None:
        return None
    found = regex(_BYTES).match(image, pos)
    return (*found.span(), "env") if found else None


_CONNECTION = rb"(?i)(?<![\w-])(?:host|hostaddr|dbname|user|port|sslmode)="
_IN_CONNECTION = rb"(?i)password[ ]?=[ ]?\\{0,1}'(?P<s>(?:[^'\\\n\0]|\\{1,3}['\\]){4,128})\\{0,1}'"


def in_connection(image: bytes, pos: int) -> Span | None:
    """The password of libpq's connection strings, in which quotation marks may hold blanks."""
    found = regex(_IN_CONNECTION).match(image, pos)
    if found is None or is_placeholder(found["s"]):
        return None
    around = image[max(0, pos - 160) : pos] + b" " + image[found.end() : found.end() + 120]
    return (*found.span("s"), "password") if regex(_CONNECTION).search(around) else None


_SPOKEN_OF = rb"(?i)\b(?:pass(?:wor[dt]|wd|phrase|code|e)|mdp|pwd)\b[^\n.;\0]{0,80}\Z"
_IN_QUOTES = rb"[a-z: ]{1,6}(?P<q>[\"'`]) ?(?P<s>[^\s\"'`\\\0]{6,64}) ?(?P=q)(?![:=\w]| ?=)"
_JOINED = (
    rb"[a-z': ]{1,7}(?P<s>[A-Z]?[a-z?]{2,20}[-_.][A-Z][a-z?]{2,20}"
    rb"(?:[-_.]?[A-Z][a-z?]{2,20}){0,3}\d{0,4}[!?]?)(?=[.,;!)]{0,2}(?:\s|\Z|\\))"
)
_PHRASE_IN_QUOTES = (
    rb"[a-z ]{1,6}(?P<q>[\"`]) ?(?P<s>[A-Za-z?][\w?&!+'-]{1,20}(?: [\w?&!+'-]{1,20}){1,11}) ?(?P=q)(?![:=\w]| ?=)"
)


def in_quotes(image: bytes, pos: int) -> Span | None:
    """What a sentence about a password says in quotation marks: ` is "` or `: "` is at `pos`."""
    line = image[max(0, pos - 120) : pos].rpartition(b"\n")[2]
    if regex(_SPOKEN_OF).search(line) is None:
        return None
    found = (
        regex(_IN_QUOTES).match(image, pos)
        or regex(_PHRASE_IN_QUOTES).match(image, pos)
        or regex(_JOINED).match(image, pos)
    )
    if found is None:
        return None
    value = found["s"]
    ok = _is_phrase(value) and found[0][:1] != b":" if b" " in value else passes(value, CHECK_SURE)
    return (*found.span("s"), "password") if ok else None


def _is_phrase(value: bytes) -> bool:
    """Whether several words are one password: they have a number or a sign, or there are many and no sentence."""
    if regex(SENTENCE).search(value.lower()) or is_placeholder(value):
        return False
    if not NAMES.isdisjoint(value.lower().split()):
        return False
    words = value.count(b" ") + 1
    return words >= 4 if value.replace(b" ", b"").isalpha() else regex(rb"[^\w ?]| \d{2,6}\Z").search(value) is not None


OF_ACCOUNT = (
    rb"(?i)(?:pass(?:wor[dt]|wd|phrase|e)?|pwd|mdp|pw)\\{0,3}[\"']?\]?(?:[ ]{0,12}(?:=>|[:=])[ ]{0,12}|>)\\{0,3}[\"']?"
    rb"(?P<s>(?:[^\s\"'`<>\\\0;,&)(]|&(?:lt|gt|amp|quot);|&(?!\w{1,30}=)){5,64})(?="
    rb"(?P<end>\\{0,3}[\"']|;|,(?=\w{1,20}[=\s])|</|&|[ \t]{0,4}(?:\r?\n|\\{1,4}n|\Z)|[ ]\w{1,20}=))"
)
_ACCOUNTS = (
    rb"(?i)(?<![a-z])(?:\w{1,20}[_.-])?(?:user(?:[ _-]?(?:name|id))?|uid|login|utilisateur|identifiant|compte|account"
    rb"|host|server|data source|dbname|database|hote|serveur|base)\\{0,3}[\"']?\]?"
    rb"(?P<sep>[ ]{0,12}(?:=>|[:=])[ ]{0,12}|>)\\{0,3}[\"']?(?!(?:str|string|text|null|none|true"
    rb"|false|varchar)\b)[\w@.\\/$+-]{1,64}"
)


def of_account(image: bytes, pos: int) -> Span | None:
    """The password of a user who is named beside it: in lines, in a connection string, in elements of XML."""
    found = regex(OF_ACCOUNT).match(image, pos)
    if found is None:
        return None
    value, end = found["s"], found["end"][:1]
    start = pos - len(prefix_of(image, pos))
    lead = image[max(0, start - 8) : start]
    if end == b"<":
        if regex(rb"<(?:\w{1,20}:)?\Z").search(lead) is None or image[found.start("s") - 1 : found.start("s")] != b">":
            return None
    elif not is_coined(value.replace(b"&lt;", b"<"), True):
        return None
    around = image[max(0, start - 240) : start]
    behind = image[found.end("s") : found.end("s") + 160]
    if end == b"<":
        ok = is_coined(regex(rb"&(?:lt|gt|amp|quot);").sub(b"+", value), True)
        return (*found.span("s"), "password") if ok else None
    if not regex(_ACCOUNTS).search(around) and not regex(_ACCOUNTS).search(behind):
        return None
    return (*found.span("s"), "password")
