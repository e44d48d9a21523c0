"""Secrets in tables: a column that is headed `password`, in CSV, in Markdown, in what clients of databases print.

One look finds the first value of a column that is still there; of many values all that stand between the first and the
last. Whoever looks again until nothing is found gets all of them.
"""

from __future__ import annotations

from rlm_core.redaction.assignments import (
    CHECK_LIKE,
    CHECK_RANDOM,
    CHECK_SURE,
    CHECK_WORD,
    FRAME,
    JUDGED,
    is_placeholder,
    passes,
    regex,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    Span = tuple[int, int, str]

_LINE_END = rb"\r?\n|\\{1,3}r\\{1,3}n|\\{1,3}n"
_HEAD = 400  # characters of a line of heads
_NAME = rb"[ ]{0,80}\\{0,3}[\"'`*+>#-]{0,3}[ ]?[\w ./#()?%-]{0,64}\\{0,3}[\"'`*]{0,2}[ ]{0,80}"
_RULE = rb"[\s|+:=>-]{3,400}"  # the line between heads and rows
_NO_HEAD = (
    rb"(?i).*(?:hash|hint|length|policy|type|(?<!ac)count|expir|changed|updated|created|_id|_at\b|file|path|name\b).*"
)
_PASSWORDS = rb"(?i)\W*(?:pass(?:word|wd|code)?|mot de passe|mdp|pwd|pin)\W*"
_TRIED, _ROWS, _APART = 2, 200, 6
_CELLS = {
    delimiter: rb"(?:[ ]?(?:\"\"|\\{1,3}\"|\")[^\"\\\0]{0,512}(?:\"\"|"
    rb"\\{1,3}\"|\")(?=[%b]|\s|\Z)|[^%b\r\n]{0,512})(?:[%b]|\Z)" % (delimiter, delimiter, delimiter)
    for delimiter in (b",", b";", b"|", b"\t")
}


def column(image: bytes, pos: int, blanks: bool) -> Span | None:
    """The secrets below the head at `pos`. blanks: whether it is blanks that part the columns."""
    least = max(0, pos - _HEAD)
    written = image.rfind(b"\\n", least, pos)  # as JSON writes the end of a line
    start = max(image.rfind(b"\n", least, pos) + 1, written + 2 if written >= 0 else least)
    ends = regex(_LINE_END)
    end = ends.search(image, pos, pos + _HEAD)
    if end is None or b"\0" in image[start : end.end()]:
        return None
    if end[0][:1] == b"\\":  # within a string of JSON, which begins behind the last quotation mark that is not escaped
        start += max((mark.end() for mark in regex(rb"(?<!\\)\"").finditer(image[start:pos])), default=0)
    head = image[start : end.start()]
    delimiter = max((b"|", b"\t", b";", b","), key=head.count)
    if blanks or not head.count(delimiter):
        return _in_blanks(image, head, pos - start, end.end())
    names = head.split(delimiter)
    number = head.count(delimiter, 0, pos - start)
    # What stands before the first name is a prompt, or a sentence.
    if len(names) < 2 or (delimiter == b"," and b", " in head) or not all(map(regex(_NAME).fullmatch, names[1:])):
        return None
    if delimiter != b"|" and not names[-1].strip():
        return None  # an item of a list, on a line of its own
    if regex(_NO_HEAD).fullmatch(names[number]):
        return None
    digits = delimiter != b"|" and regex(_PASSWORDS).fullmatch(names[number]) is not None
    found = _values(image, end.end(), delimiter, len(names), number, digits)
    if not found:
        return None
    return (found[0][0], found[-1][1] if len(found) > _APART else found[0][1], "password")


_FIELD = rb"\\{0,3}\"[^\"\\\0]{0,256}\\{0,3}\"|'[^'\0]{0,256}'|\0{12,60}|[^\s\"'\0]{1,512}"


def _in_blanks(image: bytes, head: bytes, pos: int, at: int) -> Span | None:
    """The first secret of a column where blanks part them: below a comment, or heads that are loud or set apart."""
    if frame := regex(FRAME + rb"(?=[#;])").match(head):
        head, pos = head[frame.end() :], pos - frame.end()
    if not (head.lstrip()[:1] in (b"#", b";") or head.isupper() or b"  " in head.strip()):
        return None
    names = [*regex(rb"[A-Za-z][\w()./-]{0,40}").finditer(head)]
    number = sum(name.end() <= pos for name in names)
    if not 2 <= len(names) <= 12 or number >= len(names) or regex(_NO_HEAD).fullmatch(names[number][0]):
        return None
    if head.translate(None, b"#;/()-._").replace(b" ", b"").isalnum() is False:
        return None
    check = CHECK_RANDOM if regex(rb"(?i).*(?:key|token).*").fullmatch(names[number][0]) else CHECK_LIKE
    ends = regex(_LINE_END)
    found: list[tuple[int, int]] = []
    tried = 0
    for _ in range(_ROWS):
        end = ends.search(image, at, at + 4096)
        line = image[at : end.start() if end else at + 4096]
        cells = [*regex(_FIELD).finditer(line)]
        if not regex(_RULE).fullmatch(line) and line.strip():
            if not len(names) - 1 <= len(cells) <= len(names) + 1 or number >= len(cells):
                break
            cell = cells[number][0].strip(b"\\\"'")
            if len(cell) <= 256 and passes(cell[:JUDGED], check):
                begin = at + line.index(cell, cells[number].start())
                found.append((begin, begin + len(cell)))
            tried += b"\0" not in cell
            if tried > _TRIED and not found:
                break
        if end is None:
            break
        at = end.end()
    return (found[0][0], found[-1][1] if len(found) > _APART else found[0][1], "password") if found else None


def _values(image: bytes, at: int, delimiter: bytes, columns: int, number: int, digits: bool) -> list[tuple[int, int]]:
    """Where the values of a column stand in the rows that begin at `at`.

    digits: whether these alone, or a word, may be one.
    """
    found: list[tuple[int, int]] = []
    ends = regex(_LINE_END)
    for row in range(_ROWS):
        end = ends.search(image, at, at + 4096)
        line = image[at : end.start() if end else at + 4096]
        if row > _TRIED and not found:
            break
        if not regex(_RULE).fullmatch(line):
            place = _cell(line, delimiter, columns, number)
            if place is None:
                break
            value = line[place[0] : place[1]]
            if _is_value(value, delimiter, digits) or (digits and value.isdigit() and 6 <= len(value) <= 12):
                found.append((at + place[0], at + place[1]))
        if end is None:
            break
        at = end.end()
    return found


def _cell(line: bytes, delimiter: bytes, columns: int, number: int) -> tuple[int, int] | None:
    """Where a cell's value stands in a line; None when the line is no row of so many columns."""
    cells = [cell for cell in regex(_CELLS[delimiter]).finditer(line) if cell[0]]
    if len(cells) < columns - 1 or line.count(delimiter) < columns - 1 or number >= len(cells):
        return None
    cell = cells[number]
    text = cell[0].rstrip(delimiter)
    begin = len(text) - len(text.lstrip(b" \"'`*\\"))
    value = regex(rb"[^\"'`\\]*").match(text, begin)  # what a string holds ends with it
    return cell.start() + begin, cell.start() + begin + len(value[0].rstrip(b" *") if value else b"")


def _is_value(value: bytes, delimiter: bytes, words: bool) -> bool:
    if not 4 <= len(value) <= 256 or b" " in value or b"\0" in value or is_placeholder(value):
        return False
    strong = regex(rb"(?=.*[A-Za-z]).*[0-9@#$%^&*+~!]").match(value) is not None
    return passes(value[:JUDGED], CHECK_WORD if words else CHECK_SURE) or (delimiter != b"|" and strong)
