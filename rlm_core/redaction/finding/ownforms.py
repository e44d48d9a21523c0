"""Secrets that stand in a form of their own: blocks of a private key, `<private>`, cookies, accounts, files shown."""

from __future__ import annotations

from rlm_core.redaction.assignments import (
    CHECK_LIKE,
    CHECK_SURE,
    JUDGED,
    is_placeholder,
    is_random,
    passes,
    regex,
)
from rlm_core.redaction.rules import CURL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.redaction.finding.groups import Span

_PEM_HEAD = rb"-----BEGIN (?:[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?|OpenVPN [a-zA-Z0-9 -]{1,32} key(?: V1)?)-----"
_PEM_TAIL = rb"-----END [A-Za-z0-9 ]{0,40}-----"
# Between lines: white space, \n escapes, quotes, line numbers, diff signs, headers such as DEK-Info.
_PEM_FILL = rb"(?:[^A-Za-z0-9+/=\0]|\\[nr]|\d{1,6}(?=[\t ?:|])|[\r\n?\t ][+](?=[A-Za-z0-9\s\\])){0,40}"
_PEM_RUNS = rb"(?:" + _PEM_FILL + rb"[A-Za-z0-9+/]{20,8192}={0,2}){1,400}"
_PEM_NAME = rb"(?:Proc-Type|DEK-Info|Version|Comment|Charset|Hash):"
_PEM_HEADER = _PEM_FILL + _PEM_NAME + rb" ?"
# A header's value ends where the next begins: else five of them could be cut in countless ways.
_PEM_WHOLE = _PEM_HEADER + rb"(?:(?!" + _PEM_NAME + rb")[^\n\\\0]){0,100}"
_PEM_LAST = _PEM_HEADER + rb"[^\n\\\0]{0,100}" + _PEM_RUNS
_PEM_HEADERS, _PEM_HEADERS_REACH = 5, 2_400
_PEM_REACH = 20_000
_CURL_REACH = 5 + 3 * 300 + 6  # where CURL may find its `-u` or `--user`: a continued line counts as one character


def private_key(image: bytes, pos: int) -> Span | None:
    """A PEM block to its END line; without one, as far as the lines look like a key. No block reaches over another."""
    head = regex(_PEM_HEAD).match(image, pos)
    if head is None:
        return None
    begin, reach = head.end(), head.end() + _PEM_REACH
    stop = image.find(b"-----BEGIN", begin, reach)
    end = image.find(b"-----END ", begin, reach if stop < 0 else stop)
    tail = regex(_PEM_TAIL).match(image, end) if end > 0 else None
    if tail is not None and _is_key_body(image[begin : tail.start()]):
        return pos, tail.end(), "private-key"
    lines = _key_lines(image, begin, len(image) if stop < 0 else stop)
    return (pos, lines, "private-key") if lines else None


def _key_lines(image: bytes, begin: int, stop: int) -> int:
    """Where lines of a key end that follow, behind headers or on the line of one; 0 when none do."""
    if regex(rb"[A-Za-z0-9+/]{20}").search(image, begin, min(stop, begin + _PEM_HEADERS_REACH)) is None:
        return 0
    headers: list[int] = []
    at = begin
    while len(headers) < _PEM_HEADERS and (header := regex(_PEM_WHOLE).match(image, at, stop)) is not None:
        headers.append(at)
        at = header.end()
    lines = regex(_PEM_RUNS).match(image, at, stop)
    while lines is None and headers:
        lines = regex(_PEM_LAST).match(image, headers.pop(), stop)
    return lines.end() if lines else 0


def curl_user(image: bytes, pos: int) -> Span | None:
    """The password of `curl -u user:password` on either side of the address at `pos`."""
    start = image.rfind(b"curl ", max(0, pos - 300), pos)
    if start < 0 or image.find(b"-u", start, start + _CURL_REACH) < 0:
        return None
    match = regex(CURL).match(image, start)
    if match is None or is_placeholder(match["s"]):
        return None
    return (*match.span("s"), "password")


def _is_key_body(body: bytes) -> bool:
    """True when most of `body` is long base64: code that merely names the END line holds no key."""
    runs = regex(rb"[A-Za-z0-9+/=]{24,}").findall(body)
    return 2 * sum(map(len, runs)) >= len(body) > 0


_TAG = rb"<(?:\\?/)?private(?:\s[^<>]{0,200})?>"


def private_block(image: bytes, pos: int) -> Span | None:
    """`<private>` to the tag that closes it, nested ones inside; without one, to the end of the text."""
    tags = regex(rb"(?i)(?<!`)" + _TAG + rb"|" + _TAG + rb"(?!`)")  # `<private>` is talk about the tag
    if tags.match(image, pos) is None:
        return None
    depth = 0
    for tag in tags.finditer(image, pos):
        depth += -1 if b"/" in tag[0][:3] else 1
        if depth == 0:
            return pos, tag.end(), "private"
    return pos, len(image), "private"


