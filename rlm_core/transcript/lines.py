"""The records on a line of a transcript: one as a rule, several or a part of one after an accident.

Two writers at once, a crash or a full disk leave records glued together, cut off with another one behind, runs of
NULs; programs that copy transcripts leave a byte order mark or UTF-16. What can be read of all that is read.
"""

from __future__ import annotations

from rlm_core import quickjson as json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from json import JSONDecoder
    from typing import Any

    Json = dict[str, Any]

# Where a record may begin inside a line that a crash cut off and the next writer appended to; the first ones are such
# that nothing else begins so.
STRONG = ('{"parentUuid"', '{"logicalParentUuid"', '{"isSidechain"', '{"type":"user"', '{"type":"assistant"')
RECORD_STARTS = (*STRONG, '{"type"', '{"uuid"', '{"sessionId"', '{"timestamp"', '{"message"')
KEYS = ("uuid", "sessionId", "timestamp", "message", "leafUuid")  # of which a record has one, and no block of content
BROKEN = "broken"  # the type of what stands for a piece of a line that is no record: {"type": BROKEN, "text": ...}
BOM = b"\xef\xbb\xbf"
_BLANK = "\0 \t\r\n\ufeff"
_ATTEMPTS = 1000  # places of a line at which a record is looked for


def parse_line(line: bytes) -> Json | None:
    """The JSON object on a line, or None. NULs around it, which a crash may leave, are no matter.

    Invalid UTF-8 inside strings becomes U+FFFD.
    """
    if line.startswith(b"{") and line.endswith(b"}\n") and line[1:2] != b"\0":
        return _object(line)  # as nearly all are: without a copy of it
    stripped = line.strip(b"\0 \t\r\n")
    if not stripped.startswith(b"{"):
        return _object(_decoded(line).strip(_BLANK)) if stripped.startswith((BOM, b"\xff\xfe", b"\xfe\xff")) else None
    return _object(_decoded(line).strip(_BLANK) if stripped[1:2] == b"\0" else stripped)


def records_on(line: bytes) -> list[tuple[Json, bool]]:
    """(record, whole) of a line, in order; see `recovered`."""
    record = parse_line(line)
    return [(record, True)] if record is not None else recovered(line)[0]


def _object(text: str | bytes) -> Json | None:
    try:
        record = json.loads(text)
    except UnicodeDecodeError:
        return _object(text.decode("utf-8", "replace") if isinstance(text, bytes) else "")
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _decoder() -> JSONDecoder:
    """For what an accident has left, which may hold line feeds in strings."""
    from json import JSONDecoder

    return JSONDecoder(strict=False)


def is_blank(line: bytes) -> bool:
    """Whether nothing stands on a line; NULs and a byte order mark are nothing."""
    return not line.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe")


def recovered(line: bytes) -> tuple[list[tuple[Json, bool]], bool]:
    """((record, whole) of a line that is not one record, in order; whether nothing else stands on it).

    A record that was cut off is closed where it ends, and is not whole. What cannot be read as a record comes as
    {"type": BROKEN, "text": ...}, if it holds words.
    """
    found: list[tuple[Json, bool]] = []
    intact = True
    text = _decoded(line).strip(_BLANK)
    if not text:
        return found, intact
    decoder = _decoder()
    at = 0
    while at < len(text):
        if text[at] in _BLANK:
            at += 1
            continue
        record, end = _record_at(decoder, text, at)
        if record is None:
            end = _next_record(decoder, text, at + 1)
            found += _piece(text[at:end].rstrip(_BLANK))
            intact = False
        else:
            found.append((record, True))
        at = end
    return found, intact


