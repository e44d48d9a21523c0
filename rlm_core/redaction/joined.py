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

    >>> depth_behind("a <private>b", 0), depth_behind("c</private> d", 1), depth_behind("`<private>` </private>", 0)
    (1, 0, 0)
    """
    return edges(text, depth)[2]


def edges(text: str, depth: int) -> tuple[int, int, int]:
    """(where ends what was open before a text, where begins what is open behind it, how many are open there).

    depth: how many `<private>` are open before it. The tags are those of `redactor`: one between backticks is talk
    about the tag, one that closes nothing is no tag. A text of which all is open before and behind gives its length.

    >>> edges("a</private> b <private>c", 1)
    (11, 14, 1)
    """
    end = len(text)
    begin, opened = (end if depth else 0), end
    for tag in regex(rb"(?i)(?<!`)" + _TAG + rb"|" + _TAG + rb"(?!`)").finditer(text.encode("ascii", "replace")):
        if b"/" not in tag[0][:3]:
            opened = opened if depth else tag.start()
            depth += 1
        elif depth:
            depth -= 1
            begin = tag.end() if begin == end and not depth else begin
    return begin, opened if depth and begin < end else end, depth


def hidden(text: str) -> str:
    """A text of which all is private, as one block: it makes one mark, whose fingerprint is of what is said in it.

    >>> hidden("a</private>b")
    '<private>a(/private>b'
    """
    return OPEN + text.replace("<", "(")  # no tag in it may end the block


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