def cookie(image: bytes, pos: int) -> Span | None:
    """The first value of a cookie's header, or of `curl -b`, that no person would write."""
    head = regex(
        rb"(?i)cookie\d?\\{0,3}[\"']?[ \t]{0,2}[:=][ \t]{0,2}\\{0,3}[\"']?|--cookie[ =]|curl (?:[^\n|;&]{0,200}? )?-b "
    ).match(image, pos)
    if head is None:
        return None
    # No further than where the next begins, or a line of many would be read once for each.
    after = regex(rb"(?i)cookie\d?\\{0,3}[\"' ]{0,3}[:=]").search(image, head.end(), head.end() + 1024)
    line = image[head.end() : after.start() if after else head.end() + 1024]
    for pair in regex(rb"(?:\A|[;,'\" ])[ ]?([\w.-]{1,64})=([^;,\s\"'\\\0]{16,2048})").finditer(
        line.partition(b"\n")[0]
    ):
        if not pair[1].lower().startswith((b"_g", b"path", b"domain", b"expires")) and is_random(pair[2][:JUDGED], 16):
            return head.end() + pair.start(2), head.end() + pair.end(2), "cookie"
    return None


_ACCOUNT = (
    rb"(?i)(?<![\w/:.@+-])(?:(?:sip|sips|imap|ftp):)?(?:[\w.-]{1,32}[/\\]{1,2})?"
    rb"(?!(?:mailto|e?mail|to|from|cc|bcc|by|author|contact|acct|xmpp|npm|git|ssh|scp|reply-to|sender):)"
    rb"[\w.-]{1,32}:(?P<s>[^\s:/@\"'`<>()\[\]{}\\\0]{6,64})"
    rb"@(?!sha256:)(?:(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,12}|\d{1,3}(?:\.\d{1,3}){3}|[a-z0-9-]{1,63}:\d{2,5})(?![\w@])"
)


def account(image: bytes, pos: int) -> Span | None:
    """The password of `user:password@host`, before an address of which nothing else tells that it is one."""
    colon = image.rfind(b":", max(0, pos - 65), pos)
    if colon < 0 or image[colon + 1 : colon + 2] in b"/ " or b" " in image[colon:pos]:
        return None
    start = (
        max(image.rfind(sign, max(0, colon - 80), colon) for sign in (b" ", b"\n", b'"', b"'", b"=", b"`", b"\0")) + 1
    )
    match = regex(_ACCOUNT).match(image, start)
    if match is None or match.end("s") != pos or not passes(match["s"], CHECK_LIKE):
        return None
    return (*match.span("s"), "url-password")


_SECRET_FILES = (b"keyfile", b"auth", b"cred", b"pass", b"login", b"secret", b"token", b"vault", b"mdp", b"pwd")
_SHOWN = (
    rb"(?:\r?\n|\\r?\\n|\\n)[ \t>|+-]{0,8}(?P<u>[\w.@-]{1,64}(?:\r?\n|\\r?\\n|\\n)[ \t>|+-]{0,8})?"
    rb"(?!\d{1,6}[:-])(?P<s>[^\s\"'`\\\0:=/(]{6,128}|[A-Za-z0-9+/]{40,2000}={0,2})(?=[\r\n\"'`\\]|\Z)"
)
_FILE_NAME = rb"[\w./~${}*-]+\r?"
_SOURCES = rb"\.(?:rs|py|[jt]sx?|go|md|java|rb|[ch]|php|kt|swift|sh|json|ya?ml|toml|xml|html|css|lock|csv)\Z"


def shown_file(image: bytes, pos: int) -> Span | None:
    """What `cat` shows of a file of a password, alone or below its user."""
    name = image[pos + 4 : pos + 124].partition(b"\n")[0].partition(b"\\n")[0]
    lower = name.lower()
    if b" " in name or not any(map(lower.__contains__, _SECRET_FILES)):
        return None  # nearly always, and sooner told
    if not regex(_FILE_NAME).fullmatch(name) or regex(_SOURCES).search(lower):
        return None
    match = regex(_SHOWN).match(image, pos + 4 + len(name.rstrip(b"\r")))
    if match is None:
        return None
    alone = match["u"] and regex(_NO_MORE).match(image, match.end())  # a user and a password, and nothing more
    return (*match.span("s"), "password") if passes(match["s"], CHECK_SURE if alone else CHECK_LIKE) else None


_NO_MORE = rb"(?:\s|\\n){0,4}\Z|\\{0,3}[\"'`]|(?:\r?\n|\\{1,4}n)(?:[$#>]|\r?\n|\\{1,4}n)"
