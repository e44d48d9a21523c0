"""Ids as they may be written, the same whatever the settings: they are what entries and sessions are found by."""

from __future__ import annotations

from rlm_core.redaction.clean import hex_digits, literal, plain_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.redaction.clean import CleanText


def clean_id(text: str) -> CleanText:
    """The id itself; where a secret stands in it, `id-` and a hash."""
    plain = plain_id(text)
    if plain is not None:
        return plain
    from rlm_core.digest import hexdigest
    from rlm_core.redaction.redactor import Redactor

    clean = Redactor()(text)
    if clean == text:
        return clean
    return literal("id-{}").format(hex_digits(hexdigest(text.encode("utf-8", "backslashreplace"), 12)))
