"""When a file's text was written, as far as the file says so: in its name, its front matter or its headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timezone

from rlm_core.engine.texts import Document
from rlm_core.language.dates import Date, dates

FRONT_CHARS, HEAD_LINES = 4000, 30  # characters of a front matter; lines in which a text's first heading stands
MAX_HEADING_CHARS = 200

_YEAR = r"(?P<year>(?:19|20)\d{2})"
_IN_NAME = (
    re.compile(rf"(?<!\d){_YEAR}-?W(?P<week>\d{{2}})(?:-?(?P<weekday>[1-7]))?(?!\d)", re.IGNORECASE),
    re.compile(rf"(?<!\d){_YEAR}(?P<sign>[-_.]?)(?P<month>\d{{2}})(?P=sign)(?P<day>\d{{2}})(?:\d{{4}}|\d{{6}})?(?!\d)"),
    re.compile(rf"(?<!\d){_YEAR}[-_.](?P<month>\d{{1,2}})[-_.](?P<day>\d{{1,2}})(?!\d)"),
    re.compile(r"(?<!\d)(?P<day>1[3-9]|2\d|3[01])[-_.](?P<month>\d{1,2})[-_.](?P<year>(?:19|20)\d{2})(?!\d)"),
)
_MONTH_IN_NAME = re.compile(rf"(?<![\d.]){_YEAR}[-_](?P<month>0[1-9]|1[0-2])(?![\d]|[-_.]\d)")
_FOLDERS = re.compile(rf"(?:^|/){_YEAR}/(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})(?=\D|$)")
_FRONT = re.compile(r"\A\ufeff?(?P<fence>---|\+\+\+)[ \t]*\r?\n")
_KEY = re.compile(r"^[ \t]*(?P<key>\w+)[ \t]*[:=][ \t]*[\"']?(?P<value>[^\"'\r\n]{4,60})", re.MULTILINE)
_KEYS = ("date", "updated", "modified", "lastmod", "last_modified", "created", "published")
_HEADING = re.compile(r"^#{1,6}[ \t]+(?P<text>[^\r\n]{1,200})", re.MULTILINE)
_ROW = re.compile(
    r"^[ \t>*_\[(-]{0,6}(?P<year>(?:19|20)\d{2})(?P<sign>[-/.])(?P<month>\d{2})(?P=sign)(?P<day>\d{2})"
    r"(?=[T \t\]),;|:]|$)",
    re.MULTILINE,
)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?(?:\.\d{1,6})?(?:Z|[+-]\d{2}:?\d{2})?")


def dated(document: Document) -> Document:
    """A document with the date that its name says, else its front matter, else its first heading.

    Where several headings bear dates, as in a journal, what stands below each has that heading's; where most lines
    begin with a day, as in a log, each has its own. A document that has a date already, and one that says none, come
    back as they are. A week stands for its Monday.
    """
    if document.date or document.moments:
        return document
    moments = tuple(_dated_headings(document))
    if len({day for _, day in moments}) < 2:
        moments = tuple(_dated_rows(document))
    if len({day for _, day in moments}) > 1:
        return replace(document, date=_of_name(document.id) or _of_front_matter(document.text), moments=moments)
    return replace(
        document, date=_of_name(document.id) or _of_front_matter(document.text) or _of_heading(document.text)
    )


def _of_name(name: str) -> str:
    """The date in a file's name, else in its directory's, else in directories for year, month and day."""
    folders, _, file = name.rpartition("/")
    return _in_name(file) or _in_name(folders.rpartition("/")[2]) or next(_days(_FOLDERS.finditer(name)), "")


def _in_name(name: str) -> str:
    found = (day for pattern in _IN_NAME for day in _days(pattern.finditer(name)))
    if day := next(found, ""):
        return day
    words = re.sub(r"[-_.]", " ", name)
    written = (d for d in dates(words) if d.year and any(map(str.isalpha, words[d.start : d.end])))
    if day := next(filter(None, map(_iso, written)), ""):
        return day
    month = _MONTH_IN_NAME.search(name)
    return f"{month['year']}-{month['month']}" if month else ""


def _days(matches: Iterator[re.Match[str]]) -> Iterator[str]:
    """The days that matches name, without those that no calendar has."""
    for match in matches:
        groups = match.groupdict()
        try:
            if groups.get("week"):
                yield date.fromisocalendar(
                    int(groups["year"]), int(groups["week"]), int(groups["weekday"] or 1)
                ).isoformat()
            else:
                yield date(int(groups["year"]), int(groups["month"]), int(groups["day"])).isoformat()
        except ValueError:
            continue


def _of_front_matter(text: str) -> str:
    """The date in the fields before a text, by the first of `_KEYS` that has one."""
    fence = _FRONT.match(text)
    if not fence:
        return ""
    end = text.find(f"\n{fence['fence']}", fence.end() - 1, FRONT_CHARS)
    if end < 0:
        return ""
    fields = {m["key"].lower(): m["value"] for m in _KEY.finditer(text, fence.end() - 1, end)}
    return next((day for key in _KEYS if (day := _in_text(fields.get(key, "")))), "")


def _of_heading(text: str) -> str:
    """The date at the beginning or the end of a text's first heading, or of its first line where it has none."""
    head = text[: FRONT_CHARS + HEAD_LINES * MAX_HEADING_CHARS].split("\n")
    if _FRONT.match(text) and (end := next((n for n, row in enumerate(head[1:], 1) if row[:3] in ("---", "+++")), 0)):
        head = head[end + 1 :]
    rows = [row.strip() for row in head[:HEAD_LINES] if row.strip()]
    first = next((row for row in rows if row.startswith("#")), rows[0] if rows else "")
    return _at_an_end(first[:MAX_HEADING_CHARS])


