"""What the rows are made of: values, quotation marks, ends of lines, and how what was found is checked.

Checks: ANY takes whatever is no placeholder, where nothing else can stand in the place; LIKE what has letters, digits
and capitals or signs, as words of a sentence have not; RANDOM what no person would write; SPACED the same as LIKE
behind a command that sets a variable; SURE also what somebody made up out of words, where only a password can stand;
IN_GROUPS also groups of letters of which some stand together in no word; ASKED the same as LIKE behind a command that
asks for a password.
"""

from __future__ import annotations

from rlm_core.redaction.assignments import (
    CHECK_ANY,
    CHECK_GROUPS,
    CHECK_JOINED,
    CHECK_LIKE,
    CHECK_SAID,
    CHECK_SURE,
    CHECK_WORD,
    FRAME,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    Row = tuple[str, bytes, bytes, int] | tuple[str, bytes, bytes, int, bytes]

ANY, LIKE, SURE, SAID_SO, WORD, JOINED = CHECK_ANY, CHECK_LIKE, CHECK_SURE, CHECK_SAID, CHECK_WORD, CHECK_JOINED
RANDOM, SPACED, PHRASE, WALLET, IN_GROUPS, ASKED = 3, 4, 5, 6, CHECK_GROUPS, 12
OPEN = rb"(?:\\{0,3}[\"'`])?"
VALUE = rb"(?P<s>(?:[^\s\"'`\\\0]|\\(?![nrt\"'])){4,256})"
V = OPEN + VALUE
GAP = rb"[ \t]{1,4}"
BLANK = b" \t"
SAID = rb"[ \t]{0,3}(?:[\"'`*]|\?[ ]?){0,4}(?:(?<=[*\"])[ ])?[\"'`]?"  # marks and quotation marks before a value
SPOKEN = (
    SAID + rb"(?=[^\s\0]{0,63}(?:[0-9]|(?-i:[a-z][-_.]?[A-Z]|[a-z][!#$%&*+=@^~]{1,2}[A-Za-z])"
    rb"|[b-df-hj-np-tvwxz]{4}|q[a-tv-z]))"
    rb"(?P<s>(?![)&(\[{]|%20|[a-z]{2,12}=\d{1,4}(?:[\s&]|\Z))(?:[^\s\"'`<>\0\\;,&]|&(?!\w{1,30}=)){6,64}?)"
    rb"(?=[.,;:)*]{0,3}(?:[\s\"'`<>\\]|\?(?:\s|\Z)|&\w{1,30}=|\Z))"
)
LINE = rb"(?:\r?\n|\\r?\\n|\\n)"
LEAD = rb"[ \t>|+-]{0,8}"  # before a line of what a command printed
FOLDED = LINE + FRAME + rb"?[ \t]{0,40}"
GROUPS = rb"(?P<s>(?:[a-z]{4}(?: [a-z]{4}){3}|[A-Za-z0-9]{4}(?: [A-Za-z0-9]{4}){5})(?!\w| \w))"
