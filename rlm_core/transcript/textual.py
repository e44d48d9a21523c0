"""Documents and images that came as bytes and are texts: SVG, JSON, plain text. They are redacted as any text."""

from __future__ import annotations

import codecs

_SUFFIXES = ("+xml", "+json", "+yaml")
_TYPES = frozenset(
    """
application/json application/ld+json application/x-ndjson application/jsonl application/xml application/yaml
application/x-yaml application/toml application/javascript application/x-javascript application/typescript
application/x-sh application/sql application/graphql application/rtf application/x-www-form-urlencoded
application/x-pem-file application/x-tex message/rfc822 image/svg
""".split()  # noqa: SIM905
)
_BINARY = frozenset(("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"))
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CONTROLS = bytes((*range(9), *range(14, 27), *range(28, 32), 127))  # in no text; ESC is, in output of terminals


def text_in(data: bytes, media_type: str) -> str | None:
    """The text that the bytes are; None where they are none.

    Bytes of a textual type are, whatever they hold. Those of a type that says nothing are if they are valid UTF-8
    without control characters.
    """
    kind = media_type.partition(";")[0].strip().lower()
    if kind in _BINARY:
        return None
    if kind.startswith("text/") or kind in _TYPES or kind.endswith(_SUFFIXES):
        return _decoded(data)
    if data.startswith(b"%PDF-") or len(data.translate(None, _CONTROLS)) != len(data):
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")