def _decoded(line: bytes) -> str:
    """The line's text: UTF-8, or UTF-16 as it is left when a file is split at its newline bytes."""
    if line[:2] in (b"\xff\xfe", b"\xfe\xff"):
        line = line[2:]
    head = line.lstrip(b"\0 \t\r\n")[:400]
    if not head or head.count(b"\0") * 3 <= len(head):
        return line.decode("utf-8", "replace")
    # The newline's other byte stands at the end of the line (big endian) or at the beginning of the next (little).
    body = line.removesuffix(b"\n")
    big = body.removesuffix(b"\0") if len(body) % 2 else body
    small = body.removeprefix(b"\0") if len(body) % 2 else body
    texts = [big.decode("utf-16-be", "replace").strip(_BLANK), small.decode("utf-16-le", "replace").strip(_BLANK)]
    return next((t for t in texts if _is_json(t)), max(texts, key=lambda t: t.startswith("{")))


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def is_record(value: Json) -> bool:
    """Whether an object is a record rather than a block of one's content."""
    return isinstance(value.get("type"), str) and any(key in value for key in KEYS)


def _record_at(decoder: JSONDecoder, text: str, at: int) -> tuple[Json | None, int]:
    if text[at] != "{":
        return None, at
    try:
        value, end = decoder.raw_decode(text, at)
    except (ValueError, RecursionError):
        return None, at
    return (value, end) if isinstance(value, dict) else (None, at)


def _next_record(decoder: JSONDecoder, text: str, at: int) -> int:
    """Where the next whole record begins, else the next that a writer began; the text's end when there is none."""
    begun = len(text)
    for _ in range(_ATTEMPTS):
        found = [i for start in RECORD_STARTS if (i := text.find(start, at)) >= 0]
        if not found:
            return begun
        at = min(found)
        record, _ = _record_at(decoder, text, at)
        if record is not None and is_record(record):
            return at
        if record is None and begun == len(text) and text.startswith(STRONG, at):
            begun = at  # cut off as well
        at += 1
    return begun


def _piece(text: str) -> Iterator[tuple[Json, bool]]:
    """What a cut-off record holds."""
    # Not at the top, here and elsewhere: few lines are broken or hold what is unknown.
    from rlm_core.transcript.records.prose import is_prose

    record = closed(text)
    if record is not None and is_record(record):
        yield record, False
    elif is_prose(text):
        yield {"type": BROKEN, "text": text}, False


def closed(text: str) -> Json | None:
    """The object whose JSON ends too early, with what is open at its end closed; None if it is none.

    >>> closed('{"type": "user", "message": {"content": "we keep the ol')
    {'type': 'user', 'message': {'content': 'we keep the ol'}}
    >>> closed('{"a": [1, {"b": tr')
    {'a': [1, {}]}
    """
    if not text.startswith("{"):
        return None
    stack: list[str] = []
    in_string = escaped = False
    # The last place at which the text could be cut and closed: behind a value, or behind an opening bracket. Whatever
    # opens or closes is such a place, so that what is open there is what is open at the end.
    good = 1
    for i, c in enumerate(text):
        if in_string:
            if escaped:
                escaped = False
            elif c == "\\":
                escaped = True
            elif c == '"':
                in_string = False
            continue
        if c == '"':
            in_string = True
        elif c in "{[":
            stack.append("}" if c == "{" else "]")
            good = i + 1
        elif c in "}]":
            if not stack or stack.pop() != c:
                return None
            good = i + 1
        elif c == ",":
            good = i
    closers = "".join(reversed(stack))
    for cut in (_string_end(text) + '"' if in_string else text, text[:good]):
        try:
            record = _decoder().decode(cut + closers)
        except (ValueError, RecursionError):
            continue
        return record if isinstance(record, dict) else None
    return None


def _string_end(text: str) -> str:
    r"""A text that ends inside a string, without half an escape: `\`, `\u00`, or half of a surrogate pair."""
    at = text.rfind("\\", max(0, len(text) - 6))
    if at < 0:
        return text
    backslashes = len(text[: at + 1]) - len(text[: at + 1].rstrip("\\"))
    if backslashes % 2 == 0:
        return text
    tail = text[at + 1 :]
    whole = len(tail) >= (5 if tail.startswith("u") else 1)
    return text if whole else text[:at]
