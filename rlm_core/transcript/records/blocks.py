"""The parts of a message, whatever the shape of its content: text, list, object, numbers, numeric keys."""

from __future__ import annotations

from rlm_core import quickjson as json
from rlm_core.redaction.clean import literal
from rlm_core.transcript.calls import call
from rlm_core.transcript.entry import MEDIA, RESULT, TEXT, THINKING, Part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    Json = dict[str, Any]

SUFFIXES = {
    "image/png": literal(".png"),
    "image/jpeg": literal(".jpg"),
    "image/gif": literal(".gif"),
    "image/webp": literal(".webp"),
    "application/pdf": literal(".pdf"),
}
OTHER_SUFFIX = literal(".bin")
# Keys of each kind of block that are shown, or say nothing to a person.
_ALWAYS = ("type", "cache_control")
KNOWN = {
    "text": frozenset((*_ALWAYS, "text")),
    "thinking": frozenset((*_ALWAYS, "thinking", "signature")),
    "redacted_thinking": frozenset((*_ALWAYS, "data")),
    "tool_use": frozenset((*_ALWAYS, "id", "name", "input", "caller")),
    "server_tool_use": frozenset((*_ALWAYS, "id", "name", "input", "caller")),
    "tool_result": frozenset((*_ALWAYS, "tool_use_id", "content", "is_error")),
}
MAX_WORD = 100  # characters of letters alone that are words in a picture's place rather than its base64


class Blocks:
    """Makes parts of content blocks.

    folder: of the record's session, in which the client keeps outputs that are too long for the transcript.
    lost_outputs: those that were gone.
    """

    __slots__ = ("folder", "lost_outputs")

    def __init__(self, folder: str = "") -> None:
        self.folder = folder
        self.lost_outputs = 0

    def parts(self, content: Any, record: Json) -> list[Part]:
        """The parts of a message's content. What is no list of blocks is taken for what it is nearest to."""
        if isinstance(content, str):
            return [Part(TEXT, content)]
        if isinstance(content, list):
            return [p for block in content for p in self._block(block, record)]
        if content is None:
            return []
        return self._block(content, record)

    def _block(self, block: Any, record: Json) -> list[Part]:
        if isinstance(block, str):
            return [Part(TEXT, block)]
        if not isinstance(block, dict):
            return (
                [] if block is None else [Part(TEXT, _scalar(block) if not isinstance(block, list) else plain(block))]
            )
        kind = block.get("type")
        if kind == "text":
            return _text_block(block)
        if kind == "thinking" and isinstance(block.get("thinking"), str):
            parts = [Part(THINKING, block["thinking"])]
        elif kind == "redacted_thinking":
            parts = [Part(THINKING, f"[redacted_thinking] {text_of(block.get('data'))}")]
        elif kind in ("tool_use", "server_tool_use"):
            parts = [call(block)]
        elif kind == "tool_result":
            parts = self._result(block, record)
        elif kind in ("image", "document"):
            return [media(block)]
        else:
            return _unknown(block)
        return parts + _besides(block, KNOWN[kind]) if block.keys() - KNOWN[kind] else parts

    def _result(self, block: Json, record: Json) -> list[Part]:
        parts = self.parts(block.get("content"), record)
        shown = "\n".join(p.text for p in parts if p.kind != MEDIA)
        full = self._persisted(record, shown, text_of(block.get("tool_use_id")))
        result = Part(
            RESULT,
            shown if full is None else full,
            call_id=text_of(block.get("tool_use_id")),
            failed=bool(block.get("is_error")),
        )
        return [result, *(p for p in parts if p.kind == MEDIA)]

    def _persisted(self, record: Json, shown: str, call: str) -> str | None:
        """The whole of an output of which the transcript holds only the beginning."""
        result = record.get("toolUseResult")
        path = result.get("persistedOutputPath") if isinstance(result, dict) else None
        if not path and not shown.startswith("<persisted-output>"):
            return None
        from rlm_core.transcript.outputs import may_name, output_at, path_in  # not at the top: few are so long

        if not path:
            path = path_in(shown)
            if not may_name(path, call):
                return None  # a page that prints such a notice has its own text archived, not another output's
        if not isinstance(path, str) or not path:
            return None
        full = output_at(path, self.folder, text_of(record.get("uuid")))
        if full is None:
            self.lost_outputs += 1
        return full


