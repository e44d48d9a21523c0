"""Whether two secrets are the same one, told without either: a hash under a key that only this user has.

A secret may be short, or a word: who tries all of them finds it by a plain hash. Without the key nobody can try.
"""

from __future__ import annotations

from rlm_core.digest import blake2b
from rlm_core.redaction.clean import EMPTY, CleanText, hex_digits
from rlm_core.redaction.spans import Redacted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rlm_core.redaction.spans import Span

    Mark = tuple[CleanText, CleanText]  # kind, fingerprint

DIGITS = 8
_PERSON = b"rlm-secret"
_MARK, _MARK_END = "[redacted:", "]"


def fingerprint(secret: str, key: bytes) -> CleanText:
    """8 hexadecimal digits: BLAKE2b of the secret without white space around it, under the key (at most 64 bytes)."""
    data = secret.strip().encode("utf-8", "backslashreplace")
    return hex_digits(blake2b(data, digest_size=DIGITS // 2, key=key, person=_PERSON).hexdigest())


def marks_of(original: str, clean: str, passes: Sequence[Sequence[Span]], key: Callable[[], bytes]) -> list[Mark]:
    """Kind and fingerprint of each secret that passes of the redactor have replaced, in the order of their marks.

    A fingerprint is "" where there is no key.
    """
    known = key()
    text = CleanText(clean)
    return [
        (
            text[start + len(_MARK) : end - len(_MARK_END)],
            fingerprint(original[first:last], known) if known else EMPTY,
        )
        for first, last, start, end in Redacted(original, text, passes).spans
    ]
