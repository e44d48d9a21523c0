"""Secrets that stand over several texts of one speaker: begun in one, ended in the next."""

from __future__ import annotations

from rlm_core.redaction.assignments import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rlm_core.redaction.clean import CleanText
    from rlm_core.redaction.redactor import Redactor

OPEN = "<private>"
_TAG = rb"<(?:\\?/)?private(?:\s[^<>]{0,200})?>"
_BETWEEN = ("", "\n")  # a text goes on within a word, or on the next line


def depth_behind(text: str, depth: int) -> int:
    """How many `<private>` are open behind a text. depth: before it.

    The tags are those of `redactor`: one between backticks is talk about the tag, one that closes nothing is no tag.

    >>> depth_behind("a <private>b", 0), depth_behind("c</private> d", 1), depth_behind("`<private>` </private>", 0)
    (1, 0, 0)
    """
    image = text.encode("ascii", "replace")
    for tag in regex(rb"(?i)(?<!`)" + _TAG + rb"|" + _TAG + rb"(?!`)").finditer(image):
        depth = max(0, depth - 1 if b"/" in tag[0][:3] else depth + 1)
    return depth


def redacted_together(texts: Sequence[str], redact: Redactor) -> list[CleanText]:
    """Texts that were said one behind the other, each without its share of what is a secret in the whole of them.

    The mark of a secret that goes over a border stands where its last text begins.
    """
    for between in _BETWEEN:
        texts = _parted(texts, between, redact)
    return [redact(text) for text in texts]


def _parted(texts: Sequence[str], between: str, redact: Redactor) -> list[CleanText]:
    clean = redact.redact(between.join(texts))
    pieces, begin = [], 0
    for text in texts:
        end = begin + len(text)
        pieces.append(clean.text[clean.to_clean(begin) : clean.to_clean(end)])
        begin = end + len(between)
    return pieces
