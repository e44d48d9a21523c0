"""A seventh set, by someone who had seen neither the rules nor the other sets: texts as they are, not templates.

`seventh.jsonl` has a row a text: its kind, what surrounds it, and the secrets in it, none of a look-alike. In the text
`⟪0⟫` stands for the first secret, and secrets are written by rot13, so that no scanner of repositories takes what was
made up for what has leaked.
"""

from __future__ import annotations

import codecs
import json
from dataclasses import dataclass
from pathlib import Path

_FILE = Path(__file__).with_name("seventh.jsonl")


@dataclass(frozen=True)
class Row:
    """secrets: as they stand in the text, each in whole; those of a text that is encoded do not stand in it."""

    kind: str
    surrounding: str
    text: str
    secrets: tuple[str, ...]


def seventh_rows() -> list[Row]:
    """All of them, in the order in which they were written."""
    return [_row(json.loads(line)) for line in _FILE.read_text(encoding="utf-8").split("\n") if line]


def _row(fields: dict[str, str]) -> Row:
    secrets = tuple(codecs.decode(secret, "rot13") for secret in fields["secrets"])
    text = fields["text"]
    for number, secret in enumerate(secrets):
        text = text.replace(f"⟪{number}⟫", secret)
    return Row(fields["kind"], fields["surrounding"], text, secrets)