def _dated_headings(document: Document) -> Iterator[tuple[int, str]]:
    """(line, date) of each heading that begins or ends with a date."""
    line, at = document.first_line, 0
    for match in _HEADING.finditer(document.text):
        line += document.text.count("\n", at, match.start())
        at = match.start()
        if day := _at_an_end(match["text"]):
            yield line, day


def _dated_rows(document: Document) -> Iterator[tuple[int, str]]:
    """(line, date) of each line on which another day begins; none where fewer than half of the lines begin with one."""
    text = document.text
    found = list(_ROW.finditer(text))
    if len(found) < 2 or 2 * len(found) < sum(not row.isspace() for row in text.splitlines() if row):
        return
    line, at, last = document.first_line, 0, ""
    for match in found:
        line += text.count("\n", at, match.start())
        at = match.start()
        day = next(_days(iter([match])), "")
        if day and day != last:
            yield line, day
            last = day


def _at_an_end(row: str) -> str:
    """The date with which a line begins or ends, signs aside."""
    for d in dates(row):
        before, after = row[: d.start], row[d.end :]
        outside = not any(map(str.isalnum, before)) or not any(map(str.isalnum, re.sub(r"^T[\d:.Z+-]*", "", after)))
        if outside and d.year and d.day and (day := _iso(d)) and _is_clear(d, row):
            return day
    return ""


def _in_text(value: str) -> str:
    """The first date of a field's value, with its time in UTC where it tells one."""
    if time := _TIME.match(value.strip()):
        try:
            moment = datetime.fromisoformat(time[0].replace("Z", "+00:00"))
        except ValueError:
            return ""
        moment = moment.astimezone(timezone.utc) if moment.tzinfo else moment
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return next((day for d in dates(value) if d.year and d.day and _is_clear(d, value) and (day := _iso(d))), "")


def _is_clear(d: Date, text: str) -> bool:
    """Whether a date can be read in one way only: 3/4/2026 cannot."""
    return sum(other.start == d.start for other in dates(text)) == 1


def _iso(d: Date) -> str:
    """A date as ISO-8601 writes it; "" for a day that no calendar has."""
    if not d.day:
        return f"{d.year:04d}-{d.month:02d}"
    try:
        return date(d.year, d.month, d.day).isoformat()
    except ValueError:
        return ""