def _text_block(block: Json) -> list[Part]:
    text = block.get("text")
    parts = [] if text is None else [Part(TEXT, text if isinstance(text, str) else plain(text))]
    return parts + _besides(block, KNOWN["text"]) if block.keys() - KNOWN["text"] else parts


def _besides(block: Json, known: frozenset[str]) -> list[Part]:
    """What else stands in a block, where a person could read it: a citation's text, a field we do not know."""
    words = words_in({k: v for k, v in block.items() if k not in known})
    return [Part(TEXT, words)] if words else []


def words_in(values: Json) -> str:
    """What of these fields holds words, in plain form; "" for none."""
    from rlm_core.transcript.records.prose import has_prose

    found = {k: v for k, v in values.items() if has_prose(v)}
    return plain(found) if found else ""


def _unknown(block: Json) -> list[Part]:
    """A block of a kind we do not know, or of none: the texts of numeric keys as one, others by their keys."""
    pieces = numbered(block)
    rest = {k: v for k, v in block.items() if not pieces or not k.isdecimal()}
    kind = text_of(rest.pop("type", ""))
    parts = [Part(TEXT, pieces)] if pieces else []
    if rest:
        shown = plain(rest)
        parts.append(Part(TEXT, f"[{kind}]\n{shown}" if kind else shown))
    elif kind:
        parts.append(Part(TEXT, f"[{kind}]"))
    return parts


def numbered(values: Json) -> str:
    """The text that a program spread over keys "0", "1", ...: a list or a string copied as an object.

    >>> numbered({"1": "i", "0": "h", "role": "user"})
    'hi'
    """
    keys = [k for k in values if k.isdecimal() and isinstance(values[k], str)] if "0" in values else []
    return "".join([values[k] for k in sorted(keys, key=int)])


def media(block: Json) -> Part:
    """An image or a document: decoded; as text where it is text or was replaced by words."""
    kind = text_of(block.get("type"))
    source = block.get("source")
    source = source if isinstance(source, dict) else {}
    media_type = text_of(source.get("media_type"))
    name = text_of(block.get("title"))
    if source.get("type") == "base64":
        data = _decode(text_of(source.get("data")))
        if data is not None:
            from rlm_core.transcript.records.prose import text_in  # here: most turns hold no picture

            text = text_in(data, media_type)
            if text is not None:
                return Part(TEXT, f"[{kind}] {name}\n{text}")
            caption = f"[{kind}] {name} {media_type}, {len(data)} bytes".replace("  ", " ")
            return Part(MEDIA, caption, data=data, suffix=SUFFIXES.get(media_type, OTHER_SUFFIX))
    if source.get("type") == "text":
        return Part(TEXT, f"[{kind}] {name}\n{text_of(source.get('data'))}")
    return Part(TEXT, f"[{kind}]\n{plain({k: v for k, v in block.items() if k != 'type'})}")


def _decode(data: str) -> bytes | None:
    """The bytes of base64; None for anything else, such as words that stand in its place."""
    import binascii
    import re

    packed = "".join(data.split())
    if len(packed) < MAX_WORD and (not packed or packed.isalpha()):
        return None
    if len(packed) % 4 or re.fullmatch(r"[A-Za-z0-9+/]*={0,2}", packed) is None:
        return None
    try:
        return binascii.a2b_base64(packed)
    except ValueError:
        return None


def plain(value: Any) -> str:
    """Any JSON as lines `path.to.key: value`, texts as they are: below their key where they have several lines.

    >>> print(plain({"a": {"b": "one\\ntwo", "c": [1, True]}}))
    a.b:
    one
    two
    a.c.0: 1
    a.c.1: true
    """
    return "\n".join(_lines(value, ""))


def _lines(value: Any, path: str) -> Iterator[str]:
    ahead = [(path, value)]
    while ahead:  # no recursion: what comes may be nested to any depth
        path, value = ahead.pop()
        inner = value.items() if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else ()
        if inner:
            ahead += reversed([(f"{path}.{key}" if path else str(key), v) for key, v in inner])
        elif isinstance(value, str) and "\n" in value:
            yield f"{path}:\n{value}" if path else value
        else:
            shown = _scalar(value)
            yield f"{path}: {shown}" if path else shown


def _scalar(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def text_of(value: Any) -> str:
    """The value if it is a text, else ""."""
    return value if isinstance(value, str) else ""
