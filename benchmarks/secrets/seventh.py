"""The seventh to the sixteenth set, by ten people who had seen neither rules nor other sets: texts, no templates.

Each has a row a text: its kind, what surrounds it, and the secrets in it, none of a look-alike. The kinds of the
seventh's halves are disjoint, and so are those of the ninth: who mended rules for the first had not seen the second.
In the text `⟪0⟫` stands for the first secret, and secrets are written by rot13, so that no scanner of repositories
takes what was made up for what has leaked.
"""

from __future__ import annotations

import codecs
import json
from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parent
HALVES = {
    "seventh": _HERE / "seventh.jsonl",
    "seventh-b": _HERE / "seventh_b.jsonl",
    "eighth": _HERE / "eighth.jsonl",
    "ninth": _HERE / "ninth.jsonl",
    "ninth-b": _HERE / "ninth_b.jsonl",
    "tenth": _HERE / "tenth.jsonl",
    "eleventh": _HERE / "eleventh.jsonl",
    "twelfth": _HERE / "twelfth.jsonl",
    "thirteenth": _HERE / "thirteenth.jsonl",
    "fourteenth": _HERE / "fourteenth.jsonl",
    "fifteenth": _HERE / "fifteenth.jsonl",
    "sixteenth": _HERE / "sixteenth.jsonl",
}


@dataclass(frozen=True)
class Row:
    """secrets: as they stand in the text, each in whole; those of a text that is encoded do not stand in it."""

    kind: str
    surrounding: str
    text: str
    secrets: tuple[str, ...]


def seventh_rows(half: str) -> list[Row]:
    """All of a half, in the order in which they were written."""
    return [_row(json.loads(line)) for line in HALVES[half].read_text(encoding="utf-8").split("\n") if line]


def _row(fields: dict[str, str]) -> Row:
    secrets = tuple(codecs.decode(secret, "rot13") for secret in fields["secrets"])
    text = fields["text"]
    for number, secret in enumerate(secrets):
        text = text.replace(f"⟪{number}⟫", secret)
    return Row(fields["kind"], fields["surrounding"], text, secrets)
